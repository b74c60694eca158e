/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/drift.h"
#include "cli/city.h"
#include "core/language.h"
#include "report/result.h"
#include "report/write.h"
#include "transform/row/profile.h"
#include "transform/row/row.h"
#include <stdio.h>
#include <stdlib.h>

/* Types are those of the first batch: at most BATCH_ROWS rows. */
static bool profile_head(const struct input *input, const struct spec *spec, struct arena *arena,
                         struct profile_state *state, struct error *error) {
    struct stage reader, counter = {.kind = &transform_profile, .state = state, .arena = arena};
    struct columns columns;
    struct batch batch = {0};
    if (!extract_open(extract_find(spec->format), input, arena, &reader, &columns, error)) return false;
    bool ok = counter.kind->open(&counter, &columns, error) &&
              reader.kind->run(&reader, &batch, error) != FLOW_FAILED &&
              counter.kind->run(&counter, &batch, error) != FLOW_FAILED && counter.kind->end(&counter, error);
    arena_free(&batch.arena);
    extract_close(&reader);
    return ok;
}

static bool cells_fit(void *state, int now, struct span type) {
    const struct profile_state *profile = state;
    return (uint32_t)now >= profile->column_count || profile_fits(&profile->columns[now], type);
}

static struct span remark(const struct drift_item *item, const struct spec *spec,
                          const struct profile_state *head, struct arena *arena) {
    static const struct {
        const char *zh, *en;
    } words[DRIFT_CHANGES] = {
        {"新增", "new"}, {"缺少", "lost"}, {"改名", "renamed"}, {"内容变了", "retyped"}};
    static const char *const actions[] = {"stop", "accept", "ignore", "reject"};
    const char *text = TEXT(words[item->change].zh, words[item->change].en),
               *action = actions[spec->drift[item->change]];
    if (item->change != DRIFT_RETYPED || (uint32_t)item->now >= head->column_count)
        return result_format(arena, "%s → %s", text, action);
    struct span type = spec->header.types[item->was];
    return result_format(arena, TEXT("%s：%.*s 变成 %s → %s", "%s: %.*s is now %s → %s"), text,
                         (int)type.size, type.bytes, profile_type(&head->columns[item->now]), action);
}

static const struct drift_item *item_of(const struct drift *drift, int was, int now) {
    for (uint32_t i = 0; i < drift->count; i++)
        if (drift->items[i].was == was && (was >= 0 || drift->items[i].now == now)) return &drift->items[i];
    return NULL;
}

static int index_of(const struct columns *columns, struct span name) {
    for (uint32_t i = 0; i < columns->count; i++)
        if (span_equal(columns->names[i], name)) return (int)i;
    return -1;
}

static void add_line(struct result *table, int number, struct span was, struct span now, struct span words) {
    struct span *cells = result_add(table);
    cells[0] = result_format(table->arena, "%d", number + 1);
    cells[1] = was.size ? was : SPAN("");
    cells[2] = now.size ? now : SPAN("");
    cells[3] = words;
}

/* Both headers, a line for each column: what the spec remembers, what the file has. */
static const char *side_by_side(const struct drifted *drifted, const struct spec *spec,
                                const struct columns *columns, const struct profile_state *head,
                                struct arena *arena) {
    const struct result_column heads[] = {
        {SPAN("number"), SPAN("列"), SPAN("No."), SHOW_COUNT, 0, {0}},
        {SPAN("was"), SPAN("规格记住的"), SPAN("remembered"), SHOW_TEXT, 0, {0}},
        {SPAN("now"), SPAN("文件里的"), SPAN("in the file"), SHOW_TEXT, 0, {0}},
        {SPAN("what"), SPAN("变化"), SPAN("change"), SHOW_TEXT, 0, {0}}};
    struct result table;
    char *bytes = NULL;
    size_t size = 0;
    result_begin(&table, arena, SPAN("表头"), SPAN("Header"), heads, 4);
    for (int was = 0; was < (int)spec->header.column_count; was++) {
        const struct drift_item *item = item_of(&drifted->drift, was, -1);
        int now = item ? item->now : index_of(columns, spec->header.columns[was]);
        add_line(&table, was, spec->header.columns[was], now < 0 ? (struct span){0} : columns->names[now],
                 item ? remark(item, spec, head, arena) : (struct span){"", 0});
    }
    for (int now = 0; now < (int)columns->count; now++) {
        const struct drift_item *item = item_of(&drifted->drift, -1, now);
        if (item || !spec->header.column_count)
            add_line(&table, now, (struct span){0}, columns->names[now],
                     item ? remark(item, spec, head, arena) : (struct span){"", 0});
    }
    FILE *out = open_memstream(&bytes, &size);
    if (!out) abort();
    write_text_result(&table, out);
    fclose(out);
    const char *text = arena_print(arena, "%.*s", (int)size, bytes);
    free(bytes);
    return text;
}

bool drift_check(struct spec *spec, const struct input *input, const struct columns *columns,
                 struct arena *arena, struct drifted *drifted, struct error *error) {
    struct profile_state head = {0};
    struct drift_cells cells = {&head, cells_fit};
    bool typed = false;
    *drifted = (struct drifted){.named = *columns};
    if (!spec->header.fingerprint.size) return true;
    for (uint32_t i = 0; i < spec->header.column_count; i++) typed |= spec->header.types[i].size > 0;
    typed = typed && input;
    if (typed && !profile_head(input, spec, arena, &head, error)) return false;
    drift_compare(spec, columns, typed ? &cells : NULL, &drifted->drift);
    if (!drifted->drift.count && !drifted->drift.shifted) return true;
    for (uint32_t i = 0; i < drifted->drift.count; i++)
        drifted->unread |= spec->drift[drifted->drift.items[i].change] == DRIFT_IGNORE;
    drifted->says = drift_says(&drifted->drift, spec, columns, arena);
    drifted->detail = result_format(arena, "difference=%.*s", (int)drifted->says.size, drifted->says.bytes);
    drifted->page = side_by_side(drifted, spec, columns, &head, arena);
    return drift_settle(&drifted->drift, columns, arena, spec, &drifted->named, &drifted->reject, error);
}

void drift_print(FILE *out, const struct drifted *drifted, const char *name, const char *spec_path,
                 const char *file_path, bool passed) {
    if (!drifted->page) return;
    if (passed) {
        fprintf(out, TEXT("%s：表头变了，按规格%s：%.*s\n", "%s: another header, %s by the spec: %.*s\n"),
                name,
                drifted->reject ? TEXT("全部退回", "all rejected")
                : drifted->unread
                    ? TEXT("照读，写 ignore 的列不读", "read but for the columns it says to ignore,")
                    : TEXT("照读", "read all the same"),
                (int)drifted->says.size, drifted->says.bytes);
        return;
    }
    fprintf(out, "%s\n%s  → tongchou guess --update %s %s\n", name, drifted->page, spec_path, file_path);
}
