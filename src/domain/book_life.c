#include <math.h>
#include <string.h>

#include "domain/book_private.h"
#include "domain/link.h"
#include "domain/symptom_private.h"

/* When an alert begins and ends. Spans are of the boot clock; UTC is only shown. */

enum { NEW_SOURCE_FOR_MS = 60 * 1000, GONE_FOR_MS = 10 * 60 * 1000, FOUND_MS = 60 * 1000 };

/* --- coming back --- */

static void forget_returns(struct book *b, struct book_alert *a)
{
    size_t old = 0;

    while (old < a->n_returns && b->now.boot_ms - a->returns[old] > BOOK_RETURN_MS)
        old++;
    if (old == 0)
        return;
    a->n_returns -= old;
    memmove(a->returns, a->returns + old, a->n_returns * sizeof *a->returns);
    a->dirty = true;
}

static void note_return(struct book *b, struct book_alert *a)
{
    if (a->n_returns == BOOK_RETURNS_MAX)
        memmove(a->returns, a->returns + 1, --a->n_returns * sizeof *a->returns);
    a->returns[a->n_returns++] = b->now.boot_ms;
    if (a->was_acked)
        a->returned_ms = b->now.utc_ms;
}

bool book_life_flaps(const struct book *b, const struct book_alert *a)
{
    return (double)a->n_returns >= thresholds_at(b->limits, THRESHOLD_FLAP_RETURNS);
}

/* --- begin and end --- */

/* An ack from before an alert began is about something else: but not while the book is so new that it cannot know, nor while
 * the same object already has an alert. */
static int64_t acks_count_from(const struct book *b, const struct book_alert *a)
{
    bool new_book = b->now.boot_ms - b->begun_boot_ms < GONE_FOR_MS;

    if (new_book || b->desk == NULL || desk_ack_of(b->desk, a->subject, b->now.utc_ms) == NULL)
        return 0;
    for (size_t i = 0; i < b->count; i++)
        if (b->all[i]->phase == BOOK_OPEN && b->all[i] != a && text_equal(b->all[i]->subject, a->subject))
            return 0;
    return b->now.utc_ms;
}

static void begin(struct book *b, struct book_alert *a, int64_t since_ms)
{
    if (a->phase == BOOK_OVER) {
        if (b->now.boot_ms - a->over_boot_ms <= BOOK_RETURN_MS)
            note_return(b, a);
        else
            book_ack_forget(a);
    } else {
        a->void_ms = acks_count_from(b, a);
    }
    a->found = a->phase == BOOK_NEVER && a->own != SYMPTOM_RULES && b->now.boot_ms - b->begun_boot_ms < FOUND_MS;
    a->phase = BOOK_OPEN;
    a->since_ms = since_ms;
    a->over_ms = 0;
    a->over_boot_ms = a->pend_boot_ms = a->calm_boot_ms = a->low_boot_ms = -1;
    a->calm = false;
    a->dirty = true;
    b->topology_dirty = true;
}

static void end(struct book *b, struct book_alert *a)
{
    a->was_acked = a->is_acked;
    if (a->is_acked)
        book_ack_resolved(b, a);
    if (a->is_acked && a->acked_ms > a->void_ms)
        a->void_ms = a->acked_ms;
    a->phase = BOOK_OVER;
    a->over_ms = b->now.utc_ms;
    a->over_boot_ms = b->now.boot_ms;
    a->returned_ms = 0;
    a->pend_boot_ms = -1;
    a->is_acked = a->calm = false;
    a->parent = NULL;
    a->root = a;
    a->dirty = true;
    b->topology_dirty = true;
}

/* Well for so long: over. */
static void rest(struct book *b, struct book_alert *a, int64_t span_ms)
{
    int64_t quiet_ms = thresholds_int(b->limits, THRESHOLD_FLAP_QUIET_FOR);

    if (book_life_flaps(b, a) && quiet_ms > span_ms)
        span_ms = quiet_ms;
    if (!a->calm)
        a->calm_boot_ms = b->now.boot_ms;
    a->calm = true;
    if (b->now.boot_ms - a->calm_boot_ms >= span_ms)
        end(b, a);
}

/* --- ours --- */

static int64_t begins_after_ms(const struct book *b, const struct symptom *s)
{
    if (s->rule == SYMPTOM_QUEUE)
        return s->severity == SEVERITY_CRIT ? 0 : thresholds_int(b->limits, THRESHOLD_QUEUE_WAIT_FOR);
    if (s->rule == SYMPTOM_NODES)
        return thresholds_int(b->limits, THRESHOLD_NODES_FOR);
    return s->rule == SYMPTOM_SOURCE && s->severity == SEVERITY_WARN && s->age_ms < 0 ? NEW_SOURCE_FOR_MS : 0;
}

/* What is stale was fresh for a span already: a source that answers is not silent. */
static int64_t ends_after_ms(const struct book *b, const struct book_alert *a)
{
    return a->own == SYMPTOM_SOURCE ? 0 : thresholds_int(b->limits, THRESHOLD_CLEAR_FOR);
}

