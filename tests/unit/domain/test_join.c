#include "join_kit.h"

static const char *const shaoguan =
    "hub \"GBA\" { name = \"Greater Bay Area\" }\n"
    "cluster \"SHG\" { hub = \"GBA\"  name = \"Shaoguan\"  name_zh = \"韶关\"  lon = 113.6  lat = 24.8  side = "
    "\"east\"\n"
    "  kinds = { general, intelligent }  racks_total = 1000  racks_used = 615  pue = 1.25  pue_limit = 1.25\n"
    "  aliases = { \"shaoguan\" } }\n"
    "cluster \"QYG\" { name = \"Qingyang\" }\n"
    "site \"SHG-1\" { cluster = \"SHG\"  phase = \"operating\"  aliases = { \"campus\" } }\n"
    "site \"SHG-2\" { cluster = \"SHG\" }\n"
    "scheduler \"fra\" { site = \"SHG-1\" }\n"
    "scheduler \"ams\" { site = \"SHG-2\"  aliases = { \"amsterdam\" } }\n"
    "place \"GZ\" { name = \"Guangzhou\"  lon = 113.26  lat = 23.13  aliases = { \"lon\" } }\n"
    "link \"SHG>GZ\" { tier = \"express\"  paths = 13  path_gbps = 400  ring_ms = 3  published_one_way_ms = 1.3\n"
    "  deterministic = true  aliases = { \"backbone-7\" } }\n"
    "link \"SHG>SZ\" { published_one_way_ms = 1.66 }\n"
    "link \"QYG>SHG\" {}\n"
    "pair \"QYG>GZ\" { agreed = 2000  unit = \"cards\"  link = \"QYG>SHG\"  until = \"2027-01-01T00:00:00Z\" }\n";

/* A join over that fleet with three sources in that order. */
static struct kit start(const char *fleet)
{
    return kit_begin(fleet, (const char *const[]){"fra", "metrics", "other", NULL});
}

static void what_the_file_says_is_there_without_any_driver(void **state)
{
    (void)state;
    struct kit s = start(shaoguan);

    kit_check_ids(s.j, KIND_HUB, "GBA unassigned");
    kit_check(s.j, KIND_HUB, "GBA",
              "name=Greater Bay Area|side=east|clusters=1|told_by=fleet.conf|sources=?|differs=?");
    kit_check_ids(s.j, KIND_CLUSTER, "QYG SHG");
    kit_check(s.j, KIND_CLUSTER, "SHG",
              "hub=GBA|name=Shaoguan|name_zh=韶关|lon=113.6|kinds=general; intelligent|racks_total=1000|racks_used=615|"
              "racks_occupied_pct=61.5|pue=?|pue_limit=1.25|state=?|jobs_running=?|told_by=fleet.conf|sources=?");
    kit_check(s.j, KIND_CLUSTER, "QYG", "hub=unassigned|name=Qingyang|racks_occupied_pct=?");
    kit_check_ids(s.j, KIND_SITE, "SHG-1 SHG-2");
    kit_check(s.j, KIND_SITE, "SHG-1", "cluster=SHG|phase=operating|security_level=?");
    kit_check(s.j, KIND_SCHEDULER, "ams", "cluster=SHG|site=SHG-2|state=?|told_by=fleet.conf");
    kit_check_ids(s.j, KIND_PLACE, "GZ SZ");
    kit_check(s.j, KIND_PLACE, "GZ", "name=Guangzhou|lon=113.26");
    kit_check(s.j, KIND_PLACE, "SZ", "name=?|lon=?|told_by=fleet.conf"); /* the file names it as an end */
    kit_check_ids(s.j, KIND_LINK, "QYG>SHG SHG>GZ SHG>SZ");
    kit_check(
        s.j, KIND_LINK, "SHG>GZ",
        "from=SHG|to=GZ|tier=express|paths=13|paths_lit=?|capacity_gbps=5200|ring_contract_ms=3|deterministic=true|"
        "one_way_ms=1.3|one_way_basis=published|severity=unknown|told_by=fleet.conf");
    kit_check(s.j, KIND_LINK, "QYG>SHG", "one_way_ms=?|one_way_basis=?|capacity_gbps=?|deterministic=?");
    kit_check(s.j, KIND_PAIR, "QYG>GZ",
              "from=QYG|to=GZ|agreed=2000|unit=cards|link=QYG>SHG|used=?|until=1798761600000");
    kit_check_ids(s.j, KIND_RACK, "");
    kit_check_ids(s.j, KIND_HALL, "");
    kit_check_ids(s.j, KIND_JOB, "");
    kit_end(&s);
}

