-- SPDX-License-Identifier: MulanPSL-2.0
-- What a replay of the policies and a search for covers went by, so that neither is made again while it stands.

-- Of all that the replay read, before it read it: the records, who is who, the rules, the cutover, the program.
ALTER TABLE fund.replay_run ADD COLUMN state text;
-- The run whose rows of fund.replay and fund.impact say it: nothing that it went by has changed since.
ALTER TABLE fund.replay_run ADD COLUMN same_as int;
-- Likewise of a search, its tables and what people decided included; NULL: an older program's, or a trial.
ALTER TABLE cover.search ADD COLUMN state text;
