/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Two counties may number a person alike, as all do that take the citizen ID: whose list it is that comes
   back, and so which relation 本县 means, must not be guessed. */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdio.h>

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_PUBLISHED); }
static void teardown(void) { journey_end(&journey); }
TestSuite(cover_side, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

#define PAIR "FROM cover.duplicate WHERE kind = 'same_scheme_other_county'"

static const char *name_of(const char *code) {
    struct city city;
    struct error error = {0};
    cr_assert(city_read(journey.city, &journey.arena, &city, &error), "%s", error.message);
    const struct county *county = city_county(&city, code);
    cr_assert(county, "%s", code);
    return county->name;
}

static void answer(const char *other, const char *opinion, const char *keep) {
    const char *key = journey_ask(&journey, "SELECT min(duplicate || ',' || src_psn_no_a) " PAIR);
    const char *text = arena_print(&journey.arena,
                                   "清理编号,本县人员编号,对方,核定意见,本人选定保留,说明,经办人\r\n"
                                   "%s,%s,%s,%s,说明,王经办\r\n",
                                   key, other, opinion, keep);
    journey_write(&journey, "answer.csv", (struct span){text, strlen(text)});
}

Test(cover_side, the_other_county_tells_whose_list_it_is) {
    journey_ask(&journey,
                "WITH l AS (INSERT INTO identity.xref (county, src_psn_no, psn_no) SELECT county, src_psn_no,"
                " md5(certno || psn_name) FROM record.psn_info_b WHERE certno <> '' AND psn_name <> ''"
                " ON CONFLICT (county, src_psn_no) DO NOTHING RETURNING 1) SELECT count(*) FROM l");
    journey_expect(&journey, "cover find -q", 0, NULL);
    journey_ask(&journey, "WITH u AS (UPDATE cover.duplicate SET src_psn_no_b = src_psn_no_a WHERE kind ="
                          " 'same_scheme_other_county' RETURNING 1) SELECT count(*) FROM u");
    const char *a = name_of(journey_ask(&journey, "SELECT min(county_a) " PAIR)),
               *b = name_of(journey_ask(&journey, "SELECT min(county_b) " PAIR));
    const struct {
        const char *other, *keep, *kept;
    } cases[] = {{b, "本县", "a"}, {a, "本县", "b"}, {b, "对方", "b"}, {a, "对方", "a"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        answer(arena_print(&journey.arena, "%s 居民", cases[i].other), "同意", cases[i].keep);
        journey_expect(&journey, "cover read answer.csv", 0, "同意 1 对");
        cr_expect_str_eq(journey_ask(&journey, "SELECT min(keep) " PAIR " AND state = 'agreed'"),
                         cases[i].kept, "%zu", i);
        journey_expect(&journey,
                       arena_print(&journey.arena, "cover undo %s --reason 再试",
                                   journey_ask(&journey, "SELECT max(event) FROM cover.event")),
                       0, "已撤回");
    }
    answer("", "同意", "本县");
    journey_expect(&journey, "cover read answer.csv", 3, "两个县的人员编号相同");
    answer("别的县 居民", "同意", "本县");
    journey_expect(&journey, "cover read answer.csv", 3, "两个县的人员编号相同");
    answer("", "不同意", ""); /* a refusal is the same whoever writes it */
    journey_expect(&journey, "cover read answer.csv", 0, "不同意 1 对");
}
