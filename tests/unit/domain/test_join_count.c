#include "join_kit.h"

/* What clusters, hubs and halls count; where racks stand. */

static const char *const fleet_text = "hub \"GBA\" {}\n"
                                      "cluster \"SHG\" { hub = \"GBA\"  lon = 113.6  lat = 24.8 }\n"
                                      "cluster \"GZC\" { hub = \"GBA\"  lon = 113.2  lat = 23.0 }\n"
                                      "cluster \"QYG\" {}\n"
                                      "site \"SHG-1\" { cluster = \"SHG\" }\n"
                                      "site \"SHG-2\" { cluster = \"SHG\" }\n"
                                      "scheduler \"fra\" { site = \"SHG-1\" }\n"
                                      "scheduler \"ams\" { site = \"SHG-2\" }\n";

static struct kit start(const char *fleet)
{
    return kit_begin(fleet, (const char *const[]){"fra", "ams", "metrics", NULL});
}

static void clusters_count_their_schedulers(void **state)
{
    (void)state;
    struct kit s = start(fleet_text);

    kit_tell(s.j, "fra", KIND_SCHEDULER,
             "fra state=up jobs_running=5 jobs_waiting=2 nodes_total=10 nodes_down=1 cpus_total=64 cpus_free=3 "
             "accels_total=8 accels_free=0");
    kit_tell(s.j, "ams", KIND_SCHEDULER, "ams state=down jobs_running=7 nodes_total=4 cpus_total=32");
    kit_tell(s.j, "metrics", KIND_CLUSTER, "SHG pue=1.2 nodes_total=99");
    kit_check(s.j, KIND_CLUSTER, "SHG",
              "state=degraded|jobs_running=12|jobs_waiting=2|nodes_total=14|nodes_down=1|cpus_total=96|cpus_free=3|"
              "accels_total=8|accels_free=0|pue=1.2|told_by=fra|differs=metrics: nodes_total 99");
    kit_check(s.j, KIND_CLUSTER, "SHG", "sources=hub=fleet.conf; lon=fleet.conf; lat=fleet.conf; pue=metrics");
    kit_check(s.j, KIND_CLUSTER, "QYG", "jobs_running=?|nodes_total=?|state=?|told_by=fleet.conf");
    kit_check(
        s.j, KIND_HUB, "GBA",
        "clusters=2|jobs_running=12|jobs_waiting=2|accels_total=8|accels_free=0|state=degraded|lon=113.4|lat=23.9");
    kit_check(s.j, KIND_HUB, "unassigned", "clusters=1|jobs_running=?|lon=?|state=?");
    kit_end(&s);
}

static void what_is_counted_is_as_old_as_its_stalest_part(void **state)
{
    (void)state;
    struct kit s = start(fleet_text);
    struct rows rows;

    kit_tell_at(s.j, "fra", KIND_SCHEDULER, "fra state=up jobs_running=5 jobs_waiting=2", 100);
    kit_tell_at(s.j, "ams", KIND_SCHEDULER, "ams state=up jobs_running=7", 200);
    rows = kit_emit_at(s.j, KIND_CLUSTER, " ams ", KIT_NOW_MS);
    kit_is(&rows, "SHG", "jobs_running=12|told_by=ams");
    rows_release(&rows);
    rows = kit_emit_at(s.j, KIND_HUB, " ams ", KIT_NOW_MS);
    kit_is(&rows, "GBA", "jobs_running=12|told_by=ams");
    assert_true(text_is(kit_find(&rows, "GBA")->source, "ams"));
    rows_release(&rows);
    rows = kit_emit_at(s.j, KIND_SCHEDULER, " ams ", KIT_NOW_MS);
    kit_is(&rows, "fra", "told_by=fra");
    assert_int_equal(kit_find(&rows, "fra")->observed_ms, 100);
    rows_release(&rows);
    kit_check(s.j, KIND_CLUSTER, "SHG", "told_by=fra"); /* fresh again */
    kit_end(&s);
}

