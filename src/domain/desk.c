#include "domain/desk_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum { EXIT_DATA = 65, EXIT_NO_OBJECT = 67, EXIT_LATER = 75, ID_DIGITS = 5, DIGITS_OF_HASH = 50, REQUEST_MAX = 512 };

struct desk *desk_new(void)
{
    return mem_new(1, sizeof(struct desk));
}

void desk_free(struct desk *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->topic_count; i++) {
        free(d->topics[i].notes);
        free(d->topics[i].steps);
    }
    free(d->topics);
    free(d->silences);
    free(d->windows);
    arena_release(&d->arena);
    free(d);
}

unsigned desk_version(const struct desk *d)
{
    return d->version;
}

bool desk_refuse(struct err *err, int status, const char *what, struct safe_text subject, const char *hint)
{
    char shown[128];
    err_set(err, status == EXIT_LATER ? ERR_TRANSIENT : ERR_INPUT, "%s '%s'", what,
            text_show_in(subject, shown, sizeof shown));
    err_hint(err, "%s", hint);
    return err_exit(err, status);
}

/* --- topics --- */

/* Where the subject is, or would be. */
static size_t place_of(const struct desk *d, struct safe_text subject)
{
    size_t low = 0, high = d->topic_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_cmp(d->topics[middle].subject, subject) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct desk_topic *topic_of(const struct desk *d, struct safe_text subject)
{
    size_t at = place_of(d, subject);
    return at < d->topic_count && text_equal(d->topics[at].subject, subject) ? &d->topics[at] : NULL;
}

static struct desk_topic *topic_make(struct desk *d, struct safe_text subject)
{
    size_t at = place_of(d, subject);
    if (at < d->topic_count && text_equal(d->topics[at].subject, subject))
        return &d->topics[at];
    if (d->topic_count == d->topic_cap) {
        d->topic_cap = d->topic_cap ? 2 * d->topic_cap : 16;
        d->topics = mem_grow(d->topics, d->topic_cap, sizeof *d->topics);
    }
    memmove(&d->topics[at + 1], &d->topics[at], (d->topic_count++ - at) * sizeof *d->topics);
    d->topics[at] = (struct desk_topic){.subject = rows_text(&d->arena, subject)};
    return &d->topics[at];
}

/* --- acks --- */

static bool check_subject(const struct desk *d, const struct desk_entry *e, struct err *err)
{
    (void)d;
    return !text_empty(e->subject) ||
           desk_refuse(err, EXIT_NO_OBJECT, "there is no alert", e->alert, "'hubtop get alerts' lists those there are");
}

static bool check_unack(const struct desk *d, const struct desk_entry *e, struct err *err)
{
    if (!check_subject(d, e, err))
        return false;
    return desk_ack_of(d, e->subject, e->at_ms) ||
           desk_refuse(err, EXIT_NO_OBJECT, "nobody has acknowledged", e->alert, "there is nothing to take back");
}

static void apply_ack(struct desk *d, const struct desk_entry *e)
{
    struct desk_topic *t = topic_make(d, e->subject);
    t->ack = (struct desk_ack){.subject = t->subject,
                               .alert = rows_text(&d->arena, e->alert),
                               .who = rows_text(&d->arena, e->who),
                               .note = rows_text(&d->arena, e->note),
                               .uid = e->uid,
                               .at_ms = e->at_ms,
                               .until_ms = e->until_ms,
                               .severity = e->severity};
}

static void apply_unack(struct desk *d, const struct desk_entry *e)
{
    struct desk_ack *ack = &topic_make(d, e->subject)->ack;
    ack->ended_ms = e->at_ms;
    ack->ended_by = rows_text(&d->arena, e->who);
}

const struct desk_ack *desk_ack_last(const struct desk *d, struct safe_text subject)
{
    const struct desk_topic *t = topic_of(d, subject);
    return t && t->ack.until_ms > 0 ? &t->ack : NULL;
}

const struct desk_ack *desk_ack_of(const struct desk *d, struct safe_text subject, int64_t now_ms)
{
    const struct desk_ack *last = desk_ack_last(d, subject);
    return last && last->ended_ms == 0 && last->until_ms > now_ms ? last : NULL;
}

/* --- notes --- */

static size_t last_note(const struct desk_topic *t, int64_t uid)
{
    size_t i = t ? t->note_count : 0;
    while (i > 0 && t->notes[i - 1].uid != uid)
        i--;
    return i; /* one more than its index; 0: none */
}

static bool check_note(const struct desk *d, const struct desk_entry *e, struct err *err)
{
    if (!check_subject(d, e, err))
        return false;
    const struct desk_topic *t = topic_of(d, e->subject);
    return !t || t->note_count < DESK_NOTES_MAX ||
           desk_refuse(err, EXIT_LATER, "there are too many notes on", e->alert, "take one back first");
}

static bool check_unnote(const struct desk *d, const struct desk_entry *e, struct err *err)
{
    if (!check_subject(d, e, err))
        return false;
    return last_note(topic_of(d, e->subject), e->uid) > 0 ||
           desk_refuse(err, EXIT_NO_OBJECT, "there is no note of yours on", e->alert,
                       "only one's own notes can be taken back");
}

static void apply_note(struct desk *d, const struct desk_entry *e)
{
    struct desk_topic *t = topic_make(d, e->subject);
    t->notes = mem_grow(t->notes, t->note_count + 1, sizeof *t->notes);
    t->notes[t->note_count++] = (struct desk_note){.subject = t->subject,
                                                   .who = rows_text(&d->arena, e->who),
                                                   .text = rows_text(&d->arena, e->note),
                                                   .uid = e->uid,
                                                   .at_ms = e->at_ms};
}

static void apply_unnote(struct desk *d, const struct desk_entry *e)
{
    struct desk_topic *t = topic_make(d, e->subject);
    size_t at = last_note(t, e->uid);
    memmove(&t->notes[at - 1], &t->notes[at], (t->note_count - at) * sizeof *t->notes);
    t->note_count--;
}

size_t desk_notes_of(const struct desk *d, struct safe_text subject, const struct desk_note *out[], size_t max)
{
    const struct desk_topic *t = topic_of(d, subject);
    size_t n = 0;
    for (; t && n < t->note_count && n < max; n++)
        out[n] = &t->notes[n];
    return n;
}

/* --- steps --- */

static size_t step_at(const struct desk_topic *t, struct safe_text step)
{
    size_t i = 0;
    while (t && i < t->step_count && !text_equal(t->steps[i].step, step))
        i++;
    return t && i < t->step_count ? i + 1 : 0;
}

static bool check_step(const struct desk *d, const struct desk_entry *e, struct err *err)
{
    if (!check_subject(d, e, err))
        return false;
    const struct desk_topic *t = topic_of(d, e->subject);
    if (t && t->step_count >= DESK_NOTES_MAX)
        return desk_refuse(err, EXIT_LATER, "there are too many steps on", e->alert, "untick one first");
    return step_at(t, e->step) == 0 ||
           desk_refuse(err, EXIT_DATA, "there is a tick already at", e->step, "untick it to have it open again");
}

static bool check_unstep(const struct desk *d, const struct desk_entry *e, struct err *err)
{
    if (!check_subject(d, e, err))
        return false;
    return step_at(topic_of(d, e->subject), e->step) > 0 ||
           desk_refuse(err, EXIT_NO_OBJECT, "there is no tick at", e->step, "there is nothing to take back");
}

static void apply_step(struct desk *d, const struct desk_entry *e)
{
    struct desk_topic *t = topic_make(d, e->subject);
    t->steps = mem_grow(t->steps, t->step_count + 1, sizeof *t->steps);
    t->steps[t->step_count++] = (struct desk_step){.subject = t->subject,
                                                   .step = rows_text(&d->arena, e->step),
                                                   .who = rows_text(&d->arena, e->who),
                                                   .at_ms = e->at_ms};
}

static void apply_unstep(struct desk *d, const struct desk_entry *e)
{
    struct desk_topic *t = topic_make(d, e->subject);
    size_t at = step_at(t, e->step);
    memmove(&t->steps[at - 1], &t->steps[at], (t->step_count - at) * sizeof *t->steps);
    t->step_count--;
}

size_t desk_steps_of(const struct desk *d, struct safe_text subject, const struct desk_step *out[], size_t max)
{
    const struct desk_topic *t = topic_of(d, subject);
    size_t n = 0;
    for (; t && n < t->step_count && n < max; n++)
        out[n] = &t->steps[n];
    return n;
}

/* --- escalations --- */

static void apply_escalate(struct desk *d, const struct desk_entry *e)
{
    struct desk_topic *t = topic_make(d, e->subject);
    t->escalated_before_ms = t->escalated_ms;
    t->escalated_ms = e->at_ms;
    t->escalated_seq = e->seq;
    t->escalated_by = rows_text(&d->arena, e->who);
}

/* The topic whose escalation that entry was; NULL: it was none. */
static struct desk_topic *escalated_by_entry(const struct desk *d, int64_t seq)
{
    for (size_t i = 0; i < d->topic_count; i++) {
        if (d->topics[i].escalated_seq == seq && d->topics[i].escalated_ms > 0)
            return &d->topics[i];
    }
    return NULL;
}

static bool check_outcome(const struct desk *d, const struct desk_entry *e, struct err *err)
{
    return escalated_by_entry(d, e->of_seq) != NULL || desk_silence_check_outcome(d, e, err);
}

/* A command that failed has told nobody. */
static void apply_outcome(struct desk *d, const struct desk_entry *e)
{
    struct desk_topic *t = escalated_by_entry(d, e->of_seq);
    if (!t) {
        desk_silence_outcome(d, e);
        return;
    }
    if (e->outcome != DESK_REFUSED)
        return;
    t->escalated_ms = t->escalated_before_ms;
    t->escalated_seq = t->escalated_before_ms = 0;
    t->failed_seq = e->of_seq;
    t->failed_why = rows_text(&d->arena, e->reason);
}

bool desk_escalation_failed(const struct desk *d, int64_t seq, struct safe_text *why)
{
    for (size_t i = 0; i < d->topic_count; i++) {
        if (d->topics[i].failed_seq != seq || seq == 0)
            continue;
        *why = d->topics[i].failed_why;
        return true;
    }
    return false;
}

int64_t desk_escalated_ms(const struct desk *d, struct safe_text subject, struct safe_text *who)
{
    const struct desk_topic *t = topic_of(d, subject);
    if (who)
        *who = t ? t->escalated_by : text_of("");
    return t ? t->escalated_ms : 0;
}

/* --- the fold --- */

static const struct folding {
    bool (*check)(const struct desk *d, const struct desk_entry *e, struct err *err);
    void (*apply)(struct desk *d, const struct desk_entry *e);
} foldings[DESK_OP_COUNT] = {
    [DESK_ACK] = {check_subject, apply_ack},
    [DESK_UNACK] = {check_unack, apply_unack},
    [DESK_SILENCE] = {desk_silence_check, desk_silence_add},
    [DESK_UNSILENCE] = {desk_silence_check_end, desk_silence_end},
    [DESK_NOTE] = {check_note, apply_note},
    [DESK_UNNOTE] = {check_unnote, apply_unnote},
    [DESK_STEP] = {check_step, apply_step},
    [DESK_UNSTEP] = {check_unstep, apply_unstep},
    [DESK_MAINTENANCE_ADD] = {desk_window_check, desk_window_add},
    [DESK_MAINTENANCE_END] = {desk_window_check_end, desk_window_end},
    [DESK_ESCALATE] = {check_subject, apply_escalate},
    [DESK_OUTCOME] = {check_outcome, apply_outcome},
};

bool desk_check(const struct desk *d, const struct desk_entry *e, struct err *err)
{
    if (e->op <= DESK_NONE || e->op >= DESK_OP_COUNT)
        return err_set(err, ERR_CORRUPT, "an entry has no op that is known");
    return foldings[e->op].check(d, e, err);
}

bool desk_apply(struct desk *d, const struct desk_entry *e, struct err *err)
{
    if (!desk_check(d, e, err))
        return false;
    foldings[e->op].apply(d, e);
    d->version++;
    return true;
}

/* --- ids and moments --- */

/* Crockford's base 32: no I, L, O, U that are read as others. Five bits of a hash, `at` digits from its begin. */
static char digit_of(const char *hex, size_t at)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    unsigned value = 0;
    for (size_t bit = 5 * at; bit < 5 * at + 5; bit++) {
        char c = hex[bit / 4];
        unsigned nibble = (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
        value = value << 1 | (nibble >> (3 - bit % 4) & 1);
    }
    return digits[value];
}

void desk_new_id(const struct desk *d, char letter, struct safe_text request_id, char out[DESK_ID_MAX])
{
    char text[REQUEST_MAX], hex[65];
    text_show_in(request_id, text, sizeof text);
    hash_sha256_hex(text, strlen(text), hex);
    for (size_t at = 0; at + ID_DIGITS <= DIGITS_OF_HASH; at += ID_DIGITS) {
        snprintf(out, DESK_ID_MAX, "%c-", letter);
        for (size_t i = 0; i < ID_DIGITS; i++)
            out[2 + i] = digit_of(hex, at + i);
        out[2 + ID_DIGITS] = '\0';
        if (!desk_silence_by_id(d, text_of(out)) && !desk_window_has(d, text_of(out)))
            return;
    }
}

int64_t desk_next_ms(const struct desk *d, int64_t now_ms)
{
    int64_t silence_ms = desk_silence_next_ms(d, now_ms), window_ms = desk_window_next_ms(d, now_ms);
    int64_t next_ms = silence_ms < window_ms ? silence_ms : window_ms;
    return next_ms == INT64_MAX ? 0 : next_ms;
}
