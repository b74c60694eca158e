/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_SPEED_PLACE_H
#define BENCH_SPEED_PLACE_H
#include "bench/rows.h"

enum { PLACE_PATH = 512, PLACE_COUNTY = 690102 };

/* Where the measurement keeps its things: FOLDER/data, FOLDER/city, FOLDER/log.txt. */
struct place_of {
    const char *folder;
    uint64_t rows, seed;
};

/* What is measured of one kind of rows. */
struct subject {
    enum rows_kind rows;
    const char *name;           /* enrollment */
    const char *table;          /* psn_insu_d */
    unsigned key_count, key[3]; /* the source's columns, from 0: also the key of the peers' tables */
};

extern const struct subject subjects[2];

/* Writes the city folder: one county, a spec for each kind and format. */
bool place_city(const struct place_of *place, struct error *error);
/* FOLDER/data/<kind>_<rows>.<ending>, made when it is not there. */
bool place_data(const struct place_of *place, const struct subject *subject, enum rows_format format,
                uint64_t rows, char path[PLACE_PATH], struct error *error);
/* The one file that the county delivers now; NULL: none. */
bool place_deliver(const struct place_of *place, const char *data, const char *name, struct error *error);
#endif
