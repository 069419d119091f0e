#ifndef HUBTOP_TESTS_SYMPTOM_KIT_H
#define HUBTOP_TESTS_SYMPTOM_KIT_H

#include <stdlib.h>
#include <string.h>

#include "domain/symptom.h"

/* Symptoms in an order that is easy to read, and alerts as a collector makes them of these at once. */

static inline int kit_compare(const void *a, const void *b)
{
    const struct symptom *x = a, *y = b;
    int by_id = text_cmp(x->where, y->where);

    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->jobs != y->jobs)
        return x->jobs > y->jobs ? -1 : 1;
    if (x->age_ms != y->age_ms)
        return x->age_ms > y->age_ms ? -1 : 1;
    if (by_id != 0)
        return by_id;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    return text_cmp(x->row->source, y->row->source);
}

/* By severity, jobs, age (unknown last), then by id. */
static inline struct symptom_list kit_symptoms(const struct verdict_facts *facts)
{
    struct symptom_facts now = symptom_facts_of(facts);
    struct symptom_list l = symptom_list_of(&now, NULL);

    if (l.count > 1)
        qsort(l.all, l.count, sizeof *l.all, kit_compare);
    return l;
}

static inline unsigned kit_count(const struct symptom_list *l, enum severity severity)
{
    unsigned n = 0;

    for (size_t i = 0; i < l->count; i++)
        n += l->all[i].severity == severity;
    return n;
}

/* An alert of ours of each symptom, since an unknown moment; nobody counted who is hit. Texts are the symptoms' rows'. */
static inline size_t kit_alerts(const struct verdict_facts *facts, struct row *out, size_t max)
{
    static const char *const ids[] = {"A-00000", "A-00001", "A-00002", "A-00003", "A-00004", "A-00005",
                                      "A-00006", "A-00007", "A-00008", "A-00009", "A-00010", "A-00011"};
    struct symptom_list l = kit_symptoms(facts);
    size_t n = 0;

    for (; n < l.count && n < max && n < sizeof ids / sizeof *ids; n++) {
        const struct symptom *s = &l.all[n];
        const char *severity = s->severity == SEVERITY_CRIT ? "crit" : s->severity == SEVERITY_WARN ? "warn" : "info";
        out[n] = (struct row){.kind = KIND_ALERT, .id = text_of(ids[n]), .source = text_of("hubtop")};
        out[n].cells[ALERT_RULE] = value_text(text_of(symptom_word(s->rule)));
        out[n].cells[ALERT_STATE] = value_text(text_of("firing"));
        out[n].cells[ALERT_SEVERITY] = value_text(text_of(severity));
        out[n].cells[ALERT_KIND] = value_text(text_of(kind_info(s->kind)->name));
        out[n].cells[ALERT_WHERE] = value_text(s->where);
    }
    symptom_list_release(&l);
    return n;
}

#endif
