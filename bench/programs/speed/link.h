/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_SPEED_LINK_H
#define BENCH_SPEED_LINK_H
#include "bench/programs/speed/figure.h"
#include "bench/programs/speed/server.h"

/* What linking persons costs, on an invented population in the server's own tables.
   link.first         from the table to persons in the database, nothing known before; goal 30 s, 1.5 GB at 5
   M link.changes       one record in 500 changed, went or came: goal 10 s at 5 M; its outcome is held against
                      linking everything anew
   link.bounded       within 256 MiB at 5 M (--memory): goal 1.1 times the bound, the same outcome
   link.one_helper    with --workers 1: the same outcome
   link.dense         pairs compared in a second where blocks are large; goal 10 M
   link.cpu_exponent  from a fifth of the records to twice as many; goal 1.1
   link.sql           the same candidate pairs by plain SQL on the same server, whose keys and columns are
   made for it beforehand; goal 4 times the time of link.first, which does all else too `folder` gets the
   population; `records` of them, drawn by `seed`.  False when something failed or the outcomes differ; that
   is said on standard error. */
bool link_measure(struct figures *figures, struct server *server, const char *folder, uint64_t records,
                  uint64_t seed);
/* link_sql.c: needs bench.people and the program's keys of each record in `keys`; `pairs`: how many the
   program found. */
bool link_sql_measure(struct figures *figures, struct server *server, const char *keys, int64_t pairs,
                      int64_t ours);
#endif
