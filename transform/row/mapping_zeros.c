/* SPDX-License-Identifier: MulanPSL-2.0 */
/* A table that went through a spreadsheet: 01 became 1, 690102000000000001 became 6.90102E+17.  Refused,
   since a code that lost its zero silently becomes another code.  Where a code really is 1, the pattern /1/
   says so. */
#include "core/language.h"
#include "transform/row/mapping_index.h"
#include "transform/row/text.h"
#include <stdio.h>

enum { ZEROS_MAX = 6, PADDED_MAX = 32 };

static bool eaten(struct mapping_set *set, const struct mapping_row *row, enum mapping_field field,
                  const char *evidence, struct error *error) {
    struct span text = field == FIELD_CODE ? row->code : row->target;
    error->at =
        (struct place){.source = row->file->path, .row = row->line, .column = row->file->columns[field]};
    error_code(error, TROUBLE_REFUSED, "mapping.zeros_eaten",
               TEXT("%s 第 %u 行 %s 列：代码「%.*s」的前导零被表格软件吃掉了(%s)；把这一列设成文本再填，"
                    "真是这个代码就写成 /%.*s/",
                    "%s line %u column %s: a spreadsheet has eaten the leading zeros of code \"%.*s\" (%s); "
                    "format the column as text and type it again, or write /%.*s/ when it really is so"),
               row->file->path, row->line, field == FIELD_CODE ? "source_code" : "target_code",
               (int)text.size, text.bytes, evidence, (int)text.size, text.bytes);
    return mapping_fault(set, error);
}

bool mapping_is_exponent(struct span text) {
    size_t at = 0;
    if (!text.size || text.bytes[0] < '1' || text.bytes[0] > '9') return false;
    while (at < text.size && (text.bytes[at] == '.' || (text.bytes[at] >= '0' && text.bytes[at] <= '9')))
        at++;
    return at + 2 < text.size && (text.bytes[at] == 'E' || text.bytes[at] == 'e') &&
           text.bytes[at + 1] == '+' &&
           text_is_digits((struct span){text.bytes + at + 2, text.size - at - 2});
}

static bool check_exponents(struct mapping_set *set, const struct mapping_row *row, struct error *error) {
    const struct span cells[] = {row->code, row->target};
    const enum mapping_field which[] = {FIELD_CODE, FIELD_TARGET};
    for (int i = 0; i < 2; i++) {
        if (!mapping_is_exponent(cells[i])) continue;
        error->at = (struct place){
            .source = row->file->path, .row = row->line, .column = row->file->columns[which[i]]};
        error_code(error, TROUBLE_REFUSED, "mapping.digits_lost",
                   TEXT("%s 第 %u 行 %s 列：「%.*s」是表格软件把长代码当成了数，后面的数字已经丢失",
                        "%s line %u column %s: \"%.*s\" is a long code that a spreadsheet took for a number; "
                        "its digits are lost"),
                   row->file->path, row->line, i == 0 ? "source_code" : "target_code", (int)cells[i].size,
                   cells[i].bytes);
        if (!mapping_fault(set, error)) return false;
    }
    return true;
}

/* `text` with so many zeros before it, in `room`. */
static struct span padded(struct span text, size_t zeros, char room[PADDED_MAX + ZEROS_MAX]) {
    memset(room, '0', zeros);
    memcpy(room + zeros, text.bytes, text.size);
    return (struct span){room, text.size + zeros};
}

static bool may_be_eaten(struct span text) {
    return text.size && text.size <= PADDED_MAX && text.bytes[0] != '0' && text_is_digits(text);
}

/* The list has 01, the table says 1. */
static bool check_target(struct mapping_set *set, const struct mapping_row *row, struct error *error) {
    const struct mapping_table *table = row->file->table;
    char room[PADDED_MAX + ZEROS_MAX], evidence[200];
    if (!may_be_eaten(row->target) || !table->targets.count || map_get(&table->targets, row->target))
        return true;
    for (size_t zeros = 1; zeros <= ZEROS_MAX; zeros++) {
        struct span whole = padded(row->target, zeros, room);
        if (!map_get(&table->targets, whole)) continue;
        snprintf(evidence, sizeof evidence, TEXT("清单里是 %.*s", "the list has %.*s"), (int)whole.size,
                 whole.bytes);
        return eaten(set, row, FIELD_TARGET, evidence, error);
    }
    return true;
}

