#include "domain/finding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/tr.h"
#include "domain/hall.h"
#include "domain/link.h"
#include "domain/reading.h"
#include "domain/state.h"

enum {
    LOST_MS = 5 * 60 * 1000, /* all sources of a cluster silent for so long: critical */
    NODES_WARN_PCT = 2,
    QUOTA_NOTICE_PCT = 90,
    COLUMNS = 78,
    NAME_COLUMNS = 24,
    WHY_COLUMNS = 28,
    WHY_COLUMNS_TEXT = 60,
    SENTENCE_BYTES = 4096, /* before it is cut to its columns */
};

/* A source, and what stands and falls with it. */
struct teller {
    const struct row *row;
    enum source_state state;
    int64_t silence_ms; /* -1: it never answered */
    int64_t jobs;
    bool alone; /* some cluster hears from nobody else */
};

/* A scheduler, and who tells of it; NULL when no row says. */
struct told {
    const struct row *row;
    struct teller *by;
};

struct look {
    const struct verdict_facts *facts;
    int64_t now_ms;
    struct teller *tellers;
    struct told *told;
    struct finding_list list;
    size_t cap;
};

static void found(struct look *l, const struct finding *f)
{
    struct finding_list *list = &l->list;

    if (list->count == l->cap) {
        l->cap = l->cap > 0 ? l->cap * 2 : 16;
        list->all = mem_grow(list->all, l->cap, sizeof *list->all);
    }
    list->all[list->count++] = *f;
    list->crit += f->severity == SEVERITY_CRIT;
    list->warn += f->severity == SEVERITY_WARN;
}

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

/* A count, -1 when it is unknown. What sources tell may be any number: bounded, sums of it stay numbers. */
static int64_t count_of(const struct row *row, int field)
{
    const int64_t most = INT64_C(1000000000000);
    int64_t n = value_int_or(&row->cells[field], -1);

    return n < 0 ? -1 : n > most ? most : n;
}

/* Of two counts that may be unknown; unknown when both are. */
static int64_t plus(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 ? a : a + b;
}

static int64_t jobs_of(const struct row *scheduler)
{
    return plus(count_of(scheduler, SCHEDULER_JOBS_RUNNING), count_of(scheduler, SCHEDULER_JOBS_WAITING));
}

/* --- sources --- */

/* How long ago that was: 0 when it is ahead, -1 when it is unknown. */
static int64_t since(const struct value *moment, int64_t now_ms)
{
    int64_t ms;

    if (!value_known(moment))
        return -1;
    if (__builtin_sub_overflow(now_ms, value_int_or(moment, now_ms), &ms))
        return value_int_or(moment, 0) < 0 ? INT64_MAX : 0;
    return ms > 0 ? ms : 0;
}

/* The state that the facts prove: a source that calls itself live but has not answered for long is stale, for whoever
 * wrote that word may be gone. */
static enum source_state state_of(const struct row *source, int64_t silence_ms)
{
    enum source_state s = state_source(cell(source, SOURCE_STATE));
    int64_t interval_s = count_of(source, SOURCE_INTERVAL_S);

    if (s == SOURCE_LIVE && silence_ms >= 0 && !reading_is_fresh(silence_ms, interval_s > 0 ? interval_s * 1000 : 0))
        return SOURCE_STALE;
    return s;
}

static struct teller *teller_of(const struct look *l, struct safe_text source)
{
    for (size_t i = 0; i < l->facts->n_sources; i++)
        if (text_equal(l->tellers[i].row->id, source))
            return &l->tellers[i];
    return NULL;
}

/* Whether what a row says is about now. */
static bool is_of_now(const struct row *row, const struct teller *by)
{
    return !row->stale && (by == NULL || by->state == SOURCE_LIVE);
}

static bool is_lost(const struct teller *t)
{
    return t != NULL && t->state != SOURCE_LIVE && (t->silence_ms < 0 || t->silence_ms >= LOST_MS);
}

static int by_cluster(const void *a, const void *b)
{
    const struct told *x = a, *y = b;

    return text_cmp(cell(x->row, SCHEDULER_CLUSTER), cell(y->row, SCHEDULER_CLUSTER));
}

