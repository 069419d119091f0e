#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/tr.h"
#include "domain/hall.h"
#include "domain/link.h"
#include "domain/symptom_private.h"

enum {
    COLUMNS = 78,
    NAME_COLUMNS = 24,
    WHY_COLUMNS = 28,
    WHY_COLUMNS_TEXT = 60,
    SENTENCE_BYTES = 4096, /* before it is cut to its columns */
};

/* What the store keeps is English; set while a summary is made. */
static bool english;

static const char *say(const char *msgid) __attribute__((format_arg(1)));

static const char *say(const char *msgid)
{
    return english ? msgid : tr(msgid);
}

static bool is_denied(const struct row *source)
{
    return state_source(symptom_cell(source, SOURCE_STATE)) == SOURCE_DENIED;
}

static void source_text(const struct symptom *s, struct buf *out)
{
    struct safe_text why = symptom_cell(s->row, SOURCE_LAST_ERROR);

    if (is_denied(s->row))
        buf_puts(out, say(N_("access denied")), NULL);
    else
        buf_puts(out, s->age_ms >= 0 ? say(N_("no answer")) : say(N_("has not answered yet")), NULL);
    if (text_empty(why))
        return;
    buf_puts(out, ": ", NULL);
    text_show(why, WHY_COLUMNS_TEXT, out);
}

static void source_sentence(const struct symptom *s, struct buf *out)
{
    struct safe_text why = symptom_cell(s->row, SOURCE_LAST_ERROR);
    bool silent = !is_denied(s->row) && s->age_ms >= 0;
    char age[CLOCK_TEXT_MAX];

    clock_age(s->age_ms, age);
    if (silent)
        buf_printf(out, NULL, tr("no answer for %s"), age);
    else
        buf_puts(out, is_denied(s->row) ? tr("access denied") : tr("has not answered yet"), NULL);
    if (!text_empty(why)) {
        buf_puts(out, " (", NULL);
        text_show(why, WHY_COLUMNS, out);
        buf_putc(out, ')', NULL);
    }
    if (silent)
        buf_printf(out, NULL, tr("; its data is %s old"), age);
}

static void sched_text(const struct symptom *s, struct buf *out)
{
    (void)s;
    buf_puts(out, say(N_("the scheduler is down")), NULL);
}

struct node_words {
    char down[VALUE_GROUPED_MAX], total[VALUE_GROUPED_MAX];
    double pct;
};

static struct node_words node_words(const struct row *scheduler)
{
    int64_t total = symptom_count(scheduler, SCHEDULER_NODES_TOTAL), down = symptom_nodes_out(scheduler);
    struct node_words w = {.pct = 100.0 * (double)down / (double)total};

    value_grouped(down, w.down);
    value_grouped(total, w.total);
    return w;
}

static void nodes_text(const struct symptom *s, struct buf *out)
{
    struct node_words w = node_words(s->row);
    char limit[LINK_NUMBER_MAX], pct[VALUE_GROUPED_MAX];

    snprintf(pct, sizeof pct, "%.1f", w.pct);
    buf_printf(out, NULL, say(N_("%s of %s unavailable, %s%% > %s%%")), w.down, w.total, pct,
               link_number(s->limit, limit));
}

