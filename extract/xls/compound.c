/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xls/compound.h"
#include "core/language.h"
#include <stdlib.h>

enum { HEADER = 512, ENTRY = 128, DIRECT = 109, ENTRIES_MAX = 65536 };
#define FREE_SECTOR 0xffffffffu
#define LAST_SECTOR 0xfffffffau /* what is at or above it is no sector */

static bool damaged(struct error *error) {
    return error_code(error, TROUBLE_FAILED, "file.format_mismatch", "%s",
                      TEXT("复合文档结构损坏或不完整", "the compound file is damaged or cut short"));
}

static void *get(size_t size) {
    void *memory = calloc(size ? size : 1, 1);
    if (!memory) abort(); /* as the arena does */
    return memory;
}

/* A whole sector, NULL when the file does not hold it. */
static const char *sector(const struct compound *compound, uint32_t number) {
    uint64_t from = ((uint64_t)number + 1) << compound->shift, size = UINT64_C(1) << compound->shift;
    if (number >= LAST_SECTOR || from + size > compound->size) return NULL;
    return compound->file + from;
}

/* The last sector of a file may be cut where its stream ends. */
static size_t sector_copy(const struct compound *compound, uint32_t number, char *to, size_t want) {
    uint64_t from = ((uint64_t)number + 1) << compound->shift, size = UINT64_C(1) << compound->shift;
    if (number >= LAST_SECTOR || from >= compound->size) return 0;
    if (size > compound->size - from) size = compound->size - from;
    if (size > want) size = want;
    memcpy(to, compound->file + from, size);
    return size;
}

static bool add_table(struct compound *compound, uint32_t number, uint32_t most) {
    const char *from = sector(compound, number);
    uint32_t per = UINT32_C(1) << (compound->shift - 2);
    if (!from || compound->table_count + per > most) return false;
    for (uint32_t i = 0; i < per; i++) compound->table[compound->table_count++] = little32(from + 4 * i);
    return true;
}

static bool read_table(struct compound *compound) {
    uint32_t per = UINT32_C(1) << (compound->shift - 2);
    uint32_t sectors = (uint32_t)(compound->size >> compound->shift) + 1,
             count = little32(compound->file + 44);
    if (count > sectors / per + 1) return false;
    uint32_t most = count * per, left = count;
    compound->table = get((size_t)most * sizeof *compound->table);
    for (uint32_t i = 0; i < DIRECT && left; i++, left--)
        if (!add_table(compound, little32(compound->file + 76 + 4 * i), most)) return false;
    uint32_t next = little32(compound->file + 68);
    while (left) {
        const char *from = sector(compound, next);
        if (!from) return false;
        for (uint32_t i = 0; i + 1 < per && left; i++, left--)
            if (!add_table(compound, little32(from + 4 * i), most)) return false;
        next = little32(from + 4 * (per - 1));
    }
    return true;
}

/* Whether the file reaches to the last sector in use, be it another stream's: a cut copy is no delivery. */
static bool is_complete(const struct compound *compound) {
    uint32_t used = compound->table_count;
    while (used && compound->table[used - 1] == FREE_SECTOR) used--;
    return (uint64_t)used << compound->shift < compound->size;
}

bool compound_open(struct compound *compound, struct bytes *bytes, struct error *error) {
    size_t room = 1 << 20;
    *compound = (struct compound){.file = get(room)};
    ptrdiff_t got;
    while ((got = bytes_read(bytes, compound->file + compound->size, room - compound->size, error)) > 0) {
        compound->size += (size_t)got;
        if (compound->size < room) continue;
        if (room >= COMPOUND_BYTES_MAX)
            return error_code(error, TROUBLE_REFUSED, "archive.too_large",
                              TEXT("xls 文件超过 %d MB", "the xls file passes %d MB"),
                              COMPOUND_BYTES_MAX >> 20);
        compound->file = realloc(compound->file, room *= 2);
        if (!compound->file) abort();
    }
    if (got < 0) return false;
    if (compound->size < HEADER || memcmp(compound->file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) != 0)
        return error_code(error, TROUBLE_REFUSED, "file.format_mismatch", "%s",
                          TEXT("不是 xls 工作簿(复合文档)", "no xls workbook (compound file)"));
    compound->shift = little16(compound->file + 30);
    compound->mini_shift = little16(compound->file + 32);
    compound->mini_cutoff = little32(compound->file + 56);
    bool good = (compound->shift == 9 || compound->shift == 12) && compound->mini_shift == 6 &&
                compound->mini_cutoff == 4096;
    return (good && read_table(compound) && is_complete(compound)) || damaged(error);
}

