/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Published rows change only here: a delivery is read again by today's specs and mappings, on purpose. */
#include "cli/deliver.h"
#include "core/language.h"
#include <stdlib.h>

/* The delivery that `number` names, or the one that it repeats. */
static bool find_root(struct work *work, const char *number, struct registry_delivery *root,
                      struct error *error) {
    struct registry_delivery *list;
    uint32_t count = 0;
    bool digits = *number && strlen(number) < 9 && strspn(number, "0123456789") == strlen(number);
    if (digits && !registry_list(&work->registry, NULL, atoi(number), work->arena, &list, &count, error))
        return false;
    if (count && strcmp(list[0].source, "file") != 0 &&
        !registry_list(&work->registry, NULL, list[0].parent, work->arena, &list, &count, error))
        return false;
    if (!digits || atoi(number) == 0 || !count || strcmp(list[0].state, "published") != 0)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("没有已入库的第 %s 号交付；交付号见 tongchou history",
                               "no published delivery %s; see tongchou history"),
                          number);
    *root = list[0];
    return true;
}

/* Corrections came from the county by hand: reading the bytes again would lose them without a word. */
static bool refuse_corrected(struct work *work, const struct registry_delivery *root, struct error *error) {
    const char *delivery = arena_print(work->arena, "%d", root->delivery);
    PGresult *result =
        session_ask(&work->registry.session,
                    "SELECT string_agg(delivery::text, ', ' ORDER BY delivery) FROM intake.delivery"
                    " WHERE parent = $1::int AND source = 'retry' AND state = 'published'",
                    1, &delivery, error);
    if (!result) return false;
    bool corrected = !PQgetisnull(result, 0, 0);
    if (corrected)
        error_code(error, TROUBLE_REFUSED, NULL,
                   TEXT("第 %d 号交付有按退回清单改正的行(第 %s 号)，重算会丢掉改正；请先 tongchou undo "
                        "它，重算后再 retry",
                        "rows of delivery %d were corrected (delivery %s) and would be lost: undo that "
                        "first, retry it afterwards"),
                   root->delivery, PQgetvalue(result, 0, 0));
    PQclear(result);
    return !corrected;
}

static bool reload(struct work *work, struct district *district, const struct found *file,
                   const struct registry_delivery *root, struct error *error) {
    struct delivering *at = delivering_new(work, district, file);
    struct error why = {0};
    at->source = "again";
    at->parent = root->delivery;
    bool planned =
        plan_delivery(file, &district->specs, &at->arena, &at->plan, &why) && deliver_slip(at, &why);
    bool ok = planned ? deliver_planned(at, error) : deliver_refuse(at, &why, error);
    delivering_free(at);
    return ok;
}

bool work_again(struct work *work, const char *number, struct error *error) {
    struct registry_delivery root = {0};
    if (!find_root(work, number, &root, error) || !refuse_corrected(work, &root, error)) return false;
    struct district *district = NULL;
    for (uint32_t i = 0; i < work->district_count; i++)
        if (strcmp(work->districts[i].county->admdvs, root.county) == 0) district = &work->districts[i];
    if (!district)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("city.yaml 里没有县「%s」", "city.yaml has no county \"%s\""), root.county);
    if (!work_sound(district, error)) return false;
    district->locked = registry_lock(&work->registry, root.county, error);
    if (!district->locked || !scan_county(&work->city, district->county, work->arena, &district->scan, error))
        return false;
    for (uint32_t i = 0; i < district->scan.count; i++) {
        struct found *file = &district->scan.files[i];
        if (file->slip || !work_identify(work, file, &(struct error){0}) ||
            strcmp(file->sha256, root.sha256) != 0)
            continue;
        return reload(work, district, file, &root, error);
    }
    return error_code(error, TROUBLE_REFUSED, NULL,
                      TEXT("第 %d 号交付的原文件 %s 已不在 deliveries/ 中，不能重算",
                           "the bytes of delivery %d, %s, are gone from deliveries/"),
                      root.delivery, root.path);
}
