/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/city_id.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 8, ROUNDS = 100, PATH = 128 };

/* Asks once `gate` is closed, and says what it got. */
static void ask(const char *city, int gate, int answer) {
    char id[CITY_ID_BYTES] = "", byte;
    struct error error = {0};
    if (read(gate, &byte, 1) < 0 || !city_id(city, id, &error)) memset(id, '?', sizeof id);
    _exit(write(answer, id, sizeof id) == (ssize_t)sizeof id ? 0 : 1);
}

/* Several processes that begin one new city get one id, of which none sees a half. */
static void begin_together(const char *city) {
    int gate[2], answer[2];
    char id[CITY_ID_BYTES], first[CITY_ID_BYTES];
    cr_assert(pipe(gate) == 0 && pipe(answer) == 0);
    for (int i = 0; i < PROCESSES; i++) {
        pid_t child = fork();
        cr_assert(child >= 0);
        if (child == 0) {
            close(gate[1]);
            ask(city, gate[0], answer[1]);
        }
    }
    close(gate[0]);
    close(gate[1]);
    for (int i = 0; i < PROCESSES; i++) {
        cr_assert_eq(read(answer[0], id, sizeof id), (ssize_t)sizeof id);
        if (i == 0) memcpy(first, id, sizeof id);
        cr_expect_str_eq(id, first);
        cr_expect_neq(id[0], '?');
    }
    close(answer[0]);
    close(answer[1]);
    while (wait(NULL) > 0) continue;
}

Test(city_id, is_one_for_all_who_begin_a_city, .timeout = 600) {
    for (int round = 0; round < ROUNDS; round++) {
        char city[PATH] = "/tmp/tongchou-id-XXXXXX", path[PATH + 32], id[CITY_ID_BYTES];
        struct error error = {0};
        cr_assert(mkdtemp(city));
        begin_together(city);
        /* What a crash left of an id is nobody's, and one that is no id is not taken for one. */
        snprintf(path, sizeof path, "%s/.tongchou/id", city);
        FILE *file = fopen(path, "w");
        cr_assert(file && fputs("12", file) >= 0 && fclose(file) == 0);
        cr_expect(!city_id(city, id, &error) && strstr(error.message, path), "%s", error.message);
        cr_assert(unlink(path) == 0);
        snprintf(path, sizeof path, "%s/.tongchou", city);
        cr_expect(rmdir(path) == 0 && rmdir(city) == 0, "something was left beside the id");
    }
}
