#include "cli/order_watch.h"

#include <string.h>
#include <time.h>

#include "cli/out.h"
#include "cli/wait.h"

enum { LOOK_MS = 50 };

struct meant {
    struct safe_text id;
    int field;
};

static bool is_meant(void *ctx, const struct row *row)
{
    const struct meant *m = ctx;
    return text_equal(value_text_or(&row->cells[m->field], ""), m->id);
}

static void count(const struct query_rows *rows, struct meant *m, struct order_watch *out)
{
    struct row row;
    *out = (struct order_watch){0};
    for (size_t i = 0; i < query_rows_count(rows); i++) {
        if (!query_rows_at(rows, i, &row) || !is_meant(m, &row))
            continue;
        struct safe_text state = value_text_or(&row.cells[ACTION_STATE], "");
        const struct value *done = &row.cells[ACTION_DONE];
        out->count++;
        out->done += value_int_or(done, 0) == 1;
        out->refused += value_int_or(done, 1) == 0;
        out->unknown += text_is(state, "unknown");
        out->open += !value_known(done);
    }
}

static void pause_a_moment(void)
{
    nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * 1000000L}, NULL);
}

bool order_watch(struct query *q, const struct setup *s, const struct options *o, const char *id, bool plan,
                 struct order_watch *out, void (*each)(void *ctx, const struct order_watch *w), bool (*more)(void *ctx),
                 void *ctx, struct err *err)
{
    struct meant m = {text_of(id), plan ? ACTION_PLAN : ACTION_ORDER};
    struct query_rows *rows = query_rows_new(q, KIND_ACTION, QUERY_NOW);
    int64_t until_ms = clock_boot_ms() + (int64_t)(o->timeout_s * 1000);
    struct order_watch last = {0};
    bool ok = true;
    do {
        ok = wait_for_rows(rows, clock_now(&s->clock), err);
        if (ok)
            count(rows, &m, out);
        if (ok && each && memcmp(&last, out, sizeof last) != 0)
            each(ctx, out);
        last = *out;
        if (!ok || (out->count > 0 && out->open == 0) || (more && !more(ctx)))
            break;
        pause_a_moment();
    } while (clock_boot_ms() < until_ms);
    query_rows_free(rows);
    return ok;
}

bool order_watch_print(struct query *q, const struct setup *s, const struct options *o, const char *id, bool plan,
                       struct err *err)
{
    struct meant m = {text_of(id), plan ? ACTION_PLAN : ACTION_ORDER};
    struct query_rows *rows = query_rows_new(q, KIND_ACTION, QUERY_NOW);
    struct out_plan p;
    bool ok = out_plan(&p, o, KIND_ACTION, clock_now(&s->clock).utc_ms, err) &&
              wait_for_rows(rows, clock_now(&s->clock), err);
    FILE *f = ok ? out_open(o, err) : NULL;
    if (f) {
        p.wants = is_meant;
        p.ctx = &m;
        ok = out_rows(&p, rows, f, err);
        ok = out_close(o, f, err) && ok;
    }
    query_rows_free(rows);
    return f && ok;
}

int order_watch_status(const struct order_watch *w)
{
    if (w->open > 0)
        return 75;
    if (w->refused == 0)
        return 0;
    return w->done > 0 ? 1 : 77;
}
