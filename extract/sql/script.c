/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/sql/script.h"
#include "core/language.h"

enum verdict { DONE, MORE, BROKEN, FAILED };

static uint64_t line_of(struct script *script, const char *at);

void script_chunk(struct script *script, struct span chunk, bool final) {
    script->cursor.at = chunk.bytes;
    script->cursor.end = chunk.bytes + chunk.size;
    script->cursor.final = final;
    script->counted = chunk.bytes;
}

void script_leave(struct script *script) {
    line_of(script, script->cursor.at);
    script->counted = script->cursor.at;
}

static uint64_t line_of(struct script *script, const char *at) {
    const char *from = script->counted;
    for (const char *found; from < at && (found = memchr(from, '\n', (size_t)(at - from))); from = found + 1)
        script->line++;
    if (at > script->counted) script->counted = at;
    return script->line;
}

static bool fail(struct script *script, const char *code, const char *message, struct error *error) {
    error->at.row = line_of(script, script->cursor.at);
    return error_code(error, TROUBLE_FAILED, code, "%s", message);
}

static bool fail_cut(struct script *script, struct error *error) {
    return fail(script, "file.truncated",
                TEXT("脚本在语句或引号中间结束", "the script ends inside a statement or a quote"), error);
}

static struct span upper(struct span text, struct arena *arena) {
    struct span copy = arena_copy(arena, text);
    char *bytes = ARENA_NEW(arena, char, text.size + 1);
    for (size_t i = 0; i < copy.size; i++) {
        char byte = copy.bytes[i];
        bytes[i] = byte >= 'a' && byte <= 'z' ? (char)(byte - 32) : byte;
    }
    return (struct span){bytes, text.size};
}

static struct span name_text(struct script *script, const struct sql_token *token, struct arena *arena) {
    struct span raw = token->kind == SQL_NAME ? token->body : token->text, text;
    struct text_fault ignored;
    if (token->kind == SQL_NAME && token->escaped) {
        char *plain = ARENA_NEW(arena, char, raw.size + 1);
        raw = (struct span){plain, sql_plain(&script->cursor, token, plain)};
    }
    decoder_cell(script->decoder, raw, arena, &text, &ignored);
    return arena_copy(arena, text);
}

/* schema.table: `*name` is its last part, `*full` all of it with points. */
static enum verdict read_table(struct script *script, struct sql_token *token, struct span *name,
                               struct span *full) {
    *full = (struct span){0};
    for (;;) {
        if (token->kind == SQL_MORE) return MORE;
        /* MySQL mode reads "name" as a string; as a table it is a name */
        if (token->kind == SQL_STRING && token->text.bytes[0] == '"') token->kind = SQL_NAME;
        if (token->kind != SQL_WORD && token->kind != SQL_NAME) return BROKEN;
        *name = name_text(script, token, &script->scratch);
        char *joined = ARENA_NEW(&script->scratch, char, full->size + name->size + 2);
        size_t size = full->size;
        if (size) memcpy(joined, full->bytes, size), joined[size++] = '.';
        memcpy(joined + size, name->bytes, name->size);
        *full = (struct span){joined, size + name->size};
        struct sql_token next;
        enum sql_kind kind = sql_peek(&script->cursor, &next);
        if (kind == SQL_MORE) return MORE;
        if (!sql_is(&next, ".")) return DONE;
        sql_next(&script->cursor, &next);
        sql_next(&script->cursor, token);
    }
}

static bool wanted(const struct script *script, struct span name, struct span full) {
    if (!script->table) return true;
    struct span table = {script->table, strlen(script->table)};
    return sql_same(table, strchr(script->table, '.') ? full : name);
}

/* A bracketed list of names, from behind its opening bracket. */
static enum verdict read_names(struct script *script, struct sql_names *names) {
    struct span *list = ARENA_NEW(&script->scratch, struct span, SQL_COLUMNS_MAX);
    uint32_t count = 0;
    for (;;) {
        struct sql_token token;
        enum sql_kind kind = sql_next(&script->cursor, &token);
        if (kind == SQL_MORE) return MORE;
        if (kind == SQL_STRING && token.text.bytes[0] == '"') kind = token.kind = SQL_NAME;
        if ((kind != SQL_WORD && kind != SQL_NAME) || count == SQL_COLUMNS_MAX) return BROKEN;
        list[count++] = name_text(script, &token, &script->scratch);
        kind = sql_next(&script->cursor, &token);
        if (kind == SQL_MORE) return MORE;
        if (sql_is(&token, ")")) break;
        if (!sql_is(&token, ",")) return BROKEN;
    }
    *names = (struct sql_names){count, list};
    return DONE;
}

