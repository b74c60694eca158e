/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What a spec does about a changed header: refuses it, or changes the spec's own copy. */
#include "core/drift.h"
#include "core/language.h"

/* A sentence in pieces; what does not fit is left out as a whole piece. */
struct sentence {
    char *bytes;
    size_t size, room;
};

static void say(struct sentence *sentence, const char *text, struct span name, const char *after) {
    size_t front = strlen(text), back = strlen(after);
    if (sentence->size + front + name.size + back > sentence->room) return;
    memcpy(sentence->bytes + sentence->size, text, front);
    if (name.size) memcpy(sentence->bytes + sentence->size + front, name.bytes, name.size);
    memcpy(sentence->bytes + sentence->size + front + name.size, after, back);
    sentence->size += front + name.size + back;
}

static void say_item(struct sentence *sentence, const struct drift_item *item, struct span was,
                     struct span now, struct span type) {
    const char *close = TEXT("」", "\"");
    switch (item->change) {
    case DRIFT_NEW: say(sentence, TEXT("新增「", "new \""), now, close); break;
    case DRIFT_LOST: say(sentence, TEXT("缺少「", "lost \""), was, close); break;
    case DRIFT_RETYPED:
        say(sentence, TEXT("「", "\""), was, close);
        say(sentence, TEXT("的内容不再是 ", " is no "), type, TEXT("", " any more"));
        break;
    case DRIFT_RENAMED:
        if (item->was < 0) {
            say(sentence,
                TEXT("指纹不同，规格没有记下列名", "another fingerprint; the spec lists no columns"),
                (struct span){0}, "");
            break;
        }
        say(sentence, TEXT("「", "\""), was, close);
        say(sentence, TEXT("改名为「", " is now \""), now, close);
        break;
    case DRIFT_CHANGES: break;
    }
}

struct span drift_says(const struct drift *drift, const struct spec *spec, const struct columns *columns,
                       struct arena *arena) {
    enum { ROOM = 400 };
    const struct spec_header *header = &spec->header;
    struct sentence sentence = {ARENA_NEW(arena, char, ROOM), 0, ROOM};
    if (drift->shifted)
        say(&sentence, TEXT("列错位：列数和内容都变了", "the columns shifted: count and contents changed"),
            (struct span){0}, drift->count ? TEXT("；", "; ") : "");
    for (uint32_t i = 0; i < drift->count; i++) {
        const struct drift_item *item = &drift->items[i];
        struct span was = item->was < 0 ? (struct span){0} : header->columns[item->was];
        struct span now = item->now < 0 ? (struct span){0} : columns->names[item->now];
        struct span type = item->was < 0 || !header->types ? (struct span){0} : header->types[item->was];
        if (i) say(&sentence, TEXT("；", "; "), (struct span){0}, "");
        say_item(&sentence, item, was, now, type);
    }
    return (struct span){sentence.bytes, sentence.size};
}

static bool is_key(const struct spec *spec, struct span name) {
    bool needed = span_equal(spec->county_column, name) ||
                  (spec->withdraw.value_count && span_equal(spec->withdraw.column, name));
    for (uint32_t i = 0; i < spec->key_count; i++) needed |= span_equal(spec->key[i], name);
    for (uint32_t i = 0; i < spec->where_count; i++) needed |= span_equal(spec->where[i].column, name);
    for (uint32_t i = 0; i < spec->column_count; i++)
        needed |= spec->columns[i].when.value_count && !spec->columns[i].when.target &&
                  span_equal(spec->columns[i].when.column, name);
    return needed;
}

static bool is_fed(const struct spec *spec, uint32_t target, uint32_t except) {
    for (uint32_t i = 0; i < spec->column_count; i++)
        if (i != except && spec->columns[i].target == target) return true;
    return false;
}

/* Takes the source column out of the spec's copy; false when the spec cannot do without it. */
static bool leave_out(struct spec *spec, struct span name) {
    if (is_key(spec, name)) return false;
    for (uint32_t i = 0; i < spec->column_count;) {
        struct spec_column *column = &spec->columns[i];
        uint32_t kept = 0;
        for (uint32_t f = 0; f < column->from_count; f++)
            if (!span_equal(column->from[f], name)) column->from[kept++] = column->from[f];
        bool fewer = kept < column->from_count, joined = fewer && column->from_count > 1 && !column->sum;
        bool required = spec->kind->columns[column->target].tags & TAG_REQUIRED;
        if (joined || (fewer && !kept && required && !is_fed(spec, column->target, i))) return false;
        column->from_count = kept;
        if (!fewer || kept) i++;
        else memmove(column, column + 1, (--spec->column_count - i) * sizeof *column);
    }
    return true;
}

static bool refuse(const struct drift *drift, const struct spec *spec, const struct columns *columns,
                   struct arena *arena, struct error *error) {
    struct span says = drift_says(drift, spec, columns, arena);
    return error_code(
        error, TROUBLE_REFUSED, "header.changed",
        TEXT("表头与规格记住的不同：%.*s", "the header differs from the one the spec remembers: %.*s"),
        (int)says.size, says.bytes);
}

bool drift_settle(const struct drift *drift, const struct columns *columns, struct arena *arena,
                  struct spec *spec, struct columns *named, bool *reject, struct error *error) {
    struct span *names = ARENA_NEW(arena, struct span, columns->count + 1);
    if (columns->count) memcpy(names, columns->names, columns->count * sizeof *names);
    *named = (struct columns){columns->count, names};
    *reject = false;
    bool stop = drift->shifted;
    for (uint32_t i = 0; i < drift->count && !stop; i++) {
        const struct drift_item *item = &drift->items[i];
        enum drift_action action = spec->drift[item->change];
        struct span was = item->was < 0 ? (struct span){0} : spec->header.columns[item->was];
        stop = action == DRIFT_STOP || (item->was < 0 && item->now < 0);
        *reject |= action == DRIFT_REJECT;
        if (stop || item->change == DRIFT_NEW) continue;
        bool out = item->change == DRIFT_LOST || action == DRIFT_IGNORE;
        if (out) stop = !leave_out(spec, was);
        else if (item->change == DRIFT_RENAMED) names[item->now] = was;
    }
    return !stop || refuse(drift, spec, columns, arena, error);
}
