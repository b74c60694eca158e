/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/cli/once.h"
#include "bench/city/city.h"
#include "cli/city.h"
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 512 };

static const char variable[] = "TONGCHOU_TEST_JOURNEYS";
static const char *const names[] = {
    [JOURNEY_NEW] = "new", [JOURNEY_EMPTY] = "empty", [JOURNEY_PUBLISHED] = "published"};

const char *once_folder(void) { return getenv(variable); }

static int forget(const char *path, const struct stat *status, int flag, struct FTW *walk) {
    (void)status, (void)flag, (void)walk;
    return remove(path);
}

ReportHook(PRE_ALL)(struct criterion_test_set *set) {
    (void)set;
    char folder[] = "/tmp/tongchou-journeys-XXXXXX";
    if (!mkdtemp(folder) || setenv(variable, folder, 1) != 0) {
        perror("no folder for the journeys");
        exit(1);
    }
}

/* Every city that is still there, the finished ones and those of failed tests, with its database. */
ReportHook(POST_ALL)(struct criterion_global_stats *stats) {
    (void)stats;
    DIR *folder = opendir(once_folder());
    for (const struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        char city[PATH_BYTES], id[PATH_BYTES + 16];
        struct error error = {0};
        snprintf(city, sizeof city, "%s/%s", once_folder(), entry->d_name);
        snprintf(id, sizeof id, "%s/.tongchou/id", city);
        if (entry->d_name[0] != '.' && access(id, F_OK) == 0 && !database_remove(city, &error))
            fprintf(stderr, "left behind: %s: %s\n", city, error.message);
    }
    if (folder) closedir(folder);
    nftw(once_folder(), forget, 16, FTW_DEPTH | FTW_PHYS);
}

static void shell(const char *command) { cr_assert_eq(system(command), 0, "%s", command); }

void once_sample(struct journey *journey) {
    struct error error = {0};
    struct city_options options = {.directory = journey->city, .seed = CITY_SEED, .size = 1};
    cr_assert(city_make(&options, &error), "%s", error.message);
    shell(arena_print(&journey->arena, "cp -r examples/yunchuan/mappings examples/yunchuan/city.yaml %s/",
                      journey->city));
}

/* No test here looks at what a power cut leaves, so the disk is not waited for; and the sample is small. */
static void make_light(struct journey *journey) {
    shell(arena_print(&journey->arena,
                      "printf 'fsync = off\\nfull_page_writes = off\\nshared_buffers = 64MB\\n"
                      "wal_buffers = 4MB\\nmin_wal_size = 32MB\\n' >>%s/data/postgresql.auto.conf",
                      journey->database.folder));
}

/* Of a server that was stopped the last checkpoint lies in the first file of its log; the others are empty
   ones in reserve. */
static void drop_reserve(struct journey *journey) {
    shell(arena_print(&journey->arena,
                      "cd %s/data && ! [ -e postmaster.pid ] && cd pg_wal && ls |"
                      " grep '^[0-9A-F]\\{24\\}$' | tail -n +2 | xargs -r rm",
                      journey->database.folder));
}

/* Where its cluster is stands beside the finished city, in PATH.folder. */
static void finish(const char *path, enum journey_start start) {
    struct journey maker = {.database.lease = -1};
    snprintf(maker.city, sizeof maker.city, "%s/XXXXXX", once_folder());
    cr_assert(mkdtemp(maker.city));
    if (start == JOURNEY_PUBLISHED) once_copy(&maker, JOURNEY_EMPTY);
    else once_sample(&maker);
    journey_hold(&maker);
    if (start == JOURNEY_EMPTY) make_light(&maker);
    else journey_expect(&maker, "run -q", 2, NULL);
    journey_let_go(&maker);
    drop_reserve(&maker);
    FILE *file = fopen(arena_print(&maker.arena, "%s.folder", path), "w");
    cr_assert(file && fputs(maker.database.folder, file) >= 0 && fclose(file) == 0);
    cr_assert_eq(rename(maker.city, path), 0);
    arena_free(&maker.arena);
}

static const char *read_line(struct journey *journey, const char *path) {
    struct span bytes;
    struct error error = {0};
    cr_assert(file_read(path, PATH_BYTES, &journey->arena, &bytes, &error), "%s", error.message);
    /* There is a NUL behind an arena's copy of a file. */
    return arena_print(&journey->arena, "%.*s", (int)strcspn(bytes.bytes, "\n"), bytes.bytes);
}

/* An id of its own: two cities of one id would be one database. */
static void copy(struct journey *journey, const char *path) {
    struct arena *arena = &journey->arena;
    uint64_t random;
    cr_assert_eq(getrandom(&random, sizeof random, 0), sizeof random);
    const char *folder = read_line(journey, arena_print(arena, "%s.folder", path)),
               *id = read_line(journey, arena_print(arena, "%s/.tongchou/id", path)),
               *own = arena_print(arena, "%016jx", (uintmax_t)random), *last = strrchr(folder, '/') + 1;
    shell(arena_print(arena, "cp -a %s/. %s && echo %s >%s/.tongchou/id", path, journey->city, own,
                      journey->city));
    /* As root the cluster is not inside the city. */
    if (strcmp(last, id) == 0)
        shell(arena_print(arena, "cp -a %s %.*s%s", folder, (int)(last - folder), folder, own));
}

void once_copy(struct journey *journey, enum journey_start start) {
    const char *path = arena_print(&journey->arena, "%s/%s", once_folder(), names[start]);
    int gate = open(arena_print(&journey->arena, "%s.gate", path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    cr_assert(gate >= 0 && flock(gate, LOCK_EX) == 0);
    if (access(path, F_OK) != 0) finish(path, start);
    close(gate);
    copy(journey, path);
}
