#include "domain/plan_check.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/hostlist.h"
#include "domain/plan_check_private.h"
#include "domain/state.h"
#include "domain/wait.h"

const enum kind *plan_check_kinds(void)
{
    static const enum kind kinds[] = {KIND_SCHEDULER, KIND_CLUSTER, KIND_SITE,        KIND_QUEUE, KIND_LINK,
                                      KIND_TENANT,    KIND_ENERGY,  KIND_RESERVATION, KIND_MOVE,  KIND_TRANSFER,
                                      KIND_NODE,      KIND_JOB,     KIND_NONE};
    return kinds;
}

/* --- small things --- */

double plan_check_number(const struct row *row, int field)
{
    double x = row ? value_real_or(&row->cells[field], (double)NAN) : (double)NAN;
    return isfinite(x) ? x : (double)NAN;
}

struct safe_text plan_check_word(const struct row *row, int field)
{
    return row ? value_text_or(&row->cells[field], "") : text_of("");
}

bool plan_check_in_list(struct safe_text joined, struct safe_text member)
{
    struct safe_text one;
    while (value_list_next(&joined, &one)) {
        if (text_equal(one, member))
            return true;
    }
    return false;
}

static int by_row_id(const void *a, const void *b)
{
    return text_cmp(((const struct row *)a)->id, ((const struct row *)b)->id);
}

const struct row *plan_check_row(const struct rows *rows, struct safe_text id)
{
    const struct row key = {.id = id};
    return rows->count > 0 ? bsearch(&key, rows->all, rows->count, sizeof key, by_row_id) : NULL;
}

const struct row *plan_check_queue_row(const struct plan_checker *c, struct safe_text scheduler, struct safe_text queue)
{
    for (size_t i = 0; i < c->queues.count; i++) {
        const struct row *q = &c->queues.all[i];
        if (text_equal(plan_check_word(q, QUEUE_NAME), queue) &&
            text_equal(plan_check_word(q, QUEUE_SCHEDULER), scheduler))
            return q;
    }
    return NULL;
}

bool plan_check_lies_in(const struct check_end *e, struct safe_text what)
{
    return text_equal(e->id, what) || text_equal(plan_check_word(e->row, SCHEDULER_CLUSTER), what) ||
           text_equal(plan_check_word(e->row, SCHEDULER_SITE), what);
}

bool plan_check_serves(const struct check_node *n, struct safe_text queue)
{
    return text_empty(n->partitions) || plan_check_in_list(n->partitions, queue);
}

/* Why it waits forbids that it is moved. */
static bool is_tied(enum wait_why why)
{
    static const enum wait_why tied[] = {WAIT_TOO_MUCH, WAIT_DEPENDENCY, WAIT_NEVER,    WAIT_RESERVATION, WAIT_BEGIN,
                                         WAIT_LICENSES, WAIT_ARRAY,      WAIT_PREPARED, WAIT_FAILED};
    for (size_t i = 0; i < sizeof tied / sizeof *tied; i++) {
        if (why == tied[i])
            return true;
    }
    return false;
}

static bool can_start(enum wait_why why)
{
    bool later = why == WAIT_BEGIN || why == WAIT_PREPARED; /* tied to where it is, but it starts there */
    return (!is_tied(why) || later) && why != WAIT_QUOTA && why != WAIT_QUEUE;
}

double plan_check_horizon_s(const struct plan *p)
{
    if (p->ask.by_ms > 0)
        return fmax(1, floor((double)(p->ask.by_ms - p->as_of_ms) / 1000));
    return p->ask.horizon_s > 0 ? (double)p->ask.horizon_s : 3600;
}

/* --- what the plan claims --- */

static int by_id(const void *a, const void *b)
{
    return text_cmp(((const struct check_claim *)a)->job->id, ((const struct check_claim *)b)->job->id);
}

static int by_end(const void *a, const void *b)
{
    return text_cmp(((const struct check_end *)a)->id, ((const struct check_end *)b)->id);
}

static size_t end_of(const struct plan_checker *c, struct safe_text id)
{
    const struct check_end key = {.id = id};
    const struct check_end *hit = c->end_count > 0 ? bsearch(&key, c->ends, c->end_count, sizeof key, by_end) : NULL;
    return hit ? (size_t)(hit - c->ends) : CHECK_NONE;
}

