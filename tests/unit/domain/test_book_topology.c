#include "book_kit.h"

static void rack_of_four(struct kit *k, const char *fourth)
{
    kit_lost(k, "fra/n1", "n1", "FRA/r1");
    kit_lost(k, "fra/n2", "n2", "FRA/r1");
    kit_lost(k, "fra/n3", "n3", "FRA/r1");
    kit_lost(k, "fra/n4", "n4", fourth);
}

static void four_nodes_of_one_rack_are_one_alert(void **state)
{
    struct kit k;
    struct row told[2];

    (void)state;
    kit_begin(&k);
    kit_source(&k, "am", 0);
    kit_scheduler(&k, "fra", "FRA", 100, 0);
    kit_look(&k);
    rack_of_four(&k, "FRA/r1");
    kit_lost(&k, "fra/n9", "n9", "FRA/r2");
    kit_scheduler(&k, "fra", "FRA", 100, 5);
    told[0] = kit_alert("am", "Down1", "warn", "nodes", "fra/n1");
    told[1] = kit_alert("am", "Down9", "warn", "nodes", "fra/n9");
    kit_told(&k, "am", told, 2);
    kit_wait(&k, 10 * SECOND);
    assert_string_equal(kit_rows(&k), "Down1 fra/n1 warn firing child\n"
                                      "Down9 fra/n9 warn firing child\n"
                                      "rack FRA/r1 crit firing +3\n"
                                      "nodes fra warn firing child\n");
    kit_end(&k);
}

/* Both begin at the same moment, with the cut; then the promise of one of them is broken. */
static void of_two_directions_the_broken_promise_leads(void **state)
{
    struct kit k;
    struct row *link;

    (void)state;
    kit_begin(&k);
    link = kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_link(&k, "SZ>SHG", "SZ", "SHG", "crit");
    link->cells[LINK_REASONS] = value_list(text_of("lit 9 13\x1fover 3.42 3"));
    kit_wait(&k, 10 * SECOND);
    assert_string_equal(kit_rows(&k), "link SZ>SHG crit firing child\n"
                                      "link SHG>SZ crit firing +1\n");
    link->cells[LINK_REASONS] = value_list(text_of("lit 9 13"));
    kit_link(&k, "SZ>SHG", "SZ", "SHG", "crit")->cells[LINK_REASONS] = value_list(text_of("was_over 2.5 3"));
    kit_wait(&k, 10 * SECOND);
    assert_string_equal(kit_rows(&k), "link SZ>SHG crit firing +1\n"
                                      "link SHG>SZ crit firing child\n");
    kit_end(&k);
}

/* A site without power: its racks are not the cause of each other, nor of a scheduler that is gone as a whole. */
static void a_scheduler_that_is_down_explains_its_racks(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_scheduler(&k, "fra", "FRA", 4, 0);
    kit_look(&k);
    rack_of_four(&k, "FRA/r1");
    kit_scheduler(&k, "fra", "FRA", 4, 4);
    kit_text(kit_row(&k, KIND_SCHEDULER, "fra", "src"), SCHEDULER_STATE, "down");
    kit_wait(&k, 10 * SECOND);
    assert_string_equal(kit_rows(&k), "sched fra crit firing +2\n"
                                      "rack FRA/r1 crit firing child\n"
                                      "nodes fra warn firing child\n");
    kit_end(&k);
}

static void racks_of_one_hall_are_one_alert(void **state)
{
    static const char *const ids[] = {"FRA/r1", "FRA/r2", "FRA/r3"};
    static const char *const halls[] = {"FRA/H1", "FRA/H1", "FRA/H2"};
    static char names[3][4][32];
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_scheduler(&k, "fra", "FRA", 400, 0);
    kit_look(&k);
    for (int r = 0; r < 3; r++) {
        kit_text(kit_row(&k, KIND_RACK, ids[r], "src"), RACK_HALL, halls[r]);
        for (int n = 0; n < 4; n++) {
            snprintf(names[r][n], sizeof names[r][n], "fra/n%d%d", r, n);
            kit_lost(&k, names[r][n], names[r][n] + 4, ids[r]);
        }
        kit_wait(&k, 10 * SECOND);
    }
    kit_wait(&k, 10 * SECOND);
    assert_string_equal(kit_rows(&k), "rack FRA/r3 crit firing\n"
                                      "rack FRA/r2 crit firing child\n"
                                      "rack FRA/r1 crit firing +1\n");
    kit_end(&k);
}

