/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/impact.h"
#include "core/language.h"
#include "load/lane.h"
#include <stdio.h>

enum { SEND_BYTES = 256 << 10, ROW_FIELDS = 30, ROW_FIXED = 512 };

/* Text of COPY: fields parted by tabs, special characters escaped, NULL as \N. */
static void put_text(struct encoder *encoder, struct span text, char end) {
    encode_reserve(encoder, text.size * 2 + 1);
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (strchr("\\\t\n\r", c) && c) encoder->bytes[encoder->size++] = '\\';
        encoder->bytes[encoder->size++] = c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c;
    }
    encoder->bytes[encoder->size++] = end;
}

static void put_word(struct encoder *encoder, const char *word, char end) {
    put_text(encoder, (struct span){word, strlen(word)}, end);
}

static void put_null(struct encoder *encoder, char end) {
    encode_reserve(encoder, 3);
    memcpy(encoder->bytes + encoder->size, "\\N", 2);
    encoder->bytes[encoder->size + 2] = end;
    encoder->size += 3;
}

static void put_number(struct encoder *encoder, bool known, int64_t value, char end) {
    char text[DIGITS_BYTES];
    if (known) put_word(encoder, lane_digits(value, text), end);
    else put_null(encoder, end);
}

static void put_day(struct encoder *encoder, const char *day, char end) {
    if (*day) put_word(encoder, day, end);
    else put_null(encoder, end);
}

static void put_rule(struct encoder *out, const char *sha256, uint32_t position,
                     const struct impact_rule *rule) {
    put_word(out, sha256, '\t');
    put_number(out, true, position, '\t');
    const struct span words[] = {rule->plan, rule->param, rule->insutype, rule->level, rule->person_class};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) put_text(out, words[i], '\t');
    put_number(out, rule->nth > 0, rule->nth, '\t');
    put_text(out, rule->basis, '\t');
    put_number(out, rule->band, rule->band_from, '\t');
    put_number(out, rule->band && !rule->open_band, rule->band_to, '\t');
    put_text(out, rule->mode, '\t');
    put_number(out, rule->has_value, rule->value, '\t');
    put_day(out, rule->since, '\t');
    put_day(out, rule->until, '\t');
    put_text(out, rule->evidence, '\t');
    put_text(out, rule->source, '\t');
    put_word(out, rule->path, '\t');
    put_number(out, true, rule->line, '\n');
}

static void put_assignment(struct encoder *out, const char *sha256, uint32_t position,
                           const struct impact_assignment *row) {
    put_word(out, sha256, '\t');
    put_number(out, true, position, '\t');
    const struct span words[] = {row->county, row->insutype, row->plan, row->city_plan};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) put_text(out, words[i], '\t');
    put_day(out, row->since, '\t');
    put_day(out, row->until, '\t');
    put_word(out, row->path, '\t');
    put_number(out, true, row->line, '\n');
}

static bool copy_text(struct session *session, const char *sql, const struct encoder *text,
                      struct error *error) {
    return session_copy_begin(session, sql, error) &&
           session_copy_send(session, text->bytes, text->size, error) &&
           session_copy_end(session, NULL, error);
}

bool impact_keep(struct registry *registry, const struct impact_rules *rules, struct error *error) {
    struct session *session = &registry->session;
    PGresult *have = session_ask(session, "SELECT 1 FROM fund.policy_rule WHERE sha256 = $1 LIMIT 1", 1,
                                 &rules->sha256, error);
    bool known = have && PQntuples(have) > 0, ok = have != NULL;
    PQclear(have);
    if (!ok || known) return ok;
    struct encoder text = {0}, map = {0};
    encode_reserve(&text, 1);
    encode_reserve(&map, 1);
    for (uint32_t i = 0; i < rules->rule_count; i++) put_rule(&text, rules->sha256, i + 1, &rules->rules[i]);
    for (uint32_t i = 0; i < rules->assignment_count; i++)
        put_assignment(&map, rules->sha256, i + 1, &rules->assignments[i]);
    ok = session_run(session, "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('tongchou:policy', 0))",
                     error) &&
         session_tell(session, "DELETE FROM fund.policy_rule WHERE sha256 = $1", 1, &rules->sha256, NULL,
                      error) &&
         session_tell(session, "DELETE FROM fund.policy_assignment WHERE sha256 = $1", 1, &rules->sha256,
                      NULL, error) &&
         copy_text(session, "COPY fund.policy_rule FROM STDIN", &text, error) &&
         copy_text(session, "COPY fund.policy_assignment FROM STDIN", &map, error) &&
         session_run(session, "COMMIT", error);
    if (!ok) session_run(session, "ROLLBACK", &(struct error){0});
    encode_free(&text);
    encode_free(&map);
    return ok;
}

