/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What --help prints.  On a terminal lines are broken between words, and go on under where they began. */
#include "cli/command.h"
#include "core/language.h"
#include "core/terminal.h"
#include "report/cell.h"

enum { HELP_INDENT_OPTION = 6, HELP_INDENT_COMMAND = 13 };

/* A sign that must not begin a line. */
static bool closes(struct span character) {
    static const char *const signs[] = {"，", "。", "；", "：", "、", "）", "”", "」", "？", ")", ","};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (span_equal(character, (struct span){signs[i], strlen(signs[i])})) return true;
    return false;
}

/* Takes what must stay on one line off the front: a Latin word, or one character and the signs that close
   it. */
static struct span take_word(struct span *text) {
    struct span word = {text->bytes, 0}, rest = *text;
    while (rest.size) {
        struct span before = rest;
        cell_character(&rest);
        struct span character = {before.bytes, (size_t)(rest.bytes - before.bytes)};
        bool latin = (unsigned char)*before.bytes < 0x80;
        bool after_latin = word.size && (unsigned char)word.bytes[word.size - 1] < 0x80;
        if (word.size && !closes(character) && (!latin || !after_latin || word.bytes[word.size - 1] == ' '))
            break;
        word.size += character.size;
        *text = rest;
    }
    return word;
}

/* A line that begins at column `at` of the terminal. */
static void put_wrapped(FILE *out, const char *sentence, uint32_t at, uint32_t indent) {
    uint32_t columns = terminal_columns(out);
    struct span text = {sentence, strlen(sentence)};
    while (text.size) {
        struct span word = take_word(&text);
        uint32_t blank = word.size && word.bytes[word.size - 1] == ' ', width = cell_width(word);
        if (columns > 2 * indent && at > indent && at + width - blank > columns) {
            fprintf(out, "\n%*s", (int)indent, "");
            at = indent;
        }
        fwrite(word.bytes, 1, word.size, out);
        at = *word.bytes == '\n' ? 0 : at + width;
    }
    fputc('\n', out);
}

static void print_options(FILE *out, const struct setting *settings) {
    for (; settings && settings->name; settings++) {
        fprintf(out, "  --%s%s\n%*s", settings->name,
                settings->kind == SETTING_FLAG ? "" : TEXT(" 值", " VALUE"), HELP_INDENT_OPTION, "");
        put_wrapped(out, TEXT(settings->help_zh, settings->help_en), HELP_INDENT_OPTION, HELP_INDENT_OPTION);
    }
}

/* One line each: they are the same everywhere. */
static void print_common(FILE *out, const struct command *command) {
    for (const struct setting *s = common_options; s->name; s++) {
        if (!command->tries && strcmp(s->name, "dry-run") == 0) continue;
        fprintf(out, "  --%-8s  %s\n", s->name, TEXT(s->help_zh, s->help_en));
    }
}

static void print_command(FILE *out, const struct command *command) {
    fprintf(out, "tongchou %s %s\n", command->name, command->arguments);
    put_wrapped(out, TEXT(command->zh, command->en), 0, 0);
    fprintf(out, "\n%s\n  %s\n", TEXT("例:", "Example:"), command->example);
    if (command->note_zh) {
        fputc('\n', out);
        put_wrapped(out, TEXT(command->note_zh, command->note_en), 0, 0);
    }
    fprintf(out, "\n%s\n", TEXT("选项:", "Options:"));
    print_options(out, command->options);
    if (command->options) fprintf(out, "\n%s\n", TEXT("每个命令都有的选项:", "Options of every command:"));
    print_common(out, command);
}

void print_help(FILE *out, const struct command *command) {
    if (command) {
        print_command(out, command);
        return;
    }
    put_wrapped(
        out,
        TEXT("统筹 tongchou：把各县医保数据并入一个市级数据库，不漏一行，不差一分",
             "tongchou: county medical-insurance data into one city database, not one row, not one fen lost"),
        0, 0);
    fputc('\n', out);
    for (size_t i = 0; commands[i]; i++) {
        fprintf(out, "  %-10s ", commands[i]->name);
        put_wrapped(out, TEXT(commands[i]->zh, commands[i]->en), HELP_INDENT_COMMAND, HELP_INDENT_COMMAND);
    }
    fprintf(out, "\n%s\n",
            TEXT("tongchou 命令 --help 看每个命令的例子和选项",
                 "tongchou COMMAND --help shows an example and the options"));
    static const enum exit_code codes[] = {EXIT_HELD,  EXIT_FAILED, EXIT_PUBLISHED,  EXIT_REFUSED,
                                           EXIT_USAGE, EXIT_LATER,  EXIT_INTERRUPTED};
    fprintf(out, "\n%s\n", TEXT("退出码:", "Exit codes:"));
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        fprintf(out, "  %3d  %s\n", (int)codes[i], exit_meaning(codes[i]));
}
