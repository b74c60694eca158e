/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/plan.h"
#include "cli/template/template.h"
#include "core/decimal.h"
#include "core/language.h"
#include "extract/archive.h"
#include "extract/extract.h"
#include "extract/foreign.h"
#include "extract/sheet_name.h"
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

enum { HEAD_MIN = 512 }; /* less than any of them has: the smallest zip with a file in it has over 100 */

struct planning {
    const struct found *file;
    const struct spec_set *specs;
    struct arena *arena;
    struct plan *plan;
    uint64_t bytes; /* of the member at hand, unpacked; 0: not known */
};

static int number_of(struct span digits, int otherwise) {
    int64_t number;
    bool good = digits.size < 10 && decimal_read(digits, 0, &number) == DECIMAL_OK;
    return good ? (int)number : otherwise;
}

static bool add_job(struct planning *at, const struct job *job, const struct spec_rank *rank,
                    struct error *error) {
    struct plan *plan = at->plan;
    if (plan->job_count == JOBS_MAX)
        return error_code(error, TROUBLE_REFUSED, NULL,
                          TEXT("一个交付里超过 %d 个成员", "more than %d members in one delivery"), JOBS_MAX);
    plan->jobs[plan->job_count++] = *job;
    if (rank->period.size) plan->period = (const char *)arena_copy(at->arena, rank->period).bytes;
    plan->revision = number_of(rank->revision, plan->revision);
    plan->part = number_of(rank->part, plan->part);
    plan->rank_arrival |= job->spec->rank_arrival;
    return true;
}

/* A spec that says `sheet` takes those sheets alone. */
static bool means_sheet(const struct spec *spec, const char *sheet) {
    const struct node *wanted = node_get(spec->read, "sheet");
    return !wanted || wanted->kind != NODE_SCALAR || sheet_name_fits(wanted->text.bytes, sheet);
}

static bool claim(struct planning *at, const char *member, const char *sheet, struct error *error) {
    const char *inside = arena_print(at->arena, "%s%s%s", member ? member : "", member && sheet ? "!" : "",
                                     sheet ? sheet : "");
    const char *name = *inside ? arena_print(at->arena, "%s!%s", at->file->path, inside) : at->file->path;
    bool claimed = false;
    for (uint32_t i = 0; i < at->specs->count; i++) {
        struct spec *spec = &at->specs->specs[i];
        struct spec_rank rank = {0};
        if (!spec_match(spec->match, (struct span){name, strlen(name)}, &rank)) continue;
        if (sheet && !means_sheet(spec, sheet)) continue;
        claimed = true;
        if (spec->ignore) at->plan->ignored = true;
        if (spec->ignore) continue;
        struct job job = {.spec = spec,
                          .source = &at->specs->sources[i],
                          .member = member,
                          .sheet = sheet,
                          .bytes = sheet ? 0 : at->bytes,
                          .name = name,
                          .inside = inside};
        if (!add_job(at, &job, &rank, error)) return false;
    }
    if (claimed) return true;
    struct job job = {
        .member = member, .sheet = sheet, .bytes = sheet ? 0 : at->bytes, .name = name, .inside = inside};
    if (at->specs->city && !template_claim(at->specs->city, at->file, at->arena, &job, &claimed, error))
        return false;
    struct spec_rank rank = {0};
    if (claimed && spec_match(job.spec->match, (struct span){name, strlen(name)}, &rank))
        return add_job(at, &job, &rank, error);
    error->at.source = name;
    return error_code(error, TROUBLE_REFUSED, "file.unmatched", "%s",
                      TEXT("没有源规格认领此文件", "no source spec claims this file"));
}

/* What the city allows, and the specs that speak of this archive, when it is listed.  A spec's pattern begins
 * with the archive's. */
static const struct bytes_limits *allowed(const struct found *file, const struct spec_set *specs,
                                          struct arena *arena) {
    const struct bytes_limits *limits = specs->city ? &specs->city->limits : NULL;
    for (uint32_t i = 0; i < specs->count; i++) {
        const struct spec *spec = &specs->specs[i];
        const char *inside = memchr(spec->match.bytes, '!', spec->match.size);
        struct span outer = {spec->match.bytes,
                             inside ? (size_t)(inside - spec->match.bytes) : spec->match.size};
        if (!spec_match(outer, (struct span){file->path, strlen(file->path)}, NULL)) continue;
        const struct node *rar = node_get(spec->read, "rar"),
                          *password = node_get(spec->read, "password_file");
        bool allow = false;
        if (rar && rar->kind == NODE_SCALAR) setting_flag(rar->text.bytes, &allow);
        limits = extract_limits(
            limits, allow, password && password->kind == NODE_SCALAR ? password->text.bytes : NULL, arena);
    }
    return limits;
}

