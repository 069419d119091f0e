#include <stdio.h>

#include "cli/command.h"
#include "cli/fail.h"
#include "cli/setup.h"
#include "cli/wait.h"
#include "domain/verdict.h"

enum { STATUS_ROWS_MAX = 20000 };

/* All rows of a kind side by side, texts owned by the set. */
static size_t read_all(struct query_rows *set, struct arena *a, const struct row **out)
{
    size_t n = query_rows_count(set);
    n = n < STATUS_ROWS_MAX ? n : STATUS_ROWS_MAX;
    struct row *rows = arena_alloc(a, (n + 1) * sizeof *rows);
    for (size_t i = 0; i < n; i++) {
        if (!query_rows_at(set, i, &rows[i]))
            n = i;
    }
    *out = rows;
    return n;
}

static bool gather(struct query *q, struct setup *s, struct query_rows *sets[VERDICT_KINDS],
                   struct verdict_facts *facts, struct err *err)
{
    struct instant now = clock_now(&s->clock);
    for (size_t i = 0; i < VERDICT_KINDS; i++) {
        sets[i] = query_rows_new(q, verdict_kinds[i], s->at_ms);
        if (!wait_for_rows(sets[i], now, err))
            return false;
    }
    facts->now_ms = s->at_ms ? s->at_ms : now.utc_ms;
    for (size_t i = 0; i < VERDICT_KINDS; i++) {
        const struct row *rows;
        size_t n = read_all(sets[i], &s->arena, &rows);
        verdict_tell(facts, verdict_kinds[i], rows, n);
    }
    return true;
}

static int print(struct query *q, struct setup *s, const struct options *o, struct err *err)
{
    struct query_rows *sets[VERDICT_KINDS] = {NULL};
    struct verdict_facts facts = {0};
    bool ok = gather(q, s, sets, &facts, err);
    if (ok)
        puts(verdict_of(&facts).text);
    for (size_t i = 0; i < VERDICT_KINDS; i++)
        query_rows_free(sets[i]);
    return ok ? wait_status(q, s, err) : fail_report(o, err);
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct setup s = {0};
    struct query *q = NULL;
    if (setup_init(&s, o, !o->offline && !o->at, &err) && setup_launcher(&s, o, &err))
        q = wait_for_data(&s, o, &err);
    int status = q ? print(q, &s, o, &err) : fail_report(o, &err);
    query_close(q);
    setup_release(&s);
    return status;
}

const struct command cmd_status = {.name = "status",
                                   .usage = "",
                                   .summary = "the verdict in one sentence, the same as row 2 of the console",
                                   .run = run};
