#include <math.h>
#include <setjmp.h> /* cmocka wants it */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "unit/domain/plan_bench.h"

/* --- what breaks it --- */

static void job_gone(struct bench *b)
{
    world_row(b->w, KIND_JOB, "a/1")->id = text_of("a/77");
}
static void job_again(struct bench *b)
{
    world_row(b->w, KIND_JOB, "a/1")->id = text_of("a/1~2");
}
static void job_grew(struct bench *b)
{
    *cell(b, KIND_JOB, "a/1", JOB_CPUS) = value_int(16);
    b->moves[0].cpus = 16;
}
static void job_stale(struct bench *b)
{
    world_row(b->w, KIND_JOB, "a/1")->stale = true;
}
static void job_twice(struct bench *b)
{
    b->jobs[1] = b->jobs[0];
    b->moves[1].accels = b->jobs[0].accels;
    b->moves[1].cpus = b->jobs[0].cpus;
}
static void checkpoint_old(struct bench *b)
{
    *cell(b, KIND_JOB, "a/9", JOB_CHECKPOINT_AT) = value_time(world_now_ms - 2 * 3600000);
}
static void asked_pair(struct bench *b)
{
    b->plan.ask.to = text_of("b");
}
static void asked_queue(struct bench *b)
{
    b->plan.ask.only_queue = text_of("b/q");
}
static void asked_drain(struct bench *b)
{
    b->plan.ask.drain = text_of("B-1");
}
static void asked_without(struct bench *b)
{
    static const struct safe_text without[] = {{"a>b/q", 5}};
    b->plan.ask.excluded = without;
    b->plan.ask.exclusions = 1;
}
static void source_stale(struct bench *b)
{
    world_row(b->w, KIND_SCHEDULER, "a")->stale = true;
}
static void target_stale(struct bench *b)
{
    world_row(b->w, KIND_SCHEDULER, "b")->stale = true;
}
static void queue_stale(struct bench *b)
{
    world_row(b->w, KIND_QUEUE, "b/q")->stale = true;
}
static void stays(struct bench *b)
{
    b->moves[0].to = text_of("a");
    b->moves[0].link = text_of("");
}
static void slurm_undeclared(struct bench *b)
{
    *cell(b, KIND_SCHEDULER, "b", SCHEDULER_DRIVER) = world_word("slurm");
}
static void slurm_half_declared(struct bench *b)
{
    slurm_undeclared(b);
    *cell(b, KIND_SCHEDULER, "a", SCHEDULER_COMPATIBLE) = value_list(text_of("b=users,software\x1f"
                                                                             "c=users,filesystems,software"));
}
static void queue_none(struct bench *b)
{
    b->moves[0].queue_to = text_of("nowhere");
}
static void ring_claimed(struct bench *b)
{
    *cell(b, KIND_JOB, "a/1", JOB_LATENCY_MS_MAX) = value_real(1);
    b->moves[0].delay_after_ms = 0.5; /* whatever the plan says */
}
static void ring_slower(struct bench *b)
{
    *cell(b, KIND_JOB, "a/1", JOB_LATENCY_MS_MAX) = value_real(11);
    *cell(b, KIND_LINK, "B>A", LINK_ONE_WAY_MS) = value_real(11.5); /* the way back counts */
    *cell(b, KIND_LINK, "B>C", LINK_STATE) = world_word("down");
}
static void ring_slow_out(struct bench *b)
{
    *cell(b, KIND_JOB, "a/1", JOB_LATENCY_MS_MAX) = value_real(11);
    *cell(b, KIND_LINK, "A>B", LINK_ONE_WAY_MS) = value_real(11.5);
}
static void sum_less(struct bench *b)
{
    b->moves[0].accels = 2;
}
static void sum_cpus(struct bench *b)
{
    b->moves[1].cpus = 1;
}
static void own_job_larger(struct bench *b)
{
    world_job(b->w, "b/1", "b", 16);
}
static void node_taken(struct bench *b)
{
    *cell(b, KIND_NODE, "b/n0", NODE_ACCELS_FREE) = value_int(0);
    *cell(b, KIND_NODE, "b/n1", NODE_ACCELS_FREE) = value_int(8);
}
static void cpus_taken(struct bench *b)
{
    *cell(b, KIND_NODE, "b/n0", NODE_CPUS_FREE) = value_int(8);
    *cell(b, KIND_NODE, "b/n1", NODE_CPUS_FREE) = value_int(8);
}
static void recovery(struct bench *b)
{
    struct row *r = world_add(b->w, KIND_RESERVATION, "b/dr");
    r->cells[RESERVATION_SCHEDULER] = world_word("b");
    r->cells[RESERVATION_NAME] = world_word("dr");
    r->cells[RESERVATION_PURPOSE] = world_word("disaster-recovery");
    r->cells[RESERVATION_STATE] = world_word("standby");
    r->cells[RESERVATION_NODES] = world_word("n[0-0]");
}
static void recovery_unnamed(struct bench *b)
{
    recovery(b);
    *cell(b, KIND_RESERVATION, "b/dr", RESERVATION_NODES) = value_none();
    *cell(b, KIND_RESERVATION, "b/dr", RESERVATION_UNIT) = world_word("nodes");
    *cell(b, KIND_RESERVATION, "b/dr", RESERVATION_AMOUNT) = value_real(1);
}
static void gang_undivided(struct bench *b)
{
    *cell(b, KIND_JOB, "a/2", JOB_NODES) = value_int(3);
    b->jobs[1].nodes = 3;
}
static void pieces(struct bench *b)
{
    *cell(b, KIND_NODE, "b/n0", NODE_ACCELS_FREE) = value_int(3);
    *cell(b, KIND_NODE, "b/n1", NODE_ACCELS_FREE) = value_int(7);
}
static void data_stay(struct bench *b)
{
    *cell(b, KIND_TENANT, "t", TENANT_RESIDENCY) = value_list(text_of("A\x1f"
                                                                      "c"));
}
static void one_supernode(struct bench *b)
{
    *cell(b, KIND_JOB, "a/2", JOB_SUPERNODE) = value_bool(true);
    *cell(b, KIND_NODE, "c/n0", NODE_SUPERNODE) = world_word("s0");
    *cell(b, KIND_NODE, "c/n1", NODE_SUPERNODE) = world_word("s1");
}
static void quota_used(struct bench *b)
{
    struct row *r = world_add(b->w, KIND_ENERGY, "B/2026-11");
    r->cells[ENERGY_CLUSTER] = world_word("B");
    r->cells[ENERGY_PERIOD] = world_word("2026-11");
    r->cells[ENERGY_KWH] = value_real(999);
    r->cells[ENERGY_QUOTA_KWH] = value_real(1000);
}
static void link_slow(struct bench *b)
{
    b->limits.job_gbps = 0.02;
}
static void link_stale(struct bench *b)
{
    world_row(b->w, KIND_LINK, "A>B")->stale = true;
}
static void link_wrong(struct bench *b)
{
    b->moves[0].link = text_of("A>C");
}
static void link_not_there(struct bench *b)
{
    b->moves[0].link = text_of("A>D");
}
static void link_lost(struct bench *b)
{
    b->plan.ask.lost = text_of("A>B");
}
static void link_untold(struct bench *b)
{
    b->moves[0].link = text_of("");
}
static void too_many(struct bench *b)
{
    b->limits.jobs_max = 2;
}
static void more_than_asked(struct bench *b)
{
    b->plan.ask.max_moves = 1;
}
static void second_for_jobs(struct bench *b)
{
    b->limits.jobs_alone = 2;
}
static void second_for_accels(struct bench *b)
{
    b->limits.accels_alone_pct = 50;
}
static void second_for_tenant(struct bench *b)
{
    b->limits.tenant_jobs_alone = 2;
}
static void running_many(struct bench *b)
{
    struct row *r = world_runner(b->w, "a/7", "a", "n1", 4);
    r->cells[JOB_MOVABLE] = value_bool(true);
    r->cells[JOB_CHECKPOINT_AT] = value_time(world_now_ms - 600000);
    put_move(b, 0, "a/7", "b");
}
static void put_before(struct bench *b, const char *from, const char *to, const char *jobs, const char *state,
                       int ago_s)
{
    struct row *r = world_add(b->w, KIND_MOVE, "P-0001/1");
    r->since_ms = b->now_ms - ago_s * 1000;
    r->cells[MOVE_STATE] = world_word(state);
    r->cells[MOVE_FROM] = world_word(from);
    r->cells[MOVE_TO] = world_word(to);
    r->cells[MOVE_JOB_IDS] = value_list(text_of(jobs));
}
static void job_moved(struct bench *b)
{
    put_before(b, "c", "a",
               "a/5\x1f"
               "a/2",
               "done", 3000);
}
static void pair_moved(struct bench *b)
{
    put_before(b, "a", "b", "a/5", "partly", 500);
}
static void pair_moves(struct bench *b)
{
    put_before(b, "a", "c", "a/5", "running", 5000);
}
static void too_late(struct bench *b)
{
    b->plan.expires_at_ms = b->now_ms - 5000;
}

