#include "domain/bulletin.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/tr.h"
#include "domain/link.h"

enum {
    WHERE_MAX = 40, /* code points */
    WHAT_MAX = 90,
    WHAT_SHORT = 30,
    WHAT_MIN = 20,
    WHO_MAX = 24,
    NOTE_MAX = 60,
    PART_BYTES = 4096,
    TIME_MAX = 2 * CLOCK_TEXT_MAX,
    MINUTE_MS = 60000,
    EAST_8_MS = 8 * 60 * MINUTE_MS, /* China's time: its readers need not be told */
};

/* In the order of the text. */
enum part {
    PART_HEAD,
    PART_WHAT,
    PART_VALUE,
    PART_SINCE,
    PART_IMPACT,
    PART_STATE,
    PART_ACTION,
    PART_ESCALATED,
    PART_NEXT,
    PARTS
};
/* What is left out first, where there is no room. */
static const enum part spare[] = {PART_ESCALATED, PART_ACTION, PART_VALUE, PART_NEXT};

struct draft {
    const struct bulletin_facts *f;
    enum bulletin_stage stage;
    struct buf parts[PARTS];
    int64_t told_day; /* of the last time that was written: what is of the same day needs no date again */
};

static const struct {
    const char *word, *head;
} stages[BULLETIN_STAGES] = {
    [BULLETIN_FIRST] = {"first", N_("[First report] ")},
    [BULLETIN_UPDATE] = {"update", N_("[Update] ")},
    [BULLETIN_FINAL] = {"final", N_("[Final report] ")},
};

enum bulletin_stage bulletin_stage_of(const char *word)
{
    int s = 0;
    while (s < BULLETIN_STAGES && strcmp(stages[s].word, word) != 0)
        s++;
    return (enum bulletin_stage)s;
}

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

static bool is_over(const struct row *alert)
{
    return text_is(cell(alert, ALERT_STATE), "resolved");
}

bool bulletin_check(enum bulletin_stage stage, const struct row *alert, struct err *err)
{
    char id[64];
    text_show_in(alert->id, id, sizeof id);
    if (is_over(alert) == (stage == BULLETIN_FINAL))
        return true;
    if (stage == BULLETIN_FINAL)
        err_set(err, ERR_INPUT, "the alert '%s' is not over: it has no final report yet", id);
    else
        err_set(err, ERR_INPUT, "the alert '%s' is over: what is left is its final report", id);
    err_hint(err, stage == BULLETIN_FINAL ? "--stage update" : "--stage final");
    return err_exit(err, 64);
}

/* --- characters --- */

size_t bulletin_length(const char *text)
{
    size_t n = 0, left = strlen(text);
    for (uint32_t cp; left > 0; n++) {
        size_t len = text_decode(text, left, &cp);
        len = len > 0 ? len : 1;
        text += len;
        left -= len;
    }
    return n;
}

/* The first `max` of them; where some are left out, the last one is '…'. */
static void put_cut(const char *text, size_t max, struct buf *out)
{
    bool cut = bulletin_length(text) > max;
    for (size_t n = cut ? max - 1 : max; n > 0 && *text; n--) {
        uint32_t cp;
        size_t len = text_decode(text, strlen(text), &cp);
        len = len > 0 ? len : 1;
        buf_put(out, text, len, NULL);
        text += len;
    }
    if (cut)
        buf_puts(out, "…", NULL);
}

static void put_text(struct safe_text t, size_t max, struct buf *out)
{
    struct buf shown = buf_make(PART_BYTES);
    text_show(t, -1, &shown);
    put_cut(buf_str(&shown), max, out);
    buf_release(&shown);
}

static const char *unknown(void)
{
    return tr_of("bulletin", NC_("bulletin", "unknown"));
}

/* --- times --- */

/* "2026-11-21 10:58 CST", "11月21日10:58"; of the day that was told last the hour alone. */
static const char *time_of(struct draft *d, int64_t ms, char out[TIME_MAX])
{
    char iso[CLOCK_TEXT_MAX];
    int64_t local_ms = ms + d->f->zone_ms, day = local_ms / 86400000;
    bool plain = tr_is_zh() && d->f->zone_ms == EAST_8_MS;
    clock_iso(local_ms, iso); /* YYYY-MM-DDTHH:MM:SSZ */
    if (day == d->told_day)
        snprintf(out, TIME_MAX, "%.5s", iso + 11);
    else if (tr_is_zh())
        snprintf(out, TIME_MAX, "%.2s月%.2s日%.5s%s%s", iso + 5, iso + 8, iso + 11, plain ? "" : " ",
                 plain ? "" : d->f->zone);
    else
        snprintf(out, TIME_MAX, "%.10s %.5s %s", iso, iso + 11, d->f->zone);
    d->told_day = day;
    return out;
}

