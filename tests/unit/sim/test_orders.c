#include "unit/sim/watch.h"

/* Orders that take a job somewhere else, and those that change what it asks for. */

static struct fleet_tenant near_tenants[] = {{.id = "t-near", .at = "PPP", .ring_ms = 3, .accounts = "city-portal"},
                                             {.id = "t-far", .at = "NNN", .ring_ms = 3, .accounts = "llm-lab"}};
static struct fleet_scheduler twins[] = {
    {"a-ai", "A-1", NULL, "intelligent", 40, 192, 8, "ascend910b", 1.3, 0},
    {"b-ai", "B-1", NULL, "intelligent", 30, 128, 16, "ascend910b", 0.5, 0},
    {"a-odd", "A-1", NULL, "intelligent", 24, 192, 8, "a800", 0.5, 0},
    {"a-gen", "A-1", NULL, "general", 40, 128, 0, NULL, 0.95, 0},
};

static struct sim *twin_world(bool near)
{
    static struct fleet f;
    struct err err = {0};

    f = fleet;
    f.schedulers = twins;
    f.n_schedulers = 4;
    if (near) {
        f.tenants = near_tenants;
        f.n_tenants = 2;
    }
    struct sim *s = sim_new(
        &(struct sim_options){.fleet = &f, .seed = 7, .start_utc_ms = start_ms, .scale = 1, .calm = true, .near = near},
        &err);
    assert_non_null(s);
    assert_true(sim_advance(s, start_ms, 0));
    return s;
}

/* --- a job by its id --- */

struct sought {
    const char *id;
    bool found;
    struct safe_text name, user, queue, qos, reason;
    char words[512];
    int64_t priority, limit_s, accels, tasks, eligible_ms, started_ms, checkpoint_ms, restarts;
    double data_gb;
};

static bool take_sought(void *ctx, const struct row *row, struct err *err)
{
    struct sought *j = ctx;
    char text[5][64];

    (void)err;
    if (!text_is(row->id, j->id))
        return true;
    j->found = true;
    snprintf(j->words, sizeof j->words, "%s %s %s %s",
             text_show_in(value_text_or(&row->cells[JOB_NAME], ""), text[0], 64),
             text_show_in(value_text_or(&row->cells[JOB_USER], ""), text[1], 64),
             text_show_in(value_text_or(&row->cells[JOB_QOS], ""), text[2], 64),
             text_show_in(value_text_or(&row->cells[JOB_TENANT], ""), text[3], 64));
    j->reason = text_is(value_text_or(&row->cells[JOB_REASON], ""), "BeginTime") ? text_of("BeginTime") : text_of("");
    j->priority = value_int_or(&row->cells[JOB_PRIORITY], -1);
    j->limit_s = value_int_or(&row->cells[JOB_TIME_LIMIT_S], -1);
    j->accels = value_int_or(&row->cells[JOB_ACCELS], -1);
    j->tasks = value_int_or(&row->cells[JOB_TASKS], -1);
    j->restarts = value_int_or(&row->cells[JOB_RESTARTS], -1);
    j->eligible_ms = value_int_or(&row->cells[JOB_ELIGIBLE_AT], 0);
    j->started_ms = value_int_or(&row->cells[JOB_STARTED_AT], 0);
    j->checkpoint_ms = value_int_or(&row->cells[JOB_CHECKPOINT_AT], 0);
    j->data_gb = value_real_or(&row->cells[JOB_DATA_GB], NAN);
    return true;
}

static struct sought job_of(struct sim *s, const char *id)
{
    struct sought j = {.id = id};

    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_JOB, &at, 100, take_sought, &j, NULL));
    return j;
}

static bool move(struct sim *s, const char *id, const char *to, char made[SIM_ID_MAX], struct err *err)
{
    return sim_apply(s, &(struct sim_order){.kind = SIM_MOVE, .target = id, .to = to, .made = made}, err);
}

