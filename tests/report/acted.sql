-- SPDX-License-Identifier: MulanPSL-2.0
-- On top of city.sql: what stands on the papers that counties and accountants act on.  Amounts are powers of two or
-- digits of their own, so that a sum says what is in it; beside each row that counts stands one that must not.
DO $make$
DECLARE
    kind text;
BEGIN
    FOREACH kind IN ARRAY '{record.psn_info_b,record.psn_insu_d,record.setl_d,record.fixmedins_b,record.staf_psn_clct_detl_d,
        record.rsdt_psn_clct_detl_d,fund.acct_set_d,fund.voucher_entry_d,fund.acct_bal_d,fund.bank_stmt_d,fund.psn_acct_d,fund.stmt_line_d,
        fund.recon_item_d}'::text[] LOOP
        EXECUTE format('CREATE TABLE %s_all PARTITION OF %1$s DEFAULT', kind);
    END LOOP;
END
$make$;

-- Double covers: 1 keeps a, 2 keeps b, 3 neither and is agreed, 4 is gone, 5 is for a person to decide, 6 is done,
-- 7 is within a county.
INSERT INTO cover.duplicate (county_a, key_a, src_psn_no_a, insutype_a, county_b, key_b, src_psn_no_b, insutype_b, psn_no, kind,
    overlap, months, facts, rule, rule_line, basis, keep, effect, ask_person, document, refund, approve_over_fen, state, first_search, last_search)
SELECT county_a, md5('a' || n)::uuid, 'A' || n, scheme_a, county_b, md5('b' || n)::uuid, 'B' || n, '390', person, kind,
       overlap::datemultirange, 1 << n - 1, '{}', rule, line, '依据' || line, keep, effect, ask, false, 'none', 0, state, 1, 1
  FROM (VALUES (1, '690102', '310', '690181', 'P1', 'cross_scheme', '{[2020-01-01,2020-02-01)}', 'r3', 3, 'a', 'stop', false, 'proposed'),
    (2, '690102', '390', '690123', 'P2', 'same_scheme_other_county', '{[2019-03-01,2019-04-01),[2020-05-01,2020-06-01)}', 'r2', 2, 'b', 'suspend', true, 'proposed'),
    (3, '690102', '390', '690102', 'P2', 'same_scheme_same_county', '{[2020-01-01,2020-05-01)}', 'r1', 1, 'none', 'stop', false, 'agreed'),
    (4, '690102', '310', '690181', 'P3', 'cross_scheme', '{[2020-01-01,2020-09-01)}', 'r3', 3, 'a', 'stop', false, 'gone'),
    (5, '690181', '310', '690102', 'P4', 'cross_scheme', '{[2019-01-01,2020-05-01)}', 'r4', 4, 'review', 'review', false, 'proposed'),
    (6, '690181', '390', '690123', 'P5', 'same_scheme_other_county', '{[2018-01-01,2020-09-01)}', 'r2', 2, 'a', 'stop', false, 'done'),
    (7, '690123', '390', '690123', 'P6', 'same_scheme_same_county', '{[2015-01-01,2020-05-01)}', 'r1', 1, 'b', 'stop', false, 'proposed'))
    d (n, county_a, scheme_a, county_b, person, kind, overlap, rule, line, keep, effect, ask, state);
