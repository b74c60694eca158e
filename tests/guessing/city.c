/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The sample city, whose specs say what each file is.  With other seeds columns turn, fields widen, line ends
   and faults move. */
#include "bench/city/city.h"
#include "cli/specs.h"
#include "tests/guessing/guessing.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

static const uint64_t seeds[] = {CITY_SEED, 1, 2, 3, 4};

static const struct {
    const char *county, *file, *inside, *spec;
} cases[] = {
    {"qinghe", "青禾县医保数据_20201231.zip", "人员AC01.DBF", "person"},
    {"qinghe", "青禾县医保数据_20201231.zip", "参保AC02.DBF", "enrollment"},
    {"qinghe", "青禾县医保数据_20201231.zip", "职工缴费AC43.DBF", "contribution"},
    {"qinghe", "青禾县医保数据_20201231.zip", "结算KC24.DBF", "settlement"},
    {"qinghe", "青禾县医保数据_20201231.zip", "单位AB01.DBF", "employer"},
    {"qinghe", "青禾县医保数据_20201231.zip", "机构KB01.DBF", "institution"},
    {"linzhu", "ry_20201231.txt", "", "person"},
    {"linzhu", "cb_20201231.txt", "", "enrollment"},
    {"linzhu", "jf_20201231.txt", "", "contribution"},
    {"linzhu", "js_20201231.txt", "", "settlement"},
    {"linzhu", "jjzf_20201231.dat", "", "fund"},
    {"shiliu", "石榴县城乡居民医保台账(最终版).xlsx", "参保登记", "person"},
    {"shiliu", "石榴县城乡居民医保台账(最终版).xlsx", "缴费台账", "contribution"},
    {"shiliu", "石榴县城乡居民医保台账(最终版).xlsx", "住院补偿", "inpatient"},
    {"shiliu", "石榴县城乡居民医保台账(最终版).xlsx", "门诊补偿", "outpatient"},
};

static int forget(const char *path, const struct stat *status, int flag, struct FTW *walk) {
    (void)status, (void)flag, (void)walk;
    return remove(path);
}

static const struct spec *spec_of(const char *county, const char *name, struct arena *arena) {
    struct city city = {.directory = "examples/yunchuan"};
    struct county own = {.folder = county};
    struct spec_set *set = ARENA_NEW(arena, struct spec_set, 1);
    struct error error = {0};
    if (!specs_read(&city, &own, arena, set, &error)) return NULL;
    for (uint32_t i = 0; i < set->count; i++)
        if (strcmp(set->specs[i].path, arena_print(arena, "mappings/%s/%s.yaml", county, name)) == 0)
            return &set->specs[i];
    return NULL;
}

static const char *text_of(const struct node *map, const char *key) {
    const struct node *node = node_get(map, key);
    return node && node->kind == NODE_SCALAR ? node->text.bytes : "";
}

/* Delimiter and header row, as a spec or a draft says them. */
static const char *dialect_of(const struct node *read, struct arena *arena) {
    const struct node *header = node_get(read, "header");
    return arena_print(arena, "%s %s %s", text_of(read, "delimiter"), text_of(header, "row"),
                       *text_of(header, "rows") ? text_of(header, "rows") : "1");
}

static void judge(const char *city, size_t i, uint64_t seed, struct score *files, struct score *dialects) {
    struct arena arena = {0};
    struct error error = {0};
    struct guess_listing listing;
    struct guess_source *source = NULL;
    const struct spec *spec = spec_of(cases[i].county, cases[i].spec, &arena);
    const char *path = arena_print(&arena, "%s/deliveries/%s/%s", city, cases[i].county, cases[i].file);
    bool looked = spec && guess_list(path, NULL, NULL, &arena, &listing, &error);
    for (uint32_t s = 0; looked && s < listing.count && !source; s++) {
        const char *inside = strchr(listing.sources[s].name, '!');
        if (!*cases[i].inside || (inside && strcmp(inside + 1, cases[i].inside) == 0))
            source = &listing.sources[s];
    }
    looked = source && guess_look(source, &arena, &error);
    struct node read = {0};
    looked = looked &&
             yaml_read((struct span){source->read, strlen(source->read)}, "draft", &arena, &read, &error);
    bool right = looked && span_equal(spec->format, (struct span){source->format, strlen(source->format)}) &&
                 (!spec->encoding.size || same_encoding(spec->encoding.bytes, source->encoding));
    bool same = looked && strcmp(dialect_of(&read, &arena), dialect_of(spec->read, &arena)) == 0;
    files->all++, dialects->all++;
    files->right += right, dialects->right += same;
    if (!right || !same)
        printf("WRONG\tseed %ju %s\tsample city\t%s\t%s%s\n", (uintmax_t)seed, cases[i].file,
               source && source->read ? source->read : "", error.message, same ? "" : " dialect");
    arena_free(&arena);
}

void guess_cities(struct score *files, struct score *dialects) {
    for (size_t s = 0; s < sizeof seeds / sizeof *seeds; s++) {
        char folder[] = "/tmp/tongchou-guessing-XXXXXX";
        struct error error = {0};
        struct city_options options = {.directory = folder, .seed = seeds[s], .size = 1, .vary = s > 0};
        if (!mkdtemp(folder) || !city_make(&options, &error)) {
            printf("no city: %s\n", error.message);
            files->all++;
        } else {
            for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
                judge(folder, i, seeds[s], files, dialects);
        }
        nftw(folder, forget, 16, FTW_DEPTH | FTW_PHYS);
    }
}
