#ifndef HUBTOP_CONSOLE_NEWS_H
#define HUBTOP_CONSOLE_NEWS_H

#include "domain/verdict.h"

/* What became critical since this console looked first: for the line that says so in views that do not show it. */

enum { NEWS_SEEN_MAX = 512, NEWS_TEXT_MAX = 400, NEWS_SHOWN_MS = 20000 };

struct news {
    bool begun;
    uint64_t seen[NEWS_SEEN_MAX]; /* of alerts that are critical; those that were seen first are forgotten first */
    size_t count, next;
    char text[NEWS_TEXT_MAX]; /* a sentence, safe to show; "": nothing is new */
    int64_t until_ms;
};

/* Looks at a moment's facts; `boot_ms` is a clock that nobody sets. What is there at the first look is no news. */
void news_look(struct news *n, const struct verdict_facts *facts, int64_t boot_ms);

/* The newest, as long as it is one; NULL: none. */
const char *news_text(const struct news *n, int64_t boot_ms);

#endif
