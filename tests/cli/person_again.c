/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Linking again: what is remembered of the last time saves work and changes nothing. */
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/stat.h>

/* Everything that a linking says, without the numbers that tell when it was said. */
#define OUTCOME                                                                                              \
    "SELECT md5((SELECT string_agg(county || src_psn_no || psn_no, ',' ORDER BY record_no) FROM "            \
    "identity.xref) || (SELECT string_agg(concat_ws('/', a, b, bits, pattern, rule, band, terms, model), "   \
    "',' ORDER BY a, b) FROM identity.link) || (SELECT string_agg(concat_ws('/', rule, blocks, pairs, "      \
    "fresh, matches, refined, left_out), ',' ORDER BY rule) FROM identity.yield WHERE link_run = (SELECT "   \
    "max(link_run) FROM identity.link_run)))"

enum { HASH_BYTES = 64 };

static uint64_t count_read(const struct journey *journey) {
    const char *at = strstr(journey->output, "\"read\": ");
    return at ? strtoull(at + 8, NULL, 10) : UINT64_MAX;
}

/* Links on, then anew: the same; returns how many records were read the first time. */
static uint64_t link_twice(struct journey *journey, const char *what) {
    char outcome[HASH_BYTES];
    journey_expect(journey, "person link --json", 0, "\"read\"");
    uint64_t read = count_read(journey);
    snprintf(outcome, sizeof outcome, "%s", journey_ask(journey, OUTCOME));
    journey_expect(journey, "person link --anew --json", 0, "\"moved\": 0");
    cr_expect_str_eq(journey_ask(journey, OUTCOME), outcome, "%s", what);
    return read;
}

/* Changes bits of one byte of the file. */
static void spoil_cache(struct journey *journey, size_t at, char bits) {
    struct span cache = journey_file(journey, ".tongchou/link.cache");
    char *bytes = ARENA_NEW(&journey->arena, char, cache.size);
    memcpy(bytes, cache.bytes, cache.size);
    bytes[at] = (char)(bytes[at] ^ bits);
    journey_write(journey, ".tongchou/link.cache", (struct span){bytes, cache.size});
}

/* Behind eight hashes and counts: the high byte of the transaction from which on rows say where they stand.
 */
enum { HORIZON_AT = 64 + 3, FAR_AHEAD = 0x40 };

Test(person_again, only_changes_are_read) {
    static const struct {
        const char *what, *sql;
        uint64_t read;
    } changes[] = {
        {"nothing", "SELECT 1", 0},
        {"a name",
         "UPDATE record.psn_info_b SET psn_name = '赵改名' WHERE src_psn_no = '102900000001' RETURNING 1", 1},
        {"records that go",
         "DELETE FROM record.psn_info_b WHERE src_psn_no IN ('102900000015', '102900000016') RETURNING 1", 0},
        {"a clerk's phone on many",
         "UPDATE record.psn_info_b SET mob = '13900000001' WHERE source_row % 97 = 5 "
         "RETURNING (SELECT count(*) FROM record.psn_info_b WHERE source_row % 97 = 5)",
         UINT64_MAX},
        {"a decision",
         "INSERT INTO identity.decision (a, b, verdict, reason, operator) SELECT a, b, 'different', 'test', "
         "'test' "
         "FROM identity.link WHERE band = 'automatic' ORDER BY a LIMIT 1 RETURNING 1",
         0},
    };
    struct journey journey;
    struct stat about;
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    const char *path = ".tongchou/link.cache";
    char full[256];
    snprintf(full, sizeof full, "%s/%s", journey.city, path);
    cr_assert_eq(stat(full, &about), 0);
    cr_expect_eq(about.st_mode & 077, 0, "others may read names and numbers");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        uint64_t expected = strtoull(journey_ask(&journey, changes[i].sql), NULL, 10);
        if (changes[i].read != UINT64_MAX) expected = changes[i].read;
        cr_expect_eq(link_twice(&journey, changes[i].what), expected, "%s", changes[i].what);
    }
    journey_expect(&journey, "person link --memory 31", 64, "至少 32");
    char outcome[HASH_BYTES];
    snprintf(outcome, sizeof outcome, "%s", journey_ask(&journey, OUTCOME));
    journey_expect(&journey, "person link --memory 32 --json", 0, "\"moved\": 0");
    cr_expect_str_eq(journey_ask(&journey, OUTCOME), outcome, "spilled");
    /* A cache with one bit changed is none. */
    uint64_t all = strtoull(journey_ask(&journey, "SELECT count(*) FROM record.psn_info_b"), NULL, 10);
    spoil_cache(&journey, journey_file(&journey, ".tongchou/link.cache").size / 2, 1);
    cr_expect_eq(link_twice(&journey, "a spoiled cache"), all);
    /* A row that does not say where it stands is found by its version. */
    spoil_cache(&journey, HORIZON_AT, FAR_AHEAD);
    journey_ask(&journey, "UPDATE record.psn_info_b SET psn_name = '赵再改' WHERE src_psn_no = '102900000001'"
                          " RETURNING 1");
    cr_expect_eq(link_twice(&journey, "a row without its place"), 1);
    journey_end(&journey);
}

