/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xlsx/xml.h"
#include "core/language.h"
#include <expat.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { XML_TAKE_DEPTH = 5 }; /* how deep what is taken may be itself: row c is t, and one to spare */

static const char *local(const char *name) {
    const char *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

const char *xml_attribute(const char **attributes, const char *name) {
    for (; *attributes; attributes += 2)
        if (strcmp(local(attributes[0]), name) == 0) return attributes[1];
    return NULL;
}

void xml_suspend(struct xml *xml) {
    xml->suspended = true;
    XML_StopParser(xml->parser, XML_TRUE);
}

void xml_fail(struct xml *xml, const char *code, const char *format, ...) {
    if (xml->failed) return;
    xml->failed = true;
    struct error *error = xml->error;
    error->trouble = TROUBLE_FAILED;
    error->code = code;
    error->at.byte = xml_offset(xml);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    XML_StopParser(xml->parser, XML_FALSE);
}

uint64_t xml_offset(const struct xml *xml) {
    XML_Index index = XML_GetCurrentByteIndex(xml->parser);
    return (index < 0 ? 0 : (uint64_t)index) + xml->taken;
}

static void XMLCALL start_element(void *user, const char *name, const char **attributes) {
    struct xml *xml = user;
    if (xml->failed) return;
    if (++xml->depth > XML_DEPTH_MAX) {
        xml_fail(xml, "file.format_mismatch", TEXT("XML 嵌套超过 %d 层", "XML nested deeper than %d"),
                 XML_DEPTH_MAX);
        return;
    }
    xml->handlers->start(xml->owner, local(name), attributes);
}

static void XMLCALL end_element(void *user, const char *name) {
    struct xml *xml = user;
    if (xml->failed) return;
    xml->depth--;
    if (xml->handlers->end) xml->handlers->end(xml->owner, local(name));
}

static void XMLCALL character_data(void *user, const char *text, int size) {
    struct xml *xml = user;
    if (xml->failed || !xml->handlers->text) return;
    xml->handlers->text(xml->owner, text, size);
}

/* Entities are how a small file becomes a large one, and no writer of workbooks needs them. */
static void XMLCALL start_doctype(void *user, const char *name, const char *system, const char *public,
                                  int internal) {
    (void)name, (void)system, (void)public, (void)internal;
    struct xml *xml = user;
    xml_fail(xml, "file.format_mismatch", "%s",
             TEXT("XML 含 DOCTYPE 声明，拒绝读取", "XML with a DOCTYPE is refused"));
    xml->error->trouble = TROUBLE_REFUSED;
}

static void XMLCALL declaration(void *user, const char *version, const char *encoding, int standalone) {
    (void)version, (void)standalone;
    struct xml *xml = user;
    if (encoding && strcasecmp(encoding, "UTF-8") != 0) xml->foreign = true;
}

static void XMLCALL start_cdata(void *user) { ((struct xml *)user)->cdata = true; }
static void XMLCALL end_cdata(void *user) { ((struct xml *)user)->cdata = false; }

bool xml_open(struct xml *xml, struct bytes *bytes, const struct xml_handlers *handlers, void *owner,
              struct error *error) {
    *xml = (struct xml){.bytes = bytes, .handlers = handlers, .owner = owner};
    XML_Parser parser = XML_ParserCreate(NULL);
    if (!parser) return error_set(error, "%s", TEXT("内存不足", "out of memory"));
    xml->parser = parser;
    XML_SetUserData(parser, xml);
    XML_SetElementHandler(parser, start_element, end_element);
    XML_SetCharacterDataHandler(parser, character_data);
    XML_SetStartDoctypeDeclHandler(parser, start_doctype);
    if (!handlers->take) return true;
    XML_SetXmlDeclHandler(parser, declaration);
    XML_SetCdataSectionHandler(parser, start_cdata, end_cdata);
    xml->room = XML_CHUNK;
    xml->window = calloc(1, XML_CHUNK + XML_SLACK);
    return xml->window || error_set(error, "%s", TEXT("内存不足", "out of memory"));
}

void xml_close(struct xml *xml) {
    if (xml->parser) XML_ParserFree(xml->parser);
    xml->parser = NULL;
    free(xml->window);
    xml->window = NULL;
}

/* What most damage looks like, in the user's language; expat's own words for the rest. */
static const char *fault_text(enum XML_Error code) {
    static const struct {
        enum XML_Error code;
        const char *zh, *en;
    } faults[] = {
        {XML_ERROR_UNCLOSED_TOKEN, "在一个标记中间结束，文件不完整", "it ends inside a tag: cut short"},
        {XML_ERROR_NO_ELEMENTS, "没有结束的标记，文件不完整", "its last tag is missing: cut short"},
        {XML_ERROR_PARTIAL_CHAR, "在一个字符中间结束，文件不完整", "it ends inside a character: cut short"},
        {XML_ERROR_UNCLOSED_CDATA_SECTION, "CDATA 没有结束，文件不完整", "CDATA is not closed: cut short"},
        {XML_ERROR_TAG_MISMATCH, "标记不成对", "tags do not match"},
        {XML_ERROR_INVALID_TOKEN, "有不合法的字符或标记", "a character or tag is not allowed"},
        {XML_ERROR_UNDEFINED_ENTITY, "引用了没有定义的实体", "an entity is not defined"},
        {XML_ERROR_DUPLICATE_ATTRIBUTE, "同一属性写了两次", "an attribute stands twice"},
        {XML_ERROR_JUNK_AFTER_DOC_ELEMENT, "结束之后还有内容", "something follows its end"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (faults[i].code == code) return TEXT(faults[i].zh, faults[i].en);
    return XML_ErrorString(code);
}

static enum flow broken(struct xml *xml, struct error *error) {
    xml->failed = true;
    error->at.byte = xml_offset(xml);
    error_code(error, TROUBLE_FAILED, "file.format_mismatch",
               TEXT("XML 第 %lu 行损坏：%s", "XML is damaged in line %lu: %s"),
               (unsigned long)XML_GetCurrentLineNumber(xml->parser) + xml->lines,
               fault_text(XML_GetErrorCode(xml->parser)));
    return FLOW_FAILED;
}

/* What the parser's answer means; asked after every piece. */
static enum flow answer(struct xml *xml, enum XML_Status status, bool last, struct error *error) {
    if (xml->failed) return FLOW_FAILED;
    if (status == XML_STATUS_ERROR) return broken(xml, error);
    if (status == XML_STATUS_SUSPENDED) return FLOW_MORE;
    xml->suspended = false;
    if (last) return xml->ended = true, FLOW_END;
    if (xml->fed + xml->taken - xml_offset(xml) > XML_TOKEN_MAX) {
        xml_fail(xml, "file.format_mismatch",
                 TEXT("XML 中一个标记超过 %d 字节", "an XML token passes %d bytes"), XML_TOKEN_MAX);
        return FLOW_FAILED;
    }
    return FLOW_MORE;
}

/* Whether an element may be left out here: in content, everything so far understood. */
static bool rests(const struct xml *xml) {
    return xml->depth > 0 && xml->depth <= XML_DEPTH_MAX - XML_TAKE_DEPTH && !xml->cdata && !xml->foreign &&
           !xml->parser_only && xml->fed == (uint64_t)XML_GetCurrentByteIndex(xml->parser);
}

/* Appends what the window has room for; got 0: the end, or no room. */
static bool fill(struct xml *xml, size_t *got, struct error *error) {
    size_t left = xml->until - xml->from;
    *got = 0;
    if (xml->drained || left == xml->room) return true;
    memmove(xml->window, xml->window + xml->from, left);
    ptrdiff_t size = bytes_read(xml->bytes, xml->window + left, xml->room - left, error);
    if (size < 0) return false;
    xml->from = 0;
    xml->until = left + (size_t)size;
    memset(xml->window + xml->until, 0, XML_SLACK);
    xml->drained = size == 0;
    /* Bytes of UTF-16 must not be taken for the ASCII that they happen to spell. */
    const unsigned char *head = (const unsigned char *)xml->window;
    bool first = xml->fed + xml->taken == 0;
    if (first && !(head[0] == '<' && head[1]) && memcmp(head, "\xEF\xBB\xBF", 3) != 0) xml->foreign = true;
    *got = (size_t)size;
    return true;
}

/* Gives the parser what nobody takes, up to the end of an element, behind which to ask again. */
static enum flow feed(struct xml *xml, struct error *error) {
    size_t left = xml->until - xml->from, size = left, length = strlen(xml->handlers->element);
    const char *bytes = xml->window + xml->from;
    if (left == 0) return answer(xml, XML_Parse(xml->parser, bytes, 0, 1), true, error);
    const char *end = left > xml->least
                          ? memmem(bytes + xml->least, left - xml->least, xml->handlers->element, length)
                          : NULL;
    if (end) size = (size_t)(end - bytes) + length;
    /* An endless run of such elements, or one token full of them, must not cost a call each. */
    xml->least = xml->least ? xml->least * 2 : XML_SLACK;
    xml->from += size;
    xml->fed += size;
    return answer(xml, XML_Parse(xml->parser, bytes, (int)size, 0), false, error);
}

static enum flow step_window(struct xml *xml, struct error *error) {
    size_t size = 0, got = 0;
    if (xml->from == xml->until && !fill(xml, &got, error)) return xml->failed = true, FLOW_FAILED;
    while (xml->from < xml->until && rests(xml)) {
        const char *bytes = xml->window + xml->from;
        enum xml_taken taken =
            xml->handlers->take(xml->owner, (struct span){bytes, xml->until - xml->from}, &size);
        if (taken == XML_TAKEN) {
            for (const char *at = bytes; (at = memchr(at, '\n', size - (size_t)(at - bytes))); at++)
                xml->lines++;
            xml->from += size;
            xml->taken += size;
            xml->least = 0;
            return FLOW_MORE;
        }
        if (taken == XML_TAKE_NONE) break;
        if (!fill(xml, &got, error)) return xml->failed = true, FLOW_FAILED;
        if (got == 0) break;
    }
    return feed(xml, error);
}

enum flow xml_step(struct xml *xml, struct error *error) {
    xml->error = error;
    if (xml->failed) return FLOW_FAILED;
    if (xml->ended) return FLOW_END;
    if (xml->suspended) {
        xml->suspended = false;
        XML_ParsingStatus status;
        enum XML_Status resumed = XML_ResumeParser(xml->parser);
        XML_GetParsingStatus(xml->parser, &status);
        return answer(xml, resumed, status.finalBuffer && status.parsing == XML_FINISHED, error);
    }
    if (xml->window) return step_window(xml, error);
    void *buffer = XML_GetBuffer(xml->parser, XML_CHUNK);
    if (!buffer) return broken(xml, error);
    ptrdiff_t got = bytes_read(xml->bytes, buffer, XML_CHUNK, error);
    if (got < 0) return xml->failed = true, FLOW_FAILED;
    xml->fed += (uint64_t)got;
    enum XML_Status status = XML_ParseBuffer(xml->parser, (int)got, got == 0);
    return answer(xml, status, got == 0, error);
}

bool xml_all(struct xml *xml, struct error *error) {
    enum flow flow;
    while ((flow = xml_step(xml, error)) == FLOW_MORE) {}
    return flow == FLOW_END;
}
