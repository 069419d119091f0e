#include <stdlib.h>

#include "base/mem.h"
#include "domain/book_private.h"
#include "domain/rows.h"

/* What explains what. Alerts about one object have one head: the oldest of ours, which says the value and has the same id for everybody,
 * or else the oldest. The head may be explained by another object's:
 *
 * | object | explained by |
 * | node | its rack, its scheduler, its hall, its cluster |
 * | rack | its hall, its scheduler when that is down, its cluster; the first of its hall's racks that were lost with it |
 * | hall, site | its cluster |
 * | queue | its scheduler, a link (below), its cluster |
 * | scheduler | the rack whose lost nodes are most of those that it lacks, unless it is down itself; its source; its cluster; a link (below) |
 * | source | the cluster that all its schedulers stand in |
 * | transfer | its link, either way |
 * | tenant | a link to where its users are |
 * | link | an end that is bad towards two others or more; the way back, when that breaks a promise and this one does not, or is older |
 * | cluster | the only link that it has, when it is cut off |
 *
 * Where nothing of this does, an alert's own source may say what explains it.
 *
 * A link explains a queue or a scheduler only between its cluster and a place where the users of a tenant with a promised ring are.
 * That an end's links are bad (rule "site") explains its links alone; that they are all down ("island") explains what is heard of
 * through them as well, but not what stands there. A cause, of which the first alert about it tells, does not begin later than its
 * effect, but for what several polls differ by. */

enum { LATER_MS = 10 * 60 * 1000, LOOK_AGAIN_MS = 60 * 1000, LOOK_SOON_MS = 2000 };

const enum kind book_kinds[] = {KIND_SOURCE,   KIND_SCHEDULER,   KIND_CLUSTER, KIND_QUEUE,  KIND_LINK,
                                KIND_PLACE,    KIND_HALL,        KIND_NODE,    KIND_ENERGY, KIND_TENANT,
                                KIND_TRANSFER, KIND_RESERVATION, KIND_NONE};

struct object {
    struct book_alert *head;
    int64_t since_ms; /* of its oldest alert */
    bool stands;      /* some alert explains all that is in it */
    bool cut;         /* it is an island */
    bool down;        /* it is a scheduler that is */
    size_t others;
};

/* An object that is a link, and its ends as far as a row tells them. */
struct link_object {
    size_t object;
    struct safe_text from, to;
    bool users_from, users_to; /* of tenants with a ring */
};

/* Rows of one kind by their ids; made when first asked. */
struct row_index {
    bool made;
    struct ids ids;
    const struct row **rows;
};

struct work {
    struct book *b;
    const struct book_facts *facts;
    struct ids ids; /* of objects, by subject */
    struct object *objects;
    struct book_alert **open; /* by age */
    size_t count;
    struct link_object *links;
    struct book_alert **racks; /* of ours, by age */
    size_t n_links, n_racks;
    struct ids told_at; /* places of tenants with a ring */
    struct row_index rows[KIND_COUNT];
    struct buf key;
};

/* --- what an object stands in --- */

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

static void index_rows(struct row_index *x, const struct row *rows, size_t n)
{
    x->made = true;
    x->rows = mem_new(n + 1, sizeof(const struct row *));
    for (size_t i = 0; i < n; i++) {
        size_t had = x->ids.count, at = ids_put(&x->ids, rows[i].id, text_of(""));
        if (at == had)
            x->rows[at] = &rows[i];
    }
}

static const struct row *row_in(struct work *w, enum kind kind, struct safe_text id)
{
    struct row_index *x = &w->rows[kind];
    size_t at;

    if (!x->made)
        index_rows(x, w->facts->now.rows[kind], w->facts->now.count[kind]);
    at = ids_find(&x->ids, id, text_of(""));
    return at != IDS_NONE ? x->rows[at] : NULL;
}

static const struct row *row_of(struct work *w, enum kind kind, struct safe_text id)
{
    const struct row *row = row_in(w, kind, id);

    return row == NULL && w->facts->find != NULL ? w->facts->find(w->facts->ctx, kind, id) : row;
}

