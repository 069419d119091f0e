#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/bulletin.h"
#include "zh.h"

/* Bulletins, right to the number, in both languages; at most 300 characters whatever the texts are. */

#define NOW INT64_C(1795230720000) /* 2026-11-21T03:12:00Z */
enum { MINUTE = 60000 };

static struct row alert, cable, clusters[2];
static struct bulletin_facts facts;
static char text[8192];

static void put(struct row *row, int field, const char *word)
{
    row->cells[field] = value_text(text_of(word));
}

static int begin(void **state)
{
    static const char *const names[2][3] = {{"SHG", "Shaoguan", "韶关"}, {"SZ", "Shenzhen", "深圳"}};
    (void)state;
    alert = (struct row){.kind = KIND_ALERT, .id = text_of("load/1"), .source = text_of("hub")};
    put(&alert, ALERT_STATE, "firing");
    put(&alert, ALERT_KIND, "links");
    put(&alert, ALERT_WHERE, "SHG>SZ");
    put(&alert, ALERT_CLUSTER, "SHG");
    put(&alert, ALERT_SUMMARY, "LinkDelayHigh");
    alert.cells[ALERT_SINCE] = value_time(NOW - 14 * MINUTE);
    alert.cells[ALERT_IMPACT_JOBS] = value_int(1412);
    alert.cells[ALERT_IMPACT_USERS] = value_int(38);
    alert.cells[ALERT_IMPACT_TENANTS] = value_int(5);
    cable = (struct row){.kind = KIND_LINK, .id = text_of("SHG>SZ")};
    cable.cells[LINK_ONE_WAY_MS] = value_real(9.84);
    put(&cable, LINK_ONE_WAY_BASIS, "measured");
    cable.cells[LINK_RING_CONTRACT_MS] = value_real(3);
    for (int i = 0; i < 2; i++) {
        clusters[i] = (struct row){.kind = KIND_CLUSTER, .id = text_of(names[i][0])};
        put(&clusters[i], CLUSTER_NAME, names[i][1]);
        put(&clusters[i], CLUSTER_NAME_ZH, names[i][2]);
    }
    facts = (struct bulletin_facts){.alert = &alert,
                                    .object = &cable,
                                    .clusters = clusters,
                                    .cluster_count = 2,
                                    .now_ms = NOW,
                                    .zone_ms = INT64_C(8) * 60 * MINUTE,
                                    .zone = "CST"};
    return 0;
}

static const char *say(enum bulletin_stage stage)
{
    struct buf out = buf_make(sizeof text - 1);
    bulletin_text(stage, &facts, &out);
    memcpy(text, buf_str(&out), out.len + 1);
    assert_true(bulletin_length(text) <= BULLETIN_MAX);
    assert_true(text_is_utf8(text_of(text)));
    buf_release(&out);
    return text;
}

static const char *say_zh(enum bulletin_stage stage)
{
    zh_begin();
    say(stage);
    zh_end();
    return text;
}

static void test_first(void **state)
{
    (void)state;
    facts.next_ms = NOW + 30 * MINUTE;
    assert_string_equal(say(BULLETIN_FIRST),
                        "[First report] Shaoguan→Shenzhen: LinkDelayHigh. One-way delay 9.84 ms, promised 3 ms. Since "
                        "2026-11-21 10:58 CST, for 14 min. Impact: 1,412 jobs, 38 users, 5 tenants. It goes on, nobody "
                        "has acknowledged it. Next update by 11:42.");
    assert_string_equal(say_zh(BULLETIN_FIRST),
                        "【首报】韶关→深圳:LinkDelayHigh。单向时延9.84 ms,承诺3 ms。11月21日10:58起,已持续14分钟。"
                        "影响面:作业1,412、用户38、租户5。仍在持续,尚未认领。下次续报:11:42前。");
}

static void test_update(void **state)
{
    (void)state;
    put(&alert, ALERT_STATE, "acked");
    put(&alert, ALERT_ACKED_BY, "wang.q");
    put(&alert, ALERT_ACK_NOTE, "on it");
    alert.cells[ALERT_NOTES] = value_list(text_of("2026-11-21T03:00:00Z he.j: old\x1f"
                                                  "2026-11-21T03:05:00Z he.j: 光缆抢修中: 熔接"));
    alert.cells[ALERT_ESCALATED_AT] = value_time(NOW - 5 * MINUTE);
    facts.now_ms = NOW + INT64_C(25) * 60 * MINUTE;
    assert_string_equal(say_zh(BULLETIN_UPDATE),
                        "【续报】韶关→深圳:LinkDelayHigh。单向时延9.84 ms,承诺3 ms。11月21日10:58起,已持续1天1小时。"
                        "影响面:作业1,412、用户38、租户5。仍在持续,wang.q已认领。处置:光缆抢修中: 熔接。11:07已升级。"
                        "下次续报时间待定。");
    assert_null(strstr(text, "he.j")); /* who wrote it is not who has it */
    put(&alert, ALERT_STATE, "returned");
    assert_non_null(strstr(say(BULLETIN_UPDATE), "It is back, in the hands of wang.q. "));
}

