#include "console/play.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "ui/key.h"

int play_keys(const struct play_step *step, uint32_t keys[PLAY_KEYS_MAX], struct err *err)
{
    int n = 0;

    for (const char *at = step->keys + strspn(step->keys, " "); *at != '\0'; at += strspn(at, " ")) {
        char name[KEY_NAME_MAX];
        size_t len = strcspn(at, " ");
        snprintf(name, sizeof name, "%.*s", (int)len, at);
        uint32_t key = len < sizeof name ? key_parse(name) : 0;
        if (key == 0 || n == PLAY_KEYS_MAX) {
            err_set(err, ERR_INPUT, key == 0 ? "there is no key '%s'" : "the key '%s' is one too many", name);
            err_hint(err, "at most %d keys a step, as 'hubtop keys' names them", PLAY_KEYS_MAX);
            return -1;
        }
        keys[n++] = key;
        at += len;
    }
    return n;
}

/* --- a tour --- */

void play_begin(struct play *p, int64_t boot_ms)
{
    if (p->count == 0 || p->begun_ms != 0)
        return;
    p->begun_ms = boot_ms;
    p->running = true;
}

const struct play_step *play_due(struct play *p, int64_t boot_ms)
{
    int64_t gone_ms = boot_ms - p->begun_ms;

    if (!p->running || p->waits_ms > 0)
        return NULL;
    if (p->at < p->count && gone_ms < p->steps[p->at].at_ms)
        return NULL;
    if (p->at < p->count) {
        int64_t late_ms = gone_ms - p->steps[p->at].at_ms;
        p->begun_ms += late_ms > PLAY_LATE_MS ? late_ms : 0;
        return &p->steps[p->at++];
    }
    if (gone_ms >= p->steps[p->count - 1].at_ms + PLAY_LAST_MS) {
        p->running = false;
        p->again = p->loop;
    }
    return NULL;
}

void play_wait(struct play *p, bool waiting, int64_t boot_ms)
{
    if (waiting && p->waits_ms == 0)
        p->waits_ms = boot_ms;
    if (waiting || p->waits_ms == 0)
        return;
    p->begun_ms += boot_ms - p->waits_ms;
    p->waits_ms = 0;
}

const char *play_caption(const struct play *p)
{
    return p->running && p->at > 0 ? p->steps[p->at - 1].caption : NULL;
}

bool play_key(struct play *p)
{
    bool theirs = !p->running;

    p->running = false;
    p->score.keys += theirs;
    return theirs;
}

/* --- a drill --- */

static void note(int64_t *moment_ms, bool happened, int64_t boot_ms)
{
    if (happened && *moment_ms == 0)
        *moment_ms = boot_ms;
}

void play_look(struct play *p, const struct verdict *v, int64_t boot_ms)
{
    struct play_score *s = &p->score;
    bool well = v->severity != SEVERITY_CRIT && v->severity != SEVERITY_UNKNOWN && v->crit == 0;

    note(&s->broke_ms, v->severity == SEVERITY_CRIT, boot_ms);
    note(&s->acked_ms, s->broke_ms != 0 && v->acked > 0, boot_ms);
    note(&s->relieved_ms, s->broke_ms != 0 && well, boot_ms);
}

void play_told(struct play *p, int64_t boot_ms)
{
    note(&p->score.told_ms, p->score.broke_ms != 0, boot_ms);
}

void play_refused(struct play *p)
{
    p->score.refused++;
}

static void put_span(const struct play_score *s, int64_t at_ms, struct buf *out)
{
    if (at_ms == 0)
        buf_puts(out, tr("not"), NULL);
    else
        buf_printf(out, NULL, tr("after %lld s"), (long long)((at_ms - s->broke_ms + 500) / 1000));
}

void play_score(const struct play *p, const char *name, struct buf *out)
{
    const struct play_score *s = &p->score;

    buf_printf(out, NULL, tr("drill %s: "), name);
    if (s->broke_ms == 0) {
        buf_puts(out, tr("nothing broke while you watched"), NULL);
    } else {
        buf_puts(out, tr("acknowledged "), NULL);
        put_span(s, s->acked_ms, out);
        buf_puts(out, tr(", first bulletin "), NULL);
        put_span(s, s->told_ms, out);
        buf_puts(out, tr(", relief "), NULL);
        put_span(s, s->relieved_ms, out);
    }
    buf_printf(out, NULL, tr("; %u keys, %u orders refused"), s->keys, s->refused);
}
