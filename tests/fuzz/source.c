/* SPDX-License-Identifier: MulanPSL-2.0 */
/* One fuzz program for every extractor and archive, as they share an interface.  Its input is a line,
   the spec's `read` map, and behind it the file.  It looks for crashes, and for rows that the tally
   does not find again. */
#include "core/tally.h"
#include "extract/archive.h"
#include "extract/extract.h"
#include "tests/fuzz/fuzz.h"
#include <sys/mman.h>
#include <unistd.h>

enum { BATCHES_MAX = 200, MEMBERS_MAX = 8, PATH_BYTES = 64 };

static const struct bytes_limits limits = {
    .member_bytes = 4 << 20, .total_bytes = 8 << 20, .members = 64, .ratio = 200, .ratio_from = 1 << 20};

/* Reads every byte, so that the sanitizer sees a span that points elsewhere. */
static uint64_t touch(struct span text) {
    uint64_t sum = text.size;
    for (size_t i = 0; i < text.size; i++) sum = sum * 31 + (unsigned char)text.bytes[i];
    return sum;
}

struct outcome {
    bool opened, ended;
    uint64_t rows, sum;
    struct tally tally;
};

static void look(const struct batch *batch, uint64_t *last, struct outcome *outcome) {
    for (uint32_t r = 0; r < batch->row_count; r++) {
        const struct row *row = &batch->rows[r];
        REQUIRE(row->number > *last);
        REQUIRE(row->fate == FATE_LIVE || row->reason_count > 0);
        REQUIRE(row->reason_count <= REASONS_MAX);
        *last = row->number;
        outcome->sum += touch(row->raw) + row->number + (uint64_t)row->fate;
        for (uint8_t i = 0; i < row->reason_count; i++) {
            REQUIRE(row->reasons[i].code && strchr(row->reasons[i].code, '.'));
            outcome->sum += touch(row->reasons[i].value) + touch(row->reasons[i].detail);
        }
    }
    for (uint32_t c = 0; c < batch->source->count; c++)
        for (uint32_t r = 0; r < batch->row_count; r++) {
            outcome->sum += touch(batch->cells[c][r]);
            REQUIRE(fuzz_is_utf8(batch->cells[c][r]));
        }
    tally_add(&outcome->tally, batch);
    outcome->rows += batch->row_count;
}

static void read_all(const struct input *input, const struct extractor *extractor, struct outcome *outcome) {
    struct arena arena = {0};
    struct error error = {0};
    struct stage stage;
    struct columns columns = {0};
    struct batch batch = {0};
    enum flow flow = FLOW_MORE;
    uint64_t last = 0;
    *outcome = (struct outcome){0};
    outcome->opened = extract_open(extractor, input, &arena, &stage, &columns, &error);
    REQUIRE(outcome->opened || *error.message);
    for (uint64_t index = 0; outcome->opened && flow == FLOW_MORE && index < BATCHES_MAX; index++) {
        struct arena own = batch.arena;
        arena_reset(&own);
        batch = (struct batch){.arena = own, .index = index};
        flow = stage.kind->run(&stage, &batch, &error);
        REQUIRE(flow != FLOW_FAILED || *error.message);
        if (flow != FLOW_FAILED) look(&batch, &last, outcome);
    }
    outcome->ended = flow == FLOW_END;
    REQUIRE(tally_rows(&outcome->tally) == outcome->rows);
    if (outcome->opened) extract_close(&stage);
    arena_free(&batch.arena);
    arena_free(&arena);
}

/* The same file read twice says the same. */
static void extract_twice(const struct input *input, const struct extractor *extractor) {
    struct outcome first, second;
    read_all(input, extractor, &first);
    read_all(input, extractor, &second);
    REQUIRE(first.opened == second.opened && first.ended == second.ended);
    REQUIRE(first.rows == second.rows && first.sum == second.sum);
    REQUIRE(memcmp(first.tally.rows, second.tally.rows, sizeof first.tally.rows) == 0);
}

static void extract_members(struct input *input, struct span head, struct arena *arena) {
    struct error error = {0};
    struct member *members = NULL;
    uint32_t count = 0;
    enum archive_kind kind = archive_kind(head);
    if (kind != ARCHIVE_ZIP && kind != ARCHIVE_TAR) return;
    if (!archive_list(input->path, &limits, arena, &members, &count, &error)) {
        REQUIRE(*error.message);
        return;
    }
    for (uint32_t i = 0; i < count && i < MEMBERS_MAX; i++) {
        struct bytes *bytes = NULL;
        char buffer[4096];
        ptrdiff_t got = 1;
        uint64_t total = 0;
        REQUIRE(archive_name_safe((struct span){members[i].name, strlen(members[i].name)}));
        if (!bytes_open(&bytes, input->path, members[i].name, &limits, arena, &error)) continue;
        while ((got = bytes_read(bytes, buffer, sizeof buffer, &error)) > 0) total += (uint64_t)got;
        REQUIRE(total <= limits.member_bytes);
        REQUIRE(got < 0 || kind == ARCHIVE_TAR || total == members[i].size);
        bytes_close(bytes);
    }
}

static const char *file_of(const uint8_t *data, size_t size) {
    static char path[PATH_BYTES];
    static int file = -1;
    if (file >= 0) close(file);
    file = memfd_create("source", MFD_CLOEXEC);
    REQUIRE(file >= 0 && write(file, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *line_end = size ? memchr(data, '\n', size) : NULL;
    if (!line_end) return 0;
    struct arena arena = {0};
    struct error error = {0};
    struct node read;
    struct span yaml = {(const char *)data, (size_t)(line_end - data)};
    struct span content = {(const char *)line_end + 1, size - yaml.size - 1};
    if (yaml_read(yaml, "read", &arena, &read, &error)) {
        struct input input = {
            .path = file_of(line_end + 1, content.size), .name = "file", .limits = &limits, .read = &read};
        struct span head = {content.bytes, content.size < BID_BYTES ? content.size : BID_BYTES};
        const struct node *format = node_get(&read, "format");
        const struct extractor *guessed = extract_guess(head);
        const struct extractor *said =
            format && format->kind == NODE_SCALAR ? extract_find(format->text) : NULL;
        if (said || guessed) extract_twice(&input, said ? said : guessed);
        extract_members(&input, head, &arena);
    }
    arena_free(&arena);
    return 0;
}
