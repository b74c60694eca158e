/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_POLICY_REPLAY_H
#define CLI_POLICY_REPLAY_H
#include "cli/policy/policy.h"
#include "load/registry.h"

/* Keeps the rules in force in the database under their hash, and says that they are the ones in force: what
   the checks across rows go by.  To be called before them. */
bool policy_keep(struct registry *registry, const struct city *city, struct arena *arena,
                 struct error *error);

/* Works out every settlement of the city database under the county's rule in force and under the city's
   plan, and writes what comes out into fund.replay for the registry's run; unless `always`, only where
   anything that the last replay went by has changed: else what it wrote speaks for this run too.  A city
   without mappings/policies/plans.csv is left alone (`done` stays false).
   Fails:  TROUBLE_USAGE rules; TROUBLE_LATER database, interrupt; TROUBLE_REFUSED rows lost on the way. */
bool policy_replay(struct registry *registry, const struct city *city, struct arena *arena, bool always,
                   bool *done, struct error *error);
#endif