static void three_nodes_of_a_rack_are_none(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_look(&k);
    rack_of_four(&k, "FRA/r2");
    kit_run(&k, 10 * MINUTE);
    assert_string_equal(kit_rows(&k), "");
    kit_end(&k);
}

/* One an hour is wear, not a switch. */
static void nodes_lost_one_by_one_are_none(void **state)
{
    static const char *const names[] = {"n1", "n2", "n3", "n4", "n5"};
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_look(&k);
    for (size_t i = 0; i < 5; i++) {
        kit_lost(&k, names[i], names[i], "FRA/r1");
        kit_run(&k, 10 * MINUTE);
    }
    assert_string_equal(kit_rows(&k), "");
    kit_end(&k);
}

static void a_rack_is_over_when_its_nodes_are_back(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_look(&k);
    rack_of_four(&k, "FRA/r1");
    kit_wait(&k, 10 * SECOND);
    assert_string_equal(kit_rows(&k), "rack FRA/r1 crit firing\n");
    kit_source(&k, "src", 2 * MINUTE); /* who is silent brings no node back */
    kit_run(&k, 20 * MINUTE);
    assert_string_equal(kit_rows(&k), "rack FRA/r1 crit firing\nsource src warn firing\n");
    kit_source(&k, "src", 0);
    k.facts.now.count[KIND_NODE] = 0;
    kit_run(&k, 2 * MINUTE);
    assert_string_equal(kit_rows(&k), "rack FRA/r1 crit resolved\nsource src warn resolved\n");
    kit_end(&k);
}

static void tenant(struct kit *k)
{
    struct row *row = kit_row(k, KIND_TENANT, "bank", "src");

    kit_text(row, TENANT_AT, "SZ");
    row->cells[TENANT_RING_MS] = value_real(3);
}

/* One cut, one root: the way back, the data under way, the users and the queues that serve them. */
static void a_cut_link_explains_what_hangs_on_it(void **state)
{
    struct kit k;
    struct row told[6];

    (void)state;
    kit_begin(&k);
    kit_source(&k, "hub", 0);
    tenant(&k);
    kit_text(kit_row(&k, KIND_TRANSFER, "t1", "hub"), TRANSFER_LINK, "SZ>SHG");
    kit_text(kit_queue(&k, "fra/gpu", 5), QUEUE_CLUSTER, "SHG");
    kit_text(kit_queue(&k, "gui/gpu", 5), QUEUE_CLUSTER, "GUI");
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_link(&k, "GUI>CQ", "GUI", "CQ", "warn"); /* no tenant is there */
    kit_look(&k);
    kit_wait(&k, 10 * SECOND);
    kit_link(&k, "SZ>SHG", "SZ", "SHG", "warn");
    told[0] = kit_alert("hub", "1", "warn", "transfers", "t1");
    told[1] = kit_alert("hub", "2", "warn", "tenants", "bank");
    told[2] = kit_alert("hub", "3", "warn", "queues", "fra/gpu");
    told[3] = kit_alert("hub", "4", "warn", "queues", "gui/gpu");
    told[4] = kit_alert("hub", "5", "warn", NULL, NULL);
    told[5] = kit_alert("hub", "6", "warn", "queues", "nobody/knows");
    kit_told(&k, "hub", told, 6);
    kit_wait(&k, 10 * SECOND);
    assert_string_equal(kit_rows(&k), "1 t1 warn firing child\n"
                                      "2 bank warn firing child\n"
                                      "3 fra/gpu warn firing child\n"
                                      "4 gui/gpu warn firing\n"
                                      "5 warn firing\n"
                                      "6 nobody/knows warn firing\n"
                                      "link SZ>SHG warn firing child\n"
                                      "link SHG>SZ crit firing +4\n"
                                      "link GUI>CQ warn firing\n");
    kit_end(&k);
}

