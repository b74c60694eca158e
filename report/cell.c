/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/cell.h"
#include <stdio.h>

enum { DIGITS_MAX = 36, SHARE_ONE = 10000 };

bool cell_number(struct span text, fen_total *value) {
    size_t at = text.size && text.bytes[0] == '-' ? 1 : 0;
    if (at == text.size || text.size - at > DIGITS_MAX) return false;
    fen_total sum = 0;
    for (size_t i = at; i < text.size; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9') return false;
        sum = sum * 10 + (text.bytes[i] - '0');
    }
    *value = at ? -sum : sum;
    return true;
}

static bool per_cent(enum show show) { return show == SHOW_SHARE || show == SHOW_CHANGE; }

struct cell cell_read(const struct result *result, uint32_t row, uint32_t column) {
    struct span text = result_cell(result, row, column);
    struct cell cell = {.show = result->columns[column].show, .null = !text.bytes, .text = text};
    if (cell.show == SHOW_VALUE) {
        const size_t mark = sizeof "¥" - 1;
        bool fen = text.size >= mark && memcmp(text.bytes, "¥", mark) == 0;
        cell.show = fen ? SHOW_FEN : SHOW_COUNT;
        if (fen) cell.text = (struct span){text.bytes + mark, text.size - mark};
    }
    if (cell.show == SHOW_LINK && text.size) {
        const char *tab = memchr(text.bytes, '\t', text.size);
        size_t size = tab ? (size_t)(tab - text.bytes) : 0;
        cell.link = (struct span){text.bytes, size};
        if (tab) cell.text = (struct span){tab + 1, text.size - size - 1};
    }
    bool numeric = cell.show == SHOW_COUNT || cell.show == SHOW_FEN || per_cent(cell.show);
    cell.number = !cell.null && numeric && cell_number(cell.text, &cell.value);
    return cell;
}

static struct span without(const char *text, char drop, char *into) {
    size_t size = 0;
    for (; *text; text++)
        if (*text != drop) into[size++] = *text;
    into[size] = '\0';
    return (struct span){into, size};
}

/* "-1,234.50" of fen without its last three letters is "-1,234": the same number times 100. */
static struct span count_shown(fen_total count, char buffer[CELL_TEXT]) {
    fen_text(count * 100, buffer);
    return (struct span){buffer, strlen(buffer) - 3};
}

struct span cell_shown(const struct cell *cell, char buffer[CELL_TEXT]) {
    if (cell->null && cell_right(cell->show)) return SPAN("—");
    if (!cell->number) return cell->text;
    if (cell->show == SHOW_FEN) {
        fen_text(cell->value, buffer);
        return (struct span){buffer, strlen(buffer)};
    }
    if (per_cent(cell->show)) {
        fen_text(cell->value, buffer);
        size_t size = strlen(buffer);
        buffer[size] = '%';
        return (struct span){buffer, size + 1};
    }
    return count_shown(cell->value, buffer);
}

struct span cell_exact(const struct cell *cell, char buffer[CELL_TEXT]) {
    if (!cell->number || cell->show == SHOW_COUNT) return cell->text;
    if (per_cent(cell->show)) {
        long long value = (long long)cell->value, whole = value / SHARE_ONE, rest = value % SHARE_ONE;
        int size = snprintf(buffer, CELL_TEXT, "%s%lld.%04lld", value < 0 ? "-" : "",
                            whole < 0 ? -whole : whole, rest < 0 ? -rest : rest);
        return (struct span){buffer, (size_t)size};
    }
    char grouped[FEN_TEXT];
    return without(fen_text(cell->value, grouped), ',', buffer);
}

bool cell_right(enum show show) {
    return show == SHOW_COUNT || show == SHOW_FEN || show == SHOW_VALUE || per_cent(show);
}

uint32_t cell_character(struct span *text) {
    const unsigned char *b = (const unsigned char *)text->bytes;
    size_t size = b[0] < 0x80 ? 1 : b[0] < 0xC0 ? 0 : b[0] < 0xE0 ? 2 : b[0] < 0xF0 ? 3 : 4;
    uint32_t character = size < 2 ? b[0] : b[0] & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size && i < text->size; i++) {
        if ((b[i] & 0xC0) != 0x80) size = 0;
        character = character << 6 | (b[i] & 0x3F);
    }
    if (size == 0 || size > text->size) {
        size = 1;
        character = 0xFFFD;
    }
    text->bytes += size;
    text->size -= size;
    return character;
}

/* The ranges that matter in Chinese text; ends are inclusive, as in the Unicode table. */
static const uint32_t wide[][2] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF}, {0xA000, 0xA4CF},   {0xA960, 0xA97C},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF}, {0xFE10, 0xFE19},   {0xFE30, 0xFE6B},   {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

uint32_t cell_width(struct span text) {
    uint32_t width = 0;
    while (text.size) {
        uint32_t c = cell_character(&text), size = 1;
        for (size_t i = 0; i < sizeof wide / sizeof *wide && size == 1; i++)
            if (c >= wide[i][0] && c <= wide[i][1]) size = 2;
        bool none = c < 0x20 || (c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) ||
                    (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF;
        width += none ? 0 : size;
    }
    return width;
}
