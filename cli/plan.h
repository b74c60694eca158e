/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PLAN_H
#define CLI_PLAN_H
#include "cli/scan.h"
#include "cli/specs.h"

struct rules;

enum { JOBS_MAX = 1024, HIDDEN_MAX = 256 };

/* One member or sheet, to be read by one spec. */
struct job {
    struct spec *spec;
    const struct sourced *source;
    const struct rules *rules;  /* of a file without a spec (template_claim); NULL: the county's */
    const char *member, *sheet; /* NULL: none */
    const char *name;           /* "包.zip!成员.DBF", "表.xlsx!工作表" */
    uint64_t bytes;             /* unpacked; 0: not known before it is read */
    const char *inside;         /* name without the delivery's own path; "" for a plain file */
};

/* What of a delivery is read by what, and where the delivery stands among others. */
struct plan {
    uint32_t job_count;
    struct job *jobs; /* [job_count] in the order of members, then of specs */
    const char *slip; /* member that is the handover slip; NULL: none inside */
    const struct bytes_limits
        *limits;        /* with what the specs of this file allow: rar, a password; NULL: the default */
    const char *period; /* "" when no name says it */
    int revision, part;
    bool rank_arrival;
    const char *litter; /* the first member that is a system's own and that no spec names; NULL: none */
    uint32_t litter_count;
    const char *beside; /* the table that the file lies beside and is read with; NULL: none */
    bool ignored;       /* some spec says of it, or of a member, that nobody needs it */
    uint32_t hidden_count;
    const char **hidden; /* [hidden_count] hidden sheets that no spec names: not read, and said so */
};

/* Looks into the file and lets every spec claim its members and sheets.  A member that nobody claims
   refuses the delivery (file.unmatched), unless a spec says ignore: yes or it lies beside a table that is
   claimed.  A file of which nothing else is left has no job: `ignored` or `beside` says why. */
bool plan_delivery(const struct found *file, const struct spec_set *specs, struct arena *arena,
                   struct plan *plan, struct error *error);
/* Why a plan without a job has none, as a sentence without its stop. */
const char *plan_idle(const struct plan *plan, struct arena *arena);
#endif
