#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/http_private.h"

/* Sun, 06 Nov 1994 08:49:37 GMT */
#define SUNDAY_MS INT64_C(784111777000)

static struct http_head head_of(const char *line)
{
    struct http_head h;
    http_head_clear(&h);
    http_head_line(&h, line, strlen(line), SUNDAY_MS);
    return h;
}

static void nothing_is_unknown(void **state)
{
    (void)state;
    struct http_head h = head_of("Server: x\r\n");
    assert_int_equal(h.retry_after_ms, -1);
    assert_int_equal(h.date_utc_ms, -1);
    assert_string_equal(h.etag, "");
    assert_string_equal(h.content_type, "");
    assert_false(h.packed || h.foreign);
}

static void when_to_come_back(void **state)
{
    static const struct {
        const char *line;
        int64_t ms;
    } cases[] = {
        {"Retry-After: 0\r\n", 0},
        {"Retry-After: 120\r\n", 120000},
        {"retry-after:\t7 \r\n", 7000},
        {"Retry-After: 99999999", 99999999000},
        {"Retry-After: 100000000", 99999999000},
        {"Retry-After: 99999999999999999999999999", 99999999000},
        {"Retry-After: Sun, 06 Nov 1994 08:50:37 GMT\r\n", 60000},
        {"Retry-After: Sun, 06 Nov 1994 08:49:36 GMT\r\n", 0}, /* past */
        {"Retry-After: -1", -1},
        {"Retry-After: 1.5", -1},
        {"Retry-After: soon", -1},
        {"Retry-After:", -1},
        {"X-Retry-After: 5", -1},
        {"Retry-Afte: 5", -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(head_of(cases[i].line).retry_after_ms, cases[i].ms);
}

static void dates(void **state)
{
    static const struct {
        const char *line;
        int64_t ms;
    } cases[] = {
        {"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", SUNDAY_MS},
        {"DATE:Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Date: Tue, 29 Feb 2028 23:59:59 GMT", 1835481599000},
        {"Date: Sunday, 06-Nov-94 08:49:37 GMT", -1}, /* obsolete forms */
        {"Date: Sun Nov  6 08:49:37 1994", -1},
        {"Date: Sun, 06 Nov 1994 08:49:37 CET", -1},
        {"Date: Sun, 06 nov 1994 08:49:37 GMT", -1},
        {"Date: Sun, 00 Nov 1994 08:49:37 GMT", -1},
        {"Date: Sun, 32 Nov 1994 08:49:37 GMT", -1},
        {"Date: Sun, 06 Nov 1994 24:49:37 GMT", -1},
        {"Date: Sun, 06 Nov 1994 08:60:37 GMT", -1},
        {"Date: Sun, 06 Nov 1994 08:49:61 GMT", -1},
        {"Date: Sun, 06 Nov 1994 -8:49:37 GMT", -1},
        {"Date: Sun, 06 Nov 1899 08:49:37 GMT", -1},
        {"Date: ", -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(head_of(cases[i].line).date_utc_ms, cases[i].ms);
}

static void a_validator_is_whole_or_none(void **state)
{
    (void)state;
    char line[400] = "ETag: \"";
    assert_string_equal(head_of("ETag: \"a-b\"\r\n").etag, "\"a-b\"");
    assert_string_equal(head_of("etag: W/\"a\"").etag, "W/\"a\"");
    assert_string_equal(head_of("ETag: \"a\rX: b\"").etag, "");
    assert_string_equal(head_of("ETag: \"a\x1b[2J\"").etag, "");
    assert_string_equal(head_of("ETag: \"a\x7f\"").etag, "");
    memset(line + 7, 'e', 300);
    assert_string_equal(head_of(line).etag, "");
    line[6 + 255] = '\0';
    assert_int_equal(strlen(head_of(line).etag), 255);
    line[6 + 255] = 'e';
    line[6 + 256] = '\0';
    assert_string_equal(head_of(line).etag, "");
}

static void a_type_is_cut(void **state)
{
    (void)state;
    char line[400] = "Content-Type: ";
    memset(line + 14, 't', 300);
    assert_int_equal(strlen(head_of(line).content_type), 127);
    assert_string_equal(head_of("Content-Type:  text/html; charset=utf-8 \r\n").content_type,
                        "text/html; charset=utf-8");
}

static void packings(void **state)
{
    static const struct {
        const char *line;
        bool packed, foreign;
    } cases[] = {
        {"Content-Encoding: gzip", true, false},
        {"Content-Encoding: GZip", true, false},
        {"Content-Encoding: x-gzip", true, false},
        {"Content-Encoding: deflate", true, false},
        {"Content-Encoding: identity", false, false},
        {"Content-Encoding:", false, false},
        {"Content-Encoding: br", false, true},
        {"Content-Encoding: zstd", false, true},
        {"Content-Encoding: gzip, br", false, true},
        {"Transfer-Encoding: chunked", false, false},
        {"Transfer-Encoding: identity", false, false},
        {"Transfer-Encoding: gzip", false, true},
        {"Transfer-Encoding: gzip, chunked", false, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_head h = head_of(cases[i].line);
        assert_int_equal(h.packed, cases[i].packed);
        assert_int_equal(h.foreign, cases[i].foreign);
    }
    struct http_head twice = head_of("Content-Encoding: gzip");
    http_head_line(&twice, "Content-Encoding: gzip", 22, 0);
    assert_true(twice.foreign);
}

static void lines_of_any_form(void **state)
{
    (void)state;
    static const char nul[] = "ETag: \"a\0b\"", cut[] = {'D', 'a', 't', 'e'};
    struct http_head h;
    http_head_clear(&h);
    http_head_line(&h, "", 0, 0);
    http_head_line(&h, ":", 1, 0);
    http_head_line(&h, "\r\n", 2, 0);
    http_head_line(&h, " ETag: \"folded\"", 15, 0);
    http_head_line(&h, nul, sizeof nul - 1, 0);
    http_head_line(&h, cut, sizeof cut, 0);
    assert_string_equal(h.etag, "");
    char *tight = test_malloc(9); /* no byte is read behind the line */
    memcpy(tight, "ETag: \"a\"", 9);
    http_head_line(&h, tight, 9, 0);
    test_free(tight);
    assert_string_equal(h.etag, "\"a\"");
    http_head_clear(&h);
    assert_string_equal(h.etag, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_unknown),
        cmocka_unit_test(when_to_come_back),
        cmocka_unit_test(dates),
        cmocka_unit_test(a_validator_is_whole_or_none),
        cmocka_unit_test(a_type_is_cut),
        cmocka_unit_test(packings),
        cmocka_unit_test(lines_of_any_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
