/* SPDX-License-Identifier: MulanPSL-2.0 */
/* `make bench`: this program, PostgreSQL's own COPY and whatever peers are installed, in turn, over the
   same rows on the same server.
   usage: PROGRAM=build/release/tongchou [SIZE=rows] [SEED=n] [ROUNDS=n] [PEERS=no]
   [ONLY=rows|codes|cover|full|read|replay|link] speed FOLDER
   ONLY=rows: the first part, whole deliveries.  ONLY=link: SIZE is of persons, 5 million unless said;
   nothing else measures it.
 */
#include "bench/programs/speed/codes.h"
#include "bench/programs/speed/cover.h"
#include "bench/programs/speed/figure.h"
#include "bench/programs/speed/full.h"
#include "bench/programs/speed/link.h"
#include "bench/programs/speed/replay.h"
#include "bench/programs/speed/peers.h"
#include "bench/programs/speed/read.h"
#include "bench/programs/speed/reference.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    COMMAND_BYTES = 4096,
    GOAL_KEPT = 500000,
    GOAL_AFTER = 800000,
    GOAL_ROWS_IN = 1150000,
    LENGTHS = 2,
    LINKED = 5000000,
    PEAK_MIB = 256
};

/* What is measured, and where it is kept. */
struct speed {
    struct server server;
    struct place_of place;
    struct figures figures;
    struct error error;
    const char *program;
    char city[PLACE_PATH], log[PLACE_PATH], summary[PLACE_PATH];
    unsigned rounds;
    bool peers;
    int64_t hash[2]; /* of all rows of a kind, whatever the format */
};

static const enum rows_format ours[] = {ROWS_CSV_ZIP, ROWS_DBF};
static const char *const our_names[] = {"zip", "dbf"};

static bool say(const struct speed *speed) {
    if (speed->error.message[0]) fprintf(stderr, "bench: %s\n", speed->error.message);
    return false;
}

static void note(struct speed *speed, const char *kind, const char *what, const struct sample *sample) {
    figure_add(figure_named(&speed->figures, "s", "%s.%s.wall", kind, what), sample->wall);
    figure_add(figure_named(&speed->figures, "s", "%s.%s.cpu_client", kind, what), sample->client);
    figure_add(figure_named(&speed->figures, "s", "%s.%s.cpu_server", kind, what), sample->server);
    figure_add(figure_named(&speed->figures, "s", "%s.%s.cpu_others", kind, what),
               sample->other > 0 ? sample->other : 0);
    printf("  %-10s %-18s wall %6jd ms  commit %6jd ms  cpu %6jd + %6jd ms  others %6jd ms\n", kind, what,
           (intmax_t)sample->wall / 1000, (intmax_t)sample->commit / 1000, (intmax_t)sample->client / 1000,
           (intmax_t)sample->server / 1000, (intmax_t)sample->other / 1000);
    fflush(stdout);
}

static void note_ratio(struct speed *speed, const char *name, enum bound bound, int64_t goal, int64_t left,
                       int64_t right) {
    struct figure *figure = figure_named(&speed->figures, "x", "%s", name);
    figure_goal(figure, bound, goal);
    figure_ratio(figure, left, right);
}

/* What the floor itself gives where we have a goal. */
static void note_floor(struct speed *speed, const struct subject *subject, const char *what, enum bound bound,
                       int64_t goal, int64_t left, int64_t right) {
    struct figure *figure = figure_named(&speed->figures, "x", "%s.%s", subject->name, what);
    figure_goal(figure, bound, goal);
    figure->reach = true;
    figure_ratio(figure, left, right);
}

/* Exit 2 is allowed for one finding alone (the bare rows have no routing of amounts); a rejected row, or one
   that is not new, would make the work smaller than it looks. */
static bool all_live(struct speed *speed, const struct subject *subject, uint64_t rows, int status) {
    int64_t found = server_number(&speed->server, "SELECT count(*) FROM record.%s", subject->table);
    int64_t live = server_number(
        &speed->server, "SELECT sum(amount) FROM intake.tally WHERE bucket = 'new' AND measure = ''");
    int64_t lost = server_number(
        &speed->server, "SELECT coalesce(sum(amount), 0) FROM intake.tally WHERE measure = '' AND bucket IN"
                        " ('rejected', 'duplicate', 'superseded', 'withdrawn', 'unpublished')");
    int64_t broken = server_number(&speed->server, "SELECT count(*) FROM intake.finding WHERE state ="
                                                   " 'broken' AND check_code <> 'ledger.unrouted'");
    bool good =
        (status == 0 || status == 2) && found == (int64_t)rows && live == found && lost == 0 && broken == 0;
    if (!good)
        fprintf(stderr, "bench: %s: exit %d, %jd rows of %ju, %jd new, %jd not live, %jd findings, see %s\n",
                subject->name, status, (intmax_t)found, (uintmax_t)rows, (intmax_t)live, (intmax_t)lost,
                (intmax_t)broken, speed->server.log);
    return good;
}