/* What may be left out takes no date from what stays. */
static void test_days(void **state)
{
    (void)state;
    facts.now_ms = NOW + INT64_C(13) * 60 * MINUTE; /* 00:12 of the next day */
    facts.next_ms = facts.now_ms + 30 * MINUTE;
    alert.cells[ALERT_ESCALATED_AT] = value_time(facts.now_ms - MINUTE);
    assert_non_null(
        strstr(say(BULLETIN_UPDATE), "Escalated at 2026-11-22 00:11 CST. Next update by 2026-11-22 00:42 CST."));
    facts.zone_ms = 0;
    facts.zone = "UTC";
    assert_non_null(strstr(say_zh(BULLETIN_UPDATE), "11月21日02:58 UTC起,已持续13小时14分钟。"));
    assert_non_null(strstr(text, "16:11已升级。下次续报:16:42前。"));
}

static void test_final(void **state)
{
    (void)state;
    put(&alert, ALERT_STATE, "resolved");
    alert.cells[ALERT_RESOLVED_AT] = value_time(NOW + 68 * MINUTE);
    cable.cells[LINK_ONE_WAY_MS] = value_real(1.9);
    assert_string_equal(
        say(BULLETIN_FINAL),
        "[Final report] Shaoguan→Shenzhen: LinkDelayHigh. One-way delay 1.9 ms, promised 3 ms. Since "
        "2026-11-21 10:58 CST. Impact: 1,412 jobs, 38 users, 5 tenants. Over since 12:20, lasted 1 h 22 "
        "min.");
    assert_string_equal(say_zh(BULLETIN_FINAL),
                        "【终报】韶关→深圳:LinkDelayHigh。单向时延1.9 ms,承诺3 ms。11月21日10:58起。"
                        "影响面:作业1,412、用户38、租户5。12:20恢复,历时1小时22分钟。");
}

static void test_what_is_unknown_is_said_to_be(void **state)
{
    (void)state;
    for (int i = 0; i < KIND_FIELDS_MAX; i++)
        alert.cells[i] = cable.cells[i] = value_none();
    assert_string_equal(say(BULLETIN_FIRST),
                        "[First report] place unknown: unknown. One-way delay unknown ms, promised unknown ms. Begin "
                        "unknown. Impact unknown. State unknown. When the next update comes is not set.");
    assert_string_equal(say_zh(BULLETIN_FIRST), "【首报】地点待核实:待核实。单向时延待核实 ms,承诺待核实 ms。"
                                                "起始时间待核实。影响面待核实。状态待核实。下次续报时间待定。");
    alert.cells[ALERT_IMPACT_USERS] = value_int(0);
    assert_non_null(strstr(say(BULLETIN_FIRST), "Impact: unknown jobs, 0 users, unknown tenants. "));
    facts.object = NULL;
    assert_null(strstr(say(BULLETIN_FIRST), "delay"));
    put(&alert, ALERT_STATE, "resolved");
    assert_non_null(strstr(say(BULLETIN_FINAL), "Over; since when is unknown."));
}

static void test_our_own_rule_speaks_for_itself(void **state)
{
    (void)state;
    struct row hall = {.kind = KIND_HALL, .id = text_of("ZJK-1/H2")};
    struct symptom s = {.rule = SYMPTOM_HEAT, .row = &hall, .severity = SEVERITY_CRIT, .limit = 32};
    hall.cells[HALL_INLET_C_MAX] = value_real(33.2);
    put(&alert, ALERT_WHERE, "ZJK-1/H2");
    put(&alert, ALERT_CLUSTER, "SHG");
    facts.object = &hall;
    facts.symptom = &s;
    assert_non_null(strstr(say(BULLETIN_FIRST), "Shaoguan ZJK-1/H2: "));
    assert_non_null(strstr(text, "33.2"));
    assert_null(strstr(text, "LinkDelayHigh"));
    assert_null(strstr(text, "Inlet air")); /* said once */
    s.calm = true;
    assert_non_null(strstr(say(BULLETIN_FIRST), "LinkDelayHigh. Inlet air 33.2 °C."));
}

