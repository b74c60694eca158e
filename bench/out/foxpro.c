/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/out/foxpro.h"
#include "bench/out/words.h"
#include <assert.h>

static void little(char *into, uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; i++) into[i] = (char)(uint8_t)(value >> (8 * i));
}

void foxpro_open(struct foxpro *table, struct sink *sink, const struct foxpro_field *fields, uint32_t count,
                 const uint8_t *order, const uint8_t *widen, uint32_t records) {
    assert(count <= FOXPRO_FIELDS);
    table->sink = sink, table->count = count;
    char header[32 + 32 * FOXPRO_FIELDS + 1] = {0};
    unsigned offset = 1; /* the deletion mark */
    for (uint32_t place = 0; place < count; place++) {
        unsigned field = order ? order[place] : place;
        bool text = fields[field].type == 'C';
        table->width[field] = (uint8_t)(fields[field].width + (widen && text ? widen[field] : 0));
        table->offset[field] = (uint16_t)offset;
        offset += table->width[field];
        char *descriptor = header + 32 + 32 * place;
        words_encode("GBK", fields[field].name, strlen(fields[field].name), descriptor, 10);
        descriptor[11] = fields[field].type;
        little(descriptor + 16, table->width[field], 1);
        little(descriptor + 17, fields[field].decimals, 1);
    }
    assert(offset <= FOXPRO_RECORD);
    table->record_size = (uint16_t)offset;
    unsigned size = 32 + 32 * count + 1;
    header[0] = 0x03;
    header[1] = 120, header[2] = 12, header[3] = 31; /* 2020-12-31 */
    little(header + 4, records, 4);
    little(header + 8, size, 2);
    little(header + 10, offset, 2);
    header[29] = 0x4d;
    header[size - 1] = 0x0d;
    sink_put(sink, header, size);
    foxpro_blank(table);
}

void foxpro_blank(struct foxpro *table) { memset(table->record, ' ', table->record_size); }

void foxpro_put(struct foxpro *table, bool deleted) {
    table->record[0] = deleted ? '*' : ' ';
    sink_put(table->sink, table->record, table->record_size);
}

void foxpro_close(struct foxpro *table) { sink_put(table->sink, "\x1a", 1); }

void foxpro_text(struct foxpro *table, unsigned field, const char *bytes, size_t size) {
    char *at = table->record + table->offset[field];
    assert(size <= table->width[field]);
    memcpy(at, bytes, size);
    memset(at + size, ' ', table->width[field] - size);
}

void foxpro_string(struct foxpro *table, unsigned field, const char *text) {
    foxpro_text(table, field, text, strlen(text));
}

void foxpro_number(struct foxpro *table, unsigned field, uint64_t value, unsigned width) {
    char text[32];
    size_t size = sink_number(text, value, width);
    foxpro_text(table, field, text, size);
}

void foxpro_money(struct foxpro *table, unsigned field, int64_t fen) {
    char text[32], *at = table->record + table->offset[field];
    size_t size = sink_yuan(text, fen), width = table->width[field];
    assert(size <= width);
    memset(at, ' ', width - size);
    memcpy(at + width - size, text, size);
}
