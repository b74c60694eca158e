/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Reads a corpus of files that others wrote, compares with what other programs say they hold, and counts.
   Usage: corpus FOLDER SUMMARY.json.  Exit 1 when a goal is not held; 0 with a sentence without a corpus. */
#include "tests/corpus/judge.h"
#include "tests/corpus/table.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { GOAL = 98, GUESS_GOAL = 90, GROUPS_MAX = 16, LINE_BYTES = 64 << 10, MEBI = 1 << 20 };

/* What a refusal may cost, and where everything else is stopped. */
static const rlim_t refuse_bytes = 256 * MEBI, read_bytes = 2048UL * MEBI;
static const double refuse_seconds = 2;

/* A class, and the share of it that must come out as expected (in percent; 0: no goal). */
struct group {
    const char *name;
    double goal;
    unsigned all, expected; /* files, and those as expected; among them ... */
    unsigned excepted,
        judged;       /* ... those where the oracle is wrong, or ours stays different for a reason ... */
    unsigned amended; /* ... and those read with words of specs.tsv */
    unsigned aside, guesses, right, slow;
};

static struct group *group_find(struct group *groups, const char *name) {
    for (size_t i = 0; i < GROUPS_MAX; i++) {
        if (!groups[i].name) groups[i].name = name;
        if (strcmp(groups[i].name, name) == 0) return &groups[i];
    }
    abort();
}

/* A workbook's class says nothing about its format. */
static const char *group_name(const struct item *item) {
    if (strcmp(item->outcome, "companion") == 0 || item_ends(item, ".cpg") || item_ends(item, ".ctl"))
        return "companion";
    if (item_ends(item, ".xls")) return "xls";
    if (strcmp(item->kind, "xlsx") == 0 && !item_ends(item, ".xlsx")) return "csv";
    static const char *const kinds[] = {"csv",     "xlsx",  "dbf", "encoding", "ids",
                                        "archive", "codes", "sql", "linkage"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(item->kind, kinds[i]) == 0) return kinds[i];
    return "other";
}

static void judge(const struct item *item, struct opinion *opinion, struct arena *arena) {
    bool table = strcmp(item->outcome, "table") == 0;
    if (strcmp(item->group, "companion") == 0) opinion->verdict = ASIDE;
    else if (strcmp(item->group, "csv") == 0 && table) judge_csv(item, opinion, arena);
    else if (strcmp(item->group, "dbf") == 0) judge_dbf(item, opinion, arena);
    else if (strcmp(item->group, "archive") == 0) judge_archive(item, opinion, arena);
    else if (strcmp(item->group, "encoding") == 0) judge_encoding(item, opinion, arena);
    else if (strcmp(item->group, "sql") == 0) judge_script(item, opinion, arena);
    else if (strcmp(item->group, "ids") == 0) judge_ids(item, opinion, arena);
    else if (strncmp(item->group, "xls", 3) == 0 && strcmp(item->outcome, "read") != 0)
        judge_workbook(item, opinion, arena);
    else judge_reading(item, opinion, arena);
}

typedef void judge_function(const struct item *item, struct opinion *opinion, struct arena *arena);

/* The child's part: limits, judging, and the opinion into the pipe. */
static void judge_apart(judge_function *by, const struct item *item, int to) {
    bool refuse = strcmp(item->outcome, "refuse") == 0;
    rlim_t bytes = refuse ? refuse_bytes : read_bytes, seconds = refuse ? 2 : 30;
#ifndef __SANITIZE_ADDRESS__ /* which takes terabytes of addresses */
    setrlimit(RLIMIT_AS, &(struct rlimit){bytes, bytes});
#else
    (void)bytes;
#endif
    setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, seconds + 1});
    struct arena arena = {0};
    struct opinion opinion = {0};
    by(item, &opinion, &arena);
    _exit(write(to, &opinion, sizeof opinion) == (ssize_t)sizeof opinion ? 0 : 1);
}

/* Of the processor: what others do on the machine is not the file's cost. */
static double seconds_of(const struct rusage *used) {
    return (double)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) +
           (double)(used->ru_utime.tv_usec + used->ru_stime.tv_usec) / 1e6;
}

/* A hostile file must not take the program with it: each is read in a process of its own. */
static struct opinion opinion_of(judge_function *by, const struct item *item) {
    struct opinion opinion = {0};
    struct rusage used = {0};
    int ends[2], status = 0;
    if (pipe(ends)) abort();
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) judge_apart(by, item, ends[1]);
    close(ends[1]);
    bool got = child > 0 && read(ends[0], &opinion, sizeof opinion) == (ssize_t)sizeof opinion;
    close(ends[0]);
    if (child > 0) wait4(child, &status, 0, &used);
    if (!got) {
        opinion = (struct opinion){0};
        snprintf(opinion.got, sizeof opinion.got, "%s %d", WIFSIGNALED(status) ? "signal" : "status",
                 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }
    opinion.seconds = seconds_of(&used);
    opinion.memory = (uint64_t)used.ru_maxrss << 10;
    return opinion;
}

