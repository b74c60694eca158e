/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/programs/speed/replay.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMMAND = 2048, ROWS_LEAST = 2000000, GOAL_RATE = 1000000 };

struct spent {
    int64_t rows, wall, cpu, peak_kib;
};

static bool run(const char *program, uint64_t rows, struct spent *spent) {
    char command[COMMAND];
    const char *slash = strrchr(program, '/');
    snprintf(command, sizeof command, "SIZE=%" PRIu64 " THREADS=2 '%.*s/replay'", rows,
             (int)(slash - program), program);
    FILE *pipe = popen(command, "re");
    /* NOLINTNEXTLINE(cert-err34-c) four numbers of a program of ours */
    intmax_t rows_done, wall, cpu, peak;
    bool ok = pipe && fscanf(pipe, "%jd %jd %jd %jd", &rows_done, &wall, &cpu, &peak) == 4;
    if (ok) *spent = (struct spent){rows_done, wall, cpu, peak};
    bool ended = pipe && pclose(pipe) == 0;
    if (!ok || !ended) fprintf(stderr, "bench: %s failed\n", command);
    return ok && ended && spent->wall > 0;
}

bool replay_measure(struct figures *figures, const char *program, uint64_t rows, unsigned rounds) {
    uint64_t many = rows < ROWS_LEAST ? ROWS_LEAST : rows;
    for (unsigned round = 0; round < rounds; round++) {
        struct spent all, tenth;
        if (!run(program, many, &all) || !run(program, many / 10, &tenth)) return false;
        struct figure *rate = figure_named(figures, "row/s", "replay.rate");
        figure_goal(rate, BOUND_AT_LEAST, (int64_t)GOAL_RATE * MICRO);
        figure_add(rate, all.rows * MICRO / all.wall * MICRO);
        figure_add(figure_named(figures, "row/s", "replay.rate_of_two_cpus"),
                   all.rows * MICRO / all.cpu * 2 * MICRO);
        struct figure *growth = figure_named(figures, "x", "replay.peak_of_a_tenth");
        figure_goal(growth, BOUND_AT_MOST, MICRO * 11 / 10);
        figure_ratio(growth, all.peak_kib, tenth.peak_kib);
        printf("  replay     %jd rows wall %6jd ms  cpu %6jd ms  peak %jd MiB\n", (intmax_t)all.rows,
               (intmax_t)all.wall / 1000, (intmax_t)all.cpu / 1000, (intmax_t)all.peak_kib / 1024);
    }
    return true;
}
