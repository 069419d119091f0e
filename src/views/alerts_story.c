#include "views/alerts_story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/tr.h"
#include "domain/change.h"
#include "views/cell.h"

enum { BYTES = 8192, EVENTS_MAX = 128, TEXT_BYTES = 400, BEFORE_MS = 60 * 60 * 1000 };

/* --- the nearest change --- */

static bool find_change(const struct alerts_detail *d, const struct row *alert, struct row *change)
{
    struct safe_text id = value_text_or(&alert->cells[ALERT_CHANGE], "");
    int64_t at = text_empty(id) ? -1 : d->changes->find(d->changes->ctx, id, text_of(""));

    return at >= 0 && d->changes->at(d->changes->ctx, (size_t)at, change);
}

static void put_change(const struct alerts_detail *d, const struct row *change, const struct canvas *c, struct buf *out)
{
    char kind[32];

    text_show_in(value_text_or(&change->cells[CHANGE_KIND], ""), kind, sizeof kind);
    alert_words_place(d->words, kind_by_name(kind), cell_text(change, CHANGE_WHERE), c, out);
    buf_puts(out, ": ", NULL);
    change_words(change, out);
}

/* One that the list does not hold any more is told by what the alert says of it. */
bool alerts_story_change(const struct alerts_detail *d, const struct row *alert, const struct canvas *c,
                         struct buf *out)
{
    struct row change = {0};
    char n[CELL_MAX];

    if (text_empty(value_text_or(&alert->cells[ALERT_CHANGE], "")))
        return false;
    buf_puts(out, "<< ", NULL);
    if (find_change(d, alert, &change)) {
        buf_printf(out, NULL, "%s ", cell_clock(&change.cells[CHANGE_AT], d->now_ms, n));
        put_change(d, &change, c, out);
    } else {
        text_show(cell_text(alert, ALERT_CHANGE), -1, out);
    }
    return true;
}

/* The moment of "2026-11-21T03:12:07Z …" and what follows it; false: it does not begin so. */
static bool split_moment(struct safe_text text, int64_t *at_ms, struct safe_text *rest)
{
    struct safe_text head;
    char moment[CLOCK_TEXT_MAX];

    *rest = text;
    return text_split(rest, ' ', &head) && text_len(head) < sizeof moment &&
           clock_parse_iso(text_show_in(head, moment, sizeof moment), at_ms, NULL);
}

void alerts_story_stamped(struct safe_text text, struct buf *out)
{
    struct safe_text rest;
    int64_t at_ms;
    char clock[CLOCK_TEXT_MAX];

    if (!split_moment(text, &at_ms, &rest)) {
        text_show(text, -1, out);
        return;
    }
    buf_printf(out, NULL, "%s ", clock_local_hms(at_ms, clock));
    text_show(rest, -1, out);
}

/* --- events --- */

struct event {
    int64_t at_ms;
    enum role role;
    bool nearest;
    char text[TEXT_BYTES];
};

struct events {
    struct event all[EVENTS_MAX];
    size_t count;
};

static void add(struct events *e, int64_t at_ms, enum role role, const struct buf *text, bool nearest)
{
    if (e->count == EVENTS_MAX || at_ms <= 0)
        return;
    struct event *event = &e->all[e->count++];
    *event = (struct event){.at_ms = at_ms, .role = role, .nearest = nearest};
    text_show_in(text_from(buf_str(text), text->len), event->text, sizeof event->text);
}

static void add_time(struct events *e, const struct row *alert, int field, enum role role, const char *words,
                     struct safe_text who)
{
    struct buf b = buf_make(BYTES);

    buf_puts(&b, words, NULL);
    if (!text_empty(who)) {
        buf_putc(&b, ' ', NULL);
        text_show(who, -1, &b);
    }
    add(e, value_int_or(&alert->cells[field], 0), role, &b, false);
    buf_release(&b);
}

/* "li.wei: no longer acknowledged, warn to crit" */
static void add_ack_end(const struct row *alert, struct events *e)
{
    static const struct {
        const char *why, *words;
    } ends[] = {{"expired", N_("acknowledgement expired")},
                {"worse", N_("no longer acknowledged")},
                {"taken_back", N_("acknowledgement taken back")},
                {"resolved", N_("acknowledgement ended with it")}};
    struct buf b = buf_make(BYTES);
    char from[CELL_MAX], to[CELL_MAX];

    text_show(cell_text(alert, ALERT_ACK_ENDED_OF), -1, &b);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (cell_is(alert, ALERT_ACK_ENDED, ends[i].why))
            buf_printf(&b, NULL, ": %s", tr(ends[i].words));
    if (value_known(&alert->cells[ALERT_ACK_ENDED_TO]))
        buf_printf(&b, NULL, tr(", %s to %s"), cell_word(alert, ALERT_ACK_ENDED_FROM, from),
                   cell_word(alert, ALERT_ACK_ENDED_TO, to));
    if (value_known(&alert->cells[ALERT_ACK_ENDED_BY])) {
        buf_puts(&b, tr(", by "), NULL);
        text_show(cell_text(alert, ALERT_ACK_ENDED_BY), -1, &b);
    }
    add(e, value_int_or(&alert->cells[ALERT_ACK_ENDED_AT], 0), ROLE_TEXT, &b, false);
    buf_release(&b);
}

