#include "domain/change.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "domain/link.h"
#include "domain/link_reason.h"
#include "domain/phrase.h"
#include "domain/state.h"

enum { MADE_MAX = 64 };

/* What happened, as it becomes a line: words of ours, then a text from outside or nothing. */
struct event {
    const char *words;
    struct safe_text more; /* appended after ": " */
    struct safe_text was;  /* appended as " (was …)" */
    struct safe_text by;
    struct safe_text where; /* instead of the object's id */
    char made[MADE_MAX];    /* where the words, or what follows them, need numbers */
};

static struct safe_text cell(const struct row *row, int field)
{
    return row != NULL ? value_text_or(&row->cells[field], "") : text_of("");
}

static bool differs(const struct row *was, const struct row *now, int field)
{
    return !text_empty(cell(was, field)) && !text_empty(cell(now, field)) &&
           !text_equal(cell(was, field), cell(now, field));
}

/* --- one function a kind --- */

static bool of_node(const struct row *was, const struct row *now, struct event *e)
{
    static const char *const words[] = {
        [NODE_UP] = "back in service", [NODE_IDLE] = "back in service",
        [NODE_DRAINING] = "draining",  [NODE_DRAINED] = "drained",
        [NODE_DOWN] = "down",          [NODE_UNKNOWN] = "state unknown",
    };
    enum node_state before = state_node(cell(was, NODE_STATE)), after = state_node(cell(now, NODE_STATE));

    if (was == NULL)
        return false;
    if (now == NULL) {
        e->words = "gone from its scheduler";
        return true;
    }
    if (!differs(was, now, NODE_STATE) || words[before] == words[after])
        return false;
    e->words = words[after];
    if (after == NODE_UP || after == NODE_IDLE) {
        e->was = cell(was, NODE_STATE);
    } else {
        e->more = cell(now, NODE_REASON);
        e->by = cell(now, NODE_REASON_BY);
    }
    return true;
}

static bool of_scheduler(const struct row *was, const struct row *now, struct event *e)
{
    if (was == NULL || now == NULL || !differs(was, now, SCHEDULER_STATE))
        return false;
    e->words = text_is(cell(now, SCHEDULER_STATE), "up") ? "scheduler is back" : "scheduler is lost";
    e->more = text_is(cell(now, SCHEDULER_STATE), "up") ? text_of("") : cell(now, SCHEDULER_STATE);
    return true;
}

static bool of_source(const struct row *was, const struct row *now, struct event *e)
{
    static const char *const words[] = {
        [SOURCE_LIVE] = "source answers again",       [SOURCE_STALE] = "source does not answer",
        [SOURCE_OFFLINE] = "source is offline",       [SOURCE_DENIED] = "source denies access",
        [SOURCE_DISABLED] = "source is switched off",
    };
    enum source_state after = state_source(cell(now, SOURCE_STATE));

    if (was == NULL || now == NULL || !differs(was, now, SOURCE_STATE))
        return false;
    bool first =
        after == SOURCE_LIVE && state_source(cell(was, SOURCE_STATE)) == SOURCE_OFFLINE; /* it never answered before */
    e->words = first ? "source answers" : words[after];
    if (after != SOURCE_LIVE && after != SOURCE_DISABLED)
        e->more = cell(now, SOURCE_LAST_ERROR);
    return true;
}

static bool of_queue(const struct row *was, const struct row *now, struct event *e)
{
    if (was == NULL)
        return false;
    if (now == NULL) {
        e->words = "queue is gone";
        return true;
    }
    if (!differs(was, now, QUEUE_STATE))
        return false;
    e->words = "queue state";
    e->more = cell(now, QUEUE_STATE);
    e->was = cell(was, QUEUE_STATE);
    return true;
}

static bool of_reservation(const struct row *was, const struct row *now, struct event *e)
{
    if ((was == NULL) == (now == NULL))
        return false;
    e->words = now != NULL ? "reservation made" : "reservation ended";
    e->more = cell(now, RESERVATION_PURPOSE);
    if (text_empty(e->more))
        e->more = cell(now, RESERVATION_NODES);
    return true;
}

