#include "cli/plan_create.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "cli/fail.h"
#include "cli/out.h"
#include "cli/plan_ask.h"
#include "cli/plan_gather.h"
#include "cli/review_out.h"
#include "cli/wait.h"
#include "domain/plan_json.h"
#include "domain/plan_rows.h"

/* A plan is computed from what is known, shown, and proposed to the collector. */

enum { EXIT_NOT_FOUND = 67, REMARK_MAX = 4096, PIECE_MAX = 256 << 10 };

struct work {
    const struct setup *s;
    const struct options *o;
    struct query *q;
};

static bool is_form(const struct options *o, const char *form)
{
    return strcmp(o->format ? o->format : "text", form) == 0;
}

/* --- rows of plans --- */

/* Those of a plan; `id` NULL: all. */
bool plan_create_rows(const struct setup *s, struct query *q, enum kind kind, int plan_field, const char *id,
                      struct rows *out, size_t *all, struct err *err)
{
    struct query_rows *rows = query_rows_new(q, kind, s->at_ms);
    struct row row;
    bool ok = wait_for_rows(rows, clock_now(&s->clock), err);
    size_t n = ok ? query_rows_count(rows) : 0;
    for (size_t i = 0; i < n; i++) {
        if (query_rows_at(rows, i, &row) &&
            (!id || text_is(plan_field < 0 ? row.id : value_text_or(&row.cells[plan_field], ""), id)))
            rows_add(out, &row);
    }
    if (all)
        *all = n;
    query_rows_free(rows);
    return ok;
}

/* Of all plans that are kept. */
static bool take_record(const struct setup *s, struct query *q, struct plan_out *p, struct err *err)
{
    struct rows plans = {0};
    bool ok = plan_create_rows(s, q, KIND_PLAN, -1, NULL, &plans, NULL, err);
    p->record = review_out_record(&plans);
    rows_release(&plans);
    return ok;
}

bool plan_create_find(const struct setup *s, struct query *q, const char *id, struct plan_out *p, struct rows *plans,
                      struct err *err)
{
    if (!take_record(s, q, p, err) || !plan_create_rows(s, q, KIND_PLAN, -1, id, plans, NULL, err) ||
        !plan_create_rows(s, q, KIND_MOVE, MOVE_PLAN, id, &p->moves, NULL, err) ||
        !plan_create_rows(s, q, KIND_EFFECT, EFFECT_PLAN, id, &p->effects, NULL, err))
        return false;
    if (plans->count > 0) {
        p->plan = plans->all[0];
        return true;
    }
    err_set(err, ERR_INPUT, "there is no plan '%s'", id);
    err_hint(err, "'hubtop plan list' lists those there are");
    return err_exit(err, EXIT_NOT_FOUND);
}

void plan_create_release(struct plan_out *p, struct rows *plans)
{
    rows_release(&p->moves);
    rows_release(&p->effects);
    rows_release(plans);
}

static bool print(const struct options *o, const struct plan_out *p, struct err *err)
{
    FILE *to = out_open(o, err);
    bool ok = to != NULL, found = true;
    if (ok && is_form(o, "json"))
        found = plan_out_json(to, p);
    else if (ok)
        found = plan_out_text(to, p, is_form(o, "md"));
    ok = ok && out_close(o, to, err);
    if (ok && !found) {
        err_set(err, ERR_INPUT, "the plan does not move the job '%s'", p->job);
        err_hint(err, "'hubtop room --for' tells where it could go");
        return err_exit(err, EXIT_NOT_FOUND);
    }
    return ok;
}

/* --- create --- */

/* Short: a console reads it from a child. */
static void print_made(FILE *to, const struct plan *p, const char *id)
{
    struct arena arena = {0};
    struct row row;
    struct buf out = buf_make(REMARK_MAX * 2);
    struct json_writer w = json_writer_make(&out);
    static const int numbers[] = {PLAN_MOVES, PLAN_JOBS, PLAN_STARTS};
    plan_rows_plan(p, &arena, &row);
    json_open_object(&w);
    request_put(&w, "id", id);
    request_put(&w, "state", "proposed");
    for (size_t i = 0; i < 3; i++) {
        json_put_key(&w, kind_info(KIND_PLAN)->fields[numbers[i]].name);
        json_put_int(&w, value_int_or(&row.cells[numbers[i]], 0));
    }
    json_put_key(&w, "gap_pct");
    json_put_real(&w, value_real_or(&row.cells[PLAN_GAP_PCT], (double)NAN));
    json_put_key(&w, "remark");
    json_put_text(&w, p->remark);
    json_put_key(&w, "hash");
    json_put_text(&w, p->hash);
    json_close_object(&w);
    fprintf(to, "%s\n", buf_str(&out));
    buf_release(&out);
    arena_release(&arena);
}

