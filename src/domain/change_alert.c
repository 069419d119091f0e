#include "domain/change_private.h"

/* Comes back that often: it flaps, which is said once. */
enum { FLAPS = 3 };

enum life { LIFE_NONE, LIFE_FIRING, LIFE_ACKED, LIFE_SILENCED, LIFE_RETURNED, LIFE_OVER };

static enum life life_of(const struct row *alert)
{
    static const struct {
        const char *word;
        enum life life;
    } lives[] = {
        {"acked", LIFE_ACKED}, {"silenced", LIFE_SILENCED}, {"returned", LIFE_RETURNED}, {"resolved", LIFE_OVER}};

    if (alert == NULL)
        return LIFE_NONE;
    for (size_t i = 0; i < sizeof lives / sizeof *lives; i++)
        if (text_is(change_cell(alert, ALERT_STATE), lives[i].word))
            return lives[i].life;
    return LIFE_FIRING;
}

/* From what it was to what it is, in words; NULL: nobody needs to know. */
static const char *const turns[6][6] = {
    [LIFE_NONE] = {[LIFE_FIRING] = "alert",
                   [LIFE_ACKED] = "alert",
                   [LIFE_SILENCED] = "alert is silenced",
                   [LIFE_RETURNED] = "alert is back"},
    [LIFE_FIRING] = {[LIFE_NONE] = "alert is over",
                     [LIFE_ACKED] = "alert is acknowledged",
                     [LIFE_SILENCED] = "alert is silenced",
                     [LIFE_RETURNED] = "alert is back",
                     [LIFE_OVER] = "alert is over"},
    [LIFE_ACKED] = {[LIFE_NONE] = "alert is over",
                    [LIFE_FIRING] = "acknowledgement is over",
                    [LIFE_SILENCED] = "alert is silenced",
                    [LIFE_RETURNED] = "alert is back",
                    [LIFE_OVER] = "alert is over"},
    [LIFE_SILENCED] = {[LIFE_NONE] = "alert is over",
                       [LIFE_FIRING] = "alert fires again",
                       [LIFE_ACKED] = "alert is acknowledged",
                       [LIFE_RETURNED] = "alert is back",
                       [LIFE_OVER] = "alert is over"},
    [LIFE_RETURNED] = {[LIFE_NONE] = "alert is over",
                       [LIFE_ACKED] = "alert is acknowledged",
                       [LIFE_SILENCED] = "alert is silenced",
                       [LIFE_OVER] = "alert is over"},
    [LIFE_OVER] = {[LIFE_FIRING] = "alert",
                   [LIFE_ACKED] = "alert",
                   [LIFE_SILENCED] = "alert is silenced",
                   [LIFE_RETURNED] = "alert is back"},
};

static int64_t flaps(const struct row *alert)
{
    return alert != NULL ? value_int_or(&alert->cells[ALERT_FLAPS], 0) : 0;
}

static bool comes_or_goes(enum life was, enum life is)
{
    return was == LIFE_NONE || was == LIFE_OVER || is == LIFE_NONE || is == LIFE_OVER || is == LIFE_RETURNED;
}

/* What nobody need do anything about is no news, nor what another alert explains: its root is. */
static const char *words_of(const struct row *was, const struct row *now, const struct row *one)
{
    enum life before = life_of(was), after = life_of(now);

    if (text_is(change_cell(one, ALERT_SEVERITY), "info") || !text_empty(change_cell(one, ALERT_PARENT)))
        return NULL;
    if (now != NULL && flaps(now) >= FLAPS && flaps(was) < FLAPS)
        return "alert flaps";
    if (flaps(one) >= FLAPS && comes_or_goes(before, after))
        return NULL;
    if (before == LIFE_ACKED && after == LIFE_ACKED && change_differs(was, now, ALERT_ACKED_BY))
        return turns[LIFE_FIRING][LIFE_ACKED]; /* somebody else has it */
    return turns[before][after];
}

