-- SPDX-License-Identifier: MulanPSL-2.0
-- What every report looks at: the state as it was at the end of one run, named.  The tables are filled
-- by the program (city.yaml, the kinds, the reason codes); nothing of this outlives the transaction.
-- A word of the program's own, in the user's language; what counties sent stays as it is.
CREATE FUNCTION pg_temp.say(zh text, en text) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN current_setting('tongchou.language', true) = 'en' THEN en ELSE zh END $$;
-- The particulars of a check, "sender=690100;receiver=690123", as an accountant reads them.
CREATE FUNCTION pg_temp.particulars(detail text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT fund.particulars(detail, pg_temp.say('zh', 'en'))
$$;
-- What a check compares: names of account sets are the city's own, the words beside them are ours.  An identity's
-- number (A15) says nothing to who reads the paper; its sentence stands beside it.
CREATE FUNCTION pg_temp.compared(subject text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN subject ~ '^[A-Z][0-9]+$' THEN pg_temp.say('金额合计', 'sum of amounts')
                WHEN pg_temp.say('zh', 'en') = 'zh' THEN subject
           ELSE replace(replace(replace(replace(subject, ' 移交', ' handed over'), ' 科目映射', ' accounts mapped'), ' 拆分', ' split'),
                        '公开报表', 'published statements') END
$$;
-- A county's own key for a column of that kind: with the cells that are a person's number.  What was read before
-- these were kept: all of the key, where the kind itself goes by a person.
CREATE FUNCTION pg_temp.key_of(persons text, kind text, src_key text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(persons, CASE WHEN kind IN ('psn_info_b', 'psn_insu_d', 'psn_acct_d') THEN '*' ELSE '' END)
           || E'\t' || src_key
$$;
-- An insurance, by the short word that tables have room for.
CREATE FUNCTION pg_temp.scheme_word(code text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE code WHEN '310' THEN pg_temp.say('职工', 'employees') WHEN '390' THEN pg_temp.say('居民', 'residents')
                     WHEN '391' THEN pg_temp.say('城镇居民', 'urban residents')
                     WHEN '380' THEN pg_temp.say('新农合', 'rural residents') WHEN '320' THEN pg_temp.say('公务员补助', 'officials')
                     WHEN '330' THEN pg_temp.say('大额补助', 'large sums') WHEN '340' THEN pg_temp.say('离休', 'veteran cadres')
                     WHEN '392' THEN pg_temp.say('居民大病', 'residents, serious illness') WHEN '510' THEN pg_temp.say('生育', 'maternity')
                     ELSE code END
$$;
-- A level of hospital, as rules of a policy name it.
CREATE FUNCTION pg_temp.level_word(code text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT pg_temp.say(zh, en) FROM (VALUES ('L00', '村', 'village'), ('L0', '乡镇(无等级)', 'township'),
        ('L1', '一级', 'level 1'), ('L2', '二级', 'level 2'), ('L3', '三级', 'level 3'), ('L3B', '三级乙等', 'level 3B'), ('L3A', '三级甲等', 'level 3A'),
        ('X1', '省内转外', 'other city'), ('X2', '跨省转外', 'other province'), ('X3', '未备案外出', 'away, not registered'), ('', '未知', 'unknown')) v (known, zh, en) WHERE known = code), code)
$$;
-- Which list of another office.
CREATE FUNCTION pg_temp.roster_word(kind text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE kind WHEN '死亡' THEN pg_temp.say('死亡', 'dead') WHEN '服刑' THEN pg_temp.say('服刑', 'in prison')
                     WHEN '转出' THEN pg_temp.say('转出', 'moved away') WHEN '贫困' THEN pg_temp.say('贫困', 'aided')
                     WHEN '在校' THEN pg_temp.say('在校', 'student') ELSE kind END
$$;
-- What became of a line of a roster that the city supplied.
CREATE FUNCTION pg_temp.roster_state(state text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE state WHEN 'agrees' THEN pg_temp.say('相符', 'agrees')
                      WHEN 'still_enrolled' THEN pg_temp.say('仍在参保', 'still enrolled')
                      WHEN 'not_enrolled' THEN pg_temp.say('未参保', 'not enrolled')
                      WHEN 'unknown' THEN pg_temp.say('查无此人', 'nobody known')
                      WHEN 'name_differs' THEN pg_temp.say('号码对、姓名不同', 'number under another name')
                      ELSE pg_temp.say('按此身份参保，不在名单', 'enrolled so, on no roster') END
$$;
CREATE TEMP TABLE the_run (run int, city text, date text, month text, county text);
CREATE TEMP TABLE the_county (code text, folder text, name text, position int);
CREATE TEMP TABLE the_kind (kind text, label text, main text, main_label text, main_number int, position int);
CREATE TEMP TABLE the_measure (kind text, measure text, label text, number int, main boolean);
CREATE TEMP TABLE the_column (kind text, name text, label text, pii text);
CREATE TEMP TABLE the_code (code text, who text, suggestion text);

-- The shipped rules of mappings/cover/keep.csv, by their names.
CREATE TEMP TABLE the_rule (rule text, basis text);
-- Why a case was proposed so.  In English by the rule's name, while the sentence is the shipped one; what a city wrote
-- in its own table stays as it is.
CREATE FUNCTION pg_temp.cover_basis(rule text, basis text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN pg_temp.say('zh', 'en') = 'zh' THEN basis ELSE coalesce(
        (SELECT t.en || CASE WHEN right(basis, length(cover.left_open('zh'))) = cover.left_open('zh') THEN cover.left_open('en') ELSE '' END
           FROM (VALUES ('deceased', 'dead: ends from the month after the death; check the roster first'),
                ('same-county', 'two relations of one scheme in one county: the one paid last stays, numbers are joined'),
                ('employee-work', 'employed in two counties: where the employer is stays'),
                ('employee-twice', 'employed in two counties, no telling where: the one paid last stays'),
                ('student', 'student: where the school is stays; unknown: for a person to decide'),
                ('resident-twice', 'resident in two counties: where he lives stays; unknown: for a person to decide'),
                ('retired', 'retired employees are covered for life: the employee stays'),
                ('flexible', 'flexible employment: one usable relation stays, better the employee; the person chooses'),
                ('subsidised', 'aided person: gives up the aid only in writing'),
                ('employee-year', 'a year or more as employee: the employee stays, the resident pauses'),
                ('employee-short', 'less than a year as employee: better the employee; the person chooses'),
                ('none', 'no rule applies')) t (rule, en)
          WHERE t.rule = cover_basis.rule AND (t.rule = 'none' OR EXISTS (SELECT FROM the_rule r
                WHERE r.rule = t.rule AND cover_basis.basis IN (r.basis, r.basis || cover.left_open('zh'))))), basis) END
$$;

-- Deliveries up to the run.  `counts`: it speaks for its county: published and not replaced by newer snapshots, tried by this run, or not
-- published, nothing newer has taken its place, and nobody took it off the books.  `first`: its rows came from the county; a retry and
-- a re-evaluation read rows that were already counted; a replay stands for the delivery that it repeats.
CREATE TEMP VIEW the_delivery AS
SELECT d.source IN ('file', 'again') AS first, d.delivery, d.run, d.county, d.folder, d.path, d.bytes, d.sha256, d.sm3, d.received, d.period,
       d.source, d.parent, s.state, d.code, d.message, d.undone_run, d.undone_reason,
       -- Where in it: "成员：第 3 行，第 9 字节：", as the screen says it.
       concat(CASE WHEN strpos(d.message, substring(d.at_member FROM '!(.*)$')) = 0
                   THEN substring(d.at_member FROM '!(.*)$') || pg_temp.say('：', ': ') END,
              CASE WHEN strpos(d.message, w.text) = 0 THEN w.text || pg_temp.say('：', ': ') END) AS place,
       d.run = r.run AS mine, coalesce(c.name, d.county) AS county_name, coalesce(c.position, 999) AS position,
       (s.state = 'published' AND NOT n.replaced AND NOT EXISTS (
           SELECT FROM intake.delivery e WHERE e.source = 'again' AND e.run <= r.run AND e.delivery > d.delivery
             AND e.parent IN (d.delivery, d.parent) AND (e.state = 'published' OR e.state = 'trial' AND e.run = r.run))) OR
       (s.state = 'trial' AND d.run = r.run) OR
       (s.state IN ('refused', 'failed') AND (d.source = 'file' OR d.run = r.run) AND coalesce(d.undone_run > r.run, true) AND NOT EXISTS (
           SELECT FROM intake.delivery e
           WHERE e.county = d.county AND e.delivery > d.delivery AND e.run <= r.run AND e.state <> 'trial'
             AND e.source = 'file' AND (e.sha256 = d.sha256 OR e.path = d.path OR
                  (e.period = d.period AND e.period <> '' AND e.part = d.part AND e.revision > d.revision)))
       ) AS counts
FROM the_run r
JOIN intake.delivery d ON d.run <= r.run AND (d.state <> 'trial' OR d.run = r.run)
CROSS JOIN LATERAL (SELECT concat_ws(pg_temp.say('，', ', '), pg_temp.say('第 ', 'row ') || d.at_row || pg_temp.say(' 行', ''),
                                     pg_temp.say('第 ', 'column ') || d.at_column || pg_temp.say(' 列', ''),
                                     pg_temp.say('第 ', 'byte ') || d.at_byte || pg_temp.say(' 字节', '')) AS text) w
CROSS JOIN LATERAL (SELECT CASE WHEN d.state = 'undone' AND d.undone_run > r.run THEN 'published'
                                ELSE d.state END AS state) s
-- A delivery of snapshots ends when newer ones, read by the same specs, have spoken for all it holds.
CROSS JOIN LATERAL (
    SELECT coalesce(bool_and(EXISTS (
        SELECT FROM intake.file g JOIN intake.delivery e USING (delivery)
        WHERE f.snapshot AND g.snapshot AND g.kind = f.kind AND g.spec_path = f.spec_path AND e.source = 'file'
          AND e.county = d.county AND e.delivery > f.delivery AND e.run <= r.run AND e.rank >= d.rank
          AND (e.state = 'published' OR (e.state = 'undone' AND e.undone_run > r.run)))), false) AS replaced
    FROM intake.file f WHERE f.delivery = coalesce(d.parent, d.delivery)) n
LEFT JOIN the_county c ON c.code = d.county;

CREATE TEMP VIEW the_file AS
SELECT d.*, f.file, f.member, f.kind, f.spec_path, f.parent_file, f.key_person, f.declared_rows, f.declared_by, f.milliseconds,
       CASE WHEN f.declared_measure IS NULL OR regexp_replace(f.declared_measure, '_fen$', '') = k.main
            THEN f.declared_fen END AS declared_fen,
       coalesce(k.label, f.kind) AS kind_label, k.main, coalesce(k.main_label, '') AS main_label,
       k.main_number, coalesce(k.position, 999) AS kind_position,
       d.path || CASE WHEN f.member <> '' THEN '!' || f.member ELSE '' END AS file_name,
       CASE d.state WHEN 'published' THEN CASE d.source WHEN 'file' THEN pg_temp.say('入库', 'published')
                                          WHEN 'retry' THEN pg_temp.say('改正后入库', 'published, corrected')
                                          WHEN 'mapping' THEN pg_temp.say('补映射后入库', 'published, mapped')
                                          ELSE pg_temp.say('重算', 'read again') END
                    WHEN 'refused' THEN pg_temp.say('拒收', 'refused') WHEN 'failed' THEN pg_temp.say('损坏', 'damaged')
                    WHEN 'undone' THEN pg_temp.say('已撤回', 'undone') ELSE pg_temp.say('试算', 'trial') END AS state_label
FROM the_delivery d JOIN intake.file f USING (delivery) LEFT JOIN the_kind k ON k.kind = f.kind;

-- Measures are named with or without their unit; '' counts rows.
CREATE TEMP VIEW the_sum AS
SELECT t.file, regexp_replace(t.measure, '_fen$', '') AS measure,
       coalesce(sum(amount) FILTER (WHERE bucket = 'read'), 0) AS read,
       coalesce(sum(amount) FILTER (WHERE bucket = 'new'), 0) AS new,
       coalesce(sum(amount) FILTER (WHERE bucket = 'changed'), 0) AS changed,
       coalesce(sum(amount) FILTER (WHERE bucket = 'unchanged'), 0) AS unchanged,
       coalesce(sum(amount) FILTER (WHERE bucket = 'duplicate'), 0) AS duplicate,
       coalesce(sum(amount) FILTER (WHERE bucket = 'rejected'), 0) AS rejected,
       coalesce(sum(amount) FILTER (WHERE bucket = 'explained'), 0) AS explained,
       coalesce(sum(amount) FILTER (WHERE bucket IN ('withdrawn', 'superseded')), 0) AS aside,
       coalesce(sum(amount) FILTER (WHERE bucket = 'unpublished'), 0) AS unpublished,
       coalesce(sum(amount) FILTER (WHERE bucket = 'unreadable'), 0) AS unreadable,
       bool_and(amount = 0) AS nothing
FROM intake.tally t GROUP BY 1, 2;

-- Doubts of rows that were not sent back: of what one row says (the tally counts only these), and of checks across rows.
CREATE TEMP VIEW any_doubt AS
SELECT r.* FROM intake.reason r
WHERE r.weight = 'doubt' AND NOT EXISTS (
    SELECT FROM intake.reject j WHERE j.file = r.file AND j.source_row = r.source_row AND j.bucket = 'rejected');
-- Those that the county is told of now: in this run's files, and what a check across rows came upon in this run, in rows that came before it.
CREATE TEMP VIEW the_doubt AS
SELECT r.* FROM any_doubt r WHERE r.file IN (SELECT file FROM the_file WHERE mine)
UNION ALL
SELECT r.* FROM any_doubt r
 WHERE r.said_run = (SELECT run FROM the_run) AND r.file IN (SELECT file FROM the_file WHERE counts AND NOT mine);

-- One line per file: rows, and fen of its main measure.  `kept`: in the city's database through it.
CREATE TEMP VIEW the_line AS
SELECT f.*, s.read, s.new, s.changed, s.unchanged, s.duplicate, s.rejected, s.explained,
       s.aside, s.aside + s.unpublished AS other,
       (SELECT count(DISTINCT o.source_row) FROM any_doubt o WHERE o.file = f.file) AS doubtful, s.all_rows, s.read - s.all_rows AS gap,
       CASE WHEN f.state IN ('published', 'trial') THEN s.new + s.changed + s.unchanged ELSE 0 END AS kept,
       m.read AS read_fen, CASE WHEN m.file IS NOT NULL THEN m.kept_fen END AS kept_fen,
       m.all_fen - m.kept_fen AS out_fen, m.read - m.all_fen AS gap_fen,
       m.duplicate AS duplicate_fen, m.explained AS explained_fen, m.rejected AS rejected_fen,
       m.aside AS aside_fen,
       m.read - m.explained - f.declared_fen AS declared_gap_fen, u.unreadable
FROM the_file f
JOIN LATERAL (SELECT s.*, new + changed + unchanged + duplicate + rejected + explained + aside + unpublished
                     AS all_rows FROM the_sum s WHERE s.file = f.file AND s.measure = '') s ON true
LEFT JOIN LATERAL (
    SELECT s.*, s.new + s.changed + s.unchanged + s.duplicate + s.rejected + s.explained + s.aside
                + s.unpublished AS all_fen,
           CASE WHEN f.state IN ('published', 'trial') THEN s.new + s.changed + s.unchanged
                ELSE 0 END AS kept_fen
    FROM the_sum s WHERE s.file = f.file AND s.measure = f.main) m ON true
LEFT JOIN LATERAL (SELECT coalesce(sum(s.unreadable), 0) AS unreadable FROM the_sum s
                   WHERE s.file = f.file AND s.measure <> '') u ON true;

-- The law of the table, step by step: what stood before, what each publication or undo moved, what stood
-- after.  `mark`: amounts are fen, '' counts rows.
CREATE TEMP VIEW the_movement AS
SELECT m.movement, m.run, m.delivery, m.undone, d.county, coalesce(c.name, d.county) AS county_name,
       coalesce(c.position, 999) AS position, m.kind, coalesce(k.label, m.kind) AS kind_label,
       coalesce(k.position, 999) AS kind_position, m.measure, coalesce(l.number, 0) AS number,
       CASE m.measure WHEN '' THEN pg_temp.say('行数', 'rows') ELSE coalesce(l.label, m.measure) END AS label, m.measure = coalesce(k.main, '') AS main,
       CASE m.measure WHEN '' THEN '' ELSE '¥' END AS mark, m.before, m.after,
       coalesce(t.new, 0) AS new, coalesce(t.changed, 0) AS changed, coalesce(t.replaced, 0) AS replaced,
       coalesce(t.ended, 0) AS ended, coalesce(t.vanished, 0) AS vanished,
       CASE WHEN m.undone THEN m.after - m.before ELSE 0 END AS taken_back, m.run = r.run AS mine
FROM intake.movement m JOIN the_run r ON m.run <= r.run JOIN intake.delivery d USING (delivery)
LEFT JOIN the_county c ON c.code = d.county LEFT JOIN the_kind k ON k.kind = m.kind
LEFT JOIN the_measure l ON l.kind = m.kind AND l.measure = m.measure
LEFT JOIN LATERAL (
    SELECT sum(amount) FILTER (WHERE bucket = 'new') AS new, sum(amount) FILTER (WHERE bucket = 'changed') AS changed,
           sum(amount) FILTER (WHERE bucket = 'replaced') AS replaced, sum(amount) FILTER (WHERE bucket = 'ended') AS ended,
           sum(amount) FILTER (WHERE bucket = 'vanished') AS vanished
    FROM intake.file f JOIN intake.tally t USING (file)
    WHERE f.delivery = m.delivery AND f.kind = m.kind AND t.measure = m.measure AND NOT m.undone) t ON true;

-- Rejected rows of what counties sent, as they stood at the end of the run: open, or how they were
-- settled.  A row that failed again in a retry is the same row; `said_file` has its newest reasons.
CREATE TEMP VIEW the_reject AS
SELECT f.county, f.county_name, f.position, f.kind, f.kind_label, f.kind_position, f.main_label, f.file_name,
       f.path, f.member, f.run, f.mine, f.state AS delivery_state, f.delivery,
       j.reject, j.file, j.source_row, j.src_key, f.key_person, j.name, j.fen[f.main_number] AS main_fen,
       CASE WHEN j.state IN ('open', 'none') OR j.closed_run > (SELECT run FROM the_run) THEN 'open'
            ELSE j.closed_by END AS fate,
       CASE WHEN k.children IS NULL THEN j.file
            ELSE coalesce((SELECT max(a.file) FROM intake.reject a WHERE a.file = ANY (k.children)
                            AND a.source_row = j.source_row AND a.bucket = 'rejected'), j.file) END AS said_file
FROM the_file f JOIN intake.reject j USING (file)
-- Files that read some of its rows again; looked for once, and not for every row among all deliveries.
LEFT JOIN (SELECT c.parent_file, array_agg(c.file) AS children FROM intake.file c JOIN intake.delivery e USING (delivery)
            WHERE c.parent_file IS NOT NULL AND e.state = 'published' AND e.run <= (SELECT run FROM the_run)
            GROUP BY 1) k ON k.parent_file = f.file
WHERE f.counts AND f.first AND j.bucket = 'rejected' AND (j.state <> 'none' OR f.state <> 'published');

-- The last word of every check that still concerns what counts.
-- `said`: code and particulars of its sentence, the amounts in yuan.
CREATE TEMP VIEW the_finding AS
SELECT last.*, CASE check_code WHEN 'law.delivery' THEN pg_temp.say('交付守恒：读入应等于去向合计', 'law of the delivery: what was read is the sum of where it went')
                               WHEN 'law.table' THEN pg_temp.say('总表守恒：原有加增减应等于现有', 'law of the table: what was there and what moved is what is there')
                               ELSE check_code || E'\t' || concat_ws(';',
           'expected=' || CASE mark WHEN '' THEN left_value::text ELSE to_char(left_value / 100, 'FM999,999,999,999,990.00') END,
           'found=' || CASE mark WHEN '' THEN right_value::text ELSE to_char(right_value / 100, 'FM999,999,999,999,990.00') END,
           'difference=' || CASE mark WHEN '' THEN abs(right_value - left_value)::text
                                 ELSE to_char(abs(right_value - left_value) / 100, 'FM999,999,999,999,990.00') END,
           nullif(detail, ''), CASE WHEN subject LIKE '%=%' THEN subject END) END AS said
FROM (
    SELECT DISTINCT ON (x.check_code, x.county, x.kind, x.subject, x.delivery, x.file)
           x.finding, coalesce(x.paper_number, x.finding) AS number, x.run, x.delivery, x.file, x.check_code, x.county, x.kind, x.state, x.subject,
           x.left_value, x.right_value, x.detail, x.run = r.run AS mine, coalesce(c.name, x.county, pg_temp.say('全市', 'the city')) AS county_name,
           coalesce(k.label, x.kind, '') AS kind_label, coalesce(c.position, 999) AS position,
           coalesce(m.label, CASE x.subject WHEN '路由' THEN pg_temp.say('路由', 'routing')
                    ELSE pg_temp.compared(x.subject) END) AS subject_label,
           CASE WHEN x.subject IN ('', 'rows') OR x.check_code ~ 'rows' THEN '' ELSE '¥' END AS mark
    FROM intake.finding x JOIN the_run r ON x.run <= r.run
    LEFT JOIN the_county c ON c.code = x.county
    LEFT JOIN the_kind k ON k.kind = x.kind
    LEFT JOIN the_measure m ON m.kind = x.kind AND m.measure =
        regexp_replace(coalesce(substring(x.subject FROM 'column=([a-z_0-9]+)'), x.subject), '_fen$', '')
    ORDER BY x.check_code, x.county, x.kind, x.subject, x.delivery, x.file, x.run DESC, x.finding DESC) last
-- Two lists that are made once: as one EXISTS it was asked again for every finding, half of a small run's time.
WHERE delivery IS NULL AND file IS NULL
   OR delivery IN (SELECT d.delivery FROM the_delivery d WHERE d.counts)
   OR file IN (SELECT f.file FROM the_delivery d JOIN intake.file f USING (delivery) WHERE d.counts);

-- How codes were met and mapped.  A code that only its reject tells of counts as unmapped too.
CREATE TEMP VIEW the_use AS
SELECT u.file, u.table_name, u.source_code, u.source_label, u.target_code, u.status, u.path, u.line, u.rows, u.fen
FROM mapping.use u
UNION ALL
SELECT r.file, coalesce(substring(r.detail FROM 'table=([^;]*)'), r.target_column), r.value, '', NULL, 'unmapped', '', 0,
       count(*), coalesce(sum(r.fen), 0)
FROM intake.reason r
WHERE r.code IN ('code.unmapped', 'code.unmapped_kept', 'code.draft_only', 'code.not_valid_on_date')
  AND r.value IS NOT NULL
  AND NOT EXISTS (SELECT FROM mapping.use u WHERE u.file = r.file AND u.status = 'unmapped'
                  AND u.source_code = r.value AND u.target_column = r.target_column)
GROUP BY r.file, 2, r.value;

-- Words of a code column that no table knows and that stand in at least 30 rows and in 1 % of what its county sent
-- under that table: so many rows have no one person's name.  Rarer ones are shown only when they look like a code.
CREATE TEMP VIEW the_word AS
SELECT county, kind, table_name, source_code FROM (
    SELECT f.county, f.kind, u.table_name, u.source_code, sum(u.rows) AS rows,
           sum(sum(u.rows)) OVER (PARTITION BY f.county, f.kind, u.table_name) AS whole
    FROM the_file f JOIN the_use u USING (file) WHERE f.counts GROUP BY 1, 2, 3, 4) x
WHERE rows >= 30 AND rows * 100 >= whole;

-- What the specs of this run name, out of their own bytes; those that are to be ignored do not.
CREATE TEMP VIEW the_spec AS
SELECT c.code AS county, c.name AS county_name, c.position, u.path AS spec_path, coalesce(k.label, s.kind, '') AS kind_label,
       coalesce(s.quoted, s.plain, u.path) AS pattern
FROM the_run r JOIN mapping.used u ON u.run = r.run JOIN mapping.content t ON t.sha256 = u.sha256
JOIN the_county c ON starts_with(u.path, 'mappings/' || c.folder || '/') AND u.path LIKE '%.yaml'
CROSS JOIN LATERAL (SELECT CASE WHEN u.path LIKE '%.yaml' THEN convert_from(t.bytes, 'UTF8') END AS text) b
CROSS JOIN LATERAL (SELECT substring(b.text FROM '(?n)^kind:[ ]*([a-z_0-9]+)') AS kind,
                           substring(b.text FROM '(?n)^match:[ ]*["'']([^"'']+)["'']') AS quoted,
                           substring(b.text FROM '(?n)^match:[ ]*([^ #]+)') AS plain) s
LEFT JOIN the_kind k ON k.kind = s.kind
WHERE b.text !~ '(?n)^ignore:[ ]*(yes|true|on|是)';

-- What they name and the county did not deliver: `months` NULL, nothing yet that this spec reads; else the months, as
-- 202003, between its first and the county's last that lack it.  A spec is monthly when it came in more than half of
-- its own months; one that came once is missed in the next month alone, since a snapshot may come once a year.
CREATE TEMP VIEW the_absent AS
WITH come AS (
    SELECT DISTINCT f.county, f.spec_path, f.period FROM the_file f WHERE f.state = 'published' OR f.counts),
month AS (
    SELECT DISTINCT county, spec_path, left(period, 4)::int * 12 + substr(period, 5, 2)::int - 1 AS month
    FROM come WHERE period ~ '^[0-9]{4}(0[1-9]|1[0-2])'),
range AS (
    SELECT county, spec_path, min(month) AS first, max(month) AS last, count(*) AS count,
           max(max(month)) OVER (PARTITION BY county) AS until
    FROM month GROUP BY county, spec_path),
gap AS (
    SELECT g.county, g.spec_path, array_agg(to_char(m / 12, 'FM0000') || to_char(m % 12 + 1, 'FM00') ORDER BY m) AS months
    FROM range g CROSS JOIN LATERAL generate_series(g.first, g.until) m
    WHERE g.count * 2 > g.last - g.first + 1 AND (g.count > 1 OR g.until = g.first + 1)
      AND NOT EXISTS (SELECT FROM month o WHERE o.county = g.county AND o.spec_path = g.spec_path AND o.month = m)
    GROUP BY g.county, g.spec_path)
SELECT s.*, g.months FROM the_spec s LEFT JOIN gap g USING (county, spec_path)
WHERE g.months IS NOT NULL
   OR NOT EXISTS (SELECT FROM come c WHERE c.county = s.county AND c.spec_path = s.spec_path);

-- What the work indicators are of: January until the end of a month, and the same of the year before.  The month that
-- was asked for, else the last one in which anything was settled.
CREATE FUNCTION pg_temp.month(OUT until text, OUT months int, OUT beginning date, OUT ending date, OUT beginning_before date,
                              OUT ending_before date) LANGUAGE sql STABLE AS $$
    SELECT to_char(day, 'YYYY-MM'), extract(month FROM day)::int, date_trunc('year', day)::date, (day + interval '1 month')::date,
           (date_trunc('year', day) - interval '1 year')::date, (day + interval '1 month' - interval '1 year')::date
      FROM (SELECT to_date(coalesce(r.month, (SELECT to_char(max(setl_time), 'YYYYMM') FROM record.setl_d), to_char(current_date, 'YYYYMM')),
                           'YYYYMM') AS day FROM the_run r) d
$$;
-- In 1/10000 of what was; no value where there was nothing.
CREATE FUNCTION pg_temp.growth(now numeric, before numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN before > 0 THEN round((coalesce(now, 0) - before) * 10000 / before) END $$;
CREATE FUNCTION pg_temp.benefit_word(code text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT pg_temp.say(zh, en) FROM (VALUES ('11', '普通门诊', 'outpatient'), ('14', '慢特病门诊', 'chronic disease'),
        ('15', '特药', 'special drug'), ('19', '外伤门诊', 'injury, outpatient'), ('21', '普通住院', 'stay'), ('22', '外伤住院', 'injury, stay'),
        ('26', '单病种住院', 'single disease'), ('28', '日间手术', 'day surgery'), ('41', '药店购药', 'pharmacy'),
        ('51', '生育门诊', 'maternity, outpatient'), ('52', '生育住院', 'maternity, stay'), ('53', '计划生育', 'family planning'),
        ('', '未注明', 'not said')) v (known, zh, en) WHERE known = code), pg_temp.say('其他 ', 'other ') || code)
$$;
CREATE FUNCTION pg_temp.layer_word(code text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT pg_temp.say(zh, en) FROM (VALUES ('市域外', '市域外', 'outside the city'), ('县外市域内', '县外市域内', 'another county'),
        ('县二级', '县二级', 'county, grade 2'), ('县一级', '县一级', 'county, grade 1'), ('乡镇', '乡镇级', 'township'), ('村', '村级', 'village'),
        ('3', '三级(未登记层级)', 'grade 3, layer unknown'), ('2', '二级(未登记层级)', 'grade 2, layer unknown'),
        ('1', '一级(未登记层级)', 'grade 1, layer unknown'), ('0', '无等级(未登记层级)', 'no grade, layer unknown'),
        ('', '机构未登记', 'institution unknown')) v (known, zh, en) WHERE known = code), code)
$$;
-- From the widest layer to the nearest, as tables list them.
CREATE FUNCTION pg_temp.layer_place(code text) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT array_position(ARRAY['市域外', '县外市域内', '3', '县二级', '2', '县一级', '1', '乡镇', '村', '0', ''], code) $$;
-- The settlements of the month's year until its end (`now`) and of the same days of the year before; of the county
-- asked for, or of all.
CREATE TEMP VIEW the_claim AS
SELECT s.*, s.setl_time >= m.beginning AS now
  FROM pg_temp.month() m CROSS JOIN the_run r JOIN city.claim s ON r.county IS NULL OR s.county = r.county
 WHERE s.setl_time >= m.beginning AND s.setl_time < m.ending OR s.setl_time >= m.beginning_before AND s.setl_time < m.ending_before;
-- The replay of the policies that speaks for the run: its own, or an earlier one of which nothing has changed since.
CREATE TEMP VIEW the_replay AS
SELECT coalesce(p.same_as, p.run) AS run FROM fund.replay_run p JOIN the_run r ON r.run = p.run;