/* What was so for an hour has another cause. */
/* An alert may come in an answer before its object does. */
static void what_is_known_late_is_explained_soon(void **state)
{
    struct kit k;
    struct row told;

    (void)state;
    kit_begin(&k);
    kit_source(&k, "hub", 0);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_look(&k);
    kit_wait(&k, 10 * SECOND);
    told = kit_alert("hub", "1", "crit", "transfers", "t1");
    kit_told(&k, "hub", &told, 1);
    kit_look(&k);
    assert_string_equal(kit_rows(&k), "1 t1 crit firing\n"
                                      "link SHG>SZ crit firing\n");
    kit_text(kit_row(&k, KIND_TRANSFER, "t1", "hub"), TRANSFER_LINK, "SHG>SZ");
    kit_wait(&k, 2 * SECOND);
    assert_string_equal(kit_rows(&k), "1 t1 crit firing child\n"
                                      "link SHG>SZ crit firing +1\n");
    kit_end(&k);
}

/* Others tell first, as when this program was started late; acks are of the object and hold. */
static void ours_leads_and_is_as_old_as_others_say(void **state)
{
    struct kit k;
    struct row told[3];

    (void)state;
    kit_begin(&k);
    kit_source(&k, "hub", 0);
    told[0] = kit_alert("hub", "0", "warn", "links", "SHG>SZ");
    told[1] = kit_alert("hub", "1", "crit", "links", "SHG>SZ");
    told[2] = kit_alert("hub", "2", "crit", "transfers", "t1");
    told[0].cells[ALERT_SINCE] = value_time(k.now.utc_ms - 72 * HOUR);
    told[1].cells[ALERT_SINCE] = value_time(k.now.utc_ms - HOUR);
    told[2].cells[ALERT_SINCE] = value_time(k.now.utc_ms - HOUR);
    kit_text(kit_row(&k, KIND_TRANSFER, "t1", "hub"), TRANSFER_LINK, "SHG>SZ");
    kit_told(&k, "hub", told, 3);
    kit_look(&k);
    assert_string_equal(kit_rows(&k), "0 SHG>SZ crit firing +2\n"
                                      "1 SHG>SZ crit firing child\n"
                                      "2 t1 crit firing child\n");
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_wait(&k, 10 * SECOND);
    assert_string_equal(kit_rows(&k), "0 SHG>SZ warn firing child\n"
                                      "1 SHG>SZ crit firing child\n"
                                      "2 t1 crit firing child\n"
                                      "link SHG>SZ crit firing +3\n");
    assert_int_equal(kit_own_since(&k), value_int_or(&told[1].cells[ALERT_SINCE], 0));
    kit_end(&k);
}

static void what_begins_later_is_as_old_as_we_say(void **state)
{
    struct kit k;
    struct row told;
    int64_t since_ms;

    (void)state;
    kit_begin(&k);
    kit_source(&k, "hub", 0);
    told = kit_alert("hub", "1", "crit", "links", "SHG>SZ");
    told.cells[ALERT_SINCE] = value_time(k.now.utc_ms - HOUR);
    kit_told(&k, "hub", &told, 1);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "ok");
    kit_run(&k, 2 * MINUTE);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_wait(&k, 10 * SECOND);
    since_ms = k.now.utc_ms;
    kit_run(&k, MINUTE);
    assert_int_equal(kit_own_since(&k), since_ms);
    kit_end(&k);
}

static void a_doubt_asks_at_once(void **state)
{
    struct kit k;
    struct row told;

    (void)state;
    kit_begin(&k);
    kit_source(&k, "hub", 0);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    told = kit_alert("hub", "1", "crit", "tenants", "bank");
    kit_told(&k, "hub", &told, 1);
    kit_wait(&k, 10 * SECOND);
    tenant(&k);
    kit_look(&k);
    assert_string_equal(kit_rows(&k), "1 bank crit firing\n"
                                      "link SHG>SZ crit firing\n");
    book_doubt(k.book);
    kit_look(&k);
    assert_string_equal(kit_rows(&k), "1 bank crit firing child\n"
                                      "link SHG>SZ crit firing +1\n");
    kit_end(&k);
}

