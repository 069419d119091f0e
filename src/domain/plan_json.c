#include "domain/plan_json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "domain/rows.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { EXIT_DATA = 65, PATH_MAX_BYTES = 96 };

enum type { TEXT, INT, REAL, TRUTH, KIND, TEXTS, OBJECT, OBJECTS };

/* One member of an object; tables are in the order of their keys. */
struct member {
    const char *key;
    enum type type;
    int flags; /* SAID: part of what is confirmed */
    size_t at, count_at;
    const struct shape *shape; /* of an OBJECT's or OBJECTS' */
    int64_t least;             /* of an INT */
};

struct shape {
    const struct member *members;
    size_t count, size;
};

enum { TOLD = 0, SAID = 1, LATER = 2 /* plans of before have none */, UNKNOWN_IS_MINUS = -1 };

#define M(s, m) offsetof(struct s, m)

static const struct member price_members[] = {
    {"cluster", TEXT, SAID, M(plan_price, cluster), 0, NULL, 0},
    {"price_cny_kwh_e6", REAL, SAID, M(plan_price, price_cny_kwh), 0, NULL, 0},
};
static const struct shape price_shape = {price_members, COUNT(price_members), sizeof(struct plan_price)};

static const struct member ask_members[] = {
    {"by_ms", INT, SAID, M(plan_ask, by_ms), 0, NULL, 0},
    {"drain", TEXT, SAID, M(plan_ask, drain), 0, NULL, 0},
    {"excluded", TEXTS, SAID, M(plan_ask, excluded), M(plan_ask, exclusions), NULL, 0},
    {"from", TEXT, SAID, M(plan_ask, from), 0, NULL, 0},
    {"horizon_s", INT, SAID, M(plan_ask, horizon_s), 0, NULL, 0},
    {"lost", TEXT, SAID, M(plan_ask, lost), 0, NULL, 0},
    {"max_moves", INT, SAID, M(plan_ask, max_moves), 0, NULL, UNKNOWN_IS_MINUS},
    {"only_queue", TEXT, SAID, M(plan_ask, only_queue), 0, NULL, 0},
    {"price", OBJECTS, SAID, M(plan_ask, price), M(plan_ask, prices), &price_shape, 0},
    {"seconds_e6", REAL, SAID, M(plan_ask, seconds), 0, NULL, 0},
    {"seed", INT, SAID, M(plan_ask, seed), 0, NULL, 0},
    {"to", TEXT, SAID, M(plan_ask, to), 0, NULL, 0},
    {"weight_carbon_e6", REAL, SAID, M(plan_ask, weight_carbon), 0, NULL, 0},
    {"weight_cost_e6", REAL, SAID, M(plan_ask, weight_cost), 0, NULL, 0},
};
static const struct shape ask_shape = {ask_members, COUNT(ask_members), sizeof(struct plan_ask)};

static const struct member seen_members[] = {
    {"id", TEXT, SAID, M(plan_seen, id), 0, NULL, 0},
    {"kind", KIND, SAID, M(plan_seen, kind), 0, NULL, 0},
    {"since_ms", INT, SAID, M(plan_seen, since_ms), 0, NULL, 0},
};
static const struct shape seen_shape = {seen_members, COUNT(seen_members), sizeof(struct plan_seen)};

static const struct member job_members[] = {
    {"accels", INT, SAID, M(plan_job, accels), 0, NULL, UNKNOWN_IS_MINUS},
    {"begin_s", INT, SAID | LATER, M(plan_job, begin_s), 0, NULL, 0},
    {"cpus", INT, SAID, M(plan_job, cpus), 0, NULL, UNKNOWN_IS_MINUS},
    {"data_gb_e6", REAL, SAID, M(plan_job, data_gb), 0, NULL, 0},
    {"id", TEXT, SAID, M(plan_job, id), 0, NULL, 0},
    {"nodes", INT, SAID, M(plan_job, nodes), 0, NULL, UNKNOWN_IS_MINUS},
    {"running", TRUTH, SAID, M(plan_job, running), 0, NULL, 0},
    {"since_ms", INT, SAID, M(plan_job, since_ms), 0, NULL, 0},
    {"tenant", TEXT, SAID, M(plan_job, tenant), 0, NULL, 0},
    {"user", TEXT, SAID, M(plan_job, user), 0, NULL, 0},
};
static const struct shape job_shape = {job_members, COUNT(job_members), sizeof(struct plan_job)};

