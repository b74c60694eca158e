/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/preview/preview.h"
#include "core/decimal.h"
#include "core/language.h"
#include "core/reason.h"
#include "transform/row/date.h"
#include <stdio.h>
#include <stdlib.h>

/* The last stage of a chain without a database: it counts what became of the rows and keeps the reasons. */

static void *grow(struct arena *arena, const void *items, uint32_t count, uint32_t *room, size_t size) {
    if (count < *room) return NULL;
    *room = *room ? *room * 2 : 256;
    void *more = arena_take(arena, size, *room, _Alignof(max_align_t));
    if (count) memcpy(more, items, count * size);
    return more;
}

/* "value=24" out of "value=24;table=psn_type;date=2019-03-01". */
static struct span value_of(struct span detail) {
    const char *at = detail.size ? memmem(detail.bytes, detail.size, "value=", 6) : NULL;
    if (!at) return (struct span){0};
    size_t size = (size_t)(detail.bytes + detail.size - at);
    const char *end = memchr(at, ';', size);
    return (struct span){at, end ? (size_t)(end - at) : size < 300 ? size : 300};
}

/* Reasons about codes are told apart by the code, all others by their column; the first one's detail
   stands for all. */
static struct preview_reason *reason_of(struct preview_notes *notes, const struct reason *reason) {
    bool by_value = strncmp(reason->code, "code.", 5) == 0;
    struct span detail = reason->detail, value = by_value ? value_of(detail) : (struct span){0};
    char text[512];
    int size = snprintf(text, sizeof text, "%s\t%u\t%.*s", reason->code, reason->target, (int)value.size,
                        value.bytes ? value.bytes : "");
    struct span key = {text, (size_t)size};
    uintptr_t number = (uintptr_t)map_get(&notes->index, key);
    if (number) return &notes->reasons[number - 1];
    void *more =
        grow(&notes->arena, notes->reasons, notes->reason_count, &notes->reason_room, sizeof *notes->reasons);
    if (more) notes->reasons = more;
    struct preview_reason *made = &notes->reasons[notes->reason_count++];
    *made = (struct preview_reason){.code = reason->code,
                                    .weight = reason->weight,
                                    .source = reason->source,
                                    .target = reason->target,
                                    .detail = detail.size ? arena_copy(&notes->arena, detail) : detail};
    *map_put(&notes->index, arena_copy(&notes->arena, key)) = (void *)((uintptr_t)notes->reason_count);
    return made;
}

/* The lowest rows are the examples, and the lowest one's detail is told, whichever worker met them first;
   `have` examples stand in order. */
static void keep_example(struct preview_notes *notes, struct preview_reason *counted, uint64_t have,
                         uint64_t number, struct span detail) {
    if (have > PREVIEW_EXAMPLES) have = PREVIEW_EXAMPLES;
    if (have == PREVIEW_EXAMPLES && number >= counted->examples[have - 1]) return;
    uint64_t at = have < PREVIEW_EXAMPLES ? have : have - 1;
    for (; at && counted->examples[at - 1] > number; at--) counted->examples[at] = counted->examples[at - 1];
    counted->examples[at] = number;
    if (at == 0 && have) counted->detail = detail.size ? arena_copy(&notes->arena, detail) : detail;
}

static void count_reason(struct preview_notes *notes, const struct row *row, const struct reason *reason,
                         int64_t fen) {
    struct preview_reason *counted = reason_of(notes, reason);
    keep_example(notes, counted, counted->rows, row->number, reason->detail);
    counted->rows++;
    counted->fen += fen;
}

static const struct kind_column *target_of(const struct preview_notes *notes, const struct reason *reason) {
    return reason->target ? &notes->spec->kind->columns[reason->target - 1] : NULL;
}

static struct span name_of(struct preview_notes *notes, const struct batch *batch, uint32_t row) {
    if (!batch->kind || !batch->values) return (struct span){0};
    int column = model_column(batch->kind, SPAN("psn_name"));
    if (column < 0 || !batch->values[column].null || batch->values[column].null[row]) return (struct span){0};
    return mask_value(&notes->plan->mask, PII_NAME, batch->values[column].text[row], &notes->arena);
}

