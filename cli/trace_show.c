/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Where the row came from, each column's way, the mapping rows on it. */
#include "cli/trace.h"
#include "core/language.h"
#include "report/result.h"
#include <stdlib.h>

static void fact(struct result *result, const char *zh, const char *en, struct span value) {
    if (!value.size) return;
    struct span *cells = result_add(result);
    cells[0] = trace_span(TEXT(zh, en));
    cells[1] = value;
}

static struct span state_of(const struct traced *traced, struct arena *arena) {
    if (strcmp(traced->state, "published") == 0)
        return trace_span(TEXT("已入库，是现在的版本", "published, the current version"));
    if (strcmp(traced->state, "ended") == 0)
        return trace_span(TEXT("曾入库，现在没有有效版本；下列是最后一个版本",
                               "was published, no version is current; the last one follows"));
    if (strcmp(traced->state, "waived") == 0)
        return result_format(arena, TEXT("退回编号 %jd，已决定不移交", "reject %jd, waived"),
                             (intmax_t)traced->reject);
    if (strcmp(traced->state, "closed") == 0)
        return result_format(arena, TEXT("退回编号 %jd，已了结", "reject %jd, settled"),
                             (intmax_t)traced->reject);
    if (strcmp(traced->bucket, "rejected") == 0)
        return result_format(arena, TEXT("退回，退回编号 %jd，未入库", "rejected, number %jd, not published"),
                             (intmax_t)traced->reject);
    if (strcmp(traced->bucket, "explained") == 0)
        return trace_span(TEXT("非数据行，未入库", "explained: no data, not published"));
    if (strcmp(traced->bucket, "duplicate") == 0)
        return trace_span(TEXT("重复行，同一内容已由另一行入库",
                               "duplicate: the same content is published by another row"));
    return trace_span(TEXT("已让位给更新的交付", "superseded by a delivery of higher rank"));
}

/* How this row came in, when not with the file itself. */
static struct span way_of(const struct traced *traced, struct arena *arena) {
    if (strcmp(traced->source, "mapping") == 0)
        return result_format(
            arena,
            TEXT("第 %d 号交付：补映射后入库，原件不变", "delivery %d: mended by a mapping, same bytes"),
            traced->delivery);
    if (strcmp(traced->source, "retry") == 0)
        return result_format(arena,
                             TEXT("第 %d 号交付：按退回清单 %s 改正后入库", "delivery %d: corrected by %s"),
                             traced->delivery, traced->arrived_as);
    if (strcmp(traced->source, "again") == 0)
        return result_format(arena, TEXT("第 %d 号交付：重算", "delivery %d: reloaded"), traced->delivery);
    return (struct span){"", 0};
}

void trace_origin(const struct traced *traced, const struct replayed *replayed, const struct mask *mask,
                  struct arena *arena, struct result *result) {
    static const struct result_column columns[] = {TRACE_COLUMN("what", "项目", "What"),
                                                   TRACE_COLUMN("value", "内容", "Value")};
    result_begin(result, arena, SPAN("出处"), SPAN("Origin"), columns, TRACE_COUNT(columns));
    fact(result, "去向", "State", state_of(traced, arena));
    fact(result, "县", "County", result_format(arena, "%s %s", traced->county->name, traced->county->admdvs));
    fact(result, "县内主键", "Key", mask_key(mask, traced->key_person, trace_span(traced->src_key), arena));
    fact(result, "交付", "Delivery",
         result_format(arena, TEXT("第 %d 号交付，deliveries/%s/%s", "delivery %d, deliveries/%s/%s"),
                       traced->bytes_delivery, traced->county->folder, traced->path));
    fact(result, "SHA-256", "SHA-256", trace_span(traced->sha256));
    fact(result, "SM3", "SM3", trace_span(traced->sm3));
    fact(result, "收到时间", "Received",
         traced->received ? result_format(arena, "%s UTC", traced->received) : (struct span){"", 0});
    fact(result, "经由", "Came by", way_of(traced, arena));
    fact(result, "处理", "Run", result_format(arena, TEXT("第 %d 次处理", "run %d"), traced->run));
    fact(result, "成员/工作表", "Member or sheet", trace_span(traced->member));
    fact(result, "记录号", "Record number", result_format(arena, "%ju", (uintmax_t)traced->row));
    fact(result, "规格", "Spec",
         result_format(arena, "%s  SHA-256 %s", traced->spec_path, traced->spec_sha256));
    fact(result, "映射表合计", "Tables", result_format(arena, "SHA-256 %s", traced->mapping_sha256));
    fact(result, "原件", "Bytes", trace_span(replayed->said));
    if (!replayed->read) return;
    fact(result, "字节偏移", "Byte offset", result_format(arena, "%ju", (uintmax_t)replayed->byte));
    fact(result, "原始记录", "Raw record",
         result_format(arena, TEXT("%zu 字节，SHA-256 %s", "%zu bytes, SHA-256 %s"), replayed->raw.size,
                       replayed->raw_sha256));
    if (!mask->unmask || !replayed->raw.size) return;
    enum { HEX_BYTES = 2048 };
    size_t size = replayed->raw.size < HEX_BYTES ? replayed->raw.size : HEX_BYTES;
    char *hex = ARENA_NEW(arena, char, 2 * size + 1);
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++)
        hex[2 * i] = digits[(unsigned char)replayed->raw.bytes[i] >> 4],
                hex[2 * i + 1] = digits[replayed->raw.bytes[i] & 15];
    fact(result, "原始字节(十六进制)", "Raw bytes (hex)", (struct span){hex, 2 * size});
}

