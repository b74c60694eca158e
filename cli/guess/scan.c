/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/scan.h"
#include "cli/guess/content.h"
#include "core/decimal.h"
#include "core/language.h"
#include "report/mask.h"
#include "report/output.h"
#include "report/write.h"
#include "report/xlsx.h"
#include "transform/row/text.h"

enum { SHOWN_VALUES = 8, AMOUNT_SCALE = 6, COLUMNS_MAX = 16, SHARE_ONE = 10000 };
enum { SHEET_FILES, SHEET_COLUMNS, SHEET_FAULTS, SHEET_RARE, SHEET_LOST, SHEET_HELP, SHEETS };

struct scanning {
    struct arena *arena;
    struct result *results, *sheets[SHEETS]; /* a sheet's first table among the results */
    uint32_t count;
    bool page;
    struct guess_words words;
    struct mask mask; /* without a secret: no tags */
};

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

/* The columns of every sheet, in order. */
static const struct {
    int sheet;
    const char *name, *zh, *en;
    enum show show;
    int width; /* on paper, in Latin letters */
} headings[] = {
    {SHEET_FILES, "file", "文件", "File", SHOW_TEXT, 44},
    {SHEET_FILES, "match", "样子", "Shape", SHOW_TEXT, 34},
    {SHEET_FILES, "format", "格式", "Format", SHOW_TEXT, 9},
    {SHEET_FILES, "encoding", "编码", "Encoding", SHOW_TEXT, 11},
    {SHEET_FILES, "evidence", "证据", "Evidence", SHOW_TEXT, 70},
    {SHEET_FILES, "rows", "行", "Rows", SHOW_COUNT, 11},
    {SHEET_FILES, "explained", "非数据行", "No data", SHOW_COUNT, 10},
    {SHEET_FILES, "shifted", "列不齐的行", "Shifted", SHOW_COUNT, 11},
    {SHEET_FILES, "columns", "列数", "Columns", SHOW_COUNT, 7},
    {SHEET_FILES, "faults", "解不开的格", "Undecodable", SHOW_COUNT, 11},
    {SHEET_COLUMNS, "match", "样子", "Shape", SHOW_TEXT, 30},
    {SHEET_COLUMNS, "number", "列号", "No.", SHOW_COUNT, 6},
    {SHEET_COLUMNS, "column", "列名", "Column", SHOW_TEXT, 18},
    {SHEET_COLUMNS, "meaning", "国标列", "Target", SHOW_TEXT, 26},
    {SHEET_COLUMNS, "type", "内容", "Type", SHOW_TEXT, 18},
    {SHEET_COLUMNS, "filled", "填写", "Filled", SHOW_SHARE, 10},
    {SHEET_COLUMNS, "distinct", "取值", "Distinct", SHOW_COUNT, 10},
    {SHEET_COLUMNS, "problems", "问题", "Problems", SHOW_TEXT, 34},
    {SHEET_COLUMNS, "range", "范围", "Range", SHOW_TEXT, 28},
    {SHEET_COLUMNS, "values", "常见取值(次数)", "Common values", SHOW_TEXT, 60},
    {SHEET_FAULTS, "file", "文件", "File", SHOW_TEXT, 44},
    {SHEET_FAULTS, "row", "行号", "Row", SHOW_COUNT, 10},
    {SHEET_FAULTS, "column", "列名", "Column", SHOW_TEXT, 18},
    {SHEET_FAULTS, "byte", "字节偏移", "Offset", SHOW_COUNT, 14},
    {SHEET_FAULTS, "hex", "字节", "Bytes", SHOW_TEXT, 16},
    {SHEET_RARE, "match", "样子", "Shape", SHOW_TEXT, 30},
    {SHEET_RARE, "column", "列名", "Column", SHOW_TEXT, 18},
    {SHEET_RARE, "character", "字", "Character", SHOW_TEXT, 6},
    {SHEET_RARE, "point", "码位", "Code point", SHOW_TEXT, 10},
    {SHEET_RARE, "class", "类别", "Class", SHOW_TEXT, 30},
    {SHEET_RARE, "count", "次数", "Count", SHOW_COUNT, 9},
    {SHEET_LOST, "match", "样子", "Shape", SHOW_TEXT, 30},
    {SHEET_LOST, "column", "列名", "Column", SHOW_TEXT, 18},
    {SHEET_LOST, "power", "写成 E+17 的", "As E+17", SHOW_COUNT, 13},
    {SHEET_LOST, "zeros", "16 位后全是 0 的", "Zeros from digit 16", SHOW_COUNT, 16},
    {SHEET_LOST, "filled", "填写", "Filled", SHOW_COUNT, 10},
    {SHEET_LOST, "advice", "怎么办", "What to do", SHOW_TEXT, 60},
    {SHEET_HELP, "number", "序号", "No.", SHOW_TEXT, 6},
    {SHEET_HELP, "text", "说明", "Text", SHOW_TEXT, 110},
};

