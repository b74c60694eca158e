/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_GROUP_H
#define LOAD_GROUP_H
#include "load/intake.h"

/* First deliveries of one county in one run, such as 36 monthly files: while nothing is published of a kind
   they share one fresh table, which becomes the partition with one index and one ATTACH.  Each keeps its own
   tally, laws and verdict; all of them are published in one transaction, and one that is refused takes only
   its own rows away.

   group_new; for each delivery: group_takes, intake_begin with .group, read, group_join; group_publish
   until it returns true; group_end. */

enum { GROUP_MAX = 128 };

struct intake_group; /* opaque; lives in the arena given */

struct intake_group *group_new(struct registry *registry, const char *county, struct arena *arena);
/* Whether nothing of the county and kind was ever published, so that its deliveries may share a table. */
bool group_takes(struct intake_group *group, const struct kind *kind, bool *takes, struct error *error);
/* The delivery was read to its end: resolves its own duplicates and looks at its limits.  On false it stands
   outside: refuse it as any other. */
bool group_join(struct intake_group *group, struct intake *intake, struct error *error);
uint32_t group_count(const struct intake_group *group);
/* Publishes all that joined, in their order.  On false nothing is published; `refused` is the one that was
   refused, is recorded so and has left the group: call again for the others.  NULL: none, give up. */
bool group_publish(struct intake_group *group, struct intake **refused, struct error *error);
/* After every intake_end of it. */
void group_end(struct intake_group *group);
#endif
