/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/content.h"
#include "core/language.h"
#include "core/shipped.h"
#include "core/yaml.h"

enum { FIT_MIN = 250, REQUIRED_MISSING = 700, HINT = 1500, PROFILE_SHARE = 900 };

struct choosing {
    const struct guess_source *source;
    struct guess_words words;
    struct arena *arena;
    uint32_t *ranks; /* [columns] number among the columns of the same content */
    bool *named;     /* [columns] the header says something ... */
    bool *known;     /* ... that we know */
};

/* One possible line. */
struct pair {
    uint32_t target, source, score;
    enum guess_basis basis;
};

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

/* What an SQL script's own comment calls the column; empty: nothing. */
static struct span label_of(const struct guess_source *source, uint32_t column) {
    return source->labels ? source->labels[column] : (struct span){0};
}

static void rank_columns(struct choosing *at) {
    const struct guess_source *source = at->source;
    uint32_t seen[CONTENT_TEXT + 1] = {0};
    at->ranks = ARENA_NEW(at->arena, uint32_t, source->columns.count + 1);
    at->named = ARENA_NEW(at->arena, bool, source->columns.count + 1);
    at->known = ARENA_NEW(at->arena, bool, source->columns.count + 1);
    for (uint32_t c = 0; c < source->columns.count; c++) {
        at->named[c] = guess_named(source->columns.names[c]);
        struct span label = label_of(source, c);
        at->known[c] = guess_known(&at->words, source->columns.names[c]) ||
                       (label.size && guess_known(&at->words, label));
        /* What a known name already says takes no place in the order of the others. */
        if (!at->known[c]) at->ranks[c] = seen[content_of(&source->profiles[c])]++;
    }
}

static struct pair rate(const struct choosing *at, const struct kind *kind, uint32_t target,
                        uint32_t column) {
    const struct profile_column *profile = &at->source->profiles[column];
    struct pair pair = {.target = target, .source = column};
    const char *why;
    pair.score =
        guess_word_fit(&at->words, kind, target, at->source->columns.names[column], &pair.basis, &why);
    enum guess_basis basis;
    struct span label = label_of(at->source, column);
    uint32_t labelled = label.size ? guess_word_fit(&at->words, kind, target, label, &basis, &why) : 0;
    if (labelled > pair.score) pair.score = labelled, pair.basis = basis;
    if (pair.score) pair.score = pair.score * content_allows(&kind->columns[target], profile) / 1000;
    if (at->known[column] || (at->named[column] && pair.score)) return pair;
    uint32_t content = content_fit(&at->words, kind, target, profile, at->ranks[column]);
    /* A named column whose name nobody knows: only a citizen ID, a name or a date speaks for itself. */
    if (at->named[column] && content < 800) content = content * 6 / 10;
    if (content > pair.score) pair.score = content, pair.basis = GUESS_BY_CONTENT;
    return pair;
}

/* A 花名册 is a register of everybody, a 名册 of some department's people. */
static bool says_word(const char *name, const char *word) {
    const char *found = strstr(name, word);
    size_t flower = strlen("花");
    return found && !(strcmp(word, "名册") == 0 && found >= name + flower &&
                      memcmp(found - flower, "花", flower) == 0);
}

/* A budget pays towards residents' contributions alone. */
static bool has_subsidy(const struct guess_source *source) {
    static const char *const words[] = {"财政补助", "财政补贴", "政府补助"};
    for (uint32_t i = 0; i < source->columns.count; i++)
        for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
            struct span name = source->columns.names[i];
            if (memmem(name.bytes, name.size, words[w], strlen(words[w]))) return true;
        }
    return false;
}

