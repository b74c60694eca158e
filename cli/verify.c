/* SPDX-License-Identifier: MulanPSL-2.0 */
/* verify PACK: is it still what was signed?  Needs no database.  Without PACK: counts everything in the
 * database. */
#include "report/verify.h"
#include "cli/command.h"
#include "core/language.h"
#include "load/hash.h"
#include "load/verify.h"
#include "report/write.h"

static enum exit_code verify_folder(struct invocation *invocation, struct error *error) {
    struct verify verify = {0};
    if (!verify_pack(invocation->arguments[0], invocation->arena, &verify, error)) return exit_of(error);
    if (invocation->json) write_json_result(&verify.result, stdout);
    else if (verify.result.row_count) write_text_result(&verify.result, stdout);
    if (!invocation->json)
        printf(TEXT("未变 %u，已改 %u，缺少 %u，多出 %u；程序 %.*s\n",
                    "unchanged %u, changed %u, missing %u, extra %u; program %.*s\n"),
               verify.unchanged, verify.changed, verify.missing, verify.extra, (int)verify.program.size,
               verify.program.bytes ? verify.program.bytes : "");
    return verify.changed || verify.missing || verify.extra ? EXIT_FAILED : EXIT_HELD;
}

static enum exit_code verify_city(struct invocation *invocation, struct error *error) {
    struct city city;
    struct database database;
    struct registry registry;
    char hash[HASH_TEXT] = "";
    if (!city_read(invocation->city, invocation->arena, &city, error) ||
        !database_open(&database, city.database, city.directory, error))
        return exit_of(error);
    int64_t compared = 0, broken = 0;
    database.stop = invocation->stop;
    bool ok = registry_open(&registry, &database, error);
    if (ok) {
        ok =
            hash_content(&registry, NULL, hash, error) && verify_totals(&registry, &compared, &broken, error);
        registry_close(&registry);
    }
    database_close(&database);
    if (!ok) return exit_of(error);
    if (invocation->json)
        printf("{\"content\": \"%s\", \"compared\": %jd, \"broken\": %jd}\n", hash, (intmax_t)compared,
               (intmax_t)broken);
    else
        printf(TEXT("库内内容摘要 %s\n逐行重数：核对 %jd 项行数与金额，不符 %jd\n",
                    "content %s\ncounted again: %jd totals, %jd differ\n"),
               hash, (intmax_t)compared, (intmax_t)broken);
    return broken ? EXIT_FAILED : EXIT_HELD;
}

static enum exit_code verify_run(struct invocation *invocation, void *options, struct error *error) {
    (void)options;
    return invocation->argument_count ? verify_folder(invocation, error) : verify_city(invocation, error);
}

const struct command command_verify = {
    .name = "verify",
    .arguments = "[PACK]",
    .zh = "核对签字包未被改动(不需要数据库)；不写则算库内内容摘要",
    .en = "hold a pack against its manifest (no database); without one, the digest of the database's content",
    .example = "tongchou verify out/0001_20210105",
    .arguments_max = 1,
    .run = verify_run,
};