static const struct {
    const char *name;
    struct change cell; /* of one row of the present; KIND_NONE: `breaks` does it */
    void (*breaks)(struct bench *b);
    const char *check, *says, *also; /* other checks that must see it too */
} cases[] = {
    {"a job is gone", {0}, job_gone, "jobs_now", "a/1: there is no such job", "movable_now sums_now"},
    {"its id is another generation's", {0}, job_again, "jobs_now", "a/1: there is no such job", "movable_now sums_now"},
    {"a job is elsewhere",
     {KIND_JOB, "a/1", JOB_SCHEDULER, VALUE_TEXT, "c", 0},
     NULL,
     "jobs_now",
     "a/1: it is at c",
     NULL},
    {"a job has started",
     {KIND_JOB, "a/1", JOB_STATE, VALUE_TEXT, "running", 0},
     NULL,
     "jobs_now",
     "does not wait any more",
     NULL},
    {"a job is held",
     {KIND_JOB, "a/1", JOB_STATE, VALUE_TEXT, "held", 0},
     NULL,
     "jobs_now",
     "does not wait any more",
     NULL},
    {"a running job has ended",
     {KIND_JOB, "a/9", JOB_STATE, VALUE_TEXT, "done", 0},
     NULL,
     "jobs_now",
     "a/9: it does not run any more",
     NULL},
    {"a job asks for more", {0}, job_grew, "jobs_now", "a/1: it has changed since the snapshot: cpus", NULL},
    {"a job is somebody else's",
     {KIND_JOB, "a/1", JOB_USER, VALUE_TEXT, "v", 0},
     NULL,
     "jobs_now",
     "snapshot: user",
     NULL},
    {"a job is in another queue",
     {KIND_JOB, "a/1", JOB_QUEUE, VALUE_TEXT, "other", 0},
     NULL,
     "jobs_now",
     "snapshot: queue",
     NULL},
    {"a job's row is stale", {0}, job_stale, "jobs_now", "a/1: what is known of it is stale", NULL},
    {"a job stands there twice", {0}, job_twice, "jobs_now", "a/1: it is in the plan twice", NULL},
    {"a job's data are less than nothing",
     {KIND_JOB, "a/1", JOB_DATA_GB, VALUE_REAL, NULL, -1},
     NULL,
     "jobs_now",
     "makes no sense",
     NULL},
    {"a job may not be moved",
     {KIND_JOB, "a/1", JOB_MOVABLE, VALUE_BOOL, NULL, 0},
     NULL,
     "movable_now",
     "a/1: it may not run",
     NULL},
    {"nobody says that it may",
     {KIND_JOB, "a/1", JOB_MOVABLE, VALUE_NONE, NULL, 0},
     NULL,
     "movable_now",
     "a/1: nobody says",
     NULL},
    {"a dependency",
     {KIND_JOB, "a/1", JOB_DEPENDENCY, VALUE_TEXT, "afterok:a/2", 0},
     NULL,
     "movable_now",
     "depends on another",
     NULL},
    {"an array", {KIND_JOB, "a/1", JOB_TASKS, VALUE_INT, NULL, 4}, NULL, "movable_now", "array", NULL},
    {"a heterogeneous job",
     {KIND_JOB, "a/1", JOB_HET, VALUE_TEXT, "a/1+0", 0},
     NULL,
     "movable_now",
     "heterogeneous",
     NULL},
    {"a job's reservation",
     {KIND_JOB, "a/1", JOB_RESERVATION, VALUE_TEXT, "exam", 0},
     NULL,
     "movable_now",
     "reservation",
     NULL},
    {"licences", {KIND_JOB, "a/1", JOB_LICENSES, VALUE_TEXT, "cad:1", 0}, NULL, "movable_now", "licences", NULL},
    {"a begin time", {KIND_JOB, "a/1", JOB_REASON, VALUE_TEXT, "BeginTime", 0}, NULL, "movable_now", "binds it", NULL},
    {"an old checkpoint", {0}, checkpoint_old, "movable_now", "a/9: its checkpoint is 120 min old, over 60", NULL},
    {"no checkpoint",
     {KIND_JOB, "a/9", JOB_CHECKPOINT_AT, VALUE_NONE, NULL, 0},
     NULL,
     "movable_now",
     "a/9: it runs and has not proved",
     NULL},
    {"another pair was asked for", {0}, asked_pair, "asked_now", "another pair", NULL},
    {"another queue was asked for", {0}, asked_queue, "asked_now", "another queue", NULL},
    {"the target is to be empty", {0}, asked_drain, "asked_now", "b: it is to be empty", NULL},
    {"it was taken out", {0}, asked_without, "asked_now", "a/1: it was taken out", NULL},
    {"a stale source", {0}, source_stale, "ends_now", "a: what is known of it is stale", NULL},
    {"a stale target", {0}, target_stale, "ends_now", "b: what is known of it is stale", NULL},
    {"a stale queue", {0}, queue_stale, "ends_now", "b/q: what is known of it is stale", NULL},
    {"to where they are", {0}, stays, "away_now", "a: the jobs would be moved to where they are", "room_now gang_now"},
    {"a target that is down",
     {KIND_SCHEDULER, "b", SCHEDULER_STATE, VALUE_TEXT, "down", 0},
     NULL,
     "health_now",
     "b: it is down",
     NULL},
    {"a cluster that is down",
     {KIND_CLUSTER, "B", CLUSTER_STATE, VALUE_TEXT, "down", 0},
     NULL,
     "health_now",
     "b: it is down",
     NULL},
    {"nodes that are down",
     {KIND_SCHEDULER, "b", SCHEDULER_NODES_DOWN, VALUE_INT, NULL, 1},
     NULL,
     "health_now",
     "b: 50 % of its nodes are out, over 20",
     NULL},
    {"a closed site",
     {KIND_SITE, "B-1", SITE_PHASE, VALUE_TEXT, "closed", 0},
     NULL,
     "health_now",
     "B-1: the site is closed",
     NULL},
    {"a suspended member",
     {KIND_SITE, "B-1", SITE_MEMBERSHIP, VALUE_TEXT, "suspended", 0},
     NULL,
     "health_now",
     "B-1: the site is suspended",
     NULL},
    {"a Slurm nobody declares", {0}, slurm_undeclared, "compatible_now", "a and b are not declared compatible", NULL},
    {"a Slurm that lacks file systems", {0}, slurm_half_declared, "compatible_now", "a and b are not declared", NULL},
    {"another kind of compute",
     {KIND_QUEUE, "b/q", QUEUE_KIND, VALUE_TEXT, "general", 0},
     NULL,
     "kind_now",
     "b/q: it is for general compute",
     NULL},
    {"a closed queue",
     {KIND_QUEUE, "b/q", QUEUE_STATE, VALUE_TEXT, "drain", 0},
     NULL,
     "kind_now",
     "b/q: the queue is closed",
     NULL},
    {"no queue", {0}, queue_none, "kind_now", "b: it has no queue 'nowhere'", "room_now gang_now"},
    {"another accelerator",
     {KIND_JOB, "a/1", JOB_ACCEL_KIND, VALUE_TEXT, "x2", 0},
     NULL,
     "kind_now",
     "the accelerators of b are x1, the job's x2",
     "room_now gang_now"},
    {"another trusted space",
     {KIND_SITE, "B-1", SITE_TRUSTED_SPACES, VALUE_LIST, "s2", 0},
     NULL,
     "space_now",
     "a/1: its tenant's trusted space does not reach B-1",
     NULL},
    {"a site of which nobody says",
     {KIND_SITE, "B-1", SITE_TRUSTED_SPACES, VALUE_NONE, NULL, 0},
     NULL,
     "space_now",
     "does not reach B-1",
     NULL},
    {"no privacy computing",
     {KIND_SITE, "B-1", SITE_PRIVACY_COMPUTING, VALUE_BOOL, NULL, 0},
     NULL,
     "space_now",
     "B-1 offers no privacy computing",
     NULL},
    {"a smaller ring",
     {KIND_JOB, "a/1", JOB_LATENCY_MS_MAX, VALUE_REAL, NULL, 4.5},
     NULL,
     "ring_now",
     "a/1: 5.00 ms one-way from A, 0.50 over the 4.5 it allows",
     NULL},
    {"the tenant's ring",
     {KIND_TENANT, "t", TENANT_RING_MS, VALUE_REAL, NULL, 5.5},
     NULL,
     "ring_now",
     "a/2: 6.00 ms one-way from A, 0.50 over the 5.5",
     NULL},
    {"a delay that the plan claims", {0}, ring_claimed, "ring_now", "4.00 over the 1 it allows", NULL},
    {"a slow way back", {0}, ring_slower, "ring_now", "a/1: 11.50 ms one-way from A, 0.50 over", NULL},
    {"a slow way out", {0}, ring_slow_out, "ring_now", "a/1: 11.50 ms one-way from A, 0.50 over", NULL},
    {"a place without links",
     {KIND_TENANT, "t", TENANT_AT, VALUE_TEXT, "Z", 0},
     NULL,
     "ring_now",
     "the delay from Z is not measured",
     NULL},
    {"a sum of accelerators", {0}, sum_less, "sums_now", "b: its jobs ask for 4 accelerators, the move says 2", NULL},
    {"a sum of CPUs", {0}, sum_cpus, "sums_now", "c: its jobs ask for 8 CPUs, the move says 1", NULL},
    {"room for its own largest job",
     {0},
     own_job_larger,
     "room_now",
     "8 asked for, 16 free, of which 16 stay: 8 too many",
     NULL},
    {"head-room",
     {0},
     node_taken,
     "room_now",
     "b: accelerators: 8 asked for, 8 free, of which 1 stay: 1 too many",
     NULL},
    {"CPUs", {0}, cpus_taken, "room_now", "b: CPUs: 16 asked for, 16 free, of which 7 stay", NULL},
    {"memory",
     {KIND_JOB, "a/1", JOB_MEMORY_MB, VALUE_INT, NULL, 1000000},
     NULL,
     "room_now",
     "b: memory in MB: 1008192 asked for, 1024000 free",
     NULL},
    {"a node that is down",
     {KIND_NODE, "b/n0", NODE_STATE, VALUE_TEXT, "down", 0},
     NULL,
     "room_now",
     "b: accelerators: 8 asked for, 8 free",
     NULL},
    {"nodes kept for disaster recovery", {0}, recovery, "room_now", "b: accelerators: 8 asked for, 8 free", NULL},
    {"a recovery that names no nodes", {0}, recovery_unnamed, "room_now", "b: accelerators: 8 asked for, 8 free", NULL},
    {"a gang that finds too few nodes",
     {0},
     gang_undivided,
     "gang_now",
     "a/2: 1 of its 3 pieces of 4 accelerators and 3 CPUs find no node at c",
     NULL},
    {"pieces that fit in sum alone", {0}, pieces, "gang_now", "find no node at b", NULL},
    {"power",
     {KIND_CLUSTER, "B", CLUSTER_POWER_KW, VALUE_REAL, NULL, 1896},
     NULL,
     "power_now",
     "B: the jobs draw 5 kW, 4 are left",
     NULL},
    {"storage",
     {KIND_CLUSTER, "B", CLUSTER_STORAGE_TB_FREE, VALUE_REAL, NULL, 50.01},
     NULL,
     "power_now",
     "B: 0.02 TB come, 0.01 are free",
     NULL},
    {"an energy quota", {0}, quota_used, "power_now", "kWh, its energy quota has 1 left", NULL},
    {"a full link",
     {KIND_LINK, "A>B", LINK_USED_PCT, VALUE_REAL, NULL, 80},
     NULL,
     "links_now",
     "A>B: it is used by 80 %, at most 80",
     NULL},
    {"the plan's own load",
     {KIND_LINK, "A>B", LINK_CAPACITY_GBPS, VALUE_REAL, NULL, 0.1},
     NULL,
     "links_now",
     "A>B: the plan adds 20 GB, 6 more than fit below 80 %",
     NULL},
    {"data that take too long",
     {0},
     link_slow,
     "links_now",
     "10 GB of one job take 67 min, over the horizon of 60",
     NULL},
    {"a link that is down",
     {KIND_LINK, "A>B", LINK_STATE, VALUE_TEXT, "down", 0},
     NULL,
     "links_now",
     "A>B: it is down",
     NULL},
    {"a stale link", {0}, link_stale, "links_now", "A>B: what is known of it is stale", NULL},
    {"a load that nobody knows",
     {KIND_LINK, "A>B", LINK_USED_PCT, VALUE_NONE, NULL, 0},
     NULL,
     "links_now",
     "A>B: ",
     NULL},
    {"a way to elsewhere", {0}, link_wrong, "links_now", "b: no way is told", NULL},
    {"no such link", {0}, link_not_there, "links_now", "A>D: there is no such link", NULL},
    {"a link that is thought away", {0}, link_lost, "links_now", "A>B: it is down", NULL},
    {"no way is told", {0}, link_untold, "links_now", "b: no way is told", NULL},
    {"too many jobs", {0}, too_many, "count_now", "3 jobs, at most 2", NULL},
    {"more than was asked for", {0}, more_than_asked, "count_now", "3 jobs, at most 1", NULL},
    {"a second person for its jobs",
     {0},
     second_for_jobs,
     PLAN_CHECK_ALONE,
     "a second person approves it: 3 jobs",
     NULL},
    {"a tenant's data stay", {0}, data_stay, "residency_now", "a/1: its data stay in A", NULL},
    {"a job's data stay",
     {KIND_JOB, "a/2", JOB_RESIDENCY, VALUE_LIST, "B", 0},
     NULL,
     "residency_now",
     "a/2: its data stay in B",
     NULL},
    {"no super-node is large enough",
     {0},
     one_supernode,
     "supernode_now",
     "a/2: it needs 2 nodes of one super-node, at most 1 are free in one",
     NULL},
    {"no super-node is told of",
     {KIND_JOB, "a/2", JOB_SUPERNODE, VALUE_BOOL, NULL, 1},
     NULL,
     "supernode_now",
     "at most 0 are free in one",
     NULL},
    {"a second person for accelerators", {0}, second_for_accels, PLAN_CHECK_ALONE, "67 % of a source's", NULL},
    {"a second person for a tenant", {0}, second_for_tenant, PLAN_CHECK_ALONE, "3 of one tenant", NULL},
    {"two running jobs at once",
     {0},
     running_many,
     "running_now",
     "a: 8 accelerators or CPUs of running jobs, at most 0 of 16",
     NULL},
    {"a job that was moved", {0}, job_moved, "cooldown_now", "a/2: it was moved 3000 s ago, 3600 s must pass", NULL},
    {"a pair that was moved over", {0}, pair_moved, "cooldown_now", "500 s ago, 600 s must pass", NULL},
    {"a pair that is moved over", {0}, pair_moves, "cooldown_now", "moves from the one to the other now", NULL},
    {"a plan that is too old", {0}, too_late, "time_now", "until 5 s ago", NULL},
};

