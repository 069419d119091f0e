#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/json.h"
#include "corpora.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

/* A tree as readable text, to compare what different ways of feeding make of the same bytes. */
static void write_tree(struct json_writer *w, const struct json *v)
{
    enum json_type type = json_type(v);
    struct safe_text t;
    bool b;

    if (type == JSON_OBJECT || type == JSON_ARRAY) {
        (type == JSON_OBJECT ? json_open_object : json_open_array)(w);
        for (const struct json *m = json_first(v); m != NULL; m = json_next(m)) {
            if (type == JSON_OBJECT)
                json_put_key(w, json_key(m));
            write_tree(w, m);
        }
        (type == JSON_OBJECT ? json_close_object : json_close_array)(w);
    } else if (json_text(v, &t) || json_ident(v, &t)) {
        json_put_text(w, t);
    } else if (json_bool(v, &b)) {
        json_put_bool(w, b);
    } else {
        json_put_null(w);
    }
}

struct outcome {
    struct buf elements; /* as text, each on its line */
    struct buf rest;
    struct json_counts counts;
    struct err err;
    bool ok;
};

static bool take(void *ctx, const struct json *element, struct err *err)
{
    struct outcome *o = ctx;
    struct json_writer w = json_writer_make(&o->elements);

    write_tree(&w, element);
    return buf_putc(&o->elements, '\n', err);
}

/* Feeds the text in pieces of `piece` bytes; 0: of random sizes from 1 to 16. */
static struct outcome cut(struct json_cut_options options, const char *text, size_t n, size_t piece)
{
    struct outcome o = {.elements = buf_make(64 << 20), .rest = buf_make(64 << 20), .ok = true};
    const struct json *rest = NULL;
    uint32_t random = 1;

    options.element = take;
    options.ctx = &o;
    struct json_cut *cut = json_cut_new(&options);
    for (size_t at = 0, size; o.ok && at < n; at += size) {
        random = random * 1664525 + 1013904223;
        size = piece != 0 ? piece : 1 + (random >> 28);
        if (size > n - at)
            size = n - at;
        /* A block of its own, so that the sanitizer sees a read past the piece. */
        char *block = malloc(size);
        memcpy(block, text + at, size);
        o.ok = json_cut_feed(cut, block, size, &o.err);
        free(block);
    }
    if (o.ok)
        o.ok = json_cut_end(cut, &rest, &o.err);
    if (o.ok) {
        struct json_writer w = json_writer_make(&o.rest);
        write_tree(&w, rest);
    }
    o.counts = *json_cut_counts(cut);
    json_cut_free(cut);
    return o;
}

static void outcome_release(struct outcome *o)
{
    buf_release(&o->elements);
    buf_release(&o->rest);
}

static void check_same(const struct outcome *a, const struct outcome *b)
{
    assert_int_equal(a->ok, b->ok);
    assert_string_equal(a->err.text, b->err.text);
    assert_string_equal(buf_str(&a->elements), buf_str(&b->elements));
    assert_string_equal(buf_str(&a->rest), buf_str(&b->rest));
    assert_int_equal(a->counts.elements, b->counts.elements);
    assert_int_equal(a->counts.bad_bytes, b->counts.bad_bytes);
    assert_int_equal(a->counts.duplicate_keys, b->counts.duplicate_keys);
}

/* The outcome of the whole text, which must be the same in pieces of any size. */
static struct outcome cut_in_pieces(struct json_cut_options options, const char *text, size_t n)
{
    struct outcome whole = cut(options, text, n, n > 0 ? n : 1);

    for (size_t piece = 0; piece <= 9; piece++) {
        struct outcome pieces = cut(options, text, n, piece);

        check_same(&whole, &pieces);
        outcome_release(&pieces);
    }
    return whole;
}

static void check_cut(struct json_cut_options options, const char *text, const char *elements, const char *rest)
{
    struct outcome o = cut_in_pieces(options, text, strlen(text));

    if (!o.ok)
        fail_msg("%s: %s", text, o.err.text);
    assert_string_equal(buf_str(&o.elements), elements);
    assert_string_equal(buf_str(&o.rest), rest);
    outcome_release(&o);
}

static void check_refused(struct json_cut_options options, const char *text, const char *wanted)
{
    struct outcome o = cut_in_pieces(options, text, strlen(text));

    assert_false(o.ok);
    assert_int_equal(o.err.kind, ERR_CORRUPT);
    assert_string_equal(o.err.text, wanted);
    outcome_release(&o);
}

