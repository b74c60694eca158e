/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/trace.h"
#include "core/language.h"
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static const char *keep(struct arena *arena, const PGresult *result, int column) {
    return PQgetisnull(result, 0, column) ? NULL : arena_print(arena, "%s", PQgetvalue(result, 0, column));
}

/* Keys are found by their hash, as the primary key has them: a text key has no index. */
static const char *hash_of(const char *key, struct arena *arena) {
    XXH128_hash_t hash = XXH3_128bits(key, strlen(key));
    return arena_print(arena, "%016jx%016jx", (uintmax_t)hash.high64, (uintmax_t)hash.low64);
}

/* The file of the row, and the delivery whose bytes hold it: children read their parent's. */
static bool find_file(struct registry *registry, struct arena *arena, struct traced *traced,
                      struct error *error) {
    const char *file = arena_print(arena, "%d", traced->file);
    PGresult *result =
        session_ask(&registry->session,
                    "SELECT d.delivery, d.run, d.source, d.path, f.member, f.spec_path, f.spec_sha256, "
                    "f.mapping_sha256, b.delivery, b.path,"
                    " b.sha256, b.sm3, to_char(b.received, 'YYYY-MM-DD HH24:MI:SS'), f.kind, d.county, "
                    "coalesce(f.key_person, CASE WHEN"
                    " f.kind IN ('psn_info_b', 'psn_insu_d', 'psn_acct_d') THEN '*' ELSE '' END)"
                    " FROM intake.file f JOIN intake.delivery d USING (delivery)"
                    " JOIN intake.delivery b ON b.delivery = CASE WHEN d.source = 'file' THEN d.delivery "
                    "ELSE coalesce(d.parent, d.delivery) END"
                    " WHERE f.file = $1::int",
                    1, &file, error);
    if (!result) return false;
    bool found = PQntuples(result) == 1;
    if (found) {
        traced->delivery = atoi(PQgetvalue(result, 0, 0));
        traced->run = atoi(PQgetvalue(result, 0, 1));
        traced->source = keep(arena, result, 2);
        traced->arrived_as = keep(arena, result, 3);
        traced->member = keep(arena, result, 4);
        traced->spec_path = keep(arena, result, 5);
        traced->spec_sha256 = keep(arena, result, 6);
        traced->mapping_sha256 = keep(arena, result, 7);
        traced->bytes_delivery = atoi(PQgetvalue(result, 0, 8));
        traced->path = keep(arena, result, 9);
        traced->sha256 = keep(arena, result, 10);
        traced->sm3 = keep(arena, result, 11);
        traced->received = keep(arena, result, 12);
        traced->kind = model_find(trace_span(PQgetvalue(result, 0, 13)));
        traced->county = city_county(&traced->city, PQgetvalue(result, 0, 14));
        traced->key_person = keep(arena, result, 15);
    }
    PQclear(result);
    if (found && traced->kind && traced->county) return true;
    return error_code(error, TROUBLE_USAGE, NULL, "%s",
                      TEXT("这一行的文件已不在登记中", "the file of this row is not in the register"));
}

/* The row as a table has it: record.KIND, or its KIND_history for a version that ended. */
static bool find_in(struct registry *registry, const char *table, struct arena *arena, struct traced *traced,
                    bool *found, struct error *error) {
    const char *list = "";
    const struct kind *kind = traced->kind;
    for (uint32_t i = 0; i < kind->column_count; i++)
        list = arena_print(arena, "%s, %s::text", list, kind->columns[i].field);
    const char *sql =
        arena_print(arena,
                    "SELECT file, source_row, src_key%s FROM %s WHERE county = $1 AND key_hash = $2::uuid"
                    " ORDER BY file DESC LIMIT 1",
                    list, table);
    const char *arguments[] = {traced->county->admdvs, traced->key_hash};
    PGresult *result = session_ask(&registry->session, sql, 2, arguments, error);
    if (!result) return false;
    *found = PQntuples(result) == 1;
    if (*found) {
        traced->file = atoi(PQgetvalue(result, 0, 0));
        traced->row = strtoull(PQgetvalue(result, 0, 1), NULL, 10);
        traced->src_key = keep(arena, result, 2);
        for (uint32_t i = 0; i < kind->column_count; i++) traced->values[i] = keep(arena, result, (int)i + 3);
    }
    PQclear(result);
    return true;
}

