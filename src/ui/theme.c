#include "ui/theme.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "base/near.h"
#include "base/text.h"
#include "base/tr.h"

enum { EX_CONFIG = 78, EX_NOINPUT = 66 };

static const struct config_option role_schema[] = {
    {.name = "fg", .type = CONFIG_TEXT, .preset = "default", .help = "text colour: \"#RRGGBB\" or \"default\""},
    {.name = "bg", .type = CONFIG_TEXT, .preset = "default", .help = "background: \"#RRGGBB\" or \"default\""},
    {.name = "fg256", .type = CONFIG_INT, .help = "text colour of 256", .min = 0, .max = 255},
    {.name = "bg256", .type = CONFIG_INT, .help = "background of 256", .min = 0, .max = 255},
    {.name = "fg16", .type = CONFIG_TEXT, .help = "text colour of 16, by name"},
    {.name = "bg16", .type = CONFIG_TEXT, .help = "background of 16, by name"},
    {.name = "mono", .type = CONFIG_LIST, .help = "without colours: bold, dim, reverse, underline"},
    {.name = "attrs", .type = CONFIG_LIST, .help = "with colours: bold, dim, reverse, underline"},
    {.name = "glyph", .type = CONFIG_TEXT, .help = "the state's sign, one column"},
    {.name = "ascii", .type = CONFIG_TEXT, .help = "the same in ASCII, one character"},
    {.name = "word", .type = CONFIG_TEXT, .help = "the state's word, at most 5 columns"},
    {0},
};

static const struct config_option theme_schema[] = {
    {.name = "theme_version", .type = CONFIG_INT, .preset = "1", .help = "the format, 1", .min = 1, .max = 1000000},
    {.name = "name", .type = CONFIG_TEXT, .preset = "", .help = "the theme's name"},
    {.name = "title_zh", .type = CONFIG_TEXT, .preset = "", .help = "the same in Chinese"},
    {.name = "title", .type = CONFIG_TEXT, .preset = "", .help = "what it is for, in a few words"},
    {.name = "backgrounds",
     .type = CONFIG_LIST,
     .preset = "#000000",
     .help = "backgrounds of the terminals that it is made for, \"#RRGGBB\""},
    {.name = "role", .type = CONFIG_SECTION, .help = "how a role looks", .children = role_schema, .titled = true},
    {0},
};

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_TEXT] = "text",      [ROLE_DIM] = "dim",         [ROLE_TITLE] = "title",
    [ROLE_SELECT] = "select",  [ROLE_OK] = "ok",           [ROLE_WARN] = "warn",
    [ROLE_CRIT] = "crit",      [ROLE_UNKNOWN] = "unknown", [ROLE_STALE] = "stale",
    [ROLE_DANGER] = "danger",  [ROLE_REPLAY] = "replay",   [ROLE_BORDER] = "border",
    [ROLE_KEY] = "key",        [ROLE_CHART] = "chart",     [ROLE_MARK] = "mark",
    [ROLE_LAND] = "map.land",  [ROLE_GRID] = "map.grid",   [ROLE_RING_1] = "ring.l1",
    [ROLE_RING_3] = "ring.l3", [ROLE_RING_5] = "ring.l5",  [ROLE_RING_20] = "ring.l20",
};

static const char *const color_names[] = {
    "black",      "red",           "green",       "yellow",      "blue",        "magenta",
    "cyan",       "white",         "brightblack", "brightred",   "brightgreen", "brightyellow",
    "brightblue", "brightmagenta", "brightcyan",  "brightwhite",
};

static const struct {
    const char *name;
    unsigned attr;
} attr_names[] = {{"bold", THEME_BOLD}, {"dim", THEME_DIM}, {"reverse", THEME_REVERSE}, {"underline", THEME_UNDERLINE}};

/* The states that a person must tell apart, and the signs that stand for them. */
static const struct {
    enum role role;
    enum glyph sign;
} states[] = {{ROLE_OK, GLYPH_OK},
              {ROLE_WARN, GLYPH_WARN},
              {ROLE_CRIT, GLYPH_CRIT},
              {ROLE_UNKNOWN, GLYPH_UNKNOWN},
              {ROLE_STALE, GLYPH_STALE}};
enum { STATES = sizeof states / sizeof *states };

