/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The example plugin, built out of tree as somebody else would, and what must not be loaded. */
#include "extract/plugin.h"
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 512, RECORD = 18, ROWS = 40, PER_BLOCK = (BLOCK - 4) / RECORD };

static void seal(char *block) {
    unsigned sum = 0;
    for (int i = 4; i < BLOCK; i++) sum += (unsigned char)block[i];
    block[2] = (char)sum, block[3] = (char)(sum >> 8);
}

/* Forty records of three fields, name in GB18030; the third is deleted. */
static struct span make_blocks(struct arena *arena) {
    static const struct {
        unsigned char width;
        const char *name;
    } fields[] = {{6, "\xb1\xe0\xba\xc5"}, {4, "insutype"}, {8, "day"}};
    char *bytes = ARENA_NEW(arena, char, BLOCK * 3);
    memcpy(bytes, "BLOCKS01\x03", 9);
    for (int i = 0; i < 3; i++) {
        char *field = bytes + 9 + i * 16;
        memset(field, ' ', 16);
        field[0] = (char)fields[i].width;
        memcpy(field + 1, fields[i].name, strlen(fields[i].name));
    }
    for (int i = 0; i < ROWS; i++) {
        char *block = bytes + BLOCK * (1 + i / PER_BLOCK), text[32];
        snprintf(text, sizeof text, "%c%05d310 20100131", i == 2 ? '*' : 'P', i + 1);
        memcpy(block + 4 + i % PER_BLOCK * RECORD, text, RECORD);
        block[0]++;
    }
    bytes[BLOCK * 2 + 1] = 1;
    seal(bytes + BLOCK);
    seal(bytes + BLOCK * 2);
    return (struct span){bytes, BLOCK * 3};
}

static const char spec[] =
    "match: \"kz_{period}.blk\"\nkind: psn_insu_d\nread: {format: blocks}\nkey: [编号]\n"
    "columns:\n  src_psn_no: {from: 编号}\n  insutype: {from: insutype}\n"
    "  psn_type: {value: \"1101\"}\n  psn_insu_stas: {value: \"1\"}\n"
    "  crt_insu_date: {from: day, as: date}\nunmapped: keep\ncontrol: none\n";

static const char *folder;

static void shell(struct journey *journey, const char *command) {
    cr_assert(system(arena_print(&journey->arena, "cd %s && %s", journey->city, command)) == 0, "%s",
              command);
}

static void begin(struct journey *journey) {
    journey_begin_at(journey, JOURNEY_EMPTY);
    char path[4096];
    cr_assert(getcwd(path, sizeof path));
    shell(journey, "rm -rf deliveries mappings/*/*.yaml && mkdir -p deliveries/qinghe plug");
    shell(journey, arena_print(&journey->arena, "make -s -C %s/examples/plugin OUT=$PWD/plug", path));
    struct span bytes = make_blocks(&journey->arena);
    journey_write(journey, "deliveries/qinghe/kz_202012.blk", bytes);
    journey_write(journey, "mappings/qinghe/kz.yaml", (struct span){spec, strlen(spec)});
    folder = arena_print(&journey->arena, "%s/plug", journey->city);
    setenv("TONGCHOU_PLUGINS", folder, 1);
}

static void expect(struct journey *journey, const char *arguments, int code, const char *said) {
    int status = journey_run(journey, arguments);
    cr_expect(status == code && strstr(journey->output, said), "%s: %d: %s", arguments, status,
              journey->output);
}

Test(plugin, the_example_reads_like_any_format, .timeout = JOURNEY_SECONDS) {
    struct journey journey;
    begin(&journey);
    expect(&journey, "check", 0, "格式 blocks");
    expect(&journey, "run", 0, "40 行");
    cr_expect_str_eq(journey_ask(&journey,
                                 "SELECT count(*) || ' ' || min(src_psn_no) || ' ' || max(src_psn_no) "
                                 "FROM record.psn_insu_d"),
                     "39 P00001 P00040");
    cr_expect(
        strstr(journey_ask(&journey, "SELECT program FROM intake.run ORDER BY 1 DESC LIMIT 1"), "blocks"),
        "the run keeps which code read the rows");
    expect(&journey, "trace psn_insu_d 690102/P00040", 0, "kz_202012.blk");
    /* A flipped byte is the plugin's to find. */
    struct span bytes = make_blocks(&journey.arena);
    char *copy = ARENA_NEW(&journey.arena, char, bytes.size);
    memcpy(copy, bytes.bytes, bytes.size);
    copy[BLOCK + 30] ^= 1;
    journey_write(&journey, "deliveries/qinghe/kz_202101.blk", (struct span){copy, bytes.size});
    expect(&journey, "run", 1, "sum does not hold");
    journey_write(&journey, "deliveries/qinghe/kz_202101.blk",
                  (struct span){bytes.bytes, bytes.size - BLOCK});
    expect(&journey, "run", 1, "missing");
    unsetenv("TONGCHOU_PLUGINS");
    expect(&journey, "preview deliveries/qinghe/kz_202012.blk", 64, "blocks");
    journey_end(&journey);
}