-- Of the side that goes 1, 2, 4 and so on; of the one that stays, which is not charged, millions.
INSERT INTO cover.money (duplicate, side, item, level, county, key_hash, src_key, amount_fen, months, basis, year)
SELECT duplicate, side, item, level, county, md5(fen::text)::uuid, fen, fen, 1, '', year
  FROM (VALUES (1, 'b', 'subsidy', 'central', '690181', 1, 2019), (1, 'b', 'subsidy', 'province', '690181', 2, 2019),
    (1, 'b', 'premium', '', '690181', 4, 2019), (1, 'b', 'claim', 'exact', '690181', 8, 2019),
    (1, 'a', 'subsidy', 'city', '690102', 1000000, 2019), (1, 'a', 'premium', '', '690102', 2000000, 2019), (1, 'a', 'claim', 'exact', '690102', 4000000, 2019),
    (2, 'a', 'subsidy', 'city', '690102', 16, 2020), (2, 'a', 'subsidy', 'county', '690102', 32, 2020),
    (2, 'a', 'premium', 'employer', '690102', 64, 2020), (2, 'a', 'claim', 'near', '690102', 128, 2020), (2, 'b', 'premium', '', '690123', 3000000, 2020),
    (3, 'b', 'subsidy', 'unsplit', '690102', 256, 2019), (3, 'a', 'subsidy', 'unsplit', '690102', 5000000, 2019),
    (4, 'b', 'subsidy', 'central', '690181', 512, 2019), (4, 'b', 'premium', '', '690181', 512, 2019), (4, 'b', 'claim', 'exact', '690181', 512, 2019),
    (5, 'b', 'premium', '', '690102', 1024, 2020), (5, 'b', 'subsidy', 'central', '690102', 2048, 2020), (5, 'b', 'claim', 'sequential', '690102', 0, 2020),
    (5, 'a', 'premium', '', '690181', 6000000, 2020),
    (6, 'b', 'subsidy', 'central', '690123', 4096, 2020), (6, 'b', 'claim', 'exact', '690123', 8192, 2020)) m (duplicate, side, item, level, county, fen, year);
INSERT INTO cover.claim
SELECT duplicate, side, county, md5(setl)::uuid, setl, day::date, day::date + 3, fee, fund
  FROM (VALUES (1, 'a', '690102', 'C2', '2020-01-20', 1001, 1), (1, 'a', '690102', 'C1', '2020-01-10', 1002, 2), (1, 'b', '690181', 'C3', '2020-01-10', 1004, 4),
    (2, 'b', '690123', 'C4', '2019-03-10', 1008, 8), (3, 'a', '690102', 'C5', '2020-03-10', 1016, 16), (5, 'b', '690102', 'C6', '2019-03-10', 1032, 32),
    (4, 'a', '690102', 'C7', '2020-03-10', 1064, 64)) c (duplicate, side, county, setl, day, fee, fund);
INSERT INTO cover.idle
SELECT county, md5(person)::uuid, person, scheme, since::date, paid::date, 1
  FROM (VALUES ('690102', 'I1', '310', '2019-05-01', '2019-07-01'), ('690102', 'I2', '310', '2018-05-01', NULL), ('690102', 'I3', '390', '2017-05-01', '2018-02-01'),
    ('690181', 'I4', '390', '2016-05-01', NULL)) i (county, person, scheme, since, paid);
INSERT INTO cover.roster_line (search, roster_type, roster_no, county, src_psn_no, begn_date, end_date, state, settlements, settled_fen, fund_fen)
VALUES (1, '死亡', 'R1', '690102', 'A1', '2020-02-03', NULL, 'still_enrolled', 1, 100, 10), (1, '死亡', 'R2', '690181', 'B1', '2020-02-04', NULL, 'still_enrolled', 2, 200, 20),
       (1, '死亡', 'R3', '690102', 'A2', '2020-02-05', NULL, 'agrees', 0, 0, 0), (1, '贫困', 'R4', '690102', NULL, '2020-01-01', '2020-12-31', 'not_enrolled', 4, 400, 40);
INSERT INTO record.psn_info_b (src_psn_no, psn_name, certno, county, src_key, key_hash, row_hash, file, source_row)
SELECT n, name, id, county, n, md5(n)::uuid, 0, 2, 1
  FROM (VALUES ('A1', '甲一', '110105194912310023', '690102'), ('A1', '乙乙', '110105194912310031', '690181'), ('B5', '丙丙', NULL, '690102')) p (n, name, id, county);

