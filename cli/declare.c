/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/declare.h"
#include "core/decimal.h"
#include "core/language.h"

enum { WANYUAN_SCALE = 6 };

static int measure_of(const struct kind *kind, struct span name) {
    int column = model_column(kind, name);
    return column < 0 ? -1 : kind->columns[column].measure;
}

static bool from_spec(const struct spec *spec, struct intake_source *source, struct error *error) {
    const struct node *control = spec->control, *unit = node_get(control, "unit");
    int scale = node_is(unit, "fen") ? 0 : node_is(unit, "wanyuan") ? WANYUAN_SCALE : 2;
    source->declared_by = "spec";
    for (uint32_t i = 0; i < control->count; i++) {
        const struct node *key = &control->keys[i], *item = &control->items[i];
        int64_t value = 0;
        if (strcmp(key->text.bytes, "unit") == 0) continue;
        bool rows = strcmp(key->text.bytes, "rows") == 0;
        int measure = rows ? -1 : measure_of(spec->kind, key->text);
        if (!rows && measure < 0)
            return node_error(key, spec->path, error,
                              TEXT("%s 没有金额列「%s」", "%s has no amount column \"%s\""), spec->kind->name,
                              key->text.bytes);
        if (item->kind != NODE_SCALAR || decimal_read(item->text, rows ? 0 : scale, &value) != DECIMAL_OK)
            return node_error(item, spec->path, error, "%s", TEXT("这里应是数字", "a number expected here"));
        if (rows) {
            source->declared_rows = value;
        } else {
            source->declared_money = true;
            source->declared_measure = measure;
            source->declared_fen = value;
        }
    }
    return true;
}

bool declare_totals(const struct spec *spec, const struct slip *slip, const struct found *file,
                    const struct job *job, struct intake_source *source, struct error *error) {
    source->declared_rows = -1;
    source->declared_measure = spec->kind->main_measure;
    if (spec->control && spec->control->kind == NODE_MAP) return from_spec(spec, source, error);
    if (node_is(spec->control, "none")) {
        source->declared_by = "none";
        return true;
    }
    const struct slip_line *line = slip ? slip_find(slip, file, job) : NULL;
    if (!line) return true;
    source->declared_by = "slip";
    source->declared_rows = line->rows;
    source->declared_money = line->money && spec->kind->main_measure >= 0;
    source->declared_fen = line->fen;
    return true;
}
