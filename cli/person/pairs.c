/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/person/pairs.h"
#include "cli/person/words.h"
#include "cli/trace.h"
#include "core/language.h"
#include <stdlib.h>

/* Columns of the query before the sides', and of each side before its values. */
enum {
    COLUMN_A,
    COLUMN_B,
    COLUMN_BITS,
    COLUMN_PATTERN,
    COLUMN_RULE,
    COLUMN_BAND,
    COLUMN_TERMS,
    COLUMN_VERSION,
    SIDE
};
enum { SIDE_COUNTY, SIDE_NUMBER, SIDE_PERSON, SIDE_VALUES };
enum {
    INPUTS_MAX = LINK_FIELDS * LINK_INPUTS,
    TERMS_MAX = LINK_FIELDS + 4,
    PLACES_TOLD = 4,
    HUNDRED = 100,
    CERTAIN_BITS = 20
};

/* The columns that fields are made of, once each. */
struct inputs {
    uint32_t count;
    const struct kind_column *columns[INPUTS_MAX];
    uint32_t fields[INPUTS_MAX];
};

static void find_inputs(const struct link_rules *rules, struct inputs *inputs) {
    const struct kind *kind = model_find(SPAN("psn_info_b"));
    *inputs = (struct inputs){0};
    for (uint32_t f = 0; f < rules->field_count; f++)
        for (uint32_t i = 0; i < rules->fields[f].input_count; i++) {
            const char *name = rules->fields[f].inputs[i];
            int column = model_column(kind, trace_span(name));
            if (column < 0 || strcmp(name, "psn_cert_type") == 0) continue;
            inputs->fields[inputs->count] = f;
            inputs->columns[inputs->count++] = &kind->columns[column];
        }
}

static const char *query(const struct inputs *inputs, const char *source, struct arena *arena) {
    const char *sides = "";
    for (int s = 0; s < 2; s++) {
        const char *of = s ? "b" : "a";
        sides = arena_print(arena, "%s, %s.county, %s.src_psn_no, %s.psn_no", sides, of, of, of);
        for (uint32_t i = 0; i < inputs->count; i++)
            sides = arena_print(arena, "%s, %s.%s::text", sides, of, inputs->columns[i]->field);
    }
    return arena_print(
        arena,
        "SELECT l.a, l.b, l.hundredths, l.pattern, l.rule, l.band, array_to_string(l.terms, ','),"
        " identity.version(l.a, l.b, a.row_hash, b.row_hash)%s FROM (%s) l"
        " JOIN identity.record a ON a.record_no = l.a"
        " JOIN identity.record b ON b.record_no = l.b ORDER BY l.place",
        sides, source);
}

/* A value as it may be shown; sexes by their word. */
static struct span shown(const struct pairs *pairs, const struct kind_column *column, struct span value) {
    if (strcmp(column->name, "gend") == 0 && value.size == 1 &&
        (value.bytes[0] == '1' || value.bytes[0] == '2'))
        return trace_span(value.bytes[0] == '1' ? TEXT("男", "male") : TEXT("女", "female"));
    return mask_column(&pairs->desk->options.mask, column, value, pairs->desk->arena);
}

/* What a record holds in all columns of a field; "***" is said once. */
static struct span value_of(const struct pairs *pairs, const struct inputs *inputs, const PGresult *rows,
                            int row, int first, uint32_t field) {
    struct arena *arena = pairs->desk->arena;
    struct span all = {"", 0}, last = {"", 0};
    for (uint32_t i = 0; i < inputs->count; i++) {
        struct span value = desk_cell(rows, row, first + (int)i, arena);
        if (inputs->fields[i] != field || !value.size) continue;
        value = shown(pairs, inputs->columns[i], value);
        if (span_equal(value, last)) continue;
        if (strcmp(inputs->columns[i]->name, "hshd_no") == 0)
            value = result_format(arena, TEXT("户号 %.*s", "household %.*s"), (int)value.size, value.bytes);
        all = all.size
                  ? result_format(arena, "%.*s %.*s", (int)all.size, all.bytes, (int)value.size, value.bytes)
                  : value;
        last = value;
    }
    return all;
}

/* "第 17、18 位不同": said instead of shown, so that nobody needs the numbers. */
static struct span places_of(struct span a, struct span b, struct arena *arena) {
    const char *list = "";
    uint32_t count = 0;
    if (!a.size || a.size != b.size) return (struct span){"", 0};
    for (size_t i = 0; i < a.size; i++) {
        if (a.bytes[i] == b.bytes[i]) continue;
        if (++count > PLACES_TOLD) return (struct span){"", 0};
        list = arena_print(arena, "%s%s%zu", list, count > 1 ? TEXT("、", ", ") : "", i + 1);
    }
    return count ? result_format(arena, TEXT("，第 %s 位", ", place %s"), list) : (struct span){"", 0};
}