/* What the file's name says about its kind. */
static uint64_t hint(const struct choosing *at, const struct kind *kind) {
    static const struct {
        const char *word, *kind;
    } hints[] = {{"人员", "psn_info_b"},
                 {"ry_", "psn_info_b"},
                 {"AC01", "psn_info_b"},
                 {"参保", "psn_insu_d"},
                 {"cb_", "psn_insu_d"},
                 {"AC02", "psn_insu_d"},
                 {"职工缴费", "staf_psn_clct_detl_d"},
                 {"AC43", "staf_psn_clct_detl_d"},
                 {"jf_", "rsdt_psn_clct_detl_d"},
                 {"缴费台账", "rsdt_psn_clct_detl_d"},
                 {"居民缴费", "rsdt_psn_clct_detl_d"},
                 {"结算", "setl_d"},
                 {"补偿", "setl_d"},
                 {"js_", "setl_d"},
                 {"KC24", "setl_d"},
                 {"单位", "insu_emp_info_b"},
                 {"机构", "fixmedins_b"},
                 {"jjzf", "setl_fund_pay_d"},
                 {"基金支付", "setl_fund_pay_d"},
                 {"凭证", "voucher_entry_d"},
                 {"余额", "acct_bal_d"},
                 {"对账单", "bank_stmt_d"},
                 {"账套", "acct_set_d"},
                 {"登记", "psn_info_b"},
                 {"名单", "psn_roster_d"},
                 {"名册", "psn_roster_d"},
                 {"花名册", "psn_info_b"},
                 {"学籍", "psn_roster_d"}};
    const char *name = at->source->name, *inner = strrchr(name, '!');
    uint64_t score = 0;
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (strcmp(hints[i].kind, kind->name) == 0 && says_word(inner ? inner : name, hints[i].word))
            score = HINT;
    if (strcmp(kind->name, at->source->sheet ? at->source->sheet : "") == 0) score = HINT;
    if (strcmp(kind->name, "rsdt_psn_clct_detl_d") == 0 && has_subsidy(at->source)) score = HINT;
    return score;
}

struct guess_line *guess_add(struct guess_draft *draft, const char *target, const char *text, uint32_t score,
                             enum guess_basis basis, const char *comment) {
    int index = model_column(draft->kind, span_of(target));
    if (index < 0 || draft->line_count == GUESS_LINES_MAX) return NULL;
    struct guess_line *line = &draft->lines[draft->line_count++];
    *line = (struct guess_line){.target = (uint32_t)index,
                                .source = -1,
                                .score = score,
                                .basis = basis,
                                .text = text,
                                .comment = comment};
    return line;
}

const struct guess_line *guess_line_of(const struct guess_draft *draft, const char *target) {
    for (uint32_t i = 0; i < draft->line_count; i++)
        if (strcmp(draft->kind->columns[draft->lines[i].target].name, target) == 0) return &draft->lines[i];
    return NULL;
}

void guess_drop(struct guess_draft *draft, const char *target) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < draft->line_count; i++)
        if (strcmp(draft->kind->columns[draft->lines[i].target].name, target) != 0)
            draft->lines[kept++] = draft->lines[i];
    draft->line_count = kept;
}

const char *guess_scalar(struct arena *arena, struct span name) {
    bool plain = name.size > 0;
    for (size_t i = 0; i < name.size; i++) {
        char c = name.bytes[i];
        bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
                    c == '/' || (c & 0x80);
        plain = plain && word;
    }
    if (plain && !(name.bytes[0] >= '0' && name.bytes[0] <= '9'))
        return arena_print(arena, "%.*s", (int)name.size, name.bytes);
    char *text = ARENA_NEW(arena, char, name.size * 2 + 3);
    size_t size = 0;
    text[size++] = '"';
    for (size_t i = 0; i < name.size; i++) {
        if (name.bytes[i] == '"' || name.bytes[i] == '\\') text[size++] = '\\';
        text[size++] = name.bytes[i] >= 0 && name.bytes[i] < ' ' ? ' ' : name.bytes[i];
    }
    text[size] = '"';
    return text;
}

