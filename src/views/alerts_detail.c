#include "views/alerts_detail.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/change.h"
#include "ui/chart.h"
#include "views/alert_act.h"
#include "views/alerts.h"
#include "views/alerts_list.h"
#include "views/alerts_story.h"
#include "views/curve.h"

enum {
    BYTES = 16384,
    LABELS = 11,
    WIDE = 120,
    TREND_MS = 60 * 60 * 1000,
    CURVE_COLUMNS = 30,
    NOTES_SHOWN = 4,
    CONTACTS_SHOWN = 3
};

/* Lines with a name; what has no room is left out from the end. */
struct pane {
    struct canvas *c;
    struct area in;
    int y;
};

static void put(struct pane *p, const char *label, enum role role, const struct buf *words)
{
    if (p->y >= p->in.height || words->len == 0)
        return;
    canvas_puts(p->c, p->in.x + 1, p->in.y + p->y, LABELS - 1, ROLE_DIM, label);
    canvas_puts(p->c, p->in.x + 1 + LABELS, p->in.y + p->y, p->in.width - LABELS - 2, role, buf_str(words));
    p->y++;
}

static const char *at_and_ago(const struct value *time, int64_t now_ms, struct buf *out)
{
    char clock[CELL_MAX], age[CELL_MAX];

    buf_printf(out, NULL, tr("%s (%s ago)"), cell_clock(time, now_ms, clock), cell_since(time, now_ms, age));
    return buf_str(out);
}

/* --- the lines --- */

static void put_wrong(const struct alerts_detail *d, const struct row *alert, struct pane *p)
{
    static const enum role roles[] = {
        [SEVERITY_NOTICE] = ROLE_TEXT, [SEVERITY_WARN] = ROLE_WARN, [SEVERITY_CRIT] = ROLE_CRIT};
    struct buf b = buf_make(BYTES);

    alert_words_where(d->words, alert, p->c, &b);
    buf_puts(&b, "  ", NULL);
    alert_words_text(d->words, alert, &b);
    put(p, alert_words_what(alert), roles[alert_words_severity(alert)], &b);
    buf_release(&b);
}

static void put_curve(const struct alerts_detail *d, const struct row *alert, struct view_state *s, struct pane *p)
{
    double means[VIEW_CURVE_STEPS];
    const struct view_rows *rows;
    int field;
    size_t n = chart_slots(p->c, CURVE_COLUMNS);

    if (p->y >= p->in.height || !alerts_list_curve(d->words, alert, &rows, &field) ||
        !curve_read(s, rows, value_text_or(&alert->cells[ALERT_WHERE], ""), field, TREND_MS, d->now_ms, means, n))
        return;
    canvas_puts(p->c, p->in.x + 1, p->in.y + p->y, LABELS - 1, ROLE_DIM, tr("60 min"));
    chart_spark(p->c, p->in.x + 1 + LABELS, p->in.y + p->y, CURVE_COLUMNS, ROLE_CHART, means, n, 0);
    p->y++;
}

static void put_since(const struct alerts_detail *d, const struct row *alert, struct pane *p)
{
    struct buf b = buf_make(BYTES);
    int64_t flaps = value_int_or(&alert->cells[ALERT_FLAPS], 0),
            children = value_int_or(&alert->cells[ALERT_CHILDREN], 0);
    char word[CELL_MAX];

    at_and_ago(&alert->cells[ALERT_SINCE], d->now_ms, &b);
    buf_printf(&b, NULL, "  %s", cell_word(alert, ALERT_STATE, word));
    if (value_known(&alert->cells[ALERT_TREND]))
        buf_printf(&b, NULL, "  %s", cell_word(alert, ALERT_TREND, word));
    if (flaps > 0)
        buf_printf(&b, NULL, tr("  came back %lldx within an hour"), (long long)flaps);
    if (children > 0)
        buf_printf(&b, NULL, tr("  explains %lld more"), (long long)children);
    if (!text_empty(value_text_or(&alert->cells[ALERT_PARENT], ""))) {
        buf_puts(&b, tr("  explained by "), NULL);
        text_show(value_text_or(&alert->cells[ALERT_PARENT], ""), -1, &b);
    }
    put(p, tr("since"), ROLE_TEXT, &b);
    buf_release(&b);
}

