/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_CITY_H
#define CLI_CITY_H
#include "core/model.h"
#include "core/setting.h"
#include "extract/bytes.h"

enum { COUNTIES_MAX = 256, FORMERLY_MAX = 32 };

struct county {
    const char *folder, *name, *admdvs; /* qinghe, 青禾区, 690102 */
    uint32_t formerly_count;
    const char *formerly[FORMERLY_MAX]; /* codes that it had before */
};

/* How much may go wrong before a delivery is refused; the share in 1/10000. */
struct limit {
    int64_t rows, share;
};

/* city.yaml, read and checked. */
struct city {
    const char *directory; /* absolute */
    const char *name, *admdvs, *database;
    int32_t cutover; /* days since 2000-01-01; INT32_MIN: not set */
    struct limit reject_limit, vanish_limit;
    uint32_t fund_count;
    const struct kind *fund[64]; /* kinds whose every reject refuses */
    bool cover;                  /* every run also looks for double cover */
    struct bytes_limits limits;  /* what its deliveries may unpack to */
    uint32_t county_count;
    struct county counties[COUNTIES_MAX];
    struct span text; /* the file itself */
};

extern const struct setting city_words[]; /* of city.yaml */
/* Reads DIRECTORY/city.yaml; everything lives in `arena`.  TROUBLE_USAGE with the line otherwise. */
bool city_read(const char *directory, struct arena *arena, struct city *city, struct error *error);
const struct county *city_county(const struct city *city,
                                 const char *folder); /* by folder, name or code; NULL */

/* The whole of a small file (at most `limit` bytes) in `arena`; TROUBLE_USAGE when it cannot be read. */
bool file_read(const char *path, size_t limit, struct arena *arena, struct span *bytes, struct error *error);
/* A table or rules file that a city may replace: DIRECTORY/`inside` ("mappings/…"), else the shipped one.
   `*path` says which, as messages and records name it: `inside` or "shipped:…".  TROUBLE_USAGE: neither. */
bool city_or_shipped(const char *directory, const char *inside, size_t limit, struct arena *arena,
                     const char **path, struct span *bytes, struct error *error);
/* A formatted string in `arena`. */
const char *arena_print(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
#endif