static const char *span_of(int64_t ms, char out[TIME_MAX])
{
    long long minutes = (ms > 0 ? ms : 0) / MINUTE_MS, hours = minutes / 60, days = hours / 24;
    if (days > 0)
        snprintf(out, TIME_MAX, tr("%lld d %lld h"), days, hours % 24);
    else if (hours > 0)
        snprintf(out, TIME_MAX, tr("%lld h %lld min"), hours, minutes % 60);
    else
        snprintf(out, TIME_MAX, tr("%lld min"), minutes);
    return out;
}

/* --- where --- */

static struct safe_text name_of(const struct bulletin_facts *f, struct safe_text id)
{
    for (size_t i = 0; i < f->cluster_count; i++) {
        if (text_equal(f->clusters[i].id, id))
            return cell(&f->clusters[i], tr_is_zh() ? CLUSTER_NAME_ZH : CLUSTER_NAME);
    }
    for (size_t i = 0; i < f->place_count; i++) {
        if (text_equal(f->places[i].id, id))
            return cell(&f->places[i], tr_is_zh() ? PLACE_NAME_ZH : PLACE_NAME);
    }
    return text_of("");
}

/* Both ends of a link by name, where both are known. */
static bool put_ends(const struct bulletin_facts *f, struct safe_text where, struct buf *out)
{
    struct safe_text from, to = where;
    if (!text_split(&to, '>', &from) || text_empty(to))
        return false;
    from = name_of(f, from);
    to = name_of(f, to);
    if (text_empty(from) || text_empty(to))
        return false;
    text_show(from, -1, out);
    buf_puts(out, "→", NULL);
    text_show(to, -1, out);
    return true;
}

static void put_where(const struct bulletin_facts *f, struct buf *out)
{
    struct safe_text where = cell(f->alert, ALERT_WHERE), cluster = cell(f->alert, ALERT_CLUSTER);
    struct safe_text name = name_of(f, text_empty(cluster) ? where : cluster);
    struct buf all = buf_make(PART_BYTES);
    if (put_ends(f, where, &all))
        cluster = text_of("");
    else if (!text_empty(name)) {
        text_show(name, -1, &all);
        if (!text_empty(where) && !text_equal(where, cluster) && !text_equal(where, name)) {
            buf_putc(&all, ' ', NULL);
            text_show(where, -1, &all);
        }
    } else if (!text_empty(where))
        text_show(where, -1, &all);
    else
        buf_printf(&all, NULL, tr("place %s"), unknown());
    put_cut(buf_str(&all), WHERE_MAX, out);
    buf_release(&all);
}

/* --- what --- */

static bool is_ours(const struct bulletin_facts *f)
{
    return f->symptom && f->symptom->rule != SYMPTOM_RULES && !f->symptom->calm;
}

static void put_what(const struct draft *d, size_t max, struct buf *out)
{
    const struct row *a = d->f->alert;
    struct safe_text told = text_empty(cell(a, ALERT_SUMMARY)) ? cell(a, ALERT_NAME) : cell(a, ALERT_SUMMARY);
    struct buf text = buf_make(PART_BYTES);
    if (is_ours(d->f) && d->stage != BULLETIN_FINAL)
        symptom_text(d->f->symptom, &text);
    else if (text_empty(told))
        buf_puts(&text, unknown(), NULL);
    else
        symptom_tell(symptom_rule_of(a), told, &text);
    put_cut(buf_str(&text), max, out);
    buf_release(&text);
    buf_puts(out, tr(". "), NULL);
}

/* A value that is unknown is said to be. */
static const char *number(double value, char out[VALUE_GROUPED_MAX])
{
    if (isnan(value))
        return unknown();
    snprintf(out, VALUE_GROUPED_MAX, "%.1f", value);
    return out;
}

static const char *count(const struct value *v, char out[VALUE_GROUPED_MAX])
{
    return value_known(v) ? value_grouped(value_int_or(v, 0), out) : unknown();
}

static void put_wait(const struct row *queue, struct buf *out)
{
    char wait[TIME_MAX], promise[TIME_MAX];
    int64_t wait_s = value_int_or(&queue->cells[QUEUE_WAIT_P95_S], -1);
    int64_t promise_s = value_int_or(&queue->cells[QUEUE_SLO_S], -1);
    buf_printf(out, NULL, tr("p95 wait %s, promised %s. "), wait_s < 0 ? unknown() : span_of(1000 * wait_s, wait),
               promise_s < 0 ? unknown() : span_of(1000 * promise_s, promise));
}

