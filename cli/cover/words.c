/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The words of the tables of schema cover as people say them. */
#include "cli/cover/cover.h"
#include "core/language.h"
#include "transform/cover/expression.h"

const char *cover_word(const char *word) {
    static const char *const words[][3] = {
        {"same_scheme_same_county", "同县同险种", "same scheme, same county"},
        {"same_scheme_other_county", "跨县同险种", "same scheme, two counties"},
        {"cross_scheme", "职工×居民", "employee × resident"},
        {"a suspend", "保留前一方，后一方暂停", "keep the first, the other pauses"},
        {"a stop", "保留前一方，后一方终止", "keep the first, the other ends"},
        {"b suspend", "保留后一方，前一方暂停", "keep the second, the other pauses"},
        {"b stop", "保留后一方，前一方终止", "keep the second, the other ends"},
        {"none suspend", "两方都暂停", "both pause"},
        {"none stop", "两方都终止", "both end"},
        {"proposed", "待核定", "for the counties to decide"},
        {"agreed", "县已同意", "agreed to"},
        {"refused", "县不同意", "not agreed to"},
        {"approved", "已批准", "approved"},
        {"done", "已办结", "done"},
        {"gone", "已不重叠", "no overlap any more"},
        {"agree", "同意", "agrees"},
        {"refuse", "不同意", "does not agree"},
        {"choose", "选定一方", "chooses a side"},
        {"approve", "批准", "approves"},
        {"finish", "办结", "finishes"},
        {"undo", "撤回", "takes back"},
        {"a", "前一方", "the first"},
        {"b", "后一方", "the second"},
        {"subsidy", "重复财政补助", "subsidy"},
        {"premium", "重复缴费", "premium"},
        {"claim", "重复支付", "paid twice"},
        {"central", "中央", "central"},
        {"province", "省", "province"},
        {"city", "市", "city"},
        {"county", "县", "county"},
        {"unsplit", "未分级", "not split by level"},
        {"employer", "单位部分", "the employer's part"},
        {"exact", "完全相同", "exact"},
        {"near", "相近", "near"},
        {"sequential", "二次补偿", "sequential"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i][0]) == 0) return TEXT(words[i][1], words[i][2]);
    return strncmp(word, "review ", strlen("review ")) == 0 ? TEXT("人工核定", "for a person to decide")
                                                            : word;
}

const char *cover_fact_word(const char *name) {
    for (uint32_t i = 0; i < cover_fact_count; i++)
        if (strcmp(name, cover_facts[i].name) == 0) return TEXT(cover_facts[i].zh, name);
    return name;
}

const char *cover_county(const struct covering *at, const char *code) {
    const struct county *county = city_county(&at->city, code);
    return county ? county->name : code;
}
