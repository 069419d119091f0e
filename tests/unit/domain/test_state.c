#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/state.h"

static void every_word_leads_back(void **state)
{
    (void)state;
    for (int s = JOB_WAITING; s <= JOB_UNKNOWN; s++)
        assert_int_equal(state_job(text_of(state_job_word((enum job_state)s))), s);
    for (int s = NODE_UP; s <= NODE_UNKNOWN; s++)
        assert_int_equal(state_node(text_of(state_node_word((enum node_state)s))), s);
    for (int s = SOURCE_LIVE; s <= SOURCE_DISABLED; s++)
        assert_int_equal(state_source(text_of(state_source_word((enum source_state)s))), s);
}

static void the_words_that_scripts_know(void **state)
{
    (void)state;
    assert_string_equal(state_job_word(JOB_HELD), "held");
    assert_string_equal(state_job_word(JOB_CANCELLED), "cancelled");
    assert_string_equal(state_node_word(NODE_DRAINING), "draining");
    assert_string_equal(state_source_word(SOURCE_DENIED), "denied");
}

static void other_words_are_unknown(void **state)
{
    (void)state;
    static const char *const words[] = {"", "RUNNING", "run", "running ", "idle+drain"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_int_equal(state_job(text_of(words[i])), JOB_UNKNOWN);
        assert_int_equal(state_node(text_of(words[i])), NODE_UNKNOWN);
        assert_int_equal(state_source(text_of(words[i])), SOURCE_OFFLINE);
    }
    assert_int_equal(state_job(text_from("running\0x", 9)), JOB_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_leads_back),
        cmocka_unit_test(the_words_that_scripts_know),
        cmocka_unit_test(other_words_are_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
