/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_SCAN_H
#define CLI_SCAN_H
#include "cli/city.h"
#include "core/spec.h"

enum { DELIVERIES_MAX = 100000, PATH_BYTES_MAX = 4096, DIGEST_TEXT = 65, PASSED_MAX = 64 };

/* One file in deliveries/<folder>/, before it is opened. */
struct found {
    const struct county *county;
    const char *path; /* relative to deliveries/<folder> */
    const char *absolute;
    int64_t bytes, mtime_ns, ctime_ns, inode;
    bool slip;                                  /* 交接单: not data */
    char sha256[DIGEST_TEXT], sm3[DIGEST_TEXT]; /* empty until they are known */
};

struct scan {
    uint32_t count;
    struct found *files; /* [count], by county and path */
    uint32_t passed_count;
    const char *passed[PASSED_MAX]; /* what is there but is not read: it must not go unsaid */
};

/* What Windows, macOS, Excel and WPS leave in folders and archives by themselves: Thumbs.db, desktop.ini,
   __MACOSX/, .DS_Store, the lock file ~$x.xlsx of an open workbook.  Never data. */
bool scan_litter(const char *path);
/* Whether `name` is what FoxPro and dBASE keep beside the table `table` (x.dbf): its memos .dbt .fpt, its
   code page .cpg, its indexes .cdx .mdx.  Read with the table or not at all; no delivery of their own. */
bool scan_beside(const char *name, const char *table);
/* Whether a file or a member is a county's handover slip, which its name says: 交接单*. */
bool scan_slip(const char *path);
/* Lists the regular files of a county's folder and its folders, two levels deep.  Symbolic links,
   devices and hidden files are not followed, not opened. */
bool scan_county(const struct city *city, const struct county *county, struct arena *arena, struct scan *scan,
                 struct error *error);
/* Hashes the bytes with SHA-256 and SM3; fails when the file changes meanwhile. */
bool scan_digest(struct found *file, struct error *error);
/* The same with SHA-256 alone. */
bool scan_identify(struct found *file, struct error *error);
/* Both hashes of the file at `absolute`; false when it cannot be read to its end. */
bool scan_seal(struct found *file);
/* Still the same file: size, times and inode. */
bool scan_unchanged(const struct found *file);
#endif
