#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "cli/fail.h"
#include "cli/get_list.h"
#include "cli/out.h"
#include "cli/plan_carry.h"
#include "cli/plan_create.h"
#include "cli/plan_diff.h"
#include "cli/plan_out.h"
#include "cli/request.h"
#include "cli/review_out.h"
#include "cli/wait.h"

enum { IDS_MAX = 64 };

struct work {
    const struct options *o;
    struct setup s;
    struct query *q;
    int64_t now_ms;
    int status; /* of a plan that was carried out; -1: the sources' own */
};

static bool is_form(const struct options *o, const char *form)
{
    return strcmp(o->format ? o->format : "text", form) == 0;
}

/* --- create, show, reject, diff --- */

static bool create(struct work *w, struct err *err)
{
    char made[REQUEST_MADE_MAX];
    return plan_create(&w->s, w->o, w->q, made, err);
}

static bool show(struct work *w, struct err *err)
{
    return plan_create_show(&w->s, w->o, w->q, w->o->args[1], err);
}

static bool reject_one(struct work *w, const char *id, struct err *err)
{
    char made[REQUEST_MADE_MAX];
    struct buf ask = buf_make(REQUEST_ASK_MAX);
    struct json_writer j = json_writer_make(&ask);
    json_open_object(&j);
    request_put(&j, "ref", id);
    request_put(&j, "reason", w->o->reason);
    json_close_object(&j);
    bool ok = w->o->dry_run || request_send(&w->s, w->o, "plan_reject", buf_str(&ask), made, err);
    buf_release(&ask);
    if (ok)
        request_print(w->o, "plan_reject", id, "", 0, "rejected");
    return ok;
}

static bool reject(struct work *w, struct err *err)
{
    bool ok = true;
    for (size_t i = 1; ok && i < w->o->arg_count; i++)
        ok = reject_one(w, w->o->args[i], err);
    return ok;
}

static bool diff(struct work *w, struct err *err)
{
    struct plan_out a = {0}, b = {0};
    struct rows first = {0}, second = {0};
    bool ok = plan_create_find(&w->s, w->q, w->o->args[1], &a, &first, err) &&
              plan_create_find(&w->s, w->q, w->o->args[2], &b, &second, err);
    FILE *to = ok ? out_open(w->o, err) : NULL;
    if (to && is_form(w->o, "json"))
        plan_diff_json(to, &a, &b);
    else if (to)
        plan_diff_text(to, &a, &b, is_form(w->o, "md"));
    ok = to && out_close(w->o, to, err);
    plan_create_release(&a, &first);
    plan_create_release(&b, &second);
    return ok;
}

/* --- review --- */

static bool review(struct work *w, struct err *err)
{
    struct rows plans = {0}, one = {0}, reviews = {0};
    struct plan_out found = {.job = NULL};
    struct review_out r = {.reviews = &reviews};
    char id[64] = "";
    bool ok = plan_create_rows(&w->s, w->q, KIND_PLAN, -1, NULL, &plans, NULL, err);
    r.record = review_out_record(&plans);
    r.plan = review_out_newest(&plans);
    if (ok && w->o->arg_count > 1) {
        ok = plan_create_find(&w->s, w->q, w->o->args[1], &found, &one, err);
        r.plan = ok ? &found.plan : NULL;
    }
    if (ok && r.plan)
        ok = plan_create_rows(&w->s, w->q, KIND_REVIEW, REVIEW_PLAN, text_show_in(r.plan->id, id, sizeof id), &reviews,
                              NULL, err);
    FILE *to = ok ? out_open(w->o, err) : NULL;
    if (to && is_form(w->o, "json"))
        review_out_json(to, &r);
    else if (to)
        review_out_text(to, &r, is_form(w->o, "md"));
    ok = to && out_close(w->o, to, err);
    plan_create_release(&found, &one);
    rows_release(&plans);
    rows_release(&reviews);
    return ok;
}

static bool carry(struct work *w, struct err *err)
{
    return plan_carry(&w->s, w->o, w->q, &w->status, err);
}

/* --- the command --- */

static const struct verb {
    const char *name;
    size_t least, most; /* words after it */
    bool present;       /* nothing of it can be asked of the past */
    bool (*run)(struct work *w, struct err *err);
} verbs[] = {
    {"create", 0, 0, false, create},      {"show", 1, 1, false, show},     {"diff", 2, 2, false, diff},
    {"reject", 1, IDS_MAX, true, reject}, {"review", 0, 1, false, review}, {"approve", 1, 1, true, carry},
    {"apply", 1, 1, true, carry},         {"pause", 1, 1, true, carry},    {"resume", 1, 1, true, carry},
    {"stop", 1, 1, true, carry},          {"retry", 1, 1, true, carry},    {"skip", 1, 1, true, carry},
    {"undo", 1, 1, true, carry},          {"watch", 1, 1, true, carry},    {"sign", 1, 1, true, carry},
};

