/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "core/decimal.h"
#include "core/language.h"
#include "core/shipped.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHARE_SCALE = 4, GIB_BITS = 30, GIB_MAX = 1 << 20 };

const char *arena_print(struct arena *arena, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = ARENA_NEW(arena, char, (size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

bool file_read(const char *path, size_t limit, struct arena *arena, struct span *bytes, struct error *error) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || (size_t)status.st_size > limit) {
        int reason = file < 0 ? errno : 0;
        if (file >= 0) close(file);
        error->at.source = path;
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("读不了这个文件%s%s", "cannot read this file%s%s"),
                          reason ? ": " : "", reason ? error_reason(reason) : "");
    }
    char *text = ARENA_NEW(arena, char, (size_t)status.st_size + 1);
    size_t have = 0;
    for (ssize_t got; have < (size_t)status.st_size; have += (size_t)got) {
        got = read(file, text + have, (size_t)status.st_size - have);
        if (got <= 0) break;
    }
    close(file);
    *bytes = (struct span){text, have};
    if (have == (size_t)status.st_size) return true;
    error->at.source = path;
    return error_code(error, TROUBLE_FAILED, NULL, "%s", TEXT("文件正在变化", "the file is changing"));
}

bool city_or_shipped(const char *directory, const char *inside, size_t limit, struct arena *arena,
                     const char **path, struct span *bytes, struct error *error) {
    const char *own = arena_print(arena, "%s/%s", directory, inside);
    *path = inside;
    if (access(own, F_OK) == 0) return file_read(own, limit, arena, bytes, error);
    if (!shipped_find(inside, bytes))
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("没有 %s", "no %s"), inside);
    *path = arena_print(arena, "shipped:%s", inside);
    return true;
}

/* Days since 2000-01-01 of yyyy-mm-dd. */
static bool read_day(const char *text, int32_t *day) {
    int y, m, d, end = 0;
    /* NOLINTNEXTLINE(cert-err34-c) four and two digits cannot overflow, and the end is looked at */
    if (sscanf(text, "%4d-%2d-%2d%n", &y, &m, &d, &end) != 3 || text[end] || m < 1 || m > 12 || d < 1 ||
        d > 31)
        return false;
    int a = (14 - m) / 12, year = y + 4800 - a, month = m + 12 * a - 3;
    *day = d + (153 * month + 2) / 5 + 365 * year + year / 4 - year / 100 + year / 400 - 32045 - 2451545;
    return true;
}

/* city.yaml as it is written; what the parts hold is read below. */
struct city_said {
    const struct node *city, *counties, *reject_limit, *vanish_limit, *fund, *limits;
    const char *database, *cutover;
    bool cover;
};

const struct setting city_words[] = {
    {"city", SETTING_NODE, offsetof(struct city_said, city), NULL, "{name: 城市名, admdvs: \"统筹区编码\"}",
     "{name: ..., admdvs: \"division code\"}"},
    {"database", SETTING_TEXT, offsetof(struct city_said, database), "embedded",
     "embedded(缺省)，或 libpq 的 service=名称", "embedded (the default), or service=NAME of libpq"},
    {"cutover", SETTING_TEXT, offsetof(struct city_said, cutover), NULL,
     "切换日 yyyy-mm-dd：之前是县存量，当日起是市增量",
     "yyyy-mm-dd: county stock before it, city increment from it on"},
    {"counties", SETTING_NODE, offsetof(struct city_said, counties), NULL,
     "各县：{folder, name, admdvs, formerly: [旧编码]}",
     "the counties: {folder, name, admdvs, formerly: [old codes]}"},
    {"reject_limit", SETTING_NODE, offsetof(struct city_said, reject_limit), NULL,
     "{rows, share}：退回超过就拒收", "{rows, share}: more rejects refuse the file"},
    {"vanish_limit", SETTING_NODE, offsetof(struct city_said, vanish_limit), NULL,
     "{rows, share}：全量里消失超过就拒收", "{rows, share}: a snapshot that would end more is refused"},
    {"fund", SETTING_NODE, offsetof(struct city_said, fund), NULL, "一行也不许退回的数据类别",
     "kinds of which not a row may be rejected"},
    {"limits", SETTING_NODE, offsetof(struct city_said, limits), NULL,
     "压缩包解开的上限 {member_gib: 一个成员, total_gib: 一个包合计, members: 成员数}",
     "how much may be unpacked: {member_gib: one member, total_gib: a whole archive, members: how many}"},
    {"cover", SETTING_FLAG, offsetof(struct city_said, cover), "no", "yes：每次处理后找重复参保",
     "yes: duplicate enrollment is looked for after each run"},
    {0},
};

