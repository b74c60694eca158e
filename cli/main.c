/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/command.h"
#include "core/language.h"
#include "extract/plugin.h"
#include <fcntl.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGE_BYTES = 1 << 20 };

/* Set by the handler alone; the second signal ends the program at once. */
static _Atomic bool stopped;
static _Atomic int stopped_by;

static void on_signal(int number) {
    if (atomic_load(&stopped)) _exit(128 + number);
    atomic_store(&stopped_by, number);
    atomic_store(&stopped, true);
}

static void watch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL); /* a file limit is an error of write, not a death */
}

/* With 0, 1 or 2 closed, the next thing that is opened gets its number: what is said would then go into the
   database's connection. */
static bool fill_standard_files(void) {
    for (int file = 0; file <= 2;) {
        file = open("/dev/null", O_RDWR);
        if (file < 0) return false;
        if (file > 2) close(file);
    }
    return true;
}

/* --lang, else the first of LC_ALL, LC_MESSAGES, LANG that says zh or en; Chinese when none does. */
static enum language choose_language(int count, char **words) {
    for (int i = 1; i < count; i++) {
        const char *value = strcmp(words[i], "--lang") == 0 && i + 1 < count ? words[i + 1]
                            : strncmp(words[i], "--lang=", 7) == 0           ? words[i] + 7
                                                                             : NULL;
        if (value) return strncmp(value, "en", 2) == 0 ? LANGUAGE_EN : LANGUAGE_ZH;
    }
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value && strncmp(value, "en", 2) == 0) return LANGUAGE_EN;
        if (value && *value) return LANGUAGE_ZH;
    }
    return LANGUAGE_ZH;
}

static const struct command *find_command(const char *name, const char **near) {
    unsigned nearest = 3;
    for (size_t i = 0; commands[i]; i++) {
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
        unsigned distance =
            setting_distance((struct span){name, strlen(name)},
                             (struct span){commands[i]->name, strlen(commands[i]->name)}, nearest);
        if (distance < nearest) nearest = distance, *near = commands[i]->name;
    }
    return NULL;
}

struct common {
    const char *city, *lang;
    bool json, quiet, dry_run, unmask, help;
};

const struct setting common_options[] = {
    {"city", SETTING_TEXT, offsetof(struct common, city), ".", "城市文件夹", "the city's folder"},
    {"lang", SETTING_TEXT, offsetof(struct common, lang), NULL, "zh 或 en", "zh or en"},
    {"json", SETTING_FLAG, offsetof(struct common, json), NULL, "输出 JSON", "print JSON"},
    {"quiet", SETTING_FLAG, offsetof(struct common, quiet), NULL, "不显示进度；也写作 -q",
     "no progress; -q for short"},
    {"dry-run", SETTING_FLAG, offsetof(struct common, dry_run), NULL, "只说要做什么，什么也不改",
     "only say what would be done; nothing is changed"},
    {"unmask", SETTING_FLAG, offsetof(struct common, unmask), NULL, "显示证件号和姓名原文(会记录在案)",
     "show ID numbers and names in clear (is recorded)"},
    {"help", SETTING_FLAG, offsetof(struct common, help), NULL, "显示这些；也写作 -h", "this; -h for short"},
    {0},
};

/* One option as a one-entry map, so that the settings table reads it as it reads a spec. */
static bool take_option(const struct setting *settings, void *state, const char *name, size_t size,
                        const char *value, bool *known, struct arena *arena, struct error *error) {
    for (const struct setting *s = settings; s && s->name; s++) {
        if (strlen(s->name) != size || memcmp(s->name, name, size) != 0) continue;
        *known = true;
        if (!value && s->kind == SETTING_FLAG) value = "yes";
        if (!value)
            return error_code(error, TROUBLE_USAGE, NULL, TEXT("--%s 后面要有值", "--%s needs a value"),
                              s->name);
        struct node key = {.kind = NODE_SCALAR, .text = {s->name, size}};
        struct node item = {.kind = NODE_SCALAR, .text = {value, strlen(value)}};
        struct node map = {.kind = NODE_MAP, .count = 1, .keys = &key, .items = &item};
        struct setting one[] = {*s, {0}};
        one[0].initial = NULL;
        return setting_fill(one, state, &map, arena, error);
    }
    return true;
}

static bool wants_value(const struct setting *settings, const char *name) {
    for (const struct setting *s = settings; s && s->name; s++)
        if (strcmp(s->name, name) == 0) return s->kind != SETTING_FLAG;
    return false;
}

static bool parse(int count, char **words, const struct command *command, struct common *common, void *state,
                  struct invocation *invocation, struct error *error) {
    const char **arguments = ARENA_NEW(invocation->arena, const char *, (size_t)count + 1);
    bool plain = false;
    for (int i = 0; i < count; i++) {
        const char *word = words[i];
        if (strcmp(word, "-q") == 0) word = "--quiet";
        if (strcmp(word, "-h") == 0) word = "--help";
        if (plain || strncmp(word, "--", 2) != 0) {
            arguments[invocation->argument_count++] = word;
            continue;
        }
        if (!word[2]) {
            plain = true;
            continue;
        }
        const char *name = word + 2, *equal = strchr(name, '=');
        size_t size = equal ? (size_t)(equal - name) : strlen(name);
        const char *value = equal ? equal + 1 : NULL;
        bool known = false;
        if (!value && i + 1 < count &&
            (wants_value(common_options, name) || wants_value(command->options, name)))
            value = words[++i];
        if (!take_option(common_options, common, name, size, value, &known, invocation->arena, error) ||
            (!known &&
             !take_option(command->options, state, name, size, value, &known, invocation->arena, error)))
            return false;
        if (known) continue;
        const char *near = setting_nearest(command->options, (struct span){name, size});
        if (!near) near = setting_nearest(common_options, (struct span){name, size});
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("不认识选项 %s%s%s", "unknown option %s%s%s"),
                          word, near ? TEXT("，是不是 --", "; did you mean --") : "", near ? near : "");
    }
    invocation->arguments = arguments;
    if (common->help || (invocation->argument_count >= command->arguments_min &&
                         invocation->argument_count <= command->arguments_max))
        return true;
    return error_code(error, TROUBLE_USAGE, NULL, TEXT("用法: tongchou %s %s", "usage: tongchou %s %s"),
                      command->name, command->arguments);
}

