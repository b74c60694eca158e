/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_COPY_H
#define LOAD_COPY_H
#include "core/stage.h"
#include "load/intake.h"

/* The last stage of a chain: sends live rows to the run's fresh table as COPY BINARY, all others and
   every reason to the delivery's side tables.  One state per worker; the caller fills the first three
   fields before open.  A worker keeps its connection from file to file. */
struct copy {
    struct intake *intake;
    struct intake_file *file;
    uint32_t worker;        /* 0 .. workers - 1 */
    struct copy_lane *lane; /* the stage's own, as sql */
    const char *sql;
    uint32_t column_count;   /* that are sent, before the lineage */
    const uint32_t *columns; /* [column_count] */
};

extern const struct stage_kind load_copy;
#endif
