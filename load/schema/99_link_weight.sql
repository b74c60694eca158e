-- SPDX-License-Identifier: MulanPSL-2.0
-- Each linking writes every pair anew, for the model moves a little with each change of a record.  Of millions of
-- pairs only some thousands weigh differently: a weight with its reasons stands once, and a pair names it.  What
-- everybody reads is identity.link, with the columns it had.
ALTER TABLE identity.link RENAME TO link_before;
CREATE TABLE identity.weight (
    weight int PRIMARY KEY,
    bits real NOT NULL,              -- log2 of the odds that both are one person
    pattern int NOT NULL,            -- three bits for each field, in the order of the rules
    terms smallint[] NOT NULL,       -- hundredths of a bit: prior, each field, frequency, kinship, guard; they add up
    model int NOT NULL
);
CREATE TABLE identity.pair (
    a bigint NOT NULL, b bigint NOT NULL, -- record numbers, a < b
    weight int NOT NULL,             -- identity.weight; no foreign key: both are always written together
    rule smallint NOT NULL,          -- that found it
    band smallint NOT NULL CHECK (band BETWEEN 0 AND 4)
);
INSERT INTO identity.weight
SELECT row_number() OVER (), bits, pattern, terms, model
  FROM (SELECT DISTINCT bits, pattern, terms, model FROM identity.link_before) each;
INSERT INTO identity.pair
SELECT a, b, w.weight, rule, array_position(ARRAY['automatic', 'review', 'conflict', 'decided', 'follows'], band) - 1
  FROM identity.link_before l JOIN identity.weight w USING (bits, pattern, terms, model);
DROP TABLE identity.link_before;

CREATE VIEW identity.link AS
    SELECT p.a, p.b, w.bits, w.pattern, p.rule,
           (ARRAY['automatic', 'review', 'conflict', 'decided', 'follows'])[p.band + 1] AS band, w.terms, w.model
      FROM identity.pair p JOIN identity.weight w USING (weight);
COMMENT ON TABLE identity.weight IS '配对的比特及依据，相同的只存一次';
COMMENT ON TABLE identity.pair IS '人员配对';
COMMENT ON VIEW identity.link IS '人员配对及依据';
COMMENT ON COLUMN identity.link.bits IS '比特：两条记录同属一人的胜算的对数';
COMMENT ON COLUMN identity.link.band IS
    'automatic 自动归并，review 待审，conflict 互相矛盾未并，decided 已有人工结论，follows 随同两人之间更可靠的一对';