static struct span show_value(const struct mask *mask, const struct kind_column *column, struct span value,
                              struct arena *arena) {
    if (column->dict || column->type != TYPE_TEXT) return mask_cell(mask, column, value, arena);
    return mask_column(mask, column, value, arena);
}

/* Money as people read it. */
static struct span decoded(const struct traced *traced, uint32_t index, const struct mask *mask,
                           struct arena *arena) {
    const struct kind_column *column = &traced->kind->columns[index];
    const char *value = traced->values[index];
    if (!value) return (struct span){"", 0};
    if (column->type != TYPE_MONEY) return show_value(mask, column, trace_span(value), arena);
    char text[FEN_TEXT];
    return result_format(arena, "%s", fen_text(strtoll(value, NULL, 10), text));
}

/* The mapping row that this spec column went through: of its table, used, and for this code. */
static const struct mapping_row *row_of(const struct replayed *replayed, const struct spec_column *column,
                                        struct span cell) {
    const struct mapping_set *set = replayed->rules.mappings;
    const struct mapping_row *any = NULL;
    for (uint32_t i = 0; replayed->use && column->map.size && i < set->row_count; i++) {
        const struct mapping_row *row = set->rows[i];
        if (!replayed->use[i].rows || !span_equal(row->file->table->name, column->map)) continue;
        if (span_equal(row->code, cell)) return row;
        if (row->pattern) any = row;
    }
    return any;
}

static struct span cell_of(const struct replayed *replayed, const struct spec_column *column, uint32_t from) {
    return column->index[from] >= 0 ? replayed->cells[column->index[from]] : (struct span){0};
}

static void put_column(const struct traced *traced, const struct replayed *replayed,
                       const struct spec_column *column, const struct mask *mask, struct arena *arena,
                       struct result *result) {
    const struct kind_column *target = &traced->kind->columns[column->target];
    for (uint32_t f = 0; f < (column->from_count ? column->from_count : 1); f++) {
        struct span raw = column->from_count ? cell_of(replayed, column, f) : (struct span){0};
        struct span *cells = result_add(result);
        cells[0] = column->from_count ? column->from[f]
                                      : trace_span(TEXT("(规格里的常数)", "(a constant of the spec)"));
        const struct mapping_row *row = row_of(replayed, column, raw);
        cells[1] = !column->from_count ? column->value
                   : column->map.size  ? mask_code(mask, raw, row != NULL, arena)
                                       : show_value(mask, target, raw, arena);
        cells[2] = trace_span(target->name);
        cells[3] = trace_span(target->label);
        if (f) continue;
        cells[4] = decoded(traced, column->target, mask, arena);
        if (row) cells[5] = result_format(arena, TEXT("%s 第 %u 行", "%s:%u"), row->file->path, row->line);
    }
}

/* Source columns that the spec does not read: nobody knows what is in them, so they are hidden. */
static void put_unread(const struct replayed *replayed, const struct mask *mask, struct arena *arena,
                       struct result *result) {
    (void)arena;
    for (uint32_t c = 0; c < replayed->columns.count; c++) {
        bool read = false;
        for (uint32_t i = 0; i < replayed->spec->column_count; i++)
            for (uint32_t f = 0; f < replayed->spec->columns[i].from_count; f++)
                read |= replayed->spec->columns[i].index[f] == (int)c;
        if (read) continue;
        struct span *cells = result_add(result);
        cells[0] = replayed->columns.names[c];
        cells[1] = !replayed->cells[c].size || mask->unmask ? replayed->cells[c] : SPAN("***");
        cells[3] = trace_span(TEXT("(规格没有用到)", "(not read by the spec)"));
    }
}

