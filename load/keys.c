/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/keys.h"
#include "core/language.h"
#include "core/parallel.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RADIX_BITS = 11, RADIX = 1 << RADIX_BITS, RADIX_PASSES = 2, CURSOR_KEYS = 4096 };

static bool before(const struct key *a, const struct key *b) {
    if (a->hash != b->hash) return a->hash < b->hash;
    if (a->file != b->file) return a->file < b->file;
    return a->row < b->row;
}

/* Two counting passes over the hash's top 22 bits, then insertion for the few that are still equal there: a
   list has at most 2^19 keys (KEYS_BYTES_MAX), hashes are evenly spread and rows of one key already come
   nearly in order. */
static void sort(struct key *list, size_t count) {
    if (!count) return; /* no list then */
    struct key *other = malloc(count * sizeof *other + 1);
    if (!other) abort();
    struct key *from = list, *into = other;
    for (int pass = 0; pass < RADIX_PASSES; pass++) {
        int shift = 64 - RADIX_BITS * (RADIX_PASSES - pass);
        size_t starts[RADIX] = {0}, sum = 0;
        for (size_t i = 0; i < count; i++) starts[from[i].hash >> shift & (RADIX - 1)]++;
        for (size_t i = 0; i < RADIX; i++) {
            size_t here = starts[i];
            starts[i] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++) into[starts[from[i].hash >> shift & (RADIX - 1)]++] = from[i];
        struct key *sorted = into;
        into = from;
        from = sorted;
    }
    if (from != list) memcpy(list, from, count * sizeof *list);
    free(other);
    for (size_t i = 1; i < count; i++) {
        struct key key = list[i];
        size_t at = i;
        for (; at > 0 && before(&key, &list[at - 1]); at--) list[at] = list[at - 1];
        list[at] = key;
    }
}

static bool spill(struct keys *keys, struct error *error) {
    if (keys->run_count == 0) {
        FILE *file = tmpfile();
        keys->file = file ? dup(fileno(file)) : -1;
        if (file) fclose(file);
        if (!keys->runs) keys->runs = calloc(KEY_RUNS_MAX, sizeof *keys->runs);
        if (!keys->runs) abort();
    }
    sort(keys->list, keys->count);
    const char *bytes = (const char *)keys->list;
    size_t left = keys->count * sizeof *keys->list;
    while (keys->file >= 0 && left && keys->run_count < KEY_RUNS_MAX) {
        ssize_t wrote = write(keys->file, bytes, left);
        if (wrote < 0 && errno != EINTR) break;
        if (wrote > 0) bytes += wrote, left -= (size_t)wrote;
    }
    if (left)
        return error_set(error, TEXT("临时文件写入失败：%s", "cannot write a temporary file: %s"),
                         error_reason(errno));
    keys->runs[keys->run_count++] = keys->count;
    keys->count = 0;
    return true;
}

bool keys_add(struct keys *keys, struct key key, struct error *error) {
    if (keys->count == keys->capacity) {
        size_t limit = KEYS_BYTES_MAX / sizeof key;
        if (keys->capacity == limit) {
            if (!spill(keys, error)) return false;
        } else {
            keys->capacity = keys->capacity ? 2 * keys->capacity : 4096;
            if (keys->capacity > limit) keys->capacity = limit;
            keys->list = realloc(keys->list, keys->capacity * sizeof key);
            if (!keys->list) abort();
        }
    }
    keys->list[keys->count++] = key;
    return true;
}

void keys_free(struct keys *keys) {
    free(keys->list);
    free(keys->runs);
    if (keys->run_count) close(keys->file);
    memset(keys, 0, sizeof *keys);
}

/* One sorted run: in memory (file < 0) or read piece by piece. */
struct cursor {
    const struct key *at, *end;
    struct key *piece;
    int file;
    off_t offset;
    size_t left;
};

static bool refill(struct cursor *cursor, struct error *error) {
    size_t want = cursor->left < CURSOR_KEYS ? cursor->left : CURSOR_KEYS, have = 0;
    char *bytes = (char *)cursor->piece;
    while (have < want * sizeof(struct key)) {
        ssize_t got =
            pread(cursor->file, bytes + have, want * sizeof(struct key) - have, cursor->offset + (off_t)have);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return error_set(error, "%s", TEXT("临时文件读取失败", "cannot read a temporary file"));
        have += (size_t)got;
    }
    cursor->offset += (off_t)have;
    cursor->left -= want;
    cursor->at = cursor->piece;
    cursor->end = cursor->piece + want;
    return true;
}

