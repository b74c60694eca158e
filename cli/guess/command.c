/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/command.h"
#include "cli/guess/guess.h"
#include "core/language.h"
#include "report/output.h"
#include "report/write.h"
#include <unistd.h>

enum { DRAFTS_MAX = 4096 };

struct guess_options {
    const char *out, *kind;
};

struct guessing {
    struct invocation *invocation;
    const struct guess_options *options;
    const struct kind *kind; /* NULL: the one with the highest score */
    uint32_t drafts;
};

/* "人员AC01" of "包.zip!人员AC01.DBF", and the kind: a file's name for the draft. */
static const char *draft_name(struct arena *arena, const struct guess_draft *draft) {
    const char *name = draft->source->name, *inner = strrchr(name, '!');
    if (inner) name = inner + 1;
    char *text = ARENA_NEW(arena, char, strlen(name) + 1);
    memcpy(text, name, strlen(name));
    char *dot = strrchr(text, '.');
    if (dot && dot > text) *dot = '\0';
    for (char *c = text; *c; c++)
        if (*c == '/' || *c == ' ') *c = '_';
    return arena_print(arena, "%s.%s.yaml", text, draft->kind->name);
}

static bool write_draft(struct guessing *at, const struct guess_draft *draft, struct error *error) {
    struct arena *arena = at->invocation->arena;
    struct span yaml = guess_yaml(draft, arena), report = guess_report(draft, arena);
    FILE *stream = at->options->out ? stdout : stderr;
    if (!at->invocation->quiet) fprintf(stream, "%.*s", (int)report.size, report.bytes);
    const char *name = draft_name(arena, draft);
    if (!at->options->out) {
        if (at->drafts++) printf("---\n");
        fwrite(yaml.bytes, 1, yaml.size, stdout);
        return true;
    }
    struct output file;
    at->drafts++;
    const char *path = arena_print(arena, "%s/%s", at->options->out, name);
    if (at->invocation->dry_run) return printf(TEXT("  将写 %s\n", "  would write %s\n"), path) > 0;
    if (access(path, F_OK) == 0)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("%s 已经有了，不覆盖别人改过的草稿",
                               "%s is there: a draft that somebody may have corrected is not replaced"),
                          path);
    if (!output_open(&file, at->options->out, (struct span){name, strlen(name)}, error)) return false;
    fwrite(yaml.bytes, 1, yaml.size, file.stream);
    if (!output_close(&file, error)) return false;
    printf("  → %s/%s\n", at->options->out, name);
    return true;
}

static void print_json(struct guessing *at, const struct guess_draft *draft) {
    const struct guess_source *source = draft->source;
    printf("%s{\"source\": ", at->drafts++ ? ",\n " : "[");
    write_json_text((struct span){source->name, strlen(source->name)}, stdout);
    printf(", \"kind\": \"%s\", \"format\": \"%s\", \"encoding\": \"%s\", \"judgement\": %s, \"rows\": %ju, "
           "\"explained\": %ju, \"columns\": [",
           draft->kind->name, source->format, source->encoding ? source->encoding : "",
           source->judged ? "true" : "false", (uintmax_t)source->rows, (uintmax_t)source->explained);
    for (uint32_t i = 0; i < draft->line_count; i++) {
        const struct guess_line *line = &draft->lines[i];
        printf("%s{\"target\": \"%s\", \"score\": %u, \"spec\": ", i ? ", " : "",
               draft->kind->columns[line->target].name, line->score);
        write_json_text((struct span){line->text, strlen(line->text)}, stdout);
        printf("}");
    }
    printf("]}");
}

static bool put(struct guessing *at, const struct guess_draft *draft, struct error *error) {
    if (!at->invocation->json) return write_draft(at, draft, error);
    print_json(at, draft);
    return true;
}

/* A hidden sheet is known and not read; saying so keeps it from counting as lost. */
static void say_hidden(const struct guess_source *source) {
    fprintf(stderr,
            TEXT("%s: 隐藏的工作表，没有读；不需要时在源规格里写 ignore: yes\n",
                 "%s: a hidden sheet, not read; a spec with ignore: yes says that it is not needed\n"),
            source->name);
}

static bool guess_one(struct guessing *at, struct guess_source *source, struct error *error) {
    struct arena *arena = at->invocation->arena;
    if (source->hidden) return say_hidden(source), true;
    if (!guess_look(source, arena, error)) return false;
    struct guess_draft *draft = ARENA_NEW(arena, struct guess_draft, 2), *second = draft + 1;
    guess_propose(source, at->kind, arena, draft);
    if (!put(at, draft, error)) return false;
    if (at->kind || strcmp(draft->kind->name, "psn_info_b") != 0) return true;
    /* A register of persons that says since when they are insured feeds the enrollments too. */
    guess_propose(source, model_find(SPAN("psn_insu_d")), arena, second);
    const struct guess_line *since = guess_line_of(second, "crt_insu_date");
    guess_drop(second, "certno"); /* it stands in the draft of the persons */
    return !since || since->score < GUESS_CERTAIN || put(at, second, error);
}

static enum exit_code guess_run(struct invocation *invocation, void *options, struct error *error) {
    struct guessing at = {.invocation = invocation, .options = options};
    const char *kind = at.options->kind;
    if (kind && !(at.kind = model_find((struct span){kind, strlen(kind)})))
        return exit_of(
            (error_code(error, TROUBLE_USAGE, NULL, TEXT("没有数据类别 %s", "no kind %s"), kind), error));
    enum exit_code code = EXIT_HELD;
    for (uint32_t i = 0; i < invocation->argument_count; i++) {
        struct guess_source *sources;
        uint32_t count;
        if (!guess_list(invocation->arguments[i], invocation->arena, &sources, &count, error))
            return exit_of(error);
        for (uint32_t s = 0; s < count; s++) {
            struct error own = {0};
            if (guess_one(&at, &sources[s], &own)) continue;
            print_error(stderr, &own); /* one damaged member does not hide the others */
            code = exit_worse(code, exit_of(&own));
        }
    }
    if (invocation->json) printf("%s]\n", at.drafts ? "" : "[");
    return code;
}

static const struct setting options[] = {
    {"out", SETTING_TEXT, offsetof(struct guess_options, out), NULL,
     "草稿写到此文件夹，每份一个文件；不写则输出到屏幕",
     "write the drafts into this folder, one file each; else to standard output"},
    {"kind", SETTING_TEXT, offsetof(struct guess_options, kind), NULL, "已知的数据类别，如 setl_d",
     "the kind, when it is known: setl_d"},
    {0},
};

const struct command command_guess = {
    .name = "guess",
    .arguments = "FILE...",
    .zh = "看一个文件是什么，起草源规格",
    .en = "see what a file is and draft a source spec",
    .example = "tongchou guess deliveries/linzhu/ry_20201231.txt",
    .options = options,
    .state_size = sizeof(struct guess_options),
    .arguments_min = 1,
    .arguments_max = 1000,
    .run = guess_run,
};
