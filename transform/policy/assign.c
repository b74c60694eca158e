/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/assign.h"
#include "core/language.h"
#include "transform/row/csv.h"
#include "transform/row/date.h"

const char *const assign_columns[ASSIGN_COLUMNS] = {"county",    "insutype",   "plan",
                                                    "city_plan", "valid_from", "valid_until"};

struct reading {
    const char *path;
    uint32_t line, places[ASSIGN_COLUMNS]; /* from 1 */
    struct arena *arena;
    struct error *error;
};

static bool wrong(const struct reading *at, uint32_t column, const char *why) {
    at->error->at = (struct place){.source = at->path, .row = at->line, .column = at->places[column]};
    return error_code(at->error, TROUBLE_USAGE, NULL, TEXT("%s 列：%s", "%s: %s"), assign_columns[column],
                      why);
}

static bool read_header(struct csv *csv, struct reading *at) {
    struct span cells[CSV_CELLS];
    uint32_t count = csv_next(csv, cells, at->arena);
    at->line = 1;
    for (uint32_t column = 0; column < ASSIGN_COLUMNS; column++) {
        uint32_t place = 0;
        while (place < count && !span_equal(cells[place], (struct span){assign_columns[column],
                                                                        strlen(assign_columns[column])}))
            place++;
        if (place == count) return wrong(at, column, TEXT("表头缺少这一列", "the header lacks it"));
        at->places[column] = place + 1;
    }
    return true;
}

static bool read_day(const struct reading *at, struct span cell, uint32_t column, int32_t none,
                     int32_t *day) {
    *day = none;
    return cell.size == 0 || date_read(cell, at->arena, day) == DATE_OK ||
           wrong(at, column, TEXT("不是日期(年-月-日)", "not a date (yyyy-mm-dd)"));
}

static bool check_twice(const struct reading *at, const struct policy_assignments *all,
                        const struct policy_assignment *row) {
    for (uint32_t i = 0; i < all->count; i++) {
        const struct policy_assignment *other = &all->list[i];
        if (!span_equal(other->county, row->county) || !span_equal(other->insutype, row->insutype) ||
            other->since >= row->until || row->since >= other->until)
            continue;
        at->error->at =
            (struct place){.source = at->path, .row = at->line, .column = at->places[ASSIGN_SINCE]};
        return error_code(at->error, TROUBLE_USAGE, NULL,
                          TEXT("与第 %u 行说的是同一个县、同一险种、同一天",
                               "speaks of the same county, insurance and day as row %u"),
                          other->line);
    }
    return true;
}

static bool read_row(const struct reading *at, const struct span *cells, uint32_t count,
                     struct policy_assignments *all) {
    struct span cell[ASSIGN_COLUMNS];
    for (uint32_t column = 0; column < ASSIGN_COLUMNS; column++)
        cell[column] = at->places[column] <= count ? cells[at->places[column] - 1] : (struct span){"", 0};
    struct policy_assignment row = {.county = cell[ASSIGN_COUNTY],
                                    .insutype = cell[ASSIGN_INSUTYPE],
                                    .plan = cell[ASSIGN_PLAN],
                                    .city_plan = cell[ASSIGN_CITY_PLAN],
                                    .path = at->path,
                                    .line = at->line};
    if (!row.county.size)
        return wrong(at, ASSIGN_COUNTY, TEXT("要写县的区划代码", "the county's division code is missing"));
    if (!read_day(at, cell[ASSIGN_SINCE], ASSIGN_SINCE, INT32_MIN, &row.since) ||
        !read_day(at, cell[ASSIGN_UNTIL], ASSIGN_UNTIL, INT32_MAX, &row.until))
        return false;
    if (row.since >= row.until)
        return wrong(at, ASSIGN_UNTIL, TEXT("止日要晚于起日", "valid_until must be after valid_from"));
    if (all->count == ASSIGNMENTS_MAX) return wrong(at, ASSIGN_COUNTY, TEXT("行数太多", "too many rows"));
    if (!check_twice(at, all, &row)) return false;
    all->list[all->count++] = row;
    return true;
}

bool assign_read(struct span text, const char *path, struct arena *arena,
                 struct policy_assignments *assignments, struct error *error) {
    struct csv csv = {.text = text};
    struct span cells[CSV_CELLS];
    struct reading at = {.path = path, .arena = arena, .error = error};
    *assignments =
        (struct policy_assignments){.list = ARENA_NEW(arena, struct policy_assignment, ASSIGNMENTS_MAX)};
    if (!read_header(&csv, &at)) return false;
    memcpy(assignments->columns, at.places, sizeof at.places);
    for (uint32_t count; (count = csv_next(&csv, cells, arena)) > 0;) {
        at.line = csv.line;
        if (!read_row(&at, cells, count, assignments)) return false;
    }
    at.line = csv.line;
    return !csv.broken || wrong(&at, 0, TEXT("引号没有收尾", "a quote is never closed"));
}

const struct policy_assignment *assign_find(const struct policy_assignments *assignments, struct span county,
                                            struct span insutype, int32_t day) {
    const struct policy_assignment *general = NULL;
    for (uint32_t i = 0; i < assignments->count; i++) {
        const struct policy_assignment *row = &assignments->list[i];
        if (day < row->since || day >= row->until || !span_equal(row->county, county)) continue;
        if (span_equal(row->insutype, insutype)) return row;
        if (row->insutype.size == 0) general = row;
    }
    return general;
}