/* A fresh city, one delivery, one run; then the run after it that has nothing to do. */
static bool run_ours(struct speed *speed, const struct subject *subject, int format, uint64_t rows, bool full,
                     struct sample *sample) {
    char data[PLACE_PATH], command[COMMAND_BYTES];
    if (!place_data(&speed->place, subject, ours[format], rows, data, &speed->error) ||
        !place_deliver(&speed->place, data, subject->name, &speed->error) || !server_reset(&speed->server))
        return say(speed);
    snprintf(command, sizeof command, "exec '%s' run --quiet --city '%s'", speed->program,
             speed->server.city);
    if (!server_run(&speed->server, command, sample)) return false;
    if (!all_live(speed, subject, rows, sample->status) || !sample->commit) return false;
    if (!full) return true;
    int64_t hash =
        server_number(&speed->server, "SELECT sum(row_hash) %% 1000000007 FROM record.%s", subject->table);
    int64_t *known = &speed->hash[subject->rows];
    if (*known && *known != hash) {
        fprintf(stderr, "bench: %s: the formats were not read alike\n", subject->name);
        return false;
    }
    *known = hash;
    struct sample again;
    if (!server_run(&speed->server, command, &again) || again.status != 0) return false;
    struct figure *nothing =
        figure_named(&speed->figures, "s", "%s.%s.nothing_new", subject->name, our_names[format]);
    figure_goal(nothing, BOUND_AT_MOST, MICRO);
    figure_add(nothing, again.wall);
    return true;
}

struct taken {
    struct sample run[LENGTHS], kept, after, binary, floor;
    int64_t rows_in[LENGTHS];
};

/* PostgreSQL's own ways to the same rows. */
static bool run_references(struct speed *speed, const struct subject *subject,
                           const struct material *material, struct taken *taken) {
    struct server *server = &speed->server;
    if (!reference_copy(server, subject, material, true, &taken->kept)) return false;
    note(speed, subject->name, "copy_key_kept", &taken->kept);
    if (!reference_copy(server, subject, material, false, &taken->after)) return false;
    note(speed, subject->name, "copy_key_after", &taken->after);
    if (!reference_binary(server, subject, material, &taken->binary)) return false;
    note(speed, subject->name, "copy_binary_2", &taken->binary);
    if (!reference_floor(server, &speed->place, subject, material, &taken->floor)) return false;
    note(speed, subject->name, "floor", &taken->floor);
    return true;
}

static void compare(struct speed *speed, const struct subject *subject, const struct taken *taken) {
    char name[FIGURE_NAME];
    for (int f = 0; f < LENGTHS; f++) {
        snprintf(name, sizeof name, "%s.%s / copy_key_kept", subject->name, our_names[f]);
        note_ratio(speed, name, BOUND_AT_MOST, GOAL_KEPT, taken->run[f].commit, taken->kept.wall);
        snprintf(name, sizeof name, "%s.%s / copy_key_after", subject->name, our_names[f]);
        note_ratio(speed, name, BOUND_AT_MOST, GOAL_AFTER, taken->run[f].commit, taken->after.wall);
        snprintf(name, sizeof name, "%s.%s.rows_in / copy_binary_2", subject->name, our_names[f]);
        note_ratio(speed, name, BOUND_AT_MOST, GOAL_ROWS_IN, taken->rows_in[f], taken->binary.wall);
        snprintf(name, sizeof name, "%s.%s / floor", subject->name, our_names[f]);
        note_ratio(speed, name, BOUND_NONE, 0, taken->run[f].commit, taken->floor.wall);
    }
    note_floor(speed, subject, "floor / copy_key_kept", BOUND_AT_MOST, GOAL_KEPT, taken->floor.wall,
               taken->kept.wall);
    note_floor(speed, subject, "floor / copy_key_after", BOUND_AT_MOST, GOAL_AFTER, taken->floor.wall,
               taken->after.wall);
}

