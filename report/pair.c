/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/pair.h"
#include "core/language.h"
#include "report/cell.h"
#include "report/write.h"
#include <stdlib.h>

/* Pixels of the two drawings. */
enum { BAR_WIDTH = 300, BAR_HEIGHT = 18, BAR_ROOM = 8, LANE_HEIGHT = 20, LANE_GAP = 6, AXIS_HEIGHT = 22 };
enum { TIME_LEFT = 96, TIME_WIDTH = 880, TIME_RIGHT = 14, YEARS_MAX = 14, LANES_MAX = 12 };
enum { DAYS_YEAR_HUNDREDTHS = 36525, HUNDRED = 100, EPOCH_YEAR = 2000, CHARACTERS_MAX = 256 };

static void put(struct span text, FILE *stream) { write_html_text(text, stream); }

/* Where each character begins; the last entry is the end. */
static uint32_t cut(struct span text, const char *places[CHARACTERS_MAX + 1]) {
    uint32_t count = 0;
    while (text.size && count < CHARACTERS_MAX) {
        places[count++] = text.bytes;
        cell_character(&text);
    }
    places[count] = text.bytes;
    return count;
}

static bool same_character(const char *const *a, const char *const *b) {
    return a[1] - a[0] == b[1] - b[0] && memcmp(a[0], b[0], (size_t)(a[1] - a[0])) == 0;
}

/* Texts of one length differ place by place; others in what stands between a common head and tail. */
static void put_marked(struct span text, struct span other, FILE *stream) {
    const char *own[CHARACTERS_MAX + 1], *theirs[CHARACTERS_MAX + 1];
    uint32_t count = cut(text, own), others = cut(other, theirs), head = 0, tail = 0;
    uint32_t less = count < others ? count : others;
    while (head < less && same_character(&own[head], &theirs[head])) head++;
    while (tail < less - head && same_character(&own[count - 1 - tail], &theirs[others - 1 - tail])) tail++;
    for (uint32_t i = 0; i < count; i++) {
        bool differs = count == others ? !same_character(&own[i], &theirs[i]) : i >= head && i < count - tail;
        if (differs) fputs("<mark>", stream);
        put((struct span){own[i], (size_t)(own[i + 1] - own[i])}, stream);
        if (differs) fputs("</mark>", stream);
    }
}

static void put_value(const struct pair_term *term, bool left, FILE *stream) {
    struct span own = left ? term->a : term->b, other = left ? term->b : term->a;
    fputs(term->marked && !term->clear ? "<td class=\"differs\">" : "<td>", stream);
    if (!own.size) fputs("<span class=\"none\">—</span>", stream);
    else if (term->marked && term->clear && other.size) put_marked(own, other, stream);
    else put(own, stream);
    fputs("</td>", stream);
}

/* The sum so far and after each term: what a bar has to show. */
struct scale {
    int low, high; /* hundredths */
};

static int x_of(const struct scale *scale, int hundredths) {
    int width = scale->high - scale->low;
    return BAR_ROOM +
           (int)((int64_t)(hundredths - scale->low) * (BAR_WIDTH - 2 * BAR_ROOM) / (width ? width : 1));
}

static void put_line(int x, const char *colour, const char *dash, FILE *stream) {
    fprintf(stream, "<line x1=\"%d\" y1=\"0\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"%s/>", x, x, BAR_HEIGHT,
            colour, dash);
}

/* A bar from the sum before a term to the sum after it; the total's starts at nothing. */
static void put_bar(const struct scale *scale, int from, int until, int threshold, bool total, FILE *stream) {
    int left = x_of(scale, from < until ? from : until), right = x_of(scale, from < until ? until : from);
    fprintf(stream, "<svg width=\"%d\" height=\"%d\" aria-hidden=\"true\">", BAR_WIDTH, BAR_HEIGHT);
    put_line(x_of(scale, 0), "#9aa4ae", "", stream);
    put_line(x_of(scale, threshold), "#5b7a99", " stroke-dasharray=\"3 3\"", stream);
    fprintf(stream, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" fill=\"%s\"/></svg>", left,
            total ? 2 : 4, right > left ? right - left : 1, BAR_HEIGHT - (total ? 4 : 8),
            total          ? "#3b5876"
            : until < from ? "#c0564f"
                           : "#5f9b6d");
}

static void put_bits(int hundredths, FILE *stream) {
    fprintf(stream, "%c%d.%02d", hundredths < 0 ? '-' : '+', abs(hundredths) / HUNDRED,
            abs(hundredths) % HUNDRED);
}

static struct scale scale_of(const struct pair *pair, int threshold) {
    struct scale scale = {0, threshold};
    int sum = 0;
    for (uint32_t t = 0; t < pair->term_count; t++) {
        sum += pair->terms[t].hundredths;
        if (sum < scale.low) scale.low = sum;
        if (sum > scale.high) scale.high = sum;
    }
    return scale;
}

