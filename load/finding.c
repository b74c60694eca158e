/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/finding.h"
#include <stdio.h>

enum { NUMBER_TEXT = 48 };

/* A 128-bit number as decimal digits. */
static const char *digits(fen_total value, char text[NUMBER_TEXT]) {
    char *at = text + NUMBER_TEXT - 1;
    __extension__ unsigned __int128 rest = value < 0 ? -(unsigned __int128)value : (unsigned __int128)value;
    *at = '\0';
    do *--at = (char)('0' + (int)(rest % 10));
    while (rest /= 10);
    if (value < 0) *--at = '-';
    return at;
}

bool registry_finding(struct registry *registry, const struct finding *finding, struct error *error) {
    char run[NUMBER_TEXT], delivery[NUMBER_TEXT], file[NUMBER_TEXT], left[NUMBER_TEXT], right[NUMBER_TEXT];
    const char *arguments[] = {digits(registry->run, run),
                               digits(finding->delivery, delivery),
                               digits(finding->file, file),
                               finding->code,
                               finding->county,
                               finding->kind,
                               finding->state,
                               finding->subject,
                               digits(finding->left, left),
                               digits(finding->right, right),
                               finding->detail};
    return session_tell(
        &registry->session,
        "INSERT INTO intake.finding (run, delivery, file, check_code, county, kind, state, subject,"
        " left_value, right_value, detail) VALUES ($1::int, nullif($2::int, 0), nullif($3::int, 0), $4, $5, "
        "$6,"
        " $7, $8, $9::numeric, $10::numeric, $11)",
        11, arguments, NULL, error);
}