static bool names_no_column(const struct sql_token *token) {
    static const char *const words[] = {"CONSTRAINT", "PRIMARY", "KEY",         "UNIQUE", "INDEX",
                                        "FULLTEXT",   "SPATIAL", "FOREIGN",     "CHECK",  "EXCLUDE",
                                        "LIKE",       "PERIOD",  "SUPPLEMENTAL"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sql_is(token, words[i])) return true;
    return false;
}

/* The columns of CREATE TABLE, from behind its opening bracket. */
static enum verdict read_columns(struct script *script, struct sql_names *names) {
    struct span *list = ARENA_NEW(&script->scratch, struct span, SQL_COLUMNS_MAX);
    uint32_t count = 0;
    unsigned depth = 1;
    bool first = true;
    while (depth) {
        struct sql_token token;
        enum sql_kind kind = sql_next(&script->cursor, &token);
        if (kind <= SQL_BROKEN) return kind == SQL_MORE ? MORE : BROKEN;
        bool name = kind == SQL_NAME || (kind == SQL_WORD && !names_no_column(&token));
        if (first && depth == 1 && name && count < SQL_COLUMNS_MAX)
            list[count++] = name_text(script, &token, script->keep);
        first = depth == 1 && sql_is(&token, ",");
        depth += sql_is(&token, "(");
        depth -= sql_is(&token, ")");
    }
    struct span *exact = ARENA_NEW(script->keep, struct span, count + 1);
    memcpy(exact, list, count * sizeof *list);
    *names = (struct sql_names){count, exact};
    return DONE;
}

const struct sql_names *script_created(const struct script *script, struct span table) {
    struct arena scratch = {0};
    const struct sql_names *found = map_get(&script->created, upper(table, &scratch));
    arena_free(&scratch);
    return found;
}

/* CREATE [GLOBAL TEMPORARY] TABLE [IF NOT EXISTS] name (columns): everything else is skipped. */
static enum verdict read_create(struct script *script) {
    struct sql_token token;
    struct span name, full;
    do {
        sql_next(&script->cursor, &token);
        if (token.kind == SQL_MORE) return MORE;
        if (token.kind != SQL_WORD || sql_is(&token, "TRIGGER") || sql_is(&token, "PROCEDURE")) return DONE;
    } while (!sql_is(&token, "TABLE"));
    do {
        sql_next(&script->cursor, &token);
    } while (sql_is(&token, "IF") || sql_is(&token, "NOT") || sql_is(&token, "EXISTS"));
    enum verdict verdict = read_table(script, &token, &name, &full);
    if (verdict != DONE) return verdict == MORE ? MORE : DONE;
    enum sql_kind kind = sql_peek(&script->cursor, &token);
    if (kind == SQL_MORE) return MORE;
    if (!sql_is(&token, "(")) return DONE;
    sql_next(&script->cursor, &token);
    struct sql_names *names = ARENA_NEW(script->keep, struct sql_names, 1);
    verdict = read_columns(script, names);
    if (verdict != DONE || !names->count || script->created_count == SQL_TABLES_MAX) return verdict;
    script->created_count++;
    script->created.arena = script->keep;
    *map_put(&script->created, upper(name, script->keep)) = names;
    return DONE;
}

/* Whether rows of `name` are given out; two tables and none chosen is the spec's fault. */
static bool choose(struct script *script, struct span name, struct span full, bool *ours,
                   struct error *error) {
    *ours = wanted(script, name, full);
    if (!*ours) return true;
    if (!script->only.size) script->only = arena_copy(script->keep, full);
    if (sql_same(script->only, full)) return true;
    error->at.row = line_of(script, script->cursor.at);
    return error_code(error, TROUBLE_USAGE, NULL,
                      TEXT("脚本写入多张表(%.*s、%.*s)，请在 read 里写 table 选定一张",
                           "the script fills several tables (%.*s, %.*s): choose one by `table`"),
                      (int)(script->only.size < 80 ? script->only.size : 80), script->only.bytes,
                      (int)(full.size < 80 ? full.size : 80), full.bytes);
}

static void forget_header(struct script *script) {
    arena_reset(&script->scratch);
    script->header.size = 0;
    script->header_number++;
}

