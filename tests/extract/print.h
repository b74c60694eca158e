/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_EXTRACT_PRINT_H
#define TESTS_EXTRACT_PRINT_H
#include "extract/extract.h"
#include <stdio.h>

/* What a reader made of a source. */
struct seen {
    uint64_t rows[FATE_COUNT];
    uint64_t raw_bytes;   /* sum of the rows' own bytes */
    uint64_t last_number; /* of the last row */
    uint64_t end;         /* offset behind the last row */
    uint64_t gap_max;     /* most bytes between two rows, and before the first */
    bool ordered, whole;  /* row numbers never went back; the reader came to its end */
    struct error error;   /* when it did not */
};

/* Reads `path` as the spec `yaml` says ("read: {format: csv}") and prints every row to `to` (NULL: nowhere,
   but every byte of every span is still touched, so that asan sees a wrong one). */
struct seen print_source(const char *path, const char *member, const char *yaml, FILE *to);
/* From here on this process keeps the memory that it frees: thousands of readings need not ask for the same
   pages again, which is a third of their time. */
void print_keep_memory(void);
/* A whole file, NUL-terminated, in `arena`. */
struct span print_file(const char *path, struct arena *arena);
/* Writes `bytes` to a new temporary file and returns its path, in `arena`. */
const char *print_temporary(struct span bytes, struct arena *arena);
/* What reading all members of the archive `bytes` comes to, or the file that it packs: the code of the first
   error, or "" and the texts joined, at most `room` of them. */
const char *print_members(struct span bytes, const struct bytes_limits *limits, char *text, size_t room);
#endif
