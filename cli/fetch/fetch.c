/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/fetch/fetch.h"
#include "cli/city.h"
#include "core/decimal.h"
#include "core/language.h"
#include "extract/pg.h"

bool fetch_is(const struct spec *spec) {
    return spec->format.bytes && span_equal(spec->format, SPAN("postgres"));
}

/* The length of {period} or {revision} at `at`; 0: neither. */
static size_t field_at(struct span pattern, size_t at, bool *revision) {
    static const struct span fields[] = {{"{period}", 8}, {"{revision}", 10}};
    for (int i = 0; i < 2; i++) {
        size_t size = fields[i].size;
        if (pattern.size - at < size || memcmp(pattern.bytes + at, fields[i].bytes, size) != 0) continue;
        *revision = i == 1;
        return size;
    }
    return 0;
}

static bool names_a_file(struct span pattern) {
    bool revision;
    for (size_t i = 0; i < pattern.size; i++)
        if (strchr("*?!/", pattern.bytes[i]) || (pattern.bytes[i] == '{' && !field_at(pattern, i, &revision)))
            return false;
    return pattern.size > 0 && pattern.size < 200 && pattern.bytes[0] != '.';
}

bool fetch_read(const struct spec *spec, struct fetch_source *source, struct error *error) {
    const struct node *service = node_get(spec->read, "service"), *query = node_get(spec->read, "query"),
                      *seconds = node_get(spec->read, "seconds");
    struct span statement;
    int64_t wait = PG_SECONDS;
    bool texts = service && query && service->kind == NODE_SCALAR && query->kind == NODE_SCALAR;
    if (!texts)
        return node_error(
            spec->read, spec->path, error, "%s",
            TEXT("format: postgres 要写 service 和 query", "format: postgres needs service and query"));
    *source = (struct fetch_source){
        .service = service->text.bytes, .query = query->text.bytes, .pattern = spec->match};
    struct error own = {0};
    if (!pg_statement(source->query, &statement, &own))
        return node_error(query, spec->path, error, "%s", own.message);
    if (!pg_service(source->service, &own)) return node_error(service, spec->path, error, "%s", own.message);
    if (seconds && (decimal_read(seconds->text, 0, &wait) != DECIMAL_OK || wait < 1 || wait > 86400))
        return node_error(seconds, spec->path, error, "%s",
                          TEXT("seconds 应为 1 到 86400", "seconds is 1 to 86400"));
    source->seconds = (int)wait;
    if (names_a_file(spec->match)) return true;
    return node_error(node_get(spec->root, "match"), spec->path, error, "%s",
                      TEXT("match 就是取来的文件名：可用 {period}、{revision}，不能用 * ? ! /",
                           "match is the name of the fetched file: {period} and {revision}, but no * ? ! /"));
}

const char *fetch_name(struct span pattern, const char *period, int revision, struct arena *arena) {
    const char *name = "";
    bool is_revision;
    for (size_t at = 0, size; at < pattern.size; at += size) {
        size = field_at(pattern, at, &is_revision);
        if (size && is_revision) name = arena_print(arena, "%s%d", name, revision);
        else if (size) name = arena_print(arena, "%s%s", name, period);
        else name = arena_print(arena, "%s%c", name, pattern.bytes[at]), size = 1;
    }
    return name;
}
