#include "console/console_private.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "console/examine.h"

/* The view `doctor`: what it shows is looked up here; and its key test. */

enum { DOCTOR_EVERY_MS = 2000 };

/* --- facts --- */

static void add_sources(struct console *c, struct checkup *out)
{
    const struct view_rows *rows = feeds_rows(c->feeds);
    struct row row;

    for (size_t n = 0; c->view->needs[n].kind != KIND_NONE; n++)
        for (size_t i = 0; c->view->needs[n].kind == KIND_SOURCE && i < rows[n].count; i++)
            if (rows[n].at(rows[n].ctx, i, &row))
                checkup_source(&row, out);
}

static void look(struct console *c)
{
    struct checkup_facts f = {.context = c->options->demo ? "demo" : c->options->context, .shared = c->options->shared};
    struct err cache = {0};
    const struct hello *told = link_hello(c->link);
    char roles[ROLES_WORDS_MAX];

    c->checkup.count = 0;
    examine_locale(&f);
    f.is_terminal = c->term != NULL;
    f.lines = c->hear != NULL;
    f.terminal = c->term ? term_describe(c->term) : NULL;
    f.asked = c->options->glyphs_auto;
    f.utf8 = c->utf8;
    examine_state(c->options->state_dir, &f, &cache);
    checkup_screen(&f, &c->checkup);
    checkup_state(&f, &c->checkup);
    if (told) {
        f.roles = roles_words(told->roles, roles);
        f.changes = (told->roles & ~(unsigned)ROLES_VIEWER) != 0;
        f.ssh_key = told->key;
        f.ssh_unknown = told->unknown;
        checkup_people(&f, &c->checkup);
    }
    add_sources(c, &c->checkup);
}

const struct view_doctor *console_doctor_facts(struct console *c)
{
    int64_t now_ms = clock_boot_ms();

    if (strcmp(c->view->name, "doctor") != 0)
        return NULL;
    if (c->checked_ms == 0 || now_ms - c->checked_ms >= DOCTOR_EVERY_MS) {
        c->checked_ms = now_ms;
        look(c);
    }
    c->doctor.found = &c->checkup;
    c->doctor.testing = c->mode == MODE_KEYS;
    return &c->doctor;
}

/* --- keys --- */

void console_doctor_keys(struct console *c)
{
    unsigned char none[TERM_SENT_MAX];

    if (console_refuse_blind(c) || !console_act_open(c, "doctor"))
        return;
    c->doctor.key_count = 0;
    c->mode = MODE_KEYS;
    term_sent(c->term, none);
}

/* "^[OP  1b 4f 50": as people write it, then byte by byte. */
static void show_sent(const unsigned char *bytes, size_t n, char *out, size_t size)
{
    size_t at = 0, most = n > 8 ? 8 : n;

    for (size_t i = 0; i < most && at + 3 < size; i++) {
        unsigned char b = bytes[i];
        at += (size_t)snprintf(out + at, size - at,
                               b < ' ' || b == 0x7f ? "^%c"
                               : b < 0x7f           ? "%c"
                                                    : ".",
                               b < ' ' || b == 0x7f ? b ^ 0x40 : b);
    }
    at += (size_t)snprintf(out + at, size - at, " ");
    for (size_t i = 0; i < most && at + 3 < size; i++)
        at += (size_t)snprintf(out + at, size - at, " %02x", bytes[i]);
    if (n > most && at + 3 < size)
        snprintf(out + at, size - at, " +%zu", n - most);
}

static const char *meaning(uint32_t key)
{
    int action = key_action(console_keys(), key);

    for (const struct key_row *k = console_keys(); action && k->keys; k++)
        if (k->action == action)
            return k->help;
    return NULL;
}

static void note(struct console *c, uint32_t key)
{
    unsigned char bytes[TERM_SENT_MAX];
    struct view_doctor *d = &c->doctor;
    struct view_key *to;
    size_t n = term_sent(c->term, bytes);

    if (n == 0 && key == 0)
        return;
    if (d->key_count == VIEW_KEYS_MAX)
        memmove(d->keys, d->keys + 1, sizeof d->keys - sizeof d->keys[0]);
    else
        d->key_count++;
    to = &d->keys[d->key_count - 1];
    *to = (struct view_key){.does = key ? meaning(key) : NULL};
    show_sent(bytes, n, to->sent, sizeof to->sent);
    if (key)
        key_name(key, to->name);
}

void console_doctor_key(struct console *c, uint32_t key)
{
    struct view_doctor *d = &c->doctor;
    bool twice = key == KEY_CODE_ESC && d->key_count > 0 && strcmp(d->keys[d->key_count - 1].name, "Esc") == 0;

    note(c, key);
    if (twice)
        c->mode = MODE_NORMAL;
}

void console_doctor_rest(struct console *c)
{
    if (c->mode == MODE_KEYS)
        note(c, 0);
}
