#include "views/alert_words.h"

#include "base/tr.h"
#include "views/cell.h"
#include "views/ends.h"

void alert_words_make(struct alert_words *w, const struct needs_facts *told)
{
    struct needs_facts facts = *told;

    facts.alerts = NULL; /* they are many, and say nothing about objects */
    *w = (struct alert_words){.told = told};
    needs_read(&facts, &w->arena, &w->facts);
    struct symptom_facts now = symptom_facts_of(&w->facts);
    w->now = symptom_list_of(&now, w->facts.limits);
}

void alert_words_release(struct alert_words *w)
{
    symptom_list_release(&w->now);
    arena_release(&w->arena);
    *w = (struct alert_words){0};
}

/* --- the object --- */

enum kind alert_words_kind(const struct row *alert)
{
    char name[32];

    return kind_by_name(text_show_in(value_text_or(&alert->cells[ALERT_KIND], ""), name, sizeof name));
}

const struct view_rows *alert_words_rows(const struct alert_words *w, enum kind kind)
{
    const struct view_rows *const rows[KIND_COUNT] = {
        [KIND_SOURCE] = w->told->sources, [KIND_SCHEDULER] = w->told->schedulers, [KIND_CLUSTER] = w->told->clusters,
        [KIND_QUEUE] = w->told->queues,   [KIND_LINK] = w->told->links,           [KIND_HALL] = w->told->halls,
        [KIND_ENERGY] = w->told->energy,
    };

    return kind < KIND_COUNT ? rows[kind] : NULL;
}

bool alert_words_object(const struct alert_words *w, const struct row *alert, struct row *object)
{
    const struct view_rows *rows = alert_words_rows(w, alert_words_kind(alert));
    struct safe_text where = value_text_or(&alert->cells[ALERT_WHERE], "");
    int64_t at = rows != NULL && !text_empty(where) ? rows->find(rows->ctx, where, text_of("")) : -1;

    return at >= 0 && rows->at(rows->ctx, (size_t)at, object);
}

enum severity alert_words_severity(const struct row *alert)
{
    return cell_is(alert, ALERT_SEVERITY, "crit")   ? SEVERITY_CRIT
           : cell_is(alert, ALERT_SEVERITY, "info") ? SEVERITY_NOTICE
                                                    : SEVERITY_WARN;
}

bool alert_words_over(const struct row *alert)
{
    return cell_is(alert, ALERT_STATE, "resolved");
}

/* --- words --- */

void alert_words_place(const struct alert_words *w, enum kind kind, struct safe_text id, const struct canvas *c,
                       struct buf *out)
{
    const struct ends ends = {w->told->clusters, w->told->places};
    const struct view_rows *links = w->told->links;
    int64_t at = kind == KIND_LINK && tr_is_zh() ? links->find(links->ctx, id, text_of("")) : -1;
    struct row link = {0};

    if (at >= 0 && links->at(links->ctx, (size_t)at, &link))
        ends_words(&ends, &link, false, c, out);
    else
        text_show(kind == KIND_CLUSTER && tr_is_zh() ? ends_name(&ends, id) : id, -1, out);
}

void alert_words_where(const struct alert_words *w, const struct row *alert, const struct canvas *c, struct buf *out)
{
    struct safe_text where = value_text_or(&alert->cells[ALERT_WHERE], "");
    struct safe_text cluster = value_text_or(&alert->cells[ALERT_CLUSTER], "");

    if (!text_empty(where))
        alert_words_place(w, alert_words_kind(alert), where, c, out);
    else if (!text_empty(cluster))
        alert_words_place(w, KIND_CLUSTER, cluster, c, out);
    else
        text_show(alert->source, -1, out);
}

const char *alert_words_what(const struct row *alert)
{
    return tr_of("finding", finding_word((enum finding_what)symptom_rule_of(alert)));
}

static void put_stored(const struct row *alert, struct buf *out)
{
    struct safe_text summary = value_text_or(&alert->cells[ALERT_SUMMARY], "");

    symptom_tell(symptom_rule_of(alert), text_empty(summary) ? cell_text(alert, ALERT_NAME) : summary, out);
}

/* Of what is over nothing else is known than for how long it was. */
static void put_over(const struct row *alert, struct buf *out)
{
    int64_t since_ms = value_int_or(&alert->cells[ALERT_SINCE], -1);
    int64_t end_ms = value_int_or(&alert->cells[ALERT_RESOLVED_AT], -1);
    struct value lasted = since_ms > 0 && end_ms >= since_ms ? value_int((end_ms - since_ms) / 1000) : value_none();
    char n[CELL_MAX];

    put_stored(alert, out);
    buf_puts(out, "; ", NULL);
    buf_printf(out, NULL, tr("over, lasted %s"), cell_span(&lasted, n));
}

void alert_words_text(const struct alert_words *w, const struct row *alert, struct buf *out)
{
    struct row object = {0};
    struct symptom s;
    bool known;

    if (alert_words_over(alert)) {
        put_over(alert, out);
        return;
    }
    if (symptom_rule_of(alert) == SYMPTOM_RULES) {
        put_stored(alert, out);
        return;
    }
    known = alert_words_object(w, alert, &object);
    s = symptom_of_alert(&w->now, alert, known ? &object : NULL);
    /* A rule that does not hold on data that say nothing about now is not well. */
    if (s.calm && (!known || object.stale))
        put_stored(alert, out);
    else
        symptom_text(&s, out);
}
