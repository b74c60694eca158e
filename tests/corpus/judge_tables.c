/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Classes whose oracle is a table: delimited text, workbooks, dBASE. */
#include "extract/xls/book.h"
#include "tests/corpus/judge.h"
#include "tests/corpus/reading.h"
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { PATH_BYTES = 1024, ORACLES_MAX = 64 };

bool item_ends(const struct item *item, const char *end) {
    size_t size = strlen(item->path), tail = strlen(end);
    return size >= tail && strcasecmp(item->path + size - tail, end) == 0;
}

static enum oracle oracle_kind(const char *path) {
    if (strstr(path, "/expected/")) return ORACLE_SHOWN;
    if (strstr(path, "/pollock-survey/")) return ORACLE_TRIM;
    return strstr(path, "/oracle/") ? ORACLE_VALUE : ORACLE_TEXT;
}

/* The reader's own words when it stopped. */
static void say_error(const struct error *error, struct opinion *opinion) {
    snprintf(opinion->got, sizeof opinion->got, "%s", error->code ? error->code : "failed");
    snprintf(opinion->why, sizeof opinion->why, "%.200s", error->message);
}

static void say_rows(const struct reading *reading, struct opinion *opinion) {
    snprintf(opinion->got, sizeof opinion->got, "%llu live, %llu rejected, %llu explained",
             (unsigned long long)reading->rows[FATE_LIVE], (unsigned long long)reading->rows[FATE_REJECTED],
             (unsigned long long)reading->rows[FATE_EXPLAINED]);
}

/* Names that an oracle made itself: "col_0" for a table without a header, which then has no such line; and
   "DATE DATE" for a name in two header rows, which our reader takes once. */
static void oracle_names(struct table *oracle) {
    if (!oracle->count) return;
    struct line *names = &oracle->lines[0];
    if (names->count && span_equal(names->cells[0], SPAN("col_0"))) {
        names->count = 0;
        return;
    }
    for (uint32_t i = 0; i < names->count; i++) {
        struct span *name = &names->cells[i];
        for (size_t parts = 2; parts <= 3; parts++) {
            size_t size = (name->size + 1) / parts - 1;
            bool same = (name->size + 1) % parts == 0 && size > 0;
            for (size_t k = 1; k < parts && same; k++)
                same = name->bytes[k * (size + 1) - 1] == ' ' &&
                       memcmp(name->bytes, name->bytes + k * (size + 1), size) == 0;
            if (same) name->size = size;
        }
    }
}

/* A column without a name is F and its number here, and nothing in an oracle. */
static void our_names(struct table *ours) {
    char name[16];
    for (uint32_t i = 0; ours->count && i < ours->lines[0].count; i++) {
        struct span *cell = &ours->lines[0].cells[i];
        int size = snprintf(name, sizeof name, "F%u", i + 1);
        if (span_equal(*cell, (struct span){name, (size_t)size})) *cell = (struct span){"", 0};
    }
}

/* Compares with the oracle at `path` inside the corpus. */
static bool agrees(const struct item *item, const char *path, const struct table *ours,
                   struct opinion *opinion, struct arena *arena) {
    char full[PATH_BYTES], why[256] = "the oracle cannot be read";
    struct table oracle = {0};
    snprintf(full, sizeof full, "%s/%s", item->corpus, path);
    bool json = strstr(path, ".json"), rows_right = false, nearest = true; /* of several oracles */
    bool equal = json ? table_json(&oracle, full, arena) : table_csv(&oracle, full, arena);
    if (equal) {
        oracle_names(&oracle);
        uint32_t differing = table_differences(ours, &oracle, oracle_kind(path), why);
        nearest = !opinion->differing || differing < opinion->differing;
        if (nearest) opinion->differing = differing;
        equal = differing == 0;
        rows_right =
            !equal && strcmp(item->group, "csv") == 0 && table_within(ours, &oracle, oracle_kind(path));
    }
    if (!equal && nearest)
        snprintf(opinion->why, sizeof opinion->why, "%s%.220s", rows_right ? "every live row is right; " : "",
                 why);
    return equal;
}

