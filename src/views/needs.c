#include "views/needs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/tr.h"
#include "domain/reading.h"
#include "domain/state.h"
#include "views/cell.h"

enum { LOST_MS = 5 * 60 * 1000, WHY_COLUMNS = 60 };
static const double nodes_warn_share = 0.02;

static struct needs_line *add(struct needs *n, enum severity severity, const struct row *row, const char *what)
{
    struct needs_line *line;

    n->crit += severity == SEVERITY_CRIT;
    n->warn += severity == SEVERITY_WARN;
    if (n->count == NEEDS_MAX) {
        n->left_out++;
        return NULL;
    }
    line = &n->lines[n->count++];
    *line = (struct needs_line){.severity = severity,
                                .kind = row->kind,
                                .id = row->id,
                                .source = row->source,
                                .age_ms = -1,
                                .jobs = -1,
                                .what = what};
    return line;
}

/* --- rules --- */

/* Times come from outside: a difference may be more than a number holds. */
static int64_t age_of(const struct value *time, int64_t now_ms)
{
    int64_t age_ms;

    if (__builtin_sub_overflow(now_ms, value_int_or(time, now_ms), &age_ms))
        return INT64_MAX;
    return age_ms > 0 ? age_ms : 0;
}

/* A source that calls itself live may be dead with the collector that wrote the word. */
static enum source_state state_of(const struct row *source, int64_t now_ms)
{
    enum source_state state = state_source(value_text_or(&source->cells[SOURCE_STATE], ""));
    int64_t age_ms = age_of(&source->cells[SOURCE_LAST_OK_AT], now_ms);
    int64_t interval_s = value_int_or(&source->cells[SOURCE_INTERVAL_S], 0);

    if (state == SOURCE_LIVE && interval_s >= 0 && interval_s < INT32_MAX &&
        !reading_is_fresh(age_ms, interval_s * 1000))
        return SOURCE_STALE;
    return state;
}

static void look_at_source(struct needs *n, const struct row *row, int64_t now_ms)
{
    enum source_state state = state_of(row, now_ms);
    const struct value *last = &row->cells[SOURCE_LAST_OK_AT];
    int64_t age_ms = age_of(last, now_ms);
    bool crit = state == SOURCE_DENIED || (state == SOURCE_OFFLINE && value_known(last) && age_ms >= LOST_MS);
    char why[WHY_COLUMNS * 4];
    struct needs_line *line;

    if (state == SOURCE_LIVE || state == SOURCE_DISABLED)
        return;
    line = add(n, crit ? SEVERITY_CRIT : SEVERITY_WARN, row, tr("source"));
    if (line == NULL)
        return;
    line->age_ms = value_known(last) ? age_ms : -1;
    text_show_in(cell_text(row, SOURCE_LAST_ERROR), why, sizeof why);
    snprintf(line->text, sizeof line->text, "%s: %.100s",
             state == SOURCE_DENIED ? tr("access denied")
             : value_known(last)    ? tr("no answer")
                                    : tr("has not answered yet"),
             why);
    if (strcmp(why, "-") == 0)
        line->text[strlen(line->text) - strlen(": -")] = '\0';
}

static int64_t jobs_of(const struct row *scheduler)
{
    const struct value *running = &scheduler->cells[SCHEDULER_JOBS_RUNNING];
    const struct value *waiting = &scheduler->cells[SCHEDULER_JOBS_WAITING];

    if (!value_known(running) && !value_known(waiting))
        return -1;
    int64_t jobs;
    return __builtin_add_overflow(value_int_or(running, 0), value_int_or(waiting, 0), &jobs) ? INT64_MAX : jobs;
}

static void look_at_scheduler(struct needs *n, const struct row *row)
{
    const struct value *total = &row->cells[SCHEDULER_NODES_TOTAL], *down = &row->cells[SCHEDULER_NODES_DOWN];
    double share = value_real_or(total, 0) > 0 ? value_real_or(down, 0) / value_real_or(total, 1) : 0;
    char a[CELL_MAX], b[CELL_MAX];
    struct needs_line *line;

    if (cell_is(row, SCHEDULER_STATE, "down") && (line = add(n, SEVERITY_CRIT, row, tr("sched"))) != NULL) {
        line->jobs = jobs_of(row);
        snprintf(line->text, sizeof line->text, "%s", tr("the scheduler is down"));
    }
    if (share > nodes_warn_share && (line = add(n, SEVERITY_WARN, row, tr("nodes"))) != NULL) {
        line->jobs = value_int_or(&row->cells[SCHEDULER_JOBS_WAITING], -1);
        snprintf(line->text, sizeof line->text, tr("%s of %s nodes take no work, %.1f%%"), cell_count(down, a),
                 cell_count(total, b), 100 * share);
    }
}

