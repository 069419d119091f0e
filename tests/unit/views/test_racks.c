#include "unit/views/fake.h"

#include "views/racks.h"

static struct row rack(const char *state, double power_kw, double cap_kw)
{
    struct row row = {.kind = KIND_RACK};

    if (state[0] != '\0')
        fake_text(&row, RACK_STATE, state);
    row.cells[RACK_POWER_KW] = value_real(power_kw);
    row.cells[RACK_POWER_CAP_KW] = value_real(cap_kw);
    return row;
}

/* The limits of the design: above them, not at them. */
static void limits_of_racks(void **state)
{
    static const struct {
        const char *state;
        double power_kw, inlet_c;
        enum severity severity;
        const char *word;
    } cases[] = {
        {"up", 80, 27, SEVERITY_OK, ""},
        {"up", 80.1, 27, SEVERITY_WARN, "load"},
        {"up", 90, 27, SEVERITY_WARN, "load"},
        {"up", 90.1, 27, SEVERITY_CRIT, "overload"},
        {"up", 50, 27.1, SEVERITY_WARN, "warm"},
        {"up", 50, 32, SEVERITY_WARN, "warm"},
        {"up", 50, 32.1, SEVERITY_CRIT, "hot"},
        {"degraded", 50, 33, SEVERITY_CRIT, "hot"},
        {"down", 50, 33, SEVERITY_CRIT, ""}, /* its state says it all */
        {"degraded", 50, 20, SEVERITY_WARN, ""},
        {"", 50, NAN, SEVERITY_OK, ""},
        {"", NAN, NAN, SEVERITY_UNKNOWN, ""}, /* unknown is not well */
        {"unknown", NAN, NAN, SEVERITY_UNKNOWN, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct row row = rack(cases[i].state, cases[i].power_kw, 100);
        struct racks_state is = racks_judge(&row, cases[i].inlet_c, NULL);

        if (is.severity != cases[i].severity || strcmp(is.word, cases[i].word) != 0)
            fail_msg("case %zu: severity %d, '%s'", i, (int)is.severity, is.word);
    }
}

static void stale_rows_say_nothing_about_now(void **state)
{
    struct row row = rack("down", 99, 100);

    (void)state;
    row.stale = true;
    assert_int_equal(racks_judge(&row, 40, NULL).severity, SEVERITY_UNKNOWN);
}

/* Planning figures are never an alarm. */
static void full_clusters_are_no_alarm(void **state)
{
    struct row row = {.kind = KIND_CLUSTER};

    (void)state;
    fake_text(&row, CLUSTER_STATE, "up");
    row.cells[CLUSTER_POWER_KW] = row.cells[CLUSTER_POWER_CAP_KW] = value_real(1000);
    row.cells[CLUSTER_RACKS_USED] = row.cells[CLUSTER_RACKS_TOTAL] = value_int(1000);
    assert_int_equal(racks_judge(&row, 20, NULL).severity, SEVERITY_OK);
    assert_int_equal(racks_role(&row, RACKS_POWER, 100, NULL), ROLE_TEXT);
    assert_int_equal(racks_role(&row, RACKS_SPACE, 100, NULL), ROLE_TEXT);
    assert_int_equal(racks_judge(&row, 33, NULL).severity, SEVERITY_CRIT);
}

static void numbers_in_words(void **state)
{
    const struct value none = value_none(), some = value_real(4612), cap = value_real(5200), big = value_real(801000);
    char out[CELL_MAX];

    (void)state;
    assert_string_equal(racks_power(&some, &cap, true, out), "4612/5200 kW");
    assert_string_equal(racks_power(&some, &big, true, out), "4.61/801 MW");
    assert_string_equal(racks_power(&some, &none, false, out), "4612/-");
    assert_string_equal(racks_power(&none, &none, true, out), "-");
    assert_string_equal(racks_share(&some, &big, out), "4612/801k");
    assert_string_equal(racks_share(&none, &some, out), "-/4612");
    assert_string_equal(racks_share(&none, &none, out), "-");
    assert_string_equal(racks_words(RACKS_INLET, 31.46, out), "31.5C");
    assert_string_equal(racks_words(RACKS_POWER, NAN, out), "-");
}

static void divided_by_nothing_is_unknown(void **state)
{
    const struct row no_cap = rack("up", 3, 0), no_power = rack("up", NAN, 40);

    (void)state;
    assert_true(isnan(racks_number(&no_cap, RACKS_POWER)));
    assert_true(isnan(racks_number(&no_power, RACKS_POWER)));
    assert_true(isnan(racks_number(&no_cap, RACKS_NODES)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_of_racks),
        cmocka_unit_test(stale_rows_say_nothing_about_now),
        cmocka_unit_test(full_clusters_are_no_alarm),
        cmocka_unit_test(numbers_in_words),
        cmocka_unit_test(divided_by_nothing_is_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
