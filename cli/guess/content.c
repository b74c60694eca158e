/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/content.h"
#include "core/language.h"
#include "transform/row/text.h"

/* A column that fewer than one row in RARE fills proposes nothing. */
enum { MOSTLY = 800, SHOWN_MIN = 5, SHOWN_VALUES = 8, CODES_MAX = 64, RARE = 20 };

uint32_t content_share(const struct profile_column *profile, enum profile_shape shape) {
    return profile->filled ? (uint32_t)(profile->shapes[shape] * 1000 / profile->filled) : 0;
}

/* 99991231 and its kin are no dates of ours, but say "not ended". */
static uint64_t open_dates(const struct profile_column *profile) {
    for (uint32_t i = 0; i < profile->value_count; i++)
        if (span_equal(profile_text(&profile->values[i]), SPAN("99991231"))) return profile->values[i].count;
    return 0;
}

enum content content_of(const struct profile_column *profile) {
    if (!profile->filled) return CONTENT_EMPTY;
    if (content_share(profile, SHAPE_CITIZEN) >= MOSTLY) return CONTENT_CITIZEN;
    if (content_share(profile, SHAPE_PHONE) >= MOSTLY) return CONTENT_PHONE;
    if ((profile->shapes[SHAPE_DATE] + open_dates(profile)) * 1000 / profile->filled >= MOSTLY)
        return CONTENT_DATE;
    if (content_share(profile, SHAPE_MONTH) >= MOSTLY) return CONTENT_MONTH;
    bool few = profile->distinct <= CODES_MAX && profile->filled >= profile->distinct * 3ULL;
    if (few && content_share(profile, SHAPE_CODE) >= MOSTLY && !profile->decimals && profile->longest <= 3)
        return CONTENT_CODE;
    if (content_share(profile, SHAPE_NAME) >= MOSTLY && profile->distinct > CODES_MAX) return CONTENT_NAME;
    bool wide = profile->longest >= 8 && profile->shortest == profile->longest;
    if (wide && !content_share(profile, SHAPE_AMOUNT) && text_is_ascii(profile_text(&profile->first)) &&
        text_is_ascii(profile_text(&profile->last)))
        return CONTENT_NUMBER;
    if (content_share(profile, SHAPE_AMOUNT) >= MOSTLY && !(wide && !profile->decimals)) return CONTENT_MONEY;
    if (few && profile->longest <= 36) return CONTENT_CODE;
    return profile->shortest >= 6 && profile->longest <= 32 ? CONTENT_NUMBER : CONTENT_TEXT;
}

bool content_is_month(const char *column) {
    static const char *const names[] = {"accrym_begn", "accrym_end",   "cashym",
                                        "fst_insu_ym", "acct_crtn_ym", "max_acctprd"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(column, names[i]) == 0) return true;
    return false;
}

enum content content_wanted(const struct kind_column *target) {
    if (strcmp(target->name, "certno") == 0) return CONTENT_CITIZEN;
    if (strcmp(target->name, "psn_name") == 0) return CONTENT_NAME;
    if (target->pii == PII_PHONE) return CONTENT_PHONE;
    if (content_is_month(target->name)) return CONTENT_MONTH;
    if (target->type == TYPE_DATE || target->type == TYPE_TIMESTAMP) return CONTENT_DATE;
    if (target->type == TYPE_MONEY) return CONTENT_MONEY;
    return target->dict ? CONTENT_CODE : CONTENT_TEXT;
}

uint32_t content_allows(const struct kind_column *target, const struct profile_column *profile) {
    if (!profile->filled) return 900;
    switch (content_wanted(target)) {
    case CONTENT_CITIZEN:
        return content_share(profile, SHAPE_CITIZEN) > 300 || profile->longest >= 15 ? 1000 : 300;
    case CONTENT_NAME: return content_share(profile, SHAPE_NAME) > 500 ? 1000 : 500;
    case CONTENT_DATE:
        return profile->shapes[SHAPE_DATE] + open_dates(profile) > profile->filled * 3 / 10 ? 1000 : 200;
    case CONTENT_MONTH:
        return content_share(profile, SHAPE_MONTH) > 300 ||
                       profile->shapes[SHAPE_DATE] + open_dates(profile) > profile->filled * 3 / 10
                   ? 1000
                   : 200;
    case CONTENT_MONEY: return content_share(profile, SHAPE_AMOUNT) > 700 ? 1000 : 200;
    case CONTENT_CODE: return profile->distinct > CODES_MAX * 16 ? 400 : 1000;
    case CONTENT_EMPTY:
    case CONTENT_PHONE:
    case CONTENT_NUMBER:
    case CONTENT_TEXT: break;
    }
    return 1000;
}

