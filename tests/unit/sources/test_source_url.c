#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sources/source.h"

static const struct {
    const char *text, *driver, *user, *url, *query;
} good[] = {
    {"slurm+http://slurm@10.0.0.1:6820/base?token_file=/path&scheduler=fra", "slurm", "slurm",
     "http://10.0.0.1:6820/base", "token_file=/path&scheduler=fra"},
    {"slurm+http://10.0.0.1", "slurm", "", "http://10.0.0.1", ""},
    {"hub+https://hub.example/", "hub", "", "https://hub.example/", ""},
    {"slurm+http://[::1]:6820", "slurm", "", "http://[::1]:6820", ""},
    {"slurm+http://ann%40corp@h:1", "slurm", "ann@corp", "http://h:1", ""},
    {"slurm+http://a@b@h:1", "slurm", "a@b", "http://h:1", ""},
    {"slurm+unix:///run/slurmrestd.sock", "slurm", "", "unix:///run/slurmrestd.sock", ""},
    {"slurm+unix:///run/s.sock?scheduler=x", "slurm", "", "unix:///run/s.sock", "scheduler=x"},
    {"slurm+local:", "slurm", "", "local:", ""},
    {"slurm+local:?scheduler=fra", "slurm", "", "local:", "scheduler=fra"},
    {"sample:sample-data", "sample", "", "sample-data", ""},
    {"sample:/a dir?seed=7", "sample", "", "/a dir", "seed=7"},
    {"slurm+http://h/p@q", "slurm", "", "http://h/p@q", ""},
};

static void test_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct source_url url;
        struct err err = {0};
        if (!source_url_parse(good[i].text, &url, &err))
            fail_msg("%s: %s", good[i].text, err.text);
        assert_string_equal(url.driver, good[i].driver);
        assert_string_equal(url.user, good[i].user);
        assert_string_equal(url.url, good[i].url);
        assert_string_equal(url.query, good[i].query);
    }
}

static const char *const wrong[] = {
    "",
    "http://h:6820",
    "slurm",
    "slurm:",
    "slurm+",
    "+http://h",
    "Slurm+http://h",
    "slurm+http://",
    "slurm+http:///path",
    "slurm+http://:6820",
    "slurm+http://h:",
    "slurm+http://h:0",
    "slurm+http://h:65536",
    "slurm+http://h:99999999999999999999",
    "slurm+http://h:12x",
    "slurm+http://@h",
    "slurm+http://a%zz@h",
    "slurm+http://a%00@h",
    "slurm+http://[::1",
    "slurm+http://::1]",
    "slurm+http://[]",
    "slurm+ftp://h",
    "slurm+unix://relative",
    "slurm+unix:///",
    "slurm+local:x",
    "slurm+http://h?a=%4",
    "slurm+http://h?a=%",
    "slurm+http://h?a=%00",
    "slurm+http://h?word",
    "slurm+http://h?=x",
    "slurm+http://h?a=1&word",
    "slurm+http://h\nx",
    "sample:",
    "sample:?seed=1",
    "a_driver_whose_name_is_longer_than_any_that_there_is+http://h",
};

static void test_what_is_no_source(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct source_url url;
        struct err err = {0};
        if (source_url_parse(wrong[i], &url, &err))
            fail_msg("'%s' was taken", wrong[i]);
        assert_int_equal(err.kind, ERR_INPUT);
        assert_int_equal(err_status(&err), 64);
        assert_non_null(strstr(err.hint, "DRIVER+http://"));
    }
}

/* A secret on the command line is seen by everybody: it is refused, and the message does not repeat it. */
static void test_secrets_are_refused(void **state)
{
    static const char *const texts[] = {
        "slurm+http://slurm:S3CR3T@h:6820", "slurm+http://h?token=S3CR3T", "slurm+http://h?scheduler=x&token=S3CR3T",
        "slurm+http://h?password=S3CR3T",   "slurm+https://:S3CR3T@h",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct source_url url;
        struct err err = {0};
        assert_false(source_url_parse(texts[i], &url, &err));
        assert_int_equal(err_status(&err), 64);
        assert_null(strstr(err.text, "S3CR3T"));
        assert_null(strstr(err.hint, "S3CR3T"));
        assert_non_null(strstr(err.hint, "token_file"));
    }
}

static void test_too_long(void **state)
{
    char text[4096];
    struct source_url url;
    struct err err = {0};
    (void)state;
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    memcpy(text, "slurm+http://", 13);
    assert_false(source_url_parse(text, &url, &err));
    memcpy(text, "slurm+http://h?k=", 17);
    assert_false(source_url_parse(text, &url, &err));
    memcpy(text, "sample:x", 8);
    assert_false(source_url_parse(text, &url, &err));
    memcpy(text, "slurm+http://", 13);
    text[400] = '@';
    assert_false(source_url_parse(text, &url, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void test_query(void **state)
{
    struct source_url url;
    struct err err = {0};
    char out[16];
    (void)state;
    assert_true(source_url_parse("slurm+http://h?token_file=%2Fa%20b+c&file=x&empty=&api=v1", &url, &err));
    assert_true(source_url_query(&url, "token_file", out, sizeof out));
    assert_string_equal(out, "/a b+c");
    assert_true(source_url_query(&url, "file", out, sizeof out));
    assert_string_equal(out, "x");
    assert_true(source_url_query(&url, "empty", out, sizeof out));
    assert_string_equal(out, "");
    assert_false(source_url_query(&url, "token", out, sizeof out));
    assert_false(source_url_query(&url, "pi", out, sizeof out));
    assert_false(source_url_query(&url, "api", out, 2));
    assert_true(source_url_query(&url, "api", out, 3));
}

static const char *answer(const void *ctx, const char *key)
{
    return strcmp(key, "api") == 0 ? ctx : NULL;
}

static void test_settings_come_from_the_query_too(void **state)
{
    const struct source_settings none = {.name = "a"};
    const struct source_settings some = {.name = "a", .query = answer, .query_ctx = "v0.0.39"};
    (void)state;
    assert_null(source_setting(&none, "api"));
    assert_string_equal(source_setting(&some, "api"), "v0.0.39");
    assert_null(source_setting(&some, "other"));
}

static void test_drivers_by_name(void **state)
{
    (void)state;
    assert_string_equal(source_by_name("slurm")->name, "slurm");
    assert_null(source_by_name("slur"));
    assert_null(source_by_name(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_what_is_no_source),
        cmocka_unit_test(test_secrets_are_refused),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_query),
        cmocka_unit_test(test_settings_come_from_the_query_too),
        cmocka_unit_test(test_drivers_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
