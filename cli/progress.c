/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/progress.h"
#include "core/language.h"
#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { BAR = 20, TERMINAL_MILLISECONDS = 100, LINE_MILLISECONDS = 10000 };

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void draw(struct progress *progress, double since) {
    double elapsed = seconds() - since;
    uint64_t rows = progress->pipeline->rows_read, bytes = progress->pipeline->bytes_read;
    double share = progress->bytes ? (double)bytes / (double)progress->bytes : 0;
    double speed = elapsed > 0 ? (double)rows / elapsed / 1e6 : 0;
    if (share > 1) share = 1;
    int filled = (int)(share * BAR);
    fprintf(stderr, "%s %s  ", progress->terminal ? "\r\033[K" : "", progress->label);
    if (progress->bytes && progress->terminal) {
        for (int i = 0; i < BAR; i++) fputs(i < filled ? "█" : "·", stderr);
        fputc(' ', stderr);
    }
    if (progress->bytes) fprintf(stderr, "%3d%%  ", (int)(share * 100));
    fprintf(stderr, TEXT("%ju 行  %.2f M行/s", "%ju rows  %.2f M rows/s"), (uintmax_t)rows, speed);
    if (share > 0.02 && elapsed > 1) {
        int left = (int)(elapsed / share - elapsed);
        fprintf(stderr, TEXT("  剩余 %d:%02d", "  %d:%02d left"), left / 60, left % 60);
    }
    if (!progress->terminal) fputc('\n', stderr);
    fflush(stderr);
    progress->drawn = true;
}

static void *watch(void *argument) {
    struct progress *progress = argument;
    double since = seconds();
    pthread_mutex_lock(&progress->lock);
    while (progress->running) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        int64_t wait = progress->terminal ? TERMINAL_MILLISECONDS : LINE_MILLISECONDS;
        int64_t nanoseconds = until.tv_nsec + wait * 1000000;
        until.tv_sec += nanoseconds / 1000000000;
        until.tv_nsec = nanoseconds % 1000000000;
        if (pthread_cond_timedwait(&progress->changed, &progress->lock, &until) == ETIMEDOUT &&
            progress->running)
            draw(progress, since);
    }
    pthread_mutex_unlock(&progress->lock);
    return NULL;
}

void progress_open(struct progress *progress, bool quiet) {
    *progress = (struct progress){.quiet = quiet, .terminal = isatty(STDERR_FILENO)};
    pthread_mutex_init(&progress->lock, NULL);
    pthread_cond_init(&progress->changed, NULL);
}

void progress_start(struct progress *progress, const char *label, uint64_t bytes,
                    const struct pipeline *pipeline) {
    if (progress->quiet) return;
    progress->label = label;
    progress->bytes = bytes;
    progress->pipeline = pipeline;
    progress->running = true;
    if (pthread_create(&progress->thread, NULL, watch, progress) != 0) progress->running = false;
}

void progress_stop(struct progress *progress) {
    if (progress->quiet || !progress->running) return;
    pthread_mutex_lock(&progress->lock);
    progress->running = false;
    pthread_cond_signal(&progress->changed);
    pthread_mutex_unlock(&progress->lock);
    pthread_join(progress->thread, NULL);
    if (progress->drawn && progress->terminal) fputs("\r\033[K", stderr);
    progress->drawn = false;
}

void progress_close(struct progress *progress) {
    progress_stop(progress);
    pthread_cond_destroy(&progress->changed);
    pthread_mutex_destroy(&progress->lock);
}
