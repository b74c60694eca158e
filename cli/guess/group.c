/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/content.h"
#include "core/language.h"
#include "core/spec.h"

/* Files of one shape need one spec.  First those whose names give the same pattern, then those whose names
   differ otherwise (20 townships) while the draft would be the same. */

struct grouping {
    struct guess_group *groups;
    uint32_t count;
    const struct kind *wanted;
    struct arena *arena;
};

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

static bool same(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }

/* The settings but those in which files of one shape may differ: a file of ASCII is in any encoding, and a
   trailer may be missing. */
static const char *shape_of(const struct guess_source *source, struct arena *arena) {
    static const char *const loose[] = {"encoding: ", "footer: "};
    const char *text = source->read;
    for (int i = 0; i < 2; i++) {
        const char *at = strstr(text, loose[i]);
        if (!at) continue;
        const char *end = at + strlen(loose[i]);
        end = *end == '"' ? strchr(end + 1, '"') + 1 : end + strcspn(end, ",}");
        text = arena_print(arena, "%.*s%s", (int)(at - text), text, end);
    }
    while (strstr(text, ", }")) text = arena_print(arena, "%.*s}", (int)(strstr(text, ", }") - text), text);
    return text;
}

static bool in_wanyuan(const struct guess_source *source) {
    return source->titles.size && memmem(source->titles.bytes, source->titles.size, "万元", strlen("万元"));
}

/* Whether a column without a name holds the same here and there. */
static bool same_content(const struct profile_column *a, const struct profile_column *b) {
    enum content left = content_of(a), right = content_of(b);
    bool loose = (left == CONTENT_CODE || left == CONTENT_NUMBER || left == CONTENT_TEXT) &&
                 (right == CONTENT_CODE || right == CONTENT_NUMBER || right == CONTENT_TEXT);
    return left == right || left == CONTENT_EMPTY || right == CONTENT_EMPTY || loose;
}

static bool same_shape(const struct guess_source *a, const struct guess_source *b, struct arena *arena) {
    bool named = !strstr(a->read, "header: no") && strcmp(a->format, "fixed") != 0;
    if (!same(a->format, b->format) || !same(a->table, b->table) || !a->member != !b->member ||
        !a->sheet != !b->sheet || a->columns.count != b->columns.count || in_wanyuan(a) != in_wanyuan(b) ||
        (!a->ascii && !b->ascii && !same(a->encoding, b->encoding)))
        return false;
    for (uint32_t i = 0; i < a->columns.count; i++)
        if (!span_equal(a->columns.names[i], b->columns.names[i]) ||
            (!named && !same_content(&a->profiles[i], &b->profiles[i])))
            return false;
    return strcmp(shape_of(a, arena), shape_of(b, arena)) == 0;
}

/* The member that says most: not ASCII only, with a trailer; else the first. */
static const struct guess_source *speaker(const struct guess_group *group) {
    const struct guess_source *best = group->members[0];
    for (uint32_t i = 1; i < group->count; i++) {
        const struct guess_source *other = group->members[i];
        bool longer = strlen(other->read) > strlen(best->read);
        if ((best->ascii && !other->ascii) || (best->ascii == other->ascii && longer)) best = other;
    }
    return best;
}

/* All members as one source, read as the one that says most. */
static void unite(struct grouping *at, struct guess_group *group, const char *match) {
    group->source = ARENA_NEW(at->arena, struct guess_source, 1);
    *group->source = *speaker(group);
    group->source->match = match;
    if (group->count < 2) return;
    uint32_t columns = group->source->columns.count;
    struct profile_state all = {.columns = ARENA_NEW(at->arena, struct profile_column, columns + 1),
                                .column_count = columns};
    group->source->rows = group->source->explained = group->source->totals = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct guess_source *member = group->members[i];
        profile_merge(&all, &(struct profile_state){.columns = member->profiles, .column_count = columns});
        group->source->rows += member->rows;
        group->source->explained += member->explained;
        group->source->totals += member->totals;
        group->source->fault_total += i ? member->fault_total : 0;
        group->source->judged |= member->judged;
        group->source->close |= member->close;
        if (member->allowed) group->source->allowed = member->allowed;
    }
    group->source->profiles = all.columns;
}

