#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/secret.h"
#include "corpora.h"
#include "netbox_world.h"
#include "sources/netbox.h"

/* All netbox_world_lists of a NetBox of that version, as the fake one serves them. */
static struct driver_world *whole(const char *version)
{
    struct driver_world *w = driver_world_new(&source_netbox, SETTINGS);
    for (size_t i = 0; i < NETBOX_WORLD_LISTS; i++) {
        char path[256];
        snprintf(path, sizeof path, "tests/fakes/netbox/%s/%s", version, netbox_world_lists[i]);
        struct corpora_file f = corpora_read(path);
        f.bytes[f.size] = '\0';
        if (!netbox_world_tell(w, netbox_world_lists[i], f.bytes))
            fail_msg("%s", w->err.text);
        free(f.bytes);
    }
    if (!netbox_world_rows(w))
        fail_msg("%s", w->err.text);
    return w;
}

/* --- what is asked */

static void test_what_is_asked(void **state)
{
    (void)state;
    struct driver_world *w = driver_world_new(&source_netbox, NULL);
    assert_int_equal(w->request_count, NETBOX_WORLD_LISTS + 5);
    assert_string_equal(w->requests[0].path, "/api/status/");
    assert_true(w->requests[0].essential);
    for (size_t i = 0; i < NETBOX_WORLD_LISTS; i++) {
        const struct source_request *r = driver_world_request(w, netbox_world_lists[i]);
        char path[200];
        snprintf(path, sizeof path, "/api/dcim/%s/?limit=1000&offset=0&ordering=id%s", netbox_world_lists[i],
                 strcmp(netbox_world_lists[i], "devices") == 0 ? "&exclude=config_context" : "");
        assert_string_equal(r->path, path);
        assert_string_equal(r->element_path, "results");
        assert_false(r->essential);
    }
    assert_int_equal(driver_world_request(w, "device rows")->covers[0], KIND_DEVICE);
    assert_int_equal(driver_world_request(w, "devices")->covers[0], KIND_NONE);
    assert_int_equal(driver_world_request(w, "rack rows")->covers[0], KIND_RACK);
    assert_true(driver_world_answer(w, "status", "{\"netbox-version\":\"4.2.3\"}"));
    assert_string_equal(source_netbox.peer_version(w->source), "4.2.3");
    driver_world_remark(w, "status", "NetBox 4.2.3");
    assert_false(driver_world_answer(w, "status", "{\"version\":\"4.2.3\"}"));
    driver_world_free(w);
}

static void headers_are(const char *settings, const char *value)
{
    const char *names[4], *values[4];
    const struct secret *secrets[4];
    struct buf word = buf_make(64), out = buf_make(256);
    buf_puts(&word, "sesame", NULL);
    struct secret *token = secret_from_output(&word, NULL);
    struct driver_world *w = driver_world_open(&source_netbox, settings, NULL, token);
    assert_int_equal(source_netbox.headers(w->source, names, values, secrets, 4), 1);
    assert_string_equal(names[0], "Authorization");
    assert_true(secret_reveal(secrets[0], values[0], &out, NULL));
    assert_string_equal(buf_str(&out), value);
    secret_wipe(&out);
    driver_world_free(w);
    secret_free(token);
    buf_release(&word);
}

static void test_who_asks(void **state)
{
    (void)state;
    headers_are(NULL, "Token sesame");
    headers_are("token_scheme = \"Bearer\"", "Bearer sesame");
}