/* `text` was given and is not empty. */
static bool needed(const char *text, const char *key, const struct node *map, struct error *error) {
    return (text && *text) || node_error(map, NULL, error, TEXT("缺少「%s」", "\"%s\" is missing"), key);
}

/* A limit as it is written; the share is a decimal. */
struct limit_said {
    int64_t rows;
    const char *share;
};
static const struct setting limit_words[] = {
    {"rows", SETTING_COUNT, offsetof(struct limit_said, rows), NULL, "不小于 0 的行数", "rows, 0 or more"},
    {"share", SETTING_TEXT, offsetof(struct limit_said, share), NULL, "不小于 0 的份额",
     "a share, 0 or more"},
    {0},
};

static bool read_limit(const struct node *map, struct limit *limit, struct arena *arena,
                       struct error *error) {
    struct limit_said said = {.rows = limit->rows};
    if (!setting_fill(limit_words, &said, map, arena, error)) return false;
    limit->rows = said.rows;
    return !said.share ||
           (decimal_read((struct span){said.share, strlen(said.share)}, SHARE_SCALE, &limit->share) ==
                DECIMAL_OK &&
            limit->share >= 0) ||
           node_error(node_get(map, "share"), NULL, error, "%s",
                      TEXT("「share」应是不小于 0 的数", "\"share\" is a number, 0 or more"));
}

struct unpacking_said {
    int64_t member_gib, total_gib, members;
};
static const struct setting unpacking_words[] = {
    {"member_gib", SETTING_COUNT, offsetof(struct unpacking_said, member_gib), NULL, "一个成员最多几 GiB",
     "GiB of one member"},
    {"total_gib", SETTING_COUNT, offsetof(struct unpacking_said, total_gib), NULL, "一个包合计最多几 GiB",
     "GiB of a whole archive"},
    {"members", SETTING_COUNT, offsetof(struct unpacking_said, members), NULL, "一个包最多几个成员",
     "members of an archive"},
    {0},
};

static bool read_unpacking(const struct node *map, struct bytes_limits *limits, struct arena *arena,
                           struct error *error) {
    struct unpacking_said said = {(int64_t)(limits->member_bytes >> GIB_BITS),
                                  (int64_t)(limits->total_bytes >> GIB_BITS), limits->members};
    if (!setting_fill(unpacking_words, &said, map, arena, error)) return false;
    if (said.member_gib > GIB_MAX || said.total_gib > GIB_MAX || said.members > INT32_MAX)
        return node_error(map, NULL, error, "%s",
                          TEXT("上限太大：最多 1048576 GiB、2147483647 个成员",
                               "too much: at most 1048576 GiB and 2147483647 members"));
    limits->member_bytes = (uint64_t)said.member_gib << GIB_BITS;
    limits->total_bytes = (uint64_t)said.total_gib << GIB_BITS;
    limits->members = (uint32_t)said.members;
    return true;
}

struct county_said {
    const char *folder, *name, *admdvs;
    const struct node *formerly;
};
static const struct setting county_words[] = {
    {"folder", SETTING_TEXT, offsetof(struct county_said, folder), NULL, "文件夹名", "its folder"},
    {"name", SETTING_TEXT, offsetof(struct county_said, name), NULL, "县名", "its name"},
    {"admdvs", SETTING_TEXT, offsetof(struct county_said, admdvs), NULL, "区划编码", "its division code"},
    {"formerly", SETTING_NODE, offsetof(struct county_said, formerly), NULL, "旧编码", "codes it had before"},
    {0},
};

static bool read_county(const struct node *node, struct county *county, struct arena *arena,
                        struct error *error) {
    struct county_said said = {0};
    if (!setting_fill(county_words, &said, node, arena, error) ||
        !needed(said.folder, "folder", node, error) || !needed(said.name, "name", node, error) ||
        !needed(said.admdvs, "admdvs", node, error))
        return false;
    *county = (struct county){.folder = said.folder, .name = said.name, .admdvs = said.admdvs};
    if (strchr(county->folder, '/') || county->folder[0] == '.')
        return node_error(node, NULL, error, "%s",
                          TEXT("folder 只能是一个文件夹名", "folder is one folder's name"));
    if (!said.formerly) return true;
    if (said.formerly->kind != NODE_LIST || said.formerly->count > FORMERLY_MAX)
        return node_error(said.formerly, NULL, error, "%s",
                          TEXT("formerly 应是代码的列表", "formerly is a list of codes"));
    for (uint32_t i = 0; i < said.formerly->count; i++)
        county->formerly[county->formerly_count++] = said.formerly->items[i].text.bytes;
    return true;
}

