#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "planner/plan_forecast.h"
#include "planner/plan_rule.h"
#include "unit/planner/plan_world.h"

/* Each rule once allowed and once forbidden: the world as it is allows a/1 to go to b; bent a little, the rule of that word
 * forbids it, and is the first that does. */

static struct row *job(struct world *w)
{
    return world_row(w, KIND_JOB, "a/1");
}

static void held(struct world *w)
{
    job(w)->cells[JOB_STATE] = world_word("held");
}
static void stale_job(struct world *w)
{
    job(w)->stale = true;
}
static void stale_home(struct world *w)
{
    world_row(w, KIND_SCHEDULER, "a")->stale = true;
}
static void stale_target(struct world *w)
{
    world_row(w, KIND_SCHEDULER, "b")->stale = true;
}
static void dependent(struct world *w)
{
    job(w)->cells[JOB_DEPENDENCY] = world_word("afterok:7");
}
static void array(struct world *w)
{
    job(w)->cells[JOB_TASKS] = value_int(20);
}
static void het(struct world *w)
{
    job(w)->cells[JOB_HET] = world_word("9+1");
}
static void in_reservation(struct world *w)
{
    job(w)->cells[JOB_RESERVATION] = world_word("r");
}
static void licensed(struct world *w)
{
    job(w)->cells[JOB_LICENSES] = value_list(text_of("cfd:1"));
}
static void tied(struct world *w)
{
    job(w)->cells[JOB_REASON] = world_word("BeginTime");
}
static void fixed(struct world *w)
{
    job(w)->cells[JOB_MOVABLE] = value_bool(false);
}
static void unsaid(struct world *w)
{
    job(w)->cells[JOB_MOVABLE] = value_none();
}
static void running(struct world *w)
{
    job(w)->cells[JOB_STATE] = world_word("running");
    job(w)->cells[JOB_REASON] = value_none();
    job(w)->cells[JOB_STARTED_AT] = value_time(world_now_ms - 60000);
}
static void old_checkpoint(struct world *w)
{
    running(w);
    job(w)->cells[JOB_CHECKPOINT_AT] = value_time(world_now_ms - 7200000);
}
static void later_checkpoint(struct world *w)
{
    running(w);
    job(w)->cells[JOB_CHECKPOINT_AT] = value_time(world_now_ms + 7200000);
}
static void good_checkpoint(struct world *w)
{
    running(w);
    job(w)->cells[JOB_CHECKPOINT_AT] = value_time(world_now_ms - 600000);
}
static void moved_job(struct world *w)
{
    struct row *m = world_add(w, KIND_MOVE, "P-1/1");
    m->cells[MOVE_STATE] = world_word("done");
    m->cells[MOVE_FROM] = world_word("z");
    m->cells[MOVE_TO] = world_word("a");
    m->cells[MOVE_JOB_IDS] = value_list(text_of("a/1"));
    m->since_ms = world_now_ms - 60000;
}
static void moved_long_ago(struct world *w)
{
    moved_job(w);
    w->rows[w->n - 1].since_ms = world_now_ms - 3700000;
}
static void busy_pair(struct world *w)
{
    struct row *m = world_add(w, KIND_MOVE, "P-1/1");
    m->cells[MOVE_STATE] = world_word("running");
    m->cells[MOVE_FROM] = world_word("a");
    m->cells[MOVE_TO] = world_word("b");
    m->since_ms = 1;
}
static void target_down(struct world *w)
{
    world_row(w, KIND_SCHEDULER, "b")->cells[SCHEDULER_STATE] = world_word("down");
}
static void cluster_down(struct world *w)
{
    world_row(w, KIND_CLUSTER, "B")->cells[CLUSTER_STATE] = world_word("down");
}
static void nodes_out(struct world *w)
{
    world_row(w, KIND_SCHEDULER, "b")->cells[SCHEDULER_NODES_DOWN] = value_int(1);
}
static void testing(struct world *w)
{
    world_row(w, KIND_SITE, "B-1")->cells[SITE_MEMBERSHIP] = world_word("testing");
}
static void building(struct world *w)
{
    world_row(w, KIND_SITE, "B-1")->cells[SITE_PHASE] = world_word("building");
}
static void other_kind(struct world *w)
{
    world_row(w, KIND_QUEUE, "b/q")->cells[QUEUE_KIND] = world_word("general");
}
static void closed_queue(struct world *w)
{
    world_row(w, KIND_QUEUE, "b/q")->cells[QUEUE_STATE] = world_word("drain");
}
static void other_cards(struct world *w)
{
    world_row(w, KIND_NODE, "b/n0")->cells[NODE_ACCEL_KIND] = world_word("y2");
    world_row(w, KIND_NODE, "b/n1")->cells[NODE_ACCEL_KIND] = world_word("y2");
}
static void slurm(struct world *w)
{
    world_row(w, KIND_SCHEDULER, "a")->cells[SCHEDULER_DRIVER] = world_word("slurm");
}
static void gang(struct world *w)
{
    job(w)->cells[JOB_NODES] = value_int(3);
    job(w)->cells[JOB_ACCELS] = value_int(24);
}
static void space(struct world *w)
{
    world_row(w, KIND_TENANT, "t")->cells[TENANT_SPACES] = value_list(text_of("gov"));
    world_row(w, KIND_SITE, "B-1")->cells[SITE_TRUSTED_SPACES] = value_list(text_of("science"));
}
static void same_space(struct world *w)
{
    space(w);
    world_row(w, KIND_SITE, "B-1")->cells[SITE_TRUSTED_SPACES] = value_list(text_of("science\x1fgov"));
}
static void privacy(struct world *w)
{
    same_space(w);
    world_row(w, KIND_SITE, "A-1")->cells[SITE_PRIVACY_COMPUTING] = value_bool(true);
}
static void same_privacy(struct world *w)
{
    privacy(w);
    world_row(w, KIND_SITE, "B-1")->cells[SITE_PRIVACY_COMPUTING] = value_bool(true);
}
static void ring(struct world *w)
{
    job(w)->cells[JOB_LATENCY_MS_MAX] = value_real(4.9);
}
static void just_inside(struct world *w)
{
    job(w)->cells[JOB_LATENCY_MS_MAX] = value_real(5);
}
static void tenant_ring(struct world *w)
{
    world_row(w, KIND_TENANT, "t")->cells[TENANT_RING_MS] = value_real(3);
}
/* The way over C is longer than the job allows, and the direct one is not measured. */
static void unmeasured(struct world *w)
{
    for (int i = 0; i < w->n; i++)
        if (w->rows[i].kind == KIND_LINK)
            w->rows[i].stale = true;
}
static void slow_back(struct world *w)
{
    world_row(w, KIND_LINK, "B>A")->cells[LINK_ONE_WAY_MS] = value_real(30);
    world_row(w, KIND_LINK, "C>A")->cells[LINK_ONE_WAY_MS] = value_real(30);
}
static void energy(struct world *w, double kwh)
{
    struct row *e = world_add(w, KIND_ENERGY, "B/2026-11");
    e->cells[ENERGY_CLUSTER] = world_word("B");
    e->cells[ENERGY_PERIOD] = world_word("2026-11");
    e->cells[ENERGY_KWH] = value_real(kwh);
    e->cells[ENERGY_QUOTA_KWH] = value_real(1000);
}
static void quota_full(struct world *w)
{
    energy(w, 1000);
}
static void quota_left(struct world *w)
{
    energy(w, 900);
}
static void power(struct world *w)
{
    world_row(w, KIND_CLUSTER, "B")->cells[CLUSTER_POWER_KW] = value_real(1899);
}
static void storage(struct world *w)
{
    job(w)->cells[JOB_DATA_GB] = value_real(900);
    world_row(w, KIND_CLUSTER, "B")->cells[CLUSTER_STORAGE_TB_FREE] = value_real(50.5);
}
static void full_links(struct world *w)
{
    for (int i = 0; i < w->n; i++)
        if (w->rows[i].kind == KIND_LINK)
            w->rows[i].cells[LINK_USED_PCT] = value_real(85);
}
static void unknown_load(struct world *w)
{
    for (int i = 0; i < w->n; i++)
        if (w->rows[i].kind == KIND_LINK)
            w->rows[i].cells[LINK_USED_PCT] = value_none();
}
static void no_data(struct world *w)
{
    unknown_load(w);
    job(w)->cells[JOB_DATA_GB] = value_real(0);
}
static void heavy(struct world *w)
{
    job(w)->cells[JOB_DATA_GB] = value_real(6000);
}
static void full(struct world *w)
{
    world_row(w, KIND_NODE, "b/n0")->cells[NODE_ACCELS_FREE] = value_int(2);
    world_row(w, KIND_NODE, "b/n1")->cells[NODE_ACCELS_FREE] = value_int(3);
}
static void own_job(struct world *w)
{
    world_job(w, "b/7", "b", 16)->cells[JOB_NODES] = value_int(2);
}
static void reserved(struct world *w)
{
    struct row *r = world_add(w, KIND_RESERVATION, "b/dr");
    r->cells[RESERVATION_SCHEDULER] = world_word("b");
    r->cells[RESERVATION_NAME] = world_word("dr");
    r->cells[RESERVATION_PURPOSE] = world_word("disaster recovery");
    r->cells[RESERVATION_STATE] = world_word("standby");
    r->cells[RESERVATION_NODES] = world_word("n[0-1]");
}
static void reservation_over(struct world *w)
{
    reserved(w);
    w->rows[w->n - 1].cells[RESERVATION_STATE] = world_word("over");
}
static void many_cpus(struct world *w)
{
    job(w)->cells[JOB_NODES] = value_int(2);
    job(w)->cells[JOB_CPUS] = value_int(127);
}
static void cpus_of_no_node(struct world *w)
{
    job(w)->cells[JOB_CPUS] = value_int(65);
}

