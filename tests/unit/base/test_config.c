#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/config.h"

static const struct config_option query_options[] = {
    {.name = "expr", .type = CONFIG_TEXT},  {.name = "kind", .type = CONFIG_TEXT},
    {.name = "from", .type = CONFIG_TEXT},  {.name = "to", .type = CONFIG_TEXT},
    {.name = "value", .type = CONFIG_TEXT}, {0},
};

static const struct config_option source_options[] = {
    {.name = "driver", .type = CONFIG_TEXT},
    {.name = "url", .type = CONFIG_TEXT},
    {.name = "user", .type = CONFIG_TEXT},
    {.name = "token_file", .type = CONFIG_TEXT},
    {.name = "token_command", .type = CONFIG_LIST},
    {.name = "ca_file", .type = CONFIG_TEXT},
    {.name = "scheduler", .type = CONFIG_TEXT},
    {.name = "interval", .type = CONFIG_INT, .preset = "10", .help = "seconds between polls", .min = 1, .max = 3600},
    {.name = "query", .type = CONFIG_SECTION, .children = query_options, .titled = true},
    {0},
};

static const struct config_option context_options[] = {
    {.name = "sources", .type = CONFIG_LIST},
    {.name = "danger", .type = CONFIG_BOOL, .preset = "false"},
    {0},
};

static const struct config_option main_options[] = {
    {.name = "version", .type = CONFIG_INT},
    {.name = "fleet", .type = CONFIG_TEXT},
    {.name = "ratio", .type = CONFIG_REAL, .preset = "1.4"},
    {.name = "columns", .type = CONFIG_LIST, .preset = "id, user state"},
    {.name = "read_only", .type = CONFIG_BOOL, .preset = "true"},
    {.name = "source", .type = CONFIG_SECTION, .children = source_options, .titled = true},
    {.name = "context", .type = CONFIG_SECTION, .children = context_options, .titled = true},
    {.name = "compatible", .type = CONFIG_SECTION, .children = context_options},
    {.name = "use_context", .type = CONFIG_TEXT},
    {0},
};

static const char *const sample =
    "version = 1\n"
    "fleet   = \"fleet.conf\"                  # what no driver sees: hubs, positions\n"
    "source \"fra\" {\n"
    "  driver     = \"slurm\"                  # hub slurm prometheus\n"
    "  url        = \"http://10.0.0.1:6820\"   # or unix:///run/slurmrestd.sock\n"
    "  user       = \"slurm\"\n"
    "  token_file = \"~/.config/hubtop/fra.token\"     # 0600; or token_command = { \"vault\", \"read\" }\n"
    "  interval   = 30\n"
    "}\n"
    "/* two\n lines */\n"
    "source \"metrics\" {\n"
    "  driver = \"prometheus\"  url = https://metrics.example:9090\n"
    "  query \"delay\" { expr = 'max by (src, dst) (x{job=\"link\"} ${1}) * 1000'  kind = \"links\"  from = \"src\" }\n"
    "  query \"loss\"\n  { kind = \"links\" }\n"
    "}\n"
    "context \"prod\" { sources = { \"fra\", // the first\n metrics }  danger = true }\n"
    "use_context = \"prod\"\n";

static struct config *parse(const char *text)
{
    struct err err = {0};
    struct config *c = config_parse("a.conf", text, main_options, &err);
    if (!c)
        print_error("%s\n", err.text);
    assert_non_null(c);
    return c;
}

static void refused(const char *text, const char *message, const char *hint)
{
    struct err err = {0};
    struct config *c = config_parse("a.conf", text, main_options, &err);
    if (c)
        print_error("taken: <%.60s>\n", text);
    assert_null(c);
    if (!strstr(err.text, message) || !strstr(err.hint, hint))
        print_error("for <%.60s>: '%s' hint '%s'\n", text, err.text, err.hint);
    assert_ptr_equal(strstr(err.text, message), err.text);
    assert_non_null(strstr(err.hint, hint));
    assert_int_equal(err_status(&err), 78);
    assert_int_equal(err.kind, ERR_INPUT);
}

