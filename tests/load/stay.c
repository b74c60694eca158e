/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* Care and covers after a death, and stays inside others, case by case: one step is made over rows of county
   690061, beside which 690060 holds rows of its own. */
static const char base_sql[] =
    "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-8, 'run', '', '', '');"
    "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state) "
    "OVERRIDING SYSTEM VALUE SELECT -n, -8, '6900' || n, '', '', 0, '', 'file', 'published' FROM "
    "generate_series(60, 61) n;"
    "INSERT INTO intake.file (file, delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot, "
    "columns) OVERRIDING SYSTEM VALUE SELECT -n, -n, 'setl_d', '', '', '', false, '{}' FROM "
    "generate_series(60, 61) n;"
    "DO $$ DECLARE k text; c text; BEGIN FOREACH k IN ARRAY '{psn_info_b,psn_insu_d,setl_d,psn_roster_d}'::"
    "text[] LOOP FOREACH c IN ARRAY '{690060,690061}'::text[] LOOP EXECUTE format('CREATE TABLE record.%I "
    "PARTITION OF record.%I FOR VALUES IN (%L)', k || '_' || c, k, c); END LOOP; END LOOP; END $$;"
    /* One person of both counties. */
    "INSERT INTO identity.xref (county, src_psn_no, psn_no) VALUES ('690060', 'B', '6000001'), ('690061', "
    "'A', '6000001')";

#define LINEAGE "county, src_key, key_hash, row_hash, file, source_row"
#define LINE(kind) "c, n, md5('" kind "' || c || n)::uuid, 0, -right(c, 2)::int, n FROM (VALUES_HERE) v "
static const char person_sql[] =
    "INSERT INTO record.psn_info_b (src_psn_no, certno, psn_name, die_date, " LINEAGE ") SELECT p, i, m, "
    "d::date, " LINE("p") "(c, n, p, i, m, d)";
static const char cover_sql[] =
    "INSERT INTO record.psn_insu_d (src_psn_no, insutype, psn_insu_stas, crt_insu_date, "
    "paus_insu_date, " LINEAGE ") SELECT 'A', '310', s, f::date, u::date, " LINE("i") "(c, n, s, f, u)";
static const char listed_sql[] =
    "INSERT INTO record.psn_roster_d (roster_type, roster_no, certno, psn_name, begn_date, " LINEAGE
    ") SELECT t, n, i, m, d::date, " LINE("r") "(c, n, t, i, m, d)";
static const char stay_sql[] =
    "INSERT INTO record.setl_d (setl_id, src_psn_no, mdtrt_id, ipt_otp_no, med_type, begndate, enddate, "
    "setl_time, refd_setl_flag, init_setl_id, medfee_sumamt_fen, " LINEAGE ") SELECT s, p, m, o, t, b::date, "
    "e::date, z::date, r, i, f, " LINE("t") "(c, n, s, p, m, o, t, b, e, z, r, i, f)";

#define OURS "('690061', "
#define THEIRS "('690060', "
#define NUMBER "'690102198001010010'"
/* Row, id, visit, first day, last day, cost: an inpatient of ours. */
#define STAY(row, id, visit, from, until, fen)                                                               \
    OURS #row ", '" id "', 'A', " visit ", NULL, '21', '" from "', '" until "', '" until                     \
              "', NULL, NULL, " fen ")"
#define CARE(row, id, day, flag, back, fen)                                                                  \
    OURS #row ", '" id "', 'A', NULL, NULL, '11', " day ", '2020-06-10', " flag ", " back ", " fen ")"

struct rows {
    const char *name, *persons, *covers, *listed, *settled, *said;
    const char *delivered; /* a kind that the county delivered beside settlements; NULL: none */
};