static const struct {
    const char *zh, *en, *empty;
} sheets[SHEETS] = {{"文件", "Files", "没有文件"},
                    {"列", "Columns", "没有列"},
                    {"编码问题", "Encoding", "每个字节都解得开"},
                    {"生僻字", "Rare characters", "没有生僻字、自造字和替代符"},
                    {"受损号码", "Lost digits", "没有被电子表格损坏的长号码"},
                    {"说明", "How to read", ""}};

/* An empty sheet, without its first columns. */
static void begin(struct scanning *at, struct result *result, int sheet, uint32_t without) {
    struct result_column columns[COLUMNS_MAX];
    uint32_t count = 0;
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        if (headings[i].sheet == sheet)
            columns[count++] = (struct result_column){.name = span_of(headings[i].name),
                                                      .zh = span_of(headings[i].zh),
                                                      .en = span_of(headings[i].en),
                                                      .show = headings[i].show,
                                                      .width = headings[i].width};
    result_begin(result, at->arena, span_of(sheets[sheet].zh), span_of(sheets[sheet].en), columns + without,
                 count - without);
    result->empty = span_of(sheets[sheet].empty);
}

/* A page has a table of columns for each shape; a workbook has all in one, to be filtered. */
static void begin_all(struct scanning *at, const struct guess_group *groups, uint32_t count, bool page) {
    at->results = ARENA_NEW(at->arena, struct result, SHEETS + count);
    for (int sheet = SHEET_FILES; sheet < SHEETS; sheet++) {
        at->sheets[sheet] = &at->results[at->count];
        for (uint32_t g = 0; sheet == SHEET_COLUMNS && page && g < count; g++, at->count++) {
            struct result *result = &at->results[at->count];
            begin(at, result, sheet, 1);
            result->zh = result->en = span_of(groups[g].draft->match);
        }
        if (sheet != SHEET_COLUMNS || !page) begin(at, &at->results[at->count++], sheet, 0);
    }
}

static struct span number(struct scanning *at, uint64_t value) {
    return result_format(at->arena, "%ju", (uintmax_t)value);
}

static void add_file(struct scanning *at, const struct guess_source *source, const char *match) {
    struct span *cells = result_add(at->sheets[SHEET_FILES]);
    cells[0] = span_of(source->name);
    cells[1] = span_of(match);
    cells[2] = span_of(source->format);
    cells[3] = source->encoding ? span_of(source->encoding) : SPAN("");
    cells[4] = span_of(guess_notes(source, at->arena));
    cells[5] = number(at, source->rows);
    cells[6] = number(at, source->explained);
    cells[7] = number(at, source->shifted);
    cells[8] = number(at, source->columns.count);
    cells[9] = number(at, source->fault_total);
}

/* "byte=9;bytes=B0 C5": the value of one name. */
static struct span detail_of(struct span detail, const char *name) {
    const char *at = memmem(detail.bytes, detail.size, name, strlen(name));
    if (!at) return SPAN("");
    at += strlen(name);
    size_t left = (size_t)(detail.bytes + detail.size - at);
    const char *end = memchr(at, ';', left);
    return (struct span){at, end ? (size_t)(end - at) : left};
}

static void add_faults(struct scanning *at, const struct guess_source *source) {
    struct result *result = at->sheets[SHEET_FAULTS];
    for (uint64_t i = 0; i < source->fault_total && i < GUESS_FAULTS; i++) {
        const struct guess_fault *fault = &source->faults[i];
        struct span *cells = result_add(result);
        cells[0] = span_of(source->name);
        cells[1] = number(at, fault->row);
        if (fault->column && fault->column <= source->columns.count)
            cells[2] = source->columns.names[fault->column - 1];
        /* "bytes=" holds "byte" too, so the equal sign belongs to the name. */
        cells[3] = detail_of(fault->detail, "byte=");
        cells[4] = detail_of(fault->detail, "bytes=");
    }
    if (source->fault_total > GUESS_FAULTS) {
        struct span *cells = result_add(result);
        cells[0] = result_format(at->arena, TEXT("%s：还有 %ju 处", "%s: and %ju more"), source->name,
                                 (uintmax_t)(source->fault_total - GUESS_FAULTS));
    }
}