/* "create, list, show ID, diff ID ID, reject ID…" */
static void put_verbs(struct buf *out)
{
    buf_puts(out, "hubtop plan list", NULL);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        buf_printf(out, NULL, ", %s", verbs[i].name);
        for (size_t k = 0; k < verbs[i].least; k++)
            buf_puts(out, verbs[i].most == verbs[i].least ? " ID" : " ID…", NULL);
        if (verbs[i].least == 0 && verbs[i].most == 1)
            buf_puts(out, " [ID]", NULL);
    }
}

static bool no_verb(const struct options *o, bool known, struct err *err)
{
    struct buf hint = buf_make(REQUEST_ASK_MAX);
    char what[ERR_TEXT_MAX], word[128];
    put_verbs(&hint);
    text_show_in(text_of(o->arg_count > 0 ? o->args[0] : ""), word, sizeof word);
    if (o->arg_count == 0)
        snprintf(what, sizeof what, "what to do about plans is not said");
    else
        snprintf(what, sizeof what, known ? "'plan %s' was given too few or too many IDs" : "there is no 'plan %s'",
                 word);
    err_usage(err, what, buf_str(&hint));
    buf_release(&hint);
    return false;
}

static const struct verb *verb_of(const struct options *o, struct err *err)
{
    const struct verb *v = NULL;
    if (!is_form(o, "text") && !is_form(o, "json") && !is_form(o, "md")) {
        err_usage(err, "cannot print a plan in that form", "--format text, json or md");
        return NULL;
    }
    for (size_t i = 0; o->arg_count > 0 && i < sizeof verbs / sizeof *verbs; i++)
        v = strcmp(o->args[0], verbs[i].name) == 0 ? &verbs[i] : v;
    if (!v || o->arg_count <= v->least || o->arg_count - 1 > v->most) {
        no_verb(o, v != NULL, err);
        return NULL;
    }
    if (v->present && o->at) {
        err_usage(err, "the past cannot be changed", "leave out --at");
        return NULL;
    }
    return v;
}

static bool begin(struct work *w, struct err *err)
{
    const struct options *o = w->o;
    if (!setup_init(&w->s, o, !o->offline && !o->at, err) || !setup_launcher(&w->s, o, err))
        return false;
    w->q = wait_for_data(&w->s, o, err);
    w->now_ms = w->s.at_ms ? w->s.at_ms : clock_now(&w->s.clock).utc_ms;
    return w->q != NULL;
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct work w = {.o = o, .status = -1};
    if (o->arg_count > 0 && strcmp(o->args[0], "list") == 0)
        return get_list(o, "plans");
    const struct verb *verb = verb_of(o, &err);
    bool ok = verb && begin(&w, &err) && verb->run(&w, &err);
    int status = !ok ? fail_report(o, &err) : w.status >= 0 ? w.status : wait_status(w.q, &w.s, &err);
    query_close(w.q);
    setup_release(&w.s);
    return status;
}

const struct command cmd_plan = {
    .name = "plan",
    .usage = "create|list|show|diff|reject|review|approve|apply|pause|resume|stop|retry|skip|undo|watch|sign",
    .summary =
        "which jobs could go where: computed from what is known now, proposed, compared, approved, carried out, undone",
    .help =
        "  create [--drain ID [--by TIME]] [--lost ID] [--price C=N] [--weights cost=N,carbon=N] [--max-moves N]\n"
        "         [--only-queue ID] [--pair 'FROM>TO'] [--exclude WHAT]… [--seconds N] [--horizon SEC] [--replaces "
        "P-ID]\n"
        "                    computes a plan and proposes it; -n prints it and proposes nothing, as does --offline\n"
        "                    WHAT: FROM>TO, FROM>TO/QUEUE, a job or a transfer\n"
        "  list [P-ID…]      the same as 'hubtop get plans'\n"
        "  show P-ID [--job ID]   the plan; why that job goes where it goes\n"
        "  diff P-ID P-ID    what is different in the second\n"
        "  reject P-ID… [--reason TEXT]   it is not to be carried out\n"
        "  review [P-ID]     how right its forecast was after 15 and 60 minutes, and those of the last plans\n"
        "  approve P-ID                   another person than who proposed it; it counts for 15 minutes, once\n"
        "  apply P-ID --confirm P-ID [--reason TEXT] [--ref TEXT]   checks it anew and carries it out, in growing "
        "waves\n"
        "  apply P-ID --confirm P-ID --break-glass --reason TEXT   in an emergency, alone: half as much, for 30 "
        "minutes,\n"
        "                    told at once, and open until somebody else signs it off; roles { break_glass } says who "
        "may\n"
        "  sign P-ID [--reason TEXT]      what another person did alone is seen and accepted\n"
        "  watch P-ID        follows it until it has ended; so does apply. Leaving does not stop it\n"
        "  pause P-ID, resume P-ID, stop P-ID   what is under way ends; after stop nothing more is sent\n"
        "  retry O-ID/N, skip O-ID/N      an action that was refused; one that is stuck\n"
        "  undo P-ID --confirm P-ID       what it moved and has not started goes back\n"
        "What changes something takes --write. Carried out, the status is 0 when all was done, 1 partly, 77 refused, "
        "75 open.\n"
        "A plan that is only made needs none: it changes nothing until it is carried out; but to reject somebody "
        "else's it does.",
    .run = run,
};