static bool run_peers(struct speed *speed, const struct subject *subject, unsigned round,
                      const struct taken *taken) {
    for (unsigned i = 0; i < peer_count; i++) {
        const struct peer *peer = &peers[i];
        char name[FIGURE_NAME];
        int f = peer->format == ROWS_DBF;
        struct sample sample = {0};
        bool run = speed->peers && peer_installed(peer) && (round == 0 || !peer->slow);
        if (run && !peer_run(peer, &speed->server, &speed->place, subject, &sample, &speed->error)) {
            say(speed); /* a peer that fails is shown as not measured */
            speed->error = (struct error){0};
            run = false;
        }
        if (run) note(speed, subject->name, peer->name, &sample);
        else if (round == 0)
            printf("  %-10s %-18s %s\n", subject->name, peer->name,
                   peer_installed(peer) ? "not measured" : "not installed");
        snprintf(name, sizeof name, "%s.%s / %s", subject->name, peer->name, our_names[f]);
        int64_t goal = peer->goal[subject->rows];
        note_ratio(speed, name, goal ? BOUND_AT_LEAST : BOUND_NONE, goal, sample.wall,
                   run ? taken->run[f].commit : 0);
        snprintf(name, sizeof name, "%s / floor", peer->name);
        if (goal)
            note_floor(speed, subject, name, BOUND_AT_LEAST, goal, sample.wall, run ? taken->floor.wall : 0);
    }
    return server_sql(&speed->server, "DROP TABLE IF EXISTS bench.peer");
}

static bool run_round(struct speed *speed, const struct subject *subject, unsigned round,
                      struct material *material) {
    struct taken taken;
    for (int f = 0; f < LENGTHS; f++) {
        char what[16];
        if (!run_ours(speed, subject, f, speed->place.rows, true, &taken.run[f])) return false;
        snprintf(what, sizeof what, "%s", our_names[f]);
        note(speed, subject->name, what, &taken.run[f]);
        figure_add(figure_named(&speed->figures, "s", "%s.%s.commit", subject->name, what),
                   taken.run[f].commit);
        taken.rows_in[f] = 1000 * server_number(&speed->server, "SELECT milliseconds FROM intake.file");
        figure_add(figure_named(&speed->figures, "s", "%s.%s.rows_in", subject->name, what),
                   taken.rows_in[f]);
        struct figure *peak = figure_named(&speed->figures, "MiB", "%s.%s.peak", subject->name, what);
        figure_goal(peak, BOUND_AT_MOST, (int64_t)PEAK_MIB * MICRO);
        figure_add(peak, taken.run[f].peak_kib * MICRO / 1024);
    }
    if ((round == 0 && !reference_export(&speed->server, &speed->place, subject, material)) ||
        !run_references(speed, subject, material, &taken))
        return false;
    compare(speed, subject, &taken);
    return run_peers(speed, subject, round, &taken);
}

/* A tenth of the rows: memory should not follow the size of a file. */
static bool run_small(struct speed *speed, const struct subject *subject) {
    struct sample sample;
    if (!run_ours(speed, subject, 0, speed->place.rows / 10, false, &sample)) return false;
    figure_add(figure_named(&speed->figures, "MiB", "%s.zip.peak_of_a_tenth", subject->name),
               sample.peak_kib * MICRO / 1024);
    return true;
}

/* Reading, decoding, mapping, checking and accounting alone. */
static bool run_preview(struct speed *speed, const struct subject *subject, int format) {
    char command[COMMAND_BYTES], data[PLACE_PATH];
    struct sample sample;
    if (!place_data(&speed->place, subject, ours[format], speed->place.rows, data, &speed->error) ||
        !place_deliver(&speed->place, data, subject->name, &speed->error))
        return say(speed);
    snprintf(command, sizeof command,
             "exec '%s' preview '%s/deliveries/qinghe/%s_202012%s' --count --city '%s'", speed->program,
             speed->server.city, subject->name, strrchr(data, '.'), speed->server.city);
    for (unsigned round = 0; round < speed->rounds; round++) {
        if (!server_run(&speed->server, command, &sample) || sample.status != 0) return false;
        char what[32];
        snprintf(what, sizeof what, "%s.preview", our_names[format]);
        note(speed, subject->name, what, &sample);
        figure_add(
            figure_named(&speed->figures, "row/s", "%s.%s.preview_rate", subject->name, our_names[format]),
            (int64_t)speed->place.rows * MICRO / sample.wall * MICRO);
    }
    return true;
}

/* A server that has just been made pays for memory and files that nobody has touched yet, 0.2 s of a first
   million rows.  We would be the first of each round, so one load that nobody measures goes ahead. */
