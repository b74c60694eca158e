-- SPDX-License-Identifier: MulanPSL-2.0
-- One person's records are found by the county's number: person show and the golden record of one person
-- read all of a city otherwise, a second for a million.  ATTACH builds it for a county's first delivery.
CREATE INDEX psn_info_b_number ON record.psn_info_b (src_psn_no);
