/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/repeat.h"
#include "core/shipped.h"
#include "load/lane.h"
#include "load/merge.h"
#include <stdatomic.h>
#include <stdio.h>

/* What is known of a published row. */
struct repeat_row {
    uint64_t key[2], content;
    uint32_t older;       /* index of its file */
    _Atomic uint32_t row; /* its number there, which is below 2^31; SAID: the delivery says it again */
};

static const uint32_t SAID = 1U << 31;

enum {
    CHUNK_BITS = 16,
    CHUNK_ROWS = 1 << CHUNK_BITS,
    CHUNKS_MAX = 1 << 15, /* 2^31 rows, as many as a file can number */
    INDEX_BITS_MIN = 8,
    HEADER_BYTES = 19,
    ROW_BYTES = 50, /* four columns with their lengths */
    LEFT_BYTES = 64 << 10,
    RUN_COLUMNS = 5
};

/* Above it what is published lies in a file: 40 bytes a row, so the memory of the program stays below
   256 MiB also for ten million. */
static const uint64_t MEMORY_BYTES = 224 << 20;

static struct session *session_of(struct intake *intake) { return &intake->registry->session; }

static struct repeat_row *row_at(const struct repeat *repeat, uint32_t number) {
    return &repeat->chunks[number >> CHUNK_BITS][number & (CHUNK_ROWS - 1)];
}

struct repeat *repeat_of(const struct intake *intake, const struct kind *kind) {
    for (uint32_t i = 0; i < intake->file_count; i++)
        if (intake->files[i]->source.kind == kind && intake->files[i]->repeat)
            return intake->files[i]->repeat;
    return NULL;
}

/* A published file that the delivery outranks, or that a full one of its rank speaks for. */
static bool find_older(struct intake *intake, struct repeat *repeat, struct error *error) {
    struct arena *arena = intake->arena;
    const char *sql = lane_format(
        arena,
        "SELECT file, rank < '%s', snapshot, spec_path, (SELECT coalesce(max(m.movement), 0) FROM"
        " intake.movement m JOIN intake.delivery d USING (delivery) WHERE d.county = '%s' AND m.kind = '%s')"
        " FROM (%s) s WHERE rank < '%s' OR rank = '%s' AND snapshot ORDER BY file",
        intake->rank, intake->delivery.county, repeat->kind->name,
        merge_standing_sql(arena, intake->delivery.county, repeat->kind, intake->number), intake->rank,
        intake->rank);
    PGresult *result = session_ask(session_of(intake), sql, 0, NULL, error);
    if (!result) return false;
    repeat->older_count = (uint32_t)PQntuples(result);
    repeat->older = ARENA_NEW(arena, struct repeat_older, repeat->older_count + 1);
    for (uint32_t i = 0; i < repeat->older_count; i++) {
        int at = (int)i;
        repeat->movement = (int64_t)count_fen(PQgetvalue(result, at, 4));
        repeat->older[i].file = (int)count_fen(PQgetvalue(result, at, 0));
        repeat->older[i].lower = PQgetvalue(result, at, 1)[0] == 't';
        repeat->older[i].snapshot = PQgetvalue(result, at, 2)[0] == 't';
        repeat->older[i].spec_path = lane_format(arena, "%s", PQgetvalue(result, at, 3));
    }
    PQclear(result);
    return true;
}

/* Whose rows the file leaves where they are when it says them again: as load/merge.c judges `unchanged`. */
static bool choose_older(struct intake *intake, struct intake_file *file, struct repeat *repeat) {
    bool *repeats = ARENA_NEW(intake->arena, bool, repeat->older_count + 1), any = false;
    const char *spec = file->source.spec_path ? file->source.spec_path : "";
    for (uint32_t i = 0; i < repeat->older_count; i++) {
        struct repeat_older *older = &repeat->older[i];
        repeats[i] = older->lower && (!older->snapshot || strcmp(older->spec_path, spec) == 0);
        older->met |= repeats[i];
        any |= repeats[i];
    }
    file->repeats = repeats;
    return any;
}

