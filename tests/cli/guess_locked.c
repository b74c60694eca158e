/* SPDX-License-Identifier: MulanPSL-2.0 */
/* A folder with a rar and an encrypted zip: guess leaves the decision to a person, writes the line that opens
   them as a comment, and as a setting once the person has decided. */
#include "tests/cli/packing.h"
#include "cli/city.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char secret[] = "linzhu-2020-not-for-others";
static const char file[] = "mappings/linzhu/密码.txt";
static struct journey journey;

static int shell(const char *command) {
    return system(arena_print(&journey.arena, "cd %s && %s", journey.city, command));
}

static void expect_lines(const char *path, const char *const *lines) {
    struct span text = journey_file(&journey, path);
    for (; *lines; lines++)
        cr_expect(memmem(text.bytes, text.size, *lines, strlen(*lines)), "%s lacks %s:\n%.*s", path, *lines,
                  (int)text.size, text.bytes);
}

/* Linzhu's enrollments in an encrypted zip, its settlements in a rar, and nothing else in the city. */
static void lock_up(void) {
    cr_assert(shell("rm -rf deliveries/qinghe/* deliveries/shiliu/* deliveries/yunchuan/* 第二批"
                    " && rm mappings/linzhu/enrollment.yaml mappings/linzhu/settlement.yaml"
                    " && cd deliveries/linzhu && ls | grep -v -e ^cb_ -e ^js_ -e ^交接单 | xargs rm") == 0);
    packing_zip(&journey, "deliveries/linzhu/cb_20201231.zip", "cb_20201231.txt",
                journey_file(&journey, "deliveries/linzhu/cb_20201231.txt"), secret);
    packing_rar(&journey, "deliveries/linzhu/js_20201231.rar", "js_20201231.txt",
                journey_file(&journey, "deliveries/linzhu/js_20201231.txt"));
    cr_assert(shell("rm deliveries/linzhu/*_20201231.txt") == 0);
    journey_write(&journey, file, (struct span){secret, strlen(secret)});
    cr_assert(chmod(arena_print(&journey.arena, "%s/%s", journey.city, file), 0600) == 0);
}

Test(guess_locked, the_line_that_opens_it_is_written_for_a_person) {
    journey_begin(&journey);
    lock_up();
    journey_expect(&journey, "guess deliveries/linzhu --out mappings/linzhu", 3, "rar 没有打开：要人决定");
    cr_expect(strstr(journey.output, "加密，没有读：要有密码"), "%s", journey.output);
    expect_lines(
        "mappings/linzhu/js.rar.yaml",
        (const char *const[]){"# read: {rar: yes}", "--rar", "# match: \"js_{period}*.rar!*\"", NULL});
    expect_lines("mappings/linzhu/cb.zip.yaml",
                 (const char *const[]){"# read: {password_file: mappings/县/密码.txt}", "--password-file",
                                       "cb_20201231.txt", NULL});
    /* Nobody decided: the run takes neither for a spec, and says of both deliveries why. */
    journey_expect(&journey, "run -q", 3, "rar: yes");
    cr_expect(strstr(journey.output, "cb_20201231.zip") && strstr(journey.output, "js_20201231.rar"), "%s",
              journey.output);
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*) FROM record.psn_insu_d"), "0");

    journey_expect(&journey, "guess -q deliveries/linzhu/js_20201231.rar --rar --out mappings/linzhu", 0,
                   NULL);
    journey_expect(&journey,
                   "guess -q deliveries/linzhu/cb_20201231.zip --password-file mappings/linzhu/密码.txt "
                   "--out mappings/linzhu",
                   0, NULL);
    expect_lines("mappings/linzhu/js.setl_d.yaml", (const char *const[]){", rar: yes}", NULL});
    expect_lines("mappings/linzhu/cb.psn_insu_d.yaml",
                 (const char *const[]){", password_file: \"mappings/linzhu/密码.txt\"}", NULL});
    cr_expect(shell(arena_print(&journey.arena, "grep -rqF %s mappings/linzhu/*.yaml", secret)) == 256,
              "a draft holds the password");
    /* What was drafted reads what was locked. */
    journey_run(&journey, "run -q");
    cr_expect_str_neq(journey_ask(&journey, "SELECT count(*) FROM record.psn_insu_d"), "0", "%s",
                      journey.output);
    cr_expect_str_neq(journey_ask(&journey, "SELECT count(*) FROM record.setl_d"), "0", "%s", journey.output);
    journey_end(&journey);
}

/* A workbook's sheets are listed before any is read: with the password too. */
Test(guess_locked, a_workbook_behind_a_password) {
    journey_begin(&journey);
    struct span book = journey_file(&journey, "deliveries/shiliu/石榴县城乡居民医保台账(最终版).xlsx");
    lock_up();
    cr_assert(shell("rm -f deliveries/linzhu/* deliveries/shiliu/* mappings/shiliu/*.yaml") == 0);
    packing_zip(&journey, "deliveries/shiliu/台账.zip", "台账.xlsx", book, secret);
    journey_expect(&journey,
                   "guess -q deliveries/shiliu/台账.zip --password-file mappings/linzhu/密码.txt "
                   "--out mappings/shiliu",
                   0, NULL);
    journey_run(&journey, "run -q");
    cr_expect_str_neq(journey_ask(&journey, "SELECT count(*) FROM record.psn_insu_d"), "0", "%s",
                      journey.output);
    journey_end(&journey);
}
