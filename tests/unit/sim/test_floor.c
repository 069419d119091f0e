#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/sim/watch.h"

/* Halls and racks as a console would know them. */
enum { HALLS_MAX = 40, RACKS_MAX = 400 };
struct seen_hall {
    char id[32], cluster[8], site[16];
    double total, used, power, cap, inlet;
};
struct seen_rack {
    char id[32], name[32], hall[32], site[16], cluster[8], state[16];
    int64_t position, units, jobs, nodes, nodes_down, cpus, cpus_free;
    double power, cap, inlet;
    int64_t nodes_on, nodes_down_on, cpus_on, cpus_free_on, jobs_on; /* as nodes and jobs tell */
};
static struct seen_hall halls[HALLS_MAX];
static struct seen_rack racks[RACKS_MAX];
static size_t hall_count, rack_count;
static char rack_of[NODES_MAX][32]; /* of seen.nodes */

static bool see_hall(void *ctx, const struct row *row, struct err *err)
{
    struct seen_hall *h = &halls[hall_count++];

    (void)ctx;
    (void)err;
    assert_true(hall_count < HALLS_MAX);
    copy_text(row->id, h->id, sizeof h->id);
    copy_cell(row, HALL_CLUSTER, h->cluster, sizeof h->cluster);
    copy_cell(row, HALL_SITE, h->site, sizeof h->site);
    h->total = value_real_or(&row->cells[HALL_RACKS_TOTAL], NAN);
    h->used = value_real_or(&row->cells[HALL_RACKS_USED], NAN);
    h->power = value_real_or(&row->cells[HALL_POWER_KW], NAN);
    h->cap = value_real_or(&row->cells[HALL_POWER_CAP_KW], NAN);
    h->inlet = value_real_or(&row->cells[HALL_INLET_C_MAX], NAN);
    return true;
}

static bool see_rack(void *ctx, const struct row *row, struct err *err)
{
    struct seen_rack *r = &racks[rack_count++];

    (void)ctx;
    (void)err;
    assert_true(rack_count < RACKS_MAX);
    memset(r, 0, sizeof *r);
    copy_text(row->id, r->id, sizeof r->id);
    copy_cell(row, RACK_NAME, r->name, sizeof r->name);
    copy_cell(row, RACK_HALL, r->hall, sizeof r->hall);
    copy_cell(row, RACK_SITE, r->site, sizeof r->site);
    copy_cell(row, RACK_CLUSTER, r->cluster, sizeof r->cluster);
    copy_cell(row, RACK_STATE, r->state, sizeof r->state);
    assert_int_equal(value_int_or(&row->cells[RACK_UNITS_TOTAL], 0), 42);
    r->units = value_int_or(&row->cells[RACK_UNITS_USED], -1);
    r->position = value_int_or(&row->cells[RACK_POSITION], -1);
    r->jobs = value_int_or(&row->cells[RACK_JOBS], -1);
    r->nodes = value_int_or(&row->cells[RACK_NODES_TOTAL], -1);
    r->nodes_down = value_int_or(&row->cells[RACK_NODES_DOWN], -1);
    r->cpus = value_int_or(&row->cells[RACK_CPUS_TOTAL], -1);
    r->cpus_free = value_int_or(&row->cells[RACK_CPUS_FREE], -1);
    r->power = value_real_or(&row->cells[RACK_POWER_KW], NAN);
    r->cap = value_real_or(&row->cells[RACK_POWER_CAP_KW], NAN);
    r->inlet = value_real_or(&row->cells[RACK_INLET_C], NAN);
    return true;
}

static bool see_where(void *ctx, const struct row *row, struct err *err)
{
    size_t *n = ctx;

    (void)err;
    copy_cell(row, NODE_RACK, rack_of[*n], sizeof rack_of[0]);
    ++*n;
    return true;
}

static void look_at_floor(struct sim *s)
{
    size_t n = 0;

    look(s);
    hall_count = rack_count = 0;
    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_NODE, &at, 50, see_where, &n, NULL));
    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_HALL, &at, 3, see_hall, NULL, NULL));
    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_RACK, &at, 3, see_rack, NULL, NULL));
}

static struct seen_rack *rack_named(const char *id)
{
    for (size_t i = 0; i < rack_count; i++)
        if (strcmp(racks[i].id, id) == 0)
            return &racks[i];
    fail_msg("no rack '%s'", id);
    return NULL;
}

