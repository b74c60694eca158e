/* SPDX-License-Identifier: MulanPSL-2.0 */
/* An example of a format of one's own: "blocks", made up, as an old minicomputer might have written it.

   A file is blocks of 512 bytes.  The first one names the fields:
       "BLOCKS01", count of fields (1 byte), then for each field its width (1 byte) and its name, 15 bytes
       of GB18030 with blanks behind.
   Every other block holds records end to end, none over two blocks:
       count of records (1 byte), flag (1 byte: 0, or 1 for the last block), sum of the 508 bytes from
       offset 4 on modulo 65536 (2 bytes, low one first), then the records, then zeros.
   A record is its fields' bytes; the first byte of a deleted one is '*'.

   What a row is (its number, its place, its bytes, its cells) and what rejects it are as for any other
   format; only the block's own bytes are this file's business. */
#include "core/batch.h"
#include "extract/plugin.h"
#include "extract/text.h"
#include <stdio.h>

enum { BLOCK = 512, HEAD = 4, MARK = 8, FIELD = 16, FIELDS_MAX = 31, BLOCKS_A_BATCH = 64 };
static const char mark[MARK] = {'B', 'L', 'O', 'C', 'K', 'S', '0', '1'};

struct blocks {
    struct input input; /* always the first member: the program fills it */
    struct bytes *bytes;
    struct decoder decoder;
    bool decoding;
    struct columns columns;
    uint32_t widths[FIELDS_MAX], record; /* bytes */
    uint64_t rows, batches;
};

static bool broken(struct blocks *blocks, const char *what, struct error *error) {
    error->at.byte = blocks->bytes->offset;
    error->at.row = blocks->rows + 1;
    return error_code(error, TROUBLE_FAILED, "file.syntax", "%s", what);
}

static bool read_fields(struct blocks *blocks, const unsigned char *head, struct arena *arena,
                        struct error *error) {
    uint32_t count = head[MARK];
    if (memcmp(head, mark, MARK) != 0 || count == 0 || count > FIELDS_MAX)
        return error_code(error, TROUBLE_REFUSED, "file.format_mismatch", "not a file of blocks");
    struct span *names = ARENA_NEW(arena, struct span, count);
    for (uint32_t i = 0; i < count; i++) {
        const char *field = (const char *)head + MARK + 1 + i * FIELD;
        struct span name = {field + 1, FIELD - 1};
        struct text_fault fault;
        while (name.size && name.bytes[name.size - 1] == ' ') name.size--;
        if (!decoder_cell(&blocks->decoder, name, arena, &names[i], &fault) || !name.size)
            return broken(blocks, "a field has no name", error);
        names[i] = arena_copy(arena, names[i]); /* `head` is gone after open */
        blocks->record += blocks->widths[i] = (unsigned char)field[0];
    }
    blocks->columns = (struct columns){.count = count, .names = names};
    return (blocks->record > 0 && blocks->record <= BLOCK - HEAD) || broken(blocks, "no such record", error);
}

static bool blocks_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct blocks *blocks = stage->state;
    const struct input *input = &blocks->input;
    unsigned char head[BLOCK];
    blocks->decoding =
        decoder_open(&blocks->decoder, input->encoding ? input->encoding : "GB18030", stage->arena, error);
    if (!blocks->decoding ||
        !bytes_open(&blocks->bytes, input->path, input->member, input->limits, stage->arena, error))
        return false;
    ptrdiff_t got = bytes_read(blocks->bytes, head, BLOCK, error);
    if (got < 0) return false;
    if (got < BLOCK)
        return error_code(error, TROUBLE_FAILED, "file.truncated", "the first block is not whole");
    bool ok = read_fields(blocks, head, stage->arena, error);
    *columns = blocks->columns;
    return ok;
}