static bool of_job(const struct row *was, const struct row *now, struct event *e)
{
    if (was == NULL || state_job(cell(now, JOB_STATE)) != JOB_PREEMPTED ||
        state_job(cell(was, JOB_STATE)) == JOB_PREEMPTED)
        return false;
    e->words = "job preempted";
    return true;
}

static int64_t count_of(const struct row *row, int field)
{
    return value_int_or(&row->cells[field], -1);
}

/* A cut, or light again: one line, whatever else that did to the link. */
static bool of_paths(const struct row *was, const struct row *now, struct event *e)
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

static bool of_state(const struct row *was, const struct row *now, int state, struct event *e)
{
    struct safe_text before = cell(was, state), after = cell(now, state);
    bool well = text_is(after, "up");

    if (!differs(was, now, state) || (!well && !text_is(after, "down") && !text_is(after, "degraded")))
        return false;
    if (well && !text_is(before, "down") && !text_is(before, "degraded"))
        return false;
    e->words = well ? "up again" : text_is(after, "down") ? "down" : "degraded";
    if (well)
        e->was = before;
    return true;
}

static bool of_link(const struct row *was, const struct row *now, struct event *e)
{
    if (was == NULL || now == NULL)
        return false;
    if (of_paths(was, now, e))
        return true;

    bool told = of_state(was, now, LINK_STATE, e), well = text_is(cell(now, LINK_STATE), "up");
    bool crit = link_severity(now) == SEVERITY_CRIT && link_severity(was) != SEVERITY_CRIT;
    if (crit && !text_is(cell(now, LINK_STATE), "down"))
        e->words = "critical";
    if ((told || crit) && !well)
        e->more = cell(now, LINK_WHY);
    return told || crit;
}

static bool of_rack(const struct row *was, const struct row *now, struct event *e)
{
    return was != NULL && now != NULL && of_state(was, now, RACK_STATE, e);
}

/* What nobody need do anything about is no news. */
static bool of_alert(const struct row *was, const struct row *now, struct event *e)
{
    const struct row *one = now != NULL ? now : was;
    bool over = now == NULL || text_is(cell(now, ALERT_STATE), "resolved");
    bool silenced = !over && text_is(cell(now, ALERT_STATE), "silenced");
    bool was_silenced = text_is(cell(was, ALERT_STATE), "silenced");
    bool was_over = was == NULL || text_is(cell(was, ALERT_STATE), "resolved");

    if (text_is(cell(one, ALERT_SEVERITY), "info") || (over && was_over) ||
        (!over && !was_over && silenced == was_silenced))
        return false;
    e->words = over ? "alert is over" : silenced ? "alert is silenced" : was_silenced ? "alert fires again" : "alert";
    e->more = cell(one, ALERT_SUMMARY);
    if (text_empty(e->more))
        e->more = cell(one, ALERT_NAME);
    e->where = cell(one, ALERT_WHERE);
    return true;
}

typedef bool of_kind(const struct row *was, const struct row *now, struct event *e);

static of_kind *const kinds[KIND_COUNT] = {
    [KIND_NODE] = of_node,
    [KIND_SCHEDULER] = of_scheduler,
    [KIND_SOURCE] = of_source,
    [KIND_QUEUE] = of_queue,
    [KIND_RESERVATION] = of_reservation,
    [KIND_JOB] = of_job,
    [KIND_LINK] = of_link,
    [KIND_RACK] = of_rack,
    [KIND_ALERT] = of_alert,
};

/* --- the row --- */

/* Bytes that write_texts() appends at most, so that no text moves when the next one is appended. */
static size_t room(const struct event *e, const struct row *object)
{
    enum { OURS = 128 + MADE_MAX };

    return OURS + text_len(e->more) + text_len(e->was) + text_len(e->by) + 2 * text_len(object->id) +
           text_len(e->where) + text_len(object->source);
}

static struct safe_text since(const struct buf *text, size_t start)
{
    return text_from(text->data + start, text->len - start);
}

static struct safe_text write_what(const struct event *e, struct buf *text)
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

