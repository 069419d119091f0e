#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sources/openmetrics.h"

/* What a document comes to: the number of its samples, or -1 and the message in `err`. The last sample is in `last`; texts of it
 * are gone but where they are the document's. */
static int parse(const char *bytes, size_t n, enum openmetrics_format format, struct openmetrics_sample *last,
                 struct err *err)
{
    char *copy = malloc(n ? n : 1); /* so that a byte too far is seen */
    memcpy(copy, bytes, n);
    struct openmetrics *o = openmetrics_parse_new("m", copy, n, format);
    struct openmetrics_sample sample;
    enum openmetrics_step step;
    int count = 0;
    *err = (struct err){0};
    while ((step = openmetrics_parse_next(o, &sample, err)) == OPENMETRICS_SAMPLE) {
        count++;
        if (last)
            *last = sample;
    }
    openmetrics_parse_free(o);
    free(copy);
    return step == OPENMETRICS_END ? count : -1;
}

static int count_of(const char *text, enum openmetrics_format format)
{
    struct err err;
    int n = parse(text, strlen(text), format, NULL, &err);
    if (n < 0)
        fail_msg("%s in:\n%s", err.text, text);
    return n;
}

static void is_bad(const char *text, size_t n, enum openmetrics_format format, const char *where, const char *words)
{
    struct err err;
    int got = parse(text, n, format, NULL, &err);
    if (got >= 0)
        fail_msg("this is taken:\n%.*s", (int)n, text);
    if (strncmp(err.text, where, strlen(where)) != 0 || !strstr(err.text, words))
        fail_msg("'%s' is not '%s' with '%s' for:\n%.*s", err.text, where, words, (int)n, text);
    assert_int_equal(err.kind, ERR_CORRUPT);
}

#define EOF_LINE "# EOF\n"

static void test_good_openmetrics(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int samples;
    } rows[] = {
        {EOF_LINE, 0},
        {"# EOF", 0},
        {"a 1\n" EOF_LINE, 1},
        {"a{} 1\n" EOF_LINE, 1},
        {"a NaN\nb +Inf\nc -inf\nd infinity\ne nan\n" EOF_LINE, 5},
        {"a 00012.5e-3\nb .5\nc 5.\nd 1E+9\n" EOF_LINE, 4},
        {"# TYPE a gauge\n# UNIT a \n# HELP a \na 1\n" EOF_LINE, 1},
        {"# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total 1\na_seconds_created 2.5\n" EOF_LINE, 2},
        {"# TYPE a counter\na_total{x=\"1\"} 1 000\na_total{x=\"2\"} 1 1.5e3\na_total{x=\"3\"} 1 -1.25\n" EOF_LINE, 3},
        {"# TYPE a counter\na_total 1 123 # {id=\"x # y\"} 0.5 124\n" EOF_LINE, 1},
        {"# TYPE a counter\na_total 1 # {} 0.5\n" EOF_LINE, 1},
        {"# TYPE a gauge\na 1 1\na 2 1\na 3 2\n" EOF_LINE, 3}, /* several points of one metric */
        {"# TYPE a histogram\na_bucket{le=\"1\"} 0\na_bucket{le=\"+Inf\"} 3\na_count 3\na_sum 2\n" EOF_LINE, 4},
        {"# TYPE a histogram\na_bucket{le=\"-1\"} 0\na_bucket{le=\"+Inf\"} 3\n" EOF_LINE, 2},
        {"# TYPE a histogram\na_bucket{x=\"1\",le=\"+Inf\"} 1\na_bucket{x=\"2\",le=\"+Inf\"} 1\n" EOF_LINE, 2},
        {"# TYPE a gaugehistogram\na_bucket{le=\"-1.0\"} 1\na_bucket{le=\"+Inf\"} 3\na_gcount 3\na_gsum -5\n" EOF_LINE,
         4},
        {"# TYPE a summary\na_count 1\na_sum 2\na{quantile=\"0.5\"} 0.7\na{quantile=\"1\"} NaN\n" EOF_LINE, 4},
        {"# TYPE a stateset\na{a=\"on\"} 0\na{a=\"off\"} 1.0\n" EOF_LINE, 2},
        {"# TYPE a info\na_info{version=\"1\"} 1\na_info{version=\"2\"} 1\n" EOF_LINE, 2},
        {"# TYPE a unknown\na 1\n# TYPE b gauge\nb 1\n" EOF_LINE, 2},
        {"# HELP a it's \\n \\\\ \\\" \xe6\x9c\xba\na 1\n" EOF_LINE, 1},
        {"a{x=\"} # {\",y=\"a,b=\\\"c\\\"\"} 1\n" EOF_LINE, 1},
        {":a:b 1\n_a 1\n" EOF_LINE, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(count_of(rows[i].text, OPENMETRICS_TEXT), rows[i].samples);
        if (strncmp(rows[i].text, "# EOF", 5) != 0)
            assert_int_equal(count_of(rows[i].text, OPENMETRICS_AUTO), rows[i].samples);
    }
}

