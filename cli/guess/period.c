/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include "core/language.h"
#include "core/spec.h"
#include <stdlib.h>

/* What several files of one shape say about time: are they months apart (delta) or ever longer lists (full),
   is a month missing, are there two of one. */

enum { MISSING_SHOWN = 6, MONTHS = 12 };

struct dated {
    const struct guess_source *source;
    const char *period, *revision;
};

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

static const char *kept(struct arena *arena, struct span text) {
    return arena_print(arena, "%.*s", (int)text.size, text.size ? text.bytes : "");
}

static int by_period(const void *a, const void *b) {
    const struct dated *left = a, *right = b;
    int order = strcmp(left->period, right->period);
    return order ? order : strcmp(left->revision, right->revision);
}

static int compare(struct span a, struct span b) {
    size_t size = a.size < b.size ? a.size : b.size;
    int order = memcmp(a.bytes, b.bytes, size);
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

/* The source column of the date that a row is known by; -1: none. */
static int event_column(const struct guess_draft *draft) {
    for (uint32_t i = 0; i < draft->line_count; i++)
        if (draft->kind->event >= 0 && draft->lines[i].target == (uint32_t)draft->kind->event)
            return draft->lines[i].source;
    return -1;
}

/* Whether each file's dates come after those of the file before. */
static bool apart(const struct dated *files, uint32_t count, int column) {
    for (uint32_t i = 1; i < count; i++) {
        const struct profile_column *before = &files[i - 1].source->profiles[column],
                                    *now = &files[i].source->profiles[column];
        if (before->filled && now->filled &&
            compare(profile_text(&now->first), profile_text(&before->last)) <= 0)
            return false;
    }
    return true;
}

/* Whether all begin with the same date and the lists do not become shorter. */
static bool growing(const struct dated *files, uint32_t count, int column) {
    for (uint32_t i = 1; i < count; i++) {
        const struct guess_source *before = files[i - 1].source, *now = files[i].source;
        if (now->rows < before->rows || compare(profile_text(&now->profiles[column].first),
                                                profile_text(&before->profiles[column].first)) != 0)
            return false;
    }
    return true;
}

static void say_delivery(struct guess_draft *draft, const struct dated *files, uint32_t count) {
    int column = event_column(draft);
    draft->delivery_doubt = column < 0;
    if (column >= 0 && apart(files, count, column)) {
        draft->delivery = "delta";
        draft->delivery_comment =
            TEXT("增量：各期的日期互不重叠", "delta: the dates of the files do not overlap");
    } else if (column >= 0 && growing(files, count, column)) {
        draft->delivery_comment =
            TEXT("全量：每期都从同一天起，越来越长", "full: every file begins on the same day");
    } else if (column >= 0) {
        draft->delivery = "delta";
        draft->delivery_doubt = true;
        draft->delivery_comment =
            TEXT("各期日期有重叠：增量还是全量请核对；写错成全量，缺的记录会被终止",
                 "dates overlap: delta or full? A wrong full ends the records that it lacks");
    } else {
        draft->delivery_comment = TEXT("有几期：是每期全量，还是只有变化(delta)，请核对",
                                       "several files: is each a snapshot, or a delta? Please check");
    }
}

/* Months since year 0 of "202012" or "20201231"; -1: no month. */
static int month_number(const char *period) {
    size_t size = strspn(period, "0123456789");
    if (period[size] || (size != 6 && size != 8)) return -1;
    int number = atoi(period) / (size == 8 ? 100 : 1), month = number % 100;
    return month < 1 || month > MONTHS ? -1 : number / 100 * MONTHS + month - 1;
}

/* Whether both patterns are alike up to their period: js_{period}.txt and js_{period}_v{revision}*.txt. */
static bool same_beginning(const char *a, const char *b) {
    const char *left = strstr(a, "{period}"), *right = strstr(b, "{period}");
    return left && right && left - a == right - b && strncmp(a, b, (size_t)(left - a)) == 0;
}

/* Whether the month came in files that need a spec of their own by their name alone: there is only a _v2. */
static bool came_elsewhere(const struct guess_group *groups, uint32_t group_count,
                           const struct guess_group *own, int month, struct arena *arena) {
    for (uint32_t g = 0; g < group_count; g++) {
        const struct guess_draft *other = groups[g].draft;
        if (&groups[g] == own || other->kind != own->draft->kind ||
            !same_beginning(other->match, own->draft->match))
            continue;
        for (uint32_t i = 0; i < groups[g].count; i++) {
            struct spec_rank rank = {0};
            spec_match(span_of(other->match), span_of(groups[g].members[i]->name), &rank);
            if (month_number(kept(arena, rank.period)) == month) return true;
        }
    }
    return false;
}

static void say_missing(const struct guess_group *groups, uint32_t group_count, const struct guess_group *own,
                        const struct dated *files, struct arena *arena) {
    uint32_t count = own->count;
    const char *missing = "";
    uint32_t shown = 0;
    for (uint32_t i = 1; i < count; i++) {
        int from = month_number(files[i - 1].period), until = month_number(files[i].period);
        for (int month = from + 1; from >= 0 && month < until; month++)
            if (!came_elsewhere(groups, group_count, own, month, arena) && shown++ < MISSING_SHOWN)
                missing = arena_print(arena, "%s%s%d%02d", missing, *missing ? TEXT("、", ", ") : "",
                                      month / MONTHS, month % MONTHS + 1);
    }
    if (shown)
        guess_remark(own->draft,
                     arena_print(arena,
                                 TEXT("从 %s 到 %s 缺 %u 个月：%s%s", "%s to %s lacks %u months: %s%s"),
                                 files[0].period, files[count - 1].period, shown, missing,
                                 shown > MISSING_SHOWN ? " …" : ""));
}

/* Several files of one period: parts of a whole, which as full deliveries would end each other's records. */
static void say_double(struct guess_draft *draft, const struct dated *files, uint32_t count,
                       struct arena *arena) {
    const struct dated *first = NULL;
    uint32_t many = 0;
    for (uint32_t i = 1; i < count; i++) {
        if (by_period(&files[i - 1], &files[i]) != 0) continue;
        if (!many++) first = &files[i - 1];
    }
    if (!many) return;
    draft->delivery = "delta";
    draft->delivery_comment =
        TEXT("增量：几个文件合起来才是全部", "delta: only all files together are the whole");
    guess_remark(draft,
                 arena_print(arena,
                             TEXT("%s 与 %s 等 %u 个文件%s：各是一部分，还是后者更正前者？",
                                  "%s, %s and others, %u in all, %s: parts of a whole, or corrections?"),
                             first[0].source->name, first[1].source->name, many + 1,
                             *first->period ? TEXT("期间相同", "are of one period")
                                            : TEXT("的名称里没有期间", "say no period")));
}

/* Members of one archive come and go together: their own periods say which month is missing, no more. */
static bool is_one_delivery(const struct guess_group *group) {
    for (uint32_t i = 1; i < group->count; i++)
        if (strcmp(group->members[i]->path, group->members[0]->path) != 0) return false;
    return true;
}

static const char *inner(const char *name, bool wanted) {
    const char *mark = wanted ? strchr(name, '!') : NULL;
    return mark ? mark + 1 : name;
}

void guess_periods(struct guess_group *groups, uint32_t count, uint32_t own, struct arena *arena) {
    struct guess_group *group = &groups[own];
    bool together = is_one_delivery(group);
    struct dated *files = ARENA_NEW(arena, struct dated, group->count);
    uint32_t periods = 1;
    if (group->count < 2) return;
    for (uint32_t i = 0; i < group->count; i++) {
        struct spec_rank rank = {0};
        spec_match(span_of(inner(group->draft->match, together)),
                   span_of(inner(group->members[i]->name, together)), &rank);
        files[i] = (struct dated){group->members[i], kept(arena, rank.period), kept(arena, rank.revision)};
    }
    qsort(files, group->count, sizeof *files, by_period);
    for (uint32_t i = 1; i < group->count; i++) periods += strcmp(files[i - 1].period, files[i].period) != 0;
    if (periods > 1 && !together) say_delivery(group->draft, files, group->count);
    say_missing(groups, count, group, files, arena);
    if (!together) say_double(group->draft, files, group->count, arena);
}
