/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/command.h"
#include "cli/guess/overview.h"
#include "cli/guess/scan.h"
#include "cli/guess/update.h"
#include "core/language.h"
#include "report/output.h"
#include "report/write.h"
#include <sys/stat.h>
#include <unistd.h>

enum { SOURCES_MAX = 1 << 16 };

struct guess_options {
    const char *out, *kind, *scan, *update, *password_file;
    bool rar;
};

struct guessing {
    struct invocation *invocation;
    const struct guess_options *options;
    const struct kind *kind; /* NULL: the one with the highest score */
    enum exit_code code;
    const struct guess_source **sources; /* [source_count] that could be read */
    uint32_t source_count;
    uint32_t printed;
    struct overview overview;
    struct guess_access access;
    bool many; /* a folder, an archive, several files: one page instead of a report of each */
};

/* "js" of "js_{period}*.txt", "人员AC01" of "包*.zip!人员AC01*.DBF". */
static const char *stem(struct arena *arena, const char *match) {
    const char *inner = strrchr(match, '!'), *from = inner ? inner + 1 : match, *dot = strrchr(from, '.');
    char *text = ARENA_NEW(arena, char, strlen(from) + 1);
    size_t size = 0;
    for (const char *at = from; *at && at != dot; at++) {
        if (*at == '{') at += strcspn(at, "}");
        else if (*at == '/' || *at == ' ' || *at == '*') text[size++] = '_';
        else text[size++] = *at;
    }
    while (size && strchr("_-.", text[size - 1])) size--;
    text[size] = '\0';
    size_t front = strspn(text, "_-.");
    return text[front] ? text + front : "spec";
}

static const char *draft_name(struct guessing *at, const struct guess_draft *draft) {
    struct arena *arena = at->invocation->arena;
    const char *base = arena_print(arena, "%s.%s", stem(arena, draft->match), draft->kind->name),
               *name = base;
    uint32_t number = 1;
    for (uint32_t i = 0; i < at->overview.count; i++) /* two drafts of one name: 登记.2.psn_info_b.yaml */
        if (at->overview.lines[i].spec &&
            strcmp(at->overview.lines[i].spec, arena_print(arena, "%s/%s.yaml", at->options->out, name)) == 0)
            name = arena_print(arena, "%s.%u", base, ++number), i = 0;
    return arena_print(arena, "%s.yaml", name);
}

static bool write_file(struct guessing *at, const char *name, struct span yaml, const char **spec,
                       struct error *error) {
    struct arena *arena = at->invocation->arena;
    const char *path = arena_print(arena, "%s/%s", at->options->out, name);
    struct output file;
    *spec = path;
    if (at->invocation->dry_run) return printf(TEXT("  将写 %s\n", "  would write %s\n"), path) > 0;
    if (access(path, F_OK) == 0)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("%s 已经有了，不覆盖别人改过的草稿",
                               "%s is there: a draft that somebody may have corrected is not replaced"),
                          path);
    if (!output_open(&file, at->options->out, (struct span){name, strlen(name)}, error)) return false;
    fwrite(yaml.bytes, 1, yaml.size, file.stream);
    if (!output_close(&file, error)) return false;
    if (!at->many) printf("  → %s\n", path);
    return true;
}

static void print_json(struct guessing *at, const struct guess_draft *draft, uint32_t files) {
    const struct guess_source *source = draft->source;
    const char *phrases[GUESS_LINES_MAX];
    uint32_t unsure = guess_unsure(draft, phrases, GUESS_LINES_MAX, at->invocation->arena);
    printf("%s{\"source\": ", at->printed++ ? ",\n " : "[");
    write_json_text((struct span){source->name, strlen(source->name)}, stdout);
    printf(", \"match\": ");
    write_json_text((struct span){draft->match, strlen(draft->match)}, stdout);
    printf(", \"files\": %u, \"kind\": \"%s\", \"format\": \"%s\", \"encoding\": \"%s\", \"judgement\": %s, "
           "\"rows\": %ju, \"explained\": %ju, \"unsure\": [",
           files, draft->kind->name, source->format, source->encoding ? source->encoding : "",
           source->judged ? "true" : "false", (uintmax_t)source->rows, (uintmax_t)source->explained);
    for (uint32_t i = 0; i < unsure && i < GUESS_LINES_MAX; i++) {
        if (i) printf(", ");
        write_json_text((struct span){phrases[i], strlen(phrases[i])}, stdout);
    }
    printf("], \"columns\": [");
    for (uint32_t i = 0; i < draft->line_count; i++) {
        const struct guess_line *line = &draft->lines[i];
        printf("%s{\"target\": \"%s\", \"score\": %u, \"spec\": ", i ? ", " : "",
               draft->kind->columns[line->target].name, line->score);
        write_json_text((struct span){line->text, strlen(line->text)}, stdout);
        printf("}");
    }
    printf("]}");
}

