/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The manual page, out of the tables that read the command line, the specs and the settings of the readers.
 */
#include "cli/city.h"
#include "cli/command.h"
#include "core/language.h"
#include "core/spec.h"
#include "extract/extract.h"
#include <string.h>

/* A line of running text: a backslash means itself, and no line is a request. */
static void put_text(FILE *out, const char *text) {
    if (*text == '.' || *text == '\'') fputs("\\&", out);
    for (; *text; text++)
        if (*text == '\\') fputs("\\e", out);
        else fputc(*text, out);
    fputc('\n', out);
}

static void put_settings(FILE *out, const char *dashes, const struct setting *settings) {
    for (; settings && settings->name; settings++) {
        fprintf(out, ".TP\n.B %s%s\n", dashes, settings->name);
        put_text(out, TEXT(settings->help_zh, settings->help_en));
    }
}

static void put_commands(FILE *out) {
    fprintf(out, ".SH %s\n", TEXT("命令", "COMMANDS"));
    for (size_t i = 0; commands[i]; i++) {
        fprintf(out, ".SS %s %s\n%s\n.PP\n.EX\n%s\n.EE\n", commands[i]->name, commands[i]->arguments,
                TEXT(commands[i]->zh, commands[i]->en), commands[i]->example);
        if (commands[i]->note_zh) fprintf(out, ".PP\n%s\n", TEXT(commands[i]->note_zh, commands[i]->note_en));
        put_settings(out, "\\-\\-", commands[i]->options);
    }
    fprintf(out, ".SH %s\n", TEXT("公共选项", "COMMON OPTIONS"));
    put_settings(out, "\\-\\-", common_options);
}

/* What stands under `read:` of a spec: first what all formats have, then each format's own. */
static void put_formats(FILE *out) {
    fprintf(out, ".SH %s\n", TEXT("规格的 read", "READ, IN A SPEC"));
    for (size_t f = 0; extractors[f]; f++) {
        fprintf(out, ".SS format: %s\n", extractors[f]->stage.name);
        put_settings(out, "", extractors[f]->stage.settings);
    }
}

static void put_exits(FILE *out) {
    static const enum exit_code codes[] = {EXIT_HELD,  EXIT_FAILED, EXIT_PUBLISHED,   EXIT_REFUSED,
                                           EXIT_USAGE, EXIT_LATER,  EXIT_INTERRUPTED, EXIT_TERMINATED};
    fprintf(out, ".SH %s\n", TEXT("退出码", "EXIT STATUS"));
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        fprintf(out, ".TP\n.B %d\n%s\n", (int)codes[i], exit_meaning(codes[i]));
    fprintf(out, ".PP\n%s\n",
            TEXT("几批交付里取最先适用的：64、1、3、75、2、0；中断优先于一切。",
                 "Of several deliveries the first that applies of 64, 1, 3, 75, 2, 0; an interrupt wins over "
                 "all."));
}

void print_manual(FILE *out) {
    fprintf(out, ".TH TONGCHOU 1\n.SH %s\ntongchou \\- %s\n.SH %s\n.B tongchou\n%s\n", TEXT("名称", "NAME"),
            TEXT("把各县医保数据并入一个市级数据库", "county medical-insurance data into one city database"),
            TEXT("用法", "SYNOPSIS"), TEXT("命令 [选项] [参数]", "COMMAND [OPTIONS] [ARGUMENTS]"));
    put_commands(out);
    fprintf(out, ".SH CITY.YAML\n");
    put_settings(out, "", city_words);
    fprintf(out, ".SH %s\n", TEXT("源规格", "SOURCE SPECS"));
    put_settings(out, "", spec_words);
    fprintf(out, ".SS %s\n", TEXT("columns 里的一列", "A column under columns"));
    put_settings(out, "", spec_column_words);
    put_formats(out);
    put_exits(out);
    fprintf(out, ".SH %s\n.TP\n.B TONGCHOU_PLUGINS\n%s\n", TEXT("环境变量", "ENVIRONMENT"),
            TEXT("格式插件所在的文件夹", "folder of plugins for further formats"));
}
