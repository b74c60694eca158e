/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/rows.h"
#include "bench/city/person.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *slurp(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s", path);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = calloc(1, *size + 1);
    cr_assert_eq(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

Test(rows, same_seed_same_bytes_and_exact_row_counts) {
    char folder[] = "/tmp/tongchou-rows-XXXXXX", path[64];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/rows", folder);
    for (int kind = ROWS_ENROLLMENT; kind <= ROWS_SETTLEMENT; kind++)
        for (int format = ROWS_CSV; format <= ROWS_DBF; format++) {
            struct error error = {0};
            size_t sizes[2], lines = 0, commas = 0;
            char *copies[2];
            for (int i = 0; i < 2; i++) {
                cr_assert(rows_make((enum rows_kind)kind, (enum rows_format)format, 5000, 7, path, &error),
                          "%s", error.message);
                copies[i] = slurp(path, &sizes[i]);
            }
            cr_assert_eq(sizes[0], sizes[1]);
            cr_assert_eq(memcmp(copies[0], copies[1], sizes[0]), 0, "kind %d format %d", kind, format);
            for (size_t i = 0; i < sizes[0]; i++)
                lines += copies[0][i] == '\n', commas += copies[0][i] == ',';
            unsigned columns = kind == ROWS_ENROLLMENT ? 12 : 24;
            if (format == ROWS_CSV || format == ROWS_UTF8_CSV) {
                cr_assert_eq(lines, 5001);
                cr_assert_eq(commas, 5001 * (columns - 1));
            }
            if (format == ROWS_DBF) {
                const unsigned char *head = (const unsigned char *)copies[0];
                size_t record = head[10] + 256u * head[11], header = head[8] + 256u * head[9];
                cr_assert_eq(head[4] + 256u * head[5], 5000);
                cr_assert_eq(sizes[0], header + 5000 * record + 1);
            }
            free(copies[0]);
            free(copies[1]);
        }
    unlink(path);
    rmdir(folder);
}

Test(person, numbers_are_valid_distinct_and_agree_with_the_person) {
    cr_assert_eq(person_check_digit("11010519491231002"), 'X'); /* the example of GB 11643-1999 */
    char last[19] = "";
    for (uint64_t i = 0; i < 60000; i++) {
        struct person person;
        person_make(1, 690121, i, &person);
        char birth[9] = {0};
        memcpy(birth, person.certno + 6, 8);
        cr_assert_eq(atoi(birth), (int)person.birth);
        cr_assert_eq(person.certno[17], person_check_digit(person.certno));
        cr_assert_eq((person.certno[16] - '0') % 2, person.male);
        cr_assert_str_neq(person.certno, last);
        cr_assert_eq(person_day(person_days(person.birth)), person.birth);
        memcpy(last, person.certno, sizeof last);
    }
    cr_assert_eq(person_day(person_days(20200229) + 1), 20200301);
    cr_assert_eq(person_day(0), 19000301);
}
