/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_FILE_H
#define REPORT_FILE_H
#include "core/error.h"
#include "core/span.h"
#include <stdio.h>

/* A file that is either there and whole, or not there: written beside, synced, renamed. */

enum { FILE_PATH = 4096 };

struct file {
    FILE *stream; /* NULL when another library writes to `temporary` */
    char path[FILE_PATH], temporary[FILE_PATH];
};

/* Folders on the way are made.  Fails: a name that leaves `directory`, no space, no right. */
bool file_place(struct file *file, const char *directory, struct span name, struct error *error);
bool file_open(struct file *file, const char *directory, struct span name, struct error *error);
/* Syncs and renames.  Fails when any byte was not written: no space left among others. */
bool file_close(struct file *file, struct error *error);
void file_abandon(struct file *file);

/* Hashes of a file's bytes in one reading, as lower-case hex. */
struct digest { char sha256[65], sm3[65]; int64_t bytes; };
bool file_digest(const char *path, struct digest *digest, struct error *error);
/* The same of bytes in memory. */
void file_digest_bytes(struct span bytes, struct digest *digest);
#endif
