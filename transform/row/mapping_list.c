/* SPDX-License-Identifier: MulanPSL-2.0 */
/* A city's own list of codes: what may be a target, and what a code that stands for itself must be among. */
#include "core/language.h"
#include "transform/row/csv.h"
#include "transform/row/mapping.h"
#include "transform/row/text.h"
#include <stdio.h>

enum { ZEROS_MAX = 3, LIST_CODE_MAX = 64 };

struct listing {
    struct mapping_set *set;
    struct mapping_table *table;
    const char *path;
    uint32_t line, scope; /* scope: where that column stands, from 1; 0: not there */
    const void *match;
    struct error *error;
};

static bool ends_with(struct span text, struct span end) {
    return text.size >= end.size && memcmp(text.bytes + text.size - end.size, end.bytes, end.size) == 0;
}

static bool names_codes(struct span head) {
    const struct span words[] = {SPAN("code"), SPAN("代码"), SPAN("编码"), SPAN("编号")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (ends_with(head, words[i])) return true;
    return false;
}

/* Keeps what is wrong with a cell; false when nobody gathers. */
static bool refuse(struct listing *at, uint32_t column, enum trouble trouble, const char *code,
                   const char *sentence) {
    at->error->at = (struct place){.source = at->path, .row = at->line, .column = column};
    error_code(at->error, trouble, code, TEXT("%s 第 %u 行第 %u 列：%s", "%s line %u column %u: %s"),
               at->path, at->line, column, sentence);
    return mapping_fault(at->set, at->error);
}

/* The first column has the codes: a list whose codes stand elsewhere is not taken for another one. */
static bool check_header(struct listing *at, const struct span *cells, uint32_t count) {
    char sentence[200];
    at->line = 1;
    for (uint32_t c = 0; c < count; c++)
        if (span_equal(cells[c], SPAN("scope"))) at->scope = c + 1;
    if (!count || names_codes(cells[0])) return true;
    for (uint32_t c = 1; c < count; c++) {
        if (!names_codes(cells[c])) continue;
        snprintf(sentence, sizeof sentence,
                 TEXT("代码要在第一列；「%.*s」像是代码，请移到第一列",
                      "codes stand in the first column; \"%.*s\" looks like them: move it there"),
                 (int)(cells[c].size < LIST_CODE_MAX ? cells[c].size : LIST_CODE_MAX), cells[c].bytes);
        return refuse(at, c + 1, TROUBLE_USAGE, NULL, sentence);
    }
    return true;
}

static bool fits(const struct listing *at, struct span code) {
    return !at->table->format || mapping_matches(at->table->format, code, at->match);
}

/* With the zeros that a spreadsheet takes away it would be one: 1.24 for 01.24. */
static bool lost_zeros(const struct listing *at, struct span code) {
    char room[LIST_CODE_MAX + ZEROS_MAX];
    if (!code.size || code.size > LIST_CODE_MAX || code.bytes[0] < '1' || code.bytes[0] > '9') return false;
    for (size_t zeros = 1; zeros <= ZEROS_MAX; zeros++) {
        memset(room, '0', zeros);
        memcpy(room + zeros, code.bytes, code.size);
        if (fits(at, (struct span){room, code.size + zeros})) return true;
    }
    return false;
}

static bool check_code(struct listing *at, struct span code, bool own) {
    char sentence[300];
    int shown = (int)(code.size < LIST_CODE_MAX ? code.size : LIST_CODE_MAX);
    if (code.size == 0) return refuse(at, 1, TROUBLE_USAGE, NULL, TEXT("没有代码", "there is no code"));
    if (mapping_is_exponent(code)) {
        snprintf(sentence, sizeof sentence,
                 TEXT("「%.*s」是表格软件把长代码当成了数，后面的数字已经丢失",
                      "\"%.*s\" is a long code that a spreadsheet took for a number; its digits are lost"),
                 shown, code.bytes);
        return refuse(at, 1, TROUBLE_REFUSED, "mapping.digits_lost", sentence);
    }
    if (mapping_is_prose(code))
        return refuse(at, 1, TROUBLE_USAGE, "mapping.prose", TEXT("写的是话，不是代码", "a text, no code"));
    if (own || fits(at, code)) return true;
    bool eaten = lost_zeros(at, code);
    snprintf(
        sentence, sizeof sentence,
        eaten ? TEXT("代码「%.*s」的前导零被表格软件吃掉了；把这一列设成文本再填",
                     "a spreadsheet has eaten the leading zeros of code \"%.*s\"; format the column as "
                     "text and type it again")
              : TEXT("代码「%.*s」不符合国家格式(mappings/code_formats.csv)；确是本市自定的，scope 列写 own",
                     "code \"%.*s\" does not have the national format (mappings/code_formats.csv); "
                     "where it is the city's own, the column scope says own"),
        shown, code.bytes);
    return refuse(at, 1, eaten ? TROUBLE_REFUSED : TROUBLE_USAGE,
                  eaten ? "mapping.zeros_eaten" : "mapping.bad_format", sentence);
}

/* A line of this list is kept as an odd number, so that the second one can name the first; of the shipped
   list the table itself stands there. */
static bool put(struct listing *at, struct span code) {
    char sentence[120];
    void **place = map_put(&at->table->targets, code);
    uintptr_t before = (uintptr_t)*place;
    *place = (void *)((uintptr_t)at->line << 1 | 1); /* NOLINT(performance-no-int-to-ptr) */
    if (!(before & 1)) return true;
    snprintf(sentence, sizeof sentence, TEXT("代码与第 %u 行重复", "the code stands in line %u already"),
             (unsigned)(before >> 1));
    return refuse(at, 1, TROUBLE_USAGE, "mapping.repeated", sentence);
}

bool mapping_list(struct mapping_set *set, struct span name, struct span csv_text, const char *path,
                  struct error *error) {
    struct csv csv = {.text = csv_text};
    struct span cells[CSV_CELLS];
    struct listing at = {.set = set, .table = mapping_table_of(set, name), .path = path, .error = error};
    void *match = mapping_match_new();
    at.match = match;
    at.table->targets_path = path;
    uint32_t count = csv_next(&csv, cells, set->arena);
    bool ok = check_header(&at, cells, count);
    while (ok && (count = csv_next(&csv, cells, set->arena)) > 0) {
        bool own = at.scope && at.scope <= count && span_equal(cells[at.scope - 1], SPAN("own"));
        at.line = csv.line;
        ok = check_code(&at, cells[0], own) && (!cells[0].size || put(&at, cells[0]));
    }
    mapping_match_free(match);
    at.line = csv.line;
    return ok && (!csv.broken ||
                  refuse(&at, 1, TROUBLE_USAGE, NULL,
                         TEXT("引号未闭合，或列太多", "a quote is never closed, or too many columns")));
}
