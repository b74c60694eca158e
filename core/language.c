/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"

static enum language chosen = LANGUAGE_ZH;

void language_set(enum language language) { chosen = language; }

enum language language_get(void) { return chosen; }

const char *language_text(const char *zh, const char *en) { return chosen == LANGUAGE_ZH ? zh : en; }
