#include "domain/change.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "domain/change_private.h"
#include "domain/link.h"
#include "domain/state.h"

/* --- one function a kind --- */

static bool of_node(const struct row *was, const struct row *now, struct change_event *e)
{
    static const char *const words[] = {
        [NODE_UP] = "back in service", [NODE_IDLE] = "back in service",
        [NODE_DRAINING] = "draining",  [NODE_DRAINED] = "drained",
        [NODE_DOWN] = "down",          [NODE_UNKNOWN] = "state unknown",
    };
    enum node_state before = state_node(change_cell(was, NODE_STATE)), after = state_node(change_cell(now, NODE_STATE));

    if (was == NULL)
        return false;
    if (now == NULL) {
        e->words = "gone from its scheduler";
        return true;
    }
    if (!change_differs(was, now, NODE_STATE) || words[before] == words[after])
        return false;
    e->words = words[after];
    if (after == NODE_UP || after == NODE_IDLE) {
        e->was = change_cell(was, NODE_STATE);
    } else {
        e->more = change_cell(now, NODE_REASON);
        e->by = change_cell(now, NODE_REASON_BY);
    }
    return true;
}

static bool of_scheduler(const struct row *was, const struct row *now, struct change_event *e)
{
    if (was == NULL || now == NULL || !change_differs(was, now, SCHEDULER_STATE))
        return false;
    e->words = text_is(change_cell(now, SCHEDULER_STATE), "up") ? "scheduler is back" : "scheduler is lost";
    e->more = text_is(change_cell(now, SCHEDULER_STATE), "up") ? text_of("") : change_cell(now, SCHEDULER_STATE);
    return true;
}

/* Its address or how often it is asked: never a secret. */
static bool is_set_anew(const struct row *was, const struct row *now, struct change_event *e)
{
    int64_t every_s = value_int_or(&now->cells[SOURCE_INTERVAL_S], 0);
    int64_t before_s = value_int_or(&was->cells[SOURCE_INTERVAL_S], 0);

    if (change_differs(was, now, SOURCE_URL)) {
        e->words = "source has another address";
        e->more = change_cell(now, SOURCE_URL);
        e->was = change_cell(was, SOURCE_URL);
        return true;
    }
    if (every_s <= 0 || before_s <= 0 || every_s == before_s)
        return false;
    snprintf(e->made, sizeof e->made, "%" PRId64 " s", every_s);
    snprintf(e->made_was, sizeof e->made_was, "%" PRId64 " s", before_s);
    e->words = "source is asked every";
    e->more = text_of(e->made);
    e->was = text_of(e->made_was);
    return true;
}

static bool of_source(const struct row *was, const struct row *now, struct change_event *e)
{
    static const char *const words[] = {
        [SOURCE_LIVE] = "source answers again",       [SOURCE_STALE] = "source does not answer",
        [SOURCE_OFFLINE] = "source is offline",       [SOURCE_DENIED] = "source denies access",
        [SOURCE_DISABLED] = "source is switched off",
    };
    enum source_state after = state_source(change_cell(now, SOURCE_STATE));

    if (was == NULL || now == NULL) {
        e->words = now != NULL ? "source is configured" : "source is configured no more";
        return true;
    }
    if (is_set_anew(was, now, e))
        return true;
    if (!change_differs(was, now, SOURCE_STATE))
        return false;
    bool first = after == SOURCE_LIVE &&
                 state_source(change_cell(was, SOURCE_STATE)) == SOURCE_OFFLINE; /* it never answered before */
    e->words = first ? "source answers" : words[after];
    if (after != SOURCE_LIVE && after != SOURCE_DISABLED)
        e->more = change_cell(now, SOURCE_LAST_ERROR);
    return true;
}

static bool of_queue(const struct row *was, const struct row *now, struct change_event *e)
{
    if (was == NULL)
        return false;
    if (now == NULL) {
        e->words = "queue is gone";
        return true;
    }
    if (!change_differs(was, now, QUEUE_STATE))
        return false;
    e->words = "queue state";
    e->more = change_cell(now, QUEUE_STATE);
    e->was = change_cell(was, QUEUE_STATE);
    return true;
}

