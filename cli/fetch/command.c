/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Asks the counties' databases and lays what they say among the deliveries, as files that `run` reads. */
#include "cli/fetch/fetch.h"
#include "cli/command.h"
#include "cli/scan.h"
#include "cli/specs.h"
#include "core/language.h"
#include "extract/pgcopy.h"
#include "report/write.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SERVICES_MAX = 16, REVISIONS_MAX = 1000 };

struct options {
    const char *period;
};

struct fetched {
    const struct spec *spec;
    struct fetch_source source;
    const char *part, *name; /* name NULL: the same bytes lie there already, as `same` */
    const char *same;
    uint64_t rows;
    int64_t bytes;
};

/* One county's queries, all of one service in one transaction. */
struct fetching {
    struct invocation *invocation;
    const struct county *county;
    const char *folder, *period;
    uint32_t count, service_count;
    struct fetched *files; /* [count] */
    const char *services[SERVICES_MAX];
    PGconn *connections[SERVICES_MAX];
};

/* The service's connection within its one transaction; NULL on failure. */
static PGconn *connection_of(struct fetching *at, const struct fetch_source *source, struct error *error) {
    const struct pg_limits limits = {source->seconds, at->invocation->stop};
    for (uint32_t i = 0; i < at->service_count; i++)
        if (strcmp(at->services[i], source->service) == 0) return at->connections[i];
    if (at->service_count == SERVICES_MAX) {
        error_code(error, TROUBLE_USAGE, NULL,
                   TEXT("一个县超过 %d 个来源数据库", "more than %d services in one county"), SERVICES_MAX);
        return NULL;
    }
    PGconn *connection = pg_connect(source->service, &limits, error);
    if (!connection) return NULL;
    at->services[at->service_count] = source->service;
    at->connections[at->service_count++] = connection;
    return pg_begin(connection, &limits, error) ? connection : NULL;
}

static bool cannot(const char *path, struct error *error) {
    error->at.source = path;
    return error_set(error, TEXT("写不下取来的数据：%s", "cannot write what was fetched: %s"),
                     error_reason(errno));
}

/* The rows go to a hidden file, which no run looks at. */
static bool write_part(struct fetching *at, struct fetched *file, struct pg *pg, struct error *error) {
    char *part = ARENA_NEW(at->invocation->arena, char, PATH_BYTES_MAX);
    struct pgcopy_origin origin = {file->source.service, file->source.query};
    snprintf(part, PATH_BYTES_MAX, "%s/.fetch-XXXXXX", at->folder);
    int handle = mkstemp(part);
    FILE *to = handle >= 0 ? fdopen(handle, "wb") : NULL;
    if (!to) return cannot(at->folder, error);
    file->part = part;
    bool ok = pgcopy_write(pg, &origin, to, error);
    file->rows = pg->rows;
    file->bytes = (int64_t)ftello(to);
    if (ok && fsync(fileno(to)) != 0) ok = cannot(at->folder, error);
    if (fclose(to) != 0 && ok) ok = cannot(at->folder, error);
    return ok;
}

/* What a spec needs to know before it can be written: the columns. */
static void print_columns(const struct fetched *file, const struct pg *pg) {
    static const char *const types[PG_TYPES] = {"int2",      "int4",    "int8", "text", "date",
                                                "timestamp", "numeric", "bool", "uuid"};
    printf("%s\n", file->spec->path);
    for (uint32_t i = 0; i < pg->column_count; i++)
        printf("  %-9s %.*s\n", types[pg->columns[i].type], (int)pg->columns[i].name.size,
               pg->columns[i].name.bytes);
}

static bool fetch_one(struct fetching *at, struct fetched *file, struct error *error) {
    const struct pg_limits limits = {file->source.seconds, at->invocation->stop};
    struct pg pg;
    PGconn *connection = connection_of(at, &file->source, error);
    if (!connection || !pg_open(&pg, connection, file->source.query, &limits, error))
        return error_at(error, file->spec->path);
    bool ok = true;
    if (at->invocation->dry_run) print_columns(file, &pg);
    else ok = write_part(at, file, &pg, error);
    pg_close(&pg);
    return ok || error_at(error, file->spec->path);
}

