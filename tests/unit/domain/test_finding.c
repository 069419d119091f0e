#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/finding.h"
#include "zh.h"

/* What alerts become for who reads them; the rules are in test_symptom_rules.c. */

static const int64_t now = INT64_C(1795230000000);

enum { SOME = 8 };
struct world {
    struct row alerts[SOME], links[SOME], queues[2], sources[2], place, cluster;
    struct verdict_facts facts;
};

static void begin(struct world *w)
{
    *w = (struct world){0};
    w->facts = (struct verdict_facts){
        .alerts = w->alerts, .links = w->links, .queues = w->queues, .sources = w->sources, .now_ms = now};
    w->sources[0] = (struct row){.kind = KIND_SOURCE, .id = text_of("fra")};
    w->sources[0].cells[SOURCE_STATE] = value_text(text_of("live"));
    w->sources[0].cells[SOURCE_LAST_OK_AT] = value_time(now - 2000);
    w->facts.n_sources = 1;
}

static struct row *add_alert(struct world *w, const char *id, const char *rule, const char *kind, const char *where,
                             const char *severity)
{
    struct row *a = &w->alerts[w->facts.n_alerts++];

    *a = (struct row){.kind = KIND_ALERT, .id = text_of(id), .source = text_of(rule ? "hubtop" : "prom")};
    if (rule)
        a->cells[ALERT_RULE] = value_text(text_of(rule));
    if (kind)
        a->cells[ALERT_KIND] = value_text(text_of(kind));
    if (where)
        a->cells[ALERT_WHERE] = value_text(text_of(where));
    a->cells[ALERT_SEVERITY] = value_text(text_of(severity));
    a->cells[ALERT_STATE] = value_text(text_of("firing"));
    a->cells[ALERT_SINCE] = value_time(now - 14 * 60000);
    a->cells[ALERT_SUMMARY] = value_text(text_of("as it was told"));
    return a;
}

static void set(struct row *row, int field, const char *text)
{
    row->cells[field] = value_text(text_of(text));
}

static void set_impact(struct row *alert, int64_t jobs, int64_t tenants)
{
    alert->cells[ALERT_IMPACT_JOBS] = value_int(jobs);
    alert->cells[ALERT_IMPACT_USERS] = value_int(tenants < INT64_MAX / 2 ? 2 * tenants : INT64_MAX);
    alert->cells[ALERT_IMPACT_TENANTS] = value_int(tenants);
}

static struct row *add_link(struct world *w, const char *id)
{
    struct row *link = &w->links[w->facts.n_links++];

    *link = (struct row){.kind = KIND_LINK, .id = text_of(id), .source = text_of("fra")};
    set(link, LINK_SEVERITY, "crit");
    set(link, LINK_FROM, "SHG");
    set(link, LINK_TO, "SZ");
    set(link, LINK_ONE_WAY_BASIS, "measured");
    link->cells[LINK_ONE_WAY_MS] = value_real(3.42);
    link->cells[LINK_RING_CONTRACT_MS] = value_real(3);
    link->cells[LINK_SINCE] = value_time(now - 14 * 60000);
    set(link, LINK_TREND, "rising");
    return link;
}

static struct row *add_queue(struct world *w, const char *id, int64_t waiting)
{
    struct row *q = &w->queues[w->facts.n_queues++];

    *q = (struct row){.kind = KIND_QUEUE, .id = text_of(id), .source = text_of("fra")};
    q->cells[QUEUE_WAIT_P95_S] = value_int(1080);
    q->cells[QUEUE_SLO_S] = value_int(300);
    q->cells[QUEUE_WAITING] = value_int(waiting);
    return q;
}

/* Where and word of each, in order; "(…)" who is acknowledged. */
static void order_is(const struct world *w, const char *want)
{
    struct finding_list l = finding_list_of(&w->facts);
    struct buf b = buf_make(1024);

    for (size_t i = 0; i < l.count; i++) {
        buf_puts(&b, i > 0 ? " " : "", NULL);
        buf_puts(&b, l.all[i].acked ? "(" : "", NULL);
        finding_where(&l.all[i], -1, &b);
        buf_printf(&b, NULL, ":%s%s", finding_word(l.all[i].what), l.all[i].acked ? ")" : "");
    }
    assert_string_equal(buf_str(&b), want);
    buf_release(&b);
    finding_release(&l);
}