static void test_the_sample_of_the_interfaces(void **state)
{
    (void)state;
    struct config *c = parse(sample);
    assert_int_equal(config_int(c, "version", 0), 1);
    assert_string_equal(config_text(c, "fleet"), "fleet.conf");
    assert_int_equal(config_section_count(c, "source"), 2);
    const struct config *fra = config_section(c, "source", 0);
    assert_string_equal(config_title(fra), "fra");
    assert_int_equal(config_int(fra, "interval", 0), 30);
    assert_string_equal(config_text(fra, "token_file"), "~/.config/hubtop/fra.token");
    const struct config *metrics = config_section(c, "source", 1);
    assert_string_equal(config_text(metrics, "url"), "https://metrics.example:9090");
    assert_int_equal(config_section_count(metrics, "query"), 2);
    const struct config *delay = config_section(metrics, "query", 0);
    assert_string_equal(config_title(delay), "delay");
    assert_string_equal(config_text(delay, "expr"), "max by (src, dst) (x{job=\"link\"} ${1}) * 1000");
    const struct config *prod = config_section(c, "context", 0);
    assert_int_equal(config_list_count(prod, "sources"), 2);
    assert_string_equal(config_list_at(prod, "sources", 1), "metrics");
    assert_null(config_list_at(prod, "sources", 2));
    assert_true(config_bool(prod, "danger", false));
    config_free(c);
}

static void test_presets_and_what_was_given(void **state)
{
    (void)state;
    struct config *c = parse(sample);
    const struct config *metrics = config_section(c, "source", 1);
    assert_int_equal(config_int(metrics, "interval", 0), 10);
    assert_false(config_given(metrics, "interval"));
    assert_true(config_given(config_section(c, "source", 0), "interval"));
    assert_true(config_bool(c, "read_only", false));
    assert_true(config_real(c, "ratio", 0) > 1.39 && config_real(c, "ratio", 0) < 1.41);
    assert_int_equal(config_list_count(c, "columns"), 3);
    assert_string_equal(config_list_at(c, "columns", 2), "state");
    assert_null(config_text(metrics, "ca_file"));
    assert_int_equal(config_int(c, "no such", 7), 7);
    assert_int_equal(config_int(NULL, "version", 7), 7);
    config_free(c);
    c = parse("columns = {}\nread_only = off");
    assert_true(config_given(c, "columns"));
    assert_int_equal(config_list_count(c, "columns"), 0);
    assert_false(config_bool(c, "read_only", true));
    config_free(c);
}

static void test_lines_where_sections_begin(void **state)
{
    (void)state;
    struct config *c = parse(sample);
    assert_int_equal(config_line(config_section(c, "source", 0)), 3);
    assert_int_equal(config_line(config_section(c, "source", 1)), 12);
    assert_int_equal(config_line(config_section(config_section(c, "source", 1), "query", 0)), 14);
    assert_int_equal(config_line(config_section(config_section(c, "source", 1), "query", 1)), 15);
    assert_int_equal(config_line(config_section(c, "context", 0)), 18);
    config_free(c);
    c = parse("compatible { danger = on }\nsource a {}\ncompatible {\n}\nsource b {}");
    assert_int_equal(config_line(config_section(c, "compatible", 1)), 3);
    assert_true(config_bool(config_section(c, "compatible", 0), "danger", false));
    assert_false(config_bool(config_section(c, "compatible", 1), "danger", true));
    assert_int_equal(config_line(config_section(c, "source", 1)), 5);
    config_free(c);
}

static void test_lines_where_options_stand(void **state)
{
    (void)state;
    struct err err = {0};
    struct config *c = config_parse("f.conf",
                                    "# ratio = 1\n"
                                    "version = 1   use_context = \"a\"\n"
                                    "source \"a\" {\n"
                                    "  query \"q\" { expr =\n 'x'\n  kind = \"links\" }\n"
                                    "  /* user = \"no\"\n */\n"
                                    "  url = \"http://h\"\n"
                                    "}\n"
                                    "source \"b\" { driver = \"x\" }\n"
                                    "columns = { id }\n"
                                    "columns += { user }\n"
                                    "version = 2\n",
                                    main_options, &err);
    assert_non_null(c);
    const struct config *a = config_section(c, "source", 0), *b = config_section(c, "source", 1);
    const struct config *q = config_section(a, "query", 0);
    assert_int_equal(config_origin(c, "version"), 14); /* the last says it */
    assert_int_equal(config_origin(c, "use_context"), 2);
    assert_int_equal(config_origin(c, "columns"), 13);
    assert_int_equal(config_origin(c, "ratio"), 0); /* its preset */
    assert_int_equal(config_origin(c, "source"), 0);
    assert_int_equal(config_origin(q, "expr"), 4);
    assert_int_equal(config_origin(q, "kind"), 6);
    assert_int_equal(config_origin(a, "url"), 9);
    assert_int_equal(config_origin(a, "user"), 0);
    assert_int_equal(config_origin(a, "driver"), 0); /* the other section's */
    assert_int_equal(config_origin(b, "driver"), 11);
    config_free(c);
}

