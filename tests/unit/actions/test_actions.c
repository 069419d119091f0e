#include <setjmp.h> /* cmocka wants it */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "actions/action.h"
#include "domain/state.h"

/* Every kind of order: its table leads somewhere, and it refuses what makes no sense. */

static void at_most(const struct action *a, int step, int index, const char *what)
{
    if (index < 0 || index >= a->step_count)
        fail_msg("%s: step %d: its %s leads to %d of %d", a->name, step, what, index, a->step_count);
}

static void expect_step(const struct action *a, int k)
{
    const struct action_step *s = &a->steps[k];
    at_most(a, k, s->back, "back");
    at_most(a, k, s->again, "again");
    at_most(a, k, s->resume, "resume");
    if (!s->word || !*s->word)
        fail_msg("%s: step %d has no word", a->name, k);
    if (s->back && s->back < a->way)
        fail_msg("%s: '%s' is taken back on the way there", a->name, s->word);
    if (s->resume > k)
        fail_msg("%s: '%s' goes on behind itself after a restart", a->name, s->word);
    if (action_step_reads(s) && s->what != SOURCE_ORDER_SCRIPT && !s->judge)
        fail_msg("%s: '%s' reads, and nobody looks at it", a->name, s->word);
    if (k >= a->way && !s->stubborn)
        fail_msg("%s: '%s' takes back, and a refusal would end it half done", a->name, s->word);
    if (s->stubborn && !action_step_reads(s) && !s->again &&
        (k + 1 >= a->step_count || !action_step_reads(&a->steps[k + 1])))
        fail_msg("%s: nothing asks how it is when '%s' was refused", a->name, s->word);
    for (int other = 0; other < k; other++) {
        if (strcmp(s->word, a->steps[other].word) == 0)
            fail_msg("%s: two steps are called '%s'", a->name, s->word);
    }
}

static void tables(void **state)
{
    size_t n = 0;
    (void)state;
    for (const struct action *const *a = action_table; *a; a++, n++) {
        const struct action *x = *a;
        assert_non_null(x->summary);
        assert_non_null(x->check);
        assert_true(x->targets[0] != KIND_NONE);
        assert_in_range(x->step_count, 1, ACTION_STEPS_MAX);
        assert_in_range(x->way, 1, x->step_count);
        assert_ptr_equal(action_by_name(text_of(x->name)), x);
        if (x->undo && !action_by_name(text_of(x->undo)))
            fail_msg("%s: nothing is called '%s' that undoes it", x->name, x->undo);
        assert_true(x->undo_words && *x->undo_words); /* how, or why not */
        for (int k = 0; k < x->step_count; k++)
            expect_step(x, k);
    }
    assert_true(n >= 6);
    assert_null(action_by_name(text_of("frobnicate")));
    assert_null(action_by_name(text_of("")));
}

/* Which states of a job an order takes. */
static void checks(void **state)
{
    static const struct {
        const char *action, *takes;
    } all[] = {
        {"hold", "waiting held"},     {"release", "held"},
        {"priority", "waiting held"}, {"limit", "waiting held running suspended"},
        {"move", "waiting held"},     {"cancel", "waiting held running suspended"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct action *a = action_by_name(text_of(all[i].action));
        const struct order o = {.target = text_of("a/1")};
        assert_non_null(a);
        for (int s = JOB_WAITING; s <= JOB_UNKNOWN; s++) {
            const char *word = state_job_word((enum job_state)s);
            struct row job = {.kind = KIND_JOB};
            struct err err = {0};
            job.cells[JOB_STATE] = value_text(text_of(word));
            bool takes = strstr(all[i].takes, word) != NULL;
            if (a->check(&o, &job, &err) != takes)
                fail_msg("'%s' %s a job that is %s", a->name, takes ? "does not take" : "takes", word);
            if (!takes && (err.kind != ERR_REFUSED || !strstr(err.text, word)))
                fail_msg("'%s' refuses a job that is %s with '%s'", a->name, word, err.text);
        }
        struct row unknown = {.kind = KIND_JOB};
        struct err err = {0};
        assert_false(a->check(&o, &unknown, &err));
    }
}

/* Undo is said before, and nothing is said of what was not done. */
static void undo_is_honest(void **state)
{
    const struct action *cancel = action_by_name(text_of("cancel")), *hold = action_by_name(text_of("hold"));
    struct order o = {.state = ORDER_CONFIRMED};
    (void)state;
    assert_null(cancel->undo);
    assert_true(cancel->severe);
    assert_string_equal(hold->undo, "release");
    assert_true(*action_undo(hold, &o));
    assert_true(*action_undo(cancel, &o));
    o.state = ORDER_REFUSED;
    assert_string_equal(action_undo(hold, &o), "");
    o.state = ORDER_DONE;
    o.done = true;
    assert_true(*action_undo(hold, &o));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tables), cmocka_unit_test(checks),
                                       cmocka_unit_test(undo_is_honest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
