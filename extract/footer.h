/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_FOOTER_H
#define EXTRACT_FOOTER_H
#include "core/batch.h"
#include "core/yaml.h"

/* Rows that are no data although they stand among it, told by their first cell that is not empty. */
struct footer {
    const struct node *footer, *subtotal, *total; /* settings: a pattern or a list of patterns */
};

/* For a settings table; `type` has a `struct footer footer`. */
#define FOOTER_SETTINGS(type)                                                                                \
    {"footer",                                                                                               \
     SETTING_NODE,                                                                                           \
     offsetof(type, footer.footer),                                                                          \
     NULL,                                                                                                   \
     "文件尾或备注行：首个非空单元格的通配模式，如 \"制表人*\"",                                             \
     "footer rows: patterns for their first cell that is not empty, such as \"Prepared by*\""},              \
        {"subtotal",                                                                                         \
         SETTING_NODE,                                                                                       \
         offsetof(type, footer.subtotal),                                                                    \
         NULL,                                                                                               \
         "小计行的通配模式，如 \"小计*\"；几个模式由内到外，如 [\"*村小计\", \"*乡小计\"]",                  \
         "subtotal rows: patterns, such as \"Subtotal*\"; several from inner to outer"},                     \
    {                                                                                                        \
        "total", SETTING_NODE, offsetof(type, footer.total), NULL, "合计行的通配模式，如 \"合计*\"",         \
            "total rows: patterns, such as \"Total*\""                                                       \
    }

/* Whether a row that begins with `first` is a subtotal or total; `level` as in struct row.  Several patterns
   of `subtotal` are levels from inner to outer (村, 乡, 县), `total` stands outside them. */
bool footer_total(const struct footer *footer, struct span first, uint8_t *level);
/* Fails with TROUBLE_USAGE when a setting is no pattern and no list of them. */
bool footer_check(const struct footer *footer, const char *name, struct error *error);
/* Explains row `row` by its cells when a pattern fits: row.footer, or row.subtotal with row.total set. */
bool footer_apply(const struct footer *footer, struct batch *batch, uint32_t row);
/* Whether a pattern or one of a list of them (NULL: none) fits the text without the blanks around it. */
bool footer_fits(const struct node *node, struct span text);
/* '*' is any text, '?' one character of UTF-8. */
bool footer_match(struct span pattern, struct span text);
#endif
