/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Both sides say what they hold in lines of text; each line of one must be a line of the other. */
#include "tests/cli/model/play.h"
#include <criterion/criterion.h>
#include <stdlib.h>

enum { LINES_MOST = 4096, TOLD_MOST = 12 };

static const char *const sources[] = {"file", "retry", "mapping", "again"};
static const char *const states[] = {"published", "undone", "refused"};
static const char *const buckets[] = {"new",        "changed",   "unchanged", "withdrawn",
                                      "superseded", "duplicate", "rejected",  "unpublished"};
static const char *const leavings[] = {"replaced", "ended", "vanished"};

/* V: delivery, L: live row, T: what the table holds, B: bucket of a delivery, W: waits for its county. */
static const char said_sql[] =
    "WITH d AS (SELECT *, row_number() OVER (ORDER BY delivery) - 1 AS n FROM intake.delivery WHERE state <>"
    " 'trial'), a AS (SELECT d.n, f.kind, t.bucket, coalesce(sum(t.amount) FILTER (WHERE measure = ''), 0) AS"
    " rows, coalesce(sum(t.amount) FILTER (WHERE measure = 'clct_sumamt'), 0) AS amount,"
    " coalesce(sum(t.amount) FILTER (WHERE measure = 'psn_clct_amt'), 0) AS part FROM intake.tally t JOIN"
    " intake.file f USING (file) JOIN d ON d.delivery ="
    " f.delivery WHERE t.bucket NOT IN ('read', 'explained', 'unreadable', 'doubtful') GROUP BY 1, 2, 3),"
    " said AS (SELECT 'V #' || d.n || ' ' || d.county || ' ' || d.source || ' of #' || coalesce(p.n, d.n) ||"
    " ' ' || d.state AS line FROM d LEFT JOIN d p ON p.delivery = d.parent"
    " UNION ALL SELECT 'L rsdt_psn_clct_detl_d ' || t.county || ' ' || rsdt_clct_detl_id || ' ' ||"
    " clct_sumamt_fen || ' ' || psn_clct_amt_fen || ' ' || to_char(clct_time, 'YYYYMMDD') || ' ' || insutype"
    " || ' #' || d.n || ' ' || f.member || ':' || t.source_row FROM record.rsdt_psn_clct_detl_d t JOIN"
    " intake.file f USING (file) JOIN d ON d.delivery = f.delivery"
    " UNION ALL SELECT 'L staf_psn_clct_detl_d ' || t.county || ' ' || staf_clct_detl_id || ' ' ||"
    " clct_sumamt_fen || ' ' || psn_clct_amt_fen || ' ' || to_char(clct_time, 'YYYYMMDD') || ' ' || insutype"
    " || ' #' || d.n || ' ' || f.member || ':' || t.source_row FROM record.staf_psn_clct_detl_d t JOIN"
    " intake.file f USING (file) JOIN d ON d.delivery = f.delivery"
    " UNION ALL SELECT 'T ' || kind || ' ' || county || ' ' || measure || ' ' || amount FROM intake.total"
    " WHERE measure IN ('', 'clct_sumamt', 'psn_clct_amt') AND amount <> 0"
    " UNION ALL SELECT 'B #' || n || ' ' || kind || ' ' || bucket || ' ' || rows || ' ' || amount || ' ' ||"
    " part FROM a WHERE rows <> 0 OR amount <> 0 OR part <> 0"
    " UNION ALL SELECT 'W ' || w.kind || ' #' || d.n || ' ' || w.member || ':' || w.source_row ||"
    " ' ' || (SELECT coalesce(sum(fen), 0) FROM unnest(w.fen) fen) FROM intake.waiting w JOIN d ON "
    "d.delivery = w.delivery)"
    " SELECT coalesce(string_agg(line, E'\\n' ORDER BY line COLLATE \"C\"), '') FROM said";

/* Rows read that have no fate, or more than one: of each file and measure, what was read less the eight. */
static const char law_sql[] =
    "SELECT coalesce(string_agg(file || ' ' || measure || ' ' || rest, ', '), '') FROM (SELECT file, measure,"
    " sum(CASE bucket WHEN 'read' THEN amount ELSE -amount END) AS rest FROM intake.tally WHERE bucket IN"
    " ('read', 'new', 'changed', 'unchanged', 'withdrawn', 'superseded', 'duplicate', 'rejected',"
    " 'explained', 'unpublished') GROUP BY 1, 2) x WHERE rest <> 0";

struct text {
    struct arena *arena;
    const char *lines[LINES_MOST];
    int count;
};

static void add(struct text *text, const char *line) {
    cr_assert_lt(text->count, LINES_MOST);
    text->lines[text->count++] = line;
}

static const char *place(struct arena *arena, int visit, const struct line *line) {
    return arena_print(arena, "#%d %c%d.csv:%d", visit, "rs"[line->table], line -> member, line -> row);
}

