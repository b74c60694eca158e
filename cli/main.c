/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include <stdio.h>

int main(void) {
    puts(TEXT("统筹", "tongchou"));
    return 0;
}
