#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/fail.h"
#include "cli/out.h"
#include "cli/setup_check.h"
#include "cli/site_check.h"

enum { REPORT_BYTES_MAX = 1 << 20, EXIT_FAILED = 65 };

static const char *const words[] = {[SITE_PASS] = "pass", [SITE_WARN] = "warn", [SITE_FAIL] = "FAIL"};

struct tested {
    const struct collector_source *src;
    struct site_asked asked;
    const char *site; /* NULL: all of the hub's */
};

/* --- what is printed --- */

static void print_text(const struct tested *t, const struct site_report *r, FILE *to)
{
    char name[256];
    const char *own = t->src->name ? t->src->name : t->src->provisional;
    fprintf(to, "%s%s%s, %s\n", t->site ? t->site : "", t->site ? " by " : "",
            text_show_in(text_of(own), name, sizeof name),
            t->asked.view.software && *t->asked.view.software ? t->asked.view.software : "unknown software");
    for (size_t i = 0; i < r->count; i++) {
        const struct site_line *l = &r->lines[i];
        fprintf(to, "%s  %-11s %s%s%s (%s)\n", words[l->result], l->check, l->subject, *l->subject ? ": " : "",
                l->value, l->limit);
        if (*l->next)
            fprintf(to, "%18s-> %s\n", "", l->next);
    }
    fprintf(to, "%zu passed, %zu with warnings, %zu failed\n", r->results[SITE_PASS], r->results[SITE_WARN],
            r->results[SITE_FAIL]);
}

static void put_line(struct json_writer *w, const struct site_line *l)
{
    static const char *const results[] = {"pass", "warn", "fail"};
    json_open_object(w);
    json_put_key(w, "check");
    json_put_str(w, l->check);
    json_put_key(w, "subject");
    json_put_str(w, l->subject);
    json_put_key(w, "result");
    json_put_str(w, results[l->result]);
    json_put_key(w, "value");
    json_put_str(w, l->value);
    json_put_key(w, "limit");
    json_put_str(w, l->limit);
    json_put_key(w, "next");
    if (*l->next)
        json_put_str(w, l->next);
    else
        json_put_null(w);
    json_close_object(w);
}

static bool print_json(const struct tested *t, const struct site_report *r, int64_t now_ms, FILE *to, struct err *err)
{
    struct buf out = buf_make(REPORT_BYTES_MAX);
    struct json_writer w = json_writer_make(&out);
    char at[CLOCK_TEXT_MAX];
    json_open_object(&w);
    json_put_key(&w, "schema_version");
    json_put_int(&w, 1);
    json_put_key(&w, "kind");
    json_put_str(&w, "site_test");
    json_put_key(&w, "source");
    json_put_str(&w, t->src->name ? t->src->name : t->src->provisional);
    json_put_key(&w, "site");
    if (t->site)
        json_put_str(&w, t->site);
    else
        json_put_null(&w);
    json_put_key(&w, "as_of");
    json_put_str(&w, clock_iso(now_ms, at));
    json_put_key(&w, "result");
    json_put_str(&w, r->results[SITE_FAIL] ? "fail" : r->results[SITE_WARN] ? "warn" : "pass");
    json_put_key(&w, "checks");
    json_open_array(&w);
    for (size_t i = 0; i < r->count; i++)
        put_line(&w, &r->lines[i]);
    json_close_array(&w);
    json_close_object(&w);
    if (w.err.kind == ERR_NONE)
        fprintf(to, "%s\n", buf_str(&out));
    else
        *err = w.err;
    buf_release(&out);
    return err->kind == ERR_NONE;
}

/* --- whom it is about --- */

static bool is_hub(const struct collector_source *src)
{
    return strcmp(src->driver->name, "hub") == 0;
}

static bool tells_of(const struct site_asked *a, const char *site)
{
    for (size_t i = 0; i < a->rows[KIND_SITE].count; i++) {
        if (text_is(a->rows[KIND_SITE].all[i].id, site))
            return true;
    }
    return false;
}

static bool nobody(const struct setup *s, const char *id, struct err *err)
{
    char known[ERR_HINT_MAX] = "";
    for (size_t i = 0; i < s->source_count; i++) {
        if (is_hub(&s->sources[i]))
            snprintf(known + strlen(known), sizeof known - strlen(known), " %s",
                     s->sources[i].name ? s->sources[i].name : s->sources[i].provisional);
    }
    if (!*known) {
        err_set(err, ERR_INPUT, "there is no hub to test: no source has the driver hub");
        err_hint(err, "name one in the configuration, or with --source hub+https://HOST");
        return err_exit(err, 78);
    }
    err_set(err, ERR_INPUT, "no hub is called '%s' or tells of a site of that id", id);
    err_hint(err, "hubs are:%s", known);
    return err_exit(err, 67);
}

