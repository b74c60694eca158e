/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_SPEC_H
#define CORE_SPEC_H
#include "core/model.h"
#include "core/setting.h"
#include "core/yaml.h"

/* A source spec: how to read one kind of file of one county, and where each column goes.
   Column numbers below are resolved against the source's header by spec_resolve. */

enum { SPEC_FROM_MAX = 16 };

/* "this cell equals one of these values": for where, withdraw and when. */
struct spec_condition {
    struct span column; /* source column, or target column for `when` */
    bool target;        /* `column` names a target column (after mapping) */
    bool negative;      /* none of the values */
    uint32_t value_count;
    const struct span *values;
    int index; /* resolved; -1 until then */
};

struct spec_column {
    uint32_t target;     /* index in the kind's columns */
    uint32_t from_count; /* 0: constant */
    struct span from[SPEC_FROM_MAX];
    int index[SPEC_FROM_MAX]; /* resolved source columns; -1 until then */
    struct span as;  /* text code integer money ratio date month timestamp certno name bool; empty: by type */
    struct span map; /* name of a mapping table; empty: none */
    struct span unit;  /* money: fen, yuan, wanyuan; empty: the spec's unit, else yuan */
    struct span open;  /* date: this value means "open", null */
    struct span value; /* constant */
    struct span join;  /* between several `from` */
    bool has_value, sum;
    int64_t max;                /* text: characters at most; 0: any; -1: what the kind says */
    struct spec_condition when; /* value_count 0: always */
    uint32_t line;
};

/* What may differ from the remembered header, and what to do then. */
enum drift_change { DRIFT_NEW, DRIFT_LOST, DRIFT_RENAMED, DRIFT_RETYPED, DRIFT_CHANGES };
enum drift_action {
    DRIFT_STOP,   /* refuse the delivery */
    DRIFT_ACCEPT, /* take the column as it is now, and say so */
    DRIFT_IGNORE, /* do not read the column */
    DRIFT_REJECT, /* take it as it is, and reject every row */
};

/* The header that the spec was written for. */
struct spec_header {
    struct span fingerprint; /* empty: the spec remembers nothing */
    uint32_t column_count;
    const struct span *columns; /* [column_count] */
    const struct span *types; /* [column_count] date month number citizen name text empty; empty: not said */
};

struct spec {
    const char *path;  /* for messages: mappings/qinghe/enrollment.yaml */
    struct span match; /* pattern; several with ',' are not allowed */
    const struct kind *kind;
    bool full;           /* delivery: full (a snapshot); else delta */
    bool ignore;         /* the file is known and not needed */
    struct span profile; /* source system of the mappings */
    struct span format, encoding;
    const struct node *read; /* all settings of the extractor */
    uint32_t key_count;
    struct span key[SPEC_FROM_MAX];
    int key_index[SPEC_FROM_MAX]; /* -1 once resolved: a constant of the spec's own, in key_value */
    struct span key_value[SPEC_FROM_MAX];
    uint32_t column_count;
    struct spec_column *columns;
    uint32_t where_count;
    struct spec_condition *where; /* all must hold, other rows are explained row.filtered */
    struct spec_condition withdraw;
    struct span county_column; /* empty: none */
    int county_index;
    bool foreign_keep, unmapped_keep, conflict_last, rank_arrival;
    struct spec_header header;
    enum drift_action drift[DRIFT_CHANGES];
    struct span inside;         /* "acct_pay=yes;…", core/inside.h; empty: not said */
    const struct node *control; /* NULL: slip */
    const struct node *root;    /* the whole document */
};

/* Reads and checks a spec (kind, target columns, as, the language of DESIGN); TROUBLE_USAGE with
   line and the nearest known word otherwise.  `profile` may be NULL: a document that gives what the
   spec leaves out (kind, columns, read, key, unit).  Everything lives in `arena`. */
bool spec_read(struct span text, const char *path, const struct node *profile, struct arena *arena,
               struct spec *spec, struct error *error);

/* The words of a spec and of one column of it, with their help; the manual prints them. */
extern const struct setting spec_words[], spec_column_words[];

/* Which cells of the key are a person's number (model_is_person), by their places from 1: "1,3"; "": none.
   In the arena. */
const char *spec_person_keys(const struct spec *spec, struct arena *arena);

struct columns;
/* Finds every source column that the spec names; header.missing_column (TROUBLE_REFUSED) otherwise. */
bool spec_resolve(struct spec *spec, const struct columns *columns, struct error *error);

/* Whether `name` ("包.zip!成员.DBF") fits the spec's pattern; {period}, {revision} and {part} are
   read from it when not NULL.  '*' does not cross '!'; ASCII case is ignored.  A {period} that stands
   several times ("{period}年{period}月") is put together in `joined`, parts of one digit as 0d. */
struct spec_rank {
    struct span period, revision, part;
    char joined[24];
};
bool spec_match(struct span pattern, struct span name, struct spec_rank *rank);
#endif
