#ifndef HUBTOP_SRC_VIEWS_BALANCE_H
#define HUBTOP_SRC_VIEWS_BALANCE_H

#include "base/arena.h"
#include "domain/balance.h"
#include "views/ends.h"
#include "views/list.h"

/* Supply and demand, and what is offered, agreed, reserved and paid: what the screens of the balance share. */

/* The needs of the view; the first ones are listed and filtered. */
enum balance_need {
    BALANCE_NEED_CLUSTERS,
    BALANCE_NEED_OFFERS,
    BALANCE_NEED_PAIRS,
    BALANCE_NEED_RESERVATIONS,
    BALANCE_NEED_HUBS,
    BALANCE_NEED_ALL_CLUSTERS,
    BALANCE_NEED_SCHEDULERS,
    BALANCE_NEED_QUEUES,
    BALANCE_NEED_LINKS,
    BALANCE_NEED_TRANSFERS,
    BALANCE_NEED_ENERGY,
    BALANCE_NEED_PLACES,
    BALANCE_NEEDS
};

/* The lists, each with the place of its number; but for islands the need of the same number is what it lists. */
enum balance_list {
    BALANCE_LIST_CLUSTERS,
    BALANCE_LIST_OFFERS,
    BALANCE_LIST_PAIRS,
    BALANCE_LIST_RESERVATIONS,
    BALANCE_LIST_ISLANDS,
    BALANCE_LISTS
};

/* What is drawn of one frame: the sums, and the islands that the filter leaves. */
struct balance_look {
    const struct view_frame *frame;
    const struct balance *sums;
    struct ends ends;
    struct view_rows rows[BALANCE_LISTS];
    const struct balance_island **islands; /* in `arena` */
    struct arena arena;
};

/* Sums are made once for a snapshot and kept in the state until there is another, and for at most ten seconds, for rows
 * become stale by themselves. `l` stays where it is until its release. */
void balance_look_make(struct balance_look *l, const struct view_frame *f, struct view_state *s);
void balance_look_release(struct balance_look *l);
void balance_look_forget(struct view_state *s);

/* The table of kinds by regions, in a box. */
enum { BALANCE_SUPPLY_HEIGHT = BALANCE_KINDS + 4 };
void balance_supply_draw(const struct balance_look *l, struct canvas *c, struct area area);

/* One of the lists, and its words: what it is called, its kind and order, what must be known to read it. */
struct balance_page {
    const char *title, *brief; /* the second one for a row of names */
    enum kind kind;            /* KIND_NONE: of several */
    const char *sort;
    const char *legend;
    const struct list *list;
};
extern const struct balance_page balance_pages[BALANCE_LISTS];
/* The legend, with what could not be judged. */
const char *balance_legend(const struct balance_look *l, enum balance_list list, char out[LIST_TITLE_MAX]);

/* Everything that is known of a row of a list, in a box. */
void balance_detail_draw(const struct balance_look *l, const struct row *row, struct canvas *c, struct area area);

#endif
