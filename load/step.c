/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/step.h"
#include "load/lane.h"
#include <stdio.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/* All lines of the header that begin so, as one array. */
static const char *header_list(struct arena *arena, struct span text, const char *word) {
    const char *list = "", *end = text.bytes + text.size;
    size_t size = strlen(word);
    for (const char *line = text.bytes; line < end && memcmp(line, "--", 2) == 0;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop) break;
        if ((size_t)(stop - line) > size && memcmp(line, word, size) == 0)
            list = lane_format(arena, "%s%s%.*s", list, *list ? ", " : "", (int)(stop - line - (long)size),
                               line + size);
        line = stop + 1;
    }
    return lane_format(arena, "{%s}", list);
}

void step_find(struct steps *steps, struct arena *arena) {
    static const char cover[] = "\n-- needs: cover\n";
    uint64_t at = 0;
    for (struct shipped file; steps->count < STEPS_MAX && shipped_next(&at, &file);) {
        bool step = shipped_under(&file, "transform/set/");
        if ((!step && !shipped_under(&file, "transform/cover/")) ||
            memcmp(file.path.bytes + file.path.size - 4, ".sql", 4) != 0)
            continue;
        steps->hash = XXH3_64bits_withSeed(file.bytes.bytes, file.bytes.size, steps->hash);
        if (!step) continue;
        struct step *one = &steps->list[steps->count++];
        if (file.path.size >= STEP_NAME_BYTES) abort();
        memcpy(one->path, file.path.bytes, file.path.size);
        one->text = file.bytes;
        one->reads = header_list(arena, file.bytes, "-- reads: ");
        one->beyond = header_list(arena, file.bytes, "-- reads of all counties: ");
        one->writes = header_list(arena, file.bytes, "-- writes: ");
        /* Ledgers and records say nothing of each other, so the steps of ledgers go on beside the others. */
        one->ledger = one->path[sizeof "transform/set/" - 1] == '7';
        one->cover = memmem(file.bytes.bytes, file.bytes.size, cover, sizeof cover - 1) != NULL;
    }
}

/* The next word of a list; its size 0: none is left. */
static struct span next_word(const char **at) {
    *at += strspn(*at, "{, ");
    struct span word = {*at, strcspn(*at, ",}")};
    *at += word.size;
    return word;
}

static bool meets(const char *list, const char *others) {
    for (struct span word = next_word(&list); word.size; word = next_word(&list)) {
        const char *at = others;
        for (struct span other = next_word(&at); other.size; other = next_word(&at))
            if (other.size == word.size && memcmp(other.bytes, word.bytes, word.size) == 0) return true;
    }
    return false;
}

/* What the database says of the tables, then what the steps before it will have made of theirs. */
static void weigh(struct steps *steps, uint32_t at, const char *rules, const char *tables, const char *last) {
    struct step *step = &steps->list[at];
    uint64_t hash = XXH3_64bits_withSeed(rules, strlen(rules), steps->hash);
    hash = XXH3_64bits_withSeed(tables, strlen(tables), hash);
    for (uint32_t i = 0; i < at; i++)
        if (meets(step->reads, steps->list[i].writes))
            hash = XXH3_64bits_withSeed(steps->list[i].state, STEP_HASH_BYTES - 1, hash);
    snprintf(step->state, STEP_HASH_BYTES, "%016jx", (uintmax_t)hash);
    step->still = strcmp(step->state, last) == 0;
}

bool step_weigh(struct steps *steps, struct session *session, const char *county, const char *rules,
                struct arena *arena, struct error *error) {
    const char *names = "{", *reads = "{", *beyond = "{";
    for (uint32_t i = 0; i < steps->count; i++) {
        const struct step *step = &steps->list[i];
        names = lane_format(arena, "%s%s\"%s\"", names, i ? "," : "", step->path);
        reads = lane_format(arena, "%s%s\"%s\"", reads, i ? "," : "", step->reads);
        beyond = lane_format(arena, "%s%s\"%s\"", beyond, i ? "," : "", step->beyond);
    }
    const char *arguments[] = {county, lane_format(arena, "%s}", names), lane_format(arena, "%s}", reads),
                               lane_format(arena, "%s}", beyond)};
    PGresult *result = session_ask(
        session,
        "SELECT concat_ws('|', intake.read_state(u.reads::text[], $1, false),"
        " intake.read_state(u.beyond::text[], $1, true)), coalesce(s.state, '')"
        " FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY u (step, reads, beyond, n)"
        " LEFT JOIN intake.step s ON s.county = $1 AND s.step = u.step ORDER BY u.n",
        4, arguments, error);
    if (!result) return false;
    for (uint32_t i = 0; i < steps->count; i++)
        weigh(steps, i, rules, PQgetvalue(result, (int)i, 0), PQgetvalue(result, (int)i, 1));
    PQclear(result);
    return true;
}

const char *step_seen_sql(struct arena *arena, const struct step *step, const char *county, int run) {
    return lane_format(
        arena,
        "INSERT INTO intake.step VALUES ('%s', '%s', '%s', '%s', %d) ON CONFLICT (county, step)"
        " DO UPDATE SET state = excluded.state, writes = excluded.writes, run = excluded.run,"
        " skipped_run = NULL",
        county, step->path, step->state, step->writes, run);
}

bool step_skipped(const struct steps *steps, struct session *session, const char *county, int run,
                  struct arena *arena, struct error *error) {
    const char *names = "";
    for (uint32_t i = 0; i < steps->count; i++)
        if (steps->list[i].still)
            names = lane_format(arena, "%s%s'%s'", names, *names ? "," : "", steps->list[i].path);
    return !*names || session_run(session,
                                  lane_format(arena,
                                              "UPDATE intake.step SET skipped_run = %d WHERE county = '%s'"
                                              " AND step IN (%s)",
                                              run, county, names),
                                  error);
}
