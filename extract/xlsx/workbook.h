/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLSX_WORKBOOK_H
#define EXTRACT_XLSX_WORKBOOK_H
#include "extract/archive.h"
#include "extract/xlsx/strings.h"
#include "extract/xlsx/styles.h"

enum { SHEETS_MAX = 4096 };

struct sheet {
    const char *name; /* UTF-8 */
    bool hidden;
    const char *part; /* the archive's member */
};

/* The package of an .xlsx or .xlsm: its parts by relationship, not by customary names. */
struct workbook {
    const char *name; /* for messages */
    struct bytes *container;
    struct package package;
    struct arena *arena;
    bool system_1904;
    uint32_t sheet_count;
    struct sheet *sheets;                   /* worksheets in the order of their tabs */
    const char *strings_part, *styles_part; /* NULL: none */
};

/* Opens the workbook at `path` or in `member` of the archive there.
   Fails:  archive.encrypted (a password), file.format_mismatch (no workbook), whatever the archive says.
   Close with xlsx_workbook_close also after a failure. */
bool xlsx_workbook_open(struct workbook *workbook, const char *path, const char *member,
                        const struct bytes_limits *limits, struct arena *arena, struct error *error);
void xlsx_workbook_close(struct workbook *workbook);

/* One part as a stream, for bytes_close. */
bool xlsx_workbook_part(struct workbook *workbook, const char *part, struct bytes **bytes,
                        struct error *error);

/* The sheets of a workbook, hidden ones too, for those who list or choose them; in `arena`.  `limits` NULL:
   the default. */
bool xlsx_sheets(const char *path, const char *member, const struct bytes_limits *limits, struct arena *arena,
                 struct sheet **sheets, uint32_t *count, struct error *error);

/* The sheet that `wanted` means: by exact name also a hidden one, by globs or an expression
   (extract/sheet_name.h), or with NULL, the only visible one.  Fails with TROUBLE_REFUSED, sheet.missing,
   naming what there is. */
const struct sheet *xlsx_workbook_sheet(const struct workbook *workbook, const char *wanted,
                                        struct error *error);
#endif
