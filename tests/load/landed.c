/* SPDX-License-Identifier: MulanPSL-2.0 */
/* A database that an earlier program made must be taken by this one, which refuses it when a file of the
   schema is not what was applied.  So each file stands in tests/load/landed.md5 (md5sum load/schema/...) from
   the day it lands, and is never changed; a change of the schema is a file of its own. */
#include "core/shipped.h"
#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <stdio.h>

enum { HASH_TEXT = 33, PATH = 200, FILES_MAX = 512 };

static void md5_text(struct span bytes, char text[HASH_TEXT]) {
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    cr_assert(EVP_Digest(bytes.bytes, bytes.size, hash, &size, EVP_md5(), NULL) == 1);
    for (unsigned i = 0; i < 16; i++) snprintf(text + 2 * i, 3, "%02x", hash[i]);
}

struct landed {
    char hash[HASH_TEXT], path[PATH];
};

static uint32_t read_list(struct landed *list) {
    uint32_t count = 0;
    FILE *file = fopen("tests/load/landed.md5", "r");
    cr_assert(file, "tests/load/landed.md5");
    while (count < FILES_MAX && fscanf(file, "%32s %199s", list[count].hash, list[count].path) == 2) count++;
    cr_assert(feof(file), "line %u", count + 1);
    fclose(file);
    return count;
}

static bool is_listed(const struct landed *list, uint32_t count, struct span path) {
    for (uint32_t i = 0; i < count; i++)
        if (strlen(list[i].path) == path.size && memcmp(list[i].path, path.bytes, path.size) == 0)
            return true;
    return false;
}

Test(landed, no_file_of_the_schema_changes) {
    static struct landed list[FILES_MAX];
    uint32_t count = read_list(list), shipped = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct span bytes;
        char hash[HASH_TEXT];
        cr_assert(shipped_find(list[i].path, &bytes), "%s is gone", list[i].path);
        md5_text(bytes, hash);
        cr_expect_str_eq(hash, list[i].hash, "%s was changed: databases of earlier programs are refused",
                         list[i].path);
    }
    uint64_t at = 0;
    for (struct shipped file; shipped_next(&at, &file);) {
        if (!shipped_under(&file, "load/schema/")) continue;
        shipped++;
        cr_expect(is_listed(list, count, file.path), "%.*s is not in tests/load/landed.md5",
                  (int)file.path.size, file.path.bytes);
    }
    cr_expect(shipped == count && shipped > 50, "%u files, %u listed", shipped, count);
}
