/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Everything between two records and one person: what people decided, which rules met, bits against both
   thresholds, guards, and what keeps the two persons apart. */
#include "cli/person/why.h"
#include "cli/person/words.h"
#include "cli/trace.h"
#include "core/language.h"
#include "transform/link/veto.h"

enum { MEMBERS_TOLD = 12 };

static bool same_pair(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    return (a == c && b == d) || (a == d && b == c);
}

bool why_begin(struct why *why, struct error *error) {
    const struct link *link = &why->persons->link;
    struct decision *decisions;
    why->pattern = link_compare(link->rules, link_row(link, why->a), link_row(link, why->b));
    link_explain(&link->scorer, why->pattern, link_frequency(link, why->a, why->pattern), &why->evidence);
    why->edge = UINT32_MAX;
    for (uint32_t i = 0; i < link->edge_count && why->edge == UINT32_MAX; i++)
        if (same_pair(link->edges[i].a, link->edges[i].b, why->a, why->b)) why->edge = i;
    if (!decision_standing(why->desk->session, why->desk->arena, &decisions, &why->decision_count, error))
        return false;
    why->decisions = decisions;
    return true;
}

static struct span record_name(const struct why *why, uint32_t record) {
    return mask_key(&why->desk->options.mask, "*", trace_span(why->persons->link.names[record]),
                    why->desk->arena);
}

/* The record of that number; UINT32_MAX: it is gone. */
static uint32_t record_of(const struct why *why, int64_t number) {
    for (uint32_t i = 0; i < why->persons->link.count; i++)
        if (why->persons->records[i] == number) return i;
    return UINT32_MAX;
}

/* The decision about the very pair; else one that keeps their persons apart.  NULL: none. */
static const struct decision *find_decision(const struct why *why) {
    const struct link *link = &why->persons->link;
    const struct decision *found = NULL;
    for (uint32_t d = 0; d < why->decision_count; d++) {
        uint32_t a = record_of(why, why->decisions[d].a), b = record_of(why, why->decisions[d].b);
        if (a == UINT32_MAX || b == UINT32_MAX) continue;
        if (same_pair(a, b, why->a, why->b)) return &why->decisions[d];
        if (!found && why->decisions[d].verdict != VERDICT_SAME &&
            link->persons[why->a] != link->persons[why->b] &&
            same_pair(link->persons[a], link->persons[b], link->persons[why->a], link->persons[why->b]))
            found = &why->decisions[d];
    }
    return found;
}

static struct span decision_text(const struct why *why) {
    struct arena *arena = why->desk->arena;
    const struct decision *decision = find_decision(why);
    if (!decision) return trace_span(TEXT("没有", "none"));
    uint32_t a = record_of(why, decision->a), b = record_of(why, decision->b);
    struct span through = {"", 0};
    if (!same_pair(a, b, why->a, why->b))
        through = result_format(arena, TEXT("%.*s × %.*s，", "%.*s x %.*s, "), (int)record_name(why, a).size,
                                record_name(why, a).bytes, (int)record_name(why, b).size,
                                record_name(why, b).bytes);
    return result_format(arena, TEXT("%.*s%s：%s（事件 %jd，%s %s）", "%.*s%s: %s (event %jd, %s %s)"),
                         (int)through.size, through.bytes, verdict_said(decision->verdict), decision->reason,
                         (intmax_t)decision->event, *decision->by ? decision->by : decision->operator,
                         decision->on);
}

static bool meets(const struct why *why, uint32_t rule) {
    return !why->persons->rules.blocks[rule].training && why->keys[0][rule] &&
           why->keys[0][rule] == why->keys[1][rule];
}

static struct span rules_text(const struct why *why) {
    struct arena *arena = why->desk->arena;
    const struct link *link = &why->persons->link;
    const char *list = "";
    for (uint32_t r = 0; r < link->rules->block_count; r++)
        if (meets(why, r))
            list = arena_print(arena, "%s%s%s", list, *list ? TEXT("、", ", ") : "",
                               words_rule(link->rules->blocks[r].name));
    if (!*list)
        return trace_span(TEXT("没有一条规则使两者成对，所以没有比较过",
                               "no rule brings them together: they were never "
                               "compared"));
    if (why->edge == UINT32_MAX) return result_format(arena, "%s", list);
    const char *first = link->rules->blocks[link->edges[why->edge].look >> LINK_PATTERN_BITS].name;
    return result_format(arena, TEXT("%s（先由「%s」找到）", "%s (found by %s first)"), list,
                         words_rule(first));
}

