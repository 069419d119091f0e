#include "unit/store/fixture.h"

#include <signal.h>

#include "base/json.h"
#include "cli/out.h"

/* Items of `get` in every form, over a store made here. */

/* ESC, a C1 control, DEL, bidi, a zero-width space; and what each form must escape. */
#define HOSTILE                                                                                                        \
    "\x1b]0;pwn\x07"                                                                                                   \
    "\xc2\x9b"                                                                                                         \
    "31m\x7f\xe2\x80\xae"                                                                                              \
    "gnp\xe2\x80\x8b,\"|<b>&'[x](y)`_*\\"

static const char *const forms[] = {"text", "json", "ndjson", "csv", "md", "html"};
enum { FORMS = 6 };

static struct fixture f;

static void put(const struct row *row)
{
    struct store_batch *b = fixture_batch(&f, "fra", row->kind, false);
    fixture_add(b, row);
    fixture_apply(&f, b, 1000000);
}

static int open_store(void **state)
{
    (void)state;
    fixture_init(&f, NULL);
    return 0;
}

static int close_store(void **state)
{
    (void)state;
    fixture_release(&f);
    return 0;
}

/* What is printed with these options; the caller frees it. */
static char *print(const struct options *given, enum kind kind, struct err *err)
{
    struct out_plan plan;
    char *text = NULL;
    size_t n = 0;
    if (!out_plan(&plan, given, kind, f.now.utc_ms, err))
        return NULL;
    if (given->arg_count > 1) {
        plan.ids = given->args + 1;
        plan.id_count = given->arg_count - 1;
    }
    struct query *q = query_open(f.dir, err);
    struct query_rows *rows = query_rows_new(q, kind, QUERY_NOW);
    fixture_load(&f, rows);
    FILE *to = open_memstream(&text, &n);
    assert_true(out_rows(&plan, rows, to, err));
    fclose(to);
    assert_int_equal(strlen(text), n); /* no NUL in it */
    query_rows_free(rows);
    query_close(q);
    return text;
}

static char *print_as(const char *format, enum kind kind)
{
    struct err err = {0};
    const struct options o = {.format = format, .limit = -1};
    char *text = print(&o, kind, &err);
    if (!text)
        fail_msg("%s", err.text);
    return text;
}

static struct json *parse(const char *text)
{
    struct err err = {0};
    struct json *tree = json_parse(text, strlen(text), JSON_STRICT, &err);
    if (!tree)
        fail_msg("%s in %s", err.text, text);
    return tree;
}

/* --- JSON --- */

/* The least keys of the promised interfaces, of each kind. */
static const struct {
    enum kind kind;
    const char *keys;
} promised[] = {
    {KIND_HUB, "name name_zh lon lat side state clusters jobs_running jobs_waiting accels_total accels_free"},
    {KIND_SCHEDULER, "cluster site driver name version state jobs_running jobs_waiting"},
    {KIND_NODE,
     "scheduler cluster rack name state state_raw reason reason_by reason_at partitions cpus_total cpus_free "
     "accel_kind accels_total accels_free memory_mb boot_at jobs"},
    {KIND_USER, "name account tenant schedulers jobs_running jobs_waiting accels contact"},
    {KIND_CLUSTER, "hub name name_zh lon lat kinds pflops pflops_precision state racks_total racks_used "
                   "racks_occupied_pct power_kw power_cap_kw pue pue_limit price_cny_kwh green_pct nodes_total "
                   "nodes_down cpus_total cpus_free accels_total accels_free storage_tb_total storage_tb_free "
                   "jobs_running jobs_waiting"},
    {KIND_SITE, "cluster area name operator phase membership security_level trusted_spaces privacy_computing "
                "racks_total racks_used"},
    {KIND_RESERVATION, "scheduler cluster name purpose nodes users accounts kind amount unit starts_at ends_at"},
    {KIND_QUEUE, "cluster name kind state running waiting wait_p50_s wait_p95_s slo_s arrivals_per_min "
                 "departures_per_min oldest_s accels_asked"},
    {KIND_JOB,
     "scheduler cluster queue name user account qos tenant state state_raw reason submitted_at started_at "
     "ended_at starts_estimate_at waited_s tasks nodes node_list cpus accels accel_kind memory_mb priority "
     "time_limit_s exit_code dependency reservation command work_dir stdout stderr latency_ms_max movable why "
     "could_run_at"},
    {KIND_CHANGE, "at kind where what by"},
    {KIND_TRANSFER, "from to dataset size_tb done_pct eta job state"},
    {KIND_OFFER, "cluster product kind unit price_cny available voucher_pct"},
    {KIND_ENERGY, "cluster site period kwh co2_kg pue meter method quality"},
    {KIND_ALERT, "name severity state since where summary runbook parent children impact_jobs impact_users "
                 "impact_tenants deadline_first_at acked_by acked_until silenced_until"},
    {KIND_SOURCE, "driver url state last_ok_at last_error interval_s requests bytes skew_s"},
};