static const struct seen_hall *hall_named(const char *id)
{
    for (size_t i = 0; i < hall_count; i++)
        if (strcmp(halls[i].id, id) == 0)
            return &halls[i];
    fail_msg("no hall '%s'", id);
    return NULL;
}

struct sums {
    double total, used, power, cap;
};

static bool see_cluster(void *ctx, const struct row *row, struct err *err)
{
    struct sums *sums = ctx;

    (void)err;
    sums += text_is(row->id, "BBB");
    sums->total = value_real_or(&row->cells[CLUSTER_RACKS_TOTAL], -1);
    sums->used = value_real_or(&row->cells[CLUSTER_RACKS_USED], -1);
    sums->power = value_real_or(&row->cells[CLUSTER_POWER_KW], -1);
    sums->cap = value_real_or(&row->cells[CLUSTER_POWER_CAP_KW], -1);
    return true;
}

static bool see_site(void *ctx, const struct row *row, struct err *err)
{
    (void)ctx;
    (void)err;
    double total = value_real_or(&row->cells[SITE_RACKS_TOTAL], -1);
    assert_true(total == (text_is(row->id, "A-1") ? 1000 : 500)); /* the only one of its cluster */
    return true;
}

static void halls_sum_to_their_cluster(void **state)
{
    struct sim *s = world_at(start_ms + 12345);
    struct sums clusters_say[2], halls_say[2] = {{0}};
    int64_t at = 0;

    (void)state;
    look_at_floor(s);
    assert_true(sim_facts(s, KIND_CLUSTER, &at, 10, see_cluster, clusters_say, NULL));
    at = 0;
    assert_true(sim_facts(s, KIND_SITE, &at, 10, see_site, NULL, NULL));
    assert_true(hall_count >= 4 && hall_count <= 6);
    for (size_t i = 0; i < hall_count; i++) {
        const struct seen_hall *h = &halls[i];
        struct sums *sum = &halls_say[strcmp(h->cluster, "BBB") == 0];
        assert_true(h->used > 0 && h->used <= h->total && h->power > 0 && h->power <= h->cap);
        assert_true(h->inlet > 18 && h->inlet < 27);
        *sum = (struct sums){sum->total + h->total, sum->used + h->used, sum->power + h->power, sum->cap + h->cap};
    }
    for (int k = 0; k < 2; k++) {
        assert_true(halls_say[k].total == clusters_say[k].total && halls_say[k].used == clusters_say[k].used);
        assert_true(halls_say[k].power == clusters_say[k].power && halls_say[k].cap == clusters_say[k].cap);
    }
    sim_free(s);
}

/* Each job counts once in each rack where it has nodes. */
static void lay_on_racks(const struct seen_job *j)
{
    struct seen_node before[NODES_MAX];
    const char *counted[RACKS_MAX];
    size_t n = 0;

    memcpy(before, seen.nodes, sizeof before);
    lay(j);
    for (size_t i = 0; i < seen.n_nodes; i++) {
        bool again = seen.nodes[i].jobs_on == before[i].jobs_on;
        for (size_t k = 0; k < n && !again; k++)
            again = strcmp(counted[k], rack_of[i]) == 0;
        if (again)
            continue;
        counted[n++] = rack_of[i];
        rack_named(rack_of[i])->jobs_on++;
    }
}

static bool is_out(const struct seen_node *n)
{
    return strcmp(n->state, "down") == 0 || strncmp(n->state, "drain", 5) == 0;
}

static void check_racks(void)
{
    for (size_t i = 0; i < seen.n_nodes; i++) {
        struct seen_rack *r = rack_named(rack_of[i]);
        r->nodes_on++;
        r->nodes_down_on += is_out(&seen.nodes[i]);
        r->cpus_on += seen.nodes[i].cpus;
        r->cpus_free_on += seen.nodes[i].cpus_free;
    }
    for (size_t i = 0; i < seen.n_jobs; i++)
        if (has_nodes(&seen.jobs[i]))
            lay_on_racks(&seen.jobs[i]);
    for (size_t i = 0; i < rack_count; i++) {
        const struct seen_rack *r = &racks[i];
        assert_int_equal(r->nodes, r->nodes_on);
        assert_int_equal(r->nodes_down, r->nodes_down_on);
        assert_int_equal(r->cpus, r->cpus_on);
        assert_int_equal(r->cpus_free, r->cpus_free_on);
        assert_int_equal(r->jobs, r->jobs_on);
        assert_string_equal(r->state, r->nodes_down == 0 ? "up" : r->nodes_down < r->nodes ? "degraded" : "down");
        assert_true(r->units > r->nodes && r->units <= 42);
        assert_true(r->power > 0 && r->power < r->cap);
    }
}

