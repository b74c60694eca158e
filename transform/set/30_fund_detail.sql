-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.setl_d, record.setl_fund_pay_d
-- writes: intake.reason, settle.fund_detail
-- run key: none, always all of one county · distribution: county
-- reports: settle.fund_detail (doubt; money: header less lines)
-- Identity A6: the lines of a settlement by fund add up to its fund total.  A county that has delivered
-- no lines is not compared; without a total in the header its own fund columns are added.
DELETE FROM intake.reason WHERE code = 'settle.fund_detail'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)
                 WHERE d.county = :'county');
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, detail, src_key, fen)
SELECT s.file, s.source_row, 24, 'settle.fund_detail', 'doubt', 'setl_id',
       'difference=' || to_char((s.total - coalesce(d.total, 0)) * 0.01, 'FM999999999999990.00'),
       s.src_key, s.total - coalesce(d.total, 0)
  FROM (SELECT county, setl_id, file, source_row, src_key,
               coalesce(fund_pay_sumamt_fen, coalesce(hifp_pay_fen, 0) + coalesce(cvlserv_pay_fen, 0)
                        + coalesce(hifes_pay_fen, 0) + coalesce(hifmi_pay_fen, 0) + coalesce(hifob_pay_fen, 0)
                        + coalesce(hifdm_pay_fen, 0) + coalesce(maf_pay_fen, 0) + coalesce(othfund_pay_fen, 0)) AS total
          FROM record.setl_d WHERE county = :'county') s
  LEFT JOIN (SELECT county, setl_id, sum(fund_payamt_fen) AS total FROM record.setl_fund_pay_d
              WHERE county = :'county' GROUP BY county, setl_id) d ON d.county = s.county AND d.setl_id = s.setl_id
 WHERE EXISTS (SELECT FROM record.setl_fund_pay_d WHERE county = :'county')
   AND s.total <> coalesce(d.total, 0)
ON CONFLICT DO NOTHING;
