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

static void put_setting(FILE *out, const struct setting *setting) {
    fprintf(out, ".TP\n.B %s\n", setting->name);
    put_text(out, TEXT(setting->help_zh, setting->help_en));
}

static void put_settings(FILE *out, const struct setting *settings) {
    for (; settings && settings->name; settings++) put_setting(out, settings);
}

static void put_options(FILE *out, const struct setting *settings) {
    for (; settings && settings->name; settings++) {
        fprintf(out, ".TP\n\\fB\\-\\-%s\\fI%s\\fR\n", settings->name, option_value(settings));
        put_text(out, TEXT(settings->help_zh, settings->help_en));
    }
}

static void put_commands(FILE *out) {
    fprintf(out, ".SH %s\n", TEXT("命令", "COMMANDS"));
    for (size_t i = 0; commands[i]; i++) {
        fprintf(out, ".SS %s %s\n%s\n.PP\n.EX\n%s\n.EE\n", commands[i]->name, commands[i]->arguments,
                TEXT(commands[i]->zh, commands[i]->en), commands[i]->example);
        if (commands[i]->note_zh) fprintf(out, ".PP\n%s\n", TEXT(commands[i]->note_zh, commands[i]->note_en));
        put_options(out, commands[i]->options);
    }
    fprintf(out, ".SH %s\n", TEXT("公共选项", "COMMON OPTIONS"));
    put_options(out, common_options);
}

/* A setting that every format has: of this name, and saying the same. */
static bool in_all_formats(const struct setting *setting) {
    for (size_t f = 0; extractors[f]; f++) {
        const struct setting *own = extractors[f]->stage.settings;
        while (own->name &&
               (strcmp(own->name, setting->name) != 0 || strcmp(own->help_zh, setting->help_zh) != 0))
            own++;
        if (!own->name) return false;
    }
    return true;
}

/* What stands under `read:` of a spec: first what all formats have, then each format's own. */
static void put_formats(FILE *out) {
    fprintf(out, ".SH %s\n.SS %s\n", TEXT("规格的 read", "READ, IN A SPEC"),
            TEXT("每种格式都有的", "Of every format"));
    for (const struct setting *s = extractors[0]->stage.settings; s->name; s++)
        if (in_all_formats(s)) put_setting(out, s);
    for (size_t f = 0; extractors[f]; f++) {
        uint32_t own = 0;
        for (const struct setting *s = extractors[f]->stage.settings; s->name; s++) {
            if (in_all_formats(s)) continue;
            if (!own++) fprintf(out, ".SS format: %s\n", extractors[f]->stage.name);
            put_setting(out, s);
        }
        if (!own)
            fprintf(out, ".SS format: %s\n%s\n", extractors[f]->stage.name,
                    TEXT("没有自己的设置。", "No settings of its own."));
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

static void put_files(FILE *out) {
    static const struct {
        const char *name, *zh, *en;
    } files[] = {
        {"city.yaml", "城市的配置，见上", "the city's configuration, above"},
        {"deliveries/COUNTY/", "县里交来的文件和 交接单.xlsx；只读，从不改动",
         "what a county sent, with its slip 交接单.xlsx; only read, never changed"},
        {"mappings/", "市里的映射表、科目表、待遇规则；盖住程序自带的",
         "the city's mapping tables, chart of accounts, benefit rules; they overlay the shipped ones"},
        {"mappings/COUNTY/", "这个县的源规格(.yaml)和映射表(.csv)",
         "that county's source specs (.yaml) and mapping tables (.csv)"},
        {"out/NNNN_yyyymmdd/", "第 NNNN 次处理的报告、退回清单、签字包；首页 index.html",
         "papers, lists of rejects and pack of run NNNN; begin with index.html"},
        {".tongchou/", "内嵌数据库；root 运行时在 /var/lib/tongchou/ 下，编号在 .tongchou/id",
         "the embedded database; as root under /var/lib/tongchou/, its name in .tongchou/id"},
    };
    fprintf(out, ".SH %s\n", TEXT("文件", "FILES"));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        fprintf(out, ".TP\n.B %s\n\\&%s\n", files[i].name, TEXT(files[i].zh, files[i].en));
}

void print_manual(FILE *out) {
    fprintf(out,
            ".TH TONGCHOU 1 \"\" tongchou\n.nh\n.ad l\n.SH %s\ntongchou \\- %s\n.SH %s\n.B tongchou\n%s\n",
            TEXT("名称", "NAME"),
            TEXT("把各县医保数据并入一个市级数据库", "county medical-insurance data into one city database"),
            TEXT("用法", "SYNOPSIS"), TEXT("命令 [选项] [参数]", "COMMAND [OPTIONS] [ARGUMENTS]"));
    put_commands(out);
    fprintf(out, ".SH CITY.YAML\n");
    put_settings(out, city_words);
    fprintf(out, ".SH %s\n", TEXT("源规格", "SOURCE SPECS"));
    put_settings(out, spec_words);
    fprintf(out, ".SS %s\n", TEXT("columns 里的一列", "A column under columns"));
    put_settings(out, spec_column_words);
    put_formats(out);
    put_files(out);
    put_exits(out);
    fprintf(out, ".SH %s\n.TP\n.B TONGCHOU_PLUGINS\n%s\n", TEXT("环境变量", "ENVIRONMENT"),
            TEXT("格式插件所在的文件夹", "folder of plugins for further formats"));
}