/* Keeps the draft for the overview and writes it, or prints it at the end. */
static bool keep(struct guessing *at, const struct guess_draft *draft, uint32_t files, struct error *error) {
    struct arena *arena = at->invocation->arena;
    const char *spec = NULL;
    if (at->invocation->json) return print_json(at, draft, files), true;
    if (!at->many && !at->invocation->quiet) {
        struct span report = guess_report(draft, arena);
        fprintf(at->options->out ? stdout : stderr, "%.*s", (int)report.size, report.bytes);
    }
    if (at->options->out && !write_file(at, draft_name(at, draft), guess_yaml(draft, arena), &spec, error))
        return false;
    at->overview.lines[at->overview.count++] = (struct overview_line){draft, files, spec};
    return true;
}

/* A register of persons that says since when they are insured feeds the enrollments too. */
static bool keep_group(struct guessing *at, const struct guess_group *group, struct error *error) {
    struct arena *arena = at->invocation->arena;
    if (!keep(at, group->draft, group->count, error)) return false;
    if (at->kind || strcmp(group->draft->kind->name, "psn_info_b") != 0) return true;
    struct guess_draft *second = ARENA_NEW(arena, struct guess_draft, 1);
    guess_propose(group->source, model_find(SPAN("psn_insu_d")), arena, second);
    const struct guess_line *since = guess_line_of(second, "crt_insu_date");
    guess_drop(second, "certno"); /* it stands in the draft of the persons */
    return !since || since->score < GUESS_CERTAIN || keep(at, second, group->count, error);
}

/* One damaged member does not hide the others. */
static void tell(struct guessing *at, const struct error *error) {
    print_error(stderr, error);
    at->code = exit_worse(at->code, exit_of(error));
}

/* A hidden sheet is known and not read; saying so keeps it from counting as lost. */
static void say_hidden(const struct guess_source *source) {
    fprintf(stderr,
            TEXT("%s: 隐藏的工作表，没有读；不需要时在源规格里写 ignore: yes\n",
                 "%s: a hidden sheet, not read; a spec with ignore: yes says that it is not needed\n"),
            source->name);
}

/* Its draft is a comment: what to decide, and the line that opens it. */
static void keep_locked(struct guessing *at, const struct guess_locked *locked) {
    struct overview *overview = &at->overview;
    struct arena *arena = at->invocation->arena;
    struct error error = {0};
    tell(at, &locked->error);
    if ((overview->locked_count & (overview->locked_count - 1)) == 0) { /* 0, 1, 2, 4: it is full */
        struct overview_locked *more =
            ARENA_NEW(arena, struct overview_locked, 2 * (size_t)overview->locked_count + 1);
        if (overview->locked_count) memcpy(more, overview->locked, overview->locked_count * sizeof *more);
        overview->locked = more;
    }
    struct overview_locked *line = &overview->locked[overview->locked_count++];
    *line = (struct overview_locked){*locked, guess_locked_yaml(locked, arena), NULL};
    const char *name = arena_print(arena, "%s.%s.yaml", stem(arena, guess_locked_pattern(locked, arena)),
                                   locked->rar ? "rar" : "zip");
    bool wanted = at->options->out && !at->invocation->json;
    if (wanted && !write_file(at, name, line->yaml, &line->spec, &error)) tell(at, &error);
}

static void look_at(struct guessing *at, const char *path, const char *name) {
    struct error error = {0};
    struct guess_listing listing;
    if (!guess_list(path, name, &at->access, at->invocation->arena, &listing, &error)) tell(at, &error);
    for (uint32_t i = 0; i < listing.count && at->source_count < SOURCES_MAX; i++) {
        struct error own = {0};
        struct guess_source *source = &listing.sources[i];
        if (source->hidden) say_hidden(source);
        else if (guess_look(source, at->invocation->arena, &own)) at->sources[at->source_count++] = source;
        else tell(at, &own);
    }
    if (listing.locked.name) keep_locked(at, &listing.locked);
}

