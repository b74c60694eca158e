/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_CALENDAR_H
#define CORE_CALENDAR_H
#include <stdbool.h>

/* Whether the Gregorian calendar has the day; years 1 to 9999. */
bool date_is_real(int year, int month, int day);
#endif
