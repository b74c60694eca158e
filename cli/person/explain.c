/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou person explain A B, person why-not A B: two records side by side, the bits of every field, and all
   that was looked at: hot values, keys, model.  Where something has changed since the last linking, the
   records are linked again in memory, so what is shown is what a linking sees. */
#include "cli/person/pairs.h"
#include "cli/person/why.h"
#include "cli/trace.h"
#include "core/language.h"
#include <stdlib.h>

enum { HUNDRED = 100 };

/* Two records that were asked about. */
struct question {
    struct desk desk;
    struct persons persons;
    struct why why;
    struct pairs pairs;
    const char *out;
};

static bool find_record(struct question *at, const char *identifier, uint32_t *record, struct error *error) {
    *record = link_find(&at->persons.link, trace_span(identifier));
    if (*record == UINT32_MAX)
        return error_code(
            error, TROUBLE_USAGE, NULL, "%s",
            TEXT("没有这条人员记录，写法如 690102/P0001", "no such record; write it as 690102/P0001"));
    return at->persons.records[*record] ||
           error_code(error, TROUBLE_USAGE, NULL, "%s",
                      TEXT("这条记录还没有归并过；先运行 tongchou person link",
                           "the record was never linked: run tongchou person link first"));
}

/* The evidence as identity.link would hold it. */
static bool read_pair(struct question *at, struct error *error) {
    struct arena *arena = at->desk.arena;
    const struct link *link = &at->persons.link;
    const struct why *why = &at->why;
    int terms[PERSON_TERMS_MAX], count = persons_terms(&at->persons.rules, &why->evidence, terms), sum = 0;
    const char *list = "{";
    for (int t = 0; t < count; t++) {
        list = arena_print(arena, "%s%s%d", list, t ? "," : "", terms[t]);
        sum += terms[t];
    }
    bool edge = why->edge != UINT32_MAX;
    const char *arguments[] = {
        arena_print(arena, "%jd", (intmax_t)at->persons.records[why->a]),
        arena_print(arena, "%jd", (intmax_t)at->persons.records[why->b]),
        arena_print(arena, "%d", sum),
        arena_print(arena, "%u", why->pattern),
        arena_print(arena, "%d", edge ? (int)(link->edges[why->edge].look >> LINK_PATTERN_BITS) : -1),
        edge ? person_bands[link->bands[why->edge]] : "",
        arena_print(arena, "%s}", list)};
    at->pairs = (struct pairs){.desk = &at->desk, .rules = &at->persons.rules};
    return pairs_read(&at->pairs,
                      "SELECT $1::bigint AS a, $2::bigint AS b, $3::int AS hundredths, $4::int AS pattern,"
                      " $5::int AS rule, $6::text AS band, $7::int[] AS terms, 1 AS place",
                      7, arguments, error);
}

static void put_terms(const struct pair *pair, struct result *result, struct arena *arena) {
    static const struct result_column columns[] = {
        TRACE_COLUMN("field", "字段", "Field"), TRACE_COLUMN("a", "甲", "A"), TRACE_COLUMN("b", "乙", "B"),
        TRACE_COLUMN("level", "一致程度", "Agreement"), TRACE_COLUMN("bits", "比特", "Bits")};
    result_begin(result, arena, SPAN("依据"), SPAN("Evidence"), columns, TRACE_COUNT(columns));
    for (uint32_t t = 0; t <= pair->term_count; t++) {
        struct span *cells = result_add(result);
        bool total = t == pair->term_count;
        const struct pair_term *term = &pair->terms[total ? 0 : t];
        int bits = total ? pair->hundredths : term->hundredths;
        cells[0] = total ? trace_span(TEXT("合计", "total")) : term->name;
        cells[1] = total ? (struct span){"", 0} : term->a;
        cells[2] = total ? (struct span){"", 0} : term->b;
        cells[3] = total ? result_format(arena, TEXT("同一人的可能 %.*s", "one person: %.*s"),
                                         (int)pair->chance.size, pair->chance.bytes)
                         : term->level;
        cells[4] = result_format(arena, "%+.2f", (double)bits / HUNDRED);
        if (total) result->levels[result->row_count - 1] = LEVEL_TOTAL;
    }
}

static bool write_page(struct question *at, const char *path, struct error *error) {
    struct arena *arena = at->desk.arena;
    struct span title =
        result_format(arena, TEXT("%s 两条记录的比对", "%s: two records compared"), at->desk.city.name);
    struct result steps;
    struct pair *pair = &at->pairs.pairs[0];
    struct output output;
    if (!desk_output(&output, path, true, error)) return false;
    FILE *stream = output.stream;
    pair->place = 0;
    pair->why = why_verdict(&at->why);
    if (!pair->state.size) pair->state = trace_span(TEXT("不成对", "no pair"));
    write_html_begin(title, title, stream);
    write_html_pair(pair, at->pairs.threshold, stream);
    why_steps(&at->why, &steps);
    write_html_result(&steps, stream);
    write_html_end(stream);
    return output_close(&output, error);
}

