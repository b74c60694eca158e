/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_LIBRARY_H
#define EXTRACT_LIBRARY_H
#include "extract/archive.h"
#include <archive.h>
#include <locale.h>

/* libarchive with exactly one format and at most one filter, chosen by magic bytes before: given a choice
   it takes a cut gzip for an mtree and a cut zip for one raw file.  Anything that it returns but data or a
   clean end is a failure: it reports damage as a warning, after handing the data over. */
enum { LIBRARY_BLOCK = 64 << 10 };

struct library {
    struct bytes *container; /* with random access */
    struct bytes *stream;    /* what unpacks the container; owned; NULL: its bytes as they are */
    struct archive *reader;
    locale_t utf8;        /* libarchive converts names to the thread's locale */
    uint64_t at;          /* bytes handed over so far, or where they go on after a seek ... */
    uint64_t zeros;       /* ... and how many of the last ones are zero */
    uint64_t members_end; /* of a tar: where the last member's padded data ends */
    uint64_t index;       /* of the next header */
    uint64_t got, size;   /* of the member being read */
    const char *locked;   /* the encrypted member that is read; NULL: none */
    const struct bytes_limits *limits;
    struct error error; /* why the callback failed; code and message are set then */
    char block[LIBRARY_BLOCK];
};

/* A handle for `name` whose state is a struct library; nothing of it is opened yet.  bytes_close closes. */
struct bytes *library_new(struct bytes *container, const char *name, const struct bytes_limits *limits,
                          struct arena *arena);
/* Starts the reader that the caller has given its one format (and filter). */
bool library_open(struct library *library, bool seekable, struct error *error);
/* Unpacked bytes of the container or the stream; what libarchive asks for, and what follows its end. */
ptrdiff_t library_block(struct library *library);
/* The next header; false at the end and on failure, told apart by `*end`. */
bool library_header(struct library *library, struct archive_entry **entry, bool *end, struct error *error);
/* archive.truncated or archive.encrypted, in words; false. */
bool library_damaged(const struct library *library, const char *kind, struct error *error);
/* The member that the last header began, as a stream of `size` bytes (BYTES_UNKNOWN: not said). */
void library_data(struct bytes *bytes, uint64_t size);
/* Adds an entry to the package's members, checked: a regular file with a safe name, within limits. */
bool library_list(struct package *package, const struct library *library, struct archive_entry *entry,
                  uint64_t *total, struct error *error);
/* The parts of it, for a reader that finds the entries itself: the name, and everything else. */
bool library_name(struct package *package, struct span raw, bool utf8, bool folder, struct member *member,
                  struct error *error);
bool library_add(struct package *package, const struct member *member, uint64_t *total, struct error *error);
/* Fails when two members have one name. */
bool library_names_differ(const struct package *package, struct error *error);
/* The member whose number among the entries is member->offset. */
bool library_member(struct package *package, struct bytes *bytes, const struct member *member,
                    struct error *error);
#endif
