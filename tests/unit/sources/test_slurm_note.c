#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "sources/slurm.h"

/* What a job with these members (JSON) says, "GB CHECKPOINT". */
static const char *said(const char *setting, const char *members)
{
    static char text[128];
    char json[1024], iso[CLOCK_TEXT_MAX] = "?", gb[32] = "?";
    struct row row = {.kind = KIND_JOB};
    struct slurm_note note;
    struct err err = {0};

    assert_true(slurm_note_open(setting, "fra", &note, &err));
    snprintf(json, sizeof json, "{%s}", members);
    struct json *tree = json_parse(json, strlen(json), JSON_LENIENT, &err);
    assert_non_null(tree);
    slurm_note_put(&note, tree, &row);
    if (value_known(&row.cells[JOB_DATA_GB]))
        snprintf(gb, sizeof gb, "%g", value_real_or(&row.cells[JOB_DATA_GB], -1));
    if (value_known(&row.cells[JOB_CHECKPOINT_AT]))
        clock_iso(value_int_or(&row.cells[JOB_CHECKPOINT_AT], -1), iso);
    snprintf(text, sizeof text, "%s %s", gb, iso);
    json_free(tree);
    return text;
}

#define C "\"comment\": \"hubtop:"

static void notes_are_read(void **state)
{
    (void)state;
    assert_string_equal(said(NULL, C "data_gb=120;checkpoint=2026-11-21T10:00:00Z\""), "120 2026-11-21T10:00:00Z");
    assert_string_equal(said(NULL, "\"comment\": \"nightly hubtop:checkpoint=1795255200;data_gb=0.5 v2\""),
                        "0.5 2026-11-21T10:00:00Z");
    assert_string_equal(said(NULL, "\"extra\": \"hubtop:data_gb=7\""), "7 ?");
    assert_string_equal(said(NULL, C "data_gb=0\""), "0 ?"); /* it needs none: that is known */
    /* the first member that says it counts; each for itself */
    assert_string_equal(said(NULL, C "data_gb=1\", \"admin_comment\": \"hubtop:data_gb=2;checkpoint=1795255200\""),
                        "1 2026-11-21T10:00:00Z");
    assert_string_equal(said("admin_comment comment", C "data_gb=1\", \"admin_comment\": \"hubtop:data_gb=2\""), "2 ?");
}

static void what_makes_no_sense_stays_unknown(void **state)
{
    static const char *const nonsense[] = {
        "\"comment\": \"\"",
        "\"comment\": null",
        "\"comment\": 7",
        "\"comment\": \"data_gb=120\"",
        C "data_gb=-1\"",
        C "data_gb=nan\"",
        C "data_gb=inf\"",
        C "data_gb=1e999\"",
        C "data_gb=12x\"",
        C "data_gb=\"",
        C "data_gb\"",
        C "checkpoint=soon\"",
        C "checkpoint=0\"",
        C "checkpoint=99999999999999999999\"",
        C ";;;=;\"",
        C "data_gb="
          "111111111111111111111111111111111111111111111111111111111111111111111111111111\"",
    };

    (void)state;
    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++)
        assert_string_equal(said(NULL, nonsense[i]), "? ?");
    assert_string_equal(said("none", C "data_gb=120\""), "? ?");
    assert_string_equal(said("extra", C "data_gb=120\""), "? ?");
}

static void a_setting_is_checked(void **state)
{
    static const char *const wrong[] = {"commment", "comment,extra", "comment extra admin_comment comment"};
    struct slurm_note note;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = {0};
        assert_false(slurm_note_open(wrong[i], "fra", &note, &err));
        assert_int_equal(err_status(&err), 78);
        assert_non_null(strstr(err.text, wrong[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_are_read),
        cmocka_unit_test(what_makes_no_sense_stays_unknown),
        cmocka_unit_test(a_setting_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
