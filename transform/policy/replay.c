/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/replay.h"
#include "transform/row/date.h"
#include <assert.h>

enum { SLOTS = REPLAY_ROWS_MAX * 2, YEARS_FIRST = 16, NO_ROW = 0 };

void replay_open(struct replay *replay) {
    *replay = (struct replay){0};
    replay->rows = ARENA_NEW(&replay->arena, struct replay_row, REPLAY_ROWS_MAX);
    replay->slots = ARENA_NEW(&replay->arena, uint32_t, SLOTS);
    replay->year_room = YEARS_FIRST;
    for (int side = 0; side < REPLAY_SIDES; side++)
        replay->years[side] = ARENA_NEW(&replay->arena, struct policy_year, YEARS_FIRST);
}

void replay_close(struct replay *replay) { arena_free(&replay->arena); }

void replay_drain(struct replay *replay) {
    if (replay->indexed) memset(replay->slots, 0, SLOTS * sizeof *replay->slots);
    replay->indexed = replay->row_count = 0;
}

void replay_person(struct replay *replay) {
    replay_drain(replay);
    for (int side = 0; side < REPLAY_SIDES; side++) replay->year_count[side] = 0;
}

struct replay_row *replay_next(struct replay *replay) {
    assert(replay->row_count < REPLAY_ROWS_MAX);
    struct replay_row *row = &replay->rows[replay->row_count++];
    *row = (struct replay_row){0};
    return row;
}

static uint32_t *slot_of(const struct replay *replay, uint64_t key) {
    uint32_t at = (uint32_t)key % SLOTS;
    while (replay->slots[at] != NO_ROW && replay->rows[replay->slots[at] - 1].key != key)
        at = (at + 1) % SLOTS;
    return &replay->slots[at];
}

/* The settlement that a refund takes back; NULL: it is not here, or has been taken back already. */
static struct replay_row *find_original(struct replay *replay, const struct replay_row *refund) {
    while (replay->indexed + 1 < replay->row_count) {
        *slot_of(replay, replay->rows[replay->indexed].key) = replay->indexed + 1;
        replay->indexed++;
    }
    uint32_t number = refund->refund_of ? *slot_of(replay, refund->refund_of) : NO_ROW;
    if (number == NO_ROW) return NULL;
    struct replay_row *original = &replay->rows[number - 1];
    bool whole = original->claim.fee == -refund->claim.fee && !original->refund && !original->taken_back;
    return whole ? original : NULL;
}

/* The accumulators of a year and a scheme, zero when there were none. */
static struct policy_year *year_of(struct replay *replay, int side, const struct policy_claim *claim) {
    int year, month, day;
    date_civil(claim->day, &year, &month, &day);
    uint32_t count = replay->year_count[side];
    for (uint32_t i = count; i > 0; i--) {
        struct policy_year *have = &replay->years[side][i - 1];
        if (have->year == year && have->scheme == claim->scheme) return have;
    }
    if (count == replay->year_room) {
        for (int s = 0; s < REPLAY_SIDES; s++) {
            struct policy_year *more = ARENA_NEW(&replay->arena, struct policy_year, replay->year_room * 2);
            memcpy(more, replay->years[s], replay->year_count[s] * sizeof *more);
            replay->years[s] = more;
        }
        replay->year_room *= 2;
    }
    replay->years[side][count] = (struct policy_year){.year = year, .scheme = claim->scheme};
    replay->year_count[side]++;
    return &replay->years[side][count];
}

static void take_back(struct policy_result *result, const struct policy_result *original) {
    *result = *original;
    int64_t *amounts[] = {&result->scope,    &result->deductible, &result->above,  &result->base,
                          &result->over_cap, &result->big,        &result->civil,  &result->aid,
                          &result->other,    &result->fund,       &result->person, &result->account,
                          &result->mutual,   &result->cash,       &result->burden};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) *amounts[i] = -*amounts[i];
}

void replay_take(struct replay *replay, struct policy_steps *const steps[REPLAY_SIDES]) {
    struct replay_row *row = &replay->rows[replay->row_count - 1];
    struct replay_row *original = row->refund ? find_original(replay, row) : NULL;
    if (original) original->taken_back = true;
    for (int side = 0; side < REPLAY_SIDES; side++) {
        const struct policy_claim *claim = original ? &original->claim : &row->claim;
        struct policy_year *year = year_of(replay, side, claim);
        struct policy_result *result = &row->results[side];
        if (original) {
            take_back(result, &original->results[side]);
            policy_year_add(year, claim, &original->results[side], -1);
            continue;
        }
        if (row->refund || claim->fee < 0) {
            policy_as_paid(claim, year, VERDICT_UNPAIRED, result);
            result->new_stay = false; /* nobody was admitted by it */
        } else policy_settle(row->plans[side], claim, year, result, steps ? steps[side] : NULL);
        policy_year_add(year, claim, result, 1);
    }
}
