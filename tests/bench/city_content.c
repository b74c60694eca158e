/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/city.h"
#include "tests/bench/read.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* What truth.json and faults.csv say is read back out of the produced bytes. */

static const char archive[] = "deliveries/qinghe/青禾县医保数据_20201231.zip";

Test(city_content, sums_of_the_dbf_files_are_those_of_the_truth) {
    static const struct {
        unsigned member;
        const char *name, *kind, *field, *measure;
    } cases[] = {{2, "职工缴费AC43.DBF", "staf_psn_clct_detl_d", "AAE019", "clct_sumamt_fen"},
                 {2, "职工缴费AC43.DBF", "staf_psn_clct_detl_d", "AAE340", "psn_clctstd_fen"},
                 {2, "职工缴费AC43.DBF", "staf_psn_clct_detl_d", "YAE501", "psn_clct_into_acct_amt_fen"},
                 {3, "结算KC24.DBF", "setl_d", "AKC264", "medfee_sumamt_fen"},
                 {3, "结算KC24.DBF", "setl_d", "AKC253", "fulamt_ownpay_amt_fen"},
                 {3, "结算KC24.DBF", "setl_d", "AKE039", "hifp_pay_fen"},
                 {3, "结算KC24.DBF", "setl_d", "AKB067", "cash_payamt_fen"},
                 {3, "结算KC24.DBF", "setl_d", "AKC087", "balc_fen"}};
    for (int vary = 0; vary < 2; vary++) {
        size_t size;
        struct city_folder folder = read_make(CITY_SEED + (uint64_t)vary, 1, vary);
        char *json = read_file(&folder, "truth.json", &size);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            char *bytes = read_member(&folder, archive, cases[i].member, &size, NULL), cell[128];
            struct read_dbf dbf = read_dbf(bytes, size);
            int64_t sum = 0, unreadable = 0;
            for (unsigned row = 0; row < dbf.count; row++) {
                int ok;
                read_cell(&dbf, row, cases[i].field, cell);
                sum += read_yuan(cell, &ok);
                unreadable += !ok;
            }
            cr_expect_eq(
                sum,
                read_truth(json, "_20201231.zip", cases[i].name, cases[i].kind, cases[i].measure, "read"),
                "%s", cases[i].field);
            cr_expect_eq(unreadable, strcmp(cases[i].field, "AAE019") == 0, "%s", cases[i].field);
            cr_expect_eq((int64_t)dbf.count,
                         read_truth(json, "_20201231.zip", cases[i].name, cases[i].kind, "read", NULL));
            free(bytes);
        }
        free(json);
        read_remove(&folder);
    }
}

/* Cell number `column` of a line in GB18030; '|' may be the second byte of a character. */
static const char *cell_of(const char *line, const char *end, unsigned column, size_t *size) {
    unsigned at = 0;
    const char *start = line;
    for (const char *c = line;; c++) {
        if (c < end && (unsigned char)*c >= 0x81) {
            c++;
            continue;
        }
        if (c < end && *c != '|') continue;
        if (at == column) {
            *size = (size_t)(c - start);
            return start;
        }
        if (c >= end) return NULL;
        at++, start = c + 1;
    }
}

Test(city_content, sums_of_the_text_files_are_those_of_the_truth) {
    static const struct {
        const char *file, *kind;
        unsigned column, columns;
        const char *measure;
    } cases[] = {{"jf_20201231.txt", "rsdt_psn_clct_detl_d", 8, 13, "clct_sumamt_fen"},
                 {"jf_20201231.txt", "rsdt_psn_clct_detl_d", 5, 13, "psn_clct_amt_fen"},
                 {"js_20201231.txt", "setl_d", 10, 24, "medfee_sumamt_fen"},
                 {"js_20201231.txt", "setl_d", 16, 24, "hifp_pay_fen"},
                 {"js_20201231.txt", "setl_d", 18, 24, "maf_pay_fen"},
                 {"js_20201231.txt", "setl_d", 21, 24, "cash_payamt_fen"}};
    size_t size;
    struct city_folder folder = read_make(CITY_SEED, 1, 0);
    char *json = read_file(&folder, "truth.json", &size);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[64];
        int64_t sum = 0, rows = 0;
        snprintf(path, sizeof path, "deliveries/linzhu/%s", cases[i].file);
        char *bytes = read_file(&folder, path, &size);
        for (char *line = bytes, *end; (end = strstr(line, "\r\n")); line = end + 2) {
            size_t length;
            rows++;
            if (rows == 1 || *line == '#') continue;
            const char *cell = cell_of(line, end, cases[i].column, &length);
            cr_assert_not_null(cell);
            cr_assert_null(cell_of(line, end, cases[i].columns, &length));
            char *stop;
            int64_t fen = strtoll(cell, &stop, 10);
            if (*stop == '|') sum += fen; /* else no amount: 1O24.50, 25000.5 */
        }
        cr_expect_eq(sum, read_truth(json, cases[i].file, "", cases[i].kind, cases[i].measure, "read"), "%s",
                     cases[i].measure);
        cr_expect_eq(rows, read_truth(json, cases[i].file, "", cases[i].kind, "read", NULL));
        free(bytes);
    }
    free(json);
    read_remove(&folder);
}

