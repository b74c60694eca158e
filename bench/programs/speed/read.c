/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/programs/speed/read.h"
#include "bench/programs/speed/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum {
    PATH = 1024,
    COMMAND = 4096,
    LINE = 4096,
    BOOK_SHARE = 20, /* a workbook has a twentieth of the rows, within what a sheet holds */
    BOOK_ROWS_MAX = 1000000,
    GOAL_CSV = 1500000,
    GOAL_DBF = 3000000,
    GOAL_BOOK = 10000000,
    GOAL_BOOK_FASTEST = 3000000,
    GOAL_ZIP = 1100000
};

struct reading {
    struct figures *figures;
    const char *program;
    struct place_of place;
    char city[PATH], log[PATH];
    char data[3][PATH]; /* csv, zip, dbf */
};

static bool failed(const char *path) {
    fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
    return false;
}

/* Where each column goes, in the order of the file; what is not said is text. */
static const char *const targets[ROWS_COLUMNS] = {
    "setl_id",        "mdtrt_id",       "src_psn_no",     "psn_name:name",     "insutype",
    "med_type",       "fixmedins_code", "fixmedins_name", "begndate:date",     "enddate:date",
    "setl_time:date", "insu_admdvs",    "medfee_sumamt",  "fulamt_ownpay_amt", "overlmt_selfpay",
    "preselfpay_amt", "inscp_amt",      "act_pay_dedc",   "hifp_pay",          "cvlserv_pay",
    "hifmi_pay",      "maf_pay",        "acct_pay",       "cash_payamt",
};

static bool write_spec(const struct reading *at, const char *name, const char *match, const char *read,
                       enum rows_format format) {
    struct rows_column columns[ROWS_COLUMNS];
    unsigned count = rows_columns(ROWS_SETTLEMENT, format, columns);
    char path[2 * PATH];
    snprintf(path, sizeof path, "%s/mappings/qinghe/%s.yaml", at->city, name);
    FILE *file = fopen(path, "we");
    if (!file) return failed(path);
    fprintf(file,
            "match: \"%s\"\nkind: setl_d\ndelivery: full\nread: %s\nkey: [%s]\nunit: yuan\nunmapped: keep\n"
            "control: none\ncolumns:\n",
            match, read, columns[0].name);
    for (unsigned i = 0; i < count; i++) {
        const char *as = strchr(targets[i], ':');
        fprintf(file, "  %.*s: {from: %s%s%s}\n", (int)strcspn(targets[i], ":"), targets[i], columns[i].name,
                as ? ", as: " : "", as ? as + 1 : "");
    }
    return fclose(file) == 0 || failed(path);
}

static bool write_city(const struct reading *at) {
    static const char *const folders[] = {"", "/mappings", "/mappings/qinghe", "/deliveries",
                                          "/deliveries/qinghe"};
    char path[2 * PATH];
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s%s", at->city, folders[i]);
        if (mkdir(path, 0755) != 0 && errno != EEXIST) return failed(path);
    }
    snprintf(path, sizeof path, "%s/city.yaml", at->city);
    FILE *file = fopen(path, "we");
    if (!file) return failed(path);
    fputs("city: {name: 云川市, admdvs: \"690100\"}\ndatabase: embedded\ncounties:\n"
          "  - {folder: qinghe, name: 青禾区, admdvs: \"690102\"}\n",
          file);
    if (fclose(file) != 0) return failed(path);
    return write_spec(at, "csv", "rows.csv", "{format: csv, encoding: GB18030}", ROWS_CSV) &&
           write_spec(at, "zip", "rows.zip!rows.csv", "{format: csv, encoding: GB18030}", ROWS_CSV) &&
           write_spec(at, "dbf", "rows.dbf", "{format: dbf, encoding: GB18030}", ROWS_DBF) &&
           write_spec(at, "book", "rows.xlsx!*", "{format: xlsx, header: 1}", ROWS_CSV);
}

/* One line of the UTF-8 file as a row: money as numbers, all else as (shared) strings, as people's books are.
 */
static void write_row(lxw_worksheet *sheet, const struct rows_column *columns, unsigned count, lxw_row_t row,
                      char *line) {
    char *at = line;
    for (unsigned i = 0; i < count; i++) {
        char *cell = strsep(&at, ",");
        if (!cell || !*cell) continue;
        if (row && columns[i].type == 'N')
            worksheet_write_number(sheet, row, (lxw_col_t)i, strtod(cell, NULL), NULL);
        else worksheet_write_string(sheet, row, (lxw_col_t)i, cell, NULL);
    }
}

