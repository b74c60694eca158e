/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Scripts of INSERT statements and COPY blocks as Oracle, MySQL, SQL Server and PostgreSQL tools write them.
   They are parsed, never executed: what only a database could compute is rejected, cell by cell.
   Rows of other tables are not read, like other sheets of a workbook. */
#include "core/language.h"
#include "extract/record.h"
#include "extract/sql/script.h"
#include <stdio.h>

enum { BATCH_CELLS = 256 << 10, UNKNOWN = UINT16_MAX };

struct sqldump {
    struct input input;
    const char *table, *escape;
    const struct node *columns_node;
    struct source source;
    struct script script;
    struct columns columns;
    struct map index; /* upper-case name -> names + position */
    struct sql_row row;
    uint16_t *target; /* [SQL_COLUMNS_MAX] column of each value, UNKNOWN */
    uint64_t target_number;
    uint32_t named; /* values that the statement names; 0: as many as there are columns */
    uint64_t index_of_batch;
    size_t want;
    bool open;
};

static struct span upper(struct span text, struct arena *arena) {
    char *bytes = ARENA_NEW(arena, char, text.size + 1);
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.bytes[i];
        bytes[i] = byte >= 'a' && byte <= 'z' ? (char)(byte - 32) : byte;
    }
    return (struct span){bytes, text.size};
}

/* MySQL shows itself by backticks and by comments that it runs. */
static bool looks_mysql(struct span head, bool pairs) {
    struct sql_cursor cursor = {.at = head.bytes, .end = head.bytes + head.size, .pairs = pairs};
    for (const char *at = cursor.at; at < cursor.end; at += sql_step(&cursor, at)) {
        if (*at == '`') return true;
        if (*at == '/' && cursor.end - at > 2 && memcmp(at, "/*!", 3) == 0) return true;
    }
    return false;
}

static bool set_escape(struct sqldump *sql, struct span head, struct error *error) {
    bool flag = false, automatic = strcmp(sql->escape, "auto") == 0;
    if (automatic) flag = looks_mysql(head, sql->source.decoder.pairs != NULL);
    else if (strcmp(sql->escape, "backslash") == 0) flag = true;
    else if (strcmp(sql->escape, "none") != 0)
        return error_code(error, TROUBLE_USAGE, NULL, "%s",
                          TEXT("escape 应为 auto、backslash 或 none", "escape is auto, backslash or none"));
    sql->script.cursor.backslash = flag;
    return true;
}

/* Opens the source and reads until the first row of the table; SQL_NEED never comes out. */
static enum sql_step read_chunk(struct sqldump *sql, struct arena *arena, struct error *error) {
    struct span chunk;
    if (!source_chunk(&sql->source, sql->want, arena, &chunk, error)) return SQL_FAILED;
    script_chunk(&sql->script, chunk, sql->source.ended);
    return SQL_ROW;
}

static void keep_rest(struct sqldump *sql) {
    script_leave(&sql->script);
    const struct sql_cursor *cursor = &sql->script.cursor;
    source_keep(&sql->source, (struct span){cursor->at, (size_t)(cursor->end - cursor->at)});
}

/* What is too long for a chunk gets a longer one, up to a limit. */
static bool grow(struct sqldump *sql, struct error *error) {
    const struct sql_cursor *cursor = &sql->script.cursor;
    if ((size_t)(cursor->end - cursor->at) * 2 > sql->want) sql->want *= 2;
    if (sql->want <= SQL_ITEM_MAX) return true;
    error->at.row = sql->script.line;
    return error_code(error, TROUBLE_FAILED, "row.too_long",
                      TEXT("一行或一个引号超过 %d 字节，多为引号不配对", "a row or quote passes %d bytes"),
                      SQL_ITEM_MAX / 2);
}

