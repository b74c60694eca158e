/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "core/decimal.h"
#include "core/language.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHARE_SCALE = 4 };

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
                          reason ? ": " : "", reason ? strerror(reason) : "");
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

static bool known(const struct node *map, const char *const *names, const char *path, struct error *error) {
    if (map->kind != NODE_MAP)
        return node_error(map, path, error, "%s", TEXT("这里应是「键: 值」", "\"key: value\" expected here"));
    for (uint32_t i = 0; i < map->count; i++) {
        const char *const *name = names;
        while (*name && strcmp(*name, map->keys[i].text.bytes) != 0) name++;
        if (!*name)
            return node_error(&map->keys[i], path, error, TEXT("不认识「%s」", "unknown \"%s\""),
                              map->keys[i].text.bytes);
    }
    return true;
}

static bool read_text(const struct node *map, const char *key, const char **text, const char *path,
                      struct error *error) {
    const struct node *node = node_get(map, key);
    if (!node || node->kind != NODE_SCALAR || !node->text.size)
        return node_error(node ? node : map, path, error, TEXT("缺少「%s」", "\"%s\" is missing"), key);
    *text = node->text.bytes;
    return true;
}

static bool read_limit(const struct node *map, struct limit *limit, const char *path, struct error *error) {
    static const char *const names[] = {"rows", "share", NULL};
    if (!map) return true;
    if (!known(map, names, path, error)) return false;
    for (uint32_t i = 0; i < map->count; i++) {
        bool rows = strcmp(map->keys[i].text.bytes, "rows") == 0;
        int64_t *value = rows ? &limit->rows : &limit->share;
        if (map->items[i].kind != NODE_SCALAR ||
            decimal_read(map->items[i].text, rows ? 0 : SHARE_SCALE, value) != DECIMAL_OK || *value < 0)
            return node_error(&map->items[i], path, error,
                              TEXT("「%s」应是不小于 0 的数", "\"%s\" is a number, 0 or more"),
                              map->keys[i].text.bytes);
    }
    return true;
}

static bool read_county(const struct node *node, struct county *county, const char *path,
                        struct error *error) {
    static const char *const names[] = {"folder", "name", "admdvs", "formerly", NULL};
    if (!known(node, names, path, error) || !read_text(node, "folder", &county->folder, path, error) ||
        !read_text(node, "name", &county->name, path, error) ||
        !read_text(node, "admdvs", &county->admdvs, path, error))
        return false;
    if (strchr(county->folder, '/') || county->folder[0] == '.')
        return node_error(node, path, error, "%s",
                          TEXT("folder 只能是一个文件夹名", "folder is one folder's name"));
    const struct node *formerly = node_get(node, "formerly");
    if (!formerly) return true;
    if (formerly->kind != NODE_LIST || formerly->count > FORMERLY_MAX)
        return node_error(formerly, path, error, "%s",
                          TEXT("formerly 应是代码的列表", "formerly is a list of codes"));
    for (uint32_t i = 0; i < formerly->count; i++)
        county->formerly[county->formerly_count++] = formerly->items[i].text.bytes;
    return true;
}

static bool read_counties(const struct node *list, struct city *city, const char *path, struct error *error) {
    if (!list || list->kind != NODE_LIST || !list->count || list->count > COUNTIES_MAX)
        return node_error(list ? list : &(struct node){.line = 1}, path, error, "%s",
                          TEXT("counties 应列出各县", "counties lists the counties"));
    for (uint32_t i = 0; i < list->count; i++) {
        struct county *county = &city->counties[i];
        if (!read_county(&list->items[i], county, path, error)) return false;
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(city->counties[j].folder, county->folder) == 0 ||
                strcmp(city->counties[j].admdvs, county->admdvs) == 0)
                return node_error(&list->items[i], path, error, TEXT("县「%s」重复", "county \"%s\" again"),
                                  county->folder);
        city->county_count++;
    }
    return true;
}

static bool read_fund(const struct node *list, struct city *city, const char *path, struct error *error) {
    for (uint32_t i = 0; list && i < list->count && i < 64; i++) {
        const struct kind *kind = list->kind == NODE_LIST ? model_find(list->items[i].text) : NULL;
        if (!kind)
            return node_error(list, path, error, "%s",
                              TEXT("fund 应是数据类别的列表", "fund is a list of kinds"));
        city->fund[city->fund_count++] = kind;
    }
    return true;
}

bool city_read(const char *directory, struct arena *arena, struct city *city, struct error *error) {
    static const char *const names[] = {"city",         "database", "cutover",  "reject_limit",
                                        "vanish_limit", "fund",     "counties", "limits",
                                        "distributed",  "cover",    NULL};
    static const char *const city_names[] = {"name", "admdvs", NULL};
    *city = (struct city){.cutover = INT32_MIN,
                          .database = "embedded",
                          .reject_limit = {1000, 50},
                          .vanish_limit = {1000, 100}};
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
    if (!yaml_read(city->text, path, arena, root, error) || !known(root, names, path, error)) return false;
    const struct node *own = node_get(root, "city"), *database = node_get(root, "database"),
                      *cutover = node_get(root, "cutover");
    if (!own) return node_error(root, path, error, "%s", TEXT("缺少「city」", "\"city\" is missing"));
    if (!known(own, city_names, path, error) || !read_text(own, "name", &city->name, path, error) ||
        !read_text(own, "admdvs", &city->admdvs, path, error))
        return false;
    if (database && !read_text(root, "database", &city->database, path, error)) return false;
    if (strcmp(city->database, "embedded") != 0 && strncmp(city->database, "service=", 8) != 0)
        return node_error(
            database, path, error, "%s",
            TEXT("database 应是 embedded 或 service=名称", "database is embedded or service=NAME"));
    if (cutover && (cutover->kind != NODE_SCALAR || !read_day(cutover->text.bytes, &city->cutover)))
        return node_error(cutover, path, error, "%s",
                          TEXT("cutover 应是 yyyy-mm-dd", "cutover is yyyy-mm-dd"));
    const struct node *cover = node_get(root, "cover");
    bool yes = cover && cover->kind == NODE_SCALAR && strcmp(cover->text.bytes, "yes") == 0;
    if (cover && !yes && (cover->kind != NODE_SCALAR || strcmp(cover->text.bytes, "no") != 0))
        return node_error(cover, path, error, "%s", TEXT("cover 应是 yes 或 no", "cover is yes or no"));
    city->cover = yes;
    return read_limit(node_get(root, "reject_limit"), &city->reject_limit, path, error) &&
           read_limit(node_get(root, "vanish_limit"), &city->vanish_limit, path, error) &&
           read_fund(node_get(root, "fund"), city, path, error) &&
           read_counties(node_get(root, "counties"), city, path, error);
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