void trace_columns(const struct traced *traced, const struct replayed *replayed, const struct mask *mask,
                   struct arena *arena, struct result *result) {
    static const struct result_column columns[] = {
        TRACE_COLUMN("source", "源列", "Source column"), TRACE_COLUMN("raw", "原值", "As sent"),
        TRACE_COLUMN("target", "国标列", "Target"),      TRACE_COLUMN("label", "名称", "Label"),
        TRACE_COLUMN("value", "解码后", "Decoded"),      TRACE_COLUMN("mapping", "映射行", "Mapping row")};
    result_begin(result, arena, SPAN("各列"), SPAN("Columns"), columns, TRACE_COUNT(columns));
    if (replayed->read) {
        for (uint32_t i = 0; i < replayed->spec->column_count; i++)
            put_column(traced, replayed, &replayed->spec->columns[i], mask, arena, result);
        put_unread(replayed, mask, arena, result);
        return;
    }
    result->note = result_label(SPAN("原件不能重读，只有入库的值"),
                                SPAN("the bytes cannot be read again: published values only"));
    for (uint32_t i = 0; i < traced->kind->column_count; i++) {
        if (!traced->values[i]) continue;
        struct span *cells = result_add(result);
        cells[2] = trace_span(traced->kind->columns[i].name);
        cells[3] = trace_span(traced->kind->columns[i].label);
        cells[4] = decoded(traced, i, mask, arena);
    }
}

static const char *hash_of(const struct rules *rules, const char *path) {
    for (uint32_t i = 0; i < rules->file_count; i++)
        if (strcmp(rules->files[i].path, path) == 0) return rules->files[i].sha256;
    return "";
}

void trace_mappings(const struct traced *traced, const struct replayed *replayed, struct arena *arena,
                    struct result *result) {
    static const struct result_column columns[] = {
        TRACE_COLUMN("table", "映射表", "Table"),
        TRACE_COLUMN("code", "县代码", "Code"),
        TRACE_COLUMN("target", "目标", "Target"),
        TRACE_COLUMN("place", "位置", "Place"),
        TRACE_COLUMN("state", "状态", "State"),
        TRACE_COLUMN("author", "起草", "Author"),
        TRACE_COLUMN("reviewer", "审核", "Reviewer"),
        TRACE_COLUMN("sha256", "表的 SHA-256", "SHA-256 of the table")};
    (void)traced;
    result_begin(result, arena, SPAN("映射行"), SPAN("Mapping rows"), columns, TRACE_COUNT(columns));
    result->empty = result_label(SPAN("这一行没有用到映射"), SPAN("no mapping row was used"));
    for (uint32_t i = 0; replayed->read && replayed->use && i < replayed->rules.mappings->row_count; i++) {
        const struct mapping_row *row = replayed->rules.mappings->rows[i];
        bool used = false;
        for (uint32_t c = 0; c < replayed->spec->column_count && !used; c++) {
            const struct spec_column *column = &replayed->spec->columns[c];
            const struct mapping_row *through = column->map.size && column->from_count
                                                    ? row_of(replayed, column, cell_of(replayed, column, 0))
                                                    : NULL;
            used = through && through->number == row->number;
        }
        if (!used) continue;
        struct span *cells = result_add(result);
        cells[0] = row->file->table->name;
        cells[1] = result_format(arena, "%.*s %.*s", (int)row->code.size, row->code.bytes,
                                 (int)row->label.size, row->label.bytes);
        cells[2] = row->target.size
                       ? result_format(arena, "%.*s %.*s", (int)row->target.size, row->target.bytes,
                                       (int)row->target_label.size, row->target_label.bytes)
                       : trace_span(TEXT("不移交", "not handed over"));
        cells[3] = result_format(arena, TEXT("%s 第 %u 行", "%s:%u"), row->file->path, row->line);
        cells[4] = trace_span(row->reviewed ? TEXT("已审", "reviewed") : TEXT("草稿", "draft"));
        cells[5] = row->review->author;
        cells[6] = row->review->reviewer;
        cells[7] = trace_span(hash_of(&replayed->rules, row->file->path));
    }
}
