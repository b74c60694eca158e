/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/drift.h"
#include "core/language.h"
#include <stdio.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

void drift_fingerprint(const struct columns *columns, char text[FINGERPRINT_TEXT]) {
    XXH3_state_t *state = XXH3_createState();
    XXH3_64bits_reset(state);
    for (uint32_t i = 0; i < columns->count; i++) {
        XXH3_64bits_update(state, columns->names[i].bytes, columns->names[i].size);
        XXH3_64bits_update(state, "\n", 1);
    }
    snprintf(text, FINGERPRINT_TEXT, "%016llx", (unsigned long long)XXH3_64bits_digest(state));
    XXH3_freeState(state);
}

static const char *const change_names[DRIFT_CHANGES] = {"new", "lost", "renamed", "retyped"};
static const char *const action_names[] = {"stop", "accept", "ignore", "reject"};
enum { ACTIONS = sizeof action_names / sizeof *action_names };

static bool read_actions(const struct node *map, const char *path, struct spec *spec, struct error *error) {
    for (uint32_t i = 0; map && i < map->count; i++) {
        int change = 0, action = 0;
        while (change < DRIFT_CHANGES && !node_is(&map->keys[i], change_names[change])) change++;
        while (action < ACTIONS && !node_is(&map->items[i], action_names[action])) action++;
        if (change == DRIFT_CHANGES || action == ACTIONS)
            return node_error(&map->keys[i], path, error, "%s",
                              TEXT("drift 应是 {new, lost, renamed, retyped: stop|accept|ignore|reject}",
                                   "drift is {new, lost, renamed, retyped: stop|accept|ignore|reject}"));
        spec->drift[change] = (enum drift_action)action;
    }
    return true;
}

static bool is_type(struct span type) {
    static const char *const types[] = {"date", "month", "number", "citizen", "name", "text", "empty"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_equal(type, (struct span){types[i], strlen(types[i])})) return true;
    return false;
}

/* A column is a name, or a name and its type. */
static bool read_columns(const struct node *list, const char *path, struct arena *arena, struct spec *spec,
                         struct error *error) {
    struct span *names = ARENA_NEW(arena, struct span, list->count + 1),
                *types = ARENA_NEW(arena, struct span, list->count + 1);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct node *item = &list->items[i];
        bool pair = item->kind == NODE_MAP && item->count == 1 && item->items[0].kind == NODE_SCALAR &&
                    is_type(item->items[0].text);
        if (item->kind != NODE_SCALAR && !pair)
            return node_error(item, path, error, "%s",
                              TEXT("这里应是「列名: 类型」，类型为 date month number citizen name text empty",
                                   "\"column: type\" expected: date month number citizen name text empty"));
        names[i] = pair ? item->keys[0].text : item->text;
        types[i] = pair ? item->items[0].text : (struct span){"", 0};
    }
    spec->header.column_count = list->count;
    spec->header.columns = names;
    spec->header.types = types;
    return true;
}

bool drift_read(const struct node *root, const char *path, struct arena *arena, struct spec *spec,
                struct error *error) {
    const struct node *header = node_get(root, "header"), *actions = node_get(root, "drift");
    const struct node *fingerprint = node_get(header, "fingerprint"), *columns = node_get(header, "columns");
    if (actions && actions->kind != NODE_MAP)
        return node_error(actions, path, error, "%s",
                          TEXT("这里应是「键: 值」", "\"key: value\" expected here"));
    if (header && (!fingerprint || fingerprint->kind != NODE_SCALAR || !fingerprint->text.size ||
                   (columns && columns->kind != NODE_LIST) || header->count > (columns ? 2U : 1U)))
        return node_error(
            header, path, error, "%s",
            TEXT("header 应是 {fingerprint: 指纹, columns: [列名: 类型]}；表头在第几行写在 read 里",
                 "header is {fingerprint, columns: [column: type]}; which row it is stands in read"));
    if (fingerprint) spec->header.fingerprint = fingerprint->text;
    if (columns && !read_columns(columns, path, arena, spec, error)) return false;
    char own[FINGERPRINT_TEXT];
    drift_fingerprint(&(struct columns){spec->header.column_count, spec->header.columns}, own);
    if (columns && fingerprint && strcmp(own, fingerprint->text.bytes) != 0)
        return node_error(
            fingerprint, path, error,
            TEXT("指纹不是下面这些列的(应为 %s)：用 tongchou guess --update 更新，不要手改一半",
                 "the fingerprint is not that of the columns (%s): tongchou guess --update writes both"),
            own);
    return read_actions(actions, path, spec, error);
}

