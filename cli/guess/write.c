/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/command.h"
#include "cli/guess/content.h"
#include "core/drift.h"
#include "core/language.h"
#include "report/cell.h"
#include <stdio.h>
#include <stdlib.h>

/* A draft on paper: the YAML that a person corrects, and the report that says what was seen. */

enum { TEXT_WIDTH = 42 }; /* the comments begin under each other */

static bool is_doubtful(const struct guess_line *line) { return line->score < GUESS_CERTAIN; }

static int by_doubt(const void *a, const void *b) {
    const struct guess_line *left = a, *right = b;
    if (is_doubtful(left) != is_doubtful(right)) return is_doubtful(left) ? -1 : 1;
    return (left->target > right->target) - (left->target < right->target);
}

const char *guess_notes(const struct guess_source *source, struct arena *arena) {
    const char *text = "";
    for (uint32_t i = 0; i < source->note_count; i++)
        text = arena_print(arena, "%s%s%s", text, i ? TEXT("；", "; ") : "", source->notes[i]);
    return text;
}

static void put_lines(FILE *out, const struct guess_draft *draft, struct arena *arena) {
    struct guess_line *lines = ARENA_NEW(arena, struct guess_line, draft->line_count + 1);
    int width = 0;
    bool doubtful = false;
    memcpy(lines, draft->lines, draft->line_count * sizeof *lines);
    qsort(lines, draft->line_count, sizeof *lines, by_doubt);
    for (uint32_t i = 0; i < draft->line_count; i++) {
        int size = (int)strlen(draft->kind->columns[lines[i].target].name) + 1;
        if (size > width) width = size;
    }
    for (uint32_t i = 0; i < draft->line_count; i++) {
        if (i == 0 && is_doubtful(&lines[i]))
            fprintf(out, "  # %s\n", TEXT("存疑，请先看这几行", "doubtful: look at these lines first"));
        else if (doubtful && !is_doubtful(&lines[i]))
            fprintf(out, "  # %s\n", TEXT("有把握的", "certain enough"));
        doubtful = is_doubtful(&lines[i]);
        const char *name = arena_print(arena, "%s:", draft->kind->columns[lines[i].target].name);
        uint32_t wide = cell_width((struct span){lines[i].text, strlen(lines[i].text)});
        fprintf(out, "  %-*s %s%*s # %s%s\n", width, name, lines[i].text,
                wide < TEXT_WIDTH ? (int)(TEXT_WIDTH - wide) : 0, "", doubtful ? TEXT("？", "? ") : "",
                plain_text(arena, lines[i].comment));
    }
}

static bool maps(const struct guess_draft *draft) {
    for (uint32_t i = 0; i < draft->line_count; i++)
        if (strstr(draft->lines[i].text, "map: ")) return true;
    return false;
}

const char *guess_header(const struct guess_source *source, struct arena *arena) {
    char fingerprint[FINGERPRINT_TEXT];
    drift_fingerprint(&source->columns, fingerprint);
    const char *text = "";
    for (uint32_t i = 0; i < source->columns.count; i++)
        text = arena_print(arena, "%s%s%s: %s", text, i ? ", " : "",
                           guess_scalar(arena, source->columns.names[i]), profile_type(&source->profiles[i]));
    return arena_print(arena, "header:  # %s\n  fingerprint: \"%s\"\n  columns: [%s]",
                       TEXT("变了就停；要放宽写 drift: {new: accept, lost: …, renamed: …, retyped: …}",
                            "a change stops; to allow it: drift: {new: accept, lost: ..., renamed: ..., "
                            "retyped: ...}"),
                       fingerprint, text);
}

