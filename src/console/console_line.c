#include "console/console_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "console/floor.h"
#include "console/line.h"
#include "console/preset.h"
#include "ui/key.h"

enum { LINE_PLACES_MAX = 200, LINE_ALIASES_MAX = 256, LINE_ORDERS_MAX = 32, ALIAS_DEPTH_MAX = 8 };

enum { NEXT_CANDIDATE = 1, FORMER_CANDIDATE, OLDER, NEWER };

static const struct key_row keys[] = {
    {"Tab", NEXT_CANDIDATE, NULL, NULL},
    {"S-Tab", FORMER_CANDIDATE, NULL, NULL},
    {"Up C-p", OLDER, NULL, NULL},
    {"Down C-n", NEWER, NULL, NULL},
    {0},
};

/* What a line that is typed begins with; 0 for one that is neither a command nor a filter. What is found is an expression as a filter. */
static char sign_of(const struct console *c)
{
    return c->mode == MODE_COMMAND ? ':' : c->mode == MODE_FILTER || c->mode == MODE_FIND ? '/' : '\0';
}

void console_line_start(struct console *c, enum mode mode, const char *text)
{
    c->mode = mode;
    snprintf(c->filter_before, sizeof c->filter_before, "%s", console_state(c, c->view)->filter);
    c->completing = c->looked = false;
    prompt_start(&c->prompt, text);
    if (c->typed)
        typed_begin(c->typed);
}

/* --- aliases --- */

static const char *alias_of(const struct console_alias *aliases, const char *word)
{
    for (const struct console_alias *a = aliases; a && a->name; a++)
        if (strcmp(a->name, word) == 0 && a->command)
            return a->command + (a->command[0] == ':');
    return NULL;
}

bool console_line_expand(const struct console_alias *aliases, const char *text, char out[PROMPT_MAX], struct err *err)
{
    char word[LINE_WORD_MAX], rest[PROMPT_MAX];
    bool bang;

    text += text[0] == ':';
    if (snprintf(out, PROMPT_MAX, "%s", text) >= PROMPT_MAX)
        return err_set(err, ERR_INPUT, tr("the line is longer than %d bytes"), PROMPT_MAX - 1);
    for (int depth = 0; depth < ALIAS_DEPTH_MAX; depth++) {
        const char *argument = line_word(out, word, &bang), *command = alias_of(aliases, word);
        if (!command)
            return true;
        snprintf(rest, sizeof rest, "%s", argument);
        if (snprintf(out, PROMPT_MAX, "%s%s%s", command, rest[0] ? " " : "", rest) >= PROMPT_MAX)
            return err_set(err, ERR_INPUT, tr("the line is longer than %d bytes"), PROMPT_MAX - 1);
    }
    return err_set(err, ERR_INPUT, tr("the alias '%s' leads round in a circle"), word);
}

void console_line_run(struct console *c, const char *text)
{
    char line[PROMPT_MAX];
    struct intent intent;
    struct err err = {0};

    if (console_line_expand(c->options->aliases, text, line, &err) && line_parse(line, &intent, &err))
        console_act_intent(c, &intent);
    else
        console_fail(c, &err);
}

/* --- entering --- */

/* The list follows what is typed; half an expression that means nothing leaves it as it is. */
static void follow_filter(struct console *c)
{
    struct view_state *s = console_state(c, c->view);
    char former[VIEW_FILTER_MAX];

    if (c->mode != MODE_FILTER || strcmp(s->filter, c->prompt.text) == 0)
        return;
    memcpy(former, s->filter, sizeof former);
    snprintf(s->filter, sizeof s->filter, "%s", c->prompt.text);
    if (!feeds_show(c->feeds, c->view, s, NULL))
        memcpy(s->filter, former, sizeof former);
    feeds_step(c->feeds, console_now(c), CONSOLE_SHOW_US);
    console_refresh(c);
}

/* As it was before the line was begun: what is wrong when it is entered, or given up, changes nothing. */
static void restore_filter(struct console *c)
{
    struct view_state *s = console_state(c, c->view);

    snprintf(s->filter, sizeof s->filter, "%s", c->filter_before);
    feeds_show(c->feeds, c->view, s, NULL);
    console_refresh(c);
}

