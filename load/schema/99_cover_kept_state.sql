-- SPDX-License-Identifier: MulanPSL-2.0
-- A delivery that touched no row of a kind leaves where its rows stand as it was.
CREATE OR REPLACE FUNCTION cover.kept_state(part regclass, of_county text) RETURNS text LANGUAGE sql STABLE RETURN
    md5(pg_relation_filenode(part) || '/' || pg_relation_size(part) || '/'
        || (SELECT max(m.movement) FROM intake.movement m JOIN intake.delivery d USING (delivery)
             WHERE d.county = of_county AND m.measure = '' AND NOT m.still
               AND m.kind = (SELECT p.relname FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent WHERE i.inhrelid = kept_state.part)));
