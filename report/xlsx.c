/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/xlsx.h"
#include "core/language.h"
#include "report/cell.h"
#include "report/layout.h"
#include "report/looks.h"
#include "report/xlsx_check.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

/* Excel keeps 15 significant digits (its specifications and limits), so an amount from 10^15 fen on
   would lose its last one: it is written as text.  Text: at most 32,767 characters in a cell. */
static const fen_total fen_max = 1000000000000000;
enum { CHARACTERS_MAX = 32000, NAME_MAX_CHARACTERS = 31, SCALE_MIN = 40, PAPER_A4 = 9, SHEETS_MAX = 64 };
enum { COLUMN_UNSET = 9 }; /* digits of a column whose width nobody set */
enum { SIGN_ROW_POINTS = 42, HEADER_POINTS = 34, LINE_POINTS = 15, LINES_SHOWN_MAX = 20 };

struct xlsx {
    char path[4096], folder[4096];
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    struct looks looks;
    char *footer, *text; /* `text`: the cell being written, NUL-terminated */
    size_t text_room;
    uint32_t row, header_row, part; /* next row of the sheet; its header; sheets of this table so far */
    uint32_t filter_columns;        /* of the sheet's first table; 0: its filter is set */
    uint32_t printed_columns;       /* 0: all; else those after them are for the screen */
    struct layout layout;           /* of the sheet's first table */
    uint32_t wide, width;           /* columns that its first page has, and how wide they are together */
    uint32_t starts[LAYOUT_COLUMNS_MAX + 1]; /* of the table being written: where its columns begin */
    bool failed;
    uint32_t sheet_count, rows[SHEETS_MAX]; /* [sheet_count] rows written, compared at the end */
    const struct span *lines;
    uint32_t line_count;
};

/* The library wants NUL-terminated text it may not scan for control characters: XML 1.0 has no
   place for most of them, so they become U+FFFD; a text too long for a cell says so. */
static const char *c_text(struct xlsx *xlsx, struct span text) {
    size_t need = text.size * 3 + 64, size = 0, characters = 0;
    if (need > xlsx->text_room) {
        free(xlsx->text);
        xlsx->text = malloc(xlsx->text_room = need * 2);
        assert(xlsx->text);
    }
    struct span rest = text;
    while (rest.size && characters++ < CHARACTERS_MAX) {
        const char *from = rest.bytes;
        uint32_t c = cell_character(&rest);
        bool bad = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F || c >= 0xFFFE || c == 0xFFFD;
        size_t count = (size_t)(rest.bytes - from);
        memcpy(xlsx->text + size, bad ? "\xEF\xBF\xBD" : from, bad ? 3 : count);
        size += bad ? 3 : count;
    }
    xlsx->text[size] = '\0';
    if (rest.size)
        snprintf(xlsx->text + size, 64,
                 TEXT("……（后面还有 %zu 字节，见 CSV）", "... (%zu bytes more, see the CSV)"), rest.size);
    return xlsx->text;
}

struct xlsx *write_xlsx_open(const char *path, struct span footer) {
    struct xlsx *xlsx = calloc(1, sizeof *xlsx);
    assert(xlsx);
    snprintf(xlsx->path, sizeof xlsx->path, "%s", path);
    snprintf(xlsx->folder, sizeof xlsx->folder, "%s", path);
    char *slash = strrchr(xlsx->folder, '/');
    if (slash) *slash = '\0';
    else snprintf(xlsx->folder, sizeof xlsx->folder, ".");
    /* Temporary files lie where the paper will: a full /tmp is none of its business. */
    lxw_workbook_options options = {.constant_memory = 1, .tmpdir = xlsx->folder, .use_zip64 = 0};
    xlsx->workbook = workbook_new_opt(path, &options);
    assert(xlsx->workbook);
    lxw_doc_properties properties = {.created = 946684800}; /* the same paper is the same bytes */
    workbook_set_properties(xlsx->workbook, &properties);
    looks_make(xlsx->workbook, &xlsx->looks);
    xlsx->footer = strdup(c_text(xlsx, footer));
    assert(xlsx->footer);
    for (char *mark = xlsx->footer; (mark = strchr(mark, '&')); mark++)
        *mark = '+'; /* '&' starts a code there */
    return xlsx;
}

