/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLSX_XML_H
#define EXTRACT_XLSX_XML_H
#include "core/stage.h"
#include "extract/bytes.h"

/* What hostile XML may cost: 3 million open tags took 424 MB, an endless attribute as much as it likes.
   A token is a tag with its attributes, or a piece of text that the parser cannot hand out yet. */
enum { XML_DEPTH_MAX = 64, XML_TOKEN_MAX = 1 << 20, XML_CHUNK = 64 << 10 };

/* What the reader of one part wants to hear.  `name` is without its prefix, since writers choose
   prefixes freely; attributes are expat's pairs. */
struct xml_handlers {
    void (*start)(void *owner, const char *name, const char **attributes);
    void (*end)(void *owner, const char *name);
    void (*text)(void *owner, const char *text, int size);
};

/* One XML part, read piece by piece from a stream.  A DOCTYPE is refused at once. */
struct xml {
    struct bytes *bytes;
    const struct xml_handlers *handlers;
    void *owner;
    void *parser;        /* XML_Parser */
    struct error *error; /* during xml_step */
    uint64_t fed;
    int depth;
    bool suspended, stopped, failed, ended;
};

/* The bytes stay the caller's. */
bool xml_open(struct xml *xml, struct bytes *bytes, const struct xml_handlers *handlers, void *owner,
              struct error *error);
/* Parses the next piece.  FLOW_MORE also after xml_suspend; FLOW_END at the verified end of the stream
   or after xml_stop. */
enum flow xml_step(struct xml *xml, struct error *error);
/* Steps to the end. */
bool xml_all(struct xml *xml, struct error *error);
void xml_close(struct xml *xml);

/* For handlers: let xml_step return now; end it; fail it with the code and sentence given. */
void xml_suspend(struct xml *xml);
void xml_stop(struct xml *xml);
void xml_fail(struct xml *xml, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
uint64_t xml_offset(const struct xml *xml); /* of the current event, in bytes */

/* The value of attribute `name` without regard to its prefix; NULL: absent. */
const char *xml_attribute(const char **attributes, const char *name);
#endif
