/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_ARCHIVE_H
#define EXTRACT_ARCHIVE_H
#include "core/span.h"
#include "extract/bytes.h"

/* Everything from ARCHIVE_ZIP to ARCHIVE_RAR has members; GZIP and PACKED (bzip2, xz, zstd, compress) hold
   one file, which may be a tar. */
enum archive_kind {
    ARCHIVE_NONE,
    ARCHIVE_ZIP,
    ARCHIVE_TAR,
    ARCHIVE_SEVEN,
    ARCHIVE_RAR,
    ARCHIVE_GZIP,
    ARCHIVE_PACKED,
    ARCHIVE_UNREADABLE
};

/* A regular file inside an archive; folders are not listed. */
struct member {
    const char *name;      /* UTF-8, '/' between folders; bytes that are no text as %XX */
    struct span raw;       /* the name as stored */
    uint64_t size, packed; /* bytes; packed is 0 outside zip; size BYTES_UNKNOWN: a rar that does not say */
    uint64_t offset;       /* of its local header (zip), or its number among the entries */
    uint64_t data;         /* of its packed bytes (zip) */
    uint32_t crc;          /* CRC-32 (zip) */
    uint16_t method;       /* of zip: 0 stored, 8 deflate */
    uint16_t flags;        /* of zip's local header */
    uint32_t rank;         /* of zip: its number among all entries by offset, folders too; of rar: one more
                              than the member whose content it shares */
    bool encrypted;
    bool special; /* a link or device: listed, and refused when it is opened */
};

struct package {
    enum archive_kind kind;
    const char *path;
    struct bytes *container; /* owned when archive_list opened it */
    const struct bytes_limits *limits;
    struct arena *arena;
    struct member *members; /* [count] in the order of the archive */
    uint32_t count;
};

/* What the first bytes (at least 512 of a tar) say.  xlsx and docx are ARCHIVE_ZIP too.
   ARCHIVE_UNREADABLE: cab, lha: known, and refused by name. */
enum archive_kind archive_kind(struct span head);
const char *archive_kind_name(struct span head); /* "zip", "rar", ...; NULL: no archive */
static inline bool archive_has_members(enum archive_kind kind) {
    return kind >= ARCHIVE_ZIP && kind <= ARCHIVE_RAR;
}
/* What bytes_open and archive_open say of a rar that no spec allows, and of cab and lha; false. */
bool archive_refuse(struct span head, const struct bytes_limits *limits, struct error *error);

/* Reads the directory of `container`, which must have random access and stays the caller's.
   Refuses what two readers could read differently: local entry not in the directory or different from
   it, overlaps, bytes that no entry covers (archive.member_unlisted), repeated or unsafe names
   (archive.unsafe_name), bombs (archive.too_large).
   Fails on damage: archive.truncated.  An encrypted member and a link are listed; opening is refused. */
bool archive_open(struct package *package, struct bytes *container, const struct bytes_limits *limits,
                  struct arena *arena, struct error *error);
/* archive_open for a path; container is closed again.  `limits` NULL: the default.  Archives among the
   members are replaced by what they hold, one level deep (extract/nested.h). */
bool archive_list(const char *path, const struct bytes_limits *limits, struct arena *arena,
                  struct member **members, uint32_t *count, struct error *error);
/* A member as a stream.  The container must stay open until the stream is closed. */
bool archive_member(struct package *package, const struct member *member, struct bytes **bytes,
                    struct error *error);
const struct member *archive_find(const struct package *package, const char *name); /* NULL: none */

/* Whether a decoded name may be used: relative, no "..", no control characters, no drive. */
bool archive_name_safe(struct span name);
/* A stored name as UTF-8: `utf8` says that the archive declares it so; else GB18030, else %XX. */
const char *archive_name(struct span raw, bool utf8, struct arena *arena);

/* Whether a member in the head of a zip has a name that begins so.  Of names only: three bytes such as "xl/"
   stand by chance in the packed bytes of every two-hundred-and-fiftieth head. */
bool zip_head_has(struct span head, const char *start);

/* For archive.c: the formats. */
bool zip_open(struct package *package, struct error *error);
bool zip_member(struct package *package, const struct member *member, struct bytes **bytes,
                struct error *error);
/* An encrypted member of a zip, decrypted and verified with the password of package->limits. */
bool decrypt_member(struct package *package, const struct member *member, struct bytes **bytes,
                    struct error *error);
bool tar_open(struct package *package, struct error *error);
bool tar_member(struct package *package, const struct member *member, struct bytes **bytes,
                struct error *error);
bool rar_open(struct package *package, struct error *error);
bool rar_member(struct package *package, const struct member *member, struct bytes **bytes,
                struct error *error);
bool seven_open(struct package *package, struct error *error);
bool seven_member(struct package *package, const struct member *member, struct bytes **bytes,
                  struct error *error);
#endif
