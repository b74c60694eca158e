/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/spill.h"
#include "core/language.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* A page that is touched brings up to 16 along; more where the page cache keeps the file in large pieces, so
   those are not let come about (`small_pages`).  Looking at the process's size costs some microseconds, so as
   many breaths are taken without as have room in any case; some too when the rest of the process alone holds
   more than the bound, for then looking does not help. */
enum { TOUCH_BYTES = 64 << 10, BREATH_BYTES = SPILL_TOUCHES * TOUCH_BYTES };
enum { BREATHS_LEAST = 8, BREATHS_HOPELESS = 64, ROOM_SHARE = 2 };
enum { STATM_BYTES = 128, SPARE_SHARE = 16 };
static const uint64_t RANGE = 1ULL << 40;

/* Reading ahead makes pieces of up to 2 MiB in the page cache (ext4 since Linux 6.16), all of which is mapped
   by touching one byte (6.18): 64 touches took 113 MiB instead of 4, and changing eight bytes anywhere 33 us
   instead of 2.  Whoever means to go anywhere gets single pages. */
static void small_pages(int file) { posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM); }

bool spill_open(struct spill *spill, const char *folder, uint64_t bound, struct error *error) {
    *spill = (struct spill){.bound = bound,
                            .statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC),
                            .looking = PTHREAD_MUTEX_INITIALIZER};
    spill->file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (spill->file >= 0) {
        small_pages(spill->file);
        void *base = mmap(NULL, RANGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (base != MAP_FAILED) {
            spill->base = base;
            return true;
        }
        close(spill->file);
        spill->file = -1;
    }
    if (spill->statm >= 0) close(spill->statm);
    return error_code(error, TROUBLE_LATER, NULL,
                      TEXT("在 %s 里建不了外存文件", "cannot make a file to spill to in %s"), folder);
}

void spill_close(struct spill *spill) {
    if (spill->base) munmap(spill->base, RANGE);
    if (spill->base && spill->file >= 0) close(spill->file);
    if (spill->base && spill->statm >= 0) close(spill->statm);
    *spill = (struct spill){.file = -1, .statm = -1};
}

/* Bytes of the process that are in memory. */
static uint64_t resident(const struct spill *spill) {
    char text[STATM_BYTES] = "", *end;
    if (spill->statm < 0 || pread(spill->statm, text, sizeof text - 1, 0) <= 0) return 0;
    strtoull(text, &end, 10);
    return strtoull(end, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void leave_memory(struct spill *spill) {
    madvise(spill->base, atomic_load(&spill->used), MADV_DONTNEED);
}

void *spill_take(struct spill *spill, size_t size) {
    /* What lies in memory stays there to the end, so half of it is kept for what comes and goes. */
    if (!atomic_load(&spill->used) && resident(spill) + size <= spill->bound / 2) return NULL;
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), bytes = (size + page - 1) / page * page;
    uint64_t from = atomic_fetch_add(&spill->used, bytes);
    /* Reserved at once: a full disk must not show as a signal in the middle of a loop. */
    if (from + bytes > RANGE || fallocate(spill->file, 0, (off_t)from, (off_t)bytes) != 0 ||
        mmap(spill->base + from, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, spill->file,
             (off_t)from) == MAP_FAILED) {
        fprintf(stderr, "tongchou: out of disk to spill to (%zu bytes)\n", size);
        abort();
    }
    madvise(spill->base + from, bytes, MADV_RANDOM);
    return spill->base + from;
}

static bool in_file(const struct spill *spill, const char *from) {
    return spill && spill->base && from >= spill->base && from < spill->base + RANGE;
}

bool spill_give_back(struct spill *spill, void *bytes, size_t size) {
    char *from = bytes;
    if (!in_file(spill, from)) return false;
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), whole = (size + page - 1) / page * page;
    madvise(from, whole, MADV_DONTNEED);
    fallocate(spill->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from - spill->base, (off_t)whole);
    return true;
}

const void *spill_read(const struct spill *spill, const void *from, size_t size, void *room) {
    const char *bytes = from;
    if (!in_file(spill, bytes)) return from;
    for (size_t done = 0; done < size;) {
        ssize_t part = pread(spill->file, (char *)room + done, size - done, bytes + done - spill->base);
        if (part <= 0) {
            if (part < 0 && errno == EINTR) continue;
            fprintf(stderr, "tongchou: what was spilled to disk cannot be read\n");
            abort();
        }
        done += (size_t)part;
    }
    return room;
}

static bool breath_left(struct spill *spill, int64_t breaths) {
    return atomic_fetch_sub_explicit(&spill->breaths, breaths, memory_order_relaxed) >= breaths;
}

/* Leaves memory when `bytes` more and some breaths would not fit; then counts the breaths that do.  One
   thread at a time: what another counted before it was held up would be given out twice. */
static void look(struct spill *spill, int64_t wanted, uint64_t bytes) {
    uint64_t most = spill->bound - spill->bound / SPARE_SHARE, taken;
    pthread_mutex_lock(&spill->looking);
    if (!breath_left(spill, wanted)) {
        taken = resident(spill) + bytes;
        if (taken + (uint64_t)BREATHS_LEAST * BREATH_BYTES > most) {
            leave_memory(spill);
            taken = resident(spill) + bytes;
        }
        /* Half of the room before the next look: a loop that touches twice as much as it should is forgiven.
         */
        uint64_t breaths = taken < most ? (most - taken) / BREATH_BYTES : 0;
        atomic_store(&spill->breaths,
                     breaths < BREATHS_LEAST ? BREATHS_HOPELESS : (int64_t)(breaths / ROOM_SHARE));
    }
    pthread_mutex_unlock(&spill->looking);
}

static bool in_use(struct spill *spill) {
    return atomic_load_explicit(&spill->used, memory_order_relaxed) != 0;
}

void spill_room(struct spill *spill, uint64_t bytes) {
    int64_t breaths = (int64_t)(bytes / BREATH_BYTES) + 1;
    if (spill && in_use(spill) && !breath_left(spill, breaths)) look(spill, breaths, bytes);
}

void spill_count_breath(struct spill *spill) {
    if (in_use(spill) && !breath_left(spill, 1)) look(spill, 1, 0);
}
