#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "domain/fleet.h"
#include "domain/row.h"
#include "domain/value.h"

/* Loads a fleet of that text from a file that is gone afterwards. */
static struct fleet *load(const char *text, struct err *err)
{
    char path[] = "/tmp/hubtop-fleet-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    struct fleet *f = fleet_load(path, err);
    unlink(path);
    return f;
}

static void the_example_of_the_format(void **state)
{
    (void)state;
    struct err err = {0};
    struct fleet *f =
        load("fleet_version = 1\n"
             "hub \"GBA\"      { name = \"Greater Bay Area\"  name_zh = \"粤港澳大湾区\" }\n"
             "cluster \"SHG\"  { hub = \"GBA\"  name = \"Shaoguan\"  name_zh = \"韶关\"  lon = 113.60  lat = 24.80\n"
             "  side = \"east\"  kinds = { general, intelligent }\n"
             "  price_cny_kwh = 0.48  pue_limit = 1.25  racks_total = 120000  aliases = { \"fra\" } }\n"
             "cluster \"QYG\" {}\n"
             "site \"SHG-1\"   { cluster = \"SHG\"  area = \"Zhenjiang\"  phase = \"operating\"  membership = "
             "\"connected\"\n"
             "  security_level = 3 }\n"
             "scheduler \"fra\" { site = \"SHG-1\" }\n"
             "link \"SHG>SZ\"  { tier = \"express\"  paths = 13  path_gbps = 400  ring_ms = 3\n"
             "  published_one_way_ms = 1.66  deterministic = true }\n"
             "link \"QYG>ZZ\" {}\n"
             "pair \"QYG>ZZ\"  { agreed = 2000  unit = \"cards\"  link = \"QYG>ZZ\" }\n"
             "tenant \"t-017\" { at = \"SZ\"  ring_ms = 20  spaces = { \"gov\" } }\n"
             "compatible     { schedulers = { \"fra\" }  users = true  filesystems = true }\n",
             &err);

    if (f == NULL)
        fail_msg("%s", err.text);
    assert_int_equal(f->n_hubs, 1);
    assert_string_equal(f->hubs[0].name_zh, "粤港澳大湾区");
    const struct fleet_cluster *c = fleet_cluster(f, "SHG");
    assert_non_null(c);
    assert_string_equal(c->hub, "GBA");
    assert_string_equal(c->kinds, "general\x1fintelligent");
    assert_true(fabs(c->lon - 113.6) < 1e-9 && fabs(c->racks_total - 120000) < 1e-9);
    assert_true(isnan(c->racks_used) && isnan(c->pue) && isnan(c->green_pct));
    c = fleet_cluster(f, "QYG");
    assert_true(c->hub == NULL && c->name == NULL && c->kinds == NULL && isnan(c->lat));
    assert_int_equal(fleet_site(f, "SHG-1")->security_level, 3);
    assert_string_equal(f->schedulers[0].id, "fra");
    assert_int_equal(f->schedulers[0].nodes, 0);
    assert_null(f->schedulers[0].kind);
    assert_true(f->tenants[0].ring_ms > 19);
    assert_null(fleet_cluster(f, "fra"));
    assert_null(fleet_site(f, ""));
    fleet_free(f);
}

static void it_keeps_who_is_compatible(void **state)
{
    struct err err = {0};
    struct fleet *f = load("cluster \"C\" {}\nsite \"S\" { cluster = \"C\" }\n"
                           "scheduler \"a\" { site = \"S\" }\nscheduler \"b\" { site = \"S\" }\n"
                           "scheduler \"c\" { site = \"S\" }\nscheduler \"d\" { site = \"S\" }\n"
                           "compatible { schedulers = { \"a\", \"b\" }  users = true  filesystems = true }\n"
                           "compatible { schedulers = { \"b\", \"a\", \"c\" }  software = true  users = false }\n",
                           &err);

    (void)state;
    if (f == NULL)
        fail_msg("%s", err.text);
    assert_int_equal(fleet_compatible(f, "a", "b"), FLEET_SHARE_USERS | FLEET_SHARE_FILES | FLEET_SHARE_SOFTWARE);
    assert_int_equal(fleet_compatible(f, "c", "b"), FLEET_SHARE_SOFTWARE);
    assert_int_equal(fleet_compatible(f, "a", "d"), 0);
    assert_string_equal(fleet_compatible_list(f, "a"), "b=users,filesystems,software\x1f"
                                                       "c=software");
    assert_string_equal(fleet_compatible_list(f, "c"), "a=software\x1f"
                                                       "b=software");
    assert_null(fleet_compatible_list(f, "d"));
    assert_null(fleet_compatible_list(f, "e"));
    fleet_free(f);
}

