/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/formula.h"

enum { WHOLE = 10000 };

fen_total formula_round(fen_total value, fen_total unit) {
    fen_total doubled = value < 0 ? -value * 2 : value * 2, rounded = (doubled + unit) / (unit * 2);
    return value < 0 ? -rounded : rounded;
}

fen_total formula_total(int64_t mean_fen, int64_t count) { return (fen_total)mean_fen * count; }

fen_total formula_mean(fen_total total, int64_t count) { return count > 0 ? formula_round(total, count) : 0; }

fen_total formula_share(fen_total total, int64_t share) { return formula_round(total * share, WHOLE); }

fen_total formula_before(fen_total now, int64_t fall, fen_total unit) {
    return fall < WHOLE ? formula_round(now * WHOLE, (WHOLE - fall) * unit) : 0;
}

int64_t formula_rest(const int64_t *shares, uint32_t count) {
    int64_t rest = WHOLE;
    for (uint32_t i = 0; i < count; i++) rest -= shares[i];
    return rest;
}