/* Which fields of a kind name what; -1: none. */
struct tie_fields {
    int rack, hall, scheduler, cluster, link, at, name;
};
static const struct tie_fields tie_fields[KIND_COUNT] = {
    [KIND_NODE] = {NODE_RACK, -1, NODE_SCHEDULER, NODE_CLUSTER, -1, -1, NODE_NAME},
    [KIND_RACK] = {-1, RACK_HALL, -1, RACK_CLUSTER, -1, -1, -1},
    [KIND_HALL] = {-1, -1, -1, HALL_CLUSTER, -1, -1, -1},
    [KIND_SITE] = {-1, -1, -1, SITE_CLUSTER, -1, -1, -1},
    [KIND_QUEUE] = {-1, -1, QUEUE_SCHEDULER, QUEUE_CLUSTER, -1, -1, -1},
    [KIND_SCHEDULER] = {-1, -1, -1, SCHEDULER_CLUSTER, -1, -1, -1},
    [KIND_TRANSFER] = {-1, -1, -1, -1, TRANSFER_LINK, -1, -1},
    [KIND_TENANT] = {-1, -1, -1, -1, -1, TENANT_AT, -1},
};

static bool has_ties(enum kind kind)
{
    return tie_fields[kind].rack != 0 || tie_fields[kind].cluster != 0;
}

static struct safe_text keep(struct book_alert *a, const struct row *row, int field)
{
    return field < 0 ? text_of("") : rows_text(&a->tie_texts, cell(row, field));
}

static void tie(struct book_alert *a, const struct row *row)
{
    const struct tie_fields *f = &tie_fields[a->kind];

    arena_reset(&a->tie_texts);
    a->ties = (struct book_ties){.rack = keep(a, row, f->rack),
                                 .hall = keep(a, row, f->hall),
                                 .scheduler = keep(a, row, f->scheduler),
                                 .cluster = keep(a, row, f->cluster),
                                 .link = keep(a, row, f->link),
                                 .at = keep(a, row, f->at),
                                 .name = keep(a, row, f->name),
                                 .known = true};
    if (a->kind == KIND_SCHEDULER)
        a->ties.source = rows_text(&a->tie_texts, row->source);
    a->dirty = true;
}

/* A rack's scheduler is that of its lost nodes. */
static void tie_rack(struct work *w, struct book_alert *a)
{
    const struct symptom_facts *f = &w->facts->now;

    for (size_t i = 0; a->own == SYMPTOM_RACK && i < f->count[KIND_NODE]; i++)
        if (text_equal(cell(&f->rows[KIND_NODE][i], NODE_RACK), a->where)) {
            a->ties.scheduler = rows_text(&a->tie_texts, cell(&f->rows[KIND_NODE][i], NODE_SCHEDULER));
            return;
        }
}

/* A new alert's object is often in the next answer of the same source. */
static int64_t patience_ms(const struct book *b, const struct book_alert *a)
{
    return b->now.boot_ms < a->ties.first_boot_ms + LOOK_AGAIN_MS ? LOOK_SOON_MS : LOOK_AGAIN_MS;
}

/* Asked once; again after a while when nobody knew it. */
static void find_ties(struct work *w, struct book_alert *a)
{
    int64_t now_ms = w->b->now.boot_ms, first_ms = a->ties.first_boot_ms;
    const struct row *row;

    if (a->ties.known || !has_ties(a->kind))
        return;
    if (a->ties.tried_boot_ms == 0 || now_ms >= a->ties.tried_boot_ms + patience_ms(w->b, a)) {
        row = row_of(w, a->kind, a->where);
        if (row != NULL)
            tie(a, row);
        if (a->kind == KIND_RACK)
            tie_rack(w, a);
        a->ties.tried_boot_ms = now_ms;
        a->ties.first_boot_ms = first_ms != 0 ? first_ms : now_ms;
    }
    if (!a->ties.known && patience_ms(w->b, a) < w->b->topology_again_ms)
        w->b->topology_again_ms = patience_ms(w->b, a);
}

/* --- objects --- */

static struct safe_text subject(struct work *w, enum kind kind, struct safe_text id)
{
    buf_clear(&w->key);
    buf_printf(&w->key, NULL, "%s/", kind_info(kind)->name);
    text_copy(&w->key, id);
    return text_from(w->key.data, w->key.len);
}