-- Ledgers of 690102: set 01 in two years, set 02; the same numbers in 690181, which is not asked for.
INSERT INTO fund.acct_set_d (acct_set, fund_set, pooling_mode, src_chart, county, src_key, key_hash, row_hash, file, source_row)
VALUES ('01', '职工', '县级统筹', '2008', '690102', '01', md5('01')::uuid, 0, 2, 1), ('01', '职工', '市级统筹', '2017', '690181', '01', md5('01')::uuid, 0, 5, 1);
INSERT INTO fund.chart_of_accounts_row (chart_set, code, name_zh, class, normal_balance, sub_fund, valid_from, overlay)
SELECT '职工', code, name, '', '借', '', date '2017-01-01', 0
  FROM (VALUES ('1002', '收入户存款'), ('5001.统筹.住院', '统筹住院'), ('4001', '保险费收入'), ('3001.统筹', '统筹结余')) c (code, name)
UNION ALL SELECT '居民', '1002', '居民存款', '', '借', '', date '2017-01-01', 0;
INSERT INTO fund.posting (county, acct_set, fund_set, acct_year, acct_month, voucher_no, line_no, voucher_date, key_hash, part, src_acct_code, acct_code,
    sub_fund, debit_fen, credit_fen, closing, basis, file, source_row)
SELECT county, acct_set, CASE acct_set WHEN '02' THEN '居民' ELSE '职工' END, year, month, voucher, line, (year || month || '28')::date,
       md5(county || acct_set || year || month || voucher || line)::uuid, part, src, account, '统筹', debit, credit, closing, basis, 2, 1
  FROM (VALUES ('690102', '01', '2020', '01', '1', '1', 1, '501', '5001.统筹.住院', 1, 0, false, 'month=202001;settlements=1'),
    ('690102', '01', '2020', '01', '1', '1', 2, '501', '5001.统筹.门诊', 2, 0, false, 'month=202001;settlements=1'),
    ('690102', '01', '2020', '01', '1', '2', 1, '102', '1002', 0, 4, false, NULL), ('690102', '01', '2020', '12', '1', '1', 1, '501', '5001.统筹.住院', 8, 0, false, NULL),
    ('690102', '01', '2020', '12', '1', '2', 1, '102', '1002', 16, 32, false, NULL), ('690102', '01', '2020', '01', '2', '1', 1, '501', '5001.统筹.住院', 0, 64, true, NULL),
    ('690102', '01', '2021', '01', '1', '1', 1, '102', '1002', 128, 0, false, NULL), ('690102', '02', '2020', '01', '1', '1', 1, '102', '1002', 256, 0, false, NULL),
    ('690181', '01', '2020', '01', '1', '1', 1, '501', '5001.统筹.住院', 512, 0, false, NULL), ('690181', '01', '2019', '12', '1', '1', 1, '501', '5001.统筹.住院', 1024, 0, false, NULL)) p (county, acct_set, year, month, voucher, line, part, src, account, debit, credit, closing, basis);
INSERT INTO fund.voucher_entry_d (acct_set, fund_set, acct_year, acct_month, voucher_no, line_no, voucher_date, src_acct_code, src_acct_name, acct_code, sub_fund,
    debit_fen, credit_fen, county, src_key, key_hash, row_hash, file, source_row)
SELECT acct_set, fund_set, acct_year, acct_month, voucher_no, line_no, voucher_date, src_acct_code, '县科目' || src_acct_code, left(min(acct_code), 4), sub_fund, nullif(sum(debit_fen), 0),
       nullif(sum(credit_fen), 0), county, concat_ws('/', acct_set, acct_year, acct_month, voucher_no, line_no), key_hash, 0, 2, 100 + (sum(debit_fen + credit_fen))::int
  FROM fund.posting GROUP BY county, acct_set, fund_set, acct_year, acct_month, voucher_no, line_no, voucher_date, src_acct_code, sub_fund, key_hash;