static enum sql_step find_row(struct sqldump *sql, struct arena *scratch, struct error *error) {
    for (;;) {
        arena_reset(scratch);
        if (read_chunk(sql, scratch, error) == SQL_FAILED) return SQL_FAILED;
        enum sql_step step = script_next(&sql->script, scratch, &sql->row, error);
        if (step != SQL_NEED) return step;
        keep_rest(sql);
        if (!grow(sql, error)) return SQL_FAILED;
    }
}

static void add_names(struct sqldump *sql, struct span *names, const struct sql_names *from,
                      struct arena *arena) {
    for (uint32_t i = 0; from && i < from->count && sql->columns.count < SQL_COLUMNS_MAX; i++) {
        void **place = map_put(&sql->index, upper(from->names[i], arena));
        if (*place) continue;
        names[sql->columns.count] = arena_copy(arena, from->names[i]);
        *place = &names[sql->columns.count++];
    }
}

/* The spec's columns; else those of CREATE TABLE and of the first INSERT; else F1, F2 ... */
static bool make_columns(struct sqldump *sql, bool row, struct arena *arena, struct error *error) {
    const struct node *node = sql->columns_node;
    struct span *names = ARENA_NEW(arena, struct span, SQL_COLUMNS_MAX);
    sql->columns = (struct columns){.names = names};
    sql->index = (struct map){.arena = arena};
    if (node) {
        struct span *list = ARENA_NEW(arena, struct span, node->count + 1);
        bool good = node->kind == NODE_LIST && node->count && node->count <= SQL_COLUMNS_MAX;
        for (uint32_t i = 0; good && i < node->count; i++) {
            good = node->items[i].kind == NODE_SCALAR;
            list[i] = node->items[i].text;
        }
        if (!good)
            return node_error(node, sql->input.name, error, "%s",
                              TEXT("columns 应为列名的列表", "columns is a list of names"));
        struct sql_names given = {node->count, list};
        add_names(sql, names, &given, arena);
        return true;
    }
    struct span table = sql->script.only;
    if (!row && sql->table) table = (struct span){sql->table, strlen(sql->table)};
    for (size_t i = table.size; i > 0; i--)
        if (table.bytes[i - 1] == '.') {
            table = (struct span){table.bytes + i, table.size - i};
            break;
        }
    add_names(sql, names, script_created(&sql->script, table), arena);
    add_names(sql, names, &sql->script.listed, arena);
    for (uint32_t i = 0; row && !sql->script.listed.count && i < sql->row.count; i++) {
        if (i < sql->columns.count || i >= SQL_COLUMNS_MAX) continue;
        if (sql->columns.count && script_created(&sql->script, table)) break;
        char text[16];
        int size = snprintf(text, sizeof text, "F%u", i + 1);
        names[sql->columns.count++] = arena_copy(arena, (struct span){text, (size_t)size});
    }
    return true;
}

static bool start(struct sqldump *sql, struct arena *arena, struct error *error) {
    if (!source_open(&sql->source, &sql->input, "GB18030", arena, error)) return false;
    sql->open = true;
    struct sql_value *values = sql->row.values;
    struct map created = sql->script.created;
    script_close(&sql->script);
    sql->script = (struct script){.decoder = &sql->source.decoder,
                                  .keep = arena,
                                  .table = sql->table,
                                  .created = created,
                                  .line = 1,
                                  .cursor.pairs = sql->source.decoder.pairs != NULL};
    sql->row = (struct sql_row){.values = values};
    sql->want = BATCH_BYTES;
    return true;
}

static bool find_table(struct sqldump *sql, struct arena *scratch, struct arena *arena, struct error *error) {
    enum sql_step step = find_row(sql, scratch, error);
    if (step == SQL_FAILED) return false;
    bool known = sql->table && script_created(&sql->script, (struct span){sql->table, strlen(sql->table)});
    if (step == SQL_DONE && !known && !sql->script.only.size)
        return error_code(error, TROUBLE_REFUSED, "sheet.missing",
                          TEXT("脚本里没有写入表 %.80s 的 INSERT 或 COPY", "no INSERT or COPY fills %.80s"),
                          sql->table ? sql->table : "?");
    return make_columns(sql, step == SQL_ROW, arena, error);
}