static void a_cause_comes_before_its_effect(void **state)
{
    struct kit k;
    struct row told = kit_alert("hub", "1", "warn", "tenants", "bank");

    (void)state;
    kit_begin(&k);
    kit_source(&k, "hub", 0);
    tenant(&k);
    told.cells[ALERT_SINCE] = value_time(k.now.utc_ms - HOUR);
    kit_told(&k, "hub", &told, 1);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_look(&k);
    assert_string_equal(kit_rows(&k), "1 bank warn firing\nlink SHG>SZ crit firing\n");
    kit_end(&k);
}

static void down(struct kit *k, const char *id, const char *from, const char *to)
{
    kit_text(kit_link(k, id, from, to, "crit"), LINK_STATE, "down");
}

static void an_island_explains_its_links_and_who_is_heard_through_them(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_row(&k, KIND_CLUSTER, "QY", "src");
    kit_row(&k, KIND_CLUSTER, "SHG", "src");
    kit_source(&k, "qy", 0);
    kit_text(kit_row(&k, KIND_SCHEDULER, "qy", "qy"), SCHEDULER_CLUSTER, "QY");
    down(&k, "QY>SHG", "QY", "SHG");
    down(&k, "SHG>QY", "SHG", "QY");
    down(&k, "QY>GUI", "QY", "GUI");
    kit_link(&k, "SHG>GUI", "SHG", "GUI", "ok");
    kit_look(&k);
    kit_source(&k, "qy", 2 * MINUTE);
    kit_wait(&k, MINUTE);
    kit_rows(&k);
    assert_non_null(strstr(k.text, "island QY crit firing +4\n"));
    assert_non_null(strstr(k.text, "source qy warn firing child\n"));
    assert_non_null(strstr(k.text, "link SHG>QY crit firing child\n"));
    assert_null(strstr(k.text, "SHG crit firing\n"));
    kit_end(&k);
}

static void an_island_of_one_link_is_the_links(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_row(&k, KIND_CLUSTER, "QY", "src");
    down(&k, "QY>SHG", "QY", "SHG");
    kit_link(&k, "SHG>GUI", "SHG", "GUI", "ok");
    kit_look(&k);
    kit_rows(&k);
    assert_non_null(strstr(k.text, "link QY>SHG crit firing +1\n"));
    assert_non_null(strstr(k.text, "island QY crit firing child\n"));
    kit_end(&k);
}

static void most_links_of_an_end_bad_are_the_site(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_row(&k, KIND_CLUSTER, "QY", "src");
    kit_link(&k, "QY>SHG", "QY", "SHG", "warn");
    kit_link(&k, "QY>GUI", "QY", "GUI", "warn");
    kit_link(&k, "QY>CQ", "QY", "CQ", "ok");
    kit_link(&k, "SHG>GUI", "SHG", "GUI", "ok");
    kit_link(&k, "SHG>CQ", "SHG", "CQ", "ok");
    kit_look(&k);
    kit_rows(&k);
    assert_non_null(strstr(k.text, "site QY warn firing +2\n"));
    kit_link(&k, "QY>GUI", "QY", "GUI", "ok");
    kit_run(&k, 3 * MINUTE);
    kit_rows(&k);
    assert_non_null(strstr(k.text, "link QY>SHG warn firing\n"));
    assert_non_null(strstr(k.text, "site QY warn resolved"));
    kit_end(&k);
}

/* --- restarts and limits --- */

static bool hand_on(void *ctx, const struct row *row, bool changed)
{
    (void)changed;
    book_remember(ctx, row);
    return true;
}

static void restart(struct kit *k)
{
    struct book *next = book_new(NULL);

    book_each(k->book, hand_on, next);
    book_free(k->book);
    k->book = next;
    book_desk(next, k->desk);
    k->now.boot_ms = 17 * MINUTE; /* another boot */
}

