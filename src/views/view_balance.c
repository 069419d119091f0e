#include <stdio.h>

#include "base/tr.h"
#include "views/balance.h"
#include "views/detail.h"
#include "views/page.h"

/* Offers, pairs and energy make the view: what schedulers tell alone is among the queues and racks. */
static const struct view_need needs[] = {
    [BALANCE_NEED_CLUSTERS] = {.kind = KIND_CLUSTER, .sort = "price_cny_kwh", .filtered = true, .aside = true},
    [BALANCE_NEED_OFFERS] = {.kind = KIND_OFFER, .sort = "kind", .filtered = true},
    [BALANCE_NEED_PAIRS] = {.kind = KIND_PAIR, .filtered = true},
    [BALANCE_NEED_RESERVATIONS] = {.kind = KIND_RESERVATION, .sort = "ends_at", .filtered = true, .aside = true},
    [BALANCE_NEED_HUBS] = {.kind = KIND_HUB, .aside = true},
    [BALANCE_NEED_ALL_CLUSTERS] = {.kind = KIND_CLUSTER, .aside = true},
    [BALANCE_NEED_SCHEDULERS] = {.kind = KIND_SCHEDULER, .aside = true},
    [BALANCE_NEED_QUEUES] = {.kind = KIND_QUEUE, .aside = true},
    [BALANCE_NEED_LINKS] = {.kind = KIND_LINK, .aside = true},
    [BALANCE_NEED_TRANSFERS] = {.kind = KIND_TRANSFER, .aside = true},
    [BALANCE_NEED_ENERGY] = {.kind = KIND_ENERGY},
    [BALANCE_NEED_PLACES] = {.kind = KIND_PLACE, .aside = true},
    {0},
};
_Static_assert(sizeof needs / sizeof *needs == BALANCE_NEEDS + 1 && (int)BALANCE_NEEDS <= (int)VIEW_NEEDS_MAX,
               "the needs of the enum, and an end");
_Static_assert((int)BALANCE_LISTS <= (int)VIEW_PANELS_MAX, "each list has a place");

enum {
    WIDE = 150, /* all lists beside each other */
    WIDE_HEIGHT = 36,
    SUPPLY_LEAST = BALANCE_SUPPLY_HEIGHT + 8, /* lower screens show the list alone */
    FRAMED_HEIGHT = 4,
    LEGEND_LEAST = 4, /* lines inside a box, from where on its last one says how to read it */
};

static enum balance_list list_of(const struct view_state *s)
{
    return s->panel >= 0 && s->panel < BALANCE_LISTS ? (enum balance_list)s->panel : BALANCE_LIST_CLUSTERS;
}

/* Islands are of several kinds: a filter is for their clusters. */
static size_t listed(const struct view_state *s)
{
    enum balance_list list = list_of(s);

    return list == BALANCE_LIST_ISLANDS ? (size_t)BALANCE_NEED_CLUSTERS : (size_t)list;
}

static bool is_wide(const struct view_frame *f)
{
    return f->area.width >= WIDE && f->area.height >= WIDE_HEIGHT;
}

/* --- lists --- */

/* "/filter", the order, and the names of all lists where they are not seen beside each other. */
static const char *note(const struct balance_look *l, const struct view_state *s, enum balance_list list,
                        char out[3 * LIST_TITLE_MAX])
{
    const struct balance_page *page = &balance_pages[list];
    char filter[LIST_TITLE_MAX], order[LIST_TITLE_MAX];
    size_t n = 0, size = 3 * LIST_TITLE_MAX;

    out[0] = '\0';
    if (list == list_of(s) && s->filter[0] != '\0')
        n += (size_t)snprintf(out, size, "/%s ", text_show_in(text_of(s->filter), filter, 30));
    if (is_wide(l->frame)) {
        if (page->kind != KIND_NONE)
            snprintf(out + n, size - n, "%s", list_order(page->kind, s, page->sort, order));
        return out;
    }
    for (int i = 0; i < BALANCE_LISTS && (s->filter[0] == '\0'); i++)
        n += (size_t)snprintf(out + n, size - n, i == (int)list ? "[%.40s] " : "%.40s ", tr(balance_pages[i].brief));
    return out;
}

static void draw_list(const struct balance_look *l, struct view_state *s, enum balance_list list, struct canvas *c,
                      struct area area)
{
    const struct balance_page *page = &balance_pages[list];
    bool focused = list == list_of(s), framed = area.height >= FRAMED_HEIGHT;
    struct view_state fresh = {.sort_field = -2};
    const struct view_state *order = focused ? s : &fresh;
    struct area in = framed ? canvas_box(c, area, NULL, NULL) : area;
    struct list_frame lf = {.kind = focused ? page->kind : KIND_NONE,
                            .frame = l->frame,
                            .rows = &l->rows[list],
                            .place = &s->place[list],
                            .state = s,
                            .focused = focused,
                            .sorted = TABLE_NO_SORT,
                            .ctx = l};
    char title[LIST_TITLE_MAX], right[3 * LIST_TITLE_MAX];

