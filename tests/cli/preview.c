/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/preview/preview.h"
#include "bench/city/city.h"
#include "cli/table.h"
#include "tests/cli/journey.h"
#include "report/rejects.h"
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Preview and the sample's book of truth must say the same of every file. */

enum { TRUTH_BYTES_MAX = YAML_BYTES_MAX };

static struct arena arena;
static char city[64];

static int forget(const char *path, const struct stat *status, int flag, struct FTW *walk) {
    (void)status, (void)flag, (void)walk;
    return remove(path);
}

static void setup(void) {
    struct error error = {0};
    arena = (struct arena){0};
    strcpy(city, "/tmp/tongchou-preview-XXXXXX");
    cr_assert(mkdtemp(city));
    struct city_options options = {.directory = city, .seed = CITY_SEED, .size = 1};
    cr_assert(city_make(&options, &error), "%s", error.message);
    const char *copy =
        arena_print(&arena, "cp -r examples/yunchuan/mappings examples/yunchuan/city.yaml %s/", city);
    cr_assert(system(copy) == 0);
}

static void teardown(void) {
    nftw(city, forget, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(&arena);
}

TestSuite(preview, .init = setup, .fini = teardown);

static struct preview *open_file(const char *path, bool full) {
    struct error error = {0};
    struct preview *preview = ARENA_NEW(&arena, struct preview, 1);
    preview->arena = &arena;
    preview->directory = city;
    preview->path = arena_print(&arena, "%s/%s", city, path);
    preview->quiet = true;
    preview->plan.full = full;
    cr_assert(preview_open(preview, &error), "%s: %s", path, error.message);
    for (uint32_t i = 0; i < preview->jobs_planned.job_count; i++)
        cr_assert(preview_read(preview, &preview->jobs_planned.jobs[i], &error), "%s: %s", path,
                  error.message);
    return preview;
}

static const struct preview_job *find_job(const struct preview *preview, const struct node *truth) {
    for (uint32_t i = 0; i < preview->job_count; i++) {
        const struct preview_job *job = &preview->jobs[i];
        if (node_is(node_get(truth, "kind"), job->spec.kind->name) &&
            node_is(node_get(truth, "member"), job->job->inside))
            return job;
    }
    return NULL;
}

static uint64_t number(const struct node *map, const char *key) {
    const struct node *node = node_get(map, key);
    return node ? strtoull(node->text.bytes, NULL, 10) : 0;
}

static uint64_t rows_of(const struct preview_job *job, const char *code) {
    uint64_t rows = 0;
    for (uint32_t i = 0; i < job->reason_count; i++)
        if (strcmp(job->reasons[i].code, code) == 0) rows += job->reasons[i].rows;
    return rows;
}

static void compare(const struct preview_job *job, const struct node *truth) {
    const char *name = job->name;
    cr_expect_eq(job->rows, number(truth, "read"), "%s: read %ju", name, (uintmax_t)job->rows);
    cr_expect_eq(job->tally.rows[FATE_LIVE], number(truth, "new"), "%s: live %ju", name,
                 (uintmax_t)job->tally.rows[FATE_LIVE]);
    cr_expect_eq(job->duplicates, number(truth, "duplicate"), "%s: duplicates %ju", name,
                 (uintmax_t)job->duplicates);
    cr_expect_eq(job->tally.rows[FATE_REJECTED], number(truth, "rejected"), "%s: rejected", name);
    cr_expect_eq(job->tally.rows[FATE_EXPLAINED], number(truth, "explained"), "%s: explained", name);
    const struct node *declared = node_get(truth, "declared"), *said = node_get(declared, "rows");
    if (said && !node_is(said, "null")) {
        cr_assert(job->declared, "%s: nothing declared", name);
        cr_expect_eq((uint64_t)job->declared->rows, number(declared, "rows"), "%s: declared", name);
        cr_expect_eq(job->rows - job->tally.rows[FATE_EXPLAINED], number(declared, "rows"),
                     "%s: read but no data", name);
    }
    const struct node *reasons = node_get(truth, "reasons");
    for (uint32_t i = 0; i < reasons->count; i++) {
        const char *code = reasons->keys[i].text.bytes;
        cr_expect_eq(rows_of(job, code), number(reasons, code), "%s: %s %ju rows", name, code,
                     (uintmax_t)rows_of(job, code));
    }
}

Test(preview, counts_are_those_of_the_truth) {
    struct error error = {0};
    struct span text;
    struct node root;
    struct preview *preview = NULL;
    const char *last = "";
    uint32_t compared = 0;
    cr_assert(file_read(arena_print(&arena, "%s/truth.json", city), TRUTH_BYTES_MAX, &arena, &text, &error),
              "%s", error.message);
    cr_assert(yaml_read(text, "truth.json", &arena, &root, &error), "%s", error.message);
    const struct node *files = node_get(&root, "files");
    cr_assert(files && files->count > 10);
    for (uint32_t i = 0; i < files->count; i++) {
        const struct node *truth = &files->items[i];
        const char *path = node_get(truth, "delivery")->text.bytes;
        if (strcmp(path, last) != 0) {
            if (preview) preview_close(preview);
            preview = open_file(path, true);
        }
        last = path;
        const struct preview_job *job = find_job(preview, truth);
        cr_expect(job, "%s: %s was not read", path, node_get(truth, "member")->text.bytes);
        if (job) compare(job, truth), compared++;
    }
    preview_close(preview);
    cr_expect_eq(compared, files->count);
}

Test(preview, the_head_alone_is_read_without_full) {
    struct preview *preview = open_file("deliveries/linzhu/jf_20201231.txt", false);
    cr_assert_eq(preview->job_count, 1);
    cr_expect_eq(preview->jobs[0].rows, PREVIEW_HEAD_ROWS);
    cr_expect_eq(preview->jobs[0].shown_count, PREVIEW_SHOWN_ROWS);
    preview_close(preview);
}

/* Workers take batches as they come; the rows that are named are the first ones all the same. */
Test(preview, the_lowest_rows_are_the_examples) {
    enum { SHORT_ROWS = 60000 };
    struct error error = {0};
    struct span text;
    const char *good = arena_print(&arena, "%s/deliveries/linzhu/ry_20201231.txt", city);
    cr_assert(file_read(good, TRUTH_BYTES_MAX, &arena, &text, &error), "%s", error.message);
    FILE *file = fopen(good, "w");
    cr_assert(file);
    const char *header = memchr(text.bytes, '\n', text.size);
    fwrite(text.bytes, 1, (size_t)(header - text.bytes) + 1, file);
    for (int i = 0; i < SHORT_ROWS; i++) fputs("1|2\n", file);
    fputs("#END\n", file);
    cr_assert(fclose(file) == 0);
    struct preview *preview = open_file("deliveries/linzhu/ry_20201231.txt", true);
    const struct preview_job *job = &preview->jobs[0];
    bool met = false;
    for (uint32_t i = 0; i < job->reason_count; i++) {
        const struct preview_reason *reason = &job->reasons[i];
        if (reason->rows != SHORT_ROWS) continue;
        met = true;
        for (uint64_t e = 0; e < PREVIEW_EXAMPLES; e++)
            cr_expect_eq(reason->examples[e], e + 2, "%s: row %ju", reason->code,
                         (uintmax_t)reason->examples[e]);
    }
    cr_expect(met);
    preview_close(preview);
}

/* The workbook has a line for every reason of a rejected row, and nobody's number or name in clear. */
Test(preview, the_workbook_holds_every_reject_and_no_person) {
    struct error error = {0};
    struct preview *preview = open_file("deliveries/linzhu/ry_20201231.txt", true);
    const char *path = arena_print(&arena, "%s/自查.xlsx", city);
    cr_assert(preview_book(path, preview->jobs, preview->job_count, &preview->file, &arena, &error), "%s",
              error.message);
    struct node read;
    struct table rejects, doubts;
    cr_assert(yaml_read(SPAN("{header: 4}"), "read", &arena, &read, &error), "%s", error.message);
    cr_assert(table_read(path, NULL, rejects_sheet_zh, &read, NULL, &arena, &rejects, &error), "%s",
              error.message);
    cr_assert(table_read(path, NULL, "疑点明细", &read, NULL, &arena, &doubts, &error), "%s", error.message);
    int row = journey_column(&rejects, rejects_columns_zh[REJECTS_ROW]),
        value = journey_column(&doubts, rejects_columns_zh[REJECTS_VALUE]);
    cr_assert(row >= 0 && value >= 0);
    cr_expect_eq(rejects.row_count, 2);
    cr_expect(doubts.row_count >= 6);
    for (uint32_t r = 0; r < doubts.row_count; r++)
        for (size_t c = 0; c + 8 <= doubts.cells[r][value].size; c++) {
            size_t digits = 0;
            while (digits < 8 && doubts.cells[r][value].bytes[c + digits] >= '0' &&
                   doubts.cells[r][value].bytes[c + digits] <= '9')
                digits++;
            bool date = doubts.cells[r][value].size == 8; /* 19000101 in the column of birth dates */
            cr_expect(digits < 8 || date, "line %u shows a number", r + 1);
        }
    preview_close(preview);
}
