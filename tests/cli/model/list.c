/* SPDX-License-Identifier: MulanPSL-2.0 */
/* A county fills in its list: some rows corrected, some in vain, or some waived. */
#include "tests/cli/model/play.h"
#include <criterion/criterion.h>

enum { PUBLISHED_WITH = 2, WAS_REFUSED = 3, LIST_MAX = 128 };

struct list {
    struct journey_line lines[LIST_MAX];
    int visits[LIST_MAX], places[LIST_MAX], count;
    struct line corrected[LIST_MAX];
};

static const char *reject_number(struct play *play, int visit, const struct line *line) {
    return journey_ask(&play->journey,
                       arena_print(&play->journey.arena,
                                   "SELECT reject FROM intake.reject JOIN intake.file f USING (file) WHERE"
                                   " delivery = %d AND member = '%c%d.csv' AND source_row = %d AND state ="
                                   " 'open' AND kind = '%s'",
                                   play->numbers[visit], "rs"[line->table], line -> member, line -> row,
                                   table_kinds[line->table]));
}

/* One cell of it; what else is wrong with the row stays. */
static struct journey_line correct(struct line *line, struct dice *dice) {
    bool vain = dice_roll(dice, 5) == 0;
    struct journey_line cell = {.decision = "改正", .handler = "样例"};
    if (line->flaw == BAD_DATE) {
        cell.column = "日", cell.value = vain ? "20209901" : "20200103";
        if (!vain) line->flaw = FINE, line->day = 3;
    } else if (line->flaw == BAD_AMOUNT) {
        cell.column = "合计", cell.value = vain ? "七" : "4242";
        if (!vain) line->flaw = FINE, line->amount = 4242;
    } else {
        cell.column = "险", cell.value = vain ? "Z" : "A";
        line->code = vain ? line->code : CODE_A;
    }
    return cell;
}

static void fill(struct play *play, struct dice *dice, bool waive, int county, struct list *list) {
    for (int v = 0; v < play->world.visit_count; v++) {
        const struct visit *visit = &play->world.visits[v];
        for (int i = 0; i < visit->line_count; i++) {
            const struct said *said = &visit->lines[i];
            if (play->world.packages[visit->package].county != county || !believe_waits(&play->world, v, i) ||
                said->conflicts || dice_roll(dice, 3) == 0)
                continue;
            struct line line = said->line;
            struct journey_line cell = {.decision = "不移交", .comment = "重复", .handler = "样例"};
            if (!waive) cell = correct(&line, dice);
            cell.reject = reject_number(play, v, &said->line);
            list->lines[list->count] = cell, list->corrected[list->count] = line;
            list->visits[list->count] = v, list->places[list->count++] = i;
        }
    }
}

/* One delivery for each reading that rows of the list are of; false: the whole list is refused, and only the
   delivery that is the reason is in the books. */
static bool arrive(struct world *world, const struct list *list) {
    for (int from = 0, until; from < list->count; from = until) {
        int of = list->visits[from];
        struct visit *visit =
            believe_visit(world, world->visits[of].package, SOURCE_RETRY, world->visits[of].root, of);
        visit->line_count = 0;
        for (until = from; until < list->count && list->visits[until] == of; until++)
            visit->lines[visit->line_count++] =
                (struct said){.line = list->corrected[until], .origin = list->places[until]};
        if (!believe_arrive(world, visit)) return false;
    }
    return true;
}

const char *step_list(struct play *play, struct dice *dice, bool waive) {
    static struct world before;
    static struct list list;
    struct world *world = &play->world;
    int county = (int)dice_roll(dice, COUNTIES);
    memset(&list, 0, sizeof list);
    fill(play, dice, waive, county, &list);
    if (!list.count) return NULL;
    journey_book(&play->journey, "list.xlsx", list.lines, (size_t)list.count);
    before = *world;
    bool may = true, waits = false;
    for (int i = 0; i < list.count && waive; i++) {
        struct said *said = &world->visits[list.visits[i]].lines[list.places[i]];
        said->waived = true, said->settled = WAIVED;
    }
    for (int i = 0; i < list.count && !waive; i++)
        may &= lies(world, world->packages[world->visits[list.visits[i]].package].bytes);
    bool refused = may && !waive && !arrive(world, &list);
    may &= !refused;
    if (refused) {
        static struct visit culprit;
        culprit = world->visits[world->visit_count - 1];
        *world = before;
        world->visits[world->visit_count++] = culprit;
    }
    for (int v = 0; v < world->visit_count; v++)
        waits |= world->packages[world->visits[v].package].county == county && waits_at_all(world, v);
    int code = journey_run(&play->journey, "retry -q list.xlsx");
    int expected = !may ? WAS_REFUSED : waits ? PUBLISHED_WITH : with_findings(play, 0);
    return problem(play, "retry", code, expected);
}
