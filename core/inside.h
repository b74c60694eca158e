/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CORE_INSIDE_H
#define CORE_INSIDE_H
#include "core/yaml.h"

/* Which money columns of a settlement a source counts inside another one, as its spec says:
   inside: {ownpay_hosp_part: no, acct_pay: no, acct_mulaid_pay: no}
   ownpay_hosp_part inside psn_pay · acct_pay inside fund_pay_sumamt · acct_mulaid_pay inside acct_pay.
   Sources differ; what a spec does not say is decided by the rows (transform/set/62_identity_settlement.sql).
 */

/* "acct_pay=yes;ownpay_hosp_part=no" of the spec's `inside`, else of the profile's; empty: not said.
   Fails: TROUBLE_USAGE with the line when a key is another column, or a value is neither yes nor no. */
bool inside_read(const struct node *root, const struct node *profile, const char *path, struct arena *arena,
                 struct span *text, struct error *error);
#endif
