/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Linking shared among processes: who helps does not show, nor who is killed. */
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define OUTCOME                                                                                              \
    "SELECT md5((SELECT string_agg(county || src_psn_no || psn_no, ',' ORDER BY record_no) FROM "            \
    "identity.xref) || (SELECT string_agg(concat_ws('/', a, b, bits, pattern, rule, band, terms, model), "   \
    "',' ORDER BY a, b) FROM identity.link) || (SELECT string_agg(concat_ws('/', rule, blocks, pairs, "      \
    "fresh, matches, refined, left_out), ',' ORDER BY rule) FROM identity.yield WHERE link_run = (SELECT "   \
    "max(link_run) FROM identity.link_run)))"
/* A helper sleeps with its claim in hand; who links waits with his own until then, so that there is one to
   claim.  The server looks often whether its client still lives. */
#define SLEEP                                                                                                \
    "CREATE SEQUENCE identity.slept;"                                                                        \
    "CREATE FUNCTION identity.sleep() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM "                  \
    "nextval('identity.slept'), pg_sleep(3600); RETURN NEW; END$$;"                                          \
    "CREATE TRIGGER sleep BEFORE UPDATE ON identity.work FOR EACH ROW WHEN (NEW.found IS NOT NULL) "         \
    "EXECUTE FUNCTION identity.sleep();"                                                                     \
    "CREATE FUNCTION identity.slow() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "                           \
    "FOR i IN 1 .. 12000 LOOP EXIT WHEN (SELECT is_called FROM identity.slept); PERFORM pg_sleep(0.05); "    \
    "END LOOP; RETURN NEW; END$$;"                                                                           \
    "CREATE TRIGGER slow BEFORE UPDATE ON identity.work FOR EACH ROW WHEN (NEW.found IS NULL) "              \
    "EXECUTE FUNCTION identity.slow()"
#define LOOK_OFTEN "ALTER SYSTEM SET client_connection_check_interval = '200ms'"
#define SLEEPERS                                                                                             \
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tongchou person work' AND wait_event "  \
    "= 'PgSleep'"

enum { HASH_BYTES = 64, WAIT_TENTHS = 6000, LINE_BYTES = 4096, PATH_BYTES = 512 };

static void tell(struct journey *journey, const char *sql) {
    struct database database;
    struct session session = {0};
    struct error error = {0};
    cr_assert(database_open(&database, "embedded", journey->city, &error), "%s", error.message);
    cr_assert(session_open(&session, &database, "test", &error), "%s", error.message);
    cr_assert(session_run(&session, sql, &error), "%s", error.message);
    session_close(&session);
    database_close(&database);
}

/* The helper of this city, by its command line and folder; 0: there is none. */
static pid_t find_helper(const char *city) {
    DIR *folder = opendir("/proc");
    pid_t found = 0;
    for (const struct dirent *entry; folder && !found && (entry = readdir(folder)) != NULL;) {
        char path[PATH_BYTES], line[LINE_BYTES] = "", where[PATH_BYTES] = "";
        snprintf(path, sizeof path, "/proc/%s/cwd", entry->d_name);
        if (readlink(path, where, sizeof where - 1) < 0 || strcmp(where, city) != 0) continue;
        snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
        int file = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t size = file < 0 ? 0 : read(file, line, sizeof line - 1);
        if (file >= 0) close(file);
        for (ssize_t i = 0; i + 1 < size; i++)
            if (!line[i]) line[i] = ' ';
        if (strstr(line, " person work ")) found = (pid_t)strtol(entry->d_name, NULL, 10);
    }
    if (folder) closedir(folder);
    return found;
}

struct linking {
    struct journey journey;
    int status;
};

static void *link_shared(void *context) {
    struct linking *at = context;
    at->status = journey_run(&at->journey, "person link --workers 1 --json");
    return NULL;
}

Test(person_work, helpers_do_not_show) {
    struct journey journey;
    char outcome[HASH_BYTES];
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    snprintf(outcome, sizeof outcome, "%s", journey_ask(&journey, OUTCOME));
    for (int round = 0; round < 3; round++) {
        journey_expect(&journey, "person link --workers 2 --json", 0, "\"moved\": 0");
        cr_expect_str_eq(journey_ask(&journey, OUTCOME), outcome);
    }
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*) FROM identity.job"), "0");
    journey_end(&journey);
}

Test(person_work, a_killed_helper_loses_nothing) {
    struct journey journey;
    char outcome[HASH_BYTES];
    pthread_t thread;
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    snprintf(outcome, sizeof outcome, "%s", journey_ask(&journey, OUTCOME));
    tell(&journey, SLEEP);
    tell(&journey, LOOK_OFTEN);
    tell(&journey, "SELECT pg_reload_conf()");
    struct linking linking = {.journey = journey, .status = -1};
    linking.journey.arena = (struct arena){0};
    cr_assert_eq(pthread_create(&thread, NULL, link_shared, &linking), 0);
    bool asleep = false;
    for (int i = 0; !asleep && i < WAIT_TENTHS && linking.status < 0; i++) {
        usleep(100000);
        asleep = strcmp(journey_ask(&journey, SLEEPERS), "0") != 0;
    }
    pid_t helper = find_helper(journey.city);
    cr_expect(asleep && helper > 0, "no helper came to claim a part");
    if (helper > 0) kill(helper, SIGKILL);
    pthread_join(thread, NULL);
    cr_expect_eq(linking.status, 0);
    cr_expect(strstr(linking.journey.output, "\"moved\": 0") != NULL);
    cr_expect_str_eq(journey_ask(&journey, OUTCOME), outcome);
    arena_free(&linking.journey.arena);
    journey_end(&journey);
}
