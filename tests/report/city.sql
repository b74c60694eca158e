-- SPDX-License-Identifier: MulanPSL-2.0
-- Two runs of a small invented city, written by hand so that every figure can be checked by hand.
INSERT INTO intake.run (run, started, finished, exit_code, command, program, program_sha256, operator)
VALUES (1, '2021-01-04 09:00', '2021-01-04 09:01', 2, 'run', '0.1.0', repeat('a', 64), 'zhang@city'),
       (2, '2021-01-05 09:00', '2021-01-05 09:02', 3, 'run', '0.1.0', repeat('a', 64), 'zhang@city');
INSERT INTO intake.delivery (run, county, folder, path, bytes, sha256, sm3, received, period, source, parent, state, published_at, code, message)
VALUES (1, '690102', 'qinghe', '医保数据_202011.zip', 1000, repeat('1', 64), repeat('2', 64), '2021-01-03 08:00', '202011', 'file', NULL, 'published', '2021-01-04 09:01', NULL, NULL),
       (2, '690102', 'qinghe', '医保数据_202012.zip', 2345678, repeat('3', 64), repeat('4', 64), '2021-01-04 17:30', '202012', 'file', NULL, 'published', '2021-01-05 09:01', NULL, NULL),
       (2, '690102', 'qinghe', '改正.xlsx', 9000, repeat('5', 64), repeat('6', 64), '2021-01-05 08:00', '202011', 'retry', 1, 'published', '2021-01-05 09:01', NULL, NULL),
       (2, '690181', 'linzhu', 'js_202012.txt', 4096, repeat('7', 64), repeat('8', 64), '2021-01-04 17:40', '202012', 'file', NULL, 'published', '2021-01-05 09:01', NULL, NULL),
       (2, '690123', 'shiliu', '门诊.zip', 2883584, repeat('9', 64), NULL, '2021-01-04 18:00', '202012', 'file', NULL, 'failed', NULL, 'archive.crc_mismatch', 'ZIP 校验和不符，成员 MZ12.DBF 在 2,883,584 字节处损坏');
INSERT INTO intake.file (delivery, member, kind, spec_path, spec_sha256, mapping_sha256, encoding, snapshot, columns, declared_rows, declared_fen, declared_measure, declared_by)
VALUES (1, '结算KC24.DBF', 'setl_d', 'mappings/qinghe/settlement.yaml', 's', 'm', 'GB18030', false, '{AKC190}', 10, 100000, 'medfee_sumamt', 'slip'),
       (2, '结算KC24.DBF', 'setl_d', 'mappings/qinghe/settlement.yaml', 's', 'm', 'GB18030', false, '{AKC190}', 1128022, 51223390000, 'medfee_sumamt', 'slip'),
       (2, '参保AC02.DBF', 'psn_insu_d', 'mappings/qinghe/enrollment.yaml', 's', 'm', 'GB18030', true, '{AAC001}', 1460, NULL, NULL, 'slip'),
       (3, '退回明细', 'setl_d', 'mappings/qinghe/settlement.yaml', 's', 'm', 'UTF-8', false, '{AKC190}', NULL, NULL, NULL, NULL),
       (4, '', 'setl_d', 'mappings/linzhu/settlement.yaml', 's', 'm', 'GB18030', false, '{jsbh}', 1204550, 187344011236, 'medfee_sumamt', 'slip');
-- file 1: 10 rows, 1,000.00; 7 new, 3 rejected (300.00), of which file 4 mends one: 100.00 becomes 120.00; another fails again
UPDATE intake.file SET parent_file = 1 WHERE file = 4;
INSERT INTO intake.tally VALUES
 (1, 'read', '', 10), (1, 'new', '', 7), (1, 'rejected', '', 3), (1, 'read', 'medfee_sumamt', 100000), (1, 'new', 'medfee_sumamt', 70000), (1, 'rejected', 'medfee_sumamt', 30000),
 (2, 'read', '', 1128034), (2, 'new', '', 1128013), (2, 'rejected', '', 3), (2, 'duplicate', '', 6), (2, 'explained', '', 12), (2, 'doubtful', '', 2),
 (2, 'read', 'medfee_sumamt', 51223390000), (2, 'new', 'medfee_sumamt', 51223370000), (2, 'rejected', 'medfee_sumamt', 15000), (2, 'duplicate', 'medfee_sumamt', 5000), (2, 'unreadable', 'medfee_sumamt', 1),
 (2, 'read', 'cash_payamt', 12345), (2, 'new', 'cash_payamt', 12345),
 (3, 'read', '', 1460), (3, 'new', '', 1455), (3, 'unchanged', '', 5),
 (4, 'read', '', 2), (4, 'new', '', 1), (4, 'rejected', '', 1), (4, 'read', 'medfee_sumamt', 27000), (4, 'new', 'medfee_sumamt', 12000), (4, 'rejected', 'medfee_sumamt', 15000),
 (5, 'read', '', 1204550), (5, 'new', '', 1204550), (5, 'read', 'medfee_sumamt', 187344011237), (5, 'new', 'medfee_sumamt', 187344011237);
