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
    {"anew", SETTING_FLAG, offsetof(struct person_options, anew), NULL,
     "link：不用上次归并的记忆，全部重读重比；结果相同",
     "link: read and compare everything, nothing remembered; the outcome is the same"},
    {"memory", SETTING_COUNT, offsetof(struct person_options, memory), NULL,
     "link：内存上限(MiB，至少 32)；超过则记录、键和配对放到磁盘，结果相同；缺省不限",
     "link: memory bound in MiB, 32 at least; above it records, keys and pairs go to disk, the outcome is "
     "the "
     "same; none by default"},
    {"workers", SETTING_COUNT, offsetof(struct person_options, workers), NULL,
     "link：再起几个进程一起比对；别的机器上可另起 person work 帮忙；结果相同",
     "link: processes started to help with comparing; person work on other machines helps too; the outcome "
     "is the "
     "same"},
    {"threads", SETTING_COUNT, offsetof(struct person_options, threads), NULL,
     "link、try：线程数；缺省为处理器个数", "link, try: threads; as many as there are processors by default"},
    {"limit", SETTING_COUNT, offsetof(struct person_options, limit), "1000", "review：最多写多少对",
     "review: so many pairs at most"},
    {"by", SETTING_TEXT, offsetof(struct person_options, by), NULL, "try：比对规则文件(YAML)",
     "try: rules file (YAML)"},
    {"pairs", SETTING_TEXT, offsetof(struct person_options, pairs), NULL, "try：把配对写入这个 CSV",
     "try: write the pairs to this CSV"},
    {"clusters", SETTING_TEXT, offsetof(struct person_options, clusters), NULL, "try：把归并结果写入这个 CSV",
     "try: write each record's person to this CSV"},
    {"keys", SETTING_TEXT, offsetof(struct person_options, keys), NULL,
     "try：把每条记录在各候选规则下的键写入这个 CSV，供别的工具比照",
     "try: write each record's key under every rule to this CSV, for comparing with other tools"},
    {"reason", SETTING_TEXT, offsetof(struct person_options, reason), NULL, "undo：为什么；记录在案",
     "undo: why; is kept"},
    {"out", SETTING_TEXT, offsetof(struct person_options, out), NULL,
     "review、explain、history：写到这个文件", "review, explain, history: write to this file"},
    {0},
};

const struct command command_person = {
    .name = "person",
    .arguments = "link|work|review|decide|undo|history|show|explain|why-not|try [ARGUMENT...]",
    .zh = "谁和谁是同一个人：归并，待审和结论，撤回，逐字段说明为什么",
    .en = "who is who: link, review and decide, take back, explain field by field",
    .example = "tongchou person review --out 待审.xlsx",
    .tries = " link decide undo history show explain why-not ",
    .note_zh = "  link              归并(run 之后自动做)\n"
               "  work              帮正在进行的归并，也可在别的机器上\n"
               "  review            写出待审表(--out)\n"
               "  decide FILE       读回填好的待审表，整张生效或整张不生效\n"
               "  undo EVENT...     撤回结论(--reason)\n"
               "  history [PERSON]  结论、撤回、归并、拆分的流水\n"
               "  show PERSON       一个人：每个值来自哪个县、哪个文件、哪一行\n"
               "  explain A B       两条记录逐字段的比特、门槛和结论\n"
               "  why-not A B       同上，先说凭什么不是一人\n"
               "  try FILE          用任何 CSV 试一套规则，不用数据库(--by)",
    .note_en = "  link              merges (run does it by itself)\n"
               "  work              helps a linking under way, also from another machine\n"
               "  review            writes the pairs that wait (--out)\n"
               "  decide FILE       reads them back filled in, whole or not at all\n"
               "  undo EVENT...     takes decisions back (--reason)\n"
               "  history [PERSON]  what was decided, taken back, merged and split\n"
               "  show PERSON       one person: each value with its county, file and row\n"
               "  explain A B       the bits of each field of two records, thresholds, decision\n"
               "  why-not A B       the same, beginning with what keeps them apart\n"
               "  try FILE          rules over any CSV, without a database (--by)",
    .options = options,
    .state_size = sizeof(struct person_options),
    .arguments_min = 1,
    .arguments_max = 65,
    .run = person_run,
};
