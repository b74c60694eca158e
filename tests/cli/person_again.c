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

/* Keeps the file as long as it was. */
static void spoil_cache(struct journey *journey) {
    struct span cache = journey_file(journey, ".tongchou/link.cache");
    char *bytes = ARENA_NEW(&journey->arena, char, cache.size);
    memcpy(bytes, cache.bytes, cache.size);
    bytes[cache.size / 2] ^= 1;
    journey_write(journey, ".tongchou/link.cache", (struct span){bytes, cache.size});
}

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
    /* With a bound that nothing fits into, the records lie on disk. */
    char outcome[HASH_BYTES];
    snprintf(outcome, sizeof outcome, "%s", journey_ask(&journey, OUTCOME));
    journey_expect(&journey, "person link --memory 1 --json", 0, "\"moved\": 0");
    cr_expect_str_eq(journey_ask(&journey, OUTCOME), outcome, "spilled");
    /* A cache with one bit changed is none. */
    uint64_t all = strtoull(journey_ask(&journey, "SELECT count(*) FROM record.psn_info_b"), NULL, 10);
    spoil_cache(&journey);
    cr_expect_eq(link_twice(&journey, "a spoiled cache"), all);
    journey_end(&journey);
}