static const struct member considered_members[] = {
    {"cost_cny_e6", REAL, TOLD, M(plan_considered, cost_cny), 0, NULL, 0},
    {"data_gb_e6", REAL, TOLD, M(plan_considered, data_gb), 0, NULL, 0},
    {"delay_ms_e6", REAL, TOLD, M(plan_considered, delay_ms), 0, NULL, 0},
    {"scheduler", TEXT, TOLD, M(plan_considered, scheduler), 0, NULL, 0},
    {"starts_s", INT, TOLD, M(plan_considered, starts_s), 0, NULL, UNKNOWN_IS_MINUS},
    {"verdict", TEXT, TOLD, M(plan_considered, verdict), 0, NULL, 0},
    {"words", TEXT, TOLD, M(plan_considered, words), 0, NULL, 0},
};
static const struct shape considered_shape = {considered_members, COUNT(considered_members),
                                              sizeof(struct plan_considered)};

static const struct member move_members[] = {
    {"accels", INT, SAID, M(plan_move, accels), 0, NULL, UNKNOWN_IS_MINUS},
    {"co2_kg_e6", REAL, TOLD, M(plan_move, co2_kg), 0, NULL, 0},
    {"considered", OBJECTS, TOLD, M(plan_move, considered), M(plan_move, considered_count), &considered_shape, 0},
    {"cost_cny_e6", REAL, TOLD, M(plan_move, cost_cny), 0, NULL, 0},
    {"cpus", INT, SAID, M(plan_move, cpus), 0, NULL, UNKNOWN_IS_MINUS},
    {"data_gb_e6", REAL, SAID, M(plan_move, data_gb), 0, NULL, 0},
    {"delay_after_ms_e6", REAL, TOLD, M(plan_move, delay_after_ms), 0, NULL, 0},
    {"delay_before_ms_e6", REAL, TOLD, M(plan_move, delay_before_ms), 0, NULL, 0},
    {"delay_max_ms_e6", REAL, TOLD, M(plan_move, delay_max_ms), 0, NULL, 0},
    {"excluded", TRUTH, SAID, M(plan_move, excluded), 0, NULL, 0},
    {"frees", TEXTS, TOLD, M(plan_move, frees), M(plan_move, free_count), NULL, 0},
    {"from", TEXT, SAID, M(plan_move, from), 0, NULL, 0},
    {"home_s", INT, TOLD, M(plan_move, home_s), 0, NULL, UNKNOWN_IS_MINUS},
    {"jobs", OBJECTS, SAID, M(plan_move, jobs), M(plan_move, job_count), &job_shape, 0},
    {"link", TEXT, SAID, M(plan_move, link), 0, NULL, 0},
    {"queue", TEXT, SAID, M(plan_move, queue), 0, NULL, 0},
    {"queue_to", TEXT, SAID, M(plan_move, queue_to), 0, NULL, 0},
    {"risk", TEXT, TOLD, M(plan_move, risk), 0, NULL, 0},
    {"running", INT, SAID, M(plan_move, running), 0, NULL, 0},
    {"starts_high_s", INT, TOLD, M(plan_move, starts_high_s), 0, NULL, UNKNOWN_IS_MINUS},
    {"starts_low_s", INT, TOLD, M(plan_move, starts_low_s), 0, NULL, UNKNOWN_IS_MINUS},
    {"takes_s", INT, TOLD, M(plan_move, takes_s), 0, NULL, UNKNOWN_IS_MINUS},
    {"to", TEXT, SAID, M(plan_move, to), 0, NULL, 0},
    {"why", TEXT, TOLD, M(plan_move, why), 0, NULL, 0},
};
static const struct shape move_shape = {move_members, COUNT(move_members), sizeof(struct plan_move)};

