/* SPDX-License-Identifier: MulanPSL-2.0 */
/* An encrypted delivery, as a person meets it: refused by name, then opened by the file that its spec names,
   and the password is nowhere but in that file. */
#include "tests/cli/packing.h"
#include "cli/city.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char secret[] = "qianhe-2020-not-for-others";
static const char spec[] = "mappings/linzhu/enrollment.yaml";
static const char file[] = "mappings/linzhu/密码.txt";
static struct journey journey;

static int shell(const char *command) {
    return system(arena_print(&journey.arena, "cd %s && %s", journey.city, command));
}

/* cb_20201231.txt as an archive that only the password opens. */
static void encrypt(void) {
    struct span bytes = journey_file(&journey, "deliveries/linzhu/cb_20201231.txt");
    packing_zip(&journey, "deliveries/linzhu/cb_20201231.zip", "cb_20201231.txt", bytes, secret);
    cr_assert(shell("rm deliveries/linzhu/cb_20201231.txt") == 0);
}

static void write_password(const char *text, mode_t mode) {
    journey_write(&journey, file, (struct span){text, strlen(text)});
    cr_assert(chmod(arena_print(&journey.arena, "%s/%s", journey.city, file), mode) == 0);
}

static const char *published(void) { return journey_ask(&journey, "SELECT count(*) FROM record.psn_insu_d"); }

Test(password, opens_what_its_spec_names_and_is_told_to_nobody) {
    journey_begin(&journey);
    cr_assert(shell("rm -rf deliveries/qinghe/* deliveries/shiliu/* deliveries/yunchuan/* 第二批"
                    " && cd deliveries/linzhu && ls | grep -v ^cb_ | xargs rm") == 0);
    encrypt();
    cr_assert(shell(arena_print(&journey.arena,
                                "sed -i 's/^match: .*/match: \"cb_{period}.zip!cb_*.txt\"/' %s", spec)) == 0);
    journey_expect(&journey, "run -q", 3, "cb_20201231.zip");
    cr_expect(strstr(journey.output, "已加密") && strstr(journey.output, "password_file"), "%s",
              journey.output);
    cr_assert(shell(arena_print(&journey.arena, "sed -i 's|^read: {|read: {password_file: %s, |' %s", file,
                                spec)) == 0);
    journey_expect(&journey, "run -q", 64, "打不开");
    write_password(secret, 0644);
    journey_expect(&journey, "run -q", 64, "chmod 600");
    write_password("another", 0600);
    journey_expect(&journey, "run -q", 3, "密码");
    cr_expect_str_eq(published(), "0");
    write_password(secret, 0600);
    journey_expect(&journey, "run -q", 2, "cb_20201231.zip  已入库：读入 1010 行，退回 4 行");
    cr_expect_str_eq(published(), "1004");
    journey_expect(&journey, "preview -q deliveries/linzhu/cb_20201231.zip --full", 2, NULL);
    journey_expect(&journey, "run -q", 0, NULL);
    cr_expect_eq(shell(arena_print(&journey.arena, "grep -rqF %s out mappings/linzhu/*.yaml", secret)), 256,
                 "the password stands in a paper");
    cr_expect_str_eq(journey_ask(&journey, arena_print(&journey.arena,
                                                       "SELECT count(*) FROM mapping.content WHERE "
                                                       "position('%s' IN convert_from(bytes, 'UTF8')) > 0",
                                                       secret)),
                     "0", "the password stands in the database");
    journey_end(&journey);
}