/* Marks those who tell of a cluster (its schedulers stand in a row) when all of them are lost. */
static void mark_cluster(struct told *told, size_t n)
{
    if (text_empty(cell(told->row, SCHEDULER_CLUSTER)))
        return;
    for (size_t i = 0; i < n; i++)
        if (!is_lost(told[i].by))
            return;
    for (size_t i = 0; i < n; i++)
        told[i].by->alone = true;
}

static void mark_clusters(struct look *l)
{
    size_t n = l->facts->n_schedulers, end;

    if (n > 1)
        qsort(l->told, n, sizeof *l->told, by_cluster);
    for (size_t i = 0; i < n; i = end) {
        for (end = i + 1; end < n && by_cluster(&l->told[i], &l->told[end]) == 0;)
            end++;
        mark_cluster(&l->told[i], end - i);
    }
}

static void meet_sources(struct look *l)
{
    const struct verdict_facts *facts = l->facts;

    l->tellers = mem_new(facts->n_sources + 1, sizeof *l->tellers);
    l->told = mem_new(facts->n_schedulers + 1, sizeof *l->told);
    for (size_t i = 0; i < facts->n_sources; i++) {
        struct teller *t = &l->tellers[i];
        t->row = &facts->sources[i];
        t->silence_ms = since(&t->row->cells[SOURCE_LAST_OK_AT], l->now_ms);
        t->state = state_of(t->row, t->silence_ms);
        t->jobs = -1;
    }
    for (size_t i = 0; i < facts->n_schedulers; i++) {
        const struct row *s = &facts->schedulers[i];
        struct teller *by = teller_of(l, s->source);
        l->told[i] = (struct told){s, by};
        if (by != NULL)
            by->jobs = plus(by->jobs, jobs_of(s));
    }
    mark_clusters(l);
}

static void look_at_source(struct look *l, const struct teller *t)
{
    bool crit = t->state == SOURCE_DENIED || (t->alone && t->silence_ms >= LOST_MS);

    if (t->state != SOURCE_LIVE && t->state != SOURCE_DISABLED)
        found(l, &(struct finding){.severity = crit ? SEVERITY_CRIT : SEVERITY_WARN,
                                   .what = FINDING_SOURCE,
                                   .row = t->row,
                                   .jobs = t->jobs,
                                   .age_ms = t->silence_ms});
}

/* --- schedulers, queues, links --- */

static void look_at_scheduler(struct look *l, const struct told *s)
{
    int64_t total = count_of(s->row, SCHEDULER_NODES_TOTAL), down = count_of(s->row, SCHEDULER_NODES_DOWN);
    struct finding f = {.row = s->row, .age_ms = -1};

    if (!is_of_now(s->row, s->by))
        return;
    if (text_is(cell(s->row, SCHEDULER_STATE), "down")) {
        f.severity = SEVERITY_CRIT;
        f.what = FINDING_SCHED;
        f.jobs = jobs_of(s->row);
        found(l, &f);
    }
    if (total > 0 && down * 100 > total * NODES_WARN_PCT) {
        f.severity = SEVERITY_WARN;
        f.what = FINDING_NODES;
        f.jobs = count_of(s->row, SCHEDULER_JOBS_WAITING);
        found(l, &f);
    }
}

bool finding_queue_is_late(const struct row *queue)
{
    double wait_s = value_real_or(&queue->cells[QUEUE_WAIT_P95_S], -1);
    double promised_s = value_real_or(&queue->cells[QUEUE_SLO_S], -1);

    return promised_s >= 0 && wait_s > promised_s;
}

static void look_at_queue(struct look *l, const struct row *q)
{
    if (finding_queue_is_late(q) && is_of_now(q, teller_of(l, q->source)))
        found(l, &(struct finding){.severity = SEVERITY_WARN,
                                   .what = FINDING_QUEUE,
                                   .row = q,
                                   .jobs = count_of(q, QUEUE_WAITING),
                                   .age_ms = -1});
}

static struct safe_text name_of(const struct row *rows, size_t n, int name_zh, struct safe_text id)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(rows[i].id, id))
            return cell(&rows[i], name_zh);
    return text_of("");
}

static struct safe_text name_of_end(const struct verdict_facts *facts, struct safe_text id)
{
    struct safe_text name = name_of(facts->clusters, facts->n_clusters, CLUSTER_NAME_ZH, id);

