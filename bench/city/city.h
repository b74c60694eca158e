/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_CITY_CITY_H
#define BENCH_CITY_CITY_H
#include "core/error.h"
#include <stdint.h>

/* The synthetic sample city 云川市: what three counties "sent", with every fault planted on purpose and
   written down.  bench/city/README.md lists files, columns, codes and faults.  All people, employers
   and hospitals are invented; province 69 does not exist. */
enum { CITY_SEED = 20201231, CITY_SIZE_MAX = 9000 };

struct city_options {
    const char
        *directory; /* must exist; deliveries/, 第二批/, 名单/, truth.json, faults.csv are made in it */
    uint64_t seed;  /* CITY_SEED is the city of the documents */
    uint64_t size;  /* multiplies clean rows, 1..CITY_SIZE_MAX (14,712 rows each) */
    bool vary;      /* column order, DBF widths, line ends and fault positions follow the seed */
    bool names;     /* column names are other counties' words for the same, by the seed */
    bool headers;   /* column names become F1..Fn: what is left to guessing */
};

/* Shape:  the same options give the same bytes on the same machine (deflate may differ between CPUs).
           From size 100 on the second copy of A's archive and 第二批/ are left out, and the workbook
           of 石榴县 stops growing: a sheet has 1,048,576 rows.
   Fails:  a folder or file cannot be written; TROUBLE_USAGE for a size out of range. */
bool city_make(const struct city_options *options, struct error *error);
#endif
