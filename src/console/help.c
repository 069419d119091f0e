#include "console/help.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "console/line.h"

enum { HELP_KEYS_WIDTH = 22 };

/* Draws only the lines of the page; counts all. */
struct page {
    struct canvas *c;
    struct area area;
    int top, line;
};

static void put(struct page *p, enum role role, const char *left, const char *right)
{
    int y = p->area.y + p->line++ - p->top;
    if (y < p->area.y || y >= p->area.y + p->area.height)
        return;
    canvas_puts(p->c, p->area.x + 1, y, HELP_KEYS_WIDTH, role, left);
    if (right)
        canvas_puts(p->c, p->area.x + 2 + HELP_KEYS_WIDTH, y, p->area.width - HELP_KEYS_WIDTH - 3, ROLE_TEXT,
                    tr(right));
}

static void put_keys(struct page *p, const char *title, const struct key_row *table)
{
    put(p, ROLE_TITLE, title, NULL);
    for (const struct key_row *k = table; k->keys; k++)
        put(p, ROLE_KEY, k->keys, k->help);
    put(p, ROLE_TEXT, "", NULL);
}

static void put_binds(struct page *p, const struct console_bind *b)
{
    if (!b || !b->name)
        return;
    put(p, ROLE_TITLE, tr("Keys of the configuration"), NULL);
    for (; b->name; b++)
        put(p, ROLE_KEY, b->name, b->help ? b->help : b->command);
    put(p, ROLE_TEXT, "", NULL);
}

static void put_aliases(struct page *p, const struct console_alias *a)
{
    char left[64], shown[48], right[256];
    if (!a || !a->name)
        return;
    put(p, ROLE_TITLE, tr("Aliases of the configuration"), NULL);
    for (; a->name; a++) {
        snprintf(left, sizeof left, ":%s", text_show_in(text_of(a->name), shown, sizeof shown));
        put(p, ROLE_KEY, left, text_show_in(text_of(a->command ? a->command : ""), right, sizeof right));
    }
    put(p, ROLE_TEXT, "", NULL);
}

static void put_view(struct page *p, const struct view *v)
{
    char left[64];
    if (v->order > 0)
        snprintf(left, sizeof left, "%d  :%s", v->order, v->name);
    else
        snprintf(left, sizeof left, "   :%s", v->name);
    put(p, ROLE_KEY, left, v->help);
}

static void put_views(struct page *p, uint64_t kinds)
{
    char needs[64];
    bool titled = false;
    put(p, ROLE_TITLE, tr("Views"), NULL);
    for (size_t i = 0; view_table[i]; i++) {
        if (view_is_available(view_table[i], kinds))
            put_view(p, view_table[i]);
    }
    put(p, ROLE_TEXT, "", NULL);
    for (size_t i = 0; view_table[i]; i++) {
        if (view_is_available(view_table[i], kinds))
            continue;
        if (!titled)
            put(p, ROLE_TITLE, tr("Views not there yet"), tr("no source tells of what they show"));
        titled = true;
        put_view(p, view_table[i]);
        snprintf(needs, sizeof needs, tr("it takes a %s source"), view_table[i]->told_by);
        put(p, ROLE_DIM, "", needs);
    }
    if (titled)
        put(p, ROLE_TEXT, "", NULL);
}

static void put_commands(struct page *p)
{
    char left[64];
    put(p, ROLE_TITLE, tr("Command line"), NULL);
    for (const struct line_command *c = line_table; c->names; c++) {
        if (c->kind == INTENT_OPEN_VIEW && c->view && !view_by_name(c->view))
            continue;
        snprintf(left, sizeof left, ":%s", c->names);
        put(p, ROLE_KEY, left, c->help);
    }
}

int help_draw(const struct view *view, const struct console_bind *binds, const struct console_alias *aliases,
              uint64_t kinds, struct canvas *c, struct area area, int top)
{
    struct page p = {.c = c, .area = area, .top = top};
    canvas_fill(c, area, ROLE_TEXT, ' ');
    put(&p, ROLE_TITLE, tr(view->title), view->help);
    put(&p, ROLE_TEXT, "", NULL);
    put_keys(&p, tr("Keys of this view"), view->keys);
    put_keys(&p, tr("Keys everywhere"), console_keys());
    put_binds(&p, binds);
    put_aliases(&p, aliases);
    put_views(&p, kinds);
    put_commands(&p);
    return p.line;
}