static bool read_counties(const struct node *list, struct city *city, struct arena *arena,
                          struct error *error) {
    if (!list || list->kind != NODE_LIST || !list->count || list->count > COUNTIES_MAX)
        return node_error(list ? list : &(struct node){.line = 1}, NULL, error, "%s",
                          TEXT("counties 应列出各县", "counties lists the counties"));
    for (uint32_t i = 0; i < list->count; i++) {
        struct county *county = &city->counties[i];
        if (!read_county(&list->items[i], county, arena, error)) return false;
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(city->counties[j].folder, county->folder) == 0 ||
                strcmp(city->counties[j].admdvs, county->admdvs) == 0)
                return node_error(&list->items[i], NULL, error, TEXT("县「%s」重复", "county \"%s\" again"),
                                  county->folder);
        city->county_count++;
    }
    return true;
}

static bool read_fund(const struct node *list, struct city *city, struct error *error) {
    for (uint32_t i = 0; list && i < list->count && i < 64; i++) {
        const struct kind *kind = list->kind == NODE_LIST ? model_find(list->items[i].text) : NULL;
        if (!kind)
            return node_error(list, NULL, error, "%s",
                              TEXT("fund 应是数据类别的列表", "fund is a list of kinds"));
        city->fund[city->fund_count++] = kind;
    }
    return true;
}

struct own_said {
    const char *name, *admdvs;
};
static const struct setting own_words[] = {
    {"name", SETTING_TEXT, offsetof(struct own_said, name), NULL, "城市名", "the city's name"},
    {"admdvs", SETTING_TEXT, offsetof(struct own_said, admdvs), NULL, "统筹区编码", "its division code"},
    {0},
};

/* Everything but reading the file. */
static bool city_parse(const struct node *root, struct city *city, struct arena *arena, struct error *error) {
    struct city_said said = {0};
    struct own_said own = {0};
    if (!setting_fill(city_words, &said, root, arena, error)) return false;
    if (!said.city) return node_error(root, NULL, error, "%s", TEXT("缺少「city」", "\"city\" is missing"));
    if (!setting_fill(own_words, &own, said.city, arena, error) ||
        !needed(own.name, "name", said.city, error) || !needed(own.admdvs, "admdvs", said.city, error))
        return false;
    city->name = own.name;
    city->admdvs = own.admdvs;
    city->database = said.database;
    city->cover = said.cover;
    if (strcmp(city->database, "embedded") != 0 && strncmp(city->database, "service=", 8) != 0)
        return node_error(
            node_get(root, "database"), NULL, error, "%s",
            TEXT("database 应是 embedded 或 service=名称", "database is embedded or service=NAME"));
    if (said.cutover && !read_day(said.cutover, &city->cutover))
        return node_error(node_get(root, "cutover"), NULL, error, "%s",
                          TEXT("cutover 应是 yyyy-mm-dd", "cutover is yyyy-mm-dd"));
    return read_limit(said.reject_limit, &city->reject_limit, arena, error) &&
           read_limit(said.vanish_limit, &city->vanish_limit, arena, error) &&
           read_unpacking(said.limits, &city->limits, arena, error) && read_fund(said.fund, city, error) &&
           read_counties(said.counties, city, arena, error);
}

bool city_read(const char *directory, struct arena *arena, struct city *city, struct error *error) {
    *city = (struct city){.cutover = INT32_MIN,
                          .reject_limit = {1000, 50},
                          .vanish_limit = {1000, 100},
                          .limits = bytes_limits_default};
    char *absolute = realpath(directory, NULL);
    if (!absolute)
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("没有文件夹 %s", "no folder %s"), directory);
    city->directory = arena_print(arena, "%s", absolute);
    free(absolute);
    const char *path = arena_print(arena, "%s/city.yaml", city->directory);
    struct node *root = ARENA_NEW(arena, struct node, 1);
    if (!file_read(path, YAML_BYTES_MAX, arena, &city->text, error)) {
        if (!error->code)
            error_code(error, TROUBLE_USAGE, NULL, "%s",
                       TEXT("这里没有 city.yaml；先运行 tongchou init，或用 --city 指明文件夹",
                            "no city.yaml here; run tongchou init first, or name the folder with --city"));
        return false;
    }
    path = "city.yaml";
    if (!yaml_read(city->text, path, arena, root, error)) return false;
    if (city_parse(root, city, arena, error)) return true;
    error->at.source = path;
    return false;
}

const struct county *city_county(const struct city *city, const char *folder) {
    for (uint32_t i = 0; i < city->county_count; i++) {
        const struct county *county = &city->counties[i];
        if (strcmp(county->folder, folder) == 0 || strcmp(county->name, folder) == 0 ||
            strcmp(county->admdvs, folder) == 0)
            return county;
    }
    return NULL;
}