/* All that a replay goes by; $1 the run, $2 the rules, $3 the cutover. */
#define REPLAY_STATE                                                                                         \
    "md5(concat_ws('|', intake.read_state('" IMPACT_READS "', '', true), $2::text, $3::text,"                \
    " (SELECT program_sha256 FROM intake.run WHERE run = $1::int)))"

/* Partitions are dropped under the same lock: what is found here stays. */
static const char lock_sql[] = "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('tongchou:replay', 0))";
static const char same_sql[] =
    "INSERT INTO fund.replay_run (run, sha256, rows, state, same_as) SELECT $1::int, $2::text, l.rows, "
    "l.state,"
    " l.root FROM (SELECT rows, state, coalesce(same_as, run) AS root FROM fund.replay_run WHERE rows IS NOT"
    " NULL ORDER BY run DESC LIMIT 1) l WHERE l.state = " REPLAY_STATE
    " AND to_regclass('fund.replay_' || l.root) IS NOT NULL RETURNING 1";
static const char made_sql[] =
    "INSERT INTO fund.replay_run (run, sha256, state) SELECT $1::int, $2::text, " REPLAY_STATE;

static bool find_same(struct session *session, const char *const arguments[3], bool *same,
                      struct error *error) {
    if (!session_run(session, lock_sql, error)) return false;
    PGresult *result = session_ask(session, same_sql, 3, arguments, error);
    *same = result && PQntuples(result) > 0;
    PQclear(result);
    return result && session_run(session, "COMMIT", error);
}

bool impact_begin(struct registry *registry, const struct impact_basis *basis, bool *same,
                  struct error *error) {
    char sql[512], run[24], cutover[24];
    int number = registry->run;
    snprintf(run, sizeof run, "%d", number);
    snprintf(cutover, sizeof cutover, "%d", basis->cutover);
    const char *arguments[] = {run, basis->sha256, cutover};
    snprintf(sql, sizeof sql,
             "DROP TABLE IF EXISTS fund.replay_%d; DELETE FROM fund.impact WHERE run = %d;"
             "DELETE FROM fund.replay_run WHERE run = %d",
             number, number, number);
    if (!session_run(&registry->session, sql, error)) return false;
    if (same) {
        bool found = find_same(&registry->session, arguments, same, error);
        if (!found) session_run(&registry->session, "ROLLBACK", &(struct error){0});
        if (!found || *same) return found;
    }
    snprintf(sql, sizeof sql, "CREATE TABLE fund.replay_%d PARTITION OF fund.replay FOR VALUES IN (%d)",
             number, number);
    return session_run(&registry->session, sql, error) &&
           session_tell(&registry->session, made_sql, 3, arguments, NULL, error);
}

bool impact_open(struct impact_writer *writer, const struct registry *registry, struct error *error) {
    char sql[96];
    *writer = (struct impact_writer){.run = registry->run};
    if (!session_open(&writer->session, registry->database, "tongchou replay", error)) return false;
    snprintf(sql, sizeof sql, "COPY fund.replay_%d FROM STDIN (FORMAT binary)", registry->run);
    if (!session_copy_begin(&writer->session, sql, error)) {
        session_close(&writer->session);
        return false;
    }
    writer->copying = true;
    encode_begin(&writer->rows);
    return true;
}

static void put_bool(struct encoder *rows, bool value) {
    encode_reserve(rows, 5);
    encode_int32(rows, 1);
    rows->bytes[rows->size++] = (char)value;
}

