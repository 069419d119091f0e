#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/domain/symptom_kit.h"
#include "zh.h"

static const int64_t now = INT64_C(1795230000000);

static struct row source(const char *id, const char *state, int64_t silent_s, const char *error)
{
    struct row row = {.kind = KIND_SOURCE, .id = text_of(id)};

    row.cells[SOURCE_STATE] = value_text(text_of(state));
    row.cells[SOURCE_INTERVAL_S] = value_int(10);
    if (silent_s >= 0)
        row.cells[SOURCE_LAST_OK_AT] = value_time(now - silent_s * 1000);
    if (error != NULL)
        row.cells[SOURCE_LAST_ERROR] = value_text(text_of(error));
    return row;
}

static struct row scheduler(const char *id, const char *cluster, int64_t nodes, int64_t down, int64_t running,
                            int64_t waiting)
{
    struct row row = {.kind = KIND_SCHEDULER, .id = text_of(id), .source = text_of(id)};

    row.cells[SCHEDULER_CLUSTER] = value_text(text_of(cluster));
    row.cells[SCHEDULER_STATE] = value_text(text_of("up"));
    row.cells[SCHEDULER_NODES_TOTAL] = value_int(nodes);
    row.cells[SCHEDULER_NODES_DOWN] = value_int(down);
    row.cells[SCHEDULER_JOBS_RUNNING] = value_int(running);
    row.cells[SCHEDULER_JOBS_WAITING] = value_int(waiting);
    return row;
}

static struct row queue(const char *id, const char *of, int64_t p95_s, int64_t slo_s, int64_t waiting)
{
    struct row row = {.kind = KIND_QUEUE, .id = text_of(id), .source = text_of(of)};

    row.cells[QUEUE_WAIT_P95_S] = value_int(p95_s);
    row.cells[QUEUE_SLO_S] = value_int(slo_s);
    row.cells[QUEUE_WAITING] = value_int(waiting);
    return row;
}

/* Two schedulers and their sources, all well. A test changes what it is about. */
struct world {
    struct row sources[2], schedulers[2], queues[2], clusters[3];
    struct verdict_facts facts;
};

static void set_up(struct world *w)
{
    static const char *const hubs[] = {"GBA", "YRD", "YRD"}, *const ids[] = {"SHG", "YRD", "WHA"};

    w->sources[0] = source("fra", "live", 2, NULL);
    w->sources[1] = source("ams", "live", 3, NULL);
    w->schedulers[0] = scheduler("fra", "SHG", 100, 2, 3000, 400);
    w->schedulers[1] = scheduler("ams", "YRD", 24, 0, 975, 80);
    w->queues[0] = queue("fra/inference", "fra", 300, 300, 12);
    w->queues[1] = queue("ams/batch", "ams", 100, 86400, 312);
    for (size_t i = 0; i < 3; i++) {
        w->clusters[i] = (struct row){.kind = KIND_CLUSTER, .id = text_of(ids[i])};
        w->clusters[i].cells[CLUSTER_HUB] = value_text(text_of(hubs[i]));
    }
    w->facts = (struct verdict_facts){.sources = w->sources,
                                      .schedulers = w->schedulers,
                                      .clusters = w->clusters,
                                      .queues = w->queues,
                                      .n_sources = 2,
                                      .n_schedulers = 2,
                                      .n_clusters = 3,
                                      .n_queues = 2,
                                      .now_ms = now};
}

/* With the alerts that a collector makes of what is wrong. */
static struct verdict verdict(const struct verdict_facts *given)
{
    struct row alerts[8];
    struct verdict_facts facts = *given;

    facts.alerts = alerts;
    facts.n_alerts = kit_alerts(given, alerts, 8);
    return verdict_of(&facts);
}

static void is(const struct world *w, enum severity severity, const char *text)
{
    struct verdict v = verdict(&w->facts);

    assert_string_equal(v.text, text);
    assert_int_equal(v.severity, severity);
    assert_true(text_width(text_of(v.text)) <= 78);
    assert_int_equal(v.crit + v.warn > 0, severity == SEVERITY_WARN || severity == SEVERITY_CRIT);
}

