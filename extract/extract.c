/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/extract.h"
#include "core/language.h"
#include "extract/foreign.h"
#include "extract/plugin.h"

enum { DISGUISE_BITS = 40 }; /* a page with a table bids 46 */

/* Every format, one line each. */
const struct extractor *const extractors[] = {
    &extract_csv,     &extract_dbf,      &extract_fixed, &extract_xlsx,
    &extract_sqldump, &extract_json,     &extract_xml,   &extract_html,
    &extract_xls,     &extract_postgres, NULL,
};

static bool is_named(const struct extractor *extractor, struct span name) {
    return span_equal(name, (struct span){extractor->stage.name, strlen(extractor->stage.name)});
}

const struct extractor *extract_find(struct span name) {
    const struct plugin_found *plugins;
    uint32_t count = plugins_loaded(&plugins);
    for (const struct extractor *const *at = extractors; *at; at++)
        if (is_named(*at, name)) return *at;
    for (uint32_t i = 0; i < count; i++)
        if (is_named(plugins[i].extractor, name)) return plugins[i].extractor;
    return NULL;
}

static void bid(const struct extractor *extractor, struct span head, const struct extractor **best,
                int *most) {
    int found = extractor->bid(head);
    if (found > *most) *best = extractor;
    if (found > *most) *most = found;
}

const struct extractor *extract_guess(struct span head) {
    const struct plugin_found *plugins;
    uint32_t count = plugins_loaded(&plugins);
    const struct extractor *best = NULL;
    int most = 0;
    for (const struct extractor *const *at = extractors; *at; at++) bid(*at, head, &best, &most);
    for (uint32_t i = 0; i < count; i++) bid(plugins[i].extractor, head, &best, &most);
    return best;
}

bool extract_head(const struct input *input, struct arena *arena, struct span *head, struct error *error) {
    struct bytes *bytes = NULL;
    if (!bytes_open(&bytes, input->path, input->member, input->limits, arena, error)) return false;
    char *buffer = ARENA_NEW(arena, char, BID_BYTES);
    ptrdiff_t got = bytes_read(bytes, buffer, BID_BYTES, error);
    bytes_close(bytes);
    *head = (struct span){buffer, got > 0 ? (size_t)got : 0};
    return got >= 0;
}

const struct bytes_limits *extract_limits(const struct bytes_limits *limits, bool rar,
                                          const char *password_file, struct arena *arena) {
    if (!rar && !password_file) return limits;
    struct bytes_limits *more = ARENA_NEW(arena, struct bytes_limits, 1);
    *more = limits ? *limits : bytes_limits_default;
    more->rar |= rar;
    if (password_file) more->password_file = password_file;
    return more;
}

/* Any text has columns to the csv reader: of a web page or a workbook under a text file's name it would only
   say that the columns are missing. */
static bool is_disguised(const struct extractor *extractor, const struct input *input, struct arena *arena,
                         struct error *error) {
    static const struct {
        const struct extractor *extractor;
        const char *zh, *en;
    } others[] = {{&extract_html, "网页表格", "a web page's table"},
                  {&extract_xls, "Excel 97 工作簿", "an Excel 97 workbook"},
                  {&extract_xlsx, "xlsx 工作簿", "an xlsx workbook"},
                  {&extract_dbf, "DBF 表", "a DBF table"}};
    struct span head;
    if (extractor != &extract_csv || !extract_head(input, arena, &head, &(struct error){0})) return false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const struct extractor *other = others[i].extractor;
        if (other->bid(head) < DISGUISE_BITS || extract_csv.bid(head) >= other->bid(head)) continue;
        error_code(
            error, TROUBLE_REFUSED, "file.format_mismatch",
            TEXT("内容不是文本(csv)，而是 %s (format: %s)", "this is no text (csv) but %s (format: %s)"),
            TEXT(others[i].zh, others[i].en), other->stage.name);
        return true;
    }
    return false;
}

bool extract_open(const struct extractor *extractor, const struct input *input, struct arena *arena,
                  struct stage *stage, struct columns *columns, struct error *error) {
    *stage = (struct stage){.kind = &extractor->stage, .arena = arena};
    stage->state = ARENA_NEW(arena, max_align_t, extractor->stage.state_size / sizeof(max_align_t) + 1);
    struct input *own = stage->state;
    if (!setting_fill(extractor->stage.settings, stage->state, input->read, arena, error)) return false;
    const char *format = own->format, *encoding = own->encoding, *sheet = own->sheet;
    const struct bytes_limits *limits = extract_limits(input->limits, own->rar, own->password_file, arena);
    *own = *input;
    own->limits = limits;
    if (format) own->format = format;
    if (encoding) own->encoding = encoding;
    if (sheet && !own->sheet) own->sheet = sheet; /* who asks for a sheet by name gets that one */
    if (!is_disguised(extractor, own, arena, error) && extractor->stage.open(stage, columns, error))
        return true;
    extract_close(stage);
    struct span head;
    bool other = error->code && strcmp(error->code, "file.format_mismatch") == 0 &&
                 extract_head(input, arena, &head, &(struct error){0}) && foreign_tell(head, error);
    if (other) error->at = (struct place){0};
    return error_at(error, input->name);
}

void extract_close(struct stage *stage) {
    if (stage->kind && stage->kind->close) stage->kind->close(stage);
    stage->kind = NULL;
}