static void keep_line(struct preview_notes *notes, const struct batch *batch, uint32_t number,
                      const struct reason *reason, int64_t fen) {
    const struct row *row = &batch->rows[number];
    if (atomic_fetch_sub(&notes->plan->lines_left, 1) <= 0) return;
    void *more =
        grow(&notes->arena, notes->lines, notes->line_count, &notes->line_room, sizeof *notes->lines);
    if (more) notes->lines = more;
    struct preview_line *line = &notes->lines[notes->line_count++];
    *line = (struct preview_line){.row = row->number,
                                  .code = reason->code,
                                  .weight = reason->weight,
                                  .rejected = row->fate == FATE_REJECTED,
                                  .source = reason->source,
                                  .target = reason->target,
                                  .fen = fen};
    if (row->key.size)
        line->key =
            mask_key(&notes->plan->mask, notes->persons, arena_copy(&notes->arena, row->key), &notes->arena);
    line->name = name_of(notes, batch, number);
    if (reason->value.size)
        line->value = mask_cell(&notes->plan->mask, target_of(notes, reason),
                                arena_copy(&notes->arena, reason->value), &notes->arena);
    if (reason->detail.size) line->detail = arena_copy(&notes->arena, reason->detail);
}

static void keep_key(struct preview_notes *notes, const struct row *row, int64_t fen, bool doubtful) {
    if (atomic_fetch_sub(&notes->plan->keys_left, 1) <= 0) return;
    void *more = grow(&notes->arena, notes->keys, notes->key_count, &notes->key_room, sizeof *notes->keys);
    if (more) notes->keys = more;
    notes->keys[notes->key_count++] =
        (struct preview_key){{row->key_hash[0], row->key_hash[1]}, row->row_hash, row->number,
                             arena_copy(&notes->arena, row->key),  fen,           doubtful};
}

static struct span value_text(struct preview_notes *notes, const struct kind_column *column,
                              const struct vector *vector, uint32_t row) {
    char text[64];
    size_t size = 0;
    if (!vector->null || vector->null[row]) return (struct span){0};
    switch (column->type) {
    case TYPE_TEXT: {
        struct span word = arena_copy(&notes->arena, vector->text[row]);
        if (column->dict) return mask_cell(&notes->plan->mask, column, word, &notes->arena);
        return mask_column(&notes->plan->mask, column, word, &notes->arena);
    }
    case TYPE_DATE: size = date_write(vector->date[row], text); break;
    case TYPE_MONEY: size = decimal_write(vector->integer[row], 2, text); break;
    case TYPE_RATIO: size = decimal_write(vector->integer[row], 4, text); break;
    case TYPE_TIMESTAMP: {
        int64_t day = (int64_t)24 * 3600 * 1000000, micro = vector->integer[row];
        size = date_write((int32_t)(micro / day - (micro % day < 0)), text);
        break;
    }
    case TYPE_BOOL:
        size = (size_t)snprintf(text, sizeof text, "%s",
                                vector->integer[row] ? TEXT("是", "yes") : TEXT("否", "no"));
        break;
    case TYPE_INTEGER: size = decimal_write(vector->integer[row], 0, text); break;
    }
    return arena_copy(&notes->arena, (struct span){text, size});
}

static void show_row(struct preview_notes *notes, const struct batch *batch, uint32_t row) {
    const struct spec *spec = notes->spec;
    struct span *cells = ARENA_NEW(&notes->arena, struct span, spec->column_count + 1);
    for (uint32_t c = 0; c < spec->column_count; c++)
        cells[c] = value_text(notes, &spec->kind->columns[spec->columns[c].target],
                              &batch->values[spec->columns[c].target], row);
    notes->shown_rows[notes->shown_count] = batch->rows[row].number;
    notes->shown[notes->shown_count++] = cells;
}