static void add_changes(const struct alerts_detail *d, const struct row *alert, const struct canvas *c,
                        struct events *e)
{
    struct safe_text nearest = value_text_or(&alert->cells[ALERT_CHANGE], "");
    int64_t from_ms = value_int_or(&alert->cells[ALERT_SINCE], d->now_ms) - BEFORE_MS;

    for (size_t i = 0; i < d->changes->count && e->count < EVENTS_MAX / 2; i++) {
        struct row change = {0};
        struct buf b = buf_make(BYTES);
        bool is_nearest;

        if (!d->changes->at(d->changes->ctx, i, &change) || value_int_or(&change.cells[CHANGE_AT], 0) < from_ms) {
            buf_release(&b);
            break;
        }
        is_nearest = text_equal(change.id, nearest);
        if (cell_is(&change, CHANGE_KIND, kind_info(KIND_ALERT)->singular) && !is_nearest) {
            buf_release(&b);
            continue;
        }
        put_change(d, &change, c, &b);
        add(e, value_int_or(&change.cells[CHANGE_AT], 0), is_nearest ? ROLE_WARN : ROLE_DIM, &b, is_nearest);
        buf_release(&b);
    }
}

/* Notes and steps stand with their moments: before them ("TIME WHO: TEXT"), or after the step ("STEP TIME WHO"). */
static void add_stamped(struct events *e, const struct value *list, const char *word, bool step_first)
{
    struct safe_text rest = value_text_or(list, ""), member, text, step = {0};
    int64_t at_ms;

    while (value_list_next(&rest, &member)) {
        struct buf b = buf_make(BYTES);

        text = member;
        if (step_first)
            text_split(&text, ' ', &step);
        if (split_moment(text, &at_ms, &text)) {
            buf_printf(&b, NULL, "%s ", word);
            text_show(step, -1, &b);
            buf_puts(&b, step_first ? " " : "", NULL);
            text_show(text, -1, &b);
            add(e, at_ms, ROLE_TEXT, &b, false);
        }
        buf_release(&b);
    }
}

static int newest_first(const void *a, const void *b)
{
    const struct event *x = a, *y = b;

    return (x->at_ms < y->at_ms) - (x->at_ms > y->at_ms);
}

static void gather(const struct alerts_detail *d, const struct row *alert, const struct canvas *c, struct events *e)
{
    static const struct {
        int field;
        enum role role;
        const char *words;
    } moments[] = {
        {ALERT_SINCE, ROLE_CRIT, N_("it begins")},        {ALERT_ACKED_AT, ROLE_TEXT, N_("taken in hand")},
        {ALERT_RETURNED_AT, ROLE_WARN, N_("it is back")}, {ALERT_ESCALATED_AT, ROLE_TEXT, N_("escalated")},
        {ALERT_RESOLVED_AT, ROLE_OK, N_("it is over")},
    };

    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
        add_time(e, alert, moments[i].field, moments[i].role, tr(moments[i].words),
                 moments[i].field == ALERT_ACKED_AT ? value_text_or(&alert->cells[ALERT_ACKED_BY], "") : text_of(""));
    add_ack_end(alert, e);
    add_stamped(e, &alert->cells[ALERT_NOTES], tr("note"), false);
    add_stamped(e, &alert->cells[ALERT_STEPS_DONE], tr("step"), true);
    add_changes(d, alert, c, e);
    qsort(e->all, e->count, sizeof *e->all, newest_first);
}

void alerts_story_draw(const struct alerts_detail *d, const struct row *alert, struct canvas *c, struct area area)
{
    struct area in = canvas_box(c, area, tr("What happened"), tr("newest first, from an hour before"));
    struct events *e = mem_new(1, sizeof *e);
    char clock[CLOCK_TEXT_MAX];

    gather(d, alert, c, e);
    for (int i = 0; i < in.height && i < (int)e->count; i++) {
        const struct event *event = &e->all[i];

        canvas_puts(c, in.x + 1, in.y + i, 8, ROLE_DIM, clock_local_hms(event->at_ms, clock));
        canvas_puts(c, in.x + 10, in.y + i, 2, ROLE_WARN, event->nearest ? "<<" : "");
        canvas_puts(c, in.x + 13, in.y + i, in.width - 14, event->role, event->text);
    }
    free(e);
}
