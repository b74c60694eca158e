/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H
#include "core/error.h"
#include "report/mask.h"
#include "report/query.h"
#include "report/write.h"
#include <libpq-fe.h>

struct report_county {
    const char *code, *folder, *name; /* 690102, qinghe, 青禾区 */
};

/* What a report cannot read from the database.  Texts outlive the report. */
struct report_options {
    int run;               /* as things stood at its end; 0: the latest */
    const char *month;     /* 202006: of what counts from January on; NULL: the last with a settlement */
    const char *directory; /* out/0012_20210105: for report_run */
    const char *city;      /* 云川市 */
    const char *date;      /* 2021-01-05: of the papers and in their names */
    const char *program, *program_sha256;
    const struct report_county *counties; /* [county_count] in the city's order */
    uint32_t county_count;
    struct mask mask;
    uint32_t
        book_rows; /* lines of rows sent back that a workbook lists, the CSV beside it has all; 0: 100,000 */
    bool
        within; /* the caller's transaction is read as it stands; what is made for it stays until that ends */
    const _Atomic bool
        *stop; /* NULL, or set by a signal: the papers are left where they are (TROUBLE_LATER) */
};

/* One look at the database: a transaction that sees one state and is rolled back at the end, unless it looks
   from `within` one of its caller's. */
struct report {
    PGconn *connection;
    const struct report_options *options;
    struct arena *arena;
    int run;
    bool findings; /* what checks said is sorted out: the_finding */
};

/* Fails: TROUBLE_LATER the database is away; TROUBLE_USAGE no such run.  Call report_close either way. */
bool report_open(struct report *report, PGconn *connection, const struct report_options *options,
                 struct arena *arena, struct error *error);
void report_close(struct report *report);

/* All tables of report/sql/NAME.sql, for one county (its code) or all (NULL), in the report's arena.
   Those marked `stream` stay empty: report_stream reads them. */
bool report_query(struct report *report, const char *name, const char *county, struct query *query,
                  struct result **results, struct error *error);
/* One table of it, in pieces: `take` gets the columns and up to 2000 rows at a time, at least once. */
struct report_sink {
    bool (*take)(void *context, const struct result *piece, bool first, struct error *error);
    void *context;
};
bool report_stream(struct report *report, const struct query_sheet *sheet, const char *county,
                   struct report_sink sink, struct error *error);

/* Writes the run's folder: index.html, 对账总表, 移交清单 and 退回清单 of each county, 映射覆盖, 数据字典,
   what it was made from (依据/), manifest.json last.  What else lies in the folder enters the manifest too.
 */
bool report_run(PGconn *connection, const struct report_options *options, struct error *error);

/* Where a file's figures stand: "对账总表 · 对账总表 第 3 行", for trace.  `cells` is filled with spans in
   the report's arena, at most `room`; the count is returned in `count`. */
bool report_cells(struct report *report, const char *county, const char *kind, int file, struct span *cells,
                  uint32_t room, uint32_t *count, struct error *error);
#endif