static void judge(const char *step, const struct rows *cases, size_t count) {
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < count; i++) {
        city_run(&city, "BEGIN");
        city_run(&city, base_sql);
        city_put(&city, person_sql, cases[i].persons);
        city_put(&city, cover_sql, cases[i].covers);
        city_put(&city, listed_sql, cases[i].listed);
        city_put(&city, stay_sql, cases[i].settled);
        if (cases[i].delivered)
            city_run(&city, lane_format(&city.arena, "UPDATE intake.file SET kind = '%s' WHERE file = -61",
                                        cases[i].delivered));
        city_step(&city, step, "690061");
        const char *said = city_ask(
            &city, "SELECT coalesce(string_agg(source_row || coalesce(' ' || fen, ''), ', ' ORDER BY "
                   "file DESC, source_row), '') FROM intake.reason WHERE file IN (-60, -61)");
        cr_expect_str_eq(said, cases[i].said, "%s: \"%s\"", cases[i].name, said);
        city_run(&city, "ROLLBACK");
    }
    city_leave(&city);
}
#define JUDGE(step, cases) judge(step, cases, sizeof(cases) / sizeof *(cases))

Test(stay, care_and_covers_after_a_death) {
    static const char died[] = OURS "1, 'A', " NUMBER ", '样例甲', '2020-06-05')";
    static const char alive[] = OURS "1, 'A', " NUMBER ", '样例甲', NULL)";
    static const struct rows cases[] = {
        {"care on the day and on the next", .persons = died,
         .settled = CARE(2, "S", "'2020-06-05', NULL", "NULL", "NULL",
                         "8") ", " CARE(3, "T", "'2020-06-06', NULL", "NULL", "NULL", "4"),
         .said = "3 4"},
        {"settled after, and begun before", .persons = died,
         .settled = CARE(2, "S", "'2020-06-01', NULL", "NULL", "NULL", "8"), .said = ""},
        {"of no other day than that it was settled on", .persons = died,
         .settled = CARE(2, "S", "NULL, NULL", "NULL", "NULL", "8"), .said = "2 8"},
        {"taken back", .persons = died,
         .settled = CARE(2, "S", "'2020-06-06', NULL", "'0'", "NULL",
                         "8") ", " CARE(3, "T", "'2020-06-06', NULL", "'1'", "'S'", "-8"),
         .said = ""},
        {"named by another that is no refund", .persons = died,
         .settled = CARE(2, "S", "'2020-06-06', NULL", "'0'", "NULL",
                         "8") ", " CARE(3, "T", "'2020-06-04', NULL", "'0'", "'S'", "1"),
         .said = "2 8"},
        {"covers that go on, ended, began after, and are not in force", .persons = died,
         .covers = OURS "2, '1', '2020-01-01', NULL), " OURS "3, '1', '2020-01-01', '2020-09-01'), " OURS
                        "4, '1', '2020-06-06', '2020-09-01'), " OURS "5, '2', '2020-06-06', NULL), " OURS
                        "6, '1', '2020-06-05', '2020-09-01')",
         .said = "2, 4"},
        {"the first day that any roster has", .persons = died,
         .listed = OURS "1, '死亡', " NUMBER ", '样例甲', '2020-06-01'), " THEIRS "1, '死亡', " NUMBER
                        ", '样例甲', '2020-06-03')",
         .settled = CARE(2, "S", "'2020-06-02', NULL", "NULL", "NULL",
                         "8") ", " CARE(3, "T", "'2020-06-01', NULL", "NULL", "NULL", "4"),
         .said = "2 8"},
        {"a roster of others than the dead, and the dead under another name", .persons = alive,
         .listed = OURS "1, '服刑', " NUMBER ", '样例甲', '2020-06-01'), " OURS "2, '死亡', " NUMBER
                        ", '样例乙', '2020-06-01')",
         .settled = CARE(2, "S", "'2020-06-06', NULL", "NULL", "NULL", "8"), .said = ""},
        {"known by the record of the other county",
         .persons = OURS "1, 'A', NULL, NULL, NULL), " THEIRS "1, 'B', " NUMBER ", '样例甲', NULL)",
         .listed = THEIRS "1, '死亡', " NUMBER ", '样例甲', '2020-06-01')",
         .settled = CARE(2, "S", "'2020-06-06', NULL", "NULL", "NULL", "8"), .said = "2 8"},
        {"not in force there, nor dead by that name",
         .persons = OURS "1, 'A', NULL, NULL, NULL), " THEIRS "1, 'B', " NUMBER ", '样例甲', NULL)",
         .listed = THEIRS "1, '转出', " NUMBER ", '样例甲', '2020-06-01'), " THEIRS "2, '死亡', " NUMBER
                          ", '样例乙', '2020-06-01')",
         .settled = CARE(2, "S", "'2020-06-06', NULL", "NULL", "NULL", "8"), .said = ""},
        {"of the other county, by a roster delivered here", .delivered = "psn_roster_d",
         .persons = THEIRS "1, 'B', " NUMBER ", '样例甲', NULL)",
         .listed = OURS "1, '死亡', " NUMBER ", '样例甲', '2020-06-01')",
         .settled = THEIRS "2, 'S', 'B', NULL, NULL, '11', '2020-06-06', NULL, '2020-06-10', NULL, NULL, 8)",
         .said = "2 8"},
        {"somebody of the other county with that number",
         .persons = THEIRS "1, 'A', NULL, NULL, '2020-06-01')",
         .settled = CARE(2, "S", "'2020-06-06', NULL", "NULL", "NULL", "8"), .said = ""}};
    JUDGE("50_after_death", cases);
}

