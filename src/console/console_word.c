#include "console/console_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dir.h"
#include "base/near.h"
#include "base/tr.h"
#include "console/preset.h"
#include "domain/filter.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { ESC_DELAY_LEAST_MS = 20, ESC_DELAY_MOST_MS = 1000, WORD_TEXT = 512 };

/* --- settings that can change while it runs --- */

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
    term_esc_delay(c->term, (int)ms);
    c->esc_delay_ms = (int)ms;
    return true;
}

static const char *esc_delay(const struct console *c, char *out)
{
    snprintf(out, 16, "%d", c->esc_delay_ms ? c->esc_delay_ms : 50);
    return out;
}

static const struct setting {
    const char *name;
    const char *words[4]; /* its values; none: the setting itself says which */
    bool (*set)(struct console *c, const char *value, struct err *err);
    const char *(*get)(const struct console *c, char *out);
} settings[] = {
    {"lang", {"en", "zh"}, set_language, language},
    {"theme", {NULL}, set_theme, theme},
    {"glyphs", {"unicode", "safe", "ascii"}, set_glyphs, glyphs},
    {"clock", {"second", "minute"}, set_clock, clock_shown},
    {"esc_delay", {NULL}, set_esc_delay, esc_delay},
    {"mine", {"on", "off"}, set_mine, mine},
};

const char *const *console_word_settings(void)
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
    return s->words[i] != NULL || s->words[0] == NULL;
}

static bool set_one(struct console *c, const struct setting *s, const char *value, struct err *err)
{
    char list[64] = "";

    if (has_word(s, value))
        return s->set(c, value, err);
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

static void list_settings(struct console *c)
{
    char text[WORD_TEXT] = "", value[16];

    for (size_t i = 0; i < COUNT(settings); i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s=%s", i > 0 ? "  " : "", settings[i].name,
                 settings[i].get(c, value));
    console_say(c, false, text);
}

static void say_setting(struct console *c, const struct setting *s)
{
    char text[WORD_TEXT], value[16];

    snprintf(text, sizeof text, "%s=%s", s->name, s->get(c, value));
    console_say(c, false, text);
}

static bool do_set(struct console *c, const char *argument, bool bang, struct err *err)
{
    char name[64];
    size_t n = strcspn(argument, "=");

    (void)bang;
    if (argument[0] == '\0') {
        list_settings(c);
        return true;
    }
    snprintf(name, sizeof name, "%.*s", (int)n, argument);
    const struct setting *s = setting_named(name, err);
    if (!s)
        return false;
    if (argument[n] == '\0' || set_one(c, s, argument + n + 1, err)) {
        say_setting(c, s);
        return true;
    }
    return false;
}

static bool set_named(struct console *c, const char *name, const char *value, struct err *err)
{
    const struct setting *s = setting_named(name, err);

    if (value[0] && !set_one(c, s, value, err))
        return false;
    say_setting(c, s);
    return true;
}

static bool do_lang(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)bang;
    return set_named(c, "lang", argument, err);
}

static bool do_theme(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)bang;
    return set_named(c, "theme", argument, err);
}

/* --- where this is --- */

static bool do_ctx(struct console *c, const char *argument, bool bang, struct err *err)
{
    char text[WORD_TEXT], shown[64];
    const char *const *others = c->options->contexts;

    (void)argument;
    (void)bang;
    (void)err;
    snprintf(
        text, sizeof text, tr("context %s"),
        text_show_in(text_of(c->options->demo ? tr("DEMO (sample data)") : c->options->context), shown, sizeof shown));
    for (size_t n = 0; others && *others; others++) {
        if (strcmp(*others, c->options->context) == 0)
            continue;
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 n++ == 0 ? tr("; 'hubtop -C NAME' opens another: %s") : " %s",
                 text_show_in(text_of(*others), shown, sizeof shown));
    }
    console_say(c, false, text);
    return true;
}

/* --- columns --- */

