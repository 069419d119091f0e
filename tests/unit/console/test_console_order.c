#include "unit/console/console_world.h"
#include "unit/console/form_kit.h"

#include "views/marks.h"

/* `:order` and `:order!` in a console without a collector: what their dialogs say, take and would ask for, and which words make none. */

enum { JOBS = 600 };

static const struct console_order orders[] = {
    {"hold", "keeps a job from starting", "release it", {KIND_JOB}, CONSOLE_ORDER_ALONE, false},
    {"cancel", "ends a job", "it cannot be undone", {KIND_JOB}, CONSOLE_ORDER_ALONE, true},
    {"move", "lets a job wait elsewhere", "move it back", {KIND_JOB}, CONSOLE_ORDER_TO, true},
    {"priority", "sets its priority", "set the former one", {KIND_JOB}, CONSOLE_ORDER_COUNT, false},
    {"limit", "sets its time limit", "set the former one", {KIND_JOB}, CONSOLE_ORDER_SPAN, false},
    {"pause", "keeps it from going on", "it ends by itself", {KIND_LINK, KIND_JOB}, CONSOLE_ORDER_UNTIL, false},
    {"drain", "takes no more jobs", "resume it", {KIND_NODE}, CONSOLE_ORDER_ALONE, false},
    {0}};

/* j/000 to j/599: more than a request holds. */
static void put_jobs(void)
{
    struct store_batch *b = fixture_batch(&f, "fra", KIND_JOB, true);
    char id[16];

    for (int i = 0; i < JOBS; i++) {
        snprintf(id, sizeof id, "j/%03d", i);
        const struct row row = fixture_job(id, "li.wei", "waiting", 1);
        fixture_add(b, &row);
    }
    fixture_apply(&f, b, 1000000);
}

static void put_nodes(void)
{
    struct store_batch *b = fixture_batch(&f, "fra", KIND_NODE, true);

    for (int i = 1; i <= 2; i++) {
        struct row row = {.kind = KIND_NODE, .id = text_of(i == 1 ? "n/1" : "n/2")};
        row.cells[NODE_STATE] = value_text(text_of("down"));
        fixture_add(b, &row);
    }
    fixture_apply(&f, b, 1000000);
}

static void open_with(const char *view, bool write, const struct console_order *of)
{
    fixture_init(&f, NULL);
    put_jobs();
    put_nodes();
    world_open(&(struct console_options){.view = view, .sort = "id", .write = write, .orders = of});
    draw();
}

static int open_console(void **state)
{
    (void)state;
    open_with("jobs", true, orders);
    return 0;
}

static int open_nodes(void **state)
{
    (void)state;
    open_with("nodes", true, orders);
    return 0;
}

static int open_reading(void **state)
{
    (void)state;
    open_with("jobs", false, orders);
    return 0;
}

static int open_without(void **state)
{
    (void)state;
    open_with("jobs", true, NULL);
    return 0;
}

/* Whether a dialog stands there after that line. */
static bool asks(const char *line)
{
    bool form;

    console.message[0] = '\0';
    console_line_run(&console, line);
    form = console.mode == MODE_FORM;
    console.mode = MODE_NORMAL; /* keys that are typed are given to it by sent() */
    return form;
}

static void refused(const char *line, const char *words)
{
    assert_false(asks(line));
    if (!said(words))
        fail_msg("'%s' said '%s', not '%s'", line, console.message, words);
    assert_true(console.message_is_error);
}

/* What the collector would be asked when these keys are typed into the dialog; NULL: nothing. */
static const struct intent *sent(const char *keys)
{
    static struct intent ask;
    struct instant now = console_now(&console);

    return form_kit_type(&console.form, keys, &now, &ask) == FORM_DONE ? &ask : NULL;
}

static void would_send(const char *line, const char *keys, const char *request)
{
    const struct intent *ask;

    assert_true(asks(line));
    ask = sent(keys);
    assert_non_null(ask);
    assert_string_equal(ask->ask, request);
}

