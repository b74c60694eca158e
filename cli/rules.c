/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/rules.h"
#include "core/language.h"
#include "core/shipped.h"
#include "transform/row/certno.h"
#include "transform/row/mapping.h"
#include <openssl/evp.h>
#include <stdio.h>

enum { TABLES_MAX = 256, MAPPING_BYTES_MAX = 64 << 20 };

struct gathering {
    const struct city *city;
    const struct county *county;
    struct arena *arena;
    struct rules *rules;
    struct error *error;
};

static bool add_file(struct gathering *at, const char *path, struct span bytes, enum mapping_level level) {
    struct sourced *file = &at->rules->files[at->rules->file_count++];
    *file = (struct sourced){.path = path, .bytes = bytes};
    sha256_text(bytes, file->sha256);
    return mapping_read(at->rules->mappings, bytes, path, level, at->error);
}

/* One table from the three places that may have it. */
static bool read_table(struct gathering *at, struct span name) {
    const char *shipped = arena_print(at->arena, "mappings/%.*s.csv", (int)name.size, name.bytes);
    const char *own = arena_print(at->arena, "mappings/%s/%.*s.csv", at->county->folder, (int)name.size, name.bytes);
    struct { const char *path; enum mapping_level level; } places[] = {{shipped, MAPPING_CITY}, {own, MAPPING_COUNTY}};
    struct span bytes;
    if (memchr(name.bytes, '/', name.size))
        return error_code(at->error, TROUBLE_USAGE, NULL, TEXT("映射表名「%.*s」不对", "bad mapping table name \"%.*s\""), (int)name.size, name.bytes);
    bool found = shipped_find(shipped, &bytes);
    if (found && !add_file(at, arena_print(at->arena, "shipped:%s", shipped), bytes, MAPPING_SHIPPED)) return false;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!file_read(arena_print(at->arena, "%s/%s", at->city->directory, places[i].path), MAPPING_BYTES_MAX, at->arena, &bytes, &(struct error){0}))
            continue;
        found = true;
        if (!add_file(at, places[i].path, bytes, places[i].level)) return false;
    }
    if (!found)
        return error_code(at->error, TROUBLE_USAGE, NULL, TEXT("没有映射表「%.*s」(%s)", "no mapping table \"%.*s\" (%s)"), (int)name.size, name.bytes, own);
    const char *codes = arena_print(at->arena, "mappings/codes/%.*s.csv", (int)name.size, name.bytes);
    if (shipped_find(codes, &bytes)) mapping_targets(at->rules->mappings, name, bytes, codes);
    const char *local = arena_print(at->arena, "%s/%s", at->city->directory, codes);
    if (file_read(local, MAPPING_BYTES_MAX, at->arena, &bytes, &(struct error){0})) mapping_targets(at->rules->mappings, name, bytes, codes);
    return true;
}

static bool read_tables(struct gathering *at, const struct spec_set *specs) {
    struct span names[TABLES_MAX];
    uint32_t count = 0;
    for (uint32_t s = 0; s < specs->count; s++)
        for (uint32_t c = 0; c < specs->specs[s].column_count; c++) {
            const struct spec_column *column = &specs->specs[s].columns[c];
            bool known = column->map.size == 0;
            for (uint32_t i = 0; i < count && !known; i++) known = span_equal(names[i], column->map);
            if (known) continue;
            if (count == TABLES_MAX)
                return error_code(at->error, TROUBLE_USAGE, NULL, TEXT("映射表超过 %d 个", "more than %d mapping tables"), TABLES_MAX);
            names[count++] = column->map;
            if (!read_table(at, column->map)) {
                if (!at->error->at.source) at->error->at = (struct place){.source = specs->specs[s].path, .row = column->line};
                return false;
            }
        }
    return true;
}

/* A certificate number may begin with any division that ever was, and with those of this city. */
static void read_regions(struct gathering *at) {
    struct rules *rules = at->rules;
    struct span bytes;
    rules->regions = ARENA_NEW(at->arena, struct regions, 1);
    if (shipped_find("mappings/codes/region.csv", &bytes)) regions_read(rules->regions, bytes);
    if (file_read(arena_print(at->arena, "%s/mappings/region.csv", at->city->directory), MAPPING_BYTES_MAX, at->arena, &bytes, &(struct error){0})) {
        struct mapping_set set;
        mapping_begin(&set, at->arena);
        if (mapping_read(&set, bytes, "mappings/region.csv", MAPPING_CITY, &(struct error){0}))
            for (uint32_t i = 0; i < set.row_count; i++) {
                regions_add(rules->regions, set.rows[i]->code);
                regions_add(rules->regions, set.rows[i]->target);
            }
    }
    struct span *codes = ARENA_NEW(at->arena, struct span, at->county->formerly_count + 1);
    codes[0] = (struct span){at->county->admdvs, strlen(at->county->admdvs)};
    for (uint32_t i = 0; i < at->county->formerly_count; i++)
        codes[i + 1] = (struct span){at->county->formerly[i], strlen(at->county->formerly[i])};
    rules->county = codes;
    rules->county_count = at->county->formerly_count + 1;
    for (uint32_t i = 0; i < rules->county_count; i++) regions_add(rules->regions, codes[i]);
}

bool rules_read(const struct city *city, const struct county *county, const struct spec_set *specs,
                struct arena *arena, struct rules *rules, struct error *error) {
    struct gathering at = {city, county, arena, rules, error};
    *rules = (struct rules){.mappings = ARENA_NEW(arena, struct mapping_set, 1), .files = ARENA_NEW(arena, struct sourced, TABLES_MAX * 3)};
    mapping_begin(rules->mappings, arena);
    rules->mappings->county = (struct span){county->folder, strlen(county->folder)};
    if (!read_tables(&at, specs) || !mapping_finish(rules->mappings, error)) return false;
    read_regions(&at);
    char *all = ARENA_NEW(arena, char, (size_t)rules->file_count * SHA256_TEXT + 1);
    size_t size = 0;
    for (uint32_t i = 0; i < rules->file_count; i++) size += (size_t)sprintf(all + size, "%s\n", rules->files[i].sha256);
    sha256_text((struct span){all, size}, rules->sha256);
    return true;
}
