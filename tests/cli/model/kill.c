/* SPDX-License-Identifier: MulanPSL-2.0 */
/* A run that dies at the n-th statement that writes into the books, for which nobody has to look at a clock:
   a trigger counts the statements, and the one that is to be the last sleeps until the run is killed. */
#include "tests/cli/model/play.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATEMENTS_MOST = 70, LOOK_MICROSECONDS = 20000 };

static const char arm_sql[] =
    "DROP SCHEMA IF EXISTS model CASCADE; CREATE SCHEMA model; CREATE SEQUENCE model.written;"
    "CREATE FUNCTION model.write() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF nextval('model.written') ="
    " %u THEN PERFORM pg_sleep(86400); END IF; RETURN NULL; END$$;"
    "DO $$DECLARE t text; BEGIN FOREACH t IN ARRAY '{delivery,file,tally,reject,reason,finding,total,floor,"
    "movement,run}'::text[] LOOP EXECUTE format('CREATE TRIGGER model AFTER INSERT OR UPDATE ON intake.%%I"
    " EXECUTE FUNCTION model.write()', t); END LOOP; END$$";
static const char disarm_sql[] = "DROP SCHEMA model CASCADE";
static const char sleeper_sql[] =
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
static const char wake_sql[] =
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event"
    " = 'PgSleep' AND datname = current_database()";

void tell(struct play *play, const char *sql) {
    struct database database;
    struct session session = {0};
    struct error error = {0};
    cr_assert(database_open(&database, "embedded", play->journey.city, &error), "%s", error.message);
    cr_assert(session_open(&session, &database, "test", &error), "%s", error.message);
    cr_assert(session_run(&session, sql, &error), "%.60s: %s", sql, error.message);
    session_close(&session);
    database_close(&database);
}

static pid_t start(struct play *play) {
    char program[PATH_MAX];
    const char *folder = getenv("OUT");
    cr_assert(realpath(arena_print(&play->journey.arena, "%s/tongchou", folder ? folder : "build/release"),
                       program));
    pid_t pid = fork();
    cr_assert(pid >= 0);
    if (pid == 0) {
        int nowhere = open("/dev/null", O_RDWR);
        dup2(nowhere, STDOUT_FILENO), dup2(nowhere, STDERR_FILENO);
        if (chdir(play->journey.city) == 0) execl(program, program, "run", "-q", (char *)NULL);
        _exit(99);
    }
    return pid;
}

bool kill_run(struct play *play, uint32_t random) {
    int status = 0;
    tell(play, arena_print(&play->journey.arena, arm_sql, 1 + random % STATEMENTS_MOST));
    pid_t pid = start(play);
    bool asleep = false, ended = false;
    while (!asleep && !ended) {
        usleep(LOOK_MICROSECONDS);
        ended = waitpid(pid, &status, WNOHANG) == pid;
        asleep = !ended && strcmp(journey_ask(&play->journey, sleeper_sql), "0") != 0;
    }
    if (!ended) {
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
    }
    /* What it left in the server ends before anybody looks. */
    journey_ask(&play->journey, wake_sql);
    journey_alone(&play->journey);
    tell(play, disarm_sql);
    return !ended;
}
