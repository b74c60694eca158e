/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/hash.h"
#include "load/lane.h"
#include <openssl/evp.h>
#include <stdio.h>

/* "county|rows|sum of each measure|sum of row hashes" per county; the lineage's file and source_row are
   the last two columns and stay out. */
static const char *kind_sql(struct arena *arena, const struct kind *kind) {
    const char *columns = lane_columns(arena, kind, "t.");
    size_t keep = strlen(columns) - strlen(", t.file, t.source_row");
    const char *sums = "count(*)";
    for (uint32_t m = 0; m < kind->measure_count; m++)
        sums = lane_format(arena, "%s || '|' || coalesce(sum(t.%s), 0)", sums,
                           kind->columns[kind->measures[m]].field);
    return lane_format(
        arena,
        "SELECT t.county || '|' || %s || '|' || sum(hash_record_extended(ROW(%.*s), 0)::numeric)"
        " FROM %s t WHERE $1::text IS NULL OR t.county = $1 GROUP BY t.county ORDER BY t.county",
        sums, (int)keep, columns, kind->table);
}

static bool add_kind(struct registry *registry, const char *county, const struct kind *kind,
                     struct arena *arena, EVP_MD_CTX *digest, struct error *error) {
    PGresult *result = session_ask(&registry->session, kind_sql(arena, kind), 1, &county, error);
    if (!result) return false;
    for (int i = 0; i < PQntuples(result); i++) {
        const char *line = lane_format(arena, "%s|%s\n", kind->name, PQgetvalue(result, i, 0));
        if (EVP_DigestUpdate(digest, line, strlen(line)) != 1) abort();
    }
    PQclear(result);
    return true;
}

bool hash_content(struct registry *registry, const char *county, char hash[HASH_TEXT], struct error *error) {
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    if (!digest || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1) abort();
    struct arena arena = {0};
    bool ok = true;
    for (uint32_t k = 0; ok && k < model_kind_count; k++)
        ok = add_kind(registry, county, &model_kinds[k], &arena, digest, error);
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_DigestFinal_ex(digest, bytes, &size) != 1) abort();
    for (unsigned i = 0; i < size && 2 * i + 2 < HASH_TEXT; i++) snprintf(hash + 2 * i, 3, "%02x", bytes[i]);
    EVP_MD_CTX_free(digest);
    arena_free(&arena);
    return ok;
}
