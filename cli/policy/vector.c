/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/vector.h"
#include "cli/policy/policy.h"
#include "core/language.h"
#include "core/shipped.h"
#include "core/tally.h"

static const char path[] = "mappings/vectors/settlement.csv";

static const char *figure_text(int figure) {
    static const char *const zh[FIGURE_COUNT] = {"金额",     "起付线",   "统筹支付", "负担累计", "大病支付",
                                                 "基金合计", "个人账户", "家庭共济", "个人支付", "现金"};
    static const char *const en[FIGURE_COUNT] = {"amount",          "deductible", "base fund", "burden",
                                                 "serious illness", "funds",      "account",   "shared",
                                                 "person",          "cash"};
    return language_get() == LANGUAGE_ZH ? zh[figure] : en[figure];
}

static void print_vector(const struct policy_vector *vector, const struct policy_steps *steps,
                         struct arena *arena) {
    printf(TEXT("%.*s 方案 %.*s（%.*s）%.*s\n", "%.*s plan %.*s (%.*s) %.*s\n"), (int)vector->id.size,
           vector->id.bytes, (int)vector->plan.size, vector->plan.bytes, (int)vector->source.size,
           vector->source.bytes, (int)vector->note.size, vector->note.bytes);
    policy_print_steps(steps, arena);
    for (int figure = 0; figure < FIGURE_COUNT; figure++) {
        char expected[FEN_TEXT], got[FEN_TEXT];
        if (!vector->asserted[figure]) continue;
        bool same = vector->expected[figure] == vector->got[figure];
        printf("%s %s：%s %s %s\n", same ? "✓" : "✗", figure_text(figure), fen_text(vector->got[figure], got),
               same ? "=" : "≠", fen_text(vector->expected[figure], expected));
    }
}

enum exit_code policy_vector_run(struct invocation *invocation, const char *name, struct error *error) {
    struct arena *arena = invocation->arena;
    struct policy_book *book = ARENA_NEW(arena, struct policy_book, 1);
    struct policy_vector vector;
    struct policy_steps steps = {0};
    struct span text = {"", 0};
    bool found, held;
    if (!policy_figures(name, arena, &found, &held, error)) return exit_of(error);
    if (found) return held ? EXIT_HELD : EXIT_FAILED;
    shipped_find(path, &text);
    if (!policy_open(NULL, arena, book, error) ||
        !vector_find(text, path, (struct span){name, strlen(name)}, arena, &vector, error) ||
        !vector_run(&vector, &book->rules, &book->plans, &steps, error))
        return exit_of(error);
    print_vector(&vector, &steps, arena);
    return vector_held(&vector) ? EXIT_HELD : EXIT_FAILED;
}
