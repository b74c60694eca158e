-- SPDX-License-Identifier: MulanPSL-2.0
-- What relatives show in one field may depend on another: siblings may be twins, spouses hardly ever.
COMMENT ON COLUMN identity.model_share.level IS
    '一致程度；8 以上：亲属在本字段的占比取决于另一字段，8×另一字段的程度＋本字段的程度';
