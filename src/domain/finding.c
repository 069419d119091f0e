#include "domain/finding.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "domain/ids.h"
#include "domain/link.h"

_Static_assert((int)FINDING_SITE == (int)SYMPTOM_SITE, "findings are numbered as symptoms are");
_Static_assert((int)FINDING_ALERT == (int)SYMPTOM_RULES, "an alert of no rule is one of others");

struct look {
    const struct verdict_facts *facts;
    int64_t now_ms;
    struct symptom_list symptoms;
    struct ids open;           /* ids of alerts that are not over */
    const struct row **opened; /* by number of `open`: its row */
    const struct row **voices; /* likewise: the worst of ours that it explains, or NULL */
    struct ids silent;         /* sources of which an alert tells */
    struct ids unknown;        /* "rule/where" of which nobody can tell now */
    struct ids objects;        /* "kind/id" */
    const struct row **rows;
    size_t cap;
    struct finding_list list;
};

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

/* --- what is known of the objects --- */

static void put_objects(struct look *l, enum kind kind, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t had = l->objects.count, at = ids_put(&l->objects, text_of(kind_info(kind)->name), rows[i].id);
        if (at >= l->cap) {
            l->cap = l->cap > 0 ? 2 * l->cap : 256;
            l->rows = mem_grow(l->rows, l->cap, sizeof *l->rows);
        }
        if (at == had)
            l->rows[at] = &rows[i];
    }
}

/* The row of what an alert is about; NULL: it is not known. */
static const struct row *object_of(const struct look *l, const struct row *alert)
{
    struct safe_text kind = cell(alert, ALERT_KIND), where = cell(alert, ALERT_WHERE);
    size_t at = text_empty(where) || l->cap == 0 ? IDS_NONE : ids_find(&l->objects, kind, where);

    return at != IDS_NONE ? l->rows[at] : NULL;
}

static bool is_over(const struct row *alert)
{
    return text_is(cell(alert, ALERT_STATE), "resolved");
}

static void note_unknown(void *ctx, const struct symptom *s)
{
    if (s->severity == SEVERITY_UNKNOWN)
        ids_put(&((struct look *)ctx)->unknown, text_of(symptom_word(s->rule)), s->where);
}

static enum severity severity_of(const struct row *alert)
{
    struct safe_text word = cell(alert, ALERT_SEVERITY);

    return text_is(word, "crit") ? SEVERITY_CRIT : text_is(word, "info") ? SEVERITY_NOTICE : SEVERITY_WARN;
}

/* A delay over what was promised says more than what leads to it. */
static bool breaks_promise(const struct look *l, const struct row *alert)
{
    const struct row *link = symptom_rule_of(alert) == SYMPTOM_LINK ? object_of(l, alert) : NULL;

    return link != NULL && link_delay_ms(link) > value_real_or(&link->cells[LINK_RING_CONTRACT_MS], NAN);
}

static bool is_same_object(const struct row *a, const struct row *b)
{
    return text_equal(cell(a, ALERT_KIND), cell(b, ALERT_KIND)) &&
           text_equal(cell(a, ALERT_WHERE), cell(b, ALERT_WHERE));
}

/* Of those that are as bad, what is wrong with the root's own object says more than what stands in it. */
static bool is_worse(const struct look *l, const struct row *a, const struct row *b, const struct row *root)
{
    enum severity x = severity_of(a), y = severity_of(b);
    bool breaks = breaks_promise(l, a), own = is_same_object(a, root);
    int by_age = value_cmp(&a->cells[ALERT_SINCE], &b->cells[ALERT_SINCE]);

    if (x != y || breaks != breaks_promise(l, b))
        return x != y ? x > y : breaks;
    if (own != is_same_object(b, root))
        return own;
    return by_age != 0 ? by_age < 0 : text_cmp(a->id, b->id) < 0;
}