static void several_sources_make_one_row(void **state)
{
    (void)state;
    struct kit s = start(shaoguan);

    kit_tell(s.j, "metrics", KIND_LINK, "fra>lon from=fra to=lon rtt_ms=2.8 loss_pct=0.01 tier=national");
    kit_tell(s.j, "other", KIND_LINK, "backbone-7 paths_lit=9 rtt_ms=99 jitter_ms=0.1");
    kit_check_ids(s.j, KIND_LINK, "QYG>SHG SHG>GZ SHG>SZ");
    kit_check(
        s.j, KIND_LINK, "SHG>GZ",
        "from=SHG|to=GZ|tier=express|rtt_ms=2.8|one_way_ms=1.4|one_way_basis=half_rtt|loss_pct=0.01|jitter_ms=0.1|"
        "paths=13|paths_lit=9|capacity_gbps=3600|ring_contract_ms=3");
    /* What is sampled never differs. 9 paths, capacity, jitter of other; rtt and loss of metrics. */
    kit_check(
        s.j, KIND_LINK, "SHG>GZ",
        "told_by=other|differs=metrics: tier national|"
        "sources=from=fleet.conf; to=fleet.conf; tier=fleet.conf; paths=fleet.conf; rtt_ms=metrics; loss_pct=metrics; "
        "ring_contract_ms=fleet.conf; deterministic=fleet.conf; published_one_way_ms=fleet.conf");
    /* 189 km as the crow flies. */
    struct rows rows = kit_emit(s.j, KIND_LINK);
    assert_true(fabs(value_real_or(&kit_find(&rows, "SHG>GZ")->cells[LINK_PHYSICAL_MIN_MS], 0) - 1.29) < 0.02);
    assert_false(value_known(&kit_find(&rows, "SHG>SZ")->cells[LINK_PHYSICAL_MIN_MS]));
    rows_release(&rows);
    kit_end(&s);
}

static void the_order_of_sources_decides_and_what_is_fresh(void **state)
{
    (void)state;
    struct kit s = start(NULL);

    kit_tell(s.j, "stranger", KIND_PLACE, "GZ name=d lat=4 lon=4");
    kit_tell(s.j, "alien", KIND_PLACE, "GZ lon=5");
    kit_tell(s.j, "other", KIND_PLACE, "GZ name=c lat=3");
    kit_tell(s.j, "metrics", KIND_PLACE, "GZ name=b");
    kit_check(s.j, KIND_PLACE, "GZ",
              "name=b|lat=3|lon=5|told_by=metrics|sources=lon=alien; lat=other|"
              "differs=other: name c; stranger: name d; stranger: lon 4; stranger: lat 4");
    struct rows rows = kit_emit_at(s.j, KIND_PLACE, " metrics ", KIT_NOW_MS);
    kit_is(&rows, "GZ",
           "name=c|lat=3|lon=5|told_by=other|sources=lon=alien|"
           "differs=metrics: name b; stranger: name d; stranger: lon 4; stranger: lat 4");
    rows_release(&rows);
    rows = kit_emit_at(s.j, KIND_PLACE, " metrics other stranger alien ", KIT_NOW_MS);
    kit_is(&rows, "GZ", "name=b|told_by=metrics");
    rows_release(&rows);
    kit_end(&s);
}

static void how_a_site_stands_is_what_a_fresh_source_sees(void **state)
{
    (void)state;
    struct kit s = start(shaoguan);

    kit_tell(s.j, "fra", KIND_SITE, "SHG-1 phase=closing");
    kit_check(s.j, KIND_SITE, "SHG-1", "cluster=SHG|phase=closing");
    struct rows rows = kit_emit_at(s.j, KIND_SITE, " fra ", KIT_NOW_MS);
    kit_is(&rows, "SHG-1", "cluster=SHG|phase=operating");
    rows_release(&rows);
    kit_end(&s);
}

