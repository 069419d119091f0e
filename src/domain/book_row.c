#include "domain/book_private.h"

/* An alert's row: what its source tells, or what our rule found, and what the book knows beside that. */

enum { NOTES_MAX = 32, STEPS_MAX = 64, LIST_MAX = 16384 };

static struct value text_or_none(const struct buf *b)
{
    return b->len > 0 ? value_text(text_from(b->data, b->len)) : value_none();
}

static struct value time_or_none(int64_t ms)
{
    return ms != 0 ? value_time(ms) : value_none();
}

static void put_own(const struct book_alert *a, struct row *row)
{
    row->cells[ALERT_NAME] = row->cells[ALERT_RULE] = value_text(a->rule);
    row->cells[ALERT_SUMMARY] = text_or_none(&a->summary);
    row->cells[ALERT_TREND] = a->trend[0] != '\0' ? value_text(text_of(a->trend)) : value_none();
    if (a->kind == KIND_NONE)
        return;
    row->cells[ALERT_KIND] = value_text(text_of(kind_info(a->kind)->name));
    row->cells[ALERT_WHERE] = value_text(a->where);
    row->cells[ALERT_CLUSTER] = text_empty(a->cluster) ? value_none() : value_text(a->cluster);
}

/* --- state --- */

static const char *state_of(const struct book_alert *a, const struct row *told)
{
    struct safe_text word = value_text_or(&told->cells[ALERT_STATE], "");

    if (text_is(word, "silenced") || a->silenced_ms != 0)
        return "silenced";
    if (a->is_acked || text_is(word, "acked"))
        return "acked";
    return a->returned_ms != 0 ? "returned" : "firing";
}

static void put_silence(const struct book_alert *a, struct row *row, struct buf *list)
{
    if (a->silenced_ms == 0)
        return;
    int64_t told_ms = value_int_or(&row->cells[ALERT_SILENCED_UNTIL], 0);
    row->cells[ALERT_SILENCED_UNTIL] = value_time(told_ms > a->silenced_ms ? told_ms : a->silenced_ms);
    size_t at = list->len;
    text_copy(list, value_text_or(&row->cells[ALERT_SILENCED_BY], ""));
    value_list_add(list, text_of(a->silence), NULL);
    row->cells[ALERT_SILENCED_BY] = value_list(text_from(list->data + at, list->len - at));
}

static void put_ack(const struct book_alert *a, struct row *row)
{
    if (a->acked_ms != 0)
        row->cells[ALERT_ACKED_AT] = value_time(a->acked_ms);
    if (!a->is_acked)
        return;
    row->cells[ALERT_ACKED_BY] = text_or_none(&a->acked_by);
    row->cells[ALERT_ACK_NOTE] = text_or_none(&a->ack_note);
    row->cells[ALERT_ACKED_UNTIL] = value_time(a->acked_until_ms);
}

/* --- what stays with the subject --- */

static void add_words(struct buf *list, struct buf *one, int64_t at_ms, struct safe_text who, const char *colon,
                      struct safe_text text)
{
    char at[CLOCK_TEXT_MAX];

    buf_clear(one);
    if (*colon == '\0') {
        text_copy(one, text);
        buf_putc(one, ' ', NULL);
    }
    buf_printf(one, NULL, "%s ", clock_iso(at_ms, at));
    text_copy(one, who);
    if (*colon != '\0') {
        buf_puts(one, colon, NULL);
        text_copy(one, text);
    }
    value_list_add(list, text_from(one->data, one->len), NULL);
}

/* Of this time, and of a day before it: what comes back has a history. */
static void put_notes(const struct book *b, const struct book_alert *a, struct row *row, struct buf *list,
                      struct buf *one)
{
    const struct desk_note *notes[NOTES_MAX];
    size_t n = desk_notes_of(b->desk, a->subject, notes, NOTES_MAX), at = list->len;

    for (size_t i = 0; i < n; i++)
        if (notes[i]->at_ms >= a->since_ms - BOOK_KEEP_MS)
            add_words(list, one, notes[i]->at_ms, notes[i]->who, ": ", notes[i]->text);
    row->cells[ALERT_NOTES] = list->len > at ? value_list(text_from(list->data + at, list->len - at)) : value_none();
}

static void put_steps(const struct book *b, const struct book_alert *a, struct row *row, struct buf *list,
                      struct buf *one)
{
    const struct desk_step *steps[STEPS_MAX];
    size_t n = desk_steps_of(b->desk, a->subject, steps, STEPS_MAX), at = list->len;
    int64_t escalated_ms = desk_escalated_ms(b->desk, a->subject, NULL);

