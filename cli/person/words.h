/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_WORDS_H
#define CLI_PERSON_WORDS_H
#include "transform/link/link.h"

/* The rules' own words as a steward says them; a word that a city's own rules bring stays as it is. */
const char *words_field(const char *name);
const char *words_level(const struct link_field *field, unsigned level);
const char *words_rule(const char *name);
const char *words_guard(const char *name);
const char *words_band(const char *band);
/* National codes: insutype, psn_insu_stas, gend ("" for a sex that nobody knows). */
const char *words_scheme(const char *code);
const char *words_enrollment(const char *code);
const char *words_sex(const char *code);
#endif
