/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/city.h"
#include "tests/bench/read.h"
#include <criterion/criterion.h>
#include <stdlib.h>

/* The table of the first run, to the row; stated per kind. */
static const struct expected {
    const char *delivery, *member, *kind;
    int read, fresh, duplicate, rejected, explained;
} table[] = {
    {"_20201231.zip", "人员AC01.DBF", "psn_info_b", 1212, 1200, 2, 4, 6},
    {"_20201231.zip", "参保AC02.DBF", "psn_insu_d", 1460, 1402, 0, 6, 52},
    {"_20201231.zip", "职工缴费AC43.DBF", "staf_psn_clct_detl_d", 3600, 3594, 0, 3, 3},
    {"_20201231.zip", "结算KC24.DBF", "setl_d", 900, 893, 0, 4, 3},
    {"_20201231.zip", "单位AB01.DBF", "insu_emp_info_b", 60, 60, 0, 0, 0},
    {"_20201231.zip", "机构KB01.DBF", "fixmedins_b", 12, 12, 0, 0, 0},
    {"ry_20201231.txt", "", "psn_info_b", 901, 896, 0, 2, 3},
    {"cb_20201231.txt", "", "psn_insu_d", 1010, 1004, 0, 4, 2},
    {"jf_20201231.txt", "", "rsdt_psn_clct_detl_d", 2002, 1996, 3, 1, 2},
    {"js_20201231.txt", "", "setl_d", 702, 697, 0, 3, 2},
    {"jjzf_20201231.dat", "", "setl_fund_pay_d", 1450, 1448, 0, 1, 1},
    {".xlsx", "参保登记", "psn_info_b", 618, 595, 2, 3, 18},
    {".xlsx", "参保登记", "psn_insu_d", 618, 595, 2, 3, 18},
    {".xlsx", "缴费台账", "rsdt_psn_clct_detl_d", 616, 598, 0, 2, 16},
    {".xlsx", "住院补偿", "setl_d", 125, 119, 0, 1, 5},
    {".xlsx", "门诊补偿", "setl_d", 44, 40, 0, 0, 4},
};

static void check_table(const char *json, const char *name) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct expected *e = &table[i];
        const char *keys[] = {"read", "new", "duplicate", "rejected", "explained"};
        const int counts[] = {e->read, e->fresh, e->duplicate, e->rejected, e->explained};
        for (int k = 0; k < 5; k++)
            cr_expect_eq(read_truth(json, e->delivery, e->member, e->kind, keys[k], NULL), counts[k],
                         "%s: %s%s %s %s", name, e->delivery, e->member, e->kind, keys[k]);
    }
}

Test(city, counts_are_those_of_the_document_for_every_seed) {
    static const struct {
        uint64_t seed;
        int vary;
        const char *name;
    } cases[] = {
        {CITY_SEED, 0, "the sample"}, {7, 0, "another seed"}, {7, 1, "varied"}, {99, 1, "varied again"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size;
        struct city_folder folder = read_make(cases[i].seed, 1, cases[i].vary);
        char *json = read_file(&folder, "truth.json", &size);
        check_table(json, cases[i].name);
        cr_expect_not_null(strstr(json, "\"city\": {\"read\": 14712, \"new\": 14554"), "%s", cases[i].name);
        free(json);
        read_remove(&folder);
    }
}

Test(city, size_multiplies_clean_rows_only) {
    size_t size;
    struct city_folder folder = read_make(CITY_SEED, 3, 0);
    char *json = read_file(&folder, "truth.json", &size);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct expected *e = &table[i];
        cr_expect_eq(read_truth(json, e->delivery, e->member, e->kind, "rejected", NULL), e->rejected);
        cr_expect_eq(read_truth(json, e->delivery, e->member, e->kind, "duplicate", NULL), e->duplicate);
        int64_t fresh = read_truth(json, e->delivery, e->member, e->kind, "new", NULL);
        if (e->fresh > 60)
            cr_expect(fresh > 2 * e->fresh && fresh <= 3 * e->fresh, "%s%s", e->delivery, e->member);
    }
    free(json);
    read_remove(&folder);
}

Test(city, doubts_and_fixed_money_are_those_of_the_document) {
    static const struct {
        const char *code;
        int count;
    } doubts[] = {{"certno.check_digit", 5},  {"certno.precision_lost", 5},
                  {"certno.sex_conflict", 2}, {"certno.shared", 4},
                  {"certno.placeholder", 1},  {"certno.region_unknown", 1},
                  {"text.private_use", 1},    {"text.replacement_character", 1},
                  {"date.placeholder", 3},    {"amount.precision_lost", 2},
                  {"settle.payers", 1},       {"settle.refund_unpaired", 1},
                  {"settle.fund_detail", 1},  {"reference.person_missing", 2},
                  {"contrib.paid_twice", 1},  {"certno.upgraded_15", 36},
                  {"enroll.after_death", 3},  {"enroll.unpaid", 2},
                  {"enroll.overlap", 15}};
    enum { COUNT = sizeof doubts / sizeof *doubts };
    size_t size;
    int counts[COUNT] = {0}, others = 0;
    int64_t unmapped = 0, date = 0, deleted = 0, duplicates = 0, after_key = 0;
    struct city_folder folder = read_make(CITY_SEED, 1, 0);
    char *csv = read_file(&folder, "faults.csv", &size);
    const char *at = strchr(csv, '\n') + 1;
    for (struct read_fault fault; read_fault(&at, &fault);) {
        int64_t fen = strtoll(fault.fen, NULL, 10);
        bool care = strstr(fault.file, "KC24") != NULL, list = strstr(fault.file, "js_") != NULL;
        if (care && strcmp(fault.code, "code.unmapped") == 0) unmapped += fen;
        if (care && strcmp(fault.code, "date.not_a_date") == 0) date += fen;
        if (care && strcmp(fault.code, "dbf.deleted") == 0) deleted += fen;
        if (strstr(fault.file, "jf_") && strcmp(fault.fate, "duplicate") == 0) duplicates += fen;
        if (list && strcmp(fault.fate, "rejected") == 0) after_key += fen;
        if (strcmp(fault.fate, "doubt") != 0 && strcmp(fault.fate, "note") != 0) continue;
        int known = 0;
        for (int i = 0; i < COUNT; i++)
            if (strcmp(fault.code, doubts[i].code) == 0) counts[i]++, known = 1;
        others += !known;
    }
    for (int i = 0; i < COUNT; i++)
        cr_expect_eq(counts[i], doubts[i].count, "%s: %d", doubts[i].code, counts[i]);
    cr_expect_eq(others, 0);
    cr_expect_eq(unmapped, 1288320);
    cr_expect_eq(date, 86000);
    cr_expect_eq(deleted, 221000);
    cr_expect_eq(duplicates, 75000);
    cr_expect_eq(after_key, 131840 + 64215);
    free(csv);
    read_remove(&folder);
}

