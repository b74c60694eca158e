-- SPDX-License-Identifier: MulanPSL-2.0
-- writes: pg_temp.silent, looked_at (empty)
-- Open relations for which nothing was paid lately, and the counties that were looked at for them.
CREATE TEMP TABLE silent (county text, key_hash uuid, src_psn_no text, insutype text, crt_insu_date date, file int,
    source_row int, src_key text) ON COMMIT DROP;
CREATE TEMP TABLE looked_at (county text, state text) ON COMMIT DROP;
