/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What the counties and the city's staff write: specs, tables, limits, archives. */
#include "tests/cli/model/play.h"
#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

const char *const county_folders[COUNTIES] = {"qinghe", "linzhu"}, *const county_codes[COUNTIES] = {"690102",
                                                                                                    "690181"};
const char *const table_kinds[TABLES] = {"rsdt_psn_clct_detl_d", "staf_psn_clct_detl_d"};
static const char *const table_keys[TABLES] = {"rsdt_clct_detl_id", "staf_clct_detl_id"};
static const char table_letters[] = "rs";

static void write_text(struct play *play, const char *path, const char *text) {
    journey_write(&play->journey, path, (struct span){text, strlen(text)});
}

void package_limits(struct play *play) {
    int most = play->world.tight ? 0 : 1000;
    write_text(play, "city.yaml",
               arena_print(&play->journey.arena,
                           "city: {name: 云川市, admdvs: \"690100\"}\ndatabase: embedded\n"
                           "cutover: 2030-01-01\nreject_limit: {rows: %d, share: 0.5}\n"
                           "vanish_limit: {rows: %d, share: 0.5}\nfund: []\ncounties:\n"
                           "  - {folder: qinghe, name: 青禾区, admdvs: \"690102\"}\n"
                           "  - {folder: linzhu, name: 临渚市, admdvs: \"690181\"}\n",
                           most, most));
}

void package_tables(struct play *play) {
    struct arena *arena = &play->journey.arena;
    const char *text =
        "source_system,source_code,source_label,when_column,when_value,target_code,target_label,valid_from,"
        "valid_until,status,justification,author,reviewer,review_date,note\n";
    for (int code = 0; code < CODES; code++)
        if (play->world.targets[code])
            text =
                arena_print(arena, "%s,%c,,,,%d,,,,reviewed,样例,样例-经办,样例-复核,2020-12-28,合成样例\n",
                            text, 'A' + code, play->world.targets[code]);
    for (int county = 0; county < COUNTIES; county++)
        write_text(play, arena_print(arena, "mappings/%s/insutype.csv", county_folders[county]), text);
}

void package_specs(struct play *play) {
    static const char *const modes[] = {"full", "delta"};
    struct arena *arena = &play->journey.arena;
    for (int county = 0; county < COUNTIES; county++)
        for (int table = 0; table < TABLES; table++)
            for (int mode = 0; mode < 2; mode++)
                write_text(
                    play,
                    arena_print(arena, "mappings/%s/%s_%c.yaml", county_folders[county], modes[mode],
                                table_letters[table]),
                    arena_print(arena,
                                "match: \"%s_{period}_{revision}_*.zip!%c*.csv\"\nkind: %s\ndelivery: %s\n"
                                "read: {format: csv, encoding: UTF-8, header: {row: 1}}\nkey: [号]\n"
                                "unit: fen\ncolumns:\n  %s: 号\n  clct_time: {from: 日, as: date}\n"
                                "  insutype: {from: 险, map: insutype}\n  psn_clct_amt: 个人\n"
                                "  clct_sumamt: 合计\n%scontrol: none\n",
                                modes[mode], table_letters[table], table_kinds[table], modes[mode],
                                table_keys[table], mode ? "withdraw: {from: 状态, when: 注销}\n" : ""));
}

const char *package_path(struct play *play, const struct package *package) {
    return arena_print(&play->journey.arena, "deliveries/%s/%s_2020%02d_%d_%02d.zip",
                       county_folders[package->county], package->full ? "full" : "delta", package->month,
                       package->revision, package->serial);
}

static const char *member_text(struct play *play, const struct package *package, int table, int member) {
    struct arena *arena = &play->journey.arena;
    const char *text = "号,日,险,个人,合计,状态\n";
    int count = 0;
    for (int i = 0; i < package->line_count; i++) {
        const struct line *line = &package->lines[i];
        if (line->table != table || line->member != member) continue;
        count++;
        text = arena_print(arena,
                           line->flaw == BAD_AMOUNT ? "%sk%d,202001%02d,%c,%d,%dx,%s\n"
                           : line->flaw == BAD_DATE ? "%sk%d,202099%02d,%c,%d,%d,%s\n"
                                                    : "%sk%d,202001%02d,%c,%d,%d,%s\n",
                           text, line->key, line->day, 'A' + (int)line->code, line->part, line->amount,
                           line->flaw == MARKER ? "注销" : "");
    }
    return count ? text : NULL;
}

static bool add_member(struct archive *zip, const char *name, const char *text, int salt) {
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)strlen(text));
    archive_entry_set_mtime(entry, 1600000000 + salt * 86400, 0);
    bool ok = archive_write_header(zip, entry) == ARCHIVE_OK &&
              archive_write_data(zip, text, strlen(text)) == (la_ssize_t)strlen(text);
    archive_entry_free(entry);
    return ok;
}

/* Another number of `bytes` is another time in the archive, so other bytes. */
void package_write(struct play *play, const struct package *package) {
    struct archive *zip = archive_write_new();
    archive_write_set_format_zip(zip);
    bool ok = archive_write_open_filename(zip, arena_print(&play->journey.arena, "%s/%s", play->journey.city,
                                                           package_path(play, package))) == ARCHIVE_OK;
    for (int table = 0; table < TABLES; table++)
        for (int member = 1; member <= 2; member++) {
            const char *text = member_text(play, package, table, member),
                       *name = arena_print(&play->journey.arena, "%c%d.csv", table_letters[table], member);
            if (text) ok = ok && add_member(zip, name, text, package->bytes);
        }
    ok = ok && archive_write_close(zip) == ARCHIVE_OK;
    archive_write_free(zip);
    cr_assert(ok, "no archive was written");
}

/* All of these bytes, under any name, are taken out of deliveries/. */
void package_take_away(struct play *play, int bytes) {
    for (int p = 0; p < play->world.package_count; p++) {
        struct package *package = &play->world.packages[p];
        if (package->bytes != bytes || !package->lies) continue;
        package->lies = false;
        unlink(arena_print(&play->journey.arena, "%s/%s", play->journey.city, package_path(play, package)));
    }
}
