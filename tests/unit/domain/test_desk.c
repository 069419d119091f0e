#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/desk.h"

#define NOW  INT64_C(1795230000000)
#define HOUR INT64_C(3600000)
enum { ANN = 1000, BOB = 1001 };

static struct desk *d;
static struct err err;
static int64_t seq;

static int begin(void **state)
{
    (void)state;
    d = desk_new();
    err = (struct err){0};
    seq = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    desk_free(d);
    return 0;
}

static struct desk_entry entry(enum desk_op op, int64_t uid, int64_t at_ms)
{
    return (struct desk_entry){.op = op,
                               .seq = ++seq,
                               .uid = uid,
                               .who = text_of(uid == ANN ? "ann" : "bob"),
                               .at_ms = at_ms,
                               .alert = text_of("A-1"),
                               .source = text_of("hubtop"),
                               .subject = text_of("links/SHG>SZ"),
                               .severity = SEVERITY_WARN};
}

static void apply(const struct desk_entry *e)
{
    if (!desk_apply(d, e, &err))
        fail_msg("%s", err.text);
}

static void refused(const struct desk_entry *e, int status)
{
    unsigned version = desk_version(d);
    assert_false(desk_apply(d, e, &err));
    assert_int_equal(err_status(&err), status);
    assert_true(err.hint[0] != '\0');
    assert_int_equal(desk_version(d), version);
}

static void test_ack(void **state)
{
    const struct safe_text subject = text_of("links/SHG>SZ");
    struct desk_entry e = entry(DESK_ACK, ANN, NOW);
    (void)state;
    e.until_ms = NOW + 2 * HOUR;
    e.note = text_of("mine");
    apply(&e);
    const struct desk_ack *a = desk_ack_of(d, subject, NOW + HOUR);
    assert_non_null(a);
    assert_true(text_is(a->who, "ann") && text_is(a->note, "mine") && a->severity == SEVERITY_WARN);
    assert_null(desk_ack_of(d, subject, NOW + 2 * HOUR));
    assert_null(desk_ack_of(d, text_of("links/SZ>SHG"), NOW + HOUR));
    e = entry(DESK_UNACK, BOB, NOW + HOUR);
    apply(&e);
    assert_null(desk_ack_of(d, subject, NOW + HOUR));
    refused(&e, 67);
}

static void test_notes(void **state)
{
    const struct desk_note *notes[8];
    struct desk_entry e = entry(DESK_NOTE, ANN, NOW);
    (void)state;
    e.note = text_of("one");
    apply(&e);
    e = entry(DESK_NOTE, BOB, NOW + 1);
    e.note = text_of("two");
    apply(&e);
    assert_int_equal(desk_notes_of(d, e.subject, notes, 8), 2);
    assert_true(text_is(notes[0]->text, "one") && text_is(notes[1]->who, "bob"));
    e = entry(DESK_UNNOTE, ANN, NOW + 2); /* one's own last, not the last */
    apply(&e);
    assert_int_equal(desk_notes_of(d, e.subject, notes, 8), 1);
    assert_true(text_is(notes[0]->text, "two"));
    refused(&e, 67);
}

static void test_steps(void **state)
{
    const struct desk_step *steps[8];
    struct desk_entry e = entry(DESK_STEP, ANN, NOW);
    (void)state;
    e.step = text_of("RB-NET-07/3");
    apply(&e);
    refused(&e, 65);
    assert_int_equal(desk_steps_of(d, e.subject, steps, 8), 1);
    e.op = DESK_UNSTEP;
    apply(&e);
    assert_int_equal(desk_steps_of(d, e.subject, steps, 8), 0);
    refused(&e, 67);
    e = entry(DESK_ESCALATE, BOB, NOW + 5);
    apply(&e);
    assert_int_equal(desk_escalated_ms(d, e.subject, NULL), NOW + 5);
}

static struct row alert(const char *id, const char *source, const char *kind, const char *where)
{
    struct row row = {.kind = KIND_ALERT, .id = text_of(id), .source = text_of(source)};
    row.cells[ALERT_KIND] = value_text(text_of(kind));
    row.cells[ALERT_WHERE] = value_text(text_of(where));
    row.cells[ALERT_STATE] = value_text(text_of("firing"));
    return row;
}