static const struct member hold_members[] = {
    {"dataset", TEXT, SAID, M(plan_hold, dataset), 0, NULL, 0},
    {"deadline_ms", INT, SAID, M(plan_hold, deadline_ms), 0, NULL, 0},
    {"eta_after_ms", INT, TOLD, M(plan_hold, eta_after_ms), 0, NULL, 0},
    {"eta_before_ms", INT, TOLD, M(plan_hold, eta_before_ms), 0, NULL, 0},
    {"excluded", TRUTH, SAID, M(plan_hold, excluded), 0, NULL, 0},
    {"from", TEXT, SAID, M(plan_hold, from), 0, NULL, 0},
    {"link", TEXT, SAID, M(plan_hold, link), 0, NULL, 0},
    {"rate_gbps_e6", REAL, SAID, M(plan_hold, rate_gbps), 0, NULL, 0},
    {"rest_tb_e6", REAL, TOLD, M(plan_hold, rest_tb), 0, NULL, 0},
    {"tenant", TEXT, SAID, M(plan_hold, tenant), 0, NULL, 0},
    {"to", TEXT, SAID, M(plan_hold, to), 0, NULL, 0},
    {"transfer", TEXT, SAID, M(plan_hold, transfer), 0, NULL, 0},
    {"until_ms", INT, SAID, M(plan_hold, until_ms), 0, NULL, 0},
    {"used_after_pct_e6", REAL, TOLD, M(plan_hold, used_after_pct), 0, NULL, 0},
    {"used_before_pct_e6", REAL, TOLD, M(plan_hold, used_before_pct), 0, NULL, 0},
    {"what", TEXT, SAID, M(plan_hold, what), 0, NULL, 0},
    {"why", TEXT, TOLD, M(plan_hold, why), 0, NULL, 0},
};
static const struct shape hold_shape = {hold_members, COUNT(hold_members), sizeof(struct plan_hold)};

static const struct member intake_members[] = {
    {"id", TEXT, SAID, M(plan_intake, id), 0, NULL, 0},
    {"kind", KIND, SAID, M(plan_intake, kind), 0, NULL, 0},
};
static const struct shape intake_shape = {intake_members, COUNT(intake_members), sizeof(struct plan_intake)};

static const struct member stay_members[] = {
    {"ends_ms", INT, TOLD, M(plan_stay, ends_ms), 0, NULL, 0},
    {"job", TEXT, TOLD, M(plan_stay, job), 0, NULL, 0},
    {"queue", TEXT, TOLD, M(plan_stay, queue), 0, NULL, 0},
    {"reason", TEXT, TOLD, M(plan_stay, reason), 0, NULL, 0},
    {"running", TRUTH, TOLD, M(plan_stay, running), 0, NULL, 0},
    {"todo", TEXT, TOLD, M(plan_stay, todo), 0, NULL, 0},
    {"user", TEXT, TOLD, M(plan_stay, user), 0, NULL, 0},
    {"words", TEXT, TOLD, M(plan_stay, words), 0, NULL, 0},
};
static const struct shape stay_shape = {stay_members, COUNT(stay_members), sizeof(struct plan_stay)};

static const struct member effect_members[] = {
    {"after_e6", REAL, TOLD, M(plan_effect, after), 0, NULL, 0},
    {"after_high_e6", REAL, TOLD, M(plan_effect, after_high), 0, NULL, 0},
    {"after_low_e6", REAL, TOLD, M(plan_effect, after_low), 0, NULL, 0},
    {"kind", KIND, TOLD, M(plan_effect, kind), 0, NULL, 0},
    {"limit_e6", REAL, TOLD, M(plan_effect, limit), 0, NULL, 0},
    {"measure", TEXT, TOLD, M(plan_effect, measure), 0, NULL, 0},
    {"method", TEXT, TOLD, M(plan_effect, method), 0, NULL, 0},
    {"now_e6", REAL, TOLD, M(plan_effect, now), 0, NULL, 0},
    {"undone_e6", REAL, TOLD, M(plan_effect, undone), 0, NULL, 0},
    {"what", TEXT, TOLD, M(plan_effect, what), 0, NULL, 0},
};
static const struct shape effect_shape = {effect_members, COUNT(effect_members), sizeof(struct plan_effect)};

static const struct member check_members[] = {
    {"name", TEXT, TOLD, M(plan_check, name), 0, NULL, 0},
    {"ok", TRUTH, TOLD, M(plan_check, ok), 0, NULL, 0},
    {"words", TEXT, TOLD, M(plan_check, words), 0, NULL, 0},
};
static const struct shape check_shape = {check_members, COUNT(check_members), sizeof(struct plan_check)};

