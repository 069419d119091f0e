#include "console/strip.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "console/console_private.h"

enum { STRIP_WIDE = 120, STRIP_TEXT = 160 };

struct badge {
    enum role role;
    enum glyph glyph;
    char text[STRIP_TEXT];
    int64_t age_ms; /* -1: none is said */
};

static const struct {
    enum role role;
    enum glyph glyph;
} severities[] = {
    [SEVERITY_OK] = {ROLE_OK, GLYPH_OK},
    [SEVERITY_NOTICE] = {ROLE_TEXT, GLYPH_OK},
    [SEVERITY_WARN] = {ROLE_WARN, GLYPH_WARN},
    [SEVERITY_CRIT] = {ROLE_CRIT, GLYPH_CRIT},
    [SEVERITY_UNKNOWN] = {ROLE_UNKNOWN, GLYPH_UNKNOWN},
};

static struct badge badge_of(enum role role, enum glyph glyph, const char *word, int64_t age_ms)
{
    struct badge b = {.role = role, .glyph = glyph, .age_ms = age_ms};
    snprintf(b.text, sizeof b.text, "%s", word);
    return b;
}

/* The sources answer, and what they say is kept nowhere: the screen stands as it stood then. */
static struct badge unrecorded(const struct strip *s)
{
    char at[CLOCK_TEXT_MAX];
    struct badge b = {.role = ROLE_CRIT, .glyph = GLYPH_CRIT, .age_ms = -1};
    snprintf(b.text, sizeof b.text, tr("NOT RECORDED since %s"), clock_local_hms(s->now.utc_ms - s->unrecorded_ms, at));
    return b;
}

/* How far what is shown can be trusted: one word, one age. */
static struct badge freshness(const struct strip *s)
{
    const struct feeds_freshness *f = &s->fresh;
    if (s->options->offline)
        return badge_of(ROLE_STALE, GLYPH_STALE, tr("OFFLINE, CACHED"), f->newest_age_ms);
    if (!s->linked && s->unlinked_ms > 0)
        return badge_of(ROLE_CRIT, GLYPH_CRIT, tr("NO COLLECTOR"), s->unlinked_ms);
    if (s->linked && s->unrecorded_ms > 0)
        return unrecorded(s);
    if (f->sources == 0 || (!s->linked && f->newest_age_ms >= 0))
        return badge_of(ROLE_STALE, GLYPH_STALE, f->newest_age_ms >= 0 ? tr("CACHED") : tr("CONNECTING"),
                        f->newest_age_ms);
    if (f->live == f->sources)
        return badge_of(ROLE_OK, GLYPH_OK, tr("LIVE"), f->oldest_age_ms);
    if (f->live == 0 && f->stale == 0)
        return badge_of(ROLE_CRIT, GLYPH_CRIT, f->denied > 0 ? tr("DENIED") : tr("OFFLINE"), f->newest_age_ms);
    return badge_of(ROLE_STALE, GLYPH_STALE, tr("STALE"), f->oldest_age_ms);
}

static struct badge replay(const struct strip *s)
{
    char at[CLOCK_TEXT_MAX], age[CLOCK_TEXT_MAX];
    struct badge b = {.role = ROLE_REPLAY, .glyph = GLYPH_STALE, .age_ms = -1};
    snprintf(b.text, sizeof b.text, "%s %s  -%s  %s", tr("REPLAY"), clock_local_hms(s->at_ms, at),
             clock_age(s->now.utc_ms - s->at_ms, age), tr("not live"));
    return b;
}

/* Of all that could be said of it, this comes first: it looks alive and is not. */
static struct badge frozen(const struct strip *s)
{
    char at[CLOCK_TEXT_MAX];
    struct badge b = {.role = ROLE_DANGER, .glyph = GLYPH_STALE, .age_ms = -1};
    snprintf(b.text, sizeof b.text, tr("FROZEN since %s"), clock_local_hms(s->frozen_ms, at));
    return b;
}

/* As it is drawn: with its age. */
static struct badge badge_now(const struct strip *s)
{
    struct badge b = s->frozen_ms ? frozen(s) : s->at_ms ? replay(s) : freshness(s);
    char age[CLOCK_TEXT_MAX];
    size_t n = strlen(b.text);
    if (b.age_ms >= 0)
        snprintf(b.text + n, sizeof b.text - n, " %s", clock_age(b.age_ms, age));
    return b;
}

const char *strip_word(const struct strip *s, int64_t *age_ms)
{
    static char word[STRIP_TEXT];
    struct badge b = s->at_ms ? replay(s) : freshness(s);
    snprintf(word, sizeof word, "%s", b.text);
    *age_ms = b.age_ms;
    return word;
}