/* why-not answers first and shows the numbers after; explain the other way round. */
static bool show(struct question *at, bool why_not, struct error *error) {
    struct arena *arena = at->desk.arena;
    const struct pair *pair = &at->pairs.pairs[0];
    struct paper paper = {.name = SPAN("explain"), .result_count = 3};
    if (!at->pairs.count)
        return error_code(error, TROUBLE_LATER, NULL, "%s",
                          TEXT("记录刚刚变了，请再问一次", "a record has just changed; ask again"));
    if (at->out) return write_page(at, at->out, error);
    paper.results = ARENA_NEW(arena, struct result, 3);
    paper.title =
        result_format(arena, "%.*s  ×  %.*s", (int)pair->sides[0].record.size, pair->sides[0].record.bytes,
                      (int)pair->sides[1].record.size, pair->sides[1].record.bytes);
    paper.lines[paper.line_count++] = why_verdict(&at->why);
    put_terms(pair, &paper.results[why_not ? 1 : 0], arena);
    why_steps(&at->why, &paper.results[why_not ? 0 : 1]);
    why_rules(&at->why, &paper.results[2]);
    if (at->desk.invocation->json) write_json(&paper, stdout);
    else write_text(&paper, stdout);
    return true;
}

static bool find_records(struct question *at, struct error *error) {
    struct invocation *invocation = at->desk.invocation;
    struct persons *persons = &at->persons;
    struct why *why = &at->why;
    if (!find_record(at, invocation->arguments[1], &why->a, error) ||
        !find_record(at, invocation->arguments[2], &why->b, error))
        return false;
    /* A pair's number begins with the lower record. */
    if (persons->records[why->a] > persons->records[why->b]) {
        uint32_t first = why->b;
        why->b = why->a, why->a = first;
    }
    return true;
}

static void keep_keys(struct question *at) {
    const struct link *link = &at->persons.link;
    for (int i = 0; i < 2; i++) {
        uint32_t *copy = ARENA_NEW(at->desk.arena, uint32_t, LINK_BLOCKS);
        memcpy(copy, &link->keys[(size_t)(i ? at->why.b : at->why.a) * link->rules->block_count],
               link->rules->block_count * sizeof *copy);
        at->why.keys[i] = copy;
    }
}

/* Nothing has changed since the last linking: a look at what it left.  `known` false: it left too little. */
static bool recall(struct question *at, bool *known, struct error *error) {
    struct persons *persons = &at->persons;
    bool same;
    *known = false;
    if (!persons_open(persons, at->desk.invocation, &at->desk.database, 0, &same, error)) return false;
    if (same && !persons_recall(persons, known, error)) return false;
    if (!*known) return true;
    if (!find_records(at, error) || !persons_recall_pair(persons, at->why.a, at->why.b, known, error))
        return false;
    if (*known) keep_keys(at);
    return true;
}

static bool link_again(struct question *at, struct error *error) {
    struct persons *persons = &at->persons;
    bool same;
    if (!persons_open(persons, at->desk.invocation, &at->desk.database, 0, &same, error) ||
        !persons_read(persons, error) || !find_records(at, error))
        return false;
    link_candidates(&persons->link);
    keep_keys(at);
    link_judge(&persons->link);
    persons_number(persons);
    return true;
}

static bool answer(struct question *at, struct error *error) {
    bool known;
    if (!recall(at, &known, error)) return false;
    if (!known) {
        persons_close(&at->persons);
        if (!link_again(at, error)) return false;
    }
    return why_begin(&at->why, error) && read_pair(at, error);
}

static enum exit_code run(struct invocation *invocation, const struct person_options *options, bool why_not,
                          struct error *error) {
    struct question *at = ARENA_NEW(invocation->arena, struct question, 1);
    at->out = options->out;
    at->why = (struct why){.desk = &at->desk, .persons = &at->persons};
    bool ok = desk_open(&at->desk, invocation, why_not ? "person why-not" : "person explain", error);
    ok = ok && answer(at, error) && show(at, why_not, error);
    persons_close(&at->persons);
    desk_close(&at->desk);
    return ok ? EXIT_HELD : exit_of(error);
}

static enum exit_code run_explain(struct invocation *invocation, const struct person_options *options,
                                  struct error *error) {
    return run(invocation, options, false, error);
}
static enum exit_code run_why_not(struct invocation *invocation, const struct person_options *options,
                                  struct error *error) {
    return run(invocation, options, true, error);
}

const struct person_verb person_explain = {"explain", "A B", 2, 2, run_explain};
const struct person_verb person_why_not = {"why-not", "A B", 2, 2, run_why_not};
