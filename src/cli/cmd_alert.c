#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/fail.h"
#include "cli/request.h"
#include "cli/wait.h"
#include "domain/desk.h"

enum { EXIT_USAGE = 64, EXIT_NO_OBJECT = 67, SEVERE_MS = 4 * 3600000, SEVERE_ALERTS = 20 };

static const struct verb {
    const char *name, *op, *done;
    bool until;            /* --until and --for say when it ends */
    const char *until_key; /* the frame's word for that */
    bool note, reason;     /* which of them it takes */
    bool steps;            /* the first word is the alert, the others are steps */
} verbs[] = {
    {"ack", "ack", "acknowledged", true, "until", true, false, false},
    {"unack", "unack", "not acknowledged any more", false, NULL, false, false, false},
    {"silence", "silence", "silenced", true, "ends_at", false, true, false},
    {"unsilence", "unsilence", "not silenced any more", false, NULL, false, false, false},
    {"note", "note", "noted", false, NULL, true, false, false},
    {"unnote", "unnote", "without your last note", false, NULL, false, false, false},
    {"step", "step", "ticked", false, NULL, false, false, true},
    {"unstep", "unstep", "open again", false, NULL, false, false, true},
    {"escalate", "escalate", "handed on", false, NULL, false, false, false},
};

struct work {
    const struct options *o;
    struct setup s;
    struct query *q;
    const struct verb *verb;
    int64_t now_ms, until_ms;
    struct query_rows *alerts, *silences;
    struct row *rows; /* of the alerts, side by side */
    size_t count;
};

/* --- what is there --- */

static struct query_rows *load(struct work *w, enum kind kind, struct err *err)
{
    struct query_rows *rows = query_rows_new(w->q, kind, 0);
    if (wait_for_rows(rows, clock_now(&w->s.clock), err))
        return rows;
    query_rows_free(rows);
    return NULL;
}

static bool gather(struct work *w, struct err *err)
{
    w->alerts = load(w, KIND_ALERT, err);
    w->silences = w->alerts ? load(w, KIND_SILENCE, err) : NULL;
    if (!w->silences)
        return false;
    size_t n = query_rows_count(w->alerts);
    w->rows = mem_new(n + 1, sizeof *w->rows);
    for (size_t i = 0; i < n; i++)
        w->count += query_rows_at(w->alerts, i, &w->rows[w->count]);
    return true;
}

static bool by_alert(const struct work *w)
{
    return strcmp(w->verb->op, "silence") != 0 || !w->o->kind;
}

/* --- the frame --- */

static void put_target(const struct work *w, struct json_writer *j, const char *id)
{
    bool silence_id = strcmp(w->verb->op, "unsilence") == 0 &&
                      (strncmp(id, "S-", 2) == 0 || query_rows_find(w->silences, text_of(id), text_of("")) >= 0);
    if (!by_alert(w)) {
        request_put(j, "kind", w->o->kind);
        request_put(j, "where", id);
    } else
        request_put(j, silence_id ? "ref" : "alert", id);
}

static bool frame(const struct work *w, const char *id, const char *step, struct buf *out, struct err *err)
{
    struct json_writer j = json_writer_make(out);
    json_open_object(&j);
    put_target(w, &j, id);
    request_put(&j, "step", step);
    if (w->verb->note)
        request_put(&j, "note", w->o->note);
    if (w->verb->reason)
        request_put(&j, "reason", w->o->reason);
    if (w->verb->until)
        request_put_time(&j, w->verb->until_key, w->until_ms);
    json_close_object(&j);
    if (j.err.kind != ERR_NONE)
        *err = j.err;
    return j.err.kind == ERR_NONE;
}

/* --- what it would do --- */

static bool read_frame(const struct work *w, const struct buf *ask, struct buf *whole, struct json **tree,
                       struct desk_entry *e, struct err *err)
{
    buf_printf(whole, NULL, "{\"op\":\"%s\"%s%s", w->verb->op, ask->len > 2 ? "," : "", buf_str(ask) + 1);
    *tree = json_parse(buf_str(whole), whole->len, JSON_STRICT, err);
    return *tree && desk_entry_read(*tree, w->now_ms, e, err);
}

