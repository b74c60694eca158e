/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_CHECK_HEADER_H
#define CLI_CHECK_HEADER_H
#include "cli/scan.h"
#include "load/registry.h"

/* Compares the headers of a county's deliveries with what their specs remember; reads no row, so contents
   that changed under the same names are for preview and run.  Deliveries that are published are left out
   (registry NULL: nobody knows which are).  A difference that the specs do not let pass is printed with
   both headers.  Returns how many files differ; `*looked` counts those compared. */
uint32_t check_headers(const struct city *city, const struct county *county, struct registry *registry,
                       bool quiet, struct arena *arena, uint32_t *looked);
#endif
