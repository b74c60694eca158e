/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What an edit would move, as people see it: on a terminal the codes, on paper every row, too. */
#include "cli/map/moves.h"
#include "cli/person/desk.h"
#include "core/language.h"
#include "load/lane.h"
#include "report/mask.h"
#include "report/write.h"
#include "report/xlsx.h"

static const struct result_column codes[] = {
    {.name = {"county", 6}, .zh = {"县", 3}, .en = {"County", 6}},
    {.name = {"kind", 4}, .zh = {"数据类别", 12}, .en = {"Kind", 4}},
    {.name = {"column", 6}, .zh = {"列", 3}, .en = {"Column", 6}},
    {.name = {"code", 4}, .zh = {"代码", 6}, .en = {"Code", 4}},
    {.name = {"before", 6}, .zh = {"现在", 6}, .en = {"Now", 3}},
    {.name = {"after", 5}, .zh = {"改后", 6}, .en = {"Then", 4}},
    {.name = {"rows", 4}, .zh = {"行数", 6}, .en = {"Rows", 4}, .show = SHOW_COUNT},
    {.name = {"money_fen", 9}, .zh = {"金额(元)", 11}, .en = {"Amount", 6}, .show = SHOW_FEN},
};
static const struct result_column rows[] = {
    {.name = {"county", 6}, .zh = {"县", 3}, .en = {"County", 6}, .width = 10},
    {.name = {"kind", 4}, .zh = {"数据类别", 12}, .en = {"Kind", 4}, .width = 14},
    {.name = {"file", 4}, .zh = {"文件", 6}, .en = {"File", 4}, .width = 40},
    {.name = {"row", 3}, .zh = {"行号", 6}, .en = {"Row", 3}, .width = 8},
    {.name = {"key", 3}, .zh = {"县内主键", 12}, .en = {"Key", 3}, .width = 30},
    {.name = {"column", 6}, .zh = {"列", 3}, .en = {"Column", 6}, .width = 12},
    {.name = {"code", 4}, .zh = {"代码", 6}, .en = {"Code", 4}, .width = 12},
    {.name = {"before", 6}, .zh = {"现在", 6}, .en = {"Now", 3}, .width = 14},
    {.name = {"after", 5}, .zh = {"改后", 6}, .en = {"Then", 4}, .width = 14},
    {.name = {"money_fen", 9}, .zh = {"金额(元)", 11}, .en = {"Amount", 6}, .show = SHOW_FEN, .width = 16},
};

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

static struct span fen_of(struct arena *arena, fen_total fen) {
    char text[DIGITS_BYTES];
    return result_format(arena, "%s", lane_digits(fen, text));
}

static int64_t put_codes(struct arena *arena, const struct moves *moves, struct result *result) {
    int64_t all = 0;
    result_begin(result, arena, SPAN("改这张表会动到的行"), SPAN("What this edit would move"), codes,
                 sizeof codes / sizeof *codes);
    result->empty = result_label(SPAN("改这张表，一行也不动"), SPAN("this edit moves no row"));
    for (uint32_t i = 0; i < moves->count; i++) {
        const struct move *move = &moves->list[i];
        struct span *cells = result_add(result);
        cells[0] = span_of(move->county->name);
        cells[1] = span_of(model_title(move->kind));
        cells[2] = span_of(move->column);
        cells[3] = span_of(move->code);
        cells[4] = span_of(move->before);
        cells[5] = span_of(move->after);
        cells[6] = result_format(arena, "%jd", (intmax_t)move->rows);
        cells[7] = fen_of(arena, move->fen);
        all += move->rows;
    }
    return all;
}

