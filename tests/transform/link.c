/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/link.h"
#include "tests/transform/town.h"
#include "transform/link/veto.h"
#include <criterion/criterion.h>
#include <stdio.h>

static const char *level_of(const char *field, const char *left, const char *right) {
    struct people at;
    const char *name = "?";
    people_open(&at);
    people_take(&at, 0, "a", left);
    people_take(&at, 0, "b", right);
    cr_assert(link_gather(&at.link, at.sinks, 2, &at.error));
    uint32_t pattern = link_compare(&at.rules, link_row(&at.link, 0), link_row(&at.link, 1));
    for (uint32_t f = 0; f < at.rules.field_count; f++)
        if (strcmp(at.rules.fields[f].name, field) == 0)
            name = at.rules.fields[f].kind->levels[link_level_of(pattern, f)];
    people_close(&at);
    return name;
}

Test(link, levels) {
    static const struct {
        const char *field, *left, *right, *level;
    } cases[] = {
        {"certno", "69010219800101001X||1980-01-01|1", "69010219800101 001X||19800101|1", "same"},
        {"certno", "690102800101001||1980-01-01|1", "69010219800101001X||1980-01-01|1", "same_unsure"},
        {"certno", "69010219800101001X||1980-01-01|1", "690102198001010036||1980-01-01|1", "twin"},
        {"certno", "69010219800101001X||1980-01-01|1", "690102198001010011|||1", "same_unsure"},
        {"certno", "69010219800101001X||1980-01-01|1", "69010219800102001X|||1", "birth_typo"},
        /* A slip in the order under the check digit of the right one; of two slips neither is known. */
        {"certno", "69010219800101001X||1980-01-01|1", "69010219800101011X|||1", "same_unsure"},
        {"certno", "690102198001010110||1980-01-01|1", "690102198001010210|||1", "order_typo"},
        {"certno", "69010219800101001X||1980-01-01|1", "6.90102198001010E+17|||1", "order_typo"},
        {"certno", "69010219800101001X||1980-01-01|1", "111111111111111111|||1", "missing"},
        /* The division 690199 was no more after 1985: a number that begins with it is no proof later on. */
        {"certno", "690199196501010016||1965-01-01|1", "690199196501010016||1965-01-01|1", "same"},
        {"certno", "690199198601010012||1986-01-01|1", "690199198601010012||1986-01-01|1", "same"},
        {"certno", "69019919870101001X||1987-01-01|1", "69019919870101001X|||1", "same_unsure"},
        {"certno", "69019919870101001X||2005-03-04|1", "69019919870101001X|||1", "missing"},
        /* A record without a birth date may stand under a relative's number; its date is the number's own. */
        {"certno", "69010219800101001X||1980-01-01|1", "69010219800101001X||||", "same_unsure"},
        {"birth", "69010219800101001X||1980-01-01|1", "69010219800101001X||||", "missing"},
        {"birth", "||1980-01-01|1", "69010219800101001X||||", "same"},
        /* 1900-01-01 is no date, and the number stays the holder's. */
        {"certno", "69010219800101001X||1980-01-01|1", "69010219800101001X||1900-01-01|1", "same_unsure"},
        {"birth", "||1900-01-01|1", "||1900-01-01|1", "missing"},
        /* Of 15 digits, made 18 with the century that the record does not say. */
        {"certno", "690102191501010014||1915-01-01|1", "690102201501010010||1915-01-01|1", "same_unsure"},
        {"certno", "690102191501010014||1915-01-01|1", "690102201501020016||1915-01-01|1", "missing"},
        /* Born 25 years apart from what the number says: somebody else's. */
        {"certno", "69010219800101001X||1980-01-01|1", "69010219800101001X||2005-03-04|1", "missing"},
        {"name", "|张伟", "|張 偉", "same"},
        {"name", "|张伟", "|张维", "sounds"},
        {"name", "|单强", "|单强", "same"},
        {"name", "|李䶮", "|李?", "wild"},
        {"name", "|王小明", "|王小红", "similar"},
        {"name", "|王小明", "|王明", "partial"},
        {"name", "|王小明", "|王国庆", "surname"},
        {"name", "|王小明", "|赵国庆", "different"},
        {"name", "|买买提·艾力", "|买买提•艾力", "same"},
        {"name", "|王小明之子", "|王小明之子", "wild"},
        {"name", "|王小明之子", "|王小明", "missing"},
        {"name", "|王小明之次女", "|王子轩", "missing"},
        {"name", "|王之涣", "|王之涣", "same"},
        {"sex", "|||1", "|||1", "same"},
        {"sex", "|||1", "|||2", "different"},
        {"sex", "|||1", "|||9", "missing"},
        {"sex", "|||0", "|||2", "missing"},
        {"birth", "||1980-03-05", "||19800305", "same"},
        {"birth", "||1980-03-05", "||1980-05-03", "typo"},
        {"birth", "||1980-03-05", "||1980-01-01", "lunar"},
        {"birth", "||1980-03-05", "||1980-11-20", "year"},
        {"birth", "||1980-03-05", "||2001-11-20", "far"},
        {"phone", "||||13800000001", "||||+86 138-0000-0001", "same"},
        {"phone", "||||13800000001", "||||13800000002", "typo"},
        {"phone", "||||13800000001", "||||11111111111", "missing"},
        {"place", "|||||云川市柳树镇三里村3组12号", "|||||柳树镇三里村三组十二号", "house"},
        {"place", "|||||云川市柳树镇三里村3组12号", "|||||柳树镇三里村", "village"},
        {"place", "|||||云川市幸福小区3栋2单元501室", "|||||幸福小区3栋2单元501", "house"},
        {"place", "|||||柳树镇三里村3组12号|B1", "|||||石桥镇白塔村1组1号|B1", "house"},
        {"place", "|||||柳树镇三里村3组12号", "|||||石桥镇白塔村1组1号", "county"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *level = level_of(cases[i].field, cases[i].left, cases[i].right);
        cr_expect(strcmp(level, cases[i].level) == 0, "%s: %s × %s: %s, expected %s", cases[i].field,
                  cases[i].left, cases[i].right, level, cases[i].level);
    }
}

enum { KIN_PAIRS = 20000 };

static uint32_t look(const struct link_rules *rules, const char *const levels[]) {
    uint32_t pattern = 0;
    for (uint32_t f = 0; f < rules->field_count; f++) {
        int level = link_level(rules->fields[f].kind, (struct span){levels[f], strlen(levels[f])});
        pattern |= (uint32_t)(level < 0 ? 0 : level) << f * LINK_LEVEL_BITS;
    }
    return pattern;
}

/* Households of spouses, never born on one day, and of siblings, every tenth pair twins: only the siblings'
   share of one birth date may rise, so a twin without a number is not taken for a sister with two names. */
static void learn_from(const char *rule, bool first) {
    static const char *const twins[] = {"different", "surname", "same", "same", "different", "village"},
                             *const siblings[] = {"different", "surname",   "far",
                                                  "same",      "different", "village"},
                             *const spouses[] = {"different", "different", "far",
                                                 "different", "different", "house"},
                             *const strangers[] = {"different", "different", "far",
                                                   "same",      "different", "elsewhere"},
                             *const judged[] = {"", "surname", "same", "same", "different", "house"},
                             *const matches[] = {"same", "same", "same", "same", "same", "house"};
    struct link_histogram by_block[LINK_BLOCKS] = {0}, random = {0};
    struct link_seen seen = {by_block, &random, NULL};
    struct link_model apart = {0}, together = {0};
    struct link_scorer scorer[2];
    struct people at;
    people_open(&at);
    uint32_t household = 0, birth = 2, name = 1;
    while (strcmp(at.rules.blocks[household].name, rule) != 0) household++;
    cr_assert(at.rules.blocks[household].training);
    link_histogram_add(&by_block[household], look(&at.rules, twins), KIN_PAIRS / 10);
    link_histogram_add(&by_block[household], look(&at.rules, siblings), KIN_PAIRS - KIN_PAIRS / 10);
    link_histogram_add(&by_block[household], look(&at.rules, spouses), KIN_PAIRS);
    for (uint32_t r = 0; r < 3; r++) link_histogram_add(&by_block[r], look(&at.rules, matches), KIN_PAIRS);
    link_histogram_add(&random, look(&at.rules, strangers), KIN_PAIRS);
    link_model_learn(&together, &at.rules, &seen, first ? 0.5 : 0);
    int surname = link_level(at.rules.fields[name].kind, SPAN("surname"));
    int different = link_level(at.rules.fields[name].kind, SPAN("different"));
    cr_expect_float_eq(together.kin[birth][surname][1], 0.1, 0.01);
    cr_expect_lt(together.kin[birth][different][1], 0.01);
    /* The addresses alone say "village" for half of them; two records in four carry both the book. */
    cr_expect_float_eq(together.shares[LINK_RELATIVE][5][1],
                       first ? 0.25 + 0.75 * 0.5 : at.rules.fields[5].start[LINK_RELATIVE][1], 0.02);
    at.rules.fields[birth].relative_levels = 0;
    link_model_learn(&apart, &at.rules, &seen, first ? 0.5 : 0);
    apart.prior[LINK_MATCH] = together.prior[LINK_MATCH] = 1e-6;
    apart.prior[LINK_RELATIVE] = together.prior[LINK_RELATIVE] = 1e-5;
    apart.prior[LINK_STRANGER] = together.prior[LINK_STRANGER] = 1 - 1.1e-5;
    link_scorer_open(&scorer[0], &at.rules, &apart);
    double without = link_weight(&scorer[0], look(&at.rules, judged), -1);
    at.rules.fields[birth].relative_levels = 1U << surname | 1U << different;
    link_scorer_open(&scorer[1], &at.rules, &together);
    cr_expect_lt(link_weight(&scorer[1], look(&at.rules, judged), -1), without - 0.5);
    link_scorer_close(&scorer[0]), link_scorer_close(&scorer[1]);
    for (uint32_t r = 0; r < LINK_BLOCKS; r++) link_histogram_free(&by_block[r]);
    link_histogram_free(&random);
    people_close(&at);
}

/* Also where nobody has the number of a household: from who lives in one house. */
Test(link, twins_are_siblings_not_spouses) {
    learn_from("household", true);
    learn_from("house", false);
}

/* Who lives with whom is not known: relatives stay as assumed, whatever the candidates look like.  Left free,
   they became the matches whose numbers have a slip. */
Test(link, relatives_are_learnt_from_those_who_live_together) {
    static const char *const matches[] = {"same", "same", "same", "same", "same", "house"},
                             *const slips[] = {"same_unsure", "same", "lunar", "same", "same", "house"},
                             *const strangers[] = {"different", "different", "far",
                                                   "same",      "different", "elsewhere"};
    struct link_histogram by_block[LINK_BLOCKS] = {0}, random = {0};
    struct link_seen seen = {by_block, &random, NULL};
    struct link_model model = {0};
    struct people at;
    people_open(&at);
    link_histogram_add(&by_block[0], look(&at.rules, matches), KIN_PAIRS);
    link_histogram_add(&by_block[0], look(&at.rules, slips), KIN_PAIRS / 10);
    link_histogram_add(&random, look(&at.rules, strangers), KIN_PAIRS);
    link_model_learn(&model, &at.rules, &seen, 0);
    for (uint32_t f = 0; f < at.rules.field_count; f++)
        for (int l = 1; l < LINK_LEVELS && at.rules.fields[f].kind->levels[l]; l++)
            cr_expect_float_eq(model.shares[LINK_RELATIVE][f][l], at.rules.fields[f].start[LINK_RELATIVE][l],
                               0.03, "%s %s", at.rules.fields[f].name, at.rules.fields[f].kind->levels[l]);
    cr_expect_gt(model.shares[LINK_MATCH][0][link_level(at.rules.fields[0].kind, SPAN("same_unsure"))], 0.08);
    link_histogram_free(&by_block[0]);
    link_histogram_free(&random);
    people_close(&at);
}

/* Strangers of one name are four times in five of one sex, and of one birth date twice as often as others:
   agreeing in both says less then.  Left alone, the few chance agreements of dates do not vanish. */
Test(link, namesakes_are_of_one_sex_and_age) {
    static const char
        *const far[] = {"different", "different", "far", "same", "different", "elsewhere"},
               *const other[] = {"different", "different", "far", "different", "different", "elsewhere"},
               *const chance[] = {"different", "different", "same", "same", "different", "elsewhere"},
               *const one_sex[] = {"different", "same", "far", "same", "different", "elsewhere"},
               *const two_sexes[] = {"different", "same", "far", "different", "different", "elsewhere"},
               *const one_date[] = {"different", "same", "same", "same", "different", "elsewhere"},
               *const matches[] = {"same", "same", "same", "same", "same", "house"};
    for (int dates = 0; dates < 2; dates++) {
        struct link_histogram by_block[LINK_BLOCKS] = {0}, random = {0}, namesakes = {0};
        struct link_seen seen = {by_block, &random, &namesakes};
        struct link_model model = {0};
        struct people at;
        people_open(&at);
        link_histogram_add(&by_block[0], look(&at.rules, matches), KIN_PAIRS);
        link_histogram_add(&random, look(&at.rules, far), 10 * KIN_PAIRS);
        link_histogram_add(&random, look(&at.rules, other), 10 * KIN_PAIRS);
        link_histogram_add(&random, look(&at.rules, chance), 20);
        link_histogram_add(&namesakes, look(&at.rules, matches), KIN_PAIRS);
        link_histogram_add(&namesakes, look(&at.rules, one_sex), 80 * KIN_PAIRS);
        link_histogram_add(&namesakes, look(&at.rules, two_sexes), 20 * KIN_PAIRS);
        if (dates) link_histogram_add(&namesakes, look(&at.rules, one_date), 200);
        link_model_learn(&model, &at.rules, &seen, 0);
        double usual = model.shares[LINK_STRANGER][2][1], date = model.namesakes[2][1];
        cr_expect_float_eq(model.shares[LINK_STRANGER][3][1], 0.5, 0.01);
        cr_expect_float_eq(model.namesakes[3][1], 0.8, 0.01);
        cr_expect(dates ? date > 1.6 * usual && date < 2.4 * usual : date > usual / 40 && date < usual / 5,
                  "%g of %g", date, usual);
        link_histogram_free(&by_block[0]);
        link_histogram_free(&random);
        link_histogram_free(&namesakes);
        people_close(&at);
    }
}

/* The town through two workers, forwards or backwards. */
static void fill_town(struct people *at, bool backwards, unsigned threads) {
    char text[TEXT_BYTES], identifier[32];
    people_open(at);
    at->link.threads = threads;
    for (uint32_t i = 0; i < TOWN_PEOPLE * 2; i++) {
        uint32_t index = backwards ? TOWN_PEOPLE * 2 - 1 - i : i, person = index / 2;
        if (index % 2 && person % 3) continue;
        town_record(person, index % 2, text);
        snprintf(identifier, sizeof identifier, "%s/%u", index % 2 ? "690103" : "690102", person);
        people_take(at, (int)(i / 7 % 2), identifier, text);
    }
    cr_assert(link_gather(&at->link, at->sinks, 2, &at->error), "%s", at->error.message);
    link_run(&at->link);
}

Test(link, order_and_threads_change_nothing) {
    struct people first, other;
    fill_town(&first, false, 1);
    cr_assert(first.link.edge_count >= TOWN_PEOPLE / 3, "%u edges", first.link.edge_count);
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        fill_town(&other, true, threads);
        cr_assert_eq(first.link.edge_count, other.link.edge_count);
        cr_expect(memcmp(first.link.edges, other.link.edges,
                         first.link.edge_count * sizeof *first.link.edges) == 0);
        cr_expect(memcmp(first.link.bands, other.link.bands, first.link.edge_count) == 0);
        cr_expect(memcmp(first.link.persons, other.link.persons,
                         first.link.count * sizeof *first.link.persons) == 0);
        people_close(&other);
    }
    people_close(&first);
}