static void all_well(void **state)
{
    (void)state;
    struct world w;

    set_up(&w);
    is(&w, SEVERITY_OK, "all well: 2 hubs, 3 clusters, 3,975 jobs running, 480 waiting");
    w.facts.n_clusters = 1;
    is(&w, SEVERITY_OK, "all well: 1 hub, 1 cluster, 3,975 jobs running, 480 waiting");
    w.facts.n_clusters = w.facts.n_schedulers = w.facts.n_queues = 0;
    is(&w, SEVERITY_OK, "all well");
}

static void nobody_answered(void **state)
{
    (void)state;
    struct world w = {0};

    is(&w, SEVERITY_UNKNOWN, "no source has answered yet");
    set_up(&w);
    w.sources[0] = source("fra", "offline", -1, "connection refused");
    w.sources[1] = source("ams", "offline", -1, NULL);
    w.facts.n_schedulers = w.facts.n_clusters = w.facts.n_queues = 0;
    struct verdict v = verdict(&w.facts);
    assert_int_equal(v.severity, SEVERITY_UNKNOWN);
    assert_string_equal(v.text, "no source has answered yet");
}

static void one_never_answered(void **state)
{
    (void)state;
    struct world w;

    set_up(&w);
    w.sources[1] = source("ams", "offline", -1, "connection refused");
    is(&w, SEVERITY_WARN, "ams: has not answered yet (connection refused)");
}

static void a_silent_source(void **state)
{
    (void)state;
    struct world w;

    set_up(&w);
    w.sources[1] = source("ams", "stale", 47, "connection refused");
    is(&w, SEVERITY_WARN, "ams: no answer for 47s (connection refused); its data is 47s old");
    w.sources[1] = source("ams", "offline", 301, "connection refused"); /* the only source of YRD */
    is(&w, SEVERITY_CRIT, "ams: no answer for 5m (connection refused); its data is 5m old");
    w.schedulers[0].cells[SCHEDULER_CLUSTER] = value_text(text_of("YRD")); /* fra tells of YRD too */
    is(&w, SEVERITY_WARN, "ams: no answer for 5m (connection refused); its data is 5m old");
    w.sources[1] = source("ams", "denied", 30, "wrong token");
    is(&w, SEVERITY_CRIT, "ams: access denied (wrong token)");
    w.sources[1] = source("ams", "disabled", 3000, "switched off");
    w.facts.n_sources = 2;
    assert_int_equal(verdict(&w.facts).severity, SEVERITY_OK);
}

/* The collector that wrote "live" may be dead. */
static void live_but_silent_is_stale(void **state)
{
    (void)state;
    struct world w;

    set_up(&w);
    w.sources[1] = source("ams", "live", 61, NULL);
    is(&w, SEVERITY_WARN, "ams: no answer for 1m; its data is 1m old");
    w.sources[1] = source("ams", "live", 60, NULL);
    assert_int_equal(verdict(&w.facts).severity, SEVERITY_OK);
}

static void nodes_down(void **state)
{
    (void)state;
    struct world w;

    set_up(&w);
    w.schedulers[1] = scheduler("ams", "YRD", 24, 3, 10, 18);
    is(&w, SEVERITY_WARN, "ams: 3 of 24 nodes unavailable (12.5 %); 18 jobs waiting");
    w.schedulers[1].stale = true; /* nobody knows about now */
    assert_int_equal(verdict(&w.facts).severity, SEVERITY_OK);
    w.schedulers[1] = scheduler("ams", "YRD", 100, 2, 10, 18);
    assert_int_equal(verdict(&w.facts).severity, SEVERITY_OK); /* 2 % is not over 2 % */
    w.schedulers[1].cells[SCHEDULER_STATE] = value_text(text_of("down"));
    is(&w, SEVERITY_CRIT, "ams: the scheduler is down");
}

static void a_promise_is_broken(void **state)
{
    (void)state;
    struct world w;

    set_up(&w);
    w.queues[0] = queue("SHG/inference", "fra", 18 * 60, 300, 312);
    is(&w, SEVERITY_WARN, "SHG/inference: p95 wait 18m (promised 5m); 312 jobs waiting");
    w.queues[0].cells[QUEUE_SLO_S] = value_none();
    assert_int_equal(verdict(&w.facts).severity, SEVERITY_OK);
    w.queues[0] = queue("SHG/inference", "fra", 18 * 60, 300, 312);
    w.sources[0] = source("fra", "stale", 70, NULL); /* of a lost source only the loss is told */
    is(&w, SEVERITY_WARN, "fra: no answer for 1m; its data is 1m old");
}

