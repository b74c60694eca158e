/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/reason.h"
#include "core/language.h"

const struct reason_kind *reason_find(const char *code) {
    uint32_t from = 0, until = reason_kind_count;
    while (from < until) {
        uint32_t middle = from + (until - from) / 2;
        int order = strcmp(code, reason_kinds[middle].code);
        if (order == 0) return &reason_kinds[middle];
        if (order < 0) until = middle;
        else from = middle + 1;
    }
    return NULL;
}

const char *reason_suggestion(const struct reason_kind *kind) {
    return TEXT(kind->suggestion_zh, kind->suggestion_en);
}

/* The value of `name` in "a=1;b=2". */
static struct span detail_value(struct span detail, struct span name) {
    size_t at = 0;
    while (at < detail.size) {
        const char *start = detail.bytes + at;
        const char *end = memchr(start, ';', detail.size - at);
        size_t size = end ? (size_t)(end - start) : detail.size - at;
        if (size > name.size && start[name.size] == '=' && memcmp(start, name.bytes, name.size) == 0)
            return (struct span){start + name.size + 1, size - name.size - 1};
        at += size + 1;
    }
    return SPAN("?");
}

static size_t append(char *text, size_t size, size_t used, struct span part) {
    for (size_t i = 0; i < part.size; i++, used++)
        if (used + 1 < size) text[used] = part.bytes[i];
    return used;
}

size_t reason_sentence(const char *code, struct span detail, char *text, size_t size) {
    const struct reason_kind *kind = reason_find(code);
    const char *format = !kind ? code : language_get() == LANGUAGE_ZH ? kind->zh : kind->en;
    size_t used = 0;
    while (*format) {
        const char *open = strchr(format, '{');
        const char *close = open ? strchr(open, '}') : NULL;
        if (!close) {
            used = append(text, size, used, (struct span){format, strlen(format)});
            break;
        }
        used = append(text, size, used, (struct span){format, (size_t)(open - format)});
        struct span name = {open + 1, (size_t)(close - open - 1)};
        used = append(text, size, used, detail_value(detail, name));
        format = close + 1;
    }
    if (size) text[used < size ? used : size - 1] = '\0';
    return used;
}
