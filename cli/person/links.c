/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What a linking leaves besides persons: the pairs with their reasons, the model, the rules' yields, and what
   became of persons that were there before. */
#include "cli/operator.h"
#include "cli/person/store.h"
#include "cli/person/weight.h"
#include "load/encode.h"
#include <math.h>
#include <openssl/evp.h>
#include <stdlib.h>

enum { SEND_BYTES = 256 << 10, INT2_OID = 21, LINE_BYTES = 512, HUNDREDTHS = 100, EDGES_AHEAD = 16 };

const char *const person_bands[LINK_BANDS] = {"automatic", "review", "conflict", "decided", "follows"};

static bool send_full(struct persons *persons, struct encoder *encoder, size_t least, struct error *error) {
    if (encoder->size < least) return true;
    bool ok = session_copy_send(&persons->main, encoder->bytes, encoder->size, error);
    encoder->size = 0;
    return ok;
}

static int hundredths(double bits) {
    double value = bits * HUNDREDTHS;
    return value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : (int)lround(value);
}

/* Prior, fields, frequency, kinship, guard.  What rounding leaves over goes to the prior, so that the terms
   add up to the total as it is stored. */
int persons_terms(const struct link_rules *rules, const struct link_evidence *evidence,
                  int terms[PERSON_TERMS_MAX]) {
    int count = 1, sum = 0;
    for (uint32_t f = 0; f < rules->field_count; f++) terms[count++] = hundredths(evidence->fields[f]);
    terms[count++] = hundredths(evidence->frequency);
    terms[count++] = hundredths(evidence->kinship);
    terms[count++] = hundredths(evidence->guard);
    for (int i = 1; i < count; i++) sum += terms[i];
    terms[0] = hundredths(evidence->total) - sum;
    return count;
}

static void put_pair(const struct persons *persons, struct weights *weights, struct encoder *encoder,
                     const struct link_edge *edge, uint8_t band) {
    uint32_t pattern = edge->look & LINK_PATTERN_MASK;
    int64_t a = persons->records[edge->a], b = persons->records[edge->b];
    uint32_t weight = weight_place(weights, pattern, link_frequency(&persons->link, edge->a, pattern));
    encode_reserve(encoder, 64);
    encode_int16(encoder, 5);
    encode_number64(encoder, a < b ? a : b);
    encode_number64(encoder, a < b ? b : a);
    encode_number32(encoder, (int32_t)weight);
    encode_int32(encoder, 2), encode_int16(encoder, (int)(edge->look >> LINK_PATTERN_BITS));
    encode_int32(encoder, 2), encode_int16(encoder, band);
}

static void put_weight(const struct persons *persons, struct encoder *encoder, uint32_t place,
                       const struct pair_weight *weight) {
    struct link_evidence evidence;
    int terms[PERSON_TERMS_MAX];
    link_explain(&persons->link.scorer, weight->pattern, weight->frequency, &evidence);
    int count = persons_terms(&persons->rules, &evidence, terms);
    float bits = (float)hundredths(evidence.total) / HUNDREDTHS;
    int32_t raw;
    memcpy(&raw, &bits, sizeof raw);
    encode_reserve(encoder, 128 + (size_t)count * 6);
    encode_int16(encoder, 5);
    encode_number32(encoder, (int32_t)place);
    encode_number32(encoder, raw);
    encode_number32(encoder, (int32_t)weight->pattern);
    encode_int32(encoder, 20 + count * 6);
    encode_int32(encoder, 1), encode_int32(encoder, 0), encode_int32(encoder, INT2_OID);
    encode_int32(encoder, count), encode_int32(encoder, 1);
    for (int i = 0; i < count; i++) encode_int32(encoder, 2), encode_int16(encoder, terms[i]);
    encode_number32(encoder, persons->model);
}

static bool send_end(struct persons *persons, struct encoder *encoder, struct error *error) {
    encode_end(encoder);
    bool ok = send_full(persons, encoder, 1, error) && session_copy_end(&persons->main, NULL, error);
    encoder->size = 0;
    return ok;
}

/* The records of pairs to come lie anywhere in memory. */
static void fetch_ahead(const struct link *link, uint32_t at) {
    if (link->spill || at + EDGES_AHEAD >= link->edge_count) return;
    __builtin_prefetch(link_row(link, link->edges[at + EDGES_AHEAD].a));
}

static bool send_pairs(struct persons *persons, struct weights *weights, struct encoder *encoder,
                       struct error *error) {
    const struct link *link = &persons->link;
    bool ok =
        session_run(&persons->main, "TRUNCATE identity.pair, identity.weight", error) &&
        session_copy_begin(&persons->main,
                           "COPY identity.pair (a, b, weight, rule, band) FROM STDIN (FORMAT binary)", error);
    encode_begin(encoder);
    for (uint32_t i = 0; ok && i < link->edge_count; i++) {
        spill_breathe(link->spill);
        fetch_ahead(link, i);
        put_pair(persons, weights, encoder, &link->edges[i], link->bands[i]);
        ok = send_full(persons, encoder, SEND_BYTES, error);
    }
    return ok && send_end(persons, encoder, error);
}