INSERT INTO intake.reject (file, source_row, bucket, src_key, byte_offset, fen, state, closed_by, closed_run, waiver_reason, waiver_name, waiver_date)
VALUES (1, 4, 'rejected', 'S1', 0, '{10000}', 'closed', 'retry', 2, NULL, NULL, NULL),
       (1, 5, 'rejected', 'S2', 0, '{15000}', 'open', NULL, NULL, NULL, NULL, NULL),
       (1, 6, 'rejected', 'S3', 0, '{5000}', 'closed', 'waiver', 2, '重复报销，县里已核销', '李某', '2021-01-05'),
       (2, 48212, 'rejected', 'S20200048212', 0, '{10000}', 'open', NULL, NULL, NULL, NULL, NULL),
       (2, 48213, 'rejected', '11010519491231002X/1', 0, '{5000}', 'open', NULL, NULL, NULL, NULL, NULL),
       (2, 48214, 'rejected', '=1+1', 0, '{0}', 'open', NULL, NULL, NULL, NULL, NULL),
       (4, 5, 'rejected', 'S2', 0, '{15000}', 'open', NULL, NULL, NULL, NULL, NULL),
       (2, 1128034, 'explained', NULL, 0, '{0}', 'none', NULL, NULL, NULL, NULL, NULL);
INSERT INTO intake.reason (file, source_row, number, code, weight, source_column, target_column, value, detail, src_key, fen)
VALUES (1, 5, 1, 'date.not_a_date', 'reject', 'AKC194', 'setl_time', '20201331', '', 'S2', 15000),
       (4, 5, 1, 'date.not_a_date', 'reject', 'AKC194', 'setl_time', '20201332', '', 'S2', 15000),
       (2, 48212, 1, 'code.unmapped', 'reject', 'AKC021', 'psn_type', '24', 'value=24;table=psn_type', 'S20200048212', 10000),
       (2, 48212, 2, 'certno.check_digit', 'doubt', 'AAC002', 'certno', '110105194912310023', 'expected=X;found=3', 'S20200048212', 10000),
       (2, 48212, 3, 'name.illegal_character', 'doubt', 'AAC003', 'psn_name', '欧阳修', '', 'S20200048212', 10000),
       (2, 48213, 1, 'code.unmapped', 'reject', 'AKC021', 'psn_type', '24', 'value=24;table=psn_type', '11010519491231002X/1', 5000),
       (2, 48214, 1, 'amount.not_a_number', 'reject', 'AKC264', 'medfee_sumamt', '12,3x', '', '=1+1', 0),
       (2, 1128034, 1, 'row.subtotal', 'explain', NULL, NULL, NULL, '', NULL, 0),
       (2, 7, 1, 'certno.check_digit', 'doubt', 'AAC002', 'certno', '110105194912310023', 'expected=X;found=3', 'S20200000007', 777),
       (2, 8, 1, 'settle.stay_overlap', 'doubt', 'AKC273', 'dise_name', '某病', '', 'S20200000008', 888),
       -- of a check across rows, which no tally counts: the only thing to say of that county's rows
       (5, 9, 21, 'reference.person_missing', 'doubt', NULL, 'src_psn_no', NULL, '', 'L9', 500);
