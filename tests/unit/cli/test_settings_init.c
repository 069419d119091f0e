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

#include "base/arena.h"
#include "base/buf.h"
#include "cli/settings.h"
#include "cli/setup_source.h"

static struct arena arena;
static const struct config_option *schema;
static struct err err;

/* The example without the first '#' of each line. */
static void uncommented(struct buf *out)
{
    struct buf text = buf_make(1 << 20);
    settings_example(schema, &text);
    for (const char *line = buf_str(&text); *line;) {
        size_t n = strcspn(line, "\n");
        buf_printf(out, NULL, "%.*s\n", (int)(n - (*line == '#')), line + (*line == '#'));
        line += n + (line[n] == '\n');
    }
    buf_release(&text);
}

static void expect_all(const struct config *c, const struct config_option *table)
{
    for (const struct config_option *o = table; o->name; o++) {
        if (o->type == CONFIG_SECTION) {
            assert_int_equal(config_section_count(c, o->name), 1);
            expect_all(config_section(c, o->name, 0), o->children);
        } else if (!config_given(c, o->name))
            fail_msg("the example does not name '%s'", o->name);
    }
}

static void the_example_holds_as_it_is(void **state)
{
    (void)state;
    struct buf text = buf_make(1 << 20);
    settings_example(schema, &text);
    struct config *c = config_parse("example", buf_str(&text), schema, &err);
    assert_non_null(c);
    assert_true(config_given(c, "version"));
    assert_false(config_given(c, "interval"));
    assert_int_equal(config_section_count(c, "source"), 0);
    config_free(c);
    buf_release(&text);
}

static void the_example_names_every_option(void **state)
{
    (void)state;
    struct buf text = buf_make(1 << 20);
    uncommented(&text);
    struct config *c = config_parse("example", buf_str(&text), schema, &err);
    if (!c)
        fail_msg("%s", err.text);
    expect_all(c, schema);
    assert_int_equal(config_int(c, "interval", 0), 10);
    assert_string_equal(config_text(c, "theme"), "okabe-dark");
    config_free(c);
    buf_release(&text);
}

static void every_option_has_its_help(void **state)
{
    (void)state;
    struct buf text = buf_make(1 << 20);
    settings_example(schema, &text);
    assert_non_null(strstr(buf_str(&text), "## seconds between polls; 1 to 3600\n#interval = 10\n"));
    assert_non_null(strstr(buf_str(&text), "(driver slurm)\n#  api = \"auto\"\n"));
    buf_release(&text);
}

static void a_section_in_a_section_is_shown(void **state)
{
    (void)state;
    static const struct config_option inner[] = {
        {.name = "expr", .type = CONFIG_TEXT, .help = "an expression"},
        {.name = "factor", .type = CONFIG_REAL, .help = "a factor"},
        {.name = "many", .type = CONFIG_INT, .help = "a count", .min = 3, .max = 9},
        {0}};
    static const struct config_option own[] = {
        {.name = "query", .type = CONFIG_SECTION, .children = inner, .titled = true, .help = "a query"}, {0}};
    struct buf text = buf_make(1 << 20);
    settings_example(own, &text);
    assert_non_null(strstr(buf_str(&text), "## a query\n#query \"NAME\" {\n##   an expression\n#  expr = \"\"\n"));
    assert_non_null(strstr(buf_str(&text), "#  factor = 0\n##   a count; 3 to 9\n#  many = 3\n#}\n"));
    buf_release(&text);
}

static void a_file_is_written_for_me_alone_and_never_over_another(void **state)
{
    (void)state;
    char dir[] = "/tmp/hubtop-test-init-XXXXXX", path[64], folder[64];
    struct stat st;
    assert_non_null(mkdtemp(dir));
    snprintf(folder, sizeof folder, "%s/a", dir);
    snprintf(path, sizeof path, "%s/a/hubtop.conf", dir);
    const struct options o = {.quiet = true};
    mode_t was = umask(0);
    assert_int_equal(settings_init(&o, path), 0);
    umask(was);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    off_t size = st.st_size;
    assert_true(size > 1000);
    assert_int_equal(truncate(path, 5), 0);
    assert_int_equal(settings_init(&o, path), 73);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 5);
    unlink(path);
    assert_int_equal(symlink("/nonexistent/elsewhere", path), 0); /* nor through a link */
    assert_int_equal(settings_init(&o, path), 73);
    unlink(path);
    rmdir(folder);
    rmdir(dir);
}

static int begin(void **state)
{
    (void)state;
    schema = setup_source_schema(&arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_holds_as_it_is),
        cmocka_unit_test(the_example_names_every_option),
        cmocka_unit_test(every_option_has_its_help),
        cmocka_unit_test(a_section_in_a_section_is_shown),
        cmocka_unit_test(a_file_is_written_for_me_alone_and_never_over_another),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
