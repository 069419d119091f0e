#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/blame.h"
#include "domain/compare.h"
#include "domain/link.h"
#include "views/cell.h"
#include "views/grid.h"
#include "views/history.h"
#include "views/list.h"
#include "views/story.h"

enum need { NEED_LINKS, NEED_CLUSTERS, NEED_PLACES, NEED_SOURCES };

static const struct view_need needs[] = {
    [NEED_LINKS] = {.kind = KIND_LINK},
    [NEED_CLUSTERS] = {.kind = KIND_CLUSTER, .aside = true},
    [NEED_PLACES] = {.kind = KIND_PLACE, .aside = true},
    [NEED_SOURCES] = {.kind = KIND_SOURCE, .aside = true},
    {0},
};

/* The first place is where other views put a link's id; the cursor is a pair of ends. */
enum place { PLACE_ASKED, PLACE_FROM, PLACE_TO };
enum own { OWN_MODE, OWN_SWAPPED };

/* --- what a cell says --- */

static const char *in_ms(double x, char out[CELL_MAX])
{
    struct value v = value_real(x);

    return cell_ms(&v, out);
}

static const char *in_more_ms(double x, char out[CELL_MAX])
{
    if (fabs(x) < 0.005) /* "-0.00" would be more than nothing */
        return "0.00";
    snprintf(out, CELL_MAX, fabs(x) < 9.995 ? "%+.2f" : fabs(x) < 99.95 ? "%+.1f" : "%+.0f", x);
    return out;
}

static const char *in_pct(double x, char out[CELL_MAX])
{
    snprintf(out, CELL_MAX, "%.0f%%", 100 * x);
    return out;
}

static const char *in_times(double x, char out[CELL_MAX])
{
    snprintf(out, CELL_MAX, x < 99.95 ? "%.1fx" : "%.0fx", x);
    return out;
}

static const struct {
    enum compare_mode compare;
    const char *title;
    const char *(*text)(double x, char out[CELL_MAX]);
} modes[] = {
    {COMPARE_NOW, N_("one-way delay, ms"), in_ms},
    {COMPARE_BASELINE, N_("ms over the usual"), in_more_ms},
    /* xgettext:no-c-format */
    {COMPARE_CONTRACT, N_("% of the promise"), in_pct},
    {COMPARE_MINIMUM, N_("times the minimum"), in_times},
};
enum { MODES = sizeof modes / sizeof *modes };

static size_t mode_of(const struct view_state *s)
{
    return s->number[OWN_MODE] >= 0 && s->number[OWN_MODE] < MODES ? (size_t)s->number[OWN_MODE] : 0;
}

static bool is_swapped(const struct view_state *s)
{
    return s->number[OWN_SWAPPED] > 0;
}

/* A link without a value may still be known to be bad: none of its paths is lit. */
static struct cell_sign sign_of(const struct row *link, enum compare_mode mode)
{
    static const struct cell_sign signs[] = {
        [SEVERITY_OK] = {ROLE_TEXT, GLYPH_COUNT},     [SEVERITY_NOTICE] = {ROLE_UNKNOWN, GLYPH_UNKNOWN},
        [SEVERITY_WARN] = {ROLE_WARN, GLYPH_WARN},    [SEVERITY_CRIT] = {ROLE_CRIT, GLYPH_CRIT},
        [SEVERITY_UNKNOWN] = {ROLE_DIM, GLYPH_COUNT},
    };

    if (link->stale)
        return (struct cell_sign){ROLE_STALE, GLYPH_STALE};
    return signs[isnan(compare_link(link, mode)) ? link_severity(link) : compare_class(link, mode)];
}

/* --- the cursor --- */

static void put_cursor(struct view_place *p, struct safe_text id)
{
    struct buf copy = buf_make(sizeof p->id);

    p->id_len = 0;
    if (!text_empty(text_copy(&copy, id))) {
        memcpy(p->id, copy.data, copy.len);
        p->id_len = copy.len;
    }
    buf_release(&copy);
}

