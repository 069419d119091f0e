#include "collector/freeze.h"

#include "domain/around.h"

enum { EXIT_NOT_ALLOWED = 77, ROOM = 64 << 10 };

/* Rows of the present; what nobody has told since the collector started is not found, and what it lies in is not known. */
struct present {
    struct store *store;
    struct buf room;
    struct row row;
};

static const struct row *find(void *ctx, enum kind kind, struct safe_text id)
{
    struct present *p = ctx;
    return store_find(p->store, kind, id, &p->room, &p->row) ? &p->row : NULL;
}

static bool is_frozen(const struct desk_window *w, struct err *err)
{
    char id[64], reason[160];
    err_set(err, ERR_TRANSIENT, "changes are frozen by '%s': %s", text_show_in(w->id, id, sizeof id),
            text_show_in(w->reason, reason, sizeof reason));
    err_hint(err, "'hubtop maintenance list' shows until when");
    return err_exit(err, EXIT_NOT_ALLOWED);
}

/* A freeze of everything counts where nothing is around, too. */
static bool allows(const struct desk *desk, const struct around *around, int64_t now_ms, struct err *err)
{
    for (size_t i = 0; i < around->count; i++) {
        const struct desk_window *w = desk_freeze_of(desk, around->all[i].kind, around->all[i].id, now_ms);
        if (w)
            return is_frozen(w, err);
    }
    return true;
}

/* SCHEDULER, or SCHEDULER/QUEUE. */
static void add_end(struct around *a, struct safe_text end, const struct around_facts *facts)
{
    struct safe_text rest = end, scheduler = end;
    text_split(&rest, '/', &scheduler);
    if (!text_equal(scheduler, end))
        around_add(a, KIND_QUEUE, end, facts);
    around_add(a, KIND_SCHEDULER, scheduler, facts);
}

static void add_queue(struct around *a, struct safe_text scheduler, struct safe_text queue,
                      const struct around_facts *facts)
{
    struct buf id = buf_make(ROOM);
    text_copy(&id, scheduler);
    buf_putc(&id, '/', NULL);
    text_copy(&id, queue);
    if (!text_empty(queue))
        around_add(a, KIND_QUEUE, text_from(buf_str(&id), id.len), facts);
    buf_release(&id);
}

bool freeze_allows_order(const struct desk *desk, struct store *store, const struct order *o, int64_t now_ms,
                         struct err *err)
{
    struct present present = {.store = store, .room = buf_make(ROOM)};
    const struct around_facts facts = {find, &present};
    struct around a = around_make();
    around_add(&a, o->kind, o->target, &facts);
    add_end(&a, o->from, &facts);
    add_queue(&a, o->from, o->seen_queue, &facts);
    add_end(&a, o->to, &facts);
    bool ok = allows(desk, &a, now_ms, err);
    around_release(&a);
    buf_release(&present.room);
    return ok;
}

static bool intakes_allowed(const struct desk *desk, const struct plan *p, const struct around_facts *facts,
                            int64_t now_ms, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < p->intake_count; i++) {
        struct around a = around_make();
        around_add(&a, p->intakes[i].kind, p->intakes[i].id, facts);
        ok = allows(desk, &a, now_ms, err);
        around_release(&a);
    }
    return ok;
}

bool freeze_allows_plan(const struct desk *desk, struct store *store, const struct plan *p, int64_t now_ms,
                        struct err *err)
{
    struct present present = {.store = store, .room = buf_make(ROOM)};
    const struct around_facts facts = {find, &present};
    bool ok = intakes_allowed(desk, p, &facts, now_ms, err);
    for (size_t i = 0; ok && i < p->move_count + p->hold_count; i++) {
        const struct plan_move *m = i < p->move_count ? &p->moves[i] : NULL;
        const struct plan_hold *h = m ? NULL : &p->holds[i - p->move_count];
        struct around a = around_make();
        if (m && !m->excluded) {
            add_end(&a, m->from, &facts);
            add_queue(&a, m->from, m->queue, &facts);
            add_end(&a, m->to, &facts);
            add_queue(&a, m->to, m->queue_to, &facts);
            around_add(&a, KIND_LINK, m->link, &facts);
        } else if (h && !h->excluded)
            around_add(&a, KIND_TRANSFER, h->transfer, &facts);
        ok = allows(desk, &a, now_ms, err);
        around_release(&a);
    }
    buf_release(&present.room);
    return ok;
}