    return text_empty(name) ? name_of(facts->places, facts->n_places, PLACE_NAME_ZH, id) : name;
}

static void name_ends(const struct verdict_facts *facts, struct finding *f)
{
    struct safe_text from = name_of_end(facts, cell(f->row, LINK_FROM));
    struct safe_text to = name_of_end(facts, cell(f->row, LINK_TO));

    if (text_empty(from) || text_empty(to))
        return;
    f->from = from;
    f->to = to;
}

static void look_at_link(struct look *l, const struct row *link)
{
    struct finding f = {.severity = link_severity(link), .what = FINDING_LINK, .row = link, .jobs = -1};

    if ((f.severity != SEVERITY_CRIT && f.severity != SEVERITY_WARN) || !is_of_now(link, teller_of(l, link->source)))
        return;
    f.age_ms = since(&link->cells[LINK_SINCE], l->now_ms);
    if (tr_is_zh())
        name_ends(l->facts, &f);
    found(l, &f);
}

/* --- halls and energy --- */

static void look_at_hall(struct look *l, const struct row *hall)
{
    struct finding f = {.severity = hall_heat(hall, l->now_ms), .what = FINDING_HEAT, .row = hall, .jobs = -1};

    if (!is_of_now(hall, teller_of(l, hall->source)))
        return;
    f.age_ms = since(&hall->cells[HALL_INLET_WARM_SINCE], l->now_ms);
    if (f.severity != SEVERITY_OK)
        found(l, &f);
    f = (struct finding){.severity = hall_feed(hall), .what = FINDING_FEED, .row = hall, .jobs = -1, .age_ms = -1};
    if (f.severity != SEVERITY_OK)
        found(l, &f);
}

/* Of months and years: a day's share of a quota is nobody's limit. */
static bool is_long(const struct row *energy)
{
    size_t n = text_len(cell(energy, ENERGY_PERIOD));

    return n == sizeof "2026-11" - 1 || n == sizeof "2026" - 1;
}

static double quota_pct(const struct row *energy)
{
    return 100 * value_real_or(&energy->cells[ENERGY_KWH], NAN) / value_real_or(&energy->cells[ENERGY_QUOTA_KWH], NAN);
}

static double pue_limit(const struct verdict_facts *facts, struct safe_text cluster)
{
    for (size_t i = 0; i < facts->n_clusters; i++)
        if (text_equal(facts->clusters[i].id, cluster))
            return value_real_or(&facts->clusters[i].cells[CLUSTER_PUE_LIMIT], NAN);
    return NAN;
}

static void look_at_energy(struct look *l, const struct row *energy)
{
    struct finding f = {.severity = SEVERITY_NOTICE, .what = FINDING_QUOTA, .row = energy, .jobs = -1, .age_ms = -1};
    double pct = quota_pct(energy);

    if (!is_long(energy) || !is_of_now(energy, teller_of(l, energy->source)))
        return;
    f.limit = QUOTA_NOTICE_PCT;
    if (isfinite(pct) && pct >= QUOTA_NOTICE_PCT)
        found(l, &f);
    f.what = FINDING_PUE;
    f.limit = pue_limit(l->facts, cell(energy, ENERGY_CLUSTER));
    if (value_real_or(&energy->cells[ENERGY_PUE], NAN) > f.limit)
        found(l, &f);
}

/* --- the list --- */

/* -1 stands for unknown and is the least in each. */
static int compare(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int by_id = text_cmp(x->row->id, y->row->id);

    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->jobs != y->jobs)
        return x->jobs > y->jobs ? -1 : 1;
    if (x->age_ms != y->age_ms)
        return x->age_ms > y->age_ms ? -1 : 1;
    if (by_id != 0)
        return by_id;
    if (x->what != y->what)
        return x->what < y->what ? -1 : 1;
    return text_cmp(x->row->source, y->row->source);
}

struct finding_list finding_list_of(const struct verdict_facts *facts)
{
    struct look l = {.facts = facts, .now_ms = facts->now_ms - facts->now_ms % 1000};

