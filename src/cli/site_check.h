#ifndef HUBTOP_CLI_SITE_CHECK_H
#define HUBTOP_CLI_SITE_CHECK_H

#include "cli/site_ask.h"

/* What a node that applies to join must show. Pure: from what was asked to lines. */

enum site_result { SITE_PASS, SITE_WARN, SITE_FAIL };

enum { SITE_LINES_MAX = 128, SITE_TEXT_MAX = 240, SITE_RING_LINES_MAX = 8 };

struct site_line {
    const char *check; /* api clock freshness ring metering membership token errors differences transport */
    char subject[96];  /* the list, link or site; "" */
    enum site_result result;
    char value[SITE_TEXT_MAX], limit[SITE_TEXT_MAX], next[SITE_TEXT_MAX]; /* next: what to do; "" */
};

struct site_report {
    struct site_line lines[SITE_LINES_MAX];
    size_t count;
    size_t results[SITE_FAIL + 1]; /* lines of each */
};

/* `site` narrows ring, metering and membership to that site; NULL: all that the hub tells of. */
void site_check(struct site_report *report, const struct site_asked *a, const struct setup *s,
                const struct collector_source *src, const char *site);

#endif
