-- SPDX-License-Identifier: MulanPSL-2.0
-- What is added to a case's basis where its proposals would together leave somebody uncovered: written by the
-- search, known again by the papers, in one place for both.
CREATE FUNCTION cover.left_open(language text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE language WHEN 'en' THEN '; the proposals together would leave a gap: for a person to decide'
                         ELSE '；各对建议合起来会断保，转人工核定' END
$$;