static bool in_file(const struct mapping_row *first, const struct mapping_file *file) {
    for (; first; first = first->next)
        if (first->file == file) return true;
    return false;
}

/* Another file says 01 for the same system, and this one has only 1. */
static bool check_code(struct mapping_set *set, const struct mapping_row *row, struct error *error) {
    char room[PADDED_MAX + ZEROS_MAX], evidence[300];
    const struct mapping_table *table = row->file->table;
    for (const struct mapping_row *same = mapping_index_get(table, row->system, row->code); same;
         same = same->next)
        if (same->file != row->file) return true; /* others know the short code too */
    for (size_t zeros = 1; zeros <= ZEROS_MAX; zeros++) {
        struct span whole = padded(row->code, zeros, room);
        const struct mapping_row *other = mapping_index_get(table, row->system, whole);
        if (!other || in_file(other, row->file)) continue;
        snprintf(evidence, sizeof evidence, TEXT("%s 第 %u 行是 %.*s", "%s line %u has %.*s"),
                 other->file->path, other->line, (int)whole.size, whole.bytes);
        return eaten(set, row, FIELD_CODE, evidence, error);
    }
    return true;
}

enum { WIDTHS = 16 };

/* How wide the codes of digits are: how many of each width, and one that begins with a zero. */
struct widths {
    uint32_t counts[WIDTHS + 1];
    const struct mapping_row *zero[WIDTHS + 1];
};

/* Nearly all codes of a file have one width, some begin with zero, and this one is shorter. */
static const struct mapping_row *misses_width(const struct widths *widths, const struct mapping_row *row) {
    for (size_t width = row->code.size + 1; width <= WIDTHS; width++) {
        uint32_t shorter = 0;
        for (size_t other = 1; other < width; other++) shorter += widths->counts[other];
        if (widths->zero[width] && widths->zero[width]->system == row->system &&
            !widths->zero[row->code.size] && widths->counts[width] > 2 * shorter)
            return widths->zero[width];
    }
    return NULL;
}

static bool check_widths(struct mapping_set *set, const struct mapping_file *file, struct error *error) {
    struct widths widths = {0};
    for (uint32_t i = 0; i < file->row_count; i++) {
        const struct mapping_row *row = set->rows[file->first + i];
        if (row->code.size > WIDTHS || !text_is_digits(row->code)) continue;
        widths.counts[row->code.size]++;
        if (row->code.size > 1 && row->code.bytes[0] == '0') widths.zero[row->code.size] = row;
    }
    for (uint32_t i = 0; i < file->row_count; i++) {
        const struct mapping_row *row = set->rows[file->first + i];
        char evidence[200];
        const struct mapping_row *wide =
            may_be_eaten(row->code) && row->code.size <= WIDTHS ? misses_width(&widths, row) : NULL;
        if (!wide) continue;
        snprintf(evidence, sizeof evidence,
                 TEXT("同表别的代码是 %zu 位，如第 %u 行 %.*s",
                      "the table's other codes have %zu digits, as line %u: %.*s"),
                 wide->code.size, wide->line, (int)wide->code.size, wide->code.bytes);
        if (!eaten(set, row, FIELD_CODE, evidence, error)) return false;
    }
    return true;
}

bool mapping_check_zeros(struct mapping_set *set, struct error *error) {
    const struct mapping_file *file = NULL;
    for (uint32_t i = 0; i < set->row_count; i++) {
        const struct mapping_row *row = set->rows[i];
        if (row->file->level == MAPPING_SHIPPED) continue;
        if (!check_exponents(set, row, error) || !check_target(set, row, error)) return false;
        if (may_be_eaten(row->code) && !check_code(set, row, error)) return false;
        if (row->file != file && !check_widths(set, file = row->file, error)) return false;
    }
    return true;
}
