/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/schema.h"
#include "core/language.h"
#include "core/shipped.h"
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_BYTES = 200, KIND_BYTES = 64, MD5_TEXT = 33 };

/* "load/schema/kind/setl_d.sql" names a kind; every other file is applied as it is. */
static bool kind_of(struct span path, char kind[KIND_BYTES]) {
    const char *prefix = "load/schema/kind/";
    size_t skip = strlen(prefix);
    if (path.size < skip + 5 || memcmp(path.bytes, prefix, skip) != 0) return false;
    snprintf(kind, KIND_BYTES, "%.*s", (int)(path.size - skip - 4), path.bytes + skip);
    return true;
}

/* A copy of the file's text; the caller frees it. */
static char *text_of(const struct shipped *file) {
    char *sql = strndup(file->bytes.bytes, file->bytes.size);
    if (!sql) abort();
    return sql;
}

static bool apply(struct session *session, const struct shipped *file, struct error *error) {
    char path[PATH_BYTES], kind[KIND_BYTES];
    snprintf(path, sizeof path, "%.*s", (int)file->path.size, file->path.bytes);
    char *sql = text_of(file);
    bool ok = session_run(session, sql, error);
    const char *argument = kind;
    if (ok && kind_of(file->path, kind))
        ok = session_tell(session, "SELECT record.make($1)", 1, &argument, NULL, error);
    const char *arguments[] = {path, sql};
    ok = ok && session_tell(session, "INSERT INTO intake.schema (path, md5) VALUES ($1, md5($2))", 2,
                            arguments, NULL, error);
    free(sql);
    return ok;
}

static bool listed(PGresult *have, struct span path) {
    for (int i = 0; i < PQntuples(have); i++)
        if ((size_t)PQgetlength(have, i, 0) == path.size &&
            memcmp(PQgetvalue(have, i, 0), path.bytes, path.size) == 0)
            return true;
    return false;
}

/* As PostgreSQL's md5() writes it.  Worked out here: asked for file by file it was 76 round trips of every
   command. */
static bool md5_of(struct span text, char hex[MD5_TEXT]) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(text.bytes, text.size, bytes, &size, EVP_md5(), NULL) != 1) return false;
    for (unsigned i = 0; i < size && 2 * i + 2 < MD5_TEXT; i++) snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

/* Every file that the database has must be one of ours, to the byte: what is applied never changes. */
static bool known(PGresult *have, struct error *error) {
    for (int i = 0; i < PQntuples(have); i++) {
        struct shipped file;
        if (!shipped_find(PQgetvalue(have, i, 0), &file.bytes))
            return error_code(error, TROUBLE_USAGE, NULL,
                              TEXT("数据库由更新的版本建立(%s)，请换用那个版本的 tongchou",
                                   "a newer program made this database (%s); run that tongchou"),
                              PQgetvalue(have, i, 0));
        char md5[MD5_TEXT];
        if (!md5_of(file.bytes, md5))
            return error_set(error, "%s", TEXT("libcrypto 不提供 MD5", "libcrypto offers no MD5"));
        if (strcmp(md5, PQgetvalue(have, i, 1)) != 0)
            return error_code(error, TROUBLE_USAGE, NULL,
                              TEXT("数据库由另一版本建立(%s 不同)，请换用那个版本的 tongchou",
                                   "another version made this database (%s differs); run that tongchou"),
                              PQgetvalue(have, i, 0));
    }
    return true;
}

static bool update(struct session *session, struct error *error) {
    if (!session_run(session, "SELECT pg_advisory_xact_lock(hashtextextended('tongchou:schema', 0))", error))
        return false;
    PGresult *have = session_ask(session, "SELECT to_regclass('intake.schema') IS NOT NULL", 0, NULL, error);
    if (!have) return false;
    bool fresh = PQgetvalue(have, 0, 0)[0] != 't';
    PQclear(have);
    have = session_ask(session, fresh ? "SELECT '', '' WHERE false" : "SELECT path, md5 FROM intake.schema",
                       0, NULL, error);
    if (!have) return false;
    bool ok = known(have, error);
    uint64_t at = 0;
    for (struct shipped file; ok && shipped_next(&at, &file);)
        if (shipped_under(&file, "load/schema/") && !listed(have, file.path))
            ok = apply(session, &file, error);
    PQclear(have);
    return ok;
}

bool schema_update(struct session *session, struct error *error) {
    if (!session_run(session, "BEGIN", error)) return false;
    if (update(session, error)) return session_run(session, "COMMIT", error);
    struct error ignored = {0};
    session_run(session, "ROLLBACK", &ignored);
    return false;
}
