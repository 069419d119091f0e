#include "domain/verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "domain/reading.h"
#include "domain/state.h"

enum {
    COLUMNS = 78,
    NAME_COLUMNS = 24,
    WHY_COLUMNS = 28,
    LOST_MS = 5 * 60 * 1000, /* all sources of a cluster lost for so long: critical */
};
static const double nodes_warn_share = 0.02;

struct findings {
    const struct verdict_facts *facts;
    struct verdict *verdict;
    int64_t impact; /* jobs that the finding in the text may hit */
};

/* Keeps the finding when it is worse than the one before, or as bad and hits more. */
static void found(struct findings *f, enum severity severity, int64_t impact, const struct buf *text)
{
    struct verdict *v = f->verdict;

    v->crit += severity == SEVERITY_CRIT;
    v->warn += severity == SEVERITY_WARN;
    if (severity < v->severity || (severity == v->severity && impact <= f->impact && v->text[0] != '\0'))
        return;
    v->severity = severity;
    f->impact = impact;

    struct buf cut = buf_make(sizeof v->text - 1);
    text_show(text_from(buf_str(text), text->len), COLUMNS, &cut);
    snprintf(v->text, sizeof v->text, "%s", buf_str(&cut));
    buf_release(&cut);
}

static struct buf sentence(struct safe_text name)
{
    struct buf b = buf_make(VERDICT_TEXT_MAX);

    text_show(name, NAME_COLUMNS, &b);
    buf_puts(&b, ": ", NULL);
    return b;
}

static const char *grouped(int64_t n, char out[32])
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRId64, n), at = 0;

    for (int i = 0; i < len; i++) {
        out[at++] = digits[i];
        if ((len - 1 - i) % 3 == 0 && i + 1 < len && digits[i] != '-')
            out[at++] = ',';
    }
    out[at] = '\0';
    return out;
}

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

/* A count, 0 when it is unknown. What sources tell may be any number: bounded, sums of it stay numbers. */
static int64_t count_of(const struct row *row, int field)
{
    const int64_t most = INT64_C(1000000000000);
    int64_t n = value_int_or(&row->cells[field], 0);

    return n < 0 ? 0 : n > most ? most : n;
}

/* How long ago the source answered; 0 when it never did. */
static int64_t silence_of(const struct verdict_facts *facts, const struct row *source)
{
    int64_t ms;

    if (!value_known(&source->cells[SOURCE_LAST_OK_AT]) ||
        __builtin_sub_overflow(facts->now_ms, value_int_or(&source->cells[SOURCE_LAST_OK_AT], 0), &ms))
        return 0;
    return ms > 0 ? ms : 0;
}

/* --- sources --- */

/* The state that the facts prove: a source that calls itself live but has not answered for long is stale, for whoever
 * wrote that word may be gone. */
static enum source_state state_of(const struct verdict_facts *facts, const struct row *source)
{
    enum source_state s = state_source(cell(source, SOURCE_STATE));
    int64_t interval_ms = count_of(source, SOURCE_INTERVAL_S) * 1000;

    return s == SOURCE_LIVE && !reading_is_fresh(silence_of(facts, source), interval_ms) ? SOURCE_STALE : s;
}

static bool is_lost(const struct verdict_facts *facts, struct safe_text source)
{
    for (size_t i = 0; i < facts->n_sources; i++)
        if (text_equal(facts->sources[i].id, source))
            return state_of(facts, &facts->sources[i]) != SOURCE_LIVE;
    return false;
}

/* Whether every source that tells of a scheduler of that cluster is lost. */
static bool cluster_is_lost(const struct verdict_facts *facts, struct safe_text cluster)
{
    for (size_t i = 0; i < facts->n_schedulers; i++) {
        const struct row *s = &facts->schedulers[i];
        if (text_equal(cell(s, SCHEDULER_CLUSTER), cluster) && !is_lost(facts, s->source))
            return false;
    }
    return true;
}