static void test_fleet(void **state)
{
    static const struct config_option cluster[] = {
        {.name = "hub", .type = CONFIG_TEXT},     {.name = "name", .type = CONFIG_TEXT},
        {.name = "name_zh", .type = CONFIG_TEXT}, {.name = "lon", .type = CONFIG_REAL},
        {.name = "kinds", .type = CONFIG_LIST},   {.name = "racks_total", .type = CONFIG_INT},
        {.name = "aliases", .type = CONFIG_LIST}, {0},
    };
    static const struct config_option schema[] = {
        {.name = "fleet_version", .type = CONFIG_INT},
        {.name = "cluster", .type = CONFIG_SECTION, .children = cluster, .titled = true},
        {.name = "link", .type = CONFIG_SECTION, .children = cluster, .titled = true},
        {0},
    };
    (void)state;
    struct err err = {0};
    struct config *c = config_parse("fleet.conf",
                                    "fleet_version = 1\n"
                                    "cluster \"SHG\"  { hub = \"GBA\"  name_zh = \"韶关\"  lon = 113.60  "
                                    "kinds = { general, intelligent }\n"
                                    "   racks_total = 120000  aliases = { \"fra\" } }\n"
                                    "link \"SHG>SZ\" { name = 韶关 }\n",
                                    schema, &err);
    assert_non_null(c);
    const struct config *shg = config_section(c, "cluster", 0);
    assert_string_equal(config_text(shg, "name_zh"), "韶关");
    assert_string_equal(config_list_at(shg, "kinds", 1), "intelligent");
    assert_true(config_real(shg, "lon", 0) == 113.60);
    assert_string_equal(config_title(config_section(c, "link", 0)), "SHG>SZ");
    assert_string_equal(config_text(config_section(c, "link", 0), "name"), "韶关");
    config_free(c);
}

static void test_messages_name_the_line(void **state)
{
    (void)state;
    refused("version = 1\nfleeet = x", "a.conf:2: no such option 'fleeet'", "did you mean 'fleet'?");
    refused("zzzzzz = x", "a.conf:1: no such option 'zzzzzz'", "known here: version, fleet");
    refused("# one\n# two\n/* three\n four */ source a {\n intervall = 1 }", "a.conf:5: no such option 'intervall'",
            "'interval'");
    refused("source a {\n interval = 0\n}", "a.conf:2: 'interval' must be from 1 to 3600, not '0'", "seconds between");
    refused("source a { interval = 3601 }", "a.conf:1: 'interval' must be from 1 to 3600, not '3601'", "");
    refused("source a { interval = ten }", "a.conf:1: 'interval' must be a whole number, not 'ten'", "");
    refused("version = \"\"", "a.conf:1: 'version' must be a whole number", "");
    refused("version = 0x10", "a.conf:1: 'version' must be a whole number", "");
    refused("version = 99999999999999999999", "a.conf:1: 'version' must be a whole number", "");
    refused("ratio = 1,5", "a.conf:1: ", "");
    refused("ratio = nan", "a.conf:1: 'ratio' must be a number", "");
    refused("read_only = maybe", "a.conf:1: 'read_only' must be true or false, not 'maybe'", "");
    refused("source a {}\nsource b {}\nsource a {}", "a.conf:3: found duplicate title 'a'", "");
    refused("source a {\n", "a.conf:1: section 'source' has no closing brace", "");
    refused("source a {\n query b {}\n", "a.conf:1: section 'source' has no closing brace", "");
    refused("source a {} source", "a.conf:1: premature end of file", "");
    refused("version 1", "a.conf:1: missing equal sign after option 'version'", "");
    refused("version = { 1 }", "a.conf:1: unexpected token '{'", "");
    refused("source { }", "a.conf:1: missing title for section 'source'", "");
    refused("source 'a' {}\n}", "a.conf:2: unexpected closing brace", "");
}

static void test_numbers_are_decimal_and_whole_range(void **state)
{
    (void)state;
    struct config *c = parse("version = 010");
    assert_int_equal(config_int(c, "version", 0), 10);
    config_free(c);
    c = parse("version = -9223372036854775808");
    assert_true(config_int(c, "version", 0) == INT64_MIN);
    config_free(c);
}

static void test_broken_strings(void **state)
{
    (void)state;
    refused("fleet = \"abc\nversion = 1\n", "a.conf:1: a string without its closing \"", "");
    refused("\nfleet = 'abc", "a.conf:2: a string without its closing '", "");
    refused("/* never\nclosed", "a.conf:1: a comment without its closing */", "");
    refused("fleet = \"a${b\"", "a.conf:1: '${' without '}'", "");
    refused("fleet = \"\\0\"", "a.conf:1: bad escape", "");
    refused("fleet = \"\\x00\"", "a.conf:1: bad escape", "");
    refused("fleet = \"\\777\"", "a.conf:1: bad escape", "");
    refused("fleet = \"\\89\"", "a.conf:1: bad escape", "");
    refused("\"fleet\" = 1", "a.conf:1: the name of an option is expected", "");
    refused("fl|eet = 1", "a.conf:1: the name of an option is expected", "");
    /* None of these may spoil the next file. */
    struct config *c = parse("fleet = \"\\x41\\102\\n\"");
    assert_string_equal(config_text(c, "fleet"), "AB\n");
    config_free(c);
}