bool impact_put(struct impact_writer *writer, const struct impact_row *row, struct error *error) {
    struct encoder *rows = &writer->rows;
    encode_reserve(rows, ROW_FIXED);
    encode_int16(rows, ROW_FIELDS);
    encode_number32(rows, writer->run);
    encode_word(rows, row->county);
    encode_reserve(rows, 20);
    encode_int32(rows, 16);
    encode_int64(rows, (int64_t)row->key[0]);
    encode_int64(rows, (int64_t)row->key[1]);
    encode_number64(rows, row->person);
    encode_number32(rows, row->year);
    encode_word(rows, row->insutype);
    encode_word(rows, row->level);
    encode_word(rows, row->person_type);
    encode_word(rows, row->care);
    encode_text(rows, row->plan);
    encode_text(rows, row->city_plan);
    encode_word(rows, row->old_verdict);
    encode_word(rows, row->new_verdict);
    put_bool(rows, row->refund);
    for (int i = 0; i < IMPACT_FEN; i++) encode_number64(rows, row->fen[i]);
    writer->count++;
    if (rows->size < SEND_BYTES) return true;
    size_t size = rows->size;
    rows->size = 0;
    return session_copy_send(&writer->session, rows->bytes, size, error);
}

bool impact_finish(struct impact_writer *writer, struct error *error) {
    int64_t arrived = 0;
    encode_end(&writer->rows);
    writer->copying = false;
    return session_copy_send(&writer->session, writer->rows.bytes, writer->rows.size, error) &&
           session_copy_end(&writer->session, &arrived, error) &&
           (arrived == writer->count || error_code(error, TROUBLE_REFUSED, "conserve.rows",
                                                   TEXT("重算结果少了行", "rows of the replay were lost")));
}

void impact_close(struct impact_writer *writer) {
    if (writer->session.connection) session_close(&writer->session);
    encode_free(&writer->rows);
}

/* Who wins and who loses is counted for each person and year; a refund takes its claim away again.  The
   first statement makes one row for each person, year and group; the others add those up. */
static const char persons_sql[] =
    "CREATE TEMP TABLE replay_person ON COMMIT DROP AS SELECT county, insutype, hosp_lv_group, person_type, "
    "year,"
    " old_verdict IN ('done', 'not_covered') AND new_verdict IN ('done', 'not_covered') AS compared, person,"
    " sum(CASE WHEN refund THEN -1 ELSE 1 END) AS claims, sum(fee_fen) AS fee, sum(stored_fund_fen) AS sf,"
    " sum(old_fund_fen) AS of, sum(new_fund_fen) AS nf, sum(stored_person_fen) AS sp, sum(old_person_fen) AS "
    "op,"
    " sum(new_person_fen) AS np, count(*) FILTER (WHERE stored_base_fen <> old_base_fen OR"
    " stored_big_fen <> old_big_fen) AS differing FROM fund.replay WHERE run = %d GROUP BY 1, 2, 3, 4, 5, 6, "
    "7";
static const char scope_sql[] =
    "INSERT INTO fund.impact SELECT %d, '%s', county, insutype, level, person_type, year, compared, "
    "sum(claims),"
    " count(*), sum(fee), sum(sf), sum(of), sum(nf), sum(sp), sum(op), sum(np), sum(differing),"
    " count(*) FILTER (WHERE compared AND np < op), count(*) FILTER (WHERE compared AND np > op),"
    " coalesce(max(np - op) FILTER (WHERE compared AND np > op), 0)"
    " FROM (SELECT %s, year, compared, person, sum(claims) AS claims, sum(fee) AS fee, sum(sf) AS sf, "
    "sum(of) AS of,"
    " sum(nf) AS nf, sum(sp) AS sp, sum(op) AS op, sum(np) AS np, sum(differing) AS differing"
    " FROM pg_temp.replay_person GROUP BY 1, 2, 3, 4, year, compared, person) p GROUP BY 3, 4, 5, 6, 7, 8";

static bool sum_up(struct session *session, int run, struct error *error) {
    static const struct {
        const char *scope, *columns;
    } scopes[] = {
        {"group", "county, insutype, hosp_lv_group AS level, person_type"},
        {"county", "county, insutype, '' AS level, '' AS person_type"},
        {"city", "'' AS county, insutype, '' AS level, '' AS person_type"},
        {"city", "'' AS county, '' AS insutype, '' AS level, '' AS person_type"},
    };
    struct arena arena = {0};
    bool ok = session_run(session, lane_format(&arena, persons_sql, run), error);
    for (size_t i = 0; ok && i < sizeof scopes / sizeof *scopes; i++)
        ok = session_run(session, lane_format(&arena, scope_sql, run, scopes[i].scope, scopes[i].columns),
                         error);
    arena_free(&arena);
    return ok;
}

