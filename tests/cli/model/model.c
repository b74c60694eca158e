/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Years of deliveries in a minute: random sequences of everything that people do, and after each step the
   city is held against a model of it (model.h). */
#include "tests/cli/model/play.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static int number_in(const char *name, int otherwise) {
    const char *value = getenv(name);
    return value && *value ? atoi(value) : otherwise;
}

/* Plays the steps that are not dropped; the index of the one that differs, or -1. */
static int play_steps(struct step *steps, int count, const char **why, struct arena *kept) {
    static struct play play;
    int failed = -1;
    act_begin(&play);
    for (int i = 0; i < count && failed < 0; i++) {
        if (steps[i].dropped) continue;
        const char *told = act_step(&play, &steps[i]);
        if (number_in("MODEL_SAY", 0))
            fprintf(stderr, " %d %s: %d deliveries\n", i + 1, deed_names[steps[i].deed],
                    play.world.visit_count);
        if (!told) continue;
        failed = i;
        *why = arena_print(kept, "%s", told);
    }
    act_end(&play);
    return failed;
}

/* Drops what is not needed to fail, halves first. */
static int shrink(struct step *steps, int count, const char **why, struct arena *kept) {
    for (int size = count / 2; size > 0; size /= 2)
        for (int from = 0; from < count; from += size) {
            struct step saved[STEPS_MAX];
            memcpy(saved, steps, sizeof saved);
            bool any = false;
            for (int i = from; i < from + size && i < count - 1; i++)
                any |= !steps[i].dropped, steps[i].dropped = true;
            int failed = any ? play_steps(steps, count, why, kept) : -1;
            if (failed < 0) memcpy(steps, saved, sizeof saved);
            else count = failed + 1;
        }
    return count;
}

static bool agrees(unsigned seed, int count, struct arena *kept) {
    struct step steps[STEPS_MAX];
    const char *why = "";
    draw_steps(seed, count, steps);
    int failed = play_steps(steps, count, &why, kept);
    if (failed < 0) return true;
    fprintf(stderr, "seed %u, step %d (%s):%s\n", seed, failed + 1, deed_names[steps[failed].deed], why);
    count = shrink(steps, failed + 1, &why, kept);
    fprintf(stderr, "seed %u, the least that still differs:", seed);
    for (int i = 0; i < count; i++)
        if (!steps[i].dropped) fprintf(stderr, " %d %s;", i + 1, deed_names[steps[i].deed]);
    fprintf(stderr, "%s\n", why);
    return false;
}

/* Two that between them have every deed; by hand MODEL_SEEDS= how many, MODEL_FROM= the first, MODEL_STEPS=
   of each, MODEL_SAY= tells each step. */
Test(model, the_city_holds_what_was_said, .timeout = 0) {
    static const unsigned fixed[] = {78, 385};
    int count = number_in("MODEL_SEEDS", 0), first = number_in("MODEL_FROM", 1),
        steps = number_in("MODEL_STEPS", 8);
    struct arena kept = {0};
    if (steps > STEPS_MAX) steps = STEPS_MAX;
    for (int seed = first; seed < first + count; seed++)
        cr_expect(agrees((unsigned)seed, steps, &kept), "seed %d", seed);
    for (size_t i = 0; !count && i < sizeof fixed / sizeof *fixed; i++)
        cr_expect(agrees(fixed[i], steps, &kept), "seed %u", fixed[i]);
    arena_free(&kept);
}

/* The comparison itself can fail: each of these is undone by the statement beside it. */
Test(model, what_is_changed_by_hand_is_seen, .timeout = JOURNEY_SECONDS) {
    static const char *const changes[][2] = {
        {"UPDATE record.rsdt_psn_clct_detl_d SET clct_sumamt_fen = clct_sumamt_fen + 1",
         "UPDATE record.rsdt_psn_clct_detl_d SET clct_sumamt_fen = clct_sumamt_fen - 1"},
        {"UPDATE record.rsdt_psn_clct_detl_d SET source_row = source_row + 1",
         "UPDATE record.rsdt_psn_clct_detl_d SET source_row = source_row - 1"},
        {"UPDATE intake.reject SET state = 'none' WHERE state = 'open' AND bucket = 'rejected'",
         "UPDATE intake.reject SET state = 'open' WHERE state = 'none' AND bucket = 'rejected'"},
        {"UPDATE intake.tally SET amount = amount + 1 WHERE bucket = 'new'",
         "UPDATE intake.tally SET amount = amount - 1 WHERE bucket = 'new'"},
        {"UPDATE intake.tally SET amount = amount + 1 WHERE bucket = 'explained' AND measure = ''",
         "UPDATE intake.tally SET amount = amount - 1 WHERE bucket = 'explained' AND measure = ''"},
        {"UPDATE intake.total SET amount = amount - 1 WHERE measure = 'psn_clct_amt'",
         "UPDATE intake.total SET amount = amount + 1 WHERE measure = 'psn_clct_amt'"},
        {"UPDATE intake.delivery SET source = 'again'", "UPDATE intake.delivery SET source = 'file'"},
    };
    static struct play play;
    const struct step step = {.deed = SEND, .seed = 3};
    act_begin(&play);
    const char *told = act_step(&play, &step);
    cr_assert(!told, "%s", told);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        tell(&play, changes[i][0]);
        cr_expect(compare_all(&play) != NULL, "not seen: %s", changes[i][0]);
        tell(&play, changes[i][1]);
        told = compare_all(&play);
        cr_expect(!told, "%s", told);
    }
    act_end(&play);
}
