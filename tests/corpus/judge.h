/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_CORPUS_JUDGE_H
#define TESTS_CORPUS_JUDGE_H
#include "core/arena.h"
#include <stdint.h>

/* One line of the manifest. */
struct item {
    const char *corpus; /* its folder */
    const char *path;   /* inside it */
    const char *file;   /* both */
    const char *kind, *outcome, *oracle, *expected;
    const char *group; /* under which it is counted: csv xlsx xls dbf archive encoding codes ids ... */
};

enum verdict { DIFFERS, AS_EXPECTED, NOT_YET, ASIDE };
enum guess { GUESS_NONE, GUESS_RIGHT, GUESS_WRONG };

/* What came out; passed from the child that read the file to the program that counts. */
struct opinion {
    enum verdict verdict;
    char got[64], why[256];
    enum guess guess;
    char guessed[128];
    unsigned differing;    /* lines, vectors: as few as any oracle leaves; exceptions.tsv must say the same */
    bool amended;          /* read with words of specs.tsv */
    unsigned parts, right; /* of a file of test vectors: how many, and how many as expected; 0: it is one */
    double seconds;        /* of wall time, filled by the parent */
    uint64_t memory;       /* bytes resident at most, filled by the parent */
};

bool item_ends(const struct item *item, const char *end); /* of the path, whatever its case */
void judge_csv(const struct item *item, struct opinion *opinion, struct arena *arena);
void judge_workbook(const struct item *item, struct opinion *opinion, struct arena *arena);
void judge_dbf(const struct item *item, struct opinion *opinion, struct arena *arena);
void judge_archive(const struct item *item, struct opinion *opinion, struct arena *arena);
void judge_encoding(const struct item *item, struct opinion *opinion, struct arena *arena);
void judge_ids(const struct item *item, struct opinion *opinion, struct arena *arena);
void judge_script(const struct item *item, struct opinion *opinion, struct arena *arena);
/* By tests/corpus/readings.tsv: how many rows of which fate a file without an oracle has. */
void judge_reading(const struct item *item, struct opinion *opinion, struct arena *arena);
/* What drafting a spec would make of the text: right when delimiter, quotes and header are `params`'. */
struct dialect_facts {
    const char *delimiter;
    char quote;          /* '\0': none in the file, so any answer will do */
    uint32_t header_row; /* 0: none */
};
void judge_guess(const struct item *item, const struct dialect_facts *facts, struct opinion *opinion,
                 struct arena *arena);
#endif
