-- SPDX-License-Identifier: MulanPSL-2.0
-- Which amounts the file's spec says that its source counts inside another one: "acct_pay=yes;…"; '' nothing.
ALTER TABLE intake.file ADD COLUMN inside text NOT NULL DEFAULT '';
