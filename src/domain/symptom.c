#include "domain/symptom.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/hall.h"
#include "domain/link.h"
#include "domain/reading.h"
#include "domain/state.h"
#include "domain/symptom_private.h"

const enum kind symptom_kinds[] = {KIND_SOURCE, KIND_SCHEDULER, KIND_CLUSTER, KIND_QUEUE,  KIND_LINK,
                                   KIND_PLACE,  KIND_HALL,      KIND_NODE,    KIND_ENERGY, KIND_NONE};

struct symptom_facts symptom_facts_of(const struct verdict_facts *facts)
{
    const struct {
        enum kind kind;
        const struct row *rows;
        size_t n;
    } parts[] = {
        {KIND_SOURCE, facts->sources, facts->n_sources},    {KIND_SCHEDULER, facts->schedulers, facts->n_schedulers},
        {KIND_CLUSTER, facts->clusters, facts->n_clusters}, {KIND_QUEUE, facts->queues, facts->n_queues},
        {KIND_LINK, facts->links, facts->n_links},          {KIND_PLACE, facts->places, facts->n_places},
        {KIND_HALL, facts->halls, facts->n_halls},          {KIND_ENERGY, facts->energy, facts->n_energy},
    };
    struct symptom_facts out = {.now_ms = facts->now_ms};

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        out.rows[parts[i].kind] = parts[i].rows;
        out.count[parts[i].kind] = parts[i].n;
    }
    return out;
}

/* --- what all rules use --- */

struct safe_text symptom_cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

int64_t symptom_count(const struct row *row, int field)
{
    const int64_t most = INT64_C(1000000000000);
    int64_t n = value_int_or(&row->cells[field], -1);

    return n < 0 ? -1 : n > most ? most : n;
}

int64_t symptom_plus(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 ? a : a + b;
}

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

bool symptom_is_of_now(const struct symptom_look *l, const struct row *row)
{
    const struct symptom_teller *by = symptom_teller_of(l, row->source);

    return !row->stale && (by == NULL || by->state == SOURCE_LIVE);
}

static struct symptom begin(enum symptom_rule rule, const struct row *row)
{
    return (struct symptom){.rule = rule,
                            .severity = SEVERITY_OK,
                            .kind = row->kind,
                            .where = row->id,
                            .source = row->source,
                            .row = row,
                            .jobs = -1,
                            .age_ms = -1,
                            .limit = NAN,
                            .count = -1};
}

/* Hands it on; `told`: what it needs is known. */
static void say(struct symptom_look *l, struct symptom *s, bool told, enum severity severity)
{
    s->severity = !told || !symptom_is_of_now(l, s->row) ? SEVERITY_UNKNOWN : severity;
    l->take(l->ctx, s);
}

/* --- sources --- */

/* The state that the facts prove: a source that calls itself live but has not answered for long is stale, for whoever
 * wrote that word may be gone. */
static enum source_state state_of(const struct row *source, int64_t silence_ms)
{
    enum source_state s = state_source(symptom_cell(source, SOURCE_STATE));
    int64_t interval_s = symptom_count(source, SOURCE_INTERVAL_S);

    if (s == SOURCE_LIVE && silence_ms >= 0 && !reading_is_fresh(silence_ms, interval_s > 0 ? interval_s * 1000 : 0))
        return SOURCE_STALE;
    return s;
}

struct symptom_teller *symptom_teller_of(const struct symptom_look *l, struct safe_text source)
{
    size_t number = ids_find(&l->names, source, text_of(""));

    return number != IDS_NONE ? &l->tellers[l->first[number]] : NULL;
}

static bool is_lost(const struct symptom_look *l, const struct symptom_teller *t)
{
    return t != NULL && t->state != SOURCE_LIVE && (t->silence_ms < 0 || t->silence_ms >= l->lost_for_ms);
}

/* Of a cluster's schedulers: how many there are, and how many of those that tell of them are lost. */
struct cluster_voices {
    size_t all, lost;
};

