/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/map/map.h"
#include "cli/operator.h"
#include "core/codelike.h"
#include "core/language.h"
#include "load/registry.h"
#include "report/mask.h"
#include "report/write.h"
#include <unistd.h>

struct suggesting {
    struct invocation *invocation;
    struct arena *arena;
    struct city city;
    const struct county *county;
    struct spec_set specs;
    const struct rules **rules; /* [city.county_count] the county's own first */
    uint32_t count, written;
    struct unmapped *codes;
    struct proposal *proposals;
    uint32_t hidden;
};

static bool read_county(const struct city *city, const struct county *county, struct arena *arena,
                        struct spec_set *specs, struct rules *rules, struct error *error) {
    return specs_read(city, county, arena, specs, error) &&
           rules_read(city, county, specs, arena, rules, error);
}

/* A neighbour whose tables are wrong has nothing to say; its own lint says why. */
static bool read_rules(struct suggesting *at, struct error *error) {
    at->rules = ARENA_NEW(at->arena, const struct rules *, at->city.county_count);
    struct rules *own = ARENA_NEW(at->arena, struct rules, 1);
    if (!read_county(&at->city, at->county, at->arena, &at->specs, own, error)) return false;
    uint32_t count = 0;
    at->rules[count++] = own;
    for (uint32_t i = 0; i < at->city.county_count; i++) {
        struct spec_set specs;
        struct rules *rules = ARENA_NEW(at->arena, struct rules, 1);
        if (&at->city.counties[i] == at->county) continue;
        at->rules[count++] =
            read_county(&at->city, &at->city.counties[i], at->arena, &specs, rules, &(struct error){0})
                ? rules
                : NULL;
    }
    return true;
}

/* Whoever asks for values that may be names or numbers is written down before they are shown. */
static bool read_codes(struct suggesting *at, struct error *error) {
    struct database database;
    struct registry registry;
    if (!database_open(&database, at->city.database, at->city.directory, error)) return false;
    bool ok = registry_open(&registry, &database, error);
    if (ok) {
        ok = (!at->invocation->unmask ||
              registry_audit(&registry, operator_name(at->arena), "unmask",
                             arena_print(at->arena, "map suggest %s", at->county->folder), error)) &&
             map_unmapped(&registry.session, at->county->admdvs, at->arena, &at->codes, &at->count, error);
        registry_close(&registry);
    }
    database_close(&database);
    return ok;
}

static bool same_row(const struct suggesting *at, uint32_t a, uint32_t b) {
    return span_equal(at->codes[a].table, at->codes[b].table) &&
           strcmp(at->codes[a].code, at->codes[b].code) == 0;
}

/* The best candidate is the draft; its score and the others stand in the note, for whoever reviews it. */
static struct draft draft_of(const struct suggesting *at, uint32_t index, struct span author) {
    const struct proposal *proposal = &at->proposals[index];
    struct draft draft = {.code = {at->codes[index].code, strlen(at->codes[index].code)},
                          .label = proposal->label,
                          .author = author};
    const char *note = "";
    for (uint32_t i = 0; i < proposal->count; i++) {
        const struct candidate *one = &proposal->candidates[i];
        note = i == 0
                   ? arena_print(at->arena, TEXT("%d 分", "score %d"), one->score)
                   : arena_print(at->arena,
                                 TEXT("%s；另：%.*s %.*s %d 分，%s", "%s; or %.*s %.*s, score %d, %s"), note,
                                 (int)one->target.size, one->target.bytes, (int)one->target_label.size,
                                 one->target_label.bytes, one->score, one->why);
    }
    if (!proposal->count) note = TEXT("没有可参照的，请向县里问明", "nothing to go by: ask the county");
    const struct candidate *best = &proposal->candidates[0];
    draft.note = (struct span){note, strlen(note)};
    if (!proposal->count) return draft;
    draft.target = best->target;
    draft.target_label = best->target_label;
    draft.why = (struct span){best->why, strlen(best->why)};
    return draft;
}

