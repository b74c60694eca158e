/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/papers.h"
#include "cli/scan.h"
#include "cli/work.h"
#include "core/language.h"
#include "load/once.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { KEY_BYTES = 32, SLIP_BYTES_MAX = 16 << 20, RUN_MAX = 1000000 };

static bool make_folder(const char *path, mode_t mode, struct error *error) {
    if (mkdir(path, mode) == 0 || errno == EEXIST) return true;
    return error_code(error, TROUBLE_FAILED, NULL, "%s: %s", path, error_reason(errno));
}

static bool write_all(const char *path, const void *bytes, size_t size, mode_t mode, struct error *error) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    const char *at = bytes;
    for (ssize_t put = 1; file >= 0 && size && put > 0;
         at += put > 0 ? put : 0, size -= put > 0 ? (size_t)put : 0)
        put = write(file, at, size);
    int reason = errno;
    bool closed = file >= 0 && fsync(file) == 0;
    if (file >= 0 && close(file) != 0) closed = false;
    return (closed && !size) || error_code(error, TROUBLE_FAILED, NULL, "%s: %s", path, error_reason(reason));
}

/* The tags of masked numbers need a secret, or anyone could try every number of a county. */
static bool read_key(const struct city *city, struct arena *arena, struct mask *mask, struct error *error) {
    const char *folder = arena_print(arena, "%s/.tongchou", city->directory),
               *path = arena_print(arena, "%s/mask.key", folder);
    unsigned char fresh[KEY_BYTES];
    struct span key;
    if (getrandom(fresh, KEY_BYTES, 0) != KEY_BYTES) abort();
    if (access(path, F_OK) != 0 &&
        (!make_folder(folder, 0711, error) || !once_write(path, fresh, KEY_BYTES, error)))
        return false;
    if (!file_read(path, KEY_BYTES, arena, &key, error)) return false;
    if (key.size != KEY_BYTES)
        return error_code(
            error, TROUBLE_USAGE, NULL,
            TEXT("%s 应为 %d 字节：遮盖标签的密钥损坏，请从备份恢复；删去后重新生成，标签和以前的不同",
                 "%s should have %d bytes: the key of masked numbers' tags is damaged; restore "
                 "it from a backup, or delete it: a new one is made, and tags will differ"),
            path, KEY_BYTES);
    mask->key = (const unsigned char *)key.bytes;
    mask->key_size = key.size;
    return true;
}

bool papers_options(const struct city *city, bool unmask, struct arena *arena, struct report_options *options,
                    struct error *error) {
    time_t now = time(NULL);
    struct tm today;
    char date[16];
    localtime_r(&now, &today);
    strftime(date, sizeof date, "%Y-%m-%d", &today);
    struct report_county *counties = ARENA_NEW(arena, struct report_county, city->county_count + 1);
    for (uint32_t i = 0; i < city->county_count; i++)
        counties[i] = (struct report_county){city->counties[i].admdvs, city->counties[i].folder,
                                             city->counties[i].name};
    *options = (struct report_options){.city = city->name,
                                       .date = arena_print(arena, "%s", date),
                                       .program = TONGCHOU_VERSION,
                                       .program_sha256 = "",
                                       .counties = counties,
                                       .county_count = city->county_count};
    options->mask.unmask = unmask;
    return read_key(city, arena, &options->mask, error);
}

/* The folders above `path`, in turn. */
static bool make_above(const char *path, struct arena *arena, struct error *error) {
    for (const char *slash = path; (slash = strchr(slash + 1, '/'));)
        if (!make_folder(arena_print(arena, "%.*s", (int)(slash - path), path), 0755, error)) return false;
    return true;
}

/* Each keeps the folders it lay in: two months' slips often have one name. */
bool papers_slips(const struct city *city, const char *directory, struct arena *arena, struct error *error) {
    for (uint32_t c = 0; c < city->county_count; c++) {
        struct scan scan;
        if (!scan_county(city, &city->counties[c], arena, &scan, error)) return false;
        for (uint32_t i = 0; i < scan.count; i++) {
            struct span bytes;
            if (!scan.files[i].slip ||
                !file_read(scan.files[i].absolute, SLIP_BYTES_MAX, arena, &bytes, &(struct error){0}))
                continue;
            const char *path =
                arena_print(arena, "%s/交接单/%s_%s", directory, city->counties[c].name, scan.files[i].path);
            if (!make_above(path, arena, error) || !write_all(path, bytes.bytes, bytes.size, 0644, error))
                return false;
        }
    }
    return true;
}

int papers_last(const struct city *city, struct arena *arena) {
    DIR *directory = opendir(arena_print(arena, "%s/out", city->directory));
    int last = 0;
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        char *end;
        long run = strtol(entry->d_name, &end, 10);
        if (*end == '_' && strlen(end) == sizeof "_yyyymmdd" - 1 && run > last && run < RUN_MAX)
            last = (int)run;
    }
    if (directory) closedir(directory);
    return last;
}

bool papers_write(const struct city *city, int run, PGconn *connection, const char *program_sha256,
                  const _Atomic bool *stop, struct arena *arena, const char **directory,
                  struct error *error) {
    struct report_options options;
    if (!papers_options(city, false, arena, &options, error)) return false;
    const char *out = arena_print(arena, "%s/out", city->directory);
    *directory = arena_print(arena, "%s/%04d_%.4s%.2s%.2s", out, run, options.date, options.date + 5,
                             options.date + 8);
    options.run = run;
    options.directory = *directory;
    options.program_sha256 = program_sha256;
    options.stop = stop;
    return make_folder(out, 0755, error) && make_folder(*directory, 0755, error) &&
           papers_slips(city, *directory, arena, error) && report_run(connection, &options, error);
}
