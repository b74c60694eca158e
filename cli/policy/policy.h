/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_POLICY_POLICY_H
#define CLI_POLICY_POLICY_H
#include "cli/command.h"
#include "cli/specs.h"
#include "transform/policy/lint.h"
#include "transform/policy/settle.h"

enum { POLICY_FILES_MAX = 256 };

/* What is wrong with the rules of a city, and which counties may therefore publish nothing: those that go
   by a plan with a fault, and those whose own row in plans.csv has one. */
struct policy_refusal {
    struct span county; /* division code */
    struct error why;   /* TROUBLE_REFUSED, the first of what stands against it */
};
struct policy_faults {
    uint32_t problems; /* of all plans, also of those that no county goes by */
    uint32_t count;
    struct policy_refusal *list; /* [count] one for each county */
};
/* Why a county is kept out; NULL: it is not. */
const struct error *policy_refused(const struct policy_faults *faults, struct span county);

/* Every rule a city goes by, and which county goes by which plan. */
struct policy_book {
    struct policy_rules rules;
    struct policy_plans plans;
    struct policy_assignments assignments; /* none: the city has no mappings/policies/plans.csv */
    uint32_t file_count;
    struct sourced *files;       /* [file_count] the shipped ones, then the city's */
    char sha256[SHA256_TEXT];    /* over the files' hashes, in order */
    struct policy_faults faults; /* of a city, once opened: what was left out */
};

/* Reads mappings/policies: the shipped files, then those of the city (NULL: none).  The plans are not made
   yet.  Fails: TROUBLE_USAGE with file, row and column. */
bool policy_read(const struct city *city, struct arena *arena, struct policy_book *book, struct error *error);
/* The same with the plans made.  Of a city: without the plans and the counties that have a fault. */
bool policy_open(const struct city *city, struct arena *arena, struct policy_book *book, struct error *error);

/* Lints the book of a city (NULL: the shipped rules alone). */
uint32_t policy_lint_city(const struct policy_book *book, const struct city *city, struct arena *arena,
                          struct policy_listener listener);
/* Finds the faults, takes the plans and counties that have one out of the book, and tells `listener`. */
void policy_withdraw(struct policy_book *book, const struct city *city, struct arena *arena,
                     struct policy_listener listener);

/* Reads, lints and makes the plans of a city before anything is read; prints every problem but warnings.
   Fails: TROUBLE_USAGE for what cannot be read at all (file, row, column). */
bool policy_check(const struct city *city, struct arena *arena, struct policy_faults *faults,
                  struct error *error);

/* A step in a sentence, in the user's language. */
const char *policy_sentence(const struct policy_step *step, struct arena *arena);
void policy_print_steps(const struct policy_steps *steps, struct arena *arena);
const char *policy_verdict(enum policy_verdict verdict);

/* Works out and prints a case of mappings/vectors/report.csv; `found` false: no such case there. */
bool policy_figures(const char *name, struct arena *arena, bool *found, bool *held, struct error *error);
enum exit_code policy_replay_run(struct invocation *invocation, struct error *error);
enum exit_code policy_lint_run(struct invocation *invocation, struct error *error);
enum exit_code policy_explain_run(struct invocation *invocation, const char *name, struct error *error);
enum exit_code policy_vector_run(struct invocation *invocation, const char *name, struct error *error);
#endif