static void test_elements_are_cut_out(void **state)
{
    (void)state;
    check_cut((struct json_cut_options){.path = "jobs"},
              "{\"v\": 1, \"jobs\": [{\"id\": 1}, {\"id\": 2}], \"errors\": []}", "{\"id\":\"1\"}\n{\"id\":\"2\"}\n",
              "{\"v\":\"1\",\"jobs\":[],\"errors\":[]}");
    check_cut((struct json_cut_options){.path = "jobs"}, "{\"jobs\":[1,\"x\",null,true,[],[[1]],{}]}",
              "\"1\"\n\"x\"\nnull\ntrue\n[]\n[[\"1\"]]\n{}\n", "{\"jobs\":[]}");
    check_cut((struct json_cut_options){.path = ""}, " [ {\"a\":[{}]} , 2 ] ", "{\"a\":[{}]}\n\"2\"\n", "[]");
    check_cut((struct json_cut_options){.path = NULL}, "{\"jobs\":[1,2]}", "", "{\"jobs\":[\"1\",\"2\"]}");
}

static void test_a_path_goes_deeper(void **state)
{
    static const char text[] =
        "{\"result\":[0],\"data\":{\"x\":{\"result\":[9]},\"result\":[1,2],\"y\":[]},\"z\":{\"data\":3}}";

    (void)state;
    check_cut(
        (struct json_cut_options){.path = "data.result"}, text, "\"1\"\n\"2\"\n",
        "{\"result\":[\"0\"],\"data\":{\"x\":{\"result\":[\"9\"]},\"result\":[],\"y\":[]},\"z\":{\"data\":\"3\"}}");
    check_cut((struct json_cut_options){.path = "data.x.result"}, text, "\"9\"\n",
              "{\"result\":[\"0\"],\"data\":{\"x\":{\"result\":[]},\"result\":[\"1\",\"2\"],\"y\":[]},\"z\":{\"data\":"
              "\"3\"}}");
    check_cut((struct json_cut_options){.path = "z.data.result"}, "{\"z\":{\"data\":3},\"data\":{\"result\":[1]}}", "",
              "{\"z\":{\"data\":\"3\"},\"data\":{\"result\":[\"1\"]}}");
    check_cut((struct json_cut_options){.path = "data.result"}, "{\"data\":[{\"result\":[1]}]}", "",
              "{\"data\":[{\"result\":[\"1\"]}]}");
}

static void test_an_absent_or_null_array_has_no_elements(void **state)
{
    struct json_cut_options options = {.path = "jobs"};

    (void)state;
    check_cut(options, "{\"errors\":[{\"error\":\"x\"}]}", "", "{\"errors\":[{\"error\":\"x\"}]}");
    check_cut(options, "{\"jobs\":null}", "", "{\"jobs\":null}");
    check_cut(options, "[1]", "", "[\"1\"]");
    check_cut(options, "{\"a\":{\"jobs\":[1]}}", "", "{\"a\":{\"jobs\":[\"1\"]}}");
}

static void test_another_type_at_the_path_is_an_error(void **state)
{
    (void)state;
    check_refused((struct json_cut_options){.path = "jobs"}, "{\"jobs\": {}}",
                  "the member 'jobs' is not an array, at byte 9");
    check_refused((struct json_cut_options){.path = "a.b"}, "{\"a\":{\"b\":3}}",
                  "the member 'a.b' is not an array, at byte 10");
    check_refused((struct json_cut_options){.path = ""}, " {}", "the text is not an array, at byte 1");
    check_refused((struct json_cut_options){.path = "jobs"}, "{\"jobs\":[1],\"jobs\":[2]}",
                  "the member 'jobs' comes twice, at byte 19");
}

