#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "corpora.h"

/* The test suite for JSON parsers by Nicolas Seriot: y_ must be accepted, n_ refused, i_ is the parser's to decide.
 * What was decided stands in json_suite_decisions.txt: file, strict, lenient. */

static const char decisions_path[] = "tests/unit/base/json_suite_decisions.txt";

struct tally {
    int seen[3], right[3]; /* of y, n, i */
    const char *decisions;
};

/* Whether the text is taken, fed in pieces of `piece` bytes (0: of random sizes), and the error. */
static bool accepts(enum json_mode mode, const struct corpora_file *f, size_t piece, struct err *err)
{
    struct json_cut_options options = {.mode = mode, .limits = {.depth = 500}};
    struct json_cut *cut = json_cut_new(&options);
    uint32_t random = 7;
    bool ok = true;

    for (size_t at = 0, n; ok && at < f->size; at += n) {
        random = random * 1664525 + 1013904223;
        n = piece != 0 ? piece : 1 + (random >> 29);
        n = n < f->size - at ? n : f->size - at;
        ok = json_cut_feed(cut, f->bytes + at, n, err);
    }
    const struct json *rest;
    ok = ok && json_cut_end(cut, &rest, err);
    json_cut_free(cut);
    return ok;
}

static bool accepts_in_any_pieces(enum json_mode mode, const struct corpora_file *f)
{
    struct err whole = {0}, bytewise = {0}, pieces = {0};
    bool ok = accepts(mode, f, f->size + 1, &whole);

    if (accepts(mode, f, 1, &bytewise) != ok || accepts(mode, f, 0, &pieces) != ok ||
        strcmp(whole.text, bytewise.text) != 0 || strcmp(whole.text, pieces.text) != 0)
        fail_msg("%s: '%s' whole, '%s' byte by byte, '%s' in pieces", f->name, whole.text, bytewise.text, pieces.text);
    return ok;
}

static void check_decision(struct tally *t, const struct corpora_file *f, bool strict, bool lenient)
{
    char line[400];

    snprintf(line, sizeof line, "%s %s %s\n", f->name, strict ? "accepted" : "refused",
             lenient ? "accepted" : "refused");
    if (strstr(t->decisions, line) == NULL)
        fail_msg("not what was decided: %s", line);
    t->right[2]++;
}

static void check_file(void *ctx, const struct corpora_file *f)
{
    struct tally *t = ctx;
    bool strict = accepts_in_any_pieces(JSON_STRICT, f), lenient = accepts_in_any_pieces(JSON_LENIENT, f);

    if (f->name[0] == 'i') {
        t->seen[2]++;
        check_decision(t, f, strict, lenient);
        return;
    }
    bool wanted = f->name[0] == 'y';
    t->seen[!wanted]++;
    if (strict != wanted)
        fail_msg("%s must be %s", f->name, wanted ? "accepted" : "refused");
    if (wanted)
        assert_true(lenient);
    t->right[!wanted]++;
}

static void test_the_suite(void **state)
{
    struct tally t = {0};

    (void)state;
    const char *folder = corpora_path("corpora", "corpora/json-testsuite/test_parsing");
    struct corpora_file decisions = corpora_read(decisions_path);
    decisions.bytes = realloc(decisions.bytes, decisions.size + 1);
    decisions.bytes[decisions.size] = '\0';
    t.decisions = decisions.bytes;
    corpora_each(folder, ".json", check_file, &t);
    printf("JSONTestSuite: %d of %d accepted, %d of %d refused, %d decided\n", t.right[0], t.seen[0], t.right[1],
           t.seen[1], t.right[2]);
    assert_int_equal(t.seen[0], 95);
    assert_int_equal(t.seen[1], 188);
    assert_int_equal(t.seen[2], 35);
    free(decisions.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_suite)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
