/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/model.h"
#include "core/language.h"

static bool equal(struct span text, const char *word) {
    return text.size == strlen(word) && memcmp(text.bytes, word, text.size) == 0;
}

const struct kind *model_find(struct span name) {
    for (uint32_t i = 0; i < model_kind_count; i++)
        if (equal(name, model_kinds[i].name)) return &model_kinds[i];
    return NULL;
}

int model_column(const struct kind *kind, struct span name) {
    for (uint32_t i = 0; i < kind->column_count; i++)
        if (equal(name, kind->columns[i].name)) return (int)i;
    return -1;
}

const char *model_title(const struct kind *kind) { return TEXT(kind->label, kind->name); }

const char *model_column_title(const struct kind_column *column) { return TEXT(column->label, column->name); }

bool model_is_person(const struct kind_column *column) {
    return column->pii == PII_ID || strcmp(column->name, "src_psn_no") == 0;
}
