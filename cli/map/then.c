/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The mapping tables as a past run used them, out of what the database keeps by content. */
#include "cli/map/map.h"
#include "core/language.h"
#include "transform/row/mapping.h"
#include <ctype.h>

static int nibble(char digit) { return isdigit((unsigned char)digit) ? digit - '0' : digit - 'a' + 10; }

struct span map_bytea(const char *text, struct arena *arena) {
    size_t size = strlen(text) / 2;
    if (size == 0 || text[0] != '\\') return (struct span){"", 0};
    char *bytes = ARENA_NEW(arena, char, size);
    for (size_t i = 1; i < size; i++)
        bytes[i - 1] = (char)(nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]));
    bytes[size - 1] = '\0';
    return (struct span){bytes, size - 1};
}

/* Whether a spec maps by the table that lies at `path`. */
static bool names(const struct spec_set *specs, const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    size_t size = dot ? (size_t)(dot - name) : strlen(name);
    for (uint32_t s = 0; s < specs->count; s++)
        for (uint32_t i = 0; i < specs->specs[s].column_count; i++) {
            struct span map = specs->specs[s].columns[i].map;
            if (map.size && size == map.size && memcmp(name, map.bytes, size) == 0) return true;
        }
    return false;
}

bool map_then(struct session *session, const struct county *county, int run, const struct spec_set *specs,
              struct arena *arena, struct rules *rules, const char **said, struct error *error) {
    const char *arguments[] = {arena_print(arena, "%d", run),
                               arena_print(arena, "mappings/%s/", county->folder)};
    PGresult *result = session_ask(session,
                                   "SELECT u.path, u.sha256, c.bytes, CASE WHEN u.path LIKE 'shipped:%' THEN "
                                   "0 WHEN starts_with(u.path, $2) THEN 2 ELSE 1 END AS level"
                                   " FROM mapping.used u JOIN mapping.content c USING (sha256) WHERE u.run = "
                                   "$1::int AND u.path ~ '[.](csv|xlsx)$'"
                                   " AND (u.path LIKE 'shipped:%' OR u.path !~ '^mappings/.*/' OR "
                                   "starts_with(u.path, $2)) ORDER BY level, u.path",
                                   2, arguments, error);
    if (!result) return false;
    int count = PQntuples(result);
    struct error why = {0};
    *rules = (struct rules){.mappings = ARENA_NEW(arena, struct mapping_set, 1),
                            .files = ARENA_NEW(arena, struct sourced, (size_t)count + 1)};
    mapping_begin(rules->mappings, arena);
    rules->mappings->county = (struct span){county->folder, strlen(county->folder)};
    bool good = true;
    for (int i = 0; i < count && good; i++) {
        const char *path = arena_print(arena, "%s", PQgetvalue(result, i, 0));
        if (!names(specs, path)) continue;
        struct sourced *file = &rules->files[rules->file_count++];
        *file = (struct sourced){.path = path, .bytes = map_bytea(PQgetvalue(result, i, 2), arena)};
        memcpy(file->sha256, PQgetvalue(result, i, 1), SHA256_TEXT - 1);
        good = mapping_read(rules->mappings, file->bytes, path,
                            (enum mapping_level)(PQgetvalue(result, i, 3)[0] - '0'), &why);
    }
    PQclear(result);
    if (good) good = mapping_finish(rules->mappings, &why);
    if (!good)
        *said = arena_print(
            arena, TEXT("当时的映射表现在读不了：%s", "the tables of that run cannot be read now: %s"),
            why.message);
    return true;
}