static void send_text(struct console *c)
{
    struct intent ask = c->pending;
    ask.kind = INTENT_ASK;
    if (c->prompt.text[strspn(c->prompt.text, " ")] && form_member(&ask, ask.filter, c->prompt.text))
        ask_send(c->ask, &ask);
}

static void remember(struct console *c, char sign)
{
    struct err err = {0};

    if (!typed_add(c->typed, sign, c->prompt.text, &err)) {
        err_hint(&err, "%s", tr("what is typed is kept for this session alone"));
        console_fail(c, &err);
    }
}

static void enter_filter(struct console *c)
{
    if (strcmp(console_state(c, c->view)->filter, c->prompt.text) == 0)
        return;
    restore_filter(c);
    console_set_filter(c, c->prompt.text);
}

static void enter(struct console *c)
{
    enum mode was = c->mode;
    char sign = sign_of(c);

    c->mode = MODE_NORMAL;
    if (sign)
        remember(c, sign);
    if (was == MODE_TEXT)
        send_text(c);
    else if (was == MODE_FILTER)
        enter_filter(c);
    else if (was == MODE_FIND)
        console_find_start(c, c->prompt.text);
    else
        console_line_run(c, c->prompt.text);
}

/* --- completion --- */

static enum kind kind_of(const char *view)
{
    const struct view *v = view_by_name(view);
    return v ? console_listed(v) : KIND_NONE;
}

/* What the console lists, for one look. */
struct lists {
    struct complete_facts facts;
    struct theme_names themes;
    struct preset_list presets;
    const char *theme[THEME_NAMES_MAX + 1], *preset[PRESET_MAX + 1], *alias[LINE_ALIASES_MAX + 1],
        *place[LINE_PLACES_MAX + 1];
    char places[LINE_PLACES_MAX][COMPLETE_WORD_MAX];
    const char *plan[LINE_PLACES_MAX + 1], *planned[LINE_PLACES_MAX + 1];
    char plans[LINE_PLACES_MAX][COMPLETE_WORD_MAX], planneds[LINE_PLACES_MAX][COMPLETE_WORD_MAX];
    const char *orders[LINE_ORDERS_MAX + 1];
    size_t place_count, plan_count, planned_count, order_count;
    struct floor floor;
};

static const char *argument_of(const char *line)
{
    char word[LINE_WORD_MAX];
    bool bang;

    return line_word(line, word, &bang);
}

static void list_places(struct console *c, struct lists *l)
{
    const struct view_rows *rows = feeds_rows(c->feeds);
    struct row row;

    for (size_t n = 0; c->view->needs[n].kind != KIND_NONE; n++) {
        enum kind kind = c->view->needs[n].kind;
        for (size_t i = 0; (kind == KIND_CLUSTER || kind == KIND_PLACE) && i < rows[n].count; i++) {
            if (l->place_count == LINE_PLACES_MAX || !rows[n].at(rows[n].ctx, i, &row))
                break;
            l->place[l->place_count] = text_show_in(row.id, l->places[l->place_count], COMPLETE_WORD_MAX);
            l->place_count++;
        }
    }
    l->facts.lists[LINE_PLACE] = l->place;
    floor_names(c, rows, argument_of(c->prompt.text), &l->floor);
    l->facts.lists[LINE_FLOOR] = l->floor.list;
}

static bool is_planned(enum kind kind)
{
    return kind == KIND_QUEUE || kind == KIND_CLUSTER || kind == KIND_SCHEDULER || kind == KIND_LINK ||
           kind == KIND_SITE || kind == KIND_HALL;
}