static void fill_field(const struct pairs *pairs, const struct inputs *inputs, const PGresult *rows, int row,
                       uint32_t field, unsigned level, struct pair_term *term) {
    const struct link_field *of = &pairs->rules->fields[field];
    struct arena *arena = pairs->desk->arena;
    int second = SIDE + SIDE_VALUES + (int)inputs->count;
    term->name = trace_span(words_field(of->name));
    term->a = value_of(pairs, inputs, rows, row, SIDE + SIDE_VALUES, field);
    term->b = value_of(pairs, inputs, rows, row, second + SIDE_VALUES, field);
    term->compared = true;
    term->marked = level > 1;
    term->clear = pairs->desk->options.mask.unmask;
    term->level = trace_span(words_level(of, level));
    if (level && (!term->a.size || !term->b.size))
        term->level = result_format(arena, TEXT("%s（从证件号码推得）", "%s (as the ID number says)"),
                                    words_level(of, level));
    for (uint32_t i = 0; i < inputs->count && level > 1; i++) {
        if (inputs->fields[i] != field || inputs->columns[i]->pii != PII_ID || of->kind != &link_certno)
            continue;
        struct span places = places_of(desk_cell(rows, row, SIDE + SIDE_VALUES + (int)i, arena),
                                       desk_cell(rows, row, second + SIDE_VALUES + (int)i, arena), arena);
        term->level = result_format(arena, "%s%.*s", words_level(of, level), (int)places.size, places.bytes);
    }
}

/* The guard that a pair of this look meets: one that asks for review first. */
static const struct link_guard *guard_of(const struct link_rules *rules, uint32_t pattern) {
    const struct link_guard *found = NULL;
    for (uint32_t g = 0; g < rules->guard_count; g++) {
        const struct link_guard *guard = &rules->guards[g];
        bool meets = true;
        for (uint32_t j = 0; j < guard->field_count; j++)
            meets = meets && (guard->when[j].levels >> link_level_of(pattern, guard->when[j].field) & 1);
        if (meets && (!found || (guard->review && !found->review))) found = guard;
    }
    return found;
}

static void fill_terms(const struct pairs *pairs, const struct inputs *inputs, const PGresult *rows, int row,
                       uint32_t pattern, struct pair *pair) {
    struct arena *arena = pairs->desk->arena;
    const struct link_rules *rules = pairs->rules;
    struct pair_term *terms = ARENA_NEW(arena, struct pair_term, TERMS_MAX);
    const char *others[] = {TEXT("姓名是否常见", "how common the name is"),
                            TEXT("也可能是亲属", "they may be relatives"),
                            TEXT("规则限制", "limit by a rule")};
    const struct link_guard *guard = guard_of(rules, pattern);
    const char *text = PQgetvalue(rows, row, COLUMN_TERMS);
    for (uint32_t t = 0; t < rules->field_count + 4 && *text; t++) {
        char *end;
        int bits = (int)strtol(text, &end, 10);
        text = *end ? end + 1 : end;
        if (t > rules->field_count && !bits) continue;
        struct pair_term *term = &terms[pair->term_count++];
        *term = (struct pair_term){.hundredths = bits, .level = {"", 0}};
        if (!t) term->name = trace_span(TEXT("任意两条记录", "any two records"));
        else if (t <= rules->field_count)
            fill_field(pairs, inputs, rows, row, t - 1, link_level_of(pattern, t - 1), term);
        else term->name = trace_span(others[t - rules->field_count - 1]);
        if (t == rules->field_count + 3 && guard) term->level = trace_span(words_guard(guard->name));
    }
    pair->terms = terms;
}

/* Why the machine did not decide. */
static struct span why_of(const struct pairs *pairs, const char *band, uint32_t pattern, int bits) {
    struct arena *arena = pairs->desk->arena;
    const struct link_guard *guard = guard_of(pairs->rules, pattern);
    if (strcmp(band, "conflict") == 0)
        return trace_span(TEXT("分数够了，但归为一人会与这两个人的其他记录矛盾",
                               "bits enough, but as one person their records would contradict each other"));
    if (strcmp(band, "follows") == 0)
        return trace_span(TEXT("这两个人之间另有更可靠的一对待审，那一对的结论也管这一对",
                               "a surer pair of the same two persons waits; its answer counts for this one"));
    if (strcmp(band, "review") != 0) return trace_span("");
    if (guard && (guard->review || bits < pairs->threshold))
        return result_format(arena,
                             TEXT("%s：这样的一对要由人判断", "%s: such a pair is for a person to judge"),
                             words_guard(guard->name));
    return result_format(
        arena, TEXT("%d.%02d 比特，不到自动门槛 %d.%02d", "%d.%02d bits, below the %d.%02d of a merge"),
        bits / HUNDRED, abs(bits % HUNDRED), pairs->threshold / HUNDRED, pairs->threshold % HUNDRED);
}

