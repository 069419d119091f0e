#include "collector/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/audit_page.h"
#include "collector/audit_syslog.h"
#include "store/journal_check.h"
#include "store/query.h"

enum { SLICE_US = 5000, TOUCH_MS = 30000, VERIFIES_MAX = 8, EXIT_LATER = 75 };

/* Somebody waits for a verdict. */
struct verifying {
    struct audit *audit;
    struct verifying *next;
    struct serve_call call;
    struct journal_check *check;
    int64_t task;
};

struct audit {
    struct audit_options options;
    int64_t task; /* of the check at the start */
    struct journal_anchor kept;
    int64_t kept_ms;  /* boot clock; 0: never by this process */
    bool deaf;        /* the system's log took nothing, and that is in ours */
    bool off;         /* orders are, and it was told */
    int64_t told_ms;  /* boot clock */
    int64_t since_ms; /* UTC */
    struct verifying *verifying;
};

/* --- anchors --- */

static void tell_syslog(struct audit *a, const struct journal_anchor *head)
{
    char anchor[JOURNAL_ANCHOR_TEXT], line[320];
    struct err err = {0};
    snprintf(line, sizeof line, "audit anchor %s of %lld entries, context %s", journal_anchor_text(head, anchor),
             (long long)head->entries, a->options.context);
    bool heard = audit_syslog(a->options.syslog, line, &err);
    if (!heard && !a->deaf)
        log_err(LOG_WARN, &err);
    a->deaf = !heard;
}

static void keep(struct audit *a, const struct journal_anchor *head)
{
    struct err err = {0};
    a->kept = *head;
    a->kept_ms = clock_boot_ms();
    if (!journal_anchor_write(a->options.state_dir, head, &err))
        log_err(LOG_ERROR, &err);
    tell_syslog(a, head);
}

static bool is_due(const struct audit *a, const struct journal_anchor *head)
{
    return head->seq != a->kept.seq && (head->entries - a->kept.entries >= AUDIT_EACH || a->kept_ms == 0 ||
                                        clock_boot_ms() - a->kept_ms >= AUDIT_ANCHOR_MS);
}

/* --- orders are off --- */

static void note(struct audit *a, const char *why)
{
    struct err err = {0};
    apply_join(a->options.apply, a->options.store);
    if (!store_note_set(a->options.store, QUERY_ORDERS_OFF, why, &err))
        log_err(LOG_ERROR, &err);
}

static void tell_alert(struct audit *a, const struct err *why)
{
    char summary[ERR_TEXT_MAX + 32];
    struct row row = {.kind = KIND_ALERT, .id = text_of("orders-off"), .source = text_of(AUDIT_SOURCE)};
    snprintf(summary, sizeof summary, "orders are off: %s", why ? why->text : "");
    row.cells[ALERT_NAME] = value_text(text_of("OrdersOff"));
    row.cells[ALERT_SEVERITY] = value_text(text_of("crit"));
    row.cells[ALERT_STATE] = value_text(text_of("firing"));
    row.cells[ALERT_SINCE] = value_time(a->since_ms);
    row.cells[ALERT_SUMMARY] = value_text(text_of(summary));
    watch_told_begin(a->options.watch, AUDIT_SOURCE, 2 * TOUCH_MS);
    if (why)
        watch_told(a->options.watch, AUDIT_SOURCE, &row);
    watch_told_end(a->options.watch, AUDIT_SOURCE);
    watch_stored(a->options.watch);
}

/* Again and again while it is so: what nobody repeats is old. */
static void tell_off(struct audit *a, const struct err *why)
{
    int64_t now_ms = clock_boot_ms();
    if (a->off && now_ms - a->told_ms < TOUCH_MS)
        return;
    if (!a->off) {
        a->since_ms = clock_now(a->options.clock).utc_ms;
        log_err(LOG_ERROR, why);
        note(a, why->text);
    }
    a->off = true;
    a->told_ms = now_ms;
    tell_alert(a, why);
}

/* A collector before this one may have said that they are off. */
static void tell_on(struct audit *a)
{
    struct buf was = buf_make(4096);
    if (store_note_get(a->options.store, QUERY_ORDERS_OFF, &was, NULL) && was.len > 0)
        tell_alert(a, NULL);
    note(a, "");
    buf_release(&was);
}

void audit_tick(struct audit *a)
{
    struct journal_anchor head;
    struct err why = {0};
    if (a->task)
        return;
    if (!store_orders_possible(a->options.store, &why))
        tell_off(a, &why);
    else if (a->options.keep && journal_head(a->options.store, &head) && is_due(a, &head))
        keep(a, &head);
}