static void numbers_and_lists_that_say_the_same_do_not_differ(void **state)
{
    (void)state;
    struct kit s = start(shaoguan);

    kit_tell(s.j, "fra", KIND_CLUSTER,
             "SHG hub=GBA lon=113.6000000000001 lat=24.8 racks_total=1000.0 kinds=intelligent,general pue=1.3");
    kit_tell(s.j, "metrics", KIND_CLUSTER, "shaoguan lon=113.7 racks_total=999 kinds=general pue=1.4");
    kit_check(s.j, KIND_CLUSTER, "SHG",
              "pue=1.3|lon=113.6|differs=metrics: lon 113.7; metrics: kinds general; metrics: racks_total 999");
    kit_check_ids(s.j, KIND_CLUSTER, "QYG SHG");
    kit_end(&s);
}

/* Two rows of one body may mean one thing: two queries, or two sites of one cluster. */
static void a_source_does_not_contradict_itself(void **state)
{
    (void)state;
    struct kit s = start(shaoguan);

    kit_tell(s.j, "metrics", KIND_LINK,
             "b from=campus to=lon rtt_ms=5 tier=metro\na from=fra to=GZ loss_pct=0.5 rtt_ms=4");
    kit_tell(s.j, "other", KIND_CLUSTER, "SHG price_cny_kwh=0.4\nshaoguan price_cny_kwh=0.5");
    kit_check(s.j, KIND_LINK, "SHG>GZ", "rtt_ms=4|loss_pct=0.5|differs=metrics: tier metro|told_by=metrics");
    kit_check(s.j, KIND_CLUSTER, "SHG", "price_cny_kwh=0.4|differs=?");
    kit_end(&s);
}

static void a_delay_and_its_basis_are_one_sources(void **state)
{
    (void)state;
    struct kit s = start(shaoguan);

    kit_tell(s.j, "metrics", KIND_LINK, "fra>lon one_way_ms=1.5");
    kit_tell(s.j, "other", KIND_LINK, "fra>lon one_way_ms=1.7 one_way_basis=half_rtt");
    kit_check(s.j, KIND_LINK, "SHG>GZ", "one_way_ms=1.5|one_way_basis=measured");
    kit_tell(s.j, "metrics", KIND_LINK, "");
    kit_check(s.j, KIND_LINK, "SHG>GZ", "one_way_ms=1.7|one_way_basis=half_rtt");
    kit_end(&s);
}

static void what_differs_is_bounded(void **state)
{
    (void)state;
    struct kit s = start(NULL);
    char line[4096], name[32];
    struct rows rows;

    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "s%02d", i);
        snprintf(line, sizeof line, "A operator=%0*d\x1b", i == 1 ? 3000 : 2, i);
        kit_tell(s.j, name, KIND_SITE, line);
    }
    rows = kit_emit(s.j, KIND_SITE);
    struct safe_text rest = value_text_or(&rows.all[0].cells[SITE_DIFFERS], ""), member;
    size_t n = 0;
    assert_in_range(text_len(rest), 1, 2000);
    while (value_list_next(&rest, &member))
        n++;
    assert_int_equal(n, 16);
    assert_false(text_contains(value_text_or(&rows.all[0].cells[SITE_DIFFERS], ""), text_of("\x1b"), false));
    rows_release(&rows);
    kit_end(&s);
}

static void what_matches_nothing_stands_under_its_source(void **state)
{
    (void)state;
    struct kit s = start(shaoguan);

    kit_tell(s.j, "metrics", KIND_LINK,
             "a from=fra to=tyo rtt_ms=4\nb from=tyo to=tyo rtt_ms=1\nc from=campus to=SHG rtt_ms=1\nd rtt_ms=3\n"
             "SHG>osa rtt_ms=7");
    kit_tell(s.j, "other", KIND_RACK, "r1 cluster=Shg name=r1 power_kw=2");
    kit_check_ids(s.j, KIND_LINK, "QYG>SHG SHG>GZ SHG>SZ SHG>metrics/osa SHG>metrics/tyo");
    kit_check(s.j, KIND_LINK, "SHG>metrics/tyo", "from=SHG|to=metrics/tyo|rtt_ms=4|told_by=metrics|sources=?");
    kit_check_ids(s.j, KIND_CLUSTER, "QYG SHG metrics/osa metrics/tyo other/Shg");
    kit_check(s.j, KIND_CLUSTER, "metrics/tyo", "hub=unassigned|name=?|told_by=metrics|lon=?");
    kit_check(s.j, KIND_CLUSTER, "other/Shg", "hub=unassigned|power_kw=2|told_by=other");
    kit_check(s.j, KIND_HUB, "unassigned", "clusters=4");
    kit_check(s.j, KIND_RACK, "other/Shg/r1", "cluster=other/Shg|site=?|name=r1|hall=?");
    kit_end(&s);
}

