/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Files whose expectation stands in words: readings.tsv says the same in numbers. */
#include "core/shipped.h"
#include "tests/corpus/judge.h"
#include "tests/corpus/reading.h"
#include "transform/row/certno.h"
#include <stdio.h>
#include <stdlib.h>

/* Columns of readings.tsv. */
enum {
    FIELD_PATH,
    FIELD_FORMAT,
    FIELD_READ,
    FIELD_COLUMNS,
    FIELD_LIVE,
    FIELD_REJECTED,
    FIELD_EXPLAINED,
    FIELD_ORACLE,
    FIELDS
};

static bool find_line(const char *path, char *line, size_t room, char **fields) {
    FILE *file = fopen("tests/corpus/readings.tsv", "r");
    bool found = false;
    while (file && !found && fgets(line, (int)room, file)) {
        char *at = line;
        uint32_t count = 0;
        line[strcspn(line, "\n")] = '\0';
        for (; count < FIELDS && at; count++) fields[count] = strsep(&at, "\t");
        found = count == FIELDS && strcmp(fields[FIELD_PATH], path) == 0;
    }
    if (file) fclose(file);
    return found;
}

void judge_reading(const struct item *item, struct opinion *opinion, struct arena *arena) {
    char line[2048], *fields[FIELDS];
    if (!find_line(item->path, line, sizeof line, fields)) {
        snprintf(opinion->why, sizeof opinion->why, "no line in tests/corpus/readings.tsv");
        return;
    }
    struct reading reading =
        reading_take(item->file, NULL, fields[FIELD_FORMAT], fields[FIELD_READ], false, false, arena);
    if (!reading.whole) {
        snprintf(opinion->got, sizeof opinion->got, "%s", reading.error.code ? reading.error.code : "failed");
        snprintf(opinion->why, sizeof opinion->why, "%.200s", reading.error.message);
        return;
    }
    unsigned long long want[4], got[4] = {reading.columns.count, reading.rows[FATE_LIVE],
                                          reading.rows[FATE_REJECTED], reading.rows[FATE_EXPLAINED]};
    bool equal = true;
    for (int i = 0; i < 4; i++) {
        want[i] = strtoull(fields[FIELD_COLUMNS + i], NULL, 10);
        equal = equal && want[i] == got[i];
    }
    snprintf(opinion->got, sizeof opinion->got, "%llu columns, %llu live, %llu rejected, %llu explained",
             got[0], got[1], got[2], got[3]);
    snprintf(opinion->why, sizeof opinion->why, "%s", reading.codes);
    if (!equal)
        snprintf(opinion->why, sizeof opinion->why,
                 "meant: %llu columns, %llu live, %llu rejected, %llu explained", want[0], want[1], want[2],
                 want[3]);
    struct table other = {0};
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", item->corpus, fields[FIELD_ORACLE]);
    if (equal && *fields[FIELD_ORACLE]) {
        bool header = reading.rows[FATE_EXPLAINED] > 0;
        if (!header) reading.table.lines[0].count = 0; /* F1, F2 ... */
        equal = table_csv(&other, path, arena) &&
                !table_differences(&reading.table, &other, ORACLE_TEXT, opinion->why);
    }
    opinion->verdict = equal ? AS_EXPECTED : DIFFERS;
}

/* Days since 2000-01-01 of "1962-09-27", as certno counts; -1e9 when it is no date. */
static long days_of(const char *text) {
    int year, month, day;
    if (sscanf(text, "%d-%d-%d", &year, &month, &day) != 3) return -1000000000L;
    long y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 730425;
}

/* Number, whether valid, a note, and "region;birth;sex". */
void judge_ids(const struct item *item, struct opinion *opinion, struct arena *arena) {
    struct table table = {0};
    struct span text = {0};
    unsigned wrong = 0, all = 0;
    struct regions *regions = ARENA_NEW(arena, struct regions, 1);
    if (!shipped_find("mappings/codes/region.csv", &text) || !table_csv(&table, item->file, arena)) return;
    regions_read(regions, text);
    for (uint32_t i = 1; i < table.count; i++) {
        const struct line *line = &table.lines[i];
        if (line->count < 4) continue;
        struct certno certno = certno_check(line->cells[0], (struct span){"", 0}, regions, arena);
        bool valid = span_equal(line->cells[1], SPAN("yes"));
        bool ours = !(certno.faults & ~(unsigned)CERTNO_UPGRADED);
        const char *facts = arena_copy(arena, line->cells[3]).bytes;
        const char *birth = line->cells[3].size ? memchr(facts, ';', line->cells[3].size) : NULL;
        bool same = ours == valid;
        if (birth) {
            const char *sex = memchr(birth + 1, ';', line->cells[3].size - (size_t)(birth + 1 - facts));
            same = same && certno.citizen && certno.birth == days_of(birth + 1) && sex &&
                   certno.male == (sex[1] == 'M');
        }
        all++;
        if (same) continue;
        size_t end = strlen(opinion->why);
        wrong++;
        snprintf(opinion->why + end, sizeof opinion->why - end, "line %u faults %u; ", i + 1, certno.faults);
    }
    snprintf(opinion->got, sizeof opinion->got, "%u of %u differ", wrong, all);
    opinion->parts = all;
    opinion->right = all - wrong;
    opinion->verdict = all && !wrong ? AS_EXPECTED : DIFFERS;
}
