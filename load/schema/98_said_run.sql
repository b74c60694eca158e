-- SPDX-License-Identifier: MulanPSL-2.0
-- In which run a check across rows came upon a doubt: that run's 退回清单 lists it, also where the row itself came
-- long before (another county delivered, persons were merged, a table of mappings changed).  NULL: said when its
-- file was read, or before this was kept.
ALTER TABLE intake.reason ADD COLUMN said_run int;
CREATE INDEX reason_said_run ON intake.reason (said_run) WHERE said_run IS NOT NULL;
