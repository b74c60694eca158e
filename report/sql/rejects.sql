-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 退回清单 | Rows sent back
-- of: county
-- sheet: 按原因汇总 | By reason
-- note: 单位：元。一行有几个原因，在每个原因下各计一次；合计按行只计一次。 | Unit: yuan. A row with several reasons counts once under each; the total counts every row once.
-- empty: 没有未了结的退回 | nothing is sent back
-- column: code | 原因代码 | Code | 24
-- column: reason | 原因 | Reason | 34 | sentence
-- column: rows | 行数 | Rows | 11
-- column: amount_fen | 涉及金额 | Amount | 18
-- column: suggestion | 建议 | What to do | 48
-- column: who | 谁来办 | Who | 14
WITH open AS (SELECT * FROM the_reject WHERE fate = 'open' AND county = (SELECT county FROM the_run)),
by_code AS (
    SELECT code, count(*) AS rows, sum(main_fen) AS amount_fen
    FROM (SELECT DISTINCT o.reject, o.main_fen, r.code FROM open o
          JOIN intake.reason r ON r.file = o.said_file AND r.source_row = o.source_row AND r.weight = 'reject') x
    GROUP BY code)
SELECT b.code, b.code || E'\t*' AS reason, b.rows, b.amount_fen, c.suggestion, coalesce(c.who, pg_temp.say('县改数据', 'the county mends')) AS who,
       0 AS _level, b.code AS _key
FROM by_code b LEFT JOIN the_code c USING (code)
UNION ALL
SELECT pg_temp.say('合计', 'Total'), NULL, count(*), sum(main_fen), NULL, NULL, 2, 'total' FROM open HAVING count(*) > 0
ORDER BY _level, rows DESC, code;
-- sheet: 退回明细 | Rows
-- note: 请只填写底色为黄的五列，其他列请勿改动；退回编号相同的几行是同一行数据的几个原因；金额的修正值用原文件的单位，见各行“国标列”后的括号。 | Fill in the yellow columns only; lines with one number are the reasons of one row; corrected amounts are in the unit that stands behind the standard column.
-- empty: 没有未了结的退回 | nothing is sent back
-- stream:
-- page: amount_fen | 5
-- screen: name
-- column: reject | 退回编号 | Number | 8
-- column: file | 文件 | File | 14
-- column: member | 成员/工作表 | Member or sheet | 11
-- column: row | 行号 | Row | 7
-- column: key | 县内主键 | Key | 15 | key
-- column: source_column | 源列名 | Source column | 10
-- column: target_column | 国标列 | Standard column | 13
-- column: value | 原值(遮) | Value | 12 | masked
-- column: reason | 原因 | Reason | 19 | sentence
-- column: suggestion | 建议 | What to do | 20
-- column: amount_fen | 涉及金额 | Amount | 12
-- column: correction | 修正值 | Corrected value | 15 | fill
-- column: decision | 处理结果 | Decision | 9 | choice 改正,重新交付,不移交
-- column: comment | 处理说明 | Comment | 16 | fill
-- column: handler | 处理人 | By | 8 | fill
-- column: date | 日期 | Date | 11 | fill
-- column: name | 姓名(遮) | Name | 9 | masked
-- column: code | 原因代码 | Code | 21
WITH words AS MATERIALIZED (SELECT * FROM the_word)
SELECT o.reject::text AS reject, o.path AS file, o.member, o.source_row::text AS row, pg_temp.key_of(o.key_person, o.kind, o.src_key) AS key,
       coalesce('name' || E'\t' || o.name,
           (SELECT 'name' || E'\t' || n.value FROM intake.reason n
            JOIN the_column p ON p.kind = o.kind AND p.name = n.target_column AND p.pii = 'name'
            WHERE n.file = o.said_file AND n.source_row = o.source_row LIMIT 1)) AS name,
       r.source_column, concat_ws(' ', t.label, t.name, u.word) AS target_column,
       CASE WHEN r.code IN ('cell.error_value') THEN 'figure' WHEN r.code = 'row.foreign_county' THEN 'code'
            WHEN w.plain THEN 'often' ELSE coalesce(t.pii, 'hidden') END || E'\t' || r.value AS value,
       r.code, r.code || E'\t' || CASE WHEN w.plain THEN regexp_replace(r.detail, '^value=[^;]*', 'value=' || r.value)
                                      ELSE r.detail END AS reason,
       concat_ws('；', c.suggestion, u.unit) AS suggestion, o.main_fen AS amount_fen, '' AS correction, '' AS decision, '' AS comment, '' AS handler,
       '' AS date
FROM the_reject o
LEFT JOIN intake.reason r ON r.file = o.said_file AND r.source_row = o.source_row AND r.weight IN ('reject', 'doubt')
LEFT JOIN the_column t ON t.kind = o.kind AND t.name = regexp_replace(r.target_column, '_fen$', '')
LEFT JOIN the_code c ON c.code = r.code
LEFT JOIN LATERAL (
    SELECT t.pii = 'code' AND r.value !~ '[0-9;\\]' AS plain FROM words k
    WHERE k.county = o.county AND k.kind = o.kind AND k.source_code = r.value AND r.code LIKE 'code.%'
      AND k.table_name = substring(r.detail FROM 'table=([^;]*)')) w ON true
LEFT JOIN LATERAL (
    SELECT format(pg_temp.say('（单位：%s）', '(unit: %s)'), w.word) AS word,
           format(pg_temp.say('修正值按%s填写（与原值同单位），如 %s；用别的单位请写在数字后，如 %s',
                              'the corrected value is in %s, as the value was, such as %s; another unit stands behind the number, such as %s'),
                  w.word, w.sample, w.other) AS unit
    FROM intake.file f JOIN (VALUES ('fen', '分', '76889', '768.89元'), ('yuan', '元', '768.89', '76889分'),
                                    ('wanyuan', '万元', '0.076889', '768.89元')) w (unit, word, sample, other)
      ON w.unit = f.units[array_position(f.columns, r.source_column)]
    WHERE f.file = o.file) u ON true
