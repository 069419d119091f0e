#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

enum { WORDS_MAX = 64 };

static struct options o;
static struct err err;
static const char *command;

/* A NULL-terminated list of words. */
static bool parse(const char *const *words)
{
    char *argv[WORDS_MAX];
    int argc = 0;
    options_release(&o);
    err = (struct err){0};
    for (; words[argc]; argc++)
        argv[argc] = (char *)(uintptr_t)words[argc];
    return options_parse(argc, argv, &o, &command, &err);
}

#define PARSE(...) parse((const char *const[]){__VA_ARGS__, NULL})

static void test_nothing(void **state)
{
    (void)state;
    assert_true(parse((const char *const[]){NULL}));
    assert_null(command);
    assert_int_equal(o.arg_count, 0);
    assert_int_equal(o.limit, -1);
    assert_int_equal(o.seed, -1);
    assert_true(o.timeout_s == 20);
    assert_false(o.write || o.offline || o.help);
}

static void test_every_form_of_a_value(void **state)
{
    (void)state;
    assert_true(PARSE("-c", "a.conf", "get"));
    assert_string_equal(o.config, "a.conf");
    assert_true(PARSE("-ca.conf", "get"));
    assert_string_equal(o.config, "a.conf");
    assert_true(PARSE("--config", "a.conf", "get"));
    assert_string_equal(o.config, "a.conf");
    assert_true(PARSE("--config=a.conf", "get"));
    assert_string_equal(o.config, "a.conf");
    assert_true(PARSE("--config=", "get"));
    assert_string_equal(o.config, "");
    assert_true(PARSE("get", "--filter", "--json", "jobs")); /* a value may look like an option */
    assert_string_equal(o.filter, "--json");
    assert_null(o.format);
    assert_true(PARSE("get", "jobs", "-qvn"));
    assert_true(o.quiet && o.verbose && o.dry_run);
    assert_true(PARSE("-qoout", "get"));
    assert_true(o.quiet);
    assert_string_equal(o.output, "out");
    assert_string_equal(command, "get");
}

/* Every row of the table is read, into the member that it names. */
static void test_every_option(void **state)
{
    (void)state;
    char text[64];
    for (const struct option_row *r = options_table; r->name; r++) {
        bool shorthand = r->type == OPTION_CHOICE && r->arg[0] == '=';
        bool flag = r->type == OPTION_FLAG || r->type == OPTION_UNFLAG || shorthand;
        char value[64] = "7";
        if (r->type == OPTION_CHOICE && !shorthand)
            snprintf(value, sizeof value, "%.*s", (int)strcspn(r->arg, "|"), r->arg);
        snprintf(text, sizeof text, "--%s", r->name);
        bool ok = flag ? PARSE(text) : PARSE(text, value);
        if (!ok)
            fail_msg("%s: %s", text, err.text);
        const char *at = (const char *)&o + r->offset;
        if (r->type == OPTION_FLAG)
            assert_true(*(const bool *)at);
        else if (r->type == OPTION_TEXT)
            assert_string_equal(*(const char *const *)(const void *)at, "7");
        else if (r->type == OPTION_COUNT)
            assert_int_equal(*(const long *)(const void *)at, 7);
        else if (r->type == OPTION_NUMBER)
            assert_true(*(const double *)(const void *)at == 7);
        else if (r->type == OPTION_CHOICE)
            assert_string_equal(*(const char *const *)(const void *)at, shorthand ? r->arg + 1 : value);
        if (!flag) {
            assert_false(PARSE(text));
            assert_int_equal(err_status(&err), 64);
            assert_non_null(strstr(err.text, "missing"));
            assert_non_null(strstr(err.text, r->name));
        } else {
            snprintf(text, sizeof text, "--%s=x", r->name);
            assert_false(PARSE(text));
            assert_int_equal(err_status(&err), 64);
        }
    }
}

static void test_the_last_one_counts(void **state)
{
    (void)state;
    assert_true(PARSE("--format", "csv", "get", "--json", "jobs"));
    assert_string_equal(o.format, "json");
    assert_true(PARSE("--write", "--read-only"));
    assert_false(o.write);
    assert_true(PARSE("--read-only", "--write"));
    assert_true(o.write);
}

static void test_sources_repeat(void **state)
{
    (void)state;
    assert_true(PARSE("--source", "sample:a", "get", "--source=sample:b", "jobs", "--source", "sample:a"));
    assert_int_equal(o.source_count, 3);
    assert_string_equal(o.sources[0], "sample:a");
    assert_string_equal(o.sources[1], "sample:b");
    assert_string_equal(o.sources[2], "sample:a");
    assert_int_equal(o.arg_count, 1);
}

static void test_words(void **state)
{
    (void)state;
    assert_true(PARSE("get", "jobs", "fra/1", "-", "--", "--json", "-q"));
    assert_string_equal(command, "get");
    assert_int_equal(o.arg_count, 5);
    assert_string_equal(o.args[2], "-");
    assert_string_equal(o.args[3], "--json");
    assert_string_equal(o.args[4], "-q");
    assert_null(o.format);
    assert_true(PARSE("--", "get"));
    assert_string_equal(command, "get");
}

