#include "cli/evacuate.h"

#include <stdio.h>
#include <string.h>

#include "cli/fail.h"
#include "cli/plan_carry.h"
#include "cli/plan_create.h"
#include "cli/plan_end.h"
#include "cli/wait.h"

/* An evacuation is a plan: what closes, what moves, in which order, and what stays stands in it, and its id is typed. */

enum { EXIT_USAGE = 64, SHOWN = 200 };

static bool not_confirmed(const char *id, const char *made, struct err *err)
{
    err_set(err, ERR_INPUT, "not confirmed: '%s' is emptied by the plan %s when its id is typed", id, made);
    err_hint(err, "look at what stays there, then: hubtop order evacuate '%s' --confirm %s --write", id, made);
    return err_exit(err, EXIT_USAGE);
}

static bool preview(const struct setup *s, const struct options *o, struct query *q, struct err *err)
{
    char made[REQUEST_MADE_MAX];
    struct options all = *o;
    all.drain = o->args[1];
    if (!plan_create(s, &all, q, made, err))
        return false;
    return made[0] == '\0' || not_confirmed(o->args[1], made, err);
}

/* The plan that was seen is one that empties this, and no other. */
static bool is_its_plan(const struct setup *s, const struct options *o, struct query *q, struct err *err)
{
    struct query_rows *rows = NULL;
    struct row plan;
    char drain[SHOWN] = "";
    bool ok = plan_end_row(s, q, o->confirm, &rows, &plan, err);
    if (ok && (!plan_end_option(&plan, "drain", drain, sizeof drain) || strcmp(drain, o->args[1]) != 0)) {
        err_set(err, ERR_INPUT, "the plan %s does not empty '%s'", o->confirm, o->args[1]);
        err_hint(err, "without --confirm the plan that does is computed and shown: its id is what is typed");
        ok = err_exit(err, EXIT_USAGE);
    }
    query_rows_free(rows);
    return ok;
}

static bool carry_out(const struct setup *s, const struct options *o, struct query *q, int *status, struct err *err)
{
    struct options all = *o;
    const char *const args[] = {"apply", o->confirm};
    all.args = args;
    all.arg_count = 2;
    return is_its_plan(s, o, q, err) && plan_carry(s, &all, q, status, err);
}

static bool makes_sense(const struct options *o, struct err *err)
{
    if (o->arg_count != 2)
        return err_usage(err, "what is to be emptied is not said", "name one hall, site, cluster or scheduler");
    if (o->at)
        return err_usage(err, "the past cannot be changed", "leave out --at");
    return o->confirm || o->by || err_usage(err, "until when is not said", "give it with --by TIME");
}

int evacuate(const struct options *o)
{
    struct err err = {0};
    struct setup s = {0};
    struct query *q = NULL;
    int status = -1;
    bool ok = makes_sense(o, &err) && setup_init(&s, o, !o->offline, &err) && setup_launcher(&s, o, &err) &&
              (q = wait_for_data(&s, o, &err)) != NULL;
    if (ok)
        ok = o->confirm ? carry_out(&s, o, q, &status, &err) : preview(&s, o, q, &err);
    status = !ok ? fail_report(o, &err) : status >= 0 ? status : wait_status(q, &s, &err);
    query_close(q);
    setup_release(&s);
    return status;
}
