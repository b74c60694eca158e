/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/ending.h"
#include "cli/map/map.h"
#include "cli/papers.h"
#include "core/language.h"
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
                        "%jd unmapped codes, %jd rows, %s yuan  ->  tongchou map suggest %s\n"),
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
        printf(TEXT("；退回 %ld → %ld\n", "; rejects %ld -> %ld\n"),
               open + mended + waived + figure(all, "replaced") - figure(all, "came"), open);
    }
    printf(TEXT("退回 %ld 行，疑点 %ld 行  →  %s/退回/\n", "%ld rejects, %ld doubtful rows  ->  %s/退回/\n"),
           open, figure(all, "doubts"), directory);
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