static const struct member objective_members[] = {
    {"binding", TEXT, TOLD, M(plan_objective, binding), 0, NULL, 0},
    {"bound_e6", REAL, TOLD, M(plan_objective, bound), 0, NULL, 0},
    {"gap_pct_e6", REAL, TOLD, M(plan_objective, gap_pct), 0, NULL, 0},
    {"name", TEXT, TOLD, M(plan_objective, name), 0, NULL, 0},
    {"value_e6", REAL, TOLD, M(plan_objective, value), 0, NULL, 0},
    {"weak", TEXT, TOLD, M(plan_objective, weak), 0, NULL, 0},
};
static const struct shape objective_shape = {objective_members, COUNT(objective_members),
                                             sizeof(struct plan_objective)};

static const struct member left_members[] = {
    {"jobs", INT, TOLD, M(plan_left, jobs), 0, NULL, UNKNOWN_IS_MINUS},
    {"queue", TEXT, TOLD, M(plan_left, queue), 0, NULL, 0},
    {"reason", TEXT, TOLD, M(plan_left, reason), 0, NULL, 0},
    {"words", TEXT, TOLD, M(plan_left, words), 0, NULL, 0},
};
static const struct shape left_shape = {left_members, COUNT(left_members), sizeof(struct plan_left)};

static const struct member flow_members[] = {
    {"accels_after", INT, TOLD, M(plan_flow, accels_after), 0, NULL, 0},
    {"accels_now", INT, TOLD, M(plan_flow, accels_now), 0, NULL, 0},
    {"accels_planned", INT, TOLD, M(plan_flow, accels_planned), 0, NULL, 0},
    {"from", TEXT, TOLD, M(plan_flow, from), 0, NULL, 0},
    {"jobs_after", INT, TOLD, M(plan_flow, jobs_after), 0, NULL, 0},
    {"jobs_now", INT, TOLD, M(plan_flow, jobs_now), 0, NULL, 0},
    {"jobs_planned", INT, TOLD, M(plan_flow, jobs_planned), 0, NULL, 0},
    {"mw_after_e6", REAL, TOLD, M(plan_flow, mw_after), 0, NULL, 0},
    {"mw_now_e6", REAL, TOLD, M(plan_flow, mw_now), 0, NULL, 0},
    {"mw_planned_e6", REAL, TOLD, M(plan_flow, mw_planned), 0, NULL, 0},
    {"tb_after_e6", REAL, TOLD, M(plan_flow, tb_after), 0, NULL, 0},
    {"tb_now_e6", REAL, TOLD, M(plan_flow, tb_now), 0, NULL, 0},
    {"tb_planned_e6", REAL, TOLD, M(plan_flow, tb_planned), 0, NULL, 0},
    {"to", TEXT, TOLD, M(plan_flow, to), 0, NULL, 0},
    {"words", TEXT, TOLD, M(plan_flow, words), 0, NULL, 0},
};
static const struct shape flow_shape = {flow_members, COUNT(flow_members), sizeof(struct plan_flow)};

static const struct member total_members[] = {
    {"after_e6", REAL, TOLD, M(plan_total, after), 0, NULL, 0},
    {"measure", TEXT, TOLD, M(plan_total, measure), 0, NULL, 0},
    {"now_e6", REAL, TOLD, M(plan_total, now), 0, NULL, 0},
    {"undone_e6", REAL, TOLD, M(plan_total, undone), 0, NULL, 0},
};
static const struct shape total_shape = {total_members, COUNT(total_members), sizeof(struct plan_total)};

