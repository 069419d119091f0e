#include <setjmp.h> /* cmocka wants it */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "domain/order.h"
#include "domain/rows.h"

/* Orders as the journal keeps them, and whether a job is the one that was seen. */

static void states(void **state)
{
    static const struct {
        enum order_state s;
        const char *word;
        bool ended;
    } all[] = {{ORDER_PREVIEWED, "previewed", false},
               {ORDER_CONFIRMED, "confirmed", false},
               {ORDER_INTENT, "intent", false},
               {ORDER_SENT, "sent", false},
               {ORDER_DONE, "done", true},
               {ORDER_REFUSED, "refused", true},
               {ORDER_UNKNOWN, "unknown", false},
               {ORDER_RESOLVED, "resolved", true}};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_string_equal(order_state_word(all[i].s), all[i].word);
        assert_int_equal(order_state_of(text_of(all[i].word)), all[i].s);
        assert_int_equal(order_state_ended(all[i].s), all[i].ended);
    }
    /* What nobody understands is asked for, not taken for granted. */
    assert_int_equal(order_state_of(text_of("frobnicated")), ORDER_UNKNOWN);
    assert_string_equal(order_state_word((enum order_state)99), "unknown");
}

static void ids(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t nr, item;
    } all[] = {
        {"O-0012", true, 12, 0}, {"O-0012/3", true, 12, 3}, {"O-123456/1000", true, 123456, 1000},
        {"O-12", true, 12, 0},   {"", false, 0, 0},         {"O-", false, 0, 0},
        {"O-x", false, 0, 0},    {"P-0012", false, 0, 0},   {"O-1/x", false, 0, 0},
        {"O--1", false, 0, 0},   {"O-1/2/3", false, 0, 0},  {"o-1", false, 0, 0},
        {"0012", false, 0, 0},   {"O-1/-2", false, 0, 0},   {"O-9999999999999999", false, 0, 0},
        {" O-1", false, 0, 0},
    };
    char id[ORDER_ID_MAX];
    const struct order o = {.nr = 12, .item = 3};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int64_t nr = -1, item = -1;
        bool good = order_id_parse(text_of(all[i].text), &nr, &item);
        if (good != all[i].good || (good && (nr != all[i].nr || item != all[i].item)))
            fail_msg("'%s' is read as %d %lld/%lld", all[i].text, good, (long long)nr, (long long)item);
    }
    assert_string_equal(order_id(&o, id), "O-0012/3");
    assert_string_equal(order_nr_id(12, id), "O-0012");
    assert_string_equal(order_nr_id(123456, id), "O-123456");
}

static void keys(void **state)
{
    char a[ORDER_KEY_SIZE], b[ORDER_KEY_SIZE], c[ORDER_KEY_SIZE], hex[65];
    (void)state;
    order_key(text_of("r-1"), 1, a);
    order_key(text_of("r-1"), 1, b);
    assert_string_equal(a, b);
    assert_int_equal(strlen(a), 32);
    assert_int_equal(strspn(a, "0123456789abcdef"), 32);
    hash_sha256_hex("r-1\n1", 5, hex); /* whatever is restarted finds what it sent by it: it must never change */
    assert_memory_equal(a, hex, 32);
    order_key(text_of("r-1"), 2, b);
    order_key(text_of("r-2"), 1, c);
    assert_string_not_equal(a, b);
    assert_string_not_equal(a, c);
}

/* --- the journal --- */

static struct order full(void)
{
    struct order o = {0};
    struct safe_text *const texts[] = {
        &o.action, &o.key,         &o.plan,    &o.target, &o.from,          &o.to,        &o.reason,
        &o.ref,    &o.by,          &o.undo_of, &o.source, &o.source_to,     &o.seen_user, &o.seen_queue,
        &o.tenant, &o.approved_by, &o.made,    &o.result, &o.seen_name_hash};
    int64_t *const numbers[] = {&o.nr,
                                &o.item,
                                &o.value,
                                &o.wave,
                                &o.at_ms,
                                &o.ends_ms,
                                &o.accels,
                                &o.step,
                                &o.sent_ms,
                                &o.ended_ms,
                                &o.seen_submitted_ms,
                                &o.seen_restarts};
    char text[64];
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        snprintf(text, sizeof text, "text %zu \"quoted\" 作业\n\t\x7f", i);
        *texts[i] = rows_text(&o.arena, text_of(text));
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i] = INT64_C(9007199254740993) + (int64_t)i; /* more than a double holds */
    o.kind = KIND_JOB;
    o.state = ORDER_UNKNOWN;
    o.sent = o.was_unknown = o.orig_held = o.native = o.back = o.done = true;
    return o;
}

static struct buf written(const struct order *o)
{
    struct buf out = buf_make(ORDER_BODY_MAX);
    struct err err = {0};
    if (!order_write(o, &out, &err))
        fail_msg("%s", err.text);
    return out;
}

static bool read_again(const char *body, size_t n, struct order *o, struct err *err)
{
    struct json *j = json_parse(body, n, JSON_STRICT, err);
    bool ok = j && order_read(j, o, err);
    json_free(j);
    return ok;
}