static bool sqldump_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct sqldump *sql = stage->state;
    struct arena scratch = {0};
    struct span head;
    if (!sql->table) sql->table = sql->input.sheet;
    sql->row.values = ARENA_NEW(stage->arena, struct sql_value, SQL_COLUMNS_MAX);
    sql->target = ARENA_NEW(stage->arena, uint16_t, SQL_COLUMNS_MAX);
    if (!start(sql, stage->arena, error)) return false;
    bool open = extract_head(&sql->input, &scratch, &head, error) && set_escape(sql, head, error);
    bool backslash = sql->script.cursor.backslash;
    open = open && find_table(sql, &scratch, stage->arena, error);
    arena_free(&scratch);
    if (!open) return false;
    /* What was read to find the columns is read again from the start. */
    source_close(&sql->source);
    sql->open = false;
    if (!start(sql, stage->arena, error)) return false;
    sql->script.cursor.backslash = backslash;
    *columns = sql->columns;
    return true;
}

static void sqldump_close(struct stage *stage) {
    struct sqldump *sql = stage->state;
    if (sql->open) source_close(&sql->source);
    sql->open = false;
    script_close(&sql->script);
}

/* Which column each value of the statement at hand goes to. */
static void set_targets(struct sqldump *sql) {
    const struct sql_names *listed = &sql->script.listed;
    if (sql->target_number == sql->script.header_number) return;
    sql->target_number = sql->script.header_number;
    const struct sql_names *created = listed->count ? NULL : script_created(&sql->script, sql->script.only);
    const struct sql_names *names = listed->count ? listed : created;
    struct arena scratch = {0};
    sql->named = names ? names->count : sql->columns.count;
    for (uint32_t i = 0; i < sql->named; i++) {
        struct span *found = names ? map_get(&sql->index, upper(names->names[i], &scratch)) : NULL;
        sql->target[i] = found ? (uint16_t)(found - sql->columns.names) : names ? UNKNOWN : (uint16_t)i;
    }
    arena_free(&scratch);
}

static void reject_count(struct sqldump *sql, struct batch *batch, uint32_t at, uint32_t expected,
                         uint32_t found) {
    char text[64];
    int size = snprintf(text, sizeof text, "expected=%u;found=%u", expected, found);
    batch->rows[at].shifted = sql->row.count != sql->named;
    batch_reject(batch, at,
                 (struct reason){.code = found < expected ? "row.too_few_columns" : "row.too_many_columns",
                                 .detail = arena_copy(&batch->arena, (struct span){text, (size_t)size})});
}

static void place_value(struct batch *batch, uint32_t at, uint16_t column, const struct sql_value *value) {
    struct reason reason = {.source = (uint16_t)(column + 1), .value = value->text};
    batch->cells[column][at] = value->null ? (struct span){0} : value->text;
    if (value->fault.size) {
        reason.code = "text.undecodable";
        reason.detail =
            text_fault_detail(&value->fault, batch->rows[at].byte + value->fault_at, &batch->arena);
        batch_reject(batch, at, reason);
    }
    if (!value->literal) {
        reason.code = "cell.not_literal";
        reason.detail = (struct span){0};
        batch_reject(batch, at, reason);
    }
    if (value->text.size && memchr(value->text.bytes, '\0', value->text.size))
        batch_reject(batch, at, (struct reason){.code = "row.nul_byte", .source = (uint16_t)(column + 1)});
}

static void take_row(struct sqldump *sql, struct batch *batch, uint32_t at) {
    const struct sql_row *from = &sql->row;
    struct row *row = &batch->rows[at];
    row->number = sql->script.rows; /* a line may hold thousands of rows */
    row->raw = from->raw;
    row->byte = sql->source.offset - (uint64_t)(sql->script.cursor.end - from->raw.bytes);
    if (from->broken) {
        row->shifted = true;
        batch_reject(batch, at, (struct reason){.code = "row.unclosed_quote"});
        return;
    }
    set_targets(sql);
    uint32_t extra = 0;
    for (uint32_t i = 0; i < from->count && i < sql->named; i++) {
        if (sql->target[i] == UNKNOWN) extra++;
        else place_value(batch, at, sql->target[i], &from->values[i]);
    }
    if (from->count != sql->named) reject_count(sql, batch, at, sql->named, from->count);
    else if (extra) reject_count(sql, batch, at, sql->columns.count, sql->columns.count + extra);
}

