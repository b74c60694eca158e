/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_RULES_H
#define CLI_RULES_H
#include "cli/specs.h"
#include "transform/row/row.h"

/* What one county's rows are judged by: its mapping tables (shipped, city, county overlaid) and the
   division codes that ever were.  Read-only once read. */
struct rules {
    struct mapping_set *mappings;
    struct regions *regions;
    uint32_t county_count;
    const struct span *county; /* the county's division codes, its own first */
    uint32_t file_count;
    struct sourced *files;    /* every mapping file that has a say */
    char sha256[SHA256_TEXT]; /* over their hashes, in order */
};

/* Reads the tables that the county's specs name.  TROUBLE_USAGE with both lines for what the lint refuses;
   TROUBLE_REFUSED when a spreadsheet has spoilt the codes: nothing of that county may be published. */
bool rules_read(const struct city *city, const struct county *county, const struct spec_set *specs,
                struct arena *arena, struct rules *rules, struct error *error);
/* The same, but otherwise. */
struct rules_wish {
    bool gather;                   /* list the faults of the tables (mappings->faults) instead of stopping */
    const struct sourced *instead; /* a file that takes the place of the one with its path; NULL: none */
    struct span table;             /* one more than the specs name; empty: none */
};
bool rules_read_as(const struct city *city, const struct county *county, const struct spec_set *specs,
                   const struct rules_wish *wish, struct arena *arena, struct rules *rules,
                   struct error *error);
#endif
