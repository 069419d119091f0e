#include "console/console_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "base/tr.h"
#include "console/keep.h"

/* What can be set while the console runs: one table for `:set`, its completion, the view `setup` and what is kept. */

#define COUNT(a)  (sizeof(a) / sizeof(a)[0])
#define FILE_NAME "settings"

enum { ESC_DELAY_LEAST_MS = 20, ESC_DELAY_MOST_MS = 1000, SET_TEXT = 512 };

static bool set_language(struct console *c, const char *value, struct err *err)
{
    (void)err;
    tr_init(value, c->options->locale_dir);
    feeds_words_changed(c->feeds);
    return true;
}

static const char *language(const struct console *c, char *out)
{
    (void)c;
    (void)out;
    return tr_is_zh() ? "zh" : "en";
}

/* The canvas of now in another set of glyphs, or with another theme's signs. */
static void renew_canvas(struct console *c)
{
    int width = c->canvas.width, height = c->canvas.height;

    canvas_release(&c->canvas);
    if (canvas_init(&c->canvas, width, height, c->glyphs))
        theme_signs(&c->theme, &c->canvas);
    if (c->term)
        term_redraw(c->term);
}

static bool set_theme(struct console *c, const char *value, struct err *err)
{
    char path[DIR_PATH_MAX];
    struct theme theme;

    if (!c->options->theme_dirs || !theme_find(c->options->theme_dirs, value, path, sizeof path, err) ||
        !theme_load(path, &theme, err))
        return false;
    c->theme = theme;
    if (c->term)
        term_theme(c->term, &c->theme);
    renew_canvas(c);
    return true;
}

static const char *theme(const struct console *c, char *out)
{
    (void)out;
    return c->theme.name;
}

static const char *const glyph_words[] = {
    [GLYPHS_UNICODE] = "unicode", [GLYPHS_SAFE] = "safe", [GLYPHS_ASCII] = "ascii"};

static bool set_glyphs(struct console *c, const char *value, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < COUNT(glyph_words); i++)
        if (strcmp(glyph_words[i], value) == 0)
            c->glyphs = (enum glyph_set)i;
    renew_canvas(c);
    return true;
}

static const char *glyphs(const struct console *c, char *out)
{
    (void)out;
    return glyph_words[c->glyphs];
}

static bool set_clock(struct console *c, const char *value, struct err *err)
{
    (void)err;
    c->minutes = strcmp(value, "minute") == 0;
    return true;
}

static const char *clock_shown(const struct console *c, char *out)
{
    (void)out;
    return c->minutes ? "minute" : "second";
}

static bool set_mine(struct console *c, const char *value, struct err *err)
{
    (void)err;
    if (c->mine != (strcmp(value, "on") == 0))
        console_act_scope(c);
    return true;
}

static const char *mine(const struct console *c, char *out)
{
    (void)out;
    return c->mine ? "on" : "off";
}

static bool set_esc_delay(struct console *c, const char *value, struct err *err)
{
    char *end;
    long ms = strtol(value, &end, 10);

    if (*end != '\0' || end == value || ms < ESC_DELAY_LEAST_MS || ms > ESC_DELAY_MOST_MS)
        return err_set(err, ERR_INPUT, tr("esc_delay is %d to %d milliseconds"), ESC_DELAY_LEAST_MS, ESC_DELAY_MOST_MS);
    if (c->term)
        term_esc_delay(c->term, (int)ms);
    c->esc_delay_ms = (int)ms;
    return true;
}

static const char *esc_delay(const struct console *c, char *out)
{
    snprintf(out, 16, "%d", c->esc_delay_ms ? c->esc_delay_ms : 50);
    return out;
}

static bool set_mouse(struct console *c, const char *value, struct err *err)
{
    (void)err;
    console_mouse_set(c, strcmp(value, "on") == 0);
    return true;
}

static const char *mouse(const struct console *c, char *out)
{
    (void)out;
    return c->mouse.on ? "on" : "off";
}

static const struct setting {
    const char *name;
    const char *help;
    const char *words[8]; /* its values; none: the setting itself says which */
    bool open;            /* others than its words are good too */
    bool (*set)(struct console *c, const char *value, struct err *err);
    const char *(*get)(const struct console *c, char *out);
} settings[] = {
    {"lang", N_("the language of the console: English or Chinese"), {"en", "zh"}, false, set_language, language},
    {"theme", N_("the colours and the signs of states"), {NULL}, true, set_theme, theme},
    {"glyphs",
     N_("which signs the terminal can show; the doctor's test card tells"),
     {"unicode", "safe", "ascii"},
     false,
     set_glyphs,
     glyphs},
    {"clock",
     N_("the clock of row 1 shows seconds, or minutes alone"),
     {"second", "minute"},
     false,
     set_clock,
     clock_shown},
    {"esc_delay",
     N_("how many ms an Esc waits for the rest of a key; more for a slow line"),
     {"20", "50", "100", "150", "300", "500"},
     true,
     set_esc_delay,
     esc_delay},
    {"mine", N_("only what the configured scope says is yours"), {"on", "off"}, false, set_mine, mine},
    {"mouse",
     N_("clicks and the wheel; the terminal's own marking of text then takes Shift"),
     {"on", "off"},
     false,
     set_mouse,
     mouse},
};
_Static_assert(COUNT(settings) <= CONSOLE_SETTINGS_MAX, "struct console has room for each");

