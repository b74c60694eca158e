/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_TRANSFORM_FIXTURE_H
#define TESTS_TRANSFORM_FIXTURE_H
#include "core/tally.h"
#include "transform/row/row.h"

/* A spec and one batch made of text, so that a test is a table people can read. */
struct fixture {
    struct arena arena;
    struct spec spec;
    struct columns columns;
    struct batch batch;
    struct error error;
};

/* Reads `yaml` as a spec and `table` as rows: lines of cells between '|', the first one the header.
   "~" is a cell that the row lacks.  Ends the test when the spec is refused. */
void fixture_open(struct fixture *fixture, const char *yaml, const char *table);
void fixture_close(struct fixture *fixture);
/* Opens, runs and closes one stage; false when it fails. */
bool fixture_run(struct fixture *fixture, const struct stage_kind *kind, void *state);
void fixture_decode(struct fixture *fixture);
const struct vector *fixture_vector(const struct fixture *fixture, const char *column);
int64_t fixture_measure(const struct fixture *fixture, const char *column, uint32_t row);
/* The codes of a row's reasons, joined by ' ', "-" for none; valid until the next call. */
const char *fixture_codes(const struct fixture *fixture, uint32_t row);
/* Whether the value of `column` in `row` is the text; NULL: null. */
bool fixture_is(const struct fixture *fixture, const char *column, uint32_t row, const char *text);

/* Calls `check` for every line "input | expected" of a file; `expected` without its blanks.  "{E000}"
   becomes that character. */
void fixture_cases(const char *path, void (*check)(const char *input, const char *expected, unsigned line));
struct span span_of(const char *text);
#endif
