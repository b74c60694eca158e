-- SPDX-License-Identifier: MulanPSL-2.0
-- A name has its years and its sex, so strangers of one name are no usual strangers in these.
COMMENT ON COLUMN identity.model_share.level IS
    '一致程度；8 以上取决于另一字段（8×另一字段的程度＋本字段的程度）：亲属按所列程度，路人按姓名相同';