static void put_on_link(struct view_state *s, const struct row *link)
{
    put_cursor(&s->place[PLACE_FROM], value_text_or(&link->cells[LINK_FROM], ""));
    put_cursor(&s->place[PLACE_TO], value_text_or(&link->cells[LINK_TO], ""));
}

/* Where another view sent the operator: a link, or an end. */
static void follow(const struct view_frame *f, struct view_state *s)
{
    struct view_place *asked = &s->place[PLACE_ASKED];
    const struct view_rows *links = &f->rows[NEED_LINKS];
    struct safe_text id = text_from(asked->id, asked->id_len);
    int64_t at = text_empty(id) ? -1 : links->find(links->ctx, id, text_of(""));
    struct row link = {0};

    if (at >= 0 && links->at(links->ctx, (size_t)at, &link))
        put_on_link(s, &link);
    else if (!text_empty(id))
        put_cursor(&s->place[PLACE_FROM], id);
    asked->id_len = 0;
}

/* Nobody has chosen yet: the first link that is as bad as any. */
static void choose_worst(const struct grid *g, struct view_state *s)
{
    static const int ranks[] = {
        [SEVERITY_OK] = 1, [SEVERITY_NOTICE] = 2, [SEVERITY_WARN] = 3, [SEVERITY_CRIT] = 4, [SEVERITY_UNKNOWN] = 0};
    struct row link = {0};
    int worst = -1;

    for (size_t i = 0; i < g->count * g->count && worst < ranks[SEVERITY_CRIT]; i++) {
        if (!grid_at(g, i / g->count, i % g->count, &link) || ranks[link_severity(&link)] <= worst)
            continue;
        worst = ranks[link_severity(&link)];
        put_on_link(s, &link);
    }
}

/* The end under the cursor; its neighbour when it is gone. */
static size_t end_of(const struct grid *g, struct view_place *p)
{
    int64_t at = grid_end(g, text_from(p->id, p->id_len));

    at = at >= 0 ? at : p->position < (int64_t)g->count ? p->position : (int64_t)g->count - 1;
    p->position = at > 0 ? at : 0;
    put_cursor(p, g->ends[p->position]);
    return (size_t)p->position;
}

struct cursor {
    size_t from, to;
};

/* Only for a grid with ends. */
static struct cursor cursor_of(const struct view_frame *f, const struct grid *g, struct view_state *s)
{
    follow(f, s);
    if (s->place[PLACE_FROM].id_len + s->place[PLACE_TO].id_len == 0)
        choose_worst(g, s);
    return (struct cursor){end_of(g, &s->place[PLACE_FROM]), end_of(g, &s->place[PLACE_TO])};
}

/* --- the matrix on the screen --- */

enum {
    WIDE = 120,
    LABEL_MOST = 20,
    LABEL_NARROW = 8,
    CELL_LEAST = 6, /* "+0.42✖" */
    CELL_MOST = 12,
    CURSOR = 1,
    EDGES = 4, /* lines of a box and of names */
    STORY_LEAST = 6,
    STORY_LINES = 5,
    STORY_FROM = 16, /* lines of a view that has room for it */
};

/* What is drawn where: rows and columns of ends, of which `top` and `left` are the first that are seen. */
struct sheet {
    const struct view_frame *f;
    struct grid *g;
    struct view_state *s;
    struct canvas *c;
    struct ends ends;
    struct cursor cursor;
    struct area in;
    int label, cell, heads; /* columns of a row's name and of a cell; lines of the columns' names */
    int rows, cols, top, left;
    bool wide;
};

static size_t row_of(const struct sheet *m)
{
    return is_swapped(m->s) ? m->cursor.to : m->cursor.from;
}

static size_t col_of(const struct sheet *m)
{
    return is_swapped(m->s) ? m->cursor.from : m->cursor.to;
}

static bool link_of(const struct sheet *m, size_t row, size_t col, struct row *link)
{
    return is_swapped(m->s) ? grid_at(m->g, col, row, link) : grid_at(m->g, row, col, link);
}

