/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/cli/model/model.h"
#include <string.h>

/* Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
uint32_t dice_roll(struct dice *dice, uint32_t sides) {
    uint64_t z = dice->state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (uint32_t)((z ^ z >> 31) >> 33) % sides;
}

const char *const deed_names[DEEDS] = {[SEND] = "send",          [RESEND] = "same bytes again",
                                       [REZIP] = "packed again", [RUN] = "run",
                                       [DRY_RUN] = "dry run",    [UNDO] = "undo",
                                       [RETRY] = "retry",        [WAIVE] = "waive",
                                       [MAP] = "map B",          [REMAP] = "map A otherwise",
                                       [AGAIN] = "run --again",  [LIMIT] = "tight limits",
                                       [KILL] = "killed run"};

int draw_steps(uint64_t seed, int count, struct step steps[STEPS_MAX]) {
    static const int weights[DEEDS] = {
        [SEND] = 10, [RESEND] = 1, [REZIP] = 2, [RUN] = 1,   [DRY_RUN] = 1, [UNDO] = 4, [RETRY] = 4,
        [WAIVE] = 2, [MAP] = 1,    [REMAP] = 1, [AGAIN] = 3, [LIMIT] = 1,   [KILL] = 2};
    struct dice dice = {seed * 0x2545f4914f6cdd1d + 1};
    int sum = 0;
    for (int d = 0; d < DEEDS; d++) sum += weights[d];
    for (int i = 0; i < count; i++) {
        int at = (int)dice_roll(&dice, (uint32_t)sum), deed = 0;
        while (at >= weights[deed]) at -= weights[deed++];
        steps[i] = (struct step){.deed = i == 0 ? SEND : (enum deed)deed,
                                 .seed = (uint64_t)dice_roll(&dice, 1u << 30)};
    }
    return count;
}

/* Few amounts, parts and days, so that much is said again. */
static struct line draw_line(struct dice *dice, bool full) {
    struct line line = {.table = dice_roll(dice, 4) == 0,
                        .member = 1 + (dice_roll(dice, 3) == 0),
                        .key = (int)dice_roll(dice, KEYS),
                        .amount = 1000 + (int)dice_roll(dice, 6) / 4,
                        .part = 10,
                        .day = 1 + (int)dice_roll(dice, 6) / 5,
                        .code = dice_roll(dice, 7) == 0 ? CODE_B : CODE_A};
    line.amount += line.key * 10;
    uint32_t flaw = dice_roll(dice, 24);
    line.flaw = flaw == 0 ? BAD_DATE : flaw == 1 ? BAD_AMOUNT : flaw < 6 && !full ? MARKER : FINE;
    if (line.flaw == MARKER) line.code = CODE_A;
    return line;
}

static bool meets(const struct package *package, const struct line *line) {
    for (int i = 0; i < package->line_count; i++)
        if (package->lines[i].table == line->table && package->lines[i].key == line->key) return true;
    return false;
}

/* By table, member and row, as they are read. */
static void put_in_order(struct package *package) {
    for (int i = 1; i < package->line_count; i++)
        for (int j = i; j > 0; j--) {
            struct line *a = &package->lines[j - 1], *b = &package->lines[j], line = *a;
            if (a->table * 2 + a->member <= b->table * 2 + b->member) break;
            *a = *b, *b = line;
        }
    for (int i = 0; i < package->line_count; i++) {
        struct line *line = &package->lines[i];
        bool first = i == 0 || line[-1].table != line->table || line[-1].member != line->member;
        line->row = first ? 2 : line[-1].row + 1;
    }
}

void draw_package(struct world *world, struct dice *dice) {
    struct package *package = &world->packages[world->package_count];
    *package = (struct package){.county = dice_roll(dice, 4) == 0,
                                .month = 1 + (int)dice_roll(dice, 6),
                                .revision = 1 + (int)dice_roll(dice, 5) / 4,
                                .serial = world->package_count,
                                .bytes = world->package_count,
                                .full = dice_roll(dice, 2) == 0};
    int wanted = package->full ? 9 : 1 + (int)dice_roll(dice, 7);
    for (int tries = 0; package->line_count < wanted && tries < 40; tries++) {
        struct line line = draw_line(dice, package->full);
        if (!meets(package, &line)) package->lines[package->line_count++] = line;
    }
    /* The same line again, and now and then with another content. */
    for (int more = (int)dice_roll(dice, 4) - 1; more > 0; more--) {
        struct line line = package->lines[dice_roll(dice, (uint32_t)package->line_count)];
        line.member = 1 + (int)dice_roll(dice, 2);
        uint32_t other = dice_roll(dice, 6);
        if (line.flaw == FINE && other < 2) line.amount += 5;
        if (other == 1) line.code = line.code == CODE_A ? CODE_B : CODE_A;
        if (line.flaw == FINE && other == 2 && !package->full) line.flaw = MARKER;
        package->lines[package->line_count++] = line;
    }
    put_in_order(package);
    package->lies = true;
    world->package_count++;
}
