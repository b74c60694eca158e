/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "core/reason.h"
#include "load/lane.h"
#include <stdlib.h>

/* Too many rejects refuse a delivery: the sentence says which limit, what weighs most, what mends most. */

/* From here on a share of rejects means something. */
enum { SHARE_ROWS_MIN = 200, MILLION = 1000000 };

static struct session *session_of(struct intake *intake) { return &intake->registry->session; }

static bool over(int64_t count, int64_t of, int64_t rows, int64_t millionths, int64_t share_from) {
    if (rows >= 0 && count > rows) return true;
    return millionths >= 0 && of >= share_from && (fen_total)count * MILLION > (fen_total)of * millionths;
}

/* "1000 行" or "0.50%": the limit that was passed. */
static const char *limit_text(struct intake *intake, int64_t rejected) {
    const struct intake_limits *limits = &intake->limits;
    if (limits->reject_rows >= 0 && rejected > limits->reject_rows)
        return lane_format(intake->arena, TEXT("%jd 行", "%jd rows"), (intmax_t)limits->reject_rows);
    int64_t hundredths = limits->reject_millionths / 100;
    return lane_format(intake->arena, "%jd.%02jd%%", (intmax_t)(hundredths / 100),
                       (intmax_t)(hundredths % 100));
}

/* A code without a mapping is a reason of its own: whoever adds the mapping mends all its rows. */
#define UNMAPPED "code IN ('code.unmapped', 'code.draft_only')"
#define WITHOUT_DATE "regexp_replace(detail, ';date=[^;]*', '')"

/* "；其中 8770 行补 2 条映射即可：tongchou map suggest qinghe", or nothing. */
static const char *mapping_text(struct intake *intake, const struct intake_file *file, struct error *error) {
    const char *sql =
        lane_format(intake->arena,
                    "SELECT count(DISTINCT source_row), count(DISTINCT (value, " WITHOUT_DATE "))"
                    " FROM %s WHERE file = %d AND weight = 'reject' AND " UNMAPPED,
                    intake->reason, file->number);
    PGresult *result = session_ask(session_of(intake), sql, 0, NULL, error);
    if (!result) return NULL;
    const char *rows = PQgetvalue(result, 0, 0);
    const char *text = strcmp(rows, "0") == 0
                           ? ""
                           : lane_format(intake->arena,
                                         TEXT("；其中 %s 行补 %s 条映射即可：tongchou map suggest %s",
                                              "; %s of them need only %s mappings: tongchou map suggest %s"),
                                         rows, PQgetvalue(result, 0, 1), intake->delivery.folder);
    PQclear(result);
    return text;
}

/* "金额不是数字 12 行，日期... 3 行": what weighs most, so that the person who is refused knows where to
 * begin. */
static const char *reasons_text(struct intake *intake, const struct intake_file *file, struct error *error) {
    const char *sql = lane_format(
        intake->arena,
        "SELECT code, count(DISTINCT source_row), CASE WHEN min(detail) = max(detail) THEN min(detail) END,"
        " count(*) OVER () - 3"
        " FROM (SELECT source_row, code, CASE WHEN " UNMAPPED " THEN " WITHOUT_DATE
        " ELSE detail END AS detail"
        " FROM %s WHERE file = %d AND weight = 'reject') x"
        " GROUP BY code, CASE WHEN " UNMAPPED " THEN detail END ORDER BY 2 DESC, 1, 3 LIMIT 3",
        intake->reason, file->number);
    PGresult *result = session_ask(session_of(intake), sql, 0, NULL, error);
    const char *text = "";
    if (!result) return NULL;
    for (int i = 0; i < PQntuples(result); i++) {
        char sentence[128];
        const char *detail = PQgetvalue(result, i, 2);
        reason_sentence(PQgetvalue(result, i, 0), (struct span){detail, strlen(detail)}, sentence,
                        sizeof sentence);
        text = lane_format(intake->arena, TEXT("%s%s%s %s 行", "%s%s%s: %s rows"), text,
                           i ? TEXT("，", ", ") : "", sentence, PQgetvalue(result, i, 1));
    }
    int64_t more = PQntuples(result) ? strtoll(PQgetvalue(result, 0, 3), NULL, 10) : 0;
    if (more > 0)
        text = lane_format(intake->arena, TEXT("%s，另有 %jd 种原因", "%s, and %jd other reasons"), text,
                           (intmax_t)more);
    PQclear(result);
    return text;
}

