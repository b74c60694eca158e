/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_WORK_H
#define CLI_WORK_H
#include "cli/command.h"
#include "cli/ingest.h"
#include "load/registry.h"

/* What one county brings to a run. */
struct district {
    const struct county *county;
    struct spec_set specs;
    struct rules rules;
    struct scan scan;
    bool locked;
    struct error broken; /* message set: its specs, its mapping tables or the rules it goes by have a fault,
                            and everything that it delivers is refused */
};

/* One execution of a command that writes: the city, its database, the run's number. */
struct work {
    struct invocation *invocation;
    struct arena *arena; /* the run's */
    struct city city;
    uint32_t district_count;
    struct district *districts; /* [district_count] */
    struct database database;
    struct registry registry;
    bool database_open, registry_open;
    struct progress progress;
    struct error ledger; /* message set: mappings/ledger has a fault, no books are taken in */
    enum exit_code code; /* the worst so far */
    uint32_t published, skipped, refused; /* deliveries */
    uint32_t rechecked;                   /* counties whose published rows were looked at again */
    bool undoing; /* what the checks say of what is left is no business of the exit code */
    bool blocked; /* a table of mappings/cover is wrong: what goes by it was not checked */
    const char *program_sha256, *operator;
};

/* Reads city.yaml, specs and mappings of every county (or of `only`), opens the database.  Nothing is
   written yet.  work_close also after a failure. */
bool work_open(struct work *work, struct invocation *invocation, const char *only, struct error *error);
/* Starts a run under its number and keeps the bytes of every spec and table in use. */
bool work_begin(struct work *work, const char *command, bool trial, struct error *error);
void work_close(struct work *work);

/* False, and why in `error`, for a county whose specs or tables have a fault. */
bool work_sound(const struct district *district, struct error *error);
/* Scans and delivers everything of a county that is not published, in the order of rank. */
bool work_county(struct work *work, struct district *district, struct error *error);

/* Hashes the file unless it is as it was when last seen. */
bool work_identify(struct work *work, struct found *file, struct error *error);
/* Adds SM3 to the deliveries that lack it and whose bytes are still there. */
bool work_seal(struct work *work, struct error *error);
/* Checks across rows, the papers, the end of the run and its exit code; closes everything. */
enum exit_code work_finish(struct work *work, bool ok, struct error *error);
/* Judges open rejects again whose spec or mapping has changed since. */
bool work_reevaluate(struct work *work, struct district *district, struct error *error);
/* Reloads one published delivery (its number as text) by today's specs and mappings, as a merge of the same
   rank.  TROUBLE_USAGE: no such delivery; TROUBLE_REFUSED: its bytes are gone, or rows of it were corrected.
 */
bool work_again(struct work *work, const char *number, struct error *error);

#define TONGCHOU_VERSION "0.1.0"
#endif
