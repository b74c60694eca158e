/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Fuzzes what reads one cell or one spec.  The first byte says which; each must keep what its header
   promises whatever it is given. */
#include "core/decimal.h"
#include "core/spec.h"
#include "transform/row/certno.h"
#include "transform/row/date.h"
#include "transform/row/name.h"
#include "transform/row/text.h"
#include <stdio.h>
#include <stdlib.h>

#define REQUIRE(condition)                                                                                   \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                          \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

/* What was read is written and read back. */
static void decimals(struct span text, struct arena *arena) {
    (void)arena;
    for (int scale = 0; scale <= 6; scale += 2) {
        int64_t value = 1, back = 0;
        char written[24];
        if (decimal_read(text, scale, &value) != DECIMAL_OK) {
            REQUIRE(value == 0);
            continue;
        }
        size_t size = decimal_write(value, scale, written);
        REQUIRE(size < sizeof written);
        REQUIRE(decimal_read((struct span){written, size}, scale, &back) == DECIMAL_OK && back == value);
    }
}

static void specs(struct span text, struct arena *arena) {
    struct spec spec;
    struct error error = {0};
    if (spec_read(text, "fuzz.yaml", NULL, arena, &spec, &error)) {
        REQUIRE(spec.ignore || (spec.kind && spec.key_count > 0));
        for (uint32_t i = 0; i < spec.column_count; i++)
            REQUIRE((spec.columns[i].from_count > 0) != spec.columns[i].has_value);
    } else {
        REQUIRE(*error.message && error.trouble == TROUBLE_USAGE);
    }
}

static void patterns(struct span text, struct arena *arena) {
    (void)arena;
    const char *line = text.size ? memchr(text.bytes, '\n', text.size) : NULL;
    if (!line) return;
    struct span pattern = {text.bytes, (size_t)(line - text.bytes)};
    struct span name = {line + 1, text.size - pattern.size - 1};
    struct spec_rank rank;
    bool fits = spec_match(pattern, name, &rank);
    REQUIRE(fits || (!rank.period.size && !rank.revision.size && !rank.part.size));
    for (size_t i = 0; i < rank.period.size; i++)
        REQUIRE(rank.period.bytes[i] >= '0' && rank.period.bytes[i] <= '9');
}

/* Extractors hand on UTF-8 and nothing else, so that is what readers of cells are given. */
static struct span valid(struct span text, struct arena *arena) {
    char *bytes = ARENA_NEW(arena, char, text.size * 3 + 1);
    size_t size = 0;
    for (size_t at = 0; at < text.size;) size += text_put(text_next(text, &at), bytes + size);
    return (struct span){bytes, size};
}

static void dates(struct span text, struct arena *arena) {
    text = valid(text, arena);
    int32_t days, back;
    int64_t microseconds;
    if (date_read(text, arena, &days) == DATE_OK) {
        char written[16];
        size_t size = date_write(days, written);
        REQUIRE(date_read((struct span){written, size}, arena, &back) == DATE_OK && back == days);
    }
    date_read_timestamp(text, arena, &microseconds);
    date_read_serial(text, arena, &days);
    date_read_month(text, arena, &days);
}

static void certificates(struct span text, struct arena *arena) {
    text = valid(text, arena);
    struct span normal = certno_normal(text, arena);
    struct span again = certno_normal(normal, arena);
    REQUIRE(span_equal(normal, again));
    certno_precision_lost(normal);
    struct certno found = certno_check(normal, (struct span){0}, NULL, arena);
    REQUIRE(!found.citizen || found.number.size == 18 || found.number.size == 15);
    certno_check(normal, SPAN("01"), NULL, arena);
}

static void names(struct span text, struct arena *arena) {
    text = valid(text, arena);
    struct span normal = name_normal(text, arena);
    name_illegal(normal, true);
    text_damage(normal, true);
    text_half_width(text, arena);
    REQUIRE(text_trim(text).size <= text.size);
    REQUIRE(text_without_nul(text, arena).size <= text.size);
}

static void (*const readers[])(struct span text, struct arena *arena) = {decimals, specs,        patterns,
                                                                         dates,    certificates, names};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size) return 0;
    struct arena arena = {0};
    /* A copy of exactly this size, so that the sanitizer sees a read behind it. */
    char *exact = malloc(size - 1 ? size - 1 : 1);
    REQUIRE(exact);
    memcpy(exact, data + 1, size - 1);
    readers[data[0] % (sizeof readers / sizeof *readers)]((struct span){exact, size - 1}, &arena);
    free(exact);
    arena_free(&arena);
    return 0;
}
