/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/programs/speed/link.h"
#include "bench/population/population.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    COMMAND = 4096,
    OPTIONS = 1024,
    USUAL = 4,
    FULL = 5000000,
    FIRST_SECONDS = 30,
    CHANGES_SECONDS = 10,
    PEAK_BYTES = 1500000000,
    DENSE_RATE = 10000000,
    DENSE_RECORDS = 200000,
    ONE_CHANGE_IN = 500,
    BOUND_MIB = 256,
    BOUND_LEAST = 32
};

struct linking {
    struct figures *figures;
    struct server *server;
    const char *folder;
    uint64_t records, seed;
};

static void note(struct linking *at, const char *what, const struct sample *sample) {
    figure_add(figure_named(at->figures, "s", "link.%s.wall", what), sample->wall);
    figure_add(figure_named(at->figures, "s", "link.%s.cpu_client", what), sample->client);
    figure_add(figure_named(at->figures, "s", "link.%s.cpu_server", what), sample->server);
    figure_add(figure_named(at->figures, "s", "link.%s.cpu_others", what),
               sample->other > 0 ? sample->other : 0);
    figure_add(figure_named(at->figures, "MB", "link.%s.peak", what),
               sample->peak_kib * 1024 * MICRO / 1000000);
    printf("  link       %-18s wall %6jd ms  cpu %6jd + %6jd ms  peak %5jd MB  others %6jd ms\n", what,
           (intmax_t)sample->wall / 1000, (intmax_t)sample->client / 1000, (intmax_t)sample->server / 1000,
           (intmax_t)sample->peak_kib * 1024 / 1000000, (intmax_t)sample->other / 1000);
    fflush(stdout);
}

/* Goals are for the full number of records; of fewer the figure is shown. */
static void limit(struct linking *at, const char *what, const char *unit, int64_t goal) {
    struct figure *figure = figure_named(at->figures, unit, "link.%s", what);
    if (at->records >= FULL) figure_goal(figure, BOUND_AT_MOST, goal);
}

static bool population(const struct linking *at, uint64_t records, const char *name, char path[SERVER_PATH]) {
    char truth[SERVER_PATH];
    struct error error = {0};
    struct population population = {.seed = at->seed, .records = (uint32_t)records, .dirt = USUAL};
    snprintf(path, SERVER_PATH, "%s/%s.csv", at->folder, name);
    snprintf(truth, sizeof truth, "%s/truth.csv", at->folder);
    bool ok = population_write(&population, path, truth, &error);
    if (!ok) fprintf(stderr, "bench: %s\n", error.message);
    unlink(truth);
    return ok;
}

/* Standing in the tables as if twelve counties had delivered it. */
static bool fill(struct linking *at, const char *path) {
    struct sample sample;
    const char *paths[] = {path};
    return server_sql(
               at->server,
               "DROP TABLE IF EXISTS bench.people; CREATE UNLOGGED TABLE bench.people (county text,"
               " src_psn_no text, psn_name text, gend text, brdy text, psn_cert_type text, certno text,"
               " mob text, live_addr text, resdbook_no text)") &&
           server_send(at->server, "COPY bench.people FROM STDIN (FORMAT csv, HEADER)", paths, 1, &sample) &&
           server_sql(
               at->server,
               "DO $$ DECLARE c text; BEGIN FOR c IN SELECT DISTINCT county FROM bench.people LOOP EXECUTE"
               " format('CREATE TABLE record.psn_info_b_%%1$s PARTITION OF record.psn_info_b FOR VALUES IN"
               " (%%1$L)', c); EXECUTE format('INSERT INTO record.psn_info_b_%%s (county, src_psn_no,"
               " psn_name, gend, brdy, psn_cert_type, certno, mob, live_addr, resdbook_no, src_key, key_hash,"
               " row_hash, file, source_row) SELECT county, src_psn_no, psn_name, gend, nullif(brdy,"
               " '''')::date, psn_cert_type, certno, mob, live_addr, resdbook_no, src_psn_no,"
               " md5(src_psn_no)::uuid, hashtextextended(p::text, 0), 1, row_number() OVER () FROM"
               " bench.people p WHERE county = %%L', c, c); EXECUTE format('CREATE UNIQUE INDEX ON"
               " record.psn_info_b_%%s (key_hash, county)', c); END LOOP; END $$") &&
           server_sql(at->server, "VACUUM ANALYZE record.psn_info_b") && server_sql(at->server, "CHECKPOINT");
}

static bool run_link(struct linking *at, const char *what, const char *options, struct sample *sample) {
    char command[COMMAND];
    snprintf(command, sizeof command, "exec '%s' person link %s --city '%s'", at->server->program, options,
             at->server->city);
    if (!server_run(at->server, command, sample)) return false;
    if (sample->status != 0) {
        fprintf(stderr, "bench: %s: exit %d, see %s\n", what, sample->status, at->server->log);
        return false;
    }
    note(at, what, sample);
    return true;
}