static bool is_over(const struct opinion *opinion) {
    return opinion->seconds > refuse_seconds || opinion->memory > refuse_bytes;
}

static void take_long(const struct item *item, struct opinion *opinion, struct arena *arena) {
    (void)item, (void)arena;
    while (clock() < (clock_t)(2 * refuse_seconds * CLOCKS_PER_SEC)) continue;
    opinion->verdict = AS_EXPECTED;
}

static void take_much(const struct item *item, struct opinion *opinion, struct arena *arena) {
    (void)item;
    memset(ARENA_NEW(arena, char, refuse_bytes + MEBI), 1, refuse_bytes + MEBI);
    opinion->verdict = AS_EXPECTED;
}

/* A limit that stops nobody proves nothing: two that pass it must be found out. */
static bool limits_hold(void) {
    struct item item = {.path = "limits", .outcome = "refuse"};
    struct opinion slow = opinion_of(take_long, &item), large = opinion_of(take_much, &item);
    bool found =
        (slow.verdict != AS_EXPECTED || is_over(&slow)) && (large.verdict != AS_EXPECTED || is_over(&large));
    printf("%s\t2 s and 256 MiB\tlimits\trefuse\t%s, %.1f s\t0\tone that takes longer, one that takes more\n",
           found ? "ok" : "DIFFERS", slow.got, slow.seconds);
    return found;
}

/* The reason in exceptions.tsv why ours stays as it is, NULL when none is given, or when not exactly as many
   lines differ as it says.  `*judged`: the oracle is not wrong, but another answer can be defended. */
static const char *exception_of(const char *path, unsigned differing, char *line, size_t room, bool *judged) {
    FILE *file = fopen("tests/corpus/exceptions.tsv", "r");
    const char *reason = NULL;
    while (file && !reason && fgets(line, (int)room, file)) {
        char *at = line, *name = strsep(&at, "\t"), *lines = at ? strsep(&at, "\t") : NULL;
        char *kind = at ? strsep(&at, "\t") : NULL;
        if (!at || strcmp(name, path) != 0 || strtoul(lines, NULL, 10) != differing) continue;
        *judged = strcmp(kind, "judgement") == 0;
        at[strcspn(at, "\n")] = '\0';
        reason = at;
    }
    if (file) fclose(file);
    return reason;
}

static void count(struct group *group, const struct item *item, struct opinion *opinion) {
    char line[2048];
    static const char *const words[] = {"DIFFERS", "ok", "not yet read", "companion"};
    bool refuse = strcmp(item->outcome, "refuse") == 0;
    bool slow = refuse && opinion->verdict != NOT_YET && is_over(opinion);
    bool judged = false;
    const char *reason = opinion->verdict == DIFFERS
                             ? exception_of(item->path, opinion->differing, line, sizeof line, &judged)
                             : NULL;
    if (slow) opinion->verdict = DIFFERS;
    bool apart = opinion->verdict == NOT_YET || opinion->verdict == ASIDE;
    group->aside += apart;
    group->all += apart ? 0 : opinion->parts ? opinion->parts : 1;
    group->slow += slow;
    group->expected += opinion->parts ? opinion->right : opinion->verdict == AS_EXPECTED || (reason && !slow);
    group->excepted += reason && !slow && !judged;
    group->judged += reason && !slow && judged;
    group->amended += opinion->amended && opinion->verdict == AS_EXPECTED;
    group->guesses += opinion->guess != GUESS_NONE;
    group->right += opinion->guess == GUESS_RIGHT;
    printf("%s\t%s\t%s\t%s\t%s\t%u\t%s%s%s%s\n",
           reason ? judged ? "ok, judged" : "ok, oracle wrong" : words[opinion->verdict], item->path,
           item->group, item->outcome, opinion->got, opinion->verdict == DIFFERS ? opinion->differing : 0,
           slow ? "over 2 s or 256 MiB; " : "", reason ? reason : opinion->why,
           opinion->guess == GUESS_WRONG && opinion->guessed[0] ? " | guess: " : "",
           opinion->guess == GUESS_WRONG ? opinion->guessed : "");
}

static double share(unsigned part, unsigned all) { return all ? 100.0 * part / all : 0; }

