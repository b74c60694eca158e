/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/command.h"
#include "bench/city/city.h"
#include "core/language.h"
#include "core/shipped.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct init {
    int64_t seed, size;
    bool empty;
};

static bool make_parents(char *path, struct error *error) {
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool ok = mkdir(path, 0755) == 0 || errno == EEXIST;
        int reason = errno;
        if (!ok)
            error->at.source = NULL,
            error_code(error, TROUBLE_USAGE, NULL, "%s: %s", path, error_reason(reason));
        *slash = '/';
        if (!ok) return false;
    }
    return true;
}

static bool write_file(const char *directory, struct span path, struct span bytes, struct arena *arena,
                       struct error *error) {
    char *name = ARENA_NEW(arena, char, strlen(directory) + path.size + 2);
    sprintf(name, "%s/%.*s", directory, (int)path.size, path.bytes);
    if (!make_parents(name, error)) return false;
    int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    size_t done = 0;
    for (ssize_t put = 1; file >= 0 && done < bytes.size && put > 0; done += put > 0 ? (size_t)put : 0)
        put = write(file, bytes.bytes + done, bytes.size - done);
    int reason = errno;
    bool closed = file >= 0 && close(file) == 0;
    if (closed && done == bytes.size) return true;
    return error_code(error, TROUBLE_USAGE, NULL, "%s: %s", name, error_reason(reason));
}

/* What decides about money in the sample and would go on deciding in a real city: rates, which county goes by
   which plan. */
static bool invented(struct span path) {
    static const char *const folders[] = {"mappings/policies/", "mappings/cover/"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (path.size > strlen(folders[i]) && memcmp(path.bytes, folders[i], strlen(folders[i])) == 0)
            return true;
    return false;
}

static enum exit_code init_run(struct invocation *invocation, void *options, struct error *error) {
    const struct init *init = options;
    const char *directory = invocation->arguments[0];
    uint64_t at = 0;
    for (struct shipped file; shipped_next(&at, &file);) {
        static const char prefix[] = "examples/yunchuan/";
        if (!shipped_under(&file, prefix)) continue;
        struct span path = {file.path.bytes + sizeof prefix - 1, file.path.size - (sizeof prefix - 1)};
        if (init->empty && invented(path)) continue;
        if (!write_file(directory, path, file.bytes, invocation->arena, error)) return exit_of(error);
    }
    struct city_options city = {.directory = directory,
                                .seed = (uint64_t)init->seed,
                                .size = (uint64_t)init->size,
                                .vary = init->seed != CITY_SEED};
    if (!init->empty && !city_make(&city, error)) return exit_of(error);
    if (init->empty) {
        printf(
            TEXT(
                "已建立 %s：没有数据，没有待遇方案，没有补助标准；先改 city.yaml 的城市、区划、切换日和各县，"
                "县里的文件放进 %s/deliveries/<县>/，mappings/ 里样例的规格可作参考\n",
                "made %s: no data, no policies, no rates; edit the city, its division, the cutover and the "
                "counties in city.yaml, put the counties' files into %s/deliveries/COUNTY/; the sample's "
                "specs under mappings/ show how\n"),
            directory, directory);
        return EXIT_HELD;
    }
    printf(TEXT("已建立 %s：3 个县和市级账套，合成样例，可删\n  cd %s && tongchou run\n",
                "made %s: 3 counties and the city's books, a synthetic sample\n  cd %s && tongchou run\n"),
           directory, directory);
    return EXIT_HELD;
}

static const struct setting options[] = {
    {"seed", SETTING_COUNT, offsetof(struct init, seed), "20201231", "样例的种子", "seed of the sample"},
    {"size", SETTING_COUNT, offsetof(struct init, size), "1", "样例行数的倍数",
     "times the rows of the sample"},
    {"empty", SETTING_FLAG, offsetof(struct init, empty), NULL, "不要合成样例数据",
     "without the synthetic deliveries"},
    {0},
};

const struct command command_init = {
    .name = "init",
    .arguments = "DIR",
    .zh = "建立一个城市文件夹，带合成样例",
    .en = "make a city's folder with the synthetic sample",
    .example = "tongchou init yunchuan",
    .options = options,
    .state_size = sizeof(struct init),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = init_run,
};