static struct object *object_of(struct work *w, enum kind kind, struct safe_text id)
{
    size_t at;

    if (text_empty(id))
        return NULL;
    at = ids_find(&w->ids, subject(w, kind, id), text_of(""));
    return at != IDS_NONE ? &w->objects[at] : NULL;
}

static int by_age(const void *a, const void *b)
{
    const struct book_alert *x = *(struct book_alert *const *)a, *y = *(struct book_alert *const *)b;
    int by_id = text_cmp(x->id, y->id);

    if (x->since_ms != y->since_ms)
        return x->since_ms < y->since_ms ? -1 : 1;
    return by_id != 0 ? by_id : text_cmp(x->source, y->source);
}

static void add_object(struct work *w, struct book_alert *a)
{
    size_t had = w->ids.count, at = ids_put(&w->ids, a->subject, text_of(""));
    struct object *o = &w->objects[at];

    if (at == had)
        *o = (struct object){.head = a, .since_ms = a->since_ms};
    else if (o->head->own == SYMPTOM_RULES && a->own != SYMPTOM_RULES)
        o->head = a;
    if (at == had && a->kind == KIND_LINK)
        w->links[w->n_links++].object = at;
    o->stands |= a->own != SYMPTOM_SITE && a->own != SYMPTOM_ISLAND;
    o->cut |= a->own == SYMPTOM_ISLAND;
    o->down |= a->own == SYMPTOM_SCHED;
    if ((a->own == SYMPTOM_SITE || a->own == SYMPTOM_ISLAND) && a->others > o->others)
        o->others = a->others;
}

/* What was there when the book began is as old as others say who call it as bad. */
static void backdate(const struct work *w, const struct object *o)
{
    struct book_alert *head = o->head;

    for (size_t i = 0; head->found && o->since_ms < head->since_ms && i < w->count; i++) {
        const struct book_alert *a = w->open[i];
        if (a->since_ms >= head->since_ms)
            return;
        if (a->severity < head->severity || !text_equal(a->subject, head->subject))
            continue;
        head->since_ms = a->since_ms;
        head->dirty = true;
    }
}

/* --- causes --- */

/* The head of the object's alerts, if it can explain what began then. */
static struct book_alert *cause(const struct object *o, const struct book_alert *effect)
{
    if (o == NULL || o->head == effect || o->since_ms - LATER_MS > effect->since_ms)
        return NULL;
    return o->head;
}

/* What stands in a cluster, or is heard of through its links. */
static struct book_alert *by_cluster(struct work *w, const struct book_alert *a, struct safe_text cluster, bool heard)
{
    struct object *o = object_of(w, KIND_CLUSTER, cluster);

    return o != NULL && (o->stands || (heard && o->cut)) ? cause(o, a) : NULL;
}

static struct book_alert *by_object(struct work *w, const struct book_alert *a, enum kind kind, struct safe_text id)
{
    return cause(object_of(w, kind, id), a);
}

static bool ends_at(const struct link_object *link, struct safe_text end)
{
    return !text_empty(end) && (text_equal(link->from, end) || text_equal(link->to, end));
}

/* Whether there are users who were promised a ring: at that end itself, or at the other one. */
static bool has_users(const struct link_object *link, struct safe_text end, bool here)
{
    return text_equal(link->from, end) == here ? link->users_from : link->users_to;
}

/* The oldest link between there and users who were promised a ring; `here`: there are the users. */
static struct book_alert *by_promise(struct work *w, const struct book_alert *a, struct safe_text end, bool here)
{
    struct book_alert *best = NULL;

    for (size_t i = 0; i < w->n_links; i++) {
        const struct link_object *link = &w->links[i];
        struct book_alert *c =
            ends_at(link, end) && has_users(link, end, here) ? cause(&w->objects[link->object], a) : NULL;
        if (c != NULL && (best == NULL || by_age(&c, &best) < 0))
            best = c;
    }
    return best;
}