static void without_a_file_each_scheduler_is_its_own_cluster(void **state)
{
    (void)state;
    struct kit s = start(NULL);

    kit_tell(s.j, "fra", KIND_SCHEDULER, "fra cluster=fra driver=slurm state=up jobs_running=3 nodes_total=4");
    kit_tell(s.j, "other", KIND_SCHEDULER, "x cluster=Y state=down");
    kit_tell(s.j, "metrics", KIND_LINK, "1 from=fra to=Y rtt_ms=4\n2 from=x to=lon rtt_ms=4");
    kit_tell(s.j, "metrics", KIND_CLUSTER, "fra pue=1.2\nZ pue=1.4");
    kit_check_ids(s.j, KIND_SCHEDULER, "fra x");
    kit_check(s.j, KIND_SCHEDULER, "fra", "cluster=fra|site=?|driver=slurm|told_by=fra|sources=?|differs=?");
    kit_check(s.j, KIND_SCHEDULER, "x", "cluster=Y");
    kit_check_ids(s.j, KIND_CLUSTER, "Y fra metrics/Z metrics/lon");
    kit_check(s.j, KIND_CLUSTER, "fra", "hub=unassigned|state=up|jobs_running=3|nodes_total=4|jobs_waiting=?|pue=1.2");
    kit_check_ids(s.j, KIND_LINK, "Y>metrics/lon fra>Y");
    kit_check_ids(s.j, KIND_HUB, "unassigned");
    kit_check_ids(s.j, KIND_PLACE, "");
    kit_end(&s);
}

static void who_describes_a_cluster_or_place_makes_it(void **state)
{
    (void)state;
    struct kit s = start(NULL);

    kit_tell(s.j, "fra", KIND_CLUSTER, "A hub=H name=Alpha lon=100 lat=30\nB power_kw=2");
    kit_tell(s.j, "fra", KIND_PLACE, "P lon=101 lat=30\nA name=not-beside-the-cluster");
    kit_tell(s.j, "fra", KIND_SITE, "A-1 cluster=A");
    kit_tell(s.j, "metrics", KIND_LINK, "x from=A to=P rtt_ms=4\ny from=B to=A rtt_ms=3");
    kit_tell(s.j, "metrics", KIND_RACK, "A-1/r7 site=A-1 power_kw=3");
    kit_check_ids(s.j, KIND_CLUSTER, "A fra/B metrics/B");
    kit_check(s.j, KIND_CLUSTER, "A", "hub=H|name=Alpha|power_kw=3");
    kit_check_ids(s.j, KIND_HUB, "H unassigned");
    kit_check(s.j, KIND_HUB, "H", "clusters=1|lon=100|lat=30");
    kit_check_ids(s.j, KIND_PLACE, "P");
    kit_check_ids(s.j, KIND_LINK, "A>P metrics/B>A");
    kit_check_ids(s.j, KIND_RACK, "A-1/r7");
    kit_end(&s);
}

static void a_schedulers_cluster_is_the_files(void **state)
{
    (void)state;
    struct kit s = start(shaoguan);

    kit_tell(s.j, "fra", KIND_SCHEDULER, "fra cluster=fra driver=slurm state=up");
    kit_tell(s.j, "other", KIND_SCHEDULER, "amsterdam cluster=QYG site=SHG-2 state=up\nnew site=campus state=up");
    kit_check_ids(s.j, KIND_SCHEDULER, "ams fra new");
    kit_check(s.j, KIND_SCHEDULER, "fra",
              "cluster=SHG|site=SHG-1|differs=?|told_by=fra|sources=cluster=fleet.conf; site=fleet.conf");
    kit_check(s.j, KIND_SCHEDULER, "ams", "cluster=SHG|differs=other: cluster QYG");
    kit_check(s.j, KIND_SCHEDULER, "new", "cluster=SHG|site=SHG-1");
    kit_check_ids(s.j, KIND_CLUSTER, "QYG SHG");
    kit_end(&s);
}

