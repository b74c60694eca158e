/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/dbf_header.h"
#include "core/language.h"

static uint32_t little(const unsigned char *bytes, unsigned count) {
    uint32_t value = 0;
    for (unsigned i = count; i-- > 0;) value = value << 8 | bytes[i];
    return value;
}

/* 0x02 (FoxBase) lays out its fields differently and is not read. */
static bool version_known(unsigned version) {
    static const unsigned char known[] = {0x03, 0x04, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83,
                                          0x8B, 0x8C, 0x8E, 0xCB, 0xE5, 0xF5, 0xFB};
    return memchr(known, (int)version, sizeof known) != NULL;
}

/* Where a field's descriptor has what.  Source: dBASE III PLUS; dBASE 7 "dBASE .DBF file structure". */
struct layout {
    size_t from, each, name, type, size, decimals, flags; /* bytes; the last five within a descriptor */
};

static const struct layout *layout_of(unsigned version) {
    static const struct layout three = {DBF_PREFIX, DBF_DESCRIPTOR, DBF_NAME, 11, 16, 17, 18};
    static const struct layout seven = {68, 48, 32, 32, 33, 34, 35};
    return version == DBF_SEVEN || version == DBF_SEVEN_MEMO ? &seven : &three;
}

int dbf_header_bid(struct span head) {
    const unsigned char *bytes = (const unsigned char *)head.bytes;
    if (head.size < DBF_PREFIX + 1 || !version_known(bytes[0])) return 0;
    uint32_t header_size = little(bytes + 8, 2), record_size = little(bytes + 10, 2);
    const struct layout *layout = layout_of(bytes[0]);
    if (header_size < layout->from + layout->each || record_size < 2) return 0;
    if (bytes[2] > 12 || bytes[3] > 31) return 0;
    int bits = 8 + 8; /* the version and the date of the last change */
    uint32_t sum = 1;
    size_t at = layout->from;
    for (; at + layout->each <= head.size && at + layout->each <= header_size && bytes[at] != 0x0D;
         at += layout->each) {
        if (!memchr("CNFDLIYBTMVGPWQ0+@O", bytes[at + layout->type], 19) || bytes[at] < ' ') return 0;
        sum += bytes[at + layout->size];
        bits += 4;
    }
    if (at == layout->from) return 0;
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
    case 'I':
    case DBF_LONG: return field->size == 4;
    case 'Y':
    case DBF_DOUBLE:
    case DBF_MOMENT:
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
static uint32_t width(const struct layout *layout, const unsigned char *descriptor, bool wide) {
    bool two = wide && descriptor[layout->type] == 'C';
    return two ? little(descriptor + layout->size, 2) : descriptor[layout->size];
}

static bool sum_fits(const struct layout *layout, const unsigned char *descriptors, uint32_t count, bool wide,
                     uint32_t record_size) {
    uint64_t sum = 1;
    for (uint32_t i = 0; i < count; i++) sum += width(layout, descriptors + i * layout->each, wide);
    return sum == record_size;
}

/* dBASE 7 stores numbers with the high byte first, and types of its own. */
static char type_of(const struct layout *layout, const unsigned char *descriptor) {
    char type = (char)descriptor[layout->type];
    if (layout->from == DBF_PREFIX) return type;
    return type == 'I' || type == '+' ? DBF_LONG : type == 'O' ? DBF_DOUBLE : type == '@' ? DBF_MOMENT : type;
}

static void lay_out(const struct layout *layout, const unsigned char *descriptors, uint32_t count, bool wide,
                    struct arena *arena, struct dbf_header *header) {
    enum { NULLABLE = 0x02 };
    bool foxpro = header->version >= 0x30 && header->version <= 0x32;
    header->fields = ARENA_NEW(arena, struct dbf_field, count);
    uint32_t offset = 1;
    int bit = 0;
    for (uint32_t i = 0; i < count; i++) {
        const unsigned char *d = descriptors + i * layout->each;
        uint32_t size = width(layout, d, wide);
        char type = type_of(layout, d);
        if (foxpro && type == '0') { /* _NullFlags: hidden, one bit per nullable field */
            header->null_offset = offset;
            header->null_size = size;
        } else {
            struct dbf_field *field = &header->fields[header->field_count++];
            *field = (struct dbf_field){
                .type = type, .offset = offset, .size = size, .null_bit = -1, .short_bit = -1};
            field->name =
                arena_copy(arena, (struct span){(const char *)d, strnlen((const char *)d, layout->name)});
            field->memo =
                type == 'M' || type == 'G' || type == 'P' || type == 'W' || (type == 'B' && !foxpro);
            if (foxpro && type == 'V') field->short_bit = bit++;
            if (foxpro && (d[layout->flags] & NULLABLE)) field->null_bit = bit++;
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
        return damaged(error, 0, "版本不支持(可读 dBASE III、IV、7 和 FoxPro)",
                       "version not supported (dBASE III, IV, 7 and FoxPro are)");
    *header = (struct dbf_header){.version = prefix[0],
                                  .language = prefix[29],
                                  .record_count = little(prefix + 4, 4),
                                  .header_size = little(prefix + 8, 2),
                                  .record_size = little(prefix + 10, 2)};
    const struct layout *layout = layout_of(prefix[0]);
    if (header->header_size < layout->from + layout->each || header->record_size < 2)
        return damaged(error, 8, "文件头或记录长度不合理", "impossible header or record length");
    size_t rest = header->header_size - DBF_PREFIX;
    unsigned char *descriptors = ARENA_NEW(arena, unsigned char, rest);
    got = bytes_read(bytes, descriptors, rest, error);
    if (got < 0) return false;
    if ((size_t)got < rest) return damaged(error, DBF_PREFIX, "文件头不完整", "the header is cut short");
    uint32_t count = 0;
    descriptors += layout->from - DBF_PREFIX; /* behind the language driver's name */
    rest -= layout->from - DBF_PREFIX;
    while (count < DBF_FIELDS_MAX && (count + 1) * layout->each <= rest &&
           descriptors[count * layout->each] != 0x0D)
        count++;
    bool plain = sum_fits(layout, descriptors, count, false, header->record_size);
    if (!plain && !sum_fits(layout, descriptors, count, true, header->record_size))
        return damaged(error, 10, "各字段宽度之和与记录长度不符",
                       "the widths of the fields do not sum up to the record");
    lay_out(layout, descriptors, count, !plain, arena, header);
    return fields_check(header, error);
}
