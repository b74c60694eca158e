-- SPDX-License-Identifier: MulanPSL-2.0
-- The words of every report, and what the program fills in (city.yaml, the kinds, the reason codes); what the books
-- say is in stand.sql.  Nothing of this outlives the transaction.
-- A word of the program's own, in the user's language; what counties sent stays as it is.
CREATE FUNCTION pg_temp.say(zh text, en text) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN current_setting('tongchou.language', true) = 'en' THEN en ELSE zh END $$;
-- The particulars of a check, "sender=690100;receiver=690123", as an accountant reads them.
CREATE FUNCTION pg_temp.particulars(detail text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT fund.particulars(detail, pg_temp.say('zh', 'en'))
$$;
-- What a check compares: names of account sets are the city's own, the words beside them are ours.  An identity's
-- number (A15) says nothing to who reads the paper; its sentence stands beside it.
CREATE FUNCTION pg_temp.compared(subject text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN subject ~ '^[A-Z][0-9]+$' THEN pg_temp.say('金额合计', 'sum of amounts')
                WHEN pg_temp.say('zh', 'en') = 'zh' THEN subject
           ELSE replace(replace(replace(replace(subject, ' 移交', ' handed over'), ' 科目映射', ' accounts mapped'), ' 拆分', ' split'),
                        '公开报表', 'published statements') END
$$;
-- A county's own key for a column of that kind: with the cells that are a person's number.  What was read before
-- these were kept: all of the key, where the kind itself goes by a person.
CREATE FUNCTION pg_temp.key_of(persons text, kind text, src_key text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(persons, CASE WHEN kind IN ('psn_info_b', 'psn_insu_d', 'psn_acct_d') THEN '*' ELSE '' END)
           || E'\t' || src_key
$$;
-- An insurance, by the short word that tables have room for.
CREATE FUNCTION pg_temp.scheme_word(code text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE code WHEN '310' THEN pg_temp.say('职工', 'employees') WHEN '390' THEN pg_temp.say('居民', 'residents')
                     WHEN '391' THEN pg_temp.say('城镇居民', 'urban residents')
                     WHEN '380' THEN pg_temp.say('新农合', 'rural residents') WHEN '320' THEN pg_temp.say('公务员补助', 'officials')
                     WHEN '330' THEN pg_temp.say('大额补助', 'large sums') WHEN '340' THEN pg_temp.say('离休', 'veteran cadres')
                     WHEN '392' THEN pg_temp.say('居民大病', 'residents, serious illness') WHEN '510' THEN pg_temp.say('生育', 'maternity')
                     ELSE code END
$$;
-- A level of hospital, as rules of a policy name it.
CREATE FUNCTION pg_temp.level_word(code text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT pg_temp.say(zh, en) FROM (VALUES ('L00', '村', 'village'), ('L0', '乡镇(无等级)', 'township'),
        ('L1', '一级', 'level 1'), ('L2', '二级', 'level 2'), ('L3', '三级', 'level 3'), ('L3B', '三级乙等', 'level 3B'), ('L3A', '三级甲等', 'level 3A'),
        ('X1', '省内转外', 'other city'), ('X2', '跨省转外', 'other province'), ('X3', '未备案外出', 'away, not registered'), ('', '未知', 'unknown')) v (known, zh, en) WHERE known = code), code)
$$;
-- Which list of another office.
CREATE FUNCTION pg_temp.roster_word(kind text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE kind WHEN '死亡' THEN pg_temp.say('死亡', 'dead') WHEN '服刑' THEN pg_temp.say('服刑', 'in prison')
                     WHEN '转出' THEN pg_temp.say('转出', 'moved away') WHEN '贫困' THEN pg_temp.say('贫困', 'aided')
                     WHEN '在校' THEN pg_temp.say('在校', 'student') ELSE kind END
$$;
-- What became of a line of a roster that the city supplied.
CREATE FUNCTION pg_temp.roster_state(state text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE state WHEN 'agrees' THEN pg_temp.say('相符', 'agrees')
                      WHEN 'still_enrolled' THEN pg_temp.say('仍在参保', 'still enrolled')
                      WHEN 'not_enrolled' THEN pg_temp.say('未参保', 'not enrolled')
                      WHEN 'unknown' THEN pg_temp.say('查无此人', 'nobody known')
                      WHEN 'name_differs' THEN pg_temp.say('号码对、姓名不同', 'number under another name')
                      ELSE pg_temp.say('按此身份参保，不在名单', 'enrolled so, on no roster') END
$$;
CREATE TEMP TABLE the_run (run int, city text, date text, month text, county text);
CREATE TEMP TABLE the_county (code text, folder text, name text, position int);
CREATE TEMP TABLE the_kind (kind text, label text, main text, main_label text, main_number int, position int);
CREATE TEMP TABLE the_measure (kind text, measure text, label text, number int, main boolean);
CREATE TEMP TABLE the_column (kind text, name text, label text, pii text);
CREATE TEMP TABLE the_code (code text, who text, suggestion text);

-- The shipped rules of mappings/cover/keep.csv, by their names.
CREATE TEMP TABLE the_rule (rule text, basis text);
-- Why a case was proposed so.  In English by the rule's name, while the sentence is the shipped one; what a city wrote
-- in its own table stays as it is.
CREATE FUNCTION pg_temp.cover_basis(rule text, basis text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN pg_temp.say('zh', 'en') = 'zh' THEN basis ELSE coalesce(
        (SELECT t.en || CASE WHEN right(basis, length(cover.left_open('zh'))) = cover.left_open('zh') THEN cover.left_open('en') ELSE '' END
           FROM (VALUES ('deceased', 'dead: ends from the month after the death; check the roster first'),
                ('same-county', 'two relations of one scheme in one county: the one paid last stays, numbers are joined'),
                ('employee-work', 'employed in two counties: where the employer is stays'),
                ('employee-twice', 'employed in two counties, no telling where: the one paid last stays'),
                ('student', 'student: where the school is stays; unknown: for a person to decide'),
                ('resident-twice', 'resident in two counties: where he lives stays; unknown: for a person to decide'),
                ('retired', 'retired employees are covered for life: the employee stays'),
                ('flexible', 'flexible employment: one usable relation stays, better the employee; the person chooses'),
                ('subsidised', 'aided person: gives up the aid only in writing'),
                ('employee-year', 'a year or more as employee: the employee stays, the resident pauses'),
                ('employee-short', 'less than a year as employee: better the employee; the person chooses'),
                ('none', 'no rule applies')) t (rule, en)
          WHERE t.rule = cover_basis.rule AND (t.rule = 'none' OR EXISTS (SELECT FROM the_rule r
                WHERE r.rule = t.rule AND cover_basis.basis IN (r.basis, r.basis || cover.left_open('zh'))))), basis) END
$$;

-- What the work indicators are of: January until the end of a month, and the same of the year before.  The month that
-- was asked for, else the last one in which anything was settled.
CREATE FUNCTION pg_temp.month(OUT until text, OUT months int, OUT beginning date, OUT ending date, OUT beginning_before date,
                              OUT ending_before date) LANGUAGE sql STABLE AS $$
    SELECT to_char(day, 'YYYY-MM'), extract(month FROM day)::int, date_trunc('year', day)::date, (day + interval '1 month')::date,
           (date_trunc('year', day) - interval '1 year')::date, (day + interval '1 month' - interval '1 year')::date
      FROM (SELECT to_date(coalesce(r.month, (SELECT to_char(max(setl_time), 'YYYYMM') FROM record.setl_d), to_char(current_date, 'YYYYMM')),
                           'YYYYMM') AS day FROM the_run r) d
$$;
-- In 1/10000 of what was; no value where there was nothing.
CREATE FUNCTION pg_temp.growth(now numeric, before numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN before > 0 THEN round((coalesce(now, 0) - before) * 10000 / before) END $$;
CREATE FUNCTION pg_temp.benefit_word(code text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT pg_temp.say(zh, en) FROM (VALUES ('11', '普通门诊', 'outpatient'), ('14', '慢特病门诊', 'chronic disease'),
        ('15', '特药', 'special drug'), ('19', '外伤门诊', 'injury, outpatient'), ('21', '普通住院', 'stay'), ('22', '外伤住院', 'injury, stay'),
        ('26', '单病种住院', 'single disease'), ('28', '日间手术', 'day surgery'), ('41', '药店购药', 'pharmacy'),
        ('51', '生育门诊', 'maternity, outpatient'), ('52', '生育住院', 'maternity, stay'), ('53', '计划生育', 'family planning'),
        ('', '未注明', 'not said')) v (known, zh, en) WHERE known = code), pg_temp.say('其他 ', 'other ') || code)
$$;
CREATE FUNCTION pg_temp.layer_word(code text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT pg_temp.say(zh, en) FROM (VALUES ('市域外', '市域外', 'outside the city'), ('县外市域内', '县外市域内', 'another county'),
        ('县二级', '县二级', 'county, grade 2'), ('县一级', '县一级', 'county, grade 1'), ('乡镇', '乡镇级', 'township'), ('村', '村级', 'village'),
        ('3', '三级(未登记层级)', 'grade 3, layer unknown'), ('2', '二级(未登记层级)', 'grade 2, layer unknown'),
        ('1', '一级(未登记层级)', 'grade 1, layer unknown'), ('0', '无等级(未登记层级)', 'no grade, layer unknown'),
        ('', '机构未登记', 'institution unknown')) v (known, zh, en) WHERE known = code), code)
$$;
-- From the widest layer to the nearest, as tables list them.
CREATE FUNCTION pg_temp.layer_place(code text) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT array_position(ARRAY['市域外', '县外市域内', '3', '县二级', '2', '县一级', '1', '乡镇', '村', '0', ''], code) $$;
-- The settlements of the month's year until its end (`now`) and of the same days of the year before; of the county
-- asked for, or of all.
CREATE TEMP VIEW the_claim AS
SELECT s.*, s.setl_time >= m.beginning AS now
  FROM pg_temp.month() m CROSS JOIN the_run r JOIN city.claim s ON r.county IS NULL OR s.county = r.county
 WHERE s.setl_time >= m.beginning AND s.setl_time < m.ending OR s.setl_time >= m.beginning_before AND s.setl_time < m.ending_before;
-- The replay of the policies that speaks for the run: its own, or an earlier one of which nothing has changed since.
CREATE TEMP VIEW the_replay AS
SELECT coalesce(p.same_as, p.run) AS run FROM fund.replay_run p JOIN the_run r ON r.run = p.run;
