#include "domain/verdict.h"

#include <stdio.h>

#include "base/tr.h"
#include "domain/finding.h"
#include "domain/link.h"

const enum kind verdict_kinds[VERDICT_KINDS] = {KIND_SOURCE, KIND_SCHEDULER, KIND_CLUSTER, KIND_QUEUE, KIND_LINK,
                                                KIND_PLACE,  KIND_HALL,      KIND_ENERGY,  KIND_ALERT};

void verdict_tell(struct verdict_facts *facts, enum kind kind, const struct row *rows, size_t n)
{
    const struct {
        enum kind kind;
        const struct row **rows;
        size_t *n;
    } parts[VERDICT_KINDS] = {
        {KIND_SOURCE, &facts->sources, &facts->n_sources},
        {KIND_SCHEDULER, &facts->schedulers, &facts->n_schedulers},
        {KIND_CLUSTER, &facts->clusters, &facts->n_clusters},
        {KIND_QUEUE, &facts->queues, &facts->n_queues},
        {KIND_LINK, &facts->links, &facts->n_links},
        {KIND_PLACE, &facts->places, &facts->n_places},
        {KIND_HALL, &facts->halls, &facts->n_halls},
        {KIND_ENERGY, &facts->energy, &facts->n_energy},
        {KIND_ALERT, &facts->alerts, &facts->n_alerts},
    };

    for (size_t i = 0; i < VERDICT_KINDS; i++)
        if (parts[i].kind == kind) {
            *parts[i].rows = rows;
            *parts[i].n = n;
        }
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

/* After the words that the counts follow, or after another one. */
static void put_comma(struct buf *b, bool *first)
{
    buf_puts(b, *first ? tr("all well: ") : tr(", "), NULL);
    *first = false;
}

static void put_hubs(const struct verdict_facts *facts, struct buf *b, bool *first)
{
    size_t hubs = distinct(facts->clusters, facts->n_clusters, CLUSTER_HUB);
    size_t clusters = distinct(facts->clusters, facts->n_clusters, -1);

    if (hubs > 0) {
        put_comma(b, first);
        buf_printf(b, NULL, hubs == 1 ? tr("%zu hub") : tr("%zu hubs"), hubs);
    }
    if (clusters > 0) {
        put_comma(b, first);
        buf_printf(b, NULL, clusters == 1 ? tr("%zu cluster") : tr("%zu clusters"), clusters);
    }
}

static void all_well(const struct verdict_facts *facts, struct verdict *v)
{
    struct buf b = buf_make(VERDICT_TEXT_MAX - 1);
    int64_t running, waiting;
    char n[VALUE_GROUPED_MAX], m[VALUE_GROUPED_MAX];
    bool first = true;

    put_hubs(facts, &b, &first);
    if (sum_of(facts, SCHEDULER_JOBS_RUNNING, &running) && sum_of(facts, SCHEDULER_JOBS_WAITING, &waiting)) {
        put_comma(&b, &first);
        buf_printf(&b, NULL, tr("%s jobs running, %s waiting"), value_grouped(running, n), value_grouped(waiting, m));
    }
    if (first)
        buf_puts(&b, tr("all well"), NULL);
    snprintf(v->text, sizeof v->text, "%s", buf_str(&b));
    buf_release(&b);
}

static bool anybody_answered(const struct verdict_facts *facts)
{
    if (facts->n_sources == 0)
        return facts->n_schedulers + facts->n_clusters + facts->n_queues + facts->n_links > 0;
    for (size_t i = 0; i < facts->n_sources; i++)
        if (value_known(&facts->sources[i].cells[SOURCE_LAST_OK_AT]))
            return true;
    return false;
}

enum { FAR_MORE = 10 };

/* The first of that severity, NULL when there is none. Those that are acknowledged stand behind the others. */
static const struct finding *first_of(const struct finding_list *l, enum severity severity, bool acked)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->all[i].severity == severity && l->all[i].acked == acked)
            return &l->all[i];
    return NULL;
}

/* The jobs of all critical ones are counted, and the warning hits far more than any of them. The first hits the most. */
static bool goes_before(const struct finding *warn, const struct finding *crit, const struct finding_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->all[i].severity == SEVERITY_CRIT && !l->all[i].acked && !l->all[i].counted)
            return false;
    return warn->counted && warn->jobs >= FAR_MORE * (crit->jobs > 0 ? crit->jobs : 1);
}

static const struct finding *to_say(const struct finding_list *l, enum severity *worst)
{
    for (int acked = 0; acked < 2; acked++) {
        const struct finding *crit = first_of(l, SEVERITY_CRIT, acked), *warn = first_of(l, SEVERITY_WARN, acked);
        *worst = crit != NULL ? SEVERITY_CRIT : SEVERITY_WARN;
        if (crit != NULL && warn != NULL && !acked && goes_before(warn, crit, l))
            return warn;
        if (crit != NULL || warn != NULL)
            return crit != NULL ? crit : warn;
    }
    return NULL;
}

static void tell(const struct finding *f, struct verdict *v)
{
    struct buf b = buf_make(sizeof v->text - 1);

    finding_sentence(f, &b);
    snprintf(v->text, sizeof v->text, "%s", buf_str(&b));
    buf_release(&b);
}

/* In hand, and its promise holds again: what is left is no emergency. */
static bool is_relieved(const struct finding *f)
{
    return f->acked && f->what == FINDING_LINK && !f->told_last && link_is_relieved(f->symptom.row);
}

struct verdict verdict_of(const struct verdict_facts *facts)
{
    struct finding_list l = finding_list_of(facts);
    struct verdict v = {.crit = l.crit, .warn = l.warn, .acked = l.acked};
    const struct finding *f = to_say(&l, &v.severity);

    if (!anybody_answered(facts) && l.crit == 0) {
        v.severity = SEVERITY_UNKNOWN;
        snprintf(v.text, sizeof v.text, "%s", tr("no source has answered yet"));
    } else if (f != NULL) {
        tell(f, &v);
        v.severity = v.severity == SEVERITY_CRIT && is_relieved(f) ? SEVERITY_WARN : v.severity;
    } else {
        v.severity = SEVERITY_OK;
        all_well(facts, &v);
    }
    finding_release(&l);
    return v;
}
