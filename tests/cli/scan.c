/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/scan.h"
#include "cli/papers.h"
#include "cli/plan.h"
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

/* What a spec says of the one file `path` of the county: its plan, and whether it was refused. */
static bool plan_of(const char *path, const char *specs, struct plan *plan, struct error *error) {
    struct spec spec;
    struct sourced source = {0};
    struct spec_set set = {.count = 1, .specs = &spec, .sources = &source};
    struct found file = {.county = &city.counties[0], .path = path, .bytes = 1};
    file.absolute = arena_print(&arena, "%s/deliveries/qinghe/%s", city.directory, path);
    cr_assert(spec_read((struct span){specs, strlen(specs)}, "s.yaml", NULL, &arena, &spec, error), "%s",
              error->message);
    return plan_delivery(&file, &set, &arena, plan, error);
}

/* FoxPro keeps memos and indexes beside its tables, in folders and in archives alike: they are no delivery of
   their own where the table is there and read, and a riddle where it is not. */
Test(scan, what_lies_beside_a_table_is_read_with_it) {
    static const char reads[] = "match: \"*.DBF\"\nkind: psn_info_b\ndelivery: full\nread: {format: dbf}\n"
                                "key: [K]\ncolumns: {src_psn_no: K}\ncontrol: none\n",
                      inside[] = "match: \"*.tar!*.DBF\"\nkind: psn_info_b\ndelivery: full\n"
                                 "read: {format: dbf}\nkey: [K]\ncolumns: {src_psn_no: K}\ncontrol: none\n",
                      ignores[] = "match: \"*.FPT\"\nignore: yes\n", other[] = "match: \"x\"\nignore: yes\n";
    static const struct {
        const char *path, *specs, *beside;
        bool planned, ignored;
    } cases[] = {
        {"A.FPT", reads, "A.DBF", true, false},     {"A.CDX", reads, "A.DBF", true, false},
        {"b/A.fpt", reads, "b/A.DBF", true, false}, {"B.FPT", reads, NULL, false, false},
        {"A.FPT", other, NULL, false, false},       {"B.FPT", ignores, NULL, true, true},
        {"A.TXT", reads, NULL, false, false},       {"two.tar", inside, "A.DBF", true, false},
    };
    begin();
    shell("mkdir -p deliveries/qinghe/b && cd deliveries/qinghe && touch A.DBF b/A.DBF &&"
          " for f in A.FPT A.CDX b/A.fpt B.FPT A.TXT; do echo memo > $f; done &&"
          " printf '\\003\\170\\001\\001' > A.DBF && tar cf two.tar A.DBF A.FPT");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct plan plan;
        struct error error = {0};
        cr_expect_eq(plan_of(cases[i].path, cases[i].specs, &plan, &error), cases[i].planned, "%s: %s",
                     cases[i].path, error.message);
        if (!cases[i].planned) {
            cr_expect_str_eq(error.code, "file.unmatched", "%s", cases[i].path);
            continue;
        }
        cr_expect_eq(plan.ignored, cases[i].ignored, "%s", cases[i].path);
        cr_expect_eq(plan.job_count, strstr(cases[i].path, ".tar") ? 1u : 0u, "%s", cases[i].path);
        if (cases[i].beside) cr_expect_str_eq(plan.beside, cases[i].beside, "%s", cases[i].path);
    }
    end();
}
