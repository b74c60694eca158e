/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/profile.h"
#include "core/decimal.h"
#include "transform/row/certno.h"
#include "transform/row/date.h"
#include "transform/row/name.h"
#include "transform/row/row.h"
#include "transform/row/text.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { AMOUNT_SCALE = 6, KEPT_DIGITS = 15 };

static bool profile_open(struct stage *stage, struct columns *columns, struct error *error) {
    (void)error;
    struct profile_state *state = stage->state;
    state->column_count = columns->count;
    state->columns = ARENA_NEW(stage->arena, struct profile_column, columns->count ? columns->count : 1);
    return true;
}

static void keep(struct profile_value *value, struct span text, uint64_t hash) {
    size_t size = text.size < PROFILE_BYTES ? text.size : PROFILE_BYTES;
    while (size < text.size && size > 0 && ((unsigned char)text.bytes[size] & 0xc0) == 0x80) size--;
    value->size = (uint8_t)size;
    value->hash = hash;
    memcpy(value->bytes, text.bytes, size);
}

static int compare(struct span a, struct span b) {
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size ? memcmp(a.bytes, b.bytes, size) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

/* The value's entry, made while there is room; NULL when it is one too many. */
static struct profile_value *find(struct profile_column *column, uint64_t hash, struct span text) {
    for (uint32_t at = (uint32_t)hash % PROFILE_SLOTS;; at = (at + 1) % PROFILE_SLOTS) {
        if (column->slots[at]) {
            struct profile_value *value = &column->values[column->slots[at] - 1];
            if (value->hash == hash) return value;
            continue;
        }
        if (column->value_count == PROFILE_VALUES) return NULL;
        struct profile_value *value = &column->values[column->value_count++];
        column->slots[at] = (uint8_t)column->value_count;
        keep(value, text, hash);
        return value;
    }
}

static void count_value(struct profile_column *column, struct span text) {
    uint64_t hash = XXH3_64bits(text.bytes, text.size);
    struct profile_value *value = find(column, hash, text);
    if (value) value->count++;
    else column->other++;
    uint32_t bit = (uint32_t)(hash >> 40) % PROFILE_BITS;
    column->bits[bit / 64] |= (uint64_t)1 << bit % 64;
    struct profile_value kept = {0};
    if (column->filled == 1 || compare(text, profile_text(&column->first)) < 0) {
        keep(&kept, text, hash);
        column->first = kept;
    }
    if (column->filled == 1 || compare(text, profile_text(&column->last)) > 0) {
        keep(&kept, text, hash);
        column->last = kept;
    }
    if (column->filled == 1 || text.size < column->shortest) column->shortest = (uint32_t)text.size;
    if (text.size > column->longest) column->longest = (uint32_t)text.size;
}

static void count_amount(struct profile_column *column, struct span text) {
    int64_t amount;
    if (decimal_read(text, AMOUNT_SCALE, &amount) != DECIMAL_OK) return;
    const char *point = memchr(text.bytes, '.', text.size);
    uint32_t decimals = point ? (uint32_t)(text.bytes + text.size - point) - 1 : 0;
    if (decimals > column->decimals) column->decimals = decimals;
    if (column->shapes[SHAPE_AMOUNT] == 0 || amount < column->least) column->least = amount;
    if (column->shapes[SHAPE_AMOUNT] == 0 || amount > column->most) column->most = amount;
    column->shapes[SHAPE_AMOUNT]++;
}

static bool is_citizen(struct span text, struct arena *arena) {
    struct span number = certno_normal(text, arena);
    if (number.size != 15 && number.size != 18) return false;
    struct certno certno = certno_check(number, (struct span){0}, NULL, arena);
    return certno.citizen && !(certno.faults & ~(unsigned)CERTNO_UPGRADED);
}

/* 11 digits from 1: a mobile; with an area code: 0871-1234567.  The sample's invented ones begin with 100. */
static bool is_phone(struct span text) {
    if (text.size == 11 && text.bytes[0] == '1') return text_is_digits(text);
    if (text.size < 11 || text.size > 13 || text.bytes[0] != '0') return false;
    uint32_t dashes = 0;
    for (size_t index = 0; index < text.size; index++) {
        if (text.bytes[index] == '-') dashes++;
        else if (text.bytes[index] < '0' || text.bytes[index] > '9') return false;
    }
    return dashes <= 1;
}

static bool is_code(struct span text) {
    if (text.size > 6) return false;
    for (size_t index = 0; index < text.size; index++) {
        char c = text.bytes[index];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) return false;
    }
    return true;
}

/* Two to four Hanzi, or more with the dot of a minority name. */
static bool is_name(struct span text, struct arena *arena) {
    if (text.size < 6 || text.size > 60 || text_is_ascii(text)) return false;
    struct span name = name_normal(text, arena);
    return !name_illegal(name, false) && (name.size <= 12 || memmem(name.bytes, name.size, "·", 2) != NULL);
}

static void count_shapes(struct profile_column *column, struct span text, struct arena *arena) {
    int32_t number;
    int64_t integer;
    /* A date column of integers is no date by its own right: the year must be one of ours. */
    if (date_read(text, arena, &number) == DATE_OK && number > date_days(1880, 1, 1) &&
        number < date_days(2100, 1, 1))
        column->shapes[SHAPE_DATE]++;
    if (text.size <= 12 && date_read_month(text, arena, &number) == DATE_OK && number > 188001 &&
        number < 210001 && (text.size == 6 || !text_is_digits(text)))
        column->shapes[SHAPE_MONTH]++;
    if (decimal_read(text, 0, &integer) == DECIMAL_OK) column->shapes[SHAPE_INTEGER]++;
    count_amount(column, text);
    column->shapes[SHAPE_CITIZEN] += text.size >= 15 && is_citizen(text, arena);
    column->shapes[SHAPE_NAME] += is_name(text, arena);
    column->shapes[SHAPE_PHONE] += is_phone(text);
    column->shapes[SHAPE_CODE] += is_code(text);
    column->shapes[SHAPE_DAMAGED] += text_damage(text, false) != 0;
}

