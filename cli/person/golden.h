/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_GOLDEN_H
#define CLI_PERSON_GOLDEN_H
#include "cli/command.h"
#include "load/database.h"

/* Brings identity.golden_rule to what mappings/person/golden.csv says: the city's own, else the shipped one.
   Fails: TROUBLE_USAGE with file and line of what is wrong. */
bool golden_rules(const struct invocation *invocation, struct session *session, struct error *error);
#endif