static void the_good_plan_holds(void **state)
{
    struct bench b;
    struct plan_check checks[PLAN_CHECKS_MAX];
    struct arena arena = {0};
    (void)state;
    bench_begin(&b);
    b.limits.accels_alone_pct = 100;
    size_t n = bench_run(&b, &arena, checks);
    assert_int_equal(n, 24);
    for (size_t i = 0; i < n; i++) {
        char name[40], words[400];
        if (!checks[i].ok)
            fail_msg("%s: %s", text_show_in(checks[i].name, name, sizeof name),
                     text_show_in(checks[i].words, words, sizeof words));
    }
    arena_release(&arena);
    free(b.w);
}

static bool is_also(struct safe_text name, const char *also, int *left)
{
    struct safe_text rest = text_of(also ? also : ""), one;
    bool hit = false;
    for (*left = 0; text_split(&rest, ' ', &one); ++*left)
        hit = hit || text_equal(one, name);
    return hit;
}

/* The right check fails, in the right words, and no other does but the one that must see it too. */
static void each_limit_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench b;
        struct plan_check checks[PLAN_CHECKS_MAX];
        struct arena arena = {0};
        int also = 0, seen = 0;
        bench_begin(&b);
        b.limits.accels_alone_pct = 100;
        if (cases[i].breaks)
            cases[i].breaks(&b);
        else
            change(&b, &cases[i].cell);
        size_t n = bench_run(&b, &arena, checks);
        for (size_t k = 0; k < n; k++) {
            char name[40], words[400];
            text_show_in(checks[k].name, name, sizeof name);
            text_show_in(checks[k].words, words, sizeof words);
            if (!is_also(checks[k].name, cases[i].also, &also) && !checks[k].ok &&
                !text_is(checks[k].name, cases[i].check))
                fail_msg("%s: %s fails: %s", cases[i].name, name, words);
            if (!checks[k].ok && text_is(checks[k].name, cases[i].check) && !strstr(words, cases[i].says))
                fail_msg("%s: %s says '%s', not '%s'", cases[i].name, name, words, cases[i].says);
            seen += !checks[k].ok;
        }
        if (seen != 1 + also)
            fail_msg("%s: %d checks fail, not %d", cases[i].name, seen, 1 + also);
        arena_release(&arena);
        free(b.w);
    }
}

