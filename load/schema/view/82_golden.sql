-- SPDX-License-Identifier: MulanPSL-2.0
-- One record of each person out of all that counties sent: per field the value that the rules prefer, and where
-- it came from.  A view over the records as they are, so undoing a decision undoes it too.
-- The rules are mappings/person/golden.csv, which the program reads in; the lowest place counts first.
CREATE TABLE identity.golden_rule (
    field text NOT NULL,
    place int NOT NULL,
    criterion text NOT NULL CHECK (criterion IN ('valid', 'county', 'scheme', 'majority', 'recent', 'complete', 'longest')),
    argument text[] NOT NULL DEFAULT '{}',   -- county: the most trusted first; scheme: any of these
    note text NOT NULL DEFAULT '',
    PRIMARY KEY (field, place)
);
COMMENT ON TABLE identity.golden_rule IS '取值规则';

-- 0: 18 places and the check digit of GB 11643-1999 holds; 1: 15 places; 2: neither.
CREATE FUNCTION identity.certno_fault(certno text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN certno ~ '^[0-9]{17}[0-9X]$' THEN
    CASE WHEN substr('10X98765432', 1 + (SELECT sum(substr(certno, place::int, 1)::int * weight)::int % 11
             FROM unnest(ARRAY[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) WITH ORDINALITY w (weight, place)), 1)
         = substr(certno, 18, 1) THEN 0 ELSE 2 END
    WHEN certno ~ '^[0-9]{15}$' THEN 1 ELSE 2 END;

-- How good a value is by itself, 0 the best.
CREATE FUNCTION identity.value_fault(field text, value text, certno text, gend text, brdy date) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE field
    WHEN 'certno' THEN CASE identity.certno_fault(value)
        WHEN 0 THEN CASE WHEN substr(value, 7, 8) = to_char(brdy, 'YYYYMMDD') AND (gend NOT IN ('1', '2')
                              OR substr(value, 17, 1)::int % 2 = gend::int % 2) THEN 0 ELSE 1 END
        WHEN 1 THEN 2 ELSE 3 END
    WHEN 'psn_name' THEN (value ~ ('[?？〓□' || chr(57344) || '-' || chr(63743) || ']'))::int
    WHEN 'brdy' THEN CASE WHEN identity.certno_fault(certno) = 0 AND substr(certno, 7, 8) = replace(value, '-', '') THEN 0
                          WHEN value = '1900-01-01' THEN 2 ELSE 1 END
    WHEN 'gend' THEN CASE WHEN identity.certno_fault(certno) = 0 AND value IN ('1', '2')
                               AND substr(certno, 17, 1)::int % 2 = value::int % 2 THEN 0 ELSE 1 END
    WHEN 'mob' THEN (value !~ '^1[0-9]{10}$')::int
    ELSE 0 END;

CREATE VIEW identity.golden AS
WITH candidate AS NOT MATERIALIZED (
    SELECT r.psn_no, r.record_no, r.county, r.src_psn_no, r.file, r.source_row, f.field, f.value,
           identity.value_fault(f.field, f.value, r.certno, r.gend, r.brdy) AS fault,
           num_nonnulls(r.psn_name, r.certno, r.gend, r.brdy, r.naty, r.mob, r.tel, r.live_addr, r.hsreg_addr,
                        r.resdbook_no, r.hshd_no, r.hshd_rlts, r.sp_psn_type, r.mrg_stas) AS filled,
           coalesce(r.updt_time, d.received, d.published_at)::timestamptz AS at,
           count(*) OVER (PARTITION BY r.psn_no, f.field, f.value) AS same
      FROM identity.record r JOIN intake.file i ON i.file = r.file JOIN intake.delivery d ON d.delivery = i.delivery
     CROSS JOIN LATERAL (VALUES
         ('psn_name', r.psn_name), ('certno', upper(r.certno)), ('psn_cert_type', r.psn_cert_type), ('gend', r.gend),
         ('brdy', r.brdy::text), ('naty', r.naty), ('mob', r.mob), ('tel', r.tel), ('live_addr', r.live_addr),
         ('hsreg_addr', r.hsreg_addr), ('resdbook_no', r.resdbook_no), ('hshd_no', r.hshd_no),
         ('hshd_rlts', r.hshd_rlts), ('sp_psn_type', r.sp_psn_type), ('mrg_stas', r.mrg_stas),
         ('surv_stas', r.surv_stas), ('die_date', r.die_date::text)) f (field, value)
     WHERE f.value <> ''),
ranked AS NOT MATERIALIZED (
    SELECT c.*, k.rank, first_value(c.value) OVER w AS chosen, row_number() OVER w AS choice
      FROM candidate c CROSS JOIN LATERAL (
          SELECT coalesce(array_agg(CASE g.criterion
                     WHEN 'valid' THEN c.fault
                     WHEN 'county' THEN coalesce(array_position(g.argument, c.county), 1000)
                     WHEN 'scheme' THEN (NOT EXISTS (
                         SELECT FROM record.psn_insu_d s WHERE s.county = c.county AND s.src_psn_no = c.src_psn_no
                            AND s.insutype = ANY (g.argument)))::int
                     WHEN 'majority' THEN -c.same
                     WHEN 'recent' THEN -extract(epoch FROM c.at)
                     WHEN 'complete' THEN -c.filled
                     ELSE -char_length(c.value) END::bigint ORDER BY g.place), '{}') AS rank
            FROM identity.golden_rule g WHERE g.field = c.field) k
    WINDOW w AS (PARTITION BY c.psn_no, c.field ORDER BY k.rank, c.record_no)),
rival AS NOT MATERIALIZED (
    SELECT psn_no, field, min(rank) AS rank, count(DISTINCT value) AS others
      FROM ranked WHERE value <> chosen GROUP BY psn_no, field)
SELECT w.psn_no, w.field, w.value, w.record_no, w.county, w.src_psn_no, w.file, w.source_row,
       CASE WHEN v.psn_no IS NULL THEN CASE WHEN w.same > 1 THEN 'agreed' ELSE 'only' END
            ELSE coalesce((SELECT g.criterion FROM identity.golden_rule g JOIN LATERAL (
                     SELECT count(*) AS n FROM identity.golden_rule e WHERE e.field = g.field AND e.place <= g.place) p ON true
                   WHERE g.field = w.field AND w.rank[p.n] < v.rank[p.n] ORDER BY g.place LIMIT 1), 'oldest') END AS criterion,
       w.same AS holders, coalesce(v.others, 0) AS others
  FROM ranked w LEFT JOIN rival v ON v.psn_no = w.psn_no AND v.field = w.field
 WHERE w.choice = 1;
COMMENT ON VIEW identity.golden IS '每人每项取哪个值、来自哪条记录、凭哪条规则；others 为其他不同取值的个数';
