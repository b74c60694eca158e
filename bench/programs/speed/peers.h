/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_SPEED_PEERS_H
#define BENCH_SPEED_PEERS_H
#include "bench/programs/speed/place.h"
#include "bench/programs/speed/server.h"

/* Another program that loads the same rows into a table with the same key: no validation, no
   mapping, no accounting, no lineage. */
struct peer {
    const char *name;
    const char *programs; /* what it needs on the PATH */
    enum rows_format format;
    bool slow;       /* one round */
    bool plain;      /* every column is text: it would make dates like 20200131 null and say nothing */
    int64_t goal[2]; /* at least so many times our time, in millionths, by subject; 0: none */
    /* Writes the command for bash. */
    void (*command)(char *text, size_t size, const struct server *server, const struct subject *subject,
                    const char *data, const char *folder);
};

extern const struct peer peers[];
extern const unsigned peer_count;

bool peer_installed(const struct peer *peer);
/* Makes bench.peer anew, runs the peer once and counts its rows; a wrong count is a failure. */
bool peer_run(const struct peer *peer, struct server *server, const struct place_of *place,
              const struct subject *subject, struct sample *sample, struct error *error);
#endif