/* In which order the columns of a content usually stand. */
static const struct {
    const char *kind;
    enum content content;
    const char *names[12];
} orders[] = {
    {"psn_info_b", CONTENT_NUMBER, {"src_psn_no"}},
    {"psn_info_b", CONTENT_CITIZEN, {"certno"}},
    {"psn_info_b", CONTENT_NAME, {"psn_name"}},
    {"psn_info_b", CONTENT_DATE, {"brdy"}},
    {"psn_info_b", CONTENT_PHONE, {"mob"}},
    {"psn_info_b", CONTENT_TEXT, {"live_addr"}},
    {"psn_insu_d", CONTENT_NUMBER, {"psn_insu_rlts_id", "src_psn_no", "emp_no"}},
    {"psn_insu_d", CONTENT_DATE, {"crt_insu_date", "paus_insu_date"}},
    {"psn_insu_d", CONTENT_CITIZEN, {"certno"}},
    {"psn_insu_d", CONTENT_NAME, {"psn_name"}},
    {"rsdt_psn_clct_detl_d", CONTENT_NUMBER, {"rsdt_clct_detl_id", "src_psn_no"}},
    {"rsdt_psn_clct_detl_d", CONTENT_MONTH, {"accrym_begn", "accrym_end"}},
    {"rsdt_psn_clct_detl_d", CONTENT_DATE, {"clct_time"}},
    {"rsdt_psn_clct_detl_d", CONTENT_NAME, {"psn_name"}},
    {"rsdt_psn_clct_detl_d", CONTENT_MONEY, {"psn_clct_amt", "finsubs_amt", "oth_clct_amt", "clct_sumamt"}},
    {"staf_psn_clct_detl_d", CONTENT_NUMBER, {"staf_clct_detl_id", "src_psn_no", "emp_no"}},
    {"staf_psn_clct_detl_d", CONTENT_MONTH, {"accrym_begn", "cashym"}},
    {"staf_psn_clct_detl_d", CONTENT_DATE, {"clct_time"}},
    {"staf_psn_clct_detl_d",
     CONTENT_MONEY,
     {"psn_clctstd", "emp_clct_amt", "psn_clct_amt", "psn_clct_into_acct_amt", "clct_sumamt"}},
    {"setl_d", CONTENT_NUMBER, {"setl_id", "mdtrt_id", "src_psn_no", "fixmedins_code"}},
    {"setl_d", CONTENT_DATE, {"begndate", "enddate", "setl_time"}},
    {"setl_d", CONTENT_CITIZEN, {"certno"}},
    {"setl_d", CONTENT_NAME, {"psn_name"}},
    {"setl_d",
     CONTENT_MONEY,
     {"medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_amt", "act_pay_dedc",
      "hifp_pay", "hifmi_pay", "maf_pay", "acct_pay", "acct_mulaid_pay", "cash_payamt"}},
    {"insu_emp_info_b", CONTENT_NUMBER, {"emp_no"}},
    {"insu_emp_info_b", CONTENT_TEXT, {"emp_name", "emp_addr"}},
    {"fixmedins_b", CONTENT_NUMBER, {"fixmedins_code"}},
    {"fixmedins_b", CONTENT_TEXT, {"fixmedins_name"}},
    {"setl_fund_pay_d", CONTENT_NUMBER, {"setl_id"}},
    {"setl_fund_pay_d", CONTENT_MONEY, {"fund_payamt"}},
    {"setl_fund_pay_d", CONTENT_CODE, {"fund_pay_type_name"}},
};

/* A record's own number hardly ever repeats (up to where distinct values are counted). */
static bool is_unique(const struct profile_column *profile) {
    uint64_t counted = profile->filled < PROFILE_BITS / 8 ? profile->filled : PROFILE_BITS / 8;
    return profile->distinct * 100ULL >= counted * 95;
}

static uint32_t order_fit(const struct kind *kind, const char *name, const struct profile_column *profile,
                          uint32_t rank) {
    enum content content = content_of(profile);
    uint32_t keys = 0;
    for (uint32_t i = 0; i < kind->column_count; i++) keys += (kind->columns[i].tags & TAG_KEY) != 0;
    bool own = strcmp(name, kind->columns[0].name) == 0 && content == CONTENT_NUMBER &&
               (keys == 1 || !(kind->columns[0].tags & TAG_KEY));
    if (own && !is_unique(profile)) return 0;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        if (orders[i].content != content || strcmp(orders[i].kind, kind->name) != 0) continue;
        for (uint32_t place = 0; place < 12 && orders[i].names[place]; place++)
            if (strcmp(orders[i].names[place], name) == 0)
                return 620 - 40 * (place > rank ? place - rank : rank - place);
    }
    return 0;
}