static void list_ends(struct plan_checker *c)
{
    const struct plan *p = c->plan;
    size_t n = 0, kept = 0;
    c->ends = mem_new(2 * p->move_count + 1, sizeof *c->ends);
    for (size_t i = 0; i < p->move_count; i++) {
        if (p->moves[i].excluded)
            continue;
        c->ends[n++] = (struct check_end){.id = p->moves[i].from};
        c->ends[n++] = (struct check_end){.id = p->moves[i].to, .is_target = true};
    }
    if (n > 1)
        qsort(c->ends, n, sizeof *c->ends, by_end);
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && text_equal(c->ends[kept - 1].id, c->ends[i].id))
            c->ends[kept - 1].is_target |= c->ends[i].is_target;
        else
            c->ends[kept++] = c->ends[i];
    }
    c->end_count = kept;
}

static void list_claims(struct plan_checker *c)
{
    const struct plan *p = c->plan;
    size_t n = 0;
    for (size_t i = 0; i < p->move_count; i++)
        n += p->moves[i].excluded ? 0 : p->moves[i].job_count;
    c->claims = mem_new(n + 1, sizeof *c->claims);
    for (size_t i = 0; i < p->move_count; i++) {
        const struct plan_move *m = &p->moves[i];
        size_t from = end_of(c, m->from), to = end_of(c, m->to);
        for (size_t k = 0; !m->excluded && k < m->job_count; k++)
            c->claims[c->claim_count++] = (struct check_claim){.move = m,
                                                               .job = &m->jobs[k],
                                                               .row_at = CHECK_NONE,
                                                               .from = from,
                                                               .to = to,
                                                               .nodes = 1,
                                                               .data_gb = (double)NAN};
    }
    if (c->claim_count > 1)
        qsort(c->claims, c->claim_count, sizeof *c->claims, by_id);
}

struct plan_checker *plan_check_new(const struct plan *p)
{
    struct plan_checker *c = mem_new(1, sizeof *c);
    c->plan = p;
    list_ends(c);
    list_claims(c);
    plan_check_intake_list(c);
    return c;
}

void plan_check_free(struct plan_checker *c)
{
    if (!c)
        return;
    struct rows *all[] = {&c->jobs,    &c->schedulers,   &c->links,  &c->clusters, &c->sites,    &c->queues,
                          &c->tenants, &c->reservations, &c->months, &c->moves,    &c->transfers};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        rows_release(all[i]);
    for (size_t i = 0; i < c->end_count; i++)
        free(c->ends[i].queues);
    arena_release(&c->arena);
    free(c->claims);
    free(c->intakes);
    free(c->ends);
    free(c->nodes);
    free(c);
}

/* --- taking --- */

/* Rows of one scheduler come together. */
static struct check_end *end_at(struct plan_checker *c, struct safe_text scheduler)
{
    if (c->last_end >= c->end_count || !text_equal(c->ends[c->last_end].id, scheduler))
        c->last_end = end_of(c, scheduler);
    return c->last_end == CHECK_NONE ? NULL : &c->ends[c->last_end];
}

static struct check_queue *queue_at(struct plan_checker *c, struct check_end *e, struct safe_text name)
{
    for (size_t i = 0; i < e->queue_count; i++) {
        if (text_equal(e->queues[i].name, name))
            return &e->queues[i];
    }
    e->queues = mem_grow(e->queues, e->queue_count + 1, sizeof *e->queues);
    e->queues[e->queue_count] = (struct check_queue){.name = rows_text(&c->arena, name)};
    return &e->queues[e->queue_count++];
}

static double more(double a, double b)
{
    return b > a ? b : a;
}

static void count_waiting(struct check_end *e, struct check_queue *q, const struct row *job)
{
    double accels = plan_check_number(job, JOB_ACCELS);
    e->waiting_accels += accels > 0 ? accels : 0;
    if (!e->is_target || !can_start(wait_why_of(job)))
        return;
    q->largest_accels = more(q->largest_accels, accels);
    q->largest_cpus = more(q->largest_cpus, plan_check_number(job, JOB_CPUS));
    q->largest_mb = more(q->largest_mb, plan_check_number(job, JOB_MEMORY_MB));
}

static int by_words(const void *a, const void *b)
{
    return text_cmp(*(const struct safe_text *)a, *(const struct safe_text *)b);
}

