/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_XLSX_XML_H
#define EXTRACT_XLSX_XML_H
#include "core/stage.h"
#include "extract/bytes.h"

/* What hostile XML may cost: 3 million open tags took 424 MB, an endless attribute as much as it likes.
   A token is a tag with its attributes, or a piece of text that the parser cannot hand out yet. */
enum { XML_DEPTH_MAX = 64, XML_TOKEN_MAX = 1 << 20, XML_CHUNK = 64 << 10, XML_SLACK = 32 };

enum xml_taken { XML_TAKEN, XML_TAKE_MORE, XML_TAKE_NONE };

/* What the reader of one part wants to hear.  `name` is without its prefix, since writers choose
   prefixes freely; attributes are expat's pairs.

   A part is nearly all one kind of element, <row> or <si>, written plainly.  A reader that understands those
   itself, several times faster than expat, sets `take`: whenever the parser stands in content with nothing
   half read, in UTF-8, it is shown the bytes to come.  It may take whole elements and white space from their
   beginning, of which it must have verified every byte: what is well-formed stays so without them.  Whatever
   it does not take, and so every error, is the parser's. */
struct xml_handlers {
    void (*start)(void *owner, const char *name, const char **attributes);
    void (*end)(void *owner, const char *name);
    void (*text)(void *owner, const char *text, int size);
    /* Sets `size` when it took something.  MORE: the bytes end before it can tell.  A NUL, which is not
       XML, stands behind the bytes, and XML_SLACK bytes may be read. */
    enum xml_taken (*take)(void *owner, struct span bytes, size_t *size);
    const char *element; /* "row>": where the parser is stopped to ask again */
};

/* One XML part, read piece by piece from a stream.  A DOCTYPE is refused at once. */
struct xml {
    struct bytes *bytes;
    const struct xml_handlers *handlers;
    void *owner;
    void *parser;        /* XML_Parser */
    struct error *error; /* during xml_step */
    uint64_t fed;        /* to the parser */
    int depth;
    bool suspended, failed, ended;
    /* with `take` */
    char *window; /* malloc'd, `room` and XML_SLACK */
    size_t room, from, until;
    size_t least;              /* what the parser gets at once, doubled as long as nothing is taken */
    uint64_t taken;            /* bytes that the parser never saw, */
    unsigned long lines;       /* and their lines */
    bool foreign, cdata;       /* not UTF-8; inside CDATA */
    bool drained, parser_only; /* no more bytes; the tests' */
};

/* The bytes stay the caller's. */
bool xml_open(struct xml *xml, struct bytes *bytes, const struct xml_handlers *handlers, void *owner,
              struct error *error);
/* Parses the next piece.  FLOW_MORE also after xml_suspend; FLOW_END at the verified end of the stream. */
enum flow xml_step(struct xml *xml, struct error *error);
/* Steps to the end. */
bool xml_all(struct xml *xml, struct error *error);
void xml_close(struct xml *xml);

/* For handlers: let xml_step return now; fail it with the code and sentence given. */
void xml_suspend(struct xml *xml);
void xml_fail(struct xml *xml, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
uint64_t xml_offset(const struct xml *xml); /* of the current event, in bytes */

/* The value of attribute `name` without regard to its prefix; NULL: absent. */
const char *xml_attribute(const char **attributes, const char *name);
#endif
