/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/row.h"

/* A spec that says `drift: {…: reject}` lets nothing of a file with another header pass: it is read and
   counted to its end, so that the county gets it back whole. */
static enum flow drift_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)error;
    const struct drift_state *state = stage->state;
    for (uint32_t row = 0; row < batch->row_count; row++)
        if (batch->rows[row].fate != FATE_EXPLAINED)
            batch_reject(batch, row, (struct reason){.code = "row.header_changed", .detail = state->detail});
    return FLOW_MORE;
}

const struct stage_kind transform_drift = {
    .name = "drift", .state_size = sizeof(struct drift_state), .run = drift_run};