/* Persons with their numbers, pairs with their weights: one number for all of it. */
static int64_t outcome(struct linking *at) {
    return server_number(
        at->server,
        "SELECT ((SELECT sum(hashtextextended(concat_ws('/', county, src_psn_no, psn_no), 0)::numeric) FROM"
        " identity.xref) + (SELECT sum(hashtextextended(concat_ws('/', a, b, bits, pattern, rule, band), "
        "0)::numeric) FROM identity.link)) %% 1000000000000007");
}

static bool measure_changes(struct linking *at) {
    struct sample sample;
    int64_t changed = (int64_t)at->records / ONE_CHANGE_IN;
    if (!server_sql(
            at->server,
            "CREATE TEMP TABLE chosen AS SELECT county, key_hash, row_number() OVER (ORDER BY"
            " hashtextextended(src_key, %ju)) AS n FROM record.psn_info_b WHERE"
            " hashtextextended(src_key, %ju) %% %d = 0;"
            "DELETE FROM record.psn_info_b p USING chosen s WHERE s.county = p.county AND s.key_hash ="
            " p.key_hash AND n %% 10 = 0;"
            "UPDATE record.psn_info_b p SET live_addr = '柳树镇三里村' || n || '号', row_hash ="
            " row_hash + 1, mob = CASE WHEN n %% 2 = 0 THEN mob END FROM chosen s WHERE s.county ="
            " p.county AND s.key_hash = p.key_hash AND n %% 10 BETWEEN 1 AND 8;"
            "INSERT INTO record.psn_info_b (county, src_psn_no, psn_name, gend, brdy, psn_cert_type,"
            " certno, mob, src_key, key_hash, row_hash, file, source_row) SELECT county, 'N' || n,"
            " psn_name, gend, brdy, psn_cert_type, certno, mob, 'N' || n, md5('N' || n)::uuid, n, 1, n"
            " FROM record.psn_info_b JOIN chosen USING (county, key_hash) WHERE n %% 10 = 9;"
            "DROP TABLE chosen",
            (uintmax_t)at->seed, (uintmax_t)at->seed, ONE_CHANGE_IN))
        return false;
    if (!server_sql(at->server, "CHECKPOINT")) return false;
    limit(at, "changes.wall", "s", (int64_t)CHANGES_SECONDS * MICRO);
    if (!run_link(at, "changes", "", &sample)) return false;
    int64_t found = outcome(at);
    if (!run_link(at, "anew", "--anew", &sample)) return false;
    if (found < 0 || found != outcome(at)) {
        fprintf(stderr, "bench: %jd changes did not end as linking everything anew does\n",
                (intmax_t)changed);
        return false;
    }
    return true;
}

/* A fifth of the memory that it takes otherwise, and the same outcome. */
static bool measure_bounded(struct linking *at) {
    char options[OPTIONS];
    struct sample sample;
    int64_t bound = (int64_t)(BOUND_MIB * at->records / FULL), before = outcome(at);
    if (bound < BOUND_LEAST) bound = BOUND_LEAST;
    snprintf(options, sizeof options, "--memory %jd", (intmax_t)bound);
    if (!run_link(at, "bounded", options, &sample)) return false;
    struct figure *figure = figure_named(at->figures, "x", "link.bounded.peak / bound");
    figure_goal(figure, BOUND_AT_MOST, MICRO * 11 / 10);
    figure_ratio(figure, sample.peak_kib, bound * 1024);
    if (before >= 0 && before == outcome(at)) return true;
    fprintf(stderr, "bench: within %jd MiB the outcome is another\n", (intmax_t)bound);
    return false;
}

/* Helpers on the same machine: what sharing costs, and the same outcome. */
static bool measure_shared(struct linking *at) {
    struct sample sample;
    int64_t before = outcome(at);
    if (!run_link(at, "one_helper", "--workers 1", &sample)) return false;
    if (before >= 0 && before == outcome(at)) return true;
    return fprintf(stderr, "bench: with a helper the outcome is another\n"), false;
}

/* `person try` over a file; microseconds of CPU, -1 on failure. */
static int64_t try_file(const struct linking *at, const char *path, const char *options, const char *output) {
    char command[COMMAND];
    struct sample sample;
    snprintf(command, sizeof command, "exec '%s' person try '%s' --lang en %s > '%s'", at->server->program,
             path, options, output);
    if (!server_run(at->server, command, &sample) || sample.status != 0) {
        fprintf(stderr, "bench: person try failed, see %s\n", at->server->log);
        return -1;
    }
    return sample.client;
}