static bool alert_known(const struct work *w, const struct desk_entry *e, const char *id, struct err *err)
{
    bool named = strchr(id, '/') != NULL; /* SOURCE/ID: the collector looks */
    if (text_empty(e->alert) || named || query_rows_find(w->alerts, text_of(id), text_of("")) >= 0)
        return true;
    err_set(err, ERR_INPUT, "there is no alert '%s'", id);
    err_hint(err, "'hubtop get alerts' lists those there are");
    return err_exit(err, EXIT_NO_OBJECT);
}

static void print_hidden(const struct work *w, const size_t *hidden, size_t n)
{
    printf("  it hides %zu alert%s now\n", n, n == 1 ? "" : "s");
    for (size_t i = 0; i < n && i < SEVERE_ALERTS; i++) {
        const struct row *row = &w->rows[hidden[i]];
        char id[128], severity[16], where[128], summary[200];
        printf("  %s %s %s %s\n", text_show_in(row->id, id, sizeof id),
               text_show_in(value_text_or(&row->cells[ALERT_SEVERITY], "?"), severity, sizeof severity),
               text_show_in(value_text_or(&row->cells[ALERT_WHERE], "-"), where, sizeof where),
               text_show_in(value_text_or(&row->cells[ALERT_SUMMARY], ""), summary, sizeof summary));
    }
}

/* A long or a wide silence is an order that others must live with: its object is typed. */
static bool confirmed(const struct work *w, const struct desk_entry *e, const char *id, size_t hidden, struct err *err)
{
    bool severe = e->op == DESK_SILENCE && (e->ends_ms - e->starts_ms > SEVERE_MS || hidden > SEVERE_ALERTS);
    const char *object = id[0] ? id : w->o->kind;
    if (!severe || w->o->dry_run || (w->o->confirm && strcmp(w->o->confirm, object) == 0))
        return true;
    err_set(err, ERR_INPUT, "not confirmed: the silence lasts longer than 4 hours or hides more than %d alerts (%zu)",
            SEVERE_ALERTS, hidden);
    err_hint(err, "give --confirm '%s', or see with -n what it hides", object);
    return err_exit(err, EXIT_USAGE);
}

static bool preview(const struct work *w, const struct buf *ask, const char *id, struct err *err)
{
    struct buf whole = buf_make(2 * REQUEST_ASK_MAX);
    struct json *tree = NULL;
    struct desk_entry e;
    size_t *hidden = mem_new(w->count + 1, sizeof *hidden);
    bool text = !w->o->format || strcmp(w->o->format, "text") == 0;
    bool ok = read_frame(w, ask, &whole, &tree, &e, err) && alert_known(w, &e, id, err);
    size_t n = ok && e.op == DESK_SILENCE ? desk_preview(&e, w->rows, w->count, hidden) : 0;
    ok = ok && confirmed(w, &e, id, n, err);
    if (ok && w->o->dry_run)
        request_print(w->o, w->verb->op, id, "", w->until_ms, w->verb->done);
    if (ok && w->o->dry_run && e.op == DESK_SILENCE && text)
        print_hidden(w, hidden, n);
    json_free(tree);
    buf_release(&whole);
    free(hidden);
    return ok;
}

/* --- one after the other --- */

static int one(const struct work *w, const char *id, const char *step)
{
    struct err err = {0};
    char made[REQUEST_MADE_MAX] = "";
    struct buf ask = buf_make(REQUEST_ASK_MAX);
    bool ok = frame(w, id, step, &ask, &err) && preview(w, &ask, id, &err);
    if (ok && !w->o->dry_run) {
        ok = request_send(&w->s, w->o, w->verb->op, buf_str(&ask), made, &err);
        if (ok)
            request_print(w->o, w->verb->op, step ? step : id, strcmp(w->verb->op, "silence") == 0 ? made : "",
                          w->until_ms, w->verb->done);
    }
    buf_release(&ask);
    return ok ? 0 : fail_report(w->o, &err);
}