static void test_bad_openmetrics(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where, *words;
    } rows[] = {
        {"", "m:1:1: ", "there is no # EOF"},
        {"a 1\n", "m:2:1: ", "there is no # EOF"},
        {"a 1", "m:1:4: ", "no end"},
        {"a 1\n# EOF\na 2\n", "m:3:1: ", "after # EOF"},
        {"a 1\n# EOF\n\n", "m:3:1: ", "after # EOF"},
        {"a 1\n# EOFx\n", "m:2:1: ", "# EOF"},
        {"a 1\n\n" EOF_LINE, "m:2:1: ", "empty line"},
        {"a 1\r\n" EOF_LINE, "m:1:4: ", "carriage return"},
        {"\xef\xbb\xbf"
         "a 1\n" EOF_LINE,
         "m:1:1: ", "name of a metric"},
        {"a{x=\"\xff\"} 1\n" EOF_LINE, "m:1:6: ", "UTF-8"},
        {"a{x=\"\xed\xa0\x80\"} 1\n" EOF_LINE, "m:1:6: ", "UTF-8"},
        {"0a 1\n" EOF_LINE, "m:1:1: ", "name of a metric"},
        {"a.b 1\n" EOF_LINE, "m:1:2: ", "space before the value"},
        {" a 1\n" EOF_LINE, "m:1:1: ", "name of a metric"},
        {"a\n" EOF_LINE, "m:1:2: ", "space before the value"},
        {"a \n" EOF_LINE, "m:1:3: ", "no value"},
        {"a  1\n" EOF_LINE, "m:1:3: ", "no value"},
        {"a 1 \n" EOF_LINE, "m:1:5: ", "no time"},
        {"a\t1\n" EOF_LINE, "m:1:2: ", "space before the value"},
        {"a 0x1p-3\n" EOF_LINE, "m:1:3: ", "no number"},
        {"a 1_2\n" EOF_LINE, "m:1:3: ", "no number"},
        {"a 1e\n" EOF_LINE, "m:1:3: ", "no number"},
        {"a .\n" EOF_LINE, "m:1:3: ", "no number"},
        {"a +nan\n" EOF_LINE, "m:1:3: ", "no number"},
        {"a 1 NaN\n" EOF_LINE, "m:1:5: ", "seconds"},
        {"a 1 Inf\n" EOF_LINE, "m:1:5: ", "seconds"},
        {"a 1 1 1\n" EOF_LINE, "m:1:6: ", "behind the end"},
        {"a{1=\"1\"} 1\n" EOF_LINE, "m:1:3: ", "no name"},
        {"a{x} 1\n" EOF_LINE, "m:1:4: ", "no '='"},
        {"a{x=1} 1\n" EOF_LINE, "m:1:5: ", "begin with '\"'"},
        {"a{x='1'} 1\n" EOF_LINE, "m:1:5: ", "begin with '\"'"},
        {"a{x=\"1} 1\n" EOF_LINE, "m:1:10: ", "has no end"},
        {"a{x=\"1\\\"} 1\n" EOF_LINE, "m:1:12: ", "has no end"},
        {"a{x=\"1\"y=\"2\"} 1\n" EOF_LINE, "m:1:8: ", "neither ',' nor '}'"},
        {"a{x=\"1\",} 1\n" EOF_LINE, "m:1:9: ", "no name"},
        {"a{x=\"1\",,y=\"2\"} 1\n" EOF_LINE, "m:1:9: ", "no name"},
        {"a{x=\"1\",x=\"2\"} 1\n" EOF_LINE, "m:1:9: ", "stands twice"},
        {"a{x=\"1\"}1\n" EOF_LINE, "m:1:9: ", "space before the value"},
        {"a 1\na 2\n" EOF_LINE, "m:2:1: ", "the same series stands twice"},
        {"a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 2\n" EOF_LINE, "m:2:1: ", "the same series stands twice"},
        {"a{x=\"\"} 1\na 2\n" EOF_LINE, "m:2:1: ", "the same series stands twice"},
        {"# FOO a x\n" EOF_LINE, "m:1:1: ", "none of # TYPE"},
        {"#comment\n" EOF_LINE, "m:1:1: ", "none of # TYPE"},
        {"# TYPE a meh\n" EOF_LINE, "m:1:1: ", "a TYPE is none"},
        {"# TYPE a untyped\n" EOF_LINE, "m:1:1: ", "a TYPE is none"},
        {"# TYPE a gauge \n" EOF_LINE, "m:1:1: ", "a TYPE is none"},
        {"# TYPE a.b gauge\n" EOF_LINE, "m:1:1: ", "none of # TYPE"},
        {"# TYPE a gauge\n# TYPE a gauge\n" EOF_LINE, "m:2:1: ", "said twice"},
        {"# HELP a x\na 1\n# TYPE a gauge\n" EOF_LINE, "m:3:1: ", "after its first sample"},
        {"# UNIT a seconds\n" EOF_LINE, "m:3:1: ", "its unit"},
        {"# TYPE x_u info\n# UNIT x_u u\n" EOF_LINE, "m:4:1: ", "has a unit"},
        {"# TYPE a_created gauge\n# TYPE a counter\n" EOF_LINE, "m:4:1: ", "another one has"},
        {"# TYPE a counter\na 1\n" EOF_LINE, "m:4:1: ", "another one has"},
        {"# TYPE a gauge\na{x=\"1\"} 1\nb 1\na{x=\"2\"} 1\n" EOF_LINE, "m:6:1: ", "another one has"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        is_bad(rows[i].text, strlen(rows[i].text), OPENMETRICS_TEXT, rows[i].where, rows[i].words);
}

static void test_bad_openmetrics_by_type(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where, *words;
    } rows[] = {
        {"# TYPE a counter\na_total NaN\n" EOF_LINE, "m:2:1: ", "NaN"},
        {"# TYPE a counter\na_total -1\n" EOF_LINE, "m:2:1: ", "below 0"},
        {"# TYPE a stateset\na 1\n" EOF_LINE, "m:2:1: ", "family's name"},
        {"# TYPE a stateset\na{a=\"x\"} 2\n" EOF_LINE, "m:2:1: ", "neither 0 nor 1"},
        {"# TYPE a info\na_info 2\n" EOF_LINE, "m:2:1: ", "not 1"},
        {"# TYPE a summary\na 0\n" EOF_LINE, "m:2:1: ", "quantile"},
        {"# TYPE a summary\na{quantile=\"1.01\"} 0\n" EOF_LINE, "m:2:1: ", "quantile"},
        {"# TYPE a summary\na{quantile=\"NaN\"} 0\n" EOF_LINE, "m:2:1: ", "quantile"},
        {"# TYPE a summary\na{quantile=\"0.5\"} -1\n" EOF_LINE, "m:2:1: ", "below 0"},
        {"# TYPE a histogram\na_bucket 0\n" EOF_LINE, "m:2:1: ", "no label 'le'"},
        {"# TYPE a histogram\na_bucket{le=\"+INF\"} 0\n" EOF_LINE, "m:2:1: ", "le is neither"},
        {"# TYPE a histogram\na_bucket{le=\"1\"} 0\n" EOF_LINE, "m:4:1: ", "no bucket for le"},
        {"# TYPE a histogram\na_sum 1\n" EOF_LINE, "m:4:1: ", "no bucket for le"},
        {"# TYPE a histogram\na_bucket{le=\"+Inf\"} 0\na_sum 0\n" EOF_LINE, "m:5:1: ", "without a count"},
        {"# TYPE a histogram\na_bucket{le=\"+Inf\"} 0\na_count 1\n" EOF_LINE, "m:5:1: ", "count before here is not"},
        {"# TYPE a histogram\na_bucket{le=\"2\"} 0\na_bucket{le=\"1\"} 0\n" EOF_LINE, "m:3:1: ", "order of their le"},
        {"# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 0\n" EOF_LINE, "m:3:1: ", "less than"},
        {"# TYPE a histogram\na_bucket{le=\"-1\"} 0\na_bucket{le=\"+Inf\"} 0\na_sum 0\na_count 0\n" EOF_LINE,
         "m:7:1: ", "below 0 and a sum"},
        {"# TYPE a gauge\na{x=\"1\"} 0\na{x=\"2\"} 0\na{x=\"1\"} 0 1\n" EOF_LINE, "m:4:1: ", "do not stand together"},
        {"# TYPE a gauge\na 0 1\na 0\n" EOF_LINE, "m:3:1: ", "some have none"},
        {"# TYPE a gauge\na 0 1\na 0 0.5\n" EOF_LINE, "m:3:1: ", "backwards"},
        {"# TYPE a gauge\na 1 # {x=\"1\"} 1\n" EOF_LINE, "m:2:1: ", "exemplar"},
        {"# TYPE a counter\na_total 1 #\n" EOF_LINE, "m:2:11: ", "no number"},
        {"# TYPE a counter\na_total 1 # {}1\n" EOF_LINE, "m:2:15: ", "space before an exemplar"},
        {"# TYPE a counter\na_total 1 # {} 1 \n" EOF_LINE, "m:2:18: ", "no time"},
        {"# TYPE a counter\na_total 1 # {x=\"1\"} 1 Inf\n" EOF_LINE, "m:2:23: ", "seconds"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        is_bad(rows[i].text, strlen(rows[i].text), OPENMETRICS_TEXT, rows[i].where, rows[i].words);
}

static void test_an_exemplar_is_short(void **state)
{
    (void)state;
    for (int more = 0; more < 2; more++) { /* characters, not bytes */
        char text[1024] = "# TYPE a counter\na_total 1 # {x=\"";
        for (int i = 0; i < 127 + more; i++)
            strcat(text, "\xe6\x9c\xba");
        strcat(text, "\"} 1\n" EOF_LINE);
        if (more)
            is_bad(text, strlen(text), OPENMETRICS_TEXT, "m:2:13: ", "more than 128");
        else
            assert_int_equal(count_of(text, OPENMETRICS_TEXT), 1);
    }
}

static void test_nul_is_a_character(void **state)
{
    (void)state;
    static const char text[] = "# HELP a x\0y\na{x=\"\0\"} 1\n# EOF\n";
    struct openmetrics_sample last;
    struct err err;
    assert_int_equal(parse(text, sizeof text - 1, OPENMETRICS_TEXT, &last, &err), 1);
    assert_int_equal(text_len(last.labels[0].value), 1);
}

/* --- the older format */

static void test_good_prometheus_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int samples;
    } rows[] = {
        {"", 0},
        {"\n\n# just a comment\n#\n# TYPES no meaning\n", 0},
        {"a 1\n", 1},
        {"  a\t{ x = \"1\" , y=\"2\" , }\t 1 \t 1395066363000 \n", 1},
        {"a{x=\"1\"}1\n", 1},
        {"# TYPE a untyped\n# HELP a\na 1 -5\n", 1},
        {"# HELP a x\n# TYPE a counter\na 1\n\na{x=\"1\"} 2\n", 2}, /* a counter of any name */
        {"a 1\nb 1\na{x=\"1\"} 1\n", 3},
        {"a 1 1\na 2 2\n", 2},
        {"# TYPE a histogram\na_bucket{le=\"0.5\"} 1\na_count 7\n", 2},
        {"a Nan\nb +Inf\n", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(count_of(rows[i].text, OPENMETRICS_PROMETHEUS), rows[i].samples);
        assert_int_equal(count_of(rows[i].text, OPENMETRICS_AUTO), rows[i].samples);
    }
}

static void test_bad_prometheus_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where, *words;
    } rows[] = {
        {"a 1", "m:1:4: ", "was cut"},
        {"a 1\nb", "m:2:2: ", "was cut"},
        {"a 1\r\n", "m:1:4: ", "carriage return"},
        {"a 1 1.5\n", "m:1:5: ", "whole milliseconds"},
        {"a 1 # {} 1\n", "m:1:5: ", "no number"},
        {"a{x=\"\\z\"} 1\n", "m:1:6: ", "none of n"},
        {"a{x=\"1\"\n", "m:1:8: ", "neither"},
        {"a{x=\"1\",,} 1\n", "m:1:9: ", "no name"},
        {"a{\"x\"=\"1\"} 1\n", "m:1:3: ", "no name"},
        {"a b\n", "m:1:3: ", "no number"},
        {"a 1\na 2\n", "m:2:1: ", "stands twice"},
        {"a 1 5\na 2 5\n", "m:2:1: ", "stands twice"},
        {"# TYPE a meh\n", "m:1:1: ", "a TYPE is none"},
        {"# TYPE a\n", "m:1:1: ", "a TYPE is none"},
        {"# TYPE 1\n", "m:1:1: ", "names no metric"},
        {"# TYPE a gauge\n# TYPE a gauge\n", "m:2:1: ", "two lines of TYPE"},
        {"# HELP a x\n# HELP a x\n", "m:2:1: ", "two lines of HELP"},
        {"a 1\n# TYPE a gauge\n", "m:2:1: ", "after a sample"},
        {"a{x=\"\x80\"} 1\n", "m:1:6: ", "UTF-8"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        is_bad(rows[i].text, strlen(rows[i].text), OPENMETRICS_PROMETHEUS, rows[i].where, rows[i].words);
}

/* A cut OpenMetrics document must not pass as one of the other format. */
static void test_the_format_is_told_by_what_only_one_has(void **state)
{
    (void)state;
    is_bad("# TYPE a info\na_info 1\n", 23, OPENMETRICS_AUTO, "m:3:1: ", "no # EOF");
    is_bad("# UNIT a_s s\na_s 1\n", 19, OPENMETRICS_AUTO, "m:3:1: ", "no # EOF");
    assert_int_equal(count_of("a{x=\"1\",} 1\n", OPENMETRICS_AUTO), 1);
    is_bad("a{x=\"1\",} 1\n" EOF_LINE, 18, OPENMETRICS_AUTO, "m:1:9: ", "no name");
}

/* --- values */

static void test_what_a_sample_holds(void **state)
{
    (void)state;
    static const char text[] = "a{x=\"b\\\"c\\\\d\\ne\\z\",y=\"\"} -1.5e3 12.25\n# EOF\n";
    struct openmetrics *o = openmetrics_parse_new("m", text, sizeof text - 1, OPENMETRICS_AUTO);
    struct openmetrics_sample s;
    struct err err = {0};
    assert_int_equal(openmetrics_parse_format(o), OPENMETRICS_TEXT);
    assert_int_equal(openmetrics_parse_next(o, &s, &err), OPENMETRICS_SAMPLE);
    assert_true(text_is(s.name, "a"));
    assert_int_equal(s.count, 2);
    assert_true(text_is(s.labels[0].name, "x"));
    assert_true(text_is(s.labels[0].value, "b\"c\\d\ne\\z"));
    assert_true(text_is(s.labels[1].value, ""));
    assert_true(s.value == -1500 && s.timed && s.at_s == 12.25 && !s.exemplar);
    assert_int_equal(openmetrics_parse_next(o, &s, &err), OPENMETRICS_END);
    openmetrics_parse_free(o);
    o = openmetrics_parse_new("m", "a 1 1500\n", 9, OPENMETRICS_AUTO);
    assert_int_equal(openmetrics_parse_next(o, &s, &err), OPENMETRICS_SAMPLE);
    assert_true(s.timed && s.at_s == 1.5);
    openmetrics_parse_free(o);
}

static void test_limits(void **state)
{
    (void)state;
    struct buf text = buf_make(8 << 20);
    for (int more = 0; more < 2; more++) {
        buf_clear(&text);
        buf_puts(&text, "a{", NULL);
        for (int i = 0; i < OPENMETRICS_LABELS_MAX + more; i++)
            buf_printf(&text, NULL, "%sl%d=\"\"", i ? "," : "", i);
        buf_puts(&text, "} 1\n", NULL);
        if (more)
            is_bad(buf_str(&text), text.len, OPENMETRICS_AUTO, "m:1:", "more than 64 labels");
        else
            assert_int_equal(count_of(buf_str(&text), OPENMETRICS_AUTO), 1);
        buf_clear(&text);
        buf_puts(&text, "a{x=\"", NULL);
        for (int i = 0; i < OPENMETRICS_LINE_MAX - 9 + more; i++)
            buf_putc(&text, 'y', NULL);
        buf_puts(&text, "\"} 1\n", NULL);
        if (more)
            is_bad(buf_str(&text), text.len, OPENMETRICS_AUTO, "m:1:65537: ", "more than 65536 bytes");
        else
            assert_int_equal(count_of(buf_str(&text), OPENMETRICS_AUTO), 1);
        buf_clear(&text);
        for (int i = 0; i < (int)PROMETHEUS_SERIES_MAX + more; i++)
            buf_printf(&text, NULL, "a{x=\"%d\"} 1\n", i);
        if (more)
            is_bad(buf_str(&text), text.len, OPENMETRICS_AUTO, "m:100001:1: ", "more than 100000 series");
        else
            assert_int_equal(count_of(buf_str(&text), OPENMETRICS_AUTO), 100000);
    }
    buf_release(&text);
}

/* Every byte of a document changed, left out or doubled: it is taken or refused with its place, and nothing of it is read beyond its
 * end. */
static void test_mutations(void **state)
{
    (void)state;
    static const char text[] =
        "# TYPE a histogram\n# HELP a x\\n\na_bucket{le=\"1\",s=\"\xe6\x9c\xba\"} 0 # {t=\"1\"} 0.5 1\n"
        "a_bucket{le=\"+Inf\",s=\"\xe6\x9c\xba\"} 3\n# TYPE b counter\nb_total 1 1.5\n# EOF\n";
    static const char with[] = "\0\n\r\t \"#{}=,\\0aZ_:.-+\x7f\x80\xff";
    size_t n = sizeof text - 1, refused = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < sizeof with + 1; k++) {
            char mutated[sizeof text + 1];
            size_t len = n;
            memcpy(mutated, text, n);
            if (k < sizeof with - 1)
                mutated[i] = with[k];
            else if (k == sizeof with - 1)
                memmove(mutated + i, mutated + i + 1, --len - i);
            else
                memmove(mutated + i + 1, text + i, ++len - i - 1);
            for (int f = OPENMETRICS_AUTO; f <= OPENMETRICS_PROMETHEUS; f++) {
                struct err err;
                if (parse(mutated, len, (enum openmetrics_format)f, NULL, &err) >= 0)
                    continue;
                refused++;
                assert_int_equal(strncmp(err.text, "m:", 2), 0);
            }
        }
        struct err err; /* and cut there */
        assert_true(parse(text, i, OPENMETRICS_TEXT, NULL, &err) < 0 || i == n - 1);
    }
    assert_true(refused > n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_openmetrics),
        cmocka_unit_test(test_bad_openmetrics),
        cmocka_unit_test(test_bad_openmetrics_by_type),
        cmocka_unit_test(test_an_exemplar_is_short),
        cmocka_unit_test(test_nul_is_a_character),
        cmocka_unit_test(test_good_prometheus_text),
        cmocka_unit_test(test_bad_prometheus_text),
        cmocka_unit_test(test_the_format_is_told_by_what_only_one_has),
        cmocka_unit_test(test_what_a_sample_holds),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
