#include "domain/book_private.h"

/* Why an ack ended. */

static const char *const words[] = {[BOOK_ACK_EXPIRED] = "expired",
                                    [BOOK_ACK_WORSE] = "worse",
                                    [BOOK_ACK_TAKEN_BACK] = "taken_back",
                                    [BOOK_ACK_RESOLVED] = "resolved"};
enum { WORDS = sizeof words / sizeof *words };

static void put(struct buf *b, struct safe_text t)
{
    buf_clear(b);
    text_copy(b, t);
}

static struct safe_text text(const struct buf *b)
{
    return text_from(b->data, b->len);
}

static void note(struct book_alert *a, enum book_ack_why why, int64_t at_ms, struct safe_text by)
{
    struct book_ack_end *e = &a->ack_end;

    e->why = why;
    e->at_ms = at_ms;
    e->from = e->to = SEVERITY_UNKNOWN;
    put(&e->of, text(&a->acked_by));
    put(&e->by, by);
}

static void note_worse(const struct book *b, struct book_alert *a, enum severity from, enum severity to)
{
    note(a, BOOK_ACK_WORSE, b->now.utc_ms, text_of(""));
    a->ack_end.from = from;
    a->ack_end.to = to;
}

/* The ack that held last, its own or its root's. */
static const struct desk_ack *last_of(const struct book *b, const struct book_alert *a)
{
    const struct safe_text subjects[] = {a->subject, a->root->subject};

    for (size_t i = 0; b->desk != NULL && i < sizeof subjects / sizeof *subjects; i++) {
        const struct desk_ack *last = desk_ack_last(b->desk, subjects[i]);
        if (last != NULL && last->at_ms == a->acked_ms)
            return last;
    }
    return NULL;
}

void book_ack_lost(const struct book *b, struct book_alert *a)
{
    const struct book_alert *root = a->root;
    const struct desk_ack *last = last_of(b, a);

    book_ack_forget(a);
    if (a->void_ms == a->acked_ms)
        note_worse(b, a, a->acked_at, a->worst);
    else if (root != a && root->acked_ms == a->acked_ms && root->ack_end.why == BOOK_ACK_WORSE)
        note_worse(b, a, root->ack_end.from, root->ack_end.to);
    else if (last != NULL && last->ended_ms > 0)
        note(a, BOOK_ACK_TAKEN_BACK, last->ended_ms, last->ended_by);
    else if (last != NULL && last->until_ms <= b->now.utc_ms)
        note(a, BOOK_ACK_EXPIRED, last->until_ms, text_of(""));
}

void book_ack_resolved(const struct book *b, struct book_alert *a)
{
    note(a, BOOK_ACK_RESOLVED, b->now.utc_ms, text_of(""));
}

void book_ack_forget(struct book_alert *a)
{
    a->ack_end.why = BOOK_ACK_OPEN;
}

static struct value text_or_none(const struct buf *b)
{
    return b->len > 0 ? value_text(text(b)) : value_none();
}

static struct value severity_or_none(enum severity s)
{
    return s != SEVERITY_UNKNOWN ? value_text(text_of(book_severity_word(s))) : value_none();
}

void book_ack_row(const struct book_alert *a, struct row *row)
{
    const struct book_ack_end *e = &a->ack_end;

    for (int field = ALERT_ACK_ENDED; field <= ALERT_ACK_ENDED_TO; field++)
        row->cells[field] = value_none();
    if (e->why == BOOK_ACK_OPEN)
        return;
    row->cells[ALERT_ACK_ENDED] = value_text(text_of(words[e->why]));
    row->cells[ALERT_ACK_ENDED_AT] = value_time(e->at_ms);
    row->cells[ALERT_ACK_ENDED_OF] = text_or_none(&e->of);
    row->cells[ALERT_ACK_ENDED_BY] = text_or_none(&e->by);
    row->cells[ALERT_ACK_ENDED_FROM] = severity_or_none(e->from);
    row->cells[ALERT_ACK_ENDED_TO] = severity_or_none(e->to);
}

static enum severity severity_of(const struct row *row, int field)
{
    return value_known(&row->cells[field]) ? book_severity(value_text_or(&row->cells[field], "")) : SEVERITY_UNKNOWN;
}

void book_ack_adopt(struct book_alert *a, const struct row *row)
{
    struct safe_text why = value_text_or(&row->cells[ALERT_ACK_ENDED], "");

    for (int i = BOOK_ACK_EXPIRED; i < WORDS; i++)
        if (text_is(why, words[i]))
            a->ack_end.why = (enum book_ack_why)i;
    a->ack_end.at_ms = value_int_or(&row->cells[ALERT_ACK_ENDED_AT], 0);
    put(&a->ack_end.of, value_text_or(&row->cells[ALERT_ACK_ENDED_OF], ""));
    put(&a->ack_end.by, value_text_or(&row->cells[ALERT_ACK_ENDED_BY], ""));
    a->ack_end.from = severity_of(row, ALERT_ACK_ENDED_FROM);
    a->ack_end.to = severity_of(row, ALERT_ACK_ENDED_TO);
}

void book_ack_release(struct book_alert *a)
{
    buf_release(&a->ack_end.of);
    buf_release(&a->ack_end.by);
}
