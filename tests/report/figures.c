/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Each figure of the papers that are signed, from a run in which every bucket has money of its own. */
#include "report/report.h"
#include "tests/report/server.h"
#include <criterion/criterion.h>
#include <stdlib.h>

static struct server server;
static void stop_server(void) {
    if (server.connection) server_stop(&server);
}

struct figure {
    const char *report, *county;
    uint32_t sheet;
    const char *text; /* of the sheet as JSON */
};
static const struct figure figures[] = {
    {"reconciliation", NULL, 0,
     "{\"level\": \"subtotal\", \"key\": \"690102\", \"kind\": \"青禾区\", \"read\": 1024, \"explained\": 0, "
     "\"kept\": 0, \"rejected\": 0, \"rest\": 1024, \"gap\": 0, \"main\": null, \"declared_yuan\": null, "
     "\"due_yuan\": null, \"declared_gap_yuan\": null, \"kept_yuan\": null, \"out_yuan\": null, "
     "\"gap_yuan\": null}"},
    {"reconciliation", NULL, 0,
     "{\"level\": \"row\", \"key\": \"690102/psn_insu_d\", \"kind\": \"人员参保信息\", \"read\": 1024, "
     "\"explained\": 0, \"kept\": 0, \"rejected\": 0, \"rest\": 1024, \"gap\": 0, \"main\": \"\", "
     "\"declared_yuan\": null, \"due_yuan\": null, \"declared_gap_yuan\": null, \"kept_yuan\": null, "
     "\"out_yuan\": null, \"gap_yuan\": null}"},
    {"reconciliation", NULL, 0,
     "{\"level\": \"subtotal\", \"key\": \"690181\", \"kind\": \"临渚市\", \"read\": 555, \"explained\": "
     "128, \"kept\": 296, \"rejected\": 65, \"rest\": 56, \"gap\": 10, \"main\": null, \"declared_yuan\": "
     "null, \"due_yuan\": null, \"declared_gap_yuan\": null, \"kept_yuan\": null, \"out_yuan\": null, "
     "\"gap_yuan\": null}"},
    {"reconciliation", NULL, 0,
     "{\"level\": \"row\", \"key\": \"690181/psn_info_b\", \"kind\": \"人员基本信息\", \"read\": 300, "
     "\"explained\": 0, \"kept\": 289, \"rejected\": 1, \"rest\": 0, \"gap\": 10, \"main\": \"\", "
     "\"declared_yuan\": null, \"due_yuan\": null, \"declared_gap_yuan\": null, \"kept_yuan\": null, "
     "\"out_yuan\": null, \"gap_yuan\": null}"},
    {"reconciliation", NULL, 0,
     "{\"level\": \"row\", \"key\": \"690181/setl_d\", \"kind\": \"结算\", \"read\": 255, \"explained\": "
     "128, \"kept\": 7, \"rejected\": 64, \"rest\": 56, \"gap\": 0, \"main\": \"医疗费总额\", "
     "\"declared_yuan\": \"100.00\", \"due_yuan\": \"127.00\", \"declared_gap_yuan\": \"27.00\", "
     "\"kept_yuan\": \"7.00\", \"out_yuan\": \"120.00\", \"gap_yuan\": \"0.00\"}"},
    {"reconciliation", NULL, 0,
     "{\"level\": \"subtotal\", \"key\": \"690123\", \"kind\": \"石榴县\", \"read\": 513, \"explained\": 0, "
     "\"kept\": 0, \"rejected\": 1, \"rest\": 512, \"gap\": 0, \"main\": null, \"declared_yuan\": null, "
     "\"due_yuan\": null, \"declared_gap_yuan\": null, \"kept_yuan\": null, \"out_yuan\": null, "
     "\"gap_yuan\": null}"},
    {"reconciliation", NULL, 0,
     "{\"level\": \"row\", \"key\": \"690123/setl_d\", \"kind\": \"结算\", \"read\": 513, \"explained\": 0, "
     "\"kept\": 0, \"rejected\": 1, \"rest\": 512, \"gap\": 0, \"main\": \"医疗费总额\", \"declared_yuan\": "
     "null, \"due_yuan\": \"514.00\", \"declared_gap_yuan\": null, \"kept_yuan\": \"0.00\", \"out_yuan\": "
     "\"513.00\", \"gap_yuan\": \"1.00\"}"},
    {"reconciliation", NULL, 0,
     "{\"level\": \"total\", \"kind\": \"全市合计\", \"read\": 2092, \"explained\": 128, \"kept\": 296, "
     "\"rejected\": 66, \"rest\": 1592, \"gap\": 10, \"main\": null, \"declared_yuan\": null, \"due_yuan\": "
     "null, \"declared_gap_yuan\": null, \"kept_yuan\": null, \"out_yuan\": null, \"gap_yuan\": null}"},
    {"reconciliation", NULL, 0,
     "{\"level\": \"row\", \"key\": \"psn_info_b\", \"kind\": \"人员基本信息\", \"read\": 300, "
     "\"explained\": 0, \"kept\": 289, \"rejected\": 1, \"rest\": 0, \"gap\": 10, \"main\": \"\", "
     "\"declared_yuan\": null, \"due_yuan\": null, \"declared_gap_yuan\": null, \"kept_yuan\": null, "
     "\"out_yuan\": null, \"gap_yuan\": null}"},
    {"reconciliation", NULL, 0,
     "{\"level\": \"row\", \"key\": \"psn_insu_d\", \"kind\": \"人员参保信息\", \"read\": 1024, "
     "\"explained\": 0, \"kept\": 0, \"rejected\": 0, \"rest\": 1024, \"gap\": 0, \"main\": \"\", "
     "\"declared_yuan\": null, \"due_yuan\": null, \"declared_gap_yuan\": null, \"kept_yuan\": null, "
     "\"out_yuan\": null, \"gap_yuan\": null}"},
    {"reconciliation", NULL, 0,
     "{\"level\": \"row\", \"key\": \"setl_d\", \"kind\": \"结算\", \"read\": 768, \"explained\": 128, "
     "\"kept\": 7, \"rejected\": 65, \"rest\": 568, \"gap\": 0, \"main\": \"医疗费总额\", \"declared_yuan\": "
     "\"100.00\", \"due_yuan\": \"641.00\", \"declared_gap_yuan\": \"27.00\", \"kept_yuan\": \"7.00\", "
     "\"out_yuan\": \"633.00\", \"gap_yuan\": \"1.00\"}"},
    {"reconciliation", NULL, 2,
     "{\"level\": \"row\", \"key\": \"690102/psn_insu_d/10\", \"county\": \"青禾区\", \"kind\": "
     "\"人员参保信息\", \"file\": \"撤回的.zip\", \"read\": 1024, \"new\": 1024, \"changed\": 0, "
     "\"unchanged\": 0, \"other\": 0, \"duplicate\": 0, \"rejected\": 0, \"explained\": 0, \"gap\": 0, "
     "\"main\": \"\", \"declared_yuan\": null, \"read_yuan\": null, \"kept_yuan\": null, \"out_yuan\": null, "
     "\"gap_yuan\": null, \"declared_gap_yuan\": null, \"unreadable\": 0, \"doubtful\": 0, \"state\": "
     "\"已撤回\"}"},
    {"reconciliation", NULL, 2,
     "{\"level\": \"subtotal\", \"key\": \"690102\", \"county\": \"青禾区 小计\", \"kind\": null, \"file\": "
     "null, \"read\": 1024, \"new\": 1024, \"changed\": 0, \"unchanged\": 0, \"other\": 0, \"duplicate\": 0, "
     "\"rejected\": 0, \"explained\": 0, \"gap\": 0, \"main\": \"\", \"declared_yuan\": null, \"read_yuan\": "
     "null, \"kept_yuan\": null, \"out_yuan\": null, \"gap_yuan\": null, \"declared_gap_yuan\": null, "
     "\"unreadable\": 0, \"doubtful\": 0, \"state\": null}"},
    {"reconciliation", NULL, 2,
     "{\"level\": \"row\", \"key\": \"690181/psn_info_b/8\", \"county\": \"临渚市\", \"kind\": "
     "\"人员基本信息\", \"file\": \"ry_202101.txt\", \"read\": 300, \"new\": 289, \"changed\": 0, "
     "\"unchanged\": 0, \"other\": 0, \"duplicate\": 0, \"rejected\": 1, \"explained\": 0, \"gap\": 10, "
     "\"main\": \"\", \"declared_yuan\": null, \"read_yuan\": null, \"kept_yuan\": null, \"out_yuan\": null, "
     "\"gap_yuan\": null, \"declared_gap_yuan\": null, \"unreadable\": 0, \"doubtful\": 0, \"state\": "
     "\"入库\"}"},
    {"reconciliation", NULL, 2,
     "{\"level\": \"row\", \"key\": \"690181/setl_d/7\", \"county\": \"临渚市\", \"kind\": \"结算\", "
     "\"file\": \"js_202101.txt\", \"read\": 255, \"new\": 1, \"changed\": 2, \"unchanged\": 4, \"other\": "
     "24, \"duplicate\": 32, \"rejected\": 64, \"explained\": 128, \"gap\": 0, \"main\": \"医疗费总额\", "
     "\"declared_yuan\": \"100.00\", \"read_yuan\": \"255.00\", \"kept_yuan\": \"7.00\", \"out_yuan\": "
     "\"248.00\", \"gap_yuan\": \"0.00\", \"declared_gap_yuan\": \"27.00\", \"unreadable\": 9, \"doubtful\": "
     "5, \"state\": \"入库\"}"},
    {"reconciliation", NULL, 2,
     "{\"level\": \"subtotal\", \"key\": \"690181\", \"county\": \"临渚市 小计\", \"kind\": null, \"file\": "
     "null, \"read\": 555, \"new\": 290, \"changed\": 2, \"unchanged\": 4, \"other\": 24, \"duplicate\": 32, "
     "\"rejected\": 65, \"explained\": 128, \"gap\": 10, \"main\": null, \"declared_yuan\": null, "
     "\"read_yuan\": null, \"kept_yuan\": null, \"out_yuan\": null, \"gap_yuan\": null, "
     "\"declared_gap_yuan\": null, \"unreadable\": 9, \"doubtful\": 5, \"state\": null}"},
    {"reconciliation", NULL, 2,
     "{\"level\": \"row\", \"key\": \"690123/setl_d/9\", \"county\": \"石榴县\", \"kind\": \"结算\", "
     "\"file\": \"再次.csv\", \"read\": 513, \"new\": 0, \"changed\": 0, \"unchanged\": 0, \"other\": 512, "
     "\"duplicate\": 0, \"rejected\": 1, \"explained\": 0, \"gap\": 0, \"main\": \"医疗费总额\", "
     "\"declared_yuan\": null, \"read_yuan\": \"514.00\", \"kept_yuan\": \"0.00\", \"out_yuan\": \"513.00\", "
     "\"gap_yuan\": \"1.00\", \"declared_gap_yuan\": null, \"unreadable\": 0, \"doubtful\": 0, \"state\": "
     "\"拒收\"}"},
    {"reconciliation", NULL, 2,
     "{\"level\": \"subtotal\", \"key\": \"690123\", \"county\": \"石榴县 小计\", \"kind\": null, \"file\": "
     "null, \"read\": 513, \"new\": 0, \"changed\": 0, \"unchanged\": 0, \"other\": 512, \"duplicate\": 0, "
     "\"rejected\": 1, \"explained\": 0, \"gap\": 0, \"main\": \"医疗费总额\", \"declared_yuan\": null, "
     "\"read_yuan\": \"514.00\", \"kept_yuan\": \"0.00\", \"out_yuan\": \"513.00\", \"gap_yuan\": \"1.00\", "
     "\"declared_gap_yuan\": null, \"unreadable\": 0, \"doubtful\": 0, \"state\": null}"},
    {"reconciliation", NULL, 2,
     "{\"level\": \"total\", \"key\": \"setl_d\", \"county\": \"合计\", \"kind\": \"结算\", \"file\": null, "
     "\"read\": 768, \"new\": 1, \"changed\": 2, \"unchanged\": 4, \"other\": 536, \"duplicate\": 32, "
     "\"rejected\": 65, \"explained\": 128, \"gap\": 0, \"main\": \"医疗费总额\", \"declared_yuan\": "
     "\"100.00\", \"read_yuan\": \"769.00\", \"kept_yuan\": \"7.00\", \"out_yuan\": \"761.00\", "
     "\"gap_yuan\": \"1.00\", \"declared_gap_yuan\": \"27.00\", \"unreadable\": 9, \"doubtful\": 5, "
     "\"state\": null}"},
    {"reconciliation", NULL, 2,
     "{\"level\": \"total\", \"county\": \"合计\", \"kind\": null, \"file\": null, \"read\": 2092, \"new\": "
     "1314, \"changed\": 2, \"unchanged\": 4, \"other\": 536, \"duplicate\": 32, \"rejected\": 66, "
     "\"explained\": 128, \"gap\": 10, \"main\": null, \"declared_yuan\": null, \"read_yuan\": null, "
     "\"kept_yuan\": null, \"out_yuan\": null, \"gap_yuan\": null, \"declared_gap_yuan\": null, "
     "\"unreadable\": 9, \"doubtful\": 5, \"state\": null}"},
    {"reconciliation", NULL, 3,
     "{\"level\": \"row\", \"key\": \"690181/setl_d/7/medfee_sumamt\", \"county\": \"临渚市\", \"kind\": "
     "\"结算\", \"file\": \"js_202101.txt\", \"measure\": \"医疗费总额\", \"read_yuan\": \"255.00\", "
     "\"new_yuan\": \"1.00\", \"changed_yuan\": \"2.00\", \"unchanged_yuan\": \"4.00\", \"other_yuan\": "
     "\"24.00\", \"duplicate_yuan\": \"32.00\", \"rejected_yuan\": \"64.00\", \"explained_yuan\": "
     "\"128.00\", \"gap_yuan\": \"0.00\", \"unreadable\": 9}"},
    {"reconciliation", NULL, 3,
     "{\"level\": \"row\", \"key\": \"690123/setl_d/9/medfee_sumamt\", \"county\": \"石榴县\", \"kind\": "
     "\"结算\", \"file\": \"再次.csv\", \"measure\": \"医疗费总额\", \"read_yuan\": \"514.00\", "
     "\"new_yuan\": \"0.00\", \"changed_yuan\": \"0.00\", \"unchanged_yuan\": \"0.00\", \"other_yuan\": "
     "\"512.00\", \"duplicate_yuan\": \"0.00\", \"rejected_yuan\": \"1.00\", \"explained_yuan\": \"0.00\", "
     "\"gap_yuan\": \"1.00\", \"unreadable\": 0}"},
    {"reconciliation", NULL, 4,
     "{\"level\": \"row\", \"key\": \"690181/setl_d/7\", \"county\": \"临渚市\", \"kind\": \"结算\", "
     "\"file\": \"js_202101.txt\", \"count\": 1, \"measures\": \"现金支付金额\"}"},
    {"handover", "690181", 0,
     "{\"level\": \"row\", \"item\": \"数据期间\", \"content\": \"202012、202101\"}"},
    {"handover", "690181", 0, "{\"level\": \"row\", \"item\": \"文件\", \"content\": \"3 个\"}"},
    {"handover", "690181", 0,
     "{\"level\": \"row\", \"item\": \"数据\", \"content\": \"1,205,105 行，入库 1,204,846 行\"}"},
    {"handover", "690181", 0,
     "{\"level\": \"row\", \"item\": \"状态\", \"content\": \"草稿：退回未决 64 行，不符 1 项\"}"},
    {"handover", "690181", 2,
     "{\"level\": \"row\", \"key\": \"690181/psn_info_b\", \"kind\": \"人员基本信息\", \"declared\": null, "
     "\"read\": 300, \"kept\": 289, \"out\": 0, \"gap\": 11, \"main\": \"\", \"declared_yuan\": null, "
     "\"read_yuan\": null, \"correction_yuan\": \"0.00\", \"kept_yuan\": null, \"out_yuan\": null, "
     "\"gap_yuan\": null}"},
    {"handover", "690181", 2,
     "{\"level\": \"row\", \"key\": \"690181/setl_d\", \"kind\": \"结算\", \"declared\": 1204680, \"read\": "
     "1204805, \"kept\": 1204557, \"out\": 248, \"gap\": 0, \"main\": \"医疗费总额\", \"declared_yuan\": "
     "\"1873440212.36\", \"read_yuan\": \"1873440367.37\", \"correction_yuan\": \"0.00\", \"kept_yuan\": "
     "\"1873440119.37\", \"out_yuan\": \"248.00\", \"gap_yuan\": \"0.00\"}"},
    {"handover", "690181", 4,
     "{\"level\": \"row\", \"key\": \"690181/setl_d/rejected, open\", \"kind\": \"结算\", \"fate\": "
     "\"退回未决\", \"reason\": null, \"rows\": 64, \"main\": \"医疗费总额\", \"amount_yuan\": \"64.00\"}"},
    {"handover", "690181", 4,
     "{\"level\": \"row\", \"key\": \"690181/setl_d/duplicate\", \"kind\": \"结算\", \"fate\": \"重复\", "
     "\"reason\": null, \"rows\": 32, \"main\": \"医疗费总额\", \"amount_yuan\": \"32.00\"}"},
    {"handover", "690181", 4,
     "{\"level\": \"row\", \"key\": \"690181/setl_d/explained/row.subtotal\\t*\", \"kind\": \"结算\", "
     "\"fate\": \"非数据\", \"reason\": \"小计或合计行，已用于核对\", \"rows\": 128, \"main\": "
     "\"医疗费总额\", \"amount_yuan\": \"128.00\"}"},
    {"handover", "690181", 4,
     "{\"level\": \"row\", \"key\": \"690181/setl_d/withdrawn or superseded\", \"kind\": \"结算\", \"fate\": "
     "\"撤销或让位给更新交付\", \"reason\": null, \"rows\": 24, \"main\": \"医疗费总额\", \"amount_yuan\": "
     "\"24.00\"}"},
    {"handover", "690181", 4,
     "{\"level\": \"subtotal\", \"key\": \"690181/setl_d/total\", \"kind\": \"结算\", \"fate\": \"合计\", "
     "\"reason\": null, \"rows\": 248, \"main\": \"医疗费总额\", \"amount_yuan\": \"248.00\"}"},
    {"handover", "690123", 2,
     "{\"level\": \"row\", \"key\": \"690123/setl_d\", \"kind\": \"结算\", \"declared\": 600, \"read\": 813, "
     "\"kept\": 0, \"out\": 812, \"gap\": 1, \"main\": \"医疗费总额\", \"declared_yuan\": null, "
     "\"read_yuan\": \"814.00\", \"correction_yuan\": \"0.00\", \"kept_yuan\": \"0.00\", \"out_yuan\": "
     "\"813.00\", \"gap_yuan\": \"1.00\"}"},
    {"handover", "690123", 4,
     "{\"level\": \"row\", \"key\": \"690123/setl_d/rejected, open\", \"kind\": \"结算\", \"fate\": "
     "\"退回未决\", \"reason\": null, \"rows\": 5, \"main\": \"医疗费总额\", \"amount_yuan\": \"5.00\"}"},
    {"handover", "690123", 4,
     "{\"level\": \"row\", \"key\": \"690123/setl_d/good rows of a delivery not published\", \"kind\": "
     "\"结算\", \"fate\": \"未入库交付中的好行\", \"reason\": null, \"rows\": 807, \"main\": \"医疗费总额\", "
     "\"amount_yuan\": \"807.00\"}"},
    {"handover", "690123", 4,
     "{\"level\": \"subtotal\", \"key\": \"690123/setl_d/total\", \"kind\": \"结算\", \"fate\": \"合计\", "
     "\"reason\": null, \"rows\": 812, \"main\": \"医疗费总额\", \"amount_yuan\": \"812.00\"}"},
    {"index", NULL, 0,
     "{\"level\": \"row\", \"county\": \"青禾区\", \"kind\": \"人员参保信息\", \"read\": 1024, \"kept\": 0, "
     "\"share\": \"0.0000\", \"rejected\": 0, \"explained\": 0, \"duplicate\": 0, \"doubtful\": 0, \"main\": "
     "\"\", \"data_yuan\": null, \"kept_yuan\": null, \"gap_yuan\": null, \"declared_gap_yuan\": null}"},
    {"index", NULL, 0,
     "{\"level\": \"row\", \"county\": \"临渚市\", \"kind\": \"人员基本信息\", \"read\": 300, \"kept\": 289, "
     "\"share\": \"0.9633\", \"rejected\": 1, \"explained\": 0, \"duplicate\": 0, \"doubtful\": 0, \"main\": "
     "\"\", \"data_yuan\": null, \"kept_yuan\": null, \"gap_yuan\": null, \"declared_gap_yuan\": null}"},
    {"index", NULL, 0,
     "{\"level\": \"row\", \"county\": \"临渚市\", \"kind\": \"结算\", \"read\": 255, \"kept\": 7, "
     "\"share\": \"0.0736\", \"rejected\": 64, \"explained\": 128, \"duplicate\": 32, \"doubtful\": 5, "
     "\"main\": \"医疗费总额\", \"data_yuan\": \"127.00\", \"kept_yuan\": \"7.00\", \"gap_yuan\": \"0.00\", "
     "\"declared_gap_yuan\": \"27.00\"}"},
    {"index", NULL, 0,
     "{\"level\": \"row\", \"county\": \"石榴县\", \"kind\": \"结算\", \"read\": 513, \"kept\": 0, "
     "\"share\": \"0.0000\", \"rejected\": 1, \"explained\": 0, \"duplicate\": 0, \"doubtful\": 0, \"main\": "
     "\"医疗费总额\", \"data_yuan\": \"514.00\", \"kept_yuan\": \"0.00\", \"gap_yuan\": \"1.00\", "
     "\"declared_gap_yuan\": null}"},
    {"index", NULL, 1,
     "{\"level\": \"row\", \"what\": \"青禾区：退回未决\", \"rows\": 4, \"money_yuan\": \"300.00\", \"how\": "
     "\"退回清单交县里填写，填好后 tongchou retry 文件\"}"},
    {"index", NULL, 1,
     "{\"level\": \"row\", \"what\": \"临渚市：退回未决\", \"rows\": 64, \"money_yuan\": \"64.00\", \"how\": "
     "\"退回清单交县里填写，填好后 tongchou retry 文件\"}"},
    {"index", NULL, 1,
     "{\"level\": \"row\", \"what\": \"石榴县：退回未决\", \"rows\": 5, \"money_yuan\": \"5.00\", \"how\": "
     "\"退回清单交县里填写，填好后 tongchou retry 文件\"}"},
    {"index", NULL, 1,
     "{\"level\": \"row\", \"what\": \"临渚市：疑点（已入库）\", \"rows\": 5, \"money_yuan\": null, \"how\": "
     "\"在退回清单的“疑点明细”里核对\"}"},
    {"index", NULL, 3,
     "{\"level\": \"row\", \"key\": \"city\", \"county\": \"全市\", \"paper\": \"对账总表\", \"state\": "
     "\"制表、复核、负责人\", \"rejects\": null}"},
    {"index", NULL, 3,
     "{\"level\": \"row\", \"key\": \"690102\", \"county\": \"青禾区\", \"paper\": \"移交清单（青禾区）\", "
     "\"state\": \"先处理：退回 4 行\", \"rejects\": \"退回清单（青禾区）\"}"},
    {"index", NULL, 3,
     "{\"level\": \"row\", \"key\": \"690181\", \"county\": \"临渚市\", \"paper\": \"移交清单（临渚市）\", "
     "\"state\": \"先处理：退回 64 行，不符 1 项\", \"rejects\": \"退回清单（临渚市）\"}"},
    {"index", NULL, 3,
     "{\"level\": \"row\", \"key\": \"690123\", \"county\": \"石榴县\", \"paper\": \"移交清单（石榴县）\", "
     "\"state\": \"先处理：未入库交付 3 个，退回 5 行，无法核对 1 项\", \"rejects\": "
     "\"退回清单（石榴县）\"}"},
    {"index", NULL, 4,
     "{\"level\": \"row\", \"counties\": 3, \"rows\": 2092, \"gap\": 11, \"differences\": 1, "
     "\"difference_yuan\": \"27.00\", \"declared\": 2, \"broken\": 1, \"blocked\": 1, \"checks\": 2, "
     "\"held\": 1, \"stopped\": 1, \"open\": 73}"},
    {"rejects", "690181", 0,
     "{\"level\": \"row\", \"key\": \"date.not_a_date\", \"code\": \"date.not_a_date\", \"reason\": "
     "\"不是日期\", \"rows\": 64, \"amount_yuan\": \"64.00\", \"suggestion\": \"按 yyyyMMdd 或 yyyy-MM-dd "
     "填写\", \"who\": \"县改数据\"}"},
    {"rejects", "690181", 0,
     "{\"level\": \"row\", \"key\": \"amount.not_a_number\", \"code\": \"amount.not_a_number\", \"reason\": "
     "\"金额不是数字\", \"rows\": 3, \"amount_yuan\": \"3.00\", \"suggestion\": "
     "\"请填写数字，勿带文字或单位\", \"who\": \"县改数据\"}"},
    {"rejects", "690181", 0,
     "{\"level\": \"total\", \"key\": \"total\", \"code\": \"合计\", \"reason\": null, \"rows\": 64, "
     "\"amount_yuan\": \"64.00\", \"suggestion\": null, \"who\": null}"},
    {"run_summary", NULL, 0,
     "{\"level\": \"row\", \"county\": \"青禾区\", \"kind\": \"人员参保信息\", \"read\": 1024, \"new\": "
     "1024, \"changed\": 0, \"unchanged\": 0, \"duplicate\": 0, \"rejected\": 0, \"explained\": 0, "
     "\"other\": 0, \"data_yuan\": null, \"gap_yuan\": null, \"declared_gap_yuan\": null}"},
    {"run_summary", NULL, 0,
     "{\"level\": \"row\", \"county\": \"临渚市\", \"kind\": \"人员基本信息\", \"read\": 300, \"new\": 289, "
     "\"changed\": 0, \"unchanged\": 0, \"duplicate\": 0, \"rejected\": 1, \"explained\": 0, \"other\": 0, "
     "\"data_yuan\": null, \"gap_yuan\": null, \"declared_gap_yuan\": null}"},
    {"run_summary", NULL, 0,
     "{\"level\": \"row\", \"county\": \"临渚市\", \"kind\": \"结算\", \"read\": 255, \"new\": 1, "
     "\"changed\": 2, \"unchanged\": 4, \"duplicate\": 32, \"rejected\": 64, \"explained\": 128, \"other\": "
     "24, \"data_yuan\": \"127.00\", \"gap_yuan\": \"0.00\", \"declared_gap_yuan\": \"27.00\"}"},
    {"run_summary", NULL, 0,
     "{\"level\": \"row\", \"county\": \"石榴县\", \"kind\": \"结算\", \"read\": 513, \"new\": 0, "
     "\"changed\": 0, \"unchanged\": 0, \"duplicate\": 0, \"rejected\": 1, \"explained\": 0, \"other\": 512, "
     "\"data_yuan\": \"514.00\", \"gap_yuan\": \"1.00\", \"declared_gap_yuan\": null}"},
    {"status", NULL, 0,
     "{\"level\": \"row\", \"county\": \"青禾区\", \"kind\": \"人员参保信息\", \"files\": 1, \"period\": "
     "\"202012\", \"run\": \"2\", \"read\": 1460, \"kept\": 1460, \"open\": 0, \"stopped\": 0, "
     "\"kept_yuan\": null, \"declared_gap_yuan\": null}"},
    {"status", NULL, 0,
     "{\"level\": \"row\", \"county\": \"青禾区\", \"kind\": \"结算\", \"files\": 2, \"period\": \"202012\", "
     "\"run\": \"2\", \"read\": 1128044, \"kept\": 1128021, \"open\": 4, \"stopped\": 0, \"kept_yuan\": "
     "\"512234520.00\", \"declared_gap_yuan\": \"0.00\"}"},
    {"status", NULL, 0,
     "{\"level\": \"row\", \"county\": \"临渚市\", \"kind\": \"人员基本信息\", \"files\": 1, \"period\": "
     "\"202101\", \"run\": \"3\", \"read\": 300, \"kept\": 289, \"open\": 0, \"stopped\": 0, \"kept_yuan\": "
     "null, \"declared_gap_yuan\": null}"},
    {"status", NULL, 0,
     "{\"level\": \"row\", \"county\": \"临渚市\", \"kind\": \"结算\", \"files\": 2, \"period\": \"202101\", "
     "\"run\": \"3\", \"read\": 1204805, \"kept\": 1204557, \"open\": 64, \"stopped\": 0, \"kept_yuan\": "
     "\"1873440119.37\", \"declared_gap_yuan\": \"27.01\"}"},
    {"status", NULL, 0,
     "{\"level\": \"row\", \"county\": \"石榴县\", \"kind\": \"结算\", \"files\": 2, \"period\": \"202101\", "
     "\"run\": \"3\", \"read\": 813, \"kept\": 0, \"open\": 5, \"stopped\": 2, \"kept_yuan\": \"0.00\", "
     "\"declared_gap_yuan\": null}"},
};

