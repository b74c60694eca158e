/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_TEXT_H
#define EXTRACT_TEXT_H
#include "core/arena.h"
#include "core/error.h"
#include "extract/bytes.h"
#include <iconv.h>

/* Decoding to UTF-8.  GB18030 and GBK go through a table of all two-byte characters, built once from
   iconv (2,400 MB/s and more against 730 for iconv itself).  The table is GB18030-2022: glibc 2.36 has
   it, but for the four-byte codes of the 18 characters that moved out of the private-use area; those
   decode to the same characters as their two-byte codes.  A3A0 stays private use as in the standard
   (the Web reads it as a full-width space).  GBK is Windows' code page 936: 80 is the euro, and there
   are no four-byte characters. */
enum encoding {
    ENCODING_UTF8,
    ENCODING_GB18030,
    ENCODING_GBK,
    ENCODING_UTF16LE,
    ENCODING_UTF16BE,
    ENCODING_HZ,
    ENCODING_OTHER, /* whatever iconv knows: Big5, UTF-32, ISO-2022-CN ... */
};

struct decoder {
    enum encoding encoding;
    const char *name;
    const uint32_t *pairs; /* [126 * 256] UTF-8 in the low 24 bits, length above; 0: none */
    iconv_t iconv;         /* four-byte characters; ENCODING_OTHER */
    bool wide;             /* of HZ: inside ~{ ~} */
};

/* Where a text cannot be decoded. */
struct text_fault {
    size_t at;              /* bytes before it */
    unsigned char bytes[4]; /* as they stand there */
    uint8_t size;
};

/* `name` as people write it: GB18030, gbk, cp936, GB2312, UTF-8, utf8, UTF-16LE, Big5 ...
   UTF-16 without an order is little-endian unless the source begins with FE FF (see text_stream).
   Fails with TROUBLE_USAGE for a name that nobody knows.  The table is in `arena`. */
bool decoder_open(struct decoder *decoder, const char *name, struct arena *arena, struct error *error);
void decoder_close(struct decoder *decoder);

/* Whether a byte-wise search for delimiters works in the encoding, so that it may be cut before it is
   decoded; else the source goes through text_stream first. */
bool decoder_cuts(const struct decoder *decoder);
/* Whether a byte of `from` may be the second half of a character although it looks like ASCII:
   an ASCII byte of 0x40 or more after an odd number of lead bytes. */
bool decoder_second_half(const struct decoder *decoder, const char *start, const char *at);

/* Decodes `from` whole into `to`, which has decoder_room(decoder, from.size) bytes; returns the length.
   `fault->size` is 0, or it stopped there: what comes before is decoded. */
size_t decoder_run(struct decoder *decoder, struct span from, char *to, struct text_fault *fault);
size_t decoder_room(const struct decoder *decoder, size_t size);
/* HZ from where the decoder is, for text.c and recode.c; `to` has twice the room.  Unless `final` it stops
   before what goes on behind `from`: see `*used`. */
size_t hz_run(struct decoder *decoder, struct span from, bool final, char *to, size_t *used,
              struct text_fault *fault);
/* The same for one cell, into `arena`; ASCII and UTF-8 are not copied.  What cannot be decoded stands as
   \xHH in the text, so the text is UTF-8 always.  False: `fault` has the first such place. */
bool decoder_cell(struct decoder *decoder, struct span from, struct arena *arena, struct span *text,
                  struct text_fault *fault);
/* "byte=N;bytes=B0 C5" for text.undecodable; `offset` is that of the cell in the source. */
struct span text_fault_detail(const struct text_fault *fault, uint64_t offset, struct arena *arena);

/* A source in an encoding that cannot be cut, as a UTF-8 source.  A byte that cannot be decoded comes out
   as FF and itself, a lone surrogate in three bytes, so that the rows that hold one are rejected and no
   other; offsets then count in the UTF-8 text.  Takes over `source` (bytes_close closes both). */
struct bytes *text_stream(struct bytes *source, struct decoder *decoder, struct arena *arena);

/* The mark at the beginning of `head`: its encoding's name, NULL for none; *size: its bytes. */
const char *text_mark(struct span head, size_t *size);

/* What the bytes of a source say about their encoding. */
enum { EVIDENCE_MAX = 9 };
struct evidence {
    const char *name; /* UTF-8 GB18030 GBK Big5 UTF-16LE ... UTF-32BE HZ */
    bool valid;       /* every byte decodes; of HZ: and some are Hanzi */
    uint64_t at;      /* else: the first that does not ... */
    unsigned char bytes[4];
    uint8_t size;          /* ... and what stands there */
    uint64_t wide, common; /* characters beyond ASCII, and how many of them are everyday ones */
};
struct judgement {
    struct evidence evidence[EVIDENCE_MAX];
    const char *mark; /* the byte order mark's encoding; NULL: none */
    const char *best; /* what to write into the spec; NULL: nothing fits */
    bool ascii;       /* nothing but ASCII, so `best` is a convention */
};
/* Reads `bytes` to its end. */
bool encoding_evidence(struct bytes *bytes, struct arena *arena, struct judgement *judgement,
                       struct error *error);
/* The same over bytes in memory; a character that `head` cuts at its end is no fault. */
void encoding_judge(struct span head, struct arena *arena, struct judgement *judgement);
#endif
