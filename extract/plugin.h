/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_PLUGIN_H
#define EXTRACT_PLUGIN_H
#include "extract/extract.h"

/* A format of somebody else's: a shared object built against these headers, with one line
       TONGCHOU_PLUGIN(extract_mine);
   beside its `const struct extractor extract_mine`.  It runs with all rights of the program and in its
   process, so nothing is loaded that another user could have written (plugins_load). */
enum {
    PLUGIN_ABI = 1, /* raised when the meaning of a header changes; PLUGIN_SHAPE sees changed structs */
    PLUGINS_MAX = 16
};

struct plugin {
    uint32_t abi, shape;
    const struct extractor *extractor;
};

/* The sizes of what crosses the border: an object that was built against other headers is refused. */
#define PLUGIN_SHAPE                                                                                         \
    ((uint32_t)(sizeof(struct extractor) + 31 * sizeof(struct batch) + 37 * sizeof(struct row) +             \
                41 * sizeof(struct reason) + 43 * sizeof(struct input) + 47 * sizeof(struct error) +         \
                53 * sizeof(struct bytes) + 59 * sizeof(struct setting) + 61 * sizeof(struct stage) +        \
                67 * sizeof(struct node) + 71 * sizeof(struct columns)))

#define TONGCHOU_PLUGIN(name)                                                                                \
    extern const struct plugin tongchou_plugin;                                                              \
    const struct plugin tongchou_plugin = {PLUGIN_ABI, PLUGIN_SHAPE, &name}

/* One that is loaded. */
struct plugin_found {
    const struct extractor *extractor;
    const char *path; /* lives as long as the program */
};

/* Loads every *.so of `folder` in the order of names; called once by main, before any thread starts.
   Fails with TROUBLE_USAGE, by name: the folder, one above it, or an object that somebody other than root
   and this user owns or may write; no plugin; another ABI; a format that there is already. */
bool plugins_load(const char *folder, struct arena *arena, struct error *error);
uint32_t plugins_loaded(const struct plugin_found **found);
#endif
