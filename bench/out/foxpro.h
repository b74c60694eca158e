/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_OUT_FOXPRO_H
#define BENCH_OUT_FOXPRO_H
#include "bench/out/sink.h"

enum { FOXPRO_FIELDS = 32, FOXPRO_RECORD = 1024 };

struct foxpro_field {
    const char *name; /* UTF-8; at most 10 bytes in GBK */
    char type;        /* C, N, D */
    uint8_t width, decimals;
};

/* Writes a DBF: dBASE III, language driver 0x4D (GBK).  A record is put together in `record`, whose
   fields stand where `order` says, then foxpro_put writes it.
   Source: dBASE III PLUS file structure. */
struct foxpro {
    struct sink *sink;
    uint32_t count;
    uint8_t width[FOXPRO_FIELDS];
    uint16_t offset[FOXPRO_FIELDS];
    uint16_t record_size;
    char record[FOXPRO_RECORD];
};

/* `order[i]` is the field that stands at place i; `widen[i]` is added to the width of text fields. */
void foxpro_open(struct foxpro *table, struct sink *sink, const struct foxpro_field *fields, uint32_t count,
                 const uint8_t *order, const uint8_t *widen, uint32_t records);
void foxpro_blank(struct foxpro *table);
void foxpro_put(struct foxpro *table, bool deleted);
void foxpro_close(struct foxpro *table);

/* Left-justified; the caller's text fits (asserted). */
void foxpro_text(struct foxpro *table, unsigned field, const char *bytes, size_t size);
void foxpro_string(struct foxpro *table, unsigned field, const char *text);
void foxpro_number(struct foxpro *table, unsigned field, uint64_t value, unsigned width);
void foxpro_money(struct foxpro *table, unsigned field, int64_t fen); /* right-justified, N..2 */
#endif