static void test_variables_in_double_quotes_alone(void **state)
{
    (void)state;
    setenv("HUBTOP_TEST_VALUE", "seen", 1);
    struct config *c = parse("fleet = \"<${HUBTOP_TEST_VALUE}>\"\nuse_context = '<${HUBTOP_TEST_VALUE}>'");
    assert_string_equal(config_text(c, "fleet"), "<seen>");
    assert_string_equal(config_text(c, "use_context"), "<${HUBTOP_TEST_VALUE}>");
    config_free(c);
}

static void test_odd_but_good_files(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n\n", "# only a comment", "\xEF\xBB\xBFversion = 1\r\nfleet = x\r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        config_free(parse(texts[i]));
    struct config *c = parse("fleet = http://a/b#c\nversion = 1 // end");
    assert_string_equal(config_text(c, "fleet"), "http://a/b");
    config_free(c);
    c = parse("columns = {a} columns += {b}\nfleet = x\nfleet = y");
    assert_int_equal(config_list_count(c, "columns"), 2);
    assert_string_equal(config_text(c, "fleet"), "y");
    config_free(c);
}

static void test_too_many_sections(void **state)
{
    (void)state;
    struct buf text = buf_make(1 << 20);
    for (int i = 0; i < 20001; i++)
        assert_true(buf_printf(&text, NULL, "source s%d {}\n", i));
    refused(text.data, "a.conf:20001: more than 20000 sections", "");
    buf_release(&text);
}

static void test_a_line_has_a_limit(void **state)
{
    (void)state;
    struct buf text = buf_make(1 << 20);
    assert_true(buf_puts(&text, "version = 1\nfleet = ", NULL));
    while (text.len < 12 + 64 * 1024)
        assert_true(buf_putc(&text, 'x', NULL));
    config_free(parse(text.data));
    assert_true(buf_putc(&text, 'x', NULL));
    refused(text.data, "a.conf:2: the line is longer than 65536 bytes", "");
    buf_release(&text);
}

static void load_refused(const char *path, const char *message, int status)
{
    struct err err = {0};
    assert_null(config_load(path, main_options, &err));
    assert_non_null(strstr(err.text, message));
    assert_non_null(strstr(err.text, path));
    assert_int_equal(err_status(&err), status);
}

static void test_files(void **state)
{
    (void)state;
    char dir[] = "/tmp/hubtop-test-XXXXXX";
    assert_non_null(mkdtemp(dir));
    char path[64];
    snprintf(path, sizeof path, "%s/f", dir);
    load_refused(path, "No such file", 66);
    load_refused(dir, "not a regular file", 78);
    assert_int_equal(mkfifo(path, 0600), 0);
    load_refused(path, "not a regular file", 78);
    unlink(path);
    FILE *f = fopen(path, "w");
    fputs(sample, f);
    fclose(f);
    struct err err = {0};
    struct config *c = config_load(path, main_options, &err);
    assert_non_null(c);
    assert_int_equal(config_section_count(c, "source"), 2);
    config_free(c);
    f = fopen(path, "w");
    fputs("fleet = x\nfleat = y\n", f);
    fclose(f);
    load_refused(path, ":2: no such option", 78);
    f = fopen(path, "w");
    fwrite("a\0b", 1, 3, f);
    fclose(f);
    load_refused(path, "not a text", 78);
    assert_int_equal(truncate(path, 0), 0);
    f = fopen(path, "w");
    for (int i = 0; i < 5 * 1024 * 1024; i++)
        fputc('\n', f);
    fclose(f);
    load_refused(path, "larger than 4 MiB", 78);
    unlink(path);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_sample_of_the_interfaces),
        cmocka_unit_test(test_presets_and_what_was_given),
        cmocka_unit_test(test_lines_where_sections_begin),
        cmocka_unit_test(test_lines_where_options_stand),
        cmocka_unit_test(test_fleet),
        cmocka_unit_test(test_messages_name_the_line),
        cmocka_unit_test(test_numbers_are_decimal_and_whole_range),
        cmocka_unit_test(test_broken_strings),
        cmocka_unit_test(test_variables_in_double_quotes_alone),
        cmocka_unit_test(test_odd_but_good_files),
        cmocka_unit_test(test_too_many_sections),
        cmocka_unit_test(test_a_line_has_a_limit),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