/* --- one section --- */

struct place {
    const char *path;
    const struct config *section;
    const char *title;
};

static bool fail(struct err *err, const struct place *at, const char *option, const char *why)
{
    err_set(err, ERR_INPUT, "%s:%d: role '%s': %s %s", at->path, config_line(at->section), at->title, option, why);
    return err_exit(err, EX_CONFIG);
}

static bool is_rgb(const char *text, int *out)
{
    char *end;

    if (text[0] != '#' || strlen(text) != 7 || strspn(text + 1, "0123456789abcdefABCDEF") != 6)
        return false;
    *out = (int)strtol(text + 1, &end, 16);
    return true;
}

static bool read_rgb(const struct place *at, const char *option, int *out, struct err *err)
{
    const char *text = config_text(at->section, option);

    *out = -1;
    return text == NULL || strcmp(text, "default") == 0 || is_rgb(text, out) ||
           fail(err, at, option, "is neither \"#RRGGBB\" nor \"default\"");
}

static bool read_16(const struct place *at, const char *option, int *out, struct err *err)
{
    const char *text = config_text(at->section, option);

    *out = -1;
    if (text == NULL || strcmp(text, "default") == 0)
        return true;
    for (size_t i = 0; i < sizeof color_names / sizeof *color_names; i++)
        if (strcmp(text, color_names[i]) == 0)
            *out = (int)i;
    return *out >= 0 || fail(err, at, option, "is none of black red green yellow blue magenta cyan white bright…");
}

static bool read_attrs(const struct place *at, const char *option, unsigned *out, struct err *err)
{
    *out = 0;
    for (size_t i = 0; i < config_list_count(at->section, option); i++) {
        const char *word = config_list_at(at->section, option, i);
        unsigned found = 0;

        for (size_t k = 0; k < sizeof attr_names / sizeof *attr_names; k++)
            if (strcmp(word, attr_names[k].name) == 0)
                found = attr_names[k].attr;
        if (found == 0)
            return fail(err, at, option, "knows only bold, dim, reverse, underline");
        *out |= found;
    }
    return true;
}

/* A text that fills at most `columns` and holds nothing that cannot be shown. */
static bool read_sign(const struct place *at, const char *option, int columns, char *out, size_t size, struct err *err)
{
    const char *text = config_text(at->section, option);
    struct text_iter it;
    struct text_cell cell;

    out[0] = '\0';
    if (text == NULL)
        return true;
    it = text_iter_make(text_of(text));
    while (text_next(&it, &cell))
        if (cell.mark)
            return fail(err, at, option, "holds a character that cannot be shown");
    if (text[0] == '\0' || strlen(text) >= size || text_width(text_of(text)) > columns)
        return fail(err, at, option, "is empty or too wide");
    snprintf(out, size, "%s", text);
    return true;
}

/* Nothing is rounded from another depth: who names a colour names it for each. */
static bool check_depths(const struct place *at, const struct theme_role *r, struct err *err)
{
    if (r->fg_rgb >= 0 && (r->fg256 < 0 || r->fg16 < 0))
        return fail(err, at, "fg", "has no fg256 or no fg16 beside it");
    if (r->bg_rgb >= 0 && (r->bg256 < 0 || r->bg16 < 0))
        return fail(err, at, "bg", "has no bg256 or no bg16 beside it");
    return true;
}

static bool check_ascii(const struct place *at, const struct theme_role *r, struct err *err)
{
    if (r->ascii[0] != '\0' && (r->ascii[1] != '\0' || r->ascii[0] <= ' ' || r->ascii[0] > '~'))
        return fail(err, at, "ascii", "is not one character of ASCII");
    return true;
}

static bool read_role(const struct place *at, struct theme_role *r, struct err *err)
{
    r->line = config_line(at->section);
    r->fg256 = (int)config_int(at->section, "fg256", -1);
    r->bg256 = (int)config_int(at->section, "bg256", -1);
    if (!config_given(at->section, "mono"))
        return fail(err, at, "mono", "is missing: say how the role looks without colours");
    return read_rgb(at, "fg", &r->fg_rgb, err) && read_rgb(at, "bg", &r->bg_rgb, err) &&
           read_16(at, "fg16", &r->fg16, err) && read_16(at, "bg16", &r->bg16, err) &&
           read_attrs(at, "mono", &r->mono, err) && read_attrs(at, "attrs", &r->attrs, err) &&
           read_sign(at, "glyph", 1, r->glyph, sizeof r->glyph, err) &&
           read_sign(at, "ascii", 1, r->ascii, sizeof r->ascii, err) &&
           read_sign(at, "word", 5, r->word, sizeof r->word, err) && check_depths(at, r, err) &&
           check_ascii(at, r, err);
}

