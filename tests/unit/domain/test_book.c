#include "book_kit.h"

/* --- spans --- */

static void a_bad_link_is_an_alert_until_it_was_well_for_a_minute(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "ok");
    kit_look(&k);
    assert_string_equal(kit_rows(&k), "");
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_wait(&k, 10 * SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing\n");
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "ok");
    kit_run(&k, 50 * SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing\n");
    kit_run(&k, 20 * SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit resolved\n");
    kit_wait(&k, 25 * HOUR);
    assert_string_equal(kit_rows(&k), "");
    kit_end(&k);
}

static void a_queue_must_be_late_for_ten_minutes(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_queue(&k, "fra/gpu", 700);
    kit_look(&k);
    kit_run(&k, 9 * MINUTE);
    assert_string_equal(kit_rows(&k), "");
    kit_queue(&k, "fra/gpu", 500); /* a break: the ten minutes begin anew */
    kit_run(&k, 10 * SECOND);
    kit_queue(&k, "fra/gpu", 700);
    kit_run(&k, 10 * MINUTE);
    assert_string_equal(kit_rows(&k), "");
    kit_run(&k, 20 * SECOND);
    assert_string_equal(kit_rows(&k), "queue fra/gpu warn firing\n");
    kit_end(&k);
}

static void what_becomes_better_is_graded_down_when_it_stays_so(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_look(&k);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "warn");
    kit_run(&k, 30 * SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing\n");
    kit_run(&k, 50 * SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ warn firing\n");
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing\n");
    kit_end(&k);
}

/* --- what is not fresh --- */

static void what_is_not_fresh_begins_and_ends_nothing(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_queue(&k, "fra/gpu", 500);
    kit_look(&k);
    kit_source(&k, "src", 2 * MINUTE);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "ok");
    kit_link(&k, "SHG>BJ", "SHG", "BJ", "crit");
    kit_queue(&k, "fra/gpu", 7000);
    kit_run(&k, 20 * MINUTE);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing\nsource src warn firing\n");
    kit_end(&k);
}

static void an_unknown_value_begins_and_ends_nothing(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_queue(&k, "fra/gpu", 700);
    kit_look(&k);
    kit_run(&k, 11 * MINUTE);
    kit_row(&k, KIND_QUEUE, "fra/gpu", "src")->cells[QUEUE_WAIT_P95_S] = value_none();
    kit_row(&k, KIND_QUEUE, "fra/cpu", "src")->cells[QUEUE_SLO_S] = value_int(600);
    kit_run(&k, HOUR);
    assert_string_equal(kit_rows(&k), "queue fra/gpu warn firing\n");
    kit_end(&k);
}

static void a_source_that_never_answered_has_a_minute(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    struct row *row = kit_row(&k, KIND_SOURCE, "new", "new");
    kit_text(row, SOURCE_STATE, "offline");
    kit_look(&k);
    kit_run(&k, 50 * SECOND);
    assert_string_equal(kit_rows(&k), "");
    kit_run(&k, 20 * SECOND);
    assert_string_equal(kit_rows(&k), "source new warn firing\n");
    kit_text(row, SOURCE_STATE, "live");
    kit_wait(&k, 10 * SECOND);
    assert_string_equal(kit_rows(&k), "source new warn resolved\n");
    kit_end(&k);
}

static void a_step_of_the_wall_clock_ends_nothing_early(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_queue(&k, "fra/gpu", 700);
    kit_look(&k);
    k.now.utc_ms += 3 * HOUR;
    kit_run(&k, 9 * MINUTE);
    assert_string_equal(kit_rows(&k), "");
    k.now.utc_ms -= 6 * HOUR;
    kit_run(&k, 70 * SECOND);
    assert_string_equal(kit_rows(&k), "queue fra/gpu warn firing\n");
    kit_end(&k);
}

/* --- coming back --- */

static void once(struct kit *k, int64_t bad_ms, int64_t well_ms)
{
    kit_link(k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_run(k, bad_ms);
    kit_link(k, "SHG>SZ", "SHG", "SZ", "ok");
    kit_run(k, well_ms);
}

static void what_comes_back_often_flaps_and_stays(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_look(&k);
    once(&k, 20 * SECOND, 80 * SECOND);
    once(&k, 20 * SECOND, 80 * SECOND);
    once(&k, 20 * SECOND, 80 * SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit resolved x2\n");
    once(&k, 20 * SECOND, 80 * SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing x3\n");
    once(&k, 20 * SECOND, 9 * MINUTE);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing x3\n");
    kit_run(&k, 80 * SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit resolved x3\n");
    kit_run(&k, HOUR);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit resolved\n");
    kit_end(&k);
}

/* --- acks --- */

static void an_ack_ends_when_its_time_is_over(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "warn");
    kit_look(&k);
    kit_ack(&k, "links/SHG>SZ", SEVERITY_WARN, 30 * MINUTE);
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ warn acked by li.wei\n");
    kit_run(&k, 29 * MINUTE);
    assert_string_equal(kit_rows(&k), "link SHG>SZ warn acked by li.wei\n");
    kit_run(&k, MINUTE);
    assert_string_equal(kit_rows(&k), "link SHG>SZ warn firing\n");
    kit_end(&k);
}

static void an_ack_ends_when_it_gets_worse(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "warn");
    kit_look(&k);
    kit_ack(&k, "links/SHG>SZ", SEVERITY_WARN, HOUR);
    kit_wait(&k, SECOND);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing\n");
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "warn"); /* and stays so when that is over */
    kit_run(&k, 2 * MINUTE);
    assert_string_equal(kit_rows(&k), "link SHG>SZ warn firing\n");
    kit_ack(&k, "links/SHG>SZ", SEVERITY_WARN, HOUR);
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ warn acked by li.wei\n");
    kit_end(&k);
}

static bool tell_ack_end(void *ctx, const struct row *row, bool changed)
{
    static const int fields[] = {ALERT_ACK_ENDED, ALERT_ACK_ENDED_OF, ALERT_ACK_ENDED_BY, ALERT_ACK_ENDED_FROM,
                                 ALERT_ACK_ENDED_TO};
    int64_t ended_ms = value_int_or(&row->cells[ALERT_ACK_ENDED_AT], 0);
    struct buf *out = ctx;

    (void)changed;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        kit_put(out, row, fields[i], i > 0 ? " " : "");
    if (ended_ms > 0)
        buf_printf(out, NULL, " %lld", (long long)(ended_ms - KIT_NOW_MS) / 1000);
    buf_putc(out, '\n', NULL);
    return true;
}

/* Why the ack of each ended, a line each: "WHY OF BY FROM TO SECOND". */
static const char *ack_ends(struct kit *k)
{
    struct buf out = buf_make(KIT_TEXT - 1);

    book_each(k->book, tell_ack_end, &out);
    memcpy(k->text, buf_str(&out), out.len + 1);
    buf_release(&out);
    return k->text;
}

static void why_an_ack_ended_stands_in_the_row(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "warn");
    kit_look(&k);
    assert_string_equal(ack_ends(&k), "\n");
    kit_ack(&k, "links/SHG>SZ", SEVERITY_WARN, 30 * MINUTE);
    kit_wait(&k, SECOND);
    assert_string_equal(ack_ends(&k), "\n");
    kit_run(&k, 30 * MINUTE);
    assert_string_equal(ack_ends(&k), "expired li.wei 1800\n");
    kit_ack(&k, "links/SHG>SZ", SEVERITY_WARN, HOUR);
    kit_wait(&k, SECOND);
    assert_string_equal(ack_ends(&k), "\n"); /* somebody has it again */
    kit_decide(&k, (struct desk_entry){.op = DESK_UNACK, .subject = text_of("links/SHG>SZ")});
    kit_wait(&k, SECOND);
    assert_string_equal(ack_ends(&k), "taken_back li.wei li.wei 1802\n");
    kit_ack(&k, "links/SHG>SZ", SEVERITY_WARN, HOUR);
    kit_wait(&k, SECOND);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_wait(&k, SECOND);
    assert_string_equal(ack_ends(&k), "worse li.wei warn crit 1805\n");
    kit_ack(&k, "links/SHG>SZ", SEVERITY_CRIT, HOUR);
    kit_wait(&k, SECOND);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "ok");
    kit_run(&k, 2 * MINUTE);
    assert_string_equal(ack_ends(&k), "resolved li.wei 1876\n");
    kit_end(&k);
}

