/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_LANGUAGE_H
#define CORE_LANGUAGE_H

/* Both sentences stand side by side in the source, so neither can be forgotten and the binary
   needs no message files beside it.  Codes, not sentences, are what tables and tests compare. */
enum language { LANGUAGE_ZH, LANGUAGE_EN };

/* Set once by main before any thread starts, as setlocale is; read everywhere. */
void language_set(enum language language);
enum language language_get(void);

/* The one of two formats that the user reads.  Both must take the same arguments in the same order. */
const char *language_text(const char *zh, const char *en) __attribute__((format_arg(1), format_arg(2)));

#define TEXT(zh, en) language_text(zh, en)
#endif
