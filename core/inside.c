/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/inside.h"
#include "core/language.h"
#include "core/setting.h"
#include <stdio.h>

enum { INSIDE_BYTES = 96 };

static const char *const parts[] = {"ownpay_hosp_part", "acct_pay", "acct_mulaid_pay"};
enum { PARTS = sizeof parts / sizeof *parts };

static bool known(const struct node *key) {
    bool found = false;
    for (int i = 0; i < PARTS; i++) found |= node_is(key, parts[i]);
    return found;
}

/* What the spec says of one part; the profile speaks where the spec does not. */
static const struct node *said(const struct node *own, const struct node *inherited, const char *part) {
    const struct node *node = node_get(own, part);
    return node ? node : node_get(inherited, part);
}

bool inside_read(const struct node *root, const struct node *profile, const char *path, struct arena *arena,
                 struct span *text, struct error *error) {
    const struct node *both[] = {node_get(root, "inside"), node_get(profile, "inside")};
    char *bytes = ARENA_NEW(arena, char, INSIDE_BYTES);
    size_t size = 0;
    for (int b = 0; b < 2; b++) {
        if (both[b] && both[b]->kind != NODE_MAP)
            return node_error(both[b], path, error, "%s",
                              TEXT("inside 应是 {金额列: yes 或 no}", "inside is {amount: yes or no}"));
        for (uint32_t i = 0; both[b] && i < both[b]->count; i++)
            if (!known(&both[b]->keys[i]))
                return node_error(
                    &both[b]->keys[i], path, error,
                    TEXT("inside 里没有「%s」，只有 ownpay_hosp_part、acct_pay、acct_mulaid_pay",
                         "inside has no \"%s\", only ownpay_hosp_part, acct_pay, acct_mulaid_pay"),
                    both[b]->keys[i].text.bytes);
    }
    for (int i = 0; i < PARTS; i++) {
        const struct node *node = said(both[0], both[1], parts[i]);
        bool yes;
        if (!node) continue;
        if (node->kind != NODE_SCALAR || !setting_flag(node->text.bytes, &yes))
            return node_error(node, path, error, TEXT("「%s」只能是 yes 或 no", "\"%s\" is yes or no"),
                              parts[i]);
        size += (size_t)snprintf(bytes + size, INSIDE_BYTES - size, "%s%s=%s", size ? ";" : "", parts[i],
                                 yes ? "yes" : "no");
    }
    *text = (struct span){bytes, size};
    return true;
}
