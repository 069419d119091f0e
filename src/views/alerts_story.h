#ifndef HUBTOP_SRC_VIEWS_ALERTS_STORY_H
#define HUBTOP_SRC_VIEWS_ALERTS_STORY_H

#include "views/alerts_detail.h"

/* What happened around an alert, in time. */

/* Appends the change nearest before its start, "<< 02:58:11 SHG>SZ: 4 of 13 paths down"; false: none is known. */
bool alerts_story_change(const struct alerts_detail *d, const struct row *alert, const struct canvas *c,
                         struct buf *out);
/* Appends what stands with a moment before it ("2026-…Z li.wei: …") with the local time instead. */
void alerts_story_stamped(struct safe_text text, struct buf *out);
/* A box of all that is known, the newest first. */
void alerts_story_draw(const struct alerts_detail *d, const struct row *alert, struct canvas *c, struct area area);

#endif
