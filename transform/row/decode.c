/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/decimal.h"
#include "transform/row/cells.h"
#include "transform/row/row.h"
#include "transform/row/text.h"

struct decode_plan {
    uint32_t feed_count, late_count;
    struct feed *feeds; /* [feed_count] of columns decoded at once */
    struct feed *late;  /* [late_count] of columns that depend on a mapped value, together by target */
    bool *fed;          /* [kind->column_count] some spec column feeds it, mapped ones too */
    bool *at_once;      /* [kind->column_count] one of `feeds` fills it */
    bool wanyuan;       /* some money comes in 10,000 yuan */
};

/* A target that has one conditional source is decoded late with all its sources. */
static bool is_late(const struct spec *spec, uint32_t target) {
    for (uint32_t index = 0; index < spec->column_count; index++)
        if (spec->columns[index].target == target && spec->columns[index].when.value_count &&
            !spec->columns[index].map.size)
            return true;
    return false;
}

static bool decode_open(struct stage *stage, struct columns *columns, struct error *error) {
    (void)columns;
    struct decode_state *state = stage->state;
    const struct spec *spec = state->spec;
    struct decode_plan *plan = state->plan = ARENA_NEW(stage->arena, struct decode_plan, 1);
    plan->feeds = ARENA_NEW(stage->arena, struct feed, spec->column_count + 1);
    plan->late = ARENA_NEW(stage->arena, struct feed, spec->column_count + 1);
    plan->fed = ARENA_NEW(stage->arena, bool, spec->kind->column_count);
    plan->at_once = ARENA_NEW(stage->arena, bool, spec->kind->column_count);
    for (uint32_t target = 0; target < spec->kind->column_count; target++) {
        bool late = is_late(spec, target);
        for (uint32_t index = 0; index < spec->column_count; index++) {
            const struct spec_column *column = &spec->columns[index];
            if (column->target != target) continue;
            plan->fed[target] = true;
            if (column->map.size) {
                struct feed unused;
                if (!feed_open(&unused, spec, column, stage->arena, error)) return false;
                continue;
            }
            struct feed *feed = late ? &plan->late[plan->late_count++] : &plan->feeds[plan->feed_count++];
            if (!feed_open(feed, spec, column, stage->arena, error)) return false;
            plan->at_once[target] |= !late;
            plan->wanyuan |= !late && feed->reading == READ_MONEY && feed->scale == 6;
        }
    }
    return true;
}

/* Values for every column of the kind: its own for a fed one, one common column of nulls for the rest. */
static void shape_values(const struct decode_plan *plan, const struct kind *kind, struct batch *batch) {
    uint32_t count = batch->row_count ? batch->row_count : 1;
    bool *null = ARENA_NEW(&batch->arena, bool, count);
    memset(null, true, count);
    struct span *nothing = ARENA_NEW(&batch->arena, struct span, count); /* wide enough for every type */
    batch->kind = kind;
    batch->values = ARENA_NEW(&batch->arena, struct vector, kind->column_count);
    for (uint32_t column = 0; column < kind->column_count; column++) {
        struct vector *vector = &batch->values[column];
        if (plan->at_once[column]) {
            vector_room(vector, kind->columns[column].type, batch->row_count, &batch->arena);
            continue;
        }
        if (plan->fed[column]) {
            vector_shape(vector, kind->columns[column].type, batch->row_count, &batch->arena);
            continue;
        }
        vector->null = null;
        vector->text = nothing;
    }
}

/* where: other rows are no data of this spec.  withdraw: delete markers. */
static void answer_conditions(const struct spec *spec, struct batch *batch) {
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (batch->rows[row].shifted || batch->rows[row].fate == FATE_EXPLAINED) continue;
        for (uint32_t index = 0; index < spec->where_count && batch->rows[row].fate == FATE_LIVE; index++) {
            if (condition_holds(&spec->where[index], batch, row)) continue;
            batch_explain(
                batch, row,
                (struct reason){.code = "row.filtered", .source = (uint16_t)(spec->where[index].index + 1)});
            break;
        }
        if (spec->withdraw.value_count && condition_holds(&spec->withdraw, batch, row))
            batch->rows[row].withdrawn = true;
    }
}

