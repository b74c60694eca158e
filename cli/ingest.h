/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_INGEST_H
#define CLI_INGEST_H
#include "cli/drift.h"
#include "cli/plan.h"
#include "cli/progress.h"
#include "cli/rules.h"
#include "cli/slip.h"
#include "load/intake.h"
#include "transform/row/control.h"
#include "transform/row/row.h"
#include <stdatomic.h>

enum {
    WORKERS = 2,
    BREACHES_MAX = 1000
}; /* two connections: a third cannot help on two cores (docs/performance.md) */

/* What reading one job needs besides the job. */
struct ingest {
    const struct city *city;
    const struct county *county;
    const struct found *file;
    const struct rules *rules;
    struct intake *intake; /* NULL: no database (preview) */
    struct registry *registry;
    const struct stage_kind *sink; /* without a database: the last stage */
    void *sink_states[WORKERS];
    const struct slip *slip; /* NULL: none */
    const uint64_t *only;    /* re-evaluation: these source rows, ascending */
    uint32_t only_count;
    int parent_file;
    const struct replay_cell *cells; /* retry: corrected cells, by row */
    size_t cell_count;
    struct progress *progress;
    const _Atomic bool *stop;
    struct arena *brief; /* for what is needed until ingest_record; NULL: the arena of the rest */
};

/* What came of one job. */
struct ingested {
    struct intake_file *file; /* NULL without a database */
    struct tally tally;
    uint64_t control_compared, breach_count;
    struct control_breach breaches[BREACHES_MAX];
    const struct spec *spec; /* resolved: a copy of the job's */
    struct columns columns;
    struct drifted drifted;  /* what the header says otherwise than the spec remembers */
    struct mapping_use *use; /* merged over the workers; NULL when the spec maps nothing */
    int64_t milliseconds;
};

/* Reads one job to its end through the chain replay, decode, map, decode_when, validate, key, control and
   load_copy (or the sink).  Everything that outlives it is in `arena`. */
bool ingest_job(const struct ingest *ingest, const struct job *job, struct arena *arena,
                struct ingested *result, struct error *error);
/* Keeps what was found beside the rows: how codes were mapped, which subtotal disagrees. */
bool ingest_record(const struct ingest *ingest, const struct job *job, const struct ingested *result,
                   struct arena *arena, struct error *error);
#endif