/* Why an acknowledgement ended, as far as the alert's row says it. */
static const struct {
    const char *why, *from, *to, *words;
} ends[] = {
    {"expired", "", "", "ack expired"},
    {"taken_back", "", "", "ack taken back"},
    {"worse", "info", "warn", "ack void, info to warn"},
    {"worse", "info", "crit", "ack void, info to crit"},
    {"worse", "warn", "crit", "ack void, warn to crit"},
    {"resolved", "", "", "alert and its ack are over"},
};

static void say_why(const struct row *now, struct change_event *e)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (text_is(change_cell(now, ALERT_ACK_ENDED), ends[i].why) &&
            text_is(change_cell(now, ALERT_ACK_ENDED_FROM), ends[i].from) &&
            text_is(change_cell(now, ALERT_ACK_ENDED_TO), ends[i].to))
            e->words = ends[i].words;
    e->by = change_cell(now, ALERT_ACK_ENDED_BY);
}

bool change_alert(const struct row *was, const struct row *now, struct change_event *e)
{
    const struct row *one = now != NULL ? now : was;

    e->words = words_of(was, now, one);
    if (e->words == NULL)
        return false;
    e->more = change_cell(one, ALERT_SUMMARY);
    if (text_empty(e->more))
        e->more = change_cell(one, ALERT_NAME);
    e->where = change_cell(one, ALERT_WHERE);
    if (text_empty(e->where)) /* its id says nothing to a person */
        e->where = change_cell(one, ALERT_NAME);
    if (life_of(now) == LIFE_ACKED)
        e->by = change_cell(now, ALERT_ACKED_BY);
    else if (life_of(was) == LIFE_ACKED && (life_of(now) == LIFE_FIRING || life_of(now) == LIFE_OVER))
        say_why(now, e);
    return true;
}

/* What is over, or was never there, is the same: its row may stay or go. */
static bool is_active(const struct row *row, int state)
{
    return text_is(change_cell(row, state), "active");
}

static bool is_planned(const struct row *row, int state)
{
    return text_is(change_cell(row, state), "planned") || text_is(change_cell(row, state), "pending");
}

bool change_alert_silence(const struct row *was, const struct row *now, struct change_event *e)
{
    const struct row *one = now != NULL ? now : was;
    bool before = is_active(was, SILENCE_STATE), after = is_active(now, SILENCE_STATE);

    if (before == after)
        return false;
    e->words = after ? "silence made" : "silence is over";
    e->more = change_cell(one, SILENCE_COMMENT);
    if (text_empty(e->more))
        e->more = change_cell(one, SILENCE_MATCHERS);
    e->by = after ? change_cell(one, SILENCE_CREATED_BY) : text_of("");
    return true;
}

static const char *window_words(const struct row *was, const struct row *now, bool freeze)
{
    bool before = is_active(was, MAINTENANCE_STATE), after = is_active(now, MAINTENANCE_STATE);
    bool ended = now != NULL && !text_empty(change_cell(now, MAINTENANCE_ENDED_BY));

    if (!before && after)
        return freeze ? "change freeze begins" : "maintenance begins";
    if (before && !after && ended)
        return freeze ? "change freeze is ended early" : "maintenance is ended early";
    if (before && !after)
        return freeze ? "change freeze ends" : "maintenance ends";
    if (was == NULL && is_planned(now, MAINTENANCE_STATE))
        return freeze ? "change freeze is planned" : "maintenance is planned";
    if (is_planned(was, MAINTENANCE_STATE) && !is_planned(now, MAINTENANCE_STATE))
        return freeze ? "change freeze is called off" : "maintenance is called off";
    return NULL;
}

bool change_alert_window(const struct row *was, const struct row *now, struct change_event *e)
{
    const struct row *one = now != NULL ? now : was;

    e->words = window_words(was, now, text_is(change_cell(one, MAINTENANCE_WHAT), "freeze"));
    if (e->words == NULL)
        return false;
    e->more = change_cell(one, MAINTENANCE_REASON);
    e->where = change_cell(one, MAINTENANCE_WHERE);
    e->by = change_cell(now, MAINTENANCE_ENDED_BY);
    if (text_empty(e->by) && was == NULL)
        e->by = change_cell(now, MAINTENANCE_BY);
    return true;
}
