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
#include "domain/value.h"

static struct fleet *load(const char *text)
{
    char path[] = "/tmp/hubtop-fleet-XXXXXX";
    struct err err = {0};
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    struct fleet *f = fleet_load(path, &err);
    unlink(path);
    if (f == NULL)
        fail_msg("%s", err.text);
    return f;
}

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-9;
}

static void links_and_pairs_lead_from_end_to_end(void **state)
{
    (void)state;
    struct fleet *f = load(
        "cluster \"SHG\" {}\n"
        "link \"SHG>SZ\" { tier = \"express\"  paths = 13  path_gbps = 400  ring_ms = 3\n"
        "  published_one_way_ms = 1.66  deterministic = false  aliases = { \"a\", \"b\" } }\n"
        "link \"广州>SHG\" {}\n"
        "pair \"SHG>SZ\" { agreed = 2000  unit = \"cards\"  link = \"SHG>SZ\"  until = \"2027-01-01T00:00:00Z\" }\n"
        "pair \"SZ>SHG\" {}\n");

    assert_int_equal(f->n_links, 2); /* SZ is told of nowhere, and may be an end */
    assert_string_equal(f->links[0].id, "SHG>SZ");
    assert_string_equal(f->links[0].from, "SHG");
    assert_string_equal(f->links[0].to, "SZ");
    assert_string_equal(f->links[0].aliases, "a\x1f"
                                             "b");
    assert_true(near(f->links[0].paths, 13) && near(f->links[0].path_gbps, 400) && near(f->links[0].ring_ms, 3));
    assert_true(near(f->links[0].published_one_way_ms, 1.66));
    assert_int_equal(f->links[0].deterministic, 0);
    assert_string_equal(f->links[1].from, "广州");
    assert_true(isnan(f->links[1].paths) && isnan(f->links[1].path_gbps) && isnan(f->links[1].ring_ms));
    assert_true(isnan(f->links[1].published_one_way_ms) && f->links[1].tier == NULL && f->links[1].aliases == NULL);
    assert_int_equal(f->links[1].deterministic, -1);
    assert_int_equal(f->n_pairs, 2);
    assert_string_equal(f->pairs[0].from, "SHG");
    assert_string_equal(f->pairs[0].link, "SHG>SZ");
    assert_true(near(f->pairs[0].agreed, 2000) && f->pairs[0].until_ms == INT64_C(1798761600000));
    assert_true(isnan(f->pairs[1].agreed) && f->pairs[1].unit == NULL && f->pairs[1].until_ms == 0);
    fleet_free(f);
}

static const char *const named =
    "cluster \"SHG\" { lon = 113.6  lat = 24.8  aliases = { \"shaoguan\", \"both\" } }\n"
    "cluster \"QYG\" {}\n"
    "site \"SHG-1\" { cluster = \"SHG\"  aliases = { \"campus\", \"both\" } }\n"
    "site \"QYG-1\" { cluster = \"QYG\" }\n"
    "scheduler \"fra\" { site = \"SHG-1\"  aliases = { \"frankfurt\", \"both\", \"campus\" } }\n"
    "place \"GZ\" { name = \"Guangzhou\"  name_zh = \"广州\"  lon = 113.26  lat = 23.13\n"
    "  aliases = { \"can\", \"both\", \"campus\" } }\n"
    "place \"NO\" {}\n";

/* "WHAT id cluster site lon" */
static const char *show(struct fleet_found found, char out[128])
{
    static const char *const words[] = {"nothing", "cluster", "site", "scheduler", "place"};

    snprintf(out, 128, "%s %s %s %s %g", words[found.what], found.id != NULL ? found.id : "-",
             found.cluster != NULL ? found.cluster : "-", found.site != NULL ? found.site : "-",
             isnan(found.lon) ? -1 : found.lon);
    assert_true(isnan(found.lon) == isnan(found.lat));
    return out;
}

static const struct {
    const char *label, *end, *stand, *scheduler;
} meanings[] = {
    {"SHG", "cluster SHG SHG - 113.6", "cluster SHG SHG - 113.6", "cluster SHG SHG - 113.6"},
    {"shaoguan", "cluster SHG SHG - 113.6", "cluster SHG SHG - 113.6", "cluster SHG SHG - 113.6"},
    {"QYG", "cluster QYG QYG - -1", "cluster QYG QYG - -1", "cluster QYG QYG - -1"},
    {"SHG-1", "site SHG-1 SHG SHG-1 113.6", "site SHG-1 SHG SHG-1 113.6", "site SHG-1 SHG SHG-1 113.6"},
    {"fra", "scheduler fra SHG SHG-1 113.6", "scheduler fra SHG SHG-1 113.6", "scheduler fra SHG SHG-1 113.6"},
    {"frankfurt", "scheduler fra SHG SHG-1 113.6", "scheduler fra SHG SHG-1 113.6", "scheduler fra SHG SHG-1 113.6"},
    {"GZ", "place GZ - - 113.26", "nothing - - - -1", "nothing - - - -1"},
    {"can", "place GZ - - 113.26", "nothing - - - -1", "nothing - - - -1"},
    {"NO", "place NO - - -1", "nothing - - - -1", "nothing - - - -1"},
    /* One word for several kinds: ends are clusters, then places; racks stand at sites. */
    {"both", "cluster SHG SHG - 113.6", "site SHG-1 SHG SHG-1 113.6", "scheduler fra SHG SHG-1 113.6"},
    {"campus", "place GZ - - 113.26", "site SHG-1 SHG SHG-1 113.6", "scheduler fra SHG SHG-1 113.6"},
    /* Case counts, and a part of a word is not the word. */
    {"shg", "nothing - - - -1", "nothing - - - -1", "nothing - - - -1"},
    {"shaog", "nothing - - - -1", "nothing - - - -1", "nothing - - - -1"},
    {"", "nothing - - - -1", "nothing - - - -1", "nothing - - - -1"},
    {"shaoguan\x1f"
     "both",
     "nothing - - - -1", "nothing - - - -1", "nothing - - - -1"},
};

static void labels_mean_ids_and_aliases(void **state)
{
    (void)state;
    struct fleet *f = load(named);
    char out[128];

    assert_string_equal(f->places[0].name_zh, "广州");
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        assert_string_equal(show(fleet_end(f, text_of(meanings[i].label)), out), meanings[i].end);
        assert_string_equal(show(fleet_stand(f, text_of(meanings[i].label)), out), meanings[i].stand);
        assert_string_equal(show(fleet_scheduler(f, text_of(meanings[i].label)), out), meanings[i].scheduler);
    }
    fleet_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_and_pairs_lead_from_end_to_end),
        cmocka_unit_test(labels_mean_ids_and_aliases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
