#include <stdio.h>
#include <string.h>

#include "cli/fail.h"
#include "cli/get_list.h"
#include "cli/request.h"
#include "cli/wait.h"
#include "domain/desk.h"

enum { IDS_MAX = 64 };

/* --- add, freeze, end --- */

struct work {
    const struct options *o;
    struct setup s;
    int64_t now_ms, start_ms, end_ms;
};

static bool send(struct work *w, const char *op, const struct buf *ask, const char *id, const char *words,
                 struct err *err)
{
    char made[REQUEST_MADE_MAX] = "";
    struct buf whole = buf_make(2 * REQUEST_ASK_MAX);
    struct desk_entry e;
    buf_printf(&whole, NULL, "{\"op\":\"%s\",%s", op, buf_str(ask) + 1);
    struct json *tree = json_parse(buf_str(&whole), whole.len, JSON_STRICT, err);
    bool ok = tree && desk_entry_read(tree, w->now_ms, &e, err);
    if (ok && !w->o->dry_run)
        ok = request_send(&w->s, w->o, op, buf_str(ask), made, err);
    if (ok)
        request_print(w->o, op, id, strcmp(op, "maintenance_add") == 0 ? made : "", w->end_ms, words);
    json_free(tree);
    buf_release(&whole);
    return ok;
}

static bool add(struct work *w, bool freeze, struct err *err)
{
    const struct options *o = w->o;
    const char *kind = o->arg_count > 1 ? o->args[1] : "", *where = o->arg_count > 2 ? o->args[2] : "";
    struct buf ask = buf_make(REQUEST_ASK_MAX);
    struct json_writer j = json_writer_make(&ask);
    if (o->starts && !request_time(o->starts, w->now_ms, &w->start_ms, err))
        return false;
    if (!request_end(o->ends ? o->ends : o->until, o->lasts, w->start_ms ? w->start_ms : w->now_ms, w->now_ms,
                     &w->end_ms, err))
        return false;
    json_open_object(&j);
    request_put(&j, "what", freeze ? "freeze" : "maintenance");
    request_put(&j, "kind", kind);
    request_put(&j, "where", where);
    request_put_time(&j, "starts_at", w->start_ms);
    request_put_time(&j, "ends_at", w->end_ms);
    request_put(&j, "reason", o->reason);
    json_close_object(&j);
    bool ok = j.err.kind == ERR_NONE;
    if (!ok)
        *err = j.err;
    ok = ok && send(w, "maintenance_add", &ask,
                    where[0]  ? where
                    : kind[0] ? kind
                              : "everything",
                    freeze ? "frozen" : "in maintenance", err);
    buf_release(&ask);
    return ok;
}

static bool add_maintenance(struct work *w, struct err *err)
{
    return add(w, false, err);
}

static bool add_freeze(struct work *w, struct err *err)
{
    return add(w, true, err);
}

static bool end_one(struct work *w, const char *id, struct err *err)
{
    struct buf ask = buf_make(REQUEST_ASK_MAX);
    struct json_writer j = json_writer_make(&ask);
    json_open_object(&j);
    request_put(&j, "ref", id);
    request_put(&j, "reason", w->o->reason);
    json_close_object(&j);
    bool ok = j.err.kind == ERR_NONE && send(w, "maintenance_end", &ask, id, "ended", err);
    buf_release(&ask);
    return ok;
}

/* All are tried; the first that fails is told last, with its status. */
static bool end(struct work *w, struct err *err)
{
    bool ok = true;
    for (size_t i = 1; i < w->o->arg_count; i++) {
        struct err why = {0};
        if (end_one(w, w->o->args[i], &why))
            continue;
        if (!ok)
            fail_report(w->o, &why);
        else
            *err = why;
        ok = false;
    }
    return ok;
}

/* --- the command --- */

static const struct verb {
    const char *name;
    size_t least, most; /* words after it */
    bool (*run)(struct work *w, struct err *err);
} verbs[] = {
    {"add", 2, 2, add_maintenance},
    {"freeze", 0, 2, add_freeze},
    {"end", 1, IDS_MAX, end},
};

static const struct verb *verb_of(const struct options *o, struct err *err)
{
    for (size_t i = 0; o->arg_count > 0 && i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(o->args[0], verbs[i].name) == 0 && o->arg_count > verbs[i].least &&
            o->arg_count - 1 <= verbs[i].most)
            return &verbs[i];
    }
    err_usage(err, "what to do about maintenance is not said",
              "hubtop maintenance add KIND ID --for 2h --reason TEXT, freeze [KIND [ID]] …, end ID…, list");
    return NULL;
}

static bool begin(struct work *w, struct err *err)
{
    const struct options *o = w->o;
    if (o->at)
        return err_usage(err, "the past cannot be changed", "leave out --at");
    if (!setup_init(&w->s, o, !o->offline, err) || !setup_launcher(&w->s, o, err))
        return false;
    struct query *q = wait_for_data(&w->s, o, err);
    query_close(q);
    w->now_ms = clock_now(&w->s.clock).utc_ms;
    return q != NULL;
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct work w = {.o = o};
    if (o->arg_count > 0 && strcmp(o->args[0], "list") == 0)
        return get_list(o, "maintenance");
    const struct verb *verb = verb_of(o, &err);
    bool ok = verb && begin(&w, &err) && verb->run(&w, &err);
    setup_release(&w.s);
    return ok ? 0 : fail_report(o, &err);
}

const struct command cmd_maintenance = {
    .name = "maintenance",
    .usage = "add|freeze|end|list",
    .summary = "windows in which work is done on objects, and in which nothing may be changed",
    .help =
        "  add KIND ID --for 2h | --end TIME [--start TIME] --reason TEXT   alerts of the object are not told "
        "meanwhile\n"
        "  freeze [KIND [ID]] --for … --reason TEXT                         nothing is to be changed; hides no alert\n"
        "  end ID…                                                          before its time\n"
        "  list [ID…]                                                       the same as 'hubtop get maintenance'\n"
        "A window lasts 90 days at most. -n checks what is asked and changes nothing. It takes --write, and a\n"
        "configuration with allow_write = true.",
    .run = run,
};
