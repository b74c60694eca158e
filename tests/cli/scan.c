/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/scan.h"
#include "cli/papers.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* What lies in the counties' folders, without a database. */
static struct arena arena;
static struct city city = {.county_count = 1, .counties = {{.folder = "qinghe", .name = "青禾区"}}};

static void shell(const char *command) {
    cr_assert(system(arena_print(&arena, "cd %s && %s", city.directory, command)) == 0, "%s", command);
}

static void begin(void) {
    char folder[] = "/tmp/tongchou-scan-XXXXXX";
    cr_assert(mkdtemp(folder));
    city.directory = arena_print(&arena, "%s", folder);
    shell("mkdir -p deliveries/qinghe");
}

static void end(void) {
    shell("chmod -R u+rwX deliveries");
    cr_assert(system(arena_print(&arena, "rm -r %s", city.directory)) == 0);
    arena_free(&arena);
}

Test(scan, a_folder_whose_files_cannot_be_seen_is_no_empty_one) {
    begin();
    struct scan scan;
    struct error error = {0};
    shell("echo x > deliveries/qinghe/a.csv && chmod 0711 . && chmod 0755 deliveries && chmod 0444 "
          "deliveries/qinghe");
    uid_t was = geteuid();
    if (was == 0) cr_assert(seteuid(65534) == 0, "root sees everything");
    bool read = scan_county(&city, &city.counties[0], &arena, &scan, &error);
    cr_assert(seteuid(was) == 0);
    cr_expect(!read, "%u files", scan.count);
    cr_expect(error.at.source && strstr(error.at.source, "deliveries/qinghe"), "%s", error.message);
    end();
}

Test(scan, slips_of_one_name_stand_side_by_side_in_the_pack) {
    begin();
    struct error error = {0};
    shell("mkdir -p deliveries/qinghe/202001 deliveries/qinghe/202002/b pack && cd deliveries/qinghe &&"
          " echo first > 202001/交接单.csv && echo second > 202002/b/交接单.csv && echo third > 交接单.csv &&"
          " echo data > 202001/a.csv");
    cr_assert(papers_slips(&city, arena_print(&arena, "%s/pack", city.directory), &arena, &error), "%s",
              error.message);
    shell("cd pack/交接单 && test $(find . -type f | wc -l) = 3 && grep -q first 青禾区_202001/交接单.csv &&"
          " grep -q second 青禾区_202002/b/交接单.csv && grep -q third 青禾区_交接单.csv");
    end();
}
