#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/desk_private.h"

enum { EXIT_DATA = 65, EXIT_NO_OBJECT = 67, EXIT_LATER = 75 };

static int64_t end_of(const struct desk_silence *s)
{
    if (s->ended_ms > 0 && s->ended_ms < s->ends_ms)
        return s->ended_ms;
    return s->outcome == DESK_REFUSED ? s->at_ms : s->ends_ms;
}

static bool on_its_way(enum desk_outcome o)
{
    return o == DESK_INTENT || o == DESK_SENT || o == DESK_UNKNOWN;
}

static struct desk_silence *find(const struct desk *d, struct safe_text id)
{
    for (size_t i = d->silence_count; i > 0; i--) {
        struct desk_silence *s = &d->silences[i - 1];
        if (text_equal(s->id, id) || (!text_empty(s->remote) && text_equal(s->remote, id)))
            return s;
    }
    return NULL;
}

const struct desk_silence *desk_silence_by_id(const struct desk *d, struct safe_text id)
{
    return find(d, id);
}

/* --- begin --- */

static void forget_old(struct desk *d, int64_t now_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->silence_count; i++) {
        if (now_ms - end_of(&d->silences[i]) <= DESK_REMEMBER_MS || on_its_way(d->silences[i].outcome))
            d->silences[kept++] = d->silences[i];
    }
    d->silence_count = kept;
}

static bool too_many(const struct desk *d, int64_t now_ms)
{
    size_t n = 0;
    for (size_t i = 0; i < d->silence_count; i++)
        n += now_ms - end_of(&d->silences[i]) <= DESK_REMEMBER_MS;
    return n >= DESK_SILENCES_MAX;
}

bool desk_silence_check(const struct desk *d, const struct desk_entry *e, struct err *err)
{
    if (text_empty(e->id) || find(d, e->id))
        return desk_refuse(err, EXIT_DATA, "there is a silence already with the id", e->id, "ask again");
    if (!text_empty(e->alert) && text_empty(e->source))
        return desk_refuse(err, EXIT_NO_OBJECT, "there is no alert", e->alert,
                           "'hubtop get alerts' lists those there are");
    return !too_many(d, e->at_ms) ||
           desk_refuse(err, EXIT_LATER, "there are too many silences for", e->reason, "end some that are not needed");
}

static struct desk_silence *append(struct desk *d, int64_t now_ms)
{
    if (d->silence_count == d->silence_cap)
        forget_old(d, now_ms);
    if (d->silence_count == d->silence_cap) {
        d->silence_cap = d->silence_cap ? 2 * d->silence_cap : 16;
        d->silences = mem_grow(d->silences, d->silence_cap, sizeof *d->silences);
    }
    struct desk_silence *s = &d->silences[d->silence_count++];
    *s = (struct desk_silence){0};
    return s;
}

void desk_silence_add(struct desk *d, const struct desk_entry *e)
{
    struct arena *a = &d->arena;
    *append(d, e->at_ms) = (struct desk_silence){
        .id = rows_text(a, e->id),
        .who = rows_text(a, e->who),
        .reason = rows_text(a, e->reason),
        .alert = rows_text(a, e->alert),
        .source = rows_text(a, e->source),
        .kind = rows_text(a, e->kind),
        .where = rows_text(a, e->where),
        .labels = rows_text(a, e->labels),
        .uid = e->uid,
        .seq = e->seq,
        .at_ms = e->at_ms,
        .starts_ms = e->starts_ms,
        .ends_ms = e->ends_ms,
        .outcome = e->outcome,
    };
}

/* --- end --- */

bool desk_silence_check_end(const struct desk *d, const struct desk_entry *e, struct err *err)
{
    const struct desk_silence *s = find(d, e->id);
    if (!s)
        return !text_empty(e->remote) || desk_refuse(err, EXIT_NO_OBJECT, "there is no silence", e->id,
                                                     "'hubtop get silences' lists those there are");
    if (end_of(s) <= e->at_ms)
        return desk_refuse(err, EXIT_DATA, "it is over already:", e->id, "'hubtop get silences' lists those there are");
    return (!on_its_way(s->outcome) && !on_its_way(s->end_outcome)) ||
           desk_refuse(err, EXIT_LATER, "its source has not answered yet about the silence", e->id,
                       "try again in a moment");
}

