/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/programs/speed/clock.h"
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 1024 };

int64_t clock_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_microseconds(struct timeval time) { return (int64_t)time.tv_sec * 1000000 + time.tv_usec; }

int64_t clock_own(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return clock_microseconds(usage.ru_utime) + clock_microseconds(usage.ru_stime);
}

static int64_t of_ticks(int64_t ticks) { return ticks * (1000000 / sysconf(_SC_CLK_TCK)); }

/* Ticks of one process; with its parent's number.  Source: proc(5), /proc/[pid]/stat, fields 4, 14-17. */
static int64_t process_ticks(const char *pid, bool ended_children, long *parent) {
    char path[300], line[LINE_BYTES] = "";
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    size_t size = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[size] = '\0';
    char *at = strrchr(line, ')'); /* a name may hold anything */
    if (!at) return 0;
    int64_t total = 0;
    at += 3; /* ") S", then field 4 */
    for (int field = 4; field <= 17; field++) {
        int64_t value = strtoll(at, &at, 10);
        if (field == 4) *parent = (long)value;
        if (field == 14 || field == 15 || (ended_children && (field == 16 || field == 17))) total += value;
    }
    return total;
}

static int64_t server_ticks(pid_t postmaster) {
    int64_t total = 0;
    DIR *directory = opendir("/proc");
    if (!directory) return 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        char *end;
        long pid = strtol(entry->d_name, &end, 10), parent = 0;
        if (*end || !pid) continue;
        int64_t ticks = process_ticks(entry->d_name, pid == postmaster, &parent);
        if (pid == postmaster || parent == postmaster) total += ticks;
    }
    closedir(directory);
    return total;
}

void clock_cpu(pid_t postmaster, struct clock_cpu *cpu) {
    char line[LINE_BYTES] = "";
    *cpu = (struct clock_cpu){0};
    FILE *file = fopen("/proc/stat", "re");
    if (file && fgets(line, sizeof line, file)) {
        char *at = line + strcspn(line, " ");
        int64_t ticks = 0;
        /* user nice system idle iowait irq softirq steal; guest is in user already */
        for (int field = 0; field < 8; field++) {
            int64_t value = strtoll(at, &at, 10);
            if (field != 3 && field != 4) ticks += value;
        }
        cpu->machine = of_ticks(ticks);
    }
    if (file) fclose(file);
    if (postmaster) cpu->server = of_ticks(server_ticks(postmaster));
}
