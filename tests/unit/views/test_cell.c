#include "unit/views/fake.h"

#include "views/cell.h"

static void unknown_is_never_a_number(void **state)
{
    const struct value none = value_none(), zero = value_int(0), ten = value_int(10);
    char out[CELL_MAX];

    (void)state;
    assert_string_equal(cell_count(&none, out), "-");
    assert_string_equal(cell_short(&none, out), "-");
    assert_string_equal(cell_plain(&none, out), "-");
    assert_string_equal(cell_span(&none, out), "-");
    assert_string_equal(cell_since(&none, FAKE_NOW_MS, out), "-");
    assert_string_equal(cell_clock(&none, FAKE_NOW_MS, out), "-");
    assert_string_equal(cell_used(&ten, &none, out), "-");
    assert_string_equal(cell_used(&zero, &zero, out), "-"); /* of nothing there is no share */
    assert_string_equal(cell_count(&zero, out), "0");
    assert_string_equal(cell_short(&zero, out), "0");
    assert_string_equal(cell_used(&ten, &ten, out), "0%");
}

static void numbers_fit_their_columns(void **state)
{
    static const struct {
        int64_t n;
        const char *shown;
    } cases[] = {{99999, "99999"},     {100000, "100k"}, {1234567, "1.2M"},   {99949999, "99.9M"}, {99960000, "100M"},
                 {4294901760, "4.3G"}, {-4242, "-4242"}, {INT64_MAX, "9.2E"}, {INT64_MIN, "-9.2E"}};
    char out[CELL_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value v = value_int(cases[i].n);

        assert_string_equal(cell_short(&v, out), cases[i].shown);
    }
    assert_string_equal(cell_number(INT64_MIN, out), "-9,223,372,036,854,775,808");
    assert_string_equal(cell_number(-123456, out), "-123,456");
    assert_string_equal(cell_number(999, out), "999");
}

static void a_field_says_its_unit(void **state)
{
    struct row row = {.kind = KIND_JOB};
    struct buf out = buf_make(4096);

    (void)state;
    fake_int(&row, JOB_TIME_LIMIT_S, 5400);
    fake_int(&row, JOB_MEMORY_MB, 1536);
    fake_ago(&row, JOB_SUBMITTED_AT, 90);
    fake_ago(&row, JOB_STARTS_ESTIMATE_AT, -7200);
    row.cells[JOB_MOVABLE] = value_bool(true);
    row.cells[JOB_COULD_RUN_AT] = value_list(text_from("fra\x1f"
                                                       "ams",
                                                       7));
    row.cells[JOB_LATENCY_MS_MAX] = value_real(2.5);
    for (int field = 0; field < JOB_ELIGIBLE_AT; field++)
        if (value_known(&row.cells[field])) {
            cell_words(&row, field, FAKE_NOW_MS, &out);
            buf_puts(&out, "; ", NULL);
        }
    assert_string_equal(buf_str(&out),
                        "2026-11-21T19:10:37Z (1m ago); 2026-11-21T21:12:07Z (in 2h); 1.5 GB; 1h (5,400 seconds); "
                        "2.5 ms; yes; fra, ams; ");
    buf_release(&out);
}

static enum glyph sign_of(enum kind kind, int field, const char *word)
{
    struct row row = {.kind = kind};

    if (word != NULL)
        fake_text(&row, field, word);
    return cell_sign(&row).glyph;
}

static void delays_and_shares_have_three_digits(void **state)
{
    static const struct {
        double value;
        const char *ms, *pct, *limit;
    } cases[] = {{0, "0.00", "0", "0"},         {0.004, "0.00", "0.00", "0.004"}, {0.05, "0.05", "0.05", "0.05"},
                 {0.42, "0.42", "0.4", "0.42"}, {1.664, "1.66", "1.7", "1.66"},   {3, "3.00", "3.0", "3"},
                 {9.996, "10.0", "10", "10"},   {20, "20.0", "20", "20"},         {99.96, "100", "100", "100"},
                 {312.4, "312", "312", "312"},  {4e9, "4.0G", "4.0G", "4.0G"},    {-0.42, "-0.42", "-0.4", "-0.42"}};
    const struct value none = value_none();
    char out[CELL_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value v = value_real(cases[i].value);

        assert_string_equal(cell_ms(&v, out), cases[i].ms);
        assert_string_equal(cell_pct(&v, out), cases[i].pct);
        assert_string_equal(cell_limit(&v, out), cases[i].limit);
    }
    assert_string_equal(cell_ms(&none, out), "-");
    assert_string_equal(cell_pct(&none, out), "-");
    assert_string_equal(cell_limit(&none, out), "-");
}

/* Severity is what its state was judged to be: "degraded" may be either. */
static void a_links_sign_is_its_severity_where_it_is_judged(void **state)
{
    struct row row = {.kind = KIND_LINK};

    (void)state;
    assert_int_equal(cell_sign(&row).glyph, GLYPH_UNKNOWN);
    fake_text(&row, LINK_STATE, "up");
    assert_int_equal(cell_sign(&row).glyph, GLYPH_OK);
    fake_text(&row, LINK_STATE, "degraded");
    fake_text(&row, LINK_SEVERITY, "crit");
    assert_int_equal(cell_sign(&row).glyph, GLYPH_CRIT);
    fake_text(&row, LINK_SEVERITY, "notice");
    assert_int_equal(cell_sign(&row).glyph, GLYPH_UNKNOWN);
    fake_text(&row, LINK_STATE, "planned");
    fake_text(&row, LINK_SEVERITY, "unknown");
    assert_int_equal(cell_sign(&row).glyph, GLYPH_COUNT);
    row.stale = true;
    assert_int_equal(cell_sign(&row).glyph, GLYPH_STALE);
}

static void signs_say_what_is_known(void **state)
{
    struct row row = {.kind = KIND_HUB};

    (void)state;
    assert_int_equal(sign_of(KIND_NODE, NODE_STATE, "idle"), GLYPH_OK);
    assert_int_equal(sign_of(KIND_NODE, NODE_STATE, "draining"), GLYPH_WARN);
    assert_int_equal(sign_of(KIND_NODE, NODE_STATE, "down"), GLYPH_CRIT);
    assert_int_equal(sign_of(KIND_NODE, NODE_STATE, "a word of tomorrow"), GLYPH_UNKNOWN);
    assert_int_equal(sign_of(KIND_NODE, NODE_STATE, NULL), GLYPH_UNKNOWN);
    assert_int_equal(cell_sign(&row).glyph, GLYPH_UNKNOWN);
    fake_int(&row, HUB_JOBS_WAITING, 0);
    assert_int_equal(cell_sign(&row).glyph, GLYPH_COUNT);
    row.stale = true;
    assert_int_equal(cell_sign(&row).glyph, GLYPH_STALE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_is_never_a_number),
        cmocka_unit_test(numbers_fit_their_columns),
        cmocka_unit_test(a_field_says_its_unit),
        cmocka_unit_test(signs_say_what_is_known),
        cmocka_unit_test(delays_and_shares_have_three_digits),
        cmocka_unit_test(a_links_sign_is_its_severity_where_it_is_judged),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
