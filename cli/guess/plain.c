/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/words.h"

/* Counties say 单位编码, 单位代码, 单位号 and 单位编号 and mean one thing.  A name is made plain by putting
   one word for each family of words; two names that are plain the same mean the same. */

/* In this order: a longer word before a shorter one that it holds, a result before what still follows. */
static const struct {
    const char *from, *to;
} families[] = {
    {"（", "("},
    {"）", ")"},
    {"(元)", ""}, /* the unit is no part of the name */
    {"(分)", ""},
    {"(万元)", ""},
    {"(", ""},
    {")", ""},
    {" ", ""},
    {"_", ""},
    {"帐户", "账户"},
    {"个账", "个人账户"},
    {"划账", "划入账户"},
    {"公补", "公务员补助"},
    {"公务补助", "公务员补助"},
    {"公民身份", "身份证"},
    {"身份证件号", "身份证号"},
    {"身份证件", "证件"},
    {"身份号码", "身份证号"},
    {"医药机构", "机构"},
    {"医疗机构", "机构"},
    {"定点机构", "机构"},
    {"定点医院", "机构"},
    {"就诊医院", "机构"},
    {"就诊机构", "机构"},
    {"医院", "机构"},
    {"等级", "级别"},
    {"就医", "就诊"},
    {"就诊类别", "医疗类别"},
    {"就诊类型", "医疗类别"},
    {"支付类别", "医疗类别"},
    {"报销", "补偿"},
    {"实补", "补偿"},
    {"参合金", "缴费"},
    {"筹资", "缴费"},
    {"参合", "参保"},
    {"缴纳", "缴费"},
    {"实缴", "缴费"},
    {"应缴", "缴费"},
    {"交款", "缴费"},
    {"收款", "缴费"},
    {"征缴", "缴费"},
    {"缴费费", "缴费"},
    {"政府", "财政"},
    {"各级财政", "财政"},
    {"报补", "补偿"},
    {"费款所属", "所属期"},
    {"所属期期", "所属期"},
    {"所属期开始", "所属期起"},
    {"所属开始期", "所属期起"},
    {"所属期终止", "所属期止"},
    {"所属期结束", "所属期止"},
    {"开始期", "起"},
    {"终止期", "止"},
    {"冲销", "核销"},
    {"红冲", "核销"},
    {"退款", "退费"},
    {"是否退费", "退费标志"},
    {"离退休", "退休"},
    {"离退", "退休"},
    {"户口本", "户口簿"},
    {"企业", "单位"},
    {"年月日", "日期"},
    {"时间", "日期"},
    {"流水号", "编号"},
    {"流水", "编号"},
    {"单据号", "编号"},
    {"记录号", "编号"},
    {"明细号", "编号"},
    {"登记号", "编号"},
    {"关系号", "编号"},
    {"关系编号", "编号"},
    {"单号", "编号"},
    {"编码", "编号"},
    {"代码", "编号"},
    {"号码", "编号"},
    {"明细编号", "编号"},
    {"ID", "编号"},
    {"序号", "编号"},
    {"编号", "号"},
    {"号号", "号"},
    {"类型", "类别"},
    {"种类", "类别"},
    {"标识", "标志"},
    {"状态标志", "状态"},
    {"名称", "名"},
    {"医疗费", "费"},
    {"医疗总费", "总费"},
    {"费用", "费"},
    {"金额", ""},
    {"总额", "总"},
    {"费总", "总费"},
    {"合计额", "合计"},
    {"缴费合计", "合计"},
    {"总合计", "合计"},
    {"自费费", "自费"},
    {"的", ""},
    {"代码", ""},
};

static void replace(char *text, size_t room, const char *from, const char *to) {
    size_t gone = strlen(from), come = strlen(to);
    for (char *at = text; (at = strstr(at, from)); at += come) {
        size_t rest = strlen(at + gone) + 1;
        if ((size_t)(at - text) + come + rest > room) return;
        memmove(at + come, at + gone, rest);
        memcpy(at, to, come);
    }
}

struct span guess_plain(struct span name, char text[GUESS_PLAIN]) {
    if (name.size >= GUESS_PLAIN / 2) return name;
    memcpy(text, name.bytes, name.size);
    text[name.size] = '\0';
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        replace(text, GUESS_PLAIN, families[i].from, families[i].to);
    return (struct span){text, strlen(text)};
}
