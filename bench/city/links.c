/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/build.h"
#include "bench/city/linzhu.h"
#include "bench/city/qinghe.h"
#include "bench/city/shiliu.h"

/* What truth.json says about persons: who is the same human being, and whose covers overlap. */

enum {
    SAME_PERSONS = 6 + 3 + 1 + 2 + 2 + 1 + 1 + 1 /* P1 P2 P3 P5 P6 P8 P9 P10: one number too many each */
};

struct number {
    char text[40];
};

static struct number in_qinghe(unsigned member) {
    struct number number;
    char digits[13];
    qinghe_number(QINGHE_CAST_FIRST + member, digits);
    snprintf(number.text, sizeof number.text, "\"690102/%s\"", digits);
    return number;
}
static struct number in_linzhu(unsigned index) {
    struct number number;
    snprintf(number.text, sizeof number.text, "\"690181/%llu\"",
             181000000001ull + (unsigned long long)LINZHU_CAST_FIRST + index);
    return number;
}
static struct number in_shiliu(const struct build *build, unsigned index) {
    struct build copy = *build;
    struct shiliu county = {.build = &copy, .words = person_encode(build->arena, "UTF-8")};
    struct member member;
    struct number number;
    shiliu_planted(&county, index, &member);
    snprintf(number.text, sizeof number.text, "\"690123/%s-%u\"", member.card, member.order);
    return number;
}

static void link_two(struct truth *truth, const char *id, const char *must, struct number a,
                     struct number b) {
    truth_link(truth, "{\"id\": \"%s\", \"must\": \"%s\", \"numbers\": [%s, %s]}", id, must, a.text, b.text);
}

static void overlap(struct truth *truth, const char *id, struct number a, struct number b, int months) {
    truth_overlap(truth,
                  "{\"id\": \"%s\", \"numbers\": [%s, %s], \"months\": %d, \"premium_fen\": 25000, "
                  "\"subsidy_fen\": 55000}",
                  id, a.text, b.text, months);
}

void links_make(struct build *build) {
    struct truth *truth = build->truth;
    uint64_t clean = build->size * (QINGHE_CLEAN + LINZHU_CLEAN) + shiliu_size(build) * SHILIU_CLEAN;
    truth->person_count = clean + CAST_A_COUNT + LINZHU_CAST + SHILIU_CAST - SAME_PERSONS;
    for (unsigned i = 0; i < 6; i++) {
        link_two(truth, "P1", "linked", in_qinghe(CAST_P1 + i), in_linzhu(i));
        overlap(truth, "P1", in_qinghe(CAST_P1 + i), in_linzhu(i), 10);
    }
    for (unsigned i = 0; i < 3; i++)
        link_two(truth, "P2", "linked", in_qinghe(CAST_P2 + i), in_shiliu(build, i));
    link_two(truth, "P3", "review", in_qinghe(CAST_P3), in_linzhu(6));
    link_two(truth, "P4", "distinct", in_shiliu(build, 3), in_shiliu(build, 4));
    link_two(truth, "P4", "distinct", in_linzhu(7), in_linzhu(8));
    link_two(truth, "P4", "distinct", in_qinghe(CAST_SHARED), in_qinghe(CAST_SHARED + 1));
    link_two(truth, "P4", "distinct", in_qinghe(CAST_FATHER), in_qinghe(CAST_SON));
    for (unsigned i = 0; i < 2; i++) {
        link_two(truth, "P5", "linked", in_qinghe(CAST_P5 + i), in_shiliu(build, 5 + i));
        link_two(truth, "P6", "linked", in_qinghe(CAST_P6 + i), in_linzhu(9 + i));
        truth_link(truth, "{\"id\": \"P7\", \"must\": \"after_death\", \"numbers\": [%s], \"fen\": %d}",
                   in_qinghe(CAST_P7 + i).text, i == 0 ? 31800 : 0);
    }
    link_two(truth, "P8", "linked", in_linzhu(11), in_shiliu(build, 7));
    overlap(truth, "P8", in_linzhu(11), in_shiliu(build, 7), 12);
    truth_link(truth,
               "{\"id\": \"P8\", \"must\": \"paid_twice\", \"fee_fen\": 523000, \"fund_fen\": 313800, "
               "\"numbers\": [%s, %s]}",
               in_linzhu(11).text, in_shiliu(build, 7).text);
    link_two(truth, "P9", "review", in_qinghe(CAST_P9), in_shiliu(build, 8));
    link_two(truth, "P10", "linked", in_qinghe(CAST_P10), in_linzhu(12));
    overlap(truth, "P10", in_qinghe(CAST_P10), in_linzhu(12), 12);
}