static bool of_reservation(const struct row *was, const struct row *now, struct change_event *e)
{
    bool begins = was != NULL && now != NULL && change_differs(was, now, RESERVATION_STATE) &&
                  text_is(change_cell(now, RESERVATION_STATE), "active");

    if ((was == NULL) == (now == NULL) && !begins)
        return false;
    e->words = begins ? "reservation begins" : now != NULL ? "reservation made" : "reservation ended";
    e->more = change_cell(now, RESERVATION_PURPOSE);
    if (text_empty(e->more))
        e->more = change_cell(now, RESERVATION_NODES);
    return true;
}

static bool of_job(const struct row *was, const struct row *now, struct change_event *e)
{
    if (was == NULL || state_job(change_cell(now, JOB_STATE)) != JOB_PREEMPTED ||
        state_job(change_cell(was, JOB_STATE)) == JOB_PREEMPTED)
        return false;
    e->words = "job preempted";
    return true;
}

static int64_t count_of(const struct row *row, int field)
{
    return value_int_or(&row->cells[field], -1);
}

/* A cut, or light again: one line, whatever else that did to the link. */
static bool of_paths(const struct row *was, const struct row *now, struct change_event *e)
{
    long long before = count_of(was, LINK_PATHS_LIT), lit = count_of(now, LINK_PATHS_LIT);
    long long all = count_of(now, LINK_PATHS);
    bool fell = lit < before;

    if (before < 0 || lit < 0 || before == lit || (all >= 0 && fell && lit >= all))
        return false;
    if (all < lit)
        snprintf(e->made, sizeof e->made, "%lld paths lit, %lld before", lit, before);
    else if (fell)
        snprintf(e->made, sizeof e->made, "%lld of %lld paths dark", all - lit, all);
    else if (lit == all)
        snprintf(e->made, sizeof e->made, "all %lld paths lit again", all);
    else
        snprintf(e->made, sizeof e->made, "%lld of %lld paths lit again", lit, all);
    e->words = fell ? "fibre cut" : e->made;
    e->more = text_of(fell ? e->made : "");
    return true;
}

static bool of_state(const struct row *was, const struct row *now, int state, struct change_event *e)
{
    struct safe_text before = change_cell(was, state), after = change_cell(now, state);
    bool well = text_is(after, "up");

    if (!change_differs(was, now, state) || (!well && !text_is(after, "down") && !text_is(after, "degraded")))
        return false;
    if (well && !text_is(before, "down") && !text_is(before, "degraded"))
        return false;
    e->words = well ? "up again" : text_is(after, "down") ? "down" : "degraded";
    if (well)
        e->was = before;
    return true;
}

static bool of_link(const struct row *was, const struct row *now, struct change_event *e)
{
    if (was == NULL || now == NULL)
        return false;
    if (of_paths(was, now, e))
        return true;

    bool told = of_state(was, now, LINK_STATE, e), well = text_is(change_cell(now, LINK_STATE), "up");
    bool crit = link_severity(now) == SEVERITY_CRIT && link_severity(was) != SEVERITY_CRIT;
    if (crit && !text_is(change_cell(now, LINK_STATE), "down"))
        e->words = "critical";
    if ((told || crit) && !well)
        e->more = change_cell(now, LINK_WHY);
    return told || crit;
}

static bool of_rack(const struct row *was, const struct row *now, struct change_event *e)
{
    return was != NULL && now != NULL && of_state(was, now, RACK_STATE, e);
}

static bool of_transfer(const struct row *was, const struct row *now, struct change_event *e)
{
    struct safe_text after = change_cell(now, TRANSFER_STATE);
    bool stopped = text_is(change_cell(was, TRANSFER_STATE), "stalled");

    if (was == NULL || now == NULL || !change_differs(was, now, TRANSFER_STATE))
        return false;
    e->words = text_is(after, "stalled")              ? "transfer is stalled"
               : text_is(after, "failed")             ? "transfer failed"
               : stopped && text_is(after, "running") ? "transfer goes on"
                                                      : NULL;
    e->more = change_cell(now, TRANSFER_DATASET);
    return e->words != NULL;
}

