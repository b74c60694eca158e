/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/drift.h"
#include <criterion/criterion.h>
#include <stdio.h>

/* A changed header is noticed whatever changed, and nothing passes that the spec does not let pass. */

static struct arena arena;
static void teardown(void) { arena_free(&arena); }
TestSuite(drift, .fini = teardown);

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

/* "a b c" as columns. */
static struct columns columns_of(const char *names) {
    struct span *list = ARENA_NEW(&arena, struct span, 32);
    struct columns columns = {0, list};
    for (size_t size; *names; names += size + (names[size] == ' ')) {
        size = strcspn(names, " ");
        list[columns.count++] = (struct span){names, size};
    }
    return columns;
}

static struct spec spec_of(const char *remembered, const char *actions) {
    static const char text[] = "match: x\nkind: setl_d\nread: {format: csv}\nkey: [id]\ncolumns:\n"
                               "  setl_id: id\n  src_psn_no: person\n  insutype: {value: \"310\"}\n"
                               "  setl_time: {from: day, as: date}\n  medfee_sumamt: money\n"
                               "  fund_pay_sumamt: {from: [fund, big], sum: yes}\n  memo: note\n"
                               "header:\n  fingerprint: \"%s\"\n  columns: [%s]\n%s";
    struct columns columns = columns_of(remembered);
    char fingerprint[FINGERPRINT_TEXT], list[512] = "", document[2048];
    drift_fingerprint(&columns, fingerprint);
    for (uint32_t i = 0; i < columns.count; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%.*s: %s", i ? ", " : "",
                 (int)columns.names[i].size, columns.names[i].bytes,
                 span_equal(columns.names[i], SPAN("day")) ? "date" : "number");
    snprintf(document, sizeof document, text, fingerprint, list, actions);
    struct spec spec;
    struct error error = {0};
    cr_assert(spec_read(arena_copy(&arena, span_of(document)), "x.yaml", NULL, &arena, &spec, &error), "%s",
              error.message);
    return spec;
}

static const char all[] = "id person day money fund big note";

/* Cells fit unless the state names the column by its number. */
static bool fits(void *state, int now, struct span type) {
    (void)type;
    return now != *(int *)state;
}