static struct desk_silence *append_peers(struct desk *d, const struct desk_entry *e)
{
    struct desk_silence *s = append(d, e->at_ms);
    *s = (struct desk_silence){
        .id = rows_text(&d->arena, e->remote),
        .source = rows_text(&d->arena, e->source),
        .remote = rows_text(&d->arena, e->remote),
        .at_ms = e->at_ms,
        .ends_ms = e->ends_ms > 0 ? e->ends_ms : e->at_ms + DESK_SILENCE_MAX_MS,
        .outcome = DESK_DONE,
    };
    return s;
}

void desk_silence_end(struct desk *d, const struct desk_entry *e)
{
    struct desk_silence *s = find(d, e->id);
    if (!s) /* a peer's own */
        s = append_peers(d, e);
    s->ended_by = rows_text(&d->arena, e->who);
    if (s->outcome == DESK_OWN) {
        s->ended_ms = e->at_ms;
        return;
    }
    s->end_seq = e->seq;
    s->end_outcome = DESK_INTENT;
}

/* --- what a peer did --- */

static struct desk_silence *of_order(const struct desk *d, int64_t seq)
{
    for (size_t i = d->silence_count; i > 0; i--) {
        struct desk_silence *s = &d->silences[i - 1];
        if (seq > 0 && (s->seq == seq || s->end_seq == seq))
            return s;
    }
    return NULL;
}

const struct desk_silence *desk_silence_by_order(const struct desk *d, int64_t seq)
{
    return of_order(d, seq);
}

bool desk_outcome_is_open(enum desk_outcome outcome)
{
    return on_its_way(outcome);
}

bool desk_silence_check_outcome(const struct desk *d, const struct desk_entry *e, struct err *err)
{
    return of_order(d, e->of_seq) || err_set(err, ERR_CORRUPT, "an outcome is of no order that is known");
}

void desk_silence_outcome(struct desk *d, const struct desk_entry *e)
{
    struct desk_silence *s = of_order(d, e->of_seq);
    s->peer_words = rows_text(&d->arena, e->reason);
    if (s->seq == e->of_seq) {
        s->outcome = e->outcome;
        if (!text_empty(e->remote))
            s->remote = rows_text(&d->arena, e->remote);
        return;
    }
    s->end_outcome = e->outcome;
    if (e->outcome == DESK_DONE)
        s->ended_ms = e->at_ms;
}

/* --- what it hides --- */

bool desk_silence_hides(const struct desk_silence *s, const struct row *alert)
{
    if (!text_empty(s->alert))
        return text_equal(s->alert, alert->id) && text_equal(s->source, alert->source);
    return !text_empty(s->kind) && text_equal(s->kind, value_text_or(&alert->cells[ALERT_KIND], "")) &&
           (text_empty(s->where) || text_equal(s->where, value_text_or(&alert->cells[ALERT_WHERE], "")));
}

bool desk_silence_is_active(const struct desk_silence *s, int64_t now_ms)
{
    return s->outcome == DESK_OWN && s->starts_ms <= now_ms && end_of(s) > now_ms;
}

const struct desk_silence *desk_silence_of(const struct desk *d, const struct row *alert, int64_t now_ms)
{
    const struct desk_silence *best = NULL;
    for (size_t i = 0; i < d->silence_count; i++) {
        const struct desk_silence *s = &d->silences[i];
        if (desk_silence_is_active(s, now_ms) && desk_silence_hides(s, alert) && (!best || end_of(s) > end_of(best)))
            best = s;
    }
    return best;
}

