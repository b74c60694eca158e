/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/truth.h"
#include <assert.h>
#include <stdarg.h>
#include <string.h>

struct truth_file *truth_begin(struct truth *truth, const char *county, const char *delivery,
                               const char *member, const char *kind, const char *const *measures) {
    assert(truth->file_count < TRUTH_FILES);
    struct truth_file *file = &truth->files[truth->file_count++];
    *file = (struct truth_file){
        .county = county, .delivery = delivery, .member = member, .kind = kind, .measures = measures};
    while (measures[file->measure_count]) file->measure_count++;
    assert(file->measure_count <= TRUTH_MEASURES);
    return file;
}

static void count_code(struct truth_file *file, const char *code, bool doubt) {
    for (unsigned i = 0; i < TRUTH_CODES; i++) {
        struct truth_count *entry = &file->codes[i];
        if (!entry->code) *entry = (struct truth_count){code, 0, doubt};
        if (strcmp(entry->code, code) != 0 || entry->doubt != doubt) continue;
        entry->count++;
        return;
    }
    assert(!"more codes than TRUTH_CODES");
}

static void put_fault(struct truth *truth, const struct truth_file *file, uint64_t row, const char *column,
                      const char *code, const char *fate, const char *fen) {
    if (!truth->faults || file->again) return;
    truth->fault_count++;
    fprintf(truth->faults, "F%04llu,%s%s%s,%llu,%s,%s,%s,%s\n", (unsigned long long)truth->fault_count,
            file->delivery, *file->member ? "!" : "", file->member, (unsigned long long)row, column, code,
            fate, fen);
}

void truth_row(struct truth *truth, struct truth_file *file, enum truth_outcome outcome, uint64_t row,
               const char *column, const char *code, const int64_t *fen, unsigned unreadable) {
    static const char *const fates[] = {"new", "duplicate", "rejected", "explained"};
    char amount[24] = "";
    file->rows[outcome]++;
    for (unsigned i = 0; i < file->measure_count; i++) {
        if (unreadable >> i & 1) file->unreadable[i]++;
        else if (fen) file->fen[outcome][i] += fen[i];
    }
    if (fen && file->measure_count > 0 && !(unreadable & 1))
        snprintf(amount, sizeof amount, "%lld", (long long)fen[0]);
    count_code(file, code, false);
    put_fault(truth, file, row, column, code, fates[outcome], amount);
}

void truth_doubt(struct truth *truth, struct truth_file *file, uint64_t row, const char *column,
                 const char *code, int64_t fen) {
    char amount[24] = "";
    bool note = strcmp(code, "certno.upgraded_15") == 0;
    if (file->measure_count > 0) snprintf(amount, sizeof amount, "%lld", (long long)fen);
    count_code(file, code, true);
    put_fault(truth, file, row, column, code, note ? "note" : "doubt", amount);
}

void truth_overlap(struct truth *truth, const char *format, ...) {
    assert(truth->overlap_count < TRUTH_LINKS);
    va_list list;
    va_start(list, format);
    vsnprintf(truth->overlaps[truth->overlap_count++].text, sizeof truth->overlaps->text, format, list);
    va_end(list);
}

void truth_link(struct truth *truth, const char *format, ...) {
    assert(truth->link_count < TRUTH_LINKS);
    va_list list;
    va_start(list, format);
    vsnprintf(truth->links[truth->link_count++].text, sizeof truth->links->text, format, list);
    va_end(list);
}

uint64_t truth_read(const struct truth_file *file) {
    uint64_t rows = 0;
    for (int i = 0; i < TRUTH_OUTCOMES; i++) rows += file->rows[i];
    return rows;
}

truth_fen truth_read_fen(const struct truth_file *file, unsigned measure) {
    truth_fen fen = 0;
    for (int i = 0; i < TRUTH_OUTCOMES; i++) fen += file->fen[i][measure];
    return fen;
}

static void put_fen(FILE *out, truth_fen fen) {
    char text[48];
    size_t at = sizeof text;
    bool negative = fen < 0;
    text[--at] = '\0';
    do {
        int digit = (int)(fen % 10);
        text[--at] = (char)('0' + (digit < 0 ? -digit : digit));
    } while ((fen /= 10) != 0);
    if (negative) text[--at] = '-';
    fputs(text + at, out);
}

static void put_codes(const struct truth_file *file, bool doubt, FILE *out) {
    const char *separator = "";
    for (unsigned i = 0; i < TRUTH_CODES && file->codes[i].code; i++) {
        if (file->codes[i].doubt != doubt) continue;
        fprintf(out, "%s\"%s\": %llu", separator, file->codes[i].code,
                (unsigned long long)file->codes[i].count);
        separator = ", ";
    }
}