static void test_settings_that_make_no_sense(void **state)
{
    (void)state;
    static const struct {
        const char *settings, *user, *text;
    } cases[] = {
        {"token_scheme = \"Basic\"", NULL, "t.conf:1: 'Basic' of the source 'it' is no token_scheme: Token or Bearer"},
        {"site_by = \"id\"", NULL, "t.conf:1: 'id' of the source 'it' names no site: site_by is slug or name"},
        {"rack_form = \"row\"", NULL, "t.conf:1: 'row' of the source 'it' is no rack_form such as {row}-{position}"},
        {"rack_form = \"*{row}*{position}\"", NULL,
         "t.conf:1: '*{row}*{position}' of the source 'it' is no rack_form such as {row}-{position}"},
        {"", "admin", "t.conf:1: 'user' of the source 'it' is too much: a NetBox knows its users by their tokens"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct driver_world *w = driver_world_open(&source_netbox, cases[i].settings, cases[i].user, NULL);
        assert_null(w->source);
        assert_string_equal(w->err.text, cases[i].text);
        assert_int_equal(err_status(&w->err), 78);
        driver_world_free(w);
    }
}

/* --- whole answers */

static void check_whole(const struct driver_world *w)
{
    driver_world_is(w, KIND_SITE, "shg-1", "name", "Shaoguan 1");
    driver_world_is(w, KIND_SITE, "shg-1", "phase", "operating");
    driver_world_is(w, KIND_SITE, "ckg-1", "phase", "building");
    driver_world_is(w, KIND_SITE, "zun-1", "phase", "planned");
    driver_world_is(w, KIND_SITE, "ckg-1", "cluster", "CKG");
    driver_world_is(w, KIND_SITE, "ckg-1", "area", "Southwest China");
    assert_int_equal(driver_world_count(w, KIND_HALL), 6);
    driver_world_is(w, KIND_HALL, "shg-1/H1", "racks_total", "8");
    driver_world_is(w, KIND_HALL, "ckg-1/Building A/Room 1", "name", "Building A/Room 1");
    driver_world_is(w, KIND_HALL, "ckg-1/Building B/Room 1", "site", "ckg-1");
    driver_world_is(w, KIND_HALL, "ckg-1/Building A", "name", "Building A");
    assert_int_equal(driver_world_count(w, KIND_RACK), 13);
    driver_world_is(w, KIND_RACK, "shg-1/H1/r01", "units_total", "42");
    driver_world_is(w, KIND_RACK, "shg-1/H1/r01", "units_used", "33");
    driver_world_is(w, KIND_RACK, "shg-1/H1/r01", "units_reserved", "3");
    driver_world_is(w, KIND_RACK, "shg-1/H1/r01", "status", "active");
    driver_world_is(w, KIND_RACK, "shg-1/H1/r01", "tenant", "t-017");
    driver_world_is(w, KIND_RACK, "shg-1/H1/r01", "row", "A");
    driver_world_is(w, KIND_RACK, "shg-1/H1/r01", "position", "1");
    driver_world_is(w, KIND_RACK, "shg-1/H1/r01", "power_planned_kw", "22.2");
    driver_world_is(w, KIND_RACK, "shg-1/H1/r01", "power_cap_kw", "16.849");
    driver_world_is(w, KIND_RACK, "shg-1/H1/r01", "hall", "shg-1/H1");
    driver_world_is(w, KIND_RACK, "shg-1/H1/r02", "units_reserved", "0"); /* a stale reservation, or none */
    driver_world_is(w, KIND_RACK, "shg-1/H2/r01", "units_used", "4");
    driver_world_is(w, KIND_RACK, "shg-1/H2/r01", "power_cap_kw", "11.088"); /* it has a redundant feed alone */
    driver_world_is(w, KIND_RACK, "shg-1/H2/r09", "units_reserved", "20");
    driver_world_is(w, KIND_RACK, "shg-1/H2/r09", "units_used", "0");
    driver_world_is(w, KIND_RACK, "shg-1/H2/r09", "power_cap_kw", "?");
    driver_world_is(w, KIND_RACK, "shg-1/H2/r09", "power_planned_kw", "?");
    driver_world_is(w, KIND_RACK, "ckg-1/Building A/Room 1/A-01", "row", "A");
    driver_world_is(w, KIND_RACK, "ckg-1/Building A/Room 1/A-01", "position", "1");
    driver_world_is(w, KIND_RACK, "ckg-1/Building B/Room 1/A-01", "units_used", "4");
    driver_world_is(w, KIND_RACK, "zun-1/spare", "hall", "?");
    assert_int_equal(driver_world_count(w, KIND_DEVICE), 95);
    driver_world_is(w, KIND_DEVICE, "shg-1/shg1-r03-n02", "rack", "shg-1/H1/r03");
    driver_world_is(w, KIND_DEVICE, "shg-1/shg1-r03-n02", "role", "Compute");
    driver_world_is(w, KIND_DEVICE, "shg-1/shg1-r03-n02", "model", "H3C UniServer R5300 G5");
    driver_world_is(w, KIND_DEVICE, "shg-1/shg1-r03-n02", "position_u", "5");
    driver_world_is(w, KIND_DEVICE, "shg-1/shg1-r03-n02", "height_u", "4");
    driver_world_is(w, KIND_DEVICE, "shg-1/shg1-r03-n02", "face", "front");
    driver_world_is(w, KIND_DEVICE, "shg-1/shg1-r03-n02", "address", "10.1.3.2");
    driver_world_is(w, KIND_DEVICE, "shg-1/shg1-r03-n02", "asset_tag", "A00024");
    driver_world_is(w, KIND_DEVICE, "shg-1/shg1-r03-pdu-a", "position_u", "?");
    driver_world_is(w, KIND_DEVICE, "shg-1/shg1-r03-pdu-a", "height_u", "0");
    driver_world_is(w, KIND_DEVICE, "ckg-1/#92", "name", "?"); /* it has no name */
    driver_world_is(w, KIND_DEVICE, "ckg-1/twin", "tenant", "?");
    driver_world_is(w, KIND_DEVICE, "ckg-1/#94", "name", "twin"); /* of another tenant */
    driver_world_is(w, KIND_DEVICE, "zun-1/loose", "status", "inventory");
    assert_int_equal(driver_world_count(w, KIND_FEED), 19);
    driver_world_is(w, KIND_FEED, "shg-1/PP-H1-B/r02-B", "rack", "shg-1/H1/r02");
    driver_world_is(w, KIND_FEED, "shg-1/PP-H1-B/r02-B", "role", "redundant");
    driver_world_is(w, KIND_FEED, "shg-1/PP-H1-B/r02-B", "phases", "3");
}

static void test_netbox_4(void **state)
{
    (void)state;
    struct driver_world *w = whole("4.2");
    check_whole(w);
    driver_world_remark(w, "devices", "95 devices");
    driver_world_free(w);
}

static void test_netbox_3(void **state)
{
    (void)state;
    struct driver_world *w = whole("3.7");
    check_whole(w);
    driver_world_free(w);
}

/* --- netbox_world_small ones */

static void test_small(void **state)
{
    (void)state;
    struct driver_world *w = netbox_world_told(NULL, NULL);
    driver_world_is(w, KIND_RACK, "s/H/a", "units_used", "2");
    driver_world_is(w, KIND_RACK, "s/H/a", "units_reserved", "2");
    driver_world_is(w, KIND_RACK, "s/H/a", "power_planned_kw",
                    "0.8"); /* nothing was allocated: what it draws at most */
    driver_world_is(w, KIND_RACK, "s/H/a", "power_cap_kw", "16.849");
    driver_world_is(w, KIND_RACK, "t/b", "units_used", "2"); /* from 5.5 to 7 */
    driver_world_is(w, KIND_RACK, "t/b", "units_total", "10");
    driver_world_is(w, KIND_RACK, "t/b", "units_block", "8");
    driver_world_is(w, KIND_RACK, "s/H/a", "units_block", "35");
    driver_world_is(w, KIND_FEED, "t/q/g", "power_cap_kw", "3.52");
    driver_world_is(w, KIND_SITE, "t", "phase", "closed");
    driver_world_free(w);
}

static void test_units(void **state)
{
    (void)state;
#define AT(id, type, position, face)                                                                                   \
    "{\"id\":" id ",\"site\":{\"id\":1},\"rack\":{\"id\":1},\"device_type\":{\"id\":" type "},\"position\":" position  \
    ",\"face\":{\"value\":\"" face "\"}}\n"
    static const struct {
        const char *devices, *used;
        uint64_t outside;
    } cases[] = {
        {AT("1", "1", "1.0", "front"), "2", 0},
        {AT("1", "1", "1", "front") AT("2", "1", "1.0", "rear"), "2", 0}, /* both faces of the same units */
        {AT("1", "1", "1", "front") AT("2", "1", "2.0", "rear"), "3", 0},
        {AT("1", "2", "10.5", "front"), "2", 0}, /* 10.5 to 12 */
        {AT("1", "2", "10.0", "front"), "2", 0},
        {AT("1", "1", "41.0", "front"), "2", 0},
        {AT("1", "1", "42.0", "front"), "?", 1}, /* it stands out of its rack: who knows what is wrong */
        {AT("1", "3", "42.0", "front"), "0", 0}, /* its type does not count, as NetBox says */
        {AT("1", "7", "3.0", "front"), "?", 0},  /* of unknown height */
        {AT("1", "7", "null", "front"), "0", 0}, /* beside the units, as PDUs are */
        {AT("1", "1", "0", "front"), "?", 0},
        {AT("1", "1", "-3", "front"), "?", 0},
        {AT("1", "1", "\"3.0\"", "front"), "2", 0}, /* a decimal as a text */
        {AT("1", "1", "true", "front"), "?", 0},
        {"", "0", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct driver_world *w = netbox_world_told("devices", cases[i].devices);
        driver_world_is(w, KIND_RACK, "s/H/a", "units_used", cases[i].used);
        if (cases[i].outside)
            driver_world_remark(w, "rack rows", "1 devices stand in units that their rack does not have");
        driver_world_free(w);
    }
}

static void test_feeds(void **state)
{
    (void)state;
#define OF(phase, volts, amperes, percent)                                                                             \
    "{\"power_panel\":{\"id\":1},\"name\":\"f\",\"phase\":{\"value\":\"" phase "\"},\"voltage\":" volts                \
    ",\"amperage\":" amperes ",\"max_utilization\":" percent "}"
    static const struct {
        const char *feed, *cap;
    } cases[] = {
        {OF("single-phase", "208", "30", "80"), "4.992"},     {OF("three-phase", "208", "30", "80"), "8.646"},
        {OF("three-phase", "380", "32", "80"), "16.849"},     {OF("single-phase", "-48", "100", "100"), "4.8"},
        {OF("single-phase", "220", "null", "80"), "?"},       {OF("single-phase", "null", "16", "80"), "?"},
        {OF("single-phase", "220", "16", "null"), "?"},       {OF("two-phase", "220", "16", "80"), "?"},
        {OF("single-phase", "220", "16", "180"), "?"},        {OF("single-phase", "1e9", "16", "80"), "?"},
        {OF("single-phase", "\"220\"", "16", "80"), "2.816"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct driver_world *w = netbox_world_told("power-feeds", cases[i].feed);
        driver_world_is(w, KIND_FEED, "s/p/f", "power_cap_kw", cases[i].cap);
        driver_world_free(w);
    }
}

static void test_sums_of_what_cannot_be_read(void **state)
{
    (void)state;
#define DRAWS(given, most) "{\"device\":{\"id\":1},\"allocated_draw\":" given ",\"maximum_draw\":" most "}\n"
#define FED(role, status, amperes)                                                                                     \
    "{\"power_panel\":{\"id\":1},\"rack\":{\"id\":1},\"name\":\"" role amperes "\",\"status\":{\"value\":\"" status    \
    "\"},\"type\":{\"value\":\"" role                                                                                  \
    "\"},\"phase\":{\"value\":\"single-phase\"},\"voltage\":200,\"amperage\":" amperes ",\"max_utilization\":100}\n"
    static const struct {
        const char *list, *lines, *field, *wanted;
    } cases[] = {
        {"power-ports", DRAWS("500", "800") DRAWS("null", "800"), "power_planned_kw", "1.3"},
        {"power-ports", DRAWS("500", "800") DRAWS("null", "null"), "power_planned_kw", "0.5"},
        {"power-ports", DRAWS("500", "800") DRAWS("true", "800"), "power_planned_kw", "?"},
        {"power-ports", DRAWS("500", "800") DRAWS("null", "[]"), "power_planned_kw", "?"},
        {"power-ports", DRAWS("500", "800") DRAWS("-5", "800"), "power_planned_kw", "?"},
        {"power-feeds", FED("primary", "active", "10") FED("primary", "active", "20"), "power_cap_kw", "6"},
        {"power-feeds", FED("primary", "active", "10") FED("redundant", "active", "20"), "power_cap_kw", "2"},
        {"power-feeds", FED("primary", "active", "10") FED("primary", "failed", "20"), "power_cap_kw", "2"},
        {"power-feeds", FED("primary", "active", "10") FED("primary", "active", "null"), "power_cap_kw", "?"},
        {"power-feeds", FED("primary", "active", "10") FED("", "active", "20"), "power_cap_kw", "?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct driver_world *w = netbox_world_told(cases[i].list, cases[i].lines);
        driver_world_is(w, KIND_RACK, "s/H/a", cases[i].field, cases[i].wanted);
        driver_world_free(w);
    }
}

static void test_forms_of_names(void **state)
{
    (void)state;
    static const struct {
        const char *form, *name, *row;
        int64_t position;
    } cases[] = {
        {"{row}-{position}", "A-07", "A", 7},
        {"{row}{position}", "AB12", "AB", 12},
        {"*-{row}-{position}", "H1-R3-12", "R3", 12},
        {"{row}-{position}", "A07", NULL, -1},
        {"{row}-{position}", "A-", NULL, -1},
        {"{row}-{position}", "A-07x", NULL, -1},
        {"{row}", "x", "x", -1},
        {"r{position}", "r01", "", 1},
        {"r{position}*", "r12-b", "", 12},
        {"{position}", "99999999999999999999", NULL, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct safe_text row;
        int64_t position;
        bool fits = netbox_rack_form(cases[i].form, text_of(cases[i].name), &row, &position);
        assert_int_equal(fits, cases[i].row != NULL);
        assert_true(!fits || (text_is(row, cases[i].row) && position == cases[i].position));
        assert_true(fits || (text_empty(row) && position == -1));
    }
}

static void test_names_of_sites(void **state)
{
    (void)state;
    struct driver_world *w = driver_world_new(&source_netbox, "site_by = \"name\" cluster_from = \"region\"");
    assert_true(netbox_world_tell(w, "sites", SITE));
    driver_world_is(w, KIND_SITE, "S", "cluster", "South");
    driver_world_is(w, KIND_SITE, "T", "cluster", "?");
    driver_world_free(w);
}

/* --- pages */

/* A page of `n` sites from `offset` on; what it says of the next. */
static bool page(struct driver_world *w, int count, int offset, int n, const char *next)
{
    struct buf body = buf_make(1 << 16);
    buf_printf(&body, NULL, "{\"count\":%d,\"next\":%s,\"previous\":null,\"results\":[", count, next);
    for (int i = offset; i < offset + n; i++)
        buf_printf(&body, NULL, "%s{\"id\":%d,\"slug\":\"s%d\"}", i > offset ? "," : "", i + 1, i + 1);
    buf_puts(&body, "]}", NULL);
    bool ok = driver_world_answer(w, "sites", buf_str(&body));
    buf_release(&body);
    return ok;
}

/* On to the next page; its path, or "". */
static const char *onward(struct driver_world *w)
{
    struct source_request *r = driver_world_request(w, "sites"), out;
    if (!source_netbox.page(w->source, r, &out))
        return "";
    *r = out;
    return r->path;
}

static void test_pages(void **state)
{
    (void)state;
    struct driver_world *w = driver_world_new(&source_netbox, NULL);
    assert_true(page(w, 5, 0, 2, "\"https://evil.example:1/api/dcim/other/?limit=2&offset=2&token=x\""));
    assert_string_equal(onward(w), "/api/dcim/sites/?limit=2&offset=2&ordering=id");
    assert_true(page(w, 5, 2, 2, "\"http://h/?offset=4&limit=2\""));
    assert_string_equal(onward(w), "/api/dcim/sites/?limit=2&offset=4&ordering=id");
    assert_true(page(w, 5, 4, 1, "null"));
    assert_string_equal(onward(w), "");
    assert_int_equal(driver_world_count(w, KIND_SITE), 5);
    driver_world_remark(w, "sites", "5 sites");
    assert_true(netbox_world_tell(w, "locations", ""));
    driver_world_free(w);
}

static void test_a_next_that_makes_no_sense(void **state)
{
    (void)state;
    static const char *const nexts[] = {"7",
                                        "true",
                                        "{}",
                                        "\"\"",
                                        "\"?\"",
                                        "\"x?offset=2\"",
                                        "\"x?limit=2\"",
                                        "\"x?limit=2&offset=0\"",
                                        "\"x?limit=2&offset=-4\"",
                                        "\"x?limit=0&offset=4\"",
                                        "\"x?limit=2&offset=2a\"",
                                        "\"x?limit=2&offset=\"",
                                        "\"x?limit=2&offset=0x10\"",
                                        "\"x?limit=2&offset=99999999999999999999\"",
                                        "\"x?limit=2&Offset=2\"",
                                        "\"x?limit=2;offset=2\""};
    for (size_t i = 0; i < sizeof nexts / sizeof *nexts; i++) {
        struct driver_world *w = driver_world_new(&source_netbox, NULL);
        if (page(w, 5, 0, 2, nexts[i]))
            fail_msg("%s is believed: %s", nexts[i], onward(w));
        assert_int_equal(w->err.kind, ERR_CORRUPT);
        assert_string_equal(w->err.text, "the list of sites of 'it' does not say how it goes on after 0");
        driver_world_free(w);
    }
    struct driver_world *w = driver_world_new(&source_netbox, NULL);
    assert_true(page(w, 5, 0, 2, "\"?limit=2&offset=2\""));
    onward(w);
    assert_false(page(w, 5, 2, 2, "\"?limit=2&offset=2\"")); /* in a circle */
    driver_world_free(w);
}

static void test_a_list_that_is_not_whole(void **state)
{
    (void)state;
    struct driver_world *w = driver_world_new(&source_netbox, NULL);
    assert_true(page(w, 5, 0, 2, "\"?limit=2&offset=2\""));
    onward(w);
    assert_false(page(w, 4, 2, 1, "null"));
    assert_int_equal(w->err.kind, ERR_TRANSIENT);
    assert_string_equal(w->err.text,
                        "NetBox 'it' has 4 sites and told of 3: they were changed while they were read, or "
                        "the token may not see all");
    assert_false(netbox_world_tell(w, "locations", LOCATION)); /* nothing can be placed */
    assert_string_equal(w->err.text, "what is known of locations stands: 'it' did not tell of its sites");
    driver_world_poll(w);
    assert_true(netbox_world_tell(w, "sites", SITE));
    driver_world_free(w);
}

/* --- what is not netbox_world_told */

static void test_what_is_denied_is_unknown(void **state)
{
    (void)state;
    static const char words[] = "{\"detail\":\"You do not have permission to perform this action.\"}";
    struct driver_world *w = driver_world_new(&source_netbox, NULL);
    for (size_t i = 0; i < NETBOX_WORLD_LISTS; i++) {
        bool optional = i == 2 || i == 4 || i == 6;
        assert_int_equal(driver_world_fails(w, netbox_world_lists[i], 403, "application/json", words), !optional);
        if (!optional)
            assert_true(netbox_world_tell(w, netbox_world_lists[i], netbox_world_small[i]));
    }
    assert_true(netbox_world_rows(w));
    driver_world_is(w, KIND_RACK, "s/H/a", "units_used", "?");
    driver_world_is(w, KIND_RACK, "s/H/a", "units_reserved", "?");
    driver_world_is(w, KIND_RACK, "s/H/a", "units_block", "?");
    driver_world_is(w, KIND_RACK, "s/H/a", "power_planned_kw", "?");
    driver_world_is(w, KIND_RACK, "s/H/a", "units_total", "42");
    driver_world_remark(w, "power-ports", "not allowed: what they tell is unknown");
    driver_world_free(w);
}

static void test_what_was_not_told_closes_nothing(void **state)
{
    (void)state;
    static const char *const needed[] = {"racks", "rack-reservations", "devices", "power-ports", "power-feeds"};
    for (size_t n = 0; n < sizeof needed / sizeof *needed; n++) {
        struct driver_world *w = driver_world_new(&source_netbox, NULL);
        for (size_t i = 0; i < NETBOX_WORLD_LISTS; i++) {
            if (strcmp(netbox_world_lists[i], needed[n]) == 0)
                assert_true(driver_world_fails(w, netbox_world_lists[i], 500, "application/json", "{\"error\":\"x\"}"));
            else
                (void)netbox_world_tell(w, netbox_world_lists[i], netbox_world_small[i]);
        }
        assert_false(driver_world_produce(w, "rack rows", 9));
        assert_int_equal(w->err.kind, ERR_TRANSIENT);
        assert_int_equal(driver_world_count(w, KIND_RACK), 0);
        driver_world_free(w);
    }
}

static void test_errors(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *type, *body, *text;
        enum err_kind kind;
    } cases[] = {
        {403, "application/json", "{\"detail\":\"Invalid to\\u001b[1mken\"}",
         "not allowed: NetBox 'it' answers 403 'Invalid to^[[1mken' when asked for its sites", ERR_REFUSED},
        {401, "text/html", "<h1>", "not allowed: NetBox 'it' answers 401 'a page' when asked for its sites",
         ERR_REFUSED},
        {404, "application/json", "{\"detail\":\"Not found.\"}",
         "no NetBox API at 'http://h:1': 'it' answers 404 'Not found.' when asked for its sites", ERR_CORRUPT},
        {400, "application/json", "{\"status\":[\"Select a valid choice.\"]}",
         "no NetBox API at 'http://h:1': 'it' answers 400 'no word of its own' when asked for its sites", ERR_CORRUPT},
        {301, "text/html", "", "'it' (http://h:1) answers 301: it sends us elsewhere, which is not followed",
         ERR_CORRUPT},
        {500, "application/json", "{\"error\":\"boom\",\"netbox_version\":\"4.2.3\"}",
         "NetBox 'it' answers 500 'boom' when asked for its sites", ERR_TRANSIENT},
        {429, NULL, "", "NetBox 'it' answers 429 'no word of its own' when asked for its sites", ERR_TRANSIENT},
    };
    struct driver_world *w = driver_world_new(&source_netbox, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(driver_world_fails(w, "sites", cases[i].status, cases[i].type, cases[i].body));
        assert_string_equal(w->err.text, cases[i].text);
        assert_int_equal(w->err.kind, cases[i].kind);
    }
    assert_false(driver_world_answer(w, "sites", "[]"));
    assert_false(driver_world_answer(w, "sites", "{\"results\":[]}"));
    assert_false(driver_world_answer(w, "sites", "{\"count\":1,\"next\":null,\"results\":[{\"a\":1}]}"));
    assert_string_equal(w->err.text, "none of the 1 sites of 'it' has what names it");
    driver_world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_asked),
        cmocka_unit_test(test_who_asks),
        cmocka_unit_test(test_settings_that_make_no_sense),
        cmocka_unit_test(test_netbox_4),
        cmocka_unit_test(test_netbox_3),
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_feeds),
        cmocka_unit_test(test_sums_of_what_cannot_be_read),
        cmocka_unit_test(test_forms_of_names),
        cmocka_unit_test(test_names_of_sites),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_a_next_that_makes_no_sense),
        cmocka_unit_test(test_a_list_that_is_not_whole),
        cmocka_unit_test(test_what_is_denied_is_unknown),
        cmocka_unit_test(test_what_was_not_told_closes_nothing),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