static void put(struct xlsx *xlsx, uint32_t column, struct span text, lxw_format *format) {
    if (!xlsx->sheet) return;
    lxw_error bad =
        worksheet_write_string(xlsx->sheet, xlsx->row, (lxw_col_t)column, c_text(xlsx, text), format);
    if (bad != LXW_NO_ERROR) xlsx->failed = true;
}

/* One cell of the table being written; where a column spans several of the sheet's, they become one. */
static void put_spanned(struct xlsx *xlsx, uint32_t column, struct span text, lxw_format *format) {
    bool known = column < LAYOUT_COLUMNS_MAX;
    uint32_t from = known ? xlsx->starts[column] : column, last = known ? xlsx->starts[column + 1] - 1 : from;
    if (last == from || !xlsx->sheet) {
        put(xlsx, from, text, format);
        return;
    }
    lxw_error bad = worksheet_merge_range(xlsx->sheet, xlsx->row, (lxw_col_t)from, xlsx->row, (lxw_col_t)last,
                                          c_text(xlsx, text), format);
    if (bad != LXW_NO_ERROR) xlsx->failed = true;
}

/* Ends a row that was written: rows are counted where they are made. */
static void row_end(struct xlsx *xlsx) {
    xlsx->row++;
    if (xlsx->sheet_count && xlsx->sheet_count <= SHEETS_MAX) xlsx->rows[xlsx->sheet_count - 1]++;
}

/* At most 31 characters, none of []:*?/\, no apostrophe at an end, not there yet. */
static void sheet_name(struct xlsx *xlsx, struct span name, char text[LXW_MAX_SHEETNAME_LENGTH * 4]) {
    char clean[NAME_MAX_CHARACTERS * 4 + 1];
    for (uint32_t number = xlsx->part;; number++) {
        char suffix[16] = "";
        if (number > 1) snprintf(suffix, sizeof suffix, " (%u)", number);
        size_t size = 0, room = NAME_MAX_CHARACTERS - strlen(suffix);
        struct span rest = name;
        for (size_t i = 0; i < room && rest.size; i++) {
            const char *from = rest.bytes;
            uint32_t c = cell_character(&rest);
            bool bad = c < 0x20 || (c < 0x80 && strchr("[]:*?/\\'", (int)c));
            size_t count = bad ? 1 : (size_t)(rest.bytes - from);
            memcpy(clean + size, bad ? "_" : from, count);
            size += count;
        }
        snprintf(text, LXW_MAX_SHEETNAME_LENGTH * 4, "%.*s%s", (int)size, clean, suffix);
        if (workbook_validate_sheet_name(xlsx->workbook, text) == LXW_NO_ERROR) return;
        if (number > SHEETS_MAX) return;
        if (number == 0) number = 1;
    }
}

/* A table is whole: now the last row of the sheet's filter, and of what is printed, is known. */
static void filter_end(struct xlsx *xlsx) {
    if (!xlsx->sheet) return;
    uint32_t last = xlsx->row > xlsx->header_row + 1 ? xlsx->row - 1 : xlsx->header_row + 1;
    if (xlsx->printed_columns)
        worksheet_print_area(xlsx->sheet, 0, 0, last, (lxw_col_t)(xlsx->printed_columns - 1));
    if (xlsx->filter_columns == 0) return;
    worksheet_autofilter(xlsx->sheet, xlsx->header_row, 0, last, (lxw_col_t)(xlsx->filter_columns - 1));
    xlsx->filter_columns = 0;
}

/* Two pages of one row follow each other. */
static void sheet_pages(struct xlsx *xlsx) {
    const struct layout *layout = &xlsx->layout;
    if (layout->page == 0) {
        worksheet_fit_to_pages(xlsx->sheet, 1, 0);
        return;
    }
    lxw_col_t breaks[] = {(lxw_col_t)layout->page, 0};
    worksheet_set_v_pagebreaks(xlsx->sheet, breaks);
    if (layout->repeated) worksheet_repeat_columns(xlsx->sheet, 0, (lxw_col_t)(layout->repeated - 1));
    worksheet_print_across(xlsx->sheet);
    worksheet_set_print_scale(xlsx->sheet, (uint16_t)(layout->scale < SCALE_MIN ? SCALE_MIN : layout->scale));
}