static void propose(struct grouping *at, struct guess_group *group) {
    group->draft = ARENA_NEW(at->arena, struct guess_draft, 1);
    guess_propose(group->source, at->wanted, at->arena, group->draft);
}

static bool fits(const char *pattern, const struct guess_source *source) {
    return spec_match(span_of(pattern), span_of(source->name), NULL);
}

static bool fits_all(const char *pattern, const struct guess_group *group) {
    for (uint32_t i = 0; i < group->count; i++)
        if (!fits(pattern, group->members[i])) return false;
    return true;
}

/* Whether a person would write the same lines for both. */
static bool same_draft(const struct guess_draft *a, const struct guess_draft *b) {
    bool equal = a->kind == b->kind && a->line_count == b->line_count && same(a->key, b->key) &&
                 same(a->unit, b->unit);
    for (uint32_t i = 0; equal && i < a->line_count; i++) {
        const struct guess_line *other = guess_line_of(b, a->kind->columns[a->lines[i].target].name);
        equal = other && strcmp(other->text, a->lines[i].text) == 0;
    }
    return equal;
}

/* Whether both names say as much: one pattern for both would forget the period or version of one. */
static bool same_fields(const char *a, const char *b) {
    static const char *const fields[] = {"{period}", "{revision}"};
    for (int i = 0; i < 2; i++) {
        const char *left = strstr(a, fields[i]), *right = strstr(b, fields[i]);
        if (!left != !right) return false;
        if (left && !strstr(left + 1, fields[i]) != !strstr(right + 1, fields[i])) return false;
    }
    return true;
}

/* Whether one spec would do for both. */
static bool alike(const struct grouping *at, const struct guess_group *a, const struct guess_group *b) {
    return same_fields(a->source->match, b->source->match) && same_shape(a->source, b->source, at->arena) &&
           same_draft(a->draft, b->draft);
}

/* Whether the pattern claims a file that needs another spec than `group`. */
static bool fits_others(const struct grouping *at, const char *pattern, const struct guess_group *group) {
    for (uint32_t g = 0; g < at->count; g++) {
        const struct guess_group *other = &at->groups[g];
        for (uint32_t i = 0; i < other->count && other != group; i++)
            if (fits(pattern, other->members[i])) {
                if (!alike(at, group, other)) return true;
                break;
            }
    }
    return false;
}

static bool is_inside(const char *text, size_t at) { /* of a UTF-8 character */
    return ((unsigned char)text[at] & 0xC0) == 0x80;
}

/* What two patterns have in common, '*' between; NULL when that is no more than an ending.  A field in
   braces is kept whole or not at all, and a '!' is never under the star. */
static const char *common(const char *a, const char *b, struct arena *arena) {
    size_t front = 0, back = 0, left = strlen(a), right = strlen(b);
    while (a[front] && a[front] == b[front]) front++;
    while (front && (is_inside(a, front) || is_inside(b, front))) front--;
    for (const char *open = memrchr(a, '{', front); open && !memchr(open, '}', front - (size_t)(open - a));
         open = NULL)
        front = (size_t)(open - a);
    while (back < left - front && back < right - front && a[left - back - 1] == b[right - back - 1]) back++;
    while (back && is_inside(a, left - back)) back--;
    const char *close = memchr(a + left - back, '}', back), *open = memchr(a + left - back, '{', back);
    if (close && (!open || open > close)) back = (size_t)(a + left - close) - 1;
    if (memchr(a + front, '!', left - back - front) || memchr(b + front, '!', right - back - front))
        return NULL;
    bool star = (front && a[front - 1] == '*') || (back && a[left - back] == '*');
    const char *dot = memchr(a + left - back, '.', back);
    size_t told = front + (dot ? (size_t)(dot - (a + left - back)) : back);
    if (told < 2) return NULL;
    return arena_print(arena, "%.*s%s%s", (int)front, a, star ? "" : "*", a + left - back);
}