static void the_row_under_the_cursor_is_meant(void **state)
{
    (void)state;
    console_act_key(&console, 'j');
    assert_true(asks("order hold"));
    assert_string_equal(console.form.dialog.title, "Order for j/001");
    assert_int_equal(console.form.dialog.line_count, 3);
    assert_string_equal(console.form.dialog.lines[0], "hold: keeps a job from starting");
    assert_string_equal(console.form.dialog.lines[1], "j/001");
    assert_string_equal(console.form.dialog.lines[2], "undo: release it");
    const struct intent *ask = sent("no power\nINC-7\no");
    assert_non_null(ask);
    assert_int_equal(ask->kind, INTENT_ASK);
    assert_string_equal(ask->op, "order");
    assert_string_equal(ask->ask,
                        "{\"action\":\"hold\",\"targets\":[\"j/001\"],\"reason\":\"no power\",\"ref\":\"INC-7\"}");
}

/* They are meant, and not what the cursor is on; the first ones are read. */
static void marked_rows_come_before_the_cursor(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        console_act_key(&console, KEY_CODE_SPACE);
    draw();
    assert_true(asks("order hold"));
    assert_string_equal(console.form.dialog.title, "Order for j/000");
    assert_string_equal(console.form.dialog.lines[1], "j/000, j/001, j/002 and 2 more");
    const struct intent *ask = sent("\n\no");
    assert_non_null(ask);
    assert_string_equal(ask->ask,
                        "{\"action\":\"hold\",\"targets\":[\"j/000\",\"j/001\",\"j/002\",\"j/003\",\"j/004\"]}");
    console_act_key(&console, 'U');
    would_send("order hold", "\n\no", "{\"action\":\"hold\",\"targets\":[\"j/005\"]}");
}

/* Enter confirms a light order as little as a severe one; only the latter has its id typed. */
static void what_is_severe_is_typed(void **state)
{
    (void)state;
    assert_true(asks("order hold"));
    assert_null(sent("\n\n\n"));
    assert_true(asks("order cancel"));
    assert_null(sent("\n\n\n"));
    assert_true(asks("order cancel"));
    assert_null(sent("o"));
    assert_string_equal(console.form.dialog.problem, "that is not j/000: nothing is sent");
    assert_true(asks("order cancel"));
    assert_null(sent("j/00o"));
    would_send("order cancel", "j/000o", "{\"action\":\"cancel\",\"targets\":[\"j/000\"],\"confirm\":\"j/000\"}");
    console_act_key(&console, KEY_CODE_SPACE);
    console_act_key(&console, KEY_CODE_SPACE);
    would_send("order cancel", "j/000o",
               "{\"action\":\"cancel\",\"targets\":[\"j/000\",\"j/001\"],\"confirm\":\"j/000\"}");
}

/* Whatever it is: somebody else reads it before it is sent. */
static void for_two_people_the_id_is_typed(void **state)
{
    (void)state;
    assert_true(asks("order! hold"));
    assert_string_equal(console.form.dialog.title, "Propose an order for j/000");
    const struct intent *ask = sent("j/000o");
    assert_non_null(ask);
    assert_string_equal(ask->op, "order_propose");
    assert_string_equal(ask->ask, "{\"action\":\"hold\",\"targets\":[\"j/000\"],\"confirm\":\"j/000\"}");
    assert_true(asks("order! cancel"));
    assert_null(sent("\n\no"));
}

static void what_it_takes_goes_along(void **state)
{
    char request[128];

    (void)state;
    would_send("order priority 7", "\n\no", "{\"action\":\"priority\",\"targets\":[\"j/000\"],\"value\":7}");
    would_send("order limit 2h", "\n\no", "{\"action\":\"limit\",\"targets\":[\"j/000\"],\"value\":7200}");
    would_send("order move qyg-ai/train", "j/000o",
               "{\"action\":\"move\",\"targets\":[\"j/000\"],\"to\":\"qyg-ai/train\",\"confirm\":\"j/000\"}");
    snprintf(request, sizeof request, "{\"action\":\"pause\",\"targets\":[\"j/000\"],\"ends_ms\":%lld}",
             (long long)console_now(&console).utc_ms + 90 * 60000);
    would_send("order pause 90m", "\n\no", request);
    assert_true(asks("order limit 2h"));
    assert_string_equal(console.form.dialog.lines[0], "limit 2h: sets its time limit");
}

