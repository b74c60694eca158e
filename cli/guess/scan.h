/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_GUESS_SCAN_H
#define CLI_GUESS_SCAN_H
#include "cli/guess/overview.h"
#include "cli/guess/words.h"

/* What was seen in the files, as a workbook or a page by the ending of `path` (.xlsx, .html): files with
   their encodings, columns with fill, type, range and values, bytes that are no characters, rare characters,
   numbers that a spreadsheet destroyed.  Values of personal columns are masked, rare ones left out.
   Fails: TROUBLE_USAGE for another ending; a file that cannot be written. */
bool guess_scan(const char *path, const struct guess_group *groups, uint32_t count, struct arena *arena,
                struct error *error);

/* Whether the column's values are a person's; PII_NONE when they are not. */
enum pii guess_personal(const struct guess_draft *draft, uint32_t column, const struct guess_words *words,
                        struct arena *arena);
#endif
