/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_CLI_PACKING_H
#define TESTS_CLI_PACKING_H
#include "tests/cli/journey.h"

/* Archives of a city's file, as a county might send it: `member` is the file's name inside, `path` where the
   archive goes, both below the city. */

/* A zip, encrypted by WinZip's AES-256 when `password` is not NULL. */
void packing_zip(struct journey *journey, const char *path, const char *member, struct span bytes,
                 const char *password);
/* A RAR 4 that stores it: no free program writes one. */
void packing_rar(struct journey *journey, const char *path, const char *member, struct span bytes);
#endif
