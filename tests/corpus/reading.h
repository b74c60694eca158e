/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_CORPUS_READING_H
#define TESTS_CORPUS_READING_H
#include "extract/extract.h"
#include "tests/corpus/table.h"

/* What an extractor made of a source. */
struct reading {
    bool whole; /* read to its clean end */
    struct error error;
    struct columns columns;
    struct table table;        /* the names (unless `bare`) and the live rows */
    uint64_t rows[FATE_COUNT]; /* by fate */
    char codes[128];           /* reasons of rejected and doubtful rows, each once */
};

/* `read`: the spec's read map as YAML, NULL for none.  `bare`: without the names.  `raw`: rows as the
   reader keeps them for people, all cells joined by TAB (workbooks), whatever their fate. */
struct reading reading_take(const char *path, const char *sheet, const char *format, const char *read,
                            bool bare, bool raw, struct arena *arena);
#endif