/* What is written right of the colon. */
static const char *line_text(const struct choosing *at, const struct kind_column *target, uint32_t column) {
    const char *name = guess_scalar(at->arena, at->source->columns.names[column]);
    const struct profile_column *profile = &at->source->profiles[column];
    const char *as = NULL;
    if (strcmp(target->name, "certno") == 0) as = "certno";
    else if (strcmp(target->name, "psn_name") == 0) as = "name";
    else if (content_is_month(target->name)) as = "month";
    else if (target->type == TYPE_DATE) as = "date";
    else if (target->type == TYPE_TIMESTAMP) as = profile->longest <= 11 ? "date" : "timestamp";
    if (target->dict && strcmp(target->dict, "region") != 0 &&
        shipped_find(arena_print(at->arena, "mappings/%s.csv", target->dict), &(struct span){0}))
        return arena_print(at->arena, "{from: %s, map: %s}", name, target->dict);
    if (!as) return name;
    bool open = target->type == TYPE_DATE && profile->filled &&
                span_equal(profile_text(&profile->last), SPAN("99991231"));
    bool until = strncmp(target->name, "paus", 4) == 0;
    return arena_print(at->arena, "{from: %s, as: %s%s}", name, as,
                       open || until ? ", open: \"99991231\"" : "");
}

static const char *line_comment(const struct choosing *at, const struct kind_column *target, uint32_t column,
                                enum guess_basis basis) {
    struct span meaning = guess_meaning(&at->words, at->source->columns.names[column]);
    const char *says = content_says(target, &at->source->profiles[column], at->arena);
    const char *how = basis == GUESS_BY_CONTENT    ? TEXT("；只凭内容", "; by content alone")
                      : basis == GUESS_BY_LIKENESS ? TEXT("；列名相近", "; by a similar name")
                      : basis == GUESS_BY_LEGACY && meaning.size
                          ? arena_print(at->arena, TEXT("；旧字段「%.*s」", "; legacy field \"%.*s\""),
                                        (int)meaning.size, meaning.bytes)
                          : "";
    struct span label = label_of(at->source, column);
    const char *called = label.size ? arena_print(at->arena, TEXT("；注释「%.*s」", "; comment \"%.*s\""),
                                                  (int)label.size, label.bytes)
                                    : "";
    return arena_print(at->arena, "%s%s%s%s%s", target->label, TEXT("；", "; "), says, called, how);
}

/* Takes the pairs from the best down; each source column and each target once. */
static void assign(const struct choosing *at, struct guess_draft *draft) {
    const struct kind *kind = draft->kind;
    uint32_t columns = at->source->columns.count;
    struct pair *pairs = ARENA_NEW(at->arena, struct pair, (size_t)columns * kind->column_count + 1);
    size_t count = 0;
    bool *taken = ARENA_NEW(at->arena, bool, kind->column_count);
    for (uint32_t column = 0; column < columns; column++)
        for (uint32_t target = 0; target < kind->column_count && !draft->used[column]; target++) {
            struct pair pair = rate(at, kind, target, column);
            if (pair.score >= FIT_MIN) pairs[count++] = pair;
        }
    for (;;) {
        const struct pair *best = NULL;
        for (size_t i = 0; i < count; i++)
            if (!taken[pairs[i].target] && !draft->used[pairs[i].source] &&
                (!best || pairs[i].score > best->score))
                best = &pairs[i];
        if (!best || draft->line_count == GUESS_LINES_MAX) break;
        const struct kind_column *target = &kind->columns[best->target];
        taken[best->target] = draft->used[best->source] = true;
        struct guess_line *line =
            guess_add(draft, target->name, line_text(at, target, best->source), best->score, best->basis,
                      line_comment(at, target, best->source, best->basis));
        if (line) line->source = (int)best->source;
        /* What a column holds says little of a kind when its name says something that we do not know. */
        bool weak = best->basis == GUESS_BY_CONTENT && at->named[best->source];
        draft->score += weak ? best->score / 2 : best->score;
    }
}

