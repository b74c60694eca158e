/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_DECLARE_H
#define CLI_DECLARE_H
#include "cli/slip.h"
#include "load/intake.h"

/* Fills what the county declares for a job: by the spec's `control`, else by the slip's line. */
bool declare_totals(const struct spec *spec, const struct slip *slip, const struct found *file,
                    const struct job *job, struct intake_source *source, struct error *error);
#endif
