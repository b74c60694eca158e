/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_DECISION_H
#define CLI_PERSON_DECISION_H
#include "core/arena.h"
#include "load/database.h"

/* What people said of two records.  The persons are a function of the records and of what stands of this. */

enum verdict { VERDICT_SAME, VERDICT_DIFFERENT, VERDICT_RELATIVE, VERDICTS };
/* As the database keeps them, and as the paper has them. */
extern const char *const verdict_names[VERDICTS], *const verdict_words[VERDICTS];
/* By either name; VERDICTS: neither. */
enum verdict verdict_of(struct span word);
/* In the user's language. */
const char *verdict_said(enum verdict verdict);

struct decision {
    int64_t a, b; /* record numbers, a < b */
    enum verdict verdict;
    const char *reason, *by, *on; /* on: yyyy-mm-dd */
    const char *operator, * paper_sha256;
    uint64_t line; /* of the paper; 0: it stands already */
    int64_t event; /* that brought it; 0: not yet */
};

/* Decisions that cannot all be true: one keeps two records apart that others make one person. */
struct clash {
    uint32_t apart;        /* index of the decision that keeps apart */
    uint32_t path_count;   /* of those that join, from its a to its b */
    const uint32_t *paths; /* [path_count] indexes */
};
/* Every clash among `count` decisions, in their order. */
uint32_t decision_clashes(const struct decision *decisions, uint32_t count, struct arena *arena,
                          struct clash **clashes);

/* Nobody else decides until the transaction under way ends. */
bool decision_lock(struct session *session, struct error *error);
/* All that stand, in the order in which they came. */
bool decision_standing(struct session *session, struct arena *arena, struct decision **decisions,
                       uint32_t *count, struct error *error);
/* Writes one down with its event, whose number is given back in it; in the caller's transaction. */
bool decision_put(struct session *session, struct decision *decision, struct error *error);
/* Takes the decision of `event` back by another event; in the caller's transaction.
   Fails: TROUBLE_USAGE no such event; TROUBLE_REFUSED it is no decision, or was taken back before. */
bool decision_undo(struct session *session, int64_t event, const char *reason, const char *operator,
                   struct error * error);
#endif