/* "a;b;c" as parts; returns how many. */
static uint32_t split(const char *list, const char **parts, struct arena *arena) {
    uint32_t count = 0;
    while (*list && count < ORACLES_MAX) {
        size_t size = strcspn(list, ";");
        struct span part = {list, size};
        char *text = ARENA_NEW(arena, char, size + 1);
        memcpy(text, part.bytes, size);
        text[size] = '\0';
        parts[count++] = text;
        list += size + (list[size] == ';');
    }
    return count;
}

static const char *scalar(const struct node *map, const char *key) {
    const struct node *node = node_get(map, key);
    return node && node->kind == NODE_SCALAR ? node->text.bytes : "";
}

static const char *quoted(const char *text, struct arena *arena) {
    char *to = ARENA_NEW(arena, char, 4 * strlen(text) + 8), *at = to;
    if (!*text) return "none";
    *at++ = '"';
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') *at++ = '\\';
        if (*text == '\t') *at++ = '\\', *at++ = 't';
        else *at++ = *text;
    }
    *at++ = '"';
    return to;
}

/* What a person adds to the declared dialect after a look at the file: specs.tsv says what and why. */
static bool spec_words(const struct item *item, char *words, size_t room) {
    char line[1024];
    FILE *file = fopen("tests/corpus/specs.tsv", "r");
    bool found = false;
    *words = '\0';
    while (file && !found && fgets(line, sizeof line, file)) {
        char *at = line, *path = strsep(&at, "\t"), *added = at ? strsep(&at, "\t") : NULL;
        found = added && strcmp(path, item->path) == 0;
        if (found) snprintf(words, room, "%s", added);
    }
    if (file) fclose(file);
    return found;
}

/* The dialect that the corpus declares beside the file, as a spec's `read`; NULL: it declares none. */
static const char *declared(const struct item *item, struct dialect_facts *facts, struct arena *arena) {
    char more[256];
    char path[PATH_BYTES];
    const char *slash = strrchr(item->file, '/');
    struct node map = {0};
    struct error error = {0};
    snprintf(path, sizeof path, "%.*s/parameters/%s_parameters.json", (int)(slash - item->file), item->file,
             slash + 1);
    struct span text = file_bytes(path, arena);
    if (!text.bytes || !yaml_read(text, path, arena, &map, &error)) return NULL;
    const char *quote = scalar(&map, "quotechar"), *escape = scalar(&map, "escapechar");
    int preamble = atoi(scalar(&map, "preamble_lines")), rows = atoi(scalar(&map, "header_lines"));
    if (!*quote) quote = "\""; /* not stated: the customary one */
    if (strcmp(escape, quote) == 0) escape = "";
    facts->delimiter = scalar(&map, "delimiter");
    facts->quote = *quote;
    facts->header_row = rows ? (uint32_t)preamble + 1 : 0;
    char *read = ARENA_NEW(arena, char, PATH_BYTES), header[64] = "no";
    if (rows) snprintf(header, sizeof header, "{row: %d, rows: %d, join: \" \"}", preamble + 1, rows);
    snprintf(read, PATH_BYTES, "{encoding: UTF-8, delimiter: %s, quote: %s, escape: %s, header: %s%s%s}",
             *facts->delimiter ? quoted(facts->delimiter, arena) : "\",\"", quoted(quote, arena),
             quoted(escape, arena), header, spec_words(item, more, sizeof more) ? ", " : "", more);
    return read;
}

/* Delimited text: the dialect as declared; where nothing is declared, the comma, and the header that
   the oracle has. */