static bool make_book(const struct reading *at, const char *path, uint64_t rows) {
    struct rows_column columns[ROWS_COLUMNS];
    unsigned count = rows_columns(ROWS_SETTLEMENT, ROWS_UTF8_CSV, columns);
    char text[PLACE_PATH], line[LINE], part[2 * PATH + 8];
    struct error error = {0};
    if (access(path, R_OK) == 0) return true;
    struct place_of small = at->place;
    if (!place_data(&small, &subjects[1], ROWS_UTF8_CSV, rows, text, &error)) {
        fprintf(stderr, "bench: %s\n", error.message);
        return false;
    }
    FILE *from = fopen(text, "re");
    if (!from) return failed(text);
    snprintf(part, sizeof part, "%s.part", path);
    lxw_workbook *book = workbook_new(part);
    lxw_worksheet *sheet = workbook_add_worksheet(book, "Sheet1");
    for (lxw_row_t row = 0; fgets(line, sizeof line, from); row++) {
        line[strcspn(line, "\r\n")] = '\0';
        write_row(sheet, columns, count, row, line);
    }
    fclose(from);
    return (workbook_close(book) == LXW_NO_ERROR && rename(part, path) == 0) || failed(path);
}

static bool deliver(const struct reading *at, const char *data, const char *name) {
    char path[2 * PATH];
    snprintf(path, sizeof path, "%s/deliveries/qinghe/%s", at->city, name);
    if (unlink(path) != 0 && errno != ENOENT) return failed(path);
    return link(data, path) == 0 || failed(path);
}

static bool prepare(struct reading *at, uint64_t book_rows) {
    static const enum rows_format formats[] = {ROWS_CSV, ROWS_CSV_ZIP, ROWS_DBF};
    static const char *const names[] = {"rows.csv", "rows.zip", "rows.dbf"};
    struct error error = {0};
    char book[2 * PATH];
    if (!write_city(at)) return false;
    for (int i = 0; i < 3; i++) {
        char path[PLACE_PATH];
        if (!place_data(&at->place, &subjects[1], formats[i], at->place.rows, path, &error)) {
            fprintf(stderr, "bench: %s\n", error.message);
            return false;
        }
        snprintf(at->data[i], PATH, "%s", path);
        if (!deliver(at, path, names[i])) return false;
    }
    snprintf(book, sizeof book, "%s/data/settlement_%ju.xlsx", at->place.folder, (uintmax_t)book_rows);
    return make_book(at, book, book_rows) && deliver(at, book, "rows.xlsx");
}

/* One core, the first of those that we may use, for the command and all its children. */
static void pin(void) {
    cpu_set_t allowed, one;
    CPU_ZERO(&one);
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    for (size_t cpu = 0; cpu < CPU_SETSIZE && !CPU_COUNT(&one); cpu++)
        if (CPU_ISSET(cpu, &allowed)) CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
}

