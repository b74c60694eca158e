/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H
#include "cli/city.h"
#include "core/setting.h"
#include <stdatomic.h>
#include <stdio.h>

/* A compatibility promise; printed in words as the last line too. */
enum exit_code {
    EXIT_HELD = 0,      /* every row accounted for, none rejected, every check held */
    EXIT_FAILED = 1,    /* a delivery failed or was damaged; nothing of it published */
    EXIT_PUBLISHED = 2, /* published, with rejects inside the limit or findings to look at */
    EXIT_REFUSED = 3,   /* a delivery was refused; nothing of it published */
    EXIT_USAGE = 64,
    EXIT_LATER = 75,
    EXIT_INTERRUPTED = 130,
    EXIT_TERMINATED = 143,
};

/* Several deliveries: the first that applies of 64, 1, 3, 75, 2, 0; an interrupt wins over all. */
enum exit_code exit_worse(enum exit_code a, enum exit_code b);
enum exit_code exit_of(const struct error *error);
enum exit_code exit_of_signal(int number);
/* What it means, in the user's language. */
const char *exit_meaning(enum exit_code code);

/* What every command is given. */
struct invocation {
    struct arena *arena; /* the run's */
    const char *city;    /* --city: the city's folder */
    bool json, quiet, dry_run, unmask;
    uint32_t argument_count; /* what is left after the options */
    const char *const *arguments;
    const _Atomic bool *stop;      /* an interrupt has come */
    const _Atomic int *stopped_by; /* the number of its signal */
};

struct command {
    const char *name, *arguments;  /* arguments as --help shows them */
    const char *zh, *en;           /* one sentence */
    const char *example;           /* one that runs */
    const char *note_zh, *note_en; /* under the example: a rule of its own; NULL: none */
    const struct setting *options; /* of its own; NULL: none */
    const char *tries; /* verbs that take --dry-run, " find read "; "": all; NULL: it is refused */
    size_t state_size;
    uint32_t arguments_min, arguments_max;
    enum exit_code (*run)(struct invocation *invocation, void *options, struct error *error);
};

extern const struct command *const commands[]; /* ends with NULL */
extern const struct setting common_options[];

/* Prints a failure: place, sentence, and that nothing happened to the rest.  Never a personal value. */
void print_error(FILE *out, const struct error *error);
/* Only what can be done about it, where the rest was said; nothing for an error without a code. */
void print_suggestion(FILE *out, const struct error *error);
/* Its place and sentence on one line, in `arena`. */
const char *error_text(const struct error *error, struct arena *arena);
/* The path as the user's own folder sees it: shorter, and to be copied. */
const char *path_seen(const char *path, struct arena *arena);
/* The text with its control characters as '?': a file's name must not write lines or colours of its own. */
const char *plain_text(struct arena *arena, const char *text);
/* What follows an option's name in --help and the manual: " N" for a number, " VALUE", or nothing. */
const char *option_value(const struct setting *setting);
/* Prints --help of one command, or of all when NULL. */
void print_help(FILE *out, const struct command *command);
/* The manual page, as roff. */
void print_manual(FILE *out);
#endif
