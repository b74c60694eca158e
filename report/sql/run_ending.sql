-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 本次处理之后 | After this run
-- of: city
-- sheet: 退回与核对 | Rejects and checks
-- column: open | 退回未决 | Open rejects
-- column: mended | 本次补入 | Mended
-- column: waived | 本次不移交 | Waived
-- column: replaced | 改由新交付退回 | Sent back by a newer delivery
-- column: came | 本次新退回 | New rejects
-- column: doubts | 疑点行 | Doubtful rows
-- column: checks | 核对 | Checks
-- column: held | 相符 | Held
-- column: broken | 不符 | Broken
-- column: blocked | 无法核对 | Blocked
-- column: not_applicable | 不适用 | Not applicable
-- column: absent | 规格写明、没有收到 | Named by specs, not delivered
-- A row that feeds two kinds is one row of the county.
-- Keys that a newer delivery sends back, one by one by hash: 300,000 against 300,000 end.  No key: the hash of none.
WITH back AS MATERIALIZED (
    SELECT DISTINCT g.delivery, g.kind, g.spec_path, coalesce(n.key_hash, '00000000-0000-0000-0000-000000000000') AS key_hash
    FROM intake.file g JOIN intake.reject n ON n.file = g.file AND n.bucket = 'rejected'
    WHERE g.delivery IN (SELECT delivery FROM intake.delivery WHERE run = (SELECT run FROM the_run))),
settled AS (
    SELECT DISTINCT f.delivery, f.member, j.source_row, j.closed_by,
           -- closed by a newer snapshot that sends the row back again: replaced, not mended
           j.closed_by = 'delivery' AND b.delivery IS NOT NULL AS again
    FROM intake.reject j JOIN intake.file f USING (file) JOIN intake.delivery d USING (delivery)
    LEFT JOIN back b ON b.delivery = j.closed_delivery AND b.kind = f.kind AND b.spec_path = f.spec_path
          AND b.key_hash = coalesce(j.key_hash, '00000000-0000-0000-0000-000000000000')
    WHERE d.source IN ('file', 'again') AND j.bucket = 'rejected' AND j.closed_run = (SELECT run FROM the_run))
SELECT (SELECT count(DISTINCT (delivery, member, source_row)) FROM the_reject WHERE fate = 'open') AS open,
       (SELECT count(DISTINCT (delivery, member, source_row)) FROM settled WHERE closed_by IN ('mapping', 'retry', 'delivery') AND NOT again) AS mended,
       (SELECT count(DISTINCT (delivery, member, source_row)) FROM settled WHERE closed_by = 'waiver') AS waived,
       (SELECT count(DISTINCT (delivery, member, source_row)) FROM settled WHERE again) AS replaced,
       (SELECT count(DISTINCT (t.delivery, t.member, t.source_row)) FROM the_reject t JOIN the_delivery d USING (delivery)
        WHERE t.mine AND d.first) AS came,
       (SELECT count(DISTINCT (delivery, member, source_row)) FROM the_doubt JOIN the_file USING (file)) AS doubts,
       (SELECT count(*) FROM the_finding WHERE mine) AS checks,
       (SELECT count(*) FROM the_finding WHERE mine AND state = 'held') AS held,
       (SELECT count(*) FROM the_finding WHERE mine AND state = 'broken') AS broken,
       (SELECT count(*) FROM the_finding WHERE mine AND state = 'blocked') AS blocked,
       (SELECT count(*) FROM the_finding WHERE mine AND state = 'not_applicable') AS not_applicable,
       (SELECT count(*) FROM the_absent) AS absent;
