#include "unit/store/fixture.h"

#include <string.h>

#include "console/who.h"

/* Who is hit by what somebody names. */

static struct fixture f;

static int start(void **state)
{
    (void)state;
    fixture_init(&f, NULL);
    struct store_batch *b = fixture_batch(&f, "fra", KIND_NODE, true);
    struct row node = {.kind = KIND_NODE, .id = text_of("fra/node-0123456789")};
    node.cells[NODE_STATE] = value_text(text_of("down"));
    fixture_add(b, &node);
    fixture_apply(&f, b, 1000000);
    fixture_read(&f);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fixture_release(&f);
    return 0;
}

static void finish(struct who *w)
{
    while (who_step(w, f.now, 1000))
        continue;
}

/* Another moment is counted for the same object: its id is the page's own, which is forgotten. */
static void the_same_is_counted_again(void **state)
{
    struct who *w = who_new();
    char id[64];

    (void)state;
    who_begin_named(w, f.query, text_of("fra/node-0123456789"), QUERY_NOW, f.now);
    finish(w);
    assert_int_equal(who_hit(w)->kind, KIND_NODE);
    who_begin_named(w, f.query, who_hit(w)->id, QUERY_NOW, f.now);
    finish(w);
    assert_int_equal(who_hit(w)->kind, KIND_NODE);
    assert_string_equal(text_show_in(who_hit(w)->id, id, sizeof id), "fra/node-0123456789");
    who_free(w);
}

static void what_is_not_there_is_told(void **state)
{
    struct who *w = who_new();

    (void)state;
    who_begin_named(w, f.query, text_of("nothing"), QUERY_NOW, f.now);
    finish(w);
    assert_int_equal(who_hit(w)->kind, KIND_NONE);
    assert_false(who_hit(w)->counting);
    who_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_is_counted_again, start, end),
        cmocka_unit_test_setup_teardown(what_is_not_there_is_told, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