/* Whether a spec names the sheet itself, in its pattern or its `sheet`: globs are not meant for hidden ones.
 */
static bool is_named(const struct planning *at, const char *sheet) {
    size_t size = strlen(sheet);
    for (uint32_t i = 0; i < at->specs->count; i++) {
        const struct spec *spec = &at->specs->specs[i];
        const char *last = memrchr(spec->match.bytes, '!', spec->match.size);
        struct span tail =
            last ? (struct span){last + 1, spec->match.size - (size_t)(last + 1 - spec->match.bytes)}
                 : (struct span){0};
        if (span_equal(tail, (struct span){sheet, size}) || node_is(node_get(spec->read, "sheet"), sheet))
            return true;
    }
    return false;
}

static bool claim_hidden(struct planning *at, const char *member, const char **sheets, uint32_t count,
                         struct error *error) {
    struct plan *plan = at->plan;
    if (!plan->hidden) plan->hidden = ARENA_NEW(at->arena, const char *, HIDDEN_MAX);
    for (uint32_t i = 0; i < count; i++) {
        if (is_named(at, sheets[i])) {
            if (!claim(at, member, sheets[i], error)) return false;
        } else if (plan->hidden_count < HIDDEN_MAX) {
            plan->hidden[plan->hidden_count++] =
                arena_print(at->arena, "%s%s%s", member ? member : "", member ? "!" : "", sheets[i]);
        }
    }
    return true;
}

/* Of what nobody claims, a picture or a letter is called what it is. */
static void tell_foreign(struct span head, struct error *error) {
    if (error->code && strcmp(error->code, "file.unmatched") == 0) foreign_tell(head, error);
}

/* A workbook is claimed sheet by sheet; anything else as it is. */
static bool claim_file(struct planning *at, const char *member, struct error *error) {
    struct input input = {
        .path = at->file->absolute, .member = member, .name = at->file->path, .limits = at->plan->limits};
    struct span head;
    const char **sheets = NULL;
    uint32_t count = 0;
    if (!extract_head(&input, at->arena, &head, error)) return false;
    const struct extractor *extractor = extract_guess(head);
    if (extractor && extractor->sheets &&
        !extractor->sheets(&input, false, at->arena, &sheets, &count, error))
        return false;
    if (!count) return claim(at, member, NULL, error) || (tell_foreign(head, error), false);
    for (uint32_t i = 0; i < count; i++)
        if (!claim(at, member, sheets[i], error)) return false;
    return extractor->sheets(&input, true, at->arena, &sheets, &count, error) &&
           claim_hidden(at, member, sheets, count, error);
}

/* Whether a spec reads the table, as dBASE and FoxPro wrote it. */
static bool reads_table(const struct planning *at, const char *name) {
    for (uint32_t i = 0; i < at->specs->count; i++) {
        const struct spec *spec = &at->specs->specs[i];
        if (!spec->ignore && span_equal(spec->format, SPAN("dbf")) &&
            spec_match(spec->match, (struct span){name, strlen(name)}, NULL))
            return true;
    }
    return false;
}

/* Memos, a code page and indexes stand beside their table and are read with it. */
static bool lies_beside(struct planning *at, const struct member *members, uint32_t count,
                        const char *member) {
    static const char *const endings[] = {"dbf", "DBF", "Dbf"};
    const char *name = member ? member : at->file->absolute, *dot = strrchr(name, '.');
    for (uint32_t i = 0; member && i < count; i++) {
        if (!scan_beside(member, members[i].name)) continue;
        at->plan->beside = members[i].name;
        return reads_table(at, arena_print(at->arena, "%s!%s", at->file->path, members[i].name));
    }
    for (size_t i = 0; !member && dot && i < sizeof endings / sizeof *endings; i++) {
        const char *table = arena_print(at->arena, "%.*s%s", (int)(dot + 1 - name), name, endings[i]);
        if (!scan_beside(name, table) || access(table, F_OK) != 0) continue;
        at->plan->beside = arena_print(at->arena, "%.*s%s", (int)(strlen(at->file->path) - strlen(dot) + 1),
                                       at->file->path, endings[i]);
        return reads_table(at, at->plan->beside);
    }
    return false;
}