static void put_nodes(const struct row *row, int down, int total, struct buf *out)
{
    char n[VALUE_GROUPED_MAX], m[VALUE_GROUPED_MAX];
    buf_printf(out, NULL, tr("Nodes down: %s of %s. "), count(&row->cells[down], n), count(&row->cells[total], m));
}

static void put_delay(const struct row *link, struct buf *out)
{
    double delay = link_delay_ms(link), contract = value_real_or(&link->cells[LINK_RING_CONTRACT_MS], NAN);
    struct link_numbers n = link_numbers(delay, contract);
    buf_printf(out, NULL, tr("One-way delay %s ms, promised %s ms. "), isnan(delay) ? unknown() : n.value,
               isnan(contract) ? unknown() : n.limit);
}

/* Whether put_what() says the value against its limit: of a link only when the broken promise is among its reasons. */
static bool is_said(const struct draft *d)
{
    const struct row *o = d->f->object;
    return is_ours(d->f) && d->stage != BULLETIN_FINAL && !(o && o->kind == KIND_LINK && !link_breaks_promise(o));
}

/* The value against what was promised. */
static void put_value(const struct draft *d, struct buf *out)
{
    const struct row *o = d->f->object;
    char n[VALUE_GROUPED_MAX];
    enum kind kind = o && !is_said(d) ? o->kind : KIND_NONE;
    if (kind == KIND_LINK)
        put_delay(o, out);
    else if (kind == KIND_QUEUE)
        put_wait(o, out);
    else if (kind == KIND_HALL)
        buf_printf(out, NULL, tr("Inlet air %s °C. "), number(value_real_or(&o->cells[HALL_INLET_C_MAX], NAN), n));
    else if (kind == KIND_RACK)
        put_nodes(o, RACK_NODES_DOWN, RACK_NODES_TOTAL, out);
    else if (kind == KIND_SCHEDULER)
        put_nodes(o, SCHEDULER_NODES_DOWN, SCHEDULER_NODES_TOTAL, out);
}

/* --- since when, who is hit --- */

static void put_since(struct draft *d, struct buf *out)
{
    char at[TIME_MAX], span[TIME_MAX];
    int64_t since_ms = value_int_or(&d->f->alert->cells[ALERT_SINCE], 0);
    if (since_ms <= 0)
        buf_printf(out, NULL, tr("Begin %s. "), unknown());
    else if (d->stage == BULLETIN_FINAL)
        buf_printf(out, NULL, tr("Since %s. "), time_of(d, since_ms, at));
    else
        buf_printf(out, NULL, tr("Since %s, for %s. "), time_of(d, since_ms, at),
                   span_of(d->f->now_ms - since_ms, span));
}

static void put_impact(const struct draft *d, struct buf *out)
{
    const struct value *c = d->f->alert->cells;
    char n[VALUE_GROUPED_MAX], m[VALUE_GROUPED_MAX], k[VALUE_GROUPED_MAX];
    if (!value_known(&c[ALERT_IMPACT_JOBS]) && !value_known(&c[ALERT_IMPACT_USERS]) &&
        !value_known(&c[ALERT_IMPACT_TENANTS]))
        buf_printf(out, NULL, tr("Impact %s. "), unknown());
    else
        buf_printf(out, NULL, tr("Impact: %s jobs, %s users, %s tenants. "), count(&c[ALERT_IMPACT_JOBS], n),
                   count(&c[ALERT_IMPACT_USERS], m), count(&c[ALERT_IMPACT_TENANTS], k));
}

/* --- how it stands --- */

static void put_over(struct draft *d, struct buf *out)
{
    char at[TIME_MAX], span[TIME_MAX];
    int64_t since_ms = value_int_or(&d->f->alert->cells[ALERT_SINCE], 0);
    int64_t over_ms = value_int_or(&d->f->alert->cells[ALERT_RESOLVED_AT], 0);
    if (over_ms <= 0)
        buf_printf(out, NULL, tr("Over; since when is %s. "), unknown());
    else
        buf_printf(out, NULL, tr("Over since %s, lasted %s. "), time_of(d, over_ms, at),
                   since_ms > 0 ? span_of(over_ms - since_ms, span) : unknown());
}

static void put_state(struct draft *d, struct buf *out)
{
    const struct row *a = d->f->alert;
    struct safe_text owner = cell(a, ALERT_ACKED_BY), state = cell(a, ALERT_STATE);
    struct buf who = buf_make(PART_BYTES);
    put_text(owner, WHO_MAX, &who);
    if (d->stage == BULLETIN_FINAL)
        put_over(d, out);
    else if (text_empty(state))
        buf_printf(out, NULL, tr("State %s. "), unknown());
    else {
        buf_puts(out, text_is(state, "returned") ? tr("It is back") : tr("It goes on"), NULL);
        if (text_empty(owner))
            buf_puts(out, tr(", nobody has acknowledged it. "), NULL);
        else
            buf_printf(out, NULL, tr(", in the hands of %s. "), buf_str(&who));
    }
    buf_release(&who);
}

