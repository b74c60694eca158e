/* SPDX-License-Identifier: MulanPSL-2.0 */
/* How often `guess` alone is right: format and encoding of files that others wrote, and of the sample city.
   Usage: guessing FOLDER SUMMARY.json.  Exit 1 when a goal is not held. */
#include "tests/guessing/guessing.h"
#include "extract/archive.h"
#include "extract/extract.h"
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_BYTES = 64 << 10, PATH_BYTES = 1024, FILE_BYTES = 64 << 20, SECONDS = 30 };
static const rlim_t memory_bytes = 2048UL << 20;

struct item {
    const char *folder, *path, *class, *outcome, *expected;
    char file[PATH_BYTES];
};

static bool ends(const char *path, const char *ending) {
    size_t size = strlen(path), tail = strlen(ending);
    return size >= tail && strcasecmp(path + size - tail, ending) == 0;
}

static char letter(const char *name, size_t *at) {
    while (name[*at] == '-' || name[*at] == '_') ++*at;
    char c = name[*at];
    if (c) ++*at;
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool same_encoding(const char *wanted, const char *found) {
    size_t a = 0, b = 0;
    if (strcasecmp(wanted, "hz-gb-2312") == 0) wanted = "HZ"; /* two names of one encoding */
    while (found && a < strlen(wanted) && b < strlen(found))
        if (letter(wanted, &a) != letter(found, &b)) return false;
    return found && a >= strlen(wanted) &&
           (b >= strlen(found) || (strncasecmp(wanted, "utf", 3) == 0 && strlen(found) == b + 2));
}

bool verdict_right(const struct verdict *verdict, const struct fact *fact) {
    bool encoding = !fact->encoding || verdict->ascii || same_encoding(fact->encoding, verdict->encoding);
    return verdict->looked && encoding && (!fact->format || strcmp(fact->format, verdict->format) == 0);
}

/* By iconv and not by our own decoder: whether the file is UTF-8. */
static bool is_utf8(const char *path) {
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(FILE_BYTES), *to = malloc(FILE_BYTES * 2);
    size_t size = file && bytes && to ? fread(bytes, 1, FILE_BYTES, file) : 0, room = FILE_BYTES * 2;
    iconv_t converter = iconv_open("UTF-16LE", "UTF-8");
    char *from = bytes, *into = to;
    bool good = size && size < FILE_BYTES && iconv(converter, &from, &size, &into, &room) != (size_t)-1;
    iconv_close(converter);
    if (file) fclose(file);
    free(bytes);
    free(to);
    return good;
}

/* The encoding that the manifest or the parameters beside the file declare; NULL: neither does. */
static const char *declared(const struct item *item, struct arena *arena) {
    if (strncmp(item->expected, "detected = ", 11) == 0)
        return arena_print(arena, "%.*s", (int)strcspn(item->expected + 11, "; "), item->expected + 11);
    if (strstr(item->path, "iris-utf-16")) return "UTF-16";
    if (strstr(item->path, "/chardet/other/") || strstr(item->path, "/_20160328")) return "Big5";
    if (strstr(item->path, "show2003_variant")) return "UTF-8"; /* in a folder of GBK, and no GBK */
    if (strstr(item->path, "gb18030") || strstr(item->path, "dbf/gbk/")) return "GB18030";
    const char *slash = strrchr(item->file, '/');
    struct span text;
    struct node map;
    struct error error = {0};
    const char *beside = arena_print(arena, "%.*s/parameters/%s_parameters.json", (int)(slash - item->file),
                                     item->file, slash + 1);
    if (!file_read(beside, LINE_BYTES, arena, &text, &error) || !yaml_read(text, beside, arena, &map, &error))
        return NULL;
    const struct node *encoding = node_get(&map, "encoding");
    return encoding && !node_is(encoding, "ascii") ? encoding->text.bytes : NULL;
}

/* False: not to be judged (companions, files that must be refused, wordlists without a known answer). */
static bool fact_of(const struct item *item, struct fact *fact, struct arena *arena) {
    static const struct {
        const char *ending, *format;
    } formats[] = {{".csv", "csv"}, {".tsv", "csv"},     {".txt", "csv"}, {".dbf", "dbf"}, {".xlsx", "xlsx"},
                   {".xls", "xls"}, {".sql", "sqldump"}, {".dat", "csv"}, {".bz2", "csv"}};
    *fact = (struct fact){0};
    bool judged = strcmp(item->outcome, "table") == 0 || strcmp(item->outcome, "encoding") == 0 ||
                  strcmp(item->outcome, "read") == 0;
    if (!judged || strcmp(item->class, "linkage") == 0 || ends(item->path, ".ctl") ||
        ends(item->path, ".cpg") || strstr(item->path, "/whatwg/") || strstr(item->path, "/wpt/"))
        return false;
    if (strcmp(item->class, "archive") == 0) return fact->format = "archive", true;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (ends(item->path, formats[i].ending)) fact->format = formats[i].format;
    if (strcmp(item->class, "encoding") == 0) fact->format = NULL; /* prose: only its bytes are known */
    if (!fact->format || strncmp(fact->format, "xls", 3) != 0) {
        fact->encoding = declared(item, arena);
        if (!fact->encoding && !strstr(item->path, "dbf/") && !ends(item->path, ".bz2") &&
            is_utf8(item->file))
            fact->encoding = "UTF-8";
    }
    return fact->format || fact->encoding;
}

static void look(const struct item *item, const struct fact *fact, struct verdict *verdict) {
    struct arena arena = {0};
    struct guess_listing listing;
    struct error error = {0};
    struct span head;
    struct input input = {.path = item->file, .name = item->file};
    if (fact->format && strcmp(fact->format, "archive") == 0) {
        verdict->looked = extract_head(&input, &arena, &head, &error) && archive_kind(head) != ARCHIVE_NONE;
        strcpy(verdict->format, "archive");
        return;
    }
    verdict->looked = guess_list(item->file, NULL, NULL, &arena, &listing, &error) && listing.count;
    if (!error.message[0]) error = listing.locked.error;
    bool any = false; /* of a workbook's sheets, some may be empty */
    for (uint32_t i = 0; verdict->looked && i < listing.count; i++) {
        if (listing.sources[i].hidden || any) continue;
        any = guess_look(&listing.sources[i], &arena, &error);
        if (!listing.sources[i].format) continue;
        snprintf(verdict->format, sizeof verdict->format, "%s", listing.sources[i].format);
        snprintf(verdict->encoding, sizeof verdict->encoding, "%s",
                 listing.sources[i].encoding ? listing.sources[i].encoding : "");
        verdict->ascii = listing.sources[i].ascii;
    }
    if (!any) snprintf(verdict->why, sizeof verdict->why, "%.190s", error.message);
}

/* In a process of its own: a hostile file must not take the others with it. */
static struct verdict verdict_of(const struct item *item, const struct fact *fact) {
    struct verdict verdict = {0};
    int ends_of[2];
    if (pipe(ends_of)) abort();
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
#ifndef __SANITIZE_ADDRESS__
        setrlimit(RLIMIT_AS, &(struct rlimit){memory_bytes, memory_bytes});
#endif
        setrlimit(RLIMIT_CPU, &(struct rlimit){SECONDS, SECONDS + 1});
        look(item, fact, &verdict);
        _exit(write(ends_of[1], &verdict, sizeof verdict) == (ssize_t)sizeof verdict ? 0 : 1);
    }
    close(ends_of[1]);
    if (read(ends_of[0], &verdict, sizeof verdict) != (ssize_t)sizeof verdict)
        verdict = (struct verdict){.why = "stopped"};
    close(ends_of[0]);
    if (child > 0) waitpid(child, NULL, 0);
    return verdict;
}