/* The first that is seen, so that the cursor is. */
static int64_t first(int64_t top, int64_t cursor, int64_t seen, int64_t all)
{
    top = top > cursor ? cursor : top <= cursor - seen ? cursor - seen + 1 : top;
    top = top > all - seen ? all - seen : top;
    return top < 0 ? 0 : top;
}

/* English screens say ids, which are short, and names where there is room; Chinese ones say names. */
static void label_of(const struct sheet *m, size_t end, struct buf *out)
{
    struct safe_text id = m->g->ends[end], name = ends_name(&m->ends, id);

    buf_clear(out);
    if (!tr_is_zh())
        text_show(id, -1, out);
    if (tr_is_zh() || (m->wide && !text_equal(id, name))) {
        buf_puts(out, out->len > 0 ? " " : "", NULL);
        text_show(name, -1, out);
    }
}

static int at_most(int n, int most)
{
    return n < most ? n : most;
}

static int label_width(const struct sheet *m)
{
    struct buf label = buf_make(2 * VIEW_ID_MAX);
    int widest = 0, most = at_most(m->in.width / 4, m->wide ? LABEL_MOST : LABEL_NARROW);

    for (size_t i = 0; i < m->g->count && widest < most; i++) {
        int n;

        label_of(m, i, &label);
        n = text_width(text_of(buf_str(&label)));
        widest = n > widest ? n : widest;
    }
    buf_release(&label);
    return widest < most ? widest : most;
}

static struct sheet sheet_of(const struct view_frame *f, struct grid *g, struct view_state *s, struct canvas *c,
                             struct area in)
{
    struct sheet m = {.f = f, .g = g, .s = s, .c = c, .in = in, .wide = in.width >= WIDE};
    int room, ends = (int)g->count;

    m.ends = (struct ends){&f->rows[NEED_CLUSTERS], &f->rows[NEED_PLACES]};
    m.cursor = cursor_of(f, g, s);
    m.label = label_width(&m);
    m.heads = m.wide || tr_is_zh() ? 2 : 1;
    room = in.width - CURSOR - m.label;
    m.cols = at_most(room / CELL_LEAST, ends);
    m.cell = m.cols > 0 ? at_most(room / m.cols, CELL_MOST) : 0;
    m.rows = at_most(in.height - m.heads, ends);
    m.top = (int)first(s->place[PLACE_FROM].top, (int64_t)row_of(&m), m.rows, ends);
    m.left = (int)first(s->place[PLACE_TO].top, (int64_t)col_of(&m), m.cols, ends);
    s->place[PLACE_FROM].top = m.top;
    s->place[PLACE_TO].top = m.left;
    s->place[PLACE_FROM].page = m.rows;
    return m;
}

/* The first columns of a text into one line, the rest into the next. */
static void two_lines(struct safe_text text, int width, struct buf *one, struct buf *two)
{
    struct text_iter it = text_iter_make(text);
    struct text_cell cell;
    int used = 0;

    buf_clear(one);
    buf_clear(two);
    while (text_next(&it, &cell)) {
        used += cell.width;
        buf_puts(used <= width ? one : two, cell.utf8, NULL);
    }
}

static void draw_head(const struct sheet *m, int col)
{
    size_t end = (size_t)(m->left + col);
    struct safe_text id = m->g->ends[end], name = ends_name(&m->ends, id);
    int x = m->in.x + CURSOR + m->label + col * m->cell, width = m->cell - 1;
    enum role role = end == col_of(m) ? ROLE_TITLE : ROLE_DIM;
    struct buf one = buf_make(2 * VIEW_ID_MAX), two = buf_make(2 * VIEW_ID_MAX);

    if (tr_is_zh()) {
        two_lines(name, width, &one, &two);
    } else {
        text_show(id, -1, &one);
        if (!text_equal(id, name))
            text_show(name, -1, &two);
    }
    canvas_right(m->c, x + 1, m->in.y, width, role, buf_str(&one));
    if (m->heads > 1)
        canvas_right(m->c, x + 1, m->in.y + 1, width, role, buf_str(&two));
    buf_release(&one);
    buf_release(&two);
}

