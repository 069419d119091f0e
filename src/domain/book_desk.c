#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "domain/book_private.h"
#include "domain/hostlist.h"
#include "domain/rows.h"

/* What operators decided about alerts, and what maintenance their objects are under. */

/* --- reservations for maintenance --- */

struct book_maintained {
    uint64_t mark;    /* of the reservations that the rest was made of */
    struct ids nodes; /* "scheduler/name" */
    size_t *by;       /* number of each node's reservation */
    size_t cap;
    struct ids reservations;
};

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

static bool is_maintenance(const struct row *r, int64_t now_ms)
{
    return text_is(cell(r, RESERVATION_PURPOSE), "maintenance") &&
           value_int_or(&r->cells[RESERVATION_STARTS_AT], INT64_MAX) <= now_ms &&
           value_int_or(&r->cells[RESERVATION_ENDS_AT], INT64_MAX) > now_ms;
}

static uint64_t mark_of(struct book *b, const struct symptom_facts *f)
{
    uint64_t mark = f->count[KIND_RESERVATION] + 1;

    for (size_t i = 0; i < f->count[KIND_RESERVATION]; i++) {
        const struct row *r = &f->rows[KIND_RESERVATION][i];
        if (!is_maintenance(r, b->now.utc_ms))
            continue;
        buf_clear(&b->list);
        text_copy(&b->list, r->id);
        text_copy(&b->list, cell(r, RESERVATION_NODES));
        mark = mark * 31 + hash_fnv(b->list.data, b->list.len);
    }
    return mark;
}

struct listing {
    struct book_maintained *m;
    struct safe_text scheduler;
    size_t by;
};

static bool list_node(void *ctx, struct safe_text name)
{
    struct listing *l = ctx;
    size_t at = ids_put(&l->m->nodes, l->scheduler, name);

    if (at >= l->m->cap) {
        l->m->cap = l->m->cap > 0 ? 2 * l->m->cap : 64;
        l->m->by = mem_grow(l->m->by, l->m->cap, sizeof *l->m->by);
    }
    l->m->by[at] = l->by;
    return true;
}

/* True when they are others than at the look before. */
static bool meet_reservations(struct book *b, const struct symptom_facts *f)
{
    struct book_maintained *m = b->maintained;
    uint64_t mark = mark_of(b, f);

    if (mark == m->mark)
        return false;
    m->mark = mark;
    ids_clear(&m->nodes);
    ids_clear(&m->reservations);
    for (size_t i = 0; i < f->count[KIND_RESERVATION]; i++) {
        const struct row *r = &f->rows[KIND_RESERVATION][i];
        struct listing l = {.m = m, .scheduler = cell(r, RESERVATION_SCHEDULER)};
        if (!is_maintenance(r, b->now.utc_ms))
            continue;
        l.by = ids_put(&m->reservations, r->id, text_of(""));
        hostlist_each(cell(r, RESERVATION_NODES), list_node, &l);
    }
    return true;
}

void book_desk_release(struct book *b)
{
    if (b->maintained == NULL)
        return;
    ids_release(&b->maintained->nodes);
    ids_release(&b->maintained->reservations);
    free(b->maintained->by);
    free(b->maintained);
}

/* The reservation that a node is in, or empty. */
static struct safe_text reservation_of(const struct book *b, struct safe_text scheduler, struct safe_text name)
{
    const struct book_maintained *m = b->maintained;
    size_t at = text_empty(name) ? IDS_NONE : ids_find(&m->nodes, scheduler, name);

    return at != IDS_NONE ? m->reservations.all[m->by[at]] : text_of("");
}

/* The reservation of the rack's lost nodes, when all of them are in one. */
static struct safe_text reservation_of_rack(const struct book *b, const struct symptom_facts *f,
                                            const struct book_alert *a)
{
    struct safe_text found = text_of("");

    for (size_t i = 0; i < f->count[KIND_NODE]; i++) {
        const struct row *node = &f->rows[KIND_NODE][i];
        if (!text_equal(cell(node, NODE_RACK), a->where))
            continue;
        found = reservation_of(b, cell(node, NODE_SCHEDULER), cell(node, NODE_NAME));
        if (text_empty(found))
            return found;
    }
    return found;
}

/* --- maintenance --- */

static struct safe_text window_of(const struct book *b, enum kind kind, struct safe_text where)
{
    const struct desk_window *w = b->desk != NULL ? desk_window_of(b->desk, kind, where, b->now.utc_ms) : NULL;

    return w != NULL ? w->id : text_of("");
}

/* The window of the object, of what it stands in, or the reservation. */
static struct safe_text maintenance_of(const struct book *b, const struct symptom_facts *f, const struct book_alert *a)
{
    const struct {
        enum kind kind;
        struct safe_text where;
    } in[] = {{a->kind, a->where},
              {KIND_RACK, a->ties.rack},
              {KIND_HALL, a->ties.hall},
              {KIND_LINK, a->ties.link},
              {KIND_SCHEDULER, a->kind != KIND_RACK ? a->ties.scheduler : text_of("")},
              {KIND_CLUSTER, a->ties.cluster}};

