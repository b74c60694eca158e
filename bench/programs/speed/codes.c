/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/programs/speed/codes.h"
#include "bench/programs/speed/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PATH = 1024,
    COLUMNS = 12,
    TABLE_CODES = 500000,
    GOAL_CPU = 250000,
    GOAL_WALL = MICRO,
    GOAL_MIB = 150
};

/* Twelve columns of a settlement whose dictionaries ship, and codes that their national tables know. */
static const struct {
    const char *target, *table, *codes[4];
} columns[COLUMNS] = {
    {"insutype", "insutype", {"310", "390", "310", "510"}},
    {"psn_type", "psn_type", {"11", "12", "1101", "14"}},
    {"med_type", "med_type", {"11", "21", "14", "41"}},
    {"hosp_lv", "hosp_lv", {"01", "02", "05", "08"}},
    {"setl_type", "setl_type", {"1", "2", "1", "2"}},
    {"clr_type", "clr_type", {"11", "21", "41", "99"}},
    {"clr_way", "clr_way", {"1", "2", "3", "4"}},
    {"psn_setlway", "psn_setlway", {"01", "02", "01", "02"}},
    {"pay_loc", "pay_loc", {"1", "2", "3", "4"}},
    {"out_flag", "out_flag", {"0", "1", "0", "1"}},
    {"sp_psn_type", "naty", {"01", "02", "03", "11"}},
    {"poolarea_no", "gend", {"1", "2", "1", "2"}},
};

static bool failed(const char *path) {
    fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
    return false;
}

static FILE *create(const char *folder, const char *name, char path[PATH]) {
    snprintf(path, PATH, "%s/codes/%s", folder, name);
    FILE *file = fopen(path, "we");
    if (!file) failed(path);
    return file;
}

static bool write_city(const char *folder) {
    static const char *const folders[] = {"", "/mappings", "/mappings/qinghe", "/deliveries",
                                          "/deliveries/qinghe"};
    char path[PATH];
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/codes%s", folder, folders[i]);
        if (mkdir(path, 0755) != 0 && errno != EEXIST) return failed(path);
    }
    FILE *file = create(folder, "city.yaml", path);
    if (!file) return false;
    fputs("city: {name: 云川市, admdvs: \"690100\"}\ndatabase: embedded\ncounties:\n"
          "  - {folder: qinghe, name: 青禾区, admdvs: \"690102\"}\n",
          file);
    return fclose(file) == 0 || failed(path);
}

static bool write_spec(const char *folder, const char *name, bool mapped) {
    char path[PATH], file_name[64];
    snprintf(file_name, sizeof file_name, "mappings/qinghe/%s.yaml", name);
    FILE *file = create(folder, file_name, path);
    if (!file) return false;
    fprintf(file,
            "match: \"%s.csv\"\nkind: setl_d\nprofile: national\ndelivery: full\n"
            "read: {format: csv, encoding: UTF-8}\nkey: [id]\nunit: yuan\ncontrol: none\ncolumns:\n"
            "  setl_id: id\n  setl_time: {from: day, as: date}\n  medfee_sumamt: fee\n",
            name);
    for (int i = 0; i < COLUMNS; i++)
        fprintf(file, mapped ? "  %s: {from: c%d, map: %s}\n" : "  %s: {from: c%d}\n", columns[i].target, i,
                columns[i].table);
    return fclose(file) == 0 || failed(path);
}

static bool write_rows(const char *folder, const char *name, uint64_t rows) {
    char path[PATH], file_name[64];
    snprintf(file_name, sizeof file_name, "deliveries/qinghe/%s.csv", name);
    FILE *file = create(folder, file_name, path);
    if (!file) return false;
    fputs("id,day,fee", file);
    for (int i = 0; i < COLUMNS; i++) fprintf(file, ",c%d", i);
    uint64_t state = 20201231;
    for (uint64_t row = 0; row < rows; row++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        fprintf(file, "\nS%08" PRIu64 ",2020%02" PRIu64 "%02" PRIu64 ",%" PRIu64 ".%02" PRIu64, row,
                1 + (state >> 40) % 12, 1 + (state >> 48) % 28, (state >> 33) % 9000, (state >> 20) % 100);
        for (int i = 0; i < COLUMNS; i++) fprintf(file, ",%s", columns[i].codes[state >> (8 + 2 * i) & 3]);
    }
    fputc('\n', file);
    return fclose(file) == 0 || failed(path);
}

