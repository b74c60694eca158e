/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/verify.h"
#include "core/language.h"
#include "core/map.h"
#include "report/output.h"
#include "report/tree.h"
#include <stdio.h>
#include <stdlib.h>

#define WORD(text)                                                                                           \
    { (text), sizeof(text) - 1 }

/* What the manifest says of one file. */
struct listed {
    struct span sha256, sm3;
    long long bytes;
    bool seen;
};

static bool read_all(const char *path, struct arena *arena, struct span *text, struct error *error) {
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return error_set(error, TEXT("%s：没有清单，不是完整的包", "%s: no manifest, not a pack"), path);
    bool good = fseek(stream, 0, SEEK_END) == 0;
    long size = good ? ftell(stream) : -1;
    good = size >= 0 && size <= MANIFEST_BYTES_MAX && fseek(stream, 0, SEEK_SET) == 0;
    char *bytes = good ? ARENA_NEW(arena, char, (size_t)size + 1) : NULL;
    good = good && fread(bytes, 1, (size_t)size, stream) == (size_t)size;
    fclose(stream);
    if (!good) return error_set(error, TEXT("%s：清单读不出来", "%s: the manifest cannot be read"), path);
    bytes[size] = '\0';
    *text = (struct span){bytes, (size_t)size};
    return true;
}

/* The text after "name": in one line of ours, unescaped.  Our writer puts \uXXXX only for controls. */
static bool value_of(struct span line, const char *name, struct arena *arena, struct span *value) {
    struct span wanted = result_format(arena, "\"%s\": \"", name);
    const char *at = line.size ? memmem(line.bytes, line.size, wanted.bytes, wanted.size) : NULL;
    if (!at) return false;
    const char *end = line.bytes + line.size;
    char *text = ARENA_NEW(arena, char, line.size + 1);
    size_t size = 0;
    for (at += wanted.size; at < end && *at != '"'; at++) {
        if (*at == '\\' && end - at > 5 && at[1] == 'u') {
            char code[5] = {at[2], at[3], at[4], at[5], 0};
            text[size++] = (char)strtoul(code, NULL, 16);
            at += 5;
        } else if (*at == '\\' && end - at > 1) {
            at++;
            text[size++] = *at == 'n' ? '\n' : *at == 't' ? '\t' : *at;
        } else {
            text[size++] = *at;
        }
    }
    text[size] = '\0';
    *value = (struct span){text, size};
    return at < end;
}

static bool read_line(struct span line, struct arena *arena, struct map *files) {
    struct span path;
    struct listed *listed = ARENA_NEW(arena, struct listed, 1);
    const char *bytes = memmem(line.bytes, line.size, "\"bytes\": ", 9);
    *listed = (struct listed){0};
    bool good = value_of(line, "path", arena, &path) && value_of(line, "sha256", arena, &listed->sha256) &&
                value_of(line, "sm3", arena, &listed->sm3) && bytes;
    if (good) listed->bytes = strtoll(bytes + 9, NULL, 10);
    if (good) *map_put(files, path) = listed;
    return good;
}

/* Our own format: one file in a line, after the line `"files": [`. */
static bool read_manifest(struct span text, const char *path, struct arena *arena, struct map *files,
                          struct verify *verify, struct error *error) {
    struct span format = {0};
    bool listing = false, ended = false;
    for (size_t at = 0, number = 1; at < text.size; number++) {
        const char *end = memchr(text.bytes + at, '\n', text.size - at);
        struct span line = {text.bytes + at, end ? (size_t)(end - text.bytes) - at : text.size - at};
        at += line.size + 1;
        if (line.size == 0) continue;
        if (memmem(line.bytes, line.size, "\"format\":", 9)) value_of(line, "format", arena, &format);
        if (memmem(line.bytes, line.size, "\"program\":", 10)) {
            value_of(line, "version", arena, &verify->program);
            value_of(line, "sha256", arena, &verify->program_sha256);
        }
        if (listing && memmem(line.bytes, line.size, "{\"path\":", 8)) {
            if (!read_line(line, arena, files))
                return error_set(error, TEXT("%s：第 %zu 行看不懂", "%s: line %zu cannot be understood"),
                                 path, number);
        } else if (listing && memchr(line.bytes, ']', line.size)) {
            ended = true;
        }
        listing = listing || memmem(line.bytes, line.size, "\"files\": [", 10);
    }
    if (!span_equal(format, SPAN(MANIFEST_FORMAT)) || !ended)
        return error_set(
            error, TEXT("%s：不是本程序的清单，或不完整", "%s: not a manifest of ours, or not whole"), path);
    return true;
}

static void add(struct verify *verify, struct span path, struct span state, uint32_t *count) {
    struct span *cells = result_add(&verify->result);
    cells[0] = path;
    cells[1] = state;
    ++*count;
}

static bool compare(const char *directory, const struct tree *tree, struct map *files, struct arena *arena,
                    struct verify *verify, struct error *error) {
    for (uint32_t f = 0; f < tree->count; f++) {
        struct span path = tree->paths[f];
        struct digest digest;
        if (span_equal(path, SPAN(MANIFEST_NAME))) continue;
        struct listed *listed = map_get(files, path);
        if (!listed) {
            add(verify, path, result_label(SPAN("多出"), SPAN("extra")), &verify->extra);
            continue;
        }
        listed->seen = true;
        if (!digest_file(result_format(arena, "%s/%.*s", directory, (int)path.size, path.bytes).bytes,
                         &digest, error))
            return false;
        bool same = digest.bytes == listed->bytes &&
                    span_equal(listed->sha256, (struct span){digest.sha256, strlen(digest.sha256)}) &&
                    span_equal(listed->sm3, (struct span){digest.sm3, strlen(digest.sm3)});
        if (same) verify->unchanged++;
        else add(verify, path, result_label(SPAN("已改动"), SPAN("changed")), &verify->changed);
    }
    return true;
}

bool verify_pack(const char *directory, struct arena *arena, struct verify *verify, struct error *error) {
    static const struct result_column columns[] = {
        {WORD("file"), WORD("文件"), WORD("File"), SHOW_TEXT, 0, {NULL, 0}},
        {WORD("state"), WORD("结论"), WORD("State"), SHOW_TEXT, 0, {NULL, 0}},
    };
    struct map files = {.arena = arena};
    struct span text = {0}, key;
    struct tree tree;
    *verify = (struct verify){0};
    result_begin(&verify->result, arena, SPAN("核验"), SPAN("Verification"), columns, 2);
    verify->result.empty = result_label(SPAN("全部文件未改动"), SPAN("every file is unchanged"));
    const char *path = result_format(arena, "%s/" MANIFEST_NAME, directory).bytes;
    if (!read_all(path, arena, &text, error) || !read_manifest(text, path, arena, &files, verify, error))
        return false;
    if (!tree_read(directory, arena, &tree, error) ||
        !compare(directory, &tree, &files, arena, verify, error))
        return false;
    void *value;
    for (uint32_t at = 0; map_next(&files, &at, &key, &value);)
        if (!((struct listed *)value)->seen)
            add(verify, key, result_label(SPAN("缺失"), SPAN("missing")), &verify->missing);
    return true;
}
