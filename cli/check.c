/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Everything that needs no rows: configuration, specs, mappings, database, disk, versions. */
#include "cli/check_header.h"
#include "cli/command.h"
#include "cli/cover/after.h"
#include "cli/fetch/fetch.h"
#include "cli/ledger_lint.h"
#include "cli/policy/policy.h"
#include "cli/rules.h"
#include "cli/scan.h"
#include "core/language.h"
#include "extract/plugin.h"
#include "load/registry.h"
#include "report/cell.h"
#include "report/write.h"
#include "transform/row/mapping.h"
#include <errno.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { DISK_LOW_BYTES = 1 << 30, SUBJECT_COLUMNS = 14 };

struct saying {
    bool json;
    uint32_t count;
};

static void say(struct saying *saying, bool ok, const char *subject, const char *detail) {
    if (saying->json) {
        printf("%s{\"ok\": %s, \"subject\": ", saying->count++ ? ",\n" : "[", ok ? "true" : "false");
        write_json_text((struct span){subject, strlen(subject)}, stdout);
        fputs(", \"detail\": ", stdout);
        write_json_text((struct span){detail, strlen(detail)}, stdout);
        fputc('}', stdout);
        return;
    }
    uint32_t width = cell_width((struct span){subject, strlen(subject)});
    printf(" %s %s%*s %s\n", ok ? TEXT("[好]", "[ok]") : TEXT("[错]", "[!!]"), subject,
           width < SUBJECT_COLUMNS ? (int)(SUBJECT_COLUMNS - width) : 0, "", detail);
}

static bool check_county(struct saying *saying, const struct city *city, const struct county *county,
                         struct arena *arena) {
    struct spec_set specs;
    struct rules rules;
    struct error error = {0};
    bool ok = specs_read(city, county, arena, &specs, &error) &&
              rules_read(city, county, &specs, arena, &rules, &error);
    for (uint32_t i = 0; ok && i < specs.count; i++)
        ok = !fetch_is(&specs.specs[i]) || fetch_read(&specs.specs[i], &(struct fetch_source){0}, &error);
    if (!ok) {
        say(saying, false, county->name, error_text(&error, arena));
        return false;
    }
    const char *drafts =
        rules.mappings->unreviewed
            ? arena_print(arena,
                          TEXT("(%u 行作者与审核人相同，按草稿)", " (%u reviewed by their author: drafts)"),
                          rules.mappings->unreviewed)
            : "";
    say(saying, true, county->name,
        arena_print(arena, TEXT("规格 %u 份，映射 %u 行%s", "%u specs, %u mapping rows%s"), specs.count,
                    rules.mappings->row_count, drafts));
    return true;
}

static bool check_policies(struct saying *saying, const struct city *city, struct arena *arena) {
    struct error error = {0};
    struct policy_faults faults = {0};
    bool read = policy_check(city, arena, &faults, &error), ok = read && !faults.problems;
    const char *detail = arena_print(arena,
                                     TEXT("%u 处错，涉及 %u 个县；改好再运行：tongchou policy lint",
                                          "%u faults, of %u counties; see tongchou policy lint"),
                                     faults.problems, faults.count);
    say(saying, ok, TEXT("政策规则", "policy rules"),
        !read ? error_text(&error, arena)
        : ok  ? TEXT("没有错", "no fault")
              : detail);
    return ok;
}

static bool check_ledger(struct saying *saying, const struct city *city, struct arena *arena) {
    struct ledger_faults faults;
    ledger_lint(city, arena, &faults);
    say(saying, !faults.count, TEXT("基金账的表", "ledger tables"),
        faults.count ? arena_print(arena, TEXT("%u 处错，第一处：%s", "%u faults; the first: %s"),
                                   faults.count, error_text(&faults.list[0], arena))
                     : TEXT("没有错", "no fault"));
    return !faults.count;
}

/* What lies there and is not published yet: does it have the header that its spec was written for? */
static bool say_headers(struct saying *saying, const struct city *city, struct registry *registry,
                        struct arena *arena) {
    uint32_t different = 0, looked = 0;
    for (uint32_t i = 0; i < city->county_count; i++) {
        uint32_t own = 0;
        different += check_headers(city, &city->counties[i], registry, saying->json, arena, &own);
        looked += own;
    }
    if (!looked) return true;
    say(saying, !different, TEXT("表头", "headers"),
        arena_print(arena,
                    TEXT("%u 个未入库的文件与规格核对，%u 个变了",
                         "%u files not yet published, %u differ from their specs"),
                    looked, different));
    return !different;
}

