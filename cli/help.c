/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What --help prints.  On a terminal lines are broken between words, and go on under where they began. */
#include "cli/command.h"
#include "core/language.h"
#include "core/terminal.h"
#include "report/cell.h"

enum { HELP_INDENT_COMMAND = 13, HELP_DASHES = 4, HELP_GAP = 2 };

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

const char *option_value(const struct setting *setting) {
    if (setting->kind == SETTING_FLAG) return "";
    return setting->kind == SETTING_COUNT ? " N" : TEXT(" 值", " VALUE");
}

/* Of its name and value, on a terminal. */
static uint32_t option_width(const struct setting *setting) {
    const char *value = option_value(setting);
    return (uint32_t)strlen(setting->name) + cell_width((struct span){value, strlen(value)});
}

static uint32_t widest(const struct setting *settings, uint32_t width) {
    for (; settings && settings->name; settings++)
        if (option_width(settings) > width) width = option_width(settings);
    return width;
}

/* Name and value in `width` columns, then what it does. */
static void print_option(FILE *out, const struct setting *setting, uint32_t width) {
    uint32_t indent = HELP_DASHES + width + HELP_GAP;
    fprintf(out, "  --%s%s%*s", setting->name, option_value(setting),
            (int)(indent - HELP_DASHES - option_width(setting)), "");
    put_wrapped(out, TEXT(setting->help_zh, setting->help_en), indent, indent);
}

static void print_command(FILE *out, const struct command *command) {
    fprintf(out, "tongchou %s%s", command->name, command->arguments[0] ? " " : "");
    uint32_t begun = (uint32_t)strlen("tongchou  ") + (uint32_t)strlen(command->name);
    put_wrapped(out, command->arguments, begun, begun);
    put_wrapped(out, TEXT(command->zh, command->en), 0, 0);
    fprintf(out, "\n%s\n  %s\n", TEXT("例:", "Example:"), command->example);
    if (command->note_zh) {
        fputc('\n', out);
        put_wrapped(out, TEXT(command->note_zh, command->note_en), 0, 0);
    }
    uint32_t width = widest(command->options, widest(common_options, 0));
    fprintf(out, "\n%s\n", TEXT("选项:", "Options:"));
    for (const struct setting *s = command->options; s && s->name; s++) print_option(out, s, width);
    if (command->options) fprintf(out, "\n%s\n", TEXT("每个命令都有的选项:", "Options of every command:"));
    for (const struct setting *s = common_options; s->name; s++)
        if (command->tries || strcmp(s->name, "dry-run") != 0) print_option(out, s, width);
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
            TEXT("tongchou 命令 --help 看每个命令的例子和选项；make manual 写手册页，city.yaml "
                 "和源规格的每个词都在里面",
                 "tongchou COMMAND --help shows an example and the options; make manual writes the manual "
                 "page, with every word of city.yaml and of source specs"));
    static const enum exit_code codes[] = {EXIT_HELD,  EXIT_FAILED, EXIT_PUBLISHED,   EXIT_REFUSED,
                                           EXIT_USAGE, EXIT_LATER,  EXIT_INTERRUPTED, EXIT_TERMINATED};
    fprintf(out, "\n%s\n", TEXT("退出码:", "Exit codes:"));
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        fprintf(out, "  %3d  %s\n", (int)codes[i], exit_meaning(codes[i]));
}