/* A spreadsheet keeps 15 digits of a number; a longer one comes back as 6.90102E+17 or ending in zeros. */
static void count_lost(struct profile_column *column, struct span text) {
    size_t digits = 0, point = 0;
    while (digits < text.size && ((text.bytes[digits] >= '0' && text.bytes[digits] <= '9') ||
                                  (text.bytes[digits] == '.' && !point++)))
        digits++;
    bool power = digits >= 1 && digits + 3 <= text.size &&
                 (text.bytes[digits] == 'E' || text.bytes[digits] == 'e') && text.bytes[digits + 1] == '+' &&
                 text_is_digits((struct span){text.bytes + digits + 2, text.size - digits - 2});
    bool zeros = digits == text.size && !point && digits > KEPT_DIGITS && text.bytes[0] != '0';
    for (size_t i = KEPT_DIGITS; zeros && i < text.size; i++) zeros = text.bytes[i] == '0';
    column->exponents += power;
    column->zeros += zeros;
}

static void add_character(struct profile_column *column, uint32_t point, uint64_t count) {
    uint32_t at = 0;
    while (at < column->character_count && column->characters[at].point != point) at++;
    if (at == PROFILE_CHARACTERS) {
        column->character_other += count;
        return;
    }
    if (at == column->character_count) column->characters[column->character_count++].point = point;
    column->characters[at].count += count;
}

static void count_characters(struct profile_column *column, const uint64_t *common, struct span text) {
    for (size_t at = 0; at < text.size;) {
        uint32_t point = text_next(text, &at);
        if (point >= PROFILE_COMMON || !(common[point / 64] >> point % 64 & 1))
            add_character(column, point, 1);
    }
}

/* Up to PROFILE_VALUES the count is exact; beyond, every bit that is set was some value's. */
static void count_distinct(struct profile_column *column) {
    uint32_t bits = 0;
    for (size_t index = 0; index < PROFILE_BITS / 64; index++)
        bits += (uint32_t)__builtin_popcountll(column->bits[index]);
    column->distinct =
        column->other && bits > column->value_count ? bits : column->value_count + (column->other > 0);
}

static enum flow profile_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)error;
    struct profile_state *state = stage->state;
    for (uint32_t index = 0; index < state->column_count; index++) {
        struct profile_column *column = &state->columns[index];
        for (uint32_t row = 0; row < batch->row_count; row++) {
            if (batch->rows[row].shifted || batch->rows[row].fate == FATE_EXPLAINED) continue;
            column->rows++;
            struct span text = text_trim(batch->cells[index][row]);
            if (text.size == 0) continue;
            column->filled++;
            count_value(column, text);
            count_shapes(column, text, &batch->arena);
            count_lost(column, text);
            if (state->common && !text_is_ascii(text)) count_characters(column, state->common, text);
        }
    }
    return FLOW_MORE;
}

static bool profile_end(struct stage *stage, struct error *error) {
    (void)error;
    struct profile_state *state = stage->state;
    for (uint32_t index = 0; index < state->column_count; index++) count_distinct(&state->columns[index]);
    return true;
}

static void merge_values(struct profile_column *into, const struct profile_column *from) {
    for (uint32_t index = 0; index < from->value_count; index++) {
        const struct profile_value *value = &from->values[index];
        struct profile_value *own = find(into, value->hash, profile_text(value));
        if (own) own->count += value->count;
        else into->other += value->count;
    }
    into->other += from->other;
    for (size_t index = 0; index < PROFILE_BITS / 64; index++) into->bits[index] |= from->bits[index];
}

static void merge_column(struct profile_column *into, const struct profile_column *from) {
    merge_values(into, from);
    if (from->filled) {
        if (!into->filled || compare(profile_text(&from->first), profile_text(&into->first)) < 0)
            into->first = from->first;
        if (!into->filled || compare(profile_text(&from->last), profile_text(&into->last)) > 0)
            into->last = from->last;
        if (!into->filled || from->shortest < into->shortest) into->shortest = from->shortest;
        if (from->longest > into->longest) into->longest = from->longest;
    }
    if (from->shapes[SHAPE_AMOUNT]) {
        if (!into->shapes[SHAPE_AMOUNT] || from->least < into->least) into->least = from->least;
        if (!into->shapes[SHAPE_AMOUNT] || from->most > into->most) into->most = from->most;
        if (from->decimals > into->decimals) into->decimals = from->decimals;
    }
    for (uint32_t index = 0; index < from->character_count; index++)
        add_character(into, from->characters[index].point, from->characters[index].count);
    into->character_other += from->character_other;
    into->exponents += from->exponents;
    into->zeros += from->zeros;
    into->rows += from->rows;
    into->filled += from->filled;
    for (int shape = 0; shape < SHAPE_COUNT; shape++) into->shapes[shape] += from->shapes[shape];
    count_distinct(into);
}

void profile_merge(struct profile_state *into, const struct profile_state *from) {
    for (uint32_t index = 0; index < into->column_count && index < from->column_count; index++)
        merge_column(&into->columns[index], &from->columns[index]);
}

const struct stage_kind transform_profile = {.name = "profile",
                                             .state_size = sizeof(struct profile_state),
                                             .open = profile_open,
                                             .run = profile_run,
                                             .end = profile_end};
