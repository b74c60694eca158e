/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/set.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* Benefits of 400.00 in the books, no settlement, and one of 300.00 that is sent back: delivery -87,
   corrected in vain by its child -88.  Each row waits once, so 100.00 are missing and nothing is left to wait
   for. */
static const char base_sql[] =
    "CREATE TABLE fund.voucher_entry_d_690087 PARTITION OF fund.voucher_entry_d FOR VALUES IN ('690087');"
    "CREATE TABLE record.setl_d_690087 PARTITION OF record.setl_d FOR VALUES IN ('690087');"
    "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-8, 'run', '', '', '');"
    "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state, parent)"
    " OVERRIDING SYSTEM VALUE VALUES (-87, -8, '690087', '', '', 0, '', 'file', 'published', NULL),"
    " (-88, -8, '690087', '', '', 0, '', 'retry', 'published', -87),"
    " (-89, -8, '690087', '', '', 0, '', 'file', 'undone', NULL);"
    "INSERT INTO intake.file (file, delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot, "
    "columns,"
    " parent_file) OVERRIDING SYSTEM VALUE VALUES (-87, -87, 'setl_d', '', '', '', false, '{}', NULL),"
    " (-88, -88, 'setl_d', '', '', '', false, '{}', -87), (-89, -89, 'setl_d', '', '', '', false, '{}', "
    "NULL);"
    "INSERT INTO intake.reject (file, source_row, bucket, fen, state) VALUES (-87, 5, 'rejected', '{30000}',"
    " 'open'), (-88, 5, 'rejected', '{30000}', 'open'), (-89, 5, 'rejected', '{30000}', 'open');"
    "INSERT INTO fund.voucher_entry_d (acct_set, fund_set, acct_year, acct_month, voucher_no, line_no,"
    " voucher_date, src_acct_code, acct_code, debit_fen, credit_fen, county, src_key, key_hash, row_hash, "
    "file,"
    " source_row) SELECT '01', '试', '2020', '12', '1', l, '2020-12-30', a, a, d, c, '690087', l,"
    " md5('wt' || l)::uuid, 0, -87, 1 FROM (VALUES ('1', '5001', 40000, NULL), ('2', '1003', NULL, 40000))"
    " v (l, a, d, c)";

static const char said_sql[] =
    "SELECT concat_ws(' ', state, left_value, right_value, substring(detail FROM 'open_rows=[0-9]*')) FROM"
    " intake.finding WHERE county = '690087' AND check_code = 'ledger.g1' ORDER BY finding DESC LIMIT 1";

Test(waiting, a_row_that_was_corrected_in_vain_excuses_its_cost_once) {
    struct city city;
    city_enter_alone(&city);
    city_run(&city, base_sql);
    cr_assert(set_county(&city.registry, "690087", &city.error), "%s", city.error.message);
    cr_expect_str_eq(city_ask(&city, said_sql), "broken 40000 0 open_rows=1");
    city_run(&city, "UPDATE intake.reject SET fen = '{40000}' WHERE file = -87");
    cr_assert(set_county(&city.registry, "690087", &city.error), "%s", city.error.message);
    cr_expect_str_eq(city_ask(&city, said_sql), "blocked 40000 0 open_rows=1");
    city_leave(&city);
}