static bool is_ours(const struct plan_checker *c, const struct row *job)
{
    return c->our_count > 0 && bsearch(&job->id, c->ours, c->our_count, sizeof *c->ours, by_words) != NULL;
}

void plan_check_ours(struct plan_checker *c, const struct safe_text *ids, size_t n)
{
    c->ours = ids;
    c->our_count = n;
}

static void count_job(struct plan_checker *c, struct check_end *e, const struct row *job)
{
    struct check_queue *q = queue_at(c, e, plan_check_word(job, JOB_QUEUE));
    double accels = plan_check_number(job, JOB_ACCELS), cpus = plan_check_number(job, JOB_CPUS);
    enum job_state state = state_job(plan_check_word(job, JOB_STATE));
    if (state == JOB_WAITING && !is_ours(c, job))
        count_waiting(e, q, job);
    if (state != JOB_RUNNING && state != JOB_SUSPENDED && state != JOB_FINISHING)
        return;
    e->running_accels += accels > 0 ? accels : 0;
    e->running_cpus += cpus > 0 ? cpus : 0;
    q->running_mb += plan_check_number(job, JOB_MEMORY_MB);
}

static void take_job(struct plan_checker *c, const struct row *row)
{
    struct plan_job wanted = {.id = row->id};
    struct check_claim key = {.job = &wanted}, *at;
    struct check_end *e = end_at(c, plan_check_word(row, JOB_SCHEDULER));
    if (e)
        count_job(c, e, row);
    at = c->claim_count > 0 ? bsearch(&key, c->claims, c->claim_count, sizeof key, by_id) : NULL;
    if (!at)
        return;
    bool tied = is_tied(wait_why_of(row));
    while (at > c->claims && text_equal(at[-1].job->id, row->id))
        at--;
    rows_add(&c->jobs, row);
    for (; at < c->claims + c->claim_count && text_equal(at->job->id, row->id); at++) {
        at->row_at = c->jobs.count - 1;
        at->tied = tied;
    }
}

static int64_t units(const struct row *row, int field)
{
    int64_t n = value_int_or(&row->cells[field], 0);
    return n > 0 && n <= CHECK_UNITS_MAX ? n : 0;
}

/* A node is kept for others when it says so in its scheduler's words. */
static bool says_reserved(const struct row *row)
{
    static const char *const words[] = {"RESERV", "MAINT", "PLANNED"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (text_contains(plan_check_word(row, NODE_STATE_RAW), text_of(words[i]), true))
            return true;
    }
    return false;
}

static void take_node(struct plan_checker *c, const struct row *row)
{
    struct check_end *e = end_at(c, plan_check_word(row, NODE_SCHEDULER));
    enum node_state state = state_node(plan_check_word(row, NODE_STATE));
    plan_check_intake_take(c, row);
    if (!e)
        return;
    if (c->node_count == c->node_cap) {
        c->node_cap = 2 * c->node_cap + 256;
        c->nodes = mem_grow(c->nodes, c->node_cap, sizeof *c->nodes);
    }
    c->nodes[c->node_count++] = (struct check_node){
        .end = (size_t)(e - c->ends),
        .name = rows_text(&c->arena, plan_check_word(row, NODE_NAME)),
        .partitions = rows_text(&c->arena, plan_check_word(row, NODE_PARTITIONS)),
        .accel_kind = rows_text(&c->arena, plan_check_word(row, NODE_ACCEL_KIND)),
        .supernode = rows_text(&c->arena, plan_check_word(row, NODE_SUPERNODE)),
        .accels = units(row, NODE_ACCELS_TOTAL),
        .accels_free = units(row, NODE_ACCELS_FREE),
        .cpus = units(row, NODE_CPUS_TOTAL),
        .cpus_free = units(row, NODE_CPUS_FREE),
        .memory_mb = plan_check_number(row, NODE_MEMORY_MB),
        .usable = !row->stale && (state == NODE_UP || state == NODE_IDLE),
        .reserved = says_reserved(row),
    };
}

static void take_energy(struct plan_checker *c, const struct row *row)
{
    bool month = text_len(plan_check_word(row, ENERGY_PERIOD)) == strlen("2026-11");
    if (month && text_empty(plan_check_word(row, ENERGY_SITE)))
        rows_add(&c->months, row);
}

/* Moves of former plans that are under way, or were made. */
static void take_move(struct plan_checker *c, const struct row *row)
{
    static const char *const made[] = {"queued", "running", "done", "partly"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        if (text_is(plan_check_word(row, MOVE_STATE), made[i]))
            rows_add(&c->moves, row);
    }
}

