#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "domain/blame.h"
#include "domain/symptom_private.h"

/* What no single row says: nodes that went together, ends whose links are bad together. */

/* --- racks --- */

struct loss {
    struct safe_text rack;
    const struct row *node;
    int64_t at_ms;
};

static int by_rack(const void *a, const void *b)
{
    const struct loss *x = a, *y = b;
    int by_id = text_cmp(x->rack, y->rack);

    return by_id != 0 ? by_id : (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
}

static int64_t lost_ms(const struct symptom_facts *facts, size_t i)
{
    const struct row *node = &facts->rows[KIND_NODE][i];

    return facts->lost_ms != NULL ? facts->lost_ms[i] : value_int_or(&node->cells[NODE_REASON_AT], node->since_ms);
}

static size_t losses_of(const struct symptom_facts *facts, struct loss *all)
{
    size_t n = 0;

    for (size_t i = 0; i < facts->count[KIND_NODE]; i++) {
        const struct row *node = &facts->rows[KIND_NODE][i];
        struct safe_text rack = symptom_cell(node, NODE_RACK);
        if (!text_empty(rack) && state_node(symptom_cell(node, NODE_STATE)) == NODE_DOWN)
            all[n++] = (struct loss){rack, node, lost_ms(facts, i)};
    }
    if (n > 1)
        qsort(all, n, sizeof *all, by_rack);
    return n;
}

/* The most of a rack's losses that lie within the span: how many, and where they begin. */
static size_t densest(const struct loss *all, size_t n, int64_t within_ms, size_t *begin)
{
    size_t most = 0;

    for (size_t first = 0, last = 0; last < n; last++) {
        while (all[last].at_ms - all[first].at_ms > within_ms)
            first++;
        if (last + 1 - first > most) {
            most = last + 1 - first;
            *begin = first;
        }
    }
    return most;
}

static bool all_of_now(const struct symptom_look *l, const struct loss *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!symptom_is_of_now(l, all[i].node))
            return false;
    return true;
}

static void look_at_rack(struct symptom_look *l, const struct loss *all, size_t n)
{
    size_t first = 0, most = densest(all, n, thresholds_int(l->limits, THRESHOLD_RACK_WITHIN), &first);
    struct symptom s = {.rule = SYMPTOM_RACK,
                        .severity = SEVERITY_CRIT,
                        .kind = KIND_RACK,
                        .where = all->rack,
                        .source = all->node->source,
                        .jobs = -1,
                        .limit = thresholds_at(l->limits, THRESHOLD_RACK_NODES),
                        .count = (int64_t)most};

    if (!all_of_now(l, all, n)) {
        s.severity = SEVERITY_UNKNOWN;
        l->take(l->ctx, &s);
        return;
    }
    if ((double)most < s.limit)
        return;
    for (size_t i = first; i < first + most; i++)
        s.jobs = symptom_plus(s.jobs, symptom_count(all[i].node, NODE_JOBS));
    s.age_ms = l->now_ms > all[first].at_ms ? l->now_ms - all[first].at_ms : 0;
    l->take(l->ctx, &s);
}

void symptom_place_racks(struct symptom_look *l)
{
    struct loss *all = mem_new(l->facts->count[KIND_NODE] + 1, sizeof *all);
    size_t n = losses_of(l->facts, all), end;

    for (size_t i = 0; i < n; i = end) {
        for (end = i + 1; end < n && text_equal(all[end].rack, all[i].rack);)
            end++;
        look_at_rack(l, &all[i], end - i);
    }
    free(all);
}

/* --- ends of links --- */

struct end {
    size_t blind, well, bad, down; /* its links, each direction for itself: not of now, … */
    size_t others;                 /* different ends that a bad one goes to or comes from */
};

struct ends {
    struct ids names, pairs; /* of bad links */
    struct end *all;
};

static void add_end(struct ends *e, const struct row *link, enum blame_link said, int this_end, int other_end)
{
    struct safe_text name = symptom_cell(link, this_end), other = symptom_cell(link, other_end);
    struct end *end = &e->all[ids_put(&e->names, name, text_of(""))];

    end->blind += said == BLAME_NOT_KNOWN;
    end->well += said == BLAME_WELL;
    if (said != BLAME_BAD)
        return;
    end->bad++;
    end->down += text_is(symptom_cell(link, LINK_STATE), "down");
    size_t had = e->pairs.count;
    end->others += ids_put(&e->pairs, name, other) == had;
}

/* Links that nobody measures are none. */
static void add_link(const struct symptom_look *l, struct ends *e, const struct row *link)
{
    bool of_now = symptom_is_of_now(l, link);
    enum blame_link said = of_now ? blame_link_of(link) : BLAME_NOT_KNOWN;

    if (of_now && said == BLAME_NOT_KNOWN)
        return;
    add_end(e, link, said, LINK_FROM, LINK_TO);
    add_end(e, link, said, LINK_TO, LINK_FROM);
}

static struct symptom of_end(enum symptom_rule rule, const struct row *row, const struct end *end, size_t count)
{
    return (struct symptom){.rule = rule,
                            .severity = SEVERITY_UNKNOWN,
                            .kind = row->kind,
                            .where = row->id,
                            .row = row,
                            .jobs = -1,
                            .age_ms = -1,
                            .limit = NAN,
                            .count = (int64_t)count,
                            .others = end->others};
}

static void look_at_island(struct symptom_look *l, const struct row *row, const struct end *end)
{
    struct symptom s = of_end(SYMPTOM_ISLAND, row, end, end->down);

    if (end->well > 0 || end->bad > end->down)
        s.severity = SEVERITY_OK;
    else if (end->blind == 0 && end->down > 0)
        s.severity = SEVERITY_CRIT;
    l->take(l->ctx, &s);
}

/* More than half of what is known; what is not known may be either. An island says more than a site. */
static void look_at_site(struct symptom_look *l, const struct row *row, const struct end *end)
{
    struct symptom s = of_end(SYMPTOM_SITE, row, end, end->bad);
    size_t all = end->bad + end->well + end->blind;
    bool island = row->kind == KIND_CLUSTER && end->blind == 0 && end->down == all;

    if (2 * (end->bad + end->blind) <= all || (end->others < 2 && end->blind == 0) || island)
        s.severity = SEVERITY_OK;
    else if (2 * end->bad > all && end->others >= 2)
        s.severity = SEVERITY_WARN;
    l->take(l->ctx, &s);
}

static void look_at_ends(struct symptom_look *l, const struct ends *e, enum kind kind)
{
    for (size_t i = 0; i < l->facts->count[kind]; i++) {
        const struct row *row = &l->facts->rows[kind][i];
        size_t at = ids_find(&e->names, row->id, text_of(""));
        if (at == IDS_NONE)
            continue;
        if (kind == KIND_CLUSTER)
            look_at_island(l, row, &e->all[at]);
        look_at_site(l, row, &e->all[at]);
    }
}

void symptom_place_ends(struct symptom_look *l)
{
    size_t n = l->facts->count[KIND_LINK];
    struct ends e = {.all = mem_new(2 * n + 1, sizeof *e.all)};

    for (size_t i = 0; i < n; i++)
        add_link(l, &e, &l->facts->rows[KIND_LINK][i]);
    look_at_ends(l, &e, KIND_CLUSTER);
    look_at_ends(l, &e, KIND_PLACE);
    ids_release(&e.names);
    ids_release(&e.pairs);
    free(e.all);
}