static void take_row(struct preview_notes *notes, const struct batch *batch, uint32_t number) {
    const struct row *row = &batch->rows[number];
    int main = notes->spec->kind->main_measure;
    int64_t fen = main >= 0 && batch->measures[main] ? batch->measures[main][number] : 0;
    bool doubtful = false;
    for (uint32_t i = 0; i < row->reason_count; i++) {
        const struct reason *reason = &row->reasons[i];
        bool before = false; /* a code counts a row once, however many of its cells it speaks of */
        for (uint32_t j = 0; j < i; j++)
            before |= row->reasons[j].code == reason->code && row->reasons[j].target == reason->target;
        if (!before) count_reason(notes, row, reason, fen);
        doubtful |= reason->weight == WEIGHT_DOUBT;
        if (row->fate != FATE_EXPLAINED &&
            (reason->weight == WEIGHT_REJECT || reason->weight == WEIGHT_DOUBT))
            keep_line(notes, batch, number, reason, fen);
    }
    if (row->fate == FATE_LIVE && row->key.size) keep_key(notes, row, fen, doubtful);
    if (batch->index == 0 && notes->shown_count < PREVIEW_SHOWN_ROWS && row->fate == FATE_LIVE &&
        batch->values)
        show_row(notes, batch, number);
}

static bool sink_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct preview_notes *notes = stage->state;
    (void)columns, (void)error;
    notes->index.arena = &notes->arena;
    return true;
}

/* Without --full only the beginning counts: the first batch, cut to so many rows. */
static enum flow sink_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct preview_notes *notes = stage->state;
    (void)error;
    struct preview_plan *plan = notes->plan;
    if (!plan->full && batch->index > 0) return FLOW_MORE;
    struct batch head = *batch;
    if (!plan->full && head.row_count > PREVIEW_HEAD_ROWS) head.row_count = PREVIEW_HEAD_ROWS;
    notes->rows += head.row_count;
    if (!plan->count_only)
        for (uint32_t row = 0; row < head.row_count; row++) take_row(notes, &head, row);
    tally_add(&notes->tally, &head);
    if (!plan->full) atomic_store(&plan->enough, true);
    return FLOW_MORE;
}

const struct stage_kind preview_sink = {
    .name = "preview", .state_size = sizeof(struct preview_notes), .open = sink_open, .run = sink_run};

static int by_key(const void *a, const void *b) {
    const struct preview_key *left = a, *right = b;
    for (int i = 0; i < 2; i++)
        if (left->hash[i] != right->hash[i]) return left->hash[i] < right->hash[i] ? -1 : 1;
    return (left->row > right->row) - (left->row < right->row);
}

static int by_row(const void *a, const void *b) {
    const struct preview_line *left = a, *right = b;
    return (left->row > right->row) - (left->row < right->row);
}

static int by_rows(const void *a, const void *b) {
    const struct preview_reason *left = a, *right = b;
    if (left->weight != right->weight) return (left->weight > right->weight) - (left->weight < right->weight);
    if (left->rows != right->rows) return left->rows > right->rows ? -1 : 1;
    return strcmp(left->code, right->code);
}

static void merge(struct preview_notes *into, const struct preview_notes *from) {
    for (uint32_t i = 0; i < from->reason_count; i++) {
        const struct preview_reason *reason = &from->reasons[i];
        struct reason like = {.code = reason->code,
                              .weight = reason->weight,
                              .source = reason->source,
                              .target = reason->target,
                              .detail = reason->detail};
        struct preview_reason *own = reason_of(into, &like);
        for (uint64_t e = 0; e < PREVIEW_EXAMPLES && e < reason->rows; e++)
            keep_example(into, own, own->rows + e, reason->examples[e], e ? own->detail : reason->detail);
        own->rows += reason->rows;
        own->fen += reason->fen;
    }
}

