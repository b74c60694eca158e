/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/programs/speed/peers.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_BYTES = 2048, COMMAND_BYTES = 8192 };

typedef void list_item(char *text, size_t size, const struct rows_column *column);

/* Every column in its own words, with commas between. */
static void list(char text[LIST_BYTES], const struct subject *subject, enum rows_format format,
                 list_item *item) {
    struct rows_column columns[ROWS_COLUMNS];
    unsigned count = rows_columns(subject->rows, format, columns);
    size_t at = 0;
    for (unsigned i = 0; i < count; i++) {
        if (i) at += (size_t)snprintf(text + at, LIST_BYTES - at, ", ");
        item(text + at, LIST_BYTES - at, &columns[i]);
        at += strlen(text + at);
    }
}

static void item_typed(char *text, size_t size, const struct rows_column *column) {
    snprintf(text, size, "%s %s", column->name,
             column->type == 'D'   ? "date"
             : column->type == 'N' ? "numeric(16,2)"
                                   : "text");
}

static void item_text(char *text, size_t size, const struct rows_column *column) {
    snprintf(text, size, "%s text", column->name);
}

static void item_nullable(char *text, size_t size, const struct rows_column *column) {
    snprintf(text, size, "%s%s", column->name, column->type == 'D' ? " [null if blanks]" : "");
}

static void pgloader_script(char *text, size_t size, const struct server *server, const char *folder,
                            const char *load) {
    snprintf(text, size,
             "cat > '%s/peer.load' <<'EOF'\n%s\nEOF\n"
             "exec pgloader --no-ssl-cert-verification --quiet --dynamic-space-size 8192 --root-dir "
             "'%s/pgloader' '%s/peer.load'",
             folder, load, folder, folder);
    (void)server;
}

static void pgloader_csv(char *text, size_t size, const struct server *server, const struct subject *subject,
                         const char *data, const char *folder) {
    char columns[LIST_BYTES], load[COMMAND_BYTES / 2];
    list(columns, subject, ROWS_CSV, item_nullable);
    snprintf(load, sizeof load,
             "LOAD CSV FROM '%s' WITH ENCODING gbk (%s)\n INTO postgresql://tongchou@unix:%s:5432/postgres\n"
             " TARGET TABLE bench.peer\n WITH skip header = 1, fields optionally enclosed by '\"',"
             " fields terminated by ',';",
             data, columns, server->socket);
    pgloader_script(text, size, server, folder, load);
}

static void pgloader_dbf(char *text, size_t size, const struct server *server, const struct subject *subject,
                         const char *data, const char *folder) {
    char load[COMMAND_BYTES / 2];
    (void)subject;
    snprintf(load, sizeof load,
             "LOAD DBF FROM '%s' WITH ENCODING cp936\n INTO postgresql://tongchou@unix:%s:5432/postgres\n"
             " TARGET TABLE bench.peer\n WITH create no tables;",
             data, server->socket);
    pgloader_script(text, size, server, folder, load);
}

static void ogr_csv(char *text, size_t size, const struct server *server, const struct subject *subject,
                    const char *data, const char *folder) {
    (void)subject, (void)folder;
    snprintf(
        text, size,
        "set -o pipefail; iconv -f GB18030 -t UTF-8 '%s' | ogr2ogr --config PG_USE_COPY YES -append"
        " -f PostgreSQL 'PG:host=%s user=tongchou dbname=postgres' -nln bench.peer -nlt NONE CSV:/vsistdin/",
        data, server->socket);
}

static void ogr_dbf(char *text, size_t size, const struct server *server, const struct subject *subject,
                    const char *data, const char *folder) {
    (void)subject, (void)folder;
    snprintf(text, size,
             "exec ogr2ogr --config PG_USE_COPY YES -append -f PostgreSQL"
             " 'PG:host=%s user=tongchou dbname=postgres' -nln bench.peer -nlt NONE -oo ENCODING=GBK '%s'",
             server->socket, data);
}

