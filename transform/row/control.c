/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/control.h"
#include "core/tally.h"
#include <stdlib.h>

/* This worker's part of what follows total row `number`: batches between two totals share it, so that what
   is kept grows with the totals and not with the rows. */
static struct control_part *part_of(struct control_state *state, uint64_t number) {
    if (state->last && state->last->number == number) return state->last;
    uint32_t measures = state->kind->measure_count + 1;
    struct control_part *part = ARENA_NEW(state->arena, struct control_part, 1);
    part->number = number;
    part->said = ARENA_NEW(state->arena, bool, measures);
    part->total = ARENA_NEW(state->arena, int64_t, measures);
    part->sum = ARENA_NEW(state->arena, fen_total, measures);
    if (state->last) state->last->next = part;
    else state->first = part;
    state->last = part;
    state->count++;
    return part;
}

/* Inner to outer; a word that holds another stands before it (社区 is no 区).  What is inside a bare 小计
   cannot be told, so it is innermost; a bare 合计 and 总计 stand outside the places. */
static const struct {
    const char *word;
    uint8_t level;
} words[] = {
    {"社区", 3}, {"居委", 3}, {"街道", 4}, {"办事处", 4}, {"小组", 2}, {"开发区", 4}, {"园区", 4}, {"组", 2},
    {"村", 3},   {"乡", 4},   {"镇", 4},   {"县", 5},     {"区", 5},   {"旗", 5},     {"市", 6},   {"省", 7},
};
enum { LEVEL_BARE = 1, LEVEL_TOGETHER = 8, LEVEL_WHOLE = 9, LABEL_BYTES = 128 };

/* A label without its blanks, which people put between the characters of 合　计. */
static struct span without_blanks(struct span label, char room[LABEL_BYTES]) {
    size_t size = 0;
    for (size_t at = 0; at < label.size && size < LABEL_BYTES; at++) {
        if (label.size - at >= 3 && memcmp(label.bytes + at, "\xE3\x80\x80", 3) == 0) at += 2;
        else if ((unsigned char)label.bytes[at] > ' ') room[size++] = label.bytes[at];
    }
    return (struct span){room, size};
}

/* Level of "杨庄村小计": by what stands last before the word for a total. */
static uint8_t level_of(struct span label) {
    static const char *const whole[] = {"总计", "总合计"}, *const part[] = {"小计", "合计", "总计"};
    const char *end = NULL;
    for (size_t i = 0; i < sizeof part / sizeof *part && !end; i++)
        end = memmem(label.bytes, label.size, part[i], strlen(part[i]));
    size_t size = end ? (size_t)(end - label.bytes) : label.size;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t word = strlen(words[i].word);
        if (size >= word && memcmp(label.bytes + size - word, words[i].word, word) == 0)
            return words[i].level;
    }
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (memmem(label.bytes, label.size, whole[i], strlen(whole[i]))) return LEVEL_WHOLE;
    return memmem(label.bytes, label.size, "小计", strlen("小计")) ? LEVEL_BARE : LEVEL_TOGETHER;
}

static uint8_t level(const struct batch *batch, uint32_t row) {
    if (batch->rows[row].total_level) return batch->rows[row].total_level % CONTROL_LEVELS;
    char room[LABEL_BYTES];
    for (uint32_t c = 0; c < batch->source->count; c++) {
        struct span label = without_blanks(batch->cells[c][row], room);
        if (label.size) return level_of(label);
    }
    return LEVEL_TOGETHER;
}

static void take_total(struct control_part *part, const struct batch *batch, uint32_t row) {
    part->row = batch->rows[row].number;
    part->level = level(batch, row);
    for (uint32_t m = 0; m < batch->kind->measure_count; m++) {
        uint16_t column = batch->kind->measures[m];
        if (!batch->measures[m] || batch->values[column].null[row]) continue;
        part->said[m] = true;
        part->total[m] = batch->measures[m][row];
    }
}