static bool send_weights(struct persons *persons, const struct weights *weights, struct encoder *encoder,
                         struct error *error) {
    bool ok = session_copy_begin(
        &persons->main,
        "COPY identity.weight (weight, bits, pattern, terms, model) FROM STDIN (FORMAT binary)", error);
    encode_begin(encoder);
    for (uint32_t i = 0; ok && i < weights->count; i++) {
        spill_breathe(persons->link.spill);
        put_weight(persons, encoder, i, &weights->list[i]);
        ok = send_full(persons, encoder, SEND_BYTES, error);
    }
    return ok && send_end(persons, encoder, error);
}

static bool send_yields(struct persons *persons, struct error *error) {
    const struct link *link = &persons->link;
    bool ok = session_copy_begin(&persons->main, "COPY identity.yield FROM STDIN", error);
    for (uint32_t r = 0; ok && r < persons->rules.block_count; r++) {
        const struct link_yield *yield = &link->yields[r];
        char line[LINE_BYTES];
        int size = snprintf(line, sizeof line, "%d\t%u\t%s\t%u\t%ju\t%ju\t%.17g\t%u\t%u\t%jd\n",
                            persons->link_run, r, persons->rules.blocks[r].name, yield->blocks,
                            (uintmax_t)yield->pairs, (uintmax_t)yield->fresh, yield->matches, yield->refined,
                            yield->left_out, (intmax_t)yield->cpu_us);
        ok = session_copy_send(&persons->main, line, (size_t)size, error);
    }
    return ok && session_copy_end(&persons->main, NULL, error);
}

bool persons_write_links(struct persons *persons, struct error *error) {
    struct encoder encoder = {0};
    struct weights weights = {.arena = {.spill = persons->link.spill}};
    bool ok = send_pairs(persons, &weights, &encoder, error) &&
              send_weights(persons, &weights, &encoder, error) && send_yields(persons, error);
    encode_free(&encoder);
    arena_free(&weights.arena);
    return ok;
}

/* Shares under a condition, that another field has some level: level 8 * the other's + this one's. */
static size_t conditional_text(const struct link_rules *rules, const struct link_model *model, uint32_t f,
                               int level, char *text, size_t room) {
    const struct link_field *field = &rules->fields[f];
    size_t size = 0;
    for (int by = 1; by < LINK_LEVELS; by++)
        if (field->relative_levels >> by & 1)
            size += (size_t)snprintf(
                text + size, room - size, "relative\t%s\t%d\t%s, %s %s\t%.17g\n", field->name,
                LINK_LEVELS * by + level, field->kind->levels[level], rules->fields[field->relative_by].name,
                rules->fields[field->relative_by].kind->levels[by], model->kin[f][by][level]);
    if (field->namesakes)
        size += (size_t)snprintf(text + size, room - size, "stranger\t%s\t%d\t%s, %s same\t%.17g\n",
                                 field->name, LINK_LEVELS + level, field->kind->levels[level],
                                 rules->fields[link_frequency_field(rules)].name, model->namesakes[f][level]);
    return size;
}

/* Everything that a weight depends on, as text that reads back exactly. */
static const char *model_text(const struct persons *persons, struct arena *arena) {
    static const char *const classes[] = {"match", "relative", "stranger"};
    const struct link_rules *rules = &persons->rules;
    const struct link_model *model = &persons->link.model;
    size_t room = (size_t)(LINK_CLASSES + LINK_LEVELS) * LINK_FIELDS * LINK_LEVELS * 128 + 1, size = 0;
    char *text = ARENA_NEW(arena, char, room);
    for (int c = 0; c < LINK_CLASSES; c++)
        for (uint32_t f = 0; f < rules->field_count; f++)
            for (int l = 1; l < LINK_LEVELS && rules->fields[f].kind->levels[l]; l++)
                size += (size_t)snprintf(text + size, room - size, "%s\t%s\t%d\t%s\t%.17g\n", classes[c],
                                         rules->fields[f].name, l, rules->fields[f].kind->levels[l],
                                         model->shares[c][f][l]);
    for (uint32_t f = 0; f < rules->field_count; f++)
        for (int l = 1; l < LINK_LEVELS && rules->fields[f].kind->levels[l]; l++)
            size += conditional_text(rules, model, f, l, text + size, room - size);
    return text;
}

static void digest(struct span text, char hash[65]) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(text.bytes, text.size, bytes, &size, EVP_sha256(), NULL);
    for (unsigned i = 0; i < 32; i++) snprintf(hash + 2 * i, 3, "%02x", bytes[i]);
}

