/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Tables and code lists that lie there and that no spec asks for: a file's name typed wrong says nothing
 * else. */
#include "cli/map/map.h"
#include "core/language.h"
#include <dirent.h>
#include <strings.h>

static bool asks(const struct spec_set *specs, struct span table) {
    for (uint32_t s = 0; s < specs->count; s++)
        for (uint32_t c = 0; c < specs->specs[s].column_count; c++)
            if (span_equal(specs->specs[s].columns[c].map, table)) return true;
    return false;
}

/* The name before .csv or .xlsx; empty for any other file. */
static struct span stem_of(const char *name) {
    const char *dot = strrchr(name, '.');
    bool table = dot && (strcasecmp(dot, ".csv") == 0 || strcasecmp(dot, ".xlsx") == 0);
    return (struct span){name, table ? (size_t)(dot - name) : 0};
}

static void look_into(const struct map_unused *at, const char *folder, uint32_t from, uint32_t until) {
    const char *path = arena_print(at->arena, "%s/%s", at->city->directory, folder);
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        struct span table = stem_of(entry->d_name);
        /* region.csv is for citizen numbers (cli/rules.c), asked for by nobody. */
        bool asked = !table.size || span_equal(table, SPAN("region"));
        for (uint32_t i = from; i < until && !asked; i++) asked = asks(&at->specs[i], table);
        if (!asked) at->take(at->context, arena_print(at->arena, "%s/%s", folder, entry->d_name));
    }
    if (directory) closedir(directory);
}

void map_unused(const struct map_unused *at) {
    uint32_t count = at->city->county_count;
    look_into(at, "mappings", 0, count);
    look_into(at, "mappings/codes", 0, count);
    for (uint32_t i = 0; i < count; i++)
        look_into(at, arena_print(at->arena, "mappings/%s", at->city->counties[i].folder), i, i + 1);
}
