/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Encrypted members of a zip (ZipCrypto and WinZip's AES) through libarchive, after our own reader has
   checked the directory.  Source: PKWARE APPNOTE 6.3.10, section 6; WinZip AES encryption specification. */
#include "core/language.h"
#include "extract/library.h"
#include "extract/password.h"
#include <stdio.h>

enum { FLAG_STRONG = 64 };

static bool give_password(struct library *library, const struct package *package, struct error *error) {
    char password[PASSWORD_MAX];
    if (!password_read(package->limits->password_file, password, error)) return false;
    bool taken = archive_read_add_passphrase(library->reader, password) == ARCHIVE_OK;
    explicit_bzero(password, sizeof password);
    return taken || library_damaged(library, "zip", error);
}

bool decrypt_member(struct package *package, const struct member *member, struct bytes **opened,
                    struct error *error) {
    bool strong = member->flags & FLAG_STRONG, given = package->limits->password_file != NULL;
    if (strong || !given)
        return error_code(error, TROUBLE_REFUSED, "archive.encrypted",
                          strong
                              ? TEXT("成员“%s”用 PKWARE 强加密，无法读取",
                                     "the member \"%s\" has PKWARE's strong encryption, which is not read")
                              : TEXT("成员“%s”已加密，无法读取；有密码时在源规格的 read 里写 password_file",
                                     "the member \"%s\" is encrypted; a spec may name a password_file"),
                          member->name);
    struct bytes *bytes = library_new(package->container, package->path, package->limits, package->arena);
    struct library *library = bytes->state;
    library->locked = member->name;
    archive_read_support_format_zip_seekable(library->reader);
    struct member numbered = *member;
    numbered.offset = member->rank;
    bool found = give_password(library, package, error) && library_open(library, true, error) &&
                 library_member(package, bytes, &numbered, error);
    if (found) *opened = bytes;
    else bytes_close(bytes);
    return found;
}
