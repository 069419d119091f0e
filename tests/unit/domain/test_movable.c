#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "domain/movable.h"
#include "domain/plan_limits.h"

static const struct safe_text nothing[1];

static struct row job(const char *scheduler, const char *partition, const char *account, const char *comment)
{
    struct row row = {.kind = KIND_JOB, .id = text_of("fra/7")};

    row.cells[JOB_SCHEDULER] = value_text(text_of(scheduler));
    row.cells[JOB_QUEUE] = value_text(text_of(partition));
    if (account != NULL)
        row.cells[JOB_ACCOUNT] = value_text(text_of(account));
    if (comment != NULL)
        row.cells[JOB_COMMENT] = value_text(text_of(comment));
    return row;
}

static void judged(const struct movable *m, bool stays, struct row row, const char *movable, const char *by)
{
    char text[2][64];

    movable_judge(m, stays, &row);
    assert_string_equal(
        value_known(&row.cells[JOB_MOVABLE]) ? value_int_or(&row.cells[JOB_MOVABLE], 0) ? "yes" : "no" : "?", movable);
    assert_string_equal(text_show_in(value_text_or(&row.cells[JOB_MOVABLE_BY], ""), text[0], sizeof text[0]), by);
}

static void the_first_section_that_names_it_counts(void **state)
{
    struct safe_text batch[] = {text_of("batch"), text_of("long")}, genome[] = {text_of("genome")},
                     fra[] = {text_of("fra")};
    struct pattern *moves = pattern_new("\\bmoves\\b", false, NULL);
    const struct movable_rule rules[] = {
        {.by = text_of("movable \"b\""),
         .lists = {[MOVABLE_PARTITIONS] = batch, [MOVABLE_SCHEDULERS] = fra},
         .counts = {[MOVABLE_PARTITIONS] = 2, [MOVABLE_SCHEDULERS] = 1}},
        {.by = text_of("movable \"g\""), .lists = {[MOVABLE_ACCOUNTS] = genome}, .counts = {[MOVABLE_ACCOUNTS] = 1}},
        {.by = text_of("movable \"c\""), .lists = {nothing, nothing, nothing, nothing}, .comment = moves},
    };
    const struct movable m = {rules, 3};
    static const char none[] = "no movable section of hubtop.conf names it";

    (void)state;
    judged(&m, true, job("fra", "batch", NULL, NULL), "yes", "movable \"b\"");
    judged(&m, true, job("fra", "long", "genome", NULL), "yes", "movable \"b\"");
    judged(&m, true, job("ams", "batch", NULL, NULL), "no", none);
    judged(&m, true, job("ams", "batch", "genome", NULL), "yes", "movable \"g\"");
    judged(&m, true, job("fra", "batch,long", NULL, NULL), "yes", "movable \"b\"");
    judged(&m, true, job("fra", "batch,debug", NULL, NULL), "no", none); /* it may start where it may not move from */
    judged(&m, true, job("fra", "", NULL, NULL), "no", none);
    judged(&m, true, job("ams", "gpu", NULL, "it moves"), "yes", "movable \"c\"");
    judged(&m, true, job("ams", "gpu", NULL, "it removes"), "no", none);
    pattern_free(moves);
}

static void without_a_word_nothing_moves(void **state)
{
    static const char none[] = "hubtop.conf has no movable section";
    struct row told = job("fra", "batch", NULL, NULL);

    (void)state;
    judged(NULL, true, told, "no", none);
    judged(&(struct movable){0}, true, told, "no", none);
    judged(&(struct movable){0}, false, told, "?", ""); /* a hub that does not say */
    told.cells[JOB_MOVABLE] = value_bool(true);
    judged(&(struct movable){0}, true, told, "yes", ""); /* one that does */
}

/* --- limits --- */

static void presets_are_those_that_are_told(void **state)
{
    const struct plan_limits preset = plan_limits_preset();
    struct plan_limits zero = {0};
    size_t size = 0;

    (void)state;
    for (const struct plan_limits_info *i = plan_limits_table; i->name != NULL; i++, size += 8) {
        char *unit;
        double told = strtod(i->preset_text, &unit) * (*unit == 'h' ? 3600 : *unit == 'm' ? 60 : 1);
        assert_float_equal(plan_limits_at(&preset, i), told, 0);
        assert_true(plan_limits_set(&zero, i, told));
        assert_false(plan_limits_set(&zero, i, NAN));
        assert_false(plan_limits_set(&zero, i, -1));
        assert_false(plan_limits_set(&zero, i, INFINITY));
    }
    assert_int_equal(size, sizeof preset); /* every field has its line */
    assert_memory_equal(&zero, &preset, sizeof preset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_section_that_names_it_counts),
        cmocka_unit_test(without_a_word_nothing_moves),
        cmocka_unit_test(presets_are_those_that_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