/* A household's number and a number inside it are one person's number. */
static void join_person(const struct choosing *at, struct guess_draft *draft) {
    int household = -1, member = -1;
    const struct columns *columns = &at->source->columns;
    for (uint32_t i = 0; i < columns->count; i++) {
        int sure = guess_household(columns->names[i]);
        if (sure >= 0 && (household < 0 || sure < guess_household(columns->names[household])))
            household = (int)i;
        if (member < 0 && guess_is_member(columns->names[i])) member = (int)i;
    }
    if (household < 0 || member < 0 || model_column(draft->kind, SPAN("src_psn_no")) < 0) return;
    draft->used[household] = draft->used[member] = true;
    const char *text = arena_print(at->arena, "{from: [%s, %s], join: \"-\"}",
                                   guess_scalar(at->arena, columns->names[household]),
                                   guess_scalar(at->arena, columns->names[member]));
    guess_add(draft, "src_psn_no", text, 900, GUESS_BY_RULE,
              TEXT("户的编号加户内序号，才是一个人", "household number and number within it"));
    draft->score += 900;
}

static void propose_kind(const struct choosing *at, const struct kind *kind, struct guess_draft *draft) {
    *draft = (struct guess_draft){.source = at->source, .kind = kind};
    draft->used = ARENA_NEW(at->arena, bool, at->source->columns.count + 1);
    join_person(at, draft);
    assign(at, draft);
    draft->score += hint(at, kind);
    for (uint32_t i = 0; i < kind->column_count; i++)
        if (kind->columns[i].tags & TAG_REQUIRED && !guess_line_of(draft, kind->columns[i].name))
            draft->score -= draft->score > REQUIRED_MISSING ? REQUIRED_MISSING : draft->score;
}

static int column_of(const struct columns *columns, struct span name) {
    for (uint32_t i = 0; i < columns->count; i++)
        if (span_equal(columns->names[i], name)) return (int)i;
    return -1;
}

/* The source columns that a profile's line reads; -1 when one is missing. */
static int reads(const struct choosing *at, const struct node *item, bool *used, int *only) {
    const struct node *from = item->kind == NODE_SCALAR ? item : node_get(item, "from");
    int count = 0;
    *only = -1;
    if (!from) return 0;
    for (uint32_t i = 0; i < (from->kind == NODE_LIST ? from->count : 1); i++, count++) {
        const struct node *one = from->kind == NODE_LIST ? &from->items[i] : from;
        int column = column_of(&at->source->columns, one->text);
        if (column < 0) return -1;
        if (used) used[column] = true;
        *only = column;
    }
    if (count != 1) *only = -1;
    return count;
}

const char *guess_flow(const struct node *node, struct arena *arena) {
    if (node->kind == NODE_SCALAR)
        return node->quoted ? arena_print(arena, "\"%s\"", node->text.bytes)
                            : guess_scalar(arena, node->text);
    const char *text = "";
    for (uint32_t i = 0; i < node->count; i++)
        text = arena_print(arena, "%s%s%s%s%s", text, i ? ", " : "",
                           node->kind == NODE_MAP ? node->keys[i].text.bytes : "",
                           node->kind == NODE_MAP ? ": " : "", guess_flow(&node->items[i], arena));
    return arena_print(arena, node->kind == NODE_MAP ? "{%s}" : "[%s]", text);
}

/* How many lines of the profile's table the file can answer; 0 when it is not that table. */
static uint32_t fits_profile(const struct choosing *at, const struct node *table) {
    const struct node *columns = node_get(table, "columns"), *key = node_get(table, "key");
    uint32_t found = 0;
    int only;
    if (!columns || columns->kind != NODE_MAP || !columns->count) return 0;
    for (uint32_t i = 0; key && i < key->count; i++)
        if (column_of(&at->source->columns, key->items[i].text) < 0) return 0;
    for (uint32_t i = 0; i < columns->count; i++) found += reads(at, &columns->items[i], NULL, &only) >= 0;
    return found * 1000 >= columns->count * PROFILE_SHARE ? found : 0;
}

