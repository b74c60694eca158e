/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include "core/language.h"
#include "transform/row/date.h"

/* Fixed width: every line has the same number of bytes.  Fields are cut where all lines change the
   class of their bytes, around days (yyyyMMdd) and behind decimals that all lines have; what else stands side
   by side cannot be told apart, so a person must look. */
enum { WIDTH_MIN = 16, WIDTH_MAX = 2048, LINES_MIN = 3, FIELDS_MAX = 200, DAY_BYTES = 8 };

enum { SEEN_DIGIT = 1, SEEN_BLANK = 2, SEEN_LETTER = 4, SEEN_WIDE = 8, SEEN_SIGN = 16 };

static unsigned class_of(unsigned char c) {
    if (c >= '0' && c <= '9') return SEEN_DIGIT;
    if (c == ' ') return SEEN_BLANK;
    if (c == '+' || c == '-') return SEEN_SIGN;
    return c >= 0x80 ? SEEN_WIDE : SEEN_LETTER;
}

struct layout {
    size_t width, lines, odd; /* bytes of a line without its end; lines not of that width */
    bool crlf;
    uint64_t counts[WIDTH_MAX][5]; /* lines by class of the byte at a position */
    uint64_t points[WIDTH_MAX];    /* lines with a decimal point there */
    uint64_t dates[WIDTH_MAX];     /* lines with a day, yyyyMMdd, from there on */
};

static size_t line_width(struct span line) {
    return line.size && line.bytes[line.size - 1] == '\r' ? line.size - 1 : line.size;
}

static bool next_line(struct span *text, struct span *line) {
    const char *end = memchr(text->bytes, '\n', text->size);
    if (!end) return false;
    *line = (struct span){text->bytes, (size_t)(end - text->bytes)};
    text->size -= line->size + 1;
    text->bytes = end + 1;
    return true;
}

/* Eight digits that are a day of a century around ours. */
static bool day_at(const char *text) {
    int digits[DAY_BYTES];
    for (int i = 0; i < DAY_BYTES; i++) {
        digits[i] = text[i] - '0';
        if (digits[i] < 0 || digits[i] > 9) return false;
    }
    int year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
    return (year / 100 == 19 || year / 100 == 20) &&
           date_is_real(year, digits[4] * 10 + digits[5], digits[6] * 10 + digits[7]);
}

static void count_line(struct layout *layout, struct span line) {
    layout->lines++;
    for (size_t i = 0; i < layout->width; i++) {
        layout->points[i] += line.bytes[i] == '.';
        layout->dates[i] += i + DAY_BYTES <= layout->width && day_at(line.bytes + i);
    }
    for (size_t i = 0; i < layout->width; i++) {
        unsigned seen = class_of((unsigned char)line.bytes[i]);
        layout->counts[i][seen == SEEN_DIGIT    ? 0
                          : seen == SEEN_BLANK  ? 1
                          : seen == SEEN_LETTER ? 2
                          : seen == SEEN_WIDE   ? 3
                                                : 4]++;
    }
}

/* The class that nearly every line has here (with blanks beside it when they pad), or 0. */
static unsigned steady(const struct layout *layout, size_t at) {
    unsigned seen = 0;
    for (int i = 0; i < 5; i++)
        if (layout->counts[at][i] * 50 > layout->lines) seen |= 1U << i;
    return seen;
}

/* Whether any line has Hanzi here. */
static bool wide(const struct layout *layout, size_t at) { return layout->counts[at][3] > 0; }

static bool every(const struct layout *layout, uint64_t count) { return count * 50 >= layout->lines * 49; }

/* Where a day begins in every line; one that overlaps a day before it is none. */
static bool day_begins(const struct layout *layout, size_t at, size_t last_day) {
    return every(layout, layout->dates[at]) && (last_day == SIZE_MAX || at >= last_day + DAY_BYTES);
}

