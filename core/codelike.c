/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/codelike.h"
#include "core/language.h"
#include <stdio.h>
#include <stdlib.h>

enum {
    CODE_MAX = 16,
    FIGURE_MAX = 30,
    RUN_MAX = 6,
    DIGITS_MAX = 10,
    LETTERS_MAX = 4,
    PERMIT_LETTERS = 2,
    NUMBER_MIN = 7,
    PERMIT_MAX = 10,
    MOBILE = 11,
    OLD_ID = 15,
    ID = 18
};

static bool digit(char c) { return c >= '0' && c <= '9'; }

static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Signs between digits do not end a run: 138-0000-0000 is a telephone. */
static bool shaped(struct span text) {
    int digits = 0, letters = 0, run = 0;
    if (text.size == 0 || text.size > CODE_MAX) return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (digit(c)) digits++, run++;
        else if (letter(c)) letters++, run = 0;
        else if (!strchr("-._/", c) || !c) return false;
        if (run > RUN_MAX) return false;
    }
    return digits <= DIGITS_MAX && (digits || letters <= LETTERS_MAX);
}

static int compare(const void *key, const void *item) {
    const struct span *text = key;
    const char *label = *(const char *const *)item;
    int order = strncmp(text->bytes, label, text->size);
    return order ? order : label[text->size] ? -1 : 0;
}

static bool known(struct span text) {
    return text.size &&
           bsearch(&text, codelike_labels, codelike_label_count, sizeof *codelike_labels, compare);
}

bool codelike(struct span text) {
    if (shaped(text)) return true;
    size_t before = 0;
    while (before < text.size && (unsigned char)text.bytes[before] < 0x80) before++;
    struct span label = {text.bytes + before, text.size - before};
    return known(label) && (before == 0 || shaped((struct span){text.bytes, before}));
}

bool codelike_number(struct span text) {
    int digits = 0, letters = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (digit(text.bytes[i])) digits++;
        else if (letter(text.bytes[i])) letters++;
        else if (!strchr("-._/()+ ", text.bytes[i]) || !text.bytes[i]) return false;
    }
    if (letters > PERMIT_LETTERS) return false;
    bool id = digits + letters == ID || digits == OLD_ID;
    return id || (letters ? digits >= NUMBER_MIN && digits <= PERMIT_MAX : digits >= NUMBER_MIN);
}

/* Full-width signs and digits are three bytes from EF BC 80 to EF BD 9E; the characters of dates and
   amounts that may stand beside them. */
static size_t figure_sign(const char *at, size_t left) {
    static const char *const signs[] = {"年", "月", "日", "时", "分", "秒",
                                        "元", "角", "万", "￥", "。", "、"};
    const unsigned char *b = (const unsigned char *)at;
    if (left >= 3 && b[0] == 0xEF && (b[1] == 0xBC || (b[1] == 0xBD && b[2] <= 0x9E))) return 3;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (left >= 3 && memcmp(at, signs[i], 3) == 0) return 3;
    return left >= 2 && memcmp(at, "¥", 2) == 0 ? 2 : 0;
}

bool codelike_figure(struct span text) {
    int digits = 0, letters = 0;
    if (text.size == 0 || text.size > FIGURE_MAX) return false;
    for (size_t i = 0, step = 1; i < text.size; i += step) {
        char c = text.bytes[i];
        bool wide = (unsigned char)c >= 0x80;
        step = wide ? figure_sign(text.bytes + i, text.size - i) : 1;
        if (!step) return false;
        if (wide)
            digits += text.bytes[i + step - 2] == '\xBC' && text.bytes[i + step - 1] >= '\x90' &&
                      text.bytes[i + step - 1] <= '\x99';
        else if (digit(c)) digits++;
        else if (letter(c)) letters++;
        else if (c < ' ' || c > '~') return false;
    }
    bool person = digits == MOBILE || digits == OLD_ID || digits + letters == ID || digits > ID;
    return digits && letters <= LETTERS_MAX && !person;
}

struct span codelike_hidden(struct span text, struct arena *arena) {
    char shown[48];
    size_t characters = 0;
    for (size_t i = 0; i < text.size; i++) characters += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
    int size = snprintf(shown, sizeof shown, TEXT("***(%zu字)", "***(%zu long)"), characters);
    return arena_copy(arena, (struct span){shown, (size_t)size});
}