/* --- the whole theme --- */

const char *theme_role_name(enum role role)
{
    return role < ROLE_COUNT ? role_names[role] : "";
}

static int role_by_name(const char *name)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if (strcmp(role_names[i], name) == 0)
            return i;
    return -1;
}

static bool read_roles(const char *path, const struct config *root, struct theme *out, bool *seen, struct err *err)
{
    for (size_t i = 0; i < config_section_count(root, "role"); i++) {
        struct place at = {.path = path, .section = config_section(root, "role", i)};
        int role;

        at.title = config_title(at.section);
        role = role_by_name(at.title);
        if (role < 0) {
            err_set(err, ERR_INPUT, "%s:%d: no such role '%s'", path, config_line(at.section), at.title);
            return err_exit(err, EX_CONFIG);
        }
        if (!read_role(&at, &out->roles[role], err))
            return false;
        seen[role] = true;
    }
    return true;
}

static bool check_given(const char *path, const bool *seen, struct err *err)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if (!seen[i]) {
            err_set(err, ERR_INPUT, "%s:1: role '%s' is missing", path, role_names[i]);
            err_hint(err, "copy the role from another theme: every role must be given");
            return err_exit(err, EX_CONFIG);
        }
    return true;
}

static bool alike(const struct theme_role *a, const struct theme_role *b)
{
    return strcmp(a->glyph, b->glyph) == 0 || strcmp(a->ascii, b->ascii) == 0 || strcmp(a->word, b->word) == 0;
}

/* Some people see no hue, some terminals show none: states differ in sign and word, and what has neither of these must
 * have an attribute. */
static bool check_states(const char *path, const struct theme *t, struct err *err)
{
    for (int i = 0; i < STATES; i++) {
        const struct theme_role *a = &t->roles[states[i].role];

        if (a->glyph[0] == '\0' || a->ascii[0] == '\0' || a->word[0] == '\0') {
            err_set(err, ERR_INPUT, "%s:%d: role '%s' lacks glyph, ascii or word", path, a->line,
                    role_names[states[i].role]);
            return err_exit(err, EX_CONFIG);
        }
        for (int k = 0; k < i; k++)
            if (alike(a, &t->roles[states[k].role])) {
                err_set(err, ERR_INPUT, "%s:%d: roles '%s' and '%s' differ only by hue", path, a->line,
                        role_names[states[k].role], role_names[states[i].role]);
                err_hint(err, "give each its own glyph, ascii and word");
                return err_exit(err, EX_CONFIG);
            }
    }
    return true;
}

static bool check_attrs(const char *path, const struct theme *t, struct err *err)
{
    static const enum role apart[] = {ROLE_SELECT, ROLE_DANGER, ROLE_REPLAY, ROLE_MARK};

    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
        if (t->roles[apart[i]].mono == t->roles[ROLE_TEXT].mono) {
            err_set(err, ERR_INPUT, "%s:%d: roles 'text' and '%s' differ only by hue", path, t->roles[apart[i]].line,
                    role_names[apart[i]]);
            err_hint(err, "give it an attribute in mono");
            return err_exit(err, EX_CONFIG);
        }
    return true;
}

static bool read_backgrounds(const char *path, const struct config *root, struct theme *out, struct err *err)
{
    size_t n = config_list_count(root, "backgrounds");
    bool ok = n > 0 && n <= THEME_BACKGROUNDS_MAX;

    for (size_t i = 0; ok && i < n; i++)
        ok = is_rgb(config_list_at(root, "backgrounds", i), &out->backgrounds[i]);
    out->background_count = ok ? (int)n : 0;
    if (ok)
        return true;
    err_set(err, ERR_INPUT, "%s:%d: backgrounds are not 1 to %d of \"#RRGGBB\"", path,
            config_origin(root, "backgrounds"), THEME_BACKGROUNDS_MAX);
    return err_exit(err, EX_CONFIG);
}