static void nodes_sentence(const struct symptom *s, struct buf *out)
{
    struct node_words w = node_words(s->row);
    char jobs[VALUE_GROUPED_MAX];

    buf_printf(out, NULL, tr("%s of %s nodes unavailable (%.1f %%)"), w.down, w.total, w.pct);
    if (s->jobs >= 0)
        buf_printf(out, NULL, tr("; %s jobs waiting"), value_grouped(s->jobs, jobs));
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

static const char *overdue(const struct symptom *s, char out[CLOCK_TEXT_MAX])
{
    span(s->limit, out);
    return out;
}

static void queue_text(const struct symptom *s, struct buf *out)
{
    struct queue_words w = queue_words(s->row);
    char past[CLOCK_TEXT_MAX];

    if (s->limit > 0)
        buf_printf(out, NULL, say(N_("inner-ring job %s past its deadline")), overdue(s, past));
    else if (w.close)
        buf_printf(out, NULL, say(N_("p95 wait %s over %s promised")), w.over, w.promised);
    else
        buf_printf(out, NULL, say(N_("p95 wait %s > %s promised")), w.wait, w.promised);
}

/* More come than start. */
static bool grows(const struct row *queue)
{
    return value_real_or(&queue->cells[QUEUE_ARRIVALS_PER_MIN], NAN) >
           value_real_or(&queue->cells[QUEUE_DEPARTURES_PER_MIN], NAN);
}

static void queue_sentence(const struct symptom *s, struct buf *out)
{
    struct queue_words w = queue_words(s->row);
    char jobs[VALUE_GROUPED_MAX], past[CLOCK_TEXT_MAX];

    if (s->limit > 0)
        buf_printf(out, NULL, tr("inner-ring job %s past its deadline"), overdue(s, past));
    else if (w.close)
        buf_printf(out, NULL, tr("p95 wait %s over the promised %s"), w.over, w.promised);
    else
        buf_printf(out, NULL, tr("p95 wait %s (promised %s)"), w.wait, w.promised);
    if (s->jobs >= 0)
        buf_printf(out, NULL, tr(", %s waiting"), value_grouped(s->jobs, jobs));
    if (grows(s->row))
        buf_puts(out, tr(", growing"), NULL);
}

static void link_text(const struct symptom *s, struct buf *out)
{
    if (text_empty(symptom_cell(s->row, LINK_WHY)))
        buf_puts(out, say(N_("nobody says why")), NULL);
    else if (english)
        text_show(symptom_cell(s->row, LINK_WHY), -1, out);
    else
        link_why(s->row, out);
}

static void link_promise(const struct symptom *s, struct buf *out)
{
    const struct row *link = s->row;
    double delay = link_delay_ms(link), contract = value_real_or(&link->cells[LINK_RING_CONTRACT_MS], NAN);
    struct link_numbers n = link_numbers(delay, contract);

    buf_printf(out, NULL, tr("%s ms one-way (promised %s)"), n.value, n.limit);
}

static void link_trend(const struct row *link, struct buf *out)
{
    struct safe_text trend = symptom_cell(link, LINK_TREND);

    if (text_is(trend, "rising"))
        buf_puts(out, tr(" rising"), NULL);
    else if (text_is(trend, "falling"))
        buf_puts(out, tr(" falling"), NULL);
}

/* What else is known to be wrong with a link that breaks its promise: "; 9 of 13 lit; 97 % used". */
static void link_besides(const struct row *link, struct buf *out)
{
    int64_t all = symptom_count(link, LINK_PATHS), lit = symptom_count(link, LINK_PATHS_LIT);
    double used = value_real_or(&link->cells[LINK_USED_PCT], NAN);
    char n[LINK_NUMBER_MAX];

    if (lit >= 0 && lit < all)
        buf_printf(out, NULL, tr("; %lld of %lld lit"), (long long)lit, (long long)all);
    if (used >= LINK_USED_PCT_WARN)
        buf_printf(out, NULL, tr("; %s %% used"), link_number(used, n));
}

static void link_for(const struct symptom *s, struct buf *out)
{
    char age[CLOCK_TEXT_MAX];

    if (s->age_ms >= 0)
        buf_printf(out, NULL, tr(" for %s"), clock_age(s->age_ms, age));
}

/* The first reason, for how long, and the others. */
static void link_reasons(const struct symptom *s, struct buf *out)
{
    struct buf why = buf_make(SENTENCE_BYTES);
    struct safe_text rest, first = {0};

    link_text(s, &why);
    rest = text_from(buf_str(&why), why.len);
    text_split(&rest, ';', &first);
    text_show(first, WHY_COLUMNS_TEXT, out);
    link_for(s, out);
    buf_puts(out, text_empty(rest) ? "" : ";", NULL);
    text_show(rest, -1, out);
    buf_release(&why);
}

/* Whoever took it in hand reads that it worked, and what is still to be done. */
static void link_relief(const struct symptom *s, struct buf *out)
{
    const struct row *link = s->row;
    struct link_numbers n = link_numbers(link_delay_ms(link), value_real_or(&link->cells[LINK_RING_CONTRACT_MS], NAN));
    int64_t all = symptom_count(link, LINK_PATHS), lit = symptom_count(link, LINK_PATHS_LIT);

    buf_printf(out, NULL, tr("relieved: %s ms (promised %s)"), n.value, n.limit);
    if (lit >= 0 && lit < all)
        buf_puts(out, tr("; fibre not repaired"), NULL);
    link_besides(link, out);
}

static void link_sentence(const struct symptom *s, struct buf *out)
{
    const struct row *link = s->row;

    if (s->severity == SEVERITY_CRIT && link_is_relieved(link)) {
        link_relief(s, out);
        return;
    }
    if (s->severity == SEVERITY_CRIT && link_delay_ms(link) > value_real_or(&link->cells[LINK_RING_CONTRACT_MS], NAN)) {
        link_promise(s, out);
        link_trend(link, out);
        link_for(s, out);
        link_besides(link, out);
    } else {
        link_reasons(s, out);
    }
}

static void heat_text(const struct symptom *s, struct buf *out)
{
    double inlet_c = value_real_or(&s->row->cells[HALL_INLET_C_MAX], NAN);
    double rise_c = value_real_or(&s->row->cells[HALL_INLET_RISE_C], NAN);
    char n[LINK_NUMBER_MAX];

    buf_printf(out, NULL, say(N_("inlet %s °C")), link_number(inlet_c, n));
    if (s->severity == SEVERITY_CRIT && !(inlet_c > s->limit))
        buf_printf(out, NULL, say(N_(", %s more in 5 min")), link_number(rise_c, n));
    else
        buf_printf(out, NULL, " > %s", link_number(s->limit, n));
}

static void heat_sentence(const struct symptom *s, struct buf *out)
{
    heat_text(s, out);
    if (s->age_ms >= 1000)
        link_for(s, out);
}

static void feed_text(const struct symptom *s, struct buf *out)
{
    const struct value *cells = s->row->cells;
    char pct[LINK_NUMBER_MAX], limit[LINK_NUMBER_MAX];

    text_show(symptom_cell(s->row, HALL_FEED_RACK), NAME_COLUMNS, out);
    link_number(value_real_or(&cells[HALL_FEED_PCT], NAN), pct);
    link_number(value_real_or(&cells[HALL_FEED_LIMIT_PCT], NAN), limit);
    if (value_int_or(&cells[HALL_FEEDS_LOST], 0) > 0)
        buf_puts(out, say(N_(" lost a feed;")), NULL);
    buf_printf(out, NULL, say(N_(" one feed carries %s %% of the limit (may %s)")), pct, limit);
}

static void quota_text(const struct symptom *s, struct buf *out)
{
    char pct[LINK_NUMBER_MAX];

    buf_printf(out, NULL, say(N_("%s %% of the energy quota used")),
               link_number(round(10 * symptom_quota_pct(s->row)) / 10, pct));
}

static void pue_text(const struct symptom *s, struct buf *out)
{
    char pue[LINK_NUMBER_MAX], limit[LINK_NUMBER_MAX];

    link_number(value_real_or(&s->row->cells[ENERGY_PUE], NAN), pue);
    buf_printf(out, NULL, say(N_("PUE %s in the mean, limit %s")), pue, link_number(s->limit, limit));
}

static void rack_text(const struct symptom *s, struct buf *out)
{
    char n[VALUE_GROUPED_MAX];

    if (s->count > 0)
        buf_printf(out, NULL, say(N_("%s nodes of one rack lost at once: power or switch?")),
                   value_grouped(s->count, n));
    else
        buf_puts(out, say(N_("nodes of one rack lost at once: power or switch?")), NULL);
}

static void rack_sentence(const struct symptom *s, struct buf *out)
{
    rack_text(s, out);
    link_for(s, out);
}

static void island_text(const struct symptom *s, struct buf *out)
{
    char n[VALUE_GROUPED_MAX];

    buf_printf(out, NULL, say(N_("cut off: %s of %s links down")), value_grouped(s->count, n), n);
}

static void site_text(const struct symptom *s, struct buf *out)
{
    char n[VALUE_GROUPED_MAX];

    buf_printf(out, NULL, say(N_("%s links are bad: the site, not the paths")), value_grouped(s->count, n));
}

static const struct {
    const char *word, *after_name;
    void (*text)(const struct symptom *s, struct buf *out);
    void (*sentence)(const struct symptom *s, struct buf *out);
} words[SYMPTOM_RULES] = {
    [SYMPTOM_SOURCE] = {NC_("finding", "source"), ": ", source_text, source_sentence},
    [SYMPTOM_SCHED] = {NC_("finding", "sched"), ": ", sched_text, sched_text},
    [SYMPTOM_NODES] = {NC_("finding", "nodes"), ": ", nodes_text, nodes_sentence},
    [SYMPTOM_QUEUE] = {NC_("finding", "queue"), ": ", queue_text, queue_sentence},
    [SYMPTOM_LINK] = {NC_("finding", "link"), " ", link_text, link_sentence},
    [SYMPTOM_HEAT] = {NC_("finding", "heat"), " ", heat_text, heat_sentence},
    [SYMPTOM_FEED] = {NC_("finding", "feed"), ": ", feed_text, feed_text},
    [SYMPTOM_QUOTA] = {NC_("finding", "quota"), ": ", quota_text, quota_text},
    [SYMPTOM_PUE] = {NC_("finding", "PUE"), ": ", pue_text, pue_text},
    [SYMPTOM_RACK] = {NC_("finding", "rack"), ": ", rack_text, rack_sentence},
    [SYMPTOM_ISLAND] = {NC_("finding", "island"), ": ", island_text, island_text},
    [SYMPTOM_SITE] = {NC_("finding", "site"), ": ", site_text, site_text},
};

const char *symptom_word(enum symptom_rule rule)
{
    return words[rule].word;
}

enum symptom_rule symptom_by_word(struct safe_text word)
{
    int rule = 0;

    while (rule < SYMPTOM_RULES && !text_is(word, words[rule].word))
        rule++;
    return (enum symptom_rule)rule;
}

void symptom_where(const struct symptom *s, int columns, struct buf *out)
{
    struct buf name = buf_make(SENTENCE_BYTES);

    if (text_empty(s->from)) {
        text_show(s->where, columns, out);
        return;
    }
    text_show(s->from, -1, &name);
    buf_puts(&name, "→", NULL);
    text_show(s->to, -1, &name);
    text_show(text_from(buf_str(&name), name.len), columns, out);
    buf_release(&name);
}

void symptom_text(const struct symptom *s, struct buf *out)
{
    if (s->calm)
        buf_puts(out, say(N_("well at the moment, not over yet")), NULL);
    else
        words[s->rule].text(s, out);
}

void symptom_summary(const struct symptom *s, struct buf *out)
{
    english = true;
    symptom_text(s, out);
    english = false;
}

void symptom_sentence(const struct symptom *s, struct buf *out)
{
    struct buf b = buf_make(SENTENCE_BYTES);

    symptom_where(s, NAME_COLUMNS, &b);
    buf_puts(&b, words[s->rule].after_name, NULL);
    if (s->calm)
        symptom_text(s, &b);
    else
        words[s->rule].sentence(s, &b);
    text_show(text_from(buf_str(&b), b.len), COLUMNS, out);
    buf_release(&b);
}
