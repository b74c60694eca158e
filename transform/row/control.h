/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_CONTROL_H
#define TRANSFORM_ROW_CONTROL_H
#include "core/stage.h"
#include "core/tally.h"

/* The county's own 小计 and 合计 rows are free control totals, nested as the county nests them: 组, 村, 乡,
   县. A total covers the data rows between it and the nearest total of its level or an outer one: those above
   it, or those below it where a level stands above its rows (no data row before its first total).
   The stage notes what lies between the total rows; control_check puts the notes in order and compares. */

/* Levels, from inner to outer.  A spec that lists several patterns gives them itself (row.total_level);
   else the words do: 村小计 is inside 乡小计; a bare 小计 is innermost, a bare 合计 outside all but 总计. */
enum { CONTROL_LEVELS = 64 };

/* What one worker saw of the rows between two total rows, and the total row that ends them. */
struct control_part {
    uint64_t number; /* total rows of the source before it */
    uint64_t row;    /* of the total row that ends it; 0: another worker met it, or the source ends */
    uint64_t rows;   /* data rows */
    uint8_t level;   /* below CONTROL_LEVELS */
    bool *said;      /* [measures] the total row holds an amount */
    int64_t *total;  /* [measures] fen that it says */
    fen_total *sum;  /* [measures] fen of the data rows before it */
    struct control_part *next;
};

/* One worker's notes; zero it before open.  `arena` is this worker's own: no lock, no sharing. */
struct control_state {
    const struct kind *kind;
    struct arena *arena;
    struct control_part *first, *last;
    uint64_t count;
    uint64_t last_data, last_closing; /* rows: the last of the data; the last footer or total */
    bool totals;                      /* some row is a total */
};

/* A total row that disagrees with the rows that it covers. */
struct control_breach {
    uint64_t row;
    uint32_t measure;
    fen_total said, found;
};

/* Compares all workers' notes; returns the number of comparisons made, breaches (at most `limit`) in
   `breaches` with their whole number in `breach_count`. */
uint64_t control_check(const struct control_state *states, uint32_t state_count, struct arena *arena,
                       struct control_breach *breaches, uint32_t limit, uint64_t *breach_count);

/* Whether the source ends as a table with totals or a footer does: some row is a total (wherever it stands,
   control_check holds it against the rows), or a footer stands below the last data row. */
bool control_closed(const struct control_state *states, uint32_t state_count);

extern const struct stage_kind transform_control;
#endif
