/* SPDX-License-Identifier: MulanPSL-2.0 */
/* A set of rules over the records of one CSV file: no database, nothing kept.  What it writes names records
   by their identifiers only. */
#include "cli/person/store.h"
#include "core/language.h"
#include "core/parallel.h"
#include "core/pipeline.h"
#include "extract/extract.h"
#include "transform/link/collect.h"

enum { WORKERS_TRY = 2 };
/* A steward would accept pairs from these odds on: three bits, 8 to 1. */
static const double PROPOSAL_BITS = 3;

struct trial {
    struct invocation *invocation;
    const struct person_options *options;
    struct link_rules rules;
    struct link link;
    struct link_sink sinks[WORKERS_TRY];
    struct link_collect collects[WORKERS_TRY];
    struct pipeline pipeline;
    struct tally tally;
};

static bool open_workers(struct trial *at, struct columns *columns, struct error *error) {
    at->pipeline.worker_count = WORKERS_TRY;
    at->pipeline.stage_count = 1;
    at->pipeline.stop = at->invocation->stop;
    for (uint32_t i = 0; i < WORKERS_TRY; i++) {
        at->sinks[i].rules = &at->rules;
        at->collects[i].sink = &at->sinks[i];
        at->pipeline.chain[i][0] = (struct stage){
            .kind = &transform_link_collect, .state = &at->collects[i], .arena = at->invocation->arena};
        if (!transform_link_collect.open(&at->pipeline.chain[i][0], columns, error)) return false;
    }
    return true;
}

static bool read_records(struct trial *at, const char *path, struct error *error) {
    struct arena *arena = at->invocation->arena;
    struct columns columns;
    struct node *read = ARENA_NEW(arena, struct node, 1);
    if (!yaml_read(SPAN("encoding: UTF-8"), "csv", arena, read, error)) return false;
    struct input input = {.path = path, .name = path, .read = read};
    if (!extract_open(&extract_csv, &input, arena, &at->pipeline.reader, &columns, error)) return false;
    bool ok = open_workers(at, &columns, error) && pipeline_run(&at->pipeline, &at->tally, error);
    extract_close(&at->pipeline.reader);
    return ok && link_gather(&at->link, at->sinks, WORKERS_TRY, error);
}

static bool close_file(FILE *file, const char *path, struct error *error) {
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed)
        return error_code(error, TROUBLE_FAILED, NULL, TEXT("写不了 %s", "cannot write %s"), path);
    return true;
}

static bool write_pairs(const struct trial *at, struct error *error) {
    const struct link *link = &at->link;
    FILE *file = fopen(at->options->pairs, "w");
    if (!file)
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("写不了 %s", "cannot write %s"),
                          at->options->pairs);
    fprintf(file, "a,b,bits,probability,band,rule,guard");
    for (uint32_t f = 0; f < at->rules.field_count; f++) fprintf(file, ",%s", at->rules.fields[f].name);
    fputc('\n', file);
    for (uint32_t i = 0; i < link->edge_count; i++) {
        const struct link_edge *edge = &link->edges[i];
        struct link_evidence evidence;
        uint32_t pattern = edge->look & LINK_PATTERN_MASK;
        link_explain(&link->scorer, pattern, link_frequency(link, edge->a, pattern), &evidence);
        fprintf(file, "%s,%s,%.3f,%.6f,%s,%s,%s", link->names[edge->a], link->names[edge->b],
                (double)edge->weight, link_probability((double)edge->weight), person_bands[link->bands[i]],
                at->rules.blocks[edge->look >> LINK_PATTERN_BITS].name,
                evidence.guard < 0 ? at->rules.guards[evidence.guard_index].name : "");
        for (uint32_t f = 0; f < at->rules.field_count; f++)
            fprintf(file, ",%s", at->rules.fields[f].kind->levels[link_level_of(edge->look, f)]);
        fputc('\n', file);
    }
    return close_file(file, at->options->pairs, error);
}

/* Twice: merged automatically, and as if every proposal of three bits and more were accepted. */
static bool write_clusters(const struct trial *at, struct error *error) {
    const struct link *link = &at->link;
    struct arena scratch = {0};
    uint32_t *proposed = ARENA_NEW(&scratch, uint32_t, link->count + 1);
    link_cluster(link, PROPOSAL_BITS, false, proposed, NULL);
    FILE *file = fopen(at->options->clusters, "w");
    if (!file)
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("写不了 %s", "cannot write %s"),
                          at->options->clusters);
    fprintf(file, "record,automatic,proposed\n");
    for (uint32_t i = 0; i < link->count; i++)
        fprintf(file, "%s,%s,%s\n", link->names[i], link->names[link->persons[i]], link->names[proposed[i]]);
    arena_free(&scratch);
    return close_file(file, at->options->clusters, error);
}

