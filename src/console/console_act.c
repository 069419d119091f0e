#include "console/console_private.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/impact.h"
#include "views/marks.h"

/* --- what keys do --- */

void console_set_filter(struct console *c, const char *expr)
{
    struct view_state *s = console_state(c, c->view);
    char former[VIEW_FILTER_MAX];
    struct err err = {0};
    memcpy(former, s->filter, sizeof former);
    snprintf(s->filter, sizeof s->filter, "%s", expr);
    if (!feeds_show(c->feeds, c->view, s, &err)) {
        memcpy(s->filter, former, sizeof former);
        console_fail(c, &err);
    }
    console_refresh(c);
}

static void set_sort(struct console *c, const char *expr)
{
    struct view_state *s = console_state(c, c->view);
    struct err err = {0};
    enum kind kind = console_kind(c);
    if (kind == KIND_NONE)
        console_say(c, true, tr("this view has no list to sort"));
    else if (!filter_sort_parse(kind, expr, &s->sort_field, &s->sort_descending, &err))
        console_fail(c, &err);
    else
        console_show(c, c->view);
}

/* The next field that `get` would print, round and round; -1 is the id. */
static void step_sort(struct console *c, int by)
{
    struct view_state *s = console_state(c, c->view);
    enum kind kind = console_kind(c);
    char text[128];
    if (kind == KIND_NONE)
        return;
    const struct kind_info *info = kind_info(kind);
    int count = (int)info->field_count, field = s->sort_field < -1 ? -1 : s->sort_field;
    do
        field = (field + 1 + by + count + 1) % (count + 1) - 1;
    while (field >= 0 && (info->fields[field].flags & FIELD_HIDDEN));
    s->sort_field = field;
    snprintf(text, sizeof text, tr("sorted by %s"), tr_of("field", field < 0 ? "id" : info->fields[field].name));
    console_say(c, false, text);
    console_show(c, c->view);
}

/* Round and round over what some source tells of; what is shown now is there in any case. */
static void step_view(struct console *c, int by)
{
    uint64_t kinds = feeds_kinds(c->feeds);
    int n = 0, at = 0;
    for (; view_table[n]; n++)
        at = view_table[n] == c->view ? n : at;
    do
        at = (at + by + n) % n;
    while (view_table[at] != c->view && (view_table[at]->page || !view_is_available(view_table[at], kinds)));
    console_show(c, view_table[at]);
}

bool console_act_open(struct console *c, const char *name)
{
    const struct view *v = view_by_name(name);
    char text[160];
    if (!v)
        return false;
    if (v != c->view && !view_is_available(v, feeds_kinds(c->feeds))) {
        snprintf(text, sizeof text, tr("no source tells of %s yet: a %s source does"), tr_of("key", v->name),
                 v->told_by);
        console_say(c, true, text);
        return false;
    }
    console_show(c, v);
    return true;
}

static void go_back(struct console *c)
{
    struct view_state *s = console_state(c, c->view);
    int out = c->view->inside ? c->view->inside(s) : 0;
    if (marks_count(s->marks) > 0)
        marks_clear(s->marks);
    else if (s->filter[0])
        console_set_filter(c, "");
    else if (c->at_ms && !c->options->at_ms)
        console_replay(c, 0);
    else if (out) {
        struct view_frame frame = console_frame(c);
        struct intent i = c->view->act(&frame, s, out);
        console_act_intent(c, &i);
    } else if (c->view != view_by_name("overview") || c->former)
        console_show(c, c->former && c->former != c->view ? c->former : view_by_name("overview"));
}

static void poll_now(struct console *c)
{
    console_say(c, false,
                link_poll_now(c->link) ? tr("the sources are asked now") : tr("there is no collector to ask"));
}

static void open_runbook(struct console *c)
{
    struct view_frame frame = console_frame(c);
    struct row alert = {0};
    if (!c->view->alert || !c->view->alert(&frame, console_state(c, c->view), &alert)) {
        console_say(c, true, tr("no alert is under the cursor"));
        return;
    }
    reading_open(c->reading, c->options->runbooks, &alert);
    if (!c->view->page)
        console_show(c, view_by_name("runbook"));
}

