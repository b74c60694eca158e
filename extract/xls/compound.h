/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLS_COMPOUND_H
#define EXTRACT_XLS_COMPOUND_H
#include "extract/bytes.h"

/* The compound file (OLE2) around an old workbook. */
enum { COMPOUND_BYTES_MAX = 256 << 20 };

struct compound {
    char *file; /* all of it, malloc'd */
    size_t size;
    uint32_t *table; /* [table_count] the next sector of each */
    uint32_t table_count, shift, mini_shift, mini_cutoff;
};

/* Reads the whole file.  Fails: file.format_mismatch; archive.too_large past COMPOUND_BYTES_MAX. */
bool compound_open(struct compound *compound, struct bytes *bytes, struct error *error);
void compound_close(struct compound *compound);
/* A stream by its name in ASCII, malloc'd.  `*found` false: there is none.
   Fails when its sectors run in a circle or out of the file. */
bool compound_stream(const struct compound *compound, const char *name, char **stream, size_t *size,
                     bool *found, struct error *error);

static inline uint32_t little16(const char *at) {
    const unsigned char *byte = (const unsigned char *)at;
    return (uint32_t)(byte[0] | byte[1] << 8);
}
static inline uint32_t little32(const char *at) { return little16(at) | little16(at + 2) << 16; }
#endif
