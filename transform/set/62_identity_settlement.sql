-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.setl_d, record.setl_fund_pay_d, settle.fund_detail, settle.not_covered
-- writes: intake.finding
-- run key: none, always all of one county · distribution: county
-- reports: identity.a1 to identity.a14, each held, broken or not applicable, with the rows behind it
-- One scan weighs every settlement.  Where sources differ in whether a part is inside another (k), the row's spec
-- says so (`inside`); what it does not say goes by the reading that more of those rows follow.  The finding says
-- which k it was, and said=1 where a spec named it.
CREATE TEMP TABLE weighed ON COMMIT DROP AS
WITH said AS MATERIALIZED (
    SELECT f.file, CASE substring(f.inside FROM 'ownpay_hosp_part=([a-z]+)') WHEN 'yes' THEN 0 WHEN 'no' THEN 1 END AS hospital_said,
           CASE substring(f.inside FROM 'acct_pay=([a-z]+)') WHEN 'yes' THEN 1 WHEN 'no' THEN 0 END AS account_said,
           CASE substring(f.inside FROM 'acct_mulaid_pay=([a-z]+)') WHEN 'yes' THEN 0 WHEN 'no' THEN 1 END AS mutual_said
      FROM intake.file f WHERE f.kind = 'setl_d')
SELECT s.key_hash, s.file, s.source_row, s.setl_id, s.src_psn_no, s.init_setl_id, coalesce(s.refd_setl_flag, '0') = '1' AS refund,
       s.medfee_sumamt_fen AS fee, s.fund_pay_sumamt_fen AS funds, s.psn_pay_fen AS person, s.inscp_amt_fen AS scope,
       s.hifp_pay_fen AS base, s.act_pay_dedc_fen AS dedc, s.acct_pay_fen AS account, s.balc_fen AS balance,
       coalesce(s.ownpay_hosp_part_fen, 0) AS hospital, coalesce(s.acct_mulaid_pay_fen, 0) AS mutual,
       s.fulamt_ownpay_amt_fen + coalesce(s.overlmt_selfpay_fen, 0) + s.preselfpay_amt_fen + s.inscp_amt_fen AS parts,
       s.hifp_pay_fen + coalesce(s.cvlserv_pay_fen, 0) + coalesce(s.hifes_pay_fen, 0) + coalesce(s.hifmi_pay_fen, 0)
       + coalesce(s.hifob_pay_fen, 0) + coalesce(s.hifdm_pay_fen, 0) + coalesce(s.maf_pay_fen, 0) + coalesce(s.othfund_pay_fen, 0) AS paid,
       s.acct_pay_fen + coalesce(s.cash_payamt_fen, 0) AS own,
       least(s.inscp_amt_fen, coalesce(s.crt_dedc_fen, s.dedc_std_fen, s.inscp_amt_fen)) AS dedc_most,
       s.medfee_sumamt_fen - coalesce(s.fulamt_ownpay_amt_fen, 0) AS may_pay,
       CASE WHEN s.med_type LIKE '2%' THEN round((s.inscp_amt_fen - s.act_pay_dedc_fen) * s.pool_prop_selfpay) END AS by_share,
       least(s.medfee_sumamt_fen, s.hifp_pay_fen, s.fund_pay_sumamt_fen, s.psn_pay_fen, s.acct_pay_fen, s.cash_payamt_fen) AS lowest,
       greatest(s.medfee_sumamt_fen, s.hifp_pay_fen, s.fund_pay_sumamt_fen, s.psn_pay_fen, s.acct_pay_fen, s.cash_payamt_fen) AS highest,
       f.hospital_said, f.account_said, f.mutual_said
  FROM record.setl_d s LEFT JOIN said f ON f.file = s.file WHERE s.county = :'county';
-- Both readings of what may be counted twice, over the rows whose spec does not say.
CREATE TEMP TABLE reading ON COMMIT DROP AS
SELECT (count(*) FILTER (WHERE hospital_said IS NULL AND fee <> funds + person)
        > count(*) FILTER (WHERE hospital_said IS NULL AND fee <> funds + person + hospital))::int AS hospital_most,
       (count(*) FILTER (WHERE account_said IS NULL AND funds <> paid)
        > count(*) FILTER (WHERE account_said IS NULL AND funds <> paid + coalesce(account, 0)))::int AS account_most,
       (count(*) FILTER (WHERE mutual_said IS NULL AND person <> own + mutual)
        <= count(*) FILTER (WHERE mutual_said IS NULL AND person <> own))::int AS mutual_most
  FROM weighed;