/* A collector that was away while an ack ended tells it all the same, and remembers what it told. */
static void why_an_ack_ended_outlives_a_restart(void **state)
{
    struct kit k;
    struct row row = kit_alert(BOOK_SOURCE, "A-00001", "warn", "links", "SHG>SZ");

    (void)state;
    kit_begin(&k);
    kit_ack(&k, "links/SHG>SZ", SEVERITY_WARN, MINUTE);
    kit_text(&row, ALERT_RULE, "link");
    kit_text(&row, ALERT_STATE, "acked");
    kit_text(&row, ALERT_ACKED_BY, "li.wei");
    row.cells[ALERT_SINCE] = value_time(KIT_NOW_MS - HOUR);
    row.cells[ALERT_ACKED_AT] = value_time(KIT_NOW_MS);
    row.cells[ALERT_ACKED_UNTIL] = value_time(KIT_NOW_MS + MINUTE);
    book_remember(k.book, &row);
    kit_text(&row, ALERT_STATE, "firing");
    kit_text(&row, ALERT_WHERE, "SHG>GZ");
    row.id = text_of("A-00002");
    row.cells[ALERT_ACKED_BY] = row.cells[ALERT_ACKED_UNTIL] = row.cells[ALERT_ACKED_AT] = value_none();
    kit_text(&row, ALERT_ACK_ENDED, "worse");
    kit_text(&row, ALERT_ACK_ENDED_OF, "anna");
    kit_text(&row, ALERT_ACK_ENDED_FROM, "info");
    kit_text(&row, ALERT_ACK_ENDED_TO, "warn");
    row.cells[ALERT_ACK_ENDED_AT] = value_time(KIT_NOW_MS - MINUTE);
    book_remember(k.book, &row);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "warn");
    kit_link(&k, "SHG>GZ", "SHG", "GZ", "warn");
    kit_wait(&k, 5 * MINUTE);
    assert_string_equal(ack_ends(&k), "expired li.wei 60\nworse anna info warn -60\n");
    kit_end(&k);
}