static void test_three_hundred_characters(void **state)
{
    (void)state;
    static char han[3 * 600 + 1], evil[2401];
    for (int i = 0; i < 600; i++)
        memcpy(han + 3 * i, "缆", 3);
    for (int i = 0; i < 600; i++)
        memcpy(evil + 4 * i, "\x1b\xcc\x81\xff", 4); /* a control, a combining mark, no UTF-8 */
    const char *const texts[] = {han, evil};
    alert.cells[ALERT_IMPACT_JOBS] = alert.cells[ALERT_IMPACT_USERS] = alert.cells[ALERT_IMPACT_TENANTS] =
        value_int(INT64_MAX);
    facts.next_ms = NOW + MINUTE;
    for (size_t i = 0; i < 2; i++) {
        static const int fields[] = {ALERT_SUMMARY, ALERT_WHERE, ALERT_ACKED_BY, ALERT_ACK_NOTE};
        for (size_t k = 0; k < 4; k++)
            put(&alert, fields[k], texts[i]);
        put(&alert, ALERT_CLUSTER, "nowhere");
        alert.cells[ALERT_ESCALATED_AT] = value_time(NOW);
        assert_true(bulletin_length(say(BULLETIN_UPDATE)) > 200);
        assert_null(strchr(text, '\x1b'));
        assert_non_null(strstr(text, "in the hands of ")); /* what must be said is still there */
        assert_true(bulletin_length(say_zh(BULLETIN_UPDATE)) > 200);
        assert_non_null(strstr(text, "已认领"));
    }
}

/* What is spare goes first, then words are cut; what must be said stays whole. */
static void test_what_is_left_out_first(void **state)
{
    (void)state;
    static char words[400];
    memset(words, 'w', sizeof words - 1);
    facts.next_ms = NOW + 30 * MINUTE;
    put(&alert, ALERT_SUMMARY, words);
    put(&alert, ALERT_ACKED_BY, "wang.q");
    put(&alert, ALERT_ACK_NOTE, "splicing, back at noon as the carrier says today");
    alert.cells[ALERT_ESCALATED_AT] = value_time(NOW);
    say(BULLETIN_UPDATE);
    assert_null(strstr(text, "Escalated"));
    assert_non_null(strstr(text, "www…. One-way delay 9.84 ms, promised 3 ms. "));
    assert_non_null(strstr(text, "carrier says today. Next update by 11:42."));
    assert_int_equal(bulletin_length(text), BULLETIN_MAX); /* words fill the room */
    memset(words, 'n', 100);
    put(&alert, ALERT_WHERE, words);
    put(&alert, ALERT_CLUSTER, "nowhere");
    put(&alert, ALERT_ACK_NOTE, words);
    say(BULLETIN_UPDATE);
    assert_null(strstr(text, "Action: "));
    assert_non_null(strstr(text, "promised 3 ms. "));
    assert_non_null(strstr(text, "in the hands of wang.q. Next update by 11:42."));
}

static void test_counting_characters(void **state)
{
    (void)state;
    assert_int_equal(bulletin_length(""), 0);
    assert_int_equal(bulletin_length("a韶→1"), 4);
    assert_int_equal(bulletin_length("\xff\xe9\x9f"), 3);
}

static void test_stages(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(bulletin_stage_of("update"), BULLETIN_UPDATE);
    assert_int_equal(bulletin_stage_of("firs"), BULLETIN_STAGES);
    assert_true(bulletin_check(BULLETIN_FIRST, &alert, &err));
    assert_false(bulletin_check(BULLETIN_FINAL, &alert, &err));
    assert_string_equal(err.text, "the alert 'load/1' is not over: it has no final report yet");
    assert_string_equal(err.hint, "--stage update");
    assert_int_equal(err_status(&err), 64);
    put(&alert, ALERT_STATE, "resolved");
    assert_true(bulletin_check(BULLETIN_FINAL, &alert, &err));
    assert_false(bulletin_check(BULLETIN_FIRST, &alert, &err));
    assert_string_equal(err.hint, "--stage final");
    assert_false(bulletin_check(BULLETIN_UPDATE, &alert, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_first, begin),
        cmocka_unit_test_setup(test_update, begin),
        cmocka_unit_test_setup(test_days, begin),
        cmocka_unit_test_setup(test_final, begin),
        cmocka_unit_test_setup(test_what_is_unknown_is_said_to_be, begin),
        cmocka_unit_test_setup(test_our_own_rule_speaks_for_itself, begin),
        cmocka_unit_test_setup(test_three_hundred_characters, begin),
        cmocka_unit_test_setup(test_what_is_left_out_first, begin),
        cmocka_unit_test_setup(test_counting_characters, begin),
        cmocka_unit_test_setup(test_stages, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