static uint64_t big64(const char *bytes) {
    uint64_t big;
    memcpy(&big, bytes, sizeof big);
    return __builtin_bswap64(big);
}

static uint32_t big32(const char *bytes) {
    uint32_t big;
    memcpy(&big, bytes, sizeof big);
    return __builtin_bswap32(big);
}

static uint32_t index_of(const struct repeat *repeat, int file) {
    uint32_t low = 0, high = repeat->older_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (repeat->older[middle].file <= file) low = middle;
        else high = middle;
    }
    return low;
}

/* One row of COPY BINARY: the number of columns, then each with its length.
   Source: PostgreSQL manual, COPY, Binary Format. */
static void take_row(void *context, const char *bytes, size_t size) {
    struct repeat *repeat = context;
    if (!repeat->begun) {
        bytes += HEADER_BYTES;
        size -= HEADER_BYTES;
        repeat->begun = true;
    }
    if (size < ROW_BYTES) return; /* the end mark */
    uint32_t number = repeat->row_count++;
    if (number >> CHUNK_BITS >= CHUNKS_MAX) abort();
    if (!(number & (CHUNK_ROWS - 1)))
        repeat->chunks[number >> CHUNK_BITS] = ARENA_ROOM(&repeat->arena, struct repeat_row, CHUNK_ROWS);
    struct repeat_row *row = row_at(repeat, number);
    row->key[1] = big64(bytes + 6);
    row->key[0] = big64(bytes + 14);
    row->content = big64(bytes + 26);
    row->older = index_of(repeat, (int)big32(bytes + 38));
    atomic_init(&row->row, big32(bytes + 46));
    spill_breathe(&repeat->spill);
}

static void build_index(struct repeat *repeat) {
    repeat->index_bits = INDEX_BITS_MIN;
    while (1ULL << repeat->index_bits < repeat->row_count + repeat->row_count / 2) repeat->index_bits++;
    size_t slots = (size_t)1 << repeat->index_bits;
    repeat->index = ARENA_NEW(&repeat->arena, uint32_t, slots);
    for (uint32_t number = 0; number < repeat->row_count; number++) {
        size_t slot = row_at(repeat, number)->key[0] >> (64 - repeat->index_bits);
        while (repeat->index[slot]) slot = (slot + 1) & (slots - 1);
        repeat->index[slot] = number + 1;
        spill_breathe(&repeat->spill);
    }
}

static bool stream(struct intake *intake, struct repeat *repeat, struct error *error) {
    const char *files = "";
    struct error ignored;
    uint64_t bytes = intake->delivery.compare_bytes;
    for (uint32_t i = 0; i < repeat->older_count; i++)
        files = lane_format(intake->arena, "%s%s%d", files, i ? "," : "", repeat->older[i].file);
    /* Without a disk to spill to it has to be memory. */
    if (spill_open(&repeat->spill, P_tmpdir, bytes ? bytes : MEMORY_BYTES, &ignored))
        repeat->arena.spill = &repeat->spill;
    repeat->chunks = ARENA_NEW(&repeat->arena, struct repeat_row *, CHUNKS_MAX);
    const char *sql = lane_format(
        intake->arena,
        "COPY (SELECT key_hash, row_hash, file, source_row FROM %s_%s WHERE file = ANY ('{%s}')) TO STDOUT "
        "BINARY",
        repeat->kind->table, intake->delivery.county, files);
    if (!session_copy_out(session_of(intake), sql, take_row, repeat, error)) return false;
    build_index(repeat);
    return true;
}

