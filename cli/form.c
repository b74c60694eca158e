/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/form.h"
#include "core/language.h"
#include <assert.h>
#include <stdio.h>

static bool blank(char c) { return c == ' ' || c == '\t'; }

static struct span trimmed(struct span text) {
    if (text.size && text.bytes[0] == '\'') text.bytes++, text.size--;
    while (text.size && blank(text.bytes[0])) text.bytes++, text.size--;
    while (text.size && blank(text.bytes[text.size - 1])) text.size--;
    return text;
}

struct span form_cell(const struct form *form, uint32_t row, uint32_t head) {
    int column = form->columns[head];
    return column < 0 ? (struct span){0} : trimmed(form->table.cells[row][column]);
}

bool form_is(struct span text, const char *word) {
    return span_equal(text, (struct span){word, strlen(word)});
}

bool form_bad(const struct form *form, uint32_t row, uint32_t head, const char *sentence,
              struct error *error) {
    error->at = (struct place){
        .source = form->path, .row = form->table.numbers[row], .column = (uint32_t)(form->columns[head] + 1)};
    return error_code(error, TROUBLE_REFUSED, NULL, "%s", sentence);
}

static bool find_heads(struct form *form, uint32_t row, const struct form_head *heads, uint32_t count) {
    bool all = true;
    for (uint32_t h = 0; h < count; h++) {
        form->columns[h] = -1;
        for (uint32_t c = 0; c < form->table.column_count && form->columns[h] < 0; c++) {
            struct span name = trimmed(form->table.cells[row][c]);
            if (form_is(name, heads[h].zh) || (heads[h].en && form_is(name, heads[h].en)))
                form->columns[h] = (int)c;
        }
        all = all && (form->columns[h] >= 0 || !heads[h].needed);
    }
    return all;
}

static bool no_header(const char *path, const struct form_head *heads, uint32_t count, struct error *error) {
    char names[256] = "";
    for (uint32_t h = 0; h < count; h++)
        if (heads[h].needed)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", *names ? "、" : "",
                     heads[h].zh);
    error->at = (struct place){.source = path};
    return error_code(error, TROUBLE_REFUSED, NULL,
                      TEXT("找不到「%s」所在的表头；请在我们发出的原表上填写，不要删列、改列名",
                           "no header with %s; fill in the form as it was sent, with all its columns"),
                      names);
}

/* What is advised for a delivery's sheets (write it in the spec) is no help to whoever fills in a form. */
static bool no_sheet(const char *path, const char *sheet, struct error *error) {
    if (!error->code || strcmp(error->code, "sheet.missing") != 0) return false;
    error->at = (struct place){.source = path};
    return error_code(error, TROUBLE_REFUSED, NULL,
                      TEXT("没有工作表「%.*s」；请在我们发出的原表上填写",
                           "there is no sheet \"%.*s\"; fill in the form as it was sent"),
                      (int)strcspn(sheet, "|"), sheet);
}

/* The name of `names` that the workbook has; the first when it has none of them. */
static const char *choose_sheet(const char *names, const char **sheets, uint32_t count, struct arena *arena) {
    const char *first = NULL;
    for (size_t size; *names; names += size + (names[size] == '|')) {
        size = strcspn(names, "|");
        const char *name = arena_copy(arena, (struct span){names, size}).bytes;
        if (!first) first = name;
        for (uint32_t i = 0; i < count; i++)
            if (strcmp(sheets[i], name) == 0) return name;
    }
    return first;
}

bool form_read(struct form *form, const char *path, const char *sheet, const struct form_head *heads,
               uint32_t head_count, struct arena *arena, struct error *error) {
    struct node key = {.kind = NODE_SCALAR, .text = SPAN("header")},
                no = {.kind = NODE_SCALAR, .text = SPAN("no")};
    struct node read = {.kind = NODE_MAP, .count = 1, .keys = &key, .items = &no};
    const char **sheets = NULL;
    uint32_t count = 0;
    assert(head_count <= FORM_HEADS);
    *form = (struct form){.path = path};
    if (!table_sheets(path, NULL, NULL, arena, &sheets, &count, error) ||
        !table_read(path, NULL, count ? choose_sheet(sheet, sheets, count, arena) : NULL, &read, NULL, arena,
                    &form->table, error))
        return no_sheet(path, sheet, error);
    for (uint32_t row = 0; row < form->table.row_count; row++) {
        if (!find_heads(form, row, heads, head_count)) continue;
        form->first = row + 1;
        return true;
    }
    return no_header(path, heads, head_count, error);
}