static void put_counts(const uint64_t *rows, uint64_t read, FILE *out) {
    fprintf(out,
            "\"read\": %llu, \"new\": %llu, \"changed\": 0, \"unchanged\": 0, \"withdrawn\": 0, "
            "\"superseded\": 0, \"duplicate\": %llu, \"rejected\": %llu, \"explained\": %llu",
            (unsigned long long)read, (unsigned long long)rows[TRUTH_NEW],
            (unsigned long long)rows[TRUTH_DUPLICATE], (unsigned long long)rows[TRUTH_REJECTED],
            (unsigned long long)rows[TRUTH_EXPLAINED]);
}

static void put_file(const struct truth_file *file, FILE *out) {
    static const char *const names[] = {"new", "duplicate", "rejected", "explained"};
    fprintf(out,
            "    {\"county\": \"%s\", \"delivery\": \"%s\", \"member\": \"%s\", \"kind\": \"%s\",\n     ",
            file->county, file->delivery, file->member, file->kind);
    put_counts(file->rows, truth_read(file), out);
    fputs(",\n     \"unreadable\": {", out);
    const char *separator = "";
    for (unsigned i = 0; i < file->measure_count; i++) {
        if (file->unreadable[i] == 0) continue;
        fprintf(out, "%s\"%s_fen\": %llu", separator, file->measures[i],
                (unsigned long long)file->unreadable[i]);
        separator = ", ";
    }
    fputs("},\n     \"measures\": {", out);
    for (unsigned i = 0; i < file->measure_count; i++) {
        fprintf(out, "%s\"%s_fen\": {\"read\": ", i ? ",\n       " : "\n       ", file->measures[i]);
        put_fen(out, truth_read_fen(file, i));
        for (int outcome = 0; outcome < TRUTH_OUTCOMES; outcome++) {
            fprintf(out, ", \"%s\": ", names[outcome]);
            put_fen(out, file->fen[outcome][i]);
        }
        fputc('}', out);
    }
    fputs("},\n     \"reasons\": {", out);
    put_codes(file, false, out);
    fputs("},\n     \"doubts\": {", out);
    put_codes(file, true, out);
    fprintf(out, "},\n     \"declared\": {\"rows\": %llu, \"fen\": ",
            (unsigned long long)(truth_read(file) - file->rows[TRUTH_EXPLAINED]));
    if (file->measure_count == 0) fputs("null", out);
    else put_fen(out, truth_read_fen(file, 0) - file->fen[TRUTH_EXPLAINED][0] + file->declared_more);
    fputs("}}", out);
}

static void put_links(const char *name, const struct truth_link *links, uint64_t count, FILE *out) {
    fprintf(out, ",\n  \"%s\": [", name);
    for (uint64_t i = 0; i < count; i++) fprintf(out, "%s\n    %s", i ? "," : "", links[i].text);
    fputs("\n  ]", out);
}

void truth_found(struct truth *truth, struct truth_finding finding) {
    assert(truth->finding_count < TRUTH_FINDINGS);
    truth->findings[truth->finding_count++] = finding;
}

static void put_findings(const struct truth *truth, FILE *out) {
    fputs(",\n  \"findings\": [", out);
    for (unsigned i = 0; i < truth->finding_count; i++) {
        const struct truth_finding *finding = &truth->findings[i];
        bool known = strcmp(finding->state, "blocked") != 0;
        fprintf(out,
                "%s\n    {\"county\": \"%s\", \"code\": \"%s\", \"subject\": \"%s\", \"state\": \"%s\", "
                "\"left\": ",
                i ? "," : "", finding->county, finding->code, finding->subject, finding->state);
        put_fen(out, finding->left);
        fputs(", \"right\": ", out);
        if (known) put_fen(out, finding->right);
        else fputs("null", out);
        fputc('}', out);
    }
    fputs("\n  ]", out);
}

struct truth_impact *truth_impact(struct truth *truth, const char *county, const char *insutype,
                                  const char *level, const char *person_type, unsigned year) {
    for (unsigned i = 0; i < truth->impact_count; i++) {
        struct truth_impact *group = &truth->impacts[i];
        if (strcmp(group->county, county) == 0 && strcmp(group->insutype, insutype) == 0 &&
            strcmp(group->level, level) == 0 && strcmp(group->person_type, person_type) == 0 &&
            group->year == year)
            return group;
    }
    assert(truth->impact_count < TRUTH_IMPACTS);
    struct truth_impact *group = &truth->impacts[truth->impact_count++];
    *group = (struct truth_impact){county, insutype, level, person_type, year, 0, 0, 0, 0, 0, 0, 0, 0};
    return group;
}