/* What is wrong, and what the message must hold. */
static const struct {
    const char *text, *line, *says;
} wrong[] = {
    {"hub \"GBA\" {}\ncluster \"SHG\" { hub = \"GBX\" }\n", ":2:", "cluster \"SHG\": no hub \"GBX\""},
    {"site \"A\" { cluster = \"X\" }\n", ":1:", "site \"A\": no cluster \"X\""},
    {"\n\nsite \"A\" {}\n", ":3:", "site \"A\": must say its cluster"},
    {"cluster \"C\" {}\nsite \"A\" { cluster = \"C\" }\nscheduler \"s\" { site = \"B\" }\n",
     ":3:", "scheduler \"s\": no site \"B\""},
    {"cluster \"C\" { side = \"north\" }\n", ":1:", "cluster \"C\": unknown side \"north\""},
    {"cluster \"C\" { kinds = { general, quantum } }\n", ":1:", "unknown kinds \"quantum\""},
    {"compatible { schedulers = { \"s\" } }\n", ":1:", "compatible: no scheduler \"s\""},
    {"pair \"A>B\" { link = \"A>B\" }\n", ":1:", "pair \"A>B\": no link \"A>B\""},
    {"cluster \"C\" { colour = \"red\" }\n", ":1:", "colour"},
    {"hub \"A\" {}\nhub \"A\" {}\n", ":2:", "A"},
    {"link \"SHG-SZ\" {}\n", ":1:", "link \"SHG-SZ\": its title does not say from where to where"},
    {"\nlink \">SZ\" {}\n", ":2:", "link \">SZ\": its title"},
    {"link \"SHG>\" {}\n", ":1:", "link \"SHG>\": its title"},
    {"link \"A>B>C\" {}\n", ":1:", "link \"A>B>C\": its title"},
    {"pair \"A\" {}\n", ":1:", "pair \"A\": its title"},
    {"pair \"A>B\" { until = \"soon\" }\n", ":1:", "pair \"A>B\""},
    {"link \"A>B\" { ring_ms = 0 }\n", ":1:", "link \"A>B\": a delay or capacity is above 0"},
    {"link \"A>B\" { path_gbps = -1 }\n", ":1:", "above 0"},
    {"link \"A>B\" { published_one_way_ms = -1 }\n", ":1:", "above 0"},
    {"link \"A>B\" { tier = \"fast\" }\n", ":1:", "unknown tier \"fast\""},
    {"link \"A>B\" {}\nlink \"A>B\" {}\n", ":2:", "A>B"},
    {"place \"P\" {}\nplace \"Q\" { aliases = { \"P\" } }\n",
     ":2:", "place \"Q\": its alias \"P\" also means place \"P\""},
    {"cluster \"A\" { aliases = { \"x\", \"y\" } }\ncluster \"B\" { aliases = { \"y\" } }\n",
     ":1:", "cluster \"A\": its alias \"y\" also means cluster \"B\""},
    {"link \"A>B\" { aliases = { \"l\" } }\nlink \"B>A\" { aliases = { \"l\" } }\n",
     ":1:", "link \"A>B\": its alias \"l\" also means link \"B>A\""},
    {"hub \"H\" {}\ncluster \"C\" { pflops = 12 }\n", ":2:", "cluster \"C\": pflops needs its precision"},
    {"network \"N\" { pflops = 12 }\n", ":1:", "network \"N\": pflops needs its precision"},
    {"cluster \"C\" { pflops_precision = \"FP16\" }\n", ":1:", "pflops_precision is that of pflops"},
    {"cluster \"C\" { pflops = 0  pflops_precision = \"FP16\" }\n", ":1:", "pflops is above 0"},
    {"cluster \"C\" { pflops = 1  pflops_precision = \"FP8\" }\n", ":1:", "unknown pflops_precision \"FP8\""},
    {"\n\nnetwork \"N\" { meets = \"XX\" }\n", ":3:", "network \"N\": it meets nothing of the file: XX"},
    {"network \"N\" { state = \"fine\" }\n", ":1:", "unknown state \"fine\""},
    {"network \"N\" { kinds = { quantum } }\n", ":1:", "unknown kinds \"quantum\""},
    {"network \"N\" { capacity_gbps = 0 }\n", ":1:", "network \"N\": a capacity is above 0"},
    {"network \"N\" {}\nnetwork \"N\" {}\n", ":2:", "N"},
    {"tenant \"a\" { accounts = { \"x\" } }\ntenant \"b\" { accounts = { \"y\", \"x\" } }\n",
     ":2:", "tenant \"b\": one of its accounts is also that of tenant a"},
    {"cluster \"C\" {}\nsite \"S\" { cluster = \"C\"  security_level = 6 }\n", ":2:", "security_level"},
};

