/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Which words stand in the papers: under --lang en none of ours is Chinese, and of a code column's unknown
   words only those that no person can be. */
#include "core/language.h"
#include "report/report.h"
#include "tests/report/server.h"
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { TEXT_BYTES = 1 << 21 };

static struct server server;
static void stop_server(void) {
    if (server.connection) server_stop(&server);
    language_set(LANGUAGE_ZH);
}

/* What may stand there in Chinese besides what the fixture's counties sent: names of authorities, of files
   and of the columns and answers of the two lists that counties fill in. */
static const char allowed[] =
    "青禾区医疗保障局 临渚市医疗保障局 石榴县医疗保障局 云川市医疗保障局 青禾区财政局 临渚市财政局 "
    "石榴县财政局 云川市财政局 移交清单 退回清单 对账总表 "
    "映射覆盖 数据字典 基金账 交接单 疑点明细 "
    "政策影响测算 依据 次 第 退回 修正值 处理结果 改正 重新交付 不移交 元";
static char data[TEXT_BYTES];
static unsigned looked_at;

static char *slurp(const char *path, char *into) {
    FILE *stream = fopen(path, "rb");
    cr_assert(stream, "%s", path);
    into[fread(into, 1, TEXT_BYTES - 1, stream)] = '\0';
    fclose(stream);
    return into;
}

/* Every run of Hanzi is a part of what was sent, or allowed. */
static void check_text(const char *path, const char *text) {
    for (const char *at = text; *at;) {
        const char *end = at;
        while ((unsigned char)*end >= 0xe4 && (unsigned char)*end <= 0xe9) end += 3;
        if (end > at) {
            char word[256];
            snprintf(word, sizeof word, "%.*s", (int)(end - at), at);
            if (!strstr(data, word) && !strstr(allowed, word))
                cr_expect_fail("%s says %s in English", path, word);
        }
        at = end > at ? end : at + 1;
    }
}

static int check_file(const char *path, const struct stat *status, int flag, struct FTW *walk) {
    const char *end = strrchr(path, '.');
    (void)status, (void)walk;
    bool text =
        flag == FTW_F && end && (!strcmp(end, ".json") || !strcmp(end, ".html") || !strcmp(end, ".csv"));
    /* The dictionary lists the platform's own Chinese names; what was used is the city's. */
    if (!text || strstr(path, "数据字典") || strstr(path, "/依据/")) return 0;
    static char bytes[TEXT_BYTES];
    looked_at++;
    check_text(strrchr(path, '/') + 1, slurp(path, bytes));
    return 0;
}

static int forget(const char *path, const struct stat *status, int flag, struct FTW *walk) {
    (void)status, (void)flag, (void)walk;
    return remove(path);
}

/* Codes that no table knows, in 20,000 rows, in 3, and a number of a person's length in 20,000. */
static const char more[] =
    "INSERT INTO mapping.use (file, target_column, table_name, source_code, source_label, target_code, "
    "status, path, line,"
    " rows, fen) VALUES (2, 'psn_type', 'psn_type', '临时救助户', '', NULL, 'unmapped', '', 0, 20000, 0),"
    " (2, 'psn_type', 'psn_type', '欧阳修', '', NULL, 'unmapped', '', 0, 3, 0),"
    " (2, 'psn_type', 'psn_type', '13900000000', '', NULL, 'unmapped', '', 0, 20000, 0);"
    "INSERT INTO intake.reason (file, source_row, number, code, weight, source_column, target_column, value, "
    "detail,"
    " src_key, fen) SELECT 2, 48214, 2 + n, 'code.unmapped', 'reject', 'AKC021', 'psn_type', v, "
    "'value=***;table=psn_type',"
    " 'S9', 0 FROM (VALUES (1, '临时救助户'), (2, '欧阳修'), (3, '13900000000')) x (n, v)";

static void write_pack(const char *directory) {
    struct error error = {0};
    struct report_options options = server_options(directory);
    cr_assert(report_run(server.connection, &options, &error), "%s", error.message);
}

Test(english, of_our_words_none_is_chinese_and_of_theirs_none_is_a_person, .fini = stop_server) {
    char directory[] = "/tmp/report-english-XXXXXX", path[300], *text = calloc(1, TEXT_BYTES);
    cr_assert(server_start(&server), "no PostgreSQL that a test may start: see ./deps test");
    cr_assert(server_schema(&server) && server_file(&server, "tests/report/city.sql") &&
              server_run(&server, more));
    cr_assert(mkdtemp(directory));
    slurp("tests/report/city.sql", data);
    strcat(data, more);
    language_set(LANGUAGE_EN);
    write_pack(directory);
    nftw(directory, check_file, 16, FTW_PHYS);
    cr_expect_gt(looked_at, 10);
    snprintf(path, sizeof path, "%s/退回/青禾区_退回清单_第2次_20210105.csv", directory);
    slurp(path, text);
    cr_expect(strstr(text, "\"临时救助户\"") && strstr(text, "code \"\"临时救助户\"\" has no mapping"));
    cr_expect(!strstr(text, "欧阳修") && strstr(text, "***(3 long)"), "a rare word is shown by its length");
    cr_expect(!strstr(text, "13900000000"), "a number is never shown, however often");
    free(text);
    nftw(directory, forget, 16, FTW_DEPTH | FTW_PHYS);
}