static void put_impacts(const struct truth *truth, FILE *out) {
    fputs(",\n  \"impact\": [", out);
    for (unsigned i = 0; i < truth->impact_count; i++) {
        const struct truth_impact *group = &truth->impacts[i];
        fprintf(
            out,
            "%s\n    {\"county\": \"%s\", \"insutype\": \"%s\", \"level\": \"%s\", \"person_type\": \"%s\", "
            "\"year\": %u,\n     \"figures\": {\"claims\": %lld, \"fee_fen\": %lld, \"old_fund_fen\": %lld, "
            "\"new_fund_fen\": %lld, \"winners\": %lld, \"losers\": %lld, \"largest_loss_fen\": %lld, "
            "\"differing\": %lld}}",
            i ? "," : "", group->county, group->insutype, group->level, group->person_type, group->year,
            (long long)group->claims, (long long)group->fee, (long long)group->old_fund,
            (long long)group->new_fund, (long long)group->winners, (long long)group->losers,
            (long long)group->largest_loss, (long long)group->differing);
    }
    fputs("\n  ]", out);
}

/* Settlements and contributions that break an identity, however many rows there are: all of them planted. */
static void put_identities(FILE *out) {
    static const struct {
        const char *county, *code;
        unsigned rows;
    } broken[] = {{"690102", "identity.a15", 2}, {"690181", "identity.a2", 1},  {"690181", "identity.a6", 1},
                  {"690181", "identity.a12", 1}, {"690181", "identity.a15", 1}, {"690123", "identity.a15", 1},
                  {"690123", "identity.b4", 1}};
    fputs(",\n  \"identities\": [", out);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        fprintf(out, "%s\n    {\"county\": \"%s\", \"code\": \"%s\", \"rows\": %u}", i ? "," : "",
                broken[i].county, broken[i].code, broken[i].rows);
    fputs("\n  ]", out);
}

void truth_roster(struct truth *truth, const char *type, const char *state, int64_t settled) {
    unsigned at = 0;
    while (at < truth->roster_count &&
           (strcmp(truth->rosters[at].type, type) != 0 || strcmp(truth->rosters[at].state, state) != 0))
        at++;
    assert(at < TRUTH_ROSTERS);
    struct truth_roster *roster = &truth->rosters[at];
    if (at == truth->roster_count) *roster = (struct truth_roster){type, state, 0, 0}, truth->roster_count++;
    roster->lines++;
    roster->settled += settled;
}

static void put_rosters(const struct truth *truth, FILE *out) {
    fputs(",\n  \"roster_lines\": [", out);
    for (unsigned i = 0; i < truth->roster_count; i++)
        fprintf(out, "%s\n    {\"type\": \"%s\", \"state\": \"%s\", \"lines\": %llu, \"settled_fen\": %lld}",
                i ? "," : "", truth->rosters[i].type, truth->rosters[i].state,
                (unsigned long long)truth->rosters[i].lines, (long long)truth->rosters[i].settled);
    fputs("\n  ]", out);
}

void truth_write(const struct truth *truth, uint64_t seed, uint64_t size, FILE *out) {
    enum { CITY, LEDGERS, ROSTERS, GROUPS };
    uint64_t rows[GROUPS][TRUTH_OUTCOMES] = {{0}}, read[GROUPS] = {0};
    fprintf(out, "{\n  \"seed\": %llu,\n  \"size\": %llu,\n  \"files\": [\n", (unsigned long long)seed,
            (unsigned long long)size);
    for (unsigned i = 0; i < truth->file_count; i++) {
        const struct truth_file *file = &truth->files[i];
        put_file(file, out);
        fputs(i + 1 < truth->file_count ? ",\n" : "\n", out);
        if (file->again) continue;
        int group = file->ledger ? LEDGERS : file->roster ? ROSTERS : CITY;
        for (int outcome = 0; outcome < TRUTH_OUTCOMES; outcome++)
            rows[group][outcome] += file->rows[outcome];
        read[group] += truth_read(file);
    }
    fputs("  ],\n  \"city\": {", out);
    put_counts(rows[CITY], read[CITY], out);
    fputs("},\n  \"ledgers\": {", out);
    put_counts(rows[LEDGERS], read[LEDGERS], out);
    fputs("},\n  \"rosters\": {", out);
    put_counts(rows[ROSTERS], read[ROSTERS], out);
    fprintf(out, "},\n  \"persons\": %llu", (unsigned long long)truth->person_count);
    put_links("overlaps", truth->overlaps, truth->overlap_count, out);
    put_links("identity", truth->links, truth->link_count, out);
    put_rosters(truth, out);
    put_findings(truth, out);
    put_impacts(truth, out);
    put_identities(out);
    fputs("\n}\n", out);
}
