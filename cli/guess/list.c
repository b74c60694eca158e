/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include "cli/scan.h"
#include "core/language.h"
#include "extract/archive.h"
#include "extract/extract.h"
#include "extract/foreign.h"
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

/* What there is to look at: files of a folder, members of an archive, sheets of a workbook, tables of a
   script.  Slips (交接单) are left out. */

enum { TABLES_MAX = 256, DEPTH_MAX = 8, NAMES_MAX = 1 << 16 };

struct listing {
    struct arena *arena;
    const struct bytes_limits *limits; /* what a person allowed; NULL: nothing */
    const char *allowed;               /* of the archive or member at hand, as words of a spec */
    const char *password_words;
    struct guess_source *sources;
    uint32_t count, room;
};

static void add(struct listing *at, struct guess_source source) {
    source.limits = at->limits;
    source.allowed = at->allowed;
    if (at->count == at->room) {
        uint32_t room = at->room ? at->room * 2 : 16;
        struct guess_source *more = ARENA_NEW(at->arena, struct guess_source, room);
        if (at->count) memcpy(more, at->sources, at->count * sizeof *more);
        at->sources = more;
        at->room = room;
    }
    at->sources[at->count++] = source;
}

/* A script that fills one table needs not name it. */
static bool list_tables(struct listing *at, const struct input *input, struct error *error) {
    const char *tables[TABLES_MAX], *name = input->name;
    uint32_t count = 0;
    if (!guess_tables(input, tables, TABLES_MAX, &count, at->arena, error)) return false;
    for (uint32_t i = 0; i < (count ? count : 1); i++)
        add(at, (struct guess_source){.path = input->path,
                                      .member = input->member,
                                      .table = count > 1 ? tables[i] : NULL,
                                      .name = count > 1 ? arena_print(at->arena, "%s · %s", name, tables[i])
                                                        : name});
    return true;
}

static void add_sheet(struct listing *at, const char *path, const char *member, const char *name,
                      const char *sheet, bool hidden) {
    add(at, (struct guess_source){.path = path,
                                  .member = member,
                                  .sheet = sheet,
                                  .hidden = hidden,
                                  .name = arena_print(at->arena, "%s!%s", name, sheet)});
}

/* `name` is the file as its folder sees it. */
static bool list_one(struct listing *at, const char *path, const char *member, const char *name,
                     struct error *error) {
    if (member) name = arena_print(at->arena, "%s!%s", name, member);
    struct input input = {.path = path, .member = member, .name = name, .limits = at->limits};
    struct span head;
    if (scan_slip(member ? member : name) || (member && scan_litter(member))) return true;
    if (!extract_head(&input, at->arena, &head, error)) return error_at(error, name);
    const struct extractor *extractor = extract_guess(head);
    const char *format = extractor ? extractor->stage.name : "csv";
    if (strcmp(format, "sqldump") == 0) return list_tables(at, &input, error);
    const char **sheets = NULL;
    uint32_t count = 0, all = 0;
    for (int hidden = 0; extractor && extractor->sheets && hidden < 2; hidden++) {
        if (!extractor->sheets(&input, hidden, at->arena, &sheets, &count, error))
            return error_at(error, name);
        for (uint32_t i = 0; i < count; i++) add_sheet(at, path, member, name, sheets[i], hidden);
        all += count;
    }
    if (!all) add(at, (struct guess_source){.path = path, .member = member, .name = name});
    return true;
}

/* An encrypted archive inside an archive cannot even be listed. */
static bool is_locked(const struct listing *at, const struct error *error) {
    return error->code && strcmp(error->code, "archive.encrypted") == 0 &&
           !(at->limits && at->limits->password_file);
}

/* Of all archives only a zip's password is taken; what else is encrypted is refused when it is opened. */
static bool takes_password(enum archive_kind kind, const char *member) {
    return strchr(member, '!') ? strcasestr(member, ".zip!") != NULL : kind == ARCHIVE_ZIP;
}

static const char *inner_rar(const struct listing *at, const char *member) {
    return at->limits && at->limits->rar && strcasestr(member, ".rar!") ? ", rar: yes" : "";
}

static bool with_table(const struct member *members, uint32_t count, const char *name) {
    for (uint32_t i = 0; i < count; i++)
        if (scan_beside(name, members[i].name)) return true;
    return false;
}

