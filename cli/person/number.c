/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Numbers of records and persons, and identity.xref: only what differs is written. */
#include "cli/person/store.h"
#include "core/spill.h"
#include "load/encode.h"
#include "transform/link/radix.h"
#include <stdlib.h>

enum { SEND_BYTES = 256 << 10, NUMBER_BYTES = 24 };

/* New records by county and number. */
static void order_fresh(struct persons *persons) {
    const struct link *link = &persons->link;
    struct arena scratch = {.spill = link->spill};
    uint32_t *fresh = ARENA_NEW(&scratch, uint32_t, link->count + 1);
    const char **names = ARENA_NEW(&scratch, const char *, link->count + 1);
    for (uint32_t i = 0; i < link->count; i++) {
        spill_breathe(link->spill);
        if (persons->records[i]) continue;
        names[persons->fresh] = link->names[i];
        fresh[persons->fresh++] = i;
    }
    persons->order = ARENA_NEW(&persons->arena, uint32_t, persons->fresh + 1);
    link_name_order(names, persons->order, persons->fresh, link->spill);
    for (uint32_t i = 0; i < persons->fresh; i++) {
        spill_breathe(link->spill);
        persons->order[i] = fresh[persons->order[i]];
    }
    arena_free(&scratch);
}

/* A person's number is the lowest of its records. */
void persons_number(struct persons *persons) {
    const struct link *link = &persons->link;
    int64_t *lowest = ARENA_NEW(&persons->arena, int64_t, link->count + 1);
    persons->now = lowest;
    order_fresh(persons);
    for (uint32_t i = 0; i < persons->fresh; i++) {
        spill_breathe(link->spill);
        persons->records[persons->order[i]] = persons->record_next++;
    }
    for (uint32_t i = 0; i < link->count; i++) {
        int64_t *own = &lowest[link->persons[i]];
        spill_breathe(link->spill);
        if (!*own || persons->records[i] < *own) *own = persons->records[i];
    }
    /* The first record of a person comes before its others, so theirs can be read from it. */
    for (uint32_t i = 0; i < link->count; i++) {
        spill_breathe(link->spill);
        lowest[i] = lowest[link->persons[i]];
        persons->moved += persons->before[i] && persons->before[i] != lowest[i];
    }
}

static struct span number_text(int64_t number, char text[NUMBER_BYTES]) {
    return (struct span){text, (size_t)snprintf(text, NUMBER_BYTES, "%012jd", (intmax_t)number)};
}

static bool send_full(struct persons *persons, struct encoder *encoder, size_t least, struct error *error) {
    if (encoder->size < least) return true;
    bool ok = session_copy_send(&persons->main, encoder->bytes, encoder->size, error);
    encoder->size = 0;
    return ok;
}

static bool copy_new(struct persons *persons, struct error *error) {
    struct encoder encoder = {0};
    char text[NUMBER_BYTES];
    bool ok = session_copy_begin(
        &persons->main,
        "COPY identity.xref (county, src_psn_no, psn_no, record_no) FROM STDIN (FORMAT binary)", error);
    encode_begin(&encoder);
    for (uint32_t place = 0; ok && place < persons->fresh; place++) {
        uint32_t i = persons->order[place];
        spill_breathe(persons->link.spill);
        link_names_ahead(persons->link.names, persons->order, place, persons->fresh);
        const char *name = persons->link.names[i], *slash = strchr(name, '/');
        encode_reserve(&encoder, 2);
        encode_int16(&encoder, 4);
        encode_text(&encoder, (struct span){name, (size_t)(slash - name)});
        encode_text(&encoder, (struct span){slash + 1, strlen(slash + 1)});
        encode_text(&encoder, number_text(persons->now[i], text));
        encode_number64(&encoder, persons->records[i]);
        ok = send_full(persons, &encoder, SEND_BYTES, error);
    }
    encode_end(&encoder);
    ok = ok && send_full(persons, &encoder, 1, error) && session_copy_end(&persons->main, NULL, error);
    encode_free(&encoder);
    return ok;
}

static bool copy_moved(struct persons *persons, struct error *error) {
    struct encoder encoder = {0};
    char text[NUMBER_BYTES];
    bool ok = session_run(&persons->main,
                          "CREATE TEMP TABLE moved (record_no bigint, psn_no text) ON COMMIT DROP", error) &&
              session_copy_begin(&persons->main, "COPY moved FROM STDIN (FORMAT binary)", error);
    encode_begin(&encoder);
    for (uint32_t i = 0; ok && i < persons->link.count; i++) {
        spill_step(persons->link.spill, i);
        if (!persons->before[i] || persons->before[i] == persons->now[i]) continue;
        encode_reserve(&encoder, 2);
        encode_int16(&encoder, 2);
        encode_number64(&encoder, persons->records[i]);
        encode_text(&encoder, number_text(persons->now[i], text));
        ok = send_full(persons, &encoder, SEND_BYTES, error);
    }
    encode_end(&encoder);
    ok = ok && send_full(persons, &encoder, 1, error) && session_copy_end(&persons->main, NULL, error) &&
         session_run(
             &persons->main,
             "UPDATE identity.xref x SET psn_no = m.psn_no FROM moved m WHERE m.record_no = x.record_no",
             error);
    encode_free(&encoder);
    return ok;
}