static void put_count(const struct value *v, const char *word, struct buf *out)
{
    char n[CELL_MAX];

    if (value_known(v))
        buf_printf(out, NULL, "%s%s %s", out->len > 0 ? "  " : "", cell_count(v, n), word);
}

static void put_impact(const struct alerts_detail *d, const struct row *alert, struct pane *p)
{
    const struct value *deadline = &alert->cells[ALERT_DEADLINE_FIRST_AT];
    int64_t left_ms = value_int_or(deadline, d->now_ms) - d->now_ms;
    struct value left_s = value_int((left_ms < 0 ? -left_ms : left_ms) / 1000);
    struct buf b = buf_make(BYTES);
    char n[CELL_MAX], clock[CELL_MAX];

    put_count(&alert->cells[ALERT_IMPACT_JOBS], tr("jobs"), &b);
    put_count(&alert->cells[ALERT_IMPACT_USERS], tr("users"), &b);
    put_count(&alert->cells[ALERT_IMPACT_ACCOUNTS], tr("accounts"), &b);
    put_count(&alert->cells[ALERT_IMPACT_TENANTS], tr("tenants"), &b);
    if (b.len == 0)
        buf_puts(&b, tr("not known yet; W counts"), NULL);
    if (value_known(deadline))
        buf_printf(&b, NULL, left_ms < 0 ? tr("  deadline %.5s, missed for %s") : tr("  deadline %.5s, in %s"),
                   cell_clock(deadline, d->now_ms, clock), cell_span(&left_s, n));
    put(p, tr("hits"), ROLE_TEXT, &b);
    buf_release(&b);
}

static void put_change(const struct alerts_detail *d, const struct row *alert, struct pane *p)
{
    struct buf b = buf_make(BYTES);

    if (!alerts_story_change(d, alert, p->c, &b))
        buf_puts(&b, tr("no change is known shortly before its start"), NULL);
    put(p, tr("before"), ROLE_TEXT, &b);
    buf_release(&b);
}

/* Nobody has it any more: whose it was, and why that ended. */
static bool put_former(const struct row *alert, int64_t now_ms, struct buf *out)
{
    char of[CELL_MAX], by[CELL_MAX], clock[CELL_MAX], from[CELL_MAX], to[CELL_MAX];
    size_t len = out->len;

    text_show_in(cell_text(alert, ALERT_ACK_ENDED_OF), of, sizeof of);
    text_show_in(cell_text(alert, ALERT_ACK_ENDED_BY), by, sizeof by);
    cell_clock(&alert->cells[ALERT_ACK_ENDED_AT], now_ms, clock);
    if (cell_is(alert, ALERT_ACK_ENDED, "expired"))
        buf_printf(out, NULL, tr("nobody: %s had it until %s"), of, clock);
    else if (cell_is(alert, ALERT_ACK_ENDED, "taken_back"))
        buf_printf(out, NULL, tr("nobody: %s had it, %s took that back %s"), of, by, clock);
    else if (cell_is(alert, ALERT_ACK_ENDED, "worse"))
        buf_printf(out, NULL, tr("nobody: %s had it until it went from %s to %s, %s"), of,
                   cell_word(alert, ALERT_ACK_ENDED_FROM, from), cell_word(alert, ALERT_ACK_ENDED_TO, to), clock);
    return out->len > len;
}

