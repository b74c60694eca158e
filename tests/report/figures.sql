-- SPDX-License-Identifier: MulanPSL-2.0
-- A third run on top of city.sql in which every bucket has rows and money of its own, each a power of two, so that a
-- sum says what is in it; one whose rows do not add up; and one that was refused, whose money does not.
INSERT INTO intake.run (run, started, finished, exit_code, command, program, program_sha256, operator)
VALUES (3, '2021-02-04 09:00', '2021-02-04 09:01', 3, 'run', '0.1.0', repeat('a', 64), 'zhang@city');
INSERT INTO intake.delivery (run, county, folder, path, bytes, sha256, sm3, received, period, source, parent, state, published_at, code, message)
VALUES (3, '690181', 'linzhu', 'js_202101.txt', 77, repeat('f', 64), repeat('0', 64), '2021-02-03 08:00', '202101', 'file', NULL, 'published', '2021-02-04 09:01', NULL, NULL),
       (3, '690181', 'linzhu', 'ry_202101.txt', 78, repeat('0', 64), repeat('1', 64), '2021-02-03 08:00', '202101', 'file', NULL, 'published', '2021-02-04 09:01', NULL, NULL),
       (3, '690123', 'shiliu', '再次.csv', 79, repeat('2', 64), repeat('3', 64), '2021-02-03 08:00', '202101', 'file', NULL, 'refused', NULL, 'limit.rejects', '退回太多');
INSERT INTO intake.file (delivery, member, kind, spec_path, spec_sha256, mapping_sha256, snapshot, columns, declared_rows, declared_fen, declared_measure)
VALUES (7, '', 'setl_d', 'mappings/linzhu/settlement.yaml', 's', 'm', false, '{a}', 130, 10000, 'medfee_sumamt_fen'),
       (8, '', 'psn_info_b', 'mappings/linzhu/person.yaml', 's', 'm', false, '{a}', NULL, NULL, NULL),
       (9, '', 'setl_d', 'mappings/shiliu/inpatient.yaml', 's', 'm', false, '{a}', 600, 60000, 'fund_pay_sumamt');
INSERT INTO intake.tally
SELECT 7, bucket, m.measure, amount * m.times FROM (VALUES ('read', 255), ('new', 1), ('changed', 2), ('unchanged', 4), ('withdrawn', 8),
    ('superseded', 16), ('duplicate', 32), ('rejected', 64), ('explained', 128)) b (bucket, amount)
 CROSS JOIN (VALUES ('', 1), ('medfee_sumamt', 100), ('cash_payamt', 0)) m (measure, times);
INSERT INTO intake.tally VALUES (7, 'unreadable', 'medfee_sumamt', 9),
 (8, 'read', '', 300), (8, 'new', '', 289), (8, 'rejected', '', 1),
 (9, 'read', '', 513), (9, 'unpublished', '', 512), (9, 'rejected', '', 1),
 (9, 'read', 'medfee_sumamt', 51400), (9, 'unpublished', 'medfee_sumamt', 51200), (9, 'rejected', 'medfee_sumamt', 100);
INSERT INTO intake.reject (file, source_row, bucket, src_key, byte_offset, fen, state)
SELECT 7, row, 'rejected', 'L' || row, 0, '{100}', 'open' FROM generate_series(1, 64) row;
INSERT INTO intake.reject (file, source_row, bucket, src_key, byte_offset, fen, state)
SELECT 7, 1000 + row, 'explained', NULL, 0, '{100}', 'none' FROM generate_series(1, 128) row;
INSERT INTO intake.reason (file, source_row, number, code, weight, source_column, target_column, value, detail, src_key, fen)
SELECT 7, row, n, CASE n WHEN 1 THEN 'date.not_a_date' ELSE 'amount.not_a_number' END, 'reject', 'd', 'setl_time', '00000000', '', 'L' || row, 100
  FROM generate_series(1, 64) row, generate_series(1, 2) n WHERE n = 1 OR row <= 3;
INSERT INTO intake.reason (file, source_row, number, code, weight, value, detail, fen)
SELECT 7, 1000 + row, 1, 'row.subtotal', 'explain', NULL, '', 0 FROM generate_series(1, 128) row;
-- Doubts of five rows that are published, of one of them two; and of a row that is sent back, which is none.
INSERT INTO intake.reason (file, source_row, number, code, weight, source_column, target_column, value, detail, src_key, fen)
SELECT 7, row, n, 'certno.check_digit', 'doubt', 'd', 'certno', '110105194912310023', 'expected=X;found=3', 'L' || row, 100
  FROM (VALUES (501, 1), (501, 2), (502, 1), (503, 1), (504, 1), (505, 1), (1, 9)) x (row, n);
INSERT INTO intake.finding (run, delivery, file, check_code, county, kind, state, subject, left_value, right_value, detail)
VALUES (3, 8, 8, 'law.delivery', '690181', 'psn_info_b', 'broken', '', 300, 290, '');
-- Taken back by this same run: what was new in it is published no more.
INSERT INTO intake.delivery (run, county, folder, path, bytes, sha256, received, period, source, state, undone_run, undone_reason)
VALUES (3, '690102', 'qinghe', '撤回的.zip', 80, repeat('4', 64), '2021-02-03 08:00', '202101', 'file', 'undone', 3, '重复交付');
INSERT INTO intake.file (delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot, columns)
VALUES (10, 'psn_insu_d', 'mappings/qinghe/enrollment.yaml', 's', 'm', false, '{a}');
INSERT INTO intake.tally VALUES (10, 'read', '', 1024), (10, 'new', '', 1024);
-- What was broken in run 2 holds now: the last word counts.
INSERT INTO intake.finding (run, delivery, file, check_code, county, kind, state, subject, left_value, right_value, detail)
VALUES (3, 4, 5, 'control.amount_mismatch', '690181', 'setl_d', 'held', 'medfee_sumamt', 187344011237, 187344011237, 'slip');
