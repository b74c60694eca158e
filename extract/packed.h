/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_PACKED_H
#define EXTRACT_PACKED_H
#include "extract/bytes.h"

/* Makes `bytes` deliver what `container` (with random access) packs as one stream: gzip by ISA-L; bzip2,
   xz, zstd and compress (.Z) by libarchive with that one filter.  Checksums are verified; data behind the
   stream, a ratio or a size past the limits is a failure.
   Fails: the first bytes are of none of these. */
bool packed_open(struct bytes *bytes, struct bytes *container, const struct bytes_limits *limits,
                 struct error *error);
#endif
