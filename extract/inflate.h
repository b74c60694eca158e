/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_INFLATE_H
#define EXTRACT_INFLATE_H
#include "extract/bytes.h"

/* Unpacks a part of a source that has random access.  `gzip` has its own CRC and size; a zip member's
   come from the directory. */
struct inflate_from {
    struct bytes *container;
    uint64_t from, until; /* the packed bytes */
    bool gzip;            /* one or more gzip members up to `until`; else one raw deflate stream */
    bool stored;          /* not packed at all */
    uint32_t crc;         /* not for gzip */
    uint64_t size;        /* unpacked; BYTES_UNKNOWN for gzip */
    const struct bytes_limits *limits;
};

/* Makes `bytes` deliver the unpacked bytes.  ISA-L: three times the speed of zlib. */
void inflate_open(struct bytes *bytes, const struct inflate_from *from);
#endif
