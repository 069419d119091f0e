#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/config.h"
#include "sources/source.h"

extern const struct source_driver source_file, source_prometheus;

enum { ROWS_MAX = 500 };
#define NOW_MS INT64_C(1795313820000)

#define RTT                                                                                                            \
    "series \"rtt\" { metric = \"rtt_seconds\" kind = \"links\" from = \"src\" to = \"dst\" value = \"rtt_ms\" scale " \
    "= 1000 }\n"

/* The driver over a folder of its own, and the rows of its last poll. */
struct world {
    char dir[64];
    struct config *config;
    struct source *source;
    struct source_request requests[SOURCE_REQUESTS_MAX];
    size_t request_count;
    struct row rows[ROWS_MAX];
    size_t count, compared;
    int64_t now_ms, age_ms[KIND_COUNT];
    bool told[KIND_COUNT];
    struct arena arena;
    struct err err, files_err, age_err, trouble;
    char remark[256];
};

static bool sink(void *ctx, const struct row *fact, struct err *err)
{
    struct world *w = ctx;
    (void)err;
    assert_true(w->count < ROWS_MAX);
    struct row *row = &w->rows[w->count++];
    *row = *fact;
    row->id = text_from(arena_copy(&w->arena, text_bytes(fact->id), text_len(fact->id)), text_len(fact->id));
    return true;
}

static struct world *open_at(const char *body, const char *url)
{
    static struct config_option source_options[8] = {{.name = "driver", .type = CONFIG_TEXT}};
    static const struct config_option root[] = {
        {.name = "source", .type = CONFIG_SECTION, .children = source_options, .titled = true}, {0}};
    struct world *w = calloc(1, sizeof *w);
    char text[8192];
    snprintf(w->dir, sizeof w->dir, "%s", "/tmp/hubtop-file-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    for (size_t i = 0; source_file.settings[i].name; i++)
        source_options[i + 1] = source_file.settings[i];
    snprintf(text, sizeof text, "source \"texts\" {\n%s\n}\n", body);
    w->config = config_parse("t.conf", text, root, &w->err);
    if (!w->config)
        return w;
    char where[128];
    snprintf(where, sizeof where, "file:%s/%s", w->dir, url);
    const struct source_settings given = {
        .name = "texts", .url = where, .interval_ms = 10000, .config = config_section(w->config, "source", 0)};
    w->source = source_file.open(&given, &w->err);
    w->now_ms = NOW_MS;
    return w;
}

static struct world *open_world(const char *body)
{
    struct world *w = open_at(body, "*.prom");
    if (!w->source)
        fail_msg("%s", w->err.text);
    return w;
}

static void path_in(const struct world *w, const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", w->dir, name);
}

static void close_world(struct world *w)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", w->dir);
    assert_int_equal(system(command), 0);
    if (w->source)
        source_file.close(w->source);
    config_free(w->config);
    arena_release(&w->arena);
    free(w);
}

