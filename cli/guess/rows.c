/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include "core/language.h"
#include <expat.h>
#include <stdlib.h>

/* Which elements of an XML document are its rows: down from the root by the heaviest branch, past elements
   that only hold others of one name, to the first that repeats. */

enum { NODES_MAX = 512, OPEN_MAX = 64, ATTRIBUTES_MIN = 2 };

struct element {
    const char *name;
    int parent;          /* -1: the root */
    uint32_t count;      /* how often it was met */
    uint32_t weight;     /* elements inside all of them */
    uint32_t attributes; /* most of one */
    uint32_t children;   /* names of elements right inside */
};

struct survey {
    struct arena *arena;
    XML_Parser parser;
    struct element *elements; /* [NODES_MAX] */
    int count, open[OPEN_MAX], depth;
};

static int find(struct survey *survey, int parent, const char *name) {
    for (int i = 0; i < survey->count; i++)
        if (survey->elements[i].parent == parent && strcmp(survey->elements[i].name, name) == 0) return i;
    if (survey->count == NODES_MAX) return -1;
    survey->elements[survey->count] =
        (struct element){.name = arena_print(survey->arena, "%s", name), .parent = parent};
    if (parent >= 0) survey->elements[parent].children++;
    return survey->count++;
}

static void XMLCALL begin(void *user, const char *name, const char **attributes) {
    struct survey *survey = user;
    uint32_t own = 0;
    for (; *attributes; attributes += 2) own += !strchr(*attributes, ':'); /* not xmlns:a, xsi:nil */
    int parent = survey->depth ? survey->open[survey->depth - 1] : -1;
    int at = survey->depth < OPEN_MAX ? find(survey, parent, name) : -1;
    if (at < 0) {
        XML_StopParser(survey->parser, XML_FALSE);
        return;
    }
    struct element *element = &survey->elements[at];
    element->count++;
    if (own > element->attributes) element->attributes = own;
    for (int i = 0; i < survey->depth; i++) survey->elements[survey->open[i]].weight++;
    survey->open[survey->depth++] = at;
}

static void XMLCALL end(void *user, const char *name) {
    struct survey *survey = user;
    (void)name;
    survey->depth--;
}

static void XMLCALL doctype(void *user, const char *name, const char *system, const char *public, int own) {
    struct survey *survey = user;
    (void)name, (void)system, (void)public, (void)own;
    XML_StopParser(survey->parser, XML_FALSE);
}

/* Whether it may be a row, or hold rows; <field name="AAC001"> is a cell. */
static bool has_structure(const struct element *element) {
    return element->children > 0 || element->attributes >= ATTRIBUTES_MIN;
}

static int heaviest_child(const struct survey *survey, int parent) {
    int best = -1;
    for (int i = 0; i < survey->count; i++) {
        const struct element *child = &survey->elements[i];
        uint32_t weight = child->weight + child->count;
        if (child->parent != parent || !has_structure(child)) continue;
        if (best < 0 || weight > survey->elements[best].weight + survey->elements[best].count) best = i;
    }
    return best;
}

static const char *path_of(const struct survey *survey, int at) {
    const char *path = survey->elements[at].name;
    for (int up = survey->elements[at].parent; up >= 0; up = survey->elements[up].parent)
        path = arena_print(survey->arena, "%s/%s", survey->elements[up].name, path);
    return path;
}

/* The element that is a row; -1: none is like one. */
static int find_row(const struct survey *survey) {
    int at = survey->count ? 0 : -1;
    while (at >= 0) {
        const struct element *element = &survey->elements[at];
        int next = heaviest_child(survey, at);
        bool container = element->children == 1 && element->attributes < ATTRIBUTES_MIN && next >= 0;
        if ((element->count > 1 && !container) || next < 0) break;
        at = next;
    }
    return at > 0 ? at : -1;
}

const char *guess_rows(struct span text, struct arena *arena) {
    struct survey survey = {.arena = arena, .parser = XML_ParserCreate("UTF-8")};
    if (!survey.parser) abort();
    survey.elements = ARENA_NEW(arena, struct element, NODES_MAX);
    XML_SetUserData(survey.parser, &survey);
    XML_SetElementHandler(survey.parser, begin, end);
    XML_SetStartDoctypeDeclHandler(survey.parser, doctype);
    XML_Parse(survey.parser, text.bytes, (int)text.size, XML_FALSE); /* what is met until an error counts */
    XML_ParserFree(survey.parser);
    int row = find_row(&survey);
    if (row < 0) return NULL;
    /* The root's children are what the reader takes for rows by itself. */
    bool plain = survey.elements[row].parent == 0 && survey.elements[0].children == 1;
    return plain ? NULL : path_of(&survey, row);
}