static void test_only_wanted_members_become_a_tree(void **state)
{
    static const char *const keep[] = {"id", "na\"me", "tres", NULL}, *const nothing[] = {NULL};
    struct json_cut_options options = {.path = "jobs", .keep = keep};

    (void)state;
    check_cut(
        options,
        "{\"jobs\":[{\"x\":{\"id\":7},\"id\":1,\"y\":[1,{\"id\":2}],\"na\\u0022me\":\"n\",\"z\":null},{\"z\":1}]}",
        "{\"id\":\"1\",\"na\\\"me\":\"n\"}\n{}\n", "{\"jobs\":[]}");
    check_cut(options, "{\"jobs\":[{\"tres\":[{\"x\":1}],\"i\":0,\"\":0,\"idd\":0,\"ID\":0}]}",
              "{\"tres\":[{\"x\":\"1\"}]}\n", "{\"jobs\":[]}");
    check_cut(options, "{\"x\":{\"y\":1},\"jobs\":[[{\"x\":1}]]}", "[{\"x\":\"1\"}]\n",
              "{\"x\":{\"y\":\"1\"},\"jobs\":[]}");
    options.keep = nothing;
    check_cut(options, "{\"jobs\":[{\"id\":[1,2,{}]}]}", "{}\n", "{\"jobs\":[]}");
}

static void test_skipped_members_are_checked_too(void **state)
{
    static const char *const keep[] = {"id", NULL};
    struct json_cut_options options = {.path = "jobs", .keep = keep};

    (void)state;
    check_refused(options, "{\"jobs\":[{\"x\":[1,]}]}", "not JSON at byte 17: ']' where a value must stand");
    check_refused(options, "{\"jobs\":[{\"x\":\"\xc3(\"}]}",
                  "not JSON at byte 16: bytes that are not UTF-8 in a string");
    check_refused(options, "{\"jobs\":[{\"x\":1e}]}", "not JSON at byte 16: '}' where a digit must stand");
}

static void check_counts(const char *text, uint64_t bad, uint64_t duplicates)
{
    static const char *const keep[] = {"id", NULL};
    struct json_cut_options options = {.mode = JSON_LENIENT, .path = "jobs", .keep = keep};
    struct outcome o = cut_in_pieces(options, text, strlen(text));

    assert_true(o.ok);
    assert_int_equal(o.counts.bytes, strlen(text));
    assert_int_equal(o.counts.bad_bytes, bad);
    assert_int_equal(o.counts.duplicate_keys, duplicates);
    outcome_release(&o);
}

static void test_what_was_odd_is_counted(void **state)
{
    (void)state;
    check_counts("{\"jobs\":[{\"x\":\"ok 中文\"}]}", 0, 0);
    check_counts("{\"jobs\":[{\"x\":\"\xff\xfe\"},{\"id\":\"\xe4\xb8\"}]}", 4, 0);
    check_counts("{\"jobs\":[{\"id\":\"\xe4\xb8\xe4\xb8\xad\xf0\x9f\x9a\"}]}", 5, 0);
    check_counts("{\"jobs\":[{\"id\":\"\\ud800 \\udc00 \\u0000\"}]}", 3, 0);
    check_counts("{\"\xff\":1,\"\xff\":2}", 2, 1);
    check_counts("{\"a\":1,\"a\":{\"a\":1,\"a\":[{\"a\":1},{\"a\":1}]},\"\\u0061\":1,\"b\":1,\"\":1,\"\":1}", 0, 4);
    check_counts("{\"a\":{\"x\":1},\"b\":{\"x\":1},\"x\":[{\"x\":1},{\"x\":1}]}", 0, 0);
}

static void test_duplicates_are_seen_among_many_names(void **state)
{
    struct buf text = buf_make(8 << 20);
    struct json_cut_options options = {.mode = JSON_STRICT};

    (void)state;
    buf_puts(&text, "{\"jobs\":[{", NULL);
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, NULL, "\"name%d\":{\"name%d\":0},", i % 19990, i);
    buf_puts(&text, "\"last\":{}}]}", NULL);
    struct outcome o = cut(options, text.data, text.len, 4096);
    assert_true(o.ok);
    assert_int_equal(o.counts.duplicate_keys, 10);
    outcome_release(&o);
    buf_release(&text);
}

static bool refuse(void *ctx, const struct json *element, struct err *err)
{
    (void)ctx;
    (void)element;
    return err_set(err, ERR_INPUT, "enough");
}

/* The last of those that are named alike, each by its own number; what is not there is absent. */
static bool find_each(void *ctx, const struct json *element, struct err *err)
{
    int64_t members = *(const int64_t *)ctx, number;
    char key[32];

    (void)err;
    for (int64_t i = 0; i < members; i++) {
        snprintf(key, sizeof key, "member_%" PRId64, i);
        assert_true(json_int(json_get(element, key), &number));
        assert_int_equal(number, i % 3 == 0 ? i : 1000 + i);
    }
    snprintf(key, sizeof key, "member_%" PRId64, members);
    assert_null(json_get(element, key));
    assert_null(json_get(element, ""));
    return true;
}

