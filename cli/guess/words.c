/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/words.h"
#include "core/map.h"
#include "core/shipped.h"
#include "transform/row/csv.h"
#include "transform/row/text.h"

enum { LEGACY_MAX = 2048, EQUAL = 950, LEGACY = 900, LEGACY_OTHER_KIND = 820, LABEL = 930, INSIDE = 700 };

/* What counties call the columns.  A word that means different things by kind names the kind. */
static const struct {
    const char *word, *column, *kind;
} words_list[] = {
    {"人员编号", "src_psn_no", NULL},
    {"个人编号", "src_psn_no", NULL},
    {"个人编码", "src_psn_no", NULL},
    {"参保人编号", "src_psn_no", NULL},
    {"个人账号", "src_psn_no", NULL},
    {"医保编号", "src_psn_no", NULL},
    {"证件号码", "certno", NULL},
    {"身份证号", "certno", NULL},
    {"身份证号码", "certno", NULL},
    {"公民身份号码", "certno", NULL},
    {"社会保障号码", "certno", NULL},
    {"身份证", "certno", NULL},
    {"证件号", "certno", NULL},
    {"公民身份证号码", "certno", NULL},
    {"证件类型", "psn_cert_type", NULL},
    {"姓名", "psn_name", NULL},
    {"参保人姓名", "psn_name", NULL},
    {"患者姓名", "psn_name", NULL},
    {"性别", "gend", NULL},
    {"民族", "naty", NULL},
    {"出生日期", "brdy", NULL},
    {"出生年月", "brdy", NULL},
    {"生日", "brdy", NULL},
    {"手机号", "mob", NULL},
    {"手机", "mob", NULL},
    {"手机号码", "mob", NULL},
    {"移动电话", "mob", NULL},
    {"联系电话", "tel", NULL},
    {"电话", "tel", NULL},
    {"户口簿号", "resdbook_no", NULL},
    {"地址", "live_addr", NULL},
    {"住址", "live_addr", NULL},
    {"家庭住址", "live_addr", NULL},
    {"联系地址", "live_addr", NULL},
    {"居住地址", "live_addr", NULL},
    {"户籍地址", "hsreg_addr", NULL},
    {"户号", "hshd_no", NULL},
    {"家庭编号", "hshd_no", NULL},
    {"与户主关系", "hshd_rlts", NULL},
    {"乡镇", "town_name", NULL},
    {"街道", "town_name", NULL},
    {"乡镇街道", "town_name", NULL},
    {"村", "village_name", NULL},
    {"村委会", "village_name", NULL},
    {"社区", "village_name", NULL},
    {"行政村", "village_name", NULL},
    {"参保身份", "sp_psn_type", "psn_info_b"},
    {"参保身份", "insu_idet", "psn_insu_d"},
    {"人员属性", "sp_psn_type", NULL},
    {"备注", "memo", NULL},
    {"参保关系号", "psn_insu_rlts_id", NULL},
    {"参保关系编号", "psn_insu_rlts_id", NULL},
    {"险种", "insutype", NULL},
    {"险种类型", "insutype", NULL},
    {"险种代码", "insutype", NULL},
    {"人员类别", "psn_type", NULL},
    {"医疗人员类别", "psn_type", NULL},
    {"单位编号", "emp_no", NULL},
    {"单位编码", "emp_no", NULL},
    {"单位名称", "emp_name", NULL},
    {"单位地址", "emp_addr", NULL},
    {"本次参保日期", "crt_insu_date", NULL},
    {"参保日期", "crt_insu_date", NULL},
    {"参保时间", "crt_insu_date", NULL},
    {"参保开始日期", "crt_insu_date", NULL},
    {"暂停日期", "paus_insu_date", NULL},
    {"停保日期", "paus_insu_date", NULL},
    {"参保结束日期", "paus_insu_date", NULL},
    {"状态", "psn_insu_stas", NULL},
    {"参保状态", "psn_insu_stas", NULL},
    {"统筹区", "insu_admdvs", "psn_insu_d"},
    {"统筹区", "poolarea_no", NULL},
    {"离退休标志", "insutype_retr_flag", NULL},
    {"缴费流水", "rsdt_clct_detl_id", NULL},
    {"缴费流水", "staf_clct_detl_id", NULL},
    {"缴费流水号", "rsdt_clct_detl_id", NULL},
    {"缴费流水号", "staf_clct_detl_id", NULL},
    {"缴费明细号", "staf_clct_detl_id", NULL},
    {"费款所属期起", "accrym_begn", NULL},
    {"费款所属期止", "accrym_end", NULL},
    {"费款所属期", "accrym_begn", NULL},
    {"个人缴费", "psn_clct_amt", NULL},
    {"单位缴费", "emp_clct_amt", NULL},
    {"个人缴费金额", "psn_clct_amt", NULL},
    {"财政补助", "finsubs_amt", NULL},
    {"财政", "finsubs_amt", NULL},
    {"缴费财政", "finsubs_amt", NULL},
    {"缴费个人", "psn_clct_amt", NULL},
    {"缴费资助", "oth_clct_amt", NULL},
    {"其他资助", "oth_clct_amt", NULL},
    {"资助", "oth_clct_amt", NULL},
    {"合计", "clct_sumamt", NULL},
    {"缴费合计", "clct_sumamt", NULL},
    {"缴费基数", "psn_clctstd", NULL},
    {"缴费标志", "clct_flag", NULL},
    {"核销标志", "revs_flag", NULL},
    {"到账日期", "clct_time", NULL},
    {"缴费日期", "clct_time", NULL},
    {"缴费时间", "clct_time", NULL},
    {"资助类别", "psn_idet_type", NULL},
    {"结算编号", "setl_id", NULL},
    {"结算号", "setl_id", NULL},
    {"补偿序号", "setl_id", NULL},
    {"结算单号", "setl_id", NULL},
    {"就诊号", "mdtrt_id", NULL},
    {"就诊编号", "mdtrt_id", NULL},
    {"住院号", "ipt_otp_no", NULL},
    {"医疗类别", "med_type", NULL},
    {"机构编码", "fixmedins_code", NULL},
    {"医院编码", "fixmedins_code", NULL},
    {"机构名称", "fixmedins_name", NULL},
    {"医院", "fixmedins_name", NULL},
    {"医院名称", "fixmedins_name", NULL},
    {"就诊医院", "fixmedins_name", NULL},
    {"级别", "hosp_lv", NULL},
    {"医院级别", "hosp_lv", NULL},
    {"医院等级", "hosp_lv", NULL},
    {"经济性质", "own_type", NULL},
    {"入院", "begndate", NULL},
    {"入院日期", "begndate", NULL},
    {"出院", "enddate", NULL},
    {"出院日期", "enddate", NULL},
    {"结算时间", "setl_time", NULL},
    {"结算日期", "setl_time", NULL},
    {"补偿日期", "setl_time", NULL},
    {"总费用", "medfee_sumamt", NULL},
    {"医疗总费用", "medfee_sumamt", NULL},
    {"费用总额", "medfee_sumamt", NULL},
    {"全自费", "fulamt_ownpay_amt", NULL},
    {"超限价", "overlmt_selfpay", NULL},
    {"先行自付", "preselfpay_amt", NULL},
    {"符合范围", "inscp_amt", NULL},
    {"可报费用", "inscp_amt", NULL},
    {"起付线", "act_pay_dedc", NULL},
    {"统筹支付", "hifp_pay", NULL},
    {"补偿金额", "hifp_pay", NULL},
    {"大病", "hifmi_pay", NULL},
    {"大病补偿", "hifmi_pay", NULL},
    {"大病支付", "hifmi_pay", NULL},
    {"大额", "hifob_pay", NULL},
    {"大额支付", "hifob_pay", NULL},
    {"救助", "maf_pay", NULL},
    {"医疗救助", "maf_pay", NULL},
    {"公务员补助", "cvlserv_pay", NULL},
    {"账户", "acct_pay", NULL},
    {"账户支付", "acct_pay", NULL},
    {"共济", "acct_mulaid_pay", NULL},
    {"现金", "cash_payamt", NULL},
    {"现金支付", "cash_payamt", NULL},
    {"余额", "balc", NULL},
    {"账户余额", "balc", NULL},
    {"退费标志", "refd_setl_flag", NULL},
    {"原结算编号", "init_setl_id", NULL},
    {"基金代码", "fund_pay_type", NULL},
    {"基金名称", "fund_pay_type_name", NULL},
    {"金额", "fund_payamt", "setl_fund_pay_d"},
    {"金额", "amt", "emp_clct_detl_d"},
    {"金额", "clct_sumamt", NULL},
    /* 金保 columns whose kind the public sources do not settle; docs/guess.md says so. */
    {"AAZ223", "staf_clct_detl_id", NULL},
    {"YAE501", "psn_clct_into_acct_amt", NULL},
    {"AAE019", "clct_sumamt", NULL},
    {"AAE022", "emp_clct_amt", NULL},
    {"AKA101", "hosp_lv", NULL},
};