/* A sentence above a table is as wide as its page, or the paper would end before it does. */
static void find_wide(struct xlsx *xlsx) {
    const struct layout *layout = &xlsx->layout;
    xlsx->wide = layout->page ? layout->page : layout->printed;
    xlsx->width = 0;
    for (uint32_t c = 0; c < xlsx->wide; c++) xlsx->width += layout->widths[c];
    for (; !layout->page && xlsx->width + COLUMN_UNSET <= LAYOUT_PAGE_WIDTH; xlsx->wide++)
        xlsx->width += COLUMN_UNSET;
}

/* A sentence of its own row, on as many lines as it needs. */
static void put_sentence(struct xlsx *xlsx, struct span text) {
    uint32_t lines = (cell_width(text) + xlsx->width - 1) / xlsx->width;
    if (lines > 1) worksheet_set_row(xlsx->sheet, xlsx->row, lines * LINE_POINTS + 4, NULL);
    lxw_error bad = xlsx->wide > 1 ? worksheet_merge_range(xlsx->sheet, xlsx->row, 0, xlsx->row,
                                                           (lxw_col_t)(xlsx->wide - 1), c_text(xlsx, text),
                                                           xlsx->looks.line)
                                   : LXW_NO_ERROR;
    if (xlsx->wide <= 1) put(xlsx, 0, text, xlsx->looks.line);
    if (bad != LXW_NO_ERROR) xlsx->failed = true;
    row_end(xlsx);
}

static void sheet_setup(struct xlsx *xlsx, const struct result *result) {
    char footer[512];
    worksheet_set_landscape(xlsx->sheet);
    worksheet_set_paper(xlsx->sheet, PAPER_A4);
    worksheet_set_margins(xlsx->sheet, 0.4, 0.4, 0.5, 0.6);
    worksheet_gridlines(xlsx->sheet, LXW_HIDE_ALL_GRIDLINES);
    /* 255 characters at most. */
    snprintf(footer, sizeof footer, "&L&8%.150s&R&8%s", xlsx->footer,
             TEXT("第 &P 页 共 &N 页", "page &P of &N"));
    if (worksheet_set_footer(xlsx->sheet, footer) != LXW_NO_ERROR) xlsx->failed = true;
    if (worksheet_set_header(xlsx->sheet, "&R&8&A") != LXW_NO_ERROR) xlsx->failed = true;
    xlsx->layout = layout_of(result);
    find_wide(xlsx);
    for (uint32_t c = 0; c < result->column_count && c < LAYOUT_COLUMNS_MAX; c++)
        worksheet_set_column(xlsx->sheet, (lxw_col_t)c, (lxw_col_t)c, xlsx->layout.widths[c], NULL);
    xlsx->printed_columns = result->screen;
    sheet_pages(xlsx);
}

/* The table's name, unless the sheet's title says it already. */
static void put_name(struct xlsx *xlsx, const struct result *result) {
    if (xlsx->line_count && result_named(result, xlsx->lines[0])) return;
    worksheet_set_row(xlsx->sheet, xlsx->row, 20, NULL);
    put(xlsx, 0, result_label(result->zh, result->en), xlsx->looks.name);
    row_end(xlsx);
}

static void put_header(struct xlsx *xlsx, const struct result *result) {
    put_name(xlsx, result);
    if (result->note.size) put_sentence(xlsx, result->note);
    xlsx->header_row = xlsx->row;
    worksheet_set_row(xlsx->sheet, xlsx->row, HEADER_POINTS, NULL);
    for (uint32_t c = 0; c < result->column_count; c++)
        put_spanned(xlsx, c, result_label(result->columns[c].zh, result->columns[c].en), xlsx->looks.header);
    row_end(xlsx);
}

static void add_choices(struct xlsx *xlsx, const struct result *result) {
    for (uint32_t c = 0; c < result->column_count; c++) {
        if (result->columns[c].show != SHOW_CHOICE) continue;
        char *list[9] = {NULL}, *rest = NULL;
        char *text = strdup(c_text(xlsx, result->columns[c].choices));
        assert(text);
        int count = 0;
        for (char *word = strtok_r(text, ",", &rest); word && count < 8; word = strtok_r(NULL, ",", &rest))
            list[count++] = word;
        lxw_data_validation choice = {.validate = LXW_VALIDATION_TYPE_LIST,
                                      .value_list = list,
                                      .ignore_blank = LXW_VALIDATION_ON,
                                      .dropdown = LXW_VALIDATION_ON};
        worksheet_data_validation_range(xlsx->sheet, xlsx->header_row + 1, (lxw_col_t)c, XLSX_ROWS_MAX,
                                        (lxw_col_t)c, &choice);
        free(text);
    }
}