static void mistakes_are_pointed_at(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = {0};
        assert_null(load(wrong[i].text, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_int_equal(err_status(&err), 78);
        if (strstr(err.text, wrong[i].line) == NULL || strstr(err.text, wrong[i].says) == NULL)
            fail_msg("%s\nis not about %s %s", err.text, wrong[i].line, wrong[i].says);
    }
}

static void networks_of_others_are_told(void **state)
{
    (void)state;
    struct err err = {0};
    struct row row;
    struct fleet *f = load("cluster \"SHG\" { pflops = 1.5  pflops_precision = \"FP16\"  aliases = { \"fra\" } }\n"
                           "network \"N\" { name = \"Net\"  name_zh = \"网\"  operator = \"O\"  meets = \"fra\"\n"
                           "  state = \"up\"  kinds = { super, general }  pflops = 7  pflops_precision = \"FP64\"\n"
                           "  accels_total = 12  capacity_gbps = 400  remark = \"r\" }\n"
                           "network \"M\" {}\n"
                           "tenant \"t\" { accounts = { \"a\", \"b\" }  contact = \"c@t\"  spaces = { \"gov\" } }\n",
                           &err);

    if (f == NULL)
        fail_msg("%s", err.text);
    assert_int_equal(f->n_networks, 2);
    fleet_network_row(f, 0, &row);
    assert_int_equal(row.kind, KIND_NETWORK);
    assert_true(text_is(row.id, "N") && text_is(value_text_or(&row.cells[NETWORK_MEETS], ""), "fra"));
    assert_true(text_is(value_text_or(&row.cells[NETWORK_KINDS], ""), "super\x1fgeneral"));
    assert_true(text_is(value_text_or(&row.cells[NETWORK_PFLOPS_PRECISION], ""), "FP64"));
    assert_true(fabs(value_real_or(&row.cells[NETWORK_PFLOPS], 0) - 7) < 1e-9);
    assert_int_equal(value_int_or(&row.cells[NETWORK_ACCELS_TOTAL], 0), 12);
    fleet_network_row(f, 1, &row);
    for (int k = 0; k <= NETWORK_REMARK; k++)
        assert_false(value_known(&row.cells[k]));
    assert_true(fabs(f->clusters[0].pflops - 1.5) < 1e-9);
    assert_string_equal(fleet_tenant_of_account(f, text_of("b"))->id, "t");
    assert_string_equal(fleet_tenant(f, text_of("t"))->contact, "c@t");
    assert_null(fleet_tenant_of_account(f, text_of("t")));
    assert_null(fleet_tenant(f, text_of("a")));
    fleet_free(f);
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    struct err err = {0};

    assert_null(fleet_load("/nonexistent/fleet.conf", &err));
    assert_int_equal(err_status(&err), 66);
    assert_non_null(strstr(err.text, "/nonexistent/fleet.conf"));
}

static void the_sample_is_whole(void **state)
{
    (void)state;
    struct err err = {0};
    struct fleet *f = fleet_load("sample-data/fleet.conf", &err);

    if (f == NULL)
        fail_msg("%s", err.text);
    assert_int_equal(f->n_hubs, 8);
    assert_int_equal(f->n_clusters, 11);
    assert_in_range(f->n_schedulers, 11, 24);
    for (size_t i = 0; i < f->n_clusters; i++) {
        const struct fleet_cluster *c = &f->clusters[i];
        assert_true(c->lon > 72 && c->lon < 136 && c->lat > 15 && c->lat < 55);
        assert_true(c->pue_limit > 1 && c->price_cny_kwh > 0 && c->racks_used < c->racks_total);
        assert_true((c->hub == NULL) == (strcmp(c->id, "ZZ") == 0));
    }
    for (size_t i = 0; i < f->n_schedulers; i++) {
        const struct fleet_scheduler *s = &f->schedulers[i];
        assert_string_equal(fleet_site(f, s->site)->phase, "operating");
        assert_true(s->nodes > 0 && s->cpus_per_node > 0 && s->load >= 0.5 && s->load <= 1.1);
        assert_true((strcmp(s->kind, "intelligent") == 0) == (s->accels_per_node > 0 && s->accel_kind != NULL));
    }
    fleet_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_format),   cmocka_unit_test(mistakes_are_pointed_at),
        cmocka_unit_test(networks_of_others_are_told), cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(it_keeps_who_is_compatible),  cmocka_unit_test(the_sample_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