/* Marks those who tell of a cluster when all of them are lost. */
static void mark_clusters(struct symptom_look *l)
{
    size_t n = l->facts->count[KIND_SCHEDULER];
    const struct row *schedulers = l->facts->rows[KIND_SCHEDULER];
    struct cluster_voices *voices = mem_new(n + 1, sizeof *voices);
    struct ids clusters = {0};

    for (size_t i = 0; i < n; i++) {
        struct cluster_voices *v =
            &voices[ids_put(&clusters, symptom_cell(&schedulers[i], SCHEDULER_CLUSTER), text_of(""))];
        v->all++;
        v->lost += is_lost(l, symptom_teller_of(l, schedulers[i].source));
    }
    for (size_t i = 0; i < n; i++) {
        struct safe_text cluster = symptom_cell(&schedulers[i], SCHEDULER_CLUSTER);
        const struct cluster_voices *v = &voices[ids_find(&clusters, cluster, text_of(""))];
        if (!text_empty(cluster) && v->lost == v->all)
            symptom_teller_of(l, schedulers[i].source)->alone = true;
    }
    ids_release(&clusters);
    free(voices);
}

static int64_t jobs_of(const struct row *scheduler)
{
    return symptom_plus(symptom_count(scheduler, SCHEDULER_JOBS_RUNNING),
                        symptom_count(scheduler, SCHEDULER_JOBS_WAITING));
}

static void meet_sources(struct symptom_look *l)
{
    const struct symptom_facts *facts = l->facts;

    l->tellers = mem_new(facts->count[KIND_SOURCE] + 1, sizeof *l->tellers);
    l->first = mem_new(facts->count[KIND_SOURCE] + 1, sizeof *l->first);
    for (size_t i = 0; i < facts->count[KIND_SOURCE]; i++) {
        const struct row *row = &facts->rows[KIND_SOURCE][i];
        struct symptom_teller *t = &l->tellers[i];
        size_t had = l->names.count, number = ids_put(&l->names, row->id, text_of(""));
        if (number == had)
            l->first[number] = i;
        t->row = row;
        t->silence_ms = since(&row->cells[SOURCE_LAST_OK_AT], l->now_ms);
        t->state = state_of(row, t->silence_ms);
        t->jobs = -1;
    }
    for (size_t i = 0; i < facts->count[KIND_SCHEDULER]; i++) {
        const struct row *s = &facts->rows[KIND_SCHEDULER][i];
        struct symptom_teller *by = symptom_teller_of(l, s->source);
        if (by != NULL)
            by->jobs = symptom_plus(by->jobs, jobs_of(s));
    }
    mark_clusters(l);
}

bool symptom_source_is_live(const struct symptom_facts *facts, struct safe_text source)
{
    for (size_t i = 0; i < facts->count[KIND_SOURCE]; i++) {
        const struct row *row = &facts->rows[KIND_SOURCE][i];
        enum source_state state = state_of(row, since(&row->cells[SOURCE_LAST_OK_AT], facts->now_ms));
        bool named = text_empty(source) || text_equal(row->id, source);
        if (named && state != SOURCE_LIVE && state != SOURCE_DISABLED)
            return false;
    }
    return true;
}

static void look_at_source(struct symptom_look *l, const struct symptom_teller *t)
{
    bool crit = t->state == SOURCE_DENIED || (t->alone && t->silence_ms >= l->lost_for_ms);
    struct symptom s = begin(SYMPTOM_SOURCE, t->row);

    s.jobs = t->jobs;
    s.age_ms = t->silence_ms;
    if (t->state != SOURCE_LIVE && t->state != SOURCE_DISABLED)
        s.severity = crit ? SEVERITY_CRIT : SEVERITY_WARN;
    l->take(l->ctx, &s);
}

/* --- schedulers, queues --- */

static void look_at_scheduler(struct symptom_look *l, const struct row *scheduler)
{
    struct safe_text state = symptom_cell(scheduler, SCHEDULER_STATE);
    struct symptom s = begin(SYMPTOM_SCHED, scheduler);

    s.jobs = jobs_of(scheduler);
    say(l, &s, !text_empty(state), text_is(state, "down") ? SEVERITY_CRIT : SEVERITY_OK);
}

