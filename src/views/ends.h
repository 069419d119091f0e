#ifndef HUBTOP_SRC_VIEWS_ENDS_H
#define HUBTOP_SRC_VIEWS_ENDS_H

#include "views/view.h"

/* What the ends of links are called: clusters and places, by id. */
struct ends {
    const struct view_rows *clusters, *places;
};

/* The name in the interface's language, else the id; its text lives until the next frame. */
struct safe_text ends_name(const struct ends *e, struct safe_text id);
/* Appends "Shaoguan→Shenzhen", or "SHG→SZ" where `ids`; the arrow is the canvas's. */
void ends_words(const struct ends *e, const struct row *link, bool ids, const struct canvas *c, struct buf *out);

#endif
