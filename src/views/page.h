#ifndef HUBTOP_SRC_VIEWS_PAGE_H
#define HUBTOP_SRC_VIEWS_PAGE_H

#include "views/list.h"

/* A view that is one list with a detail pane below it. */

enum page_action { PAGE_DETAIL = 1100 };

#define PAGE_KEYS                                                                                                      \
    {                                                                                                                  \
        "d Enter", PAGE_DETAIL, "detail", "everything that is known of the row under the cursor"                       \
    }

struct page {
    const char *title;
    const char *counted; /* the whole title, in the interface's language; NULL: `title` and which rows are seen */
    enum kind kind;
    const char *sort;  /* the need's default order */
    const char *order; /* what that order is called, where it is not a field's; NULL: it is */
    const struct list *list;
    const void *ctx; /* the view's own, for its paint */
};

/* Draws the answer `rows` with state's first place. */
void page_draw(const struct page *page, const struct view_frame *f, const struct view_rows *rows, struct view_state *s,
               struct canvas *c);
/* The list alone, in a box that fills `area`. */
void page_list(const struct page *page, const struct view_frame *f, const struct view_rows *rows, struct view_state *s,
               struct canvas *c, struct area area);
/* What keys of PAGE_KEYS, LIST_KEYS and LIST_MARK_KEYS do; INTENT_NONE for others. */
struct intent page_act(const struct page *page, const struct view_rows *rows, struct view_state *s, int action);

#endif
