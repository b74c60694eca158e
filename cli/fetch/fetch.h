/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_FETCH_FETCH_H
#define CLI_FETCH_FETCH_H
#include "core/spec.h"

/* What a spec of format `postgres` asks of its source, checked without a connection. */
struct fetch_source {
    const char *service, *query;
    int seconds;
    struct span pattern; /* the name that its file gets: `match`, without globs */
};

bool fetch_is(const struct spec *spec);
/* TROUBLE_USAGE at the line: no service, no single SELECT, a `match` that names no file. */
bool fetch_read(const struct spec *spec, struct fetch_source *source, struct error *error);
/* The pattern with its {period} and {revision} filled in, in `arena`. */
const char *fetch_name(struct span pattern, const char *period, int revision, struct arena *arena);
#endif
