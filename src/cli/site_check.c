#include "cli/site_check.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SKEW_WARN_MS = 2000, SKEW_FAIL_MS = 10000, FRESH_LEAST_MS = 60000, OLD_TIMES = 5 };

static struct site_line *add(struct site_report *r, const char *check, struct safe_text subject,
                             enum site_result result, const char *limit)
{
    static struct site_line spare; /* what has no room is counted all the same */
    struct site_line *l = r->count < SITE_LINES_MAX ? &r->lines[r->count++] : &spare;
    *l = (struct site_line){.check = check, .result = result};
    text_show_in(subject, l->subject, sizeof l->subject);
    snprintf(l->limit, sizeof l->limit, "%s", limit);
    r->results[result]++;
    return l;
}

static void say(char out[SITE_TEXT_MAX], const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(char out[SITE_TEXT_MAX], const char *fmt, ...)
{
    char text[2 * SITE_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    text_show_in(text_of(text), out, SITE_TEXT_MAX);
}

/* --- transport, token, errors --- */

static void check_transport(struct site_report *r, const struct collector_source *src)
{
    bool tls = strncmp(src->url, "https://", 8) == 0, local = strncmp(src->url, "unix://", 7) == 0;
    struct site_line *l = add(r, "transport", text_of(""), tls || local ? SITE_PASS : SITE_WARN, "TLS");
    say(l->value, "%s", tls ? "TLS, verified" : local ? "a socket of this host" : "plain HTTP");
    if (!tls && !local)
        say(l->next, "serve it over TLS before it is connected: whoever listens reads all, the token too");
}

static void check_token(struct site_report *r, const struct site_asked *a)
{
    bool refused = a->open_status == 401 || a->open_status == 403;
    enum site_result result = !a->token ? SITE_WARN : refused ? SITE_PASS : SITE_FAIL;
    struct site_line *l = add(r, "token", text_of(""), result, "401 or 403 without a token");
    if (!a->token)
        say(l->value, "it answers everybody");
    else if (a->open_status < 0)
        say(l->value, "no answer without a token");
    else
        say(l->value, "%d without a token", a->open_status);
    if (result != SITE_PASS)
        say(l->next, "let it answer to bearer tokens alone%s", a->token ? "" : ", and give us one: token_file");
}

static void check_errors(struct site_report *r, const struct site_asked *a)
{
    static const char type[] = "application/problem+json";
    bool good = a->strange_status == 404 && strncmp(a->strange_type, type, sizeof type - 1) == 0;
    struct site_line *l =
        add(r, "errors", text_of(""), good ? SITE_PASS : SITE_FAIL, "404 as application/problem+json");
    if (a->strange_status < 0)
        say(l->value, "no answer to a path that is not there");
    else
        say(l->value, "%d as %s", a->strange_status, *a->strange_type ? a->strange_type : "nothing");
    if (!good)
        say(l->next, "errors are problem+json (RFC 9457), so that operators read why");
}

static void check_differences(struct site_report *r, const struct site_asked *a)
{
    bool less = a->unchanged > 0 || a->bytes[1] * 2 < a->bytes[0];
    struct site_line *l =
        add(r, "differences", text_of(""), less ? SITE_PASS : SITE_WARN, "304, or what changed since a revision");
    say(l->value, "%lld bytes, then %lld; %zu of %zu answers 304", (long long)a->bytes[0], (long long)a->bytes[1],
        a->unchanged, a->requests[1]);
    if (!less)
        say(l->next, "answer If-None-Match with 304 where nothing changed, and take ?since=");
}

/* --- the lists --- */

static const enum kind required[] = {KIND_CLUSTER, KIND_SITE, KIND_SCHEDULER, KIND_LINK,
                                     KIND_QUEUE,   KIND_JOB,  KIND_ENERGY};

static bool is_required(enum kind kind)
{
    for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
        if (required[i] == kind)
            return true;
    }
    return false;
}

static const struct site_failure *failure_of(const struct site_asked *a, const char *what)
{
    for (size_t i = 0; i < a->failure_count; i++) {
        if (strcmp(a->failures[i].what, what) == 0)
            return &a->failures[i];
    }
    return NULL;
}

/* Departures of a list in words: "rtt_ms another type (3)". Whether any is more than a strange key. */
static bool departures(const struct hub_report *report, enum kind kind, char out[SITE_TEXT_MAX])
{
    bool wrong = false;
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < report->count; i++) {
        const struct hub_note *note = &report->notes[i];
        if (note->kind != kind)
            continue;
        wrong = wrong || note->what != HUB_STRANGE_KEY;
        if (n < SITE_TEXT_MAX - 1)
            n += (size_t)snprintf(out + n, SITE_TEXT_MAX - n, "%s%s: %s (%llu)", n ? ", " : "", note->key,
                                  hub_departure_name(note->what), (unsigned long long)note->count);
    }
    return wrong;
}

