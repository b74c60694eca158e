/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_DBF_PAGE_H
#define EXTRACT_DBF_PAGE_H
#include "extract/dbf_header.h"
#include "extract/extract.h"

/* Which encoding a table's text is in, and who says so. */
struct dbf_page {
    const char *name;    /* what the table is read in */
    const char *claimed; /* by the .cpg file beside it, else by its LDID byte; NULL: neither says */
    bool conflict;       /* the content is not what was claimed, and the content was followed */
};

/* A spec's encoding is obeyed.  Else the claim holds unless the first records prove it wrong: LDID is
   often 0, or that of the machine that wrote the file, and .cpg files get lost or copied along.
   `records`: whole records from the beginning of the table. */
void dbf_page_find(struct dbf_page *page, const struct input *input, const struct dbf_header *header,
                   struct span records, struct arena *arena);

/* The encoding that an LDID byte names; NULL: none that is known. */
const char *dbf_page_of_language(uint8_t language);
#endif