static bool loses_a_cluster(const struct verdict_facts *facts, const struct row *source)
{
    for (size_t i = 0; i < facts->n_schedulers; i++) {
        const struct row *s = &facts->schedulers[i];
        if (text_equal(s->source, source->id) && value_known(&s->cells[SCHEDULER_CLUSTER]) &&
            cluster_is_lost(facts, cell(s, SCHEDULER_CLUSTER)))
            return true;
    }
    return false;
}

static int64_t jobs_of(const struct row *scheduler)
{
    return count_of(scheduler, SCHEDULER_JOBS_RUNNING) + count_of(scheduler, SCHEDULER_JOBS_WAITING);
}

static int64_t jobs_behind(const struct verdict_facts *facts, const struct row *source)
{
    int64_t jobs = 0;

    for (size_t i = 0; i < facts->n_schedulers; i++)
        if (text_equal(facts->schedulers[i].source, source->id))
            jobs += jobs_of(&facts->schedulers[i]);
    return jobs;
}

static void add_why(struct buf *b, const struct row *source)
{
    struct safe_text why = cell(source, SOURCE_LAST_ERROR);

    if (text_empty(why))
        return;
    buf_puts(b, " (", NULL);
    text_show(why, WHY_COLUMNS, b);
    buf_putc(b, ')', NULL);
}

static void look_at_source(struct findings *f, const struct row *source)
{
    enum source_state s = state_of(f->facts, source);
    const struct value *last = &source->cells[SOURCE_LAST_OK_AT];
    int64_t age_ms = silence_of(f->facts, source);
    bool crit = s == SOURCE_DENIED || (age_ms >= LOST_MS && loses_a_cluster(f->facts, source));
    char age[CLOCK_TEXT_MAX];

    if (s == SOURCE_LIVE || s == SOURCE_DISABLED)
        return;
    struct buf b = sentence(source->id);
    if (s == SOURCE_DENIED)
        buf_puts(&b, "access denied", NULL);
    else if (value_known(last))
        buf_printf(&b, NULL, "no answer for %s", clock_age(age_ms, age));
    else
        buf_puts(&b, "has not answered yet", NULL);
    add_why(&b, source);
    if (s != SOURCE_DENIED && value_known(last))
        buf_printf(&b, NULL, "; its data is %s old", age);
    found(f, crit ? SEVERITY_CRIT : SEVERITY_WARN, jobs_behind(f->facts, source), &b);
    buf_release(&b);
}

/* --- schedulers and queues; what is stale says nothing about now --- */

static void look_at_nodes(struct findings *f, const struct row *s)
{
    int64_t total = count_of(s, SCHEDULER_NODES_TOTAL), down = count_of(s, SCHEDULER_NODES_DOWN);
    int64_t waiting = count_of(s, SCHEDULER_JOBS_WAITING);
    char n[32], all[32], jobs[32];

    if (total <= 0 || (double)down <= nodes_warn_share * (double)total)
        return;
    struct buf b = sentence(s->id);
    buf_printf(&b, NULL, "%s of %s nodes unavailable (%.1f %%)", grouped(down, n), grouped(total, all),
               100.0 * (double)down / (double)total);
    if (value_known(&s->cells[SCHEDULER_JOBS_WAITING]))
        buf_printf(&b, NULL, "; %s jobs waiting", grouped(waiting, jobs));
    found(f, SEVERITY_WARN, waiting + down, &b);
    buf_release(&b);
}

static void look_at_scheduler(struct findings *f, const struct row *s)
{
    if (s->stale || is_lost(f->facts, s->source))
        return;
    look_at_nodes(f, s);
    if (!text_is(cell(s, SCHEDULER_STATE), "down"))
        return;
    struct buf b = sentence(s->id);
    buf_puts(&b, "the scheduler is down", NULL);
    found(f, SEVERITY_CRIT, jobs_of(s), &b);
    buf_release(&b);
}