static void check_list(struct site_report *r, const struct site_asked *a, const struct hub_seen *seen)
{
    const char *name = kind_info(seen->kind)->name;
    const struct site_failure *failure = failure_of(a, name);
    char departed[SITE_TEXT_MAX];
    bool wrong = departures(a->view.report, seen->kind, departed);
    if (!seen->offered) {
        if (!is_required(seen->kind))
            return;
        struct site_line *l = add(r, "api", text_of(name), SITE_FAIL, "served");
        say(l->value, "not served");
        say(l->next, "serve /v1/%s and name it in capabilities.kinds", name);
        return;
    }
    enum site_result result = failure || wrong ? SITE_FAIL : *departed ? SITE_WARN : SITE_PASS;
    struct site_line *l = add(r, "api", text_of(name), result, "as the document of Hub API v1 says");
    if (failure) {
        say(l->value, "%s", failure->err.text);
        say(l->next, "%s", failure->err.hint[0] ? failure->err.hint : "compare the answer with the document");
    } else if (*departed) {
        say(l->value, "%s", departed);
        say(l->next, "compare these keys with the document; what departs is taken as unknown");
    } else
        say(l->value, "%zu rows", a->rows[seen->kind].count);
}

static void check_lists(struct site_report *r, const struct site_asked *a)
{
    for (size_t i = 0; i < a->view.list_count; i++)
        check_list(r, a, &a->view.lists[i]);
}

/* --- clock and freshness --- */

static void check_clock(struct site_report *r, const struct site_asked *a)
{
    int64_t off = llabs(a->view.skew_ms);
    enum site_result result = !a->view.clock_known || off > SKEW_FAIL_MS ? SITE_FAIL
                              : off > SKEW_WARN_MS                       ? SITE_WARN
                                                                         : SITE_PASS;
    struct site_line *l = add(r, "clock", text_of(""), result, "within 2 s; 10 s at most");
    if (!a->view.clock_known) {
        say(l->value, "not told");
        say(l->next, "tell the hub's clock as `now` in /v1/hub");
        return;
    }
    say(l->value, "%+.1f s", (double)a->view.skew_ms / 1000);
    if (result != SITE_PASS)
        say(l->next, "let the hub take its time from NTP, as this host does");
}

static void check_fresh(struct site_report *r, const struct site_asked *a, const struct collector_source *src)
{
    int64_t limit_ms = 3 * src->interval_ms > FRESH_LEAST_MS ? 3 * src->interval_ms : FRESH_LEAST_MS;
    size_t silent = 0, old = 0, answered = 0;
    const struct hub_seen *oldest = NULL;
    char limit[64];
    for (size_t i = 0; i < a->view.list_count; i++) {
        const struct hub_seen *s = &a->view.lists[i];
        if (!s->offered || !s->answered)
            continue;
        answered++;
        silent += s->as_of_ms == 0;
        old += s->as_of_ms > 0 && a->view.now_ms - s->as_of_ms > limit_ms;
        if (s->as_of_ms > 0 && (!oldest || s->as_of_ms < oldest->as_of_ms))
            oldest = s;
    }
    int64_t age_ms = oldest ? a->view.now_ms - oldest->as_of_ms : -1;
    enum site_result result = answered == 0 || !oldest || age_ms > OLD_TIMES * limit_ms ? SITE_FAIL
                              : old + silent > 0                                        ? SITE_WARN
                                                                                        : SITE_PASS;
    snprintf(limit, sizeof limit, "%lld s", (long long)(limit_ms / 1000));
    struct site_line *l = add(r, "freshness", text_of(oldest ? kind_info(oldest->kind)->name : ""), result, limit);
    if (oldest)
        say(l->value, "its oldest list is %.1f s old; %zu of %zu lists are too old, %zu without as_of",
            (double)(age_ms > 0 ? age_ms : 0) / 1000, old, answered, silent);
    else
        say(l->value, "no list says when it was so");
    if (result != SITE_PASS)
        say(l->next, "as_of is when the hub last knew the list to be so: let it look more often, and say it");
}

