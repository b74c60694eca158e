/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/fetch/fetch.h"
#include "cli/city.h"
#include "tests/cli/journey.h"
#include "tests/report/server.h"
#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char spec[] = "match: \"ryxx_{period}_{revision}.pgcopy\"\n"
                           "kind: psn_insu_d\n"
                           "delivery: full\n"
                           "read: {format: postgres, service: county, query: \"%s\"}\n"
                           "key: [aac001, aae140]\n"
                           "columns:\n"
                           "  src_psn_no:    {from: aac001}\n"
                           "  insutype:      {from: aae140}\n"
                           "  psn_type:      {value: \"1101\"}\n"
                           "  psn_insu_stas: {value: \"1\"}\n"
                           "  crt_insu_date: {from: aac030, as: date}\n"
                           "unmapped: keep\n"
                           "control: none\n";

static void write_spec(struct journey *journey, const char *query) {
    char text[2048];
    int size = snprintf(text, sizeof text, spec, query);
    journey_write(journey, "mappings/qinghe/ryxx.yaml", (struct span){text, (size_t)size});
}

static size_t count_files(struct journey *journey, const char *pattern) {
    glob_t found = {0};
    glob(arena_print(&journey->arena, "%s/%s", journey->city, pattern), GLOB_PERIOD, NULL, &found);
    size_t count = found.gl_pathc;
    globfree(&found);
    return count;
}

static void expect(struct journey *journey, const char *arguments, int code, const char *said) {
    int status = journey_run(journey, arguments);
    cr_expect(status == code && strstr(journey->output, said), "%s: %d: %s", arguments, status,
              journey->output);
}

/* A database of a county, and a city without any files. */
static void begin(struct journey *journey, struct server *server) {
    cr_assert(server_start(server), "no PostgreSQL to test with");
    journey_begin_at(journey, JOURNEY_EMPTY);
    cr_assert(server_run(server,
                         "CREATE TABLE ac02 (aac001 text, aae140 text, aac030 date, aac003 text);"
                         "INSERT INTO ac02 SELECT 'P' || i, '310', date '2010-01-01' + i, '机密' || i "
                         "FROM generate_series(1, 300) AS t(i)"));
    cr_assert(system(arena_print(&journey->arena, "rm -rf %s/deliveries %s/mappings/*/*.yaml", journey->city,
                                 journey->city)) == 0);
    const char *service =
        arena_print(&journey->arena, "[county]\nhost=%s\ndbname=postgres\nuser=test\n", server->folder);
    journey_write(journey, "service.conf", (struct span){service, strlen(service)});
    setenv("PGSERVICEFILE", arena_print(&journey->arena, "%s/service.conf", journey->city), 1);
}

/* What is fetched is a delivery: published, traced, kept once, corrected by a later one, undone. */
Test(fetch, a_query_becomes_a_delivery, .timeout = JOURNEY_SECONDS) {
    struct journey journey;
    struct server server;
    begin(&journey, &server);
    write_spec(&journey, "SELECT aac001, aae140, aac030 FROM ac02 ORDER BY 1");
    expect(&journey, "fetch --dry-run", 0, "date      aac030");
    cr_expect(count_files(&journey, "deliveries/*/*") == 0, "a dry run keeps nothing");
    expect(&journey, "fetch --period 202012", 0, "300 行");
    expect(&journey, "fetch --period 202012", 0, "内容相同，未另存");
    cr_expect(count_files(&journey, "deliveries/qinghe/ryxx_202012_?.pgcopy") == 1);
    cr_expect(count_files(&journey, "deliveries/qinghe/.fetch*") == 0, "no part is left behind");
    expect(&journey, "run", 0, "300 行");
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*)::text FROM record.psn_insu_d"), "300");
    const char *before = journey_content(&journey);
    expect(&journey, "trace psn_insu_d 690102/P7/310", 0, "ryxx_202012_1.pgcopy");
    cr_assert(server_run(&server, "UPDATE ac02 SET aac030 = '2011-11-11' WHERE aac001 = 'P7'"));
    expect(&journey, "fetch qinghe --period 202012", 0, "ryxx_202012_2.pgcopy");
    expect(&journey, "run", 0, "");
    cr_expect_str_eq(
        journey_ask(&journey, "SELECT crt_insu_date::text FROM record.psn_insu_d WHERE src_psn_no = 'P7'"),
        "2011-11-11");
    expect(&journey, "undo 2 --reason test", 0, "已撤回");
    cr_expect_str_eq(journey_content(&journey), before);
    expect(&journey, "guess deliveries/qinghe/ryxx_202012_1.pgcopy", 0, "service: county");
    journey_end(&journey);
    server_stop(&server);
}

/* What is wrong is said before anything is kept. */
Test(fetch, keeps_nothing_of_what_failed, .timeout = JOURNEY_SECONDS) {
    struct journey journey;
    struct server server;
    begin(&journey, &server);
    write_spec(&journey, "DELETE FROM ac02");
    expect(&journey, "check", 64, "SELECT");
    expect(&journey, "fetch", 64, "SELECT");
    write_spec(&journey, "SELECT aac001, aae140, aac003::int AS aac030 FROM ac02");
    expect(&journey, "fetch", 1, "22P02");
    cr_expect(!strstr(journey.output, "机密"), "a value was shown: %s", journey.output);
    write_spec(&journey, "SELECT now() AS aac001, aae140, aac030 FROM ac02");
    expect(&journey, "fetch", 64, "timestamp with time zone");
    cr_expect(count_files(&journey, "deliveries/qinghe/[!.]*") == 0 &&
              count_files(&journey, "deliveries/qinghe/.f*") == 0);
    journey_write(&journey, "service.conf", SPAN("[county]\nhost=/nowhere\nuser=test\n"));
    write_spec(&journey, "SELECT aac001, aae140, aac030 FROM ac02");
    expect(&journey, "fetch", 75, "连不上来源数据库");
    journey_end(&journey);
    server_stop(&server);
}

/* A file that was cut or changed is refused, wherever that happened. */
Test(fetch, a_damaged_file_is_refused, .timeout = JOURNEY_SECONDS) {
    struct journey journey;
    struct server server;
    begin(&journey, &server);
    write_spec(&journey, "SELECT aac001, aae140, aac030 FROM ac02 ORDER BY 1");
    expect(&journey, "fetch --period 202012", 0, "300 行");
    struct span whole = journey_file(&journey, "deliveries/qinghe/ryxx_202012_1.pgcopy");
    for (size_t size = 0; size < whole.size; size += 1 + whole.size / 8) {
        journey_write(&journey, "deliveries/qinghe/ryxx_202012_1.pgcopy", (struct span){whole.bytes, size});
        int code = journey_run(&journey, "preview deliveries/qinghe/ryxx_202012_1.pgcopy --count");
        cr_expect(code == 1 || code == 3, "cut at %zu: %d %s", size, code, journey.output);
    }
    journey_end(&journey);
    server_stop(&server);
}

Test(fetch, the_pattern_is_the_name) {
    struct arena arena = {0};
    static const struct {
        const char *pattern, *name;
    } cases[] = {{"a_{period}.pgcopy", "a_202012.pgcopy"},
                 {"{period}_{revision}", "202012_3"},
                 {"参保.pgcopy", "参保.pgcopy"},
                 {"{part}", "{part}"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span pattern = {cases[i].pattern, strlen(cases[i].pattern)};
        cr_expect_str_eq(fetch_name(pattern, "202012", 3, &arena), cases[i].name);
    }
    arena_free(&arena);
}