static const struct member review_members[] = {
    {"after_15_e6", REAL, TOLD, M(plan_review, at[0].after), 0, NULL, 0},
    {"after_60_e6", REAL, TOLD, M(plan_review, at[1].after), 0, NULL, 0},
    {"after_high_15_e6", REAL, TOLD, M(plan_review, at[0].after_high), 0, NULL, 0},
    {"after_high_60_e6", REAL, TOLD, M(plan_review, at[1].after_high), 0, NULL, 0},
    {"after_low_15_e6", REAL, TOLD, M(plan_review, at[0].after_low), 0, NULL, 0},
    {"after_low_60_e6", REAL, TOLD, M(plan_review, at[1].after_low), 0, NULL, 0},
    {"fact_15_e6", REAL, TOLD, M(plan_review, at[0].fact), 0, NULL, 0},
    {"fact_60_e6", REAL, TOLD, M(plan_review, at[1].fact), 0, NULL, 0},
    {"kind", KIND, TOLD, M(plan_review, kind), 0, NULL, 0},
    {"measure", TEXT, TOLD, M(plan_review, measure), 0, NULL, 0},
    {"now_e6", REAL, TOLD, M(plan_review, now), 0, NULL, 0},
    {"size_e6", REAL, TOLD, M(plan_review, size), 0, NULL, 0},
    {"undone_15_e6", REAL, TOLD, M(plan_review, at[0].undone), 0, NULL, 0},
    {"undone_60_e6", REAL, TOLD, M(plan_review, at[1].undone), 0, NULL, 0},
    {"undone_high_15_e6", REAL, TOLD, M(plan_review, at[0].undone_high), 0, NULL, 0},
    {"undone_high_60_e6", REAL, TOLD, M(plan_review, at[1].undone_high), 0, NULL, 0},
    {"undone_low_15_e6", REAL, TOLD, M(plan_review, at[0].undone_low), 0, NULL, 0},
    {"undone_low_60_e6", REAL, TOLD, M(plan_review, at[1].undone_low), 0, NULL, 0},
    {"what", TEXT, TOLD, M(plan_review, what), 0, NULL, 0},
};
static const struct shape review_shape = {review_members, COUNT(review_members), sizeof(struct plan_review)};

/* What the collector decides (id, state, who, hash) is in none: it is told beside it. */
static const struct member plan_members[] = {
    {"against", TEXT, TOLD, M(plan, against), 0, NULL, 0},
    {"as_of_ms", INT, TOLD, M(plan, as_of_ms), 0, NULL, 0},
    {"ask", OBJECT, SAID, M(plan, ask), 0, &ask_shape, 0},
    {"checks", OBJECTS, TOLD, M(plan, checks), M(plan, check_count), &check_shape, 0},
    {"created_at_ms", INT, TOLD, M(plan, created_at_ms), 0, NULL, 0},
    {"effects", OBJECTS, TOLD, M(plan, effects), M(plan, effect_count), &effect_shape, 0},
    {"expires_at_ms", INT, TOLD, M(plan, expires_at_ms), 0, NULL, 0},
    {"flows", OBJECTS, TOLD, M(plan, flows), M(plan, flow_count), &flow_shape, 0},
    {"holds", OBJECTS, SAID, M(plan, holds), M(plan, hold_count), &hold_shape, 0},
    {"horizon_s", INT, TOLD, M(plan, horizon_s), 0, NULL, 0},
    {"intakes", OBJECTS, SAID | LATER, M(plan, intakes), M(plan, intake_count), &intake_shape, 0},
    {"left", OBJECTS, TOLD, M(plan, left), M(plan, left_count), &left_shape, 0},
    {"moves", OBJECTS, SAID, M(plan, moves), M(plan, move_count), &move_shape, 0},
    {"objectives", OBJECTS, TOLD, M(plan, objectives), M(plan, objective_count), &objective_shape, 0},
    {"remark", TEXT, TOLD, M(plan, remark), 0, NULL, 0},
    {"replaces", TEXT, TOLD, M(plan, replaces), 0, NULL, 0},
    {"reviews", OBJECTS, TOLD, M(plan, reviews), M(plan, review_count), &review_shape, 0},
    {"seen", OBJECTS, SAID, M(plan, seen), M(plan, seen_count), &seen_shape, 0},
    {"snapshot", INT, SAID, M(plan, snapshot), 0, NULL, 0},
    {"starts", INT, TOLD, M(plan, starts), 0, NULL, UNKNOWN_IS_MINUS},
    {"stays", OBJECTS, TOLD | LATER, M(plan, stays), M(plan, stay_count), &stay_shape, 0},
    {"totals", OBJECTS, TOLD, M(plan, totals), M(plan, total_count), &total_shape, 0},
    {"undo_of", TEXT, TOLD, M(plan, undo_of), 0, NULL, 0},
};
static const struct shape plan_shape = {plan_members, COUNT(plan_members), sizeof(struct plan)};

