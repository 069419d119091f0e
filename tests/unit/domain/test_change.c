#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/change.h"
#include "zh.h"

/* An object before or after: up to three cells. A NULL id: it was not there. */
struct object {
    const char *id;
    struct {
        int field;
        const char *text;
    } cells[5];
};

static const struct {
    enum kind kind;
    struct object was, now;
    const char *what, *by; /* NULL: nobody needs to know */
} table[] = {
    {KIND_NODE,
     {"fra/n1", {{NODE_STATE, "up"}}},
     {"fra/n1", {{NODE_STATE, "drained"}, {NODE_REASON, "bad dimm"}, {NODE_REASON_BY, "anna"}}},
     "drained: bad dimm",
     "anna"},
    {KIND_NODE, {"n1", {{NODE_STATE, "idle"}}}, {"n1", {{NODE_STATE, "draining"}}}, "draining", NULL},
    {KIND_NODE, {"n1", {{NODE_STATE, "draining"}}}, {"n1", {{NODE_STATE, "drained"}}}, "drained", NULL},
    {KIND_NODE, {"n1", {{NODE_STATE, "up"}}}, {"n1", {{NODE_STATE, "down"}}}, "down", NULL},
    {KIND_NODE,
     {"n1", {{NODE_STATE, "down"}, {NODE_REASON, "old"}}},
     {"n1", {{NODE_STATE, "idle"}, {NODE_REASON, "old"}}},
     "back in service (was down)",
     NULL},
    {KIND_NODE, {"n1", {{NODE_STATE, "idle"}}}, {"n1", {{NODE_STATE, "up"}}}, NULL, NULL},
    {KIND_NODE, {"n1", {{NODE_STATE, "up"}}}, {"n1", {{NODE_STATE, "up"}, {NODE_REASON, "x"}}}, NULL, NULL},
    {KIND_NODE, {NULL, {{0, NULL}}}, {"n1", {{NODE_STATE, "down"}}}, NULL, NULL},
    {KIND_NODE, {"n1", {{NODE_STATE, "up"}}}, {NULL, {{0, NULL}}}, "gone from its scheduler", NULL},
    {KIND_NODE, {"n1", {{NODE_STATE, "up"}}}, {"n1", {{NODE_NAME, "n1"}}}, NULL, NULL},
    {KIND_SCHEDULER,
     {"fra", {{SCHEDULER_STATE, "up"}}},
     {"fra", {{SCHEDULER_STATE, "down"}}},
     "scheduler is lost: down",
     NULL},
    {KIND_SCHEDULER,
     {"fra", {{SCHEDULER_STATE, "down"}}},
     {"fra", {{SCHEDULER_STATE, "up"}}},
     "scheduler is back",
     NULL},
    {KIND_SOURCE,
     {"fra", {{SOURCE_STATE, "live"}}},
     {"fra", {{SOURCE_STATE, "offline"}, {SOURCE_LAST_ERROR, "connection refused"}}},
     "source is offline: connection refused",
     NULL},
    {KIND_SOURCE,
     {"fra", {{SOURCE_STATE, "stale"}}},
     {"fra", {{SOURCE_STATE, "live"}, {SOURCE_LAST_ERROR, "timeout"}}},
     "source answers again",
     NULL},
    {KIND_SOURCE,
     {"fra", {{SOURCE_STATE, "live"}}},
     {"fra", {{SOURCE_STATE, "live"}, {SOURCE_LAST_ERROR, "x"}}},
     NULL,
     NULL},
    {KIND_QUEUE,
     {"fra/gpu", {{QUEUE_STATE, "up"}}},
     {"fra/gpu", {{QUEUE_STATE, "drain"}}},
     "queue state: drain (was up)",
     NULL},
    {KIND_QUEUE, {NULL, {{0, NULL}}}, {"fra/gpu", {{QUEUE_STATE, "up"}}}, NULL, NULL},
    {KIND_ALERT,
     {NULL, {{0, NULL}}},
     {"f1", {{ALERT_SEVERITY, "crit"}, {ALERT_STATE, "firing"}, {ALERT_SUMMARY, "r02 is hot"}}},
     "alert: r02 is hot",
     NULL},
    {KIND_ALERT, {NULL, {{0, NULL}}}, {"f1", {{ALERT_STATE, "firing"}, {ALERT_NAME, "Hot"}}}, "alert: Hot", NULL},
    {KIND_ALERT, {NULL, {{0, NULL}}}, {"f1", {{ALERT_SEVERITY, "info"}, {ALERT_STATE, "firing"}}}, NULL, NULL},
    {KIND_ALERT, {NULL, {{0, NULL}}}, {"f1", {{ALERT_SEVERITY, "crit"}, {ALERT_STATE, "resolved"}}}, NULL, NULL},
    {KIND_ALERT,
     {"f1", {{ALERT_STATE, "firing"}, {ALERT_NAME, "Hot"}}},
     {"f1", {{ALERT_STATE, "silenced"}, {ALERT_NAME, "Hot"}}},
     "alert is silenced: Hot",
     NULL},
    {KIND_ALERT,
     {"f1", {{ALERT_STATE, "silenced"}, {ALERT_NAME, "Hot"}}},
     {"f1", {{ALERT_STATE, "firing"}, {ALERT_NAME, "Hot"}}},
     "alert fires again: Hot",
     NULL},
    {KIND_ALERT,
     {"f1", {{ALERT_STATE, "firing"}, {ALERT_NAME, "Hot"}}},
     {"f1", {{ALERT_STATE, "firing"}, {ALERT_NAME, "Hot"}, {ALERT_SUMMARY, "hotter"}}},
     NULL,
     NULL},
    {KIND_ALERT,
     {"f1", {{ALERT_STATE, "firing"}, {ALERT_NAME, "Hot"}}},
     {"f1", {{ALERT_STATE, "resolved"}, {ALERT_NAME, "Hot"}}},
     "alert is over: Hot",
     NULL},
    {KIND_ALERT, {"f1", {{ALERT_STATE, "resolved"}}}, {NULL, {{0, NULL}}}, NULL, NULL},
    {KIND_ALERT,
     {"f1", {{ALERT_STATE, "firing"}, {ALERT_NAME, "Hot"}}},
     {NULL, {{0, NULL}}},
     "alert is over: Hot",
     NULL},
    {KIND_ALERT,
     {"f1", {{ALERT_STATE, "firing"}, {ALERT_NAME, "Hot"}}},
     {"f1", {{ALERT_STATE, "acked"}, {ALERT_NAME, "Hot"}, {ALERT_ACKED_BY, "anna"}}},
     "alert is acknowledged: Hot",
     "anna"},
    {KIND_ALERT,
     {"f1", {{ALERT_STATE, "acked"}, {ALERT_NAME, "Hot"}, {ALERT_ACKED_BY, "anna"}}},
     {"f1", {{ALERT_STATE, "acked"}, {ALERT_NAME, "Hot"}, {ALERT_ACKED_BY, "bo"}}},
     "alert is acknowledged: Hot",
     "bo"},
    {KIND_ALERT,
     {"f1", {{ALERT_STATE, "acked"}, {ALERT_NAME, "Hot"}, {ALERT_ACKED_BY, "anna"}}},
     {"f1", {{ALERT_STATE, "firing"}, {ALERT_NAME, "Hot"}}},
     "acknowledgement is over: Hot",
     NULL},
    {KIND_ALERT,
     {"f1", {{ALERT_STATE, "acked"}, {ALERT_NAME, "Hot"}, {ALERT_ACKED_BY, "anna"}}},
     {"f1", {{ALERT_STATE, "firing"}, {ALERT_NAME, "Hot"}, {ALERT_ACK_ENDED, "expired"}}},
     "ack expired: Hot",
     NULL},
    {KIND_ALERT,
     {"f1", {{ALERT_STATE, "acked"}, {ALERT_NAME, "Hot"}, {ALERT_ACKED_BY, "anna"}}},
     {"f1",
      {{ALERT_STATE, "firing"}, {ALERT_NAME, "Hot"}, {ALERT_ACK_ENDED, "taken_back"}, {ALERT_ACK_ENDED_BY, "bo"}}},
     "ack taken back: Hot",
     "bo"},
    {KIND_ALERT,
     {"f1", {{ALERT_STATE, "acked"}, {ALERT_NAME, "Hot"}, {ALERT_ACKED_BY, "anna"}}},
     {"f1",
      {{ALERT_STATE, "firing"},
       {ALERT_NAME, "Hot"},
       {ALERT_ACK_ENDED, "worse"},
       {ALERT_ACK_ENDED_FROM, "warn"},
       {ALERT_ACK_ENDED_TO, "crit"}}},
     "ack void, warn to crit: Hot",
     NULL},
    {KIND_ALERT,
     {"f1", {{ALERT_STATE, "acked"}, {ALERT_NAME, "Hot"}, {ALERT_ACKED_BY, "anna"}}},
     {"f1", {{ALERT_STATE, "resolved"}, {ALERT_NAME, "Hot"}, {ALERT_ACK_ENDED, "resolved"}}},
     "alert and its ack are over: Hot",
     NULL},
    {KIND_ALERT,
     {"f1", {{ALERT_STATE, "resolved"}, {ALERT_NAME, "Hot"}}},
     {"f1", {{ALERT_STATE, "returned"}, {ALERT_NAME, "Hot"}}},
     "alert is back: Hot",
     NULL},
    {KIND_ALERT,
     {NULL, {{0, NULL}}},
     {"f1", {{ALERT_STATE, "firing"}, {ALERT_NAME, "Hot"}, {ALERT_PARENT, "A-00000"}}},
     NULL,
     NULL},
    {KIND_SILENCE,
     {NULL, {{0, NULL}}},
     {"s1", {{SILENCE_STATE, "active"}, {SILENCE_COMMENT, "digger"}, {SILENCE_CREATED_BY, "anna"}}},
     "silence made: digger",
     "anna"},
    {KIND_SILENCE,
     {"s1", {{SILENCE_STATE, "active"}, {SILENCE_COMMENT, "digger"}}},
     {"s1", {{SILENCE_STATE, "expired"}, {SILENCE_COMMENT, "digger"}}},
     "silence is over: digger",
     NULL},
    {KIND_SILENCE,
     {"s1", {{SILENCE_STATE, "active"}, {SILENCE_COMMENT, "digger"}}},
     {NULL, {{0, NULL}}},
     "silence is over: digger",
     NULL},
    {KIND_SILENCE, {"s1", {{SILENCE_STATE, "expired"}}}, {NULL, {{0, NULL}}}, NULL, NULL},
    {KIND_MAINTENANCE,
     {NULL, {{0, NULL}}},
     {"m1", {{MAINTENANCE_STATE, "planned"}, {MAINTENANCE_REASON, "splice"}, {MAINTENANCE_BY, "anna"}}},
     "maintenance is planned: splice",
     "anna"},
    {KIND_MAINTENANCE,
     {"m1", {{MAINTENANCE_STATE, "planned"}}},
     {"m1", {{MAINTENANCE_STATE, "active"}, {MAINTENANCE_REASON, "splice"}}},
     "maintenance begins: splice",
     NULL},
    {KIND_MAINTENANCE,
     {"m1", {{MAINTENANCE_STATE, "active"}}},
     {"m1", {{MAINTENANCE_STATE, "over"}, {MAINTENANCE_REASON, "splice"}}},
     "maintenance ends: splice",
     NULL},
    {KIND_MAINTENANCE,
     {"m1", {{MAINTENANCE_STATE, "active"}}},
     {"m1", {{MAINTENANCE_STATE, "over"}, {MAINTENANCE_REASON, "splice"}, {MAINTENANCE_ENDED_BY, "li"}}},
     "maintenance is ended early: splice",
     "li"},
    {KIND_MAINTENANCE,
     {"m1", {{MAINTENANCE_STATE, "planned"}}},
     {"m1", {{MAINTENANCE_STATE, "over"}, {MAINTENANCE_ENDED_BY, "li"}}},
     "maintenance is called off",
     "li"},
    {KIND_MAINTENANCE,
     {NULL, {{0, NULL}}},
     {"m1", {{MAINTENANCE_STATE, "active"}, {MAINTENANCE_WHAT, "freeze"}, {MAINTENANCE_BY, "anna"}}},
     "change freeze begins",
     "anna"},
    {KIND_MAINTENANCE, {"m1", {{MAINTENANCE_STATE, "over"}}}, {NULL, {{0, NULL}}}, NULL, NULL},
    {KIND_TRANSFER,
     {"t1", {{TRANSFER_STATE, "running"}}},
     {"t1", {{TRANSFER_STATE, "stalled"}, {TRANSFER_DATASET, "genome"}}},
     "transfer is stalled: genome",
     NULL},
    {KIND_TRANSFER,
     {"t1", {{TRANSFER_STATE, "stalled"}}},
     {"t1", {{TRANSFER_STATE, "failed"}}},
     "transfer failed",
     NULL},
    {KIND_TRANSFER,
     {"t1", {{TRANSFER_STATE, "stalled"}}},
     {"t1", {{TRANSFER_STATE, "running"}}},
     "transfer goes on",
     NULL},
    {KIND_TRANSFER, {"t1", {{TRANSFER_STATE, "running"}}}, {"t1", {{TRANSFER_STATE, "done"}}}, NULL, NULL},
    {KIND_SITE,
     {"S", {{SITE_MEMBERSHIP, "connected"}}},
     {"S", {{SITE_MEMBERSHIP, "suspended"}}},
     "membership: suspended (was connected)",
     NULL},
    {KIND_RESERVATION,
     {"fra/r", {{RESERVATION_STATE, "planned"}}},
     {"fra/r", {{RESERVATION_STATE, "active"}, {RESERVATION_PURPOSE, "maintenance"}}},
     "reservation begins: maintenance",
     NULL},
    {KIND_SOURCE, {NULL, {{0, NULL}}}, {"fra", {{SOURCE_STATE, "offline"}}}, "source is configured", NULL},
    {KIND_SOURCE, {"fra", {{SOURCE_STATE, "live"}}}, {NULL, {{0, NULL}}}, "source is configured no more", NULL},
    {KIND_SOURCE,
     {"fra", {{SOURCE_STATE, "live"}, {SOURCE_URL, "http://a"}}},
     {"fra", {{SOURCE_STATE, "live"}, {SOURCE_URL, "http://b"}}},
     "source has another address: http://b (was http://a)",
     NULL},
    {KIND_RESERVATION,
     {NULL, {{0, NULL}}},
     {"fra/r", {{RESERVATION_PURPOSE, "maintenance"}}},
     "reservation made: maintenance",
     NULL},
    {KIND_RESERVATION,
     {"fra/r", {{RESERVATION_PURPOSE, "maintenance"}}},
     {NULL, {{0, NULL}}},
     "reservation ended",
     NULL},
    {KIND_JOB, {"fra/1", {{JOB_STATE, "running"}}}, {"fra/1", {{JOB_STATE, "preempted"}}}, "job preempted", NULL},
    {KIND_JOB, {"fra/1", {{JOB_STATE, "preempted"}}}, {"fra/1", {{JOB_STATE, "preempted"}}}, NULL, NULL},
    {KIND_JOB, {"fra/1", {{JOB_STATE, "running"}}}, {"fra/1", {{JOB_STATE, "done"}}}, NULL, NULL},
    {KIND_JOB, {"fra/1", {{JOB_STATE, "running"}}}, {NULL, {{0, NULL}}}, NULL, NULL},
    {KIND_LINK,
     {"a>b", {{LINK_STATE, "up"}, {LINK_SEVERITY, "ok"}}},
     {"a>b", {{LINK_STATE, "degraded"}, {LINK_SEVERITY, "warn"}, {LINK_WHY, "75 % used > 70 %"}}},
     "degraded: 75 % used > 70 %",
     NULL},
    {KIND_LINK,
     {"a>b", {{LINK_STATE, "up"}, {LINK_SEVERITY, "ok"}}},
     {"a>b", {{LINK_STATE, "degraded"}, {LINK_SEVERITY, "crit"}, {LINK_WHY, "3.42 ms one-way > 3 ms promised"}}},
     "critical: 3.42 ms one-way > 3 ms promised",
     NULL},
    {KIND_LINK,
     {"a>b", {{LINK_STATE, "degraded"}, {LINK_SEVERITY, "warn"}, {LINK_WHY, "loss 0.2 % > 0.1 %"}}},
     {"a>b", {{LINK_STATE, "degraded"}, {LINK_SEVERITY, "crit"}, {LINK_WHY, "loss 2 % > 1 %"}}},
     "critical: loss 2 % > 1 %",
     NULL},
    {KIND_LINK,
     {"a>b", {{LINK_STATE, "degraded"}, {LINK_SEVERITY, "crit"}, {LINK_WHY, "3.42 ms one-way > 3 ms promised"}}},
     {"a>b", {{LINK_STATE, "degraded"}, {LINK_SEVERITY, "crit"}, {LINK_WHY, "3.43 ms one-way > 3 ms promised"}}},
     NULL,
     NULL},
    {KIND_LINK,
     {"a>b", {{LINK_STATE, "degraded"}, {LINK_SEVERITY, "crit"}}},
     {"a>b", {{LINK_STATE, "degraded"}, {LINK_SEVERITY, "warn"}}},
     NULL,
     NULL},
    {KIND_LINK,
     {"a>b", {{LINK_STATE, "up"}, {LINK_SEVERITY, "ok"}}},
     {"a>b", {{LINK_STATE, "down"}, {LINK_SEVERITY, "crit"}, {LINK_WHY, "all packets lost"}}},
     "down: all packets lost",
     NULL},
    {KIND_LINK,
     {"a>b", {{LINK_STATE, "down"}, {LINK_SEVERITY, "crit"}}},
     {"a>b", {{LINK_STATE, "up"}, {LINK_SEVERITY, "notice"}, {LINK_WHY, "a bad clock"}}},
     "up again (was down)",
     NULL},
    {KIND_LINK, {"a>b", {{LINK_STATE, "unknown"}}}, {"a>b", {{LINK_STATE, "up"}}}, NULL, NULL},
    {KIND_LINK, {"a>b", {{LINK_STATE, "degraded"}}}, {"a>b", {{LINK_STATE, "unknown"}}}, NULL, NULL},
    {KIND_LINK, {NULL, {{0, NULL}}}, {"a>b", {{LINK_STATE, "down"}, {LINK_SEVERITY, "crit"}}}, NULL, NULL},
    {KIND_LINK, {"a>b", {{LINK_STATE, "down"}}}, {NULL, {{0, NULL}}}, NULL, NULL},
    {KIND_RACK, {"r", {{RACK_STATE, "up"}}}, {"r", {{RACK_STATE, "down"}}}, "down", NULL},
    {KIND_RACK, {"r", {{RACK_STATE, "down"}}}, {"r", {{RACK_STATE, "degraded"}}}, "degraded", NULL},
    {KIND_RACK, {"r", {{RACK_STATE, "degraded"}}}, {"r", {{RACK_STATE, "up"}}}, "up again (was degraded)", NULL},
    {KIND_RACK, {"r", {{RACK_STATE, "unknown"}}}, {"r", {{RACK_STATE, "up"}}}, NULL, NULL},
    {KIND_RACK, {NULL, {{0, NULL}}}, {"r", {{RACK_STATE, "down"}}}, NULL, NULL},
    {KIND_HALL, {"h", {{HALL_NAME, "H1"}}}, {"h", {{HALL_NAME, "H2"}}}, NULL, NULL},
    {KIND_CLUSTER, {"SHG", {{CLUSTER_STATE, "up"}}}, {"SHG", {{CLUSTER_STATE, "down"}}}, NULL, NULL},
};

