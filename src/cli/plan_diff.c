#include "cli/plan_diff.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/tr.h"
#include "cli/plan_out_more.h"

enum { SHOWN = 256, ITEM_MAX = 4 << 20 };

static const int fields[] = {PLAN_STATE, PLAN_ASKED, PLAN_MOVES, PLAN_JOBS, PLAN_STARTS, PLAN_SNAPSHOT};

/* --- what differs --- */

static bool same_way(const struct row *a, const struct row *b)
{
    static const int ends[] = {MOVE_FROM, MOVE_TO, MOVE_QUEUE, MOVE_QUEUE_TO, MOVE_DELAY_MAX_MS, MOVE_TRANSFER};
    bool same = (value_int_or(&a->cells[MOVE_RUNNING], 0) > 0) == (value_int_or(&b->cells[MOVE_RUNNING], 0) > 0);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        same = same && value_equal(&a->cells[ends[i]], &b->cells[ends[i]]);
    return same;
}

static const struct row *alike(const struct rows *rows, const struct row *m)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (same_way(&rows->all[i], m))
            return &rows->all[i];
    }
    return NULL;
}

/* One move of both plans; NULL: one of them has none. */
struct change {
    const struct row *was, *is;
};

static const char *name_of(const struct change *c)
{
    return !c->is ? "gone" : !c->was ? "new" : "changed";
}

static const struct row *either(const struct change *c)
{
    return c->was ? c->was : c->is;
}

static int64_t jobs_of(const struct row *move)
{
    return move ? value_int_or(&move->cells[MOVE_JOBS], 0) : 0;
}

typedef void put_change(void *ctx, const struct change *c);

static void each_change(const struct plan_out *a, const struct plan_out *b, put_change *put, void *ctx)
{
    for (size_t i = 0; i < a->moves.count; i++) {
        const struct change c = {&a->moves.all[i], alike(&b->moves, &a->moves.all[i])};
        if (!c.is || !value_equal(&c.was->cells[MOVE_JOB_IDS], &c.is->cells[MOVE_JOB_IDS]) ||
            !value_equal(&c.was->cells[MOVE_UNTIL], &c.is->cells[MOVE_UNTIL]))
            put(ctx, &c);
    }
    for (size_t i = 0; i < b->moves.count; i++) {
        const struct change c = {NULL, &b->moves.all[i]};
        if (!alike(&a->moves, c.is))
            put(ctx, &c);
    }
}

static const char *shown(const struct value *v, char out[SHOWN])
{
    if (v->type == VALUE_INT)
        snprintf(out, SHOWN, "%" PRId64, v->as.i);
    else
        text_show_in(value_text_or(v, "-"), out, SHOWN);
    return out;
}

/* --- text and Markdown --- */

struct text {
    FILE *to;
    bool markdown;
};

static void put_text(void *ctx, const struct change *c)
{
    const struct text *t = ctx;
    const struct value *cells = either(c)->cells;
    const char sign = !c->is ? '-' : !c->was ? '+' : '~';
    char from[SHOWN], to[SHOWN], queue[SHOWN];
    bool hold = plan_out_more_is_hold(either(c));
    shown(&cells[MOVE_FROM], from);
    shown(&cells[MOVE_TO], to);
    shown(&cells[hold ? MOVE_TRANSFER : MOVE_QUEUE], queue);
    if (t->markdown)
        fprintf(t->to, "| %c | %s > %s | %s | %" PRId64 " | %" PRId64 " |\n", sign, from, to, queue, jobs_of(c->was),
                jobs_of(c->is));
    else if (hold) {
        fprintf(t->to, "%c %s > %s  ", sign, from, to);
        fprintf(t->to, tr("transfer %s\n"), queue);
    } else {
        fprintf(t->to, "%c %s > %s  %s  ", sign, from, to, queue);
        fprintf(t->to, tr("jobs %" PRId64 " > %" PRId64 "\n"), jobs_of(c->was), jobs_of(c->is));
    }
}

static void put_fields(FILE *to, const struct plan_out *a, const struct plan_out *b, bool markdown)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct value *x = &a->plan.cells[fields[i]], *y = &b->plan.cells[fields[i]];
        char p[SHOWN], q[SHOWN];
        if (!value_equal(x, y))
            fprintf(to, markdown ? "| %s | %s | %s |\n" : "%s: %s > %s\n", kind_info(KIND_PLAN)->fields[fields[i]].name,
                    shown(x, p), shown(y, q));
    }
}