void compound_close(struct compound *compound) {
    free(compound->file);
    free(compound->table);
    *compound = (struct compound){0};
}

/* A chain of sectors as one piece, of `size` bytes or, with SIZE_MAX, as long as it is. */
static char *chain(const struct compound *compound, uint32_t first, size_t size, size_t *got) {
    size_t each = (size_t)1 << compound->shift, room = 0;
    char *to = NULL;
    *got = 0;
    for (uint32_t steps = 0; *got < size && first < LAST_SECTOR; steps++) {
        if (first >= compound->table_count || steps > compound->table_count) break;
        if (*got + each > room) {
            room = 2 * room + each;
            to = realloc(to, room);
            if (!to) abort();
        }
        size_t copied = sector_copy(compound, first, to + *got, size - *got < each ? size - *got : each);
        if (!copied) break;
        *got += copied;
        first = compound->table[first];
    }
    return to ? to : get(1);
}

/* Streams below the cutoff lie in the root's stream, in small sectors with a table of their own. */
static char *mini_chain(const struct compound *compound, const char *root, uint32_t first, size_t size,
                        size_t *got) {
    size_t store_size, table_size, each = (size_t)1 << compound->mini_shift;
    char *store = chain(compound, little32(root + 116), little32(root + 120), &store_size);
    char *table = chain(compound, little32(compound->file + 60), SIZE_MAX, &table_size);
    char *to = get(size);
    *got = 0;
    for (size_t steps = 0; *got < size && first < table_size / 4 && steps <= table_size / 4; steps++) {
        size_t from = (size_t)first << compound->mini_shift, want = size - *got < each ? size - *got : each;
        if (from + want > store_size) break;
        memcpy(to + *got, store + from, want);
        *got += want;
        first = little32(table + 4 * (size_t)first);
    }
    free(store);
    free(table);
    return to;
}

static bool named(const char *entry, const char *name) {
    size_t size = strlen(name);
    if (little16(entry + 64) != 2 * size + 2) return false;
    for (size_t i = 0; i < size; i++) {
        uint32_t unit = little16(entry + 2 * i), wanted = (unsigned char)name[i];
        if (unit >= 'A' && unit <= 'Z') unit += 32;
        if (wanted >= 'A' && wanted <= 'Z') wanted += 32;
        if (unit != wanted) return false;
    }
    return true;
}

bool compound_stream(const struct compound *compound, const char *name, char **stream, size_t *size,
                     bool *found, struct error *error) {
    size_t directory_size, got = 0;
    char *directory =
        chain(compound, little32(compound->file + 48), (size_t)ENTRIES_MAX * ENTRY, &directory_size);
    *found = false;
    *stream = NULL;
    for (size_t at = 0; at + ENTRY <= directory_size && !*found; at += ENTRY) {
        const char *entry = directory + at;
        if (entry[66] != 2 || !named(entry, name)) continue;
        *found = true;
        *size = little32(entry + 120);
        if (*size > compound->size) break;
        *stream = *size < compound->mini_cutoff
                      ? mini_chain(compound, directory, little32(entry + 116), *size, &got)
                      : chain(compound, little32(entry + 116), *size, &got);
    }
    bool good = directory_size >= ENTRY && (!*found || (*stream && got == *size));
    free(directory);
    if (good) return true;
    free(*stream);
    *stream = NULL;
    return damaged(error);
}