/* [INSERT ... INTO] name [(columns)] VALUES, from behind INTO. */
static enum verdict read_target(struct script *script, struct sql_token *token, struct error *error) {
    struct span name, full;
    bool ours;
    struct sql_token next;
    enum verdict verdict = read_table(script, token, &name, &full);
    if (verdict != DONE) return verdict;
    struct sql_cursor before = script->cursor;
    struct sql_names names = {0};
    if (sql_peek(&script->cursor, &next) == SQL_MORE) return MORE;
    if (sql_is(&next, "(")) {
        sql_next(&script->cursor, &next);
        verdict = read_names(script, &names);
        if (verdict == MORE) return MORE;
        if (verdict == BROKEN) script->cursor = before, names.count = 0; /* ((SELECT ...)) */
    }
    struct sql_cursor behind = script->cursor;
    if (sql_next(&script->cursor, &next) == SQL_MORE) return MORE;
    if (!choose(script, name, full, &ours, error)) return FAILED;
    bool values = sql_is(&next, "VALUES") || sql_is(&next, "VALUE");
    script->mode = ours ? SQL_VALUES : SQL_SKIP;
    script->listed = names;
    script->expecting = ours;
    if (values) return DONE;
    script->cursor = behind;
    if (!ours) return DONE;
    fail(script, "file.syntax",
         TEXT("INSERT 的数据不是 VALUES(如 INSERT … SELECT)，脚本只解析不执行，无法读取",
              "the data of an INSERT is no VALUES list (INSERT ... SELECT); a script is never executed"),
         error);
    return FAILED;
}

/* INSERT [IGNORE] [ALL] [INTO] ..., from behind its first word. */
static enum verdict read_insert(struct script *script, const char *from, struct error *error) {
    struct sql_token token;
    do {
        sql_next(&script->cursor, &token);
    } while (sql_is(&token, "IGNORE") || sql_is(&token, "ALL") || sql_is(&token, "LOW_PRIORITY") ||
             sql_is(&token, "DELAYED") || sql_is(&token, "OVERWRITE") || sql_is(&token, "TABLE"));
    if (sql_is(&token, "INTO")) sql_next(&script->cursor, &token);
    enum verdict verdict = read_target(script, &token, error);
    if (verdict == DONE) {
        script->header =
            arena_copy(&script->scratch, (struct span){from, (size_t)(script->cursor.at - from)});
        script->header_mode = script->mode;
    }
    if (verdict != BROKEN) return verdict;
    script->mode = SQL_SKIP; /* MERGE's INSERT (columns) */
    return sql_peek(&script->cursor, &token) == SQL_END ? BROKEN : DONE;
}

static enum verdict next_line(struct script *script) {
    struct sql_cursor *cursor = &script->cursor;
    const char *end = memchr(cursor->at, '\n', (size_t)(cursor->end - cursor->at));
    if (!end && !cursor->final) return MORE;
    cursor->at = end ? end + 1 : cursor->end;
    return DONE;
}

/* PostgreSQL's COPY name (columns) FROM stdin; */
static enum verdict read_copy(struct script *script, struct error *error) {
    struct sql_token token;
    struct span name, full;
    struct sql_names names = {0};
    bool ours, from_stdin = false, plain = true;
    sql_next(&script->cursor, &token);
    enum verdict verdict = read_table(script, &token, &name, &full);
    if (verdict != DONE) return verdict == MORE ? MORE : DONE;
    if (sql_peek(&script->cursor, &token) == SQL_MORE) return MORE;
    if (sql_is(&token, "(")) {
        sql_next(&script->cursor, &token);
        verdict = read_names(script, &names);
        if (verdict != DONE) return verdict == MORE ? MORE : DONE;
    }
    do {
        enum sql_kind kind = sql_next(&script->cursor, &token);
        if (kind == SQL_MORE) return MORE;
        if (kind <= SQL_BROKEN) return DONE;
        if (sql_is(&token, "STDIN")) from_stdin = true;
        else if (from_stdin && !sql_is(&token, ";")) plain = false;
    } while (!sql_is(&token, ";"));
    if (!from_stdin) return DONE;
    verdict = next_line(script);
    if (verdict != DONE) return verdict;
    if (!choose(script, name, full, &ours, error)) return FAILED;
    script->mode = ours ? SQL_COPY : SQL_COPY_SKIP;
    script->listed = names;
    script->expecting = false;
    if (plain || !ours) return DONE;
    fail(script, "file.syntax",
         TEXT("COPY 带有选项，只能读默认的文本格式", "COPY with options: only its plain text format is read"),
         error);
    return FAILED;
}

