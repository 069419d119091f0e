#include "views/map_detail.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/tr.h"
#include "domain/change.h"
#include "domain/link.h"
#include "views/history.h"

enum {
    WORDS_MAX = 2048,
    END_COLUMNS = 9,
    WHY_LINES = 3,
    NARROW = 40,
    LABEL_NARROW = 5,
    LABEL_WIDE = 17,
    COLUMNS = 2,
    CHANGES_READ = 500
};

/* --- words in lines --- */

/* The end of what fits into `width` columns, at a blank where there is one. */
static const char *line_end(const char *words, int width)
{
    const char *last = NULL, *end = words;

    for (const char *p = words;; p++) {
        bool stop = *p == '\0';

        if (!stop && *p != ' ')
            continue;
        if (text_width(text_from(words, (size_t)(p - words))) > width)
            return last != NULL ? last : p;
        last = end = p;
        if (stop)
            return end;
    }
}

/* Draws at most `most` lines (c NULL: none) and returns how many there are. */
static int put_lines(struct canvas *c, struct area in, enum role role, const char *words, int most)
{
    int n = 0;

    while (*words != '\0' && n < most) {
        const char *end = n == most - 1 ? words + strlen(words) : line_end(words, in.width);
        char line[WORDS_MAX];

        snprintf(line, sizeof line, "%.*s", (int)(end - words), words);
        if (c != NULL && n < in.height)
            canvas_puts(c, in.x, in.y + n, in.width, role, line);
        n++;
        words = end + strspn(end, " ");
    }
    return n;
}

static const char *why_of(const struct row *link, char out[WORDS_MAX])
{
    struct buf why = buf_make(WORDS_MAX - 1);

    link_why(link, &why);
    snprintf(out, WORDS_MAX, "%s", buf_str(&why));
    buf_release(&why);
    return out;
}

/* --- the values beside --- */

static const char *age_words(const struct row *row, char out[CELL_MAX])
{
    struct value age = value_real((double)row->age_ms / 1000);
    char n[CELL_MAX - 2];

    snprintf(n, sizeof n, "%s", row->age_ms < 0 ? "?" : cell_span(&age, out));
    snprintf(out, CELL_MAX, "%s%s", row->stale ? "~" : "", n);
    return out;
}

static const char *pct_words(const struct value *v, char out[CELL_MAX])
{
    char n[CELL_MAX - 1];

    snprintf(n, sizeof n, "%s", cell_pct(v, out));
    snprintf(out, CELL_MAX, "%s%s", n, value_known(v) ? "%" : "");
    return out;
}

static const char *back_words(const struct map_world *w, const struct map_link *l, char out[CELL_MAX])
{
    return l->back < 0 ? "-" : cell_ms(&w->links[l->back].row.cells[LINK_ONE_WAY_MS], out);
}

enum fact_form { FACT_MS, FACT_PCT, FACT_TEXT, FACT_LIT, FACT_BACK, FACT_AGE };

/* The first ones stay where there is little room. */
static const struct {
    const char *narrow, *wide;
    enum fact_form form;
    int field;
} facts[] = {
    {N_("base"), N_("baseline"), FACT_MS, LINK_BASELINE_MS},
    {N_("least"), N_("physical minimum"), FACT_MS, LINK_PHYSICAL_MIN_MS},
    {N_("lit"), N_("paths lit"), FACT_LIT, 0},
    {N_("used"), N_("used"), FACT_PCT, LINK_USED_PCT},
    {N_("jit"), N_("jitter"), FACT_MS, LINK_JITTER_MS},
    {N_("loss"), N_("loss"), FACT_PCT, LINK_LOSS_PCT},
    {N_("back"), N_("other direction"), FACT_BACK, 0},
    {N_("age"), N_("age"), FACT_AGE, 0},
    {N_("how"), N_("basis"), FACT_TEXT, LINK_ONE_WAY_BASIS},
    {N_("tier"), N_("tier"), FACT_TEXT, LINK_TIER},
    {N_("p95"), N_("p95 of 5 min"), FACT_MS, LINK_ONE_WAY_P95_MS},
    {N_("pub"), N_("published"), FACT_MS, LINK_PUBLISHED_ONE_WAY_MS},
};
enum { FACTS = sizeof facts / sizeof *facts, FACTS_NARROW = 9 };

