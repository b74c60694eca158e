/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/footer.h"
#include "core/language.h"

bool footer_match(struct span pattern, struct span text) {
    size_t p = 0, t = 0, star = SIZE_MAX, from = 0;
    while (t < text.size) {
        if (p < pattern.size && pattern.bytes[p] == '*') {
            star = p++;
            from = t;
        } else if (p < pattern.size && pattern.bytes[p] == '?') {
            p++;
            for (t++; t < text.size && ((unsigned char)text.bytes[t] & 0xc0) == 0x80;) t++;
        } else if (p < pattern.size && pattern.bytes[p] == text.bytes[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.size && pattern.bytes[p] == '*') p++;
    return p == pattern.size;
}

enum { PATTERNS_MAX = 32 };

static bool check(const struct node *node, const char *name, struct error *error) {
    if (node && node->kind == NODE_LIST && node->count > PATTERNS_MAX)
        return node_error(node, name, error, TEXT("模式超过 %d 个", "more than %d patterns"), PATTERNS_MAX);
    if (!node || node->kind == NODE_SCALAR) return true;
    for (uint32_t i = 0; node->kind == NODE_LIST && i < node->count; i++)
        if (node->items[i].kind != NODE_SCALAR)
            return node_error(&node->items[i], name, error, "%s",
                              TEXT("应为一个模式", "a pattern is expected"));
    if (node->kind == NODE_LIST) return true;
    return node_error(node, name, error, "%s",
                      TEXT("应为模式或模式列表", "a pattern or a list of patterns is expected"));
}

bool footer_check(const struct footer *footer, const char *name, struct error *error) {
    return check(footer->footer, name, error) && check(footer->subtotal, name, error) &&
           check(footer->total, name, error);
}

/* Which of the patterns fits, from 1; 0: none. */
static uint32_t fits(const struct node *node, struct span text) {
    if (!node) return 0;
    if (node->kind == NODE_SCALAR) return footer_match(node->text, text);
    for (uint32_t i = 0; i < node->count; i++)
        if (footer_match(node->items[i].text, text)) return i + 1;
    return 0;
}

bool footer_total(const struct footer *footer, struct span first, uint8_t *level) {
    uint32_t inner = fits(footer->subtotal, first), outer = inner ? 0 : fits(footer->total, first);
    bool nested = footer->subtotal && footer->subtotal->kind == NODE_LIST && footer->subtotal->count > 1;
    *level = !nested ? 0 : (uint8_t)(inner ? inner : footer->subtotal->count + 1);
    return inner || outer;
}

static struct span trim(struct span text) {
    while (text.size && (text.bytes[0] == ' ' || text.bytes[0] == '\t')) text.bytes++, text.size--;
    while (text.size && (text.bytes[text.size - 1] == ' ' || text.bytes[text.size - 1] == '\t')) text.size--;
    return text;
}

bool footer_fits(const struct node *node, struct span text) { return fits(node, trim(text)) > 0; }

bool footer_apply(const struct footer *footer, struct batch *batch, uint32_t row) {
    if (!footer->footer && !footer->subtotal && !footer->total) return false;
    struct span first = {0};
    for (uint32_t column = 0; column < batch->source->count && !first.size; column++)
        first = trim(batch->cells[column][row]);
    if (!first.size) return false;
    uint8_t level;
    bool total = footer_total(footer, first, &level);
    if (!total && !fits(footer->footer, first)) return false;
    batch->rows[row].total = total;
    batch->rows[row].total_level = total ? level : 0;
    batch_explain(batch, row, (struct reason){.code = total ? "row.subtotal" : "row.footer"});
    return true;
}