static const struct row *way_back(struct work *w, struct safe_text id)
{
    const struct symptom_facts *f = &w->facts->now;
    const struct row *link = row_in(w, KIND_LINK, id);

    for (size_t i = 0; link != NULL && i < f->count[KIND_LINK]; i++) {
        const struct row *back = &f->rows[KIND_LINK][i];
        if (text_equal(cell(back, LINK_FROM), cell(link, LINK_TO)) &&
            text_equal(cell(back, LINK_TO), cell(link, LINK_FROM)))
            return back;
    }
    return NULL;
}

static struct book_alert *by_way_back(struct work *w, const struct book_alert *a, struct safe_text id)
{
    const struct row *back = way_back(w, id);

    return back != NULL ? by_object(w, a, KIND_LINK, back->id) : NULL;
}

static struct book_alert *of_node(struct work *w, struct book_alert *a)
{
    struct book_alert *c = by_object(w, a, KIND_RACK, a->ties.rack);

    if (c == NULL)
        c = by_object(w, a, KIND_SCHEDULER, a->ties.scheduler);
    return c != NULL ? c : by_cluster(w, a, a->ties.cluster, false);
}

/* Racks of one hall do not fail together by chance. */
static struct book_alert *of_neighbour(struct work *w, const struct book_alert *a)
{
    for (size_t i = 0; !text_empty(a->ties.hall) && i < w->n_racks && w->racks[i] != a; i++)
        if (text_equal(w->racks[i]->ties.hall, a->ties.hall) && a->since_ms - w->racks[i]->since_ms <= LATER_MS)
            return w->racks[i];
    return NULL;
}

static struct book_alert *of_rack(struct work *w, struct book_alert *a)
{
    struct book_alert *c = by_object(w, a, KIND_HALL, a->ties.hall);
    struct object *scheduler = object_of(w, KIND_SCHEDULER, a->ties.scheduler);

    if (c == NULL && scheduler != NULL && scheduler->down)
        c = cause(scheduler, a);
    if (c == NULL)
        c = by_cluster(w, a, a->ties.cluster, false);
    return c != NULL || a->own != SYMPTOM_RACK ? c : of_neighbour(w, a);
}

static struct book_alert *of_hall(struct work *w, struct book_alert *a)
{
    return by_cluster(w, a, a->ties.cluster, false);
}

static struct book_alert *of_queue(struct work *w, struct book_alert *a)
{
    struct book_alert *c = by_object(w, a, KIND_SCHEDULER, a->ties.scheduler);

    if (c == NULL)
        c = by_promise(w, a, a->ties.cluster, false);
    return c != NULL ? c : by_cluster(w, a, a->ties.cluster, true);
}

static struct book_alert *of_scheduler(struct work *w, struct book_alert *a)
{
    struct book_alert *c = by_object(w, a, KIND_SOURCE, a->ties.source);

    if (c == NULL)
        c = by_cluster(w, a, a->ties.cluster, true);
    return c != NULL ? c : by_promise(w, a, a->ties.cluster, false);
}

static struct book_alert *of_source(struct work *w, struct book_alert *a)
{
    const struct symptom_facts *f = &w->facts->now;
    struct safe_text cluster = text_of("");

    for (size_t i = 0; i < f->count[KIND_SCHEDULER]; i++) {
        const struct row *s = &f->rows[KIND_SCHEDULER][i];
        struct safe_text its = cell(s, SCHEDULER_CLUSTER);
        if (!text_equal(s->source, a->where))
            continue;
        if (text_empty(its) || (!text_empty(cluster) && !text_equal(its, cluster)))
            return NULL;
        cluster = its;
    }
    return by_cluster(w, a, cluster, true);
}

static struct book_alert *of_transfer(struct work *w, struct book_alert *a)
{
    struct book_alert *c = by_object(w, a, KIND_LINK, a->ties.link);

    return c != NULL ? c : by_way_back(w, a, a->ties.link);
}

static struct book_alert *of_tenant(struct work *w, struct book_alert *a)
{
    return by_promise(w, a, a->ties.at, true);
}

/* Of a link's two directions: whoever reads of one of them should read of the one whose promise is broken. */
static bool goes_first(struct book_alert *a, struct book_alert *b)
{
    if (a->breaks_promise != b->breaks_promise)
        return a->breaks_promise;
    return a->since_ms == b->since_ms && a->late != b->late ? a->late : by_age(&a, &b) < 0;
}

