/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "report/cell.h"
#include "report/write.h"
#include <assert.h>
#include <openssl/evp.h>
#include <stdlib.h>

/* The one style sheet.  Its hash stands in the page's policy, so nothing else may style or run. */
static const char style[] =
    "*{box-sizing:border-box}"
    "body{margin:0 auto;padding:32px 40px 48px;max-width:1480px;background:#fff;color:#1d2329;"
    "font:14px/1.6 \"Noto Sans CJK SC\",\"Source Han Sans SC\",\"Microsoft YaHei\",\"PingFang SC\","
    "SimSun,sans-serif}"
    "h1{font-size:24px;font-weight:600;margin:0 0 4px}"
    "h2{font-size:16px;font-weight:600;margin:32px 0 6px;break-after:avoid}"
    "p{margin:2px "
    "0;color:#5b6570;overflow-wrap:anywhere}p.verdict{font-size:19px;line-height:1.7;color:#1d2329;margin:"
    "18px 0;"
    "padding:14px 20px;background:#f4f6f8;border-left:4px solid #5b7a99}"
    "p.none{padding:6px 0}"
    "table{border-collapse:collapse;min-width:50%;margin:6px 0}"
    "th,td{padding:5px 10px;border:1px solid #d5dae0;text-align:left;vertical-align:top}"
    "th{background:#f4f6f8;font-weight:600;vertical-align:bottom;white-space:nowrap}"
    "td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
    "td.short,td.tiny{white-space:nowrap}td.long{min-width:16em;overflow-wrap:anywhere}"
    "td.neg{color:#a8201a}td.zero,td.null{color:#a4adb6}"
    "td.fill{background:#fffbea;min-width:7em}"
    "tr.subtotal td{background:#f1f4f7;font-weight:600}"
    "tr.total td{background:#e1e7ed;font-weight:600}"
    "table.sign td{height:52px;vertical-align:middle}table.sign td.fill{background:none}"
    "a{color:#245a8d;text-decoration:none}a:hover{text-decoration:underline}"
    "code{font-family:\"DejaVu Sans Mono\",Consolas,monospace;font-size:13px}"
    "svg{vertical-align:middle;margin-left:8px}"
    ".wide{overflow-x:auto}"
    "section.pair{margin:30px 0;padding-top:2px;border-top:2px solid #d5dae0;break-inside:avoid}"
    "section.pair h2{margin:14px 0 4px}span.none,td.none{color:#a4adb6}"
    "span.tag{margin-left:12px;padding:2px 12px;border-radius:11px;background:#e8eef4;color:#245a8d;"
    "font-size:13px;font-weight:600}"
    "table.pair th,table.pair td{vertical-align:middle}table.pair td svg{margin:0;display:block}"
    "td.differs{background:#fdf3f2}mark{background:#f4c9c5;color:inherit;border-radius:2px}"
    "svg.time{margin:8px 0}.sides{display:flex;gap:40px;margin:4px 0}.sides div{flex:1}"
    "@page{size:A4 landscape;margin:12mm 12mm 14mm}"
    "@media print{body{padding:0;max-width:none;font-size:9.5px;line-height:1.45}"
    "h1{font-size:17px}h2{font-size:12px;margin-top:16px}p.verdict{font-size:12px}.wide{overflow:visible}"
    "th,td{padding:2px 5px}thead{display:table-header-group}tr{break-inside:avoid}"
    "td.short{white-space:normal}td.long{min-width:0}td.fill{background:none;min-width:4em}"
    "table.dense{font-size:8px}table.dense th,table.dense td{padding:2px 3px}table.dense "
    "th{white-space:normal}"
    "table.sign td{height:44px}a{color:inherit}table{width:100%}h2.annex{break-before:page}"
    "h2+p{break-after:avoid}"
    "h2+.wide:has(table.sign){break-inside:avoid}}";

enum {
    TINY_TEXT = 12,
    SHORT_TEXT = 24,
    DENSE_COLUMNS = 16,
    BAR_WIDTH = 72,
    BAR_HEIGHT = 8,
    SHARE_ONE = 10000
};

void write_html_text(struct span text, FILE *stream) {
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c == '&') fputs("&amp;", stream);
        else if (c == '<') fputs("&lt;", stream);
        else if (c == '>') fputs("&gt;", stream);
        else if (c == '"') fputs("&quot;", stream);
        else if (c == '\'') fputs("&#39;", stream);
        else if (c == '\n') fputs("<br>", stream);
        else fputc(c < 0x20 || c == 0x7F ? ' ' : c, stream);
    }
}

/* A string of CSS: quotes and backslashes by number. */
static void put_css_string(struct span text, FILE *stream) {
    fputc('"', stream);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c < 0x20 || strchr("\"\\<>&", c)) fprintf(stream, "\\%x ", (unsigned)c);
        else fputc(c, stream);
    }
    fputc('"', stream);
}

static void put_style(struct span footer, char **text, size_t *size) {
    FILE *stream = open_memstream(text, size);
    assert(stream);
    fputs(style, stream);
    fputs("@page{@bottom-left{font-size:8px;color:#5b6570;content:", stream);
    put_css_string(footer, stream);
    fputs("}@bottom-right{font-size:8px;color:#5b6570;content:", stream);
    fputs(TEXT("\"第 \" counter(page) \" 页 / 共 \" counter(pages) \" 页\"",
               "\"page \" counter(page) \" of \" counter(pages)"),
          stream);
    fputs("}}", stream);
    fclose(stream);
}

