/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/tally.h"
#include <stdio.h>

static void add_measure(struct tally *tally, const struct batch *batch, uint32_t measure) {
    /* Plain int64 sums within a batch cannot overflow unless a cell is near the type's end, so that
       is tested once a batch; widened sums cost five times as much a row. */
    int64_t sums[FATE_COUNT] = {0};
    bool overflow = false;
    const int64_t *fen = batch->measures[measure];
    for (uint32_t row = 0; row < batch->row_count; row++) {
        int64_t *sum = &sums[batch->rows[row].fate];
        overflow |= __builtin_add_overflow(*sum, fen[row], sum);
    }
    if (!overflow) {
        for (int fate = 0; fate < FATE_COUNT; fate++) tally->measures[fate][measure] += sums[fate];
        return;
    }
    for (uint32_t row = 0; row < batch->row_count; row++)
        tally->measures[batch->rows[row].fate][measure] += fen[row];
}

void tally_add(struct tally *tally, const struct batch *batch) {
    for (uint32_t row = 0; row < batch->row_count; row++) {
        const struct row *at = &batch->rows[row];
        tally->rows[at->fate]++;
        if (!at->reason_count) continue;
        bool doubtful = false;
        for (uint8_t i = 0; i < at->reason_count; i++) {
            tally->reasons += at->reasons[i].weight != WEIGHT_EXPLAIN;
            doubtful |= at->reasons[i].weight == WEIGHT_DOUBT;
        }
        tally->doubtful += doubtful && at->fate == FATE_LIVE;
    }
    for (uint32_t m = 0; m < MEASURES; m++) {
        tally->unreadable[m] += batch->unreadable[m];
        if (batch->measures[m]) add_measure(tally, batch, m);
    }
}

void tally_merge(struct tally *into, const struct tally *from) {
    for (int fate = 0; fate < FATE_COUNT; fate++) {
        into->rows[fate] += from->rows[fate];
        for (int m = 0; m < MEASURES; m++) into->measures[fate][m] += from->measures[fate][m];
    }
    for (int m = 0; m < MEASURES; m++) into->unreadable[m] += from->unreadable[m];
    into->doubtful += from->doubtful;
    into->reasons += from->reasons;
}

uint64_t tally_rows(const struct tally *tally) {
    return tally->rows[FATE_LIVE] + tally->rows[FATE_REJECTED] + tally->rows[FATE_EXPLAINED];
}

fen_total tally_fen(const struct tally *tally, uint32_t measure) {
    return tally->measures[FATE_LIVE][measure] + tally->measures[FATE_REJECTED][measure] +
           tally->measures[FATE_EXPLAINED][measure];
}

char *fen_text(fen_total fen, char text[FEN_TEXT]) {
    char reversed[FEN_TEXT];
    size_t size = 0;
    bool negative = fen < 0;
    __extension__ unsigned __int128 rest = negative ? -(unsigned __int128)fen : (unsigned __int128)fen;
    for (int digit = 0; digit < 3 || rest; digit++) {
        if (digit == 2) reversed[size++] = '.';
        if (digit > 2 && (digit - 2) % 3 == 0) reversed[size++] = ',';
        reversed[size++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    }
    if (negative) reversed[size++] = '-';
    for (size_t i = 0; i < size; i++) text[i] = reversed[size - 1 - i];
    text[size] = '\0';
    return text;
}
