/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_CLI_MODEL_MODEL_H
#define TESTS_CLI_MODEL_MODEL_H
#include <stdbool.h>
#include <stdint.h>

/* What a city must hold after any sequence of operations, in arrays and loops that a person can follow:
   no SQL, and none of the program's code.  `believe` is the model, `draw` makes sequences, `act` plays one
   step on the program and on the model, `compare` holds the two against each other. */

enum {
    COUNTIES = 2,
    TABLES = 2,        /* residents' and employees' contributions, alike in all but their names */
    KEYS = 8,          /* of each table; few, so that deliveries meet */
    PACKAGES_MAX = 48, /* archives that the counties make */
    LINES_MAX = 16,    /* of one archive */
    VISITS_MAX = 256,  /* deliveries of the books: an archive may come more than once */
    STEPS_MAX = 64,
};

/* One line of a member, as the county wrote it, or as a correction made it. */
enum flaw { FINE, BAD_DATE, BAD_AMOUNT, MARKER };
enum code { CODE_A, CODE_B, CODES }; /* B has no mapping at first */
struct line {
    int table, member, row; /* member 1 or 2 of the table; row of the file, the header is 1 */
    int key, amount, part, day;
    enum code code;
    enum flaw flaw;
};
struct package {
    int county, month, revision, serial;
    int bytes; /* the same number: the same bytes */
    bool full, tight;
    bool lies; /* in deliveries/ */
    int line_count;
    struct line lines[LINES_MAX];
};

/* What became of a line of a delivery; the last three are not of this visit. */
enum outcome {
    ROW_NEW,
    ROW_CHANGED,
    ROW_UNCHANGED,
    ROW_WITHDRAWN,
    ROW_SUPERSEDED,
    ROW_DUPLICATE,
    ROW_REJECTED,
    ROW_LIVE,
    OUTCOMES
};
enum settled { NOT_SETTLED, WAITING, CLOSED, WAIVED };
struct said {
    struct line line;
    int target; /* the city's code; 0: none */
    enum outcome outcome;
    bool stays;     /* unchanged, and under a full delivery's floor: the older lineage stands */
    bool conflicts; /* rejected, since its key was met with two contents */
    bool waived;
    enum settled settled;
    int origin; /* index of the line in the visit whose reject it is; -1: read from the file as it is */
};
enum source { SOURCE_FILE, SOURCE_RETRY, SOURCE_MAPPING, SOURCE_AGAIN };
enum standing { PUBLISHED, UNDONE, REFUSED };
struct gone {
    int rows;
    int64_t amount, part;
};
enum leaving { REPLACED, ENDED, VANISHED, LEAVINGS };
struct visit {
    int package, root, origin; /* root: the first reading; origin: whose rejects are read again, -1: none */
    enum source source;
    enum standing standing;
    int tables;           /* the version of the mapping tables that it was read by */
    int line_count, left; /* left: rows judged again that stay open where they are */
    struct said lines[LINES_MAX];
    struct gone gone[TABLES][LEAVINGS];
};
struct version {
    bool there;
    int visit, line;
};

struct world {
    struct package packages[PACKAGES_MAX];
    struct visit visits[VISITS_MAX];
    struct version now[COUNTIES][TABLES][KEYS];
    int package_count, visit_count;
    int targets[CODES]; /* what the counties' mapping says today, 0: nothing */
    bool tight;         /* the city's limits allow no reject and no vanished row */
};

/* believe.c.  Reads `count` lines as the next visit, by today's tables; false: refused, nothing moved.
   The visit is entered in either case. */
bool believe_arrive(struct world *world, struct visit *visit);
void believe_undo(struct world *world, int visit);
/* The next visit, its lines those of the package (origin -1) or the waiting ones of visit `origin`. */
struct visit *believe_visit(struct world *world, int package, enum source source, int root, int origin);
bool believe_reopened(const struct world *world, int visit); /* a newer reading speaks for its rejects */
bool believe_waits(const struct world *world, int visit, int line);
int believe_version(const struct world *world); /* of the mapping tables */

/* draw.c */
struct dice {
    uint64_t state;
};
uint32_t dice_roll(struct dice *dice, uint32_t sides);
enum deed { SEND, RESEND, REZIP, RUN, DRY_RUN, UNDO, RETRY, WAIVE, MAP, REMAP, AGAIN, LIMIT, KILL, DEEDS };
struct step {
    enum deed deed;
    uint64_t seed; /* of all that the step draws for itself */
    bool dropped;
};
extern const char *const deed_names[DEEDS];
int draw_steps(uint64_t seed, int count, struct step steps[STEPS_MAX]);
void draw_package(struct world *world, struct dice *dice);
#endif
