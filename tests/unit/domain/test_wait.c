#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/wait.h"

static struct row job_of(const char *state, const char *reason)
{
    struct row job = {.kind = KIND_JOB};

    job.cells[JOB_STATE] = value_text(text_of(state));
    if (reason != NULL)
        job.cells[JOB_REASON] = value_text(text_of(reason));
    return job;
}

static void what_slurm_says_means(void **state)
{
    static const struct {
        const char *reason;
        enum wait_why why;
    } all[] = {
        {"Resources", WAIT_RESOURCES},
        {"Priority", WAIT_PRIORITY},
        {"Dependency", WAIT_DEPENDENCY},
        {"DependencyNeverSatisfied", WAIT_NEVER},
        {"QOSMaxJobsPerUserLimit", WAIT_QUOTA},
        {"QOSMaxGRESPerUser", WAIT_QUOTA},
        {"QOSGrpCpuLimit", WAIT_QUOTA},
        {"QOSMaxCpuPerJobLimit", WAIT_TOO_MUCH},
        {"AssocGrpGRES", WAIT_QUOTA},
        {"AssocMaxJobsLimit", WAIT_QUOTA},
        {"AssocMaxWallDurationPerJobLimit", WAIT_TOO_MUCH},
        {"PartitionTimeLimit", WAIT_TOO_MUCH},
        {"PartitionDown", WAIT_QUEUE},
        {"PartitionInactive", WAIT_QUEUE},
        {"ReqNodeNotAvail, UnavailableNodes:c[1-4]", WAIT_NODES},
        {"Reservation", WAIT_RESERVATION},
        {"ReservationDeleted", WAIT_NEVER},
        {"BeginTime", WAIT_BEGIN},
        {"Licenses", WAIT_LICENSES},
        {"JobArrayTaskLimit", WAIT_ARRAY},
        {"BurstBufferStageIn", WAIT_PREPARED},
        {"JobHeldAdmin", WAIT_HELD_ADMIN},
        {"waits for the moon", WAIT_OTHER},
        {"", WAIT_UNSAID},
        {NULL, WAIT_UNSAID},
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct row job = job_of("waiting", all[i].reason);
        if (wait_why_of(&job) != all[i].why)
            fail_msg("'%s' is taken for '%s'", all[i].reason, wait_short(wait_why_of(&job)));
    }
    struct row held = job_of("held", NULL);
    assert_int_equal(wait_why_of(&held), WAIT_HELD);
    for (int i = 0; i < WAIT_WHYS; i++) {
        assert_in_range(strlen(wait_short((enum wait_why)i)), 1, 15); /* a column's */
        assert_true(strlen(wait_words((enum wait_why)i)) > 0);
    }
}

static struct row queue_of(const struct wait_counts *w, struct buf *whys, struct buf *near)
{
    struct row queue = {.kind = KIND_QUEUE};

    wait_put_whys(w, whys);
    wait_put_rings(w, near);
    queue.cells[QUEUE_WAITS] = value_list(text_from(buf_str(whys), whys->len));
    queue.cells[QUEUE_RINGS] = value_list(text_from(buf_str(near), near->len));
    return queue;
}

static void counts_come_back_from_their_lists(void **state)
{
    struct buf whys = buf_make(WAIT_LIST_MAX), near = buf_make(WAIT_LIST_MAX);
    struct wait_counts w, back;
    enum wait_why order[WAIT_WHYS];
    struct row queue;

    (void)state;
    for (int i = 0; i < WAIT_WHYS; i++)
        w.why[i] = i == WAIT_OTHER ? 0 : INT64_MAX - (i + 5) % WAIT_WHYS;
    for (int i = 0; i < WAIT_RINGS; i++)
        w.ring[i] = INT64_MAX;
    queue = queue_of(&w, &whys, &near);
    back = wait_read(&queue);
    assert_memory_equal(&w, &back, sizeof w);
    assert_int_equal(wait_order(&w, order), WAIT_WHYS - 1);
    for (int i = 1; i < WAIT_WHYS - 1; i++)
        assert_true(w.why[order[i - 1]] >= w.why[order[i]]);
    buf_release(&whys);
    buf_release(&near);
}

static void what_makes_no_sense_counts_nothing(void **state)
{
    struct row queue = {.kind = KIND_QUEUE};
    struct wait_counts none = {{0}, {0}}, back;

    (void)state;
    queue.cells[QUEUE_WAITS] = value_list(
        text_of("resources\x1fpriority:\x1fquota:x\x1fheld:-3\x1fnobody:5\x1f:7\x1fother:9999999z\x1f\033[2J:1"));
    back = wait_read(&queue);
    assert_memory_equal(&none, &back, sizeof none);
    struct row job = job_of("waiting", "Resources");
    none.why[WAIT_RESOURCES] = none.ring[WAIT_RING_ANY] = INT64_MAX - 1;
    wait_count(&none, &job, 5);
    assert_true(none.why[WAIT_RESOURCES] == INT64_MAX && none.ring[WAIT_RING_ANY] == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_slurm_says_means),
        cmocka_unit_test(counts_come_back_from_their_lists),
        cmocka_unit_test(what_makes_no_sense_counts_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
