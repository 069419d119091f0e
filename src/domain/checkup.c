#include "domain/checkup.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/tr.h"
#include "domain/kind.h"

static struct checkup_line *add(struct checkup *out, const char *what, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* What has a hint is not as it should be. The line past the last one is a spare that is not counted. */
static struct checkup_line *add(struct checkup *out, const char *what, const char *hint, const char *fmt, ...)
{
    static struct checkup_line spare;
    struct checkup_line *l = out->count < CHECKUP_MAX ? &out->lines[out->count++] : &spare;
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(l->state, sizeof l->state, fmt, ap);
    va_end(ap);
    snprintf(l->what, sizeof l->what, "%s", what);
    snprintf(l->hint, sizeof l->hint, "%s", hint);
    l->bad = hint[0] != '\0';
    return l;
}

static const char *or_unset(const char *value)
{
    return value ? value : tr("(unset)");
}

static void terminal(const struct checkup_facts *f, struct checkup *out)
{
    if (f->lines) {
        add(out, tr("terminal"), "", tr("TERM=%.80s; plain lines, nothing is asked of it"), or_unset(f->term));
        return;
    }
    if (!f->is_terminal) {
        add(out, tr("terminal"), tr("screens are printed as text, as with --once"),
            tr("TERM=%.80s; standard input or output is no terminal"), or_unset(f->term));
        return;
    }
    if (!f->terminal) {
        add(out, tr("terminal"), f->terminal_err->hint[0] ? f->terminal_err->hint : "-", "%s", f->terminal_err->text);
        return;
    }
    add(out, tr("terminal"), "", "%s", f->terminal);
    if (!f->asked) {
        add(out, tr("encoding"), "", "%s", tr("not asked for: the glyphs were chosen"));
        return;
    }
    add(out, tr("encoding"), f->utf8 ? "" : tr("--glyphs ascii, or set the terminal to UTF-8"), "%s",
        f->utf8 ? "UTF-8: 中文 ✓ ✖ ⣀⣤⣶⣿" : tr("not UTF-8"));
}

void checkup_screen(const struct checkup_facts *f, struct checkup *out)
{
    bool utf8 = strcmp(f->codeset, "UTF-8") == 0;

    terminal(f, out);
    add(out, tr("locale"), utf8 ? "" : tr("a UTF-8 locale such as C.UTF-8"), tr("LANG=%.40s, codeset %.40s"),
        or_unset(f->lang), f->codeset);
    if (f->missing)
        add(out, tr("locale"),
            tr("'locale -a' lists those of this machine; the language is the wished one all the same"), "%s",
            f->missing);
}

void checkup_state(const struct checkup_facts *f, struct checkup *out)
{
    if (!f->state_dir)
        return;
    add(out, tr("state"), "", f->shared ? tr("%s (context %s, shared)") : tr("%s (context %s)"), f->state_dir,
        f->context);
    if (f->cache_err)
        add(out, tr("cache"), f->cache_err->hint, "%s", f->cache_err->text)->bad = true;
    else
        add(out, tr("cache"), "", "%s", tr("readable"));
    if (f->cache_bytes >= 0)
        add(out, tr("cache size"), "", "%.1f MB", (double)f->cache_bytes / 1e6);
    add(out, tr("collector"), f->collector ? "" : tr("the console starts one; a service: hubtop collect"), "%s",
        f->collector ? tr("running") : tr("not running"));
    if (f->orders_off && f->orders_off[0])
        add(out, tr("orders"), tr("'hubtop audit verify' tells what is wrong with the journal"), tr("off: %s"),
            f->orders_off);
    else if (f->orders_off)
        add(out, tr("orders"), "", "%s", tr("possible: the journal verifies"));
}

/* In a folder of one's own nobody else connects: two people there share its uid. */
void checkup_people(const struct checkup_facts *f, struct checkup *out)
{
    const char *expose =
        tr("sshd tells keys with ExposeAuthInfo yes; without them and without uids of their own, nobody "
           "approves what takes two people");

    if (!f->roles)
        return;
    add(out, tr("roles"), f->changes ? "" : tr("whoever runs the collector gives more: roles {} in its configuration"),
        "%s", f->roles);
    if (f->ssh_key[0])
        add(out, tr("two people"), "", tr("told apart by uid and SSH key; this session's is %s"), f->ssh_key);
    else if (f->shared)
        add(out, tr("two people"), "", tr("told apart by uid; those who share one are not (%s)"), f->ssh_unknown);
    else
        add(out, tr("two people"), expose, tr("nothing tells them apart here, and plans for two are off (%s)"),
            f->ssh_unknown);
}

void checkup_source(const struct row *row, struct checkup *out)
{
    char name[128], word[64], url[512], why[ERR_TEXT_MAX], age[CLOCK_TEXT_MAX];
    const char *state = text_show_in(value_text_or(&row->cells[SOURCE_STATE], "unknown"), word, sizeof word);
    int64_t ok_ms = value_int_or(&row->cells[SOURCE_LAST_OK_AT], -1), at_ms = row->observed_ms + row->age_ms;
    bool live = strcmp(state, "live") == 0;

    text_show_in(row->id, name, sizeof name);
    text_show_in(value_text_or(&row->cells[SOURCE_URL], ""), url, sizeof url);
    text_show_in(value_text_or(&row->cells[SOURCE_LAST_ERROR], ""), why, sizeof why);
    struct checkup_line *l =
        ok_ms < 0 ? add(out, name, live ? "" : why, tr("%s, %s, last good answer: never"), tr_of("state", state), url)
                  : add(out, name, live ? "" : why, tr("%s, %s, last good answer %s ago"), tr_of("state", state), url,
                        clock_age(at_ms - ok_ms, age));
    l->bad = !live;
}
