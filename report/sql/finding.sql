-- SPDX-License-Identifier: MulanPSL-2.0
-- The last word of every check that still concerns what counts.
-- `said`: code and particulars of its sentence, the amounts in yuan.
CREATE TEMP TABLE the_finding AS
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
   OR file IN (SELECT f.file FROM the_file f WHERE f.counts);
ANALYZE the_finding;
