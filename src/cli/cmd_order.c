#include <stdio.h>
#include <string.h>

#include "actions/action.h"
#include "cli/command.h"
#include "cli/evacuate.h"
#include "cli/fail.h"
#include "cli/order_pair.h"
#include "cli/order_watch.h"
#include "cli/request.h"
#include "cli/wait.h"

enum { EXIT_USAGE = 64, ASK_MAX = 64 << 10, IDS_MAX = 1000 };

static const char *op_of(const struct options *o)
{
    return o->propose ? "order_propose" : o->break_glass ? "order_break_glass" : "order";
}

/* What is done to an order itself. */
static const struct control {
    const char *name, *op, *done;
    bool seen; /* the request says which order, to the byte; then it is followed to its end */
} controls[] = {
    {"pause", "order_pause", "paused", false},
    {"continue", "order_resume", "going on", false},
    {"stop", "order_stop", "stopped: nothing more of it is sent", false},
    {"retry", "order_retry", "tried again", false},
    {"skip", "order_skip", "left", false},
    {"approve", "order_approve", "approved", true},
    {"reject", "order_reject", "rejected: nothing of it was sent", false},
    {"sign", "order_sign", "signed off", false},
};

struct work {
    const struct options *o;
    struct setup s;
    struct query *q;
    const struct action *action; /* or */
    const struct control *control;
    int64_t value, ends_ms;
};

/* --- what was said --- */

static bool read_value(struct work *w, struct err *err)
{
    const struct options *o = w->o;
    int64_t until = 0;
    w->value = o->value > 0 ? o->value : -1;
    if (w->action->value == ACTION_VALUE_COUNT && w->value < 0)
        return err_usage(err, "the value is not said", "give it with --value N");
    if (w->action->value == ACTION_VALUE_END) {
        int64_t now_ms = clock_now(&w->s.clock).utc_ms;
        return request_end(o->until, o->lasts, now_ms, now_ms, &w->ends_ms, err) &&
               (w->ends_ms > 0 || err_usage(err, "until when is not said", "give it with --until TIME or --for 2h"));
    }
    if (w->action->value != ACTION_VALUE_SPAN)
        return true;
    if (!o->lasts)
        return err_usage(err, "the new limit is not said", "give it with --for 2h");
    if (!request_end(NULL, o->lasts, 0, 0, &until, err))
        return false;
    w->value = until / 1000;
    return true;
}

/* What cannot be taken back is typed: the id, of several the first. */
static bool confirmed(const struct work *w, struct err *err)
{
    const struct options *o = w->o;
    if (!w->action->severe || o->dry_run || (o->confirm && strcmp(o->confirm, o->args[1]) == 0))
        return true;
    const char *end = w->action->undo ? "" : ", and cannot be undone";
    if (o->arg_count == 2)
        err_set(err, ERR_INPUT, "not confirmed: '%s' changes '%s'%s", w->action->name, o->args[1], end);
    else
        err_set(err, ERR_INPUT, "not confirmed: '%s' changes %zu at once%s", w->action->name, o->arg_count - 1, end);
    err_hint(err, "give --confirm '%s', or see with -n whether it could be done", o->args[1]);
    return err_exit(err, EXIT_USAGE);
}

static bool verb_of(struct work *w, struct err *err)
{
    const struct options *o = w->o;
    const char *verb = o->arg_count > 0 ? o->args[0] : "";
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++) {
        if (strcmp(verb, controls[i].name) == 0)
            w->control = &controls[i];
    }
    w->action = w->control ? NULL : action_by_name(text_of(verb));
    if (!w->action && !w->control)
        return err_usage(err, "what to order is not said", "'hubtop help order' lists the orders there are");
    if (o->arg_count < 2 || o->arg_count > IDS_MAX)
        return err_usage(err, "what it is given to is not said", "name jobs by their ids: SCHEDULER/ID");
    if (o->at)
        return err_usage(err, "the past cannot be changed", "leave out --at");
    if (o->propose && o->break_glass)
        return err_usage(err, "it is either for two people or for one", "--propose or --break-glass");
    if (w->action && w->action->to && !o->to)
        return err_usage(err, "where to is not said", "give it with --to SCHEDULER, or --to SCHEDULER/QUEUE");
    return w->control || confirmed(w, err);
}

/* --- asking --- */

static bool frame(const struct work *w, struct buf *out, struct err *err)
{
    struct json_writer j = json_writer_make(out);
    json_open_object(&j);
    request_put(&j, "action", w->action->name);
    json_put_key(&j, "targets");
    json_open_array(&j);
    for (size_t i = 1; i < w->o->arg_count; i++)
        json_put_str(&j, w->o->args[i]);
    json_close_array(&j);
    request_put(&j, "to", w->o->to);
    if (w->value > 0) {
        json_put_key(&j, "value");
        json_put_int(&j, w->value);
    }
    if (w->ends_ms > 0) {
        json_put_key(&j, "ends_ms");
        json_put_int(&j, w->ends_ms);
    }
    request_put(&j, "reason", w->o->reason);
    request_put(&j, "ref", w->o->ref);
    json_put_key(&j, "dry_run");
    json_put_bool(&j, w->o->dry_run);
    json_close_object(&j);
    if (j.err.kind != ERR_NONE)
        *err = j.err;
    return j.err.kind == ERR_NONE;
}

static int possible(const struct work *w, const char *made)
{
    char words[REQUEST_MADE_MAX + 64];
    snprintf(words, sizeof words, "possible: every check passes%s%s", *made ? "; " : "", made);
    for (size_t i = 1; i < w->o->arg_count; i++)
        request_print(w->o, w->action->name, w->o->args[i], "", 0, words);
    return 0;
}

