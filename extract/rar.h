/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_RAR_H
#define EXTRACT_RAR_H
#include "extract/library.h"

/* What a rar's headers say, read by us: libarchive lists a copied file as an empty one, and takes what RAR 2
   packed for damage.  It only unpacks.  Source: technote.txt of RAR 4.20 and 5.0. */
enum rar_method { RAR_STORED, RAR_PACKED, RAR_OLD, RAR_SOLID, RAR_SPLIT }; /* in member->method */

enum { RAR_HEADER_MAX = 256 << 10 };

struct rar {
    struct package *package;
    uint64_t at, total;
    uint64_t index;     /* of the next file header */
    uint64_t blocks;    /* seen so far */
    bool solid, modern; /* solid as a whole; something in it is of RAR 3 or later, which ends with a mark */
    unsigned char *header; /* [RAR_HEADER_MAX] of the block at hand */
};

/* One file of the archive: named, checked and added.  `target` not empty: it shares the content of that one.
 */
struct rar_file {
    struct member member;
    struct span name, target;
    bool folder, utf8, backslash; /* backslash: it stands between folders */
};
bool rar_add(struct rar *rar, struct rar_file *file, struct error *error);
bool rar_damaged(const struct rar *rar, struct error *error);
bool rar_encrypted(struct error *error);
/* The block at rar->at: `*end` at the archive's end.  Moves on. */
bool rar4_block(struct rar *rar, bool *end, struct error *error);
bool rar5_block(struct rar *rar, bool *end, struct error *error);
#endif