/* A column as people call it: the source's name, else the kind's label. */
static const char *column_label(const struct kind *kind, const char *name) {
    for (uint32_t c = 0; c < kind->column_count; c++)
        if (strcmp(kind->columns[c].name, name) == 0) return kind->columns[c].label;
    return name;
}

/* The first row that is in the way, with its own reason and the column it stands in. */
static bool refuse_strict(struct intake *intake, const struct intake_file *file, int64_t rejected,
                          struct error *error) {
    const char *sql =
        lane_format(intake->arena,
                    "SELECT source_row, code, detail, coalesce(source_column, target_column, '') FROM %s "
                    "WHERE file = %d AND"
                    " weight = 'reject' ORDER BY code = 'voucher.whole', source_row, number LIMIT 1",
                    intake->reason, file->number);
    PGresult *result = session_ask(&intake->registry->session, sql, 0, NULL, error);
    if (!result) return false;
    char sentence[256] = "";
    const char *column = "";
    if (PQntuples(result)) {
        const char *detail = PQgetvalue(result, 0, 2);
        error->at.row = strtoull(PQgetvalue(result, 0, 0), NULL, 10);
        column = column_label(file->source.kind, lane_format(intake->arena, "%s", PQgetvalue(result, 0, 3)));
        reason_sentence(PQgetvalue(result, 0, 1), (struct span){detail, strlen(detail)}, sentence,
                        sizeof sentence);
    }
    PQclear(result);
    const char *member = file->source.member ? file->source.member : "";
    error->at.source =
        lane_format(intake->arena, "%s%s%s", intake->delivery.path, *member ? "!" : "", member);
    return error_code(error, TROUBLE_REFUSED, "limit.rejects",
                      TEXT("%s%s%s退回 %jd 行，基金账一行也不许退回；第 %ju 行「%s」：%s",
                           "%s%s%s: %jd rows rejected, a ledger allows none; row %ju, \"%s\": %s"),
                      member, *member ? " " : "", file->source.kind->label, (intmax_t)rejected,
                      (uintmax_t)error->at.row, column, sentence);
}

static bool refuse_rejects(struct intake *intake, const struct intake_file *file, int64_t rejected,
                           int64_t data, struct error *error) {
    const char *reasons = reasons_text(intake, file, error),
               *member = file->source.member ? file->source.member : "";
    const char *mapping = reasons ? mapping_text(intake, file, error) : NULL;
    int64_t hundredths = (int64_t)((fen_total)rejected * 10000 / (data ? data : 1));
    return mapping &&
           error_code(error, TROUBLE_REFUSED, "limit.rejects",
                      TEXT("%s%s%s退回 %jd 行(%jd.%02jd%%)，超过上限 %s；主要原因：%s%s",
                           "%s%s%s: %jd rows rejected (%jd.%02jd%%), the limit is %s; mostly: %s%s"),
                      member, *member ? " " : "", file->source.kind->label, (intmax_t)rejected,
                      (intmax_t)(hundredths / 100), (intmax_t)(hundredths % 100),
                      limit_text(intake, rejected), reasons, mapping);
}

bool limits_check(struct intake *intake, struct error *error) {
    for (uint32_t i = 0; i < intake->file_count; i++) {
        struct intake_file *file = intake->files[i];
        /* A few rejects of a delivery that was within its limits, judged again. */
        if (file->source.parent_file) continue;
        int64_t rejected = file->buckets[BUCKET_REJECTED].rows;
        int64_t data = (int64_t)(tally_rows(&file->tally) - file->tally.rows[FATE_EXPLAINED]);
        if (file->source.strict && rejected) return refuse_strict(intake, file, rejected, error);
        if (over(rejected, data, intake->limits.reject_rows, intake->limits.reject_millionths,
                 SHARE_ROWS_MIN))
            return refuse_rejects(intake, file, rejected, data, error);
    }
    return true;
}
