/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/dbf_memo.h"
#include <ctype.h>
#include <stdio.h>

enum { BLOCK_DEFAULT = 512, ENDING_MAX = 8 };

struct bytes *dbf_beside(const struct input *input, const char *ending, struct arena *arena) {
    const char *name = input->member ? input->member : input->path;
    const char *dot = name ? strrchr(name, '.') : NULL;
    if (!dot || strchr(dot, '/') || strlen(ending) >= ENDING_MAX) return NULL;
    size_t stem = (size_t)(dot - name) + 1;
    for (int upper = 0; upper < 3; upper++) { /* dbt, DBT, Dbt */
        char *sibling = ARENA_NEW(arena, char, stem + ENDING_MAX);
        memcpy(sibling, name, stem);
        for (size_t i = 0; ending[i]; i++)
            sibling[stem + i] = upper == 1 || (upper == 2 && i == 0) ? (char)toupper(ending[i]) : ending[i];
        struct bytes *bytes = NULL;
        struct error ignored = {0};
        if (bytes_open(&bytes, input->member ? input->path : sibling, input->member ? sibling : NULL,
                       input->limits, arena, &ignored))
            return bytes;
        bytes_close(bytes);
    }
    return NULL;
}

void dbf_memo_open(struct dbf_memo *memo, const struct input *input, const struct dbf_header *header,
                   struct arena *arena) {
    *memo = (struct dbf_memo){.block_size = BLOCK_DEFAULT};
    for (uint32_t i = 0; i < header->field_count; i++) memo->any = memo->any || header->fields[i].memo;
    if (!memo->any) return;
    bool dbase = header->version == 0x83 || header->version == 0x8B || header->version == 0x8E ||
                 header->version == 0x03 || header->version == 0x43 || header->version == 0x63 ||
                 header->version == 0xCB || header->version == DBF_SEVEN || header->version == DBF_SEVEN_MEMO;
    memo->kind = !dbase                                               ? DBF_MEMO_FPT
                 : header->version == 0x83 || header->version == 0x03 ? DBF_MEMO_DBT3
                                                                      : DBF_MEMO_DBT4;
    memo->bytes = dbf_beside(input, dbase ? "dbt" : "fpt", arena);
    struct error ignored = {0};
    unsigned char head[24] = {0};
    if (memo->bytes &&
        (!bytes_random(memo->bytes, &ignored) || !bytes_read_at(memo->bytes, 0, head, sizeof head, &ignored)))
        dbf_memo_close(memo);
    uint32_t size = memo->kind == DBF_MEMO_FPT    ? (uint32_t)(head[6] << 8 | head[7])
                    : memo->kind == DBF_MEMO_DBT4 ? (uint32_t)(head[20] | head[21] << 8)
                                                  : BLOCK_DEFAULT;
    if (size) memo->block_size = size;
}

void dbf_memo_close(struct dbf_memo *memo) {
    bytes_close(memo->bytes);
    memo->bytes = NULL;
}

static uint64_t block_of(const struct dbf_field *field, const char *record) {
    const unsigned char *bytes = (const unsigned char *)record + field->offset;
    uint64_t block = 0;
    if (field->size == 4) { /* FoxPro: binary, but blanks where an old program wrote none */
        if (memcmp(bytes, "    ", 4) == 0) return 0;
        return bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 | (uint64_t)bytes[3] << 24;
    }
    for (uint32_t i = 0; i < field->size; i++)
        if (bytes[i] >= '0' && bytes[i] <= '9') block = block * 10 + (uint64_t)(bytes[i] - '0');
    return block;
}

static bool read_at(struct dbf_memo *memo, uint64_t byte, void *buffer, size_t size) {
    struct error ignored = {0};
    return byte < memo->bytes->size && size <= memo->bytes->size - byte &&
           bytes_read_at(memo->bytes, byte, buffer, size, &ignored);
}

/* dBASE III writes no length: a memo ends at its first 1A.  8D 0A is a line break of the screen it was
   typed on, and no half of a character, since none ends in 0A. */
static bool read_marked(struct dbf_memo *memo, uint64_t byte, struct arena *arena, struct span *text) {
    char block[BLOCK_DEFAULT];
    char *whole = NULL;
    size_t size = 0, capacity = 0;
    for (;;) {
        uint64_t left = byte + size < memo->bytes->size ? memo->bytes->size - byte - size : 0;
        size_t want = left < sizeof block ? (size_t)left : sizeof block;
        if (want == 0 || size + want > DBF_MEMO_MAX || !read_at(memo, byte + size, block, want)) return false;
        const char *end = memchr(block, 0x1A, want);
        size_t take = end ? (size_t)(end - block) : want;
        if (size + take > capacity) {
            capacity = (size + take) * 2;
            char *grown = ARENA_NEW(arena, char, capacity + 1);
            if (size) memcpy(grown, whole, size);
            whole = grown;
        }
        if (take) memcpy(whole + size, block, take);
        size += take;
        if (end) break;
    }
    size_t kept = 0;
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)whole[i] == 0x8D && i + 1 < size && whole[i + 1] == '\n') i++;
        else whole[kept++] = whole[i];
    }
    *text = (struct span){whole ? whole : "", kept};
    return true;
}

static bool read_counted(struct dbf_memo *memo, uint64_t *byte, struct arena *arena, struct span *text) {
    unsigned char head[8];
    if (!read_at(memo, *byte, head, sizeof head)) return false;
    uint64_t size;
    if (memo->kind == DBF_MEMO_FPT) {
        enum { MEMO_IS_TEXT = 1 };
        if (head[0] || head[1] || head[2] || head[3] != MEMO_IS_TEXT) return false;
        size = (uint64_t)head[4] << 24 | (uint64_t)head[5] << 16 | (uint64_t)head[6] << 8 | head[7];
    } else {
        if (memcmp(head, "\xFF\xFF\x08\0", 4) != 0) return false;
        size = head[4] | (uint64_t)head[5] << 8 | (uint64_t)head[6] << 16 | (uint64_t)head[7] << 24;
        if (size < sizeof head) return false;
        size -= sizeof head;
    }
    *byte += sizeof head;
    if (size > DBF_MEMO_MAX || *byte > memo->bytes->size || size > memo->bytes->size - *byte) return false;
    char *bytes = ARENA_NEW(arena, char, size + 1);
    *text = (struct span){bytes, (size_t)size};
    return size == 0 || read_at(memo, *byte, bytes, (size_t)size);
}

enum dbf_memo_verdict dbf_memo_read(struct dbf_memo *memo, const struct dbf_field *field, const char *record,
                                    struct arena *arena, struct span *text, uint64_t *byte) {
    uint64_t block = block_of(field, record);
    *text = (struct span){"", 0};
    if (block == 0) return DBF_MEMO_EMPTY;
    if (!memo->bytes || field->type != 'M' || block > UINT32_MAX) return DBF_MEMO_MISSING;
    *byte = block * memo->block_size;
    bool ok = memo->kind == DBF_MEMO_DBT3 ? read_marked(memo, *byte, arena, text)
                                          : read_counted(memo, byte, arena, text);
    if (!ok) *text = (struct span){"", 0};
    return ok ? DBF_MEMO_TEXT : DBF_MEMO_MISSING;
}