/* Rows of one key: all equal, the later ones are duplicates; different, every one is rejected. */
static void judge_group(struct preview_job *job, struct preview_notes *notes, const struct preview_key *keys,
                        uint32_t count) {
    bool equal = true;
    for (uint32_t i = 1; i < count; i++) equal = equal && keys[i].content == keys[0].content;
    if (!equal && job->spec.conflict_last) return;
    const char *code = reason_find(equal ? "key.duplicate" : "key.conflict")->code;
    int main = job->spec.kind->main_measure;
    for (uint32_t i = equal ? 1 : 0; i < count; i++) {
        const char *detail = equal ? arena_print(&notes->arena, "row=%ju", (uintmax_t)keys[0].row)
                                   : arena_print(&notes->arena, "rows=%ju、%ju", (uintmax_t)keys[0].row,
                                                 (uintmax_t)keys[1].row);
        struct reason reason = {.code = code,
                                .weight = equal ? WEIGHT_EXPLAIN : WEIGHT_REJECT,
                                .detail = {detail, strlen(detail)}};
        count_reason(notes, &(struct row){.number = keys[i].row}, &reason, keys[i].fen);
        job->tally.rows[FATE_LIVE]--;
        job->tally.doubtful -= keys[i].doubtful;
        if (main >= 0) job->tally.measures[FATE_LIVE][main] -= keys[i].fen;
        if (equal) {
            job->duplicates++;
            job->duplicate_fen += keys[i].fen;
            continue;
        }
        job->conflicts++;
        job->tally.rows[FATE_REJECTED]++;
        if (main >= 0) job->tally.measures[FATE_REJECTED][main] += keys[i].fen;
        if (job->line_count < PREVIEW_LINES_MAX)
            job->lines[job->line_count++] = (struct preview_line){
                .row = keys[i].row,
                .code = code,
                .weight = WEIGHT_REJECT,
                .rejected = true,
                .key = mask_key(&notes->plan->mask, notes->persons, keys[i].key, &notes->arena),
                .detail = reason.detail,
                .fen = keys[i].fen};
    }
}

static void judge_keys(struct preview_job *job, struct preview_notes *notes, uint32_t count) {
    size_t total = 0, at = 0;
    for (uint32_t i = 0; i < count; i++) total += notes[i].key_count;
    struct preview_key *keys = malloc((total + 1) * sizeof *keys);
    if (!keys) abort();
    for (uint32_t i = 0; i < count; i++) {
        if (notes[i].key_count) memcpy(keys + at, notes[i].keys, notes[i].key_count * sizeof *keys);
        at += notes[i].key_count;
    }
    qsort(keys, total, sizeof *keys, by_key);
    for (size_t from = 0, until; from < total; from = until) {
        for (until = from + 1;
             until < total && memcmp(keys[until].hash, keys[from].hash, sizeof keys->hash) == 0;)
            until++;
        if (until - from > 1) judge_group(job, notes, keys + from, (uint32_t)(until - from));
    }
    free(keys);
}

void preview_gather(struct preview_job *job, struct preview_notes *notes, uint32_t count,
                    struct arena *arena) {
    size_t lines = 0;
    for (uint32_t i = 0; i < count; i++) {
        tally_merge(&job->tally, &notes[i].tally);
        job->rows += notes[i].rows;
        lines += notes[i].line_count;
        if (i) merge(&notes[0], &notes[i]);
        for (uint32_t s = 0; s < notes[i].shown_count; s++) {
            job->shown_rows[job->shown_count] = notes[i].shown_rows[s];
            job->shown[job->shown_count++] = notes[i].shown[s];
        }
    }
    job->lines = ARENA_NEW(arena, struct preview_line, lines + PREVIEW_LINES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        if (notes[i].line_count)
            memcpy(job->lines + job->line_count, notes[i].lines, notes[i].line_count * sizeof *job->lines);
        job->line_count += notes[i].line_count;
    }
    judge_keys(job, notes, count);
    job->reasons = notes[0].reasons;
    job->reason_count = notes[0].reason_count;
    if (job->reason_count) qsort(job->reasons, job->reason_count, sizeof *job->reasons, by_rows);
    if (job->line_count) qsort(job->lines, job->line_count, sizeof *job->lines, by_row);
    job->lines_complete = atomic_load(&notes->plan->lines_left) >= 0;
    job->keys_complete = atomic_load(&notes->plan->keys_left) >= 0;
}

bool preview_by_city(const char *code) {
    const struct reason_kind *kind = reason_find(code);
    return kind && strcmp(kind->stage, "map") == 0;
}

struct span preview_sentence(const struct preview_job *job, const char *code, uint16_t target,
                             struct span detail, struct arena *arena) {
    char text[512];
    reason_sentence(code, detail, text, sizeof text);
    const char *label = target ? model_column_title(&job->spec.kind->columns[target - 1]) : "";
    const char *whole = arena_print(arena, "%s%s%s", label, *label ? TEXT("：", ": ") : "", text);
    return (struct span){whole, strlen(whole)};
}