static const char *const all_files[] = {"deliveries/qinghe/青禾县医保数据_20201231.zip",
                                        "deliveries/qinghe/青禾县医保数据_20201231_副本.zip",
                                        "deliveries/qinghe/交接单.xlsx",
                                        "deliveries/linzhu/ry_20201231.txt",
                                        "deliveries/linzhu/cb_20201231.txt",
                                        "deliveries/linzhu/jf_20201231.txt",
                                        "deliveries/linzhu/js_20201231.txt",
                                        "deliveries/linzhu/jjzf_20201231.dat",
                                        "deliveries/linzhu/交接单.xlsx",
                                        "deliveries/shiliu/石榴县城乡居民医保台账(最终版).xlsx",
                                        "deliveries/shiliu/交接单.xlsx",
                                        "deliveries/shiji/死亡名单_20201231.xlsx",
                                        "第二批/青禾县医保数据_20201231_损坏.zip",
                                        "第二批/青禾县医保数据_20201231_加密.zip",
                                        "第二批/青禾县医保数据_20201231_重新打包.zip",
                                        "第二批/石榴县城乡居民医保台账(缺列).xlsx",
                                        "truth.json",
                                        "faults.csv"};

Test(city, same_options_same_bytes) {
    for (int vary = 0; vary < 2; vary++) {
        struct city_folder one = read_make(11, 1, vary), two = read_make(11, 1, vary),
                           other = read_make(12, 1, vary);
        int differ = 0;
        for (size_t i = 0; i < sizeof all_files / sizeof *all_files; i++) {
            size_t sizes[3];
            char *a = read_file(&one, all_files[i], &sizes[0]), *b = read_file(&two, all_files[i], &sizes[1]);
            char *c = read_file(&other, all_files[i], &sizes[2]);
            cr_expect(sizes[0] == sizes[1] && memcmp(a, b, sizes[0]) == 0, "%s differs", all_files[i]);
            differ += sizes[0] != sizes[2] || memcmp(a, c, sizes[0]) != 0;
            free(a), free(b), free(c);
        }
        cr_expect_gt(differ, 8, "another seed is another city");
        read_remove(&one), read_remove(&two), read_remove(&other);
    }
}

Test(city, second_copy_is_identical_and_the_second_batch_is_broken_as_said) {
    size_t sizes[2], size;
    int verdict;
    struct city_folder folder = read_make(CITY_SEED, 1, 0);
    char *first = read_file(&folder, all_files[0], &sizes[0]),
         *second = read_file(&folder, all_files[1], &sizes[1]);
    cr_expect(sizes[0] == sizes[1] && memcmp(first, second, sizes[0]) == 0);
    char *anew = read_file(&folder, all_files[14], &size);
    cr_expect(size != sizes[0] || memcmp(first, anew, size) != 0);
    char *damaged = read_member(&folder, all_files[12], 0, &size, &verdict);
    cr_expect_lt(verdict, 0, "the flipped bit must be seen");
    char *locked = read_member(&folder, all_files[13], 0, &size, &verdict);
    cr_expect_lt(verdict, 0, "without the password nothing can be read");
    for (unsigned member = 0; member < 6; member++) { /* packed anew: the other way round */
        char *a = read_member(&folder, all_files[0], member, &sizes[0], &verdict);
        cr_expect_eq(verdict, 0);
        char *b = read_member(&folder, all_files[14], 5 - member, &sizes[1], &verdict);
        cr_expect_eq(verdict, 0);
        cr_expect(sizes[0] == sizes[1] && memcmp(a, b, sizes[0]) == 0, "member %u", member);
        free(a), free(b);
    }
    free(first), free(second), free(anew), free(damaged), free(locked);
    read_remove(&folder);
}

Test(city, refuses_a_size_out_of_range) {
    static const uint64_t sizes[] = {0, CITY_SIZE_MAX + 1};
    for (int i = 0; i < 2; i++) {
        struct error error = {0};
        struct city_options options = {.directory = "/tmp", .seed = 1, .size = sizes[i]};
        cr_expect_not(city_make(&options, &error));
        cr_expect_eq(error.trouble, TROUBLE_USAGE);
    }
}
