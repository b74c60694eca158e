/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLSX_NUMBER_H
#define EXTRACT_XLSX_NUMBER_H
#include "core/span.h"
#include <stdint.h>

/* The only place that touches doubles, because workbooks (and FoxPro's B fields) store them. */
enum { NUMBER_TEXT = 64 };

/* The shortest decimal that reads back as exactly `value`, without exponent between 1e-30 and 1e30:
   1.1, -0.05, 120000.  Returns the length.  Infinity and NaN give "inf" and "nan", which no decoder takes. */
size_t number_write(double value, char text[NUMBER_TEXT]);

/* What a cell's <v> says, as people should see it, in `text` or `value` itself.
   An integer of any length, and any number of at most 15 digits without exponent, is given as it stands:
   it never was anything else.  Longer fractions are the noise of a double: 1.1000000000000001 is 1.1.
   An exponent that reaches 1e15 is left alone, so that a decoder can say that an ID lost its digits. */
struct span number_canonical(struct span value, char text[NUMBER_TEXT]);

/* A serial day as ISO text: "2020-12-31", "2020-12-31 10:20:30", "10:20:30" below one day, with
   milliseconds only where there are any.  The 1900 system counts its 29 February 1900 (serial 60),
   which is given as written and is no date to any decoder.
   Returns 0 when `value` is no day that a workbook can show (negative, past 9999-12-31). */
size_t number_date(struct span value, bool system_1904, char text[NUMBER_TEXT]);

/* A duration ([h]:mm) in hours: "255:10:10". */
size_t number_elapsed(struct span value, char text[NUMBER_TEXT]);

/* "2020-12-31 10:20:30.500" of a count of days since 1970-01-01 and milliseconds of that day;
   a day without time is only a date. */
size_t number_moment(int64_t day, int64_t milliseconds, char text[NUMBER_TEXT]);
#endif
