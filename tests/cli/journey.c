/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/cli/journey.h"
#include "cli/city.h"
#include "tests/cli/once.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { OUTPUT_BYTES_MAX = 1 << 20, FILE_BYTES_MAX = 16 << 20, LOOK_MICROSECONDS = 2000 };

static int forget(const char *path, const struct stat *status, int flag, struct FTW *walk) {
    (void)status, (void)flag, (void)walk;
    return remove(path);
}

void journey_begin(struct journey *journey) { journey_begin_at(journey, JOURNEY_NEW); }

void journey_begin_at(struct journey *journey, enum journey_start start) {
    *journey = (struct journey){.output = "", .database.lease = -1};
    snprintf(journey->city, sizeof journey->city, "%s/XXXXXX", once_folder());
    cr_assert(mkdtemp(journey->city));
    if (start == JOURNEY_NEW) once_sample(journey);
    else {
        once_copy(journey, start);
        journey_hold(journey);
    }
}

void journey_hold(struct journey *journey) {
    struct error error = {0};
    cr_assert(database_open(&journey->database, "embedded", journey->city, &error), "%s", error.message);
}

void journey_let_go(struct journey *journey) { database_close(&journey->database); }

void journey_end(struct journey *journey) {
    struct error error = {0};
    journey_let_go(journey);
    cr_expect(database_remove(journey->city, &error), "%s", error.message);
    nftw(journey->city, forget, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(&journey->arena);
}

int journey_run(struct journey *journey, const char *arguments) {
    const char *folder = getenv("OUT");
    char program[PATH_MAX];
    cr_assert(
        realpath(arena_print(&journey->arena, "%s/tongchou", folder ? folder : "build/release"), program),
        "no program to run");
    FILE *pipe = popen(
        arena_print(&journey->arena, "cd %s && %s %s --lang zh 2>&1", journey->city, program, arguments),
        "r");
    cr_assert(pipe);
    char *text = ARENA_NEW(&journey->arena, char, OUTPUT_BYTES_MAX);
    size_t size = fread(text, 1, OUTPUT_BYTES_MAX - 1, pipe);
    text[size] = '\0';
    journey->output = text;
    int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void journey_expect(struct journey *journey, const char *arguments, int code, const char *said) {
    int found = journey_run(journey, arguments);
    cr_assert_eq(found, code, "tongchou %s: exit %d, not %d\n%s", arguments, found, code, journey->output);
    cr_assert(!said || strstr(journey->output, said), "tongchou %s does not say %s\n%s", arguments, said,
              journey->output);
}

const char *journey_ask(struct journey *journey, const char *sql) {
    struct database database;
    struct session session = {0};
    struct error error = {0};
    cr_assert(database_open(&database, "embedded", journey->city, &error), "%s", error.message);
    cr_assert(session_open(&session, &database, "test", &error), "%s", error.message);
    PGresult *result = session_ask(&session, sql, 0, NULL, &error);
    const char *answer =
        result && PQntuples(result) ? arena_print(&journey->arena, "%s", PQgetvalue(result, 0, 0)) : NULL;
    PQclear(result);
    session_close(&session);
    database_close(&database);
    cr_assert(answer, "%s: %s", sql, error.message);
    return answer;
}

void journey_alone(struct journey *journey) {
    while (strcmp(journey_ask(journey, "SELECT count(*) FROM pg_stat_activity WHERE datname ="
                                       " current_database() AND pid <> pg_backend_pid()"),
                  "0") != 0)
        usleep(LOOK_MICROSECONDS);
}

const char *journey_content(struct journey *journey) {
    const char *sql = "SELECT '' AS t WHERE false";
    for (uint32_t k = 0; k < model_kind_count; k++)
        sql = arena_print(
            &journey->arena,
            "%s UNION ALL SELECT '%s' || row(county, key_hash, row_hash, source_row)::text FROM %s", sql,
            model_kinds[k].name, model_kinds[k].table);
    return journey_ask(
        journey,
        arena_print(
            &journey->arena,
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(t, '' ORDER BY t)), 'nothing') FROM (%s) x",
            sql));
}

struct span journey_file(struct journey *journey, const char *path) {
    struct span bytes;
    struct error error = {0};
    cr_assert(file_read(arena_print(&journey->arena, "%s/%s", journey->city, path), FILE_BYTES_MAX,
                        &journey->arena, &bytes, &error),
              "%s", error.message);
    return bytes;
}

void journey_write(struct journey *journey, const char *path, struct span bytes) {
    FILE *file = fopen(arena_print(&journey->arena, "%s/%s", journey->city, path), "wb");
    cr_assert(file && fwrite(bytes.bytes, 1, bytes.size, file) == bytes.size && fclose(file) == 0, "%s",
              path);
}

void journey_book(struct journey *journey, const char *path, const struct journey_line *lines, size_t count) {
    static const char *const heads[] = {"处理结果", "退回编号", "处理说明", "修正值", "处理人", "源列名"};
    lxw_workbook *book = workbook_new(arena_print(&journey->arena, "%s/%s", journey->city, path));
    lxw_worksheet *other = workbook_add_worksheet(book, "按原因汇总"),
                  *sheet = workbook_add_worksheet(book, "退回明细");
    worksheet_write_string(other, 0, 0, "原因代码", NULL);
    worksheet_write_string(sheet, 0, 0, "退回清单", NULL);
    for (lxw_col_t c = 0; c < 6; c++) worksheet_write_string(sheet, 1, c, heads[c], NULL);
    for (lxw_row_t r = 0; r < count; r++) {
        const char *const cells[] = {lines[r].decision, lines[r].reject,  lines[r].comment,
                                     lines[r].value,    lines[r].handler, lines[r].column};
        for (lxw_col_t c = 0; c < 6; c++)
            if (cells[c]) worksheet_write_string(sheet, r + 2, c, cells[c], NULL);
    }
    cr_assert(workbook_close(book) == LXW_NO_ERROR);
}

int journey_column(const struct table *table, const char *name) {
    const struct span wanted = {name, strlen(name)};
    for (uint32_t i = 0; table->names && i < table->column_count; i++)
        if (span_equal(table->names[i], wanted)) return (int)i;
    return -1;
}