static void test_members_of_small_and_large_elements_are_found(void **state)
{
    const int64_t counts[] = {1, 9, 10, 11, 12, 15, 16, 17, 60, 190, 191, 192, 193, 600};

    (void)state;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        int64_t n = counts[c];
        struct json_cut_options o = {.path = "", .element = find_each, .ctx = &n};
        struct buf text = buf_make(1 << 20);
        struct err err = {0};

        buf_puts(&text, "[{", NULL);
        for (int64_t i = 0; i < n; i++)
            buf_printf(&text, NULL, "%s\"member_%" PRId64 "\":%" PRId64, i > 0 ? "," : "", i, i);
        for (int64_t i = 0; i < n; i++)
            if (i % 3 != 0)
                buf_printf(&text, NULL, ",\"member_%" PRId64 "\":%" PRId64, i, 1000 + i);
        buf_puts(&text, "}]", NULL);
        struct json_cut *cut = json_cut_new(&o);
        assert_true(json_cut_feed(cut, text.data, text.len, &err));
        assert_true(json_cut_end(cut, NULL, &err));
        assert_int_equal(json_cut_counts(cut)->elements, 1);
        json_cut_free(cut);
        buf_release(&text);
    }
}

static void test_the_callback_ends_the_parse(void **state)
{
    struct json_cut_options options = {.path = "", .element = refuse};
    struct json_cut *cut = json_cut_new(&options);
    struct err err = {0};

    (void)state;
    assert_false(json_cut_feed(cut, "[1,2]", 5, &err));
    assert_string_equal(err.text, "enough");
    assert_int_equal(json_cut_counts(cut)->elements, 1);
    json_cut_free(cut);
    json_cut_free(NULL);
}

/* --- limits --- */

static void test_limits_are_named(void **state)
{
    struct json_cut_options options = {.path = "a",
                                       .limits = {.total_bytes = 40, .element_bytes = 16, .depth = 4, .nodes = 5}};

    (void)state;
    check_cut(options, "{\"a\":[[[1]],[1,2,3]]}", "[[\"1\"]]\n[\"1\",\"2\",\"3\"]\n", "{\"a\":[]}");
    check_refused(options, "{\"a\":[[[[1]]]]}", "nested deeper than the limit of 4 levels, at byte 8");
    check_refused(options, "{\"a\":[[1,2,3,4,5]]}", "an element is larger than the limit of 16 bytes");
    check_refused(options, "{\"a\":[\"0123456789abcdef\"]}", "an element is larger than the limit of 16 bytes");
    check_refused(options, "{\"b\":\"0123456789abcdef\"}",
                  "what is not in the array is larger than the limit of 16 bytes");
    check_refused(options, "{\"a\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]}",
                  "the text is larger than the limit of 40 bytes");
    options.limits.element_bytes = 0;
    check_cut(options, "{\"a\":[[1,2,3]],\"b\":0,\"c\":0,\"d\":0}", "[\"1\",\"2\",\"3\"]\n",
              "{\"a\":[],\"b\":\"0\",\"c\":\"0\",\"d\":\"0\"}");
    check_refused(options, "{\"a\":[[1,2,3,4,5]]}", "an element has more values than the limit of 5, at byte 15");
    check_refused(options, "{\"b\":1,\"c\":2,\"d\":[],\"e\":0,\"f\":0}",
                  "what is not in the array has more values than the limit of 5, at byte 30");
}

/* Repeats a piece until the cutter refuses, at most so many times; returns the error. */
static struct err flood(const char *start, const char *piece, size_t times)
{
    static const char *const keep[] = {"id", NULL};
    struct json_cut_options options = {.mode = JSON_LENIENT, .path = "jobs", .keep = keep};
    struct json_cut *cut = json_cut_new(&options);
    struct buf block = buf_make(1 << 20);
    struct err err = {0};
    size_t n = strlen(piece), copies = (64 << 10) / n;

    for (size_t i = 0; i < copies; i++)
        assert_true(buf_put(&block, piece, n, NULL));
    bool ok = json_cut_feed(cut, start, strlen(start), &err);
    for (size_t i = 0; ok && i < times / copies; i++)
        ok = json_cut_feed(cut, block.data, block.len, &err);
    buf_release(&block);
    json_cut_free(cut);
    return err;
}