static void put_owner(const struct alerts_detail *d, const struct row *alert, struct pane *p)
{
    bool forgotten = alerts_is_forgotten(alert, d->now_ms);
    struct buf b = buf_make(BYTES);
    char n[CELL_MAX];

    if (cell_is(alert, ALERT_STATE, "returned"))
        buf_puts(&b, tr("nobody: it came back after it was over, and is not taken again"), NULL);
    else if (!value_known(&alert->cells[ALERT_ACKED_BY]) && put_former(alert, d->now_ms, &b))
        buf_puts(&b, alert_words_over(alert) ? "" : tr("; a takes it"), NULL);
    else if (!value_known(&alert->cells[ALERT_ACKED_BY]))
        buf_puts(&b, alert_words_over(alert) ? "-" : tr("nobody; a takes it"), NULL);
    else {
        text_show(cell_text(alert, ALERT_ACKED_BY), -1, &b);
        buf_printf(&b, NULL, tr(", taken %s ago"), cell_since(&alert->cells[ALERT_ACKED_AT], d->now_ms, n));
        buf_printf(&b, NULL, tr(", until %s"), cell_clock(&alert->cells[ALERT_ACKED_UNTIL], d->now_ms, n));
        buf_puts(&b, forgotten ? tr("; forgotten?") : "", NULL);
    }
    if (value_known(&alert->cells[ALERT_ACK_NOTE])) {
        buf_puts(&b, ": ", NULL);
        text_show(cell_text(alert, ALERT_ACK_NOTE), -1, &b);
    }
    put(p, tr("owner"), forgotten ? ROLE_WARN : ROLE_TEXT, &b);
    buf_clear(&b);
    if (value_known(&alert->cells[ALERT_ESCALATED_AT]))
        at_and_ago(&alert->cells[ALERT_ESCALATED_AT], d->now_ms, &b);
    put(p, tr("escalated"), ROLE_TEXT, &b);
    buf_release(&b);
}

static void put_contacts(const struct alerts_detail *d, const struct row *alert, struct pane *p)
{
    struct buf b = buf_make(BYTES);

    if (alert_act_contacts(d->frame, d->words, alert, CONTACTS_SHOWN, &b))
        put(p, tr("call"), ROLE_TEXT, &b);
    buf_release(&b);
}

static void put_list(const struct value *list, struct buf *out)
{
    struct safe_text rest = value_text_or(list, ""), member;

    while (value_list_next(&rest, &member)) {
        buf_puts(out, out->len > 0 ? ", " : "", NULL);
        text_show(member, -1, out);
    }
}

/* "M-4H2QX until 05:00: UPS battery" */
static void put_window(const struct alerts_detail *d, const struct row *alert, struct pane *p)
{
    struct safe_text id = value_text_or(&alert->cells[ALERT_MAINTENANCE], "");
    int64_t at = text_empty(id) ? -1 : d->windows->find(d->windows->ctx, id, text_of(""));
    struct buf b = buf_make(BYTES);
    struct row window = {0};
    char n[CELL_MAX];

    text_show(id, -1, &b);
    if (at >= 0 && d->windows->at(d->windows->ctx, (size_t)at, &window)) {
        buf_printf(&b, NULL, tr(", until %s"), cell_clock(&window.cells[MAINTENANCE_ENDS_AT], d->now_ms, n));
        buf_puts(&b, ": ", NULL);
        text_show(cell_text(&window, MAINTENANCE_REASON), -1, &b);
    }
    put(p, tr("maintained"), ROLE_TEXT, &b);
    buf_release(&b);
}

static void put_silence(const struct alerts_detail *d, const struct row *alert, struct pane *p)
{
    struct buf b = buf_make(BYTES);
    char n[CELL_MAX];

    put_list(&alert->cells[ALERT_SILENCED_BY], &b);
    if (value_known(&alert->cells[ALERT_SILENCED_UNTIL]))
        buf_printf(&b, NULL, tr(", until %s"), cell_clock(&alert->cells[ALERT_SILENCED_UNTIL], d->now_ms, n));
    put(p, tr("silenced"), ROLE_TEXT, &b);
    buf_clear(&b);
    put_list(&alert->cells[ALERT_INHIBITED_BY], &b);
    put(p, tr("hidden by"), ROLE_TEXT, &b);
    buf_release(&b);
}