static const struct {
    const char *parts[3], *whole;
} healths[] = {
    {{"up", "up", "up"}, "up"},
    {{"up", "down", "up"}, "degraded"},
    {{"down", "down", "down"}, "down"},
    {{"down", "degraded", "down"}, "degraded"},
    {{"up", NULL, "up"}, "up"},
    {{NULL, NULL, NULL}, "?"},
    {{NULL, "down", NULL}, "down"},
    {{"up", NULL, "down"}, "degraded"},
    {{"maint", "maint", NULL}, "down"},
    {{"maint", "up", "up"}, "degraded"},
    {{"degraded", NULL, NULL}, "degraded"},
    {{"degraded", "up", "up"}, "degraded"},
};

static void a_whole_is_as_its_parts_are(void **state)
{
    (void)state;
    char lines[512], want[64];

    for (size_t i = 0; i < sizeof healths / sizeof *healths; i++) {
        struct kit s = start(NULL);
        size_t at = 0;
        for (int p = 0; p < 3; p++)
            at += (size_t)snprintf(lines + at, sizeof lines - at, "s%d cluster=C jobs_running=1%s%s\n", p,
                                   healths[i].parts[p] != NULL ? " state=" : "",
                                   healths[i].parts[p] != NULL ? healths[i].parts[p] : "");
        kit_tell(s.j, "fra", KIND_SCHEDULER, lines);
        snprintf(want, sizeof want, "state=%s|jobs_running=3", healths[i].whole);
        kit_check(s.j, KIND_CLUSTER, "C", want);
        kit_check(s.j, KIND_HUB, "unassigned", want);
        kit_tell(s.j, "ams", KIND_CLUSTER, "C hub=H state=degraded");
        kit_tell(s.j, "ams", KIND_HUB, "H state=down lon=1 lat=2");
        kit_check(s.j, KIND_CLUSTER, "C", "state=degraded"); /* what it says of itself stands */
        kit_check(s.j, KIND_HUB, "H", "state=down|lon=1|clusters=1");
        kit_end(&s);
    }
}

static void racks_stand_at_their_site(void **state)
{
    (void)state;
    struct kit s = start(fleet_text);

    kit_tell(s.j, "metrics", KIND_RACK,
             "fra/r01 site=fra name=r01 hall=H1 power_kw=2.5 power_cap_kw=10 inlet_c=24 nodes_total=4 nodes_down=1\n"
             "ams/r01 site=ams hall=H1 power_kw=3.5 inlet_c=26.5 nodes_total=4 nodes_down=0\n"
             "SHG/r01 cluster=SHG name=r01 power_kw=0.0 nodes_total=2 nodes_down=2\n"
             "r09 power_kw=1");
    kit_tell(s.j, "ams", KIND_RACK, "77 site=SHG-1 name=r01 units_total=42 units_used=30 power_kw=9 tenant=t-1");
    kit_check_ids(s.j, KIND_RACK, "SHG-1/r01 SHG-2/r01 SHG/r01 metrics/metrics/r09");
    kit_check(s.j, KIND_RACK, "SHG-1/r01",
              "cluster=SHG|site=SHG-1|hall=SHG-1/H1|name=r01|power_kw=9|units_total=42|tenant=t-1|state=degraded|"
              "nodes_total=4|differs=?");
    kit_check(s.j, KIND_RACK, "SHG-2/r01", "cluster=SHG|site=SHG-2|hall=SHG-2/H1|name=r01|state=up");
    kit_check(s.j, KIND_RACK, "SHG/r01", "cluster=SHG|site=?|hall=?|state=down");
    kit_check(s.j, KIND_RACK, "metrics/metrics/r09", "cluster=metrics/metrics|state=?");
    kit_check(s.j, KIND_CLUSTER, "SHG", "power_kw=12.5|power_cap_kw=?|nodes_total=?");
    kit_check_ids(s.j, KIND_HALL, "SHG-1/H1 SHG-2/H1");
    kit_check(s.j, KIND_HALL, "SHG-1/H1",
              "cluster=SHG|site=SHG-1|name=H1|racks_used=1|racks_total=?|power_kw=9|power_cap_kw=10|inlet_c_max=24");
    kit_check(s.j, KIND_HALL, "SHG-2/H1", "power_kw=3.5|power_cap_kw=?|inlet_c_max=26.5|told_by=metrics");
    kit_tell(s.j, "metrics", KIND_RACK, "");
    kit_check_ids(s.j, KIND_RACK, "SHG-1/r01");
    kit_check_ids(s.j, KIND_HALL, "");
    kit_check(s.j, KIND_CLUSTER, "SHG", "power_kw=9");
    kit_tell(s.j, "metrics", KIND_CLUSTER, "SHG power_kw=14");
    kit_check(s.j, KIND_CLUSTER, "SHG", "power_kw=14"); /* told, not counted */
    kit_end(&s);
}