static struct desk_entry silence(const char *id, int64_t ends_ms)
{
    struct desk_entry e = entry(DESK_SILENCE, ANN, NOW);
    e.id = text_of(id);
    e.reason = text_of("splice");
    e.starts_ms = NOW;
    e.ends_ms = ends_ms;
    return e;
}

static bool row_of(const char *id, int64_t now_ms, struct row *row)
{
    static struct buf text;
    buf_release(&text);
    text = buf_make(DESK_ENTRY_MAX);
    return desk_silence_row(desk_silence_by_id(d, text_of(id)), 3, now_ms, &text, row);
}

static bool state_is(const char *id, int64_t now_ms, const char *word)
{
    struct row row;
    return row_of(id, now_ms, &row) && text_is(value_text_or(&row.cells[SILENCE_STATE], ""), word);
}

static void test_silence(void **state)
{
    struct row one = alert("A-1", "hubtop", "links", "SHG>SZ"), other = alert("A-1", "am", "links", "SHG>SZ");
    struct desk_entry e = silence("S-1", NOW + HOUR);
    (void)state;
    apply(&e);
    refused(&e, 65); /* its id is taken */
    assert_non_null(desk_silence_of(d, &one, NOW));
    assert_null(desk_silence_of(d, &other, NOW)); /* another source's */
    assert_null(desk_silence_of(d, &one, NOW + HOUR));
    assert_int_equal(desk_next_ms(d, NOW), NOW + HOUR);
    assert_true(state_is("S-1", NOW, "active") && state_is("S-1", NOW + HOUR, "expired"));
    e = entry(DESK_UNSILENCE, BOB, NOW + 60000);
    e.id = text_of("S-1");
    apply(&e);
    assert_null(desk_silence_of(d, &one, NOW + 60000));
    assert_true(state_is("S-1", NOW + 60000, "expired"));
    struct row row;
    assert_true(row_of("S-1", NOW + 60000, &row));
    assert_int_equal(value_int_or(&row.cells[SILENCE_ALERTS], -1), 3);
    assert_int_equal(value_int_or(&row.cells[SILENCE_ENDS_AT], 0), NOW + 60000);
    refused(&e, 65);
    e.id = text_of("S-9");
    refused(&e, 67);
    assert_false(row_of("S-1", NOW + HOUR + DESK_ROW_MS, &row));
}

static void test_silence_of_objects(void **state)
{
    struct row rows[] = {alert("A-1", "hubtop", "links", "SHG>SZ"), alert("f", "am", "links", "SHG>SZ"),
                         alert("A-2", "hubtop", "links", "GYD>SZ"), alert("A-3", "hubtop", "racks", "r"),
                         alert("A-4", "hubtop", "links", "SHG>SZ")};
    size_t hidden[5];
    struct desk_entry e = silence("S-1", NOW + HOUR);
    (void)state;
    rows[4].cells[ALERT_STATE] = value_text(text_of("resolved"));
    e.alert = e.source = text_of("");
    e.kind = text_of("links");
    e.where = text_of("SHG>SZ");
    assert_int_equal(desk_preview(&e, rows, 5, hidden), 2);
    assert_true(hidden[0] == 0 && hidden[1] == 1);
    apply(&e);
    assert_non_null(desk_silence_of(d, &rows[1], NOW));
    assert_null(desk_silence_of(d, &rows[2], NOW));
    e.where = text_of("");
    assert_int_equal(desk_preview(&e, rows, 5, hidden), 3);
}

static struct desk_entry outcome(int64_t of, enum desk_outcome what)
{
    return (struct desk_entry){
        .op = DESK_OUTCOME, .seq = ++seq, .uid = -1, .at_ms = NOW + 1000, .of_seq = of, .outcome = what};
}