static void sort_part(void *context, unsigned thread, uint32_t part) {
    struct keys **lists = context;
    (void)thread;
    sort(lists[part]->list, lists[part]->count);
}

static uint32_t open_cursors(struct keys **lists, uint32_t list_count, struct cursor *cursors) {
    uint32_t count = 0;
    parallel_run(parallel_threads(), list_count, sort_part, lists);
    for (uint32_t i = 0; i < list_count; i++) {
        off_t offset = 0;
        for (uint32_t run = 0; run < lists[i]->run_count; run++) {
            struct key *piece = calloc(CURSOR_KEYS, sizeof *piece);
            if (!piece) abort();
            cursors[count++] = (struct cursor){
                .piece = piece, .file = lists[i]->file, .offset = offset, .left = lists[i]->runs[run]};
            offset += (off_t)(lists[i]->runs[run] * sizeof *piece);
        }
        cursors[count++] = (struct cursor){.at = lists[i]->list, .end = lists[i]->list + lists[i]->count};
    }
    return count;
}

/* Takes the keys of all cursors in order. */
struct merger {
    struct cursor *cursors;
    uint32_t count; /* those that are not at their end stand first */
};

/* None is overwritten: its piece is still to be freed. */
static void swap(struct cursor *a, struct cursor *b) {
    struct cursor other = *a;
    *a = *b;
    *b = other;
}

/* Leaves out cursors without keys. */
static bool merge_begin(struct merger *merger, struct cursor *cursors, uint32_t count, struct error *error) {
    *merger = (struct merger){.cursors = cursors};
    for (uint32_t i = 0; i < count; i++) {
        struct cursor *cursor = &cursors[i];
        if (cursor->at == cursor->end && cursor->left && !refill(cursor, error)) return false;
        if (cursor->at != cursor->end) swap(cursor, &cursors[merger->count++]);
    }
    return true;
}

/* The least key; `merger->count` must not be 0. */
static inline bool merge_next(struct merger *merger, struct key *key, struct error *error) {
    struct cursor *least = merger->cursors;
    for (uint32_t i = 1; i < merger->count; i++)
        if (before(merger->cursors[i].at, least->at)) least = &merger->cursors[i];
    *key = *least->at++;
    if (least->at < least->end) return true;
    if (least->left) return refill(least, error);
    swap(least, &merger->cursors[--merger->count]);
    return true;
}

static bool merge(struct cursor *cursors, uint32_t count, bool (*found)(void *, struct key, struct error *),
                  void *context, struct error *error) {
    struct merger merger;
    struct key last = {0}, key;
    bool any = false, told = false;
    if (!merge_begin(&merger, cursors, count, error)) return false;
    while (merger.count) {
        if (!merge_next(&merger, &key, error)) return false;
        bool same = any && key.hash == last.hash;
        if (same && !told && !found(context, last, error)) return false;
        if (same && !found(context, key, error)) return false;
        told = same;
        any = true;
        last = key;
    }
    return true;
}

bool keys_repeated(struct keys **lists, uint32_t list_count,
                   bool (*found)(void *context, struct key key, struct error *error), void *context,
                   struct error *error) {
    uint32_t most = list_count;
    for (uint32_t i = 0; i < list_count; i++) most += lists[i]->run_count;
    struct cursor *cursors = calloc(most + 1, sizeof *cursors);
    if (!cursors) abort();
    uint32_t count = open_cursors(lists, list_count, cursors);
    bool ok = merge(cursors, count, found, context, error);
    for (uint32_t i = 0; i < count; i++) free(cursors[i].piece);
    free(cursors);
    return ok;
}

bool keys_move(struct keys *into, struct keys *from, struct error *error) {
    struct key key;
    uint32_t most = from->run_count + 1;
    struct cursor *cursors = calloc(most, sizeof *cursors);
    if (!cursors) abort();
    uint32_t count = open_cursors(&from, 1, cursors);
    struct merger merger;
    bool ok = merge_begin(&merger, cursors, count, error);
    while (ok && merger.count) ok = merge_next(&merger, &key, error) && keys_add(into, key, error);
    for (uint32_t i = 0; i < count; i++) free(cursors[i].piece);
    free(cursors);
    keys_free(from);
    return ok;
}
