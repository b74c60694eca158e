/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/policy/source.h"
#include "cli/city.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

/* Columns of the query below, in its order. */
enum column {
    AT_PERSON,
    AT_COUNTY,
    AT_KEY,
    AT_SETL_ID,
    AT_ORIGINAL,
    AT_REFUND,
    AT_DAY,
    AT_INSUTYPE,
    AT_MED_TYPE,
    AT_LEVEL,
    AT_PLACE,
    AT_INSURED,
    AT_STAY,
    AT_PERSON_TYPE,
    AT_SPECIAL,
    AT_BIRTH,
    AT_FEE,
    AT_FULL_SELF,
    AT_SCOPE,
    AT_DEDUCTIBLE,
    AT_BASE,
    AT_BIG,
    AT_CIVIL,
    AT_AID,
    AT_OTHER,
    AT_FUND,
    AT_OWN,
    AT_ACCOUNT,
    AT_MUTUAL,
    AT_CASH,
    AT_HOSPITAL,
    AT_BALANCE
};

/* A settlement without a person stands alone.  The hospital's level is the county's own entry, else what
   every county that lists the code agrees on.  The relation is the newest that covers the day. */
static const char query[] =
    "WITH s AS (SELECT coalesce(x.psn_no, t.county || '/' || coalesce(t.src_psn_no, t.setl_id)) AS person, "
    "t.*"
    " FROM record.setl_d t LEFT JOIN identity.xref x ON x.county = t.county AND x.src_psn_no = t.src_psn_no"
    " WHERE coalesce(t.vali_flag, '1') <> '0'),"
    " m AS (SELECT fixmedins_code, min(hosp_lv) AS hosp_lv FROM record.fixmedins_b GROUP BY fixmedins_code"
    " HAVING min(hosp_lv) = max(hosp_lv))"
    " SELECT DISTINCT ON (s.person, s.setl_time, s.setl_id, s.county) s.person, s.county, s.key_hash, "
    "s.setl_id,"
    " s.init_setl_id, coalesce(s.refd_setl_flag, '0') = '1' AS refund, s.setl_time, s.insutype, s.med_type,"
    " coalesce(s.hosp_lv, o.hosp_lv, m.hosp_lv) AS hosp_lv, coalesce(s.fix_blng_admdvs, o.fix_blng_admdvs) "
    "AS place,"
    " coalesce(s.insu_admdvs, s.county) AS insured, coalesce(s.mdtrt_id, s.ipt_otp_no) AS stay,"
    " coalesce(s.psn_type, e.psn_type) AS psn_type, coalesce(s.sp_psn_type, p.sp_psn_type) AS special, "
    "p.brdy,"
    " s.medfee_sumamt_fen AS fee, coalesce(s.fulamt_ownpay_amt_fen, 0) AS full_self,"
    " coalesce(s.inscp_amt_fen, s.medfee_sumamt_fen - coalesce(s.fulamt_ownpay_amt_fen, 0)"
    " - coalesce(s.overlmt_selfpay_fen, 0) - coalesce(s.preselfpay_amt_fen, 0)) AS scope,"
    " coalesce(s.act_pay_dedc_fen, 0) AS dedc, coalesce(s.hifp_pay_fen, 0) AS base,"
    " coalesce(s.hifmi_pay_fen, 0) + coalesce(s.hifob_pay_fen, 0) AS big, coalesce(s.cvlserv_pay_fen, 0) AS "
    "civil,"
    " coalesce(s.maf_pay_fen, 0) AS aid,"
    " coalesce(s.hifes_pay_fen, 0) + coalesce(s.hifdm_pay_fen, 0) + coalesce(s.othfund_pay_fen, 0) AS other,"
    " s.fund_pay_sumamt_fen AS fund, s.psn_pay_fen AS own, coalesce(s.acct_pay_fen, 0) AS account,"
    " coalesce(s.acct_mulaid_pay_fen, 0) AS mutual, coalesce(s.cash_payamt_fen, 0) AS cash,"
    " coalesce(s.ownpay_hosp_part_fen, 0) AS hospital, coalesce(s.balc_fen, 0) AS balance"
    " FROM s LEFT JOIN record.fixmedins_b o ON o.county = s.county AND o.fixmedins_code = s.fixmedins_code"
    " LEFT JOIN m ON m.fixmedins_code = s.fixmedins_code"
    " LEFT JOIN record.psn_info_b p ON p.county = s.county AND p.src_psn_no = s.src_psn_no"
    " LEFT JOIN record.psn_insu_d e ON e.county = s.county AND e.src_psn_no = s.src_psn_no AND e.insutype = "
    "s.insutype"
    " AND e.crt_insu_date <= s.setl_time AND coalesce(e.paus_insu_date, 'infinity') > s.setl_time"
    " WHERE ";
static const char order[] =
    " ORDER BY s.person, s.setl_time, s.setl_id, s.county, e.crt_insu_date DESC NULLS LAST";

/* A text constant of SQL. */
static const char *quoted(struct arena *arena, const char *text) {
    char *sql = ARENA_NEW(arena, char, strlen(text) * 2 + 3), *at = sql;
    *at++ = '\'';
    for (; *text; text++) {
        if (*text == '\'') *at++ = '\'';
        *at++ = *text;
    }
    *at = '\'';
    return sql;
}

/* Whose settlements these are, as the indexes know it: the records of a person, or one that nobody linked
   ("county/number", and "county/settlement" where the settlement names no number). */
