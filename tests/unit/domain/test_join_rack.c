#include "join_kit.h"

/* Racks of several sources: by their names, and by their halls where a name is not enough. */

static const char *const fleet_text = "cluster \"SHG\" { aliases = { \"fra\" } }\n"
                                      "site \"SHG-1\" { cluster = \"SHG\"  aliases = { \"shg-1\" } }\n";
static const char *const sources[] = {"metrics", "netbox", NULL};

static void planned_and_measured_are_one_row(void **state)
{
    (void)state;
    struct kit s = kit_begin(fleet_text, sources);

    kit_tell(s.j, "metrics", KIND_RACK, "shg-1/r01 cluster=shg-1 name=r01 power_kw=7 units_total=40");
    kit_tell(s.j, "netbox", KIND_SITE, "shg-1 name=one");
    kit_tell(s.j, "netbox", KIND_HALL, "shg-1/H1 site=shg-1 name=H1 racks_total=8");
    kit_tell(s.j, "netbox", KIND_RACK,
             "shg-1/H1/r01 site=shg-1 hall=shg-1/H1 name=r01 units_total=42 units_reserved=3 status=active");
    kit_check_ids(s.j, KIND_RACK, "SHG-1/r01");
    kit_check(s.j, KIND_RACK, "SHG-1/r01",
              "power_kw=7|units_total=40|units_reserved=3|status=active|hall=SHG-1/H1|cluster=SHG|site=SHG-1|"
              "differs=netbox: units_total 42");
    kit_check_ids(s.j, KIND_HALL, "SHG-1/H1");
    kit_check(s.j, KIND_HALL, "SHG-1/H1", "name=H1|racks_total=8|power_kw=7");
    kit_end(&s);
}

static void two_of_one_name_in_two_halls_stay_two(void **state)
{
    (void)state;
    struct kit s = kit_begin(fleet_text, sources);

    kit_tell(s.j, "netbox", KIND_RACK,
             "a site=shg-1 hall=H1 name=r01 units_total=42\nb site=shg-1 hall=H2 name=r01 units_total=47\n"
             "c site=shg-1 hall=H2 name=r02 units_total=42");
    kit_tell(s.j, "metrics", KIND_RACK,
             "1 cluster=shg-1 hall=H1 name=r01 power_kw=1\n2 cluster=shg-1 hall=H2 name=r01 power_kw=2\n"
             "3 cluster=shg-1 name=r02 power_kw=3");
    kit_check_ids(s.j, KIND_RACK, "SHG-1/H1/r01 SHG-1/H2/r01 SHG-1/r02");
    kit_check(s.j, KIND_RACK, "SHG-1/H1/r01", "units_total=42|power_kw=1|name=r01|hall=SHG-1/H1|differs=?");
    kit_check(s.j, KIND_RACK, "SHG-1/H2/r01", "units_total=47|power_kw=2|name=r01|hall=SHG-1/H2|differs=?");
    kit_check(s.j, KIND_RACK, "SHG-1/r02", "units_total=42|power_kw=3|hall=SHG-1/H2");
    kit_check(s.j, KIND_HALL, "SHG-1/H1", "power_kw=1");
    kit_check(s.j, KIND_HALL, "SHG-1/H2", "power_kw=5");
    kit_end(&s);
}

static void two_sources_with_a_hall_each(void **state)
{
    (void)state;
    struct kit s = kit_begin(fleet_text, sources);

    kit_tell(s.j, "netbox", KIND_RACK, "a site=shg-1 hall=H1 name=r01 units_total=42");
    kit_tell(s.j, "metrics", KIND_RACK, "1 cluster=shg-1 hall=H2 name=r01 power_kw=2");
    kit_check_ids(s.j, KIND_RACK, "SHG-1/H1/r01 SHG-1/H2/r01");
    kit_check(s.j, KIND_RACK, "SHG-1/H1/r01", "units_total=42|power_kw=?");
    kit_end(&s);
}

static void without_a_hall_nobody_knows_which(void **state)
{
    (void)state;
    struct kit s = kit_begin(fleet_text, sources);

    kit_tell(s.j, "netbox", KIND_RACK, "a site=shg-1 hall=H1 name=r01\nb site=shg-1 hall=H2 name=r01");
    kit_tell(s.j, "metrics", KIND_RACK, "1 cluster=shg-1 name=r01 power_kw=3");
    kit_check_ids(s.j, KIND_RACK, "SHG-1/H1/r01 SHG-1/H2/r01 SHG-1/r01");
    kit_check(s.j, KIND_RACK, "SHG-1/r01", "power_kw=3|hall=?");
    /* One of the two is taken out: the other is the only one of its name again. */
    kit_tell(s.j, "netbox", KIND_RACK, "a site=shg-1 hall=H1 name=r01");
    kit_check_ids(s.j, KIND_RACK, "SHG-1/r01");
    kit_check(s.j, KIND_RACK, "SHG-1/r01", "power_kw=3|hall=SHG-1/H1");
    kit_end(&s);
}

static void the_same_name_elsewhere_is_no_matter(void **state)
{
    (void)state;
    struct kit s = kit_begin(fleet_text, sources);

    kit_tell(s.j, "netbox", KIND_RACK, "a site=shg-1 hall=H1 name=r01\nb site=other hall=H2 name=r01");
    kit_check_ids(s.j, KIND_RACK, "SHG-1/r01 netbox/other/r01");
    kit_end(&s);
}