static long peak_kib(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void test_floods_end_at_a_limit_and_cost_no_memory(void **state)
{
    long before = peak_kib();

    (void)state;
    assert_string_equal(flood("", "[", 1000000).text, "nested deeper than the limit of 64 levels, at byte 64");
    assert_string_equal(flood("", "{\"a\":", 1000000).text, "nested deeper than the limit of 64 levels, at byte 320");
    assert_string_equal(flood("{\"jobs\":[{\"id\":\"", "xxxxxxxxxxxxxxxx", 100 << 16).text,
                        "an element is larger than the limit of 4194304 bytes");
    assert_string_equal(flood("{\"errors\":\"", "xxxxxxxxxxxxxxxx", 100 << 16).text,
                        "what is not in the array is larger than the limit of 4194304 bytes");
    assert_string_equal(flood("{\"", "xxxxxxxxxxxxxxxx", 100 << 16).text,
                        "a member's name is larger than the limit of 65536 bytes");
    assert_string_equal(flood("{\"jobs\":[{\"x\":[0", ",0", 10000000).text,
                        "an element has more values than the limit of 1000000, at byte 2000011");
    /* These are wrong in nothing but their length: what is skipped, and the elements themselves, are bounded by
     * total_bytes. */
    assert_string_equal(flood("{\"jobs\":[{\"x\":\"", "xxxxxxxxxxxxxxxx", 100 << 16).text, "");
    assert_string_equal(flood("{\"jobs\":[{}", ",{\"id\":1}", 1000000).text, "");
    assert_string_equal(flood("{\"jobs\":[{\"id\":", "1111111111111111", 100 << 16).text,
                        "an element is larger than the limit of 4194304 bytes");
#ifdef SANITIZED
    (void)before;
#else
    if (peak_kib() - before > 48 << 10)
        fail_msg("peak memory grew by %ld KiB", peak_kib() - before);
#endif
}

/* --- Slurm's captures --- */

static void check_capture(void *ctx, const struct corpora_file *f)
{
    struct json_cut_options options = {.mode = JSON_LENIENT, .path = "jobs"};
    const char *body = f->bytes;
    size_t n = f->size;
    int *seen = ctx;

    if (strstr(f->name, ".http") != NULL) {
        for (size_t i = 0; i + 4 <= f->size && body == f->bytes; i++)
            if (memcmp(f->bytes + i, "\r\n\r\n", 4) == 0)
                body = f->bytes + i + 4;
        n -= (size_t)(body - f->bytes);
    }
    if (n == 0 || body[0] != '{')
        return;
    struct outcome whole = cut(options, body, n, n), bytewise = cut(options, body, n, 1),
                   pieces = cut(options, body, n, 0);
    if (!whole.ok)
        fail_msg("%s: %s", f->name, whole.err.text);
    check_same(&whole, &bytewise);
    check_same(&whole, &pieces);
    if (strcmp(f->name, "jobs_60.json") == 0)
        assert_int_equal(whole.counts.elements, 60);
    if (strcmp(f->name, "job_odd_invalid_utf8_bytes.http") == 0)
        assert_int_equal(whole.counts.bad_bytes, 2);
    outcome_release(&whole);
    outcome_release(&bytewise);
    outcome_release(&pieces);
    ++*seen;
}

static void test_captures_of_slurm_are_read(void **state)
{
    int seen = 0;

    (void)state;
    const char *folder = corpora_path("testbed", "testbed/captures/slurm");
    corpora_each(folder, ".json", check_capture, &seen);
    corpora_each(folder, ".http", check_capture, &seen);
    assert_true(seen > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_elements_are_cut_out),
        cmocka_unit_test(test_a_path_goes_deeper),
        cmocka_unit_test(test_an_absent_or_null_array_has_no_elements),
        cmocka_unit_test(test_another_type_at_the_path_is_an_error),
        cmocka_unit_test(test_only_wanted_members_become_a_tree),
        cmocka_unit_test(test_skipped_members_are_checked_too),
        cmocka_unit_test(test_what_was_odd_is_counted),
        cmocka_unit_test(test_duplicates_are_seen_among_many_names),
        cmocka_unit_test(test_members_of_small_and_large_elements_are_found),
        cmocka_unit_test(test_the_callback_ends_the_parse),
        cmocka_unit_test(test_limits_are_named),
        cmocka_unit_test(test_floods_end_at_a_limit_and_cost_no_memory),
        cmocka_unit_test(test_captures_of_slurm_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
