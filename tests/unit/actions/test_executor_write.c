#include "unit/actions/peers.h"

#include <sqlite3.h>

/* What stands in the journal is read back as it was meant, also by another version of this program. */

enum { STEPS = 400 };

/* As a version would have left it in whose table the steps have other numbers. */
static void renumber(const struct peers *p, int64_t step)
{
    char path[400], sql[200];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/actions.db", p->f.dir);
    snprintf(sql, sizeof sql, "UPDATE action SET body = json_set(body, '$.step', %d)", (int)step);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    sqlite3_close(db);
}

static const struct peer_job *living(const struct peers *p)
{
    const struct peer_job *found = NULL;
    size_t n = 0;
    for (size_t i = 0; i < p->job_count; i++) {
        n += peers_lives(&p->jobs[i]);
        found = peers_lives(&p->jobs[i]) ? &p->jobs[i] : found;
    }
    assert_int_equal(n, 1);
    return found;
}

/* The job is gone at its old scheduler, its copy is held at the new one: whoever takes that for another step loses it. */
static void a_step_is_known_by_its_word(void **state)
{
    struct peers *p = *state;
    const struct action *move = action_by_name(text_of("move"));
    for (int64_t step = 0; step < move->step_count; step++) {
        p->job_count = p->waiting_count = 0;
        struct order o = peers_order(peers_job_new(p, "a", false), "move", "b");
        int64_t nr = peers_add(p, &o, 1, "");
        while (p->waiting_count == 0 || p->waiting[0].o.what != SOURCE_ORDER_CANCEL)
            assert_true(peers_step(p));
        p->waiting[0].fault = FAULT_DIES_AFTER;
        executor_free(p->x); /* it died; what it was told is lost */
        struct source_ordered said = source_ordered_make();
        struct err err = {0};
        assert_int_equal(peers_carry(p, &p->waiting[0], &said, &err), SOURCE_ORDER_DONE);
        source_ordered_release(&said);
        p->waiting_count = 0;
        renumber(p, step);
        peers_start(p);
        peers_run(p, STEPS);
        const struct peers_seen s = peers_see(p, nr, 1);
        if (!s.done || living(p)->id[0] != 'b' || living(p)->state != JOB_WAITING)
            fail_msg("step %d: %s, '%s'", (int)step, order_state_word(s.state), s.result);
        executor_free(p->x);
        fixture_release(&p->f); /* a journal of its own for each */
        fixture_init(&p->f, NULL);
        peers_start(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_step_is_known_by_its_word, peers_setup, peers_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
