/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_FOREIGN_H
#define EXTRACT_FOREIGN_H
#include "core/error.h"
#include "core/span.h"

/* What a file is that holds no rows for any reader, by its first bytes (512 are enough), whatever its name
   says: "JPEG 图片"; NULL: none of those that are known. */
const char *foreign_name(struct span head);
/* Writes what it is over `error` (file.foreign, TROUBLE_REFUSED) and returns true; false: it is none
   of them, and `error` stays. */
bool foreign_tell(struct span head, struct error *error);
#endif
