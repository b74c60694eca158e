/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_COVER_AFTER_H
#define CLI_COVER_AFTER_H
#include "cli/command.h"
#include "load/registry.h"

/* What a run does about covers. */

/* Keeps in the database what the checks across rows need: the schemes, the cutover and the default days.  To
   be called before set_run.  A city without a cutover is not judged.  Fails: TROUBLE_USAGE mappings/cover;
   what was kept before then stands. */
bool cover_keep(struct registry *registry, const struct city *city, struct arena *arena, struct error *error);
/* Writes down that covers could not be judged because of `why`; NULL: that they can be again, if need be. */
bool cover_blocked(struct registry *registry, const struct error *why, struct arena *arena,
                   struct error *error);
/* Reads all of mappings/cover as a search would.  Fails: TROUBLE_USAGE with file, row and column. */
bool cover_check(struct registry *registry, const struct city *city, struct arena *arena,
                 struct error *error);
/* `tongchou cover find`, where city.yaml says `cover: yes` and anything that the last search went by has
   changed; prints nothing.  Fails: TROUBLE_USAGE mappings/cover. */
bool cover_after(struct registry *registry, const struct city *city, struct invocation *invocation,
                 struct error *error);
#endif