void judge_csv(const struct item *item, struct opinion *opinion, struct arena *arena) {
    const char *oracles[ORACLES_MAX] = {0};
    struct dialect_facts facts = {",", '"', 1};
    uint32_t count = split(item->oracle, oracles, arena);
    const char *read = declared(item, &facts, arena);
    bool sheet = !read && strstr(item->path, "xlsx/");
    if (!read) read = sheet ? "{encoding: UTF-8, header: no}" : "{encoding: UTF-8}";
    struct reading reading =
        reading_take(item->file, NULL, "csv", read, sheet || !facts.header_row, false, arena);
    char words[256];
    opinion->amended = spec_words(item, words, sizeof words);
    judge_guess(item, &facts, opinion, arena);
    if (!reading.whole) {
        say_error(&reading.error, opinion);
        struct span oracle = count ? file_bytes(item->file, arena) : (struct span){0};
        /* A file of no bytes has no table, and is refused as such. */
        opinion->verdict = oracle.bytes && !oracle.size ? AS_EXPECTED : DIFFERS;
        return;
    }
    say_rows(&reading, opinion);
    our_names(&reading.table);
    if (strstr(item->path, "/pollock-survey/")) table_windows(&reading.table, arena);
    bool equal = false;
    for (uint32_t i = 0; i < count && !equal; i++)
        equal = agrees(item, oracles[i], &reading.table, opinion, arena);
    opinion->verdict = equal ? AS_EXPECTED : DIFFERS;
    size_t size = equal ? 0 : strlen(opinion->why);
    if (reading.codes[0])
        snprintf(opinion->why + size, sizeof opinion->why - size, "%s%s", size ? "; " : "", reading.codes);
    else if (equal) opinion->why[0] = '\0';
}

/* Whether the oracle is sheet `index`'s: it ends in .N.csv. */
static bool of_sheet(const char *oracle, uint32_t index) {
    char end[32];
    int tail = snprintf(end, sizeof end, ".%u.csv", index);
    size_t size = strlen(oracle);
    return size > (size_t)tail && strcmp(oracle + size - (size_t)tail, end) == 0;
}

/* One sheet against its oracles: one of them must agree. */
static bool sheet_agrees(const struct item *item, const char *sheet, uint32_t index, const char **oracles,
                         uint32_t count, struct opinion *opinion, struct arena *arena) {
    bool equal = false;
    struct reading reading = reading_take(item->file, sheet, item->group, "{header: no}", true, true, arena);
    if (!reading.whole) {
        say_error(&reading.error, opinion);
        return false;
    }
    for (uint32_t i = 0; i < count && !equal; i++)
        equal = of_sheet(oracles[i], index) && agrees(item, oracles[i], &reading.table, opinion, arena);
    if (equal) opinion->why[0] = '\0';
    return equal;
}

static void judge_refusal(const struct item *item, struct opinion *opinion, struct arena *arena) {
    struct reading reading = reading_take(item->file, NULL, item->group, NULL, true, true, arena);
    opinion->verdict = reading.whole || !reading.error.message[0] ? DIFFERS : AS_EXPECTED;
    if (reading.whole) say_rows(&reading, opinion);
    else say_error(&reading.error, opinion);
}

/* All sheets, hidden ones too, in the order of their tabs. */
static bool list_sheets(const struct item *item, struct arena *arena, struct sheet **sheets, uint32_t *all,
                        struct error *error) {
    if (strcmp(item->group, "xlsx") == 0)
        return xlsx_sheets(item->file, NULL, NULL, arena, sheets, all, error);
    struct input input = {.path = item->file, .name = item->file};
    struct xls_book book;
    if (!xls_book_open(&book, &input, arena, error)) return false;
    *all = book.names.sheet_count;
    *sheets = ARENA_NEW(arena, struct sheet, *all + 1);
    for (uint32_t i = 0; i < *all; i++) {
        struct span name = {book.names.sheets[i].name, strlen(book.names.sheets[i].name) + 1};
        (*sheets)[i].name = arena_copy(arena, name).bytes;
    }
    xls_book_close(&book);
    return true;
}