/* A cell that cannot be decoded rejects its row, and only that. */
static void fill_row(struct blocks *blocks, struct batch *batch, uint32_t row) {
    const char *at = batch->rows[row].raw.bytes;
    for (uint32_t column = 0; column < blocks->columns.count; column++) {
        struct span cell = {at, blocks->widths[column]};
        struct text_fault fault;
        at += cell.size;
        while (cell.size && cell.bytes[cell.size - 1] == ' ') cell.size--;
        if (!decoder_cell(&blocks->decoder, cell, &batch->arena, &batch->cells[column][row], &fault))
            batch_reject(
                batch, row,
                (struct reason){.code = "text.undecodable",
                                .source = (uint16_t)(column + 1),
                                .detail = text_fault_detail(&fault, batch->rows[row].byte, &batch->arena)});
        if (cell.size && memchr(cell.bytes, '\0', cell.size))
            batch_reject(batch, row,
                         (struct reason){.code = "row.nul_byte", .source = (uint16_t)(column + 1)});
    }
    if (batch->rows[row].raw.bytes[0] == '*')
        batch_explain(batch, row, (struct reason){.code = "dbf.deleted"});
}

static bool sum_holds(const unsigned char *block) {
    unsigned sum = 0;
    for (int i = HEAD; i < BLOCK; i++) sum += block[i];
    return (sum & 0xffff) == (block[2] | (unsigned)block[3] << 8);
}

/* Takes the block's records; *last says whether it is the last block. */
static bool take_block(struct blocks *blocks, struct batch *batch, char *block, bool *last,
                       struct error *error) {
    const unsigned char *head = (const unsigned char *)block;
    ptrdiff_t got = bytes_read(blocks->bytes, block, BLOCK, error);
    if (got < 0) return false;
    if (got < BLOCK) return error_code(error, TROUBLE_FAILED, "file.truncated", "the last block is missing");
    if (!sum_holds(head)) return broken(blocks, "a block's sum does not hold", error);
    if (head[0] > (BLOCK - HEAD) / blocks->record || head[1] > 1)
        return broken(blocks, "no such block", error);
    for (uint32_t i = 0; i < head[0]; i++) {
        struct row *row = &batch->rows[batch->row_count];
        row->number = ++blocks->rows;
        row->byte = blocks->bytes->offset - BLOCK + HEAD + (uint64_t)i * blocks->record;
        row->raw = (struct span){block + HEAD + (size_t)i * blocks->record, blocks->record};
        fill_row(blocks, batch, batch->row_count++);
    }
    *last = head[1] == 1;
    return true;
}

static enum flow blocks_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct blocks *blocks = stage->state;
    uint32_t room = BLOCKS_A_BATCH * ((BLOCK - HEAD) / blocks->record);
    bool last = false;
    room = room > BATCH_ROWS ? BATCH_ROWS : room;
    uint32_t most = room / ((BLOCK - HEAD) / blocks->record); /* blocks that surely fit */
    batch->index = blocks->batches++;
    batch_shape(batch, &blocks->columns, room);
    batch->row_count = 0;
    for (uint32_t i = 0; i < most && !last; i++)
        if (!take_block(blocks, batch, ARENA_NEW(&batch->arena, char, BLOCK), &last, error))
            return FLOW_FAILED;
    if (!last) return FLOW_MORE;
    /* Only after the clean end was seen may anything be published (extract/bytes.h). */
    char more;
    ptrdiff_t got = bytes_read(blocks->bytes, &more, 1, error);
    if (got > 0) broken(blocks, "something stands behind the last block", error);
    return got == 0 ? FLOW_END : FLOW_FAILED;
}

static void blocks_close(struct stage *stage) {
    struct blocks *blocks = stage->state;
    if (blocks->decoding) decoder_close(&blocks->decoder);
    blocks->decoding = false;
    bytes_close(blocks->bytes);
    blocks->bytes = NULL;
}

static int blocks_bid(struct span head) {
    return head.size >= BLOCK && memcmp(head.bytes, mark, MARK) == 0 ? 8 * MARK : 0;
}

static const struct setting settings[] = {INPUT_SETTINGS(struct blocks), {0}};

const struct extractor extract_blocks = {
    .stage = {.name = "blocks",
              .settings = settings,
              .state_size = sizeof(struct blocks),
              .open = blocks_open,
              .run = blocks_run,
              .close = blocks_close},
    .bid = blocks_bid,
};

__attribute__((visibility("default"))) TONGCHOU_PLUGIN(extract_blocks);