/* Never rounded up to certainty. */
struct span pairs_chance(int hundredths, struct arena *arena) {
    return hundredths >= CERTAIN_BITS * HUNDRED
               ? result_format(arena, "%s", TEXT("超过 99.9999%", "over 99.9999%"))
               : result_format(arena, "%.4f%%", HUNDRED * link_probability((double)hundredths / HUNDRED));
}

static void fill_side(const struct pairs *pairs, const PGresult *rows, int row, int first,
                      struct pair_side *side) {
    struct arena *arena = pairs->desk->arena;
    const char *code = PQgetvalue(rows, row, first + SIDE_COUNTY);
    const struct county *county = city_county(&pairs->desk->city, code);
    struct span key = result_format(arena, "%s/%s", code, PQgetvalue(rows, row, first + SIDE_NUMBER));
    side->record = mask_key(&pairs->desk->options.mask, "*", key, arena);
    side->county = county ? trace_span(county->name) : arena_copy(arena, trace_span(code));
    side->person = desk_cell(rows, row, first + SIDE_PERSON, arena);
}

static void fill_pair(const struct pairs *pairs, const struct inputs *inputs, const PGresult *rows, int row,
                      struct pair *pair) {
    struct arena *arena = pairs->desk->arena;
    const char *band = PQgetvalue(rows, row, COLUMN_BAND);
    int bits = atoi(PQgetvalue(rows, row, COLUMN_BITS)), rule = atoi(PQgetvalue(rows, row, COLUMN_RULE));
    uint32_t pattern = (uint32_t)strtoul(PQgetvalue(rows, row, COLUMN_PATTERN), NULL, 10);
    *pair = (struct pair){.place = (uint32_t)row + 1,
                          .hundredths = bits,
                          .state = trace_span(words_band(band)),
                          .until = pairs->desk->city.cutover};
    pair->number = result_format(arena, "P%s-%s-%s", PQgetvalue(rows, row, COLUMN_A),
                                 PQgetvalue(rows, row, COLUMN_B), PQgetvalue(rows, row, COLUMN_VERSION));
    pair->why = why_of(pairs, band, pattern, bits);
    pair->rule = trace_span(rule >= 0 && rule < (int)pairs->rules->block_count
                                ? words_rule(pairs->rules->blocks[rule].name)
                                : "");
    pair->chance = pairs_chance(bits, arena);
    fill_side(pairs, rows, row, SIDE, &pair->sides[0]);
    fill_side(pairs, rows, row, SIDE + SIDE_VALUES + (int)inputs->count, &pair->sides[1]);
    fill_terms(pairs, inputs, rows, row, pattern, pair);
}

static const char sql_covers[] =
    "SELECT r.place - 1, i.insutype, coalesce(i.psn_insu_stas, ''),"
    " i.crt_insu_date - date '2000-01-01', i.paus_insu_date - date '2000-01-01',"
    " to_char(i.crt_insu_date, 'YYYY-MM') || '～' || coalesce(to_char(i.paus_insu_date - 1, 'YYYY-MM'), '')"
    " FROM unnest($1::bigint[]) WITH ORDINALITY r (record_no, place)"
    " JOIN identity.xref x USING (record_no)"
    " JOIN record.psn_insu_d i ON i.county = x.county AND i.src_psn_no = x.src_psn_no"
    " ORDER BY r.place, i.crt_insu_date, i.insutype";
static const char sql_members[] =
    "SELECT * FROM (SELECT r.place - 1, coalesce(m.hshd_rlts, ''), coalesce(m.psn_name, ''),"
    " coalesce(m.gend, ''), coalesce(m.brdy::text, ''),"
    " row_number() OVER (PARTITION BY r.place ORDER BY m.brdy, m.src_psn_no) AS member"
    " FROM unnest($1::bigint[]) WITH ORDINALITY r (record_no, place) JOIN identity.record s USING (record_no)"
    " JOIN record.psn_info_b m ON m.county = s.county AND m.src_psn_no <> s.src_psn_no"
    " AND coalesce(nullif(m.hshd_no, ''), nullif(m.resdbook_no, ''))"
    "   = coalesce(nullif(s.hshd_no, ''), nullif(s.resdbook_no, ''))) x WHERE member <= 8 ORDER BY 1, member";

/* The rows of a place, which stand together. */
static int run_of(const PGresult *rows, int row) {
    int end = row + 1;
    while (end < PQntuples(rows) && strcmp(PQgetvalue(rows, end, 0), PQgetvalue(rows, row, 0)) == 0) end++;
    return end;
}

