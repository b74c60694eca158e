/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_REGISTRY_H
#define LOAD_REGISTRY_H
#include "core/arena.h"
#include "load/database.h"

/* One execution of the program as the database knows it, and what it may ask about others. */
enum { REGISTRY_HELD_MAX = 256, REGISTRY_COUNTY_BYTES = 16 };
struct registry {
    struct database *database;
    struct session session; /* of the main thread; also holds the advisory locks */
    int run;                /* its number; 0 until registry_begin */
    bool trial;
    char held[REGISTRY_HELD_MAX][REGISTRY_COUNTY_BYTES]; /* [held_count] counties locked */
    uint32_t held_count;
    struct error unheld; /* message set: a connection was lost, and a county with it to another run */
};

struct registry_start {
    const char *command;                             /* run, retry, undo, again */
    const char *program, *program_sha256, *operator; /* version, its own hash, user@host */
    int above; /* the number is higher than this one, too: papers of a database that is gone bear it */
    bool trial;
};

bool registry_open(struct registry *registry, struct database *database, struct error *error);
void registry_close(struct registry *registry);
/* Takes the next number and marks this session as its holder. */
bool registry_begin(struct registry *registry, const struct registry_start *start, struct error *error);
/* load/hold.c.  Marks this session as the holder of the run: whoever can take the lock knows that the run is
   over or dead. */
bool registry_hold(struct registry *registry, struct error *error);
/* A new connection for a run whose old one was lost, once that one has ended; takes the counties' locks
   again.  True also where another run has one by now: registry_held then says so. */
bool registry_reopen(struct registry *registry, struct error *error);
/* False, TROUBLE_LATER and why in `error`: a county was lost to another run, so nothing more may be begun;
   what was published stands, and the next run makes the checks and papers that this one owes. */
bool registry_held(const struct registry *registry, struct error *error);
/* COMMIT of the transaction under way.  When its reply is lost the database is asked, over a new connection,
   what became of it: sending again could double everything.  Fails with code commit.unknown where nobody
   could tell. */
bool registry_commit(struct registry *registry, struct error *error);
/* The latest runs before this one that brought or undid a delivery, or waived rows, and are over, ended or
   dead; newest first.  Whoever was interrupted, or had no room for its papers, owes them: the caller looks
   which. */
enum { REGISTRY_EARLIER = 3 };
bool registry_earlier(struct registry *registry, int runs[REGISTRY_EARLIER], uint32_t *count,
                      struct error *error);
bool registry_end(struct registry *registry, int exit_code, struct error *error);
/* Only one run at a time works on a county; other counties may be worked on elsewhere.
   Fails with TROUBLE_LATER: which run holds it, since when. */
bool registry_lock(struct registry *registry, const char *county, struct error *error);
void registry_unlock(struct registry *registry, const char *county);

/* What stat(2) says of a file; when all of it is as last time, its bytes need not be hashed again. */
struct registry_sighting {
    const char *folder, *path;
    int64_t bytes, mtime_ns, ctime_ns, inode;
    char sha256[65], sm3[65];
};
/* Fills the hashes when the same sighting is known; `known` tells. */
bool registry_seen(struct registry *registry, struct registry_sighting *sighting, bool *known,
                   struct error *error);
bool registry_saw(struct registry *registry, const struct registry_sighting *sighting, struct error *error);

/* One row of intake.delivery; text lives in the arena given. */
struct registry_delivery {
    int delivery, run, parent; /* parent 0: none */
    const char *county, *folder, *path, *sha256, *period, *source, *state, *code, *message;
    int revision, part;
    int64_t bytes;
    const char *published_at; /* ISO, "" when not */
    bool undone;              /* also of one that was refused: off the books */
};
/* The published delivery of that county with these bytes (source 'file'); delivery 0 when none. */
bool registry_find(struct registry *registry, const char *county, const char *sha256, struct arena *arena,
                   struct registry_delivery *found, struct error *error);
/* Every delivery of `county` (NULL: all), oldest first, or one by its number (0: all). */
bool registry_list(struct registry *registry, const char *county, int delivery, struct arena *arena,
                   struct registry_delivery **list, uint32_t *count, struct error *error);

/* One file of a published delivery that still has open rejects: what `run` evaluates again.  The spec's
   and mappings' hashes are those of the last evaluation. */
struct registry_open {
    int delivery, file;
    const char *county, *folder, *path, *sha256, *member, *kind, *spec_path, *spec_sha256, *mapping_sha256;
    uint32_t row_count;   /* until registry_open_rows 0 */
    const uint64_t *rows; /* [row_count] source rows, ascending */
};
/* Those of a county, those of one delivery next to each other.  No row is listed: there may be hundreds of
   thousands, and few runs judge any again. */
bool registry_open_files(struct registry *registry, const char *county, struct arena *arena,
                         struct registry_open **list, uint32_t *count, struct error *error);
/* Fills in the rows of `count` files, as they stand now. */
bool registry_open_rows(struct registry *registry, struct arena *arena, struct registry_open *list,
                        uint32_t count, struct error *error);

/* Rows of a county that are sent back and not settled; one that feeds two kinds counts once. */
bool registry_open_count(struct registry *registry, const char *county, int64_t *rows, struct error *error);

/* Keeps the bytes of a spec, mapping table or city.yaml that this run uses, once per content. */
bool registry_content(struct registry *registry, const char *path, const char *sha256, struct span bytes,
                      struct error *error);
bool registry_audit(struct registry *registry, const char *operator, const char * action, const char *detail,
                    struct error *error);
#endif