    meet_sources(&l);
    for (size_t i = 0; i < facts->n_sources; i++)
        look_at_source(&l, &l.tellers[i]);
    for (size_t i = 0; i < facts->n_schedulers; i++)
        look_at_scheduler(&l, &l.told[i]);
    for (size_t i = 0; i < facts->n_queues; i++)
        look_at_queue(&l, &facts->queues[i]);
    for (size_t i = 0; i < facts->n_links; i++)
        look_at_link(&l, &facts->links[i]);
    for (size_t i = 0; i < facts->n_halls; i++)
        look_at_hall(&l, &facts->halls[i]);
    for (size_t i = 0; i < facts->n_energy; i++)
        look_at_energy(&l, &facts->energy[i]);
    if (l.list.count > 1)
        qsort(l.list.all, l.list.count, sizeof *l.list.all, compare);
    free(l.tellers);
    free(l.told);
    return l.list;
}

void finding_release(struct finding_list *l)
{
    free(l->all);
    *l = (struct finding_list){0};
}

/* --- in words --- */

static bool is_denied(const struct row *source)
{
    return state_source(cell(source, SOURCE_STATE)) == SOURCE_DENIED;
}

static void source_text(const struct finding *f, struct buf *out)
{
    struct safe_text why = cell(f->row, SOURCE_LAST_ERROR);

    if (is_denied(f->row))
        buf_puts(out, tr("access denied"), NULL);
    else
        buf_puts(out, f->age_ms >= 0 ? tr("no answer") : tr("has not answered yet"), NULL);
    if (text_empty(why))
        return;
    buf_puts(out, ": ", NULL);
    text_show(why, WHY_COLUMNS_TEXT, out);
}

static void source_sentence(const struct finding *f, struct buf *out)
{
    struct safe_text why = cell(f->row, SOURCE_LAST_ERROR);
    bool silent = !is_denied(f->row) && f->age_ms >= 0;
    char age[CLOCK_TEXT_MAX];

    clock_age(f->age_ms, age);
    if (silent)
        buf_printf(out, NULL, tr("no answer for %s"), age);
    else
        buf_puts(out, is_denied(f->row) ? tr("access denied") : tr("has not answered yet"), NULL);
    if (!text_empty(why)) {
        buf_puts(out, " (", NULL);
        text_show(why, WHY_COLUMNS, out);
        buf_putc(out, ')', NULL);
    }
    if (silent)
        buf_printf(out, NULL, tr("; its data is %s old"), age);
}

static void sched_text(const struct finding *f, struct buf *out)
{
    (void)f;
    buf_puts(out, tr("the scheduler is down"), NULL);
}

struct node_words {
    char down[VALUE_GROUPED_MAX], total[VALUE_GROUPED_MAX];
    double pct;
};

static struct node_words node_words(const struct row *scheduler)
{
    int64_t total = count_of(scheduler, SCHEDULER_NODES_TOTAL), down = count_of(scheduler, SCHEDULER_NODES_DOWN);
    struct node_words w = {.pct = 100.0 * (double)down / (double)total};

    value_grouped(down, w.down);
    value_grouped(total, w.total);
    return w;
}

static void nodes_text(const struct finding *f, struct buf *out)
{
    struct node_words w = node_words(f->row);

    buf_printf(out, NULL, tr("%s of %s unavailable, %.1f%% > %d%%"), w.down, w.total, w.pct, NODES_WARN_PCT);
}

static void nodes_sentence(const struct finding *f, struct buf *out)
{
    struct node_words w = node_words(f->row);
    char jobs[VALUE_GROUPED_MAX];

    buf_printf(out, NULL, tr("%s of %s nodes unavailable (%.1f %%)"), w.down, w.total, w.pct);
    if (f->jobs >= 0)
        buf_printf(out, NULL, tr("; %s jobs waiting"), value_grouped(f->jobs, jobs));
}

struct queue_words {
    char wait[CLOCK_TEXT_MAX], promised[CLOCK_TEXT_MAX], over[CLOCK_TEXT_MAX];
    bool close; /* both are "6h": only the difference tells */
};

/* Spans beyond what an instant can hold are as unknown as none. */
static void span(double seconds, char out[CLOCK_TEXT_MAX])
{
    clock_age(seconds >= 0 && seconds < 9e12 ? (int64_t)(seconds * 1000) : -1, out);
}

static struct queue_words queue_words(const struct row *q)
{
    double wait_s = value_real_or(&q->cells[QUEUE_WAIT_P95_S], -1);
    double promised_s = value_real_or(&q->cells[QUEUE_SLO_S], -1);
    struct queue_words w;

