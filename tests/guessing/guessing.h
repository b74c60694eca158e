/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_GUESSING_GUESSING_H
#define TESTS_GUESSING_GUESSING_H
#include "cli/guess/guess.h"

/* What a file is known to be, by whoever wrote it down. */
struct fact {
    const char *format;   /* NULL: nobody says */
    const char *encoding; /* NULL: nobody says, or the format has none */
};

/* What `guess` made of it, passed from the child that looked. */
struct verdict {
    bool looked;
    char format[16], encoding[16], why[200];
    bool ascii; /* nothing but ASCII: any encoding is right */
};

/* Whether the guess is right in everything that is known. */
bool verdict_right(const struct verdict *verdict, const struct fact *fact);
/* Whether two names mean one encoding: gb18030 and GB18030, UTF-16 and UTF-16LE. */
bool same_encoding(const char *wanted, const char *found);

/* Guesses every file of the sample city for a few seeds, varied; prints what is wrong. */
struct score {
    unsigned right, all;
};
void guess_cities(struct score *files, struct score *dialects);
#endif
