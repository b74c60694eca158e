/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_KEYS_H
#define LOAD_KEYS_H
#include "core/error.h"

/* What is kept of every live row until the delivery has been read, so that rows with one key are
   found before the index is built: 0.04 s a million, a failed unique index costs ten times that. */
struct key {
    uint64_t hash; /* of the key and the kind; 64 bits only point at candidates, SQL compares all 128 */
    uint32_t file, row;
};

/* So small that a million rows reach it: the peak is then that of ten million. */
enum { KEYS_BYTES_MAX = 8 << 20, KEY_RUNS_MAX = 4096 };

/* One worker's keys; past KEYS_BYTES_MAX sorted runs go to an unlinked temporary file. */
struct keys {
    struct key *list;
    size_t count, capacity;
    int file; /* descriptor, valid when run_count > 0 */
    uint32_t run_count;
    size_t *runs; /* [KEY_RUNS_MAX] keys in each run, one behind the other in the file; NULL: none spilled */
};

bool keys_add(struct keys *keys, struct key key, struct error *error);
/* Puts all of `from` into `into` and frees it. */
bool keys_move(struct keys *into, struct keys *from, struct error *error);
void keys_free(struct keys *keys);

/* Calls `found` for every row whose hash occurs more than once over all `lists`, equal ones together,
   in order of (file, row).  Sorts the lists. */
bool keys_repeated(struct keys **lists, uint32_t list_count,
                   bool (*found)(void *context, struct key key, struct error *error), void *context,
                   struct error *error);
#endif
