#include "domain/join.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/join_private.h"

enum { SOURCES_LIST_BYTES = 16 * 1024, MEMBER_BYTES = 1024, LABEL_BYTES = 64 * 1024 };

/* --- sources --- */

size_t join_source(struct join *j, const char *name)
{
    struct join_source *made;

    if (j->named_last < j->n_sources && strcmp(j->sources[j->named_last]->name, name) == 0)
        return j->named_last;
    size_t at = ids_put(&j->source_names, text_of(name), text_of(""));
    j->named_last = at;
    if (at < j->n_sources)
        return at;
    made = mem_new(1, sizeof *made);
    made->name = mem_strdup(name);
    made->fresh = true;
    snprintf(made->key, sizeof made->key, "%zu", j->n_sources);
    j->sources = mem_grow(j->sources, j->n_sources + 1, sizeof *j->sources);
    j->preferred = mem_grow(j->preferred, j->n_sources + 1, sizeof *j->preferred);
    j->sources[j->n_sources] = made;
    join_touch(j);
    return j->n_sources++;
}

static void part_free(struct join_part *p)
{
    if (p == NULL)
        return;
    rows_release(&p->now);
    rows_release(&p->next);
    free(p);
}

struct join_part *join_part(struct join *j, size_t source, enum kind kind)
{
    struct join_part **p = &j->sources[source]->parts[kind];

    if (*p == NULL)
        *p = mem_new(1, sizeof **p);
    return *p;
}

static bool is_joined(enum kind kind)
{
    return kind_info(kind)->told_by > 0;
}

/* The part that a source may fill: none for kinds that are not joined, and none of the file. */
static struct join_part *part_of(struct join *j, const char *source, enum kind kind)
{
    size_t at = join_source(j, source);

    return is_joined(kind) && at != JOIN_FLEET_AT ? join_part(j, at, kind) : NULL;
}

/* --- life --- */

struct join *join_new(const struct fleet *fleet, const struct thresholds *t)
{
    struct join *j = mem_new(1, sizeof *j);

    j->fleet = fleet;
    j->limits = t;
    j->list = buf_make(SOURCES_LIST_BYTES);
    j->differs = buf_make(SOURCES_LIST_BYTES);
    j->member = buf_make(MEMBER_BYTES);
    j->label = buf_make(LABEL_BYTES);
    join_source(j, JOIN_FLEET);
    if (fleet != NULL)
        join_fleet_tell(j);
    return j;
}

void join_free(struct join *j)
{
    if (j == NULL)
        return;
    for (size_t i = 0; i < j->n_sources; i++) {
        for (size_t k = 0; k < KIND_COUNT; k++)
            part_free(j->sources[i]->parts[k]);
        free(j->sources[i]->name);
        free(j->sources[i]);
    }
    for (size_t k = 0; k < KIND_COUNT; k++)
        join_list_release(&j->lists[k]);
    join_names_release(&j->names);
    join_link_release(j);
    join_hall_release(j);
    ids_release(&j->source_names);
    free(j->sources);
    free(j->preferred);
    free(j->clusters);
    free(j->hubs);
    free(j->halls);
    buf_release(&j->list);
    buf_release(&j->differs);
    buf_release(&j->member);
    buf_release(&j->label);
    free(j);
}

void join_touch(struct join *j)
{
    j->names.made = false;
    for (size_t k = 0; k < KIND_COUNT; k++)
        j->lists[k].made = false;
    j->clusters_made = j->hubs_made = j->halls_made = false;
}

/* --- what is told --- */

void join_source_add(struct join *j, const char *source)
{
    size_t at = join_source(j, source), named = 0;
    struct join_source *s = j->sources[at];

    for (size_t i = 0; i < j->n_sources; i++)
        named += j->sources[i]->named;
    if (!s->named)
        s->rank = named + 1;
    s->named = true;
    join_touch(j);
}

