/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Files that others wrote, when they lie beside the project: nothing that must be refused is read. */
#include "extract/archive.h"
#include "extract/text.h"
#include "tests/extract/print.h"
#include <criterion/criterion.h>
#include <unistd.h>

static const char folder[] = "../shared/corpus/";

/* Lists an archive and reads every member to its end; false when any of it was refused or failed. */
static bool reads_whole(const char *path) {
    struct arena arena = {0};
    struct error error = {0};
    struct member *members = NULL;
    uint32_t count = 0;
    bool whole = archive_list(path, NULL, &arena, &members, &count, &error);
    for (uint32_t i = 0; i < count && whole; i++) {
        struct bytes *bytes = NULL;
        char buffer[4096];
        ptrdiff_t got = -1;
        if (bytes_open(&bytes, path, members[i].name, NULL, &arena, &error)) {
            while ((got = bytes_read(bytes, buffer, sizeof buffer, &error)) > 0) continue;
            bytes_close(bytes);
        }
        whole = got == 0;
    }
    cr_expect(whole || error.message[0], "%s is refused without a word", path);
    arena_free(&arena);
    return whole;
}

static void judge(const char *path, const char *expected) {
    struct arena arena = {0};
    struct error error = {0};
    struct bytes *bytes = NULL;
    struct judgement judgement;
    cr_assert(bytes_open(&bytes, path, NULL, NULL, &arena, &error), "%s", path);
    cr_assert(encoding_evidence(bytes, &arena, &judgement, &error));
    cr_expect(judgement.best && !strcmp(judgement.best, expected), "%s: %s", path,
              judgement.best ? judgement.best : "nothing");
    bytes_close(bytes);
    arena_free(&arena);
}

/* Encrypted by another program, with the password that its test suite is known for. */
Test(corpus, encrypted_zips_of_others_open_with_their_password) {
    static const struct {
        const char *name, *password, *text;
    } cases[] = {{"encrypt-aes128", "foofoofoo", "encrypted\n"},
                 {"encrypt-aes192", "foofoofoo", "encrypted\n"},
                 {"encrypt-aes256", "foofoofoo", "encrypted\n"},
                 {"encrypt_plus_extra", "foo", "foo\n"}};
    struct arena arena = {0};
    struct bytes_limits limits = bytes_limits_default;
    if (access("../shared/corpus/manifest.tsv", R_OK)) cr_skip("../shared/corpus is not here");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span password = {cases[i].password, strlen(cases[i].password)};
        limits.password_file = print_temporary(password, &arena);
        char path[256], text[64] = "";
        struct error error = {0};
        struct bytes *bytes = NULL;
        snprintf(path, sizeof path, "%sarchive/libzip/%s.zip", folder, cases[i].name);
        cr_expect(bytes_open(&bytes, path, "encrypted", &limits, &arena, &error), "%s: %s", path,
                  error.message);
        ptrdiff_t got = bytes ? bytes_read(bytes, text, sizeof text - 1, &error) : -1;
        cr_expect(got > 0 && !strcmp(text, cases[i].text), "%s: %td %s %s", path, got, text, error.message);
        if (bytes) bytes_close(bytes);
        unlink(limits.password_file);
    }
    arena_free(&arena);
}

Test(corpus, what_must_be_refused_is_refused) {
    char line[2048], path[1024];
    FILE *manifest = fopen("../shared/corpus/manifest.tsv", "r");
    if (!manifest) cr_skip("../shared/corpus is not here");
    unsigned refused = 0, judged = 0;
    while (fgets(line, sizeof line, manifest)) {
        char *name = strtok(line, "\t"), *kind = strtok(NULL, "\t"), *outcome = strtok(NULL, "\t");
        if (!name || !kind || !outcome) continue;
        snprintf(path, sizeof path, "%s%s", folder, name);
        if (!strcmp(kind, "archive")) {
            bool whole = reads_whole(path), must = !strcmp(outcome, "refuse");
            refused += must;
            cr_expect(!must || !whole, "%s is read", name);
        }
        if (strstr(name, "chardet/gb18030/") || strstr(name, ".gb18030-chinese"))
            judge(path, "GB18030"), judged++;
        if (strstr(name, ".utf-8-chinese")) judge(path, "UTF-8"), judged++;
        if (strstr(name, "Big5_with") || strstr(name, "_20160328")) judge(path, "Big5"), judged++;
        if (strstr(name, ".utf-16le-")) judge(path, "UTF-16LE"), judged++;
    }
    fclose(manifest);
    cr_expect(refused > 15 && judged > 15, "only %u archives and %u encodings", refused, judged);
}
