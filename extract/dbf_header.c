/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/dbf_header.h"
#include "core/language.h"

static uint32_t little(const unsigned char *bytes, unsigned count) {
    uint32_t value = 0;
    for (unsigned i = count; i-- > 0;) value = value << 8 | bytes[i];
    return value;
}

/* 0x02 (FoxBase) and 0x04, 0x8C (dBASE 7) lay out their fields differently and are not read. */
static bool version_known(unsigned version) {
    static const unsigned char known[] = {0x03, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83,
                                          0x8B, 0x8E, 0xCB, 0xE5, 0xF5, 0xFB};
    return memchr(known, (int)version, sizeof known) != NULL;
}

int dbf_header_bid(struct span head) {
    const unsigned char *bytes = (const unsigned char *)head.bytes;
    if (head.size < DBF_PREFIX + 1 || !version_known(bytes[0])) return 0;
    uint32_t header_size = little(bytes + 8, 2), record_size = little(bytes + 10, 2);
    if (header_size < DBF_PREFIX + DBF_DESCRIPTOR || record_size < 2) return 0;
    if (bytes[2] > 12 || bytes[3] > 31) return 0;
    int bits = 8 + 8; /* the version and the date of the last change */
    uint32_t sum = 1;
    size_t at = DBF_PREFIX;
    for (; at + DBF_DESCRIPTOR <= head.size && at + DBF_DESCRIPTOR <= header_size && bytes[at] != 0x0D;
         at += DBF_DESCRIPTOR) {
        if (!memchr("CNFDLIYBTMVGPWQ0", bytes[at + 11], 16) || bytes[at] < ' ') return 0;
        sum += bytes[at + 16];
        bits += 4;
    }
    if (at == DBF_PREFIX) return 0;
    return bits + (sum == record_size ? 16 : 0);
}

static bool damaged(struct error *error, uint64_t byte, const char *zh, const char *en) {
    error->at.byte = byte;
    return error_code(error, TROUBLE_FAILED, "file.format_mismatch",
                      TEXT("不是可读的 DBF：%s", "no readable DBF: %s"),
                      language_get() == LANGUAGE_ZH ? zh : en);
}

/* Field widths are fixed by the type for binary fields; the content would be misread otherwise. */
static bool width_fits(const struct dbf_field *field) {
    switch (field->type) {
    case 'I': return field->size == 4;
    case 'Y':
    case 'T': return field->size == 8;
    case 'B': return field->size == 8 || field->memo;
    case 'D': return field->size == 8;
    case 'M':
    case 'G':
    case 'P':
    case 'W': return field->size == 4 || field->size == 10;
    case 'C':
    case 'N':
    case 'F':
    case 'L':
    case 'V': return field->size > 0;
    default: return false;
    }
}

/* A character field may be wider than 255: its decimals byte is then the high byte (Clipper, FoxPro).
   Whether it is meant so shows in the sum of the widths. */
static bool sum_fits(const unsigned char *descriptors, uint32_t count, bool wide, uint32_t record_size) {
    uint64_t sum = 1;
    for (uint32_t i = 0; i < count; i++) {
        const unsigned char *d = descriptors + (size_t)i * DBF_DESCRIPTOR;
        sum += wide && d[11] == 'C' ? little(d + 16, 2) : d[16];
    }
    return sum == record_size;
}

static void lay_out(const unsigned char *descriptors, uint32_t count, bool wide, struct arena *arena,
                    struct dbf_header *header) {
    enum { NULLABLE = 0x02 };
    bool foxpro = header->version >= 0x30 && header->version <= 0x32;
    header->fields = ARENA_NEW(arena, struct dbf_field, count);
    uint32_t offset = 1;
    int bit = 0;
    for (uint32_t i = 0; i < count; i++) {
        const unsigned char *d = descriptors + (size_t)i * DBF_DESCRIPTOR;
        uint32_t size = wide && d[11] == 'C' ? little(d + 16, 2) : d[16];
        if (foxpro && d[11] == '0') { /* _NullFlags: hidden, one bit per nullable field */
            header->null_offset = offset;
            header->null_size = size;
        } else {
            struct dbf_field *field = &header->fields[header->field_count++];
            *field = (struct dbf_field){
                .type = (char)d[11], .offset = offset, .size = size, .null_bit = -1, .short_bit = -1};
            field->name =
                arena_copy(arena, (struct span){(const char *)d, strnlen((const char *)d, DBF_NAME)});
            field->memo =
                d[11] == 'M' || d[11] == 'G' || d[11] == 'P' || d[11] == 'W' || (d[11] == 'B' && !foxpro);
            if (foxpro && d[11] == 'V') field->short_bit = bit++;
            if (foxpro && (d[18] & NULLABLE)) field->null_bit = bit++;
        }
        offset += size;
    }
}

static bool fields_check(const struct dbf_header *header, struct error *error) {
    for (uint32_t i = 0; i < header->field_count; i++) {
        const struct dbf_field *field = &header->fields[i];
        if (width_fits(field)) continue;
        error->at.column = i + 1;
        return error_code(error, TROUBLE_FAILED, "file.format_mismatch",
                          TEXT("不是可读的 DBF：第 %u 个字段类型 0x%02X、宽 %u 字节不认识",
                               "no readable DBF: field %u of type 0x%02X and %u bytes is unknown"),
                          i + 1, (unsigned char)field->type, field->size);
    }
    return header->field_count > 0 || damaged(error, DBF_PREFIX, "没有任何字段", "it has no field");
}

bool dbf_header_read(struct bytes *bytes, struct arena *arena, struct dbf_header *header,
                     struct error *error) {
    unsigned char prefix[DBF_PREFIX];
    ptrdiff_t got = bytes_read(bytes, prefix, sizeof prefix, error);
    if (got < 0) return false;
    if (got == 0)
        return error_code(error, TROUBLE_REFUSED, "file.empty", "%s", TEXT("文件为空", "the file is empty"));
    if (got < DBF_PREFIX) return damaged(error, 0, "文件头不完整", "the header is cut short");
    if (!version_known(prefix[0]))
        return damaged(error, 0, "版本不支持(可读 dBASE III/IV、FoxPro)",
                       "version not supported (dBASE III/IV and FoxPro are)");
    *header = (struct dbf_header){.version = prefix[0],
                                  .language = prefix[29],
                                  .record_count = little(prefix + 4, 4),
                                  .header_size = little(prefix + 8, 2),
                                  .record_size = little(prefix + 10, 2)};
    if (header->header_size < DBF_PREFIX + DBF_DESCRIPTOR || header->record_size < 2)
        return damaged(error, 8, "文件头或记录长度不合理", "impossible header or record length");
    size_t rest = header->header_size - DBF_PREFIX;
    unsigned char *descriptors = ARENA_NEW(arena, unsigned char, rest);
    got = bytes_read(bytes, descriptors, rest, error);
    if (got < 0) return false;
    if ((size_t)got < rest) return damaged(error, DBF_PREFIX, "文件头不完整", "the header is cut short");
    uint32_t count = 0;
    while (count < DBF_FIELDS_MAX && (size_t)(count + 1) * DBF_DESCRIPTOR <= rest &&
           descriptors[(size_t)count * DBF_DESCRIPTOR] != 0x0D)
        count++;
    bool plain = sum_fits(descriptors, count, false, header->record_size);
    if (!plain && !sum_fits(descriptors, count, true, header->record_size))
        return damaged(error, 10, "各字段宽度之和与记录长度不符",
                       "the widths of the fields do not sum up to the record");
    lay_out(descriptors, count, !plain, arena, header);
    return fields_check(header, error);
}