/* The second digit behind a point that every line has: amounts stand side by side with two decimals. */
static bool amount_ends(const struct layout *layout, size_t at) {
    return at >= 3 && every(layout, layout->points[at - 3]) && every(layout, layout->counts[at - 2][0]) &&
           every(layout, layout->counts[at - 1][0]);
}

/* Nothing but blanks in every line: what stands to the right in its field. */
static bool only_blanks(const struct layout *layout, size_t from, size_t until) {
    bool all = true;
    for (size_t i = from; all && i < until; i++) all = layout->counts[i][1] == layout->lines;
    return all;
}

/* A field ends before `at` when padding stops, when Hanzi stop for good (what pads them and what pads a
   number behind them cannot be told apart, and a number must not be cut), or when digits meet Hanzi or a
   sign. */
static bool cuts(const struct layout *layout, size_t at) {
    unsigned before = steady(layout, at - 1), now = steady(layout, at);
    if ((before & SEEN_BLANK) && !(now & SEEN_BLANK) && !(before & SEEN_DIGIT)) return true;
    if (wide(layout, at - 1) && !wide(layout, at) && (now & SEEN_BLANK)) return true;
    if ((before & SEEN_DIGIT) && (now & SEEN_WIDE)) return true;
    if ((before & SEEN_DIGIT) && now == SEEN_SIGN) return true;
    return before == SEEN_SIGN;
}

/* 合计 in UTF-8 or GB18030.  A spec that names a last row which the file lacks would refuse it as cut short.
 */
static bool ends_with_total(struct span last) {
    static const char gb[] = "\xBA\xCF\xBC\xC6", utf8[] = "合计";
    return memmem(last.bytes, last.size, gb, strlen(gb)) || memmem(last.bytes, last.size, utf8, strlen(utf8));
}

bool guess_fixed(struct guess_source *source, struct span text, struct arena *arena) {
    struct layout *layout = ARENA_NEW(arena, struct layout, 1);
    struct span rest = text, line, last = {0};
    if (!next_line(&rest, &line)) return false;
    layout->width = line_width(line);
    layout->crlf = layout->width != line.size;
    if (layout->width < WIDTH_MIN || layout->width > WIDTH_MAX) return false;
    for (rest = text; next_line(&rest, &line);) {
        last = line;
        if (!rest.size) break; /* the last line may be a total */
        if (line_width(line) == layout->width) count_line(layout, line);
        else layout->odd++;
    }
    if (layout->lines < LINES_MIN || layout->odd * 50 > layout->lines) return false;
    const char *fields = "";
    size_t from = 0, number = 0, day = day_begins(layout, 0, SIZE_MAX) ? 0 : SIZE_MAX;
    for (size_t at = 1; at <= layout->width && number < FIELDS_MAX; at++) {
        bool begins = at < layout->width && day_begins(layout, at, day);
        bool known = begins || (day != SIZE_MAX && at == day + DAY_BYTES) || amount_ends(layout, at);
        bool inside = day != SIZE_MAX && at > day && at < day + DAY_BYTES;
        if (begins) day = at;
        bool goes_on = inside || !cuts(layout, at) || only_blanks(layout, from, at);
        if (at < layout->width && !known && goes_on) continue;
        fields = arena_print(arena, "%s%s{name: F%zu, from: %zu, to: %zu}", fields, number ? ", " : "",
                             number + 1, from + 1, at);
        number++;
        from = at;
    }
    source->format = "fixed";
    source->read =
        arena_print(arena, "{format: fixed, encoding: %s, line_end: %s, fields: [%s]%s", source->encoding,
                    layout->crlf ? "crlf" : "lf", fields, ends_with_total(last) ? ", total: \"合计*\"" : "");
    guess_note(
        source,
        arena_print(
            arena,
            TEXT("定长 %zu 字节，按字节类别切成 %zu 个字段，请对照县里的格式说明核对起止",
                 "fixed width of %zu bytes, cut into %zu fields: check them against the county's layout"),
            layout->width, number));
    return true;
}
