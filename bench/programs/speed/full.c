/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/programs/speed/full.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { COMMAND = 4096, EVERY = 100, TIMES = 3, DBF_HEAD = 12 };

static const char *const months[TIMES] = {"202010", "202011", "202012"};
static const char *const names[TIMES] = {"first", "unchanged", "hundredth"};

/* Where a byte of a record may be '1' or '2' without any row being wrong: the sex of an enrollment, the first
   digit of a settlement's visit number.  From the record's start, its deletion mark included. */
static const long places[2] = {1 + 20 + 18 + 20, 1 + 20};

/* The bytes of a delivery that comes again are never the same: the day of the last change, at 3, is.  The
   third time one record in a hundred says something else. Source: dBASE III PLUS file structure: records'
   number at 4, header's bytes at 8, record's bytes at 10. */
static bool change(const char *path, int time, long place) {
    unsigned char head[DBF_HEAD];
    int file = open(path, O_RDWR | O_CLOEXEC);
    bool ok = file >= 0 && pread(file, head, sizeof head, 0) == sizeof head;
    head[3] = (unsigned char)(1 + time);
    ok = ok && pwrite(file, head, sizeof head, 0) == sizeof head;
    if (ok && time == 2) {
        long rows = head[4] | head[5] << 8 | head[6] << 16 | (long)head[7] << 24;
        long start = head[8] | head[9] << 8, size = head[10] | head[11] << 8;
        for (long row = 0; ok && row < rows; row += EVERY) {
            char byte;
            off_t at = start + row * size + place;
            ok = pread(file, &byte, 1, at) == 1;
            byte = byte == '1' ? '2' : '1';
            ok = ok && pwrite(file, &byte, 1, at) == 1;
        }
    }
    if (file >= 0) close(file);
    return ok;
}

static bool copy_file(const char *from, const char *path) {
    char command[COMMAND];
    snprintf(command, sizeof command, "cp --reflink=auto '%s' '%s'", from, path);
    return system(command) == 0;
}

/* One more delivery of the county; `sample->commit` is its own, as nothing else is published. */
static bool deliver(struct server *server, const struct place_of *place, const struct subject *subject,
                    int time, const char *data, struct sample *sample) {
    char path[2 * PLACE_PATH], command[COMMAND];
    snprintf(path, sizeof path, "%s/city/deliveries/qinghe/%s_%s.dbf", place->folder, subject->name,
             months[time]);
    if (!copy_file(data, path) || !change(path, time, places[subject->rows])) return false;
    snprintf(command, sizeof command, "exec '%s' run --quiet --city '%s'", server->program, server->city);
    return server_run(server, command, sample) && sample->commit &&
           (sample->status == 0 || sample->status == 2);
}

static bool counted(struct server *server, const char *bucket, uint64_t rows) {
    int64_t found =
        server_number(server,
                      "SELECT amount FROM intake.tally JOIN intake.file USING (file) WHERE measure = '' AND"
                      " bucket = '%s' AND delivery = (SELECT max(delivery) FROM intake.delivery)",
                      bucket);
    if (found == (int64_t)rows) return true;
    fprintf(stderr, "bench: full: %jd rows %s, %ju made\n", (intmax_t)found, bucket, (uintmax_t)rows);
    return false;
}

static void note(struct figures *figures, const char *kind, const char *what, const struct sample *sample) {
    figure_add(figure_named(figures, "s", "full.%s.%s.commit", kind, what), sample->commit);
    figure_add(figure_named(figures, "s", "full.%s.%s.cpu_client", kind, what), sample->client);
    figure_add(figure_named(figures, "s", "full.%s.%s.cpu_server_to_commit", kind, what),
               sample->server_commit);
    figure_add(figure_named(figures, "s", "full.%s.%s.cpu_server", kind, what), sample->server);
    figure_add(figure_named(figures, "MiB", "full.%s.%s.peak", kind, what), sample->peak_kib * MICRO / 1024);
    printf(
        "  %-10s %-10s commit %6jd ms  cpu %6jd + %6jd to commit, %6jd ms in all  others %6jd ms  peak %jd "
        "MiB\n",
        kind, what, (intmax_t)sample->commit / 1000, (intmax_t)sample->client / 1000,
        (intmax_t)sample->server_commit / 1000, (intmax_t)sample->server / 1000,
        (intmax_t)sample->other / 1000, (intmax_t)sample->peak_kib / 1024);
    fflush(stdout);
}

static void clear(const struct place_of *place) {
    char path[2 * PLACE_PATH];
    for (int i = 0; i < 2; i++)
        for (int time = 0; time < TIMES; time++) {
            snprintf(path, sizeof path, "%s/city/deliveries/qinghe/%s_%s.dbf", place->folder,
                     subjects[i].name, months[time]);
            unlink(path);
        }
}

static bool measure(struct figures *figures, struct server *server, const struct place_of *place,
                    const struct subject *subject) {
    char data[PLACE_PATH];
    struct error error = {0};
    struct sample sample;
    clear(place);
    uint64_t rows = place->rows, changed = (rows + EVERY - 1) / EVERY;
    bool ok = place_data(place, subject, ROWS_DBF, rows, data, &error) &&
              place_deliver(place, NULL, NULL, &error) && server_reset(server);
    for (int time = 0; ok && time < TIMES; time++) {
        ok = deliver(server, place, subject, time, data, &sample) &&
             counted(server, "new", time ? 0 : rows) && counted(server, "changed", time == 2 ? changed : 0) &&
             counted(server, "unchanged",
                     time == 2 ? rows - changed
                     : time    ? rows
                               : 0);
        if (ok) note(figures, subject->name, names[time], &sample);
    }
    if (error.message[0]) fprintf(stderr, "bench: %s\n", error.message);
    clear(place);
    return ok || (fprintf(stderr, "bench: full: %s failed, see %s\n", subject->name, server->log), false);
}

bool full_measure(struct figures *figures, struct server *server, const struct place_of *place,
                  unsigned rounds) {
    bool ok = true;
    for (unsigned round = 0; ok && round < rounds; round++)
        for (int i = 0; ok && i < 2; i++) ok = measure(figures, server, place, &subjects[i]);
    return ok;
}
