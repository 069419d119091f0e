#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"

static char dir[] = "/tmp/hubtop-test-XXXXXX";
static char path[64];

static int make_dir(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    snprintf(path, sizeof path, "%s/token", dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(dir);
}

static void put(const char *bytes, size_t n, mode_t mode)
{
    unlink(path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fwrite(bytes, 1, n, f);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

static void reads_as(const char *token)
{
    struct err err = {0};
    struct secret *s = secret_from_file(path, &err);
    assert_string_equal(err.text, "");
    assert_non_null(s);
    struct buf out = buf_make(1 << 20);
    assert_true(secret_reveal(s, "Bearer ", &out, &err));
    assert_int_equal(strncmp(buf_str(&out), "Bearer ", 7), 0);
    assert_string_equal(buf_str(&out) + 7, token);
    secret_wipe(&out);
    assert_null(out.data);
    secret_free(s);
}

static void refused(const char *name, const char *why)
{
    struct err err = {0};
    assert_null(secret_from_file(name, &err));
    if (!strstr(err.text, why))
        print_error("%s\n", err.text);
    assert_non_null(strstr(err.text, why));
    assert_non_null(strstr(err.text, name));
    assert_int_equal(err_status(&err), 78);
    assert_null(strstr(err.text, "hush"));
    assert_null(strstr(err.hint, "hush"));
}

static void test_good_files(void **state)
{
    (void)state;
    put("hush", 4, 0600);
    reads_as("hush");
    put("hush\n", 5, 0400);
    reads_as("hush");
    put("hush\r\n", 6, 0600);
    reads_as("hush");
    static char big[64 * 1024 + 1];
    memset(big, 'k', 64 * 1024);
    put(big, 64 * 1024, 0600);
    reads_as(big);
}

static void test_permissions(void **state)
{
    (void)state;
    static const mode_t open_modes[] = {0640, 0604, 0620, 0602, 0610, 0601, 0644};
    for (size_t i = 0; i < sizeof open_modes / sizeof open_modes[0]; i++) {
        put("hush", 4, open_modes[i]);
        refused(path, "others");
        struct err err = {0};
        secret_from_file(path, &err);
        assert_non_null(strstr(err.hint, "chmod 600"));
        assert_non_null(strstr(err.hint, path));
    }
}

static void test_owner(void **state)
{
    (void)state;
    put("hush", 4, 0600);
    if (chown(path, 12345, (gid_t)-1) != 0) {
        print_message("SKIP: only root can give a file away\n");
        skip();
    }
    refused(path, "belongs to somebody else");
}

static void test_what_is_no_file(void **state)
{
    (void)state;
    unlink(path);
    refused(path, "No such file");
    refused(dir, "not a regular file");
    assert_int_equal(mkfifo(path, 0600), 0);
    refused(path, "not a regular file");
    unlink(path);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    refused(path, "symbolic link");
}

static void test_content(void **state)
{
    (void)state;
    put("", 0, 0600);
    refused(path, "is empty");
    put("\n", 1, 0600);
    refused(path, "is empty");
    put("hush\nhush\n", 10, 0600);
    refused(path, "more than one line");
    put("hush\rX: y", 9, 0600);
    refused(path, "control character");
    put("hu\0sh", 5, 0600);
    refused(path, "control character");
    static char big[64 * 1024 + 1];
    memset(big, 'k', sizeof big);
    put(big, sizeof big, 0600);
    refused(path, "larger than 64 KiB");
}

static void test_home(void **state)
{
    (void)state;
    put("hush", 4, 0600);
    setenv("HOME", dir, 1);
    struct err err = {0};
    struct secret *s = secret_from_file("~/token", &err);
    assert_non_null(s);
    secret_free(s);
    assert_null(secret_from_file("~/other", &err));
    assert_non_null(strstr(err.text, dir));
}

static void test_output_of_a_command(void **state)
{
    (void)state;
    struct buf bytes = buf_make(1 << 20);
    struct err err = {0};
    assert_true(buf_puts(&bytes, "hush\n", &err));
    struct secret *s = secret_from_output(&bytes, &err);
    assert_non_null(s);
    assert_int_equal(bytes.len, 0);
    assert_null(bytes.data);
    struct buf out = buf_make(6);
    assert_true(secret_reveal(s, "T ", &out, &err));
    assert_string_equal(buf_str(&out), "T hush");
    assert_false(secret_reveal(s, "", &out, &err)); /* full */
    assert_string_equal(buf_str(&out), "T hush");
    secret_wipe(&out);
    secret_free(s);

    assert_true(buf_puts(&bytes, "hush\nhush\n", &err));
    assert_null(secret_from_output(&bytes, &err));
    assert_null(bytes.data);
    assert_non_null(strstr(err.text, "more than one line"));
    assert_null(strstr(err.text, "hush"));
    assert_null(secret_from_output(&bytes, &err));
    assert_non_null(strstr(err.text, "empty"));
    secret_free(NULL);
    secret_wipe(NULL);
}

static struct secret *secret_of(const char *token)
{
    struct buf bytes = buf_make(1 << 10);
    assert_true(buf_puts(&bytes, token, NULL));
    return secret_from_output(&bytes, NULL);
}

static void test_basic_credentials(void **state)
{
    (void)state;
    static const struct {
        const char *user, *token, *basic;
    } rows[] = {
        {"Aladdin", "open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}, /* RFC 7617 */
        {"a", "b", "YTpi"},
        {"a", "bc", "YTpiYw=="},
        {"a", "bcd", "YTpiY2Q="},
        {"\xc3\xa9", "p", "w6k6cA=="},
    };
    struct err err = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf out = buf_make(256);
        struct secret *token = secret_of(rows[i].token), *s = secret_basic(rows[i].user, token, &err);
        assert_true(secret_reveal(s, "", &out, &err));
        assert_string_equal(buf_str(&out), rows[i].basic);
        secret_wipe(&out);
        secret_free(s);
        secret_free(token);
    }
    struct secret *token = secret_of("hush");
    assert_null(secret_basic("a:b", token, &err));
    assert_int_equal(err_status(&err), 78);
    assert_null(strstr(err.text, "hush"));
    secret_free(token);
}

static bool ends(const char *token, int64_t *utc_s)
{
    struct err err = {0};
    put(token, strlen(token), 0600);
    struct secret *s = secret_from_file(path, &err);
    assert_non_null(s);
    bool known = secret_ends(s, utc_s);
    secret_free(s);
    return known;
}

/* The payloads are {"exp":1795619329,"sun":"root"} and others, as base64url without padding. */
static void test_a_jwt_says_when_it_ends(void **state)
{
    (void)state;
    static const char *const others[] = {
        "hush",
        "a.b.c",
        "a.b",
        "..",
        "e30.eyJzdW4iOiJyb290In0.c2ln",                               /* no exp */
        "e30.eyJleHAiOiJzb29uIn0.c2ln",                               /* exp is "soon" */
        "e30.eyJleHAiOjE3OTU2MTkzMjksInN1biI6InJvb3QifQ==.c2ln",      /* padded */
        "e30.eyJleHAiOjE3OTU2MTkzMjksInN1biI6InJvb3Qi.c2ln",          /* cut off */
        "eyJleHAiOjE3OTU2MTkzMjksInN1biI6InJvb3QifQ.eyJhIjoxfQ.c2ln", /* in the header */
    };
    int64_t utc_s = 0;
    assert_true(ends("e30.eyJleHAiOjE3OTU2MTkzMjksInN1biI6InJvb3QifQ.c2ln", &utc_s));
    assert_int_equal(utc_s, 1795619329);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (ends(others[i], &utc_s))
            fail_msg("'%s' says when it ends", others[i]);
    }
    char endless[20000] = "e30.";
    memset(endless + 4, 'Q', sizeof endless - 8);
    memcpy(endless + sizeof endless - 4, ".x", 3);
    assert_false(ends(endless, &utc_s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_files),
        cmocka_unit_test(test_permissions),
        cmocka_unit_test(test_owner),
        cmocka_unit_test(test_what_is_no_file),
        cmocka_unit_test(test_content),
        cmocka_unit_test(test_home),
        cmocka_unit_test(test_output_of_a_command),
        cmocka_unit_test(test_basic_credentials),
        cmocka_unit_test(test_a_jwt_says_when_it_ends),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
