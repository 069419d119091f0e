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
    } cells[3];
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

    for (size_t i = 0; i < 3; i++)
        if (o->cells[i].text != NULL)
            row.cells[o->cells[i].field] = value_text(text_of(o->cells[i].text));
    return row;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_needs_to_know_what),
        cmocka_unit_test(in_chinese),
        cmocka_unit_test(a_cut_is_one_line),
        cmocka_unit_test(the_row_of_a_change),
        cmocka_unit_test(without_room_nothing_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