/* Statements that change what earlier ones inserted: the rows read would not be what the table held. */
static enum verdict read_change(struct script *script, struct error *error) {
    struct sql_token token;
    struct span name, full;
    do {
        sql_next(&script->cursor, &token);
    } while (sql_is(&token, "FROM") || sql_is(&token, "TABLE") || sql_is(&token, "INTO"));
    script->mode = SQL_SKIP;
    if (token.kind == SQL_MORE) return MORE;
    enum verdict verdict = read_table(script, &token, &name, &full);
    if (verdict != DONE) return verdict == MORE ? MORE : DONE;
    if (!script->rows || !sql_same(full, script->only)) return DONE;
    fail(script, "file.syntax",
         TEXT("脚本插入数据后又修改或删除同一张表，脚本只解析不执行，无法得知结果",
              "after its rows the script changes the table again; a script is never executed"),
         error);
    return FAILED;
}

static bool one_of(const struct sql_token *token, const char *const *words) {
    for (; *words; words++)
        if (sql_is(token, *words)) return true;
    return false;
}

/* Does the statement that begins here repeat the remembered header? */
static bool begins_as_before(const struct script *script, const char *from) {
    size_t size = script->header.size;
    return size && (size_t)(script->cursor.end - from) > size &&
           memcmp(from, script->header.bytes, size) == 0 && strchr(" (\n\r", from[size]) && from[size];
}

static enum verdict start_statement(struct script *script, struct error *error) {
    /* Commands of the clients: they end with their line, whatever quotes stand in it. */
    static const char *const lines[] = {"REM",    "REMARK",   "PROMPT", "GO",    "SET",    "CONNECT",
                                        "CONN",   "USE",      "SPOOL",  "PRINT", "COLUMN", "DELIMITER",
                                        "SHOW",   "WHENEVER", "EXEC",   "/",     "\\",     "ACCEPT",
                                        "DEFINE", "SOURCE",   "@",      NULL};
    static const char *const changes[] = {"UPDATE", "DELETE", "TRUNCATE", "MERGE", NULL};
    struct sql_token token;
    struct sql_cursor before = script->cursor;
    enum sql_kind kind = sql_next(&script->cursor, &token);
    enum verdict verdict = DONE;
    script->mode = SQL_SKIP;
    script->fresh = false;
    if (kind == SQL_WORD && begins_as_before(script, token.text.bytes)) {
        script->cursor.at = token.text.bytes + script->header.size;
        script->mode = script->header_mode;
        script->expecting = script->mode == SQL_VALUES;
        return DONE;
    }
    if (kind == SQL_WORD) forget_header(script);
    if (kind == SQL_MORE) verdict = MORE;
    else if (sql_is(&token, ";") || sql_is(&token, "BEGIN")) script->mode = SQL_START;
    else if (sql_is(&token, "INSERT") || sql_is(&token, "REPLACE"))
        verdict = read_insert(script, token.text.bytes, error);
    else if (sql_is(&token, "CREATE")) verdict = read_create(script);
    else if (sql_is(&token, "COPY")) verdict = read_copy(script, error);
    else if (one_of(&token, changes)) verdict = read_change(script, error);
    else if (one_of(&token, lines)) {
        script->cursor = before;
        script->cursor.at = token.text.bytes;
        verdict = next_line(script);
        script->mode = SQL_START;
    }
    if (verdict != MORE) return verdict;
    before.at = kind == SQL_MORE ? script->cursor.at : token.text.bytes;
    script->cursor = before;
    script->mode = SQL_START;
    return MORE;
}

/* One token of a statement that is none of ours.  SQL Server's end without a semicolon, so a line that
   begins with INSERT or GO begins a new one. */
static enum verdict skip_token(struct script *script) {
    struct sql_token token;
    struct sql_cursor before = script->cursor;
    enum sql_kind kind = sql_next(&script->cursor, &token);
    if (kind == SQL_BROKEN) return BROKEN;
    const char *until = kind == SQL_MORE ? script->cursor.at : token.text.bytes;
    script->fresh = script->fresh || memchr(before.at, '\n', (size_t)(until - before.at));
    if (kind == SQL_MORE) return MORE;
    bool line = script->fresh && (sql_is(&token, "INSERT") || sql_is(&token, "GO") || sql_is(&token, "/"));
    script->fresh = false;
    if (line) script->cursor = before, script->mode = SQL_START;
    if (sql_is(&token, ";")) script->mode = SQL_START;
    return DONE;
}