void console_act_scope(struct console *c)
{
    char name[64], text[160];
    const struct people *people = c->options->people;
    if (!people || !people->mine) {
        console_say(c, true, tr("nothing says what is yours: a section scope in the configuration does"));
        return;
    }
    c->mine = !c->mine;
    snprintf(text, sizeof text,
             !c->mine        ? tr("everything, not only '%s'")
             : c->view->mine ? tr("only what belongs to '%s'; what is outside is counted")
                             : tr("overview and alerts show '%s' alone now; this view shows everything"),
             text_show_in(people->mine->name, name, sizeof name));
    console_say(c, false, text);
}

/* The keys that the command line has words for. */
static const struct {
    const char *op;
    int action;
} ops[] = {
    {"ack", ALERT_ACK},           {"note", ALERT_NOTE},
    {"silence", ALERT_SILENCE},   {"maintenance_add", ALERT_MAINTENANCE_ADD},
    {"escalate", ALERT_ESCALATE},
};

static bool view_has(const struct view *v, int action)
{
    const struct key_row *k = v->keys;
    while (k->keys && k->action != action)
        k++;
    return k->keys != NULL;
}

/* What its key does, with the words that the key would have asked for. */
static void act_with_words(struct console *c, const struct intent *said)
{
    struct view_frame frame = console_frame(c);
    size_t k = 0;
    while (k + 1 < sizeof ops / sizeof *ops && strcmp(ops[k].op, said->text) != 0)
        k++;
    if (console_refuse_write(c, ops[k].action))
        return;
    if (!view_has(c->view, ops[k].action)) {
        console_say(c, true, tr("this view shows no alert: 7 does"));
        return;
    }
    struct intent i = c->view->act(&frame, console_state(c, c->view), ops[k].action);
    bool words = said->filter[0] != '\0';
    if (words && i.kind == INTENT_TEXT && form_member(&i, i.filter, said->filter))
        i.kind = INTENT_ASK;
    console_act_intent(c, &i);
    if (words && c->mode == MODE_FORM)
        form_fill(&c->form, said->filter, console_at_hand(c));
}

static void open_at(struct console *c, const struct intent *i)
{
    if (!console_act_open(c, i->text))
        return;
    if (i->filter[0]) /* a bad one leaves the former */
        console_set_filter(c, i->filter);
    if (i->at[0])
        console_subject_go(c, i->at);
}

void console_act_intent(struct console *c, const struct intent *i)
{
    switch (i->kind) {
    case INTENT_NONE:
    case INTENT_REDRAW:
        break;
    case INTENT_OPEN_VIEW:
        open_at(c, i);
        break;
    case INTENT_BACK:
        go_back(c);
        break;
    case INTENT_FILTER:
        console_set_filter(c, i->text);
        break;
    case INTENT_SORT:
        set_sort(c, i->text);
        break;
    case INTENT_POLL_NOW:
        poll_now(c);
        break;
    case INTENT_ASK:
        ask_send(c->ask, i);
        break;
    case INTENT_TEXT:
        c->pending = *i;
        console_line_start(c, MODE_TEXT, "");
        break;
    case INTENT_FORM:
        if (form_start(&c->form, i, console_at_hand(c)))
            c->mode = MODE_FORM;
        if (c->hear) /* what is asked is told in its order */
            c->form.dialog.at = 0;
        break;
    case INTENT_ACT:
        act_with_words(c, i);
        break;
    case INTENT_COMMAND:
        console_word(c, i);
        break;
    case INTENT_SAY:
        console_say(c, true, i->text);
        break;
    case INTENT_PLAN:
        console_solve_plan(c, i);
        break;
    case INTENT_PLAN_LINE:
        console_solve_begin_line(c, i->text);
        break;
    case INTENT_ROOM:
        console_solve_room(c, i);
        break;
    case INTENT_RUNBOOK:
        open_runbook(c);
        break;
    case INTENT_BULLETIN:
        brief_start(&c->brief, i, c->options->bulletin != NULL, c->canvas.width, console_at_hand(c).boot_ms);
        c->mode = MODE_BRIEF;
        break;
    case INTENT_SCOPE:
        console_act_scope(c);
        break;
    case INTENT_HELP:
        c->mode = MODE_HELP;
        c->help_top = 0;
        break;
    case INTENT_QUIT:
        loop_stop(c->loop);
        break;
    }
}