/* What a peer keeps hides nothing here, and has a row of ours only while the peer has none. */
static void test_peers(void **state)
{
    struct row one = alert("A-1", "hubtop", "links", "SHG>SZ"), row;
    struct desk_entry e = silence("S-1", NOW + HOUR);
    (void)state;
    e.outcome = DESK_INTENT;
    e.labels = text_of("a=b");
    apply(&e);
    int64_t order = e.seq;
    assert_null(desk_silence_of(d, &one, NOW));
    assert_true(state_is("S-1", NOW, "pending"));
    e = entry(DESK_UNSILENCE, BOB, NOW + 500);
    e.id = text_of("S-1");
    refused(&e, 75); /* not answered yet */
    struct desk_entry o = outcome(order, DESK_DONE);
    o.remote = text_of("37f9");
    apply(&o);
    assert_false(row_of("S-1", NOW, &row));
    assert_ptr_equal(desk_silence_by_id(d, text_of("37f9")), desk_silence_by_id(d, text_of("S-1")));
    e.seq = ++seq;
    e.outcome = DESK_INTENT;
    apply(&e);
    refused(&e, 75);
    o = outcome(e.seq, DESK_REFUSED);
    o.reason = text_of("no");
    apply(&o);
    e.seq = ++seq;
    e.at_ms = NOW + 2000;
    apply(&e); /* it can be tried again */
    o = outcome(e.seq, DESK_DONE);
    apply(&o);
    assert_int_equal(desk_silence_by_order(d, e.seq)->ended_ms, NOW + 1000);
    o.of_seq = 999;
    assert_false(desk_apply(d, &o, &err));
}

static void test_refused_by_peer(void **state)
{
    struct row row;
    struct desk_entry e = silence("S-1", NOW + HOUR);
    (void)state;
    e.outcome = DESK_INTENT;
    apply(&e);
    struct desk_entry o = outcome(e.seq, DESK_REFUSED);
    o.reason = text_of("bad matcher");
    apply(&o);
    assert_true(row_of("S-1", NOW, &row));
    assert_true(text_is(value_text_or(&row.cells[SILENCE_COMMENT], ""), "splice (refused: bad matcher)"));
    assert_true(text_is(value_text_or(&row.cells[SILENCE_STATE], ""), "expired"));
}

static void test_windows(void **state)
{
    struct row row;
    struct desk_entry e = entry(DESK_MAINTENANCE_ADD, ANN, NOW);
    (void)state;
    e.id = text_of("M-1");
    e.what = text_of("maintenance");
    e.kind = text_of("links");
    e.where = text_of("SHG>SZ");
    e.starts_ms = NOW + HOUR;
    e.ends_ms = NOW + 3 * HOUR;
    apply(&e);
    e.id = text_of("M-2");
    e.what = text_of("freeze");
    e.kind = e.where = text_of("");
    apply(&e);
    assert_null(desk_window_of(d, KIND_LINK, text_of("SHG>SZ"), NOW));
    assert_int_equal(desk_next_ms(d, NOW), NOW + HOUR);
    assert_true(text_is(desk_window_of(d, KIND_LINK, text_of("SHG>SZ"), NOW + HOUR)->id, "M-1"));
    assert_null(desk_window_of(d, KIND_RACK, text_of("SHG>SZ"), NOW + HOUR)); /* a freeze is no maintenance */
    assert_true(text_is(desk_freeze_of(d, KIND_RACK, text_of("r"), NOW + HOUR)->id, "M-2"));
    e = entry(DESK_MAINTENANCE_END, BOB, NOW + 2 * HOUR);
    e.id = text_of("M-1");
    apply(&e);
    refused(&e, 65);
    assert_null(desk_window_of(d, KIND_LINK, text_of("SHG>SZ"), NOW + 2 * HOUR));
    assert_true(desk_window_row(desk_freeze_of(d, KIND_NONE, text_of(""), NOW + HOUR), NOW, &row));
    assert_true(text_is(value_text_or(&row.cells[MAINTENANCE_STATE], ""), "planned"));
    assert_false(value_known(&row.cells[MAINTENANCE_WHERE]));
    e.id = text_of("M-9");
    refused(&e, 67);
}

static void test_ids(void **state)
{
    char one[DESK_ID_MAX], two[DESK_ID_MAX];
    struct desk_entry e = silence("", NOW + HOUR);
    (void)state;
    desk_new_id(d, 'S', text_of("request"), one);
    assert_int_equal(strlen(one), 7);
    assert_int_equal(strspn(one + 2, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), 5);
    e.id = text_of(one);
    apply(&e);
    desk_new_id(d, 'S', text_of("request"), two); /* it is taken: the next five digits */
    assert_string_not_equal(one, two);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_ack),
        TEST(test_notes),
        TEST(test_steps),
        TEST(test_silence),
        TEST(test_silence_of_objects),
        TEST(test_peers),
        TEST(test_refused_by_peer),
        TEST(test_windows),
        TEST(test_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