static void assert_keys(const struct json *item, const char *keys)
{
    char key[64];
    for (const char *c = keys; *c; c += strcspn(c, " ") + (c[strcspn(c, " ")] == ' ')) {
        snprintf(key, sizeof key, "%.*s", (int)strcspn(c, " "), c);
        if (!json_get(item, key))
            fail_msg("the key '%s' is missing", key);
    }
}

/* A row of which nothing is known: all keys are there, and unknown is null, never 0 nor "". */
static void test_unknown_is_null(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof promised / sizeof *promised; i++) {
        const struct row row = {.kind = promised[i].kind, .id = text_of("x")};
        put(&row);
        char *text = print_as("json", promised[i].kind);
        struct json *tree = parse(text);
        int64_t version = 0, total = 0;
        const struct json *item = json_first(json_get(tree, "items"));
        assert_true(json_int(json_get(tree, "schema_version"), &version) && version == 1);
        assert_true(json_int(json_get(tree, "total"), &total) && total == 1);
        assert_int_equal(json_type(json_get(tree, "as_of")), JSON_TEXT);
        assert_int_equal(json_type(json_get(tree, "kind")), JSON_TEXT);
        assert_keys(item, "id source observed_at age_s stale");
        assert_keys(item, promised[i].keys);
        for (const struct json *m = json_first(item); m; m = json_next(m)) {
            static const char *const known[] = {"id", "source", "observed_at", "age_s", "stale"};
            bool own = false;
            for (size_t k = 0; k < 5; k++)
                own = own || strcmp(json_key(m), known[k]) == 0;
            if (!own && json_type(m) != JSON_NULL)
                fail_msg("%s of %s is not null", json_key(m), kind_info(promised[i].kind)->name);
        }
        assert_int_equal(json_type(json_get(item, "stale")), JSON_BOOL);
        json_free(tree);
        free(text);
    }
}

static void test_known_values_come_back(void **state)
{
    (void)state;
    struct row row = fixture_job("fra/1", "li.wei", "running", 0);
    struct buf list = buf_make(1000);
    struct safe_text t;
    int64_t n = -1;
    double real = 0;
    row.cells[JOB_SUBMITTED_AT] = value_time(INT64_C(1790000000) * 1000);
    row.cells[JOB_LATENCY_MS_MAX] = value_real(0.1);
    row.cells[JOB_MEMORY_MB] = value_int(INT64_MAX);
    put(&row);
    struct row node = {.kind = KIND_NODE, .id = text_of("n1")};
    value_list_add(&list, text_of("gpu"), NULL);
    value_list_add(&list, text_of("long,er"), NULL);
    node.cells[NODE_PARTITIONS] = value_list(text_from(list.data, list.len));
    put(&node);
    char *text = print_as("json", KIND_JOB);
    struct json *tree = parse(text);
    const struct json *item = json_first(json_get(tree, "items"));
    assert_true(json_int(json_get(item, "cpus"), &n) && n == 0); /* zero is not unknown either */
    assert_true(json_int(json_get(item, "memory_mb"), &n) && n == INT64_MAX);
    assert_true(json_real(json_get(item, "latency_ms_max"), &real) && real == 0.1);
    assert_true(json_text(json_get(item, "submitted_at"), &t) && text_is(t, "2026-09-21T14:13:20Z"));
    assert_true(json_text(json_get(item, "id"), &t) && text_is(t, "fra/1"));
    assert_true(json_text(json_get(item, "source"), &t) && text_is(t, "fra"));
    assert_null(json_get(item, "lossy"));
    json_free(tree);
    free(text);
    text = print_as("json", KIND_NODE);
    tree = parse(text);
    const struct json *partitions = json_get(json_first(json_get(tree, "items")), "partitions");
    assert_int_equal(json_type(partitions), JSON_ARRAY);
    assert_int_equal(json_count(partitions), 2);
    json_free(tree);
    free(text);
    buf_release(&list);
}