static void a_body_counts_when_it_ended_well(void **state)
{
    (void)state;
    struct kit s = start(NULL);
    struct row row = {.kind = KIND_PLACE, .id = text_of("new")};

    kit_tell(s.j, "fra", KIND_PLACE, "old name=1");
    join_part_row(s.j, "fra", &row); /* outside of a body */
    join_part_begin(s.j, "fra", KIND_PLACE);
    join_part_row(s.j, "fra", &row);
    kit_check_ids(s.j, KIND_PLACE, "old");
    join_part_drop(s.j, "fra", KIND_PLACE);
    join_part_end(s.j, "fra", KIND_PLACE, KIT_NOW_MS); /* of no body */
    kit_check_ids(s.j, KIND_PLACE, "old");
    join_part_begin(s.j, "fra", KIND_PLACE);
    join_part_begin(s.j, "fra", KIND_PLACE); /* anew */
    join_part_row(s.j, "fra", &row);
    join_part_end(s.j, "fra", KIND_PLACE, KIT_NOW_MS);
    kit_check_ids(s.j, KIND_PLACE, "new");
    kit_tell(s.j, "fra", KIND_PLACE, "");
    kit_check_ids(s.j, KIND_PLACE, "");
    kit_tell(s.j, JOIN_FLEET, KIND_PLACE, "mine"); /* nobody else is the file */
    row.kind = KIND_JOB;
    join_part_begin(s.j, "fra", KIND_JOB);
    join_part_row(s.j, "fra", &row);
    join_part_end(s.j, "fra", KIND_JOB, KIT_NOW_MS);
    kit_check_ids(s.j, KIND_PLACE, "");
    kit_check_ids(s.j, KIND_JOB, "");
    kit_end(&s);
}

static bool stop(void *ctx, const struct row *row, struct err *err)
{
    (void)row;
    return --*(int *)ctx > 0 || err_set(err, ERR_INPUT, "enough");
}

static void a_sink_can_end_the_work(void **state)
{
    (void)state;
    struct kit s = start(shaoguan);
    struct join_now now = {.now_ms = KIT_NOW_MS};
    struct err err = {0};
    int left = 2;

    assert_false(join_emit(s.j, KIND_LINK, &now, stop, &left, &err));
    assert_string_equal(err.text, "enough");
    left = 10;
    assert_true(join_emit(s.j, KIND_LINK, &now, stop, &left, &err));
    kit_end(&s);
}

/* --- ids of the past --- */

static void resolves(struct join *j, const char *source, enum kind kind, const char *id, const char *want)
{
    struct buf out = buf_make(256);
    bool found = join_resolve(j, source, kind, text_of(id), &out);

    if (found != (want != NULL) || strcmp(buf_str(&out), want != NULL ? want : "") != 0)
        fail_msg("%s %s is '%s', not '%s'", source, id, found ? buf_str(&out) : "nothing", want ? want : "nothing");
    buf_release(&out);
}

static void a_sources_ids_are_resolved(void **state)
{
    (void)state;
    struct kit s = start(shaoguan);

    kit_tell(s.j, "metrics", KIND_LINK,
             "series-1 from=fra to=lon rtt_ms=2\nfra>fra rtt_ms=1\nx from=fra to=tyo rtt_ms=1");
    kit_tell(s.j, "metrics", KIND_RACK, "77 site=fra name=r01 power_kw=3");
    resolves(s.j, "metrics", KIND_LINK, "series-1", "SHG>GZ");
    resolves(s.j, "metrics", KIND_LINK, "fra>lon", "SHG>GZ"); /* not among its rows, but it means that one */
    resolves(s.j, "metrics", KIND_LINK, "backbone-7", "SHG>GZ");
    resolves(s.j, "metrics", KIND_LINK, "x", "SHG>metrics/tyo");
    resolves(s.j, "metrics", KIND_LINK, "fra>tyo", "SHG>metrics/tyo");
    resolves(s.j, "other", KIND_LINK, "fra>tyo", NULL); /* another source's tyo is another */
    resolves(s.j, "metrics", KIND_LINK, "fra>fra", NULL);
    resolves(s.j, "metrics", KIND_LINK, "gone", NULL);
    resolves(s.j, "metrics", KIND_RACK, "77", "SHG-1/r01");
    resolves(s.j, "metrics", KIND_RACK, "fra/r01", "SHG-1/r01");
    resolves(s.j, "metrics", KIND_RACK, "fra/r02", NULL);
    resolves(s.j, "metrics", KIND_CLUSTER, "fra", "SHG");
    resolves(s.j, "metrics", KIND_CLUSTER, "tyo", "metrics/tyo");
    resolves(s.j, "metrics", KIND_CLUSTER, "lon", NULL); /* a place */
    resolves(s.j, "metrics", KIND_PLACE, "lon", "GZ");
    resolves(s.j, "metrics", KIND_SCHEDULER, "amsterdam", "ams");
    resolves(s.j, "metrics", KIND_SITE, "campus", "SHG-1");
    resolves(s.j, "metrics", KIND_PAIR, "QYG>lon", "QYG>GZ");
    resolves(s.j, "metrics", KIND_HUB, "GBA", "GBA");
    resolves(s.j, "metrics", KIND_NODE, "fra/n1", NULL);
    resolves(s.j, "nobody", KIND_HUB, "GBA", NULL);
    kit_tell(s.j, "metrics", KIND_LINK, "");
    resolves(s.j, "metrics", KIND_LINK, "x", NULL);
    resolves(s.j, "metrics", KIND_LINK, "fra>lon", "SHG>GZ");
    kit_end(&s);
}

