/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PAPERS_H
#define CLI_PAPERS_H
#include "cli/city.h"
#include "report/report.h"

/* What every report of this city is given; a secret for masking is made beside the city when there is none.
 */
bool papers_options(const struct city *city, bool unmask, struct arena *arena, struct report_options *options,
                    struct error *error);
/* Copies the counties' slips to DIRECTORY/交接单/县_PATH, which `directory` must not lack above it. */
bool papers_slips(const struct city *city, const char *directory, struct arena *arena, struct error *error);
/* The highest number of a run that has a folder in out/, 0: none. */
int papers_last(const struct city *city, struct arena *arena);
/* Makes out/NNNN_yyyymmdd, puts the counties' slips into it and lets report/ write the run's papers. */
bool papers_write(const struct city *city, int run, PGconn *connection, const char *program_sha256,
                  const _Atomic bool *stop, struct arena *arena, const char **directory, struct error *error);
#endif
