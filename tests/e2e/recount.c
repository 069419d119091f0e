/* recount DIR NOW_UTC_MS [SCENARIO SEED START_UTC_MS LINK]: what a demo of the data in DIR must show at NOW, counted by the simulator
 * itself and not by way of store, derive and impact: lines "WHAT ID N". With a link: who is hit by it, "hit WHAT N" and
 * "account NAME RUNNING WAITING USERS", and what is known of it, "link FIELD VALUE". */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/fleet.h"
#include "domain/kind.h"
#include "sim/sim.h"
#include "sources/scenario.h"

enum {
    BEGUN_MS_BEFORE = 3600 * 1000,
    SEED = 42
}; /* of `hubtop demo ordinary` and ordinary.scenario, whose events are all later */

static const char *hub_of(const struct fleet *f, const struct fleet_scheduler *s)
{
    const struct fleet_site *site = fleet_site(f, s->site);
    const struct fleet_cluster *cluster = site ? fleet_cluster(f, site->cluster) : NULL;
    return cluster && cluster->hub ? cluster->hub : "unassigned";
}

/* A job that is suspended or finishing holds its nodes. */
static size_t running(const struct sim *sim, const char *scheduler)
{
    return sim_count_jobs(sim, scheduler, "running") + sim_count_jobs(sim, scheduler, "suspended") +
           sim_count_jobs(sim, scheduler, "finishing");
}

static size_t unwell(const struct sim *sim, const char *scheduler)
{
    return sim_count_nodes(sim, scheduler, "draining") + sim_count_nodes(sim, scheduler, "drained") +
           sim_count_nodes(sim, scheduler, "down");
}

static void count_hub(const struct sim *sim, const struct fleet *f, const char *hub)
{
    size_t sum = 0;
    for (size_t i = 0; i < f->n_schedulers; i++) {
        if (strcmp(hub_of(f, &f->schedulers[i]), hub) == 0)
            sum += running(sim, f->schedulers[i].id);
    }
    printf("hub_running %s %zu\n", hub, sum);
}

static void count(const struct sim *sim, const struct fleet *f)
{
    for (size_t i = 0; i < f->n_schedulers; i++) {
        const char *id = f->schedulers[i].id;
        printf("jobs %s %zu\n", id, sim_count_jobs(sim, id, NULL));
        printf("running %s %zu\n", id, running(sim, id));
        printf("waiting %s %zu\n", id, sim_count_jobs(sim, id, "waiting"));
        printf("nodes %s %zu\n", id, sim_count_nodes(sim, id, NULL));
        printf("unwell %s %zu\n", id, unwell(sim, id));
    }
    for (size_t i = 0; i < f->n_hubs; i++)
        count_hub(sim, f, f->hubs[i].id);
    printf("jobs all %zu\n", sim_count_jobs(sim, NULL, NULL));
    printf("nodes all %zu\n", sim_count_nodes(sim, NULL, NULL));
    printf("unwell all %zu\n", unwell(sim, NULL));
}

/* --- who is hit by a link: whose users are at one end and whose job is at the other --- */

enum { NAMES_MAX = 512, NAME_MAX_BYTES = 64 };

struct names {
    char all[NAMES_MAX][NAME_MAX_BYTES];
    size_t count;
};

struct account {
    int running, waiting;
    struct names users;
};

struct hit {
    const char *link;
    char from[NAME_MAX_BYTES], to[NAME_MAX_BYTES];
    struct names tenants, queues; /* those of the fleet */
    char at[NAMES_MAX][NAME_MAX_BYTES];
    long long wait_s[NAMES_MAX];

    int jobs, running, waiting;
    double accels;
    long long deadline_ms;
    char deadline_job[2 * NAME_MAX_BYTES];
    struct names users, hit_tenants, accounts;
    struct account of[NAMES_MAX];
};

static void text(const struct row *row, int field, char out[NAME_MAX_BYTES])
{
    struct safe_text t = value_text_or(&row->cells[field], "");
    if (text_len(t) < NAME_MAX_BYTES)
        text_show_in(t, out, NAME_MAX_BYTES);
    else
        abort();
}