static bool read_columns(struct console *c, const char *names, struct view_state *to, struct err *err)
{
    char name[64];
    enum kind kind = console_listed(c->view);

    to->column_count = 0;
    for (size_t n; *names; names += n + (names[n] == ',')) {
        n = strcspn(names, ",");
        snprintf(name, sizeof name, "%.*s", (int)n, names);
        if (to->column_count == VIEW_COLUMNS_MAX)
            return err_set(err, ERR_INPUT, tr("a list takes at most %d columns"), VIEW_COLUMNS_MAX);
        if (!filter_field(kind, name, &to->columns[to->column_count], err))
            return false;
        to->column_count++;
    }
    return true;
}

static bool choose_columns(struct console *c, const char *names, struct err *err)
{
    struct view_state *s = console_state(c, c->view), wished = *s;

    if (!c->view->columns)
        return err_set(err, ERR_INPUT, "%s", tr("this view has no list whose columns can be chosen"));
    if (!read_columns(c, names, &wished, err))
        return false;
    memcpy(s->columns, wished.columns, sizeof s->columns);
    s->column_count = wished.column_count;
    s->scroll_x = 0;
    return true;
}

static bool do_cols(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)bang;
    return choose_columns(c, argument, err);
}

static const char *field_name(enum kind kind, int field)
{
    return field < 0 ? "id" : kind_info(kind)->fields[field].name;
}

static void columns_text(struct console *c, char *out, size_t size)
{
    const struct view_state *s = console_state(c, c->view);

    out[0] = '\0';
    for (int i = 0; i < s->column_count; i++)
        snprintf(out + strlen(out), size - strlen(out), "%s%s", i > 0 ? "," : "",
                 field_name(console_listed(c->view), s->columns[i]));
}

/* --- presets --- */

static bool do_save(struct console *c, const char *argument, bool bang, struct err *err)
{
    const struct view_state *s = console_state(c, c->view);
    struct preset p = {0};
    char text[WORD_TEXT];

    (void)bang;
    if (strlen(argument) >= sizeof p.name)
        return err_set(err, ERR_INPUT, tr("a preset's name is one word of at most %d bytes"), PRESET_NAME_MAX - 1);
    snprintf(p.name, sizeof p.name, "%s", argument);
    snprintf(p.view, sizeof p.view, "%s", c->view->name);
    snprintf(p.filter, sizeof p.filter, "%s", s->filter);
    if (s->sort_field > -2)
        snprintf(p.sort, sizeof p.sort, "%s%s", s->sort_descending ? "-" : "",
                 field_name(console_listed(c->view), s->sort_field));
    columns_text(c, p.columns, sizeof p.columns);
    if (typed_is_secret(p.filter))
        return err_set(err, ERR_INPUT, "%s", tr("the filter speaks of a secret: it is not written to a file"));
    if (!preset_put(c->options->own_dir, &p, err))
        return false;
    snprintf(text, sizeof text, tr("saved; ':load %s' brings it back"), p.name);
    console_say(c, false, text);
    return true;
}

static const char *preset_at(const void *list, size_t i)
{
    const struct preset_list *l = list;
    return i < l->count ? l->all[i].name : NULL;
}

static bool no_preset(const struct preset_list *list, const char *name, struct err *err)
{
    char names[ERR_HINT_MAX - 80] = "";

    for (size_t i = 0; i < list->count; i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), " %s", list->all[i].name);
    const char *near = near_word(name, preset_at, list);
    err_set(err, ERR_INPUT, tr("no preset is called '%s'"), name);
    if (near)
        return err_hint(err, tr("did you mean '%s'? there are:%s"), near, names);
    return list->count > 0 ? err_hint(err, tr("there are:%s"), names)
                           : err_hint(err, "%s", tr("none is saved yet: ':save NAME' does"));
}

