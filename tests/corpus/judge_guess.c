/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What drafting a spec makes of a text without being told anything. */
#include "extract/dialect.h"
#include "extract/text.h"
#include "tests/corpus/judge.h"
#include "tests/corpus/table.h"
#include <stdio.h>

enum { HEAD_BYTES = 64 << 10 };

void judge_guess(const struct item *item, const struct dialect_facts *facts, struct opinion *opinion,
                 struct arena *arena) {
    struct span text = file_bytes(item->file, arena);
    struct judgement judgement = {0};
    struct decoder decoder;
    struct error error = {0};
    struct text_fault fault;
    struct dialect dialect;
    if (!text.size || !*facts->delimiter) return;
    bool whole = text.size <= HEAD_BYTES;
    if (!whole) text.size = HEAD_BYTES;
    encoding_judge(text, arena, &judgement);
    opinion->guess = GUESS_WRONG;
    if (!judgement.best || !decoder_open(&decoder, judgement.best, arena, &error)) return;
    size_t mark = 0;
    if (text_mark(text, &mark)) text.bytes += mark, text.size -= mark;
    char *to = ARENA_NEW(arena, char, decoder_room(&decoder, text.size) + 64);
    size_t size = decoder_run(&decoder, text, to, &fault);
    decoder_close(&decoder);
    dialect_guess((struct span){to, size}, whole, arena, &dialect);
    bool delimiter = strcmp(dialect.delimiter, facts->delimiter) == 0;
    bool quote = !facts->quote || !memchr(to, facts->quote, size) || dialect.quote == facts->quote;
    bool header = dialect.header_row == facts->header_row;
    snprintf(opinion->guessed, sizeof opinion->guessed, "%s%s%s \"%s\" header %u, meant \"%s\" header %u",
             delimiter ? "" : "delimiter ", quote ? "" : "quote ", header ? "" : "header ", dialect.delimiter,
             dialect.header_row, facts->delimiter, facts->header_row);
    if (delimiter && quote && header) opinion->guess = GUESS_RIGHT;
}