/* Of the town's pairs all are found, and nobody else is merged. */
Test(link, finds_the_towns_pairs) {
    struct people at;
    uint32_t merged = 0, wrong = 0;
    fill_town(&at, false, 2);
    for (uint32_t i = 0; i < at.link.count; i++) {
        uint32_t person = at.link.persons[i];
        if (person == i) continue;
        if (strcmp(at.link.names[i] + 7, at.link.names[person] + 7) == 0) merged++;
        else wrong++;
    }
    cr_expect_eq(wrong, 0);
    cr_expect(merged >= TOWN_PEOPLE / 3 * 97 / 100, "%u merged", merged);
    people_close(&at);
}

/* Terms add up to the weight of every pair. */
Test(link, terms_add_up) {
    struct people at;
    fill_town(&at, false, 1);
    for (uint32_t i = 0; i < at.link.edge_count; i++) {
        const struct link_edge *edge = &at.link.edges[i];
        struct link_evidence evidence;
        uint32_t pattern = edge->look & LINK_PATTERN_MASK;
        link_explain(&at.link.scorer, pattern, link_frequency(&at.link, edge->a, pattern), &evidence);
        double sum = evidence.prior + evidence.frequency + evidence.kinship + evidence.guard;
        for (uint32_t f = 0; f < at.rules.field_count; f++) sum += evidence.fields[f];
        cr_assert(sum - evidence.total < 0.001 && evidence.total - sum < 0.001, "%f, %f", sum,
                  evidence.total);
        double bits = veto_bits(&at.link, edge->a, edge->b) + evidence.prior - evidence.total;
        cr_assert(bits < 0.001 && bits > -0.001, "%f", bits);
        cr_assert(evidence.total - (double)edge->weight < 0.001 &&
                  (double)edge->weight - evidence.total < 0.001);
    }
    people_close(&at);
}

