/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <xlsxwriter.h>

/* What a run used is what counts later; what a county's slip says counts for a file without a spec. */

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_EMPTY); }
static void teardown(void) { journey_end(&journey); }
TestSuite(past, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

#define expect_run(...) journey_expect(&journey, __VA_ARGS__)

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void shell(const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    cr_assert(system(arena_print(&journey.arena, "cd %s && %s", journey.city, text)) == 0, "%s", text);
}

/* Today's profile knows nothing of 医疗类别 any more and reads another column as the amount. */
Test(past, trace_reads_by_the_profile_of_its_run) {
    shell("rm -r deliveries/linzhu deliveries/shiliu");
    expect_run("run -q", 2, NULL);
    expect_run("trace setl_d 690102/S20200000123", 0, "25,323.18");
    const char *then = journey.output;
    struct span shipped = {0};
    struct error error = {0};
    cr_assert(file_read("mappings/profiles/sample-jinbao.yaml", 1 << 20, &journey.arena, &shipped, &error));
    shell("mkdir -p mappings/profiles");
    journey_write(&journey, "mappings/profiles/sample-jinbao.yaml", SPAN("tables:\n  KC24: {}\n"));
    expect_run("trace setl_d 690102/S20200000123", 0, "已按当时的规格和映射重读");
    cr_expect_str_eq(journey.output, then, "another profile, another trace");
    /* And a profile that changed judges the rejects again. */
    journey_write(&journey, "mappings/profiles/sample-jinbao.yaml",
                  (struct span){arena_print(&journey.arena, "# 改过\n%.*s", (int)shipped.size, shipped.bytes),
                                shipped.size + strlen("# 改过\n")});
    expect_run("run -q", 2, "补入 0 行");
    expect_run("run -q", 0, NULL);
}

static void write_slip(const char *path, const char *file, const char *scope) {
    const char *const cells[][3] = {{"统筹区编码", "690102", NULL},
                                    {"数据期间", "202002", NULL},
                                    {"全量/增量", scope, NULL},
                                    {"文件名", "行数", "主要金额合计"},
                                    {file, "1", NULL}};
    lxw_workbook *book = workbook_new(arena_print(&journey.arena, "%s/%s", journey.city, path));
    lxw_worksheet *sheet = workbook_add_worksheet(book, "交接单");
    for (lxw_row_t r = 0; r < 5; r++)
        for (lxw_col_t c = 0; c < 3; c++)
            if (cells[r][c]) worksheet_write_string(sheet, r, c, cells[r][c], NULL);
    cr_assert(workbook_close(book) == LXW_NO_ERROR);
}

/* B is not in the second file: a full delivery ends it, a delta does not speak of it. */
Test(past, a_file_without_a_spec_is_what_its_slip_says) {
    static const struct { const char *scope, *left; } cases[] = {{"增量", "HA HB"}, {"全量", "HA"}};
    shell("rm -r deliveries/* mappings/qinghe/*; mkdir -p deliveries/qinghe");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *second = arena_print(&journey.arena, "fixmedins_b_20200%zu.csv", i + 2);
        shell("printf 'fixmedins_code,fixmedins_name\\nHA,甲\\nHB,乙\\n' "
              ">deliveries/qinghe/fixmedins_b_202001.csv");
        shell("printf 'fixmedins_code,fixmedins_name\\nHA,甲%zu\\n' >deliveries/qinghe/%s", i, second);
        write_slip("deliveries/qinghe/交接单.xlsx", second, cases[i].scope);
        expect_run("run -q --county qinghe", 0, NULL);
        cr_expect_str_eq(journey_ask(&journey, "SELECT string_agg(src_key, ' ' ORDER BY src_key) FROM "
                                               "record.fixmedins_b WHERE county = '690102'"),
                         cases[i].left, "%s\n%s", cases[i].scope, journey.output);
        cr_expect_str_eq(journey_ask(&journey,
                                     "SELECT count(*) FROM mapping.content c JOIN intake.file f ON "
                                     "f.spec_sha256 = c.sha256 JOIN intake.delivery USING (delivery)"),
                         i ? "3" : "2", "the spec that was made is not kept");
    }
    expect_run("run -q --county qinghe", 0, NULL);
}

/* Papers bear this machine's day. */
Test(past, a_clock_before_the_last_run_is_said) {
    shell("rm -r deliveries/*");
    expect_run("run -q", 0, NULL);
    expect_run("run -q", 0, NULL);
    cr_expect(!strstr(journey.output, "时钟"), "%s", journey.output);
    journey_ask(&journey,
                "UPDATE intake.run SET started = now() + '2 days' WHERE run = (SELECT max(run) FROM "
                "intake.run) RETURNING run");
    expect_run("run -q", 0, "本机时钟早于上次处理");
}
