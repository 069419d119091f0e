#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/theme.h"

static char dir[] = "/tmp/hubtop-theme-XXXXXX";

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) == NULL;
}

static int remove_dir(void **state)
{
    (void)state;
    return rmdir(dir);
}

/* The default theme with one text in it replaced, loaded. */
static bool load_with(const char *was, const char *now, struct err *err)
{
    char path[64], text[16384], *at;
    FILE *f = fopen("themes/okabe-dark.theme", "r");
    struct theme theme;
    size_t n;
    bool ok;

    assert_non_null(f);
    n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    fclose(f);
    at = strstr(text, was);
    assert_non_null(at);
    snprintf(path, sizeof path, "%s/a.theme", dir);
    f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "%.*s%s%s", (int)(at - text), text, now, at + strlen(was));
    fclose(f);
    ok = theme_load(path, &theme, err);
    unlink(path);
    return ok;
}

static void the_themes_that_we_ship_load(void **state)
{
    struct theme theme;
    struct err err = {0};

    (void)state;
    assert_true(theme_load("themes/mono.theme", &theme, &err));
    assert_int_equal(theme.roles[ROLE_CRIT].mono, THEME_BOLD | THEME_REVERSE);
    assert_int_equal(theme.roles[ROLE_CRIT].fg256, -1);
    assert_true(theme_load("themes/okabe-dark.theme", &theme, &err));
    assert_string_equal(theme.name, "okabe-dark");
    assert_int_equal(theme.roles[ROLE_WARN].fg_rgb, 0xE69F00);
    assert_int_equal(theme.roles[ROLE_WARN].fg256, 214);
    assert_int_equal(theme.roles[ROLE_DIM].fg16, 8);
    assert_string_equal(theme.roles[ROLE_OK].glyph, "✓");
    assert_string_equal(theme.roles[ROLE_OK].ascii, "o");
}

static void mistakes_are_told_with_file_and_line(void **state)
{
    static const struct {
        const char *was, *now, *says;
    } cases[] = {
        {"role \"mark\"", "role \"marc\"", "no such role 'marc'"},
        {"\"#E69F00\"", "\"#E69F0\"", "fg is neither"},
        {"fg256 = 214", "", "fg has no fg256"},
        {"fg16 = \"yellow\" ", "fg16 = \"orange\" ", "fg16 is none of"},
        {"mono = { underline }      attrs = { underline }  glyph", "mono = { blink }      attrs = { underline }  glyph",
         "mono knows only"},
        {"glyph = \"!\"", "glyph = \"!!\"", "glyph is empty or too wide"},
        {"glyph = \"!\"", "glyph = \"中\"", "glyph is empty or too wide"},
        {"ascii = \"o\"", "ascii = \"✓\"", "ascii is not one character of ASCII"},
        {"ascii = \"o\"", "ascii = \"!\"", "'ok' and 'warn' differ only by hue"},
        {"word = \"OK\"", "", "'ok' lacks glyph, ascii or word"},
        {"theme_version = 1", "theme_version = 2", "theme_version is newer"},
        {"mono = { reverse } }\n\nrole \"ok\"", "mono = { } }\n\nrole \"ok\"", "'select' differ only by hue"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};

        assert_false(load_with(cases[i].was, cases[i].now, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_int_equal(err_status(&err), 78);
        assert_non_null(strstr(err.text, "a.theme:"));
        if (strstr(err.text, cases[i].says) == NULL)
            fail_msg("'%s' does not say '%s'", err.text, cases[i].says);
    }
}

static void a_theme_gives_its_signs_to_the_canvas(void **state)
{
    struct theme theme;
    struct canvas c;

    (void)state;
    assert_true(theme_load("themes/mono.theme", &theme, NULL));
    snprintf(theme.roles[ROLE_OK].glyph, sizeof theme.roles[ROLE_OK].glyph, "+");
    assert_true(canvas_init(&c, 1, 1, GLYPHS_SAFE));
    theme_signs(&theme, &c);
    assert_string_equal(canvas_sign(&c, GLYPH_OK), "+");
    assert_string_equal(canvas_sign(&c, GLYPH_CURSOR), ">");
    c.glyphs = GLYPHS_ASCII;
    theme_signs(&theme, &c);
    assert_string_equal(canvas_sign(&c, GLYPH_OK), "o");
    canvas_release(&c);
}

static void a_theme_is_found_by_its_name_alone(void **state)
{
    const char *dirs[] = {"/nonexistent", "themes", NULL};
    char path[64];
    struct err err = {0};

    (void)state;
    assert_true(theme_find(dirs, "mono", path, sizeof path, &err));
    assert_string_equal(path, "themes/mono.theme");
    assert_false(theme_find(dirs, "momo", path, sizeof path, &err));
    assert_string_equal(err.text, "cannot find a theme 'momo'");
    assert_non_null(strstr(err.hint, "there are: "));
    assert_non_null(strstr(err.hint, " mono okabe-dark"));
    assert_false(theme_find(dirs, "../themes/mono", path, sizeof path, &err));
    assert_false(theme_find(dirs, "", path, sizeof path, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_themes_that_we_ship_load),
        cmocka_unit_test(mistakes_are_told_with_file_and_line),
        cmocka_unit_test(a_theme_gives_its_signs_to_the_canvas),
        cmocka_unit_test(a_theme_is_found_by_its_name_alone),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