static void note_voice(struct look *l, const struct row *alert)
{
    struct safe_text parent = cell(alert, ALERT_PARENT);
    size_t at = text_empty(parent) || is_over(alert) ? IDS_NONE : ids_find(&l->open, parent, text_of(""));

    if (at != IDS_NONE && symptom_rule_of(alert) != SYMPTOM_RULES &&
        (l->voices[at] == NULL || is_worse(l, alert, l->voices[at], l->opened[at])))
        l->voices[at] = alert;
}

static void meet(struct look *l)
{
    const struct verdict_facts *f = l->facts;

    l->opened = mem_new(f->n_alerts + 1, sizeof *l->opened);
    for (size_t i = 0; i < f->n_alerts; i++) {
        if (is_over(&f->alerts[i]))
            continue;
        l->opened[ids_put(&l->open, f->alerts[i].id, text_of(""))] = &f->alerts[i];
        if (symptom_rule_of(&f->alerts[i]) == SYMPTOM_SOURCE)
            ids_put(&l->silent, cell(&f->alerts[i], ALERT_WHERE), text_of(""));
    }
    if (l->open.count == 0)
        return;
    struct symptom_facts now = symptom_facts_of(f);
    symptom_each(&now, f->limits, note_unknown, l);
    put_objects(l, KIND_SOURCE, f->sources, f->n_sources);
    put_objects(l, KIND_SCHEDULER, f->schedulers, f->n_schedulers);
    put_objects(l, KIND_CLUSTER, f->clusters, f->n_clusters);
    put_objects(l, KIND_QUEUE, f->queues, f->n_queues);
    put_objects(l, KIND_LINK, f->links, f->n_links);
    put_objects(l, KIND_HALL, f->halls, f->n_halls);
    put_objects(l, KIND_ENERGY, f->energy, f->n_energy);
    l->voices = mem_new(l->open.count, sizeof *l->voices);
    for (size_t i = 0; i < f->n_alerts; i++)
        note_voice(l, &f->alerts[i]);
}

/* Of a rack readers know the alert's word alone. */
static bool is_unknown(const struct look *l, const struct symptom *s)
{
    return s->calm && (s->row == NULL || ids_find(&l->unknown, text_of(symptom_word(s->rule)), s->where) != IDS_NONE);
}

/* --- findings --- */

static void found(struct look *l, const struct finding *f)
{
    struct finding_list *list = &l->list;

    list->all[list->count++] = *f;
    list->acked += f->acked;
    list->crit += !f->acked && f->severity == SEVERITY_CRIT;
    list->warn += !f->acked && f->severity == SEVERITY_WARN;
}

/* Since then; -1: unknown, 0: it is ahead. */
static int64_t age_of(const struct value *moment, int64_t now_ms)
{
    int64_t ms;

    if (!value_known(moment) || __builtin_sub_overflow(now_ms, value_int_or(moment, now_ms), &ms))
        return -1;
    return ms > 0 ? ms : 0;
}

static int64_t count_of(const struct row *row, int field)
{
    int64_t n = value_int_or(&row->cells[field], -1);

    return n < 0 ? -1 : n;
}

/* `alert` is the finding's own, or one that it explains. */
static void speak(const struct look *l, struct finding *f, const struct row *alert, const struct row *object)
{
    f->what = (enum finding_what)symptom_rule_of(alert);
    f->row = object != NULL ? object : alert;
    f->voice = alert;
    f->symptom = symptom_of_alert(&l->symptoms, alert, object);
    f->told_last = is_unknown(l, &f->symptom);
    f->symptom.calm = f->symptom.calm && !f->told_last;
    f->age_ms = age_of(&alert->cells[ALERT_SINCE], l->now_ms);
    if (f->symptom.age_ms < f->age_ms) /* its value may come and go, or be known for a shorter time */
        f->symptom.age_ms = f->age_ms;
    f->age_ms = f->symptom.age_ms;
}