static struct book_alert *of_link(struct work *w, struct book_alert *a)
{
    const int ends[] = {LINK_FROM, LINK_TO};
    const enum kind kinds[] = {KIND_CLUSTER, KIND_PLACE};
    const struct row *link = row_in(w, KIND_LINK, a->where);
    struct book_alert *back;

    for (size_t i = 0; link != NULL && i < 4; i++) {
        struct object *o = object_of(w, kinds[i % 2], cell(link, ends[i / 2]));
        struct book_alert *c = o != NULL && o->others >= 2 ? cause(o, a) : NULL;
        if (c != NULL)
            return c;
    }
    back = by_way_back(w, a, a->where);
    return back != NULL && goes_first(back, a) ? back : NULL;
}

/* Cut off from one other end alone: it is the link. */
static struct book_alert *of_cluster(struct work *w, struct book_alert *a)
{
    struct object *o = object_of(w, KIND_CLUSTER, a->where);
    struct book_alert *best = NULL;

    if (o == NULL || !o->cut || o->stands || o->others != 1)
        return NULL;
    for (size_t i = 0; i < w->n_links; i++) {
        const struct link_object *link = &w->links[i];
        struct book_alert *c = ends_at(link, a->where) ? cause(&w->objects[link->object], a) : NULL;
        if (c != NULL && (best == NULL || by_age(&c, &best) < 0))
            best = c;
    }
    return best;
}

static struct book_alert *(*const causes[KIND_COUNT])(struct work *, struct book_alert *) = {
    [KIND_NODE] = of_node,           [KIND_RACK] = of_rack,         [KIND_HALL] = of_hall,
    [KIND_SITE] = of_hall,           [KIND_QUEUE] = of_queue,       [KIND_SOURCE] = of_source,
    [KIND_SCHEDULER] = of_scheduler, [KIND_TRANSFER] = of_transfer, [KIND_TENANT] = of_tenant,
    [KIND_LINK] = of_link,           [KIND_CLUSTER] = of_cluster,
};

/* The oldest of the racks that lost most of the nodes that the scheduler lacks. */
static struct book_alert *of_lacking(struct work *w, struct book_alert *a)
{
    struct book_alert *oldest = NULL;
    int64_t lost = 0;

    if (a->own != SYMPTOM_NODES || a->amount <= 0 || object_of(w, a->kind, a->where)->down)
        return NULL;
    for (size_t i = 0; i < w->n_racks; i++) {
        struct book_alert *rack = w->racks[i];
        if (!text_equal(rack->ties.scheduler, a->where) || rack->since_ms - LATER_MS > a->since_ms)
            continue;
        oldest = oldest != NULL ? oldest : rack;
        lost += rack->amount > 0 ? rack->amount : 0;
    }
    return 2 * lost > a->amount ? oldest : NULL;
}

static bool explains_itself(const struct book_alert *a, const struct book_alert *of)
{
    while (of != NULL && of != a)
        of = of->parent;
    return of == a;
}

/* What its source says itself: an alert of its own that holds it back. */
static struct book_alert *as_told(struct work *w, const struct book_alert *a)
{
    struct value parent = row_peek(KIND_ALERT, a->told.data, a->told.len, ALERT_PARENT);
    struct book_alert *of = a->is_told && value_known(&parent)
                                ? book_index_find(&w->b->by_id, a->source, value_text_or(&parent, ""))
                                : NULL;

    return of != NULL && of->phase == BOOK_OPEN ? of : NULL;
}

static void explain(struct work *w, struct book_alert *a)
{
    struct object *o = object_of(w, a->kind, a->where);
    struct book_alert *parent = of_lacking(w, a);

    if (parent == NULL && o != NULL && o->head != a)
        parent = o->head;
    else if (parent == NULL && causes[a->kind] != NULL)
        parent = causes[a->kind](w, a);
    if (parent == NULL)
        parent = as_told(w, a);
    a->parent = explains_itself(a, parent) ? NULL : parent;
}

/* --- the whole --- */