static bool apply(struct console *c, const struct preset *p, struct err *err)
{
    if (!console_act_open(c, p->view))
        return true; /* it has said why */
    struct view_state *s = console_state(c, c->view);
    s->sort_field = -2;
    if (p->sort[0] && !filter_sort_parse(console_listed(c->view), p->sort, &s->sort_field, &s->sort_descending, err))
        return false;
    if (c->view->columns && !choose_columns(c, p->columns, err))
        return false;
    console_set_filter(c, p->filter);
    return true;
}

static bool do_load(struct console *c, const char *argument, bool bang, struct err *err)
{
    struct preset_list list;
    const struct preset *p;

    (void)bang;
    preset_read(c->options->own_dir, &list, err);
    if (err->kind != ERR_NONE)
        return false;
    p = preset_named(&list, argument);
    return p ? apply(c, p, err) : no_preset(&list, argument, err);
}

/* --- export --- */

static const char *const formats[] = {"text", "csv", "json", NULL};

/* Its last word where that is a format, else what its name ends in; the rest is the file. */
static const char *split_format(char *path)
{
    char *blank = strrchr(path, ' ');
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; blank && formats[i]; i++)
        if (strcmp(blank + 1, formats[i]) == 0) {
            while (blank > path && blank[-1] == ' ')
                blank--;
            *blank = '\0';
            return formats[i];
        }
    for (size_t i = 0; dot && formats[i]; i++)
        if (strcmp(dot + 1, formats[i]) == 0)
            return formats[i];
    return "text";
}

static bool say_export(struct console *c, const struct console_export *e, const struct query_rows *rows)
{
    char text[WORD_TEXT], shown[256];

    snprintf(text, sizeof text, tr("%zu rows written to %s"), query_rows_count(rows),
             text_show_in(text_of(e->path), shown, sizeof shown));
    console_say(c, false, text);
    return true;
}

static bool do_export(struct console *c, const char *argument, bool bang, struct err *err)
{
    char given[INTENT_TEXT_MAX], path[DIR_PATH_MAX], fields[PRESET_COLUMNS_MAX];
    size_t need;
    const struct query_rows *rows = console_listed_need(c, &need) ? feeds_set(c->feeds, need) : NULL;

    snprintf(given, sizeof given, "%s", argument);
    const char *format = split_format(given);
    if (!rows || !c->options->export_rows)
        return err_set(err, ERR_INPUT, "%s", tr("this view has no list that could be written"));
    if (!given[0] || !dir_expand(given, path))
        return err_set(err, ERR_INPUT, "%s", tr("which file to write is not said: export FILE [text|csv|json]"));
    if (query_rows_partial(rows))
        return err_set(err, ERR_TRANSIENT, "%s", tr("the list is still loading: try again in a moment"));
    columns_text(c, fields, sizeof fields);
    struct console_export e = {.path = path,
                               .format = format,
                               .fields = fields[0] ? fields : NULL,
                               .over = bang,
                               .kind = c->view->needs[need].kind,
                               .as_of_ms = c->options->at_ms ? c->options->at_ms : console_now(c).utc_ms};
    return c->options->export_rows(&e, rows, err) && say_export(c, &e, rows);
}

/* --- the words --- */

static const struct {
    const char *op;
    bool (*run)(struct console *c, const char *argument, bool bang, struct err *err);
} words[] = {
    {"set", do_set},   {"lang", do_lang}, {"theme", do_theme}, {"ctx", do_ctx},
    {"cols", do_cols}, {"save", do_save}, {"load", do_load},   {"export", do_export},
};

void console_word(struct console *c, const struct intent *i)
{
    struct err err = {0};
    char argument[INTENT_TEXT_MAX];
    size_t n;

    snprintf(argument, sizeof argument, "%s", i->filter);
    for (n = strlen(argument); n > 0 && argument[n - 1] == ' '; n--)
        argument[n - 1] = '\0';
    for (size_t k = 0; k < COUNT(words); k++)
        if (strcmp(words[k].op, i->text) == 0 && !words[k].run(c, argument, i->count > 0, &err))
            console_fail(c, &err);
    console_refresh(c);
}
