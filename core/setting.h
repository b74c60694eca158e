/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_SETTING_H
#define CORE_SETTING_H
#include "core/arena.h"
#include "core/error.h"
#include "core/yaml.h"

enum setting_kind {
    SETTING_TEXT,  /* const char *, NUL-terminated */
    SETTING_COUNT, /* int64_t, not negative */
    SETTING_FLAG,  /* bool: yes, no, true, false */
    SETTING_NODE,  /* const struct node *: a list or map, read by its owner */
};

/* One row drives the spec file, the command line, --help and the manual. */
struct setting {
    const char *name;
    enum setting_kind kind;
    size_t offset;       /* of the field in the state */
    const char *initial; /* as it would be written in a spec; NULL: left zero */
    const char *help_zh, *help_en;
};

/* Fills `state` with the initial values, then with the entries of `map` (may be NULL).
   Fails with TROUBLE_USAGE at the entry's line: unknown name (and the nearest known one), bad value. */
bool setting_fill(const struct setting *settings, void *state, const struct node *map, struct arena *arena,
                  struct error *error);
/* yes, no, true, false, on, off, 是, 否; false when `text` is none of them. */
bool setting_flag(const char *text, bool *flag);
/* The name nearest to `text` by edit distance, NULL when none is near. */
const char *setting_nearest(const struct setting *settings, struct span text);
/* Distance of two words in edits, at most `limit` + 1. */
unsigned setting_distance(struct span a, struct span b, unsigned limit);
#endif
