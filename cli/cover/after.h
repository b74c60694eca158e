/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_COVER_AFTER_H
#define CLI_COVER_AFTER_H
#include "cli/command.h"
#include "load/registry.h"

/* What a run does about covers. */

/* Keeps in the database what the checks across rows need: the schemes, the cutover and the default days.  To
   be called before set_run.  A city without a cutover is not judged.  Fails: TROUBLE_USAGE mappings/cover. */
bool cover_keep(struct registry *registry, const struct city *city, struct arena *arena, struct error *error);
/* `tongchou cover find`, where city.yaml says `cover: yes`; prints nothing. */
bool cover_after(struct registry *registry, const struct city *city, struct invocation *invocation,
                 struct error *error);
#endif
