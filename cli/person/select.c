/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/person/select.h"
#include "core/model.h"

enum { FIRST_INPUT = 3 };

void select_make(const struct link_rules *rules, struct selection *plan) {
    const struct kind *kind = model_find(SPAN("psn_info_b"));
    *plan = (struct selection){.columns = "county, src_psn_no, " SELECT_VERSION, .column_count = FIRST_INPUT};
    for (uint32_t f = 0; f < rules->field_count; f++)
        for (uint32_t i = 0; i < rules->fields[f].input_count; i++) {
            const char *name = rules->fields[f].inputs[i];
            uint32_t *field = &plan->fields[plan->input_count++];
            *field = 0;
            if (strcmp(name, "county") == 0) continue;
            *field = UINT32_MAX;
            if (model_column(kind, (struct span){name, strlen(name)}) < 0) continue;
            *field = plan->column_count++;
            size_t used = strlen(plan->columns);
            snprintf(plan->columns + used, sizeof plan->columns - used, ", %s", name);
        }
}

static struct span field_text(const struct pg *pg, uint32_t field, struct arena *arena) {
    struct span text = {"", 0};
    if (field == UINT32_MAX || pg_null(pg->fields[field])) return text;
    if (pg->columns[field].type == PG_TEXT) return pg_span(pg->fields[field]);
    pg_text(pg->columns[field].type, pg->fields[field], arena, &text);
    return text;
}

struct span select_identifier(const struct pg *pg, char text[IDENTIFIER_BYTES]) {
    size_t size = 0;
    for (int i = 0; i < 2; i++) {
        struct span part = pg_span(pg->fields[i]);
        if (i) text[size++] = '/';
        if (part.size > IDENTIFIER_BYTES - 1 - size) part.size = IDENTIFIER_BYTES - 1 - size;
        memcpy(text + size, part.bytes, part.size);
        size += part.size;
    }
    return (struct span){text, size};
}

void select_take(const struct selection *plan, const struct pg *pg, struct link_sink *sink,
                 struct arena *arena) {
    struct span cells[INPUTS_MAX];
    char identifier[IDENTIFIER_BYTES];
    for (uint32_t i = 0; i < plan->input_count; i++) cells[i] = field_text(pg, plan->fields[i], arena);
    sink->version = select_version(pg);
    link_sink_take(sink, select_identifier(pg, identifier), cells);
    arena_reset(arena);
}

struct known select_known(const struct pg *pg, uint32_t first) {
    char identifier[IDENTIFIER_BYTES];
    struct span name = select_identifier(pg, identifier), person = pg_span(pg->fields[first + 1]);
    struct known known = {link_hash(name.bytes, name.size), pg_integer(pg->fields[first]), 0};
    for (size_t i = 0; i < person.size && person.bytes[i] >= '0' && person.bytes[i] <= '9'; i++)
        known.person = known.person * 10 + (person.bytes[i] - '0');
    return known;
}
