-- SPDX-License-Identifier: MulanPSL-2.0
-- What stands at the end of the run, out of the books.  What all papers look at again and again is made once, as tables.

-- Deliveries up to the run.  `counts`: it speaks for its county: published and not replaced by newer snapshots, tried by this run, or not
-- published, nothing newer has taken its place, and nobody took it off the books.  `first`: its rows came from the county; a retry and
-- a re-evaluation read rows that were already counted; a replay stands for the delivery that it repeats.
CREATE TEMP TABLE the_delivery AS
WITH came AS MATERIALIZED (
    SELECT d.delivery, d.run, d.county, d.path, d.sha256, d.period, d.part, d.revision, d.source, d.parent, d.rank,
           coalesce(d.parent, d.delivery) AS root, d.run = r.run AS mine,
           d.source = 'file' AND d.state <> 'trial' AS sent, coalesce(d.undone_run > r.run, true) AS on_books,
           CASE WHEN d.state = 'undone' AND d.undone_run > r.run THEN 'published' ELSE d.state END AS state
    FROM the_run r JOIN intake.delivery d ON d.run <= r.run AND (d.state <> 'trial' OR d.run = r.run)),
-- Each question in one pass over all, not once for every delivery: in years there are ten thousand of them.
-- What the county sent after it in its place: the same bytes, the same name, a higher revision of the same part.
later AS (
    SELECT delivery, coalesce(greatest(max(delivery) FILTER (WHERE sent) OVER (PARTITION BY county, sha256),
                                       max(delivery) FILTER (WHERE sent) OVER (PARTITION BY county, path)) > delivery
                              OR period <> '' AND max(revision) FILTER (WHERE sent) OVER (
                                  PARTITION BY county, period, part ORDER BY delivery DESC
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) > revision, false) AS came
    FROM came),
again AS (
    SELECT parent, max(delivery) AS delivery FROM came
    WHERE source = 'again' AND state IN ('published', 'trial') GROUP BY parent),
-- The rank that newer snapshots read by the same specs have reached, each of its files by itself.
newer AS (
    SELECT delivery, CASE WHEN bool_and(snapshot AND rank IS NOT NULL) THEN min(rank) END AS rank FROM (
        SELECT d.delivery, f.snapshot, max(d.rank) FILTER (WHERE d.source = 'file' AND d.state = 'published') OVER (
                   PARTITION BY d.county, f.kind, f.spec_path, f.snapshot ORDER BY d.delivery DESC
                   GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS rank
        FROM came d JOIN intake.file f USING (delivery)) x
    GROUP BY delivery)
SELECT d.source IN ('file', 'again') AS first, d.delivery, d.run, d.county, d.folder, d.path, d.bytes, d.sha256, d.sm3, d.received, d.period,
       d.source, d.parent, c.state, d.code, d.message, d.undone_run, d.undone_reason,
       -- Where in it: "成员：第 3 行，第 9 字节：", as the screen says it.
       concat(CASE WHEN strpos(d.message, substring(d.at_member FROM '!(.*)$')) = 0
                   THEN substring(d.at_member FROM '!(.*)$') || pg_temp.say('：', ': ') END,
              CASE WHEN strpos(d.message, w.text) = 0 THEN w.text || pg_temp.say('：', ': ') END) AS place,
       c.mine, coalesce(t.name, d.county) AS county_name, coalesce(t.position, 999) AS position,
       -- A delivery of snapshots ends when newer ones have spoken for all it holds.
       CASE WHEN c.state = 'published' THEN NOT coalesce(n.rank >= d.rank, false)
                 AND NOT coalesce(greatest(a.delivery, b.delivery) > d.delivery, false)
            WHEN c.state = 'trial' THEN c.mine
            WHEN c.state IN ('refused', 'failed') THEN (d.source = 'file' OR c.mine) AND c.on_books AND NOT l.came
            ELSE false END AS counts
FROM came c JOIN intake.delivery d USING (delivery) JOIN later l USING (delivery)
LEFT JOIN newer n ON n.delivery = c.root
LEFT JOIN again a ON a.parent = d.delivery LEFT JOIN again b ON b.parent = d.parent
CROSS JOIN LATERAL (SELECT concat_ws(pg_temp.say('，', ', '), pg_temp.say('第 ', 'row ') || d.at_row || pg_temp.say(' 行', ''),
                                     pg_temp.say('第 ', 'column ') || d.at_column || pg_temp.say(' 列', ''),
                                     pg_temp.say('第 ', 'byte ') || d.at_byte || pg_temp.say(' 字节', '')) AS text) w
LEFT JOIN the_county t ON t.code = d.county;
ANALYZE the_delivery;

CREATE TEMP TABLE the_file AS
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
ANALYZE the_file;

-- What became of a file's rows and money.  Measures are named with or without their unit; '' counts rows.  A function, as what
-- groups all files would be made anew for every file that is looked at.
CREATE FUNCTION pg_temp.sums(of_file int)
RETURNS TABLE (measure text, read numeric, new numeric, changed numeric, unchanged numeric, duplicate numeric, rejected numeric,
               explained numeric, aside numeric, unpublished numeric, unreadable numeric, nothing boolean) LANGUAGE sql STABLE ROWS 20 AS $$
    SELECT regexp_replace(t.measure, '_fen$', ''),
           coalesce(sum(amount) FILTER (WHERE bucket = 'read'), 0),
           coalesce(sum(amount) FILTER (WHERE bucket = 'new'), 0),
           coalesce(sum(amount) FILTER (WHERE bucket = 'changed'), 0),
           coalesce(sum(amount) FILTER (WHERE bucket = 'unchanged'), 0),
           coalesce(sum(amount) FILTER (WHERE bucket = 'duplicate'), 0),
           coalesce(sum(amount) FILTER (WHERE bucket = 'rejected'), 0),
           coalesce(sum(amount) FILTER (WHERE bucket = 'explained'), 0),
           coalesce(sum(amount) FILTER (WHERE bucket IN ('withdrawn', 'superseded')), 0),
           coalesce(sum(amount) FILTER (WHERE bucket = 'unpublished'), 0),
           coalesce(sum(amount) FILTER (WHERE bucket = 'unreadable'), 0),
           bool_and(amount = 0)
    FROM intake.tally t WHERE t.file = of_file GROUP BY 1
$$;

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
       m.read AS read_fen, m.kept_fen,
       m.all_fen - m.kept_fen AS out_fen, m.read - m.all_fen AS gap_fen,
       m.duplicate AS duplicate_fen, m.explained AS explained_fen, m.rejected AS rejected_fen,
       m.aside AS aside_fen,
       m.read - m.explained - f.declared_fen AS declared_gap_fen, u.unreadable
FROM the_file f
JOIN LATERAL (SELECT s.*, new + changed + unchanged + duplicate + rejected + explained + aside + unpublished
                     AS all_rows FROM pg_temp.sums(f.file) s WHERE s.measure = '') s ON true
LEFT JOIN LATERAL (
    SELECT s.*, s.new + s.changed + s.unchanged + s.duplicate + s.rejected + s.explained + s.aside
                + s.unpublished AS all_fen,
           CASE WHEN f.state IN ('published', 'trial') THEN s.new + s.changed + s.unchanged
                ELSE 0 END AS kept_fen
    FROM pg_temp.sums(f.file) s WHERE s.measure = f.main) m ON true
LEFT JOIN LATERAL (SELECT coalesce(sum(t.amount), 0) AS unreadable FROM intake.tally t
                   WHERE t.file = f.file AND t.measure <> '' AND t.bucket = 'unreadable') u ON true;

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
