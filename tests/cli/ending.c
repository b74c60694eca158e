/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/command.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* How a command ends: its exit code over several deliveries, an interrupt in the middle of a COPY, its answer
   as JSON, an undo without the bytes. */

enum { COPY_LOOKS = 600000 }; /* ten minutes */

static struct journey journey;
static void setup(void) { journey_begin(&journey); }
static void setup_held(void) { journey_begin_at(&journey, JOURNEY_EMPTY); }
static void teardown(void) { journey_end(&journey); }
/* A suite's own init would run as well as a test's. */
TestSuite(ending, .fini = teardown, .timeout = JOURNEY_SECONDS);

#define expect_run(...) journey_expect(&journey, __VA_ARGS__)

static void shell(const char *command) {
    cr_assert(system(arena_print(&journey.arena, "cd %s && %s", journey.city, command)) == 0, "%s", command);
}

/* main.c has the real ones. */
const struct setting common_options[] = {{0}};

Test(exits, the_first_that_applies) {
    static const enum exit_code order[] = {EXIT_TERMINATED, EXIT_INTERRUPTED, EXIT_USAGE,     EXIT_FAILED,
                                           EXIT_REFUSED,    EXIT_LATER,       EXIT_PUBLISHED, EXIT_HELD};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        for (size_t j = i; j < sizeof order / sizeof *order; j++) {
            cr_expect_eq(exit_worse(order[i], order[j]), order[i], "%d, %d", order[i], order[j]);
            cr_expect_eq(exit_worse(order[j], order[i]), order[i], "%d, %d", order[j], order[i]);
        }
}

/* One county is damaged (1), one refused (3), one held by somebody else (75), one fine with rejects (2); each
   time the worst is mended the next one shows. */
Test(ending, several_deliveries, .init = setup) {
    struct database database;
    struct session session = {0};
    struct error error = {0};
    shell("mkdir keep && cp deliveries/linzhu/ry_20201231.txt keep/ && rm -r deliveries/qinghe "
          "deliveries/shiliu &&"
          " mkdir deliveries/qinghe deliveries/shiliu && printf 'PK' >deliveries/qinghe/a.zip &&"
          " printf 'x' >deliveries/shiliu/unknown.bin");
    expect_run("status", 0, NULL);
    cr_assert(database_open(&database, "embedded", journey.city, &error), "%s", error.message);
    cr_assert(session_open(&session, &database, "test", &error), "%s", error.message);
    cr_assert(session_run(&session, "SELECT pg_advisory_lock(hashtextextended('tongchou:county:690181', 0))",
                          &error));
    expect_run("run -q", 1, "文件不完整或已损坏");
    shell("rm deliveries/qinghe/a.zip");
    expect_run("run -q", 3, "没有源规格认领此文件");
    shell("rm deliveries/shiliu/unknown.bin");
    expect_run("run -q", 75, "690181");
    cr_assert(session_run(
        &session, "SELECT pg_advisory_unlock(hashtextextended('tongchou:county:690181', 0))", &error));
    session_close(&session);
    database_close(&database);
    expect_run("run -q", 2, NULL);
    expect_run("run -q", 0, NULL);
    shell("echo 'unmaped: reject' >>mappings/qinghe/person.yaml");
    expect_run("run -q", 64, "unmaped");
}

/* Starts "run -q" in the city. */
static pid_t start_run(void) {
    const char *folder = getenv("OUT");
    char program[PATH_MAX];
    cr_assert(
        realpath(arena_print(&journey.arena, "%s/tongchou", folder ? folder : "build/release"), program));
    pid_t pid = fork();
    cr_assert(pid >= 0);
    if (pid == 0) {
        int quiet = open("/dev/null", O_RDWR);
        if (chdir(journey.city) == 0 && dup2(quiet, 0) == 0 && dup2(quiet, 1) == 1 && dup2(quiet, 2) == 2)
            execl(program, program, "run", "-q", (char *)NULL);
        _exit(99);
    }
    return pid;
}

/* Into a table that is not published yet: what is worked out after publishing is copied, too. */
static bool copying(struct session *session) {
    struct error error = {0};
    PGresult *result = session_ask(session,
                                   "SELECT FROM pg_stat_progress_copy JOIN pg_class c ON c.oid = relid"
                                   " JOIN pg_namespace n ON n.oid = relnamespace"
                                   " WHERE tuples_processed > 0 AND nspname = 'fresh'",
                                   0, NULL, &error);
    cr_assert(result, "%s", error.message);
    bool under_way = PQntuples(result) > 0;
    PQclear(result);
    return under_way;
}

