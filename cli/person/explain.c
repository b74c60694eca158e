/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou person explain A B, person why-not A B: two records side by side and the bits of every field.
   All records are linked again in memory, so what is shown is what a linking sees: hot values, keys, model.
 */
#include "cli/operator.h"
#include "cli/papers.h"
#include "cli/person/store.h"
#include "cli/trace.h"
#include "core/language.h"
#include "load/registry.h"

/* Two records, by their index in persons->link. */
struct question {
    struct invocation *invocation;
    struct city city;
    struct database database;
    struct registry registry;
    struct persons persons;
    struct report_options options;
    uint32_t a, b;
};

static struct span said(struct arena *arena, const char *text) { return result_format(arena, "%s", text); }

static struct span bits_text(struct arena *arena, double bits) { return result_format(arena, "%+.2f", bits); }

/* What the two records hold in the field's columns, masked by what each column is. */
static bool put_values(struct question *at, const char *county_and_number, uint32_t field, struct span *cell,
                       struct error *error) {
    struct arena *arena = at->invocation->arena;
    const struct kind *kind = model_find(SPAN("psn_info_b"));
    const struct link_field *of = &at->persons.rules.fields[field];
    const char *slash = strchr(county_and_number, '/');
    const char *arguments[] = {
        arena_print(arena, "%.*s", (int)(slash - county_and_number), county_and_number), slash + 1};
    *cell = (struct span){"", 0};
    for (uint32_t i = 0; i < of->input_count; i++) {
        int column = model_column(kind, (struct span){of->inputs[i], strlen(of->inputs[i])});
        if (column < 0 || strcmp(of->inputs[i], "psn_cert_type") == 0) continue;
        PGresult *rows = session_ask(
            &at->persons.main,
            arena_print(arena, "SELECT %s::text FROM record.psn_info_b WHERE county = $1 AND src_psn_no = $2",
                        of->inputs[i]),
            2, arguments, error);
        if (!rows) return false;
        const char *value = PQntuples(rows) ? arena_print(arena, "%s", PQgetvalue(rows, 0, 0)) : "";
        PQclear(rows);
        if (!*value) continue;
        struct span shown =
            mask_value(&at->options.mask, kind->columns[column].pii, trace_span(value), arena);
        *cell = cell->size ? result_format(arena, "%.*s %.*s", (int)cell->size, cell->bytes, (int)shown.size,
                                           shown.bytes)
                           : shown;
    }
    return true;
}

static void put_term(struct result *result, const char *what, struct span level, double bits) {
    struct span *cells = result_add(result);
    cells[0] = said(result->arena, what);
    cells[3] = level;
    cells[4] = bits_text(result->arena, bits);
}

static bool put_terms(struct question *at, struct result *result, struct error *error) {
    static const struct result_column columns[] = {
        TRACE_COLUMN("field", "字段", "Field"), TRACE_COLUMN("a", "甲", "A"), TRACE_COLUMN("b", "乙", "B"),
        TRACE_COLUMN("level", "一致程度", "Agreement"), TRACE_COLUMN("bits", "比特", "Bits")};
    const struct link *link = &at->persons.link;
    struct arena *arena = at->invocation->arena;
    struct link_evidence evidence;
    uint32_t pattern = link_compare(&at->persons.rules, link_row(link, at->a), link_row(link, at->b));
    link_explain(&link->scorer, pattern, link_frequency(link, at->a, pattern), &evidence);
    result_begin(result, arena, SPAN("依据"), SPAN("Evidence"), columns, TRACE_COUNT(columns));
    put_term(result, TEXT("任意两条记录", "any two records"), (struct span){"", 0}, evidence.prior);
    for (uint32_t f = 0; f < at->persons.rules.field_count; f++) {
        const struct link_field *field = &at->persons.rules.fields[f];
        put_term(result, field->name, said(arena, field->kind->levels[link_level_of(pattern, f)]),
                 evidence.fields[f]);
        struct span *cells = &result->cells[(size_t)(result->row_count - 1) * result->column_count];
        if (!put_values(at, link->names[at->a], f, &cells[1], error) ||
            !put_values(at, link->names[at->b], f, &cells[2], error))
            return false;
    }
    put_term(result, TEXT("姓名常见程度", "how common the name is"), (struct span){"", 0},
             evidence.frequency);
    put_term(result, TEXT("也可能是亲属", "they may be relatives"), (struct span){"", 0}, evidence.kinship);
    if (evidence.guard_index >= 0)
        put_term(result, TEXT("规则限制", "guard"),
                 said(arena, at->persons.rules.guards[evidence.guard_index].name), evidence.guard);
    put_term(result, TEXT("合计", "total"),
             result_format(arena, TEXT("同一人的可能 %.4f%%", "one person: %.4f %%"),
                           100 * link_probability(evidence.total)),
             evidence.total);
    result->levels[result->row_count - 1] = LEVEL_TOTAL;
    return true;
}

/* On which candidate rules the two meet. */
static void put_rules(struct question *at, const uint32_t *keys[2], struct result *result) {
    static const struct result_column columns[] = {TRACE_COLUMN("rule", "候选规则", "Rule"),
                                                   TRACE_COLUMN("met", "是否成对", "Brings them together")};
    const struct link_rules *rules = &at->persons.rules;
    struct arena *arena = at->invocation->arena;
    result_begin(result, arena, SPAN("候选规则"), SPAN("Rules that find candidates"), columns,
                 TRACE_COUNT(columns));
    for (uint32_t r = 0; r < rules->block_count; r++) {
        if (rules->blocks[r].training) continue;
        struct span *cells = result_add(result);
        const char *met = !keys[0][r] || !keys[1][r] ? TEXT("否：一方缺值、过热或超过上限",
                                                            "no: a value is missing, hot or above the cap")
                          : keys[0][r] == keys[1][r] ? TEXT("是", "yes")
                                                     : TEXT("否：值不同", "no: the values differ");
        cells[0] = said(arena, rules->blocks[r].name);
        cells[1] = said(arena, met);
    }
}