/* Titles, headers, footers and blank rows have no columns: a number in a footer is no amount of one. */
static bool is_furniture(const struct row *row) {
    static const char *const codes[] = {"row.title", "row.header", "row.footer", "row.blank"};
    if (row->fate != FATE_EXPLAINED || !row->reason_count) return false;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(row->reasons[0].code, codes[i]) == 0) return true;
    return false;
}

/* The rows whose cells stand under their columns; NULL when all do. */
static bool *unshifted(struct batch *batch) {
    bool *mask = NULL;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (!batch->rows[row].shifted && !is_furniture(&batch->rows[row])) continue;
        if (!mask) {
            mask = ARENA_NEW(&batch->arena, bool, batch->row_count);
            memset(mask, true, batch->row_count);
        }
        mask[row] = false;
    }
    return mask;
}

/* Several cells as one text.  A key made of parts needs every part; an address, or an amount with its
   sign in a column of its own, does not. */
static struct span join(const struct feed *feed, struct batch *batch, uint32_t row) {
    struct span parts[SPEC_FROM_MAX];
    size_t size = 0;
    uint32_t count = feed->column->from_count, filled = 0;
    for (uint32_t part = 0; part < count; part++) {
        parts[part] = text_trim(batch->cells[feed->column->index[part]][row]);
        size += parts[part].size + feed->column->join.size;
        filled += parts[part].size > 0;
    }
    bool whole = feed->strict && feed->target->type == TYPE_TEXT;
    if (filled == 0 || (whole && filled < count)) return (struct span){0};
    char *bytes = ARENA_NEW(&batch->arena, char, size + 1), *at = bytes;
    for (uint32_t part = 0; part < count; part++) {
        if (part && feed->column->join.size)
            at = mempcpy(at, feed->column->join.bytes, feed->column->join.size);
        if (parts[part].size) at = mempcpy(at, parts[part].bytes, parts[part].size);
    }
    return (struct span){bytes, (size_t)(at - bytes)};
}

/* The cells that a feed reads: the source's own column, or one made of constants or joined parts. */
static const struct span *cells_of(const struct feed *feed, struct batch *batch) {
    if (feed->column->from_count == 1) return batch->cells[feed->column->index[0]];
    struct span *cells = ARENA_NEW(&batch->arena, struct span, batch->row_count ? batch->row_count : 1);
    for (uint32_t row = 0; row < batch->row_count; row++)
        cells[row] = feed->column->from_count ? join(feed, batch, row) : feed->column->value;
    return cells;
}

static void read_feed(const struct feed *feed, struct batch *batch, const bool *mask, struct vector *values) {
    if (feed->column->sum && feed->column->from_count > 1) feed_read_sum(feed, batch, mask, values);
    else feed_read(feed, batch, cells_of(feed, batch), mask, values);
}

/* The one place that writes measures: the fen as read, of every row whatever its fate. */
static void measure(struct batch *batch, const struct kind_column *target, const struct vector *values) {
    int64_t *fen = ARENA_ROOM(&batch->arena, int64_t, batch->row_count ? batch->row_count : 1);
    memcpy(fen, values->integer, batch->row_count * sizeof *fen);
    batch->measures[target->measure] = fen;
}

/* A row that cannot be told apart into columns has no amount that could be read. */
static void count_shifted(struct batch *batch, const struct kind_column *target, const bool *mask) {
    if (!mask) return;
    for (uint32_t row = 0; row < batch->row_count; row++)
        batch->unreadable[target->measure] += !mask[row] && batch->rows[row].fate != FATE_EXPLAINED;
}

/* Decimals that are written, whatever they are; the cell is an amount.  *padded: the last one is a 0. */
static int written_decimals(struct span cell, bool *padded) {
    cell = text_trim(cell);
    const char *point = cell.size ? memchr(cell.bytes, '.', cell.size) : NULL;
    *padded = point && cell.bytes[cell.size - 1] == '0';
    return point ? (int)(cell.bytes + cell.size - point) - 1 : 0;
}

enum { WAN_DECIMALS = 2 /* so many decimals of 10,000 yuan still lack the yuan */ };

