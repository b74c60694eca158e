-- SPDX-License-Identifier: MulanPSL-2.0
-- Nobody asks for it any more: months are counted as numbers (cover.month_number).
DROP FUNCTION cover.whole_months(datemultirange);
