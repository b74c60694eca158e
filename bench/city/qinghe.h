/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_CITY_QINGHE_H
#define BENCH_CITY_QINGHE_H
#include "bench/city/build.h"
#include "bench/out/foxpro.h"

/* 青禾区 while its archive is written. */
struct qinghe {
    struct build *build;
    struct truth_file *file;          /* of the open member */
    struct span street, door, remark; /* GB18030 */
};

enum qinghe_class { QINGHE_ACTIVE, QINGHE_RETIRED, QINGHE_RESIDENT };
enum qinghe_class qinghe_class(uint64_t index); /* of a clean person */
#define QINGHE_CAST_FIRST 900000000u            /* index of the first planted person's number */
bool qinghe_cast_moved(unsigned member);        /* cover in A ended on 2019-12-31 */
void qinghe_number(uint64_t index, char number[13]);
void qinghe_employer(unsigned index, char number[13]);
uint32_t qinghe_start(const struct build *build, uint64_t index);

void qinghe_open(struct qinghe *county, struct foxpro *table, struct sink *sink,
                 const struct foxpro_field *fields, unsigned count, uint64_t records);
void qinghe_persons(struct qinghe *county, struct sink *sink);
void qinghe_relations(struct qinghe *county, struct sink *sink);
void qinghe_payments(struct qinghe *county, struct sink *sink);
void qinghe_settlements(struct qinghe *county, struct sink *sink);
#endif
