/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/city.h"
#include "bench/city/build.h"
#include "bench/city/ledger.h"
#include "bench/out/pack.h"
#include "core/language.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

const char *build_path(const struct build *build, const char *relative) {
    size_t size = strlen(build->options->directory) + 1 + strlen(relative) + 1;
    char *path = ARENA_NEW(build->arena, char, size);
    snprintf(path, size, "%s/%s", build->options->directory, relative);
    return path;
}

static bool make_folders(const struct build *build) {
    static const char *const folders[] = {"deliveries",        "deliveries/qinghe", "deliveries/linzhu",
                                          "deliveries/shiliu", "deliveries/shiji",  "第二批"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const char *path = build_path(build, folders[i]);
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return error_set(build->error, TEXT("建不了目录 %s：%s", "cannot create folder %s: %s"), path,
                             error_reason(errno));
    }
    return true;
}

struct archive {
    const char *path, *password;
    int level;
    uint64_t flip;
    bool reversed;
};

static bool make_archive(struct build *build, const struct archive *archive) {
    struct pack *pack = calloc(1, sizeof *pack);
    if (!pack) abort();
    pack->level = archive->level;
    pack->password = archive->password;
    pack->flip = archive->flip;
    pack->large = build->size >= 1000;
    bool held = pack_open(pack, build_path(build, archive->path), build->error) &&
                qinghe_members(build, pack, archive->reversed);
    held = pack_close(pack) && held;
    free(pack);
    return held;
}

/* A's archive under a second name, and the second batch: damaged, locked, packed anew, a column lost. */
static bool make_more(struct build *build) {
    static const struct archive archives[] = {
        {"deliveries/qinghe/青禾县医保数据_20201231_副本.zip", NULL, 1, 0, false},
        {"第二批/青禾县医保数据_20201231_损坏.zip", NULL, PACK_STORE, 5000, false},
        {"第二批/青禾县医保数据_20201231_加密.zip", "yunchuan", 1, 0, false},
        {"第二批/青禾县医保数据_20201231_重新打包.zip", NULL, 3, 0, true}};
    struct truth *truth = build->truth;
    bool held = true;
    for (size_t i = 0; held && i < sizeof archives / sizeof *archives; i++) {
        build->truth = ARENA_NEW(build->arena, struct truth, 1); /* said already */
        *build->truth = (struct truth){0};
        held = make_archive(build, &archives[i]);
    }
    if (held) {
        *build->truth = (struct truth){0};
        held = shiliu_make(build, "第二批/石榴县城乡居民医保台账(缺列).xlsx", true);
    }
    build->truth = truth;
    return held;
}

static bool write_truth(struct build *build) {
    const char *path = build_path(build, "truth.json");
    FILE *out = fopen(path, "wb");
    if (!out)
        return error_set(build->error, TEXT("建不了文件 %s：%s", "cannot create %s: %s"), path,
                         error_reason(errno));
    truth_write(build->truth, build->seed, build->size, out);
    bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed)
        return error_set(build->error, TEXT("写文件失败：%s", "cannot write %s"), path);
    return true;
}

static bool make_all(struct build *build) {
    if (!make_folders(build)) return false;
    const char *path = build_path(build, "faults.csv");
    build->truth->faults = fopen(path, "wb");
    if (!build->truth->faults)
        return error_set(build->error, TEXT("建不了文件 %s：%s", "cannot create %s: %s"), path,
                         error_reason(errno));
    fputs("id,file,row,column,code,fate,fen\n", build->truth->faults);
    static const struct archive first = {"deliveries/qinghe/青禾县医保数据_20201231.zip", NULL, 1, 0, false};
    bool held = make_archive(build, &first) && linzhu_make(build) &&
                shiliu_make(build, "deliveries/shiliu/石榴县城乡居民医保台账(最终版).xlsx", false) &&
                ledger_make(build) && roster_make(build) && handover_make(build);
    links_make(build);
    if (fclose(build->truth->faults) != 0 && held)
        held = error_set(build->error, TEXT("写文件失败：%s", "cannot write %s"), path);
    build->truth->faults = NULL;
    return held && write_truth(build) && (build->size >= CITY_SMALL || make_more(build));
}

bool city_make(const struct city_options *options, struct error *error) {
    struct arena arena = {0};
    struct truth truth = {0};
    struct build build = {.options = options,
                          .seed = options->seed,
                          .size = options->size,
                          .truth = &truth,
                          .arena = &arena,
                          .error = error};
    if (options->size < 1 || options->size > CITY_SIZE_MAX)
        return error_code(
            error, TROUBLE_USAGE, NULL,
            TEXT("倍数应在 1 到 %d 之间，给的是 %" PRIu64, "size must be 1 to %d, not %" PRIu64),
            CITY_SIZE_MAX, options->size);
    build.gb = person_encode(&arena, "GB18030");
    bool held = make_all(&build);
    arena_free(&arena);
    return held;
}