static const char *type_of(const struct profile_column *profile, struct arena *arena) {
    static const struct {
        const char *zh, *en;
        int shape; /* -1: whatever it is, all of it is */
    } types[] = {[CONTENT_EMPTY] = {"全空", "empty", -1},
                 [CONTENT_CITIZEN] = {"身份证号", "citizen ID", SHAPE_CITIZEN},
                 [CONTENT_NAME] = {"姓名", "name", SHAPE_NAME},
                 [CONTENT_PHONE] = {"电话", "phone", SHAPE_PHONE},
                 [CONTENT_DATE] = {"日期", "date", SHAPE_DATE},
                 [CONTENT_MONTH] = {"年月", "month", SHAPE_MONTH},
                 [CONTENT_MONEY] = {"金额", "amount", SHAPE_AMOUNT},
                 [CONTENT_CODE] = {"代码", "code", -1},
                 [CONTENT_NUMBER] = {"编号", "number", -1},
                 [CONTENT_TEXT] = {"文字", "text", -1}};
    enum content content = content_of(profile);
    const char *name = TEXT(types[content].zh, types[content].en);
    if (types[content].shape < 0) return name;
    uint64_t fits = profile->shapes[types[content].shape];
    if (fits == profile->filled) return name;
    return arena_print(arena, TEXT("%s，%ju 格不是", "%s, %ju are not"), name,
                       (uintmax_t)(profile->filled - fits));
}

static struct span amount(struct scanning *at, int64_t value, uint32_t decimals) {
    char text[24];
    size_t size = decimal_write(value, AMOUNT_SCALE, text);
    return result_format(at->arena, "%.*s", (int)(size - AMOUNT_SCALE + decimals - !decimals), text);
}

/* From least to most; a person's values and texts only by their length. */
static struct span range_of(struct scanning *at, const struct profile_column *profile, enum pii pii) {
    enum content content = content_of(profile);
    if (!profile->filled) return SPAN("");
    if (content == CONTENT_MONEY && pii == PII_NONE)
        return result_format(at->arena, "%s … %s", amount(at, profile->least, profile->decimals).bytes,
                             amount(at, profile->most, profile->decimals).bytes);
    if (pii == PII_NONE && (content == CONTENT_DATE || content == CONTENT_MONTH || content == CONTENT_CODE))
        return profile->first.hash == profile->last.hash
                   ? arena_copy(at->arena, profile_text(&profile->first))
                   : result_format(at->arena, "%.*s … %.*s", (int)profile->first.size, profile->first.bytes,
                                   (int)profile->last.size, profile->last.bytes);
    if (profile->shortest == profile->longest)
        return result_format(at->arena, TEXT("都是 %u 字节", "all of %u bytes"), profile->longest);
    return result_format(at->arena, TEXT("%u 到 %u 字节", "%u to %u bytes"), profile->shortest,
                         profile->longest);
}

/* The values met most often, each with its count; never one met fewer than five times. */
static struct span values_of(struct scanning *at, const struct profile_column *profile, enum pii pii) {
    bool taken[PROFILE_VALUES] = {false};
    const char *text = "";
    uint32_t shown = 0;
    if (pii == PII_NONE && content_of(profile) == CONTENT_NUMBER && profile->other) return SPAN("");
    for (; shown < SHOWN_VALUES; shown++) {
        int best = content_top(profile, taken);
        if (best < 0) break;
        struct span value = profile_text(&profile->values[best]);
        enum pii own = pii == PII_NONE && mask_citizen(value) ? PII_ID : pii;
        value = mask_value(&at->mask, own, value, at->arena);
        text = arena_print(at->arena, "%s%s%.*s (%ju)", text, *text ? TEXT("、", ", ") : "", (int)value.size,
                           value.bytes, (uintmax_t)profile->values[best].count);
    }
    if (pii != PII_NONE && profile->filled && profile->distinct > shown)
        text =
            arena_print(at->arena, TEXT("%s%s(个人信息，其余隐去)", "%s%s(personal, the others are hidden)"),
                        text, *text ? " " : "");
    return span_of(text);
}

