/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/person/words.h"
#include "core/language.h"
#include "core/shipped.h"
#include "transform/link/rules.h"
#include <criterion/criterion.h>

/* A steward who reads Chinese meets no English word of the shipped rules: a rule that is added is named here.
 */
Test(words, of_the_shipped_rules_are_all_said) {
    struct arena arena = {0};
    struct link_rules *rules = ARENA_NEW(&arena, struct link_rules, 1);
    struct error error = {0};
    struct span bytes;
    language_set(LANGUAGE_ZH);
    cr_assert(shipped_find("mappings/link/person.yaml", &bytes));
    cr_assert(link_rules_read(bytes, "person.yaml", &arena, rules, &error), "%s", error.message);
    cr_assert(rules->guard_count && rules->block_count && rules->field_count);
    for (uint32_t i = 0; i < rules->guard_count; i++)
        cr_expect_str_neq(words_guard(rules->guards[i].name), rules->guards[i].name);
    for (uint32_t i = 0; i < rules->block_count; i++)
        cr_expect_str_neq(words_rule(rules->blocks[i].name), rules->blocks[i].name);
    for (uint32_t f = 0; f < rules->field_count; f++) {
        const struct link_field *field = &rules->fields[f];
        cr_expect_str_neq(words_field(field->name), field->name);
        for (unsigned level = 0; level < LINK_LEVELS && field->kind->levels[level]; level++)
            cr_expect_str_neq(words_level(field, level), field->kind->levels[level], "%s", field->name);
    }
    arena_free(&arena);
}