static int find(const struct span *names, uint32_t count, struct span name) {
    for (uint32_t i = 0; i < count; i++)
        if (span_equal(names[i], name)) return (int)i;
    return -1;
}

static void add(struct drift *drift, enum drift_change change, int was, int now) {
    if (drift->count < DRIFT_MAX) drift->items[drift->count++] = (struct drift_item){change, was, now};
}

static bool fits(const struct drift_cells *cells, const struct spec_header *header, int was, int now) {
    return !cells || !header->types[was].size || cells->fits(cells->state, now, header->types[was]);
}

/* F1, F2 ...: columns that nobody named. */
static bool is_positional(const struct spec_header *header) {
    char name[16];
    for (uint32_t i = 0; i < header->column_count; i++) {
        size_t size = (size_t)snprintf(name, sizeof name, "F%u", i + 1);
        if (!span_equal(header->columns[i], (struct span){name, size})) return false;
    }
    return header->column_count > 0;
}

/* The nearest column to the left that stands in both lists; -1: none.  Two columns without a partner that
   stand behind the same neighbour, equally far, are at the same position. */
static int neighbour(const struct span *names, int index, const struct span *others, uint32_t count,
                     int *distance) {
    *distance = 0;
    for (int i = index - 1; i >= 0; i--) {
        int found = find(others, count, names[i]);
        ++*distance;
        if (found >= 0) return i;
    }
    ++*distance;
    return -1;
}

static bool same_place(const struct spec_header *header, int was, const struct columns *columns, int now) {
    int left, right;
    int before = neighbour(header->columns, was, columns->names, columns->count, &left);
    int present = neighbour(columns->names, now, header->columns, header->column_count, &right);
    if (left != right || (before < 0) != (present < 0)) return false;
    return before < 0 || span_equal(header->columns[before], columns->names[present]);
}

void drift_compare(const struct spec *spec, const struct columns *columns, const struct drift_cells *cells,
                   struct drift *drift) {
    const struct spec_header *header = &spec->header;
    char fingerprint[FINGERPRINT_TEXT];
    *drift = (struct drift){0};
    drift_fingerprint(columns, fingerprint);
    bool same = span_equal(header->fingerprint, (struct span){fingerprint, strlen(fingerprint)});
    if (!header->fingerprint.size) return;
    if (!header->column_count && !same) add(drift, DRIFT_RENAMED, -1, -1); /* nobody wrote down what it was */
    for (int was = 0; was < (int)header->column_count; was++) {
        int now = find(columns->names, columns->count, header->columns[was]), other = 0;
        if (now >= 0) {
            if (!fits(cells, header, was, now)) add(drift, DRIFT_RETYPED, was, now);
            continue;
        }
        for (; other < (int)columns->count; other++)
            if (find(header->columns, header->column_count, columns->names[other]) < 0 &&
                same_place(header, was, columns, other) && fits(cells, header, was, other))
                break;
        if (other < (int)columns->count) add(drift, DRIFT_RENAMED, was, other);
        else add(drift, DRIFT_LOST, was, -1);
    }
    bool retyped = false;
    for (uint32_t i = 0; i < drift->count; i++) retyped |= drift->items[i].change == DRIFT_RETYPED;
    drift->shifted = is_positional(header) && retyped && columns->count != header->column_count;
    for (int now = 0; now < (int)columns->count && header->column_count; now++) {
        bool known = find(header->columns, header->column_count, columns->names[now]) >= 0;
        for (uint32_t i = 0; i < drift->count && !known; i++) known = drift->items[i].now == now;
        if (!known) add(drift, DRIFT_NEW, -1, now);
    }
}