static bool measure_growth(struct linking *at) {
    char path[SERVER_PATH], output[SERVER_PATH];
    int64_t small, large;
    snprintf(output, sizeof output, "%s/try.txt", at->folder);
    if (!population(at, at->records / 5, "fifth", path)) return false;
    small = try_file(at, path, "--quiet", output);
    unlink(path);
    if (small <= 0 || !population(at, at->records * 2, "twice", path)) return false;
    large = try_file(at, path, "--quiet", output);
    unlink(path);
    if (large <= 0) return false;
    struct figure *figure = figure_named(at->figures, "", "link.cpu_exponent");
    figure_goal(figure, BOUND_AT_MOST, MICRO * 11 / 10);
    figure_add(figure, (int64_t)(log10((double)large / (double)small) * MICRO));
    printf("  link       a fifth %jd ms of CPU, twice as many %jd ms\n", (intmax_t)small / 1000,
           (intmax_t)large / 1000);
    return true;
}

/* One rule whose blocks are as large as its cap lets them be. */
static bool write_dense_rules(const char *path) {
    FILE *file = fopen(path, "we"), *shipped = fopen("mappings/link/person.yaml", "re");
    char line[COMMAND];
    bool skip = false;
    if (file && shipped) {
        while (fgets(line, sizeof line, shipped)) {
            if (strncmp(line, "blocks:", 7) == 0) {
                fputs("blocks:\n  - {name: dense, key: [birth.year, sex], refine: [name.surname, "
                      "place.village],"
                      " cap: 1000}\n\n",
                      file);
                skip = true;
            } else if (skip && line[0] != ' ' && line[0] != '\n') {
                skip = false;
            }
            if (!skip) fputs(line, file);
        }
    }
    bool ok = file && shipped && !ferror(file);
    if (shipped) fclose(shipped);
    return file ? fclose(file) == 0 && ok : false;
}

static bool measure_dense(struct linking *at) {
    char path[SERVER_PATH], rules[SERVER_PATH], output[SERVER_PATH], options[OPTIONS], line[COMMAND];
    snprintf(rules, sizeof rules, "%s/dense.yaml", at->folder);
    snprintf(output, sizeof output, "%s/dense.txt", at->folder);
    snprintf(options, sizeof options, "--by '%s'", rules);
    if (!write_dense_rules(rules) || !population(at, DENSE_RECORDS, "dense", path)) return false;
    bool ok = try_file(at, path, options, output) > 0;
    FILE *file = ok ? fopen(output, "re") : NULL;
    intmax_t pairs = 0;
    double cpu = 0;
    while (file && fgets(line, sizeof line, file)) {
        /* name, blocks, pairs, fresh, matches, refined, left out, CPU ms */
        char *at_word = line, *words[8];
        unsigned count = 0;
        for (char *word; count < 8 && (word = strsep(&at_word, " \n")) != NULL;)
            if (*word) words[count++] = word;
        if (count == 8 && strcmp(words[0], "dense") == 0)
            pairs = strtoll(words[2], NULL, 10), cpu = strtod(words[7], NULL);
    }
    if (file) fclose(file);
    unlink(path);
    if (!pairs || cpu <= 0) return fprintf(stderr, "bench: no dense pairs, see %s\n", output), false;
    struct figure *figure = figure_named(at->figures, "pair/s", "link.dense.pairs_per_cpu_second");
    figure_goal(figure, BOUND_AT_LEAST, (int64_t)DENSE_RATE * MICRO);
    figure_add(figure, (int64_t)((double)pairs / cpu * 1000 * MICRO));
    printf("  link       dense: %jd pairs in %.0f ms of CPU\n", pairs, cpu);
    return true;
}

bool link_measure(struct figures *figures, struct server *server, const char *folder, uint64_t records,
                  uint64_t seed) {
    struct linking linking = {figures, server, folder, records, seed}, *at = &linking;
    char people[SERVER_PATH], keys[SERVER_PATH], options[OPTIONS], output[SERVER_PATH];
    struct sample first;
    limit(at, "first.wall", "s", (int64_t)FIRST_SECONDS * MICRO);
    limit(at, "first.peak", "MB", (int64_t)PEAK_BYTES / 1000000 * MICRO);
    if (!server_reset(server) || !population(at, records, "people", people) || !fill(at, people) ||
        !run_link(at, "first", "", &first))
        return false;
    int64_t pairs = server_number(server, "SELECT sum(fresh) FROM identity.yield");
    snprintf(keys, sizeof keys, "%s/keys.csv", folder);
    snprintf(output, sizeof output, "%s/try.txt", folder);
    snprintf(options, sizeof options, "--quiet --keys '%s'", keys);
    struct sample compared;
    bool ok = run_link(at, "pairs", "--anew --dry-run", &compared) && measure_changes(at) &&
              measure_bounded(at) && measure_shared(at) && try_file(at, people, options, output) > 0 &&
              link_sql_measure(figures, server, keys, pairs, compared.wall);
    unlink(people), unlink(keys);
    return server_sql(server, "DROP TABLE bench.people") && ok && measure_dense(at) && measure_growth(at);
}