static uint32_t record_named(const struct people *at, const char *name) {
    uint32_t record = link_find(&at->link, (struct span){name, strlen(name)});
    cr_assert(record != UINT32_MAX, "%s", name);
    return record;
}

static bool together(const struct people *at, const char *a, const char *b) {
    return at->link.persons[record_named(at, a)] == at->link.persons[record_named(at, b)];
}

/* Every person of the town in county 690102; `twice`: and every third in 690103 again. */
static void take_town(struct people *at, bool twice) {
    char text[TEXT_BYTES], identifier[32];
    for (uint32_t p = 0; p < TOWN_PEOPLE; p++)
        for (int again = 0; again <= (twice && p % 3 == 0); again++) {
            town_record(p, again, text);
            snprintf(identifier, sizeof identifier, "69010%d/%u", 2 + again, p);
            people_take(at, again, identifier, text);
        }
}

/* A "different" holds, also through a third record; without it the same three are one person. */
Test(link, a_decision_is_never_overridden) {
    for (int decided = 0; decided < 2; decided++) {
        struct people at;
        char text[TEXT_BYTES];
        people_open(&at);
        take_town(&at, false);
        town_record(30, false, text);
        people_take(&at, 0, "690103/30", text);
        people_take(&at, 1, "690104/30", text);
        cr_assert(link_gather(&at.link, at.sinks, 2, &at.error));
        struct link_decision decision = {record_named(&at, "690102/30"), record_named(&at, "690103/30"),
                                         LINK_DIFFERENT};
        at.link.decisions = &decision;
        at.link.decision_count = (uint32_t)decided;
        link_run(&at.link);
        cr_expect_eq(together(&at, "690102/30", "690103/30"), !decided);
        struct link_veto veto = link_veto(&at.link, decision.a, decision.b);
        cr_expect_eq(veto.veto, decided ? VETO_DECIDED : VETO_NONE, "%d", (int)veto.veto);
        cr_expect(!decided ||
                  together(&at, "690102/30", "690104/30") + together(&at, "690103/30", "690104/30") == 1);
        people_close(&at);
    }
}

