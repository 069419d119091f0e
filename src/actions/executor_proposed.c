#include <stdio.h>

#include "base/tr.h"
#include "executor_private.h"

/* An order that is too large for one person lies there until somebody else approves it: all of its actions are previewed, and none is
 * anybody's rival. */

enum { EXIT_DATA = 65, WORDS_MAX = 1024, LIST_MAX = 4096, WHO_MAX = 128 };

bool executor_proposed_is_not(const struct executor_run *r, struct err *err)
{
    char id[ORDER_ID_MAX];
    if (r->state == EXECUTOR_REJECTED || r->state == EXECUTOR_EXPIRED) {
        err_set(err, ERR_INPUT, "'%s' is %s", order_nr_id(r->nr, id), executor_run_word(r->state));
        err_hint(err, "propose it anew: nobody has approved it");
        return err_exit(err, EXIT_DATA);
    }
    if (r->state != EXECUTOR_PROPOSED)
        return true;
    err_set(err, ERR_INPUT, "'%s' waits for a second person", order_nr_id(r->nr, id));
    err_hint(err, "'hubtop order approve %s' by somebody else, or 'hubtop order reject %s'", id, id);
    return err_exit(err, EXIT_DATA);
}

static struct executor_run *find(const struct executor *x, int64_t nr, struct err *err)
{
    struct executor_run *r = executor_run_find(x, nr, err);
    char id[ORDER_ID_MAX];
    if (!r || r->state == EXECUTOR_PROPOSED)
        return r;
    err_set(err, ERR_INPUT, "the order '%s' is %s", order_nr_id(r->nr, id), executor_run_word(r->state));
    err_hint(err, "only one that is proposed can be approved or rejected, and once");
    err_exit(err, EXIT_DATA);
    return NULL;
}

/* What all of its actions are now. */
struct verdict {
    enum order_state state;
    struct safe_text approved_by, result;
    int64_t ended_ms;
};

static void set_all(struct executor_run *r, const struct verdict *v)
{
    for (size_t k = 0; k < r->count; k++) {
        struct order *o = &r->items[k]->o;
        if (order_state_ended(o->state) && v->state != ORDER_PREVIEWED)
            continue;
        o->state = v->state;
        o->ended_ms = v->ended_ms;
        o->approved_by = rows_text(&o->arena, v->approved_by);
        o->result = rows_text(&o->arena, v->result);
    }
}

static bool decide(struct executor_run *r, struct journal_entry *e, enum executor_run_state state,
                   const struct verdict *v, struct err *err)
{
    const struct verdict as_it_was = {ORDER_PREVIEWED, text_of(""), text_of(""), 0};
    const struct safe_text why = r->why;
    set_all(r, v);
    r->state = state;
    r->why = state == EXECUTOR_RUNNING ? text_of("") : rows_text(&r->arena, v->result);
    if (executor_write_run(r, e, r->items, r->count, err) != JOURNAL_DONE) {
        set_all(r, &as_it_was);
        r->state = EXECUTOR_PROPOSED;
        r->why = why;
        return false;
    }
    for (size_t k = 0; k < r->count; k++)
        r->x->options.changed(r->x->options.ctx, r->nr, r->items[k]->o.item);
    r->due = state == EXECUTOR_RUNNING;
    r->x->options.wake(r->x->options.ctx);
    return true;
}

bool executor_proposed_begin(struct executor *x, struct journal_entry *e, int64_t nr, struct safe_text by,
                             struct err *err)
{
    struct executor_run *r = find(x, nr, err);
    const struct verdict confirmed = {ORDER_CONFIRMED, by, text_of(""), 0};
    return r && decide(r, e, EXECUTOR_RUNNING, &confirmed, err);
}

bool executor_proposed_end(struct executor *x, struct journal_entry *e, int64_t nr, enum executor_run_state state,
                           const char *words, struct err *err)
{
    struct executor_run *r = find(x, nr, err);
    const struct verdict refused = {ORDER_REFUSED, text_of(""), text_of(words), e->at_ms};
    return r && decide(r, e, state, &refused, err);
}

/* --- its row --- */

/* Whatever but the last does not hold is refused, and not proposed. */
static struct value checks(const struct executor_run *r, struct arena *arena)
{
    static const char *const hold[] = {NC_("check", "fresh"), NC_("check", "unchanged"), NC_("check", "not_frozen"),
                                       NC_("check", "not_taken"), NC_("check", "at_once")};
    struct buf list = buf_make(LIST_MAX), one = buf_make(WORDS_MAX);
    for (size_t k = 0; k < sizeof hold / sizeof *hold; k++) {
        buf_clear(&one);
        buf_printf(&one, NULL, "%s=ok", hold[k]);
        value_list_add(&list, text_from(buf_str(&one), one.len), NULL);
    }
    buf_clear(&one);
    buf_puts(&one, "one_person=no: ", NULL);
    text_copy(&one, r->why);
    value_list_add(&list, text_from(buf_str(&one), one.len), NULL);
    struct value v = value_list(rows_text(arena, text_from(buf_str(&list), list.len)));
    buf_release(&list);
    buf_release(&one);
    return v;
}

void executor_proposed_row(const struct executor_run *r, struct arena *arena, struct row *row)
{
    char words[WORDS_MAX], who[WHO_MAX];
    snprintf(words, sizeof words, tr("waits until somebody other than '%s', with the role approver, approves it"),
             text_show_in(r->who, who, sizeof who));
    row->cells[ACTION_RESULT] = value_text(rows_text(arena, text_of(words)));
    row->cells[ACTION_HASH] = value_text(r->hash);
    row->cells[ACTION_EXPIRES_AT] = value_time(r->at_ms + EXECUTOR_PROPOSED_MS);
    row->cells[ACTION_CHECKS] = checks(r, arena);
}