    span(wait_s, w.wait);
    span(promised_s, w.promised);
    span(wait_s - promised_s, w.over);
    w.close = strcmp(w.wait, w.promised) == 0;
    return w;
}

static void queue_text(const struct finding *f, struct buf *out)
{
    struct queue_words w = queue_words(f->row);

    if (w.close)
        buf_printf(out, NULL, tr("p95 wait %s over %s promised"), w.over, w.promised);
    else
        buf_printf(out, NULL, tr("p95 wait %s > %s promised"), w.wait, w.promised);
}

static void queue_sentence(const struct finding *f, struct buf *out)
{
    struct queue_words w = queue_words(f->row);
    char jobs[VALUE_GROUPED_MAX];

    if (w.close)
        buf_printf(out, NULL, tr("p95 wait %s over the promised %s"), w.over, w.promised);
    else
        buf_printf(out, NULL, tr("p95 wait %s (promised %s)"), w.wait, w.promised);
    if (f->jobs >= 0)
        buf_printf(out, NULL, tr(", %s waiting"), value_grouped(f->jobs, jobs));
}

static void link_text(const struct finding *f, struct buf *out)
{
    if (text_empty(cell(f->row, LINK_WHY)))
        buf_puts(out, tr("nobody says why"), NULL);
    else
        link_why(f->row, out);
}

static void link_promise(const struct finding *f, struct buf *out)
{
    const struct row *link = f->row;
    double delay = link_delay_ms(link), contract = value_real_or(&link->cells[LINK_RING_CONTRACT_MS], NAN);
    struct link_numbers n = link_numbers(delay, contract);

    buf_printf(out, NULL, tr("%s ms one-way (promised %s)"), n.value, n.limit);
}

static void link_trend(const struct row *link, struct buf *out)
{
    struct safe_text trend = cell(link, LINK_TREND);

    if (text_is(trend, "rising"))
        buf_puts(out, tr(" rising"), NULL);
    else if (text_is(trend, "falling"))
        buf_puts(out, tr(" falling"), NULL);
}

/* What else is known to be wrong with a link that breaks its promise: "; 9 of 13 lit; 97 % used". */
static void link_besides(const struct row *link, struct buf *out)
{
    int64_t all = count_of(link, LINK_PATHS), lit = count_of(link, LINK_PATHS_LIT);
    double used = value_real_or(&link->cells[LINK_USED_PCT], NAN);
    char n[LINK_NUMBER_MAX];

    if (lit >= 0 && lit < all)
        buf_printf(out, NULL, tr("; %lld of %lld lit"), (long long)lit, (long long)all);
    if (used >= LINK_USED_PCT_WARN)
        buf_printf(out, NULL, tr("; %s %% used"), link_number(used, n));
}

static void link_for(const struct finding *f, struct buf *out)
{
    char age[CLOCK_TEXT_MAX];

    if (f->age_ms >= 0)
        buf_printf(out, NULL, tr(" for %s"), clock_age(f->age_ms, age));
}

/* The first reason, for how long, and the others. */
static void link_reasons(const struct finding *f, struct buf *out)
{
    struct buf why = buf_make(SENTENCE_BYTES);
    struct safe_text rest, first = {0};

    link_text(f, &why);
    rest = text_from(buf_str(&why), why.len);
    text_split(&rest, ';', &first);
    text_show(first, WHY_COLUMNS_TEXT, out);
    link_for(f, out);
    buf_puts(out, text_empty(rest) ? "" : ";", NULL);
    text_show(rest, -1, out);
    buf_release(&why);
}

static void link_sentence(const struct finding *f, struct buf *out)
{
    const struct row *link = f->row;

    if (f->severity == SEVERITY_CRIT && link_delay_ms(link) > value_real_or(&link->cells[LINK_RING_CONTRACT_MS], NAN)) {
        link_promise(f, out);
        link_trend(link, out);
        link_for(f, out);
        link_besides(link, out);
    } else {
        link_reasons(f, out);
    }
}

