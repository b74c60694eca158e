/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_OPERATOR_H
#define CLI_OPERATOR_H
#include "core/arena.h"

/* Who runs this, for the audit and as an author: user@host, in `arena`. */
const char *operator_name(struct arena *arena);
#endif
