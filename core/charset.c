/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/charset.h"
#include "core/setting.h"
#include <ctype.h>
#include <iconv.h>

enum { NAME_BYTES = 32, NEAR = 3 };

/* What Chinese systems write; "utf-8-sig" and such are names of the same. */
static const char *const names[] = {
    "GB18030", "GBK",      "GB2312",    "UTF-8", "UTF-16",       "UTF-16LE",    "UTF-16BE",
    "UTF-32",  "UTF-32LE", "UTF-32BE",  "Big5",  "HZ",           "HZ-GB-2312",  "CP936",
    "MS936",   "EUC-CN",   "UTF-8-SIG", "ASCII", "GB18030-2022", "Windows-936", "Unicode"};

static struct span plain(const char *name, char text[NAME_BYTES]) {
    size_t size = 0;
    for (; *name && size < NAME_BYTES; name++)
        if (*name != '-' && *name != '_' && *name != ' ') text[size++] = (char)toupper((unsigned char)*name);
    return (struct span){text, size};
}

bool charset_known(const char *name) {
    char text[NAME_BYTES], known[NAME_BYTES];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_equal(plain(name, text), plain(names[i], known))) return true;
    iconv_t converter = *name ? iconv_open("UTF-8", name) : (iconv_t)-1;
    if (converter == (iconv_t)-1) return false;
    iconv_close(converter);
    return true;
}

const char *charset_nearest(const char *name) {
    char text[NAME_BYTES], known[NAME_BYTES];
    const char *best = NULL;
    unsigned least = NEAR;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        unsigned distance = setting_distance(plain(name, text), plain(names[i], known), NEAR);
        if (distance >= least) continue;
        least = distance;
        best = names[i];
    }
    return best;
}
