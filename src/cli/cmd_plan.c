#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"
#include "cli/fail.h"
#include "cli/out.h"
#include "cli/plan_ask.h"
#include "cli/plan_gather.h"
#include "cli/plan_out.h"
#include "cli/request.h"
#include "cli/review_out.h"
#include "cli/wait.h"
#include "domain/plan_json.h"
#include "domain/plan_rows.h"

enum { EXIT_NOT_FOUND = 67, IDS_MAX = 64, REMARK_MAX = 4096 };

extern const struct command cmd_get;

struct work {
    const struct options *o;
    struct setup s;
    struct query *q;
    int64_t now_ms;
};

static bool is_form(const struct options *o, const char *form)
{
    return strcmp(o->format ? o->format : "text", form) == 0;
}

/* --- rows of plans --- */

/* Those of a plan; `id` NULL: all. */
static bool take_rows(struct work *w, enum kind kind, int plan_field, const char *id, struct rows *out, size_t *all,
                      struct err *err)
{
    struct query_rows *rows = query_rows_new(w->q, kind, w->s.at_ms);
    struct row row;
    bool ok = wait_for_rows(rows, clock_now(&w->s.clock), err);
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
static bool take_record(struct work *w, struct plan_out *p, struct err *err)
{
    struct rows plans = {0};
    bool ok = take_rows(w, KIND_PLAN, -1, NULL, &plans, NULL, err);
    p->record = review_out_record(&plans);
    rows_release(&plans);
    return ok;
}

static bool find(struct work *w, const char *id, struct plan_out *p, struct rows *plans, struct err *err)
{
    if (!take_record(w, p, err) || !take_rows(w, KIND_PLAN, -1, id, plans, NULL, err) ||
        !take_rows(w, KIND_MOVE, MOVE_PLAN, id, &p->moves, NULL, err) ||
        !take_rows(w, KIND_EFFECT, EFFECT_PLAN, id, &p->effects, NULL, err))
        return false;
    if (plans->count > 0) {
        p->plan = plans->all[0];
        return true;
    }
    err_set(err, ERR_INPUT, "there is no plan '%s'", id);
    err_hint(err, "'hubtop plan list' lists those there are");
    return err_exit(err, EXIT_NOT_FOUND);
}

static void release(struct plan_out *p, struct rows *plans)
{
    rows_release(&p->moves);
    rows_release(&p->effects);
    rows_release(plans);
}

static bool print(struct work *w, const struct plan_out *p, struct err *err)
{
    FILE *to = out_open(w->o, err);
    bool ok = to != NULL, found = true;
    if (ok && is_form(w->o, "json") && !p->job)
        plan_out_json(to, p);
    else if (ok)
        found = plan_out_text(to, p, is_form(w->o, "md"));
    ok = ok && out_close(w->o, to, err);
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
    bool ok = take_record(w, &out, err) && print(w, &out, err);
    release(&out, &all);
    return ok;
}

static bool send(struct work *w, const struct plan *p, char made[REQUEST_MADE_MAX], struct err *err)
{
    struct buf body = buf_make(PLAN_JSON_MAX), ask = buf_make(2 * PLAN_JSON_MAX);
    struct json_writer j = json_writer_make(&ask);
    bool ok = plan_json_write(p, &body, err);
    json_open_object(&j);
    json_put_key(&j, "plan");
    json_put_text(&j, text_from(buf_str(&body), body.len));
    request_put(&j, "replaces", w->o->replaces);
    json_close_object(&j);
    ok = ok && request_send(&w->s, w->o, "plan_propose", buf_str(&ask), made, err);
    buf_release(&body);
    buf_release(&ask);
    return ok;
}

static bool show_id(struct work *w, const char *id, struct err *err)
{
    struct plan_out out = {.job = w->o->job};
    struct rows plans = {0};
    bool ok = find(w, id, &out, &plans, err) && print(w, &out, err);
    release(&out, &plans);
    return ok;
}

static bool propose(struct work *w, struct plan *p, struct err *err)
{
    char made[REQUEST_MADE_MAX], hash[PLAN_HASH_SIZE];
    if (!send(w, p, made, err))
        return false;
    if (!is_form(w->o, "json"))
        return show_id(w, made, err);
    if (!plan_json_hash(p, hash, err))
        return false;
    p->hash = text_of(hash);
    FILE *to = out_open(w->o, err);
    if (to)
        print_made(to, p, made);
    return to && out_close(w->o, to, err);
}

static bool create(struct work *w, struct err *err)
{
    struct plan p = {.snapshot = -1};
    struct arena arena = {0};
    struct plan_ask ask;
    int64_t rev = 0;
    bool dry = w->o->dry_run || w->o->offline || w->o->at;
    struct plan_facts *f =
        plan_ask_read(w->o, w->now_ms, &arena, &ask, err) ? plan_gather(w->q, &w->s, &rev, err) : NULL;
    bool ok = f && plan_make(f, &ask, &w->s.limits, w->now_ms, &p, err);
    p.snapshot = rev;
    if (ok && dry && !w->o->dry_run)
        fail_note(w->o, "%s", tr("without a collector a plan is a dry run: it is proposed to nobody"));
    ok = ok && (dry ? show_computed(w, &p, err) : propose(w, &p, err));
    plan_facts_free(f);
    plan_release(&p);
    arena_release(&arena);
    return ok;
}

/* --- show, reject, diff --- */

static bool show(struct work *w, struct err *err)
{
    return show_id(w, w->o->args[1], err);
}

static bool reject_one(struct work *w, const char *id, struct err *err)
{
    char made[REQUEST_MADE_MAX];
    struct buf ask = buf_make(REQUEST_ASK_MAX);
    struct json_writer j = json_writer_make(&ask);
    json_open_object(&j);
    request_put(&j, "ref", id);
    request_put(&j, "reason", w->o->reason);
    json_close_object(&j);
    bool ok = w->o->dry_run || request_send(&w->s, w->o, "plan_reject", buf_str(&ask), made, err);
    buf_release(&ask);
    if (ok)
        request_print(w->o, "plan_reject", id, "", 0, "rejected");
    return ok;
}

static bool reject(struct work *w, struct err *err)
{
    bool ok = true;
    for (size_t i = 1; ok && i < w->o->arg_count; i++)
        ok = reject_one(w, w->o->args[i], err);
    return ok;
}

static bool same_way(const struct row *a, const struct row *b)
{
    static const int fields[] = {MOVE_FROM, MOVE_TO, MOVE_QUEUE, MOVE_QUEUE_TO};
    bool same = (value_int_or(&a->cells[MOVE_RUNNING], 0) > 0) == (value_int_or(&b->cells[MOVE_RUNNING], 0) > 0);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        same = same && value_equal(&a->cells[fields[i]], &b->cells[fields[i]]);
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

static void diff_line(FILE *to, char sign, const struct row *m, int64_t was, int64_t is)
{
    char a[128], b[128], c[128];
    fprintf(to, "%c %s > %s  %s  ", sign, text_show_in(value_text_or(&m->cells[MOVE_FROM], "-"), a, sizeof a),
            text_show_in(value_text_or(&m->cells[MOVE_TO], "-"), b, sizeof b),
            text_show_in(value_text_or(&m->cells[MOVE_QUEUE], "-"), c, sizeof c));
    fprintf(to, tr("jobs %" PRId64 " > %" PRId64 "\n"), was, is);
}

static void diff_moves(FILE *to, const struct plan_out *a, const struct plan_out *b)
{
    for (size_t i = 0; i < a->moves.count; i++) {
        const struct row *m = &a->moves.all[i], *n = alike(&b->moves, m);
        if (!n)
            diff_line(to, '-', m, value_int_or(&m->cells[MOVE_JOBS], 0), 0);
        else if (!value_equal(&m->cells[MOVE_JOB_IDS], &n->cells[MOVE_JOB_IDS]))
            diff_line(to, '~', m, value_int_or(&m->cells[MOVE_JOBS], 0), value_int_or(&n->cells[MOVE_JOBS], 0));
    }
    for (size_t i = 0; i < b->moves.count; i++) {
        if (!alike(&a->moves, &b->moves.all[i]))
            diff_line(to, '+', &b->moves.all[i], 0, value_int_or(&b->moves.all[i].cells[MOVE_JOBS], 0));
    }
}

static bool diff(struct work *w, struct err *err)
{
    static const int fields[] = {PLAN_STATE, PLAN_ASKED, PLAN_MOVES, PLAN_JOBS, PLAN_STARTS, PLAN_SNAPSHOT};
    struct plan_out a = {0}, b = {0};
    struct rows first = {0}, second = {0};
    bool ok = find(w, w->o->args[1], &a, &first, err) && find(w, w->o->args[2], &b, &second, err);
    FILE *to = ok ? out_open(w->o, err) : NULL;
    for (size_t i = 0; to && i < sizeof fields / sizeof *fields; i++) {
        const struct value *x = &a.plan.cells[fields[i]], *y = &b.plan.cells[fields[i]];
        char p[256], q[256];
        const char *name = kind_info(KIND_PLAN)->fields[fields[i]].name;
        if (value_equal(x, y))
            continue;
        if (x->type == VALUE_INT || y->type == VALUE_INT)
            fprintf(to, "%s: %" PRId64 " > %" PRId64 "\n", name, value_int_or(x, -1), value_int_or(y, -1));
        else
            fprintf(to, "%s: %s > %s\n", name, text_show_in(value_text_or(x, "-"), p, sizeof p),
                    text_show_in(value_text_or(y, "-"), q, sizeof q));
    }
    if (to)
        diff_moves(to, &a, &b);
    ok = to && out_close(w->o, to, err);
    release(&a, &first);
    release(&b, &second);
    return ok;
}

/* --- review --- */

static bool review(struct work *w, struct err *err)
{
    struct rows plans = {0}, one = {0}, reviews = {0};
    struct plan_out found = {.job = NULL};
    struct review_out r = {.reviews = &reviews};
    char id[64] = "";
    bool ok = take_rows(w, KIND_PLAN, -1, NULL, &plans, NULL, err);
    r.record = review_out_record(&plans);
    r.plan = review_out_newest(&plans);
    if (ok && w->o->arg_count > 1) {
        ok = find(w, w->o->args[1], &found, &one, err);
        r.plan = ok ? &found.plan : NULL;
    }
    if (ok && r.plan)
        ok = take_rows(w, KIND_REVIEW, REVIEW_PLAN, text_show_in(r.plan->id, id, sizeof id), &reviews, NULL, err);
    FILE *to = ok ? out_open(w->o, err) : NULL;
    if (to && is_form(w->o, "json"))
        review_out_json(to, &r);
    else if (to)
        review_out_text(to, &r, is_form(w->o, "md"));
    ok = to && out_close(w->o, to, err);
    release(&found, &one);
    rows_release(&plans);
    rows_release(&reviews);
    return ok;
}

/* --- the command --- */

static int list(const struct options *o)
{
    const char *args[IDS_MAX] = {"plans"};
    struct options get = *o;
    for (get.arg_count = 1; get.arg_count < o->arg_count && get.arg_count < IDS_MAX; get.arg_count++)
        args[get.arg_count] = o->args[get.arg_count];
    get.args = args;
    return cmd_get.run(&get);
}

static const struct verb {
    const char *name;
    size_t least, most; /* words after it */
    bool present;       /* nothing of it can be asked of the past */
    bool (*run)(struct work *w, struct err *err);
} verbs[] = {
    {"create", 0, 0, false, create},      {"show", 1, 1, false, show},     {"diff", 2, 2, false, diff},
    {"reject", 1, IDS_MAX, true, reject}, {"review", 0, 1, false, review},
};

static bool is_verb(const char *word)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(word, verbs[i].name) == 0)
            return true;
    }
    return false;
}

