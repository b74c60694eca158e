/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/spec.h"
#include "core/batch.h"
#include "core/language.h"

/* A name that stands twice in the header is refused: the first would win silently. */
static bool resolve(const struct columns *columns, struct span name, int *index, const char *path,
                    struct error *error) {
    int found = 0;
    for (uint32_t i = 0; i < columns->count; i++)
        if (span_equal(columns->names[i], name) && !found++) *index = (int)i;
    if (found == 1) return true;
    /* The caller knows which file it is; the spec may be any of several that read it. */
    if (found)
        return error_code(error, TROUBLE_REFUSED, "header.ambiguous_column",
                          TEXT("表头有 %d 列都叫「%.*s」，规格 %s 无法指明是哪一列",
                               "%d columns are called \"%.*s\"; the spec %s cannot say which one"),
                          found, (int)name.size, name.bytes, path);
    return error_code(
        error, TROUBLE_REFUSED, "header.missing_column",
        TEXT("缺少规格需要的列「%.*s」(规格 %s)；文件的表头有 %u 列",
             "the column \"%.*s\" that the spec needs is missing (%s); the file has %u columns"),
        (int)name.size, name.bytes, path, columns->count);
}

/* A part of the key may also be a target column to which the spec gives a constant: what the file is about
   when no column says it, so that two files of one kind do not speak for each other's rows. */
static bool resolve_key(struct spec *spec, const struct columns *columns, uint32_t part,
                        struct error *error) {
    bool here = false;
    for (uint32_t i = 0; i < columns->count; i++) here |= span_equal(columns->names[i], spec->key[part]);
    for (uint32_t i = 0; !here && i < spec->column_count; i++) {
        const struct spec_column *column = &spec->columns[i];
        const char *name = spec->kind->columns[column->target].name;
        if (!column->has_value || !span_equal((struct span){name, strlen(name)}, spec->key[part])) continue;
        spec->key_index[part] = -1;
        spec->key_value[part] = column->value;
        return true;
    }
    return resolve(columns, spec->key[part], &spec->key_index[part], spec->path, error);
}

bool spec_resolve(struct spec *spec, const struct columns *columns, struct error *error) {
    for (uint32_t i = 0; i < spec->key_count; i++)
        if (!resolve_key(spec, columns, i, error)) return false;
    for (uint32_t i = 0; i < spec->column_count; i++) {
        struct spec_column *column = &spec->columns[i];
        for (uint32_t f = 0; f < column->from_count; f++)
            if (!resolve(columns, column->from[f], &column->index[f], spec->path, error)) return false;
        if (column->when.value_count && !column->when.target &&
            !resolve(columns, column->when.column, &column->when.index, spec->path, error))
            return false;
    }
    for (uint32_t i = 0; i < spec->where_count; i++)
        if (!resolve(columns, spec->where[i].column, &spec->where[i].index, spec->path, error)) return false;
    if (spec->withdraw.value_count &&
        !resolve(columns, spec->withdraw.column, &spec->withdraw.index, spec->path, error))
        return false;
    return !spec->county_column.size ||
           resolve(columns, spec->county_column, &spec->county_index, spec->path, error);
}
