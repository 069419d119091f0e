#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/checkup.h"
#include "ui/theme.h"
#include "views/list.h"
#include "views/view.h"

/* What is well here and what is not, by the rules of `hubtop doctor`; a test card; a key test. */

enum { OWN_TOP };
enum { WHAT = 14, CARD = 10, KEYS = VIEW_KEYS_MAX + 4, LEAST = 4 };

/* --- what was found --- */

struct page {
    struct canvas *c;
    struct area in;
    int top, line;
};

static int place(struct page *p)
{
    int y = p->line++ - p->top;

    return y >= 0 && y < p->in.height ? p->in.y + y : -1;
}

static void put_line(struct page *p, const struct checkup_line *l)
{
    int y = place(p), x = p->in.x + 3, rest = p->in.width - WHAT - 4;

    if (y >= 0) {
        canvas_glyph(p->c, p->in.x + 1, y, l->bad ? ROLE_WARN : ROLE_OK, l->bad ? GLYPH_WARN : GLYPH_OK);
        canvas_text(p->c, x, y, WHAT, ROLE_KEY, text_of(l->what));
        canvas_text(p->c, x + WHAT + 1, y, rest, ROLE_TEXT, text_of(l->state));
    }
    if (l->hint[0] == '\0' || (y = place(p)) < 0)
        return;
    canvas_glyph(p->c, x + WHAT + 1, y, ROLE_DIM, GLYPH_ARROW);
    canvas_text(p->c, x + WHAT + 3, y, rest - 2, ROLE_WARN, text_of(l->hint));
}

static void draw_found(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area area)
{
    const struct checkup *found = f->doctor ? f->doctor->found : NULL;
    struct page p = {.c = c, .in = canvas_box(c, area, tr("Doctor"), ":doctor"), .top = (int)s->number[OWN_TOP]};

    if (!found || found->count == 0) {
        canvas_puts(c, p.in.x + 1, p.in.y, p.in.width - 1, ROLE_DIM, tr("nothing was looked up"));
        return;
    }
    for (size_t i = 0; i < found->count; i++)
        put_line(&p, &found->lines[i]);
    int most = p.line > p.in.height ? p.line - p.in.height : 0;
    if (s->number[OWN_TOP] > most)
        s->number[OWN_TOP] = most;
}

/* --- the test card --- */

/* "map.land" is "land" here: there is little room. */
static void put_roles(struct canvas *c, struct area in, int y, enum role from, enum role to)
{
    int x = in.x + WHAT + 2;

    for (enum role r = from; r < to; r++) {
        const char *name = theme_role_name(r), *dot = strchr(name, '.');
        x += canvas_puts(c, x, y, in.x + in.width - x, r, dot ? dot + 1 : name) + 1;
    }
}

static void put_signs(struct canvas *c, struct area in, int y)
{
    int x = in.x + WHAT + 2;

    for (enum glyph g = 0; g < GLYPH_COUNT; g++, x += 2)
        if (x < in.x + in.width)
            canvas_glyph(c, x, y, ROLE_TEXT, g);
}

/* Each row of the card: what it is, the text, the least set of glyphs that shows it. */
static const struct card {
    const char *what, *text;
    enum glyph_set set;
} card[] = {
    {N_("unicode"), "⣀⣤⣶⣿ ▁▂▃▄▅▆▇█ ░▒▓ ─│┌┐└┘ →↑↓ ·…", GLYPHS_UNICODE},
    {N_("safe"), "⣀⣤⣶⣿ ✓ ✖ # - . | + >", GLYPHS_SAFE},
    {N_("ascii"), "! X ? ~ # - . | + > * o ^ v", GLYPHS_ASCII},
    {N_("wide"), "|中文算力枢纽|  |ＡＢＣ１２３|  |한글カナ・・|", GLYPHS_SAFE},
    {N_("as wide"), "|123456789012|  |123456789012|  |123456789012|", GLYPHS_SAFE},
};

