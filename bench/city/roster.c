/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/build.h"
#include "bench/city/shiliu.h"

/* Rosters of other offices: the dead (P7), prisoners and who moved away, those whom 石榴县 aids and its
   students. What must come of each line stands in truth.json. */

enum { ABSENT = 3, UNKNOWN = 2 }; /* aided persons that the roster lacks; lines that are nobody enrolled */

struct roster {
    struct build *build;
    struct book book;
    struct truth_file *file;
};

static bool begin(struct roster *roster, const char *path, const char *sheet) {
    static const char *const none[] = {NULL};
    const struct book_sheet sheets[] = {{sheet, false}};
    roster->book.lost = -1;
    return book_open(&roster->book, build_path(roster->build, path), sheets, 1, none, roster->build->error) &&
           book_begin(&roster->book, 0);
}

static void heads(struct roster *roster, const char *title, const char *const *columns) {
    struct truth *truth = roster->build->truth;
    book_row(&roster->book);
    book_text(&roster->book, 0, title);
    truth_row(truth, roster->file, TRUTH_EXPLAINED, 1, "", "row.title", NULL, 0);
    book_row(&roster->book);
    for (unsigned i = 0; columns[i]; i++) book_text(&roster->book, i, columns[i]);
    truth_row(truth, roster->file, TRUTH_EXPLAINED, 2, "", "row.header", NULL, 0);
}

static void put(struct roster *roster, uint64_t number, const char *name, const char *certno, uint32_t day,
                const char *const *more) {
    char text[24];
    book_row(&roster->book);
    text[sink_number(text, number, 1)] = '\0';
    book_number(&roster->book, 0, text);
    book_text(&roster->book, 1, name);
    book_text(&roster->book, 2, certno);
    book_date(&roster->book, 3, shiliu_serial(day));
    for (unsigned i = 0; more[i]; i++) book_text(&roster->book, 4 + i, more[i]);
    truth_new(roster->file, NULL);
}

static bool end(struct roster *roster) {
    static const char *const none[] = {NULL};
    book_end(&roster->book, 0, none);
    return book_close(&roster->book);
}

static struct truth_file *file_of(struct build *build, const char *county, const char *path,
                                  const char *sheet) {
    static const char *const none[] = {NULL};
    struct truth_file *file = truth_begin(build->truth, county, path, sheet, "psn_roster_d", none);
    file->roster = true;
    return file;
}

/* A planted person under the own name, or another one. */
static void put_cast(struct roster *roster, const struct person_words *words, unsigned number, uint64_t line,
                     const char *other, uint32_t day, const char *const *more) {
    struct cast cast;
    char name[32];
    cast_make(roster->build, number, &cast);
    name[person_name(&cast.person, words, name)] = '\0';
    put(roster, line, other ? other : cast.name ? cast.name : name, cast.person.certno, day, more);
}

static bool make_dead(struct build *build, const struct person_words *words) {
    static const char path[] = "deliveries/shiji/死亡名单_20201231.xlsx", sheet[] = "死亡名单";
    static const char *const columns[] = {"序号", "姓名", "身份证号", "死亡日期", "来源", NULL};
    static const char *const more[] = {"样例民政", NULL};
    static const uint32_t days[] = {20200815, 20190503};
    struct roster roster = {.build = build};
    if (!begin(&roster, path, sheet)) return false;
    roster.file = file_of(build, "690100", path, sheet);
    heads(&roster, "死亡人员名单（合成样例数据）", columns);
    for (unsigned i = 0; i < 2; i++) {
        put_cast(&roster, words, CAST_P7 + i, i + 1, NULL, days[i], more);
        truth_roster(build->truth, "死亡", "still_enrolled", i == 0 ? 31800 : 0);
    }
    return end(&roster);
}

/* P8 lay in hospital meanwhile, and both counties paid; P9's cover ended when he moved. */
static bool make_prisoners(struct build *build, const struct person_words *words) {
    static const char path[] = "deliveries/shiji/服刑名单_20201231.xlsx", sheet[] = "服刑名单";
    static const char *const columns[] = {"序号", "姓名", "身份证号", "收监日期", "刑满日期", "来源", NULL};
    static const char *const p8[] = {"2020-09-30", "样例司法", NULL}, *const p9[] = {"2020-12-31", "样例司法",
                                                                                     NULL};
    enum { STAYS_FEN = 2 * 523000 };
    struct roster roster = {.build = build};
    if (!begin(&roster, path, sheet)) return false;
    roster.file = file_of(build, "690100", path, sheet);
    heads(&roster, "服刑人员名单（合成样例数据）", columns);
    put_cast(&roster, words, CAST_P8, 1, NULL, 20200301, p8);
    put_cast(&roster, words, CAST_P9, 2, NULL, 20200601, p9);
    truth_roster(build->truth, "服刑", "still_enrolled", STAYS_FEN);
    truth_roster(build->truth, "服刑", "agrees", 0);
    return end(&roster);
}