/* By 退回编号, or the newest row aside that has this key. */
static bool find_reject(struct registry *registry, const char *where, int count, const char *const *arguments,
                        struct arena *arena, struct traced *traced, bool *found, struct error *error) {
    const char *sql =
        arena_print(arena,
                    "SELECT j.reject, j.file, j.source_row, j.src_key, j.key_hash, j.bucket, j.state,"
                    " coalesce(j.closed_by, '') FROM intake.reject j JOIN intake.file f USING (file)"
                    " JOIN intake.delivery d USING (delivery) WHERE %s ORDER BY j.reject DESC LIMIT 1",
                    where);
    PGresult *result = session_ask(&registry->session, sql, count, arguments, error);
    if (!result) return false;
    *found = PQntuples(result) == 1;
    if (*found) {
        traced->reject = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
        traced->file = atoi(PQgetvalue(result, 0, 1));
        traced->row = strtoull(PQgetvalue(result, 0, 2), NULL, 10);
        traced->src_key = keep(arena, result, 3);
        traced->key_hash = keep(arena, result, 4);
        traced->bucket = keep(arena, result, 5);
        const char *closed = PQgetvalue(result, 0, 7);
        traced->state = strcmp(closed, "waiver") == 0 ? "waived" : *closed ? "closed" : "rejected";
    }
    PQclear(result);
    return true;
}

static bool find_key(struct registry *registry, const char *key, struct arena *arena, struct traced *traced,
                     struct error *error) {
    bool found = false;
    traced->key_hash = hash_of(key, arena);
    traced->src_key = key;
    traced->state = "published";
    if (!find_in(registry, traced->kind->table, arena, traced, &found, error)) return false;
    if (found) return true;
    traced->state = "ended";
    if (!find_in(registry, arena_print(arena, "%s_history", traced->kind->table), arena, traced, &found,
                 error))
        return false;
    if (found) return true;
    const char *arguments[] = {traced->county->admdvs, traced->kind->name, key};
    if (!find_reject(registry, "d.county = $1 AND f.kind = $2 AND j.src_key = $3", 3, arguments, arena,
                     traced, &found, error))
        return false;
    if (found) return true;
    return error_code(error, TROUBLE_USAGE, NULL,
                      TEXT("%s 的%s里没有这个主键；主键写法见退回清单的「县内主键」，几列之间用 / 连接",
                           "%s has no %s with this key; cells of a key are joined by /"),
                      traced->county->name, model_title(traced->kind));
}

bool trace_find(struct registry *registry, const char *kind, const char *key, struct arena *arena,
                struct traced *traced, struct error *error) {
    bool found = false;
    if (strcmp(kind, "reject") == 0) {
        if (!*key || strspn(key, "0123456789") != strlen(key) || strlen(key) > 18)
            return error_code(error, TROUBLE_USAGE, NULL, "%s",
                              TEXT("reject 后面是退回编号，如 17", "reject takes a number, such as 17"));
        if (!find_reject(registry, "j.reject = $1::bigint", 1, &key, arena, traced, &found, error))
            return false;
        if (!found)
            return error_code(error, TROUBLE_USAGE, NULL, TEXT("没有退回编号 %s", "no reject %s"), key);
        return find_file(registry, arena, traced, error);
    }
    traced->kind = model_find(trace_span(kind));
    if (!traced->kind)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("没有数据类别「%s」；见数据字典", "no kind \"%s\""), kind);
    const char *slash = strchr(key, '/');
    traced->county =
        slash ? city_county(&traced->city, arena_print(arena, "%.*s", (int)(slash - key), key)) : NULL;
    if (!traced->county || !slash[1])
        return error_code(error, TROUBLE_USAGE, NULL, "%s",
                          TEXT("主键写成 县/县内主键，如 690102/S20200000123",
                               "the key is COUNTY/KEY, such as 690102/S20200000123"));
    return find_key(registry, slash + 1, arena, traced, error) && find_file(registry, arena, traced, error);
}
