/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/cells.h"
#include "core/decimal.h"
#include "transform/row/certno.h"
#include "transform/row/compose.h"
#include "transform/row/date.h"
#include "transform/row/name.h"
#include "transform/row/text.h"
#include <stdarg.h>
#include <stdio.h>

struct span detail_of(struct batch *batch, const char *format, ...) {
    char text[128];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (size < 0) size = 0;
    if ((size_t)size >= sizeof text) size = sizeof text - 1;
    return arena_copy(&batch->arena, (struct span){text, (size_t)size});
}

void vector_room(struct vector *vector, enum type type, uint32_t count, struct arena *arena) {
    if (count == 0) count = 1;
    vector->null = ARENA_ROOM(arena, bool, count);
    if (type == TYPE_TEXT) vector->text = ARENA_ROOM(arena, struct span, count);
    else if (type == TYPE_DATE) vector->date = ARENA_ROOM(arena, int32_t, count);
    else vector->integer = ARENA_ROOM(arena, int64_t, count);
}

void vector_shape(struct vector *vector, enum type type, uint32_t count, struct arena *arena) {
    if (count == 0) count = 1;
    vector->null = ARENA_NEW(arena, bool, count);
    memset(vector->null, true, count);
    if (type == TYPE_TEXT) vector->text = ARENA_NEW(arena, struct span, count);
    else if (type == TYPE_DATE) vector->date = ARENA_NEW(arena, int32_t, count);
    else vector->integer = ARENA_NEW(arena, int64_t, count);
}

struct span condition_text(const struct spec_condition *condition, const struct batch *batch, uint32_t row) {
    if (!condition->target) return text_trim(batch->cells[condition->index][row]);
    if (batch->values[condition->index].null[row]) return (struct span){0};
    return batch->values[condition->index].text[row];
}

bool condition_holds(const struct spec_condition *condition, const struct batch *batch, uint32_t row) {
    struct span value = condition_text(condition, batch, row);
    for (uint32_t index = 0; index < condition->value_count; index++)
        if (span_equal(condition->values[index], value)) return !condition->negative;
    return condition->negative;
}

static void complain(const struct feed *feed, struct batch *batch, uint32_t row, enum weight weight,
                     const char *code, uint16_t source, struct span cell, struct span detail) {
    const struct row *at = &batch->rows[row];
    if (at->fate == FATE_EXPLAINED) return;
    for (uint8_t index = 0; index < at->reason_count; index++)
        if (source && at->reasons[index].source == source && at->reasons[index].weight == WEIGHT_REJECT)
            return;
    struct reason reason = {.code = code,
                            .source = source,
                            .target = (uint16_t)(feed->column->target + 1),
                            .value = cell,
                            .detail = detail};
    if (weight == WEIGHT_REJECT) batch_reject(batch, row, reason);
    else if (weight == WEIGHT_DOUBT) batch_doubt(batch, row, reason);
    else batch_note(batch, row, reason);
}

void feed_complain(const struct feed *feed, struct batch *batch, uint32_t row, enum weight weight,
                   const char *code, struct span cell, struct span detail) {
    uint16_t source = feed->column->from_count ? (uint16_t)(feed->column->index[0] + 1) : 0;
    complain(feed, batch, row, weight, code, source, cell, detail);
}

/* The last eight characters of a cell of four to eight, with zeros before them: two overlapping loads, so
   nothing outside the cell is read and no branch depends on its length. */
static uint64_t last_eight(const char *bytes, size_t size) {
    uint32_t first, last;
    unsigned spare = (unsigned)(8 - size) * 8;
    memcpy(&first, bytes, sizeof first);
    memcpy(&last, bytes + size - sizeof last, sizeof last);
    uint64_t low = ((uint64_t)first << spare) & UINT32_MAX, zeros = (UINT64_C(1) << spare) - 1;
    return (uint64_t)last << 32 | low | (zeros & 0x3030303030303030u);
}

static bool are_digits(uint64_t word) {
    const uint64_t high = 0xf0f0f0f0f0f0f0f0u, digit = 0x3030303030303030u, six = 0x0606060606060606u;
    return (((word ^ digit) | ((word + six) ^ digit)) & high) == 0;
}