/* CPU of a command in a shell on one core; 0: it failed, or is not installed. */
static int64_t cpu_of(const struct reading *at, const char *command) {
    pid_t child = fork();
    if (child == 0) {
        int out = open(at->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (out >= 0) dup2(out, 1), dup2(out, 2);
        pin();
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child) return 0;
    int64_t cpu = clock_microseconds(usage.ru_utime) + clock_microseconds(usage.ru_stime);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? (cpu ? cpu : 1) : 0;
}

static int64_t note(const struct reading *at, const char *name, int64_t cpu) {
    if (cpu) figure_add(figure_named(at->figures, "s", "read.%s.cpu", name), cpu);
    printf("  read       %-14s %s %6jd ms\n", name, cpu ? "cpu" : "not measured", (intmax_t)cpu / 1000);
    fflush(stdout);
    return cpu;
}

static int64_t ours(const struct reading *at, const char *name, const char *file) {
    char command[COMMAND];
    snprintf(command, sizeof command, "exec '%s' preview '%s/deliveries/qinghe/%s' --count --city '%s'",
             at->program, at->city, file, at->city);
    int64_t cpu = cpu_of(at, command);
    if (!cpu) fprintf(stderr, "bench: preview of %s failed, see %s\n", file, at->log);
    return note(at, name, cpu);
}

static int64_t theirs(const struct reading *at, const char *name, const char *format, const char *file) {
    char command[COMMAND], path[2 * PATH];
    snprintf(path, sizeof path, "%s/deliveries/qinghe/%s", at->city, file);
    snprintf(command, sizeof command, "%.*s'%s'%s", (int)(strchr(format, '@') - format), format, path,
             strchr(format, '@') + 1);
    return note(at, name, cpu_of(at, command));
}

static void ratio(const struct reading *at, const char *name, enum bound bound, int64_t goal, int64_t left,
                  int64_t right) {
    struct figure *figure = figure_named(at->figures, "x", "%s", name);
    figure_goal(figure, bound, goal);
    if (left && right) figure_ratio(figure, left, right);
}

/* Everything that Debian offers and that reads a workbook whole; @ is the file. */
static const struct {
    const char *name, *command;
} book_peers[] = {
    {"xlsx2csv", "exec xlsx2csv @ /dev/null"},
    {"orcus", "orcus-xlsx -f none @ || test $? -eq 1"}, /* it says 1 after a whole book, too */
    {"ssconvert", "exec ssconvert -T Gnumeric_stf:stf_csv @ fd://1"},
    {"openpyxl", "exec /usr/bin/python3 -c 'import sys, openpyxl\n"
                 "for sheet in openpyxl.load_workbook(sys.argv[1], read_only=True):\n"
                 "    for row in sheet.iter_rows(values_only=True): pass' @"},
    {"gdal", "exec ogr2ogr -f CSV /vsistdout/ @"},
    {"perl", "exec perl -MSpreadsheet::ParseXLSX -e 'Spreadsheet::ParseXLSX->new->parse($ARGV[0]) or die' @"},
};

static bool measure_books(const struct reading *at, unsigned round) {
    int64_t own = ours(at, "xlsx", "rows.xlsx"), fastest = 0, first = 0;
    for (size_t i = 0; i < sizeof book_peers / sizeof *book_peers; i++) {
        bool slow = i > 2; /* interpreters take a minute: once is enough */
        if (round && slow) continue;
        int64_t cpu = theirs(at, book_peers[i].name, book_peers[i].command, "rows.xlsx");
        if (i == 0) first = cpu;
        else if (cpu && (!fastest || cpu < fastest)) fastest = cpu;
    }
    ratio(at, "read.xlsx2csv / xlsx", BOUND_AT_LEAST, GOAL_BOOK, first, own);
    ratio(at, "read.fastest other / xlsx", BOUND_AT_LEAST, GOAL_BOOK_FASTEST, fastest, own);
    return own > 0;
}

bool read_measure(struct figures *figures, const char *program, const struct place_of *place,
                  unsigned rounds) {
    struct reading reading = {.figures = figures, .program = program, .place = *place}, *at = &reading;
    uint64_t book_rows = place->rows / BOOK_SHARE < BOOK_ROWS_MAX ? place->rows / BOOK_SHARE : BOOK_ROWS_MAX;
    char data[PATH];
    snprintf(data, sizeof data, "%s/data", place->folder);
    if (mkdir(data, 0755) != 0 && errno != EEXIST) return failed(data);
    snprintf(at->city, sizeof at->city, "%s/read", place->folder);
    snprintf(at->log, sizeof at->log, "%s/read.log", place->folder);
    bool ok = prepare(at, book_rows ? book_rows : 1);
    for (unsigned round = 0; ok && round < rounds; round++) {
        int64_t csv = ours(at, "csv", "rows.csv");
        int64_t iconv = theirs(at, "iconv", "exec iconv -f GB18030 -t UTF-8 @ >/dev/null", "rows.csv");
        int64_t zip = ours(at, "zip", "rows.zip");
        int64_t unzip = theirs(at, "unzip", "exec unzip -p @ >/dev/null", "rows.zip");
        int64_t dbf = ours(at, "dbf", "rows.dbf");
        int64_t pgdbf = theirs(at, "pgdbf", "exec pgdbf -s GB18030 @ >/dev/null", "rows.dbf");
        ratio(at, "read.csv / iconv", BOUND_AT_MOST, GOAL_CSV, csv, iconv);
        ratio(at, "read.zip / (unzip + csv)", BOUND_AT_MOST, GOAL_ZIP, zip, unzip ? unzip + csv : 0);
        ratio(at, "read.pgdbf / dbf", BOUND_AT_LEAST, GOAL_DBF, pgdbf, dbf);
        ok = csv && zip && dbf && measure_books(at, round);
    }
    return ok;
}
