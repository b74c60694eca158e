/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_TRANSFORM_TOWN_H
#define TESTS_TRANSFORM_TOWN_H
#include "transform/link/link.h"

/* Records of an invented town under the shipped rules, on their way into a link. */
struct people {
    struct arena arena;
    struct link_rules rules;
    struct link_sink sinks[2];
    struct link link;
    struct error error;
};

void people_open(struct people *at);
void people_close(struct people *at);
/* One record: "number|name|birth|sex|mobile|address|book". */
void people_take(struct people *at, int sink, const char *identifier, const char *record);

enum { TOWN_PEOPLE = 1500, TEXT_BYTES = 256 };
/* Every third person twice, the second time in another house with a slip here and there. */
void town_record(uint32_t person, bool again, char text[TEXT_BYTES]);
#endif
