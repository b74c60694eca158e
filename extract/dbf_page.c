/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/dbf_page.h"
#include "extract/dbf_memo.h"
#include "extract/text.h"
#include <stdio.h>
#include <stdlib.h>

enum { CPG_MAX = 64, SAMPLE_MAX = 256 << 10 };

const char *dbf_page_of_language(uint8_t language) {
    /* Source: dBASE and FoxPro code page marks.  GB18030 stands for code page 936, which it contains. */
    static const struct {
        uint8_t language;
        const char *name;
    } pages[] = {{0x01, "CP437"},  {0x02, "CP850"},  {0x03, "CP1252"},  {0x4D, "GB18030"}, {0x4E, "CP949"},
                 {0x4F, "BIG5"},   {0x57, "CP1252"}, {0x58, "CP1252"},  {0x64, "CP852"},   {0x65, "CP866"},
                 {0x78, "BIG5"},   {0x79, "CP949"},  {0x7A, "GB18030"}, {0x7B, "CP932"},   {0xC8, "CP1250"},
                 {0xC9, "CP1251"}, {0xCA, "CP1254"}, {0xCB, "CP1253"}};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (pages[i].language == language) return pages[i].name;
    return NULL;
}

/* The name that the .cpg file holds, as iconv knows it: "UTF-8", "936", "ANSI 1252". */
static const char *page_in(struct bytes *bytes, struct arena *arena) {
    char text[CPG_MAX + 1];
    struct error ignored = {0};
    ptrdiff_t got = bytes_read(bytes, text, CPG_MAX, &ignored);
    if (got <= 0) return NULL;
    text[got] = '\0';
    char *begin = text;
    while (*begin && (unsigned char)*begin <= ' ') begin++;
    begin[strcspn(begin, "\r\n\t")] = '\0';
    char *last = strrchr(begin, ' ');
    if (last && last[1]) begin = last + 1;
    begin[strcspn(begin, " ")] = '\0';
    char *name = ARENA_NEW(arena, char, CPG_MAX + 4);
    bool number = begin[strspn(begin, "0123456789")] == '\0' && *begin;
    if (strcmp(begin, "65001") == 0) snprintf(name, CPG_MAX, "UTF-8");
    else snprintf(name, CPG_MAX + 4, "%s%s", number ? "CP" : "", begin);
    struct decoder decoder;
    if (!*name || !decoder_open(&decoder, name, arena, &ignored)) return NULL;
    decoder_close(&decoder);
    return name;
}

/* The .cpg beside the table, on disk or in the archive. */
static const char *page_beside(const struct input *input, struct arena *arena) {
    struct bytes *bytes = dbf_beside(input, "cpg", arena);
    const char *page = bytes ? page_in(bytes, arena) : NULL;
    bytes_close(bytes);
    return page;
}

static size_t trimmed(const char *bytes, size_t size) {
    while (size && (bytes[size - 1] == ' ' || bytes[size - 1] == '\0')) size--;
    return size;
}

/* The texts beyond ASCII, a line each.  A cell that fills its field may have lost half a character at
   its end, so it speaks only when no other does. */
static struct span sample(const struct dbf_header *header, struct span records, bool full,
                          struct arena *arena) {
    char *text = ARENA_NEW(arena, char, SAMPLE_MAX);
    size_t size = 0;
    for (size_t at = 0; at + header->record_size <= records.size; at += header->record_size) {
        for (uint32_t i = 0; i < header->field_count; i++) {
            const struct dbf_field *field = &header->fields[i];
            if (field->type != 'C' && field->type != 'V') continue;
            const char *cell = records.bytes + at + field->offset;
            size_t length = trimmed(cell, field->size);
            bool wide = false;
            for (size_t k = 0; k < length && !wide; k++) wide = (unsigned char)cell[k] >= 0x80;
            if (!wide || (length == field->size) != full || size + length + 1 > SAMPLE_MAX) continue;
            memcpy(text + size, cell, length);
            size += length;
            text[size++] = '\n';
        }
    }
    return (struct span){text, size};
}

static const struct evidence *evidence_of(const struct judgement *judgement, const char *name) {
    for (int i = 0; name && i < EVIDENCE_MAX; i++)
        if (judgement->evidence[i].name && strcmp(judgement->evidence[i].name, name) == 0)
            return &judgement->evidence[i];
    return NULL;
}

/* The sample as UTF-8; false: some of it is no text in that encoding. */
static bool decodes(const char *name, struct span sample, struct arena *arena, struct span *text) {
    struct decoder decoder;
    struct error ignored = {0};
    if (!decoder_open(&decoder, name, arena, &ignored)) return false;
    struct text_fault fault = {0};
    bool ok = decoder_cell(&decoder, sample, arena, text, &fault);
    decoder_close(&decoder);
    return ok;
}

void dbf_page_find(struct dbf_page *page, const struct input *input, const struct dbf_header *header,
                   struct span records, struct arena *arena) {
    *page = (struct dbf_page){.name = input->encoding};
    if (input->encoding) return;
    page->claimed = page_beside(input, arena);
    if (!page->claimed) page->claimed = dbf_page_of_language(header->language);
    page->name = page->claimed ? page->claimed : "GB18030";
    struct span text = sample(header, records, false, arena);
    if (text.size == 0) text = sample(header, records, true, arena);
    if (text.size == 0) return;
    struct judgement judgement;
    encoding_judge(text, arena, &judgement);
    const struct evidence *best = evidence_of(&judgement, judgement.best);
    if (!best || !best->valid) return;
    struct span as_named = {0}, as_best = {0};
    bool fits = decodes(page->name, text, arena, &as_named);
    /* Two names of one encoding give the same text; single-byte pages decode anything, so a claim yields
       only to text of everyday characters. */
    if (fits && (!decodes(best->name, text, arena, &as_best) || span_equal(as_named, as_best))) return;
    if (fits && page->claimed && best->common * 2 < best->wide) return;
    page->conflict = page->claimed != NULL;
    page->name = best->name;
}