static void move_refused(struct sim *s, const char *id, const char *to, const char *words)
{
    struct err err = {0};
    uint64_t before = facts_hash(s);

    assert_false(move(s, id, to, NULL, &err));
    assert_int_equal(err.kind, ERR_REFUSED);
    if (strstr(err.text, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, err.text);
    assert_true(facts_hash(s) == before);
}

/* The first job in that state whose id begins so, that has data, and a checkpoint or none. */
static const char *find(struct sim *s, const char *state, const char *prefix, bool checkpoint)
{
    static char id[SIM_ID_MAX];

    look(s);
    for (size_t i = 0; i < seen.n_jobs; i++) {
        if (!is(&seen.jobs[i], state) || strncmp(seen.jobs[i].id, prefix, strlen(prefix)) != 0)
            continue;
        struct sought j = job_of(s, seen.jobs[i].id);
        if (!(j.data_gb > 0) || (j.checkpoint_ms > 0) != checkpoint)
            continue;
        snprintf(id, sizeof id, "%s", seen.jobs[i].id);
        return id;
    }
    fail_msg("no job of %s is '%s'", prefix, state);
    return NULL;
}

/* --- moving --- */

static void a_waiting_job_goes_as_it_is(void **state)
{
    struct sim *s = twin_world(false);
    const char *id = find(s, "waiting", "a-ai/", false);
    struct sought was = job_of(s, id), is_now;
    char made[SIM_ID_MAX];
    size_t waited = sim_count_jobs(s, "a-ai", "waiting");

    (void)state;
    assert_true(move(s, id, "b-ai", made, NULL));
    assert_memory_equal(made, "b-ai/", 5);
    is_now = job_of(s, made);
    assert_true(is_now.found);
    assert_string_equal(is_now.words, was.words);
    assert_int_equal(is_now.priority, was.priority);
    assert_int_equal(is_now.limit_s, was.limit_s);
    assert_int_equal(is_now.accels, was.accels);
    assert_int_equal(is_now.tasks, was.tasks);
    assert_true(is_now.data_gb == was.data_gb);
    assert_true(text_is(is_now.reason, "BeginTime"));
    assert_true(is_now.eligible_ms == start_ms + (int64_t)ceil(was.data_gb * 8 / SIM_DATA_GBPS) * 1000);
    look(s);
    assert_string_equal(state_of(id), "cancelled");
    assert_string_equal(state_of(made), "waiting");
    assert_int_equal(sim_count_jobs(s, "a-ai", "waiting"), waited - 1);
    assert_int_equal(sim_count_jobs(s, "b-ai", "waiting"), 1);

    sim_advance(s, is_now.eligible_ms - 1, 0); /* there is room, but nothing to work with */
    look(s);
    assert_string_equal(state_of(made), "waiting");
    sim_advance(s, is_now.eligible_ms, 0);
    look(s);
    check_nodes(s);
    if (was.tasks == 1)
        assert_string_equal(state_of(made), "running");
    sim_free(s);
}

/* When it ends, as the last minute in which it ran. */
static int64_t ran_until(struct sim *s, const char *id)
{
    for (int64_t at = sim_now(s);; at += MINUTE_MS) {
        sim_advance(s, at, 0);
        look(s);
        if (strcmp(state_of(id), "running") != 0 && strcmp(state_of(id), "waiting") != 0)
            return at;
        assert_true(at < start_ms + 100 * (int64_t)HOUR_MS);
    }
}

static void a_running_job_goes_on_from_its_checkpoint(void **state)
{
    struct sim *s = twin_world(false), *other = twin_world(false);
    const char *id = find(s, "running", "a-ai/", true);
    struct sought was = job_of(s, id), is_now;
    char own[SIM_ID_MAX], made[SIM_ID_MAX];
    int64_t ends_there, ends_here;

    (void)state;
    snprintf(own, sizeof own, "%s", id);
    assert_true(was.checkpoint_ms > was.started_ms && was.checkpoint_ms <= start_ms);
    assert_true(move(s, own, "b-ai", made, NULL));
    look(s);
    assert_string_equal(state_of(own), "finishing");
    is_now = job_of(s, made);
    assert_int_equal(is_now.restarts, was.restarts + 1);
    assert_int_equal(is_now.started_ms, 0);
    check_nodes(s);
    ends_there = ran_until(s, made);
    ends_here = ran_until(other, own);
    /* later by what it did since the checkpoint and by its data's way, to the minute in which we look, twice */
    int64_t late = start_ms - was.checkpoint_ms + is_now.eligible_ms - start_ms;
    assert_true(llabs(ends_there - ends_here - late) <= 2 * MINUTE_MS);
    sim_free(s);
    sim_free(other);
}

static void a_held_job_stays_held(void **state)
{
    struct sim *s = twin_world(false);
    const char *id = find(s, "waiting", "a-ai/", false);
    char made[SIM_ID_MAX];

    (void)state;
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_HOLD, .target = id}, NULL));
    assert_true(move(s, id, "b-ai", made, NULL));
    sim_advance(s, start_ms + HOUR_MS, 0);
    look(s);
    assert_string_equal(state_of(made), "held");
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_RELEASE, .target = made}, NULL));
    sim_free(s);
}

/* Held and released while its data are on their way, it still waits for them. */
static void a_release_does_not_hurry_data(void **state)
{
    struct sim *s = twin_world(false);
    char made[SIM_ID_MAX];

    (void)state;
    assert_true(move(s, find(s, "waiting", "a-ai/", false), "b-ai", made, NULL));
    refused(s, SIM_RELEASE, made);
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_HOLD, .target = made}, NULL));
    look(s);
    assert_string_equal(state_of(made), "held");
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_RELEASE, .target = made}, NULL));
    look(s);
    assert_string_equal(state_of(made), "waiting");
    assert_true(text_is(job_of(s, made).reason, "BeginTime"));
    sim_free(s);
}