/* --- writing: without recursion, so that it can be interrupted --- */

enum { DEPTH = 8 };

/* An object whose next member is `at`, or (`list`) an array of objects or texts. */
struct level {
    const struct shape *shape; /* of the object, or of the array's; NULL: texts */
    const char *from;
    size_t at, count;
    bool list;
};

struct plan_json_writer {
    const struct plan *plan;
    struct json_writer w;
    bool hash;
    const char *bad; /* the key of a number that does not fit */
    struct level stack[DEPTH];
    size_t depth;
};

static void put_real(struct plan_json_writer *w, const struct member *m, double v)
{
    if (isnan(v))
        json_put_null(&w->w);
    else if (fabs(v) < 9e12)
        json_put_int(&w->w, (int64_t)llround(v * 1e6));
    else
        w->bad = m->key;
}

static void push_object(struct plan_json_writer *w, const struct shape *s, const char *from)
{
    json_open_object(&w->w);
    w->stack[w->depth++] = (struct level){.shape = s, .from = from, .count = s->count};
}

static void push_array(struct plan_json_writer *w, const struct member *m, const char *object)
{
    const char *all;
    size_t n;
    memcpy(&all, object + m->at, sizeof all);
    memcpy(&n, object + m->count_at, sizeof n);
    json_open_array(&w->w);
    w->stack[w->depth++] = (struct level){.shape = m->shape, .from = all, .count = n, .list = true};
}

static void put_member(struct plan_json_writer *w, const struct member *m, const char *object)
{
    const void *at = object + m->at;
    json_put_key(&w->w, m->key);
    switch (m->type) {
    case TEXT:
        json_put_text(&w->w, *(const struct safe_text *)at);
        break;
    case INT:
        json_put_int(&w->w, *(const int64_t *)at);
        break;
    case REAL:
        put_real(w, m, *(const double *)at);
        break;
    case TRUTH:
        json_put_bool(&w->w, *(const bool *)at);
        break;
    case KIND:
        json_put_str(&w->w, *(const enum kind *)at == KIND_NONE ? "" : kind_info(*(const enum kind *)at)->name);
        break;
    case OBJECT:
        push_object(w, m->shape, at);
        break;
    case TEXTS:
    case OBJECTS:
        push_array(w, m, object);
        break;
    }
}

static void put_next(struct plan_json_writer *w)
{
    struct level *l = &w->stack[w->depth - 1];
    size_t at = l->at++;
    if (at == l->count) {
        w->depth--;
        if (l->list)
            json_close_array(&w->w);
        else
            json_close_object(&w->w);
    } else if (!l->list) {
        if (!w->hash || (l->shape->members[at].flags & SAID))
            put_member(w, &l->shape->members[at], l->from);
    } else if (l->shape)
        push_object(w, l->shape, l->from + at * l->shape->size);
    else
        json_put_text(&w->w, ((const struct safe_text *)(const void *)l->from)[at]);
}

struct plan_json_writer *plan_json_writer_new(const struct plan *p, bool hash, struct buf *out)
{
    struct plan_json_writer *w = mem_new(1, sizeof *w);
    *w = (struct plan_json_writer){.plan = p, .w = json_writer_make(out), .hash = hash};
    push_object(w, &plan_shape, (const char *)p);
    return w;
}

void plan_json_writer_free(struct plan_json_writer *w)
{
    free(w);
}

static bool too_large(struct err *err, size_t moves, size_t most)
{
    err_set(err, ERR_INPUT, "the plan is too large: %zu moves, more than %zu KiB", moves, most >> 10);
    err_hint(err, "ask for a smaller one: --max-moves, --only-queue or --pair");
    return err_exit(err, EXIT_DATA);
}

bool plan_json_writer_step(struct plan_json_writer *w, size_t values, bool *more, struct err *err)
{
    for (size_t i = 0; i < values && w->depth > 0 && !w->bad && w->w.err.kind == ERR_NONE; i++)
        put_next(w);
    *more = w->depth > 0;
    if (w->bad) {
        err_set(err, ERR_INPUT, "the plan's '%s' is no number that can be told", w->bad);
        return err_exit(err, EXIT_DATA);
    }
    return w->w.err.kind == ERR_NONE || too_large(err, w->plan->move_count, w->w.out->max);
}

