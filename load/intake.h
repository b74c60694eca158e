/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_INTAKE_H
#define LOAD_INTAKE_H
#include "core/tally.h"
#include "load/registry.h"

/* The life of one delivery: begin, add its files, read each through load_copy, then publish or refuse.
   Nothing is visible before intake_publish returns true; whatever happens, one row of
   intake.delivery tells the end of it. */

/* Where a row of a file ended.  DESIGN's eight; UNPUBLISHED are the good rows of a refused delivery.
   The three behind are not rows of the file: published versions that it replaced, that its delete
   markers ended, and that a full delivery lacked. */
enum bucket {
    BUCKET_NEW,
    BUCKET_CHANGED,
    BUCKET_UNCHANGED,
    BUCKET_WITHDRAWN,
    BUCKET_SUPERSEDED,
    BUCKET_DUPLICATE,
    BUCKET_REJECTED,
    BUCKET_EXPLAINED,
    BUCKET_UNPUBLISHED,
    BUCKET_OWN,
    BUCKET_REPLACED = BUCKET_OWN,
    BUCKET_ENDED,
    BUCKET_VANISHED,
    BUCKET_COUNT
};
extern const char *const bucket_names[BUCKET_COUNT]; /* as intake.tally.bucket has them */

enum { INTAKE_FILES_MAX = 1024 };

/* What is known of a delivery before it is read. */
struct intake_delivery {
    const char *county, *folder, *path; /* division code; deliveries/FOLDER; path below it */
    int64_t bytes, received;            /* received: seconds since 1970, the file's mtime */
    const char *sha256, *sm3;           /* sm3 may be NULL */
    const char *period;                 /* "" when unknown */
    int revision, part;                 /* 1 and 0 when unknown */
    bool rank_arrival;                  /* some spec of it says rank: arrival */
    const char *source;                 /* file, retry, mapping, again */
    int parent;                         /* the delivery that this one belongs to; 0: none */
    struct intake_group *group;         /* load/group.h; NULL: it stands by itself */
    uint64_t
        compare_bytes; /* of the program's memory, above which a full one is compared on disk; 0: usual */
};

/* Rows, and millionths of what was there; negative: no limit.  The share of rejects counts from
   200 rows on. */
struct intake_limits {
    int64_t reject_rows, reject_millionths, vanish_rows, vanish_millionths;
};

/* One member or sheet, read by one spec. */
struct intake_source {
    const struct kind *kind;
    const char *member, *spec_path, *spec_sha256, *mapping_sha256;
    const char *key_person, /* which cells of the key are a person's number: "1,3"; NULL: not known */
        *inside; /* which amounts the source counts inside another one (core/inside.h); NULL: not said */
    const char *encoding;         /* may be set after reading, in intake_file.source */
    bool snapshot, conflict_last; /* delivery: full; conflict: last */
    bool strict;                  /* one rejected row refuses the delivery: a ledger is whole or nothing */
    bool open_ended; /* neither its format nor its spec says where it ends: a lost end cannot be seen */
    uint32_t column_count;
    const struct span *columns; /* the source's header; may be set after the extractor opened */
    const struct span
        *units;      /* [column_count] of amounts: fen, yuan, wanyuan; "": no amount; NULL: not known */
    const bool *fed; /* [kind->column_count] columns that may hold a value, the others are null in every
                        row and are not sent; NULL: any may */
    /* What the county declares; declared_by: slip, spec, NULL (nothing: control.absent) or "none". */
    const char *declared_by;
    int64_t declared_rows; /* -1: not declared */
    bool declared_money;
    fen_total declared_fen;
    int declared_measure; /* index of the measure; ignored without money */
    /* Re-evaluation: the file these rows come from, and which rows; the others are left alone. */
    int parent_file;      /* 0: all rows */
    const uint64_t *only; /* [only_count] ascending */
    uint32_t only_count;
};

