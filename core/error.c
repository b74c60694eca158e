/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/error.h"
#include <stdarg.h>
#include <stdio.h>

bool error_set(struct error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return false;
}

bool error_code(struct error *error, enum trouble trouble, const char *code, const char *format, ...) {
    error->trouble = trouble;
    error->code = code;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return false;
}

bool error_at(struct error *error, const char *source) {
    if (!error->at.source) error->at.source = source;
    return false;
}
