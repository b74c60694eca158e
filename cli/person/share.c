/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Linking shared among processes.  Each reads the same records under one snapshot and so cuts the same parts;
   a part is claimed by FOR UPDATE SKIP LOCKED, and its pairs go back through the database.  Who is killed
   loses his transaction, which frees the part for somebody else. */
#include "cli/city.h"
#include "cli/person/store.h"
#include "core/language.h"
#include "core/parallel.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    WORKERS_MAX = 64,
    WAIT_ROUNDS = 600,
    WAIT_MILLISECONDS = 100,
    NUMBER_BYTES = 32,
    STEP_BYTES = 1 << 20
};

static void pause_a_little(void) {
    nanosleep(&(struct timespec){.tv_nsec = WAIT_MILLISECONDS * 1000000L}, NULL);
}

/* In steps, for it need not all be in memory. */
static uint64_t hash_steps(const void *bytes, size_t size, struct spill *spill) {
    uint64_t hash = size;
    for (size_t at = 0, step; at < size; at += step) {
        step = size - at < STEP_BYTES ? size - at : STEP_BYTES;
        spill_room(spill, step);
        hash = link_mix(hash, link_hash((const char *)bytes + at, step));
    }
    return hash;
}

/* What everybody who takes part must have before him. */
static const char *digest(struct persons *persons) {
    const struct link *link = &persons->link;
    uint64_t hash = hash_steps(link->ids, link->count * sizeof *link->ids, link->spill);
    hash = link_mix(hash, hash_steps(link->keys,
                                     (size_t)link->count * link->rules->block_count * sizeof *link->keys,
                                     link->spill));
    hash = link_mix(hash, link_hash(link->model.shares, sizeof link->model.shares));
    hash = link_mix(hash, link_hash(link->model.prior, sizeof link->model.prior));
    return arena_print(&persons->arena, "%016jx", (uintmax_t)hash);
}

static const char *job_text(struct persons *persons) {
    return arena_print(&persons->arena, "%d", persons->job);
}

/* The next part that nobody has; `wait` also for one that somebody has.  `part` -1: there is none. */
static bool claim(struct persons *persons, const char *job, bool wait, int64_t *part, struct error *error) {
    *part = -1;
    if (!session_run(&persons->main, "BEGIN", error)) return false;
    PGresult *rows = session_ask(
        &persons->main,
        wait ? "SELECT part FROM identity.work WHERE job = $1::int AND NOT done ORDER BY part LIMIT"
               " 1 FOR UPDATE"
             : "SELECT part FROM identity.work WHERE job = $1::int AND NOT done ORDER BY part LIMIT"
               " 1 FOR UPDATE SKIP LOCKED",
        1, &job, error);
    if (!rows) return false;
    if (PQntuples(rows)) *part = strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
    PQclear(rows);
    return *part >= 0 || session_run(&persons->main, "COMMIT", error);
}

/* Judges what was claimed and says so; a helper sends what it found. */
static bool finish(struct persons *persons, struct link_pairing *pairing, const char *job, int64_t part,
                   bool helper, struct error *error) {
    struct arena arena = {0};
    unsigned char *found = NULL;
    link_part_judge(pairing, (uint32_t)part);
    if (helper) {
        struct span bytes = link_part_pack(pairing, (uint32_t)part, &arena);
        size_t size;
        found = PQescapeByteaConn(persons->main.connection, (const unsigned char *)bytes.bytes, bytes.size,
                                  &size);
    }
    const char *arguments[] = {job, arena_print(&arena, "%jd", (intmax_t)part), (const char *)found};
    bool ok = !helper || found || error_set(error, "%s", TEXT("内存不足", "out of memory"));
    ok = ok &&
         session_tell(&persons->main,
                      "UPDATE identity.work SET done = true, found = $3::bytea WHERE job = $1::int AND"
                      " part = $2::int",
                      3, arguments, NULL, error) &&
         session_run(&persons->main, "COMMIT", error);
    PQfreemem(found);
    arena_free(&arena);
    return ok;
}

/* Parts that nobody has, until there are none. */
static bool do_free_parts(struct persons *persons, struct link_pairing *pairing, bool helper,
                          struct error *error) {
    const char *job = job_text(persons);
    for (int64_t part = 0; part >= 0;) {
        if (!claim(persons, job, false, &part, error)) return false;
        if (part >= 0 && !finish(persons, pairing, job, part, helper, error)) return false;
    }
    return true;
}