static void test_lost_bytes_are_told(void **state)
{
    (void)state;
    struct row row = fixture_job("fra/1", "li.wei", "running", 1);
    row.cells[JOB_NAME] = value_text(text_of("a\xff\xfe z"));
    row.cells[JOB_COMMAND] = value_text(text_of("\xc3"));
    put(&row);
    char *text = print_as("ndjson", KIND_JOB);
    struct json *item = parse(text);
    struct safe_text t;
    const struct json *lossy = json_get(item, "lossy");
    assert_int_equal(json_count(lossy), 2);
    assert_true(json_text(json_first(lossy), &t) && text_is(t, "name"));
    assert_true(json_text(json_next(json_first(lossy)), &t) && text_is(t, "command"));
    assert_true(json_text(json_get(item, "name"), &t) && text_is(t, "a\xef\xbf\xbd\xef\xbf\xbd z"));
    json_free(item);
    free(text);
}

/* --- an enemy's names, in every form --- */

static void fill_hostile(void)
{
    struct row row = fixture_job("fra/" HOSTILE, HOSTILE, HOSTILE, 1);
    row.cells[JOB_NAME] = row.cells[JOB_QUEUE] = row.cells[JOB_REASON] = value_text(text_of(HOSTILE "\r\n=1+1\xff"));
    put(&row);
}

static void test_nothing_of_an_enemy_reaches_a_terminal(void **state)
{
    (void)state;
    fill_hostile();
    for (size_t i = 0; i < FORMS; i++) {
        char *text = print_as(forms[i], KIND_JOB);
        size_t lines = 0;
        assert_true(text_is_utf8(text_of(text)));
        for (const char *c = text; *c;) {
            uint32_t cp = 0;
            size_t n = text_decode(c, strlen(c), &cp);
            bool line_end = cp == '\n' || (cp == '\r' && strcmp(forms[i], "csv") == 0 && c[1] == '\n');
            lines += cp == '\n';
            if (!line_end && text_hidden(cp))
                fail_msg("U+%04X in the form %s", (unsigned)cp, forms[i]);
            c += n;
        }
        if (strcmp(forms[i], "ndjson") == 0)
            assert_int_equal(lines, 1);
        else if (strcmp(forms[i], "csv") == 0 || strcmp(forms[i], "text") == 0)
            assert_int_equal(lines, 2); /* no name begins a line */
        free(text);
    }
}

static void test_json_gives_an_enemys_name_back(void **state)
{
    (void)state;
    struct safe_text t;
    fill_hostile();
    char *text = print_as("ndjson", KIND_JOB);
    struct json *item = parse(text);
    assert_true(json_text(json_get(item, "user"), &t) && text_is(t, HOSTILE));
    json_free(item);
    free(text);
}

static void test_marks_of_a_form_are_escaped(void **state)
{
    (void)state;
    fill_hostile();
    char *text = print_as("html", KIND_JOB);
    assert_null(strstr(text, "<b>"));
    assert_non_null(strstr(text, "&lt;b&gt;&amp;&#39;[x]"));
    free(text);
    text = print_as("md", KIND_JOB);
    assert_null(strstr(text, "<b>"));
    assert_null(strstr(text, "[x]("));
    assert_non_null(strstr(text, "\\|&lt;b"));
    assert_non_null(strstr(text, "\\`\\_\\*\\\\"));
    free(text);
}

/* --- CSV --- */

/* The next field by RFC 4180, into `out`; returns what follows it. */
static const char *csv_field(const char *c, char *out)
{
    bool quoted = *c == '"';
    c += quoted;
    for (; *c; c++) {
        if (quoted && c[0] == '"' && c[1] == '"')
            c++;
        else if (quoted && c[0] == '"')
            break;
        else if (!quoted && (*c == ',' || *c == '\r'))
            break;
        else
            assert_false(!quoted && *c == '"');
        *out++ = *c;
    }
    *out = '\0';
    return c + quoted;
}

static void test_csv(void **state)
{
    (void)state;
    static const char *const wanted[] = {"fra/1", "a, \"b\"", "", " c ", "3"};
    struct err err = {0};
    struct row row = fixture_job("fra/1", "a, \"b\"", "running", 3);
    row.cells[JOB_NAME] = value_text(text_of(" c "));
    put(&row);
    const struct options o = {.format = "csv", .limit = -1, .fields = "id,user,account,name,cpus"};
    char *text = print(&o, KIND_JOB, &err), field[256];
    const char *c = text + strlen("id,user,account,name,cpus\r\n");
    assert_memory_equal(text, "id,user,account,name,cpus\r\n", strlen("id,user,account,name,cpus\r\n"));
    for (size_t i = 0; i < 5; i++) {
        c = csv_field(c, field);
        assert_string_equal(field, wanted[i]);
        assert_true(*c == (i < 4 ? ',' : '\r'));
        c++;
    }
    assert_string_equal(c, "\n");
    free(text);
}

/* --- what is printed --- */