int64_t symptom_nodes_out(const struct row *scheduler)
{
    int64_t down = symptom_count(scheduler, SCHEDULER_NODES_DOWN);
    int64_t planned = symptom_count(scheduler, SCHEDULER_NODES_PLANNED);

    return planned > 0 && down >= planned ? down - planned : down;
}

static void look_at_nodes(struct symptom_look *l, const struct row *scheduler)
{
    int64_t total = symptom_count(scheduler, SCHEDULER_NODES_TOTAL);
    int64_t down = symptom_nodes_out(scheduler);
    struct symptom s = begin(SYMPTOM_NODES, scheduler);

    s.limit = thresholds_at(l->limits, THRESHOLD_NODES_WARN_PCT);
    s.jobs = symptom_count(scheduler, SCHEDULER_JOBS_WAITING);
    say(l, &s, total > 0 && down >= 0, (double)down * 100 > (double)total * s.limit ? SEVERITY_WARN : SEVERITY_OK);
}

bool symptom_queue_is_late(const struct row *queue)
{
    double wait_s = value_real_or(&queue->cells[QUEUE_WAIT_P95_S], -1);
    double promised_s = value_real_or(&queue->cells[QUEUE_SLO_S], -1);

    return promised_s >= 0 && wait_s > promised_s;
}

/* A job's deadline is what it says, else the end of the wait that its queue promised. */
double symptom_queue_overdue_s(const struct row *queue, int64_t now_ms)
{
    const struct value *said = &queue->cells[QUEUE_DEADLINE_FIRST_AT];
    double waits_s = value_real_or(&queue->cells[QUEUE_INNER_OLDEST_S], NAN);
    double promised_s = value_real_or(&queue->cells[QUEUE_SLO_S], NAN);
    double by_said = value_known(said) ? ((double)now_ms - (double)value_int_or(said, 0)) / 1000 : NAN;

    return fmax(by_said, waits_s - promised_s); /* of one that is NAN the other */
}

static void look_at_queue(struct symptom_look *l, const struct row *queue)
{
    struct symptom s = begin(SYMPTOM_QUEUE, queue);
    bool told = value_known(&queue->cells[QUEUE_WAIT_P95_S]) && value_known(&queue->cells[QUEUE_SLO_S]);
    double overdue_s = symptom_queue_overdue_s(queue, l->now_ms);
    bool overdue = overdue_s > 0;

    s.jobs = symptom_count(queue, QUEUE_WAITING);
    s.limit = overdue ? overdue_s : NAN;
    say(l, &s, told || !isnan(overdue_s),
        overdue                        ? SEVERITY_CRIT
        : symptom_queue_is_late(queue) ? SEVERITY_WARN
                                       : SEVERITY_OK);
}

/* --- links --- */

static struct safe_text name_of(const struct row *rows, size_t n, int name_zh, struct safe_text id)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(rows[i].id, id))
            return symptom_cell(&rows[i], name_zh);
    return text_of("");
}

static struct safe_text name_of_end(const struct symptom_facts *facts, struct safe_text id)
{
    struct safe_text name = name_of(facts->rows[KIND_CLUSTER], facts->count[KIND_CLUSTER], CLUSTER_NAME_ZH, id);

    return text_empty(name) ? name_of(facts->rows[KIND_PLACE], facts->count[KIND_PLACE], PLACE_NAME_ZH, id) : name;
}

static void name_ends(const struct symptom_facts *facts, struct symptom *s)
{
    struct safe_text from = name_of_end(facts, symptom_cell(s->row, LINK_FROM));
    struct safe_text to = name_of_end(facts, symptom_cell(s->row, LINK_TO));

    if (text_empty(from) || text_empty(to))
        return;
    s->from = from;
    s->to = to;
}

static void look_at_link(struct symptom_look *l, const struct row *link)
{
    struct symptom s = begin(SYMPTOM_LINK, link);
    enum severity severity = link_severity(link);
    bool bad = severity == SEVERITY_CRIT || severity == SEVERITY_WARN;
    bool planned = text_is(symptom_cell(link, LINK_STATE), "planned");

    s.age_ms = bad ? since(&link->cells[LINK_SINCE], l->now_ms) : -1;
    if (bad && tr_is_zh())
        name_ends(l->facts, &s);
    say(l, &s, severity != SEVERITY_UNKNOWN || planned, bad ? severity : SEVERITY_OK);
}

