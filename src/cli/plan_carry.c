#include "cli/plan_carry.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/tr.h"
#include "cli/order_watch.h"
#include "cli/plan_end.h"
#include "cli/request.h"
#include "cli/wait.h"

enum { EXIT_USAGE = 64, EXIT_NOT_FOUND = 67, HASH_MAX = 80 };

static const struct verb {
    const char *name, *op, *done;
    bool hash;    /* the request says which plan, to the byte */
    bool confirm; /* its id is typed */
    bool follow;  /* until it has ended */
} verbs[] = {
    {"approve", "plan_approve", "approved", true, false, false},
    {"apply", "plan_apply", "being carried out", true, true, true},
    {"pause", "plan_pause", "paused: what is under way ends", false, false, false},
    {"resume", "plan_resume", "going on", false, false, true},
    {"stop", "plan_stop", "stopped: nothing more of it is sent", false, false, false},
    {"retry", "plan_retry", "tried again", false, false, false},
    {"skip", "plan_skip", "left", false, false, false},
    {"undo", "plan_undo", "being undone", false, true, true},
    {"sign", "plan_sign", "signed off", false, false, false},
    {"watch", NULL, "", false, false, true},
};

static const struct verb *verb_of(const char *name)
{
    const struct verb *v = verbs;
    while (strcmp(v->name, name) != 0)
        v++;
    return v;
}

/* --- the request --- */

static bool hash_of(const struct setup *s, struct query *q, const char *id, char out[HASH_MAX], struct err *err)
{
    struct query_rows *rows = query_rows_new(q, KIND_PLAN, QUERY_NOW);
    struct row row;
    bool ok = wait_for_rows(rows, clock_now(&s->clock), err);
    int64_t at = ok ? query_rows_find(rows, text_of(id), text_of("")) : -1;
    out[0] = '\0';
    if (at >= 0 && query_rows_at(rows, (size_t)at, &row))
        text_show_in(value_text_or(&row.cells[PLAN_HASH], ""), out, HASH_MAX);
    else if (ok) {
        err_set(err, ERR_INPUT, "there is no plan '%s'", id);
        err_hint(err, "'hubtop plan list' lists those there are");
        ok = err_exit(err, EXIT_NOT_FOUND);
    }
    query_rows_free(rows);
    return ok;
}

static bool confirmed(const struct options *o, const struct verb *v, struct err *err)
{
    const char *id = o->args[1];
    if (!v->confirm || (o->confirm && strcmp(o->confirm, id) == 0))
        return true;
    err_set(err, ERR_INPUT, "not confirmed: '%s' changes what runs where", v->name);
    err_hint(err, "see it with 'hubtop plan show %s', then give --confirm %s", id, id);
    return err_exit(err, EXIT_USAGE);
}

static bool frame(const struct options *o, const char *hash, struct buf *out, struct err *err)
{
    struct json_writer j = json_writer_make(out);
    json_open_object(&j);
    request_put(&j, "ref", o->args[1]);
    request_put(&j, "hash", hash);
    request_put(&j, "confirm", o->confirm);
    request_put(&j, "reason", o->reason);
    request_put(&j, "change", o->ref);
    if (o->break_glass) {
        json_put_key(&j, "break_glass");
        json_put_bool(&j, true);
    }
    json_close_object(&j);
    if (j.err.kind != ERR_NONE)
        *err = j.err;
    return j.err.kind == ERR_NONE;
}

static bool ask(const struct setup *s, const struct options *o, struct query *q, const struct verb *v, struct err *err)
{
    char hash[HASH_MAX] = "", made[REQUEST_MADE_MAX];
    struct buf out = buf_make(REQUEST_ASK_MAX);
    bool ok = confirmed(o, v, err) && (!v->hash || hash_of(s, q, o->args[1], hash, err)) && frame(o, hash, &out, err) &&
              (o->dry_run || request_send(s, o, v->op, buf_str(&out), made, err));
    buf_release(&out);
    if (ok)
        request_print(o, v->op, o->args[1], "", 0, v->done);
    return ok;
}

/* --- following --- */

struct following {
    const struct setup *s;
    const struct options *o;
    struct query *q;
};

static void progress(void *ctx, const struct order_watch *w)
{
    const struct following *f = ctx;
    const struct options *o = f->o;
    if (o->quiet || (o->format && strcmp(o->format, "text") != 0))
        return;
    fprintf(stderr, tr("%zu of %zu done, %zu refused, %zu unknown\n"), w->done, w->count, w->refused, w->unknown);
}

/* A plan that paused by itself waits for a person. */
static bool goes_on(const struct setup *s, struct query *q, const char *id)
{
    struct query_rows *rows = query_rows_new(q, KIND_PLAN, QUERY_NOW);
    struct err err = {0};
    struct row row;
    int64_t at = wait_for_rows(rows, clock_now(&s->clock), &err) ? query_rows_find(rows, text_of(id), text_of("")) : -1;
    bool stands = at >= 0 && query_rows_at(rows, (size_t)at, &row) &&
                  (text_is(value_text_or(&row.cells[PLAN_STATE], ""), "paused") ||
                   text_is(value_text_or(&row.cells[PLAN_STATE], ""), "stopped"));
    query_rows_free(rows);
    return !stands;
}

static bool wants_more(void *ctx)
{
    const struct following *f = ctx;
    return goes_on(f->s, f->q, f->o->args[1]);
}

/* Partly, where something is left in what should be empty. */
static bool told_end(const struct setup *s, struct query *q, const char *id, int *status, struct err *err)
{
    int64_t stays = -1;
    bool ok = plan_end_print(s, q, id, &stays, err);
    if (ok && stays > 0 && *status == 0)
        *status = 1;
    return ok;
}

static bool follow(const struct setup *s, const struct options *o, struct query *q, int *status, struct err *err)
{
    struct order_watch seen = {0};
    struct options all = *o;
    struct following f = {s, o, q};
    const char *id = o->args[1];
    bool json = o->format && strcmp(o->format, "json") == 0;
    if (all.timeout_s <= 20) /* of sources; a plan takes longer */
        all.timeout_s = 24 * 3600;
    bool ok = order_watch(q, s, &all, id, true, &seen, progress, wants_more, &f, err) &&
              (!json || order_watch_print(q, s, o, id, true, err));
    if (ok && seen.count == 0) {
        err_set(err, ERR_INPUT, "the plan '%s' was not carried out", id);
        return err_exit(err, EXIT_NOT_FOUND);
    }
    if (ok && !json)
        printf(tr("%s: %zu done, %zu refused, %zu open\n"), id, seen.done, seen.refused, seen.open);
    *status = order_watch_status(&seen);
    return ok && (json || strcmp(o->args[0], "undo") == 0 || told_end(s, q, id, status, err));
}

bool plan_carry(const struct setup *s, const struct options *o, struct query *q, int *status, struct err *err)
{
    const struct verb *v = verb_of(o->args[0]);
    *status = v->op ? 0 : -1;
    if (v->op && !ask(s, o, q, v, err))
        return false;
    return !v->follow || o->dry_run || follow(s, o, q, status, err);
}
