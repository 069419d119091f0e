#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "cli/audit_ask.h"
#include "cli/audit_out.h"
#include "cli/fail.h"
#include "cli/out.h"
#include "cli/request.h"
#include "store/journal_words.h"

enum { SHOWN = 100, EXIT_BROKEN = 65, EXIT_USAGE = 64 };

struct work {
    const struct options *o;
    struct setup s;
    struct audit_list list;
    FILE *to;
    int64_t limit; /* below 0: none */
    bool verified;
};

static const char *form_of(const struct options *o)
{
    return o->format ? o->format : "text";
}

/* --- show --- */

/* Without a limit and a begin: the newest. */
static bool request(struct work *w, struct buf *ask, struct err *err)
{
    const struct options *o = w->o;
    int64_t since_ms = 0;
    struct json_writer j = json_writer_make(ask);
    if (o->since && !clock_parse_time(o->since, clock_now(&w->s.clock).utc_ms, &since_ms, err))
        return err_exit(err, EXIT_USAGE);
    w->limit = o->limit >= 0 ? o->limit : o->since ? -1 : SHOWN;
    json_open_object(&j);
    request_put(&j, "wanted", o->op);
    request_put(&j, "user", o->user);
    if (o->since) {
        json_put_key(&j, "since_ms");
        json_put_int(&j, since_ms);
    }
    if (w->limit >= 0) {
        json_put_key(&j, "limit");
        json_put_int(&j, w->limit);
    }
    json_close_object(&j);
    return true;
}

/* What was asked for is counted page after page. */
static void take(void *ctx, const struct json *page)
{
    struct work *w = ctx;
    audit_out_take(&w->list, page);
    if (w->limit >= 0 && w->list.count > (size_t)w->limit)
        w->list.count = (size_t)w->limit;
}

static bool show(struct work *w, struct err *err)
{
    struct buf ask = buf_make(REQUEST_ASK_MAX);
    bool ok = request(w, &ask, err) && audit_ask_entries(&w->s, w->o, buf_str(&ask), take, w, err);
    buf_release(&ask);
    w->to = ok ? out_open(w->o, err) : NULL;
    if (w->to)
        audit_out_print(&w->list, form_of(w->o), w->to);
    return w->to && out_close(w->o, w->to, err);
}

/* --- verify --- */

static int64_t number(const struct json *m, const char *key)
{
    int64_t n;
    return json_int(json_get(m, key), &n) ? n : 0;
}

static const char *text(const struct json *m, const char *key, char out[128])
{
    struct safe_text t;
    return json_text(json_get(m, key), &t) ? text_show_in(t, out, 128) : tr("none");
}

static void print_text(const struct work *w, const struct json *v)
{
    char last[128], anchor[128], words[JOURNAL_WORDS];
    struct safe_text fault;
    if (w->verified)
        fprintf(w->to, tr("the journal verifies: %" PRId64 " entries\n"), number(v, "entries"));
    else
        fprintf(w->to, tr("THE JOURNAL DOES NOT VERIFY: %" PRId64 " faults in %" PRId64 " entries\n"),
                number(v, "faults"), number(v, "entries"));
    for (const struct json *f = json_first(json_get(v, "findings")); f; f = json_next(f)) {
        const struct journal_finding one = {json_text(json_get(f, "fault"), &fault) ? journal_words_find(fault)
                                                                                    : JOURNAL_WHOLE,
                                            number(f, "seq"), number(f, "to")};
        fprintf(w->to, "  %s\n", journal_words_of(&one, true, words));
    }
    fprintf(w->to, tr("last entry: %s\n"), text(v, "last", last));
    fprintf(w->to, tr("anchor beside the file: %s\n"), text(v, "anchor", anchor));
    if (!w->verified)
        fprintf(w->to, "%s\n",
                tr("Orders stay off. Keep actions.db and audit.anchor as evidence; when both are moved "
                   "away, the next collector begins a new journal."));
}

static void put_finding(struct json_writer *j, const struct json *f)
{
    char word[128];
    json_open_object(j);
    request_put(j, "fault", text(f, "fault", word));
    json_put_key(j, "seq");
    json_put_int(j, number(f, "seq"));
    json_put_key(j, "to");
    json_put_int(j, number(f, "to"));
    json_close_object(j);
}