/* A source's name, or a site that one of them tells of: each is asked until one does. */
static bool find(struct tested *t, const struct setup *s, const char *id, struct err *err)
{
    for (size_t i = 0; i < s->source_count; i++) {
        const struct collector_source *src = &s->sources[i];
        const char *name = src->name ? src->name : src->provisional;
        if (is_hub(src) && ((id && strcmp(name, id) == 0) || (!id && s->source_count == 1))) {
            t->src = src;
            return site_ask(&t->asked, s, src, err);
        }
    }
    for (size_t i = 0; id && i < s->source_count; i++) {
        t->src = &s->sources[i];
        t->site = id;
        if (!is_hub(t->src))
            continue;
        if (!site_ask(&t->asked, s, t->src, err))
            return false;
        if (tells_of(&t->asked, id))
            return true;
        site_ask_release(&t->asked);
    }
    return nobody(s, id ? id : "", err);
}

static int status_of(const struct tested *t, const struct site_report *r)
{
    if (t->asked.hub.kind == ERR_TRANSIENT || t->asked.hub.kind == ERR_REFUSED)
        return err_status(&t->asked.hub);
    return r->results[SITE_FAIL] > 0 ? EXIT_FAILED : 0;
}

static void tell(void *ctx, const struct err *err)
{
    fail_report(ctx, err);
}

static int test_in(const struct options *o, const char *id, const char *state_dir)
{
    static struct site_report report; /* too large for the stack */
    struct err err = {0};
    struct setup s = {0};
    struct tested t = {0};
    struct options quiet = *o;
    quiet.format = NULL; /* what is wrong elsewhere in the configuration is told beside the report */
    setup_check(&s, o, state_dir, tell, &quiet);
    FILE *to = setup_launcher(&s, o, &err) && find(&t, &s, id, &err) ? out_open(o, &err) : NULL;
    if (to) {
        site_check(&report, &t.asked, &s, t.src, t.site);
        if (o->format && strcmp(o->format, "json") == 0)
            print_json(&t, &report, clock_now(&s.clock).utc_ms, to, &err);
        else
            print_text(&t, &report, to);
        out_close(o, to, &err);
    }
    int status = err.kind != ERR_NONE ? fail_report(o, &err) : status_of(&t, &report);
    site_ask_release(&t.asked);
    setup_release(&s);
    return status;
}

static int test(const struct options *o, const char *id)
{
    struct err err = {0};
    char dir[DIR_PATH_MAX];
    if (!dir_temporary(dir, &err))
        return fail_report(o, &err);
    int status = test_in(o, id, dir);
    dir_remove(dir);
    return status;
}

static int run(const struct options *o)
{
    struct err err = {0};
    const char *form = o->format ? o->format : "text";
    if (o->arg_count < 1 || o->arg_count > 2 || strcmp(o->args[0], "test") != 0)
        err_set(&err, ERR_INPUT, "what to do with a site is not said");
    else if (strcmp(form, "text") != 0 && strcmp(form, "json") != 0)
        err_set(&err, ERR_INPUT, "'site test' has no form '%s'", form);
    else
        return test(o, o->arg_count == 2 ? o->args[1] : NULL);
    err_hint(&err, "hubtop site test ID [--json]; ID is a hub's source or a site that it tells of");
    err_exit(&err, 64);
    return fail_report(o, &err);
}

const struct command cmd_site = {
    .name = "site",
    .usage = "test [ID]",
    .summary = "shows whether a node that applies to join conforms: API, clock, freshness, ring, metering, membership",
    .help =
        "ID is the name of a source with the driver hub, or a site that one of them tells of; without it the one hub "
        "of\n"
        "--source. It is asked twice, past the collector that runs; nothing is stored. A line each, pass, warn or "
        "FAIL,\n"
        "with the value, its limit, and what to do next:\n"
        "  transport    TLS                            token        401 or 403 without one\n"
        "  errors       problem+json (RFC 9457)        api          each list is served, and as the document says\n"
        "  differences  304 or ?since= spare bytes     clock        within 2 s (10 s) of ours\n"
        "  freshness    as_of within 60 s or 3 polls   ring         one-way delay of its links within the contract\n"
        "  metering     energy with meter, method and quality\n"
        "  membership   applied > testing > connected > suspended: which it has, and what is next\n"
        "The status is 0 when nothing failed, 65 when something did, 69 or 77 when the hub cannot be asked at all.",
    .run = run,
};
