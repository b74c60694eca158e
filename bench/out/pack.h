/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_OUT_PACK_H
#define BENCH_OUT_PACK_H
#include "bench/out/sink.h"
#include <stdio.h>

enum { PACK_MEMBERS = 32, PACK_STORE = -1 };

/* Writes a ZIP as Windows tools write it: names in GBK without the UTF-8 flag (unless asked),
   local headers, a central directory, a fixed time.
   Source: PKWARE APPNOTE 6.3.3. */
struct pack {
    FILE *file;
    struct error *error;
    int level;            /* ISA-L level 0..3, or PACK_STORE */
    bool large;           /* ZIP64: a member may pass 4 GiB, and its size is not known before */
    bool utf8;            /* names as UTF-8 with the flag (XLSX) */
    const char *password; /* NULL: none; else traditional PKWARE encryption */
    uint64_t flip;        /* flips one bit of the n-th stored byte of the file's first member; 0: none */
    uint32_t count;
    struct pack_member {
        char name[96];
        uint16_t name_size;
        uint32_t crc;
        uint64_t size, packed, offset;
    } members[PACK_MEMBERS];
    struct pack_state *state;
    struct sink sink; /* bytes of the open member */
};

/* Fails:  the file cannot be made. */
bool pack_open(struct pack *pack, const char *path, struct error *error);
/* Ends the open member, starts the next: write to pack->sink.  `name` is UTF-8. */
bool pack_begin(struct pack *pack, const char *name);
/* Ends the last member, writes the directory, closes the file.  Closes after a failure too. */
bool pack_close(struct pack *pack);
#endif