INSERT INTO intake.finding (run, delivery, file, check_code, county, kind, state, subject, left_value, right_value, detail)
VALUES (1, 1, 1, 'control.amount_mismatch', '690102', 'setl_d', 'held', 'medfee_sumamt', 100000, 100000, ''),
       (2, 2, 2, 'law.delivery', '690102', 'setl_d', 'held', '', 1128034, 1128034, ''),
       (2, 4, 5, 'control.amount_mismatch', '690181', 'setl_d', 'broken', 'medfee_sumamt', 187344011236, 187344011237, 'slip'),
       (2, 5, NULL, 'law.delivery', '690123', NULL, 'blocked', '', NULL, NULL, '');
INSERT INTO mapping.use (file, target_column, table_name, source_code, source_label, target_code, status, path, line, rows, fen)
VALUES (2, 'psn_type', 'psn_type', '11', '在职', '11', 'reviewed', 'mappings/psn_type.csv', 2, 1128000, 51223300000),
       (2, 'psn_type', 'psn_type', '21', '退休', '12', 'draft', 'mappings/qinghe/psn_type.csv', 3, 20, 50000),
       (2, 'psn_type', 'psn_type', '24', '提前退休', NULL, 'unmapped', '', 0, 2, 15000);
INSERT INTO mapping.content VALUES (repeat('c', 64), 'city.yaml', 'city: {name: 云川市}'), (repeat('d', 64), 'mappings/psn_type.csv', 'source_system,source_code');
INSERT INTO mapping.used VALUES (2, repeat('c', 64), 'city.yaml'), (2, repeat('d', 64), 'mappings/psn_type.csv');
INSERT INTO intake.audit (at, operator, action, detail) VALUES ('2021-01-05 10:00', 'li@city', 'unmask', '复核第 2 次处理');
-- What is published: 7 rows of 700.00, then 1,128,013 more, 2 vanished of 30.00, 1 and 1 changed (10.00 to 12.00), 1 mended of 120.00.
UPDATE intake.tally SET amount = 1128012 WHERE file = 2 AND bucket = 'new' AND measure = '';
INSERT INTO intake.tally VALUES (2, 'changed', '', 1), (2, 'replaced', '', 1), (2, 'vanished', '', 2),
 (2, 'replaced', 'medfee_sumamt', 1000), (2, 'vanished', 'medfee_sumamt', 3000), (2, 'changed', 'medfee_sumamt', 1200);
UPDATE intake.tally SET amount = amount - 1200 WHERE file = 2 AND bucket = 'new' AND measure = 'medfee_sumamt';
INSERT INTO intake.movement (run, delivery, kind, measure, before, after)
VALUES (1, 1, 'setl_d', '', 0, 7), (1, 1, 'setl_d', 'medfee_sumamt', 0, 70000),
       (2, 2, 'setl_d', '', 7, 1128017), (2, 2, 'setl_d', 'medfee_sumamt', 70000, 51223436000),
       (2, 3, 'setl_d', '', 1128017, 1128018), (2, 3, 'setl_d', 'medfee_sumamt', 51223436000, 51223448000);
-- A refused delivery: 300 rows and 300.00 were read, 5 rows of 5.00 are rejected, nothing is published.
INSERT INTO intake.delivery (run, county, folder, path, bytes, sha256, received, period, source, state, code, message)
VALUES (2, '690123', 'shiliu', '住院.csv', 9999, repeat('e', 64), '2021-01-04 18:10', '202012', 'file', 'refused', 'limit.rejects', '退回 5 行(1.67%)超过 0.50%');
INSERT INTO intake.file (delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot, columns)
VALUES (6, 'setl_d', 'mappings/shiliu/inpatient.yaml', 's', 'm', false, '{a}');
INSERT INTO intake.tally VALUES
 (6, 'read', '', 300), (6, 'rejected', '', 5), (6, 'unpublished', '', 295),
 (6, 'read', 'medfee_sumamt', 30000), (6, 'rejected', 'medfee_sumamt', 500), (6, 'unpublished', 'medfee_sumamt', 29500);
INSERT INTO intake.reject (file, source_row, bucket, src_key, fen, state)
SELECT 6, row, 'rejected', 'Z' || row, '{100}', 'none' FROM generate_series(1, 5) row;
INSERT INTO intake.reason (file, source_row, number, code, weight, source_column, target_column, value, src_key, fen)
SELECT 6, row, 1, 'date.not_a_date', 'reject', '日期', 'setl_time', '00000000', 'Z' || row, 100 FROM generate_series(1, 5) row;