static void what_makes_no_sense_asks_nothing(void **state)
{
    (void)state;
    refused("order hodl", "there is no order 'hodl'; did you mean 'hold'?");
    refused("order hodl", "there are: hold cancel move priority limit pause drain");
    refused("order xyzzyx", "there is no order 'xyzzyx'");
    assert_false(said("did you mean"));
    refused("order", "there is no order ''");
    refused("order drain", "'drain' is no order for this: takes no more jobs");
    refused("order move", "'move' needs more");
    refused("order move", ":order move SCHEDULER/QUEUE");
    refused("order priority high", ":order priority 100");
    refused("order priority 0", ":order priority 100");
    refused("order priority 7th", ":order priority 100");
    refused("order limit", ":order limit 2h");
    refused("order limit 500ms", ":order limit 2h");
    refused("order limit soon", ":order limit 2h");
    refused("order pause", ":order pause 2h");
    refused("order pause 2020-01-01T00:00:00Z", ":order pause 2h");
}

static void each_kind_has_its_own(void **state)
{
    (void)state;
    refused("order hold", "'hold' is no order for this: keeps a job from starting");
    would_send("order drain", "\n\no", "{\"action\":\"drain\",\"targets\":[\"n/1\"]}");
    console_act_key(&console, KEY_CODE_SPACE);
    console_act_key(&console, KEY_CODE_SPACE);
    refused("order hold", "'hold' is no order for this");
    would_send("order drain", "\n\no", "{\"action\":\"drain\",\"targets\":[\"n/1\",\"n/2\"]}");
}

static void nothing_is_taken_from_where_nothing_is(void **state)
{
    (void)state;
    console_set_filter(&console, "user=nobody");
    settle();
    draw();
    refused("order hold", "nothing is under the cursor");
}

/* More than a request holds is not cut. */
static void too_many_are_refused_whole(void **state)
{
    (void)state;
    for (int i = 0; i < JOBS; i++)
        console_act_key(&console, KEY_CODE_SPACE);
    assert_int_equal(marks_count(console_marks(&console)), JOBS);
    refused("order hold", "600 are too many for one order from here");
    refused("order hold", "'hubtop order' takes up to 1000");
}

static void whoever_only_reads_asks_nothing(void **state)
{
    (void)state;
    refused("order hold", "read-only");
    refused("order! hold", "read-only");
}

static void without_orders_there_are_none(void **state)
{
    (void)state;
    refused("order hold", "there is no order 'hold'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_row_under_the_cursor_is_meant, open_console, world_close),
        cmocka_unit_test_setup_teardown(marked_rows_come_before_the_cursor, open_console, world_close),
        cmocka_unit_test_setup_teardown(what_is_severe_is_typed, open_console, world_close),
        cmocka_unit_test_setup_teardown(for_two_people_the_id_is_typed, open_console, world_close),
        cmocka_unit_test_setup_teardown(what_it_takes_goes_along, open_console, world_close),
        cmocka_unit_test_setup_teardown(what_makes_no_sense_asks_nothing, open_console, world_close),
        cmocka_unit_test_setup_teardown(each_kind_has_its_own, open_nodes, world_close),
        cmocka_unit_test_setup_teardown(nothing_is_taken_from_where_nothing_is, open_console, world_close),
        cmocka_unit_test_setup_teardown(too_many_are_refused_whole, open_console, world_close),
        cmocka_unit_test_setup_teardown(whoever_only_reads_asks_nothing, open_reading, world_close),
        cmocka_unit_test_setup_teardown(without_orders_there_are_none, open_without, world_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