static const char *of_person(struct arena *arena, const char *person) {
    const char *slash = strchr(person, '/');
    if (!slash)
        return arena_print(arena,
                           "(s.county, s.src_psn_no) IN (SELECT county, src_psn_no FROM identity.xref WHERE"
                           " psn_no = %s)",
                           quoted(arena, person));
    const char *county = arena_print(arena, "%.*s", (int)(slash - person), person),
               *number = quoted(arena, slash + 1);
    return arena_print(arena,
                       "s.county = %s AND (s.src_psn_no = %s OR s.src_psn_no IS NULL AND s.setl_id = %s)",
                       quoted(arena, county), number, number);
}

bool policy_source_open(struct policy_source *source, PGconn *connection, uint32_t part, uint32_t parts,
                        const char *person, const _Atomic bool *stop, struct arena *arena,
                        struct error *error) {
    struct pg_limits limits = {.stop = stop};
    const char *which =
        person ? arena_print(arena, "s.person = %s AND %s", quoted(arena, person), of_person(arena, person))
               : arena_print(arena, "(hashtext(s.person)::bigint + 2147483648) %% %u = %u", parts, part);
    const char *sql = arena_print(arena, "%s%s%s", query, which, order);
    return pg_open(&source->pg, connection, sql, &limits, error);
}

enum flow policy_source_next(struct policy_source *source, struct error *error) {
    return pg_next(&source->pg, error);
}
void policy_source_close(struct policy_source *source) { pg_close(&source->pg); }

struct span policy_source_person(const struct policy_source *source) {
    return pg_span(source->pg.fields[AT_PERSON]);
}

static uint64_t hash_of(struct span county, struct span id) {
    return id.bytes && id.size
               ? XXH3_64bits_withSeed(id.bytes, id.size, XXH3_64bits(county.bytes, county.size))
               : 0;
}

static void fill_claim(const struct pg_field *fields, struct policy_claim *claim) {
    int64_t *const amounts[] = {&claim->fee,
                                &claim->full_self,
                                &claim->scope,
                                &claim->deductible,
                                &claim->base,
                                &claim->big,
                                &claim->civil,
                                &claim->aid,
                                &claim->other,
                                NULL,
                                NULL,
                                &claim->account,
                                &claim->mutual,
                                NULL,
                                &claim->hospital};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        if (amounts[i]) *amounts[i] = pg_integer(fields[AT_FEE + i]);
    /* Whoever paid no cash had the account pay all of it, and may have had more in it. */
    claim->own_balance = claim->account;
    if (claim->account > 0 && pg_integer(fields[AT_CASH]) == 0)
        claim->own_balance += pg_integer(fields[AT_BALANCE]);
    claim->mutual_balance = claim->mutual;
}

void policy_source_fill(const struct policy_source *source, struct replay_row *row,
                        struct policy_line *line) {
    const struct pg_field *fields = source->pg.fields;
    struct policy_claim *claim = &row->claim;
    *line = (struct policy_line){.person = pg_span(fields[AT_PERSON]),
                                 .county = pg_span(fields[AT_COUNTY]),
                                 .setl_id = pg_span(fields[AT_SETL_ID]),
                                 .insutype = pg_span(fields[AT_INSUTYPE])};
    struct claim_words words = {.insutype = line->insutype,
                                .med_type = pg_span(fields[AT_MED_TYPE]),
                                .hosp_lv = pg_span(fields[AT_LEVEL]),
                                .place = pg_span(fields[AT_PLACE]),
                                .insured = pg_span(fields[AT_INSURED]),
                                .person_type = pg_span(fields[AT_PERSON_TYPE]),
                                .special = pg_span(fields[AT_SPECIAL]),
                                .birth = pg_null(fields[AT_BIRTH]) ? INT32_MIN
                                                                   : (int32_t)pg_integer(fields[AT_BIRTH]),
                                .day = (int32_t)pg_integer(fields[AT_DAY])};
    pg_uuid(fields[AT_KEY], &line->key[0], &line->key[1]);
    fill_claim(fields, claim);
    words.fund_paid = claim->base != 0;
    claim_sort(&words, claim);
    claim->stay = hash_of(line->county, pg_span(fields[AT_STAY]));
    row->key = hash_of(line->county, line->setl_id);
    row->refund_of = hash_of(line->county, pg_span(fields[AT_ORIGINAL]));
    row->refund = pg_integer(fields[AT_REFUND]) != 0;
    const struct policy_assignment *assigned =
        assign_find(source->assignments, line->county, line->insutype, words.day);
    int32_t day = words.day > source->cutover ? words.day : source->cutover;
    line->plan = assigned ? assigned->plan : SPAN("");
    line->city_plan = assigned ? assigned->city_plan : SPAN("");
    row->plans[SIDE_COUNTY] = assigned ? plan_on(source->plans, line->plan, words.day, false) : NULL;
    row->plans[SIDE_CITY] = assigned ? plan_on(source->plans, line->city_plan, day, true) : NULL;
    line->level = claim->away ? claim->away : claim->level;
    line->scope = claim->scope;
    line->stored_dedc = claim->deductible;
    line->stored_fund = claim->base + claim->big + claim->civil + claim->aid + claim->other;
    if (!line->stored_fund && !pg_null(fields[AT_FUND])) line->stored_fund = pg_integer(fields[AT_FUND]);
    line->stored_person = pg_null(fields[AT_OWN]) ? claim->fee - line->stored_fund - claim->hospital
                                                  : pg_integer(fields[AT_OWN]);
}
