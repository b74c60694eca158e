/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/yaml.h"
#include "core/language.h"
#include <stdarg.h>
#include <stdio.h>
#include <yaml.h>

static bool usage(struct error *error, const char *name, size_t line, size_t column, const char *message) {
    error->at = (struct place){.source = name, .row = line, .column = (uint32_t)column};
    return error_code(error, TROUBLE_USAGE, NULL, "%s", message);
}

bool node_error(const struct node *node, const char *name, struct error *error, const char *format, ...) {
    char message[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return usage(error, name, node->line, node->column, message);
}

/* What libyaml says.  For bytes that are no text it knows only the offset. */
static bool syntax(struct error *error, const char *name, struct span text, const yaml_parser_t *parser) {
    size_t line = parser->problem_mark.line, column = parser->problem_mark.column;
    if (parser->error == YAML_READER_ERROR) {
        line = column = 0;
        for (size_t i = 0; i < parser->problem_offset && i < text.size; i++) {
            column += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
            if (text.bytes[i] == '\n') line++, column = 0;
        }
    }
    const char *problem = parser->problem ? parser->problem : TEXT("不是 YAML", "no YAML");
    return usage(error, name, line + 1, column + 1, problem);
}

/* Brackets and indentation deeper than any real spec, before the parser meets them.  Brackets in
   quotes count too: what is quoted and what is not cannot be told without the parser. */
static bool scan(struct span text, const char *name, struct error *error) {
    if (text.size > YAML_BYTES_MAX)
        return usage(error, name, 0, 0, TEXT("文件超过 256 KiB", "the file passes 256 KiB"));
    int depth = 0;
    size_t line = 1, line_from = 0, indent = 0, indents = 0, previous = 0;
    bool start = true;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c == '\0')
            return usage(error, name, line, i - line_from + 1, TEXT("含空字节", "holds a NUL byte"));
        if (c == '[' || c == '{') depth++;
        if ((c == ']' || c == '}') && depth > 0) depth--;
        if (c == '\n') {
            line++, line_from = i + 1, start = true, indent = 0;
        } else if (start && (c == ' ' || c == '-')) {
            indent++;
        } else if (start) {
            start = false;
            indents = indent > previous ? indents + 1 : indent < previous ? 0 : indents;
            previous = indent;
        }
        if (depth > YAML_DEPTH_MAX || indents > YAML_DEPTH_MAX || indent > 256)
            return usage(error, name, line, 1, TEXT("嵌套太深", "nested too deeply"));
    }
    return true;
}

static bool convert(yaml_document_t *document, int index, const char *name, int depth, struct arena *arena,
                    struct node *node, struct error *error);

static bool convert_map(yaml_document_t *document, const yaml_node_t *from, const char *name, int depth,
                        struct arena *arena, struct node *node, struct error *error) {
    const yaml_node_pair_t *pairs = from->data.mapping.pairs.start;
    node->kind = NODE_MAP;
    node->count = (uint32_t)(from->data.mapping.pairs.top - pairs);
    node->keys = ARENA_NEW(arena, struct node, node->count + 1);
    node->items = ARENA_NEW(arena, struct node, node->count + 1);
    for (uint32_t i = 0; i < node->count; i++) {
        if (!convert(document, pairs[i].key, name, depth, arena, &node->keys[i], error) ||
            !convert(document, pairs[i].value, name, depth, arena, &node->items[i], error))
            return false;
        if (node->keys[i].kind != NODE_SCALAR)
            return node_error(&node->keys[i], name, error, "%s",
                              TEXT("键必须是一个词", "a key must be one word"));
        for (uint32_t j = 0; j < i; j++)
            if (span_equal(node->keys[j].text, node->keys[i].text))
                return node_error(&node->keys[i], name, error,
                                  TEXT("键「%s」重复，第 %u 行已有", "key \"%s\" again, first in line %u"),
                                  node->keys[i].text.bytes, node->keys[j].line);
    }
    return true;
}