/* A delivery of this spec that holds the very same bytes; NULL: none. */
static bool find_same(struct fetching *at, struct scan *scan, struct fetched *file, struct error *error) {
    struct found own = {.absolute = file->part, .path = file->part}, *other;
    struct stat status;
    if (stat(file->part, &status) != 0) return cannot(at->folder, error);
    for (uint32_t i = 0; i < scan->count && !file->same; i++) {
        other = &scan->files[i];
        if (other->bytes != file->bytes ||
            !spec_match(file->spec->match, (struct span){other->path, strlen(other->path)}, NULL))
            continue;
        own.bytes = file->bytes;
        if (!own.sha256[0] && !scan_seal(&own)) return cannot(file->part, error);
        if (!other->sha256[0] && !scan_identify(other, error)) return false;
        if (strcmp(own.sha256, other->sha256) == 0) file->same = other->path;
    }
    return true;
}

/* Gives the file its name; one that is there already is never written over. */
static bool place_one(struct fetching *at, struct fetched *file, struct error *error) {
    struct arena *arena = at->invocation->arena;
    bool numbered = strstr(file->spec->match.bytes, "{revision}") != NULL;
    for (int revision = 1; revision <= (numbered ? REVISIONS_MAX : 1); revision++) {
        const char *name = fetch_name(file->spec->match, at->period, revision, arena);
        const char *target = arena_print(arena, "%s/%s", at->folder, name);
        if (link(file->part, target) == 0) {
            file->name = name;
            return true;
        }
        if (errno != EEXIST) return cannot(target, error);
    }
    error->at.source = file->spec->path;
    return error_code(
        error, TROUBLE_REFUSED, NULL,
        TEXT("%s 已在，内容不同，不覆盖；在 match 里加 {revision}，或换 --period",
             "%s is there with other content and is not written over; add {revision} to match, or "
             "another --period"),
        fetch_name(file->spec->match, at->period, 1, arena));
}

static void say(const struct fetching *at, const struct fetched *file, bool *first) {
    if (!at->invocation->json && file->same)
        printf(TEXT(" %s  %s：与 %s 内容相同，未另存\n", " %s  %s: the same as %s, not kept again\n"),
               at->county->name, file->spec->path, file->same);
    else if (!at->invocation->json)
        printf(TEXT(" %s  %s：%ju 行，%jd 字节 → deliveries/%s/%s\n",
                    " %s  %s: %ju rows, %jd bytes → deliveries/%s/%s\n"),
               at->county->name, file->spec->path, (uintmax_t)file->rows, (intmax_t)file->bytes,
               at->county->folder, file->name);
    if (!at->invocation->json) return;
    const char *name = file->same ? file->same : file->name;
    printf("%s{\"county\": \"%s\", \"spec\": ", *first ? "[" : ",\n ", at->county->folder);
    write_json_text((struct span){file->spec->path, strlen(file->spec->path)}, stdout);
    fputs(", \"file\": ", stdout);
    write_json_text((struct span){name, strlen(name)}, stdout);
    printf(", \"rows\": %ju, \"bytes\": %jd, \"new\": %s}", (uintmax_t)file->rows, (intmax_t)file->bytes,
           file->same ? "false" : "true");
    *first = false;
}