/* Its number; a new one when it was not there. */
static size_t put(struct names *n, const char *name)
{
    size_t i = 0;
    while (i < n->count && strcmp(n->all[i], name) != 0)
        i++;
    if (i == NAMES_MAX)
        abort();
    if (i == n->count)
        snprintf(n->all[n->count++], NAME_MAX_BYTES, "%s", name);
    return i;
}

static bool take_tenant(void *ctx, const struct row *row, struct err *err)
{
    struct hit *h = ctx;
    char id[NAME_MAX_BYTES];
    (void)err;
    text_show_in(row->id, id, sizeof id);
    text(row, TENANT_AT, h->at[put(&h->tenants, id)]);
    return true;
}

static bool take_queue(void *ctx, const struct row *row, struct err *err)
{
    struct hit *h = ctx;
    char id[NAME_MAX_BYTES];
    (void)err;
    text_show_in(row->id, id, sizeof id);
    h->wait_s[put(&h->queues, id)] = value_int_or(&row->cells[QUEUE_SLO_S], -1);
    return true;
}

static void take_deadline(struct hit *h, const struct row *job, bool waits)
{
    char scheduler[NAME_MAX_BYTES], queue[NAME_MAX_BYTES], id[2 * NAME_MAX_BYTES];
    long long since_ms = value_int_or(&job->cells[JOB_ELIGIBLE_AT], value_int_or(&job->cells[JOB_SUBMITTED_AT], -1));
    long long ms = value_int_or(&job->cells[JOB_DEADLINE_AT], 0);
    text(job, JOB_SCHEDULER, scheduler);
    text(job, JOB_QUEUE, queue);
    snprintf(id, sizeof id, "%s/%s", scheduler, queue);
    long long wait_s = h->wait_s[put(&h->queues, id)];
    if (ms == 0 && waits && since_ms >= 0 && wait_s > 0)
        ms = since_ms + wait_s * 1000;
    text_show_in(job->id, id, sizeof id);
    if (ms > 0 &&
        (h->deadline_ms == 0 || ms < h->deadline_ms || (ms == h->deadline_ms && strcmp(id, h->deadline_job) < 0))) {
        h->deadline_ms = ms;
        snprintf(h->deadline_job, sizeof h->deadline_job, "%s", id);
    }
}

static bool take_job(void *ctx, const struct row *job, struct err *err)
{
    struct hit *h = ctx;
    char state[NAME_MAX_BYTES], cluster[NAME_MAX_BYTES], tenant[NAME_MAX_BYTES], user[NAME_MAX_BYTES];
    char account[NAME_MAX_BYTES];
    (void)err;
    text(job, JOB_STATE, state);
    text(job, JOB_CLUSTER, cluster);
    text(job, JOB_TENANT, tenant);
    text(job, JOB_USER, user);
    text(job, JOB_ACCOUNT, account);
    bool waits = strcmp(state, "waiting") == 0 || strcmp(state, "held") == 0;
    bool runs = strcmp(state, "running") == 0 || strcmp(state, "suspended") == 0 || strcmp(state, "finishing") == 0;
    const char *place = h->at[put(&h->tenants, tenant)];
    bool is_hit = (strcmp(cluster, h->from) == 0 && strcmp(place, h->to) == 0) ||
                  (strcmp(cluster, h->to) == 0 && strcmp(place, h->from) == 0);
    if (!is_hit || (!waits && !runs))
        return true;
    int tasks = waits ? (int)value_int_or(&job->cells[JOB_TASKS], 1) : 1;
    struct account *a = &h->of[put(&h->accounts, account)];
    tasks = tasks < 1 ? 1 : tasks;
    h->jobs += tasks;
    h->running += runs;
    h->waiting += waits ? tasks : 0;
    h->accels += tasks * value_real_or(&job->cells[JOB_ACCELS], 0);
    put(&h->users, user);
    put(&h->hit_tenants, tenant);
    a->running += runs;
    a->waiting += waits ? tasks : 0;
    put(&a->users, user);
    take_deadline(h, job, waits);
    return true;
}