static int64_t count_undone(struct persons *persons, const char *job, struct error *error) {
    PGresult *rows =
        session_ask(&persons->main, "SELECT count(*) FROM identity.work WHERE job = $1::int AND NOT done", 1,
                    &job, error);
    if (!rows) return -1;
    int64_t count = strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
    PQclear(rows);
    return count;
}

/* Those that helpers have: done when they are done, or ours when they died. */
static bool wait_for_others(struct persons *persons, struct link_pairing *pairing, struct error *error) {
    const char *job = job_text(persons);
    int64_t undone;
    while ((undone = count_undone(persons, job, error)) > 0) {
        int64_t part;
        if (!claim(persons, job, true, &part, error)) return false;
        if (part >= 0 && !finish(persons, pairing, job, part, false, error)) return false;
    }
    return undone == 0;
}

static bool take_found(struct persons *persons, struct link_pairing *pairing, struct error *error) {
    const char *job = job_text(persons);
    bool ok = true;
    PGresult *rows = session_ask(
        &persons->main, "SELECT part, found FROM identity.work WHERE job = $1::int AND found IS NOT NULL", 1,
        &job, error);
    if (!rows) return false;
    for (int i = 0; ok && i < PQntuples(rows); i++) {
        size_t size = 0;
        unsigned char *bytes = PQunescapeBytea((const unsigned char *)PQgetvalue(rows, i, 1), &size);
        ok = bytes && link_part_unpack(pairing, (uint32_t)strtoul(PQgetvalue(rows, i, 0), NULL, 10),
                                       (struct span){(const char *)bytes, size});
        PQfreemem(bytes);
    }
    PQclear(rows);
    return ok || error_set(error, "%s", TEXT("帮手交回的配对读不懂", "what a helper found cannot be read"));
}

static bool run_main(void *context, struct link_pairing *pairing, uint32_t part_count) {
    struct persons *persons = context;
    struct error *error = &persons->share_error;
    const char *arguments[] = {job_text(persons), digest(persons),
                               arena_print(&persons->arena, "%u", part_count)};
    return session_tell(&persons->main,
                        "WITH told AS (UPDATE identity.job SET seen = $2 WHERE job = $1::int) INSERT INTO"
                        " identity.work (job, part) SELECT $1::int, generate_series(0, $3::int - 1)",
                        3, arguments, NULL, error) &&
           do_free_parts(persons, pairing, false, error) && wait_for_others(persons, pairing, error) &&
           take_found(persons, pairing, error);
}

/* Helpers that we started end by themselves when the job is gone. */
static bool start_workers(struct persons *persons, int64_t workers, struct error *error) {
    for (int64_t i = 0; i < workers; i++) {
        pid_t child = fork();
        if (child < 0)
            return error_code(error, TROUBLE_LATER, NULL, "%s", TEXT("起不了进程", "cannot start a process"));
        if (child) continue;
        /* Twice, so that nobody has to wait for it. */
        pid_t worker = fork();
        if (worker == 0 && freopen("/dev/null", "w", stdout))
            execl("/proc/self/exe", "tongchou", "person", "work", "--quiet", "--city",
                  persons->invocation->city, (char *)NULL);
        _exit(worker > 0 ? 0 : 127);
    }
    for (int64_t i = 0; i < workers; i++) wait(NULL);
    return true;
}

bool persons_share(struct persons *persons, int64_t workers, struct error *error) {
    const char *arguments[2];
    if (workers > WORKERS_MAX)
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("最多 %d 个进程", "at most %d processes"),
                          WORKERS_MAX);
    PGresult *rows = session_ask(&persons->readers[0], "SELECT pg_export_snapshot()", 0, NULL, error);
    if (!rows) return false;
    arguments[0] = arena_print(&persons->arena, "%s", PQgetvalue(rows, 0, 0));
    arguments[1] = arena_print(&persons->arena, "%016jx",
                               (uintmax_t)link_hash(persons->rules_text.bytes, persons->rules_text.size));
    PQclear(rows);
    rows = NULL;
    /* We hold the lock of linking: any other job is of a dead process. */
    if (session_run(&persons->main, "DELETE FROM identity.job", error))
        rows = session_ask(&persons->main,
                           "INSERT INTO identity.job (snapshot, rules) VALUES ($1, $2) RETURNING job", 2,
                           arguments, error);
    if (!rows) return false;
    persons->job = (int)strtol(PQgetvalue(rows, 0, 0), NULL, 10);
    PQclear(rows);
    persons->shares = true;
    persons->share = (struct link_share){persons, run_main};
    persons->link.share = &persons->share;
    return start_workers(persons, workers, error);
}