static bool put_plan(const struct plan *p, bool hash, struct buf *out, struct err *err)
{
    struct plan_json_writer *w = plan_json_writer_new(p, hash, out);
    bool more, ok = plan_json_writer_step(w, SIZE_MAX, &more, err);
    plan_json_writer_free(w);
    return ok;
}

bool plan_json_write(const struct plan *p, struct buf *out, struct err *err)
{
    return put_plan(p, false, out, err);
}

bool plan_json_hash(const struct plan *p, char out[PLAN_HASH_SIZE], struct err *err)
{
    struct buf text = buf_make(PLAN_JSON_MAX);
    bool ok = put_plan(p, true, &text, err);
    if (ok)
        hash_sha256_hex(buf_str(&text), text.len, out);
    buf_release(&text);
    return ok;
}

/* --- reading --- */

struct reading {
    struct arena *arena;
    char path[PATH_MAX_BYTES];
    struct err *err;
};

static bool get_object(struct reading *r, const struct shape *s, const struct json *j, char *to);

static bool wrong(struct reading *r, const char *what)
{
    err_set(r->err, ERR_INPUT, "cannot read the plan: '%s' %s", r->path[0] ? r->path : "plan", what);
    return err_exit(r->err, EXIT_DATA);
}

static bool get_text(struct reading *r, const struct json *j, char *at)
{
    struct safe_text t;
    if (!json_text(j, &t))
        return wrong(r, "is no text");
    t = rows_text(r->arena, t);
    memcpy(at, &t, sizeof t);
    return true;
}

static bool get_int(struct reading *r, const struct member *m, const struct json *j, char *at)
{
    int64_t v;
    if (!json_int(j, &v))
        return wrong(r, "is no whole number");
    if (v < m->least)
        return wrong(r, "is negative");
    memcpy(at, &v, sizeof v);
    return true;
}

static bool get_real(struct reading *r, const struct json *j, char *at)
{
    int64_t v = 0;
    if (json_type(j) != JSON_NULL && !json_int(j, &v))
        return wrong(r, "is neither null nor a whole number");
    double real = json_type(j) == JSON_NULL ? (double)NAN : (double)v / 1e6;
    memcpy(at, &real, sizeof real);
    return true;
}

static bool get_truth(struct reading *r, const struct json *j, char *at)
{
    bool v;
    if (!json_bool(j, &v))
        return wrong(r, "is neither true nor false");
    memcpy(at, &v, sizeof v);
    return true;
}

static bool get_kind(struct reading *r, const struct json *j, char *at)
{
    struct safe_text t;
    char name[32];
    enum kind kind = KIND_NONE;
    if (json_text(j, &t) && text_len(t) < sizeof name)
        kind = kind_by_name(text_show_in(t, name, sizeof name));
    if (kind == KIND_NONE)
        return wrong(r, "is no kind of objects");
    memcpy(at, &kind, sizeof kind);
    return true;
}

static bool get_array(struct reading *r, const struct member *m, const struct json *j, char *at, char *count_at)
{
    size_t n = json_count(j), size = m->type == TEXTS ? sizeof(struct safe_text) : m->shape->size, i = 0;
    size_t length = strlen(r->path);
    bool ok = true;
    if (json_type(j) != JSON_ARRAY)
        return wrong(r, "is no array");
    char *all = arena_alloc(r->arena, (n + 1) * size);
    for (const struct json *e = json_first(j); e && ok; e = json_next(e), i++) {
        snprintf(r->path + length, sizeof r->path - length, "[%zu]", i);
        ok = m->type == TEXTS ? get_text(r, e, all + i * size) : get_object(r, m->shape, e, all + i * size);
    }
    r->path[length] = '\0';
    memcpy(at, &all, sizeof all);
    memcpy(count_at, &n, sizeof n);
    return ok;
}

static bool get_value(struct reading *r, const struct member *m, const struct json *j, char *object)
{
    char *at = object + m->at;
    if (!j)
        return wrong(r, "is missing");
    switch (m->type) {
    case TEXT:
        return get_text(r, j, at);
    case INT:
        return get_int(r, m, j, at);
    case REAL:
        return get_real(r, j, at);
    case TRUTH:
        return get_truth(r, j, at);
    case KIND:
        return get_kind(r, j, at);
    case OBJECT:
        return get_object(r, m->shape, j, at);
    case TEXTS:
    case OBJECTS:
        return get_array(r, m, j, at, object + m->count_at);
    }
    return false;
}