static void put_title(struct xlsx *xlsx) {
    worksheet_set_row(xlsx->sheet, xlsx->row, 24, NULL);
    put(xlsx, 0, xlsx->lines[0], xlsx->looks.title);
    row_end(xlsx);
}

/* Room for a name and a seal: under a wide table its few columns share the width of the page. */
static void spread(struct xlsx *xlsx, const struct result *result) {
    const struct layout *layout = &xlsx->layout;
    uint32_t count = result->column_count < LAYOUT_COLUMNS_MAX ? result->column_count : LAYOUT_COLUMNS_MAX;
    uint32_t end = layout->page ? layout->page : layout->printed, whole = 0;
    bool shared = result->below && result_to_sign(result) && end > count;
    for (uint32_t c = 0; c < end; c++) whole += layout->widths[c];
    for (uint32_t c = 0, at = 0, used = 0; c <= count; c++) {
        while (shared && at + count < end + c &&
               (used * count < whole * c || (c && at <= xlsx->starts[c - 1])))
            used += layout->widths[at++];
        xlsx->starts[c] = shared ? at : c;
    }
}

static void sheet_begin(struct xlsx *xlsx, const struct result *result) {
    char name[LXW_MAX_SHEETNAME_LENGTH * 4];
    sheet_name(xlsx, result_label(result->zh, result->en), name);
    xlsx->sheet = xlsx->sheet_count < SHEETS_MAX ? workbook_add_worksheet(xlsx->workbook, name) : NULL;
    if (!xlsx->sheet) {
        xlsx->failed = true;
        return;
    }
    xlsx->sheet_count++;
    xlsx->row = 0;
    xlsx->filter_columns = result->column_count;
    sheet_setup(xlsx, result);
    for (uint32_t l = 0; l < xlsx->line_count; l++) {
        if (l) put_sentence(xlsx, xlsx->lines[l]);
        else put_title(xlsx);
    }
    spread(xlsx, result);
    put_header(xlsx, result);
    worksheet_repeat_rows(xlsx->sheet, xlsx->header_row, xlsx->header_row);
    worksheet_freeze_panes(xlsx->sheet, xlsx->header_row + 1, 0);
    add_choices(xlsx, result);
}

void write_xlsx_table(struct xlsx *xlsx, const struct result *result, const struct span *lines,
                      uint32_t line_count) {
    xlsx->lines = lines;
    xlsx->line_count = line_count;
    xlsx->part = 1;
    filter_end(xlsx);
    if (!result->below || !xlsx->sheet) {
        sheet_begin(xlsx, result);
        return;
    }
    xlsx->row++; /* an empty row between two tables */
    spread(xlsx, result);
    put_header(xlsx, result);
}

static enum look look_of(const struct cell *cell) {
    switch (cell->show) {
    case SHOW_COUNT: return LOOK_COUNT;
    case SHOW_FEN: return LOOK_FEN;
    case SHOW_SHARE:
    case SHOW_CHANGE: return LOOK_SHARE;
    case SHOW_VALUE: return LOOK_RIGHT;
    case SHOW_FILL:
    case SHOW_CHOICE: return LOOK_FILL;
    case SHOW_TEXT:
    case SHOW_LINK: break;
    }
    return LOOK_TEXT;
}

/* The file format itself holds numbers as doubles; below 10^15 fen the nearest one shows every digit. */
static void put_number(struct xlsx *xlsx, uint32_t column, const struct cell *cell, lxw_format *format) {
    enum show show = cell->show;
    double one = show == SHOW_FEN ? 100 : show == SHOW_SHARE || show == SHOW_CHANGE ? 10000 : 1;
    double number = (double)(int64_t)cell->value / one;
    lxw_error bad = worksheet_write_number(xlsx->sheet, xlsx->row, (lxw_col_t)column, number, format);
    if (bad != LXW_NO_ERROR) xlsx->failed = true;
}

static bool fits(const struct cell *cell) {
    return cell->number && cell->value < fen_max && cell->value > -fen_max;
}