/* All drafts of one table at once; a code that two specs lack is written once. */
static bool write_table(struct suggesting *at, uint32_t first, struct span author, struct error *error) {
    struct draft *drafts = ARENA_NEW(at->arena, struct draft, at->count);
    uint32_t count = 0;
    for (uint32_t i = first; i < at->count; i++) {
        const struct proposal *proposal = &at->proposals[i];
        bool again = !span_equal(at->codes[i].table, at->codes[first].table) || proposal->written ||
                     proposal->hidden || !at->codes[i].table.size;
        for (uint32_t j = first; j < i && !again; j++) again = same_row(at, i, j);
        if (again) continue;
        drafts[count++] = draft_of(at, i, author);
    }
    at->written += count;
    if (!count || at->invocation->dry_run) return true;
    const char *stem = arena_print(at->arena, "%s/%s", at->city.directory, at->proposals[first].stem);
    if (access(arena_print(at->arena, "%s.xlsx", stem), F_OK) == 0)
        return error_code(
            error, TROUBLE_USAGE, NULL,
            TEXT("%s.xlsx 是工作簿，草稿写不进去：先用 WPS 另存为 CSV(UTF-8)，再删去工作簿",
                 "%s.xlsx is a workbook, drafts cannot be added: save it as CSV (UTF-8), remove it"),
            at->proposals[first].stem);
    return map_append(arena_print(at->arena, "%s.csv", stem), drafts, count, at->arena, error);
}

static bool write_drafts(struct suggesting *at, struct error *error) {
    const char *name = operator_name(at->arena);
    struct span author = {name, strlen(name)};
    for (uint32_t i = 0; i < at->count; i++) {
        bool seen = !at->codes[i].table.size;
        for (uint32_t j = 0; j < i && !seen; j++) seen = span_equal(at->codes[i].table, at->codes[j].table);
        if (!seen && !write_table(at, i, author, error)) return false;
    }
    return true;
}

static const struct result_column columns[] = {
    {.name = {"code", 4}, .zh = {"代码", 6}, .en = {"Code", 4}},
    {.name = {"table", 5}, .zh = {"映射表", 9}, .en = {"Table", 5}},
    {.name = {"rows", 4}, .zh = {"行数", 6}, .en = {"Rows", 4}, .show = SHOW_COUNT},
    {.name = {"money_fen", 9}, .zh = {"金额(元)", 11}, .en = {"Amount", 6}, .show = SHOW_FEN},
    {.name = {"target", 6}, .zh = {"建议目标", 12}, .en = {"Proposed", 8}},
    {.name = {"score", 5}, .zh = {"分数", 6}, .en = {"Score", 5}, .show = SHOW_COUNT},
    {.name = {"why", 3}, .zh = {"理由", 6}, .en = {"Why", 3}},
};

/* Why there is no candidate, or none to be shown. */
static const char *silence(const struct proposal *proposal) {
    return proposal->hidden ? TEXT("不像代码，请县里查这一列", "does not look like a code: ask the county")
           : proposal->written
               ? TEXT("县表里已有这一行，等审核", "the county's table has the row: to be reviewed")
               : TEXT("没有可参照的，请向县里问明", "nothing to go by: ask the county");
}

/* A code, and below it its other candidates. */
static void put_code(const struct suggesting *at, uint32_t index, struct result *result) {
    const struct unmapped *code = &at->codes[index];
    const struct proposal *proposal = &at->proposals[index];
    uint32_t lines = proposal->written || !proposal->count ? 1 : proposal->count;
    for (uint32_t i = 0; i < lines; i++) {
        struct span *cells = result_add(result);
        const struct candidate *one = &proposal->candidates[i];
        if (i == 0 || at->invocation->json) {
            cells[0] = (struct span){code->code, strlen(code->code)};
            if (proposal->hidden) cells[0] = codelike_hidden(cells[0], at->arena);
            cells[1] = code->table;
            cells[2] = result_format(at->arena, "%jd", (intmax_t)code->rows);
            cells[3] = result_format(at->arena, "%jd", (intmax_t)code->fen);
        }
        if (lines == 1 && (proposal->written || !proposal->count)) {
            const char *why = silence(proposal);
            cells[6] = (struct span){why, strlen(why)};
            continue;
        }
        cells[4] = result_format(at->arena, "%.*s %.*s", (int)one->target.size, one->target.bytes,
                                 (int)one->target_label.size, one->target_label.bytes);
        cells[5] = result_format(at->arena, "%d", one->score);
        cells[6] = (struct span){one->why, strlen(one->why)};
    }
}

