/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_TREE_H
#define REPORT_TREE_H
#include "core/arena.h"
#include "core/error.h"
#include <stdint.h>

enum { TREE_FILES_MAX = 100000, TREE_DEPTH_MAX = 16 };

/* The regular files under a folder, as paths below it, in the order of their bytes.  Symbolic links
   are not followed; files of ours that are not finished (.part) are left out. */
struct tree {
    uint32_t count;
    struct span *paths; /* [count], NUL-terminated */
};
bool tree_read(const char *directory, struct arena *arena, struct tree *tree, struct error *error);
#endif
