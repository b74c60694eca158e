/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/terminal.h"
#include <sys/ioctl.h>
#include <unistd.h>

uint32_t terminal_columns(FILE *stream) {
    struct winsize size = {0};
    int file = fileno(stream); /* -1: memory */
    if (file < 0 || !isatty(file) || ioctl(file, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}