/* The newest member, "TIME WHO: TEXT", without its first two: whoever wrote it need not be who has it. */
static struct safe_text last_note(const struct row *alert)
{
    struct safe_text rest = cell(alert, ALERT_NOTES), note, text = text_of(""), head;
    while (value_list_next(&rest, &note)) {
        text = note;
        text_split(&text, ' ', &head);
        text_split(&text, ' ', &head);
    }
    return text;
}

static void put_action(const struct draft *d, struct buf *out)
{
    struct safe_text ack = cell(d->f->alert, ALERT_ACK_NOTE), note = last_note(d->f->alert);
    struct buf text = buf_make(PART_BYTES);
    put_text(text_empty(note) ? ack : note, NOTE_MAX, &text);
    if (text.len > 0)
        buf_printf(out, NULL, tr("Action: %s. "), buf_str(&text));
    buf_release(&text);
}

static void put_escalated(struct draft *d, struct buf *out)
{
    char at[TIME_MAX];
    int64_t ms = value_int_or(&d->f->alert->cells[ALERT_ESCALATED_AT], 0), day = d->told_day;
    if (ms > 0)
        buf_printf(out, NULL, tr("Escalated at %s. "), time_of(d, ms, at));
    d->told_day = day; /* it may be left out */
}

static void put_next(struct draft *d, struct buf *out)
{
    char at[TIME_MAX];
    if (d->stage == BULLETIN_FINAL)
        return;
    if (d->f->next_ms > 0)
        buf_printf(out, NULL, tr("Next update by %s."), time_of(d, d->f->next_ms, at));
    else
        buf_puts(out, tr("When the next update comes is not set."), NULL);
}

/* --- the whole --- */

static size_t length_of(const struct draft *d)
{
    size_t n = 0;
    for (int p = 0; p < PARTS; p++)
        n += bulletin_length(buf_str(&d->parts[p]));
    return n;
}

/* Gives the words of what is wrong the room that the others leave, at least `min`. */
static void fit_what(struct draft *d, size_t min)
{
    size_t others = length_of(d) - bulletin_length(buf_str(&d->parts[PART_WHAT])) + bulletin_length(tr(". "));
    size_t room = BULLETIN_MAX > others ? BULLETIN_MAX - others : 0;
    buf_clear(&d->parts[PART_WHAT]);
    put_what(d, room < min ? min : room < WHAT_MAX ? room : WHAT_MAX, &d->parts[PART_WHAT]);
}

/* Words are cut before anything that must be said is left out. */
static void shorten(struct draft *d)
{
    for (size_t i = 0; i < sizeof spare / sizeof *spare && length_of(d) > BULLETIN_MAX; i++) {
        buf_clear(&d->parts[spare[i]]);
        fit_what(d, WHAT_SHORT);
    }
    if (length_of(d) > BULLETIN_MAX)
        fit_what(d, WHAT_MIN);
}

static void put_parts(struct draft *d)
{
    struct buf *p = d->parts;
    buf_puts(&p[PART_HEAD], tr(stages[d->stage].head), NULL);
    put_where(d->f, &p[PART_HEAD]);
    buf_puts(&p[PART_HEAD], tr(": "), NULL);
    put_what(d, WHAT_MAX, &p[PART_WHAT]);
    put_value(d, &p[PART_VALUE]);
    put_since(d, &p[PART_SINCE]);
    put_impact(d, &p[PART_IMPACT]);
    put_state(d, &p[PART_STATE]);
    put_action(d, &p[PART_ACTION]);
    put_escalated(d, &p[PART_ESCALATED]);
    put_next(d, &p[PART_NEXT]);
}

void bulletin_text(enum bulletin_stage stage, const struct bulletin_facts *facts, struct buf *out)
{
    struct draft d = {.f = facts, .stage = stage, .told_day = INT64_MIN};
    struct buf all = buf_make(PARTS * PART_BYTES);
    for (int p = 0; p < PARTS; p++)
        d.parts[p] = buf_make(PART_BYTES);
    put_parts(&d);
    shorten(&d);
    for (int p = 0; p < PARTS; p++) {
        buf_puts(&all, buf_str(&d.parts[p]), NULL);
        buf_release(&d.parts[p]);
    }
    while (all.len > 0 && all.data[all.len - 1] == ' ')
        all.data[--all.len] = '\0';
    put_cut(buf_str(&all), BULLETIN_MAX, out);
    buf_release(&all);
}
