/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_TERMINAL_H
#define CORE_TERMINAL_H
#include <stdint.h>
#include <stdio.h>

/* Columns of the terminal that `stream` writes to; 0: no terminal, a line may be as long as it likes. */
uint32_t terminal_columns(FILE *stream);
#endif
