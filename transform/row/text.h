/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_TEXT_H
#define TRANSFORM_ROW_TEXT_H
#include "core/arena.h"
#include <stdint.h>

/* UTF-8 cells as people typed them. */

/* Without blanks at both ends: ASCII white space, NUL, U+00A0, U+3000, U+FEFF.  A view into `text`. */
struct span text_trim(struct span text);

/* The code point at text[*at] and moves `*at` behind it; a malformed byte counts as U+FFFD. */
uint32_t text_next(struct span text, size_t *at);
/* Writes `point` as UTF-8; returns its length, 1 to 4. */
size_t text_put(uint32_t point, char *bytes);

/* Full-width forms to ASCII and every blank to ' '.  The same span when nothing changes, else a
   copy in `arena`. */
struct span text_half_width(struct span text, struct arena *arena);
/* Without NUL bytes, the same way. */
struct span text_without_nul(struct span text, struct arena *arena);

bool text_is_ascii(struct span text);
/* Printable ASCII with a visible character at both ends: nothing to trim, to remove or to tell. */
bool text_is_plain(struct span text);
bool text_is_digits(struct span text); /* false when empty */
bool text_is_private_use(uint32_t point);
/* The first private-use or replacement character, 0 when there is none.  With `name`, a '?' counts
   as a replacement too: that is what a lossy conversion leaves of a rare Hanzi. */
uint32_t text_damage(struct span text, bool name);
#endif