static const char *fact_words(const struct map_world *w, const struct map_link *l, int i, char out[CELL_MAX])
{
    const struct value *v = &l->row.cells[facts[i].field];

    switch (facts[i].form) {
    case FACT_MS:
        return cell_ms(v, out);
    case FACT_PCT:
        return pct_words(v, out);
    case FACT_LIT:
        return map_link_lit(&l->row, out);
    case FACT_BACK:
        return back_words(w, l, out);
    case FACT_AGE:
        return age_words(&l->row, out);
    case FACT_TEXT:
        break;
    }
    return cell_word(&l->row, facts[i].field, out);
}

static int facts_of(int width)
{
    return width < NARROW ? FACTS_NARROW : FACTS;
}

static void put_facts(const struct map_world *w, const struct map_link *l, struct canvas *c, struct area in)
{
    int label = in.width < NARROW ? LABEL_NARROW : LABEL_WIDE, width = in.width / COLUMNS;
    enum role role = l->row.stale ? ROLE_STALE : ROLE_TEXT;
    char words[CELL_MAX];

    for (int i = 0; i < facts_of(in.width) && i / COLUMNS < in.height; i++) {
        int x = in.x + i % COLUMNS * width, y = in.y + i / COLUMNS;
        int room = i + 1 < facts_of(in.width) ? width : in.x + in.width - x; /* the last one has the rest of its line */

        canvas_puts(c, x, y, label, ROLE_DIM, tr(in.width < NARROW ? facts[i].narrow : facts[i].wide));
        canvas_puts(c, x + label + 1, y, room - label - 2, role, fact_words(w, l, i, words));
    }
}

/* --- the link --- */

/* A long name must leave room for what follows. */
static int put_end(const struct map_world *w, int site, struct canvas *c, int x, int y, int room)
{
    return canvas_text(c, x, y, room < END_COLUMNS ? room : END_COLUMNS, ROLE_TITLE,
                       site < 0 ? text_of("-") : w->sites[site].name);
}

/* "✖ crit SHG→SZ degraded" */
static void put_head(const struct map_world *w, const struct map_link *l, struct canvas *c, struct area in)
{
    const struct map_look *look = map_link_look(l->state);
    int x = in.x, end = in.x + in.width;
    char state[CELL_MAX];

    if (look->glyph != GLYPH_COUNT)
        canvas_glyph(c, x, in.y, look->pen.role, look->glyph);
    x += 2;
    x += canvas_puts(c, x, in.y, end - x, look->pen.role, tr_of("state", look->word)) + 1;
    x += put_end(w, l->from, c, x, in.y, end - x);
    x += canvas_puts(c, x, in.y, end - x, ROLE_TITLE, canvas_sign(c, GLYPH_ARROW));
    x += put_end(w, l->to, c, x, in.y, end - x) + 1;
    canvas_puts(c, x, in.y, end - x, ROLE_DIM, cell_word(&l->row, LINK_STATE, state));
}

/* "3.42 ms one-way, promised 3" */
static void put_value(const struct map_link *l, struct canvas *c, struct area in)
{
    char ms[CELL_MAX], promised[CELL_MAX], words[3 * CELL_MAX];
    const struct row *row = &l->row;

    if (!value_known(&row->cells[LINK_ONE_WAY_MS]))
        snprintf(words, sizeof words, tr("one-way - of %s ms"), map_link_promised(row, promised));
    else if (!value_known(&row->cells[LINK_RING_CONTRACT_MS]))
        snprintf(words, sizeof words, tr("one-way %s ms"), cell_ms(&row->cells[LINK_ONE_WAY_MS], ms));
    else
        snprintf(words, sizeof words, tr("one-way %s of %s ms"), cell_ms(&row->cells[LINK_ONE_WAY_MS], ms),
                 map_link_promised(row, promised));
    canvas_puts(c, in.x, in.y, in.width, l->state == MAP_OK ? ROLE_TEXT : map_link_look(l->state)->pen.role, words);
}

int map_detail_height(const struct map_world *w, int link, int width)
{
    char why[WORDS_MAX];

    if (link < 0)
        return 0;
    return 3 + put_lines(NULL, (struct area){0, 0, width, 0}, ROLE_TEXT, why_of(&w->links[link].row, why), WHY_LINES) +
           (facts_of(width) + COLUMNS - 1) / COLUMNS;
}

static struct area below(struct area in, int lines)
{
    in.y += lines;
    in.height = in.height > lines ? in.height - lines : 0;
    return in;
}

static void put_curve(const struct map_list *l, const struct row *link, const struct view_frame *f,
                      struct view_state *s, struct canvas *c, struct area in)
{
    canvas_puts(c, in.x, in.y, in.width, ROLE_DIM, tr("60m"));
    map_list_curve(l->told, f, s, link, c, in.x + 4, in.y, in.width - 4 < 30 ? in.width - 4 : 30);
}

