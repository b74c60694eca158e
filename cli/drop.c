/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Removes the embedded database of a city, for those who try things out. */
#include "cli/command.h"
#include "core/language.h"
#include "load/database.h"

static enum exit_code drop_run(struct invocation *invocation, void *options, struct error *error) {
    struct city city;
    (void)options;
    if (!city_read(invocation->city, invocation->arena, &city, error)) return exit_of(error);
    if (strcmp(city.database, "embedded") != 0) {
        error_code(error, TROUBLE_USAGE, NULL, "%s",
                   TEXT("只能删除 embedded 数据库；别的请数据库管理员处理",
                        "only an embedded database can be dropped"));
        return EXIT_USAGE;
    }
    if (!database_remove(city.directory, error)) return exit_of(error);
    printf("%s\n", TEXT("已删除内嵌数据库；交付文件和报告未动，以后的处理接着原来的次数编号",
                        "the embedded database is gone; deliveries and papers were left, and the number of"
                        " the next run follows theirs"));
    return EXIT_HELD;
}

const struct command command_drop = {
    .name = "drop",
    .arguments = "",
    .zh = "删除内嵌数据库(试用后)；交付和报告不动",
    .en = "remove the embedded database after a trial; deliveries and papers stay",
    .example = "tongchou drop --city yunchuan",
    .run = drop_run,
};