Test(stay, one_person_lies_in_one_bed) {
#define FIRST STAY(1, "S", "'M1'", "2020-02-01", "2020-02-10", "1")
    static const struct rows cases[] = {
        {"from the day that the other ends",
         .settled = FIRST ", " STAY(2, "T", "'M2'", "2020-02-10", "2020-02-12", "2"), .said = ""},
        {"from the day before", .settled = FIRST ", " STAY(2, "T", "'M2'", "2020-02-09", "2020-02-12", "2"),
         .said = "2 2"},
        {"inside the first, not the second",
         .settled = FIRST ", " STAY(2, "T", "'M2'", "2020-02-02", "2020-02-03",
                                    "2") ", " STAY(3, "U", "'M3'", "2020-02-05", "2020-02-06", "4"),
         .said = "2 2, 3 4"},
        {"two settlements of one stay",
         .settled = FIRST ", " STAY(2, "T", "'M1'", "2020-02-05", "2020-02-10", "2"), .said = ""},
        {"known by the hospital's number alone",
         .settled = OURS
         "1, 'S', 'A', NULL, 'Z1', '21', '2020-02-01', '2020-02-10', '2020-02-10', NULL, NULL, 1), " OURS
         "2, 'T', 'A', NULL, 'Z1', '21', '2020-02-05', '2020-02-10', '2020-02-10', NULL, NULL, 2)",
         .said = ""},
        {"that began on the same day",
         .settled = FIRST ", " STAY(2, "T", "'M2'", "2020-02-01", "2020-02-10", "2"), .said = "2 2"},
        {"of another person",
         .settled = FIRST
         ", " OURS "2, 'T', 'C', 'M2', NULL, '21', '2020-02-05', '2020-02-10', '2020-02-10', NULL, NULL, 2)",
         .said = ""},
        {"no inpatient",
         .settled = FIRST
         ", " OURS "2, 'T', 'A', 'M2', NULL, '11', '2020-02-05', '2020-02-10', '2020-02-10', NULL, NULL, 2)",
         .said = ""},
        {"taken back, and what takes it back",
         .settled = FIRST ", " STAY(
             2, "T", "'M2'", "2020-02-05", "2020-02-10",
             "2") ", " OURS
                  "3, 'U', 'A', 'M2', NULL, '21', '2020-02-05', '2020-02-10', '2020-02-10', '1', 'T', -2)",
         .said = ""},
        {"named by another that is no refund",
         .settled = FIRST ", " STAY(
             2, "T", "'M2'", "2020-02-05", "2020-02-10",
             "2") ", " OURS
                  "3, 'U', 'A', 'M3', NULL, '21', '2020-03-05', '2020-03-10', '2020-03-10', '0', 'T', 4)",
         .said = "2 2"},
        {"the neighbour's",
         .settled =
             FIRST ", " THEIRS
                   "2, 'T', 'A', 'M2', NULL, '21', '2020-02-05', '2020-02-10', '2020-02-10', NULL, NULL, 2)",
         .said = ""}};
    JUDGE("60_stay_overlap", cases);
}
