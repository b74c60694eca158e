/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/out/pack.h"
#include "bench/out/words.h"
#include "core/language.h"
#include <errno.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>

enum {
    DOS_DATE = ((2021 - 1980) << 9) | (1 << 5) | 4, /* 2021-01-04: always the same */
    DOS_TIME = 9 << 11,
    FLAG_ENCRYPTED = 1,
    FLAG_UTF8 = 1 << 11,
    PACKED_BYTES = 1 << 18
};

struct pack_state {
    struct isal_zstream stream;
    uint8_t level_buffer[ISAL_DEF_LVL3_DEFAULT];
    uint8_t packed[PACKED_BYTES];
    uint32_t key[3]; /* of the traditional cipher */
};

static size_t little(uint8_t *into, uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; i++, value >>= 8) into[i] = (uint8_t)value;
    return bytes;
}

static uint32_t crc_byte(uint32_t crc, uint8_t byte) {
    return ~crc32_gzip_refl(~crc, &byte, 1); /* the cipher wants the register without inversions */
}

/* Source: APPNOTE 6.1.5, update_keys. */
static void cipher_update(uint32_t *key, uint8_t byte) {
    key[0] = crc_byte(key[0], byte);
    key[1] = (key[1] + (key[0] & 0xff)) * 134775813u + 1;
    key[2] = crc_byte(key[2], (uint8_t)(key[1] >> 24));
}

static void cipher(uint32_t *key, uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        uint32_t mix = (key[2] | 2) & 0xffff;
        uint8_t plain = bytes[i];
        bytes[i] = (uint8_t)(plain ^ (uint8_t)((mix * (mix ^ 1)) >> 8));
        cipher_update(key, plain);
    }
}

static bool put(struct pack *pack, const void *bytes, size_t size) {
    return sink_to_file(pack->file, bytes, size, pack->error);
}

static bool put_packed(struct pack *pack, uint8_t *bytes, size_t size) {
    struct pack_member *member = &pack->members[pack->count - 1];
    if (pack->password) cipher(pack->state->key, bytes, size);
    if (pack->flip > 0 && pack->count == 1 && pack->flip >= member->packed &&
        pack->flip < member->packed + size)
        bytes[pack->flip - member->packed] ^= 1;
    member->packed += size;
    return put(pack, bytes, size);
}

static bool deflate_bytes(struct pack *pack, const char *bytes, size_t size, bool last) {
    struct isal_zstream *stream = &pack->state->stream;
    /* ISA-L takes its input as uint8_t * without const, and does not write to it. */
    union {
        const char *given;
        uint8_t *wanted;
    } input = {.given = bytes};
    stream->next_in = input.wanted;
    stream->avail_in = (uint32_t)size;
    stream->end_of_stream = last;
    do {
        stream->next_out = pack->state->packed;
        stream->avail_out = PACKED_BYTES;
        if (isal_deflate(stream) != COMP_OK)
            return error_set(pack->error, TEXT("压缩失败", "deflate failed"));
        if (!put_packed(pack, pack->state->packed, PACKED_BYTES - stream->avail_out)) return false;
    } while (stream->avail_out == 0);
    return true;
}

static bool member_bytes(void *target, const char *bytes, size_t size, struct error *error) {
    struct pack *pack = target;
    struct pack_member *member = &pack->members[pack->count - 1];
    (void)error; /* the same as pack->error */
    member->crc = crc32_gzip_refl(member->crc, (const unsigned char *)bytes, size);
    member->size += size;
    if (pack->level != PACK_STORE) return deflate_bytes(pack, bytes, size, false);
    memcpy(pack->state->packed, bytes, size); /* the cipher and the flip write into it */
    return put_packed(pack, pack->state->packed, size);
}

bool pack_open(struct pack *pack, const char *path, struct error *error) {
    int level = pack->level;
    bool utf8 = pack->utf8, large = pack->large;
    const char *password = pack->password;
    uint64_t flip = pack->flip;
    memset(pack, 0, sizeof *pack);
    pack->level = level, pack->utf8 = utf8, pack->large = large;
    pack->password = password, pack->flip = flip;
    pack->error = error;
    pack->file = fopen(path, "wb+");
    if (!pack->file)
        return error_set(error, TEXT("建不了文件 %s：%s", "cannot create %s: %s"), path, error_reason(errno));
    pack->state = calloc(1, sizeof *pack->state);
    if (!pack->state) abort();
    return true;
}

static size_t header_common(const struct pack *pack, const struct pack_member *member, uint8_t *into) {
    unsigned flags = (pack->password ? FLAG_ENCRYPTED : 0u) | (pack->utf8 ? FLAG_UTF8 : 0u);
    size_t n = 0;
    n += little(into + n, pack->large ? 45 : 20, 2); /* version needed */
    n += little(into + n, flags, 2);
    n += little(into + n, pack->level == PACK_STORE ? 0 : 8, 2);
    n += little(into + n, DOS_TIME, 2);
    n += little(into + n, DOS_DATE, 2);
    n += little(into + n, member->crc, 4);
    n += little(into + n, pack->large ? 0xffffffff : member->packed, 4); /* else in the ZIP64 field */
    n += little(into + n, pack->large ? 0xffffffff : member->size, 4);
    n += little(into + n, member->name_size, 2);
    return n;
}

