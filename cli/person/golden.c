/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Which value of a person counts, by rules that a steward may edit. */
#include "cli/person/golden.h"
#include "cli/city.h"
#include "core/language.h"
#include "transform/row/csv.h"

enum { RULES_BYTES = 1 << 20 };
enum { FIELD, PLACE, CRITERION, ARGUMENT, NOTE, COLUMNS };
static const char *const names[COLUMNS] = {"field", "place", "criterion", "argument", "note"};

static bool wrong(const char *path, uint64_t line, uint32_t column, const char *sentence,
                  struct error *error) {
    error->at = (struct place){.source = path, .row = line, .column = column + 1};
    return error_code(error, TROUBLE_USAGE, NULL, "%s", sentence);
}

static bool one_of(const char *const *words, struct span text) {
    for (; *words; words++)
        if (span_equal(text, (struct span){*words, strlen(*words)})) return true;
    return false;
}

/* What is wrong with a line, and in which column; NULL: nothing. */
static const char *fault_of(const struct span *cells, uint32_t count, uint32_t *column) {
    static const char *const fields[] = {
        "psn_name",  "certno",      "psn_cert_type", "gend",       "brdy",        "naty",
        "mob",       "tel",         "live_addr",     "hsreg_addr", "resdbook_no", "hshd_no",
        "hshd_rlts", "sp_psn_type", "mrg_stas",      "surv_stas",  "die_date",    NULL};
    static const char *const criteria[] = {"valid",  "county",   "scheme",  "majority",
                                           "recent", "complete", "longest", NULL};
    *column = count;
    if (count != COLUMNS) return TEXT("这一行的列数不对", "the line has another number of columns");
    *column = FIELD;
    if (!one_of(fields, cells[FIELD])) return TEXT("没有这一项可取", "no such field of a person");
    *column = PLACE;
    if (cells[PLACE].size != 1 || cells[PLACE].bytes[0] < '1' || cells[PLACE].bytes[0] > '9')
        return TEXT("次序是 1 到 9", "the place is 1 to 9");
    *column = CRITERION;
    if (!one_of(criteria, cells[CRITERION]))
        return TEXT("准则只能是 valid county scheme majority recent complete longest",
                    "the criterion is one of valid county scheme majority recent complete longest");
    *column = ARGUMENT;
    static const char *const needy[] = {"county", "scheme", NULL};
    if (one_of(needy, cells[CRITERION]) && !cells[ARGUMENT].size)
        return TEXT("county 和 scheme 要写区划或险种，用 | 隔开",
                    "county and scheme need codes, with | between");
    return NULL;
}

static bool put_rule(struct session *session, const struct span *cells, struct arena *arena, int64_t *rows,
                     struct error *error) {
    const char *arguments[COLUMNS];
    for (int c = 0; c < COLUMNS; c++)
        arguments[c] = arena_print(arena, "%.*s", (int)cells[c].size, cells[c].bytes);
    return session_tell(
        session,
        "INSERT INTO identity.golden_rule (field, place, criterion, argument, note) VALUES ($1,"
        " $2::int, $3, CASE $4 WHEN '' THEN '{}' ELSE string_to_array($4, '|') END, $5)"
        " ON CONFLICT DO NOTHING",
        COLUMNS, arguments, rows, error);
}

static bool put_all(struct session *session, struct span text, const char *path, struct arena *arena,
                    struct error *error) {
    struct csv csv = {.text = text};
    struct span cells[CSV_CELLS];
    uint32_t count = csv_next(&csv, cells, arena), column;
    for (uint32_t c = 0; c < COLUMNS; c++)
        if (c >= count || !span_equal(cells[c], (struct span){names[c], strlen(names[c])}))
            return wrong(path, csv.line, c,
                         TEXT("表头是 field,place,criterion,argument,note",
                              "the header is field,place,criterion,argument,note"),
                         error);
    while ((count = csv_next(&csv, cells, arena))) {
        const char *fault = fault_of(cells, count, &column);
        if (fault) return wrong(path, csv.line, column, fault, error);
        int64_t rows = 0;
        if (!put_rule(session, cells, arena, &rows, error)) return false;
        if (!rows)
            return wrong(path, csv.line, PLACE,
                         TEXT("这一项已有同一次序的规则", "the field has a rule of that place already"),
                         error);
    }
    return !csv.broken ||
           wrong(path, csv.line, FIELD, TEXT("引号没有闭合", "a quote is never closed"), error);
}

bool golden_rules(const struct invocation *invocation, struct session *session, struct error *error) {
    const char *path;
    struct error ignored = {0};
    struct span text;
    if (!city_or_shipped(invocation->city, "mappings/person/golden.csv", RULES_BYTES, invocation->arena,
                         &path, &text, error))
        return false;
    if (!session_run(session, "BEGIN", error)) return false;
    if (session_run(session, "DELETE FROM identity.golden_rule", error) &&
        put_all(session, text, path, invocation->arena, error))
        return session_run(session, "COMMIT", error);
    if (!session_lost(session)) session_run(session, "ROLLBACK", &ignored);
    return false;
}
