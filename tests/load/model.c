/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/model.h"
#include "load/lane.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>

static const char *sql_type(enum type type) {
    static const char *const names[] = {
        [TYPE_TEXT] = "text",    [TYPE_INTEGER] = "bigint",
        [TYPE_MONEY] = "bigint", [TYPE_RATIO] = "numeric(5,4)",
        [TYPE_DATE] = "date",    [TYPE_TIMESTAMP] = "timestamp(0) without time zone",
        [TYPE_BOOL] = "boolean"};
    return names[type];
}

/* The snapshot of the build against the catalog of a real database. */
Test(model, the_snapshot_is_what_the_catalog_says) {
    struct city city;
    city_enter(&city);
    cr_assert_str_eq(
        city_ask(&city,
                 "SELECT count(*) FROM pg_class WHERE relkind = 'p' AND relnamespace IN "
                 "('record'::regnamespace, 'fund'::regnamespace) AND EXISTS (SELECT FROM pg_attribute WHERE "
                 "attrelid = pg_class.oid AND attname = 'src_key')"),
        lane_format(&city.arena, "%u", model_kind_count));
    for (uint32_t k = 0; k < model_kind_count; k++) {
        const struct kind *kind = &model_kinds[k];
        const char *expected = "";
        for (uint32_t c = 0; c < kind->column_count; c++)
            expected = lane_format(&city.arena, "%s%s %s %s %s %u\n", expected, kind->columns[c].field,
                                   sql_type(kind->columns[c].type),
                                   kind->columns[c].tags & TAG_REQUIRED ? "required" : "null",
                                   kind->columns[c].label, kind->columns[c].max);
        const char *sql =
            lane_format(&city.arena,
                        "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) "
                        "|| CASE WHEN attnotnull THEN ' required ' ELSE ' null ' END"
                        " || regexp_replace(col_description(attrelid, attnum), ' *@.*', '') || ' ' || "
                        "coalesce(substring(col_description(attrelid, attnum) FROM "
                        "'@max.([0-9]+)'), '0') || E'\\n', '' ORDER BY attnum) FROM pg_attribute"
                        " WHERE attrelid = '%s'::regclass AND attnum BETWEEN 1 AND %u",
                        kind->table, kind->column_count);
        cr_assert_str_eq(city_ask(&city, sql), expected, "%s", kind->name);
    }
    city_leave(&city);
}