struct span guess_yaml(const struct guess_draft *draft, struct arena *arena) {
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    if (!out) abort();
    fprintf(
        out, "# %s\n# %s\n",
        TEXT("tongchou guess 起草，请人核对后再用", "drafted by tongchou guess; to be checked by a person"),
        plain_text(arena, guess_notes(draft->source, arena)));
    /* A file's name stands in a remark: a line end in it would be a line of the spec. */
    for (uint32_t i = 0; i < draft->remark_count; i++)
        fprintf(out, "# ! %s\n", plain_text(arena, draft->remarks[i]));
    fprintf(out, "match: %s\n", guess_scalar(arena, (struct span){draft->match, strlen(draft->match)}));
    fprintf(out, "kind: %s  # %s\n", draft->kind->name, draft->kind->label);
    if (draft->profile) fprintf(out, "profile: %s\n", draft->profile);
    fprintf(out, "delivery: %s  # %s%s\n", draft->delivery ? draft->delivery : "full",
            draft->delivery_doubt ? TEXT("？", "? ") : "",
            draft->delivery_comment ? draft->delivery_comment
                                    : TEXT("全量；若是增量改为 delta", "a snapshot; else delta"));
    const struct guess_source *source = draft->source;
    fprintf(out, "read: %.*s%s}\n", (int)strlen(source->read) - 1, source->read,
            source->allowed ? source->allowed : "");
    if (draft->key) fprintf(out, "key: %s\n", draft->key);
    if (draft->county_column)
        fprintf(out, "county_column: %s  # %s\n", draft->county_column,
                TEXT("他县的行退回", "rows of another county are rejected"));
    if (draft->unit) fprintf(out, "unit: %s  # %s\n", draft->unit, draft->unit_comment);
    fprintf(out, "columns:\n");
    put_lines(out, draft, arena);
    if (maps(draft)) fprintf(out, "unmapped: reject\n");
    /* Of fixed fields the spec itself gives the names: a person will change them. */
    if (strcmp(source->format, "fixed") != 0) fprintf(out, "%s\n", guess_header(source, arena));
    fprintf(out, "control: slip\n");
    fclose(out);
    struct span text = arena_copy(arena, (struct span){bytes, size});
    free(bytes);
    return text;
}

/* "第 3 列 证件号码：891/896 通过身份证校验 → 证件号码" */
static void report_line(FILE *out, const struct guess_draft *draft, const struct guess_line *line) {
    const struct kind_column *target = &draft->kind->columns[line->target];
    if (line->source < 0) {
        fprintf(out, "  %s %s %s → %s (%s)\n", is_doubtful(line) ? "？" : " ", TEXT("推得", "derived"),
                line->text, target->label, target->name);
        return;
    }
    struct span name = draft->source->columns.names[line->source];
    const struct profile_column *profile = &draft->source->profiles[line->source];
    fprintf(out, TEXT("  %s 第 %d 列 %.*s：", "  %s column %d %.*s: "), is_doubtful(line) ? "？" : " ",
            line->source + 1, (int)name.size, name.bytes);
    if (content_wanted(target) == CONTENT_CITIZEN)
        fprintf(out, TEXT("%ju/%ju 通过身份证校验", "%ju/%ju pass the check of citizen IDs"),
                (uintmax_t)profile->shapes[SHAPE_CITIZEN], (uintmax_t)profile->filled);
    else
        fprintf(out, TEXT("填写 %ju/%ju", "filled %ju/%ju"), (uintmax_t)profile->filled,
                (uintmax_t)profile->rows);
    fprintf(out, " → %s (%s)\n", target->label, target->name);
}

struct span guess_report(const struct guess_draft *draft, struct arena *arena) {
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    if (!out) abort();
    const struct guess_source *source = draft->source;
    fprintf(out, "%s\n  %s\n", plain_text(arena, source->name), guess_notes(source, arena));
    fprintf(out, TEXT("  %ju 行，其中非数据 %ju 行 → %s (%s)", "  %ju rows, %ju of them no data → %s (%s)"),
            (uintmax_t)source->rows, (uintmax_t)source->explained, draft->kind->label, draft->kind->name);
    if (draft->profile) fprintf(out, TEXT("，来源系统 %s", ", source system %s"), draft->profile);
    else if (draft->second) fprintf(out, TEXT("，其次像 %s", ", next %s"), model_title(draft->second));
    fputc('\n', out);
    struct guess_line *lines = ARENA_NEW(arena, struct guess_line, draft->line_count + 1);
    memcpy(lines, draft->lines, draft->line_count * sizeof *lines);
    qsort(lines, draft->line_count, sizeof *lines, by_doubt);
    for (uint32_t i = 0; i < draft->line_count; i++) report_line(out, draft, &lines[i]);
    for (uint32_t i = 0; i < draft->remark_count; i++)
        fprintf(out, "  ! %s\n", plain_text(arena, draft->remarks[i]));
    fclose(out);
    struct span text = arena_copy(arena, (struct span){bytes, size});
    free(bytes);
    return text;
}
