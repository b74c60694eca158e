/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Exports that are one line, however many rows: each row has a number of its own, so its reject, its lineage
   and its correction are its own. */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdlib.h>

enum { ROWS = 9 };

static struct journey journey;

static const struct {
    const char *file, *read, *from, *row, *until;
} cases[] = {
    {"jsx.xml", "{format: xml, row: D/R}", "<?xml version='1.0' encoding='UTF-8'?><D>",
     "<R id=\"X#\" ry=\"102900000#\" rq=\"20200101\" fy=\"$\"/>", "</D>"},
    {"jsq.sql", "{format: sqldump, encoding: UTF-8}",
     "INSERT INTO `js` (`id`,`ry`,`rq`,`fy`) VALUES ('','','','')", ",('Q#','102900000#','20200101','$')",
     ";\n"},
    {"jsj.json", "{format: json}", "[{\"id\":\"\",\"ry\":\"\",\"rq\":\"\",\"fy\":\"\"}",
     ",{\"id\":\"J#\",\"ry\":\"102900000#\",\"rq\":\"20200101\",\"fy\":\"$\"}", "]"},
};
enum { CASES = sizeof cases / sizeof *cases };

static void write_text(const char *path, const char *text) {
    journey_write(&journey, path, (struct span){text, strlen(text)});
}

/* A row's text with its number for every '#' and its amount for '$': of every third none. */
static const char *row_of(const char *pattern, int number) {
    const char *text = "";
    for (; *pattern; pattern++)
        if (*pattern == '#') text = arena_print(&journey.arena, "%s%03d", text, number);
        else if (*pattern == '$')
            text = arena_print(&journey.arena, "%s%d%s", text, number, number % 3 ? "" : "x");
        else text = arena_print(&journey.arena, "%s%c", text, *pattern);
    return text;
}

static void write_case(size_t at) {
    struct arena *arena = &journey.arena;
    const char *text = cases[at].from;
    for (int i = 1; i <= ROWS; i++) text = arena_print(arena, "%s%s", text, row_of(cases[at].row, i));
    write_text(arena_print(arena, "deliveries/linzhu/%s", cases[at].file),
               arena_print(arena, "%s%s", text, cases[at].until));
    write_text(arena_print(arena, "mappings/linzhu/one%zu.yaml", at),
               arena_print(arena,
                           "match: %s\nkind: setl_d\ndelivery: delta\nread: %s\nkey: [id]\nunit: yuan\n"
                           "where: {rq: \"20200101\"}\ncolumns:\n  setl_id: id\n  src_psn_no: ry\n"
                           "  setl_time: {from: rq, as: date}\n  medfee_sumamt: fy\n"
                           "  insutype: {value: \"390\"}\n  med_type: {value: \"21\"}\ncontrol: none\n",
                           cases[at].file, cases[at].read));
}

/* How many numbers and how many rows of the file stand in `table`. */
static void expect_rows(size_t at, const char *table, const char *wanted) {
    const char *sql =
        arena_print(&journey.arena,
                    "SELECT count(DISTINCT source_row) || ' ' || count(*) FROM %s WHERE file IN "
                    "(SELECT file FROM intake.file WHERE spec_path LIKE '%%/one%zu.yaml')",
                    table, at);
    cr_expect_str_eq(journey_ask(&journey, sql), wanted, "%s: %s", cases[at].file, table);
}

Test(one_line, every_row_is_itself) {
    journey_begin(&journey);
    cr_assert(
        system(arena_print(&journey.arena, "cd %s && rm -rf deliveries/*/* mappings/linzhu/*.yaml 第二批",
                           journey.city)) == 0);
    for (size_t i = 0; i < CASES; i++) write_case(i);
    journey_expect(&journey, "run -q", 2, NULL);
    for (size_t i = 0; i < CASES; i++) {
        cr_expect(strstr(journey.output, cases[i].file), "%s:\n%s", cases[i].file, journey.output);
        expect_rows(i, "record.setl_d", "6 6");
        expect_rows(i, "(SELECT * FROM intake.reject WHERE bucket = 'rejected') AS rejected", "3 3");
    }
    journey_end(&journey);
}
