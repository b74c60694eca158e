/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The golden folders of the formats whose rows stand among other things: scripts, XML, JSON, web pages,
   old workbooks.  GOLDEN=write writes what is expected anew. */
#include "tests/extract/print.h"
#include <criterion/criterion.h>
#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

struct sample {
    char folder[400], input[512], expected[512];
    char member[512]; /* of the archive, as the file "member" beside says; "": the input itself */
    struct span spec, bytes;
    bool counted; /* the format says where it ends, so nothing that is cut may be taken as whole */
    bool shared;  /* rows' text stands elsewhere in the file, so their bytes do not follow each other */
};

static const struct {
    const char *pattern;
    bool counted;
} formats[] = {
    {"tests/extract/sqldump/*/input.*", false}, {"tests/extract/json/*/input.jsonl", false},
    {"tests/extract/json/*/input.json", true},  {"tests/extract/xml/*/input.*", true},
    {"tests/extract/html/*/input.*", false},    {"tests/extract/xls/*/input.xls", true},
    {"tests/extract/packed/*/input.*", true},   {"tests/extract/postgres/*/input.pgcopy", true},
};

static void each_sample(void (*check)(const struct sample *sample)) {
    print_keep_memory();
    for (size_t format = 0; format < sizeof formats / sizeof *formats; format++) {
        glob_t found = {0};
        int status = glob(formats[format].pattern, 0, NULL, &found);
        cr_assert(status == 0 && found.gl_pathc >= 2, "%s: not where the test runs", formats[format].pattern);
        for (size_t i = 0; i < found.gl_pathc; i++) {
            struct arena arena = {0};
            struct sample sample = {.counted = formats[format].counted};
            sample.shared = strstr(formats[format].pattern, "/xls/") != NULL;
            bool packed = strstr(formats[format].pattern, "/packed/") != NULL;
            snprintf(sample.input, sizeof sample.input, "%s", found.gl_pathv[i]);
            snprintf(sample.folder, sizeof sample.folder, "%.*s",
                     (int)(strrchr(sample.input, '/') - sample.input), sample.input);
            snprintf(sample.expected, sizeof sample.expected, "%s/member", sample.folder);
            struct span member = packed ? print_file(sample.expected, &arena) : (struct span){0};
            snprintf(sample.member, sizeof sample.member, "%.*s", (int)member.size, member.bytes);
            sample.member[strcspn(sample.member, "\n")] = '\0';
            snprintf(sample.expected, sizeof sample.expected, "%s/spec.yaml", sample.folder);
            sample.spec = print_file(sample.expected, &arena);
            sample.bytes = print_file(sample.input, &arena);
            snprintf(sample.expected, sizeof sample.expected, "%s/expected.txt", sample.folder);
            cr_assert(sample.spec.size && sample.bytes.size, "%s is not complete", sample.folder);
            check(&sample);
            arena_free(&arena);
        }
        globfree(&found);
    }
}

static void compare(const struct sample *sample) {
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    print_source(sample->input, *sample->member ? sample->member : NULL, sample->spec.bytes, to);
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

Test(golden, says_of_other_formats) { each_sample(compare); }

static struct seen read_damaged(const struct sample *sample, struct span bytes) {
    struct arena arena = {0};
    const char *path = print_temporary(bytes, &arena);
    struct seen seen = print_source(path, *sample->member ? sample->member : NULL, sample->spec.bytes, NULL);
    unlink(path);
    arena_free(&arena);
    return seen;
}

/* A cut file has no more good rows than the whole one, and a format that says where it ends is refused. */
static void cut_everywhere(const struct sample *sample) {
    struct seen all = read_damaged(sample, sample->bytes);
    size_t last = sample->bytes.size;
    while (last > 0 && (unsigned char)sample->bytes.bytes[last - 1] <= ' ') last--;
    size_t step = last > 2048 ? 7 : 1; /* large inputs are mostly padding */
    for (size_t size = 0; size < last; size += step) {
        struct seen seen = read_damaged(sample, (struct span){sample->bytes.bytes, size});
        cr_assert(seen.whole || seen.error.message[0], "%s cut at %zu: neither an end nor an error",
                  sample->folder, size);
        cr_assert(!seen.whole || !sample->counted, "%s cut at %zu is taken as whole", sample->folder, size);
        cr_assert(!all.whole || seen.rows[FATE_LIVE] <= all.rows[FATE_LIVE], "%s cut at %zu has more rows",
                  sample->folder, size);
        cr_assert(seen.ordered || sample->shared, "%s cut at %zu: rows go back", sample->folder, size);
    }
}

Test(golden, cut_scripts_and_documents_get_a_verdict) { each_sample(cut_everywhere); }

/* Every byte; of large inputs, which are mostly padding, every third. */
static void flip_everywhere(const struct sample *sample) {
    static const unsigned char flips[] = {0x01, 0x80, 0x5e};
    size_t step = sample->bytes.size > 2048 ? 3 : 1;
    struct arena arena = {0};
    char *bytes = ARENA_NEW(&arena, char, sample->bytes.size + 1);
    for (size_t at = 0; at < sample->bytes.size; at += step) {
        memcpy(bytes, sample->bytes.bytes, sample->bytes.size);
        bytes[at] = (char)(bytes[at] ^ (char)flips[at / step % sizeof flips]);
        struct seen seen = read_damaged(sample, (struct span){bytes, sample->bytes.size});
        cr_assert(seen.whole || seen.error.message[0], "%s flipped at %zu: neither an end nor an error",
                  sample->folder, at);
        cr_assert(seen.ordered || sample->shared, "%s flipped at %zu: rows go back", sample->folder, at);
    }
    arena_free(&arena);
}

Test(golden, flipped_scripts_and_documents_get_a_verdict) { each_sample(flip_everywhere); }
