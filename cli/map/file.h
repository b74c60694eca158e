/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_MAP_FILE_H
#define CLI_MAP_FILE_H
#include "cli/specs.h"

enum { MAPPING_BYTES_MAX = 64 << 20 };

/* A table or code list as people keep it: STEM.csv (UTF-8, or GBK as WPS saves it) or STEM.xlsx (its first
   sheet), STEM relative to `directory` without an ending.  `file` gets its path and its content as UTF-8 CSV;
   line n of that is row n of the sheet, so every message names the row that people see.
   `*found` false: neither is there.  TROUBLE_USAGE: both are there, or it cannot be read. */
bool map_file_read(const char *directory, const char *stem, struct arena *arena, struct sourced *file,
                   bool *found, struct error *error);
/* Any such file by its path, for `map impact`. */
bool map_file_open(const char *path, struct arena *arena, struct span *csv, struct error *error);
#endif