static void what_was_acked_and_comes_back_is_returned(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_look(&k);
    kit_ack(&k, "links/SHG>SZ", SEVERITY_CRIT, 24 * HOUR);
    once(&k, MINUTE, 2 * MINUTE);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit resolved by li.wei\n");
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_run(&k, 10 * MINUTE);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit returned x1\n");
    kit_ack(&k, "links/SHG>SZ", SEVERITY_CRIT, HOUR);
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit acked x1 by li.wei\n");
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "ok");
    kit_run(&k, 3 * HOUR);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit"); /* so late it is another one */
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing\n");
    kit_end(&k);
}

static void an_ack_of_the_root_covers_what_it_explains(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "warn");
    kit_look(&k);
    kit_wait(&k, MINUTE);
    struct row told = kit_alert("am", "LinkSlow", "warn", "links", "SHG>SZ");
    kit_source(&k, "am", 0);
    kit_told(&k, "am", &told, 1);
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "LinkSlow SHG>SZ warn firing child\nlink SHG>SZ warn firing +1\n");
    kit_link(&k, "SZ>SHG", "SZ", "SHG", "warn");
    kit_ack(&k, "links/SHG>SZ", SEVERITY_WARN, HOUR);
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "LinkSlow SHG>SZ warn acked child by li.wei\n"
                                      "link SZ>SHG warn acked child by li.wei\n"
                                      "link SHG>SZ warn acked +2 by li.wei\n");
    kit_link(&k, "SZ>SHG", "SZ", "SHG", "crit"); /* a child that gets worse is the root's worry */
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "LinkSlow SHG>SZ warn firing child\n"
                                      "link SZ>SHG crit firing child\n"
                                      "link SHG>SZ crit firing +2\n");
    kit_end(&k);
}

static void what_begins_anew_is_not_acked_by_what_was_said_before(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_look(&k);
    kit_run(&k, HOUR);
    kit_ack(&k, "links/SHG>SZ", SEVERITY_CRIT, 24 * HOUR);
    kit_run(&k, HOUR);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing\n");
    kit_end(&k);
}

/* --- silences, maintenance --- */

static void silences_hide_and_end(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_look(&k);
    kit_decide(&k, (struct desk_entry){.op = DESK_SILENCE,
                                       .id = text_of("S-0001"),
                                       .kind = text_of("links"),
                                       .where = text_of("SHG>SZ"),
                                       .reason = text_of("splicing"),
                                       .ends_ms = k.now.utc_ms + 10 * MINUTE});
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit silenced\n");
    kit_run(&k, 10 * MINUTE);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing\n");
    struct row told = kit_alert("am", "Disk", "warn", NULL, NULL);
    kit_text(&told, ALERT_STATE, "silenced");
    kit_source(&k, "am", 0);
    kit_told(&k, "am", &told, 1);
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "Disk warn silenced\nlink SHG>SZ crit firing\n");
    kit_end(&k);
}