static bool show_computed(struct work *w, const struct plan *p, struct err *err)
{
    struct rows all = {0};
    struct plan_out out = {.dry_run = true};
    plan_rows(p, &all);
    for (size_t i = 0; i < all.count; i++) {
        if (all.all[i].kind == KIND_PLAN)
            out.plan = all.all[i];
        else
            rows_add(all.all[i].kind == KIND_MOVE ? &out.moves : &out.effects, &all.all[i]);
    }
    bool ok = take_record(w->s, w->q, &out, err) && print(w->o, &out, err);
    plan_create_release(&out, &all);
    return ok;
}

/* The request of a piece: `nr` of a plan that goes on, or -1 for the last. */
static char *piece_ask(struct work *w, const char *bytes, size_t n, int64_t nr, const char *hash, struct err *err)
{
    struct buf ask = buf_make(2 * PIECE_MAX + REQUEST_ASK_MAX);
    struct json_writer j = json_writer_make(&ask);
    json_open_object(&j);
    json_put_key(&j, "plan");
    json_put_text(&j, text_from(bytes, n));
    if (nr >= 0) {
        json_put_key(&j, "nr");
        json_put_int(&j, nr);
    } else {
        request_put(&j, "replaces", w->o->replaces);
        request_put(&j, "hash", hash);
    }
    json_close_object(&j);
    char *made = j.err.kind == ERR_NONE ? mem_strndup(buf_str(&ask), ask.len) : NULL;
    if (!made)
        *err = j.err;
    buf_release(&ask);
    return made;
}

/* Bytes of the next piece: what is left, or fewer, that end between two characters. */
static size_t piece_of(const char *bytes, size_t left)
{
    size_t n = left < PIECE_MAX ? left : PIECE_MAX;
    while (n < left && n > 1 && ((unsigned char)bytes[n] & 0xc0) == 0x80)
        n--;
    return n;
}

/* A plan that is too large for one frame goes in pieces. */
static bool send_body(struct work *w, const struct buf *body, const char *hash, char made[REQUEST_MADE_MAX],
                      struct err *err)
{
    struct request_part *parts = mem_new(body->len / (PIECE_MAX / 2) + 2, sizeof *parts);
    size_t n = 0, at = 0;
    bool ok = true;
    while (ok && (n == 0 || at < body->len)) {
        size_t take = piece_of(buf_str(body) + at, body->len - at);
        bool last = at + take == body->len;
        char *ask = piece_ask(w, buf_str(body) + at, take, last ? -1 : (int64_t)n, hash, err);
        ok = ask != NULL;
        parts[n++] = (struct request_part){last ? "plan_propose" : "plan_piece", ask};
        at += take;
    }
    ok = ok && request_send_parts(w->s, w->o, parts, n, made, err);
    for (size_t i = 0; i < n; i++)
        free((char *)(uintptr_t)parts[i].ask);
    free(parts);
    return ok;
}

static bool send(struct work *w, const struct plan *p, const char *hash, char made[REQUEST_MADE_MAX], struct err *err)
{
    struct buf body = buf_make(PLAN_JSON_MAX);
    bool ok = plan_json_write(p, &body, err) && send_body(w, &body, hash, made, err);
    buf_release(&body);
    return ok;
}

bool plan_create_show(const struct setup *s, const struct options *o, struct query *q, const char *id, struct err *err)
{
    struct plan_out out = {.job = o->job};
    struct rows plans = {0};
    bool ok = plan_create_find(s, q, id, &out, &plans, err) && print(o, &out, err);
    plan_create_release(&out, &plans);
    return ok;
}

static bool propose(struct work *w, struct plan *p, char made[REQUEST_MADE_MAX], struct err *err)
{
    char hash[PLAN_HASH_SIZE];
    if (!plan_json_hash(p, hash, err) || !send(w, p, hash, made, err))
        return false;
    if (!is_form(w->o, "json"))
        return plan_create_show(w->s, w->o, w->q, made, err);
    p->hash = text_of(hash);
    FILE *to = out_open(w->o, err);
    if (to)
        print_made(to, p, made);
    return to && out_close(w->o, to, err);
}

bool plan_create(const struct setup *s, const struct options *o, struct query *q, char made[REQUEST_MADE_MAX],
                 struct err *err)
{
    struct work w = {s, o, q};
    struct plan p = {.snapshot = -1};
    struct arena arena = {0};
    struct plan_ask ask;
    int64_t rev = 0, now_ms = s->at_ms ? s->at_ms : clock_now(&s->clock).utc_ms;
    bool dry = o->dry_run || o->offline || o->at;
    struct plan_facts *f = plan_ask_read(o, now_ms, &arena, &ask, err) ? plan_gather(q, s, &rev, err) : NULL;
    bool ok = f && plan_make(f, &ask, &s->limits, now_ms, &p, err);
    made[0] = '\0';
    p.snapshot = rev;
    if (ok && dry && !o->dry_run)
        fail_note(o, "%s", tr("without a collector a plan is a dry run: it is proposed to nobody"));
    ok = ok && (dry ? show_computed(&w, &p, err) : propose(&w, &p, made, err));
    plan_facts_free(f);
    plan_release(&p);
    arena_release(&arena);
    return ok;
}