static struct row row_of(enum kind kind, const struct object *o)
{
    struct row row = {.kind = kind, .id = text_of(o->id), .source = text_of("src")};

    for (size_t i = 0; i < sizeof o->cells / sizeof *o->cells; i++)
        if (o->cells[i].text != NULL)
            row.cells[o->cells[i].field] = value_text(text_of(o->cells[i].text));
    return row;
}

/* An alert that is about no object that we know is named; its id says nothing to a person. */
static void an_alert_about_nothing_is_named(void **state)
{
    struct row alert = {.kind = KIND_ALERT, .id = text_of("87a9f67d"), .source = text_of("am")}, change;
    struct buf text = buf_make(4096);

    (void)state;
    alert.cells[ALERT_STATE] = value_text(text_of("firing"));
    alert.cells[ALERT_NAME] = value_text(text_of("PumpStopped"));
    assert_true(change_of(NULL, &alert, 1000, &change, &text));
    assert_true(text_is(value_text_or(&change.cells[CHANGE_WHERE], ""), "PumpStopped"));
    buf_clear(&text);
    alert.cells[ALERT_WHERE] = value_text(text_of("hall 2"));
    assert_true(change_of(NULL, &alert, 1000, &change, &text));
    assert_true(text_is(value_text_or(&change.cells[CHANGE_WHERE], ""), "hall 2"));
    buf_release(&text);
}