INSERT INTO fund.balance
SELECT county, '01', '职工', year, month, code, '统筹', opened, debit, credit, opened + debit - credit, result
  FROM (VALUES ('690102', 2020, 1, '1002', 1000, 1, 2, 0), ('690102', 2020, 2, '1002', 999, 4, 8, 0), ('690102', 2020, 1, '3001.统筹', -1000, 1, 0, 0),
    ('690102', 2020, 2, '3001.统筹', -999, 16, 32, 0), ('690102', 2020, 1, '4001', 0, 0, 64, -64), ('690102', 2020, 2, '4001', -64, 192, 128, -128),
    ('690102', 2020, 1, '4401.省', 0, 0, 512, -512), ('690102', 2020, 1, '5001.统筹.住院', 0, 256, 0, 256), ('690102', 2020, 2, '5001.统筹.住院', 256, 0, 256, 0),
    ('690102', 2020, 1, '5301.市', 0, 1024, 0, 1024), ('690102', 2020, 1, '1009', 0, 0, 0, 0), ('690102', 2021, 1, '3001.统筹', -1015, 0, 3, 0),
    ('690181', 2020, 1, '4001', 0, 0, 2048, -2048)) b (county, year, month, code, opened, debit, credit, result);
INSERT INTO fund.routed (county, fund_set, acct_code, sub_fund, month, settlements, fen, digest, keys, fens)
SELECT county, '职工', account, '统筹', month, 2, a + b, 'd' || a, ARRAY[md5('S' || a)::uuid, md5('S' || b)::uuid], ARRAY[a, b]
  FROM (VALUES ('690102', '5001.统筹.住院', '202001', 1, 0), ('690102', '5001.统筹.住院', '202012', 2, 4), ('690102', '5001.统筹.门诊', '202002', 8, 16),
    ('690102', '5001.统筹.住院', '201912', 32, 64), ('690181', '5001.统筹.住院', '202001', 128, 256)) r (county, account, month, a, b);
INSERT INTO fund.balance VALUES ('690102', '02', '居民', 2020, 1, '4001', '统筹', 0, 0, 4096, -4096, -4096),
    ('690102', '02', '居民', 2020, 1, '5001', '个账', 0, 8192, 0, 8192, 8192);
INSERT INTO fund.routed (county, fund_set, acct_code, sub_fund, month, settlements, fen, digest, keys, fens)
VALUES ('690102', '居民', '5001', '统筹', '202003', 1, 512, 'd512', ARRAY[md5('S64')::uuid], ARRAY[512]);
INSERT INTO fund.unrouted VALUES ('690102', 'U2', 'hifmi_pay', '310', '21', 2, 2, 12), ('690102', 'U1', 'othfund_pay', NULL, '11', 1, 2, 11), ('690181', 'U3', 'hifmi_pay', '310', '21', 4, 5, 13);
INSERT INTO fund.setting VALUES ('cutover', '2018-07-01');
INSERT INTO intake.finding (run, check_code, county, kind, state, subject, left_value, right_value, detail)
SELECT run, code, county, 'voucher_entry_d', state, subject, l, r, ''
  FROM (VALUES (1, 'ledger.g1', '690102', 'held', '01 职工 2020 统筹', 7, 7), (2, 'ledger.g1', '690102', 'broken', '01 职工 2020 统筹', 25, 10),
    (2, 'ledger.e1', '690102', 'held', '01 职工 2020', 3, 3), (2, 'ledger.e1', '690102', 'held', '01 职工 2021', 3, 3), (2, 'ledger.e1', '690102', 'held', '010 职工', 4, 4),
    (2, 'ledger.e1', '690102', 'blocked', '02 居民 2020', 5, NULL), (2, 'ledger.e7', '690102', 'not_applicable', '02 居民 2020', NULL, NULL),
    (2, 'ledger.stray', '690102', 'broken', '职工 2019 统筹', 96, 0), (2, 'ledger.g1', '690102', 'blocked', '02 居民 2020 统筹', 6, NULL),
    (2, 'ledger.e2', '690102', 'broken', '010 职工', 4, 5), (2, 'ledger.e3', '690102', 'blocked', '010 职工', 4, NULL), (2, 'law.table', '690102', 'broken', '01 职工', 1, 2),
    (2, 'law.delivery', '690102', 'held', '01 职工', 1, 1), (2, 'law.delivery', '690102', 'blocked', '01 居民', 1, NULL),
    (2, 'ledger.e1', '690181', 'broken', '01 职工 2020', 1, 2)) f (run, code, county, state, subject, l, r);