static void halls_count_their_racks(void **state)
{
    (void)state;
    struct kit s = start(fleet_text);

    kit_tell(s.j, "ams", KIND_HALL,
             "h-1 site=SHG-1 name=East racks_total=72 power_kw=50 racks_used=60\n"
             "SHG-2/H2 site=SHG-2");
    kit_tell(s.j, "ams", KIND_RACK,
             "1 hall=h-1 name=a power_kw=2\n2 site=SHG-1 hall=h-1 name=b power_kw=3\n"
             "3 hall=SHG-2/H2 name=c inlet_c=22\n4 site=SHG-2 hall=H2 name=d power_kw=0.0");
    kit_tell(s.j, "metrics", KIND_RACK, "x site=fra hall=East name=e inlet_c=29");
    kit_check_ids(s.j, KIND_HALL, "SHG-1/East SHG-2/H2");
    kit_check(s.j, KIND_HALL, "SHG-1/East",
              "racks_total=72|racks_used=60|power_kw=50|inlet_c_max=29|power_cap_kw=?|site=SHG-1");
    kit_check(s.j, KIND_HALL, "SHG-2/H2", "racks_used=1|power_kw=0|inlet_c_max=22|name=H2");
    kit_check(s.j, KIND_RACK, "SHG-1/a", "hall=SHG-1/East|cluster=SHG|site=SHG-1");
    kit_check(s.j, KIND_RACK, "SHG-1/b", "hall=SHG-1/East");
    kit_check(s.j, KIND_RACK, "SHG-1/e", "hall=SHG-1/East");
    kit_check(s.j, KIND_RACK, "SHG-2/c", "hall=SHG-2/H2");
    kit_check(s.j, KIND_RACK, "SHG-2/d", "hall=SHG-2/H2");
    kit_end(&s);
}

/* The worst of a hall's racks; of what only one source tells as of what two do. */
static void halls_name_the_rack_with_the_worst_feeds(void **state)
{
    (void)state;
    struct kit s = start(fleet_text);

    kit_tell(s.j, "ams", KIND_HALL, "h-1 site=SHG-1 name=East\nh-2 site=SHG-1 name=West");
    kit_tell(
        s.j, "ams", KIND_RACK,
        "1 hall=h-1 name=a power_a_kw=3.9 power_b_kw=3.8\n2 hall=h-1 name=b power_a_kw=4.2 power_b_kw=4.1\n"
        "3 hall=h-1 name=c power_a_kw=4.4 power_b_kw=4\n4 hall=h-2 name=d power_a_kw=1 power_b_kw=1 power_cap_kw=10");
    kit_tell(s.j, "metrics", KIND_RACK,
             "x site=SHG-1 hall=East name=a power_cap_kw=10\ny site=SHG-1 hall=East name=b power_cap_kw=10\n"
             "z site=SHG-1 hall=East name=c power_cap_kw=10");
    kit_check(s.j, KIND_HALL, "SHG-1/East",
              "feed_severity=warn|feed_rack=SHG-1/c|feed_pct=44|feed_limit_pct=40|feeds_lost=0");
    kit_check(s.j, KIND_HALL, "SHG-1/West", "feed_severity=?|feed_rack=?|feed_pct=?|feeds_lost=?");
    kit_tell(s.j, "ams", KIND_RACK,
             "1 hall=h-1 name=a power_a_kw=0.0 power_b_kw=3.8\n3 hall=h-1 name=c power_a_kw=6.0 power_b_kw=4");
    kit_check(s.j, KIND_HALL, "SHG-1/East",
              "feed_severity=crit|feed_rack=SHG-1/a|feed_pct=38|feed_limit_pct=40|feeds_lost=1");
    kit_end(&s);
}

