/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/transform/fixture.h"
#include "transform/row/text.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

struct span span_of(const char *text) {
    return (struct span){text, strlen(text)};
}

/* Cells of one line; returns their count. */
static uint32_t split(const char *line, size_t size, struct span cells[64]) {
    uint32_t count = 0;
    for (const char *at = line, *end = line + size;;) {
        const char *bar = memchr(at, '|', (size_t)(end - at));
        cr_assert_lt(count, 64u);
        cells[count++] = (struct span){at, (size_t)((bar ? bar : end) - at)};
        if (!bar) return count;
        at = bar + 1;
    }
}

void fixture_open(struct fixture *fixture, const char *yaml, const char *table) {
    *fixture = (struct fixture){0};
    struct arena *arena = &fixture->arena;
    bool ok = spec_read(span_of(yaml), "test.yaml", NULL, arena, &fixture->spec, &fixture->error);
    cr_assert(ok, "%s", fixture->error.message);
    uint32_t rows = 0;
    for (const char *at = table; (at = strchr(at, '\n')); at++) rows++;
    struct span *names = ARENA_NEW(arena, struct span, 64);
    const char *end = strchr(table, '\n');
    fixture->columns.count = split(table, (size_t)(end - table), names);
    fixture->columns.names = names;
    cr_assert(spec_resolve(&fixture->spec, &fixture->columns, &fixture->error), "%s", fixture->error.message);
    batch_shape(&fixture->batch, &fixture->columns, rows - 1);
    for (uint32_t row = 0; row + 1 < rows; row++) {
        const char *line = end + 1;
        struct span cells[64];
        end = strchr(line, '\n');
        uint32_t count = split(line, (size_t)(end - line), cells);
        fixture->batch.rows[row].number = row + 2;
        for (uint32_t cell = 0; cell < count && cell < fixture->columns.count; cell++)
            if (cells[cell].size != 1 || cells[cell].bytes[0] != '~')
                fixture->batch.cells[cell][row] = cells[cell];
        if (count != fixture->columns.count) {
            fixture->batch.rows[row].shifted = true;
            batch_reject(&fixture->batch, row, (struct reason){.code = "row.too_few_columns"});
        }
    }
}

void fixture_close(struct fixture *fixture) {
    arena_free(&fixture->batch.arena);
    arena_free(&fixture->arena);
}

bool fixture_run(struct fixture *fixture, const struct stage_kind *kind, void *state) {
    struct stage stage = {kind, state, &fixture->arena};
    bool ok = kind->open(&stage, &fixture->columns, &fixture->error);
    ok = ok && kind->run(&stage, &fixture->batch, &fixture->error) != FLOW_FAILED;
    if (kind->close) kind->close(&stage);
    return ok;
}

void fixture_decode(struct fixture *fixture) {
    struct decode_state state = {.spec = &fixture->spec};
    cr_assert(fixture_run(fixture, &transform_decode, &state), "%s", fixture->error.message);
}

const struct vector *fixture_vector(const struct fixture *fixture, const char *column) {
    int index = model_column(fixture->spec.kind, span_of(column));
    cr_assert_geq(index, 0, "no column %s", column);
    return &fixture->batch.values[index];
}

int64_t fixture_measure(const struct fixture *fixture, const char *column, uint32_t row) {
    int index = model_column(fixture->spec.kind, span_of(column));
    cr_assert_geq(index, 0, "no column %s", column);
    return fixture->batch.measures[fixture->spec.kind->columns[index].measure][row];
}

const char *fixture_codes(const struct fixture *fixture, uint32_t row) {
    static char text[512];
    const struct row *at = &fixture->batch.rows[row];
    size_t size = 0;
    for (uint8_t index = 0; index < at->reason_count; index++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s", index ? " " : "",
                                 at->reasons[index].code);
    if (size == 0) snprintf(text, sizeof text, "-");
    return text;
}

bool fixture_is(const struct fixture *fixture, const char *column, uint32_t row, const char *text) {
    const struct vector *vector = fixture_vector(fixture, column);
    return text ? !vector->null[row] && span_equal(vector->text[row], span_of(text)) : vector->null[row];
}

static void decode_escapes(char *text) {
    char *into = text;
    for (const char *at = text; *at;) {
        char *end;
        unsigned long point = *at == '{' ? strtoul(at + 1, &end, 16) : 0;
        if (point && *end == '}') {
            into += text_put((uint32_t)point, into);
            at = end + 1;
        } else {
            *into++ = *at++;
        }
    }
    *into = '\0';
}

void fixture_cases(const char *path, void (*check)(const char *input, const char *expected, unsigned line)) {
    FILE *file = fopen(path, "r");
    cr_assert(file, "%s is missing", path);
    char line[1024];
    unsigned number = 0, checked = 0;
    while (fgets(line, sizeof line, file)) {
        number++;
        if (line[0] == '#') continue;
        line[strcspn(line, "\n")] = '\0';
        char *bar = strstr(line, "| ");
        cr_assert(bar && bar > line, "%s line %u", path, number);
        char *end = bar;
        if (end > line && end[-1] == ' ') end--;
        *end = '\0';
        char *expected = bar + 2;
        decode_escapes(line);
        decode_escapes(expected);
        check(line, expected, number);
        checked++;
    }
    fclose(file);
    cr_assert_gt(checked, 5u, "%s holds too few cases", path);
}
