/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/cover/cover.h"
#include "core/language.h"

bool cover_open(struct covering *at, struct invocation *invocation, const struct cover_options *options,
                struct error *error) {
    *at = (struct covering){.invocation = invocation, .options = options, .arena = invocation->arena};
    if (!city_read(invocation->city, at->arena, &at->city, error)) return false;
    at->database_open = database_open(&at->database, at->city.database, at->city.directory, error);
    if (!at->database_open) return false;
    at->database.stop = invocation->stop;
    at->registry_open = registry_open(&at->registry, &at->database, error);
    at->session = &at->registry.session;
    return at->registry_open;
}

void cover_close(struct covering *at) {
    if (at->registry_open) registry_close(&at->registry);
    if (at->database_open) database_close(&at->database);
}

static const struct verb {
    const char *name;
    uint32_t arguments_min, arguments_max;
    enum exit_code (*run)(struct covering *at, struct error *error);
} verbs[] = {
    {"find", 0, 0, cover_find},     {"list", 0, 1, cover_list}, {"explain", 1, 1, cover_explain},
    {"write", 0, 0, cover_write},   {"read", 1, 1, cover_read}, {"approve", 1, 1, cover_approve},
    {"finish", 1, 1, cover_finish}, {"undo", 1, 1, cover_undo},
};

static enum exit_code run_verb(const struct verb *verb, struct invocation *invocation,
                               const struct cover_options *options, struct error *error) {
    struct covering at;
    enum exit_code code = EXIT_FAILED;
    if (cover_open(&at, invocation, options, error)) code = verb->run(&at, error);
    else code = exit_of(error);
    cover_close(&at);
    return code;
}

static enum exit_code cover_run(struct invocation *invocation, void *options, struct error *error) {
    const char *name = invocation->arguments[0];
    uint32_t count = invocation->argument_count - 1;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].name, name) == 0 && count >= verbs[i].arguments_min &&
            count <= verbs[i].arguments_max)
            return run_verb(&verbs[i], invocation, options, error);
    error_code(
        error, TROUBLE_USAGE, NULL,
        TEXT("用法: tongchou cover find | list [县] | explain 清理编号 | write | read 文件 | approve "
             "清理编号 |"
             " finish 清理编号 | undo 事件号",
             "usage: tongchou cover find | list [COUNTY] | explain CASE | write | read FILE | approve CASE |"
             " finish CASE | undo EVENT"));
    return EXIT_USAGE;
}

static const struct setting options[] = {
    {"until", SETTING_TEXT, offsetof(struct cover_options, until), NULL,
     "find：判断到哪一天之前(缺省为切换日)",
     "find: cover is judged before this day (the cutover by default)"},
    {"tolerance", SETTING_COUNT, offsetof(struct cover_options, tolerance_days), "0",
     "find：重叠不超过这么多天算衔接，不算重复", "find: an overlap of so many days is a handover"},
    {"idle", SETTING_COUNT, offsetof(struct cover_options, idle_days), "366",
     "find：最近这么多天没有缴费的在保关系算空挂",
     "find: an open relation without a payment for so many days is idle"},
    {"by", SETTING_TEXT, offsetof(struct cover_options, by), NULL, "approve、finish、undo：谁决定的",
     "approve, finish, undo: who decides"},
    {"reason", SETTING_TEXT, offsetof(struct cover_options, reason), NULL, "undo：为什么；记录在案",
     "undo: why; is kept"},
    {"out", SETTING_TEXT, offsetof(struct cover_options, out), NULL, "write：写到哪个文件夹(缺省为 out/清理)",
     "write: into which folder (out/清理 by default)"},
    {0},
};

const struct command command_cover = {
    .name = "cover",
    .arguments = "find|list|explain|write|read|approve|finish|undo [ARGUMENT]",
    .zh = "重复参保清理：找出重叠的参保关系，建议保留哪个，发县里核定，记账，可撤回",
    .en = "duplicate enrollment: find overlapping cover, propose what stays, let counties decide, account, "
          "undo",
    .example = "tongchou cover find",
    .tries = " find list explain read approve finish undo ",
    .note_zh = "  find             找出重叠，写下建议；--dry-run 只看\n"
               "  list [COUNTY]    列出各对\n"
               "  explain CASE     一对的全部依据\n"
               "  write            写出各县清理表和全市汇总\n"
               "  read FILE        读回县里填好的清理表，整张生效或整张不生效\n"
               "  approve CASE     金额过限额的，第二人批准(--by)\n"
               "  finish CASE      已交经办系统执行(--by)\n"
               "  undo EVENT       撤回一个决定(--reason)",
    .note_en = "  find             finds overlaps and keeps the proposals; --dry-run only looks\n"
               "  list [COUNTY]    the cases\n"
               "  explain CASE     one case with all its evidence\n"
               "  write            the counties' lists and the city's summary\n"
               "  read FILE        takes back a list that a county filled in, whole or not at all\n"
               "  approve CASE     a second person's, where the money passes the limit (--by)\n"
               "  finish CASE      carried out in the county's system (--by)\n"
               "  undo EVENT       takes a decision back (--reason)",
    .options = options,
    .state_size = sizeof(struct cover_options),
    .arguments_min = 1,
    .arguments_max = 2,
    .run = cover_run,
};