static void merge(struct grouping *at, struct guess_group *into, struct guess_group *from,
                  const char *match) {
    const struct guess_source **members =
        ARENA_NEW(at->arena, const struct guess_source *, into->count + from->count);
    memcpy(members, into->members, into->count * sizeof *members);
    memcpy(members + into->count, from->members, from->count * sizeof *members);
    into->members = members;
    into->count += from->count;
    uint32_t index = (uint32_t)(from - at->groups);
    memmove(from, from + 1, (at->count - index - 1) * sizeof *from);
    at->count--;
    unite(at, into, match);
    propose(at, into);
}

/* Joins `b` to `a` when one pattern may stand for both. */
static bool join(struct grouping *at, struct guess_group *a, struct guess_group *b) {
    if (!alike(at, a, b)) return false;
    const char *patterns[] = {a->source->match, b->source->match,
                              common(a->source->match, b->source->match, at->arena)};
    for (int i = 0; i < 3; i++)
        if (patterns[i] && fits_all(patterns[i], a) && fits_all(patterns[i], b) &&
            !fits_others(at, patterns[i], a))
            return merge(at, a, b, patterns[i]), true;
    return false;
}

/* Two specs that claim one file would count it twice: the looser pattern loses its star. */
static void narrow(struct grouping *at, struct guess_group *group) {
    if (!fits_others(at, group->source->match, group)) return;
    const char *match = group->source->match, *star = strrchr(match, '*');
    const char *tight = star ? arena_print(at->arena, "%.*s%s", (int)(star - match), match, star + 1) : NULL;
    if (!tight || !fits_all(tight, group) || fits_others(at, tight, group)) {
        guess_remark(group->draft, TEXT("match 也会认领别的规格的文件，请改得更窄",
                                        "match claims another spec's files too: make it narrower"));
        return;
    }
    group->source->match = group->draft->match = tight;
}

static void add_member(struct grouping *at, struct guess_group *group, const struct guess_source *source) {
    if (!(group->count & (group->count - 1))) { /* 0, 1, 2, 4: it is full */
        const struct guess_source **more =
            ARENA_NEW(at->arena, const struct guess_source *, 2 * (size_t)group->count + 1);
        if (group->count) memcpy(more, group->members, group->count * sizeof *more);
        group->members = more;
    }
    group->members[group->count++] = source;
}

static void sort_in(struct grouping *at, const struct guess_source *source) {
    const char *match = guess_pattern(source, at->arena);
    uint32_t g = 0;
    while (g < at->count && (strcmp(at->groups[g].source->match, match) != 0 ||
                             !same_shape(at->groups[g].members[0], source, at->arena)))
        g++;
    struct guess_group *group = &at->groups[g];
    if (g == at->count) {
        at->count++;
        *group = (struct guess_group){.source = ARENA_NEW(at->arena, struct guess_source, 1)};
        group->source->match = match;
    }
    add_member(at, group, source);
}

uint32_t guess_groups(const struct guess_source **sources, uint32_t count, const struct kind *wanted,
                      struct arena *arena, struct guess_group *groups) {
    struct grouping at = {.groups = groups, .wanted = wanted, .arena = arena};
    for (uint32_t i = 0; i < count; i++) sort_in(&at, sources[i]);
    for (uint32_t g = 0; g < at.count; g++) {
        unite(&at, &groups[g], groups[g].source->match);
        propose(&at, &groups[g]);
    }
    for (uint32_t a = 0; a < at.count; a++)
        for (uint32_t b = a + 1; b < at.count;) b = join(&at, &groups[a], &groups[b]) ? a + 1 : b + 1;
    for (uint32_t g = 0; g < at.count; g++) narrow(&at, &groups[g]);
    for (uint32_t g = 0; g < at.count; g++) guess_periods(groups, at.count, g, arena);
    return at.count;
}
