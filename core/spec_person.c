/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/spec.h"
#include "core/model.h"
#include <stdio.h>

enum { PLACE_BYTES = 8 };

static bool is_person(const struct spec *spec, struct span source) {
    for (uint32_t i = 0; i < spec->column_count; i++) {
        const struct spec_column *column = &spec->columns[i];
        for (uint32_t f = 0; f < column->from_count; f++)
            if (column->from[f].size == source.size &&
                memcmp(column->from[f].bytes, source.bytes, source.size) == 0 &&
                model_is_person(&spec->kind->columns[column->target]))
                return true;
    }
    return false;
}

const char *spec_person_keys(const struct spec *spec, struct arena *arena) {
    char *places = ARENA_NEW(arena, char, SPEC_FROM_MAX *PLACE_BYTES + 1);
    size_t size = 0;
    places[0] = '\0';
    for (uint32_t i = 0; i < spec->key_count; i++)
        if (is_person(spec, spec->key[i]))
            size += (size_t)snprintf(places + size, PLACE_BYTES, "%s%u", size ? "," : "", i + 1);
    return places;
}