/* As many as the system lets through, none is dropped in silence. */
static void test_very_many_words(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    char **argv = calloc(MANY, sizeof *argv);
    static char word[] = "x";
    for (int i = 0; i < MANY; i++)
        argv[i] = word;
    options_release(&o);
    assert_true(options_parse(MANY, argv, &o, &command, &err));
    assert_int_equal(o.arg_count, MANY - 1);
    free(argv);
}

static void test_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *word, *hint;
    } cases[] = {
        {"--jsn", "--json"},
        {"--ofline", "--offline"},
        {"--Filter=x", "--filter"},
        {"--zzzzzzzz", "help"},
        {"-Z", "help"},
        {"--unti-idle", "help"},
        {"-qZ", "help"},
        {"--state_dir", "--state-dir"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(PARSE("get", cases[i].word));
        assert_int_equal(err_status(&err), 64);
        assert_non_null(strstr(err.text, cases[i].word));
        assert_non_null(strstr(err.hint, cases[i].hint));
    }
    assert_null(strstr(err.hint, "until-idle"));
    char endless[5000];
    memset(endless, '-', sizeof endless);
    memset(endless + 2, 'x', sizeof endless - 3);
    endless[sizeof endless - 1] = '\0';
    assert_false(PARSE(endless));
}

static void test_numbers(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "x", "-1", "1x", "nan", "inf", "1e99", "0.5", "--json"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(PARSE("--limit", bad[i]));
        assert_int_equal(err_status(&err), 64);
    }
    assert_true(PARSE("--limit", "0"));
    assert_int_equal(o.limit, 0);
    assert_true(PARSE("--speed", "0.5"));
    assert_true(o.speed == 0.5);
    assert_false(PARSE("--timeout", "-3"));
}

static void test_choices(void **state)
{
    (void)state;
    assert_false(PARSE("--format", "xml"));
    assert_non_null(strstr(err.hint, "text|json|ndjson|csv|md|html"));
    assert_false(PARSE("--format", "jso"));
    assert_false(PARSE("--format", "json|csv"));
    assert_false(PARSE("--format", ""));
    assert_true(PARSE("--format", "html"));
}

static void test_environment(void **state)
{
    (void)state;
    setenv("HUBTOP_STATE_DIR", "/from/environment", 1);
    setenv("HUBTOP_LIMIT", "9", 1);
    setenv("HUBTOP_FORMAT", "csv", 1);
    setenv("HUBTOP_CONFIRM", "ckg-1", 1); /* an order is never confirmed by what was exported once */
    setenv("HUBTOP_WRITE", "1", 1);
    setenv("HUBTOP_SOURCE", "sample:x", 1);
    setenv("HUBTOP_THEME", "", 1);
    assert_true(PARSE("get", "--limit", "3"));
    assert_string_equal(o.state_dir, "/from/environment");
    assert_int_equal(o.limit, 3);
    assert_string_equal(o.format, "csv");
    assert_null(o.confirm);
    assert_null(o.theme);
    assert_false(o.write);
    assert_int_equal(o.source_count, 0);
    setenv("HUBTOP_LIMIT", "many", 1);
    assert_false(PARSE("get"));
    assert_non_null(strstr(err.text, "HUBTOP_LIMIT"));
    assert_int_equal(err_status(&err), 64);
    static const char *const names[] = {"STATE_DIR", "LIMIT", "FORMAT", "CONFIRM", "WRITE", "SOURCE", "THEME"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[64];
        snprintf(name, sizeof name, "HUBTOP_%s", names[i]);
        unsetenv(name);
    }
}

static int release(void **state)
{
    (void)state;
    options_release(&o);
    return 0;
}

/* `check` answers on one line whatever is wrong: its name must be known all the same. */
static void test_the_command_is_known_after_an_error(void **state)
{
    (void)state;
    assert_false(PARSE("--bogus", "check", "--also"));
    assert_string_equal(command, "check");
    assert_non_null(strstr(err.text, "--bogus"));
    assert_false(PARSE("check", "--timeout", "soon"));
    assert_string_equal(command, "check");
    setenv("HUBTOP_TIMEOUT", "soon", 1);
    assert_false(PARSE("-c", "file", "check"));
    unsetenv("HUBTOP_TIMEOUT");
    assert_string_equal(command, "check");
    assert_non_null(strstr(err.text, "HUBTOP_TIMEOUT"));
}

static void test_where_a_text_comes_from(void **state)
{
    (void)state;
    char origin[OPTIONS_ORIGIN_MAX];
    setenv("HUBTOP_THEME", "mono", 1);
    setenv("HUBTOP_STATE_DIR", "/d", 1);
    assert_true(PARSE("--theme", "mono", "--fleet", "f.conf"));
    assert_string_equal(options_origin(&o, "theme", origin), "option --theme");
    assert_string_equal(options_origin(&o, "state-dir", origin), "environment HUBTOP_STATE_DIR");
    assert_string_equal(options_origin(&o, "fleet", origin), "option --fleet");
    assert_null(options_origin(&o, "glyphs", origin));
    unsetenv("HUBTOP_THEME");
    unsetenv("HUBTOP_STATE_DIR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_every_form_of_a_value),
        cmocka_unit_test(test_every_option),
        cmocka_unit_test(test_the_last_one_counts),
        cmocka_unit_test(test_sources_repeat),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_very_many_words),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_the_command_is_known_after_an_error),
        cmocka_unit_test(test_where_a_text_comes_from),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