    for (size_t i = 0; i < sizeof in / sizeof *in; i++) {
        struct safe_text id = i == 0 || !text_empty(in[i].where) ? window_of(b, in[i].kind, in[i].where) : text_of("");
        if (!text_empty(id))
            return id;
    }
    if (a->kind == KIND_NODE)
        return reservation_of(b, a->ties.scheduler, a->ties.name);
    return a->own == SYMPTOM_RACK && b->maintained->nodes.count > 0 ? reservation_of_rack(b, f, a) : text_of("");
}

static void set_maintenance(struct book *b, const struct symptom_facts *f, struct book_alert *a)
{
    struct safe_text id = maintenance_of(b, f, a);

    if (text_equal(text_from(a->maintenance.data, a->maintenance.len), id))
        return;
    buf_clear(&a->maintenance);
    text_copy(&a->maintenance, id);
    a->dirty = true;
}

/* --- acks and silences --- */

static const struct desk_ack *own_ack(const struct book *b, struct book_alert *a)
{
    const struct desk_ack *ack = b->desk != NULL ? desk_ack_of(b->desk, a->subject, b->now.utc_ms) : NULL;

    if (ack == NULL || ack->at_ms <= a->void_ms)
        return NULL;
    if (ack->at_ms != a->acked_ms) {
        a->acked_ms = ack->at_ms;
        a->acked_at = ack->severity == SEVERITY_UNKNOWN ? a->worst : ack->severity;
    }
    if (a->worst > a->acked_at) {
        a->void_ms = ack->at_ms;
        a->dirty = true;
        return NULL;
    }
    return ack;
}

static void put(struct buf *b, struct safe_text t)
{
    buf_clear(b);
    text_copy(b, t);
}

static void set_ack(const struct book *b, struct book_alert *a, const struct desk_ack *ack)
{
    bool same = ack != NULL && a->is_acked && ack->at_ms == a->acked_ms && ack->until_ms == a->acked_until_ms;

    if (same || (ack == NULL && !a->is_acked))
        return;
    a->dirty = true;
    a->is_acked = ack != NULL;
    if (ack == NULL) {
        book_ack_lost(b, a);
        return;
    }
    book_ack_forget(a);
    a->acked_ms = ack->at_ms;
    a->acked_until_ms = ack->until_ms;
    a->returned_ms = 0;
    put(&a->acked_by, ack->who);
    put(&a->ack_note, ack->note);
}

static void set_silence(const struct book *b, struct book_alert *a)
{
    struct row row = {.kind = KIND_ALERT, .id = a->id, .source = a->source};
    const struct desk_silence *s;

    if (a->kind != KIND_NONE) {
        row.cells[ALERT_KIND] = value_text(text_of(kind_info(a->kind)->name));
        row.cells[ALERT_WHERE] = value_text(a->where);
    }
    s = b->desk != NULL ? desk_silence_of(b->desk, &row, b->now.utc_ms) : NULL;
    int64_t until_ms = s != NULL ? s->ends_ms : 0;
    if (until_ms != a->silenced_ms)
        a->dirty = true;
    a->silenced_ms = until_ms;
    a->silence[0] = '\0';
    if (s != NULL)
        text_show_in(s->id, a->silence, sizeof a->silence);
}

static bool is_due(const struct book *b)
{
    return b->desk_dirty || (b->desk_next_ms != 0 && b->now.utc_ms >= b->desk_next_ms) ||
           b->now.utc_ms < b->desk_seen_ms;
}

/* The next moment at which something ends by the wall clock, as far as it is known now. */
static void next_time(struct book *b, int64_t at_ms)
{
    if (at_ms > b->now.utc_ms && (b->desk_next_ms == 0 || at_ms < b->desk_next_ms))
        b->desk_next_ms = at_ms;
}

static void look_at(struct book *b, const struct symptom_facts *f, struct book_alert *a)
{
    set_maintenance(b, f, a);
    set_silence(b, a);
    if (a->root == a)
        set_ack(b, a, own_ack(b, a));
}

/* What explains it is acked, or it is itself. */
static const struct desk_ack *ack_of(const struct book *b, struct book_alert *a)
{
    return a->root->is_acked ? desk_ack_of(b->desk, a->root->subject, b->now.utc_ms) : own_ack(b, a);
}

void book_desk_look(struct book *b, const struct book_facts *facts)
{
    bool due;

    if (b->maintained == NULL)
        b->maintained = mem_new(1, sizeof *b->maintained);
    due = meet_reservations(b, &facts->now) || is_due(b);
    if (due) {
        b->desk_next_ms = 0;
        next_time(b, b->desk != NULL ? desk_next_ms(b->desk, b->now.utc_ms) : 0);
    }
    b->desk_dirty = false;
    b->desk_seen_ms = b->now.utc_ms;
    for (size_t i = 0; i < b->count; i++)
        if (b->all[i]->phase == BOOK_OPEN && (due || b->all[i]->dirty))
            look_at(b, &facts->now, b->all[i]);
    for (size_t i = 0; i < b->count; i++) {
        struct book_alert *a = b->all[i];
        if (a->phase == BOOK_OPEN && a->root != a && (due || a->dirty || a->root->dirty))
            set_ack(b, a, ack_of(b, a));
    }
    for (size_t i = 0; i < b->count; i++) {
        b->all[i]->dirty |= due;
        if (b->all[i]->is_acked)
            next_time(b, b->all[i]->acked_until_ms);
    }
}