static enum flow sqldump_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct sqldump *sql = stage->state;
    uint32_t width = sql->columns.count ? sql->columns.count : 1;
    uint32_t most = BATCH_CELLS / width < BATCH_ROWS ? BATCH_CELLS / width : BATCH_ROWS, count = 0;
    batch_shape(batch, &sql->columns, most);
    batch->index = sql->index_of_batch++;
    if (read_chunk(sql, &batch->arena, error) == SQL_FAILED) return FLOW_FAILED;
    enum sql_step step = SQL_ROW;
    const char *begin = sql->script.cursor.at;
    while (count < most && step == SQL_ROW) {
        step = script_next(&sql->script, &batch->arena, &sql->row, error);
        if (step == SQL_ROW) take_row(sql, batch, count++);
    }
    batch->row_count = count;
    size_t used = (size_t)(sql->script.cursor.at - begin);
    keep_rest(sql);
    if (step == SQL_FAILED || (step == SQL_NEED && !count && !grow(sql, error))) return FLOW_FAILED;
    /* A chunk of short rows holds more of them than a batch: the next one is read to fit. */
    if (count == most) sql->want = used + used / 16 + 4096;
    else if (count) sql->want = BATCH_BYTES;
    return step == SQL_DONE ? FLOW_END : FLOW_MORE;
}

/* Statements at the beginning of lines. */
static int sqldump_bid(struct span head) {
    static const struct {
        const char *word;
        int bits;
    } words[] = {{"insert into ", 30}, {"create table ", 20}, {"insert [", 30}, {"copy ", 10},
                 {"prompt ", 4},       {"-- mysql dump", 30}, {"values", 4},    {"-- postgresql", 20}};
    int bits = 0;
    bool seen[sizeof words / sizeof *words] = {0};
    for (size_t at = 0; at < head.size;) {
        while (at < head.size && (unsigned char)head.bytes[at] <= ' ') at++;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            size_t size = strlen(words[i].word);
            struct span here = {head.bytes + at, size}, word = {words[i].word, size};
            if (seen[i] || head.size - at < size || !sql_same(here, word)) continue;
            seen[i] = true;
            bits += words[i].bits;
        }
        const char *end = at < head.size ? memchr(head.bytes + at, '\n', head.size - at) : NULL;
        at = end ? (size_t)(end - head.bytes) + 1 : head.size;
    }
    return bits >= 20 ? bits : 0;
}

static const struct setting settings[] = {
    INPUT_SETTINGS(struct sqldump),
    {"table", SETTING_TEXT, offsetof(struct sqldump, table), NULL, "取哪张表的行；脚本只写一张表时可不写",
     "whose rows are read; may be left out when the script fills one table only"},
    {"columns", SETTING_NODE, offsetof(struct sqldump, columns_node), NULL,
     "列名的列表；不写则按 CREATE TABLE 或 INSERT 的列名",
     "list of column names; else those of CREATE TABLE or of the INSERT"},
    {"escape", SETTING_TEXT, offsetof(struct sqldump, escape), "auto",
     "字符串中的转义：auto、backslash(MySQL)、none", "escapes in strings: auto, backslash (MySQL), none"},
    {0},
};

const struct extractor extract_sqldump = {
    .stage = {.name = "sqldump",
              .settings = settings,
              .state_size = sizeof(struct sqldump),
              .open = sqldump_open,
              .run = sqldump_run,
              .close = sqldump_close},
    .bid = sqldump_bid,
    .endless = true,
};