/* Each is undone before the next. */
Test(plugin, what_another_could_have_written_is_refused, .timeout = JOURNEY_SECONDS) {
    struct journey journey;
    begin(&journey);
    static const struct {
        const char *spoil, *mend, *said;
    } cases[] = {
        {"chmod 777 plug", "chmod 755 plug", "别人能写"},
        {"chmod 775 plug", "chmod 755 plug", "别人能写"},
        {"chmod 666 plug/blocks.so", "chmod 644 plug/blocks.so", "别人能写"},
        {"ln -s blocks.so plug/a.so", "rm plug/a.so", "a.so"},
        {"echo text > plug/a.so", "rm plug/a.so", "a.so"},
        {"cp plug/blocks.so plug/twice.so", "rm plug/twice.so", "已经有了"},
        {"mv plug elsewhere", "mv elsewhere plug", "没有这个文件"},
        {"mkdir -p open/in && mv plug/blocks.so open/in/ && rmdir plug && ln -s open/in plug && chmod 777 "
         "open",
         "rm plug && mv open/in plug && rmdir open", "别人能写"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        shell(&journey, cases[i].spoil);
        expect(&journey, "check", 64, cases[i].said);
        shell(&journey, cases[i].mend);
    }
    if (geteuid() == 0) {
        shell(&journey, "chown nobody plug/blocks.so");
        expect(&journey, "check", 64, "属于别人");
        shell(&journey, "chown root plug/blocks.so && chown nobody plug");
        expect(&journey, "check", 64, "属于");
        shell(&journey, "chown root plug");
    }
    expect(&journey, "check", 0, "格式 blocks");
    journey_end(&journey);
}

/* Other numbers than the program's, as an object built against other headers has them. */
Test(plugin, another_abi_is_refused_by_name, .timeout = JOURNEY_SECONDS) {
    struct journey journey;
    begin(&journey);
    static const struct {
        const char *source, *said;
    } cases[] = {
        {"const struct plugin tongchou_plugin = {PLUGIN_ABI + 1, PLUGIN_SHAPE, 0};", "ABI 是 2，本程序是 1"},
        {"const struct plugin tongchou_plugin = {PLUGIN_ABI, PLUGIN_SHAPE + 8, 0};", "别的版本的头文件"},
        {"const struct plugin tongchou_plugin = {PLUGIN_ABI, PLUGIN_SHAPE, 0};", "不完整"},
        {"static const struct extractor none = {{.name = \"none\"}, 0, 0};"
         "const struct plugin tongchou_plugin = {PLUGIN_ABI, PLUGIN_SHAPE, &none};",
         "不完整"},
        {"const int nothing = 1;", "没有 tongchou_plugin"},
        {"extern int no_such_function(void); int call(void); int call(void) { return no_such_function(); }"
         "const struct plugin tongchou_plugin = {PLUGIN_ABI, PLUGIN_SHAPE, 0};",
         "no_such_function"},
    };
    char path[4096];
    cr_assert(getcwd(path, sizeof path));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text =
            arena_print(&journey.arena, "#include \"extract/plugin.h\"\n%s\n", cases[i].source);
        journey_write(&journey, "other.c", (struct span){text, strlen(text)});
        shell(&journey,
              arena_print(&journey.arena, "cc -w -I%s -fPIC -shared -o plug/other.so other.c", path));
        expect(&journey, "check", 64, cases[i].said);
        cr_expect(strstr(journey.output, "other.so"), "by name: %s", journey.output);
    }
    journey_end(&journey);
}
