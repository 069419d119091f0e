#include <stdio.h>

#include "cli/command.h"
#include "cli/facts.h"
#include "cli/fail.h"
#include "cli/wait.h"

static int print(struct query *q, struct setup *s, const struct options *o, struct err *err)
{
    struct facts facts = {0};
    bool ok = facts_gather(&facts, q, s, err);
    if (ok)
        puts(verdict_of(&facts.all).text);
    facts_release(&facts);
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