/* --- halls and energy --- */

static void look_at_heat(struct symptom_look *l, const struct row *hall)
{
    struct symptom s = begin(SYMPTOM_HEAT, hall);
    enum severity severity = hall_heat(hall, l->now_ms, l->limits);

    s.age_ms = since(&hall->cells[HALL_INLET_WARM_SINCE], l->now_ms);
    s.limit = thresholds_at(l->limits, severity == SEVERITY_CRIT ? THRESHOLD_INLET_CRIT_C : THRESHOLD_INLET_WARN_C);
    say(l, &s, value_known(&hall->cells[HALL_INLET_C_MAX]), severity);
}

static void look_at_feed(struct symptom_look *l, const struct row *hall)
{
    struct symptom s = begin(SYMPTOM_FEED, hall);
    /* A hall's row names a feed only where it carries too much. */
    bool told = value_known(&hall->cells[HALL_FEED_PCT]) || value_known(&hall->cells[HALL_POWER_KW]);

    say(l, &s, told, hall_feed(hall));
}

/* Of months and years: a day's share of a quota is nobody's limit. */
static bool is_long(const struct row *energy)
{
    size_t n = text_len(symptom_cell(energy, ENERGY_PERIOD));

    return n == sizeof "2026-11" - 1 || n == sizeof "2026" - 1;
}

double symptom_quota_pct(const struct row *energy)
{
    return 100 * value_real_or(&energy->cells[ENERGY_KWH], NAN) / value_real_or(&energy->cells[ENERGY_QUOTA_KWH], NAN);
}

static void look_at_quota(struct symptom_look *l, const struct row *energy)
{
    struct symptom s = begin(SYMPTOM_QUOTA, energy);
    double pct = symptom_quota_pct(energy);

    s.limit = thresholds_at(l->limits, THRESHOLD_QUOTA_PCT);
    if (is_long(energy))
        say(l, &s, isfinite(pct), pct >= s.limit ? SEVERITY_NOTICE : SEVERITY_OK);
}

static double pue_limit(const struct symptom_facts *facts, struct safe_text cluster)
{
    for (size_t i = 0; i < facts->count[KIND_CLUSTER]; i++)
        if (text_equal(facts->rows[KIND_CLUSTER][i].id, cluster))
            return value_real_or(&facts->rows[KIND_CLUSTER][i].cells[CLUSTER_PUE_LIMIT], NAN);
    return NAN;
}

static void look_at_pue(struct symptom_look *l, const struct row *energy)
{
    struct symptom s = begin(SYMPTOM_PUE, energy);
    double pue = value_real_or(&energy->cells[ENERGY_PUE], NAN);

    s.limit = pue_limit(l->facts, symptom_cell(energy, ENERGY_CLUSTER));
    if (is_long(energy))
        say(l, &s, isfinite(pue) && isfinite(s.limit), pue > s.limit ? SEVERITY_NOTICE : SEVERITY_OK);
}

/* --- all of them --- */

static void each_row(struct symptom_look *l, enum kind kind, void (*look)(struct symptom_look *, const struct row *))
{
    for (size_t i = 0; i < l->facts->count[kind]; i++)
        look(l, &l->facts->rows[kind][i]);
}

void symptom_each(const struct symptom_facts *facts, const struct thresholds *t, symptom_take *take, void *ctx)
{
    struct symptom_look l = {.facts = facts,
                             .limits = t,
                             .now_ms = facts->now_ms - facts->now_ms % 1000,
                             .lost_for_ms = thresholds_int(t, THRESHOLD_SOURCE_LOST_FOR),
                             .take = take,
                             .ctx = ctx};

    meet_sources(&l);
    for (size_t i = 0; i < facts->count[KIND_SOURCE]; i++)
        look_at_source(&l, &l.tellers[i]);
    each_row(&l, KIND_SCHEDULER, look_at_scheduler);
    each_row(&l, KIND_SCHEDULER, look_at_nodes);
    each_row(&l, KIND_QUEUE, look_at_queue);
    each_row(&l, KIND_LINK, look_at_link);
    each_row(&l, KIND_HALL, look_at_heat);
    each_row(&l, KIND_HALL, look_at_feed);
    each_row(&l, KIND_ENERGY, look_at_quota);
    each_row(&l, KIND_ENERGY, look_at_pue);
    symptom_place_racks(&l);
    symptom_place_ends(&l);
    ids_release(&l.names);
    free(l.tellers);
    free(l.first);
}