/* What is read and written again is the same to the byte, whatever stands in it. */
static void written_and_read(void **state)
{
    struct order o = full(), empty = {.value = -1}, again;
    struct order *const all[] = {&o, &empty};
    struct err err = {0};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct buf first = written(all[i]);
        assert_true(read_again(buf_str(&first), first.len, &again, &err));
        struct buf second = written(&again);
        assert_string_equal(buf_str(&first), buf_str(&second));
        assert_int_equal(again.state, all[i]->state);
        assert_int_equal(again.kind, all[i]->kind);
        assert_int_equal(again.seen_submitted_ms, all[i]->seen_submitted_ms);
        assert_true(text_equal(again.made, all[i]->made));
        assert_int_equal(again.back, all[i]->back);
        order_release(&again);
        buf_release(&first);
        buf_release(&second);
    }
    order_release(&o);
}

/* Canonical: the names of its members are sorted, so that the same order is the same text. */
static void sorted(void **state)
{
    struct order o = full();
    struct buf body = written(&o);
    struct json *j = json_parse(buf_str(&body), body.len, JSON_STRICT, NULL);
    char last[64] = "";
    size_t n = 0;
    (void)state;
    for (const struct json *m = json_first(j); m; m = json_next(m), n++) {
        assert_true(strcmp(last, json_key(m)) < 0);
        snprintf(last, sizeof last, "%s", json_key(m));
    }
    assert_true(n > 35);
    json_free(j);
    buf_release(&body);
    order_release(&o);
}

static void what_makes_no_sense(void **state)
{
    static const char *const bodies[] = {"{}", "[]", "1", "{\"kind\":\"jobs\",\"state\":\"done\"}"};
    struct order o = full(), again;
    struct buf body = written(&o);
    struct err err = {0};
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        err = (struct err){0};
        assert_false(read_again(bodies[i], strlen(bodies[i]), &again, &err));
        assert_int_equal(err.kind, ERR_CORRUPT);
    }
    char *at = strstr(body.data, "\"step\":");
    memcpy(at, "\"stop\":", 7);
    err = (struct err){0};
    assert_false(read_again(buf_str(&body), body.len, &again, &err));
    assert_non_null(strstr(err.text, "step"));
    buf_release(&body);
    body = buf_make(100);
    assert_false(order_write(&o, &body, &err)); /* full */
    buf_release(&body);
    order_release(&o);
}

/* --- the same job --- */

static struct row job(void)
{
    struct row r = {.kind = KIND_JOB, .id = text_of("a/1")};
    r.cells[JOB_USER] = value_text(text_of("ann"));
    r.cells[JOB_QUEUE] = value_text(text_of("a/gpu"));
    r.cells[JOB_NAME] = value_text(text_of("train"));
    r.cells[JOB_SUBMITTED_AT] = value_time(1000);
    r.cells[JOB_RESTARTS] = value_int(0);
    return r;
}

static void the_same_job(void **state)
{
    static const struct {
        int field;
        const char *text;
        int64_t number;
        const char *says;
    } others[] = {
        {JOB_USER, "eve", 0, "eve"},         {JOB_QUEUE, "a/cpu", 0, "queue"},
        {JOB_NAME, "Train", 0, "name"},      {JOB_SUBMITTED_AT, NULL, 1001, "submitted anew"},
        {JOB_RESTARTS, NULL, 1, "put back"},
    };
    struct order o = {0};
    struct row seen = job();
    struct err err = {0};
    (void)state;
    order_see(&o, &seen);
    assert_true(order_same(&o, &seen, &err));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct row now = job();
        struct value *v = &now.cells[others[i].field];
        *v = others[i].text ? value_text(text_of(others[i].text)) : value_int(others[i].number);
        err = (struct err){0};
        assert_false(order_same(&o, &now, &err));
        assert_int_equal(err.kind, ERR_REFUSED);
        if (!strstr(err.text, others[i].says))
            fail_msg("'%s' does not say '%s'", err.text, others[i].says);
        *v = value_none(); /* unknown now: no difference */
        assert_true(order_same(&o, &now, &err));
    }
    struct order unseen = {0};
    struct row none = {.kind = KIND_JOB};
    order_see(&unseen, &none);
    assert_true(order_same(&unseen, &seen, &err)); /* unknown then, likewise */
    order_release(&o);
    order_release(&unseen);
}

/* --- its row --- */

static void a_row(void **state)
{
    struct order o = {.nr = 7, .item = 2, .value = -1, .state = ORDER_SENT, .done = true};
    struct arena arena = {0};
    struct row row;
    (void)state;
    order_row(&o, "hold", "release it", &arena, &row);
    assert_true(text_is(row.id, "O-0007/2"));
    assert_true(text_is(value_text_or(&row.cells[ACTION_ORDER], ""), "O-0007"));
    assert_true(text_is(value_text_or(&row.cells[ACTION_STATE], ""), "sent"));
    assert_false(value_known(&row.cells[ACTION_DONE])); /* it is not known before its end */
    assert_false(value_known(&row.cells[ACTION_VALUE]));
    assert_false(value_known(&row.cells[ACTION_PLAN]));
    o.state = ORDER_RESOLVED;
    o.done = false;
    order_row(&o, "", "", &arena, &row);
    assert_int_equal(value_int_or(&row.cells[ACTION_DONE], -1), 0);
    assert_false(value_known(&row.cells[ACTION_STEP]));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states),           cmocka_unit_test(ids),    cmocka_unit_test(keys),
        cmocka_unit_test(written_and_read), cmocka_unit_test(sorted), cmocka_unit_test(what_makes_no_sense),
        cmocka_unit_test(the_same_job),     cmocka_unit_test(a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
