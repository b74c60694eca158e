/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_REPORT_AGREE_H
#define TESTS_REPORT_AGREE_H
#include "report/result.h"

/* Reads a paper of `directory` back in each form that is there (xlsx, html, json, txt) and expects every cell
   of `results` in each, in their order; returns how many cells were compared, over all forms. */
uint32_t agree(const char *directory, const char *name, const struct result *results, uint32_t count,
               struct arena *arena);
#endif