/* Not every program makes room for wrapped text when it opens a file, so we do. */
static void set_height(struct xlsx *xlsx, const struct result *result, uint32_t row) {
    char buffer[CELL_TEXT];
    uint32_t lines = 1;
    for (uint32_t c = 0; c < result->column_count && c < LAYOUT_COLUMNS_MAX; c++) {
        struct cell cell = cell_read(result, row, c);
        if (cell_right(cell.show)) continue;
        struct span text = cell_shown(&cell, buffer);
        uint32_t room = xlsx->layout.widths[c] > 3 ? xlsx->layout.widths[c] - 2 : 1;
        uint32_t need = (cell_width(text) + room - 1) / room;
        for (size_t i = 0; i < text.size; i++) need += text.bytes[i] == '\n';
        if (need > lines) lines = need;
    }
    if (lines > LINES_SHOWN_MAX) lines = LINES_SHOWN_MAX;
    worksheet_set_row(xlsx->sheet, xlsx->row, lines * LINE_POINTS + 4, NULL);
}

void write_xlsx_rows(struct xlsx *xlsx, const struct result *result) {
    char buffer[CELL_TEXT];
    bool sign = result_to_sign(result);
    for (uint32_t r = 0; r < result->row_count && xlsx->sheet; r++) {
        if (xlsx->row >= XLSX_ROWS_MAX) {
            filter_end(xlsx);
            xlsx->part++;
            sheet_begin(xlsx, result);
            if (!xlsx->sheet) return;
        }
        if (sign) worksheet_set_row(xlsx->sheet, xlsx->row, SIGN_ROW_POINTS, NULL);
        else set_height(xlsx, result, r);
        for (uint32_t c = 0; c < result->column_count; c++) {
            struct cell cell = cell_read(result, r, c);
            enum look look = look_of(&cell);
            lxw_format *format =
                xlsx->looks.cells[sign && look == LOOK_FILL ? LOOK_SIGN : look][result->levels[r]];
            if (fits(&cell)) put_number(xlsx, c, &cell, format);
            else
                put_spanned(xlsx, c, cell_shown(&cell, buffer),
                            cell_right(cell.show) ? xlsx->looks.cells[LOOK_RIGHT][result->levels[r]]
                                                  : format);
        }
        row_end(xlsx);
    }
}

void write_xlsx_none(struct xlsx *xlsx, const struct result *result) {
    put(xlsx, 0, result->empty.size ? result->empty : result_label(SPAN("无"), SPAN("none")),
        xlsx->looks.line);
    row_end(xlsx);
}

/* A place that cannot be written is found here: libxlsxwriter would print a sentence of its own. */
static bool can_write(const char *path) {
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    return file >= 0 && close(file) == 0;
}

static bool finish(struct xlsx *xlsx, struct error *error) {
    lxw_error bad = LXW_NO_ERROR;
    bool open = can_write(xlsx->path);
    int number = open ? 0 : errno;
    if (open) {
        errno = 0;
        bad = workbook_close(xlsx->workbook);
        if (bad != LXW_NO_ERROR) number = errno;
    } else {
        lxw_workbook_free(xlsx->workbook);
    }
    if (open && bad == LXW_NO_ERROR && !xlsx->failed) return true;
    const char *why = number ? error_reason(number)
                      : bad != LXW_NO_ERROR
                          ? lxw_strerror(bad)
                          : TEXT("磁盘写满或单元格超限", "disk full or a cell beyond the limits");
    return error_set(error, TEXT("%s：工作簿写不出来：%s", "%s: the workbook cannot be written: %s"),
                     xlsx->path, why);
}

bool write_xlsx_close(struct xlsx *xlsx, struct error *error) {
    filter_end(xlsx);
    bool good = finish(xlsx, error);
    good = good && xlsx_check(xlsx->path, xlsx->rows, xlsx->sheet_count, error);
    free(xlsx->footer);
    free(xlsx->text);
    free(xlsx);
    return good;
}

bool write_xlsx(const struct paper *paper, const char *path, struct error *error) {
    struct span lines[8];
    uint32_t count = 0;
    lines[count++] = paper->title;
    for (uint32_t l = 0; l < paper->line_count; l++) lines[count++] = paper->lines[l];
    struct xlsx *xlsx = write_xlsx_open(path, paper->footer);
    for (uint32_t r = 0; r < paper->result_count; r++) {
        const struct result *result = &paper->results[r];
        write_xlsx_table(xlsx, result, lines, count);
        write_xlsx_rows(xlsx, result);
        if (result->row_count == 0) write_xlsx_none(xlsx, result);
    }
    return write_xlsx_close(xlsx, error);
}