/* What the cells of one column, or of all of them, say about how amounts are written. */
struct written {
    int *decimals;   /* [row_count] most of the row's amounts; -1: none that is not zero */
    bool *short_one; /* [row_count] an amount with too few decimals in a column that writes them out */
    int most;
};

static void look_at_decimals(const struct feed *feed, struct batch *batch, struct written *written) {
    const int64_t *fen = batch->values[feed->column->target].integer;
    const struct span *cells = batch->cells[feed->column->index[0]];
    bool pads = false, padded;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (fen[row] == 0 || batch->rows[row].fate != FATE_LIVE) continue;
        int here = written_decimals(cells[row], &padded);
        pads |= padded && here > WAN_DECIMALS;
        if (here > written->decimals[row]) written->decimals[row] = here;
        if (here > written->most) written->most = here;
    }
    /* "0.0050" shows that zeros are kept, so "0.05" beside it was rounded. */
    for (uint32_t row = 0; row < batch->row_count && pads; row++)
        if (fen[row] != 0) written->short_one[row] |= written_decimals(cells[row], &padded) <= WAN_DECIMALS;
}

/* Ledgers in 10,000 yuan need four decimals to hold a yuan.  A row has lost its yuan when an amount has
   two where its column writes zeros out, or, where zeros are dropped (numbers in a workbook), when all its
   amounts have at most two and other rows of the batch have more: amount.precision_lost. */
static void doubt_precision(const struct decode_plan *plan, struct batch *batch) {
    uint32_t count = batch->row_count ? batch->row_count : 1;
    struct written written = {.decimals = ARENA_NEW(&batch->arena, int, count),
                              .short_one = ARENA_NEW(&batch->arena, bool, count)};
    const struct feed *first = NULL;
    for (uint32_t row = 0; row < batch->row_count; row++) written.decimals[row] = -1;
    for (uint32_t index = 0; index < plan->feed_count; index++) {
        const struct feed *feed = &plan->feeds[index];
        if (feed->reading != READ_MONEY || feed->scale != 6 || feed->column->from_count != 1) continue;
        if (!first || feed->target->tags & TAG_MAIN) first = feed;
        look_at_decimals(feed, batch, &written);
    }
    for (uint32_t row = 0; row < batch->row_count && first && written.most > WAN_DECIMALS; row++) {
        bool all_short = written.decimals[row] >= 0 && written.decimals[row] <= WAN_DECIMALS;
        if (batch->rows[row].fate == FATE_LIVE && (written.short_one[row] || all_short))
            feed_complain(first, batch, row, WEIGHT_DOUBT, "amount.precision_lost",
                          batch->cells[first->column->index[0]][row], (struct span){0});
    }
}

static enum flow decode_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)error;
    const struct decode_state *state = stage->state;
    const struct decode_plan *plan = state->plan;
    shape_values(plan, state->spec->kind, batch);
    if (state->spec->where_count || state->spec->withdraw.value_count) answer_conditions(state->spec, batch);
    const bool *mask = unshifted(batch);
    for (uint32_t index = 0; index < plan->feed_count; index++) {
        const struct feed *feed = &plan->feeds[index];
        struct vector *values = &batch->values[feed->column->target];
        read_feed(feed, batch, mask, values);
        if (feed->target->type != TYPE_MONEY) continue;
        measure(batch, feed->target, values);
        count_shifted(batch, feed->target, mask);
    }
    if (plan->wanyuan) doubt_precision(plan, batch);
    return FLOW_MORE;
}

/* What became of the cells of one source column that feeds conditional money columns. */
struct routed {
    int source;
    const struct feed *first; /* where the fen of rows without a column are shown */
    bool *taken;              /* [row_count] some condition held */
};

static struct routed *route_of(struct routed *routes, uint32_t *count, const struct feed *feed,
                               struct batch *batch) {
    for (uint32_t index = 0; index < *count; index++)
        if (routes[index].source == feed->column->index[0]) return &routes[index];
    struct routed *route = &routes[(*count)++];
    *route = (struct routed){feed->column->index[0], feed,
                             ARENA_NEW(&batch->arena, bool, batch->row_count ? batch->row_count : 1)};
    return route;
}

