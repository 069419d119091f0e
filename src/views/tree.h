#ifndef HUBTOP_SRC_VIEWS_TREE_H
#define HUBTOP_SRC_VIEWS_TREE_H

#include "base/arena.h"
#include "views/view.h"

/* The lines of a tree from hubs to jobs. One branch of each level is open, so that only its children are read. */

enum tree_level { TREE_HUB, TREE_CLUSTER, TREE_SITE, TREE_HALL, TREE_RACK, TREE_NODE, TREE_JOB, TREE_LEVELS };

/* The needs of the view, in this order: first a level each. */
enum tree_need {
    TREE_LOOSE_RACKS = TREE_LEVELS, /* without a hall, of the open cluster */
    TREE_LOOSE_NODES,               /* without a rack */
    TREE_SCHEDULERS,
    TREE_NEEDS
};

/* The state's places: the cursor, then what is open on each level but the last. */
enum { TREE_CURSOR, TREE_OPEN, TREE_READ_MAX = 6000 };

enum tree_what {
    TREE_ROW,
    TREE_LOOSE, /* what has no parent: of its own row's level, below the cluster `id` or on top */
    TREE_NOTE   /* why nothing stands below `id` */
};

struct tree_line {
    enum tree_what what;
    enum tree_level level;
    int need; /* where its row is, and its number there */
    size_t at;
    int depth;
    bool open;
    bool shown; /* passes the filter, or something below it does */
    struct safe_text id;
    const char *words; /* of a note */
};

struct tree {
    struct arena arena;
    const struct view_frame *frame;
    const struct view_state *state;
    struct tree_line *lines;
    size_t count, room;
};

struct tree tree_make(const struct view_frame *f, const struct view_state *s);
void tree_release(struct tree *t);

/* As rows for a list, whose identity is id and level; `t` must live as long. */
struct view_rows tree_rows(struct tree *t);
/* The row of a line; of one that is none of a source's, one of its level with nothing but an id. */
bool tree_row(const struct tree *t, size_t i, struct row *row);
/* What the line is called, in the reader's language; text lives as long as the row. */
struct safe_text tree_label(const struct tree_line *line, const struct row *row);
/* The position of the line that it stands below; -1: it stands on top. */
int64_t tree_parent(const struct tree *t, size_t i);

/* Opens a line, which closes what was open on its level, or closes it. */
void tree_open(struct view_state *s, const struct tree_line *line, const struct row *row);
void tree_close(struct view_state *s, const struct tree_line *line);
/* What a need's rows are narrowed to (struct view, scope). */
bool tree_scope(const struct view_state *s, int need, char out[VIEW_FILTER_MAX]);

#endif
