#ifndef HUBTOP_SRC_VIEWS_QUEUES_GROUPS_H
#define HUBTOP_SRC_VIEWS_QUEUES_GROUPS_H

#include "views/queues.h"
#include "views/worst.h"

/* The queues' list under headings: by kind of compute, cluster, hub or scheduler. */

/* What `:group` takes here, the first is "none"; its place is view_state.group. */
extern const char *const queues_groups_words[];

/* What a heading sums up: columns that show its sums stand where the queues show theirs. */
enum queues_sum {
    QUEUES_SUM_RUNNING,
    QUEUES_SUM_WAITING,
    QUEUES_SUM_IN,
    QUEUES_SUM_OUT,
    QUEUES_SUM_ASKED,
    QUEUES_SUM_P95,    /* the longest of them, s */
    QUEUES_SUM_OLDEST, /* likewise */
    QUEUES_SUMS
};

/* A heading as a row: of KIND_NONE, its id names the group ("-": nobody says which), and these are its cells. */
enum queues_heading {
    QUEUES_HEADING_QUEUES, /* how many */
    QUEUES_HEADING_LATE,   /* how many of them are late or overdue */
    QUEUES_HEADING_FOLDED, /* 1: its queues are not shown */
    QUEUES_HEADING_ROLE,   /* the sign of the worst one */
    QUEUES_HEADING_GLYPH,
    QUEUES_HEADING_PART, /* bits 1u << sum: not all of its queues tell of that, the sum is a least one */
    QUEUES_HEADING_SUM,  /* from here on by enum queues_sum; unknown where none tells */
};
bool queues_is_heading(const struct row *row);

/* The rows with their headings, as they were grouped last; NULL: not at all, or there is another snapshot, filter or
 * order since. */
const struct view_rows *queues_groups_kept(const struct view_frame *f, struct view_state *s);
/* Groups them: `worst` has them in their own order, or else stands for the order that the operator chose. Groups stand as
 * the first of their queues would, which keep their order in them. Lives until the next snapshot or queues_groups_forget(). */
const struct view_rows *queues_groups_make(const struct view_frame *f, struct view_state *s, const struct worst *worst);
void queues_groups_forget(struct view_state *s);
/* Folds the group of a heading, or unfolds it; nothing where there is no such. */
void queues_groups_fold(struct view_state *s, const struct row *heading);
/* "Queues by cluster: 11 in 8 groups" */
const char *queues_groups_title(const struct view_frame *f, const struct view_state *s, char out[LIST_TITLE_MAX]);

/* Paints row `i` of the list, a heading. */
void queues_heading_paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                          const struct row *heading);
struct cell_sign queues_heading_sign(const struct row *heading);
/* Its sums in words, in a box. */
void queues_heading_draw(const struct view_frame *f, const struct view_state *s, const struct row *heading,
                         struct canvas *c, struct area area);
/* "4,455", "23.1k+" where not all tell, "-" where none does; times as "18m". */
const char *queues_heading_sum(const struct row *heading, enum queues_sum sum, char out[CELL_MAX]);

#endif