/* A file of the folder: its size, and its hash once another is as long. */
struct looked {
    off_t size;
    bool failed;
    struct digest digest;
};

static bool hash_once(struct looked *file, const char *path) {
    struct error ignored = {0};
    if (!file->digest.sha256[0] && !file->failed) file->failed = !digest_file(path, &file->digest, &ignored);
    return !file->failed;
}

/* The same bytes under two names are one file: a copy would count every row twice. */
static bool is_copy(struct guessing *at, const char *folder, const char *const *names, uint32_t index,
                    struct looked *files) {
    struct arena *arena = at->invocation->arena;
    const char *path = arena_print(arena, "%s/%s", folder, names[index]);
    struct stat status;
    if (stat(path, &status) != 0 || !status.st_size) return false;
    files[index].size = status.st_size;
    for (uint32_t i = 0; i < index; i++) {
        if (files[i].size != files[index].size) continue;
        if (!hash_once(&files[index], path)) return false;
        if (hash_once(&files[i], arena_print(arena, "%s/%s", folder, names[i])) &&
            strcmp(files[i].digest.sha256, files[index].digest.sha256) == 0)
            return true;
    }
    return false;
}

static void look_into(struct guessing *at, const char *folder, const char *const *names, uint32_t count) {
    struct arena *arena = at->invocation->arena;
    struct looked *files = ARENA_NEW(arena, struct looked, count + 1);
    at->many = true;
    for (uint32_t n = 0; n < count; n++)
        if (is_copy(at, folder, names, n, files)) at->overview.copies++;
        else look_at(at, arena_print(arena, "%s/%s", folder, names[n]), names[n]);
}

static bool look_at_all(struct guessing *at, struct error *error) {
    struct arena *arena = at->invocation->arena;
    at->sources = ARENA_NEW(arena, const struct guess_source *, SOURCES_MAX);
    for (uint32_t i = 0; i < at->invocation->argument_count; i++) {
        const char *path = at->invocation->arguments[i], **names;
        struct stat status;
        uint32_t count;
        if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode)) {
            look_at(at, path, NULL);
            continue;
        }
        if (!guess_folder(path, arena, &names, &count, error)) return false;
        look_into(at, path, names, count);
    }
    at->many |= at->source_count > 1;
    return true;
}

static void print_locked_json(struct guessing *at, const struct guess_locked *locked) {
    printf("%s{\"source\": ", at->printed++ ? ",\n " : "[");
    write_json_text((struct span){locked->name, strlen(locked->name)}, stdout);
    printf(", \"locked\": \"%s\", \"members\": %u}", locked->rar ? "rar" : "password", locked->count);
}

static enum exit_code finish(struct guessing *at) {
    struct arena *arena = at->invocation->arena;
    FILE *page = at->options->out ? stdout : stderr;
    if (at->invocation->json) {
        for (uint32_t i = 0; i < at->overview.locked_count; i++)
            print_locked_json(at, &at->overview.locked[i].locked);
        printf("%s]\n", at->printed ? "" : "[");
        return at->code;
    }
    if (at->many && !at->invocation->quiet) overview_print(&at->overview, page, arena);
    for (uint32_t i = 0; i < at->overview.count && !at->options->out; i++) {
        struct span yaml = guess_yaml(at->overview.lines[i].draft, arena);
        if (i) printf("---\n");
        fwrite(yaml.bytes, 1, yaml.size, stdout);
    }
    for (uint32_t i = 0; i < at->overview.locked_count && !at->options->out; i++) {
        struct span yaml = at->overview.locked[i].yaml;
        if (i || at->overview.count) printf("---\n");
        fwrite(yaml.bytes, 1, yaml.size, stdout);
    }
    return at->code;
}

