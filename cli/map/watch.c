/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/map/watch.h"
#include "core/codelike.h"
#include "core/language.h"
#include "transform/row/text.h"
#include <stdio.h>

enum { KEY_BYTES = 1024 };

/* Columns that the changed table maps, at most WATCH_COLUMNS. */
static uint32_t columns_of(const struct watch *watch, const struct spec_column *columns[WATCH_COLUMNS]) {
    const struct spec *spec = watch->result->spec;
    uint32_t count = 0;
    for (uint32_t i = 0; i < spec->column_count && count < WATCH_COLUMNS; i++)
        if (span_equal(spec->columns[i].map, watch->rows->table)) columns[count++] = &spec->columns[i];
    return count;
}

static bool number_of(struct watch *watch, struct span text, uint16_t *number, struct error *error) {
    void **place = map_put(&watch->texts, text);
    if (!*place) {
        if (watch->text_count == WATCH_TARGETS)
            return error_set(error, TEXT("目标代码超过 %d 种", "more than %d targets"), WATCH_TARGETS);
        if (watch->text_count + 1 >= watch->text_room) {
            uint32_t room = watch->text_room ? watch->text_room * 2 : 64;
            struct span *list = ARENA_NEW(&watch->arena, struct span, room);
            if (watch->text_count) memcpy(list, watch->list, (watch->text_count + 1) * sizeof *list);
            watch->list = list;
            watch->text_room = room;
        }
        watch->list[++watch->text_count] = arena_copy(&watch->arena, text);
        *map_put(&watch->texts, watch->list[watch->text_count]) = (void *)(uintptr_t)watch->text_count;
        place = map_put(&watch->texts, text);
    }
    *number = (uint16_t)(uintptr_t)*place;
    return true;
}

static bool remember(struct watch *watch, const struct batch *batch, uint32_t row, struct error *error) {
    const struct spec_column *columns[WATCH_COLUMNS] = {0};
    uint32_t count = columns_of(watch, columns);
    struct watch_seen *seen = &watch->rows->seen[batch->rows[row].number];
    *seen = (struct watch_seen){.content = batch->rows[row].row_hash,
                                .fate = (uint8_t)batch->rows[row].fate,
                                .worker = watch->worker,
                                .read = true};
    for (uint32_t c = 0; c < count; c++) {
        const struct vector *values = &batch->values[columns[c]->target];
        if (values->null[row]) continue;
        if (!number_of(watch, values->text[row], &seen->targets[c], error)) return false;
    }
    return true;
}

static struct span before_of(const struct watch *watch, const struct watch_seen *seen, uint32_t column) {
    uint16_t number = seen->targets[column];
    return number ? watch->all[seen->worker].list[number] : (struct span){"", 0};
}

static struct span after_of(const struct batch *batch, const struct spec_column *column, uint32_t row) {
    const struct vector *values = &batch->values[column->target];
    return values->null[row] ? (struct span){"", 0} : values->text[row];
}

/* The county's code as people write it; a text that looks like no code is hidden. */
static struct span code_of(struct watch *watch, const struct batch *batch, const struct spec_column *column,
                           uint32_t row) {
    struct span code = column->value;
    for (uint32_t part = 0; part < column->from_count; part++) {
        struct span cell = text_trim(batch->cells[column->index[part]][row]);
        if (part == 0) code = cell;
        else {
            const char *joined =
                arena_print(&watch->arena, "%.*s%.*s%.*s", (int)code.size, code.bytes, (int)column->join.size,
                            column->join.bytes, (int)cell.size, cell.size ? cell.bytes : "");
            code = (struct span){joined, strlen(joined)};
        }
    }
    return codelike(code) ? code : codelike_hidden(code, &watch->arena);
}

