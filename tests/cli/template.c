/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/template/template.h"
#include "cli/preview/preview.h"
#include "cli/slip.h"
#include "cli/table.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct arena arena;
static char city[64];
static const struct kind *kinds[64];

static int forget(const char *path, const struct stat *status, int flag, struct FTW *walk) {
    (void)status, (void)flag, (void)walk;
    return remove(path);
}

static void setup(void) {
    arena = (struct arena){0};
    strcpy(city, "/tmp/tongchou-template-XXXXXX");
    cr_assert(mkdtemp(city));
    cr_assert(
        system(arena_print(&arena, "cp examples/yunchuan/city.yaml %s/ && mkdir -p %s/deliveries/qinghe",
                           city, city)) == 0);
    for (uint32_t i = 0; i < model_kind_count; i++) kinds[i] = &model_kinds[i];
}

static void teardown(void) {
    nftw(city, forget, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(&arena);
}

TestSuite(template, .init = setup, .fini = teardown);

/* The header's row is the first that names the column. */
static void read_sheet(const char *path, const char *sheet, const char *column, struct table *table) {
    struct error error = {0};
    for (int row = 1; row <= 8; row++) {
        struct node read;
        const char *text = arena_print(&arena, "{header: %d}", row);
        cr_assert(yaml_read((struct span){text, strlen(text)}, "read", &arena, &read, &error));
        if (table_read(path, NULL, sheet, &read, NULL, &arena, table, &error) &&
            journey_column(table, column) >= 0)
            return;
    }
    cr_assert_fail("%s has no column %s", sheet, column);
}

Test(template, the_book_says_every_column_of_every_kind) {
    struct error error = {0};
    cr_assert(template_book(city, kinds, model_kind_count, &arena, &error), "%s", error.message);
    const char *path = arena_print(&arena, "%s/数据采集要求.xlsx", city);
    for (uint32_t k = 0; k < model_kind_count; k++) {
        struct table table;
        read_sheet(path, kinds[k]->label, "列名", &table);
        int name = journey_column(&table, "列名"), label = journey_column(&table, "中文名"),
            required = journey_column(&table, "必填");
        uint32_t row = 0;
        for (uint32_t c = 0; c < kinds[k]->column_count; c++) {
            const struct kind_column *column = &kinds[k]->columns[c];
            if (strcmp(column->name, "crte_time") == 0 || strcmp(column->name, "updt_time") == 0) continue;
            cr_assert(row < table.row_count, "%s lacks %s", kinds[k]->name, column->name);
            struct span *cells = table.cells[row++];
            cr_expect(span_equal(cells[name], (struct span){column->name, strlen(column->name)}), "%s.%s",
                      kinds[k]->name, column->name);
            cr_expect(span_equal(cells[label], (struct span){column->label, strlen(column->label)}), "%s.%s",
                      kinds[k]->name, column->name);
            cr_expect_eq(cells[required].size > 0, (column->tags & TAG_REQUIRED) != 0, "%s.%s required",
                         kinds[k]->name, column->name);
        }
    }
}

/* An empty slip says nothing: no hint in it may be taken for an answer. */
Test(template, the_slip_is_read_back) {
    struct error error = {0};
    struct slip slip;
    cr_assert(template_slip(city, kinds, model_kind_count, &error), "%s", error.message);
    const char *path = arena_print(&arena, "%s/交接单.xlsx", city);
    cr_assert(slip_read(path, NULL, NULL, &arena, &slip, &error), "%s", error.message);
    cr_expect_str_eq(slip.admdvs, "");
    cr_expect_str_eq(slip.period, "");
    cr_expect_eq(slip.revision, 0);
    cr_expect_eq(slip.count, 0);
}

/* One row of examples under the names, or the labels, of all columns. */
static const char *write_file(const struct kind *kind, bool labels) {
    const char *path =
        arena_print(&arena, "%s/deliveries/qinghe/%s_202001.csv", city, labels ? kind->label : kind->name);
    FILE *file = fopen(path, "w");
    cr_assert(file);
    for (uint32_t c = 0; c < kind->column_count; c++)
        fprintf(file, "%s%s", c ? "," : "", labels ? kind->columns[c].label : kind->columns[c].name);
    fputc('\n', file);
    for (uint32_t c = 0; c < kind->column_count; c++)
        fprintf(file, "%s%s", c ? "," : "", template_example(&kind->columns[c]));
    fputc('\n', file);
    cr_assert(fclose(file) == 0);
    return path;
}

static struct preview *open_file(const char *path, bool *ok, struct error *error) {
    struct preview *preview = ARENA_NEW(&arena, struct preview, 1);
    preview->arena = &arena;
    preview->directory = city;
    preview->path = path;
    preview->quiet = true;
    preview->plan.full = true;
    *ok = preview_open(preview, error);
    return preview;
}

Test(template, a_file_that_follows_it_needs_no_spec) {
    for (uint32_t k = 0; k < model_kind_count; k++)
        for (int labels = 0; labels < 2; labels++) {
            struct error error = {0};
            bool ok;
            const char *path = write_file(kinds[k], labels);
            struct preview *preview = open_file(path, &ok, &error);
            cr_assert(ok, "%s: %s", path, error.message);
            cr_assert_eq(preview->jobs_planned.job_count, 1);
            const struct job *job = &preview->jobs_planned.jobs[0];
            cr_expect(job->spec->kind == kinds[k], "%s", path);
            cr_expect_str_eq(preview->jobs_planned.period, "202001", "%s", path);
            cr_assert(preview_read(preview, job, &error), "%s: %s", path, error.message);
            const struct preview_job *done = &preview->jobs[0];
            cr_expect_eq(done->tally.rows[FATE_LIVE], 1, "%s: %s", path,
                         done->reason_count ? done->reasons[0].code : "");
            cr_expect_eq(done->tally.rows[FATE_REJECTED], 0, "%s", path);
            preview_close(preview);
        }
}

/* Another name, an unknown column, a required column missing, one twice: nobody claims it. */
static const struct {
    const char *name, *text;
} others[] = {
    {"别的_202001.csv", "fixmedins_code,fixmedins_name\nH1,样例\n"},
    {"定点医药机构_202001.csv", "fixmedins_code,院长\nH1,样例\n"},
    {"定点医药机构_202002.csv", "fixmedins_name\n样例\n"},
    {"定点医药机构_202003.csv", "fixmedins_code,定点医药机构编号\nH1,H1\n"},
};

Test(template, anything_else_is_refused) {
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct error error = {0};
        bool ok;
        const char *path = arena_print(&arena, "%s/deliveries/qinghe/%s", city, others[i].name);
        FILE *file = fopen(path, "w");
        cr_assert(file && fputs(others[i].text, file) >= 0 && fclose(file) == 0);
        open_file(path, &ok, &error);
        cr_expect(!ok && error.code && strcmp(error.code, "file.unmatched") == 0, "%s: %s", others[i].name,
                  error.message);
    }
}