/* --- by name --- */

const char *const *console_set_words(void)
{
    static char texts[32][32];
    static const char *all[33];
    size_t n = 0;

    for (size_t i = 0; i < COUNT(settings) && n < COUNT(texts); i++)
        for (size_t k = 0; (k == 0 || settings[i].words[k]) && n < COUNT(texts); k++) {
            snprintf(texts[n], sizeof texts[n], "%s=%s", settings[i].name,
                     settings[i].words[k] ? settings[i].words[k] : "");
            all[n] = texts[n];
            n++;
        }
    return all;
}

static const char *setting_at(const void *unused, size_t i)
{
    (void)unused;
    return i < COUNT(settings) ? settings[i].name : NULL;
}

static const char *word_at(const void *setting, size_t i)
{
    return ((const struct setting *)setting)->words[i];
}

static bool has_word(const struct setting *s, const char *value)
{
    size_t i = 0;

    while (s->words[i] && strcmp(s->words[i], value) != 0)
        i++;
    return s->words[i] != NULL || s->open;
}

static bool set_one(struct console *c, const struct setting *s, const char *value, struct err *err)
{
    char list[64] = "";

    if (has_word(s, value)) {
        if (!s->set(c, value, err))
            return false;
        c->set[s - settings].from = SET_HERE;
        return true;
    }
    for (size_t i = 0; s->words[i]; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), " %s", s->words[i]);
    const char *near = near_word(value, word_at, s);
    err_set(err, ERR_INPUT, tr("'%s' cannot be '%s'"), s->name, value);
    if (near)
        return err_hint(err, tr("did you mean '%s'? there are:%s"), near, list);
    return err_hint(err, tr("there are:%s"), list);
}

static const struct setting *setting_named(const char *name, struct err *err)
{
    for (size_t i = 0; i < COUNT(settings); i++)
        if (strcmp(settings[i].name, name) == 0)
            return &settings[i];
    const char *near = near_word(name, setting_at, NULL);
    err_set(err, ERR_INPUT, tr("'%s' is nothing that can be set while it runs"), name);
    if (near)
        err_hint(err, tr("did you mean '%s'?"), near);
    else
        err_hint(err, "%s", tr(":set alone lists what can"));
    return NULL;
}

/* As it was when the console began. */
static bool set_back(struct console *c, const struct setting *s, struct err *err)
{
    char value[16];

    if (strcmp(s->get(c, value), c->set[s - settings].start) != 0 && !s->set(c, c->set[s - settings].start, err))
        return false;
    c->set[s - settings].from = SET_START;
    return true;
}

static void list_settings(struct console *c)
{
    char text[SET_TEXT] = "", value[16];

    for (size_t i = 0; i < COUNT(settings); i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s=%s", i > 0 ? "  " : "", settings[i].name,
                 settings[i].get(c, value));
    console_say(c, false, text);
}

static void say_setting(struct console *c, const struct setting *s)
{
    char text[SET_TEXT], value[16];

    snprintf(text, sizeof text, "%s=%s", s->name, s->get(c, value));
    console_say(c, false, text);
}

bool console_set_word(struct console *c, const char *argument, struct err *err)
{
    char name[64];
    size_t n = strcspn(argument, "=&");

    if (argument[0] == '\0') {
        list_settings(c);
        return true;
    }
    snprintf(name, sizeof name, "%.*s", (int)n, argument);
    const struct setting *s = setting_named(name, err);
    if (!s)
        return false;
    if (argument[n] == '&' && !set_back(c, s, err))
        return false;
    if (argument[n] == '=' && !set_one(c, s, argument + n + 1, err))
        return false;
    say_setting(c, s);
    return true;
}

bool console_set_named(struct console *c, const char *name, const char *value, struct err *err)
{
    const struct setting *s = setting_named(name, err);

    if (value[0] && !set_one(c, s, value, err))
        return false;
    say_setting(c, s);
    return true;
}

/* --- what is kept --- */

static bool path_of(const struct console *c, char out[DIR_PATH_MAX], struct err *err)
{
    if (c->options->own_dir && dir_join(out, c->options->own_dir, FILE_NAME))
        return true;
    return err_set(err, ERR_INPUT, "%s", tr("there is no folder to keep it in"));
}

