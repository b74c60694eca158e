/* SPDX-License-Identifier: MulanPSL-2.0 */
/* SQL scripts: every table that scripts.tsv names has its rows, and Chinook's have its JSON's values. */
#include "tests/corpus/judge.h"
#include "tests/corpus/reading.h"
#include <stdio.h>
#include <stdlib.h>

/* Columns of scripts.tsv. */
enum { FIELD_PATH, FIELD_FORMAT, FIELD_READ, FIELD_ROWS, FIELD_JSON, FIELDS };

/* A JSON text that is read from the front: maps of plain values only. */
struct json {
    const char *at, *end;
};

static char json_peek(struct json *json) {
    while (json->at < json->end && strchr(" \t\r\n,:", *json->at)) json->at++;
    return json->at < json->end ? *json->at : '\0';
}

static size_t utf8(unsigned point, char *to) {
    if (point < 0x80) return *to = (char)point, 1;
    if (point < 0x800) return to[0] = (char)(0xc0 | point >> 6), to[1] = (char)(0x80 | (point & 0x3f)), 2;
    to[0] = (char)(0xe0 | point >> 12);
    to[1] = (char)(0x80 | (point >> 6 & 0x3f));
    to[2] = (char)(0x80 | (point & 0x3f));
    return 3;
}

/* A text, a number or null (empty). */
static struct span json_value(struct json *json, struct arena *arena) {
    const char *from = json->at;
    if (*from != '"') {
        while (json->at < json->end && !strchr(",}] \r\n", *json->at)) json->at++;
        struct span word = {from, (size_t)(json->at - from)};
        return span_equal(word, SPAN("null")) ? (struct span){"", 0} : word;
    }
    const char *until = ++from;
    while (until < json->end && *until != '"') until += *until == '\\' ? 2 : 1;
    char *text = ARENA_NEW(arena, char, (size_t)(until - from) + 4);
    size_t size = 0;
    for (; from < until; from++) {
        unsigned point = 0;
        if (*from != '\\') text[size++] = *from;
        else if (*++from == 'u' && sscanf(from + 1, "%4x", &point) == 1)
            size += utf8(point, text + size), from += 4;
        else text[size++] = (char)(*from == 'n' ? '\n' : *from == 'r' ? '\r' : *from == 't' ? '\t' : *from);
    }
    json->at = until + 1;
    return (struct span){text, size};
}

/* The rows of the list `key`, without the names. */
static bool json_rows(const char *path, const char *key, struct table *table, struct arena *arena) {
    struct span text = file_bytes(path, arena);
    char word[64];
    int size = snprintf(word, sizeof word, "\"%s\": [", key);
    const char *found = text.bytes ? memmem(text.bytes, text.size, word, (size_t)size) : NULL;
    if (!found) return false;
    struct json json = {found + size, text.bytes + text.size};
    while (json_peek(&json) == '{') {
        struct span cells[64];
        uint32_t count = 0;
        for (json.at++; json_peek(&json) != '}' && count < 64; count++) {
            json_value(&json, arena); /* its name */
            json_peek(&json);
            cells[count] = json_value(&json, arena);
        }
        json.at++;
        struct line *line = table_add(table, count, arena);
        memcpy(line->cells, cells, count * sizeof *cells);
    }
    return true;
}

/* One table of the script; true when it is as the line says. */
static bool table_fits(const struct item *item, char **fields, struct opinion *opinion, struct arena *arena) {
    struct reading reading =
        reading_take(item->file, NULL, fields[FIELD_FORMAT], fields[FIELD_READ], true, false, arena);
    char path[1024];
    struct table oracle = {0};
    if (!reading.whole) {
        snprintf(opinion->why, sizeof opinion->why, "%s: %.180s", fields[FIELD_READ], reading.error.message);
        return false;
    }
    if (reading.rows[FATE_LIVE] != strtoull(fields[FIELD_ROWS], NULL, 10) || reading.rows[FATE_REJECTED]) {
        snprintf(opinion->why, sizeof opinion->why, "%s: %llu live, %llu rejected, meant %s %s",
                 fields[FIELD_READ], (unsigned long long)reading.rows[FATE_LIVE],
                 (unsigned long long)reading.rows[FATE_REJECTED], fields[FIELD_ROWS], reading.codes);
        return false;
    }
    if (!*fields[FIELD_JSON]) return true;
    snprintf(path, sizeof path, "%s/sql/chinook/ChinookData.json", item->corpus);
    if (!json_rows(path, fields[FIELD_JSON], &oracle, arena)) return false;
    uint32_t differing = table_differences(&reading.table, &oracle, ORACLE_VALUE, opinion->why);
    opinion->differing += differing;
    return differing == 0;
}

void judge_script(const struct item *item, struct opinion *opinion, struct arena *arena) {
    char line[1024];
    unsigned fitting = 0, all = 0;
    FILE *file = fopen("tests/corpus/scripts.tsv", "r");
    while (file && fgets(line, sizeof line, file)) {
        char *fields[FIELDS] = {0}, *at = line, why[256];
        line[strcspn(line, "\n")] = '\0';
        for (uint32_t i = 0; i < FIELDS && at; i++) fields[i] = strsep(&at, "\t");
        if (!fields[FIELD_JSON] || strcmp(fields[FIELD_PATH], item->path) != 0) continue;
        snprintf(why, sizeof why, "%s", opinion->why);
        bool fits = table_fits(item, fields, opinion, arena);
        if (why[0] || fits) snprintf(opinion->why, sizeof opinion->why, "%s", why);
        fitting += fits;
        all++;
    }
    if (file) fclose(file);
    snprintf(opinion->got, sizeof opinion->got, "%u of %u tables as expected", fitting, all);
    opinion->verdict = all && fitting == all ? AS_EXPECTED : DIFFERS;
}
