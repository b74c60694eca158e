/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char head[] = "city: {name: 云川市, admdvs: \"690100\"}\n"
                           "counties:\n  - {folder: qinghe, name: 青禾区, admdvs: \"690102\"}\n";

/* city.yaml made of the usual head and `more`; what city_read says of it. */
static bool reads(const char *more, struct arena *arena, struct city *city, struct error *error) {
    char folder[] = "/tmp/tongchou-city-XXXXXX";
    cr_assert(mkdtemp(folder));
    const char *path = arena_print(arena, "%s/city.yaml", folder);
    FILE *file = fopen(path, "w");
    cr_assert(file);
    fprintf(file, "%s%s", head, more);
    cr_assert(fclose(file) == 0);
    bool ok = city_read(folder, arena, city, error);
    cr_assert(unlink(path) == 0 && rmdir(folder) == 0);
    return ok;
}

Test(city, has_what_is_written_and_else_the_defaults) {
    struct arena arena = {0};
    struct city *city = calloc(1, sizeof *city);
    struct error error = {0};
    cr_assert(reads("", &arena, city, &error), "%s", error.message);
    cr_expect(city->county_count == 1 && !city->cover && city->cutover == INT32_MIN);
    cr_expect(strcmp(city->database, "embedded") == 0 && city->reject_limit.share == 50);
    cr_expect(city->limits.members == bytes_limits_default.members &&
              city->limits.total_bytes == bytes_limits_default.total_bytes);
    cr_assert(reads("cover: yes\ncutover: 2021-01-01\nreject_limit: {share: 0.02}\n"
                    "limits: {member_gib: 128, members: 7}\n",
                    &arena, city, &error),
              "%s", error.message);
    cr_expect(city->cover && city->cutover == 7671 && city->reject_limit.rows == 1000);
    cr_expect(city->reject_limit.share == 200 && city->limits.members == 7);
    cr_expect(city->limits.member_bytes == UINT64_C(128) << 30 &&
              city->limits.total_bytes == bytes_limits_default.total_bytes &&
              city->limits.ratio == bytes_limits_default.ratio);
    free(city);
    arena_free(&arena);
}

Test(city, refuses_what_it_does_not_know_and_says_where) {
    static const struct {
        const char *more;
        uint64_t row;
        const char *says;
    } cases[] = {
        {"vanish_limitt: {}\n", 4, "vanish_limit"},
        {"limits: {member: 1}\n", 4, "members"},
        {"limits: {members: many}\n", 4, "members"},
        {"limits: {total_gib: 1048577}\n", 4, "GiB"},
        {"reject_limit: {share: x}\n", 4, "share"},
        {"reject_limit: {rows: -1}\n", 4, "rows"},
        {"reject_limit: 5\n", 4, "键"},
        {"cover: maybe\n", 4, "cover"},
        {"cutover: 2021-13-01\n", 4, "cutover"},
        {"database: elsewhere\n", 4, "database"},
        {"fund: [nothing]\n", 4, "fund"},
        {"  - {folder: other, name: 别县, admdvs: \"690102\"}\n", 4, "重复"},
        {"  - {folder: ../x, name: 别县, admdvs: \"690103\"}\n", 4, "folder"},
        {"  - {folder: other, admdvs: \"690103\"}\n", 4, "name"},
        {"distributed: yes\n", 4, "distributed"},
    };
    struct arena arena = {0};
    struct city *city = calloc(1, sizeof *city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        cr_assert(!reads(cases[i].more, &arena, city, &error), "%s was taken", cases[i].more);
        cr_expect(error.trouble == TROUBLE_USAGE && error.at.row == cases[i].row &&
                      strcmp(error.at.source, "city.yaml") == 0,
                  "%s: %s, row %ju", cases[i].more, error.at.source, (uintmax_t)error.at.row);
        cr_expect(strstr(error.message, cases[i].says), "%s: %s", cases[i].more, error.message);
    }
    free(city);
    arena_free(&arena);
}
