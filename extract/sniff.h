/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_SNIFF_H
#define EXTRACT_SNIFF_H
#include "extract/text.h"

/* What the beginning of a delimited text says about how it is written; for drafting a spec, never for
   reading: a person looks at the draft. */
struct sniff {
    const char *delimiter;  /* as a spec says it: ",", "tab", "|", "|+|" ...; NULL: no delimiter fits */
    bool quote;             /* '"' opens cells */
    uint32_t columns;       /* cells of most rows */
    uint32_t header;        /* line of the header, from 1; 0: the first row is data already */
    uint32_t rows, fitting; /* looked at; with that number of cells */
};

/* `head` is the source's bytes in an encoding that can be cut (decoder_cuts), or UTF-8 made of it. */
void sniff_text(struct span head, const struct decoder *decoder, struct arena *arena, struct sniff *sniff);
#endif
