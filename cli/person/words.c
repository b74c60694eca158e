/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/person/words.h"
#include "core/language.h"

struct word {
    const char *name, *zh;
};

static const char *find(const struct word *words, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i].name, name) == 0) return TEXT(words[i].zh, words[i].name);
    return name;
}
#define FIND(words, name) find(words, sizeof(words) / sizeof *(words), name)

const char *words_field(const char *name) {
    static const struct word words[] = {{"certno", "证件号码"}, {"name", "姓名"},  {"birth", "出生日期"},
                                        {"sex", "性别"},        {"phone", "电话"}, {"place", "住址"}};
    return FIND(words, name);
}

/* A level by the kind of its field; "*" is of any. */
const char *words_level(const struct link_field *field, unsigned level) {
    static const struct {
        const char *kind, *name, *zh, *en;
    } words[] = {{"certno", "same", "相同（真号）", "the same, verified"},
                 {"certno", "same_unsure", "相同（未能核实）", "the same, not verified"},
                 {"certno", "birth_typo", "地区或生日错一处", "one slip in area or birth date"},
                 {"certno", "moved", "只有地区不同", "only the area differs"},
                 {"certno", "twin", "两个真号，差一两位", "two verified numbers, one or two digits apart"},
                 {"certno", "order_typo", "末四位有误或丢失", "the last four digits are wrong or lost"},
                 {"hanzi", "sounds", "同音", "sounds the same"},
                 {"hanzi", "wild", "有字无法识别", "a character cannot be read"},
                 {"hanzi", "similar", "差一字", "one character differs"},
                 {"hanzi", "partial", "少一字", "a character is left out"},
                 {"hanzi", "surname", "只有姓相同", "only the surname"},
                 {"birth", "common", "相同，但此日多人共有", "the same, but many have that date"},
                 {"birth", "typo", "错一位或月日颠倒", "one digit, or day and month swapped"},
                 {"birth", "lunar", "疑为农历", "perhaps by the lunar calendar"},
                 {"birth", "year", "只有年份相同", "only the year"},
                 {"birth", "near", "相差不远", "not far apart"},
                 {"birth", "far", "相差很远", "far apart"},
                 {"phone", "typo", "错一位", "one digit differs"},
                 {"place", "house", "同一户", "one household"},
                 {"place", "village", "同一村", "one village"},
                 {"place", "county", "同一县", "one county"},
                 {"place", "elsewhere", "不同地方", "elsewhere"},
                 {"*", "missing", "缺", "missing"},
                 {"*", "same", "相同", "the same"},
                 {"*", "different", "不同", "different"}};
    const char *name = field->kind->levels[level];
    if (!level) return TEXT("缺", "missing");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((words[i].kind[0] == '*' || strcmp(words[i].kind, field->kind->name) == 0) &&
            strcmp(words[i].name, name) == 0)
            return TEXT(words[i].zh, words[i].en);
    return name;
}

const char *words_rule(const char *name) {
    static const struct word words[] = {{"number", "证件号相同"},
                                        {"sound+birth", "姓名同音且生日相同"},
                                        {"phone+sound", "电话相同且姓名同音"},
                                        {"household", "户号相同（只用来学亲属的样子）"},
                                        {"house", "住址到户相同（只用来学亲属的样子）"},
                                        {"household+sound", "户号相同且姓名同音"},
                                        {"house+sound", "住址相同且姓名同音"},
                                        {"number(birth+order)+surname", "证件号生日和顺序码相同且同姓"},
                                        {"number(area+birth)+surname", "证件号地区和生日相同且同姓"},
                                        {"birth+village+sex", "生日、村、性别相同"},
                                        {"name+year+sex", "姓名、出生年、性别相同"},
                                        {"name+number(month+order)", "姓名和证件号月日、顺序码相同"},
                                        {"phone+birth", "电话和生日相同"}};
    return FIND(words, name);
}

const char *words_guard(const char *name) {
    static const struct word words[] = {
        {"one number and two names", "一个证件号、两个不同的姓名"},
        {"one number and another given name", "一个证件号，同姓不同名"},
        {"one number and a name nearly the same", "一个证件号，姓名略有不同"},
        {"a character that cannot be read", "姓名里有无法识别的字"},
        {"the number's last digits are lost or mistyped", "证件号末几位丢失或有误"},
        {"two names and no number in common", "姓名完全不同，又没有共同的证件号"},
        {"no number in common and a name nearly the same", "没有共同的证件号，姓名略有不同"},
        {"one number in one family and a name left short", "一个证件号，同住一处或住处不明，一方姓名少字"},
        {"one number and one phone and a name left short", "一个证件号、一个电话，一方姓名少字"},
        {"a number nearly the same and a name left short", "证件号略有不同，一方姓名少字"},
        {"one number but a name left short and another birth date", "一个证件号，一方姓名少字，生日也不同"},
        {"one number that no birth date confirms and a name of the same sound",
         "一个证件号，没有生日佐证，姓名只是同音"},
        {"twins by number and name", "两个真证件号只差一两位，名也不同，是双胞胎"},
        {"no name", "有一方没有姓名"},
        {"twins", "两个真证件号只差一两位，多为双胞胎"}};
    return FIND(words, name);
}

/* A national code, whose name is no word. */
struct label {
    const char *code, *zh, *en;
};

static const char *labelled(const struct label *labels, size_t count, const char *code) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(labels[i].code, code) == 0) return TEXT(labels[i].zh, labels[i].en);
    return code;
}
#define LABEL(labels, code) labelled(labels, sizeof(labels) / sizeof *(labels), code)

const char *words_scheme(const char *code) {
    static const struct label labels[] = {{"310", "职工", "employee"},
                                          {"390", "居民", "resident"},
                                          {"391", "城镇居民", "urban resident"},
                                          {"380", "新农合", "rural co-operative"}};
    return LABEL(labels, code);
}

const char *words_enrollment(const char *code) {
    static const struct label labels[] = {{"0", "未参保", "not enrolled"},
                                          {"1", "正常", "enrolled"},
                                          {"2", "暂停", "paused"},
                                          {"4", "终止", "ended"}};
    return LABEL(labels, code);
}

const char *words_sex(const char *code) {
    static const struct label labels[] = {
        {"1", "男", "male"}, {"2", "女", "female"}, {"0", "", ""}, {"9", "", ""}};
    return LABEL(labels, code);
}

const char *words_band(const char *band) {
    if (strcmp(band, "automatic") == 0) return TEXT("自动归并", "merged automatically");
    if (strcmp(band, "review") == 0) return TEXT("待审", "for review");
    if (strcmp(band, "conflict") == 0) return TEXT("互相矛盾，未并", "not merged: they contradict");
    if (strcmp(band, "follows") == 0)
        return TEXT("随同另一对待审", "waits for a surer pair of the same two persons");
    return TEXT("已有人工结论", "decided");
}