/* The newest notes, a line each. */
static void put_notes(const struct row *alert, struct pane *p)
{
    struct safe_text rest = value_text_or(&alert->cells[ALERT_NOTES], ""), member;
    size_t n = 0, at = 0;
    struct buf b = buf_make(BYTES);

    while (value_list_next(&rest, &member))
        n++;
    rest = value_text_or(&alert->cells[ALERT_NOTES], "");
    while (value_list_next(&rest, &member)) {
        if (++at + NOTES_SHOWN <= n)
            continue;
        buf_clear(&b);
        alerts_story_stamped(member, &b);
        put(p, at + NOTES_SHOWN == n + 1 || at == 1 ? tr("notes") : "", ROLE_TEXT, &b);
    }
    buf_release(&b);
}

/* "RB-NET-07/1 03:05:33 li.wei, …" */
static void put_steps(const struct row *alert, struct pane *p)
{
    struct safe_text rest = value_text_or(&alert->cells[ALERT_STEPS_DONE], ""), member, step;
    struct buf b = buf_make(BYTES);

    while (value_list_next(&rest, &member)) {
        buf_puts(&b, b.len > 0 ? ", " : "", NULL);
        if (text_split(&member, ' ', &step))
            text_show(step, -1, &b);
        buf_putc(&b, ' ', NULL);
        alerts_story_stamped(member, &b);
    }
    put(p, tr("done"), ROLE_TEXT, &b);
    buf_release(&b);
}

static void put_field(const struct row *alert, int field, const char *label, struct pane *p)
{
    struct buf b = buf_make(BYTES);

    if (value_known(&alert->cells[field]))
        cell_words(alert, field, 0, &b);
    put(p, label, ROLE_TEXT, &b);
    buf_release(&b);
}

static void put_source(const struct alerts_detail *d, const struct row *alert, struct pane *p)
{
    struct value age = value_real((double)alert->age_ms / 1000);
    struct buf b = buf_make(BYTES);
    char n[CELL_MAX];

    (void)d;
    text_show(alert->source, -1, &b);
    buf_printf(&b, NULL, tr(", %s ago"), alert->age_ms < 0 ? "?" : cell_span(&age, n));
    buf_puts(&b, alert->stale ? tr("; stale: it may be different now") : "", NULL);
    put(p, tr("told by"), alert->stale ? ROLE_STALE : ROLE_TEXT, &b);
    buf_release(&b);
}

static void draw_story(const struct alerts_detail *d, const struct row *alert, struct view_state *s, struct canvas *c,
                       struct area area)
{
    struct buf title = buf_make(BYTES);
    struct pane p = {.c = c};

    text_show(alert->id, area.width > 40 ? area.width - 40 : 1, &title);
    p.in = canvas_box(c, area, buf_str(&title), tr("d closes"));
    buf_release(&title);
    put_wrong(d, alert, &p);
    put_curve(d, alert, s, &p);
    put_since(d, alert, &p);
    put_impact(d, alert, &p);
    put_change(d, alert, &p);
    put_owner(d, alert, &p);
    put_contacts(d, alert, &p);
    put_silence(d, alert, &p);
    put_window(d, alert, &p);
    put_field(alert, ALERT_RUNBOOK, tr("runbook"), &p);
    put_steps(alert, &p);
    put_notes(alert, &p);
    put_field(alert, ALERT_DESCRIPTION, tr("says"), &p);
    put_source(d, alert, &p);
    put_field(alert, ALERT_LINK_URL, tr("shown at"), &p);
    put_field(alert, ALERT_LABELS, tr("labels"), &p);
    put_field(alert, ALERT_RECEIVERS, tr("told to"), &p);
}

void alerts_detail_draw(const struct alerts_detail *d, const struct row *alert, struct view_state *s, struct canvas *c,
                        struct area area)
{
    struct area story = area, events = area;

    if (area.width >= WIDE) {
        story.width = area.width * 5 / 8;
        events.x += story.width;
        events.width -= story.width;
        alerts_story_draw(d, alert, c, events);
    }
    draw_story(d, alert, s, c, story);
}