    for (size_t i = 0; i < n; i++)
        if (steps[i]->at_ms >= a->since_ms)
            add_words(list, one, steps[i]->at_ms, steps[i]->who, "", steps[i]->step);
    row->cells[ALERT_STEPS_DONE] =
        list->len > at ? value_list(text_from(list->data + at, list->len - at)) : value_none();
    row->cells[ALERT_ESCALATED_AT] = escalated_ms >= a->since_ms ? time_or_none(escalated_ms) : value_none();
}

/* --- the whole --- */

static struct value count_or_none(bool known, int64_t n)
{
    return known ? value_int(n) : value_none();
}

/* What a source tells of these itself stands until they were counted. */
static void put_impact(const struct book_alert *a, struct row *row)
{
    const struct impact_sum *s = &a->impact;

    if (!a->has_impact)
        return;
    row->cells[ALERT_IMPACT_JOBS] = count_or_none(s->blind == NULL, s->jobs);
    row->cells[ALERT_IMPACT_USERS] = count_or_none(s->blind == NULL, (int64_t)s->users);
    row->cells[ALERT_IMPACT_TENANTS] = count_or_none(s->blind == NULL, (int64_t)s->tenants);
    row->cells[ALERT_IMPACT_ACCOUNTS] = count_or_none(s->blind == NULL, (int64_t)s->accounts);
    row->cells[ALERT_DEADLINE_FIRST_AT] = time_or_none(s->deadline_ms);
}

static void put_open(const struct book_alert *a, struct row *row, struct buf *list)
{
    const char *state = state_of(a, row);

    row->cells[ALERT_STATE] = value_text(text_of(state));
    /* What its source does not know, nobody does. */
    if (a->told.len == 0 || a->worst != a->severity || value_known(&row->cells[ALERT_SEVERITY]))
        row->cells[ALERT_SEVERITY] = value_text(text_of(book_severity_word(a->worst)));
    if (a->told.len == 0 || value_known(&row->cells[ALERT_SINCE]))
        row->cells[ALERT_SINCE] = value_time(a->since_ms);
    row->cells[ALERT_PARENT] = a->root != a ? value_text(a->root->id) : value_none();
    row->cells[ALERT_CHILDREN] = value_int((int64_t)a->children);
    row->cells[ALERT_RESOLVED_AT] = value_none();
    row->cells[ALERT_RETURNED_AT] = time_or_none(a->returned_ms);
    row->cells[ALERT_MAINTENANCE] = text_or_none(&a->maintenance);
    put_silence(a, row, list);
    put_ack(a, row);
    put_impact(a, row);
    if (a->change.len > 0)
        row->cells[ALERT_CHANGE] = text_or_none(&a->change);
}

/* As it was last, but over. */
static void put_over(const struct book_alert *a, struct row *row)
{
    row->cells[ALERT_STATE] = value_text(text_of("resolved"));
    row->cells[ALERT_RESOLVED_AT] = value_time(a->over_ms);
    row->cells[ALERT_RETURNED_AT] = row->cells[ALERT_SILENCED_UNTIL] = value_none();
}

static void make(const struct book *b, const struct book_alert *a, struct row *row, struct buf *list, struct buf *one)
{
    const struct buf *from = a->phase == BOOK_OVER ? &a->row : &a->told;

    *row = (struct row){0};
    if (from->len > 0 && !row_unpack(KIND_ALERT, from->data, from->len, row, NULL))
        *row = (struct row){0};
    row->kind = KIND_ALERT;
    row->id = a->id;
    row->source = a->source;
    if (text_is(a->source, BOOK_SOURCE) && !(from == &a->row && from->len > 0))
        put_own(a, row);
    if (a->phase == BOOK_OVER)
        put_over(a, row);
    else
        put_open(a, row, list);
    row->cells[ALERT_FLAPS] = value_int((int64_t)a->n_returns);
    book_ack_row(a, row);
    if (b->desk != NULL) {
        put_notes(b, a, row, list, one);
        put_steps(b, a, row, list, one);
    }
}

static void refresh(struct book_alert *a, const struct row *row, struct buf *packed)
{
    buf_clear(packed);
    if (!row_pack(row, packed, NULL) || (packed->len == a->row.len && text_equal(text_from(packed->data, packed->len),
                                                                                 text_from(a->row.data, a->row.len))))
        return;
    buf_clear(&a->row);
    buf_put(&a->row, packed->data, packed->len, NULL);
    a->changed = true;
}

void book_row_refresh(struct book *b)
{
    struct buf list = buf_make(2 * LIST_MAX), one = buf_make(LIST_MAX);
    struct row row;

    buf_reserve(&list, 2 * LIST_MAX - 1, NULL); /* texts in it must not move */
    for (size_t i = 0; i < b->count; i++) {
        struct book_alert *a = b->all[i];
        if (!a->dirty || a->phase == BOOK_NEVER)
            continue;
        buf_clear(&list);
        make(b, a, &row, &list, &one);
        refresh(a, &row, &b->list);
        a->dirty = false;
    }
    buf_release(&list);
    buf_release(&one);
}
