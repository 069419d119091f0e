#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "cli/command.h"
#include "cli/fail.h"
#include "cli/out.h"
#include "cli/theme_paths.h"
#include "ui/theme_check.h"

enum { EXIT_GOOD = 0, EXIT_USAGE = 64, EXIT_BAD = 65, OUT_MAX = 1 << 20, SHOWN_MAX = 4 * ERR_TEXT_MAX, COLUMN = 7 };

static void put_error(struct buf *out, const struct err *err)
{
    char shown[SHOWN_MAX];
    buf_printf(out, NULL, "%s\n", text_show_in(text_of(err->text), shown, sizeof shown));
}

/* --- list --- */

static void put_title(struct buf *out, const struct theme_paths *p, const char *name)
{
    char path[DIR_PATH_MAX];
    struct err err = {0};
    struct theme theme;
    if (!theme_find(p->dirs, name, path, sizeof path, &err) || !theme_load(path, &theme, &err)) {
        put_error(out, &err);
        return;
    }
    text_show(text_of(tr_is_zh() && theme.title_zh[0] ? theme.title_zh : theme.title), -1, out);
    buf_putc(out, '\n', NULL);
}

static bool list(struct buf *out, struct err *err)
{
    struct theme_names names;
    struct theme_paths p;
    if (!theme_paths_init(&p, err))
        return false;
    theme_list(p.dirs, &names);
    for (size_t i = 0; i < names.count; i++) {
        int wrote = text_show(text_of(names.all[i]), -1, out);
        buf_printf(out, NULL, "%*s", wrote < 16 ? 18 - wrote : 2, "");
        put_title(out, &p, names.all[i]);
    }
    return true;
}

/* --- check --- */

/* The terminal's own colours have no figure. */
static void put_figure(struct buf *out, double n, int decimals)
{
    if (isnan(n))
        buf_printf(out, NULL, " %*s", COLUMN, "own");
    else
        buf_printf(out, NULL, " %*.*f", COLUMN, decimals, n);
}

static void put_roles(struct buf *out, const struct theme *theme, const struct theme_report *r)
{
    buf_printf(out, NULL, "%-9s %*s %*s %*s %*s %*s  sign word\n", "contrast", COLUMN, "24-bit", COLUMN, "256", COLUMN,
               "16", COLUMN, "select", COLUMN, "least");
    for (enum role i = 0; i < ROLE_COUNT; i++) {
        const struct theme_role *role = &theme->roles[i];
        buf_printf(out, NULL, "%-9s", theme_role_name(i));
        for (enum theme_depth d = 0; d < THEME_DEPTHS; d++)
            put_figure(out, r->roles[i].ratio[d], 2);
        put_figure(out, r->roles[i].selected, 2);
        put_figure(out, r->roles[i].least, 1);
        if (role->word[0])
            buf_printf(out, NULL, "  %s %s  %s", role->glyph, role->ascii, role->word);
        buf_putc(out, '\n', NULL);
    }
}

static void put_pairs(struct buf *out, const struct theme_report *r)
{
    buf_printf(out, NULL, "%-17s %*s %*s %*s %*s\n", "difference", COLUMN, "all", COLUMN, "protan", COLUMN, "deutan",
               COLUMN, "tritan");
    for (size_t i = 0; i < THEME_PAIRS; i++) {
        buf_printf(out, NULL, "%-8s %-8s", theme_role_name(r->pairs[i].a), theme_role_name(r->pairs[i].b));
        for (enum color_vision v = 0; v < COLOR_VISIONS; v++)
            put_figure(out, r->pairs[i].difference[v], 1);
        buf_putc(out, '\n', NULL);
    }
}

