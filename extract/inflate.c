/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/inflate.h"
#include "core/language.h"
#include <inttypes.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

enum { INPUT_BYTES = 128 << 10 };

struct inflate {
    struct inflate_from from;
    uint64_t at, out; /* next packed byte to fetch, unpacked so far */
    uint32_t crc;
    bool finished; /* the deflate stream has ended */
    struct inflate_state state;
    uint8_t input[INPUT_BYTES];
};

static bool damaged(const struct bytes *bytes, const char *code, struct error *error) {
    error->at.byte = bytes->offset;
    return error_code(error, TROUBLE_FAILED, code, "%s",
                      TEXT("压缩数据损坏，解不出来", "the packed data is damaged"));
}

static bool too_large(const struct inflate *inflate, struct error *error) {
    uint64_t packed = inflate->from.until - inflate->from.from;
    return error_code(error, TROUBLE_REFUSED, "archive.too_large",
                      TEXT("解压后超过上限：%" PRIu64 " 字节压缩数据已解出 %" PRIu64 " 字节",
                           "unpacked size passes the limit: %" PRIu64 " packed bytes gave %" PRIu64),
                      packed, inflate->out);
}

static bool within_limits(const struct inflate *inflate, struct error *error) {
    const struct bytes_limits *limits = inflate->from.limits;
    uint64_t packed = inflate->at - inflate->from.from;
    if (inflate->out > limits->member_bytes) return too_large(inflate, error);
    if (inflate->out > limits->ratio_from && inflate->out / limits->ratio > packed)
        return too_large(inflate, error);
    return true;
}

/* Puts the next packed bytes before ISA-L; false only on failure, nothing at the end. */
static bool fetch(struct inflate *inflate, struct error *error) {
    uint64_t left = inflate->from.until - inflate->at;
    size_t size = left < INPUT_BYTES ? (size_t)left : INPUT_BYTES;
    if (!bytes_read_at(inflate->from.container, inflate->at, inflate->input, size, error)) return false;
    inflate->at += size;
    inflate->state.next_in = inflate->input;
    inflate->state.avail_in = (uint32_t)size;
    return true;
}

/* Packed bytes that ISA-L was given and did not use. */
static uint64_t unused(const struct inflate *inflate) {
    int32_t bits = inflate->state.read_in_length;
    return inflate->state.avail_in + (bits > 0 ? (uint64_t)bits / 8 : 0) +
           (inflate->from.until - inflate->at);
}

/* After one gzip member: another one, or the end. */
static bool next_gzip(struct bytes *bytes, struct inflate *inflate, struct error *error) {
    struct inflate_state *state = &inflate->state;
    if (state->avail_in == 0 && inflate->at < inflate->from.until && !fetch(inflate, error)) return false;
    if (state->avail_in == 0) {
        inflate->finished = true;
        return true;
    }
    if (state->next_in[0] != 0x1f) return damaged(bytes, "archive.member_unlisted", error);
    uint8_t *next = state->next_in;
    uint32_t available = state->avail_in;
    isal_inflate_reset(state);
    state->crc_flag = ISAL_GZIP;
    state->next_in = next;
    state->avail_in = available;
    return true;
}

static bool finish(struct bytes *bytes, struct inflate *inflate, struct error *error) {
    if (inflate->from.gzip) return true;
    if (unused(inflate) || inflate->out != inflate->from.size || inflate->crc != inflate->from.crc)
        return damaged(bytes, "archive.crc_mismatch", error);
    return true;
}

static ptrdiff_t read_packed(struct bytes *bytes, void *buffer, size_t size, struct error *error) {
    struct inflate *inflate = bytes->state;
    struct inflate_state *state = &inflate->state;
    uint32_t room = size > (1 << 30) ? 1 << 30 : (uint32_t)size;
    while (!inflate->finished) {
        if (state->avail_in == 0 && inflate->at < inflate->from.until && !fetch(inflate, error)) return -1;
        bool last = inflate->at == inflate->from.until, dry = state->avail_in == 0;
        state->next_out = buffer;
        state->avail_out = room;
        int status = isal_inflate(state);
        size_t got = room - state->avail_out;
        if (status == ISAL_INCORRECT_CHECKSUM) return damaged(bytes, "archive.crc_mismatch", error), -1;
        if (status != ISAL_DECOMP_OK) return damaged(bytes, "archive.crc_mismatch", error), -1;
        if (!inflate->from.gzip) inflate->crc = crc32_gzip_refl(inflate->crc, buffer, got);
        inflate->out += got;
        if (!within_limits(inflate, error)) return -1;
        if (inflate->out > inflate->from.size) return damaged(bytes, "archive.crc_mismatch", error), -1;
        if (state->block_state == ISAL_BLOCK_FINISH) {
            if (!inflate->from.gzip) inflate->finished = true;
            else if (!next_gzip(bytes, inflate, error)) return -1;
        } else if (!got && dry && last) {
            return damaged(bytes, "archive.truncated", error), -1;
        }
        if (got) return (ptrdiff_t)got;
    }
    return finish(bytes, inflate, error) ? 0 : -1;
}

static ptrdiff_t read_stored(struct bytes *bytes, void *buffer, size_t size, struct error *error) {
    struct inflate *inflate = bytes->state;
    uint64_t left = inflate->from.until - inflate->at;
    if (left < size) size = (size_t)left;
    if (size == 0) {
        if (inflate->out == inflate->from.size && inflate->crc == inflate->from.crc) return 0;
        return damaged(bytes, "archive.crc_mismatch", error), -1;
    }
    if (!bytes_read_at(inflate->from.container, inflate->at, buffer, size, error)) return -1;
    inflate->crc = crc32_gzip_refl(inflate->crc, buffer, size);
    inflate->at += size;
    inflate->out += size;
    return within_limits(inflate, error) ? (ptrdiff_t)size : -1;
}

void inflate_open(struct bytes *bytes, const struct inflate_from *from) {
    struct inflate *inflate = ARENA_NEW(&bytes->arena, struct inflate, 1);
    inflate->from = *from;
    inflate->at = from->from;
    isal_inflate_init(&inflate->state);
    inflate->state.crc_flag = from->gzip ? ISAL_GZIP : ISAL_DEFLATE;
    bytes->state = inflate;
    bytes->size = from->size;
    bytes->read = from->stored ? read_stored : read_packed;
}