static void begin_links(struct work *w)
{
    const struct symptom_facts *f = &w->facts->now;

    for (size_t i = 0; i < f->count[KIND_TENANT]; i++)
        if (value_known(&f->rows[KIND_TENANT][i].cells[TENANT_RING_MS]))
            ids_put(&w->told_at, cell(&f->rows[KIND_TENANT][i], TENANT_AT), text_of(""));
    for (size_t i = 0; i < w->n_links; i++) {
        struct link_object *link = &w->links[i];
        const struct row *row = row_in(w, KIND_LINK, w->objects[link->object].head->where);
        if (row == NULL)
            continue;
        link->from = cell(row, LINK_FROM);
        link->to = cell(row, LINK_TO);
        link->users_from = ids_find(&w->told_at, link->from, text_of("")) != IDS_NONE;
        link->users_to = ids_find(&w->told_at, link->to, text_of("")) != IDS_NONE;
    }
}

static void begin(struct work *w)
{
    struct book *b = w->b;

    w->open = mem_new(b->count + 1, sizeof(struct book_alert *));
    w->racks = mem_new(b->count + 1, sizeof(struct book_alert *));
    w->objects = mem_new(b->count + 1, sizeof *w->objects);
    w->links = mem_new(b->count + 1, sizeof *w->links);
    w->key = buf_make(1 << 16);
    for (size_t i = 0; i < b->count; i++)
        if (b->all[i]->phase == BOOK_OPEN)
            w->open[w->count++] = b->all[i];
    if (w->count > 1)
        qsort(w->open, w->count, sizeof(struct book_alert *), by_age);
    for (size_t i = 0; i < w->count; i++) {
        if (w->open[i]->kind != KIND_NONE && !text_empty(w->open[i]->where))
            add_object(w, w->open[i]);
        if (w->open[i]->own == SYMPTOM_RACK)
            w->racks[w->n_racks++] = w->open[i];
    }
    for (size_t i = 0; i < w->ids.count; i++)
        backdate(w, &w->objects[i]);
    begin_links(w);
}

static void release(struct work *w)
{
    for (int k = 0; k < KIND_COUNT; k++) {
        ids_release(&w->rows[k].ids);
        free(w->rows[k].rows);
    }
    ids_release(&w->ids);
    ids_release(&w->told_at);
    buf_release(&w->key);
    free(w->open);
    free(w->racks);
    free(w->objects);
    free(w->links);
}

/* What stands in the rows of each. */
struct was {
    struct book_alert *root;
    size_t children;
    enum severity worst;
};

static void sum_up(struct work *w)
{
    struct was *was = mem_new(w->count + 1, sizeof *was);

    for (size_t i = 0; i < w->count; i++) {
        struct book_alert *a = w->open[i];
        was[i] = (struct was){a->root, a->children, a->worst};
        a->root = a;
        while (a->root->parent != NULL)
            a->root = a->root->parent;
        a->children = 0;
        a->worst = a->severity;
    }
    for (size_t i = 0; i < w->count; i++) {
        struct book_alert *a = w->open[i], *root = a->root;
        root->children += root != a;
        root->worst = a->severity > root->worst ? a->severity : root->worst;
    }
    for (size_t i = 0; i < w->count; i++) {
        struct book_alert *a = w->open[i];
        a->dirty |= was[i].root != a->root || was[i].children != a->children || was[i].worst != a->worst;
    }
    free(was);
}

void book_topology_look(struct book *b, const struct book_facts *facts)
{
    struct work w = {.b = b, .facts = facts};
    bool due = b->now.boot_ms - b->topology_boot_ms >= b->topology_again_ms;

    if (!b->topology_dirty && !due)
        return;
    b->topology_dirty = false;
    b->topology_boot_ms = b->now.boot_ms;
    b->topology_again_ms = LOOK_AGAIN_MS;
    begin(&w);
    for (size_t i = 0; i < w.count; i++) {
        w.open[i]->parent = NULL;
        find_ties(&w, w.open[i]);
    }
    for (size_t i = 0; i < w.count; i++)
        explain(&w, w.open[i]);
    sum_up(&w);
    release(&w);
}

void book_doubt(struct book *b)
{
    for (size_t i = 0; i < b->count; i++)
        b->all[i]->ties.tried_boot_ms = 0;
    b->topology_dirty = true;
}