static void keep(struct join *from, struct join *to)
{
    static const enum kind kinds[] = {KIND_SITE, KIND_HALL, KIND_RACK};

    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct rows rows = kit_emit(from, kinds[k]);
        for (size_t i = 0; i < rows.count; i++)
            join_remember(to, &rows.all[i]);
        rows_release(&rows);
    }
}

static void what_is_remembered_keeps_its_hall(void **state)
{
    (void)state;
    static const char *const fleets[] = {"cluster \"SHG\" {}\nsite \"shg-1\" { cluster = \"SHG\" }\n", NULL};

    for (size_t f = 0; f < 2; f++) {
        struct kit was = kit_begin(fleets[f], sources), now = kit_begin(fleets[f], sources);
        const char *stand = f == 0 ? "shg-1" : "netbox/shg-1";
        char ids[400], one[100], other[100];
        kit_tell(was.j, "netbox", KIND_RACK,
                 "a site=shg-1 hall=H1 name=r01 units_total=42\nb site=shg-1 hall=H2 name=r01 units_total=47\n"
                 "c site=shg-1 hall=H1 name=r02 units_total=42");
        snprintf(one, sizeof one, "%s/H1/r01", stand);
        snprintf(other, sizeof other, "%s/H2/r01", stand);
        snprintf(ids, sizeof ids, "%s %s %s/r02", one, other, stand);
        kit_check_ids(was.j, KIND_RACK, ids);
        keep(was.j, now.j);
        kit_check_ids(now.j, KIND_RACK, ids);
        kit_check(now.j, KIND_RACK, one, "units_total=42");
        /* The source answers, and one of the two is gone: the other is called shortly. */
        kit_tell(now.j, "netbox", KIND_RACK, "b site=shg-1 hall=H2 name=r01 units_total=47");
        snprintf(ids, sizeof ids, "%s/r01", stand);
        kit_check_ids(now.j, KIND_RACK, ids);
        kit_end(&was);
        kit_end(&now);
    }
}

/* The other is told in a hall of its own before the source of the remembered one has answered. */
static void what_is_remembered_alone_gets_company(void **state)
{
    (void)state;
    struct kit was = kit_begin(fleet_text, sources), now = kit_begin(fleet_text, sources);

    kit_tell(was.j, "netbox", KIND_RACK, "a site=shg-1 hall=H1 name=r01 units_total=42");
    kit_check_ids(was.j, KIND_RACK, "SHG-1/r01");
    keep(was.j, now.j);
    kit_tell(now.j, "metrics", KIND_RACK, "2 cluster=shg-1 hall=H2 name=r01 power_kw=2");
    kit_check_ids(now.j, KIND_RACK, "SHG-1/H1/r01 SHG-1/H2/r01");
    kit_check(now.j, KIND_RACK, "SHG-1/H1/r01", "units_total=42|power_kw=?");
    kit_end(&was);
    kit_end(&now);
}

static void the_past_finds_them(void **state)
{
    (void)state;
    struct kit s = kit_begin(fleet_text, sources);
    struct buf out = buf_make(100);

    kit_tell(s.j, "metrics", KIND_RACK,
             "shg-1/r01/H1 cluster=shg-1 hall=H1 name=r01 power_kw=1\nshg-1/r01/H2 cluster=shg-1 hall=H2 name=r01 "
             "power_kw=2");
    assert_true(join_resolve(s.j, "metrics", KIND_RACK, text_of("shg-1/r01/H2"), &out));
    assert_string_equal(buf_str(&out), "SHG-1/H2/r01");
    buf_release(&out);
    kit_end(&s);
}

static void a_site_that_nobody_places_is_a_cluster_of_its_own(void **state)
{
    (void)state;
    struct kit s = kit_begin(NULL, sources);

    kit_tell(s.j, "netbox", KIND_SITE, "shg-1 name=one");
    kit_tell(s.j, "netbox", KIND_RACK, "a site=shg-1 hall=H1 name=r01 units_total=42");
    kit_tell(s.j, "metrics", KIND_RACK, "1 cluster=shg-1 name=r01 power_kw=3");
    kit_check_ids(s.j, KIND_RACK, "shg-1/r01");
    kit_check(s.j, KIND_RACK, "shg-1/r01", "cluster=shg-1|site=shg-1|power_kw=3|units_total=42|differs=?");
    kit_check_ids(s.j, KIND_CLUSTER, "shg-1");
    kit_check(s.j, KIND_CLUSTER, "shg-1", "power_kw=3");
    kit_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planned_and_measured_are_one_row),
        cmocka_unit_test(two_of_one_name_in_two_halls_stay_two),
        cmocka_unit_test(two_sources_with_a_hall_each),
        cmocka_unit_test(without_a_hall_nobody_knows_which),
        cmocka_unit_test(the_same_name_elsewhere_is_no_matter),
        cmocka_unit_test(what_is_remembered_keeps_its_hall),
        cmocka_unit_test(what_is_remembered_alone_gets_company),
        cmocka_unit_test(the_past_finds_them),
        cmocka_unit_test(a_site_that_nobody_places_is_a_cluster_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
