/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Classes below tables: archives, encodings. */
#include "extract/archive.h"
#include "extract/text.h"
#include "tests/corpus/judge.h"
#include "tests/corpus/table.h"
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { CHUNK = 64 << 10 };

/* The corpus asks for rar, which a spec must allow. */
static struct bytes_limits allowed(void) {
    struct bytes_limits limits = bytes_limits_default;
    limits.rar = true;
    return limits;
}

/* What came of an archive's members. */
struct walked {
    uint32_t members, read, links, refused;
    uint64_t bytes;
};

/* Every member to its end, where its checksum and size have been verified.  False at the first that is not
   read; one that `listing` asks for by name alone is only counted. */
static bool read_members(const struct item *item, bool listing, struct member **members,
                         struct walked *walked, struct arena *arena, struct error *error) {
    char *buffer = ARENA_NEW(arena, char, CHUNK);
    const struct bytes_limits limits = allowed();
    if (!archive_list(item->file, &limits, arena, members, &walked->members, error)) return false;
    for (uint32_t i = 0; i < walked->members; i++) {
        struct bytes *bytes = NULL;
        struct error own = {0};
        ptrdiff_t got = -1;
        if (bytes_open(&bytes, item->file, (*members)[i].name, &limits, arena, &own)) {
            while ((got = bytes_read(bytes, buffer, CHUNK, &own)) > 0) walked->bytes += (uint64_t)got;
            bytes_close(bytes);
        }
        walked->read += got == 0;
        walked->links += (*members)[i].special;
        if (got == 0) continue;
        *error = own;
        if ((*members)[i].special) continue; /* no data: its name is all that there is to read */
        walked->refused++;
        if (!listing || own.trouble != TROUBLE_REFUSED) return false;
    }
    return true;
}

/* Whether the members are those that another program lists in X.exp; old versions of a file, which that one
   leaves out, are left out too. */
static bool same_listing(const struct item *item, const struct member *members, uint32_t count) {
    char path[1024], line[1024];
    uint32_t at = 0;
    bool folder = false, same = true;
    snprintf(path, sizeof path, "%s.exp", item->file);
    FILE *file = fopen(path, "r");
    if (!file) return false;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        const char *is = strstr(line, " is=");
        if (is) folder = strncmp(is, " is=-D", 6) == 0;
        if (strncmp(line, "  name=", 7) != 0 || folder) continue;
        while (at < count && strchr(members[at].name, ';')) at++;
        same &= at < count && strcmp(members[at].name, line + 7) == 0;
        at++;
    }
    fclose(file);
    return same && at == count;
}

void judge_archive(const struct item *item, struct opinion *opinion, struct arena *arena) {
    struct error error = {0};
    struct member *members = NULL;
    struct walked walked = {0};
    bool listing = strstr(item->expected, "listing equals") != NULL;
    bool refuse = strcmp(item->outcome, "refuse") == 0, read = strcmp(item->outcome, "read") == 0;
    bool whole = read_members(item, listing && !refuse, &members, &walked, arena, &error);
    bool said = error.message[0];
    if (whole && listing && !same_listing(item, members, walked.members)) {
        snprintf(opinion->why, sizeof opinion->why, "the listing differs");
        whole = false;
    }
    /* A link is no data: an archive that must be read is, when every file in it is. */
    if (!read && walked.links) whole = false;
    if (whole)
        snprintf(opinion->got, sizeof opinion->got, "%u of %u members, %u links, %llu bytes", walked.read,
                 walked.members, walked.links, (unsigned long long)walked.bytes);
    else snprintf(opinion->got, sizeof opinion->got, "%s", error.code ? error.code : "failed");
    if (said && !opinion->why[0]) snprintf(opinion->why, sizeof opinion->why, "%.200s", error.message);
    /* Where the corpus says "error or ...", a refusal in words is as expected too. */
    bool may_refuse = !read || strcasestr(item->expected, "error") || strstr(item->expected, "partial:");
    opinion->verdict = whole ? !refuse : may_refuse && said ? AS_EXPECTED : DIFFERS;
}

/* `text` in `encoding` as UTF-8; false when any of it cannot be decoded. */
static bool decode(struct span text, const char *encoding, struct span *utf8, struct text_fault *fault,
                   struct arena *arena) {
    struct decoder decoder;
    struct error error = {0};
    size_t mark = 0;
    const char *marked = text_mark(text, &mark);
    if (!decoder_open(&decoder, encoding, arena, &error)) return false;
    bool own = marked && (strcmp(marked, encoding) == 0 || strncmp(encoding, "UTF-16", 6) == 0 ||
                          strncmp(encoding, "utf-16", 6) == 0);
    if (own) text.bytes += mark, text.size -= mark;
    if (own && decoder.encoding == ENCODING_UTF16LE && strcmp(marked, "UTF-16BE") == 0)
        decoder.encoding = ENCODING_UTF16BE;
    char *to = ARENA_NEW(arena, char, decoder_room(&decoder, text.size) + 64);
    size_t size = decoder_run(&decoder, text, to, fault);
    decoder_close(&decoder);
    *utf8 = (struct span){to, size};
    if (size >= 3 && memcmp(to, "\xEF\xBB\xBF", 3) == 0) *utf8 = (struct span){to + 3, size - 3};
    return fault->size == 0;
}