void plan_check_take(struct plan_checker *c, const struct row *row)
{
    const struct {
        enum kind kind;
        struct rows *rows;
    } kept[] = {{KIND_SCHEDULER, &c->schedulers},
                {KIND_LINK, &c->links},
                {KIND_CLUSTER, &c->clusters},
                {KIND_SITE, &c->sites},
                {KIND_QUEUE, &c->queues},
                {KIND_TENANT, &c->tenants},
                {KIND_RESERVATION, &c->reservations},
                {KIND_TRANSFER, &c->transfers}};
    c->closed = false;
    if (row->kind == KIND_JOB)
        take_job(c, row);
    else if (row->kind == KIND_NODE)
        take_node(c, row);
    else if (row->kind == KIND_ENERGY)
        take_energy(c, row);
    else if (row->kind == KIND_MOVE)
        take_move(c, row);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        if (row->kind == kept[i].kind)
            rows_add(kept[i].rows, row);
    }
}

/* --- when all is taken --- */

static int by_place(const void *a, const void *b)
{
    const struct check_node *x = a, *y = b;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return text_cmp(x->name, y->name);
}

static void place_nodes(struct plan_checker *c)
{
    for (size_t i = 0; i < c->end_count; i++)
        c->ends[i].node_count = 0;
    if (c->node_count > 1)
        qsort(c->nodes, c->node_count, sizeof *c->nodes, by_place);
    for (size_t i = 0; i < c->node_count; i++) {
        struct check_end *e = &c->ends[c->nodes[i].end];
        e->first_node = e->node_count == 0 ? i : e->first_node;
        e->node_count++;
    }
}

struct reserving {
    struct plan_checker *c;
    size_t end;
};

static bool reserve_node(void *ctx, struct safe_text name)
{
    struct reserving *r = ctx;
    const struct check_end *e = &r->c->ends[r->end];
    const struct check_node key = {.end = r->end, .name = name};
    struct check_node *n =
        e->node_count > 0 ? bsearch(&key, r->c->nodes + e->first_node, e->node_count, sizeof key, by_place) : NULL;
    if (n)
        n->reserved = true;
    return true;
}

/* Whatever a reservation is for, and also where it begins later, it is kept from newcomers. One that names no nodes keeps as much
 * of any. */
static void reserve(struct plan_checker *c)
{
    for (size_t i = 0; i < c->reservations.count; i++) {
        const struct row *r = &c->reservations.all[i];
        size_t at = end_of(c, plan_check_word(r, RESERVATION_SCHEDULER));
        struct reserving ctx = {c, at};
        double amount = plan_check_number(r, RESERVATION_AMOUNT);
        if (at == CHECK_NONE || text_is(plan_check_word(r, RESERVATION_STATE), "over"))
            continue;
        if (c->ends[at].node_count > 0 && !text_empty(plan_check_word(r, RESERVATION_NODES)))
            hostlist_each(plan_check_word(r, RESERVATION_NODES), reserve_node, &ctx);
        else if (text_is(plan_check_word(r, RESERVATION_UNIT), "nodes"))
            c->ends[at].reserved_nodes += amount > 0 ? amount : 0;
        else if (text_is(plan_check_word(r, RESERVATION_UNIT), "cores"))
            c->ends[at].reserved_cores += amount > 0 ? amount : 0;
    }
}

static int64_t amount_of(const struct row *row, int field, int64_t otherwise)
{
    int64_t n = value_int_or(&row->cells[field], -1);
    return n < 0 ? otherwise : n;
}

static void fill_claims(struct plan_checker *c)
{
    for (size_t i = 0; i < c->claim_count; i++) {
        struct check_claim *a = &c->claims[i];
        a->row = a->row_at == CHECK_NONE ? NULL : &c->jobs.all[a->row_at];
        if (!a->row)
            continue;
        a->accels = amount_of(a->row, JOB_ACCELS, 0);
        a->cpus = amount_of(a->row, JOB_CPUS, 1);
        a->nodes = amount_of(a->row, JOB_NODES, 1);
        a->nodes = a->nodes > 0 ? a->nodes : 1;
        a->data_gb = plan_check_number(a->row, JOB_DATA_GB);
    }
}