/* All members are there, but what came later: as many as there are can only be these, each once. */
static bool get_object(struct reading *r, const struct shape *s, const struct json *j, char *to)
{
    size_t length = strlen(r->path), found = 0;
    bool ok = true;
    if (json_type(j) != JSON_OBJECT)
        return wrong(r, "is no object");
    for (size_t i = 0; i < s->count && ok; i++) {
        if ((s->members[i].flags & LATER) && !json_get(j, s->members[i].key))
            continue;
        found++;
        snprintf(r->path + length, sizeof r->path - length, "%s%s", length ? "." : "", s->members[i].key);
        ok = get_value(r, &s->members[i], json_get(j, s->members[i].key), to);
    }
    if (!ok)
        return false;
    r->path[length] = '\0';
    return json_count(j) == found || wrong(r, "has members that are not known, or one twice");
}

/* Moves are cut out of the stream one by one: with their jobs they are most of a plan. */
struct plan_json_reader {
    struct plan *plan;
    struct json_cut *cut;
    struct plan_move *moves;
    size_t count, cap, bytes;
};

static bool take_move(void *ctx, const struct json *element, struct err *err)
{
    struct plan_json_reader *in = ctx;
    struct reading r = {.arena = &in->plan->arena, .err = err};
    snprintf(r.path, sizeof r.path, "moves[%zu]", in->count);
    if (in->count == in->cap) {
        in->cap = 2 * in->cap + 16;
        in->moves = mem_grow(in->moves, in->cap, sizeof *in->moves);
    }
    struct plan_move *m = &in->moves[in->count++];
    *m = (struct plan_move){0};
    return get_object(&r, &move_shape, element, (char *)m);
}

struct plan_json_reader *plan_json_reader_new(struct plan *p)
{
    struct plan_json_reader *r = mem_new(1, sizeof *r);
    const struct json_cut_options options = {.mode = JSON_STRICT,
                                             .limits = {.element_bytes = PLAN_JSON_MAX, .nodes = PLAN_JSON_MAX / 4},
                                             .path = "moves",
                                             .element = take_move,
                                             .ctx = r};
    r->plan = p;
    r->cut = json_cut_new(&options);
    return r;
}

void plan_json_reader_free(struct plan_json_reader *r)
{
    if (!r)
        return;
    json_cut_free(r->cut);
    free(r->moves);
    free(r);
}

/* What a member is called wrong says what and where; what is no JSON, or too much of it, does not yet. */
static bool unreadable(struct err *err)
{
    if (err && strncmp(err->text, "cannot read the plan", 20) != 0)
        err_prefix(err, "cannot read the plan");
    return err_exit(err, EXIT_DATA);
}

bool plan_json_reader_feed(struct plan_json_reader *r, const char *bytes, size_t n, struct err *err)
{
    r->bytes += n;
    if (r->bytes > PLAN_JSON_MAX)
        return too_large(err, r->count, PLAN_JSON_MAX);
    return json_cut_feed(r->cut, bytes, n, err) || unreadable(err);
}

bool plan_json_reader_end(struct plan_json_reader *r, struct err *err)
{
    struct reading in = {.arena = &r->plan->arena, .err = err};
    const struct json *rest;
    if (!json_cut_end(r->cut, &rest, err))
        return unreadable(err);
    if (!get_object(&in, &plan_shape, rest, (char *)r->plan))
        return false;
    r->plan->moves = arena_alloc(&r->plan->arena, (r->count + 1) * sizeof *r->plan->moves);
    if (r->count > 0)
        memcpy(r->plan->moves, r->moves, r->count * sizeof *r->moves);
    r->plan->move_count = r->count;
    return true;
}

bool plan_json_read(const char *bytes, size_t n, struct plan *p, struct err *err)
{
    struct plan_json_reader *r = plan_json_reader_new(p);
    bool ok = plan_json_reader_feed(r, bytes, n, err) && plan_json_reader_end(r, err);
    plan_json_reader_free(r);
    return ok;
}
