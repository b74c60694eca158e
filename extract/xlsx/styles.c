/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xlsx/styles.h"
#include "core/language.h"
#include "extract/xlsx/xml.h"
#include <stdlib.h>
#include <strings.h>

enum style style_of_builtin(uint32_t number) {
    enum { HOURS = 46 }; /* [h]:mm:ss */
    if (number == HOURS) return STYLE_ELAPSED;
    bool date = (number >= 14 && number <= 22) || (number >= 27 && number <= 36) ||
                (number >= 45 && number <= 47) || (number >= 50 && number <= 58);
    return date ? STYLE_DATE : STYLE_NUMBER;
}

static bool starts_with(struct span code, size_t at, const char *word) {
    size_t size = strlen(word);
    return code.size - at >= size && strncasecmp(code.bytes + at, word, size) == 0;
}

/* Whether the brackets that open at `at` hold only h, m or s; `close` is set to the closing one. */
static bool elapsed_brackets(struct span code, size_t at, size_t *close) {
    bool elapsed = true;
    size_t end = at + 1;
    for (; end < code.size && code.bytes[end] != ']'; end++)
        elapsed = elapsed && strchr("hHmMsS", code.bytes[end]) != NULL && code.bytes[end];
    *close = end;
    return elapsed && end > at + 1;
}

enum style style_of_format(struct span code) {
    bool elapsed = false, day = false, clock = false;
    for (size_t at = 0; at < code.size && code.bytes[at] != ';'; at++) {
        switch (code.bytes[at]) {
        case '"':
            for (at++; at < code.size && code.bytes[at] != '"'; at++) {}
            break;
        case '\\':
        case '_':
        case '*': at++; break;
        case '[': elapsed = elapsed_brackets(code, at, &at) || elapsed; break;
        case 'G':
        case 'g':
            if (starts_with(code, at, "General")) at += strlen("General") - 1;
            break;
        case 'y':
        case 'Y':
        case 'd':
        case 'D': day = true; break;
        case 'm':
        case 'M':
        case 'h':
        case 'H':
        case 's':
        case 'S': clock = true; break;
        default: break;
        }
    }
    if (elapsed && !day) return STYLE_ELAPSED;
    return day || clock ? STYLE_DATE : STYLE_NUMBER;
}

enum { FORMATS = 65536 };

struct reading {
    struct xml xml;
    struct styles *styles;
    struct arena *arena;
    uint8_t *formats; /* [FORMATS] 1 + enum style of a custom format; 0: built in */
    uint32_t capacity;
    bool cells; /* inside cellXfs */
};

static uint32_t number_of(const char *text) { return text ? (uint32_t)strtoul(text, NULL, 10) : 0; }

static void add_style(struct reading *reading, enum style style) {
    struct styles *styles = reading->styles;
    if (styles->count == STYLES_MAX) {
        xml_fail(&reading->xml, "file.format_mismatch", "%s", TEXT("单元格样式过多", "too many cell styles"));
        return;
    }
    if (styles->count == reading->capacity) {
        uint32_t capacity = reading->capacity ? reading->capacity * 2 : 64;
        uint8_t *grown = ARENA_NEW(reading->arena, uint8_t, capacity);
        if (styles->count) memcpy(grown, styles->styles, styles->count);
        styles->styles = grown;
        reading->capacity = capacity;
    }
    styles->styles[styles->count++] = (uint8_t)style;
}

static void styles_start(void *owner, const char *name, const char **attributes) {
    struct reading *reading = owner;
    if (strcmp(name, "numFmt") == 0) {
        uint32_t id = number_of(xml_attribute(attributes, "numFmtId"));
        const char *code = xml_attribute(attributes, "formatCode");
        if (id < FORMATS && code)
            reading->formats[id] = (uint8_t)(1 + style_of_format((struct span){code, strlen(code)}));
    } else if (strcmp(name, "cellXfs") == 0) {
        reading->cells = true;
    } else if (reading->cells && strcmp(name, "xf") == 0) {
        uint32_t id = number_of(xml_attribute(attributes, "numFmtId"));
        uint8_t custom = id < FORMATS ? reading->formats[id] : 0;
        add_style(reading, custom ? (enum style)(custom - 1) : style_of_builtin(id));
    }
}

static void styles_end(void *owner, const char *name) {
    struct reading *reading = owner;
    if (strcmp(name, "cellXfs") == 0) reading->cells = false;
}

bool styles_read(struct styles *styles, struct bytes *bytes, struct arena *arena, struct error *error) {
    static const struct xml_handlers handlers = {.start = styles_start, .end = styles_end};
    *styles = (struct styles){0};
    struct reading reading = {
        .styles = styles, .arena = arena, .formats = ARENA_NEW(arena, uint8_t, FORMATS)};
    if (!xml_open(&reading.xml, bytes, &handlers, &reading, error)) return false;
    bool ok = xml_all(&reading.xml, error);
    xml_close(&reading.xml);
    return ok;
}
