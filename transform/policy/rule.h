/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_POLICY_RULE_H
#define TRANSFORM_POLICY_RULE_H
#include "core/arena.h"
#include "core/error.h"
#include <stdint.h>

/* Benefit and contribution rules of counties and of the city, as dated rows of CSV files: what an
   accountant edits.  docs/policies.md says each column and parameter in plain words. */

enum { RULES_MAX = 20000, RULE_COLUMNS = 16 };

/* The columns of a policy file, in their order; numbers count from 0. */
enum rule_column {
    RULE_PLAN,
    RULE_PARAM,
    RULE_INSUTYPE,
    RULE_LEVEL,
    RULE_CLASS,
    RULE_NTH,
    RULE_BASIS,
    RULE_BAND_FROM,
    RULE_BAND_TO,
    RULE_MODE,
    RULE_VALUE,
    RULE_UNIT,
    RULE_FROM,
    RULE_UNTIL,
    RULE_EVIDENCE,
    RULE_SOURCE
};
extern const char *const rule_columns[RULE_COLUMNS];

/* What a parameter may be given as; the table of all of them is in param.c. */
struct policy_param {
    const char *name;
    const char *units; /* " bp fen ", each between blanks; "  ": it has no value */
    const char *modes; /* " set add ", each between blanks; a blank pair: none */
};
extern const struct policy_param policy_params[]; /* ends with {0} */

enum rule_level { RULE_SHIPPED, RULE_CITY };

struct policy_rule {
    struct span plan, insutype, level, person_class, basis, mode, evidence, source;
    const struct policy_param *param;
    uint32_t nth;         /* 0: any */
    int64_t from, to;     /* band in fen, half-open; to INT64_MAX: no end; both 0: no band */
    bool band, has_value; /* a band is given; a value is given */
    int64_t value;        /* fen, 1/10000 or a count, as the parameter says */
    bool money;           /* the value is fen */
    int32_t since, until; /* days since 2000-01-01, half-open; until INT32_MAX: open; since INT32_MIN: not
                             dated */
    enum rule_level where;
    bool replaced; /* not in force: the city has rows of its own for the same thing, or its plan is withdrawn
                    */
    const char *path;
    uint32_t line;
    const uint32_t *columns; /* [RULE_COLUMNS] where its cells stand in the file, from 1 */
};

/* All rules in force for a city: the shipped ones, the city's laid over them. */
struct policy_rules {
    struct arena *arena;
    struct policy_rule **rows; /* [row_count] in the order read */
    uint32_t row_count, capacity;
};

/* Adds one file.  `text` and `path` live as long as the rules.
   Units:  value with unit fen, yuan (two decimals), bp (1/10000), % (two decimals), count, years,
           months, days, month_of_year, bool; bands in fen.
   Fails:  TROUBLE_USAGE with path, row and column: header, unknown parameter, unit or mode, a number
           that is none, a date that is none. */
bool rule_read(struct policy_rules *rules, struct span text, const char *path, enum rule_level where,
               struct error *error);
/* Lays the city's rows over the shipped ones: whatever the city says about a parameter of a plan, for an
   insurance, level, class and basis, replaces every shipped row about the same. */
void rule_overlay(struct policy_rules *rules);

/* Takes every row of a plan out of force: a fault in it must not decide anything. */
void rule_withdraw(struct policy_rules *rules, struct span plan);

bool rule_is(const struct policy_rule *rule, const char *param);
/* Both are in force on some day in common. */
bool rule_meets(const struct policy_rule *a, const struct policy_rule *b);
/* The day as yyyy-mm-dd from days since 2000-01-01; `text` holds 16 bytes. */
const char *rule_day(int32_t day, char text[16]);
#endif