static bool of_word(const struct row *was, const struct row *now, int field, struct change_event *e)
{
    if (was == NULL || now == NULL || !change_differs(was, now, field))
        return false;
    e->more = change_cell(now, field);
    e->was = change_cell(was, field);
    return true;
}

static bool of_site(const struct row *was, const struct row *now, struct change_event *e)
{
    e->words = "membership";
    if (of_word(was, now, SITE_MEMBERSHIP, e))
        return true;
    e->words = "phase";
    return of_word(was, now, SITE_PHASE, e);
}

typedef bool of_kind(const struct row *was, const struct row *now, struct change_event *e);

static of_kind *const kinds[KIND_COUNT] = {
    [KIND_NODE] = of_node,
    [KIND_SCHEDULER] = of_scheduler,
    [KIND_SOURCE] = of_source,
    [KIND_QUEUE] = of_queue,
    [KIND_RESERVATION] = of_reservation,
    [KIND_JOB] = of_job,
    [KIND_LINK] = of_link,
    [KIND_RACK] = of_rack,
    [KIND_SITE] = of_site,
    [KIND_TRANSFER] = of_transfer,
    [KIND_ALERT] = change_alert,
    [KIND_SILENCE] = change_alert_silence,
    [KIND_MAINTENANCE] = change_alert_window,
};

/* --- the row --- */

/* Bytes that write_texts() appends at most, so that no text moves when the next one is appended. */
static size_t room(const struct change_event *e, const struct row *object)
{
    enum { OURS = 128 + 2 * CHANGE_MADE_MAX };

    return OURS + text_len(e->more) + text_len(e->was) + text_len(e->by) + 2 * text_len(object->id) +
           text_len(e->where) + text_len(object->source);
}

static struct safe_text since(const struct buf *text, size_t start)
{
    return text_from(text->data + start, text->len - start);
}

static struct safe_text write_what(const struct change_event *e, struct buf *text)
{
    size_t start = text->len;

    buf_puts(text, e->words, NULL);
    if (!text_empty(e->more)) {
        buf_puts(text, ": ", NULL);
        text_copy(text, e->more);
    }
    if (!text_empty(e->was)) {
        buf_puts(text, " (was ", NULL);
        text_copy(text, e->was);
        buf_putc(text, ')', NULL);
    }
    return since(text, start);
}

static struct safe_text write_id(const struct row *object, int64_t at_ms, struct buf *text)
{
    size_t start = text->len;

    buf_printf(text, NULL, "%s/", kind_info(object->kind)->singular);
    text_copy(text, object->id);
    buf_printf(text, NULL, "@%" PRId64, at_ms);
    return since(text, start);
}

/* A state before a limit. */
static bool is_news(const struct row *was, const struct row *now, enum kind kind, struct change_event *e)
{
    if (kinds[kind] != NULL && kinds[kind](was, now, e))
        return true;
    *e = (struct change_event){0};
    return change_limit(was, now, e);
}

bool change_of(const struct row *was, const struct row *now, int64_t at_ms, struct row *change, struct buf *text)
{
    const struct row *object = now != NULL ? now : was;
    struct change_event e = {0};

    if (object == NULL || (size_t)object->kind >= KIND_COUNT || !is_news(was, now, object->kind, &e) ||
        !buf_reserve(text, room(&e, object), NULL))
        return false;
    *change = (struct row){.kind = KIND_CHANGE, .since_ms = at_ms, .observed_ms = at_ms};
    change->id = write_id(object, at_ms, text);
    change->source = text_copy(text, object->source);
    change->cells[CHANGE_AT] = value_time(at_ms);
    change->cells[CHANGE_KIND] = value_text(text_of(kind_info(object->kind)->singular));
    change->cells[CHANGE_WHERE] = value_text(text_copy(text, text_empty(e.where) ? object->id : e.where));
    change->cells[CHANGE_WHAT] = value_text(write_what(&e, text));
    if (!text_empty(e.by))
        change->cells[CHANGE_BY] = value_text(text_copy(text, e.by));
    return true;
}