void write_html_begin(struct span title, struct span footer, FILE *stream) {
    unsigned char digest[EVP_MAX_MD_SIZE], encoded[EVP_MAX_MD_SIZE * 2];
    unsigned digest_size = 0;
    char *sheet = NULL;
    size_t size = 0;
    put_style(footer, &sheet, &size);
    EVP_Digest(sheet, size, digest, &digest_size, EVP_sha256(), NULL);
    EVP_EncodeBlock(encoded, digest, (int)digest_size);
    fprintf(stream, "<!DOCTYPE html>\n<html lang=\"%s\">\n<meta charset=\"utf-8\">\n", TEXT("zh-CN", "en"));
    fprintf(stream,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
            encoded);
    fputs("<meta name=\"viewport\" content=\"width=device-width\">\n<title>", stream);
    write_html_text(title, stream);
    fprintf(stream, "</title>\n<style>%s</style>\n<h1>", sheet);
    write_html_text(title, stream);
    fputs("</h1>\n", stream);
    free(sheet);
}

/* How much of a whole: a bar beside the number. */
static void put_bar(const struct cell *cell, FILE *stream) {
    int part = cell->value < 0 ? 0 : cell->value > SHARE_ONE ? SHARE_ONE : (int)cell->value;
    int width = part * BAR_WIDTH / SHARE_ONE;
    fprintf(stream,
            "<svg width=\"%d\" height=\"%d\" aria-hidden=\"true\"><rect width=\"%d\" height=\"%d\" "
            "fill=\"#e3e7ec\"/><rect width=\"%d\" height=\"%d\" fill=\"#5b7a99\"/></svg>",
            BAR_WIDTH, BAR_HEIGHT, BAR_WIDTH, BAR_HEIGHT, width, BAR_HEIGHT);
}

static const char *class_of(const struct cell *cell, struct span shown) {
    bool number = cell_right(cell->show);
    if (cell->show == SHOW_FILL || cell->show == SHOW_CHOICE) return "fill";
    if (number && cell->null) return "n null";
    if (number && cell->number && cell->value < 0) return "n neg";
    if (number && cell->number && cell->value == 0) return "n zero";
    if (number) return "n";
    uint32_t width = cell_width(shown);
    return width <= TINY_TEXT ? "tiny" : width <= SHORT_TEXT ? "short" : "long";
}

static void put_cell(const struct result *result, uint32_t row, uint32_t column, FILE *stream) {
    char buffer[CELL_TEXT];
    struct cell cell = cell_read(result, row, column);
    struct span shown = cell_shown(&cell, buffer);
    fprintf(stream, "<td class=\"%s\">", class_of(&cell, shown));
    if (cell.link.size) {
        fputs("<a href=\"", stream);
        write_html_text(cell.link, stream);
        fputs("\">", stream);
    }
    write_html_text(shown, stream);
    if (cell.link.size) fputs("</a>", stream);
    if (cell.show == SHOW_SHARE && cell.number) put_bar(&cell, stream);
    fputs("</td>", stream);
}

/* `annex`: begins a page; `named`: the paper's title says its name already. */
static void put_result(const struct result *result, bool annex, bool named, FILE *stream) {
    static const char *const levels[] = {"", " class=\"subtotal\"", " class=\"total\""};
    if (!named) {
        fputs(annex ? "<h2 class=\"annex\">" : "<h2>", stream);
        write_html_text(result_label(result->zh, result->en), stream);
        fputs("</h2>\n", stream);
    }
    if (result->note.size) {
        fputs("<p>", stream);
        write_html_text(result->note, stream);
        fputs("</p>\n", stream);
    }
    if (result->row_count == 0) {
        fputs("<p class=\"none\">", stream);
        write_html_text(result->empty.size ? result->empty : result_label(SPAN("无"), SPAN("none")), stream);
        fputs("</p>\n", stream);
        return;
    }
    fprintf(stream, "<div class=\"wide\"><table%s>\n<thead><tr>",
            result_to_sign(result)                 ? " class=\"sign\""
            : result->column_count > DENSE_COLUMNS ? " class=\"dense\""
                                                   : "");
    for (uint32_t c = 0; c < result->column_count; c++) {
        const struct result_column *column = &result->columns[c];
        fputs(cell_right(column->show) ? "<th class=\"n\">" : "<th>", stream);
        write_html_text(result_label(column->zh, column->en), stream);
        fputs("</th>", stream);
    }
    fputs("</tr></thead>\n<tbody>\n", stream);
    for (uint32_t r = 0; r < result->row_count; r++) {
        fprintf(stream, "<tr%s>", levels[result->levels[r]]);
        for (uint32_t c = 0; c < result->column_count; c++) put_cell(result, r, c, stream);
        fputs("</tr>\n", stream);
    }
    fputs("</tbody></table></div>\n", stream);
}

void write_html_result(const struct result *result, FILE *stream) {
    put_result(result, false, false, stream);
}

void write_html_end(FILE *stream) { fputs("</html>\n", stream); }

void write_html(const struct paper *paper, FILE *stream) {
    write_html_begin(paper->title, paper->footer, stream);
    for (uint32_t l = 0; l < paper->line_count; l++) {
        fputs("<p>", stream);
        write_html_text(paper->lines[l], stream);
        fputs("</p>\n", stream);
    }
    /* What is signed ends with its signatures: what follows them are annexes, on pages of their own. */
    bool annex = false;
    for (uint32_t r = 0; r < paper->result_count; r++) {
        put_result(&paper->results[r], annex && !paper->results[r].below,
                   result_named(&paper->results[r], paper->title), stream);
        annex = annex || result_to_sign(&paper->results[r]);
    }
    write_html_end(stream);
}
