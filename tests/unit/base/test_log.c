#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

static char dir[] = "/tmp/hubtop-test-XXXXXX";
static char path[64];

static int make_dir(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    snprintf(path, sizeof path, "%s/log", dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(dir);
}

static size_t content(char *out, size_t size)
{
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(out, 1, size - 1, f);
    out[n] = '\0';
    fclose(f);
    return n;
}

static void test_lines(void **state)
{
    (void)state;
    char text[8192];
    struct stat st;
    log_line(LOG_ERROR, "before it is open");
    assert_true(log_open(path, LOG_INFO, NULL));
    log_line(LOG_INFO, "source '%s' is live", "fra");
    log_line(LOG_DEBUG, "not wanted");
    struct err err = {0};
    log_err(LOG_WARN, &err);
    err_set(&err, ERR_INPUT, "no");
    log_err(LOG_ERROR, &err);
    err_hint(&err, "ask");
    log_err(LOG_WARN, &err);
    log_close();
    log_line(LOG_ERROR, "after it is closed");
    content(text, sizeof text);
    int64_t ms = 0;
    char *line = text;
    char *second = strchr(text, '\n');
    assert_non_null(second);
    *second++ = '\0';
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(line[20], ' ');
    line[20] = '\0';
    assert_true(clock_parse_iso(line, &ms, NULL));
    assert_string_equal(line + 21, "info source 'fra' is live");
    assert_non_null(strstr(second, " error no\n"));
    assert_non_null(strstr(second, " warn no; hint: ask\n"));
    assert_null(strstr(second, "closed"));
}

static void test_it_appends(void **state)
{
    (void)state;
    char text[8192];
    for (int i = 0; i < 2; i++) {
        assert_true(log_open(path, LOG_DEBUG, NULL));
        log_line(LOG_DEBUG, "run %d", i);
        log_close();
    }
    content(text, sizeof text);
    assert_non_null(strstr(text, "run 0"));
    assert_non_null(strstr(text, "run 1"));
}

/* No byte of an argument can end the line or reach a terminal as a command. */
static void test_hostile_text(void **state)
{
    (void)state;
    char text[8192];
    unlink(path);
    assert_true(log_open(path, LOG_INFO, NULL));
    log_line(LOG_INFO, "name '%s'",
             "a\x1b]0;x\a\nforged\r\x9b"
             "31m\xc2\x9b\xe2\x80\xae");
    log_close();
    size_t n = content(text, sizeof text);
    assert_int_equal(text[n - 1], '\n');
    for (size_t i = 0; i + 1 < n; i++)
        assert_true(text[i] >= 0x20 && text[i] < 0x7f);
    assert_non_null(strstr(text, "forged"));
}

static void test_a_long_line_is_cut_and_ends(void **state)
{
    (void)state;
    static char text[65536];
    static char longer[20000];
    memset(longer, 'y', sizeof longer - 1);
    unlink(path);
    assert_true(log_open(path, LOG_INFO, NULL));
    log_line(LOG_INFO, "%s", longer);
    memset(longer, 1, sizeof longer - 1); /* as marks each byte takes more */
    log_line(LOG_INFO, "%s", longer);
    log_line(LOG_INFO, "next");
    log_close();
    size_t n = content(text, sizeof text);
    assert_string_equal(text + n - 10, "info next\n");
    size_t lines = 0;
    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    assert_int_equal(lines, 3);
}

static void test_what_cannot_be_opened(void **state)
{
    (void)state;
    struct err err = {0};
    assert_false(log_open(dir, LOG_INFO, &err));
    assert_int_equal(err_status(&err), 73);
    assert_non_null(strstr(err.text, dir));
}

/* A collector that runs for years does not fill the disk. */
static void test_a_full_file_begins_anew(void **state)
{
    (void)state;
    enum { FULL = 8 << 20 };
    char former[80], text[8192];
    struct stat st;
    snprintf(former, sizeof former, "%s.1", path);
    unlink(path);
    assert_true(log_open(path, LOG_INFO, NULL));
    log_line(LOG_INFO, "the first");
    assert_int_equal(truncate(path, FULL - 1), 0);
    log_line(LOG_INFO, "still fits");
    assert_int_equal(access(former, F_OK), -1);
    log_line(LOG_INFO, "a new file");
    log_line(LOG_INFO, "and goes on");
    log_close();
    assert_int_equal(stat(former, &st), 0);
    assert_true(st.st_size > FULL && st.st_size < FULL + 4096);
    content(text, sizeof text);
    assert_non_null(strstr(text, "a new file"));
    assert_non_null(strstr(text, "and goes on"));
    assert_null(strstr(text, "still fits"));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    unlink(former);
}

static void test_two_processes_share_a_full_file(void **state)
{
    (void)state;
    char former[80], text[8192];
    snprintf(former, sizeof former, "%s.1", path);
    unlink(path);
    assert_true(log_open(path, LOG_INFO, NULL));
    assert_int_equal(truncate(path, 8 << 20), 0);
    assert_int_equal(rename(path, former), 0); /* another one was first */
    FILE *f = fopen(path, "w");
    fputs("of the other\n", f);
    fclose(f);
    log_line(LOG_INFO, "of this one");
    log_close();
    content(text, sizeof text);
    assert_non_null(strstr(text, "of the other"));
    assert_non_null(strstr(text, "of this one"));
    unlink(former);
}

static void test_errno_is_kept(void **state)
{
    (void)state;
    assert_true(log_open("/dev/full", LOG_INFO, NULL));
    errno = EAGAIN;
    log_line(LOG_INFO, "lost");
    assert_int_equal(errno, EAGAIN);
    log_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_it_appends),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_a_long_line_is_cut_and_ends),
        cmocka_unit_test(test_what_cannot_be_opened),
        cmocka_unit_test(test_a_full_file_begins_anew),
        cmocka_unit_test(test_two_processes_share_a_full_file),
        cmocka_unit_test(test_errno_is_kept),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