static void sentence_is(const struct world *w, const char *want)
{
    struct finding_list l = finding_list_of(&w->facts);
    struct buf b = buf_make(1024);

    assert_true(l.count > 0);
    finding_sentence(&l.all[0], &b);
    assert_string_equal(buf_str(&b), want);
    assert_true(text_width(text_of(buf_str(&b))) <= 78);
    buf_release(&b);
    finding_release(&l);
}

static void said_is(const struct world *w, enum severity severity, const char *want)
{
    struct verdict v = verdict_of(&w->facts);

    assert_string_equal(v.text, want);
    assert_int_equal(v.severity, severity);
}

/* --- which alerts --- */

static void only_what_nothing_else_explains(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_alert(&w, "A-1", "rack", "racks", "r1", "crit")->cells[ALERT_CHILDREN] = value_int(4);
    set(add_alert(&w, "n1", NULL, "nodes", "n1", "warn"), ALERT_PARENT, "A-1");
    order_is(&w, "r1:rack");
    struct finding_list l = finding_list_of(&w.facts);
    assert_int_equal(l.all[0].children, 4);
    assert_int_equal(l.crit, 1);
    finding_release(&l);
    set(&w.alerts[0], ALERT_STATE, "resolved"); /* the cause is over: what it explained stands for itself */
    order_is(&w, "n1:alert");
}

static void what_is_silenced_or_in_maintenance_is_counted_alone(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    set(add_alert(&w, "1", NULL, NULL, "a", "crit"), ALERT_STATE, "silenced");
    set(add_alert(&w, "2", NULL, NULL, "b", "crit"), ALERT_MAINTENANCE, "M-1");
    set(add_alert(&w, "3", NULL, NULL, "c", "crit"), ALERT_STATE, "resolved");
    set(add_alert(&w, "4", NULL, NULL, "d", "warn"), ALERT_STATE, "acked");
    set(add_alert(&w, "5", NULL, NULL, "e", "warn"), ALERT_STATE, "returned");
    order_is(&w, "e:alert (d:alert)");
    struct finding_list l = finding_list_of(&w.facts);
    assert_int_equal(l.crit, 0);
    assert_int_equal(l.warn, 1);
    assert_int_equal(l.acked, 1);
    assert_int_equal(l.silenced, 1);
    assert_int_equal(l.maintenance, 1);
    assert_true(l.all[0].returned);
    finding_release(&l);
}

static void unacked_then_severity_then_impact_then_age(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    set(add_alert(&w, "1", NULL, NULL, "acked", "crit"), ALERT_STATE, "acked");
    set_impact(add_alert(&w, "2", NULL, NULL, "warn", "warn"), 9000, 9);
    set_impact(add_alert(&w, "3", NULL, NULL, "few", "crit"), 3, 1);
    set_impact(add_alert(&w, "4", NULL, NULL, "many", "crit"), 300, 1);
    set_impact(add_alert(&w, "5", NULL, NULL, "tenants", "crit"), 300, 2);
    add_alert(&w, "6", NULL, NULL, "uncounted", "crit");
    add_alert(&w, "7", NULL, NULL, "older", "crit")->cells[ALERT_SINCE] = value_time(now - 3600000);
    add_alert(&w, "8", NULL, NULL, "note", "info");
    order_is(&w, "tenants:alert many:alert few:alert older:alert uncounted:alert warn:alert note:alert (acked:alert)");
}

/* The collector that should tell may be gone himself. */
static void a_source_of_which_no_alert_tells(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    w.sources[0].cells[SOURCE_LAST_OK_AT] = value_time(now - 300000);
    order_is(&w, "fra:source");
    add_alert(&w, "A-1", "source", "sources", "fra", "crit");
    order_is(&w, "fra:source");
    set(&w.alerts[0], ALERT_STATE, "silenced");
    order_is(&w, "");
    set(&w.alerts[0], ALERT_STATE, "resolved");
    order_is(&w, "fra:source");
}

/* --- in words --- */

