/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou person link: all records of the city to persons.  What the last linking knew of a record is used
   again where its row is as it was; the outcome is that of linking all of them anew (transform/link/base.c).
 */
#include "cli/person/golden.h"
#include "cli/person/store.h"
#include "core/language.h"
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

/* The program with its libraries takes 18; below this there is no room to sort in. */
enum { MEMORY_LEAST = 32 };

/* MiB that the process held at most. */
static int64_t peak(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_maxrss + 1023) / 1024;
}

static int64_t cpu_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void say(const struct persons *persons) {
    const struct link *link = &persons->link;
    uint64_t bands[LINK_BANDS] = {0}, people = 0;
    persons_count(persons, bands, &people);
    if (persons->invocation->json) {
        printf("{\"records\": %u, \"persons\": %ju, \"automatic\": %ju, \"review\": %ju, \"conflict\": %ju, "
               "\"decided\": %ju, \"automatic_bits\": %.3f, \"expected_wrong\": %.3f, \"moved\": %ju, "
               "\"read\": %u, \"peak_mib\": %jd, \"spilled_mib\": %ju}\n",
               link->count, (uintmax_t)people, (uintmax_t)bands[LINK_AUTOMATIC],
               (uintmax_t)bands[LINK_REVIEW], (uintmax_t)bands[LINK_CONFLICT], (uintmax_t)bands[LINK_DECIDED],
               link->automatic_bits, link->expected_wrong, (uintmax_t)persons->moved, persons->reread,
               (intmax_t)peak(), (uintmax_t)persons->spill.used >> 20);
        return;
    }
    printf(TEXT(" 人员归并：%u 条记录归为 %ju 人；自动 %ju 对(门槛 %.1f 比特，预计误并 %.2f)，待审 %ju "
                "对，矛盾 %ju 对；%ju 条换了人\n",
                " persons: %u records of %ju people; pairs: %ju automatic (from %.1f bits on, %.2f expected "
                "wrong), %ju for "
                "review, %ju in conflict; %ju records changed person\n"),
           link->count, (uintmax_t)people, (uintmax_t)bands[LINK_AUTOMATIC], link->automatic_bits,
           link->expected_wrong, (uintmax_t)bands[LINK_REVIEW], (uintmax_t)bands[LINK_CONFLICT],
           (uintmax_t)persons->moved);
    if (bands[LINK_REVIEW] + bands[LINK_CONFLICT])
        fputs(TEXT("   待审的配对  →  tongchou person review --out 待审.xlsx\n",
                   "   pairs for review  →  tongchou person review --out review.xlsx\n"),
              stdout);
    if (persons->spill.bound)
        printf(TEXT("   内存最多用了 %jd MiB，%ju MiB 放在磁盘上\n",
                    "   at most %jd MiB of memory, %ju MiB lay on disk\n"),
               (intmax_t)peak(), (uintmax_t)persons->spill.used >> 20);
}

static const char *own_folder(struct persons *persons) {
    const char *folder = arena_print(&persons->arena, "%s/.tongchou", persons->invocation->city);
    mkdir(folder, 0755);
    return folder;
}

static bool bind_memory(struct persons *persons, int64_t mebibytes, struct error *error) {
    if (!spill_open(&persons->spill, own_folder(persons), (uint64_t)mebibytes << 20, error)) return false;
    link_spill(&persons->link, &persons->spill);
    persons->arena.spill = &persons->spill;
    return true;
}

static void begin_cache(struct persons *persons) {
    const char *folder = own_folder(persons);
    cache_begin(&persons->next, arena_print(&persons->arena, "%s/link.cache", folder), &persons->link,
                &persons->arena);
}

static bool link_all(struct persons *persons, struct error *error) {
    int64_t began = cpu_ms();
    bool keep = !persons->invocation->dry_run;
    persons->link.remember = keep;
    if (!persons_read(persons, error)) return false;
    if (keep) begin_cache(persons);
    link_run(&persons->link);
    if (persons->shares && !persons_share_end(persons, error)) return false;
    persons_number(persons);
    if (!keep) return true;
    if (!persons_write(persons, cpu_ms() - began, error)) return false;
    cache_end(&persons->next, &persons->link, link_hash(persons->rules_text.bytes, persons->rules_text.size),
              persons->stamp, persons->records, persons->now);
    return true;
}

bool persons_link_by(struct invocation *invocation, struct database *database, int run,
                     const struct persons_how *how, struct error *error) {
    struct persons *persons = ARENA_NEW(invocation->arena, struct persons, 1);
    bool same = false;
    bool ok = persons_open(persons, invocation, database, run, &same, error);
    persons->anew = how->anew || how->memory || how->workers;
    if (ok && how->memory) ok = bind_memory(persons, how->memory, error);
    if (ok && how->workers) ok = persons_share(persons, how->workers, error);
    if (ok && (how->always || !same)) {
        ok = (invocation->dry_run || golden_rules(invocation, &persons->main, error)) &&
             link_all(persons, error);
        if (ok && !how->quiet) say(persons);
    }
    persons_close(persons);
    return ok;
}

bool persons_link(struct invocation *invocation, struct database *database, int run, bool always, bool quiet,
                  struct error *error) {
    return persons_link_by(invocation, database, run, &(struct persons_how){.always = always, .quiet = quiet},
                           error);
}

static enum exit_code run_link(struct invocation *invocation, const struct person_options *options,
                               struct error *error) {
    struct city *city = ARENA_NEW(invocation->arena, struct city, 1);
    struct database database;
    if (options->memory && options->memory < MEMORY_LEAST) {
        error_code(error, TROUBLE_USAGE, NULL,
                   TEXT("--memory %jd 装不下：程序自身就要一半多，至少 %d(MiB)",
                        "--memory %jd is too little: the program alone takes more than half of the least, %d"
                        " (MiB)"),
                   (intmax_t)options->memory, MEMORY_LEAST);
        return EXIT_USAGE;
    }
    if (!city_read(invocation->city, invocation->arena, city, error) ||
        !database_open(&database, city->database, city->directory, error))
        return exit_of(error);
    const struct persons_how how = {
        .always = true, .anew = options->anew, .memory = options->memory, .workers = options->workers};
    bool ok = persons_link_by(invocation, &database, 0, &how, error);
    database_close(&database);
    return ok ? EXIT_HELD : exit_of(error);
}

const struct person_verb person_link = {"link", "", 0, 0, run_link};
