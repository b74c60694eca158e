/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/tree.h"
#include "core/language.h"
#include <errno.h>
#include <fts.h>
#include <stdlib.h>

static int by_bytes(const void *a, const void *b) {
    const struct span *x = a, *y = b;
    return strcmp(x->bytes, y->bytes);
}

static bool unfinished(const char *name) {
    size_t size = strlen(name);
    return size > 5 && strcmp(name + size - 5, ".part") == 0;
}

bool tree_read(const char *directory, struct arena *arena, struct tree *tree, struct error *error) {
    char *root = strdup(directory), *const roots[] = {root, NULL};
    *tree = (struct tree){0};
    if (!root) return error_set(error, TEXT("内存不足", "out of memory"));
    size_t skip = strlen(directory) + (directory[strlen(directory) - 1] == '/' ? 0 : 1);
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    bool good = walk != NULL;
    uint32_t room = 0;
    for (FTSENT *entry; good && (errno = 0, entry = fts_read(walk));) {
        bool bad = entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS;
        good = !bad && entry->fts_level <= TREE_DEPTH_MAX && tree->count < TREE_FILES_MAX;
        if (!good || entry->fts_info != FTS_F || unfinished(entry->fts_name)) continue;
        if (tree->count == room) {
            struct span *grown = ARENA_NEW(arena, struct span, room = room ? room * 2 : 64);
            if (tree->count) memcpy(grown, tree->paths, tree->count * sizeof *grown);
            tree->paths = grown;
        }
        struct span path = {entry->fts_path + skip, entry->fts_pathlen - skip + 1};
        path = arena_copy(arena, path); /* with its NUL */
        tree->paths[tree->count++] = (struct span){path.bytes, path.size - 1};
    }
    good = good && errno == 0;
    int number = errno;
    if (walk) fts_close(walk);
    free(root);
    if (!good)
        return error_set(error, TEXT("%s：读不了文件夹：%s", "%s: the folder cannot be read: %s"), directory,
                         number ? error_reason(number)
                                : TEXT("层次或文件太多", "too deep or too many files"));
    if (tree->count) qsort(tree->paths, tree->count, sizeof *tree->paths, by_bytes);
    return true;
}