static void value_promise_course_and_who_is_hit(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct row *link = add_link(&w, "SHG>SZ"), *alert = add_alert(&w, "A-1", "link", "links", "SHG>SZ", "crit");
    sentence_is(&w, "SHG>SZ 3.42 ms one-way (promised 3) rising for 14m");
    set_impact(alert, 312, 3);
    sentence_is(&w, "SHG>SZ 3.42 ms one-way (promised 3) rising for 14m; 312 jobs, 3 tenants");
    set_impact(alert, 1, 1);
    sentence_is(&w, "SHG>SZ 3.42 ms one-way (promised 3) rising for 14m; 1 job, 1 tenant");
    alert->cells[ALERT_IMPACT_TENANTS] = value_int(0);
    sentence_is(&w, "SHG>SZ 3.42 ms one-way (promised 3) rising for 14m; 1 job, 2 users");
    set_impact(alert, 0, 0);
    link->cells[LINK_PATHS] = value_int(13);
    link->cells[LINK_PATHS_LIT] = value_int(9);
    link->cells[LINK_USED_PCT] = value_real(97);
    sentence_is(&w, "SHG>SZ 3.42 ms one-way (promised 3) rising for 14m; 9 of 13 lit; 97 % used");
    set_impact(alert, 12, 3); /* who is hit comes before what else is wrong */
    sentence_is(&w, "SHG>SZ 3.42 ms one-way (promised 3) rising for 14m; 12 jobs, 3 tenants");
    set(alert, ALERT_STATE, "acked");
    set(alert, ALERT_ACKED_BY, "li.wei");
    set_impact(alert, 0, 0);
    link->cells[LINK_USED_PCT] = value_real(9);
    sentence_is(&w, "SHG>SZ 3.42 ms one-way (promised 3) rising for 14m; 9 of 13 lit");
    link->cells[LINK_PATHS_LIT] = value_int(13);
    sentence_is(&w, "SHG>SZ 3.42 ms one-way (promised 3) rising for 14m; acked by li.wei");
}

static void other_rules_say_since_when_too(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_queue(&w, "SHG/inference", 312);
    struct row *alert = add_alert(&w, "A-1", "queue", "queues", "SHG/inference", "warn");
    sentence_is(&w, "SHG/inference: p95 wait 18m (promised 5m) for 14m; 312 jobs waiting");
    set_impact(alert, 923, 12);
    set(alert, ALERT_TREND, "rising");
    sentence_is(&w, "SHG/inference: p95 wait 18m (promised 5m) rising for 14m; 923 jobs, 12 tenants");
    begin(&w);
    set(add_alert(&w, "A-2", "rack", "racks", "fra-r01", "crit"), ALERT_SUMMARY, "4 nodes of one rack lost at once");
    sentence_is(&w, "fra-r01: 4 nodes of one rack lost at once: power or switch? for 14m");
    set_impact(&w.alerts[0], 12, 3);
    sentence_is(&w, "fra-r01: 4 nodes of one rack lost at once: power or switch? for 14m; 12 jobs");
    begin(&w);
    add_queue(&w, "SHG/inference", 312);
    add_alert(&w, "A-1", "queue", "queues", "SHG/inference", "warn");
    add_alert(&w, "f1", NULL, NULL, NULL, "crit")->cells[ALERT_SUMMARY] = value_none();
    set(&w.alerts[1], ALERT_NAME, "DiskFull");
    set(&w.alerts[1], ALERT_CLUSTER, "SHG");
    sentence_is(&w, "SHG: DiskFull for 14m");
}

static void in_chinese(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_link(&w, "SHG>SZ");
    set_impact(add_alert(&w, "A-1", "link", "links", "SHG>SZ", "crit"), 312, 3);
    w.cluster = (struct row){.kind = KIND_CLUSTER, .id = text_of("SHG")};
    set(&w.cluster, CLUSTER_NAME_ZH, "韶关");
    w.place = (struct row){.kind = KIND_PLACE, .id = text_of("SZ")};
    set(&w.place, PLACE_NAME_ZH, "深圳");
    w.facts.clusters = &w.cluster;
    w.facts.places = &w.place;
    w.facts.n_clusters = w.facts.n_places = 1;
    zh_begin();
    sentence_is(&w, "韶关→深圳 单向 3.42 ms 越限(承诺 3) 上升 已 14m; 312 个作业 3 家租户");
    zh_end();
}

/* What nobody can tell now is said as it was told last; what is well is said to be. */
static void what_is_not_known_now(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct row *link = add_link(&w, "SHG>SZ");
    add_alert(&w, "A-1", "link", "links", "SHG>SZ", "crit");
    set(link, LINK_SEVERITY, "ok");
    sentence_is(&w, "SHG>SZ well at the moment, not over yet");
    link->stale = true;
    sentence_is(&w, "SHG>SZ: as it was told for 14m");
    w.facts.n_links = 0;
    sentence_is(&w, "SHG>SZ: as it was told for 14m");
}

