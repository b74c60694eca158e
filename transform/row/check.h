/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_CHECK_H
#define TRANSFORM_ROW_CHECK_H
#include "transform/row/cells.h"
#include "transform/row/row.h"

/* One check over one row: which columns it needs, and a loop.  A new check is a function and a line
   in the table of its file. */

enum { CHECK_COLUMNS = 12 };

struct checking {
    const struct validate_state *state;
    struct batch *batch;
    const int *column;      /* [CHECK_COLUMNS] index of needs, then of uses; -1: the spec does not feed it */
    const uint16_t *source; /* [kind->column_count] source column that feeds a target, from 1; 0: none */
    bool *applies; /* [row_count] by check_begin: rows are 100 bytes long, and a dozen checks ask each of them
                    */
};

/* Looks once which rows checks apply to. */
void check_begin(struct checking *checking);

struct check {
    const char *kinds; /* "setl_d", NULL: any kind that has the columns */
    const char *as;    /* the first column counts only where the spec reads it so; NULL: always */
    const char *needs[CHECK_COLUMNS]; /* the spec must feed all of them, or the check does not apply */
    const char *uses[CHECK_COLUMNS];  /* taken as null when not fed */
    void (*run)(const struct checking *checking);
};

extern const struct check checks_person[], checks_money[], checks_dates[]; /* end with {0} */

/* Whether reasons may still be given to the row: explained rows and delete markers are left alone. */
static inline bool check_applies(const struct checking *checking, uint32_t row) {
    return checking->applies[row];
}
/* The vector of the check's `index`-th column, NULL when it is not fed. */
static inline const struct vector *check_vector(const struct checking *checking, int index) {
    int column = checking->column[index];
    return column < 0 ? NULL : &checking->batch->values[column];
}
/* 0 when null or not fed. */
static inline int64_t check_fen(const struct vector *vector, uint32_t row) {
    return vector ? vector->integer[row] : 0;
}
static inline struct span check_text(const struct vector *vector, uint32_t row) {
    return vector && !vector->null[row] ? vector->text[row] : (struct span){0};
}
/* A date or the day of a timestamp; false when null. */
bool check_day(const struct checking *checking, int index, uint32_t row, int32_t *day);
/* Gives the row a reason about the check's `index`-th column (-1: the whole row). */
void check_say(const struct checking *checking, uint32_t row, enum weight weight, const char *code, int index,
               struct span detail);
/* "difference=-0.10" in yuan. */
struct span check_difference(const struct checking *checking, int64_t fen);
#endif
