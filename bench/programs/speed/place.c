/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/programs/speed/place.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct subject subjects[2] = {
    {ROWS_ENROLLMENT, "enrollment", "psn_insu_d", 3, {0, 6, 9}},
    {ROWS_SETTLEMENT, "settlement", "setl_d", 1, {0}},
};

static const char city_yaml[] =
    "city: {name: 云川市, admdvs: \"690100\"}\n"
    "database: embedded\n"
    "cutover: 2021-01-01\n"
    "reject_limit: {rows: 0, share: 0}\n"
    "vanish_limit: {rows: 0, share: 0}\n"
    "counties:\n"
    "  - {folder: qinghe, name: 青禾区, admdvs: \"690102\", formerly: [\"690121\"]}\n";

/* Where each source column goes, in the source's order.  The enrollment's table has no sex, birth or
   nationality; so that all twelve are decoded, mapped and loaded, three columns that nothing else
   fills take them. */
static const char *const enrollment_columns[] = {
    "src_psn_no: {from: %s}",
    "certno: {from: %s, as: certno}",
    "psn_name: {from: %s, as: name}",
    "insu_idet: {from: %s, map: gend}",
    "psn_insu_date: {from: %s, as: date}",
    "memo: {from: %s, map: naty}",
    "insutype: {from: %s, map: insutype}",
    "psn_type: {from: %s, map: psn_type}",
    "psn_insu_stas: {from: %s, map: psn_insu_stas}",
    "crt_insu_date: {from: %s, as: date}",
    "paus_insu_date: {from: %s, as: date}",
    "insu_admdvs: {from: %s}",
};
static const char *const settlement_columns[ROWS_COLUMNS] = {
    "setl_id: {from: %s}",
    "mdtrt_id: {from: %s}",
    "src_psn_no: {from: %s}",
    "psn_name: {from: %s, as: name}",
    "insutype: {from: %s, map: insutype}",
    "med_type: {from: %s, map: med_type}",
    "fixmedins_code: {from: %s}",
    "fixmedins_name: {from: %s}",
    "begndate: {from: %s, as: date}",
    "enddate: {from: %s, as: date}",
    "setl_time: {from: %s, as: date}",
    "insu_admdvs: {from: %s}",
    "medfee_sumamt: {from: %s}",
    "fulamt_ownpay_amt: {from: %s}",
    "overlmt_selfpay: {from: %s}",
    "preselfpay_amt: {from: %s}",
    "inscp_amt: {from: %s}",
    "act_pay_dedc: {from: %s}",
    "hifp_pay: {from: %s}",
    "cvlserv_pay: {from: %s}",
    "hifmi_pay: {from: %s}",
    "maf_pay: {from: %s}",
    "acct_pay: {from: %s}",
    "cash_payamt: {from: %s}",
};

static bool failed(struct error *error, const char *path) {
    return error_set(error, "%s: %s", path, strerror(errno));
}

static bool make_folder(struct error *error, const char *root, const char *below) {
    char path[2 * PLACE_PATH];
    snprintf(path, sizeof path, "%s%s", root, below);
    return mkdir(path, 0755) == 0 || errno == EEXIST || failed(error, path);
}

static bool write_spec(const struct place_of *place, const struct subject *subject, enum rows_format format,
                       struct error *error) {
    struct rows_column columns[ROWS_COLUMNS];
    unsigned count = rows_columns(subject->rows, format, columns);
    bool settlement = subject->rows == ROWS_SETTLEMENT, dbf = format == ROWS_DBF;
    const char *const *targets = settlement ? settlement_columns : enrollment_columns;
    char path[2 * PLACE_PATH];
    snprintf(path, sizeof path, "%s/city/mappings/qinghe/%s_%s.yaml", place->folder, subject->name,
             dbf ? "dbf" : "csv");
    FILE *file = fopen(path, "we");
    if (!file) return failed(error, path);
    fprintf(file, "match: \"%s_{period}%s\"\nkind: %s\nprofile: national\ndelivery: full\n", subject->name,
            dbf ? ".dbf" : ".zip!rows.csv", subject->table);
    fprintf(file, "read: {format: %s, encoding: GB18030}\nkey: [", dbf ? "dbf" : "csv");
    for (unsigned i = 0; i < subject->key_count; i++)
        fprintf(file, "%s%s", i ? ", " : "", columns[subject->key[i]].name);
    fprintf(file, "]\nunit: yuan\nunmapped: reject\ncontrol: none\ncounty_column: %s\ncolumns:\n",
            columns[11].name);
    for (unsigned i = 0; i < count; i++) {
        const char *target = targets[i], *name = strstr(target, "%s");
        fprintf(file, "  %.*s%s%s\n", (int)(name - target), target, columns[i].name, name + 2);
    }
    return fclose(file) == 0 || failed(error, path);
}

bool place_city(const struct place_of *place, struct error *error) {
    static const char *const folders[] = {"",
                                          "/data",
                                          "/city",
                                          "/city/mappings",
                                          "/city/mappings/qinghe",
                                          "/city/deliveries",
                                          "/city/deliveries/qinghe"};
    char path[2 * PLACE_PATH];
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (!make_folder(error, place->folder, folders[i])) return false;
    snprintf(path, sizeof path, "%s/city/city.yaml", place->folder);
    FILE *file = fopen(path, "we");
    bool ok = file && fputs(city_yaml, file) >= 0;
    if (file && fclose(file) != 0) ok = false;
    for (int i = 0; ok && i < 2; i++)
        ok = write_spec(place, &subjects[i], ROWS_CSV, error) &&
             write_spec(place, &subjects[i], ROWS_DBF, error);
    return ok || (error->message[0] ? false : failed(error, path));
}

bool place_data(const struct place_of *place, const struct subject *subject, enum rows_format format,
                uint64_t rows, char path[PLACE_PATH], struct error *error) {
    static const char *const endings[] = {"csv", "zip", "utf8.csv", "dbf"};
    char part[PLACE_PATH + 8];
    int size = snprintf(path, PLACE_PATH, "%s/data/%s_%ju_%ju.%s", place->folder, subject->name,
                        (uintmax_t)rows, (uintmax_t)place->seed, endings[format]);
    if (size >= PLACE_PATH) return error_set(error, "%s: path too long", place->folder);
    if (access(path, R_OK) == 0) return true;
    snprintf(part, sizeof part, "%s.part", path);
    return rows_make(subject->rows, format, rows, place->seed, part, error) &&
           (rename(part, path) == 0 || failed(error, path));
}

bool place_deliver(const struct place_of *place, const char *data, const char *name, struct error *error) {
    static const char *const endings[] = {"zip", "dbf"};
    char path[2 * PLACE_PATH];
    for (int i = 0; i < 2; i++)
        for (int e = 0; e < 2; e++) {
            snprintf(path, sizeof path, "%s/city/deliveries/qinghe/%s_202012.%s", place->folder,
                     subjects[i].name, endings[e]);
            if (unlink(path) != 0 && errno != ENOENT) return failed(error, path);
        }
    if (!data) return true;
    snprintf(path, sizeof path, "%s/city/deliveries/qinghe/%s_202012%s", place->folder, name,
             strrchr(data, '.'));
    return link(data, path) == 0 || failed(error, path);
}