size_t desk_preview(const struct desk_entry *silence, const struct row *alerts, size_t n, size_t *hidden)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        /* Without a source it is whichever has that id. */
        struct safe_text source = text_empty(silence->source) ? alerts[i].source : silence->source;
        const struct desk_silence s = {
            .alert = silence->alert, .source = source, .kind = silence->kind, .where = silence->where};
        if (!text_is(value_text_or(&alerts[i].cells[ALERT_STATE], ""), "resolved") &&
            desk_silence_hides(&s, &alerts[i]))
            hidden[count++] = i;
    }
    return count;
}

void desk_silences(const struct desk *d, bool (*each)(void *ctx, const struct desk_silence *s), void *ctx)
{
    for (size_t i = 0; i < d->silence_count; i++) {
        if (!each(ctx, &d->silences[i]))
            return;
    }
}

int64_t desk_silence_next_ms(const struct desk *d, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < d->silence_count; i++) {
        const struct desk_silence *s = &d->silences[i];
        if (s->starts_ms > now_ms && s->starts_ms < next_ms)
            next_ms = s->starts_ms;
        if (end_of(s) > now_ms && end_of(s) < next_ms)
            next_ms = end_of(s);
    }
    return next_ms;
}

/* --- its row --- */

static struct value matcher(struct buf *text, const char *name, struct safe_text value)
{
    size_t start = text->len;
    buf_puts(text, name, NULL);
    text_copy(text, value);
    return value_list(text_from(text->data + start, text->len - start));
}

static struct value object_matchers(struct buf *text, struct safe_text kind, struct safe_text where)
{
    size_t start = text->len;
    buf_puts(text, "kind=", NULL);
    text_copy(text, kind);
    if (!text_empty(where)) {
        buf_putc(text, VALUE_LIST_SEPARATOR, NULL);
        buf_puts(text, "where=", NULL);
        text_copy(text, where);
    }
    return value_list(text_from(text->data + start, text->len - start));
}

static struct value matchers_of(const struct desk_silence *s, struct buf *text)
{
    if (!text_empty(s->labels))
        return value_list(s->labels);
    if (!text_empty(s->alert))
        return matcher(text, "alert=", s->alert);
    return object_matchers(text, s->kind, s->where);
}

/* A silence that its source would not have says why. */
static struct value comment_of(const struct desk_silence *s, struct buf *text)
{
    size_t start = text->len;
    if (s->outcome != DESK_REFUSED)
        return value_text(s->reason);
    text_copy(text, s->reason);
    buf_puts(text, " (refused: ", NULL);
    text_copy(text, s->peer_words);
    buf_putc(text, ')', NULL);
    return value_text(text_from(text->data + start, text->len - start));
}

static const char *state_of(const struct desk_silence *s, int64_t now_ms)
{
    if (end_of(s) <= now_ms)
        return "expired";
    return on_its_way(s->outcome) || s->starts_ms > now_ms ? "pending" : "active";
}

bool desk_silence_row(const struct desk_silence *s, int64_t hides, int64_t now_ms, struct buf *text, struct row *row)
{
    if (s->outcome == DESK_DONE || now_ms - end_of(s) > DESK_ROW_MS)
        return false;
    buf_clear(text);
    if (!buf_reserve(text, text->max, NULL)) /* so that no text moves when the next one is appended */
        return false;
    *row = (struct row){.kind = KIND_SILENCE, .id = s->id, .source = text_of(DESK_SOURCE)};
    row->cells[SILENCE_STATE] = value_text(text_of(state_of(s, now_ms)));
    row->cells[SILENCE_MATCHERS] = matchers_of(s, text);
    row->cells[SILENCE_STARTS_AT] = value_time(s->starts_ms);
    row->cells[SILENCE_ENDS_AT] = value_time(end_of(s));
    row->cells[SILENCE_CREATED_BY] = value_text(s->who);
    row->cells[SILENCE_COMMENT] = comment_of(s, text);
    row->cells[SILENCE_ALERTS] = hides >= 0 ? value_int(hides) : value_none();
    row->cells[SILENCE_UPDATED_AT] = value_time(s->ended_ms > 0 ? s->ended_ms : s->at_ms);
    return true;
}
