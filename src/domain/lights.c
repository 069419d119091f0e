#include "domain/lights.h"

#include <stdio.h>

#include "base/tr.h"

const char *lights_name(enum light_which which)
{
    static const char *const names[LIGHTS] = {
        [LIGHT_NETWORK] = NC_("light", "Network"),   [LIGHT_SCHEDULING] = NC_("light", "Scheduling"),
        [LIGHT_DATA] = NC_("light", "Data"),         [LIGHT_MODELS] = NC_("light", "Models"),
        [LIGHT_SECURITY] = NC_("light", "Security"),
    };
    return names[which];
}

enum light_which lights_which(enum kind kind)
{
    static const struct {
        enum kind kind;
        enum light_which which;
    } table[] = {
        {KIND_SOURCE, LIGHT_SCHEDULING}, {KIND_SCHEDULER, LIGHT_SCHEDULING},   {KIND_NODE, LIGHT_SCHEDULING},
        {KIND_QUEUE, LIGHT_SCHEDULING},  {KIND_JOB, LIGHT_SCHEDULING},         {KIND_CLUSTER, LIGHT_SCHEDULING},
        {KIND_TRANSFER, LIGHT_DATA},     {KIND_RESERVATION, LIGHT_SCHEDULING},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].kind == kind)
            return table[i].which;
    return LIGHT_NETWORK;
}

/* An alert that others told is in their words, and these may hold a person's name: only where it is stands here. */
static void reason_of(const struct finding *f, char out[LIGHT_REASON_MAX])
{
    struct buf b = buf_make(LIGHT_REASON_MAX - 1);

    finding_where(f, 24, &b);
    buf_putc(&b, ' ', NULL);
    if (f->what == FINDING_ALERT)
        buf_puts(&b, tr("an alert of others"), NULL);
    else
        finding_text(f, &b);
    snprintf(out, LIGHT_REASON_MAX, "%s", buf_str(&b));
    buf_release(&b);
}

static int rank(enum severity s)
{
    return s == SEVERITY_CRIT ? 2 : s == SEVERITY_WARN ? 1 : 0;
}

void lights_of(const struct finding_list *found, const enum light_told told[LIGHTS], struct light out[LIGHTS])
{
    for (int i = 0; i < LIGHTS; i++) {
        out[i] = (struct light){.severity = told[i] == LIGHT_FRESH ? SEVERITY_OK : SEVERITY_UNKNOWN};
        snprintf(out[i].reason, LIGHT_REASON_MAX, "%s",
                 told[i] == LIGHT_FRESH ? tr("nothing is wrong")
                 : told[i] == LIGHT_OLD ? tr("what is known of it is old")
                                        : tr("no source tells of it"));
    }
    for (size_t i = 0; i < found->count; i++) {
        const struct finding *f = &found->all[i];
        struct light *l = &out[lights_which(f->row ? f->row->kind : KIND_NONE)];
        enum severity s = f->acked && f->severity == SEVERITY_CRIT ? SEVERITY_WARN : f->severity;
        if (rank(s) > rank(l->severity)) {
            l->severity = s;
            reason_of(f, l->reason);
        }
    }
}
