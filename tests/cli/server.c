/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The same PostgreSQL of a test's own; test programs link only their own folder. */
#include "tests/report/server.c"