static struct span bits_text(const struct why *why) {
    const struct link *link = &why->persons->link;
    double bits = why->evidence.total, automatic = link->automatic_bits, review = link->rules->review_bits;
    if (bits >= automatic)
        return result_format(why->desk->arena,
                             TEXT("%+.2f，达到自动门槛 %.2f", "%+.2f, as many as a merge needs (%.2f)"), bits,
                             automatic);
    if (bits >= review)
        return result_format(why->desk->arena,
                             TEXT("%+.2f，达到待审门槛 %.2f，离自动门槛 %.2f 还差 %.2f",
                                  "%+.2f, enough for review (%.2f), short of a merge (%.2f) by %.2f"),
                             bits, review, automatic, automatic - bits);
    return result_format(why->desk->arena,
                         TEXT("%+.2f，离待审门槛 %.2f 还差 %.2f，离自动门槛 %.2f 还差 %.2f",
                              "%+.2f, short of review (%.2f) by %.2f and of a merge (%.2f) by %.2f"),
                         bits, review, review - bits, automatic, automatic - bits);
}

/* The guard that asks for a person's judgement; NULL: none. */
static const char *review_guard(const struct why *why) {
    const struct link_rules *rules = &why->persons->rules;
    if (!link_for_review(rules, why->pattern)) return NULL;
    for (uint32_t g = 0; g < rules->guard_count; g++) {
        bool all = rules->guards[g].review;
        for (uint32_t j = 0; all && j < rules->guards[g].field_count; j++)
            all = rules->guards[g].when[j].levels >>
                      link_level_of(why->pattern, rules->guards[g].when[j].field) &
                  1;
        if (all) return words_guard(rules->guards[g].name);
    }
    return NULL;
}

static struct span guard_text(const struct why *why) {
    const struct link_rules *rules = &why->persons->rules;
    const char *review = review_guard(why);
    if (review)
        return result_format(why->desk->arena, TEXT("%s：只由人判断", "%s: for a person to judge"), review);
    if (why->evidence.guard_index >= 0 && why->evidence.guard < 0)
        return result_format(why->desk->arena, TEXT("%s：最多 %.2f 比特", "%s: %.2f bits at most"),
                             words_guard(rules->guards[why->evidence.guard_index].name),
                             rules->guards[why->evidence.guard_index].bits);
    return trace_span(TEXT("没有", "none"));
}

static struct span veto_text(const struct why *why) {
    struct arena *arena = why->desk->arena;
    struct link_veto veto = link_veto(&why->persons->link, why->a, why->b);
    struct span left = record_name(why, veto.left), right = record_name(why, veto.right);
    const char *sides =
        arena_print(arena, "%.*s × %.*s", (int)left.size, left.bytes, (int)right.size, right.bytes);
    switch (veto.veto) {
    case VETO_NONE: break;
    case VETO_DECIDED:
        return result_format(arena, TEXT("%s 已有结论：不是同一人", "%s: decided to be two persons"), sides);
    case VETO_NUMBERS:
        return result_format(
            arena, TEXT("%s 各有真证件号，号码不同", "%s: both numbers are verified, and differ"), sides);
    case VETO_CONTRADICTION:
        return result_format(
            arena, TEXT("%s 互相矛盾（%.2f 比特，低于 %.2f）", "%s contradict (%.2f bits, below %.2f)"),
            sides, veto.bits, why->persons->rules.contradiction);
    case VETO_SIZE:
        return result_format(arena, TEXT("合并后超过 %u 条记录", "more than %u records together"),
                             why->persons->rules.size_max);
    }
    return trace_span(TEXT("没有", "nothing"));
}

/* The person of a record and all that belong to him. */
static struct span person_text(const struct why *why, uint32_t record) {
    struct arena *arena = why->desk->arena;
    const struct link *link = &why->persons->link;
    const char *list = "";
    uint32_t count = 0;
    for (uint32_t i = 0; i < link->count; i++) {
        if (link->persons[i] != link->persons[record] || ++count > MEMBERS_TOLD) continue;
        struct span name = record_name(why, i);
        list = arena_print(arena, "%s%s%.*s", list, count > 1 ? TEXT("、", ", ") : "", (int)name.size,
                           name.bytes);
    }
    return result_format(arena, TEXT("%012jd：%u 条记录 %s%s", "%012jd: %u records %s%s"),
                         (intmax_t)why->persons->now[record], count, list, count > MEMBERS_TOLD ? "……" : "");
}

