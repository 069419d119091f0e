#include "cli/plan_end.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "cli/plan_gather.h"
#include "cli/request.h"
#include "cli/wait.h"

enum { EXIT_NOT_FOUND = 67, SHOWN = 200, WORDS = 1024, LISTED_MAX = 50 };

/* --- the plan --- */

bool plan_end_option(const struct row *plan, const char *name, char *out, size_t size)
{
    struct safe_text rest = value_text_or(&plan->cells[PLAN_ASKED], ""), one, key;
    char wanted[64];
    snprintf(wanted, sizeof wanted, "--%s", name);
    while (!text_empty(rest) && text_split(&rest, ' ', &one)) {
        if (!text_split(&one, '=', &key) || !text_is(key, wanted))
            continue;
        text_show_in(one, out, size);
        return true;
    }
    return false;
}

bool plan_end_row(const struct setup *s, struct query *q, const char *id, struct query_rows **rows, struct row *plan,
                  struct err *err)
{
    *rows = query_rows_new(q, KIND_PLAN, QUERY_NOW);
    if (!wait_for_rows(*rows, clock_now(&s->clock), err))
        return false;
    int64_t at = query_rows_find(*rows, text_of(id), text_of(""));
    if (at >= 0 && query_rows_at(*rows, (size_t)at, plan))
        return true;
    err_set(err, ERR_INPUT, "there is no plan '%s'", id);
    err_hint(err, "'hubtop plan list' lists those there are");
    return err_exit(err, EXIT_NOT_FOUND);
}

/* --- what is there still --- */

static void print_stay(const struct plan_stay *s)
{
    char job[SHOWN], user[SHOWN], words[WORDS], until[CLOCK_TEXT_MAX];
    text_show_in(s->job, job, sizeof job);
    text_show_in(s->user, user, sizeof user);
    if (!s->running)
        printf(tr("  %s  %s  waits\n"), job, user);
    else if (s->ends_ms > 0)
        printf(tr("  %s  %s  runs, until %s at the latest\n"), job, user, clock_iso(s->ends_ms, until));
    else
        printf(tr("  %s  %s  runs, and nobody knows until when\n"), job, user);
    printf(tr("    why: %s\n"), text_show_in(s->words, words, sizeof words));
    printf(tr("    what can be done: %s\n"), text_show_in(s->todo, words, sizeof words));
}

static void print_stays(const struct plan *p, const char *drain)
{
    size_t running = 0;
    for (size_t i = 0; i < p->stay_count; i++)
        running += p->stays[i].running;
    if (p->stay_count == 0) {
        printf(tr("%s is empty\n"), drain);
        return;
    }
    printf(running == 1 ? tr("%s: %zu job still runs there, waiting: %zu\n")
                        : tr("%s: %zu jobs still run there, waiting: %zu\n"),
           drain, running, p->stay_count - running);
    for (size_t i = 0; i < p->stay_count && i < LISTED_MAX; i++)
        print_stay(&p->stays[i]);
    if (p->stay_count > LISTED_MAX)
        printf(tr("  and %zu more\n"), p->stay_count - LISTED_MAX);
}

static bool look(const struct setup *s, struct query *q, const char *drain, const char *by, int64_t *stays,
                 struct err *err)
{
    struct plan_ask ask = {.drain = text_of(drain), .max_moves = -1, .weight_cost = 1};
    struct plan p = {.snapshot = -1};
    int64_t rev = 0, now_ms = clock_now(&s->clock).utc_ms;
    struct plan_facts *f = plan_gather(q, s, &rev, err);
    if (by[0] && !clock_parse_iso(by, &ask.by_ms, NULL))
        ask.by_ms = 0;
    bool ok = f && plan_make_drain_now(f, &ask, &s->limits, now_ms, &p, err);
    if (ok) {
        print_stays(&p, drain);
        *stays = (int64_t)p.stay_count;
    }
    plan_facts_free(f);
    plan_release(&p);
    return ok;
}

bool plan_end_print(const struct setup *s, struct query *q, const char *id, int64_t *stays, struct err *err)
{
    struct query_rows *rows = NULL;
    struct row plan;
    char drain[SHOWN] = "", by[SHOWN] = "", words[WORDS];
    bool ok = plan_end_row(s, q, id, &rows, &plan, err);
    *stays = -1;
    if (ok && text_is(value_text_or(&plan.cells[PLAN_STATE], ""), "paused") && value_known(&plan.cells[PLAN_REMARK]))
        printf(tr("paused: %s\n"), text_show_in(value_text_or(&plan.cells[PLAN_REMARK], ""), words, sizeof words));
    bool drains = ok && plan_end_option(&plan, "drain", drain, sizeof drain);
    if (drains)
        plan_end_option(&plan, "by", by, sizeof by);
    query_rows_free(rows);
    return ok && (!drains || look(s, q, drain, by, stays, err));
}
