/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The golden folders of tables and workbooks.  They know their length, so a file that is cut anywhere is
   refused as a whole, whatever rows came before the cut. */
#include "tests/extract/print.h"
#include <criterion/criterion.h>
#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

struct sample {
    const char *folder;
    char input[512], expected[512];
    struct span spec, bytes;
};

static void each_sample(void (*check)(const struct sample *sample)) {
    print_keep_memory();
    glob_t found = {0};
    int status = glob("tests/extract/dbf/*/input.*", 0, NULL, &found) |
                 glob("tests/extract/xlsx_books/*/input.*", GLOB_APPEND, NULL, &found);
    cr_assert(status == 0 && found.gl_pathc >= 6, "the golden folders are not where the test runs");
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct arena arena = {0};
        struct sample sample = {.folder = found.gl_pathv[i]};
        int folder = (int)(strrchr(sample.folder, '/') - sample.folder);
        snprintf(sample.input, sizeof sample.input, "%s", sample.folder);
        snprintf(sample.expected, sizeof sample.expected, "%.*s/spec.yaml", folder, sample.folder);
        sample.spec = print_file(sample.expected, &arena);
        sample.bytes = print_file(sample.input, &arena);
        snprintf(sample.expected, sizeof sample.expected, "%.*s/expected.txt", folder, sample.folder);
        cr_assert(sample.spec.size && sample.bytes.size, "%s is not complete", sample.folder);
        check(&sample);
        arena_free(&arena);
    }
    globfree(&found);
}

static void compare(const struct sample *sample) {
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    print_source(sample->input, NULL, sample->spec.bytes, to);
    fclose(to);
    if (getenv("GOLDEN")) {
        FILE *file = fopen(sample->expected, "wb");
        cr_assert(file && fwrite(text, 1, size, file) == size && fclose(file) == 0);
    }
    struct arena arena = {0};
    struct span expected = print_file(sample->expected, &arena);
    cr_expect(expected.bytes && span_equal(expected, (struct span){text, size}), "%s: now\n%s",
              sample->folder, text);
    arena_free(&arena);
    free(text);
}

Test(golden, says_of_tables_and_books) { each_sample(compare); }

static struct seen read_damaged(const struct sample *sample, struct span bytes) {
    struct arena arena = {0};
    const char *path = print_temporary(bytes, &arena);
    struct seen seen = print_source(path, NULL, sample->spec.bytes, NULL);
    unlink(path);
    arena_free(&arena);
    return seen;
}

static void cut_everywhere(const struct sample *sample) {
    bool marked =
        sample->bytes.bytes[sample->bytes.size - 1] == 0x1A; /* a table may do without its end mark */
    for (size_t size = 0; size + marked < sample->bytes.size; size++) {
        struct seen seen = read_damaged(sample, (struct span){sample->bytes.bytes, size});
        cr_assert(!seen.whole && seen.error.message[0], "%s cut at %zu is taken as whole", sample->folder,
                  size);
    }
}

Test(golden, cut_tables_and_books_are_refused) { each_sample(cut_everywhere); }

static void flip_everywhere(const struct sample *sample) {
    static const unsigned char flips[] = {0x01, 0x80, 0x5e};
    struct arena arena = {0};
    char *bytes = ARENA_NEW(&arena, char, sample->bytes.size + 1);
    for (size_t at = 0; at < sample->bytes.size; at++) {
        memcpy(bytes, sample->bytes.bytes, sample->bytes.size);
        bytes[at] = (char)(bytes[at] ^ (char)flips[at % sizeof flips]);
        struct seen seen = read_damaged(sample, (struct span){bytes, sample->bytes.size});
        cr_assert(seen.whole || seen.error.message[0], "%s flipped at %zu: neither an end nor an error",
                  sample->folder, at);
        cr_assert(seen.ordered, "%s flipped at %zu: rows go back", sample->folder, at);
    }
    arena_free(&arena);
}

Test(golden, flipped_tables_and_books_get_a_verdict) { each_sample(flip_everywhere); }
