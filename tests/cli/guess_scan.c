/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/scan.h"
#include "bench/city/city.h"
#include "cli/city.h"
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The scan of the sample city says what was planted there, and nobody's number, name or phone. */

enum { SOURCES_MAX = 512, PAGE_BYTES = 4 << 20 };

static struct arena arena;
static char city[64];

static int forget(const char *path, const struct stat *status, int flag, struct FTW *walk) {
    (void)status, (void)flag, (void)walk;
    return remove(path);
}

static void setup(void) {
    struct error error = {0};
    arena = (struct arena){0};
    strcpy(city, "/tmp/tongchou-scan-XXXXXX");
    cr_assert(mkdtemp(city));
    struct city_options options = {.directory = city, .seed = CITY_SEED, .size = 1};
    cr_assert(city_make(&options, &error), "%s", error.message);
}

static void teardown(void) {
    nftw(city, forget, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(&arena);
}

TestSuite(guess_scan, .init = setup, .fini = teardown);

static uint32_t guess_city(struct guess_group *groups) {
    static const struct guess_source *sources[SOURCES_MAX];
    uint32_t source_count = 0, name_count;
    const char **names, *folder = arena_print(&arena, "%s/deliveries", city);
    struct error error = {0};
    cr_assert(guess_folder(folder, &arena, &names, &name_count, &error), "%s", error.message);
    for (uint32_t n = 0; n < name_count; n++) {
        struct guess_listing own;
        const char *path = arena_print(&arena, "%s/%s", folder, names[n]);
        if (strstr(path, "_副本")) continue;
        cr_assert(guess_list(path, names[n], NULL, &arena, &own, &error), "%s", error.message);
        for (uint32_t i = 0; i < own.count; i++) {
            if (own.sources[i].hidden) continue;
            cr_assert(guess_look(&own.sources[i], &arena, &error), "%s", error.message);
            cr_assert(source_count < SOURCES_MAX);
            sources[source_count++] = &own.sources[i];
        }
    }
    return guess_groups(sources, source_count, NULL, &arena, groups);
}

Test(guess_scan, says_what_was_planted_and_no_person) {
    static struct guess_group groups[SOURCES_MAX];
    uint32_t count = guess_city(groups), tried = 0;
    struct error error = {0};
    struct span page = {0};
    const char *path = arena_print(&arena, "%s/scan.html", city);
    cr_assert(guess_scan(path, groups, count, &arena, &error), "%s", error.message);
    cr_assert(file_read(path, PAGE_BYTES, &arena, &page, &error), "%s", error.message);
    /* 䶮 in A, a private character in B, the byte FF in A's names, five numbers lost to E+17 in C. */
    static const char *const words[] = {
        "U+4DAE", "U+E000", "<td class=\"tiny\">FF</td>", "5 个号码丢了末几位", "按常用字判断", "个人信息"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cr_expect(memmem(page.bytes, page.size, words[i], strlen(words[i])), "the scan lacks %s", words[i]);
    for (uint32_t g = 0; g < count; g++)
        for (uint32_t c = 0; c < groups[g].source->columns.count; c++) {
            const struct profile_column *profile = &groups[g].source->profiles[c];
            for (uint32_t v = 0; v < profile->value_count; v++) {
                struct span value = profile_text(&profile->values[v]);
                bool personal =
                    (profile->shapes[SHAPE_CITIZEN] && value.size >= 15) ||
                    (profile->shapes[SHAPE_PHONE] && value.size == 11) ||
                    (profile->shapes[SHAPE_NAME] * 2 > profile->filled && profile->other && value.size > 6);
                if (!personal) continue;
                tried++;
                cr_expect(!memmem(page.bytes, page.size, value.bytes, value.size), "%s column %u: %.*s",
                          groups[g].source->name, c + 1, (int)value.size, value.bytes);
            }
        }
    cr_expect(tried > 300, "%u values tried", tried);
}

Test(guess_scan, is_a_workbook_or_a_page) {
    static struct guess_group groups[SOURCES_MAX];
    uint32_t count = guess_city(groups);
    struct error error = {0};
    const char *book = arena_print(&arena, "%s/scan.xlsx", city);
    cr_expect(guess_scan(book, groups, count, &arena, &error), "%s", error.message);
    cr_expect(access(book, R_OK) == 0);
    cr_expect(!guess_scan(arena_print(&arena, "%s/scan.pdf", city), groups, count, &arena, &error));
    cr_expect_eq(error.trouble, TROUBLE_USAGE);
    cr_expect(!guess_scan("/proc/no/scan.html", groups, count, &arena, &error));
}