static void words_are(const struct row *change, const char *want)
{
    struct buf words = buf_make(4096);

    change_words(change, &words);
    assert_string_equal(buf_str(&words), want);
    buf_release(&words);
}

static void who_needs_to_know_what(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct row was = row_of(table[i].kind, &table[i].was), now = row_of(table[i].kind, &table[i].now), change;
        struct buf text = buf_make(4096);
        bool told = change_of(table[i].was.id != NULL ? &was : NULL, table[i].now.id != NULL ? &now : NULL, 5000,
                              &change, &text);
        if (told != (table[i].what != NULL))
            fail_msg("case %zu: %s", i, told ? "told" : "not told");
        if (told) {
            if (!text_is(value_text_or(&change.cells[CHANGE_WHAT], ""), table[i].what))
                fail_msg("case %zu says %s", i, text_bytes(value_text_or(&change.cells[CHANGE_WHAT], "")));
            words_are(&change, table[i].what);
            assert_true(text_is(value_text_or(&change.cells[CHANGE_BY], "nobody"),
                                table[i].by != NULL ? table[i].by : "nobody"));
            assert_true(text_is(value_text_or(&change.cells[CHANGE_KIND], ""), kind_info(table[i].kind)->singular));
        }
        buf_release(&text);
    }
}

