/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/shipped.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* What the program carries is byte for byte what stands in the source tree. */
static bool same_as_disk(const struct shipped *file) {
    char path[256];
    snprintf(path, sizeof path, "%.*s", (int)file->path.size, file->path.bytes);
    FILE *disk = fopen(path, "rb");
    if (!disk) return false;
    char *bytes = malloc(file->bytes.size + 1);
    size_t size = fread(bytes, 1, file->bytes.size + 1, disk);
    bool same = size == file->bytes.size && memcmp(bytes, file->bytes.bytes, size) == 0;
    fclose(disk);
    free(bytes);
    return same;
}

Test(shipped, every_file_as_in_the_tree) {
    uint64_t at = 0;
    uint32_t count = 0;
    struct span previous = {0};
    for (struct shipped file; shipped_next(&at, &file); count++) {
        cr_expect(same_as_disk(&file), "%.*s differs", (int)file.path.size, file.path.bytes);
        size_t least = previous.size < file.path.size ? previous.size : file.path.size;
        cr_expect(!previous.size || memcmp(previous.bytes, file.path.bytes, least) <= 0,
                  "%.*s is out of order", (int)file.path.size, file.path.bytes);
        previous = file.path;
    }
    cr_expect(count >= 10, "only %u files are shipped", count);
}

Test(shipped, is_found_by_path) {
    struct span bytes = {0};
    cr_assert(shipped_find("mappings/reason_codes.csv", &bytes));
    cr_expect(bytes.size > 1000 && memcmp(bytes.bytes, "code,zh,en", 10) == 0);
    cr_expect(!shipped_find("mappings/reason_codes", &bytes) && !shipped_find("", &bytes));
    struct shipped file = {.path = SPAN("mappings/codes/gend.csv")};
    cr_expect(shipped_under(&file, "mappings/") && shipped_under(&file, "mappings/codes/"));
    cr_expect(!shipped_under(&file, "load/") && !shipped_under(&file, "mappings/codes/gend.csv"));
}