bool theme_load(const char *path, struct theme *out, struct err *err)
{
    struct config *root = config_load(path, theme_schema, err);
    bool seen[ROLE_COUNT] = {0}, ok;

    memset(out, 0, sizeof *out);
    if (root == NULL)
        return false;
    ok = config_int(root, "theme_version", 1) == 1;
    if (!ok) {
        err_set(err, ERR_INPUT, "%s:%d: theme_version is newer than this program knows", path,
                config_origin(root, "theme_version"));
        err_exit(err, EX_CONFIG);
    }
    snprintf(out->name, sizeof out->name, "%s", config_text(root, "name"));
    snprintf(out->title, sizeof out->title, "%s", config_text(root, "title"));
    snprintf(out->title_zh, sizeof out->title_zh, "%s", config_text(root, "title_zh"));
    ok = ok && read_backgrounds(path, root, out, err) && read_roles(path, root, out, seen, err) &&
         check_given(path, seen, err) && check_states(path, out, err) && check_attrs(path, out, err);
    config_free(root);
    return ok;
}

void theme_signs(const struct theme *theme, struct canvas *canvas)
{
    for (int i = 0; i < STATES; i++) {
        const struct theme_role *r = &theme->roles[states[i].role];
        const char *sign = canvas->glyphs == GLYPHS_ASCII ? r->ascii : r->glyph;

        snprintf(canvas->signs[states[i].sign], sizeof canvas->signs[0], "%s", sign);
    }
}

/* --- finding --- */

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static bool is_listed(const struct theme_names *names, const char *name, size_t n)
{
    for (size_t i = 0; i < names->count; i++)
        if (strncmp(names->all[i], name, n) == 0 && names->all[i][n] == '\0')
            return true;
    return false;
}

static void add_names(const char *dir, struct theme_names *out)
{
    DIR *d = opendir(dir);
    struct dirent *e;

    while (d != NULL && out->count < THEME_NAMES_MAX && (e = readdir(d)) != NULL) {
        size_t len = strlen(e->d_name), end = strlen(".theme");

        if (len <= end || len - end >= sizeof out->all[0] || strcmp(e->d_name + len - end, ".theme") != 0 ||
            is_listed(out, e->d_name, len - end))
            continue;
        snprintf(out->all[out->count++], sizeof out->all[0], "%.*s", (int)(len - end), e->d_name);
    }
    if (d != NULL)
        closedir(d);
}

void theme_list(const char *const *dirs, struct theme_names *out)
{
    out->count = 0;
    for (; *dirs != NULL; dirs++)
        add_names(*dirs, out);
    qsort(out->all, out->count, sizeof out->all[0], by_name);
}

static const char *name_at(const void *ctx, size_t i)
{
    const struct theme_names *names = ctx;

    return i < names->count ? names->all[i] : NULL;
}

static bool not_found(const char *const *dirs, const char *name, struct err *err)
{
    struct theme_names names;
    char list[ERR_HINT_MAX] = "";
    size_t len = 0;

    theme_list(dirs, &names);
    for (size_t i = 0; i < names.count && len < sizeof list - 72; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, " %s", names.all[i]);
    const char *near = near_word(name, name_at, &names);
    err_set(err, ERR_INPUT, tr("cannot find a theme '%s'"), name);
    err_exit(err, EX_NOINPUT);
    if (near != NULL)
        return err_hint(err, tr("did you mean '%s'? there are:%s"), near, list);
    return names.count > 0 ? err_hint(err, tr("there are:%s"), list)
                           : err_hint(err, "%s", tr("no folder of themes holds any"));
}

bool theme_find(const char *const *dirs, const char *name, char *out, size_t size, struct err *err)
{
    if (name[0] != '\0' && strchr(name, '/') == NULL)
        for (const char *const *dir = dirs; *dir != NULL; dir++) {
            int n = snprintf(out, size, "%s/%s.theme", *dir, name);

            if (n > 0 && (size_t)n < size && access(out, R_OK) == 0)
                return true;
        }
    return not_found(dirs, name, err);
}

/* --- a template --- */

