/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_OUT_WORDS_H
#define BENCH_OUT_WORDS_H
#include "core/arena.h"
#include "core/span.h"

/* UTF-8 to `encoding` by iconv; returns the bytes written.  The words are constants of this program:
   one that cannot be encoded, or does not fit, is a bug and ends in an assertion. */
size_t words_encode(const char *encoding, const char *utf8, size_t size, char *into, size_t room);

/* Encodes a NULL-terminated list once, so that rows are put together without iconv. */
struct span *words_list(struct arena *arena, const char *encoding, const char *const *list);
struct span words_one(struct arena *arena, const char *encoding, const char *utf8);
#endif