static void summarize(struct book_alert *a, const struct symptom *s)
{
    buf_clear(&a->summary);
    symptom_summary(s, &a->summary);
    a->dirty = true;
}

/* Worse at once, better when it stays so. */
static void grade(struct book *b, struct book_alert *a, const struct symptom *s)
{
    if (s->severity >= a->severity)
        a->low_boot_ms = -1;
    else if (a->low_boot_ms < 0)
        a->low_boot_ms = b->now.boot_ms;
    if (s->severity == a->severity ||
        (s->severity < a->severity && b->now.boot_ms - a->low_boot_ms < ends_after_ms(b, a)))
        return;
    a->low_boot_ms = -1;
    a->severity = s->severity;
    b->topology_dirty = true;
    summarize(a, s);
}

static void set_trend(struct book_alert *a, const struct symptom *s)
{
    struct safe_text trend = text_of("");
    char word[sizeof a->trend] = "";

    if (s->rule == SYMPTOM_LINK)
        trend = value_text_or(&s->row->cells[LINK_TREND], "");
    if (text_len(trend) < sizeof word)
        text_show_in(trend, word, sizeof word);
    if (strcmp(word, a->trend) == 0)
        return;
    memcpy(a->trend, word, sizeof word);
    a->dirty = true;
}

static bool is_late(const struct symptom *s)
{
    return s->rule == SYMPTOM_LINK && link_delay_ms(s->row) > value_real_or(&s->row->cells[LINK_RING_CONTRACT_MS], NAN);
}

static void set_amount(struct book *b, struct book_alert *a, const struct symptom *s)
{
    int64_t amount = s->rule == SYMPTOM_NODES ? symptom_nodes_out(s->row) : s->count;
    bool breaks = s->rule == SYMPTOM_LINK && link_breaks_promise(s->row), late = is_late(s);

    if (amount != a->amount || s->others != a->others || breaks != a->breaks_promise || late != a->late)
        b->topology_dirty = true;
    a->breaks_promise = breaks;
    a->late = late;
    a->amount = amount;
    a->others = s->others;
}

static void holds(struct book *b, struct book_alert *a, const struct symptom *s)
{
    a->calm = false;
    if (a->phase != BOOK_OPEN) {
        if (a->pend_boot_ms < 0)
            a->pend_boot_ms = b->now.boot_ms;
        int64_t held_ms = b->now.boot_ms - a->pend_boot_ms;
        if (held_ms < begins_after_ms(b, s))
            return;
        begin(b, a, b->now.utc_ms - (s->age_ms > held_ms ? s->age_ms : held_ms));
        a->severity = s->severity;
        summarize(a, s);
    }
    set_amount(b, a, s);
    set_trend(a, s);
    grade(b, a, s);
}

void book_life_symptom(struct book *b, struct book_alert *a, const struct symptom *s)
{
    a->seen = true;
    if (!text_equal(text_from(a->teller.data, a->teller.len), s->source)) {
        buf_clear(&a->teller);
        text_copy(&a->teller, s->source);
    }
    if (s->severity == SEVERITY_UNKNOWN) {
        a->pend_boot_ms = a->low_boot_ms = -1;
        a->calm = false;
    } else if (s->severity != SEVERITY_OK) {
        holds(b, a, s);
    } else {
        a->pend_boot_ms = -1;
        if (a->phase == BOOK_OPEN)
            rest(b, a, ends_after_ms(b, a));
    }
}

/* Nobody told of its object: it may only be late. A rack that lost no node is well. Who is silent says neither. */
void book_life_unseen(struct book *b, const struct symptom_facts *f, struct book_alert *a)
{
    a->pend_boot_ms = -1;
    if (!symptom_source_is_live(f, text_from(a->teller.data, a->teller.len))) {
        a->calm = false;
        return;
    }
    if (a->phase == BOOK_OPEN)
        rest(b, a, a->own == SYMPTOM_RACK ? ends_after_ms(b, a) : GONE_FOR_MS);
}

void book_life_full(struct book *b, struct book_alert *a, size_t n)
{
    char count[VALUE_GROUPED_MAX];

    a->seen = true;
    if (n == 0) {
        if (a->phase == BOOK_OPEN)
            rest(b, a, thresholds_int(b->limits, THRESHOLD_CLEAR_FOR));
        return;
    }
    if (a->phase != BOOK_OPEN)
        begin(b, a, b->now.utc_ms);
    a->calm = false;
    a->severity = SEVERITY_WARN;
    if (a->amount == (int64_t)n)
        return;
    a->amount = (int64_t)n;
    buf_clear(&a->summary);
    buf_printf(&a->summary, NULL, "more than %d alerts: the %s least severe are not kept", BOOK_ALERTS_MAX,
               value_grouped((int64_t)n, count));
    a->dirty = true;
}

