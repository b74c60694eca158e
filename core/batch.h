/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_BATCH_H
#define CORE_BATCH_H
#include "core/arena.h"
#include "core/error.h"
#include "core/model.h"

/* A batch is full at whichever bound comes first; a longer row makes a batch of its own.  Every stage goes
   over it column by column, so its bytes, cells and values together should stay in a core's cache: a
   quarter of the size saves a tenth of the CPU of CSV, a fifth of DBF (24 columns, 1 MiB of L2). */
enum { BATCH_ROWS = 1024, BATCH_BYTES = 128 << 10 };
/* Every reason of a row is kept up to here, so that one round trip mends it. */
enum { REASONS_MAX = 8 };

/* The columns that a source has, in its order. */
struct columns {
    uint32_t count;
    const struct span *names; /* [count] UTF-8, in the run's arena */
};

/* The values of one target column.  A null row's value is 0. */
struct vector {
    bool *null; /* [row_count] */
    union {
        struct span *text; /* [row_count] UTF-8, in the batch's arena: TYPE_TEXT */
        int64_t *integer;  /* [row_count] TYPE_MONEY: fen; TYPE_RATIO: 1/10000; TYPE_INTEGER;
                              TYPE_TIMESTAMP: microseconds since 2000-01-01; TYPE_BOOL: 0 or 1 */
        int32_t *date;     /* [row_count] TYPE_DATE: days since 2000-01-01, as in PostgreSQL */
    };
};

/* A row is never removed from a batch: it is given a fate.  So rows in = rows out, always. */
enum fate { FATE_LIVE, FATE_REJECTED, FATE_EXPLAINED, FATE_COUNT };

/* What a reason does to its row. */
enum weight { WEIGHT_REJECT, WEIGHT_EXPLAIN, WEIGHT_DOUBT, WEIGHT_NOTE };

struct reason {
    const char *code;   /* static, from mappings/reason_codes.csv */
    enum weight weight; /* set by the batch_* functions */
    uint16_t source;    /* the source's column, from 1; 0: the whole row */
    uint16_t target;    /* the kind's column, from 1; 0: none */
    struct span value;  /* the offending cell as read; personal, so shown only through masking */
    struct span detail; /* "expected=X;found=3": what the sentence's braces need; never personal */
};

struct row {
    uint64_t number; /* what people find it by: line, record or sheet row, from 1; grows within a source */
    uint64_t byte;   /* offset of the record in the decompressed source */
    struct span raw; /* the record's own bytes, in the source's encoding */
    enum fate fate;
    bool shifted;   /* its cells do not stand under their columns (too few, too many): do not decode */
    bool withdrawn; /* a delete marker that the spec names: ends the published version of its key */
    bool total;     /* a subtotal or total row: explained, and a control total over rows above or below it */
    uint8_t total_level; /* of such a row: 1 the innermost; 0: its words say how far it reaches */
    uint8_t reason_count;
    struct reason *reasons; /* [REASONS_MAX] once the first is given, else NULL */
    struct span key;        /* src_key: the key cells joined by '/', set by the key stage */
    uint64_t key_hash[2];   /* XXH3-128 of key (low, high) */
    uint64_t row_hash;      /* XXH3-64 over all target values */
};

/* Rows of one source, stored by column. */
struct batch {
    struct arena arena;     /* owns every byte below; reset when the batch is reused */
    uint64_t index;         /* position in the source, from 0 */
    uint64_t totals_before; /* subtotal and total rows of the source that stand before it */
    uint32_t row_count;
    struct row *rows; /* [row_count] */
    const struct columns *source;
    struct span **cells;         /* [source->count][row_count] UTF-8; bytes NULL: the row has no such cell */
    const struct kind *kind;     /* NULL until decoded */
    struct vector *values;       /* [kind->column_count], NULL until decoded */
    int64_t *measures[MEASURES]; /* [row_count] fen as read, 0 where unreadable; NULL until decoded;
                                    written once, by the decoder */
    uint32_t unreadable[MEASURES]; /* cells of live and rejected rows that are no amount */
};

/* Makes room for `row_count` rows of `columns`; called once by the extractor for each batch. */
void batch_shape(struct batch *batch, const struct columns *columns, uint32_t row_count);

/* The same without clearing the cells: the extractor writes every cell of every row that it keeps. */
void batch_room(struct batch *batch, const struct columns *columns, uint32_t row_count);

/* Takes a row out of the load.  An explained row stays explained; every further reason is kept. */
void batch_reject(struct batch *batch, uint32_t row, struct reason reason);
/* Says that a row is no data.  A rejected row stays rejected. */
void batch_explain(struct batch *batch, uint32_t row, struct reason reason);
/* A reason without a fate: the row is loaded and listed. */
void batch_doubt(struct batch *batch, uint32_t row, struct reason reason);
void batch_note(struct batch *batch, uint32_t row, struct reason reason);
#endif
