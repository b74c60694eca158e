/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Benefit rules as their keepers see them: whether they are well made, and how one case comes out. */
#include "cli/policy/policy.h"
#include "core/language.h"

struct policy_options {
    const char *vector;
};

static enum exit_code policy_run(struct invocation *invocation, void *options, struct error *error) {
    const struct policy_options *wanted = options;
    const char *verb = invocation->arguments[0];
    if (strcmp(verb, "lint") == 0) return policy_lint_run(invocation, error);
    if (strcmp(verb, "replay") == 0) return policy_replay_run(invocation, error);
    if (strcmp(verb, "explain") == 0 && wanted->vector)
        return policy_vector_run(invocation, wanted->vector, error);
    if (strcmp(verb, "explain") == 0 && invocation->argument_count > 1)
        return policy_explain_run(invocation, invocation->arguments[1], error);
    error_code(error, TROUBLE_USAGE, NULL,
               TEXT("policy 后面是 lint、replay、explain 结算编号 或 explain --vector 算例，不是「%s」",
                    "policy takes lint, replay, explain SETTLEMENT or explain --vector ID, not \"%s\""),
               verb);
    return EXIT_USAGE;
}

static const struct setting options[] = {
    {"vector", SETTING_TEXT, offsetof(struct policy_options, vector), NULL, "explain：已知答案的算例，如 T15",
     "explain: a case with a known answer, such as T15"},
    {0},
};

const struct command command_policy = {
    .name = "policy",
    .arguments = "lint|replay|explain [SETTLEMENT]",
    .zh = "待遇政策：检查规则；按县规则和市方案各重算一遍；一笔结算逐步怎么算",
    .en = "benefit rules: check them; settle again by the county's and the city's; one settlement, step by "
          "step",
    .example = "tongchou policy explain --vector T15",
    .note_zh = "  lint                  规则写得对不对，写明文件、行、列\n"
               "  replay                全部结算按现在的规则再算一遍，打印测算表\n"
               "  explain SETTLEMENT    一笔结算逐步怎么算，每步写明规则的行\n"
               "  explain --vector ID   一个已知答案的算例",
    .note_en = "  lint                  every fault of the rules, with file, row and column\n"
               "  replay                all settlements again by today's rules; prints the tables\n"
               "  explain SETTLEMENT    one settlement, each step with the row of the rules\n"
               "  explain --vector ID   a case whose answer is known",
    .options = options,
    .state_size = sizeof(struct policy_options),
    .arguments_min = 1,
    .arguments_max = 2,
    .run = policy_run,
};
