/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_MASK_H
#define REPORT_MASK_H
#include "core/arena.h"
#include "core/model.h"

/* Who may see what: the only place where a personal value is made fit to be shown. */
struct mask {
    const unsigned char *key; /* secret of the city; the same person has the same tag in all papers */
    size_t key_size;          /* 0: no tags, since a tag without a secret can be guessed */
    bool unmask;              /* a steward asked for it, and the caller recorded that */
};

/* How `value` is shown, in `arena`.
   PII_ID: "430121************#1a2b3c4d", six digits of the division, a tag (HMAC-SHA256, 8 hex digits).
   PII_NAME: "张**", one character whatever the surname.  PII_NONE: as it is.  Others: "***". */
struct span mask_value(const struct mask *mask, enum pii pii, struct span value, struct arena *arena);

/* A county's own key, cells joined by '/': in clear, except cells that are a citizen ID. */
struct span mask_key(const struct mask *mask, struct span key, struct arena *arena);

/* True for 18 characters with a birth date and the check digit of GB 11643-1999. */
bool mask_citizen(struct span text);
#endif