INSERT INTO fund.culprit (finding, county, kind, key_hash, fen)
SELECT f.finding, v.county, '', v.key_hash, v.debit_fen * 10 FROM intake.finding f JOIN fund.voucher_entry_d v ON v.acct_set = '02'
 WHERE f.check_code = 'ledger.e1' AND f.state = 'blocked'
UNION ALL SELECT f.finding, '690102', 'bank_stmt_d', md5('bank')::uuid, 7 FROM intake.finding f WHERE f.check_code = 'ledger.e1' AND f.state = 'blocked'
UNION ALL SELECT f.finding, v.county, '', v.key_hash, 1 FROM intake.finding f JOIN fund.voucher_entry_d v ON v.county = f.county AND v.acct_set = '01'
 WHERE f.state = 'held' AND f.check_code = 'ledger.e1'
UNION ALL SELECT f.finding, '690102', 'bank_stmt_d', md5('bank')::uuid, 9 FROM intake.finding f WHERE f.check_code = 'law.table' OR f.county = '690181' AND f.check_code = 'ledger.e1';
INSERT INTO fund.bank_stmt_d (stmt_no, bank_acct, acct_set, fund_set, acct_code, stmt_date, out_fen, county, src_key, key_hash, row_hash, file, source_row)
VALUES ('B1', '1', '02', '居民', '1002', '2020-01-31', 7, '690102', 'B1', md5('bank')::uuid, 0, 2, 77),
       ('B2', '1', '02', '居民', '1003', '2020-01-31', 7, '690102', 'S2', md5('S2')::uuid, 0, 2, 78);
-- Keys of one kind that another has too.
INSERT INTO fund.voucher_entry_d (acct_set, fund_set, acct_year, acct_month, voucher_no, line_no, voucher_date, src_acct_code, acct_code, debit_fen, county, src_key, key_hash, row_hash,
    file, source_row)
VALUES ('09', '职工', '2020', '01', '9', '1', '2020-01-09', '901', '9001', 9, '690102', 'V9', md5('bank')::uuid, 0, 2, 901);
INSERT INTO fund.psn_acct_d (src_psn_no, year, bal_date, open_amt_fen, balc_fen, county, src_key, key_hash, row_hash, file, source_row)
VALUES ('A9', '2020', '2020-12-31', 9, 9, '690102', 'A9', md5('bank')::uuid, 0, 2, 902);
INSERT INTO fund.acct_bal_d (acct_set, fund_set, bal_date, bal_type, src_acct_code, acct_code, county, src_key, key_hash, row_hash, file, source_row)
VALUES ('09', '职工', '2020-12-31', '年末', '902', '9002', '690102', 'L9', md5('bank')::uuid, 0, 2, 903);
INSERT INTO fund.stmt_line_d (stmt_form, acct_set, fund_set, stmt_date, stmt_col, line, county, src_key, key_hash, row_hash, file, source_row)
VALUES ('收支表', '09', '职工', '2020-12-31', '本年数', '收入', '690102', 'F9', md5('bank')::uuid, 0, 2, 904);
INSERT INTO fund.recon_item_d (item_no, acct_set, fund_set, sub_fund, recon_type, item_date, item_amt_fen, county, src_key, key_hash, row_hash, file, source_row)
VALUES ('R9', '09', '职工', '个账', '其他', '2020-12-31', 9, '690102', 'R9', md5('S2')::uuid, 0, 2, 905);

