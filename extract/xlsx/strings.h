/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLSX_STRINGS_H
#define EXTRACT_XLSX_STRINGS_H
#include "extract/bytes.h"

/* Memory: both arrays live in memory up to STRINGS_MEMORY each; beyond that they move to an unlinked
   temporary file that is mapped, so the system may drop its pages. */
enum { STRINGS_MEMORY = 32 << 20, STRINGS_MAX = 64 << 20 };
#define STRINGS_BYTES_MAX ((uint64_t)2 << 30)

/* Bytes that only grow, first in memory, then in a mapped file. */
struct growing {
    char *bytes;
    size_t size, capacity;
    int fd; /* -1: in memory */
};
#define GROWING_EMPTY                                                                                        \
    { .fd = -1 }
bool growing_add(struct growing *growing, const void *bytes, size_t size, struct error *error);
void growing_free(struct growing *growing);

/* The shared strings of a workbook: text end to end, and where each one ends. */
struct strings {
    struct growing text, ends; /* ends: uint32_t each */
    uint32_t count;
};

/* Reads the part sharedStrings.xml.  Runs of rich text are joined, phonetic runs left out.  Not `plain`: by
   expat alone, for the tests.
   Fails:  damage, a limit, no room in the temporary folder. */
bool strings_read(struct strings *strings, struct bytes *bytes, bool plain, struct error *error);
/* String `index`; false: there is none.  Valid until strings_free. */
bool strings_get(const struct strings *strings, uint32_t index, struct span *text);
void strings_free(struct strings *strings);

/* Replaces _x000D_ and its like by the character they stand for, in place; returns the new size.
   Source: ECMA-376 part 1, 22.9.2.19 ST_Xstring. */
size_t strings_unescape(char *text, size_t size);
#endif