/* Right-aligned, with a column for its sign; nothing where an end meets itself. */
static void draw_cell(const struct sheet *m, int row, int col)
{
    size_t r = (size_t)(m->top + row), k = (size_t)(m->left + col);
    int x = m->in.x + CURSOR + m->label + col * m->cell, y = m->in.y + m->heads + row;
    enum compare_mode mode = modes[mode_of(m->s)].compare;
    struct cell_sign sign = {ROLE_DIM, GLYPH_COUNT};
    struct row link = {0};
    const char *text = "-";
    char number[CELL_MAX];

    if (link_of(m, r, k, &link)) {
        double value = compare_link(&link, mode);

        sign = sign_of(&link, mode);
        text = isnan(value) ? "-" : modes[mode_of(m->s)].text(value, number);
    }
    if (r != k)
        canvas_right(m->c, x, y, m->cell - 1, sign.role, text);
    if (r != k && sign.glyph != GLYPH_COUNT)
        canvas_glyph(m->c, x + m->cell - 1, y, sign.role, sign.glyph);
    if (r != row_of(m) || k != col_of(m))
        return;
    canvas_select(m->c, x, y, m->cell);
    m->c->cursor_x = x;
    m->c->cursor_y = y;
}

static void draw_row(const struct sheet *m, int row)
{
    size_t end = (size_t)(m->top + row);
    struct buf label = buf_make(2 * VIEW_ID_MAX);
    int y = m->in.y + m->heads + row;
    bool here = end == row_of(m);

    label_of(m, end, &label);
    if (here)
        canvas_glyph(m->c, m->in.x, y, ROLE_TITLE, GLYPH_CURSOR);
    canvas_puts(m->c, m->in.x + CURSOR, y, m->label, here ? ROLE_TITLE : ROLE_DIM, buf_str(&label));
    for (int col = 0; col < m->cols; col++)
        draw_cell(m, row, col);
    buf_release(&label);
}

/* "rows 2-11, columns 1-9 of 18" in the lower edge, where not all are seen. */
static void draw_seen(const struct sheet *m, struct area box)
{
    char text[128];
    int n;

    if (m->rows >= (int)m->g->all && m->cols >= (int)m->g->all)
        return;
    n = snprintf(text, sizeof text, tr(" rows %d-%d, columns %d-%d of %zu "), m->top + 1, m->top + m->rows, m->left + 1,
                 m->left + m->cols, m->g->all);
    if (n > 0 && text_width(text_of(text)) <= box.width - 4)
        canvas_puts(m->c, box.x + 2, box.y + box.height - 1, box.width - 4, ROLE_DIM, text);
}

/* What the signs mean. */
static void marks(const struct canvas *c, char *out, size_t size)
{
    snprintf(out, size, tr("%s crit %s warn %s doubtful %s stale - unknown"), canvas_sign(c, GLYPH_CRIT),
             canvas_sign(c, GLYPH_WARN), canvas_sign(c, GLYPH_UNKNOWN), canvas_sign(c, GLYPH_STALE));
}

static void draw_title(const struct view_state *s, struct canvas *c, struct area box)
{
    char title[128], note[128];

    snprintf(title, sizeof title, "%s%s%s: %s", is_swapped(s) ? tr("column") : tr("row"), canvas_sign(c, GLYPH_ARROW),
             is_swapped(s) ? tr("row") : tr("column"), tr(modes[mode_of(s)].title));
    marks(c, note, sizeof note);
    canvas_box(c, box, title, note);
}

/* --- the story of the cell under the cursor --- */

static void put_none(struct story_line l, const char *words)
{
    story_put(&l, ROLE_DIM, "%s", words);
}

static void put_other_way(struct story_line l, const struct sheet *m)
{
    struct row back = {0};

    if (grid_at(m->g, m->cursor.to, m->cursor.from, &back))
        story_values(l, &back, tr("back"));
    else
        put_none(l, tr("no link is known for the way back"));
}

static struct safe_text short_name(const struct sheet *m, size_t end)
{
    return tr_is_zh() ? ends_name(&m->ends, m->g->ends[end]) : m->g->ends[end];
}

