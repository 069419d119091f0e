#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/facts.h"
#include "cli/wait.h"

/* A plugin as Nagios and its kin take them (the Monitoring Plugins' guidelines): one line, the status as a word and as the exit
 * status, then '|' and figures as label=value[unit];warn;crit;min;max, where U is a value that is not known. */

enum { CHECK_OK, CHECK_WARNING, CHECK_CRITICAL, CHECK_UNKNOWN, CHECK_TEXT_MAX = 4 * (ERR_TEXT_MAX + ERR_HINT_MAX) };

/* What may be said in front of the figures: a line end and a '|' mean something there. */
static int say(int status, const char *text, const char *figures)
{
    static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    char shown[CHECK_TEXT_MAX];
    text_show_in(text_of(text), shown, sizeof shown);
    for (char *c = shown; *c; c++)
        *c = *c == '|' ? '/' : *c;
    printf("%s - %s%s%s\n", words[status], shown, figures[0] ? " | " : "", figures);
    return status;
}

/* Whatever of our own fails is no news of the network. */
static int unknown(const struct options *o, const struct err *err)
{
    char text[ERR_TEXT_MAX + ERR_HINT_MAX + 8];
    (void)o;
    snprintf(text, sizeof text, err->hint[0] ? "%s (%s)" : "%s%s", err->text, err->hint);
    for (char *c = text; *c; c++)
        *c = *c == '\n' ? ' ' : *c;
    return say(CHECK_UNKNOWN, text, "");
}

/* --- figures --- */

struct counted {
    size_t live;
    int64_t oldest_ms; /* age of the answer that is longest ago; -1: none */
    int64_t newest_ms;
};

static struct counted count_sources(const struct setup *s, const struct verdict_facts *facts)
{
    struct counted c = {.oldest_ms = -1, .newest_ms = -1};
    for (size_t i = 0; i < facts->n_sources; i++) {
        const struct value *last = &facts->sources[i].cells[SOURCE_LAST_OK_AT];
        c.live += wait_is_live(s, &facts->sources[i]);
        if (!value_known(last))
            continue;
        int64_t age_ms = facts->now_ms - value_int_or(last, 0);
        age_ms = age_ms > 0 ? age_ms : 0;
        c.oldest_ms = age_ms > c.oldest_ms ? age_ms : c.oldest_ms;
        c.newest_ms = c.newest_ms < 0 || age_ms < c.newest_ms ? age_ms : c.newest_ms;
    }
    return c;
}

/* -1 where no scheduler tells it. */
static int64_t sum_of(const struct verdict_facts *facts, int field)
{
    int64_t sum = -1;
    for (size_t i = 0; i < facts->n_schedulers; i++) {
        int64_t n = value_int_or(&facts->schedulers[i].cells[field], -1);
        if (n >= 0 && n < INT64_MAX / 2 - (sum > 0 ? sum : 0))
            sum = (sum > 0 ? sum : 0) + n;
    }
    return sum;
}

static void put_figure(struct buf *b, const char *label, int64_t value, const char *unit, const char *limits)
{
    buf_printf(b, NULL, "%s'%s'=", b->len ? " " : "", label);
    if (value < 0)
        buf_puts(b, "U", NULL);
    else
        buf_printf(b, NULL, "%" PRId64 "%s;%s", value, unit, limits);
}

static void put_figures(const struct verdict *v, const struct verdict_facts *facts, const struct counted *c,
                        struct buf *b)
{
    char of[32];
    snprintf(of, sizeof of, ";;0;%zu", facts->n_sources);
    put_figure(b, "crit", v->crit, "", ";0;0");
    put_figure(b, "warn", v->warn, "", "0;;0");
    put_figure(b, "acked", v->acked, "", ";;0");
    put_figure(b, "sources_live", (int64_t)c->live, "", of);
    put_figure(b, "sources", (int64_t)facts->n_sources, "", ";;0");
    put_figure(b, "jobs_running", sum_of(facts, SCHEDULER_JOBS_RUNNING), "", ";;0");
    put_figure(b, "jobs_waiting", sum_of(facts, SCHEDULER_JOBS_WAITING), "", ";;0");
    put_figure(b, "oldest_age_s", c->oldest_ms < 0 ? -1 : c->oldest_ms / 1000, "s", ";;0");
}

/* --- the line --- */

static int status_of(enum severity severity)
{
    static const int table[] = {[SEVERITY_OK] = CHECK_OK,
                                [SEVERITY_NOTICE] = CHECK_OK,
                                [SEVERITY_WARN] = CHECK_WARNING,
                                [SEVERITY_CRIT] = CHECK_CRITICAL,
                                [SEVERITY_UNKNOWN] = CHECK_UNKNOWN};
    return table[severity];
}

static int judge(const struct setup *s, const struct verdict_facts *facts)
{
    struct buf figures = buf_make(1024);
    const struct verdict v = verdict_of(facts);
    const struct counted c = count_sources(s, facts);
    char stale[160], age[CLOCK_TEXT_MAX];
    int status = status_of(v.severity);
    const char *text = v.text;
    /* "All well" of yesterday is no news of today. */
    if (status != CHECK_CRITICAL && c.live == 0 && c.newest_ms >= 0) {
        status = CHECK_UNKNOWN;
        snprintf(stale, sizeof stale, "all that is known is stale: the newest answer is %s old",
                 clock_age(c.newest_ms, age));
        text = stale;
    }
    put_figures(&v, facts, &c, &figures);
    status = say(status, text, buf_str(&figures));
    buf_release(&figures);
    return status;
}

static int check(struct query *q, struct setup *s, const struct options *o)
{
    struct err err = {0};
    struct facts facts = {0};
    bool ok = facts_gather(&facts, q, s, &err);
    int status = ok ? judge(s, &facts.all) : unknown(o, &err);
    facts_release(&facts);
    return status;
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct setup s = {0};
    struct query *q = NULL;
    if (o->arg_count > 0)
        err_set(&err, ERR_INPUT, "cannot use '%s' after 'check'", o->args[0]);
    else if (setup_init(&s, o, !o->offline && !o->at, &err) && setup_launcher(&s, o, &err))
        q = wait_for_data(&s, o, &err);
    int status = q ? check(q, &s, o) : unknown(o, &err);
    query_close(q);
    setup_release(&s);
    return status;
}

const struct command cmd_check = {
    .name = "check",
    .usage = "",
    .summary = "for monitoring systems: one line with figures; 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN",
    .help =
        "The verdict of 'status' as a plugin of Nagios, Icinga and their kin tells it:\n"
        "  WARNING - 1 node down in fra | 'crit'=0;;0;0 'warn'=1;0;;0 'acked'=0;;;0 'sources_live'=2;;;0;2 …\n"
        "The figures: crit and warn (how many findings that nobody has acknowledged), acked (how many that somebody "
        "has),\n"
        "sources_live of sources, jobs_running, jobs_waiting, and\n"
        "oldest_age_s, the age of the source's answer that is longest ago; U is not known. UNKNOWN is any failure of\n"
        "its own, a wrong command line too, and data that is stale altogether (where it says nothing critical). "
        "--timeout says how long it waits.",
    .run = run,
    .usage_error = unknown,
};
