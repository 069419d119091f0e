#ifndef HUBTOP_CLI_SITE_ASK_H
#define HUBTOP_CLI_SITE_ASK_H

#include "cli/setup.h"
#include "domain/rows.h"
#include "sources/hub.h"

/* A hub that is asked through its driver, past any collector and without a cache: what it tells, and how. */

enum { SITE_FAILURES_MAX = 2 * HUB_LISTS };

struct site_failure {
    char what[32]; /* "jobs" */
    struct err err;
};

struct site_asked {
    struct rows rows[KIND_COUNT]; /* of the first poll */
    struct site_failure failures[SITE_FAILURES_MAX];
    size_t failure_count;
    struct hub_view view; /* after the last poll; lives as long as this */
    int64_t bytes[2];     /* of the bodies of the first and the second poll */
    size_t requests[2];
    size_t unchanged;      /* answers with 304 in the second poll */
    struct err hub;        /* why the hub itself could not be asked; kind NONE: it could */
    int open_status;       /* to /v1/hub without a token; 0: not asked, there is none; -1: no answer */
    int strange_status;    /* to a path that no hub has; -1: no answer */
    char strange_type[64]; /* and its content type */
    const struct source_driver *driver;
    struct source *inst;
    struct secret *token;
};

/* Polls the source twice. False with err when it cannot be asked at all (no token, settings that make no sense); what the
 * hub answers wrongly is in `a`. site_ask_release() in any case. */
bool site_ask(struct site_asked *a, const struct setup *s, const struct collector_source *src, struct err *err);
void site_ask_release(struct site_asked *a);

#endif