static void say_live(const struct play *play, struct text *text, int county, int table) {
    const struct world *world = &play->world;
    int64_t rows = 0, amount = 0, part = 0;
    for (int key = 0; key < KEYS; key++) {
        const struct version *version = &world->now[county][table][key];
        if (!version->there) continue;
        const struct said *said = &world->visits[version->visit].lines[version->line];
        const struct line *line = &said->line;
        add(text, arena_print(text->arena, "L %s %s k%d %d %d 202001%02d %d %s", table_kinds[table],
                              county_codes[county], key, line->amount, line->part, line->day, said->target,
                              place(text->arena, version->visit, line)));
        rows++, amount += line->amount, part += line->part;
    }
    if (!rows) return;
    const char *of = arena_print(text->arena, "T %s %s", table_kinds[table], county_codes[county]);
    add(text, arena_print(text->arena, "%s  %jd", of, (intmax_t)rows));
    add(text, arena_print(text->arena, "%s clct_sumamt %jd", of, (intmax_t)amount));
    add(text, arena_print(text->arena, "%s psn_clct_amt %jd", of, (intmax_t)part));
}

static void say_bucket(struct text *text, int visit, int table, const char *bucket, const struct gone *sum) {
    if (sum->rows)
        add(text, arena_print(text->arena, "B #%d %s %s %d %jd %jd", visit, table_kinds[table], bucket,
                              sum->rows, (intmax_t)sum->amount, (intmax_t)sum->part));
}

static void say_buckets(const struct visit *visit, struct text *text, int number, int table) {
    struct gone sums[OUTCOMES] = {0};
    for (int i = 0; i < visit->line_count; i++) {
        const struct said *said = &visit->lines[i];
        bool stays = said->outcome >= ROW_DUPLICATE || visit->standing != REFUSED;
        struct gone *sum = &sums[stays ? said->outcome : ROW_LIVE];
        if (said->line.table != table) continue;
        sum->rows++, sum->part += said->line.part;
        if (said->line.flaw != BAD_AMOUNT) sum->amount += said->line.amount;
    }
    for (int outcome = 0; outcome < OUTCOMES; outcome++)
        say_bucket(text, number, table, buckets[outcome], &sums[outcome]);
    for (int how = 0; how < LEAVINGS && visit->standing != REFUSED; how++)
        say_bucket(text, number, table, leavings[how], &visit->gone[table][how]);
}

/* A row that its county is to mend, and all its money that can be read. */
static void say_waiting(struct text *text, int number, const struct line *line) {
    int fen = line->part + (line->flaw == BAD_AMOUNT ? 0 : line->amount);
    add(text, arena_print(text->arena, "W %s %s %d", table_kinds[line->table],
                          place(text->arena, number, line), fen));
}

static void say_visit(const struct play *play, struct text *text, int number) {
    const struct visit *visit = &play->world.visits[number];
    add(text, arena_print(text->arena, "V #%d %s %s of #%d %s", number,
                          county_codes[play->world.packages[visit->package].county], sources[visit->source],
                          visit->root, states[visit->standing]));
    for (int table = 0; table < TABLES; table++) say_buckets(visit, text, number, table);
    for (int i = 0; i < visit->line_count; i++)
        if (believe_waits(&play->world, number, i)) say_waiting(text, number, &visit->lines[i].line);
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void cut(struct text *text, const char *lines) {
    for (const char *end; *lines; lines = *end ? end + 1 : end) {
        end = strchrnul(lines, '\n');
        add(text, arena_print(text->arena, "%.*s", (int)(end - lines), lines));
    }
}

static const char *differ(const struct text *model, const struct text *city) {
    const char *told = NULL;
    int m = 0, c = 0;
    for (int count = 0; count < TOLD_MOST && (m < model->count || c < city->count);) {
        int order = m == model->count ? 1 : c == city->count ? -1 : strcmp(model->lines[m], city->lines[c]);
        if (order) {
            const char *line = order < 0 ? model->lines[m] : city->lines[c];
            told = arena_print(model->arena, "%s\n  %s %s", told ? told : "",
                               order < 0 ? "only the model: " : "only the city:  ", line);
            count++;
        }
        m += order <= 0;
        c += order >= 0;
    }
    return told;
}

/* The deliveries' numbers in the books, which have gaps. */
static void learn_numbers(struct play *play) {
    char *list = (char *)(uintptr_t)journey_ask(
        &play->journey, "SELECT coalesce(string_agg(delivery::text, ' ' ORDER BY delivery), '') FROM"
                        " intake.delivery WHERE state <> 'trial'");
    int *numbers = ARENA_NEW(&play->journey.arena, int, VISITS_MAX);
    for (int i = 0; i < VISITS_MAX && *list; i++) numbers[i] = (int)strtol(list, &list, 10);
    play->numbers = numbers;
}

const char *compare_all(struct play *play) {
    struct text *model = ARENA_NEW(&play->journey.arena, struct text, 1),
                *city = ARENA_NEW(&play->journey.arena, struct text, 1);
    model->arena = city->arena = &play->journey.arena;
    for (int county = 0; county < COUNTIES; county++)
        for (int table = 0; table < TABLES; table++) say_live(play, model, county, table);
    for (int v = 0; v < play->world.visit_count; v++) say_visit(play, model, v);
    qsort(model->lines, (size_t)model->count, sizeof *model->lines, by_text);
    cut(city, journey_ask(&play->journey, said_sql));
    learn_numbers(play);
    const char *law = journey_ask(&play->journey, law_sql), *told = differ(model, city);
    return *law ? arena_print(&play->journey.arena, "rows without one fate: file, measure, rest: %s", law)
                : told;
}