/* All of a county's files get their names, or none does. */
static bool place_all(struct fetching *at, const struct city *city, struct error *error) {
    struct scan scan;
    bool ok = scan_county(city, at->county, at->invocation->arena, &scan, error);
    for (uint32_t i = 0; ok && i < at->count; i++) ok = find_same(at, &scan, &at->files[i], error);
    for (uint32_t i = 0; ok && i < at->count; i++)
        if (!at->files[i].same) ok = place_one(at, &at->files[i], error);
    for (uint32_t i = 0; !ok && i < at->count; i++)
        if (at->files[i].name)
            unlink(arena_print(at->invocation->arena, "%s/%s", at->folder, at->files[i].name));
    int folder = ok ? open(at->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (folder >= 0) fsync(folder), close(folder);
    return ok;
}

static bool plan_county(struct fetching *at, const struct city *city, struct error *error) {
    struct spec_set specs;
    struct arena *arena = at->invocation->arena;
    if (!specs_read(city, at->county, arena, &specs, error)) return false;
    at->files = ARENA_NEW(arena, struct fetched, specs.count + 1);
    for (uint32_t i = 0; i < specs.count; i++) {
        struct fetched *file = &at->files[at->count];
        if (!fetch_is(&specs.specs[i])) continue;
        file->spec = &specs.specs[i];
        if (!fetch_read(file->spec, &file->source, error)) return false;
        at->count++;
    }
    const char *deliveries = arena_print(arena, "%s/deliveries", city->directory);
    at->folder = arena_print(arena, "%s/%s", deliveries, at->county->folder);
    if (!at->count || at->invocation->dry_run) return true;
    if (mkdir(deliveries, 0777) != 0 && errno != EEXIST) return cannot(deliveries, error);
    if (mkdir(at->folder, 0777) != 0 && errno != EEXIST) return cannot(at->folder, error);
    return true;
}

static bool fetch_county(struct invocation *invocation, const struct city *city, const struct county *county,
                         const char *period, uint32_t *asked, bool *first, struct error *error) {
    struct fetching *at = ARENA_NEW(invocation->arena, struct fetching, 1);
    *at = (struct fetching){.invocation = invocation, .county = county, .period = period};
    bool ok = plan_county(at, city, error);
    for (uint32_t i = 0; ok && i < at->count; i++) ok = fetch_one(at, &at->files[i], error);
    ok = ok && (invocation->dry_run || place_all(at, city, error));
    for (uint32_t i = 0; i < at->count; i++)
        if (at->files[i].part) unlink(at->files[i].part);
    for (uint32_t i = 0; i < at->service_count; i++) PQfinish(at->connections[i]);
    for (uint32_t i = 0; ok && !invocation->dry_run && i < at->count; i++) say(at, &at->files[i], first);
    *asked += at->count;
    return ok;
}

static bool wanted(const struct invocation *invocation, const struct city *city,
                   const struct county *county) {
    for (uint32_t i = 0; i < invocation->argument_count; i++)
        if (city_county(city, invocation->arguments[i]) == county) return true;
    return invocation->argument_count == 0;
}

static bool check_words(const struct invocation *invocation, const struct city *city, const char *period,
                        struct error *error) {
    for (uint32_t i = 0; i < invocation->argument_count; i++)
        if (!city_county(city, invocation->arguments[i]))
            return error_code(error, TROUBLE_USAGE, NULL, TEXT("没有县「%s」", "no county \"%s\""),
                              invocation->arguments[i]);
    if (period[strspn(period, "0123456789")] || !*period || strlen(period) > 8)
        return error_code(error, TROUBLE_USAGE, NULL, "%s",
                          TEXT("--period 应是数字，如 202012", "--period is digits, such as 202012"));
    return true;
}

static enum exit_code fetch_run(struct invocation *invocation, void *state, struct error *error) {
    const struct options *options = state;
    struct city city;
    char today[16];
    time_t now = time(NULL);
    struct tm local;
    strftime(today, sizeof today, "%Y%m%d", localtime_r(&now, &local));
    const char *period = options->period ? options->period : today;
    if (!city_read(invocation->city, invocation->arena, &city, error) ||
        !check_words(invocation, &city, period, error))
        return exit_of(error);
    enum exit_code worst = EXIT_HELD;
    uint32_t asked = 0;
    bool first = true;
    for (uint32_t i = 0; i < city.county_count && !atomic_load(invocation->stop); i++) {
        struct error own = {0};
        if (!wanted(invocation, &city, &city.counties[i])) continue;
        if (fetch_county(invocation, &city, &city.counties[i], period, &asked, &first, &own)) continue;
        print_error(stderr, &own);
        worst = exit_worse(worst, exit_of(&own));
    }
    if (invocation->json) puts(first ? "[]" : "]");
    if (!asked && worst == EXIT_HELD && !invocation->json)
        printf("%s\n", TEXT("没有 format: postgres 的规格；写法见 docs/formats.md",
                            "no spec of format: postgres; see docs/formats.md"));
    return worst;
}

static const struct setting settings[] = {
    {"period", SETTING_TEXT, offsetof(struct options, period), NULL, "文件名中的 {period}；不写则为今天",
     "the {period} of the files' names; today when not given"},
    {0},
};

const struct command command_fetch = {
    .name = "fetch",
    .arguments = "[COUNTY...]",
    .zh = "向县的数据库取数(只读查询)，存成交付文件；--dry-run 只列出各列",
    .en = "ask the counties' databases, read-only, and keep the rows as deliveries; --dry-run lists the "
          "columns",
    .example = "tongchou fetch qinghe --period 202012",
    .tries = "",
    .options = settings,
    .state_size = sizeof(struct options),
    .arguments_max = COUNTIES_MAX,
    .run = fetch_run,
};
