#include "domain/book.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/book_private.h"
#include "domain/state.h"

enum { KEY_MAX = 1 << 16, LIST_MAX = 1 << 18, OPEN_MAX = 2 * BOOK_ALERTS_MAX };

/* --- life --- */

struct book *book_new(const struct thresholds *t)
{
    struct book *b = mem_new(1, sizeof *b);

    b->limits = t;
    b->key = b->telling = buf_make(KEY_MAX);
    b->list = buf_make(LIST_MAX);
    b->desk_dirty = b->topology_dirty = true;
    return b;
}

void book_free(struct book *b)
{
    if (b == NULL)
        return;
    for (size_t i = 0; i < b->count; i++)
        book_alert_free(b->all[i]);
    book_index_release(&b->by_id);
    book_index_release(&b->by_rule);
    book_desk_release(b);
    book_hides_release(b);
    buf_release(&b->key);
    buf_release(&b->telling);
    buf_release(&b->list);
    free(b->all);
    free(b);
}

/* --- what is told --- */

static void pack(struct buf *out, const struct row *row)
{
    buf_clear(out);
    row_pack(row, out, NULL);
}

/* Silences of ours, by their ids, are not its source's. */
static void keep_silences(struct buf *list, struct row *row)
{
    struct safe_text rest = value_text_or(&row->cells[ALERT_SILENCED_BY], ""), id;
    char shown[DESK_ID_MAX];

    buf_clear(list);
    while (value_list_next(&rest, &id)) {
        text_show_in(id, shown, sizeof shown);
        if (strncmp(shown, "S-", 2) != 0)
            value_list_add(list, id, NULL);
    }
    row->cells[ALERT_SILENCED_BY] = list->len > 0 ? value_list(text_from(list->data, list->len)) : value_none();
    if (list->len == 0 && !value_known(&row->cells[ALERT_INHIBITED_BY]))
        row->cells[ALERT_SILENCED_UNTIL] = row->cells[ALERT_STATE] = value_none();
}

/* A told row without what the book added to it. */
static void remember_told(struct book *b, struct book_alert *a, const struct row *alert)
{
    static const enum alert_field added[] = {
        ALERT_PARENT,       ALERT_CHILDREN,     ALERT_ACKED_BY,       ALERT_ACKED_UNTIL, ALERT_ACKED_AT,
        ALERT_ACK_NOTE,     ALERT_NOTES,        ALERT_STEPS_DONE,     ALERT_FLAPS,       ALERT_RETURNED_AT,
        ALERT_RESOLVED_AT,  ALERT_ESCALATED_AT, ALERT_MAINTENANCE,    ALERT_ACK_ENDED,   ALERT_ACK_ENDED_AT,
        ALERT_ACK_ENDED_OF, ALERT_ACK_ENDED_BY, ALERT_ACK_ENDED_FROM, ALERT_ACK_ENDED_TO};
    struct row row = *alert;

    for (size_t i = 0; i < sizeof added / sizeof *added; i++)
        row.cells[added[i]] = value_none();
    keep_silences(&b->key, &row);
    pack(&a->told, &row);
}

void book_remember(struct book *b, const struct row *alert)
{
    struct book_alert *a;

    if (b->looked || b->count >= OPEN_MAX || book_index_find(&b->by_id, alert->source, alert->id) != NULL)
        return;
    a = book_alert_new(b, alert);
    pack(&a->row, alert);
    book_life_adopt(a, alert);
    if (text_is(alert->source, BOOK_SOURCE))
        return;
    a->is_told = a->is_new = a->phase == BOOK_OPEN;
    remember_told(b, a, alert);
}

void book_told_begin(struct book *b, struct safe_text source)
{
    buf_clear(&b->telling);
    text_copy(&b->telling, source);
    b->is_telling = true;
    for (size_t i = 0; i < b->count; i++)
        b->all[i]->is_told_next = false;
}

void book_told(struct book *b, const struct row *alert)
{
    struct safe_text source = text_from(b->telling.data, b->telling.len);
    struct book_alert *a = book_index_find(&b->by_id, source, alert->id);
    struct row row = *alert;

    if (!b->is_telling || text_is(source, BOOK_SOURCE))
        return;
    row.source = source;
    if (a == NULL && b->count >= OPEN_MAX) {
        b->refused++;
        return;
    }
    if (a == NULL)
        a = book_alert_new(b, &row);
    a->is_told_next = true;
    pack(&b->list, &row);
    if (text_equal(text_from(b->list.data, b->list.len), text_from(a->next.data, a->next.len)))
        return;
    buf_clear(&a->next);
    buf_put(&a->next, b->list.data, b->list.len, NULL);
}

/* What was told holds from now on. */
static void take(struct book_alert *a)
{
    a->is_new |= a->is_told != a->is_told_next;
    a->is_told = a->is_told_next;
    if (!a->is_told)
        return;
    if (text_equal(text_from(a->next.data, a->next.len), text_from(a->told.data, a->told.len)))
        return;
    buf_clear(&a->told);
    buf_put(&a->told, a->next.data, a->next.len, NULL);
    a->is_new = a->dirty = true;
}

void book_told_end(struct book *b)
{
    struct safe_text source = text_from(b->telling.data, b->telling.len);

    for (size_t i = 0; b->is_telling && i < b->count; i++)
        if (text_equal(b->all[i]->source, source))
            take(b->all[i]);
    b->is_telling = false;
    b->told_refused = b->refused;
    b->refused = 0;
}