/* Codes met and how they were mapped, for intake_mapping_use. */
struct intake_use {
    const char *target_column, *table_name, *status, *path; /* status: reviewed, draft, unmapped */
    struct span source_code, source_label, target_code;     /* target_code.bytes NULL: unmapped */
    int line;
    int64_t rows;
    fen_total fen;
    bool dated;
    int32_t first, last; /* event days since 2000-01-01, both included; meaningless without `dated` */
};

struct intake_bucket {
    int64_t rows;
    fen_total fen[MEASURES];
};

struct intake_file {
    struct intake_source source;
    int number;                                 /* intake.file, taken at intake_add */
    struct tally tally;                         /* as the pipeline counted; given to intake_read */
    struct intake_bucket buckets[BUCKET_COUNT]; /* filled by intake_publish and intake_refuse */
    int64_t milliseconds;
    const struct intake_use *uses; /* [use_count] what intake_mapping_use was given */
    uint32_t use_count;
    bool read;                   /* to its end */
    char fresh[96];              /* "fresh.r12_d3_setl_d": shared by all files of a kind */
    struct intake_bucket shared; /* in a group: what became part of the partition as it is */
    struct repeat *repeat;       /* load/repeat.h: what is published and may be said again; NULL: nothing */
    const bool *repeats;         /* [repeat->older_count] whose rows stay where they are then */
    struct intake_bucket said;   /* rows that were not sent, as they say again what is published */
    const char *rest;            /* in a group: its rows whose keys an earlier member holds; NULL: none */
};

struct intake; /* opaque; lives in the run's arena */

/* Starts a delivery: takes its number, drops what dead runs left.  The county's lock must be held. */
struct intake *intake_begin(struct registry *registry, const struct intake_delivery *delivery,
                            const struct intake_limits *limits, struct arena *arena, struct error *error);
/* Makes room for one more file; NULL on failure.  Valid until the arena ends. */
struct intake_file *intake_add(struct intake *intake, const struct intake_source *source,
                               struct error *error);
/* Says that `file` was read to its end and what the pipeline counted. */
bool intake_read(struct intake *intake, struct intake_file *file, const struct tally *tally,
                 struct error *error);
/* Gives the connections and buffers that reading took to the next delivery, as those of `from` are all read:
   deliveries that wait for each other would else hold two connections each. */
void intake_hand_over(struct intake *from, struct intake *to);
/* Written with the delivery's verdict; `uses` must live as long as the delivery. */
void intake_mapping_use(struct intake_file *file, const struct intake_use *uses, uint32_t count);
/* Resolves duplicates, applies the limits, checks the laws and publishes, all or nothing.
   False with TROUBLE_REFUSED (limit.*, conserve.*, delivery.rank_conflict): the verdict is already
   recorded by intake_refuse.  TROUBLE_LATER: locked or away, nothing recorded.
   A trial ends before the commit and is recorded as 'trial'; the buckets are what they would be. */
bool intake_publish(struct intake *intake, struct error *error);
/* Several deliveries in one transaction, in this order, or none of them.  On false `culprit` is the one
   that failed, `count` when it was none of them; its refusal is recorded as above. */
struct intake_joint {
    struct registry *registry;
    struct intake **intakes; /* [count] read to their ends */
    uint32_t count;
    bool (*first)(void *context, struct error *error); /* optional: what begins the transaction */
    bool (*last)(void *context, struct error *error);  /* optional: what ends it */
    void *context;
};
bool intake_publish_together(const struct intake_joint *joint, uint32_t *culprit, struct error *error);
/* Records a delivery that is not published: `why` is what stopped it (TROUBLE_FAILED: state failed).
   Does nothing when the verdict is recorded already.  A file that was not read to its end has no
   tally, only the rejects that were found. */
bool intake_refuse(struct intake *intake, const struct error *why, struct error *error);
/* Closes its connections and drops its fresh tables; always call it. */
void intake_end(struct intake *intake);

int intake_number(const struct intake *intake); /* intake.delivery */
uint32_t intake_file_count(const struct intake *intake);
struct intake_file *intake_file_at(struct intake *intake, uint32_t index);
#endif
