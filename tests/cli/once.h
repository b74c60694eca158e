/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_CLI_ONCE_H
#define TESTS_CLI_ONCE_H
#include "tests/cli/journey.h"

/* Cities made once per test program.  All journeys live in one folder under /tmp, which the program makes
   before its first test and removes after its last, with the databases that failed tests left behind. */
const char *once_folder(void);
/* Fills journey->city, an empty folder, with the sample as `init` makes it. */
void once_sample(struct journey *journey);
/* Fills journey->city, an empty folder, with a copy of the finished city of that start, its stopped database
   and an id of its own.  The first test that asks makes the finished one, others wait for it. */
void once_copy(struct journey *journey, enum journey_start start);
#endif
