/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Every folder tests/extract/FORMAT/NAME has an input, a spec and what must come out.  GOLDEN=write writes
   the last anew; the difference is for a person to judge. */
#include "tests/extract/print.h"
#include <criterion/criterion.h>
#include <dirent.h>
#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

struct golden {
    const char *folder;
    char input[512], expected[512];
    struct span spec, bytes;
};

static bool golden_load(struct golden *golden, const char *folder, struct arena *arena) {
    char spec[512];
    glob_t found = {0};
    golden->folder = folder;
    snprintf(spec, sizeof spec, "%s/input.*", folder);
    if (glob(spec, 0, NULL, &found) == 0)
        snprintf(golden->input, sizeof golden->input, "%s", found.gl_pathv[0]);
    globfree(&found);
    snprintf(spec, sizeof spec, "%s/spec.yaml", folder);
    snprintf(golden->expected, sizeof golden->expected, "%s/expected.txt", folder);
    golden->spec = print_file(spec, arena);
    golden->bytes = print_file(golden->input, arena);
    return golden->spec.size && golden->bytes.bytes;
}

/* Calls `check` for every folder; fails when there are none. */
static void each(void (*check)(const struct golden *golden)) {
    print_keep_memory();
    glob_t found = {0};
    int status = glob("tests/extract/csv/*", GLOB_ONLYDIR, NULL, &found) |
                 glob("tests/extract/fixed/*", GLOB_ONLYDIR | GLOB_APPEND, NULL, &found);
    cr_assert(status == 0 && found.gl_pathc > 10, "the golden folders are not where the test runs");
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct arena arena = {0};
        struct golden golden = {0};
        cr_assert(golden_load(&golden, found.gl_pathv[i], &arena), "%s is not complete", found.gl_pathv[i]);
        check(&golden);
        arena_free(&arena);
    }
    globfree(&found);
}

static void compare(const struct golden *golden) {
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    print_source(golden->input, NULL, golden->spec.bytes, to);
    fclose(to);
    if (getenv("GOLDEN")) {
        FILE *file = fopen(golden->expected, "wb");
        cr_assert(file && fwrite(text, 1, size, file) == size && fclose(file) == 0);
    }
    struct arena arena = {0};
    struct span expected = print_file(golden->expected, &arena);
    cr_expect(expected.bytes && span_equal(expected, (struct span){text, size}), "%s: now\n%s",
              golden->folder, text);
    arena_free(&arena);
    free(text);
}

Test(golden, says_what_is_expected) { each(compare); }

/* Between two rows there is a line end or nothing, whatever the damage: so every byte has its row.
   A source that was recoded counts its offsets in another text, so only order is checked there. */
static void account(const struct golden *golden, struct span bytes, const char *what, size_t at) {
    struct arena arena = {0};
    const char *path = print_temporary(bytes, &arena);
    struct seen seen = print_source(path, NULL, golden->spec.bytes, NULL);
    unlink(path);
    arena_free(&arena);
    cr_assert(seen.whole || seen.error.message[0], "%s %s %zu: neither an end nor an error", golden->folder,
              what, at);
    cr_assert(seen.ordered, "%s %s %zu: rows overlap or go back", golden->folder, what, at);
    cr_assert(seen.gap_max <= 4, "%s %s %zu: %llu bytes belong to no row", golden->folder, what, at,
              (unsigned long long)seen.gap_max);
    bool recoded = strstr(golden->spec.bytes, "UTF-16") || strstr(golden->spec.bytes, "Big5") ||
                   strstr(golden->spec.bytes, "HZ");
    if (seen.whole && !recoded)
        cr_assert(seen.end + 2 >= bytes.size && seen.end <= bytes.size,
                  "%s %s %zu: the end is at %llu of %zu", golden->folder, what, at,
                  (unsigned long long)seen.end, bytes.size);
}

static void truncate_everywhere(const struct golden *golden) {
    for (size_t size = 0; size < golden->bytes.size; size++)
        account(golden, (struct span){golden->bytes.bytes, size}, "cut at", size);
}

Test(golden, loses_nothing_when_cut_short) { each(truncate_everywhere); }

static void flip_everywhere(const struct golden *golden) {
    static const unsigned char flips[] = {0x01, 0x80, 0x5e};
    struct arena arena = {0};
    struct span copy = arena_copy(&arena, golden->bytes);
    char *bytes = ARENA_NEW(&arena, char, copy.size + 1);
    for (size_t at = 0; at < copy.size; at++) {
        memcpy(bytes, copy.bytes, copy.size);
        bytes[at] = (char)(bytes[at] ^ (char)flips[at % sizeof flips]);
        account(golden, (struct span){bytes, copy.size}, "flipped at", at);
    }
    arena_free(&arena);
}

Test(golden, loses_nothing_when_bytes_flip) { each(flip_everywhere); }
