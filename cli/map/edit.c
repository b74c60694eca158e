/* SPDX-License-Identifier: MulanPSL-2.0 */
/* `map impact OLD NEW`: which rows and how much money an edit would move, before it is made. */
#include "cli/map/file.h"
#include "cli/map/moves.h"
#include "core/language.h"
#include "load/lane.h"
#include "report/write.h"

static const struct result_column columns[] = {
    {.name = {"county", 6}, .zh = {"县", 3}, .en = {"County", 6}},
    {.name = {"kind", 4}, .zh = {"数据类别", 12}, .en = {"Kind", 4}},
    {.name = {"column", 6}, .zh = {"列", 3}, .en = {"Column", 6}},
    {.name = {"code", 4}, .zh = {"代码", 6}, .en = {"Code", 4}},
    {.name = {"before", 6}, .zh = {"现在", 6}, .en = {"Now", 3}},
    {.name = {"after", 5}, .zh = {"改后", 6}, .en = {"Then", 4}},
    {.name = {"rows", 4}, .zh = {"行数", 6}, .en = {"Rows", 4}, .show = SHOW_COUNT},
    {.name = {"money_fen", 9}, .zh = {"金额(元)", 11}, .en = {"Amount", 6}, .show = SHOW_FEN},
};

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

static void print_moves(const struct invocation *invocation, const struct moves *moves) {
    struct arena *arena = invocation->arena;
    struct result result;
    int64_t rows = 0;
    result_begin(&result, arena, SPAN("改这张表会动到的行"), SPAN("What this edit would move"), columns,
                 sizeof columns / sizeof *columns);
    result.empty = result_label(SPAN("改这张表，一行也不动"), SPAN("this edit moves no row"));
    for (uint32_t i = 0; i < moves->count; i++) {
        const struct move *move = &moves->list[i];
        char fen[DIGITS_BYTES];
        struct span *cells = result_add(&result);
        cells[0] = span_of(move->county->name);
        cells[1] = span_of(model_title(move->kind));
        cells[2] = span_of(move->column);
        cells[3] = span_of(move->code);
        cells[4] = span_of(move->before);
        cells[5] = span_of(move->after);
        cells[6] = result_format(arena, "%jd", (intmax_t)move->rows);
        cells[7] = result_format(arena, "%s", lane_digits(move->fen, fen));
        rows += move->rows;
    }
    if (invocation->json) {
        write_json_result(&result, stdout);
        return;
    }
    write_text_result(&result, stdout);
    printf(TEXT("对照 %ju 行，动 %jd 行。什么都还没有改。\n",
                "%ju rows compared, %jd would move. Nothing was changed.\n"),
           (uintmax_t)moves->compared, (intmax_t)rows);
    if (moves->left)
        printf(TEXT("另有 %ju 行不是按现在的表入库的(改正过，或映射已变未重算)，没有计入。\n",
                    "%ju more rows do not stand as today's table says (corrected, or not reloaded since) and "
                    "are not "
                    "counted.\n"),
               (uintmax_t)moves->left);
    if (moves->gone)
        printf(TEXT("%u 个文件的原件已不在 deliveries/，没有计入。\n",
                    "%u files are gone from deliveries/ and not counted.\n"),
               moves->gone);
}

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
                         struct error *error) {
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
    print_moves(invocation, &moves);
    return EXIT_HELD;
}