static enum exit_code run_update(struct invocation *invocation, const char *spec, struct error *error) {
    struct update update = {
        .city = invocation->city, .spec_path = spec, .file_path = invocation->arguments[0]};
    if (!guess_update(&update, invocation->arena, error)) return exit_of(error);
    for (uint32_t i = 0; i < update.warning_count; i++)
        fprintf(stderr, TEXT("请人定：%s\n", "for a person: %s\n"), update.warnings[i]);
    fwrite(update.diff.bytes, 1, update.diff.size, stdout);
    if (!update.diff.size) fprintf(stderr, TEXT("%s 不用改\n", "%s needs no change\n"), spec);
    else if (!invocation->quiet)
        fprintf(stderr,
                TEXT("核对后照改，或  tongchou guess --update %s %s | patch -p0\n",
                     "check it, then change by hand, or  tongchou guess --update %s %s | patch -p0\n"),
                spec, update.file_path);
    return EXIT_HELD;
}

static enum exit_code guess_run(struct invocation *invocation, void *options, struct error *error) {
    struct guessing at = {.invocation = invocation, .options = options};
    const char *kind = at.options->kind;
    if (kind && !(at.kind = model_find((struct span){kind, strlen(kind)})))
        return exit_of(
            (error_code(error, TROUBLE_USAGE, NULL, TEXT("没有数据类别 %s", "no kind %s"), kind), error));
    if (at.options->update) return run_update(invocation, at.options->update, error);
    at.access = (struct guess_access){.rar = at.options->rar, .password_file = at.options->password_file};
    if (at.access.password_file)
        at.access.password_name =
            guess_password_name(invocation->city, at.access.password_file, invocation->arena);
    if (!look_at_all(&at, error)) return exit_of(error);
    struct guess_group *groups = ARENA_NEW(invocation->arena, struct guess_group, at.source_count + 1);
    uint32_t count = guess_groups(at.sources, at.source_count, at.kind, invocation->arena, groups);
    at.overview.lines = ARENA_NEW(invocation->arena, struct overview_line, 2 * (size_t)count + 1);
    at.overview.files = at.source_count;
    at.overview.shapes = count;
    for (uint32_t g = 0; g < count; g++) {
        struct error own = {0};
        if (!keep_group(&at, &groups[g], &own)) tell(&at, &own);
    }
    const char *scan = at.options->scan;
    if (scan && !guess_scan(scan, groups, count, invocation->arena, error)) return exit_of(error);
    if (scan && !invocation->json) fprintf(stderr, TEXT("扫描表  %s\n", "scan  %s\n"), scan);
    return finish(&at);
}

static const struct setting options[] = {
    {"kind", SETTING_TEXT, offsetof(struct guess_options, kind), NULL, "已知的数据类别，如 setl_d",
     "the kind, when it is known: setl_d"},
    {"update", SETTING_TEXT, offsetof(struct guess_options, update), NULL,
     "FILE 的表头变了：只提出这份源规格要改的行(diff)",
     "the header of FILE has changed: propose the lines of this spec to change (a diff)"},
    {"rar", SETTING_FLAG, offsetof(struct guess_options, rar), NULL, "读 rar 压缩包；草稿里也写上 rar: yes",
     "read rar archives; the drafts say rar: yes too"},
    {"password-file", SETTING_TEXT, offsetof(struct guess_options, password_file), NULL,
     "加密 zip 的密码所在文件(第一行)；草稿里也写上 password_file",
     "the file whose first line is the password of encrypted zips; the drafts name it too"},
    {"scan", SETTING_TEXT, offsetof(struct guess_options, scan), NULL,
     "把看到的写成这个工作簿或网页(.xlsx、.html)：编码、每列的填写、取值和问题",
     "write what was seen into this workbook or page (.xlsx, .html): encodings, columns, values, problems"},
    {"out", SETTING_TEXT, offsetof(struct guess_options, out), NULL,
     "草稿写到此文件夹，每份一个文件；不写则输出到屏幕",
     "write the drafts into this folder, one file each; else to standard output"},
    {0},
};

const struct command command_guess = {
    .name = "guess",
    .arguments = "FILE|FOLDER...",
    .zh = "看文件、压缩包或整个县的文件夹是什么，起草源规格",
    .en = "see what a file, an archive or a county's folder is and draft source specs",
    .example = "tongchou guess deliveries/linzhu --out mappings/linzhu",
    .tries = "",
    .options = options,
    .state_size = sizeof(struct guess_options),
    .arguments_min = 1,
    .arguments_max = 1000,
    .run = guess_run,
};