/* What a system put into the archive by itself is passed over, unless a spec wants it. */
static bool claim_member(struct planning *at, const struct member *members, uint32_t count,
                         const char *member, struct error *error) {
    if (claim_file(at, member, error)) return true;
    if (error->code && strcmp(error->code, "file.unmatched") == 0 &&
        lies_beside(at, members, count, member)) {
        *error = (struct error){0};
        return true;
    }
    if (!scan_litter(member) || !error->code ||
        (strcmp(error->code, "file.unmatched") != 0 && strcmp(error->code, "file.foreign") != 0))
        return false;
    *error = (struct error){0};
    if (!at->plan->litter_count++) at->plan->litter = member;
    return true;
}

/* Which of them speaks for the delivery is not for the program to choose. */
static bool two_slips(const char *one, const char *other, struct error *error) {
    return error_code(
        error, TROUBLE_REFUSED, "control.two_slips",
        TEXT("包内有两份交接单：%s、%s，请只留一份", "two handover slips in one archive: %s, %s"), one,
        other);
}

static bool is_workbook(struct span head) {
    const struct extractor *extractor = extract_guess(head);
    return extractor && extractor->sheets;
}

/* Formats that begin with a signature: an unclaimed file named so without it was cut to a few bytes, or
   is broken.  Replaces what `error` says of it. */
static void tell_damaged(const struct found *file, struct span head, struct error *error) {
    static const char *const endings[] = {".zip", ".xlsx", ".xlsm", ".xls", ".gz", ".tgz",
                                          ".tar", ".7z",   ".rar",  ".bz2", ".xz", ".zst"};
    const char *dot = strrchr(file->path, '.');
    bool named = false, small = file->bytes < HEAD_MIN;
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        named |= strcasecmp(dot, endings[i]) == 0;
    if (!named || !error->code || strcmp(error->code, "file.unmatched") != 0) return;
    if (archive_kind(head) != ARCHIVE_NONE || (extract_guess(head) && !small)) return;
    error->at.source = file->path;
    error_code(error, TROUBLE_FAILED, "archive.truncated",
               TEXT("共 %jd 字节，开头不是 %s：文件不完整或已损坏",
                    "%jd bytes that do not begin as %s does: cut short or damaged"),
               (intmax_t)file->bytes, dot + 1);
}

bool plan_delivery(const struct found *file, const struct spec_set *specs, struct arena *arena,
                   struct plan *plan, struct error *error) {
    struct planning at = {.file = file, .specs = specs, .arena = arena, .plan = plan};
    *plan = (struct plan){.jobs = ARENA_NEW(arena, struct job, JOBS_MAX), .period = "", .revision = 1};
    plan->limits = allowed(file, specs, arena);
    struct input input = {.path = file->absolute, .name = file->path, .limits = plan->limits};
    struct span head;
    error->at.source = file->path;
    if (!file->bytes)
        return error_code(error, TROUBLE_FAILED, "file.empty", "%s", TEXT("文件为空", "the file is empty"));
    if (!extract_head(&input, arena, &head, error)) return false;
    enum archive_kind kind = archive_kind(head);
    struct member *members = NULL;
    uint32_t count = 0;
    bool archive = archive_has_members(kind) && !is_workbook(head) && !foreign_name(head);
    if (!archive_refuse(head, plan->limits, error)) return false;
    if (archive && !archive_list(file->absolute, plan->limits, arena, &members, &count, error)) return false;
    error->at.source = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (scan_slip(members[i].name)) {
            if (plan->slip) return two_slips(plan->slip, members[i].name, error);
            plan->slip = members[i].name;
        } else if (at.bytes = members[i].size, !claim_member(&at, members, count, members[i].name, error))
            return false;
    }
    if (!archive) at.bytes = kind == ARCHIVE_NONE ? (uint64_t)file->bytes : 0;
    if (!archive && !claim_file(&at, NULL, error)) {
        if (!error->code || strcmp(error->code, "file.unmatched") != 0 || !lies_beside(&at, NULL, 0, NULL))
            return tell_damaged(file, head, error), false;
        *error = (struct error){0};
        return true;
    }
    if (plan->job_count || plan->ignored) return true;
    error->at.source = file->path;
    return error_code(error, TROUBLE_REFUSED, "file.unmatched", "%s",
                      TEXT("没有源规格认领此文件", "no source spec claims this file"));
}

const char *plan_idle(const struct plan *plan, struct arena *arena) {
    if (!plan->beside)
        return TEXT("规格写明不需要(ignore)，未读", "a spec says that nobody needs it (ignore): not read");
    return arena_print(arena, TEXT("随 %s 一起读，不单独入库", "read with %s, no delivery of its own"),
                       plan->beside);
}