/* A direction of a cut that only warns is the root of the one that breaks its promise. */
static void the_worst_that_it_explains_has_the_word(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    add_link(&w, "SHG>SZ");
    struct row *back = add_link(&w, "SZ>SHG");
    set(back, LINK_SEVERITY, "warn");
    set(back, LINK_WHY, "9 of 13 paths lit");
    back->cells[LINK_ONE_WAY_MS] = value_real(1.7);
    set_impact(add_alert(&w, "A-1", "link", "links", "SZ>SHG", "crit"), 312, 3);
    set(add_alert(&w, "A-2", "link", "links", "SHG>SZ", "crit"), ALERT_PARENT, "A-1");
    sentence_is(&w, "SHG>SZ 3.42 ms one-way (promised 3) rising for 14m; 312 jobs, 3 tenants");
    order_is(&w, "SHG>SZ:link");
    set(back, LINK_SEVERITY, "crit"); /* as bad, but it keeps its promise */
    order_is(&w, "SHG>SZ:link");
    set(back, LINK_SEVERITY, "warn");
    set(&w.alerts[0], ALERT_SEVERITY, "warn");
    set(&w.alerts[1], ALERT_STATE, "resolved");
    sentence_is(&w, "SZ>SHG 9 of 13 paths lit for 14m; 312 jobs, 3 tenants");
}

/* --- the verdict --- */

static void by_impact_not_by_severity_alone(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct row *crit = add_alert(&w, "1", NULL, NULL, "disk", "crit"),
               *warn = add_alert(&w, "2", NULL, NULL, "wan", "warn");
    set_impact(crit, 31, 1);
    set_impact(warn, 309, 3);
    said_is(&w, SEVERITY_CRIT, "disk: as it was told for 14m; 31 jobs, 1 tenant");
    set_impact(warn, 310, 3);
    said_is(&w, SEVERITY_CRIT, "wan: as it was told for 14m; 310 jobs, 3 tenants");
    crit->cells[ALERT_IMPACT_JOBS] = value_none(); /* nobody knows that it hits fewer */
    said_is(&w, SEVERITY_CRIT, "disk: as it was told for 14m");
    set(crit, ALERT_STATE, "acked");
    set(crit, ALERT_ACKED_BY, "zhao.m");
    said_is(&w, SEVERITY_WARN, "wan: as it was told for 14m; 310 jobs, 3 tenants");
    set(warn, ALERT_STATE, "resolved");
    said_is(&w, SEVERITY_CRIT, "disk: as it was told for 14m; acked by zhao.m");
    assert_int_equal(verdict_of(&w.facts).acked, 1);
    assert_int_equal(verdict_of(&w.facts).crit, 0);
    set(crit, ALERT_STATE, "silenced");
    assert_int_equal(verdict_of(&w.facts).severity, SEVERITY_OK);
}

static void texts_of_an_enemy(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct row *a = add_alert(&w, "\x1b]0;x\x07", NULL, "links",
                              "\x1b[2J\xe2\x80\xae;;;;a;b;c;a name that goes on and on and on", "crit");
    set(a, ALERT_SUMMARY,
        ";\x1b[31m; ;; and so on, for far longer than a line of a terminal can ever be; or not; at all;;");
    set(a, ALERT_PARENT, "\x1b]0;x\x07"); /* its own */
    set_impact(a, INT64_MAX, INT64_MAX);
    a->cells[ALERT_SINCE] = value_time(INT64_MIN);
    a->cells[ALERT_CHILDREN] = value_int(INT64_MIN);
    a->cells[ALERT_FLAPS] = value_int(INT64_MAX);
    struct verdict v = verdict_of(&w.facts);
    assert_null(strchr(v.text, '\x1b'));
    assert_null(strstr(v.text, "\xe2\x80\xae"));
    assert_true(text_width(text_of(v.text)) <= 78);
    set(a, ALERT_PARENT, "");
    v = verdict_of(&w.facts);
    assert_null(strchr(v.text, '\x1b'));
    assert_null(strstr(v.text, "\xe2\x80\xae"));
    assert_true(text_width(text_of(v.text)) <= 78);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_nothing_else_explains),
        cmocka_unit_test(what_is_silenced_or_in_maintenance_is_counted_alone),
        cmocka_unit_test(unacked_then_severity_then_impact_then_age),
        cmocka_unit_test(a_source_of_which_no_alert_tells),
        cmocka_unit_test(value_promise_course_and_who_is_hit),
        cmocka_unit_test(other_rules_say_since_when_too),
        cmocka_unit_test(in_chinese),
        cmocka_unit_test(what_is_not_known_now),
        cmocka_unit_test(the_worst_that_it_explains_has_the_word),
        cmocka_unit_test(by_impact_not_by_severity_alone),
        cmocka_unit_test(texts_of_an_enemy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