/* Who asks to try something must not see it done. */
static bool may_try(const struct command *command, const struct invocation *invocation, struct error *error) {
    const char *verb = invocation->argument_count && command->arguments_min ? invocation->arguments[0] : "";
    const char *word = arena_print(invocation->arena, " %s", verb);
    if (command->tries &&
        (!*command->tries || strstr(command->tries, arena_print(invocation->arena, " %s ", verb))))
        return true;
    return error_code(error, TROUBLE_USAGE, NULL,
                      TEXT("%s%s 没有 --dry-run；什么也没有做", "%s%s has no --dry-run; nothing was done"),
                      command->name, command->tries ? word : "");
}

static enum exit_code run_command(const struct command *command, int count, char **words) {
    struct arena arena = {0};
    struct error error = {0};
    struct common common = {0};
    struct invocation invocation = {.arena = &arena, .stop = &stopped, .stopped_by = &stopped_by};
    void *state = arena_take(&arena, command->state_size ? command->state_size : 1, 1, _Alignof(max_align_t));
    enum exit_code code = EXIT_USAGE;
    if (setting_fill(common_options, &common, NULL, &arena, &error) &&
        setting_fill(command->options, state, NULL, &arena, &error) &&
        parse(count, words, command, &common, state, &invocation, &error)) {
        if (common.help) {
            print_help(stdout, command);
            arena_free(&arena);
            return EXIT_HELD;
        }
        invocation.city = common.city;
        invocation.json = common.json;
        invocation.quiet = common.quiet;
        invocation.dry_run = common.dry_run;
        invocation.unmask = common.unmask;
        /* Not from the environment of a program that was given other rights than its caller's. */
        const char *plugins = secure_getenv("TONGCHOU_PLUGINS");
        if ((!common.dry_run || may_try(command, &invocation, &error)) &&
            (!plugins || !*plugins || plugins_load(plugins, &arena, &error)))
            code = command->run(&invocation, state, &error);
    }
    if (error.message[0]) print_error(stderr, &error);
    if (atomic_load(&stopped)) code = exit_of_signal(atomic_load(&stopped_by));
    arena_free(&arena);
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_HELD)
        code = EXIT_FAILED; /* nobody could read it */
    return code;
}

/* `tongchou --lang en run` is what many write first: the options that every command has may stand before it.
 */
static void lead_with_command(int count, char **words) {
    int at = 1;
    while (at < count && strncmp(words[at], "--", 2) == 0 && words[at][2])
        at += strchr(words[at], '=') || !wants_value(common_options, words[at] + 2) ? 1 : 2;
    for (int i = 1; at >= count && i < count; i++) /* --lang en --help */
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0) at = i;
    if (at >= count) return;
    char *command = words[at];
    memmove(words + 2, words + 1, (size_t)(at - 1) * sizeof *words);
    words[1] = command;
}

int main(int count, char **words) {
    if (!fill_standard_files()) return EXIT_FAILED;
    if (!setlocale(LC_ALL, "") || strcmp(setlocale(LC_CTYPE, NULL), "C") == 0) setlocale(LC_ALL, "C.UTF-8");
    setlocale(LC_NUMERIC, "C");
    language_set(choose_language(count, words));
    umask(077);
    /* Large buffers go back to the system when they are freed.  Else glibc learns their size from the first
       one, keeps up to twice that in every thread, and the peak grows with how often a buffer came and went.
     */
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
    setvbuf(stdout, NULL, _IOLBF, 0); /* what is done is said at once, also through a pipe */
    watch_signals();
    if (count > 1) lead_with_command(count, words);
    if (count < 2 || strcmp(words[1], "--help") == 0 || strcmp(words[1], "help") == 0 ||
        strcmp(words[1], "-h") == 0) {
        const char *none = NULL;
        print_help(stdout, count > 2 ? find_command(words[2], &none) : NULL);
        return count < 2 ? EXIT_USAGE : EXIT_HELD;
    }
    if (strcmp(words[1], "--manual") == 0) {
        print_manual(stdout);
        return EXIT_HELD;
    }
    const char *near = NULL;
    const struct command *command = find_command(words[1], &near);
    if (!command) {
        struct error error = {0};
        error_code(&error, TROUBLE_USAGE, NULL,
                   TEXT("没有命令 %s%s%s；见 tongchou --help", "no command %s%s%s; see tongchou --help"),
                   words[1], near ? TEXT("，是不是 ", "; did you mean ") : "", near ? near : "");
        print_error(stderr, &error);
        return EXIT_USAGE;
    }
    return (int)run_command(command, count - 2, words + 2);
}