/* Building three indexes once takes a third of keeping them while millions of rows come in, and rows that
   come in order let them be built without sorting: 5 s against 50 for 5 M rows. */
static bool copy_first(struct persons *persons, struct error *error) {
    return session_run(&persons->main,
                       "SET LOCAL maintenance_work_mem = '512MB'; TRUNCATE identity.xref;"
                       "ALTER TABLE identity.xref DROP CONSTRAINT xref_pkey; DROP INDEX identity.xref_record;"
                       "DROP INDEX identity.xref_person",
                       error) &&
           copy_new(persons, error) &&
           session_run(&persons->main,
                       "ALTER TABLE identity.xref ADD CONSTRAINT xref_pkey PRIMARY KEY (county, src_psn_no);"
                       "CREATE UNIQUE INDEX xref_record ON identity.xref (record_no);"
                       "CREATE INDEX xref_person ON identity.xref (psn_no); ANALYZE identity.xref",
                       error);
}

static bool write_xref(struct persons *persons, struct error *error) {
    if (persons->first && persons->fresh) return copy_first(persons, error);
    return (!persons->fresh || copy_new(persons, error)) && (!persons->moved || copy_moved(persons, error));
}

void persons_count(const struct persons *persons, uint64_t bands[LINK_BANDS], uint64_t *people) {
    const struct link *link = &persons->link;
    for (uint32_t i = 0; i < link->edge_count; i++) {
        spill_step(link->spill, i);
        bands[link->bands[i]]++;
    }
    for (uint32_t i = 0; i < link->count; i++) {
        spill_step(link->spill, i);
        *people += link->persons[i] == i;
    }
}

bool persons_write(struct persons *persons, int64_t cpu_ms, struct error *error) {
    const struct link *link = &persons->link;
    char numbers[9][32];
    uint64_t bands[LINK_BANDS] = {0}, people = 0;
    persons_count(persons, bands, &people);
    if (!session_run(&persons->main, "BEGIN", error) || !persons_write_model(persons, error)) return false;
    const uint64_t values[] = {
        (uint64_t)persons->run, (uint64_t)persons->model, link->count,          people,
        bands[LINK_AUTOMATIC],  bands[LINK_REVIEW],       bands[LINK_CONFLICT], bands[LINK_DECIDED],
        persons->moved};
    for (int i = 0; i < 9; i++) snprintf(numbers[i], sizeof numbers[i], "%ju", (uintmax_t)values[i]);
    char bits[32], wrong[32], cpu[32];
    snprintf(bits, sizeof bits, "%.17g", link->automatic_bits);
    snprintf(wrong, sizeof wrong, "%.17g", link->expected_wrong);
    snprintf(cpu, sizeof cpu, "%jd", (intmax_t)cpu_ms);
    const char *arguments[] = {numbers[0], numbers[1], persons->state, numbers[2], numbers[3], numbers[4],
                               numbers[5], numbers[6], numbers[7],     bits,       wrong,      numbers[8],
                               cpu};
    PGresult *rows =
        session_ask(&persons->main,
                    "INSERT INTO identity.link_run (run, model, input, records, persons, automatic, review,"
                    " conflict, decided, automatic_bits, expected_wrong, moved, cpu_ms) VALUES ($1::int,"
                    " $2::int, $3, $4::bigint, $5::bigint, $6::bigint, $7::bigint, $8::bigint, $9::bigint,"
                    " $10::float8, $11::float8, $12::bigint, $13::bigint) RETURNING link_run,"
                    " (extract(epoch FROM at) * 1000000)::bigint",
                    13, arguments, error);
    if (!rows) return false;
    persons->link_run = (int)strtol(PQgetvalue(rows, 0, 0), NULL, 10);
    persons->stamp =
        (struct cache_stamp){persons->link_run, strtoll(PQgetvalue(rows, 0, 1), NULL, 10), persons->horizon};
    PQclear(rows);
    return write_xref(persons, error) && persons_write_links(persons, error) &&
           (!persons->moved || persons_write_events(persons, error)) &&
           session_run(&persons->main, "COMMIT", error);
}
