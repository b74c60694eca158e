/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xlsx/workbook.h"
#include "core/language.h"
#include "extract/sheet_name.h"
#include "extract/xlsx/xml.h"
#include <stdio.h>
#include <strings.h>

enum { RELATIONS_MAX = 8192, PART_NAME_MAX = 1024 };

struct relation {
    const char *id, *type, *target; /* target: resolved member name */
};

struct relations {
    struct xml xml;
    struct arena *arena;
    const char *folder; /* of the part they belong to, with its '/' */
    struct relation *list;
    uint32_t count, capacity;
};

static const char *keep(struct arena *arena, const char *text) {
    return text ? arena_copy(arena, (struct span){text, strlen(text)}).bytes : NULL;
}

/* The member that `target` means seen from `folder`: "../media/x", "/xl/y", "worksheets/z". */
static const char *resolve(struct arena *arena, const char *folder, const char *target) {
    char path[PART_NAME_MAX];
    size_t size = 0;
    if (*target == '/') target++;
    else size = strlen(folder);
    if (size + strlen(target) + 1 > sizeof path) return NULL;
    memcpy(path, folder, size);
    while (*target) {
        if (strncmp(target, "./", 2) == 0) {
            target += 2;
        } else if (strncmp(target, "../", 3) == 0) {
            target += 3;
            if (size) size--;
            while (size && path[size - 1] != '/') size--;
        } else {
            while (*target && (path[size++] = *target++) != '/') {}
        }
    }
    return arena_copy(arena, (struct span){path, size}).bytes;
}

static bool ends_with(const char *text, const char *end) {
    size_t a = text ? strlen(text) : 0, b = strlen(end);
    return a >= b && strcmp(text + a - b, end) == 0;
}

static void relation_start(void *owner, const char *name, const char **attributes) {
    struct relations *relations = owner;
    if (strcmp(name, "Relationship") != 0) return;
    const char *target = xml_attribute(attributes, "Target"), *mode = xml_attribute(attributes, "TargetMode");
    if (!target || (mode && strcmp(mode, "External") == 0)) return;
    if (relations->count == RELATIONS_MAX) {
        xml_fail(&relations->xml, "file.format_mismatch", "%s",
                 TEXT("包内关系过多", "too many relationships"));
        return;
    }
    if (relations->count == relations->capacity) {
        uint32_t capacity = relations->capacity ? relations->capacity * 2 : 16;
        struct relation *grown = ARENA_NEW(relations->arena, struct relation, capacity);
        if (relations->count) memcpy(grown, relations->list, relations->count * sizeof *grown);
        relations->list = grown;
        relations->capacity = capacity;
    }
    relations->list[relations->count++] =
        (struct relation){.id = keep(relations->arena, xml_attribute(attributes, "Id")),
                          .type = keep(relations->arena, xml_attribute(attributes, "Type")),
                          .target = resolve(relations->arena, relations->folder, target)};
}

/* Some writers differ from themselves in the case of part names. */
static const struct member *find_part(const struct workbook *workbook, const char *part) {
    if (!part) return NULL;
    const struct member *exact = archive_find(&workbook->package, part);
    for (uint32_t i = 0; !exact && i < workbook->package.count; i++)
        if (strcasecmp(workbook->package.members[i].name, part) == 0) exact = &workbook->package.members[i];
    return exact;
}

bool xlsx_workbook_part(struct workbook *workbook, const char *part, struct bytes **bytes,
                        struct error *error) {
    *bytes = NULL;
    const struct member *member = find_part(workbook, part);
    if (!member)
        return error_code(error, TROUBLE_FAILED, "file.format_mismatch",
                          TEXT("工作簿缺少部件 %s", "the workbook lacks its part %s"), part ? part : "?");
    return archive_member(&workbook->package, member, bytes, error);
}

