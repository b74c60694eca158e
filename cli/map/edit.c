/* SPDX-License-Identifier: MulanPSL-2.0 */
/* `map impact OLD NEW`: which rows and how much money an edit would move, before it is made. */
#include "cli/map/file.h"
#include "cli/map/moves.h"
#include "core/language.h"

/* mappings/qinghe/x.csv concerns qinghe, mappings/x.csv every county. */
static bool concerns(const struct county *county, const char *path) {
    const char *folder = strchr(path, '/') + 1, *slash = strchr(folder, '/');
    return !slash || (strlen(county->folder) == (size_t)(slash - folder) &&
                      memcmp(county->folder, folder, (size_t)(slash - folder)) == 0);
}

/* The path within the city, from wherever the user stands. */
static const char *inside(const struct city *city, const char *path, struct arena *arena) {
    size_t size = strlen(city->directory);
    if (strncmp(path, city->directory, size) == 0 && path[size] == '/') path += size + 1;
    while (strncmp(path, "./", 2) == 0) path += 2;
    return strncmp(path, "mappings/", 9) == 0 ? arena_print(arena, "%s", path) : NULL;
}

enum exit_code map_moves(struct invocation *invocation, const char *old_path, const char *new_path,
                         const char *out, struct error *error) {
    struct arena *arena = invocation->arena;
    struct city *city = ARENA_NEW(arena, struct city, 1);
    struct database database;
    struct session session = {0};
    struct moves moves = {0};
    struct sourced table = {0};
    if (!city_read(invocation->city, arena, city, error)) return exit_of(error);
    table.path = inside(city, old_path, arena);
    if (!table.path) {
        error_code(error, TROUBLE_USAGE, NULL,
                   TEXT("%s 不是这个城市的映射表：写 mappings/县/表.csv 或 mappings/表.csv",
                        "%s is no mapping table of this city: write mappings/COUNTY/x.csv or mappings/x.csv"),
                   old_path);
        return EXIT_USAGE;
    }
    if (!map_file_open(new_path, arena, &table.bytes, error)) return exit_of(error);
    sha256_text(table.bytes, table.sha256);
    if (!database_open(&database, city->database, city->directory, error)) return exit_of(error);
    bool ok = session_open(&session, &database, "map", error);
    if (ok) {
        for (uint32_t i = 0; ok && i < city->county_count; i++)
            if (concerns(&city->counties[i], table.path))
                ok = moves_find(&session, city, &city->counties[i], &table, invocation->stop, arena, &moves,
                                error);
        session_close(&session);
    }
    database_close(&database);
    if (!ok) return exit_of(error);
    moves_print(invocation, &moves);
    if (out && !moves_write(invocation, city, &moves, table.path, out, error)) return exit_of(error);
    return EXIT_HELD;
}