/* --- what the site promises --- */

struct narrowed {
    const char *site;
    struct safe_text cluster; /* that the site lies in */
};

static bool concerns(const struct narrowed *n, const struct value *v)
{
    struct safe_text t = value_text_or(v, "");
    return !n->site || text_is(t, n->site) || (!text_empty(n->cluster) && text_equal(t, n->cluster));
}

static void ring_line(struct site_report *r, const struct row *link, double one_way_ms, double ring_ms)
{
    char limit[32];
    snprintf(limit, sizeof limit, "%g ms one way", ring_ms);
    struct site_line *l = add(r, "ring", link->id, SITE_FAIL, limit);
    say(l->value, "%.3g ms", one_way_ms);
    say(l->next, "find what lies on the way that the contract does not know of, or agree on another ring");
}

static void check_ring(struct site_report *r, const struct site_asked *a, const struct narrowed *n)
{
    const struct rows *links = &a->rows[KIND_LINK];
    size_t held = 0, broken = 0, blind = 0;
    for (size_t i = 0; i < links->count; i++) {
        const struct row *link = &links->all[i];
        double ring = value_real_or(&link->cells[LINK_RING_CONTRACT_MS], NAN);
        double one_way = value_real_or(&link->cells[LINK_ONE_WAY_MS], NAN);
        if (isnan(one_way))
            one_way = value_real_or(&link->cells[LINK_RTT_MS], NAN) / 2;
        if (isnan(ring) || (!concerns(n, &link->cells[LINK_FROM]) && !concerns(n, &link->cells[LINK_TO])))
            continue;
        blind += isnan(one_way);
        held += one_way <= ring;
        if (one_way > ring && broken++ < SITE_RING_LINES_MAX)
            ring_line(r, link, one_way, ring);
    }
    enum site_result result = broken > 0 ? SITE_FAIL : blind > 0 || held == 0 ? SITE_WARN : SITE_PASS;
    struct site_line *l = add(r, "ring", text_of("all links"), result, "measured one way within the contract");
    say(l->value, "%zu within, %zu beyond, %zu not measured", held, broken, blind);
    if (result == SITE_WARN)
        say(l->next, "tell one_way_ms (or rtt_ms) and ring_contract_ms of each link of the site");
}

static bool metered(const struct row *row, bool *estimated)
{
    static const int needed[] = {ENERGY_KWH, ENERGY_METER, ENERGY_METHOD, ENERGY_QUALITY, ENERGY_PERIOD};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (!value_known(&row->cells[needed[i]]))
            return false;
    }
    *estimated = *estimated || text_is(value_text_or(&row->cells[ENERGY_QUALITY], ""), "estimated");
    return true;
}

static void check_metering(struct site_report *r, const struct site_asked *a, const struct narrowed *n)
{
    const struct rows *energy = &a->rows[KIND_ENERGY];
    size_t whole = 0, partly = 0;
    bool estimated = false;
    for (size_t i = 0; i < energy->count; i++) {
        const struct row *row = &energy->all[i];
        if (!concerns(n, &row->cells[ENERGY_SITE]) && !concerns(n, &row->cells[ENERGY_CLUSTER]))
            continue;
        bool good = metered(row, &estimated);
        whole += good;
        partly += !good;
    }
    enum site_result result = whole == 0 || partly > 0 ? SITE_FAIL : estimated ? SITE_WARN : SITE_PASS;
    struct site_line *l = add(r, "metering", text_of(""), result, "kwh, period, meter, method and quality in each row");
    say(l->value, "%zu rows whole, %zu not%s", whole, partly, estimated ? "; some are estimated" : "");
    if (whole + partly == 0)
        say(l->next, "tell /v1/energy: a row for each site (or cluster) and month, from the meter at its feed");
    else if (result != SITE_PASS)
        say(l->next, "%s", partly ? "name meter, method and quality in every row" : "meter what is estimated");
}

