/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Mapping tables as their keepers see them: what is missing, what is wrong, what a change would touch. */
#include "cli/map/map.h"
#include "cli/map/moves.h"
#include "core/language.h"
#include <stddef.h>
#include <stdlib.h>

void map_systems(const struct spec_set *specs, struct unmapped *list, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t s = 0; s < specs->count; s++)
            if (strcmp(specs->sources[s].path, list[i].spec_path) == 0)
                list[i].system = specs->specs[s].profile;
}

struct map_options {
    const char *out;
};

static enum exit_code map_run(struct invocation *invocation, void *options, struct error *error) {
    static const struct {
        const char *name;
        enum exit_code (*run)(struct invocation *invocation, const char *county, struct error *error);
        bool county; /* must be named */
        uint32_t arguments_max;
    } verbs[] = {{"suggest", map_suggest, true, 2},
                 {"coverage", map_coverage, false, 2},
                 {"lint", map_lint, false, 2},
                 {"impact", map_impact, false, 2}};
    const struct map_options *wish = options;
    const char *const *arguments = invocation->arguments;
    /* Two tables: what an edit would do.  One county or none: what edits that were made already would do. */
    if (invocation->argument_count == 3 && strcmp(arguments[0], "impact") == 0)
        return map_moves(invocation, arguments[1], arguments[2], wish->out, error);
    const char *county = invocation->argument_count > 1 ? invocation->arguments[1] : NULL;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(invocation->arguments[0], verbs[i].name) != 0) continue;
        bool fits = invocation->argument_count <= verbs[i].arguments_max && (county || !verbs[i].county);
        if (fits) return verbs[i].run(invocation, county, error);
        error_code(error, TROUBLE_USAGE, NULL,
                   verbs[i].county
                       ? TEXT("要写明县：tongchou map %s 县", "which county: tongchou map %s COUNTY")
                       : TEXT("tongchou map %s 后面至多写一个县", "tongchou map %s takes one county at most"),
                   verbs[i].name);
        return EXIT_USAGE;
    }
    error_code(error, TROUBLE_USAGE, NULL,
               TEXT("map 后面是 suggest、coverage、lint 或 impact，不是「%s」",
                    "map takes suggest, coverage, lint or impact, not \"%s\""),
               invocation->arguments[0]);
    return EXIT_USAGE;
}

static const struct setting options[] = {
    {"out", SETTING_TEXT, offsetof(struct map_options, out), NULL,
     "impact OLD NEW：逐行写成工作簿(旁边另有网页)，如 影响.xlsx",
     "impact OLD NEW: a workbook with every row, and a page beside it"},
    {0},
};

const struct command command_map = {
    .name = "map",
    .arguments = "suggest|coverage|lint|impact [COUNTY | OLD NEW]",
    .zh = "映射表：给未映射的代码起草建议；覆盖了多少；写得对不对；改动影响哪些行",
    .en = "mapping tables: draft rows for unmapped codes; coverage; faults; what a change would touch",
    .example = "tongchou map suggest qinghe",
    .tries = " suggest coverage lint ",
    .note_zh = "  suggest [COUNTY]    给未映射的代码起草，写进 mappings/县/\n"
               "  coverage [COUNTY]   每张表映射了多少行、多少钱\n"
               "  lint [COUNTY]       全部毛病，写明文件和行\n"
               "  impact COUNTY       哪些入库的行还是按老表来的\n"
               "  impact OLD NEW      改表会动哪些行，什么也不改",
    .note_en = "  suggest [COUNTY]    drafts rows for unmapped codes into mappings/COUNTY/\n"
               "  coverage [COUNTY]   how many rows and how much money each table maps\n"
               "  lint [COUNTY]       every fault, with file and row\n"
               "  impact COUNTY       published rows that still go by older tables\n"
               "  impact OLD NEW      what an edit would move; changes nothing",
    .options = options,
    .state_size = sizeof(struct map_options),
    .arguments_min = 1,
    .arguments_max = 3,
    .run = map_run,
};