static struct span problems_of(struct scanning *at, const struct profile_column *profile) {
    const char *text = "";
    uint64_t rare = profile->character_other;
    for (uint32_t i = 0; i < profile->character_count; i++) rare += profile->characters[i].count;
    if (profile->exponents + profile->zeros)
        text = arena_print(at->arena, TEXT("%ju 个号码丢了末几位；", "%ju numbers lost their last digits; "),
                           (uintmax_t)(profile->exponents + profile->zeros));
    if (rare)
        text = arena_print(at->arena, TEXT("%s%ju 个生僻字；", "%s%ju rare characters; "), text,
                           (uintmax_t)rare);
    if (profile->shapes[SHAPE_DAMAGED])
        text = arena_print(at->arena,
                           TEXT("%s%ju 格有自造字或替代符；", "%s%ju cells with private characters; "), text,
                           (uintmax_t)profile->shapes[SHAPE_DAMAGED]);
    return span_of(text);
}

static struct span target_of(struct scanning *at, const struct guess_draft *draft, uint32_t column) {
    for (uint32_t i = 0; i < draft->line_count; i++) {
        const struct kind_column *target = &draft->kind->columns[draft->lines[i].target];
        if (draft->lines[i].source == (int)column)
            return result_format(at->arena, "%s%s %s", draft->lines[i].score < GUESS_CERTAIN ? "？" : "",
                                 target->label, target->name);
    }
    return SPAN("");
}

static void add_column(struct scanning *at, struct result *table, const struct guess_draft *draft,
                       uint32_t column) {
    const struct profile_column *profile = &draft->source->profiles[column];
    enum pii pii = guess_personal(draft, column, &at->words, at->arena);
    struct span *cells = result_add(table);
    if (at->page) cells--; /* the table's name says the shape */
    else cells[0] = span_of(draft->match);
    cells[1] = number(at, column + 1);
    cells[2] = draft->source->columns.names[column];
    cells[3] = target_of(at, draft, column);
    cells[4] = span_of(type_of(profile, at->arena));
    cells[5] = number(at, profile->rows ? profile->filled * SHARE_ONE / profile->rows : 0);
    cells[6] = number(at, profile->distinct);
    cells[7] = problems_of(at, profile);
    cells[8] = range_of(at, profile, pii);
    cells[9] = values_of(at, profile, pii);
}

static const char *class_of(uint32_t point) {
    if (text_is_private_use(point))
        return TEXT("自造字，换机器就显示不出来", "private use: other machines show nothing");
    if (point == 0xFFFD || point == 0x25A1)
        return TEXT("替代符，原字已丢失", "a replacement: the character is lost");
    if ((point >= 0x3400 && point < 0x4DC0) || (point >= 0x20000 && point < 0x40000))
        return TEXT("扩展区汉字", "Han, extension");
    if (point >= 0x4E00 && point < 0xA000) return TEXT("GB 2312 以外的汉字", "Han beyond GB 2312");
    if (point >= 0xF900 && point < 0xFB00) return TEXT("兼容汉字", "Han, compatibility");
    return TEXT("其他符号", "another sign");
}

static void add_rare(struct scanning *at, const struct guess_draft *draft, uint32_t column) {
    const struct profile_column *profile = &draft->source->profiles[column];
    for (uint32_t i = 0; i < profile->character_count; i++) {
        const struct profile_character *character = &profile->characters[i];
        char text[4];
        size_t size = text_put(character->point, text);
        struct span *cells = result_add(at->sheets[SHEET_RARE]);
        cells[0] = span_of(draft->match);
        cells[1] = draft->source->columns.names[column];
        cells[2] = arena_copy(at->arena, (struct span){text, size});
        cells[3] = result_format(at->arena, "U+%04X", character->point);
        cells[4] = span_of(class_of(character->point));
        cells[5] = number(at, character->count);
    }
}

