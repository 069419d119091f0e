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

#include "base/dir.h"
#include "console/preset.h"

#define BYTES(literal) literal, sizeof(literal) - 1

static char dir[DIR_PATH_MAX];

static int setup(void **state)
{
    struct err err = {0};

    (void)state;
    return dir_temporary(dir, &err) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    dir_remove(dir);
    return 0;
}

static const char *path_of(const char *name)
{
    static char path[DIR_PATH_MAX];

    assert_true(dir_join(path, dir, name));
    return path;
}

static void write_file(const char *text, size_t n)
{
    FILE *f = fopen(path_of("presets"), "w");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    fclose(f);
}

static struct preset preset(const char *name, const char *filter)
{
    struct preset p = {.view = "jobs", .sort = "-waited_s", .columns = "user,account,id"};

    snprintf(p.name, sizeof p.name, "%s", name);
    snprintf(p.filter, sizeof p.filter, "%s", filter);
    return p;
}

static void saved_and_read_again(void **state)
{
    struct preset_list list;
    struct err err = {0};
    struct stat st;
    struct preset p = preset("night", "state=held user='li wei'");

    (void)state;
    preset_read(dir, &list, &err);
    assert_int_equal(err.kind, ERR_NONE); /* none is saved yet */
    assert_int_equal(list.count, 0);
    assert_true(preset_put(dir, &p, &err));
    p = preset("夜班", "");
    p.columns[0] = p.sort[0] = '\0';
    snprintf(p.group, sizeof p.group, "hub");
    assert_true(preset_put(dir, &p, &err));
    preset_read(dir, &list, &err);
    assert_int_equal(err.kind, ERR_NONE);
    assert_int_equal(list.count, 2);
    assert_string_equal(preset_named(&list, "night")->filter, "state=held user='li wei'");
    assert_string_equal(preset_named(&list, "night")->sort, "-waited_s");
    assert_string_equal(preset_named(&list, "night")->columns, "user,account,id");
    assert_string_equal(preset_named(&list, "night")->view, "jobs");
    assert_string_equal(preset_named(&list, "夜班")->columns, "");
    assert_null(preset_named(&list, "nigh"));
    assert_string_equal(preset_named(&list, "夜班")->group, "hub");
    assert_string_equal(preset_named(&list, "night")->group, "");
    assert_int_equal(stat(path_of("presets"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
}

static void the_same_name_takes_its_place(void **state)
{
    struct preset_list list;
    struct err err = {0};
    struct preset a = preset("a", "x"), b = preset("b", "y"), again = preset("a", "z");

    (void)state;
    assert_true(preset_put(dir, &a, &err) && preset_put(dir, &b, &err) && preset_put(dir, &again, &err));
    preset_read(dir, &list, &err);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.all[0].name, "a");
    assert_string_equal(list.all[0].filter, "z");
}

static void names_that_are_none(void **state)
{
    static const char *const bad[] = {"", "two words", "a/b", "a\tb", "a\nb", "\x1b[2J", "\xff"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct preset p = preset(bad[i], "");
        struct err err = {0};
        assert_false(preset_put(dir, &p, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
    assert_int_equal(access(path_of("presets"), F_OK), -1);
}

static void there_is_room_for_so_many(void **state)
{
    struct err err = {0};
    struct preset_list list;
    struct preset p;
    char name[16];

    (void)state;
    for (int i = 0; i < PRESET_MAX; i++) {
        snprintf(name, sizeof name, "p%d", i);
        p = preset(name, "");
        assert_true(preset_put(dir, &p, &err));
    }
    p = preset("more", "");
    assert_false(preset_put(dir, &p, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    p = preset("p7", "changed"); /* one of them can still be changed */
    assert_true(preset_put(dir, &p, &(struct err){0}));
    preset_read(dir, &list, &(struct err){0});
    assert_int_equal(list.count, PRESET_MAX);
    assert_string_equal(preset_named(&list, "p7")->filter, "changed");
}

/* Each is set aside, what came before the bad line is there, and saving goes on with a new file. */
static void damaged_files_are_set_aside(void **state)
{
    static const struct {
        const char *text;
        size_t bytes, good;
    } files[] = {
        {BYTES("a\tjobs\t\t\tx\nb\tjobs\t\t\n"), 1},          /* a part is missing */
        {BYTES("a\tjobs\t\t\tx\nb\tjobs\t\t\tx\ty\tz\n"), 1}, /* one too many */
        {BYTES("a\tjobs\t\t\tx"), 0},                         /* cut */
        {BYTES("\tjobs\t\t\tx\n"), 0},                        /* no name */
        {BYTES("a\tjobs\t\t\t\033[2J\n"), 0},                 /* what a terminal would obey */
        {BYTES("a\tjobs\t\t\t\0\n"), 0},
        {BYTES("a\tjobs\t\t\t\xff\n"), 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct preset_list list;
        struct err err = {0};
        struct preset p = preset("new", "");
        write_file(files[i].text, files[i].bytes);
        preset_read(dir, &list, &err);
        assert_int_equal(err.kind, ERR_CORRUPT);
        assert_int_equal(list.count, files[i].good);
        assert_int_equal(access(path_of("presets"), F_OK), -1);
        assert_int_equal(access(path_of("presets.damaged"), F_OK), 0);
        assert_true(preset_put(dir, &p, &(struct err){0}));
    }
}

static void nowhere_to_keep_it(void **state)
{
    struct preset p = preset("a", "");
    struct preset_list list;
    struct err err = {0};

    (void)state;
    assert_false(preset_put(NULL, &p, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    err = (struct err){0};
    preset_read(NULL, &list, &err);
    assert_int_equal(err.kind, ERR_INPUT);
    err = (struct err){0};
    assert_false(preset_put("/nonexistent", &p, &err));
    assert_int_equal(err_status(&err), 73);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(saved_and_read_again, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_name_takes_its_place, setup, teardown),
        cmocka_unit_test_setup_teardown(names_that_are_none, setup, teardown),
        cmocka_unit_test_setup_teardown(there_is_room_for_so_many, setup, teardown),
        cmocka_unit_test_setup_teardown(damaged_files_are_set_aside, setup, teardown),
        cmocka_unit_test_setup_teardown(nowhere_to_keep_it, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