static void act_help(struct console *c)
{
    console_act_intent(c, &(struct intent){.kind = INTENT_HELP});
}

static void act_filter(struct console *c)
{
    console_line_start(c, MODE_FILTER, console_state(c, c->view)->filter);
}

static void act_find_next(struct console *c)
{
    console_find_on(c, 1);
}

static void act_find_former(struct console *c)
{
    console_find_on(c, -1);
}

static void act_command(struct console *c)
{
    console_line_start(c, MODE_COMMAND, "");
}

static void act_quit(struct console *c)
{
    loop_stop(c->loop);
}

static void act_next(struct console *c)
{
    step_view(c, 1);
}

static void act_previous(struct console *c)
{
    step_view(c, -1);
}

static void act_former(struct console *c)
{
    console_show(c, c->former ? c->former : c->view);
}

static void act_redraw(struct console *c)
{
    if (!console_refuse_blind(c))
        term_redraw(c->term);
}

static void act_undo(struct console *c)
{
    ask_undo(c->ask);
}

static void act_who(struct console *c)
{
    struct view_frame frame = console_frame(c);
    struct row object = {0};
    if (!c->view->object || !c->view->object(&frame, console_state(c, c->view), &object)) {
        console_say(c, true, tr("nothing under the cursor says what it is about"));
        return;
    }
    if (!impact_has(object.kind)) {
        console_say(c, true, tr("no job stands or falls with what is under the cursor"));
        return;
    }
    who_begin(c->who, c->query, &object, c->at_ms, console_now(c));
    console_count(c);
    if (!c->view->page)
        console_show(c, view_by_name("impact"));
}

static void act_trail_back(struct console *c)
{
    if (!console_trail(c, -1))
        console_say(c, false, tr("this is the first view that was shown"));
}

static void act_trail_on(struct console *c)
{
    if (!console_trail(c, 1))
        console_say(c, false, tr("no view was left by [ from here"));
}

static void act_suspend(struct console *c)
{
    if (!console_refuse_blind(c))
        term_suspend(c->term);
}

static void act_sort_next(struct console *c)
{
    step_sort(c, 1);
}

static void act_sort_previous(struct console *c)
{
    step_sort(c, -1);
}

static void act_invert(struct console *c)
{
    struct view_state *s = console_state(c, c->view);
    s->sort_descending = !s->sort_descending;
    console_show(c, c->view);
}

/* What is drawn for it says so, and since when; the next Z draws what is then. */
static void act_freeze(struct console *c)
{
    if (console_refuse_blind(c))
        return;
    c->frozen_ms = c->frozen_ms ? 0 : console_now(c).utc_ms;
    c->held = false;
    console_say(c, false, c->frozen_ms ? tr("the screen stands still; Z lets it go on, other keys do nothing") : "");
}

