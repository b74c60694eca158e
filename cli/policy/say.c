/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The steps of a settlement in sentences: every amount in yuan, every share in per cent, every row named. */
#include "cli/policy/policy.h"
#include "core/language.h"
#include "core/tally.h"
#include <stdio.h>

enum { SHARE_TEXT = 32 };

static const char *const levels[LEVEL_COUNT] = {
    "—",         "村(L00)",   "乡镇(L0)",     "一级(L1)", "二级(L2)",  "三级(L3)",
    "三乙(L3B)", "三甲(L3A)", "省内转外(X1)", "跨省(X2)", "未备案(X3)"};
static const char *const levels_en[LEVEL_COUNT] = {"-",   "L00", "L0", "L1", "L2", "L3",
                                                   "L3B", "L3A", "X1", "X2", "X3"};

static const char *level_text(int64_t level) {
    return language_get() == LANGUAGE_ZH ? levels[level] : levels_en[level];
}

static const char *payer_text(int64_t payer) {
    return payer == PAYER_CIVIL ? TEXT("公务员补助", "civil servants' aid")
           : payer == PAYER_AID ? TEXT("医疗救助", "medical assistance")
                                : TEXT("其他基金(兜底)", "other funds");
}

/* A share given in 1/10^8 as per cent without needless zeros. */
static const char *share_text(int64_t share, struct arena *arena) {
    int64_t whole = share / 1000000, rest = share % 1000000;
    char text[SHARE_TEXT];
    int size = snprintf(text, sizeof text, "%jd.%06jd", (intmax_t)whole, (intmax_t)rest);
    while (size > 1 && text[size - 1] == '0') text[--size] = '\0';
    if (size > 1 && text[size - 1] == '.') text[--size] = '\0';
    return arena_print(arena, "%s%%", text);
}

/* The numbers of a step, ready to be said. */
struct said {
    const char *fen[4], *share[4]; /* as yuan; as per cent of 1/10000 */
    const char *rate, *points;     /* the second number as 1/10^8; the first without the sign */
};

static struct said prepare(const struct policy_step *step, struct arena *arena) {
    struct said said;
    for (int i = 0; i < 4; i++) {
        char text[FEN_TEXT];
        said.fen[i] = arena_print(arena, "%s", fen_text(step->numbers[i], text));
        said.share[i] = share_text(step->numbers[i] * 10000, arena);
    }
    said.rate = share_text(step->numbers[1], arena);
    said.points = arena_print(arena, "%.*s", (int)strlen(said.share[0]) - 1, said.share[0]);
    return said;
}

static const char *say_stay(const struct policy_step *step, const struct said *s, struct arena *arena) {
    const int64_t *n = step->numbers;
    switch ((int)step->code) {
    case STEP_SCOPE:
        return arena_print(arena,
                           TEXT("① 医疗费 %s，其中不进入范围(全自费、超限价、先行自付) %s，符合范围 %s",
                                "1. cost %s, of it not in scope %s, in scope %s"),
                           s->fen[0], s->fen[1], s->fen[2]);
    case STEP_NTH:
        return arena_print(arena, TEXT("② 本年第 %jd 次住院", "2. stay number %jd of the year"),
                           (intmax_t)n[0]);
    case STEP_DEDUCTIBLE:
        return arena_print(arena, TEXT("   起付线 %s：%s", "   deductible %s: %s"), level_text(n[1]),
                           s->fen[0]);
    case STEP_AGE:
        return arena_print(arena, TEXT("   45 岁以下加 %s，为 %s", "   under 45: %s more, %s"), s->fen[0],
                           s->fen[1]);
    case STEP_REPEAT:
        if (n[2] == MODE_MULTIPLY)
            return arena_print(arena, TEXT("   第 %jd 次起按 %s，为 %s", "   from stay %jd on times %s: %s"),
                               (intmax_t)n[3], s->share[0], s->fen[1]);
        if (n[2] == MODE_SUBTRACT)
            return arena_print(arena, TEXT("   第 %jd 次起减 %s，为 %s", "   from stay %jd on less %s: %s"),
                               (intmax_t)n[3], s->fen[0], s->fen[1]);
        return arena_print(arena, TEXT("   第 %jd 次起为 %s", "   from stay %jd on: %s"), (intmax_t)n[3],
                           s->fen[1]);
    case STEP_TAKEN:
        return arena_print(arena,
                           TEXT("   起付线 %s，此前已付 %s，本次付 %s，起付线以上 %s",
                                "   deductible %s, taken before %s, now %s; above it %s"),
                           s->fen[0], s->fen[1], s->fen[2], s->fen[3]);
    case STEP_FIRST_SELF:
        return arena_print(
            arena, TEXT("   转外先行自付 %s，即 %s，剩 %s", "   away: first %s by the person, %s; %s left"),
            s->share[0], s->fen[1], s->fen[2]);
    default: return NULL;
    }
}

