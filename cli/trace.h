/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_TRACE_H
#define CLI_TRACE_H
#include "cli/ingest.h"
#include "cli/papers.h"
#include "load/registry.h"
#include "transform/row/mapping.h"

enum { TRACE_COLUMNS_MAX = 128, TRACE_REPORT_CELLS = 64 };

/* A row of a county, from what the database says of it to the bytes it was read from. */
struct traced {
    struct city city;
    const struct county *county;
    const struct kind *kind;
    const char *src_key, *key_hash; /* as the database has them */
    const char *state;              /* published, rejected, ended: where the row is now */
    const char *bucket;             /* of a reject: rejected, explained, duplicate, superseded */
    int64_t reject;                 /* 退回编号; 0: none */
    int file, delivery, run;
    uint64_t row;                          /* record number in the member */
    const char *values[TRACE_COLUMNS_MAX]; /* [kind->column_count] text as the database shows it; NULL: null
                                              or not there */
    /* Of the delivery that holds the bytes: a retry's and a re-evaluation's are those of its parent. */
    const char *path, *sha256, *sm3, *received, *member, *source, *arrived_as;
    const char *spec_path, *spec_sha256, *mapping_sha256;
    const char *key_person; /* which cells of the key are a person's number (report/mask.h) */
    int bytes_delivery;
};

/* The same row read again by the spec and the tables of its run. */
struct replayed {
    const char *said; /* what came of looking for the file */
    bool read;        /* the row was found again */
    uint64_t byte;
    struct span raw; /* the record's bytes, in the source's encoding */
    char raw_sha256[SHA256_TEXT];
    const struct spec *spec; /* resolved */
    struct columns columns;
    const char *values[TRACE_COLUMNS_MAX]; /* decoded and mapped, written as the database does; NULL: null */
    struct span *cells;                    /* [columns.count] UTF-8; bytes NULL: none */
    struct rules rules;                    /* as they were then */
    struct mapping_use *use;               /* [rules.mappings->row_count] rows that this row used */
};

/* Finds KIND KEY ("690102/S20200000123" or "qinghe/...") or a reject by its number; TROUBLE_USAGE when
 * nowhere. */
bool trace_find(struct registry *registry, const char *kind, const char *key, struct arena *arena,
                struct traced *traced, struct error *error);
/* Reads the row again from deliveries/.  What prevents it is said in `said`, not a failure; false only when
   the database fails. */
bool trace_replay(struct registry *registry, const struct traced *traced, const _Atomic bool *stop,
                  struct arena *arena, struct replayed *replayed, struct error *error);

/* The paper's tables, each out of what was found. */
void trace_origin(const struct traced *traced, const struct replayed *replayed, const struct mask *mask,
                  struct arena *arena, struct result *result);
void trace_columns(const struct traced *traced, const struct replayed *replayed, const struct mask *mask,
                   struct arena *arena, struct result *result);
void trace_mappings(const struct traced *traced, const struct replayed *replayed, struct arena *arena,
                    struct result *result);
bool trace_versions(struct registry *registry, const struct traced *traced, struct arena *arena,
                    struct result *result, struct error *error);
bool trace_reasons(struct registry *registry, const struct traced *traced, const struct mask *mask,
                   struct arena *arena, struct result *result, struct error *error);
bool trace_person(struct registry *registry, const struct traced *traced, const struct mask *mask,
                  struct arena *arena, struct result *result, struct error *error);
bool trace_cells(struct registry *registry, const struct traced *traced, const struct report_options *options,
                 struct arena *arena, struct result *result, struct error *error);

/* A column of a table below. */
#define TRACE_COLUMN(id, chinese, english)                                                                   \
    {                                                                                                        \
        .name = {(id), sizeof(id) - 1}, .zh = {(chinese), sizeof(chinese) - 1}, .en = {                      \
            (english),                                                                                       \
            sizeof(english) - 1                                                                              \
        }                                                                                                    \
    }
#define TRACE_COUNT(array) (sizeof(array) / sizeof *(array))

/* A null-terminated text as a span; NULL is empty. */
static inline struct span trace_span(const char *text) {
    return text ? (struct span){text, strlen(text)} : (struct span){"", 0};
}
#endif
