#include "unit/views/fake.h"

#include "corpora.h"

/* Names of the corpora (naughty-strings, escape-sequences) as every text of every row, in every view: they change no cell but those
 * that names stand in. Which these are two pictures tell that differ in their long names alone. */

enum { ROWS = 5, LONG = 300, WIDTH_MOST = 132, HEIGHT = 30, NAME_MOST = 4096, NEEDS = VIEW_NEEDS_MAX };

struct world {
    const struct view *view;
    struct fake *fakes; /* one for each need */
    struct view_rows rows[NEEDS];
    struct buf ids[ROWS];
    int width;
    bool mask[HEIGHT][WIDTH_MOST];
    struct canvas plain;
    unsigned drawn;
};

/* An alert that stands for itself, and is open. */
static void make_open(struct row *alert)
{
    alert->cells[ALERT_STATE] = value_text(text_of("firing"));
    alert->cells[ALERT_SEVERITY] = value_text(text_of("crit"));
    alert->cells[ALERT_PARENT] = alert->cells[ALERT_MAINTENANCE] = value_none();
}

static void fill(struct world *w, struct safe_text name)
{
    for (int i = 0; i < ROWS; i++) {
        buf_clear(&w->ids[i]);
        text_copy(&w->ids[i], name);
        buf_printf(&w->ids[i], NULL, "-%d", i);
    }
    for (int k = 0; w->view->needs[k].kind != KIND_NONE; k++) {
        struct fake *f = &w->fakes[k];
        const struct kind_info *info = kind_info(w->view->needs[k].kind);
        f->count = 0;
        for (int i = 0; i < ROWS; i++) {
            struct row *row = fake_add(f, w->view->needs[k].kind, "");
            row->id = text_from(w->ids[i].data, w->ids[i].len);
            row->source = name;
            for (size_t c = 0; c < info->field_count; c++)
                if (info->fields[c].type == VALUE_TEXT)
                    row->cells[c] = value_text(name);
            if (row->kind == KIND_ALERT)
                make_open(row);
        }
        w->rows[k] = fake_rows(f);
    }
}

static struct canvas draw(struct world *w, struct safe_text name)
{
    struct view_state *s = calloc(1, sizeof *s);
    s->sort_field = -2;
    s->all = true;
    fill(w, name);
    struct canvas c = fake_draw(w->view, w->rows, s, w->width, HEIGHT);
    fake_assert_sane(&c);
    if (w->view->forget)
        w->view->forget(s);
    free(s);
    return c;
}

static const struct cell *cell_at(const struct canvas *c, int x, int y)
{
    return &c->cells[(size_t)y * (size_t)c->width + (size_t)x];
}

static bool same(const struct cell *a, const struct cell *b)
{
    return strcmp(a->utf8, b->utf8) == 0 && a->width == b->width;
}

static bool is_border(const struct cell *cell)
{
    static const char *const signs[] = {"│", "┐", "┘", "┤"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strcmp(cell->utf8, signs[i]) == 0)
            return true;
    return false;
}

/* What names may move beside themselves: nothing; in sentences and titles what follows them, as far as the frame; where words flow
 * over several lines all but the frames' sides. */
enum flow { FIELDS, SENTENCES, LINES };

static void widen(struct world *w, enum flow flow)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 1; x < w->width; x++)
            w->mask[y][x] |= (flow == LINES || w->mask[y][x - 1]) && !is_border(cell_at(&w->plain, x, y));
}

static void begin(struct world *w, const char *view, int width, enum flow flow)
{
    char a[LONG + 1] = "", b[LONG + 1] = "";
    *w = (struct world){.view = view_by_name(view), .width = width, .fakes = calloc(NEEDS, sizeof *w->fakes)};
    assert_non_null(w->view);
    for (int i = 0; i < ROWS; i++)
        w->ids[i] = buf_make(2 * NAME_MOST);
    memset(a, 'A', LONG);
    memset(b, 'B', LONG);
    w->plain = draw(w, text_of(a));
    struct canvas other = draw(w, text_of(b));
    int cells = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < w->width; x++)
            cells += w->mask[y][x] = !same(cell_at(&w->plain, x, y), cell_at(&other, x, y));
    if (cells <= 20) {
        struct buf out = buf_make(1 << 16);
        canvas_print(&w->plain, &out, NULL);
        fail_msg("%s shows no names:\n%s", view, buf_str(&out));
    }
    for (int y = 0; y < HEIGHT; y++) /* with the sign that they are cut */
        for (int x = 1; x < w->width; x++)
            w->mask[y][x] |= w->mask[y][x - 1] && strcmp(cell_at(&w->plain, x, y)->utf8, "~") == 0;
    if (flow != FIELDS)
        widen(w, flow);
    canvas_release(&other);
}

static void end(struct world *w)
{
    canvas_release(&w->plain);
    for (int i = 0; i < ROWS; i++)
        buf_release(&w->ids[i]);
    free(w->fakes);
}

static void try_name(struct world *w, const char *bytes, size_t n)
{
    struct safe_text name = text_from(bytes, n < NAME_MOST ? n : NAME_MOST);
    if (n == 0)
        return;
    struct canvas c = draw(w, name);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < w->width; x++)
            if (!w->mask[y][x] && !same(cell_at(&w->plain, x, y), cell_at(&c, x, y))) {
                char shown[256];
                fail_msg("%s: the name '%s' changes column %d of row %d to '%s'", w->view->name,
                         text_show_in(name, shown, sizeof shown), x, y, cell_at(&c, x, y)->utf8);
            }
    canvas_release(&c);
    w->drawn++;
}

static void try_file(void *ctx, const struct corpora_file *f)
{
    size_t at = 0;
    if (strcmp(f->name, "blns.txt") != 0)
        try_name(ctx, f->bytes, f->size);
    while (at < f->size) {
        const char *end_of_line = memchr(f->bytes + at, '\n', f->size - at);
        size_t n = end_of_line ? (size_t)(end_of_line - f->bytes) - at : f->size - at;
        if (f->bytes[at] != '#' || strcmp(f->name, "blns.txt") != 0)
            try_name(ctx, f->bytes + at, n);
        at += n + 1;
    }
}

static void hostile_names_move_no_cell(void **state)
{
    static const struct {
        const char *name;
        enum flow flow;
    } views[] = {{"jobs", FIELDS},      {"nodes", FIELDS},    {"racks", LINES},    {"tree", FIELDS},
                 {"sources", FIELDS},   {"changes", FIELDS},  {"balance", FIELDS}, {"alerts", SENTENCES},
                 {"queues", SENTENCES}, {"links", SENTENCES}, {"overview", LINES}};
    (void)state;
    /* Of several widths, so that wide characters meet the last column of a field. */
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        for (int width = 79; width <= WIDTH_MOST; width += 11) {
            struct world w;
            begin(&w, views[i].name, width, views[i].flow);
            corpora_each(corpora_path("corpora", "corpora/naughty-strings"), "blns.txt", try_file, &w);
            if (width == 79)
                corpora_each(corpora_path("corpora", "corpora/escape-sequences"), ".in", try_file, &w);
            assert_true(w.drawn > 400);
            end(&w);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_names_move_no_cell),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