Test(drift, every_change_is_noticed) {
    static const struct {
        const char *what, *now;
        int misfit; /* the column whose cells are others; -1: none */
        int changes[DRIFT_CHANGES];
    } cases[] = {
        {"nothing", all, -1, {0, 0, 0, 0}},
        {"another order", "note big fund money day person id", -1, {0, 0, 0, 0}},
        {"a new one at the end", "id person day money fund big note more", -1, {1, 0, 0, 0}},
        {"a new one between", "id person more day money fund big note", -1, {1, 0, 0, 0}},
        {"a lost one", "id person day fund big note", -1, {0, 1, 0, 0}},
        {"a new name at its place", "id person date money fund big note", -1, {0, 0, 1, 0}},
        {"two new names", "id person date total fund big note", -1, {0, 0, 2, 0}},
        {"a new name and other cells", "id person date money fund big note", 2, {1, 1, 0, 0}},
        {"a lost one and a new one elsewhere", "id person money fund big note more", -1, {1, 1, 0, 0}},
        {"the first renamed", "number person day money fund big note", -1, {0, 0, 1, 0}},
        {"other cells", all, 3, {0, 0, 0, 1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct spec spec = spec_of(all, "");
        struct columns columns = columns_of(cases[i].now);
        int misfit = cases[i].misfit, found[DRIFT_CHANGES] = {0};
        struct drift_cells cells = {&misfit, fits};
        struct drift drift;
        drift_compare(&spec, &columns, &cells, &drift);
        for (uint32_t k = 0; k < drift.count; k++) found[drift.items[k].change]++;
        for (int change = 0; change < DRIFT_CHANGES; change++)
            cr_expect_eq(found[change], cases[i].changes[change], "%s: change %d found %d times",
                         cases[i].what, change, found[change]);
        bool reject, changed = drift.count > 0;
        struct columns named;
        struct error error = {0};
        bool passed = drift_settle(&drift, &columns, &arena, &spec, &named, &reject, &error);
        cr_expect_eq(passed, !changed, "%s: stop is what happens by itself", cases[i].what);
        if (changed) cr_expect(error.trouble == TROUBLE_REFUSED && strcmp(error.code, "header.changed") == 0);
    }
}

static const struct spec_column *column_of(const struct spec *spec, const char *target) {
    for (uint32_t i = 0; i < spec->column_count; i++)
        if (strcmp(spec->kind->columns[spec->columns[i].target].name, target) == 0) return &spec->columns[i];
    return NULL;
}

Test(drift, the_spec_decides) {
    static const struct {
        const char *what, *actions, *now;
        bool passes, rejects;
        const char *gone; /* a target that is not read any more; NULL: all are */
    } cases[] = {
        {"new accepted", "drift: {new: accept}\n", "id person day money fund big note x", true, false, NULL},
        {"new rejected", "drift: {new: reject}\n", "id person day money fund big note x", true, true, NULL},
        {"new ignored, lost not", "drift: {new: ignore}\n", "id person day money fund big x y", false, false,
         NULL},
        {"lost accepted", "drift: {lost: accept}\n", "id person day money fund big", true, false, "memo"},
        {"a part of a sum", "drift: {lost: accept}\n", "id person day money fund note", true, false, NULL},
        {"the key lost", "drift: {lost: accept}\n", "person day money fund big note", false, false, NULL},
        {"a required column lost", "drift: {lost: ignore}\n", "id person day fund big note", false, false,
         NULL},
        {"renamed accepted", "drift: {renamed: accept}\n", "id person date money fund big note", true, false,
         NULL},
        {"renamed rejected", "drift: {renamed: reject}\n", "id person day money fund big remark", true, true,
         NULL},
        {"renamed ignored", "drift: {renamed: ignore}\n", "id person day money fund big remark", true, false,
         "memo"},
        {"renamed key ignored", "drift: {renamed: ignore}\n", "no person day money fund big note", false,
         false, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct spec spec = spec_of(all, cases[i].actions);
        struct columns columns = columns_of(cases[i].now), named;
        struct drift drift;
        struct error error = {0};
        bool reject = false;
        drift_compare(&spec, &columns, NULL, &drift);
        bool passed = drift_settle(&drift, &columns, &arena, &spec, &named, &reject, &error);
        cr_expect_eq(passed, cases[i].passes, "%s: %s", cases[i].what, error.message);
        if (!passed) continue;
        cr_expect_eq(reject, cases[i].rejects, "%s: rejects %d", cases[i].what, reject);
        cr_expect(spec_resolve(&spec, &named, &error), "%s: %s", cases[i].what, error.message);
        if (cases[i].gone) cr_expect(!column_of(&spec, cases[i].gone), "%s", cases[i].what);
        else cr_expect(column_of(&spec, "memo") && column_of(&spec, "fund_pay_sumamt"), "%s", cases[i].what);
    }
}

/* Without names a column more or less makes all that follow other columns. */
Test(drift, columns_without_names_never_shift_silently) {
    static const char any[] = "drift: {new: accept, lost: accept, renamed: accept, retyped: accept}\n";
    static const struct {
        const char *now;
        int misfit;
        bool passes;
    } cases[] = {{"F1 F2 F3 F4 F5 F6 F7", -1, true},
                 {"F1 F2 F3 F4 F5 F6 F7 F8", -1, true}, /* one more at the end, the others as they were */
                 {"F1 F2 F3 F4 F5 F6 F7 F8", 2, false},
                 {"F1 F2 F3 F4 F5 F6", 2, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct spec spec = spec_of("F1 F2 F3 F4 F5 F6 F7", any);
        struct columns columns = columns_of(cases[i].now), named;
        int misfit = cases[i].misfit;
        struct drift_cells cells = {&misfit, fits};
        struct drift drift;
        bool reject;
        drift_compare(&spec, &columns, &cells, &drift);
        cr_expect_eq(drift_settle(&drift, &columns, &arena, &spec, &named, &reject, &(struct error){0}),
                     cases[i].passes, "%s", cases[i].now);
    }
}

Test(drift, a_wrong_word_is_said) {
    static const char *const tails[] = {"drift: {new: maybe}\n",
                                        "drift: {gone: stop}\n",
                                        "drift: stop\n",
                                        "header: {columns: [a]}\n",
                                        "header: {fingerprint: \"00\", columns: [a]}\n",
                                        "header: {fingerprint: \"00\", columns: [a: money]}\n",
                                        "header: {fingerprint: \"00\", row: 1}\n"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char document[512];
        struct spec spec;
        struct error error = {0};
        snprintf(document, sizeof document,
                 "match: x\nkind: fixmedins_b\nread: {format: csv}\nkey: [a]\ncolumns:\n  fixmedins_code: a\n"
                 "  fixmedins_name: b\n%s",
                 tails[i]);
        cr_expect(!spec_read(arena_copy(&arena, span_of(document)), "x.yaml", NULL, &arena, &spec, &error),
                  "%s", tails[i]);
        cr_expect(error.trouble == TROUBLE_USAGE && error.at.row > 0, "%s: %s", tails[i], error.message);
    }
}
