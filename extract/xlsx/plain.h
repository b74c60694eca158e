/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLSX_PLAIN_H
#define EXTRACT_XLSX_PLAIN_H
#include "core/span.h"
#include <stdint.h>

/* Plain XML: what the writers of workbooks write for <row> and <si>, a part of XML that a few loops verify.
   Tags with quoted attributes, character data in UTF-8, the five named entities.  No comments, CDATA,
   instructions or numeric entities, no carriage return in text, one prefix for all tags of an element.
   Anything else, well-formed or not, is not plain; each function then returns NULL and the bytes are for
   expat.  All bytes end with a NUL and XML_SLACK readable bytes (xml.h), so no loop asks for their end. */

enum { PLAIN_ATTRIBUTES_MAX = 16, PLAIN_PREFIX_MAX = 8 };

struct plain_attribute {
    struct span name, value;
};

struct plain_tag {
    uint32_t count;
    bool empty; /* <v/> */
    struct plain_attribute attributes[PLAIN_ATTRIBUTES_MAX];
};

struct plain_text {
    struct span raw;
    bool entities; /* holds &amp; and its like */
    bool escapes;  /* holds a '_', so perhaps _x000D_ */
};

/* The prefix of the tags: "x:" or nothing. */
struct plain {
    size_t prefix_size;
    char prefix[PLAIN_PREFIX_MAX];
};

/* The prefix of the tag at `at`, whose name is `name` without it. */
const char *plain_prefix(struct plain *plain, const char *at, struct span name);

/* Past white space between tags. */
static inline const char *plain_blank(const char *at) {
    while (*at == ' ' || *at == '\n' || *at == '\t' || (*at == '\r' && at[1] == '\n')) at++;
    return at;
}

/* Past '<' and the name; what follows is for plain_attributes. */
static inline const char *plain_open(const struct plain *plain, const char *at, const char *name,
                                     size_t size) {
    if (*at++ != '<') return NULL;
    if (plain->prefix_size) {
        if (strncmp(at, plain->prefix, plain->prefix_size) != 0) return NULL;
        at += plain->prefix_size;
    }
    if (memcmp(at, name, size) != 0) return NULL;
    at += size;
    return *at == '>' || *at == ' ' || *at == '/' ? at : NULL;
}

/* Past the end tag. */
static inline const char *plain_close(const struct plain *plain, const char *at, const char *name,
                                      size_t size) {
    if (at[0] != '<' || at[1] != '/') return NULL;
    at += 2;
    if (plain->prefix_size) {
        if (strncmp(at, plain->prefix, plain->prefix_size) != 0) return NULL;
        at += plain->prefix_size;
    }
    if (memcmp(at, name, size) != 0) return NULL;
    at += size;
    return *at == '>' ? at + 1 : NULL;
}

/* Past the '>' of a start tag. */
const char *plain_attributes(const char *at, struct plain_tag *tag);
/* To the '<' behind character data. */
const char *plain_data(const char *at, struct plain_text *text);
/* From behind the name of an element that holds nothing but text to behind its end tag. */
const char *plain_leaf(const struct plain *plain, const char *at, const char *name, size_t size,
                       struct plain_tag *tag, struct plain_text *text);
/* The characters of a text with entities, in `to`, which has room for `raw`; returns the size. */
size_t plain_decode(struct span raw, char *to);
#endif