/* The members that can be read.  Encrypted ones without a password wait for a person, all others do not. */
static bool list_members(struct listing *at, enum archive_kind kind, const char *path, const char *name,
                         struct guess_locked *locked, struct error *error) {
    const char *always = at->allowed;
    struct member *members;
    uint32_t count;
    if (!archive_list(path, at->limits, at->arena, &members, &count, error)) {
        error_at(error, name);
        if (kind != ARCHIVE_ZIP || !is_locked(at, error)) return false;
        *locked = (struct guess_locked){.path = path, .name = name, .error = *error};
        *error = (struct error){0};
        return true;
    }
    for (uint32_t i = 0; i < count; i++) {
        bool password = at->limits && at->limits->password_file;
        if (with_table(members, count, members[i].name)) continue;
        if (members[i].encrypted && !password && takes_password(kind, members[i].name)) {
            if (!locked->count++) locked->member = members[i].name;
            continue;
        }
        at->allowed = arena_print(at->arena, "%s%s", always ? always : inner_rar(at, members[i].name),
                                  members[i].encrypted ? at->password_words : "");
        if (!list_one(at, path, members[i].name, name, error)) return false;
    }
    at->allowed = always;
    if (!locked->count) return true;
    locked->path = path;
    locked->name = name;
    error_code(&locked->error, TROUBLE_REFUSED, "archive.encrypted",
               TEXT("%u 个成员已加密(“%s”等)，没有读", "%u members (\"%s\" ...) are encrypted and not read"),
               locked->count, locked->member);
    error_at(&locked->error, name);
    return true;
}

static bool list_file(struct listing *at, const char *path, const char *name, struct guess_locked *locked,
                      struct error *error) {
    struct input input = {.path = path, .name = path};
    struct span head;
    if (!extract_head(&input, at->arena, &head, error)) return error_at(error, name);
    enum archive_kind kind = archive_kind(head);
    if (!archive_refuse(head, at->limits, error)) {
        error_at(error, name);
        if (kind != ARCHIVE_RAR) return false;
        *locked = (struct guess_locked){.path = path, .name = name, .rar = true, .error = *error};
        *error = (struct error){0};
        return true;
    }
    if (kind == ARCHIVE_RAR) at->allowed = ", rar: yes";
    const struct extractor *extractor = extract_guess(head);
    bool archive = archive_has_members(kind) && !(extractor && extractor->sheets) && !foreign_name(head);
    return archive ? list_members(at, kind, path, name, locked, error)
                   : list_one(at, path, NULL, name, error);
}

bool guess_list(const char *path, const char *name, const struct guess_access *access, struct arena *arena,
                struct guess_listing *listing, struct error *error) {
    const char *slash = strrchr(path, '/');
    struct listing at = {.arena = arena};
    *listing = (struct guess_listing){0};
    if (access) at.limits = extract_limits(NULL, access->rar, access->password_file, arena);
    if (access && access->password_file)
        at.password_words = arena_print(
            arena, ", password_file: %s",
            guess_scalar(arena, (struct span){access->password_name, strlen(access->password_name)}));
    bool ok = list_file(&at, path, name ? name : slash ? slash + 1 : path, &listing->locked, error);
    listing->sources = at.sources;
    listing->count = at.count;
    return ok;
}

struct walking {
    struct arena *arena;
    const char **names; /* relative to the folder */
    uint32_t count;
};

static bool walk(struct walking *at, const char *folder, const char *prefix, int depth, struct error *error) {
    DIR *directory = opendir(folder);
    if (!directory)
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("打不开文件夹 %s", "cannot open the folder %s"),
                          folder);
    bool ok = true;
    for (struct dirent *entry; ok && (entry = readdir(directory)) && at->count < NAMES_MAX;) {
        struct stat status;
        const char *path = arena_print(at->arena, "%s/%s", folder, entry->d_name),
                   *name = arena_print(at->arena, "%s%s", prefix, entry->d_name);
        if (scan_litter(entry->d_name) || lstat(path, &status) != 0) continue;
        if (S_ISDIR(status.st_mode) && depth < DEPTH_MAX)
            ok = walk(at, path, arena_print(at->arena, "%s/", name), depth + 1, error);
        else if (S_ISREG(status.st_mode)) at->names[at->count++] = name;
    }
    closedir(directory);
    return ok;
}

/* Memos and indexes are read with the table that they lie beside; without it they are shown. */
static bool has_table(const char *const *names, uint32_t count, const char *name) {
    for (uint32_t i = 0; i < count; i++)
        if (scan_beside(name, names[i])) return true;
    return false;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool guess_folder(const char *path, struct arena *arena, const char ***names, uint32_t *count,
                  struct error *error) {
    struct walking at = {.arena = arena, .names = ARENA_NEW(arena, const char *, NAMES_MAX)};
    bool ok = walk(&at, path, "", 0, error);
    if (at.count) qsort(at.names, at.count, sizeof *at.names, by_name);
    *names = ARENA_NEW(arena, const char *, at.count + 1);
    *count = 0;
    for (uint32_t i = 0; i < at.count; i++)
        if (!has_table(at.names, at.count, at.names[i])) (*names)[(*count)++] = at.names[i];
    return ok;
}
