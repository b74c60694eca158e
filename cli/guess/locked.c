/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include "core/language.h"
#include <stdio.h>
#include <stdlib.h>

/* Archives that guess does not open by itself: a rar, since its readers have had the most holes, and what a
   password protects.  The line that opens them is written down; taking it is a person's decision. */

const char *guess_password_name(const char *city, const char *path, struct arena *arena) {
    char *file = realpath(path, NULL), *folder = realpath(city, NULL);
    size_t size = folder ? strlen(folder) : 0;
    bool inside = file && folder && strncmp(file, folder, size) == 0 && file[size] == '/';
    const char *name = arena_print(arena, "%s", inside ? file + size + 1 : file ? file : path);
    free(file);
    free(folder);
    return name;
}

const char *guess_locked_pattern(const struct guess_locked *locked, struct arena *arena) {
    struct guess_source whole = {.path = locked->path, .name = locked->name};
    return guess_pattern(&whole, arena);
}

/* A path as one word of a shell. */
static const char *shell_word(const char *path, struct arena *arena) {
    char *word = ARENA_NEW(arena, char, 4 * strlen(path) + 3), *to = word;
    *to++ = '\'';
    for (; *path; path++)
        if (*path == '\'') to += sprintf(to, "'\\''");
        else *to++ = *path;
    *to++ = '\'';
    *to = '\0';
    return word;
}

static const char *reason_of(const struct guess_locked *locked, struct arena *arena) {
    if (locked->rar)
        return TEXT("rar 压缩包，没有打开：读 rar 的程序历来漏洞最多，缺省不读",
                    "a rar, not opened: readers of rar have had the most holes, so none is read by itself");
    if (!locked->member)
        return TEXT("里面的压缩包已加密，没有读", "an archive inside is encrypted and not read");
    return arena_print(
        arena, TEXT("%u 个成员已加密(“%s”等)，没有读", "%u members (\"%s\" ...) are encrypted, not read"),
        locked->count, locked->member);
}

struct span guess_locked_yaml(const struct guess_locked *locked, struct arena *arena) {
    const char *file = shell_word(locked->path, arena);
    const char *pattern = arena_print(arena, "%s!*", guess_locked_pattern(locked, arena));
    const char *text = arena_print(
        arena, "# %s\n# %s: %s\n",
        TEXT(
            "tongchou guess 起草，要人决定；整份都是注释，run 当作没有这份规格",
            "drafted by tongchou guess, for a person to decide; all comments, so no run takes it for a spec"),
        locked->name, reason_of(locked, arena));
    text = locked->rar
               ? arena_print(
                     arena, "%s# ! %s\n# !   tongchou guess %s --rar\n", text,
                     TEXT("最好请县里改用 zip；决定读它，就起草里面的文件：",
                          "best ask the county for a zip; who decides to read it drafts what is inside:"),
                     file)
               : arena_print(arena, "%s# ! %s\n# !   tongchou guess %s --password-file %s\n", text,
                             TEXT("密码写在一个文件的第一行，只许本人可读(chmod 600)，再起草里面的文件：",
                                  "write the password as first line of a file that only its owner may read "
                                  "(chmod 600), then:"),
                             file, TEXT("mappings/县/密码.txt", "mappings/COUNTY/password.txt"));
    text = arena_print(
        arena, "%s# ! %s\n# match: %s\n# read: {%s%s}\n", text,
        TEXT("那些规格里都写着 read 的这一句(密码文件的路径从城市目录算起)：",
             "those drafts hold this line of read (the password's path counts from the city's folder):"),
        guess_scalar(arena, (struct span){pattern, strlen(pattern)}),
        locked->rar ? "rar: yes" : "password_file: ",
        locked->rar ? "" : TEXT("mappings/县/密码.txt", "mappings/COUNTY/password.txt"));
    return (struct span){text, strlen(text)};
}