static void add_lost(struct scanning *at, const struct guess_draft *draft, uint32_t column) {
    const struct profile_column *profile = &draft->source->profiles[column];
    if (!profile->exponents && !profile->zeros) return;
    struct span *cells = result_add(at->sheets[SHEET_LOST]);
    cells[0] = span_of(draft->match);
    cells[1] = draft->source->columns.names[column];
    cells[2] = number(at, profile->exponents);
    cells[3] = number(at, profile->zeros);
    cells[4] = number(at, profile->filled);
    cells[5] = span_of(TEXT("电子表格只存 15 位；请从源系统按文本格式重新导出这一列",
                            "a spreadsheet keeps 15 digits: export the column again as text"));
}

static void add_help(struct scanning *at) {
    const char *const sentences[] = {
        TEXT("本表由 tongchou guess --scan 生成，只读文件，没有写数据库。",
             "made by tongchou guess --scan; nothing was written to a database"),
        TEXT("“样子”相同的文件合在一起数：一种样子一份源规格，{period} 是文件名里的期间。",
             "files of one shape are counted together; {period} is the date in their names"),
        TEXT("编码是逐字节验证全文得出的；证据里写“按常用字判断”的(如 Big5 与 GB18030 "
             "都解得开)是判断，不是证明，请看一眼汉字。",
             "encodings are tried on every byte; where Big5 and GB18030 both decode, the choice is a "
             "judgement by everyday characters, no proof: look at the Hanzi"),
        TEXT("个人信息的列只显示出现 5 次以上的取值并且遮盖，其余隐去；其他列也只显示出现 5 次以上的取值。",
             "of personal columns only values met 5 times or more are shown, masked; of others only such "
             "values too"),
        TEXT("“取值”不超过 64 种时准确，更多时为至少。",
             "distinct values are exact up to 64, beyond that at least so many"),
        TEXT("“国标列”前有“？”的是没有把握的。", "a '?' before the target: not certain")};
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        struct span *cells = result_add(at->sheets[SHEET_HELP]);
        cells[0] = result_format(at->arena, "%zu", i + 1);
        cells[1] = span_of(sentences[i]);
    }
}

static void fill(struct scanning *at, const struct guess_group *groups, uint32_t count) {
    for (uint32_t g = 0; g < count; g++) {
        const struct guess_draft *draft = groups[g].draft;
        for (uint32_t i = 0; i < groups[g].count; i++) {
            add_file(at, groups[g].members[i], draft->match);
            add_faults(at, groups[g].members[i]);
        }
        for (uint32_t c = 0; c < draft->source->columns.count; c++) {
            add_column(at, at->sheets[SHEET_COLUMNS] + (at->page ? g : 0), draft, c);
            add_rare(at, draft, c);
            add_lost(at, draft, c);
        }
    }
    add_help(at);
}

static bool ends(const char *path, const char *ending) {
    size_t size = strlen(path), tail = strlen(ending);
    return size > tail && strcmp(path + size - tail, ending) == 0;
}

bool guess_scan(const char *path, const struct guess_group *groups, uint32_t count, struct arena *arena,
                struct error *error) {
    struct scanning at = {.arena = arena, .page = ends(path, ".html")};
    if (!at.page && !ends(path, ".xlsx"))
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("--scan 写 .xlsx 或 .html：%s", "--scan writes .xlsx or .html: %s"), path);
    guess_words_read(&at.words, arena);
    begin_all(&at, groups, count, at.page);
    fill(&at, groups, count);
    struct paper paper = {
        .name = SPAN("数据扫描"),
        .title = span_of(TEXT("数据扫描", "Scan of the data")),
        .line_count = 1,
        .lines = {result_format(arena, TEXT("%u 个文件，%u 种样子", "%u files of %u shapes"),
                                at.sheets[SHEET_FILES]->row_count, count)},
        .footer = SPAN("tongchou guess --scan"),
        .result_count = at.count,
        .results = at.results};
    const char *slash = strrchr(path, '/');
    const char *folder = slash ? arena_print(arena, "%.*s", (int)(slash - path), path) : ".";
    struct span name = span_of(slash ? slash + 1 : path);
    struct output file;
    if (at.page) {
        if (!output_open(&file, *folder ? folder : "/", name, error)) return false;
        write_html(&paper, file.stream);
        return output_close(&file, error);
    }
    if (!output_place(&file, *folder ? folder : "/", name, error)) return false;
    if (write_xlsx(&paper, file.temporary, error)) return output_close(&file, error);
    output_abandon(&file);
    return false;
}