/* Rows go slowly into tables that a run makes, less than two hundred a second, while `slow` exists. */
static const char make_slow[] =
    "CREATE FUNCTION public.slow_row() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_sleep(0.005);"
    " RETURN NEW; END$$;"
    "CREATE FUNCTION public.slow_table() RETURNS event_trigger LANGUAGE plpgsql AS $$DECLARE made record;"
    " BEGIN FOR made IN SELECT object_identity FROM pg_event_trigger_ddl_commands()"
    " WHERE object_type = 'table' AND schema_name = 'fresh' LOOP EXECUTE format("
    "'CREATE TRIGGER slow BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION public.slow_row()',"
    " made.object_identity); END LOOP; END$$;"
    "CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS')"
    " EXECUTE FUNCTION public.slow_table()";

/* A run inside its COPY, which would last for minutes, most of it asleep. */
static pid_t start_in_copy(struct session *session) {
    pid_t pid = start_run();
    bool seen = false;
    for (int looks = 0; !seen && looks < COPY_LOOKS && waitpid(pid, NULL, WNOHANG) == 0; looks++) {
        seen = copying(session);
        usleep(1000);
    }
    cr_assert(seen, "no COPY was seen");
    return pid;
}

Test(ending, a_signal_inside_a_copy, .init = setup) {
    static const struct { int signal, code; } cases[] = {{SIGINT, 130}, {SIGTERM, 143}};
    struct database database;
    struct session session = {0};
    struct error error = {0};
    shell("rm -r deliveries/qinghe deliveries/shiliu deliveries/shiji; cd deliveries/linzhu; LC_ALL=C awk "
          "'NR == 1 { print; "
          "next }"
          " /^P/ { for (i = 0; i < 8; i++) { line = $0; sub(/^P/, \"P\" i \"x\", line); print line } }'"
          " jf_20201231.txt >../big && rm -r * && mv ../big jf_20201231.txt");
    shell("sed -i 's/, footer: \"#END\\*\"//' mappings/linzhu/contribution.yaml");
    expect_run("status", 0, NULL);
    cr_assert(database_open(&database, "embedded", journey.city, &error), "%s", error.message);
    cr_assert(session_open(&session, &database, "test", &error), "%s", error.message);
    cr_assert(session_run(&session, make_slow, &error), "%s", error.message);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = 0;
        pid_t pid = start_in_copy(&session);
        kill(pid, cases[i].signal);
        cr_assert_eq(waitpid(pid, &status, 0), pid);
        cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == cases[i].code, "signal %d: status %x",
                  cases[i].signal, status);
        cr_expect_str_eq(journey_content(&journey), "0 nothing", "an interrupted run published");
        cr_expect_str_eq(journey_ask(&journey, "SELECT exit_code FROM intake.run ORDER BY run DESC LIMIT 1"),
                         cases[i].code == 130 ? "130" : "143");
    }
    cr_assert(session_run(&session, "DROP EVENT TRIGGER slow", &error), "%s", error.message);
    session_close(&session);
    database_close(&database);
    int code = journey_run(&journey, "run -q");
    cr_expect(code == 0 || code == 2, "exit %d\n%s", code, journey.output);
    cr_expect(strncmp(journey_content(&journey), "0 ", 2) != 0, "the next run published nothing");
    cr_expect_str_eq(
        journey_ask(&journey, "SELECT count(*) FROM pg_class WHERE relnamespace = 'fresh'::regnamespace"),
        "0");
}

/* Runs a command, and lets PostgreSQL read its answer. */
static void expect_json(const char *arguments, int code) {
    journey_run(&journey, arena_print(&journey.arena, "%s --json >answer.json 2>words; echo $? >code; true",
                                      arguments));
    struct span answer = journey_file(&journey, "answer.json"), said = journey_file(&journey, "code");
    cr_expect_eq(atoi(arena_print(&journey.arena, "%.*s", (int)said.size, said.bytes)), code, "%s: exit %.*s",
                 arguments, (int)said.size, said.bytes);
    const char *quoted = arena_print(&journey.arena, "SELECT jsonb_typeof($json$%.*s$json$::jsonb)",
                                     (int)answer.size, answer.bytes);
    cr_expect_str_eq(journey_ask(&journey, quoted), "array", "%s: %.*s", arguments, (int)answer.size,
                     answer.bytes);
}

