/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_IMPACT_H
#define LOAD_IMPACT_H
#include "load/encode.h"
#include "load/registry.h"

/* What a replay says, into fund.replay: one partition for each run, filled over any number of connections,
   summed up and made known at the end. */

enum { IMPACT_FEN = 16, IMPACT_KEEP = 2 };

struct impact_row {
    const char *county, *insutype, *level, *person_type, *care, *old_verdict, *new_verdict;
    struct span plan, city_plan;
    uint64_t key[2]; /* of the settlement: high, low */
    int64_t person;
    int32_t year;
    bool refund;
    int64_t fen[IMPACT_FEN]; /* in the order of the table's columns */
};

/* One connection that writes. */
struct impact_writer {
    struct session session;
    struct encoder rows;
    int run;
    bool copying;
    int64_t count;
};

struct impact_rule {
    struct span plan, param, insutype, level, person_class, basis, mode, evidence, source;
    int nth;                   /* 0: none */
    const char *since, *until; /* "": open */
    bool band, open_band, has_value;
    int64_t band_from, band_to, value;
    const char *path;
    uint32_t line;
};
struct impact_assignment {
    struct span county, insutype, plan, city_plan;
    const char *since, *until, *path;
    uint32_t line;
};
struct impact_rules {
    const char *sha256;
    uint32_t rule_count, assignment_count;
    const struct impact_rule *rules;
    const struct impact_assignment *assignments;
};
/* Keeps the rules under their hash, unless they are there. */
bool impact_keep(struct registry *registry, const struct impact_rules *rules, struct error *error);
/* The tables whose change makes a replay say something else. */
#define IMPACT_READS "{record.setl_d,record.fixmedins_b,record.psn_info_b,record.psn_insu_d,identity.xref}"
/* What a replay goes by besides them. */
struct impact_basis {
    const char *sha256; /* of the rules */
    int32_t cutover;
};
/* Makes the run's partition; or, where all that the last replay went by is as it was (the records that it
   read, who is who, the basis, the program), writes down that its rows speak for this run too, and says so in
   `same`: then nothing is left to do.  `same` NULL: it is made whatever was. */
bool impact_begin(struct registry *registry, const struct impact_basis *basis, bool *same,
                  struct error *error);
bool impact_open(struct impact_writer *writer, const struct registry *registry, struct error *error);
bool impact_put(struct impact_writer *writer, const struct impact_row *row, struct error *error);
/* Sends what is left and commits; `count` rows have arrived. */
bool impact_finish(struct impact_writer *writer, struct error *error);
void impact_close(struct impact_writer *writer); /* also after a failure: what was not committed is gone */
/* Sums up, checks that `rows` rows arrived (conserve.rows otherwise), drops older partitions. */
bool impact_end(struct registry *registry, int64_t rows, struct error *error);
#endif