/* Eight digits, the first in the lowest byte, as a number: pairs, fours, eight. */
static int64_t eight_digits(uint64_t word) {
    word -= 0x3030303030303030u;
    word = (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ffu;
    word = (word * 100 + (word >> 16)) & 0x0000ffff0000ffffu;
    return (int64_t)((word * 10000 + (word >> 32)) & UINT32_MAX);
}

/* "16762.59", its zeros before it: the seven digits without the point. */
static bool read_short_yuan(uint64_t word, int64_t *fen) {
    bool point = (word >> 40 & 0xff) == '.';
    word = (word & 0x000000ffffffffffu) << 8 | (word & 0xffff000000000000u) | '0';
    if (!point || !are_digits(word)) return false;
    *fen = eight_digits(word);
    return true;
}

/* "0.00" to "999999999.99", nothing else: digits by eights, the same work for every length up to eight.
   A digit at a time, each end of a number was a branch that nobody can foresee. */
static bool read_yuan(struct span cell, int64_t *fen) {
    if (cell.size < 4 || cell.size > 12) return false;
    if (cell.size <= 8) return read_short_yuan(last_eight(cell.bytes, cell.size), fen);
    uint64_t word, high = last_eight(cell.bytes, 4);
    memcpy(&word, cell.bytes + cell.size - 8, sizeof word);
    if (cell.size < 12) high = high << (12 - cell.size) * 8 | (0x3030303030303030u >> (cell.size - 4) * 8);
    if (!are_digits(high) || !read_short_yuan(word, fen)) return false;
    *fen += eight_digits(high) * 10000000;
    return true;
}

/* "   1234.50": blanks, digits, a point and no more decimals than the unit has; the usual case. */
static bool read_plain_money(struct span cell, int scale, int64_t *fen) {
    static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    const char *at = cell.bytes, *end = at + cell.size;
    while (at < end && *at == ' ') at++;
    const char *start = at;
    int64_t value = 0;
    for (; at < end && at - start < 12 && (unsigned char)(*at - '0') < 10; at++)
        value = value * 10 + (*at - '0');
    if (at == start || at - start == 12) return false; /* so long a number is read with care */
    int left = scale;
    if (at < end && *at == '.') {
        const char *point = at++;
        for (; at < end && left > 0 && (unsigned char)(*at - '0') < 10; at++, left--)
            value = value * 10 + (*at - '0');
        if (at == point + 1) return false;
    }
    *fen = value * powers[left];
    return at == end;
}

static const char *money_code(enum decimal_verdict verdict) {
    switch (verdict) {
    case DECIMAL_TOO_MANY_DECIMALS: return "amount.too_many_decimals";
    case DECIMAL_RANGE: return "amount.out_of_range";
    case DECIMAL_OK:
    case DECIMAL_EMPTY:
    case DECIMAL_NOT_A_NUMBER: break;
    }
    return "amount.not_a_number";
}

static void money_wrong(const struct feed *feed, struct batch *batch, uint32_t row,
                        enum decimal_verdict verdict, int source, struct span cell) {
    if (batch->rows[row].fate == FATE_EXPLAINED) return;
    batch->unreadable[feed->target->measure]++;
    complain(feed, batch, row, WEIGHT_REJECT, money_code(verdict), (uint16_t)(source + 1), cell,
             (struct span){0});
}

/* What a person writes and decimal_read takes for no number: a dash alone is nothing (a workbook's style of
   accounts shows 0 so), and behind the number may stand the unit that the spec says, never another. */
static enum decimal_verdict read_written(struct span cell, int scale, int64_t *fen) {
    static const char *const dashes[] = {"-", "--", "—", "——", "－", "–"};
    struct span text = text_trim(cell), unit = scale == 0   ? SPAN("分")
                                               : scale == 2 ? SPAN("元")
                                                            : SPAN("万元");
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++)
        if (span_equal(text, (struct span){dashes[i], strlen(dashes[i])})) return DECIMAL_EMPTY;
    if (text.size <= unit.size || memcmp(text.bytes + text.size - unit.size, unit.bytes, unit.size) != 0)
        return DECIMAL_NOT_A_NUMBER;
    text.size -= unit.size;
    enum decimal_verdict verdict = decimal_read(text, scale, fen);
    return verdict == DECIMAL_EMPTY ? DECIMAL_NOT_A_NUMBER : verdict; /* a unit of nothing */
}

/* One cell of money with care. */
static enum decimal_verdict read_careful(struct span cell, int scale, int64_t *fen) {
    enum decimal_verdict verdict = decimal_read(cell, scale, fen);
    return verdict == DECIMAL_NOT_A_NUMBER ? read_written(cell, scale, fen) : verdict;
}

