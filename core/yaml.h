/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_YAML_H
#define CORE_YAML_H
#include "core/arena.h"
#include "core/error.h"

/* Hostile files are limited before libyaml sees them: it is quadratic in nesting
   (100 KB of `[` take it 11 s). */
enum { YAML_BYTES_MAX = 256 << 10, YAML_DEPTH_MAX = 16 };

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
    enum node_kind kind;
    uint32_t line, column; /* from 1 */
    struct span text;      /* NODE_SCALAR, NUL-terminated in the arena */
    bool quoted;           /* the scalar stood in quotes */
    uint32_t count;
    struct node *keys;  /* NODE_MAP: [count] scalars */
    struct node *items; /* NODE_LIST, NODE_MAP: [count] */
};

/* Reads one document into a tree in `arena`.  `name` is for messages and lives as long as the arena.
   Fails with TROUBLE_USAGE and line and column: syntax, anchors, tags, a second document, a
   duplicate key, a limit. */
bool yaml_read(struct span text, const char *name, struct arena *arena, struct node *root,
               struct error *error);
const struct node *node_get(const struct node *map, const char *key); /* NULL: absent or no map */
bool node_is(const struct node *node, const char *text);              /* a scalar of that text */
/* Fails at the node's line with `format`. */
bool node_error(const struct node *node, const char *name, struct error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
#endif