static void racks_hold_what_nodes_and_jobs_say(void **state)
{
    static const struct sim_event e[] = {{0, 0, "node_down", "a-ai", 6}};
    struct sim *s = world(42, e, 1);
    size_t degraded = 0, down = 0;

    (void)state;
    for (int64_t at = start_ms - 12 * (int64_t)HOUR_MS; at <= start_ms + HOUR_MS; at += 4 * HOUR_MS + 54321) {
        sim_advance(s, at, 0);
        look_at_floor(s);
        check_racks();
    }
    sim_advance(s, start_ms + HOUR_MS, 0);
    look_at_floor(s);
    for (size_t i = 0; i < rack_count; i++) {
        degraded += strcmp(racks[i].state, "degraded") == 0;
        down += strcmp(racks[i].state, "down") == 0;
    }
    assert_true(degraded > 0 && down > 0);
    sim_free(s);
}

static void racks_stand_in_halls(void **state)
{
    struct sim *s = world_at(start_ms);

    (void)state;
    look_at_floor(s);
    assert_int_equal(rack_count, 40 / 4 + 40 / 8 + 24 / 8 + 48 / 8);
    for (size_t i = 0; i < rack_count; i++) {
        const struct seen_rack *r = &racks[i];
        const struct seen_hall *h = hall_named(r->hall);
        assert_string_equal(r->site, h->site);
        assert_string_equal(r->cluster, h->cluster);
        assert_true(strncmp(r->id, r->hall, strlen(r->hall)) == 0);
        assert_string_equal(r->id + strlen(r->site) + 1, r->name);
        assert_true(r->position >= 1 && r->position <= 6);
        assert_true(r->inlet > 18 && r->inlet <= h->inlet);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(racks[k].id, r->id);
    }
    sim_free(s);
}

/* Power and heat follow the work. */
static void an_idle_hall_is_cooler(void **state)
{
    static const struct sim_event e[] = {{0, 0, "node_down", "a-ai", 40}, {0, 0, "node_down", "a-gen", 40}};
    struct sim *s = world(42, e, 2);
    struct seen_hall before;
    double rack_kw;

    (void)state;
    sim_advance(s, start_ms - 1, 0);
    look_at_floor(s);
    before = *hall_named("A-1/H1");
    rack_kw = racks[0].power;
    sim_advance(s, start_ms, 0);
    look_at_floor(s);
    assert_true(hall_named("A-1/H1")->power < 0.85 * before.power);
    assert_true(hall_named("A-1/H1")->inlet < before.inlet - 0.5);
    assert_true(racks[0].power < rack_kw / 4);
    sim_free(s);
}

struct told {
    int64_t now_ms;
    size_t samples, now;
};

static bool take_past(void *ctx, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value)
{
    struct told *t = ctx;
    char spelt[32];

    if (kind != KIND_HALL && (kind != KIND_CLUSTER || field != CLUSTER_POWER_KW))
        return true;
    copy_text(id, spelt, sizeof spelt);
    t->samples++;
    assert_true(value > 0);
    if (at_ms != t->now_ms)
        return true;
    t->now++;
    if (kind == KIND_HALL)
        assert_true(value == (field == HALL_POWER_KW ? hall_named(spelt)->power : hall_named(spelt)->inlet));
    double sum = 0;
    for (size_t i = 0; i < hall_count && kind == KIND_CLUSTER; i++)
        sum += strcmp(halls[i].cluster, spelt) == 0 ? halls[i].power : 0;
    assert_true(kind == KIND_HALL || value == sum);
    return true;
}

static void the_past_of_halls_leads_to_the_present(void **state)
{
    struct sim *s = world_at(start_ms + HOUR_MS);
    struct told t = {.now_ms = start_ms + HOUR_MS};

    (void)state;
    look_at_floor(s);
    assert_true(sim_history(s, take_past, &t));
    assert_int_equal(t.now, 2 * hall_count + 2);
    assert_true(t.samples > 90 * t.now);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halls_sum_to_their_cluster),
        cmocka_unit_test(racks_hold_what_nodes_and_jobs_say),
        cmocka_unit_test(racks_stand_in_halls),
        cmocka_unit_test(an_idle_hall_is_cooler),
        cmocka_unit_test(the_past_of_halls_leads_to_the_present),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
