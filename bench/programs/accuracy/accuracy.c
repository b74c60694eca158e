/* SPDX-License-Identifier: MulanPSL-2.0 */
/* `make accuracy`: the linker against populations whose truth is known, and against public truth sets when
   they are there.  It runs the program as a user would; the truth stays here.
   usage: PROGRAM=build/release/tongchou [SIZE=records] [SEED=n] [CORPUS=folder] accuracy FOLDER */
#include "bench/programs/accuracy/accuracy.h"
#include "bench/programs/speed/figure.h"
#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    PATH_BYTES = 1024,
    USUAL = 4,
    MIB = 1024,
    DEFAULT_SIZE = 1000000,
    DEFAULT_SEED = 101,
    WRONG_IN = 50000
};

struct trial {
    struct figures figures;
    const char *program, *corpus;
    char folder[PATH_BYTES / 2];
    uint32_t size;
    uint64_t seed;
    bool broken;
};

/* What one run of the program cost. */
struct cost {
    int64_t cpu_us, wall_us, peak_kib;
};

static int64_t micro(double value) { return (int64_t)(value * MICRO); }

static void set(struct trial *trial, const char *set_name, const char *what, const char *unit,
                enum bound bound, double goal, double value) {
    struct figure *figure = figure_named(&trial->figures, unit, "%s.%s", set_name, what);
    if (bound != BOUND_NONE) figure_goal(figure, bound, micro(goal));
    figure_add(figure, micro(value));
}

static const char *path_of(const struct trial *trial, const char *name, char path[PATH_BYTES]) {
    snprintf(path, PATH_BYTES, "%s/%s", trial->folder, name);
    return path;
}

static bool run_program(const struct trial *trial, const char *records, const char *rules,
                        struct cost *cost) {
    char pairs[PATH_BYTES], clusters[PATH_BYTES], log[PATH_BYTES];
    struct timespec began, ended;
    struct rusage usage;
    int status;
    path_of(trial, "pairs.csv", pairs), path_of(trial, "clusters.csv", clusters),
        path_of(trial, "log.txt", log);
    clock_gettime(CLOCK_MONOTONIC, &began);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen(log, "w", stdout)) _exit(127);
        execl(trial->program, trial->program, "person", "try", records, "--by", rules, "--pairs", pairs,
              "--clusters", clusters, "--lang", "en", (char *)NULL);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child) return false;
    clock_gettime(CLOCK_MONOTONIC, &ended);
    cost->wall_us = (ended.tv_sec - began.tv_sec) * MICRO + (ended.tv_nsec - began.tv_nsec) / 1000;
    cost->cpu_us = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * MICRO + usage.ru_utime.tv_usec +
                   usage.ru_stime.tv_usec;
    cost->peak_kib = usage.ru_maxrss;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Runs and reads the answer's two columns. */
static bool answer(struct trial *trial, const char *records, const char *rules, const struct truth *truth,
                   struct cost *cost, struct outcome *automatic, struct outcome *proposed) {
    char path[PATH_BYTES];
    path_of(trial, "clusters.csv", path);
    if (run_program(trial, records, rules, cost) && outcome_read(truth, path, "automatic", automatic) &&
        outcome_read(truth, path, "proposed", proposed))
        return true;
    fprintf(stderr, "accuracy: %s: no answer, see %s/log.txt\n", records, trial->folder);
    return false;
}

static bool public_set(struct trial *trial, const char *name, const char *file, const char *rules,
                       const struct truth_form *form, double goal) {
    char records[PATH_BYTES];
    struct truth truth = {0};
    struct cost cost;
    struct outcome automatic, proposed;
    snprintf(records, sizeof records, "%s/linkage/%s", trial->corpus, file);
    if (access(records, R_OK) != 0) {
        printf("skipped: %s is not there\n", records);
        return true;
    }
    bool ok = truth_read(&truth, records, form) &&
              answer(trial, records, rules, &truth, &cost, &automatic, &proposed);
    if (ok) {
        set(trial, name, "precision", "", BOUND_NONE, 0, automatic.precision);
        set(trial, name, "recall", "", BOUND_NONE, 0, automatic.recall);
        set(trial, name, "f1", "", goal > 0 ? BOUND_AT_LEAST : BOUND_NONE, goal, automatic.f1);
    }
    truth_free(&truth);
    return ok;
}