/* Both nodes of b are one super-node of 16 cards, or two of 8. */
static void super_nodes(struct world *w, int cards, int nodes, bool one)
{
    world_row(w, KIND_NODE, "b/n0")->cells[NODE_SUPERNODE] = world_word("sn1");
    world_row(w, KIND_NODE, "b/n1")->cells[NODE_SUPERNODE] = world_word(one ? "sn1" : "sn2");
    job(w)->cells[JOB_ACCELS] = value_int(cards);
    job(w)->cells[JOB_NODES] = value_int(nodes);
    job(w)->cells[JOB_SUPERNODE] = value_bool(true);
}
static void no_super_node(struct world *w)
{
    job(w)->cells[JOB_SUPERNODE] = value_bool(true);
}
static void small_super_nodes(struct world *w)
{
    super_nodes(w, 12, 2, false);
}
static void in_one_super_node(struct world *w)
{
    super_nodes(w, 12, 2, true);
}
static void part_of_a_super_node(struct world *w)
{
    super_nodes(w, 8, 1, false);
}
static void busy_super_nodes(struct world *w)
{
    super_nodes(w, 8, 2, true);
    world_row(w, KIND_NODE, "b/n0")->cells[NODE_SUPERNODE] = world_word("sn0");
    world_node(w, "b", 2, 3);
    world_row(w, KIND_NODE, "b/n2")->cells[NODE_SUPERNODE] =
        world_word("sn1"); /* two nodes of 4 are free, in two of them */
}
static void tenant_resides(struct world *w)
{
    world_row(w, KIND_TENANT, "t")->cells[TENANT_RESIDENCY] = value_list(text_of("A"));
}
static void job_resides(struct world *w)
{
    job(w)->cells[JOB_RESIDENCY] = value_list(text_of("C-1"));
}
static void resides_there(struct world *w)
{
    world_row(w, KIND_CLUSTER, "B")->cells[CLUSTER_HUB] = world_word("H");
    world_row(w, KIND_TENANT, "t")->cells[TENANT_RESIDENCY] = value_list(text_of("H"));
    job(w)->cells[JOB_RESIDENCY] = value_list(text_of("B-1"));
}
static void both_must_allow(struct world *w)
{
    resides_there(w);
    job(w)->cells[JOB_RESIDENCY] = value_list(text_of("C"));
}
static void nowhere_known(struct world *w)
{
    job(w)->cells[JOB_RESIDENCY] = value_list(text_of("ATLANTIS"));
}

