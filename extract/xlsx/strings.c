/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xlsx/strings.h"
#include "core/language.h"
#include "extract/xlsx/plain.h"
#include "extract/xlsx/xml.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static bool no_room(struct error *error, int number) {
    return error_set(error, TEXT("临时文件写不下：%s", "no room in the temporary folder: %s"),
                     error_reason(number));
}

/* posix_fallocate, not ftruncate: a full disk must be an error here, not SIGBUS at some later store. */
static bool grow_file(struct growing *growing, size_t capacity, struct error *error) {
    bool first = growing->fd < 0;
    if (first) {
        const char *folder = getenv("TMPDIR");
        growing->fd = open(folder && *folder ? folder : "/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (growing->fd < 0) return no_room(error, errno);
    }
    int failed = posix_fallocate(growing->fd, 0, (off_t)capacity);
    if (failed) return no_room(error, failed);
    char *bytes = mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_SHARED, growing->fd, 0);
    if (bytes == MAP_FAILED) return no_room(error, errno);
    if (first && growing->size) memcpy(bytes, growing->bytes, growing->size);
    if (first) free(growing->bytes);
    else munmap(growing->bytes, growing->capacity);
    growing->bytes = bytes;
    growing->capacity = capacity;
    return true;
}

static bool grow(struct growing *growing, size_t need, struct error *error) {
    size_t capacity = growing->capacity ? growing->capacity : 64 << 10;
    while (capacity < need) capacity *= 2;
    if (capacity > STRINGS_MEMORY) return grow_file(growing, capacity, error);
    char *bytes = realloc(growing->bytes, capacity);
    if (!bytes) return error_set(error, "%s", TEXT("内存不足", "out of memory"));
    growing->bytes = bytes;
    growing->capacity = capacity;
    return true;
}

bool growing_add(struct growing *growing, const void *bytes, size_t size, struct error *error) {
    if (size == 0) return true;
    if (growing->size + size > growing->capacity && !grow(growing, growing->size + size, error)) return false;
    memcpy(growing->bytes + growing->size, bytes, size);
    growing->size += size;
    return true;
}