static bool check_cover(struct saying *saying, const struct city *city, struct registry *registry,
                        struct arena *arena) {
    struct error error = {0};
    bool ok = cover_check(registry, city, arena, &error);
    say(saying, ok, TEXT("重复参保规则", "cover rules"),
        ok ? TEXT("没有错", "no fault") : error_text(&error, arena));
    return ok;
}

static bool check_database(struct saying *saying, const struct city *city, struct arena *arena, bool *headers,
                           bool *tables) {
    struct error error = {0};
    struct database database;
    struct registry registry;
    bool ok = database_open(&database, city->database, city->directory, &error);
    if (ok) {
        ok = registry_open(&registry, &database, &error);
        if (ok) {
            int version = PQserverVersion(registry.session.connection);
            say(saying, true, TEXT("数据库", "database"),
                arena_print(arena, "PostgreSQL %d.%d  %s", version / 10000, version % 10000, city->database));
            *tables = check_cover(saying, city, &registry, arena);
            *headers = say_headers(saying, city, &registry, arena);
            registry_close(&registry);
        }
        database_close(&database);
    }
    if (!ok) say(saying, false, TEXT("数据库", "database"), error.message);
    if (!ok) *headers = say_headers(saying, city, NULL, arena);
    return ok;
}

/* Code that runs with our rights must not go unsaid. */
static void say_plugins(struct saying *saying, struct arena *arena) {
    const struct plugin_found *found;
    uint32_t count = plugins_loaded(&found);
    for (uint32_t i = 0; i < count; i++) {
        struct found file = {.path = found[i].path, .absolute = found[i].path};
        bool hashed = scan_seal(&file);
        say(saying, hashed, TEXT("插件", "plugin"),
            arena_print(arena, TEXT("格式 %s，%s，SHA-256 %s", "format %s, %s, SHA-256 %s"),
                        found[i].extractor->stage.name, found[i].path, file.sha256));
    }
}

/* Where the papers go: out, and the city's folder while there is none yet. */
static bool check_disk(struct saying *saying, const struct city *city, struct arena *arena) {
    struct statvfs disk;
    const char *out = arena_print(arena, "%s/out", city->directory);
    const char *folder = access(out, F_OK) == 0 ? out : city->directory;
    if (access(folder, W_OK) != 0) {
        say(saying, false, TEXT("磁盘", "disk"),
            arena_print(arena, TEXT("%s 写不了：%s", "%s cannot be written: %s"), folder,
                        error_reason(errno)));
        return false;
    }
    if (statvfs(folder, &disk) != 0) return true;
    uint64_t bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    bool ok = bytes >= DISK_LOW_BYTES;
    say(saying, ok, TEXT("磁盘", "disk"),
        arena_print(arena, TEXT("可用 %ju MiB", "%ju MiB free"), (uintmax_t)(bytes >> 20)));
    return ok;
}

static enum exit_code check_run(struct invocation *invocation, void *options, struct error *error) {
    struct city city;
    struct saying own = {.json = invocation->json}, *saying = &own;
    bool ok = true;
    (void)options;
    if (!city_read(invocation->city, invocation->arena, &city, error)) return exit_of(error);
    say(saying, true, "city.yaml",
        arena_print(invocation->arena, TEXT("%s，%u 个县", "%s, %u counties"), city.name, city.county_count));
    say_plugins(saying, invocation->arena);
    for (uint32_t i = 0; i < city.county_count; i++)
        ok &= check_county(saying, &city, &city.counties[i], invocation->arena);
    ok &= check_policies(saying, &city, invocation->arena);
    ok &= check_ledger(saying, &city, invocation->arena);
    bool headers = true, tables = true;
    bool database = check_database(saying, &city, invocation->arena, &headers, &tables),
         disk = check_disk(saying, &city, invocation->arena);
    if (invocation->json) puts("]");
    return !ok || !tables       ? EXIT_USAGE
           : !headers           ? EXIT_REFUSED
           : !database || !disk ? EXIT_LATER
                                : EXIT_HELD;
}

const struct command command_check = {
    .name = "check",
    .arguments = "",
    .zh = "检查配置、规格、映射、数据库、磁盘和表头，不读数据",
    .en = "check configuration, specs, mappings, database, disk and headers; reads no rows",
    .example = "tongchou check",
    .run = check_run,
};
