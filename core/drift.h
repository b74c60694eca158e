/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_DRIFT_H
#define CORE_DRIFT_H
#include "core/batch.h"
#include "core/spec.h"

/* How a source's header differs from the one that its spec remembers (`header: {fingerprint, columns}`),
   and what the spec says to do then (`drift: {new: …, lost: …, renamed: …, retyped: …}`). */

enum { DRIFT_MAX = 256, FINGERPRINT_TEXT = 17 };

struct drift_item {
    enum drift_change change;
    int was, now; /* index among the remembered and the present columns; -1: not there */
};

struct drift {
    uint32_t count;
    struct drift_item items[DRIFT_MAX];
    bool shifted; /* columns without names, another count and other contents: nobody knows what is what */
};

/* Hash of the columns' names in their order, as 16 hex digits. */
void drift_fingerprint(const struct columns *columns, char text[FINGERPRINT_TEXT]);

/* Reads `header` and `drift` of a spec's document into `spec`; TROUBLE_USAGE with the line otherwise. */
bool drift_read(const struct node *root, const char *path, struct arena *arena, struct spec *spec,
                struct error *error);

/* Whether the present column may be the remembered one by its cells; NULL: by its name alone. */
struct drift_cells {
    void *state;
    bool (*fits)(void *state, int now, struct span type);
};

/* Compares the present columns with the remembered ones.  Columns in another order are no drift, since
   columns are found by name; without names, or with several changes, position counts. */
void drift_compare(const struct spec *spec, const struct columns *columns, const struct drift_cells *cells,
                   struct drift *drift);

/* Does what the spec says.  Stop: header.changed (TROUBLE_REFUSED), as always when the columns shifted or
   when the spec cannot do without what is lost.  Else `named` are the columns as spec_resolve should see
   them (a renamed one under its old name when accepted), columns that are not read leave the spec's
   copy, and `*reject` says whether every row is to be rejected. */
bool drift_settle(const struct drift *drift, const struct columns *columns, struct arena *arena,
                  struct spec *spec, struct columns *named, bool *reject, struct error *error);

/* "新增「A」；缺少「B」；「C」改名为「D」；「E」由 date 变为其他内容": never a cell's value.  In `arena`. */
struct span drift_says(const struct drift *drift, const struct spec *spec, const struct columns *columns,
                       struct arena *arena);
#endif
