/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/person/cache.h"
#include "cli/city.h"
#include "core/spill.h"
#include "transform/link/radix.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { BUFFER_BYTES = 1 << 20, LARGE_BYTES = 64 << 10, STEP_BYTES = 1 << 20, ALIGNMENT = 8 };

struct header {
    char magic[8];
    uint64_t program, rules; /* hashes: other bytes, another standardisation */
    int64_t link_run, at;
    uint64_t text_bytes, pair_count;
    uint32_t count, row_size;
    uint64_t horizon;
    uint64_t checksum; /* of all that follows */
};

struct cache_writer {
    XXH3_state_t *sum; /* not inside: it wants 64 bytes of alignment, an arena gives 16 */
    bool failed;
    size_t size, filled;
    uint64_t text_bytes;
    struct spill *spill; /* of the link that is written */
    char buffer[BUFFER_BYTES];
};

static const char magic[8] = "TCLINK02";

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

static const void *section(const struct cache *cache, size_t *at, size_t size) {
    const unsigned char *from = cache->bytes + *at;
    *at += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return from;
}

/* Where everything lies; false when it is not as long as it says. */
static bool lay_out(struct cache *cache, const struct header *header) {
    size_t at = sizeof *header, count = header->count;
    struct link_base *base = &cache->base;
    *base = (struct link_base){.count = header->count, .pair_count = header->pair_count};
    if (header->text_bytes > cache->size || header->pair_count > cache->size) return false;
    base->ids = section(cache, &at, count * sizeof *base->ids);
    base->versions = section(cache, &at, count * sizeof *base->versions);
    base->name_at = section(cache, &at, count * sizeof *base->name_at);
    base->rows = section(cache, &at, count * header->row_size);
    base->texts = section(cache, &at, header->text_bytes);
    base->hot_marks = section(cache, &at, count);
    base->key_marks = section(cache, &at, count * sizeof *base->key_marks);
    cache->horizon = (uint32_t)header->horizon;
    cache->records = section(cache, &at, count * sizeof *cache->records);
    cache->persons = section(cache, &at, count * sizeof *cache->persons);
    base->pairs = section(cache, &at, header->pair_count * sizeof *base->pairs);
    return at == cache->size;
}

static bool fits(struct cache *cache, const struct link_rules *rules, uint64_t rules_hash,
                 struct cache_stamp stamp) {
    const struct header *header = (const void *)cache->bytes;
    if (memcmp(header->magic, magic, sizeof magic) != 0 || header->rules != rules_hash ||
        header->row_size != rules->row_size || header->link_run != stamp.link_run || header->at != stamp.at ||
        header->program != program_hash() || !lay_out(cache, header))
        return false;
    bool whole = header->checksum == XXH3_64bits(cache->bytes + sizeof *header, cache->size - sizeof *header);
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

static void put_bytes(int out, struct cache_writer *writer, const void *bytes, size_t size) {
    for (const char *at = bytes; size && !writer->failed;) {
        ssize_t done = write(out, at, size);
        if (done <= 0) {
            writer->failed = true;
            return;
        }
        at += done, size -= (size_t)done;
    }
}

static void flush(struct cache *cache) {
    put_bytes(cache->out, cache->writer, cache->writer->buffer, cache->writer->filled);
    cache->writer->filled = 0;
}

static void put_some(struct cache *cache, const void *bytes, size_t size) {
    struct cache_writer *writer = cache->writer;
    XXH3_64bits_update(writer->sum, bytes, size);
    writer->size += size;
    if (writer->filled + size > BUFFER_BYTES) flush(cache);
    if (size >= LARGE_BYTES) {
        flush(cache);
        put_bytes(cache->out, writer, bytes, size);
        return;
    }
    memcpy(writer->buffer + writer->filled, bytes, size);
    writer->filled += size;
}

/* In steps, so that what was written may leave memory. */
static void put(struct cache *cache, const void *bytes, size_t size) {
    for (size_t at = 0, step; at < size; at += step) {
        step = size - at < STEP_BYTES ? size - at : STEP_BYTES;
        if (step >= LARGE_BYTES) spill_room(cache->writer->spill, step);
        else spill_breathe(cache->writer->spill);
        put_some(cache, (const char *)bytes + at, step);
    }
}

static void pad(struct cache *cache) {
    static const char none[ALIGNMENT] = {0};
    put(cache, none, (ALIGNMENT - cache->writer->size % ALIGNMENT) % ALIGNMENT);
}

void cache_begin(struct cache *cache, const char *path, const struct link *link, struct arena *arena) {
    static const struct header none = {0};
    cache->out = -1;
    if (keeps_pointers(link->rules)) return;
    cache->path = path;
    cache->out_path = arena_print(arena, "%s.new", path);
    cache->out = open(cache->out_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (cache->out < 0) return;
    cache->writer = ARENA_NEW(arena, struct cache_writer, 1);
    cache->writer->spill = link->spill;
    cache->writer->sum = XXH3_createState();
    if (!cache->writer->sum) abort();
    XXH3_64bits_reset(cache->writer->sum);
    put_bytes(cache->out, cache->writer, &none, sizeof none);
    put(cache, link->ids, link->count * sizeof *link->ids);
    put(cache, link->versions, link->count * sizeof *link->versions);
    for (uint32_t i = 0; i < link->count; i++) {
        link_names_ahead(link->names, NULL, i, link->count);
        put(cache, &cache->writer->text_bytes, sizeof cache->writer->text_bytes);
        cache->writer->text_bytes += strlen(link->names[i]) + 1;
    }
    put(cache, link->rows, (size_t)link->count * link->rules->row_size);
    pad(cache);
    for (uint32_t i = 0; i < link->count; i++) {
        link_names_ahead(link->names, NULL, i, link->count);
        put(cache, link->names[i], strlen(link->names[i]) + 1);
    }
    pad(cache);
}

void cache_end(struct cache *cache, const struct link *link, uint64_t rules_hash, struct cache_stamp stamp,
               const int64_t *records, const int64_t *persons) {
    if (cache->out < 0) return;
    struct header header = {.program = program_hash(),
                            .rules = rules_hash,
                            .link_run = stamp.link_run,
                            .at = stamp.at,
                            .text_bytes = cache->writer->text_bytes,
                            .pair_count = (uint64_t)link->edge_count + link->faint_count,
                            .count = link->count,
                            .row_size = link->rules->row_size,
                            .horizon = stamp.horizon};
    memcpy(header.magic, magic, sizeof magic);
    put(cache, link->hot_marks, link->count);
    pad(cache);
    put(cache, link->key_marks, link->count * sizeof *link->key_marks);
    put(cache, records, link->count * sizeof *records);
    put(cache, persons, link->count * sizeof *persons);
    for (uint32_t i = 0; i < link->edge_count; i++) {
        const struct link_edge *edge = &link->edges[i];
        put(cache, &(struct link_pair){edge->a, edge->b, edge->look}, sizeof(struct link_pair));
    }
    put(cache, link->faint, link->faint_count * sizeof *link->faint);
    pad(cache);
    flush(cache);
    header.checksum = XXH3_64bits_digest(cache->writer->sum);
    bool ok = link->remember && !cache->writer->failed &&
              pwrite(cache->out, &header, sizeof header, 0) == (ssize_t)sizeof header;
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
    if (cache->writer) XXH3_freeState(cache->writer->sum);
    cache->writer = NULL;
}