bool change_of(const struct row *was, const struct row *now, int64_t at_ms, struct row *change, struct buf *text)
{
    const struct row *object = now != NULL ? now : was;
    struct event e = {0};

    if (object == NULL || (size_t)object->kind >= KIND_COUNT || kinds[object->kind] == NULL ||
        !kinds[object->kind](was, now, &e) || !buf_reserve(text, room(&e, object), NULL))
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

/* --- in words --- */

enum { WORDS_BYTES = 4096 };

/* What is stored in English is shown in the interface's language: whole sentences, then what stands before a ":". */
static const char *const sentences[] = {
    N_("fibre cut: %s of %s paths dark"), N_("fibre cut: %s paths lit, %s before"),
    N_("all %s paths lit again"),         N_("%s of %s paths lit again"),
    N_("%s paths lit, %s before"),
};
static const char *const heads[] = {
    NC_("change", "back in service"),
    NC_("change", "draining"),
    NC_("change", "drained"),
    NC_("change", "down"),
    NC_("change", "state unknown"),
    NC_("change", "gone from its scheduler"),
    NC_("change", "scheduler is back"),
    NC_("change", "scheduler is lost"),
    NC_("change", "source answers again"),
    NC_("change", "source does not answer"),
    NC_("change", "source is offline"),
    NC_("change", "source denies access"),
    NC_("change", "source is switched off"),
    NC_("change", "source answers"),
    NC_("change", "queue is gone"),
    NC_("change", "queue state"),
    NC_("change", "reservation made"),
    NC_("change", "reservation ended"),
    NC_("change", "job preempted"),
    NC_("change", "up again"),
    NC_("change", "degraded"),
    NC_("change", "critical"),
    NC_("change", "fibre cut"),
    NC_("change", "alert is over"),
    NC_("change", "alert is silenced"),
    NC_("change", "alert fires again"),
    NC_("change", "alert"),
};

static bool put_sentence(const char *what, struct buf *out)
{
    struct phrase p;

    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (phrase_match(sentences[i], what, &p)) {
            phrase_put(tr(sentences[i]), &p, out);
            return true;
        }
    return false;
}

/* The words in front, and how long they are; NULL: none of ours. */
static const char *head_of(const char *what, size_t *len)
{
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        *len = strlen(heads[i]);
        if (strncmp(what, heads[i], *len) == 0 && (what[*len] == '\0' || strncmp(what + *len, ": ", 2) == 0))
            return heads[i];
    }
    return NULL;
}

/* Reasons of a link, a state's word, or a text from outside, which stays. */
static void put_rest(const struct row *change, const char *rest, struct buf *out)
{
    if (text_is(cell(change, CHANGE_KIND), kind_info(KIND_LINK)->singular))
        link_reason_tell(rest, out);
    else
        buf_puts(out, tr_of("state", rest), NULL);
}

static void put_what(const struct row *change, const char *what, struct buf *out)
{
    size_t len;
    const char *head = head_of(what, &len);

    if (put_sentence(what, out))
        return;
    if (head == NULL) {
        buf_puts(out, what, NULL);
        return;
    }
    buf_puts(out, tr_of("change", head), NULL);
    if (what[len] == '\0')
        return;
    buf_puts(out, ": ", NULL);
    put_rest(change, what + len + 2, out);
}

/* Where " (was …)" begins at the end of a text; NULL: it does not. */
static char *was_of(char *what)
{
    size_t len = strlen(what);
    char *was = NULL;

    for (char *at = strstr(what, " (was "); at != NULL; at = strstr(at + 1, " (was "))
        was = at;
    return was != NULL && what[len - 1] == ')' ? was : NULL;
}

void change_words(const struct row *change, struct buf *out)
{
    struct buf what = buf_make(WORDS_BYTES), told = buf_make(WORDS_BYTES);
    char *was;

    text_show(cell(change, CHANGE_WHAT), -1, &what);
    was = what.len > 0 ? was_of(what.data) : NULL;
    if (was != NULL) {
        what.data[what.len - 1] = '\0';
        *was = '\0';
    }
    put_what(change, buf_str(&what), &told);
    if (was != NULL)
        buf_printf(&told, NULL, tr(" (was %s)"), tr_of("state", was + strlen(" (was ")));
    text_show(text_from(buf_str(&told), told.len), -1, out);
    buf_release(&what);
    buf_release(&told);
}
