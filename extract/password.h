/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_PASSWORD_H
#define EXTRACT_PASSWORD_H
#include "core/error.h"

enum { PASSWORD_MAX = 256 };

/* The first line of the file at `path` into `password`, as its bytes are (a byte order mark goes).
   The caller wipes it with explicit_bzero.  No message ever holds any of it.
   Fails with TROUBLE_USAGE: no regular file; others than its owner may read it; empty; too long. */
bool password_read(const char *path, char password[PASSWORD_MAX], struct error *error);
#endif