static int put_badge(struct canvas *c, int x, int width, const struct badge *b)
{
    if (width < 3)
        return x;
    canvas_fill(c, (struct area){x > 0 ? x - 1 : 0, 0, x > 0 ? 3 : 2, 1}, ROLE_TEXT,
                ' '); /* apart from what it covers */
    canvas_glyph(c, x, 0, b->role, b->glyph);
    return x + 2 + canvas_puts(c, x + 2, 0, width - 2, b->role, b->text);
}

/* A demo says what it is, and how fast it goes. */
static const char *context_text(const struct strip *s, char *out, size_t size)
{
    char context[64];
    if (s->options->demo && s->speed > 0)
        snprintf(out, size, "%s %gx", tr("DEMO (sample data)"), s->speed);
    else
        snprintf(out, size, "%s",
                 text_show_in(text_of(s->options->demo ? tr("DEMO (sample data)") : s->options->context), context,
                              sizeof context));
    return out;
}

static int put_left(const struct strip *s, struct canvas *c)
{
    char context[96];
    int x = 1 + canvas_puts(c, 1, 0, c->width - 1, ROLE_TITLE, "HUBTOP");
    x += 1 + canvas_puts(c, x + 1, 0, c->width - x - 1, s->options->danger ? ROLE_DANGER : ROLE_TEXT,
                         context_text(s, context, sizeof context));
    x += 1 + canvas_puts(c, x + 1, 0, c->width - x - 1, ROLE_DIM, s->options->write ? tr("RW") : tr("ro"));
    x += 2 + canvas_puts(c, x + 2, 0, c->width - x - 2, ROLE_TITLE, tr(s->view->title));
    if (!s->others || !s->others[0])
        return x;
    x += 2 + canvas_puts(c, x + 2, 0, c->width - x - 2, ROLE_WARN, tr("also here:"));
    return x + 1 + canvas_puts(c, x + 1, 0, c->width - x - 1, ROLE_TEXT, s->others);
}

static void right_text(const struct strip *s, int width, bool user, char *out, size_t size)
{
    char local[CLOCK_TEXT_MAX], zone[CLOCK_TEXT_MAX], utc[CLOCK_TEXT_MAX];
    clock_local_hms(s->now.utc_ms, local);
    if (s->minutes)
        local[strlen("00:00")] = '\0';
    clock_zone(s->now.utc_ms, zone);
    clock_iso(s->now.utc_ms, utc);
    if (s->minutes)
        snprintf(utc + strlen("2026-11-21T00:00"), 2, "Z");
    if (width >= STRIP_WIDE)
        snprintf(out, size, "%s %s (%s)", local, zone, utc);
    else
        snprintf(out, size, "%s %s", local, zone);
    if (user && s->user[0])
        snprintf(out + strlen(out), size - strlen(out), "  %s", s->user);
}

static const char *acked_text(const struct strip *s, char *out, size_t size)
{
    snprintf(out, size, tr("ack%u"), s->verdict->acked);
    return out;
}

/* With a blank; 0 where nobody has anything in hand. */
static int acked_width(const struct strip *s)
{
    char text[32];
    return s->verdict->acked > 0 ? 1 + text_width(text_of(acked_text(s, text, sizeof text))) : 0;
}

/* Returns the column after it and a blank; `x` where there is none of them, or no room. */
static int put_count(struct canvas *c, int x, int limit, unsigned n, enum role role, enum glyph glyph)
{
    char text[32];
    int width = snprintf(text, sizeof text, "%u", n);
    if (n == 0 || x + 1 + width >= limit)
        return x;
    canvas_glyph(c, x, 0, role, glyph);
    return x + 2 + canvas_puts(c, x + 1, 0, width, role, text);
}

static void put_counts(const struct strip *s, struct canvas *c, int x, int limit)
{
    char text[32];
    x = put_count(c, x, limit, s->verdict->crit, ROLE_CRIT, GLYPH_CRIT);
    x = put_count(c, x, limit, s->verdict->warn, ROLE_WARN, GLYPH_WARN);
    if (s->verdict->acked > 0 && x + acked_width(s) < limit)
        canvas_puts(c, x, 0, limit - x, ROLE_DIM, acked_text(s, text, sizeof text));
}

/* In the verdict's line, so that nothing moves; the whole line is marked. */
static void put_news(const struct strip *s, struct canvas *c)
{
    int x = 2 + canvas_puts(c, 2, 1, c->width - 2, ROLE_DANGER, tr("NEW ")), end = c->width - 4;
    canvas_glyph(c, 0, 1, ROLE_CRIT, GLYPH_CRIT);
    canvas_puts(c, x, 1, end > x ? end - x : 0, ROLE_DANGER, s->news);
    canvas_puts(c, end, 1, 4, ROLE_KEY, " [7]");
}