static void put_rows(struct arena *arena, const struct moves *moves, int64_t all, struct result *result) {
    const struct mask mask = {0};
    result_begin(result, arena, SPAN("逐行"), SPAN("Row by row"), rows, sizeof rows / sizeof *rows);
    if (all > moves->row_count)
        result->note =
            result_format(arena, TEXT("共 %jd 行，列出前 %u 行。", "%jd rows, the first %u are listed."),
                          (intmax_t)all, moves->row_count);
    result->empty = result_label(SPAN("一行也不动"), SPAN("no row moves"));
    for (uint32_t i = 0; i < moves->row_count; i++) {
        const struct moved_row *row = &moves->rows[i];
        struct span *cells = result_add(result);
        cells[0] = span_of(row->move.county->name);
        cells[1] = span_of(model_title(row->move.kind));
        cells[2] = span_of(row->file);
        cells[3] = result_format(arena, "%ju", (uintmax_t)row->number);
        cells[4] = mask_key(&mask, row->persons, row->key, arena);
        cells[5] = span_of(row->move.column);
        cells[6] = span_of(row->move.code);
        cells[7] = span_of(row->move.before);
        cells[8] = span_of(row->move.after);
        cells[9] = fen_of(arena, row->move.fen);
    }
}

/* How far the comparison reached, one line each. */
static uint32_t say_reach(struct arena *arena, const struct moves *moves, int64_t all, struct span lines[3]) {
    uint32_t count = 0;
    lines[count++] = result_format(arena,
                                   TEXT("对照 %ju 行，动 %jd 行。什么都还没有改。",
                                        "%ju rows compared, %jd would move. Nothing was changed."),
                                   (uintmax_t)moves->compared, (intmax_t)all);
    if (moves->left)
        lines[count++] =
            result_format(arena,
                          TEXT("另有 %ju 行不是按现在的表入库的(改正过，或映射已变未重算)，没有计入。",
                               "%ju more rows do not stand as today's table says (corrected, or not reloaded "
                               "since) and are not counted."),
                          (uintmax_t)moves->left);
    if (moves->gone)
        lines[count++] = result_format(arena,
                                       TEXT("%u 个文件的原件已不在 deliveries/，没有计入。",
                                            "%u files are gone from deliveries/ and not counted."),
                                       moves->gone);
    return count;
}

void moves_print(const struct invocation *invocation, const struct moves *moves) {
    struct result result;
    struct span lines[3];
    int64_t all = put_codes(invocation->arena, moves, &result);
    if (invocation->json) {
        write_json_result(&result, stdout);
        return;
    }
    write_text_result(&result, stdout);
    uint32_t count = say_reach(invocation->arena, moves, all, lines);
    for (uint32_t i = 0; i < count; i++) printf("%.*s\n", (int)lines[i].size, lines[i].bytes);
}

static bool write_page(const struct paper *paper, const char *path, struct error *error) {
    struct output output;
    if (!desk_output(&output, path, true, error)) return false;
    write_html(paper, output.stream);
    return output_close(&output, error);
}

static bool write_book(const struct paper *paper, const char *path, struct error *error) {
    struct output output;
    if (!desk_output(&output, path, false, error)) return false;
    if (write_xlsx(paper, output.temporary, error)) return output_close(&output, error);
    output_abandon(&output);
    return false;
}

bool moves_write(const struct invocation *invocation, const struct city *city, const struct moves *moves,
                 const char *table, const char *path, struct error *error) {
    struct arena *arena = invocation->arena;
    struct paper paper = {.name = SPAN("impact"), .result_count = 2};
    paper.title = result_format(arena, TEXT("%s 映射改动影响：%s", "%s: what an edit of %s would move"),
                                city->name, table);
    paper.footer = paper.title;
    paper.results = ARENA_NEW(arena, struct result, 2);
    int64_t all = put_codes(arena, moves, &paper.results[0]);
    put_rows(arena, moves, all, &paper.results[1]);
    paper.line_count = say_reach(arena, moves, all, paper.lines);
    const char *page = desk_page(path, arena);
    if (!write_book(&paper, path, error) || !write_page(&paper, page, error)) return false;
    if (!invocation->json && !invocation->quiet)
        printf(TEXT("逐行见 %s 和 %s\n", "row by row in %s and %s\n"), path, page);
    return true;
}
