#include "domain/finding.h"

#include <stdlib.h>

#include "base/mem.h"
#include "domain/symptom.h"

/* A finding's words are the symptom's. */
_Static_assert((int)FINDING_PUE == (int)SYMPTOM_PUE, "findings are numbered as symptoms are");

static struct finding finding_of(const struct symptom *s)
{
    return (struct finding){.severity = s->severity,
                            .what = (enum finding_what)s->rule,
                            .row = s->row,
                            .jobs = s->jobs,
                            .age_ms = s->age_ms,
                            .from = s->from,
                            .to = s->to,
                            .limit = s->limit};
}

static struct symptom symptom_of(const struct finding *f)
{
    return (struct symptom){.rule = (enum symptom_rule)f->what,
                            .severity = f->severity,
                            .kind = f->row->kind,
                            .where = f->row->id,
                            .row = f->row,
                            .jobs = f->jobs,
                            .age_ms = f->age_ms,
                            .from = f->from,
                            .to = f->to,
                            .limit = f->limit};
}

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
    struct symptom_facts now = symptom_facts_of(facts);
    struct symptom_list symptoms = symptom_list_of(&now, NULL);
    struct finding_list l = {.all = mem_new(symptoms.count + 1, sizeof *l.all)};

    for (size_t i = 0; i < symptoms.count; i++) {
        if (symptoms.all[i].rule > SYMPTOM_PUE)
            continue;
        l.all[l.count++] = finding_of(&symptoms.all[i]);
        l.crit += symptoms.all[i].severity == SEVERITY_CRIT;
        l.warn += symptoms.all[i].severity == SEVERITY_WARN;
    }
    if (l.count > 1)
        qsort(l.all, l.count, sizeof *l.all, compare);
    symptom_list_release(&symptoms);
    return l;
}

void finding_release(struct finding_list *l)
{
    free(l->all);
    *l = (struct finding_list){0};
}

const char *finding_word(enum finding_what what)
{
    return symptom_word((enum symptom_rule)what);
}

void finding_where(const struct finding *f, int columns, struct buf *out)
{
    struct symptom s = symptom_of(f);

    symptom_where(&s, columns, out);
}

void finding_text(const struct finding *f, struct buf *out)
{
    struct symptom s = symptom_of(f);

    symptom_text(&s, out);
}

void finding_sentence(const struct finding *f, struct buf *out)
{
    struct symptom s = symptom_of(f);

    symptom_sentence(&s, out);
}

bool finding_queue_is_late(const struct row *queue)
{
    return symptom_queue_is_late(queue);
}