Test(ending, json_of_what_publishes, .init = setup_held) {
    shell("rm -r deliveries/qinghe deliveries/shiliu");
    expect_json("run", 2);
    const char *amount =
        journey_ask(&journey, "SELECT min(reject) FROM intake.reject JOIN intake.reason USING (file,"
                              " source_row) WHERE reason.code = 'amount.not_a_number'");
    const struct journey_line line[] = {{amount, "总费用", "860.00元", "改正", NULL, "样例"}};
    journey_book(&journey, "list.xlsx", line, 1);
    expect_json("retry list.xlsx", 2);
    expect_json("undo 1 --dry-run", 0);
    expect_json("undo 1 --reason 试", 0);
    expect_json("run", 2);
}

/* Undo needs no bytes, so there is nothing that it could refuse for their lack. */
Test(ending, undo_without_the_bytes, .init = setup_held) {
    shell("rm -r deliveries/qinghe deliveries/shiliu");
    expect_run("run -q", 2, NULL);
    const char *all = journey_content(&journey);
    shell("mv deliveries/linzhu away");
    expect_run("undo 1 --reason 试", 0, NULL);
    cr_expect_str_neq(journey_content(&journey), all);
    shell("mv away deliveries/linzhu");
    int code = journey_run(&journey, "run -q");
    cr_expect(code == 0 || code == 2, "exit %d\n%s", code, journey.output);
    cr_expect_str_eq(journey_content(&journey), all, "undo and run again differ");
}

/* The lines of `said` that tell rows of a kind ("：撤走", "：会撤走"), with the trial's words taken out. */
static const char *told(const char *said) {
    const char *lines = "";
    for (const char *line = said; *line;) {
        size_t size = strcspn(line, "\n");
        const char *text = arena_print(&journey.arena, "%.*s", (int)size, line);
        if (strstr(text, "撤走 "))
            for (const char *at = text; *at;) {
                static const char *const words[][2] = {
                    {"会撤走", "撤走"}, {"会恢复", "恢复"}, {"撤回后有", "现有"}};
                size_t w = 0;
                while (w < 3 && strncmp(at, words[w][0], strlen(words[w][0])) != 0) w++;
                lines = w < 3 ? arena_print(&journey.arena, "%s%s", lines, words[w][1])
                              : arena_print(&journey.arena, "%s%c", lines, *at);
                at += w < 3 ? strlen(words[w][0]) : 1;
            }
        line += size + (line[size] != '\0');
    }
    return lines;
}

/* Tried, nothing is otherwise but the number of the run, and what it told is what the undo does. */
Test(ending, undo_is_tried_first, .init = setup_held) {
    static const char stand[] = "SELECT string_agg(delivery || state || coalesce(undone_run, 0), ' ' ORDER BY"
                                " delivery) || (SELECT count(*) || ' ' || max(movement) FROM intake.movement)"
                                " || (SELECT string_agg(reject || state, ' ' ORDER BY reject) FROM"
                                " intake.reject) FROM intake.delivery";
    shell("rm -r deliveries/qinghe deliveries/shiliu");
    expect_run("run -q", 2, NULL);
    const char *all = journey_content(&journey), *books = journey_ask(&journey, stand);
    shell("ls out >before");
    expect_run("undo 1 --dry-run", 0, "试算：可以撤回；什么也没有变");
    const char *tried = told(journey.output);
    cr_expect(strstr(tried, "撤走 "), "%s", journey.output);
    shell("ls out | diff before -");
    cr_expect_str_eq(journey_content(&journey), all);
    cr_expect_str_eq(journey_ask(&journey, stand), books);
    cr_expect_str_eq(journey_ask(&journey, "SELECT command || trial || exit_code FROM intake.run ORDER BY run"
                                           " DESC LIMIT 1"),
                     "undotrue0");
    expect_run("status", 0, NULL);
    expect_run("undo 99 --dry-run", 64, "没有第 99 号交付");
    expect_run("undo 1 --reason 试", 0, NULL);
    cr_expect_str_eq(told(journey.output), tried);
    expect_run("undo 1 --dry-run", 64, "没有已入库的第 1 批交付");
}
