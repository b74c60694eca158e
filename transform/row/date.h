/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_DATE_H
#define TRANSFORM_ROW_DATE_H
#include "core/arena.h"
#include "core/calendar.h"
#include <stdint.h>

enum date_verdict {
    DATE_OK,
    DATE_EMPTY,
    DATE_ZERO,        /* 00000000, 0000-00-00, 0: no date was ever entered */
    DATE_PLACEHOLDER, /* 19000101: what systems write for "unknown" */
    DATE_WRONG,
};

/* Days since 2000-01-01 in the Gregorian calendar; the date must be real. */
int32_t date_days(int year, int month, int day);
void date_civil(int32_t days, int *year, int *month, int *day);

/* Reads a date into days since 2000-01-01.
   Shape:  yyyyMMdd, yyyy-M-d, yyyy/M/d, yyyy.M.d, yyyy年M月d日, each with an optional time of day,
           which is checked and dropped; full-width digits; surrounding blanks.
   Fails:  a date that the calendar lacks; a year of two digits (1920 or 2020 cannot be told). */
enum date_verdict date_read(struct span text, struct arena *arena, int32_t *days);
/* Reads a date as above into microseconds since 2000-01-01; the time of day defaults to 0:00. */
enum date_verdict date_read_timestamp(struct span text, struct arena *arena, int64_t *microseconds);
/* Reads a spreadsheet's day number of the 1900 system, "43831" or "43831.5" (the fraction is the
   time of day, dropped).  Source: ECMA-376 18.17.4.1; numbers up to 60 hold its leap-year bug and
   are refused. */
enum date_verdict date_read_serial(struct span text, struct arena *arena, int32_t *days);

/* Reads yyyyMM, yyyy-M, yyyy/M, yyyy.M or yyyy年M月 into year * 100 + month; also a whole date. */
enum date_verdict date_read_month(struct span text, struct arena *arena, int32_t *year_month);
/* Writes yyyy-MM-dd; `text` holds 16 bytes. */
size_t date_write(int32_t days, char *text);
#endif