void map_detail_draw(const struct map_list *l, int link, const struct view_frame *f, const struct view_rows *sources,
                     struct view_state *s, struct canvas *c, struct area in)
{
    const struct map_link *shown = &l->world->links[link];
    char why[WORDS_MAX];
    int lines = (facts_of(in.width) + COLUMNS - 1) / COLUMNS;

    if (in.height < 1 || in.width < 1)
        return;
    put_head(l->world, shown, c, in);
    in = below(in, 1);
    if (in.height > 0)
        put_value(shown, c, in);
    in = below(in, 1);
    in = below(in, put_lines(c, in, ROLE_TEXT, why_of(&shown->row, why), WHY_LINES));
    if (in.height - lines < HISTORY_LEAST)
        lines = in.height > 2 ? in.height - 1 : in.height;
    put_facts(l->world, shown, c, (struct area){in.x, in.y, in.width, lines});
    in = below(in, lines);
    if (in.height >= HISTORY_LEAST)
        history_draw(f, s, l->told, sources, &shown->row, c, in);
    else if (in.height > 0)
        put_curve(l, &shown->row, f, s, c, below(in, in.height - 1));
}

/* --- changes --- */

/* "SHG>SZ", or its ends by name in a Chinese screen. */
static void put_where(const struct map_world *w, const struct row *change, const struct canvas *c, struct buf *out)
{
    struct safe_text id = cell_text(change, CHANGE_WHERE);

    for (int i = 0; tr_is_zh() && i < w->link_count; i++) {
        const struct map_link *l = &w->links[i];

        if (!text_equal(l->row.id, id) || l->from < 0 || l->to < 0)
            continue;
        text_show(w->sites[l->from].name, -1, out);
        buf_puts(out, canvas_sign(c, GLYPH_ARROW), NULL);
        text_show(w->sites[l->to].name, -1, out);
        return;
    }
    text_show(id, -1, out);
}

static void put_change(const struct map_world *w, const struct row *change, struct canvas *c, struct area in)
{
    const struct value *at = &change->cells[CHANGE_AT];
    char time[CLOCK_TEXT_MAX] = "-";
    struct buf where = buf_make(WORDS_MAX), what = buf_make(WORDS_MAX);
    int x = in.x, end = in.x + in.width;

    if (value_known(at))
        clock_local_hms(value_int_or(at, 0), time);
    if (in.width < NARROW && strlen(time) > 5)
        time[5] = '\0';
    x += canvas_puts(c, x, in.y, end - x, ROLE_DIM, time) + 1;
    put_where(w, change, c, &where);
    change_words(change, &what);
    x += canvas_puts(c, x, in.y, end - x < 16 ? end - x : 16, ROLE_TEXT, buf_str(&where)) + 1;
    canvas_puts(c, x, in.y, end - x, ROLE_TEXT, buf_str(&what));
    buf_release(&where);
    buf_release(&what);
}

void map_detail_changes(const struct map_world *w, const struct view_rows *changes, struct canvas *c, struct area in)
{
    int y = 0;

    for (size_t i = 0; i < changes->count && i < CHANGES_READ && y < in.height; i++) {
        struct row change = {0};

        if (changes->at(changes->ctx, i, &change) && cell_is(&change, CHANGE_KIND, kind_info(KIND_LINK)->singular))
            put_change(w, &change, c, (struct area){in.x, in.y + y++, in.width, 1});
    }
    if (y == 0 && in.height > 0)
        canvas_puts(c, in.x, in.y, in.width, ROLE_DIM, tr("no link has changed"));
}

/* --- nothing --- */

void map_detail_nothing(const struct view_rows *links, struct canvas *c, struct area in)
{
    static const char *const words[] = {
        N_("No probe data: no source tells of any link."),
        N_("A source with driver \"prometheus\" measures delays; a fleet file names links and what they promise."),
        N_("'hubtop doctor' says what each source can tell."),
    };

    if (links->partial) {
        canvas_puts(c, in.x, in.y, in.width, ROLE_DIM, tr("loading"));
        return;
    }
    if (links->all > 0) {
        put_lines(c, in, ROLE_DIM, tr("nothing matches the filter; Esc clears it"), WHY_LINES);
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words && in.height > 0; i++)
        in = below(in, 1 + put_lines(c, in, i == 0 ? ROLE_WARN : ROLE_TEXT, tr(words[i]), 6));
}
