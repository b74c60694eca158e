/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_CITY_TRUTH_H
#define BENCH_CITY_TRUTH_H
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { TRUTH_MEASURES = 16, TRUTH_CODES = 24, TRUTH_FILES = 96, TRUTH_LINKS = 32, TRUTH_FINDINGS = 24 };
enum { TRUTH_ROSTERS = 16 };
enum { TRUTH_IMPACTS = 64 };
enum truth_outcome { TRUTH_NEW, TRUTH_DUPLICATE, TRUTH_REJECTED, TRUTH_EXPLAINED, TRUTH_OUTCOMES };
__extension__ typedef __int128 truth_fen;

/* What became of the rows of one file, member or sheet as one kind. */
struct truth_file {
    const char *county, *delivery, *member, *kind; /* member "" when the file has none */
    const char *const *measures;                   /* national names, the main one first; NULL-terminated */
    unsigned measure_count;
    bool again;  /* the rows are counted already, as another kind */
    bool ledger; /* of a ledger: counted apart from the city's rows */
    bool roster; /* of a roster: likewise */
    uint64_t rows[TRUTH_OUTCOMES];
    truth_fen fen[TRUTH_OUTCOMES][TRUTH_MEASURES];
    uint64_t unreadable[TRUTH_MEASURES];
    struct truth_count {
        const char *code;
        uint64_t count;
        bool doubt;
    } codes[TRUTH_CODES];
    int64_t declared_more; /* fen that the handover slip says too much */
};

/* What is known about persons who stand in two places; `text` is JSON. */
struct truth_link {
    char text[400];
};

/* A check that does not agree or cannot be made, as it must be found; fen. */
struct truth_finding {
    const char *county, *code, *state; /* broken, blocked (then `right` is not known) */
    char subject[80];
    int64_t left, right;
};

/* What the city's plan changes for one group of claims that both plans can work out. */
struct truth_impact {
    const char *county, *insutype, *level, *person_type;
    unsigned year;
    int64_t claims, fee, old_fund, new_fund, winners, losers, largest_loss, differing;
};

/* How many lines of one kind of roster end in one state (cover.roster_line). */
struct truth_roster {
    const char *type, *state;
    uint64_t lines;
    int64_t settled;
};

struct truth {
    FILE *faults; /* NULL: nobody asks */
    uint64_t fault_count, overlap_count, link_count;
    unsigned file_count;
    struct truth_file files[TRUTH_FILES];
    struct truth_link overlaps[TRUTH_LINKS], links[TRUTH_LINKS];
    uint64_t person_count;
    unsigned roster_count;
    struct truth_roster rosters[TRUTH_ROSTERS];
    unsigned finding_count;
    struct truth_finding findings[TRUTH_FINDINGS];
    unsigned impact_count;
    struct truth_impact impacts[TRUTH_IMPACTS];
};

struct truth_file *truth_begin(struct truth *truth, const char *county, const char *delivery,
                               const char *member, const char *kind, const char *const *measures);

/* `fen` NULL: a kind without money. */
static inline void truth_new(struct truth_file *file, const int64_t *fen) {
    file->rows[TRUTH_NEW]++;
    for (unsigned i = 0; fen && i < file->measure_count; i++) file->fen[TRUTH_NEW][i] += fen[i];
}
/* A row that is not new.  `row` is the line, record or sheet row as people count, from 1; `unreadable`
   has a bit for each measure that is no amount (its fen is then 0). `fen` NULL: no money. */
void truth_row(struct truth *truth, struct truth_file *file, enum truth_outcome outcome, uint64_t row,
               const char *column, const char *code, const int64_t *fen, unsigned unreadable);
/* A doubt or note about a row that stays. */
void truth_doubt(struct truth *truth, struct truth_file *file, uint64_t row, const char *column,
                 const char *code, int64_t fen);
void truth_overlap(struct truth *truth, const char *format, ...) __attribute__((format(printf, 2, 3)));
void truth_link(struct truth *truth, const char *format, ...) __attribute__((format(printf, 2, 3)));

uint64_t truth_read(const struct truth_file *file);
truth_fen truth_read_fen(const struct truth_file *file, unsigned measure);
/* Counts one line of a roster; `settled`: what was settled while it holds. */
void truth_roster(struct truth *truth, const char *type, const char *state, int64_t settled);
/* The group of that name, made when it is new. */
struct truth_impact *truth_impact(struct truth *truth, const char *county, const char *insutype,
                                  const char *level, const char *person_type, unsigned year);
/* truth.json */
void truth_found(struct truth *truth, struct truth_finding finding);
void truth_write(const struct truth *truth, uint64_t seed, uint64_t size, FILE *out);
#endif
