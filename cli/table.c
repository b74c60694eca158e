/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/table.h"
#include "core/language.h"
#include "extract/text.h"
#include <assert.h>

/* People save these tables as GBK or UTF-8 as it comes; the bytes say which.  A spec's `encoding` stands. */
static const struct node *with_encoding(const struct node *read, struct span head, struct arena *arena) {
    struct judgement judgement;
    encoding_judge(head, arena, &judgement);
    if (node_get(read, "encoding") || !judgement.best) return read;
    uint32_t count = read ? read->count : 0;
    struct node *both = ARENA_NEW(arena, struct node, 1);
    *both = (struct node){.kind = NODE_MAP,
                          .count = count + 1,
                          .keys = ARENA_NEW(arena, struct node, count + 1),
                          .items = ARENA_NEW(arena, struct node, count + 1)};
    for (uint32_t i = 0; i < count; i++) both->keys[i] = read->keys[i], both->items[i] = read->items[i];
    both->keys[count] = (struct node){.kind = NODE_SCALAR, .text = SPAN("encoding")};
    both->items[count] = (struct node){.kind = NODE_SCALAR, .text = {judgement.best, strlen(judgement.best)}};
    return both;
}

static bool choose(const char *path, const char *member, const struct node *read,
                   const struct bytes_limits *limits, struct arena *arena, struct input *input,
                   const struct extractor **extractor, struct error *error) {
    struct span head;
    *input = (struct input){.path = path, .member = member, .name = path, .read = read, .limits = limits};
    if (!extract_head(input, arena, &head, error)) return false;
    const struct node *format = node_get(read, "format");
    *extractor = format ? extract_find(format->text) : extract_guess(head);
    if (*extractor == &extract_csv) input->read = with_encoding(read, head, arena);
    return *extractor || error_code(error, TROUBLE_REFUSED, "file.format_mismatch", "%s",
                                    TEXT("不认识的文件格式", "unknown file format"));
}

static void keep(struct table *table, const struct batch *batch, struct arena *arena, uint32_t *capacity) {
    if (table->row_count + batch->row_count > *capacity) {
        uint32_t more = (table->row_count + batch->row_count) * 2;
        struct span **cells = ARENA_NEW(arena, struct span *, more);
        uint64_t *numbers = ARENA_NEW(arena, uint64_t, more);
        if (table->row_count) {
            memcpy(cells, table->cells, table->row_count * sizeof *cells);
            memcpy(numbers, table->numbers, table->row_count * sizeof *numbers);
        }
        table->cells = cells;
        table->numbers = numbers;
        *capacity = more;
    }
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (batch->rows[row].fate == FATE_EXPLAINED) continue;
        struct span *cells = ARENA_NEW(arena, struct span, table->column_count + 1);
        for (uint32_t c = 0; c < table->column_count; c++)
            if (batch->cells[c][row].bytes) cells[c] = arena_copy(arena, batch->cells[c][row]);
        table->numbers[table->row_count] = batch->rows[row].number;
        table->cells[table->row_count++] = cells;
    }
}

bool table_read(const char *path, const char *member, const char *sheet, const struct node *read,
                const struct bytes_limits *limits, struct arena *arena, struct table *table,
                struct error *error) {
    struct input input;
    const struct extractor *extractor;
    struct stage stage = {0};
    struct columns columns = {0};
    *table = (struct table){0};
    if (!choose(path, member, read, limits, arena, &input, &extractor, error)) return false;
    input.sheet = sheet;
    if (!extract_open(extractor, &input, arena, &stage, &columns, error)) return false;
    struct batch batch = {0};
    uint32_t capacity = 0;
    enum flow flow = FLOW_MORE;
    table->column_count = columns.count;
    table->names = columns.names;
    while (flow == FLOW_MORE) {
        struct arena own = batch.arena;
        arena_reset(&own);
        batch = (struct batch){.arena = own};
        flow = stage.kind->run(&stage, &batch, error);
        if (flow == FLOW_FAILED) break;
        if (table->row_count + batch.row_count > TABLE_ROWS_MAX) {
            error_code(error, TROUBLE_REFUSED, NULL, TEXT("%s 超过 %d 行", "%s: more than %d rows"), path,
                       TABLE_ROWS_MAX);
            flow = FLOW_FAILED;
            break;
        }
        keep(table, &batch, arena, &capacity);
    }
    arena_free(&batch.arena);
    extract_close(&stage);
    return flow == FLOW_END;
}

bool table_sheets(const char *path, const char *member, const struct bytes_limits *limits,
                  struct arena *arena, const char ***names, uint32_t *count, struct error *error) {
    struct input input;
    const struct extractor *extractor = NULL;
    *count = 0;
    if (!choose(path, member, NULL, limits, arena, &input, &extractor, error)) return false;
    assert(extractor);
    return !extractor->sheets || extractor->sheets(&input, false, arena, names, count, error);
}