bool console_set_keep(struct console *c, struct err *err)
{
    char path[DIR_PATH_MAX], value[16], text[SET_TEXT + DIR_PATH_MAX];
    struct buf b = buf_make(KEEP_MAX);
    int count = 0;

    for (size_t i = 0; i < COUNT(settings); i++)
        if (c->set[i].from != SET_START) {
            buf_printf(&b, NULL, "%s=%s\n", settings[i].name, settings[i].get(c, value));
            count++;
        }
    bool ok = path_of(c, path, err) && keep_write(path, &b, err);
    buf_release(&b);
    if (!ok)
        return false;
    for (size_t i = 0; i < COUNT(settings); i++)
        c->set[i].from = c->set[i].from == SET_START ? SET_START : SET_KEPT;
    snprintf(text, sizeof text, tr("%d settings are kept in '%s'"), count, path);
    console_say(c, false, text);
    return true;
}

static const struct console_origin *origin_of(const struct console *c, const char *name)
{
    const struct console_origin *o = c->options->origins;

    while (o && o->name && strcmp(o->name, name) != 0)
        o++;
    return o && o->name ? o : NULL;
}

/* What an option or the environment says goes before what was kept. */
static bool take(struct console *c, const char *line, size_t n, struct err *err)
{
    char text[SET_TEXT];
    char *value;

    if (n >= sizeof text || !text_is_utf8(text_from(line, n)))
        return err_set(err, ERR_CORRUPT, "%s", tr("it is no line NAME=VALUE"));
    snprintf(text, sizeof text, "%.*s", (int)n, line);
    value = strchr(text, '=');
    if (!value)
        return err_set(err, ERR_CORRUPT, "%s", tr("it is no line NAME=VALUE"));
    *value++ = '\0';
    const struct setting *s = setting_named(text, err);
    if (!s)
        return false;
    const struct console_origin *o = origin_of(c, s->name);
    if (o && o->said)
        return true;
    if (!set_one(c, s, value, err))
        return false;
    c->set[s - settings].from = SET_KEPT;
    return true;
}

static bool take_all(struct console *c, const struct buf *file, const char *path, struct err *err)
{
    size_t number = 1;

    for (size_t at = 0; at < file->len; number++) {
        const char *line = file->data + at, *end = memchr(line, '\n', file->len - at);
        size_t n = end ? (size_t)(end - line) : file->len - at;
        if (!take(c, line, n, err))
            return err_prefix(err, "%s:%zu", path, number);
        at += n + 1;
    }
    return true;
}

void console_set_begin(struct console *c)
{
    char path[DIR_PATH_MAX], value[16];
    struct err err = {0};
    struct buf file = buf_make(KEEP_MAX);

    for (size_t i = 0; i < COUNT(settings); i++)
        snprintf(c->set[i].start, sizeof c->set[i].start, "%s", settings[i].get(c, value));
    if (c->options->own_dir && path_of(c, path, &err) &&
        !(keep_read(path, &file, &err) && take_all(c, &file, path, &err))) {
        keep_aside(path, &err);
        console_fail(c, &err);
    }
    buf_release(&file);
}

/* --- as the view shows them --- */

/* "option --theme" and "environment HUBTOP_THEME" in the interface's language; a file's place as it is. */
static const char *said_text(struct console *c, size_t i, const char *said)
{
    static const char *const words[] = {N_("option"), N_("environment")};

    for (size_t k = 0; k < COUNT(words); k++) {
        size_t n = strlen(words[k]);
        if (strncmp(said, words[k], n) != 0 || said[n] != ' ')
            continue;
        snprintf(c->set_said[i], sizeof c->set_said[i], "%s%s", tr(words[k]), said + n);
        return c->set_said[i];
    }
    return said;
}

static const char *origin_text(struct console *c, size_t i)
{
    const struct console_origin *o = origin_of(c, settings[i].name);
    char path[DIR_PATH_MAX];
    struct err none = {0};

    if (c->set[i].from == SET_HERE)
        return tr("this session; :w keeps it");
    if (c->set[i].from == SET_KEPT && path_of(c, path, &none)) {
        snprintf(c->set_path, sizeof c->set_path, tr("kept by :w in %s"), path);
        return c->set_path;
    }
    return o && o->text ? said_text(c, i, o->text) : tr("default");
}

static void list_themes(struct console *c)
{
    if (!c->options->theme_dirs)
        return;
    theme_list(c->options->theme_dirs, &c->set_themes);
    for (size_t i = 0; i < c->set_themes.count; i++)
        c->set_theme_words[i] = c->set_themes.all[i];
}

const struct view_setting *console_set_rows(struct console *c)
{
    char value[16];

    if (c->set_themes.count == 0)
        list_themes(c);
    for (size_t i = 0; i < COUNT(settings); i++) {
        struct view_setting *row = &c->set_rows[i];
        *row = (struct view_setting){.name = settings[i].name,
                                     .help = settings[i].help,
                                     .words = settings[i].words[0] ? settings[i].words : c->set_theme_words,
                                     .changed = c->set[i].from == SET_HERE,
                                     .origin = text_of(origin_text(c, i))};
        snprintf(row->value, sizeof row->value, "%s", settings[i].get(c, value));
    }
    return c->set_rows;
}