/* A file written `age_s` before the poll's moment. */
static void put_aged(const struct world *w, const char *name, const char *text, int64_t age_s)
{
    char path[128];
    path_in(w, name, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    const struct timespec at[2] = {{w->now_ms / 1000 - age_s, 0}, {w->now_ms / 1000 - age_s, 0}};
    assert_int_equal(futimens(fd, at), 0);
    close(fd);
}

static void put(const struct world *w, const char *name, const char *text)
{
    put_aged(w, name, text, 0);
}

static bool produce(struct world *w, const struct source_request *r, struct err *err)
{
    bool more = true, ok = true;
    *err = (struct err){0};
    while (ok && more)
        ok = source_file.produce(w->source, r, (struct instant){0}, 7, &more, sink, w, err);
    return ok;
}

static void poll_all(struct world *w)
{
    struct buf remark = buf_make(sizeof w->remark - 1);
    w->count = 0;
    w->trouble = (struct err){0};
    arena_reset(&w->arena);
    w->request_count = source_file.requests(w->source, (struct instant){.utc_ms = w->now_ms}, w->requests);
    for (size_t i = 0; i < w->request_count; i++) {
        const struct source_request *r = &w->requests[i];
        struct err err;
        bool ok = produce(w, r, &err);
        if (ok && w->trouble.kind == ERR_NONE)
            (void)source_file.trouble(w->source, r, &w->trouble);
        w->told[r->covers[0]] = ok;
        w->age_ms[r->covers[0]] = ok ? source_file.age_ms(w->source, r) : -1;
        if (strcmp(r->what, "files") == 0) {
            w->files_err = err;
            source_file.remark(w->source, r, &remark);
        }
        if (strcmp(r->what, "age") == 0)
            w->age_err = err;
    }
    snprintf(w->remark, sizeof w->remark, "%s", buf_str(&remark));
    buf_release(&remark);
}

static const struct row *row_of(const struct world *w, enum kind kind, const char *id)
{
    for (size_t i = 0; i < w->count; i++) {
        if (w->rows[i].kind == kind && text_is(w->rows[i].id, id))
            return &w->rows[i];
    }
    return NULL;
}

static double real(const struct world *w, enum kind kind, const char *id, int field)
{
    const struct row *row = row_of(w, kind, id);
    if (!row)
        fail_msg("there is no '%s' (%s)", id, w->files_err.text);
    return value_real_or(&row->cells[field], -1);
}

static void says(const struct err *err, const char *words)
{
    if (!strstr(err->text, words))
        fail_msg("'%s' does not say '%s'", err->text, words);
}

/* --- what files tell */

static void test_the_defaults(void **state)
{
    (void)state;
    struct world *w = open_world("");
    put(w, "a.prom",
        "rack_power_watts{site=\"s\",rack=\"r1\"} 1000\nrack_power_watts{site=\"s\",rack=\"r1\",unit=\"2\"} 500\n"
        "rack_inlet_celsius{site=\"s\",rack=\"r1\",at=\"top\"} "
        "25\nrack_inlet_celsius{site=\"s\",rack=\"r1\",at=\"low\"} 21\n"
        "node_up{site=\"s\",rack=\"r1\",node=\"a\"} 1\nnode_up{site=\"s\",rack=\"r1\",node=\"b\"} 0\n"
        "DCGM_FI_DEV_GPU_UTIL{site=\"s\",rack=\"r1\",gpu=\"0\",cluster=\"c\"} 30\n"
        "DCGM_FI_DEV_GPU_UTIL{site=\"s\",rack=\"r1\",gpu=\"1\",cluster=\"c\"} 50\n"
        "DCGM_FI_DEV_GPU_UTIL{site=\"s\",rack=\"r1\",gpu=\"2\",cluster=\"c\"} 9223372036854775794\n"
        "npu_chip_info_utilization{site=\"s\",rack=\"r2\",id=\"0\"} 80\n"
        "ipmi_temperature_celsius{site=\"s\",rack=\"r2\",name=\"Inlet Temp\"} 24\n"
        "ipmi_temperature_celsius{site=\"s\",rack=\"r2\",name=\"CPU Temp\"} 70\n");
    poll_all(w);
    assert_float_equal(real(w, KIND_RACK, "s/r1", RACK_POWER_KW), 1.5, 1e-9);
    assert_float_equal(real(w, KIND_RACK, "s/r1", RACK_INLET_C), 25, 1e-9);
    assert_int_equal(value_int_or(&row_of(w, KIND_RACK, "s/r1")->cells[RACK_NODES_TOTAL], 0), 2);
    assert_float_equal(real(w, KIND_RACK, "s/r1", RACK_ACCELS_BUSY_PCT), 40, 1e-9); /* a blank is no number */
    assert_float_equal(real(w, KIND_CLUSTER, "c", CLUSTER_ACCELS_BUSY_PCT), 40, 1e-9);
    assert_float_equal(real(w, KIND_RACK, "s/r2", RACK_ACCELS_BUSY_PCT), 80, 1e-9);
    assert_float_equal(real(w, KIND_RACK, "s/r2", RACK_INLET_C), 24, 1e-9);
    assert_false(value_known(&row_of(w, KIND_RACK, "s/r2")->cells[RACK_POWER_KW]));
    assert_string_equal(w->remark,
                        "1 files, 1 read now, 12 series, 14 of them used; 1 name nothing: 'npu_clusters' without "
                        "the label 'cluster'");
    close_world(w);
}

/* PDUs before the rack's sensor before the sum of its servers, and never a sum of them. */
static void test_one_way_to_know_a_power_stands(void **state)
{
    (void)state;
    static const char *const ways[] = {"ipmi_power_watts{site=\"s\",rack=\"r\",name=\"Pwr Consumption\"} 1000\n",
                                       "ipmi_dcmi_power_consumption_current_watts{site=\"s\",rack=\"r\"} 2000\n",
                                       "rack_power_watts{site=\"s\",rack=\"r\"} 3000\n",
                                       ("rPDU2DeviceStatusPower{site=\"s\",rack=\"r\",feed=\"A\"} 250\n"
                                        "rPDU2DeviceStatusPower{site=\"s\",rack=\"r\",feed=\"b\"} 150\n")};
    for (int n = 1; n <= 4; n++) {
        struct world *w = open_world("");
        for (int i = n - 1; i >= 0; i--) {
            char name[24];
            snprintf(name, sizeof name, "%d.prom", 9 - i);
            put(w, name, ways[i]);
        }
        poll_all(w);
        assert_float_equal(real(w, KIND_RACK, "s/r", RACK_POWER_KW), n, 1e-9);
        if (n == 4) {
            assert_float_equal(real(w, KIND_RACK, "s/r", RACK_POWER_A_KW), 2.5, 1e-9);
            assert_float_equal(real(w, KIND_RACK, "s/r", RACK_POWER_B_KW), 1.5, 1e-9);
        }
        close_world(w);
    }
}

static void test_folds_and_labels(void **state)
{
    (void)state;
    static const struct {
        const char *fold;
        double value;
    } rows[] = {{"max", 5}, {"min", 1}, {"sum", 9}, {"avg", 3}, {"count", 3}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char body[512];
        snprintf(body, sizeof body,
                 "series \"x\" { metric = \"m\" kind = \"racks\" site = \"s\" rack = \"r\" value = \"inlet_c\" fold = "
                 "\"%s\" "
                 "where = { \"t=a\", \"u=~[0-9]+\" } }",
                 rows[i].fold);
        struct world *w = open_world(body);
        put(w, "a.prom",
            "m{s=\"1\",r=\"1\",t=\"a\",u=\"1\"} 1\nm{s=\"1\",r=\"1\",t=\"a\",u=\"22\"} 5\n"
            "m{s=\"1\",r=\"1\",t=\"b\",u=\"3\"} 100\nm{s=\"1\",r=\"1\",t=\"a\",u=\"3x\"} 200\n");
        put(w, "b.prom", "m{s=\"1\",r=\"1\",t=\"a\",u=\"3\"} 3\n");
        poll_all(w);
        assert_float_equal(real(w, KIND_RACK, "1/1", RACK_INLET_C), rows[i].value, 1e-9);
        close_world(w);
    }
}

/* --- files that change, break, age */

static void test_what_is_as_it_was_is_not_read(void **state)
{
    (void)state;
    struct world *w = open_world(RTT);
    put(w, "a.prom", "rtt_seconds{src=\"a\",dst=\"b\"} 0.5\n");
    put(w, "b.prom", "rtt_seconds{src=\"a\",dst=\"c\"} 0.7\n");
    poll_all(w);
    assert_non_null(strstr(w->remark, "2 files, 2 read now"));
    poll_all(w);
    assert_non_null(strstr(w->remark, "2 files, 0 read now"));
    assert_float_equal(real(w, KIND_LINK, "a>b", LINK_RTT_MS), 500, 1e-9);
    put_aged(w, "a.prom", "rtt_seconds{src=\"a\",dst=\"b\"} 0.6\n", 1);
    poll_all(w);
    assert_non_null(strstr(w->remark, "2 files, 1 read now"));
    assert_float_equal(real(w, KIND_LINK, "a>b", LINK_RTT_MS), 600, 1e-9);
    char path[128];
    path_in(w, "a.prom", path);
    assert_int_equal(unlink(path), 0);
    poll_all(w);
    assert_null(row_of(w, KIND_LINK, "a>b")); /* gone with its file */
    assert_float_equal(real(w, KIND_LINK, "a>c", LINK_RTT_MS), 700, 1e-9);
    close_world(w);
}

static void test_a_broken_file_leaves_the_others(void **state)
{
    (void)state;
    struct world *w = open_world(RTT);
    put(w, "a.prom", "rtt_seconds{src=\"a\",dst=\"b\"} 0.5\n");
    put(w, "b.prom", "rtt_seconds{src=\"a\",dst=\"c\"} 0.7\n");
    poll_all(w);
    put_aged(w, "b.prom", "rtt_seconds{src=\"a\",dst=\"c\"} 0.8\nrtt_seconds{src=}\n", 1);
    poll_all(w);
    says(&w->files_err, "/b.prom:2:17: a label's value does not begin");
    assert_true(w->told[KIND_LINK]);
    assert_float_equal(real(w, KIND_LINK, "a>b", LINK_RTT_MS), 500, 1e-9);
    assert_float_equal(real(w, KIND_LINK, "a>c", LINK_RTT_MS), 700, 1e-9); /* as it was when it was whole */
    poll_all(w);
    says(&w->files_err, "/b.prom:2:17: ");
    assert_non_null(strstr(w->remark, "0 read now"));
    w->now_ms += 120000; /* what it told is old now: it is there, and not known */
    put(w, "a.prom", "rtt_seconds{src=\"a\",dst=\"b\"} 0.6\n");
    poll_all(w);
    assert_float_equal(real(w, KIND_LINK, "a>b", LINK_RTT_MS), 600, 1e-9);
    assert_false(value_known(&row_of(w, KIND_LINK, "a>c")->cells[LINK_RTT_MS]));
    put(w, "b.prom", "rtt_seconds{src=\"a\",dst=\"d\"} 0.9\n");
    poll_all(w);
    assert_int_equal(w->files_err.kind, ERR_NONE);
    assert_null(row_of(w, KIND_LINK, "a>c"));
    close_world(w);
    w = open_world(RTT); /* the only one */
    put(w, "b.prom", "x{\n");
    poll_all(w);
    assert_false(w->told[KIND_LINK]);
    close_world(w);
}

static void test_an_old_file_says_so(void **state)
{
    (void)state;
    struct world *w = open_world(RTT);
    put_aged(w, "a.prom", "rtt_seconds{src=\"a\",dst=\"b\"} 0.5\n", 3600);
    poll_all(w);
    assert_float_equal(real(w, KIND_LINK, "a>b", LINK_RTT_MS), 500, 1e-9);
    assert_int_equal(w->age_ms[KIND_LINK], 3600000);
    says(&w->age_err, "/a.prom' was written 1h ago");
    put(w, "b.prom", "rtt_seconds{src=\"a\",dst=\"c\"} 0.7\n"); /* beside a fresh one it tells no numbers */
    poll_all(w);
    assert_int_equal(w->age_ms[KIND_LINK], 0);
    assert_int_equal(w->age_err.kind, ERR_NONE);
    assert_false(value_known(&row_of(w, KIND_LINK, "a>b")->cells[LINK_RTT_MS]));
    says(&w->trouble, "/a.prom' tells is left out: it was written 1h ago");
    close_world(w);
}

static void test_a_sample_has_its_own_time(void **state)
{
    (void)state;
    struct world *w = open_world(RTT);
    char text[256];
    snprintf(text, sizeof text,
             "rtt_seconds{src=\"a\",dst=\"b\"} 0.5 %lld\nrtt_seconds{src=\"a\",dst=\"c\"} 0.5 %lld\n",
             (long long)NOW_MS - 30000, (long long)NOW_MS - 300000);
    put(w, "a.prom", text);
    poll_all(w);
    assert_float_equal(real(w, KIND_LINK, "a>b", LINK_RTT_MS), 500, 1e-9);
    assert_false(value_known(&row_of(w, KIND_LINK, "a>c")->cells[LINK_RTT_MS]));
    close_world(w);
}

/* --- what is no file */

static void refused(void (*make)(const char *path), const char *words)
{
    struct world *w = open_world(RTT);
    char path[128];
    put(w, "a.prom", "rtt_seconds{src=\"a\",dst=\"b\"} 0.5\n");
    path_in(w, "b.prom", path);
    make(path);
    poll_all(w);
    says(&w->files_err, words);
    assert_float_equal(real(w, KIND_LINK, "a>b", LINK_RTT_MS), 500, 1e-9);
    close_world(w);
}

static void make_link(const char *path)
{
    assert_int_equal(symlink("a.prom", path), 0);
}

static void make_pipe(const char *path)
{
    assert_int_equal(mkfifo(path, 0600), 0);
}

static void make_folder(const char *path)
{
    assert_int_equal(mkdir(path, 0700), 0);
}

static void make_open(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(fchmod(fd, 0666), 0);
    close(fd);
}

static void make_large(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, (16 << 20) + 1), 0);
    close(fd);
}