static void close_rows(struct plan_checker *c)
{
    struct rows *found[] = {&c->schedulers, &c->links, &c->clusters, &c->sites, &c->tenants, &c->transfers};
    if (c->closed)
        return;
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        if (found[i]->count > 1)
            qsort(found[i]->all, found[i]->count, sizeof *found[i]->all, by_row_id);
    }
    for (size_t i = 0; i < c->end_count; i++) {
        struct check_end *e = &c->ends[i];
        e->row = plan_check_row(&c->schedulers, e->id);
        e->cluster = plan_check_row(&c->clusters, plan_check_word(e->row, SCHEDULER_CLUSTER));
        e->site = plan_check_row(&c->sites, plan_check_word(e->row, SCHEDULER_SITE));
        e->reserved_nodes = e->reserved_cores = 0;
    }
    place_nodes(c);
    reserve(c);
    fill_claims(c);
    c->closed = true;
}

/* --- running --- */

__attribute__((format(printf, 3, 0))) static bool say(struct checking *k, struct safe_text id, const char *fmt,
                                                      va_list ap)
{
    char shown[120];
    int n = 0;
    if (!text_empty(id))
        n = snprintf(k->words, sizeof k->words, "%s: ", text_show_in(id, shown, sizeof shown));
    vsnprintf(k->words + n, sizeof k->words - (size_t)n, fmt, ap);
    return true;
}

bool plan_check_no(struct checking *k, struct safe_text id, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(k, id, fmt, ap);
    va_end(ap);
    return false;
}

bool plan_check_yes(struct checking *k, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(k, text_of(""), fmt, ap);
    va_end(ap);
    return true;
}

static const struct {
    const char *name;
    bool (*holds)(struct checking *k);
} checks[] = {
    {PLAN_CHECK_JOBS, plan_check_job_hold},
    {"movable_now", plan_check_job_movable},
    {"asked_now", plan_check_job_asked},
    {"ends_now", plan_check_place_fresh},
    {"away_now", plan_check_place_away},
    {"health_now", plan_check_place_health},
    {"compatible_now", plan_check_place_compatible},
    {"kind_now", plan_check_place_kind},
    {"space_now", plan_check_place_space},
    {"residency_now", plan_check_stay_residency},
    {"ring_now", plan_check_net_ring},
    {"sums_now", plan_check_job_sums},
    {"room_now", plan_check_room_free},
    {"gang_now", plan_check_room_gang},
    {"supernode_now", plan_check_stay_supernode},
    {"power_now", plan_check_net_power},
    {"links_now", plan_check_net_links},
    {"transfers_now", plan_check_hold_transfers},
    {"intakes_now", plan_check_intake_closes},
    {"count_now", plan_check_job_count},
    {PLAN_CHECK_ALONE, plan_check_job_alone},
    {"running_now", plan_check_job_running},
    {"cooldown_now", plan_check_job_cool},
    {"time_now", plan_check_job_time},
};
enum { CHECKS = sizeof checks / sizeof *checks };
_Static_assert((int)CHECKS <= (int)PLAN_CHECKS_MAX, "room for all checks");

bool plan_check_one(struct plan_checker *c, size_t at, const struct plan_limits *limits, int64_t now_ms,
                    struct arena *arena, struct plan_check *out)
{
    struct checking k = {.c = c, .limits = limits, .now_ms = now_ms};
    if (at >= CHECKS)
        return false;
    close_rows(c);
    bool ok = checks[at].holds(&k);
    *out = (struct plan_check){text_of(checks[at].name), ok, rows_text(arena, text_of(k.words))};
    return true;
}

bool plan_check_kept(struct plan_checker *c, const struct plan_limits *limits, int64_t now_ms, struct arena *arena,
                     struct plan_check *out)
{
    struct checking k = {.c = c, .limits = limits, .now_ms = now_ms, .kept = true};
    close_rows(c);
    bool ok = plan_check_room_free(&k);
    *out = (struct plan_check){text_of("kept_now"), ok, rows_text(arena, text_of(k.words))};
    return ok;
}

size_t plan_check_run(struct plan_checker *c, const struct plan_limits *limits, int64_t now_ms, struct arena *arena,
                      struct plan_check out[PLAN_CHECKS_MAX])
{
    size_t n = 0;
    while (n < PLAN_CHECKS_MAX && plan_check_one(c, n, limits, now_ms, arena, &out[n]))
        n++;
    return n;
}
