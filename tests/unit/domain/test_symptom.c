#include "book_kit.h"
#include "domain/symptom.h"
#include "unit/domain/tell_kit.h"
#include "zh.h"

/* Rules and words that findings do not have; the others are test_symptom_rules.c's. */

static struct symptom_list list_of(struct kit *k, const struct thresholds *t)
{
    k->facts.now.now_ms = k->now.utc_ms;
    return symptom_list_of(&k->facts.now, t);
}

static void is(struct kit *k, enum symptom_rule rule, const char *where, const char *text)
{
    struct symptom_list l = list_of(k, NULL);
    const struct symptom *s = symptom_find(&l, rule, text_of(where));
    struct buf b = buf_make(512);

    if (s != NULL)
        symptom_sentence(s, &b);
    assert_string_equal(buf_str(&b), text);
    buf_release(&b);
    if (!tr_is_zh())
        kit_tell_again(&l);
    symptom_list_release(&l);
}

static void a_rack_says_how_many_and_since_when(void **state)
{
    static const char *const names[] = {"n1", "n2", "n3", "n4", "n5"};
    struct kit k;

    (void)state;
    kit_begin(&k);
    for (size_t i = 0; i < 5; i++)
        kit_lost(&k, names[i], names[i], "FRA/r1")->since_ms = k.now.utc_ms - 3 * MINUTE;
    k.rows[KIND_NODE][4].since_ms = k.now.utc_ms - HOUR; /* another story */
    is(&k, SYMPTOM_RACK, "FRA/r1", "FRA/r1: 4 nodes of one rack lost at once: power or switch? for 3m");
    kit_text(&k.rows[KIND_NODE][3], NODE_STATE, "drained");
    is(&k, SYMPTOM_RACK, "FRA/r1", "");
    kit_end(&k);
}

static void what_the_source_says_of_when_it_was_lost_comes_first(void **state)
{
    static const char *const names[] = {"n1", "n2", "n3", "n4"};
    struct kit k;

    (void)state;
    kit_begin(&k);
    for (size_t i = 0; i < 4; i++)
        kit_lost(&k, names[i], names[i], "FRA/r1")->cells[NODE_REASON_AT] =
            value_time(k.now.utc_ms - (int64_t)i * HOUR);
    is(&k, SYMPTOM_RACK, "FRA/r1", "");
    kit_end(&k);
}

static void an_island_and_a_site_say_so(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_row(&k, KIND_CLUSTER, "QY", "src");
    kit_link(&k, "QY>SHG", "QY", "SHG", "crit");
    kit_link(&k, "GUI>QY", "GUI", "QY", "warn");
    kit_link(&k, "QY>CQ", "QY", "CQ", "ok");
    is(&k, SYMPTOM_ISLAND, "QY", "");
    is(&k, SYMPTOM_SITE, "QY", "QY: 2 links are bad: the site, not the paths");
    kit_text(&k.rows[KIND_LINK][0], LINK_STATE, "down");
    kit_text(&k.rows[KIND_LINK][1], LINK_STATE, "down");
    k.facts.now.count[KIND_LINK] = 2;
    is(&k, SYMPTOM_ISLAND, "QY", "QY: cut off: 2 of 2 links down");
    is(&k, SYMPTOM_SITE, "QY", "");
    k.rows[KIND_LINK][1].stale = true; /* it may be up again */
    is(&k, SYMPTOM_ISLAND, "QY", "");
    kit_end(&k);
}

static void in_chinese(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_row(&k, KIND_CLUSTER, "QY", "src");
    kit_text(kit_link(&k, "QY>SHG", "QY", "SHG", "crit"), LINK_STATE, "down");
    zh_begin();
    is(&k, SYMPTOM_ISLAND, "QY", "QY: 已成孤岛: 1/1 条链路中断");
    struct symptom s = {.rule = SYMPTOM_ISLAND, .count = 1};
    struct buf b = buf_make(512);
    symptom_summary(&s, &b); /* what is stored is English */
    assert_string_equal(buf_str(&b), "cut off: 1 of 1 links down");
    buf_release(&b);
    zh_end();
    kit_end(&k);
}

static void limits_are_those_that_are_given(void **state)
{
    struct kit k;
    struct thresholds t = thresholds_default();

    (void)state;
    kit_begin(&k);
    kit_scheduler(&k, "fra", "SHG", 100, 4);
    struct symptom_list l = list_of(&k, &t);
    assert_int_equal(l.count, 1);
    symptom_list_release(&l);
    t.at[THRESHOLD_NODES_WARN_PCT] = 5;
    l = list_of(&k, &t);
    assert_int_equal(l.count, 0);
    symptom_list_release(&l);
    kit_end(&k);
}

static void an_alert_whose_rule_does_not_hold_any_more_says_so(void **state)
{
    struct kit k;
    struct buf b = buf_make(512);
    struct row alert = kit_alert(BOOK_SOURCE, "A-00000", "crit", "links", "SHG>SZ");

    (void)state;
    kit_begin(&k);
    kit_text(&alert, ALERT_RULE, "link");
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "ok");
    struct symptom_list l = list_of(&k, NULL);
    struct symptom s = symptom_of_alert(&l, &alert, &k.rows[KIND_LINK][0]);
    assert_true(s.calm);
    symptom_sentence(&s, &b);
    assert_string_equal(buf_str(&b), "SHG>SZ well at the moment, not over yet");
    symptom_list_release(&l);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    l = list_of(&k, NULL);
    assert_false(symptom_of_alert(&l, &alert, NULL).calm);
    symptom_list_release(&l);
    buf_release(&b);
    kit_end(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rack_says_how_many_and_since_when),
        cmocka_unit_test(what_the_source_says_of_when_it_was_lost_comes_first),
        cmocka_unit_test(an_island_and_a_site_say_so),
        cmocka_unit_test(in_chinese),
        cmocka_unit_test(limits_are_those_that_are_given),
        cmocka_unit_test(an_alert_whose_rule_does_not_hold_any_more_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