static bool put_local(struct pack *pack, const struct pack_member *member) {
    uint8_t header[64 + sizeof member->name];
    size_t n = little(header, 0x04034b50, 4);
    n += header_common(pack, member, header + n);
    n += little(header + n, pack->large ? 20 : 0, 2);
    memcpy(header + n, member->name, member->name_size);
    n += member->name_size;
    if (!pack->large) return put(pack, header, n);
    n += little(header + n, 1, 2);
    n += little(header + n, 16, 2);
    n += little(header + n, member->size, 8);
    n += little(header + n, member->packed, 8);
    return put(pack, header, n);
}

/* The 12 bytes before an encrypted member; the last is the high byte of the checksum, which is not
   known yet, so a reader with the password would be refused too: nobody has it. */
static bool begin_cipher(struct pack *pack) {
    uint32_t *key = pack->state->key;
    key[0] = 0x12345678, key[1] = 0x23456789, key[2] = 0x34567890;
    for (const char *c = pack->password; *c; c++) cipher_update(key, (uint8_t)*c);
    uint8_t head[12] = "yunchuan-zip";
    return put_packed(pack, head, sizeof head);
}

static bool end_member(struct pack *pack) {
    if (pack->count == 0) return true;
    struct pack_member *member = &pack->members[pack->count - 1];
    if (!sink_end(&pack->sink)) return false;
    if (pack->level != PACK_STORE && !deflate_bytes(pack, "", 0, true)) return false;
    if (fseeko(pack->file, (off_t)member->offset, SEEK_SET) != 0 || !put_local(pack, member) ||
        fseeko(pack->file, 0, SEEK_END) != 0)
        return error_set(pack->error, TEXT("写压缩包失败", "cannot write the archive"));
    return true;
}

bool pack_begin(struct pack *pack, const char *name) {
    if (!end_member(pack)) return false;
    if (pack->count == PACK_MEMBERS)
        return error_set(pack->error, TEXT("压缩包成员过多", "too many members"));
    struct pack_member *member = &pack->members[pack->count++];
    size_t size =
        words_encode(pack->utf8 ? "UTF-8" : "GB18030", name, strlen(name), member->name, sizeof member->name);
    member->name_size = (uint16_t)size;
    member->offset = (uint64_t)ftello(pack->file);
    sink_open(&pack->sink, pack, member_bytes, pack->error);
    isal_deflate_init(&pack->state->stream);
    pack->state->stream.level = (uint32_t)(pack->level > 0 ? pack->level : 0);
    pack->state->stream.level_buf = pack->state->level_buffer;
    pack->state->stream.level_buf_size = sizeof pack->state->level_buffer;
    if (!put_local(pack, member)) return false;
    return !pack->password || begin_cipher(pack);
}

static bool put_end(struct pack *pack, uint64_t start, uint64_t end) {
    uint8_t tail[128];
    size_t n = 0;
    if (pack->large) {
        n += little(tail + n, 0x06064b50, 4);
        n += little(tail + n, 44, 8);
        n += little(tail + n, 45, 2);
        n += little(tail + n, 45, 2);
        n += little(tail + n, 0, 8);
        n += little(tail + n, pack->count, 8);
        n += little(tail + n, pack->count, 8);
        n += little(tail + n, end - start, 8);
        n += little(tail + n, start, 8);
        n += little(tail + n, 0x07064b50, 4);
        n += little(tail + n, 0, 4);
        n += little(tail + n, end, 8);
        n += little(tail + n, 1, 4);
    }
    n += little(tail + n, 0x06054b50, 4);
    n += little(tail + n, 0, 4);
    n += little(tail + n, pack->count, 2);
    n += little(tail + n, pack->count, 2);
    n += little(tail + n, end - start, 4);
    n += little(tail + n, pack->large ? 0xffffffff : start, 4);
    n += little(tail + n, 0, 2);
    return put(pack, tail, n);
}

static bool put_directory(struct pack *pack) {
    uint64_t start = (uint64_t)ftello(pack->file);
    for (uint32_t i = 0; i < pack->count; i++) {
        const struct pack_member *member = &pack->members[i];
        uint8_t entry[96 + sizeof member->name];
        size_t n = little(entry, 0x02014b50, 4);
        n += little(entry + n, pack->large ? 45 : 20, 2);
        n += header_common(pack, member, entry + n);
        n += little(entry + n, pack->large ? 28 : 0, 2); /* ZIP64: both sizes and the offset */
        n += little(entry + n, 0, 6);                    /* comment, disk, internal attributes */
        n += little(entry + n, 0, 4);                    /* external attributes */
        n += little(entry + n, pack->large ? 0xffffffff : member->offset, 4);
        memcpy(entry + n, member->name, member->name_size);
        n += member->name_size;
        if (pack->large) {
            n += little(entry + n, 1, 2);
            n += little(entry + n, 24, 2);
            n += little(entry + n, member->size, 8);
            n += little(entry + n, member->packed, 8);
            n += little(entry + n, member->offset, 8);
        }
        if (!put(pack, entry, n)) return false;
    }
    return put_end(pack, start, (uint64_t)ftello(pack->file));
}

bool pack_close(struct pack *pack) {
    bool held = pack->file && end_member(pack) && put_directory(pack);
    if (pack->file && fclose(pack->file) != 0 && held)
        held = error_set(pack->error, TEXT("写压缩包失败：%s", "cannot write the archive: %s"),
                         error_reason(errno));
    free(pack->state);
    pack->file = NULL, pack->state = NULL;
    return held;
}