static void look_at_queue(struct needs *n, const struct row *row)
{
    const struct value *wait = &row->cells[QUEUE_WAIT_P95_S], *promise = &row->cells[QUEUE_SLO_S];
    char a[CELL_MAX], b[CELL_MAX];
    struct needs_line *line;

    if (!cell_queue_is_late(row))
        return;
    line = add(n, SEVERITY_WARN, row, tr("queue"));
    if (line == NULL)
        return;
    line->jobs = value_int_or(&row->cells[QUEUE_WAITING], -1);
    snprintf(line->text, sizeof line->text, tr("p95 wait %s > %s promised"), cell_span(wait, a), cell_span(promise, b));
}

/* --- the list --- */

/* By severity, then by what it hits, then by age; equal ones by id, so that the order is the same each time. */
static int compare(const void *a, const void *b)
{
    const struct needs_line *x = a, *y = b;

    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->jobs != y->jobs)
        return x->jobs > y->jobs ? -1 : 1;
    if (x->age_ms != y->age_ms)
        return x->age_ms > y->age_ms ? -1 : 1;
    return text_cmp(x->id, y->id) != 0 ? text_cmp(x->id, y->id) : strcmp(x->what, y->what);
}

/* What is stale says nothing about now: that its source is lost is a line of its own. */
static void look_at_all(struct needs *n, const struct view_rows *rows, int64_t now_ms)
{
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        struct row row = {0};

        if (!rows->at(rows->ctx, i, &row))
            continue;
        n->looked = true;
        if (row.kind == KIND_SOURCE)
            look_at_source(n, &row, now_ms);
        else if (row.kind == KIND_SCHEDULER && !row.stale)
            look_at_scheduler(n, &row);
        else if (row.kind == KIND_QUEUE && !row.stale)
            look_at_queue(n, &row);
    }
}

struct needs needs_make(const struct needs_facts *facts)
{
    struct needs n = {.lines = mem_new(NEEDS_MAX, sizeof *n.lines)};

    look_at_all(&n, facts->sources, facts->now_ms);
    look_at_all(&n, facts->schedulers, facts->now_ms);
    look_at_all(&n, facts->queues, facts->now_ms);
    qsort(n.lines, n.count, sizeof *n.lines, compare);
    return n;
}

void needs_release(struct needs *n)
{
    free(n->lines);
    *n = (struct needs){0};
}

const struct needs_line *needs_at(const struct needs *n, int64_t i)
{
    return i >= 0 && i < (int64_t)n->count ? &n->lines[i] : NULL;
}

/* The source stands for what the line is about, too: a scheduler may be down and have nodes that are down. */
static bool at(void *ctx, size_t i, struct row *row)
{
    const struct needs_line *line = &((const struct needs *)ctx)->lines[i];

    *row = (struct row){.id = line->id, .source = text_of(line->what)};
    row->cells[NEEDS_SEVERITY] = value_int((int64_t)line->severity);
    row->cells[NEEDS_WHAT] = value_text(text_of(line->what));
    row->cells[NEEDS_TEXT] = value_text(text_of(line->text));
    row->cells[NEEDS_JOBS] = line->jobs >= 0 ? value_int(line->jobs) : value_none();
    row->cells[NEEDS_AGE_S] = line->age_ms >= 0 ? value_int(line->age_ms / 1000) : value_none();
    return true;
}

static int64_t find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct needs *n = ctx;

    for (size_t i = 0; i < n->count; i++)
        if (text_equal(n->lines[i].id, id) && text_is(source, n->lines[i].what))
            return (int64_t)i;
    return -1;
}

struct view_rows needs_rows(struct needs *n)
{
    return (struct view_rows){.count = n->count, .all = n->count, .known = n->looked, .ctx = n, .at = at, .find = find};
}
