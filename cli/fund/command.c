/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou fund: the counties' books, from the trial balance down to one voucher. */
#include "cli/command.h"
#include "cli/operator.h"
#include "cli/papers.h"
#include "core/language.h"
#include "load/registry.h"

/* Which tables of which report a verb shows, from the first to before the last. */
struct verb {
    const char *name, *report;
    uint32_t first, until;
    bool voucher; /* it is asked about a voucher, else about a county */
    bool wanted;  /* nothing to show means that there is no such voucher; one without a split has no basis */
};
static const struct verb verbs[] = {
    {"balance", "ledger", 0, 3, false, false},  {"check", "ledger", 3, 5, false, false},
    {"accounts", "ledger", 5, 6, false, false}, {"business", "ledger", 6, 8, false, false},
    {"trace", "voucher", 0, 16, true, true},    {"basis", "basis", 0, 1, true, false}};

struct asking {
    struct invocation *invocation;
    const struct verb *verb;
    struct city city;
    const struct county *county;
    const char *voucher; /* where one is asked about: account set/year/month/number; else "" */
    struct registry registry;
};

static bool print(struct asking *at, struct report *report, struct error *error) {
    struct query query;
    struct result *results = NULL;
    bool any = false, json = at->invocation->json;
    if (!report_query(report, at->verb->report, at->county->admdvs, &query, &results, error)) return false;
    if (json) fputs("[", stdout);
    for (uint32_t i = at->verb->first; i < query.sheet_count && i < at->verb->until; i++) {
        if (json && i > at->verb->first) fputs(",\n", stdout);
        if (json) write_json_result(&results[i], stdout);
        else write_text_result(&results[i], stdout), fputc('\n', stdout);
        any |= results[i].row_count > 0;
    }
    if (json) fputs("]\n", stdout);
    return any || !at->verb->wanted ||
           error_code(error, TROUBLE_USAGE, NULL, TEXT("%s 没有这张凭证：%s", "%s has no such voucher: %s"),
                      at->county->name, at->voucher);
}

static bool ask(struct asking *at, struct error *error) {
    struct arena *arena = at->invocation->arena;
    struct report_options options;
    struct report report;
    const char *looked = arena_print(arena, "fund %s %s %s", at->verb->name, at->county->admdvs, at->voucher);
    if ((at->invocation->unmask &&
         !registry_audit(&at->registry, operator_name(arena), "unmask", looked, error)) ||
        !papers_options(&at->city, at->invocation->unmask, arena, &options, error) ||
        !session_tell(&at->registry.session, "SELECT set_config('tongchou.voucher', $1, false)", 1,
                      &at->voucher, NULL, error))
        return false;
    bool ok = report_open(&report, at->registry.session.connection, &options, arena, error) &&
              print(at, &report, error);
    report_close(&report);
    return ok;
}

/* "690102/01/2020/12/记-0005": the county, by code, name or folder, then the voucher's own key. */
static bool read_voucher(struct asking *at, const char *text, struct error *error) {
    const char *slash = strchr(text, '/');
    if (slash)
        at->county =
            city_county(&at->city, arena_print(at->invocation->arena, "%.*s", (int)(slash - text), text));
    if (slash && at->county) at->voucher = slash + 1;
    return *at->voucher ||
           error_code(error, TROUBLE_USAGE, NULL, "%s",
                      TEXT("凭证写作 县/账套/年度/期间/凭证号，如 690102/01/2020/12/记-0005",
                           "a voucher is COUNTY/SET/YEAR/MONTH/NUMBER, such as 690102/01/2020/12/记-0005"));
}

static bool open_and_ask(struct asking *at, struct error *error) {
    struct database database;
    const char *what = at->invocation->arguments[1];
    if (!city_read(at->invocation->city, at->invocation->arena, &at->city, error)) return false;
    if (at->verb->voucher) {
        if (!read_voucher(at, what, error)) return false;
    } else {
        at->county = city_county(&at->city, what);
    }
    if (!at->county)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("city.yaml 里没有县「%s」", "city.yaml has no county \"%s\""), what);
    if (!database_open(&database, at->city.database, at->city.directory, error)) return false;
    bool ok = registry_open(&at->registry, &database, error);
    if (ok) {
        ok = ask(at, error);
        registry_close(&at->registry);
    }
    database_close(&database);
    return ok;
}

static enum exit_code fund_run(struct invocation *invocation, void *options, struct error *error) {
    struct asking *at = ARENA_NEW(invocation->arena, struct asking, 1);
    (void)options;
    *at = (struct asking){.invocation = invocation, .voucher = ""};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].name, invocation->arguments[0]) == 0) at->verb = &verbs[i];
    if (!at->verb) {
        error_code(error, TROUBLE_USAGE, NULL,
                   TEXT("fund 后面是 balance、check、accounts、business、trace 或 basis，不是「%s」",
                        "fund takes balance, check, accounts, business, trace or basis, not \"%s\""),
                   invocation->arguments[0]);
        return EXIT_USAGE;
    }
    return open_and_ask(at, error) ? EXIT_HELD : exit_of(error);
}

const struct command command_fund = {
    .name = "fund",
    .arguments = "balance|check|accounts|business|trace|basis COUNTY|VOUCHER",
    .zh = "基金账：试算平衡、核对、科目对照、业务与账、一张凭证的来龙去脉",
    .en = "the books: trial balance, checks, accounts, business beside the ledger, one voucher",
    .example = "tongchou fund balance qinghe",
    .note_zh = "  balance COUNTY     试算平衡表\n"
               "  check COUNTY       全部核对和涉及的凭证\n"
               "  accounts COUNTY    县科目对到哪里\n"
               "  business COUNTY    业务与账\n"
               "  trace VOUCHER      一张凭证的来龙去脉，如 690102/01/2020/12/记-0031\n"
               "  basis VOUCHER      一张凭证按哪些结算拆分",
    .note_en = "  balance COUNTY     the trial balance\n"
               "  check COUNTY       every check with its vouchers\n"
               "  accounts COUNTY    where the county's accounts go\n"
               "  business COUNTY    business beside the ledger\n"
               "  trace VOUCHER      one voucher, where it came from and went\n"
               "  basis VOUCHER      the settlements that one voucher was split by",
    .arguments_min = 2,
    .arguments_max = 2,
    .run = fund_run,
};
