#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dir.h"
#include "console/keep.h"
#include "console/preset.h"
#include "console/typed.h"

static char dir[DIR_PATH_MAX], path[DIR_PATH_MAX];

static int begin(void **state)
{
    struct err err = {0};
    (void)state;
    return dir_temporary(dir, &err) && dir_join(path, dir, "history") ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    dir_remove(dir);
    return 0;
}

static void put(const char *file, const char *text)
{
    FILE *f = fopen(file, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void test_kept_for_the_next_session(void **state)
{
    struct err err = {0};
    struct stat st;
    struct typed *t = typed_new(dir, &err);

    (void)state;
    assert_true(typed_add(t, ':', "jobs", &err));
    assert_true(typed_add(t, '/', "state=held", &err));
    assert_true(typed_add(t, ':', "概览", &err));
    assert_true(typed_add(t, ':', "概览", &err));
    typed_free(t);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);

    t = typed_new(dir, &err);
    assert_int_equal(err.kind, ERR_NONE);
    assert_string_equal(typed_step(t, ':', -1, "dra"), "概览");
    assert_string_equal(typed_step(t, ':', -1, "概览"), "jobs");
    assert_null(typed_step(t, ':', -1, "jobs"));
    assert_string_equal(typed_step(t, ':', 1, "jobs"), "概览");
    assert_string_equal(typed_step(t, ':', 1, "概览"), "dra");
    assert_null(typed_step(t, ':', 1, "dra"));
    typed_begin(t);
    assert_string_equal(typed_step(t, '/', -1, ""), "state=held");
    typed_free(t);
}

static void test_secrets_are_not_kept(void **state)
{
    struct err err = {0};
    struct buf file = buf_make(KEEP_MAX);
    struct typed *t = typed_new(dir, &err);

    (void)state;
    typed_add(t, ':', "note the PassWord is x", &err);
    typed_add(t, ':', "note 口令 x", &err);
    typed_add(t, ':', " jobs", &err);
    assert_null(typed_step(t, ':', -1, ""));
    assert_true(keep_read(path, &file, &err));
    assert_int_equal(file.len, 0);
    buf_release(&file);
    typed_free(t);
}

static void test_a_damaged_file_is_set_aside(void **state)
{
    struct err err = {0};
    char aside[DIR_PATH_MAX];

    (void)state;
    put(path, ":jobs\n:bad\033[2J\n:nodes\n");
    struct typed *t = typed_new(dir, &err);
    assert_int_equal(err.kind, ERR_CORRUPT);
    assert_non_null(strstr(err.text, "line 2"));
    assert_non_null(strstr(err.hint, "history.damaged"));
    assert_true(dir_join(aside, dir, "history.damaged"));
    assert_int_equal(access(aside, F_OK), 0);
    assert_string_equal(typed_step(t, ':', -1, ""), "jobs");
    err = (struct err){0};
    assert_true(typed_add(t, ':', "map", &err));
    typed_free(t);
    t = typed_new(dir, &err);
    assert_int_equal(err.kind, ERR_NONE);
    assert_string_equal(typed_step(t, ':', -1, ""), "map");
    typed_free(t);
}

static void test_the_oldest_give_way(void **state)
{
    struct err err = {0};
    struct typed *t = typed_new(NULL, &err);
    char line[16];
    int steps = 0;

    (void)state;
    for (int i = 0; i < TYPED_MAX + 20; i++) {
        snprintf(line, sizeof line, "%d", i);
        assert_true(typed_add(t, ':', line, &err));
    }
    typed_begin(t);
    for (const char *s; (s = typed_step(t, ':', -1, "")); steps++)
        snprintf(line, sizeof line, "%s", s);
    assert_int_equal(steps, TYPED_MAX);
    assert_string_equal(line, "20");
    typed_free(t);
}

/* A link or a pipe in its place is not followed, not waited for. */
static void test_only_a_plain_file(void **state)
{
    struct err err = {0};

    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    typed_free(typed_new(dir, &err));
    assert_int_equal(err.kind, ERR_CORRUPT);
    err = (struct err){0};
    unlink(path);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    typed_free(typed_new(dir, &err));
    assert_int_equal(err.kind, ERR_CORRUPT);
}

static void test_presets(void **state)
{
    struct err err = {0};
    struct preset_list list;
    struct preset p = {
        .name = "夜班", .view = "jobs", .sort = "-waited_s", .columns = "id,user", .filter = "state=held"};

    (void)state;
    assert_true(preset_put(dir, &p, &err));
    snprintf(p.filter, sizeof p.filter, "state=running");
    assert_true(preset_put(dir, &p, &err));
    snprintf(p.name, sizeof p.name, "x");
    assert_true(preset_put(dir, &p, &err));
    preset_read(dir, &list, &err);
    assert_int_equal(list.count, 2);
    assert_string_equal(preset_named(&list, "夜班")->filter, "state=running");
    assert_string_equal(preset_named(&list, "x")->columns, "id,user");
    assert_null(preset_named(&list, "y"));
    snprintf(p.name, sizeof p.name, "a b");
    assert_false(preset_put(dir, &p, &err));
}

static void test_damaged_presets(void **state)
{
    struct err err = {0};
    struct preset_list list;
    char file[DIR_PATH_MAX];

    (void)state;
    assert_true(dir_join(file, dir, "presets"));
    put(file, "a\tjobs\t\t\tx\nb\tjobs\n");
    preset_read(dir, &list, &err);
    assert_int_equal(err.kind, ERR_CORRUPT);
    assert_int_equal(list.count, 1);
    assert_non_null(strstr(err.text, "line 2"));
    err = (struct err){0};
    preset_read(dir, &list, &err);
    assert_int_equal(err.kind, ERR_NONE);
    assert_int_equal(list.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_kept_for_the_next_session, begin, end),
        cmocka_unit_test_setup_teardown(test_secrets_are_not_kept, begin, end),
        cmocka_unit_test_setup_teardown(test_a_damaged_file_is_set_aside, begin, end),
        cmocka_unit_test_setup_teardown(test_the_oldest_give_way, begin, end),
        cmocka_unit_test_setup_teardown(test_only_a_plain_file, begin, end),
        cmocka_unit_test_setup_teardown(test_presets, begin, end),
        cmocka_unit_test_setup_teardown(test_damaged_presets, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