void plan_diff_text(FILE *to, const struct plan_out *a, const struct plan_out *b, bool markdown)
{
    const struct text t = {to, markdown};
    char p[SHOWN], q[SHOWN];
    if (markdown) {
        text_show_in(a->plan.id, p, sizeof p);
        text_show_in(b->plan.id, q, sizeof q);
        fprintf(to, "# %s > %s\n\n| | %s | %s |\n| --- | --- | --- |\n", p, q, p, q);
    }
    put_fields(to, a, b, markdown);
    if (markdown)
        fprintf(to, "\n## %s\n\n| | | | %s | %s |\n| --- | --- | --- | ---: | ---: |\n", tr("Moves"), p, q);
    each_change(a, b, put_text, (void *)(uintptr_t)&t);
}

/* --- JSON --- */

static void put_value(struct json_writer *w, const char *key, const struct value *v)
{
    json_put_key(w, key);
    if (v->type == VALUE_INT)
        json_put_int(w, v->as.i);
    else if (value_known(v))
        json_put_text(w, value_text_or(v, ""));
    else
        json_put_null(w);
}

static int by_text(const void *a, const void *b)
{
    return text_cmp(*(const struct safe_text *)a, *(const struct safe_text *)b);
}

struct ids {
    struct safe_text *all;
    size_t count;
};

static struct ids ids_of(const struct row *move)
{
    struct ids ids = {0};
    struct safe_text rest = move ? value_text_or(&move->cells[MOVE_JOB_IDS], "") : text_of(""), one;
    ids.all = mem_new((size_t)jobs_of(move) + text_len(rest) + 1, sizeof *ids.all);
    while (value_list_next(&rest, &one))
        ids.all[ids.count++] = one;
    if (ids.count > 1)
        qsort(ids.all, ids.count, sizeof *ids.all, by_text);
    return ids;
}

static void put_only(struct json_writer *w, const char *key, const struct ids *in, const struct ids *not_in)
{
    json_put_key(w, key);
    json_open_array(w);
    for (size_t i = 0; i < in->count; i++) {
        if (not_in->count == 0 || !bsearch(&in->all[i], not_in->all, not_in->count, sizeof *in->all, by_text))
            json_put_text(w, in->all[i]);
    }
    json_close_array(w);
}

static void put_json(void *ctx, const struct change *c)
{
    static const struct {
        const char *key;
        int field;
    } ends[] = {{"from", MOVE_FROM},
                {"to", MOVE_TO},
                {"queue", MOVE_QUEUE},
                {"queue_to", MOVE_QUEUE_TO},
                {"transfer", MOVE_TRANSFER}};
    struct json_writer *w = ctx;
    struct ids was = ids_of(c->was), is = ids_of(c->is);
    json_open_object(w);
    json_put_key(w, "change");
    json_put_str(w, name_of(c));
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        put_value(w, ends[i].key, &either(c)->cells[ends[i].field]);
    json_put_key(w, "jobs_from");
    json_put_int(w, jobs_of(c->was));
    json_put_key(w, "jobs_to");
    json_put_int(w, jobs_of(c->is));
    put_only(w, "left", &was, &is);
    put_only(w, "joined", &is, &was);
    json_close_object(w);
    free(was.all);
    free(is.all);
}

void plan_diff_json(FILE *to, const struct plan_out *a, const struct plan_out *b)
{
    struct buf out = buf_make(ITEM_MAX);
    struct json_writer w = json_writer_make(&out);
    json_open_object(&w);
    json_put_key(&w, "from");
    json_put_text(&w, a->plan.id);
    json_put_key(&w, "to");
    json_put_text(&w, b->plan.id);
    json_put_key(&w, "fields");
    json_open_array(&w);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct value *x = &a->plan.cells[fields[i]], *y = &b->plan.cells[fields[i]];
        if (value_equal(x, y))
            continue;
        json_open_object(&w);
        json_put_key(&w, "field");
        json_put_str(&w, kind_info(KIND_PLAN)->fields[fields[i]].name);
        put_value(&w, "from", x);
        put_value(&w, "to", y);
        json_close_object(&w);
    }
    json_close_array(&w);
    json_put_key(&w, "moves");
    json_open_array(&w);
    each_change(a, b, put_json, &w);
    json_close_array(&w);
    json_close_object(&w);
    fprintf(to, "%s\n", buf_str(&out));
    buf_release(&out);
}