static int follow(struct work *w, const char *id, struct err *err)
{
    struct order_watch seen = {0};
    bool ok = order_watch(w->q, &w->s, w->o, id, false, &seen, NULL, NULL, NULL, err) &&
              order_watch_print(w->q, &w->s, w->o, id, false, err);
    return ok ? order_watch_status(&seen) : fail_report(w->o, err);
}

static int give(struct work *w)
{
    char made[REQUEST_MADE_MAX] = "";
    struct err err = {0};
    struct buf ask = buf_make(ASK_MAX);
    bool ok = frame(w, &ask, &err) && request_send(&w->s, w->o, op_of(w->o), buf_str(&ask), made, &err);
    buf_release(&ask);
    if (!ok)
        return fail_report(w->o, &err);
    if (w->o->dry_run)
        return possible(w, made);
    if (w->o->propose)
        return order_pair_told(w->q, &w->s, w->o, made, &err) ? 0 : fail_report(w->o, &err);
    return follow(w, made, &err);
}

static bool control_one(struct work *w, const char *id, struct err *err)
{
    char made[REQUEST_MADE_MAX] = "", hash[ORDER_PAIR_HASH_MAX] = "";
    if (w->control->seen && !order_pair_hash(w->q, &w->s, w->o, id, hash, err))
        return false;
    struct buf ask = buf_make(ASK_MAX);
    struct json_writer j = json_writer_make(&ask);
    json_open_object(&j);
    request_put(&j, "ref", id);
    request_put(&j, "hash", hash);
    request_put(&j, "reason", w->o->reason);
    json_close_object(&j);
    bool ok = request_send(&w->s, w->o, w->control->op, buf_str(&ask), made, err);
    buf_release(&ask);
    return ok;
}

static int control(struct work *w)
{
    int status = 0;
    for (size_t i = 1; i < w->o->arg_count; i++) {
        struct err err = {0};
        const char *id = w->o->args[i];
        bool ok = control_one(w, id, &err);
        if (ok && !w->control->seen)
            request_print(w->o, w->control->op, id, "", 0, w->control->done);
        int now = !ok ? fail_report(w->o, &err) : w->control->seen ? follow(w, id, &err) : 0;
        status = status ? status : now;
    }
    return status;
}

/* --- the command --- */

static bool begin(struct work *w, struct err *err)
{
    if (!verb_of(w, err) || !setup_init(&w->s, w->o, !w->o->offline, err) || !setup_launcher(&w->s, w->o, err) ||
        (w->action && !read_value(w, err)))
        return false;
    w->q = wait_for_data(&w->s, w->o, err);
    return w->q != NULL;
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct work w = {.o = o, .value = -1};
    int status;
    if (o->arg_count > 0 && strcmp(o->args[0], "evacuate") == 0)
        return evacuate(o);
    if (!begin(&w, &err))
        status = fail_report(o, &err);
    else
        status = w.action ? give(&w) : control(&w);
    query_close(w.q);
    setup_release(&w.s);
    return status;
}

const struct command cmd_order = {
    .name = "order",
    .usage = "ACTION ID… | evacuate ID --by TIME | approve|reject|sign|pause|continue|stop|retry|skip O-ID…",
    .summary = "gives orders to schedulers: each checked, written down before it is sent, and followed to its end",
    .help =
        "  hold ID…, release ID…                       keeps waiting jobs from starting; lets them go\n"
        "  priority ID… --value N                      gives waiting jobs another priority\n"
        "  limit ID… --for 2h                          gives jobs another time limit\n"
        "  cancel ID… --confirm ID                     cannot be undone\n"
        "  move ID… --to SCHEDULER[/QUEUE] --confirm ID  waiting jobs that the configuration calls movable\n"
        "  drain ID…, resume ID…                       nodes, queues, schedulers: take no new work; take it again\n"
        "  evacuate ID --by TIME                       a hall, site, cluster or scheduler: shows and proposes the plan "
        "that\n"
        "                                              closes it, moves what waits or has a checkpoint, and says what "
        "stays\n"
        "  evacuate ID --confirm P-ID                  carries that plan out, and says what still runs there, until "
        "when, why\n"
        "  transfer-hold ID… --until TIME, transfer-release ID…   transfers\n"
        "  suspend ID…, connect ID… --confirm ID       sites; activate ID…, return ID… --confirm ID: reservations\n"
        "  pause O-ID, continue O-ID, stop O-ID        an order that is being carried out; what is under way ends\n"
        "  retry O-ID/N, skip O-ID/N                   an action that was refused; one that has not ended\n"
        "  ACTION ID… --propose                        what is too much for one person is put down, and nothing is "
        "sent\n"
        "  approve O-ID [--anchor HASH]                another person, within 15 minutes, once: every check is made "
        "anew, "
        "and it\n"
        "                                              runs; HASH is what the approver was told, if not what is seen "
        "here\n"
        "  reject O-ID [--reason TEXT]                 it is not to be given\n"
        "  ACTION ID… --break-glass --reason TEXT      in an emergency, alone: half as much, for 30 minutes, told at "
        "once\n"
        "  sign O-ID [--reason TEXT]                   what another person gave alone is seen and accepted\n"
        "Nothing is sent on data that are not fresh, or when the job is not as it was seen. -n checks and sends "
        "nothing.\n"
        "It takes --write, and a configuration with allow_write = true. The status is 0 when all was done, 1 "
        "partly, 77 when\n"
        "it was refused, 75 when it has not ended within --timeout: 'hubtop get actions' tells how it stands.",
    .run = run,
};