static void read_money(const struct feed *feed, struct batch *batch, const struct span *cells,
                       const bool *mask, struct vector *values) {
    int source = feed->column->from_count ? feed->column->index[0] : -1;
    bool yuan = feed->scale == 2;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        int64_t fen = 0;
        bool null = false;
        if (mask && !mask[row]) {
            null = true;
        } else if (!(yuan && read_yuan(cells[row], &fen)) &&
                   !read_plain_money(cells[row], feed->scale, &fen)) {
            enum decimal_verdict verdict = read_careful(cells[row], feed->scale, &fen);
            null = verdict != DECIMAL_OK;
            if (null) fen = 0;
            if (null && verdict != DECIMAL_EMPTY) money_wrong(feed, batch, row, verdict, source, cells[row]);
        }
        values->null[row] = null;
        values->integer[row] = fen;
    }
}

void feed_read_sum(const struct feed *feed, struct batch *batch, const bool *mask, struct vector *values) {
    bool money = feed->reading == READ_MONEY;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        int64_t total = 0;
        bool null = true;
        enum decimal_verdict wrong = DECIMAL_OK;
        struct span culprit = {0};
        int source = -1;
        for (uint32_t part = 0; part < feed->column->from_count && !(mask && !mask[row]); part++) {
            struct span cell = batch->cells[feed->column->index[part]][row];
            int64_t value = 0;
            enum decimal_verdict verdict =
                money ? read_careful(cell, feed->scale, &value) : decimal_read(cell, feed->scale, &value);
            if (verdict == DECIMAL_EMPTY) continue;
            null = false;
            if (verdict == DECIMAL_OK && __builtin_add_overflow(total, value, &total))
                verdict = DECIMAL_RANGE;
            if (verdict == DECIMAL_OK || wrong != DECIMAL_OK) continue;
            wrong = verdict;
            culprit = cell;
            source = feed->column->index[part];
        }
        if (wrong != DECIMAL_OK) {
            total = 0;
            null = true;
            if (money) money_wrong(feed, batch, row, wrong, source, culprit);
            else
                complain(feed, batch, row, WEIGHT_REJECT, "integer.not_an_integer", (uint16_t)(source + 1),
                         culprit, (struct span){0});
        }
        values->null[row] = null;
        values->integer[row] = total;
    }
}

static bool is_open(const struct feed *feed, struct span cell) {
    return feed->column->open.size && span_equal(text_trim(cell), feed->column->open);
}

/* What is no date: a missing event date makes the row useless, any other is only listed. */
static void date_wrong(const struct feed *feed, struct batch *batch, uint32_t row, enum date_verdict verdict,
                       struct span cell) {
    enum weight weight = feed->strict ? WEIGHT_REJECT : WEIGHT_DOUBT;
    if (verdict == DATE_EMPTY || is_open(feed, cell)) return;
    if (verdict == DATE_WRONG || feed->strict)
        feed_complain(feed, batch, row, weight, "date.not_a_date", cell, (struct span){0});
    else
        feed_complain(feed, batch, row, weight, "date.placeholder", cell,
                      detail_of(batch, "value=%s", verdict == DATE_ZERO ? "00000000" : "19000101"));
}

static void read_date(const struct feed *feed, struct batch *batch, const struct span *cells,
                      const bool *mask, struct vector *values) {
    bool serial = feed->reading == READ_SERIAL;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        int32_t days = 0;
        bool null = true;
        if (!mask || mask[row]) {
            enum date_verdict verdict = serial ? date_read_serial(cells[row], &batch->arena, &days)
                                               : date_read(cells[row], &batch->arena, &days);
            null = verdict != DATE_OK || (feed->open_is_date && days == feed->open);
            if (verdict != DATE_OK &&
                !(feed->open_is_date && verdict == DATE_PLACEHOLDER && days == feed->open))
                date_wrong(feed, batch, row, verdict, cells[row]);
        }
        values->null[row] = null;
        values->date[row] = null ? 0 : days;
    }
}

static void read_timestamp(const struct feed *feed, struct batch *batch, const struct span *cells,
                           const bool *mask, struct vector *values) {
    for (uint32_t row = 0; row < batch->row_count; row++) {
        int64_t moment = 0;
        bool null = true;
        if (!mask || mask[row]) {
            enum date_verdict verdict = date_read_timestamp(cells[row], &batch->arena, &moment);
            null = verdict != DATE_OK || is_open(feed, cells[row]);
            if (verdict != DATE_OK) date_wrong(feed, batch, row, verdict, cells[row]);
        }
        values->null[row] = null;
        values->integer[row] = null ? 0 : moment;
    }
}