static bool item_read(struct item *item, char *line, const char *folder) {
    char *fields[5] = {0};
    line[strcspn(line, "\r\n")] = '\0';
    for (size_t i = 0; i < 5; i++) fields[i] = strsep(&line, "\t");
    if (!fields[4] || strcmp(fields[0], "path") == 0) return false;
    *item = (struct item){
        .folder = folder, .path = fields[0], .class = fields[1], .outcome = fields[2], .expected = fields[4]};
    snprintf(item->file, sizeof item->file, "%s/%s", folder, fields[0]);
    return true;
}

static void judge_corpus(FILE *manifest, const char *folder, struct score *files) {
    static char line[LINE_BYTES];
    while (fgets(line, sizeof line, manifest)) {
        struct item item;
        struct fact fact;
        struct arena arena = {0};
        if (!item_read(&item, line, folder) || !fact_of(&item, &fact, &arena)) continue;
        struct verdict verdict = verdict_of(&item, &fact);
        bool right = verdict_right(&verdict, &fact);
        files->all++;
        files->right += right;
        if (!right)
            printf("WRONG\t%s\t%s %s\t%s %s\t%s\n", item.path, fact.format ? fact.format : "-",
                   fact.encoding ? fact.encoding : "-", verdict.format, verdict.encoding, verdict.why);
        arena_free(&arena);
    }
}

static bool figure(FILE *json, const char *name, struct score score, double goal, bool first) {
    double value = score.all ? 100.0 * score.right / score.all : 0;
    bool held = !score.all || value >= goal;
    fprintf(json,
            "%s\n  {\"name\": \"%s\", \"value\": %.2f, \"min\": %.2f, \"max\": %.2f, \"unit\": \"%%\", "
            "\"goal\": %.2f, \"held\": %s}",
            first ? "" : ",", name, value, value, value, goal, held ? "true" : "false");
    if (score.all)
        printf("%s\t%u of %u\t%.1f %%\tgoal %.0f %%\t%s\n", name, score.right, score.all, value, goal,
               held ? "held" : "NOT HELD");
    return held;
}

int main(int count, char **words) {
    struct score corpus = {0}, files = {0}, dialects = {0};
    char path[PATH_BYTES];
    if (count != 3) return 64;
    snprintf(path, sizeof path, "%s/manifest.tsv", words[1]);
    FILE *manifest = fopen(path, "r"), *json = fopen(words[2], "w");
    if (!json) return 1;
    printf("\nby guess alone\twrong\tmeant\tguessed\twhy\n");
    if (manifest) judge_corpus(manifest, words[1], &corpus);
    else printf("no corpus at %s: only the sample city\n", words[1]);
    if (manifest) fclose(manifest);
    guess_cities(&files, &dialects);
    fputs("[", json);
    bool held = figure(json, "guess.corpus.format_and_encoding", corpus, 95, true);
    held &= figure(json, "guess.city.format_and_encoding", files, 95, false);
    held &= figure(json, "guess.city.dialect_and_header", dialects, 90, false);
    fputs("\n]\n", json);
    return fclose(json) == 0 && held ? 0 : 1;
}
