/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_FORMULA_H
#define REPORT_FORMULA_H
#include "core/tally.h"

/* How reports work out a figure from others: exact, rounded half up once at the end.  Money in fen,
   shares in 1/10000. */

fen_total formula_round(fen_total value, fen_total unit); /* to whole units: 1158.67 -> 1159 */
fen_total formula_total(int64_t mean_fen, int64_t count); /* 次均 x 人次 */
fen_total formula_mean(fen_total total, int64_t count);   /* 次均, 人均; 0 for none */
fen_total formula_share(fen_total total, int64_t share);  /* total x share */
fen_total formula_before(fen_total now, int64_t fall,
                         fen_total unit);                    /* what fell by a share to `now`, in units */
int64_t formula_rest(const int64_t *shares, uint32_t count); /* what the shares leave of the whole */
#endif