static void put_terms(const struct pair *pair, int threshold, FILE *stream) {
    struct scale scale = scale_of(pair, threshold);
    int sum = 0;
    fprintf(stream,
            "<table class=\"pair\"><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th><th "
            "class=\"n\">%s</th><th>%s</th></tr></thead><tbody>\n",
            TEXT("字段", "Field"), TEXT("甲", "A"), TEXT("乙", "B"), TEXT("一致程度", "Agreement"),
            TEXT("比特", "Bits"),
            TEXT("累计（实线 0，虚线为自动门槛）", "Sum so far (line: 0, dashes: automatic)"));
    for (uint32_t t = 0; t < pair->term_count; t++) {
        const struct pair_term *term = &pair->terms[t];
        fputs("<tr><th>", stream);
        put(term->name, stream);
        fputs("</th>", stream);
        if (term->compared) {
            put_value(term, true, stream), put_value(term, false, stream);
            fputs("<td>", stream);
        } else {
            fputs("<td colspan=\"3\" class=\"none\">", stream);
        }
        put(term->level, stream);
        fprintf(stream, "</td><td class=\"n%s\">", term->hundredths < 0 ? " neg" : "");
        put_bits(term->hundredths, stream);
        fputs("</td><td>", stream);
        put_bar(&scale, sum, sum + term->hundredths, threshold, false, stream);
        fputs("</td></tr>\n", stream);
        sum += term->hundredths;
    }
    fprintf(stream, "<tr class=\"total\"><th>%s</th><td colspan=\"3\">%s ", TEXT("合计", "Total"),
            TEXT("同一人的可能", "one person:"));
    put(pair->chance, stream);
    fputs("</td><td class=\"n\">", stream);
    put_bits(pair->hundredths, stream);
    fputs("</td><td>", stream);
    put_bar(&scale, 0, pair->hundredths, threshold, true, stream);
    fputs("</td></tr></tbody></table>\n", stream);
}

static int year_of(int32_t days) {
    int64_t hundredths = (int64_t)days * HUNDRED;
    int64_t years = hundredths / DAYS_YEAR_HUNDREDTHS - (hundredths % DAYS_YEAR_HUNDREDTHS < 0);
    return EPOCH_YEAR + (int)years;
}

static int32_t day_of(int year) {
    return (int32_t)((int64_t)(year - EPOCH_YEAR) * DAYS_YEAR_HUNDREDTHS / HUNDRED);
}

struct era {
    int32_t from, until;
};

static int time_x(const struct era *era, int32_t day) {
    if (day < era->from) day = era->from;
    if (day > era->until) day = era->until;
    return TIME_LEFT + (int)((int64_t)(day - era->from) * TIME_WIDTH / (era->until - era->from));
}

static bool find_era(const struct pair *pair, struct era *era) {
    int32_t first = INT32_MAX, last = pair->until;
    for (int s = 0; s < 2; s++)
        for (uint32_t c = 0; c < pair->sides[s].cover_count; c++) {
            const struct pair_cover *cover = &pair->sides[s].covers[c];
            if (cover->from < first) first = cover->from;
            if (cover->until != INT32_MAX && cover->until > last) last = cover->until;
        }
    if (first == INT32_MAX) return false;
    *era = (struct era){day_of(year_of(first)), day_of(year_of(last - 1) + 1)};
    return true;
}

