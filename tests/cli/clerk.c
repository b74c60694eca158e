/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "tests/cli/journey.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* A tired clerk: what lies in a county's folder by mistake is told for what it is, and changes nothing that
   is published. */

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_PUBLISHED); }
static void teardown(void) { journey_end(&journey); }
TestSuite(clerk, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

static void shell(const char *command) {
    cr_assert(system(arena_print(&journey.arena, "cd %s/deliveries && %s", journey.city, command)) == 0, "%s",
              command);
}

/* Each thing alone: how the run ends, what it says, and that it never says something else. */
Test(clerk, puts_things_where_they_do_not_belong) {
    static const struct {
        const char *done, *undone;
        int code;
        const char *said, *unsaid; /* NULL: anything, nothing */
    } cases[] = {
        {"printf x >qinghe/Thumbs.db; printf x >qinghe/Desktop.ini; printf x >linzhu/.DS_Store;"
         " printf x >'shiliu/~$book.xlsx'; printf x >shiliu/.~book.xlsx",
         "rm qinghe/Thumbs.db qinghe/Desktop.ini linzhu/.DS_Store shiliu/~* shiliu/.~*", 0, "什么也没有变",
         "认领"},
        {"cp linzhu/ry_20201231.txt 'linzhu/ry_20201231 (1).txt'", "rm linzhu/*1\\).txt", 0,
         "(1).txt  已在第 1 次入库(内容相同)，跳过", NULL},
        {"cp linzhu/js_20201231.txt shiliu/", "rm shiliu/js_20201231.txt", 3,
         "同样的内容已由临渚市在第 1 次入库，放错了文件夹就移走这一份", NULL},
        {"(cat linzhu/js_20201231.txt; echo) >shiliu/js_20210131.txt", "rm shiliu/js_20210131.txt", 3,
         "临渚市的规格认得这个文件名，放错了文件夹就移到 deliveries/linzhu/", NULL},
        {"printf 'x,y\\n1,2\\n' >linzhu/none.csv; cp linzhu/none.csv linzhu/other.csv", "rm linzhu/*.csv", 3,
         "与 none.csv 内容相同，那一份没有入库，跳过；该用这个文件名就移走那一份", NULL},
        {"printf '%%PDF-1.4\\n' >linzhu/ry_说明.pdf;"
         " printf 'match: \"*.pdf\"\\nignore: yes\\n' >../mappings/linzhu/pdf.yaml",
         "rm linzhu/ry_说明.pdf ../mappings/linzhu/pdf.yaml", 0, "ry_说明.pdf  规格写明不需要(ignore)，未读",
         "拒收"},
        {"printf '<html><table><tr><td>1</td></tr></table>' >linzhu/ry_20210131.txt", "rm linzhu/ry_2021*", 3,
         "而是 网页表格 (format: html)", "缺少「"},
    };
    const char *before = journey_content(&journey);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        shell(cases[i].done);
        journey_expect(&journey, "run", cases[i].code, cases[i].said);
        cr_expect(!cases[i].unsaid || !strstr(journey.output, cases[i].unsaid), "%s says %s", cases[i].done,
                  journey.output);
        cr_expect_str_eq(journey_content(&journey), before, "%s changed what is published", cases[i].done);
        shell(cases[i].undone);
    }
}

/* What Windows and macOS put into an archive is passed over and said; a member that is no such thing still
   refuses the whole archive. */
Test(clerk, packs_a_folder_of_a_mac) {
    static const char pack[] = "cp linzhu/ry_20201231.txt ry_20210131.txt && echo '#END' >>ry_20210131.txt;"
                               " mkdir __MACOSX && printf x >__MACOSX/._ry.txt && printf x >Thumbs.db &&"
                               " tar -cf linzhu/p_20210131.tar ry_20210131.txt __MACOSX Thumbs.db";
    static const char spec[] = "sed 's/^match:.*/match: \"p_{period}.tar!ry*.txt\"/'"
                               " ../mappings/linzhu/person.yaml >../mappings/linzhu/packed.yaml";
    shell(pack);
    shell(spec);
    journey_expect(&journey, "run --trial", 2, "包内 2 个系统文件(");
    cr_expect(!strstr(journey.output, "没有源规格认领"), "%s", journey.output);
    shell("printf x >notes.dat && tar -cf linzhu/p_20210131.tar ry_20210131.txt notes.dat");
    journey_expect(&journey, "run --trial", 3, "没有源规格认领此文件");
    shell("cp qinghe/交接单*.xlsx 交接单.xlsx && cp 交接单.xlsx 交接单2.xlsx &&"
          " tar -cf linzhu/p_20210131.tar ry_20210131.txt 交接单.xlsx 交接单2.xlsx");
    journey_expect(&journey, "run --trial", 3, "包内有两份交接单：交接单.xlsx、交接单2.xlsx，请只留一份");
}

/* The tags that papers show for masked numbers come of a key: a damaged one is not quietly replaced. */
Test(clerk, cuts_the_key_of_the_tags) {
    shell("truncate -s 5 ../.tongchou/mask.key");
    journey_expect(&journey, "report history", 64, "遮盖标签的密钥损坏");
    shell("rm ../.tongchou/mask.key");
    journey_expect(&journey, "report history", 0, NULL);
}

/* What decides about money in the sample does not decide in a city of one's own. */
Test(clerk, begins_an_empty_city) {
    journey_expect(&journey, "init --empty own", 0, "没有待遇方案，没有补助标准");
    cr_expect(system(arena_print(&journey.arena,
                                 "cd %s/own && test -e city.yaml && test -d mappings/qinghe &&"
                                 " test ! -e mappings/policies && test ! -e mappings/cover &&"
                                 " test ! -e deliveries",
                                 journey.city)) == 0,
              "own holds something of the sample's");
}