/* Since when a hall is warm is no source's to say, and a restart does not begin it anew. */
static void a_warm_hall_stays_warm_over_a_restart(void **state)
{
    (void)state;
    struct kit s = start(fleet_text);
    struct rows made;

    kit_tell(s.j, "ams", KIND_HALL, "h-1 site=SHG-1 name=East inlet_c_max=28.5");
    made = kit_emit_at(s.j, KIND_HALL, "", KIT_NOW_MS);
    assert_int_equal(value_int_or(&made.all[0].cells[HALL_INLET_WARM_SINCE], 0), KIT_NOW_MS);
    struct join *j = join_new(s.fleet, NULL);
    join_source_add(j, "ams");
    made.all[0].cells[HALL_TOLD_BY] = value_text(text_of("ams"));
    join_remember(j, &made.all[0]);
    rows_release(&made);
    kit_tell(j, "ams", KIND_HALL, "h-1 site=SHG-1 name=East inlet_c_max=28");
    made = kit_emit_at(j, KIND_HALL, "", KIT_NOW_MS + 400000);
    assert_int_equal(made.count, 1);
    assert_int_equal(value_int_or(&made.all[0].cells[HALL_INLET_WARM_SINCE], 0), KIT_NOW_MS);
    rows_release(&made);
    join_free(j);
    kit_end(&s);
}

static void racks_of_two_schedulers_of_one_cluster_are_two(void **state)
{
    (void)state;
    struct kit s = start(NULL);

    kit_tell(s.j, "fra", KIND_SCHEDULER, "fra cluster=C\nams cluster=C");
    kit_tell(s.j, "metrics", KIND_RACK, "fra/r01 site=fra power_kw=1\nams/r01 site=ams power_kw=2\nC/r01 site=C");
    kit_check_ids(s.j, KIND_RACK, "C/r01 ams/r01 fra/r01");
    kit_check(s.j, KIND_RACK, "fra/r01", "cluster=C|site=?|name=r01");
    kit_check(s.j, KIND_CLUSTER, "C", "power_kw=3");
    kit_tell(s.j, "fra", KIND_SCHEDULER, "fra cluster=C site=C-1");
    kit_check(s.j, KIND_RACK, "C-1/r01", "cluster=C|site=C-1|name=r01");
    kit_end(&s);
}

static void an_unknown_site_of_a_known_cluster(void **state)
{
    (void)state;
    struct kit s = start(fleet_text);

    kit_tell(s.j, "metrics", KIND_RACK, "a site=B7 cluster=SHG name=r01");
    kit_check(s.j, KIND_RACK, "metrics/B7/r01", "cluster=SHG|site=metrics/B7");
    kit_check_ids(s.j, KIND_CLUSTER, "GZC QYG SHG");
    kit_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clusters_count_their_schedulers),
        cmocka_unit_test(what_is_counted_is_as_old_as_its_stalest_part),
        cmocka_unit_test(a_whole_is_as_its_parts_are),
        cmocka_unit_test(racks_stand_at_their_site),
        cmocka_unit_test(halls_count_their_racks),
        cmocka_unit_test(halls_name_the_rack_with_the_worst_feeds),
        cmocka_unit_test(a_warm_hall_stays_warm_over_a_restart),
        cmocka_unit_test(racks_of_two_schedulers_of_one_cluster_are_two),
        cmocka_unit_test(an_unknown_site_of_a_known_cluster),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