-- Settlements behind the ledger, the replay and the stays across the cutover: of years that the indicators do not count.
INSERT INTO record.setl_d (setl_id, insutype, med_type, setl_time, begndate, enddate, medfee_sumamt_fen, fund_pay_sumamt_fen, county, src_key, key_hash, row_hash, file, source_row)
SELECT setl, '310', '21', day::date, begins::date, ends::date, fen * 3, fen, county, setl, md5(setl)::uuid, 0, 2, fen
  FROM (VALUES ('S2', '690102', '2018-12-01', NULL, NULL, 2), ('S4', '690102', '2018-12-02', NULL, NULL, 4), ('S8', '690102', '2018-12-03', NULL, NULL, 8),
    ('S16', '690102', '2018-12-04', NULL, NULL, 16), ('S32', '690102', '2018-12-05', NULL, NULL, 32), ('S64', '690102', '2018-12-06', NULL, NULL, 64),
    ('T1', '690102', '2018-07-05', '2018-06-28', '2018-07-02', 100), ('T2', '690102', '2018-07-01', '2018-06-30', NULL, 201), ('T3', '690102', '2018-07-09', '2018-07-01', '2018-07-09', 400),
    ('T4', '690102', '2018-07-09', '2018-06-01', '2018-06-30', 800), ('T5', '690181', '2018-07-05', '2018-06-28', '2018-07-02', 1600), ('S2', '690181', '2018-12-01', NULL, NULL, 3200), ('bank', '690102', '2018-12-07', NULL, NULL, 906)) s (setl, county, day, begins, ends, fen);

-- The replay of run 1 speaks for run 2; what a run's own says, of which nothing came, is not asked.
INSERT INTO fund.replay_run (run, sha256, rows, same_as) VALUES (1, 'p', 7, NULL), (2, 'p', 7, 1);
CREATE TABLE fund.replay_1 PARTITION OF fund.replay FOR VALUES IN (1);
CREATE TABLE fund.replay_2 PARTITION OF fund.replay FOR VALUES IN (2);
INSERT INTO fund.impact (run, scope, county, insutype, hosp_lv_group, person_type, year, compared, claims, persons, fee_fen, stored_fund_fen, old_fund_fen, new_fund_fen,
    stored_person_fen, old_person_fen, new_person_fen, differing, winners, losers, largest_loss_fen)
SELECT run, scope, county, scheme, level, person, year, compared, b * 3, b * 5, b * 1000, b * 700, b * 602, b * 641, b * 300, b * 400, b * 360, b * 7, b * 11, b * 13, b * 17
  FROM (VALUES (1, 'city', '', '310', '', '', 2019, true, 1), (1, 'city', '', '390', '', '', 2020, true, 2), (1, 'city', '', '', '', '', 2020, true, 4),
    (1, 'city', '', '', '', '', 2020, false, 8), (2, 'city', '', '', '', '', 2020, true, 16),
    (1, 'group', '690102', '310', 'L2', 'active', 2019, true, 32), (1, 'group', '690102', '310', 'L2', 'active', 2020, true, 64), (1, 'group', '690102', '310', 'L2', 'retired', 2020, true, 128),
    (1, 'group', '690102', '310', 'L2', 'active', 2020, false, 256), (1, 'county', '690102', '310', '', '', 2020, true, 512), (1, 'county', '690181', '390', '', '', 2020, true, 1024),
    (1, 'group', '690181', '390', 'L3', 'resident', 2020, true, 2048)) i (run, scope, county, scheme, level, person, year, compared, b);
INSERT INTO fund.replay (run, county, key_hash, person, year, insutype, hosp_lv_group, person_type, care, plan, city_plan, old_verdict, new_verdict, refund, fee_fen,
    stored_dedc_fen, stored_base_fen, stored_big_fen, stored_fund_fen, stored_person_fen, old_dedc_fen, old_base_fen, old_big_fen, old_fund_fen, old_person_fen,
    new_dedc_fen, new_base_fen, new_big_fen, new_fund_fen, new_person_fen)
