/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_SOURCE_H
#define EXTRACT_SOURCE_H
#include "extract/extract.h"
#include "extract/text.h"

/* SOURCE_SLOP readable bytes follow every chunk, so that a scan may look at whole vectors. */
enum { SOURCE_SLOP = 64 };

/* A text source in chunks: what the last records of a chunk left over begins the next one. */
struct source {
    struct bytes *bytes;
    struct decoder decoder; /* of the bytes that come out of chunks; UTF-8 after a text_stream */
    struct decoder declared;
    char *kept; /* in `memory` */
    size_t kept_size, kept_room;
    uint64_t offset; /* of the next chunk in the unpacked source */
    bool ended;      /* nothing comes after the next chunk's bytes */
    struct arena memory;
};

/* Opens the input's bytes and decoder (`initial` when no encoding is declared) and drops a byte order mark.
   Refuses, as file.encoding_mismatch, a mark of another encoding, and a declaration that the first 64 KiB
   show to be plainly wrong: more than one line in a hundred cannot be decoded, while UTF-8 or GB18030
   decodes every byte; or GB18030 or GBK is declared, and every byte is UTF-8 with three Chinese
   characters or more.  Rarer faults reject their rows only.  Refuses file.empty. */
bool source_open(struct source *source, const struct input *input, const char *initial, struct arena *arena,
                 struct error *error);
void source_close(struct source *source);

/* The next `size` bytes or more (what was kept is never cut), fewer only at the end, in `arena`.
   source->ended tells whether the source has nothing behind them. */
bool source_chunk(struct source *source, size_t size, struct arena *arena, struct span *chunk,
                  struct error *error);
/* Gives back the end of the last chunk. */
void source_keep(struct source *source, struct span rest);
#endif
