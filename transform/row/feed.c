/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "transform/row/cells.h"
#include "transform/row/date.h"

/* The words of `as`, and the types that they can fill. */
static const struct {
    const char *as;
    enum reading reading;
    unsigned types;
} readings[] = {
    {"text", READ_TEXT, 1u << TYPE_TEXT},
    {"code", READ_CODE, 1u << TYPE_TEXT},
    {"name", READ_NAME, 1u << TYPE_TEXT},
    {"certno", READ_CERTNO, 1u << TYPE_TEXT},
    {"month", READ_MONTH, 1u << TYPE_TEXT},
    {"year", READ_YEAR, 1u << TYPE_TEXT},
    {"period", READ_PERIOD, 1u << TYPE_TEXT},
    {"integer", READ_INTEGER, 1u << TYPE_INTEGER | 1u << TYPE_TEXT},
    {"money", READ_MONEY, 1u << TYPE_MONEY},
    {"ratio", READ_RATIO, 1u << TYPE_RATIO},
    {"date", READ_DATE, 1u << TYPE_DATE | 1u << TYPE_TIMESTAMP},
    {"serial", READ_SERIAL, 1u << TYPE_DATE | 1u << TYPE_TIMESTAMP},
    {"timestamp", READ_TIMESTAMP, 1u << TYPE_TIMESTAMP | 1u << TYPE_DATE},
    {"bool", READ_BOOL, 1u << TYPE_BOOL | 1u << TYPE_TEXT},
};

static bool usage(const struct spec *spec, const struct spec_column *column, struct error *error,
                  const struct kind_column *target) {
    error->at = (struct place){.source = spec->path, .row = column->line};
    return error_code(
        error, TROUBLE_USAGE, NULL,
        TEXT("第 %u 行：列 %s(%s) 不能这样读", "line %u: column %s (%s) cannot be read like this"),
        column->line, target->name, target->label);
}

static enum reading by_type(const struct kind_column *target) {
    switch (target->type) {
    case TYPE_TEXT: return target->pii == PII_NAME ? READ_NAME : target->dict ? READ_CODE : READ_TEXT;
    case TYPE_INTEGER: return READ_INTEGER;
    case TYPE_MONEY: return READ_MONEY;
    case TYPE_RATIO: return READ_RATIO;
    case TYPE_DATE: return READ_DATE;
    case TYPE_TIMESTAMP: return READ_TIMESTAMP;
    case TYPE_BOOL: return READ_BOOL;
    }
    return READ_TEXT;
}

static bool is_key(const struct spec *spec, const struct spec_column *column) {
    for (uint32_t part = 0; part < column->from_count; part++)
        for (uint32_t key = 0; key < spec->key_count; key++)
            if (spec->key_index[key] == column->index[part]) return true;
    return false;
}

bool feed_open(struct feed *feed, const struct spec *spec, const struct spec_column *column,
               struct arena *arena, struct error *error) {
    const struct kind_column *target = &spec->kind->columns[column->target];
    *feed = (struct feed){.column = column, .target = target, .reading = by_type(target)};
    bool known = column->as.size == 0;
    for (size_t index = 0; index < sizeof readings / sizeof *readings && !known; index++) {
        if (!span_is(column->as, readings[index].as)) continue;
        feed->reading = readings[index].reading;
        known = readings[index].types & 1u << target->type;
    }
    bool number =
        feed->reading == READ_MONEY || (feed->reading == READ_INTEGER && target->type == TYPE_INTEGER);
    if (!known || (column->sum && !number)) return usage(spec, column, error, target);
    bool on_text = !column->when.value_count || !column->when.target ||
                   spec->kind->columns[column->when.index].type == TYPE_TEXT;
    if (!on_text) return usage(spec, column, error, target);
    if (feed->reading == READ_RATIO) feed->scale = 4;
    if (feed->reading == READ_MONEY)
        feed->scale = span_is(column->unit, "fen") ? 0 : span_is(column->unit, "wanyuan") ? 6 : 2;
    feed->strict = (target->tags & (TAG_KEY | TAG_EVENT | TAG_REQUIRED)) != 0 || is_key(spec, column);
    if (target->type == TYPE_TEXT) feed->max = column->max < 0 ? target->max : (size_t)column->max;
    if (column->open.size) {
        enum date_verdict verdict = date_read(column->open, arena, &feed->open);
        feed->open_is_date = verdict == DATE_OK || verdict == DATE_PLACEHOLDER;
    }
    return true;
}