Test(city_content, fund_lines_are_sixty_bytes_and_sum_up) {
    size_t size;
    struct city_folder folder = read_make(CITY_SEED, 1, 0);
    char *json = read_file(&folder, "truth.json", &size);
    char *bytes = read_file(&folder, "deliveries/linzhu/jjzf_20201231.dat", &size);
    int64_t sum = 0, last = 0;
    cr_assert_eq(size, 1450 * 60);
    for (size_t at = 0; at < size; at += 60) {
        char amount[13] = {0};
        memcpy(amount, bytes + at + 46, 12);
        last = strtoll(amount, NULL, 10) * (bytes[at + 58] == '-' ? -1 : 1);
        sum += last;
        cr_assert_eq(bytes[at + 59], '\n');
    }
    cr_expect_eq(sum, 2 * last, "the last line is the sum of the others");
    cr_expect_eq(sum,
                 read_truth(json, "jjzf_20201231.dat", "", "setl_fund_pay_d", "fund_payamt_fen", "read"));
    free(bytes), free(json);
    read_remove(&folder);
}

/* Σ of one column of a sheet in fen, and its rows that hold a value. */
static int64_t sum_sheet(const char *xml, char column, int64_t *rows) {
    int64_t sum = 0;
    *rows = 0;
    for (const char *row = strstr(xml, "<row "); row; row = strstr(row + 1, "<row ")) {
        const char *end = strstr(row, "</row>"), *value = strstr(row, "<v>"), *text = strstr(row, "<t>");
        if ((value && value < end) || (text && text < end)) ++*rows;
        char wanted[16];
        snprintf(wanted, sizeof wanted, "<c r=\"%c", column);
        const char *cell = strstr(row, wanted);
        if (!cell || cell > end) continue;
        const char *open = strstr(cell, ">");
        if (strncmp(open, "><v>", 4) != 0 || memmem(cell, (size_t)(open - cell), " t=", 3)) continue;
        char *stop;
        int64_t fen = strtoll(open + 4, &stop, 10) * 100;
        if (*stop == '.') {
            fen += (stop[1] - '0') * 10;
            if (stop[2] != '<') fen += stop[2] - '0';
        }
        sum += fen;
    }
    return sum;
}

Test(city_content, sums_of_the_workbook_are_those_of_the_truth) {
    static const struct {
        unsigned member;
        const char *sheet, *kind;
        char column;
        const char *measure;
    } cases[] = {{6, "参保登记", "psn_info_b", 'Z', NULL},
                 {7, "缴费台账", "rsdt_psn_clct_detl_d", 'G', "clct_sumamt_fen"},
                 {7, "缴费台账", "rsdt_psn_clct_detl_d", 'E', "finsubs_amt_fen"},
                 {8, "住院补偿", "setl_d", 'I', "medfee_sumamt_fen"},
                 {8, "住院补偿", "setl_d", 'L', "hifp_pay_fen"},
                 {9, "门诊补偿", "setl_d", 'Z', NULL}};
    size_t size;
    struct city_folder folder = read_make(CITY_SEED, 1, 0);
    char *json = read_file(&folder, "truth.json", &size);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t rows;
        char *xml = read_member(&folder, "deliveries/shiliu/石榴县城乡居民医保台账(最终版).xlsx",
                                cases[i].member, &size, NULL);
        cr_assert_not_null(xml);
        int64_t sum = sum_sheet(xml, cases[i].column, &rows);
        cr_expect_eq(rows, read_truth(json, ".xlsx", cases[i].sheet, cases[i].kind, "read", NULL), "%s: %ld",
                     cases[i].sheet, (long)rows);
        if (cases[i].measure)
            cr_expect_eq(sum,
                         read_truth(json, ".xlsx", cases[i].sheet, cases[i].kind, cases[i].measure, "read"),
                         "%s", cases[i].measure);
        cr_expect_not_null(strstr(xml, "<row r=\"1048576\">"));
        free(xml);
    }
    free(json);
    read_remove(&folder);
}

