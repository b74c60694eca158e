/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_CELLS_H
#define TRANSFORM_ROW_CELLS_H
#include "core/batch.h"
#include "core/spec.h"

/* Reading one column of cells into one column of values. */

enum reading {
    READ_TEXT,
    READ_CODE,
    READ_NAME,
    READ_CERTNO,
    READ_MONTH,
    READ_YEAR,   /* of a day or month, as four digits ... */
    READ_PERIOD, /* ... and its month, as two: a ledger's year and period */
    READ_INTEGER,
    READ_MONEY,
    READ_RATIO,
    READ_DATE,
    READ_SERIAL,
    READ_TIMESTAMP,
    READ_BOOL
};

/* A spec column, decided once. */
struct feed {
    const struct spec_column *column;
    const struct kind_column *target;
    enum reading reading;
    int scale;         /* money: decimals of the cell's unit that make one fen: 0 fen, 2 yuan, 6 wanyuan */
    bool strict;       /* without it the row cannot be used: key, event date, required */
    bool open_is_date; /* `open` is a date, so it is recognised however it is written */
    int32_t open;      /* days since 2000-01-01 */
    size_t max;        /* text: characters at most; 0: any */
};

/* Decides how `column` is read; TROUBLE_USAGE at the spec's line when its words contradict. */
bool feed_open(struct feed *feed, const struct spec *spec, const struct spec_column *column,
               struct arena *arena, struct error *error);

/* Reads cells[row] into `values` for the rows of `mask` (NULL: all); the others become null.
   Gives reasons to live and rejected rows, never to explained ones; counts their unreadable money.
   Shape: `values` has room for every row.  Owner: text is copied into the batch's arena when it changes. */
void feed_read(const struct feed *feed, struct batch *batch, const struct span *cells, const bool *mask,
               struct vector *values);
/* The same for several cells that are added up. */
void feed_read_sum(const struct feed *feed, struct batch *batch, const bool *mask, struct vector *values);

/* A reason about a cell, unless the row is explained or is already rejected for that cell. */
void feed_complain(const struct feed *feed, struct batch *batch, uint32_t row, enum weight weight,
                   const char *code, struct span cell, struct span detail);

/* "name=text" in the batch's arena, for a reason's detail. */
struct span detail_of(struct batch *batch, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An array of `count` values of the target's type, all null. */
void vector_shape(struct vector *vector, enum type type, uint32_t count, struct arena *arena);
/* The same, not cleared, for feed_read to fill. */
void vector_room(struct vector *vector, enum type type, uint32_t count, struct arena *arena);
/* The row's cell or mapped value that a condition looks at; empty when null. */
struct span condition_text(const struct spec_condition *condition, const struct batch *batch, uint32_t row);
/* Whether the row's cell or mapped value is one of the condition's values. */
bool condition_holds(const struct spec_condition *condition, const struct batch *batch, uint32_t row);
static inline bool span_is(struct span text, const char *word) {
    size_t size = strlen(word);
    return text.size == size && (size == 0 || memcmp(text.bytes, word, size) == 0);
}
#endif