static int64_t hides(struct kit *k, const char *id)
{
    return book_hides(k->book, desk_silence_by_id(k->desk, text_of(id)), k->now.utc_ms);
}

static void how_many_alerts_a_silence_hides(void **state)
{
    struct kit k;
    const struct row told[] = {kit_alert("am", "Disk", "warn", "links", "SHG>SZ"),
                               kit_alert("am", "Fan", "warn", "racks", "r1")};
    struct desk_entry e = {.op = DESK_SILENCE, .reason = text_of("x"), .ends_ms = KIT_NOW_MS + 10 * MINUTE};

    (void)state;
    kit_begin(&k);
    e.id = text_of("S-LINK");
    e.kind = text_of("links");
    e.where = text_of("SHG>SZ");
    kit_decide(&k, e);
    assert_int_equal(hides(&k, "S-LINK"), -1); /* before the first look */
    e.id = text_of("S-KIND");
    e.where = text_of("");
    kit_decide(&k, e);
    e.id = text_of("S-ONE");
    e.kind = text_of("");
    e.alert = text_of("Fan");
    e.source = text_of("am");
    kit_decide(&k, e);
    e.id = text_of("S-LATER");
    e.starts_ms = KIT_NOW_MS + 5 * MINUTE;
    kit_decide(&k, e);
    kit_source(&k, "am", 0);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_link(&k, "SHG>GZ", "SHG", "GZ", "crit");
    kit_told(&k, "am", told, 2);
    kit_wait(&k, SECOND);
    assert_int_equal(hides(&k, "S-LINK"), 2);
    assert_int_equal(hides(&k, "S-KIND"), 3);
    assert_int_equal(hides(&k, "S-ONE"), 1);
    assert_int_equal(hides(&k, "S-LATER"), 0);
    kit_told(&k, "am", told, 0);
    kit_wait(&k, SECOND);
    assert_int_equal(hides(&k, "S-LINK"), 1);
    assert_int_equal(hides(&k, "S-KIND"), 2);
    assert_int_equal(hides(&k, "S-ONE"), 0);
    kit_run(&k, 10 * MINUTE);
    assert_int_equal(hides(&k, "S-KIND"), 0); /* over */
    kit_end(&k);
}

static void maintenance_is_named_and_changes_no_state(void **state)
{
    struct kit k;

    (void)state;
    kit_begin(&k);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_decide(&k, (struct desk_entry){.op = DESK_MAINTENANCE_ADD,
                                       .id = text_of("M-0001"),
                                       .what = text_of("maintenance"),
                                       .kind = text_of("links"),
                                       .where = text_of("SHG>SZ"),
                                       .reason = text_of("splicing"),
                                       .starts_ms = k.now.utc_ms + MINUTE,
                                       .ends_ms = k.now.utc_ms + 10 * MINUTE});
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing\n");
    kit_run(&k, MINUTE);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing in M-0001\n");
    kit_run(&k, 10 * MINUTE);
    assert_string_equal(kit_rows(&k), "link SHG>SZ crit firing\n");
    kit_end(&k);
}

static void a_reservation_for_maintenance_covers_its_nodes(void **state)
{
    struct kit k;
    struct row told[2];

    (void)state;
    kit_begin(&k);
    kit_source(&k, "am", 0);
    kit_lost(&k, "fra/n2", "n2", "r1");
    kit_lost(&k, "fra/n7", "n7", "r1");
    struct row *r = kit_row(&k, KIND_RESERVATION, "fra/swap", "src");
    kit_text(r, RESERVATION_SCHEDULER, "fra");
    kit_text(r, RESERVATION_PURPOSE, "maintenance");
    kit_text(r, RESERVATION_NODES, "n[1-3]");
    r->cells[RESERVATION_STARTS_AT] = value_time(k.now.utc_ms - MINUTE);
    r->cells[RESERVATION_ENDS_AT] = value_time(k.now.utc_ms + MINUTE);
    told[0] = kit_alert("am", "Down2", "warn", "nodes", "fra/n2");
    told[1] = kit_alert("am", "Down7", "warn", "nodes", "fra/n7");
    kit_told(&k, "am", told, 2);
    kit_look(&k);
    assert_string_equal(kit_rows(&k), "Down2 fra/n2 warn firing in fra/swap\nDown7 fra/n7 warn firing\n");
    kit_run(&k, 2 * MINUTE);
    assert_string_equal(kit_rows(&k), "Down2 fra/n2 warn firing\nDown7 fra/n7 warn firing\n");
    kit_end(&k);
}