static void keep_row(struct watch *watch, const struct watch_group *group, const struct row *row,
                     int64_t fen) {
    if (watch->row_count == WATCH_ROWS) return;
    if (watch->row_count == watch->row_room) {
        uint32_t room = watch->row_room ? watch->row_room * 2 : 64;
        struct watch_row *list = ARENA_NEW(&watch->arena, struct watch_row, room);
        if (watch->row_count) memcpy(list, watch->moved, watch->row_count * sizeof *list);
        watch->moved = list;
        watch->row_room = room;
    }
    watch->moved[watch->row_count++] =
        (struct watch_row){group, row->number, arena_copy(&watch->arena, row->key), fen};
}

static void add(struct watch *watch, const struct batch *batch, uint32_t row,
                const struct spec_column *column, struct span before, struct span after, uint8_t class) {
    char key[KEY_BYTES];
    struct span code = code_of(watch, batch, column, row);
    uint8_t fate = (uint8_t)batch->rows[row].fate;
    int size =
        snprintf(key, sizeof key, "%u\t%d\t%d\t%.*s\t%.*s\t%.*s", column->target, class, fate, (int)code.size,
                 code.size ? code.bytes : "", (int)before.size, before.bytes, (int)after.size, after.bytes);
    struct span text = {key, size < KEY_BYTES ? (size_t)size : KEY_BYTES - 1};
    struct watch_group *group = map_get(&watch->groups, text);
    if (!group) {
        group = ARENA_NEW(&watch->arena, struct watch_group, 1);
        *group = (struct watch_group){.column = (int)column->target,
                                      .code = arena_copy(&watch->arena, code),
                                      .before = arena_copy(&watch->arena, before),
                                      .after = arena_copy(&watch->arena, after),
                                      .class = class,
                                      .fate = fate};
        *map_put(&watch->groups, arena_copy(&watch->arena, text)) = group;
    }
    int main = batch->kind->main_measure;
    int64_t fen = main >= 0 && batch->measures[main] ? batch->measures[main][row] : 0;
    group->rows++;
    group->fen += fen;
    keep_row(watch, group, &batch->rows[row], fen);
}

/* What the old table makes of the row must be where it stands, else there is nothing to compare with. */
static bool stands_as_said(const struct watch_seen *seen, uint8_t class) {
    static const enum fate fates[] = {
        [WATCH_PUBLISHED] = FATE_LIVE, [WATCH_REJECTED] = FATE_REJECTED, [WATCH_DECIDED] = FATE_EXPLAINED};
    return seen->read && seen->fate == fates[class];
}

static void compare(struct watch *watch, const struct batch *batch, uint32_t row) {
    const struct spec_column *columns[WATCH_COLUMNS] = {0};
    uint32_t count = columns_of(watch, columns), differs = count;
    uint64_t number = batch->rows[row].number;
    const struct watch_seen *seen = &watch->rows->seen[number];
    uint8_t class = watch->rows->classes[number];
    watch->compared++;
    if (!stands_as_said(seen, class)) {
        watch->left++;
        return;
    }
    for (uint32_t c = count; c-- > 0;)
        if (!span_equal(before_of(watch, seen, c), after_of(batch, columns[c], row))) differs = c;
    bool moved =
        seen->fate != batch->rows[row].fate ||
        (class == WATCH_PUBLISHED && (differs < count || seen->content != batch->rows[row].row_hash));
    if (!moved || !count) return;      /* without a mapped column no edit of a table moves a row */
    if (differs == count) differs = 0; /* another column follows a mapped one */
    add(watch, batch, row, columns[differs], before_of(watch, seen, differs),
        after_of(batch, columns[differs], row), class);
}

static bool watch_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct watch *watch = stage->state;
    (void)columns, (void)error;
    watch->texts.arena = watch->groups.arena = &watch->arena;
    return true;
}

static enum flow watch_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct watch *watch = stage->state;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        uint64_t number = batch->rows[row].number;
        if (number >= watch->rows->count || !watch->rows->classes[number] || batch->rows[row].shifted)
            continue;
        if (watch->second) compare(watch, batch, row);
        else if (!remember(watch, batch, row, error)) return FLOW_FAILED;
    }
    return FLOW_MORE;
}

const struct stage_kind watch_kind = {
    .name = "watch", .state_size = sizeof(struct watch), .open = watch_open, .run = watch_run};