static void the_baseline_of_a_link_is_learned_elsewhere(void **state)
{
    (void)state;
    struct kit s = start(shaoguan);

    join_baseline_set(s.j, text_of("SHG>GZ"), 1.31);
    kit_tell(s.j, "metrics", KIND_LINK, "fra>lon rtt_ms=2.7");
    kit_check(s.j, KIND_LINK, "SHG>GZ", "baseline_ms=1.31|one_way_ms=1.35");
    kit_check(s.j, KIND_LINK, "SHG>SZ", "baseline_ms=?");
    join_baseline_set(s.j, text_of("SHG>GZ"), NAN);
    kit_check(s.j, KIND_LINK, "SHG>GZ", "baseline_ms=?");
    kit_end(&s);
}

/* Loss of 2 % is crit at once; over the contract of 3 ms only in three polls running. */
static void links_are_judged_by_polls(void **state)
{
    (void)state;
    struct kit s = start(shaoguan);
    struct rows rows;

    kit_tell_at(s.j, "metrics", KIND_LINK, "fra>lon rtt_ms=8 loss_pct=0.0", 1000);
    for (int again = 0; again < 5; again++) { /* the same poll, however often it is emitted */
        rows = kit_emit_at(s.j, KIND_LINK, "", 1000);
        kit_is(&rows, "SHG>GZ", "one_way_ms=4|severity=ok");
        rows_release(&rows);
    }
    for (int poll = 2; poll <= 3; poll++) {
        kit_tell_at(s.j, "metrics", KIND_LINK, "fra>lon rtt_ms=8 loss_pct=0.0", 10000 * poll);
        rows = kit_emit_at(s.j, KIND_LINK, "", 10000 * poll);
        if (poll == 3)
            kit_is(&rows, "SHG>GZ", "severity=crit|state=degraded|since=30000");
        rows_release(&rows);
    }
    kit_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_file_says_is_there_without_any_driver),
        cmocka_unit_test(several_sources_make_one_row),
        cmocka_unit_test(the_order_of_sources_decides_and_what_is_fresh),
        cmocka_unit_test(how_a_site_stands_is_what_a_fresh_source_sees),
        cmocka_unit_test(numbers_and_lists_that_say_the_same_do_not_differ),
        cmocka_unit_test(a_source_does_not_contradict_itself),
        cmocka_unit_test(a_delay_and_its_basis_are_one_sources),
        cmocka_unit_test(what_differs_is_bounded),
        cmocka_unit_test(what_matches_nothing_stands_under_its_source),
        cmocka_unit_test(without_a_file_each_scheduler_is_its_own_cluster),
        cmocka_unit_test(who_describes_a_cluster_or_place_makes_it),
        cmocka_unit_test(a_schedulers_cluster_is_the_files),
        cmocka_unit_test(a_body_counts_when_it_ended_well),
        cmocka_unit_test(a_sink_can_end_the_work),
        cmocka_unit_test(a_sources_ids_are_resolved),
        cmocka_unit_test(the_baseline_of_a_link_is_learned_elsewhere),
        cmocka_unit_test(links_are_judged_by_polls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
