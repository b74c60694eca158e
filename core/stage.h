/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_STAGE_H
#define CORE_STAGE_H
#include "core/batch.h"
#include "core/setting.h"

enum flow { FLOW_MORE, FLOW_END, FLOW_FAILED };

struct stage;

/* The one interface: an extractor fills a batch, a transform changes it, a loader drains it. */
struct stage_kind {
    const char *name;
    const struct setting *settings; /* ends with {0}; NULL: none */
    size_t state_size;              /* zeroed, filled from the settings, before open */

    /* Checks everything that needs no rows.  An extractor fills `columns` (in `arena`); the others
       find their columns in it. */
    bool (*open)(struct stage *stage, struct columns *columns, struct error *error);
    enum flow (*run)(struct stage *stage, struct batch *batch, struct error *error);
    /* Optional; called once by each worker after its last batch when nothing failed. */
    bool (*end)(struct stage *stage, struct error *error);
    void (*close)(struct stage *stage); /* optional; also after a failure */
};

struct stage {
    const struct stage_kind *kind;
    void *state;         /* state_size bytes in the run's arena; one per worker */
    struct arena *arena; /* the run's, for what must outlive a batch; only during open */
};
#endif