/* What each action does: a function, or a view to open. */
static const struct act {
    int action;
    void (*run)(struct console *c);
    const char *view;
} acts[] = {
    {ACT_HELP, act_help, NULL},
    {ACT_FILTER, act_filter, NULL},
    {ACT_COMMAND, act_command, NULL},
    {ACT_FIND, console_find_ask, NULL},
    {ACT_FIND_NEXT, act_find_next, NULL},
    {ACT_FIND_FORMER, act_find_former, NULL},
    {ACT_BACK, go_back, NULL},
    {ACT_QUIT, act_quit, NULL},
    {ACT_NEXT, act_next, NULL},
    {ACT_PREVIOUS, act_previous, NULL},
    {ACT_FORMER, act_former, NULL},
    {ACT_POLL, poll_now, NULL},
    {ACT_REDRAW, act_redraw, NULL},
    {ACT_SUSPEND, act_suspend, NULL},
    {ACT_SORT_NEXT, act_sort_next, NULL},
    {ACT_SORT_PREVIOUS, act_sort_previous, NULL},
    {ACT_INVERT, act_invert, NULL},
    {ACT_OVERVIEW, NULL, "overview"},
    {ACT_RACKS, NULL, "racks"},
    {ACT_QUEUES, NULL, "queues"},
    {ACT_JOBS, NULL, "jobs"},
    {ACT_REBALANCE, NULL, "rebalance"},
    {ACT_NODES, NULL, "nodes"},
    {ACT_CHANGES, NULL, "changes"},
    {ACT_SOURCES, NULL, "sources"},
    {ACT_MAP, NULL, "map"},
    {ACT_ALERTS, NULL, "alerts"},
    {ACT_SETUP, NULL, "setup"},
    {ACT_MOUSE, console_mouse_turn, NULL},
    {ACT_SORT_MENU, console_sort_start, NULL},
    {ACT_FREEZE, act_freeze, NULL},
    {ACT_REPLAY, console_replay_here, NULL},
    {ACT_WHO, act_who, NULL},
    {ACT_SCOPE, console_act_scope, NULL},
    {ACT_UNDO, act_undo, NULL},
    {ACT_TRAIL_BACK, act_trail_back, NULL},
    {ACT_TRAIL_ON, act_trail_on, NULL},
    {ACT_COPY_ID, console_copy_id, NULL},
    {ACT_COPY_ROW, console_copy_row, NULL},
};

static const struct act *act_of(int action)
{
    size_t i = 0;
    while (i + 1 < sizeof acts / sizeof *acts && acts[i].action != action)
        i++;
    return &acts[i];
}

const struct view *console_act_view(int action)
{
    const struct act *act = act_of(action);
    return act->view ? view_by_name(act->view) : NULL;
}

static void console_action(struct console *c, int action)
{
    const struct act *act = act_of(action);
    if (act->run)
        act->run(c);
    else
        console_act_open(c, act->view);
}

/* --- input --- */

void console_act_form(struct console *c, uint32_t key, struct instant now)
{
    struct intent ask;
    bool refused = form_refuses(&c->form);
    enum form_result result = form_key(&c->form, key, now, &ask);
    if (c->options->play && !refused && form_refuses(&c->form))
        play_refused(c->options->play);
    if (result == FORM_OPEN)
        return;
    c->mode = MODE_NORMAL;
    if (result == FORM_DONE)
        ask_send(c->ask, &ask);
}

/* What the command said, or why it could not take it. */
static void on_sent(void *ctx, struct buf *out, const struct err *err)
{
    struct console *c = ctx;
    struct safe_text rest = out ? text_from(buf_str(out), out->len) : text_of(""), line = text_of("");
    char shown[160], text[200];
    text_split(&rest, '\n', &line);
    if (err && err->kind != ERR_NONE) {
        console_fail(c, err);
    } else {
        snprintf(text, sizeof text, "%s %s", tr("sent:"), text_show_in(line, shown, sizeof shown));
        console_say(c, false, text);
    }
    console_refresh(c);
}

static void send_brief(struct console *c)
{
    struct buf line = buf_make(BRIEF_BYTES + 2);
    struct err err = {0};
    buf_printf(&line, NULL, "%s\n", brief_text(&c->brief));
    if (launcher_send_start(c->options->sender, c->loop, c->options->bulletin, &line, on_sent, c, &err))
        console_say(c, false, tr("the bulletin is being sent"));
    else
        console_fail(c, &err);
    buf_release(&line);
}

void console_act_brief(struct console *c, uint32_t key, struct instant now)
{
    enum brief_result result = brief_key(&c->brief, key, c->canvas.width, now.boot_ms);
    if (result == BRIEF_OPEN)
        return;
    c->mode = MODE_NORMAL;
    if (result != BRIEF_LEFT && c->options->play)
        play_told(c->options->play, clock_boot_ms());
    if (result == BRIEF_COPY && !console_refuse_blind(c))
        console_say(c, false,
                    term_copy(c->term, brief_text(&c->brief))
                        ? tr("given to the terminal's clipboard (OSC 52); whether it took it is not known")
                        : tr("this terminal takes no text from programs: mark it with the mouse"));
    else if (result == BRIEF_SEND)
        send_brief(c);
}