/* Whether the planted fault can be seen at the place that faults.csv names. */
static bool seen_in_dbf(const struct read_dbf *table, const struct read_fault *fault) {
    static const struct {
        const char *code, *value;
    } values[] = {{"key.empty", ""},
                  {"amount.not_a_number", "12,3x"},
                  {"month.not_a_month", "202013"},
                  {"date.placeholder", "19000101"},
                  {"date.not_a_date", "00000000"},
                  {"certno.placeholder", "111111111111111111"}};
    char cell[128];
    unsigned row = (unsigned)fault->row - 1;
    bool deleted = table->bytes[table->header + row * table->record] == '*';
    if (strcmp(fault->code, "dbf.deleted") == 0) return deleted;
    if (deleted) return false;
    read_cell(table, row, fault->column, cell);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (strcmp(fault->code, values[i].code) == 0) return strcmp(cell, values[i].value) == 0;
    if (strcmp(fault->code, "code.unmapped") == 0) return strcmp(cell, "24") == 0 || strcmp(cell, "311") == 0;
    if (strcmp(fault->code, "scope.not_medical") == 0)
        return strcmp(cell, "310") != 0 && strcmp(cell, "390") != 0;
    if (strcmp(fault->code, "certno.upgraded_15") == 0) return strlen(cell) == 15;
    if (strcmp(fault->code, "text.undecodable") == 0) return strchr(cell, '\xff') != NULL;
    if (strcmp(fault->code, "text.replacement_character") == 0) return strchr(cell, '?') != NULL;
    return cell[0] != '\0';
}

Test(city_content, faults_stand_where_the_list_says) {
    static const char *const members[] = {"AC01", "AC02", "AC43", "KC24"};
    for (int vary = 0; vary < 2; vary++) {
        size_t size;
        unsigned checked = 0;
        struct city_folder folder = read_make(CITY_SEED, 1, vary);
        char *csv = read_file(&folder, "faults.csv", &size);
        for (unsigned member = 0; member < 4; member++) {
            char *bytes = read_member(&folder, archive, member, &size, NULL);
            struct read_dbf dbf = read_dbf(bytes, size);
            const char *at = strchr(csv, '\n') + 1;
            for (struct read_fault fault; read_fault(&at, &fault);) {
                if (!strstr(fault.file, members[member])) continue;
                checked++;
                cr_expect(seen_in_dbf(&dbf, &fault), "%s row %lu %s", fault.file, (unsigned long)fault.row,
                          fault.code);
            }
            free(bytes);
        }
        cr_expect_eq(checked, 116 + 12, "%u", checked); /* 12: what only other rows show */
        free(csv);
        read_remove(&folder);
    }
}

static bool seen_in_line(const char *line, const char *end, const struct read_fault *fault) {
    size_t size, length = (size_t)(end - line);
    if (strcmp(fault->code, "row.header") == 0) return fault->row == 1;
    if (strcmp(fault->code, "row.footer") == 0) return strncmp(line, "#END|", 5) == 0;
    if (strcmp(fault->code, "row.blank") == 0) return length == 0;
    if (strcmp(fault->code, "row.too_few_columns") == 0) return !cell_of(line, end, 9, &size);
    if (strcmp(fault->code, "row.too_many_columns") == 0) return cell_of(line, end, 10, &size) != NULL;
    if (strcmp(fault->code, "key.empty") == 0) return *line == '|';
    if (strcmp(fault->code, "date.not_a_date") == 0) return memmem(line, length, "|20200230|", 10) != NULL;
    if (strcmp(fault->code, "amount.not_a_number") == 0) return memmem(line, length, "|1O24.50|", 9) != NULL;
    if (strcmp(fault->code, "amount.too_many_decimals") == 0)
        return memmem(line, length, "|25000.5|", 9) != NULL;
    if (strcmp(fault->code, "row.foreign_county") == 0) return memmem(line, length, "|690102", 7) != NULL;
    if (strcmp(fault->code, "code.not_valid_on_date") == 0)
        return memmem(line, length, "|20000715|", 10) != NULL;
    if (strcmp(fault->code, "text.private_use") == 0) return memmem(line, length, "\xaa\xa1", 2) != NULL;
    return length > 0;
}

Test(city_content, faults_of_the_text_files_stand_where_the_list_says) {
    static const char *const files[] = {"ry", "cb", "jf", "js"};
    size_t size;
    unsigned checked = 0;
    struct city_folder folder = read_make(CITY_SEED, 1, 0);
    char *csv = read_file(&folder, "faults.csv", &size);
    for (unsigned i = 0; i < 4; i++) {
        char path[64];
        snprintf(path, sizeof path, "deliveries/linzhu/%s_20201231.txt", files[i]);
        char *bytes = read_file(&folder, path, &size);
        const char *at = strchr(csv, '\n') + 1;
        for (struct read_fault fault; read_fault(&at, &fault);) {
            if (strcmp(fault.file, path) != 0) continue;
            const char *line = bytes;
            for (uint64_t row = 1; row < fault.row; row++) line = strstr(line, "\r\n") + 2;
            cr_expect(seen_in_line(line, strstr(line, "\r\n"), &fault), "%s line %lu %s", path,
                      (unsigned long)fault.row, fault.code);
            checked++;
        }
        free(bytes);
    }
    cr_expect_eq(checked, 41 + 8, "%u", checked);
    free(csv);
    read_remove(&folder);
}