/* A newer version of a row that asks for the same is the same job. */
static void a_newer_version_of_the_same_holds(void **state)
{
    struct bench b;
    struct plan_check checks[PLAN_CHECKS_MAX];
    struct arena arena = {0};
    (void)state;
    bench_begin(&b);
    struct row *r = world_row(b.w, KIND_JOB, "a/1");
    r->since_ms = world_now_ms + 5000;
    r->cells[JOB_PRIORITY] = value_int(77);
    bench_run(&b, &arena, checks);
    assert_true(text_is(checks[0].name, "jobs_now") && checks[0].ok);
    assert_true(text_is(checks[0].words, "1 of 3 have a newer version that asks for the same"));
    arena_release(&arena);
    free(b.w);
}

/* What was taken out of a plan is not checked: it will not be done. */
static void excluded_moves_do_not_count(void **state)
{
    struct bench b;
    struct plan_check checks[PLAN_CHECKS_MAX];
    struct arena arena = {0};
    (void)state;
    bench_begin(&b);
    b.limits.accels_alone_pct = 100;
    job_gone(&b);
    b.moves[0].excluded = true;
    size_t n = bench_run(&b, &arena, checks);
    for (size_t i = 0; i < n; i++)
        assert_true(checks[i].ok);
    arena_release(&arena);
    free(b.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_plan_holds),
        cmocka_unit_test(each_limit_is_refused),
        cmocka_unit_test(a_newer_version_of_the_same_holds),
        cmocka_unit_test(excluded_moves_do_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