/* The county's totals cover rows that a spec leaves out, too: they are rows of the county. */
static bool covered(const struct row *row) {
    if (row->fate != FATE_EXPLAINED) return true;
    const char *code = row->reason_count ? row->reasons[0].code : "";
    return strcmp(code, "row.filtered") == 0 || strncmp(code, "scope.", strlen("scope.")) == 0;
}

/* Nothing but rows that totals cover, and no total: the batch is added up as a whole. */
static bool only_rows(const struct batch *batch) {
    for (uint32_t row = 0; row < batch->row_count; row++)
        if (batch->rows[row].total || batch->rows[row].fate == FATE_EXPLAINED) return false;
    return true;
}

/* What ends a table: a total, or a row that stands below it. */
static bool closes(const struct row *row) {
    const char *code = row->fate == FATE_EXPLAINED && row->reason_count ? row->reasons[0].code : "";
    return row->total || strcmp(code, "row.footer") == 0;
}

/* A line whose cells stand nowhere ("SQL> spool off" below the footer) is no proof of data. */
static void note_data(struct control_state *state, const struct batch *batch) {
    uint32_t row = batch->row_count;
    while (row && batch->rows[row - 1].shifted) row--;
    if (row) state->last_data = batch->rows[row - 1].number;
}

static enum flow control_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)error;
    struct control_state *state = stage->state;
    uint64_t number = batch->totals_before;
    struct control_part *part = part_of(state, number);
    if (only_rows(batch)) {
        part->rows += batch->row_count;
        note_data(state, batch);
        for (uint32_t m = 0; m < batch->kind->measure_count; m++)
            if (batch->measures[m]) part->sum[m] += tally_sum(batch->measures[m], batch->row_count);
        return FLOW_MORE;
    }
    for (uint32_t row = 0; row < batch->row_count; row++) {
        const struct row *at = &batch->rows[row];
        if (closes(at)) state->last_closing = at->number;
        state->totals |= at->total;
        if (at->total) {
            take_total(part, batch, row);
            part = part_of(state, ++number);
        } else if (covered(at)) {
            part->rows++;
            if (!at->shifted) state->last_data = at->number;
            for (uint32_t m = 0; m < batch->kind->measure_count; m++)
                if (batch->measures[m]) part->sum[m] += batch->measures[m][row];
        }
    }
    return FLOW_MORE;
}

/* Of the workers' parts between two totals the one that met the second total comes last. */
static int by_number(const void *a, const void *b) {
    const struct control_part *left = *(const struct control_part *const *)a;
    const struct control_part *right = *(const struct control_part *const *)b;
    if (left->number != right->number) return left->number < right->number ? -1 : 1;
    return left->row < right->row ? -1 : left->row > right->row;
}

/* All parts in their order, their sums and rows added up from the beginning, and the bounds of each total:
   the index of the part that ends where its range begins (-1: the source does), and of the one that ends it.
 */
struct ordered {
    struct control_part **parts;
    uint64_t count;
    uint32_t measures;
    int64_t *before, *after;
};

static void add_up(struct ordered *ordered) {
    for (uint64_t i = 1; i < ordered->count; i++) {
        struct control_part *part = ordered->parts[i], *last = ordered->parts[i - 1];
        part->rows += last->rows;
        for (uint32_t m = 0; m < ordered->measures; m++) part->sum[m] += last->sum[m];
    }
}

/* The nearest total of the same or an outer level on one side; else `open`. */
static void bound(const struct ordered *ordered, bool forward, int64_t open, int64_t *bounds) {
    int64_t nearest[CONTROL_LEVELS];
    for (int l = 0; l < CONTROL_LEVELS; l++) nearest[l] = open;
    for (uint64_t n = 0; n < ordered->count; n++) {
        uint64_t i = forward ? n : ordered->count - 1 - n;
        if (!ordered->parts[i]->row) continue;
        bounds[i] = nearest[ordered->parts[i]->level];
        for (int l = 0; l <= ordered->parts[i]->level; l++) nearest[l] = (int64_t)i;
    }
}

static uint64_t rows_to(const struct ordered *ordered, int64_t until) {
    return until < 0 ? 0 : ordered->parts[until]->rows;
}

