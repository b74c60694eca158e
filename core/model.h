/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_MODEL_H
#define CORE_MODEL_H
#include "core/span.h"
#include <stdbool.h>
#include <stdint.h>

/* The kinds of the city database (schemas record and fund), as the build reads them from
   load/schema/kind/?*.sql and load/schema/length.  A test compares this snapshot with the catalog of a real
   database. */

enum { MEASURES = 32 };

enum type { TYPE_TEXT, TYPE_INTEGER, TYPE_MONEY, TYPE_RATIO, TYPE_DATE, TYPE_TIMESTAMP, TYPE_BOOL };

/* What the types cannot say; written after the Chinese name in the column's COMMENT. */
enum tag {
    TAG_KEY = 1,      /* @key: part of the national key */
    TAG_EVENT = 2,    /* @event: the date that mappings and policies go by */
    TAG_MAIN = 4,     /* @main: the amount shown first */
    TAG_STOCK = 8,    /* @stock: a balance or standard: conserved, never shown as a sum */
    TAG_REQUIRED = 16 /* NOT NULL */
};
enum pii { PII_NONE, PII_ID, PII_NAME, PII_PHONE, PII_ADDRESS, PII_DIAGNOSIS };

struct kind_column {
    const char *name;  /* as specs say it: medfee_sumamt */
    const char *field; /* as the table has it: medfee_sumamt_fen for money, else = name */
    const char *label; /* Chinese */
    enum type type;
    unsigned tags;
    enum pii pii;
    const char *dict; /* @code(dict): the code list its values come from; NULL: free */
    int measure;      /* index among the kind's measures, from 0; -1: not money */
    uint32_t max;     /* @max(n): characters that a text may have; 0: no limit of its own */
};

struct kind {
    const char *name, *label; /* setl_d, 结算 */
    uint32_t column_count, measure_count;
    const struct kind_column *columns; /* [column_count] */
    const uint16_t *measures;          /* [measure_count] index of each measure's column */
    int main_measure;                  /* -1: the kind has no money */
    int event;                         /* index of the event date's column; -1: none */
    const char *schema, *table;        /* record or fund; record.setl_d */
};

extern const struct kind model_kinds[]; /* [model_kind_count], by name */
extern const uint32_t model_kind_count;

const struct kind *model_find(struct span name);             /* NULL: no such kind */
int model_column(const struct kind *kind, struct span name); /* -1: no such column */
/* Holds a person's number: a document's, or the one by which the county knows the person, which in old
   systems often is the document's. */
bool model_is_person(const struct kind_column *column);
/* What the user reads: the Chinese label, or in English the platform's own name. */
const char *model_title(const struct kind *kind);
const char *model_column_title(const struct kind_column *column);
#endif