/* Identities A8 to A10 by the rule in force (A15): each county's payments against what its own rule gives. */
static const char said_sql[] =
    "SELECT fund.say('identity.a15', county, 'setl_d', 'A15', sum(stored_base_fen + stored_big_fen),"
    " sum(old_base_fen + old_big_fen), CASE WHEN count(*) FILTER (WHERE bad) = 0 THEN 'held' ELSE 'broken' "
    "END,"
    " 'rows=' || count(*) || ';bad=' || count(*) FILTER (WHERE bad), array_agg(key_hash) FILTER (WHERE bad),"
    " array_agg(stored_base_fen + stored_big_fen - old_base_fen - old_big_fen) FILTER (WHERE bad))"
    " FROM (SELECT *, stored_base_fen <> old_base_fen OR stored_big_fen <> old_big_fen AS bad FROM "
    "fund.replay"
    " WHERE run = %d AND old_verdict IN ('done', 'not_covered')) r GROUP BY county";

static bool say(struct session *session, int run, struct error *error) {
    struct arena arena = {0};
    char number[24];
    const char *argument = number;
    snprintf(number, sizeof number, "%d", run);
    bool ok =
        session_tell(session, "SELECT set_config('tongchou.run', $1, true)", 1, &argument, NULL, error) &&
        session_run(session, lane_format(&arena, said_sql, run), error);
    arena_free(&arena);
    return ok;
}

/* Partitions of runs before the last ones, and those that a dead run left. */
static bool drop_old(struct registry *registry, struct error *error) {
    char sql[512];
    snprintf(
        sql, sizeof sql,
        "SELECT c.relname FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid"
        " WHERE i.inhparent = 'fund.replay'::regclass AND substring(c.relname FROM 8)::int < %d AND"
        " substring(c.relname FROM 8)::int NOT IN (SELECT coalesce(same_as, run) FROM fund.replay_run WHERE"
        " rows IS NOT NULL ORDER BY run DESC LIMIT %d) AND NOT EXISTS (SELECT FROM intake.run r JOIN "
        "pg_stat_activity a ON "
        "a.pid ="
        " r.backend_pid WHERE r.run = substring(c.relname FROM 8)::int AND r.finished IS NULL)",
        registry->run, IMPACT_KEEP);
    if (!session_run(&registry->session, lock_sql, error)) return false;
    PGresult *old = session_ask(&registry->session, sql, 0, NULL, error);
    bool ok = old != NULL;
    for (int i = 0; ok && i < PQntuples(old); i++) {
        snprintf(sql, sizeof sql, "DROP TABLE fund.%s", PQgetvalue(old, i, 0));
        ok = session_run(&registry->session, sql, error);
    }
    PQclear(old);
    ok = ok && session_run(&registry->session, "COMMIT", error);
    if (!ok) session_run(&registry->session, "ROLLBACK", &(struct error){0});
    return ok;
}

bool impact_end(struct registry *registry, int64_t rows, struct error *error) {
    char run[24], count[24];
    snprintf(run, sizeof run, "%d", registry->run);
    snprintf(count, sizeof count, "%jd", (intmax_t)rows);
    const char *arguments[] = {run, count};
    struct session *session = &registry->session;
    PGresult *have = session_ask(session, "SELECT count(*) = $2::bigint FROM fund.replay WHERE run = $1::int",
                                 2, arguments, error);
    if (!have) return false;
    bool whole = PQgetvalue(have, 0, 0)[0] == 't';
    PQclear(have);
    if (!whole)
        return error_code(error, TROUBLE_REFUSED, "conserve.rows", "%s",
                          TEXT("重算结果的行数与读出的不同", "the replay has not as many rows as were read"));
    bool ok = session_run(session, "BEGIN", error) && sum_up(session, registry->run, error) &&
              say(session, registry->run, error) &&
              session_tell(session, "UPDATE fund.replay_run SET rows = $2::bigint WHERE run = $1::int", 2,
                           arguments, NULL, error) &&
              session_run(session, "COMMIT", error);
    if (!ok) session_run(session, "ROLLBACK", &(struct error){0});
    return ok && drop_old(registry, error);
}