static void put_anchor(struct json_writer *j, const struct json *v, const char *key)
{
    struct safe_text t;
    json_put_key(j, key);
    if (json_text(json_get(v, key), &t))
        json_put_text(j, t);
    else
        json_put_null(j);
}

static void print_json(const struct work *w, const struct json *v)
{
    struct buf out = buf_make(REQUEST_ASK_MAX);
    struct json_writer j = json_writer_make(&out);
    json_open_object(&j);
    json_put_key(&j, "schema_version");
    json_put_int(&j, 1);
    json_put_key(&j, "verified");
    json_put_bool(&j, w->verified);
    json_put_key(&j, "entries");
    json_put_int(&j, number(v, "entries"));
    put_anchor(&j, v, "last");
    put_anchor(&j, v, "anchor");
    json_put_key(&j, "faults");
    json_put_int(&j, number(v, "faults"));
    json_put_key(&j, "findings");
    json_open_array(&j);
    for (const struct json *f = json_first(json_get(v, "findings")); f; f = json_next(f))
        put_finding(&j, f);
    json_close_array(&j);
    json_close_object(&j);
    fprintf(w->to, "%s\n", buf_str(&out));
    buf_release(&out);
}

static void judge(void *ctx, const struct json *verdict)
{
    struct work *w = ctx;
    json_bool(json_get(verdict, "verified"), &w->verified);
    if (strcmp(form_of(w->o), "json") == 0)
        print_json(w, verdict);
    else
        print_text(w, verdict);
}

static bool verify(struct work *w, struct err *err)
{
    struct journal_anchor given;
    if (w->o->anchor && !journal_anchor_parse(w->o->anchor, &given, err))
        return false;
    w->to = out_open(w->o, err);
    bool ok = w->to && audit_ask_verdict(&w->s, w->o, w->o->anchor, judge, w, err);
    return ok && out_close(w->o, w->to, err);
}

/* --- the command --- */

static const struct verb {
    const char *name, *forms[5];
    bool (*run)(struct work *w, struct err *err);
} verbs[] = {{"show", {"text", "json", "ndjson", "csv"}, show}, {"verify", {"text", "json"}, verify}};

static const struct verb *verb_of(const struct options *o, struct err *err)
{
    const struct verb *v = NULL;
    for (size_t i = 0; o->arg_count == 1 && i < sizeof verbs / sizeof *verbs; i++)
        v = strcmp(o->args[0], verbs[i].name) == 0 ? &verbs[i] : v;
    if (!v) {
        err_usage(err, "what to do with the journal is not said", "hubtop audit show, or hubtop audit verify");
        return NULL;
    }
    for (size_t i = 0; v->forms[i]; i++)
        if (strcmp(v->forms[i], form_of(o)) == 0)
            return v;
    err_usage(err, "the journal is not told in that form", "show: text, json, ndjson, csv; verify: text, json");
    return NULL;
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct work w = {.o = o, .verified = true};
    const struct verb *verb = verb_of(o, &err);
    bool ok = verb && setup_init(&w.s, o, false, &err) && verb->run(&w, &err);
    audit_out_release(&w.list);
    setup_release(&w.s);
    return !ok ? fail_report(o, &err) : w.verified ? 0 : EXIT_BROKEN;
}

const struct command cmd_audit = {
    .name = "audit",
    .usage = "show|verify",
    .summary = "who changed what: the journal of all decisions, and whether it is as it was written",
    .help =
        "  show [--since T] [--op OP] [--user U] [--limit N]   entries, the oldest first; without --since and --limit "
        "the "
        "last 100\n"
        "  verify [--anchor SEQ:HASH]                          every entry against its hash and the one before it\n"
        "An entry says when, who (uid and login uid are the kernel's; login and SSH origin are what the client "
        "claims), "
        "what,\n"
        "and the command line that does the same. verify ends with 65 when entries were edited, are missing, were "
        "swapped "
        "or\n"
        "put in, or when the end is cut off. That the end is whole, and that nobody wrote all anew, an anchor tells: "
        "the "
        "collector\n"
        "keeps one in audit.anchor beside actions.db and sends each to the system's log (authpriv), a minute after an "
        "entry "
        "at\n"
        "most: 'journalctl -t hubtop'. The one given with --anchor counts even when the file beside was changed too.\n"
        "A collector that runs is asked; where none runs, a copy of the file is looked at, and none is started.",
    .run = run,
};