static void draw_card(struct canvas *c, struct area area)
{
    struct area in = canvas_box(c, area, tr("Test card"), tr("the ends of 'wide' and 'as wide' must meet"));
    int y = in.y;

    canvas_puts(c, in.x + 1, y, WHAT, ROLE_KEY, tr("signs"));
    put_signs(c, in, y++);
    for (size_t i = 0; i < sizeof card / sizeof *card && y < in.y + in.height; i++, y++) {
        bool shown = c->glyphs <= card[i].set;
        canvas_puts(c, in.x + 1, y, WHAT, ROLE_KEY, tr(card[i].what));
        canvas_puts(c, in.x + WHAT + 2, y, in.width - WHAT - 2, shown ? ROLE_TEXT : ROLE_DIM,
                    shown ? card[i].text : tr("not with these glyphs: :set glyphs"));
    }
    if (y >= in.y + in.height)
        return;
    canvas_puts(c, in.x + 1, y, WHAT, ROLE_KEY, tr("colours"));
    bool two = y + 1 < in.y + in.height;
    put_roles(c, in, y, ROLE_TEXT, two ? ROLE_REPLAY : ROLE_COUNT);
    if (two)
        put_roles(c, in, y + 1, ROLE_REPLAY, ROLE_COUNT);
}

/* --- the key test --- */

static void draw_keys(const struct view_doctor *d, struct canvas *c, struct area area)
{
    struct area in = canvas_box(c, area, tr("Key test"), tr("Esc twice ends it"));
    size_t skip = in.height > 1 && d->key_count > (size_t)in.height - 1 ? d->key_count - (size_t)in.height + 1 : 0;
    int sent = in.width / 3, name = 10;

    canvas_puts(c, in.x + 1, in.y, sent, ROLE_TITLE, tr("THE TERMINAL SENT"));
    canvas_puts(c, in.x + 2 + sent, in.y, name, ROLE_TITLE, tr("KEY"));
    canvas_puts(c, in.x + 3 + sent + name, in.y, in.width - sent - name - 3, ROLE_TITLE, tr("WHAT IT DOES"));
    if (d->key_count == 0)
        canvas_puts(c, in.x + 1, in.y + 1, in.width - 1, ROLE_DIM, tr("press a key"));
    for (size_t i = skip; i < d->key_count; i++) {
        const struct view_key *k = &d->keys[i];
        int y = in.y + 1 + (int)(i - skip);
        canvas_text(c, in.x + 1, y, sent, ROLE_TEXT, text_of(k->sent));
        canvas_text(c, in.x + 2 + sent, y, name, k->name[0] ? ROLE_KEY : ROLE_WARN,
                    text_of(k->name[0] ? k->name : tr("no key")));
        canvas_puts(c, in.x + 3 + sent + name, y, in.width - sent - name - 3, ROLE_DIM,
                    k->does      ? tr(k->does)
                    : k->name[0] ? tr("what the view says")
                                 : tr("nothing: it is not understood"));
    }
}

/* --- the view --- */

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    bool testing = f->doctor && f->doctor->testing;
    struct area above = f->area, below = f->area;

    if (f->speech != NULL) { /* a test card is for eyes, a key test for keys */
        draw_found(f, s, c, above);
        return;
    }
    below.height = testing ? KEYS - 1 : CARD;
    below.height = f->area.height - below.height >= LEAST ? below.height : f->area.height / 2;
    above.height -= below.height;
    below.y += above.height;
    draw_found(f, s, c, above);
    if (testing)
        draw_keys(f->doctor, c, below);
    else
        draw_card(c, below);
}

enum action { ACT_TEST = 1 };
static const struct key_row keys[] = {
    {"Enter", ACT_TEST, "key test", "press keys: what the terminal sent, what was understood"},
    {"j Down", LIST_DOWN, NULL, "a line down"},
    {"k Up", LIST_UP, NULL, "a line up"},
    {0},
};

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct intent i = {.kind = INTENT_REDRAW};

    (void)f;
    if (action == ACT_TEST)
        i = (struct intent){.kind = INTENT_COMMAND, .text = "keytest"};
    s->number[OWN_TOP] += (action == LIST_DOWN) - (action == LIST_UP && s->number[OWN_TOP] > 0);
    return i;
}

static const struct view_need needs[] = {{.kind = KIND_SOURCE, .aside = true}, {0}};

const struct view view_doctor = {
    .name = "doctor",
    .title = "Doctor",
    .help = "what is well with terminal, folder and sources and what is not; a test card of signs, and a key test",
    .page = true,
    .needs = needs,
    .keys = keys,
    .prose = true,
    .draw = draw,
    .act = act,
};