static const char *const households[] = {"参合证号", "合作医疗证号", "医疗证号", "家庭账号", "家庭编号"};
static const char *const members[] = {"成员序号", "家庭成员序号", "成员编号", "个人序号"};

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

static bool among(struct span header, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (span_equal(header, span_of(list[i]))) return true;
    return false;
}

bool guess_is_household(struct span header) {
    return among(header, households, sizeof households / sizeof *households);
}
bool guess_is_member(struct span header) { return among(header, members, sizeof members / sizeof *members); }

bool guess_named(struct span header) {
    if (!header.size || header.size > 5) return true;
    if (header.size <= 3 && header.bytes[0] >= 'A' && header.bytes[0] <= 'Z' && header.size == 1)
        return false;
    return !(header.bytes[0] == 'F' && text_is_digits((struct span){header.bytes + 1, header.size - 1}));
}

/* A dictionary is a map of its codes and their names; the value is never looked at. */
static void add_code(struct guess_words *words, struct span dict, struct span code) {
    if (!code.size || code.bytes[0] == '/') return;
    void **place = map_put(&words->dictionaries, dict);
    if (!*place) {
        struct map *map = ARENA_NEW(words->arena, struct map, 1);
        map->arena = words->arena;
        *place = map;
    }
    *map_put(*place, code) = words;
}