static const char *verdict(const struct question *at) {
    const struct link *link = &at->persons.link;
    for (uint32_t d = 0; d < link->decision_count; d++)
        if ((link->decisions[d].a == at->a && link->decisions[d].b == at->b) ||
            (link->decisions[d].a == at->b && link->decisions[d].b == at->a))
            return link->decisions[d].verdict == LINK_SAME
                       ? TEXT("人工结论：同一人", "decided: one person")
                       : TEXT("人工结论：不是同一人", "decided: not one person");
    for (uint32_t i = 0; i < link->edge_count; i++) {
        const struct link_edge *edge = &link->edges[i];
        if ((edge->a != at->a || edge->b != at->b) && (edge->a != at->b || edge->b != at->a)) continue;
        static const char *const zh[] = {"自动归并", "待审", "互相矛盾，未并", "已有人工结论"};
        static const char *const en[] = {"merged automatically", "for review", "not merged: they contradict",
                                         "decided"};
        return TEXT(zh[link->bands[i]], en[link->bands[i]]);
    }
    return link->persons[at->a] == link->persons[at->b]
               ? TEXT("经由第三条记录归为一人", "one person through a third record")
               : TEXT("没有成对或低于待审门槛", "no pair, or below the threshold of review");
}

static bool show(struct question *at, const uint32_t *keys[2], struct error *error) {
    struct arena *arena = at->invocation->arena;
    struct persons *persons = &at->persons;
    struct paper paper = {.name = SPAN("explain"), .result_count = 2};
    paper.results = ARENA_NEW(arena, struct result, 2);
    paper.title =
        result_format(arena, "%.*s  ×  %.*s",
                      (int)mask_key(&at->options.mask, trace_span(persons->link.names[at->a]), arena).size,
                      mask_key(&at->options.mask, trace_span(persons->link.names[at->a]), arena).bytes,
                      (int)mask_key(&at->options.mask, trace_span(persons->link.names[at->b]), arena).size,
                      mask_key(&at->options.mask, trace_span(persons->link.names[at->b]), arena).bytes);
    paper.lines[paper.line_count++] = said(arena, verdict(at));
    paper.lines[paper.line_count++] = result_format(
        arena,
        TEXT("自动门槛 %.2f 比特，待审门槛 %.2f 比特；规则 %s；模型由 %u 条记录学得",
             "automatic from %.2f bits on, review from %.2f; rules %s; model learnt from %u records"),
        persons->link.automatic_bits, persons->rules.review_bits, persons->rules_path, persons->link.count);
    if (!put_terms(at, &paper.results[0], error)) return false;
    put_rules(at, keys, &paper.results[1]);
    if (at->invocation->json) write_json(&paper, stdout);
    else write_text(&paper, stdout);
    return true;
}

static bool find_record(struct question *at, const char *identifier, uint32_t *record, struct error *error) {
    *record = link_find(&at->persons.link, (struct span){identifier, strlen(identifier)});
    if (*record != UINT32_MAX) return true;
    return error_code(
        error, TROUBLE_USAGE, NULL, "%s",
        TEXT("没有这条人员记录，写法如 690102/P0001", "no such record; write it as 690102/P0001"));
}

static bool answer(struct question *at, struct error *error) {
    struct persons *persons = &at->persons;
    struct arena *arena = at->invocation->arena;
    bool same;
    const uint32_t *keys[2];
    if (!persons_open(persons, at->invocation, &at->database, 0, &same, error) ||
        !persons_read(persons, error) || !find_record(at, at->invocation->arguments[1], &at->a, error) ||
        !find_record(at, at->invocation->arguments[2], &at->b, error))
        return false;
    link_candidates(&persons->link);
    for (int i = 0; i < 2; i++) {
        uint32_t *copy = ARENA_NEW(arena, uint32_t, LINK_BLOCKS);
        memcpy(copy, &persons->link.keys[(size_t)(i ? at->b : at->a) * persons->rules.block_count],
               persons->rules.block_count * sizeof *copy);
        keys[i] = copy;
    }
    link_judge(&persons->link);
    return show(at, keys, error);
}

static enum exit_code run_explain(struct invocation *invocation, const struct person_options *options,
                                  struct error *error) {
    struct question *at = ARENA_NEW(invocation->arena, struct question, 1);
    (void)options;
    at->invocation = invocation;
    if (!city_read(invocation->city, invocation->arena, &at->city, error) ||
        !papers_options(&at->city, invocation->unmask, invocation->arena, &at->options, error) ||
        !database_open(&at->database, at->city.database, at->city.directory, error))
        return exit_of(error);
    bool ok = true;
    if (invocation->unmask && (ok = registry_open(&at->registry, &at->database, error))) {
        ok = registry_audit(&at->registry, operator_name(invocation->arena), "unmask", "person explain",
                            error);
        registry_close(&at->registry);
    }
    ok = ok && answer(at, error);
    persons_close(&at->persons);
    database_close(&at->database);
    return ok ? EXIT_HELD : exit_of(error);
}

const struct person_verb person_explain = {"explain", "A B", 2, 2, run_explain};
const struct person_verb person_why_not = {"why-not", "A B", 2, 2, run_explain};