void join_part_begin(struct join *j, const char *source, enum kind kind)
{
    struct join_part *p = part_of(j, source, kind);

    if (p == NULL)
        return;
    rows_clear(&p->next);
    p->coming = true;
}

void join_part_row(struct join *j, const char *source, const struct row *row)
{
    struct join_part *p = part_of(j, source, row->kind);

    if (p != NULL && p->coming)
        rows_add(&p->next, row);
}

bool join_part_end(struct join *j, const char *source, enum kind kind, int64_t now_ms)
{
    struct join_part *p = part_of(j, source, kind);

    if (p == NULL || !p->coming)
        return false;
    bool tells = p->told || p->now.count + p->next.count > 0;
    rows_release(&p->now);
    *p = (struct join_part){.now = p->next, .answered = true, .told = tells, .arrived_ms = now_ms};
    join_touch(j);
    return tells;
}

void join_part_drop(struct join *j, const char *source, enum kind kind)
{
    struct join_part *p = part_of(j, source, kind);

    if (p == NULL)
        return;
    rows_release(&p->next);
    p->coming = false;
}

bool join_part_again(struct join *j, const char *source, enum kind kind, int64_t now_ms)
{
    struct join_part *p = part_of(j, source, kind);

    if (p == NULL || !p->answered)
        return false;
    p->arrived_ms = now_ms;
    join_touch(j);
    return p->told;
}

void join_baseline_set(struct join *j, struct safe_text link, double baseline_ms)
{
    join_link_baseline(j, link, baseline_ms);
}

/* --- order --- */

/* A row of the store whose source is not configured any more would live for ever. */
static void forget_strangers(struct join *j)
{
    for (size_t i = 0; i < j->n_sources; i++)
        for (size_t k = 0; k < KIND_COUNT && !j->sources[i]->named && i != JOIN_FLEET_AT; k++) {
            struct join_part *p = j->sources[i]->parts[k];
            if (p == NULL || !p->remembered)
                continue;
            rows_release(&p->now);
            p->remembered = false;
            join_touch(j);
        }
}

static void note_freshness(struct join *j, const struct join_now *now)
{
    for (size_t i = 1; i < j->n_sources; i++) {
        bool fresh = now->fresh == NULL || now->fresh(now->ctx, j->sources[i]->name);
        if (fresh != j->sources[i]->fresh)
            join_touch(j);
        j->sources[i]->fresh = fresh;
    }
}

/* Those that are not named come last, by their names. */
static bool is_before(const struct join_source *a, const struct join_source *b)
{
    if (a->named != b->named)
        return a->named;
    return a->named ? a->rank < b->rank : strcmp(a->name, b->name) < 0;
}

static void rank_strangers(struct join *j)
{
    for (size_t i = 1; i < j->n_sources; i++) {
        if (j->sources[i]->named)
            continue;
        j->sources[i]->rank = 1;
        for (size_t k = 1; k < j->n_sources; k++)
            j->sources[i]->rank += k != i && is_before(j->sources[k], j->sources[i]);
    }
}

/* No two have the same rank. */
static int by_preference(const void *a, const void *b)
{
    const struct join_source *x = *(struct join_source *const *)a, *y = *(struct join_source *const *)b;

    if (x->fresh != y->fresh)
        return x->fresh ? -1 : 1;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static void note_preference(struct join *j)
{
    struct join_source **sorted = mem_new(j->n_sources, sizeof *sorted);

    memcpy(sorted, j->sources, j->n_sources * sizeof *sorted);
    qsort(sorted + 1, j->n_sources - 1, sizeof *sorted, by_preference);
    for (size_t i = 1; i < j->n_sources; i++) {
        sorted[i]->place = i - 1;
        j->preferred[i - 1] = sorted[i];
    }
    free(sorted);
}

void join_settle(struct join *j, const struct join_now *now)
{
    if (now != NULL) {
        forget_strangers(j);
        note_freshness(j, now);
    }
    if (j->names.made)
        return;
    rank_strangers(j);
    note_preference(j);
    join_names_make(j);
}
