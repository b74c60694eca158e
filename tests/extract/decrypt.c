/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "extract/archive.h"
#include "extract/password.h"
#include "tests/extract/pack.h"
#include "tests/extract/print.h"
#include <criterion/criterion.h>
#include <sys/stat.h>

enum { ROOM = 1 << 20, TEXT_ROOM = 512 };

static const char secret[] = "青禾 2020!x";
static const char *const methods[] = {"zipcrypt", "aes128", "aes256"};
static const struct part_text parts[] = {{"e.csv", {"", 0}},
                                         {"a.csv", {"id,name\n1,one\n", sizeof "id,name\n1,one\n" - 1}},
                                         {"b.csv", {"2,two\n", sizeof "2,two\n" - 1}},
                                         {NULL, {NULL, 0}}};

static struct span encrypt(char *room, const char *method) {
    struct packing packing = {archive_write_set_format_zip, NULL, "zip", "encryption", method, secret, 0};
    return pack_parts(&packing, parts, room, ROOM);
}

/* A file with `text` as its password; `limits` names it. */
static const char *password(const char *text, mode_t mode, struct bytes_limits *limits, struct arena *arena) {
    const char *path = print_temporary((struct span){text, strlen(text)}, arena);
    chmod(path, mode);
    *limits = bytes_limits_default;
    limits->password_file = path;
    return path;
}

Test(decrypt, a_password_opens_and_nothing_else_does) {
    static const struct {
        const char *what, *text;
        mode_t mode;
        bool opens;
    } cases[] = {
        {"the password", "青禾 2020!x", 0600, true},
        {"with a line end", "青禾 2020!x\r\nmore\n", 0600, true},
        {"with a mark", "\xef\xbb\xbf青禾 2020!x\n", 0400, true},
        {"another", "青禾 2021!x", 0600, false},
        {"empty", "\n", 0600, false},
        {"readable by the group", "青禾 2020!x", 0640, false},
        {"readable by all", "青禾 2020!x", 0604, false},
    };
    char *room = malloc(ROOM), text[TEXT_ROOM];
    for (size_t k = 0; k < sizeof methods / sizeof *methods; k++) {
        struct span bytes = encrypt(room, methods[k]);
        cr_expect_str_eq(print_members(bytes, NULL, text, TEXT_ROOM - 1), "archive.encrypted");
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            struct arena arena = {0};
            struct bytes_limits limits;
            const char *path = password(cases[i].text, cases[i].mode, &limits, &arena);
            const char *code = print_members(bytes, &limits, text, TEXT_ROOM - 1);
            cr_expect(!*code == cases[i].opens, "%s, %s: %s", methods[k], cases[i].what, code);
            if (cases[i].opens) cr_expect_str_eq(text, "id,name\n1,one\n2,two\n", "%s", cases[i].what);
            unlink(path);
            arena_free(&arena);
        }
    }
    free(room);
}

Test(decrypt, damage_never_changes_the_content) {
    char *room = malloc(ROOM), text[TEXT_ROOM];
    struct arena arena = {0};
    struct bytes_limits limits;
    const char *path = password(secret, 0600, &limits, &arena);
    for (size_t k = 0; k < sizeof methods / sizeof *methods; k++) {
        struct span whole = encrypt(room, methods[k]);
        for (size_t size = 0; size < whole.size; size += 3)
            cr_expect(*print_members((struct span){room, size}, &limits, text, TEXT_ROOM - 1),
                      "%s cut at %zu", methods[k], size);
        for (size_t bit = k; bit < 8 * whole.size; bit += 5) {
            room[bit / 8] = (char)(room[bit / 8] ^ 1 << bit % 8);
            const char *code = print_members(whole, &limits, text, TEXT_ROOM - 1);
            cr_expect(*code || !strcmp(text, "id,name\n1,one\n2,two\n"), "%s, bit %zu: %s", methods[k], bit,
                      text);
            room[bit / 8] = (char)(room[bit / 8] ^ 1 << bit % 8);
        }
    }
    unlink(path);
    arena_free(&arena);
    free(room);
}

Test(decrypt, no_message_holds_the_password) {
    struct arena arena = {0};
    char *room = malloc(ROOM);
    const char *zip = print_temporary(encrypt(room, "aes256"), &arena);
    static const char *const texts[] = {"geheim1", "geheim1\n", ""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (int mode = 0; mode < 2; mode++) {
            struct bytes_limits limits;
            struct error error = {0};
            struct bytes *bytes = NULL;
            char buffer[64];
            const char *path = password(texts[i], mode ? 0600 : 0644, &limits, &arena);
            bool open = bytes_open(&bytes, zip, "a.csv", &limits, &arena, &error);
            cr_expect(!open || bytes_read(bytes, buffer, sizeof buffer, &error) < 0);
            cr_expect(error.message[0] && !strstr(error.message, "geheim"), "%s", error.message);
            if (open) bytes_close(bytes);
            unlink(path);
        }
    }
    unlink(zip);
    free(room);
    arena_free(&arena);
}