static bool write_shares(struct persons *persons, const char *text, struct error *error) {
    bool ok = session_copy_begin(&persons->main, "COPY identity.model_share FROM STDIN", error);
    for (const char *at = text, *end; ok && *at; at = end) {
        char line[LINE_BYTES];
        end = strchr(at, '\n') + 1;
        int size = snprintf(line, sizeof line, "%d\t%.*s", persons->model, (int)(end - at), at);
        ok = session_copy_send(&persons->main, line, (size_t)size, error);
    }
    return ok && session_copy_end(&persons->main, NULL, error);
}

bool persons_write_model(struct persons *persons, struct error *error) {
    const struct link_model *model = &persons->link.model;
    struct arena *arena = &persons->arena;
    char hash[65], rules[65];
    const char *text = model_text(persons, arena);
    digest(persons->rules_text, rules);
    const char *priors = arena_print(arena, "%.17g\t%.17g\t%.17g", model->prior[LINK_MATCH],
                                     model->prior[LINK_RELATIVE], model->records_log2);
    const char *whole = arena_print(arena, "%s\n%s\n%s", rules, priors, text);
    digest((struct span){whole, strlen(whole)}, hash);
    const char *arguments[] = {hash,
                               persons->rules_path,
                               rules,
                               arena_print(arena, "%.17g", model->prior[LINK_MATCH]),
                               arena_print(arena, "%.17g", model->prior[LINK_RELATIVE]),
                               arena_print(arena, "%.17g", model->records_log2),
                               arena_print(arena, "%u", persons->link.count),
                               arena_print(arena, "%d", persons->run)};
    PGresult *rows = session_ask(
        &persons->main,
        "WITH fresh AS (INSERT INTO identity.model (sha256, rules_path, rules_sha256, prior_match,"
        " prior_relative, records_log2, records, run) VALUES ($1, $2, $3, $4::float8, $5::float8,"
        " $6::float8, $7::bigint, $8::int) ON CONFLICT DO NOTHING RETURNING model)"
        " SELECT model, 1 FROM fresh UNION ALL SELECT model, 0 FROM identity.model WHERE sha256 = $1",
        8, arguments, error);
    if (!rows) return false;
    bool fresh = PQgetvalue(rows, 0, 1)[0] == '1';
    persons->model = (int)strtol(PQgetvalue(rows, 0, 0), NULL, 10);
    PQclear(rows);
    return !fresh || write_shares(persons, text, error);
}

/* A record that changed its person. */
struct move {
    int64_t from, to, record;
};

static int by_persons(const void *a, const void *b) {
    const struct move *left = a, *right = b;
    if (left->from != right->from) return left->from < right->from ? -1 : 1;
    if (left->to != right->to) return left->to < right->to ? -1 : 1;
    return (left->record > right->record) - (left->record < right->record);
}

static bool send_event(struct persons *persons, const struct move *moves, uint32_t count,
                       const char *operator, struct error * error) {
    struct arena arena = {0};
    size_t room = 256 + strlen(operator) + (size_t)count * 24, size;
    char *line = ARENA_NEW(&arena, char, room);
    /* The record that gave the person its number went along: the person as such is gone. */
    bool merged = false;
    for (uint32_t i = 0; i < count; i++) merged |= moves[i].record == moves[i].from;
    size = (size_t)snprintf(line, room, "%s\t%012jd\t%012jd\t{", merged ? "merge" : "split",
                            (intmax_t)moves->from, (intmax_t)moves->to);
    for (uint32_t i = 0; i < count; i++)
        size += (size_t)snprintf(line + size, room - size, "%s%jd", i ? "," : "", (intmax_t)moves[i].record);
    size += (size_t)snprintf(line + size, room - size, "}\t%d\t%s\n", persons->link_run, operator);
    bool ok = session_copy_send(&persons->main, line, size, error);
    arena_free(&arena);
    return ok;
}

bool persons_write_events(struct persons *persons, struct error *error) {
    struct move *moves = ARENA_NEW(&persons->arena, struct move, persons->moved + 1);
    const char *operator= operator_name(&persons->arena);
    uint32_t count = 0;
    for (uint32_t i = 0; i < persons->link.count; i++) {
        spill_step(persons->link.spill, i);
        if (persons->before[i] && persons->before[i] != persons->now[i])
            moves[count++] = (struct move){persons->before[i], persons->now[i], persons->records[i]};
    }
    qsort(moves, count, sizeof *moves, by_persons);
    bool ok = session_copy_begin(
        &persons->main,
        "COPY identity.event (kind, psn_no, into_psn_no, records, link_run, operator) FROM STDIN", error);
    for (uint32_t i = 0, end; ok && i < count; i = end) {
        for (end = i + 1; end < count && moves[end].from == moves[i].from && moves[end].to == moves[i].to;
             end++)
            continue;
        ok = send_event(persons, moves + i, end - i, operator, error);
    }
    return ok && session_copy_end(&persons->main, NULL, error);
}
