/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_NESTED_H
#define EXTRACT_NESTED_H
#include "extract/archive.h"

/* Archives inside an archive, one level deep: the members of `inner.zip` are called `inner.zip!name`.  Which
   members are looked into is told by their names' ends, then by their first bytes: opening each would unpack
   a solid archive once per member.  Workbooks and documents, which are zips too, stay whole. */

/* Replaces archives among the package's members by what they hold.  An archive three levels down stays one
   member, which no reader takes.  The limits on bytes and members hold for all levels together. */
bool nested_list(struct package *package, struct error *error);
/* Opens `name` when its part before some '!' is an archive in the package.  `*found` false: it is not.
   The stream owns what lies between it and the container. */
bool nested_open(struct package *package, const char *name, struct bytes **bytes, bool *found,
                 struct error *error);
/* A member that packs one file (a.csv.gz) as that file; anything else stays as it is.  On false `*bytes` is
   closed. */
bool nested_unpack(struct bytes **bytes, const char *name, const struct bytes_limits *limits,
                   struct arena *arena, struct error *error);
#endif
