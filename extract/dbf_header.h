/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_DBF_HEADER_H
#define EXTRACT_DBF_HEADER_H
#include "extract/bytes.h"

/* dBASE III: 128 fields, FoxPro: 255; more is damage.  A record is at most 65,535 bytes by its type. */
enum { DBF_FIELDS_MAX = 2048, DBF_PREFIX = 32, DBF_DESCRIPTOR = 32, DBF_NAME = 11 };
enum { DBF_MARK_LIVE = 0x20, DBF_MARK_DELETED = 0x2A, DBF_MARK_END = 0x1A };

enum { DBF_SEVEN = 0x04, DBF_SEVEN_MEMO = 0x8C };

/* Types of dBASE 7 as dbf_field has them: I and +, O, @, all with the high byte first. */
enum { DBF_LONG = 'i', DBF_DOUBLE = 'o', DBF_MOMENT = 'm' };

struct dbf_field {
    struct span name;      /* as stored, cut at its NUL, not decoded */
    char type;             /* C N F D L I Y B T M, V, and those of dBASE 7; G P W are memo-like */
    bool memo;             /* the record holds only a block number */
    uint32_t offset, size; /* bytes within the record, after the deletion mark at 0 */
    int null_bit,
        short_bit; /* of FoxPro's _NullFlags: the value is NULL; V is shorter than its field.  -1: none */
};

struct dbf_header {
    uint8_t version, language; /* bytes 0 and 29 (LDID) */
    uint32_t record_count, header_size, record_size;
    uint32_t field_count;
    struct dbf_field *fields;        /* [field_count] those that people see */
    uint32_t null_offset, null_size; /* of _NullFlags in the record; size 0: none */
};

/* Whether the first 32 bytes can be those of a dBASE III, IV, 7 or FoxPro table; bits of evidence. */
int dbf_header_bid(struct span head);

/* Reads the header from the start of `bytes` and leaves it at the first record.
   Fails with TROUBLE_FAILED: file.format_mismatch (no such version, widths that do not sum up to the
   record, a header that ends inside a field).
   Source: dBASE III PLUS, dBASE 7 and Visual FoxPro table file structure. */
bool dbf_header_read(struct bytes *bytes, struct arena *arena, struct dbf_header *header,
                     struct error *error);
#endif
