/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/out/sink.h"
#include "core/language.h"
#include <errno.h>
#include <stdio.h>

void sink_open(struct sink *sink, void *target,
               bool (*flush)(void *target, const char *bytes, size_t size, struct error *error),
               struct error *error) {
    sink->flush = flush;
    sink->target = target;
    sink->error = error;
    sink->failed = false;
    sink->used = 0;
    sink->size = 0;
}

void sink_flush(struct sink *sink) {
    if (!sink->failed && sink->used > 0)
        sink->failed = !sink->flush(sink->target, sink->buffer, sink->used, sink->error);
    sink->size += sink->used;
    sink->used = 0;
}

bool sink_end(struct sink *sink) {
    sink_flush(sink);
    return !sink->failed;
}

bool sink_to_file(void *file, const char *bytes, size_t size, struct error *error) {
    if (fwrite(bytes, 1, size, file) == size) return true;
    return error_set(error, TEXT("写文件失败：%s", "cannot write: %s"), error_reason(errno));
}

size_t sink_number(char *text, uint64_t value, unsigned width) {
    char digits[20];
    unsigned count = 0;
    do digits[count++] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    size_t size = 0;
    while (width-- > count) text[size++] = '0';
    while (count > 0) text[size++] = digits[--count];
    return size;
}

size_t sink_yuan(char *text, int64_t fen) {
    size_t size = 0;
    uint64_t absolute = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
    if (fen < 0) text[size++] = '-';
    size += sink_number(text + size, absolute / 100, 1);
    text[size++] = '.';
    return size + sink_number(text + size, absolute % 100, 2);
}
