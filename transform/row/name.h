/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_NAME_H
#define TRANSFORM_ROW_NAME_H
#include "core/arena.h"

/* A person's name as to be loaded: blanks at the ends and between two Hanzi removed, every dot of
   minority names made U+00B7, full-width letters made ASCII.  A view when nothing changes, else in
   `arena`.  Source: 少数民族姓名用字规范 (2016): the separator is U+00B7 only. */
struct span name_normal(struct span text, struct arena *arena);
/* Digits, letters or symbols that no Chinese name has; latin letters are fine with `latin`. */
bool name_illegal(struct span name, bool latin);
#endif
