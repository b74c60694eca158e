/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_GUESS_WORDS_H
#define CLI_GUESS_WORDS_H
#include "cli/guess/guess.h"
#include "core/map.h"

enum { GUESS_PLAIN = 256 };

/* What counties call a column; `kind` NULL: in any kind. */
struct guess_word {
    const char *word, *column, *kind;
};
extern const struct guess_word guess_vocabulary[]; /* [guess_vocabulary_count] */
extern const uint32_t guess_vocabulary_count;

/* What a column's name says.  Built once: the shipped legacy fields and code lists. */
struct guess_words {
    struct arena *arena;
    uint32_t legacy_count;
    struct guess_legacy {
        struct span field, meaning, kind, column;
    } * legacy;           /* mappings/legacy_fields.csv */
    struct span *plain;   /* the everyday words, plain */
    struct span **labels; /* [model_kind_count][column_count] the kinds' Chinese names, plain */
    struct map
        dictionaries; /* dict to struct map of "code" and label, out of mappings/ and mappings/codes/ */
};

/* The name with one word for each family of words that mean the same; in `text`, or the name itself. */
struct span guess_plain(struct span name, char text[GUESS_PLAIN]);

void guess_words_read(struct guess_words *words, struct arena *arena);

/* How well the header fits the kind's column, of 1000; the basis and a phrase of why. */
uint32_t guess_word_fit(const struct guess_words *words, const struct kind *kind, uint32_t target,
                        struct span header, enum guess_basis *basis, const char **why);
/* How many of the column's filled cells (of 1000, by the values that were counted) are codes or names of
   the code list `dict`; 0 without such a list. */
uint32_t guess_code_fit(const struct guess_words *words, const char *dict,
                        const struct profile_column *profile);
/* Whether the name is a word for any column of any kind; then its content proposes nothing else. */
bool guess_known(const struct guess_words *words, struct span header);
/* What a legacy name means, in Chinese; size 0: not known. */
struct span guess_meaning(const struct guess_words *words, struct span header);
/* "household number" and "number in the household": together they are a person's number. */
bool guess_is_household(struct span header);
int guess_household(struct span header); /* the lower, the surer; -1: none */
bool guess_is_member(struct span header);
/* A name like F7 or C says nothing. */
bool guess_named(struct span header);
#endif
