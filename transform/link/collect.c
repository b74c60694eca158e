/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/collect.h"
#include "core/language.h"

enum { IDENTIFIER_BYTES = 256 };

static uint32_t find_column(const struct columns *columns, const char *name) {
    for (uint32_t i = 0; i < columns->count; i++)
        if (span_equal(columns->names[i], (struct span){name, strlen(name)})) return i + 1;
    return 0;
}

static bool collect_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct link_collect *collect = stage->state;
    const struct link_rules *rules = collect->sink->rules;
    for (uint32_t i = 0; i < rules->identifier_count; i++) {
        collect->identifiers[i] = find_column(columns, rules->identifier[i]);
        if (!collect->identifiers[i])
            return error_code(error, TROUBLE_USAGE, NULL, TEXT("没有标识列 %s", "no identifier column %s"),
                              rules->identifier[i]);
    }
    for (uint32_t f = 0; f < rules->field_count; f++)
        for (uint32_t i = 0; i < rules->fields[f].input_count; i++)
            collect->columns[collect->input_count++] = find_column(columns, rules->fields[f].inputs[i]);
    return true;
}

/* "690102/P0001" */
static struct span join_identifier(const struct link_collect *collect, const struct batch *batch,
                                   uint32_t row, char text[IDENTIFIER_BYTES]) {
    size_t size = 0;
    for (uint32_t i = 0; i < collect->sink->rules->identifier_count; i++) {
        struct span cell = batch->cells[collect->identifiers[i] - 1][row];
        if (i && size < IDENTIFIER_BYTES) text[size++] = '/';
        size_t room = IDENTIFIER_BYTES - size, part = cell.size < room ? cell.size : room;
        if (part) memcpy(text + size, cell.bytes, part);
        size += part;
    }
    return (struct span){text, size};
}

static enum flow collect_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct link_collect *collect = stage->state;
    struct span cells[LINK_FIELDS * LINK_INPUTS];
    char identifier[IDENTIFIER_BYTES];
    (void)error;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (batch->rows[row].fate != FATE_LIVE) continue;
        for (uint32_t i = 0; i < collect->input_count; i++) {
            cells[i] = collect->columns[i] ? batch->cells[collect->columns[i] - 1][row] : (struct span){0};
            if (!cells[i].bytes) cells[i] = (struct span){"", 0};
        }
        link_sink_take(collect->sink, join_identifier(collect, batch, row, identifier), cells);
    }
    return FLOW_MORE;
}

const struct stage_kind transform_link_collect = {
    .name = "link.collect",
    .state_size = sizeof(struct link_collect),
    .open = collect_open,
    .run = collect_run,
};
