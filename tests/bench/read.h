/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_BENCH_READ_H
#define TESTS_BENCH_READ_H
#include <stddef.h>
#include <stdint.h>

/* Small readers that share nothing with the writers they test; every one asserts. */

struct city_folder {
    char path[64];
};
struct city_folder read_make(uint64_t seed, uint64_t size, int vary); /* a city under /tmp */
void read_remove(const struct city_folder *folder);
char *read_file(const struct city_folder *folder, const char *relative,
                size_t *size); /* NUL-terminated; free */
/* The n-th member of a zip, from 0, by libarchive; NULL when there is none.  `verdict`: what libarchive
   said last (0 or 1 is clean), may be NULL. */
char *read_member(const struct city_folder *folder, const char *relative, unsigned number, size_t *size,
                  int *verdict);

struct read_dbf {
    const unsigned char *bytes;
    unsigned count, header, record;
};
struct read_dbf read_dbf(const char *bytes, size_t size);
/* The bytes of a field of record `row` (from 0), trimmed, in `into`; asserts that the field exists. */
void read_cell(const struct read_dbf *table, unsigned row, const char *name, char into[128]);
/* "1234.50" in fen; asserts that it is one. `ok` not NULL: says instead. */
int64_t read_yuan(const char *text, int *ok);

/* A number of truth.json: of the entry with this member (or, when empty, this delivery's end) and kind,
   after `key` and, when not NULL, `inner`. */
int64_t read_truth(const char *json, const char *delivery, const char *member, const char *kind,
                   const char *key, const char *inner);

/* faults.csv, row by row: returns 0 at the end. */
struct read_fault {
    char file[160], column[48], code[48], fate[16], fen[24];
    uint64_t row;
};
int read_fault(const char **at, struct read_fault *fault);
#endif