static void read_number(const struct feed *feed, struct batch *batch, const struct span *cells,
                        const bool *mask, struct vector *values) {
    bool ratio = feed->reading == READ_RATIO;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        int64_t value = 0;
        bool null = true;
        if (!mask || mask[row]) {
            struct span cell = text_trim(cells[row]);
            bool percent = ratio && cell.size > 0 && cell.bytes[cell.size - 1] == '%';
            if (percent) cell.size--;
            enum decimal_verdict verdict = decimal_read(cell, percent ? 2 : feed->scale, &value);
            null = verdict != DECIMAL_OK;
            if (null && (verdict != DECIMAL_EMPTY || percent))
                feed_complain(feed, batch, row, WEIGHT_REJECT,
                              ratio ? "ratio.not_a_ratio" : "integer.not_an_integer", cells[row],
                              (struct span){0});
        }
        values->null[row] = null;
        if (feed->target->type == TYPE_TEXT) {
            char digits[24];
            size_t size = null ? 0 : decimal_write(value, 0, digits);
            values->text[row] =
                null ? (struct span){0} : arena_copy(&batch->arena, (struct span){digits, size});
        } else {
            values->integer[row] = null ? 0 : value;
        }
    }
}

static void tell_damage(const struct feed *feed, struct batch *batch, uint32_t row, struct span text) {
    uint32_t point = text_damage(text, feed->reading == READ_NAME);
    if (!point) return;
    struct span detail = detail_of(batch, "codepoint=U+%04X", point);
    feed_complain(feed, batch, row, WEIGHT_DOUBT,
                  text_is_private_use(point) ? "text.private_use" : "text.replacement_character", text,
                  detail);
}

/* Names, addresses and remarks in NFC; keys and codes stay the county's bytes.  What was sent stays in the
   note, in the reject and in the delivery. */
static struct span composed(const struct feed *feed, struct batch *batch, uint32_t row, struct span text) {
    struct span normal = text_composed(text, &batch->arena);
    if (normal.bytes != text.bytes)
        feed_complain(feed, batch, row, WEIGHT_NOTE, "text.normalized", text, (struct span){0});
    return normal;
}

static struct span text_value(const struct feed *feed, struct batch *batch, uint32_t row, struct span cell) {
    struct span text = text_trim(cell);
    if (text.size == 0) return (struct span){0};
    text = text_without_nul(text, &batch->arena);
    if (feed->reading == READ_NAME || !text_is_ascii(text)) tell_damage(feed, batch, row, text);
    if (!feed->strict && (feed->reading == READ_NAME || feed->reading == READ_TEXT))
        text = composed(feed, batch, row, text);
    if (feed->reading == READ_NAME) return name_normal(text, &batch->arena);
    if (feed->reading == READ_CODE) return text_trim(text_half_width(text, &batch->arena));
    if (feed->reading != READ_CERTNO) return text;
    struct span number = certno_normal(text, &batch->arena);
    if (certno_precision_lost(number))
        feed_complain(feed, batch, row, WEIGHT_DOUBT, "certno.precision_lost", cell, (struct span){0});
    return number;
}

/* More characters than the kind or the spec allows: shortened by nobody but the county. */
static void limit_length(const struct feed *feed, struct batch *batch, uint32_t row, struct span text) {
    if (text_length(text) > feed->max)
        feed_complain(feed, batch, row, WEIGHT_REJECT, "text.too_long", text,
                      detail_of(batch, "limit=%zu", feed->max));
}

static void read_text(const struct feed *feed, struct batch *batch, const struct span *cells,
                      const bool *mask, struct vector *values) {
    bool ascii = feed->reading == READ_TEXT || feed->reading == READ_CODE;
    bool hanzi = feed->reading != READ_CERTNO;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        struct span text = {0};
        if (!mask || mask[row]) {
            bool as_is = (ascii && text_is_plain(cells[row])) || (hanzi && text_is_hanzi(cells[row]));
            text = as_is ? cells[row] : text_value(feed, batch, row, cells[row]);
            if (feed->max && text.size > feed->max) limit_length(feed, batch, row, text);
        }
        values->null[row] = text.size == 0;
        values->text[row] = text;
    }
}