static void a_restart_forgets_nothing(void **state)
{
    struct kit k;
    char before[KIT_TEXT];
    struct row told = kit_alert("am", "a", "warn", "links", "SHG>SZ");

    (void)state;
    kit_begin(&k);
    kit_source(&k, "am", 0);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "warn");
    kit_link(&k, "SHG>CQ", "SHG", "CQ", "warn");
    kit_look(&k);
    kit_told(&k, "am", &told, 1);
    kit_ack(&k, "links/SHG>SZ", SEVERITY_WARN, 2 * HOUR);
    kit_ack(&k, "links/SHG>CQ", SEVERITY_WARN, 2 * HOUR);
    kit_wait(&k, 10 * SECOND);
    kit_link(&k, "SHG>CQ", "SHG", "CQ", "crit"); /* ends its ack */
    kit_wait(&k, 10 * SECOND);
    memcpy(before, kit_rows(&k), KIT_TEXT);
    assert_non_null(strstr(before, "link SHG>SZ warn acked +1 by li.wei\n"));
    assert_non_null(strstr(before, "link SHG>CQ crit firing\n"));
    restart(&k);
    kit_wait(&k, 10 * SECOND);
    assert_string_equal(kit_rows(&k), before);
    kit_told(&k, "am", &told, 1);
    kit_wait(&k, 10 * SECOND);
    assert_string_equal(kit_rows(&k), before);
    kit_end(&k);
}

static void tell_many(struct kit *k, size_t n)
{
    char id[32];

    book_told_begin(k->book, text_of("am"));
    for (size_t i = 0; i < n; i++) {
        snprintf(id, sizeof id, "%zu", i);
        struct row row = kit_alert("am", id, i < 3 ? "crit" : "warn", NULL, NULL);
        row.cells[ALERT_SINCE] = value_time(k->now.utc_ms - (int64_t)(i % 100));
        book_told(k->book, &row);
    }
    book_told_end(k->book);
}

struct counts {
    size_t open, crit, over, full;
};

static bool count(void *ctx, const struct row *row, bool changed)
{
    struct counts *c = ctx;
    struct safe_text state = value_text_or(&row->cells[ALERT_STATE], "");

    (void)changed;
    c->full += text_is(value_text_or(&row->cells[ALERT_RULE], ""), BOOK_RULE_FULL);
    c->open += text_is(state, "firing");
    c->over += text_is(state, "resolved");
    c->crit += text_is(value_text_or(&row->cells[ALERT_SEVERITY], ""), "crit");
    return true;
}

static void a_full_book_says_so(void **state)
{
    struct kit k;
    struct counts c = {0};

    (void)state;
    kit_begin(&k);
    kit_source(&k, "am", 0);
    tell_many(&k, BOOK_ALERTS_MAX + 500);
    kit_look(&k);
    book_each(k.book, count, &c);
    assert_int_equal(c.open, BOOK_ALERTS_MAX + 1);
    assert_int_equal(c.crit, 3);
    assert_int_equal(c.full, 1);
    tell_many(&k, 0);
    kit_run(&k, 2 * MINUTE);
    c = (struct counts){0};
    book_each(k.book, count, &c);
    assert_int_equal(c.open, 0);
    assert_in_range(c.over, 1, BOOK_RESOLVED_MAX + 1);
    kit_end(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_nodes_of_one_rack_are_one_alert),
        cmocka_unit_test(of_two_directions_the_broken_promise_leads),
        cmocka_unit_test(a_scheduler_that_is_down_explains_its_racks),
        cmocka_unit_test(racks_of_one_hall_are_one_alert),
        cmocka_unit_test(three_nodes_of_a_rack_are_none),
        cmocka_unit_test(nodes_lost_one_by_one_are_none),
        cmocka_unit_test(a_rack_is_over_when_its_nodes_are_back),
        cmocka_unit_test(a_cut_link_explains_what_hangs_on_it),
        cmocka_unit_test(what_is_known_late_is_explained_soon),
        cmocka_unit_test(ours_leads_and_is_as_old_as_others_say),
        cmocka_unit_test(what_begins_later_is_as_old_as_we_say),
        cmocka_unit_test(a_doubt_asks_at_once),
        cmocka_unit_test(a_cause_comes_before_its_effect),
        cmocka_unit_test(an_island_explains_its_links_and_who_is_heard_through_them),
        cmocka_unit_test(an_island_of_one_link_is_the_links),
        cmocka_unit_test(most_links_of_an_end_bad_are_the_site),
        cmocka_unit_test(a_restart_forgets_nothing),
        cmocka_unit_test(a_full_book_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