/* Reads the relationships of `part` ("" for the package); none is no error. */
static bool relations_read(struct workbook *workbook, const char *part, struct relations *relations,
                           struct error *error) {
    static const struct xml_handlers handlers = {.start = relation_start};
    const char *slash = strrchr(part, '/');
    int folder = slash ? (int)(slash - part) + 1 : 0;
    char path[PART_NAME_MAX + 16];
    snprintf(path, sizeof path, "%.*s_rels/%s.rels", folder, part, part + folder);
    *relations = (struct relations){.arena = workbook->arena};
    relations->folder = arena_copy(workbook->arena, (struct span){part, (size_t)folder}).bytes;
    if (!find_part(workbook, path)) return true;
    struct bytes *bytes = NULL;
    if (!xlsx_workbook_part(workbook, path, &bytes, error)) return false;
    bool ok = xml_open(&relations->xml, bytes, &handlers, relations, error);
    ok = ok && xml_all(&relations->xml, error);
    xml_close(&relations->xml);
    bytes_close(bytes);
    return ok;
}

static const struct relation *relation_by_type(const struct relations *relations, const char *type) {
    for (uint32_t i = 0; i < relations->count; i++)
        if (ends_with(relations->list[i].type, type)) return &relations->list[i];
    return NULL;
}

static const struct relation *relation_by_id(const struct relations *relations, const char *id) {
    for (uint32_t i = 0; id && i < relations->count; i++)
        if (relations->list[i].id && strcmp(relations->list[i].id, id) == 0) return &relations->list[i];
    return NULL;
}

struct reading {
    struct xml xml;
    struct workbook *workbook;
    struct relations relations;
    uint32_t capacity;
};

static void add_sheet(struct reading *reading, const char **attributes) {
    struct workbook *workbook = reading->workbook;
    const char *name = xml_attribute(attributes, "name"), *state = xml_attribute(attributes, "state");
    const struct relation *relation = relation_by_id(&reading->relations, xml_attribute(attributes, "id"));
    /* Charts and dialogs have tabs too, but no rows. */
    if (!name || !relation || !relation->target || !ends_with(relation->type, "/worksheet")) return;
    if (workbook->sheet_count == SHEETS_MAX) {
        xml_fail(&reading->xml, "file.format_mismatch", "%s", TEXT("工作表过多", "too many sheets"));
        return;
    }
    if (workbook->sheet_count == reading->capacity) {
        uint32_t capacity = reading->capacity ? reading->capacity * 2 : 8;
        struct sheet *grown = ARENA_NEW(workbook->arena, struct sheet, capacity);
        if (workbook->sheet_count) memcpy(grown, workbook->sheets, workbook->sheet_count * sizeof *grown);
        workbook->sheets = grown;
        reading->capacity = capacity;
    }
    workbook->sheets[workbook->sheet_count++] =
        (struct sheet){.name = keep(workbook->arena, name),
                       .part = relation->target,
                       .hidden = state && strcmp(state, "visible") != 0};
}

static void workbook_start(void *owner, const char *name, const char **attributes) {
    struct reading *reading = owner;
    if (strcmp(name, "sheet") == 0) {
        add_sheet(reading, attributes);
    } else if (strcmp(name, "workbookPr") == 0) {
        /* Extensions have an element of this name too, without the flag. */
        const char *flag = xml_attribute(attributes, "date1904");
        if (flag) reading->workbook->system_1904 = strcmp(flag, "1") == 0 || strcmp(flag, "true") == 0;
    }
}

static bool read_parts(struct workbook *workbook, struct error *error) {
    static const struct xml_handlers handlers = {.start = workbook_start};
    struct relations package;
    if (!relations_read(workbook, "", &package, error)) return false;
    const struct relation *document = relation_by_type(&package, "/officeDocument");
    const char *part = document && document->target ? document->target : "xl/workbook.xml";
    struct reading reading = {.workbook = workbook};
    if (!relations_read(workbook, part, &reading.relations, error)) return false;
    const struct relation *strings = relation_by_type(&reading.relations, "/sharedStrings");
    const struct relation *styles = relation_by_type(&reading.relations, "/styles");
    workbook->strings_part = strings && find_part(workbook, strings->target) ? strings->target : NULL;
    workbook->styles_part = styles && find_part(workbook, styles->target) ? styles->target : NULL;
    struct bytes *bytes = NULL;
    if (!xlsx_workbook_part(workbook, part, &bytes, error)) return false;
    bool ok = xml_open(&reading.xml, bytes, &handlers, &reading, error) && xml_all(&reading.xml, error);
    xml_close(&reading.xml);
    bytes_close(bytes);
    return ok;
}

