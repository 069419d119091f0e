#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/setup_check.h"
#include "unit/cli/themes.h"

enum { TOLD_MAX = 16 };

static char conf[] = "/tmp/hubtop-test-check-XXXXXX";
static struct setup s;
static struct err told[TOLD_MAX];
static size_t told_count;

static void tell(void *ctx, const struct err *err)
{
    (void)ctx;
    assert_true(told_count < TOLD_MAX);
    told[told_count++] = *err;
}

static bool check(const char *text, const char *context)
{
    FILE *f = fopen(conf, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    const struct options o = {.config = conf, .context = context};
    setup_release(&s);
    told_count = 0;
    return setup_check(&s, &o, "/nonexistent/state", tell, NULL);
}

static void expect_told(size_t i, int line, const char *words)
{
    char at[96];
    assert_true(i < told_count);
    snprintf(at, sizeof at, "%s:%d: ", conf, line);
    if (!strstr(told[i].text, at) || !strstr(told[i].text, words))
        fail_msg("'%s' does not say '%s%s'", told[i].text, at, words);
    assert_int_equal(err_status(&told[i]), 78);
    assert_true(told[i].hint[0] != '\0');
}

static void all_errors_are_told(void **state)
{
    (void)state;
    assert_false(check("fleet = \"/nonexistent/fleet.conf\"\n"
                       "glyphs = \"asci\"\n"
                       "language = \"de\"\n"
                       "theme = \"none\"\n"
                       "source \"a\" { driver = \"slrum\" url = \"http://h\" }\n"
                       "source \"b\" { driver = \"slurm\" url = \"ftp://h\" }\n"
                       "source \"c\" { driver = \"slurm\" url = \"http://h\" }\n"
                       "source \"d\" { driver = \"slurm\" url = \"http://h\" proxy = \"socks5://p\" }\n"
                       "context \"x/y\" { sources = { \"c\" } }\n"
                       "context \"z\" {\n  sources = { \"c\", \"e\" }\n}\n"
                       "use_context = \"w\"\n",
                       NULL));
    assert_int_equal(told_count, 10);
    expect_told(0, 13, "'w'");
    expect_told(1, 9, "x/y");
    expect_told(2, 11, "'e'");
    expect_told(3, 1, "/nonexistent/fleet.conf");
    expect_told(4, 2, "'asci'");
    expect_told(5, 3, "'de'");
    expect_told(6, 4, "'none'");
    expect_told(7, 5, "slrum");
    expect_told(8, 6, "ftp");
    expect_told(9, 8, "proxy");
    assert_int_equal(s.source_count, 1); /* what is right can be asked */
    assert_string_equal(s.sources[0].name, "c");
}

static void what_cannot_be_parsed_is_told_once(void **state)
{
    (void)state;
    assert_false(check("\n\nintervall = 7\n", NULL));
    assert_int_equal(told_count, 1);
    expect_told(0, 3, "intervall");
}

#define TWO                                                                                                            \
    "source \"a\" { driver = \"slurm\" url = \"http://h\" }\n"                                                         \
    "source \"b\" { driver = \"slurm\" url = \"http://i\" }\n"                                                         \
    "context \"one\" { sources = { \"b\" } }\n"

static void a_context_chooses_what_is_asked(void **state)
{
    (void)state;
    assert_true(check(TWO "use_context = \"one\"\n", NULL));
    assert_int_equal(s.source_count, 2); /* checked is the file */
    assert_true(check(TWO, "one"));
    assert_int_equal(s.source_count, 1);
    assert_string_equal(s.sources[0].name, "b");
    assert_false(check(TWO, "two"));
    assert_int_equal(told_count, 1);
}

static int begin(void **state)
{
    (void)state;
    int fd = mkstemp(conf);
    return fd < 0 || !themes_begin() ? -1 : close(fd);
}

static int end(void **state)
{
    (void)state;
    setup_release(&s);
    themes_end();
    return unlink(conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_errors_are_told),
        cmocka_unit_test(what_cannot_be_parsed_is_told_once),
        cmocka_unit_test(a_context_chooses_what_is_asked),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
