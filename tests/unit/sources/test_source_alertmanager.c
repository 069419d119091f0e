#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/secret.h"
#include "corpora.h"
#include "driver_world.h"

extern const struct source_driver source_alertmanager;

#define CAPTURES "tests/unit/sources/alertmanager_captures/"

static bool answer_file(struct driver_world *w, const char *what, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, CAPTURES "%s.json", name);
    struct corpora_file f = corpora_read(path);
    bool ok = driver_world_bytes(w, what, f.bytes, f.size);
    free(f.bytes);
    return ok;
}

static void alert_is(const struct driver_world *w, const char *id, const char *field, const char *wanted)
{
    driver_world_is(w, KIND_ALERT, id, field, wanted);
}

/* The rows of these alerts, silences and groups. */
static struct driver_world *told(const char *config, const char *silences, const char *groups, const char *alerts)
{
    struct driver_world *w = driver_world_new(&source_alertmanager, config);
    assert_true(driver_world_answer(w, "silences", silences));
    assert_true(driver_world_answer(w, "groups", groups));
    if (!driver_world_answer(w, "alerts", alerts))
        fail_msg("%s", w->err.text);
    assert_true(driver_world_produce(w, "silence rows", 2));
    assert_true(driver_world_produce(w, "alert rows", 2));
    return w;
}

#define STATUS(state, silenced, inhibited)                                                                             \
    "\"status\":{\"state\":\"" state "\",\"silencedBy\":[" silenced "],\"inhibitedBy\":[" inhibited "]}"
#define TIMES                                                                                                          \
    "\"startsAt\":\"2026-11-22T02:16:13.905Z\",\"endsAt\":\"2026-11-22T02:20:13.905Z\",\"updatedAt\":\"2026-11-22T02:" \
    "16:13.910Z\""
#define ALERT(id, labels, status)                                                                                      \
    "{\"fingerprint\":\"" id "\",\"labels\":{" labels "},\"annotations\":{},\"receivers\":[]," status "," TIMES "}"
#define ACTIVE STATUS("active", "", "")

/* --- what is asked */

static void test_what_is_asked(void **state)
{
    (void)state;
    static const char *const whats[] = {"status", "receivers",    "silences",  "groups",
                                        "alerts", "silence rows", "alert rows"};
    struct driver_world *w = driver_world_new(&source_alertmanager, "");
    assert_int_equal(w->request_count, sizeof whats / sizeof *whats);
    for (size_t i = 0; i < w->request_count; i++) {
        assert_string_equal(w->requests[i].what, whats[i]);
        assert_string_equal(w->requests[i].method, "GET");
        assert_false(w->requests[i].essential);
        assert_int_equal(w->requests[i].local, i > 4);
    }
    assert_string_equal(driver_world_request(w, "alerts")->path, "/api/v2/alerts");
    assert_string_equal(driver_world_request(w, "alerts")->element_path, "");
    assert_int_equal(driver_world_request(w, "alerts")->covers[0], KIND_NONE);
    assert_int_equal(driver_world_request(w, "alert rows")->covers[0], KIND_ALERT);
    assert_int_equal(driver_world_request(w, "silence rows")->covers[0], KIND_SILENCE);
    assert_true(driver_world_answer(w, "receivers", "[{\"name\":\"a\"},{\"name\":\"b\"}]"));
    driver_world_remark(w, "receivers", "2 receivers");
    driver_world_poll(w);
    assert_null(driver_world_find(w, "receivers"));
    driver_world_free(w);
}

static void headers_are(const char *user, bool with_token, const char *value)
{
    const char *names[4], *values[4];
    const struct secret *secrets[4];
    struct buf word = buf_make(64);
    buf_puts(&word, "open sesame", NULL);
    struct secret *token = with_token ? secret_from_output(&word, NULL) : NULL;
    struct driver_world *w = driver_world_open(&source_alertmanager, NULL, user, token);
    size_t n = source_alertmanager.headers(w->source, names, values, secrets, 4);
    assert_int_equal(n, value != NULL);
    if (value) {
        struct buf out = buf_make(256);
        assert_string_equal(names[0], "Authorization");
        assert_true(secret_reveal(secrets[0], values[0], &out, NULL));
        assert_string_equal(buf_str(&out), value);
        secret_wipe(&out);
    }
    driver_world_free(w);
    secret_free(token);
    buf_release(&word);
}