/* A workbook with a password is no zip but an OLE container around an encrypted one. */
static bool container_fits(struct workbook *workbook, struct error *error) {
    static const char ole[8] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    char head[8];
    if (workbook->container->size < sizeof head ||
        !bytes_read_at(workbook->container, 0, head, sizeof head, error))
        return error_code(error, TROUBLE_FAILED, "file.format_mismatch", "%s",
                          TEXT("不是 XLSX 工作簿", "no XLSX workbook"));
    if (memcmp(head, ole, sizeof ole) == 0)
        return error_code(error, TROUBLE_REFUSED, "archive.encrypted", "%s",
                          TEXT("工作簿带打开密码，或其实是旧版 .xls，无法按 XLSX 读取",
                               "the workbook has a password, or is an old .xls, and cannot be read as XLSX"));
    if (memcmp(head, "PK", 2) != 0)
        return error_code(error, TROUBLE_FAILED, "file.format_mismatch", "%s",
                          TEXT("不是 XLSX 工作簿", "no XLSX workbook"));
    return true;
}

bool xlsx_workbook_open(struct workbook *workbook, const char *path, const char *member,
                        const struct bytes_limits *limits, struct arena *arena, struct error *error) {
    *workbook = (struct workbook){.arena = arena};
    if (!bytes_open(&workbook->container, path, member, limits, arena, error)) return false;
    workbook->name = workbook->container->name;
    return bytes_random(workbook->container, error) && container_fits(workbook, error) &&
           archive_open(&workbook->package, workbook->container, limits, arena, error) &&
           read_parts(workbook, error);
}

void xlsx_workbook_close(struct workbook *workbook) {
    bytes_close(workbook->container);
    workbook->container = NULL;
}

bool xlsx_sheets(const char *path, const char *member, const struct bytes_limits *limits, struct arena *arena,
                 struct sheet **sheets, uint32_t *count, struct error *error) {
    struct workbook workbook;
    bool ok = xlsx_workbook_open(&workbook, path, member, limits, arena, error);
    xlsx_workbook_close(&workbook);
    *sheets = ok ? workbook.sheets : NULL;
    *count = ok ? workbook.sheet_count : 0;
    return ok;
}

static const struct sheet *refuse(const struct workbook *workbook, const char *wanted, uint32_t found,
                                  struct error *error) {
    char names[256] = "";
    size_t size = 0;
    for (uint32_t i = 0; i < workbook->sheet_count; i++) {
        const char *name = workbook->sheets[i].name;
        if (workbook->sheets[i].hidden || size + strlen(name) + 4 > sizeof names) continue;
        int wrote = snprintf(names + size, sizeof names - size, "%s%s", size ? TEXT("、", ", ") : "", name);
        if (wrote > 0) size += (size_t)wrote;
    }
    if (found == 0)
        error_code(error, TROUBLE_REFUSED, "sheet.missing",
                   TEXT("工作簿中没有工作表「%s」，只有：%s", "the workbook has no sheet \"%s\", only: %s"),
                   wanted ? wanted : "*", names);
    else
        error_code(error, TROUBLE_REFUSED, "sheet.missing",
                   TEXT("「%s」对应 %u 张工作表，请在规格 read 里写明 sheet：%s",
                        "\"%s\" means %u sheets; name one as `sheet` in the spec's read: %s"),
                   wanted ? wanted : "*", found, names);
    return NULL;
}

const struct sheet *xlsx_workbook_sheet(const struct workbook *workbook, const char *wanted,
                                        struct error *error) {
    const struct sheet *match = NULL;
    uint32_t found = 0;
    if (wanted && !sheet_name_check(wanted, error)) return NULL;
    for (uint32_t i = 0; i < workbook->sheet_count; i++) {
        const struct sheet *sheet = &workbook->sheets[i];
        if (wanted && strcmp(sheet->name, wanted) == 0) return sheet;
        if (sheet->hidden) continue;
        if (wanted && !sheet_name_fits(wanted, sheet->name)) continue;
        match = sheet;
        found++;
    }
    return found == 1 ? match : refuse(workbook, wanted, found, error);
}