static void take_profile(const struct choosing *at, const struct node *table, const char *name,
                         struct guess_draft *draft) {
    const struct node *columns = node_get(table, "columns"), *key = node_get(table, "key");
    *draft = (struct guess_draft){
        .source = at->source, .kind = model_find(node_get(table, "kind")->text), .profile = name};
    draft->used = ARENA_NEW(at->arena, bool, at->source->columns.count + 1);
    draft->key = key ? guess_flow(key, at->arena) : NULL;
    for (uint32_t i = 0; i < columns->count; i++) {
        int only, target = model_column(draft->kind, columns->keys[i].text);
        if (target < 0) continue;
        const struct kind_column *column = &draft->kind->columns[target];
        if (reads(at, &columns->items[i], draft->used, &only) < 0) {
            guess_add(draft, column->name, "none", 500, GUESS_BY_PROFILE,
                      TEXT("文件里没有来源系统的这一列", "the file lacks the system's column"));
            continue;
        }
        const char *comment =
            only < 0 ? column->label : line_comment(at, column, (uint32_t)only, GUESS_BY_PROFILE);
        struct guess_line *line = guess_add(draft, column->name, guess_flow(&columns->items[i], at->arena),
                                            980, GUESS_BY_PROFILE, comment);
        if (line) line->source = only;
    }
}

/* The shipped profile whose table the file is, when there is one. */
static bool find_profile(const struct choosing *at, const struct kind *wanted, struct guess_draft *draft) {
    uint32_t most = 0;
    uint64_t next = 0;
    for (struct shipped file; shipped_next(&next, &file);) {
        static const char prefix[] = "mappings/profiles/";
        if (!shipped_under(&file, prefix)) continue;
        struct node *root = ARENA_NEW(at->arena, struct node, 1);
        const struct node *tables;
        if (!yaml_read(file.bytes, "profile", at->arena, root, &(struct error){0}) ||
            !(tables = node_get(root, "tables")))
            continue;
        for (uint32_t i = 0; tables->kind == NODE_MAP && i < tables->count; i++) {
            const struct node *kind = node_get(&tables->items[i], "kind");
            uint32_t found = kind ? fits_profile(at, &tables->items[i]) : 0;
            if (found <= most || !model_find(kind->text) || (wanted && model_find(kind->text) != wanted))
                continue;
            most = found;
            const char *name = arena_print(at->arena, "%s.%s", node_get(root, "system")->text.bytes,
                                           tables->keys[i].text.bytes);
            take_profile(at, &tables->items[i], name, draft);
        }
    }
    return most > 0;
}

void guess_propose(const struct guess_source *source, const struct kind *wanted, struct arena *arena,
                   struct guess_draft *draft) {
    struct choosing at = {.source = source, .arena = arena};
    guess_words_read(&at.words, arena);
    rank_columns(&at);
    if (!find_profile(&at, wanted, draft)) {
        struct guess_draft *own = ARENA_NEW(arena, struct guess_draft, 1);
        uint64_t best = 0, next = 0;
        const struct kind *second = NULL;
        *draft = (struct guess_draft){0};
        for (uint32_t i = 0; i < model_kind_count; i++) {
            if (wanted && wanted != &model_kinds[i]) continue;
            propose_kind(&at, &model_kinds[i], own);
            if (draft->kind && own->score <= best) {
                if (own->score > next) next = own->score, second = own->kind;
                continue;
            }
            if (draft->kind) next = best, second = draft->kind;
            best = own->score;
            *draft = *own;
        }
        draft->second = second;
    }
    guess_derive(draft, arena);
}
