/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xlsx/cell.h"

char cell_type(struct span name) {
    static const struct {
        struct span name;
        char type;
    } types[] = {{{"s", 1}, 's'}, {{"n", 1}, 'n'}, {{"str", 3}, 't'}, {{"inlineStr", 9}, 'i'},
                 {{"b", 1}, 'b'}, {{"e", 1}, 'e'}, {{"d", 1}, 'd'}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_equal(name, types[i].name)) return types[i].type;
    return '\0';
}

static bool shared_string(const struct strings *strings, struct span value, struct span *text) {
    uint32_t index = 0;
    if (value.size == 0 || value.size > 9) return false;
    for (size_t i = 0; i < value.size; i++) {
        if (value.bytes[i] < '0' || value.bytes[i] > '9') return false;
        index = index * 10 + (uint32_t)(value.bytes[i] - '0');
    }
    return strings_get(strings, index, text);
}

bool cell_text(const struct sheet_values *values, char type, uint32_t style, struct span value,
               char room[NUMBER_TEXT], struct span *text) {
    *text = value;
    switch (type) {
    case 's': return shared_string(&values->strings, value, text);
    case 'b':
        if (value.size == 1 && value.bytes[0] == '1') *text = SPAN("TRUE");
        if (value.size == 1 && value.bytes[0] == '0') *text = SPAN("FALSE");
        return true;
    case 'd': { /* ISO 8601: 2020-12-31T10:20:30 with a space, as dates by style are written */
        if (value.size < 11 || value.size > NUMBER_TEXT || value.bytes[10] != 'T') return true;
        memcpy(room, value.bytes, value.size);
        room[10] = ' ';
        size_t size = value.size - (room[value.size - 1] == 'Z');
        bool midnight = size == 19 && memcmp(room + 11, "00:00:00", 8) == 0;
        *text = (struct span){room, midnight ? 10 : size};
        return true;
    }
    case 'n': {
        uint8_t as = style < values->styles.count ? values->styles.styles[style] : STYLE_NUMBER;
        size_t size = as == STYLE_DATE      ? number_date(value, values->system_1904, room)
                      : as == STYLE_ELAPSED ? number_elapsed(value, room)
                                            : 0;
        *text = size ? (struct span){room, size} : number_canonical(value, room);
        return true;
    }
    default: return true;
    }
}
