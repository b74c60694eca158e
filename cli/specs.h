/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_SPECS_H
#define CLI_SPECS_H
#include "cli/city.h"
#include "core/spec.h"

enum { SPECS_MAX = 1024, SHA256_TEXT = 65 };

struct sourced {
    const char *path; /* relative to the city, or "shipped:..." */
    struct span bytes;
    char sha256[SHA256_TEXT];
    const struct sourced *profile; /* that a spec names; NULL: none */
};

/* One county's specs, in order of their file names. */
struct spec_set {
    uint32_t count;
    struct spec *specs;      /* [count] */
    struct sourced *sources; /* [count] */
    const struct city *city; /* whose they are; NULL: files without a spec are not looked at */
};

/* Reads mappings/<folder>/?*.yaml, but those that are comments alone, with the profiles they name (the
   city's, else the shipped ones).  Fails at the first bad one; TROUBLE_USAGE. */
bool specs_read(const struct city *city, const struct county *county, struct arena *arena,
                struct spec_set *set, struct error *error);
/* One spec out of its bytes, as a past run used them; `profile` too (NULL: today's). */
bool specs_parse(const struct city *city, const char *path, struct span bytes, const struct sourced *profile,
                 struct arena *arena, struct spec *spec, struct sourced *source, struct error *error);
/* The lower-case hex digest of bytes. */
void sha256_text(struct span bytes, char text[SHA256_TEXT]);
#endif
