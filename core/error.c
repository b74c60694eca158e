/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/error.h"
#include "core/language.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool error_set(struct error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return false;
}

bool error_code(struct error *error, enum trouble trouble, const char *code, const char *format, ...) {
    error->trouble = trouble;
    error->code = code;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return false;
}

bool error_at(struct error *error, const char *source) {
    if (!error->at.source) error->at.source = source;
    return false;
}

char *error_place(const struct error *error, char text[PLACE_TEXT]) {
    const struct place *at = &error->at;
    char row[40] = "", column[40] = "", byte[40] = "";
    const char *comma = TEXT("，", ", ");
    if (at->row) snprintf(row, sizeof row, TEXT("第 %ju 行", "row %ju"), (uintmax_t)at->row);
    if (at->column) snprintf(column, sizeof column, TEXT("第 %u 列", "column %u"), at->column);
    if (at->byte) snprintf(byte, sizeof byte, TEXT("第 %ju 字节", "byte %ju"), (uintmax_t)at->byte);
    snprintf(text, PLACE_TEXT, "%s%s%s%s%s", row, *row && (*column || *byte) ? comma : "", column,
             *column && *byte ? comma : "", byte);
    if (strstr(error->message, text)) text[0] = '\0';
    return text;
}

const char *error_reason(int number) {
    static const struct {
        int number;
        const char *zh, *en;
    } reasons[] = {
        {ENOENT, "没有这个文件或文件夹", "there is no such file or folder"},
        {EACCES, "没有权限", "no permission"},
        {EPERM, "没有权限", "no permission"},
        {EISDIR, "这是文件夹，不是文件", "it is a folder, no file"},
        {ENOTDIR, "路径中有一段不是文件夹", "a part of the path is no folder"},
        {ENOSPC, "磁盘已满", "the disk is full"},
        {EDQUOT, "超过磁盘配额", "over the disk quota"},
        {EFBIG, "文件超过允许的大小", "the file is larger than allowed"},
        {EROFS, "磁盘只读", "the disk is read-only"},
        {EIO, "磁盘读写出错", "the disk failed to read or write"},
        {EMFILE, "打开的文件太多", "too many open files"},
        {ENAMETOOLONG, "名字太长", "the name is too long"},
        {ELOOP, "符号链接绕成了圈", "symbolic links lead round in a ring"},
        {EEXIST, "已经有了", "it exists already"},
        {ENOMEM, "内存不足", "out of memory"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].number == number) return TEXT(reasons[i].zh, reasons[i].en);
    return strerror(number);
}
