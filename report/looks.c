/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/looks.h"

/* Type as large as the columns are measured for: it is what a wide table is scaled down from. */
static const double TYPE_POINTS = 10.5;

static lxw_format *format_new(lxw_workbook *workbook, double points) {
    lxw_format *format = workbook_add_format(workbook);
    format_set_font_name(format, "Microsoft YaHei");
    format_set_font_size(format, points);
    format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
    return format;
}

static lxw_format *cell_new(lxw_workbook *workbook, enum look look, int level) {
    static const lxw_color_t grounds[] = {0, 0xF1F4F7, 0xE1E7ED};
    lxw_format *format = format_new(workbook, TYPE_POINTS);
    format_set_border(format, LXW_BORDER_THIN);
    format_set_border_color(format, 0xC4CBD3);
    if (level) format_set_bold(format);
    if (level || look == LOOK_FILL) {
        format_set_pattern(format, LXW_PATTERN_SOLID);
        format_set_bg_color(format, look == LOOK_FILL ? 0xFFFBEA : grounds[level]);
    }
    if (look == LOOK_TEXT || look == LOOK_FILL || look == LOOK_SIGN) {
        format_set_num_format(format, "@");
        format_set_text_wrap(format);
        format_set_align(format, LXW_ALIGN_LEFT);
    } else {
        format_set_align(format, LXW_ALIGN_RIGHT);
    }
    format_set_indent(format, 1); /* off the line beside it */
    if (look == LOOK_COUNT) format_set_num_format(format, "#,##0");
    if (look == LOOK_FEN) format_set_num_format(format, "#,##0.00");
    if (look == LOOK_SHARE) format_set_num_format(format, "0.00%");
    return format;
}

void looks_make(lxw_workbook *workbook, struct looks *looks) {
    for (int look = 0; look < LOOKS; look++)
        for (int level = 0; level < LOOK_LEVELS; level++)
            looks->cells[look][level] = cell_new(workbook, (enum look)look, level);
    looks->title = format_new(workbook, 15);
    format_set_bold(looks->title);
    looks->line = format_new(workbook, TYPE_POINTS);
    format_set_font_color(looks->line, 0x5B6570);
    format_set_text_wrap(looks->line);
    format_set_align(looks->line, LXW_ALIGN_LEFT);
    looks->name = format_new(workbook, 11);
    format_set_bold(looks->name);
    looks->header = format_new(workbook, TYPE_POINTS);
    format_set_bold(looks->header);
    format_set_border(looks->header, LXW_BORDER_THIN);
    format_set_border_color(looks->header, 0xC4CBD3);
    format_set_pattern(looks->header, LXW_PATTERN_SOLID);
    format_set_bg_color(looks->header, 0xE6EAEF);
    format_set_text_wrap(looks->header);
    format_set_align(looks->header, LXW_ALIGN_CENTER);
}