static void test_who_asks(void **state)
{
    (void)state;
    headers_are(NULL, false, NULL);
    headers_are(NULL, true, "Bearer open sesame");
    headers_are("Aladdin", true, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

/* --- real answers */

static void test_captures(void **state)
{
    (void)state;
    struct driver_world *w = driver_world_new(&source_alertmanager, NULL);
    assert_true(answer_file(w, "status", "status"));
    driver_world_remark(w, "status", "Alertmanager 0.25.0, clustering disabled, 0 peers");
    assert_string_equal(source_alertmanager.peer_version(w->source), "0.25.0");
    assert_true(answer_file(w, "silences", "silences"));
    assert_true(answer_file(w, "groups", "groups"));
    assert_true(answer_file(w, "alerts", "alerts_silenced"));
    assert_true(driver_world_produce(w, "silence rows", 100));
    assert_true(driver_world_produce(w, "alert rows", 3));
    assert_int_equal(driver_world_count(w, KIND_ALERT), 7);
    alert_is(w, "1fb49060028767fc", "name", "RackPowerHigh");
    alert_is(w, "1fb49060028767fc", "severity", "warn");
    alert_is(w, "1fb49060028767fc", "state", "firing");
    alert_is(w, "1fb49060028767fc", "since", "2026-11-22T02:16:13Z");
    alert_is(w, "1fb49060028767fc", "kind", "racks");
    alert_is(w, "1fb49060028767fc", "where", "sin/r02");
    alert_is(w, "1fb49060028767fc", "cluster", "sin");
    alert_is(w, "1fb49060028767fc", "summary", "sin r02 draws 96.5% of its limit");
    alert_is(w, "1fb49060028767fc", "alert_group", "alertname=RackPowerHigh, site=sin");
    alert_is(w, "1fb49060028767fc", "receivers", "none");
    alert_is(w, "1fb49060028767fc", "silenced_until", "?");
    alert_is(w, "1fb49060028767fc", "parent", "?");
    alert_is(w, "1fb49060028767fc", "children", "0");
    alert_is(w, "55affb4dff0d81f0", "where", "sin>ams");
    alert_is(w, "55affb4dff0d81f0", "kind", "links");
    alert_is(w, "7042496ee4283fff", "state", "silenced");
    alert_is(w, "7042496ee4283fff", "severity", "crit");
    alert_is(w, "7042496ee4283fff", "silenced_by", "c668afb5-1542-4713-af87-8cdde6cc643e");
    alert_is(w, "7042496ee4283fff", "silenced_until", "2026-11-22T02:26:58Z");
    driver_world_is(w, KIND_SILENCE, "c668afb5-1542-4713-af87-8cdde6cc643e", "state", "active");
    driver_world_is(w, KIND_SILENCE, "c668afb5-1542-4713-af87-8cdde6cc643e", "matchers", "alertname=ProbeDown");
    driver_world_is(w, KIND_SILENCE, "c668afb5-1542-4713-af87-8cdde6cc643e", "comment", "known: link work 维护");
    driver_world_is(w, KIND_SILENCE, "c668afb5-1542-4713-af87-8cdde6cc643e", "created_by", "ops");
    driver_world_is(w, KIND_SILENCE, "c668afb5-1542-4713-af87-8cdde6cc643e", "alerts", "2");
    driver_world_free(w);
}

static void test_an_expired_silence_hides_nothing(void **state)
{
    (void)state;
    struct driver_world *w = driver_world_new(&source_alertmanager, NULL);
    assert_true(answer_file(w, "silences", "silences_expired"));
    assert_true(answer_file(w, "alerts", "alerts"));
    assert_true(driver_world_produce(w, "silence rows", 100));
    assert_true(driver_world_produce(w, "alert rows", 100));
    driver_world_is(w, KIND_SILENCE, "c668afb5-1542-4713-af87-8cdde6cc643e", "state", "expired");
    driver_world_is(w, KIND_SILENCE, "c668afb5-1542-4713-af87-8cdde6cc643e", "alerts", "0");
    alert_is(w, "7042496ee4283fff", "state", "firing");
    alert_is(w, "7042496ee4283fff", "alert_group", "?"); /* groups were not told */
    driver_world_free(w);
}

/* --- states */

#define PARENT ALERT("parent", "\"alertname\":\"SiteDown\"", ACTIVE)
#define CHILD  ALERT("child", "", STATUS("suppressed", "", "\"gone\",\"parent\""))
#define BOTH   ALERT("both", "", STATUS("suppressed", "\"s1\",\"s2\",\"s3\"", "\"parent\""))
#define NEW    ALERT("new", "", STATUS("unprocessed", "", ""))
#define OVER                                                                                                           \
    "{\"fingerprint\":\"over\",\"labels\":{},\"endsAt\":\"2026-11-22T02:16:13Z\",\"updatedAt\":\"2026-11-22T02:16:"    \
    "14Z\"," ACTIVE "}"

static void test_states(void **state)
{
    (void)state;
    struct driver_world *w = told(NULL,
                                  "[{\"id\":\"s1\",\"endsAt\":\"2026-11-22T03:00:00Z\"},{\"id\":\"s2\",\"endsAt\":"
                                  "\"2026-11-22T05:00:00+01:00\"}]",
                                  "[]", "[" PARENT "," CHILD "," BOTH "," NEW "," OVER "]");
    alert_is(w, "parent", "state", "firing");
    alert_is(w, "parent", "children", "2");
    alert_is(w, "parent", "parent", "?");
    alert_is(w, "child", "state", "firing"); /* it fires, and is explained */
    alert_is(w, "child", "parent", "parent");
    alert_is(w, "both", "state", "silenced");
    alert_is(w, "both", "silenced_until", "2026-11-22T04:00:00Z"); /* the last of those that are known */
    alert_is(w, "new", "state", "firing");
    alert_is(w, "over", "state", "resolved");
    driver_world_remark(w, "alerts",
                        "5 alerts, 1 silenced, 2 inhibited, 5 without a label of 'labels' that says where, "
                        "5 of unknown severity");
    driver_world_free(w);
}

static void test_two_that_explain_each_other(void **state)
{
    (void)state;
    struct driver_world *w = told(NULL, "[]", "[]",
                                  "[" ALERT("a", "", STATUS("suppressed", "", "\"b\"")) "," ALERT(
                                      "b", "", STATUS("suppressed", "", "\"b\",\"a\"")) "]");
    alert_is(w, "a", "parent", "b");
    alert_is(w, "b", "parent", "a");
    driver_world_free(w);
}

static void test_told_twice_the_first_stands(void **state)
{
    (void)state;
    struct driver_world *w =
        told(NULL, "[]", "[]",
             "[" ALERT("a", "\"alertname\":\"one\"", ACTIVE) "," ALERT("a", "\"alertname\":\"two\"", ACTIVE) "]");
    assert_int_equal(driver_world_count(w, KIND_ALERT), 1);
    alert_is(w, "a", "name", "one");
    driver_world_free(w);
}

static void test_matchers(void **state)
{
    (void)state;
#define MATCHER(name, value, flags) "{\"name\":\"" name "\",\"value\":\"" value "\"" flags "}"
#define FLAGS(regex, equal)         ",\"isRegex\":" regex ",\"isEqual\":" equal
    static const char silence[] =
        "[{\"id\":\"s\",\"status\":{\"state\":\"pending\"},\"matchers\":[" MATCHER("a", "1", FLAGS("false", "true")) "," MATCHER(
            "b", "2.*",
            FLAGS(
                "true",
                "true")) "," MATCHER("c", "3",
                                     FLAGS(
                                         "false",
                                         "false")) "," MATCHER("d", "4",
                                                               FLAGS(
                                                                   "true",
                                                                   "false")) "," MATCHER("e", "5",
                                                                                         ",\"isRegex\":"
                                                                                         "false") "," MATCHER("f", "",
                                                                                                              "") "]}]";
    struct driver_world *w = told(NULL, silence, "[]", "[]");
    const struct row *s = driver_world_row(w, KIND_SILENCE, "s");
    static const char *const wanted[] = {"a=1", "b=~2.*", "c!=3", "d!~4", "e=5", "f="};
    struct safe_text rest = value_text_or(&s->cells[SILENCE_MATCHERS], ""), member;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_true(value_list_next(&rest, &member) && text_is(member, wanted[i]));
    assert_false(value_list_next(&rest, &member));
    driver_world_is(w, KIND_SILENCE, "s", "state", "pending");
    driver_world_free(w);
}

/* --- labels */

static void test_severities(void **state)
{
    (void)state;
    static const struct {
        const char *word, *severity;
    } words[] = {{"critical", "crit"}, {"page", "crit"},    {"error", "crit"}, {"emergency", "crit"},
                 {"CRITICAL", "crit"}, {"warning", "warn"}, {"minor", "warn"}, {"info", "info"},
                 {"none", "info"},     {"notice", "info"},  {"purple", "?"},   {"", "?"},
                 {"critical ", "?"},   {"crit\\u0000", "?"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char alerts[1000];
        snprintf(alerts, sizeof alerts, "[" ALERT("a", "\"severity\":\"%s\"", ACTIVE) "]", words[i].word);
        struct driver_world *w = told(NULL, "[]", "[]", alerts);
        alert_is(w, "a", "severity", words[i].severity);
        driver_world_free(w);
    }
}

static void test_unknown_severity_stays_visible(void **state)
{
    (void)state;
    struct driver_world *w = told(NULL, "[]", "[]", "[" ALERT("a", "\"severity\":\"pur\\u001bple\"", ACTIVE) "]");
    alert_is(w, "a", "labels", "severity=pur^[ple");
    driver_world_remark(w, "alerts",
                        "1 alerts, 1 without a label of 'labels' that says where, 1 of unknown severity ('pur^[ple')");
    driver_world_free(w);
}

static void test_words_of_the_configuration(void **state)
{
    (void)state;
    struct driver_world *w = told(
        "severities { label = { \"prio\", \"severity\" }  crit = { \"P1\" }  warn = {} }\n"
        "labels { rack = { \"cabinet\" }  site = { \"dc\", \"site\" } }\n"
        "watchdogs = { \"Heartbeat\" }",
        "[]", "[]",
        "[" ALERT("a", "\"prio\":\"p1\",\"cabinet\":\"c7\",\"site\":\"x\"", ACTIVE) "," ALERT(
            "b", "\"severity\":\"warning\",\"rack\":\"r1\",\"dc\":\"y\"",
            ACTIVE) "," ALERT("c", "\"alertname\":\"Heartbeat\",\"severity\":\"P1\"",
                              ACTIVE) "," ALERT("d", "\"alertname\":\"Watchdog\",\"severity\":\"P1\"", ACTIVE) "]");
    alert_is(w, "a", "severity", "crit");
    alert_is(w, "a", "where", "x/c7");
    alert_is(w, "b", "severity", "?");
    alert_is(w, "b", "where", "y");
    alert_is(w, "b", "kind", "sites");
    alert_is(w, "c", "severity", "info");
    alert_is(w, "d", "severity", "crit");
    driver_world_free(w);
}

static void test_a_watchdog_is_info(void **state)
{
    (void)state;
    struct driver_world *w =
        told(NULL, "[]", "[]", "[" ALERT("a", "\"alertname\":\"Watchdog\",\"severity\":\"critical\"", ACTIVE) "]");
    alert_is(w, "a", "severity", "info");
    alert_is(w, "a", "state", "firing");
    driver_world_free(w);
}

static void test_where(void **state)
{
    (void)state;
    static const struct {
        const char *labels, *kind, *where, *cluster;
    } cases[] = {
        {"\"src\":\"SHG\",\"dst\":\"SZ\",\"site\":\"x\",\"instance\":\"i:1\"", "links", "SHG>SZ", "x"},
        {"\"src\":\"SHG\",\"instance\":\"i:1\"", "nodes", "i", "SHG"},
        {"\"rack\":\"r1\",\"site\":\"fra\",\"instance\":\"e:9100\"", "racks", "fra/r1", "fra"},
        {"\"rack\":\"r1\"", "racks", "r1", "?"},
        {"\"rack\":\"r1\",\"node\":\"n7\",\"scheduler\":\"fra\",\"cluster\":\"SHG\"", "nodes", "fra/n7", "SHG"},
        {"\"hall\":\"H1\",\"site\":\"fra\"", "halls", "fra/H1", "fra"},
        {"\"partition\":\"gpu\",\"scheduler\":\"fra\",\"instance\":\"e:1\"", "queues", "fra/gpu", "fra"},
        {"\"partition\":\"gpu\",\"instance\":\"e:1\"", "nodes", "e", "?"},
        {"\"scheduler\":\"fra\",\"site\":\"x\"", "schedulers", "fra", "x"},
        {"\"instance\":\"n1:9100\",\"site\":\"fra\"", "nodes", "fra/n1", "fra"},
        {"\"instance\":\"[::1]:9100\"", "nodes", "[::1]", "?"},
        {"\"instance\":\"n1\"", "nodes", "n1", "?"},
        {"\"instance\":\":9100\"", "nodes", ":9100", "?"},
        {"\"instance\":\"http://n1:80/x\",\"site\":\"fra\"", "sites", "fra", "fra"},
        {"\"cluster\":\"SHG\"", "clusters", "SHG", "SHG"},
        {"\"other\":\"x\"", "?", "?", "?"},
        {"\"site\":7,\"rack\":null", "?", "?", "?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char alerts[1000];
        snprintf(alerts, sizeof alerts, "[" ALERT("a", "%s", ACTIVE) "]", cases[i].labels);
        struct driver_world *w = told(NULL, "[]", "[]", alerts);
        alert_is(w, "a", "kind", cases[i].kind);
        alert_is(w, "a", "where", cases[i].where);
        alert_is(w, "a", "cluster", cases[i].cluster);
        driver_world_free(w);
    }
}

static void test_too_many_words_are_refused(void **state)
{
    (void)state;
    struct driver_world *w = driver_world_open(
        &source_alertmanager,
        "watchdogs = "
        "{\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"}",
        NULL, NULL);
    assert_null(w->source);
    assert_int_equal(err_status(&w->err), 78);
    assert_string_equal(w->err.text, "t.conf:1: 'watchdogs' has more than 16 words");
    driver_world_free(w);
}

/* --- mutations */

#define WHOLE                                                                                                          \
    "[{\"fingerprint\":\"f\",\"startsAt\":\"2026-11-22T02:16:13Z\",\"endsAt\":\"2026-11-22T02:20:13Z\",\"updatedAt\":" \
    "\"2026-11-22T02:16:14Z\",\"generatorURL\":\"http://g/\",\"receivers\":[{\"name\":\"ops\"}],\"status\":{"          \
    "\"state\":\"suppressed\",\"silencedBy\":[\"s\"],\"inhibitedBy\":[\"other\"],\"x\":0},\"labels\":{\"alertname\":"  \
    "\"A\",\"severity\":\"critical\",\"rack\":\"r1\",\"site\":\"fra\",\"z\":\"1\"},\"annotations\":{\"summary\":"      \
    "\"S\",\"description\":\"D\",\"runbook_url\":\"R\",\"z\":\"1\"},\"z\":0}," OTHER "]"
#define OTHER   ALERT("other", "\"alertname\":\"O\",\"severity\":\"warning\",\"rack\":\"r2\",\"site\":\"fra\"", ACTIVE)
#define SILENCE "[{\"id\":\"s\",\"endsAt\":\"2026-11-22T03:00:00Z\"}]"

struct member {
    const char *key, *value;
    int fields[12]; /* that are made of it, ended by -1; -1 alone: the row is */
};

/* Every cell of `row` but these is as in `base`. */
static void same_but(const struct row *base, const struct row *row, const int *fields, const char *what)
{
    for (int f = 0; f < (int)kind_info(base->kind)->field_count; f++) {
        bool touched = false;
        for (const int *t = fields; *t >= 0; t++)
            touched = touched || *t == f;
        if (!touched && !value_equal(&base->cells[f], &row->cells[f]))
            fail_msg("%s: %s is another", what, kind_info(base->kind)->fields[f].name);
    }
}

static void check_mutation(const struct driver_world *base, const struct member *m,
                           const struct driver_world_mutation *how)
{
    char *alerts = driver_world_mutate(WHOLE, m->key, m->value, how), what[100];
    static const int children[] = {ALERT_CHILDREN, -1};
    struct driver_world *w = told(NULL, SILENCE, "[]", alerts);
    const struct row *row = driver_world_row(w, KIND_ALERT, "f"), *was = driver_world_row(base, KIND_ALERT, "f");
    snprintf(what, sizeof what, "%s %s", m->key, how->name);
    same_but(driver_world_row(base, KIND_ALERT, "other"), driver_world_row(w, KIND_ALERT, "other"), children, what);
    if (m->fields[0] >= 0 && !row)
        fail_msg("%s: its row is gone", what);
    if (row)
        same_but(was, row, m->fields, what);
    for (const int *f = m->fields; row && *f >= 0; f++) {
        const struct value *v = &row->cells[*f];
        bool same = value_equal(v, &was->cells[*f]);
        /* What says nothing is unknown; what is counted, put together or chosen has the rest. */
        bool derived = *f == ALERT_STATE || *f == ALERT_WHERE || *f == ALERT_KIND || *f == ALERT_CLUSTER ||
                       *f == ALERT_LABELS || *f == ALERT_SEVERITY;
        if (value_known(v) && !same && !how->told && !derived)
            fail_msg("%s: %s is known", what, kind_info(KIND_ALERT)->fields[*f].name);
        if (v->type == VALUE_TEXT && text_len(v->as.text) > 5000)
            fail_msg("%s: %s is %zu bytes long", what, kind_info(KIND_ALERT)->fields[*f].name, text_len(v->as.text));
        if (v->type == VALUE_TIME && v->as.i <= 0)
            fail_msg("%s: %s is 1970", what, kind_info(KIND_ALERT)->fields[*f].name);
    }
    driver_world_free(w);
    free(alerts);
}

static void test_mutated_alerts(void **state)
{
    (void)state;
    static const struct member members[] = {
        {"fingerprint", "\"f\"", {-1}},
        {"startsAt", "\"2026-11-22T02:16:13Z\"", {ALERT_SINCE, -1}},
        {"endsAt", "\"2026-11-22T02:20:13Z\"", {ALERT_STATE, -1}},
        {"updatedAt", "\"2026-11-22T02:16:14Z\"", {ALERT_UPDATED_AT, ALERT_STATE, -1}},
        {"generatorURL", "\"http://g/\"", {ALERT_LINK_URL, -1}},
        {"receivers", "[{\"name\":\"ops\"}]", {ALERT_RECEIVERS, -1}},
        {"state", "\"suppressed\"", {ALERT_STATE, -1}},
        {"silencedBy", "[\"s\"]", {ALERT_SILENCED_BY, ALERT_SILENCED_UNTIL, ALERT_STATE, -1}},
        {"inhibitedBy", "[\"other\"]", {ALERT_INHIBITED_BY, ALERT_PARENT, -1}},
        {"alertname", "\"A\"", {ALERT_NAME, ALERT_LABELS, -1}},
        {"severity", "\"critical\"", {ALERT_SEVERITY, ALERT_LABELS, -1}},
        {"rack", "\"r1\"", {ALERT_WHERE, ALERT_KIND, ALERT_LABELS, -1}},
        {"site", "\"fra\"", {ALERT_WHERE, ALERT_CLUSTER, ALERT_KIND, ALERT_LABELS, -1}},
        {"summary", "\"S\"", {ALERT_SUMMARY, -1}},
        {"description", "\"D\"", {ALERT_DESCRIPTION, -1}},
        {"runbook_url", "\"R\"", {ALERT_RUNBOOK, -1}},
    };
    struct driver_world *base = told(NULL, SILENCE, "[]", WHOLE);
    alert_is(base, "f", "parent", "other");
    alert_is(base, "f", "silenced_until", "2026-11-22T03:00:00Z");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        for (size_t k = 0; k < DRIVER_WORLD_MUTATIONS; k++)
            check_mutation(base, &members[i], &driver_world_mutations[k]);
    }
    driver_world_free(base);
}

static void test_mutated_whole_objects(void **state)
{
    (void)state;
    static const char *const odd[] = {
        "null",
        "7",
        "true",
        "\"x\"",
        "[]",
        "{}",
        "[[[]]]",
        "{\"labels\":[]}",
        "{\"fingerprint\":\"odd\",\"labels\":[],\"annotations\":7,\"status\":\"active\"}"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        char alerts[2000], groups[200];
        snprintf(alerts, sizeof alerts, "[%s," OTHER "]", odd[i]);
        snprintf(groups, sizeof groups, "[%s,{\"labels\":{\"a\":\"b\"},\"alerts\":[%s,{\"fingerprint\":\"other\"}]}]",
                 odd[i], odd[i]);
        struct driver_world *w = told(NULL, "[null,{\"id\":null},{\"id\":\"s\"}]", groups, alerts);
        alert_is(w, "other", "where", "fra/r2");
        alert_is(w, "other", "alert_group", "a=b");
        driver_world_is(w, KIND_SILENCE, "s", "state", "?");
        driver_world_is(w, KIND_SILENCE, "s", "ends_at", "?");
        if (driver_world_row(w, KIND_ALERT, "odd"))
            alert_is(w, "odd", "state", "?");
        driver_world_free(w);
    }
}

/* --- what is not believed */

static void test_bodies_that_are_none(void **state)
{
    (void)state;
    struct driver_world *w = driver_world_new(&source_alertmanager, NULL);
    assert_false(driver_world_answer(w, "alerts", "[{\"a\":1},{\"b\":2}]"));
    assert_int_equal(w->err.kind, ERR_CORRUPT);
    assert_string_equal(w->err.text, "none of the 2 alerts of 'it' has a fingerprint");
    assert_false(driver_world_answer(w, "silences", "{\"status\":\"success\",\"data\":[]}"));
    assert_false(driver_world_answer(w, "status", "[]"));
    assert_false(driver_world_answer(w, "alerts", "[{"));
    driver_world_free(w);
}

static void test_what_was_not_told_closes_nothing(void **state)
{
    (void)state;
    struct driver_world *w = driver_world_new(&source_alertmanager, NULL);
    assert_true(driver_world_answer(w, "silences", SILENCE));
    assert_false(driver_world_answer(w, "alerts", "[" OTHER ","));
    assert_false(driver_world_produce(w, "alert rows", 10));
    assert_int_equal(w->err.kind, ERR_TRANSIENT);
    assert_true(driver_world_produce(w, "silence rows", 10));
    driver_world_is(w, KIND_SILENCE, "s", "alerts", "?"); /* nobody knows how many: not 0 */
    driver_world_free(w);
}

static void test_groups_that_cannot_be_read_are_left_out_for_a_while(void **state)
{
    (void)state;
    struct driver_world *w = driver_world_new(&source_alertmanager, NULL);
    int without = 0;
    driver_world_poll(w); /* they told nothing */
    for (; !driver_world_find(w, "groups") && without < 100; without++)
        driver_world_poll(w);
    assert_int_equal(without, 30);
    assert_true(driver_world_answer(w, "groups", "[]"));
    driver_world_poll(w);
    assert_non_null(driver_world_find(w, "groups"));
    assert_true(driver_world_fails(w, "groups", 500, "application/json", "\"no\""));
    driver_world_poll(w);
    assert_non_null(driver_world_find(w, "groups"));
    driver_world_free(w);
}

static void test_errors(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *type, *body, *text;
        enum err_kind kind;
    } cases[] = {
        {401, "text/plain", "no org id", "not allowed: 'it' answers 401 'no org id'", ERR_REFUSED},
        {403, "application/json", "{\"code\":403,\"message\":\"for\\u001b[1mbidden\"}",
         "not allowed: 'it' answers 403 'for^[[1mbidden'", ERR_REFUSED},
        {400, "application/json", "\"bad matcher\"",
         "no Alertmanager API v2 at 'http://h:1': 'it' answers 400 'bad matcher'", ERR_CORRUPT},
        {404, "text/plain", "404 page not found\n",
         "no Alertmanager API v2 at 'http://h:1': 'it' answers 404 '404 page not found'", ERR_CORRUPT},
        {302, "text/html", "<a>", "'it' (http://h:1) answers 302: it sends us elsewhere, which is not followed",
         ERR_CORRUPT},
        {503, "text/html", "<a>", "the Alertmanager of 'it' answers 503 'an HTML page'", ERR_TRANSIENT},
        {500, NULL, "", "the Alertmanager of 'it' answers 500 ''", ERR_TRANSIENT},
        {500, "application/json", "{\"status\":\"error\",\"error\":\"ring is empty\"}",
         "the Alertmanager of 'it' answers 500 'ring is empty'", ERR_TRANSIENT},
    };
    struct driver_world *w = driver_world_new(&source_alertmanager, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(driver_world_fails(w, "alerts", cases[i].status, cases[i].type, cases[i].body));
        assert_string_equal(w->err.text, cases[i].text);
        assert_int_equal(w->err.kind, cases[i].kind);
    }
    assert_false(driver_world_fails(w, "status", 403, "text/plain", "no"));
    assert_false(driver_world_fails(w, "groups", 404, "text/plain", "no"));
    assert_true(driver_world_fails(w, "groups", 401, "text/plain", "no"));
    assert_true(driver_world_fails(w, "status", 401, "text/plain", "no"));
    driver_world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_asked),
        cmocka_unit_test(test_who_asks),
        cmocka_unit_test(test_captures),
        cmocka_unit_test(test_an_expired_silence_hides_nothing),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_two_that_explain_each_other),
        cmocka_unit_test(test_told_twice_the_first_stands),
        cmocka_unit_test(test_matchers),
        cmocka_unit_test(test_severities),
        cmocka_unit_test(test_unknown_severity_stays_visible),
        cmocka_unit_test(test_words_of_the_configuration),
        cmocka_unit_test(test_a_watchdog_is_info),
        cmocka_unit_test(test_where),
        cmocka_unit_test(test_too_many_words_are_refused),
        cmocka_unit_test(test_mutated_alerts),
        cmocka_unit_test(test_mutated_whole_objects),
        cmocka_unit_test(test_bodies_that_are_none),
        cmocka_unit_test(test_what_was_not_told_closes_nothing),
        cmocka_unit_test(test_groups_that_cannot_be_read_are_left_out_for_a_while),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
