/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/finding.h"
#include "load/lane.h"

bool registry_finding(struct registry *registry, const struct finding *finding, struct error *error) {
    char run[DIGITS_BYTES], delivery[DIGITS_BYTES], file[DIGITS_BYTES], left[DIGITS_BYTES],
        right[DIGITS_BYTES];
    const char *arguments[] = {lane_digits(registry->run, run),
                               lane_digits(finding->delivery, delivery),
                               lane_digits(finding->file, file),
                               finding->code,
                               finding->county,
                               finding->kind,
                               finding->state,
                               finding->subject,
                               lane_digits(finding->left, left),
                               lane_digits(finding->right, right),
                               finding->detail};
    return session_tell(
        &registry->session,
        "INSERT INTO intake.finding (run, delivery, file, check_code, county, kind, state, subject,"
        " left_value, right_value, detail) VALUES ($1::int, nullif($2::int, 0), nullif($3::int, 0), $4, $5, "
        "$6,"
        " $7, $8, $9::numeric, $10::numeric, $11)",
        11, arguments, NULL, error);
}
