#ifndef HUBTOP_CONSOLE_FEEDS_H
#define HUBTOP_CONSOLE_FEEDS_H

#include "store/query.h"
#include "views/view.h"

/* What views need, answered from the cache: one set of rows for each need of each view, made when the view is first
 * shown and followed while it is. */
struct feeds;

struct feeds *feeds_new(struct query *q, int64_t at_ms);
void feeds_free(struct feeds *f);

/* The view that is shown from now on, with its state's filter and order. ERR_INPUT when the filter cannot be
 * understood: the former one stays. */
bool feeds_show(struct feeds *f, const struct view *view, const struct view_state *state, struct err *err);

/* Brings what is shown up to date, at most about `budget_us`; true while there is more to do. An error of the cache is
 * kept for feeds_error(). */
bool feeds_step(struct feeds *f, struct instant now, int64_t budget_us);
/* The same for the first picture: a verdict of half the alerts would be a wrong one, half a list is a list that is being loaded. */
void feeds_first(struct feeds *f, struct instant now, int64_t verdict_us, int64_t list_us);
const struct err *feeds_error(const struct feeds *f); /* NULL: none */

/* The answers to the shown view's needs, in their order. */
const struct view_rows *feeds_rows(struct feeds *f);

/* The rows behind an answer, whole; NULL: the shown view has no such need. They live as long as the feeds. */
const struct query_rows *feeds_set(const struct feeds *f, size_t need);

/* The kinds of which some source has answered (query_kinds()): which views are worth opening. */
uint64_t feeds_kinds(const struct feeds *f);

/* The verdict over all that is known. */
const struct verdict *feeds_verdict(struct feeds *f, struct instant now);

/* Hands out what needs somebody now, the most important first; rows and texts live until `each` returns. */
struct finding;
typedef void feeds_finding(void *ctx, const struct finding *finding);
/* Another number when that may be different. */
int64_t feeds_rev(const struct feeds *f);
void feeds_findings(const struct feeds *f, struct instant now, feeds_finding *each, void *ctx);

/* The interface's language is another: sentences are made anew. */
void feeds_words_changed(struct feeds *f);

/* What became critical lately, as a sentence; NULL: nothing. As of the last verdict. */
const char *feeds_news(const struct feeds *f, struct instant now);

/* How far the sources can be trusted. */
struct feeds_freshness {
    size_t sources, live, stale, offline, denied;
    size_t asked;                         /* that answered or failed at least once */
    int64_t oldest_age_ms, newest_age_ms; /* of the last good answers; -1: none */
};
struct feeds_freshness feeds_freshness(struct feeds *f, struct instant now);

#endif