void book_desk(struct book *b, const struct desk *desk)
{
    b->desk = desk;
    b->desk_dirty = true;
}

void book_impact(struct book *b, struct safe_text source, struct safe_text id, const struct impact_sum *sum)
{
    struct book_alert *a = book_index_find(&b->by_id, source, id);

    if (a == NULL)
        return;
    a->impact = *sum;
    a->has_impact = true;
    a->dirty = true;
}

void book_change(struct book *b, struct safe_text source, struct safe_text id, struct safe_text change)
{
    struct book_alert *a = book_index_find(&b->by_id, source, id);

    if (a == NULL)
        return;
    buf_clear(&a->change);
    text_copy(&a->change, change);
    a->dirty = true;
}

/* --- looking --- */

static void take_symptom(void *ctx, const struct symptom *s)
{
    struct book *b = ctx;
    bool holds = s->severity != SEVERITY_OK && s->severity != SEVERITY_UNKNOWN;
    const char *word = symptom_word(s->rule);
    struct book_alert *a = b->count > 0 ? book_alert_find(b, word, s->kind, s->where) : NULL;

    if (a == NULL && holds && b->count < OPEN_MAX)
        a = book_alert_own(b, word, s->kind, s->where, book_cluster_of(s));
    if (a != NULL && !a->seen)
        book_life_symptom(b, a, s);
}

static bool is_known(const struct symptom_facts *f, struct safe_text source)
{
    for (size_t i = 0; i < f->count[KIND_SOURCE]; i++)
        if (text_equal(f->rows[KIND_SOURCE][i].id, source))
            return true;
    return f->count[KIND_SOURCE] == 0 || text_is(source, BOOK_JOURNAL) || text_is(source, BOOK_PEOPLE);
}

/* Those of a source that is no longer asked are told by nobody. */
static void look_at_told(struct book *b, const struct symptom_facts *f, struct book_alert *a, struct safe_text *known)
{
    if (!text_equal(a->source, *known)) {
        if (is_known(f, a->source))
            *known = a->source;
        else {
            a->is_new |= a->is_told;
            a->is_told = false;
        }
    }
    book_life_told(b, a);
}

static void look_at_all(struct book *b, const struct symptom_facts *f)
{
    struct safe_text known = text_of("");

    for (size_t i = 0; i < b->count; i++) {
        struct book_alert *a = b->all[i];
        bool full = text_is(a->rule, BOOK_RULE_FULL);
        book_life_age(b, a);
        if (!text_is(a->source, BOOK_SOURCE))
            look_at_told(b, f, a, &known);
        else if (!a->seen && !full)
            book_life_unseen(b, f, a);
    }
}

static bool is_gone(const struct book *b, const struct book_alert *a)
{
    bool own = text_is(a->source, BOOK_SOURCE);

    if (a->phase == BOOK_NEVER)
        return own ? a->pend_boot_ms < 0 : !a->is_told && !a->is_told_next;
    return a->phase == BOOK_OVER && b->now.boot_ms - a->over_boot_ms > BOOK_KEEP_MS;
}

static void begin(struct book *b, struct instant now)
{
    b->now = now;
    if (!b->looked) {
        b->begun_boot_ms = now.boot_ms;
        for (size_t i = 0; i < b->count; i++)
            book_life_settle(b, b->all[i]);
    }
    for (size_t i = 0; i < b->count; i++)
        b->all[i]->seen = false;
}

/* One alert of ours says how many were left out. */
static void tell_left_out(struct book *b)
{
    size_t n = b->left_out + b->told_refused;
    struct book_alert *a = book_alert_find(b, BOOK_RULE_FULL, KIND_NONE, text_of(""));

    if (n == 0 && a == NULL)
        return;
    if (a == NULL)
        a = book_alert_own(b, BOOK_RULE_FULL, KIND_NONE, text_of(""), text_of(""));
    book_life_full(b, a, n);
}

void book_look(struct book *b, const struct book_facts *facts, struct instant now)
{
    struct symptom_facts f = facts->now;

    begin(b, now);
    book_list_sort(b);
    f.now_ms = now.utc_ms;
    symptom_each(&f, b->limits, take_symptom, b);
    look_at_all(b, &f);
    book_list_sweep(b, is_gone);
    book_list_limit(b);
    tell_left_out(b);
    b->looked = true;
    book_hides_anew(b);
    book_topology_look(b, facts);
    book_desk_look(b, facts);
    book_row_refresh(b);
}

/* --- rows --- */

bool book_changed(const struct book *b)
{
    bool changed = b->removed;

    for (size_t i = 0; !changed && i < b->count; i++)
        changed = b->all[i]->changed || (b->looked && b->all[i]->dirty && b->all[i]->phase != BOOK_NEVER);
    return changed;
}

void book_each(struct book *b, bool (*each)(void *ctx, const struct row *alert, bool changed), void *ctx)
{
    bool on = true;

    if (b->looked)
        book_row_refresh(b);
    book_list_sort(b);
    for (size_t i = 0; on && i < b->count; i++) {
        struct book_alert *a = b->all[i];
        struct row row = {.kind = KIND_ALERT};
        if (a->phase == BOOK_NEVER || !row_unpack(KIND_ALERT, a->row.data, a->row.len, &row, NULL))
            continue;
        row.id = a->id;
        row.source = a->source;
        on = each(ctx, &row, a->changed);
        a->changed = false;
    }
    b->removed = false;
}