void growing_free(struct growing *growing) {
    if (growing->fd >= 0) {
        if (growing->capacity) munmap(growing->bytes, growing->capacity);
        close(growing->fd);
    } else {
        free(growing->bytes);
    }
    *growing = (struct growing)GROWING_EMPTY;
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static size_t write_utf8(unsigned point, char *text) {
    if (point < 0x80) return text[0] = (char)point, 1;
    if (point < 0x800) return text[0] = (char)(0xC0 | point >> 6), text[1] = (char)(0x80 | (point & 63)), 2;
    text[0] = (char)(0xE0 | point >> 12);
    text[1] = (char)(0x80 | (point >> 6 & 63));
    text[2] = (char)(0x80 | (point & 63));
    return 3;
}

size_t strings_unescape(char *text, size_t size) {
    char *found = memmem(text, size, "_x", 2);
    if (!found) return size;
    size_t out = (size_t)(found - text);
    for (size_t at = out; at < size;) {
        unsigned point = 0;
        bool escape = size - at >= 7 && text[at] == '_' && text[at + 1] == 'x' && text[at + 6] == '_';
        for (size_t i = at + 2; escape && i < at + 6; i++) {
            int value = hex_value(text[i]);
            escape = value >= 0;
            point = point << 4 | (unsigned)(value & 15);
        }
        /* Halves of a surrogate pair and NUL would be no UTF-8 text: they stay as written. */
        if (escape && point && (point < 0xD800 || point > 0xDFFF)) {
            out += write_utf8(point, text + out);
            at += 7;
        } else {
            text[out++] = text[at++];
        }
    }
    return out;
}

struct reading {
    struct xml xml;
    struct strings *strings;
    size_t begin; /* of the current string */
    bool item, text, phonetic;
};

static void strings_start(void *owner, const char *name, const char **attributes) {
    (void)attributes;
    struct reading *reading = owner;
    if (strcmp(name, "si") == 0) reading->item = true, reading->begin = reading->strings->text.size;
    else if (strcmp(name, "rPh") == 0) reading->phonetic = true;
    else if (strcmp(name, "t") == 0) reading->text = reading->item && !reading->phonetic;
}

static void strings_text(void *owner, const char *text, int size) {
    struct reading *reading = owner;
    if (!reading->text) return;
    struct growing *all = &reading->strings->text;
    if (all->size + (size_t)size > STRINGS_BYTES_MAX)
        xml_fail(&reading->xml, "archive.too_large", "%s",
                 TEXT("共享字符串超过 2 GiB", "the shared strings pass 2 GiB"));
    else if (!growing_add(all, text, (size_t)size, reading->xml.error))
        xml_fail(&reading->xml, NULL, "%s", TEXT("共享字符串存不下", "no room for the shared strings"));
}

static void strings_end(void *owner, const char *name) {
    struct reading *reading = owner;
    struct strings *strings = reading->strings;
    if (strcmp(name, "t") == 0) reading->text = false;
    if (strcmp(name, "rPh") == 0) reading->phonetic = false;
    if (strcmp(name, "si") != 0 || !reading->item) return;
    reading->item = false;
    if (strings->text.size > reading->begin)
        strings->text.size = reading->begin + strings_unescape(strings->text.bytes + reading->begin,
                                                               strings->text.size - reading->begin);
    uint32_t end = (uint32_t)strings->text.size;
    if (strings->count == STRINGS_MAX)
        xml_fail(&reading->xml, "archive.too_large", "%s", TEXT("共享字符串过多", "too many shared strings"));
    else if (!growing_add(&strings->ends, &end, sizeof end, reading->xml.error))
        xml_fail(&reading->xml, NULL, "%s", TEXT("共享字符串存不下", "no room for the shared strings"));
    else strings->count++;
}

/* Past a plain <si> without runs, whose text is added; NULL: not plain, or a limit: nothing is changed. */
static const char *take_item(struct strings *strings, const char *at) {
    struct plain plain;
    struct plain_tag tag;
    struct plain_text text = {.raw = {"", 0}};
    const char *begin = at;
    if (!plain_prefix(&plain, begin, SPAN("si")) || !(at = plain_open(&plain, begin, "si", 2)) ||
        !(at = plain_attributes(at, &tag)))
        return NULL;
    if (!tag.empty) {
        const char *inside = plain_open(&plain, at = plain_blank(at), "t", 1);
        if (inside && !(at = plain_leaf(&plain, inside, "t", 1, &tag, &text))) return NULL;
        if (!(at = plain_close(&plain, plain_blank(at), "si", 2))) return NULL;
    }
    struct error ignored = {0}; /* expat meets it again */
    size_t before = strings->text.size;
    if (before + text.raw.size > STRINGS_BYTES_MAX || strings->count == STRINGS_MAX ||
        !growing_add(&strings->text, text.raw.bytes, text.raw.size, &ignored))
        return NULL;
    if (text.entities || text.escapes) {
        char *copy = strings->text.bytes + before;
        if (text.entities) text.raw.size = plain_decode(text.raw, copy);
        text.raw.size = strings_unescape(copy, text.raw.size);
    }
    strings->text.size = before + text.raw.size;
    uint32_t end = (uint32_t)strings->text.size;
    if (!growing_add(&strings->ends, &end, sizeof end, &ignored)) {
        strings->text.size = before;
        return NULL;
    }
    strings->count++;
    return at;
}

static enum xml_taken strings_take(void *owner, struct span bytes, size_t *size) {
    struct reading *reading = owner;
    if (reading->item || reading->text || reading->phonetic) return XML_TAKE_NONE;
    const char *taken = bytes.bytes, *at;
    while ((at = take_item(reading->strings, plain_blank(taken)))) taken = at;
    *size = (size_t)(taken - bytes.bytes);
    if (*size) return XML_TAKEN;
    bool whole = bytes.size > 4 && memmem(bytes.bytes + 4, bytes.size - 4, "si>", 3);
    return whole ? XML_TAKE_NONE : XML_TAKE_MORE;
}

bool strings_read(struct strings *strings, struct bytes *bytes, bool plain, struct error *error) {
    static const struct xml_handlers handlers = {.start = strings_start,
                                                 .end = strings_end,
                                                 .text = strings_text,
                                                 .take = strings_take,
                                                 .element = "si>"};
    *strings = (struct strings){.text = GROWING_EMPTY, .ends = GROWING_EMPTY};
    struct reading reading = {.strings = strings};
    if (!xml_open(&reading.xml, bytes, &handlers, &reading, error)) return false;
    reading.xml.parser_only = !plain;
    bool ok = xml_all(&reading.xml, error);
    xml_close(&reading.xml);
    if (!ok) strings_free(strings);
    return ok;
}

bool strings_get(const struct strings *strings, uint32_t index, struct span *text) {
    if (index >= strings->count) return false;
    uint32_t ends[2] = {0, 0};
    const char *at = strings->ends.bytes + (size_t)index * sizeof ends[0];
    if (index) memcpy(ends, at - sizeof ends[0], sizeof ends);
    else memcpy(&ends[1], at, sizeof ends[1]);
    *text = (struct span){strings->text.bytes ? strings->text.bytes + ends[0] : "", ends[1] - ends[0]};
    return true;
}

void strings_free(struct strings *strings) {
    growing_free(&strings->text);
    growing_free(&strings->ends);
    strings->count = 0;
}