static const char *say_base(const struct policy_step *step, const struct said *s, struct arena *arena) {
    const int64_t *n = step->numbers;
    switch ((int)step->code) {
    case STEP_RATIO:
        return arena_print(arena, TEXT("③ 报销比例 %s：%s", "3. ratio %s: %s"), level_text(n[1]),
                           s->share[0]);
    case STEP_BONUS:
        return arena_print(arena, TEXT("   加 %s 个百分点，为 %s", "   plus %s points: %s"), s->points,
                           s->rate);
    case STEP_AWAY:
        return n[2] == MODE_MULTIPLY
                   ? arena_print(arena, TEXT("   %s：乘 %s，为 %s", "   %s: times %s, %s"), level_text(n[3]),
                                 s->share[0], s->rate)
                   : arena_print(arena, TEXT("   %s：减 %s 个百分点，为 %s", "   %s: less %s points, %s"),
                                 level_text(n[3]), s->points, s->rate);
    case STEP_BAND:
        return arena_print(arena, TEXT("   %s × %s = %s", "   %s x %s = %s"), s->fen[0], s->rate, s->fen[2]);
    case STEP_CAP:
        return n[0] < 0 ? arena_print(arena, TEXT("   统筹支付 %s(不封顶)", "   base fund pays %s (no cap)"),
                                      s->fen[2])
                        : arena_print(arena,
                                      TEXT("   封顶线 %s，此前已用 %s，统筹支付 %s，超限 %s",
                                           "   cap %s, used before %s; base fund pays %s, above the cap %s"),
                                      s->fen[0], s->fen[1], s->fen[2], s->fen[3]);
    case STEP_VISIT_CAP:
        return arena_print(
            arena,
            TEXT("   限额 %s，此前已用 %s，统筹支付 %s", "   limit %s, used before %s; the fund pays %s"),
            s->fen[0], s->fen[1], s->fen[2]);
    case STEP_NOT_COVERED:
        return arena_print(
            arena, TEXT("③ %s 不在门诊统筹范围内，基金支付 0.00", "3. %s is not covered: the fund pays 0.00"),
            level_text(n[0]));
    default: return NULL;
    }
}

