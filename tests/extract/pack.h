/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_EXTRACT_PACK_H
#define TESTS_EXTRACT_PACK_H
#include "core/span.h"
#include <archive.h>
#include <archive_entry.h>

/* How libarchive is to write an archive; what is NULL is left out. */
struct packing {
    int (*format)(struct archive *writer);
    int (*filter)(struct archive *writer);
    const char *module, *option, *value; /* "zip", "encryption", "aes256" */
    const char *password;
    unsigned kind; /* of every member; 0: AE_IFREG */
};

struct part_text {
    const char *name;
    struct span text;
};

/* Writes `parts` up to the one without a name into `room`. */
struct span pack_parts(const struct packing *packing, const struct part_text *parts, char *room, size_t size);
#endif
