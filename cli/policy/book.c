/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/policy/policy.h"
#include "core/language.h"
#include "core/shipped.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { POLICY_BYTES_MAX = 16 << 20 };
static const char folder[] = "mappings/policies/", assignments[] = "mappings/policies/plans.csv";

static bool is_csv(const char *name) {
    size_t size = strlen(name);
    return name[0] != '.' && size > 4 && strcmp(name + size - 4, ".csv") == 0;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool add_file(struct policy_book *book, const char *path, struct span bytes, enum rule_level where,
                     struct arena *arena, struct error *error) {
    if (book->file_count == POLICY_FILES_MAX)
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("规则文件超过 %d 个", "more than %d policy files"),
                          POLICY_FILES_MAX);
    struct sourced *file = &book->files[book->file_count++];
    *file = (struct sourced){.path = path, .bytes = bytes};
    sha256_text(bytes, file->sha256);
    if (strcmp(path, assignments) == 0) return assign_read(bytes, path, arena, &book->assignments, error);
    return rule_read(&book->rules, bytes, path, where, error);
}

static bool read_shipped(struct policy_book *book, struct arena *arena, struct error *error) {
    uint64_t at = 0;
    for (struct shipped file; shipped_next(&at, &file);) {
        if (!shipped_under(&file, folder)) continue;
        const char *path = arena_print(arena, "shipped:%.*s", (int)file.path.size, file.path.bytes);
        if (!add_file(book, path, file.bytes, RULE_SHIPPED, arena, error)) return false;
    }
    return true;
}

static bool read_city(const struct city *city, struct policy_book *book, struct arena *arena,
                      struct error *error) {
    const char *names[POLICY_FILES_MAX];
    uint32_t count = 0;
    DIR *directory = opendir(arena_print(arena, "%s/%s", city->directory, folder));
    if (!directory) return true;
    for (struct dirent *entry; (entry = readdir(directory)) && count < POLICY_FILES_MAX;)
        if (is_csv(entry->d_name)) names[count++] = arena_print(arena, "%s", entry->d_name);
    closedir(directory);
    qsort(names, count, sizeof *names, by_name);
    for (uint32_t i = 0; i < count; i++) {
        const char *path = arena_print(arena, "%s%s", folder, names[i]);
        struct span bytes;
        if (!file_read(arena_print(arena, "%s/%s", city->directory, path), POLICY_BYTES_MAX, arena, &bytes,
                       error) ||
            !add_file(book, path, bytes, RULE_CITY, arena, error))
            return false;
    }
    return true;
}

bool policy_read(const struct city *city, struct arena *arena, struct policy_book *book,
                 struct error *error) {
    *book = (struct policy_book){.rules = {.arena = arena},
                                 .files = ARENA_NEW(arena, struct sourced, POLICY_FILES_MAX)};
    if (!read_shipped(book, arena, error) || (city && !read_city(city, book, arena, error))) return false;
    rule_overlay(&book->rules);
    char *all = ARENA_NEW(arena, char, (size_t)book->file_count *SHA256_TEXT + 1);
    size_t size = 0;
    for (uint32_t i = 0; i < book->file_count; i++)
        size += (size_t)sprintf(all + size, "%s\n", book->files[i].sha256);
    sha256_text((struct span){all, size}, book->sha256);
    return true;
}

bool policy_open(const struct city *city, struct arena *arena, struct policy_book *book,
                 struct error *error) {
    if (!policy_read(city, arena, book, error)) return false;
    if (city) policy_withdraw(book, city, arena, (struct policy_listener){0});
    return plan_make(&book->rules, arena, &book->plans, error);
}