static void what_cannot_move_is_told(void **state)
{
    struct sim *s = twin_world(false);
    char id[SIM_ID_MAX];

    (void)state;
    snprintf(id, sizeof id, "%s", find(s, "waiting", "a-ai/", false));
    move_refused(s, "a-ai/1", "b-ai", "invalid job id");
    move_refused(s, id, "nowhere", "no scheduler has 'nowhere'");
    move_refused(s, id, NULL, "no scheduler has ''");
    move_refused(s, id, "a-ai", "is there already");
    move_refused(s, id, "b-ai/nothing", "invalid partition name");
    move_refused(s, id, "a-odd", "gres/gpu:ascend910b");
    move_refused(s, id, "a-gen", "partition"); /* no class of its work is there */
    move_refused(s, find(s, "running", "a-ai/", false), "b-ai", "has no checkpoint");
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_CANCEL, .target = id}, NULL));
    move_refused(s, id, "b-ai", "has ended");
    sim_free(s);
}

static void a_stopped_scheduler_takes_none(void **state)
{
    static const struct sim_event stop[] = {{0, 0, "scheduler_stop", "b-gen", 0}};
    struct sim *s = world(42, stop, 1);
    struct err err = {0};

    (void)state;
    sim_advance(s, start_ms + MINUTE_MS, 0);
    look(s);
    assert_false(move(s, some_job("running", "a-ai/")->id, "b-gen", NULL, &err));
    assert_int_equal(err.kind, ERR_TRANSIENT);
    sim_free(s);
}

static void moves_are_part_of_the_world(void **state)
{
    uint64_t sums[2];

    (void)state;
    for (int k = 0; k < 2; k++) {
        struct sim *s = twin_world(false);
        assert_true(move(s, find(s, "waiting", "a-ai/", false), "b-ai", NULL, NULL));
        assert_true(move(s, find(s, "running", "a-ai/", true), "b-ai", NULL, NULL));
        for (int64_t at = start_ms; k == 1 && at < start_ms + 2 * HOUR_MS; at += 12345)
            sim_advance(s, at, 0);
        sim_advance(s, start_ms + 2 * HOUR_MS, 0);
        sums[k] = facts_hash(s);
        sim_free(s);
    }
    assert_true(sums[0] == sums[1]);
}

/* --- what it asks for --- */

static void a_priority_is_as_ordered(void **state)
{
    struct sim *s = twin_world(false);
    const char *id = find(s, "waiting", "a-ai/", false);

    (void)state;
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_PRIORITY, .target = id, .value = 123456}, NULL));
    assert_int_equal(job_of(s, id).priority, 123456);
    refused(s, SIM_PRIORITY, find(s, "running", "a-ai/", true));
    sim_free(s);
}

static void a_limit_ends_what_runs(void **state)
{
    struct sim *s = twin_world(false);
    char id[SIM_ID_MAX];

    (void)state;
    snprintf(id, sizeof id, "%s", find(s, "running", "a-ai/", true));
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_LIMIT, .target = id, .value = 60}, NULL));
    assert_int_equal(job_of(s, id).limit_s, 60);
    sim_advance(s, start_ms + MINUTE_MS, 0);
    look(s);
    assert_string_equal(state_of(id), "timeout");
    check_nodes(s);
    sim_free(s);
}

/* --- tenants near by --- */

static bool near_only(void *ctx, const struct row *row, struct err *err)
{
    size_t *n = ctx;
    double ms = value_real_or(&row->cells[JOB_LATENCY_MS_MAX], NAN);

    (void)err;
    if (!(ms <= 5))
        return true;
    assert_true(text_is(value_text_or(&row->cells[JOB_TENANT], ""), "t-near") ||
                !text_begins(row->id, text_of("b-ai/")));
    assert_true(value_int_or(&row->cells[JOB_MOVABLE], 0) == 1 || !text_begins(row->id, text_of("b-ai/")));
    *n += text_begins(row->id, text_of("b-ai/"));
    return true;
}

static void services_are_of_tenants_near_by(void **state)
{
    struct sim *s = twin_world(true);
    size_t n = 0;

    (void)state;
    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_JOB, &at, 100, near_only, &n, NULL));
    assert_true(n > 10);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_waiting_job_goes_as_it_is), cmocka_unit_test(a_running_job_goes_on_from_its_checkpoint),
        cmocka_unit_test(a_held_job_stays_held),       cmocka_unit_test(a_release_does_not_hurry_data),
        cmocka_unit_test(what_cannot_move_is_told),    cmocka_unit_test(a_stopped_scheduler_takes_none),
        cmocka_unit_test(moves_are_part_of_the_world), cmocka_unit_test(a_priority_is_as_ordered),
        cmocka_unit_test(a_limit_ends_what_runs),      cmocka_unit_test(services_are_of_tenants_near_by),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