/* What each role is for, so that somebody can choose a colour for it. */
static const char *const role_uses[ROLE_COUNT] = {
    [ROLE_TEXT] = "ordinary text",
    [ROLE_DIM] = "what matters less: units, hints, the past",
    [ROLE_TITLE] = "titles of views, panels and columns",
    [ROLE_SELECT] = "laid under the row with the cursor; only its background counts",
    [ROLE_OK] = "a state: well",
    [ROLE_WARN] = "a state: a warning",
    [ROLE_CRIT] = "a state: critical",
    [ROLE_UNKNOWN] = "a state: nobody knows",
    [ROLE_STALE] = "a state: known, but too old to act on",
    [ROLE_DANGER] = "the name of a context that is dangerous, news of something critical",
    [ROLE_REPLAY] = "the past, a tour: this is not now",
    [ROLE_BORDER] = "frames and lines",
    [ROLE_KEY] = "names of keys, words to type",
    [ROLE_CHART] = "curves and bars",
    [ROLE_MARK] = "stands for a character that must not be shown",
    [ROLE_LAND] = "the coastline of maps",
    [ROLE_GRID] = "the graticule of maps",
    [ROLE_RING_1] = "latency circles of 1 ms",
    [ROLE_RING_3] = "latency circles of 3 ms",
    [ROLE_RING_5] = "latency circles of 5 ms",
    [ROLE_RING_20] = "latency circles of 20 ms",
};

static void put_color(struct buf *out, const char *which, int rgb, int of256, int of16)
{
    if (rgb >= 0)
        buf_printf(out, NULL, "  %s = \"#%06X\"", which, (unsigned)rgb);
    if (of256 >= 0)
        buf_printf(out, NULL, "  %s256 = %d", which, of256);
    if (of16 >= 0)
        buf_printf(out, NULL, "  %s16 = \"%s\"", which, color_names[of16]);
}

static void put_attrs(struct buf *out, const char *which, unsigned attrs)
{
    const char *comma = " ";

    buf_printf(out, NULL, "  %s = {", which);
    for (size_t i = 0; i < sizeof attr_names / sizeof *attr_names; i++)
        if (attrs & attr_names[i].attr) {
            buf_printf(out, NULL, "%s%s", comma, attr_names[i].name);
            comma = ", ";
        }
    buf_puts(out, " }", NULL);
}

static void put_role(struct buf *out, enum role i, const struct theme_role *r)
{
    buf_printf(out, NULL, "\n# %s\nrole \"%s\" {", role_uses[i], role_names[i]);
    put_color(out, "fg", r->fg_rgb, r->fg256, r->fg16);
    put_color(out, "bg", r->bg_rgb, r->bg256, r->bg16);
    put_attrs(out, "mono", r->mono);
    if (r->attrs != 0)
        put_attrs(out, "attrs", r->attrs);
    if (r->word[0])
        buf_printf(out, NULL, "  glyph = \"%s\"  ascii = \"%s\"  word = \"%s\"", r->glyph, r->ascii, r->word);
    buf_puts(out, " }\n", NULL);
}

void theme_template(const struct theme *from, const char *name, struct buf *out)
{
    buf_printf(
        out, NULL,
        "# A theme of hubtop: save it as %s.theme in $XDG_DATA_HOME/hubtop/themes, change it, and let\n"
        "# 'hubtop theme check %s' say whether every eye can read it. Every role says how it looks in 24-bit colour,\n"
        "# 256, 16 and none.\n",
        name, name);
    for (const struct config_option *o = theme_schema; o->name; o++)
        buf_printf(out, NULL, "#   %-13s %s\n", o->name, o->help);
    buf_puts(out, "# and of a role:\n", NULL);
    for (const struct config_option *o = role_schema; o->name; o++)
        buf_printf(out, NULL, "#   %-13s %s\n", o->name, o->help);
    buf_printf(out, NULL,
               "\ntheme_version = 1\nname = \"%s\"\ntitle = \"my own\"\ntitle_zh = \"自定义\"\nbackgrounds = {", name);
    for (int i = 0; i < from->background_count; i++)
        buf_printf(out, NULL, "%s \"#%06X\"", i > 0 ? "," : "", (unsigned)from->backgrounds[i]);
    buf_puts(out, " }\n", NULL);
    for (enum role i = 0; i < ROLE_COUNT; i++)
        put_role(out, i, &from->roles[i]);
}
