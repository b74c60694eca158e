/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_WHY_H
#define CLI_PERSON_WHY_H
#include "cli/person/decision.h"
#include "cli/person/desk.h"
#include "cli/person/store.h"

/* Two records of a finished linking, and all that bears on whether they are one person. */
struct why {
    struct desk *desk;
    struct persons *persons;
    uint32_t a, b;           /* in persons->link */
    const uint32_t *keys[2]; /* [block_count] of both, by rule; 0: none */
    struct link_evidence evidence;
    uint32_t pattern;
    uint32_t edge; /* in persons->link.edges; UINT32_MAX: no rule brought them together, or too few bits */
    const struct decision *decisions; /* [decision_count] that stand */
    uint32_t decision_count;
};

/* Finds edge, evidence and decisions.  Fails: the database only. */
bool why_begin(struct why *why, struct error *error);
/* In a sentence: what became of the two, and what decided it. */
struct span why_verdict(const struct why *why);
/* Each thing that was looked at, and what it said. */
void why_steps(const struct why *why, struct result *result);
/* Which rules bring the two together. */
void why_rules(const struct why *why, struct result *result);
#endif
