/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_BYTES_H
#define EXTRACT_BYTES_H
#include "core/arena.h"
#include "core/error.h"

/* What hostile or mistaken files may cost.  A city may raise the first three. */
struct bytes_limits {
    uint64_t member_bytes;     /* one unpacked member or compressed file */
    uint64_t total_bytes;      /* all members of an archive together */
    uint32_t members;          /* in one archive */
    uint32_t ratio;            /* unpacked : packed ... */
    uint64_t ratio_from;       /* ... looked at once this much has been unpacked */
    bool rar;                  /* a spec allows rar; its readers have had the most holes, so not by default */
    const char *password_file; /* of encrypted zips, from the spec; the password is its first line */
};
extern const struct bytes_limits bytes_limits_default; /* 64 GiB, 256 GiB, 65536, 200, 16 MiB */

/* The one way to read a plain file, a compressed file or a member of an archive.
   One thread at a time.  Lives from bytes_open to bytes_close. */
struct bytes {
    const char *name;   /* for messages: path, or path!member */
    uint64_t offset;    /* how far bytes_read has come, in unpacked bytes */
    uint64_t size;      /* unpacked, as declared; BYTES_UNKNOWN for gz */
    int fd;             /* random access works on it; -1: not yet, see bytes_random */
    struct arena arena; /* buffers and state of this source */
    ptrdiff_t (*read)(struct bytes *bytes, void *buffer, size_t size, struct error *error);
    void (*close)(struct bytes *bytes);
    void *state;
    struct bytes *below; /* closed with this one; NULL: none */
    int end;             /* 0: still reading, 1: the clean end was seen, -1: failed */
};
#define BYTES_UNKNOWN UINT64_MAX

/* Opens `path`, or `member` of the archive `path` (its decoded name, see extract/archive.h; NULL: the
   file itself).  A gzip file without member is unpacked as it is read; a tar.gz too.
   Memory:  the handle is in `arena`, everything large is freed by bytes_close.
   Fails:   no regular file; whatever archive_open refuses; no such member (code NULL, TROUBLE_FAILED). */
bool bytes_open(struct bytes **bytes, const char *path, const char *member, const struct bytes_limits *limits,
                struct arena *arena, struct error *error);

/* Fills `buffer` and returns how much it got: `size`, or less only at the end.
   0: clean end, given only after CRC and size were verified, so nothing read before may be published
   until the 0 was seen.  -1: damage (archive.truncated, archive.crc_mismatch, archive.too_large), or
   the file changed while it was read.  Every call after -1 or 0 repeats it. */
ptrdiff_t bytes_read(struct bytes *bytes, void *buffer, size_t size, struct error *error);

/* Makes random access possible and `size` known: a plain file has it at once, anything else is copied
   and verified to the end in an unlinked temporary file ($TMPDIR, else /var/tmp).  Only before the first
   bytes_read; reading from the start goes on to work. */
bool bytes_random(struct bytes *bytes, struct error *error);
/* Exactly `size` bytes from `offset`, after bytes_random.  Past the end is archive.truncated. */
bool bytes_read_at(struct bytes *bytes, uint64_t offset, void *buffer, size_t size, struct error *error);

void bytes_close(struct bytes *bytes); /* NULL is fine */

/* For extract/ itself: a handle without a source; its read and close are set by the caller. */
struct bytes *bytes_new(struct arena *arena, const char *name);
/* A plain file, never unpacked. */
bool bytes_plain(struct bytes **bytes, const char *path, struct arena *arena, struct error *error);
#endif
