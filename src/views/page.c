#include "views/page.h"

#include <stdio.h>

#include "base/tr.h"
#include "views/cell.h"
#include "views/detail.h"
#include "views/marks.h"

static bool has_own_order(const struct page *page, const struct view_state *s)
{
    return page->order != NULL && s->sort_field == -2;
}

/* "sort: waited_s desc", with the filter before it where one is set. */
static const char *note(const struct page *page, const struct view_state *s, char out[2 * LIST_TITLE_MAX])
{
    char order[LIST_TITLE_MAX], filter[LIST_TITLE_MAX];

    if (has_own_order(page, s))
        snprintf(order, sizeof order, "%s", tr(page->order));
    else
        list_order(page->kind, s, page->sort, order);
    if (s->filter[0] == '\0')
        snprintf(out, 2 * LIST_TITLE_MAX, "%s", order);
    else
        snprintf(out, 2 * LIST_TITLE_MAX, "/%s  %s", text_show_in(text_of(s->filter), filter, 40), order);
    return out;
}

/* "Jobs 1-10 of 312  3 marked" */
static const char *title_of(const struct page *page, const struct view_rows *rows, const struct view_state *s,
                            char out[LIST_TITLE_MAX + CELL_MAX])
{
    char title[LIST_TITLE_MAX], n[CELL_MAX], marked[2 * CELL_MAX] = "";

    if (marks_count(s->marks) > 0)
        snprintf(marked, sizeof marked, tr("  %s marked"), cell_number((int64_t)marks_count(s->marks), n));
    const char *counted = page->counted ? page->counted : list_title(tr(page->title), rows, &s->place[0], title);
    snprintf(out, LIST_TITLE_MAX + CELL_MAX, "%.*s%.30s", LIST_TITLE_MAX, counted, marked);
    return out;
}

void page_list(const struct page *page, const struct view_frame *f, const struct view_rows *rows, struct view_state *s,
               struct canvas *c, struct area area)
{
    struct list_frame lf = {.kind = page->kind,
                            .frame = f,
                            .rows = rows,
                            .place = &s->place[0],
                            .state = s,
                            .focused = s->panel == 0,
                            .scroll = s->scroll_x,
                            .sorted = -1,
                            .ctx = page->ctx};
    char title[LIST_TITLE_MAX + CELL_MAX], right[2 * LIST_TITLE_MAX];
    /* A terminal of a few lines shows rows, not a frame around none. */
    bool framed = area.height >= 4;
    struct area in = framed ? canvas_box(c, area, NULL, NULL) : area;

    list_sorted(page->kind, s, page->sort, &lf.sorted, &lf.descending);
    if (has_own_order(page, s))
        lf.sorted = TABLE_NO_SORT;
    list_draw(page->list, &lf, c, in);
    if (framed)
        canvas_box(c, area, title_of(page, rows, s, title), note(page, s, right));
}

void page_draw(const struct page *page, const struct view_frame *f, const struct view_rows *rows, struct view_state *s,
               struct canvas *c)
{
    struct area list = f->area, below = f->area;
    struct row row = {0};

    below.height = s->detail ? detail_height(f->area) : 0;
    list.height -= below.height;
    below.y += list.height;
    page_list(page, f, rows, s, c, list);
    if (s->detail && list_current(&s->place[0], rows, &row))
        detail_draw(&row, f->now.utc_ms, c, below.height > 0 ? below : f->area);
}

static int columns_of(const struct page *page)
{
    int n = 0;

    while (page->list->columns[n].title != NULL)
        n++;
    return n;
}

static void scroll(const struct page *page, struct view_state *s, int by)
{
    int most = columns_of(page) - 2;

    s->scroll_x += by;
    if (s->scroll_x > most)
        s->scroll_x = most;
    if (s->scroll_x < 0)
        s->scroll_x = 0;
}

struct intent page_act(const struct page *page, const struct view_rows *rows, struct view_state *s, int action)
{
    const struct intent redraw = {.kind = INTENT_REDRAW};
    int sorted;
    bool descending;

    if (list_move(&s->place[0], rows, action))
        return redraw;
    if (action == LIST_LEFT || action == LIST_RIGHT) {
        scroll(page, s, action == LIST_RIGHT ? 1 : -1);
        return redraw;
    }
    if (action == PAGE_DETAIL) {
        s->detail = !s->detail;
        return redraw;
    }
    if (action == LIST_FIND_ON)
        return (struct intent){.kind = INTENT_COMMAND, .text = "find"};
    list_sorted(page->kind, s, page->sort, &sorted, &descending);
    return list_mark(s, rows, action, has_own_order(page, s) ? TABLE_NO_SORT : sorted);
}
