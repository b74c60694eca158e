/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_OUTPUT_H
#define REPORT_OUTPUT_H
#include "core/error.h"
#include "core/span.h"
#include <stdio.h>

/* A file that is either there and whole, or not there: written beside, synced, renamed. */

enum { OUTPUT_PATH = 4096 };

struct output {
    FILE *stream; /* NULL when another library writes to `temporary` */
    char path[OUTPUT_PATH], temporary[OUTPUT_PATH];
};

/* Folders on the way are made.  Fails: a name that leaves `directory`, no space, no right. */
bool output_place(struct output *output, const char *directory, struct span name, struct error *error);
bool output_open(struct output *output, const char *directory, struct span name, struct error *error);
/* Syncs and renames.  Fails when any byte was not written: no space left among others. */
bool output_close(struct output *output, struct error *error);
/* Makes the names in a folder survive a power cut: once, after its last file. */
bool output_sync(const char *directory, struct error *error);
void output_abandon(struct output *output);

/* Hashes of a file's bytes in one reading, as lower-case hex. */
struct digest {
    char sha256[65], sm3[65];
    int64_t bytes;
};
bool digest_file(const char *path, struct digest *digest, struct error *error);
/* The same of bytes in memory. */
void digest_bytes(struct span bytes, struct digest *digest);
#endif
