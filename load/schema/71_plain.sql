-- SPDX-License-Identifier: MulanPSL-2.0
-- The words that set steps use for the particulars of a check, as an accountant reads them.  'key=' stands
-- before a value, 'key=value' is the whole particular.
CREATE TABLE fund.word (word text PRIMARY KEY, zh text NOT NULL, en text NOT NULL);
INSERT INTO fund.word VALUES
    ('in_transit_before=', '上期在途 ', 'in transit before '),
    ('in_transit=', '在途 ', 'in transit '),
    ('basis=setl_time', '按结算日', 'by day of settlement'),
    ('open_rows=', '未决退回行 ', 'rejected rows open '),
    ('vouchers=', '凭证 ', 'vouchers '),
    ('entries=', '分录 ', 'entries '),
    ('settlements=', '结算 ', 'settlements '),
    ('persons=', '人数 ', 'persons '),
    ('sender=', '付款方 ', 'sender '),
    ('receiver=', '收款方 ', 'receiver '),
    ('adjustments=', '审计调整凭证 ', 'adjustments '),
    ('months=', '月份 ', 'months '),
    ('statements=0', '没有交报表', 'no statement was delivered'),
    ('statement=', '对账单余额 ', 'statement '),
    ('unmatched=', '未达笔数 ', 'unmatched '),
    ('opening=', '期初 ', 'opening '),
    ('closing=', '期末 ', 'closing '),
    ('routed=', '路由 ', 'routed '),
    ('kept=', '调节扣除 ', 'kept back '),
    ('other=', '其他支付 ', 'other '),
    ('balances=', '个人余额合计 ', 'balances '),
    ('unpaid=', '已刷卡未支付 ', 'swiped and not paid '),
    ('early=', '已入个账未到款 ', 'credited before the cash '),
    ('late=', '已到款未入个账 ', 'cash not credited yet '),
    ('sub_fund=', '子基金 ', 'sub fund '),
    ('account=', '科目 ', 'account '),
    ('gone=1', '已不在账上', 'no longer in the books'),
    ('month=', '月份 ', 'month '),
    ('weight=', '权重 ', 'weight '),
    ('scope=', '口径 ', 'scope '),
    ('expense=', '支出 ', 'expense '),
    ('parts=', '各行 ', 'parts '),
    ('missing=', '没有交的行 ', 'missing '),
    ('tolerance=', '万元两位小数的容差 ', 'tolerance '),
    ('column=', '栏目 ', 'column '),
    ('unknown=1', '不认识的报表行', 'no line of this form'),
    ('figures=', '两种口径 ', 'by both scopes '),
    ('rows=', '行数 ', 'rows '),
    ('bad=', '不符 ', 'bad '),
    ('k=', 'k=', 'k='),
    ('said=1', '由规格指定', 'named by the spec'),
    ('months_delivered=', '已交月份 ', 'months delivered ');
-- The particulars of a check; those without a value are left out, a word that nobody wrote down stays.
CREATE FUNCTION fund.particulars(detail text, language text) RETURNS text LANGUAGE sql STABLE AS $particulars$
    SELECT coalesce(string_agg(coalesce(CASE language WHEN 'en' THEN whole.en ELSE whole.zh END,
                                        CASE language WHEN 'en' THEN key.en ELSE key.zh END || substr(p.part, length(key.word) + 1), p.part),
                               CASE language WHEN 'en' THEN '; ' ELSE '；' END ORDER BY p.number), '')
      FROM unnest(string_to_array(detail, ';')) WITH ORDINALITY p (part, number)
      LEFT JOIN fund.word whole ON whole.word = p.part
      LEFT JOIN fund.word key ON key.word = substr(p.part, 1, strpos(p.part, '='))
     WHERE p.part !~ '^([a-z_]+=)?$'
$particulars$;
CREATE OR REPLACE FUNCTION fund.plain(detail text) RETURNS text LANGUAGE sql STABLE AS
$plain$ SELECT fund.particulars(detail, 'zh') $plain$;