/* A county's list of half a million codes, in the order of no hash. */
static bool write_table(const char *folder) {
    char path[PATH];
    FILE *file = create(folder, "mappings/qinghe/catalogue.csv", path);
    if (!file) return false;
    fputs("source_system,source_code,source_label,when_column,when_value,target_code,target_label,valid_from,"
          "valid_until,status,justification,author,reviewer,review_date,note\n",
          file);
    for (uint64_t row = 0; row < TABLE_CODES; row++)
        fprintf(file, ",A%09" PRIu64 ",药品%06" PRIu64 ",,,X%09" PRIu64 ",,,,reviewed,,李,王,2020-12-01,\n",
                row * 7919 % 1000000007, row, row);
    if (fclose(file) != 0) return failed(path);
    file = create(folder, "mappings/qinghe/table.yaml", path);
    if (!file) return false;
    fputs("match: \"table.csv\"\nkind: setl_d\nprofile: national\ndelivery: full\n"
          "read: {format: csv, encoding: UTF-8}\nkey: [id]\nunit: yuan\ncontrol: none\ncolumns:\n"
          "  setl_id: id\n  setl_time: {from: day, as: date}\n  medfee_sumamt: fee\n"
          "  dise_no: {from: code, map: catalogue}\n",
          file);
    if (fclose(file) != 0) return failed(path);
    file = create(folder, "deliveries/qinghe/table.csv", path);
    if (!file) return false;
    fputs("id,day,fee,code\nS1,20201231,1.00,A000007919\n", file);
    return fclose(file) == 0 || failed(path);
}

struct spent {
    int64_t wall, cpu, peak_kib;
};

/* `preview --count` of one delivery; false unless it ends with 0. */
static bool preview(const char *program, const char *folder, const char *name, struct spent *spent) {
    char city[PATH], path[PATH], log[PATH];
    snprintf(city, sizeof city, "%s/codes", folder);
    snprintf(path, sizeof path, "%s/codes/deliveries/qinghe/%s.csv", folder, name);
    snprintf(log, sizeof log, "%s/codes/log.txt", folder);
    int64_t since = clock_now();
    pid_t child = fork();
    if (child == 0) {
        int out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (out >= 0) dup2(out, 1), dup2(out, 2);
        execl(program, program, "preview", path, "--count", "--city", city, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child) return failed(program);
    *spent = (struct spent){clock_now() - since,
                            clock_microseconds(usage.ru_utime) + clock_microseconds(usage.ru_stime),
                            usage.ru_maxrss};
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    fprintf(stderr, "bench: preview of %s ended with %d, see %s\n", name, status, log);
    return false;
}

/* The table is read once with the county's other tables, whichever file is looked at, so the columns are
   measured before it is there. */
static bool measure_columns(struct figures *figures, const char *program, const char *folder, uint64_t rows) {
    struct spent plain, mapped;
    if (!preview(program, folder, "plain", &plain) || !preview(program, folder, "mapped", &mapped))
        return false;
    int64_t more = (mapped.cpu - plain.cpu) * MICRO / (int64_t)rows;
    struct figure *figure = figure_named(figures, "s", "mapping.12_columns");
    figure_goal(figure, BOUND_AT_MOST, GOAL_CPU);
    figure_add(figure, more);
    printf("  mapping    cpu unmapped %6jd ms  mapped %6jd ms  a million %6jd ms\n",
           (intmax_t)plain.cpu / 1000, (intmax_t)mapped.cpu / 1000, (intmax_t)more / 1000);
    return true;
}

static bool measure_table(struct figures *figures, const char *program, const char *folder) {
    struct spent spent;
    if (!preview(program, folder, "table", &spent)) return false;
    struct figure *wall = figure_named(figures, "s", "mapping.500000.load");
    figure_goal(wall, BOUND_AT_MOST, GOAL_WALL);
    figure_add(wall, spent.wall);
    figure_add(figure_named(figures, "s", "mapping.500000.cpu"), spent.cpu);
    struct figure *peak = figure_named(figures, "MiB", "mapping.500000.peak");
    figure_goal(peak, BOUND_AT_MOST, (int64_t)GOAL_MIB * MICRO);
    figure_add(peak, spent.peak_kib * MICRO / 1024);
    printf("  mapping    500,000 codes wall %6jd ms  cpu %6jd ms  peak %jd MiB\n",
           (intmax_t)spent.wall / 1000, (intmax_t)spent.cpu / 1000, (intmax_t)spent.peak_kib / 1024);
    return true;
}

bool codes_measure(struct figures *figures, const char *program, const char *folder, uint64_t rows,
                   unsigned rounds) {
    char path[PATH];
    bool ok = write_city(folder) && write_spec(folder, "plain", false) &&
              write_spec(folder, "mapped", true) && write_rows(folder, "plain", rows) &&
              write_rows(folder, "mapped", rows);
    snprintf(path, sizeof path, "%s/codes/mappings/qinghe/table.yaml", folder);
    for (unsigned round = 0; ok && round < rounds; round++) {
        ok = unlink(path) == 0 || errno == ENOENT;
        for (int i = 0; ok && i < 3; i++) ok = measure_columns(figures, program, folder, rows);
        ok = ok && write_table(folder) && measure_table(figures, program, folder);
    }
    return ok;
}