static void look_at_queue(struct findings *f, const struct row *q)
{
    const struct value *wait = &q->cells[QUEUE_WAIT_P95_S], *slo = &q->cells[QUEUE_SLO_S];
    int64_t wait_s = count_of(q, QUEUE_WAIT_P95_S), slo_s = count_of(q, QUEUE_SLO_S);
    char a[CLOCK_TEXT_MAX], p[CLOCK_TEXT_MAX], n[32];

    if (q->stale || is_lost(f->facts, q->source) || !value_known(wait) || !value_known(slo) || wait_s <= slo_s)
        return;
    struct buf b = sentence(q->id);
    buf_printf(&b, NULL, "p95 wait %s (promised %s)", clock_age(wait_s * 1000, a), clock_age(slo_s * 1000, p));
    if (value_known(&q->cells[QUEUE_WAITING]))
        buf_printf(&b, NULL, ", %s waiting", grouped(count_of(q, QUEUE_WAITING), n));
    found(f, SEVERITY_WARN, count_of(q, QUEUE_WAITING), &b);
    buf_release(&b);
}

/* --- nothing is wrong --- */

/* Different texts of a column; -1 is the id. "unassigned" is nobody's hub. */
static size_t distinct(const struct row *rows, size_t n, int field)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        struct safe_text t = field < 0 ? rows[i].id : cell(&rows[i], field);
        size_t k = 0;
        while (k < i && !text_equal(field < 0 ? rows[k].id : cell(&rows[k], field), t))
            k++;
        count += k == i && !text_empty(t) && !text_is(t, "unassigned");
    }
    return count;
}

static bool sum_of(const struct verdict_facts *facts, int field, int64_t *sum)
{
    bool known = false;

    *sum = 0;
    for (size_t i = 0; i < facts->n_schedulers; i++) {
        known |= value_known(&facts->schedulers[i].cells[field]);
        *sum += count_of(&facts->schedulers[i], field);
    }
    return known;
}

static void add_count(struct buf *b, size_t n, const char *one, const char *many)
{
    if (n > 0)
        buf_printf(b, NULL, "%s%zu %s", b->data[b->len - 1] == ':' ? " " : ", ", n, n == 1 ? one : many);
}

static void all_well(const struct verdict_facts *facts, struct verdict *v)
{
    struct buf b = buf_make(VERDICT_TEXT_MAX - 1);
    int64_t running, waiting;
    char n[32], m[32];

    buf_puts(&b, "all well:", NULL);
    add_count(&b, distinct(facts->clusters, facts->n_clusters, CLUSTER_HUB), "hub", "hubs");
    add_count(&b, distinct(facts->clusters, facts->n_clusters, -1), "cluster", "clusters");
    if (sum_of(facts, SCHEDULER_JOBS_RUNNING, &running) && sum_of(facts, SCHEDULER_JOBS_WAITING, &waiting))
        buf_printf(&b, NULL, "%s%s jobs running, %s waiting", b.data[b.len - 1] == ':' ? " " : ", ",
                   grouped(running, n), grouped(waiting, m));
    if (b.data[b.len - 1] == ':')
        b.data[--b.len] = '\0';
    snprintf(v->text, sizeof v->text, "%s", buf_str(&b));
    buf_release(&b);
}

static bool anybody_answered(const struct verdict_facts *facts)
{
    if (facts->n_sources == 0)
        return facts->n_schedulers + facts->n_clusters + facts->n_queues > 0;
    for (size_t i = 0; i < facts->n_sources; i++)
        if (value_known(&facts->sources[i].cells[SOURCE_LAST_OK_AT]))
            return true;
    return false;
}

struct verdict verdict_of(const struct verdict_facts *facts)
{
    struct verdict v = {.severity = SEVERITY_OK};
    struct findings f = {.facts = facts, .verdict = &v};

    for (size_t i = 0; i < facts->n_sources; i++)
        look_at_source(&f, &facts->sources[i]);
    for (size_t i = 0; i < facts->n_schedulers; i++)
        look_at_scheduler(&f, &facts->schedulers[i]);
    for (size_t i = 0; i < facts->n_queues; i++)
        look_at_queue(&f, &facts->queues[i]);
    if (!anybody_answered(facts) && v.crit == 0) {
        v.severity = SEVERITY_UNKNOWN;
        snprintf(v.text, sizeof v.text, "no source has answered yet");
    } else if (v.severity == SEVERITY_OK) {
        all_well(facts, &v);
    }
    return v;
}