/* After all merges: nothing waits within a person, and two persons wait for one answer at most. */
Test(link, one_question_for_two_persons) {
    /* The first two are one person; the third's name cannot be read, so it waits for both. */
    static const char *const names[] = {"李䶮", "李䶮", "李?"};
    struct people at;
    char text[TEXT_BYTES], identifier[32];
    people_open(&at);
    take_town(&at, false);
    for (int i = 0; i < 3; i++) {
        snprintf(identifier, sizeof identifier, "69010%d/三", 3 + i);
        snprintf(text, sizeof text, "69010219800101001X|%s|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1",
                 names[i]);
        people_take(&at, 1, identifier, text);
    }
    cr_assert(link_gather(&at.link, at.sinks, 2, &at.error));
    link_run(&at.link);
    const struct link *link = &at.link;
    uint32_t asked = 0, follows = 0;
    for (uint32_t i = 0; i < link->edge_count; i++) {
        uint32_t a = link->persons[link->edges[i].a], b = link->persons[link->edges[i].b];
        bool asks = link->bands[i] == LINK_REVIEW || link->bands[i] == LINK_CONFLICT;
        asked += asks;
        follows += link->bands[i] == LINK_FOLLOWS;
        if (a == b) cr_expect_eq(link->bands[i], LINK_AUTOMATIC, "edge %u", i);
        if (!asks && link->bands[i] != LINK_FOLLOWS) continue;
        bool before = false;
        for (uint32_t j = 0; j < i; j++) {
            uint32_t c = link->persons[link->edges[j].a], d = link->persons[link->edges[j].b];
            before |= (link->bands[j] == LINK_REVIEW || link->bands[j] == LINK_CONFLICT) &&
                      ((a == c && b == d) || (a == d && b == c));
        }
        cr_expect_eq(before, link->bands[i] == LINK_FOLLOWS, "edge %u", i);
    }
    cr_expect(together(&at, "690103/三", "690104/三") && !together(&at, "690103/三", "690105/三"));
    cr_expect_eq(asked, 1);
    cr_expect_eq(follows, 1);
    people_close(&at);
}