/* Plans, and what their options can name, as far as the shown view reads of them. */
static void list_plans(struct console *c, struct lists *l)
{
    const struct view_rows *rows = feeds_rows(c->feeds);
    struct row row;

    for (const char *const *w = console_solve_options(); *w; w++)
        l->plan[l->plan_count++] = *w;
    for (size_t n = 0; c->view->needs[n].kind != KIND_NONE; n++) {
        bool plan = c->view->needs[n].kind == KIND_PLAN, planned = is_planned(c->view->needs[n].kind);
        size_t *count = plan ? &l->plan_count : &l->planned_count;
        for (size_t i = 0; (plan || planned) && i < rows[n].count; i++) {
            if (*count == LINE_PLACES_MAX || !rows[n].at(rows[n].ctx, i, &row))
                break;
            (plan ? l->plan : l->planned)[*count] =
                text_show_in(row.id, (plan ? l->plans : l->planneds)[*count], COMPLETE_WORD_MAX);
            ++*count;
        }
    }
    l->facts.lists[LINE_PLAN] = l->plan;
    l->facts.lists[LINE_PLANNED] = l->planned;
    for (const struct console_order *o = c->options->orders; o && o->name && l->order_count < LINE_ORDERS_MAX; o++)
        l->orders[l->order_count++] = o->name;
    l->facts.lists[LINE_ORDER] = l->orders;
}

static void list_names(struct console *c, struct lists *l)
{
    size_t n = 0;
    struct err err = {0};

    if (c->options->theme_dirs)
        theme_list(c->options->theme_dirs, &l->themes);
    for (size_t i = 0; i < l->themes.count; i++)
        l->theme[i] = l->themes.all[i];
    if (c->options->own_dir)
        preset_read(c->options->own_dir, &l->presets, &err);
    if (err.kind != ERR_NONE)
        console_fail(c, &err);
    for (size_t i = 0; i < l->presets.count; i++)
        l->preset[i] = l->presets.all[i].name;
    for (const struct console_alias *a = c->options->aliases; a && a->name && n < LINE_ALIASES_MAX; a++)
        l->alias[n++] = a->name;
}

static void look(struct console *c)
{
    static const char *const languages[] = {"en", "zh", NULL}, *const formats[] = {"text", "csv", "json", NULL};
    struct lists *l = mem_new(1, sizeof *l);

    l->facts = (struct complete_facts){
        .kind = console_kind(c),
        .kind_of = kind_of,
        .aliases = l->alias,
        .lists = {[LINE_LANGUAGE] = languages,
                  [LINE_FORMAT] = formats,
                  [LINE_THEME] = l->theme,
                  [LINE_GROUP] = c->view->groups,
                  [LINE_PRESET] = l->preset,
                  [LINE_CONTEXT] = c->options->contexts,
                  [LINE_SETTING] = console_set_words()},
    };
    list_names(c, l);
    list_places(c, l);
    list_plans(c, l);
    complete_find(&l->facts, sign_of(c), c->prompt.text, c->prompt.at, &c->complete);
    free(l);
}

static void replace(struct console *c, const char *word, size_t n, char end)
{
    char text[COMPLETE_WORD_MAX + 2];
    snprintf(text, sizeof text, "%.*s%.1s", (int)n, word, (char[]){end, '\0'});
    prompt_replace(&c->prompt, c->complete.from, text);
}

/* The first press completes as far as all agree; further ones go round. */
static void begin(struct console *c)
{
    size_t typed, common;

    look(c);
    c->looked = c->complete.count == 0;
    if (c->looked)
        return;
    typed = c->prompt.at - c->complete.from;
    common = complete_common(&c->complete);
    if (c->complete.count == 1) {
        replace(c, c->complete.words[0], strlen(c->complete.words[0]), c->complete.end);
        return;
    }
    c->completing = true;
    c->chosen = -1;
    if (common > typed)
        replace(c, c->complete.words[0], common, '\0');
}

static void step(struct console *c, int by)
{
    int count = (int)c->complete.count;

    c->chosen = c->chosen < 0 ? (by > 0 ? 0 : count - 1) : (c->chosen + by + count) % count;
    replace(c, c->complete.words[c->chosen], strlen(c->complete.words[c->chosen]), '\0');
}

/* --- keys --- */

static void look_back(struct console *c, int by)
{
    const char *text = typed_step(c->typed, sign_of(c), by, c->prompt.text);

    if (text)
        prompt_start(&c->prompt, text);
}