/* Finds where reading can go on behind a broken row that begins at `from`: the next line that begins a row
   or a statement.  Everything up to there is that row's; it must not hold other rows. */
static enum verdict recover(struct script *script, const char *from, struct sql_row *row) {
    struct sql_cursor *cursor = &script->cursor;
    const char *at = from;
    for (;;) {
        const char *end = memchr(at, '\n', (size_t)(cursor->end - at));
        if (!end && !cursor->final) return MORE;
        at = end ? end + 1 : cursor->end;
        const char *next = at;
        while (next < cursor->end && (*next == ' ' || *next == '\t' || *next == '\r')) next++;
        size_t left = (size_t)(cursor->end - next);
        if (left < 7 && !cursor->final) return MORE;
        bool insert = left >= 7 && sql_same((struct span){next, 6}, SPAN("INSERT")) && next[6] <= ' ';
        bool tuple = left && (*next == '(' || (*next == ',' && left > 1 && next[1] == '('));
        if (!insert && !tuple && left) continue;
        script->mode = insert || !left ? SQL_START : SQL_VALUES;
        break;
    }
    const char *until = at;
    while (until > from && (until[-1] == '\n' || until[-1] == '\r')) until--;
    row->raw = (struct span){from, (size_t)(until - from)};
    row->count = 0;
    cursor->at = at;
    char last = row->raw.size ? until[-1] : '\0';
    row->broken = at < cursor->end || last == ')' || last == ';';
    if (!row->broken) return BROKEN; /* the end of the file came first */
    return memmem(from, row->raw.size, "),(", 3) || memmem(from, row->raw.size, "), (", 4) ? BROKEN : DONE;
}

/* A bracketed row at the cursor, which stands on its bracket. */
static enum verdict read_tuple(struct script *script, struct arena *arena, struct sql_row *row) {
    struct sql_token token;
    const char *from = script->cursor.at;
    row->broken = false;
    row->count = 0;
    sql_next(&script->cursor, &token);
    do {
        struct sql_value extra, *value = row->count < SQL_COLUMNS_MAX ? &row->values[row->count] : &extra;
        enum sql_verdict verdict = sql_value_read(&script->cursor, script->decoder, arena, value);
        if (verdict == SQL_VALUE_MORE) return MORE;
        if (verdict == SQL_VALUE_BROKEN) return BROKEN;
        row->count++;
        enum sql_kind kind = sql_next(&script->cursor, &token);
        if (kind == SQL_MORE) return MORE;
        if (!sql_is(&token, ",") && !sql_is(&token, ")")) return BROKEN;
    } while (!sql_is(&token, ")"));
    /* What follows a row is known; anything else means that its brackets were not what they seemed. */
    row->raw = (struct span){from, (size_t)(script->cursor.at - from)};
    enum sql_kind kind = sql_peek(&script->cursor, &token);
    if (kind == SQL_MORE) return MORE;
    bool good = kind == SQL_END || kind == SQL_WORD || sql_is(&token, ",") || sql_is(&token, ";") ||
                sql_is(&token, "/");
    return good ? DONE : BROKEN;
}

static enum verdict values(struct script *script, struct arena *arena, struct sql_row *row, bool *found,
                           struct error *error) {
    struct sql_token token;
    struct sql_cursor before = script->cursor;
    enum sql_kind kind = sql_next(&script->cursor, &token);
    if (kind == SQL_MORE || kind == SQL_BROKEN) return kind == SQL_MORE ? MORE : BROKEN;
    if (sql_is(&token, ",")) return script->expecting = true, DONE;
    if (script->expecting && !sql_is(&token, "(")) return BROKEN;
    if (sql_is(&token, ";") || kind == SQL_END) return script->mode = SQL_START, DONE;
    if (sql_is(&token, "INTO")) { /* Oracle's INSERT ALL */
        forget_header(script);
        sql_next(&script->cursor, &token);
        enum verdict verdict = read_target(script, &token, error);
        if (verdict == MORE) script->cursor = before, script->mode = SQL_VALUES;
        return verdict;
    }
    if (!sql_is(&token, "(")) {
        script->mode = kind == SQL_WORD ? SQL_START : SQL_SKIP;
        before.at = token.text.bytes;
        script->cursor = before;
        return DONE;
    }
    const char *from = script->cursor.at = token.text.bytes;
    enum verdict verdict = read_tuple(script, arena, row);
    if (verdict == BROKEN) verdict = recover(script, from, row);
    if (verdict == MORE) script->cursor.at = from;
    *found = verdict == DONE;
    script->expecting = false;
    return verdict;
}