static bool take_link(void *ctx, const struct row *row, struct err *err)
{
    struct hit *h = ctx;
    (void)err;
    if (!text_is(row->id, h->link))
        return true;
    text(row, LINK_FROM, h->from);
    text(row, LINK_TO, h->to);
    printf("link one_way_ms %.2f\nlink promised %g\n", value_real_or(&row->cells[LINK_ONE_WAY_MS], NAN),
           value_real_or(&row->cells[LINK_RING_CONTRACT_MS], NAN));
    printf("link lit %lld\nlink paths %lld\n", (long long)value_int_or(&row->cells[LINK_PATHS_LIT], -1),
           (long long)value_int_or(&row->cells[LINK_PATHS], -1));
    return true;
}

static bool walk(struct sim *sim, enum kind kind, sim_sink *sink, struct hit *h)
{
    struct err err = {0};
    for (int64_t at = 0; at >= 0;)
        if (!sim_facts(sim, kind, &at, 1000, sink, h, &err))
            return false;
    return true;
}

static bool count_link(struct sim *sim, const char *link)
{
    static struct hit h;
    h.link = link;
    if (!walk(sim, KIND_LINK, take_link, &h) || !walk(sim, KIND_TENANT, take_tenant, &h) ||
        !walk(sim, KIND_QUEUE, take_queue, &h) || !walk(sim, KIND_JOB, take_job, &h))
        return false;
    printf("hit jobs %d\nhit running %d\nhit waiting %d\nhit accels %g\n", h.jobs, h.running, h.waiting, h.accels);
    printf("hit users %zu\nhit accounts %zu\nhit tenants %zu\n", h.users.count, h.accounts.count, h.hit_tenants.count);
    printf("hit deadline_ms %lld\nhit deadline_job %s\n", h.deadline_ms, h.deadline_job);
    for (size_t i = 0; i < h.accounts.count; i++)
        printf("account %s %d %d %zu\n", h.accounts.all[i], h.of[i].running, h.of[i].waiting, h.of[i].users.count);
    return h.from[0] != '\0';
}

/* --- the world --- */

/* As the sample driver makes it of a scenario; without one as `hubtop demo ordinary`. */
static bool options_of(char **argv, int argc, struct scenario *s, struct sim_options *o, struct err *err)
{
    const int64_t day = 24 * 3600 * 1000, east = 8 * 3600 * 1000;
    if (argc < 7) {
        o->start_utc_ms = strtoll(argv[2], NULL, 10) - BEGUN_MS_BEFORE;
        return true;
    }
    if (!scenario_load(argv[1], argv[3], s, err))
        return false;
    o->seed = strtoull(argv[4], NULL, 10);
    o->start_utc_ms = strtoll(argv[5], NULL, 10);
    o->events = s->events;
    o->event_count = s->event_count;
    o->load = s->load;
    o->calm = s->calm;
    if (s->opens_ms >= 0)
        o->day_ms = s->opens_ms - (o->start_utc_ms + SCENARIO_LEAD_MS + east) % day;
    return true;
}

static int run(struct fleet *fleet, char **argv, int argc)
{
    struct err err = {0};
    struct scenario scenario = {0};
    struct sim_options options = {.fleet = fleet, .seed = SEED, .scale = 1};
    struct sim *sim = options_of(argv, argc, &scenario, &options, &err) ? sim_new(&options, &err) : NULL;
    while (sim && !sim_advance(sim, strtoll(argv[2], NULL, 10), 0))
        continue;
    bool counted = sim != NULL && (argc < 7 || count_link(sim, argv[6]));
    if (counted && argc < 7)
        count(sim, fleet);
    if (!counted)
        fprintf(stderr, "recount: %s\n", err.kind != ERR_NONE ? err.text : "there is no such link");
    sim_free(sim);
    scenario_release(&scenario);
    return counted ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    char path[4096];
    if (argc != 3 && argc != 7) {
        fputs("usage: recount DIR NOW_UTC_MS [SCENARIO SEED START_UTC_MS LINK]\n", stderr);
        return 1;
    }
    snprintf(path, sizeof path, "%s/fleet.conf", argv[1]);
    struct fleet *fleet = fleet_load(path, &err);
    if (!fleet)
        fprintf(stderr, "recount: %s\n", err.text);
    int status = fleet ? run(fleet, argv, argc) : 1;
    fleet_free(fleet);
    return status;
}