static const struct verb *verb_of(const struct options *o, struct err *err)
{
    bool form = is_form(o, "text") || is_form(o, "json") || is_form(o, "md");
    for (size_t i = 0; form && o->arg_count > 0 && i < sizeof verbs / sizeof *verbs; i++) {
        const struct verb *v = &verbs[i];
        if (strcmp(o->args[0], v->name) == 0 && o->arg_count > v->least && o->arg_count - 1 <= v->most &&
            !(v->present && o->at))
            return v;
    }
    if (form && o->arg_count > 0 && !is_verb(o->args[0])) {
        char what[128], shown[64];
        snprintf(what, sizeof what, tr("'%s' is not something to do about plans"),
                 text_show_in(text_of(o->args[0]), shown, sizeof shown));
        err_usage(err, what, "hubtop plan create, list, show ID, diff ID ID, reject ID…, review [ID]");
        return NULL;
    }
    err_usage(err, form ? "what to do about plans is not said" : "cannot print a plan in that form",
              form ? "hubtop plan create, list, show ID, diff ID ID, reject ID…, review [ID]"
                   : "--format text, json or md");
    return NULL;
}

static bool begin(struct work *w, struct err *err)
{
    const struct options *o = w->o;
    if (!setup_init(&w->s, o, !o->offline && !o->at, err) || !setup_launcher(&w->s, o, err))
        return false;
    w->q = wait_for_data(&w->s, o, err);
    w->now_ms = w->s.at_ms ? w->s.at_ms : clock_now(&w->s.clock).utc_ms;
    return w->q != NULL;
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct work w = {.o = o};
    if (o->arg_count > 0 && strcmp(o->args[0], "list") == 0)
        return list(o);
    const struct verb *verb = verb_of(o, &err);
    bool ok = verb && begin(&w, &err) && verb->run(&w, &err);
    int status = ok ? wait_status(w.q, &w.s, &err) : fail_report(o, &err);
    query_close(w.q);
    setup_release(&w.s);
    return status;
}

const struct command cmd_plan = {
    .name = "plan",
    .usage = "create|list|show|diff|reject|review",
    .summary = "which jobs could go where: computed from what is known now, proposed, compared; nothing is sent",
    .help =
        "  create [--drain ID [--by TIME]] [--lost ID] [--price C=N] [--weights cost=N,carbon=N] [--max-moves N]\n"
        "         [--only-queue ID] [--pair 'FROM>TO'] [--exclude WHAT]… [--seconds N] [--horizon SEC] [--replaces "
        "P-ID]\n"
        "                    computes a plan and proposes it; -n prints it and proposes nothing, as does --offline\n"
        "  list [P-ID…]      the same as 'hubtop get plans'\n"
        "  show P-ID [--job ID]   the plan; why that job goes where it goes\n"
        "  diff P-ID P-ID    what is different in the second\n"
        "  reject P-ID… [--reason TEXT]   it is not to be carried out\n"
        "  review [P-ID]     how right its forecast was after 15 and 60 minutes, and those of the last plans\n"
        "It needs no --write: a plan changes nothing until it is carried out.",
    .run = run,
};
