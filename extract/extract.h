/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_EXTRACT_H
#define EXTRACT_EXTRACT_H
#include "core/stage.h"
#include "extract/bytes.h"

/* Where an extractor reads from.  The first member of every extractor's state is `struct input input`;
   extract_open fills it before the stage's own open. */
struct input {
    const char *path;   /* the file on disk */
    const char *member; /* decoded name of the archive's member; NULL: the file itself */
    const char *name;   /* for places and messages: "包.zip!成员.DBF"; lives as long as the run */
    const struct bytes_limits *limits; /* NULL: bytes_limits_default */
    const struct node *read;           /* the spec's `read` map; NULL: everything as initially */
    /* From the settings, which INPUT_SETTINGS adds to every table: */
    const char *format;        /* name of the extractor; NULL: not said */
    const char *encoding;      /* as declared; NULL: the format's own default */
    const char *sheet;         /* of a workbook (extract/sheet_name.h); NULL: its only sheet */
    bool rar;                  /* the spec allows it */
    const char *password_file; /* of encrypted zips */
};

/* One way to read a file: a stage whose run fills a batch, and a bid for guessing.
   run: shapes the batch (batch_shape), sets number, byte and raw of every row and every cell, gives a
   fate to rows that are no data, and returns FLOW_MORE, or FLOW_END with the last (perhaps empty) batch. */
struct extractor {
    struct stage_kind stage;
    int (*bid)(struct span head); /* bits of evidence in the first BID_BYTES; 0: not mine */
    /* The visible sheets of a workbook, or the hidden ones, which are read only when a spec names them.
       NULL: the format has no sheets. */
    bool (*sheets)(const struct input *input, bool hidden, struct arena *arena, const char ***names,
                   uint32_t *count, struct error *error);
    bool endless; /* nothing of the format says where it ends: cut behind a row, it is a shorter good file */
    bool (*ends)(struct span head); /* of an endless format that has a form which does: this file has it */
};

enum { BID_BYTES = 64 << 10 };

/* The settings that every extractor has; `type` is its state. */
#define INPUT_SETTINGS(type)                                                                                 \
    {"format", SETTING_TEXT, offsetof(type, input.format), NULL, "文件格式", "format of the file"},          \
        {"encoding",                                                                                         \
         SETTING_TEXT,                                                                                       \
         offsetof(type, input.encoding),                                                                     \
         NULL,                                                                                               \
         "字符编码，如 GB18030、UTF-8",                                                                      \
         "character encoding, such as GB18030 or UTF-8"},                                                    \
        {"rar",                                                                                              \
         SETTING_FLAG,                                                                                       \
         offsetof(type, input.rar),                                                                          \
         NULL,                                                                                               \
         "允许读 rar 压缩包(默认不读)",                                                                      \
         "allow rar archives, which are not read otherwise"},                                                \
        {"password_file",                                                                                    \
         SETTING_TEXT,                                                                                       \
         offsetof(type, input.password_file),                                                                \
         NULL,                                                                                               \
         "加密 zip 的密码所在文件(第一行)，只许本人可读",                                                    \
         "a file whose first line is the password of encrypted zips; only its owner may read it"},           \
    {                                                                                                        \
        "sheet", SETTING_TEXT, offsetof(type, input.sheet), NULL, "工作表名，可用通配符或 /正则/",           \
            "name of the sheet, may hold globs, or /expression/"                                             \
    }

extern const struct extractor *const extractors[]; /* ends with NULL */

/* `limits` with what a spec's `read` map allows besides: rar, password_file.  Lives in `arena`. */
const struct bytes_limits *extract_limits(const struct bytes_limits *limits, bool rar,
                                          const char *password_file, struct arena *arena);
extern const struct extractor extract_csv, extract_dbf, extract_fixed, extract_xlsx;
extern const struct extractor extract_sqldump, extract_json, extract_xml, extract_html, extract_xls,
    extract_postgres;

const struct extractor *extract_find(struct span name);  /* by format; NULL: none of that name */
const struct extractor *extract_guess(struct span head); /* highest bid; NULL: nobody's */
/* The first BID_BYTES of a source, for extract_guess and archive_kind. */
bool extract_head(const struct input *input, struct arena *arena, struct span *head, struct error *error);

/* Makes a reader stage: state from `input->read` through the settings, then open.
   `arena` is the run's.  On false nothing needs closing; TROUBLE_USAGE for a wrong setting.
   Close with extract_close, also after a failure of run. */
bool extract_open(const struct extractor *extractor, const struct input *input, struct arena *arena,
                  struct stage *stage, struct columns *columns, struct error *error);
void extract_close(struct stage *stage);
#endif
