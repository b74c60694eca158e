/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/command.h"
#include "core/language.h"
#include "core/reason.h"
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

extern const struct command command_cover, command_fund, command_map, command_person, command_policy,
    command_trace;
extern const struct command command_init, command_guess, command_preview, command_template, command_check,
    command_run, command_status, command_retry, command_undo, command_history, command_report, command_verify,
    command_compare, command_drop, command_fetch;

/* In the order in which a city needs them. */
const struct command *const commands[] = {
    &command_init,   &command_template,
    &command_guess,  &command_preview,
    &command_check,  &command_run,
    &command_status, &command_map,
    &command_retry,  &command_undo,
    &command_trace,  &command_history,
    &command_report, &command_verify,
    &command_fund,   &command_person,
    &command_policy, &command_cover,
    &command_fetch,  &command_compare,
    &command_drop,   NULL,
};

enum exit_code exit_worse(enum exit_code a, enum exit_code b) {
    static const enum exit_code order[] = {EXIT_TERMINATED, EXIT_INTERRUPTED, EXIT_USAGE,    EXIT_FAILED,
                                           EXIT_REFUSED,    EXIT_LATER,       EXIT_PUBLISHED};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (a == order[i] || b == order[i]) return order[i];
    return EXIT_HELD;
}

enum exit_code exit_of(const struct error *error) {
    switch (error->trouble) {
    case TROUBLE_FAILED: return EXIT_FAILED;
    case TROUBLE_REFUSED: return EXIT_REFUSED;
    case TROUBLE_USAGE: return EXIT_USAGE;
    case TROUBLE_LATER: return EXIT_LATER;
    }
    return EXIT_FAILED;
}

enum exit_code exit_of_signal(int number) { return number == SIGINT ? EXIT_INTERRUPTED : EXIT_TERMINATED; }

const char *exit_meaning(enum exit_code code) {
    switch (code) {
    case EXIT_HELD:
        return TEXT("全部有去向，无退回，核对全部相符",
                    "every row accounted for, none rejected, every check held");
    case EXIT_FAILED:
        return TEXT("有交付损坏或失败，该批未入库任何一行；可以再次运行",
                    "a delivery failed; nothing of it was published; safe to run again");
    case EXIT_PUBLISHED:
        return TEXT("已入库，有退回行或待看的核对项",
                    "published, with rejects inside the limit or findings to look at");
    case EXIT_REFUSED:
        return TEXT("有交付被拒收，该批未入库任何一行",
                    "a delivery was refused; nothing of it was published");
    case EXIT_USAGE: return TEXT("用法或配置有误", "usage or configuration");
    case EXIT_LATER:
        return TEXT("请稍后再试：数据库不可用或被另一次处理占用",
                    "try later: database away, or held by another run");
    case EXIT_INTERRUPTED:
    case EXIT_TERMINATED:
        return TEXT("已中断并回滚；可以再次运行", "interrupted and rolled back; safe to run again");
    }
    return "";
}

const char *path_seen(const char *path, struct arena *arena) {
    char *here = getcwd(NULL, 0);
    size_t size = here ? strlen(here) : 0;
    bool below = size > 1 && strncmp(path, here, size) == 0 && path[size] == '/' && path[size + 1];
    free(here);
    return arena_print(arena, "%s", below ? path + size + 1 : path);
}

static int plain(int letter) { return (unsigned char)letter < 0x20 || letter == 0x7F ? '?' : letter; }

const char *plain_text(struct arena *arena, const char *text) {
    char *copy = ARENA_NEW(arena, char, strlen(text) + 1);
    size_t size = 0;
    for (; text[size]; size++) copy[size] = (char)plain(text[size]);
    copy[size] = '\0';
    return copy;
}

static void put_plain(FILE *out, const char *text) {
    for (; *text; text++) fputc(plain(*text), out);
}

/* A sentence that begins with its place says it already. */
static bool placed(const struct error *error) {
    const char *source = error->at.source;
    return source && *source && strncmp(error->message, source, strlen(source)) == 0;
}

static void put_error(FILE *out, const struct error *error) {
    if (!placed(error)) {
        char place[PLACE_TEXT];
        error_place(error, place);
        if (error->at.source) put_plain(out, error->at.source);
        fprintf(out, "%s%s%s", error->at.source && *place ? ": " : "", place,
                error->at.source || *place ? ": " : "");
    }
    put_plain(out, error->message);
}

void print_error(FILE *out, const struct error *error) {
    fprintf(out, "tongchou: ");
    put_error(out, error);
    fputc('\n', out);
    print_suggestion(out, error);
}

void print_suggestion(FILE *out, const struct error *error) {
    const struct reason_kind *reason = error->code ? reason_find(error->code) : NULL;
    if (reason && *reason_suggestion(reason)) fprintf(out, "  → %s\n", reason_suggestion(reason));
}

const char *error_text(const struct error *error, struct arena *arena) {
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    if (!out) abort();
    put_error(out, error);
    fclose(out);
    const char *text = arena_print(arena, "%s", bytes);
    free(bytes);
    return text;
}