static const struct {
    uint32_t key;
    int by; /* lines; pages are 1000 each */
} help_moves[] = {
    {'j', 1},
    {KEY_CODE_DOWN, 1},
    {'k', -1},
    {KEY_CODE_UP, -1},
    {KEY_CODE_SPACE, 1000},
    {KEY_CODE_PGDN, 1000},
    {KEY_CODE_PGUP, -1000},
};

static void key_in_help(struct console *c, uint32_t key)
{
    int page = c->canvas.height - 5, most = c->help_lines - page;
    key = key < KEY_CODE_NAMED ? key_ascii(key) : key;
    for (size_t i = 0; i < sizeof help_moves / sizeof *help_moves; i++) {
        if (help_moves[i].key != key)
            continue;
        c->help_top += help_moves[i].by / 1000 * page + help_moves[i].by % 1000;
        c->help_top = c->help_top > most ? most : c->help_top;
        c->help_top = c->help_top < 0 ? 0 : c->help_top;
        return;
    }
    c->mode = MODE_NORMAL;
}

/* A key of the configuration's comes before the program's own. */
static bool key_is_bound(struct console *c, uint32_t key)
{
    uint32_t narrow = key < KEY_CODE_NAMED ? key_ascii(key) : key;
    for (const struct console_bind *b = c->options->binds; b && b->name; b++) {
        if (b->key != narrow)
            continue;
        if (strcmp(b->command, "none") != 0)
            console_line_run(c, b->command);
        return true;
    }
    return false;
}

static void key_in_view(struct console *c, uint32_t key)
{
    struct view_frame frame = console_frame(c);
    if ((key == KEY_CODE_ESC && (console_solve_cancel(c) || console_find_stop(c))) || key_is_bound(c, key))
        return;
    int action = key_action(c->view->keys, key);
    if (action >= VIEW_WRITES && console_refuse_write(c, action))
        return;
    if (action) {
        struct intent intent = c->view->act(&frame, console_state(c, c->view), action);
        console_act_intent(c, &intent);
        return;
    }
    action = key_action(console_keys(), key);
    if (action >= VIEW_WRITES && console_refuse_write(c, action))
        return;
    if (action)
        console_action(c, action);
    else if (key == KEY_CODE_PASTE)
        console_say(c, true, tr("a paste is ignored here: keys are typed"));
}

/* What is seen is not what is: no key may act on it. */
static void key_in_frozen(struct console *c, uint32_t key)
{
    int action = key_action(console_keys(), key);
    if (action == ACT_FREEZE || action == ACT_QUIT || action == ACT_REDRAW || action == ACT_SUSPEND)
        console_action(c, action);
}

void console_act_key(struct console *c, uint32_t key)
{
    if (key == KEY_CODE_RESIZE || key == KEY_CODE_FOCUS_IN || key == KEY_CODE_FOCUS_OUT)
        return;
    if (c->frozen_ms)
        key_in_frozen(c, key);
    else if (c->options->wall) {
        if (console_wall_key(key))
            loop_stop(c->loop);
    } else if (c->mode != MODE_KEYS &&
               (key == KEY_CODE_CLICK || key == KEY_CODE_WHEEL_UP || key == KEY_CODE_WHEEL_DOWN))
        console_mouse_key(c, key);
    else if (c->mode == MODE_HELP)
        key_in_help(c, key);
    else if (c->mode == MODE_FORM)
        console_act_form(c, key, console_at_hand(c));
    else if (c->mode == MODE_BRIEF)
        console_act_brief(c, key, console_at_hand(c));
    else if (c->mode == MODE_SORT)
        console_sort_key(c, key);
    else if (c->mode == MODE_KEYS)
        console_doctor_key(c, key);
    else if (c->mode == MODE_NORMAL)
        key_in_view(c, key);
    else
        console_line_key(c, key);
}