/* Is it the site or the path? */
static void put_blame(struct story_line l, const struct sheet *m)
{
    struct buf sentence = buf_make(1024);
    struct row *links;
    size_t n = grid_of(m->g, m->cursor.from, m->cursor.to, &links);
    struct blame b = blame_of(links, n, m->g->ends[m->cursor.from], m->g->ends[m->cursor.to]);

    blame_sentence(&b, short_name(m, m->cursor.from), short_name(m, m->cursor.to), &sentence);
    story_put(&l, ROLE_TEXT, "%s", buf_str(&sentence));
    buf_release(&sentence);
}

static bool has_chart(struct area box)
{
    return box.height >= STORY_LINES + HISTORY_LEAST + 2;
}

static struct area story_box(const struct sheet *m, struct area box)
{
    struct row ends = {.kind = KIND_LINK};
    struct buf title = buf_make(2 * VIEW_ID_MAX);
    char span[CELL_MAX], note[2 * CELL_MAX];
    struct area in;

    ends.cells[LINK_FROM] = value_text(m->g->ends[m->cursor.from]);
    ends.cells[LINK_TO] = value_text(m->g->ends[m->cursor.to]);
    ends_words(&m->ends, &ends, false, m->c, &title);
    buf_puts(&title, tr(": is it the site or the path?"), NULL);
    history_span(m->s, span, sizeof span);
    snprintf(note, sizeof note, "%s%s%s", has_chart(box) ? span : "", has_chart(box) ? "  " : "",
             tr("Enter: its history"));
    in = canvas_box(m->c, box, buf_str(&title), note);
    buf_release(&title);
    return in;
}

/* Of the way there, where it is known. */
static void put_rest(struct story_line l, const struct sheet *m, const struct row *link, struct area in)
{
    story_why(l, link, m->f->now.utc_ms);
    l.y++;
    if (l.y < in.y + in.height)
        story_origin(l, link);
    in.y += STORY_LINES;
    in.height -= STORY_LINES;
    if (in.height >= HISTORY_LEAST)
        history_draw(m->f, m->s, &m->f->rows[NEED_LINKS], &m->f->rows[NEED_SOURCES], link, m->c,
                     (struct area){in.x + 1, in.y, in.width - 2, in.height});
}

static void draw_story(const struct sheet *m, struct area box)
{
    struct row link = {0};
    struct area in = story_box(m, box);
    struct story_line l = {m->c, in.x + 1, in.y, in.x + in.width - 1};
    bool there = grid_at(m->g, m->cursor.from, m->cursor.to, &link);

    if (m->cursor.from == m->cursor.to) {
        put_none(l, tr("an end and itself"));
        return;
    }
    if (there)
        story_values(l, &link, m->f->past ? tr("then") : tr("now"));
    else
        put_none(l, tr("no link is known in this direction"));
    l.y++;
    put_other_way(l, m);
    l.y++;
    put_blame(l, m);
    l.y++;
    if (there)
        put_rest(l, m, &link, in);
}

/* --- the view --- */

static int story_height(const struct view_frame *f, const struct grid *g)
{
    int rest = f->area.height - (int)g->count - EDGES;

    if (f->area.height < STORY_FROM)
        return 0;
    return rest < STORY_LEAST ? STORY_LEAST : rest;
}

static const char no_links[] = N_("no links: a source with probes or the fleet file tells of them");

static void draw_grid(const struct view_frame *f, struct grid *g, struct view_state *s, struct canvas *c)
{
    int story = story_height(f, g);
    struct area above = f->area, below = f->area, in;

    above.height -= story;
    below.y += above.height;
    below.height = story;
    if (g->links == 0) {
        list_empty(&f->rows[NEED_LINKS], no_links, c, canvas_box(c, f->area, NULL, NULL));
        return;
    }
    draw_title(s, c, above);
    in = canvas_box(c, above, NULL, NULL);
    draw_title(s, c, above);
    struct sheet m = sheet_of(f, g, s, c, in);
    for (int col = 0; col < m.cols && in.height > 0; col++)
        draw_head(&m, col);
    for (int row = 0; row < m.rows; row++)
        draw_row(&m, row);
    draw_seen(&m, above);
    if (story > 0)
        draw_story(&m, below);
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct grid g;

    grid_make(&g, &f->rows[NEED_LINKS], &f->rows[NEED_CLUSTERS]);
    draw_grid(f, &g, s, c);
    grid_release(&g);
}

