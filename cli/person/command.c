/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou person: who is who. */
#include "cli/person/person.h"
#include "cli/city.h"
#include "core/language.h"
#include "core/shipped.h"
#include "transform/row/certno.h"

enum { RULES_BYTES = 256 << 10 };

static const struct person_verb *const verbs[] = {
    &person_link,   &person_work, &person_explain, &person_why_not, &person_decide,
    &person_review, &person_undo, &person_history, &person_show,    &person_try};

/* Numbers are graded by the divisions that were when their holders were born. */
static void give_regions(struct arena *arena, struct link_rules *rules) {
    struct regions *regions = ARENA_NEW(arena, struct regions, 1);
    struct span bytes;
    if (!shipped_find("mappings/codes/region.csv", &bytes)) return;
    regions_read(regions, bytes);
    for (uint32_t f = 0; f < rules->field_count; f++) rules->fields[f].regions = regions;
}

bool person_rules(const struct invocation *invocation, const char *by, struct link_rules *rules,
                  const char **where, struct span *bytes, struct error *error) {
    *where = by;
    bool ok = (by ? file_read(by, RULES_BYTES, invocation->arena, bytes, error)
                  : city_or_shipped(invocation->city, "mappings/link/person.yaml", RULES_BYTES,
                                    invocation->arena, where, bytes, error)) &&
              link_rules_read(*bytes, *where, invocation->arena, rules, error);
    if (ok) give_regions(invocation->arena, rules);
    return ok;
}

static enum exit_code person_run(struct invocation *invocation, void *options, struct error *error) {
    const char *name = invocation->arguments[0];
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i]->name, name) != 0) continue;
        uint32_t count = invocation->argument_count - 1;
        if (count >= verbs[i]->arguments_min && count <= verbs[i]->arguments_max)
            return verbs[i]->run(invocation, options, error);
        error_code(error, TROUBLE_USAGE, NULL,
                   TEXT("用法: tongchou person %s %s", "usage: tongchou person %s %s"), verbs[i]->name,
                   verbs[i]->arguments);
        return EXIT_USAGE;
    }
    error_code(error, TROUBLE_USAGE, NULL, TEXT("person 没有 %s 这个动作", "person has no verb %s"), name);
    return EXIT_USAGE;
}

static const struct setting options[] = {
    {"by", SETTING_TEXT, offsetof(struct person_options, by), NULL, "比对规则文件(YAML)",
     "rules file (YAML)"},
    {"pairs", SETTING_TEXT, offsetof(struct person_options, pairs), NULL, "try：把配对写入这个 CSV",
     "try: write the pairs to this CSV"},
    {"clusters", SETTING_TEXT, offsetof(struct person_options, clusters), NULL, "try：把归并结果写入这个 CSV",
     "try: write each record's person to this CSV"},
    {"keys", SETTING_TEXT, offsetof(struct person_options, keys), NULL,
     "try：把每条记录在各候选规则下的键写入这个 CSV，供别的工具比照",
     "try: write each record's key under every rule to this CSV, for comparing with other tools"},
    {"threads", SETTING_COUNT, offsetof(struct person_options, threads), NULL, "线程数；缺省为处理器个数",
     "threads; as many as there are processors by default"},
    {"out", SETTING_TEXT, offsetof(struct person_options, out), NULL,
     "review、explain、history：写到这个文件", "review, explain, history: write to this file"},
    {"limit", SETTING_COUNT, offsetof(struct person_options, limit), "1000", "review：最多写多少对",
     "review: so many pairs at most"},
    {"reason", SETTING_TEXT, offsetof(struct person_options, reason), NULL, "undo：为什么；记录在案",
     "undo: why; is kept"},
    {"workers", SETTING_COUNT, offsetof(struct person_options, workers), NULL,
     "link：再起几个进程一起比对；别的机器上可另起 person work 帮忙；结果相同",
     "link: processes started to help with comparing; person work on other machines helps too; the outcome "
     "is the "
     "same"},
    {"memory", SETTING_COUNT, offsetof(struct person_options, memory), NULL,
     "link：内存上限(MiB，至少 32)；超过则记录、键和配对放到磁盘，结果相同；缺省不限",
     "link: memory bound in MiB, 32 at least; above it records, keys and pairs go to disk, the outcome is "
     "the "
     "same; none by default"},
    {"anew", SETTING_FLAG, offsetof(struct person_options, anew), NULL,
     "link：不用上次归并的记忆，全部重读重比；结果相同",
     "link: read and compare everything, nothing remembered; the outcome is the same"},
    {0},
};

const struct command command_person = {
    .name = "person",
    .arguments =
        "link | work | review | decide FILE | undo EVENT | history | show PERSON | explain A B | why-not A "
        "B | try FILE",
    .zh = "谁和谁是同一个人：link 归并，work 帮正在进行的归并，review 写出待审表，decide 读回结论，undo "
          "撤销，history 列流水，show "
          "看一个人，explain 和 why-not 逐字段说明两条记录为何是或不是一人，try 用任何 CSV 试一套规则",
    .en =
        "who is who: link merges; work helps a linking under way; review lists what waits, decide reads it "
        "back, undo takes it back, history "
        "tells; show prints one person; explain and why-not show the bits of every field of two records; try "
        "runs "
        "rules over any CSV",
    .example = "tongchou person review --out 待审.xlsx",
    .tries = " link decide undo history show explain why-not ",
    .options = options,
    .state_size = sizeof(struct person_options),
    .arguments_min = 1,
    .arguments_max = 65,
    .run = person_run,
};
