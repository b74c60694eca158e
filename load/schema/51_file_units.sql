-- SPDX-License-Identifier: MulanPSL-2.0
-- In which unit each column of a source has its amounts, in the order of `columns`: fen, yuan, wanyuan, or
-- empty where it is no amount.  A corrected value is read in the same unit, so the list must say which.
ALTER TABLE intake.file ADD COLUMN units text[];