static void read_dictionary(struct guess_words *words, const struct shipped *file) {
    struct csv csv = {.text = file->bytes};
    struct span cells[CSV_CELLS], header[CSV_CELLS];
    const char *slash = memrchr(file->path.bytes, '/', file->path.size);
    struct span dict = {slash + 1, (size_t)(file->path.bytes + file->path.size - slash - 1) - strlen(".csv")};
    bool list = memmem(file->path.bytes, file->path.size, "/codes/", 7) != NULL;
    uint32_t columns = csv_next(&csv, header, words->arena);
    if (columns < 3 || (!list && !span_equal(header[0], SPAN("source_system")))) return;
    while (csv_next(&csv, cells, words->arena) > 2) {
        add_code(words, dict, cells[list ? 0 : 1]);
        add_code(words, dict, cells[list ? 1 : 2]);
    }
}

static void read_legacy(struct guess_words *words, struct span text) {
    struct csv csv = {.text = text};
    struct span cells[CSV_CELLS];
    words->legacy = ARENA_NEW(words->arena, struct guess_legacy, LEGACY_MAX);
    for (uint32_t count; (count = csv_next(&csv, cells, words->arena)) > 0;)
        if (count > 6 && csv.line > 1 && words->legacy_count < LEGACY_MAX)
            words->legacy[words->legacy_count++] =
                (struct guess_legacy){cells[0], cells[2], cells[5], cells[6]};
}

/* How counties spell codes of their own; the lists hold the national ones. */
static const struct {
    const char *dict, *code;
} spellings[] = {{"gend", "M"},
                 {"gend", "F"},
                 {"gend", "男"},
                 {"gend", "女"},
                 {"insutype", "职工"},
                 {"insutype", "居民"},
                 {"insutype", "城镇职工"},
                 {"insutype", "城乡居民"},
                 {"insutype", "公务员"},
                 {"insutype", "职工医保"},
                 {"insutype", "居民医保"},
                 {"psn_type", "在职"},
                 {"psn_type", "退休"},
                 {"psn_type", "离休"},
                 {"psn_type", "成年居民"},
                 {"psn_type", "学生儿童"},
                 {"hosp_lv", "一级"},
                 {"hosp_lv", "二级"},
                 {"hosp_lv", "三级"},
                 {"hosp_lv", "乡级"},
                 {"hosp_lv", "县级"},
                 {"hosp_lv", "村级"},
                 {"sp_psn_type", "一般"},
                 {"sp_psn_type", "低保"},
                 {"sp_psn_type", "五保"},
                 {"sp_psn_type", "特困"},
                 {"sp_psn_type", "学生"},
                 {"psn_idet_type", "低保"},
                 {"psn_idet_type", "特困"},
                 {"psn_idet_type", "五保"},
                 {"revs_flag", "Z"},
                 {"revs_flag", "+"},
                 {"revs_flag", "-"},
                 {"psn_insu_stas", "正常参保"},
                 {"psn_insu_stas", "停保"}};

void guess_words_read(struct guess_words *words, struct arena *arena) {
    *words = (struct guess_words){.arena = arena, .dictionaries = {.arena = arena}};
    uint64_t at = 0;
    for (struct shipped file; shipped_next(&at, &file);) {
        bool csv = file.path.size > 4 && memcmp(file.path.bytes + file.path.size - 4, ".csv", 4) == 0;
        bool table = shipped_under(&file, "mappings/");
        if (csv && table && !shipped_under(&file, "mappings/legacy") &&
            !shipped_under(&file, "mappings/region"))
            read_dictionary(words, &file);
    }
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        add_code(words, span_of(spellings[i].dict), span_of(spellings[i].code));
    struct span legacy;
    if (shipped_find("mappings/legacy_fields.csv", &legacy)) read_legacy(words, legacy);
}