static void test_what_is_not_read(void **state)
{
    (void)state;
    refused(make_link, "it is a symbolic link");
    refused(make_pipe, "it is no regular file");
    refused(make_folder, "it is a folder");
    refused(make_open, "everybody may change it");
    refused(make_large, "it has more than 16 MiB");
}

static void test_no_files(void **state)
{
    (void)state;
    struct world *w = open_world("");
    poll_all(w);
    says(&w->files_err, "matches '*.prom'");
    assert_false(w->told[KIND_RACK]);
    close_world(w);
    w = open_at("", "x.prom");
    poll_all(w);
    says(&w->files_err, "No such file");
    close_world(w);
}

static void test_settings_that_make_no_sense(void **state)
{
    (void)state;
#define PART " kind = \"racks\" site = \"s\" rack = \"r\" value = \"inlet_c\""
    static const struct {
        const char *body, *text, *hint;
    } rows[] = {
        {"series \"x\" { kind = \"racks\" }", "t.conf:2: the series 'x' has no metric", "metric = "},
        {"series \"x\" { metric = \"a b\"" PART " }", "t.conf:2: the series 'x' has no metric", ""},
        {"series \"x\" { metric = \"a\" kind = \"rack\" }", "the series 'x' cannot tell of 'rack'",
         "did you mean 'racks'?"},
        {"series \"x\" { metric = \"a\"" PART " fold = \"middle\" }", "cannot be folded by 'middle'", "sum, avg"},
        {"series \"x\" { metric = \"a\"" PART " where = { \"feed\" } }", "the form label=value", ""},
        {"series \"x\" { metric = \"a\"" PART " where = { \"feed=~(\" } }", "the series 'x': ", ""},
        {"series \"x\" { metric = \"a\" kind = \"racks\" site = \"s\" value = \"inlet_c\" }",
         "the series 'x' has no 'rack'", "rack = \"LABEL\""},
        {"format = \"text\"", "of the format 'text'", "openmetrics"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world *w = open_at(rows[i].body, "*.prom");
        assert_null(w->source);
        if (!strstr(w->err.text, rows[i].text) || !strstr(w->err.hint, rows[i].hint))
            fail_msg("%zu: '%s' (%s)", i, w->err.text, w->err.hint);
        assert_int_equal(err_status(&w->err), 78);
        close_world(w);
    }
    static const char *const urls[] = {"file:", "file:a.prom", "file:/", "file:/x/", "file:/*/x.prom", "file:/tmp/"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        const struct source_settings given = {.name = "t", .url = urls[i], .interval_ms = 1000};
        struct err err = {0};
        assert_null(source_file.open(&given, &err));
        says(&err, "has no files at");
    }
}

/* --- the same by a query */

struct taken {
    struct source *source;
    const struct source_request *r;
};

static bool element(void *ctx, const struct json *e, struct err *err)
{
    struct taken *t = ctx;
    return source_prometheus.decode(t->source, t->r, e, NULL, NULL, err);
}

static void answer(struct source *s, const struct source_request *r, const char *body)
{
    struct taken t = {s, r};
    const struct json_cut_options options = {
        .mode = r->mode, .path = r->element_path, .keep = r->keep, .element = element, .ctx = &t};
    struct json_cut *cut = json_cut_new(&options);
    const struct json *rest;
    struct err err = {0};
    assert_true(json_cut_feed(cut, body, strlen(body), &err) && json_cut_end(cut, &rest, &err) &&
                source_prometheus.finish(s, r, rest, (struct instant){0}, NULL, NULL, &err));
    json_cut_free(cut);
}

/* Series of chance: names that repeat, lack labels, hold what must be escaped; numbers that are none. The text, and the answer of a
 * Prometheus that has the same. */
static void make_series(unsigned seed, struct buf *text, struct buf *json)
{
    static const char *const names[] = {"a", "b", "", "x>y", "p%q", "q\\\"r", "\\\\", "\\n", "\xe6\x9c\xba"};
    static const char *const values[] = {"0", "1.5", "-2e3", "NaN", "+Inf", "1e-300", "1e300", "00.25"};
    buf_puts(json, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[", NULL);
    for (int i = 0; i < 60; i++) {
        seed = seed * 1103515245 + 12345;
        const char *src = names[seed / 65536 % 9], *dst = names[seed / 7 / 65536 % 9],
                   *v = values[seed / 131 / 65536 % 8];
        buf_printf(text, NULL, "rtt_seconds{i=\"%d\",src=\"%s\",dst=\"%s\"} %s\n", i, src, dst, v);
        buf_printf(json, NULL,
                   "%s{\"metric\":{\"__name__\":\"rtt_seconds\",\"i\":\"%d\",\"src\":\"%s\",\"dst\":\"%s\"},\"value\":["
                   "1,\"%s\"]}",
                   i ? "," : "", i, src, dst, strcmp(v, "00.25") == 0 ? "0.25" : v);
    }
    buf_puts(json, "]}}", NULL);
}

static bool compare(void *ctx, const struct row *fact, struct err *err)
{
    struct world *w = ctx;
    (void)err;
    for (size_t i = 0; i < w->count; i++) {
        const struct row *row = &w->rows[i];
        if (row->kind != KIND_LINK || !text_equal(row->id, fact->id))
            continue;
        const struct value *a = &row->cells[LINK_RTT_MS], *b = &fact->cells[LINK_RTT_MS];
        assert_int_equal(value_known(a), value_known(b));
        assert_true(!value_known(a) || a->as.real == b->as.real);
        w->compared += value_known(a);
        return true;
    }
    fail_msg("the file tells nothing of '%.*s'", (int)text_len(fact->id), text_bytes(fact->id));
    return false;
}

static void test_a_text_and_an_answer_give_one_table(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 200; seed++) {
        struct buf text = buf_make(1 << 16), json = buf_make(1 << 16);
        struct world *w = open_world(RTT);
        make_series(seed, &text, &json);
        put(w, "a.prom", buf_str(&text));
        poll_all(w);
        assert_int_equal(w->files_err.kind, ERR_NONE);
        const struct source_settings given = {.name = "p", .url = "http://h", .interval_ms = 10000};
        struct source *p = source_prometheus.open(&given, NULL);
        struct source_request requests[SOURCE_REQUESTS_MAX];
        size_t n = source_prometheus.requests(p, (struct instant){0}, requests), known = 0;
        for (size_t i = 0; i < n; i++) { /* the query whose labels and scale are those of our series */
            if (!requests[i].local && strcmp(requests[i].what, "version") != 0)
                answer(p, &requests[i],
                       strcmp(requests[i].what, "delay") == 0
                           ? buf_str(&json)
                           : "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}");
        }
        for (size_t i = 0; i < n; i++) {
            bool more = true;
            struct err err;
            while (strcmp(requests[i].what, "links") == 0 && more)
                assert_true(
                    source_prometheus.produce(p, &requests[i], (struct instant){0}, 100, &more, compare, w, &err));
        }
        for (size_t i = 0; i < w->count; i++)
            known += w->rows[i].kind == KIND_LINK && value_known(&w->rows[i].cells[LINK_RTT_MS]);
        assert_int_equal(known, w->compared);
        source_prometheus.close(p);
        close_world(w);
        buf_release(&text);
        buf_release(&json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_defaults),
        cmocka_unit_test(test_one_way_to_know_a_power_stands),
        cmocka_unit_test(test_folds_and_labels),
        cmocka_unit_test(test_what_is_as_it_was_is_not_read),
        cmocka_unit_test(test_a_broken_file_leaves_the_others),
        cmocka_unit_test(test_an_old_file_says_so),
        cmocka_unit_test(test_a_sample_has_its_own_time),
        cmocka_unit_test(test_what_is_not_read),
        cmocka_unit_test(test_no_files),
        cmocka_unit_test(test_settings_that_make_no_sense),
        cmocka_unit_test(test_a_text_and_an_answer_give_one_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
