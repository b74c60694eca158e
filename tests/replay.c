/* SPDX-License-Identifier: MulanPSL-2.0 */
/* How fast settlements are worked out: SIZE of them under two plans on THREADS threads, by the shipped rules,
   persons of one to forty claims, every eleventh claim taken back.  Prints rows, microseconds, microseconds
   of CPU, peak KiB; exit 1 when a claim does not add up.  A plain program, as `make bench` runs it. */
#include "core/parallel.h"
#include "core/shipped.h"
#include "transform/policy/replay.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { THREADS_MOST = PARALLEL_THREADS_MAX, DAYS = 366 };

struct run {
    struct policy_plans plans;
    uint64_t rows; /* of each thread */
    _Atomic uint64_t wrong;
};

static uint64_t mix(uint64_t state) {
    state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9u;
    state = (state ^ (state >> 27)) * 0x94d049bb133111ebu;
    return state ^ (state >> 31);
}

static void fill(const struct run *run, struct replay_row *row, uint64_t key, uint64_t number, bool refund) {
    const struct span county[] = {SPAN("A"), SPAN("B"), SPAN("C")};
    uint64_t dice = mix(refund ? number - 1 : number), who = mix(key);
    int64_t fee = 20000 + (int64_t)(dice % 3000000);
    struct policy_claim *claim = &row->claim;
    *claim = (struct policy_claim){.scheme = who & 1 ? SCHEME_RESIDENT : SCHEME_EMPLOYEE,
                                   .kind = dice >> 20 & 3 ? CLAIM_VISIT : CLAIM_STAY,
                                   .level = (enum policy_level)(LEVEL_L0 + (dice >> 24) % 4),
                                   .away = (dice >> 32) % 20 == 0 ? LEVEL_X1 : LEVEL_NONE,
                                   .classes = who >> 8 & 3 ? 1u << CLASS_ACTIVE : 1u << CLASS_RETIRED,
                                   .day = 7305 + (int32_t)(number % DAYS),
                                   .stay = number,
                                   .fee = fee,
                                   .full_self = fee / 20,
                                   .scope = fee - fee / 10,
                                   .own_balance = (int64_t)(dice >> 36) % 100000};
    if (refund) claim->fee = -fee;
    row->key = number;
    row->refund = refund;
    row->refund_of = refund ? number - 1 : 0;
    row->plans[SIDE_COUNTY] = plan_on(&run->plans, county[(who >> 16) % 3], claim->day, false);
    row->plans[SIDE_CITY] = plan_on(&run->plans, SPAN("city"), 7671, true);
}

static void work(void *context, unsigned thread, uint32_t part) {
    struct run *run = context;
    struct replay replay;
    uint64_t left = 0, person = mix(part + 1), wrong = 0;
    (void)thread;
    replay_open(&replay);
    for (uint64_t i = 0; i < run->rows; i++, left--) {
        if (left == 0) {
            replay_person(&replay);
            person = mix(person);
            left = 1 + person % 40;
        }
        struct replay_row *row = replay_next(&replay);
        fill(run, row, person, i + 1, i % 11 == 10 && replay.row_count > 1);
        replay_take(&replay, NULL);
        for (int side = 0; side < REPLAY_SIDES; side++)
            wrong += row->results[side].fund + row->results[side].person != row->claim.fee;
    }
    replay_close(&replay);
    run->wrong += wrong;
}

static bool make_plans(struct run *run, struct arena *arena) {
    struct policy_rules rules = {.arena = arena};
    struct error error = {0};
    uint64_t at = 0;
    for (struct shipped file; shipped_next(&at, &file);)
        if (shipped_under(&file, "mappings/policies/") &&
            !rule_read(&rules, file.bytes, "shipped", RULE_SHIPPED, &error))
            return false;
    return plan_make(&rules, arena, &run->plans, &error);
}

int main(void) {
    struct arena arena = {0};
    struct run run = {.rows = 0};
    const char *size = getenv("SIZE"), *wanted = getenv("THREADS");
    unsigned threads = wanted && *wanted ? (unsigned)strtoul(wanted, NULL, 10) : 2;
    if (threads < 1 || threads > THREADS_MOST || !make_plans(&run, &arena)) return 64;
    run.rows = (size && *size ? strtoull(size, NULL, 10) : 2000000) / threads;
    struct timespec from, until;
    clock_gettime(CLOCK_MONOTONIC, &from);
    parallel_run(threads, threads, work, &run);
    clock_gettime(CLOCK_MONOTONIC, &until);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    int64_t spent = (until.tv_sec - from.tv_sec) * 1000000 + (until.tv_nsec - from.tv_nsec) / 1000;
    int64_t cpu = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
                  usage.ru_stime.tv_usec;
    printf("%" PRIu64 " %jd %jd %ld\n", run.rows * threads, (intmax_t)spent, (intmax_t)cpu, usage.ru_maxrss);
    arena_free(&arena);
    return run.wrong ? 1 : 0;
}