/* Numbers that are alike where two records stand in one block. */
static bool write_keys(const struct trial *at, struct error *error) {
    const struct link *link = &at->link;
    const struct link_rules *rules = &at->rules;
    FILE *file = fopen(at->options->keys, "w");
    if (!file)
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("写不了 %s", "cannot write %s"),
                          at->options->keys);
    fprintf(file, "record");
    for (uint32_t r = 0; r < rules->block_count; r++)
        if (!rules->blocks[r].training) fprintf(file, ",%s", rules->blocks[r].name);
    for (uint32_t i = 0; i < link->count; i++) {
        const uint32_t *keys = &link->keys[(size_t)i * rules->block_count];
        fprintf(file, "\n%s", link->names[i]);
        for (uint32_t r = 0; r < rules->block_count; r++) {
            if (rules->blocks[r].training) continue;
            if (keys[r]) fprintf(file, ",%u", keys[r]);
            else fputc(',', file);
        }
    }
    fputc('\n', file);
    return close_file(file, at->options->keys, error);
}

void person_print_yields(const struct link *link) {
    printf("%-32s %9s %12s %12s %12s %8s %9s %8s\n", TEXT("候选规则", "rule"), TEXT("块", "blocks"),
           TEXT("配对", "pairs"), TEXT("新配对", "fresh"), TEXT("预计同人", "matches"),
           TEXT("细分", "refined"), TEXT("未比", "left out"), "CPU ms");
    for (uint32_t r = 0; r < link->rules->block_count; r++) {
        const struct link_yield *yield = &link->yields[r];
        printf("%-32s %9u %12ju %12ju %12.1f %8u %9u %8jd\n", link->rules->blocks[r].name, yield->blocks,
               (uintmax_t)yield->pairs, (uintmax_t)yield->fresh, yield->matches, yield->refined,
               yield->left_out, (intmax_t)yield->cpu_us / 1000);
    }
    for (uint32_t h = 0; h < link->rules->hot_count; h++)
        printf(TEXT("过热 %-26s %9u 个值 %12u 条\n", "hot %-28s %9u values %12u records\n"),
               link->rules->fields[link->rules->hots[h].value.field].name, link->hot_values[h],
               link->hot_records[h]);
}

static void print_model(const struct link *link) {
    static const char *const classes[] = {"match", "relative", "stranger"};
    for (uint32_t f = 0; f < link->rules->field_count; f++)
        for (int c = 0; c < LINK_CLASSES; c++) {
            printf("  %-8s %-9s", c ? "" : link->rules->fields[f].name, classes[c]);
            for (int l = 1; l < LINK_LEVELS && link->rules->fields[f].kind->levels[l]; l++)
                printf(" %s %.3g", link->rules->fields[f].kind->levels[l], link->model.shares[c][f][l]);
            fputc('\n', stdout);
        }
    for (uint32_t f = 0; f < link->rules->field_count; f++) {
        if (!link->rules->fields[f].namesakes) continue;
        printf("  %-8s %-9s", link->rules->fields[f].name, "namesakes");
        for (int l = 1; l < LINK_LEVELS && link->rules->fields[f].kind->levels[l]; l++)
            printf(" %s %.3g", link->rules->fields[f].kind->levels[l], link->model.namesakes[f][l]);
        fputc('\n', stdout);
    }
}

static void print_summary(const struct link *link) {
    uint32_t bands[LINK_BANDS] = {0}, persons = 0;
    for (uint32_t i = 0; i < link->edge_count; i++) bands[link->bands[i]]++;
    for (uint32_t i = 0; i < link->count; i++) persons += link->persons[i] == i;
    printf(
        TEXT(
            "%u 条记录，%u 个人；自动 %u 对，待审 %u 对，矛盾 %u 对；自动门槛 %.2f 比特，预计误并 %.2f 对\n",
            "%u records, %u persons; pairs: %u automatic, %u for review, %u in conflict; automatic from %.2f "
            "bits on, %.2f expected wrong\n"),
        link->count, persons, bands[LINK_AUTOMATIC], bands[LINK_REVIEW], bands[LINK_CONFLICT],
        link->automatic_bits, link->expected_wrong);
}

static enum exit_code run_try(struct invocation *invocation, const struct person_options *options,
                              struct error *error) {
    struct trial *at = ARENA_NEW(invocation->arena, struct trial, 1);
    const char *path;
    struct span text;
    at->invocation = invocation;
    at->options = options;
    at->link.rules = &at->rules;
    at->link.threads = options->threads ? (unsigned)options->threads : parallel_threads();
    bool ok = person_rules(invocation, options->by, &at->rules, &path, &text, error) &&
              read_records(at, invocation->arguments[1], error);
    if (ok) link_candidates(&at->link);
    ok = ok && (!options->keys || write_keys(at, error));
    if (ok) {
        link_judge(&at->link);
        if (!invocation->quiet) person_print_yields(&at->link), print_model(&at->link);
        print_summary(&at->link);
        ok = (!options->pairs || write_pairs(at, error)) && (!options->clusters || write_clusters(at, error));
    }
    for (uint32_t i = 0; i < WORKERS_TRY; i++) link_sink_free(&at->sinks[i]);
    link_free(&at->link);
    return ok ? EXIT_HELD : exit_of(error);
}

const struct person_verb person_try = {"try", "FILE.csv", 1, 1, run_try};