static struct pair_side *side_at(const struct pairs *pairs, const PGresult *rows, int row) {
    uint32_t place = (uint32_t)strtoul(PQgetvalue(rows, row, 0), NULL, 10);
    return &pairs->pairs[place / 2].sides[place % 2];
}

static bool read_covers(struct pairs *pairs, const char *records, struct error *error) {
    struct arena *arena = pairs->desk->arena;
    PGresult *rows = session_ask(pairs->desk->session, sql_covers, 1, &records, error);
    if (!rows) return false;
    for (int row = 0, end; row < PQntuples(rows); row = end) {
        struct pair_side *side = side_at(pairs, rows, row);
        end = run_of(rows, row);
        struct pair_cover *covers = ARENA_NEW(arena, struct pair_cover, (size_t)(end - row));
        for (int r = row; r < end; r++)
            covers[side->cover_count++] = (struct pair_cover){
                .from = atoi(PQgetvalue(rows, r, 3)),
                .until = PQgetisnull(rows, r, 4) ? INT32_MAX : atoi(PQgetvalue(rows, r, 4)),
                .code = desk_cell(rows, r, 1, arena),
                .scheme = result_format(arena, "%s", words_scheme(PQgetvalue(rows, r, 1))),
                .state = result_format(arena, "%s", words_enrollment(PQgetvalue(rows, r, 2))),
                .months = desk_cell(rows, r, 5, arena)};
        side->covers = covers;
    }
    PQclear(rows);
    return true;
}

static bool read_members(struct pairs *pairs, const char *records, struct error *error) {
    struct arena *arena = pairs->desk->arena;
    PGresult *rows = session_ask(pairs->desk->session, sql_members, 1, &records, error);
    if (!rows) return false;
    for (int row = 0, end; row < PQntuples(rows); row = end) {
        struct pair_side *side = side_at(pairs, rows, row);
        end = run_of(rows, row);
        struct span *members = ARENA_NEW(arena, struct span, (size_t)(end - row));
        for (int r = row; r < end; r++) {
            struct span name =
                mask_value(&pairs->desk->options.mask, PII_NAME, desk_cell(rows, r, 2, arena), arena);
            members[side->member_count++] = result_format(
                arena, "%s%s%.*s %s %s", PQgetvalue(rows, r, 1), *PQgetvalue(rows, r, 1) ? " " : "",
                (int)name.size, name.bytes, words_sex(PQgetvalue(rows, r, 3)), PQgetvalue(rows, r, 4));
        }
        side->members = members;
    }
    PQclear(rows);
    return true;
}

static bool read_threshold(struct pairs *pairs, struct error *error) {
    PGresult *rows = session_ask(pairs->desk->session,
                                 "SELECT (automatic_bits * 100)::int FROM identity.link_run ORDER BY link_run"
                                 " DESC LIMIT 1",
                                 0, NULL, error);
    if (!rows) return false;
    pairs->threshold = PQntuples(rows) ? atoi(PQgetvalue(rows, 0, 0)) : 0;
    PQclear(rows);
    return true;
}

bool pairs_read(struct pairs *pairs, const char *source, int count, const char *const *arguments,
                struct error *error) {
    struct inputs inputs;
    struct arena *arena = pairs->desk->arena;
    find_inputs(pairs->rules, &inputs);
    if (!read_threshold(pairs, error)) return false;
    PGresult *rows =
        session_ask(pairs->desk->session, query(&inputs, source, arena), count, arguments, error);
    if (!rows) return false;
    pairs->count = (uint32_t)PQntuples(rows);
    pairs->pairs = ARENA_NEW(arena, struct pair, pairs->count + 1);
    const char *records = "{";
    for (uint32_t i = 0; i < pairs->count; i++) {
        fill_pair(pairs, &inputs, rows, (int)i, &pairs->pairs[i]);
        records = arena_print(arena, "%s%s%s,%s", records, i ? "," : "", PQgetvalue(rows, (int)i, COLUMN_A),
                              PQgetvalue(rows, (int)i, COLUMN_B));
    }
    PQclear(rows);
    records = arena_print(arena, "%s}", records);
    return read_covers(pairs, records, error) && read_members(pairs, records, error);
}

const char *pairs_covers(const struct pair_side *side, const char *before, struct arena *arena) {
    const char *text = "";
    for (uint32_t c = 0; c < side->cover_count; c++)
        text = arena_print(arena, "%s%s%s%.*s %.*s", text, c ? "\n" : "", before,
                           (int)side->covers[c].scheme.size, side->covers[c].scheme.bytes,
                           (int)side->covers[c].months.size, side->covers[c].months.bytes);
    return text;
}