/* --- told ones --- */

static void what_its_source_no_longer_tells_is_over(void **state)
{
    struct kit k;
    struct row told[2];

    (void)state;
    kit_begin(&k);
    kit_source(&k, "am", 0);
    told[0] = kit_alert("am", "a", "warn", NULL, NULL);
    told[1] = kit_alert("am", "b", "info", NULL, NULL);
    kit_told(&k, "am", told, 2);
    kit_look(&k);
    assert_string_equal(kit_rows(&k), "a warn firing\nb info firing\n");
    book_told_begin(k.book, text_of("am")); /* an answer that is cut changes nothing */
    book_told(k.book, &told[1]);
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "a warn firing\nb info firing\n");
    kit_told(&k, "am", &told[1], 1);
    kit_wait(&k, SECOND);
    assert_string_equal(kit_rows(&k), "a warn resolved\nb info firing\n");
    kit_end(&k);
}

static bool count_changed(void *ctx, const struct row *row, bool changed)
{
    (void)row;
    *(int *)ctx += changed;
    return true;
}

static void what_did_not_change_is_not_told_again(void **state)
{
    struct kit k;
    int changed = 0;

    (void)state;
    kit_begin(&k);
    kit_link(&k, "SHG>SZ", "SHG", "SZ", "crit");
    kit_look(&k);
    assert_true(book_changed(k.book));
    book_each(k.book, count_changed, &changed);
    assert_int_equal(changed, 1);
    kit_run(&k, 5 * MINUTE);
    assert_false(book_changed(k.book));
    book_each(k.book, count_changed, &changed);
    assert_int_equal(changed, 1);
    kit_end(&k);
}

static void impact_and_change_stand_in_the_row(void **state)
{
    struct kit k;
    struct impact_sum sum = {.jobs = 312, .users = 41, .tenants = 3};
    int changed = 0;

    (void)state;
    kit_begin(&k);
    kit_source(&k, "am", 0);
    struct row told = kit_alert("am", "a", "warn", NULL, NULL);
    kit_told(&k, "am", &told, 1);
    kit_look(&k);
    book_each(k.book, count_changed, &changed);
    book_impact(k.book, text_of("am"), text_of("a"), &sum);
    book_change(k.book, text_of("am"), text_of("a"), text_of("link SHG>SZ lost 4 paths"));
    assert_true(book_changed(k.book));
    book_each(k.book, count_changed, &changed);
    assert_int_equal(changed, 2);
    kit_end(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_link_is_an_alert_until_it_was_well_for_a_minute),
        cmocka_unit_test(a_queue_must_be_late_for_ten_minutes),
        cmocka_unit_test(what_becomes_better_is_graded_down_when_it_stays_so),
        cmocka_unit_test(what_is_not_fresh_begins_and_ends_nothing),
        cmocka_unit_test(an_unknown_value_begins_and_ends_nothing),
        cmocka_unit_test(a_source_that_never_answered_has_a_minute),
        cmocka_unit_test(a_step_of_the_wall_clock_ends_nothing_early),
        cmocka_unit_test(what_comes_back_often_flaps_and_stays),
        cmocka_unit_test(an_ack_ends_when_its_time_is_over),
        cmocka_unit_test(an_ack_ends_when_it_gets_worse),
        cmocka_unit_test(why_an_ack_ended_stands_in_the_row),
        cmocka_unit_test(why_an_ack_ended_outlives_a_restart),
        cmocka_unit_test(what_was_acked_and_comes_back_is_returned),
        cmocka_unit_test(an_ack_of_the_root_covers_what_it_explains),
        cmocka_unit_test(what_begins_anew_is_not_acked_by_what_was_said_before),
        cmocka_unit_test(silences_hide_and_end),
        cmocka_unit_test(how_many_alerts_a_silence_hides),
        cmocka_unit_test(maintenance_is_named_and_changes_no_state),
        cmocka_unit_test(a_reservation_for_maintenance_covers_its_nodes),
        cmocka_unit_test(what_its_source_no_longer_tells_is_over),
        cmocka_unit_test(what_did_not_change_is_not_told_again),
        cmocka_unit_test(impact_and_change_stand_in_the_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
