/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/specs.h"
#include "core/language.h"
#include "core/shipped.h"
#include <dirent.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

void sha256_text(struct span bytes, char text[SHA256_TEXT]) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(bytes.bytes ? bytes.bytes : "", bytes.size, digest, &size, EVP_sha256(), NULL);
    for (unsigned i = 0; i < size; i++) snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool ends(const char *name, const char *ending) {
    size_t size = strlen(name), tail = strlen(ending);
    return size > tail && strcmp(name + size - tail, ending) == 0;
}

static uint32_t list_yaml(const char *folder, const char **names, struct arena *arena) {
    DIR *directory = opendir(folder);
    uint32_t count = 0;
    if (!directory) return 0;
    for (struct dirent *entry; (entry = readdir(directory)) && count < SPECS_MAX;)
        if (entry->d_name[0] != '.' && ends(entry->d_name, ".yaml"))
            names[count++] = arena_print(arena, "%s", entry->d_name);
    closedir(directory);
    qsort(names, count, sizeof *names, by_name);
    return count;
}

/* "sample-jinbao.AC01" names table AC01 of mappings/profiles/sample-jinbao.yaml. */
static bool find_profile(const struct city *city, struct span name, const struct sourced *then,
                         struct arena *arena, struct sourced *source, const struct node **profile,
                         struct span *system, struct error *error) {
    const char *dot = memchr(name.bytes, '.', name.size);
    int size = dot ? (int)(dot - name.bytes) : (int)name.size;
    *system = (struct span){name.bytes, (size_t)size};
    const char *path = arena_print(arena, "mappings/profiles/%.*s.yaml", size, name.bytes);
    struct sourced *today = ARENA_NEW(arena, struct sourced, 1);
    today->path = path;
    const char *where; /* a run notes the profile's name alone; its digest tells whose it was */
    error->at.source = source->path;
    if (memchr(name.bytes, '/', name.size))
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("profile 的名字「%.*s」不对", "bad profile name \"%.*s\""), size, name.bytes);
    if (!then && !city_or_shipped(city->directory, path, YAML_BYTES_MAX, arena, &where, &today->bytes, error))
        return false;
    error->at.source = NULL;
    if (!then) sha256_text(today->bytes, today->sha256);
    source->profile = then ? then : today;
    struct node *root = ARENA_NEW(arena, struct node, 1);
    if (!yaml_read(source->profile->bytes, path, arena, root, error)) return false;
    if (!dot) return true;
    *profile = node_get(node_get(root, "tables"), dot + 1);
    if (*profile) return true;
    error->at.source = source->path;
    return error_code(error, TROUBLE_USAGE, NULL, TEXT("%s 里没有表「%s」", "%s has no table \"%s\""), path,
                      dot + 1);
}

/* A password file is named as the city sees it. */
static void place_password(const struct city *city, struct arena *arena, const struct spec *spec) {
    const struct node *read = spec->read;
    for (uint32_t i = 0; read && read->kind == NODE_MAP && i < read->count; i++) {
        struct node *file = &read->items[i];
        if (!node_is(&read->keys[i], "password_file") || file->kind != NODE_SCALAR || !file->text.size)
            continue;
        if (file->text.bytes[0] == '/') continue;
        const char *path = arena_print(arena, "%s/%s", city->directory, file->text.bytes);
        file->text = (struct span){path, strlen(path)};
    }
}

bool specs_parse(const struct city *city, const char *path, struct span bytes, const struct sourced *then,
                 struct arena *arena, struct spec *spec, struct sourced *source, struct error *error) {
    struct node root;
    const struct node *profile = NULL;
    struct span system = {0};
    *source = (struct sourced){.path = path, .bytes = bytes};
    if (!yaml_read(bytes, path, arena, &root, error)) return false;
    sha256_text(bytes, source->sha256);
    const struct node *name = node_get(&root, "profile");
    if (name && name->kind == NODE_SCALAR &&
        !find_profile(city, name->text, then, arena, source, &profile, &system, error))
        return false;
    if (!spec_read(bytes, path, profile, arena, spec, error)) return false;
    place_password(city, arena, spec);
    spec->profile = system;
    return true;
}

static bool read_one(const struct city *city, const char *path, struct arena *arena, struct spec *spec,
                     struct sourced *source, struct error *error) {
    struct span bytes;
    if (!file_read(arena_print(arena, "%s/%s", city->directory, path), YAML_BYTES_MAX, arena, &bytes,
                   error) ||
        !specs_parse(city, path, bytes, NULL, arena, spec, source, error))
        return false;
    /* A wrong unit or a cut list passes every other law, so what the county declares is never left out
     * silently. */
    return spec->ignore || spec->control ||
           node_error(
               spec->root, path, error, "%s",
               TEXT("缺少 control：写 slip(以交接单为准)、{rows: 行数, 金额列: 金额} 或 none(县里没有申报数)",
                    "control is missing: slip, {rows: n, COLUMN: n} or none"));
}

/* A file of comments alone claims nothing: what guess leaves for a person to decide, a spec that was put out
   of use.  Its deliveries stay unclaimed, and so refused. */
static bool is_comment(const struct city *city, const char *path) {
    struct arena arena = {0};
    struct span text;
    bool comment = file_read(arena_print(&arena, "%s/%s", city->directory, path), YAML_BYTES_MAX, &arena,
                             &text, &(struct error){0}) &&
                   text.size && text.bytes[0] == '#';
    for (size_t i = 0; comment && i < text.size; i++) {
        const char *end = memchr(text.bytes + i, '\n', text.size - i);
        comment = text.bytes[i] == '#' || text.bytes[i] == '\n' || text.bytes[i] == '\r';
        i = end ? (size_t)(end - text.bytes) : text.size;
    }
    arena_free(&arena);
    return comment;
}

bool specs_read(const struct city *city, const struct county *county, struct arena *arena,
                struct spec_set *set, struct error *error) {
    const char **names = ARENA_NEW(arena, const char *, SPECS_MAX);
    const char *folder = arena_print(arena, "%s/mappings/%s", city->directory, county->folder);
    set->city = city;
    set->count = list_yaml(folder, names, arena);
    set->specs = ARENA_NEW(arena, struct spec, set->count + 1);
    set->sources = ARENA_NEW(arena, struct sourced, set->count + 1);
    uint32_t count = set->count;
    set->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const char *path = arena_print(arena, "mappings/%s/%s", county->folder, names[i]);
        if (is_comment(city, path)) continue;
        if (!read_one(city, path, arena, &set->specs[set->count], &set->sources[set->count], error))
            return false;
        set->count++;
    }
    return true;
}
