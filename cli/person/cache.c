/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/person/cache.h"
#include "cli/city.h"
#include "core/parallel.h"
#include "core/spill.h"
#include "transform/link/radix.h"
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { LARGE_BYTES = 64 << 10, PART_ITEMS = 16384, ALIGNMENT = 8 };

struct header {
    char magic[8];
    uint64_t program, rules; /* hashes: other bytes, another standardisation */
    int64_t link_run, at;
    uint64_t text_bytes, pair_count;
    uint32_t count, row_size;
    uint64_t horizon;
    uint64_t checksum; /* of the pieces' */
};

/* Sections follow one another in the file, each an array.  All but the pairs and texts have an item for each
   record.  They are written, and held against the checksum, in pieces of some records' items. */
enum section {
    IDS,
    VERSIONS,
    NAMES_AT,
    ROWS,
    TEXTS,
    HOT_MARKS,
    KEY_MARKS,
    RECORDS,
    PERSONS,
    PAIRS,
    SECTIONS
};

struct layout {
    uint64_t at[SECTIONS + 1]; /* bytes from the file's beginning; the last: its end */
    uint32_t sizes[SECTIONS];  /* bytes of an item */
    uint64_t count, pair_count, text_bytes;
    uint32_t parts, pair_parts; /* of the records, of the pairs */
};

struct cache_writer {
    _Atomic bool failed;
    struct header header;
    struct layout layout;
    const struct link *link;
    const int64_t *records, *persons;
    uint64_t *texts_at; /* [layout.parts + 1] where each part's texts begin */
    uint64_t *hashes;   /* of the pieces: layout.parts for each section before the pairs, then theirs */
    struct arena *arena;
};

static const char magic[8] = "TCLINK03";

/* The program's own bytes: any build of it may standardise differently.  By steps: all of them at once were a
   third of a small bound on memory. */
static uint64_t program_hash(void) {
    uint64_t hash = 0;
    unsigned char bytes[LARGE_BYTES];
    ssize_t size = -1;
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    XXH3_state_t *sum = XXH3_createState();
    if (!sum) abort();
    XXH3_64bits_reset(sum);
    while (file >= 0 && (size = read(file, bytes, sizeof bytes)) > 0)
        XXH3_64bits_update(sum, bytes, (size_t)size);
    if (size == 0) hash = XXH3_64bits_digest(sum);
    XXH3_freeState(sum);
    if (file >= 0) close(file);
    return hash;
}

static bool keeps_pointers(const struct link_rules *rules) {
    for (uint32_t f = 0; f < rules->field_count; f++)
        if (rules->fields[f].kind->keeps_text) return true;
    return false;
}

static uint32_t parts_of(uint64_t items) { return (uint32_t)(items / PART_ITEMS + 1); }

