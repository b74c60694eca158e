/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_VERIFY_H
#define REPORT_VERIFY_H
#include "core/error.h"
#include "report/result.h"

#define MANIFEST_NAME "manifest.json"
#define MANIFEST_FORMAT "tongchou-manifest-1"

enum { MANIFEST_BYTES_MAX = 64 << 20 };

struct verify {
    uint32_t unchanged, changed, missing, extra; /* files */
    struct result result;                        /* file, state: of those not as they were */
    struct span program, program_sha256;         /* that made the pack */
};

/* Hashes every file of the pack in `directory` again and compares with its manifest; needs no
   database.  Rows of `result` are the files that are not as they were.  True when it could be compared at
   all; the pack is whole when only `unchanged` is not 0. Fails: no manifest, another format, a file that
   cannot be read. */
bool verify_pack(const char *directory, struct arena *arena, struct verify *verify, struct error *error);
#endif
