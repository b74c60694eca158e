/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/yaml.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct refusal {
    const char *name, *text;
    uint64_t line;
    uint32_t column;
    const char *word; /* stands in the message; NULL: libyaml's own words */
};

static void check_refusal(const struct refusal *c, struct span text) {
    struct arena arena = {0};
    struct node root;
    struct error error = {0};
    cr_assert(!yaml_read(text, "s.yaml", &arena, &root, &error), "%s: was accepted", c->name);
    cr_expect(error.trouble == TROUBLE_USAGE, "%s: trouble %d", c->name, error.trouble);
    cr_expect(error.at.source && strcmp(error.at.source, "s.yaml") == 0, "%s: no source", c->name);
    cr_expect(error.at.row == c->line && error.at.column == c->column, "%s: at %ju:%u, expected %ju:%u",
              c->name, (uintmax_t)error.at.row, error.at.column, (uintmax_t)c->line, c->column);
    cr_expect(*error.message && (!c->word || strstr(error.message, c->word)), "%s: %s", c->name,
              error.message);
    arena_free(&arena);
}

Test(yaml, refusals_have_line_and_column) {
    static const struct refusal cases[] = {
        {"duplicate key", "a: 1\nb: 2\n  \na: 3\n", 4, 1, "第 1 行"},
        {"duplicate key inside", "x:\n  - {k: 1,\n     k: 2}\n", 3, 6, "「k」"},
        {"same key, quoted", "a: 1\n\"a\": 2\n", 2, 1, "「a」"},
        {"anchor", "a: 1\nb: &x 2\n", 2, 4, "锚"},
        {"anchor on a map", "a: &x\n  b: 1\n", 1, 4, "锚"},
        {"alias", "a: &x 1\nb: *x\n", 1, 4, "锚"},
        {"tag", "a: !!str 1\n", 1, 4, "标签"},
        {"own tag on a list", "a:\n  - 1\n  - !x [1]\n", 3, 5, "标签"},
        {"second document", "a: 1\n---\nb: 2\n", 2, 1, "第二个文档"},
        {"key is a list", "[a, b]: 1\n", 1, 1, "键"},
        {"key is a map", "? {a: 1}\n: 2\n", 1, 3, "键"},
        {"tab as indentation", "a:\n\tb: 1\n", 2, 1, NULL},
        {"open bracket", "a: 1\nb: [1, 2\n", 3, 1, NULL},
        {"open quote", "a: 1\nb: \"x\n", 3, 1, NULL},
        {"value after value", "a: b: c\n", 1, 5, NULL},
        {"indented wrongly", "a: 1\n  b: 2\n", 2, 4, NULL},
        {"not UTF-8", "a: 1\nb: x\xFFy\n", 2, 5, NULL},
        {"cut UTF-8", "a: 1\n# \xE5\xB8", 2, 3, NULL},
        {"control character", "a: 1\nb: \x01\n", 2, 4, NULL},
        {"escaped NUL", "a: 1\nb: \"x\\0y\"\n", 2, 4, "空字节"},
        {"escaped NUL in a key", "\"a\\0\": 1\n", 1, 1, "空字节"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_refusal(&cases[i], (struct span){cases[i].text, strlen(cases[i].text)});
    check_refusal(&(struct refusal){"NUL", NULL, 2, 4, "空字节"}, SPAN("a: 1\nb: \0\n"));
    check_refusal(&(struct refusal){"UTF-16", NULL, 1, 4, "空字节"}, SPAN("\xFF\xFE"
                                                                          "a\0:\0"));
}

Test(yaml, limits) {
    enum { MORE = YAML_BYTES_MAX + 1 };
    char *text = malloc(MORE);
    memset(text, 'x', MORE);
    memcpy(text, "a: ", 3);
    struct arena arena = {0};
    struct node root;
    struct error error = {0};
    cr_expect(yaml_read((struct span){text, YAML_BYTES_MAX}, "s.yaml", &arena, &root, &error), "%s",
              error.message);
    check_refusal(&(struct refusal){"256 KiB", NULL, 0, 0, "256 KiB"}, (struct span){text, MORE});
    arena_free(&arena);
    free(text);
}

/* Each of these, 200 KB of it, would keep libyaml busy for up to minutes. */
Test(yaml, hostile_nesting_is_refused_at_once, .timeout = 600) {
    static const char *const units[] = {"[", "{a: ", "- ", "? ", "[{", "a: [", "\"[", "'a': {"};
    enum { BYTES = 200000 };
    char *text = malloc(BYTES);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t unit = strlen(units[i]);
        for (size_t at = 0; at < BYTES; at++) text[at] = units[i][at % unit];
        struct arena arena = {0};
        struct node root;
        struct error error = {0};
        clock_t from = clock();
        cr_expect(!yaml_read((struct span){text, BYTES}, "s.yaml", &arena, &root, &error), "%s", units[i]);
        double seconds = (double)(clock() - from) / CLOCKS_PER_SEC;
        cr_expect(seconds < 30, "%s: %.1f s", units[i], seconds);
        arena_free(&arena);
    }
    free(text);
}

/* `depth` maps, each indented in the one before. */
static struct span nested(struct arena *arena, int depth) {
    char *text = ARENA_NEW(arena, char, 4096);
    size_t size = 0;
    for (int i = 0; i < depth; i++) {
        memset(text + size, ' ', (size_t)i);
        size += (size_t)i;
        memcpy(text + size, "k:\n", 3);
        size += 3;
    }
    return (struct span){text, size};
}

Test(yaml, depth) {
    for (int depth = 1; depth <= 30; depth++) {
        struct arena arena = {0};
        struct node root;
        struct error error = {0};
        bool ok = yaml_read(nested(&arena, depth), "s.yaml", &arena, &root, &error);
        cr_expect(ok == (depth <= YAML_DEPTH_MAX), "depth %d: %s", depth, error.message);
        cr_expect(ok || error.at.row > YAML_DEPTH_MAX, "depth %d: line %ju", depth, (uintmax_t)error.at.row);
        arena_free(&arena);
    }
}

static const char document[] = "# a remark\n"
                               "match: '*参保*.csv'\n"
                               "columns:\n"
                               "  certno: {from: AAC002, as: certno}  # 证件号码\n"
                               "  \"quoted\": \"123\"\n"
                               "list:\n"
                               "  - one\n"
                               "  - [two, 3]\n"
                               "text: |\n"
                               "  several\n"
                               "  lines\n"
                               "empty:\n";

Test(yaml, every_node_knows_its_line) {
    struct arena arena = {0};
    struct node root;
    struct error error = {0};
    cr_assert(yaml_read(SPAN(document), "s.yaml", &arena, &root, &error), "%s", error.message);
    cr_expect(root.kind == NODE_MAP && root.count == 5 && root.line == 2 && root.column == 1);
    const struct node *columns = node_get(&root, "columns"), *list = node_get(&root, "list");
    const struct node *certno = node_get(columns, "certno"), *quoted = node_get(columns, "quoted");
    static const uint32_t lines[] = {2, 3, 6, 9, 12};
    for (uint32_t i = 0; i < root.count; i++)
        cr_expect(root.keys[i].line == lines[i] && root.keys[i].column == 1, "key %u in line %u", i,
                  root.keys[i].line);
    cr_expect(certno->line == 4 && certno->column == 11 && certno->kind == NODE_MAP);
    cr_expect(node_is(node_get(certno, "as"), "certno") && node_get(certno, "as")->column == 30);
    cr_expect(quoted->quoted && node_is(quoted, "123") && !node_get(certno, "as")->quoted);
    cr_expect(list->kind == NODE_LIST && list->count == 2 && list->items[1].line == 8);
    cr_expect(node_is(&list->items[1].items[1], "3") && list->items[1].items[1].column == 11);
    cr_expect(node_is(node_get(&root, "text"), "several\nlines\n"));
    cr_expect(node_is(node_get(&root, "empty"), "") && node_get(&root, "empty")->line == 12);
    cr_expect(!node_get(&root, "absent") && !node_get(list, "one") && !node_get(NULL, "x"));
    cr_expect(!node_is(NULL, "") && !node_is(list, ""));
    arena_free(&arena);
}

/* No document at all, a few brackets in quotes and remarks, a byte order mark, CR LF. */
Test(yaml, harmless) {
    static const char *const texts[] = {
        "",
        "\n\n",
        "# only a remark",
        "---\na: 1\n...\n",
        "\xEF\xBB\xBF"
        "a: 1\n",
        "a: 1\r\nb: 2\r\n",
        "a: \"[[[[[[[[\" # {{{{{\n",
        NULL,
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct arena arena = {0};
        struct node root;
        struct error error = {0};
        cr_expect(yaml_read((struct span){texts[i], texts[i] ? strlen(texts[i]) : 0}, "s.yaml", &arena, &root,
                            &error),
                  "case %zu: %s", i, error.message);
        cr_expect(root.kind == NODE_MAP, "case %zu: no map", i);
        arena_free(&arena);
    }
}