static void test_fields(void **state)
{
    (void)state;
    struct err err = {0};
    const struct row row = fixture_job("fra/1", "li.wei", "running", 3);
    put(&row);
    struct options o = {.format = "csv", .limit = -1, .fields = "cpus,id,stale,cpus"};
    char *text = print(&o, KIND_JOB, &err);
    assert_string_equal(text, "cpus,id,stale,cpus\r\n3,fra/1,false,3\r\n");
    free(text);
    static const char *const bad[] = {"cpu", "id,,cpus", "id,cpus,nothing", " id", "restarts2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        o.fields = bad[i];
        assert_null(print(&o, KIND_JOB, &err));
        assert_int_equal(err_status(&err), 64);
        assert_non_null(strstr(err.hint, "cpus"));
    }
}

static void test_ids_and_limits(void **state)
{
    (void)state;
    struct err err = {0};
    char id[32];
    int64_t total = 0;
    struct store_batch *b = fixture_batch(&f, "fra", KIND_JOB, false);
    for (int i = 0; i < 100; i++) {
        snprintf(id, sizeof id, "fra/%03d", i);
        const struct row row = fixture_job(id, "li.wei", "running", i);
        fixture_add(b, &row);
    }
    fixture_apply(&f, b, 1000000);
    const char *const words[] = {"jobs", "fra/007", "fra/042", "fra/007"};
    struct options o = {.format = "json", .limit = -1, .args = words, .arg_count = 4};
    char *text = print(&o, KIND_JOB, &err);
    struct json *tree = parse(text);
    assert_int_equal(json_count(json_get(tree, "items")), 2);
    assert_true(json_int(json_get(tree, "total"), &total) && total == 2);
    json_free(tree);
    free(text);
    o = (struct options){.format = "json", .limit = 10};
    text = print(&o, KIND_JOB, &err);
    tree = parse(text);
    assert_int_equal(json_count(json_get(tree, "items")), 10);
    assert_true(json_int(json_get(tree, "total"), &total) && total == 100);
    json_free(tree);
    free(text);
    o.limit = 0;
    text = print(&o, KIND_JOB, &err);
    tree = parse(text);
    assert_int_equal(json_count(json_get(tree, "items")), 0);
    json_free(tree);
    free(text);
}

static void test_nothing_to_print(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMS; i++) {
        char *text = print_as(forms[i], KIND_JOB);
        if (strcmp(forms[i], "json") == 0)
            json_free(parse(text));
        assert_true(strcmp(forms[i], "ndjson") == 0 ? text[0] == '\0' : text[0] != '\0');
        free(text);
    }
}

/* --- where it goes --- */

static void test_a_reader_that_leaves_is_no_failure(void **state)
{
    (void)state;
    struct err err = {0};
    struct out_plan plan;
    const struct options o = {.format = "csv", .limit = -1};
    int ends[2];
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    const struct row row = fixture_job("fra/1", "li.wei", "running", 3);
    put(&row);
    assert_true(out_plan(&plan, &o, KIND_JOB, f.now.utc_ms, &err));
    struct query *q = query_open(f.dir, &err);
    struct query_rows *rows = query_rows_new(q, KIND_JOB, QUERY_NOW);
    fixture_load(&f, rows);
    assert_int_equal(pipe(ends), 0);
    FILE *to = fdopen(ends[1], "w");
    setvbuf(to, NULL, _IONBF, 0);
    close(ends[0]);
    assert_false(out_rows(&plan, rows, to, &err));
    assert_int_equal(err.kind, ERR_NONE);
    assert_true(out_close(&o, to, &err));
    to = fopen("/dev/full", "w");
    assert_true(out_rows(&plan, rows, to, &err)); /* it is still in the stream's buffer */
    assert_false(out_close(&o, to, &err));
    assert_int_equal(err_status(&err), 74);
    query_rows_free(rows);
    query_close(q);
}

static void test_output_to_a_file(void **state)
{
    (void)state;
    struct err err = {0};
    const struct options o = {.output = "/nonexistent/x"};
    assert_null(out_open(&o, &err));
    assert_int_equal(err_status(&err), 73);
    assert_non_null(strstr(err.text, "/nonexistent/x"));
    const struct options none = {.limit = -1};
    assert_ptr_equal(out_open(&none, &err), stdout);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_unknown_is_null),
        TEST(test_known_values_come_back),
        TEST(test_lost_bytes_are_told),
        TEST(test_nothing_of_an_enemy_reaches_a_terminal),
        TEST(test_json_gives_an_enemys_name_back),
        TEST(test_marks_of_a_form_are_escaped),
        TEST(test_csv),
        TEST(test_fields),
        TEST(test_ids_and_limits),
        TEST(test_nothing_to_print),
        TEST(test_a_reader_that_leaves_is_no_failure),
        TEST(test_output_to_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
