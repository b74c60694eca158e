/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_COVER_COVER_H
#define CLI_COVER_COVER_H
#include "cli/command.h"
#include "cli/specs.h"
#include "load/registry.h"

/* tongchou cover: one person, one cover. */
struct cover_options {
    const char *until, *by, *reason, *out;
    int64_t tolerance_days, idle_days;
};

/* The city and its database, open for one command. */
struct covering {
    struct invocation *invocation;
    const struct cover_options *options;
    struct arena *arena;
    struct city city;
    struct database database;
    struct registry registry;
    struct session *session; /* the registry's */
    bool database_open, registry_open;
};

/* Fails: TROUBLE_USAGE city.yaml; TROUBLE_LATER the database is away.  Call cover_close either way. */
bool cover_open(struct covering *at, struct invocation *invocation, const struct cover_options *options,
                struct error *error);
void cover_close(struct covering *at);

/* The tables whose change makes a search say something else. */
#define COVER_READS                                                                                          \
    "{record.psn_info_b,record.psn_insu_d,record.staf_psn_clct_detl_d,record.rsdt_psn_clct_detl_d,"          \
    "record.setl_d,record.insu_emp_info_b,record.psn_roster_d,identity.xref}"

/* One of mappings/cover/NAME.csv: the city's own file instead of the shipped one. */
struct cover_table {
    const char *path;
    struct span text;
    char sha256[SHA256_TEXT];
};
bool cover_table(const struct city *city, const char *name, struct arena *arena, struct cover_table *table,
                 struct error *error);
/* Fills cover.scheme and cover.exempt anew, in the transaction under way. */
bool cover_schemes(struct covering *at, struct error *error);
/* Fills cover.scheme and cover.exempt and makes pg_temp.rate and pg_temp.keep out of the four tables, in the
   transaction under way, and returns the condition of each rule as one SQL expression over a row `f` that
   gives the rule's number. Fails: TROUBLE_USAGE with file, row and column of what is wrong. */
struct cover_rules {
    struct cover_table schemes, exempt, keep, rates;
    const char *choose; /* "CASE WHEN ... THEN 1 ... END" */
};
bool cover_rules(struct covering *at, struct cover_rules *rules, struct error *error);

/* What the rules may look at: columns of pg_temp.fact (transform/cover/20_fact.sql). */
extern const struct fact *const cover_facts;
extern const uint32_t cover_fact_count;

/* Searches and decisions are made one after the other: two at once would each miss what the other leaves
   uncovered. */
#define COVER_BEGIN                                                                                          \
    "BEGIN; SET LOCAL lock_timeout = '60s'; SELECT "                                                         \
    "pg_advisory_xact_lock(hashtextextended('tongchou:cover', 0))"

/* A decision about one duplicate, written as an event; the state follows.
   Fails: TROUBLE_USAGE no such duplicate; TROUBLE_REFUSED the state does not allow it, or the same person
   decides and approves. */
struct cover_decision {
    int64_t duplicate;
    const char *action; /* agree refuse choose approve finish */
    const char *keep;   /* a, b; NULL: as it stands */
    const char *by, *reason;
};
bool cover_decide(struct covering *at, const struct cover_decision *decision, struct error *error);

/* Looks for overlaps in a transaction of its own, which a dry run takes back; prints nothing. */
bool cover_search(struct covering *at, bool dry_run, bool (*show)(struct covering *at, struct error *error),
                  struct error *error);
/* What a search now would go by, and what the last one went by ("": nobody knows): records as publications
   moved them, who is who, what people decided, the four tables, the days asked for, the program.  Where they
   are one, a search would say again what is there. */
bool cover_state(struct covering *at, const char **now, const char **last, struct error *error);
enum { COVER_IDLE_DAYS = 366 }; /* without a payment for so long an open relation is idle */

enum exit_code cover_find(struct covering *at, struct error *error);
enum exit_code cover_list(struct covering *at, struct error *error);
enum exit_code cover_explain(struct covering *at, struct error *error);
enum exit_code cover_write(struct covering *at, struct error *error);
enum exit_code cover_read(struct covering *at, struct error *error);
enum exit_code cover_approve(struct covering *at, struct error *error);
enum exit_code cover_finish(struct covering *at, struct error *error);
enum exit_code cover_undo(struct covering *at, struct error *error);

/* A kind, a proposal ("a suspend"), a state, an action, a side, an item of money or its level as people say
   it; any other word as it is. */
const char *cover_word(const char *word);
const char *cover_fact_word(const char *name);
/* The county's name; the code when the city has none of it. */
const char *cover_county(const struct covering *at, const char *code);
#endif
