#include <math.h>
#include <setjmp.h> /* cmocka wants it */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/plan_json.h"
#include "domain/plan_rows.h"

/* A plan of one move with two jobs, that holds a transfer. */
static void example(struct plan *p)
{
    static struct plan_hold hold;
    static struct plan_flow flow;
    hold = (struct plan_hold){.until_ms = 9000, .deadline_ms = 20000, .rate_gbps = 100, .used_before_pct = 97};
    hold.what = text_of("hold");
    hold.transfer = text_of("x/1");
    hold.link = text_of("A>B");
    flow = (struct plan_flow){.jobs_now = 7, .jobs_planned = 2, .accels_now = 60, .mw_now = 0.25, .tb_now = 1.5};
    flow.from = text_of("GBA");
    flow.to = text_of("GS");
    flow.words = text_of("full");
    static const struct plan_job jobs[] = {
        {.id = {"a/1", 3}, .since_ms = 5, .accels = 8, .data_gb = 1.5},
        {.id = {"a/2", 3}, .since_ms = 6, .accels = 8, .data_gb = NAN},
    };
    static struct plan_move move;
    static struct plan_check check;
    move = (struct plan_move){.jobs = jobs, .job_count = 2, .accels = 16, .home_s = -1, .delay_max_ms = 20};
    move.from = text_of("a");
    move.to = text_of("b");
    check = (struct plan_check){text_of("ring"), false, text_of("too far")};
    *p = (struct plan){.id = text_of("P-0001"), .snapshot = 7, .starts = 2, .ask = {.max_moves = -1}};
    p->moves = &move;
    p->move_count = 1;
    p->checks = &check;
    p->check_count = 1;
    p->holds = &hold;
    p->hold_count = 1;
    p->flows = &flow;
    p->flow_count = 1;
}

static void test_round_trip(void **state)
{
    struct plan p, back = {0};
    struct buf one = buf_make(PLAN_JSON_MAX), two = buf_make(PLAN_JSON_MAX);
    char hash[PLAN_HASH_SIZE], again[PLAN_HASH_SIZE];
    struct err err = {0};
    (void)state;
    example(&p);
    assert_true(plan_json_write(&p, &one, &err));
    assert_true(plan_json_read(buf_str(&one), one.len, &back, &err));
    assert_true(plan_json_write(&back, &two, &err));
    assert_string_equal(buf_str(&one), buf_str(&two));
    assert_true(isnan(back.moves[0].jobs[1].data_gb));
    assert_true(back.moves[0].home_s == -1);
    assert_true(plan_json_hash(&p, hash, &err) && plan_json_hash(&back, again, &err));
    assert_string_equal(hash, again);
    back.starts = 99; /* a forecast is not what is confirmed, a job's version is */
    assert_true(plan_json_hash(&back, again, &err));
    assert_string_equal(hash, again);
    ((struct plan_job *)(uintptr_t)back.moves[0].jobs)[1].since_ms = 7;
    assert_true(plan_json_hash(&back, again, &err));
    assert_string_not_equal(hash, again);
    ((struct plan_job *)(uintptr_t)back.moves[0].jobs)[1].since_ms = 6;
    back.flows[0].mw_now = back.holds[0].used_before_pct = 0; /* effects are told, until when it stands is confirmed */
    assert_true(plan_json_hash(&back, again, &err));
    assert_string_equal(hash, again);
    back.holds[0].until_ms++;
    assert_true(plan_json_hash(&back, again, &err));
    assert_string_not_equal(hash, again);
    plan_release(&back);
    buf_release(&one);
    buf_release(&two);
}

/* Each replaces a piece of a good plan, and must be refused with words that say where. */
static void test_hostile(void **state)
{
    static const struct {
        const char *from, *to, *says;
    } cases[] = {
        {"\"snapshot\":7", "\"snapshot\":-7", "'snapshot' is negative"},
        {"\"snapshot\":7", "\"snapshot\":\"7\"", "'snapshot' is no whole number"},
        {"\"snapshot\":7", "\"snapshot\":7,\"snapshot\":7", "members that are not known, or one twice"},
        {"\"snapshot\":7,", "", "'snapshot' is missing"},
        {"\"id\":\"a/2\"", "\"id\":2", "'moves[0].jobs[1].id' is no text"},
        {"\"data_gb_e6\":1500000", "\"data_gb_e6\":1e400", "plan"},
        {"\"ok\":false", "\"ok\":0", "'checks[0].ok' is neither"},
        {"\"snapshot\":7", "\"snapshot\":7,\"more\":1", "members that are not known"},
        {"\"seen\":[]", "\"seen\":{}", "'seen' is no array"},
        {"\"seen\":[]", "\"seen\":[1]", "'seen[0]' is no object"},
        {"\"snapshot\":7", "\"snapshot\":7]", "cannot read the plan"},
    };
    struct plan p;
    struct buf good = buf_make(PLAN_JSON_MAX);
    (void)state;
    example(&p);
    assert_true(plan_json_write(&p, &good, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct plan back = {0};
        struct err err = {0};
        struct buf bad = buf_make(PLAN_JSON_MAX);
        const char *at = strstr(buf_str(&good), cases[i].from);
        assert_non_null(at);
        buf_put(&bad, good.data, (size_t)(at - buf_str(&good)), NULL);
        buf_puts(&bad, cases[i].to, NULL);
        buf_puts(&bad, at + strlen(cases[i].from), NULL);
        assert_false(plan_json_read(buf_str(&bad), bad.len, &back, &err));
        if (!strstr(err.text, cases[i].says) || err_status(&err) != 65)
            fail_msg("%s: %s (%d)", cases[i].to, err.text, err_status(&err));
        plan_release(&back);
        buf_release(&bad);
    }
    buf_release(&good);
}

static void test_too_large(void **state)
{
    struct plan p;
    struct buf small = buf_make(200);
    struct err err = {0};
    (void)state;
    example(&p);
    assert_false(plan_json_write(&p, &small, &err));
    assert_non_null(strstr(err.text, "too large"));
    buf_release(&small);
}

static void test_rows(void **state)
{
    struct plan p;
    struct rows rows = {0};
    char text[200];
    (void)state;
    example(&p);
    plan_rows(&p, &rows);
    assert_int_equal(rows.count, 3);
    assert_true(text_is(rows.all[2].id, "P-0001/2") && text_is(rows.all[2].cells[MOVE_WHAT].as.text, "hold"));
    assert_true(text_is(rows.all[2].cells[MOVE_TRANSFER].as.text, "x/1") &&
                !value_known(&rows.all[1].cells[MOVE_TRANSFER]));
    assert_int_equal(value_int_or(&rows.all[0].cells[PLAN_MOVES], -1), 2);
    assert_int_equal(value_int_or(&rows.all[0].cells[PLAN_HOLDS], -1), 1);
    assert_string_equal(text_show_in(value_text_or(&rows.all[0].cells[PLAN_ADVICE], ""), text, sizeof text),
                        "GBA>GS jobs=7/2/0 accels=60/0/0 mw=0.25/0/0 tb=1.5/0/0; full");
    assert_true(text_is(rows.all[1].id, "P-0001/1"));
    assert_int_equal(value_int_or(&rows.all[0].cells[PLAN_JOBS], -1), 2);
    assert_false(value_known(&rows.all[1].cells[MOVE_HOME_S]));
    assert_string_equal(text_show_in(value_text_or(&rows.all[0].cells[PLAN_CHECKS], ""), text, sizeof text),
                        "ring=no: too far");
    rows_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip), cmocka_unit_test(test_hostile),
                                       cmocka_unit_test(test_too_large), cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