-- A refund gives all of one settlement back, once, to the same person.
CREATE TEMP TABLE refunded ON COMMIT DROP AS
SELECT b.key_hash, b.fee AS left_fen, -coalesce(o.fee, 0) AS right_fen,
       o.setl_id IS NULL OR o.fee <> -b.fee OR coalesce(o.funds, 0) <> -coalesce(b.funds, 0) OR o.src_psn_no IS DISTINCT FROM b.src_psn_no
       OR count(*) OVER (PARTITION BY o.setl_id) > 1 AS bad
  FROM weighed b LEFT JOIN weighed o ON o.setl_id = b.init_setl_id AND NOT o.refund WHERE b.refund;
SELECT fund.say('identity.' || v.name, :'county', 'setl_d', upper(v.name), v.l, v.r,
                CASE WHEN v.rows = 0 THEN 'not_applicable' WHEN v.bad = 0 THEN 'held' ELSE 'broken' END,
                concat_ws(';', 'rows=' || v.rows, 'bad=' || v.bad, 'k=' || v.k), v.keys, v.fens)
  FROM (SELECT count(*) FILTER (WHERE a1 IS NOT NULL) AS n1, sum(fee) FILTER (WHERE a1 IS NOT NULL) AS l1, sum(parts) FILTER (WHERE a1 IS NOT NULL) AS r1,
               array_agg(key_hash) FILTER (WHERE a1) AS k1, array_agg(fee - parts) FILTER (WHERE a1) AS f1,
               count(*) FILTER (WHERE a2 IS NOT NULL) AS n2, sum(fee) FILTER (WHERE a2 IS NOT NULL) AS l2,
               sum(funds + person + hospital_k * hospital) AS r2,
               array_agg(key_hash) FILTER (WHERE a2) AS k2, array_agg(fee - funds - person - hospital_k * hospital) FILTER (WHERE a2) AS f2,
               count(*) FILTER (WHERE a3 IS NOT NULL) AS n3, sum(funds) FILTER (WHERE a3 IS NOT NULL) AS l3,
               sum(paid + account_k * coalesce(account, 0)) FILTER (WHERE a3 IS NOT NULL) AS r3,
               array_agg(key_hash) FILTER (WHERE a3) AS k3, array_agg(funds - paid - account_k * coalesce(account, 0)) FILTER (WHERE a3) AS f3,
               count(*) FILTER (WHERE a4 IS NOT NULL) AS n4, sum(person) FILTER (WHERE a4 IS NOT NULL) AS l4,
               sum(own + mutual_k * mutual) FILTER (WHERE a4 IS NOT NULL) AS r4,
               array_agg(key_hash) FILTER (WHERE a4) AS k4, array_agg(person - own - mutual_k * mutual) FILTER (WHERE a4) AS f4,
               CASE WHEN EXISTS (SELECT FROM record.setl_fund_pay_d WHERE county = :'county') THEN count(*) ELSE 0 END AS n6,
               sum(CASE WHEN a6 THEN 0 ELSE funds END) AS r6, array_agg(key_hash) FILTER (WHERE a6) AS k6, array_agg(funds) FILTER (WHERE a6) AS f6,
               count(*) FILTER (WHERE a7 IS NOT NULL AND NOT refund) AS n7, sum(dedc) FILTER (WHERE a7 IS NOT NULL AND NOT refund) AS l7,
               sum(least(greatest(dedc, 0), dedc_most)) FILTER (WHERE a7 IS NOT NULL AND NOT refund) AS r7,
               array_agg(key_hash) FILTER (WHERE a7) AS k7, array_agg(dedc) FILTER (WHERE a7) AS f7,
               count(*) FILTER (WHERE a8 IS NOT NULL AND NOT refund) AS n8, sum(base) FILTER (WHERE a8 IS NOT NULL AND NOT refund) AS l8,
               sum(least(base, scope - coalesce(dedc, 0))) FILTER (WHERE a8 IS NOT NULL AND NOT refund) AS r8,
               array_agg(key_hash) FILTER (WHERE a8) AS k8, array_agg(base) FILTER (WHERE a8) AS f8,
               count(*) FILTER (WHERE a9 IS NOT NULL AND by_share IS NOT NULL) AS n9, sum(base) FILTER (WHERE by_share IS NOT NULL) AS l9, sum(by_share) AS r9,
               array_agg(key_hash) FILTER (WHERE a9) AS k9, array_agg(base) FILTER (WHERE a9) AS f9,
               count(*) AS n11, sum(funds) AS l11, sum(CASE WHEN a11 THEN 0 ELSE funds END) AS r11,
               array_agg(key_hash) FILTER (WHERE a11) AS k11, array_agg(funds) FILTER (WHERE a11) AS f11,
               count(balance) AS n13, sum(account) FILTER (WHERE balance IS NOT NULL) AS l13,
               sum(CASE WHEN a13 THEN 0 ELSE account END) FILTER (WHERE balance IS NOT NULL) AS r13,
               array_agg(key_hash) FILTER (WHERE a13) AS k13, array_agg(account) FILTER (WHERE a13) AS f13,
               sum(fee) AS l14, sum(CASE WHEN a14 THEN 0 ELSE fee END) AS r14,
               array_agg(key_hash) FILTER (WHERE a14) AS k14, array_agg(fee) FILTER (WHERE a14) AS f14,
               concat_ws('、', CASE WHEN bool_or(hospital_k = 0) THEN 0 END, CASE WHEN bool_or(hospital_k = 1) THEN 1 END)
               || CASE WHEN bool_or(hospital_said IS NOT NULL) THEN ';said=1' ELSE '' END AS hk,
               concat_ws('、', CASE WHEN bool_or(account_k = 0) THEN 0 END, CASE WHEN bool_or(account_k = 1) THEN 1 END)
               || CASE WHEN bool_or(account_said IS NOT NULL) THEN ';said=1' ELSE '' END AS ak,
               concat_ws('、', CASE WHEN bool_or(mutual_k = 0) THEN 0 END, CASE WHEN bool_or(mutual_k = 1) THEN 1 END)
               || CASE WHEN bool_or(mutual_said IS NOT NULL) THEN ';said=1' ELSE '' END AS mk
          FROM (SELECT w.*, k.*, fee <> parts AS a1, fee <> funds + person + hospital_k * hospital AS a2,
                       funds <> paid + account_k * coalesce(account, 0) AS a3, person <> own + mutual_k * mutual AS a4,
                       NOT refund AND (dedc < 0 OR dedc > dedc_most) AS a7, NOT refund AND base > scope - coalesce(dedc, 0) AS a8,
                       NOT refund AND abs(base - by_share) > 1 AS a9,
                       CASE WHEN refund THEN highest > 0 ELSE lowest < 0 OR base > scope OR funds > may_pay END AS a11,
                       balance < 0 AS a13,
                       EXISTS (SELECT FROM intake.reason r WHERE r.file = w.file AND r.source_row = w.source_row
                                  AND r.code IN ('settle.dates_disordered', 'settle.not_covered')) AS a14,
                       EXISTS (SELECT FROM intake.reason r WHERE r.file = w.file AND r.source_row = w.source_row AND r.code = 'settle.fund_detail') AS a6
                  FROM weighed w CROSS JOIN reading
                 CROSS JOIN LATERAL (SELECT coalesce(hospital_said, hospital_most) AS hospital_k, coalesce(account_said, account_most) AS account_k,
                                            coalesce(mutual_said, mutual_most) AS mutual_k) k
                 OFFSET 0) broken) t -- each test is made once a row, not once for each sum that asks for it
  CROSS JOIN (SELECT count(*) AS n, sum(left_fen) AS l, sum(right_fen) AS r, array_agg(key_hash) FILTER (WHERE bad) AS keys,
                     array_agg(left_fen) FILTER (WHERE bad) AS fens FROM refunded) p
  CROSS JOIN LATERAL (VALUES ('a1', n1, cardinality(k1), l1, r1, NULL::text, k1, f1), ('a2', n2, cardinality(k2), l2, r2, hk, k2, f2),
       ('a3', n3, cardinality(k3), l3, r3, ak, k3, f3), ('a4', n4, cardinality(k4), l4, r4, mk, k4, f4),
       ('a5', 0, 0, NULL, NULL, NULL, NULL, NULL), ('a6', n6, cardinality(k6), l11, r6, NULL, k6, f6),
       ('a7', n7, cardinality(k7), l7, r7, NULL, k7, f7), ('a8', n8, cardinality(k8), l8, r8, NULL, k8, f8),
       ('a9', n9, cardinality(k9), l9, r9, NULL, k9, f9), ('a11', n11, cardinality(k11), l11, r11, NULL, k11, f11),
       ('a12', p.n, cardinality(p.keys), p.l, p.r, NULL, p.keys, p.fens), ('a13', n13, cardinality(k13), l13, r13, NULL, k13, f13),
       ('a14', n11, cardinality(k14), l14, r14, NULL, k14, f14)) v0(name, rows, bad, l, r, k, keys, fens)
  CROSS JOIN LATERAL (SELECT v0.name, v0.rows, coalesce(v0.bad, 0) AS bad, v0.l, v0.r, v0.k, v0.keys, v0.fens) v
 WHERE t.n11 > 0;