static bool convert(yaml_document_t *document, int index, const char *name, int depth, struct arena *arena,
                    struct node *node, struct error *error) {
    const yaml_node_t *from = yaml_document_get_node(document, index);
    node->line = (uint32_t)from->start_mark.line + 1;
    node->column = (uint32_t)from->start_mark.column + 1;
    if (depth > YAML_DEPTH_MAX)
        return node_error(node, name, error, "%s", TEXT("嵌套太深", "nested too deeply"));
    if (from->type == YAML_MAPPING_NODE)
        return convert_map(document, from, name, depth + 1, arena, node, error);
    if (from->type == YAML_SEQUENCE_NODE) {
        const yaml_node_item_t *items = from->data.sequence.items.start;
        node->kind = NODE_LIST;
        node->count = (uint32_t)(from->data.sequence.items.top - items);
        node->items = ARENA_NEW(arena, struct node, node->count + 1);
        for (uint32_t i = 0; i < node->count; i++)
            if (!convert(document, items[i], name, depth + 1, arena, &node->items[i], error)) return false;
        return true;
    }
    if (memchr(from->data.scalar.value, '\0', from->data.scalar.length))
        return node_error(node, name, error, "%s", TEXT("含空字节", "holds a NUL byte"));
    node->kind = NODE_SCALAR;
    node->quoted = from->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                   from->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    node->text =
        arena_copy(arena, (struct span){(const char *)from->data.scalar.value, from->data.scalar.length});
    return true;
}

/* Anchors, aliases and tags are refused by looking at the events first: an alias makes small files huge. */
static bool plain_events(struct span text, const char *name, struct error *error) {
    yaml_parser_t parser;
    yaml_event_t event;
    int documents = 0;
    bool ok = true, end = false;
    if (!yaml_parser_initialize(&parser)) return usage(error, name, 0, 0, "libyaml");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.bytes, text.size);
    while (ok && !end) {
        if (!yaml_parser_parse(&parser, &event)) {
            ok = syntax(error, name, text, &parser);
            break;
        }
        const unsigned char *anchor = NULL, *tag = NULL;
        if (event.type == YAML_SCALAR_EVENT) anchor = event.data.scalar.anchor, tag = event.data.scalar.tag;
        if (event.type == YAML_MAPPING_START_EVENT)
            anchor = event.data.mapping_start.anchor, tag = event.data.mapping_start.tag;
        if (event.type == YAML_SEQUENCE_START_EVENT)
            anchor = event.data.sequence_start.anchor, tag = event.data.sequence_start.tag;
        documents += event.type == YAML_DOCUMENT_START_EVENT;
        if (anchor || tag || event.type == YAML_ALIAS_EVENT || documents > 1)
            ok = usage(
                error, name, event.start_mark.line + 1, event.start_mark.column + 1,
                TEXT("不支持锚、别名、标签或第二个文档", "no anchors, aliases, tags or second document"));
        end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return ok;
}

bool yaml_read(struct span text, const char *name, struct arena *arena, struct node *root,
               struct error *error) {
    *root = (struct node){.kind = NODE_MAP, .line = 1, .column = 1};
    if (!text.size) return true; /* libyaml asserts that there are bytes */
    if (!scan(text, name, error) || !plain_events(text, name, error)) return false;
    yaml_parser_t parser;
    yaml_document_t document;
    if (!yaml_parser_initialize(&parser)) return usage(error, name, 0, 0, "libyaml");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.bytes, text.size);
    bool ok = yaml_parser_load(&parser, &document) != 0;
    if (!ok) {
        syntax(error, name, text, &parser);
    } else {
        if (yaml_document_get_root_node(&document)) ok = convert(&document, 1, name, 0, arena, root, error);
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return ok;
}

const struct node *node_get(const struct node *map, const char *key) {
    if (!map || map->kind != NODE_MAP) return NULL;
    for (uint32_t i = 0; i < map->count; i++)
        if (strcmp(map->keys[i].text.bytes, key) == 0) return &map->items[i];
    return NULL;
}

bool node_is(const struct node *node, const char *text) {
    return node && node->kind == NODE_SCALAR && strcmp(node->text.bytes, text) == 0;
}