/* One figure of the summary; `goal` 0: only reported.  False when a goal is not held. */
static bool figure(FILE *json, bool *first, const char *name, double value, double goal, unsigned all) {
    bool held = goal <= 0 || (all && value >= goal - 1e-9);
    fprintf(json,
            "%s\n  {\"name\": \"%s\", \"value\": %.2f, \"min\": %.2f, \"max\": %.2f, \"unit\": \"%%\", ",
            *first ? "" : ",", name, value, value, value);
    if (goal > 0) fprintf(json, "\"goal\": %.2f, \"held\": %s}", goal, held ? "true" : "false");
    else fprintf(json, "\"goal\": null, \"held\": null}");
    *first = false;
    return held;
}

static bool summarize(const struct group *groups, const char *path) {
    FILE *json = fopen(path, "w");
    bool first = true, held = true;
    if (!json) return false;
    fputs("[", json);
    printf("\nclass\tall\tas the oracle says\toracle wrong\tjudged\tshare\tgoal\twith specs.tsv\tapart\t"
           "guessed right\tover limits\n");
    for (size_t i = 0; i < GROUPS_MAX && groups[i].name; i++) {
        const struct group *group = &groups[i];
        char name[64], guess[32] = "-", goal[32] = "-";
        double value = share(group->expected, group->all);
        unsigned raw = group->expected - group->excepted - group->judged;
        if (group->guesses) snprintf(guess, sizeof guess, "%u of %u", group->right, group->guesses);
        if (group->goal > 0) snprintf(goal, sizeof goal, "%.0f %%", group->goal);
        printf("%s\t%u\t%u\t%u\t%u\t%.1f %%\t%s\t%u\t%u\t%s\t%u\n", group->name, group->all, raw,
               group->excepted, group->judged, value, goal, group->amended, group->aside, guess, group->slow);
        snprintf(name, sizeof name, "corpus.%s", group->name);
        if (group->all) held &= figure(json, &first, name, value, group->goal, group->all);
        snprintf(name, sizeof name, "corpus.%s.as_the_oracle_says", group->name);
        if (group->all) figure(json, &first, name, share(raw, group->all), 0, group->all);
        snprintf(name, sizeof name, "corpus.%s.guessed", group->name);
        if (group->guesses)
            held &= figure(json, &first, name, share(group->right, group->guesses),
                           strcmp(group->name, "csv") == 0 ? GUESS_GOAL : 0, group->guesses);
    }
    fputs("\n]\n", json);
    return fclose(json) == 0 && held;
}

/* Cuts a line of the manifest; false for its header and for empty lines. */
static bool item_read(struct item *item, char *line, const char *folder, char *file, size_t room) {
    char *fields[5] = {0};
    line[strcspn(line, "\r\n")] = '\0';
    for (size_t i = 0; i < 5; i++) fields[i] = strsep(&line, "\t");
    if (!fields[4] || strcmp(fields[0], "path") == 0) return false;
    snprintf(file, room, "%s/%s", folder, fields[0]);
    *item = (struct item){.corpus = folder,
                          .path = fields[0],
                          .file = file,
                          .kind = fields[1],
                          .outcome = fields[2],
                          .oracle = fields[3],
                          .expected = fields[4]};
    item->group = group_name(item);
    return true;
}

int main(int count_of_words, char **words) {
    static struct group groups[GROUPS_MAX] = {
        {.name = "csv", .goal = GOAL},      {.name = "xlsx", .goal = GOAL},
        {.name = "xls", .goal = GOAL},      {.name = "dbf", .goal = GOAL},
        {.name = "encoding", .goal = GOAL}, {.name = "ids", .goal = 100},
        {.name = "archive", .goal = GOAL},  {.name = "sql", .goal = GOAL},
        {.name = "codes", .goal = GOAL},    {.name = "linkage", .goal = GOAL}};
    static char line[LINE_BYTES], path[1024];
    if (count_of_words != 3) return 64;
    snprintf(path, sizeof path, "%s/manifest.tsv", words[1]);
    FILE *manifest = fopen(path, "r");
    if (!manifest) {
        printf("未找到语料库 %s，跳过。No corpus at %s: skipped.\n", words[1], words[1]);
        return 0;
    }
    printf("verdict\tfile\tclass\texpected\tgot\tlines that differ\twhy\n");
    bool hold = limits_hold();
    while (fgets(line, sizeof line, manifest)) {
        struct item item;
        if (!item_read(&item, line, words[1], path, sizeof path)) continue;
        struct opinion opinion = opinion_of(judge, &item);
        count(group_find(groups, item.group), &item, &opinion);
    }
    fclose(manifest);
    return summarize(groups, words[2]) && hold ? 0 : 1;
}