static bool make_tables(struct intake *intake, struct repeat *repeat, struct error *error) {
    int run = intake->registry->run, number = intake->number;
    snprintf(repeat->runs, sizeof repeat->runs, "fresh.r%d_d%d_%s_runs", run, number, repeat->kind->name);
    snprintf(repeat->left, sizeof repeat->left, "fresh.r%d_d%d_%s_left", run, number, repeat->kind->name);
    return session_run(session_of(intake),
                       lane_format(intake->arena,
                                   "CREATE TABLE %s (LIKE record.repeated);"
                                   "ALTER TABLE %s ALTER county SET DEFAULT '%s';"
                                   "CREATE TABLE %s (key_hash uuid NOT NULL)",
                                   repeat->runs, repeat->runs, intake->delivery.county, repeat->left),
                       error);
}

/* Rows that stand or fall together are judged with all of their unit in the fresh table (load/unit.c). */
static bool has_units(struct arena *arena, const struct kind *kind) {
    struct span text;
    return shipped_find(lane_format(arena, "transform/unit/%s.sql", kind->name), &text);
}

bool repeat_open(struct intake *intake, struct intake_file *file, struct error *error) {
    const struct kind *kind = file->source.kind;
    if (!file->source.snapshot || intake->delivery.group || has_units(intake->arena, kind)) return true;
    struct repeat *repeat = repeat_of(intake, kind);
    if (repeat) {
        choose_older(intake, file, repeat);
        file->repeat = repeat;
        return true;
    }
    repeat = ARENA_NEW(intake->arena, struct repeat, 1);
    repeat->kind = kind;
    repeat->spill.file = repeat->spill.statm = -1;
    if (!find_older(intake, repeat, error)) return false;
    if (!choose_older(intake, file, repeat)) return true;
    file->repeat = repeat;
    return make_tables(intake, repeat, error) && stream(intake, repeat, error);
}

static uint32_t find_one(const struct intake_file *file, const struct row *row) {
    const struct repeat *repeat = file->repeat;
    size_t mask = ((size_t)1 << repeat->index_bits) - 1, slot = row->key_hash[0] >> (64 - repeat->index_bits);
    for (uint32_t number; (number = repeat->index[slot]); slot = (slot + 1) & mask) {
        struct repeat_row *published = row_at(repeat, number - 1);
        if (published->key[0] != row->key_hash[0] || published->key[1] != row->key_hash[1]) continue;
        bool same = published->content == row->row_hash && file->repeats[published->older];
        /* Two workers may hold rows of one key. */
        return same && !(atomic_fetch_or(&published->row, SAID) & SAID) ? number - 1 : REPEAT_NONE;
    }
    return REPEAT_NONE;
}

void repeat_find(const struct intake_file *file, const struct batch *batch, uint32_t from, uint32_t count,
                 uint32_t found[REPEAT_CHUNK]) {
    struct repeat *repeat = file->repeat;
    unsigned shift = 64 - repeat->index_bits;
    const struct row *rows = batch->rows + from;
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].fate == FATE_LIVE) __builtin_prefetch(&repeat->index[rows[i].key_hash[0] >> shift]);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = rows[i].fate == FATE_LIVE ? repeat->index[rows[i].key_hash[0] >> shift] : 0;
        if (number) __builtin_prefetch(row_at(repeat, number - 1));
    }
    for (uint32_t i = 0; i < count; i++)
        found[i] = rows[i].fate == FATE_LIVE && !rows[i].withdrawn ? find_one(file, &rows[i]) : REPEAT_NONE;
    spill_breathe(&repeat->spill);
}

void repeat_lane_begin(struct repeat_lane *lane, const struct intake_file *file, struct arena *arena) {
    lane->rows = 0;
    lane->counts = file->repeat ? ARENA_NEW(arena, struct repeat_said, file->repeat->older_count) : NULL;
}

void repeat_run_end(struct repeat_lane *lane, const struct intake_file *file) {
    struct encoder *runs = &lane->runs;
    if (!lane->rows) return;
    if (!runs->size) encode_begin(runs);
    encode_reserve(runs, 2);
    encode_int16(runs, RUN_COLUMNS);
    encode_number32(runs, file->number);
    encode_number32(runs, (int32_t)lane->row);
    encode_number32(runs, file->repeat->older[lane->older].file);
    encode_number32(runs, (int32_t)lane->same_row);
    encode_number32(runs, (int32_t)lane->rows);
    lane->run_count++;
    lane->rows = 0;
}

