/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/spill.h"
#include "core/language.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Looking at the process's size costs some microseconds; a page that is touched brings up to 16. */
enum { BREATHS_BETWEEN = 64, STATM_BYTES = 128, SPARE_SHARE = 8 };
static const uint64_t RANGE = 1ULL << 40;

bool spill_open(struct spill *spill, const char *folder, uint64_t bound, struct error *error) {
    *spill = (struct spill){.bound = bound, .statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)};
    spill->file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (spill->file >= 0) {
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
    return spill->base + from;
}

bool spill_give_back(struct spill *spill, void *bytes, size_t size) {
    char *from = bytes;
    if (!spill || !spill->base || from < spill->base || from >= spill->base + RANGE) return false;
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), whole = (size + page - 1) / page * page;
    madvise(from, whole, MADV_DONTNEED);
    fallocate(spill->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from - spill->base, (off_t)whole);
    return true;
}

void spill_look(struct spill *spill) {
    if (!spill || !atomic_load_explicit(&spill->used, memory_order_relaxed)) return;
    /* Before the bound is reached, for a look comes late by some pages. */
    if (resident(spill) > spill->bound - spill->bound / SPARE_SHARE) leave_memory(spill);
}

void spill_count_breath(struct spill *spill) {
    if (!atomic_load_explicit(&spill->used, memory_order_relaxed)) return;
    uint32_t breath = atomic_fetch_add_explicit(&spill->breaths, 1, memory_order_relaxed);
    if (breath % BREATHS_BETWEEN == 0) spill_look(spill);
}