static void copy_value(struct vector *into, const struct vector *from, enum type type, uint32_t row) {
    into->null[row] = from->null[row];
    if (type == TYPE_TEXT) into->text[row] = from->text[row];
    else if (type == TYPE_DATE) into->date[row] = from->date[row];
    else into->integer[row] = from->integer[row];
}

/* Reads one conditional source of a target for the rows that no earlier source took. */
static void read_late(const struct feed *feed, struct batch *batch, const bool *whole, bool *filled,
                      bool *taken) {
    const struct spec_condition *when = &feed->column->when;
    bool *mask = ARENA_NEW(&batch->arena, bool, batch->row_count ? batch->row_count : 1);
    struct vector values;
    vector_shape(&values, feed->target->type, batch->row_count, &batch->arena);
    for (uint32_t row = 0; row < batch->row_count; row++) {
        mask[row] = !(whole && !whole[row]) && !filled[row] &&
                    (!when->value_count || condition_holds(when, batch, row));
        filled[row] |= mask[row];
        if (taken) taken[row] |= mask[row];
    }
    read_feed(feed, batch, mask, &values);
    for (uint32_t row = 0; row < batch->row_count; row++)
        if (mask[row]) copy_value(&batch->values[feed->column->target], &values, feed->target->type, row);
}

/* Money for which no condition holds must not vanish: a live row is rejected; every such amount is
   shown under the first of its columns, so the columns together sum to the cells. */
static void keep_untaken(const struct routed *route, struct batch *batch, const bool *whole) {
    const struct feed *feed = route->first;
    int64_t *fen = batch->measures[feed->target->measure];
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (route->taken[row] || (whole && !whole[row])) continue;
        struct span cell = batch->cells[route->source][row];
        int64_t value = 0;
        enum decimal_verdict verdict = decimal_read(cell, feed->scale, &value);
        if (verdict == DECIMAL_EMPTY || (verdict == DECIMAL_OK && value == 0)) continue;
        const char *code = verdict == DECIMAL_OK ? "amount.no_column" : "amount.not_a_number";
        if (verdict == DECIMAL_OK) fen[row] += value;
        else if (batch->rows[row].fate != FATE_EXPLAINED) batch->unreadable[feed->target->measure]++;
        if (batch->rows[row].fate == FATE_LIVE || verdict != DECIMAL_OK)
            feed_complain(feed, batch, row, WEIGHT_REJECT, code, cell, (struct span){0});
    }
}

static enum flow decode_when_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)error;
    const struct decode_state *state = stage->state;
    const struct decode_plan *plan = state->plan;
    if (!plan->late_count) return FLOW_MORE;
    uint32_t route_count = 0;
    struct routed *routes = ARENA_NEW(&batch->arena, struct routed, plan->late_count);
    const bool *whole = unshifted(batch);
    for (uint32_t index = 0; index < plan->late_count;) {
        const struct feed *feed = &plan->late[index];
        uint32_t target = feed->column->target;
        bool *filled = ARENA_NEW(&batch->arena, bool, batch->row_count ? batch->row_count : 1);
        for (; index < plan->late_count && plan->late[index].column->target == target; index++) {
            const struct feed *late = &plan->late[index];
            bool money = late->target->type == TYPE_MONEY && late->column->from_count == 1;
            struct routed *route = money ? route_of(routes, &route_count, late, batch) : NULL;
            read_late(late, batch, whole, filled, route ? route->taken : NULL);
        }
        if (feed->target->type != TYPE_MONEY) continue;
        measure(batch, feed->target, &batch->values[target]);
        count_shifted(batch, feed->target, whole);
    }
    for (uint32_t index = 0; index < route_count; index++) keep_untaken(&routes[index], batch, whole);
    return FLOW_MORE;
}

const struct stage_kind transform_decode = {
    .name = "decode", .state_size = sizeof(struct decode_state), .open = decode_open, .run = decode_run};
const struct stage_kind transform_decode_when = {.name = "decode_when",
                                                 .state_size = sizeof(struct decode_state),
                                                 .open = decode_open,
                                                 .run = decode_when_run};