static void a_link_over_its_contract(void **state)
{
    (void)state;
    struct world w;
    struct row link = {.kind = KIND_LINK, .id = text_of("SHG>SZ"), .source = text_of("fra")};

    set_up(&w);
    w.queues[0] = queue("SHG/inference", "fra", 18 * 60, 300, 312);
    link.cells[LINK_ONE_WAY_MS] = value_real(3.42);
    link.cells[LINK_ONE_WAY_BASIS] = value_text(text_of("half_rtt"));
    link.cells[LINK_RING_CONTRACT_MS] = value_real(3);
    link.cells[LINK_SEVERITY] = value_text(text_of("crit"));
    link.cells[LINK_SINCE] = value_time(now - 14 * 60 * 1000);
    verdict_tell(&w.facts, KIND_LINK, &link, 1);
    is(&w, SEVERITY_CRIT, "SHG>SZ 3.42 ms one-way (promised 3) for 14m");
    w.sources[0] = source("fra", "stale", 70, NULL); /* nobody knows about now */
    is(&w, SEVERITY_WARN, "fra: no answer for 1m; its data is 1m old");
}

/* The same in Chinese: names instead of ids. */
static void in_chinese(void **state)
{
    (void)state;
    struct world w;
    struct row link = {.kind = KIND_LINK, .id = text_of("SHG>SZ"), .source = text_of("fra")};
    struct row place = {.kind = KIND_PLACE, .id = text_of("SZ")};

    set_up(&w);
    zh_begin();
    is(&w, SEVERITY_OK, "全网正常 2 枢纽 3 集群 3,975 作业运行 480 排队");
    w.schedulers[1] = scheduler("ams", "YRD", 24, 3, 10, 18);
    is(&w, SEVERITY_WARN, "ams: 节点不可用 3/24 (12.5%); 18 个作业排队");
    w.clusters[0].cells[CLUSTER_NAME_ZH] = value_text(text_of("韶关"));
    place.cells[PLACE_NAME_ZH] = value_text(text_of("深圳"));
    link.cells[LINK_FROM] = value_text(text_of("SHG"));
    link.cells[LINK_TO] = value_text(text_of("SZ"));
    link.cells[LINK_ONE_WAY_MS] = value_real(3.42);
    link.cells[LINK_ONE_WAY_BASIS] = value_text(text_of("half_rtt"));
    link.cells[LINK_RING_CONTRACT_MS] = value_real(3);
    link.cells[LINK_SEVERITY] = value_text(text_of("crit"));
    link.cells[LINK_PATHS] = value_int(13);
    link.cells[LINK_PATHS_LIT] = value_int(9);
    link.cells[LINK_USED_PCT] = value_real(97);
    link.cells[LINK_SINCE] = value_time(now - 14 * 60 * 1000);
    verdict_tell(&w.facts, KIND_LINK, &link, 1);
    is(&w, SEVERITY_CRIT, "SHG>SZ 单向 3.42 ms 越限(承诺 3) 已 14m; 在用 9/13 负载 97%");
    verdict_tell(&w.facts, KIND_PLACE, &place, 1);
    is(&w, SEVERITY_CRIT, "韶关→深圳 单向 3.42 ms 越限(承诺 3) 已 14m; 在用 9/13 负载 97%");
    link.cells[LINK_TREND] = value_text(text_of("rising"));
    is(&w, SEVERITY_CRIT, "韶关→深圳 单向 3.42 ms 越限(承诺 3) 上升 已 14m; 在用 9/13 负载 97%");
    zh_end();
    is(&w, SEVERITY_CRIT, "SHG>SZ 3.42 ms one-way (promised 3) rising for 14m; 9 of 13 lit; 97 % used");
    link.cells[LINK_TREND] = value_text(text_of("falling"));
    is(&w, SEVERITY_CRIT, "SHG>SZ 3.42 ms one-way (promised 3) falling for 14m; 9 of 13 lit; 97 % used");
}

