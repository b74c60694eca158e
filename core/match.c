/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/spec.h"
#include <stdint.h>

/* Longer patterns and names fit nothing; the file is then listed as unmatched. */
enum { PATTERN_MAX = 512, NAME_MAX_BYTES = 2048, PERIOD_PARTS = 4 };

/* What is left of pattern and name, and where it was already found that they do not fit: with that,
   every pair of positions is tried once, whatever a hostile pattern or name looks like. */
struct matching {
    struct span pattern, name;
    struct spec_rank *rank;
    struct span periods[PERIOD_PARTS]; /* the last first: they are found on the way back */
    uint32_t period_count;
    uint64_t failed[((PATTERN_MAX + 1) * (NAME_MAX_BYTES + 1) + 63) / 64];
};

static size_t pair(const struct matching *m, size_t p, size_t n) { return p * (m->name.size + 1) + n; }

static bool has_failed(const struct matching *m, size_t p, size_t n) {
    return m->failed[pair(m, p, n) / 64] >> pair(m, p, n) % 64 & 1;
}

static bool fail(struct matching *m, size_t p, size_t n) {
    m->failed[pair(m, p, n) / 64] |= (uint64_t)1 << pair(m, p, n) % 64;
    return false;
}

/* ASCII letters match without case, since DOS made them upper case. */
static int lower(char c) { return c >= 'A' && c <= 'Z' ? c + 32 : (unsigned char)c; }

static struct span *field(struct spec_rank *rank, const char *pattern, size_t left, size_t *size) {
    static const char *const names[] = {"{period}", "{revision}", "{part}"};
    for (int i = 0; i < 3; i++) {
        *size = strlen(names[i]);
        if (left < *size || memcmp(pattern, names[i], *size) != 0) continue;
        return i == 0 ? &rank->period : i == 1 ? &rank->revision : &rank->part;
    }
    return NULL;
}

static bool match(struct matching *m, size_t p, size_t n);

/* A field is one digit or more, as many as still let the rest fit. */
static bool match_field(struct matching *m, struct span *value, size_t p, size_t size, size_t n) {
    size_t until = n;
    while (until < m->name.size && m->name.bytes[until] >= '0' && m->name.bytes[until] <= '9') until++;
    for (; until > n; until--) {
        if (!match(m, p + size, until)) continue;
        *value = (struct span){m->name.bytes + n, until - n};
        if (value == &m->rank->period && m->period_count < PERIOD_PARTS)
            m->periods[m->period_count++] = *value;
        return true;
    }
    return fail(m, p, n);
}

/* A star takes what it needs, but no '!'. */
static bool match_star(struct matching *m, size_t p, size_t n) {
    for (size_t until = n;; until++) {
        if (match(m, p + 1, until)) return true;
        if (until == m->name.size || m->name.bytes[until] == '!') break;
        if (has_failed(m, p, until + 1)) break; /* this star has been here before */
    }
    for (size_t at = n; at <= m->name.size && !has_failed(m, p, at); at++) {
        fail(m, p, at);
        if (at < m->name.size && m->name.bytes[at] == '!') break;
    }
    return false;
}

/* One character, of however many UTF-8 bytes. */
static size_t character(struct span name, size_t n) {
    size_t until = n + 1;
    while (until < name.size && ((unsigned char)name.bytes[until] & 0xC0) == 0x80) until++;
    return until - n;
}

static bool match(struct matching *m, size_t p, size_t n) {
    if (has_failed(m, p, n)) return false;
    size_t from_p = p, from_n = n, size;
    while (p < m->pattern.size) {
        char c = m->pattern.bytes[p];
        if (c == '*') return match_star(m, p, n) || fail(m, from_p, from_n);
        struct span *value =
            c == '{' ? field(m->rank, m->pattern.bytes + p, m->pattern.size - p, &size) : NULL;
        if (value) return match_field(m, value, p, size, n) || fail(m, from_p, from_n);
        if (n == m->name.size || (c == '?' && m->name.bytes[n] == '!')) return fail(m, from_p, from_n);
        if (c != '?' && lower(c) != lower(m->name.bytes[n])) return fail(m, from_p, from_n);
        n += c == '?' ? character(m->name, n) : 1;
        p++;
    }
    return n == m->name.size || fail(m, from_p, from_n);
}

/* "{period}年{period}月" leaves months of one digit: 2020 and 1 are the period 202001, which sorts.  Only a
   year goes on, and not into the archive: there the first period counts. */
static void join_periods(const struct matching *m, struct spec_rank *rank) {
    size_t size = 0;
    for (uint32_t i = m->period_count; m->period_count > 1 && i-- > 0;) {
        struct span part = m->periods[i];
        const char *before = i + 1 < m->period_count ? m->periods[i + 1].bytes : part.bytes;
        bool first = size == 0, inside = memchr(before, '!', (size_t)(part.bytes - before)) != NULL;
        if (inside || (first ? part.size != 4 : part.size > 2)) break;
        if (part.size == 1) rank->joined[size++] = '0';
        memcpy(rank->joined + size, part.bytes, part.size);
        size += part.size;
    }
    if (size) rank->period = (struct span){rank->joined, size};
}

bool spec_match(struct span pattern, struct span name, struct spec_rank *rank) {
    struct spec_rank found = {0};
    struct matching m; /* not initialized as a whole: only the bits in use are cleared */
    if (rank) *rank = found;
    if (pattern.size > PATTERN_MAX || name.size > NAME_MAX_BYTES) return false;
    m.pattern = pattern;
    m.name = name;
    m.rank = &found;
    m.period_count = 0;
    memset(m.failed, 0, (pair(&m, pattern.size, name.size) / 64 + 1) * sizeof *m.failed);
    if (!match(&m, 0, 0)) return false;
    if (rank) *rank = found;
    if (rank) join_periods(&m, rank);
    return true;
}