/* The bound is on the whole process: its records would fill it twice, and the program's own bytes, which are
   hashed for the cache, are a third of it. */
Test(person_again, memory_is_bound) {
    struct journey journey;
    char outcome[HASH_BYTES];
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    journey_ask(&journey,
                "WITH more AS (INSERT INTO record.psn_info_b (county, src_psn_no, psn_name, gend, brdy,"
                " live_addr, src_key, key_hash, row_hash, file, source_row) SELECT '690102', 'B' || n,"
                " substr('赵钱孙李周吴郑王冯陈', 1 + n % 10, 1) || substr('子丑寅卯辰巳午未申酉戌亥甲乙丙丁',"
                " 1 + h % 16, 1) || substr('东南西北春夏秋冬金木水火土山石田', 1 + h / 16 % 16, 1),"
                " (1 + n % 2)::text, date '1940-01-01' + h % 25000, '柳树镇' || h % 300 || '号', 'B' || n,"
                " md5('B' || n)::uuid, h, (SELECT min(file) FROM record.psn_info_b), n"
                " FROM (SELECT n, abs(hashint4(n)) AS h FROM generate_series(1, 100000) n) s RETURNING 1)"
                " SELECT count(*) FROM more");
    journey_expect(&journey, "person link --memory 32 --json", 0, "\"records\": 10");
    const char *peak = strstr(journey.output, "\"peak_mib\": "),
               *disk = strstr(journey.output, "spilled_mib");
    cr_assert(peak && disk);
#ifndef __SANITIZE_ADDRESS__
    cr_expect(strtoull(peak + 12, NULL, 10) <= 33, "%s", journey.output);
#endif
    cr_expect(strtoull(disk + 14, NULL, 10) > 20, "%s", journey.output);
    snprintf(outcome, sizeof outcome, "%s", journey_ask(&journey, OUTCOME));
    journey_expect(&journey, "person link --anew --json", 0, "\"moved\": 0");
    cr_expect_str_eq(journey_ask(&journey, OUTCOME), outcome, "spilled");
    journey_end(&journey);
}

/* What was answered out of the last linking, and out of linking again, which needs no cache. */
static void explain_both_ways(struct journey *journey, const char *pair) {
    char command[256], cache[256], aside[256];
    snprintf(command, sizeof command, "person explain %s", pair);
    snprintf(cache, sizeof cache, "%s/.tongchou/link.cache", journey->city);
    snprintf(aside, sizeof aside, "%s/.tongchou/aside", journey->city);
    journey_expect(journey, command, 0, NULL);
    const char *recalled = journey->output;
    cr_assert_eq(rename(cache, aside), 0);
    journey_expect(journey, command, 0, NULL);
    cr_assert_eq(rename(aside, cache), 0);
    cr_expect_str_eq(recalled, journey->output, "%s", pair);
}

Test(person_again, explaining_needs_no_linking) {
    struct journey journey;
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    /* The surest and the least sure of each band, and two records that never met. */
    const char *pairs = journey_ask(
        &journey,
        "SELECT string_agg(x.county || '/' || x.src_psn_no || ' ' || y.county || '/' || y.src_psn_no, ';')"
        " FROM ((SELECT DISTINCT ON (band) a, b FROM identity.link ORDER BY band, bits) UNION (SELECT "
        "DISTINCT"
        " ON (band) a, b FROM identity.link ORDER BY band, bits DESC) UNION SELECT 1, 500) l"
        " JOIN identity.xref x ON x.record_no = a JOIN identity.xref y ON y.record_no = b");
    uint32_t count = 0;
    char *rest = ARENA_NEW(&journey.arena, char, strlen(pairs) + 1);
    memcpy(rest, pairs, strlen(pairs));
    const char *first = NULL;
    for (const char *pair; (pair = strsep(&rest, ";")) != NULL; count++) {
        explain_both_ways(&journey, pair);
        if (!first) first = pair;
    }
    cr_expect(count >= 4, "%u pairs", count);
    /* A row that was changed by hand is not what the last linking knew. */
    journey_ask(&journey, "UPDATE record.psn_info_b SET mob = '13912345670' WHERE (county, src_psn_no) IN"
                          " (SELECT county, src_psn_no FROM identity.xref WHERE record_no IN (1, 500))"
                          " RETURNING 1");
    explain_both_ways(&journey, first);
    /* Looking a record up by its county's number needs no scan. */
    cr_expect_str_eq(journey_ask(&journey, "SELECT (SELECT count(*) FROM pg_inherits WHERE inhparent ="
                                           " 'record.psn_info_b_number'::regclass) = (SELECT count(*) FROM"
                                           " pg_inherits WHERE inhparent = 'record.psn_info_b'::regclass)"),
                     "t");
    journey_end(&journey);
}
