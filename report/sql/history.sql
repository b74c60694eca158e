-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 处理历史 | History
-- sheet: 处理 | Runs
-- empty: 还没有处理过 | nothing has run yet
-- column: run | 第几次 | Run
-- column: at | 时间 | At
-- column: command | 命令 | Command
-- column: operator | 操作人 | Operator
-- column: county | 县 | County
-- column: delivery | 交付号 | Number
-- column: file | 交付 | Delivery
-- column: state | 状态 | State
-- column: detail | 说明 | Detail
-- column: code | 退出码 | Exit
SELECT r.run::text AS run, to_char(r.started, 'YYYY-MM-DD HH24:MI') AS at,
       r.command || CASE WHEN r.trial THEN ' --trial' ELSE '' END AS command, r.operator,
       d.county_name AS county, d.delivery::text AS delivery, d.path AS file,
       CASE d.state WHEN 'published' THEN pg_temp.say('入库', 'published') WHEN 'refused' THEN pg_temp.say('拒收', 'refused')
                    WHEN 'failed' THEN pg_temp.say('损坏', 'damaged') WHEN 'trial' THEN pg_temp.say('试算', 'trial')
                    WHEN 'undone' THEN format(pg_temp.say('第 %s 次撤回', 'undone in run %s'), d.undone_run) END
         || CASE WHEN d.state <> 'undone' AND d.undone_run <= t.run THEN format(pg_temp.say('，第 %s 次撤下', ', taken off in run %s'), d.undone_run) ELSE '' END AS state,
       coalesce(d.undone_reason, d.code) AS detail, r.exit_code::text AS code
FROM the_run t JOIN intake.run r ON r.run <= t.run
LEFT JOIN the_delivery d ON d.run = r.run AND (t.county IS NULL OR d.county = t.county)
WHERE t.county IS NULL OR d.county IS NOT NULL
ORDER BY r.run, d.delivery;
-- sheet: 不移交 | Waivers
-- empty: 没有不移交的决定 | no waivers
-- column: county | 县 | County
-- column: reject | 退回编号 | Number
-- column: file | 文件 | File
-- column: row | 行号 | Row
-- column: reason | 说明 | Reason
-- column: name | 处理人 | By
-- column: date | 日期 | Date
-- column: run | 第几次处理 | Run
SELECT f.county_name AS county, j.reject::text AS reject, f.file_name AS file, j.source_row::text AS row,
       j.waiver_reason AS reason, j.waiver_name AS name, j.waiver_date::text AS date, j.closed_run::text AS run
FROM the_run t CROSS JOIN the_file f JOIN intake.reject j USING (file)
WHERE j.closed_by = 'waiver' AND j.closed_run <= t.run AND (t.county IS NULL OR f.county = t.county)
ORDER BY f.position, j.reject;
-- sheet: 操作记录 | Audit
-- empty: 没有其他操作记录 | nothing else
-- column: at | 时间 | At
-- column: operator | 操作人 | Operator
-- column: action | 操作 | Action
-- column: detail | 说明 | Detail
SELECT to_char(at, 'YYYY-MM-DD HH24:MI') AS at, operator, action, detail FROM intake.audit ORDER BY audit;
