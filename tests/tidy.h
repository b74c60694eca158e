/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_TIDY_H
#define TESTS_TIDY_H
#include "core/error.h"
#include "core/yaml.h"

/* Only for clang-tidy, which sees one file at a time: each of these returns false, so that it does not
   follow paths on which a function fails and succeeds at once. */
#define error_set(...) ((void)error_set(__VA_ARGS__), false)
#define error_code(...) ((void)error_code(__VA_ARGS__), false)
#define error_at(...) ((void)error_at(__VA_ARGS__), false)
#define node_error(...) ((void)node_error(__VA_ARGS__), false)
#endif