void repeat_put(struct repeat_lane *lane, const struct intake_file *file, const struct batch *batch,
                uint32_t row, uint32_t found) {
    const struct repeat_row *published = row_at(file->repeat, found);
    uint32_t number = (uint32_t)batch->rows[row].number, same = atomic_load(&published->row) & ~SAID;
    if (!(lane->rows && published->older == lane->older && number == lane->row + lane->rows &&
          same == lane->same_row + lane->rows)) {
        repeat_run_end(lane, file);
        lane->older = published->older;
        lane->row = number;
        lane->same_row = same;
    }
    lane->rows++;
    struct repeat_said *said = &lane->counts[published->older];
    said->all.rows++;
    for (uint32_t m = 0; m < file->source.kind->measure_count; m++) {
        if (!batch->measures[m]) continue;
        int64_t product;
        said->all.fen[m] += batch->measures[m][row];
        said->placed[m] += (fen_total)batch->measures[m][row] * same;
        said->wide |= (uint32_t)__builtin_mul_overflow(batch->measures[m][row], same, &product) << m;
    }
}

void repeat_take(struct repeat_lane *lane, struct intake_file *file) {
    for (uint32_t i = 0; file->repeat && lane->counts && i < file->repeat->older_count; i++) {
        repeat_said_add(&file->repeat->older[i].said, &lane->counts[i], 1);
        count_merge(&file->said, &lane->counts[i].all);
    }
    lane->counts = NULL;
}

static void forget_rows(struct repeat *repeat) {
    arena_free(&repeat->arena);
    if (repeat->arena.spill) spill_close(&repeat->spill);
    repeat->arena.spill = NULL;
    repeat->row_count = 0;
    repeat->index = NULL;
}

/* Also when there are none: an empty stream is a stream. */
static bool send_left(struct intake *intake, struct repeat *repeat, struct error *error) {
    struct session *session = session_of(intake);
    struct encoder lines = {0};
    encode_begin(&lines);
    bool ok = session_copy_begin(
        session, lane_format(intake->arena, "COPY %s FROM STDIN BINARY", repeat->left), error);
    for (uint32_t number = 0; ok && number < repeat->row_count; number++) {
        struct repeat_row *row = row_at(repeat, number);
        spill_breathe(&repeat->spill);
        if (atomic_load(&row->row) & SAID) continue;
        encode_reserve(&lines, 2);
        encode_int16(&lines, 1);
        encode_uuid(&lines, row->key);
        if (lines.size < LEFT_BYTES) continue;
        ok = session_copy_send(session, lines.bytes, lines.size, error);
        lines.size = 0;
    }
    encode_end(&lines);
    ok = ok && session_copy_send(session, lines.bytes, lines.size, error) &&
         session_copy_end(session, NULL, error);
    encode_free(&lines);
    return ok;
}

bool repeat_end(struct intake *intake, struct error *error) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < intake->file_count; i++) {
        struct repeat *repeat = intake->files[i]->repeat;
        if (!repeat || !repeat->index) continue;
        ok = send_left(intake, repeat, error);
        forget_rows(repeat);
    }
    return ok;
}

void repeat_drop(struct intake *intake) {
    struct error ignored = {0};
    for (uint32_t i = 0; i < intake->file_count; i++) {
        struct repeat *repeat = intake->files[i]->repeat;
        if (!repeat || !*repeat->runs) continue;
        forget_rows(repeat);
        session_run(session_of(intake),
                    lane_format(intake->arena, "DROP TABLE IF EXISTS %s, %s", repeat->runs, repeat->left),
                    &ignored);
        *repeat->runs = '\0';
    }
}
