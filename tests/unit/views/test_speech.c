#include "views/speech.h"

#include "unit/views/fake.h"

/* What views tell in place of what they draw. */

enum { WIDTH = 100, HEIGHT = 32, HEARD_BYTES = 1 << 20 };

static struct fake kinds[VIEW_NEEDS_MAX];
static struct view_rows rows[VIEW_NEEDS_MAX];
static struct view_state state_of;
static struct speech speech;
static struct buf heard;

static int reset(void **state)
{
    memset(kinds, 0, sizeof kinds);
    state_of = (struct view_state){.sort_field = -2};
    speech = (struct speech){.text = buf_make(SPEECH_BYTES)};
    heard = buf_make(HEARD_BYTES);
    return fake_setup(state);
}

static int release(void **state)
{
    (void)state;
    buf_release(&speech.text);
    buf_release(&heard);
    return 0;
}

/* Draws for a listener; whether it is more than a picture. */
static bool hear(const char *name)
{
    const struct view *view = view_by_name(name);
    struct canvas c;

    for (size_t i = 0; view->needs[i].kind != KIND_NONE; i++)
        rows[i] = fake_rows(&kinds[i]);
    struct view_frame frame = fake_frame(rows, WIDTH, HEIGHT);
    frame.speech = &speech;
    buf_clear(&speech.text);
    buf_clear(&heard);
    speech.list_count = speech.item_count = 0;
    assert_true(canvas_init(&c, WIDTH, HEIGHT, GLYPHS_UNICODE));
    view->draw(&frame, &state_of, &c);
    bool told = speech_page(&speech, &c, view->prose, &heard);
    canvas_release(&c);
    return told;
}

static void has(const char *words)
{
    if (strstr(buf_str(&heard), words) == NULL)
        fail_msg("'%s' is not in:\n%s", words, buf_str(&heard));
}

static void has_not(const char *words)
{
    if (strstr(buf_str(&heard), words) != NULL)
        fail_msg("'%s' is in:\n%s", words, buf_str(&heard));
}

/* Nothing but text: no byte of an escape, no braille, no frame, no block. */
static void assert_plain(void)
{
    const char *text = buf_str(&heard);
    uint32_t cp;

    for (size_t n; *text != '\0'; text += n) {
        n = text_decode(text, strlen(text), &cp);
        assert_true(n > 0);
        assert_true(cp == '\n' || cp >= ' ');
        assert_false((cp >= 0x2500 && cp <= 0x25ff) || (cp >= 0x2800 && cp <= 0x28ff));
    }
}

static struct row *job(const char *id, const char *word)
{
    struct row *row = fake_add(&kinds[0], KIND_JOB, id);

    fake_text(row, JOB_STATE, word);
    fake_text(row, JOB_USER, "li.wei");
    fake_int(row, JOB_ACCELS, 8);
    fake_ago(row, JOB_SUBMITTED_AT, 120);
    return row;
}

static void a_row_is_a_numbered_sentence(void **state)
{
    (void)state;
    job("fra/1", "running");
    job("fra/2", "failed");
    assert_true(hear("jobs"));
    has("Jobs 1-2 of 2");
    has("\n1. fra/1, user li.wei, running, ACC 8\n");
    has("\n2. fra/2, user li.wei, failed, ACC 8\n");
    has_not("QUEUE"); /* not known: no word of it */
    assert_plain();
    assert_int_equal(speech.item_count, 2);
    assert_memory_equal(speech.items[1].id, "fra/2", 5);
    assert_ptr_equal(speech.items[1].place, &state_of.place[0]);
}

static void a_stale_row_says_how_old_it_is(void **state)
{
    (void)state;
    fake_stale(job("fra/1", "running"), 90000);
    assert_true(hear("jobs"));
    has("\n1. 1m old, fra/1, ");
}

/* A long text is not cut as the screen must cut it. */
static void nothing_is_cut(void **state)
{
    static const char name[] =
        "a-name-that-is-much-longer-than-any-column-of-a-screen-of-a-hundred-columns-would-ever-be-by-far";

    (void)state;
    fake_text(job("fra/1", "running"), JOB_USER, name);
    assert_true(hear("jobs"));
    has(name);
}

