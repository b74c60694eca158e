/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/ending.h"
#include "cli/map/map.h"
#include "cli/papers.h"
#include "core/language.h"
#include "report/cell.h"
#include <stdio.h>
#include <stdlib.h>

static bool print_unmapped(struct work *work, struct error *error) {
    struct unmapped_total *totals;
    uint32_t count = 0;
    char money[FEN_TEXT];
    if (!map_totals(&work->registry.session, work->arena, &totals, &count, error)) return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct county *county = city_county(&work->city, totals[i].county);
        if (county)
            printf(TEXT("未映射代码 %jd 种，%jd 行，%s 元  →  tongchou map suggest %s\n",
                        "%jd unmapped codes, %jd rows, %s yuan  →  tongchou map suggest %s\n"),
                   (intmax_t)totals[i].codes, (intmax_t)totals[i].rows, fen_text(totals[i].fen, money),
                   county->folder);
    }
    return true;
}

static long figure(const struct result *result, const char *column) {
    struct span cell = result_cell(result, 0, (uint32_t)result_find(result, column));
    return cell.bytes ? strtol(cell.bytes, NULL, 10) : 0;
}

static void print_figures(const struct result *all, const char *directory) {
    long open = figure(all, "open"), mended = figure(all, "mended"), waived = figure(all, "waived"),
         blocked = figure(all, "blocked");
    if (mended || waived) {
        printf(TEXT("补入 %ld 行", "%ld rows mended"), mended);
        if (waived) printf(TEXT("，不移交 %ld 行", ", %ld waived"), waived);
        printf(TEXT("；退回 %ld → %ld\n", "; rejects %ld → %ld\n"),
               open + mended + waived + figure(all, "replaced") - figure(all, "came"), open);
    }
    long doubts = figure(all, "doubts");
    printf(TEXT("退回 %ld 行，疑点 %ld 行", "%ld rejects, %ld doubtful rows"), open, doubts);
    if (open || doubts) printf("  →  %s/退回/", directory); /* else there is no list */
    putchar('\n');
    if (figure(all, "absent"))
        printf(TEXT("规格写明、没有收到的数据 %ld 项  →  %s/index.html\n",
                    "named by specs, not delivered: %ld  →  %s/index.html\n"),
               figure(all, "absent"), directory);
    printf(TEXT("核对 %ld 项：相符 %ld · 不符 %ld · 不适用 %ld",
                "%ld checks: %ld held, %ld broken, %ld not applicable"),
           figure(all, "checks"), figure(all, "held"), figure(all, "broken"), figure(all, "not_applicable"));
    if (blocked) printf(TEXT(" · 无法核对 %ld", ", %ld blocked"), blocked);
    printf("  →  %s/index.html\n", directory);
}

static struct cell read_cell(const struct result *all, uint32_t row, const char *column) {
    return cell_read(all, row, (uint32_t)result_find(all, column));
}

/* "893 行 5,557,433.35 元"; without the money where the kind has no amount. */
static const char *rows_and_money(struct work *work, const struct result *all, uint32_t row, const char *rows,
                                  const char *fen) {
    char count_text[CELL_TEXT], money_text[CELL_TEXT];
    struct cell count = read_cell(all, row, rows), money = read_cell(all, row, fen);
    struct span shown = cell_shown(&count, count_text), yuan = cell_shown(&money, money_text);
    const char *text = arena_print(work->arena, TEXT("%.*s 行", "%.*s rows"), (int)shown.size, shown.bytes);
    return money.null ? text
                      : arena_print(work->arena, TEXT("%s %.*s 元", "%s, %.*s yuan"), text, (int)yuan.size,
                                    yuan.bytes);
}

static void print_undone(struct work *work, const struct result *all) {
    bool trial = work->registry.trial;
    if (!all->row_count)
        fputs(trial
                  ? TEXT(" 这批没有入库过，没有行可撤，只会从账上去掉\n",
                         " nothing of it was published: no row would move, it would only be off the books\n")
                  : TEXT(" 这批没有入库过，没有行可撤，只是从账上去掉\n",
                         " nothing of it was published: no row was moved, it is only off the books\n"),
              stdout);
    for (uint32_t row = 0; row < all->row_count; row++) {
        struct span county = result_cell(all, row, (uint32_t)result_find(all, "county")),
                    kind = result_cell(all, row, (uint32_t)result_find(all, "kind"));
        const char *went = rows_and_money(work, all, row, "went", "went_fen"),
                   *came = rows_and_money(work, all, row, "came", "came_fen"),
                   *after = rows_and_money(work, all, row, "after", "after_fen");
        printf(trial ? TEXT(" %.*s  %.*s：会撤走 %s；会恢复以前的 %s；撤回后有 %s\n",
                            " %.*s  %.*s: %s would go; %s would come back; there would be %s\n")
                     : TEXT(" %.*s  %.*s：撤走 %s；恢复以前的 %s；现有 %s\n",
                            " %.*s  %.*s: taken away %s; came back from before %s; there are now %s\n"),
               (int)county.size, county.bytes, (int)kind.size, kind.bytes, went, came, after);
        if (!read_cell(all, row, "gap").value && !read_cell(all, row, "gap_fen").value) continue;
        printf(TEXT("  这一类原有的减去撤走的、加上恢复的不等于现有的，差 %s；请运行 tongchou verify\n",
                    "  what was there less what went and with what came back is not what is there: %s too "
                    "many; run "
                    "tongchou verify\n"),
               rows_and_money(work, all, row, "gap", "gap_fen"));
    }
}

bool ending_undone(struct work *work, struct error *error) {
    struct report_options options;
    struct report report;
    struct query query;
    struct result *results = NULL;
    if (!papers_options(&work->city, false, work->arena, &options, error)) return false;
    options.run = work->registry.run;
    options.within = work->registry.trial;
    bool ok = report_open(&report, work->registry.session.connection, &options, work->arena, error) &&
              report_query(&report, "run_undone", NULL, &query, &results, error);
    if (ok && work->invocation->json) {
        fputs("[", stdout);
        write_json_result(&results[0], stdout);
        fputs("]\n", stdout);
    } else if (ok && !work->invocation->quiet) print_undone(work, &results[0]);
    report_close(&report);
    return ok;
}

bool ending_print(struct work *work, const char *directory, struct error *error) {
    struct report_options options;
    struct report report;
    struct query query;
    struct result *results = NULL;
    if (!print_unmapped(work, error) || !papers_options(&work->city, false, work->arena, &options, error))
        return false;
    options.run = work->registry.run;
    bool ok = report_open(&report, work->registry.session.connection, &options, work->arena, error) &&
              report_query(&report, "run_ending", NULL, &query, &results, error);
    if (ok) print_figures(&results[0], path_seen(directory, work->arena));
    report_close(&report);
    return ok;
}
