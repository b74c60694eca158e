/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_DBF_MEMO_H
#define EXTRACT_DBF_MEMO_H
#include "extract/dbf_header.h"
#include "extract/extract.h"

/* Bytes of one memo, and rows of a batch that has memos: together they bound its memory, however many
   records point at one memo. */
enum { DBF_MEMO_MAX = 256 << 10, DBF_MEMO_ROWS = 128 };

/* The file beside a table that holds its memos: .dbt of dBASE III and IV, .fpt of FoxPro. */
struct dbf_memo {
    struct bytes *bytes; /* NULL: the table has no memo fields, or the file is not there */
    enum { DBF_MEMO_DBT3, DBF_MEMO_DBT4, DBF_MEMO_FPT } kind;
    bool any; /* the table has memo fields */
    uint32_t block_size;
};

enum dbf_memo_verdict {
    DBF_MEMO_EMPTY, /* the record points at no memo */
    DBF_MEMO_TEXT,
    DBF_MEMO_MISSING, /* no memo file, a block outside it, a picture, too long */
};

/* Opens the memo file beside the table, on disk or in the same archive.  None is no failure: its rows
   say so. */
void dbf_memo_open(struct dbf_memo *memo, const struct input *input, const struct dbf_header *header,
                   struct arena *arena);
void dbf_memo_close(struct dbf_memo *memo);

/* The memo that a field of `record` points at, as stored, in `arena`; `byte` is its offset in the memo
   file.  Source: dBASE III PLUS and IV .dbt, Visual FoxPro .fpt file structure. */
enum dbf_memo_verdict dbf_memo_read(struct dbf_memo *memo, const struct dbf_field *field, const char *record,
                                    struct arena *arena, struct span *text, uint64_t *byte);

/* Opens what stands beside the table under its name with another ending ("dbt", "cpg"), in any of the
   usual cases.  NULL: nothing does. */
struct bytes *dbf_beside(const struct input *input, const char *ending, struct arena *arena);
#endif