static bool warm_up(struct speed *speed) {
    struct sample sample;
    return run_ours(speed, &subjects[0], 0, speed->place.rows, false, &sample);
}

static bool measure(struct speed *speed) {
    struct material material[2] = {0};
    if (!warm_up(speed)) return false;
    for (unsigned round = 0; round < speed->rounds; round++) {
        printf("round %u of %u\n", round + 1, speed->rounds);
        for (int i = 0; i < 2; i++)
            if (!run_round(speed, &subjects[i], round, &material[i])) return false;
        /* Whoever stops a long measurement keeps what is known. */
        if (!figures_write(&speed->figures, speed->summary)) return false;
    }
    for (int i = 0; i < 2; i++)
        if (!run_small(speed, &subjects[i]) || !run_preview(speed, &subjects[i], 0) ||
            !run_preview(speed, &subjects[i], 1))
            return false;
    return true;
}

static uint64_t number(const char *name, uint64_t initial) {
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 10) : initial;
}

/* What mapping costs needs no database. */
static bool measure_codes(struct speed *speed) {
    return codes_measure(&speed->figures, speed->program, speed->place.folder, speed->place.rows,
                         speed->rounds);
}

static bool prepare(struct speed *speed, const char *folder, bool server) {
    speed->program = realpath(getenv("PROGRAM") ? getenv("PROGRAM") : "build/release/tongchou", NULL);
    if (mkdir(folder, 0755) == 0 || access(folder, W_OK) == 0) speed->place.folder = realpath(folder, NULL);
    if (!speed->program || !speed->place.folder || strlen(speed->place.folder) > PLACE_PATH / 2) {
        fprintf(stderr, "bench: no program, or no folder %s\n", folder);
        return false;
    }
    snprintf(speed->city, sizeof speed->city, "%s/city", speed->place.folder);
    snprintf(speed->summary, sizeof speed->summary, "%s/summary.json", speed->place.folder);
    snprintf(speed->log, sizeof speed->log, "%s/log.txt", speed->place.folder);
    setenv("LC_ALL", "C.UTF-8", 1);
    return !server || ((place_city(&speed->place, &speed->error) || say(speed)) &&
                       server_open(&speed->server, speed->city, speed->program, speed->log));
}

int main(int count, char **words) {
    struct speed measuring = {0}, *speed = &measuring;
    if (count != 2) return 64;
    speed->place.rows = number("SIZE", 1000000);
    speed->place.seed = number("SEED", 20201231);
    speed->rounds = (unsigned)number("ROUNDS", 3);
    speed->peers = strcmp(getenv("PEERS") ? getenv("PEERS") : "", "no") != 0;
    if (speed->rounds < 1 || speed->rounds > FIGURE_ROUNDS || speed->place.rows < 10) return 64;
    printf("SIZE=%ju SEED=%ju ROUNDS=%u\n", (uintmax_t)speed->place.rows, (uintmax_t)speed->place.seed,
           speed->rounds);
    const char *only = getenv("ONLY");
    if (!only) only = "";
    bool all = !*only, codes = all || strcmp(only, "codes") == 0, read = all || strcmp(only, "read") == 0;
    bool replay = all || strcmp(only, "replay") == 0, link = strcmp(only, "link") == 0;
    bool cover = all || strcmp(only, "cover") == 0, full = all || strcmp(only, "full") == 0;
    bool rows = all || strcmp(only, "rows") == 0, server = rows || link || full;
    bool ok =
        prepare(speed, words[1], server) && (!rows || measure(speed)) &&
        (!full || full_measure(&speed->figures, &speed->server, &speed->place, speed->rounds)) &&
        (!codes || measure_codes(speed)) &&
        (!link || link_measure(&speed->figures, &speed->server, speed->place.folder, number("SIZE", LINKED),
                               speed->place.seed)) &&
        (!replay || replay_measure(&speed->figures, speed->program, speed->place.rows, speed->rounds)) &&
        (!cover || cover_measure(&speed->figures, speed->program, speed->place.folder, speed->place.rows,
                                 speed->place.seed, speed->rounds)) &&
        (!read || read_measure(&speed->figures, speed->program, &speed->place, speed->rounds));
    if (ok) {
        ok = figures_print(&speed->figures);
        ok = figures_write(&speed->figures, speed->summary) && ok;
        printf("\n%s\n", speed->summary);
    }
    if (server) server_close(&speed->server);
    return ok ? 0 : 1;
}
