/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/operator.h"
#include "cli/city.h"
#include <pwd.h>
#include <unistd.h>

const char *operator_name(struct arena *arena) {
    char host[256] = "?";
    const struct passwd *user = getpwuid(getuid());
    gethostname(host, sizeof host - 1);
    return arena_print(arena, "%s@%s", user ? user->pw_name : "?", host);
}