struct span guess_meaning(const struct guess_words *words, struct span header) {
    for (uint32_t i = 0; i < words->legacy_count; i++)
        if (span_equal(words->legacy[i].field, header)) return words->legacy[i].meaning;
    return (struct span){0};
}

/* "缴费/个人" as 缴费个人, and as 个人缴费. */
static struct span flat(struct span header, bool turned, char text[256]) {
    const char *slash = memchr(header.bytes, '/', header.size);
    if (!slash || header.size > 200) return header;
    size_t left = (size_t)(slash - header.bytes), right = header.size - left - 1;
    memcpy(text, turned ? slash + 1 : header.bytes, turned ? right : left);
    memcpy(text + (turned ? right : left), turned ? header.bytes : slash + 1, turned ? left : right);
    return (struct span){text, left + right};
}

static uint32_t word_fit(const struct kind *kind, const struct kind_column *target, struct span header) {
    char text[256];
    for (int turned = 0; turned < 2; turned++) {
        struct span name = flat(header, turned, text);
        if (span_equal(name, span_of(target->label))) return LABEL;
        for (size_t i = 0; i < sizeof words_list / sizeof *words_list; i++) {
            if (strcmp(words_list[i].column, target->name) != 0 ||
                !span_equal(name, span_of(words_list[i].word)))
                continue;
            if (!words_list[i].kind) return EQUAL;
            if (strcmp(words_list[i].kind, kind->name) == 0) return EQUAL + 20;
        }
    }
    return 0;
}

/* A Chinese header inside the label or the other way round: 结算总费用 and 总费用. */
static uint32_t likeness(const struct kind_column *target, struct span header) {
    size_t label = strlen(target->label);
    if (header.size < 6 || label < 6 || text_is_ascii(header)) return 0;
    bool inside = memmem(target->label, label, header.bytes, header.size) ||
                  memmem(header.bytes, header.size, target->label, label);
    if (!inside) return 0;
    size_t small = label < header.size ? label : header.size,
           large = label < header.size ? header.size : label;
    return (uint32_t)(INSIDE * small / large);
}

uint32_t guess_word_fit(const struct guess_words *words, const struct kind *kind, uint32_t target,
                        struct span header, enum guess_basis *basis, const char **why) {
    const struct kind_column *column = &kind->columns[target];
    *why = "";
    *basis = GUESS_BY_WORD;
    if (!guess_named(header)) return 0;
    char lower[64];
    for (size_t i = 0; i < header.size && i < sizeof lower; i++)
        lower[i] =
            (char)(header.bytes[i] >= 'A' && header.bytes[i] <= 'Z' ? header.bytes[i] + 32 : header.bytes[i]);
    if (header.size < sizeof lower && span_equal((struct span){lower, header.size}, span_of(column->name)))
        return 1000;
    uint32_t best = word_fit(kind, column, header);
    for (uint32_t i = 0; i < words->legacy_count && best < LEGACY; i++) {
        const struct guess_legacy *legacy = &words->legacy[i];
        if (!span_equal(legacy->field, header) || !span_equal(legacy->column, span_of(column->name)))
            continue;
        bool own = span_equal(legacy->kind, span_of(kind->name));
        uint32_t fit = own ? LEGACY : LEGACY_OTHER_KIND;
        if (fit > best) best = fit, *basis = GUESS_BY_LEGACY;
    }
    if (best) return best;
    *basis = GUESS_BY_LIKENESS;
    return likeness(column, header);
}

uint32_t guess_code_fit(const struct guess_words *words, const char *dict,
                        const struct profile_column *profile) {
    const struct map *codes = dict ? map_get(&words->dictionaries, span_of(dict)) : NULL;
    uint64_t known = 0;
    if (!codes || !profile->filled) return 0;
    for (uint32_t i = 0; i < profile->value_count; i++)
        if (map_get(codes, profile_text(&profile->values[i]))) known += profile->values[i].count;
    return (uint32_t)(known * 1000 / profile->filled);
}

bool guess_known(const struct guess_words *words, struct span header) {
    enum guess_basis basis;
    const char *why;
    for (uint32_t k = 0; k < model_kind_count && guess_named(header); k++)
        for (uint32_t c = 0; c < model_kinds[k].column_count; c++)
            if (guess_word_fit(words, &model_kinds[k], c, header, &basis, &why) >= LEGACY_OTHER_KIND)
                return true;
    return false;
}