static void expect_figure(struct report *report, const struct figure *figure) {
    struct query query;
    struct result *results;
    struct error error = {0};
    char *text = NULL;
    size_t size = 0;
    cr_assert(report_query(report, figure->report, figure->county, &query, &results, &error), "%s",
              error.message);
    cr_assert(figure->sheet < query.sheet_count);
    FILE *stream = open_memstream(&text, &size);
    write_json_result(&results[figure->sheet], stream);
    fclose(stream);
    cr_expect(strstr(text, figure->text), "%s %u does not say %s:\n%s", figure->report, figure->sheet,
              figure->text, text);
    free(text);
}

Test(figures, every_bucket_is_where_it_belongs, .fini = stop_server) {
    struct arena arena = {0};
    struct error error = {0};
    struct report report;
    struct report_options options = server_options("/tmp");
    options.run = 3;
    cr_assert(server_start(&server), "no PostgreSQL that a test may start: see ./deps test");
    cr_assert(server_schema(&server) && server_file(&server, "tests/report/city.sql") &&
              server_file(&server, "tests/report/figures.sql"));
    cr_assert(report_open(&report, server.connection, &options, &arena, &error), "%s", error.message);
    for (size_t f = 0; f < sizeof figures / sizeof *figures; f++) expect_figure(&report, &figures[f]);
    report_close(&report);
    arena_free(&arena);
}
