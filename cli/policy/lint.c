/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/policy/policy.h"
#include "cli/show.h"
#include "core/language.h"
#include "report/write.h"
#include <unistd.h>

struct listening {
    bool json;
    uint32_t said, warnings;
};

static void print_problem(FILE *out, const struct policy_problem *problem) {
    fprintf(out, "%s", problem->path);
    if (problem->line) fprintf(out, TEXT(" 第 %u 行", " row %u"), problem->line);
    if (problem->column) fprintf(out, TEXT("，第 %u 列", ", column %u"), problem->column);
    fprintf(out, "%s%s", problem->warning ? TEXT("(提醒)", " (warning)") : "", TEXT("：", ": "));
    fprintf(out, "%s", problem->message);
    if (problem->other_path)
        fprintf(out, TEXT("（另见 %s 第 %u 行）", " (see also %s row %u)"), problem->other_path,
                problem->other_line);
    fputc('\n', out);
}

static void take_problem(void *context, const struct policy_problem *problem) {
    struct listening *at = context;
    at->warnings += problem->warning;
    if (!at->json) {
        print_problem(stdout, problem);
    } else {
        printf("%s{\"path\": ", at->said ? ",\n" : "");
        write_json_text((struct span){problem->path, strlen(problem->path)}, stdout);
        printf(", \"line\": %u, \"column\": %u, \"warning\": %s, \"other_path\": ", problem->line,
               problem->column, problem->warning ? "true" : "false");
        const char *other = problem->other_path ? problem->other_path : "";
        write_json_text((struct span){other, strlen(other)}, stdout);
        printf(", \"other_line\": %u, \"problem\": ", problem->other_line);
        write_json_text((struct span){problem->message, strlen(problem->message)}, stdout);
        putchar('}');
    }
    at->said++;
}

static void print_fault(void *context, const struct policy_problem *problem) {
    (void)context;
    if (!problem->warning) print_problem(stderr, problem);
}

bool policy_check(const struct city *city, struct arena *arena, struct policy_faults *faults,
                  struct error *error) {
    struct policy_book *book = ARENA_NEW(arena, struct policy_book, 1);
    if (!policy_read(city, arena, book, error)) return false;
    policy_withdraw(book, city, arena, (struct policy_listener){print_fault, NULL});
    *faults = book->faults;
    return plan_make(&book->rules, arena, &book->plans, error);
}

/* In a city its own rules over the shipped ones; anywhere else the shipped ones alone. */
enum exit_code policy_lint_run(struct invocation *invocation, struct error *error) {
    struct arena *arena = invocation->arena;
    struct city *city = ARENA_NEW(arena, struct city, 1);
    struct policy_book *book = ARENA_NEW(arena, struct policy_book, 1);
    bool here = access(arena_print(arena, "%s/city.yaml", invocation->city), F_OK) == 0;
    if ((here && !city_read(invocation->city, arena, city, error)) ||
        !policy_read(here ? city : NULL, arena, book, error))
        return exit_of(error);
    struct listening at = {.json = invocation->json};
    if (at.json) printf("[");
    uint32_t problems =
        policy_lint_city(book, here ? city : NULL, arena, (struct policy_listener){take_problem, &at});
    if (at.json) printf("]\n");
    else if (!problems)
        printf(TEXT("政策规则没有错：%u 行，%u 处提醒\n",
                    "the policy rules have no fault: %u rows, %u warnings\n"),
               book->rules.row_count, at.warnings);
    else printf(TEXT("%u 处要改，%u 处提醒\n", "%u to mend, %u warnings\n"), problems, at.warnings);
    return problems ? EXIT_USAGE : EXIT_HELD;
}
