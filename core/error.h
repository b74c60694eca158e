/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_ERROR_H
#define CORE_ERROR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where in a source something was found.  0 means "not known": rows, columns and lines count from 1. */
struct place {
    const char *source; /* path, with "!" before a member or sheet; lives as long as the run */
    uint64_t row;
    uint32_t column;
    uint64_t byte; /* offset in the decompressed source */
};

/* What a failure means for the delivery and so for the exit code. */
enum trouble {
    TROUBLE_FAILED,  /* damaged or broken: nothing published, safe to run again (exit 1) */
    TROUBLE_REFUSED, /* readable, but breaks a rule: nothing published (exit 3) */
    TROUBLE_USAGE,   /* a spec, mapping or option is wrong (exit 64) */
    TROUBLE_LATER,   /* database away or held by another run (exit 75) */
};

/* Why a delivery or a command must stop.  The innermost function writes it; callers only fill
   what is still empty in `at`.  Fixed size, allocates nothing, owned by the caller. */
struct error {
    struct place at;
    enum trouble trouble;
    const char *code;  /* from mappings/reason_codes.csv, or NULL */
    char message[512]; /* a sentence in the user's language; never a personal value */
};

/* Each writes the message and returns false, so that a caller can `return error_set(error, ...)`. */
bool error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool error_code(struct error *error, enum trouble trouble, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* What errno says, in the user's language; a string of the program or of libc, not to be freed. */
const char *error_reason(int number);
/* `source` empty in `at` gets filled; returns false too. */
bool error_at(struct error *error, const char *source);
/* "第 3 行，第 2 列，第 9123344 字节": where it happened but for the source, in `text`, which it returns; to
   be shown before the sentence, so "" where the sentence says the same (of several rows it names each). */
enum { PLACE_TEXT = 128 };
char *error_place(const struct error *error, char text[PLACE_TEXT]);
#endif