/* A cell of a COPY line. */
static void copy_value(struct script *script, const char *from, const char *until, struct arena *arena,
                       const char *line, struct sql_value *value) {
    struct sql_token token = {.kind = SQL_STRING, .body = {from, (size_t)(until - from)}, .backslash = true};
    struct span raw = token.body;
    *value = (struct sql_value){.literal = true, .text = {"", 0}, .fault_at = (size_t)(from - line)};
    if (raw.size == 2 && memcmp(raw.bytes, "\\N", 2) == 0) {
        value->null = true;
        return;
    }
    bool numeric = false; /* \ooo and \xHH, which pg_dump never writes */
    for (const char *at = from; at < until; at += sql_step(&script->cursor, at)) {
        if (*at != '\\' || until - at < 2) continue;
        token.escaped = true;
        numeric = numeric || at[1] == 'x' || (at[1] >= '0' && at[1] <= '7');
        at++;
    }
    if (token.escaped && !numeric) {
        char *plain = ARENA_NEW(arena, char, raw.size + 1);
        raw = (struct span){plain, sql_plain(&script->cursor, &token, plain)};
    }
    value->literal = !numeric;
    decoder_cell(script->decoder, raw, arena, &value->text, &value->fault);
}

static enum verdict copy_line(struct script *script, struct arena *arena, struct sql_row *row, bool *found) {
    struct sql_cursor *cursor = &script->cursor;
    const char *from = cursor->at;
    enum verdict verdict = next_line(script);
    if (verdict != DONE) return verdict;
    const char *until = cursor->at;
    if (until > from && until[-1] == '\n') until--;
    else return BROKEN; /* COPY ends with \. and its line end */
    if (until > from && until[-1] == '\r') until--;
    if (until - from == 2 && memcmp(from, "\\.", 2) == 0) return script->mode = SQL_START, DONE;
    if (script->mode == SQL_COPY_SKIP) return DONE;
    row->raw = (struct span){from, (size_t)(until - from)};
    row->count = 0;
    row->broken = false;
    const char *cell = from;
    for (const char *at = from;; at += sql_step(cursor, at)) {
        if (at < until && *at == '\\' && until - at > 1) {
            at++;
            continue;
        }
        if (at < until && *at != '\t') continue;
        if (row->count < SQL_COLUMNS_MAX) copy_value(script, cell, at, arena, from, &row->values[row->count]);
        row->count++;
        cell = at + 1;
        if (at >= until) break;
    }
    *found = true;
    return DONE;
}

enum sql_step script_next(struct script *script, struct arena *arena, struct sql_row *row,
                          struct error *error) {
    for (;;) {
        struct sql_token token;
        bool found = false;
        enum verdict verdict = DONE;
        row->broken = false;
        bool lines = script->mode == SQL_COPY || script->mode == SQL_COPY_SKIP;
        if (!lines) {
            enum sql_kind kind = sql_peek(&script->cursor, &token);
            if (kind == SQL_END && script->mode == SQL_VALUES && script->expecting) verdict = BROKEN;
            else if (kind == SQL_END) return SQL_DONE;
        } else if (script->cursor.final && script->cursor.at == script->cursor.end) {
            verdict = BROKEN;
        }
        if (verdict == BROKEN) return fail_cut(script, error), SQL_FAILED;
        switch (script->mode) {
        case SQL_START: verdict = start_statement(script, error); break;
        case SQL_SKIP: verdict = skip_token(script); break;
        case SQL_VALUES: verdict = values(script, arena, row, &found, error); break;
        case SQL_COPY:
        case SQL_COPY_SKIP: verdict = copy_line(script, arena, row, &found); break;
        }
        if (verdict == MORE) return SQL_NEED;
        if (verdict == FAILED) return SQL_FAILED;
        if (verdict == BROKEN && row->broken && row->raw.size)
            return fail(script, "file.syntax",
                        TEXT("一行里引号不配对，且同一行有多条记录，无法分清行界",
                             "a stray quote on a line of several rows: their borders cannot be told"),
                        error),
                   SQL_FAILED;
        if (verdict == BROKEN) return fail_cut(script, error), SQL_FAILED;
        script->rows += found;
        if (found) return SQL_ROW;
    }
}

void script_close(struct script *script) { arena_free(&script->scratch); }
