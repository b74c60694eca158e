/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_ROW_H
#define TRANSFORM_ROW_ROW_H
#include "core/spec.h"
#include "core/stage.h"

/* The stages that see one batch.  They never add or remove a row.  Order of a chain:
   decode, map, decode_when, validate, key.  The caller fills the state (one per worker) before open;
   what it points to is shared, read-only and lives as long as the run. */

struct mapping_set;
struct mapping_use;
struct regions;
struct decode_plan;
struct map_plan;
struct validate_plan;
struct key_plan;

/* decode: source cells to values, for every spec column without `map` and without `when`; where and
   withdraw are answered first.  decode_when: the columns with `when`, after map. */
struct decode_state {
    const struct spec *spec;  /* resolved against the source's columns */
    struct decode_plan *plan; /* made by open */
};

/* map: the spec columns with `map`, by the row's event date. */
struct map_state {
    const struct spec *spec;
    const struct mapping_set *mappings; /* the county's: shipped, city and county rows overlaid */
    struct mapping_use *use;            /* [mappings->row_count] this worker's counts, or NULL */
    struct map_plan *plan;
};

/* validate: what one row can answer. */
struct validate_state {
    const struct spec *spec;
    const struct regions *regions; /* every division code that ever was; NULL: not checked */
    uint32_t county_count;         /* the county's division codes: its own first, then its former ones */
    const struct span *county;     /* 0: row.foreign_county is not checked */
    bool cutover_known, extracted_known;
    int32_t cutover;   /* days since 2000-01-01: from this day on the city pays */
    int32_t extracted; /* day of the export: nothing can have happened later */
    struct validate_plan *plan;
};

/* key: src_key, key_hash and row_hash of every row. */
struct key_state {
    const struct spec *spec;
    struct key_plan *plan;
};

/* One cell that a person has corrected. */
struct replay_cell {
    uint64_t row;     /* row number, from 1 */
    uint32_t column;  /* source column, from 0 */
    struct span text; /* UTF-8 */
};

/* replay: lets only chosen source rows pass (all others are explained row.filtered, since rows are
   never removed) and replaces cells of them.  Stands before decode. */
struct replay_state {
    const uint64_t *rows; /* [row_count] ascending */
    size_t row_count;
    const struct replay_cell *cells; /* [cell_count] by row, ascending */
    size_t cell_count;
};

/* drift: rejects every row of a file whose header is not the spec's.  Stands behind decode, so that the
   spec's `where` has spoken and amounts are counted. */
struct drift_state {
    struct span detail; /* "difference=…", shown in the reason's sentence */
};

extern const struct stage_kind transform_drift, transform_decode, transform_decode_when, transform_map,
    transform_validate, transform_key, transform_replay, transform_profile;
#endif
