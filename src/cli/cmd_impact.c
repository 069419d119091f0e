#include <string.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/fail.h"
#include "cli/impact_out.h"
#include "cli/out.h"
#include "cli/wait.h"

enum { ALERTS_DEEP = 4 };

struct hit {
    struct query_rows *sets[KIND_COUNT];
    struct impact_facts facts;
    struct row object, alert; /* alert: that led to the object, KIND_NONE without one */
    struct arena arena;
};

static bool gather_one(struct hit *h, struct query *q, struct setup *s, enum kind kind, const char *filter,
                       struct err *err)
{
    struct filter *f = filter ? filter_new(kind, filter, err) : NULL;
    if (filter && !f)
        return false;
    h->sets[kind] = query_rows_new(q, kind, s->at_ms);
    query_rows_filter(h->sets[kind], f);
    return wait_for_rows(h->sets[kind], clock_now(&s->clock), err);
}

/* Rows of a set side by side; their texts are the set's. */
static void lay_out(struct hit *h, enum kind kind)
{
    size_t n = query_rows_count(h->sets[kind]);
    struct row *rows = arena_alloc(&h->arena, (n + 1) * sizeof *rows);
    for (size_t i = 0; i < n; i++)
        h->facts.count[kind] += query_rows_at(h->sets[kind], i, &rows[h->facts.count[kind]]);
    h->facts.rows[kind] = rows;
}

static bool gather(struct hit *h, struct query *q, struct setup *s, struct err *err)
{
    h->facts.now_ms = s->at_ms ? s->at_ms : clock_now(&s->clock).utc_ms;
    for (size_t k = 0; impact_kinds[k] != KIND_NONE; k++) {
        if (!gather_one(h, q, s, impact_kinds[k], NULL, err))
            return false;
        lay_out(h, impact_kinds[k]);
    }
    return gather_one(h, q, s, KIND_ALERT, NULL, err) &&
           gather_one(h, q, s, KIND_JOB, "state=waiting,held,running,suspended,finishing", err);
}

static void release(struct hit *h)
{
    for (size_t k = 0; k < KIND_COUNT; k++)
        query_rows_free(h->sets[k]);
    arena_release(&h->arena);
}

/* --- the object --- */

static bool find_in(struct hit *h, enum kind kind, struct safe_text id)
{
    int64_t at = h->sets[kind] ? query_rows_find(h->sets[kind], id, text_of("")) : -1;
    return at >= 0 && query_rows_at(h->sets[kind], (size_t)at, &h->object);
}

static bool find_any(struct hit *h, struct safe_text id)
{
    for (size_t k = 0; impact_looked[k] != KIND_NONE; k++) {
        if (find_in(h, impact_looked[k], id))
            return true;
    }
    return false;
}

/* An alert hits whom its object hits. */
static bool follow_alert(struct hit *h, struct err *err)
{
    for (int deep = 0; h->object.kind == KIND_ALERT; deep++) {
        struct row alert = h->alert = h->object;
        struct safe_text where = value_text_or(&alert.cells[ALERT_WHERE], "");
        struct buf kind = buf_make(64);
        text_show(value_text_or(&alert.cells[ALERT_KIND], ""), 40, &kind);
        enum kind named = kind_by_name(buf_str(&kind));
        buf_release(&kind);
        if (deep < ALERTS_DEEP && !text_empty(where) &&
            ((named != KIND_NONE && impact_has(named) && find_in(h, named, where)) ||
             (named == KIND_NONE && find_any(h, where))))
            continue;
        err_set(err, ERR_INPUT, "cannot tell who is hit: the alert names no object that is known");
        return err_exit(err, 67);
    }
    return true;
}

static bool unknown_object(const char *kind, const char *id, struct err *err)
{
    err_set(err, ERR_INPUT, kind ? "there is no %s '%s'" : "there is no%s object '%s'", kind ? kind : "", id);
    err_hint(err, "'hubtop get links', 'get nodes' and the like list ids");
    return err_exit(err, 67);
}