struct span why_verdict(const struct why *why) {
    struct arena *arena = why->desk->arena;
    const struct link *link = &why->persons->link;
    const struct decision *decision = find_decision(why);
    bool one = link->persons[why->a] == link->persons[why->b];
    if (decision && (decision->verdict != VERDICT_SAME || one)) {
        struct span text = decision_text(why);
        return result_format(arena, TEXT("人工结论：%.*s", "decided: %.*s"), (int)text.size, text.bytes);
    }
    if (one && why->edge != UINT32_MAX && link->bands[why->edge] == LINK_AUTOMATIC &&
        why->evidence.total >= link->automatic_bits && !review_guard(why))
        return trace_span(TEXT("自动归并为一人", "merged automatically"));
    if (one) return trace_span(TEXT("经由第三条记录归为一人", "one person through a third record"));
    bool met = false;
    for (uint32_t r = 0; r < link->rules->block_count && !met; r++) met = meets(why, r);
    if (!met)
        return trace_span(TEXT("不是同一人：没有成对，没有一条候选规则使两者相遇",
                               "not one person: no rule brings them together"));
    struct span bits = bits_text(why), veto = veto_text(why), guard = guard_text(why);
    if (why->evidence.total < link->rules->review_bits)
        return result_format(arena, TEXT("不是同一人：比特 %.*s", "not one person: %.*s"), (int)bits.size,
                             bits.bytes);
    if (link_veto(link, why->a, why->b).veto != VETO_NONE)
        return result_format(arena, TEXT("不是同一人：互相矛盾，%.*s", "not one person: %.*s"),
                             (int)veto.size, veto.bytes);
    if (review_guard(why))
        return result_format(arena, TEXT("待审：%.*s", "for review: %.*s"), (int)guard.size, guard.bytes);
    return result_format(arena, TEXT("待审：比特 %.*s", "for review: %.*s"), (int)bits.size, bits.bytes);
}

void why_steps(const struct why *why, struct result *result) {
    static const struct result_column columns[] = {TRACE_COLUMN("step", "看什么", "Step"),
                                                   TRACE_COLUMN("answer", "结果", "Answer")};
    const struct link *link = &why->persons->link;
    const struct {
        const char *name;
        struct span answer;
    } steps[] = {
        {TEXT("人工结论", "decisions"), decision_text(why)},
        {TEXT("候选规则", "rules that met"), rules_text(why)},
        {TEXT("比特", "bits"), bits_text(why)},
        {TEXT("规则限制", "guard"), guard_text(why)},
        {TEXT("什么使两人不能合并", "what keeps the persons apart"), veto_text(why)},
        {TEXT("甲所属", "A's person"), person_text(why, why->a)},
        {TEXT("乙所属", "B's person"), person_text(why, why->b)},
        {TEXT("模型", "model"),
         result_format(why->desk->arena,
                       TEXT("规则 %s，由 %u 条记录学得", "rules %s, learnt from %u records"),
                       why->persons->rules_path, link->count)},
    };
    result_begin(result, why->desk->arena, SPAN("判断经过"), SPAN("How it was judged"), columns,
                 TRACE_COUNT(columns));
    for (size_t i = 0; i < TRACE_COUNT(steps); i++) {
        struct span *cells = result_add(result);
        cells[0] = trace_span(steps[i].name);
        cells[1] = steps[i].answer;
    }
}

void why_rules(const struct why *why, struct result *result) {
    static const struct result_column columns[] = {TRACE_COLUMN("rule", "候选规则", "Rule"),
                                                   TRACE_COLUMN("met", "是否成对", "Brings them together")};
    const struct link_rules *rules = &why->persons->rules;
    result_begin(result, why->desk->arena, SPAN("候选规则"), SPAN("Rules that find candidates"), columns,
                 TRACE_COUNT(columns));
    for (uint32_t r = 0; r < rules->block_count; r++) {
        if (rules->blocks[r].training) continue;
        struct span *cells = result_add(result);
        const char *met =
            !why->keys[0][r] || !why->keys[1][r]
                ? TEXT("否：一方缺值、过热或超过上限", "no: a value is missing, hot or above the cap")
            : meets(why, r) ? TEXT("是", "yes")
                            : TEXT("否：值不同", "no: the values differ");
        cells[0] = trace_span(words_rule(rules->blocks[r].name));
        cells[1] = trace_span(met);
    }
}