static struct finding finding_of(const struct look *l, const struct row *alert)
{
    const struct row *object = object_of(l, alert);
    struct safe_text state = cell(alert, ALERT_STATE);
    struct finding f = {.severity = severity_of(alert),
                        .what = (enum finding_what)symptom_rule_of(alert),
                        .row = object != NULL ? object : alert,
                        .alert = alert,
                        .voice = alert,
                        .jobs = count_of(alert, ALERT_IMPACT_JOBS),
                        .users = count_of(alert, ALERT_IMPACT_USERS),
                        .tenants = count_of(alert, ALERT_IMPACT_TENANTS),
                        .age_ms = age_of(&alert->cells[ALERT_SINCE], l->now_ms),
                        .acked = text_is(state, "acked"),
                        .returned = text_is(state, "returned")};
    int64_t children = count_of(alert, ALERT_CHILDREN);
    int64_t flaps = thresholds_int(l->facts->limits, THRESHOLD_FLAP_RETURNS);

    f.children = children > 0 ? (size_t)children : 0;
    f.flapping = count_of(alert, ALERT_FLAPS) >= flaps;
    f.counted = f.jobs >= 0;
    if (f.what != FINDING_ALERT)
        speak(l, &f, alert, object);
    const struct row *voice = l->voices[ids_find(&l->open, alert->id, text_of(""))];
    bool quiet = f.what == FINDING_ALERT || f.symptom.severity < f.severity;
    quiet = quiet || (voice != NULL && breaks_promise(l, voice) && !breaks_promise(l, alert));
    if (voice != NULL && quiet && severity_of(voice) == f.severity)
        speak(l, &f, voice, object_of(l, voice));
    f.jobs = f.counted || f.what == FINDING_ALERT ? f.jobs : f.symptom.jobs;
    return f;
}

static void look_at_alert(struct look *l, const struct row *alert)
{
    struct safe_text parent = cell(alert, ALERT_PARENT);
    bool explained = !text_empty(parent) && ids_find(&l->open, parent, text_of("")) != IDS_NONE;

    if (is_over(alert) || explained)
        return;
    if (text_is(cell(alert, ALERT_STATE), "silenced")) {
        l->list.silenced++;
    } else if (!text_empty(cell(alert, ALERT_MAINTENANCE))) {
        l->list.maintenance++;
    } else {
        struct finding f = finding_of(l, alert);
        found(l, &f);
    }
}

static void look_at_source(struct look *l, const struct symptom *s)
{
    if (s->rule != SYMPTOM_SOURCE || ids_find(&l->silent, s->where, text_of("")) != IDS_NONE)
        return;
    found(l, &(struct finding){.severity = s->severity,
                               .what = FINDING_SOURCE,
                               .row = s->row,
                               .symptom = *s,
                               .jobs = s->jobs,
                               .users = -1,
                               .tenants = -1,
                               .age_ms = s->age_ms});
}

/* -1 stands for unknown and is the least in each. */
static int compare(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int by_id = text_cmp(x->row->id, y->row->id);

    if (x->acked != y->acked)
        return x->acked ? 1 : -1;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->symptom.calm != y->symptom.calm)
        return x->symptom.calm ? 1 : -1;
    if (x->jobs != y->jobs)
        return x->jobs > y->jobs ? -1 : 1;
    if (x->tenants != y->tenants)
        return x->tenants > y->tenants ? -1 : 1;
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
    struct symptom_facts now = symptom_facts_of(facts);
    struct look l = {.facts = facts, .now_ms = facts->now_ms - facts->now_ms % 1000};

    l.symptoms = symptom_list_of(&now, facts->limits);
    l.list.all = mem_new(facts->n_alerts + l.symptoms.count + 1, sizeof *l.list.all);
    meet(&l);
    for (size_t i = 0; i < facts->n_alerts; i++)
        look_at_alert(&l, &facts->alerts[i]);
    for (size_t i = 0; i < l.symptoms.count; i++)
        look_at_source(&l, &l.symptoms.all[i]);
    if (l.list.count > 1)
        qsort(l.list.all, l.list.count, sizeof *l.list.all, compare);
    symptom_list_release(&l.symptoms);
    ids_release(&l.open);
    ids_release(&l.silent);
    ids_release(&l.unknown);
    ids_release(&l.objects);
    free(l.rows);
    free(l.voices);
    free(l.opened);
    return l.list;
}

void finding_release(struct finding_list *l)
{
    free(l->all);
    *l = (struct finding_list){0};
}
