-- SPDX-License-Identifier: MulanPSL-2.0
-- writes: pg_temp.asked, silent, looked_at (empty)
-- Whose records are read: county, number and, of who may be covered twice, the person.
CREATE TEMP TABLE asked (county text, src_psn_no text, psn_no text) ON COMMIT DROP;
CREATE TEMP TABLE silent (county text, key_hash uuid, src_psn_no text, insutype text, crt_insu_date date, file int,
    source_row int, src_key text) ON COMMIT DROP;
CREATE TEMP TABLE looked_at (county text, state text) ON COMMIT DROP;