static void judge_population(struct trial *trial, const char *name, const struct truth *truth, uint32_t dirt,
                             const struct outcome *automatic, const struct outcome *proposed) {
    char path[PATH_BYTES];
    struct judged judged;
    bool usual = dirt == USUAL;
    double merged = automatic->merged ? (double)automatic->merged : 1;
    double wrong = (double)(automatic->merged - automatic->right);
    if (!judged_read(truth, path_of(trial, "pairs.csv", path), &judged)) trial->broken = true;
    set(trial, name, "precision", "", usual ? BOUND_AT_LEAST : BOUND_NONE, 0.9995, proposed->precision);
    set(trial, name, "recall", "", usual ? BOUND_AT_LEAST : BOUND_NONE, 0.993, proposed->recall);
    set(trial, name, "f1", "", dirt == 4 * USUAL ? BOUND_AT_LEAST : BOUND_NONE, 0.98, proposed->f1);
    set(trial, name, "proposed.pairs", "", BOUND_NONE, 0, (double)proposed->merged);
    set(trial, name, "automatic.recall", "", BOUND_NONE, 0, automatic->recall);
    set(trial, name, "automatic.wrong", "", BOUND_NONE, 0, wrong);
    set(trial, name, "automatic.wrong_in_50000", "", BOUND_AT_MOST, 1, wrong * WRONG_IN / merged);
    set(trial, name, "calibration.off", "", BOUND_AT_MOST, 0.03, judged.off);
    set(trial, name, "review.per_1000", "", usual ? BOUND_AT_MOST : BOUND_NONE, 6,
        (double)judged.review * 1000 / truth->record_count);
    if (judged.guarded)
        set(trial, name, "guarded.same_person", "", BOUND_NONE, 0,
            (double)judged.guarded_right / (double)judged.guarded);
    for (int band = 0; band < BANDS_MAX; band++)
        if (judged.counts[band] >= BAND_PAIRS_LEAST / 10)
            printf("  %s: %2d bits %8ju pairs, predicted %.4f, actual %.4f\n", name, band,
                   (uintmax_t)judged.counts[band], judged.predicted[band] / (double)judged.counts[band],
                   (double)judged.right[band] / (double)judged.counts[band]);
}

/* Writes a population, links it, and says how well. */
static bool population_set(struct trial *trial, const char *name, const struct population *population,
                           struct cost *cost) {
    char records[PATH_BYTES], truths[PATH_BYTES];
    struct truth truth = {0};
    struct error error = {0};
    struct outcome automatic, proposed;
    static const struct truth_form form = {"record", "person"};
    path_of(trial, "records.csv", records), path_of(trial, "truth.csv", truths);
    if (!population_write(population, records, truths, &error)) {
        fprintf(stderr, "accuracy: %s\n", error.message);
        return false;
    }
    bool ok = truth_read(&truth, truths, &form) &&
              answer(trial, records, "mappings/link/person.yaml", &truth, cost, &automatic, &proposed);
    if (ok && !population->phone_all && !population->born_1900 && !population->traps)
        judge_population(trial, name, &truth, population->dirt, &automatic, &proposed);
    for (int t = 1; ok && population->traps && t < TRAP_COUNT; t++)
        set(trial, "trap", population_traps[t], "", BOUND_AT_MOST, 0, (double)automatic.wrong_by_trap[t]);
    if (ok && (population->phone_all || population->born_1900)) {
        double merged = automatic.merged ? (double)automatic.merged : 1;
        set(trial, name, "wrong_in_50000", "", BOUND_AT_MOST, 1,
            (double)(automatic.merged - automatic.right) * WRONG_IN / merged);
    }
    truth_free(&truth);
    if (ok) set(trial, name, "cpu", "s", BOUND_NONE, 0, (double)cost->cpu_us / MICRO);
    if (ok) set(trial, name, "peak", "MiB", BOUND_NONE, 0, (double)cost->peak_kib / MIB);
    return ok;
}