static fen_total fen_between(const struct ordered *ordered, int64_t from, int64_t until, uint32_t measure) {
    fen_total begin = from < 0 ? 0 : ordered->parts[from]->sum[measure];
    return ordered->parts[until]->sum[measure] - begin;
}

/* Where a level's totals stand.  EITHER: no data before its first and none behind its last total, so that a
   total on top and one at the end, or an empty first group, cannot be told apart: one of both must hold. */
enum stand { STAND_BELOW, STAND_ABOVE, STAND_EITHER };

static void find_stands(const struct ordered *ordered, enum stand stands[CONTROL_LEVELS]) {
    bool seen[CONTROL_LEVELS] = {false};
    uint64_t all = rows_to(ordered, (int64_t)ordered->count - 1);
    for (uint64_t i = 0; i < ordered->count; i++) {
        const struct control_part *part = ordered->parts[i];
        if (!part->row) continue;
        if (!seen[part->level]) stands[part->level] = part->rows ? STAND_BELOW : STAND_ABOVE;
        else if (stands[part->level] != STAND_BELOW)
            stands[part->level] = part->rows == all ? STAND_EITHER : STAND_ABOVE;
        seen[part->level] = true;
    }
}

/* One total against what it covers; the number of amounts that were compared. */
static uint64_t compare(const struct ordered *ordered, int64_t i, enum stand stand,
                        struct control_breach *breaches, uint32_t limit, uint64_t *breach_count) {
    const struct control_part *part = ordered->parts[i];
    uint64_t compared = 0;
    for (uint32_t m = 0; m < ordered->measures; m++) {
        if (!part->said[m]) continue;
        fen_total above = fen_between(ordered, ordered->before[i], i, m);
        fen_total below = fen_between(ordered, i, ordered->after[i], m);
        fen_total found =
            stand == STAND_ABOVE || (stand == STAND_EITHER && below == part->total[m]) ? below : above;
        compared++;
        if (found != part->total[m] && (*breach_count)++ < limit)
            breaches[*breach_count - 1] = (struct control_breach){part->row, m, part->total[m], found};
    }
    return compared;
}

uint64_t control_check(const struct control_state *states, uint32_t state_count, struct arena *arena,
                       struct control_breach *breaches, uint32_t limit, uint64_t *breach_count) {
    struct ordered ordered = {.measures = states[0].kind->measure_count};
    enum stand stands[CONTROL_LEVELS] = {STAND_BELOW};
    uint64_t at = 0, compared = 0;
    *breach_count = 0;
    for (uint32_t i = 0; i < state_count; i++) ordered.count += states[i].count;
    ordered.parts = ARENA_NEW(arena, struct control_part *, ordered.count + 1);
    for (uint32_t i = 0; i < state_count; i++)
        for (struct control_part *part = states[i].first; part; part = part->next) ordered.parts[at++] = part;
    if (!ordered.count) return 0;
    qsort(ordered.parts, ordered.count, sizeof *ordered.parts, by_number);
    ordered.before = ARENA_NEW(arena, int64_t, ordered.count);
    ordered.after = ARENA_NEW(arena, int64_t, ordered.count);
    add_up(&ordered);
    bound(&ordered, true, -1, ordered.before);
    bound(&ordered, false, (int64_t)ordered.count - 1, ordered.after);
    find_stands(&ordered, stands);
    for (uint64_t i = 0; i < ordered.count; i++) {
        const struct control_part *part = ordered.parts[i];
        if (part->row)
            compared += compare(&ordered, (int64_t)i, stands[part->level], breaches, limit, breach_count);
    }
    return compared;
}

bool control_closed(const struct control_state *states, uint32_t state_count) {
    uint64_t data = 0, closing = 0;
    bool totals = false;
    for (uint32_t i = 0; i < state_count; i++) {
        if (states[i].last_data > data) data = states[i].last_data;
        if (states[i].last_closing > closing) closing = states[i].last_closing;
        totals |= states[i].totals;
    }
    return totals || closing > data;
}

const struct stage_kind transform_control = {
    .name = "control",
    .state_size = sizeof(struct control_state),
    .run = control_run,
};