/* P9 moved and was ended, and stands on another roster, too; P10 is enrolled twice and stays so; a number
 * under another name; a number of nobody. */
static bool make_moved(struct build *build, const struct person_words *words) {
    static const char path[] = "deliveries/shiji/转出名单_20201231.xlsx", sheet[] = "转出名单";
    static const char *const columns[] = {"序号", "姓名", "身份证号", "转出日期", "来源", NULL};
    static const char *const more[] = {"样例医保", NULL};
    struct shiliu county = {.build = build, .words = *words};
    struct roster roster = {.build = build};
    struct member nobody;
    if (!begin(&roster, path, sheet)) return false;
    roster.file = file_of(build, "690100", path, sheet);
    heads(&roster, "转出人员名单（合成样例数据）", columns);
    put_cast(&roster, words, CAST_P9, 1, NULL, 20200101, more);
    put_cast(&roster, words, CAST_P10, 2, NULL, 20200701, more);
    put_cast(&roster, words, CAST_P6, 3, "样例别名", 20200101, more);
    shiliu_clean(&county, shiliu_size(build) * SHILIU_CLEAN + 1100, &nobody);
    put(&roster, 4, nobody.name, nobody.cast.person.certno, 20200101, more);
    truth_roster(build->truth, "转出", "agrees", 0);
    truth_roster(build->truth, "转出", "still_enrolled", 0);
    truth_roster(build->truth, "转出", "name_differs", 0);
    truth_roster(build->truth, "转出", "unknown", 0);
    return end(&roster);
}

/* All whom the county aids, or all its students, but the first ABSENT; and UNKNOWN who are nobody there. */
static bool make_listed(struct build *build, const struct person_words *words, bool students) {
    static const char *const paths[] = {"deliveries/shiliu/资助对象名单_20201231.xlsx",
                                        "deliveries/shiliu/在校学生名单_20201231.xlsx"};
    static const char *const sheets[] = {"资助对象", "在校学生"};
    static const char *const columns[][8] = {{"序号", "姓名", "身份证号", "认定日期", "对象类别", NULL},
                                             {"序号", "姓名", "身份证号", "入学日期", "学校名称", NULL}};
    static const char *const more[][2] = {{"低保", NULL}, {"样例学校", NULL}};
    struct shiliu county = {.build = build, .words = *words};
    struct roster roster = {.build = build};
    const char *type = students ? "在校" : "贫困";
    uint64_t clean = shiliu_size(build) * SHILIU_CLEAN, met = 0, number = 0;
    if (!begin(&roster, paths[students], sheets[students])) return false;
    roster.file = file_of(build, "690123", paths[students], sheets[students]);
    heads(&roster, students ? "在校学生名单（合成样例数据）" : "资助对象名单（合成样例数据）",
          columns[students]);
    for (uint64_t i = 0; i < clean + UNKNOWN; i++) {
        struct member member;
        /* The last ones are invented anew: numbers that no county has. */
        shiliu_clean(&county, i < clean ? i : clean + 1000 + students * 10 + i, &member);
        bool student = !member.low && member.cast.person.birth >= 20000000;
        if (i < clean && !(students ? student : member.low)) continue;
        if (i < clean && met++ < ABSENT) {
            truth_roster(build->truth, type, "not_on_roster", 0);
            continue;
        }
        put(&roster, ++number, member.name, member.cast.person.certno, students ? 20190901 : 20200101,
            more[students]);
        truth_roster(build->truth, type, i < clean ? "agrees" : "unknown", 0);
    }
    return end(&roster);
}

bool roster_make(struct build *build) {
    struct person_words words = person_encode(build->arena, "UTF-8");
    return make_dead(build, &words) && make_prisoners(build, &words) && make_moved(build, &words) &&
           make_listed(build, &words, false) && make_listed(build, &words, true);
}