uint32_t content_fit(const struct guess_words *words, const struct kind *kind, uint32_t target,
                     const struct profile_column *profile, uint32_t rank) {
    const struct kind_column *column = &kind->columns[target];
    enum content content = content_of(profile);
    if (profile->filled * RARE < profile->rows) return 0;
    if (content == CONTENT_CITIZEN && strcmp(column->name, "certno") == 0) return 850;
    /* Two values 1 and 2 are codes of nearly every list, so they say little. */
    if (column->dict && content_wanted(column) == CONTENT_CODE && content == CONTENT_CODE) {
        uint32_t fit = guess_code_fit(words, column->dict, profile);
        bool digits = content_share(profile, SHAPE_INTEGER) >= MOSTLY;
        uint32_t worth = !digits ? 640 : profile->longest == 1 ? 350 : profile->longest == 2 ? 480 : 640;
        return fit < 500 ? 0 : fit * worth / 1000;
    }
    /* Six digits of a code list look like an amount, too. */
    if (column->dict && profile->longest == 6 && profile->shortest == 6 && profile->distinct <= CODES_MAX &&
        guess_code_fit(words, column->dict, profile) >= 900)
        return 680;
    return order_fit(kind, column->name, profile, rank);
}

int content_top(const struct profile_column *profile, bool taken[PROFILE_VALUES]) {
    int best = -1;
    for (uint32_t i = 0; i < profile->value_count; i++)
        if (!taken[i] && profile->values[i].count >= SHOWN_MIN &&
            (best < 0 || profile->values[i].count > profile->values[best].count))
            best = (int)i;
    if (best >= 0) taken[best] = true;
    return best;
}

static const char *top_values(const struct profile_column *profile, struct arena *arena) {
    bool taken[PROFILE_VALUES] = {false};
    const char *text = "";
    for (uint32_t shown = 0; shown < SHOWN_VALUES; shown++) {
        int best = content_top(profile, taken);
        if (best < 0) break;
        struct span value = profile_text(&profile->values[best]);
        text = arena_print(arena, "%s%s%.*s", text, *text ? " " : "", (int)value.size, value.bytes);
    }
    return text;
}

static const char *percent(struct arena *arena, uint64_t part, uint64_t whole) {
    uint64_t share = whole ? part * 1000 / whole : 0; /* downwards: 99.97 % is not all */
    return part == whole ? "100%"
                         : arena_print(arena, "%u.%u%%", (unsigned)(share / 10), (unsigned)(share % 10));
}

static const char *filled_says(const struct profile_column *profile, struct arena *arena) {
    if (profile->filled == profile->rows) return "";
    if (profile->filled * 100 < profile->rows)
        return arena_print(arena, TEXT("，只填了 %ju 行", ", filled in %ju rows only"),
                           (uintmax_t)profile->filled);
    return arena_print(arena, TEXT("，填写 %s", ", filled %s"),
                       percent(arena, profile->filled, profile->rows));
}

const char *content_says(const struct kind_column *target, const struct profile_column *profile,
                         struct arena *arena) {
    if (!profile->filled) return TEXT("全空", "always empty");
    const char *filled = filled_says(profile, arena);
    enum content wanted = content_wanted(target);
    if (wanted == CONTENT_CITIZEN)
        return arena_print(arena, TEXT("%s 通过校验位%s", "%s pass the check digit%s"),
                           percent(arena, profile->shapes[SHAPE_CITIZEN], profile->filled), filled);
    if (wanted == CONTENT_DATE)
        return arena_print(arena, TEXT("%s 是日期%s%s", "%s are dates%s%s"),
                           percent(arena, profile->shapes[SHAPE_DATE] + open_dates(profile), profile->filled),
                           open_dates(profile) ? TEXT("，99991231 是未结束", ", 99991231 is not ended") : "",
                           filled);
    if (wanted == CONTENT_MONTH)
        return arena_print(arena, TEXT("%s 是年月%s", "%s are months%s"),
                           percent(arena, profile->shapes[SHAPE_MONTH], profile->filled), filled);
    if (wanted == CONTENT_MONEY)
        return arena_print(arena, TEXT("%s 是金额，%u 位小数%s", "%s are amounts, %u decimals%s"),
                           percent(arena, profile->shapes[SHAPE_AMOUNT], profile->filled), profile->decimals,
                           filled);
    if (wanted == CONTENT_NAME)
        return arena_print(arena, TEXT("%s 像姓名%s", "%s look like names%s"),
                           percent(arena, profile->shapes[SHAPE_NAME], profile->filled), filled);
    if (wanted == CONTENT_CODE && target->pii == PII_NONE && content_of(profile) == CONTENT_CODE) {
        const char *values = top_values(profile, arena);
        return arena_print(arena, TEXT("%u 种取值%s%s%s", "%u values%s%s%s"), profile->distinct,
                           *values ? TEXT("：", ": ") : "", values, filled);
    }
    return *filled ? filled + strlen(TEXT("，", ", ")) : TEXT("全部填写", "always filled");
}
