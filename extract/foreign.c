/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/foreign.h"
#include "core/language.h"
#include "extract/archive.h"
#include <string.h>

enum { PE_OFFSET_AT = 0x3c, BMP_HEADER_AT = 14, NAME_AT = 30, NAME_SIZE_AT = 26 };

/* `bytes` stand at `at`; where `also` is given, its test must hold too, since the signature is short. */
struct signature {
    size_t at;
    struct span bytes;
    bool (*also)(struct span head);
    const char *zh, *en;
};

static uint32_t little32(struct span head, size_t at) {
    const unsigned char *bytes = (const unsigned char *)head.bytes + at;
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* The header behind the signature has one of the sizes that exist (BITMAPCOREHEADER to BITMAPV5HEADER). */
static bool is_bitmap(struct span head) {
    if (head.size < BMP_HEADER_AT + 4 || little32(head, 6) != 0) return false;
    uint32_t size = little32(head, BMP_HEADER_AT);
    return size == 12 || size == 40 || size == 52 || size == 56 || size == 108 || size == 124;
}

/* Microsoft PE format: the offset at 0x3c leads to "PE\0\0"; of a head that ends before, it is believed. */
static bool is_program(struct span head) {
    if (head.size < PE_OFFSET_AT + 4) return false;
    uint32_t at = little32(head, PE_OFFSET_AT);
    if (at < PE_OFFSET_AT + 4 || at > 1 << 16) return false;
    return at > head.size - 4 || memcmp(head.bytes + at, "PE\0\0", 4) == 0;
}

static bool holds(struct span head, const char *word) {
    return memmem(head.bytes, head.size, word, strlen(word)) != NULL;
}

/* Whether the first member of a zip is called so. */
static bool first_member(struct span head, const char *name) {
    size_t size = strlen(name);
    return head.size >= NAME_AT + size && (little32(head, NAME_SIZE_AT) & 0xffff) == size &&
           memcmp(head.bytes + NAME_AT, name, size) == 0;
}

static bool is_office(struct span head) {
    return first_member(head, "[Content_Types].xml") || first_member(head, "_rels/.rels") ||
           first_member(head, "docProps/app.xml") || first_member(head, "docProps/core.xml");
}
static bool is_word(struct span head) {
    return is_office(head) && zip_head_has(head, "word/") && !zip_head_has(head, "xl/");
}
static bool is_slides(struct span head) {
    return is_office(head) && zip_head_has(head, "ppt/") && !zip_head_has(head, "xl/");
}
static bool is_ofd(struct span head) { return first_member(head, "OFD.xml"); }
static bool is_opened_text(struct span head) {
    return first_member(head, "mimetype") && holds(head, "application/vnd.oasis.opendocument.text");
}
static bool is_opened_sheet(struct span head) {
    return first_member(head, "mimetype") && holds(head, "application/vnd.oasis.opendocument.spreadsheet");
}
static bool is_waves(struct span head) {
    return head.size >= 12 &&
           (memcmp(head.bytes + 8, "WAVE", 4) == 0 || memcmp(head.bytes + 8, "AVI ", 4) == 0);
}
static bool is_webp(struct span head) { return head.size >= 12 && memcmp(head.bytes + 8, "WEBP", 4) == 0; }

/* What lies in a folder beside exports: pictures of them, letters about them, whole databases, shortcuts. */
static const struct signature signatures[] = {
    {0, {"\xff\xd8\xff", 3}, NULL, "JPEG 图片", "a JPEG picture"},
    {0, {"\x89PNG\r\n\x1a\n", 8}, NULL, "PNG 图片", "a PNG picture"},
    {0, {"GIF87a", 6}, NULL, "GIF 图片", "a GIF picture"},
    {0, {"GIF89a", 6}, NULL, "GIF 图片", "a GIF picture"},
    {0, {"BM", 2}, is_bitmap, "BMP 图片", "a BMP picture"},
    {0, {"II*\0", 4}, NULL, "TIFF 图片", "a TIFF picture"},
    {0, {"MM\0*", 4}, NULL, "TIFF 图片", "a TIFF picture"},
    {0, {"RIFF", 4}, is_webp, "WebP 图片", "a WebP picture"},
    {0, {"RIFF", 4}, is_waves, "音频或视频", "sound or film"},
    {4, {"ftyp", 4}, NULL, "视频或 HEIC 图片", "a film or HEIC picture"},
    {0, {"%PDF-", 5}, NULL, "PDF 文档", "a PDF document"},
    {0, {"{\\rtf", 5}, NULL, "RTF 文档", "an RTF document"},
    {0, {"PK\3\4", 4}, is_word, "Word 文档 (docx)", "a Word document (docx)"},
    {0, {"PK\3\4", 4}, is_slides, "PowerPoint 演示文稿 (pptx)", "a PowerPoint presentation (pptx)"},
    {0, {"PK\3\4", 4}, is_ofd, "OFD 文档", "an OFD document"},
    {0, {"PK\3\4", 4}, is_opened_text, "OpenDocument 文档 (odt)", "an OpenDocument text (odt)"},
    {0, {"PK\3\4", 4}, is_opened_sheet, "OpenDocument 表格 (ods)", "an OpenDocument spreadsheet (ods)"},
    {0, {"MZ", 2}, is_program, "Windows 程序 (exe、dll)", "a Windows program (exe, dll)"},
    {0, {"\177ELF", 4}, NULL, "Linux 程序", "a Linux program"},
    {0, {"L\0\0\0\1\x14\2\0", 8}, NULL, "Windows 快捷方式 (lnk)", "a Windows shortcut (lnk)"},
    {0, {"\0\1\0\0Standard Jet DB", 19}, NULL, "Access 数据库 (mdb)", "an Access database (mdb)"},
    {0, {"\0\1\0\0Standard ACE DB", 19}, NULL, "Access 数据库 (accdb)", "an Access database (accdb)"},
    {0, {"SQLite format 3\0", 16}, NULL, "SQLite 数据库", "an SQLite database"},
    {0, {"TAPE\0\0", 6}, NULL, "SQL Server 备份 (bak)", "a backup of SQL Server (bak)"},
    {0, {"PGDMP", 5}, NULL, "PostgreSQL 的 custom 格式转储", "a dump of PostgreSQL in custom format"},
    {3, {"EXPORT:V", 8}, NULL, "Oracle 的 exp 转储 (dmp)", "a dump of Oracle's exp (dmp)"},
    {3, {"TEXPORT:V", 9}, NULL, "Oracle 的 exp 转储 (dmp)", "a dump of Oracle's exp (dmp)"},
    {0, {"\0\0\0\1Bud1", 8}, NULL, "macOS 的 .DS_Store", "a .DS_Store of macOS"},
};

const char *foreign_name(struct span head) {
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        const struct signature *known = &signatures[i];
        if (head.size < known->at + known->bytes.size ||
            memcmp(head.bytes + known->at, known->bytes.bytes, known->bytes.size) != 0)
            continue;
        if (!known->also || known->also(head)) return TEXT(known->zh, known->en);
    }
    return NULL;
}

bool foreign_tell(struct span head, struct error *error) {
    const char *name = foreign_name(head);
    if (name)
        error_code(error, TROUBLE_REFUSED, "file.foreign",
                   TEXT("这是 %s，不是数据文件", "this is %s and no file of data"), name);
    return name != NULL;
}
