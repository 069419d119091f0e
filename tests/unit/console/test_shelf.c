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

#include "console/shelf.h"

/* A folder of runbooks, as it is at the moment. */

static char dir[DIR_PATH_MAX], path[DIR_PATH_MAX];
static struct err err;

static int begin(void **state)
{
    (void)state;
    err = (struct err){0};
    return dir_temporary(dir, &err) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    dir_remove(dir);
    return 0;
}

static void put(const char *name, const char *text)
{
    char file[DIR_PATH_MAX];
    assert_true(dir_join(file, dir, name));
    FILE *f = fopen(file, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void assert_title(const char *name, bool zh, const char *title)
{
    struct runbook *page = shelf_open(dir, name, zh, path, &err);
    assert_non_null(page);
    assert_true(text_is(page->title, title));
    runbook_free(page);
}

static void test_what_lies_there(void **state)
{
    (void)state;
    struct shelf_names all;
    put("b.md", "# b\n");
    put("b.zh.md", "# 乙\n");
    put("a.zh.md", "# 甲\n");
    put("note.txt", "");
    put(".x.md", "");
    put("c d.md", "");
    assert_true(shelf_list(dir, &all, &err));
    assert_int_equal(all.count, 2);
    assert_string_equal(all.names[0], "a");
    assert_string_equal(all.names[1], "b");
    assert_false(all.cut);
    shelf_names_release(&all);
    assert_false(shelf_list("/nonexistent/books", &all, &err));
    assert_int_equal(err_status(&err), 66);
    shelf_names_release(&all);
}

static void test_languages(void **state)
{
    (void)state;
    put("b.md", "# b\n");
    put("b.zh.md", "# 乙\n");
    put("a.zh.md", "# 甲\n");
    assert_title("b", false, "b");
    assert_title("b", true, "乙");
    assert_title("a", false, "甲"); /* better than none */
    put("b.md", "# newer\n");
    assert_title("b", false, "newer"); /* nothing is kept */
}

static void test_what_is_no_page(void **state)
{
    (void)state;
    char file[DIR_PATH_MAX];
    assert_null(shelf_open(dir, "a", false, path, &err));
    assert_int_equal(err_status(&err), 66);
    assert_null(shelf_open(dir, "../a", false, path, &err));
    assert_int_equal(err_status(&err), 66);
    assert_true(dir_join(file, dir, "a.md"));
    assert_int_equal(mkfifo(file, 0600), 0);
    assert_null(shelf_open(dir, "a", false, path, &err));
    assert_non_null(strstr(err.text, "no plain file"));
    unlink(file);
    assert_int_equal(mkdir(file, 0700), 0);
    assert_null(shelf_open(dir, "a", false, path, &err));
    assert_non_null(strstr(err.text, "no plain file"));
    rmdir(file);
}

static const char *found_for(const struct row *alert)
{
    static char name[RUNBOOK_NAME_MAX];
    struct runbook *page = shelf_find(dir, alert, false, name, path, &err);
    runbook_free(page);
    return page ? name : "";
}

static void test_the_runbook_of_an_alert(void **state)
{
    (void)state;
    struct row alert = {.kind = KIND_ALERT, .id = text_of("A-1")};
    put("any.md", "for: rule=link\n# t\n");
    put("best.md", "for: rule=link cluster=SHG\n# t\n");
    put("other.md", "for: rule=heat\n# t\n");
    put("zz.md", "for: rule=link\n# t\n");
    alert.cells[ALERT_RULE] = value_text(text_of("link"));
    assert_string_equal(found_for(&alert), "any");
    alert.cells[ALERT_CLUSTER] = value_text(text_of("SHG"));
    assert_string_equal(found_for(&alert), "best");
    alert.cells[ALERT_RUNBOOK] = value_text(text_of("books/other.md"));
    assert_string_equal(found_for(&alert), "other"); /* it says so itself */
    alert.cells[ALERT_RUNBOOK] = value_text(text_of("https://wiki/other"));
    assert_string_equal(found_for(&alert), "best");
    alert.cells[ALERT_RUNBOOK] = value_text(text_of("gone"));
    assert_string_equal(found_for(&alert), "best");
    alert = (struct row){.kind = KIND_ALERT};
    assert_string_equal(found_for(&alert), "");
    assert_int_equal(err.kind, ERR_NONE);
}

/* What ships has no problems, and each of our rules has a page in both languages. */
static void test_what_ships(void **state)
{
    static const char *const rules[] = {"source", "sched", "nodes", "queue", "link",   "heat",
                                        "feed",   "quota", "pue",   "rack",  "island", "site"};
    char name[RUNBOOK_NAME_MAX];
    (void)state;
    for (size_t i = 0; i < 2 * sizeof rules / sizeof *rules; i++) {
        struct row alert = {.kind = KIND_ALERT};
        alert.cells[ALERT_RULE] = value_text(text_of(rules[i / 2]));
        struct runbook *page = shelf_find("sample-data/runbooks", &alert, i % 2, name, path, &err);
        if (!page || page->problem_count > 0)
            fail_msg("%s: %s", rules[i / 2], page ? page->problems[0].text : "none");
        assert_int_equal(strstr(path, ".zh.md") != NULL, i % 2);
        runbook_free(page);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_what_lies_there),         TEST(test_languages),  TEST(test_what_is_no_page),
        TEST(test_the_runbook_of_an_alert), TEST(test_what_ships),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
