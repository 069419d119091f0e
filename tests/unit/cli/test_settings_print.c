#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "cli/settings.h"
#include "unit/cli/themes.h"

static struct err err;

static void a_quoted_text_reads_back(void **state)
{
    (void)state;
    static const struct config_option schema[] = {{.name = "text", .type = CONFIG_TEXT}, {0}};
    static const char *const texts[] = {"",
                                        "plain",
                                        "say \"no\"",
                                        "back\\slash",
                                        "${HOME} $x",
                                        "'single'",
                                        "# no comment",
                                        "a\nb",
                                        "\x1b[31mred",
                                        "\xff\xfe",
                                        "东数西算",
                                        "a\tb",
                                        "x\xe2\x80\xaey",
                                        "max by (src) (up{job='x'}) * 1000"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buf b = buf_make(4096);
        buf_puts(&b, "text = ", NULL);
        settings_quote(texts[i], &b);
        for (const char *c = buf_str(&b); *c; c++)
            assert_true((unsigned char)*c >= ' ');
        assert_null(strstr(buf_str(&b), "\xe2\x80\xae"));
        struct config *c = config_parse("quoted", buf_str(&b), schema, &err);
        if (!c)
            fail_msg("%s: %s", buf_str(&b), err.text);
        assert_string_equal(config_text(c, "text"), texts[i]);
        config_free(c);
        buf_release(&b);
    }
}

static char conf[] = "/tmp/hubtop-test-print-XXXXXX", out[64];

static const char *print(const struct options *o)
{
    static char text[8192];
    assert_int_equal(settings_print(o), 0);
    FILE *f = fopen(out, "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    unlink(out);
    return text;
}

static void put(const char *text)
{
    FILE *f = fopen(conf, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void expect_line(const char *text, const char *setting, const char *origin)
{
    const char *at = strstr(text, setting);
    if (!at)
        fail_msg("no '%s' in:\n%s", setting, text);
    size_t n = strcspn(at, "\n"), len = strlen(origin);
    assert_true(n > len);
    if (strncmp(at + n - len, origin, len) != 0)
        fail_msg("'%.*s' does not end with '%s'", (int)n, at, origin);
}

static void each_setting_says_where_it_comes_from(void **state)
{
    (void)state;
    char line[80];
    put("\ninterval = 20\nsource \"a\" {\n  driver = \"slurm\"\n  url = \"http://h:1\"\n}\n");
    setenv("HUBTOP_GLYPHS", "ascii", 1);
    const struct options o = {
        .config = conf, .output = out, .origin = true, .theme = "mono", .glyphs = getenv("HUBTOP_GLYPHS")};
    const char *text = print(&o);
    unsetenv("HUBTOP_GLYPHS");
    snprintf(line, sizeof line, " # %s:2", conf);
    expect_line(text, "interval = 20 ", line);
    snprintf(line, sizeof line, " # %s:5", conf);
    expect_line(text, "  url = \"http://h:1\" ", line);
    expect_line(text, "theme = \"mono\" ", " # option --theme");
    expect_line(text, "glyphs = \"ascii\" ", " # environment HUBTOP_GLYPHS");
    expect_line(text, "cache_max_mb = 4096 ", " # default");
    expect_line(text, "  api = \"auto\" ", " # default");
    assert_null(strstr(text, "scenario")); /* another driver's */
    assert_null(strstr(text, "token_file"));
}

static void what_is_printed_holds_the_same(void **state)
{
    (void)state;
    char first[8192];
    put("source \"a b\" {\n  driver = \"slurm\"\n  url = 'http://h:1'  token_command = { \"echo\", 'x\"y' }\n}\n"
        "source \"c\" { driver = \"sample\" url = \"d\" }\n"
        "context \"p\" { sources = { \"a b\", \"c\" } danger = yes }\n");
    const struct options o = {.config = conf, .output = out};
    snprintf(first, sizeof first, "%s", print(&o));
    assert_non_null(strstr(first, "danger = yes\n"));
    put(first);
    assert_string_equal(print(&o), first);
}

static void urls_are_printed_as_sections(void **state)
{
    (void)state;
    static const char *const urls[] = {"slurm+http://root@h:1/base?token_file=/t&name=x&api=v0.0.39&ca_file=/ca"};
    const struct options o = {.sources = urls, .source_count = 1, .output = out};
    const char *text = print(&o);
    assert_non_null(strstr(text,
                           "source \"x\" {\n  driver = \"slurm\"\n  url = \"http://h:1/base\"\n  user = \"root\"\n"
                           "  token_file = \"/t\"\n"));
    assert_non_null(strstr(text, "  ca_file = \"/ca\"\n"));
    assert_non_null(strstr(text, "  api = \"v0.0.39\"\n"));
}

static void a_wrong_configuration_is_not_printed(void **state)
{
    (void)state;
    put("source \"a\" { driver = \"slurm\" url = \"http://h\" proxy = \"http://me:secret@p\" }\n");
    const struct options o = {.config = conf, .output = out};
    assert_int_equal(settings_print(&o), 78);
    assert_int_equal(access(out, F_OK), -1);
}

static int begin(void **state)
{
    (void)state;
    int fd = mkstemp(conf);
    if (fd < 0 || !themes_begin())
        return -1;
    close(fd);
    snprintf(out, sizeof out, "%s.out", conf);
    return 0;
}

static int end(void **state)
{
    (void)state;
    themes_end();
    return unlink(conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quoted_text_reads_back),
        cmocka_unit_test(each_setting_says_where_it_comes_from),
        cmocka_unit_test(what_is_printed_holds_the_same),
        cmocka_unit_test(urls_are_printed_as_sections),
        cmocka_unit_test(a_wrong_configuration_is_not_printed),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
