/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_CLI_MODEL_PLAY_H
#define TESTS_CLI_MODEL_PLAY_H
#include "cli/city.h"
#include "tests/cli/journey.h"
#include "tests/cli/model/model.h"

/* The city that is played on, and the model of it. */
struct play {
    struct journey journey;
    struct world world;
    const int *numbers; /* intake.delivery of each visit, as of the last comparison */
};
extern const char *const county_folders[COUNTIES], *const county_codes[COUNTIES], *const table_kinds[TABLES];

/* package.c: the files that people write. */
void package_limits(struct play *play);
void package_tables(struct play *play);
void package_specs(struct play *play);
void package_write(struct play *play, const struct package *package);
void package_take_away(struct play *play, int bytes);
const char *package_path(struct play *play, const struct package *package);

/* act.c.  One step on the program and on the model; what differs, or NULL. */
void act_begin(struct play *play);
const char *act_step(struct play *play, const struct step *step);
void act_end(struct play *play);
/* NULL when both codes are one. */
const char *problem(struct play *play, const char *command, int code, int expected);
int with_findings(struct play *play, int code);  /* of the last run */
bool lies(const struct world *world, int bytes); /* in deliveries/, under any name */
bool waits_at_all(const struct world *world, int visit);

/* kill.c: a run that is killed while it writes the books; false: it ended before. */
bool kill_run(struct play *play, uint32_t random);
void tell(struct play *play, const char *sql);

/* list.c */
const char *step_list(struct play *play, struct dice *dice, bool waive);

/* compare.c.  The first lines that differ; NULL: none. */
const char *compare_all(struct play *play);
#endif