/* --- membership --- */

static const struct {
    const char *word;
    enum site_result result;
    const char *next; /* when nothing failed; when something did */
    const char *otherwise;
} memberships[] = {
    {"applied", SITE_PASS, "testing: the platform's operator admits it to this test for good",
     "stays applied until what failed is mended"},
    {"testing", SITE_PASS, "connected: all was shown, the platform's operator connects it",
     "stays in testing until what failed is mended"},
    {"connected", SITE_PASS, "", "suspended, if what failed is not mended: tell the site's operator"},
    {"suspended", SITE_WARN, "connected: what it was suspended for must be mended, then its operator lifts it",
     "stays suspended until what failed is mended"},
};

static void membership_line(struct site_report *r, const struct row *site, const struct setup *s)
{
    struct safe_text word = value_text_or(&site->cells[SITE_MEMBERSHIP], "");
    char id[96], own[SITE_TEXT_MAX];
    size_t i = 0, n = sizeof memberships / sizeof *memberships;
    while (i < n && !text_is(word, memberships[i].word))
        i++;
    bool failed = r->results[SITE_FAIL] > 0;
    const struct fleet_site *file = s->fleet ? fleet_site(s->fleet, text_show_in(site->id, id, sizeof id)) : NULL;
    bool differs = i < n && file && file->membership && strcmp(file->membership, memberships[i].word) != 0;
    enum site_result result = i == n || differs ? SITE_WARN : memberships[i].result;
    struct site_line *l = add(r, "membership", site->id, result, "applied > testing > connected > suspended");
    if (i == n) {
        say(l->value, "not told");
        say(l->next, "tell the site's membership in /v1/sites");
        return;
    }
    snprintf(own, sizeof own, "%s%s", differs ? "; the fleet file says " : "", differs ? file->membership : "");
    say(l->value, "%s%s", memberships[i].word, own);
    say(l->next, "%s", failed ? memberships[i].otherwise : memberships[i].next);
}

static const struct row *site_row(const struct site_asked *a, const char *site)
{
    const struct rows *sites = &a->rows[KIND_SITE];
    for (size_t i = 0; site && i < sites->count; i++) {
        if (text_is(sites->all[i].id, site))
            return &sites->all[i];
    }
    return NULL;
}

/* Last: what is next depends on what the others found. */
static void check_membership(struct site_report *r, const struct site_asked *a, const struct setup *s, const char *site)
{
    const struct rows *sites = &a->rows[KIND_SITE];
    for (size_t i = 0; i < sites->count; i++) {
        if (!site || text_is(sites->all[i].id, site))
            membership_line(r, &sites->all[i], s);
    }
    if (sites->count > 0)
        return;
    struct site_line *l = add(r, "membership", text_of(""), SITE_FAIL, "a site with a membership");
    say(l->value, "no site is told of");
    say(l->next, "tell the site in /v1/sites: its cluster, phase and membership");
}

void site_check(struct site_report *report, const struct site_asked *a, const struct setup *s,
                const struct collector_source *src, const char *site)
{
    struct narrowed n = {.site = site};
    const struct row *row = site_row(a, site);
    *report = (struct site_report){0};
    if (a->hub.kind != ERR_NONE) {
        struct site_line *l = add(report, "api", text_of("hub"), SITE_FAIL, "GET /v1/hub answers");
        say(l->value, "%s", a->hub.text);
        say(l->next, "%s", a->hub.hint);
        return;
    }
    if (row)
        n.cluster = value_text_or(&row->cells[SITE_CLUSTER], "");
    check_transport(report, src);
    check_token(report, a);
    check_errors(report, a);
    check_lists(report, a);
    check_differences(report, a);
    check_clock(report, a);
    check_fresh(report, a, src);
    check_ring(report, a, &n);
    check_metering(report, a, &n);
    check_membership(report, a, s, site);
}
