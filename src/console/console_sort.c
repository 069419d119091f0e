#include "console/console_private.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/filter.h"

/* The menu of fields to sort by: what `:sort` takes, with a letter for each. */

enum { FIELDS_MAX = 128, EDGE = 2, ROWS_AROUND = 4, MENU_WIDTH = 58, NAME_X = 6 };

enum { DOWN = 1, UP, FIRST, LAST, CHOOSE, LEAVE };

static const struct key_row keys[] = {
    {"j Down", DOWN, NULL, NULL},
    {"k Up", UP, NULL, NULL},
    {"g Home", FIRST, NULL, NULL},
    {"G End", LAST, NULL, NULL},
    {"Enter", CHOOSE, NULL, NULL},
    {"Esc q S F6 C-g", LEAVE, NULL, NULL},
    {0},
};

struct menu {
    enum kind kind;
    int fields[FIELDS_MAX]; /* -1: the id */
    char letters[FIELDS_MAX];
    int count, sorted; /* the field in order; -2: the list has an order of its own */
    bool descending;
};

static const char *name_of(const struct menu *m, int i)
{
    return m->fields[i] < 0 ? "id" : kind_info(m->kind)->fields[m->fields[i]].name;
}

/* --- letters --- */

static bool is_free(const struct menu *m, char letter)
{
    char key[] = {letter, '\0'};

    if (key_action(keys, key_parse(key)) != 0)
        return false;
    for (int i = 0; i < m->count; i++)
        if (m->letters[i] == letter)
            return false;
    return true;
}

/* One of its name's, else any that nobody has; '\0' where there is none left. */
static char letter_for(const struct menu *m, const char *name)
{
    static const char others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    for (; *name; name++)
        if (*name >= 'a' && *name <= 'z' && is_free(m, *name))
            return *name;
    for (const char *at = others; *at; at++)
        if (is_free(m, *at))
            return *at;
    return '\0';
}

static void add(struct menu *m, int field)
{
    if (m->count == FIELDS_MAX)
        return;
    m->fields[m->count] = field;
    m->letters[m->count] = letter_for(m, name_of(m, m->count));
    m->count++;
}

static struct menu menu_of(struct console *c)
{
    const struct view_state *s = console_state(c, c->view);
    struct menu m = {.kind = console_kind(c), .sorted = s->sort_field, .descending = s->sort_descending};
    size_t need;

    if (m.kind == KIND_NONE)
        return m;
    if (m.sorted == -2 && console_listed_need(c, &need) && c->view->needs[need].sort)
        filter_sort_parse(m.kind, c->view->needs[need].sort, &m.sorted, &m.descending, NULL);
    add(&m, -1);
    for (int i = 0; i < (int)kind_info(m.kind)->field_count; i++)
        if (!(kind_info(m.kind)->fields[i].flags & FIELD_HIDDEN))
            add(&m, i);
    return m;
}

/* --- keys --- */

void console_sort_start(struct console *c)
{
    struct menu m = menu_of(c);

    if (console_refuse_blind(c))
        return;
    if (m.count == 0) {
        console_say(c, true, tr("this view has no list to sort"));
        return;
    }
    c->mode = MODE_SORT;
    c->sort_at = 0;
    for (int i = 0; i < m.count; i++)
        c->sort_at = m.fields[i] == m.sorted ? i : c->sort_at;
}

/* The field in order is turned round, as a second look at its title would wish. */
static void choose(struct console *c, const struct menu *m, int i)
{
    struct intent sort = {.kind = INTENT_SORT};
    bool descending = m->fields[i] == m->sorted && !m->descending;

    snprintf(sort.text, sizeof sort.text, "%s%s", descending ? "-" : "", name_of(m, i));
    c->mode = MODE_NORMAL;
    console_act_intent(c, &sort);
}

void console_sort_key(struct console *c, uint32_t key)
{
    struct menu m = menu_of(c);
    int action = key_action(keys, key);
    const int to[] = {[DOWN] = c->sort_at + 1, [UP] = c->sort_at - 1, [FIRST] = 0, [LAST] = m.count - 1};

    key = key < KEY_CODE_NAMED ? key_ascii(key) : key;
    if (action == LEAVE || m.count == 0)
        c->mode = MODE_NORMAL;
    else if (action == CHOOSE)
        choose(c, &m, c->sort_at < m.count ? c->sort_at : 0);
    else if (action > 0)
        c->sort_at = to[action] < 0 ? 0 : to[action] >= m.count ? m.count - 1 : to[action];
    for (int i = 0; action == 0 && i < m.count; i++)
        if (m.letters[i] && key == (uint32_t)m.letters[i]) {
            choose(c, &m, i);
            return;
        }
}

/* --- drawing --- */

static void draw_field(const struct console *c, const struct menu *m, struct canvas *to, struct area in, int y, int i)
{
    char letter[2] = {m->letters[i], '\0'};
    const char *name = name_of(m, i), *own = tr_of("field", name);
    int x = in.x + NAME_X, end = in.x + in.width;

    canvas_puts(to, in.x + 2, y, 1, ROLE_KEY, letter);
    x += canvas_puts(to, x, y, end - x, ROLE_TEXT, own) + 1;
    if (strcmp(own, name) != 0)
        x += canvas_puts(to, x, y, end - x, ROLE_DIM, name) + 1;
    if (m->fields[i] == m->sorted)
        canvas_printf(to, x, y, end - x, ROLE_KEY, "%s %s",
                      canvas_sign(to, m->descending ? GLYPH_SORT_DOWN : GLYPH_SORT_UP),
                      m->descending ? tr("desc") : tr("asc"));
    if (i != c->sort_at)
        return;
    canvas_glyph(to, in.x, y, ROLE_TITLE, GLYPH_CURSOR);
    canvas_select(to, in.x, y, in.width);
    to->cursor_x = in.x;
    to->cursor_y = y;
}

void console_sort_draw(struct console *c)
{
    struct menu m = menu_of(c);
    struct canvas *to = &c->canvas;
    int most = to->height - ROWS_AROUND - EDGE, rows = m.count < most ? m.count : most;
    int width = to->width < MENU_WIDTH ? to->width : MENU_WIDTH;
    struct area box = {(to->width - width) / 2, (to->height - rows - EDGE) / 2, width, rows + EDGE};
    int top = c->sort_at - rows / 2;

    if (rows < 1)
        return;
    top = top > m.count - rows ? m.count - rows : top;
    top = top < 0 ? 0 : top;
    canvas_fill(to, box, ROLE_TEXT, ' ');
    struct area in = canvas_box(to, box, tr("Sort by"), tr("its letter, or Enter; Esc"));
    for (int i = 0; i < rows; i++)
        draw_field(c, &m, to, in, in.y + i, top + i);
}
