/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "transform/row/mapping.h"
void mapping_lint(struct mapping_set *set) { (void)set; }