/* --- told ones --- */

static void take_told(struct book *b, struct book_alert *a, const struct row *row)
{
    enum severity severity = book_severity(value_text_or(&row->cells[ALERT_SEVERITY], ""));
    int64_t since_ms = value_int_or(&row->cells[ALERT_SINCE], b->now.utc_ms);

    if (a->phase != BOOK_OPEN)
        begin(b, a, since_ms);
    bool held_back = value_known(&row->cells[ALERT_PARENT]);
    if (severity != a->severity || since_ms != a->since_ms || (held_back && a->parent == NULL))
        b->topology_dirty = true;
    a->severity = severity;
    a->since_ms = since_ms;
    a->calm = false;
}

void book_life_told(struct book *b, struct book_alert *a)
{
    struct row row = {0};

    if (!a->is_new && !a->calm)
        return;
    a->is_new = false;
    if (!row_unpack(KIND_ALERT, a->told.data, a->told.len, &row, NULL))
        row = (struct row){0};
    if (a->is_told && !text_is(value_text_or(&row.cells[ALERT_STATE], ""), "resolved"))
        take_told(b, a, &row);
    else if (a->phase == BOOK_OPEN)
        rest(b, a, 0);
}

/* --- after a restart --- */

static void adopt_impact(struct book_alert *a, const struct row *row)
{
    a->has_impact = value_known(&row->cells[ALERT_IMPACT_JOBS]);
    a->impact = (struct impact_sum){
        .jobs = value_int_or(&row->cells[ALERT_IMPACT_JOBS], 0),
        .users = (size_t)value_int_or(&row->cells[ALERT_IMPACT_USERS], 0),
        .tenants = (size_t)value_int_or(&row->cells[ALERT_IMPACT_TENANTS], 0),
        .accounts = (size_t)value_int_or(&row->cells[ALERT_IMPACT_ACCOUNTS], 0),
        .deadline_ms = value_int_or(&row->cells[ALERT_DEADLINE_FIRST_AT], 0),
    };
}

void book_life_adopt(struct book_alert *a, const struct row *row)
{
    struct safe_text state = value_text_or(&row->cells[ALERT_STATE], "");
    int64_t flaps = value_int_or(&row->cells[ALERT_FLAPS], 0);

    a->phase = text_is(state, "resolved") ? BOOK_OVER : BOOK_OPEN;
    a->severity = a->worst = book_severity(value_text_or(&row->cells[ALERT_SEVERITY], ""));
    a->since_ms = value_int_or(&row->cells[ALERT_SINCE], row->since_ms);
    a->over_ms = a->phase == BOOK_OVER ? value_int_or(&row->cells[ALERT_RESOLVED_AT], row->since_ms) : 0;
    a->returned_ms = text_is(state, "returned") ? value_int_or(&row->cells[ALERT_RETURNED_AT], row->since_ms) : 0;
    a->acked_ms = value_int_or(&row->cells[ALERT_ACKED_AT], 0);
    a->was_acked = a->phase == BOOK_OVER && a->acked_ms > 0;
    a->acked_at = a->severity;
    a->is_acked = a->phase == BOOK_OPEN && a->acked_ms > 0 && value_known(&row->cells[ALERT_ACKED_BY]);
    a->acked_until_ms = value_int_or(&row->cells[ALERT_ACKED_UNTIL], 0);
    text_copy(&a->acked_by, value_text_or(&row->cells[ALERT_ACKED_BY], ""));
    text_copy(&a->ack_note, value_text_or(&row->cells[ALERT_ACK_NOTE], ""));
    book_ack_adopt(a, row);
    if (!text_is(state, "acked") && !text_is(state, "silenced"))
        a->void_ms = a->acked_ms;
    a->n_returns = flaps < 0 ? 0 : flaps > BOOK_RETURNS_MAX ? BOOK_RETURNS_MAX : (size_t)flaps;
    text_copy(&a->summary, value_text_or(&row->cells[ALERT_SUMMARY], ""));
    text_copy(&a->change, value_text_or(&row->cells[ALERT_CHANGE], ""));
    adopt_impact(a, row);
}

/* Its moments of the boot clock, which a store does not know, once that clock is known. */
void book_life_settle(struct book *b, struct book_alert *a)
{
    int64_t ago_ms = 0;

    for (size_t i = 0; i < a->n_returns; i++)
        a->returns[i] = b->now.boot_ms - BOOK_RETURN_MS / 2;
    if (a->phase != BOOK_OVER)
        return;
    if (__builtin_sub_overflow(b->now.utc_ms, a->over_ms, &ago_ms) || ago_ms > BOOK_KEEP_MS)
        ago_ms = BOOK_KEEP_MS;
    a->over_boot_ms = b->now.boot_ms - (ago_ms > 0 ? ago_ms : 0);
}

void book_life_age(struct book *b, struct book_alert *a)
{
    forget_returns(b, a);
}
