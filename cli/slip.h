/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_SLIP_H
#define CLI_SLIP_H
#include "cli/plan.h"
#include "core/tally.h"

enum { SLIP_LINES_MAX = 4096 };

/* One line of a handover slip (交接单.xlsx): what the county says it sent. */
struct slip_line {
    struct span file, member; /* 文件名, 包内成员或工作表 */
    struct span kind;         /* 数据类别, as the county calls it */
    int64_t rows;             /* -1: not said */
    bool money;
    fen_total fen; /* 主要金额合计, turned into fen by 金额单位 */
};

struct slip {
    const char *path;
    const char *admdvs, *period; /* 统筹区编码, 数据期间; "" when not said */
    int revision;                /* 0: not said */
    enum { SLIP_SCOPE_UNSAID, SLIP_FULL, SLIP_DELTA } scope; /* 全量/增量 */
    uint32_t count;
    struct slip_line *lines; /* [count] */
};

/* Reads a slip at `path` (or member of it).  Fails with TROUBLE_REFUSED where a figure is none, with row
   and column.  `limits` NULL: the default. */
bool slip_read(const char *path, const char *member, const struct bytes_limits *limits, struct arena *arena,
               struct slip *slip, struct error *error);
/* Whether some line of it speaks of this file. */
bool slip_names(const struct slip *slip, const struct found *file);
/* The line that speaks of this job of the delivery; NULL: none does.  Where a sheet feeds two kinds, the
   line whose 数据类别 is the job's kind. */
const struct slip_line *slip_find(const struct slip *slip, const struct found *file, const struct job *job);
#endif