static void each_kind_is_told_in_its_place(void **state)
{
    (void)state;
    struct row rows[VERDICT_KINDS] = {{0}};
    struct verdict_facts facts = {0};

    for (size_t i = 0; i < VERDICT_KINDS; i++)
        verdict_tell(&facts, verdict_kinds[i], &rows[i], i + 1);
    verdict_tell(&facts, KIND_JOB, rows, 99); /* not a kind of it */
    assert_ptr_equal(facts.sources, &rows[0]);
    assert_ptr_equal(facts.schedulers, &rows[1]);
    assert_ptr_equal(facts.clusters, &rows[2]);
    assert_ptr_equal(facts.queues, &rows[3]);
    assert_ptr_equal(facts.links, &rows[4]);
    assert_int_equal(facts.n_sources + 10 * facts.n_schedulers + 100 * facts.n_clusters, 321);
    assert_int_equal(facts.n_queues + 10 * facts.n_links, 54);
}

static void the_worst_comes_first(void **state)
{
    (void)state;
    struct world w;

    set_up(&w);
    w.schedulers[0] = scheduler("fra", "SHG", 100, 50, 5000, 9000);
    w.queues[1] = queue("ams/batch", "ams", 500, 300, 20);
    struct verdict v = verdict(&w.facts);
    assert_int_equal(v.warn, 2);
    assert_string_equal(v.text, "fra: 50 of 100 nodes unavailable (50.0 %); 9,000 jobs waiting");
    w.queues[1] = queue("ams/batch", "ams", 500, 300, 20000); /* hits more */
    is(&w, SEVERITY_WARN, "ams/batch: p95 wait 8m (promised 5m); 20,000 jobs waiting");
    w.sources[1] = source("ams", "denied", 1, NULL); /* is worse */
    v = verdict(&w.facts);
    assert_int_equal(v.severity, SEVERITY_CRIT);
    assert_int_equal(v.crit, 1);
    assert_string_equal(v.text, "ams: access denied");
}

static void names_cannot_obey_the_terminal(void **state)
{
    (void)state;
    struct world w;

    set_up(&w);
    w.sources[1] =
        source("\x1b]0;x\x07"
               "a-very-long-name-that-goes-on-and-on-and-on",
               "offline", 47, "\x1b[2J\xe2\x80\xae a reason that is far too long to be of use to anybody at all");
    struct verdict v = verdict(&w.facts);
    assert_int_equal(v.severity, SEVERITY_WARN);
    assert_null(strchr(v.text, '\x1b'));
    assert_null(strchr(v.text, '\x07'));
    assert_null(strstr(v.text, "\xe2\x80\xae"));
    assert_true(text_width(text_of(v.text)) <= 78);
    assert_non_null(strstr(v.text, "no answer for 47s"));
}

static void numbers_of_an_enemy(void **state)
{
    (void)state;
    struct world w;

    set_up(&w);
    for (size_t i = 0; i < 2; i++) {
        w.schedulers[i] = scheduler("x", "SHG", INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX);
        w.queues[i] = queue("q", "fra", INT64_MAX, INT64_MIN, INT64_MAX);
    }
    w.sources[0].cells[SOURCE_LAST_OK_AT] = value_time(INT64_MIN);
    w.sources[1].cells[SOURCE_INTERVAL_S] = value_int(INT64_MAX);
    assert_int_equal(verdict(&w.facts).severity, SEVERITY_WARN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_well),
        cmocka_unit_test(nobody_answered),
        cmocka_unit_test(one_never_answered),
        cmocka_unit_test(a_silent_source),
        cmocka_unit_test(live_but_silent_is_stale),
        cmocka_unit_test(nodes_down),
        cmocka_unit_test(a_promise_is_broken),
        cmocka_unit_test(a_link_over_its_contract),
        cmocka_unit_test(in_chinese),
        cmocka_unit_test(each_kind_is_told_in_its_place),
        cmocka_unit_test(the_worst_comes_first),
        cmocka_unit_test(names_cannot_obey_the_terminal),
        cmocka_unit_test(numbers_of_an_enemy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