/* The encoding that the manifest means: "detected = X; ...", else by the folder. */
static const char *meant(const struct item *item, struct arena *arena) {
    if (strncmp(item->expected, "detected = ", 11) == 0) {
        size_t size = strcspn(item->expected + 11, "; ");
        char *name = ARENA_NEW(arena, char, size + 1);
        memcpy(name, item->expected + 11, size);
        if (strcasecmp(name, "hz-gb-2312") == 0) return "HZ";
        return name;
    }
    if (strstr(item->path, "iris-utf-16")) return "UTF-16";
    if (strstr(item->path, "/other/") || strstr(item->path, "/_20160328")) return "Big5";
    if (strstr(item->path, "/20160328") || strstr(item->path, "/whatwg/")) return "UTF-8";
    return "GB18030";
}

static char letter(const char *name, size_t *at) {
    while (name[*at] == '-' || name[*at] == '_') ++*at;
    char c = name[*at];
    if (c) ++*at;
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* "UTF-16" fits UTF-16LE and UTF-16BE: the mark says which. */
static bool same_encoding(const char *wanted, const char *found) {
    size_t a = 0, b = 0;
    while (found && a < strlen(wanted) && b < strlen(found))
        if (letter(wanted, &a) != letter(found, &b)) return false;
    return found && a >= strlen(wanted) &&
           (b >= strlen(found) || (strncasecmp(wanted, "utf", 3) == 0 && strlen(found) == b + 2));
}

/* The same text in UTF-8, where it lies beside. */
static struct span sibling(const struct item *item, struct arena *arena) {
    char path[1024];
    const char *stem = strstr(item->file, "culturax_mC4_");
    if (stem) {
        snprintf(path, sizeof path, "%.*sculturax_mC4_%c.utf-8-chinese.txt", (int)(stem - item->file),
                 item->file, stem[13]);
        return file_bytes(path, arena);
    }
    if (!strstr(item->file, "gb18030_in.txt")) return (struct span){0};
    snprintf(path, sizeof path, "%.*s_ref.txt", (int)strlen(item->file) - 4, item->file);
    return file_bytes(path, arena);
}

/* The bytes of a pointer.  Source: encoding.spec.whatwg.org, gb18030 encoder. */
static struct span pointer_bytes(unsigned pointer, bool four, char *bytes) {
    static const unsigned steps[4] = {12600, 1260, 10, 1};
    unsigned rest = pointer, trail = pointer % 190;
    for (int i = 0; i < 4 && four; i++) {
        bytes[i] = (char)(rest / steps[i] + (i % 2 ? 0x30 : 0x81));
        rest %= steps[i];
    }
    if (four) return (struct span){bytes, 4};
    bytes[0] = (char)(pointer / 190 + 0x81);
    bytes[1] = (char)(trail + (trail < 0x3f ? 0x40 : 0x41));
    return (struct span){bytes, 2};
}

/* Pointer and code point of every line, against our decoder. */
static void judge_index(const struct item *item, struct opinion *opinion, struct arena *arena) {
    unsigned wrong = 0, all = 0, pointer, point;
    struct span text = file_bytes(item->file, arena);
    struct decoder decoder, wide;
    struct error error = {0};
    if (!decoder_open(&decoder, "GB18030", arena, &error) || !decoder_open(&wide, "UTF-32LE", arena, &error))
        return;
    for (const char *line = text.bytes; line && *line; line = strchr(line, '\n'), line += line != NULL) {
        if (sscanf(line, " %u 0x%x", &pointer, &point) != 2) continue;
        char bytes[4], ours[256], want[256];
        char units[4] = {(char)point, (char)(point >> 8), (char)(point >> 16), (char)(point >> 24)};
        struct text_fault fault, none;
        struct span from = pointer_bytes(pointer, strstr(item->path, "ranges"), bytes);
        size_t size = decoder_run(&decoder, from, ours, &fault);
        size_t wanted = decoder_run(&wide, (struct span){units, 4}, want, &none);
        all++;
        if (!fault.size && span_equal((struct span){ours, size}, (struct span){want, wanted})) continue;
        size_t end = strlen(opinion->why);
        if (wrong++ < 24)
            snprintf(opinion->why + end, sizeof opinion->why - end, "%02X%02X U+%04X; ",
                     (unsigned char)bytes[0], (unsigned char)bytes[1], point);
    }
    decoder_close(&decoder);
    decoder_close(&wide);
    opinion->differing = wrong;
    snprintf(opinion->got, sizeof opinion->got, "%u of %u differ", wrong, all);
    opinion->verdict = all && !wrong ? AS_EXPECTED : DIFFERS;
}

/* Bytes in hex and code points; what the Web replaces by U+FFFD must be a fault here. */
static void judge_vectors(const struct item *item, struct opinion *opinion, struct arena *arena) {
    struct table table = {0};
    unsigned wrong = 0, all = 0;
    if (!table_csv(&table, item->file, arena)) return;
    for (uint32_t i = 1; i < table.count; i++) {
        const struct line *line = &table.lines[i];
        char bytes[16], want[64] = "";
        size_t size = 0, want_size = 0;
        unsigned value;
        int used;
        if (line->count < 2) continue;
        for (const char *at = arena_copy(arena, line->cells[0]).bytes; size < line->cells[0].size / 3 + 1;
             at += 3)
            if (sscanf(at, "%2x", &value) == 1) bytes[size++] = (char)value;
        char points[128] = "";
        snprintf(points, sizeof points, "%.*s", (int)line->cells[1].size, line->cells[1].bytes);
        bool faulty = strstr(points, "FFFD");
        for (const char *at = points; sscanf(at, " U+%x%n", &value, &used) == 1; at += used)
            for (int k = 0; k < 4; k++) want[want_size++] = (char)(value >> 8 * k);
        struct span utf8 = {0}, expected = {0};
        struct text_fault fault = {0}, none = {0};
        bool whole = decode((struct span){bytes, size}, "GB18030", &utf8, &fault, arena);
        bool ok = faulty ? !whole
                         : whole &&
                               decode((struct span){want, want_size}, "UTF-32LE", &expected, &none, arena) &&
                               span_equal(utf8, expected);
        all++;
        if (ok) continue;
        size_t end = strlen(opinion->why);
        wrong++;
        snprintf(opinion->why + end, sizeof opinion->why - end, "%.*s is not %s; ", (int)line->cells[0].size,
                 line->cells[0].bytes, points);
    }
    opinion->differing = wrong;
    snprintf(opinion->got, sizeof opinion->got, "%u of %u differ", wrong, all);
    opinion->verdict = all && !wrong ? AS_EXPECTED : DIFFERS;
}

/* Lines that are not the same in both. */
static unsigned lines_differing(struct span a, struct span b) {
    unsigned differing = 0;
    while (a.size || b.size) {
        struct span *both[2] = {&a, &b}, line[2];
        for (int i = 0; i < 2; i++) {
            const char *end = both[i]->size ? memchr(both[i]->bytes, '\n', both[i]->size) : NULL;
            line[i] = *both[i];
            if (end) line[i].size = (size_t)(end - both[i]->bytes) + 1;
            both[i]->bytes += line[i].size;
            both[i]->size -= line[i].size;
        }
        differing += !span_equal(line[0], line[1]);
    }
    return differing;
}

void judge_encoding(const struct item *item, struct opinion *opinion, struct arena *arena) {
    if (strstr(item->path, "/whatwg/")) {
        judge_index(item, opinion, arena);
        return;
    }
    if (strstr(item->path, "/wpt/")) {
        judge_vectors(item, opinion, arena);
        return;
    }
    struct span text = file_bytes(item->file, arena), utf8 = {0}, beside = sibling(item, arena);
    struct judgement judgement = {0};
    struct text_fault fault = {0};
    const char *wanted = meant(item, arena);
    encoding_judge(text, arena, &judgement);
    bool named = same_encoding(wanted, judgement.best);
    bool decoded = decode(text, wanted, &utf8, &fault, arena);
    bool same = decoded && beside.bytes && span_equal(utf8, beside);
    if (decoded && beside.bytes) opinion->differing = lines_differing(utf8, beside);
    snprintf(opinion->got, sizeof opinion->got, "%s%s%s", judgement.best ? judgement.best : "nothing named",
             decoded ? ", decodes" : ", a fault", beside.bytes ? same ? ", same text" : ", other text" : "");
    if (!named) snprintf(opinion->why, sizeof opinion->why, "not detected as %s", wanted);
    if (!decoded)
        snprintf(opinion->why, sizeof opinion->why, "as %s byte %zu is %02X", wanted, fault.at,
                 fault.bytes[0]);
    bool right = beside.bytes ? same : named && decoded;
    opinion->guess = named ? GUESS_RIGHT : GUESS_WRONG;
    opinion->verdict = right ? AS_EXPECTED : DIFFERS;
}
