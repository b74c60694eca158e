/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_PERSON_H
#define CLI_PERSON_PERSON_H
#include "cli/command.h"
#include "transform/link/link.h"

/* What `tongchou person VERB ...` may be told. */
struct person_options {
    const char *by;       /* rules file; NULL: mappings/link/person.yaml of the city, else the shipped one */
    const char *pairs;    /* CSV of pairs to write; NULL: none */
    const char *clusters; /* CSV of persons to write; NULL: none */
    const char *keys;     /* CSV of each record's keys to write; NULL: none */
    int64_t threads;      /* 0: as many as there are processors */
    const char *out;      /* review, explain, history: file to write */
    const char *reason;   /* undo: why */
    int64_t limit;        /* review: pairs at most */
    int64_t workers;      /* link: processes that help */
    int64_t memory;       /* link: MiB above which it spills to disk; 0: no bound */
    bool anew;            /* link: read and compare everything */
};

/* One verb; each has a file of its own. */
struct person_verb {
    const char *name, *arguments;
    uint32_t arguments_min, arguments_max;
    enum exit_code (*run)(struct invocation *invocation, const struct person_options *options,
                          struct error *error);
};
extern const struct person_verb person_try, person_link, person_work, person_explain, person_why_not,
    person_review, person_decide, person_undo, person_history, person_show;

/* Reads the rules: --by FILE, else mappings/link/person.yaml of the city, else the shipped one.  Path and
   bytes are given back. */
bool person_rules(const struct invocation *invocation, const char *by, struct link_rules *rules,
                  const char **path, struct span *text, struct error *error);
/* What each rule cost and brought, as a table on standard output. */
void person_print_yields(const struct link *link);
#endif