static const struct {
    const char *word; /* NULL: allowed */
    void (*bend)(struct world *w);
} cases[] = {
    {"stale", stale_job},
    {"stale", stale_home},
    {"held", held},
    {"dependency", dependent},
    {"array", array},
    {"het", het},
    {"reservation", in_reservation},
    {"license", licensed},
    {"tied", tied},
    {"not_movable", fixed},
    {"not_movable", unsaid},
    {"checkpoint", running},
    {"checkpoint", old_checkpoint},
    {"checkpoint", later_checkpoint},
    {NULL, good_checkpoint},
    {"job_cooldown", moved_job},
    {NULL, moved_long_ago},
    {"stale", stale_target},
    {"down", target_down},
    {"down", cluster_down},
    {"nodes_down", nodes_out},
    {"membership", testing},
    {"membership", building},
    {"pair_cooldown", busy_pair},
    {"kind", other_kind},
    {"kind", closed_queue},
    {"accel_kind", other_cards},
    {"compatible", slurm},
    {"gang", gang},
    {"gang", cpus_of_no_node},
    {"supernode", no_super_node},
    {"supernode", small_super_nodes},
    {NULL, in_one_super_node},
    {NULL, part_of_a_super_node},
    {"supernode", busy_super_nodes},
    {"residency", tenant_resides},
    {"residency", job_resides},
    {NULL, resides_there},
    {"residency", both_must_allow},
    {"residency", nowhere_known},
    {"space", space},
    {NULL, same_space},
    {"privacy", privacy},
    {NULL, same_privacy},
    {"ring", ring},
    {NULL, just_inside},
    {"ring", tenant_ring},
    {"ring", unmeasured},
    {"ring", slow_back},
    {"quota", quota_full},
    {NULL, quota_left},
    {"power", power},
    {"storage", storage},
    {"link", full_links},
    {"link", unknown_load},
    {NULL, no_data},
    {"transfer", heavy},
    {"capacity", full},
    {"capacity", own_job},
    {"capacity", many_cpus},
    {"kept", reserved},
    {NULL, reservation_over},
};

