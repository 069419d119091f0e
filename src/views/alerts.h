#ifndef HUBTOP_SRC_VIEWS_ALERTS_H
#define HUBTOP_SRC_VIEWS_ALERTS_H

#include "base/arena.h"
#include "domain/scope.h"
#include "domain/verdict.h"
#include "views/view.h"

/* All alerts in the order in which somebody works them off, with what a root explains folded below it. */

enum alerts_tab { ALERTS_OPEN, ALERTS_ACKED, ALERTS_SILENCED, ALERTS_MAINTENANCE, ALERTS_RESOLVED, ALERTS_TABS };

/* The forgotten ones: acknowledged for that long, or the acknowledgement ends that soon, or back and nobody took it anew. */
#define ALERTS_ACKED_LONG_MS (INT64_C(4) * 3600000)
#define ALERTS_ACK_ENDS_MS   (INT64_C(15) * 60000)

struct alerts_entry {
    size_t at; /* in `told` */
    struct safe_text id, source, parent;
    enum severity severity;
    enum alerts_tab tab;
    bool acked, over, forgotten;
    int64_t jobs, tenants; /* -1: unknown */
    int64_t since_ms, over_ms;
    size_t order;    /* of its root, then its own */
    size_t root;     /* the order of what it stands below; its own where that is none */
    size_t children; /* that stand below it */
    bool last;       /* of these */
};

struct alerts {
    const struct view_rows *told;
    struct arena arena;
    struct alerts_entry *all; /* in their order, roots before what they explain */
    size_t count;
    size_t *shown;                 /* of the tab, without what is folded away */
    size_t tab_count[ALERTS_TABS]; /* roots */
    bool scoped;                   /* what is not mine is left out */
    size_t forgotten, outside;     /* roots; outside: open ones that are not mine, and not listed */
    struct view_rows rows;         /* those shown, for a list */
};

/* Of the tab and what is unfolded in the state; where the operator chose an order of his own, in that and unfolded. `told` and
 * `*a` stay where they are as long as the rows are used. */
struct alerts_mine {
    const struct scope *scope; /* NULL: everything is mine */
    const struct row *clusters;
    size_t cluster_count;
};
void alerts_make(struct alerts *a, const struct view_rows *told, const struct view_state *s,
                 const struct alerts_mine *mine, int64_t now_ms);
void alerts_release(struct alerts *a);
/* Line `i` of the rows. */
const struct alerts_entry *alerts_at(const struct alerts *a, size_t i);

enum { ALERTS_TAB = 0, ALERTS_LIST_ONLY = 1 }; /* in state->number */
enum alerts_tab alerts_tab(const struct view_state *s);
void alerts_turn(struct view_state *s, int by); /* to the next tab */
/* Folds or unfolds what that id explains. */
void alerts_fold(struct view_state *s, struct safe_text id);
bool alerts_is_unfolded(const struct view_state *s, struct safe_text id);

/* Whether an alert that is not over is one of the forgotten. */
bool alerts_is_forgotten(const struct row *alert, int64_t now_ms);

#endif