/* What is stored in English is shown in Chinese, as far as the words are ours. */
static void in_chinese(void **state)
{
    static const struct {
        enum kind kind;
        const char *what, *zh;
    } cases[] = {
        {KIND_LINK, "fibre cut: 4 of 13 paths dark", "断缆 4/13 条"},
        {KIND_LINK, "fibre cut: 3 paths lit, 4 before", "断缆 在用 3 条光路, 此前 4"},
        {KIND_LINK, "all 13 paths lit again", "光路全部恢复 13 条"},
        {KIND_LINK, "11 of 13 paths lit again", "光路恢复 在用 11/13"},
        {KIND_LINK, "critical: 3.42 ms one-way > 3 ms promised; 9 of 13 paths lit",
         "严重: 单向 3.42 ms > 承诺 3 ms; 在用 9/13"},
        {KIND_LINK, "up again (was degraded)", "恢复正常 (原为 劣化)"},
        {KIND_NODE, "drained: bad dimm; slot 3", "已排空: bad dimm; slot 3"},
        {KIND_NODE, "drained: bad (was good)", "已排空: bad (原为 good)"},
        {KIND_NODE, "back in service (was down)", "恢复使用 (原为 故障)"},
        {KIND_QUEUE, "queue state: inactive (was open)", "队列状态: 停用 (原为 开放)"},
        {KIND_SOURCE, "source is offline: connection refused", "来源离线: connection refused"},
        {KIND_NODE, "down: 1000 nodes", "故障: 1000 个节点"},
        {KIND_CLUSTER, "power cap: 40 kW (was 36 kW)", "功率上限变更: 40 kW (原为 36 kW)"},
        {KIND_ALERT, "alert is acknowledged: r02 is hot", "告警已认领: r02 is hot"},
        {KIND_ALERT, "alert is over: no answer", "告警恢复: 无应答"},
        {KIND_ALERT, "alert: 48 of 48 unavailable, 100.0% > 2%", "告警: 48/48 不可用, 100.0% > 2%"},
        {KIND_ALERT, "alert: 3.42 ms one-way > 3 ms promised", "告警: 单向 3.42 ms > 承诺 3 ms"},
        {KIND_ALERT, "ack void, warn to crit: r02", "认领失效, 警告升为严重: r02"},
        {KIND_MAINTENANCE, "change freeze begins: 国庆", "封网开始: 国庆"},
        {KIND_NODE, "drainedX", "drainedX"},
        {KIND_NODE, "drained:no blank", "drained:no blank"},
        {KIND_NODE, "%s %n: 3", "%s %n: 3"},
        {KIND_NODE, "", ""},
    };

    (void)state;
    zh_begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct row change = {.kind = KIND_CHANGE};

        change.cells[CHANGE_KIND] = value_text(text_of(kind_info(cases[i].kind)->singular));
        change.cells[CHANGE_WHAT] = value_text(text_of(cases[i].what));
        words_are(&change, cases[i].zh);
    }
    zh_end();
}