SELECT run, '690102', md5(setl)::uuid, 1, 2018, scheme, 'L2', 'active', 'stay', 'A', 'city', old_verdict, new_verdict, refund, fee,
       0, base, big, base + big + 9, 5, 0, old_base, old_big, 0, old_person, 0, 0, 0, 0, new_person
  FROM (VALUES (1, 'S2', '310', 'done', 'done', false, 1001, 50, 7, 40, 7, 100, 164), (1, 'S4', '390', 'not_covered', 'done', false, 1002, 50, 7, 50, 27, 100, 132),
    (1, 'S8', '310', 'done', 'not_covered', false, 1004, 50, 7, 50, 7, 300, 316), (1, 'T2', '310', 'done', 'done', false, 1128, 50, 7, 50, 7, 100, 100), (1, 'S16', '390', 'no_plan', 'done', false, 1008, 50, 7, 40, 3, 100, 999),
    (1, 'S32', '310', 'done', 'no_rule', false, 1016, 50, 7, 80, 7, 100, 998), (1, 'S64', '310', 'done', 'done', true, -1032, -50, -7, -50, -7, -100, -90),
    (1, 'T1', '390', 'no_plan', 'done', false, 1064, 50, 8, 50, 8, 100, 100), (2, 'S2', '310', 'no_plan', 'done', false, 5000, 1, 1, 2, 2, 1, 2))
    r (run, setl, scheme, old_verdict, new_verdict, refund, fee, base, big, old_base, old_big, old_person, new_person);

-- The half year until June 2020, and the one a year before: a row on each first and last day, and one beside it.
INSERT INTO record.psn_insu_d (src_psn_no, insutype, psn_type, crt_insu_date, paus_insu_date, county, src_key, key_hash, row_hash, file, source_row)
SELECT person, scheme, type, begins::date, ends::date, county, place, md5(place)::uuid, 0, 2, 1
  FROM (VALUES ('690102', 'E1', '310', '1101', '2020-06-30', NULL), ('690102', 'E1', '310', '11', '2020-02-01', NULL), ('690102', 'E2', '310', '12', '2018-01-01', '2019-12-01'),
    ('690102', 'E7', '310', '13', '2020-01-01', '2020-07-01'), ('690102', 'E9', '390', '15', '2020-01-01', NULL), ('690102', 'E2', '310', '12', '2019-06-30', '2020-06-30'), ('690102', 'E3', '310', '13', '2019-07-01', '2020-07-01'),
    ('690102', 'E3', '310', '13', '2020-05-01', NULL), ('690102', 'E4', '310', '11', '2020-07-01', NULL), ('690102', 'E5', '310', '12', '2019-01-01', '2019-07-01'),
    ('690102', 'E6', '310', '12', '2019-01-01', '2019-06-30'), ('690181', 'F1', '390', '14', '2018-01-01', '2019-07-01'), ('690181', 'F2', '390', '14', '2020-01-01', NULL),
    ('690181', 'E1', '390', '15', '2018-01-01', NULL), ('690123', 'G1', '390', '15', '2018-01-01', NULL)) i (county, person, scheme, type, begins, ends),
       LATERAL (SELECT concat_ws('/', county, person, scheme, begins) AS place) k;
INSERT INTO identity.xref (county, src_psn_no, psn_no) VALUES ('690102', 'E1', 'P1'), ('690123', 'G1', 'P1'), ('690102', 'E3', 'P3');
INSERT INTO record.staf_psn_clct_detl_d (staf_clct_detl_id, insutype, clct_time, clct_flag, emp_clct_amt_fen, psn_clct_amt_fen, finsubs_amt_fen, clct_sumamt_fen, county, src_key,
    key_hash, row_hash, file, source_row)
SELECT day, '310', day::date, flag, b * 100, b * 10, CASE WHEN b <> 1 THEN b END, b * 115, '690102', day, md5(day)::uuid, 0, 2, 1
  FROM (VALUES ('2020-01-01', '1', 1), ('2020-06-30', NULL, 2), ('2020-07-01', '1', 4), ('2020-06-29', '0', 8), ('2019-01-01', '1', 16), ('2019-06-30', '1', 32), ('2019-07-01', '1', 64),
    ('2019-12-31', '1', 128), ('2018-12-31', '1', 256), ('2020-03-03', '1', -512)) c (day, flag, b);