/* --- the start --- */

static void verified(struct audit *a)
{
    if (store_orders_possible(a->options.store, NULL))
        tell_on(a);
    audit_tick(a);
}

static bool go_on(void *ctx)
{
    struct audit *a = ctx;
    if (journal_verify(a->options.store, SLICE_US) == STORE_MORE)
        return true;
    a->task = 0;
    verified(a);
    return false;
}

struct audit *audit_new(const struct audit_options *options)
{
    struct audit *a = mem_new(1, sizeof *a);
    struct err err = {0};
    bool there;
    a->options = *options;
    journal_anchor_read(options->state_dir, &a->kept, &there, &err);
    if (journal_verify(options->store, 0) == STORE_MORE)
        a->task = loop_task(options->loop, go_on, a);
    else
        verified(a);
    return a;
}

/* --- requests --- */

static void verifying_free(struct verifying *v)
{
    struct verifying **at = &v->audit->verifying;
    while (*at != v)
        at = &(*at)->next;
    *at = v->next;
    loop_task_cancel(v->audit->options.loop, v->task);
    journal_check_free(v->check);
    free(v);
}

static bool verify_slice(void *ctx)
{
    struct verifying *v = ctx;
    struct audit *a = v->audit;
    struct err err = {0};
    struct buf out = buf_make(AUDIT_PAGE_MAX);
    enum store_step step = journal_check_step(v->check, SLICE_US, &err);
    if (step == STORE_MORE)
        return true;
    if (step == STORE_DONE) {
        audit_page_verdict(journal_check_verdict(v->check), &out);
        serve_done_with(a->options.serve, &v->call, &out);
    } else
        serve_refuse(a->options.serve, &v->call, &err);
    buf_release(&out);
    v->task = 0;
    verifying_free(v);
    return false;
}

static bool anchor_given(const struct json *message, struct journal_anchor *anchor, bool *given, struct err *err)
{
    struct safe_text t;
    char text[2 * JOURNAL_ANCHOR_TEXT];
    *given = json_text(json_get(message, "anchor"), &t) && !text_empty(t);
    return !*given || journal_anchor_parse(text_show_in(t, text, sizeof text), anchor, err);
}

static bool has_room(const struct audit *a, struct err *err)
{
    size_t n = 0;
    for (const struct verifying *v = a->verifying; v; v = v->next)
        n++;
    if (n < VERIFIES_MAX)
        return true;
    err_set(err, ERR_TRANSIENT, "%d others are verifying the journal already", VERIFIES_MAX);
    err_hint(err, "try again in a moment");
    return err_exit(err, EXIT_LATER);
}

static bool verify(struct audit *a, const struct serve_call *call, const struct json *message, struct err *err)
{
    struct journal_anchor anchor;
    bool given;
    struct journal_check *check;
    if (!anchor_given(message, &anchor, &given, err) || !has_room(a, err) ||
        !(check = journal_check_new(a->options.store, given ? &anchor : NULL, err)))
        return false;
    struct verifying *v = mem_new(1, sizeof *v);
    *v = (struct verifying){.audit = a, .next = a->verifying, .call = *call, .check = check};
    a->verifying = v;
    v->task = loop_task(a->options.loop, verify_slice, v);
    return true;
}

static bool show(struct audit *a, const struct serve_call *call, const struct json *message, struct err *err)
{
    struct buf out = buf_make(AUDIT_PAGE_MAX);
    bool ok = audit_page(a->options.store, message, false, &out, err);
    if (ok)
        serve_done_with(a->options.serve, call, &out);
    buf_release(&out);
    return ok;
}

bool audit_ask(struct audit *a, const struct serve_call *call, const struct json *message)
{
    static const struct {
        const char *op;
        bool (*run)(struct audit *a, const struct serve_call *call, const struct json *message, struct err *err);
    } ops[] = {{"audit_show", show}, {"audit_verify", verify}};
    struct err err = {0};
    struct safe_text op;
    for (size_t i = 0; json_text(json_get(message, "op"), &op) && i < sizeof ops / sizeof *ops; i++) {
        if (!text_is(op, ops[i].op))
            continue;
        if (!ops[i].run(a, call, message, &err))
            serve_refuse(a->options.serve, call, &err);
        return true;
    }
    return false;
}

void audit_free(struct audit *a)
{
    struct journal_anchor head;
    if (!a)
        return;
    while (a->verifying)
        verifying_free(a->verifying);
    if (a->task)
        loop_task_cancel(a->options.loop, a->task);
    else if (a->options.keep && journal_head(a->options.store, &head) && head.seq != a->kept.seq)
        keep(a, &head);
    free(a);
}