static bool populations(struct trial *trial) {

    static const struct {
        const char *name;
        uint32_t dirt;
    } sets[] = {{"dirt_half", USUAL / 2}, {"dirt_1", USUAL}, {"dirt_2", USUAL * 2}, {"dirt_4", USUAL * 4}};
    struct cost plain = {0}, cost;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct population population = {
            .seed = trial->seed + i, .records = trial->size, .dirt = sets[i].dirt};
        if (!population_set(trial, sets[i].name, &population, &cost)) return false;
        if (sets[i].dirt == USUAL) plain = cost;
    }
    /* A quarter of the records: how the time grows. */
    struct population quarter = {.seed = trial->seed, .records = trial->size / 4, .dirt = USUAL};
    if (!population_set(trial, "quarter", &quarter, &cost)) return false;
    set(trial, "time", "exponent", "", BOUND_AT_MOST, 1.1,
        log2((double)plain.cpu_us / (double)cost.cpu_us) / 2);
    struct population trapped = {.seed = trial->seed + 1, .records = trial->size, .dirt = USUAL};
    trapped.traps = true;
    if (!population_set(trial, "trapped", &trapped, &cost)) return false;
    set(trial, "trap", "time", "x", BOUND_AT_MOST, 1.10, (double)cost.cpu_us / (double)plain.cpu_us);
    trapped.traps = false, trapped.phone_all = trial->size / 10;
    if (!population_set(trial, "one_phone", &trapped, &cost)) return false;
    set(trial, "one_phone", "time", "x", BOUND_AT_MOST, 1.10, (double)cost.cpu_us / (double)plain.cpu_us);
    trapped.phone_all = 0, trapped.born_1900 = 20;
    if (!population_set(trial, "born_1900", &trapped, &cost)) return false;
    set(trial, "born_1900", "time", "x", BOUND_AT_MOST, 1.10, (double)cost.cpu_us / (double)plain.cpu_us);
    return true;
}

static bool public_sets(struct trial *trial) {
    static const struct truth_form febrl = {"rec_id", NULL}, fake = {"unique_id", "cluster"};
    return public_set(trial, "febrl1", "febrl/dataset1.csv", "mappings/link/febrl.yaml", &febrl, 0.999) &&
           public_set(trial, "febrl2", "febrl/dataset2.csv", "mappings/link/febrl.yaml", &febrl, 0.999) &&
           public_set(trial, "febrl3", "febrl/dataset3.csv", "mappings/link/febrl.yaml", &febrl, 0.999) &&
           public_set(trial, "fake_1000", "splink/fake_1000.csv", "mappings/link/fake_1000.yaml", &fake, 0);
}

int main(int count, char **arguments) {
    struct trial *trial = calloc(1, sizeof *trial);
    const char *size = getenv("SIZE"), *seed = getenv("SEED"), *corpus = getenv("CORPUS");
    char path[PATH_BYTES];
    if (!trial || count != 2 || !getenv("PROGRAM")) {
        fprintf(stderr, "usage: PROGRAM=tongchou [SIZE=] [SEED=] [CORPUS=] accuracy FOLDER\n");
        return 64;
    }
    trial->program = getenv("PROGRAM");
    trial->corpus = corpus && *corpus ? corpus : "../shared/corpus";
    trial->size = size && *size ? (uint32_t)strtoul(size, NULL, 10) : DEFAULT_SIZE;
    trial->seed = seed && *seed ? strtoull(seed, NULL, 10) : DEFAULT_SEED;
    snprintf(trial->folder, sizeof trial->folder, "%s", arguments[1]);
    mkdir("build", 0777);
    mkdir(trial->folder, 0777);
    bool ok = public_sets(trial) && populations(trial) && !trial->broken;
    ok = figures_print(&trial->figures) && ok;
    ok = figures_write(&trial->figures, path_of(trial, "summary.json", path)) && ok;
    static const char *const large[] = {"records.csv", "truth.csv", "pairs.csv", "clusters.csv"};
    for (size_t i = 0; i < sizeof large / sizeof *large; i++)
        if (!getenv("KEEP")) unlink(path_of(trial, large[i], path));
    free(trial);
    return ok ? 0 : 1;
}
