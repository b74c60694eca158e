/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include <stdio.h>

/* A file's name as a pattern that the files of other months fit too: dates are {period}, versions are
   {revision}; a county's own name and remarks in brackets go. */

enum { PLACEHOLDERS = 16, YEAR_DIGITS = 4, REVISION_DIGITS = 3 };

struct naming {
    const char *name;
    size_t at, end; /* end: where the ending begins */
    char *text;
    size_t size;
    bool period, revision;
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static size_t digits_at(const struct naming *naming, size_t at) {
    size_t count = 0;
    while (at + count < naming->end && is_digit(naming->name[at + count])) count++;
    return count;
}

static bool stands(const struct naming *naming, size_t at, const char *word) {
    size_t size = strlen(word);
    return at + size <= naming->end && memcmp(naming->name + at, word, size) == 0;
}

static void put(struct naming *naming, const char *text, size_t size) {
    memcpy(naming->text + naming->size, text, size);
    naming->size += size;
}

/* Between year and month, or month and day; its length, 0: neither. */
static size_t separator(const struct naming *naming, size_t at) {
    static const char *const words[] = {"年", "月", "-", "_", "."};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (stands(naming, at, words[i])) return strlen(words[i]);
    return 0;
}

/* 20201231, 202012, 2020, 2020年1月, 2020-12-31. */
static bool put_period(struct naming *naming) {
    size_t digits = digits_at(naming, naming->at);
    bool year = stands(naming, naming->at, "20") || stands(naming, naming->at, "19");
    if (!year || naming->period || (digits != 8 && digits != 6 && digits != YEAR_DIGITS)) return false;
    put(naming, "{period}", strlen("{period}"));
    naming->at += digits;
    naming->period = true;
    for (int part = 0; digits == YEAR_DIGITS && part < 2; part++) {
        size_t between = separator(naming, naming->at), more = digits_at(naming, naming->at + between);
        if (!between || more < 1 || more > 2) break;
        put(naming, naming->name + naming->at, between);
        put(naming, "{period}", strlen("{period}"));
        naming->at += between + more;
    }
    return true;
}

/* v2, R2, 第2版, 修订2, 更正1: a number of a version behind its word. */
static bool put_revision(struct naming *naming) {
    static const char *const words[] = {"修订", "更正", "修改", "重报", "第", "版本"};
    size_t digits = digits_at(naming, naming->at), at = naming->at;
    bool said = false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t size = strlen(words[i]);
        if (at < size || !stands(naming, at - size, words[i])) continue;
        said |= strcmp(words[i], "第") != 0 || stands(naming, at + digits, "版") ||
                stands(naming, at + digits, "稿") || stands(naming, at + digits, "次");
    }
    char before = at ? naming->name[at - 1] : 0, earlier = at > 1 ? naming->name[at - 2] : '_';
    bool letter = (earlier >= 'a' && earlier <= 'z') || (earlier >= 'A' && earlier <= 'Z');
    said |= before && strchr("vVrR", before) && !letter;
    if (!said || naming->revision || digits > REVISION_DIGITS) return false;
    put(naming, "{revision}", strlen("{revision}"));
    naming->at += digits;
    return naming->revision = true;
}

/* A remark in brackets ends the name, unless it is the version. */
static bool is_remark(const struct naming *naming) {
    struct naming inside = *naming;
    if (!stands(naming, naming->at, "(") && !stands(naming, naming->at, "（")) return false;
    char scratch[PLACEHOLDERS];
    inside.text = scratch;
    for (; inside.at < inside.end; inside.at++) {
        inside.size = 0;
        bool starts = is_digit(inside.name[inside.at]) && !is_digit(inside.name[inside.at - 1]);
        if (starts && put_revision(&inside)) return false;
    }
    return true;
}

/* Behind the county's own name: 青禾县医保数据 is 医保数据 everywhere. */
static size_t behind_county(const struct naming *naming) {
    static const char *const words[] = {"县", "区", "市"};
    size_t at = 0;
    for (size_t i = 0; i < naming->end; i++)
        for (int w = 0; w < 3; w++)
            if (stands(naming, i, words[w])) at = i + strlen(words[w]);
    return at == naming->end ? 0 : at;
}

/* One part of the name; `archive` when it is the file itself and not what is in it. */
static const char *general(struct arena *arena, const char *name, bool archive) {
    size_t size = strlen(name), dot = size;
    for (size_t i = 0; i < size; i++)
        if (name[i] == '.') dot = i;
    struct naming naming = {
        .name = name, .end = dot, .text = ARENA_NEW(arena, char, size *PLACEHOLDERS + PLACEHOLDERS)};
    if (archive) naming.at = behind_county(&naming);
    if (naming.at) put(&naming, "*", 1);
    while (naming.at < dot) {
        bool starts = is_digit(name[naming.at]) && (!naming.at || !is_digit(name[naming.at - 1]));
        if (starts && (put_period(&naming) || put_revision(&naming))) continue;
        if (is_remark(&naming)) break;
        put(&naming, name + naming.at++, 1);
    }
    if (!naming.size || naming.text[naming.size - 1] != '*') put(&naming, "*", 1);
    memcpy(naming.text + naming.size, name + dot, size - dot);
    return naming.text;
}

/* A line end or an escape in a name is no part of a spec, of a draft's name or of a terminal's line: a star
   takes its place, which claims the file all the same. */
static const char *starred(const char *text, struct arena *arena) {
    size_t size = strlen(text) + 1;
    char *clean = ARENA_NEW(arena, char, size);
    memcpy(clean, text, size);
    for (char *at = clean; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7F) *at = '*';
    return clean;
}

const char *guess_pattern(const struct guess_source *source, struct arena *arena) {
    const char *slash = strrchr(source->path, '/'), *base = slash ? slash + 1 : source->path;
    const char *text = general(arena, base, true);
    /* A name with a folder in front, as the delivery's own folder sees it. */
    const char *mark = strchr(source->name, '!');
    size_t outer = mark ? (size_t)(mark - source->name) : strlen(source->name);
    if (memchr(source->name, '/', outer) && *text != '*') text = arena_print(arena, "*%s", text);
    if (source->member) text = arena_print(arena, "%s!%s", text, general(arena, source->member, false));
    return starred(source->sheet ? arena_print(arena, "%s!%s", text, source->sheet) : text, arena);
}