static void hostile_names_are_marks(void **state)
{
    (void)state;
    for (int i = 0; i < FAKE_HOSTILE; i++) {
        struct row *row = job("fra/1", "running");
        row->cells[JOB_USER] = value_text(fake_hostile(i));
    }
    assert_true(hear("jobs"));
    has("^[[2J");
    assert_plain();
}

static void an_empty_list_says_why(void **state)
{
    (void)state;
    assert_true(hear("jobs"));
    assert_int_equal(speech.item_count, 0);
    has("Jobs, 0");
    has("\nno jobs");
}

/* A number finds its row again, with a name to each value and the way each curve goes. */
static void a_row_is_told_field_by_field(void **state)
{
    struct speech_item item;

    (void)state;
    struct row *link = fake_add(&kinds[0], KIND_LINK, "SHG>SZ");
    fake_text(link, LINK_FROM, "SHG");
    fake_text(link, LINK_TO, "SZ");
    fake_text(link, LINK_STATE, "degraded");
    fake_text(link, LINK_SEVERITY, "crit");
    fake_text(link, LINK_ONE_WAY_BASIS, "measured");
    link->cells[LINK_ONE_WAY_MS] = value_real(31.2);
    assert_true(hear("links"));
    has("1. critical, SHG");
    has(", degraded, NOW ms 31.2");
    item = speech.items[0];
    speech.wanted = &item;
    hear("links");
    assert_true(speech.found);
    buf_clear(&heard);
    buf_puts(&heard, buf_str(&speech.text), NULL);
    has("link SHG>SZ\nfrom: SHG\nto: SZ\n");
    has("\none way: 31.2 ms; rising, ");
    has(" ms in ");
    has("\nobserved: 2s ago\nsource: fra\n");
    has("not known: ");
    assert_plain();
    item.id_len = 3; /* another row */
    speech.found = false;
    hear("links");
    assert_false(speech.found);
}

static void all_views_tell_something_plain_or_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; view_table[i] != NULL; i++) {
        for (int k = 0; k < VIEW_NEEDS_MAX; k++)
            kinds[k].count = 0;
        for (size_t k = 0; view_table[i]->needs[k].kind != KIND_NONE; k++)
            fake_text(fake_add(&kinds[k], view_table[i]->needs[k].kind, "x"), 0, "x");
        state_of = (struct view_state){.sort_field = -2};
        hear(view_table[i]->name);
        assert_plain();
        if (view_table[i]->forget)
            view_table[i]->forget(&state_of);
    }
}

/* Signs are words, what is drawn is a gap, the cursor is nothing. */
static void a_line_of_a_canvas(void **state)
{
    struct canvas c;

    (void)state;
    assert_true(canvas_init(&c, 40, 2, GLYPHS_UNICODE));
    canvas_glyph(&c, 0, 0, ROLE_TITLE, GLYPH_CURSOR);
    canvas_glyph(&c, 1, 0, ROLE_WARN, GLYPH_WARN);
    canvas_puts(&c, 3, 0, 37, ROLE_TEXT, "disk ███▌·· 81 % · full! │ now");
    speech_line(&c, 0, 0, 40, &heard);
    assert_string_equal(buf_str(&heard), "warning disk, 81 % · full!, now");
    buf_clear(&heard);
    canvas_puts(&c, 0, 1, 40, ROLE_CHART, "⣀⣤⣶⣿ ───");
    speech_line(&c, 0, 1, 40, &heard);
    assert_string_equal(buf_str(&heard), "");
    canvas_release(&c);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, reset, release)
    const struct CMUnitTest tests[] = {
        TEST(a_row_is_a_numbered_sentence),
        TEST(a_stale_row_says_how_old_it_is),
        TEST(nothing_is_cut),
        TEST(hostile_names_are_marks),
        TEST(an_empty_list_says_why),
        TEST(a_row_is_told_field_by_field),
        TEST(all_views_tell_something_plain_or_nothing),
        TEST(a_line_of_a_canvas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
