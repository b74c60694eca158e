/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include "extract/extract.h"
#include "extract/text.h"
#include "transform/row/row.h"
#include "transform/row/text.h"

/* Every row once: through the extractor that the draft names, with its settings, into the profile. */

static bool parse_read(const char *text, struct arena *arena, struct node *node, struct error *error) {
    return yaml_read((struct span){text, strlen(text)}, "guess", arena, node, error);
}

/* The last row, when its cells do not fit: "#END|rows|sum". */
static void see_footer(struct guess_source *source, const struct batch *batch, struct span *footer,
                       struct arena *arena) {
    *footer = (struct span){0};
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (batch->rows[row].fate == FATE_EXPLAINED) continue;
        bool shifted = batch->rows[row].shifted;
        source->shifted += shifted;
        *footer = (struct span){0};
        if (shifted && batch->source->count && batch->cells[0][row].bytes)
            *footer = arena_copy(arena, batch->cells[0][row]);
    }
}

/* What the extractor could not decode: where it stands and which bytes. */
static void see_faults(struct guess_source *source, const struct row *row, struct arena *arena) {
    for (uint32_t i = 0; i < row->reason_count; i++) {
        const struct reason *reason = &row->reasons[i];
        if (strncmp(reason->code, "text.", 5) != 0 || !reason->detail.size) continue;
        if (!source->faults) source->faults = ARENA_NEW(arena, struct guess_fault, GUESS_FAULTS);
        if (source->fault_total++ < GUESS_FAULTS)
            source->faults[source->fault_total - 1] =
                (struct guess_fault){row->number, reason->source, arena_copy(arena, reason->detail)};
    }
}

/* The characters that every input method offers: GB 2312 with its signs.  All others are counted. */
static const uint64_t *common_characters(struct arena *arena) {
    uint64_t *bits = ARENA_NEW(arena, uint64_t, PROFILE_COMMON / 64);
    struct decoder decoder;
    for (uint32_t point = 0; point < 0x80; point++) bits[point / 64] |= (uint64_t)1 << point % 64;
    bits[0xB7 / 64] |= (uint64_t)1 << 0xB7 % 64; /* the dot of a minority name */
    if (!decoder_open(&decoder, "GB2312", arena, &(struct error){0})) return bits;
    for (unsigned lead = 0xA1; lead <= 0xF7; lead++)
        for (unsigned trail = 0xA1; trail <= 0xFE; trail++) {
            const char pair[2] = {(char)lead, (char)trail};
            char text[32];
            struct text_fault fault;
            size_t size = decoder_run(&decoder, (struct span){pair, 2}, text, &fault), at = 0;
            uint32_t point = size && !fault.size ? text_next((struct span){text, size}, &at) : 0;
            bool private = text_is_private_use(point);
            if (point < PROFILE_COMMON && !private) bits[point / 64] |= (uint64_t)1 << point % 64;
        }
    decoder_close(&decoder);
    return bits;
}

/* Reads every row once through the extractor and the profile. */
bool guess_count(struct guess_source *source, struct span *footer, struct arena *arena, struct error *error) {
    struct node *read = ARENA_NEW(arena, struct node, 1);
    if (!parse_read(arena_print(arena, "%s}", source->read), arena, read, error)) return false;
    struct span format = {source->format, strlen(source->format)};
    struct input input = {.path = source->path,
                          .member = source->member,
                          .name = source->name,
                          .limits = source->limits,
                          .read = read,
                          .sheet = source->sheet};
    struct stage reader, counter = {.kind = &transform_profile, .arena = arena};
    struct profile_state state = {.common = common_characters(arena)};
    counter.state = &state;
    if (!extract_open(extract_find(format), &input, arena, &reader, &source->columns, error)) return false;
    struct batch batch = {0};
    enum flow flow = FLOW_MORE;
    bool ok = counter.kind->open(&counter, &source->columns, error);
    while (ok && flow == FLOW_MORE) {
        struct arena own = batch.arena;
        arena_reset(&own);
        batch = (struct batch){.arena = own};
        flow = reader.kind->run(&reader, &batch, error);
        ok = flow != FLOW_FAILED && counter.kind->run(&counter, &batch, error) != FLOW_FAILED;
        source->rows += batch.row_count;
        for (uint32_t row = 0; ok && row < batch.row_count; row++) {
            source->explained += batch.rows[row].fate == FATE_EXPLAINED;
            source->totals += batch.rows[row].total;
            see_faults(source, &batch.rows[row], arena);
        }
        if (ok && batch.row_count) see_footer(source, &batch, footer, arena);
    }
    ok = ok && counter.kind->end(&counter, error);
    source->profiles = state.columns;
    arena_free(&batch.arena);
    extract_close(&reader);
    return ok;
}
