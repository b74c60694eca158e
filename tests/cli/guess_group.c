/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include "core/spec.h"
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files of one shape become one spec, and no spec claims what another reads. */

enum { SOURCES_MAX = 128 };

static struct arena arena;
static char folder[64];
static const struct guess_source *sources[SOURCES_MAX];
static struct guess_group groups[SOURCES_MAX];
static uint32_t source_count;

static int forget(const char *path, const struct stat *status, int flag, struct FTW *walk) {
    (void)status, (void)flag, (void)walk;
    return remove(path);
}

static void setup(void) {
    arena = (struct arena){0};
    source_count = 0;
    strcpy(folder, "/tmp/tongchou-groups-XXXXXX");
    cr_assert(mkdtemp(folder));
}

static void teardown(void) {
    nftw(folder, forget, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(&arena);
}

TestSuite(guess_group, .init = setup, .fini = teardown);

/* Twenty settlements of a month; `amount` makes files differ. */
static void put_settlements(const char *name, unsigned year, unsigned month, unsigned rows, unsigned amount) {
    FILE *file = fopen(arena_print(&arena, "%s/%s", folder, name), "w");
    cr_assert(file);
    fputs("结算编号|人员编号|险种|医疗类别|机构编码|结算时间|总费用|统筹支付|现金\n", file);
    for (unsigned i = 0; i < rows; i++)
        fprintf(file, "S%04u%02u%06u|1810000%05u|310|11|H0001|%04u%02u%02u|%u.50|%u.00|20.50\n", year, month,
                i, i, year, month, i % 28 + 1, amount + i + 20, amount + i);
    fclose(file);
}

static void put_people(const char *name, const char *header, unsigned seed) {
    FILE *file = fopen(arena_print(&arena, "%s/%s", folder, name), "w");
    cr_assert(file);
    fprintf(file, "%s\n", header);
    for (unsigned i = 0; i < 30; i++)
        fprintf(file, "69%04u%04u,张样,%u,2020%02u01,280.00\n", seed, i, i % 2 + 1, i % 12 + 1);
    fclose(file);
}

static uint32_t guess_all(void) {
    const char **names;
    uint32_t count;
    struct error error = {0};
    cr_assert(guess_folder(folder, &arena, &names, &count, &error), "%s", error.message);
    for (uint32_t i = 0; i < count; i++) {
        struct guess_listing own;
        const char *path = arena_print(&arena, "%s/%s", folder, names[i]);
        cr_assert(guess_list(path, names[i], NULL, &arena, &own, &error), "%s", error.message);
        cr_assert(own.count == 1 && guess_look(own.sources, &arena, &error), "%s: %s", names[i],
                  error.message);
        sources[source_count++] = own.sources;
    }
    return guess_groups(sources, source_count, NULL, &arena, groups);
}

/* Each file is claimed by exactly the draft of its group. */
static void check_claims(uint32_t count) {
    for (uint32_t g = 0; g < count; g++)
        for (uint32_t o = 0; o < count; o++)
            for (uint32_t i = 0; i < groups[o].count; i++) {
                const char *match = groups[g].draft->match, *name = groups[o].members[i]->name;
                cr_expect_eq(
                    spec_match((struct span){match, strlen(match)}, (struct span){name, strlen(name)}, NULL),
                    g == o, "%s and %s", match, name);
            }
}

static bool remarked(const struct guess_group *group, const char *word) {
    for (uint32_t i = 0; i < group->draft->remark_count; i++)
        if (strstr(group->draft->remarks[i], word)) return true;
    return false;
}

Test(guess_group, thirty_six_months_are_one_spec) {
    for (unsigned m = 0; m < 36; m++)
        if (m != 16) /* 2019-05 is missing */
            put_settlements(arena_print(&arena, "js_%u%02u.txt", 2018 + m / 12, m % 12 + 1), 2018 + m / 12,
                            m % 12 + 1, 20, m * 100);
    uint32_t count = guess_all();
    cr_assert_eq(count, 1, "%u groups", count);
    cr_expect_eq(groups[0].count, 35);
    cr_expect_str_eq(groups[0].draft->match, "js_{period}*.txt");
    cr_expect_str_eq(groups[0].draft->kind->name, "setl_d");
    cr_expect_str_eq(groups[0].draft->delivery, "delta");
    cr_expect(!groups[0].draft->delivery_doubt && remarked(&groups[0], "201905"));
    cr_expect_eq(groups[0].source->rows, 35 * 21, "%ju rows", (uintmax_t)groups[0].source->rows);
    check_claims(count);
}

/* A list that begins on the same day and grows is a snapshot; calling it a delta would be no loss, but a
   delta called a snapshot ends what it lacks. */
Test(guess_group, growing_lists_are_full) {
    for (unsigned m = 1; m <= 4; m++)
        put_settlements(arena_print(&arena, "结算2020年%u月.txt", m), 2020, 1, 10 + m, 0);
    uint32_t count = guess_all();
    cr_assert_eq(count, 1);
    cr_expect_str_eq(groups[0].draft->match, "结算{period}年{period}月*.txt");
    cr_expect(!groups[0].draft->delivery && !groups[0].draft->delivery_doubt);
}

Test(guess_group, versions_stand_apart) {
    put_settlements("js_202001.txt", 2020, 1, 20, 0);
    put_settlements("js_202002.txt", 2020, 2, 20, 5);
    put_settlements("js_202001_v2.txt", 2020, 1, 21, 10);
    put_settlements("js_202002_v3.txt", 2020, 2, 22, 15);
    uint32_t count = guess_all();
    cr_assert_eq(count, 2, "%u groups", count);
    check_claims(count);
    for (uint32_t g = 0; g < 2; g++) {
        struct spec_rank rank;
        const char *match = groups[g].draft->match, *name = groups[g].members[0]->name;
        cr_assert(spec_match((struct span){match, strlen(match)}, (struct span){name, strlen(name)}, &rank));
        cr_expect_eq(rank.period.size, 6, "%s", match);
        cr_expect_eq(rank.revision.size, strstr(name, "_v") ? 1 : 0, "%s of %s", match, name);
    }
}

/* A month of which there is only a corrected file is not missing; one of which there is none is. */
Test(guess_group, a_month_that_came_as_a_version_is_not_missing) {
    static const char *const names[] = {"js_202001.txt", "js_202002_v2.txt", "js_202003.txt",
                                        "js_202005.txt"};
    static const unsigned months[] = {1, 2, 3, 5};
    for (int i = 0; i < 4; i++) put_settlements(names[i], 2020, months[i], 20, 100);
    uint32_t count = guess_all();
    cr_assert_eq(count, 2, "%u groups", count);
    for (uint32_t g = 0; g < count; g++) {
        bool plain = !strstr(groups[g].draft->match, "{revision}");
        cr_expect_eq(remarked(&groups[g], "202004"), plain, "%s", groups[g].draft->match);
        cr_expect(!remarked(&groups[g], "202002"), "%s", groups[g].draft->match);
    }
}

Test(guess_group, townships_are_one_spec_and_other_tables_are_not) {
    static const char *const towns[] = {"东山镇", "城关镇", "李家乡", "河西乡"};
    for (unsigned t = 0; t < 4; t++)
        put_people(arena_print(&arena, "%s缴费.csv", towns[t]), "个人编号,姓名,险种,缴费日期,个人缴费", t);
    put_people("城关镇其他.csv", "个人编号,姓名,性别,出生日期,余额", 9);
    uint32_t count = guess_all();
    cr_assert_eq(count, 2, "%u groups", count);
    check_claims(count);
    const struct guess_group *towns_group = &groups[groups[0].count == 4 ? 0 : 1];
    cr_expect_eq(towns_group->count, 4);
    cr_expect_str_eq(towns_group->draft->match, "*缴费*.csv");
    /* Four parts of one whole: as full deliveries each would end the others' records. */
    cr_expect_str_eq(towns_group->draft->delivery ? towns_group->draft->delivery : "full", "delta");
}

Test(guess_group, one_name_and_another_header_are_two_specs) {
    put_people("jf_202001.csv", "个人编号,姓名,险种,缴费日期,个人缴费", 1);
    put_people("jf_202002.csv", "个人编号,姓名,险种,缴费日期,合计", 2);
    uint32_t count = guess_all();
    cr_assert_eq(count, 2);
    cr_expect(remarked(&groups[0], "match") && remarked(&groups[1], "match"),
              "two specs claim the same files, and nobody says so");
}