    if (page->kind != KIND_NONE)
        list_sorted(page->kind, order, page->sort, &lf.sorted, &lf.descending);
    if (framed && in.height >= LEGEND_LEAST) {
        in.height--;
        canvas_puts(c, in.x + 1, in.y + in.height, in.width - 2, ROLE_DIM, balance_legend(l, list, title));
    }
    list_draw(page->list, &lf, c, in);
    if (framed)
        canvas_box(c, area, list_title(tr(page->title), lf.rows, lf.place, title), note(l, order, list, right));
}

/* --- the view --- */

/* Without an object under the cursor there is nothing to tell more of. */
static bool has_detail(const struct balance_look *l, const struct view_state *s, struct row *row)
{
    return s->detail && list_current(&s->place[list_of(s)], &l->rows[list_of(s)], row);
}

/* The detail takes the place of the lists in which the cursor is not. */
static void draw_wide(const struct balance_look *l, struct view_state *s, struct canvas *c, struct area area)
{
    static const enum balance_list left_ones[] = {BALANCE_LIST_CLUSTERS, BALANCE_LIST_PAIRS, BALANCE_LIST_RESERVATIONS};
    static const enum balance_list right_ones[] = {BALANCE_LIST_OFFERS, BALANCE_LIST_ISLANDS};
    enum balance_list at = list_of(s);
    bool at_right = at == BALANCE_LIST_OFFERS || at == BALANCE_LIST_ISLANDS;
    struct area left = area, right = area;
    struct row row = {0};
    bool detail = has_detail(l, s, &row);

    left.width /= 2;
    right.x += left.width;
    right.width -= left.width;
    if (detail)
        balance_detail_draw(l, &row, c, at_right ? left : right);
    if (!detail || !at_right) {
        draw_list(l, s, left_ones[0], c, canvas_cut_top(&left, left.height - 2 * (left.height / 4)));
        draw_list(l, s, left_ones[1], c, canvas_cut_top(&left, left.height / 2));
        draw_list(l, s, left_ones[2], c, left);
    }
    if (!detail || at_right) {
        draw_list(l, s, right_ones[0], c, canvas_cut_top(&right, right.height - right.height / 3));
        draw_list(l, s, right_ones[1], c, right);
    }
}

static void draw_narrow(const struct balance_look *l, struct view_state *s, struct canvas *c, struct area area)
{
    struct area below = area;
    struct row row = {0};
    bool detail = has_detail(l, s, &row);
    int height = detail ? detail_height(area) : 0;

    below.y += area.height - height;
    below.height = height;
    area.height -= height;
    draw_list(l, s, list_of(s), c, area);
    if (detail)
        balance_detail_draw(l, &row, c, height > 0 ? below : area);
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct balance_look l;
    struct area area = f->area;

    balance_look_make(&l, f, s);
    if (area.height >= SUPPLY_LEAST && (!s->detail || is_wide(f)))
        balance_supply_draw(&l, c, canvas_cut_top(&area, BALANCE_SUPPLY_HEIGHT));
    if (is_wide(f))
        draw_wide(&l, s, c, area);
    else
        draw_narrow(&l, s, c, area);
    balance_look_release(&l);
}

static const struct key_row keys[] = {
    PAGE_KEYS,
    {"l Right", LIST_RIGHT, "list", "the next list: energy and cost, offers, pairs, reservations, islands"},
    {"h Left", LIST_LEFT, NULL, "the list before"},
    LIST_KEYS_UP_DOWN,
    {0},
};

/* A filter, an order and columns are those of one list. */
static struct intent turn(struct view_state *s, int by)
{
    s->panel = ((int)list_of(s) + by + BALANCE_LISTS) % BALANCE_LISTS;
    s->filter[0] = '\0';
    s->sort_field = -2;
    s->sort_descending = false;
    s->column_count = 0;
    return (struct intent){.kind = INTENT_OPEN_VIEW, .text = "balance"};
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct balance_look l;
    struct intent i = {.kind = INTENT_REDRAW};

    if (action == LIST_LEFT || action == LIST_RIGHT)
        return turn(s, action == LIST_RIGHT ? 1 : -1);
    if (action == PAGE_DETAIL) {
        s->detail = !s->detail;
        return i;
    }
    balance_look_make(&l, f, s);
    if (!list_move(&s->place[list_of(s)], &l.rows[list_of(s)], action))
        i.kind = INTENT_NONE;
    balance_look_release(&l);
    return i;
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    struct balance_look l;
    bool found;

    balance_look_make(&l, f, s);
    found = list_current(&s->place[list_of(s)], &l.rows[list_of(s)], object);
    balance_look_release(&l);
    return found;
}

const struct view view_balance = {
    .name = "balance",
    .title = "Balance",
    .help = "supply and demand by region and kind, what energy costs, offers, pairs, reservations, islands",
    .panels = true,
    .needs = needs,
    .told_by = "hub",
    .keys = keys,
    .columns = true,
    .listed = listed,
    .forget = balance_look_forget,
    .prose = true,
    .draw = draw,
    .act = act,
    .object = object,
};
