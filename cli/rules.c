/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/rules.h"
#include "cli/map/file.h"
#include "core/language.h"
#include "core/shipped.h"
#include "transform/row/certno.h"
#include "transform/row/csv.h"
#include "transform/row/mapping.h"
#include <openssl/evp.h>
#include <stdio.h>

enum { TABLES_MAX = 256 };

struct gathering {
    const struct city *city;
    const struct county *county;
    struct arena *arena;
    struct rules *rules;
    const struct sourced *instead; /* NULL, or a file that takes the place of that with its path */
    struct error *error;
};

static bool add_file(struct gathering *at, const struct sourced *file, enum mapping_level level) {
    const struct sourced *one = file;
    struct sourced other;
    if (at->instead && strcmp(file->path, at->instead->path) == 0) { /* map impact: as if it were this one */
        other = *at->instead;
        one = &other;
    }
    at->rules->files[at->rules->file_count++] = *one;
    return mapping_read(at->rules->mappings, one->bytes, one->path, level, at->error);
}

/* The national format of the table's codes (mappings/code_formats.csv), where it has one: all its lines are
   ways that a code may look. */
static bool read_format(struct gathering *at, struct span name) {
    static const char *const path = "mappings/code_formats.csv";
    struct csv csv = {0};
    struct span cells[CSV_CELLS];
    const char *all = "";
    if (!shipped_find(path, &csv.text)) return true;
    for (uint32_t count; (count = csv_next(&csv, cells, at->arena)) > 0;)
        if (count > 3 && span_equal(cells[1], name))
            all = arena_print(at->arena, "%s%s(?:%.*s)", all, *all ? "|" : "", (int)cells[3].size,
                              cells[3].bytes);
    return !*all || mapping_format(at->rules->mappings, name, (struct span){all, strlen(all)}, path) ||
           error_code(at->error, TROUBLE_USAGE, NULL, TEXT("%s：样式写错", "%s: the pattern is wrong"), path);
}

/* Codes that targets may have: the shipped list and the city's; without one, what has the national format. */
static bool read_targets(struct gathering *at, struct span name) {
    struct mapping_set *set = at->rules->mappings;
    const char *stem = arena_print(at->arena, "mappings/codes/%.*s", (int)name.size, name.bytes);
    const char *path = arena_print(at->arena, "%s.csv", stem);
    struct sourced local;
    struct span bytes;
    bool found;
    if (!read_format(at, name)) return false;
    if (shipped_find(path, &bytes)) mapping_targets(set, name, bytes, path);
    if (!map_file_read(at->city->directory, stem, at->arena, &local, &found, at->error)) return false;
    if (found) at->rules->files[at->rules->file_count++] = local;
    return !found || mapping_list(set, name, local.bytes, local.path, at->error);
}

static bool replaces(const struct gathering *at, const char *stem) {
    size_t size = strlen(stem);
    return at->instead && strncmp(at->instead->path, stem, size) == 0 && at->instead->path[size] == '.';
}

/* One table from the three places that may have it. */
static bool read_table(struct gathering *at, struct span name) {
    const char *stem = arena_print(at->arena, "mappings/%.*s", (int)name.size, name.bytes);
    const char *own =
        arena_print(at->arena, "mappings/%s/%.*s", at->county->folder, (int)name.size, name.bytes);
    const struct {
        const char *stem;
        enum mapping_level level;
    } places[] = {{stem, MAPPING_CITY}, {own, MAPPING_COUNTY}};
    struct sourced file = {.path = arena_print(at->arena, "shipped:%s.csv", stem)};
    if (memchr(name.bytes, '/', name.size))
        return error_code(at->error, TROUBLE_USAGE, NULL,
                          TEXT("映射表名「%.*s」不对", "bad mapping table name \"%.*s\""), (int)name.size,
                          name.bytes);
    bool found = shipped_find(file.path + strlen("shipped:"), &file.bytes);
    if (found) {
        sha256_text(file.bytes, file.sha256);
        if (!add_file(at, &file, MAPPING_SHIPPED)) return false;
    }
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        bool here;
        if (!map_file_read(at->city->directory, places[i].stem, at->arena, &file, &here, at->error))
            return false;
        if (!here && replaces(at, places[i].stem)) file = *at->instead, here = true; /* a table that is new */
        found |= here;
        if (here && !add_file(at, &file, places[i].level)) return false;
    }
    if (!found)
        return error_code(at->error, TROUBLE_USAGE, NULL,
                          TEXT("没有映射表「%.*s」(%s.csv)", "no mapping table \"%.*s\" (%s.csv)"),
                          (int)name.size, name.bytes, own);
    return read_targets(at, name);
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
                return error_code(at->error, TROUBLE_USAGE, NULL,
                                  TEXT("映射表超过 %d 个", "more than %d mapping tables"), TABLES_MAX);
            names[count++] = column->map;
            if (!read_table(at, column->map)) {
                if (!at->error->at.source)
                    at->error->at = (struct place){.source = specs->specs[s].path, .row = column->line};
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
    if (file_read(arena_print(at->arena, "%s/mappings/region.csv", at->city->directory), MAPPING_BYTES_MAX,
                  at->arena, &bytes, &(struct error){0})) {
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
    return rules_read_as(city, county, specs, &(struct rules_wish){0}, arena, rules, error);
}

bool rules_read_as(const struct city *city, const struct county *county, const struct spec_set *specs,
                   const struct rules_wish *wish, struct arena *arena, struct rules *rules,
                   struct error *error) {
    struct gathering at = {city, county, arena, rules, wish->instead, error};
    *rules = (struct rules){.mappings = ARENA_NEW(arena, struct mapping_set, 1),
                            .files = ARENA_NEW(arena, struct sourced, TABLES_MAX * 4)};
    mapping_begin(rules->mappings, arena);
    rules->mappings->county = (struct span){county->folder, strlen(county->folder)};
    rules->mappings->gather = wish->gather;
    if (!read_tables(&at, specs) || (wish->table.size && !read_table(&at, wish->table)) ||
        !mapping_finish(rules->mappings, error))
        return false;
    read_regions(&at);
    char *all = ARENA_NEW(arena, char, (size_t)(rules->file_count + specs->count) * SHA256_TEXT + 1);
    size_t size = 0;
    /* A profile decides as a table does, so a change of it judges the rejects again. */
    for (uint32_t i = 0; i < specs->count; i++)
        if (specs->sources[i].profile)
            size += (size_t)sprintf(all + size, "%s\n", specs->sources[i].profile->sha256);
    for (uint32_t i = 0; i < rules->file_count; i++)
        size += (size_t)sprintf(all + size, "%s\n", rules->files[i].sha256);
    sha256_text((struct span){all, size}, rules->sha256);
    return true;
}
