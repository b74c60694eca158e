/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_FINDING_H
#define LOAD_FINDING_H
#include "core/tally.h"
#include "load/registry.h"

/* One check evaluated outside the publishing transaction, written down for the papers. */
struct finding {
    int delivery, file;               /* 0: none */
    const char *code, *county, *kind; /* county and kind may be NULL */
    const char *state;                /* held, broken, not_applicable, blocked */
    const char *subject, *detail;     /* what is compared; never a personal value */
    fen_total left, right;
};

bool registry_finding(struct registry *registry, const struct finding *finding, struct error *error);
#endif