INSERT INTO record.rsdt_psn_clct_detl_d (rsdt_clct_detl_id, insutype, clct_time, clct_flag, psn_clct_amt_fen, finsubs_amt_fen, clct_sumamt_fen, county, src_key, key_hash, row_hash, file,
    source_row)
VALUES ('1', '390', '2020-02-02', '1', 1024, 2048, 7168, '690181', '1', md5('1')::uuid, 0, 2, 1), ('2', '390', '2020-02-03', '0', 1, 1, 2, '690181', '2', md5('2')::uuid, 0, 2, 1);
INSERT INTO record.fixmedins_b (fixmedins_code, hosp_lv, own_type, area_lv, county, src_key, key_hash, row_hash, file, source_row)
VALUES ('H1', '05', '公立', '县二级', '690102', 'H1', md5('H1')::uuid, 0, 2, 1), ('H2', '05', '民营', '县二级', '690102', 'H2', md5('H2')::uuid, 0, 2, 1);
-- The last three: without an insurance, which a county may leave out.
INSERT INTO record.setl_d (setl_id, src_psn_no, insutype, med_type, setl_time, fixmedins_code, fix_blng_admdvs, hosp_lv, refd_setl_flag, medfee_sumamt_fen, fund_pay_sumamt_fen, hifp_pay_fen,
    hifmi_pay_fen, hifob_pay_fen, cvlserv_pay_fen, maf_pay_fen, acct_pay_fen, acct_mulaid_pay_fen, cash_payamt_fen, county, src_key, key_hash, row_hash, file, source_row)
SELECT b, 'E1', scheme, med, day::date, hospital, division, grade, CASE WHEN b < 0 THEN '1' END, b * 97, b * 61, b * 31, b * 2, b * 3, b * 5, b * 7, b * 11, b * 13, b * 17, county, b,
       md5('I' || b)::uuid, 0, 2, 1
  FROM (VALUES (1, '690102', '310', '21', '2020-01-01', 'H1', NULL, NULL), (2, '690102', '310', '2401', '2020-06-30', 'H2', NULL, NULL), (4, '690102', '310', '21', '2020-07-01', 'H1', NULL, NULL),
    (8, '690102', '310', '21', '2019-12-31', 'H1', NULL, NULL), (16, '690102', '310', '21', '2019-01-01', 'H1', NULL, NULL), (32, '690102', '310', '22', '2019-06-30', 'H2', NULL, NULL),
    (64, '690102', '310', '21', '2019-07-01', 'H1', NULL, NULL), (128, '690102', '310', '11', '2020-03-01', 'X', '700100', '02'), (1024, '690102', '310', '11', '2020-03-02', 'H1', NULL, NULL),
    (-256, '690102', '310', '11', '2020-03-03', 'H1', NULL, NULL), (2097152, '690102', '310', '21', '2019-05-05', 'H1', NULL, NULL), (2048, '690102', '390', '2102', '2020-02-01', 'Y', NULL, '05'), (8192, '690181', '310', '52', '2020-05-01', 'Z', '690102', NULL),
    (16384, '690102', '390', '11', '2020-04-02', 'H1', NULL, NULL), (32768, '690102', '390', '12', '2019-04-02', 'H1', NULL, NULL), (65536, '690181', '310', '41', '2020-05-03', NULL, NULL, NULL), (4194304, '690181', '390', '11', '2020-04-05', 'Q', NULL, '11'),
    (131072, '690102', NULL, '11', '2020-04-01', 'H1', NULL, NULL), (262144, '690102', NULL, '11', '2019-04-01', 'H1', NULL, NULL), (524288, '690102', NULL, '21', '2020-04-01', 'H1', NULL, NULL))
    s (b, county, scheme, med, day, hospital, division, grade);