WHERE o.fate = 'open' AND o.county = (SELECT county FROM the_run)
ORDER BY o.reject, r.number;
-- sheet: 疑点明细 | Doubts
-- note: 疑点行已经入库，不影响行数和金额；请核对，确有错误的在下次交付中更正。 | These rows are published; please check them.
-- empty: 本次没有疑点 | no doubts in this run
-- stream:
-- page: amount_fen | 5
-- screen: name
-- column: number | 疑点编号 | Number | 8
-- column: file | 文件 | File | 14
-- column: member | 成员/工作表 | Member or sheet | 11
-- column: row | 行号 | Row | 7
-- column: key | 县内主键 | Key | 15 | key
-- column: source_column | 源列名 | Source column | 10
-- column: target_column | 国标列 | Standard column | 13
-- column: value | 原值(遮) | Value | 12 | masked
-- column: reason | 原因 | Reason | 19 | sentence
-- column: suggestion | 建议 | What to do | 20
-- column: amount_fen | 涉及金额 | Amount | 12
-- column: correction | 修正值 | Corrected value | 15 | fill
-- column: decision | 处理结果 | Decision | 9 | choice 改正,重新交付,无误
-- column: comment | 处理说明 | Comment | 16 | fill
-- column: handler | 处理人 | By | 8 | fill
-- column: date | 日期 | Date | 11 | fill
-- column: name | 姓名(遮) | Name | 9 | masked
-- column: code | 原因代码 | Code | 21
WITH words AS MATERIALIZED (SELECT * FROM the_word)
SELECT r.file || '-' || r.source_row AS number, f.path AS file, f.member, r.source_row::text AS row,
       pg_temp.key_of(f.key_person, f.kind, r.src_key) AS key,
       (SELECT 'name' || E'\t' || n.value FROM intake.reason n
        JOIN the_column p ON p.kind = f.kind AND p.name = n.target_column AND p.pii = 'name'
        WHERE n.file = r.file AND n.source_row = r.source_row LIMIT 1) AS name,
       r.source_column, concat_ws(' ', t.label, t.name) AS target_column,
       CASE WHEN r.code IN ('cell.error_value') THEN 'figure' WHEN r.code = 'row.foreign_county' THEN 'code'
            WHEN w.plain THEN 'often' ELSE coalesce(t.pii, 'hidden') END || E'\t' || r.value AS value,
       r.code, r.code || E'\t' || CASE WHEN w.plain THEN regexp_replace(r.detail, '^value=[^;]*', 'value=' || r.value)
                                      ELSE r.detail END AS reason,
       c.suggestion, r.fen AS amount_fen, '' AS correction, '' AS decision, '' AS comment, '' AS handler,
       '' AS date
FROM the_doubt r JOIN the_file f USING (file)
LEFT JOIN the_column t ON t.kind = f.kind AND t.name = regexp_replace(r.target_column, '_fen$', '')
LEFT JOIN the_code c ON c.code = r.code
LEFT JOIN LATERAL (
    SELECT t.pii = 'code' AND r.value !~ '[0-9;\\]' AS plain FROM words k
    WHERE k.county = f.county AND k.kind = f.kind AND k.source_code = r.value AND r.code LIKE 'code.%'
      AND k.table_name = substring(r.detail FROM 'table=([^;]*)')) w ON true
WHERE f.county = (SELECT county FROM the_run)
ORDER BY r.file, r.source_row, r.number;
-- sheet: 填写说明 | How to fill in
-- column: number | 序号 | No. | 8
-- column: text | 说明 | Text | 110
SELECT number::text, pg_temp.say(text, en) AS text FROM (VALUES
    (1, '“按原因汇总”中“谁来办”写着“市补映射”的，您不用改，由市里补好映射后自动重新处理。',
        'Rows that the city mends by a mapping need nothing from you: they are read again by themselves.'),
    (2, '其余请在“退回明细”的“修正值”里写正确的值，“处理结果”选“改正”；一行有几个原因的，每个原因各写一个修正值。',
        'For the others write the right value under Corrected value and choose 改正 (corrected) as Decision; one value for each reason of a row.'),
    (3, '金额的修正值要用原文件的单位，写在该行“国标列”后面（单位：元、分或万元）；用别的单位写时请把单位写在数字后面，如 768.89元。“涉及金额”一栏总是元。',
        'Corrected amounts are in the unit of the original file, which stands behind the standard column; write another unit behind the number, such as 768.89元. Amount is always in yuan.'),
    (4, '要在县里系统中更正后重新导出的，“处理结果”选“重新交付”；确实不移交的，选“不移交”，并写明“处理说明”“处理人”“日期”。',
        'What is mended in your system and exported again is 重新交付 (delivered again); what is not handed over is 不移交, with comment, name and date.'),
    (5, '请勿改动“退回编号”和其他列，不要删除或增加列；身份证号和姓名已遮盖，按文件、行号和县内主键即可找到原行。',
        'Leave the number and all other columns as they are; IDs and names are masked: file, row and key find the row.'),
    (6, '填好后把本文件原样交回市医保局，由市里用 tongchou retry 读入；没有填的行继续挂账，下次清单还会列出。',
        'Hand this file back as it is; the city reads it with tongchou retry. Lines left empty stay open and are listed again.')) v (number, text, en)
ORDER BY v.number;