static void pgdbf_psql(char *text, size_t size, const struct server *server, const struct subject *subject,
                       const char *data, const char *folder) {
    (void)folder;
    /* It names the table after the file and would make it; the rows go to the table that is there. */
    snprintf(text, size,
             "set -o pipefail; pgdbf -C -D -s GB18030 '%s' | sed '1,3s/^\\\\COPY [^ ]* FROM/\\\\COPY "
             "bench.peer FROM/' |"
             " psql -X -q -h '%s' -U tongchou -d postgres -v ON_ERROR_STOP=1",
             data, server->socket);
    (void)subject;
}

static void iconv_psql(char *text, size_t size, const struct server *server, const struct subject *subject,
                       const char *data, const char *folder) {
    (void)subject, (void)folder;
    snprintf(text, size,
             "set -o pipefail; iconv -f GB18030 -t UTF-8 '%s' | psql -X -q -h '%s' -U tongchou -d postgres"
             " -v ON_ERROR_STOP=1 -c '\\copy bench.peer from pstdin csv header'",
             data, server->socket);
}

const struct peer peers[] = {
    {"pgloader_csv", "pgloader", ROWS_CSV, true, false, {15000000, 18000000}, pgloader_csv},
    {"pgloader_dbf", "pgloader", ROWS_DBF, true, false, {0, 0}, pgloader_dbf},
    {"ogr2ogr_csv", "ogr2ogr iconv", ROWS_CSV, false, true, {2500000, 4000000}, ogr_csv},
    {"ogr2ogr_dbf", "ogr2ogr", ROWS_DBF, false, false, {5000000, 8000000}, ogr_dbf},
    {"pgdbf_psql", "pgdbf psql", ROWS_DBF, false, false, {0, 0}, pgdbf_psql},
    {"iconv_psql", "iconv psql", ROWS_CSV, false, false, {0, 0}, iconv_psql},
};
const unsigned peer_count = sizeof peers / sizeof *peers;

bool peer_installed(const struct peer *peer) {
    char command[256];
    snprintf(command, sizeof command, "for p in %s; do command -v $p >/dev/null || exit 1; done",
             peer->programs);
    return system(command) == 0;
}

static bool make_table(struct server *server, const struct peer *peer, const struct subject *subject) {
    char columns[LIST_BYTES], key[3 * ROWS_NAME + 8] = "";
    struct rows_column named[ROWS_COLUMNS];
    rows_columns(subject->rows, peer->format, named);
    for (unsigned i = 0; i < subject->key_count; i++) {
        if (i) strcat(key, ", ");
        strncat(key, named[subject->key[i]].name, ROWS_NAME);
    }
    list(columns, subject, peer->format, peer->plain ? item_text : item_typed);
    return server_sql(server, "DROP TABLE IF EXISTS bench.peer") &&
           server_sql(server, "CREATE TABLE bench.peer (%s, PRIMARY KEY (%s))", columns, key) &&
           server_sql(server, "CHECKPOINT");
}

bool peer_run(const struct peer *peer, struct server *server, const struct place_of *place,
              const struct subject *subject, struct sample *sample, struct error *error) {
    char data[PLACE_PATH], command[COMMAND_BYTES];
    if (!place_data(place, subject, peer->format, place->rows, data, error)) return false;
    if (!make_table(server, peer, subject)) return error_set(error, "%s: no table", peer->name);
    peer->command(command, sizeof command, server, subject, data, place->folder);
    if (!server_run(server, command, sample)) return error_set(error, "%s: not run", peer->name);
    int64_t rows = server_number(server, "SELECT count(*) FROM bench.peer");
    if (sample->status == 0 && rows == (int64_t)place->rows) return true;
    return error_set(error, "%s %s: exit %d, %jd rows, see %s", peer->name, subject->name, sample->status,
                     (intmax_t)rows, server->log);
}
