#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "ui/table.h"
#include "views/list.h"
#include "views/view.h"

/* What can be set, from the table that `:set` has. */

enum { OWN_AT, OWN_TOP };
enum { BELOW = 5, MARGIN = 2 };
enum { COL_NAME, COL_VALUE, COL_ORIGIN };

static const struct table_column columns[] = {
    [COL_NAME] = {N_("SETTING"), 10, 14, 1, 0, 0, false},
    [COL_VALUE] = {N_("VALUE"), 14, 24, 2, 0, 1, false},
    [COL_ORIGIN] = {N_("WHERE IT COMES FROM"), 20, 120, 4, 2, 2, false},
    {0},
};

static int count_of(const struct view_frame *f)
{
    int n = 0;

    while (f->settings && f->settings[n].name)
        n++;
    return n;
}

static int at_of(const struct view_frame *f, const struct view_state *s)
{
    int n = count_of(f), at = (int)s->number[OWN_AT];

    return at >= n ? n - 1 : at;
}

static void draw_rows(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area in)
{
    struct table t = table_make(columns, in, MARGIN, 0);
    int n = count_of(f), at = at_of(f, s), page = table_rows(&t), top = (int)s->number[OWN_TOP];

    top = at < top ? at : page > 0 && at >= top + page ? at - page + 1 : top;
    s->number[OWN_TOP] = top;
    table_head(&t, c, TABLE_NO_SORT, false);
    for (int i = 0; i < page && top + i < n; i++) {
        const struct view_setting *row = &f->settings[top + i];
        enum role role = row->changed ? ROLE_WARN : ROLE_TEXT;
        int y = in.y + 1 + i;
        table_puts(&t, c, i, COL_NAME, ROLE_KEY, row->name);
        table_text(&t, c, i, COL_VALUE, role, text_of(row->value));
        table_text(&t, c, i, COL_ORIGIN, row->changed ? ROLE_WARN : ROLE_DIM, row->origin);
        if (top + i != at)
            continue;
        canvas_glyph(c, in.x, y, ROLE_TEXT, GLYPH_CURSOR);
        canvas_select(c, in.x, y, in.width);
        c->cursor_x = in.x;
        c->cursor_y = y;
    }
}

/* "unicode  [safe]  ascii": what it steps through. */
static void draw_words(const struct view_setting *row, struct canvas *c, int x, int y, int width)
{
    int end = x + width;

    for (const char *const *w = row->words; *w && x < end; w++) {
        bool now = strcmp(*w, row->value) == 0;
        char text[96];
        snprintf(text, sizeof text, now ? "[%s]" : " %s ", *w);
        x += canvas_puts(c, x, y, end - x, now ? ROLE_TITLE : ROLE_DIM, text) + 1;
    }
}

static void draw_below(const struct view_frame *f, const struct view_state *s, struct canvas *c, struct area in)
{
    const struct view_setting *row = &f->settings[at_of(f, s)];

    canvas_puts(c, in.x + MARGIN, in.y, in.width - MARGIN, ROLE_TEXT, tr(row->help));
    draw_words(row, c, in.x + MARGIN, in.y + 1, in.width - MARGIN);
    canvas_text(c, in.x + MARGIN, in.y + 2, in.width - MARGIN, ROLE_DIM, row->origin);
    canvas_printf(c, in.x + MARGIN, in.y + 3, in.width - MARGIN, ROLE_DIM, tr("others: :set %s=VALUE"), row->name);
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    bool framed = f->area.height >= 4;
    struct area in = framed ? canvas_box(c, f->area, tr("Setup"), tr(":w keeps what was set")) : f->area, list = in;

    if (count_of(f) == 0) {
        canvas_puts(c, in.x + MARGIN, in.y + in.height / 2, in.width - MARGIN, ROLE_DIM, tr("nothing can be set here"));
        return;
    }
    bool below = in.height > count_of(f) + 1 + BELOW;
    list.height -= below ? BELOW : 0;
    draw_rows(f, s, c, list);
    if (below)
        draw_below(f, s, c, (struct area){in.x, in.y + count_of(f) + 2, in.width, BELOW - 1});
}

/* --- keys --- */

enum action { ACT_ON = 1, ACT_BACK, ACT_START };
static const struct key_row keys[] = {
    {"l Right Enter", ACT_ON, "change", "the next value; it holds at once"},
    {"h Left", ACT_BACK, NULL, "the value before"},
    {"Delete", ACT_START, NULL, "the value that the console began with"},
    LIST_KEYS_UP_DOWN,
    {0},
};

/* The word beside the value; a value that is none of them leads to the first or the last. */
static const char *step(const struct view_setting *row, int by)
{
    int n = 0, at = -1;

    for (; row->words[n]; n++)
        at = strcmp(row->words[n], row->value) == 0 ? n : at;
    if (n == 0)
        return NULL;
    return row->words[at < 0 ? (by > 0 ? 0 : n - 1) : (at + by + n) % n];
}

static struct intent change(const struct view_setting *row, int action)
{
    struct intent i = {.kind = INTENT_COMMAND, .text = "set"};
    const char *word = action == ACT_START ? NULL : step(row, action == ACT_ON ? 1 : -1);

    if (action == ACT_START)
        snprintf(i.filter, sizeof i.filter, "%s&", row->name);
    else if (word)
        snprintf(i.filter, sizeof i.filter, "%s=%s", row->name, word);
    else
        i.kind = INTENT_NONE;
    return i;
}

static void move(const struct view_frame *f, struct view_state *s, int action)
{
    static const struct {
        int action, by;
    } moves[] = {{LIST_DOWN, 1},       {LIST_UP, -1},       {LIST_HALF_DOWN, 5}, {LIST_HALF_UP, -5},
                 {LIST_PAGE_DOWN, 10}, {LIST_PAGE_UP, -10}, {LIST_FIRST, -1000}, {LIST_LAST, 1000}};
    int at = at_of(f, s), last = count_of(f) - 1;

    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        at += moves[i].action == action ? moves[i].by : 0;
    at = at > last ? last : at;
    s->number[OWN_AT] = at < 0 ? 0 : at;
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    if (count_of(f) > 0 && (action == ACT_ON || action == ACT_BACK || action == ACT_START))
        return change(&f->settings[at_of(f, s)], action);
    move(f, s, action);
    return (struct intent){.kind = INTENT_REDRAW};
}

static const struct view_need needs[] = {{0}};

const struct view view_setup = {
    .name = "setup",
    .title = "Setup",
    .help = "what can be set while the console runs, and where each value comes from",
    .page = true,
    .needs = needs,
    .keys = keys,
    .prose = true,
    .draw = draw,
    .act = act,
};