static const char *colour_of(struct span code) {
    static const struct {
        const char *code, *colour;
    } all[] = {{"310", "#4a78a8"}, {"390", "#5f9b6d"}, {"391", "#7aa95f"}, {"380", "#b08a3e"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (span_equal(code, (struct span){all[i].code, 3})) return all[i].colour;
    return "#8b95a1";
}

static void put_axis(const struct era *era, int height, FILE *stream) {
    int first = year_of(era->from + 1), last = year_of(era->until + 1), step = (last - first) / YEARS_MAX + 1;
    for (int year = first; year <= last; year += step) {
        int x = time_x(era, day_of(year));
        fprintf(stream,
                "<line x1=\"%d\" y1=\"0\" x2=\"%d\" y2=\"%d\" stroke=\"#e3e7ec\"/><text x=\"%d\" y=\"%d\" "
                "font-size=\"11\" fill=\"#5b6570\" text-anchor=\"middle\">%d</text>",
                x, x, height - AXIS_HEIGHT + 4, x, height - 6, year);
    }
}

/* Days on which both were covered. */
static void put_overlaps(const struct pair *pair, const struct era *era, int height, FILE *stream) {
    for (uint32_t a = 0; a < pair->sides[0].cover_count; a++)
        for (uint32_t b = 0; b < pair->sides[1].cover_count; b++) {
            const struct pair_cover *left = &pair->sides[0].covers[a], *right = &pair->sides[1].covers[b];
            int32_t from = left->from > right->from ? left->from : right->from;
            int32_t until = left->until < right->until ? left->until : right->until;
            if (from >= until) continue;
            int x = time_x(era, from);
            fprintf(stream, "<rect x=\"%d\" y=\"0\" width=\"%d\" height=\"%d\" fill=\"#f7e3e1\"/>", x,
                    time_x(era, until) - x, height - AXIS_HEIGHT + 4);
        }
}

static void put_lane(const struct pair_cover *cover, const struct era *era, int y, FILE *stream) {
    bool open = cover->until == INT32_MAX;
    int x = time_x(era, cover->from), right = time_x(era, open ? era->until : cover->until);
    fprintf(stream, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\" fill=\"%s\"/>", x, y,
            right > x + 2 ? right - x : 2, LANE_HEIGHT, colour_of(cover->code));
    if (open)
        fprintf(stream, "<path d=\"M%d %dl8 %dl-8 %dz\" fill=\"%s\"/>", right, y, LANE_HEIGHT / 2,
                LANE_HEIGHT / 2, colour_of(cover->code));
    bool inside = right - x > 70;
    fprintf(stream, "<text x=\"%d\" y=\"%d\" font-size=\"12\" fill=\"%s\"%s>",
            inside || right + 80 < TIME_LEFT + TIME_WIDTH ? (inside ? x + 8 : right + 6) : x - 6, y + 14,
            inside ? "#fff" : "#1d2329",
            inside || right + 80 < TIME_LEFT + TIME_WIDTH ? "" : " text-anchor=\"end\"");
    put(cover->scheme, stream);
    if (cover->state.size) fputs(" · ", stream), put(cover->state, stream);
    fputs("</text>", stream);
}

static void put_timeline(const struct pair *pair, FILE *stream) {
    struct era era;
    uint32_t lanes[2];
    if (!find_era(pair, &era)) {
        fprintf(stream, "<p class=\"none\">%s</p>\n",
                TEXT("两条记录都没有参保关系", "neither record has a cover"));
        return;
    }
    for (int s = 0; s < 2; s++) {
        uint32_t count = pair->sides[s].cover_count;
        lanes[s] = count < 1 ? 1 : count > LANES_MAX ? LANES_MAX : count;
    }
    int height = (int)(lanes[0] + lanes[1]) * (LANE_HEIGHT + LANE_GAP) + 3 * LANE_GAP + AXIS_HEIGHT;
    fprintf(stream, "<div class=\"wide\"><svg class=\"time\" width=\"%d\" height=\"%d\">",
            TIME_LEFT + TIME_WIDTH + TIME_RIGHT, height);
    put_overlaps(pair, &era, height, stream);
    put_axis(&era, height, stream);
    int y = LANE_GAP;
    for (int s = 0; s < 2; s++) {
        const struct pair_side *side = &pair->sides[s];
        fprintf(stream, "<text x=\"0\" y=\"%d\" font-size=\"12\" fill=\"#1d2329\">%s ", y + 14,
                s ? TEXT("乙", "B") : TEXT("甲", "A"));
        put(side->county, stream);
        fputs("</text>", stream);
        for (uint32_t c = 0; c < side->cover_count && c < LANES_MAX; c++)
            put_lane(&side->covers[c], &era, y + (int)c * (LANE_HEIGHT + LANE_GAP), stream);
        y += (int)lanes[s] * (LANE_HEIGHT + LANE_GAP) + LANE_GAP;
    }
    fputs("</svg></div>\n", stream);
}

static void put_households(const struct pair *pair, FILE *stream) {
    fputs("<div class=\"sides\">", stream);
    for (int s = 0; s < 2; s++) {
        const struct pair_side *side = &pair->sides[s];
        fprintf(stream, "<div><b>%s</b> ",
                s ? TEXT("乙的同户人员", "B's household") : TEXT("甲的同户人员", "A's household"));
        for (uint32_t m = 0; m < side->member_count; m++) {
            if (m) fputs(TEXT("；", "; "), stream);
            put(side->members[m], stream);
        }
        if (!side->member_count) fprintf(stream, "<span class=\"none\">%s</span>", TEXT("没有", "none"));
        fputs("</div>", stream);
    }
    fputs("</div>\n", stream);
}

void write_html_pair(const struct pair *pair, int threshold, FILE *stream) {
    fputs("<section class=\"pair\"><h2>", stream);
    if (pair->place) fprintf(stream, TEXT("第 %u 对 · ", "Pair %u · "), pair->place);
    put(pair->sides[0].record, stream);
    fputs(" × ", stream);
    put(pair->sides[1].record, stream);
    fputs("<span class=\"tag\">", stream);
    put(pair->state, stream);
    fputs("</span></h2>\n<p>", stream);
    put(pair->why, stream);
    fputs("</p>\n<p>", stream);
    put(pair->number, stream);
    if (pair->rule.size)
        fputs(TEXT(" · 由规则「", " · found by "), stream), put(pair->rule, stream),
            fputs(TEXT("」找到", ""), stream);
    fputs("</p>\n", stream);
    put_terms(pair, threshold, stream);
    put_timeline(pair, stream);
    put_households(pair, stream);
    fputs("</section>\n", stream);
}