static int all(const struct work *w)
{
    const struct options *o = w->o;
    int status = 0;
    if (o->arg_count == 1)
        return one(w, "", NULL);
    for (size_t i = w->verb->steps ? 2 : 1; i < o->arg_count; i++) {
        int now = w->verb->steps ? one(w, o->args[1], o->args[i]) : one(w, o->args[i], NULL);
        status = status ? status : now;
    }
    return status;
}

/* --- the command --- */

static bool usage_good(struct work *w, struct err *err)
{
    const struct options *o = w->o;
    for (size_t i = 0; o->arg_count > 0 && i < sizeof verbs / sizeof *verbs; i++)
        w->verb = strcmp(o->args[0], verbs[i].name) == 0 ? &verbs[i] : w->verb;
    if (!w->verb)
        return err_usage(err, "what to do with an alert is not said",
                         "hubtop alert ack|unack|silence|unsilence|note|unnote|step|unstep|escalate ID…");
    if (o->format && strcmp(o->format, "text") != 0 && strcmp(o->format, "json") != 0)
        return err_usage(err, "'alert' prints text or JSON alone", "--format text or json");
    if (o->arg_count < (w->verb->steps ? 3u : 2u) && by_alert(w))
        return err_usage(err, w->verb->steps ? "which alert, and which step, is not said" : "which alert is not said",
                         "'hubtop get alerts' lists their ids");
    if (o->at)
        return err_usage(err, "the past cannot be changed", "leave out --at");
    return true;
}

static bool begin(struct work *w, struct err *err)
{
    if (!usage_good(w, err) || !setup_init(&w->s, w->o, !w->o->offline, err) || !setup_launcher(&w->s, w->o, err))
        return false;
    w->now_ms = clock_now(&w->s.clock).utc_ms;
    if (!request_end(w->o->until, w->o->lasts, w->now_ms, w->now_ms, &w->until_ms, err))
        return false;
    w->q = wait_for_data(&w->s, w->o, err);
    return w->q && gather(w, err);
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct work w = {.o = o};
    int status = begin(&w, &err) ? all(&w) : fail_report(o, &err);
    query_rows_free(w.alerts);
    query_rows_free(w.silences);
    free(w.rows);
    query_close(w.q);
    setup_release(&w.s);
    return status;
}

const struct command cmd_alert = {
    .name = "alert",
    .usage = "ack|unack|silence|unsilence|note|unnote|step|unstep|escalate ID…",
    .summary = "takes alerts in hand, hides them for a while, notes what others should know",
    .help =
        "  ack ID… [--for 2h | --until TIME] [--note TEXT]    \"I am on it\": 2 hours without an end, 7 days at most\n"
        "  unack ID…                                          takes it back\n"
        "  silence ID… --for 2h | --until TIME --reason TEXT  hides exactly these alerts, 30 days at most; those of "
        "an\n"
        "                                                     Alertmanager there as well\n"
        "  silence --kind links ID… --for 2h --reason TEXT    hides the alerts of objects; without an id of all of the "
        "kind\n"
        "  unsilence ID…                                      by the id of a silence, or of an alert that one alone "
        "hides\n"
        "  note ID… --note TEXT, unnote ID…                   at most 500 characters; takes your last one back\n"
        "  step ID STEP…, unstep ID STEP…                     ticks steps of a runbook: RB-NET-07/3\n"
        "  escalate ID…                                       hands it on: runs the configured escalate_command\n"
        "An ID that several sources use is given as SOURCE/ID. -n shows what would be done, and what a silence hides.\n"
        "A silence of more than 4 hours, or of more than 20 alerts, needs --confirm with its ID.\n"
        "It takes --write, and a configuration with allow_write = true. The status is that of the first that failed.",
    .run = run,
};
