/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_TALLY_H
#define CORE_TALLY_H
#include "core/batch.h"

__extension__ typedef __int128 fen_total; /* the one typedef: C has no other name for 128 bits */

/* What became of the rows and of their measures (fen), by fate. */
struct tally {
    uint64_t rows[FATE_COUNT];
    fen_total measures[FATE_COUNT][MEASURES];
    uint64_t unreadable[MEASURES]; /* cells that are no amount; they count 0 above */
    uint64_t doubtful;             /* live rows with at least one doubt */
    uint64_t reasons;              /* reasons of every weight but explanations */
};

/* The sum of a batch's amounts, exact. */
fen_total tally_sum(const int64_t *fen, uint32_t count);
void tally_add(struct tally *tally, const struct batch *batch);
void tally_merge(struct tally *into, const struct tally *from);
/* Rows and fen of all fates together. */
uint64_t tally_rows(const struct tally *tally);
fen_total tally_fen(const struct tally *tally, uint32_t measure);
/* Writes a total of fen as yuan, "-1,234.50", into `text` (at least FEN_TEXT bytes); returns it. */
enum { FEN_TEXT = 64 };
char *fen_text(fen_total fen, char text[FEN_TEXT]);
#endif