/* What gives way on a narrow screen: first the name and the clock, then the counts, never the freshness. */
void strip_top(const struct strip *s, struct canvas *c)
{
    char right[STRIP_TEXT];
    struct badge badge = badge_now(s);
    int used = put_left(s, c), badge_width = 2 + text_width(text_of(badge.text));
    right_text(s, c->width, true, right, sizeof right);
    if (used + badge_width + text_width(text_of(right)) + 5 > c->width)
        right_text(s, c->width, false, right, sizeof right);
    int right_width = text_width(text_of(right));
    bool room = used + badge_width + right_width + 5 <= c->width;
    int right_x = room ? c->width - right_width - 1 : c->width;
    int badge_x = right_x - badge_width - 2;
    if (badge_x < used + 1 && !room)
        badge_x = c->width > badge_width + 1 ? c->width - badge_width - 1 : 0;
    put_badge(c, badge_x, right_x - badge_x, &badge);
    if (room)
        canvas_puts(c, right_x, 0, right_width, ROLE_TEXT, right);
    int counts_x = badge_x - 9 - acked_width(s);
    put_counts(s, c, counts_x > used + 2 ? counts_x : used + 2, badge_x);
    if (s->news) {
        put_news(s, c);
        return;
    }
    canvas_glyph(c, 0, 1, severities[s->verdict->severity].role, severities[s->verdict->severity].glyph);
    canvas_puts(c, 2, 1, c->width - 2, severities[s->verdict->severity].role, s->verdict->text);
}

/* Not a key whose view no source tells of, nor one that changes something where nothing may be changed. */
static bool on_bar(const struct strip *s, const struct key_row *k, bool own)
{
    const struct view *opens = own ? NULL : console_act_view(k->action);
    if (k->action >= VIEW_WRITES && !s->write)
        return false;
    return k->label && (!opens || view_is_available(opens, s->kinds));
}

/* Keys that stand on the bar: the view's own first, then the console's. */
static int put_keys(const struct strip *s, struct canvas *c, int x, const struct key_row *table)
{
    for (const struct key_row *k = table; k->keys; k++) {
        char key[KEY_NAME_MAX];
        if (!on_bar(s, k, table == s->view->keys))
            continue;
        size_t n = strcspn(k->keys, " ");
        snprintf(key, sizeof key, "%.*s", (int)n, k->keys);
        int width = (int)n + 1 + text_width(text_of(tr_of("key", k->label)));
        if (x + width >= c->width)
            return x;
        spots_key(s->spots, (struct area){x, c->height - 1, width, 1}, key_parse(key), k->action >= VIEW_WRITES);
        x += canvas_puts(c, x, c->height - 1, c->width - x, ROLE_KEY, key) + 1;
        x += canvas_puts(c, x, c->height - 1, c->width - x, ROLE_DIM, tr_of("key", k->label)) + 2;
    }
    return x;
}

/* It says what it is, and how it ends. */
static void put_caption(const char *caption, struct canvas *c)
{
    int x = canvas_puts(c, 0, c->height - 1, c->width, ROLE_REPLAY, tr(" TOUR: any key ends "));
    canvas_puts(c, x + 1, c->height - 1, c->width - x - 1, ROLE_TITLE, caption);
}

void strip_bottom(const struct strip *s, struct canvas *c)
{
    char shown[4 * ERR_TEXT_MAX];
    if (c->height < 4)
        return;
    canvas_puts(c, 0, c->height - 2, c->width, s->message_is_error ? ROLE_WARN : ROLE_TEXT,
                text_show_in(text_of(s->message), shown, sizeof shown));
    if (s->caption)
        put_caption(s->caption, c);
    else
        put_keys(s, c, put_keys(s, c, 1, s->view->keys), console_keys());
}

/* "✖2 !3 hubtop PROD": what is not there is not counted. */
void strip_title(const struct strip *s, char *out, size_t size)
{
    const struct {
        unsigned n;
        const char *sign;
    } counts[] = {{s->verdict->crit, s->options->glyphs == GLYPHS_ASCII ? "X" : "✖"}, {s->verdict->warn, "!"}};
    char context[64];
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (counts[i].n > 0 && n < size)
            n += (size_t)snprintf(out + n, size - n, "%s%u ", counts[i].sign, counts[i].n);
    }
    if (n < size)
        snprintf(out + n, size - n, "hubtop %s",
                 text_show_in(text_of(s->options->demo ? "DEMO" : s->options->context), context, sizeof context));
}
