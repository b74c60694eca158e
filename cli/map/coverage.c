/* SPDX-License-Identifier: MulanPSL-2.0 */
/* How much of what was met is mapped, over everything that stands (the paper of a run says it of that run).
 */
#include "cli/map/map.h"
#include "cli/operator.h"
#include "core/codelike.h"
#include "core/language.h"
#include "load/registry.h"
#include "report/mask.h"
#include "report/write.h"

bool map_county(const struct city *city, const char *name, const struct county **county,
                struct error *error) {
    *county = name ? city_county(city, name) : NULL;
    return !name || *county ||
           error_code(error, TROUBLE_USAGE, NULL,
                      TEXT("city.yaml 里没有县「%s」", "city.yaml has no county \"%s\""), name);
}

static struct span span_of(const char *text) { return (struct span){text, text ? strlen(text) : 0}; }

static struct span county_of(const struct city *city, const char *code) {
    for (uint32_t i = 0; i < city->county_count; i++)
        if (strcmp(city->counties[i].admdvs, code) == 0) return span_of(city->counties[i].name);
    return span_of(code);
}

static const struct result_column covered_columns[] = {
    {.name = {"county", 6}, .zh = {"县", 3}, .en = {"County", 6}},
    {.name = {"table", 5}, .zh = {"映射表", 9}, .en = {"Table", 5}},
    {.name = {"codes", 5}, .zh = {"代码种数", 12}, .en = {"Codes", 5}, .show = SHOW_COUNT},
    {.name = {"unmapped", 8}, .zh = {"未映射种数", 15}, .en = {"Unmapped", 8}, .show = SHOW_COUNT},
    {.name = {"rows", 4}, .zh = {"行数", 6}, .en = {"Rows", 4}, .show = SHOW_COUNT},
    {.name = {"rows_unmapped", 13},
     .zh = {"未映射行数", 15},
     .en = {"Rows unmapped", 13},
     .show = SHOW_COUNT},
    {.name = {"money_fen", 9}, .zh = {"金额(元)", 11}, .en = {"Amount", 6}, .show = SHOW_FEN},
    {.name = {"unmapped_fen", 12}, .zh = {"未映射金额", 15}, .en = {"Amount unmapped", 15}, .show = SHOW_FEN},
    {.name = {"share_rows", 10}, .zh = {"按行覆盖", 12}, .en = {"By rows", 7}, .show = SHOW_SHARE},
    {.name = {"share_money", 11}, .zh = {"按金额覆盖", 15}, .en = {"By money", 8}, .show = SHOW_SHARE},
};

static const struct result_column code_columns[] = {
    {.name = {"county", 6}, .zh = {"县", 3}, .en = {"County", 6}},
    {.name = {"table", 5}, .zh = {"映射表", 9}, .en = {"Table", 5}},
    {.name = {"code", 4}, .zh = {"县代码", 9}, .en = {"Code", 4}},
    {.name = {"rows", 4}, .zh = {"行数", 6}, .en = {"Rows", 4}, .show = SHOW_COUNT},
    {.name = {"money_fen", 9}, .zh = {"金额(元)", 11}, .en = {"Amount", 6}, .show = SHOW_FEN},
    {.name = {"state", 5}, .zh = {"状态", 6}, .en = {"State", 5}},
};

static void put_covered(const struct city *city, const struct covered *list, uint32_t count,
                        struct result *result) {
    for (uint32_t i = 0; i < count; i++) {
        struct span *cells = result_add(result);
        for (int c = 0; c < COVERED_CELLS; c++) cells[c] = span_of(list[i].cells[c]);
        cells[0] = county_of(city, list[i].cells[0]);
    }
}

static void put_codes(const struct city *city, const struct unmapped *list, uint32_t count, bool unmask,
                      struct result *result) {
    const struct mask mask = {.unmask = unmask};
    for (uint32_t i = 0; i < count; i++) {
        struct span *cells = result_add(result);
        cells[0] = county_of(city, list[i].county);
        cells[1] = list[i].table;
        cells[2] = mask_code(&mask, span_of(list[i].code), list[i].often, result->arena);
        cells[3] = result_format(result->arena, "%jd", (intmax_t)list[i].rows);
        cells[4] = result_format(result->arena, "%jd", (intmax_t)list[i].fen);
        cells[5] = span_of(list[i].draft ? TEXT("只有草稿", "only a draft") : TEXT("没有映射", "not mapped"));
    }
}

static bool show(struct invocation *invocation, struct session *session, const struct city *city,
                 const char *county, struct error *error) {
    struct covered *covered;
    struct unmapped *codes;
    struct result results[2];
    uint32_t covered_count = 0, code_count = 0;
    if (!map_covered(session, county, invocation->arena, &covered, &covered_count, error) ||
        !map_unmapped(session, county, invocation->arena, &codes, &code_count, error))
        return false;
    result_begin(&results[0], invocation->arena, SPAN("映射覆盖"), SPAN("Mapping coverage"), covered_columns,
                 sizeof covered_columns / sizeof *covered_columns);
    results[0].empty = result_label(SPAN("还没有用到代码映射"), SPAN("no mapping was used yet"));
    put_covered(city, covered, covered_count, &results[0]);
    result_begin(&results[1], invocation->arena, SPAN("未映射代码"), SPAN("Unmapped codes"), code_columns,
                 sizeof code_columns / sizeof *code_columns);
    results[1].empty = result_label(SPAN("没有未映射的代码"), SPAN("every code is mapped"));
    put_codes(city, codes, code_count, invocation->unmask, &results[1]);
    if (invocation->json) fputc('[', stdout);
    for (int i = 0; i < 2; i++) {
        if (invocation->json) write_json_result(&results[i], stdout);
        else write_text_result(&results[i], stdout);
        fputs(!invocation->json ? i ? "" : "\n" : i ? "]\n" : ",\n", stdout);
    }
    if (code_count && !invocation->json)
        printf(TEXT("先补行数最多、金额最大的：tongchou map suggest 县\n",
                    "map the most frequent and the largest first: tongchou map suggest COUNTY\n"));
    return true;
}

enum exit_code map_coverage(struct invocation *invocation, const char *name, struct error *error) {
    struct city *city = ARENA_NEW(invocation->arena, struct city, 1);
    const struct county *county = NULL;
    struct database database;
    struct registry registry;
    if (!city_read(invocation->city, invocation->arena, city, error) ||
        !map_county(city, name, &county, error) ||
        !database_open(&database, city->database, city->directory, error))
        return exit_of(error);
    bool ok = registry_open(&registry, &database, error);
    if (ok) {
        /* Whoever asks for values that may be names or numbers is written down before they are shown. */
        ok = (!invocation->unmask ||
              registry_audit(&registry, operator_name(invocation->arena), "unmask", "map coverage", error)) &&
             show(invocation, &registry.session, city, county ? county->admdvs : NULL, error);
        registry_close(&registry);
    }
    database_close(&database);
    return ok ? EXIT_HELD : exit_of(error);
}
