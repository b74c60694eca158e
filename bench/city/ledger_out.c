/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/ledger_out.h"
#include "bench/city/shiliu.h"
#include "bench/out/words.h"
#include <assert.h>

static void separate(struct ledger_out *out) {
    if (out->dialect == LEDGER_BOOK && out->column == 0) book_row(&out->book);
    if (out->column++ && out->dialect != LEDGER_BOOK)
        out->line[out->size++] = out->dialect == LEDGER_PIPE ? '|' : ',';
    assert(out->size + 512 < LEDGER_LINE);
}

void ledger_out_text(struct ledger_out *out, const char *text) {
    separate(out);
    if (out->dialect == LEDGER_BOOK) {
        if (*text) book_text(&out->book, out->column - 1, text);
        return;
    }
    size_t size = strlen(text);
    bool plain = true;
    for (size_t i = 0; i < size; i++) plain &= (unsigned char)text[i] < 0x80;
    if (plain) memcpy(out->line + out->size, text, size), out->size += size;
    else out->size += words_encode("GB18030", text, size, out->line + out->size, LEDGER_LINE - out->size);
}

void ledger_out_number(struct ledger_out *out, const char *prefix, uint64_t value, unsigned width) {
    char text[64];
    size_t size = strlen(prefix);
    memcpy(text, prefix, size);
    text[size + sink_number(text + size, value, width)] = '\0';
    ledger_out_text(out, text);
}

void ledger_out_date(struct ledger_out *out, uint32_t day) {
    if (out->dialect != LEDGER_BOOK) {
        ledger_out_number(out, "", day, 8);
        return;
    }
    separate(out);
    book_date(&out->book, out->column - 1, shiliu_serial(day));
}

void ledger_out_fen(struct ledger_out *out, int64_t fen) {
    if (fen == 0) ledger_out_text(out, "");
    else ledger_out_balance(out, fen);
}

void ledger_out_balance(struct ledger_out *out, int64_t fen) {
    char text[32];
    if (out->dialect == LEDGER_BOOK) {
        separate(out);
        book_money(&out->book, out->column - 1, fen);
    } else if (out->dialect == LEDGER_PIPE) {
        snprintf(text, sizeof text, "%lld", (long long)fen);
        ledger_out_text(out, text);
    } else {
        text[sink_yuan(text, fen)] = '\0';
        ledger_out_text(out, text);
    }
}

static void end_line(struct ledger_out *out) {
    if (out->dialect != LEDGER_BOOK) {
        memcpy(out->line + out->size, "\r\n", 2);
        sink_put(out->sink, out->line, out->size + 2);
    }
    out->size = 0;
    out->column = 0;
}

bool ledger_out_begin(struct ledger_out *out, const char *member, const char *kind,
                      const char *const *measures, const char *const *columns) {
    out->file = truth_begin(out->build->truth, out->county, out->delivery, member, kind, measures);
    out->file->ledger = true;
    if (out->dialect == LEDGER_BOOK ? !book_begin(&out->book, out->sheet++) : !pack_begin(out->pack, member))
        return false;
    if (out->dialect != LEDGER_BOOK) out->sink = &out->pack->sink;
    for (; *columns; columns++) ledger_out_text(out, *columns);
    truth_row(out->build->truth, out->file, TRUTH_EXPLAINED, 1, "", "row.header", NULL, 0);
    end_line(out);
    return true;
}

void ledger_out_row(struct ledger_out *out, const int64_t *fen) {
    truth_new(out->file, fen);
    end_line(out);
}

void ledger_out_end(struct ledger_out *out) {
    static const char *const none[] = {NULL};
    if (out->dialect == LEDGER_BOOK) book_end(&out->book, 0, none);
}
