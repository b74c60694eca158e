-- SPDX-License-Identifier: MulanPSL-2.0
-- Settlements as the work indicators count them: how often (a refund takes its claim back), under which benefit,
-- at which layer of care.  By the national category's first digits, so that a local extension (140104, 2102) falls
-- under what it extends; what begins with nothing known stays with its own code, so the parts always sum to the whole.
-- The layer is what the county registered of the institution (area_lv); an institution that it did not register is
-- outside the city or in another county by its division, else it is known by its grade alone ('1' to '3', '0'), or ''.
CREATE FUNCTION city.benefit(med_type text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN med_type IN ('2106', '2107', '5212') THEN '52' WHEN med_type = '2102' THEN '26' WHEN med_type = '9929' THEN '41'
            WHEN left(med_type, 2) IN ('21', '23', '24', '25', '27') THEN '21' WHEN left(med_type, 2) IN ('11', '12', '13', '16') THEN '11'
            WHEN left(med_type, 2) IN ('19', '81') THEN '19' WHEN left(med_type, 2) IN ('14', '15', '22', '26', '28', '41', '51', '52', '53')
            THEN left(med_type, 2) ELSE coalesce(med_type, '') END;
CREATE VIEW city.claim AS
SELECT s.county, x.psn_no, s.src_psn_no, s.setl_id, s.key_hash, s.insutype, s.setl_time, city.benefit(s.med_type) AS benefit,
       city.benefit(s.med_type) IN ('21', '22', '26', '28', '52') AS inpatient,
       coalesce(i.area_lv, CASE WHEN left(s.fix_blng_admdvs, 4) <> left(s.county, 4) THEN '市域外'
                                WHEN right(s.fix_blng_admdvs, 2) <> '00' AND s.fix_blng_admdvs <> s.county THEN '县外市域内' END,
                CASE WHEN l.grade <= '04' THEN '3' WHEN l.grade <= '07' THEN '2' WHEN l.grade <= '10' THEN '1' WHEN l.grade = '11' THEN '0' END,
                '') AS layer,
       coalesce(i.own_type = '民营', false) AS private,
       CASE WHEN s.refd_setl_flag = '1' THEN -1 ELSE 1 END AS times,
       s.medfee_sumamt_fen, s.fund_pay_sumamt_fen, s.hifp_pay_fen, coalesce(s.hifmi_pay_fen, 0) + coalesce(s.hifob_pay_fen, 0) AS large_fen,
       s.cvlserv_pay_fen, s.maf_pay_fen, coalesce(s.acct_pay_fen, 0) + coalesce(s.acct_mulaid_pay_fen, 0) AS account_fen, s.cash_payamt_fen
  FROM record.setl_d s
  LEFT JOIN identity.xref x ON x.county = s.county AND x.src_psn_no = s.src_psn_no
  LEFT JOIN (SELECT DISTINCT ON (county, fixmedins_code) county, fixmedins_code, area_lv, own_type, hosp_lv FROM record.fixmedins_b
              ORDER BY county, fixmedins_code, vali_flag = '0', begntime DESC NULLS LAST, key_hash) i
         ON i.county = s.county AND i.fixmedins_code = s.fixmedins_code
 CROSS JOIN LATERAL (SELECT coalesce(i.hosp_lv, s.hosp_lv) AS grade) l;
COMMENT ON VIEW city.claim IS '结算按待遇类别、机构层级和人次';