static void print_table(const struct suggesting *at) {
    struct result result;
    result_begin(&result, at->arena, SPAN("未映射代码"), SPAN("Unmapped codes"), columns,
                 sizeof columns / sizeof *columns);
    result.empty = result_label(SPAN("没有未映射的代码"), SPAN("every code is mapped"));
    for (uint32_t i = 0; i < at->count; i++) put_code(at, i, &result);
    if (at->invocation->json) write_json_result(&result, stdout);
    else write_text_result(&result, stdout);
    if (at->hidden && !at->invocation->json)
        printf(
            TEXT("%u 种不像代码，可能是姓名或号码，只显示字数，也不起草：先请县里查这一列；确是代码的，用 "
                 "--unmask 显示并起草(会记录)\n",
                 "%u do not look like codes and may be names or numbers: shown by their length, not drafted; "
                 "ask the county, or use --unmask, which is recorded\n"),
            at->hidden);
}

/* What does not look like a code and may be a person's is neither shown nor written to a table. */
static void propose(struct suggesting *at) {
    struct proposing proposing = {&at->city, at->county, at->city.county_count, at->rules, at->arena};
    const struct mask mask = {.unmask = at->invocation->unmask};
    at->proposals = ARENA_NEW(at->arena, struct proposal, at->count + 1);
    for (uint32_t i = 0; i < at->count; i++) {
        struct proposal *proposal = &at->proposals[i];
        struct span code = {at->codes[i].code, strlen(at->codes[i].code)};
        map_propose(&proposing, &at->codes[i], proposal);
        /* A table that has the code, or a label equal to it, says that it is one. */
        bool known = proposal->written || proposal->known;
        proposal->hidden = mask_code(&mask, code, at->codes[i].often || known, at->arena).bytes != code.bytes;
        if (!proposal->hidden) continue;
        proposal->count = 0;
        proposal->label = (struct span){"", 0};
        at->hidden++;
    }
}

static void print_next(const struct suggesting *at) {
    if (!at->count || at->invocation->json) return;
    const char *folder = at->county->folder;
    if (at->invocation->dry_run)
        printf(TEXT("会写入 %u 行草稿到 mappings/%s/，这次没有写\n",
                    "would write %u drafts to mappings/%s/; nothing was written\n"),
               at->written, folder);
    else if (at->written)
        printf(TEXT("已写入 %u 行草稿到 mappings/%s/；逐行核对，由起草人以外的人把 status 改为 reviewed 并填 "
                    "reviewer，再 tongchou run\n",
                    "wrote %u drafts to mappings/%s/; have someone else set status to reviewed and fill "
                    "reviewer, then tongchou run\n"),
               at->written, folder);
    else
        printf(TEXT("没有要写的草稿：mappings/%s/ 里都已有，审核后 tongchou run\n",
                    "nothing to write: mappings/%s/ has them all; review, then tongchou run\n"),
               folder);
}

enum exit_code map_suggest(struct invocation *invocation, const char *county, struct error *error) {
    struct suggesting *at = ARENA_NEW(invocation->arena, struct suggesting, 1);
    at->invocation = invocation;
    at->arena = invocation->arena;
    if (!city_read(invocation->city, at->arena, &at->city, error)) return exit_of(error);
    at->county = city_county(&at->city, county);
    if (!at->county) {
        error_code(error, TROUBLE_USAGE, NULL,
                   TEXT("city.yaml 里没有县「%s」", "city.yaml has no county \"%s\""), county);
        return EXIT_USAGE;
    }
    if (!read_rules(at, error) || !read_codes(at, error)) return exit_of(error);
    map_systems(&at->specs, at->codes, at->count);
    propose(at);
    if (!write_drafts(at, error)) return exit_of(error);
    print_table(at);
    print_next(at);
    return EXIT_HELD;
}
