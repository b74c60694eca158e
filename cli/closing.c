/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/closing.h"
#include "cli/cover/after.h"
#include "cli/ending.h"
#include "cli/papers.h"
#include "cli/policy/replay.h"
#include "cli/person/store.h"
#include "cli/show.h"
#include "core/language.h"
#include "load/set.h"
#include <dirent.h>
#include <unistd.h>

/* Findings of this run that do not agree; a finding to look at is exit 2. */
static bool count_broken(struct work *work, struct error *error) {
    const char *run = arena_print(work->arena, "%d", work->registry.run);
    PGresult *result = session_ask(
        &work->registry.session,
        "SELECT count(*) FROM intake.finding WHERE run = $1::int AND state = 'broken'", 1, &run, error);
    if (!result) return false;
    if (strcmp(PQgetvalue(result, 0, 0), "0") != 0) work->code = exit_worse(work->code, EXIT_PUBLISHED);
    PQclear(result);
    return true;
}

/* A pack is whole once it has its manifest, which is written last. */
static bool has_papers(const struct work *work, int run) {
    const char *out = arena_print(work->arena, "%s/out", work->city.directory);
    const char *prefix = arena_print(work->arena, "%04d_", run);
    DIR *directory = opendir(out);
    bool found = false;
    for (struct dirent *entry; directory && !found && (entry = readdir(directory));)
        found = strncmp(entry->d_name, prefix, strlen(prefix)) == 0 &&
                access(arena_print(work->arena, "%s/%s/manifest.json", out, entry->d_name), F_OK) == 0;
    if (directory) closedir(directory);
    return found;
}

/* Those of the latest runs that have no papers, up to the first that has. */
static bool find_owed(struct work *work, int owed[REGISTRY_EARLIER], uint32_t *count, struct error *error) {
    *count = 0;
    if (work->registry.trial) return true;
    uint32_t earlier = 0;
    if (!registry_earlier(&work->registry, owed, &earlier, error)) return false;
    while (*count < earlier && !has_papers(work, owed[*count])) ++*count;
    return true;
}

static bool write_papers(struct work *work, int run, const char **directory, struct error *error) {
    const char *number = arena_print(work->arena, "%d", run);
    return session_tell(&work->registry.session, "SELECT intake.number_findings($1::int)", 1, &number, NULL,
                        error) &&
           papers_write(&work->city, run, work->registry.session.connection, work->program_sha256,
                        work->invocation->stop, work->arena, directory, error);
}

static bool write_owed(struct work *work, const int owed[REGISTRY_EARLIER], uint32_t count,
                       struct error *error) {
    for (uint32_t i = count; i > 0; i--) {
        const char *directory;
        if (!write_papers(work, owed[i - 1], &directory, error)) return false;
        if (!work->invocation->json)
            printf(TEXT("第 %d 次处理没有写完报告，已补写：%s/index.html\n",
                        "run %d did not finish its papers; they are now in %s/index.html\n"),
                   owed[i - 1], path_seen(directory, work->arena));
    }
    return true;
}

/* A table of mappings/cover that is wrong holds up what is said about covers and nothing else.  True: told.
 */
static bool tell_blocked(struct work *work, const struct error *why, struct error *error) {
    if (why->trouble != TROUBLE_USAGE) {
        *error = *why;
        return false;
    }
    print_error(stderr, why);
    fputs(
        TEXT("  → 重复参保和空挂这次没有核对，其余照常；改好这张表后再运行 tongchou run\n",
             "  → double covers and unpaid relations were not checked this time, all else was; mend the table"
             " and run again\n"),
        stderr);
    work->code = exit_worse(work->code, EXIT_REFUSED);
    work->blocked = true;
    return cover_blocked(&work->registry, why, work->arena, error);
}

static bool look_at_covers(struct work *work, bool news, struct set_seen *seen, struct error *error) {
    struct registry *registry = &work->registry;
    struct error why = {0};
    if (!cover_keep(registry, &work->city, work->arena, &why))
        return tell_blocked(work, &why, error) && set_run_without_cover(registry, seen, error);
    if (!set_run(registry, seen, error)) return false;
    if ((news || seen->again) && !cover_after(registry, &work->city, work->invocation, &why))
        return tell_blocked(work, &why, error);
    return cover_blocked(registry, NULL, work->arena, error);
}

/* Who is who first: what only whole tables show is said of persons, and before the papers are written.  A run
   without new deliveries looks again, too, where persons were merged or parted or mappings/cover changed. */
static bool look_across(struct work *work, uint32_t owed, uint32_t *again, struct error *error) {
    struct set_seen seen = {0};
    struct invocation *invocation = work->invocation;
    bool quiet = invocation->quiet || invocation->json, news = work->published || owed;
    if (!persons_link(invocation, &work->database, work->registry.run, false, quiet, error) ||
        (news && !policy_keep(&work->registry, &work->city, work->arena, error)) ||
        !look_at_covers(work, news, &seen, error))
        return false;
    *again = seen.again;
    if (seen.skipped && !quiet)
        printf(TEXT("整表核对：%u 步重做；%u 步所读的数据未变，沿用上次的结论\n",
                    "checks across rows: %u made; of %u others nothing that they read has changed, what they "
                    "said stands\n"),
               seen.made, seen.skipped);
    if (*again && !quiet)
        printf(TEXT("人员归并、mappings/cover、mappings/ledger、政策规则或切换日有变：%u 个县已重新核对\n",
                    "who is who, mappings/cover, mappings/ledger, the policies or the cutover changed: %u "
                    "counties were checked again\n"),
               *again);
    return true;
}

/* A run that changed nothing writes no papers: those of the last one still say how things stand. */
bool closing_books(struct work *work, bool *papers, struct error *error) {
    const char *directory;
    int owed[REGISTRY_EARLIER];
    uint32_t count = 0, again = 0;
    bool new = work->published || work->refused;
    if (!find_owed(work, owed, &count, error)) return false;
    if (!work->registry.trial && !look_across(work, count, &again, error)) return false;
    work->rechecked = again;
    bool replayed;
    if ((work->published || count || again) && !work->registry.trial &&
        !policy_replay(&work->registry, &work->city, work->arena, false, &replayed, error))
        return false;
    if (count && !work->undoing) work->code = exit_worse(work->code, EXIT_PUBLISHED);
    if ((!work->undoing && !count_broken(work, error)) ||
        !registry_end(&work->registry, (int)work->code, error))
        return false;
    if ((new || count) && !work_seal(work, error)) return false;
    *papers = write_owed(work, owed, count, error) &&
              (!(new || again) || write_papers(work, work->registry.run, &directory, error));
    if (!*papers) return false;
    if (!new && work->invocation->json && !work->undoing) puts("[]");
    if (!new &&again && !work->invocation->quiet && !work->invocation->json)
        printf(TEXT("重新核对的疑点  →  %s/退回/\n", "doubts as looked at again  →  %s/退回/\n"),
               path_seen(directory, work->arena));
    if (!new) return true;
    if (work->undoing && !ending_undone(work, error)) return false;
    if (!work->undoing && (!work->invocation->quiet || work->invocation->json) &&
        !show_report(work->registry.session.connection, &work->city,
                     &(struct shown){.name = "run_summary", .run = work->registry.run}, work->invocation,
                     error))
        return false;
    return work->invocation->json || ending_print(work, directory, error);
}