static size_t put_report(struct buf *out, const char *path)
{
    struct theme theme;
    struct theme_report report;
    struct err err = {0};
    char shown[4 * DIR_PATH_MAX];
    buf_printf(out, NULL, "%s\n", text_show_in(text_of(path), shown, sizeof shown));
    if (!theme_load(path, &theme, &err)) {
        put_error(out, &err);
        return 1;
    }
    theme_check(&theme, &report);
    put_roles(out, &theme, &report);
    put_pairs(out, &report);
    for (size_t i = 0; i < report.count; i++)
        buf_printf(out, NULL, "%s:%d: %s\n", shown, report.problems[i].line, report.problems[i].text);
    return report.count;
}

static bool check(struct buf *out, const char *const *words, size_t count, size_t *problems, struct err *err)
{
    char path[DIR_PATH_MAX];
    for (size_t i = 0; i < count; i++) {
        if (!theme_paths_find(words[i], path, err))
            return false;
        *problems += put_report(out, path);
        buf_putc(out, '\n', NULL);
    }
    buf_printf(out, NULL, "%zu problems\n", *problems);
    return true;
}

static bool check_all(struct buf *out, size_t *problems, struct err *err)
{
    struct theme_names names;
    const char *words[THEME_NAMES_MAX];
    struct theme_paths p;
    if (!theme_paths_init(&p, err))
        return false;
    theme_list(p.dirs, &names);
    for (size_t i = 0; i < names.count; i++)
        words[i] = names.all[i];
    return check(out, words, names.count, problems, err);
}

/* --- template --- */

static bool template(struct buf *out, const char *from, struct err *err)
{
    char path[DIR_PATH_MAX];
    struct theme theme;
    if (!theme_paths_find(from, path, err) || !theme_load(path, &theme, err))
        return false;
    theme_template(&theme, "own", out);
    return true;
}

/* --- the command --- */

static bool answer(const struct options *o, struct buf *out, size_t *problems, struct err *err)
{
    const char *verb = o->arg_count > 0 ? o->args[0] : "list";
    if (strcmp(verb, "list") == 0 && o->arg_count <= 1)
        return list(out, err);
    if (strcmp(verb, "check") == 0)
        return o->arg_count > 1 ? check(out, o->args + 1, o->arg_count - 1, problems, err)
                                : check_all(out, problems, err);
    if (strcmp(verb, "template") == 0 && o->arg_count <= 2)
        return template(out, o->arg_count > 1 ? o->args[1] : "okabe-dark", err);
    err_set(err, ERR_INPUT, "cannot do '%s' with themes", verb);
    err_hint(err, "hubtop theme list | check [NAME|FILE…] | template [NAME]");
    return err_exit(err, EXIT_USAGE);
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct buf out = buf_make(OUT_MAX);
    size_t problems = 0;
    bool ok = answer(o, &out, &problems, &err);
    FILE *to = ok ? out_open(o, &err) : NULL;
    if (to)
        fwrite(buf_str(&out), 1, out.len, to);
    ok = to && out_close(o, to, &err);
    buf_release(&out);
    return !ok ? fail_report(o, &err) : problems > 0 ? EXIT_BAD : EXIT_GOOD;
}

const struct command cmd_theme = {
    .name = "theme",
    .usage = "list | check [NAME|FILE…] | template [NAME]",
    .summary = "the themes there are; whether one can be read, and its states told apart, by every eye",
    .help =
        "check prints for each role the contrast with its background (WCAG 2.1: 4.5 for text, 3.0 for lines and\n"
        "curves, for selected rows, and for 16 colours, which are judged by xterm's palette), and for each two states\n"
        "how far their colours are apart (delta E*ab) for all eyes and without one kind of cones (Machado 2009): 15,\n"
        "or another attribute. 'own' is a colour of the terminal's own. What is wrong is told with FILE:LINE, and the\n"
        "status is 65. A theme is a file NAME.theme in $XDG_DATA_HOME/hubtop/themes or beside the program; --theme\n"
        "and 'theme =' also take a path, which has a slash in it.\n"
        "template prints a theme file with a comment for every role, with the colours of a theme to begin with.",
    .run = run,
};