static void heat_text(const struct finding *f, struct buf *out)
{
    double inlet_c = value_real_or(&f->row->cells[HALL_INLET_C_MAX], NAN);
    double rise_c = value_real_or(&f->row->cells[HALL_INLET_RISE_C], NAN);
    char n[LINK_NUMBER_MAX];

    buf_printf(out, NULL, tr("inlet %s °C"), link_number(inlet_c, n));
    if (f->severity == SEVERITY_CRIT && !(inlet_c > HALL_INLET_CRIT_C))
        buf_printf(out, NULL, tr(", %s more in 5 min"), link_number(rise_c, n));
    else
        buf_printf(out, NULL, " > %d", f->severity == SEVERITY_CRIT ? HALL_INLET_CRIT_C : HALL_INLET_WARN_C);
}

static void heat_sentence(const struct finding *f, struct buf *out)
{
    heat_text(f, out);
    if (f->age_ms >= 1000)
        link_for(f, out);
}

static void feed_text(const struct finding *f, struct buf *out)
{
    const struct value *cells = f->row->cells;
    char pct[LINK_NUMBER_MAX], limit[LINK_NUMBER_MAX];

    text_show(cell(f->row, HALL_FEED_RACK), NAME_COLUMNS, out);
    link_number(value_real_or(&cells[HALL_FEED_PCT], NAN), pct);
    link_number(value_real_or(&cells[HALL_FEED_LIMIT_PCT], NAN), limit);
    if (value_int_or(&cells[HALL_FEEDS_LOST], 0) > 0)
        buf_puts(out, tr(" lost a feed;"), NULL);
    buf_printf(out, NULL, tr(" one feed carries %s %% of the limit (may %s)"), pct, limit);
}

static void quota_text(const struct finding *f, struct buf *out)
{
    char pct[LINK_NUMBER_MAX];

    buf_printf(out, NULL, tr("%s %% of the energy quota used"), link_number(round(10 * quota_pct(f->row)) / 10, pct));
}

static void pue_text(const struct finding *f, struct buf *out)
{
    char pue[LINK_NUMBER_MAX], limit[LINK_NUMBER_MAX];

    link_number(value_real_or(&f->row->cells[ENERGY_PUE], NAN), pue);
    buf_printf(out, NULL, tr("PUE %s in the mean, limit %s"), pue, link_number(f->limit, limit));
}

static const struct {
    const char *word, *after_name;
    void (*text)(const struct finding *f, struct buf *out);
    void (*sentence)(const struct finding *f, struct buf *out);
} words[] = {
    [FINDING_SOURCE] = {NC_("finding", "source"), ": ", source_text, source_sentence},
    [FINDING_SCHED] = {NC_("finding", "sched"), ": ", sched_text, sched_text},
    [FINDING_NODES] = {NC_("finding", "nodes"), ": ", nodes_text, nodes_sentence},
    [FINDING_QUEUE] = {NC_("finding", "queue"), ": ", queue_text, queue_sentence},
    [FINDING_LINK] = {NC_("finding", "link"), " ", link_text, link_sentence},
    [FINDING_HEAT] = {NC_("finding", "heat"), " ", heat_text, heat_sentence},
    [FINDING_FEED] = {NC_("finding", "feed"), ": ", feed_text, feed_text},
    [FINDING_QUOTA] = {NC_("finding", "quota"), ": ", quota_text, quota_text},
    [FINDING_PUE] = {NC_("finding", "PUE"), ": ", pue_text, pue_text},
};

const char *finding_word(enum finding_what what)
{
    return words[what].word;
}

void finding_where(const struct finding *f, int columns, struct buf *out)
{
    struct buf name = buf_make(SENTENCE_BYTES);

    if (text_empty(f->from)) {
        text_show(f->row->id, columns, out);
        return;
    }
    text_show(f->from, -1, &name);
    buf_puts(&name, "→", NULL);
    text_show(f->to, -1, &name);
    text_show(text_from(buf_str(&name), name.len), columns, out);
    buf_release(&name);
}

void finding_text(const struct finding *f, struct buf *out)
{
    words[f->what].text(f, out);
}

void finding_sentence(const struct finding *f, struct buf *out)
{
    struct buf b = buf_make(SENTENCE_BYTES);

    finding_where(f, NAME_COLUMNS, &b);
    buf_puts(&b, words[f->what].after_name, NULL);
    words[f->what].sentence(f, &b);
    text_show(text_from(buf_str(&b), b.len), COLUMNS, out);
    buf_release(&b);
}