bool persons_share_end(struct persons *persons, struct error *error) {
    if (persons->link.shared_failed) {
        *error = persons->share_error;
        return false;
    }
    for (int i = 0; i < READERS; i++)
        if (!session_run(&persons->readers[i], "COMMIT", error)) return false;
    return session_run(&persons->main, "DELETE FROM identity.job", error);
}

/* A helper's part of it: waits until the parts are there, does what is free. */
static bool run_helper(void *context, struct link_pairing *pairing, uint32_t part_count) {
    struct persons *persons = context;
    struct error *error = &persons->share_error;
    const char *arguments[] = {job_text(persons), digest(persons)};
    (void)part_count;
    for (int round = 0; round < WAIT_ROUNDS; round++) {
        PGresult *rows =
            session_ask(&persons->main, "SELECT seen, seen = $2 FROM identity.job WHERE job = $1::int", 2,
                        arguments, error);
        if (!rows) return false;
        bool gone = !PQntuples(rows), ready = !gone && !PQgetisnull(rows, 0, 0);
        bool same = ready && PQgetvalue(rows, 0, 1)[0] == 't';
        PQclear(rows);
        if (gone) return true;
        if (ready && !same)
            return error_code(
                error, TROUBLE_USAGE, NULL, "%s",
                TEXT("本机程序或规则与归并进程不同，不能帮忙",
                     "this program or its rules differ from the linking process's: cannot help"));
        if (ready) return do_free_parts(persons, pairing, true, error);
        pause_a_little();
    }
    return true;
}

/* The linking under way and its snapshot; `job` 0: there is none within a minute. */
static bool find_job(struct persons *persons, const char **snapshot, struct error *error) {
    for (int round = 0; round < WAIT_ROUNDS; round++) {
        PGresult *rows =
            session_ask(&persons->main, "SELECT job, snapshot FROM identity.job", 0, NULL, error);
        if (!rows) return false;
        if (PQntuples(rows)) {
            persons->job = (int)strtol(PQgetvalue(rows, 0, 0), NULL, 10);
            *snapshot = arena_print(&persons->arena, "SET TRANSACTION SNAPSHOT '%s'", PQgetvalue(rows, 0, 1));
        }
        PQclear(rows);
        if (persons->job) return true;
        pause_a_little();
    }
    return true;
}

static bool join_job(struct persons *persons, struct invocation *invocation, struct database *database,
                     struct error *error) {
    const char *snapshot = NULL;
    *persons =
        (struct persons){.invocation = invocation, .database = database, .record_next = 1, .anew = true};
    persons->cache.out = persons->next.out = persons->spill.file = -1;
    persons->link.rules = &persons->rules;
    persons->link.threads = parallel_threads();
    persons->link.remember = true;
    persons->share = (struct link_share){persons, run_helper};
    persons->link.share = &persons->share;
    if (!person_rules(invocation, NULL, &persons->rules, &persons->rules_path, &persons->rules_text, error) ||
        !session_open(&persons->main, database, "tongchou person work", error) ||
        !find_job(persons, &snapshot, error))
        return false;
    for (int i = 0; persons->job && i < READERS; i++)
        if (!session_open(&persons->readers[i], database, "tongchou person work", error) ||
            !session_run(&persons->readers[i], "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error) ||
            !session_run(&persons->readers[i], snapshot, error))
            return false;
    return true;
}

static enum exit_code run_work(struct invocation *invocation, const struct person_options *options,
                               struct error *error) {
    struct persons *persons = ARENA_NEW(invocation->arena, struct persons, 1);
    struct city *city = ARENA_NEW(invocation->arena, struct city, 1);
    struct database database;
    (void)options;
    if (!city_read(invocation->city, invocation->arena, city, error) ||
        !database_open(&database, city->database, city->directory, error))
        return exit_of(error);
    bool ok =
        join_job(persons, invocation, &database, error) && (!persons->job || persons_read(persons, error));
    if (ok && persons->job) {
        link_candidates(&persons->link);
        link_learn(&persons->link);
        link_scorer_open(&persons->link.scorer, &persons->rules, &persons->link.model);
        link_pairs(&persons->link);
        ok = !persons->link.shared_failed;
        if (!ok) *error = persons->share_error;
    }
    persons_close(persons);
    database_close(&database);
    return ok ? EXIT_HELD : exit_of(error);
}

const struct person_verb person_work = {"work", "", 0, 0, run_work};