static const struct plan_rule *first(struct world *w, const struct plan_ask *ask, char *words, size_t size)
{
    struct plan_limits limits = plan_limits_preset();
    struct plan_facts *f = world_facts(w, 0);
    struct arena arena = {0};
    struct plan_case c = {.f = f, .ask = ask, .limits = &limits, .now_ms = world_now_ms, .arena = &arena};
    const struct plan_rule *bar = NULL;

    assert_true(plan_rule_case(&c, NULL));
    plan_forecast_prepare(&c);
    for (uint32_t i = 0; i < f->jobs.count; i++) {
        const struct fact_job *j = FACTS(f, job, jobs, i);
        if (!text_is(j->id, "a/1"))
            continue;
        struct rule_try t = plan_rule_try(&c, j, 1);
        bar = plan_rule_first(&t);
        if (bar != NULL)
            text_show_in(bar->say(&t, &arena), words, size);
    }
    plan_facts_free(f);
    arena_release(&arena);
    free(w);
    return bar;
}

static void each_rule_forbids_and_allows(void **state)
{
    struct plan_ask ask = world_ask();
    char words[256];

    (void)state;
    assert_null(first(world_new(), &ask, words, sizeof words));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world *w = world_new();
        const struct plan_rule *bar;
        cases[i].bend(w);
        words[0] = '\0';
        bar = first(w, &ask, words, sizeof words);
        if (cases[i].word == NULL) {
            if (bar != NULL)
                fail_msg("case %zu is forbidden by %s: %s", i, bar->word, words);
            continue;
        }
        if (bar == NULL || strcmp(bar->word, cases[i].word) != 0)
            fail_msg("case %zu: %s, not %s (%s)", i, bar == NULL ? "allowed" : bar->word, cases[i].word, words);
        assert_true(words[0] != '\0');
    }
}

static void what_was_asked_for(void **state)
{
    static const struct safe_text gone = {"a>b/q", 5}, other = {"a>c", 3}, one = {"a/1", 3};
    struct plan_ask ask = world_ask();
    char words[256];

    (void)state;
    ask.only_queue = text_of("b/q");
    assert_string_equal(first(world_new(), &ask, words, sizeof words)->word, "not_asked");
    ask.only_queue = text_of("a/q");
    assert_null(first(world_new(), &ask, words, sizeof words));
    ask.to = text_of("C");
    assert_string_equal(first(world_new(), &ask, words, sizeof words)->word, "not_asked");
    ask.to = text_of("b");
    assert_null(first(world_new(), &ask, words, sizeof words));
    ask.exclusions = 1;
    ask.excluded = &other;
    assert_null(first(world_new(), &ask, words, sizeof words));
    ask.excluded = &gone;
    assert_string_equal(first(world_new(), &ask, words, sizeof words)->word, "excluded");
    ask.excluded = &one;
    assert_string_equal(first(world_new(), &ask, words, sizeof words)->word, "excluded");
    ask.exclusions = 0;
    ask.drain = text_of("B-1"); /* what need not leave stays */
    assert_string_equal(first(world_new(), &ask, words, sizeof words)->word, "not_asked");
    ask.drain = text_of("A");
    assert_null(first(world_new(), &ask, words, sizeof words));
    ask.drain = text_of("");
    ask.lost = text_of("B");
    assert_string_equal(first(world_new(), &ask, words, sizeof words)->word, "leaves");
    ask.lost = text_of("A>B"); /* then over C, 12 ms, which the tenant's ring allows */
    assert_null(first(world_new(), &ask, words, sizeof words));
}

/* Every rule of the table is met above. */
static void no_rule_is_left_out(void **state)
{
    static const char *const elsewhere[] = {"not_asked", "excluded", "leaves", "unknown"};

    (void)state;
    for (size_t r = 0; r < plan_rule_count; r++) {
        bool met = false;
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            met |= cases[i].word != NULL && strcmp(cases[i].word, plan_rule_all[r].word) == 0;
        for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
            met |= strcmp(elsewhere[i], plan_rule_all[r].word) == 0;
        if (!met)
            fail_msg("no case of %s", plan_rule_all[r].word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_forbids_and_allows),
        cmocka_unit_test(what_was_asked_for),
        cmocka_unit_test(no_rule_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
