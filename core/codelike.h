/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_CODELIKE_H
#define CORE_CODELIKE_H
#include "core/arena.h"
#include <stdint.h>

/* A county may have put names or numbers of persons where a code, an amount or a date belongs, so what
   stands there is shown only when it looks like one.  These rules are the only ones. */

/* A code: up to 16 letters, digits and "-._/" with at most 6 digits in a row and a digit among more than
   4 letters (so no ID, telephone, permit or spelled name); or a label of the shipped dictionaries,
   with or without its code before it. */
bool codelike(struct span text);
/* An amount or a date: digits and what may stand between them, but not as many digits as a person's
   number or a telephone has. */
bool codelike_figure(struct span text);
/* Digits as a citizen ID, a permit, a telephone or a county's person number has them: not even shown when
   it stands in many rows. */
bool codelike_number(struct span text);

/* What is not shown, by its length: "***(3字)". */
struct span codelike_hidden(struct span text, struct arena *arena);

/* Labels of the shipped dictionaries that are not plain ASCII, in order of their bytes; made by the build. */
extern const char *const codelike_labels[];
extern const uint32_t codelike_label_count;
#endif
