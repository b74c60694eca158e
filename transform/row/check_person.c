/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/certno.h"
#include "transform/row/check.h"
#include "transform/row/date.h"
#include "transform/row/name.h"
#include "transform/row/text.h"

static void tell_number(const struct checking *checking, uint32_t row, const struct certno *certno) {
    if (certno->faults & CERTNO_LENGTH)
        check_say(checking, row, WEIGHT_DOUBT, "certno.length", 0,
                  detail_of(checking->batch, "found=%u", certno->length));
    if (certno->faults & CERTNO_CHECK_DIGIT)
        check_say(checking, row, WEIGHT_DOUBT, "certno.check_digit", 0,
                  detail_of(checking->batch, "expected=%c;found=%c", certno->expected, certno->found));
    if (certno->faults & CERTNO_REGION_ENDED)
        check_say(checking, row, WEIGHT_DOUBT, "certno.region_ended", 0,
                  detail_of(checking->batch, "year=%u", certno->ended));
    static const struct {
        enum certno_fault fault;
        enum weight weight;
        const char *code;
    } rest[] = {{CERTNO_BIRTH, WEIGHT_DOUBT, "certno.birth_invalid"},
                {CERTNO_REGION, WEIGHT_DOUBT, "certno.region_unknown"},
                {CERTNO_PLACEHOLDER, WEIGHT_DOUBT, "certno.placeholder"},
                {CERTNO_TYPE, WEIGHT_DOUBT, "certno.type_conflict"},
                {CERTNO_UPGRADED, WEIGHT_NOTE, "certno.upgraded_15"}};
    for (size_t index = 0; index < sizeof rest / sizeof *rest; index++)
        if (certno->faults & rest[index].fault)
            check_say(checking, row, rest[index].weight, rest[index].code, 0, (struct span){0});
}

/* 0 certno, 1 psn_cert_type, 2 gend, 3 brdy.  The value becomes the number of 18 where 15 were given;
   a placeholder becomes null, so that it never joins two persons. */
static void check_certno(const struct checking *checking) {
    struct batch *batch = checking->batch;
    struct vector *numbers = &batch->values[checking->column[0]];
    const struct vector *types = check_vector(checking, 1), *genders = check_vector(checking, 2),
                        *births = check_vector(checking, 3);
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (!check_applies(checking, row)) continue;
        if (numbers->null[row]) {
            check_say(checking, row, WEIGHT_DOUBT, "certno.empty", 0, (struct span){0});
            continue;
        }
        struct certno certno =
            certno_check(numbers->text[row], check_text(types, row), checking->state->regions, &batch->arena);
        numbers->text[row] = certno.number;
        if (certno.faults & CERTNO_PLACEHOLDER) {
            numbers->null[row] = true;
            numbers->text[row] = (struct span){0};
        }
        if (certno.faults) tell_number(checking, row, &certno);
        if (!certno.citizen) continue;
        if (checking->state->extracted_known && certno.birth > checking->state->extracted)
            check_say(checking, row, WEIGHT_DOUBT, "certno.birth_invalid", 0, (struct span){0});
        struct span gender = check_text(genders, row);
        if (gender.size && (span_is(gender, "1") || span_is(gender, "2")) &&
            span_is(gender, "1") != certno.male)
            check_say(checking, row, WEIGHT_DOUBT, "certno.sex_conflict", 0, (struct span){0});
        if (births && !births->null[row] && births->date[row] != certno.birth)
            check_say(checking, row, WEIGHT_DOUBT, "certno.birth_conflict", 0, (struct span){0});
    }
}

/* 0 psn_name, 1 psn_cert_type: holders of foreign papers have names in latin letters. */
static void check_name(const struct checking *checking) {
    struct batch *batch = checking->batch;
    const struct vector *names = check_vector(checking, 0), *types = check_vector(checking, 1);
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (!check_applies(checking, row)) continue;
        if (names->null[row]) {
            check_say(checking, row, WEIGHT_DOUBT, "name.empty", 0, (struct span){0});
            continue;
        }
        if (text_is_hanzi(names->text[row])) continue;
        struct span type = check_text(types, row);
        bool latin = type.size && !span_is(type, "01") && !span_is(type, "1");
        /* A replacement character is said by itself: nobody typed it. */
        if (!text_damage(names->text[row], true) && name_illegal(names->text[row], latin))
            check_say(checking, row, WEIGHT_DOUBT, "name.illegal_character", 0, (struct span){0});
    }
}

const struct check checks_person[] = {
    {.as = "certno", .needs = {"certno"}, .uses = {"psn_cert_type", "gend", "brdy"}, .run = check_certno},
    {.needs = {"psn_name"}, .uses = {"psn_cert_type"}, .run = check_name},
    {0},
};
