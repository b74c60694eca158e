/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What is found beside the rows of one job, written down in the database. */
#include "cli/ingest.h"
#include "load/finding.h"
#include "transform/row/mapping.h"

static void record_use(const struct ingest *ingest, const struct ingested *result, struct arena *arena) {
    const struct mapping_set *set = ingest->rules->mappings;
    uint32_t count = 0;
    for (uint32_t i = 0; i < set->row_count; i++) count += result->use[i].rows > 0;
    struct intake_use *uses = ARENA_NEW(arena, struct intake_use, count + 1);
    count = 0;
    for (uint32_t i = 0; i < set->row_count; i++) {
        const struct mapping_row *row = set->rows[i];
        if (!result->use[i].rows) continue;
        const char *table = (const char *)arena_copy(arena, row->file->table->name).bytes;
        uses[count++] = (struct intake_use){.target_column = table,
                                            .table_name = table,
                                            .status = row->reviewed ? "reviewed" : "draft",
                                            .path = row->file->path,
                                            .source_code = row->code,
                                            .source_label = row->label,
                                            .target_code = row->target.bytes ? row->target : SPAN(""),
                                            .line = (int)row->line,
                                            .rows = (int64_t)result->use[i].rows,
                                            .fen = result->use[i].fen,
                                            .dated = result->use[i].dated,
                                            .first = result->use[i].first,
                                            .last = result->use[i].last};
    }
    intake_mapping_use(result->file, uses, count);
}

/* A header that changed and was let pass is written down: somebody must be able to see it later. */
static bool record_drift(const struct ingest *ingest, const struct ingested *result, struct error *error) {
    struct finding finding = {.delivery = intake_number(ingest->intake),
                              .file = result->file->number,
                              .code = "header.changed",
                              .county = ingest->county->admdvs,
                              .kind = result->spec->kind->name,
                              .state = "held",
                              .subject = result->spec->path,
                              .detail = result->drifted.detail.bytes};
    return !result->drifted.says.size || registry_finding(ingest->registry, &finding, error);
}

bool ingest_record(const struct ingest *ingest, const struct job *job, const struct ingested *result,
                   struct arena *arena, struct error *error) {
    (void)job;
    if (!ingest->intake) return true;
    if (result->use) record_use(ingest, result, arena);
    if (!record_drift(ingest, result, error)) return false;
    if (!result->control_compared) return true;
    struct finding finding = {.delivery = intake_number(ingest->intake),
                              .file = result->file->number,
                              .code = "control.subtotal_mismatch",
                              .county = ingest->county->admdvs,
                              .kind = result->spec->kind->name,
                              .state = "held",
                              .detail = ""};
    uint64_t kept = result->breach_count < BREACHES_MAX ? result->breach_count : BREACHES_MAX;
    for (uint64_t i = 0; i < kept; i++) {
        const struct control_breach *breach = &result->breaches[i];
        uint16_t column = result->spec->kind->measures[breach->measure];
        finding.state = "broken";
        finding.subject = result->spec->kind->columns[column].name;
        finding.detail = arena_print(arena, "row=%ju", (uintmax_t)breach->row);
        finding.left = breach->said;
        finding.right = breach->found;
        if (!registry_finding(ingest->registry, &finding, error)) return false;
    }
    if (result->breach_count) return true;
    finding.subject = "";
    finding.detail = arena_print(arena, "compared=%ju", (uintmax_t)result->control_compared);
    return registry_finding(ingest->registry, &finding, error);
}
