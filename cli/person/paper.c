/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The filled-in list of pairs, before the database is asked: words, names and dates. */
#include "cli/person/paper.h"
#include "cli/city.h"
#include "core/language.h"
#include "transform/row/date.h"
#include <stdio.h>
#include <stdlib.h>

enum { DATE_BYTES = 16, NUMBER_DIGITS = 18 };

static const struct form_head heads[PAPER_HEADS] = {{"配对编号", "Pair", true},
                                                    {"结论", "Decision", true},
                                                    {"理由", "Reason", true},
                                                    {"经办人", "By", true},
                                                    {"日期", "Date", true}};

/* Digits from `text` on, at most what fits; moves it behind them. */
static bool take_number(struct span *text, int64_t *number) {
    size_t digits = 0;
    for (*number = 0; digits < text->size && text->bytes[digits] >= '0' && text->bytes[digits] <= '9';
         digits++) {
        if (digits == NUMBER_DIGITS) return false;
        *number = *number * 10 + (text->bytes[digits] - '0');
    }
    text->bytes += digits, text->size -= digits;
    return digits > 0 && *number > 0;
}

static bool take_sign(struct span *text, char sign) {
    if (!text->size || text->bytes[0] != sign) return false;
    text->bytes++, text->size--;
    return true;
}

bool paper_pair_read(struct span text, struct paper_pair *pair) {
    *pair = (struct paper_pair){0};
    bool ok = take_sign(&text, 'P') && take_number(&text, &pair->a) && take_sign(&text, '-') &&
              take_number(&text, &pair->b) && take_sign(&text, '-') && text.size == PAPER_VERSION - 1 &&
              pair->a < pair->b;
    if (ok) memcpy(pair->version, text.bytes, text.size);
    return ok;
}

void paper_fault(struct filled *filled, uint32_t row, uint32_t head, const char *sentence) {
    if (filled->fault_count == PAPER_FAULTS_MAX) return;
    form_bad(&filled->form, row, head, sentence, &filled->faults[filled->fault_count++]);
}

static const char *text_of(struct arena *arena, struct span text) {
    return arena_print(arena, "%.*s", (int)text.size, text.bytes);
}

/* Spreadsheets show a date in many ways, and store it as a number of days. */
static const char *date_of(struct span text, struct arena *arena) {
    int32_t days;
    char written[DATE_BYTES];
    if (date_read(text, arena, &days) != DATE_OK && date_read_serial(text, arena, &days) != DATE_OK)
        return NULL;
    date_write(days, written);
    return arena_print(arena, "%s", written);
}

/* What is wrong with a line by itself, and under which head; NULL: nothing. */
static const char *fault_of(const struct decision *decision, const struct paper_pair *pair, uint32_t *head) {
    *head = PAPER_PAIR;
    if (!pair->a)
        return TEXT("配对编号不是我们发出的样子；请勿改动这一列",
                    "this is no pair of ours; leave the column alone");
    *head = PAPER_VERDICT;
    if (decision->verdict == VERDICTS)
        return TEXT("结论只能是 同一人、不同人、亲属", "the decision is 同一人, 不同人 or 亲属");
    *head = PAPER_REASON;
    if (!*decision->reason) return TEXT("作了结论要写理由", "a decision needs its reason");
    *head = PAPER_BY;
    if (!*decision->by) return TEXT("作了结论要写经办人", "a decision needs who made it");
    *head = PAPER_ON;
    if (!decision->on)
        return TEXT("日期要写成 2026-11-22 这样的日期", "the date must be a date such as 2026-11-22");
    return NULL;
}

static void take(struct filled *filled, uint32_t row, struct arena *arena) {
    const struct form *form = &filled->form;
    struct span pair = form_cell(form, row, PAPER_PAIR), word = form_cell(form, row, PAPER_VERDICT);
    uint32_t head;
    if (!pair.size && !word.size) return;
    if (!word.size) {
        filled->open++;
        return;
    }
    struct decision *decision = &filled->decisions[filled->count];
    *decision = (struct decision){.verdict = verdict_of(word),
                                  .reason = text_of(arena, form_cell(form, row, PAPER_REASON)),
                                  .by = text_of(arena, form_cell(form, row, PAPER_BY)),
                                  .on = date_of(form_cell(form, row, PAPER_ON), arena),
                                  .line = form->table.numbers[row]};
    if (!paper_pair_read(pair, &filled->pairs[filled->count])) filled->pairs[filled->count].a = 0;
    const char *fault = fault_of(decision, &filled->pairs[filled->count], &head);
    if (fault) {
        paper_fault(filled, row, head, fault);
        return;
    }
    decision->a = filled->pairs[filled->count].a;
    decision->b = filled->pairs[filled->count].b;
    filled->rows[filled->count++] = row;
}

bool paper_read(const char *path, struct arena *arena, struct filled *filled, struct error *error) {
    *filled = (struct filled){0};
    if (!form_read(&filled->form, path, PAPER_SHEET "|" PAPER_SHEET_EN, heads, PAPER_HEADS, arena, error))
        return false;
    uint32_t rows = filled->form.table.row_count;
    filled->decisions = ARENA_NEW(arena, struct decision, rows + 1);
    filled->pairs = ARENA_NEW(arena, struct paper_pair, rows + 1);
    filled->rows = ARENA_NEW(arena, uint32_t, rows + 1);
    filled->faults = ARENA_NEW(arena, struct error, PAPER_FAULTS_MAX);
    for (uint32_t row = filled->form.first; row < rows; row++) take(filled, row, arena);
    return true;
}
