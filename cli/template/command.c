/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/command.h"
#include "cli/template/template.h"
#include "core/language.h"

enum { KINDS_MAX = 64 };

struct template_options {
    const char *out;
};

static bool choose_kinds(const struct invocation *invocation, const struct kind **kinds, uint32_t *count,
                         struct error *error) {
    *count = 0;
    for (uint32_t i = 0; i < model_kind_count && !invocation->argument_count && *count < KINDS_MAX; i++)
        kinds[(*count)++] = &model_kinds[i];
    for (uint32_t i = 0; i < invocation->argument_count && *count < KINDS_MAX; i++) {
        const struct kind *kind = NULL;
        for (uint32_t k = 0; k < model_kind_count; k++)
            if (strcmp(model_kinds[k].name, invocation->arguments[i]) == 0 ||
                strcmp(model_kinds[k].label, invocation->arguments[i]) == 0)
                kind = &model_kinds[k];
        if (!kind)
            return error_code(error, TROUBLE_USAGE, NULL, TEXT("没有数据类别「%s」", "no kind \"%s\""),
                              invocation->arguments[i]);
        kinds[(*count)++] = kind;
    }
    return true;
}

static enum exit_code template_run(struct invocation *invocation, void *options, struct error *error) {
    const struct template_options *wanted = options;
    const struct kind *kinds[KINDS_MAX];
    uint32_t count;
    if (!choose_kinds(invocation, kinds, &count, error)) return exit_of(error);
    if (!invocation->dry_run && (!template_book(wanted->out, kinds, count, invocation->arena, error) ||
                                 !template_slip(wanted->out, kinds, count, error)))
        return exit_of(error);
    if (invocation->json)
        printf("{\"kinds\": %u, \"files\": [\"数据采集要求.xlsx\", \"交接单.xlsx\"]}\n", count);
    else
        printf(TEXT("%s%s/数据采集要求.xlsx(%u 类数据)\n%s%s/交接单.xlsx\n",
                    "%s%s/数据采集要求.xlsx (%u kinds)\n%s%s/交接单.xlsx\n"),
               invocation->dry_run ? TEXT("将写 ", "would write ") : "", wanted->out, count,
               invocation->dry_run ? TEXT("将写 ", "would write ") : "", wanted->out);
    return EXIT_HELD;
}

static const struct setting options[] = {
    {"out", SETTING_TEXT, offsetof(struct template_options, out), ".", "写到哪个文件夹",
     "the folder to write into"},
    {0},
};

const struct command command_template = {
    .name = "template",
    .arguments = "[KIND...]",
    .zh = "写出给县里的 数据采集要求 和 交接单",
    .en = "write what counties are asked for, and the slip to fill in",
    .example = "tongchou template setl_d psn_info_b --out 发给县里",
    .tries = "",
    .options = options,
    .state_size = sizeof(struct template_options),
    .arguments_max = KINDS_MAX,
    .run = template_run,
};
