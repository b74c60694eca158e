-- SPDX-License-Identifier: MulanPSL-2.0
-- Of several pairs between two persons one asks: its answer settles the others.
ALTER TABLE identity.link DROP CONSTRAINT link_band_check;
ALTER TABLE identity.link ADD CONSTRAINT link_band_check
    CHECK (band IN ('automatic', 'review', 'conflict', 'decided', 'follows'));
COMMENT ON COLUMN identity.link.band IS
    'automatic 自动归并，review 待审，conflict 互相矛盾未并，decided 已有人工结论，follows 随同两人之间更可靠的一对';