void judge_workbook(const struct item *item, struct opinion *opinion, struct arena *arena) {
    const char *oracles[ORACLES_MAX] = {0};
    struct sheet *sheets = NULL;
    struct error error = {0};
    uint32_t count = split(item->oracle, oracles, arena), all = 0, agreeing = 0;
    if (strcmp(item->outcome, "refuse") == 0) {
        judge_refusal(item, opinion, arena);
        return;
    }
    if (!list_sheets(item, arena, &sheets, &all, &error)) {
        say_error(&error, opinion);
        return;
    }
    char why[256] = "";
    unsigned compared = 0, differing = 0;
    for (uint32_t sheet = 0; sheet < all; sheet++) {
        uint32_t oracle = 0;
        while (oracle < count && !of_sheet(oracles[oracle], sheet)) oracle++;
        if (oracle == count) continue; /* nobody says what it holds */
        opinion->why[0] = '\0';
        opinion->differing = 0;
        bool equal = sheet_agrees(item, sheets[sheet].name, sheet, oracles, count, opinion, arena);
        compared++;
        agreeing += equal;
        differing += equal ? 0 : opinion->differing;
        if (!equal && !why[0]) snprintf(why, sizeof why, "sheet %u %.180s", sheet, opinion->why);
    }
    snprintf(opinion->got, sizeof opinion->got, "%u of %u sheets agree", agreeing, compared);
    snprintf(opinion->why, sizeof opinion->why, "%s", why);
    opinion->differing = differing;
    opinion->verdict = compared && agreeing == compared ? AS_EXPECTED : DIFFERS;
}

/* Types of FoxPro fields that GDAL, which made the oracles, prints as the bytes that stand there: integers,
   times, memo numbers, currency and doubles.  Source: dBASE field descriptors, 32 bytes from byte 32 on. */
static void blank_raw_columns(const struct item *item, struct table *table, struct arena *arena) {
    struct span bytes = file_bytes(item->file, arena);
    uint32_t column = 0;
    for (size_t at = 32; at + 32 <= bytes.size && bytes.bytes[at] != '\r'; at += 32) {
        char type = bytes.bytes[at + 11];
        if (type == '0') continue; /* FoxPro's own, no column */
        for (uint32_t row = 1; row < table->count && strchr("ITMGPYB", type); row++)
            if (column < table->lines[row].count) table->lines[row].cells[column] = (struct span){"", 0};
        column++;
    }
}

static bool dbf_agrees(const struct item *item, const char *path, struct table *ours, struct opinion *opinion,
                       struct arena *arena) {
    char full[PATH_BYTES], why[256] = "the oracle cannot be read";
    struct table oracle = {0};
    snprintf(full, sizeof full, "%s/%s", item->corpus, path);
    bool equal = table_csv(&oracle, full, arena);
    if (equal) {
        blank_raw_columns(item, ours, arena);
        blank_raw_columns(item, &oracle, arena);
        opinion->differing = table_differences(ours, &oracle, ORACLE_VALUE, why);
        equal = opinion->differing == 0;
    }
    if (!equal) snprintf(opinion->why, sizeof opinion->why, "%s", why);
    return equal;
}

void judge_dbf(const struct item *item, struct opinion *opinion, struct arena *arena) {
    const char *oracles[ORACLES_MAX] = {0};
    uint32_t count = split(item->oracle, oracles, arena);
    const char *read = NULL;
    if (strstr(item->path, "/gbk/")) read = "{encoding: GB18030}";
    if (strstr(item->path, "/utf8-in-dbf/") || strstr(item->path, "show2003_variant"))
        read = "{encoding: UTF-8}";
    struct reading reading = reading_take(item->file, NULL, "dbf", read, false, false, arena);
    bool refuse = strcmp(item->outcome, "refuse") == 0;
    if (!reading.whole) {
        say_error(&reading.error, opinion);
        opinion->verdict = refuse && reading.error.message[0] ? AS_EXPECTED : DIFFERS;
        return;
    }
    say_rows(&reading, opinion);
    bool equal = false;
    for (uint32_t i = 0; i < count && !equal; i++)
        equal = dbf_agrees(item, oracles[i], &reading.table, opinion, arena);
    opinion->verdict = !refuse && equal ? AS_EXPECTED : DIFFERS;
    if (equal) snprintf(opinion->why, sizeof opinion->why, "%s", reading.codes);
}