/* Are the two one person, in a town of others? */
static bool merged(const char *left, const char *right) {
    struct people at;
    people_open(&at);
    take_town(&at, true);
    people_take(&at, 0, "left", left);
    people_take(&at, 0, "right", right);
    cr_assert(link_gather(&at.link, at.sinks, 2, &at.error));
    link_run(&at.link);
    bool one = together(&at, "left", "right");
    people_close(&at);
    return one;
}

/* What nobody should be asked about. */
Test(link, slips_are_merged) {
    static const struct {
        const char *name, *left, *right;
    } cases[] = {
        {"a character left out", "69010219800101001X|王小明|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1",
         "69010219800101001X|王明|1980-01-01|1|13900000001|柳树镇三里村7组1号|B2"},
        {"a slip under the check digit",
         "69010219800101001X|王小明|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1",
         "69010219800101011X|王小明|1980-01-01|1|13800000001|石桥镇白塔村1组1号|B2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect(merged(cases[i].left, cases[i].right), "%s", cases[i].name);
}

/* What only care keeps apart: each pair stands in the same town, and must not be merged by itself. */
Test(link, traps) {
    static const struct {
        const char *name, *left, *right;
    } cases[] = {
        {"twins", "69010219800101001X|王小明|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1",
         "690102198001010036|王小亮|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1"},
        {"newborn", "690102198001010028|李秀英|1980-01-01|2|13800000001|柳树镇三里村3组12号|B1",
         "690102198001010028|王子轩|2022-01-01|1|13800000001|柳树镇三里村3组12号|B1"},
        {"newborn with her birth date",
         "690102198001010028|李秀英|1980-01-01|2|13800000001|柳树镇三里村3组12号|B1",
         "690102198001010028|王子轩|1980-01-01|2|13800000001|柳树镇三里村3组12号|B1"},
        {"father and son", "690102195001010016|王建国|1950-01-01|1|13800000001|柳树镇三里村3组12号|B1",
         "|王建国|1978-05-06|1|13800000001|柳树镇三里村3组12号|B1"},
        {"one number", "69010219800101001X|王小明|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1",
         "69010219800101001X|赵国庆|1980-01-01|1|13911111112|石桥镇白塔村1组1号|B2"},
        {"twins without a name", "|李秀英之女|2022-01-01|2|13800000001|柳树镇三里村3组12号|B1",
         "690102202201010022|李秀英之女|2022-01-01|2|13800000001|柳树镇三里村3组12号|B1"},
        {"newborn without a name, with her birth date",
         "690102198001010028|李秀英|1980-01-01|2|13800000001|柳树镇三里村3组12号|B1",
         "690102198001010028|李秀英之女|1980-01-01|2|13800000001|柳树镇三里村3组12号|B1"},
        {"twins whose names sound alike",
         "69010219800101001X|王小明|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1",
         "|王晓鸣|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1"},
        {"twins, one moved away", "69010219800101001X|王小明|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1",
         "|王小亮|1980-01-01|1|13800000001|石桥镇白塔村1组1号|B2"},
        {"a name left short and another birth date",
         "69010219800101001X|王小明|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1",
         "69010219800101001X|王明|1980-03-01|1||石桥镇白塔村1组1号|B2"},
        {"a name left short in one house",
         "69010219800101001X|王小明|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1",
         "69010219800101001X|王明|1980-01-01|1||柳树镇三里村3组12号|B1"},
        {"a name left short on one phone",
         "69010219800101001X|王小明|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1",
         "69010219800101001X|王明|1980-01-01|1|13800000001|石桥镇白塔村1组1号|B2"},
        {"lost digits", "69010219800101001X|王小明|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1",
         "6.90102198001010E+17|王小明|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1"},
        {"a character left out and another birth date",
         "69010219800101001X|王小明|1980-01-01|1|13800000001|柳树镇三里村3组12号|B1",
         "69010219800101001X|王明|1980-03-01|1|13800000001|柳树镇三里村3组12号|B1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect(!merged(cases[i].left, cases[i].right), "%s", cases[i].name);
}

/* Two records of one identifier cannot be told apart, so the input is refused. */
Test(link, refuses_an_identifier_twice) {
    struct people at;
    people_open(&at);
    people_take(&at, 0, "690102/1", "|王明");
    people_take(&at, 1, "690102/1", "|李明");
    cr_expect(!link_gather(&at.link, at.sinks, 2, &at.error));
    people_close(&at);
}

Test(link, rules_are_refused_at_their_line) {
    static const struct {
        const char *text;
        uint64_t row;
    } cases[] = {
        {"identifier: [id]\nfields:\n  a: {kind: nothing}\n", 3},
        {"identifier: [id]\nfields:\n  a: {kind: word, match: {nearly: 1}}\n", 3},
        {"identifier: [id]\nfields:\n  a: {kind: word}\nblocks:\n  - {name: x, key: [b]}\n", 5},
        {"identifier: [id]\nfields:\n  a: {kind: word}\nguards:\n  - {name: x, when: {a: [never]}}\n", 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct link_rules rules;
        struct error error = {0};
        cr_expect(!link_rules_read((struct span){cases[i].text, strlen(cases[i].text)}, "x.yaml", &arena,
                                   &rules, &error));
        cr_expect_eq(error.at.row, cases[i].row, "%zu: row %ju", i, (uintmax_t)error.at.row);
        arena_free(&arena);
    }
}
