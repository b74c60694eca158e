-- SPDX-License-Identifier: MulanPSL-2.0
-- A row behind a finding may be the other level's: its county stands beside its key.
ALTER TABLE fund.culprit ADD COLUMN county text NOT NULL DEFAULT '';
ALTER TABLE fund.culprit DROP CONSTRAINT culprit_pkey, ADD PRIMARY KEY (finding, county, key_hash);
DROP FUNCTION fund.say(text, text, text, text, numeric, numeric, text, text, uuid[], bigint[]);
-- One check evaluated by a set step.  state NULL: held when both sides agree, broken otherwise.  What was
-- said before and is still so is not said again: the last word stands, with the rows behind it as they are
-- now.  Rows are kept only of what is broken or blocked.
CREATE FUNCTION fund.say(code text, county text, kind text, subject text, left_fen numeric, right_fen numeric,
                         state text, detail text, hashes uuid[], fens bigint[], counties text[] DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql AS $say$
DECLARE
    now_run int := current_setting('tongchou.run')::int;
    number bigint;
    verdict text := coalesce(say.state, CASE WHEN left_fen = right_fen THEN 'held' ELSE 'broken' END);
BEGIN
    SELECT f.finding INTO number FROM intake.finding f WHERE f.check_code = say.code AND f.county = say.county AND f.subject = say.subject
       AND f.delivery IS NULL ORDER BY f.run DESC, f.finding DESC LIMIT 1;
    SELECT f.finding INTO number FROM intake.finding f WHERE f.finding = number AND f.state = verdict AND f.left_value IS NOT DISTINCT FROM left_fen
       AND f.right_value IS NOT DISTINCT FROM right_fen AND f.detail = coalesce(say.detail, '');
    IF number IS NOT NULL THEN
        DELETE FROM fund.culprit c WHERE c.finding = number;
    ELSE
        INSERT INTO intake.finding (run, check_code, county, kind, state, subject, left_value, right_value, detail)
        VALUES (now_run, say.code, say.county, say.kind, verdict, say.subject, left_fen, right_fen, coalesce(say.detail, ''))
        RETURNING finding INTO number;
    END IF;
    IF verdict IN ('broken', 'blocked') AND hashes IS NOT NULL THEN
        INSERT INTO fund.culprit (finding, county, key_hash, fen)
        SELECT number, coalesce(c, say.county), h, sum(f) FROM unnest(hashes, fens, counties) u (h, f, c) WHERE h IS NOT NULL GROUP BY 2, 3;
    END IF;
    INSERT INTO fund.spoken VALUES (say.county, say.code, say.subject) ON CONFLICT DO NOTHING;
    RETURN number;
END
$say$;

-- The particulars of a check as an accountant reads them; an empty one is left out.
CREATE FUNCTION fund.plain(detail text) RETURNS text LANGUAGE sql IMMUTABLE AS $plain$
    SELECT replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(regexp_replace(detail, '(^|;)[a-z_]+=(?=;|$)', '', 'g'), 'in_transit_before=', '上期在途 '), 'in_transit=', '在途 '), 'basis=setl_time', '按结算日'), 'open_rows=', '未决退回行 '), 'vouchers=', '凭证 '), 'entries=', '分录 '), 'settlements=', '结算 '), 'persons=', '人数 '), 'sender=', '付款方 '), 'receiver=', '收款方 '), 'adjustments=', '审计调整凭证 '), 'months=', '月份 '), 'statements=0', '没有交报表'), 'statement=', '对账单余额 '), 'unmatched=', '未达笔数 '), 'opening=', '期初 '), 'closing=', '期末 '), 'routed=', '路由 '), 'kept=', '调节扣除 '), 'other=', '其他支付 '), 'balances=', '个人余额合计 '), 'unpaid=', '已刷卡未支付 '), 'early=', '已入个账未到款 '), 'late=', '已到款未入个账 '), 'sub_fund=', '子基金 '), 'account=', '科目 '), 'gone=1', '已不在账上'), ';', '；')
$plain$;
