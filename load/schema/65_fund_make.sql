-- SPDX-License-Identifier: MulanPSL-2.0
-- A kind may stand in schema fund: its history stands beside it, its view in city as any other's.
CREATE OR REPLACE FUNCTION record.make(kind text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog AS $make$
DECLARE
    place regclass := coalesce(to_regclass('fund.' || quote_ident(kind)), ('record.' || quote_ident(kind))::regclass);
    home text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = place);
    columns text;
    person boolean;
    col record;
BEGIN
    EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY (key_hash, county)', place);
    EXECUTE format(
        'CREATE TABLE %s.%I (LIKE %s, ended_delivery int NOT NULL, ended_how text NOT NULL '
        'CHECK (ended_how IN (''changed'', ''confirmed'', ''withdrawn'', ''vanished'', ''superseded'')), '
        'ended_at timestamptz NOT NULL DEFAULT now())', home, kind || '_history', place);
    EXECUTE format('CREATE INDEX ON %s.%I (county, key_hash)', home, kind || '_history');
    SELECT bool_or(attname = 'src_psn_no'),
           string_agg(CASE WHEN attname ~ '_fen$'
                           THEN format('t.%I * 0.01 AS %I, t.%I', attname, left(attname, -4), attname)
                           ELSE format('t.%I', attname) END, ', ' ORDER BY attnum)
      INTO person, columns
      FROM pg_attribute WHERE attrelid = place AND attnum > 0 AND NOT attisdropped;
    EXECUTE format('CREATE VIEW city.%I AS SELECT %s%s FROM %s t %s', kind,
        CASE WHEN person THEN 'x.psn_no, ' ELSE '' END, columns, place,
        CASE WHEN person THEN 'LEFT JOIN identity.xref x ON x.county = t.county '
                              'AND x.src_psn_no = t.src_psn_no' ELSE '' END);
    EXECUTE format('COMMENT ON VIEW city.%I IS %L', kind, obj_description(place));
    IF person THEN
        EXECUTE format('COMMENT ON COLUMN city.%I.psn_no IS %L', kind, '人员编号');
    END IF;
    FOR col IN SELECT attname::text AS field, col_description(place, attnum) AS label
                 FROM pg_attribute WHERE attrelid = place AND attnum > 0 AND NOT attisdropped LOOP
        IF col.label IS NULL THEN CONTINUE; END IF;
        EXECUTE format('COMMENT ON COLUMN city.%I.%I IS %L', kind, col.field, col.label);
        EXECUTE format('COMMENT ON COLUMN %s.%I.%I IS %L', home, kind || '_history', col.field, col.label);
        IF col.field ~ '_fen$' THEN
            EXECUTE format('COMMENT ON COLUMN city.%I.%I IS %L', kind, left(col.field, -4), col.label);
        END IF;
    END LOOP;
END
$make$;
