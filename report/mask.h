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

/* What stands in a code column: as it is when it looks like a code (core/codelike.h), or when it is no
   person's number and stands in so many rows (`often`) that it cannot be one person; else by its length. */
struct span mask_code(const struct mask *mask, struct span value, bool often, struct arena *arena);
/* What stands where an amount or a date belongs; the same for what is neither. */
struct span mask_figure(const struct mask *mask, struct span value, struct arena *arena);

/* A cell of a row with a fault, which may hold anything, by the column it was meant for (NULL: unknown,
   nothing is shown). */
struct span mask_cell(const struct mask *mask, const struct kind_column *column, struct span value,
                      struct arena *arena);

/* The number by which a county knows a person: in clear, except what has the shape of a citizen's number, 18
   or 15 characters with a province and a birth date, whatever its check digit. */
struct span mask_person(const struct mask *mask, struct span value, struct arena *arena);
/* A value of a column: by its tag, or as mask_person. */
struct span mask_column(const struct mask *mask, const struct kind_column *column, struct span value,
                        struct arena *arena);

/* A county's own key, cells joined by '/': in clear, except cells that are a citizen ID.  `persons` says
   which cells are a person's number and so are masked as mask_person does: "1,3" from 1, "*" all, "" none
   known. A settlement's number may look like a citizen's with a wrong check digit, and stays. */
struct span mask_key(const struct mask *mask, const char *persons, struct span key, struct arena *arena);

/* True for 18 characters with a birth date and the check digit of GB 11643-1999. */
bool mask_citizen(struct span text);
#endif