/* -1: unknown. */
static struct row link_of(int paths, int lit, const char *state)
{
    struct row row = {.kind = KIND_LINK, .id = text_of("SHG>SZ"), .source = text_of("src")};

    row.cells[LINK_PATHS] = paths < 0 ? value_none() : value_int(paths);
    row.cells[LINK_PATHS_LIT] = lit < 0 ? value_none() : value_int(lit);
    row.cells[LINK_STATE] = value_text(text_of(state));
    row.cells[LINK_SEVERITY] = value_text(text_of(text_is(text_of(state), "up") ? "ok" : "crit"));
    row.cells[LINK_WHY] = value_text(text_of("9 of 13 paths lit"));
    return row;
}

static void a_cut_is_one_line(void **state)
{
    static const struct {
        int paths_was, lit_was, paths, lit;
        const char *state_was, *state, *what;
    } cases[] = {
        {13, 13, 13, 9, "up", "degraded", "fibre cut: 4 of 13 paths dark"},
        {13, 9, 13, 0, "degraded", "down", "fibre cut: 13 of 13 paths dark"},
        {13, 9, 13, 11, "degraded", "degraded", "11 of 13 paths lit again"},
        {13, 9, 13, 13, "degraded", "up", "all 13 paths lit again"},
        {-1, 4, -1, 3, "up", "up", "fibre cut: 3 paths lit, 4 before"},
        {-1, 3, -1, 4, "up", "up", "4 paths lit, 3 before"},
        {13, 13, 8, 8, "up", "up", NULL},                                 /* fewer there are, none is dark */
        {13, -1, 13, 9, "up", "degraded", "critical: 9 of 13 paths lit"}, /* nobody saw it fall */
        {13, 9, 13, -1, "up", "up", NULL},
        {INT32_MAX, INT32_MAX, INT32_MAX, 0, "up", "down", "fibre cut: 2147483647 of 2147483647 paths dark"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct row was = link_of(cases[i].paths_was, cases[i].lit_was, cases[i].state_was), change;
        struct row now = link_of(cases[i].paths, cases[i].lit, cases[i].state);
        struct buf text = buf_make(4096);

        change = (struct row){0};
        assert_int_equal(change_of(&was, &now, 5000, &change, &text), cases[i].what != NULL);
        if (!text_is(value_text_or(&change.cells[CHANGE_WHAT], ""), cases[i].what != NULL ? cases[i].what : ""))
            fail_msg("case %zu says %s", i, text_bytes(value_text_or(&change.cells[CHANGE_WHAT], "")));
        buf_release(&text);
    }
}

static void the_row_of_a_change(void **state)
{
    (void)state;
    struct row was = row_of(KIND_NODE, &table[0].was), now = row_of(KIND_NODE, &table[0].now), change;
    struct buf text = buf_make(4096);

    assert_true(change_of(&was, &now, 5000, &change, &text));
    assert_int_equal(change.kind, KIND_CHANGE);
    assert_true(text_is(change.id, "node/fra/n1@5000"));
    assert_true(text_is(change.source, "src"));
    assert_true(text_is(value_text_or(&change.cells[CHANGE_WHERE], ""), "fra/n1"));
    assert_int_equal(value_int_or(&change.cells[CHANGE_AT], 0), 5000);
    buf_release(&text);
}

static void without_room_nothing_is_told(void **state)
{
    (void)state;
    struct row was = row_of(KIND_NODE, &table[0].was), now = row_of(KIND_NODE, &table[0].now), change;
    struct buf text = buf_make(16);

    assert_false(change_of(&was, &now, 5000, &change, &text));
    assert_false(change_of(NULL, NULL, 5000, &change, &text));
    buf_release(&text);
}

/* A limit that is another number, or a member of a list. */
static void a_limit_is_told_with_what_it_was(void **state)
{
    static const struct {
        enum kind kind;
        int field;
        double was, now;
        const char *what;
    } cases[] = {
        {KIND_CLUSTER, CLUSTER_POWER_CAP_KW, 36000, 40000.5, "power cap: 40000.5 kW (was 36000 kW)"},
        {KIND_RACK, RACK_POWER_CAP_KW, 12, 9, "power cap: 9 kW (was 12 kW)"},
        {KIND_LINK, LINK_RING_CONTRACT_MS, 5, 3, "promised delay: 3 ms (was 5 ms)"},
        {KIND_LINK, LINK_CAPACITY_GBPS, 400, 800, "capacity: 800 Gb/s (was 400 Gb/s)"},
        {KIND_QUEUE, QUEUE_SLO_S, 600, 300, "promised wait: 300 s (was 600 s)"},
        {KIND_QOS, QOS_MAX_JOBS_PER_USER, 10, 20, "jobs a user: 20 (was 10)"},
        {KIND_ACCOUNT, ACCOUNT_SHARES, 1, 2, "shares: 2 (was 1)"},
        {KIND_ENERGY, ENERGY_QUOTA_KWH, 100000, 90000, "energy quota: 90000 kWh (was 100000 kWh)"},
        {KIND_CLUSTER, CLUSTER_POWER_CAP_KW, 5, 5, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct row was = {.kind = cases[i].kind, .id = text_of("x"), .source = text_of("src")}, now = was, change;
        struct buf text = buf_make(4096);
        enum value_type type = kind_info(was.kind)->fields[cases[i].field].type;

        was.cells[cases[i].field] = value_number(type, cases[i].was);
        now.cells[cases[i].field] = value_number(type, cases[i].now);
        assert_int_equal(change_of(&was, &now, 5000, &change, &text), cases[i].what != NULL);
        if (cases[i].what != NULL)
            words_are(&change, cases[i].what);
        was.cells[cases[i].field] = value_none(); /* to be told at last is no change */
        assert_false(change_of(&was, &now, 5000, &change, &text));
        buf_release(&text);
    }
}

static struct row qos(struct buf *list, const char *cpu)
{
    struct row row = {.kind = KIND_QOS, .id = text_of("fra/normal"), .source = text_of("src")};

    value_list_add(list, text_of("job=4"), NULL);
    value_list_add(list, text_of(cpu), NULL);
    row.cells[QOS_LIMITS] = value_list(text_from(list->data, list->len));
    return row;
}

static void of_a_list_of_limits_the_one_that_differs(void **state)
{
    (void)state;
    struct buf a = buf_make(256), b = buf_make(256), text = buf_make(4096);
    struct row was = qos(&a, "cpu=50"), now = qos(&b, "cpu=100"), change;

    assert_true(change_of(&was, &now, 5000, &change, &text));
    words_are(&change, "limits: cpu=100 (was cpu=50)");
    assert_false(change_of(&was, &was, 5000, &change, &text));
    buf_release(&a);
    buf_release(&b);
    buf_release(&text);
}

static void what_flaps_is_said_once(void **state)
{
    static const struct {
        int was, now;
        const char *from, *to, *what;
    } cases[] = {
        {2, 3, "resolved", "firing", "alert flaps: Hot"},
        {3, 3, "firing", "resolved", NULL},
        {3, 4, "resolved", "firing", NULL},
        {4, 4, "firing", "acked", "alert is acknowledged: Hot"},
        {1, 2, "resolved", "firing", "alert: Hot"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct row was = {.kind = KIND_ALERT, .id = text_of("f1")}, change;
        struct buf text = buf_make(4096);

        was.cells[ALERT_NAME] = value_text(text_of("Hot"));
        struct row now = was;
        was.cells[ALERT_FLAPS] = value_int(cases[i].was);
        was.cells[ALERT_STATE] = value_text(text_of(cases[i].from));
        now.cells[ALERT_FLAPS] = value_int(cases[i].now);
        now.cells[ALERT_STATE] = value_text(text_of(cases[i].to));
        assert_int_equal(change_of(&was, &now, 5000, &change, &text), cases[i].what != NULL);
        if (cases[i].what != NULL)
            words_are(&change, cases[i].what);
        buf_release(&text);
    }
}

/* Whatever a row says: that it says so again is no news. */
static void what_does_not_change_makes_no_line(void **state)
{
    (void)state;
    uint32_t seed = 1;

    for (int round = 0; round < 2000; round++) {
        struct row row = {.kind = (enum kind)(1 + round % (KIND_COUNT - 1)), .id = text_of("x/y")}, change;
        struct buf text = buf_make(4096);
        static const char *const words[] = {"up",       "down",     "active",  "planned", "firing", "acked",
                                            "silenced", "resolved", "stalled", "live",    "crit",   "x=1"};

        for (size_t f = 0; f < kind_info(row.kind)->field_count; f++) {
            enum value_type type = kind_info(row.kind)->fields[f].type;
            const char *word = words[(seed = seed * 1664525 + 1013904223) / 7919 % 12];
            if (seed >> 30 != 0)
                row.cells[f] = type == VALUE_TEXT   ? value_text(text_of(word))
                               : type == VALUE_LIST ? value_list(text_of(word))
                                                    : value_number(type, (double)(seed >> 24));
        }
        assert_false(change_of(&row, &row, 5000, &change, &text));
        buf_release(&text);
    }
}

static struct row line(const char *kind, const char *where, const char *what, int64_t at_ms)
{
    struct row row = {.kind = KIND_CHANGE, .id = text_of("c"), .source = text_of("hubtop")};

    row.cells[CHANGE_AT] = value_time(at_ms);
    row.cells[CHANGE_KIND] = value_text(text_of(kind));
    row.cells[CHANGE_WHERE] = value_text(text_of(where));
    row.cells[CHANGE_WHAT] = value_text(text_of(what));
    return row;
}

static void the_same_event_told_twice(void **state)
{
    (void)state;
    struct row ours = line("node", "fra/n1", "drained: bad dimm", 500000);
    const struct {
        const char *where, *what;
        int64_t at_ms;
        bool same;
    } cases[] = {
        {"fra/n1", "drained", 500000, true},
        {"fra/n1", "Node Drained by anna", 500000 - CHANGE_SAME_MS, true},
        {"fra/n1", "drained", 500000 + CHANGE_SAME_MS + 1, false},
        {"fra/n2", "drained", 500000, false},
        {"fra/n1", "limits changed", 500000, false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct row theirs = line("node", cases[i].where, cases[i].what, cases[i].at_ms);
        assert_int_equal(change_join_same(&ours, &theirs), cases[i].same);
    }
}

static void a_storm_is_one_line(void **state)
{
    (void)state;
    struct row one = line("node", "fra/n1", "down: no answer", 5000), all;
    struct buf text = buf_make(4096);

    assert_true(change_join_storm(&one, 1000, &all, &text));
    words_are(&all, "down: 1000 nodes");
    assert_true(text_is(value_text_or(&all.cells[CHANGE_WHERE], ""), "fra"));
    assert_true(text_is(all.id, "node/fra/down@5000"));
    one = line("link", "SHG>SZ", "down", 5000);
    assert_true(text_empty(change_join_group(&one)));
    assert_false(change_join_storm(&one, 1000, &all, &text));
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_needs_to_know_what),
        cmocka_unit_test(an_alert_about_nothing_is_named),
        cmocka_unit_test(in_chinese),
        cmocka_unit_test(a_cut_is_one_line),
        cmocka_unit_test(the_row_of_a_change),
        cmocka_unit_test(without_room_nothing_is_told),
        cmocka_unit_test(a_limit_is_told_with_what_it_was),
        cmocka_unit_test(of_a_list_of_limits_the_one_that_differs),
        cmocka_unit_test(what_flaps_is_said_once),
        cmocka_unit_test(what_does_not_change_makes_no_line),
        cmocka_unit_test(the_same_event_told_twice),
        cmocka_unit_test(a_storm_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
