#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/cause.h"

#define SINCE_MS INT64_C(100000000)
enum { MINUTE_MS = 60000 };

struct world {
    struct row rows[16];
    size_t count;
    struct row changes[8];
    size_t changed;
};

static const struct row *find(void *ctx, enum kind kind, struct safe_text id)
{
    struct world *w = ctx;

    for (size_t i = 0; i < w->count; i++)
        if (w->rows[i].kind == kind && text_equal(w->rows[i].id, id))
            return &w->rows[i];
    return NULL;
}

static void object(struct world *w, enum kind kind, const char *id, int field, const char *text, int field2,
                   const char *text2)
{
    struct row *row = &w->rows[w->count++];

    *row = (struct row){.kind = kind, .id = text_of(id)};
    row->cells[field] = value_text(text_of(text));
    row->cells[field2] = value_text(text_of(text2));
}

static void change(struct world *w, const char *id, const char *kind, const char *where, int before_ms)
{
    struct row *row = &w->changes[w->changed++];

    *row = (struct row){.kind = KIND_CHANGE, .id = text_of(id)};
    row->cells[CHANGE_AT] = value_time(SINCE_MS - before_ms);
    row->cells[CHANGE_KIND] = value_text(text_of(kind));
    row->cells[CHANGE_WHERE] = value_text(text_of(where));
    row->cells[CHANGE_WHAT] = value_text(text_of("something"));
}

static struct world fleet(void)
{
    struct world w = {.count = 0};

    object(&w, KIND_NODE, "ai/n1", NODE_RACK, "S/H1-A1", NODE_SCHEDULER, "ai");
    object(&w, KIND_RACK, "S/H1-A1", RACK_HALL, "S/H1", RACK_SITE, "S");
    object(&w, KIND_HALL, "S/H1", HALL_CLUSTER, "SHG", HALL_SITE, "S");
    object(&w, KIND_SCHEDULER, "ai", SCHEDULER_CLUSTER, "SHG", SCHEDULER_SITE, "S");
    object(&w, KIND_LINK, "SHG>SZ", LINK_FROM, "SHG", LINK_TO, "SZ");
    object(&w, KIND_TRANSFER, "t1", TRANSFER_LINK, "SHG>SZ", TRANSFER_DATASET, "d");
    return w;
}

static void nearest_is(struct world *w, const char *kind, const char *where, const char *want)
{
    struct row alert = {.kind = KIND_ALERT};
    const struct cause_facts facts = {w->changes, w->changed, {find, w}};

    alert.cells[ALERT_KIND] = value_text(text_of(kind));
    alert.cells[ALERT_WHERE] = value_text(text_of(where));
    alert.cells[ALERT_SINCE] = value_time(SINCE_MS);
    const struct row *got = cause_of(&alert, &facts);
    if (want == NULL)
        assert_null(got);
    else if (got == NULL || !text_is(got->id, want))
        fail_msg("%s %s: not %s", kind, where, want);
}

static void of_the_object_first_then_of_what_it_stands_in(void **state)
{
    (void)state;
    struct world w = fleet();

    change(&w, "cluster", "cluster", "SHG", MINUTE_MS);
    nearest_is(&w, "nodes", "ai/n1", "cluster");
    change(&w, "scheduler", "scheduler", "ai", 3 * MINUTE_MS);
    nearest_is(&w, "nodes", "ai/n1", "scheduler");
    change(&w, "rack", "rack", "S/H1-A1", 2 * MINUTE_MS);
    nearest_is(&w, "nodes", "ai/n1", "rack");
    change(&w, "node", "node", "ai/n1", 20 * MINUTE_MS);
    nearest_is(&w, "nodes", "ai/n1", "node");
    nearest_is(&w, "node", "ai/n1", "node");
}

static void of_a_link_its_way_back_and_its_ends(void **state)
{
    (void)state;
    struct world w = fleet();

    change(&w, "end", "cluster", "SHG", MINUTE_MS);
    nearest_is(&w, "links", "SHG>SZ", "end");
    change(&w, "back", "link", "SZ>SHG", MINUTE_MS);
    change(&w, "cut", "link", "SHG>SZ", 0);
    nearest_is(&w, "links", "SHG>SZ", "cut");
    nearest_is(&w, "transfers", "t1", "cut");
}

static void at_most_half_an_hour_before_and_never_after(void **state)
{
    (void)state;
    struct world w = fleet();

    change(&w, "after", "link", "SHG>SZ", -1);
    change(&w, "long-ago", "link", "SHG>SZ", CAUSE_BEFORE_MS + 1);
    nearest_is(&w, "links", "SHG>SZ", NULL);
    change(&w, "just", "link", "SHG>SZ", CAUSE_BEFORE_MS);
    nearest_is(&w, "links", "SHG>SZ", "just");
    change(&w, "later", "link", "SHG>SZ", MINUTE_MS);
    nearest_is(&w, "links", "SHG>SZ", "later");
    change(&w, "earlier-by-id", "link", "SHG>SZ", MINUTE_MS);
    nearest_is(&w, "links", "SHG>SZ", "earlier-by-id");
}

/* However near in time: what nothing ties to it is not its cause. */
static void what_is_elsewhere_is_not_it(void **state)
{
    (void)state;
    struct world w = fleet();

    change(&w, "other", "link", "GZ>SZ", 0);
    change(&w, "name-of-another-kind", "queue", "SHG>SZ", 0);
    change(&w, "alert", "alert", "SHG>SZ", 0);
    nearest_is(&w, "links", "SHG>SZ", NULL);
    nearest_is(&w, "nodes", "ai/n1", NULL);
    nearest_is(&w, "", "SHG>SZ", NULL);
    nearest_is(&w, "links", "", NULL);
    change(&w, "window", "maintenance", "SHG>SZ", MINUTE_MS);
    nearest_is(&w, "links", "SHG>SZ", "window");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_the_object_first_then_of_what_it_stands_in),
        cmocka_unit_test(of_a_link_its_way_back_and_its_ends),
        cmocka_unit_test(at_most_half_an_hour_before_and_never_after),
        cmocka_unit_test(what_is_elsewhere_is_not_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