static bool special_key(struct console *c, uint32_t key)
{
    int action = sign_of(c) ? key_action(keys, key) : 0;
    bool was = c->completing;

    c->looked = false;
    if (action == NEXT_CANDIDATE || action == FORMER_CANDIDATE) {
        if (was)
            step(c, action == NEXT_CANDIDATE ? 1 : -1);
        else
            begin(c);
        return true;
    }
    c->completing = false;
    if (action != 0)
        look_back(c, action == OLDER ? -1 : 1);
    return action != 0;
}

static void paste(struct console *c)
{
    const char *text = term_pasted(c->term);

    c->completing = c->looked = false;
    if (prompt_paste(&c->prompt, text) == PROMPT_IGNORED)
        console_say(c, true, tr("what was pasted does not fit into this line: nothing of it was taken"));
}

void console_line_key(struct console *c, uint32_t key)
{
    if (key == KEY_CODE_PASTE || special_key(c, key)) {
        if (key == KEY_CODE_PASTE)
            paste(c);
        follow_filter(c);
        return;
    }
    switch (prompt_key(&c->prompt, key)) {
    case PROMPT_DONE:
        enter(c);
        break;
    case PROMPT_CANCELLED:
        if (c->mode == MODE_FILTER)
            restore_filter(c);
        c->mode = MODE_NORMAL;
        break;
    case PROMPT_EDITED:
        follow_filter(c);
        break;
    case PROMPT_IGNORED:
    case PROMPT_MOVED:
        break;
    }
}

/* --- drawing --- */

static int width_of(const struct complete *all, int i)
{
    return text_width(text_of(all->words[i])) + 2;
}

/* As many as fit, with the chosen one among them. */
static void draw_candidates(struct console *c)
{
    int y = c->canvas.height - 1, x = 1, first = 0, chosen = c->chosen < 0 ? 0 : c->chosen, used = 0;
    const char *more = c->glyphs == GLYPHS_ASCII ? ">" : "…";

    canvas_fill(&c->canvas, (struct area){0, y, c->canvas.width, 1}, ROLE_TEXT, ' ');
    for (int i = 0; i <= chosen; i++) {
        used += width_of(&c->complete, i);
        while (used > c->canvas.width - 4 && first < i)
            used -= width_of(&c->complete, first++);
    }
    for (int i = first; i < (int)c->complete.count; i++) {
        int width = width_of(&c->complete, i);
        if (x + width > c->canvas.width - 1) {
            canvas_puts(&c->canvas, c->canvas.width - 2, y, 2, ROLE_DIM, more);
            return;
        }
        canvas_puts(&c->canvas, x, y, width, i == c->chosen ? ROLE_KEY : ROLE_TEXT, c->complete.words[i]);
        if (i == c->chosen)
            canvas_select(&c->canvas, x, y, width - 2);
        x += width;
    }
}

void console_line_draw(struct console *c)
{
    char label[INTENT_TEXT_MAX + 32];
    int y = c->canvas.height - 2;

    if (c->mode == MODE_NORMAL || c->mode == MODE_HELP || c->mode == MODE_KEYS)
        return;
    if (c->mode == MODE_TEXT)
        snprintf(label, sizeof label, tr("note on %s: "), c->pending.text);
    else if (c->mode == MODE_FIND)
        snprintf(label, sizeof label, "%s", tr("find: "));
    else
        snprintf(label, sizeof label, "%c", sign_of(c));
    canvas_fill(&c->canvas, (struct area){0, y, c->canvas.width, 1}, ROLE_TEXT, ' ');
    prompt_draw(&c->prompt, &c->canvas, 0, y, c->canvas.width, label);
    if (c->completing)
        draw_candidates(c);
    else if (c->looked) {
        canvas_fill(&c->canvas, (struct area){0, y + 1, c->canvas.width, 1}, ROLE_TEXT, ' ');
        canvas_puts(&c->canvas, 1, y + 1, c->canvas.width - 1, ROLE_DIM, tr("nothing known begins so"));
    }
}