static void lay_out(struct layout *layout, const struct header *header) {
    *layout = (struct layout){.sizes = {[IDS] = sizeof(uint64_t),
                                        [VERSIONS] = sizeof(uint64_t),
                                        [NAMES_AT] = sizeof(uint64_t),
                                        [ROWS] = header->row_size,
                                        [TEXTS] = 1,
                                        [HOT_MARKS] = 1,
                                        [KEY_MARKS] = sizeof(uint64_t),
                                        [RECORDS] = sizeof(int64_t),
                                        [PERSONS] = sizeof(int64_t),
                                        [PAIRS] = sizeof(struct link_pair)},
                              .count = header->count,
                              .pair_count = header->pair_count,
                              .text_bytes = header->text_bytes,
                              .parts = parts_of(header->count),
                              .pair_parts = parts_of(header->pair_count)};
    uint64_t at = sizeof *header;
    for (int s = 0; s < SECTIONS; s++) {
        uint64_t items = s == TEXTS ? header->text_bytes : s == PAIRS ? header->pair_count : header->count;
        layout->at[s] = at;
        at += (items * layout->sizes[s] + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    layout->at[SECTIONS] = at;
}

static uint64_t item_before(uint64_t part, uint64_t items) {
    return part * PART_ITEMS < items ? part * PART_ITEMS : items;
}

static uint32_t piece_count(const struct layout *layout) {
    return PAIRS * layout->parts + layout->pair_parts;
}

/* Points the base into the file; false when it is not as long as it says. */
static bool take_sections(struct cache *cache, const struct header *header, struct layout *layout) {
    if (header->text_bytes > cache->size || header->pair_count > cache->size) return false;
    lay_out(layout, header);
    const unsigned char *bytes = cache->bytes;
    cache->base = (struct link_base){
        .count = header->count,
        .ids = (const void *)(bytes + layout->at[IDS]),
        .versions = (const void *)(bytes + layout->at[VERSIONS]),
        .name_at = (const void *)(bytes + layout->at[NAMES_AT]),
        .rows = bytes + layout->at[ROWS],
        .texts = (const char *)bytes + layout->at[TEXTS],
        .hot_marks = bytes + layout->at[HOT_MARKS],
        .key_marks = (const void *)(bytes + layout->at[KEY_MARKS]),
        .pair_count = header->pair_count,
        .pairs = (const void *)(bytes + layout->at[PAIRS]),
    };
    cache->records = (const void *)(bytes + layout->at[RECORDS]);
    cache->persons = (const void *)(bytes + layout->at[PERSONS]);
    cache->horizon = (uint32_t)header->horizon;
    return layout->at[SECTIONS] == cache->size;
}

/* A file that is looked at as a whole. */
struct checking {
    const struct cache *cache;
    const struct layout *layout;
    uint64_t *hashes;
};

/* Where a part's texts begin, as the file says. */
static uint64_t text_before(const struct checking *at, uint32_t part) {
    uint64_t item = item_before(part, at->layout->count);
    uint64_t begin = item < at->layout->count ? at->cache->base.name_at[item] : at->layout->text_bytes;
    return begin < at->layout->text_bytes ? begin : at->layout->text_bytes;
}

static void check_piece(void *context, unsigned thread, uint32_t piece) {
    const struct checking *at = context;
    const struct layout *layout = at->layout;
    uint32_t section = piece / layout->parts < PAIRS ? piece / layout->parts : PAIRS;
    uint32_t part = piece - section * layout->parts;
    uint64_t items = section == PAIRS ? layout->pair_count : layout->count;
    uint64_t from = item_before(part, items), until = item_before(part + 1ULL, items);
    (void)thread;
    if (section == TEXTS) from = text_before(at, part), until = text_before(at, part + 1);
    if (from <= until)
        at->hashes[piece] =
            XXH3_64bits(at->cache->bytes + layout->at[section] + from * layout->sizes[section],
                        (until - from) * layout->sizes[section]);
}

static bool is_whole(const struct cache *cache, const struct layout *layout, uint64_t checksum) {
    struct arena scratch = {0};
    uint32_t pieces = piece_count(layout);
    struct checking at = {cache, layout, ARENA_NEW(&scratch, uint64_t, pieces)};
    parallel_run(parallel_threads(), pieces, check_piece, &at);
    bool whole = checksum == XXH3_64bits(at.hashes, pieces * sizeof *at.hashes);
    arena_free(&scratch);
    return whole;
}

static bool fits(struct cache *cache, const struct link_rules *rules, uint64_t rules_hash,
                 struct cache_stamp stamp) {
    const struct header *header = (const void *)cache->bytes;
    struct layout layout;
    if (memcmp(header->magic, magic, sizeof magic) != 0 || header->rules != rules_hash ||
        header->row_size != rules->row_size || header->link_run != stamp.link_run || header->at != stamp.at ||
        header->program != program_hash() || !take_sections(cache, header, &layout))
        return false;
    bool whole = is_whole(cache, &layout, header->checksum);
    madvise((void *)(uintptr_t)cache->bytes, cache->size, MADV_DONTNEED);
    return whole;
}

bool cache_open(struct cache *cache, const char *path, const struct link_rules *rules, uint64_t rules_hash,
                struct cache_stamp stamp) {
    struct stat about;
    *cache = (struct cache){.path = path, .out = -1};
    if (keeps_pointers(rules) || !stamp.link_run) return false;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return false;
    if (fstat(file, &about) == 0 && about.st_size > (off_t)sizeof(struct header)) {
        void *bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
        if (bytes != MAP_FAILED) cache->bytes = bytes, cache->size = (size_t)about.st_size;
    }
    close(file);
    if (!cache->bytes) return false;
    if (fits(cache, rules, rules_hash, stamp)) return true;
    cache_close(cache);
    return false;
}

void cache_forget_rows(struct cache *cache) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = (uintptr_t)cache->bytes;
    uintptr_t until = (uintptr_t)cache->base.texts / page * page;
    if (cache->bytes && until > from) madvise((void *)from, until - from, MADV_DONTNEED);
}

static void put_bytes(const struct cache *cache, const void *bytes, size_t size, uint64_t at) {
    for (const char *from = bytes; size && !cache->writer->failed;) {
        ssize_t done = pwrite(cache->out, from, size, (off_t)at);
        if (done <= 0) {
            cache->writer->failed = true;
            return;
        }
        from += done, at += (uint64_t)done, size -= (size_t)done;
    }
}

/* Items of a section from `from` on; they may leave memory afterwards. */
static void put(const struct cache *cache, enum section section, uint32_t part, uint64_t from,
                const void *bytes, uint64_t items) {
    struct cache_writer *writer = cache->writer;
    uint64_t size = items * writer->layout.sizes[section];
    spill_room(writer->link->spill, size);
    writer->hashes[section * writer->layout.parts + part] = XXH3_64bits(bytes, size);
    put_bytes(cache, bytes, size, writer->layout.at[section] + from * writer->layout.sizes[section]);
}

static void measure_texts(void *context, unsigned thread, uint32_t part) {
    const struct cache *cache = context;
    const struct link *link = cache->writer->link;
    uint32_t until = (uint32_t)item_before(part + 1ULL, link->count);
    (void)thread;
    for (uint32_t i = (uint32_t)item_before(part, link->count); i < until; i++) {
        spill_breathe(link->spill);
        link_names_ahead(link->names, NULL, i, until);
        cache->writer->texts_at[part + 1] += strlen(link->names[i]) + 1;
    }
}

static void put_names(const struct cache *cache, uint32_t part, uint32_t from, uint32_t until) {
    const struct link *link = cache->writer->link;
    const uint64_t *texts_at = cache->writer->texts_at;
    struct arena scratch = {0};
    uint64_t *places = ARENA_ROOM(&scratch, uint64_t, PART_ITEMS), at = texts_at[part];
    char *texts = ARENA_ROOM(&scratch, char, texts_at[part + 1] - at + 1);
    for (uint32_t i = from; i < until; i++) {
        size_t size = strlen(link->names[i]) + 1;
        spill_breathe(link->spill);
        link_names_ahead(link->names, NULL, i, until);
        places[i - from] = at;
        memcpy(texts + (at - texts_at[part]), link->names[i], size);
        at += size;
    }
    put(cache, NAMES_AT, part, from, places, until - from);
    put(cache, TEXTS, part, texts_at[part], texts, at - texts_at[part]);
    arena_free(&scratch);
}

static void begin_part(void *context, unsigned thread, uint32_t part) {
    const struct cache *cache = context;
    const struct link *link = cache->writer->link;
    uint32_t from = (uint32_t)item_before(part, link->count);
    uint32_t until = (uint32_t)item_before(part + 1ULL, link->count);
    (void)thread;
    put(cache, IDS, part, from, link->ids + from, until - from);
    put(cache, VERSIONS, part, from, link->versions + from, until - from);
    put(cache, ROWS, part, from, link_row(link, from), until - from);
    put_names(cache, part, from, until);
}

void cache_begin(struct cache *cache, const char *path, const struct link *link, struct arena *arena) {
    cache->out = -1;
    if (keeps_pointers(link->rules)) return;
    cache->path = path;
    cache->out_path = arena_print(arena, "%s.new", path);
    cache->out = open(cache->out_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (cache->out < 0) return;
    struct cache_writer *writer = cache->writer = ARENA_NEW(arena, struct cache_writer, 1);
    writer->link = link;
    writer->arena = arena;
    writer->header = (struct header){.count = link->count, .row_size = link->rules->row_size};
    uint32_t parts = parts_of(link->count);
    writer->texts_at = ARENA_NEW(arena, uint64_t, parts + 1);
    parallel_run(link->threads, parts, measure_texts, cache);
    for (uint32_t p = 0; p < parts; p++) writer->texts_at[p + 1] += writer->texts_at[p];
    writer->header.text_bytes = writer->texts_at[parts];
    lay_out(&writer->layout, &writer->header);
    writer->hashes = ARENA_NEW(arena, uint64_t, PAIRS * (size_t)parts);
    parallel_run(link->threads, parts, begin_part, cache);
}

static void put_pairs(const struct cache *cache, uint32_t part) {
    const struct link *link = cache->writer->link;
    uint64_t count = cache->writer->layout.pair_count;
    uint64_t from = item_before(part, count), until = item_before(part + 1ULL, count);
    struct arena scratch = {0};
    struct link_pair *pairs = ARENA_ROOM(&scratch, struct link_pair, PART_ITEMS);
    for (uint64_t i = from; i < until; i++) {
        spill_step(link->spill, i);
        if (i < link->edge_count)
            pairs[i - from] = (struct link_pair){link->edges[i].a, link->edges[i].b, link->edges[i].look};
        else pairs[i - from] = link->faint[i - link->edge_count];
    }
    put(cache, PAIRS, part, from, pairs, until - from);
    arena_free(&scratch);
}

/* Parts of the records, then of the pairs. */
static void end_part(void *context, unsigned thread, uint32_t part) {
    const struct cache *cache = context;
    const struct cache_writer *writer = cache->writer;
    const struct link *link = writer->link;
    (void)thread;
    if (part >= writer->layout.parts) {
        put_pairs(cache, part - writer->layout.parts);
        return;
    }
    uint64_t from = item_before(part, link->count), count = item_before(part + 1ULL, link->count) - from;
    put(cache, HOT_MARKS, part, from, link->hot_marks + from, count);
    put(cache, KEY_MARKS, part, from, link->key_marks + from, count);
    put(cache, RECORDS, part, from, writer->records + from, count);
    put(cache, PERSONS, part, from, writer->persons + from, count);
}

/* All but the checksum, now that it is known; the pieces' hashes move to where there is room for the pairs'.
 */
static void settle_header(struct cache_writer *writer, uint64_t rules_hash, struct cache_stamp stamp) {
    const struct link *link = writer->link;
    struct header *header = &writer->header;
    memcpy(header->magic, magic, sizeof magic);
    header->program = program_hash();
    header->rules = rules_hash;
    header->link_run = stamp.link_run;
    header->at = stamp.at;
    header->horizon = stamp.horizon;
    header->pair_count = (uint64_t)link->edge_count + (link->remember ? link->faint_count : 0);
    lay_out(&writer->layout, header);
    const uint64_t *hashes = writer->hashes;
    writer->hashes = ARENA_NEW(writer->arena, uint64_t, piece_count(&writer->layout));
    memcpy(writer->hashes, hashes, PAIRS * (size_t)writer->layout.parts * sizeof *hashes);
}

void cache_end(struct cache *cache, const struct link *link, uint64_t rules_hash, struct cache_stamp stamp,
               const int64_t *records, const int64_t *persons) {
    struct cache_writer *writer = cache->writer;
    if (cache->out < 0) return;
    writer->records = records;
    writer->persons = persons;
    settle_header(writer, rules_hash, stamp);
    parallel_run(link->threads, writer->layout.parts + writer->layout.pair_parts, end_part, cache);
    writer->header.checksum =
        XXH3_64bits(writer->hashes, piece_count(&writer->layout) * sizeof *writer->hashes);
    put_bytes(cache, &writer->header, sizeof writer->header, 0);
    bool ok =
        link->remember && !writer->failed && ftruncate(cache->out, (off_t)writer->layout.at[SECTIONS]) == 0;
    ok = close(cache->out) == 0 && ok;
    cache->out = -1;
    if (!ok || rename(cache->out_path, cache->path) != 0) unlink(cache->out_path);
}

void cache_close(struct cache *cache) {
    if (cache->bytes) munmap((void *)(uintptr_t)cache->bytes, cache->size);
    cache->bytes = NULL;
    if (cache->writer && cache->out >= 0) {
        close(cache->out);
        unlink(cache->out_path);
    }
    cache->out = -1;
    cache->writer = NULL;
}
