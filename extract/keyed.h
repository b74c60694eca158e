/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_KEYED_H
#define EXTRACT_KEYED_H
#include "core/batch.h"
#include "core/map.h"
#include "core/yaml.h"
#include "extract/text.h"

/* Sources whose rows name their own cells, as JSON and XML do.  Columns are what the spec lists, else what
   the beginning of the source has; a name that comes later rejects its row, so that nothing is lost
   unseen.  The same name twice in a row rejects it too. */
enum { KEYED_COLUMNS_MAX = 4096 };

struct keyed {
    struct columns columns;
    struct span *names; /* [KEYED_COLUMNS_MAX] */
    struct map index;
    struct arena *arena; /* the run's */
    bool given;          /* by the spec */
};

struct keyed_cell {
    struct span name, text; /* UTF-8 */
    bool null;
    struct text_fault fault; /* size 0: the text was decoded whole */
    uint64_t byte;           /* of the text in the source */
};

/* `node`: the setting `columns`, a list of names, or NULL.  Fails with TROUBLE_USAGE. */
bool keyed_open(struct keyed *keyed, const struct node *node, const char *name, struct arena *arena,
                struct error *error);
/* Adds the names of a row, unless the spec gave them. */
void keyed_learn(struct keyed *keyed, const struct keyed_cell *cells, uint32_t count);
/* Fills row `at` of the batch, whose place is set. */
void keyed_place(const struct keyed *keyed, struct batch *batch, uint32_t at, const struct keyed_cell *cells,
                 uint32_t count);

#define KEYED_SETTINGS(type)                                                                                 \
    {                                                                                                        \
        "columns", SETTING_NODE, offsetof(type, columns_node), NULL,                                         \
            "列名的列表；不写则取文件开头各行出现的名称",                                                    \
            "list of column names; else those that the first rows have"                                      \
    }
#endif