/* --- the list --- */

struct gathering {
    struct symptom_list list;
    size_t cap;
};

static void gather(void *ctx, const struct symptom *s)
{
    struct gathering *g = ctx;

    if (s->severity == SEVERITY_OK || s->severity == SEVERITY_UNKNOWN)
        return;
    if (g->list.count == g->cap) {
        g->cap = g->cap > 0 ? g->cap * 2 : 16;
        g->list.all = mem_grow(g->list.all, g->cap, sizeof *g->list.all);
    }
    g->list.all[g->list.count++] = *s;
}

static int compare(const void *a, const void *b)
{
    const struct symptom *x = a, *y = b;
    int by_where = text_cmp(x->where, y->where);

    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    if (by_where != 0 || x->row == NULL || y->row == NULL)
        return by_where;
    return text_cmp(x->row->source, y->row->source);
}

struct symptom_list symptom_list_of(const struct symptom_facts *facts, const struct thresholds *t)
{
    struct gathering g = {0};

    symptom_each(facts, t, gather, &g);
    if (g.list.count > 1)
        qsort(g.list.all, g.list.count, sizeof *g.list.all, compare);
    return g.list;
}

void symptom_list_release(struct symptom_list *l)
{
    free(l->all);
    *l = (struct symptom_list){0};
}

const struct symptom *symptom_find(const struct symptom_list *l, enum symptom_rule rule, struct safe_text where)
{
    const struct symptom key = {.rule = rule, .where = where};
    size_t low = 0, high = l->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (compare(&l->all[mid], &key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < l->count && compare(&l->all[low], &key) == 0 ? &l->all[low] : NULL;
}

/* --- of an alert --- */

enum { LOST_MANY = 1000000 };

enum symptom_rule symptom_rule_of(const struct row *alert)
{
    return symptom_by_word(symptom_cell(alert, ALERT_RULE));
}

static enum severity severity_of(const struct row *alert)
{
    struct safe_text word = symptom_cell(alert, ALERT_SEVERITY);

    return text_is(word, "crit") ? SEVERITY_CRIT : text_is(word, "warn") ? SEVERITY_WARN : SEVERITY_NOTICE;
}

/* The number that a summary begins with, as value_grouped() writes it; -1: none. */
static int64_t count_in(struct safe_text summary)
{
    struct buf b = buf_make(text_len(summary) + 1);
    int64_t n = -1;

    text_copy(&b, summary);
    for (size_t i = 0; i < b.len && n < LOST_MANY && (b.data[i] == ',' || (b.data[i] >= '0' && b.data[i] <= '9')); i++)
        if (b.data[i] != ',')
            n = (n < 0 ? 0 : 10 * n) + (b.data[i] - '0');
    buf_release(&b);
    return n;
}

struct symptom symptom_of_alert(const struct symptom_list *now, const struct row *alert, const struct row *object)
{
    struct symptom s = {.rule = symptom_rule_of(alert),
                        .severity = severity_of(alert),
                        .where = symptom_cell(alert, ALERT_WHERE),
                        .row = object,
                        .jobs = -1,
                        .age_ms = -1,
                        .limit = NAN,
                        .count = -1};
    const struct symptom *found = symptom_find(now, s.rule, s.where);
    struct buf kind = buf_make(text_len(symptom_cell(alert, ALERT_KIND)) + 1);

    text_copy(&kind, symptom_cell(alert, ALERT_KIND));
    s.kind = kind_by_name(buf_str(&kind));
    buf_release(&kind);
    if (found != NULL)
        return *found;
    if (s.rule == SYMPTOM_RACK)
        s.count = count_in(symptom_cell(alert, ALERT_SUMMARY));
    s.calm = s.rule != SYMPTOM_RACK;
    return s;
}
