#include "console/console_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dir.h"
#include "base/near.h"
#include "base/tr.h"
#include "console/preset.h"
#include "domain/filter.h"
#include "views/marks.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { WORD_TEXT = 512 };

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
    enum kind kind = console_kind(c);

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
        return err_set(err, ERR_INPUT, "%s", tr("columns are chosen where all rows are of one kind, as in :nodes"));
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
                 field_name(console_kind(c), s->columns[i]));
}

/* --- groups --- */

static const char *group_at(const void *groups, size_t i)
{
    return ((const char *const *)groups)[i];
}

static bool no_group(const char *const *groups, const char *name, struct err *err)
{
    char names[ERR_HINT_MAX - 80] = "";
    const char *near = near_word(name, group_at, groups);

    for (size_t i = 0; groups[i]; i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), " %s", groups[i]);
    if (near)
        err_set(err, ERR_INPUT, tr("this list has no groups by '%s'; did you mean '%s'?"), name, near);
    else
        err_set(err, ERR_INPUT, tr("this list has no groups by '%s'"), name);
    return err_hint(err, tr("there are:%s"), names);
}

/* "" is as "none", the first. */
static bool choose_group(struct console *c, const char *name, struct err *err)
{
    const char *const *groups = c->view->groups;
    int i = 0;

    if (!groups)
        return err_set(err, ERR_INPUT, "%s", tr("this view has no list that can be grouped: queues has"));
    while (name[0] && groups[i] && strcmp(groups[i], name) != 0)
        i++;
    if (!groups[i])
        return no_group(groups, name, err);
    console_state(c, c->view)->group = i;
    return true;
}

static bool do_group(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)bang;
    return choose_group(c, argument, err);
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
                 field_name(console_kind(c), s->sort_field));
    columns_text(c, p.columns, sizeof p.columns);
    if (c->view->groups && s->group > 0)
        snprintf(p.group, sizeof p.group, "%s", c->view->groups[s->group]);
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
    if (p->sort[0] && !filter_sort_parse(console_kind(c), p->sort, &s->sort_field, &s->sort_descending, err))
        return false;
    if (c->view->columns && !choose_columns(c, p->columns, err))
        return false;
    if ((c->view->groups || p->group[0]) && !choose_group(c, p->group, err))
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
    size_t marked = marks_count(e->ctx), listed = marked > 0 ? console_marks_listed(c) : query_rows_count(rows);

    text_show_in(text_of(e->path), shown, sizeof shown);
    if (marked == 0)
        snprintf(text, sizeof text, tr("%zu rows written to %s"), listed, shown);
    else if (listed == marked)
        snprintf(text, sizeof text, tr("%zu marked rows written to %s"), listed, shown);
    else
        snprintf(text, sizeof text, tr("%zu of %zu marked rows written to %s; the others are not listed"), listed,
                 marked, shown);
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
    struct marks *marks = marks_count(console_marks(c)) > 0 ? console_marks(c) : NULL;
    if (marks && console_marks_listed(c) == 0)
        return err_set(err, ERR_INPUT, "%s", tr("no marked row is listed now: U takes the marks away"));
    columns_text(c, fields, sizeof fields);
    struct console_export e = {.path = path,
                               .format = format,
                               .fields = fields[0] ? fields : NULL,
                               .over = bang,
                               .kind = c->view->needs[need].kind,
                               .wants = marks ? console_marks_wants : NULL,
                               .ctx = marks,
                               .as_of_ms = c->at_ms ? c->at_ms : console_now(c).utc_ms};
    return c->options->export_rows(&e, rows, err) && say_export(c, &e, rows);
}

static bool do_find(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)bang;
    (void)err;
    if (argument[0])
        console_find_start(c, argument + (argument[0] == '/'));
    else
        console_find_on(c, 1);
    return true;
}

/* What must fit is typed behind the word. */
static bool do_fit(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)argument;
    (void)bang;
    (void)err;
    console_line_start(c, MODE_COMMAND, "fit ");
    return true;
}

static bool do_row(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)bang;
    return console_mouse_row(c, argument, err);
}

/* --- the words --- */

static bool do_set(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)bang;
    return console_set_word(c, argument, err);
}

static bool do_lang(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)bang;
    return console_set_named(c, "lang", argument, err);
}

static bool do_theme(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)bang;
    return console_set_named(c, "theme", argument, err);
}

static bool do_write(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)argument;
    (void)bang;
    return console_set_keep(c, err);
}

static bool do_plan(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)bang;
    return console_solve_line(c, argument, err);
}

static bool do_keytest(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)argument;
    (void)bang;
    (void)err;
    console_doctor_keys(c);
    return true;
}

static bool do_replay(struct console *c, const char *argument, bool bang, struct err *err)
{
    (void)bang;
    return console_replay_word(c, argument, err);
}

static const struct {
    const char *op;
    bool (*run)(struct console *c, const char *argument, bool bang, struct err *err);
} words[] = {
    {"set", do_set},          {"lang", do_lang},       {"theme", do_theme}, {"ctx", do_ctx},
    {"cols", do_cols},        {"save", do_save},       {"load", do_load},   {"export", do_export},
    {"write", do_write},      {"keytest", do_keytest}, {"fit", do_fit},     {"group", do_group},
    {"find", do_find},        {"row", do_row},         {"plan", do_plan},   {"replay", do_replay},
    {"order", console_order},
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