static const char *say_rest(const struct policy_step *step, const struct said *s, struct arena *arena) {
    const int64_t *n = step->numbers;
    switch ((int)step->code) {
    case STEP_BIG:
        return arena_print(arena, TEXT("④ 大额：超限 %s × %s = %s", "4. large sums: %s x %s = %s"), s->fen[0],
                           s->share[1], s->fen[2]);
    case STEP_BURDEN:
        return arena_print(
            arena,
            TEXT("④ 个人负担合规费用 %s；本年累计 %s → %s", "4. burden in scope %s; of the year %s → %s"),
            s->fen[0], s->fen[1], s->fen[2]);
    case STEP_CI:
        return arena_print(arena,
                           TEXT("   大病：累计应付 %s → %s，本次付 %s(起付线 %s)",
                                "   serious illness: %s → %s, now %s (threshold %s)"),
                           s->fen[0], s->fen[1], s->fen[2], s->fen[3]);
    case STEP_CI_CAP:
        return arena_print(arena,
                           TEXT("   大病封顶 %s，此前已付 %s，付 %s", "   cap %s, paid before %s, pays %s"),
                           s->fen[0], s->fen[1], s->fen[2]);
    case STEP_PAYER:
        return arena_print(
            arena,
            TEXT("⑤ %s：县里付了 %s，可付余额 %s，付 %s", "5. %s: paid by the county %s, room %s, pays %s"),
            payer_text(n[0]), s->fen[1], s->fen[2], s->fen[3]);
    case STEP_PERSON:
        return arena_print(arena,
                           TEXT("⑥ 个人支付 = %s − 基金 %s − 医院 %s = %s",
                                "6. the person pays %s - funds %s - hospital %s = %s"),
                           s->fen[0], s->fen[1], s->fen[2], s->fen[3]);
    case STEP_ACCOUNT:
    case STEP_MUTUAL:
        return arena_print(
            arena,
            step->code == STEP_ACCOUNT
                ? TEXT("⑦ 个人账户最多 %s，待付 %s，付 %s", "7. own account up to %s, due %s, pays %s")
                : TEXT("⑦ 家庭共济最多 %s，待付 %s，付 %s", "7. shared account up to %s, due %s, pays %s"),
            s->fen[0], s->fen[1], s->fen[2]);
    case STEP_CASH: return arena_print(arena, TEXT("   现金 %s", "   cash %s"), s->fen[0]);
    case STEP_BASE_AMOUNT:
        return arena_print(arena, TEXT("① 基数 %s × %s = %s", "1. base %s x %s = %s"), s->fen[0], s->share[1],
                           s->fen[2]);
    case STEP_RATE:
        return arena_print(
            arena, TEXT("② %s × %s = %s", "2. %s x %s = %s"), s->fen[0], s->share[1],
            arena_print(arena, "%jd.%06jd", (intmax_t)(n[2] / 1000000), (intmax_t)(n[2] % 1000000)));
    case STEP_ROUND: return arena_print(arena, TEXT("③ 取整后 %s", "3. rounded %s"), s->fen[1]);
    default: return "";
    }
}

const char *policy_sentence(const struct policy_step *step, struct arena *arena) {
    struct said said = prepare(step, arena);
    const char *text = say_stay(step, &said, arena);
    if (!text) text = say_base(step, &said, arena);
    return text ? text : say_rest(step, &said, arena);
}

void policy_print_steps(const struct policy_steps *steps, struct arena *arena) {
    for (uint32_t i = 0; i < steps->count; i++) {
        const struct policy_rule *rule = steps->step[i].rule;
        printf("%s", policy_sentence(&steps->step[i], arena));
        if (rule)
            printf(TEXT("    ← %s 第 %u 行 %s", "    <- %s row %u %s"), rule->path, rule->line,
                   rule->param->name);
        putchar('\n');
    }
}

const char *policy_verdict(enum policy_verdict verdict) {
    switch (verdict) {
    case VERDICT_DONE: return TEXT("已重算", "recomputed");
    case VERDICT_NOT_COVERED: return TEXT("不在门诊统筹范围内", "not covered");
    case VERDICT_NO_PLAN: return TEXT("县当日没有方案", "the county has no plan that day");
    case VERDICT_NO_LEVEL: return TEXT("不知道医院级别", "level of the hospital unknown");
    case VERDICT_NO_RULE: return TEXT("方案没有这一级别或险种的规则", "the plan has no rule for it");
    case VERDICT_NO_KIND: return TEXT("规则不描述这类待遇", "care that the rules do not describe");
    case VERDICT_UNPAIRED: return TEXT("退费找不到原结算", "refund without its settlement");
    case VERDICT_COUNT: break;
    }
    return "";
}