enum action { ACT_MODE = 1, ACT_SWAP, ACT_SPAN, ACT_OPEN };

static const struct key_row keys[] = {
    {"Enter", ACT_OPEN, "history", "the link under the cursor, with its history"},
    {"m", ACT_MODE, "against", "now, against usual, against what was promised, against the physical minimum"},
    {"x", ACT_SWAP, "swap", "rows and columns change places"},
    {"v", ACT_SPAN, NULL, "how far the chart looks back: 1 h, 6 h, 24 h, 7 d"},
    LIST_KEYS,
    {0},
};

/* Far moves stop at the edge. */
static bool move(const struct grid *g, struct view_state *s, int action)
{
    const int page = s->place[PLACE_FROM].page > 1 ? s->place[PLACE_FROM].page : 1, all = (int)g->count;
    const struct {
        int action, rows, cols;
    } moves[] = {
        {LIST_DOWN, 1, 0},
        {LIST_UP, -1, 0},
        {LIST_HALF_DOWN, (page + 1) / 2, 0},
        {LIST_HALF_UP, -(page + 1) / 2, 0},
        {LIST_PAGE_DOWN, page, 0},
        {LIST_PAGE_UP, -page, 0},
        {LIST_FIRST, -all, 0},
        {LIST_LAST, all, 0},
        {LIST_RIGHT, 0, 1},
        {LIST_LEFT, 0, -1},
    };
    struct view_place *row = &s->place[is_swapped(s) ? PLACE_TO : PLACE_FROM];
    struct view_place *col = &s->place[is_swapped(s) ? PLACE_FROM : PLACE_TO];

    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (moves[i].action != action)
            continue;
        row->position += moves[i].rows;
        col->position += moves[i].cols;
        row->id_len = col->id_len = 0;
        row->position = row->position < 0 ? 0 : row->position;
        col->position = col->position < 0 ? 0 : col->position;
        end_of(g, row);
        end_of(g, col);
        return true;
    }
    return false;
}

static struct intent open_link(const struct grid *g, struct cursor at)
{
    struct row link = {0};

    if (!grid_at(g, at.from, at.to, &link))
        return (struct intent){.kind = INTENT_REDRAW};
    return view_open("links", link.id);
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct intent i = {.kind = INTENT_REDRAW};
    struct grid g;

    grid_make(&g, &f->rows[NEED_LINKS], &f->rows[NEED_CLUSTERS]);
    if (g.links > 0) {
        struct cursor at = cursor_of(f, &g, s);

        if (action == ACT_OPEN)
            i = open_link(&g, at);
        else if (action == ACT_MODE)
            s->number[OWN_MODE] = (double)((mode_of(s) + 1) % MODES);
        else if (action == ACT_SPAN)
            history_longer(s);
        else if (action == ACT_SWAP)
            s->number[OWN_SWAPPED] = is_swapped(s) ? 0 : 1;
        else
            move(&g, s, action);
    }
    grid_release(&g);
    return i;
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    struct grid g;
    bool found = false;

    grid_make(&g, &f->rows[NEED_LINKS], &f->rows[NEED_CLUSTERS]);
    if (g.links > 0) {
        struct cursor at = cursor_of(f, &g, s);
        found = grid_at(&g, at.from, at.to, object);
    }
    grid_release(&g);
    return found;
}

const struct view view_matrix = {
    .name = "matrix",
    .title = "Matrix",
    .help = "all ends against all, by direction: delay now, against usual, against the promise, against light",
    .told_by = "prometheus",
    .needs = needs,
    .keys = keys,
    .draw = draw,
    .act = act,
    .object = object,
};
