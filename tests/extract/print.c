/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/extract/print.h"
#include "extract/archive.h"
#include <criterion/criterion.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const fates[FATE_COUNT] = {"live", "rejected", "explained"};

static void print_text(struct span text, FILE *to) {
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte == '\n') fputs("\\n", to);
        else if (byte == '\r') fputs("\\r", to);
        else if (byte == '\t') fputs("\\t", to);
        else if (byte == '|') fputs("\\|", to);
        else if (byte < 0x20 || byte == 0x7f) fprintf(to, "\\x%02X", byte);
        else fputc(byte, to);
    }
}

static void print_row(const struct batch *batch, uint32_t row, FILE *to) {
    const struct row *at = &batch->rows[row];
    fprintf(to, "%llu @%llu+%zu %s%s%s", (unsigned long long)at->number, (unsigned long long)at->byte,
            at->raw.size, fates[at->fate], at->shifted ? " shifted" : "", at->total ? " total" : "");
    if (at->total_level) fprintf(to, " level=%u", at->total_level);
    for (uint8_t i = 0; i < at->reason_count; i++) {
        struct span detail = at->reasons[i].detail;
        fprintf(to, " %s", at->reasons[i].code);
        if (at->reasons[i].source) fprintf(to, "#%u", at->reasons[i].source);
        if (detail.size) fprintf(to, "[%.*s]", (int)detail.size, detail.bytes);
    }
    fputc(':', to);
    for (uint32_t column = 0; column < batch->source->count; column++) {
        struct span cell = batch->cells[column][row];
        fputc(column ? '|' : ' ', to);
        if (cell.bytes) print_text(cell, to);
        else fputc('~', to);
    }
    fputc('\n', to);
}

static void see_batch(struct seen *seen, const struct batch *batch, FILE *to) {
    for (uint32_t row = 0; row < batch->row_count; row++) {
        const struct row *at = &batch->rows[row];
        seen->rows[at->fate]++;
        seen->raw_bytes += at->raw.size;
        if (at->number <= seen->last_number || at->byte < seen->end) seen->ordered = false;
        else if (at->byte - seen->end > seen->gap_max) seen->gap_max = at->byte - seen->end;
        seen->end = at->byte + at->raw.size;
        seen->last_number = at->number;
        print_row(batch, row, to);
    }
}

static enum flow run_all(struct stage *stage, struct seen *seen, FILE *to) {
    enum flow flow = FLOW_MORE;
    while (flow == FLOW_MORE) {
        /* Freed, not reset: a reader that looks back into an earlier batch is found by the sanitizer. */
        struct batch batch = {0};
        flow = stage->kind->run(stage, &batch, &seen->error);
        if (flow != FLOW_FAILED) see_batch(seen, &batch, to);
        arena_free(&batch.arena);
    }
    return flow;
}

struct seen print_source(const char *path, const char *member, const char *yaml, FILE *to) {
    struct arena arena = {0};
    struct seen seen = {.ordered = true};
    struct node root = {0};
    struct stage stage = {0};
    struct columns columns = {0};
    FILE *sink = to ? NULL : fopen("/dev/null", "w"), *out = to ? to : sink;
    bool open = yaml_read((struct span){yaml, strlen(yaml)}, "spec.yaml", &arena, &root, &seen.error);
    const struct node *read = open ? node_get(&root, "read") : NULL,
                      *format = read ? node_get(read, "format") : NULL;
    const struct extractor *extractor = extract_find(format ? format->text : SPAN("csv"));
    struct input input = {.path = path, .member = member, .name = path, .read = read};
    open = open && extractor && extract_open(extractor, &input, &arena, &stage, &columns, &seen.error);
    for (uint32_t i = 0; open && i < columns.count; i++) {
        fputs(i ? "|" : "columns ", out);
        print_text(columns.names[i], out);
    }
    if (open) fputc('\n', out);
    seen.whole = open && run_all(&stage, &seen, out) == FLOW_END;
    if (seen.whole)
        fprintf(out, "rows: %llu live, %llu rejected, %llu explained\n",
                (unsigned long long)seen.rows[FATE_LIVE], (unsigned long long)seen.rows[FATE_REJECTED],
                (unsigned long long)seen.rows[FATE_EXPLAINED]);
    else fprintf(out, "failed: %s\n", seen.error.code ? seen.error.code : "-");
    if (open) extract_close(&stage);
    arena_free(&arena);
    if (sink) fclose(sink);
    return seen;
}

void print_keep_memory(void) {
    mallopt(M_TRIM_THRESHOLD, 1 << 28);
    mallopt(M_MMAP_THRESHOLD, 1 << 25);
}

struct span print_file(const char *path, struct arena *arena) {
    FILE *file = fopen(path, "rb");
    if (!file) return (struct span){0};
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *bytes = ARENA_NEW(arena, char, (size_t)size + 1);
    size_t got = fread(bytes, 1, (size_t)size, file);
    fclose(file);
    return (struct span){bytes, got};
}

const char *print_temporary(struct span bytes, struct arena *arena) {
    char path[] = "/tmp/tongchou-extract-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, bytes.bytes, bytes.size) != (ssize_t)bytes.size) abort();
    close(fd);
    return arena_copy(arena, (struct span){path, sizeof path}).bytes;
}

static ptrdiff_t print_member(const char *path, const char *name, const struct bytes_limits *limits,
                              char *text, size_t room, size_t *size, struct error *error) {
    struct arena arena = {0};
    struct bytes *member = NULL;
    ptrdiff_t got = -1;
    if (bytes_open(&member, path, name, limits, &arena, error)) {
        while ((got = bytes_read(member, text + *size, room - *size < 7 ? room - *size : 7, error)) > 0)
            *size += (size_t)got;
        cr_expect(got < 0 || bytes_read(member, text, 1, error) == 0, "the end is not told twice");
        cr_expect(got == 0 || bytes_read(member, text, 1, error) == -1, "the failure is not told twice");
        bytes_close(member);
    }
    arena_free(&arena);
    return got;
}

const char *print_members(struct span bytes, const struct bytes_limits *limits, char *text, size_t room) {
    struct arena arena = {0};
    struct error error = {0};
    struct member *members = NULL;
    uint32_t count = 0;
    size_t size = 0;
    const char *path = print_temporary(bytes, &arena), *code = "";
    bool failed = !archive_list(path, limits, &arena, &members, &count, &error);
    for (uint32_t i = 0; i < count && !failed; i++)
        failed = print_member(path, members[i].name, limits, text, room, &size, &error) < 0;
    if (!count && !failed) failed = print_member(path, NULL, limits, text, room, &size, &error) < 0;
    if (failed) code = error.code ? error.code : "-";
    text[size] = '\0';
    unlink(path);
    arena_free(&arena);
    return code;
}