static bool find_object(struct hit *h, const struct options *o, struct err *err)
{
    enum kind kind = o->arg_count > 1 ? kind_by_name(o->args[0]) : KIND_NONE;
    const char *id = o->args[o->arg_count - 1];
    bool found = kind != KIND_NONE ? find_in(h, kind, text_of(id)) : find_any(h, text_of(id));
    if (!found)
        return unknown_object(kind != KIND_NONE ? kind_info(kind)->singular : NULL, id, err);
    return follow_alert(h, err);
}

/* Whom to call depends on what is wrong: an alert that is open about the object says it. */
static struct concern concern_for(struct hit *h)
{
    struct row alert;
    struct concern c = concern_of(&h->object);
    bool found = h->alert.kind == KIND_ALERT;
    for (size_t i = 0; !found && i < query_rows_count(h->sets[KIND_ALERT]); i++) {
        if (!query_rows_at(h->sets[KIND_ALERT], i, &alert) ||
            text_is(value_text_or(&alert.cells[ALERT_STATE], ""), "resolved") ||
            !text_equal(value_text_or(&alert.cells[ALERT_WHERE], ""), h->object.id) ||
            !text_is(value_text_or(&alert.cells[ALERT_KIND], ""), kind_info(h->object.kind)->name))
            continue;
        h->alert = alert;
        found = true;
    }
    if (found)
        c = concern_of(&h->alert);
    concern_hubs(&c, h->facts.rows[KIND_CLUSTER], h->facts.count[KIND_CLUSTER]);
    return c;
}

/* --- the command --- */

static bool usage_good(const struct options *o, struct err *err)
{
    enum kind kind = o->arg_count == 2 ? kind_by_name(o->args[0]) : KIND_NONE;
    bool form = !o->format || strcmp(o->format, "text") == 0 || strcmp(o->format, "json") == 0;
    if (form && (o->arg_count == 1 || (kind != KIND_NONE && (impact_has(kind) || kind == KIND_ALERT))))
        return true;
    if (!form)
        err_set(err, ERR_INPUT, "cannot print an impact as %s", o->format);
    else if (o->arg_count == 2)
        err_set(err, ERR_INPUT, "nobody can be hit by a '%s'", o->args[0]);
    else
        err_set(err, ERR_INPUT, "which object is not said");
    err_hint(err, form ? "hubtop impact [KIND] ID, such as 'hubtop impact SHG>SZ' or 'hubtop impact rack SHG-1/H1-A2'"
                       : "--format text or json");
    return err_exit(err, 64);
}

static int print(struct hit *h, struct query *q, struct setup *s, const struct options *o, struct err *err)
{
    if (!gather(h, q, s, err) || !find_object(h, o, err))
        return fail_report(o, err);
    FILE *to = out_open(o, err);
    if (!to)
        return fail_report(o, err);
    struct impact *i = impact_new(&h->object, &h->facts);
    struct row job;
    for (size_t k = 0; k < query_rows_count(h->sets[KIND_JOB]); k++) {
        if (query_rows_at(h->sets[KIND_JOB], k, &job))
            impact_job(i, &job);
    }
    struct calls calls;
    struct concern concern = concern_for(h);
    calls_gather(&calls, s, &concern, o->full);
    impact_out(to, i, &h->object, &calls, o->format && strcmp(o->format, "json") == 0, h->facts.now_ms);
    impact_free(i);
    return out_close(o, to, err) ? wait_status(q, s, err) : fail_report(o, err);
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct setup s = {0};
    struct hit h = {.object = {0}};
    struct query *q = NULL;
    if (usage_good(o, &err) && setup_init(&s, o, !o->offline && !o->at, &err) && setup_launcher(&s, o, &err))
        q = wait_for_data(&s, o, &err);
    int status = q ? print(&h, q, &s, o, &err) : fail_report(o, &err);
    release(&h);
    query_close(q);
    setup_release(&s);
    return status;
}

const struct command cmd_impact = {
    .name = "impact",
    .usage = "[KIND] ID",
    .summary =
        "who is hit by an alert, link, node, rack, hall, site, cluster, hub, scheduler, queue, reservation, transfer, "
        "job or source: jobs, users, accounts, tenants, the first deadline, contacts",
    .run = run,
};
