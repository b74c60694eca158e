/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_DECIMAL_H
#define CORE_DECIMAL_H
#include "core/span.h"
#include <stdint.h>

enum decimal_verdict {
    DECIMAL_OK,
    DECIMAL_EMPTY,
    DECIMAL_NOT_A_NUMBER,
    DECIMAL_TOO_MANY_DECIMALS,
    DECIMAL_RANGE
};

/* Reads an exact decimal times 10^scale into `value`; never through a double.
   Shape:  "1,234.50", "-3", "3-", "(3.00)", "+3", "¥1,234.5", "１２．５", surrounding blanks; thousands
           commas only in threes.  Exponents are no numbers here.
   Fails:  more significant decimals than scale allows; out of int64_t. */
enum decimal_verdict decimal_read(struct span text, int scale, int64_t *value);

/* Writes value / 10^scale with exactly `scale` digits; returns the length.  `text` holds 24 bytes. */
size_t decimal_write(int64_t value, int scale, char *text);
#endif
