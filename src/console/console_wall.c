#include "console/console_private.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"

/* A console on a wall: nobody presses keys, many look. It turns pages that name no person. */

/* The others name users, owners or contacts. */
static const char *const pages[] = {"wall", "map", "matrix"};
enum { PAGES = sizeof pages / sizeof *pages };

static const struct view *page_now(struct console *c, int64_t boot_ms)
{
    const struct view *there[PAGES];
    size_t n = 0;

    for (size_t i = 0; i < PAGES; i++) {
        const struct view *v = view_by_name(pages[i]);
        if (v && view_is_available(v, feeds_kinds(c->feeds)))
            there[n++] = v;
    }
    bool critical = feeds_verdict(c->feeds, console_now(c))->crit > 0;
    size_t page = wall_page(&c->wall, n, critical, boot_ms);
    return n > 0 ? there[page] : c->view;
}

void console_wall_turn(struct console *c)
{
    if (!c->options->wall)
        return;
    const struct view *v = page_now(c, clock_boot_ms());
    if (v != c->view)
        console_show(c, v);
}

bool console_wall_key(uint32_t key)
{
    return key_action(console_keys(), key) == ACT_QUIT || key_ascii(key) == 'q';
}

const struct verdict *console_wall_verdict(struct console *c, const struct verdict *v)
{
    c->wall_verdict = *v;
    snprintf(c->wall_verdict.text, sizeof c->wall_verdict.text,
             v->severity == SEVERITY_UNKNOWN    ? tr("no source has answered yet")
             : v->crit + v->warn + v->acked > 0 ? tr("%u critical, %u warnings, %u in hand")
                                                : tr("all well"),
             v->crit, v->warn, v->acked);
    return &c->wall_verdict;
}