static struct span month_text(const struct feed *feed, struct batch *batch, uint32_t row, struct span cell) {
    int32_t month;
    enum date_verdict verdict = date_read_month(cell, &batch->arena, &month);
    if (verdict == DATE_OK && cell.size == 6 && text_is_digits(cell)) return cell; /* as it should be */
    if (verdict == DATE_OK) return detail_of(batch, "%06d", month);
    if (verdict != DATE_EMPTY && !is_open(feed, cell))
        feed_complain(feed, batch, row, WEIGHT_REJECT, "month.not_a_month", cell, (struct span){0});
    return (struct span){0};
}

/* 1 yes, 0 no, -1 neither. */
static int yes_or_no(struct span text) {
    static const char *const yes[] = {"1", "Y", "y", "T", "t", "true", "TRUE", "是", "有"};
    static const char *const no[] = {"0", "N", "n", "F", "f", "false", "FALSE", "否", "无"};
    for (size_t index = 0; index < sizeof yes / sizeof *yes; index++) {
        if (span_is(text, yes[index])) return 1;
        if (span_is(text, no[index])) return 0;
    }
    return -1;
}

/* 2020 or 05 of 202005. */
static struct span part_of(enum reading reading, struct span month) {
    enum { YEAR_DIGITS = 4 };
    if (!month.size || reading == READ_MONTH) return month;
    if (reading == READ_YEAR) return (struct span){month.bytes, YEAR_DIGITS};
    return (struct span){month.bytes + YEAR_DIGITS, month.size - YEAR_DIGITS};
}

static void read_month_or_bool(const struct feed *feed, struct batch *batch, const struct span *cells,
                               const bool *mask, struct vector *values) {
    for (uint32_t row = 0; row < batch->row_count; row++) {
        struct span text = {0};
        int answer = -1;
        if (mask && !mask[row]) {
        } else if (feed->reading != READ_BOOL) {
            text = part_of(feed->reading, month_text(feed, batch, row, cells[row]));
        } else {
            struct span cell = text_trim(text_half_width(cells[row], &batch->arena));
            answer = yes_or_no(cell);
            if (answer < 0 && cell.size)
                feed_complain(feed, batch, row, WEIGHT_REJECT, "bool.not_yes_or_no", cells[row],
                              (struct span){0});
            if (answer >= 0) text = answer ? SPAN("1") : SPAN("0");
        }
        values->null[row] = text.size == 0;
        if (feed->target->type == TYPE_TEXT) values->text[row] = text;
        else values->integer[row] = answer > 0;
    }
}

static void widen_dates(struct vector *values, const struct vector *dates, uint32_t count) {
    static const int64_t day_us = 86400000000;
    for (uint32_t row = 0; row < count; row++) {
        values->null[row] = dates->null[row];
        values->integer[row] = dates->date[row] * day_us;
    }
}

static void narrow_moments(struct vector *values, const struct vector *moments, uint32_t count) {
    static const int64_t day_us = 86400000000;
    for (uint32_t row = 0; row < count; row++) {
        int64_t moment = moments->integer[row];
        values->null[row] = moments->null[row];
        values->date[row] = (int32_t)((moment - (moment < 0 ? day_us - 1 : 0)) / day_us);
    }
}

void feed_read(const struct feed *feed, struct batch *batch, const struct span *cells, const bool *mask,
               struct vector *values) {
    struct vector other;
    enum type type = feed->target->type;
    switch (feed->reading) {
    case READ_TEXT:
    case READ_CODE:
    case READ_NAME:
    case READ_CERTNO: read_text(feed, batch, cells, mask, values); break;
    case READ_MONTH:
    case READ_YEAR:
    case READ_PERIOD:
    case READ_BOOL: read_month_or_bool(feed, batch, cells, mask, values); break;
    case READ_INTEGER:
    case READ_RATIO: read_number(feed, batch, cells, mask, values); break;
    case READ_MONEY: read_money(feed, batch, cells, mask, values); break;
    case READ_DATE:
    case READ_SERIAL:
        if (type == TYPE_DATE) {
            read_date(feed, batch, cells, mask, values);
            break;
        }
        vector_shape(&other, TYPE_DATE, batch->row_count, &batch->arena);
        read_date(feed, batch, cells, mask, &other);
        widen_dates(values, &other, batch->row_count);
        break;
    case READ_TIMESTAMP:
        if (type == TYPE_TIMESTAMP) {
            read_timestamp(feed, batch, cells, mask, values);
            break;
        }
        vector_shape(&other, TYPE_TIMESTAMP, batch->row_count, &batch->arena);
        read_timestamp(feed, batch, cells, mask, &other);
        narrow_moments(values, &other, batch->row_count);
        break;
    }
}
